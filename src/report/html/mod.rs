//! A reading, a corpus of them or an evaluation in, one HTML file out: no script, no network, nothing beside it.

mod article;
mod chart;
mod corpus;
mod evaluation;
mod marks;
mod shell;
mod writer;

pub use article::{ArticleView, Counter, Provenance, article_html};
pub use corpus::{CorpusEntry, CorpusOrder, CorpusView, corpus_html};
pub use evaluation::evaluation_html;
