//! No command but `dataset fetch` opens a socket, as the system sees it.

mod common;

use std::process::Command;

use common::command::{in_folder, labelled_records, ok, summarized_articles, write_records};

const PAGE: &str = "tests/pages/harbour-hotline.txt";

/// The commands that a help text lists.
fn listed(help: &[&str]) -> Vec<String> {
    let help = ok(&[help, &["--help"]].concat()).stdout;
    let (_, commands) = help.split_once("Commands:\n").expect("it lists commands");
    let (commands, _) = commands.split_once("\n\n").expect("options follow them");
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn no_command_opens_a_socket() {
    if Command::new("strace").arg("-V").output().is_err() {
        return common::skip("strace is not on this machine");
    }
    let folder = tempfile::tempdir().unwrap();
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(60));
    let articles = write_records(folder.path(), "articles.jsonl", &summarized_articles());
    let file = |name: &str| in_folder(folder.path(), name);
    let (model, counts, merged) = (file("m.nut"), file("m.counts"), file("merged.nut"));
    let (body, stance, summary) = (file("body.nut"), file("stance.nut"), file("summary.nut"));
    let (out, corpus, report, copy) =
        (file("out.jsonl"), file("corpus"), file("report.html"), file("out.csv"));
    let (whole, parts, fetched) = (file("whole.jsonl"), file("parts"), file("fetched"));
    let commands: Vec<Vec<&str>> = vec![
        vec!["read", PAGE],
        vec!["read", "tests/pages", "--format", "html", "--index", "-o", &corpus],
        vec!["extract", "tests/pages", "--format", "jsonl", "-o", &out],
        vec!["classify", PAGE],
        vec!["summarize", PAGE],
        vec!["train", "text", &data, "-o", &model, "--cv", "3"],
        vec!["train", "text", &data, "--weighting", "count", "--counts-out", &counts],
        vec!["train", "body", "datasets/pages/train", "datasets/blocks/blocks.jsonl", "-o", &body],
        vec!["train", "stance", "datasets/stance/sentences.jsonl", "-o", &stance],
        vec!["train", "summary", &articles, "-o", &summary],
        vec!["evaluate", &model, &data, "--report", &report],
        vec!["explain", "stance", PAGE],
        vec!["explain", "stance"],
        vec!["agree", &data, &data],
        vec!["dataset", "stats", &data],
        vec!["dataset", "validate", &data],
        vec!["dataset", "dedup", &data, "-o", &whole],
        vec!["dataset", "split", &data, "-o", &parts],
        vec!["dataset", "convert", &data, "-o", &copy],
        vec!["dataset", "list"],
        vec!["dataset", "fetch", "blocks", "--from", "datasets/blocks", "-o", &fetched],
        vec!["model", "info", "body"],
        vec!["model", "verify", "body"],
        vec!["model", "diff", "body", "summary"],
        vec!["model", "merge", &counts, &counts, "-o", &merged],
        vec!["completions", "bash"],
        vec!["man"],
    ];
    for group in [&[][..], &["dataset"], &["model"]] {
        for name in listed(group).iter().filter(|name| *name != "help") {
            let path = [group, &[name.as_str()]].concat();
            assert!(commands.iter().any(|args| args.starts_with(&path)), "{path:?} is not tried");
        }
    }
    for args in &commands {
        let log = file("strace");
        let ran = Command::new("strace")
            .current_dir(common::root())
            .args(["-f", "-qq", "-e", "trace=socket,connect,bind,sendto", "-o", &log])
            .arg(env!("CARGO_BIN_EXE_nutgraf"))
            .args(args)
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
    println!("measured: {} command lines", commands.len());
}
