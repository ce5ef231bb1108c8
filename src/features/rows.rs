//! What the rows of texts are made with: n-grams of a sequence of words, character n-grams of a chunk, counts by column.

use super::forms::{FormCache, Forms};
use super::strings::Interner;
use super::{CharNgrams, Lexicon};

/// No column: a word that the lexicon lacks. It takes part in no n-gram.
pub(super) const NONE: u32 = u32::MAX;

/// What becomes of a form that is no word: it does not part the words beside it.
pub(super) const DROPPED: u32 = u32::MAX - 1;

/// Calls `add` with the column of each known n-gram of two words or more, and the places of its first and last word.
pub(super) fn for_each_ngram(
    lexicon: &Lexicon,
    words: &[u32],
    max_ngram: usize,
    prefixes: &mut Vec<u32>,
    mut add: impl FnMut(u32, usize, usize),
) {
    if max_ngram < 2 {
        return;
    }
    prefixes.clear();
    prefixes.extend_from_slice(words);
    for n in 2..=max_ngram {
        for (first, (prefix, word)) in prefixes.iter_mut().zip(words.iter().skip(n - 1)).enumerate() {
            let is_known = *prefix != NONE && *word != NONE;
            let column = if is_known { lexicon.ngram(*prefix, *word) } else { None };
            *prefix = column.unwrap_or(NONE);
            if let Some(column) = column {
                add(column, first, first + n - 1);
            }
        }
    }
}

/// Calls `add` with each character n-gram of a chunk padded by a blank at either end, and the bytes of the chunk that it
/// covers. `padded` is reused.
pub(super) fn for_each_char_ngram(
    chunk: &str,
    chars: CharNgrams,
    padded: &mut String,
    mut add: impl FnMut(&str, usize, usize),
) {
    padded.clear();
    padded.push(' ');
    padded.push_str(chunk);
    padded.push(' ');
    for (from, _) in padded.char_indices() {
        let mut ends =
            padded[from..].char_indices().map(|(at, c)| from + at + c.len_utf8()).skip(chars.min - 1);
        for _ in chars.min..=chars.max {
            let Some(to) = ends.next() else { break };
            // A place in the padded chunk is one byte behind its place in the chunk.
            add(&padded[from..to], from.saturating_sub(1), (to - 1).min(chunk.len()));
        }
    }
}

/// Counts by column, set back in time that grows with what was counted.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: Vec<u32>,
    /// The first `n_touched` are columns with a count.
    touched: Vec<u32>,
    n_touched: usize,
}

impl Counter {
    /// Makes room for columns below `n`.
    pub(super) fn reserve(&mut self, n: usize) {
        if self.counts.len() < n {
            // All are 0 between texts.
            self.counts = vec![0; n];
            self.touched = vec![0; n + 1];
        }
    }

    /// Without a branch, since whether a column is new cannot be foretold.
    #[inline]
    pub(super) fn add(&mut self, column: u32) {
        let count = &mut self.counts[column as usize];
        self.touched[self.n_touched] = column;
        self.n_touched += usize::from(*count == 0);
        *count += 1;
    }

    /// Calls `take` with each column and its count, in the order in which they first came, and sets all back.
    pub(super) fn drain(&mut self, mut take: impl FnMut(u32, u32)) {
        for column in &self.touched[..self.n_touched] {
            take(*column, std::mem::take(&mut self.counts[*column as usize]));
        }
        self.n_touched = 0;
    }
}

/// What is reused from text to text of one vectoriser.
#[derive(Debug, Default)]
pub struct RowScratch {
    /// The row made last: distinct columns with their values.
    pub row: Vec<(u32, f32)>,
    pub(super) folded: String,
    pub(super) forms: Forms,
    pub(super) words: Vec<u32>,
    pub(super) prefixes: Vec<u32>,
    pub(super) counter: Counter,
    /// The column of each word form met, [`NONE`] for a word without one, or [`DROPPED`].
    pub(super) cache: FormCache,
    pub(super) chunks: ChunkCache,
}

/// Entries of a cache; beyond it the cache starts anew, so that memory does not grow with a corpus.
pub(super) const MAX_CACHED: usize = 200_000;

/// The columns of the character n-grams of each chunk met, and the chunks of the text at hand.
#[derive(Debug, Default)]
pub(super) struct ChunkCache {
    chunks: Interner,
    columns: Vec<u32>,
    ends: Vec<usize>,
    text: Vec<u32>,
}

impl ChunkCache {
    /// Begins a text.
    pub(super) fn begin(&mut self) {
        self.text.clear();
        if self.chunks.len() >= MAX_CACHED || self.columns.len() >= 32 * MAX_CACHED {
            self.chunks.clear();
            self.columns.clear();
            self.ends.clear();
        }
    }

    pub(super) fn push(&mut self, chunk: &str, append_columns: impl FnOnce(&mut Vec<u32>)) {
        let (number, is_new) = self.chunks.intern(chunk.as_bytes());
        if is_new {
            append_columns(&mut self.columns);
            self.ends.push(self.columns.len());
        }
        self.text.push(number);
    }

    pub(super) fn for_each_column(&self, mut call: impl FnMut(u32)) {
        for number in &self.text {
            let number = *number as usize;
            let start = if number == 0 { 0 } else { self.ends[number - 1] };
            self.columns[start..self.ends[number]].iter().for_each(|column| call(*column));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_ngrams_are_of_the_padded_chunk() {
        let mut found = Vec::new();
        for_each_char_ngram("né", CharNgrams { min: 2, max: 3 }, &mut String::new(), |ngram, start, end| {
            found.push((ngram.to_owned(), start, end));
        });
        let expected = [(" n", 0, 1), (" né", 0, 3), ("né", 0, 3), ("né ", 0, 3), ("é ", 1, 3)];
        assert_eq!(found, expected.map(|(ngram, start, end)| (ngram.to_owned(), start, end)));
    }
}
