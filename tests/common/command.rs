//! What the tests of the command line share: running it, and small data sets.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses some of it")]

use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// What a run came to.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The records of the output, one a line.
    pub fn records(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The command, in the root of the repository.
pub fn nutgraf() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
    command.current_dir(super::root()).env_remove("NO_COLOR");
    command
}

pub fn run(args: &[&str]) -> Ran {
    run_with(args, Vec::new())
}

pub fn run_with(args: &[&str], stdin: Vec<u8>) -> Ran {
    let output = nutgraf().args(args).write_stdin(stdin).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs what must succeed.
pub fn ok(args: &[&str]) -> Ran {
    let ran = run(args);
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    ran
}

/// The articles of the held-out set, each with its title for a summary.
pub fn summarized_articles() -> Vec<Value> {
    let articles = std::fs::read_to_string(super::root().join("datasets/stance/held-out.jsonl")).unwrap();
    let record = |line: &str| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record["summary"] = record["title"].clone();
        record
    };
    articles.lines().map(record).collect()
}

/// Short texts of three classes that share most of their words.
pub fn labelled_records(n: usize) -> Vec<Value> {
    let own = [["talks", "dialogue", "treaty"], ["missile", "guns", "attack"], ["harvest", "rain", "market"]];
    let shared = ["the", "ministers", "said", "on", "tuesday", "that", "a", "new", "plan", "was", "near"];
    (0..n)
        .map(|idx| {
            let class = idx % 3;
            let mut words: Vec<&str> = (0..8).map(|k| shared[(idx * 7 + k * k + k) % shared.len()]).collect();
            // One in nine has another class's word too.
            words.insert(idx % 7, own[class][idx / 3 % 3]);
            words.insert(idx % 5, own[(class + usize::from(idx % 9 == 0)) % 3][idx / 9 % 3]);
            let label = ["dove", "hawk", "farm"][class];
            json!({"id": format!("r{idx}"), "text": words.join(" "), "label": label})
        })
        .collect()
}

pub fn write_records(folder: &Path, name: &str, records: &[Value]) -> String {
    let path = folder.join(name);
    let mut lines = String::new();
    records.iter().for_each(|record| writeln!(lines, "{record}").unwrap());
    std::fs::write(&path, lines).unwrap();
    path.into_os_string().into_string().unwrap()
}

pub fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).into_os_string().into_string().unwrap()
}

pub fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
