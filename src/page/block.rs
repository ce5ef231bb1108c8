//! What a block is: a stretch of text between two boundaries of the layout, its element and its measures.

use super::formatting::Formatting;
use super::span::{SourceMap, Span};
use super::tag::Tag;

/// An element of the markup that parts blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub tag: Tag,
    /// The element around it, as an index into `Page::elements`; always smaller than its own.
    pub parent: Option<u32>,
    /// The values of its `class`, `id`, `role` and `itemprop`, parted by spaces.
    pub attributes: String,
    /// Whether it or an element around it is not displayed (`hidden`, `display:none`).
    pub is_hidden: bool,
}

/// What kind of element holds a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ElementKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// `p`, or a paragraph of plain text.
    Paragraph,
    /// `li`, `dd`, `dt`, or a line of plain text after a bullet.
    ListItem,
    /// A cell or the caption of a table.
    TableCell,
    /// Anything within `blockquote`.
    Quote,
    /// `figcaption`.
    Caption,
    /// `pre`.
    Preformatted,
    /// A `div` or any other element.
    Generic,
}

impl ElementKind {
    /// The kind that an element's own name gives it.
    pub(super) fn of_tag(tag: Tag) -> Self {
        match tag {
            tag if tag.heading_level().is_some() => Self::Heading(tag.heading_level().unwrap_or(1)),
            Tag::LI | Tag::DD | Tag::DT => Self::ListItem,
            Tag::TD | Tag::TH | Tag::CAPTION => Self::TableCell,
            Tag::BLOCKQUOTE => Self::Quote,
            Tag::FIGCAPTION => Self::Caption,
            Tag::PRE => Self::Preformatted,
            Tag::P => Self::Paragraph,
            _ => Self::Generic,
        }
    }
}

/// A stretch of text between two boundaries of the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The text: white space collapsed to single spaces, trimmed, character references decoded; never empty.
    pub text: String,
    /// Where each byte of the text came from.
    pub source: SourceMap,
    /// Links, bold, italics, code and line breaks within it.
    pub formatting: Formatting,
    /// The kind of element.
    pub kind: ElementKind,
    /// The innermost element that parts blocks, as an index into `Page::elements`; plain text has none.
    pub element: Option<u32>,
    /// The number of word tokens.
    pub n_words: usize,
    /// The blocks that were joined in it: 1 but on a page of more than [`super::MAX_FINE_BLOCKS`].
    pub n_joined: usize,
    /// The number of links that hold text.
    pub n_links: usize,
    /// Bytes of text within links, white space left out.
    pub link_bytes: usize,
    /// Bytes of text within bold or emphasised elements, white space left out.
    pub emphasis_bytes: usize,
    /// Whether the block is not displayed.
    pub is_hidden: bool,
    /// Blocks since the last heading (0 for a heading itself), or `None` before the first.
    pub heading_distance: Option<usize>,
}

impl Block {
    /// The bytes of the original file, from the first character of the text to the last.
    #[must_use]
    pub fn span(&self) -> Span {
        self.source.whole()
    }

    /// Words of each of the blocks that were joined in it, on average: what is told by the length of a block is told by this.
    #[must_use]
    pub fn words_each(&self) -> usize {
        self.n_words.div_ceil(self.n_joined.max(1))
    }

    /// The block as it would be if its text alone had been saved.
    #[must_use]
    pub fn without_markup(&self) -> Self {
        let kind = match self.kind {
            ElementKind::ListItem => ElementKind::ListItem,
            _ => ElementKind::Paragraph,
        };
        let (element, heading_distance) = (None, None);
        Self {
            kind,
            element,
            n_links: 0,
            link_bytes: 0,
            emphasis_bytes: 0,
            is_hidden: false,
            heading_distance,
            formatting: Formatting::default(),
            ..self.clone()
        }
    }

    /// The share of the text that stands in links, from 0 to 1.
    #[must_use]
    pub fn link_density(&self) -> f64 {
        share(self.link_bytes, &self.text)
    }

    /// The share of the text that is bold or emphasised, from 0 to 1.
    #[must_use]
    pub fn emphasis_density(&self) -> f64 {
        share(self.emphasis_bytes, &self.text)
    }
}

fn share(bytes: usize, text: &str) -> f64 {
    let all = text.bytes().filter(|b| *b != b' ').count();
    (bytes as f64 / all.max(1) as f64).min(1.0)
}

/// Sets every block's distance to the last heading before it.
pub(super) fn measure_heading_distance(blocks: &mut [Block]) {
    let mut distance = None;
    for block in blocks {
        distance = match block.kind {
            ElementKind::Heading(_) => Some(0),
            _ => distance.map(|d: usize| d + 1),
        };
        block.heading_distance = distance;
    }
}
