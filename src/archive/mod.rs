//! Archives of crawls and pages saved with all their parts in, pages with what is said of them there out.
//!
//! Invariant: any bytes may be read; what is damaged is told by its place and left out, and the rest is read. Memory is bounded
//! by one page.

mod compression;
mod http;
mod mhtml;
mod packing;
mod warc;

pub use compression::Compression;
pub use mhtml::MhtmlPage;
pub use warc::{WarcItem, WarcPage, WarcReader};
