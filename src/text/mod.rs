//! String in, terms and sentences out: tokens, case folding, stems, stop words, n-grams, sentences, language.
//!
//! Invariant: every token and sentence is a byte range of the text it came from.

mod analyzer;
mod language;
mod quotations;
mod sentences;
mod stop_words;
mod tokens;

pub(crate) use analyzer::fold;
pub use analyzer::{Analyzer, AnalyzerParams, Terms};
pub use language::Language;
pub use quotations::{n_quoted, quotations};
pub use sentences::{Sentence, sentences};
pub(crate) use stop_words::is_stop_word;
pub(crate) use tokens::for_each_token;
pub use tokens::{Token, Tokens, n_words, tokens};
