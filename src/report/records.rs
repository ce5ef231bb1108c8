//! Results as JSON records, `"schema":1`, keys in a fixed order.

use serde::Serialize;
use serde_json::Map;

use super::evidence::{Shown, strongest_sentences};
use super::summary::SentencesRecord;
use crate::body::{BlockKind, BlockVerdict};
use crate::error::Error;
use crate::page::{Charset, CharsetSource, Page, Span};
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
pub struct BlockRecord {
    kind: BlockKind,
    p_body: f64,
    span: Span,
    text: String,
}

/// A term of evidence.
#[derive(Debug, Clone, Serialize)]
pub(super) struct EvidenceRecord {
    term: String,
    log_odds: f64,
    spans: Vec<Span>,
}

impl From<&StanceEvidence> for EvidenceRecord {
    fn from(StanceEvidence { term, log_odds, spans }: &StanceEvidence) -> Self {
        Self { term: term.clone(), log_odds: round(*log_odds, 6), spans: spans.clone() }
    }
}

/// The record of `extract`.
#[derive(Debug, Clone, Serialize)]
pub struct ExtractRecord {
    schema: u32,
    id: String,
    source: String,
    title: Option<String>,
    byline: Option<String>,
    date: Option<String>,
    language: Option<&'static str>,
    charset: CharsetRecord,
    text: String,
    blocks: Vec<BlockRecord>,
}

impl ExtractRecord {
    /// Returns the record of a page: `keep` says which kinds of blocks make up the text, and `show` which are listed.
    #[must_use]
    pub fn new(
        (id, source): (&str, &str),
        page: &Page,
        verdicts: &[BlockVerdict],
        title: Option<&str>,
        keep: impl Fn(BlockKind) -> bool,
        show: impl Fn(BlockKind) -> bool,
    ) -> Self {
        let blocks = || page.blocks.iter().zip(verdicts);
        let kept: Vec<&str> = blocks()
            .filter(|(_, verdict)| keep(verdict.kind))
            .map(|(block, _)| block.text.as_str())
            .collect();
        Self {
            schema: SCHEMA,
            id: id.to_owned(),
            source: source.to_owned(),
            title: title.map(str::to_owned),
            byline: page.metadata.byline.clone(),
            date: page.metadata.date.clone(),
            language: page.metadata.language.map(crate::text::Language::code),
            charset: (&page.charset).into(),
            text: kept.join("\n\n"),
            blocks: blocks()
                .filter(|(_, verdict)| show(verdict.kind))
                .map(|(block, verdict)| BlockRecord {
                    kind: verdict.kind,
                    p_body: round(verdict.p_body, 4),
                    span: block.span(),
                    text: block.text.clone(),
                })
                .collect(),
        }
    }
}

/// The record of `classify`.
#[derive(Debug, Clone, Serialize)]
pub struct ClassifyRecord {
    schema: u32,
    id: String,
    #[serde(flatten)]
    frame: FrameRecord,
}

/// The part of a record that says how a text is classed.
#[derive(Debug, Clone, Serialize)]
struct FrameRecord {
    label: String,
    p: Map<String, serde_json::Value>,
    abstained: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    off_topic: Option<f64>,
    evidence: Vec<EvidenceRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence_evidence: Option<Vec<SentenceEvidenceRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_share: Option<f64>,
}

/// What a sentence says for or against the label.
#[derive(Debug, Clone, Serialize)]
struct SentenceEvidenceRecord {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    log_odds: f64,
    quoted: bool,
}

impl FrameRecord {
    fn new(stance: &Stance, shown: Shown) -> Self {
        let evidence = stance.evidence.iter().take(shown.terms);
        let sentence = |sentence: &StanceSentence| SentenceEvidenceRecord {
            text: sentence.text.clone(),
            span: sentence.span,
            log_odds: round(sentence.log_odds, 6),
            quoted: sentence.is_quoted,
        };
        let has_sentences = shown.sentences > 0;
        Self {
            sentence_evidence: has_sentences
                .then(|| strongest_sentences(stance, shown.sentences).into_iter().map(sentence).collect()),
            quoted_share: has_sentences.then(|| round(stance.quoted_share, 4)),
            label: stance.label.clone(),
            p: stance.p.iter().map(|(class, p)| (class.clone(), round(*p, 6).into())).collect(),
            abstained: stance.is_abstained,
            off_topic: stance.off_topic.map(|p| round(p, 4)),
            evidence: evidence.map(EvidenceRecord::from).collect(),
        }
    }
}

impl ClassifyRecord {
    /// Returns the record of a classified text with its strongest evidence.
    #[must_use]
    pub fn new(id: &str, stance: &Stance, shown: Shown) -> Self {
        Self { schema: SCHEMA, id: id.to_owned(), frame: FrameRecord::new(stance, shown) }
    }
}

/// The record of `read`: those of `extract`, `classify` and `summarize` in one, and the quality of the body.
#[derive(Debug, Clone, Serialize)]
pub struct ReadRecord {
    #[serde(flatten)]
    extract: ExtractRecord,
    #[serde(flatten)]
    frame: FrameRecord,
    #[serde(flatten)]
    summary: SentencesRecord,
    quality: f64,
}

impl ReadRecord {
    /// Returns the record of a reading with its strongest evidence; every block is listed.
    #[must_use]
    pub fn new(place: (&str, &str), reading: &Reading, shown: Shown) -> Self {
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
