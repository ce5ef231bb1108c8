//! The bounds of the page reader, and which of them a page met.

use serde::Serialize;

/// A bound that a page went beyond: all its text is kept, but in less detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Limit {
    /// Elements deeper than [`MAX_DEPTH`] were taken for the last one above.
    Depth,
    /// Of more than [`MAX_FINE_ELEMENTS`] elements, like children of an element were taken for one.
    Elements,
    /// Of more than [`MAX_FINE_BLOCKS`] blocks, neighbours were joined.
    Blocks,
}

impl Limit {
    /// What there was too much of, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Depth => "levels",
            Self::Elements => "elements",
            Self::Blocks => "blocks",
        }
    }
}

/// The largest page read, in bytes: 64 MiB, over a hundred times the largest of 788 real article pages.
pub const MAX_PAGE_BYTES: usize = 64 << 20;

/// The deepest element kept on the stack of open elements (browsers stop at 512 too); the text of deeper ones is kept
/// and belongs to the last element above.
pub const MAX_DEPTH: usize = 512;

/// The blocks of a page beyond which neighbours of one kind are joined, up to a length: twenty times as many as the longest of
/// 1,409 real pages has (1,540).
pub const MAX_FINE_BLOCKS: usize = 30_000;

/// The bytes of text that blocks beyond [`MAX_FINE_BLOCKS`] are joined up to.
pub(super) const COARSE_BLOCK_BYTES: usize = 1024;

/// The most blocks of a page; text beyond them joins the last block.
pub const MAX_BLOCKS: usize = 100_000;

/// The elements of a page beyond which like children of an element are one.
pub const MAX_FINE_ELEMENTS: usize = 200_000;

/// The most elements of a page; what stands in others belongs to those around them.
pub(super) const MAX_ELEMENTS: usize = 500_000;

/// The most bytes of JSON-LD kept from a page.
pub(super) const MAX_JSON_LD_BYTES: usize = 1 << 20;

/// The bytes searched for a charset declaration, and the bytes looked at to tell markup from text.
pub(super) const SNIFF_BYTES: usize = 4096;

/// The bytes that charset detection reads: chardetng's answer is settled well before.
pub(super) const DETECT_BYTES: usize = 64 << 10;
