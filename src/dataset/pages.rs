//! Pages with gold body: a folder of `ID.html` or `ID.txt` with `gold.jsonl` of `{"id","url","text"[,"segments"]}`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::fingerprint::Fingerprint;
use super::fold::site_of;
use super::lines::Lines;
use crate::error::{Error, Result};

/// A stretch of a page's bytes with the name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, usize, usize)")]
pub struct Segment {
    /// The kind's name.
    pub kind: String,
    /// First byte of the page's file.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<(String, usize, usize)> for Segment {
    fn from((kind, start, end): (String, usize, usize)) -> Self {
        Self { kind, start, end }
    }
}

/// A page and its body as a reader marked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldPage {
    /// The page's file name without its extension.
    pub id: String,
    /// Where the page came from; empty if unknown.
    pub url: String,
    /// The page's file.
    pub path: PathBuf,
    /// The body's text.
    pub text: String,
    /// The kind of every part of the page, in source order; empty where only the body is marked.
    pub segments: Vec<Segment>,
}

impl GoldPage {
    /// The page's bytes.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read.
    pub fn read(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.path).map_err(|e| Error::io(&self.path, e))
    }

    /// What the body is known again by, and its site.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let site = (!self.url.is_empty()).then(|| site_of(&self.url));
        Fingerprint::of([self.text.as_str()], site)
    }
}

#[derive(Deserialize)]
struct Raw {
    id: String,
    #[serde(default)]
    url: String,
    text: String,
    #[serde(default)]
    segments: Segments,
}

/// Parts by their place; other data sets list parts by their text, which is not used.
#[derive(Deserialize)]
#[serde(untagged)]
enum Segments {
    Placed(Vec<Segment>),
    Other(serde::de::IgnoredAny),
}

impl Default for Segments {
    fn default() -> Self {
        Self::Placed(Vec::new())
    }
}

/// Reads the gold files of folders, in their order.
///
/// # Errors
/// A folder without `gold.jsonl`; the first line that is not such a record or has no page beside it.
pub fn read_pages(folders: &[PathBuf]) -> Result<Vec<GoldPage>> {
    let mut pages = Vec::new();
    for folder in folders {
        let gold = folder.join("gold.jsonl");
        if !gold.is_file() {
            return Err(Error::dataset(
                folder,
                "no gold.jsonl; give a folder of ID.html with gold.jsonl of {\"id\",\"url\",\"text\"}",
            ));
        }
        for (line, raw) in Lines::parse_all::<Raw>(&gold)? {
            let path = page_path(folder, &raw.id).ok_or_else(|| {
                Error::record(&gold, line, format!("no {}.html or {}.txt beside it", raw.id, raw.id))
            })?;
            let segments = match raw.segments {
                Segments::Placed(segments) => segments,
                Segments::Other(_) => Vec::new(),
            };
            pages.push(GoldPage { id: raw.id, url: raw.url, path, text: raw.text, segments });
        }
    }
    if pages.is_empty() {
        let path = folders.first().map(PathBuf::as_path).unwrap_or(Path::new("-"));
        return Err(Error::dataset(path, "gold.jsonl has no records"));
    }
    Ok(pages)
}

fn page_path(folder: &Path, id: &str) -> Option<PathBuf> {
    ["html", "htm", "txt"]
        .iter()
        .map(|extension| folder.join(format!("{id}.{extension}")))
        .find(|path| path.is_file())
}
