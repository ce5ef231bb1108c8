//! Texts in, the numbers of their words out, word forms being folded, dropped or stemmed once each, however many texts come.

use super::forms::{FormCache, Forms, PADDING};
use super::rows::DROPPED;
use super::strings::Interner;
use crate::text::{Analyzer, fold};

/// A growing numbering of words: from 0, in the order in which they first came.
#[derive(Debug, Default)]
pub(crate) struct WordNumbers {
    forms: Forms,
    /// The number of each form as it stands in texts, or [`DROPPED`].
    cache: FormCache,
    words: Interner,
    folded: String,
}

impl WordNumbers {
    /// Appends the number of each word of a text that the analyzer keeps, and returns how many words there were in all.
    /// The analyzer must be the same for all texts.
    pub(crate) fn append(&mut self, analyzer: &Analyzer, text: &str, numbers: &mut Vec<u32>) -> usize {
        fold(text, &mut self.folded);
        self.folded.push_str(PADDING);
        self.forms.read(&self.folded);
        self.cache.append_numbers((&self.forms, &self.folded), numbers, |form| {
            analyzer.term(form).map_or(DROPPED, |term| self.words.intern(term.as_bytes()).0)
        });
        self.forms.len()
    }

    /// The text read last, folded.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// The number of distinct words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The words, in the order of their numbers.
    pub(super) fn into_words(self) -> Interner {
        self.words
    }

    /// Forgets every word and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.cache.clear();
        self.words.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::AnalyzerParams;

    #[test]
    fn forms_of_one_stem_have_one_number_in_all_texts() {
        let analyzer = AnalyzerParams::default().check().unwrap();
        let mut words = WordNumbers::default();
        let mut numbers = Vec::new();
        assert_eq!(words.append(&analyzer, "The talks, at dawn", &mut numbers), 4);
        assert_eq!(words.append(&analyzer, "Dawn talked", &mut numbers), 2);
        assert_eq!(numbers, [0, 1, 1, 0]);
        assert_eq!(words.len(), 2);
        words.clear();
        numbers.clear();
        words.append(&analyzer, "dawn", &mut numbers);
        assert_eq!(numbers, [0]);
    }
}
