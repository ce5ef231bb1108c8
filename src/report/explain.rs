//! What a classifier has learned in, and why it calls a text what it does; text for people or JSON records out.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Map;

use super::clean::clean;
use super::evidence::{Shown, evidence_table};
use super::records::{EvidenceRecord, SCHEMA, round};
use super::text::{Painter, call_text};
use crate::classify::{Counterfactual, TopTerm, Unit};
use crate::page::Span;
use crate::stance::Stance;

/// A class with its strongest terms: log-odds, in how many documents or sentences, term.
#[must_use]
pub fn top_terms_text(class: &str, terms: &[TopTerm], unit: Unit) -> String {
    let mut text = format!("{}\n", clean(class));
    for TopTerm { term, log_odds, n_documents } in terms {
        let documents = n_documents.map_or(String::new(), |n| format!("{n:>7} {}", unit.noun()));
        let _ = writeln!(text, "  {log_odds:>+8.3}  {documents}  {}", clean(term));
    }
    text
}

/// What a term says of each class, for people: `found` has a record of it a class.
#[must_use]
pub fn term_text(term: &str, classes: &[String], found: &[TopTerm], unit: Unit) -> String {
    let mut text = String::new();
    if let Some(n) = found.first().and_then(|term| term.n_documents) {
        let _ = writeln!(text, "{}, in {n} {} of the training data", clean(term), unit.noun());
    }
    for (class, of_class) in classes.iter().zip(found) {
        let _ = writeln!(text, "  {:>+8.3}  {}", of_class.log_odds, clean(class));
    }
    text
}

/// Characters shown on either side of a keyword.
const CONTEXT_CHARS: usize = 36;

/// Keyword in context (Luhn 1960): every place of a term on a line of its own, the term in one column, white space as
/// single blanks.
#[must_use]
pub fn keyword_in_context(source: &str, text: &str, places: &[(usize, usize)]) -> String {
    let mut out = String::new();
    for (start, end) in places {
        let (before, after) = context(text, (*start, *end));
        let flat = |text: &str| clean(&text.replace(char::is_whitespace, " ")).into_owned();
        let (before, term, after) = (flat(&before), flat(&text[*start..*end]), flat(&after));
        let _ = writeln!(out, "{}: {before:>CONTEXT_CHARS$}[{term}]{after}", clean(source));
    }
    out
}

/// The characters on either side of a place.
fn context(text: &str, (start, end): (usize, usize)) -> (String, String) {
    let before: Vec<char> = text[..start].chars().rev().take(CONTEXT_CHARS).collect();
    (before.into_iter().rev().collect(), text[end..].chars().take(CONTEXT_CHARS).collect())
}

/// A model's strongest terms by class, as a record.
#[derive(Debug, Clone, Serialize)]
pub struct TopTermsRecord {
    schema: u32,
    unit: &'static str,
    classes: Vec<ClassTerms>,
}

#[derive(Debug, Clone, Serialize)]
struct ClassTerms {
    label: String,
    terms: Vec<TermRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct TermRecord {
    term: String,
    log_odds: f64,
    documents: Option<u64>,
}

impl TopTermsRecord {
    /// Returns the record of classes with their terms; `unit` says what a document is.
    #[must_use]
    pub fn new(classes: Vec<(&str, Vec<TopTerm>)>, unit: Unit) -> Self {
        let terms = |terms: Vec<TopTerm>| terms.into_iter().map(TermRecord::from).collect();
        Self {
            schema: SCHEMA,
            unit: unit.noun(),
            classes: classes
                .into_iter()
                .map(|(label, of_class)| ClassTerms { label: label.to_owned(), terms: terms(of_class) })
                .collect(),
        }
    }
}

impl From<TopTerm> for TermRecord {
    fn from(TopTerm { term, log_odds, n_documents }: TopTerm) -> Self {
        Self { term, log_odds: round(log_odds, 6), documents: n_documents }
    }
}

/// The places of a term in a text, as a record.
#[derive(Debug, Clone, Serialize)]
pub struct KeywordRecord {
    schema: u32,
    id: String,
    source: String,
    term: String,
    places: Vec<PlaceRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct PlaceRecord {
    /// In bytes of the original file; none in a title that the page states outside its text, or over the end of a block.
    span: Option<Span>,
    before: String,
    keyword: String,
    after: String,
}

impl KeywordRecord {
    /// Returns the record of a term's places in `text`; `span` leads back to the original file.
    #[must_use]
    pub fn new(
        (id, source): (&str, &str),
        term: &str,
        (text, places): (&str, &[(usize, usize)]),
        span: impl Fn(usize, usize) -> Option<Span>,
    ) -> Self {
        let place = |(start, end): &(usize, usize)| {
            let (before, after) = context(text, (*start, *end));
            let keyword = text[*start..*end].to_owned();
            PlaceRecord { span: span(*start, *end), before, keyword, after }
        };
        Self {
            schema: SCHEMA,
            id: id.to_owned(),
            source: source.to_owned(),
            term: term.to_owned(),
            places: places.iter().map(place).collect(),
        }
    }
}

/// Why a text has its label, as a record: the prior, the terms shown and the others add up to the log-odds of the label
/// against the runner-up.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainRecord<'a> {
    schema: u32,
    id: String,
    source: String,
    label: String,
    against: String,
    p: Map<String, serde_json::Value>,
    abstained: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    off_topic: Option<f64>,
    prior_log_odds: f64,
    evidence: Vec<EvidenceRecord<'a>>,
    other_log_odds: f64,
    log_odds: f64,
    counterfactual: Option<CounterfactualRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct CounterfactualRecord {
    label: String,
    terms: Vec<TermShare>,
}

#[derive(Debug, Clone, Serialize)]
struct TermShare {
    term: String,
    log_odds: f64,
}

/// A text's label with its evidence, and what would change it.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    /// The label and its evidence.
    pub stance: &'a Stance,
    /// The smallest set of terms without which the label would be another.
    pub counterfactual: Option<Counterfactual>,
    /// The classes, which the counterfactual numbers.
    pub classes: &'a [String],
}

impl<'a> Explained<'a> {
    /// For people: the label, a table of evidence that adds up, and what would change the label.
    #[must_use]
    pub fn text(&self, source: &str, shown: Shown, painter: Painter) -> String {
        let mut out = format!("{}: {}\n", clean(source), call_text(self.stance));
        out.push_str(&evidence_table(self.stance, shown, painter));
        match &self.counterfactual {
            None => out.push_str("  no set of terms decides the label\n"),
            Some(found) => {
                let terms: Vec<String> =
                    found.terms.iter().map(|(term, _)| clean(term).into_owned()).collect();
                let class = clean(&self.classes[found.class]);
                let _ = writeln!(out, "  {class} without {}: {}", terms.len(), terms.join(", "));
            }
        }
        out
    }

    /// The same as a record, with the strongest `n_terms` of evidence.
    #[must_use]
    pub fn record(&self, (id, source): (&str, &str), n_terms: usize) -> ExplainRecord<'a> {
        let stance = self.stance;
        let (first, rest) = stance.evidence.split_at(n_terms.min(stance.evidence.len()));
        let sum =
            |evidence: &[crate::stance::StanceEvidence]| evidence.iter().map(|e| e.log_odds).sum::<f64>();
        let counterfactual = self.counterfactual.as_ref().map(|found| CounterfactualRecord {
            label: self.classes[found.class].clone(),
            terms: found
                .terms
                .iter()
                .map(|(term, share)| TermShare { term: term.clone(), log_odds: round(*share, 6) })
                .collect(),
        });
        ExplainRecord {
            schema: SCHEMA,
            id: id.to_owned(),
            source: source.to_owned(),
            label: stance.label.clone(),
            against: stance.against.clone(),
            p: stance.p.iter().map(|(class, p)| (class.clone(), round(*p, 6).into())).collect(),
            abstained: stance.is_abstained,
            off_topic: stance.off_topic.map(|p| round(p, 4)),
            prior_log_odds: round(stance.prior_log_odds, 6),
            evidence: first.iter().map(EvidenceRecord::from).collect(),
            other_log_odds: round(sum(rest), 6),
            log_odds: round(stance.prior_log_odds + sum(first) + sum(rest), 6),
            counterfactual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_in_one_column() {
        let text = "Guns. The long-awaited talks\nbetween the navies resumed; talks.";
        let places: Vec<(usize, usize)> =
            text.match_indices("talks").map(|(at, m)| (at, at + m.len())).collect();
        let lines = keyword_in_context("a.txt", text, &places);
        let columns: Vec<usize> = lines.lines().map(|line| line.find('[').unwrap()).collect();
        assert_eq!(columns, [7 + CONTEXT_CHARS; 2]);
        assert!(
            lines.starts_with("a.txt:              Guns. The long-awaited [talks] between the navies"),
            "{lines}"
        );
    }
}
