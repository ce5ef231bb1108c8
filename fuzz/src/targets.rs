//! What is fuzzed: a function a target, which is given any bytes and must come back; what holds of any answer is asserted.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use nutgraf::archive::{MhtmlPage, WarcItem, WarcReader};
use nutgraf::body::BodyModel;
use nutgraf::dataset::{
    BadRecords, Catalog, EmptyTexts, Fingerprint, Fingerprints, LabelledOptions, file_name, read_batches,
    read_codings,
};
use nutgraf::model::Model;
use nutgraf::page::Format;
use nutgraf::reading::check_model;
use nutgraf::report::{clean, escape_unsafe, extract_markdown};
use nutgraf::text::{AnalyzerParams, Terms, quotations, sentences, tokens};
use nutgraf::{Page, PageHints, Reader};

/// A target: its name and what it does with some bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 12] = [
    ("page", page),
    ("plain", plain),
    ("reading", reading),
    ("sentences", text_sentences),
    ("analyzer", analyzer),
    ("labelled", labelled),
    ("table", table),
    ("codings", codings),
    ("warc", warc),
    ("mhtml", mhtml),
    ("model", model),
    ("words", words),
];

fn body() -> &'static BodyModel {
    static BODY: OnceLock<BodyModel> = OnceLock::new();
    BODY.get_or_init(|| BodyModel::from_model(&Model::open("body").expect("shipped")).expect("shipped"))
}

/// Blocks stand in order within the file, and places lead back into it.
fn check(page: &Page, n_bytes: usize) {
    let mut end = 0;
    for block in &page.blocks {
        let span = block.span();
        assert!(span.start <= span.end && span.end <= n_bytes, "{span:?} of {n_bytes} bytes");
        assert!(end <= span.start, "blocks stand in order");
        assert!(!block.text.trim().is_empty(), "a block has words");
        end = span.end;
    }
}

/// Bytes as a page of any kind and charset: blocks, and what the body model makes of them.
fn page(data: &[u8]) {
    if let Ok(page) = Page::parse(data, &PageHints::default()) {
        check(&page, data.len());
        let verdicts = body().body_verdicts(&page);
        assert_eq!(verdicts.len(), page.blocks.len());
        assert!(verdicts.iter().all(|verdict| (0.0..=1.0).contains(&verdict.p_body)));
    }
}

/// Bytes as plain text.
fn plain(data: &[u8]) {
    let hints = PageHints { format: Some(Format::Plain), ..PageHints::default() };
    if let Ok(page) = Page::parse(data, &hints) {
        check(&page, data.len());
    }
}

/// The whole way, and every writer of what was read.
fn reading(data: &[u8]) {
    static READER: OnceLock<Reader> = OnceLock::new();
    let reader = READER.get_or_init(|| Reader::shipped().expect("shipped"));
    let Ok(reading) = reader.read(data, &PageHints::default()) else { return };
    for sentence in &reading.sentences {
        assert!(sentence.span.start < sentence.span.end && sentence.span.end <= data.len());
    }
    let p: f64 = reading.stance.p.iter().map(|(_, p)| p).sum();
    assert!((p - 1.0).abs() < 1e-9, "probabilities sum to {p}");
    let speaks: f64 = reading.stance.evidence.iter().map(|evidence| evidence.log_odds).sum();
    assert!(speaks.is_finite());
    let markdown =
        extract_markdown(&reading.page, &reading.verdicts, reading.title(), |kind| kind.is_body(), true);
    assert!(!markdown.contains('\u{1b}'));
    let view = nutgraf::report::ArticleView {
        source: "x",
        reading: &reading,
        shown: nutgraf::report::Shown { terms: 8, sentences: 2 },
        counter: None,
        abstain: reader.stance_model().classifier().abstain(),
        provenance: nutgraf::report::Provenance::default(),
    };
    let html = nutgraf::report::article_html(&view);
    assert!(!html.to_ascii_lowercase().contains("<script"));
}

/// Text to sentences and quotations: both lie within it, in order.
fn text_sentences(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut end = 0;
    for sentence in sentences(&text, None) {
        assert!(end <= sentence.start && sentence.start < sentence.end);
        assert!(text.get(sentence.start..sentence.end).is_some());
        end = sentence.end;
    }
    assert!(end <= text.len());
    let _ = quotations(&text);
}

/// Text to terms, by tokens of our own and as models read it.
fn analyzer(data: &[u8]) {
    static ANALYZER: OnceLock<nutgraf::text::Analyzer> = OnceLock::new();
    let analyzer = ANALYZER
        .get_or_init(|| AnalyzerParams { max_ngram: 3, ..AnalyzerParams::default() }.check().expect("valid"));
    let text = String::from_utf8_lossy(data);
    let mut end = 0;
    for token in tokens(&text) {
        assert!(end <= token.start && token.start < token.end && text.get(token.start..token.end).is_some());
        end = token.end;
    }
    let mut terms = Terms::default();
    analyzer.analyze(&text, &mut terms);
    assert_eq!(terms.iter().count(), terms.len());
    let one = Fingerprint::of([&*text], None);
    let index = Fingerprints::from_iter([one]).index();
    assert!(index.find(&one).copy.is_some() || text.chars().all(|c| !c.is_ascii_alphanumeric()));
}

/// A file of these bytes, for readers that want a path; one a thread.
fn file(name: &str, data: &[u8]) -> PathBuf {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
    }
    FOLDER.with(|folder| {
        let path = folder.path().join(name);
        let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(data));
        written.expect("a writable file");
        path
    })
}

fn read_labelled(name: &str, data: &[u8]) {
    for bad_records in [BadRecords::Fail, BadRecords::Skip] {
        let options =
            LabelledOptions { bad_records, empty_texts: EmptyTexts::Keep, ..LabelledOptions::default() };
        let mut n_records = 0;
        let found = read_batches(&[file(name, data)], &options, |records| {
            n_records += records.len();
            Ok(())
        });
        if found.is_ok() {
            assert!(n_records > 0, "no records are an error");
        }
    }
}

/// Bytes as JSONL of labelled records and lines with `__label__`.
fn labelled(data: &[u8]) {
    read_labelled("a.jsonl", data);
}

/// Bytes as a table of labelled records.
fn table(data: &[u8]) {
    read_labelled("a.csv", data);
}

/// Bytes as codings of two coders.
fn codings(data: &[u8]) {
    let paths = [file("a.jsonl", data), file("b.csv", data)];
    let _ = read_codings(&paths, "id", "label");
}

/// Bytes as an archive: each record is told once, at places that rise.
fn warc(data: &[u8]) {
    let Ok(reader) = WarcReader::new(Box::new(Cursor::new(data.to_vec()))) else { return };
    let mut last = 0;
    for (offset, item) in reader {
        assert!(offset >= last, "places rise");
        last = offset;
        if let WarcItem::Page(page) = item {
            assert!(page.body.len() <= nutgraf::page::MAX_PAGE_BYTES + 1);
        }
    }
}

/// Bytes as a page saved with all its parts.
fn mhtml(data: &[u8]) {
    if let Ok(page) = MhtmlPage::parse(data) {
        let _ = Page::parse(page.html.as_bytes(), &PageHints::default());
    }
}

/// Bytes of a checksum at the end of a model file.
const CHECKSUM: usize = 32;

/// Bytes as a model file, as they are and under a checksum that is right for them, so that what lies behind it is reached.
fn model(data: &[u8]) {
    let open = |bytes: Vec<u8>| {
        if let Ok(model) = Model::from_bytes("fuzzed", bytes) {
            let _ = check_model(&model);
        }
    };
    open(data.to_vec());
    if data.len() > CHECKSUM {
        let mut sealed = data.to_vec();
        let end = sealed.len() - CHECKSUM;
        let checksum = blake3::hash(&sealed[..end]);
        sealed[end..].copy_from_slice(checksum.as_bytes());
        open(sealed);
    }
}

/// Words on their way to terminals, JSON, file names, and as a catalogue.
fn words(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = clean(&text);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{shown:?}");
    let line = serde_json::to_string(&*text).expect("text is JSON");
    let read: String = serde_json::from_str(&escape_unsafe(line)).expect("escaped JSON is JSON");
    assert_eq!(read, text);
    let name = file_name(&text);
    assert!(
        !name.is_empty()
            && name.len() <= 121
            && !name.contains(['/', '\\', '\0'])
            && name != "."
            && name != ".."
    );
    let _ = Catalog::parse("fuzzed", &text);
}
