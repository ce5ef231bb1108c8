//! How much a summary may hold, and what is left of it.

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
    /// At most that many characters, blanks between sentences among them.
    Characters(NonZeroUsize),
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
}

impl Default for Budget {
    /// Three sentences.
    fn default() -> Self {
        Self::Sentences(NonZeroUsize::new(3).expect("3 is not zero"))
    }
}

/// What is left of a budget.
#[derive(Debug)]
pub(super) struct Room {
    budget: Budget,
    left: usize,
}

impl Room {
    /// The room for a summary of a document of `n_sentences`.
    pub(super) fn new(budget: Budget, n_sentences: usize) -> Self {
        let left = match budget {
            Budget::Sentences(n) | Budget::Words(n) => n.get(),
            // The first sentence has no blank before it.
            Budget::Characters(n) => n.get().saturating_add(1),
            Budget::Ratio(Ratio(ratio)) => (ratio * n_sentences as f64).ceil() as usize,
        };
        Self { budget, left }
    }

    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    pub(super) fn has_space_for(&self, document: &Document<'_>, sentence: usize) -> bool {
        self.cost(document, sentence) <= self.left
    }

    /// Takes the room of a sentence, if there is enough.
    pub(super) fn take(&mut self, document: &Document<'_>, sentence: usize) -> bool {
        let cost = self.cost(document, sentence);
        let fits = cost <= self.left;
        self.left -= if fits { cost } else { 0 };
        fits
    }

    fn cost(&self, document: &Document<'_>, sentence: usize) -> usize {
        match self.budget {
            Budget::Sentences(_) | Budget::Ratio(_) => 1,
            Budget::Words(_) => document.sentences[sentence].n_words,
            // And the blank before it.
            Budget::Characters(_) => document.sentence(sentence).chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_above_none_and_up_to_all() {
        for ratio in [0.0, -0.1, 1.1, f64::NAN] {
            assert!(Budget::ratio(ratio).is_err(), "{ratio}");
        }
        assert_eq!(Room::new(Budget::ratio(0.5).unwrap(), 5).left, 3);
    }
}
