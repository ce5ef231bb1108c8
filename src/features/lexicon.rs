//! Words, word n-grams and character n-grams ↔ columns.
//!
//! An n-gram is a pair: the column of its first n − 1 words and its last word. So one look-up of two numbers finds an
//! n-gram of any length, and no n-gram is ever spelt out in memory. Columns stand in the order of words, then pairs, then
//! triples, each by the columns of their parts, then character n-grams by their bytes. Words come by the number of their
//! documents in a model, and by their bytes where lexicons are to be united.

use bytes::Bytes;
use rayon::prelude::*;

use super::forms::Forms;
use super::ngram_table::{NgramTable, pair};
use super::string_table::{STRING_ARRAYS, StringTable};
use crate::error::Result;

/// A fixed set of terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexicon {
    words: StringTable,
    ngrams: NgramTable,
    chars: StringTable,
}

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// A word.
    Word,
    /// Two words or more.
    Ngram,
    /// A run of characters within a word, its ends marked by blanks.
    Chars,
}

impl Lexicon {
    /// The lexicon of words, ascending pairs and character n-grams in byte order, each once.
    pub(crate) fn new<'a>(
        words: impl ExactSizeIterator<Item = &'a [u8]>,
        pairs: &[u64],
        chars: impl ExactSizeIterator<Item = &'a [u8]>,
    ) -> Self {
        Self {
            words: StringTable::new(words),
            ngrams: NgramTable::new(pairs),
            chars: StringTable::new(chars),
        }
    }

    /// The lexicon of a model file; `array` gives an array by name.
    ///
    /// # Errors
    /// [`Error::Model`] if an array is missing or they do not fit each other.
    pub(crate) fn from_arrays(array: impl Fn(&str) -> Result<Bytes>) -> Result<Self> {
        let table = |name: &str| -> Result<StringTable> {
            let [text, ends, slots] = STRING_ARRAYS.map(|part| array(&format!("lexicon.{name}.{part}")));
            StringTable::from_arrays([text?, ends?, slots?])
        };
        Ok(Self { words: table("words")?, ngrams: NgramTable::from_arrays(&array)?, chars: table("chars")? })
    }

    /// The arrays for a model file, by name.
    pub(crate) fn arrays(&self) -> Vec<(String, Bytes)> {
        let mut arrays = Vec::new();
        for (name, table) in [("words", &self.words), ("chars", &self.chars)] {
            let named = STRING_ARRAYS.map(|part| format!("lexicon.{name}.{part}"));
            arrays.extend(named.into_iter().zip(table.arrays()));
        }
        arrays.extend(self.ngrams.arrays().map(|(name, bytes)| (name.to_owned(), bytes)));
        arrays
    }

    /// The columns of the first n − 1 words and of the last word of an n-gram; `None` for any other term.
    pub(crate) fn parts(&self, column: u32) -> Option<(u32, u32)> {
        let number = column.checked_sub(self.n_words() as u32)? as usize;
        (number < self.ngrams.len()).then(|| {
            let pair = self.ngrams.at(number);
            ((pair >> 32) as u32, pair as u32)
        })
    }

    /// The same terms with the words in another order, of which `words` gives the columns, and the column that each of its
    /// columns has here.
    pub(crate) fn reordered(&self, words: &[u32]) -> (Self, Vec<u32>) {
        let mut columns = words.to_vec();
        let mut renumbered = vec![0; self.first_chars() as usize];
        words.iter().enumerate().for_each(|(new, old)| renumbered[*old as usize] = new as u32);
        let mut pairs = Vec::with_capacity(self.ngrams.len());
        while pairs.len() < self.ngrams.len() {
            // The n-grams of one length more, whose prefixes have their new columns.
            let done = columns.len();
            let mut level: Vec<(u64, u32)> = (done as u32..self.first_chars())
                .map_while(|column| {
                    let (prefix, word) =
                        self.parts(column).filter(|(prefix, _)| (*prefix as usize) < done)?;
                    Some((pair(renumbered[prefix as usize], renumbered[word as usize]), column))
                })
                .collect();
            level.par_sort_unstable();
            for (pair, column) in level {
                renumbered[column as usize] = columns.len() as u32;
                columns.push(column);
                pairs.push(pair);
            }
            assert!(columns.len() > done, "the prefix of an n-gram stands before it");
        }
        let word = |column: &u32| self.words.get(*column).as_bytes();
        let chars = (0..self.chars.len() as u32).map(|number| self.chars.get(number).as_bytes());
        let lexicon = Self::new(words.iter().map(word), &pairs, chars);
        columns.extend(self.first_chars()..self.len() as u32);
        (lexicon, columns)
    }

    /// The terms of both lexicons, which have their words in byte order, and where each column of either is among them.
    pub(crate) fn union(&self, other: &Self) -> (Self, Vec<u32>, Vec<u32>) {
        let mut columns = [Vec::with_capacity(self.len()), Vec::with_capacity(other.len())];
        let words = merge_strings(&self.words, &other.words, 0, &mut columns);
        // Columns keep their order in the union, so both lists of pairs stay ascending, and the parts of the next pair of
        // either list have their column already.
        let mut pairs: Vec<u64> = Vec::new();
        let mut next = [0, 0];
        loop {
            let at = |side: usize| {
                let list = [&self.ngrams, &other.ngrams][side];
                (next[side] < list.len()).then(|| {
                    let found = list.at(next[side]);
                    pair(columns[side][(found >> 32) as usize], columns[side][found as u32 as usize])
                })
            };
            let heads = [at(0), at(1)];
            let Some(least) = heads.into_iter().flatten().min() else { break };
            for side in [0, 1] {
                if heads[side] == Some(least) {
                    columns[side].push((words.len() + pairs.len()) as u32);
                    next[side] += 1;
                }
            }
            pairs.push(least);
        }
        let chars = merge_strings(&self.chars, &other.chars, words.len() + pairs.len(), &mut columns);
        let bytes = |strings: &[String]| strings.iter().map(|s| s.clone().into_bytes()).collect::<Vec<_>>();
        let (words, chars) = (bytes(&words), bytes(&chars));
        let union = Self::new(words.iter().map(Vec::as_slice), &pairs, chars.iter().map(Vec::as_slice));
        let [own, others] = columns;
        (union, own, others)
    }

    /// The lexicon of the terms that `keep` names by column and of what they are made of, and the column that each of its
    /// columns has here.
    pub(crate) fn select(&self, keep: &[bool]) -> (Self, Vec<u32>) {
        let mut keep = keep.to_vec();
        // From the longest n-grams on, so that the parts of parts are kept too.
        for column in (self.n_words() as u32..self.first_chars()).rev() {
            if let Some((prefix, word)) = self.parts(column).filter(|_| keep[column as usize]) {
                keep[prefix as usize] = true;
                keep[word as usize] = true;
            }
        }
        let columns: Vec<u32> = (0..self.len() as u32).filter(|column| keep[*column as usize]).collect();
        let mut renumbered = vec![0; self.len()];
        columns.iter().enumerate().for_each(|(new, old)| renumbered[*old as usize] = new as u32);
        let of_kind = |kind| columns.iter().copied().filter(move |column| self.kind(*column) == kind);
        let pairs: Vec<u64> = of_kind(TermKind::Ngram)
            .filter_map(|column| self.parts(column))
            .map(|(prefix, word)| pair(renumbered[prefix as usize], renumbered[word as usize]))
            .collect();
        let words: Vec<&[u8]> =
            of_kind(TermKind::Word).map(|column| self.words.get(column).as_bytes()).collect();
        let chars: Vec<&[u8]> = of_kind(TermKind::Chars)
            .map(|column| self.chars.get(column - self.first_chars()).as_bytes())
            .collect();
        (Self::new(words.into_iter(), &pairs, chars.into_iter()), columns)
    }

    /// The column of a word, or `None`.
    #[must_use]
    pub fn word(&self, word: &str) -> Option<u32> {
        self.word_of(word.as_bytes())
    }

    pub(super) fn word_of(&self, word: &[u8]) -> Option<u32> {
        self.words.find(word)
    }

    /// Appends the column of each form of a text that is a word; for others what `absent` says.
    pub(super) fn append_columns(
        &self,
        text: (&Forms, &str),
        columns: &mut Vec<u32>,
        absent: impl Fn(&str) -> u32,
    ) {
        self.words.append_numbers(text, columns, absent);
    }

    /// The column of the n-gram that a word makes with the n − 1 words before it, or `None`.
    #[must_use]
    pub fn ngram(&self, prefix: u32, word: u32) -> Option<u32> {
        Some(self.n_words() as u32 + self.ngrams.find(pair(prefix, word))?)
    }

    /// The column of a character n-gram, or `None`.
    #[must_use]
    pub fn chars(&self, ngram: &str) -> Option<u32> {
        Some(self.chars.find(ngram.as_bytes())? + self.first_chars())
    }

    /// The column of a term as [`Self::term`] writes it, or `None`.
    #[must_use]
    pub fn column(&self, term: &str) -> Option<u32> {
        if let Some(inner) = term.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›')) {
            return self.chars(inner);
        }
        let mut words = term.split(' ').map(|word| self.word(word));
        let first = words.next()??;
        words.try_fold(first, |prefix, word| self.ngram(prefix, word?))
    }

    /// The term of a column: a word, words parted by blanks, or characters between ‹ and ›.
    ///
    /// # Panics
    /// If `column` is not below [`Self::len`].
    #[must_use]
    pub fn term(&self, column: u32) -> String {
        match self.kind(column) {
            TermKind::Word => self.words.get(column).to_owned(),
            TermKind::Chars => format!("‹{}›", self.chars.get(column - self.first_chars())),
            TermKind::Ngram => {
                let mut words = Vec::new();
                let mut rest = column;
                // A prefix stands before its n-gram in the order of columns; a damaged file's may not, and ends the loop.
                while let Some(number) = rest.checked_sub(self.n_words() as u32) {
                    let pair = self.ngrams.at(number as usize);
                    words.push(self.words.get(pair as u32));
                    let prefix = (pair >> 32) as u32;
                    if prefix >= rest {
                        break;
                    }
                    rest = prefix;
                }
                words.push(self.words.get(rest));
                words.reverse();
                words.join(" ")
            }
        }
    }

    /// What a column stands for.
    #[must_use]
    pub fn kind(&self, column: u32) -> TermKind {
        if (column as usize) < self.n_words() {
            TermKind::Word
        } else if column < self.first_chars() {
            TermKind::Ngram
        } else {
            TermKind::Chars
        }
    }

    /// The number of words.
    #[must_use]
    pub fn n_words(&self) -> usize {
        self.words.len()
    }

    /// The column of the first character n-gram.
    fn first_chars(&self) -> u32 {
        (self.words.len() + self.ngrams.len()) as u32
    }

    /// The number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len() + self.ngrams.len() + self.chars.len()
    }

    /// Whether there are no terms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The strings of two tables in byte order, each once; appends where each of either is, counted from `first`.
fn merge_strings(a: &StringTable, b: &StringTable, first: usize, columns: &mut [Vec<u32>; 2]) -> Vec<String> {
    let mut merged = Vec::new();
    let mut next = [0, 0];
    loop {
        let at = |side: usize| {
            let table = [a, b][side];
            ((next[side] as usize) < table.len()).then(|| table.get(next[side]))
        };
        let heads = [at(0), at(1)];
        let Some(least) = heads.into_iter().flatten().min() else { return merged };
        for side in [0, 1] {
            if heads[side] == Some(least) {
                columns[side].push((first + merged.len()) as u32);
                next[side] += 1;
            }
        }
        merged.push(least.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_columns_are_inverse() {
        let words: [&[u8]; 3] = [b"dialogue", b"of", b"peace"];
        // "dialogue of", "of peace", "dialogue of peace": the last one's prefix is the first pair, column 3.
        let pairs = [pair(0, 1), pair(1, 2), pair(3, 2)];
        let lexicon = Lexicon::new(words.into_iter(), &pairs, [b" pe".as_slice()].into_iter());
        let terms: Vec<String> = (0..lexicon.len() as u32).map(|column| lexicon.term(column)).collect();
        assert_eq!(
            terms,
            ["dialogue", "of", "peace", "dialogue of", "of peace", "dialogue of peace", "‹ pe›"]
        );
        for (column, term) in terms.iter().enumerate() {
            assert_eq!(lexicon.column(term), Some(column as u32), "{term}");
        }
        assert_eq!(lexicon.column("peace of"), None);
        assert_eq!(lexicon.column("war"), None);
        assert_eq!(lexicon.kind(5), TermKind::Ngram);
        let arrays: std::collections::BTreeMap<String, Bytes> = lexicon.arrays().into_iter().collect();
        let again = Lexicon::from_arrays(|name| Ok(arrays[name].clone())).unwrap();
        assert_eq!(again, lexicon);
    }

    #[test]
    fn reordering_changes_columns_alone() {
        let words: [&[u8]; 3] = [b"dialogue", b"of", b"peace"];
        let pairs = [pair(0, 1), pair(1, 2), pair(3, 2)];
        let lexicon = Lexicon::new(words.into_iter(), &pairs, [b" pe".as_slice()].into_iter());
        let (reordered, columns) = lexicon.reordered(&[2, 1, 0]);
        assert_eq!(columns, [2, 1, 0, 4, 3, 5, 6]);
        for (new, old) in columns.iter().enumerate() {
            assert_eq!(reordered.term(new as u32), lexicon.term(*old));
        }
        assert_eq!(reordered.reordered(&[2, 1, 0]).0, lexicon);
    }
}
