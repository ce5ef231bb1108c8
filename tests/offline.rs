//! No command but `dataset fetch` opens a socket, as the system sees it.

mod common;

use std::process::Command;

use common::command::{in_folder, labelled_records, write_records};

const PAGE: &str = "tests/pages/harbour-hotline.txt";

#[test]
fn no_command_opens_a_socket() {
    if Command::new("strace").arg("-V").output().is_err() {
        return common::skip("strace is not on this machine");
    }
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(60));
    let file = |name: &str| in_folder(folder.path(), name);
    let (model, out, corpus, report) =
        (file("m.nut"), file("out.jsonl"), file("corpus"), file("report.html"));
    let commands: Vec<Vec<&str>> = vec![
        vec!["read", PAGE],
        vec!["read", "tests/pages", "--format", "html", "--index", "-o", &corpus],
        vec!["extract", "tests/pages", "--format", "jsonl", "-o", &out],
        vec!["classify", PAGE],
        vec!["summarize", PAGE],
        vec!["train", "text", &data, "-o", &model, "--cv", "3"],
        vec!["evaluate", &model, &data, "--report", &report],
        vec!["explain", "stance", PAGE],
        vec!["dataset", "stats", &data],
        vec!["dataset", "list"],
        vec![
            "dataset",
            "fetch",
            "blocks",
            "--from",
            "datasets/blocks",
            "-o",
            folder.path().to_str().unwrap(),
        ],
        vec!["agree", &data, &data],
        vec!["model", "verify", "body"],
        vec!["completions", "bash"],
        vec!["man"],
    ];
    for args in commands {
        let log = file("strace");
        let ran = Command::new("strace")
            .current_dir(common::root())
            .args(["-f", "-qq", "-e", "trace=socket,connect,bind,sendto", "-o", &log])
            .arg(env!("CARGO_BIN_EXE_nutgraf"))
            .args(&args)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        if stderr.contains("ptrace") {
            return common::skip("strace may not trace on this machine");
        }
        assert!(ran.status.success(), "{args:?}: {stderr}");
        let calls = std::fs::read_to_string(&log).unwrap();
        // A pair of connected ends within the process is how it hears of signals; it leads nowhere.
        let outward: Vec<&str> = calls
            .lines()
            .filter(|call| ["socket(", "connect(", "bind(", "sendto("].iter().any(|name| call.contains(name)))
            .collect();
        assert!(outward.is_empty(), "{args:?}: {outward:?}");
    }
}
