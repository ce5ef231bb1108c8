//! Texts in, sequences of word numbers out: what every kind of feature is counted from, at a tenth of the text's size.
//!
//! A shard takes texts one at a time; shards are filled in parallel and put together by sorting their words, so that a
//! corpus does not depend on how its texts were spread over shards. Each distinct word form is folded, dropped or stemmed
//! once a shard.

use std::ops::Range;

use rayon::prelude::*;

use super::strings::{Interner, Strings};
use super::word_numbers::WordNumbers;
use crate::text::Analyzer;

/// Texts as numbers: for each its words in order, and its character chunks (runs without white space) if asked for.
#[derive(Debug)]
pub struct Corpus {
    /// Distinct words, in byte order; a word's number is its place.
    pub(super) words: Strings,
    /// Distinct chunks, in byte order.
    pub(super) chunks: Strings,
    shards: Vec<(Sequences, Sequences)>,
    /// Shard and position of each document.
    documents: Vec<(u32, u32)>,
}

/// Lists of numbers, end to end.
#[derive(Debug, Default)]
struct Sequences {
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl Sequences {
    fn range(&self, idx: usize) -> Range<usize> {
        (if idx == 0 { 0 } else { self.ends[idx - 1] })..self.ends[idx]
    }

    fn end(&mut self) {
        self.ends.push(self.numbers.len());
    }
}

/// A part of a corpus, filled by one thread.
#[derive(Debug)]
pub struct CorpusShard {
    has_chunks: bool,
    words: WordNumbers,
    sequences: Sequences,
    chunks: Interner,
    chunk_sequences: Sequences,
}

impl CorpusShard {
    /// Returns an empty shard; `has_chunks` says whether character n-grams will be counted.
    #[must_use]
    pub fn new(has_chunks: bool) -> Self {
        Self {
            has_chunks,
            words: WordNumbers::default(),
            sequences: Sequences::default(),
            chunks: Interner::default(),
            chunk_sequences: Sequences::default(),
        }
    }

    /// Appends a document, the parts of which are read as one text.
    pub fn push<'a>(&mut self, analyzer: &Analyzer, parts: impl Iterator<Item = &'a str>) {
        for part in parts {
            self.words.append(analyzer, part, &mut self.sequences.numbers);
            if self.has_chunks {
                for chunk in self.words.folded().split_whitespace() {
                    self.chunk_sequences.numbers.push(self.chunks.intern(chunk.as_bytes()).0);
                }
            }
        }
        self.sequences.end();
        self.chunk_sequences.end();
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sequences.ends.len()
    }

    /// Whether there are no documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sequences.ends.is_empty()
    }
}

impl Corpus {
    /// The corpus of some texts, each a title (may be absent) and a text, read in parallel.
    #[must_use]
    pub fn new(analyzer: &Analyzer, has_chunks: bool, texts: &[(Option<&str>, &str)]) -> Self {
        let shard_len = texts.len().div_ceil(rayon::current_num_threads()).max(1);
        let shards: Vec<CorpusShard> = texts
            .par_chunks(shard_len)
            .map(|texts| {
                let mut shard = CorpusShard::new(has_chunks);
                for (title, text) in texts {
                    shard.push(analyzer, title.iter().copied().chain([*text]));
                }
                shard
            })
            .collect();
        let order =
            shards.iter().enumerate().flat_map(|(s, shard)| (0..shard.len()).map(move |d| (s, d))).collect();
        Self::from_shards(shards, order)
    }

    /// Puts shards together; `order` gives shard and position of each document.
    ///
    /// # Panics
    /// If there is no such shard or position, once it is looked at.
    #[must_use]
    pub fn from_shards(shards: Vec<CorpusShard>, order: Vec<(usize, usize)>) -> Self {
        let mut words = Vec::with_capacity(shards.len());
        let mut chunks = Vec::with_capacity(shards.len());
        let mut sequences = Vec::with_capacity(shards.len());
        for shard in shards {
            words.push(shard.words.into_words());
            chunks.push(shard.chunks);
            sequences.push((shard.sequences, shard.chunk_sequences));
        }
        let (words, word_ranks) = merge(&words);
        let (chunks, chunk_ranks) = merge(&chunks);
        sequences.par_iter_mut().enumerate().for_each(|(idx, (sequences, chunk_sequences))| {
            for (numbers, ranks) in [(sequences, &word_ranks[idx]), (chunk_sequences, &chunk_ranks[idx])] {
                for number in &mut numbers.numbers {
                    *number = ranks[*number as usize];
                }
            }
        });
        let documents = order.into_iter().map(|(shard, at)| (shard as u32, at as u32)).collect();
        Self { words, chunks, shards: sequences, documents }
    }

    /// The words of a document, in order.
    ///
    /// # Panics
    /// If there is no such document.
    pub(super) fn words_of(&self, document: usize) -> &[u32] {
        let (shard, at) = self.documents[document];
        let (sequences, _) = &self.shards[shard as usize];
        &sequences.numbers[sequences.range(at as usize)]
    }

    /// The chunks of a document, in order.
    ///
    /// # Panics
    /// If there is no such document.
    pub(super) fn chunks_of(&self, document: usize) -> &[u32] {
        let (shard, at) = self.documents[document];
        let (_, sequences) = &self.shards[shard as usize];
        &sequences.numbers[sequences.range(at as usize)]
    }

    /// The number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are no documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The number of words in all documents.
    #[must_use]
    pub fn n_tokens(&self) -> usize {
        self.shards.iter().map(|(sequences, _)| sequences.numbers.len()).sum()
    }
}

/// The strings of all interners in byte order, each once, and for each interner the new number of each of its own.
fn merge(interners: &[Interner]) -> (Strings, Vec<Vec<u32>>) {
    let mut all: Vec<(u64, u32, u32)> = interners
        .iter()
        .enumerate()
        .flat_map(|(idx, interner)| {
            (0..interner.len() as u32)
                .map(move |number| (sort_key(interner.strings().get(number)), idx as u32, number))
        })
        .collect();
    let string = |idx: u32, number: u32| interners[idx as usize].strings().get(number);
    // Most strings differ within their first eight bytes, which are compared as one number.
    all.par_sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| string(a.1, a.2).cmp(string(b.1, b.2))).then_with(|| a.1.cmp(&b.1))
    });
    let mut merged = Strings::default();
    let mut ranks: Vec<Vec<u32>> = interners.iter().map(|interner| vec![0; interner.len()]).collect();
    for (_, idx, number) in all {
        let next = string(idx, number);
        let is_repeat = merged.len().checked_sub(1).is_some_and(|last| merged.get(last as u32) == next);
        let rank = if is_repeat { merged.len() as u32 - 1 } else { merged.push(next) };
        ranks[idx as usize][number as usize] = rank;
    }
    (merged, ranks)
}

/// The first eight bytes as a number that sorts as they do.
fn sort_key(string: &[u8]) -> u64 {
    let mut head = [0; 8];
    let n = string.len().min(8);
    head[..n].copy_from_slice(&string[..n]);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::AnalyzerParams;

    #[test]
    fn shards_do_not_show() {
        let analyzer = AnalyzerParams::default().check().unwrap();
        let texts = ["Talks, talks and a Ship!", "", "a naïve ship talked", "zebra’s talk"];
        let spell = |corpus: &Corpus| -> Vec<Vec<String>> {
            let text = |strings: &Strings, n: u32| String::from_utf8(strings.get(n).to_vec()).unwrap();
            (0..corpus.len())
                .map(|d| {
                    let words = corpus.words_of(d).iter().map(|w| text(&corpus.words, *w));
                    words.chain(corpus.chunks_of(d).iter().map(|c| text(&corpus.chunks, *c))).collect()
                })
                .collect()
        };
        let mut shards = vec![CorpusShard::new(true), CorpusShard::new(true)];
        let mut order = Vec::new();
        for (idx, text) in texts.iter().enumerate() {
            let shard = (idx + 1) % 2;
            order.push((shard, shards[shard].len()));
            shards[shard].push(&analyzer, [*text].into_iter());
        }
        let spread = Corpus::from_shards(shards, order);
        let whole = Corpus::new(&analyzer, true, &texts.map(|text| (None, text)));
        assert_eq!(spell(&spread), spell(&whole));
        assert_eq!(spread.words, whole.words);
        assert_eq!(spell(&whole)[0], ["talk", "talk", "ship", "talks,", "talks", "and", "a", "ship!"]);
        assert_eq!(spell(&whole)[3], ["zebra", "talk", "zebra's", "talk"]);
        assert!(whole.words_of(1).is_empty());
        assert_eq!((whole.len(), whole.is_empty(), whole.n_tokens()), (4, false, 8));
    }

    #[test]
    fn without_documents_there_is_nothing() {
        let analyzer = AnalyzerParams::default().check().unwrap();
        let mut shard = CorpusShard::new(false);
        assert!(shard.is_empty());
        shard.push(&analyzer, [].into_iter());
        assert!(!shard.is_empty());
        let corpus = Corpus::new(&analyzer, true, &[]);
        assert_eq!((corpus.len(), corpus.is_empty(), corpus.n_tokens()), (0, true, 0));
    }

    #[test]
    fn keys_sort_as_first_bytes_do() {
        let sorted = [&b""[..], b"a", b"a\x01", b"abcdefgh", b"abcdefgz", b"b"];
        assert!(sorted.windows(2).all(|pair| sort_key(pair[0]) < sort_key(pair[1])));
        assert_eq!(sort_key(b"abcdefgh"), sort_key(b"abcdefghi"));
    }
}
