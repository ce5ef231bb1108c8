//! A reading in, one HTML file out: no script, no network, nothing beside it.

mod article;
mod marks;
mod writer;

pub use article::{ArticleView, Counter, Provenance, article_html};
