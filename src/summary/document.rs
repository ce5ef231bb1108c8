//! Text and its paragraphs in, sentences with their TF-IDF rows out.
//!
//! The idf is that of the document's own sentences and title, ln((1 + n) / (1 + df)) + 1: it needs no corpus.

use std::num::NonZeroUsize;

use hashbrown::HashSet;

use super::trim::first_clauses;
use crate::features::WordNumbers;
use crate::text::{Analyzer, AnalyzerParams, Language, Sentence, fold, n_words, sentences};

/// A sentence of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DocumentSentence {
    /// First byte in the text.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// Its paragraph.
    pub(super) paragraph: usize,
    /// Sentences before it in its paragraph.
    pub(super) in_paragraph: usize,
    pub(super) n_words: usize,
    /// Whether it is only the beginning of a sentence.
    pub(super) is_trimmed: bool,
}

/// A text cut into sentences that never cross paragraphs.
#[derive(Debug)]
pub struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) sentences: Vec<DocumentSentence>,
    pub(super) n_paragraphs: usize,
    pub(super) language: Option<Language>,
    /// The columns of each sentence's words, in their order, end to end.
    words: Vec<u32>,
    word_ends: Vec<usize>,
    rows: Rows,
    idf: Vec<f32>,
    scratch: DocumentScratch,
}

/// Sparse rows end to end, columns ascending, each L2-normalised.
#[derive(Debug, Default)]
struct Rows {
    entries: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

/// What is reused from document to document: the numbers of words met so far, so that each is stemmed once.
#[derive(Debug, Default)]
pub struct DocumentScratch {
    words: WordNumbers,
    analyzer: Option<(Option<Language>, Analyzer)>,
    /// The column of a word in the document of the number beside it.
    columns: Vec<(u32, u32)>,
    document: u32,
    numbers: Vec<u32>,
}

/// Distinct words that a scratch keeps; beyond it the numbering starts anew, so that memory does not grow with a corpus.
const MAX_WORDS: usize = 200_000;

impl DocumentScratch {
    /// Makes ready for a document of a language.
    fn begin(&mut self, language: Option<Language>) {
        let is_other = self.analyzer.as_ref().is_none_or(|(known, _)| *known != language);
        if is_other {
            self.analyzer = Some((language, analyzer(language)));
        }
        if is_other || self.words.len() > MAX_WORDS || self.document == u32::MAX {
            self.words.clear();
            self.columns.clear();
            self.document = 0;
        }
        self.document += 1;
    }

    /// Replaces `counts` by the columns of a text's words with their counts, ascending, and appends the columns to `words` in
    /// the order of the text; words that are new to the document get the next columns. Returns the number of words in all.
    fn count(
        &mut self,
        text: &str,
        n_columns: &mut u32,
        (words, counts): (&mut Vec<u32>, &mut Vec<(u32, u32)>),
    ) -> usize {
        let (_, analyzer) = self.analyzer.as_ref().expect("a document has begun");
        self.numbers.clear();
        let n_words = self.words.append(analyzer, text, &mut self.numbers);
        self.columns.resize(self.words.len(), (0, 0));
        for number in &mut self.numbers {
            let (document, column) = &mut self.columns[*number as usize];
            if *document != self.document {
                (*document, *column) = (self.document, *n_columns);
                *n_columns += 1;
            }
            *number = *column;
        }
        words.extend_from_slice(&self.numbers);
        self.numbers.sort_unstable();
        counts.clear();
        counts.extend(self.numbers.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)));
        n_words
    }
}

/// The paragraph of a sentence, and its place in the text.
pub(super) type SentencePlace = (usize, (usize, usize));

impl<'a> Document<'a> {
    /// Returns the document of the given paragraphs of `text`, as byte ranges; one that repeats an earlier one word for word is
    /// left out, as where a page holds its article twice. A title helps to find what matters.
    ///
    /// # Panics
    /// If a range does not fall between characters of the text.
    #[must_use]
    pub fn new(
        text: &'a str,
        paragraphs: &[(usize, usize)],
        title: Option<&str>,
        language: Option<Language>,
    ) -> Self {
        Self::reusing(DocumentScratch::default(), (text, paragraphs), title, language)
    }

    /// [`Self::new`] of a text and its paragraphs, with the scratch of an earlier document.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[must_use]
    pub fn reusing(
        scratch: DocumentScratch,
        (text, paragraphs): (&'a str, &[(usize, usize)]),
        title: Option<&str>,
        language: Option<Language>,
    ) -> Self {
        let mut places = Vec::new();
        let mut known: HashSet<&str> = HashSet::with_capacity(paragraphs.len());
        for (paragraph, (start, end)) in paragraphs.iter().enumerate() {
            if !known.insert(text[*start..*end].trim()) {
                continue;
            }
            let in_it = sentences(&text[*start..*end], language);
            let moved = |at: Sentence| (paragraph, (start + at.start, start + at.end));
            places.extend(in_it.into_iter().map(moved));
        }
        Self::of_sentences(scratch, (text, &places), title, language)
    }

    /// The document of sentences that are known, each with the number of its paragraph, ascending.
    pub(super) fn of_sentences(
        mut scratch: DocumentScratch,
        (text, places): (&'a str, &[SentencePlace]),
        title: Option<&str>,
        language: Option<Language>,
    ) -> Self {
        scratch.begin(language);
        let (mut found, mut counted, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        let (mut words, mut word_ends) = (Vec::new(), Vec::new());
        let (mut counts, mut n_columns) = (Vec::new(), 0);
        let mut in_paragraph = 0;
        for (at, (paragraph, (start, end))) in places.iter().copied().enumerate() {
            let is_first = at == 0 || places[at - 1].0 != paragraph;
            in_paragraph = if is_first { 0 } else { in_paragraph + 1 };
            let n_words = scratch.count(&text[start..end], &mut n_columns, (&mut words, &mut counts));
            if n_words > 0 {
                found.push(DocumentSentence {
                    start,
                    end,
                    paragraph,
                    in_paragraph,
                    n_words,
                    is_trimmed: false,
                });
                counted.extend_from_slice(&counts);
                ends.push(counted.len());
                word_ends.push(words.len());
            }
        }
        // The title is a row too.
        scratch.count(title.unwrap_or_default(), &mut n_columns, (&mut words, &mut counts));
        counted.extend_from_slice(&counts);
        ends.push(counted.len());
        let idf = idf(&counted, n_columns as usize, ends.len());
        let mut rows = Rows::default();
        let mut start = 0;
        for end in ends {
            rows.push(&counted[start..end], &idf);
            start = end;
        }
        let n_paragraphs = places.last().map_or(0, |(paragraph, _)| paragraph + 1);
        Self { text, sentences: found, n_paragraphs, language, words, word_ends, rows, idf, scratch }
    }

    /// The same document with sentences of more than `max_words` words cut where a clause ends, if one does; how they rank is
    /// told by the whole sentence.
    #[must_use]
    pub fn trimmed(mut self, max_words: NonZeroUsize) -> Self {
        for sentence in &mut self.sentences {
            let text = &self.text[sentence.start..sentence.end];
            if let Some(end) = first_clauses(text, max_words.get()) {
                sentence.n_words = n_words(&text[..end]);
                sentence.end = sentence.start + end;
                sentence.is_trimmed = true;
            }
        }
        self
    }

    /// The scratch, for the next document.
    #[must_use]
    pub fn into_scratch(self) -> DocumentScratch {
        self.scratch
    }

    /// The paragraphs of a plain text, parted by blank lines.
    #[must_use]
    pub fn paragraphs(text: &str) -> Vec<(usize, usize)> {
        let mut start = 0;
        let mut found = Vec::new();
        for part in text.split("\n\n") {
            if !part.trim().is_empty() {
                found.push((start, start + part.len()));
            }
            start += part.len() + 2;
        }
        found
    }

    /// The number of sentences.
    #[must_use]
    pub fn n_sentences(&self) -> usize {
        self.sentences.len()
    }

    /// The place of a sentence in the text, in bytes.
    ///
    /// # Panics
    /// If there is no such sentence.
    #[must_use]
    pub fn place(&self, sentence: usize) -> (usize, usize) {
        let DocumentSentence { start, end, .. } = self.sentences[sentence];
        (start, end)
    }

    /// The words of a sentence.
    pub(super) fn sentence(&self, sentence: usize) -> &'a str {
        let (start, end) = self.place(sentence);
        &self.text[start..end]
    }

    /// The row of a sentence, L2-normalised, columns ascending.
    pub(super) fn row(&self, sentence: usize) -> &[(u32, f32)] {
        self.rows.get(sentence)
    }

    /// The title's row; empty if there is no title.
    pub(super) fn title_row(&self) -> &[(u32, f32)] {
        self.rows.get(self.sentences.len())
    }

    /// The number of distinct words.
    pub(super) fn n_columns(&self) -> usize {
        self.idf.len()
    }

    /// The columns of a sentence's words, in their order; function words are not among them.
    pub(super) fn words_of(&self, sentence: usize) -> &[u32] {
        let start = if sentence == 0 { 0 } else { self.word_ends[sentence - 1] };
        &self.words[start..self.word_ends[sentence]]
    }

    /// Whether a word has no column because it is a function word or too short.
    pub(super) fn is_dropped(&self, word: &str) -> bool {
        let analyzer = self.scratch.analyzer.as_ref().map(|(_, analyzer)| analyzer);
        let mut folded = String::new();
        fold(word, &mut folded);
        analyzer.is_none_or(|analyzer| analyzer.term(&folded).is_none())
    }

    /// The L2-normalised row of a query, of the words that the document has.
    pub(super) fn query_row(&mut self, query: &str) -> Vec<(u32, f32)> {
        let mut n_columns = self.idf.len() as u32;
        let mut counts = Vec::new();
        self.scratch.count(query, &mut n_columns, (&mut Vec::new(), &mut counts));
        // Words that the document lacks have columns beyond its own, and no idf.
        counts.retain(|(column, _)| (*column as usize) < self.idf.len());
        let mut row = Rows::default();
        row.push(&counts, &self.idf);
        row.entries
    }
}

/// ln((1 + n) / (1 + df)) + 1 of every column, over `n` rows.
fn idf(counted: &[(u32, u32)], n_columns: usize, n: usize) -> Vec<f32> {
    let mut frequencies = vec![0_u32; n_columns];
    counted.iter().for_each(|(column, _)| frequencies[*column as usize] += 1);
    let n = n as f64;
    frequencies.iter().map(|df| (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32).collect()
}

impl Rows {
    /// Appends the L2-normalised row of term counts, (1 + ln count) · idf.
    fn push(&mut self, counts: &[(u32, u32)], idf: &[f32]) {
        let start = self.entries.len();
        let mut square = 0.0;
        for (column, count) in counts {
            let tf = if *count == 1 { 1.0 } else { 1.0 + f64::from(*count).ln() };
            let weight = tf * f64::from(idf[*column as usize]);
            square += weight * weight;
            self.entries.push((*column, weight as f32));
        }
        let norm = square.sqrt().max(f64::MIN_POSITIVE);
        for (_, value) in &mut self.entries[start..] {
            *value = (f64::from(*value) / norm) as f32;
        }
        self.ends.push(self.entries.len());
    }

    fn get(&self, row: usize) -> &[(u32, f32)] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.entries[start..self.ends[row]]
    }
}

/// Stems where the language has them; one-letter words and function words are left out.
fn analyzer(language: Option<Language>) -> Analyzer {
    let language = language.unwrap_or(Language::En);
    let params = |stem| AnalyzerParams { language, stem, ..AnalyzerParams::default() };
    params(true).check().or_else(|_| params(false).check()).expect("without stems every language is in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stay_within_paragraphs() {
        let text = "One thing here. Another\n\nthing there. ";
        let document = Document::new(text, &Document::paragraphs(text), None, None);
        let found: Vec<&str> = (0..document.n_sentences()).map(|idx| document.sentence(idx)).collect();
        assert_eq!(found, ["One thing here.", "Another", "thing there."]);
    }

    #[test]
    fn what_was_read_before_does_not_show() {
        let texts = [
            "Talks resumed at dawn. Rain fell.",
            "Rain. The talks of dawn resumed.",
            "Die Schiffe kehrten um.",
        ];
        let mut scratch = DocumentScratch::default();
        for (text, language) in texts.into_iter().zip([Language::En, Language::En, Language::De]) {
            let paragraphs = Document::paragraphs(text);
            let alone = Document::new(text, &paragraphs, Some("Rain"), Some(language));
            let after = Document::reusing(scratch, (text, &paragraphs), Some("Rain"), Some(language));
            for idx in 0..=alone.n_sentences() {
                assert_eq!(alone.rows.get(idx), after.rows.get(idx), "{text}");
            }
            scratch = after.into_scratch();
        }
    }
}
