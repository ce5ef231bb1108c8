//! A WARC file in (ISO 28500; plain, or packed by record), its pages out, one at a time.
//!
//! Pages are the `response` and `resource` records whose type is a page's; others are told as such. A damaged member of a packed
//! file is told by its offset, and reading goes on at the next one; in other files at the next line that begins with `WARC/1.`.
//! What is held is one record of bounded size.

use std::io::{self, BufRead, BufReader, Read, Take};

use super::http::{Response, page_type, response};
use super::packing::{Counted, Member, Packing};
use crate::page::{Format, MAX_PAGE_BYTES};

/// A page of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarcPage {
    /// The record's id without `<urn:uuid:` and `>`; none if it has none.
    pub id: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// The charset that the server said.
    pub charset: Option<String>,
    /// Markup or plain text.
    pub format: Format,
    /// The page's bytes, without header and encodings.
    pub body: Vec<u8>,
}

/// What a record came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WarcItem {
    /// A page.
    Page(WarcPage),
    /// A record that holds no page: a request, metadata, an image, a redirect.
    NoPage,
    /// A record that cannot be read, with what is wrong with it.
    Damaged(String),
}

/// A member that is being unpacked, up to a limit.
type Unpacked = BufReader<Take<Member>>;

enum Source {
    /// Records one after the other.
    Records(Counted),
    /// Between two members.
    Members(Counted),
    /// Within the member that begins at an offset.
    Member(u64, Box<Unpacked>),
    Done,
}

/// Reads the records of a WARC file, with the offset of each, or of the member that holds it, in bytes of the file.
pub struct WarcReader {
    source: Source,
    packing: Packing,
    /// A line that was read while looking for the next record.
    first_line: Option<Vec<u8>>,
}

impl std::fmt::Debug for WarcReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WarcReader").finish_non_exhaustive()
    }
}

/// Why a record could not be read.
enum Fault {
    /// The file or its compression.
    Io(io::Error),
    /// What it says.
    Format(String),
    /// The file ends before it does; the records that begin within it.
    CutOff(Vec<u8>),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Bytes that a record of a member may unpack to: beyond, it is a bomb.
const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// Bytes of a line of a record's header, and of all its lines.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// What is told of a record that the file ends before.
const CUT_OFF: &str = "the record is cut off";

impl WarcReader {
    /// Returns the reader of a file, whose compression is told by its first bytes.
    ///
    /// # Errors
    /// If the first bytes cannot be read.
    pub fn new(mut file: Box<dyn BufRead + Send>) -> io::Result<Self> {
        let packing = Packing::of(file.fill_buf()?);
        let file = Counted { inner: file, at: 0 };
        let source = match packing {
            Packing::None => Source::Records(file),
            Packing::Gzip | Packing::Zstd { .. } => Source::Members(file),
        };
        Ok(Self { source, packing, first_line: None })
    }

    fn next_of_stream(&mut self, mut records: Counted) -> Step {
        let offset = match &self.first_line {
            Some(line) => records.at - line.len() as u64,
            None => {
                // An error shows when the record is read.
                let _ = skip_blank(&mut records);
                records.at
            }
        };
        match read_record(&mut records, self.first_line.take()) {
            Ok(None) => Step::End,
            Ok(Some(item)) => {
                self.source = Source::Records(records);
                Step::Item(offset, item)
            }
            Err(Fault::Format(message)) => {
                self.first_line = find_record(&mut records);
                if self.first_line.is_some() {
                    self.source = Source::Records(records);
                }
                Step::Item(offset, WarcItem::Damaged(message))
            }
            Err(Fault::CutOff(rest)) => {
                if !rest.is_empty() {
                    let at = records.at - rest.len() as u64;
                    self.source = Source::Records(Counted { inner: Box::new(io::Cursor::new(rest)), at });
                }
                Step::Item(offset, WarcItem::Damaged(CUT_OFF.to_owned()))
            }
            Err(Fault::Io(e)) => {
                Step::Item(offset, WarcItem::Damaged(format!("the rest cannot be read ({e})")))
            }
        }
    }

    fn next_of_member(&mut self, offset: u64, mut member: Box<Unpacked>) -> Step {
        let found =
            skip_blank(&mut *member).map_err(Fault::from).and_then(|()| read_record(&mut *member, None));
        let is_whole = member.get_ref().limit() > 0;
        match found {
            Ok(Some(item)) => {
                // A whole file may be one member: the limit is that of a record.
                member.get_mut().set_limit(MAX_UNPACKED_BYTES);
                self.source = Source::Member(offset, member);
                Step::Item(offset, item)
            }
            Ok(None) if is_whole => {
                self.source = Source::Members(member.into_inner().into_inner().into_file());
                Step::Again
            }
            failed => {
                let message = match failed {
                    _ if !is_whole => format!("it unpacks to more than {MAX_UNPACKED_BYTES} bytes"),
                    Err(Fault::Format(message)) => message,
                    Err(Fault::CutOff(_)) => CUT_OFF.to_owned(),
                    Err(Fault::Io(e)) => format!("its packed data are damaged ({e})"),
                    Ok(_) => "it has no end".to_owned(),
                };
                let mut file = member.into_inner().into_inner().into_file();
                if self.packing.find_member(&mut file, offset) {
                    self.source = Source::Members(file);
                }
                Step::Item(offset, WarcItem::Damaged(message))
            }
        }
    }

    fn next_of_members(&mut self, mut file: Counted) -> Step {
        let offset = file.at;
        let is_end = file.fill_buf().map_or(true, <[u8]>::is_empty);
        if is_end {
            return Step::End;
        }
        match self.packing.open(file) {
            Ok(Some(member)) => {
                let unpacked = BufReader::with_capacity(1 << 14, member.take(MAX_UNPACKED_BYTES));
                self.source = Source::Member(offset, Box::new(unpacked));
                Step::Again
            }
            Ok(None) => Step::End,
            Err(e) => Step::Item(offset, WarcItem::Damaged(format!("the rest cannot be read ({e})"))),
        }
    }
}

/// What a look at the file came to.
enum Step {
    /// A record and its offset.
    Item(u64, WarcItem),
    /// Nothing yet.
    Again,
    /// The end.
    End,
}

impl Iterator for WarcReader {
    type Item = (u64, WarcItem);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // Each call puts back what it goes on with.
            let step = match std::mem::replace(&mut self.source, Source::Done) {
                Source::Done => Step::End,
                Source::Records(records) => self.next_of_stream(records),
                Source::Member(offset, member) => self.next_of_member(offset, member),
                Source::Members(file) => self.next_of_members(file),
            };
            match step {
                Step::Item(offset, item) => return Some((offset, item)),
                Step::Again => {}
                Step::End => return None,
            }
        }
    }
}

fn skip_blank(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let n_blank = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let is_end = n_blank < buffer.len() || buffer.is_empty();
        reader.consume(n_blank);
        if is_end {
            return Ok(());
        }
    }
}

/// A line with its end, or as much of it as the limit allows; empty at the end of the file.
fn read_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.take(MAX_HEADER_BYTES as u64).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// Goes on to the next line that begins a record, and returns it; `None` at the end. What was read last was a whole line.
fn find_record(records: &mut Counted) -> Option<Vec<u8>> {
    let mut is_line_start = true;
    loop {
        let line = read_line(records).ok().filter(|line| !line.is_empty())?;
        if is_line_start && line.starts_with(b"WARC/1.") {
            return Some(line);
        }
        is_line_start = line.ends_with(b"\n");
    }
}

/// How a record begins after another's last line.
const NEXT_RECORD: &[u8] = b"\nWARC/1.";

/// Passes over the content of a record, unless another begins within it: then its length is wrong, and reading stops there.
/// (One that the end of the buffer cuts in two is missed.)
fn skip_content(reader: &mut impl BufRead, length: u64) -> Result<(), Fault> {
    let mut left = length;
    while left > 0 {
        let buffer = reader.fill_buf()?;
        let n = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if n == 0 {
            return Err(Fault::Format(CUT_OFF.into()));
        }
        if let Some(at) = memchr::memmem::find(&buffer[..n], NEXT_RECORD) {
            reader.consume(at + 1);
            return Err(Fault::Format(format!("another record begins within its {length} bytes")));
        }
        reader.consume(n);
        left -= n as u64;
    }
    Ok(())
}

/// What the header of a record says.
#[derive(Default)]
struct Header {
    kind: String,
    id: Option<String>,
    url: Option<String>,
    content_type: Option<String>,
    length: Option<u64>,
}

/// The next record, whose first line may have been read already; `None` at the end.
fn read_record(reader: &mut impl BufRead, first_line: Option<Vec<u8>>) -> Result<Option<WarcItem>, Fault> {
    let line = match first_line {
        Some(line) => line,
        None => read_line(reader)?,
    };
    if line.is_empty() {
        return Ok(None);
    }
    if !line.starts_with(b"WARC/1.") {
        return Err(Fault::Format("no record begins here; a line WARC/1.0 or WARC/1.1 does".into()));
    }
    let header = read_header(reader)?;
    let Some(length) = header.length else {
        return Err(Fault::Format("the record has no Content-Length".into()));
    };
    let is_of_page = matches!(header.kind.as_str(), "response" | "resource");
    let limit = (MAX_PAGE_BYTES + MAX_HEADER_BYTES) as u64;
    if !is_of_page || length > limit {
        skip_content(reader, length)?;
        let too_large =
            || WarcItem::Damaged(format!("its {length} bytes are more than the limit of {limit}"));
        return Ok(Some(if is_of_page { too_large() } else { WarcItem::NoPage }));
    }
    let mut content = Vec::new();
    if (reader.take(length).read_to_end(&mut content)? as u64) < length {
        // A length that is too great has taken the records that follow: they are read from what was held.
        let next = memchr::memmem::find(&content, NEXT_RECORD).map_or(content.len(), |at| at + 1);
        return Err(Fault::CutOff(content.split_off(next)));
    }
    Ok(Some(page_of(header, content)))
}

fn read_header(reader: &mut impl BufRead) -> Result<Header, Fault> {
    let mut header = Header::default();
    let mut n_bytes = 0;
    loop {
        let line = read_line(reader)?;
        n_bytes += line.len();
        if line.is_empty() || n_bytes > MAX_HEADER_BYTES {
            return Err(Fault::Format("the record's header has no end".into()));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(header);
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => header.kind = value.to_ascii_lowercase(),
            "warc-record-id" => header.id = Some(bare_id(&value)),
            "warc-target-uri" => header.url = Some(value.trim_matches(['<', '>']).to_owned()),
            "content-type" => header.content_type = Some(value),
            "content-length" => header.length = value.parse().ok(),
            _ => {}
        }
    }
}

fn bare_id(id: &str) -> String {
    let id = id.trim_matches(['<', '>']);
    id.strip_prefix("urn:uuid:").unwrap_or(id).to_owned()
}

/// The page of a record's content.
fn page_of(header: Header, content: Vec<u8>) -> WarcItem {
    let Header { kind, id, url, content_type, .. } = header;
    let page = |format, charset, body| WarcItem::Page(WarcPage { id, url, charset, format, body });
    if kind == "resource" {
        return match page_type(content_type.as_deref(), &content) {
            Some((format, charset)) => page(format, charset, content),
            None => WarcItem::NoPage,
        };
    }
    // The answers of name servers and the like are responses too.
    if content_type.is_some_and(|of| !of.to_ascii_lowercase().starts_with("application/http")) {
        return WarcItem::NoPage;
    }
    match response(content) {
        Ok(Response::Page { charset, format, body }) => page(format, charset, body),
        Ok(Response::Other) => WarcItem::NoPage,
        Err(message) => WarcItem::Damaged(message),
    }
}
