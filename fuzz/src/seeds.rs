//! What broken inputs are made of: the repository's own pages and records, a small archive, a small model.

use std::path::Path;

/// The seeds of a target, from the root of the repository.
pub fn seeds(root: &Path, target: &str) -> Vec<Vec<u8>> {
    let folder = |name: &str| -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(root.join(name)).expect("the folder is part of the repository");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
        paths.sort();
        paths
            .iter()
            .filter(|path| path.is_file())
            .map(|path| std::fs::read(path).expect("readable"))
            .collect()
    };
    match target {
        "labelled" | "table" | "codings" => {
            let rows =
                "id,title,text,label,group\n1,a,\"talks, \"\"resumed\"\"\nin Oslo\",dove,g\n2,,guns,hawk,\n";
            let lines = "{\"id\":1,\"text\":\"talks\",\"label\":\"dove\",\"group\":\"g\"}\n{\"id\":\"2\",\"text\":\"guns\",\"label\":\"hawk\"}\n";
            [rows, lines, "__label__dove talks resumed\n__label__hawk guns\n"]
                .map(|seed| seed.as_bytes().to_vec())
                .into()
        }
        "warc" => [Packed::No, Packed::Gzip, Packed::Zstd].map(|packed| archive(root, packed)).into(),
        "mhtml" => vec![
            saved_page("quoted-printable", "<p>The caf=E9 talks =\r\nresumed.</p>"),
            saved_page("base64", "PHA+VGFsa3M8L3A+"),
        ],
        "model" => vec![small_model(), nutgraf::model::shipped("summary").expect("shipped").to_vec()],
        "words" => vec![nutgraf::dataset::CATALOG.as_bytes().to_vec(), "../../a\u{202e}b\u{1b}[31m".into()],
        _ => folder("tests/pages"),
    }
}

/// How an archive is packed, by record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packed {
    No,
    Gzip,
    /// With a dictionary.
    Zstd,
}

/// What the records of a packed archive share.
const DICTIONARY: &[u8] = b"WARC/1.0\r\nWARC-Type: response\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html";

/// Two responses with pages in them.
fn archive(root: &Path, packed: Packed) -> Vec<u8> {
    let page = std::fs::read(root.join("tests/pages/ministers-meet.html"))
        .expect("the page is part of the repository");
    let mut all = Vec::new();
    if packed == Packed::Zstd {
        all.extend([0x5d, 0x2a, 0x4d, 0x18, u8::try_from(DICTIONARY.len()).expect("it is short"), 0, 0, 0]);
        all.extend(DICTIONARY);
    }
    for body in [&page[..page.len().min(900)], b"<p>Second page of an archive.</p>"] {
        let mut http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".to_vec();
        http.extend_from_slice(body);
        let mut record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: application/http; \
             msgtype=response\r\nContent-Length: {}\r\n\r\n",
            http.len()
        )
        .into_bytes();
        record.extend(http);
        record.extend(b"\r\n\r\n");
        all.extend(match packed {
            Packed::No => record,
            Packed::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                std::io::Write::write_all(&mut encoder, &record).expect("memory is writable");
                encoder.finish().expect("memory is writable")
            }
            Packed::Zstd => {
                let mut encoder = zstd::Encoder::with_dictionary(Vec::new(), 1, DICTIONARY).expect("memory");
                std::io::Write::write_all(&mut encoder, &record).expect("memory is writable");
                encoder.finish().expect("memory is writable")
            }
        });
    }
    all
}

/// A page saved with a style sheet beside it.
fn saved_page(encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "Snapshot-Content-Location: https://a.example/\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; \
         boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/css\r\n\r\np {{}}\r\n--b\r\nContent-Type: text/html; \
         charset=windows-1252\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n--b--\r\n"
    )
    .into_bytes()
}

/// A model of a few words.
fn small_model() -> Vec<u8> {
    use nutgraf::classify::{ClassifierParams, TextClassifier};
    use nutgraf::dataset::{Dataset, Record};
    let record = |(label, text): (&str, &str)| Record {
        id: String::new(),
        title: None,
        text: text.into(),
        label: label.into(),
        group: None,
        fields: Default::default(),
    };
    let records = [
        ("dove", "talks resume"),
        ("hawk", "guns and missiles"),
        ("dove", "a treaty of talks"),
        ("hawk", "missiles"),
    ];
    let dataset = Dataset::new(records.map(record).to_vec());
    let classifier = TextClassifier::train(&ClassifierParams::default(), &dataset).expect("two classes");
    classifier
        .to_model(nutgraf::model::Task::Text)
        .and_then(|model| model.to_bytes())
        .expect("a model has a form")
}
