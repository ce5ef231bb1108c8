//! A corpus in, a lexicon and inverse document frequencies out; with them texts in, sparse rows out.
//!
//! A row has two blocks: words with their n-grams, and character n-grams within words. Under TF-IDF each block has its own
//! L2 norm, so that the many character n-grams of a text do not drown its words.
//! tf-idf(t, d) = tf(t, d) · idf(t), idf(t) = ln((1 + n) / (1 + df(t))) + 1 (smooth idf, Salton & Buckley 1988 as
//! scikit-learn has it); the parity test holds the numbers to scikit-learn 1.9.1's.
//!
//! Invariant: the same documents give the same columns, and each document the same row, bit for bit, at any number of
//! threads and in any order.

use std::borrow::Cow;

use rayon::prelude::*;

use super::arrays::F32Array;
use super::corpus::Corpus;
use super::forms::PADDING;
use super::frequencies::{Lists, count_chars, count_words, text};
use super::ngrams::NgramCounts;
use super::rows::{Counter, DROPPED, MAX_CACHED, NONE, RowScratch, for_each_char_ngram, for_each_ngram};
use super::strings::Strings;
use super::{CharNgrams, Csr, Lexicon, TermKind, VectorizerParams, Weighting};
use crate::error::{Error, Result};
use crate::text::{Analyzer, fold, tokens};

/// A fitted vectoriser.
///
/// ```
/// use nutgraf::features::{Corpus, Vectorizer, VectorizerParams};
///
/// let params = VectorizerParams::default();
/// let texts = [(None, "talks resume"), (None, "the talks resume at dawn")];
/// let corpus = Corpus::new(&params.check()?, false, &texts);
/// let vectorizer = Vectorizer::fit(&params, &corpus)?;
/// assert_eq!(vectorizer.rows(&corpus).n_rows(), 2);
/// assert!(vectorizer.lexicon().column("talks resume").is_some());
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug)]
pub struct Vectorizer {
    params: VectorizerParams,
    analyzer: Analyzer,
    lexicon: Lexicon,
    /// The idf of each column, or 1 without idf; 0 for a term that counts nothing.
    idf: F32Array,
    /// Documents of the corpus that it was fitted on.
    n_documents: usize,
}

impl Vectorizer {
    /// Learns lexicon and idf from a corpus.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range; [`Error::Training`] if no term is left.
    pub fn fit(params: &VectorizerParams, corpus: &Corpus) -> Result<Self> {
        Ok(Self::fit_counted(params, corpus)?.0)
    }

    /// Learns lexicon and idf from a corpus, and returns the corpus's rows with them, which [`Self::rows`] would make anew.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn fit_rows(params: &VectorizerParams, corpus: &Corpus) -> Result<(Self, Csr)> {
        let (vectorizer, ngrams) = Self::fit_counted(params, corpus)?;
        let rows = vectorizer.make_rows(corpus, ngrams.as_ref());
        Ok((vectorizer, rows))
    }

    /// Also returns where each n-gram stands, unless columns were renumbered since.
    fn fit_counted(params: &VectorizerParams, corpus: &Corpus) -> Result<(Self, Option<NgramCounts>)> {
        params.check()?;
        let mut frequencies = Vec::new();
        let words = count_words(corpus);
        let mut columns = vec![NONE; corpus.words.len()];
        let mut kept_words = Vec::new();
        for number in by_frequency(&words) {
            let frequency = words[number as usize];
            if frequency >= params.min_documents {
                columns[number as usize] = kept_words.len() as u32;
                kept_words.push(number);
                frequencies.push(frequency);
            }
        }
        let min_documents = params.min_ngram_documents;
        let mut ngrams = NgramCounts::new(corpus, columns, kept_words.len());
        for n in 2..=params.analyzer.max_ngram {
            ngrams.count(n, min_documents, corpus);
        }
        frequencies.extend_from_slice(&ngrams.frequencies);
        let chars = match params.chars {
            Some(chars) => count_chars(chars, min_documents, corpus, &mut frequencies),
            None => Strings::default(),
        };
        if frequencies.is_empty() {
            return Err(Error::Training(format!(
                "no term occurs in {} or more of the {} texts; lower the least number of documents or give more text",
                params.min_documents,
                corpus.len()
            )));
        }
        let lexicon = Lexicon::new(
            kept_words.iter().map(|number| corpus.words.get(*number)),
            &ngrams.pairs,
            (0..chars.len() as u32).map(|number| chars.get(number)),
        );
        let all = Self::of_frequencies(params, lexicon, &frequencies, corpus.len())?;
        match params.max_terms {
            Some(max_terms) if max_terms < frequencies.len() => {
                Ok((all.held_to_limits(&frequencies)?.0, None))
            }
            _ => Ok((all, Some(ngrams))),
        }
    }

    /// The vectoriser of a lexicon whose terms are in so many of `n_documents` documents each.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range.
    pub(crate) fn of_frequencies(
        params: &VectorizerParams,
        lexicon: Lexicon,
        frequencies: &[u32],
        n_documents: usize,
    ) -> Result<Self> {
        let mut idf: Vec<f32> =
            frequencies.iter().map(|frequency| idf(params, *frequency, n_documents)).collect();
        let analyzer = params.check()?;
        if params.mute_stop_words {
            for column in muted(&analyzer, &lexicon) {
                idf[column as usize] = 0.0;
            }
        }
        Ok(Self { params: params.clone(), analyzer, lexicon, idf: F32Array::from(&idf[..]), n_documents })
    }

    /// The vectoriser of all terms with the columns in byte order, which those of other corpora share, and their columns here.
    pub(crate) fn in_byte_order(&self) -> (Self, Vec<u32>) {
        let n_words = self.lexicon.n_words() as u32;
        let mut words: Vec<u32> = (0..n_words).collect();
        words.par_sort_by_cached_key(|word| self.lexicon.term(*word));
        let (lexicon, columns) = self.lexicon.reordered(&words);
        let idf = columns.iter().map(|column| self.idf.at(*column as usize)).collect();
        (self.with_lexicon(lexicon, idf), columns)
    }

    /// The inverse, for terms that are in so many documents each: the order in which a vectoriser is fitted.
    pub(crate) fn in_frequency_order(&self, frequencies: &[u32]) -> (Self, Vec<u32>) {
        let words = by_frequency(&frequencies[..self.lexicon.n_words()]);
        let (lexicon, columns) = self.lexicon.reordered(&words);
        let idf = columns.iter().map(|column| self.idf.at(*column as usize)).collect();
        (self.with_lexicon(lexicon, idf), columns)
    }

    fn with_lexicon(&self, lexicon: Lexicon, idf: Vec<f32>) -> Self {
        let analyzer =
            self.params.check().expect("the parameters were checked when the vectoriser was fitted");
        let idf = F32Array::from(&idf[..]);
        Self { params: self.params.clone(), analyzer, lexicon, idf, n_documents: self.n_documents }
    }

    /// The vectoriser of the terms that the limits on documents and terms leave, and their columns here.
    ///
    /// # Errors
    /// [`Error::Training`] if no term is left.
    pub(crate) fn held_to_limits(&self, frequencies: &[u32]) -> Result<(Self, Vec<u32>)> {
        let mut keep = vec![false; frequencies.len()];
        for column in 0..frequencies.len() as u32 {
            let least = match self.lexicon.kind(column) {
                TermKind::Word => self.params.min_documents,
                TermKind::Ngram | TermKind::Chars => self.params.min_ngram_documents,
            };
            let has_parts =
                self.lexicon.parts(column).is_none_or(|(a, b)| keep[a as usize] && keep[b as usize]);
            keep[column as usize] = has_parts && frequencies[column as usize] >= least;
        }
        if let Some(max_terms) = self.params.max_terms {
            // The parts of an n-gram are in as many documents or more, and stand before it: they are kept with it.
            let mut order: Vec<usize> = (0..frequencies.len()).filter(|column| keep[*column]).collect();
            order.sort_by_key(|column| std::cmp::Reverse(frequencies[*column]));
            order.into_iter().skip(max_terms).for_each(|column| keep[column] = false);
        }
        if keep.iter().all(|keep| !keep) {
            return Err(Error::Training(
                "no term is in enough documents; lower the least number of documents".into(),
            ));
        }
        Ok(self.select(&keep))
    }

    /// Rebuilds a vectoriser from its stored parts.
    pub(crate) fn from_parts(
        params: VectorizerParams,
        lexicon: Lexicon,
        idf: F32Array,
        n_documents: usize,
    ) -> Result<Self> {
        let is_usable = |idf: f32| idf.is_finite() && idf >= 0.0;
        if idf.len() != lexicon.len() || !idf.iter().all(is_usable) {
            return Err(Error::model("vectorizer", "idf does not fit the vocabulary; the file is damaged"));
        }
        let analyzer = params.check()?;
        Ok(Self { params, analyzer, lexicon, idf, n_documents })
    }

    /// The rows of a corpus, in its order; the columns of a row stand in the order in which their terms came.
    #[must_use]
    pub fn rows(&self, corpus: &Corpus) -> Csr {
        self.make_rows(corpus, None)
    }

    fn make_rows(&self, corpus: &Corpus, ngrams: Option<&NgramCounts>) -> Csr {
        let columns: Cow<'_, [u32]> = match ngrams {
            Some(ngrams) => Cow::Borrowed(&ngrams.word_columns),
            None => (0..corpus.words.len() as u32)
                .into_par_iter()
                .map(|number| self.word_column(corpus.words.get(number)))
                .collect::<Vec<u32>>()
                .into(),
        };
        let chunks = self.chunk_columns(&corpus.chunks);
        let part_len = corpus.len().div_ceil(4 * rayon::current_num_threads()).max(1);
        let documents: Vec<usize> = (0..corpus.len()).collect();
        let parts: Vec<Csr> = documents
            .par_chunks(part_len)
            .map(|documents| {
                let mut rows = Csr::new(self.lexicon.len());
                let mut scratch = RowScratch::default();
                let mut cursors = ngrams.map(|ngrams| ngrams.cursors(documents[0]));
                for document in documents {
                    scratch.words.clear();
                    scratch
                        .words
                        .extend(corpus.words_of(*document).iter().map(|word| columns[*word as usize]));
                    let add_ngrams =
                        |words: &[u32], prefixes: &mut Vec<u32>, counter: &mut Counter| match &mut cursors {
                            Some(cursors) => {
                                cursors.for_each_ngram(words.len(), prefixes, |column| counter.add(column))
                            }
                            None => self.add_ngrams(words, prefixes, counter),
                        };
                    self.weigh(&mut scratch, add_ngrams, |counter| {
                        for chunk in corpus.chunks_of(*document) {
                            chunks.of(*chunk).iter().for_each(|column| counter.add(*column));
                        }
                    });
                    rows.push(&scratch.row);
                }
                rows
            })
            .collect();
        Csr::concatenate(self.lexicon.len(), parts)
    }

    fn add_ngrams(&self, words: &[u32], prefixes: &mut Vec<u32>, counter: &mut Counter) {
        let max_ngram = self.params.analyzer.max_ngram;
        for_each_ngram(&self.lexicon, words, max_ngram, prefixes, |column, _, _| counter.add(column));
    }

    /// The vectoriser of the terms that `keep` names by column, and the column that each of its columns had. A kept n-gram
    /// keeps the terms that it is made of, which then count nothing unless they are kept themselves.
    ///
    /// # Panics
    /// If `keep` is not one a column.
    #[must_use]
    pub fn select(&self, keep: &[bool]) -> (Self, Vec<u32>) {
        assert_eq!(keep.len(), self.lexicon.len(), "one a column");
        let (lexicon, columns) = self.lexicon.select(keep);
        let kept_idf =
            |column: &u32| if keep[*column as usize] { self.idf.at(*column as usize) } else { 0.0 };
        let idf = columns.iter().map(kept_idf).collect();
        (self.with_lexicon(lexicon, idf), columns)
    }

    /// Puts the row of a text into `scratch.row`, the parts read as one text. Empty where no term is known.
    pub fn row<'a>(&self, parts: impl Iterator<Item = &'a str>, scratch: &mut RowScratch) {
        let mut folded = std::mem::take(&mut scratch.folded);
        if scratch.cache.len() >= MAX_CACHED {
            scratch.cache.clear();
        }
        scratch.words.clear();
        scratch.chunks.begin();
        for part in parts {
            fold(part, &mut folded);
            folded.push_str(PADDING);
            scratch.forms.read(&folded);
            let text = (&scratch.forms, &folded[..]);
            if self.analyzer.is_stemming() {
                scratch.cache.append_numbers(text, &mut scratch.words, |form| {
                    self.analyzer.term(form).map_or(DROPPED, |term| self.word_column(term.as_bytes()))
                });
            } else {
                // A word stands for itself, and no dropped one is in the lexicon.
                self.lexicon.append_columns(text, &mut scratch.words, |form| {
                    self.analyzer.term(form).map_or(DROPPED, |_| NONE)
                });
            }
            if let Some(chars) = self.params.chars {
                for chunk in folded.split_whitespace() {
                    scratch.chunks.push(chunk, |list| self.char_columns(chars, chunk, list));
                }
            }
        }
        scratch.folded = folded;
        let chunks = std::mem::take(&mut scratch.chunks);
        let add_ngrams = |words: &[u32], prefixes: &mut Vec<u32>, counter: &mut Counter| {
            self.add_ngrams(words, prefixes, counter)
        };
        self.weigh(scratch, add_ngrams, |counter| chunks.for_each_column(|column| counter.add(column)));
        scratch.chunks = chunks;
    }

    /// Where each term that has a column stands in a text, in bytes, by column and place.
    #[must_use]
    pub fn places(&self, text: &str) -> Vec<(u32, (usize, usize))> {
        let mut places = Vec::new();
        let mut folded = String::new();
        let mut words = Vec::new();
        let mut tokens_of_words = Vec::new();
        for token in tokens(text) {
            fold(&text[token.start..token.end], &mut folded);
            if let Some(term) = self.analyzer.term(&folded) {
                words.push(self.word_column(term.as_bytes()));
                tokens_of_words.push(token);
            }
        }
        for (token, column) in tokens_of_words.iter().zip(&words) {
            places.push((*column, (token.start, token.end)));
        }
        let max_ngram = self.params.analyzer.max_ngram;
        for_each_ngram(&self.lexicon, &words, max_ngram, &mut Vec::new(), |column, first, last| {
            places.push((column, (tokens_of_words[first].start, tokens_of_words[last].end)));
        });
        if let Some(chars) = self.params.chars {
            self.char_places(chars, text, &mut places);
        }
        places.retain(|(column, _)| *column != NONE && self.idf.at(*column as usize) > 0.0);
        places.sort_unstable();
        places
    }

    fn char_places(&self, chars: CharNgrams, text: &str, places: &mut Vec<(u32, (usize, usize))>) {
        let mut folded = String::new();
        for chunk in text.split_whitespace() {
            let start = chunk.as_ptr() as usize - text.as_ptr() as usize;
            // The place of each folded byte in the text: a character may fold to several.
            let mut place_of = vec![start];
            let mut whole = String::new();
            for (at, c) in chunk.char_indices() {
                fold(c.encode_utf8(&mut [0; 4]), &mut folded);
                whole.push_str(&folded);
                place_of.resize(whole.len(), start + at);
                place_of.push(start + at + c.len_utf8());
            }
            for_each_char_ngram(&whole, chars, &mut String::new(), |ngram, from, to| {
                if let Some(column) = self.lexicon.chars(ngram) {
                    let end = place_of.get(to).copied().unwrap_or(start + chunk.len());
                    places.push((column, (place_of[from.min(whole.len())], end)));
                }
            });
        }
    }

    fn word_column(&self, word: &[u8]) -> u32 {
        self.lexicon.word_of(word).unwrap_or(NONE)
    }

    fn char_columns(&self, chars: CharNgrams, chunk: &str, list: &mut Vec<u32>) {
        for_each_char_ngram(chunk, chars, &mut String::new(), |ngram, _, _| {
            list.extend(self.lexicon.chars(ngram));
        });
    }

    fn chunk_columns(&self, chunks: &Strings) -> Lists {
        let Some(chars) = self.params.chars else {
            return Lists::default();
        };
        let lists: Vec<Vec<u32>> = (0..chunks.len() as u32)
            .into_par_iter()
            .map(|number| {
                let mut list = Vec::new();
                self.char_columns(chars, text(chunks.get(number)), &mut list);
                list
            })
            .collect();
        Lists::from(lists)
    }

    /// Makes the row of `scratch.words`, of the n-grams that `add_ngrams` counts from them, and of the character n-grams that
    /// `add_chars` counts.
    fn weigh(
        &self,
        scratch: &mut RowScratch,
        add_ngrams: impl FnOnce(&[u32], &mut Vec<u32>, &mut Counter),
        add_chars: impl FnOnce(&mut Counter),
    ) {
        let RowScratch { words, prefixes, counter, row, .. } = scratch;
        row.clear();
        counter.reserve(self.lexicon.len());
        for column in words.iter().filter(|column| **column != NONE) {
            counter.add(*column);
        }
        add_ngrams(words, prefixes, counter);
        self.weigh_block(counter, row);
        if self.params.chars.is_some() {
            add_chars(counter);
            self.weigh_block(counter, row);
        }
    }

    /// Appends the weights of what was counted, and sets the counts back.
    fn weigh_block(&self, counter: &mut Counter, row: &mut Vec<(u32, f32)>) {
        let start = row.len();
        let mut squares = 0.0;
        counter.drain(|column, count| {
            let idf = self.idf.at(column as usize);
            if idf > 0.0 {
                let tf = match self.params.weighting {
                    Weighting::Binary => 1.0,
                    Weighting::TfIdf => sublinear(count),
                    Weighting::Count | Weighting::RawTfIdf => count as f32,
                };
                let value = tf * idf;
                squares += f64::from(value) * f64::from(value);
                row.push((column, value));
            }
        });
        if self.params.weighting.has_idf() && squares > 0.0 {
            let scale = (1.0 / squares.sqrt()) as f32;
            row[start..].iter_mut().for_each(|(_, value)| *value *= scale);
        }
    }

    /// The terms, in the order of the columns.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The idf of each column.
    pub(crate) fn idf(&self) -> &F32Array {
        &self.idf
    }

    /// Documents that the vectoriser was fitted on.
    #[must_use]
    pub fn n_documents(&self) -> usize {
        self.n_documents
    }

    /// The parameters, for a model file.
    #[must_use]
    pub fn params(&self) -> &VectorizerParams {
        &self.params
    }
}

/// The columns of function words, and of n-grams of nothing else.
fn muted(analyzer: &Analyzer, lexicon: &Lexicon) -> Vec<u32> {
    let mut is_muted = vec![false; lexicon.len()];
    for column in analyzer.stop_terms().filter_map(|term| lexicon.word(&term)) {
        is_muted[column as usize] = true;
    }
    for column in 0..lexicon.len() as u32 {
        // The parts of an n-gram stand before it.
        if let Some((prefix, word)) = lexicon.parts(column) {
            is_muted[column as usize] = is_muted[prefix as usize] && is_muted[word as usize];
        }
    }
    (0..lexicon.len() as u32).filter(|column| is_muted[*column as usize]).collect()
}

/// The numbers of words, those in the most documents first: what is met often then lies together in memory.
fn by_frequency(frequencies: &[u32]) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..frequencies.len() as u32).collect();
    numbers.par_sort_unstable_by_key(|number| (std::cmp::Reverse(frequencies[*number as usize]), *number));
    numbers
}

/// 1 + ln(count); almost every count is 1 or 2.
fn sublinear(count: u32) -> f32 {
    match count {
        1 => 1.0,
        2 => 1.0 + std::f32::consts::LN_2,
        _ => (1.0 + f64::from(count).ln()) as f32,
    }
}

fn idf(params: &VectorizerParams, frequency: u32, n_documents: usize) -> f32 {
    let n = n_documents as f64;
    if f64::from(frequency) > params.max_documents * n {
        0.0
    } else if params.weighting.has_idf() {
        (((1.0 + n) / (1.0 + f64::from(frequency))).ln() + 1.0) as f32
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests;
