//! Key sentences and phrases in, text for people or JSON records out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::records::{SCHEMA, round};
use super::text::Painter;
use crate::page::Span;
use crate::summary::{FeatureScore, KeySentences, PhraseReading, SentenceReading};

/// The record of `summarize`.
#[derive(Debug, Clone, Serialize)]
pub struct SummaryRecord {
    schema: u32,
    id: String,
    #[serde(flatten)]
    summary: SentencesRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranked: Option<Vec<RankedRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<Vec<PhraseRecord>>,
}

/// The part of a record that holds key sentences.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SentencesRecord {
    summary: String,
    sentences: Vec<SentenceRecord>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct SentenceRecord {
    text: String,
    span: Span,
    score: f64,
    features: BTreeMap<&'static str, f64>,
}

#[derive(Debug, Clone, Serialize)]
struct RankedRecord {
    rank: usize,
    chosen: bool,
    #[serde(flatten)]
    sentence: SentenceRecord,
}

#[derive(Debug, Clone, Serialize)]
struct PhraseRecord {
    text: String,
    score: f64,
    spans: Vec<Span>,
}

impl From<&SentenceReading> for SentenceRecord {
    fn from(sentence: &SentenceReading) -> Self {
        Self {
            text: sentence.text.clone(),
            span: sentence.span,
            score: round(sentence.score, 6),
            features: sentence.features.iter().map(|(name, value)| (*name, round(*value, 6))).collect(),
        }
    }
}

impl SentencesRecord {
    pub(super) fn new(sentences: &[SentenceReading]) -> Self {
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        Self { summary: texts.join(" "), sentences: sentences.iter().map(SentenceRecord::from).collect() }
    }
}

/// What of a summary is told beside its sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryShown {
    /// Every sentence, the best first, with what its score is made of.
    pub ranks: bool,
    /// Key phrases.
    pub phrases: bool,
}

impl SummaryRecord {
    /// Returns the record of a summary.
    #[must_use]
    pub fn new(id: &str, summary: &KeySentences, shown: SummaryShown) -> Self {
        let record = |(rank, (chosen, sentence)): (usize, (bool, &SentenceReading))| RankedRecord {
            rank: rank + 1,
            chosen,
            sentence: sentence.into(),
        };
        let phrase = |phrase: &PhraseReading| PhraseRecord {
            text: phrase.text.clone(),
            score: round(phrase.score, 6),
            spans: phrase.spans.clone(),
        };
        Self {
            schema: SCHEMA,
            id: id.to_owned(),
            summary: SentencesRecord::new(&summary.sentences),
            ranked: shown.ranks.then(|| ranked(summary).into_iter().enumerate().map(record).collect()),
            keywords: shown.phrases.then(|| summary.phrases.iter().map(phrase).collect()),
        }
    }
}

/// Every sentence and whether it was chosen, the best first, of equals the one that stands first.
fn ranked(summary: &KeySentences) -> Vec<(bool, &SentenceReading)> {
    let chosen = summary.sentences.iter().map(|sentence| (true, sentence));
    let mut all: Vec<(bool, &SentenceReading)> =
        chosen.chain(summary.others.iter().map(|sentence| (false, sentence))).collect();
    all.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score).then(a.span.start.cmp(&b.span.start)));
    all
}

/// A summary for people: a sentence a line, then, if they are shown, the key phrases, and every sentence with its score and
/// the parts of it that say most. `bullet` stands before each sentence.
#[must_use]
pub fn summary_text(summary: &KeySentences, bullet: &str, shown: SummaryShown, painter: Painter) -> String {
    let mut out = String::new();
    for sentence in &summary.sentences {
        let _ = writeln!(out, "{bullet}{}", clean(&sentence.text));
    }
    if shown.phrases {
        let phrases: Vec<String> =
            summary.phrases.iter().map(|phrase| clean(&phrase.text).into_owned()).collect();
        let _ = writeln!(out, "{} {}", painter.bold("Keywords"), phrases.join(", "));
    }
    if shown.ranks {
        for (rank, (is_chosen, sentence)) in ranked(summary).into_iter().enumerate() {
            let mark = if is_chosen { '*' } else { ' ' };
            let place = painter.dim(&format!("[{}..{}]", sentence.span.start, sentence.span.end));
            let _ = writeln!(
                out,
                "{:>3}{mark} {:>+7.3}  {} {place}",
                rank + 1,
                sentence.score,
                clean(&sentence.text)
            );
            let _ = writeln!(out, "{:14}{}", "", painter.dim(&parts_text(sentence)));
        }
    }
    out
}

/// The parts of a score, the largest first; those that round to nothing are left out.
fn parts_text(sentence: &SentenceReading) -> String {
    let mut parts: Vec<(&'static str, f64)> =
        sentence.features.iter().copied().filter(|(_, value)| value.abs() >= 0.005).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    parts.iter().map(|(name, value)| format!("{name} {value:+.2}")).collect::<Vec<_>>().join(", ")
}

/// What features are worth: the steps of a forward selection, and all of them without each.
#[must_use]
pub fn feature_scores_text(steps: &[FeatureScore], all: f64, without: &[FeatureScore]) -> String {
    let mut out = "features of sentences, by ROUGE-1 + ROUGE-2 of cross-fitted summaries\n".to_owned();
    for FeatureScore { feature, rouge } in steps {
        let _ = writeln!(out, "  + {:<20} {rouge:.4}", feature.name());
    }
    let _ = writeln!(out, "all {all:.4}; without");
    for FeatureScore { feature, rouge } in without {
        let _ = writeln!(out, "  - {:<20} {rouge:.4} ({:+.4})", feature.name(), rouge - all);
    }
    out
}
