//! One summary of several articles in, text for people, Markdown or a JSON record out.

use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::markdown::{heading as markdown_heading, markdown_item};
use super::records::{ErrorBody, SCHEMA};
use super::summary::SentenceRecord;
use super::text::Painter;
use crate::error::Error;
use crate::summary::StorySummary;

/// An article that went into a summary of several, or what kept it from it.
#[derive(Debug)]
pub struct StorySource {
    /// Its id.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// Its title, site and date, or the error.
    pub content: Result<StoryMetadata, Error>,
}

/// What an article says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoryMetadata {
    /// Its title.
    pub title: Option<String>,
    /// Its site.
    pub site: Option<String>,
    /// The day on which it appeared.
    pub date: Option<String>,
}

/// The record of `summarize --multi`.
#[derive(Debug, Serialize)]
pub struct StoryRecord {
    schema: u32,
    summary: String,
    sentences: Vec<StorySentenceRecord>,
    articles: Vec<ArticleRecord>,
}

#[derive(Debug, Serialize)]
struct StorySentenceRecord {
    id: String,
    date: Option<String>,
    said_by: Vec<String>,
    #[serde(flatten)]
    sentence: SentenceRecord,
}

#[derive(Debug, Serialize)]
struct ArticleRecord {
    id: String,
    source: String,
    #[serde(flatten)]
    content: ArticleContent,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ArticleContent {
    Read { title: Option<String>, site: Option<String>, date: Option<String>, copy_of: Option<String> },
    Failed { error: ErrorBody },
}

/// A summary with its sources: the articles of the summary are the sources that could be read, in order.
#[derive(Debug)]
pub struct Story<'a> {
    /// The summary.
    pub summary: &'a StorySummary,
    /// All sources, in the order given.
    pub sources: &'a [StorySource],
}

impl Story<'_> {
    /// The sources that could be read.
    fn read(&self) -> Vec<(&StorySource, &StoryMetadata)> {
        self.sources.iter().filter_map(|source| Some((source, source.content.as_ref().ok()?))).collect()
    }

    /// The summary as a record.
    #[must_use]
    pub fn record(&self) -> StoryRecord {
        let read = self.read();
        let id = |article: usize| read[article].0.id.clone();
        let sentences: Vec<StorySentenceRecord> = self
            .summary
            .sentences
            .iter()
            .map(|sentence| StorySentenceRecord {
                id: id(sentence.article),
                date: read[sentence.article].1.date.clone(),
                said_by: sentence.said_by.iter().map(|other| id(*other)).collect(),
                sentence: (&sentence.sentence).into(),
            })
            .collect();
        let mut copies = self.summary.copy_of.iter();
        let article = |source: &StorySource| ArticleRecord {
            id: source.id.clone(),
            source: source.source.clone(),
            content: match &source.content {
                Ok(StoryMetadata { title, site, date }) => ArticleContent::Read {
                    title: title.clone(),
                    site: site.clone(),
                    date: date.clone(),
                    copy_of: copies.next().copied().flatten().map(id),
                },
                Err(error) => ArticleContent::Failed { error: error.into() },
            },
        };
        let articles = self.sources.iter().map(article).collect();
        let texts: Vec<&str> =
            self.summary.sentences.iter().map(|sentence| sentence.sentence.text.as_str()).collect();
        StoryRecord { schema: SCHEMA, summary: texts.join(" "), sentences, articles }
    }

    /// The summary as Markdown: a heading an article, its sentences as a list.
    #[must_use]
    pub fn markdown(&self) -> String {
        let read = self.read();
        let mut out = String::new();
        let mut told = None;
        for sentence in &self.summary.sentences {
            if told != Some(sentence.article) {
                let before = if told.is_some() { "\n" } else { "" };
                out.push_str(before);
                out.push_str(&markdown_heading(2, &heading(read[sentence.article])));
                told = Some(sentence.article);
            }
            out.push_str(&markdown_item(&sentence.sentence.text));
        }
        out
    }

    /// The summary for people: under each day and source its sentences, then which articles are near-copies of others.
    #[must_use]
    pub fn text(&self, painter: Painter) -> String {
        let read = self.read();
        let mut out = String::new();
        let mut told = None;
        for sentence in &self.summary.sentences {
            if told != Some(sentence.article) {
                let _ = writeln!(out, "{}", painter.bold(&clean(&heading(read[sentence.article]))));
                told = Some(sentence.article);
            }
            let others = match sentence.said_by.len() {
                0 => String::new(),
                n => painter.dim(&format!(" (and {n} more)")),
            };
            let _ = writeln!(out, "- {}{others}", clean(&sentence.sentence.text));
        }
        for (article, original) in self.summary.copy_of.iter().enumerate() {
            if let Some(original) = original {
                let [copy, original] = [article, *original].map(|at| clean(&read[at].0.source).into_owned());
                let _ = writeln!(out, "{}", painter.dim(&format!("{copy}: a near-copy of {original}")));
            }
        }
        out
    }
}

/// The day, the site or file, and the title of an article.
fn heading((source, metadata): (&StorySource, &StoryMetadata)) -> String {
    let site = metadata.site.as_deref().unwrap_or(&source.source);
    let date = metadata.date.as_deref().unwrap_or("no date");
    match &metadata.title {
        Some(title) => format!("{date}  {site}: {title}"),
        None => format!("{date}  {site}"),
    }
}
