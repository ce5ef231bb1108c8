//! Terms in, sparse TF-IDF rows out; block measures in, dense shape rows out.
//!
//! Invariant: the same documents in the same order give the same rows, bit for bit, at any thread count.

mod csr;
mod tfidf;
mod vocabulary;

pub use csr::Csr;
pub use tfidf::{TfIdf, TfIdfParams};
pub use vocabulary::{Vocabulary, VocabularyBuilder};
