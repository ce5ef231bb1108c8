//! The bounds of the page reader.

/// The largest page read, in bytes: 64 MiB, over a hundred times the largest of 788 real article pages.
pub const MAX_PAGE_BYTES: usize = 64 << 20;

/// The deepest element kept on the stack of open elements (browsers stop at 512 too); the text of deeper ones is kept
/// and belongs to the last element above.
pub const MAX_DEPTH: usize = 512;

/// The most blocks of a page; text beyond them joins the last block.
pub const MAX_BLOCKS: usize = 100_000;

/// The most bytes of JSON-LD kept from a page.
pub(super) const MAX_JSON_LD_BYTES: usize = 1 << 20;

/// The bytes searched for a charset declaration, and the bytes looked at to tell markup from text.
pub(super) const SNIFF_BYTES: usize = 4096;

/// The bytes that charset detection reads: chardetng's answer is settled well before.
pub(super) const DETECT_BYTES: usize = 64 << 10;
