//! Labelled data from the command line: what it consists of, what is wrong with it, copies, and divisions without leaks.

mod common;

use std::collections::BTreeSet;

use common::command::{in_folder, ok, run, write_records};
use serde_json::{Value, json};

/// Records of ten outlets; the last ten repeat earlier ones but for a word.
fn records() -> Vec<Value> {
    let text = |idx: usize| -> String {
        (0..40).map(|at| format!("w{}", (idx * 31 + at * at * 7 + at) % 997)).collect::<Vec<_>>().join(" ")
    };
    let record = |idx: usize, text: String| {
        let label = ["dove", "hawk"][idx % 3 % 2];
        json!({
            "id": format!("r{idx}"), "text": text, "label": label, "group": format!("o{}", idx % 10),
            "date": format!("2026-{:02}-01", idx % 12 + 1), "weight": 1.5, "notes": ["kept", idx]
        })
    };
    let mut all: Vec<Value> = (0..100).map(|idx| record(idx, text(idx))).collect();
    all.extend((0..10).map(|idx| record(100 + idx, format!("{} anew", text(idx * 7)))));
    all
}

fn read(path: &str) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn statistics_count_labels_and_copies() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &records());
    let record = &ok(&["dataset", "stats", &data, "--format", "json"]).records()[0];
    assert_eq!(
        (&record["records"], &record["groups"], &record["near_duplicates"]),
        (&json!(110), &json!(10), &json!(10))
    );
    assert_eq!((&record["duplicates"], &record["dates"]), (&json!(0), &json!(["2026-01-01", "2026-12-01"])));
    let text = ok(&["dataset", "stats", &data]).stdout;
    assert!(text.contains("records      110\n") && text.contains("%  dove"), "{text}");
}

#[test]
fn every_fault_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &records());
    assert_eq!(ok(&["dataset", "validate", &data]).stdout, "");
    let mut lines = std::fs::read_to_string(&data).unwrap();
    lines.push_str("{\"text\":\"x y\"}\nnot json\n{\"id\":\"c\",\"text\":\"w0 w1\",\"label\":\"Dove\"}\n");
    std::fs::write(&data, lines).unwrap();
    let ran = run(&["dataset", "validate", &data]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (1, 3), "{}", ran.stdout);
    assert!(
        ran.stdout.contains(":111: no \"label\" field") && ran.stdout.contains(":112: "),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("[\"Dove\", \"dove\"]"), "{}", ran.stdout);
}

#[test]
fn copies_are_left_out_and_the_rest_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &records());
    let out = in_folder(folder.path(), "out.jsonl");
    let ran = ok(&["dataset", "dedup", &data, "-o", &out, "--report"]);
    assert_eq!(ran.stdout.lines().count(), 10);
    assert!(ran.stdout.contains("r103: a copy of r21\n"), "{}", ran.stdout);
    let before = std::fs::read_to_string(&data).unwrap();
    let after = std::fs::read_to_string(&out).unwrap();
    assert_eq!(after.lines().collect::<Vec<_>>(), before.lines().take(100).collect::<Vec<_>>());
    assert!(run(&["dataset", "dedup", &data, "-o", &out]).stderr.contains("use --force"));
    // A planted copy in another form of file.
    let csv = in_folder(folder.path(), "b.csv");
    std::fs::write(
        &csv,
        "text,label\nTalks resumed at dawn,dove\nguns,hawk\n\"Talks  resumed at dawn\",dove\n",
    )
    .unwrap();
    ok(&["dataset", "dedup", &csv, "-o", &out, "--force"]);
    assert_eq!(read(&out).len(), 2);
    assert_eq!(run(&["dataset", "dedup", &csv, "-o", &out, "--threshold", "0"]).code, 2);
}

#[test]
fn divisions_keep_groups_and_copies_on_one_side() {
    let folder = tempfile::tempdir().unwrap();
    // Without groups, or the copies, which are of other outlets, would bind all of them together.
    let without_groups: Vec<Value> = records()
        .into_iter()
        .map(|mut record| {
            record.as_object_mut().unwrap().remove("group");
            record
        })
        .collect();
    let copies = write_records(folder.path(), "copies.jsonl", &without_groups);
    let groups = write_records(folder.path(), "groups.jsonl", &records()[..100]);
    let out = in_folder(folder.path(), "parts");
    let parts = |args: &[&str]| -> [Vec<Value>; 2] {
        ok(&[&["dataset", "split", "-o", &out, "--force"], args].concat());
        ["train.jsonl", "test.jsonl"].map(|name| read(&format!("{out}/{name}")))
    };
    let [train, test] = parts(&[&copies]);
    assert_eq!(train.len() + test.len(), 110);
    assert!((15..30).contains(&test.len()), "{}", test.len());
    assert!(train[0].get("notes").is_some() && train[0]["weight"] == 1.5, "all fields are kept");
    let ids = |records: &[Value]| -> BTreeSet<String> {
        records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    let of_test = ids(&test);
    for idx in 0..10 {
        assert_eq!(
            of_test.contains(&format!("r{}", 100 + idx)),
            of_test.contains(&format!("r{}", idx * 7)),
            "{idx}"
        );
    }
    let [train, test] = parts(&[&groups, "--test", "0.3"]);
    let outlets = |records: &[Value]| -> BTreeSet<String> {
        records.iter().map(|record| record["group"].as_str().unwrap().to_owned()).collect()
    };
    assert!(outlets(&train).is_disjoint(&outlets(&test)) && !test.is_empty());
    let [train, test] = parts(&[&copies, "--by-time"]);
    let newest = train.iter().map(|record| record["date"].as_str().unwrap()).max().unwrap();
    assert!(test.iter().all(|record| record["date"].as_str().unwrap() >= newest));
    let again = ids(&parts(&[&copies])[1]);
    assert_eq!(again, of_test, "the same data give the same division");
    assert_ne!(ids(&parts(&[&copies, "--seed", "7"])[1]), of_test);
    assert_eq!(run(&["dataset", "split", &copies, "-o", &out, "--force", "--test", "1"]).code, 2);
}
