//! Scored sentences and a budget in, the chosen ones out, in their order in the text.
//!
//! Maximal marginal relevance (Carbonell & Goldstein 1998): the best sentence first, then each time the one whose score,
//! less a penalty for its likeness to what is chosen, is greatest.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

use super::document::{Document, WINDOW};
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

/// Chooses sentences, in the order of the text. `redundancy` ≥ 0 is the penalty at full likeness.
///
/// Values only fall as sentences are chosen, so a heap of them need be brought up to date only at its top: the time is
/// that of the likenesses, a window's worth for each chosen sentence.
pub(super) fn select(
    document: &Document<'_>,
    scores: &[f64],
    budget: Budget,
    redundancy: f64,
) -> Vec<Choice> {
    let (max_sentences, max_words) = budget.limits(scores.len());
    let mut likeness = vec![0.0_f64; scores.len()];
    let mut heap: BinaryHeap<Candidate> =
        scores.iter().enumerate().map(|(sentence, value)| Candidate { value: *value, sentence }).collect();
    let mut chosen: Vec<Choice> = Vec::new();
    let mut words_left = max_words;
    while chosen.len() < max_sentences {
        let Some(Candidate { value, sentence }) = heap.pop() else { break };
        let penalty = redundancy * likeness[sentence];
        let n_words = document.sentences[sentence].n_words;
        // What is too long now is too long for the rest, and what repeats a chosen sentence goes on doing so.
        if n_words > words_left || likeness[sentence] >= SAME {
            continue;
        }
        if scores[sentence] - penalty < value {
            heap.push(Candidate { value: scores[sentence] - penalty, sentence });
            continue;
        }
        chosen.push(Choice { sentence, penalty });
        words_left -= n_words;
        let window = sentence.saturating_sub(WINDOW)..scores.len().min(sentence + WINDOW);
        for other in window {
            likeness[other] = likeness[other].max(document.similarity(other, sentence));
        }
    }
    chosen.sort_by_key(|choice| choice.sentence);
    chosen
}

/// A sentence with its value when it was put on the heap: the greatest value first, ties to the earlier sentence.
struct Candidate {
    value: f64,
    sentence: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then_with(|| other.sentence.cmp(&self.sentence))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

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
