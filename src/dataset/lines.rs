//! A file in, its lines out with their numbers; gzip and Zstandard are opened by content, `-` is standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::archive::Compression;
use crate::error::{Error, Result};

/// Opens a file, or standard input for `-`, and decompresses it if need be.
///
/// # Errors
/// [`Error::Io`] if the file cannot be opened or its first bytes cannot be read.
pub fn open_reader(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    let raw: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|e| Error::io(path, e))?)
    };
    let mut buffered = BufReader::with_capacity(1 << 16, raw);
    let head = buffered.fill_buf().map_err(|e| Error::io(path, e))?;
    Ok(match Compression::of(head) {
        Compression::None => Box::new(buffered),
        Compression::Gzip => Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(buffered))),
        Compression::Zstd => {
            let decoder = zstd::Decoder::with_buffer(buffered).map_err(|e| Error::io(path, e))?;
            Box::new(BufReader::new(decoder))
        }
    })
}

/// The longest line read, in bytes; a longer one is an error at its place rather than an exhausted memory.
pub(super) const MAX_LINE_BYTES: u64 = 128 << 20;

/// The lines of a file, with their numbers.
pub struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    n_read: usize,
    /// Whether the file cannot be read further.
    is_broken: bool,
    /// Whether the rest of a line that was too long stands before the next.
    is_within_line: bool,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("path", &self.path)
            .field("n_read", &self.n_read)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            reader: open_reader(path)?,
            buffer: Vec::new(),
            n_read: 0,
            is_broken: false,
            is_within_line: false,
        })
    }

    /// The next line that is not blank and its number from 1, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Record`] for a line that is too long, not UTF-8 or cannot be read. After a line that cannot be read the file
    /// is at its end.
    pub fn next_line(&mut self) -> Result<Option<(usize, &str)>> {
        if self.is_broken {
            return Ok(None);
        }
        if self.is_within_line {
            self.is_within_line = false;
            self.skip_line()?;
        }
        loop {
            self.buffer.clear();
            self.n_read += 1;
            let mut limited = (&mut self.reader).take(MAX_LINE_BYTES + 1);
            let read = limited.read_until(b'\n', &mut self.buffer);
            let n_bytes = read.map_err(|e| {
                self.is_broken = true;
                Error::record(&self.path, self.n_read, format!("cannot be read: {e}"))
            })?;
            if n_bytes as u64 > MAX_LINE_BYTES {
                self.is_within_line = true;
                self.buffer = Vec::new();
                let message =
                    format!("the line has over {MAX_LINE_BYTES} bytes; put each record on a line of its own");
                return Err(Error::record(&self.path, self.n_read, message));
            }
            if self.n_read == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
                self.buffer.drain(..3);
            }
            if n_bytes == 0 {
                return Ok(None);
            }
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        let line = std::str::from_utf8(&self.buffer).map_err(|e| {
            let message =
                format!("byte {} of the line is not UTF-8; convert the file to UTF-8", e.valid_up_to());
            Error::record(&self.path, self.n_read, message)
        })?;
        Ok(Some((self.n_read, line.trim_end_matches(['\n', '\r']))))
    }

    /// Reads to the end of the line without keeping it.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            let buffer = self.reader.fill_buf().map_err(|e| {
                self.is_broken = true;
                Error::record(&self.path, self.n_read, format!("cannot be read: {e}"))
            })?;
            let (n_bytes, is_over) = match memchr::memchr(b'\n', buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(n_bytes);
            if is_over {
                return Ok(());
            }
        }
    }

    /// Parses every line as a JSON value of one type.
    ///
    /// # Errors
    /// The first line that is not JSON or not of that type, with its place.
    pub(super) fn parse_all<T: DeserializeOwned>(path: &Path) -> Result<Vec<(usize, T)>> {
        let mut lines = Self::open(path)?;
        let mut values = Vec::new();
        while let Some((number, line)) = lines.next_line()? {
            let value =
                serde_json::from_str(line).map_err(|e| Error::record(path, number, record_problem(&e)))?;
            values.push((number, value));
        }
        Ok(values)
    }
}

/// serde_json's message about one line, with the column and without the line, which is always 1 within a line.
#[must_use]
pub fn json_problem(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    // The name of a type of ours says nothing to whoever wrote the line.
    let message = match message.split_once(", expected struct ") {
        Some((found, _)) => format!("{found}, expected an object"),
        None => message.to_owned(),
    };
    format!("column {}: {message}", error.column())
}

/// What is wrong with a line that should hold a record of known fields, and what to do.
fn record_problem(error: &serde_json::Error) -> String {
    let problem = json_problem(error);
    match problem.split_once("missing field ") {
        Some((_, name)) => {
            format!("no \"{}\" field; add it, or leave the record out", name.trim_matches('`'))
        }
        None => format!("not such a record as is needed here ({problem}); mend the line or leave it out"),
    }
}

/// Reads an optional text, or a number as text: ids are often numbers.
///
/// # Errors
/// The deserializer's, for any other value.
pub fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    use serde::Deserialize as _;
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(text) => Ok(Some(text)),
        serde_json::Value::Number(number) => Ok(Some(number.to_string())),
        other => Err(serde::de::Error::custom(format!("an id is a text or a number, not {other}"))),
    }
}
