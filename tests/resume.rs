//! Runs that are interrupted or killed lose nothing: what was written stands, and a later run goes on to the same bytes.

mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::command::{bytes, in_folder, labelled_records, ok, run, write_records};
use serde_json::Value;

const PAGES: &str = "datasets/pages/train";

/// How often a run is killed; more where there is time.
fn n_kills() -> u64 {
    std::env::var("NUTGRAF_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
}

fn start(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
    command.current_dir(common::root()).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Lengths of time that differ from each other, up to a limit, the same in every run.
fn pause(idx: u64, most: Duration) {
    let share = (idx.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / f64::from(1 << 24);
    std::thread::sleep(most.mul_f64(share));
}

fn exists(path: &str) -> bool {
    Path::new(path).exists()
}

#[test]
fn a_killed_batch_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| in_folder(folder.path(), name);
    let whole = file("whole.jsonl");
    let started = std::time::Instant::now();
    ok(&["extract", PAGES, "--format", "jsonl", "-o", &whole]);
    let took = started.elapsed();
    assert!(!exists(&file("whole.jsonl.part")) && !exists(&file("whole.jsonl.part.journal")));
    let out = file("killed.jsonl");
    let args = ["extract", PAGES, "--format", "jsonl", "-o", &out, "--resume"];
    for kill in 0..n_kills() {
        let mut child = start(&args);
        pause(kill, took);
        let _ = child.kill();
        let is_done = child.wait().unwrap().success();
        // The old state or the new, never between.
        if exists(&out) {
            assert!(bytes(&out) == bytes(&whole), "kill {kill}, done {is_done}");
            std::fs::remove_file(&out).unwrap();
        }
    }
    ok(&args);
    assert!(bytes(&out) == bytes(&whole));
    assert!(!exists(&file("killed.jsonl.part")) && !exists(&file("killed.jsonl.part.journal")));
}

#[test]
fn a_killed_training_leaves_the_old_model_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(3000));
    let model = in_folder(folder.path(), "m.nut");
    let args = ["train", "text", &data, "-o", &model, "--force"];
    let started = std::time::Instant::now();
    ok(&args);
    let took = started.elapsed();
    let expected = bytes(&model);
    for kill in 0..n_kills() {
        let mut child = start(&args);
        pause(kill, took);
        let _ = child.kill();
        child.wait().unwrap();
        assert!(bytes(&model) == expected, "kill {kill}");
    }
}

/// What an interrupted run leaves: its first results and their journal.
fn left(out: &str, args: &[&str]) {
    // The results of a whole run and its journal are what an interruption at its very end would have left.
    let mut child = start(args);
    while !exists(&format!("{out}.part.journal"))
        || std::fs::metadata(format!("{out}.part.journal")).unwrap().len() < 1500
    {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn torn_ends_changed_inputs_and_other_flags_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| in_folder(folder.path(), name);
    let records: Vec<Value> = labelled_records(4000);
    let data = write_records(folder.path(), "data.jsonl", &records);
    let out = file("out.jsonl");
    let args = ["classify", &data, "--format", "jsonl", "-o", &out];
    let whole = ok(&args[..4]).stdout;
    let tear: [&dyn Fn(&str); 4] = [
        &|_| {},
        // The last results are torn.
        &|out| {
            let part = format!("{out}.part");
            let results = bytes(&part);
            std::fs::write(&part, &results[..results.len() - 7]).unwrap();
        },
        // The last line of the journal is torn.
        &|out| {
            let journal = format!("{out}.part.journal");
            let lines = bytes(&journal);
            std::fs::write(&journal, &lines[..lines.len() - 30]).unwrap();
        },
        // Results were changed in their midst.
        &|out| {
            let part = format!("{out}.part");
            let mut results = bytes(&part);
            let middle = results.len() / 2;
            results[middle] ^= 1;
            std::fs::write(&part, results).unwrap();
        },
    ];
    for (idx, tear) in tear.iter().enumerate() {
        left(&out, &args);
        if !exists(&format!("{out}.part")) {
            // The run was faster than the look at it.
            std::fs::remove_file(&out).unwrap();
            continue;
        }
        let refused = run(&args);
        assert!(refused.code == 2 && refused.stderr.contains("--resume"), "{}", refused.stderr);
        let other = run(&[&args[..], &["--resume", "--evidence", "1"]].concat());
        assert!(other.code == 2 && other.stderr.contains("other flags"), "{}", other.stderr);
        tear(&out);
        let ran = ok(&[&args[..], &["--resume"]].concat());
        assert!(bytes(&out) == whole.as_bytes(), "tear {idx}: {}", ran.stderr);
        assert!(ran.stderr.contains("4,000 pages: 4,000 ok"), "{}", ran.stderr);
        std::fs::remove_file(&out).unwrap();
    }
    // From an input that changed on, all is done anew.
    left(&out, &args);
    let mut changed = records;
    changed[3]["text"] = "a missile and guns".into();
    write_records(folder.path(), "data.jsonl", &changed);
    ok(&[&args[..], &["--resume"]].concat());
    assert!(bytes(&out) == ok(&args[..4]).stdout.as_bytes());
}

#[test]
fn failures_are_listed_and_a_resumed_list_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| in_folder(folder.path(), name);
    let mut lines: Vec<String> = labelled_records(300).iter().map(Value::to_string).collect();
    lines[7] = "{broken".into();
    lines[250] = "{\"title\":\"no text\"}".into();
    std::fs::write(file("data.jsonl"), lines.join("\n") + "\n").unwrap();
    let (data, out, errors) = (file("data.jsonl"), file("out.jsonl"), file("errors.jsonl"));
    let args = ["summarize", &data, "--format", "jsonl", "-o", &out, "--errors", &errors];
    let ran = run(&args);
    assert!(ran.code == 1 && ran.stderr.contains("300 pages: 298 ok, 0 empty, 2 failed"), "{}", ran.stderr);
    let listed = bytes(&errors);
    let records: Vec<Value> = String::from_utf8(listed.clone())
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(records.len(), 2);
    assert!(records[1]["source"].as_str().unwrap().ends_with("data.jsonl:251"), "{records:?}");
    assert_eq!(records[1]["error"]["code"], "bad_record");
    let results = bytes(&out);
    std::fs::remove_file(&out).unwrap();
    std::fs::remove_file(&errors).unwrap();
    left(&out, &args);
    let again = run(&[&args[..], &["--resume", "--force"]].concat());
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert!(bytes(&out) == results && bytes(&errors) == listed);
}

#[cfg(unix)]
#[test]
fn an_interruption_finishes_the_record_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "out.jsonl");
    let args = ["extract", PAGES, PAGES, PAGES, PAGES, "--format", "jsonl", "-o", &out];
    let whole = ok(&args[..7]).stdout;
    let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
    let child = command.current_dir(common::root()).args(args).stderr(Stdio::piped()).spawn().unwrap();
    while !exists(&format!("{out}.part.journal")) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(20));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    if ended.status.code() == Some(0) {
        // It was done before the interruption came.
        assert!(bytes(&out) == whole.as_bytes());
        return;
    }
    assert_eq!(ended.status.code(), Some(130), "{stderr}");
    assert!(stderr.trim_end().ends_with("run the same command with --resume to go on"), "{stderr}");
    let part = String::from_utf8(bytes(&format!("{out}.part"))).unwrap();
    assert!(part.ends_with('\n') && whole.starts_with(&part));
    ok(&[&args[..], &["--resume"]].concat());
    assert!(bytes(&out) == whole.as_bytes());
}
