//! What models have learned, why texts have their labels, and how two models differ, from the command line.

mod common;

use common::command::{in_folder, labelled_records, ok, run, write_records};
use serde_json::Value;

#[test]
fn explanations_name_terms_places_and_what_would_change_the_label() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(90));
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &data, "-o", &model]);
    let top = ok(&["explain", &model, "--top", "3"]).stdout;
    let hawk: Vec<&str> = top.lines().skip_while(|line| *line != "hawk").skip(1).take(3).collect();
    assert!(hawk.iter().any(|line| line.contains("documents") && line.ends_with("  missile")), "{top}");
    let term = ok(&["explain", &model, "--term", "treaty"]).stdout;
    assert!(term.starts_with("treaty, in ") && term.contains("  dove"), "{term}");
    let unknown = run(&["explain", &model, "--term", "zebra"]);
    assert!(
        unknown.code == 1 && unknown.stderr.contains("\"zebra\" is no term of the model"),
        "{}",
        unknown.stderr
    );
    let text = in_folder(folder.path(), "t.txt");
    std::fs::write(
        &text,
        "The ministers said that a missile was near the treaty talks, and a treaty it was.",
    )
    .unwrap();
    let places = ok(&["explain", &model, "--term", "treaty", &text]).stdout;
    assert_eq!(places.matches("[treaty]").count(), 2, "{places}");
    let verdict = ok(&["explain", &model, &text]).stdout;
    assert!(verdict.contains(": dove (p: ") && verdict.contains("(sum)"), "{verdict}");
    let counterfactual = verdict.lines().find(|line| line.contains(" without ")).unwrap();
    assert!(counterfactual.starts_with("  hawk without ") && counterfactual.contains("treaty"), "{verdict}");
}

#[test]
fn explanations_are_records_too_and_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(90));
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &data, "-o", &model]);
    let top = &ok(&["explain", &model, "--top", "3", "--format", "jsonl"]).records()[0];
    let labels: Vec<&Value> =
        top["classes"].as_array().unwrap().iter().map(|class| &class["label"]).collect();
    assert_eq!(labels, ["dove", "farm", "hawk"]);
    assert!(
        top["classes"][2]["terms"].as_array().unwrap().iter().any(|term| term["term"] == "missile"),
        "{top}"
    );
    let words = "The ministers said that a missile was near the treaty talks, and a treaty it was.";
    let text = in_folder(folder.path(), "t.txt");
    std::fs::write(&text, words).unwrap();
    let verdict = &ok(&["explain", &model, &text, "--evidence", "2", "--format", "jsonl"]).records()[0];
    let number = |value: &Value| value.as_f64().unwrap();
    let evidence = verdict["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 2);
    let shown: f64 = evidence.iter().map(|term| number(&term["log_odds"])).sum();
    let sum = number(&verdict["prior_log_odds"]) + shown + number(&verdict["other_log_odds"]);
    assert!((sum - number(&verdict["log_odds"])).abs() < 1e-5, "{verdict}");
    let p = |label: &Value| number(&verdict["p"][label.as_str().unwrap()]);
    let odds = (p(&verdict["label"]) / p(&verdict["against"])).ln();
    assert!((odds - number(&verdict["log_odds"])).abs() < 1e-3, "{verdict}");
    assert_eq!(verdict["counterfactual"]["label"], "hawk");
    let found = &ok(&["explain", &model, &text, "--term", "treaty", "--format", "jsonl"]).records()[0];
    let places = found["places"].as_array().unwrap();
    assert_eq!(places.len(), 2);
    for place in places {
        let [start, end] = [0, 1].map(|at| place["span"][at].as_u64().unwrap() as usize);
        assert_eq!(&words[start..end], "treaty");
        assert!(words.contains(&format!("{}treaty", place["before"].as_str().unwrap())));
    }
}

#[test]
fn two_models_differ_by_field_by_array_and_by_term() {
    let folder = tempfile::tempdir().unwrap();
    let records = labelled_records(90);
    let [a, b] = [("a.jsonl", &records[..60]), ("b.jsonl", &records[..])]
        .map(|(name, records)| write_records(folder.path(), name, records));
    let [old, new] = ["old.nut", "new.nut"].map(|name| in_folder(folder.path(), name));
    ok(&["train", "text", &a, "-o", &old]);
    ok(&["train", "text", &b, "-o", &new]);
    assert_eq!(ok(&["model", "diff", &old, &old]).stdout, "the models are the same, bit for bit\n");
    let text = ok(&["model", "diff", &old, &new, "--top", "2"]).stdout;
    assert!(text.contains("data.n_records: 60 → 90\n") && text.contains("terms: "), "{text}");
    let record = &ok(&["model", "diff", &old, &new, "--top", "2", "--format", "json"]).records()[0];
    assert_eq!(record["same"], false);
    let classes = record["terms"]["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 3);
    assert!(classes.iter().all(|class| class["terms"].as_array().unwrap().len() == 2), "{record}");
    // Models of other tasks have no terms to compare.
    let record = &ok(&["model", "diff", "body", "summary", "--format", "json"]).records()[0];
    assert!(record.get("terms").is_none() && !record["fields"].as_array().unwrap().is_empty());
    assert_eq!(run(&["model", "diff", &old, &a]).code, 4);
}
