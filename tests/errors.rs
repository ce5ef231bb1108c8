//! What people are told when something is wrong: every message stands in `tests/errors.txt`, with its place and what to do.
//! `NUTGRAF_BLESS=1 cargo test --test errors` writes the file anew, to be read before it is committed.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use nutgraf::bayes::NaiveBayesParams;
use nutgraf::classify::{ClassifierParams, TextClassifier};
use nutgraf::dataset::{FieldNames, Lines, read_labelled};
use nutgraf::model::Model;
use nutgraf::{Error, Page, PageHints};

/// The bad inputs that the command lines below name.
fn write_inputs(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let good = "{\"text\":\"talks and dialogue\",\"label\":\"dove\"}\n{\"text\":\"guns and missiles\",\"label\":\"hawk\"}\n";
    write("good.jsonl", good.repeat(6).as_bytes());
    write("empty.html", b"");
    write("blank.txt", b" \n\n ");
    write("script.html", b"<html><script>var a;</script></html>");
    write("picture.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0");
    write("paper.html", b"%PDF-1.7\n\0\x01\x02\x03");
    write("mail.mhtml", b"From: a@example.org\r\nSubject: none\r\n\r\nNo part.");
    write("page.html", b"<html><p>The ministers met on Tuesday and agreed.</p></html>");
    write("broken.jsonl", b"{\"text\":\"one\",\"label\":\"a\"}\n{\"text\": \"two\", \"label\"\n");
    write("bare.jsonl", b"\"only words\"\n");
    write("unlabelled.jsonl", b"{\"text\":\"one\",\"stance\":\"a\"}\n");
    write("no-text.jsonl", b"{\"body\":\"one\",\"label\":\"a\"}\n");
    write("blank-text.jsonl", b"{\"text\":\" \",\"label\":\"a\"}\n");
    write("list-label.jsonl", b"{\"text\":\"one\",\"label\":[\"a\",\"b\"]}\n");
    write("latin1.jsonl", b"{\"text\":\"caf\xe9\",\"label\":\"a\"}\n");
    write("one-class.jsonl", "{\"text\":\"talks go on\",\"label\":\"dove\"}\n".repeat(4).as_bytes());
    write("near.jsonl", b"{\"text\":\"talks go on\",\"label\":\"Threats\"}\n");
    write("nothing.jsonl", b"");
    write("ragged.csv", b"text,label\none,a\ntwo,b,c\n");
    write("no-header.csv", b"one,a\ntwo,b\n");
    write("empty.csv", b"");
    write("untagged.txt", b"__label__a one\njust words\n");
    write("odd.xml", b"<a/>");
    write("folder/readme.md", b"# Nothing to read");
    write("pages/a.html", b"<html><p>The ministers met.</p></html>");
    write("gold/a.html", b"<html><p>The ministers met.</p></html>");
    write("gold/gold.jsonl", b"{\"id\":\"b\",\"text\":\"The ministers met.\"}\n");
    write("summaries.jsonl", b"{\"id\":\"a\",\"text\":\"The ministers met.\"}\n");
    write("coders-a.jsonl", b"{\"id\":\"1\",\"label\":\"dove\"}\n");
    write("coders-b.jsonl", b"{\"id\":\"2\",\"label\":\"dove\"}\n");
    write("not-a-model.nut", b"This is no model at all, only words in a file.");
    write("short.nut", b"\x10");
    let body = nutgraf::model::shipped("body").unwrap();
    let mut flipped = body.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 4;
    write("flipped.nut", &flipped);
    write("cut.nut", &body[..body.len() - 100]);
    write("new.nut", &with_format(body, b'9'));
    write("crawl.warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999999\r\n\r\nHTTP/1.1 200 OK");
    write("kept.jsonl", b"mine\n");
}

/// A model file that says it is of another format version, of one digit.
fn with_format(model: &[u8], version: u8) -> Vec<u8> {
    let key = b"format\\\":";
    let at = model.windows(key.len()).position(|window| window == key).expect("the header tells its format");
    let mut changed = model.to_vec();
    changed[at + key.len()] = version;
    // The last 32 bytes are the checksum of all before them.
    let split = changed.len() - 32;
    let checksum = blake3::hash(&changed[..split]);
    changed[split..].copy_from_slice(checksum.as_bytes());
    changed
}

/// Command lines that fail, in the folder of bad inputs.
const FAILING: [&str; 54] = [
    "read empty.html",
    "read blank.txt",
    "read script.html",
    "read picture.html",
    "read paper.html",
    "read mail.mhtml",
    "read absent.html",
    "read folder",
    "read broken.jsonl",
    "read bare.jsonl",
    "read no-text.jsonl",
    "extract crawl.warc",
    "read pages --format html",
    "read page.html --format html --index --open",
    "read page.html --formt json",
    "reed page.html",
    "extract page.html --keep bodi",
    "classify page.html --abstain 2..1",
    "classify page.html --model stanc",
    "classify page.html --model absent.nut",
    "classify page.html --model not-a-model.nut",
    "classify page.html --model short.nut",
    "classify page.html --model summary",
    "extract page.html --model flipped.nut",
    "extract page.html --model cut.nut",
    "extract page.html --model new.nut",
    "extract page.html --format jsonl -o kept.jsonl",
    "extract page.html --format jsonl -o kept.jsonl --resume",
    "extract page.html --resume",
    "summarize page.html -n 0",
    "summarize page.html --ratio 2",
    "summarize page.html --ranking pagerank",
    "train text unlabelled.jsonl -o m.nut",
    "train text no-text.jsonl -o m.nut",
    "train text broken.jsonl -o m.nut",
    "train text blank-text.jsonl -o m.nut",
    "train text list-label.jsonl -o m.nut",
    "train text latin1.jsonl -o m.nut",
    "train text one-class.jsonl -o m.nut",
    "train text nothing.jsonl -o m.nut",
    "train text absent.jsonl -o m.nut",
    "train text ragged.csv -o m.nut",
    "train text no-header.csv -o m.nut",
    "train text untagged.txt -o m.nut",
    "train text odd.xml -o m.nut",
    "train text good.jsonl -o m.nut --alpha nan",
    "train text good.jsonl -o m.nut --cv 1",
    "train text good.jsonl",
    "train body pages -o m.nut",
    "train body gold -o m.nut",
    "train summary summaries.jsonl -o m.nut",
    "evaluate stance good.jsonl --fail-under accuracy=2",
    "evaluate stance near.jsonl",
    "agree coders-a.jsonl coders-b.jsonl",
];

#[test]
fn every_message_says_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    write_inputs(folder.path());
    let mut told = String::new();
    for line in FAILING {
        let output =
            common::command::nutgraf().args(line.split(' ')).current_dir(folder.path()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let stderr = stderr.replace(&folder.path().display().to_string(), "FOLDER");
        let code = output.status.code().unwrap();
        assert_ne!(code, 0, "{line}");
        assert!(!stderr.contains("panicked") && code < 5, "{line}: {stderr}");
        let _ = write!(told, "$ nutgraf {line}\n{stderr}[{code}]\n\n");
    }
    assert!(!folder.path().join("m.nut").exists(), "no failed training leaves a model");
    assert_eq!(std::fs::read(folder.path().join("kept.jsonl")).unwrap(), b"mine\n");
    let path = common::root().join("tests/errors.txt");
    if std::env::var_os("NUTGRAF_BLESS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap();
    for (known, told) in known.split("$ ").zip(told.split("$ ")) {
        assert_eq!(known, told);
    }
    assert_eq!(known.len(), told.len());
    println!("measured: {} command lines", FAILING.len());
}

#[test]
fn every_kind_of_error_is_met() {
    let folder = tempfile::tempdir().unwrap();
    write_inputs(folder.path());
    let parse = |bytes: &[u8]| Page::parse(bytes, &PageHints::default()).unwrap_err();
    let second_line = || {
        let mut lines = Lines::open(&folder.path().join("latin1.jsonl")).unwrap();
        lines.next_line().map(|_| ()).unwrap_err()
    };
    let read = |name: &str| read_labelled(&[folder.path().join(name)], &FieldNames::default());
    let one_class = read("one-class.jsonl").unwrap();
    let met: Vec<Error> = vec![
        Lines::open(&folder.path().join("absent.jsonl")).map(|_| ()).unwrap_err(),
        second_line(),
        read("nothing.jsonl").unwrap_err(),
        linfa::ParamGuard::check(NaiveBayesParams::new().alpha(f64::NAN)).map(|_| ()).unwrap_err(),
        TextClassifier::train(&ClassifierParams::default(), &one_class).map(|_| ()).unwrap_err(),
        Model::open("stanc").map(|_| ()).unwrap_err(),
        parse(b""),
        parse(b"%PDF-1.7\n\0\x01"),
        parse(&vec![b'a'; nutgraf::page::MAX_PAGE_BYTES + 1]),
    ];
    // A variant that is added must be added here.
    let variant = |error: &Error| match error {
        Error::Io { .. } => 0,
        Error::Record { .. } => 1,
        Error::Dataset { .. } => 2,
        Error::Parameter { .. } => 3,
        Error::Training(_) => 4,
        Error::Model { .. } => 5,
        Error::EmptyPage => 6,
        Error::NotText { .. } => 7,
        Error::TooLarge { .. } => 8,
        _ => panic!("{error}: not told apart here"),
    };
    let variants: Vec<usize> = met.iter().map(variant).collect();
    assert_eq!(variants, (0..met.len()).collect::<Vec<_>>(), "{met:?}");
    let codes: BTreeSet<&str> = met.iter().map(Error::code).collect();
    assert_eq!(codes.len(), met.len(), "each has a code of its own");
    println!("measured: {} variants", met.len());
}
