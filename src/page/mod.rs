//! Bytes in, a page out: charset, then markup or plain text (told apart by content), then blocks with their exact place
//! in the original bytes, and the page's own word on title, author, date, site and language.
//!
//! Invariants: bad markup gives fewer blocks, never an error; blocks tile the text once, in source order; no recursion
//! on input; time is linear in bytes. Deliberately absent: any opinion on what is body and what is boilerplate.

mod block;
mod charset;
mod date;
mod formatting;
mod html;
mod limits;
mod metadata;
mod plain;
mod span;
mod tag;

pub use block::{Block, Element, ElementKind};
pub use charset::{Charset, CharsetSource};
pub(crate) use date::find as find_date;
pub use formatting::{Formatting, Style, StyledRun};
pub use limits::{Limit, MAX_BLOCKS, MAX_DEPTH, MAX_FINE_BLOCKS, MAX_FINE_ELEMENTS, MAX_PAGE_BYTES};
pub use metadata::Metadata;
pub use span::{SourceMap, Span};
pub use tag::Tag;

use crate::error::{Error, Result};
use crate::text::Language;

/// What the sender of a page said about it, if anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageHints {
    /// The charset label of the transport (`Content-Type`), which outranks the page's own.
    pub charset: Option<String>,
    /// Where the page came from.
    pub url: Option<String>,
    /// The title, where the record has one.
    pub title: Option<String>,
    /// The date, where the record has one.
    pub date: Option<String>,
    /// What the content is, where the record says so; otherwise it is told by content.
    pub format: Option<Format>,
}

/// What the content turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// HTML or XHTML.
    Html,
    /// Text without markup.
    Plain,
}

/// A page, cut into blocks.
#[derive(Debug, Clone)]
pub struct Page {
    /// HTML or plain text.
    pub format: Format,
    /// How the bytes were read.
    pub charset: Charset,
    /// The page's own word on itself.
    pub metadata: Metadata,
    /// The blocks, in source order.
    pub blocks: Vec<Block>,
    /// The elements of the markup, each after its parent; plain text has none.
    pub elements: Vec<Element>,
    /// The bounds that it went beyond, ascending; none for any page but a hostile or a broken one.
    pub limits: Vec<Limit>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_PAGE_BYTES`]; [`Error::NotText`] for binary content; [`Error::EmptyPage`] if no
    /// text is left. Bad markup is no error.
    ///
    /// ```
    /// use nutgraf::{Page, PageHints};
    ///
    /// let bytes = b"<p>Fish &amp; <b>chips</b></p>";
    /// let page = Page::parse(bytes, &PageHints::default())?;
    /// let block = &page.blocks[0];
    /// assert_eq!(block.text, "Fish & chips");
    /// let word = block.source.span(7, 12);
    /// assert_eq!(&bytes[word.start..word.end], b"chips");
    /// # Ok::<(), nutgraf::Error>(())
    /// ```
    pub fn parse(bytes: &[u8], hints: &PageHints) -> Result<Self> {
        if bytes.len() > MAX_PAGE_BYTES {
            return Err(Error::TooLarge { bytes: bytes.len(), limit: MAX_PAGE_BYTES });
        }
        let decoded = charset::decode(bytes, hints.charset.as_deref())?;
        let is_html = match hints.format {
            Some(format) => format == Format::Html,
            None => html::looks_like_html(&decoded.text),
        };
        let mut page = if is_html {
            let document = html::read(&decoded.text);
            let metadata = metadata::of_html(&document, hints);
            Self {
                format: Format::Html,
                charset: decoded.charset,
                metadata,
                blocks: document.blocks,
                elements: document.elements,
                limits: document.limits,
            }
        } else {
            let (blocks, limit) = plain::read(&decoded.text);
            Self {
                format: Format::Plain,
                charset: decoded.charset,
                metadata: metadata::of_plain(&blocks, hints),
                blocks,
                elements: Vec::new(),
                limits: limit.into_iter().collect(),
            }
        };
        if page.blocks.is_empty() {
            return Err(Error::EmptyPage);
        }
        for block in &mut page.blocks {
            block.source.move_to_original(&decoded.offsets);
        }
        block::measure_heading_distance(&mut page.blocks);
        if page.metadata.language.is_none() {
            page.metadata.language = page.detect_language();
        }
        Ok(page)
    }

    /// Returns the plain-text page of some blocks, with what plain text can state of itself. Used to train on markup
    /// pages what they look like as text.
    #[must_use]
    pub fn from_plain_blocks(blocks: Vec<Block>, original: &Self) -> Self {
        let metadata = metadata::of_plain(&blocks, &PageHints::default());
        Self {
            format: Format::Plain,
            charset: original.charset.clone(),
            metadata,
            blocks,
            elements: Vec::new(),
            limits: Vec::new(),
        }
    }

    /// The element of a block and its ancestors, innermost first.
    pub fn path(&self, block: &Block) -> impl Iterator<Item = &Element> {
        self.ancestors(block.element).map(|idx| &self.elements[idx as usize])
    }

    /// An element and its ancestors as indices into [`Self::elements`], innermost first; nothing for `None`.
    pub fn ancestors(&self, element: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(element, |idx| self.elements[*idx as usize].parent)
    }

    /// Edges between the elements of two blocks in the tree: 0 within one element.
    #[must_use]
    pub fn tree_distance(&self, a: &Block, b: &Block) -> usize {
        let (Some(mut a), Some(mut b)) = (a.element, b.element) else {
            return 0;
        };
        let mut edges = 0;
        while a != b {
            // The deeper of the two goes up; parents stand before their children, so both meet at the root at last.
            let deeper = if a > b { &mut a } else { &mut b };
            match self.elements[*deeper as usize].parent {
                Some(parent) => *deeper = parent,
                None => break,
            }
            edges += 1;
        }
        edges
    }

    /// The language of the longer blocks, where running text stands.
    fn detect_language(&self) -> Option<Language> {
        let mut sample = String::new();
        for block in self.blocks.iter().filter(|block| block.n_words >= 12) {
            sample.push_str(&block.text);
            sample.push('\n');
            if sample.len() > 4000 {
                break;
            }
        }
        if sample.is_empty() {
            sample =
                self.blocks.iter().take(20).map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n");
        }
        Language::detect(&sample)
    }
}
