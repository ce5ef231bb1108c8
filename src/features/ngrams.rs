//! A corpus in, the word n-grams found in enough documents out, with the place of each.
//!
//! Each thread counts the pairs that fall to it by their hash, so that no tables need to be put together. Where the kept
//! n-grams stand is remembered, so that rows are made without looking one of them up again.

use hashbrown::HashTable;
use rayon::prelude::*;

use super::corpus::Corpus;
use super::ngram_table::{mix, pair};
use super::rows::NONE;

/// The n-grams kept so far, shortest first.
#[derive(Debug)]
pub(super) struct NgramCounts {
    /// The column of each word of the corpus, or [`NONE`].
    pub(super) word_columns: Vec<u32>,
    /// `prefix << 32 | word` of each n-gram, by length and then ascending.
    pub(super) pairs: Vec<u64>,
    /// The number of documents that hold each.
    pub(super) frequencies: Vec<u32>,
    n_words: usize,
    /// The place of each document's first word among all words.
    starts: Vec<u32>,
    /// For each length from 2 on, for each thread: place of the first word and column, by place.
    places: Vec<Vec<Places>>,
}

/// Places of first words, ascending, each with an entry's number or a column.
type Places = Vec<(u32, u32)>;

/// An n-gram met while counting.
struct Entry {
    pair: u64,
    frequency: u32,
    /// The document that counted last.
    last: u32,
}

impl NgramCounts {
    /// Begins with words, `n_words` of which have a column.
    ///
    /// # Panics
    /// If the corpus has 2^32 words or more.
    pub(super) fn new(corpus: &Corpus, word_columns: Vec<u32>, n_words: usize) -> Self {
        let mut starts = Vec::with_capacity(corpus.len());
        let mut start = 0_u32;
        for document in 0..corpus.len() {
            starts.push(start);
            let n = u32::try_from(corpus.words_of(document).len()).expect("a document has under 2^32 words");
            start = start.checked_add(n).expect("a corpus that fits in memory has under 2^32 words");
        }
        let (pairs, frequencies, places) = (Vec::new(), Vec::new(), Vec::new());
        Self { word_columns, pairs, frequencies, n_words, starts, places }
    }

    /// Counts the n-grams of n words, which must be one more than those counted last, and keeps those in enough documents.
    pub(super) fn count(&mut self, n: usize, min_documents: u32, corpus: &Corpus) {
        let n_parts = rayon::current_num_threads();
        let parts: Vec<(Vec<Entry>, Places)> =
            (0..n_parts).into_par_iter().map(|part| self.count_part(n, (part, n_parts), corpus)).collect();
        // Pair, part and number of each kept entry; a pair is in one part alone.
        let mut kept: Vec<(u64, u32, u32)> = Vec::new();
        for (part, (entries, _)) in parts.iter().enumerate() {
            let frequent = entries.iter().enumerate().filter(|(_, entry)| entry.frequency >= min_documents);
            kept.extend(frequent.map(|(number, entry)| (entry.pair, part as u32, number as u32)));
        }
        kept.par_sort_unstable();
        let mut columns: Vec<Vec<u32>> = parts.iter().map(|(entries, _)| vec![NONE; entries.len()]).collect();
        for (pair, part, number) in kept {
            columns[part as usize][number as usize] = (self.n_words + self.pairs.len()) as u32;
            self.pairs.push(pair);
            self.frequencies.push(parts[part as usize].0[number as usize].frequency);
        }
        let places = parts
            .into_par_iter()
            .zip(&columns)
            .map(|((_, mut places), columns)| {
                places.iter_mut().for_each(|(_, entry)| *entry = columns[*entry as usize]);
                places.retain(|(_, column)| *column != NONE);
                places.shrink_to_fit();
                places
            })
            .collect();
        self.places.push(places);
    }

    /// The n-grams whose hash falls to a part, and the place and entry of each of their occurrences.
    fn count_part(&self, n: usize, (part, n_parts): (usize, usize), corpus: &Corpus) -> (Vec<Entry>, Places) {
        let mut table: HashTable<u32> = HashTable::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut places = Vec::new();
        let (mut words, mut prefixes) = (Vec::new(), Vec::new());
        let mut cursors = self.cursors(0);
        for document in 0..corpus.len() {
            words.clear();
            words.extend(corpus.words_of(document).iter().map(|word| self.word_columns[*word as usize]));
            match n {
                2 => prefixes.clone_from(&words),
                _ => cursors.prefixes(n - 1, words.len(), &mut prefixes),
            }
            let start = self.starts[document];
            for (at, (prefix, word)) in prefixes.iter().zip(words.iter().skip(n - 1)).enumerate() {
                let pair = pair(*prefix, *word);
                let hash = mix(pair);
                if *prefix == NONE
                    || *word == NONE
                    || (n_parts > 1 && (hash >> 32) as usize % n_parts != part)
                {
                    continue;
                }
                let found = table.entry(
                    hash,
                    |entry| entries[*entry as usize].pair == pair,
                    |entry| mix(entries[*entry as usize].pair),
                );
                let number = *found.or_insert(entries.len() as u32).get();
                if number as usize == entries.len() {
                    entries.push(Entry { pair, frequency: 0, last: u32::MAX });
                }
                let entry = &mut entries[number as usize];
                entry.frequency += u32::from(entry.last != document as u32);
                entry.last = document as u32;
                places.push((start + at as u32, number));
            }
        }
        (entries, places)
    }

    /// Cursors that stand at a document.
    pub(super) fn cursors(&self, document: usize) -> Cursors<'_> {
        let start = self.starts.get(document).copied().unwrap_or(0);
        let at = |places: &Places| places.partition_point(|(place, _)| *place < start);
        let next = self.places.iter().map(|parts| parts.iter().map(at).collect()).collect();
        Cursors { counts: self, start, next }
    }
}

/// Walks through the places of n-grams, document by document.
#[derive(Debug)]
pub(super) struct Cursors<'a> {
    counts: &'a NgramCounts,
    /// The place of the next document's first word.
    start: u32,
    /// The next entry of each list of places.
    next: Vec<Vec<usize>>,
}

impl Cursors<'_> {
    /// Puts the column of the n-gram that starts at each of the next document's words into `prefixes`, and moves on to the
    /// document after it.
    fn prefixes(&mut self, n: usize, n_words: usize, prefixes: &mut Vec<u32>) {
        self.scatter(n, n_words, prefixes);
        self.start += n_words as u32;
    }

    fn scatter(&mut self, n: usize, n_words: usize, prefixes: &mut Vec<u32>) {
        prefixes.clear();
        prefixes.resize(n_words, NONE);
        for (next, places) in self.next[n - 2].iter_mut().zip(&self.counts.places[n - 2]) {
            while let Some((place, column)) = places.get(*next) {
                // A place of this document; unsigned, so that none before it can pass.
                let Some(slot) = prefixes.get_mut(place.wrapping_sub(self.start) as usize) else { break };
                *slot = *column;
                *next += 1;
            }
        }
    }

    /// Calls `add` with the column of each n-gram of the next document, which has `n_words` words, by length and place.
    pub(super) fn for_each_ngram(
        &mut self,
        n_words: usize,
        prefixes: &mut Vec<u32>,
        mut add: impl FnMut(u32),
    ) {
        for n in 2..self.next.len() + 2 {
            self.scatter(n, n_words, prefixes);
            prefixes.iter().filter(|column| **column != NONE).for_each(|column| add(*column));
        }
        self.start += n_words as u32;
    }
}
