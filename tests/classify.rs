//! The text classifier from the command line: training, tuning, statistics, and data that cannot be used.

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use common::command::{bytes, in_folder, labelled_records, ok, run, write_records};
use serde_json::{Value, json};

#[test]
fn models_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(240));
    let rows: [(&str, &[&str]); 4] = [
        ("defaults", &[]),
        ("mixture", &["--system", "mixture", "--chars", "2..4"]),
        ("platt", &["--calibration", "platt", "--max-ngram", "3", "--precision", "i8"]),
        ("tuned", &["--tune"]),
    ];
    for (name, flags) in rows {
        let mut made: Vec<Vec<u8>> = Vec::new();
        for threads in ["1", "2", "4", "8"] {
            let out = in_folder(folder.path(), &format!("{name}-{threads}.nut"));
            ok(&[&["train", "text", &data, "-o", &out, "--threads", threads], flags].concat());
            made.push(bytes(&out));
        }
        assert!(made.iter().all(|bytes| *bytes == made[0]), "{name}");
    }
}

#[test]
fn tuning_prints_what_it_tried_and_marks_its_choice() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(150));
    let out = in_folder(folder.path(), "m.nut");
    let ran = ok(&["train", "text", &data, "-o", &out, "--tune"]);
    assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("* ")).count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("svm C=1") && ran.stdout.contains("complement α="), "{}", ran.stdout);
    assert!(ran.stdout.contains("text, cross-validated: 150 records"), "{}", ran.stdout);
    let bayes = ok(&["train", "text", &data, "-o", &out, "--force", "--tune", "--system", "bayes"]);
    assert!(!bayes.stdout.contains("svm"), "{}", bayes.stdout);
    let clash = run(&["train", "text", &data, "-o", &out, "--force", "--tune", "--system", "svm"]);
    assert!(clash.code != 0 && clash.stderr.contains("--tune chooses the system"), "{}", clash.stderr);
}

#[test]
fn eight_shards_merge_into_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let all = labelled_records(240);
    let whole = write_records(folder.path(), "whole.jsonl", &all);
    for (weighting, extra) in [("count", &["--chars", "2..3"][..]), ("binary", &["--max-ngram", "3"])] {
        let counts = |name: &str| in_folder(folder.path(), &format!("{weighting}-{name}.counts"));
        let flags = [&["--weighting", weighting, "--min-documents", "2"], extra].concat();
        ok(&[&["train", "text", &whole, "--counts-out", &counts("whole")], &flags[..]].concat());
        let parts: Vec<String> = (0..8)
            .map(|part| {
                let own: Vec<Value> = all.iter().skip(part).step_by(8).cloned().collect();
                let data = write_records(folder.path(), &format!("part{part}.jsonl"), &own);
                let out = counts(&part.to_string());
                ok(&[&["train", "text", &data, "--counts-out", &out], &flags[..]].concat());
                out
            })
            .collect();
        let merged = counts("merged");
        let parts: Vec<&str> = parts.iter().rev().map(String::as_str).collect();
        ok(&[&["model", "merge", "-o", &merged], &parts[..]].concat());
        assert!(bytes(&merged) == bytes(&counts("whole")), "{weighting}");
        // So are the models, from statistics and from the data itself.
        let (from_merged, direct) = (counts("from-merged.nut"), counts("direct.nut"));
        ok(&["train", "text", "--from", &merged, "-o", &from_merged]);
        ok(&[&["train", "text", &whole, "-o", &direct, "--calibration", "none"], &flags[..]].concat());
        assert!(bytes(&from_merged) == bytes(&direct), "{weighting}");
    }
}

#[test]
fn what_is_forgotten_leaves_no_trace_and_what_is_added_is_learned() {
    let folder = tempfile::tempdir().unwrap();
    let all = labelled_records(120);
    let kept = write_records(folder.path(), "kept.jsonl", &all[..90]);
    let gone = write_records(folder.path(), "gone.jsonl", &all[90..]);
    let file = |name: &str| in_folder(folder.path(), name);
    let flags = ["--weighting", "count"];
    ok(&[&["train", "text", &kept, "--counts-out", &file("kept.counts")], &flags[..]].concat());
    ok(&[&["train", "text", &kept, &gone, "--counts-out", &file("all.counts")], &flags[..]].concat());
    ok(&[
        "train",
        "text",
        "--from",
        &file("all.counts"),
        "--forget",
        &gone,
        "--counts-out",
        &file("rest.counts"),
    ]);
    assert!(bytes(&file("rest.counts")) == bytes(&file("kept.counts")));
    let added = ok(&[
        "train",
        "text",
        &gone,
        "--from",
        &file("kept.counts"),
        "--counts-out",
        &file("sum.counts"),
        "-o",
        &file("m.nut"),
    ]);
    assert!(bytes(&file("sum.counts")) == bytes(&file("all.counts")));
    assert!(added.stderr.contains("trained on 120 records"), "{}", added.stderr);
    let never = run(&[
        "train",
        "text",
        "--from",
        &file("kept.counts"),
        "--forget",
        &gone,
        "--counts-out",
        &file("x"),
    ]);
    assert!(never.code == 1 && never.stderr.contains("not all counted"), "{}", never.stderr);
    let other = run(&["model", "merge", &file("kept.counts"), &file("m.nut"), "-o", &file("y")]);
    assert!(
        other.code == 4 && other.stderr.contains("a text model, where one for counts is needed"),
        "{}",
        other.stderr
    );
}

#[test]
fn a_part_of_one_class_is_counted_and_no_model_of_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let all = labelled_records(60);
    let file = |name: &str| in_folder(folder.path(), name);
    let whole = write_records(folder.path(), "whole.jsonl", &all);
    ok(&["train", "text", &whole, "--weighting", "count", "--counts-out", &file("whole.counts")]);
    let parts: Vec<String> = ["dove", "hawk", "farm"]
        .map(|class| {
            let own: Vec<Value> = all.iter().filter(|record| record["label"] == class).cloned().collect();
            let data = write_records(folder.path(), &format!("{class}.jsonl"), &own);
            let out = file(&format!("{class}.counts"));
            ok(&["train", "text", &data, "--weighting", "count", "--counts-out", &out]);
            let alone = run(&["train", "text", "--from", &out, "-o", &file("alone.nut")]);
            assert!(alone.code == 1 && alone.stderr.contains("two or more"), "{}", alone.stderr);
            out
        })
        .to_vec();
    ok(&["model", "merge", &parts[0], &parts[1], &parts[2], "-o", &file("merged.counts")]);
    assert!(bytes(&file("merged.counts")) == bytes(&file("whole.counts")));
    // What the counts have settled cannot be asked for anew.
    let clash =
        run(&["train", "text", "--from", &file("whole.counts"), "--max-ngram", "3", "-o", &file("m.nut")]);
    assert!(clash.code == 2 && clash.stderr.contains("--max-ngram"), "{}", clash.stderr);
}

#[test]
fn cross_validation_takes_bad_records_rare_classes_and_groups() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "m.nut");
    let train = |records: &[Value], flags: &[&str]| {
        let data = write_records(folder.path(), "a.jsonl", records);
        run(&[&["train", "text", &data, "-o", &out, "--force"], flags].concat())
    };
    let mut all = labelled_records(60);
    all.push(json!({"text": ""}));
    let skipped = train(&all, &["--cv", "3", "--skip-bad-records"]);
    assert!(skipped.code == 0 && skipped.stdout.contains("60 records"), "{}", skipped.stderr);
    all.pop();
    // One record alone: the fold that holds it out has never seen its class.
    all.push(json!({"text": "an owl hoots at dawn", "label": "owl"}));
    let rare = train(&all, &["--cv", "3"]);
    assert!(rare.code == 0 && rare.stdout.contains("61 records"), "{}", rare.stderr);
    all.iter_mut().for_each(|record| record["group"] = json!("one outlet"));
    for flags in [&["--cv", "3"][..], &["--tune"], &[]] {
        let grouped = train(&all, flags);
        assert!(
            grouped.code == 1 && grouped.stderr.contains("share one group"),
            "{flags:?}: {}",
            grouped.stderr
        );
    }
}

#[test]
fn pruned_models_keep_the_terms_that_tell() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(240));
    for flag in ["--max-terms", "--chi-square"] {
        let out = in_folder(folder.path(), &format!("m{flag}.nut"));
        ok(&["train", "text", &data, "-o", &out, "--max-ngram", "1", flag, "9"]);
        let top = ok(&["explain", &out, "--top", "50"]).stdout;
        let mut terms: Vec<&str> = top
            .lines()
            .filter(|line| line.starts_with(' '))
            .filter_map(|line| line.rsplit(' ').next())
            .collect();
        terms.sort_unstable();
        terms.dedup();
        let own = ["attack", "dialogue", "guns", "harvest", "market", "missile", "rain", "talks", "treaty"];
        assert_eq!(terms, own, "{flag}");
        ok(&["evaluate", &out, &data, "--fail-under", "accuracy=0.9"]);
    }
}

#[test]
fn a_table_has_a_row_a_text_and_guards_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "a.jsonl", &labelled_records(90));
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &data, "-o", &model]);
    let texts = [
        json!({"id": "=cmd", "text": "talks of a treaty, \"said\" the ministers"}),
        json!({"id": "b", "text": " "}),
        json!({"id": "c", "title": "Guns", "text": "missile attack"}),
    ];
    let texts = write_records(folder.path(), "texts.jsonl", &texts);
    let table = run(&["classify", &texts, "--model", &model, "--format", "csv"]);
    assert_eq!(table.code, 1, "one failed");
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(table.stdout.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>().join(" "),
        "id source label abstained p_dove p_farm p_hawk error"
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!([&rows[0][0], &rows[0][2], &rows[2][2]], ["'=cmd", "dove", "hawk"]);
    assert!(rows[1][7].contains("empty"), "{:?}", rows[1]);
    let raw = run(&["classify", &texts, "--model", &model, "--format", "csv", "--csv-raw"]);
    assert!(raw.stdout.contains("\r\n=cmd,"), "{}", raw.stdout);
    // The records without evidence say the same as those with it.
    let label = |flags: &[&str]| -> Vec<Value> {
        let ran = run(&[&["classify", &texts, "--model", &model, "--format", "jsonl"], flags].concat());
        ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["p"].take()).collect()
    };
    assert_eq!(label(&["--evidence", "0"]), label(&[]));
}

/// Labels by address take their texts from files of their own, and none other than those that were labelled.
#[test]
fn bad_data_is_told_with_its_place_or_skipped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "m.nut");
    let good: String = labelled_records(60).iter().map(|record| format!("{record}\n")).collect();
    let rows: [(&str, &str, &str); 6] = [
        ("unlabelled", "{\"text\":\"talks\"}\n", ":61: no \"label\" field"),
        ("empty text", "{\"text\":\"\",\"label\":\"dove\"}\n", ":61: the \"text\" field is empty"),
        ("no JSON", "{\"text\":\n", ":61: not a JSON object (column 8"),
        ("mixed labels", "{\"text\":\"talks\",\"label\":7}\n", ":61: label 7 is a number, but a text at "),
        ("no text", "{\"label\":\"dove\"}\n", ":61: no \"text\" field"),
        ("a list", "[1, 2]\n", ":61: neither a JSON object nor"),
    ];
    for (name, line, expected) in rows {
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, format!("{good}{line}{good}")).unwrap();
        let path = path.to_str().unwrap();
        let ran = run(&["train", "text", path, "-o", &out]);
        assert!(ran.code == 3 && ran.stderr.contains(expected), "{name}: {}", ran.stderr);
        assert!(!Path::new(&out).exists(), "{name}: a failed training leaves no file");
        let ran = ok(&["train", "text", path, "-o", &out, "--skip-bad-records"]);
        assert!(
            ran.stderr.contains("1 records skipped") && ran.stderr.contains("trained on 120"),
            "{name}: {}",
            ran.stderr
        );
        std::fs::remove_file(&out).unwrap();
    }
    let data = write_records(folder.path(), "b.jsonl", &labelled_records(60));
    for (flag, value, name) in [
        ("--alpha", "NaN", "alpha is NaN"),
        ("--alpha", "0", "alpha is 0"),
        ("--max-documents", "NaN", "max_documents is NaN"),
        ("--max-ngram", "9", "max_ngram is 9"),
        ("--chars", "5..2", "chars is 5..2"),
        ("--min-documents", "0", "min_documents is 0"),
    ] {
        let ran = run(&["train", "text", &data, "-o", &out, flag, value]);
        assert!(ran.code == 2 && ran.stderr.contains(name), "{flag} {value}: {}", ran.stderr);
    }
    let ran = run(&["train", "text", &data, "-o", &out, "--cost", "-1", "--system", "svm"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn a_line_of_more_than_the_limit_is_told_and_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("long.jsonl.gz");
    let mut gz =
        flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    let lines = |range: std::ops::Range<usize>| -> String {
        labelled_records(60)[range].iter().map(|record| format!("{record}\n")).collect()
    };
    gz.write_all(lines(0..30).as_bytes()).unwrap();
    gz.write_all(b"{\"text\":\"").unwrap();
    for _ in 0..1024 {
        gz.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    gz.write_all(b"\",\"label\":\"dove\"}\n").unwrap();
    gz.write_all(lines(30..60).as_bytes()).unwrap();
    gz.finish().unwrap();
    let (path, out) = (path.to_str().unwrap(), in_folder(folder.path(), "m.nut"));
    let ran = run(&["train", "text", path, "-o", &out]);
    assert!(ran.code == 3 && ran.stderr.contains("long.jsonl.gz:31: the line has over "), "{}", ran.stderr);
    let ran = ok(&["train", "text", path, "-o", &out, "--skip-bad-records"]);
    assert!(
        ran.stderr.contains("1 records skipped") && ran.stderr.contains("trained on 60"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_damaged_large_model_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    // Words enough for a file that is mapped: over 8 MB.
    let many: Vec<Value> = (0..600_usize)
        .map(|idx| {
            let words: Vec<String> = (0..300).map(|k| format!("word{}", idx * 300 + k)).collect();
            json!({"text": words.join(" "), "label": if idx % 2 == 0 { "even" } else { "odd" }})
        })
        .collect();
    let data = write_records(folder.path(), "many.jsonl", &many);
    let model = in_folder(folder.path(), "m.nut");
    ok(&["train", "text", &data, "-o", &model, "--precision", "f32", "--min-ngram-documents", "1"]);
    let mut damaged = bytes(&model);
    assert!(damaged.len() > 8 << 20, "{} bytes", damaged.len());
    ok(&["model", "verify", &model]);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&model, damaged).unwrap();
    for args in [
        &["classify", &data, "--model", &model][..],
        &["evaluate", &model, &data],
        &["model", "verify", &model],
    ] {
        let ran = run(args);
        assert!(ran.code == 4 && ran.stderr.contains("checksum"), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn models_are_compared_and_records_sliced() {
    let folder = tempfile::tempdir().unwrap();
    let train = write_records(folder.path(), "train.jsonl", &labelled_records(90));
    let test: Vec<Value> = labelled_records(240)
        .into_iter()
        .skip(90)
        .enumerate()
        .map(|(idx, mut record)| {
            record["outlet"] = json!(["Tide", "Quay"][idx % 2]);
            record["group"] = json!(format!("g{}", idx / 10));
            record
        })
        .collect();
    let test = write_records(folder.path(), "test.jsonl", &test);
    let [model, weak] = ["m.nut", "w.nut"].map(|name| in_folder(folder.path(), name));
    ok(&["train", "text", &train, "-o", &model]);
    ok(&["train", "text", &train, "-o", &weak, "--max-terms", "12"]);
    let args = ["evaluate", &model, &test, "--baseline", &weak, "--slice", "outlet", "--slice", "group"];
    let record = &ok(&[&args[..], &["--format", "json"]].concat()).records()[0];
    for metric in
        ["accuracy", "macro_f1", "balanced_accuracy", "mcc", "kappa", "log_loss", "brier", "ece", "roc_auc"]
    {
        let value = record["metrics"][metric].as_f64().unwrap();
        let interval = record["intervals"][metric].as_array().unwrap();
        assert!(interval[0].as_f64().unwrap() <= value && value <= interval[1].as_f64().unwrap(), "{metric}");
    }
    let comparison = &record["comparison"];
    let [only_model, only_baseline] =
        ["only_model_right", "only_baseline_right"].map(|key| comparison[key].as_f64().unwrap());
    let difference = comparison["differences"]["accuracy"].as_f64().unwrap();
    assert!((difference - (only_model - only_baseline) / 150.0).abs() < 1e-6, "{comparison}");
    let slices = record["slices"].as_array().unwrap();
    let of_outlet: Vec<(&str, u64)> = slices
        .iter()
        .filter(|slice| slice["field"] == "outlet")
        .map(|slice| (slice["value"].as_str().unwrap(), slice["n"].as_u64().unwrap()))
        .collect();
    assert_eq!(of_outlet, [("Quay", 75), ("Tide", 75)]);
    assert_eq!(slices.len(), 2 + 15);
    assert_eq!((record["coverage"].as_array().unwrap().len(), &record["groups"]), (10, &json!(15)));
    let text = ok(&args).stdout;
    assert!(text.contains("McNemar") && text.contains("outlet=Quay"), "{text}");
    // A baseline of other classes is refused.
    let two: Vec<Value> =
        labelled_records(60).into_iter().filter(|record| record["label"] != "farm").collect();
    let two = write_records(folder.path(), "two.jsonl", &two);
    let other = in_folder(folder.path(), "o.nut");
    ok(&["train", "text", &two, "-o", &other]);
    let refused = run(&["evaluate", &model, &test, "--baseline", &other]);
    assert!(
        refused.code == 2 && refused.stderr.contains("give a baseline with the same classes"),
        "{}",
        refused.stderr
    );
    assert_eq!(run(&["evaluate", "summary", &test, "--slice", "outlet"]).code, 2);
}

#[test]
fn coders_are_compared_by_id() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = ["a.jsonl", "b.csv", "c.jsonl"].map(|name| in_folder(folder.path(), name));
    let lines = |labels: &[(&str, &str)]| -> String {
        labels
            .iter()
            .map(|(id, label)| format!("{}\n", json!({"id": id, "label": label, "text": "x"})))
            .collect()
    };
    std::fs::write(&a, lines(&[("u1", "dove"), ("u2", "hawk"), ("u3", "dove"), ("u4", "hawk")])).unwrap();
    std::fs::write(&b, "id,label\nu2,hawk\nu1,dove\nu3,hawk\nu4,hawk\n").unwrap();
    std::fs::write(&c, lines(&[("u4", "hawk"), ("u1", "dove")])).unwrap();
    let record = &ok(&["agree", &a, &b, &c, "--format", "json"]).records()[0];
    assert_eq!((&record["units"], &record["classes"]), (&json!(4), &json!(["dove", "hawk"])));
    let kappas: Vec<f64> =
        record["pairs"].as_array().unwrap().iter().map(|pair| pair["value"].as_f64().unwrap()).collect();
    assert_eq!(kappas, [0.5, 1.0, 1.0]);
    assert_eq!(record["disagreements"], json!([{"id": "u3", "labels": ["dove", "hawk", null]}]));
    let text = ok(&["agree", &a, &b, "--disagreements"]).stdout;
    assert!(text.contains("krippendorff_alpha") && text.contains("    u3: dove | hawk"), "{text}");
    std::fs::write(&c, lines(&[("u4", "hawk"), ("u4", "dove")])).unwrap();
    let twice = run(&["agree", &a, &c]);
    assert!(twice.code == 3 && twice.stderr.contains(":2: the id \"u4\" stands twice"), "{}", twice.stderr);
    std::fs::write(&c, lines(&[("v1", "hawk")])).unwrap();
    assert!(run(&["agree", &a, &c]).stderr.contains("no id is in two files"));
    let unnamed = run(&["agree", &a, &b, "--label-field", "frame"]);
    assert!(unnamed.stderr.contains(":1: no \"frame\" field (fields: "), "{}", unnamed.stderr);
}
