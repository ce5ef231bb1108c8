//! A corpus in, the number of documents that hold each word or character n-gram out.

use rayon::prelude::*;

use super::CharNgrams;
use super::corpus::Corpus;
use super::rows::for_each_char_ngram;
use super::strings::{Interner, Strings};

/// A chunk as text.
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("chunks were cut from text")
}

/// Lists of numbers, end to end.
#[derive(Debug, Default)]
pub(super) struct Lists {
    columns: Vec<u32>,
    ends: Vec<usize>,
}

impl Lists {
    /// List `number`.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        &self.columns[if number == 0 { 0 } else { self.ends[number - 1] }..self.ends[number]]
    }
}

impl From<Vec<Vec<u32>>> for Lists {
    fn from(lists: Vec<Vec<u32>>) -> Self {
        let ends = lists
            .iter()
            .scan(0, |end, list| {
                *end += list.len();
                Some(*end)
            })
            .collect();
        Self { columns: lists.concat(), ends }
    }
}

/// The number of documents that hold each number of `0..n`, where `numbers` calls its argument with a document's.
fn document_frequencies(
    n: usize,
    n_documents: usize,
    numbers: impl Fn(usize, &mut dyn FnMut(&[u32])) + Sync,
) -> Vec<u32> {
    let documents: Vec<usize> = (0..n_documents).collect();
    let parts: Vec<Vec<u32>> = documents
        .par_chunks(n_documents.div_ceil(rayon::current_num_threads()).max(1))
        .map(|documents| {
            let mut frequencies = vec![0; n];
            let mut last = vec![u32::MAX; n];
            for document in documents {
                let stamp = *document as u32;
                numbers(*document, &mut |numbers| {
                    for number in numbers {
                        let last = &mut last[*number as usize];
                        frequencies[*number as usize] += u32::from(*last != stamp);
                        *last = stamp;
                    }
                });
            }
            frequencies
        })
        .collect();
    let mut sum = vec![0; n];
    for part in parts {
        sum.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
    sum
}

/// The number of documents that hold each word.
pub(super) fn count_words(corpus: &Corpus) -> Vec<u32> {
    document_frequencies(corpus.words.len(), corpus.len(), |document, count| count(corpus.words_of(document)))
}

/// The character n-grams in enough documents, in byte order; their frequencies are appended.
pub(super) fn count_chars(
    chars: CharNgrams,
    min_documents: u32,
    corpus: &Corpus,
    frequencies: &mut Vec<u32>,
) -> Strings {
    let mut ngrams = Interner::default();
    let mut padded = String::new();
    let lists: Vec<Vec<u32>> = (0..corpus.chunks.len() as u32)
        .map(|number| {
            let mut list = Vec::new();
            for_each_char_ngram(text(corpus.chunks.get(number)), chars, &mut padded, |ngram, _, _| {
                list.push(ngrams.intern(ngram.as_bytes()).0);
            });
            list
        })
        .collect();
    let lists = Lists::from(lists);
    let all = document_frequencies(ngrams.len(), corpus.len(), |document, count| {
        for chunk in corpus.chunks_of(document) {
            count(lists.of(*chunk));
        }
    });
    let mut kept: Vec<u32> = (0..ngrams.len() as u32).filter(|n| all[*n as usize] >= min_documents).collect();
    kept.par_sort_unstable_by(|a, b| ngrams.strings().get(*a).cmp(ngrams.strings().get(*b)));
    let mut sorted = Strings::default();
    for number in kept {
        sorted.push(ngrams.strings().get(number));
        frequencies.push(all[number as usize]);
    }
    sorted
}
