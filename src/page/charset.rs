//! Bytes in, text out, with the place of every character in the bytes.
//!
//! The order of precedence is the web's: byte order mark, transport, declaration in the page, detection (chardetng);
//! but a page whose bytes are valid UTF-8 beyond ASCII is UTF-8 whatever it declares: saved pages are often re-encoded
//! without a change to their `meta`. Every WHATWG label is known (encoding_rs).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

use super::limits::{DETECT_BYTES, SNIFF_BYTES};
use super::span::Span;
use crate::error::{Error, Result};

/// What said which charset a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharsetSource {
    /// A byte order mark.
    Bom,
    /// The transport's header.
    Header,
    /// A declaration in the page.
    Meta,
    /// The bytes are valid UTF-8.
    Utf8,
    /// Detection by content.
    Detected,
}

/// How the bytes of a page were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charset {
    /// The encoding's WHATWG name, for example `UTF-8` or `windows-1252`.
    pub name: String,
    /// What said so.
    pub by: CharsetSource,
    /// Malformed sequences, each shown as U+FFFD.
    pub malformed: usize,
}

/// A page's text and the way back to its bytes.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) charset: Charset,
    pub(super) offsets: Offsets,
}

/// Decodes a page.
///
/// # Errors
/// [`Error::EmptyPage`] for no bytes; [`Error::NotText`] for binary content.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Result<Decoded<'a>> {
    if bytes.is_empty() {
        return Err(Error::EmptyPage);
    }
    let (encoding, by, bom_len) = choose(bytes, label)?;
    let body = &bytes[bom_len..];
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(body)
    {
        let offsets = Offsets { shift: bom_len, pieces: Vec::new() };
        let charset = Charset { name: encoding.name().to_owned(), by, malformed: 0 };
        return Ok(Decoded { text: Cow::Borrowed(text), charset, offsets });
    }
    let mut decoding =
        Decoding { offsets: Offsets { shift: 0, pieces: Vec::new() }, text: String::new(), malformed: 0 };
    match encoding {
        e if e == UTF_8 => decoding.utf8_lossy(body, bom_len),
        e if e == UTF_16LE || e == UTF_16BE => decoding.utf16(body, bom_len, e == UTF_16BE),
        e => decoding.legacy(e, body, bom_len),
    }
    let charset = Charset { name: encoding.name().to_owned(), by, malformed: decoding.malformed };
    Ok(Decoded { text: Cow::Owned(decoding.text), charset, offsets: decoding.offsets })
}

fn choose(bytes: &[u8], label: Option<&str>) -> Result<(&'static Encoding, CharsetSource, usize)> {
    if let Some((encoding, bom_len)) = Encoding::for_bom(bytes) {
        return Ok((encoding, CharsetSource::Bom, bom_len));
    }
    if let Some(encoding) = utf16_without_bom(bytes) {
        return Ok((encoding, CharsetSource::Detected, 0));
    }
    refuse_binary(bytes)?;
    let is_utf8 = is_utf8(bytes);
    if is_utf8 && !bytes.is_ascii() {
        return Ok((UTF_8, CharsetSource::Utf8, 0));
    }
    if let Some(encoding) = label.and_then(|label| known_label(label.trim().as_bytes())) {
        return Ok((encoding, CharsetSource::Header, 0));
    }
    if let Some(encoding) = declared(&bytes[..bytes.len().min(SNIFF_BYTES)]) {
        return Ok((encoding, CharsetSource::Meta, 0));
    }
    if is_utf8 && !bytes.contains(&0x1b) {
        return Ok((UTF_8, CharsetSource::Utf8, 0));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    // The words may stand far behind a head in pure ASCII: start where the first other byte is.
    let first = bytes.iter().position(|b| *b >= 0x80 || *b == 0x1b).unwrap_or(0);
    let sample = &bytes[first..bytes.len().min(first + DETECT_BYTES)];
    detector.feed(sample, first + sample.len() == bytes.len());
    Ok((detector.guess(None, chardetng::Utf8Detection::Allow), CharsetSource::Detected, 0))
}

/// The encoding of a label, but for the labels of encodings that browsers refuse, which would erase the page.
fn known_label(label: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label(label).filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
}

/// Whether bytes are UTF-8, a character cut off at the end and a stray byte in a thousand sequences allowed: a damaged
/// page of UTF-8 has many valid sequences beyond ASCII, and a page of another charset hardly any.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut n_valid, mut n_invalid) = (0_usize, 0_usize);
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                n_valid += n_beyond_ascii(valid.as_bytes());
                break;
            }
            Err(e) => {
                n_valid += n_beyond_ascii(&rest[..e.valid_up_to()]);
                let Some(len) = e.error_len() else { break };
                n_invalid += 1;
                rest = &rest[e.valid_up_to() + len..];
            }
        }
    }
    n_invalid == 0 && (n_valid > 0 || bytes.is_ascii()) || n_invalid * 50 < n_valid
}

/// Characters of UTF-8 text that take more than a byte.
fn n_beyond_ascii(valid: &[u8]) -> usize {
    valid.iter().filter(|byte| **byte >= 0xc0).count()
}

/// UTF-16 text of mostly Latin letters has a zero in every other byte.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 10 >= half * 7 && even * 10 <= half {
        Some(UTF_16LE)
    } else if even * 10 >= half * 7 && odd * 10 <= half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Leading bytes of common formats that end up among saved pages.
const SIGNATURES: [(&[u8], &str); 8] = [
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
];

fn refuse_binary(bytes: &[u8]) -> Result<()> {
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(Error::NotText { byte: 0, what });
    }
    let head = &bytes[..bytes.len().min(DETECT_BYTES)];
    let is_control = |b: &u8| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f);
    let n_controls = head.iter().filter(|b| is_control(b)).count();
    // One stray NUL in a page is a defect; one control byte in fifty is another kind of file.
    if n_controls * 50 > head.len() {
        let byte = head.iter().position(is_control).unwrap_or(0);
        return Err(Error::NotText { byte, what: "binary data" });
    }
    Ok(())
}

/// The charset that `<meta charset=…>`, `<meta … content="…; charset=…">` or `<?xml encoding=…?>` names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    if let Some(end) = lower.starts_with(b"<?xml").then(|| memchr::memchr(b'>', &lower)).flatten()
        && let Some(at) = memchr::memmem::find(&lower[..end], b"encoding")
        && let Some(encoding) = label_after(&lower[at + 8..end])
    {
        return Some(encoding);
    }
    for meta in memchr::memmem::find_iter(&lower, b"<meta") {
        let end = memchr::memchr(b'>', &lower[meta..]).map_or(lower.len(), |len| meta + len);
        if let Some(at) = memchr::memmem::find(&lower[meta..end], b"charset")
            && let Some(encoding) = label_after(&lower[meta + at + 7..end])
        {
            return Some(encoding);
        }
    }
    None
}

/// The label in `= "label"`; a page that could be read this far is not UTF-16, whatever it says (HTML standard).
fn label_after(rest: &[u8]) -> Option<&'static Encoding> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|b| matches!(b, b'"' | b'\'' | b' ' | b';' | b'/' | b'?' | b'\t' | b'\n'));
    let encoding = known_label(&rest[..end.unwrap_or(rest.len())])?;
    let encoding = if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding };
    Some(if encoding.name() == "x-user-defined" { WINDOWS_1252 } else { encoding })
}

/// The way from offsets in the decoded text to offsets in the original bytes.
pub(super) struct Offsets {
    /// Where there are no pieces: original = decoded + shift.
    shift: usize,
    /// Otherwise: stretches by decoded start, without gaps.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy)]
struct Piece {
    decoded: usize,
    decoded_len: usize,
    original: usize,
    original_len: usize,
}

impl Offsets {
    pub(super) fn is_identity(&self) -> bool {
        self.pieces.is_empty() && self.shift == 0
    }

    /// The original bytes of a decoded range.
    pub(super) fn original(&self, decoded: Span) -> Span {
        let (mut start, mut end) = (None, 0);
        for (_, source) in self.pieces(decoded) {
            start = start.or(Some(source.start));
            end = source.end;
        }
        Span { start: start.unwrap_or(end), end }
    }

    /// The decoded range, cut into stretches of (decoded length, original bytes). A character that the range's end
    /// would cut counts whole.
    pub(super) fn pieces(&self, decoded: Span) -> impl Iterator<Item = (usize, Span)> {
        let shifted = self.pieces.is_empty().then_some((
            decoded.end - decoded.start,
            Span { start: decoded.start + self.shift, end: decoded.end + self.shift },
        ));
        let first = self.pieces.partition_point(|piece| piece.decoded <= decoded.start).saturating_sub(1);
        let listed = self.pieces[first..].iter().take_while(move |piece| piece.decoded < decoded.end).map(
            move |piece| {
                let start = decoded.start.max(piece.decoded);
                let end = decoded.end.min(piece.decoded + piece.decoded_len);
                let source = if piece.decoded_len == piece.original_len {
                    Span {
                        start: piece.original + (start - piece.decoded),
                        end: piece.original + (end - piece.decoded),
                    }
                } else {
                    Span { start: piece.original, end: piece.original + piece.original_len }
                };
                (end - start, source)
            },
        );
        shifted.into_iter().chain(listed)
    }
}

struct Decoding {
    text: String,
    offsets: Offsets,
    malformed: usize,
}

impl Decoding {
    /// Notes that the text from `decoded` on came from `original_len` bytes at `original`.
    fn note(&mut self, decoded: usize, original: usize, original_len: usize) {
        let decoded_len = self.text.len() - decoded;
        if let Some(last) = self.offsets.pieces.last_mut()
            && last.original + last.original_len == original
            && last.decoded_len == last.original_len
            && decoded_len == original_len
        {
            last.decoded_len += decoded_len;
            last.original_len += original_len;
            return;
        }
        self.offsets.pieces.push(Piece { decoded, decoded_len, original, original_len });
    }

    fn push(&mut self, text: &str, original: usize, original_len: usize) {
        let decoded = self.text.len();
        self.text.push_str(text);
        self.note(decoded, original, original_len);
    }

    fn utf8_lossy(&mut self, bytes: &[u8], mut at: usize) {
        for chunk in bytes.utf8_chunks() {
            if !chunk.valid().is_empty() {
                self.push(chunk.valid(), at, chunk.valid().len());
                at += chunk.valid().len();
            }
            if !chunk.invalid().is_empty() {
                self.malformed += 1;
                self.push("\u{fffd}", at, chunk.invalid().len());
                at += chunk.invalid().len();
            }
        }
    }

    fn utf16(&mut self, bytes: &[u8], mut at: usize, is_big_endian: bool) {
        let unit = |pair: &[u8]| match is_big_endian {
            true => u16::from_be_bytes([pair[0], pair[1]]),
            false => u16::from_le_bytes([pair[0], pair[1]]),
        };
        let units = bytes.chunks_exact(2).map(unit);
        let mut utf8 = [0; 4];
        for decoded in char::decode_utf16(units) {
            let (c, len) = match decoded {
                Ok(c) => (c, 2 * c.len_utf16()),
                Err(_) => ('\u{fffd}', 2),
            };
            self.malformed += usize::from(c == '\u{fffd}');
            self.push(c.encode_utf8(&mut utf8), at, len);
            at += len;
        }
        if bytes.len() % 2 == 1 {
            self.malformed += 1;
            self.push("\u{fffd}", at, 1);
        }
    }

    /// Runs of ASCII are copied whole; beyond them the decoder is fed a byte at a time, so that each character's bytes
    /// are known. ISO-2022-JP gives ASCII bytes another meaning, so there every byte is fed.
    fn legacy(&mut self, encoding: &'static Encoding, bytes: &[u8], base: usize) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let has_plain_ascii = encoding.is_ascii_compatible();
        let mut is_neutral = has_plain_ascii;
        let (mut at, mut pending_from) = (0, 0);
        let mut buffer = [0_u8; 16];
        while at < bytes.len() {
            if is_neutral {
                let len = bytes[at..].iter().position(|b| *b >= 0x80).unwrap_or(bytes.len() - at);
                if len > 0 {
                    let run = std::str::from_utf8(&bytes[at..at + len]).expect("bytes below 0x80 are ASCII");
                    self.push(run, base + at, len);
                    at += len;
                    pending_from = at;
                    continue;
                }
                is_neutral = false;
            }
            let is_last = at + 1 == bytes.len();
            let (_, _, written, had_errors) = decoder.decode_to_utf8(&bytes[at..=at], &mut buffer, is_last);
            self.malformed += usize::from(had_errors);
            at += 1;
            if written > 0 {
                let text = std::str::from_utf8(&buffer[..written]).expect("encoding_rs writes UTF-8");
                // The byte came out as itself, so nothing is pending behind it.
                is_neutral = has_plain_ascii && text.as_bytes()[written - 1] == bytes[at - 1];
                self.push(text, base + pending_from, at - pending_from);
                pending_from = at;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of the decoded text, cut from the original bytes and decoded alone, is itself.
    fn assert_characters_map(name: &str, bytes: &[u8], label: &str) {
        let decoded = decode(bytes, Some(label)).unwrap();
        let encoding = Encoding::for_label(decoded.charset.name.as_bytes()).unwrap();
        assert_eq!(decoded.text, encoding.decode_without_bom_handling(bytes).0, "{name}");
        for (at, c) in decoded.text.char_indices() {
            let span = decoded.offsets.original(Span { start: at, end: at + c.len_utf8() });
            let (alone, _) = encoding.decode_without_bom_handling(&bytes[span.start..span.end]);
            assert_eq!(alone, c.to_string(), "{name} at {at}");
        }
    }

    #[test]
    fn every_character_maps_to_its_own_bytes() {
        let text = "Größe naïve “quote” — €5, Привет, 日本語テキスト, 中文字 end";
        let rows = [
            "windows-1252",
            "windows-1251",
            "koi8-r",
            "gbk",
            "gb18030",
            "big5",
            "shift_jis",
            "euc-jp",
            "euc-kr",
        ];
        for label in rows {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            // Characters that the charset lacks would be written as references: leave them out.
            let known: String =
                text.chars().filter(|c| !encoding.encode(&c.to_string()).2).collect::<String>().repeat(2);
            let (bytes, _, _) = encoding.encode(&known);
            assert_characters_map(label, &bytes, label);
            assert_eq!(decode(&bytes, Some(label)).unwrap().text, known, "{label}");
        }
        assert_characters_map("broken UTF-8", b"ab\xff\xc3\xa9c\xe2\x80", "utf-8");
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let text = "Ministers met, naïve 日本 \u{1f54a} end of page";
        for (name, is_big_endian, has_bom) in
            [("le", false, false), ("be", true, false), ("le bom", false, true)]
        {
            let mut bytes = Vec::new();
            for unit in has_bom.then_some(0xfeff).into_iter().chain(text.encode_utf16()) {
                bytes.extend(if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!(decoded.text, text, "{name}");
            let at = text.find('\u{1f54a}').unwrap();
            let span = decoded.offsets.original(Span { start: at, end: at + 4 });
            assert_eq!(span.end - span.start, 4, "{name}");
        }
    }

    #[test]
    fn the_charset_and_its_source_are_named() {
        type Row<'a> = (&'a str, &'a [u8], Option<&'a str>, &'a str, CharsetSource);
        let rows: [Row<'_>; 8] = [
            ("bom", b"\xef\xbb\xbfhello", Some("gbk"), "UTF-8", CharsetSource::Bom),
            ("header", b"caf\xe9 au lait", Some("latin1"), "windows-1252", CharsetSource::Header),
            ("meta", b"<meta charset='koi8-r'>\xf0\xd2\xc9", None, "KOI8-R", CharsetSource::Meta),
            (
                "http-equiv",
                b"<meta content=\"text/html; charset=gb2312\">\xd6\xd0",
                None,
                "GBK",
                CharsetSource::Meta,
            ),
            ("meta overruled", "<meta charset=latin1>é".as_bytes(), None, "UTF-8", CharsetSource::Utf8),
            (
                "xml",
                b"<?xml version='1.0' encoding='Shift_JIS'?>\x93\xfa",
                None,
                "Shift_JIS",
                CharsetSource::Meta,
            ),
            ("meta says utf-16", b"<meta charset=utf-16>abc", None, "UTF-8", CharsetSource::Meta),
            (
                "undeclared",
                b"It\x92s a na\xefve caf\xe9 in S\xe3o Paulo",
                None,
                "windows-1252",
                CharsetSource::Detected,
            ),
        ];
        let cut_off: Row<'_> =
            ("cut off", &"Größe naïve €".as_bytes()[..16], Some("latin1"), "UTF-8", CharsetSource::Utf8);
        let refused: Row<'_> =
            ("refused label", b"<meta charset=iso-2022-kr>plain words", None, "UTF-8", CharsetSource::Utf8);
        for (name, bytes, label, expected, by) in rows.into_iter().chain([cut_off, refused]) {
            let charset = decode(bytes, label).unwrap().charset;
            assert_eq!((charset.name.as_str(), charset.by), (expected, by), "{name}");
        }
    }

    #[test]
    fn binary_content_is_refused() {
        for bytes in [&b"%PDF-1.7"[..], b"\x89PNG\r\n\x1a\n", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 200]] {
            assert!(matches!(decode(bytes, None), Err(Error::NotText { .. })));
        }
        assert!(matches!(decode(b"", None), Err(Error::EmptyPage)));
    }
}
