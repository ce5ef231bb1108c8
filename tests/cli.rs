//! The command line by its contract: records, exit codes, where output goes, what errors say.

mod common;

use std::path::{Path, PathBuf};

use common::command::{Ran, run, run_with};
use serde_json::Value;

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

const COLUMN: &str = "tests/pages/harbour-hotline.txt";
const NEWS: &str = "tests/pages/ministers-meet.html";

/// The keys of a record, in their order in the line.
fn keys(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut in_text, mut start) = (0, false, 0);
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_text => at += 1,
            b'"' => {
                in_text = !in_text;
                if in_text {
                    start = at + 1;
                } else if depth == 1 && bytes.get(at + 1) == Some(&b':') {
                    found.push(line[start..at].to_owned());
                }
            }
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    found
}

#[test]
fn records_have_the_contract_s_keys_in_order() {
    let extract =
        ["schema", "id", "source", "title", "byline", "date", "language", "charset", "text", "blocks"];
    let classify = ["schema", "id", "label", "p", "abstained", "evidence"];
    let summarize = ["schema", "id", "summary", "sentences"];
    let read = [
        "schema",
        "id",
        "source",
        "title",
        "byline",
        "date",
        "language",
        "charset",
        "text",
        "blocks",
        "label",
        "p",
        "abstained",
        "evidence",
        "summary",
        "sentences",
        "quality",
    ];
    let rows: [(&str, &[&str]); 4] =
        [("extract", &extract), ("classify", &classify), ("summarize", &summarize), ("read", &read)];
    for (command, expected) in rows {
        let ran = run(&[command, NEWS, "--format", "jsonl"]);
        assert_eq!(ran.code, 0, "{command}: {}", ran.stderr);
        assert_eq!(keys(ran.stdout.trim()), expected, "{command}");
        assert_eq!(ran.records()[0]["id"], "ministers-meet");
    }
    let ran = run(&["read", NEWS, "--format", "json"]);
    assert_eq!(keys(ran.stdout.trim()), read);
}

/// Whether a value is what a schema says: the parts of JSON Schema that `schema/records.json` uses.
fn is_valid(value: &Value, schema: &Value, root: &Value) -> bool {
    let is_type = |name: &str| match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the schema uses type {other}"),
    };
    let object = schema.as_object().unwrap();
    object.iter().all(|(key, rule)| match key.as_str() {
        "$ref" => {
            is_valid(value, root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), root)
        }
        "type" => match rule {
            Value::String(name) => is_type(name),
            names => names.as_array().unwrap().iter().any(|name| is_type(name.as_str().unwrap())),
        },
        "const" => value == rule,
        "enum" => rule.as_array().unwrap().contains(value),
        "required" => rule
            .as_array()
            .unwrap()
            .iter()
            .all(|key| value.is_null() || value.get(key.as_str().unwrap()).is_some()),
        "properties" => value.as_object().is_none_or(|found| {
            let rules = rule.as_object().unwrap();
            let is_closed = object.get("additionalProperties") == Some(&Value::Bool(false));
            found.iter().all(|(key, value)| match rules.get(key) {
                Some(rule) => is_valid(value, rule, root),
                None => !is_closed,
            })
        }),
        "additionalProperties" => match rule {
            Value::Bool(_) => true,
            rule => value.as_object().unwrap().values().all(|value| is_valid(value, rule, root)),
        },
        "items" => value.as_array().is_none_or(|items| items.iter().all(|value| is_valid(value, rule, root))),
        "prefixItems" => value
            .as_array()
            .unwrap()
            .iter()
            .zip(rule.as_array().unwrap())
            .all(|(v, rule)| is_valid(v, rule, root)),
        "minItems" => value.as_array().unwrap().len() as u64 >= rule.as_u64().unwrap(),
        "maxItems" => value.as_array().unwrap().len() as u64 <= rule.as_u64().unwrap(),
        "minimum" => value.as_f64().unwrap() >= rule.as_f64().unwrap(),
        "maximum" => value.as_f64().unwrap() <= rule.as_f64().unwrap(),
        "description" => true,
        other => panic!("the schema uses {other}"),
    })
}

#[test]
fn records_are_what_the_schema_says() {
    let schema: Value = serde_json::from_str(nutgraf::report::RECORD_SCHEMA).unwrap();
    for (command, flags) in [
        ("extract", &["extract"][..]),
        ("classify", &["classify"]),
        ("classify", &["classify", "--sentence-evidence", "3"]),
        ("summarize", &["summarize"]),
        ("summarize", &["summarize", "--all", "--keywords", "5", "--stance-aware"]),
        ("read", &["read"]),
        ("read", &["read", "--sentence-evidence", "500"]),
        ("explain", &["explain", "stance"]),
        ("keyword", &["explain", "stance", "--term", "talk"]),
    ] {
        let inputs = [NEWS, COLUMN, "datasets/pages/held-out", "no-such.html", "--format", "jsonl"];
        let ran = run(&[flags, &inputs].concat());
        let records = ran.records();
        assert_eq!(records.len(), 55);
        for record in &records {
            let kind = if record.get("error").is_some() { "error" } else { command };
            assert!(is_valid(record, &schema["$defs"][kind], &schema), "{command}: {record}");
        }
        assert!(!is_valid(&records[0], &schema["$defs"]["error"], &schema), "the schema refuses something");
    }
    let story =
        &run(&["summarize", NEWS, COLUMN, "no-such.html", "--multi", "--format", "jsonl"]).records()[0];
    assert!(is_valid(story, &schema["$defs"]["story"], &schema), "{story}");
}

#[test]
fn every_input_gives_one_record_or_one_error_record() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a-empty.html", "");
    write(folder.path(), "b-binary.html", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    write(folder.path(), "c-blank.txt", " \n \n");
    write(folder.path(), "d-good.txt", std::fs::read(common::root().join(COLUMN)).unwrap());
    write(folder.path(), "e-menu.html", "<ul><li><a href=/>Home</a><li><a href=/w>World</a></ul>");
    write(folder.path(), "ignored.css", "p {}");
    let ran = run(&["read", folder.path().to_str().unwrap(), "--format", "jsonl"]);
    let records = ran.records();
    let found: Vec<(&str, Option<&str>)> =
        records.iter().map(|r| (r["id"].as_str().unwrap(), r["error"]["code"].as_str())).collect();
    let expected = [
        ("a-empty", Some("empty")),
        ("b-binary", Some("not_text")),
        ("c-blank", Some("empty")),
        ("d-good", None),
        ("e-menu", None),
    ];
    assert_eq!(found, expected);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stderr.lines().last(), Some("5 pages: 1 ok, 1 empty, 3 failed"));
}

#[test]
fn exit_codes_are_the_contract_s() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap().to_owned();
    let damaged = write(folder.path(), "damaged.nut", b"not a model at all, but long enough to be looked at");
    let damaged = damaged.to_str().unwrap();
    let rows: [(&str, &[&str], i32); 11] = [
        ("well", &["extract", NEWS], 0),
        ("help", &["--help"], 0),
        ("version", &["--version"], 0),
        ("no command", &[], 2),
        ("unknown flag", &["read", NEWS, "--fromat", "text"], 2),
        ("two budgets", &["summarize", NEWS, "-n", "2", "--words", "9"], 2),
        ("ratio out of range", &["summarize", NEWS, "--ratio", "1.5"], 2),
        ("missing input", &["read", "no-such-page.html"], 3),
        ("folder without pages", &["read", &empty], 3),
        ("damaged model", &["classify", NEWS, "--model", damaged], 4),
        ("unknown model", &["classify", NEWS, "--model", "stanse"], 4),
    ];
    for (name, args, code) in rows {
        let ran = run(args);
        assert_eq!(ran.code, code, "{name}: {}", ran.stderr);
    }
    assert!(
        run(&["read", NEWS, "--fromat", "text"]).stderr.contains("--format"),
        "flags have a did-you-mean"
    );
    assert!(run(&["reed", NEWS]).stderr.contains("read"), "commands have a did-you-mean");
    assert_eq!(run(&["summarise", NEWS]).code, 0, "the other spelling");
}

#[test]
fn records_are_read_from_jsonl_and_standard_input_and_compressed_files() {
    let folder = tempfile::tempdir().unwrap();
    let lines = concat!(
        "{\"id\":\"one\",\"text\":\"Ministers agreed to reopen the hotline between the two capitals. “Good,” he said.\",\"title\":\"Talks\"}\n",
        "{\"id\":\"two\",\"html\":\"<p>The ministers agreed to talk about the river and the dam, they said.</p>\"}\n",
        "not json\n",
        "{\"id\":\"four\"}\n"
    );
    let plain = write(folder.path(), "in.jsonl", lines);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, lines.as_bytes()).unwrap();
    let gzip = write(folder.path(), "in.jsonl.gz", encoder.finish().unwrap());
    let zstd = write(folder.path(), "in.jsonl.zst", zstd::encode_all(lines.as_bytes(), 1).unwrap());
    for path in [&plain, &gzip, &zstd] {
        let ran = run(&["summarize", path.to_str().unwrap(), "-n", "1", "--format", "jsonl"]);
        let records = ran.records();
        assert_eq!(records.len(), 4, "{}", ran.stderr);
        assert_eq!(records[0]["summary"], "Ministers agreed to reopen the hotline between the two capitals.");
        assert_eq!(records[1]["id"], "two");
        assert!(records[2]["error"]["message"].as_str().unwrap().contains("not a JSON record"));
        assert_eq!(records[2]["id"], format!("{}:3", path.display()));
        assert_eq!(records[3]["error"]["code"], "bad_record");
        assert_eq!(ran.code, 1);
    }
    let page = std::fs::read(common::root().join(NEWS)).unwrap();
    let ran = run_with(&["extract", "-", "--format", "jsonl"], page);
    assert_eq!(ran.records()[0]["title"], "Ministers meet to reopen the river hotline");
}

#[test]
fn the_output_does_not_depend_on_threads() {
    let outputs: Vec<String> = ["1", "2", "5"]
        .iter()
        .map(|n| {
            let args =
                ["read", "datasets/pages/held-out", "tests/pages", "--format", "jsonl", "--threads", n];
            let ran = run(&args);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            ran.stdout
        })
        .collect();
    assert_eq!(outputs[0].lines().count(), 54);
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}

#[test]
fn kinds_choose_what_is_kept_and_shown() {
    let ran = run(&["extract", NEWS]);
    assert!(ran.stdout.contains("The water ministers") && !ran.stdout.contains("cookies"));
    let ran = run(&["extract", NEWS, "--show-dropped"]);
    assert!(ran.stdout.contains("[cookie 0.0") && ran.stdout.contains("We use cookies"));
    let ran = run(&["extract", NEWS, "--keep", "title,heading"]);
    assert_eq!(ran.stdout, "Ministers meet to reopen the river hotline\n\nWhat was agreed\n");
    let ran = run(&["extract", NEWS, "--keep", "title,list", "--format", "md"]);
    let items =
        "- A call at six every morning from April to June.\n- Gauge readings, shared without delay.\n";
    assert_eq!(ran.stdout, format!("# Ministers meet to reopen the river hotline\n\n{items}"));
    let ran = run(&["extract", NEWS, "--keep", "list", "--show-dropped", "--format", "md"]);
    assert!(ran.stdout.contains("\n\n\\[cookie 0.00\\] Accept all\n"), "{}", ran.stdout);
    let ran = run(&["extract", NEWS, "--keep", "paragraphs"]);
    assert!(ran.code == 2 && ran.stderr.contains("kinds: body, heading"), "{}", ran.stderr);
}

#[test]
fn recall_and_precision_are_one_dial() {
    let n_words = |dial: &[&str]| {
        let ran = run(&[&["extract", "datasets/pages/train"], dial].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout.split_whitespace().count()
    };
    let kept = [&["--precision=8"][..], &["--precision"], &[], &["--recall"], &["--recall=8"]].map(n_words);
    assert!(kept.is_sorted() && kept[0] < kept[2] && kept[2] < kept[4], "{kept:?}");
    assert_eq!(n_words(&["--recall=2"]), kept[3]);
    for (wrong, says) in [
        (&["--recall=0"][..], "--recall[=<TIMES>]': a number above 0"),
        (&["--precision=x"], "a number above 0"),
        (&["--recall", "--precision"], "cannot be used with"),
    ] {
        let ran = run(&[&["extract", NEWS], wrong].concat());
        assert!(ran.code == 2 && ran.stderr.contains(says), "{}", ran.stderr);
    }
}

#[test]
fn what_recurs_on_a_site_is_less_likely_body() {
    let folder = tempfile::tempdir().unwrap();
    let pitch = "Every mile of this paper's reporting is paid for by the people who read it.";
    for (name, text) in
        [("one", "The weir held through a night of rain."), ("two", "The council met on Monday.")]
    {
        let html = format!(
            "<title>{name}</title><link rel=canonical href=\"https://weir.example/{name}\">\
             <article><h1>{name}</h1><p>{text}</p><p>{pitch}</p></article>"
        );
        write(folder.path(), &format!("{name}.html"), html);
    }
    let path = folder.path().to_str().unwrap();
    let p_of = |args: &[&str]| {
        let mut all = vec!["extract", path, "--format", "jsonl", "--show-dropped"];
        all.extend(args);
        let ran = run(&all);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let p = |record: &Value, idx: usize| record["blocks"][idx]["p_body"].as_f64().unwrap();
        ran.records().iter().map(|record| (p(record, 1), p(record, 2))).collect::<Vec<_>>()
    };
    for ((alone, pitch_alone), (on_site, pitch_on_site)) in p_of(&[]).into_iter().zip(p_of(&["--site-aware"]))
    {
        assert_eq!(alone, on_site);
        assert!(pitch_on_site < pitch_alone, "{pitch_on_site} {pitch_alone}");
    }
    assert_eq!(p_of(&["--site-aware"]), p_of(&["--site-aware", "--threads", "1"]));
    let ran = run_with(&["extract", "-", "--site-aware"], b"<p>One.</p>".to_vec());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("reads them twice"), "{}", ran.stderr);
}

#[test]
fn summaries_keep_their_budgets() {
    let words = |ran: &Ran| ran.stdout.split_whitespace().count();
    for limit in [12, 40, 90] {
        let ran = run(&["summarize", COLUMN, "--words", &limit.to_string()]);
        assert!(words(&ran) <= limit && words(&ran) > 0, "{limit}: {}", ran.stdout);
    }
    assert_eq!(run(&["summarize", COLUMN, "-n", "2"]).stdout.lines().count(), 2);
    assert_eq!(run(&["summarize", COLUMN, "--ratio", "0.5"]).stdout.lines().count(), 6);
    assert!(run(&["summarize", COLUMN, "-n", "1", "--query", "smuggling diesel"]).stdout.contains("diesel"));
    let ran = run(&["summarize", COLUMN, "-n", "2", "--format", "md"]);
    assert!(
        ran.stdout.starts_with("# A Spy Ship") && ran.stdout.matches("\n- ").count() == 2,
        "{}",
        ran.stdout
    );
    let none = run(&["summarize", COLUMN, "--words", "1"]);
    assert!(none.stdout.is_empty() && none.stderr.contains("no sentence fits"));
}

#[test]
fn text_of_documents_cannot_act_on_the_terminal() {
    let page = "<title>Red\u{1b}[31m alert</title><p>The ministers\u{202e} agreed\u{7} to talk about the river and the dam.</p>";
    for command in ["read", "extract", "summarize", "classify"] {
        let ran = run_with(&[command, "-", "--color", "never"], page.as_bytes().to_vec());
        let is_unsafe = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!ran.stdout.contains(is_unsafe), "{command}: {:?}", ran.stdout);
        if command != "classify" {
            let ran = run_with(&[command, "-", "--format", "md"], page.as_bytes().to_vec());
            assert!(
                ran.stdout.contains("alert") && !ran.stdout.contains(is_unsafe),
                "{command}: {:?}",
                ran.stdout
            );
        }
    }
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    assert!(!run(&["read", NEWS]).stdout.contains('\u{1b}'));
    let ran = run(&["read", NEWS, "--format", "md", "--color", "always"]);
    assert!(ran.stdout.starts_with("# Ministers meet") && !ran.stdout.contains('\u{1b}'));
    assert!(ran.stdout.contains("\n### What was agreed\n\n- A call at six"), "{}", ran.stdout);
    // Prior, terms and the rest are the sum, which stands last.
    let log_odds = |line: &str| line.strip_prefix("| ")?.split(' ').next()?.parse::<f64>().ok();
    let mut rows: Vec<f64> = ran.stdout.lines().filter_map(log_odds).collect();
    let sum = rows.pop().unwrap();
    assert!(rows.len() >= 5 && (rows.iter().sum::<f64>() - sum).abs() < 0.01, "{rows:?} {sum}");
    assert!(run(&["read", NEWS, "--color", "always"]).stdout.contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_nutgraf"))
        .args(["extract", "datasets/pages/train", "datasets/pages/train", "--format", "jsonl"])
        .current_dir(common::root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn files_are_not_overwritten_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let out = write(folder.path(), "out.jsonl", "precious");
    let out = out.to_str().unwrap();
    let ran = run(&["read", NEWS, "--format", "jsonl", "-o", out]);
    assert!(ran.code == 2 && ran.stderr.contains("use --force"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(out).unwrap(), "precious");
    assert_eq!(run(&["read", NEWS, "--format", "jsonl", "-o", out, "--force"]).code, 0);
    assert_eq!(std::fs::read_to_string(out).unwrap().lines().count(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn a_model_of_one_s_own_is_trained_used_and_evaluated() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for idx in 0..20 {
        lines +=
            &format!("{{\"text\":\"the cup match number {idx} ended in penalties\",\"label\":\"sport\"}}\n");
        lines += &format!(
            "{{\"text\":\"shares fell {idx} per cent after the rate rise\",\"label\":\"markets\"}}\n"
        );
    }
    let data = write(folder.path(), "labels.jsonl", &lines);
    let (data, model) = (data.to_str().unwrap(), folder.path().join("mine.nut"));
    let model = model.to_str().unwrap();
    let ran = run(&["train", "text", data, "-o", model, "--cv", "4"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("accuracy            1.0000"), "{}", ran.stdout);
    assert_eq!(run(&["train", "text", data, "-o", model]).code, 2, "no overwriting");
    let ran = run(&["evaluate", model, data, "--format", "json"]);
    let record = &ran.records()[0];
    assert_eq!((&record["task"], &record["n"]), (&Value::from("text"), &Value::from(40)));
    assert_eq!(record["metrics"]["accuracy"], 1.0);
    assert_eq!(record["confusion"], serde_json::json!([[20, 0], [0, 20]]));
    assert_eq!(run(&["evaluate", model, data, "--fail-under", "accuracy=0.9"]).code, 0);
    let floor = run(&["evaluate", model, data, "--fail-under", "log_loss=5"]);
    assert!(floor.code == 1 && floor.stderr.contains("below the floor"));
    let unknown = run(&["evaluate", model, data, "--fail-under", "acuracy=1"]);
    assert!(unknown.stderr.contains("metrics: accuracy, macro_f1, balanced_accuracy"), "{}", unknown.stderr);
    let ran = run_with(
        &["classify", "-", "--model", model, "--format", "jsonl"],
        b"Penalties decided the cup.".to_vec(),
    );
    assert_eq!(ran.records()[0]["label"], "sport");
    let info = run(&["model", "info", model]);
    assert!(info.stdout.contains("classes    markets, sport") && info.stdout.contains("accuracy 1.0000"));
    let verify = run(&["model", "verify", model, "body", "stance", "summary"]);
    assert_eq!((verify.code, verify.stdout.lines().count()), (0, 4), "{}", verify.stderr);
}

#[test]
fn data_errors_name_the_place_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("m.nut");
    let out = out.to_str().unwrap();
    let unlabelled = write(
        folder.path(),
        "a.jsonl",
        "{\"text\":\"x y\",\"label\":\"a\"}\n{\"text\":\"x\",\"stance\":\"b\"}\n",
    );
    let one_class = write(
        folder.path(),
        "b.jsonl",
        "{\"text\":\"x y\",\"label\":\"a\"}\n{\"text\":\"z y\",\"label\":\"a\"}\n",
    );
    let good = write(
        folder.path(),
        "c.jsonl",
        "{\"text\":\"guns and ships\",\"label\":\"a\"}\n{\"text\":\"talks and trade\",\"label\":\"b\"}\n",
    );
    let rows: [(&[&str], &str, i32); 6] = [
        (
            &["train", "text", unlabelled.to_str().unwrap(), "-o", out],
            "a.jsonl:2: no \"label\" field (fields: stance, text); use --label-field to name another",
            3,
        ),
        (&["train", "text", one_class.to_str().unwrap(), "-o", out], "all 2 records have the label \"a\"", 1),
        (&["train", "text", good.to_str().unwrap(), "-o", out, "--alpha", "NaN"], "alpha is NaN", 2),
        (
            &["train", "text", good.to_str().unwrap(), "-o", out, "--language", "zh", "--stem"],
            "language is zh",
            2,
        ),
        (&["train", "body", folder.path().to_str().unwrap(), "-o", out], "no gold.jsonl", 3),
        (
            &["evaluate", "stance", good.to_str().unwrap()],
            "is not a class of the model (engagement, threat)",
            3,
        ),
    ];
    for (args, expected, code) in rows {
        let ran = run(args);
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.code, code, "{args:?}");
        assert!(!Path::new(out).exists(), "a failed training leaves no file");
    }
}

#[test]
fn completions_and_the_manual_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).stdout.contains("summarize"), "{shell}");
    }
    let man = run(&["man"]);
    assert!(man.stdout.contains(".TH nutgraf") && man.stdout.contains("show\\-dropped"), "{}", man.stdout);
    for command in ["read", "extract", "classify", "summarize", "train", "evaluate"] {
        let help = run(&[command, "-h"]);
        assert!(help.stdout.lines().count() <= 50, "{command}: -h is {} lines", help.stdout.lines().count());
        assert!(help.stdout.contains("Examples:\n  nutgraf"), "{command}");
    }
}
