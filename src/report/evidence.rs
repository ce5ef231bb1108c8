//! What speaks for a label and against it, by term and by sentence, as tables that add up.

use std::fmt::Write as _;

use super::clean::clean;
use super::text::Painter;
use crate::stance::{Stance, StanceEvidence, StanceSentence};

/// How much evidence is shown, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The most terms.
    pub terms: usize,
    /// The most sentences; without any there is nothing by sentence.
    pub sentences: usize,
}

/// A line of a table of evidence, its text clean.
pub(super) struct EvidenceRow {
    pub(super) log_odds: f64,
    pub(super) label: String,
    pub(super) note: String,
}

impl EvidenceRow {
    fn new(log_odds: f64, label: impl Into<String>, note: impl Into<String>) -> Self {
        Self { log_odds, label: label.into(), note: note.into() }
    }
}

/// The log-odds of the label: prior, the strongest terms with their places, all other terms, and the sum; then, if any are
/// shown, the same by sentence; and a note if most of what speaks for the label is quoted.
#[must_use]
pub fn evidence_table(stance: &Stance, shown: Shown, painter: Painter) -> String {
    let mut out = String::new();
    for EvidenceRow { log_odds, label, note } in term_rows(stance, shown) {
        let _ = writeln!(out, "  {log_odds:>+8.3}  {label:<28} {}", painter.dim(&note));
    }
    for EvidenceRow { log_odds, label, note } in sentence_rows(stance, shown) {
        let note = if note.is_empty() { note } else { painter.dim(&format!(" {note}")) };
        let _ = writeln!(out, "  {log_odds:>+8.3}  {label}{note}");
    }
    if let Some(note) = quotation_note(stance) {
        let _ = writeln!(out, "  note: {note}");
    }
    out
}

/// Prior, the strongest terms with their places, all other terms, and the sum.
pub(super) fn term_rows(stance: &Stance, shown: Shown) -> Vec<EvidenceRow> {
    let (first, rest) = stance.evidence.split_at(shown.terms.min(stance.evidence.len()));
    let mut rows = vec![prior_row(stance)];
    for StanceEvidence { term, log_odds, spans } in first {
        let mut places: Vec<String> =
            spans.iter().take(4).map(|span| format!("{}..{}", span.start, span.end)).collect();
        if spans.len() > 4 {
            places.push(format!("and {} more", spans.len() - 4));
        }
        rows.push(EvidenceRow::new(*log_odds, clean(term), places.join(", ")));
    }
    let rest: Vec<f64> = rest.iter().map(|evidence| evidence.log_odds).collect();
    with_sum(rows, &rest, "terms")
}

/// Prior, the strongest sentences with their places, all other sentences, and the sum; nothing if none is shown.
pub(super) fn sentence_rows(stance: &Stance, shown: Shown) -> Vec<EvidenceRow> {
    let strongest = strongest_sentences(stance, usize::MAX);
    if shown.sentences == 0 || strongest.is_empty() {
        return Vec::new();
    }
    let (first, rest) = strongest.split_at(shown.sentences.min(strongest.len()));
    let mut rows = vec![prior_row(stance)];
    for sentence in first {
        let StanceSentence { span, log_odds, is_quoted, .. } = sentence;
        let place = span.map_or("in the title".to_owned(), |span| format!("[{}..{}]", span.start, span.end));
        let quoted = if *is_quoted { " quoted" } else { "" };
        let text = clean(stance.sentence_text(sentence)).split_whitespace().collect::<Vec<_>>().join(" ");
        rows.push(EvidenceRow::new(*log_odds, first_chars(&text, FIRST_CHARS), place + quoted));
    }
    let rest: Vec<f64> = rest.iter().map(|sentence| sentence.log_odds).collect();
    with_sum(rows, &rest, "sentences")
}

/// Characters of a sentence that a table shows.
const FIRST_CHARS: usize = 100;

/// What most of the evidence being quoted means, if it is.
pub(super) fn quotation_note(stance: &Stance) -> Option<String> {
    let (percent, label) = (100.0 * stance.quoted_share, clean(&stance.label));
    stance.is_mostly_quoted().then(|| {
        format!(
            "{percent:.0} % of the evidence for {label} stands in quotations, which the article may not share"
        )
    })
}

/// The sentences that say most for or against the label, at most `n`; of equals the first.
pub(super) fn strongest_sentences(stance: &Stance, n: usize) -> Vec<&StanceSentence> {
    let mut sentences: Vec<&StanceSentence> = stance.sentences.iter().collect();
    sentences.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
    sentences.truncate(n);
    sentences
}

/// At most `n` characters, with a mark if there are more.
pub(super) fn first_chars(text: &str, n: usize) -> String {
    match text.char_indices().nth(n) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn prior_row(stance: &Stance) -> EvidenceRow {
    let against = format!("log-odds of {} against {}", clean(&stance.label), clean(&stance.against));
    EvidenceRow::new(stance.prior_log_odds, "(prior)", against)
}

/// Ends a table with what is not shown and the sum of all.
fn with_sum(mut rows: Vec<EvidenceRow>, rest: &[f64], of: &str) -> Vec<EvidenceRow> {
    let rest_sum: f64 = rest.iter().sum();
    let sum = rest_sum + rows.iter().map(|row| row.log_odds).sum::<f64>();
    if !rest.is_empty() {
        rows.push(EvidenceRow::new(rest_sum, format!("({} other {of})", rest.len()), ""));
    }
    rows.push(EvidenceRow::new(sum, "(sum)", ""));
    rows
}
