//! The bytes of an HTTP response in, its page out: status, type and charset, and the body without its encodings.

use std::io::Read;

use super::compression::Compression;
use crate::page::{Format, MAX_PAGE_BYTES};

/// What a response holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Response {
    /// A page.
    Page {
        /// The charset of its `Content-Type`.
        charset: Option<String>,
        /// Whether it is markup or plain text.
        format: Format,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// An image, a redirect, an error page: no page to read.
    Other,
}

/// Header fields of a response at most.
const MAX_FIELDS: usize = 256;

/// Reads a response; the error says what is wrong with it.
pub(super) fn response(mut bytes: Vec<u8>) -> Result<Response, String> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let start = match head.parse(&bytes) {
        Ok(httparse::Status::Complete(start)) => start,
        Ok(httparse::Status::Partial) => return Err("its HTTP header has no end".into()),
        Err(e) => return Err(format!("its HTTP header cannot be read ({e})")),
    };
    let field = |name: &str| {
        let found = head.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(found.value).trim().to_owned())
    };
    let is_ok = head.code.is_some_and(|code| (200..300).contains(&code));
    let content_type = field("content-type");
    let Some((format, charset)) = page_type(content_type.as_deref(), &bytes[start..]).filter(|_| is_ok)
    else {
        return Ok(Response::Other);
    };
    let is_chunked =
        field("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let encoding = field("content-encoding").unwrap_or_default().to_ascii_lowercase();
    bytes.drain(..start);
    let mut body = bytes;
    if is_chunked && let Some(joined) = dechunked(&body) {
        // Many crawlers join the chunks and leave the header as it was.
        body = joined;
    }
    let body = decoded(body, &encoding)?;
    Ok(Response::Page { charset, format, body })
}

/// The format and charset of a type that is a page's; of none, what the body looks like.
pub(super) fn page_type(content_type: Option<&str>, body: &[u8]) -> Option<(Format, Option<String>)> {
    let Some(content_type) = content_type else {
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
        return (*first == b'<').then_some((Format::Html, None));
    };
    let mut parts = content_type.split(';').map(str::trim);
    let format = match parts.next()?.to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => Format::Html,
        "text/plain" => Format::Plain,
        _ => return None,
    };
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    Some((format, charset))
}

/// The chunks of a body, joined; `None` if it does not consist of chunks. A body that breaks off gives the chunks before.
fn dechunked(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(&rest[..size.min(rest.len())]);
        let Some(after) = rest.get(size..) else { return Some(joined) };
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
        if rest.is_empty() {
            return Some(joined);
        }
    }
}

/// A body without its encoding. One that says it is encoded and is not is taken as it stands, as crawlers leave it.
fn decoded(body: Vec<u8>, encoding: &str) -> Result<Vec<u8>, String> {
    let compression = Compression::of(&body);
    match encoding {
        "gzip" | "x-gzip" if compression == Compression::Gzip => {
            read_all(flate2::read::MultiGzDecoder::new(&body[..]), encoding)
        }
        "zstd" if compression == Compression::Zstd => {
            let decoder = zstd::stream::read::Decoder::new(&body[..]).map_err(|e| e.to_string())?;
            read_all(decoder, encoding)
        }
        // With the two bytes of zlib before it or without.
        "deflate" if !looks_like_text(&body) => read_all(flate2::read::ZlibDecoder::new(&body[..]), encoding)
            .or_else(|_| read_all(flate2::read::DeflateDecoder::new(&body[..]), encoding)),
        "br" if !looks_like_text(&body) => {
            Err("its body is in Brotli, which is not read; have the crawler store bodies decoded".into())
        }
        _ => Ok(body),
    }
}

fn looks_like_text(body: &[u8]) -> bool {
    let head = &body[..body.len().min(64)];
    head.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace())
}

fn read_all(decoder: impl Read, encoding: &str) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    let limit = MAX_PAGE_BYTES as u64 + 1;
    decoder
        .take(limit)
        .read_to_end(&mut decoded)
        .map_err(|e| format!("its {encoding} body is damaged ({e})"))?;
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn page(bytes: &[u8]) -> (Option<String>, String) {
        match response(bytes.to_vec()) {
            Ok(Response::Page { charset, body, .. }) => (charset, String::from_utf8(body).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bodies_come_without_their_encodings() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"koi8-r\"\r\n\r\n<p>Talks";
        assert_eq!(page(plain), (Some("koi8-r".into()), "<p>Talks".into()));
        let chunked = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n\
                        4;x=1\r\n<p>T\r\n4\r\nalks\r\n0\r\n\r\n";
        assert_eq!(page(chunked), (None, "<p>Talks".into()));
        let joined =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n<p>Talks";
        assert_eq!(page(joined).1, "<p>Talks");
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"<p>Talks").unwrap();
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
        assert_eq!(page(&[&head[..], &encoder.finish().unwrap()].concat()).1, "<p>Talks");
        assert_eq!(page(&[&head[..], b"<p>Talks"].concat()).1, "<p>Talks", "decoded by the crawler");
    }

    #[test]
    fn what_is_no_page_is_told_apart() {
        for bytes in [
            &b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx"[..],
            b"HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\n\r\n<p>x",
            b"HTTP/1.1 200 OK\r\n\r\nGIF89a",
        ] {
            assert_eq!(response(bytes.to_vec()), Ok(Response::Other));
        }
        assert!(response(b"HTTP/1.1 200 OK\r\nContent-Type".to_vec()).unwrap_err().contains("no end"));
        assert!(response(b"talks".to_vec()).unwrap_err().contains("HTTP header"));
    }
}
