//! Terms in, sparse rows out; block measures in, dense shape rows out.
//!
//! Invariant: the same documents give the same rows, bit for bit, at any thread count.

pub(crate) mod arrays;
mod corpus;
mod csr;
mod forms;
mod frequencies;
mod keyness;
mod lexicon;
mod ngram_table;
mod ngrams;
mod params;
mod rows;
mod string_table;
mod strings;
mod vectorizer;
mod vocabulary;
mod word_numbers;

pub use corpus::{Corpus, CorpusShard};
pub use csr::Csr;
pub(crate) use csr::{Csc, unit_sum};
pub use keyness::{KeyWord, Keyness};
pub use lexicon::{Lexicon, TermKind};
pub use params::{CharNgrams, VectorizerParams, Weighting};
pub use rows::RowScratch;
pub(crate) use strings::hash;
pub use vectorizer::Vectorizer;
pub use vocabulary::{Vocabulary, VocabularyBuilder};
pub(crate) use word_numbers::WordNumbers;
