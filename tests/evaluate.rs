//! `evaluate` beyond its metrics: leaks, mistakes, the paragraph for a paper, the evaluation view.

mod common;

use common::command::{in_folder, labelled_records, ok, run, write_records};
use common::html::{look, payloads};
use nutgraf::classify::TopTerm;
use nutgraf::evaluate::{Classified, Comparison, Curves, Evaluation, LeakCheck, Mistake};
use nutgraf::report::{EvaluationReport, EvaluationSource, Slice, evaluation_html};
use serde_json::{Value, json};

/// Texts of forty words, each with words of its own, of two outlets.
fn long_records(from: usize, n: usize) -> Vec<Value> {
    let own = [["talks", "dialogue", "treaty"], ["missile", "guns", "attack"]];
    (from..from + n)
        .map(|idx| {
            let word = |k: usize| match k % 9 {
                4 => own[idx % 2][k % 3].to_owned(),
                _ => format!("w{}", (idx * 53 + k * k * 7) % 4001),
            };
            let text: Vec<String> = (0..40).map(word).collect();
            let (label, group) = (["dove", "hawk"][idx % 2], format!("outlet {}", idx % 10));
            json!({"id": format!("r{idx}"), "text": text.join(" "), "label": label, "group": group})
        })
        .collect()
}

#[test]
fn planted_leaks_are_found_each_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let training = long_records(0, 60);
    let train = write_records(folder.path(), "train.jsonl", &training);
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &train, "-o", &model]);
    let with_group = |record: &Value, group: &str| {
        let mut record = record.clone();
        record["group"] = group.into();
        record
    };
    let mut test: Vec<Value> =
        long_records(1000, 20).iter().map(|record| with_group(record, "elsewhere")).collect();
    let clean = write_records(folder.path(), "clean.jsonl", &test);
    let found = ok(&["evaluate", &model, &clean]).stdout;
    assert!(found.contains("leaks: none; no record copies a training record"), "{found}");
    // One exact copy but for case and white space, one with a word added, one new text of an outlet of training.
    let mut exact = with_group(&training[4], "elsewhere");
    exact["text"] = exact["text"].as_str().unwrap().to_uppercase().replace(' ', "\n").into();
    let mut near = with_group(&training[7], "elsewhere");
    near["text"] = format!("{} added", near["text"].as_str().unwrap()).into();
    test.extend([exact, near, with_group(&long_records(2000, 1)[0], "outlet 3")]);
    let leaky = write_records(folder.path(), "leaky.jsonl", &test);
    let record: Value =
        serde_json::from_str(&ok(&["evaluate", &model, &leaky, "--format", "json"]).stdout).unwrap();
    let leaks = &record["leaks"];
    assert_eq!((&leaks["exact"], &leaks["near"], &leaks["same_group"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(leaks["without_copies"]["n"], 21);
    assert_eq!(leaks["without_groups"]["n"], 20);
    let alone: Value =
        serde_json::from_str(&ok(&["evaluate", &model, &clean, "--format", "json"]).stdout).unwrap();
    assert_eq!(leaks["without_groups"]["metrics"], alone["metrics"]);
    let text = ok(&["evaluate", &model, &leaky]).stdout;
    let expected = "leaks: 1 copy of a training record, 1 near-copy, 1 record of a group in training";
    assert!(
        text.contains(expected) && text.contains("of groups that training did not meet: 20 records"),
        "{text}"
    );
    // Whoever wants no fingerprints has none, and is told so.
    let bare = in_folder(folder.path(), "bare.nut");
    ok(&["train", "text", &train, "-o", &bare, "--no-fingerprints"]);
    assert!(std::fs::metadata(&bare).unwrap().len() + 60 * 48 <= std::fs::metadata(&model).unwrap().len());
    assert!(ok(&["evaluate", &bare, &leaky]).stdout.contains("leaks: not checked"));
}

#[test]
fn shipped_models_know_what_they_were_trained_on() {
    let pages = ok(&["evaluate", "body", "datasets/pages/train"]).stdout;
    let n_pages = pages.lines().next().unwrap().split(' ').nth(1).unwrap().to_owned();
    assert!(pages.contains(&format!("leaks: {n_pages} copies of training records")), "{pages}");
    let held_out = ok(&["evaluate", "body", "datasets/pages/held-out"]).stdout;
    assert!(held_out.contains("leaks: none"), "{held_out}");
    let stance = ok(&["evaluate", "stance", "datasets/stance/arguments.jsonl"]).stdout;
    assert!(stance.contains("copies of training records"), "{stance}");
}

#[test]
fn mistakes_come_with_what_speaks_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut records = labelled_records(90);
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &write_records(folder.path(), "train.jsonl", &records), "-o", &model]);
    // A record whose label is wrong beyond doubt.
    let planted =
        json!({"id": "planted", "text": "missile guns attack missile guns attack", "label": "dove"});
    records.push(planted);
    let data = write_records(folder.path(), "test.jsonl", &records);
    let args = ["evaluate", &model, &data, "--worst", "2"];
    let json: Value = serde_json::from_str(&ok(&[&args[..], &["--format", "json"]].concat()).stdout).unwrap();
    let worst = json["worst"].as_array().unwrap();
    assert!(worst.len() <= 2 && worst[0]["id"] == "planted" && worst[0]["predicted"] == "hawk", "{worst:?}");
    assert!(worst[0]["p_gold"].as_f64().unwrap() < worst[0]["p"].as_f64().unwrap());
    let terms: Vec<&str> =
        worst[0]["evidence"].as_array().unwrap().iter().map(|e| e["term"].as_str().unwrap()).collect();
    assert!(terms.iter().any(|term| term.contains("missile")), "{terms:?}");
    let text = ok(&args).stdout;
    assert!(text.contains("planted: dove called hawk"), "{text}");
    assert!(json["keywords"].as_f64().unwrap() > json["majority"].as_f64().unwrap());
    assert_eq!(run(&["evaluate", "body", "datasets/pages/held-out", "--worst", "3"]).code, 2);
}

#[test]
fn a_paragraph_for_a_paper_holds_what_is_to_be_cited() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "train.jsonl", &labelled_records(90));
    let test = write_records(folder.path(), "test.jsonl", &labelled_records(30));
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &data, "-o", &model]);
    let text = ok(&["evaluate", &model, &test, "--methods"]).stdout;
    assert_eq!(text.lines().count(), 1);
    let checksum = |path: &str| blake3::hash(&std::fs::read(path).unwrap()).to_hex().to_string();
    for expected in [
        &format!("nutgraf {}", env!("CARGO_PKG_VERSION")),
        &checksum(&model)[..12],
        &checksum(&test)[..12],
        "trained on 90 records",
        "on 30 records of",
        "1000 seeded bootstrap samples",
        "accuracy 1.000 [1.000, 1.000]",
        "The most frequent class",
        "Of the records 30 copies of training records were found",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let summary = ok(&["evaluate", "body", "datasets/pages/held-out", "--methods"]).stdout;
    assert!(summary.contains("boosted trees") && summary.contains("No record copies"), "{summary}");
}

#[test]
fn an_evaluation_view_is_one_file_with_its_numbers_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "train.jsonl", &labelled_records(120));
    let two: Vec<Value> =
        labelled_records(90).into_iter().filter(|record| record["label"] != "farm").collect();
    let test = write_records(folder.path(), "test.jsonl", &two);
    let model = in_folder(folder.path(), "m.nut");
    let weak = in_folder(folder.path(), "weak.nut");
    ok(&["train", "text", &write_records(folder.path(), "two.jsonl", &two), "-o", &model]);
    ok(&["train", "text", &test, "-o", &weak, "--chi-square", "3"]);
    let out = in_folder(folder.path(), "report.html");
    let args = ["evaluate", &model, &test, "--report", &out, "--baseline", &weak, "--slice", "label"];
    let printed = ok(&[&args[..], &["--format", "json"]].concat()).stdout;
    let html = std::fs::read_to_string(&out).unwrap();
    let beside = std::fs::read_to_string(in_folder(folder.path(), "report.json")).unwrap();
    assert_eq!(printed, beside);
    let record: Value = serde_json::from_str(&beside).unwrap();
    let seen = look(&html);
    for heading in
        ["Scores", "Leak check", "How far to believe a probability", "Confusion", "Classes", "Slices"]
    {
        assert!(seen.words.contains(heading), "{heading}");
    }
    for metric in ["accuracy", "roc_auc", "ece"] {
        let shown = format!("{:.4}", record["metrics"][metric].as_f64().unwrap());
        assert!(seen.words.contains(&shown), "{metric} {shown}");
    }
    assert!(seen.words.contains("McNemar") && seen.words.contains("Strongest terms"));
    // Every drawing has words in its place.
    assert_eq!(html.matches("<svg").count(), 4);
    assert_eq!(html.matches("role=\"img\" aria-label=\"").count(), 4);
    assert!(html.len() < 80_000 && html.contains("default-src 'none'"));
    for banned in ["script", "img", "link", "iframe", "object", "form", "base"] {
        assert!(!seen.names.contains(banned), "{banned}");
    }
    // Nothing is replaced unasked, and models of other tasks have a report too.
    let refused = run(&args);
    assert!(refused.code == 2 && refused.stderr.contains("--force"), "{}", refused.stderr);
    ok(&["evaluate", "body", "datasets/pages/held-out", "--report", &out, "--force"]);
    assert!(std::fs::read_to_string(&out).unwrap().contains("Evaluation of body"));
    let many = in_folder(folder.path(), "many.nut");
    ok(&["train", "text", &data, "-o", &many]);
    ok(&["evaluate", &many, &data, "--report", &out, "--force"]);
    assert_eq!(std::fs::read_to_string(&out).unwrap().matches("<svg").count(), 2);
}

fn report(words: &str) -> EvaluationReport {
    let classes = [words.to_owned(), "b".to_owned()];
    let records: Vec<Classified> = (0..20)
        .map(|idx| Classified::new(idx % 2, if idx % 5 > 1 { &[0.4, 0.6] } else { &[0.7, 0.3] }))
        .collect();
    let evaluation = || Evaluation::of_classes(&classes, &records, None);
    EvaluationReport {
        task: "text",
        evaluation: evaluation(),
        keyword_accuracy: Some(0.5),
        comparison: Some((words.to_owned(), Comparison::new(2, (&records, &records), None))),
        slices: vec![Slice { field: words.to_owned(), value: words.to_owned(), evaluation: evaluation() }],
        leaks: Some(LeakCheck {
            n_exact: 1,
            copies: vec![0],
            without_copies: Some(evaluation()),
            ..Default::default()
        }),
        mistakes: vec![Mistake {
            id: words.to_owned(),
            gold: words.to_owned(),
            predicted: words.to_owned(),
            p_predicted: 0.99,
            p_gold: 0.01,
            words: words.to_owned(),
            evidence: vec![(words.to_owned(), 1.0)],
        }],
        curves: Curves::new(2, &records),
        learning: vec![(10, 0.5), (20, 0.75)],
        top_terms: vec![(
            words.to_owned(),
            vec![TopTerm { term: words.to_owned(), log_odds: 1.0, n_documents: None }],
        )],
        source: EvaluationSource {
            model: words.to_owned(),
            model_checksum: words.to_owned(),
            system: words.to_owned(),
            trained_on: (1, words.to_owned()),
            data: vec![(words.to_owned(), Some(words.to_owned()))],
            command: words.to_owned(),
        },
        seconds: 1.0,
    }
}

#[test]
fn no_word_of_data_or_model_becomes_markup() {
    let known = look(&evaluation_html(&report("benign"))).names;
    for payload in payloads() {
        let foreign: Vec<String> =
            look(&evaluation_html(&report(&payload))).names.difference(&known).cloned().collect();
        assert!(foreign.is_empty(), "{payload:?} made {foreign:?}");
    }
}

#[test]
fn divisions_differ_and_a_curve_grows() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(240));
    let out = in_folder(folder.path(), "m.nut");
    let args = ["train", "text", &data, "-o", &out, "--force", "--cv", "4"];
    let plain = ok(&args).stdout;
    let more = ok(&[&args[..], &["--repeats", "3", "--curve"]].concat()).stdout;
    let rest = more.strip_prefix(&plain).unwrap_or_else(|| panic!("{more}"));
    assert!(rest.contains("over 3 divisions"), "{rest}");
    let line = |start: &str| -> Vec<f64> {
        let line = rest.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
        line.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect()
    };
    let accuracy = line("log_loss");
    // Mean, deviation, least, greatest.
    assert!(accuracy[2] <= accuracy[0] && accuracy[0] <= accuracy[3] && accuracy[1] > 0.0, "{accuracy:?}");
    let at = rest.find("trained on").unwrap();
    let points: Vec<Vec<f64>> = rest[at..]
        .lines()
        .skip(1)
        .map_while(|line| line.split_whitespace().map(|number| number.parse().ok()).collect())
        .collect();
    let sizes: Vec<f64> = points.iter().map(|point| point[0]).collect();
    assert!(sizes.is_sorted() && sizes.last() == Some(&180.0) && sizes.len() >= 5, "{rest}");
    assert!(points[0][1] <= points.last().unwrap()[1], "{rest}");
    assert!(rest.contains("labels would bring") || rest.contains("does not grow steadily"), "{rest}");
    // The same at any number of threads.
    let again = [&args[..], &["--repeats", "3", "--curve", "--threads", "1"]].concat();
    assert_eq!(ok(&again).stdout, more);
    assert_eq!(run(&["train", "text", &data, "-o", &out, "--repeats", "3"]).code, 2);
    // The model remembers the curve, and its evaluation draws it.
    let view = in_folder(folder.path(), "view.html");
    let record = ok(&["evaluate", &out, &data, "--report", &view, "--format", "json"]).stdout;
    let record: Value = serde_json::from_str(&record).unwrap();
    let learning = record["learning"].as_array().unwrap();
    assert_eq!(learning.len(), points.len());
    assert_eq!(learning.last().unwrap()[0], 180);
    assert!(std::fs::read_to_string(&view).unwrap().contains("Learning curve"));
}
