//! The members of a packed archive: gzip members, or zstd frames with the dictionary that the file begins with (the WARC
//! Zstandard format of the IIPC).

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::compression::{Compression, GZIP, ZSTD};

/// A reader that knows how many bytes it has given.
pub(super) struct Counted {
    pub(super) inner: Box<dyn BufRead + Send>,
    pub(super) at: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.at += n as u64;
        self.inner.consume(n);
    }
}

/// How a file is packed, told by its first bytes.
pub(super) enum Packing {
    None,
    Gzip,
    /// Frames, which may share a dictionary.
    Zstd {
        dictionary: Vec<u8>,
    },
}

/// A member that is being unpacked.
pub(super) enum Member {
    Gzip(GzDecoder<Counted>),
    Zstd(Box<zstd::Decoder<'static, Counted>>),
}

/// The last three bytes of the magic number of a frame that decoders skip; the first is 0x50 to 0x5f.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// The first byte of a skippable frame that holds a dictionary.
const DICTIONARY: u8 = 0x5d;
/// The bytes of a dictionary, unpacked: zstd trains them to a hundredth of that.
const MAX_DICTIONARY_BYTES: u64 = 16 << 20;

fn is_skippable(head: &[u8]) -> bool {
    head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == SKIPPABLE
}

impl Packing {
    pub(super) fn of(head: &[u8]) -> Self {
        match Compression::of(head) {
            Compression::Gzip => Self::Gzip,
            Compression::None if !is_skippable(head) => Self::None,
            Compression::Zstd | Compression::None => Self::Zstd { dictionary: Vec::new() },
        }
    }

    /// Opens the member that begins here; `None` at the end of the file. Skippable frames are passed over, and a dictionary
    /// among them is kept.
    pub(super) fn open(&mut self, mut file: Counted) -> io::Result<Option<Member>> {
        let Self::Zstd { dictionary } = self else {
            return Ok(Some(Member::Gzip(GzDecoder::new(file))));
        };
        while is_skippable(file.fill_buf()?) {
            let mut head = [0; 8];
            file.read_exact(&mut head)?;
            let length = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            let mut content = (&mut file).take(length);
            if head[0] == DICTIONARY {
                *dictionary = read_dictionary(&mut content)?;
            }
            io::copy(&mut content, &mut io::sink())?;
        }
        if file.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let decoder = zstd::Decoder::with_dictionary(file, dictionary)?;
        Ok(Some(Member::Zstd(Box::new(decoder.single_frame()))))
    }

    /// Goes on to the next place after `offset` where a member may begin; false at the end.
    pub(super) fn find_member(&self, file: &mut Counted, offset: u64) -> bool {
        let (magic, begins) = match self {
            Self::None => return false,
            Self::Gzip => (&GZIP[..], begins_record as fn(&[u8]) -> bool),
            Self::Zstd { .. } => (&ZSTD[..], begins_frame as fn(&[u8]) -> bool),
        };
        loop {
            // A decoder that refuses a member may not have taken a byte of it.
            let from = usize::from(file.at == offset);
            let Ok(buffer) = file.fill_buf() else { return false };
            if buffer.is_empty() {
                return false;
            }
            let found = memchr::memmem::find_iter(&buffer[from..], magic)
                .map(|at| from + at)
                .find(|at| begins(&buffer[*at..]));
            // The magic number may be parted by the end of the buffer: all but its last byte is left for the next look.
            let n = found.unwrap_or_else(|| buffer.len().saturating_sub(magic.len() - 1).max(1));
            file.consume(n);
            if found.is_some() {
                return true;
            }
        }
    }
}

/// A dictionary, which may itself be packed.
fn read_dictionary(content: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    content.take(MAX_DICTIONARY_BYTES).read_to_end(&mut bytes)?;
    if !bytes.starts_with(&ZSTD) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    zstd::Decoder::with_buffer(&bytes[..])?.take(MAX_DICTIONARY_BYTES).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

/// Whether a gzip member begins with a record, as far as its first bytes are at hand. So few are looked at that a file full of
/// false beginnings takes no longer than another.
fn begins_record(member: &[u8]) -> bool {
    const AT_HAND: usize = 256;
    let mut head = [0; 7];
    match GzDecoder::new(&member[..member.len().min(AT_HAND)]).read_exact(&mut head) {
        Ok(()) => head.starts_with(b"WARC/1."),
        Err(_) => member.len() < AT_HAND / 8,
    }
}

/// Whether a zstd frame may begin here: the reserved bit of its descriptor is 0 (RFC 8878, 3.1.1.1.1).
fn begins_frame(frame: &[u8]) -> bool {
    frame.get(ZSTD.len()).is_none_or(|descriptor| descriptor & 0x08 == 0)
}

impl Member {
    /// The file, just after what was unpacked.
    pub(super) fn into_file(self) -> Counted {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}
