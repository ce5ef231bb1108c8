//! A text in, what each of its terms and each of its sentences adds to the score out.

use std::collections::BTreeMap;

use super::corpus::for_each_sentence;
use super::{TextClassifier, Unit};
use crate::features::{RowScratch, unit_sum};

/// What one term adds to the log-odds of the verdict's class.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The term: a stem, or several parted by spaces.
    pub term: String,
    /// Its share of ln(p(class) / p(against)).
    pub log_odds: f64,
    /// Where it stands in the text, in bytes.
    pub places: Vec<(usize, usize)>,
}

/// What one sentence adds to the log-odds of the verdict's class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentenceEvidence {
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its share of ln(p(class) / p(against)): what its terms add, a term of a whole text in equal parts to its places.
    pub log_odds: f64,
}

/// A row with the place in the text that it is of.
pub(super) struct PlacedRow {
    start: usize,
    end: usize,
    pub(super) entries: Vec<(u32, f32)>,
}

impl TextClassifier {
    /// The rows of a text whose sum is scored: one of the whole, or one a sentence.
    pub(super) fn rows(&self, text: &str) -> Vec<PlacedRow> {
        let unit = self.unit();
        let units = match unit {
            Unit::Text => vec![(0, text.len())],
            Unit::Sentence => sentence_places(text),
        };
        let mut scratch = RowScratch::default();
        let row = |(start, end): (usize, usize)| {
            self.vectorizer().row(std::iter::once(&text[start..end]), &mut scratch);
            PlacedRow { start, end, entries: scratch.row.clone() }
        };
        let mut rows: Vec<PlacedRow> = units.into_iter().map(row).collect();
        if unit == Unit::Sentence {
            let scale = unit_sum(&mut rows.iter().flat_map(|row| row.entries.iter().copied()).collect());
            rows.iter_mut().flat_map(|row| &mut row.entries).for_each(|(_, value)| *value *= scale);
        }
        rows
    }

    /// The row of a text as a whole: what [`crate::bayes::LinearModel::scores`] gives its scores for.
    pub(super) fn whole_row(&self, text: &str) -> Vec<(u32, f32)> {
        let mut of_columns: BTreeMap<u32, f32> = BTreeMap::new();
        for (column, value) in self.rows(text).into_iter().flat_map(|row| row.entries) {
            *of_columns.entry(column).or_default() += value;
        }
        of_columns.into_iter().collect()
    }

    pub(super) fn evidence(
        &self,
        text: &str,
        rows: &[PlacedRow],
        class: usize,
        against: usize,
    ) -> Vec<Evidence> {
        // By column: what it adds, and where.
        let mut of_columns: BTreeMap<u32, (f64, Vec<(usize, usize)>)> = BTreeMap::new();
        for PlacedRow { start, end, entries } in rows {
            for entry in entries {
                of_columns.entry(entry.0).or_default().0 += self.log_odds(*entry, class, against);
            }
            for (column, (from, to)) in self.vectorizer().places(&text[*start..*end]) {
                if let Some((_, places)) = of_columns.get_mut(&column) {
                    places.push((start + from, start + to));
                }
            }
        }
        let mut evidence: Vec<Evidence> = of_columns
            .into_iter()
            .map(|(column, (log_odds, places))| Evidence {
                term: self.vectorizer().lexicon().term(column),
                log_odds,
                places,
            })
            .collect();
        evidence
            .sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.term.cmp(&b.term)));
        evidence
    }

    /// What each sentence adds, of its own row or as its part of the terms' evidence.
    pub(super) fn sentence_evidence(
        &self,
        text: &str,
        rows: &[PlacedRow],
        evidence: &[Evidence],
        class: usize,
        against: usize,
    ) -> Vec<SentenceEvidence> {
        if self.unit() == Unit::Sentence {
            let of_row = |row: &PlacedRow| SentenceEvidence {
                start: row.start,
                end: row.end,
                log_odds: row
                    .entries
                    .iter()
                    .fold(0.0, |sum, entry| sum + self.log_odds(*entry, class, against)),
            };
            return rows.iter().map(of_row).collect();
        }
        let mut sentences: Vec<SentenceEvidence> = sentence_places(text)
            .into_iter()
            .map(|(start, end)| SentenceEvidence { start, end, log_odds: 0.0 })
            .collect();
        for Evidence { log_odds, places, .. } in evidence {
            for (start, _) in places {
                // What runs over the end of a sentence counts where it starts.
                let idx = sentences.partition_point(|sentence| sentence.end <= *start);
                if let Some(sentence) = sentences.get_mut(idx) {
                    sentence.log_odds += log_odds / places.len() as f64;
                }
            }
        }
        sentences
    }

    fn log_odds(&self, entry: (u32, f32), class: usize, against: usize) -> f64 {
        self.model().log_odds(entry, class, against) / self.temperature()
    }
}

fn sentence_places(text: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for_each_sentence(text, |sentence| places.push((sentence.start, sentence.end)));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::ClassifierParams;
    use crate::dataset::{Dataset, Record};

    #[test]
    fn sentences_add_up_to_what_terms_add() {
        let record = |label: &str, text: &str| Record {
            id: String::new(),
            title: None,
            text: text.to_owned(),
            label: label.to_owned(),
            group: None,
            fields: BTreeMap::new(),
        };
        let dataset = Dataset::new(vec![
            record("dove", "talks and dialogue resume"),
            record("hawk", "missiles and guns"),
            record("dove", "dialogue over trade"),
            record("hawk", "guns and missiles at sea"),
        ]);
        for unit in [Unit::Text, Unit::Sentence] {
            let params = ClassifierParams { n_folds: 2, unit, ..ClassifierParams::default() };
            let classifier = TextClassifier::train(&params, &dataset).unwrap();
            let text =
                "Talks resume. Guns at sea\n\nNothing of it is known here. Dialogue over guns and missiles.";
            let verdict = classifier.classify(text);
            let places: Vec<&str> = verdict.sentences.iter().map(|s| &text[s.start..s.end]).collect();
            assert_eq!(places.len(), 4, "{places:?}");
            let of_terms: f64 = verdict.evidence.iter().map(|evidence| evidence.log_odds).sum();
            let of_sentences: f64 = verdict.sentences.iter().map(|sentence| sentence.log_odds).sum();
            assert!((of_terms - of_sentences).abs() < 1e-6, "{unit:?}: {of_terms} and {of_sentences}");
            let odds = |idx: usize| verdict.sentences[idx].log_odds;
            assert!(odds(0) * odds(1) < 0.0, "{unit:?}: {:?}", verdict.sentences);
            assert!(odds(2).abs() < 1e-9);
        }
    }
}
