//! `read --index`: a page an article and an index of them, in a folder that is there whole or not at all.

mod common;

use std::path::Path;

use common::command::{in_folder, ok, run, write_records};
use common::html::{look, payloads};
use nutgraf::features::Keyness;
use nutgraf::report::{CorpusEntry, CorpusOrder, CorpusView, corpus_html};
use serde_json::{Value, json};

fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    files
}

/// Twelve articles of two sites and months, one of them twice, one without words, and names that lead out of the folder.
fn articles() -> Vec<Value> {
    let talk =
        "The ministers met and agreed to reopen the talks. Both sides praised the dialogue and the treaty.";
    let alarm =
        "The fleet fired missiles at the border. The attack is a threat that must be deterred by force.";
    let article = |n: usize| {
        let text = format!(
            "{} It was the day {n} of {} weeks.",
            if [0, 3, 6, 9].contains(&n) { alarm } else { talk },
            n * 7
        );
        json!({
            "id": format!("../a{n}"), "title": format!("Article {n}"), "text": text,
            "date": format!("2026-{:02}-1{}", 1 + n % 2, n % 10), "url": format!("https://site{}.example/{n}", n % 2)
        })
    };
    let mut all: Vec<Value> = (0..12).map(article).collect();
    let long = (0..60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    all.push(json!({"id": "index", "title": "First", "text": format!("{long} talks.")}));
    all.push(json!({"id": "INDEX", "title": "Second", "text": format!("{long} talks again.")}));
    all.push(json!({"id": "con", "title": "No words"}));
    all
}

#[test]
fn an_index_has_every_input_and_links_that_hold() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &articles());
    let out = in_folder(folder.path(), "corpus");
    let args = ["read", &data, "--format", "html", "--index", "-o", &out];
    let ran = run(&args);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("15 pages: 14 ok, 0 empty, 1 failed"), "{}", ran.stderr);
    let made = files(&out);
    assert_eq!(made.len(), 14 + CorpusOrder::ALL.len(), "{made:?}");
    // Names are safe, differ by more than case, and do not hide the index.
    for name in ["_.._a0.html", "index-2.html", "INDEX-3.html"] {
        let is_there = made.iter().any(|file| file == name || name == "_.._a0.html" && file == "_a0.html");
        assert!(is_there, "{name}: {made:?}");
    }
    for order in CorpusOrder::ALL {
        let html = std::fs::read_to_string(Path::new(&out).join(order.file())).unwrap();
        let seen = look(&html);
        for banned in ["script", "img", "link", "iframe", "object", "form", "base"] {
            assert!(!seen.names.contains(banned), "{banned}");
        }
        for target in &seen.targets {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            assert!(file.is_empty() || made.iter().any(|made| made == file), "{target} leads nowhere");
            assert!(
                place.is_empty() || !file.is_empty() || seen.ids.contains(place),
                "{target} leads nowhere"
            );
        }
        for n in 0..12 {
            assert!(seen.words.contains(&format!("Article {n} ")), "{n}");
        }
        for words in
            ["failed", "All but repeats", "Near-copies", "Stance over time", "Stance by site", "2026-01"]
        {
            assert!(seen.words.contains(words), "{order:?}: {words}");
        }
        assert_eq!(html.matches("<svg").count(), html.matches("role=\"img\" aria-label=\"").count());
    }
    // The newest first, and by title.
    let place = |file: &str, title: &str| {
        std::fs::read_to_string(Path::new(&out).join(file)).unwrap().find(&format!(">{title}<")).unwrap()
    };
    assert!(place("by-date.html", "Article 9") < place("by-date.html", "Article 4"));
    assert!(place("by-title.html", "Article 10") < place("by-title.html", "Article 2"));
}

#[test]
fn a_folder_is_whole_and_only_one_of_ours_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "corpus");
    let args = ["read", "tests/pages", "--format", "html", "--index", "-o", &out];
    ok(&args);
    let first = files(&out);
    let refused = run(&args);
    assert!(refused.code == 2 && refused.stderr.contains("--force"), "{}", refused.stderr);
    ok(&[&args[..], &["--force"]].concat());
    assert_eq!(files(&out), first);
    // Nothing of the making is left beside it.
    assert_eq!(files(folder.path().to_str().unwrap()), ["corpus"]);
    let other = in_folder(folder.path(), "other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(Path::new(&other).join("index.html"), "mine").unwrap();
    let refused = run(&["read", "tests/pages", "--format", "html", "--index", "-o", &other, "--force"]);
    assert!(refused.code == 2 && refused.stderr.contains("something else"), "{}", refused.stderr);
    assert_eq!(files(&other), ["index.html"]);
    #[cfg(unix)]
    {
        let link = in_folder(folder.path(), "link");
        std::os::unix::fs::symlink(&out, &link).unwrap();
        let refused = run(&["read", "tests/pages", "--format", "html", "--index", "-o", &link, "--force"]);
        assert!(refused.code == 2 && refused.stderr.contains("is a link"), "{}", refused.stderr);
    }
    for (args, expected) in [
        (vec!["read", "tests/pages", "--index", "-o", &out], "--index goes with --format html"),
        (vec!["read", "tests/pages", "--format", "html", "--index"], "name it with -o"),
    ] {
        let refused = run(&args);
        assert!(refused.code == 2 && refused.stderr.contains(expected), "{}", refused.stderr);
    }
}

#[test]
fn no_word_of_a_corpus_becomes_markup() {
    let view = |words: &str| {
        let entry = |file: Option<&str>| CorpusEntry {
            file: file.map(str::to_owned),
            source: words.to_owned(),
            title: words.to_owned(),
            date: Some(words.to_owned()),
            site: Some(words.to_owned()),
            label: Some((words.to_owned(), 0.7)),
            is_abstained: false,
            n_words: 10,
            quality: 0.5,
            words: words.to_owned(),
        };
        let mut keyness = Keyness::new(2);
        keyness.add(words, None, 0);
        keyness.add("other words", None, 1);
        CorpusView {
            entries: vec![entry(Some(words)), entry(None), entry(Some("a.html"))],
            copy_of: vec![None, None, Some(0)],
            classes: vec![words.to_owned(), "b".to_owned()],
            keyness,
            command: words.to_owned(),
        }
    };
    for order in [CorpusOrder::Input, CorpusOrder::Site] {
        let known = look(&corpus_html(&view("benign"), order)).names;
        for payload in payloads() {
            let foreign: Vec<String> =
                look(&corpus_html(&view(&payload), order)).names.difference(&known).cloned().collect();
            assert!(foreign.is_empty(), "{payload:?} made {foreign:?}");
        }
    }
}
