//! Terms ↔ column indices. Columns stand in the byte order of the terms, so the same set of terms gives the same
//! vocabulary whatever order the documents came in.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::error::{Error, Result};

/// A fixed, sorted set of terms.
///
/// ```
/// use nutgraf::features::Vocabulary;
///
/// let vocabulary = Vocabulary::from_terms(["threat", "dialogu"]);
/// assert_eq!(vocabulary.column("threat"), Some(1));
/// assert_eq!(vocabulary.term(0), "dialogu");
/// assert_eq!(vocabulary.column("unseen"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// All terms, one after the other.
    arena: String,
    /// Term `i` is `arena[ends[i-1]..ends[i]]`.
    ends: Vec<u32>,
    /// Columns by the hash of their terms; the terms themselves stay in the arena, so that opening a model allocates
    /// nothing per term.
    columns: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        self.arena == other.arena && self.ends == other.ends
    }
}

impl Vocabulary {
    /// Returns the vocabulary of the given terms, sorted, each once.
    #[must_use]
    pub fn from_terms<T: AsRef<str>>(terms: impl IntoIterator<Item = T>) -> Self {
        let mut sorted: Vec<T> = terms.into_iter().collect();
        sorted.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
        sorted.dedup_by(|a, b| a.as_ref() == b.as_ref());
        let mut vocabulary = Self::default();
        for term in &sorted {
            vocabulary.push(term.as_ref());
        }
        vocabulary
    }

    fn push(&mut self, term: &str) {
        let column = u32::try_from(self.ends.len()).expect("fewer than 2^32 terms fit in memory");
        self.arena.push_str(term);
        self.ends.push(u32::try_from(self.arena.len()).expect("the terms of a model are under 4 GiB"));
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        let rehash = |column: &u32| hasher.hash_one(slice(arena, ends, *column));
        self.columns.insert_unique(hasher.hash_one(term), column, rehash);
    }

    /// The column of a term, or `None` for a term not seen in training.
    #[must_use]
    pub fn column(&self, term: &str) -> Option<u32> {
        self.columns.find(self.hasher.hash_one(term), |column| self.term(*column) == term).copied()
    }

    /// The term of a column.
    ///
    /// # Panics
    /// If `column` is not below [`Self::len`].
    #[must_use]
    pub fn term(&self, column: u32) -> &str {
        slice(&self.arena, &self.ends, column)
    }

    /// The number of terms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no terms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The terms, each followed by a line feed (no term holds one), for a model file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.arena.len() + self.len());
        for column in 0..self.len() {
            bytes.extend_from_slice(self.term(column as u32).as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }

    /// The inverse of [`Self::to_bytes`]; refuses terms out of order.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let damaged = |what: &str| Error::model("vocabulary", format!("{what}; the file is damaged"));
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("terms are not UTF-8"))?;
        let mut vocabulary = Self { arena: String::with_capacity(text.len()), ..Self::default() };
        let n_terms = memchr::memchr_iter(b'\n', bytes).count();
        vocabulary.ends.reserve(n_terms);
        vocabulary.columns.reserve(n_terms, |_| unreachable!("the table is empty"));
        let mut previous = None;
        for term in text.split_terminator('\n') {
            if previous.is_some_and(|p| p >= term) {
                return Err(damaged("terms are out of order"));
            }
            vocabulary.push(term);
            previous = Some(term);
        }
        Ok(vocabulary)
    }
}

fn slice<'a>(arena: &'a str, ends: &[u32], column: u32) -> &'a str {
    let column = column as usize;
    let start = if column == 0 { 0 } else { ends[column - 1] as usize };
    &arena[start..ends[column] as usize]
}

/// Counts the documents that hold each term, towards a [`Vocabulary`].
#[derive(Debug, Default)]
pub struct VocabularyBuilder {
    /// Document frequency, and the last document that counted, of each term.
    seen: HashMap<Box<str>, (u32, u32)>,
    n_documents: u32,
}

impl VocabularyBuilder {
    /// Counts one document's terms; repeats within the document count once.
    pub fn add_document<'a>(&mut self, terms: impl Iterator<Item = &'a str>) {
        self.n_documents += 1;
        for term in terms {
            match self.seen.get_mut(term) {
                Some((_, last)) if *last == self.n_documents => {}
                Some((frequency, last)) => (*frequency, *last) = (*frequency + 1, self.n_documents),
                None => {
                    self.seen.insert(term.into(), (1, self.n_documents));
                }
            }
        }
    }

    /// The number of documents counted.
    #[must_use]
    pub fn n_documents(&self) -> usize {
        self.n_documents as usize
    }

    /// Returns the terms found in at least `min_documents` documents, and the document frequency of each column. If
    /// more than `max_terms` qualify, the most frequent stay (ties by byte order).
    #[must_use]
    pub fn build(self, min_documents: u32, max_terms: Option<usize>) -> (Vocabulary, Vec<u32>) {
        let mut kept: Vec<(Box<str>, u32)> = self
            .seen
            .into_iter()
            .filter(|(_, (frequency, _))| *frequency >= min_documents)
            .map(|(term, (frequency, _))| (term, frequency))
            .collect();
        kept.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        if let Some(max_terms) = max_terms.filter(|max| kept.len() > *max) {
            kept.sort_by_key(|(_, frequency)| std::cmp::Reverse(*frequency));
            kept.truncate(max_terms);
            kept.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        }
        let frequencies = kept.iter().map(|(_, frequency)| *frequency).collect();
        (Vocabulary::from_terms(kept.into_iter().map(|(term, _)| term)), frequencies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_frequencies_follow_the_columns() {
        let mut builder = VocabularyBuilder::default();
        for document in ["b a b", "b c", "b a"] {
            builder.add_document(document.split(' '));
        }
        let (vocabulary, frequencies) = builder.build(1, None);
        assert_eq!((0..3).map(|c| vocabulary.term(c)).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(frequencies, [2, 3, 1]);
    }

    #[test]
    fn the_most_frequent_terms_stay() {
        let mut builder = VocabularyBuilder::default();
        for document in ["b a", "b c", "b a d"] {
            builder.add_document(document.split(' '));
        }
        let (vocabulary, frequencies) = builder.build(1, Some(3));
        assert_eq!((0..3).map(|c| vocabulary.term(c)).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(frequencies, [2, 3, 1]);
    }

    #[test]
    fn bytes_round_trip_and_disorder_is_refused() {
        let vocabulary = Vocabulary::from_terms(["zeta", "a b", "ärger"]);
        assert_eq!(Vocabulary::from_bytes(&vocabulary.to_bytes()).unwrap(), vocabulary);
        assert!(Vocabulary::from_bytes(b"b\na\n").is_err());
        assert!(Vocabulary::from_bytes(b"\xff\n").is_err());
    }
}
