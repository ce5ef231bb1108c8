//! Archives of crawls in, pages with what their servers said of them out.
//!
//! Invariant: any bytes may be read; what is damaged is told by its place and left out, and the rest is read. Memory is bounded
//! by one page.

mod http;
mod warc;

pub use warc::{WarcItem, WarcPage, WarcReader};
