//! Paths in, pages and texts out, one after the other, in order.
//!
//! A path is a file, `-`, a folder (every page in it and below, by name), JSONL of records with `html` or `text`, an MHTML
//! file, or a WARC file.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nutgraf::archive::{MhtmlPage, WarcItem, WarcPage, WarcReader};
use nutgraf::dataset::{Lines, json_problem, open_reader, text_or_number};
use nutgraf::page::{Format, MAX_PAGE_BYTES};
use nutgraf::{Error, PageHints};
use serde::Deserialize;

/// One input, or what kept it from being one.
pub(super) struct Input {
    /// The file's name without its extensions, or the record's own id.
    pub(super) id: String,
    /// Where it came from.
    pub(super) source: String,
    pub(super) content: Result<Content, Error>,
}

/// An input that was found; a record is still the line that it stands on, so that lines are parsed in parallel.
pub(super) enum Found {
    Input(Input),
    Line { path: Arc<Path>, number: usize, line: String },
}

impl Found {
    /// The number of bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Input(input) => input.content.as_ref().map_or(0, |content| content.bytes.len()),
            Self::Line { line, .. } => line.len(),
        }
    }

    /// A hash of its place and its bytes, by which a later run knows it again.
    pub(super) fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        match self {
            Self::Input(Input { source, content, .. }) => {
                part(source.as_bytes());
                match content {
                    Ok(content) => {
                        part(&content.bytes);
                        part(format!("{:?} {}", content.hints, content.is_article).as_bytes());
                    }
                    Err(error) => part(error.to_string().as_bytes()),
                }
            }
            Self::Line { path, number, line } => {
                part(path.as_os_str().as_encoded_bytes());
                part(&number.to_le_bytes());
                part(line.as_bytes());
            }
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// The input, parsed.
    pub(super) fn open(self) -> Input {
        match self {
            Self::Input(input) => input,
            Self::Line { path, number, line } => record_input(&path, number, &line),
        }
    }
}

/// A page or a text.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) hints: PageHints,
    /// Whether the bytes are an article without anything around it, as a record's `text` is.
    pub(super) is_article: bool,
}

/// The inputs of some paths.
pub(super) struct Inputs {
    paths: std::vec::IntoIter<PathBuf>,
    /// Paths in all.
    n_paths: usize,
    records: Option<Records>,
    archive: Option<Archive>,
    /// Records of archives that hold no page.
    n_no_pages: usize,
}

struct Archive {
    path: PathBuf,
    reader: WarcReader,
    /// The offset of the last record, and how many began there: a gzip member may hold several.
    last: (u64, usize),
}

struct Records {
    path: Arc<Path>,
    lines: Lines,
}

/// Endings of files in a folder that are pages.
const PAGE_ENDINGS: [&str; 7] = ["html", "htm", "xhtml", "txt", "mhtml", "mht", "warc"];
const COMPRESSED_ENDINGS: [&str; 2] = [".gz", ".zst"];

impl Inputs {
    /// Finds the inputs of paths; folders are listed at once, files are opened when their turn comes.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        let mut found = Vec::new();
        for path in paths {
            if path.is_dir() { list_pages(path, &mut found) } else { found.push(path.clone()) }
        }
        let n_paths = found.len();
        Self { paths: found.into_iter(), n_paths, records: None, archive: None, n_no_pages: 0 }
    }
}

impl Inputs {
    /// The next inputs, up to so many, or until their bytes are enough for one group; none at the end.
    pub(super) fn group(&mut self, max_inputs: usize) -> Vec<Found> {
        let mut n_bytes = 0;
        let mut group = Vec::new();
        while group.len() < max_inputs && n_bytes < GROUP_BYTES {
            let Some(found) = self.next() else { break };
            n_bytes += found.len();
            group.push(found);
        }
        group
    }
}

impl Inputs {
    /// Records of archives met so far that hold no page.
    pub(super) fn n_no_pages(&self) -> usize {
        self.n_no_pages
    }

    /// The share of the files that were begun; none if there is but one.
    pub(super) fn share(&self) -> Option<f64> {
        (self.n_paths > 1).then(|| (self.n_paths - self.paths.len()) as f64 / self.n_paths as f64)
    }

    /// Takes the next page of the archive that is open, if it has one more.
    fn next_of_archive(&mut self) -> Option<Found> {
        let Archive { path, reader, last } = self.archive.as_mut()?;
        for (offset, item) in reader.by_ref() {
            *last = (offset, if last.0 == offset { last.1 + 1 } else { 0 });
            let place = match last.1 {
                0 => format!("{}:{offset}", path.display()),
                n => format!("{}:{offset}.{n}", path.display()),
            };
            let (id, content) = match item {
                WarcItem::NoPage => {
                    self.n_no_pages += 1;
                    continue;
                }
                WarcItem::Page(page) => {
                    let WarcPage { id, url, charset, format, body } = page;
                    let hints = PageHints { charset, url, format: Some(format), ..PageHints::default() };
                    (id, Ok(Content { bytes: body, hints, is_article: false }))
                }
                WarcItem::Damaged(message) => {
                    let message = format!(
                        "record at byte {offset}: {message}; it was left out, as the archive may need to be fetched again"
                    );
                    (None, Err(Error::Dataset { path: path.clone(), message }))
                }
            };
            return Some(Found::Input(Input {
                id: id.unwrap_or_else(|| place.clone()),
                source: place,
                content,
            }));
        }
        self.archive = None;
        None
    }

    /// Opens the archive at a path, or says why it cannot be.
    fn open_archive(&mut self, path: PathBuf) -> Option<Found> {
        let opened = std::fs::File::open(&path)
            .and_then(|file| WarcReader::new(Box::new(BufReader::with_capacity(1 << 16, file))));
        match opened {
            Ok(reader) => {
                self.archive = Some(Archive { path, reader, last: (u64::MAX, 0) });
                None
            }
            Err(reason) => {
                let (id, place) = (id_of(&path), path.display().to_string());
                Some(Found::Input(Input { id, source: place, content: Err(Error::Io { path, reason }) }))
            }
        }
    }
}

/// Bytes at which a group of inputs ends.
const GROUP_BYTES: usize = 2 << 20;

impl Iterator for Inputs {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.next_of_archive() {
                return Some(found);
            }
            if let Some(records) = &mut self.records {
                match records.next_line() {
                    Some(found) => return Some(found),
                    None => self.records = None,
                }
            }
            let path = self.paths.next()?;
            if is_warc(&path) {
                if let Some(found) = self.open_archive(path) {
                    return Some(found);
                }
                continue;
            }
            if !is_jsonl(&path) {
                return Some(Found::Input(read_page(&path)));
            }
            match Lines::open(&path) {
                Ok(lines) => self.records = Some(Records { path: path.into(), lines }),
                Err(e) => {
                    return Some(Found::Input(Input {
                        id: id_of(&path),
                        source: path.display().to_string(),
                        content: Err(e),
                    }));
                }
            }
        }
    }
}

/// The name without `.gz` or `.zst`.
fn plain_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let ending = COMPRESSED_ENDINGS.iter().find(|ending| lower.ends_with(**ending));
    ending.map_or(name.clone(), |ending| name[..name.len() - ending.len()].to_owned())
}

fn is_jsonl(path: &Path) -> bool {
    plain_name(path).to_ascii_lowercase().ends_with(".jsonl")
}

fn is_warc(path: &Path) -> bool {
    plain_name(path).to_ascii_lowercase().ends_with(".warc")
}

fn is_mhtml(path: &Path) -> bool {
    let name = plain_name(path).to_ascii_lowercase();
    name.ends_with(".mhtml") || name.ends_with(".mht")
}

fn id_of(path: &Path) -> String {
    let name = plain_name(path);
    Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or(name)
}

/// Every page below a folder, by name; a folder that cannot be listed stays as a path, whose reading then fails.
fn list_pages(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        if !path.is_dir() || path.is_symlink() && path != folder {
            let name = plain_name(&path);
            let ending =
                Path::new(&name).extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
            if PAGE_ENDINGS.contains(&ending.as_str()) {
                found.push(path);
            }
            continue;
        }
        let Ok(entries) = std::fs::read_dir(&path) else {
            found.push(path);
            continue;
        };
        let mut children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        // The stack gives the last pushed first.
        children.sort_unstable_by(|a, b| b.cmp(a));
        pending.extend(children);
    }
}

fn read_page(path: &Path) -> Input {
    let is_stdin = path == Path::new("-");
    let (id, source) =
        if is_stdin { ("-".into(), "-".into()) } else { (id_of(path), path.display().to_string()) };
    let content = open_reader(path).and_then(|reader| {
        let mut bytes = Vec::new();
        // One byte over the limit is enough to see that it is passed.
        reader
            .take(MAX_PAGE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|reason| Error::Io { path: path.to_owned(), reason })?;
        if is_mhtml(path) && bytes.len() <= MAX_PAGE_BYTES {
            let MhtmlPage { html, url } = MhtmlPage::parse(&bytes)?;
            let hints = PageHints {
                charset: Some("utf-8".to_owned()),
                url,
                format: Some(Format::Html),
                ..PageHints::default()
            };
            return Ok(Content { bytes: html.into_bytes(), hints, is_article: false });
        }
        Ok(Content { bytes, hints: PageHints::default(), is_article: false })
    });
    Input { id, source, content }
}

#[derive(Deserialize)]
struct Record {
    #[serde(default, deserialize_with = "text_or_number")]
    id: Option<String>,
    html: Option<String>,
    text: Option<String>,
    title: Option<String>,
    url: Option<String>,
    date: Option<String>,
}

impl Records {
    fn next_line(&mut self) -> Option<Found> {
        match self.lines.next_line() {
            Ok(None) => None,
            Ok(Some((number, line))) => {
                Some(Found::Line { path: self.path.clone(), number, line: line.to_owned() })
            }
            Err(e) => {
                let path = self.path.display();
                let source = match &e {
                    Error::Record { line, .. } => format!("{path}:{line}"),
                    _ => path.to_string(),
                };
                Some(Found::Input(Input { id: source.clone(), source, content: Err(e) }))
            }
        }
    }
}

fn record_input(path: &Path, number: usize, line: &str) -> Input {
    let source = format!("{}:{number}", path.display());
    let bad = |message: String| Error::Record { path: path.to_owned(), line: number, message };
    let record: Record = match serde_json::from_str(line) {
        Ok(record) => record,
        Err(e) => {
            let message = format!(
                "not a JSON record ({}); give one object a line with \"html\" or \"text\"",
                json_problem(&e)
            );
            return Input { id: source.clone(), source, content: Err(bad(message)) };
        }
    };
    let id = record.id.unwrap_or_else(|| source.clone());
    let is_article = record.html.is_none();
    let format = Some(if is_article { Format::Plain } else { Format::Html });
    let content = record.html.or(record.text).ok_or_else(|| {
        bad("no \"html\" or \"text\" field; give the page's markup or its text under that name".into())
    });
    let hints = PageHints { charset: None, url: record.url, title: record.title, date: record.date, format };
    let content = content.map(|text| Content { bytes: text.into_bytes(), hints, is_article });
    Input { id, source, content }
}
