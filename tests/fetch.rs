//! Data sets in other forms, and from elsewhere: conversion, the catalogue, downloads that break off.

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;

use common::command::{bytes, in_folder, ok, run, write_records};
use serde_json::{Value, json};

fn records() -> Vec<Value> {
    let texts = ["talks, \"resumed\"\nin Oslo", "guns\tand missiles", "=1+1 talks", "a last one"];
    let record = |(idx, text): (usize, &&str)| {
        let label = ["dove", "hawk"][idx % 2];
        json!({
            "id": format!("r{idx}"), "title": format!("Title {idx}"), "text": text,
            "label": label, "group": format!("g{}", idx / 2), "date": "2026-11-27"
        })
    };
    texts.iter().enumerate().map(record).collect()
}

fn lines(path: &str) -> Vec<Value> {
    String::from_utf8(bytes(path)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn conversion_there_and_back_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| in_folder(folder.path(), name);
    let records = records();
    let data = write_records(folder.path(), "data.jsonl", &records);
    for form in ["csv", "tsv"] {
        let (there, back) = (file(&format!("there.{form}")), file(&format!("back-{form}.jsonl")));
        let ran = ok(&["dataset", "convert", &data, "-o", &there]);
        assert!(ran.stderr.ends_with("4 records\n"), "{}", ran.stderr);
        ok(&["dataset", "convert", &there, "-o", &back]);
        let mut expected = records.clone();
        if form == "tsv" {
            // Cells of such a table cannot hold tabs and line ends.
            for record in &mut expected {
                record["text"] = record["text"].as_str().unwrap().replace(['\t', '\n'], " ").into();
            }
        }
        assert_eq!(lines(&back), expected, "{form}");
        let refused = run(&["dataset", "convert", &data, "-o", &there]);
        assert!(refused.code == 2 && refused.stderr.contains("--force"), "{}", refused.stderr);
    }
    // fastText's lines hold words alone.
    let plain = file("plain.txt");
    ok(&["dataset", "convert", &data, "-o", &plain]);
    let text = String::from_utf8(bytes(&plain)).unwrap();
    assert!(text.starts_with("__label__dove Title 0 talks, \"resumed\" in Oslo\n"), "{text}");
    assert_eq!(text.lines().count(), 4);
    // A folder a class, under names that lead nowhere.
    let mut records = records;
    records[0]["id"] = "../../out".into();
    records[2]["id"] = "../../out".into();
    records[1]["label"] = "../hawk".into();
    let data = write_records(folder.path(), "names.jsonl", &records);
    let out = file("classes");
    ok(&["dataset", "convert", &data, "-o", &out]);
    let names = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(Path::new(&out)), ["_hawk", "dove", "hawk"]);
    assert_eq!(names(&Path::new(&out).join("dove")), ["_.._out-2.txt", "_.._out.txt"]);
    let again = file("again.jsonl");
    ok(&["dataset", "convert", &out, "-o", &again]);
    assert_eq!(lines(&again).len(), 4);
    for (args, expected) in [
        (["dataset", "convert", &data, "-o", &file("x.parquet")], "no form of labelled data"),
        (["dataset", "convert", "-", "-o", &file("x.csv")], "give a file, not standard input"),
    ] {
        let refused = run(&args);
        assert!(refused.code == 2 && refused.stderr.contains(expected), "{}", refused.stderr);
    }
    let mut blank = self::records();
    blank[0]["label"] = "two words".into();
    let data = write_records(folder.path(), "blank.jsonl", &blank);
    let refused = run(&["dataset", "convert", &data, "-o", &file("blank.txt")]);
    assert!(refused.code == 1 && refused.stderr.contains("rename the class"), "{}", refused.stderr);
}

#[test]
fn an_empty_cell_is_no_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "a.csv");
    let rows: String = (0..12)
        .map(|n| format!("text number {n},{},{}\n", ["a", "b"][n % 2], if n < 2 { "one" } else { "" }))
        .collect();
    std::fs::write(&path, format!("text,label,group\n{rows}")).unwrap();
    let stats: Value =
        serde_json::from_str(&ok(&["dataset", "stats", &path, "--format", "json"]).stdout).unwrap();
    assert_eq!(stats["groups"], 1, "{stats}");
}

fn catalog(folder: &Path, url: &str, content: &[u8], checksum: Option<&str>) -> String {
    let path = folder.join("catalog.toml");
    let own = blake3::hash(content).to_hex().to_string();
    let text = format!(
        "[[set]]\nname = \"mine\"\nwhat = \"w\"\nformat = \"labelled\"\nlicence = \"CC0\"\n[[set.file]]\n\
         name = \"a.jsonl\"\nurl = \"{url}\"\nbytes = {}\nblake3 = \"{}\"\n",
        content.len(),
        checksum.unwrap_or(&own)
    );
    std::fs::write(&path, text).unwrap();
    path.into_os_string().into_string().unwrap()
}

#[test]
fn the_shipped_catalogue_is_fetched_from_a_folder_and_checked() {
    let list = ok(&["dataset", "list"]).stdout;
    assert!(
        list.lines().count() >= 5 && list.contains("stance-sentences") && list.contains("MIT OR Apache-2.0")
    );
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "sets");
    let args = ["dataset", "fetch", "stance-held-out", "-o", &out, "--from", "datasets/stance"];
    ok(&args);
    for name in ["held-out.jsonl", "held-out-topics.jsonl"] {
        let fetched = bytes(&format!("{out}/stance-held-out/{name}"));
        assert!(fetched == bytes(common::root().join("datasets/stance").join(name).to_str().unwrap()));
    }
    assert_eq!(ok(&args).stderr.matches("there already").count(), 2);
    let unknown = run(&["dataset", "fetch", "stance-heldout"]);
    assert!(unknown.code == 3 && unknown.stderr.contains("sets: stance-agreeing"), "{}", unknown.stderr);
    // A file with other bytes of the same number is refused and leaves nothing.
    let wrong = folder.path().join("wrong");
    std::fs::create_dir(&wrong).unwrap();
    std::fs::write(wrong.join("a.jsonl"), "abcd").unwrap();
    let catalog = catalog(folder.path(), "https://a.example/a.jsonl", b"abce", None);
    let (wrong, out) = (wrong.to_str().unwrap().to_owned(), in_folder(folder.path(), "other"));
    let refused = run(&["dataset", "fetch", "mine", "--catalog", &catalog, "--from", &wrong, "-o", &out]);
    assert!(refused.code == 1 && refused.stderr.contains("where the catalogue has"), "{}", refused.stderr);
    assert_eq!(std::fs::read_dir(format!("{out}/mine")).unwrap().count(), 0);
}

/// Serves one file over so many connections, each of which breaks off after some bytes; returns its address. What was asked for is
/// checked: a range from the second time on.
fn serve(
    content: Vec<u8>,
    per_connection: usize,
    knows_ranges: bool,
) -> (String, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a.jsonl", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let mut n_ranges = 0;
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut start = 0;
            for line in BufReader::new(connection.try_clone().unwrap()).lines() {
                let line = line.unwrap().to_ascii_lowercase();
                if let Some(range) = line.strip_prefix("range: bytes=").filter(|_| knows_ranges) {
                    start = range.trim_end_matches('-').parse().unwrap();
                    n_ranges += 1;
                }
                if line.is_empty() {
                    break;
                }
            }
            let status = if start > 0 { "206 Partial Content" } else { "200 OK" };
            let rest = &content[start..];
            let _ = write!(
                connection,
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                rest.len()
            );
            let _ = connection.write_all(&rest[..rest.len().min(per_connection)]);
            if rest.len() <= per_connection {
                break;
            }
        }
        n_ranges
    });
    (url, serving)
}

#[test]
fn a_download_that_breaks_off_is_gone_on_with() {
    let content: Vec<u8> = (0..250_000_u32).flat_map(|n| n.to_le_bytes()).collect();
    for (knows_ranges, per_connection) in [(true, 400_000), (false, 2_000_000)] {
        let folder = tempfile::tempdir().unwrap();
        let (url, serving) = serve(content.clone(), per_connection, knows_ranges);
        let catalog = catalog(folder.path(), &url, &content, None);
        let out = in_folder(folder.path(), "sets");
        let args = ["dataset", "fetch", "mine", "--catalog", &catalog, "-o", &out];
        let n_tries = content.len().div_ceil(per_connection);
        for left in (0..n_tries).rev() {
            let ran = run(&args);
            if left > 0 {
                assert!(ran.code == 1 && ran.stderr.contains("which are kept; try again"), "{}", ran.stderr);
            } else {
                assert!(ran.code == 0 && ran.stderr.contains("checksum right"), "{}", ran.stderr);
            }
        }
        assert_eq!(serving.join().unwrap(), n_tries - 1);
        assert!(bytes(&format!("{out}/mine/a.jsonl")) == content);
        assert_eq!(std::fs::read_dir(format!("{out}/mine")).unwrap().count(), 1);
    }
}
