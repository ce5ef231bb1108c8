//! A page saved by a browser as MHTML (RFC 2557) in, its markup and address out.

use mail_parser::{MessageParser, MimeHeaders, PartType};

use crate::error::{Error, Result};

/// The page of an MHTML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MhtmlPage {
    /// Its markup, from whatever encoding and charset its part states.
    pub html: String,
    /// Its address, where the file states it.
    pub url: Option<String>,
}

impl MhtmlPage {
    /// The page of a file's bytes: the first part of markup, at any depth, with the file's or else the part's address.
    ///
    /// # Errors
    /// [`Error::NotText`] if the bytes are no MIME message or hold no part of markup.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let none = Error::NotText { byte: 0, what: "an MHTML file without a part of HTML" };
        let Some(message) = MessageParser::default().parse(bytes) else { return Err(none) };
        let stated = message.header_raw("Snapshot-Content-Location").map(|url| url.trim().to_owned());
        let found = message.parts.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some((part, html)),
            _ => None,
        });
        let Some((part, html)) = found else { return Err(none) };
        let url =
            stated.or_else(|| part.content_location().map(str::to_owned)).filter(|url| url.contains("://"));
        Ok(Self { html: html.clone().into_owned(), url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/talks\r\nSubject: Talks\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\n\
        Content-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\np { color: red }\r\n--b\r\n\
        Content-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://a.example/other\r\n\r\n<p>The caf=E9 talks, =\r\nresumed =96 at last.</p>\r\n--b--\r\n";

    #[test]
    fn the_part_of_markup_is_decoded() {
        let page = MhtmlPage::parse(FILE.as_bytes()).unwrap();
        assert_eq!(page.html.trim(), "<p>The caf\u{e9} talks, resumed \u{2013} at last.</p>");
        assert_eq!(page.url.as_deref(), Some("https://a.example/talks"));
        let unstated = FILE.replace("Snapshot-Content-Location: https://a.example/talks\r\n", "");
        assert_eq!(
            MhtmlPage::parse(unstated.as_bytes()).unwrap().url.as_deref(),
            Some("https://a.example/other")
        );
    }

    #[test]
    fn what_has_no_markup_is_told() {
        for bytes in [&b""[..], b"\xff\xd8\xff", FILE.replace("text/html;", "text/plain;").as_bytes()] {
            let error = MhtmlPage::parse(bytes).unwrap_err().to_string();
            assert!(error.contains("without a part of HTML"), "{error}");
        }
    }
}
