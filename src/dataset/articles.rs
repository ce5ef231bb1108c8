//! Articles with reference summaries: JSONL of `{"id","text","summary"[,"title"]}`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::fingerprint::Fingerprint;
use super::lines::{Lines, text_or_number};
use crate::error::{Error, Result};

/// An article and the sentences of its reference summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceArticle {
    /// The record's own id, or `FILE:LINE`.
    pub id: String,
    /// The headline, where known.
    pub title: Option<String>,
    /// The article, paragraphs parted by blank lines.
    pub text: String,
    /// The reference summary, a sentence an entry.
    pub summary: Vec<String>,
}

impl ReferenceArticle {
    /// What the text is known again by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of([self.text.as_str()], None)
    }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default, deserialize_with = "text_or_number")]
    id: Option<String>,
    title: Option<String>,
    text: String,
    summary: OneOrMany,
}

/// A summary is one text (a sentence a line) or a list of sentences.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Reads articles with summaries.
///
/// # Errors
/// The first line that is not such a record, or whose text or summary is empty; no records at all.
pub fn read_articles(paths: &[PathBuf]) -> Result<Vec<ReferenceArticle>> {
    let mut articles = Vec::new();
    for path in paths {
        for (line, raw) in Lines::parse_all::<Raw>(path)? {
            let summary: Vec<String> = match raw.summary {
                OneOrMany::One(text) => text.lines().map(str::to_owned).collect(),
                OneOrMany::Many(sentences) => sentences,
            };
            let summary: Vec<String> = summary.into_iter().filter(|s| !s.trim().is_empty()).collect();
            if raw.text.trim().is_empty() || summary.is_empty() {
                return Err(Error::record(path, line, "text or summary is empty; remove the record"));
            }
            let id = raw.id.unwrap_or_else(|| format!("{}:{line}", path.display()));
            articles.push(ReferenceArticle { id, title: raw.title, text: raw.text, summary });
        }
    }
    if articles.is_empty() {
        let path = paths.first().map(PathBuf::as_path).unwrap_or(Path::new("-"));
        return Err(Error::dataset(path, "no articles; give JSONL of {\"id\",\"text\",\"summary\"}"));
    }
    Ok(articles)
}
