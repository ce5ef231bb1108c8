//! nutgraf reads a saved news page and says what the article is, which way it leans and what its key sentences
//! are, with the evidence and the exact bytes for every claim.
//!
//! The modules stand in the order in which data flows; each uses only those above it (`tests/layers.rs` holds that).
//!
//! ```
//! let reader = nutgraf::Reader::shipped()?;
//! let page = b"<title>Talks resume</title><p>The two ministers met in Oslo on Tuesday and agreed to reopen the \
//!              hotline, a first step towards a wider dialogue on safety at sea.</p>";
//! let reading = reader.read(page, &nutgraf::PageHints::default())?;
//! assert_eq!(reading.title(), Some("Talks resume"));
//! for sentence in &reading.sentences {
//!     println!("{} (bytes {}..{})", sentence.text, sentence.span.start, sentence.span.end);
//! }
//! # Ok::<(), nutgraf::Error>(())
//! ```

#![warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

pub mod error;
pub mod text;
pub mod page;
pub mod archive;
pub mod features;
pub mod bayes;
pub mod dataset;
pub mod evaluate;
pub mod tune;
pub mod model;
pub mod classify;
pub mod body;
pub mod stance;
pub mod summary;
pub mod reading;
pub mod report;

pub use error::{Error, Result};
pub use page::{Page, PageHints, Span};
pub use reading::{Reader, Reading};

/// The README's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
