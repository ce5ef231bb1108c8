//! The first bytes of a stream in, how it is compressed out.

/// How a stream is compressed, told by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one or more members.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// The first bytes of a gzip member, and its one method.
pub(super) const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
/// The first bytes of a zstd frame.
pub(super) const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

impl Compression {
    /// The compression of a stream that begins with `head`.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        if head.starts_with(&GZIP[..2]) {
            Self::Gzip
        } else if head.starts_with(&ZSTD) {
            Self::Zstd
        } else {
            Self::None
        }
    }
}
