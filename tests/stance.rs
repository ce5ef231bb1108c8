//! What stance needs of the command line: labels whose texts stand elsewhere, models by sentence, evidence by sentence, texts on
//! another subject.

mod common;

use common::command::{bytes, in_folder, labelled_records, ok, run, write_records};
use serde_json::{Value, json};

const COLUMN: &str = "tests/pages/harbour-hotline.txt";

#[test]
fn labels_alone_find_their_texts() {
    let folder = tempfile::tempdir().unwrap();
    let whole = labelled_records(60);
    let url = |record: &Value| format!("https://a.example/{}", record["id"].as_str().unwrap());
    let label = |record: &Value| json!({"id": record["id"], "url": url(record), "label": record["label"]});
    let text = |record: &Value| json!({"url": url(record), "text": record["text"], "source": "a"});
    let labels: Vec<Value> = whole.iter().map(label).collect();
    let texts: Vec<Value> = whole.iter().rev().map(text).collect();
    let whole = write_records(folder.path(), "whole.jsonl", &whole);
    let alone = write_records(folder.path(), "labels.jsonl", &labels);
    let few = write_records(folder.path(), "few.jsonl", &texts[..50]);
    let texts = write_records(folder.path(), "texts.jsonl", &texts);
    let model = |name: &str| in_folder(folder.path(), name);
    ok(&["train", "text", &whole, "-o", &model("whole.nut")]);
    ok(&["train", "text", &alone, "--texts", &texts, "-o", &model("labels.nut")]);
    let evaluation = |name: &str| -> Value {
        let args = ["evaluate", &model(name), &alone, "--texts", &texts, "--format", "json"];
        let mut record: Value = serde_json::from_str(&ok(&args).stdout).unwrap();
        // All but the model's own name and checksum.
        record.as_object_mut().unwrap().remove("model");
        record
    };
    assert_eq!(evaluation("whole.nut"), evaluation("labels.nut"));
    let refused = run(&["train", "text", &alone, "-o", &model("no.nut")]);
    assert!(refused.code != 0 && refused.stderr.contains("--texts"), "{}", refused.stderr);
    let refused = run(&["train", "text", &alone, "--texts", &few, "-o", &model("no.nut")]);
    assert!(
        refused.code != 0 && refused.stderr.contains("labels.jsonl:1: no text of https"),
        "{}",
        refused.stderr
    );
    let ran = ok(&["train", "text", &alone, "--texts", &few, "--skip-bad-records", "-o", &model("few.nut")]);
    assert!(ran.stderr.contains("10 records in all"), "{}", ran.stderr);
}

/// A model that knows its subject calls no class of texts on another, and says so in every form.
#[test]
fn texts_on_another_subject_are_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(60));
    let of = |label: &str, words: &str, n: usize| -> Vec<Value> {
        (0..n).map(|idx| json!({"id": format!("{label}{idx}"), "text": words, "label": label})).collect()
    };
    // What is told of a text takes a paragraph of words that the model knows.
    let letter = |n: usize| char::from(b"abcdefghijklmnopqrst"[n % 20]);
    let words: Vec<String> = (0..60).map(|n| format!("leek{}{}x", letter(n / 20), letter(n))).collect();
    let recipe_words = words.join(" ");
    let off = write_records(folder.path(), "off.jsonl", &of("x", &recipe_words, 60));
    let model = in_folder(folder.path(), "model.nut");
    let plain = in_folder(folder.path(), "plain.nut");
    ok(&["train", "text", &data, "-o", &plain]);
    ok(&["train", "text", &data, "--on-topic", &data, "--off-topic", &off, "-o", &model]);
    let recipe = write_records(folder.path(), "recipe.jsonl", &of("y", &recipe_words, 1));
    let short = write_records(folder.path(), "short.jsonl", &of("z", &words[..9].join(" "), 1));
    for evidence in ["0", "5"] {
        let flags = ["--model", &model, "--evidence", evidence];
        let ran = ok(&[&["classify", &recipe, "--format", "jsonl"], &flags[..]].concat());
        let record: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(record["off_topic"].as_f64().unwrap() > 0.5 && record["abstained"] == true, "{record}");
        let ran = ok(&[&["classify", &recipe], &flags[..]].concat());
        assert!(ran.stdout.contains("on another subject"), "{}", ran.stdout);
    }
    let csv = ok(&["classify", &recipe, "--model", &model, "--format", "csv"]);
    assert!(csv.stdout.lines().nth(1).unwrap().contains(",true,"), "{}", csv.stdout);
    let known = ok(&["classify", &data, "--model", &model, "--format", "jsonl"]);
    assert!(!known.stdout.contains("off_topic"), "{}", known.stdout);
    let silent = ok(&["classify", &short, "--model", &model, "--format", "jsonl"]);
    assert!(!silent.stdout.contains("off_topic"), "{}", silent.stdout);
    let explained = ok(&["explain", &model, &recipe]);
    assert!(explained.stdout.contains("on another subject"), "{}", explained.stdout);
    let unaware = ok(&["classify", &recipe, "--model", &plain, "--format", "jsonl"]);
    assert!(!unaware.stdout.contains("off_topic"));
    // Neither is of use without the other.
    assert!(run(&["train", "text", &data, "--off-topic", &off, "-o", &plain, "--force"]).code != 0);
}

/// By sentence, a text's evidence is the sum of its sentences' evidence, whatever their lengths, up to one scale.
#[test]
fn a_text_by_sentence_weighs_its_sentences_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = labelled_records(90);
    // Articles beside single sentences.
    data.extend((0..12).map(|idx| {
        let (label, word) = [("dove", "treaty"), ("hawk", "missile")][idx % 2];
        let text = format!(
            "The {word} was near. A plan of the {word} on Tuesday.\n\nMinisters said the {word}. \
                            That was the {word}. A new {word}."
        );
        json!({"id": format!("a{idx}"), "title": format!("A {word}"), "text": text, "label": label})
    }));
    let data = write_records(folder.path(), "data.jsonl", &data);
    let model = in_folder(folder.path(), "model.nut");
    let again = in_folder(folder.path(), "again.nut");
    let flags = ["--by-sentence", "--system", "svm", "--threads"];
    ok(&[&["train", "text", &data, "-o", &model], &flags[..], &["1"]].concat());
    ok(&[&["train", "text", &data, "-o", &again], &flags[..], &["3"]].concat());
    assert_eq!(bytes(&model), bytes(&again));
    let parts = ["The treaty was near.", "On Tuesday the ministers said that a missile was near the market."];
    let (one, other) = (parts[0].to_owned(), parts[1].to_owned());
    let thrice = [parts[0]; 3].join(" ");
    let texts: Vec<Value> = [one, other, parts.join(" "), parts.join("\n\n"), thrice, "Zyx wvu.".to_owned()]
        .iter()
        .enumerate()
        .map(|(idx, text)| json!({"id": format!("t{idx}"), "text": text}))
        .collect();
    let texts = write_records(folder.path(), "texts.jsonl", &texts);
    let ran = ok(&["classify", &texts, "--model", &model, "--format", "jsonl"]);
    let log_odds: Vec<f64> = ran
        .stdout
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let p = |class: &str| record["p"][class].as_f64().unwrap();
            // Probabilities are printed with four digits.
            (p("dove") / p("hawk")).ln()
        })
        .collect();
    let prior = log_odds[5];
    let scale = (log_odds[2] - prior) / (log_odds[0] + log_odds[1] - 2.0 * prior);
    // The sum of two rows of length 1 that share a little is longer than √2, and shorter than 2.
    assert!(scale > 0.5 && scale < 0.72, "{scale} of {log_odds:?}");
    assert_eq!(log_odds[2], log_odds[3], "how sentences are parted makes no difference");
    assert_eq!(log_odds[0], log_odds[4], "what is said again adds nothing");
    assert!(log_odds[0] > log_odds[1]);
    // The places of evidence are those in the whole text, and what it would take to change the label is told.
    let whole = format!("{} {}", parts[0], parts[1]);
    let path = folder.path().join("whole.txt");
    std::fs::write(&path, &whole).unwrap();
    let ran =
        ok(&["classify", path.to_str().unwrap(), "--model", &model, "--format", "jsonl", "--evidence", "50"]);
    let record: Value = serde_json::from_str(&ran.stdout).unwrap();
    let evidence = record["evidence"].as_array().unwrap();
    let near = evidence.iter().find(|e| e["term"] == "near").unwrap();
    let spans: Vec<&str> = near["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| &whole[span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize])
        .collect();
    assert_eq!(spans, ["near", "near"]);
    let explained = ok(&["explain", &model, path.to_str().unwrap()]);
    assert!(explained.stdout.contains(" without "), "{}", explained.stdout);
    // Counts are of texts.
    let refused = run(&["train", "text", &data, "--by-sentence", "--counts-out", &again]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}

#[test]
fn evidence_by_sentence_adds_up_and_leads_back_to_the_file() {
    let ran =
        run(&["classify", COLUMN, "--format", "jsonl", "--evidence", "500", "--sentence-evidence", "500"]);
    let record = &ran.records()[0];
    let sum = |key: &str| -> f64 {
        record[key].as_array().unwrap().iter().map(|e| e["log_odds"].as_f64().unwrap()).sum()
    };
    assert!((sum("evidence") - sum("sentence_evidence")).abs() < 1e-3);
    let file = std::fs::read_to_string(common::root().join(COLUMN)).unwrap();
    let sentences = record["sentence_evidence"].as_array().unwrap();
    assert!(sentences.len() > 10, "{record}");
    for sentence in sentences {
        let at = |idx: usize| sentence["span"][idx].as_u64().unwrap() as usize;
        assert_eq!(sentence["text"], file[at(0)..at(1)]);
    }
    let strengths: Vec<f64> = sentences.iter().map(|s| s["log_odds"].as_f64().unwrap().abs()).collect();
    assert!(strengths.is_sorted_by(|a, b| a >= b), "{strengths:?}");
    // An article that speaks in quotations says so.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quoted.jsonl");
    let text = "“The missiles and the attack are a threat,” he said. “Their hackers attack our ports.”";
    std::fs::write(&path, serde_json::json!({"id": "q", "text": text}).to_string()).unwrap();
    let ran = run(&["classify", path.to_str().unwrap(), "--sentence-evidence", "9"]);
    assert!(
        ran.stdout.contains("stands in quotations") && ran.stdout.contains("] quoted\n"),
        "{}",
        ran.stdout
    );
    assert!(!run(&["classify", COLUMN]).stdout.contains("quotations"));
}
