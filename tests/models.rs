//! The shipped models can be made again, bit for bit, and training does not depend on threads. What is trained on data
//! that stands beside the repository is made again where that is present.

mod common;

use std::path::Path;

use assert_cmd::Command;
use common::command::{summarized_articles, write_records};

/// Trains with the command line, from the repository's root.
fn train(args: &[&str], out: &Path, threads: &str) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_nutgraf"))
        .current_dir(common::root())
        .arg("train")
        .args(args)
        .args(["--force", "--threads", threads, "-o"])
        .arg(out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(out).unwrap()
}

/// Trains twice, with one thread and with two, and compares with the shipped file.
fn assert_made_again(name: &str, args: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let shipped = std::fs::read(common::root().join("models").join(format!("{name}.nut"))).unwrap();
    for threads in ["1", "2"] {
        let made = train(args, &folder.path().join("made.nut"), threads);
        assert!(
            made == shipped,
            "{name} with {threads} threads is not the shipped file ({} bytes)",
            made.len()
        );
    }
}

#[test]
fn the_stance_model_is_made_again() {
    let Some(folder) = common::data_set("stance-dev", "stance-dev") else {
        return;
    };
    let data = ["sentences", "arguments", "public"].map(|name| format!("datasets/stance/{name}.jsonl"));
    let texts = ["dev.jsonl", "pool.jsonl"].map(|name| folder.join(name).to_str().unwrap().to_owned());
    let flags = ["--by-sentence", "--system", "svm", "--cost", "0.3", "--max-ngram", "3"];
    let limits = ["--min-ngram-documents", "2", "--max-terms", "40000"];
    let topic = ["--on-topic", "datasets/stance/agreeing.jsonl", "--off-topic", "datasets/stance/off.jsonl"];
    let args: Vec<&str> = std::iter::once("stance")
        .chain(data.iter().map(String::as_str))
        .chain(texts.iter().flat_map(|path| ["--texts", path.as_str()]))
        .chain(flags)
        .chain(limits)
        .chain(topic)
        .collect();
    assert_made_again("stance", &args);
}

#[test]
fn the_summary_model_is_made_again() {
    let Some(folder) = common::data_set("summary-cnn", "cnn") else {
        return;
    };
    let data = folder.join("train.jsonl");
    assert_made_again("summary", &["summary", data.to_str().unwrap(), "--cv", "5"]);
}

#[test]
fn the_body_model_is_made_again() {
    let Some(folder) = common::data_set("pages-wcxb-article-dev", "wcxb-article-dev") else {
        return;
    };
    let data = [folder.to_str().unwrap(), "datasets/pages/train", "datasets/blocks/blocks.jsonl"];
    assert_made_again("body", &[&["body"], &data[..]].concat());
}

/// What a fresh clone can do with its own data alone: all three tasks, the same bytes at any thread count.
#[test]
fn training_on_the_written_data_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let articles = write_records(folder.path(), "articles.jsonl", &summarized_articles());
    let tasks: [&[&str]; 3] = [
        &["text", "datasets/blocks/blocks.jsonl"],
        &["body", "datasets/pages/train", "datasets/blocks/blocks.jsonl"],
        &["summary", &articles],
    ];
    for args in tasks {
        let made: Vec<Vec<u8>> =
            ["1", "2", "4"].iter().map(|n| train(args, &folder.path().join("made.nut"), n)).collect();
        assert!(made.iter().all(|bytes| *bytes == made[0]), "{args:?}");
    }
}

#[test]
fn every_shipped_model_has_a_card() {
    for (name, _) in nutgraf::model::SHIPPED {
        let card = std::fs::read_to_string(common::root().join("models").join(format!("{name}.md"))).unwrap();
        let model = nutgraf::model::Model::open(name).unwrap();
        assert!(
            card.contains(&model.header.data.checksum),
            "models/{name}.md names the checksum of its training data"
        );
        assert!(card.contains("nutgraf train"), "models/{name}.md says how to make it again");
    }
}
