//! Text in, terms out: case folding, stop words, stems and word n-grams, each term with its place in the text.
//!
//! The unigrams of a text stand in one buffer parted by single spaces, so every n-gram is a slice of it. Each distinct
//! word is stemmed once a scratch; nothing is allocated per token.

use std::borrow::Cow;

use hashbrown::HashMap;
use rust_stemmers::Stemmer;
use serde::{Deserialize, Serialize};

use super::{Language, stop_words, tokens};
use crate::error::{Error, Result};

/// How text becomes terms. Stored in every model file, so that reading repeats training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyzerParams {
    /// The language of stems and stop words.
    pub language: Language,
    /// Whether words are reduced to Snowball stems.
    pub stem: bool,
    /// Whether function words are dropped (before n-grams are formed).
    pub drop_stop_words: bool,
    /// Words with fewer characters are dropped; 1 to 64.
    pub min_chars: usize,
    /// Longest n-gram, in words; 1 to 5.
    pub max_ngram: usize,
}

impl Default for AnalyzerParams {
    /// English stems of words of two or more characters, no stop words, unigrams.
    fn default() -> Self {
        Self { language: Language::En, stem: true, drop_stop_words: true, min_chars: 2, max_ngram: 1 }
    }
}

impl AnalyzerParams {
    /// Returns the analyzer.
    ///
    /// # Errors
    /// [`Error::Parameter`] if a value is outside its range, or if stems are asked for in a language without a
    /// Snowball stemmer.
    pub fn check(self) -> Result<Analyzer> {
        if !(1..=64).contains(&self.min_chars) {
            return Err(Error::parameter("min_chars", self.min_chars, "between 1 and 64"));
        }
        if !(1..=5).contains(&self.max_ngram) {
            return Err(Error::parameter("max_ngram", self.max_ngram, "between 1 and 5"));
        }
        let algorithm = self.language.stemmer();
        if self.stem && algorithm.is_none() {
            return Err(Error::parameter(
                "language",
                self.language.code(),
                "a language with a Snowball stemmer; otherwise turn stemming off",
            ));
        }
        let stemmer = algorithm.filter(|_| self.stem).map(Stemmer::create);
        Ok(Analyzer { params: self, stemmer })
    }
}

/// Turns texts into terms.
///
/// ```
/// use nutgraf::text::{AnalyzerParams, Terms};
///
/// let analyzer = AnalyzerParams { max_ngram: 2, ..AnalyzerParams::default() }.check()?;
/// let mut terms = Terms::default();
/// analyzer.analyze("The ministers met again.", &mut terms);
/// let found: Vec<&str> = terms.iter().map(|(term, _)| term).collect();
/// assert_eq!(found, ["minist", "met", "again", "minist met", "met again"]);
/// # Ok::<(), nutgraf::Error>(())
/// ```
pub struct Analyzer {
    params: AnalyzerParams,
    stemmer: Option<Stemmer>,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").field("params", &self.params).finish_non_exhaustive()
    }
}

/// A unigram: its place in [`Terms::buffer`] and in the text.
#[derive(Debug, Clone, Copy)]
struct Unigram {
    buffer: (usize, usize),
    text: (usize, usize),
}

/// The terms of one text; reuse it from text to text to keep its buffers and its cache of stems.
#[derive(Debug, Default)]
pub struct Terms {
    buffer: String,
    unigrams: Vec<Unigram>,
    max_ngram: usize,
    folded: String,
    stems: HashMap<Box<str>, Box<str>>,
}

/// Distinct words whose stems are kept; beyond it the cache starts anew, so that memory does not grow with a corpus.
const MAX_CACHED_STEMS: usize = 200_000;

impl Analyzer {
    /// The parameters, for a model file.
    #[must_use]
    pub fn params(&self) -> &AnalyzerParams {
        &self.params
    }

    /// Replaces the contents of `terms` by the terms of `text`; the empty text has none.
    pub fn analyze(&self, text: &str, terms: &mut Terms) {
        terms.buffer.clear();
        terms.unigrams.clear();
        terms.max_ngram = self.params.max_ngram;
        if terms.stems.len() > MAX_CACHED_STEMS {
            terms.stems.clear();
        }
        for token in tokens(text) {
            fold(&text[token.start..token.end], &mut terms.folded);
            if self.is_dropped(&terms.folded) {
                continue;
            }
            if !terms.buffer.is_empty() {
                terms.buffer.push(' ');
            }
            let start = terms.buffer.len();
            match &self.stemmer {
                Some(stemmer) => push_stem(stemmer, &terms.folded, &mut terms.stems, &mut terms.buffer),
                None => terms.buffer.push_str(&terms.folded),
            }
            let buffer = (start, terms.buffer.len());
            terms.unigrams.push(Unigram { buffer, text: (token.start, token.end) });
        }
    }

    /// What becomes of a folded word: its stem, or the word itself without a stemmer; `None` if it is dropped.
    pub(crate) fn term<'a>(&self, word: &'a str) -> Option<Cow<'a, str>> {
        if self.is_dropped(word) {
            return None;
        }
        Some(self.stemmer.as_ref().map_or(Cow::Borrowed(word), |stemmer| stemmer.stem(word)))
    }

    /// What the function words of the language become: their stems, or they themselves without a stemmer.
    pub(crate) fn stop_terms(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let words = stop_words::of(self.params.language).iter();
        words.map(|word| self.stemmer.as_ref().map_or(Cow::Borrowed(*word), |stemmer| stemmer.stem(word)))
    }

    /// Whether words are reduced to stems.
    pub(crate) fn is_stemming(&self) -> bool {
        self.stemmer.is_some()
    }

    fn is_dropped(&self, word: &str) -> bool {
        let min_chars = self.params.min_chars;
        (word.len() < 4 * min_chars && word.chars().count() < min_chars)
            || (self.params.drop_stop_words && stop_words::is_stop_word(self.params.language, word))
    }
}

impl Terms {
    /// The terms in the order of length, then place: every unigram, then every bigram, and so on; each with the bytes
    /// of the text from the start of its first word to the end of its last.
    pub fn iter(&self) -> impl Iterator<Item = (&str, (usize, usize))> {
        (1..=self.max_ngram).flat_map(move |n| {
            self.unigrams.windows(n).map(move |words| {
                let (first, last) = (words[0], words[n - 1]);
                (&self.buffer[first.buffer.0..last.buffer.1], (first.text.0, last.text.1))
            })
        })
    }

    /// The number of terms.
    #[must_use]
    pub fn len(&self) -> usize {
        let n_unigrams = self.unigrams.len();
        (1..=self.max_ngram).map(|n| (n_unigrams + 1).saturating_sub(n)).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unigrams.is_empty()
    }
}

/// Replaces `folded` by a text in lower case, its curly apostrophes made straight.
pub(crate) fn fold(word: &str, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return;
    }
    for c in word.chars() {
        match c {
            '’' => folded.push('\''),
            c => folded.extend(c.to_lowercase()),
        }
    }
}

fn push_stem(stemmer: &Stemmer, word: &str, stems: &mut HashMap<Box<str>, Box<str>>, buffer: &mut String) {
    if let Some(stem) = stems.get(word) {
        buffer.push_str(stem);
        return;
    }
    let stem = stemmer.stem(word);
    buffer.push_str(&stem);
    stems.insert(word.into(), stem.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms_of(params: AnalyzerParams, text: &str) -> Vec<(String, String)> {
        let mut terms = Terms::default();
        params.check().unwrap().analyze(text, &mut terms);
        assert_eq!(terms.len(), terms.iter().count());
        terms.iter().map(|(term, (a, b))| (term.to_owned(), text[a..b].to_owned())).collect()
    }

    #[test]
    fn terms_keep_their_place_in_the_text() {
        let found =
            terms_of(AnalyzerParams { max_ngram: 2, ..Default::default() }, "China’s threats, a “threat”.");
        let expected = [("china", "China’s"), ("threat", "threats"), ("threat", "threat")];
        let bigrams = [("china threat", "China’s threats"), ("threat threat", "threats, a “threat")];
        let all: Vec<_> =
            expected.iter().chain(&bigrams).map(|(t, s)| ((*t).to_owned(), (*s).to_owned())).collect();
        assert_eq!(found, all);
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        let rows = [
            (AnalyzerParams { min_chars: 0, ..Default::default() }, "min_chars"),
            (AnalyzerParams { max_ngram: 6, ..Default::default() }, "max_ngram"),
            (AnalyzerParams { language: Language::Zh, ..Default::default() }, "language"),
        ];
        for (params, name) in rows {
            let message = params.check().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }
}
