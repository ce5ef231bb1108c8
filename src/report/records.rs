//! Results as JSON records, `"schema":1`, keys in a fixed order.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Map;

use super::evidence::{Shown, strongest_sentences};
use super::summary::SentencesRecord;
use crate::body::{BlockKind, BlockVerdict};
use crate::error::Error;
use crate::page::{Charset, CharsetSource, Limit, Page, Span};
use crate::reading::Reading;
use crate::stance::{Stance, StanceEvidence, StanceSentence};

pub(super) const SCHEMA: u32 = 1;

/// Rounds to a number of decimals, so that records do not differ in digits that mean nothing.
#[must_use]
pub fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// How a page's bytes were read.
#[derive(Debug, Clone, Serialize)]
pub struct CharsetRecord {
    name: String,
    by: CharsetSource,
    malformed: usize,
}

impl From<&Charset> for CharsetRecord {
    fn from(charset: &Charset) -> Self {
        Self { name: charset.name.clone(), by: charset.by, malformed: charset.malformed }
    }
}

/// A block of a page.
#[derive(Debug, Clone, Serialize)]
pub struct BlockRecord<'a> {
    kind: BlockKind,
    p_body: f64,
    span: Span,
    text: &'a str,
}

/// Texts that are written as one, parted by blank lines.
#[derive(Debug, Clone)]
struct Paragraphs<'a>(Vec<&'a str>);

impl fmt::Display for Paragraphs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, paragraph) in self.0.iter().enumerate() {
            if idx > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(paragraph)?;
        }
        Ok(())
    }
}

impl Serialize for Paragraphs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A term of evidence.
#[derive(Debug, Clone, Serialize)]
pub(super) struct EvidenceRecord<'a> {
    term: &'a str,
    log_odds: f64,
    spans: &'a [Span],
}

impl<'a> From<&'a StanceEvidence> for EvidenceRecord<'a> {
    fn from(StanceEvidence { term, log_odds, spans }: &'a StanceEvidence) -> Self {
        Self { term, log_odds: round(*log_odds, 6), spans }
    }
}

/// The record of `extract`.
#[derive(Debug, Clone, Serialize)]
pub struct ExtractRecord<'a> {
    schema: u32,
    id: &'a str,
    source: &'a str,
    title: Option<&'a str>,
    byline: Option<&'a str>,
    date: Option<&'a str>,
    language: Option<&'static str>,
    charset: CharsetRecord,
    text: Paragraphs<'a>,
    blocks: Vec<BlockRecord<'a>>,
    #[serde(skip_serializing_if = "<[Limit]>::is_empty")]
    limits: &'a [Limit],
}

impl<'a> ExtractRecord<'a> {
    /// Returns the record of a page: `keep` says which kinds of blocks make up the text, and `show` which are listed.
    #[must_use]
    pub fn new(
        (id, source): (&'a str, &'a str),
        page: &'a Page,
        verdicts: &[BlockVerdict],
        title: Option<&'a str>,
        keep: impl Fn(BlockKind) -> bool,
        show: impl Fn(BlockKind) -> bool,
    ) -> Self {
        let blocks = || page.blocks.iter().zip(verdicts);
        let kept = blocks().filter(|(_, verdict)| keep(verdict.kind)).map(|(block, _)| block.text.as_str());
        Self {
            schema: SCHEMA,
            id,
            source,
            title,
            byline: page.metadata.byline.as_deref(),
            date: page.metadata.date.as_deref(),
            language: page.metadata.language.map(crate::text::Language::code),
            charset: (&page.charset).into(),
            text: Paragraphs(kept.collect()),
            blocks: blocks()
                .filter(|(_, verdict)| show(verdict.kind))
                .map(|(block, verdict)| BlockRecord {
                    kind: verdict.kind,
                    p_body: round(verdict.p_body, 4),
                    span: block.span(),
                    text: &block.text,
                })
                .collect(),
            limits: &page.limits,
        }
    }
}

/// The record of `classify`.
#[derive(Debug, Clone, Serialize)]
pub struct ClassifyRecord<'a> {
    schema: u32,
    id: &'a str,
    #[serde(flatten)]
    frame: FrameRecord<'a>,
}

/// The part of a record that says how a text is classed.
#[derive(Debug, Clone, Serialize)]
struct FrameRecord<'a> {
    label: &'a str,
    p: Map<String, serde_json::Value>,
    abstained: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    off_topic: Option<f64>,
    evidence: Vec<EvidenceRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence_evidence: Option<Vec<SentenceEvidenceRecord<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_share: Option<f64>,
}

/// What a sentence says for or against the label.
#[derive(Debug, Clone, Serialize)]
struct SentenceEvidenceRecord<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    log_odds: f64,
    quoted: bool,
}

impl<'a> FrameRecord<'a> {
    fn new(stance: &'a Stance, shown: Shown) -> Self {
        let evidence = stance.evidence.iter().take(shown.terms);
        let sentence = |sentence: &'a StanceSentence| SentenceEvidenceRecord {
            text: stance.sentence_text(sentence),
            span: sentence.span,
            log_odds: round(sentence.log_odds, 6),
            quoted: sentence.is_quoted,
        };
        let has_sentences = shown.sentences > 0;
        Self {
            sentence_evidence: has_sentences
                .then(|| strongest_sentences(stance, shown.sentences).into_iter().map(sentence).collect()),
            quoted_share: has_sentences.then(|| round(stance.quoted_share, 4)),
            label: &stance.label,
            p: stance.p.iter().map(|(class, p)| (class.clone(), round(*p, 6).into())).collect(),
            abstained: stance.is_abstained,
            off_topic: stance.off_topic.map(|p| round(p, 4)),
            evidence: evidence.map(EvidenceRecord::from).collect(),
        }
    }
}

impl<'a> ClassifyRecord<'a> {
    /// Returns the record of a classified text with its strongest evidence.
    #[must_use]
    pub fn new(id: &'a str, stance: &'a Stance, shown: Shown) -> Self {
        Self { schema: SCHEMA, id, frame: FrameRecord::new(stance, shown) }
    }
}

/// The record of `read`: those of `extract`, `classify` and `summarize` in one, and the quality of the body.
#[derive(Debug, Clone, Serialize)]
pub struct ReadRecord<'a> {
    #[serde(flatten)]
    extract: ExtractRecord<'a>,
    #[serde(flatten)]
    frame: FrameRecord<'a>,
    #[serde(flatten)]
    summary: SentencesRecord,
    quality: f64,
}

impl<'a> ReadRecord<'a> {
    /// Returns the record of a reading with its strongest evidence; every block is listed.
    #[must_use]
    pub fn new(place: (&'a str, &'a str), reading: &'a Reading, shown: Shown) -> Self {
        let (page, verdicts) = (&reading.page, &reading.verdicts);
        Self {
            extract: ExtractRecord::new(place, page, verdicts, reading.title(), BlockKind::is_body, |_| true),
            frame: FrameRecord::new(&reading.stance, shown),
            summary: SentencesRecord::new(&reading.sentences),
            quality: round(reading.quality, 4),
        }
    }
}

/// The record of an input that failed.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorRecord {
    schema: u32,
    id: String,
    source: String,
    error: ErrorBody,
}

/// What an error says.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ErrorBody {
    code: &'static str,
    message: String,
}

impl From<&Error> for ErrorBody {
    fn from(error: &Error) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl ErrorRecord {
    /// Returns the record of an error.
    #[must_use]
    pub fn new(id: &str, source: &str, error: &Error) -> Self {
        Self { schema: SCHEMA, id: id.to_owned(), source: source.to_owned(), error: error.into() }
    }
}
