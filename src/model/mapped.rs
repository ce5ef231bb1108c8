//! A file in, its bytes out, read when they are touched: the only unsafe code of the library.
//!
//! The map is read-only and private. What the type system cannot promise is that no other process truncates or rewrites the
//! file meanwhile; nutgraf itself never writes to a model in place (a new file is renamed over the old one, which leaves a
//! map of the old one whole).
#![allow(unsafe_code)]

use std::fs::File;
use std::io;

use bytes::Bytes;
use memmap2::Mmap;

/// The bytes of an open file.
///
/// # Errors
/// The operating system's, if the file cannot be mapped.
pub(super) fn map(file: &File) -> io::Result<Bytes> {
    // SAFETY: see the head of this file.
    let map = unsafe { Mmap::map(file)? };
    Ok(Bytes::from_owner(map))
}
