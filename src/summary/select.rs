//! Scored sentences and a budget in, the chosen ones out, in their order in the text.
//!
//! Maximal marginal relevance (Carbonell & Goldstein 1998): the best sentence first, then each time the one whose score,
//! less a penalty for its likeness to what is chosen, is greatest.

use std::num::NonZeroUsize;

use super::document::Document;
use crate::error::{Error, Result};

/// How much a summary may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// That many sentences.
    Sentences(NonZeroUsize),
    /// At most that many words.
    Words(NonZeroUsize),
    /// That share of the sentences, rounded up.
    Ratio(Ratio),
}

/// A share above 0 and up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio(f64);

impl Budget {
    /// Returns a budget of a share of the sentences.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `ratio` is not above 0 and up to 1.
    pub fn ratio(ratio: f64) -> Result<Self> {
        if ratio > 0.0 && ratio <= 1.0 {
            Ok(Self::Ratio(Ratio(ratio)))
        } else {
            Err(Error::parameter("ratio", ratio, "above 0 and up to 1"))
        }
    }

    /// The sentences and words that a document of `n_sentences` may give.
    fn limits(self, n_sentences: usize) -> (usize, usize) {
        match self {
            Self::Sentences(n) => (n.get(), usize::MAX),
            Self::Words(n) => (usize::MAX, n.get()),
            Self::Ratio(Ratio(ratio)) => ((ratio * n_sentences as f64).ceil() as usize, usize::MAX),
        }
    }
}

impl Default for Budget {
    /// Three sentences.
    fn default() -> Self {
        Self::Sentences(NonZeroUsize::new(3).expect("3 is not zero"))
    }
}

/// A chosen sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    pub(super) sentence: usize,
    /// What its likeness to the sentences chosen before cost it, in log-odds.
    pub(super) penalty: f64,
}

/// Likeness above which a sentence repeats a chosen one and is never added.
const SAME: f64 = 0.85;

/// Chooses sentences, in the order of the text. `redundancy` is the penalty at full likeness.
pub(super) fn select(
    document: &Document<'_>,
    scores: &[f64],
    budget: Budget,
    redundancy: f64,
) -> Vec<Choice> {
    let (max_sentences, max_words) = budget.limits(scores.len());
    let mut likeness = vec![0.0_f64; scores.len()];
    let mut is_open = vec![true; scores.len()];
    let mut chosen: Vec<Choice> = Vec::new();
    let mut words_left = max_words;
    while chosen.len() < max_sentences {
        let value = |idx: usize| scores[idx] - redundancy * likeness[idx];
        let fits = |idx: &usize| {
            is_open[*idx] && document.sentences[*idx].n_words <= words_left && likeness[*idx] < SAME
        };
        let best = (0..scores.len())
            .filter(fits)
            .reduce(|best, idx| if value(idx) > value(best) { idx } else { best });
        let Some(best) = best else { break };
        chosen.push(Choice { sentence: best, penalty: redundancy * likeness[best] });
        is_open[best] = false;
        words_left -= document.sentences[best].n_words.min(words_left);
        for (idx, likeness) in likeness.iter_mut().enumerate() {
            *likeness = likeness.max(document.similarity(idx, best));
        }
    }
    chosen.sort_by_key(|choice| choice.sentence);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Ministers reopened the hotline. Ministers reopened the hotline! Rain fell on Oslo. \
                        Ships left port before dawn on Monday.";

    fn chosen(budget: Budget) -> Vec<usize> {
        let document = Document::new(TEXT, &Document::paragraphs(TEXT), None, None);
        select(&document, &[3.0, 2.9, 1.0, 1.0], budget, 4.0).iter().map(|choice| choice.sentence).collect()
    }

    #[test]
    fn budgets_hold_and_repeats_are_left_out() {
        let n = |n| NonZeroUsize::new(n).unwrap();
        assert_eq!(chosen(Budget::Sentences(n(2))), [0, 2], "ties go to the earlier sentence");
        assert_eq!(chosen(Budget::Sentences(n(9))), [0, 2, 3], "a repeat is never added");
        assert_eq!(chosen(Budget::Words(n(8))), [0, 2]);
        assert!(chosen(Budget::Words(n(1))).is_empty());
        assert_eq!(chosen(Budget::ratio(0.3).unwrap()).len(), 2);
        assert!(Budget::ratio(0.0).is_err());
    }
}
