//! Archives of crawls: every page is read, what is no page is counted, what is damaged is told by its place and costs nothing
//! else.

mod common;

use std::io::{Cursor, Write as _};

use common::command::{in_folder, ok, run};
use flate2::Compression;
use flate2::write::GzEncoder;
use nutgraf::archive::{WarcItem, WarcReader};
use nutgraf::page::MAX_PAGE_BYTES;
use nutgraf::{Page, PageHints};
use proptest::prelude::*;

/// A record of a type, with an HTTP response or any other content.
fn record(kind: &str, number: usize, content_type: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: \
         http://tide.example/{number}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn page(number: usize) -> Vec<u8> {
    let html = format!(
        "<html><head><title>Ferry {number} runs aground</title></head><body><h1>Ferry {number} runs aground</h1><p>The ferry \
         number {number} ran aground off the northern cape on Monday night, the coast guard said, and nobody was hurt. A tug was \
         sent from the harbour, and passengers were brought ashore before dawn in small boats.</p><p>The owner of the line \
         promised an inquiry into the voyage, which had begun an hour late because of fog. Divers are to look at the hull \
         on Wednesday, when the wind is expected to drop, he told reporters on the quay.</p></body></html>"
    );
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    record("response", number, "application/http; msgtype=response", http.as_bytes())
}

/// Five pages, and records that hold none.
fn records() -> Vec<Vec<u8>> {
    let image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG";
    vec![
        record("warcinfo", 100, "application/warc-fields", b"software: x\r\n"),
        page(0),
        record("request", 101, "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        page(1),
        record("response", 102, "application/http; msgtype=response", image),
        page(2),
        record(
            "resource",
            3,
            "text/plain; charset=windows-1252",
            b"The ferry number 3 lay off the old caf\xe9 all night, the crew said on Tuesday, and nobody went ashore \
                          before the fog had lifted.\n\nThe harbour master said that he would not close the quay. Two tugs \
                          waited beside the ferry until noon, when the owner of the line called them back to the yard.",
        ),
        page(4),
    ]
}

fn gzipped(records: &[Vec<u8>]) -> Vec<u8> {
    let member = |record: &Vec<u8>| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(record).unwrap();
        encoder.finish().unwrap()
    };
    records.iter().flat_map(member).collect()
}

/// The records as zstd frames that share a dictionary.
fn frames(dictionary: &[u8]) -> Vec<Vec<u8>> {
    let frame = |record: Vec<u8>| {
        let mut encoder = zstd::Encoder::with_dictionary(Vec::new(), 3, dictionary).unwrap();
        encoder.write_all(&record).unwrap();
        encoder.finish().unwrap()
    };
    records().into_iter().map(frame).collect()
}

/// A frame that decoders skip.
fn skippable(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[kind, 0x2a, 0x4d, 0x18], &length[..], content].concat()
}

fn items(bytes: &[u8]) -> Vec<(u64, WarcItem)> {
    WarcReader::new(Box::new(Cursor::new(bytes.to_vec()))).unwrap().collect()
}

fn ids(items: &[(u64, WarcItem)]) -> Vec<String> {
    let id = |item: &WarcItem| match item {
        WarcItem::Page(page) => page.id.clone(),
        _ => None,
    };
    items.iter().filter_map(|(_, item)| id(item)).collect()
}

fn n_damaged(items: &[(u64, WarcItem)]) -> usize {
    items.iter().filter(|(_, item)| matches!(item, WarcItem::Damaged(_))).count()
}

#[test]
fn every_form_of_a_file_gives_the_same_pages() {
    let plain = records().concat();
    let zstd = zstd::encode_all(&plain[..], 3).unwrap();
    let one_member = gzipped(std::slice::from_ref(&plain));
    let dictionary = page(77);
    let packed_dictionary = zstd::encode_all(&dictionary[..], 3).unwrap();
    let with_dictionary = |shown: &[u8]| [skippable(0x5d, shown), frames(&dictionary).concat()].concat();
    let dictionary_forms = [with_dictionary(&dictionary), with_dictionary(&packed_dictionary)];
    assert!(dictionary_forms[0].len() < zstd.len() + dictionary.len(), "the dictionary is used");
    let [plain_dictionary, packed_dictionary] = dictionary_forms;
    let others = [skippable(0x50, b"a remark"), frames(&[]).concat(), skippable(0x51, b"another")].concat();
    for bytes in [
        plain,
        gzipped(&records()),
        zstd,
        one_member,
        frames(&[]).concat(),
        plain_dictionary,
        packed_dictionary,
        others,
    ] {
        let items = items(&bytes);
        assert_eq!(items.len(), 8);
        assert_eq!(
            (ids(&items), n_damaged(&items)),
            (["0", "1", "2", "3", "4"].map(String::from).to_vec(), 0)
        );
    }
}

#[test]
fn offsets_are_those_of_the_records() {
    let parts = records();
    let mut expected = Vec::new();
    let mut at = 0;
    for part in &parts {
        expected.push(at);
        at += part.len() as u64;
    }
    let found: Vec<u64> = items(&parts.concat()).iter().map(|(offset, _)| *offset).collect();
    assert_eq!(found, expected);
    let members: Vec<Vec<u8>> = parts.iter().map(|part| gzipped(std::slice::from_ref(part))).collect();
    for (bytes, magic) in [(members.concat(), [0x1f, 0x8b]), (frames(&[]).concat(), [0x28, 0xb5])] {
        for (offset, _) in items(&bytes) {
            assert!(bytes[offset as usize..].starts_with(&magic));
        }
    }
}

#[test]
fn a_damaged_record_costs_itself_alone() {
    // In a gzip member every byte of the second page is turned; in a plain file its first line is.
    let mut members: Vec<Vec<u8>> =
        records().iter().map(|part| gzipped(std::slice::from_ref(part))).collect();
    let start = members[3].len() / 3;
    members[3][start..].iter_mut().for_each(|byte| *byte = !*byte);
    let items_of_gzip = items(&members.concat());
    let mut frames = frames(&[]);
    let start = frames[3].len() / 3;
    frames[3][start..].iter_mut().for_each(|byte| *byte = !*byte);
    let items_of_zstd = items(&frames.concat());
    let mut plain = records();
    plain[3][..8].copy_from_slice(b"XARC/1.0");
    let items_of_plain = items(&plain.concat());
    for found in [items_of_gzip, items_of_zstd, items_of_plain] {
        assert_eq!(ids(&found), ["0", "2", "3", "4"]);
        assert_eq!(n_damaged(&found), 1, "{found:?}");
    }
    // Cut off within the last record.
    for bytes in [records().concat(), gzipped(&records())] {
        let found = items(&bytes[..bytes.len() - 60]);
        assert_eq!((ids(&found).len(), n_damaged(&found)), (4, 1));
    }
}

/// The header of a response that says it has so many bytes.
fn of_length(length: u64) -> Vec<u8> {
    let text = String::from_utf8(record("response", 9, "application/http", &[])).unwrap();
    text.replace("Content-Length: 0", &format!("Content-Length: {length}")).into_bytes()
}

#[test]
fn bombs_and_records_without_measure_are_told() {
    let found = items(&[of_length(1 << 40), page(1)].concat());
    assert!(
        matches!(&found[0].1, WarcItem::Damaged(message) if message.contains("another record")),
        "{found:?}"
    );
    assert_eq!(ids(&found), ["1"], "what follows is read");
    let found = items(&[of_length(10_000), page(1), page(2)].concat());
    assert_eq!((ids(&found), n_damaged(&found)), (vec!["1".to_owned(), "2".to_owned()], 1));
    let no_length = b"WARC/1.0\r\nWARC-Type: response\r\n\r\n".to_vec();
    let found = items(&[no_length, page(1)].concat());
    assert_eq!((ids(&found), n_damaged(&found)), (vec!["1".to_owned()], 1));
    let endless = [b"WARC/1.0\r\n".to_vec(), vec![b'x'; 200_000]].concat();
    assert_eq!(n_damaged(&items(&endless)), 1);
    // A record over the limit of a page, and one whose body unpacks to more than that: both are told, and the next is read.
    let http = |encoding: &str, body: &[u8]| {
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}\r\n\r\n");
        record("response", 8, "application/http; msgtype=response", &[head.as_bytes(), body].concat())
    };
    let blank = vec![b' '; MAX_PAGE_BYTES + 1000];
    let gzip_bomb = http("gzip", &gzipped(std::slice::from_ref(&blank)));
    let zstd_bomb = http("zstd", &zstd::encode_all(&blank[..], 3).unwrap());
    let torn_brotli = http("br", &[0x1b, 0x40, 0, 0, 0x24, 0xc2, 1, 0xe2]);
    let large = http("identity", &blank);
    for (name, bad) in
        [("large", large), ("gzip bomb", gzip_bomb), ("zstd bomb", zstd_bomb), ("brotli", torn_brotli)]
    {
        for bytes in [[bad.clone(), page(1)].concat(), gzipped(&[bad, page(1)])] {
            let found = items(&bytes);
            let is_refused = |item: &WarcItem| match item {
                WarcItem::Page(page) => Page::parse(&page.body, &PageHints::default()).is_err(),
                WarcItem::NoPage | WarcItem::Damaged(_) => true,
            };
            let refused: Vec<bool> = found.iter().map(|(_, item)| is_refused(item)).collect();
            assert_eq!(refused, [true, false], "{name}");
        }
    }
    // Four megabytes of what may be the beginning of a member with a long name cost no more than other bytes.
    let started = std::time::Instant::now();
    let false_beginnings = [0x1f, 0x8b, 8, 8].repeat(1 << 20);
    assert!((1..10).contains(&n_damaged(&items(&false_beginnings))));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    // A hundred thousand empty members are no reason to run out of stack.
    let empty = gzipped(&[Vec::new()]).repeat(100_000);
    assert_eq!(ids(&items(&[empty, gzipped(&[page(1)])].concat())), ["1"]);
}

#[test]
fn a_packed_page_that_unpacks_without_measure_is_an_error_record() {
    let folder = tempfile::tempdir().unwrap();
    let blank = vec![b' '; 4 * MAX_PAGE_BYTES];
    let bombs = [
        ("bomb.html.gz", gzipped(std::slice::from_ref(&blank))),
        ("bomb.html.zst", zstd::encode_all(&blank[..], 3).unwrap()),
    ];
    for (name, bytes) in bombs {
        assert!(bytes.len() < 1 << 20);
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let good = "<html><p>The ferry ran aground on Monday night, and nobody was hurt, the coast guard said.</p></html>";
    std::fs::write(folder.path().join("good.html.gz"), gzipped(&[good.into()])).unwrap();
    let ran = run(&["extract", folder.path().to_str().unwrap(), "--format", "jsonl"]);
    let found = ran.records();
    assert_eq!((ran.code, found.len()), (1, 3));
    for record in &found[..2] {
        assert_eq!(record["error"]["code"], "too_large", "{record}");
    }
    assert_eq!(found[2]["id"], "good");
}

#[test]
fn commands_read_archives_as_streams_of_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "crawl.warc.gz");
    let mut members: Vec<Vec<u8>> =
        records().iter().map(|part| gzipped(std::slice::from_ref(part))).collect();
    std::fs::write(&path, members.concat()).unwrap();
    let ran = ok(&["extract", &path, "--format", "jsonl"]);
    let found = ran.records();
    assert_eq!(found.len(), 5);
    assert!(found[0]["text"].as_str().unwrap().contains("number 0 ran"), "{}", found[0]);
    assert!(found[0]["source"].as_str().unwrap().starts_with(&format!("{path}:")));
    assert_eq!((&found[3]["id"], &found[3]["charset"]["name"]), (&"3".into(), &"windows-1252".into()));
    assert!(found[3]["text"].as_str().unwrap().contains("café"));
    assert!(
        ran.stderr.contains("5 pages: 5 ok") && ran.stderr.contains("3 records of archives are no pages")
    );
    assert_eq!(run(&["summarize", &path, "-n", "1"]).code, 0);
    let end = members[3].len() - 20;
    members[3][20..end].iter_mut().for_each(|byte| *byte = 0);
    std::fs::write(&path, members.concat()).unwrap();
    let ran = run(&["read", &path, "--format", "jsonl"]);
    let found = ran.records();
    assert_eq!((ran.code, found.len()), (1, 5));
    let error = found[1]["error"]["message"].as_str().unwrap();
    assert!(error.contains("record at byte ") && error.contains("left out"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_to_their_end(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        is_packed in any::<bool>(),
    ) {
        let _ = items(&bytes);
        let mut bytes = if is_packed { gzipped(&records()) } else { records().concat() };
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        prop_assert!(items(&bytes).len() < 500);
    }

    #[test]
    fn what_is_whole_before_a_cut_is_read(cut in any::<prop::sample::Index>(), is_packed in any::<bool>()) {
        let parts: Vec<Vec<u8>> = if is_packed {
            records().iter().map(|part| gzipped(std::slice::from_ref(part))).collect()
        } else {
            records()
        };
        let bytes = parts.concat();
        let cut = cut.index(bytes.len());
        let mut end = 0;
        let whole = parts.iter().take_while(|part| { end += part.len(); end <= cut }).count();
        let found = items(&bytes[..cut]);
        let n_read = found.iter().filter(|(_, item)| !matches!(item, WarcItem::Damaged(_))).count();
        // The blank lines after a record are no part of it.
        prop_assert!(n_read == whole || n_read == whole + 1, "{n_read} {whole}");
    }
}

#[test]
fn a_page_saved_with_all_its_parts_is_read_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let page = std::fs::read_to_string(common::root().join("tests/pages/ministers-meet.html")).unwrap();
    let encoded = page.replace('=', "=3D");
    let file = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://valley.example/talks\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n--b\r\nContent-Type: image/png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    );
    std::fs::write(folder.path().join("saved.mhtml"), file).unwrap();
    std::fs::write(folder.path().join("broken.mht"), "no message").unwrap();
    let saved = folder.path().to_str().unwrap();
    let ran = common::command::run(&["extract", saved, "--format", "jsonl"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let records = ran.records();
    assert!(records[0]["error"]["message"].as_str().unwrap().contains("MHTML"), "{records:?}");
    let plain =
        common::command::ok(&["extract", "tests/pages/ministers-meet.html", "--format", "jsonl"]).records();
    assert_eq!((&records[1]["text"], &records[1]["title"]), (&plain[0]["text"], &plain[0]["title"]));
    assert_eq!(records[1]["id"], "saved");
}
