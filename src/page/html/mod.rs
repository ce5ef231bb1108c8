//! Markup in, blocks and elements out, in one linear pass without recursion.
//!
//! The tokenizer is html5gum, which follows the WHATWG state machine; [`emitter`] adds byte positions to its tokens and
//! [`builder`] makes blocks of them.

mod attributes;
mod builder;
mod emitter;
mod head;

use super::block::{Block, Element};
use super::limits::{Limit, SNIFF_BYTES};

pub(super) use head::HeadFacts;

/// Everything read from the markup.
pub(super) struct Document {
    pub(super) blocks: Vec<Block>,
    pub(super) elements: Vec<Element>,
    pub(super) head: HeadFacts,
    pub(super) limits: Vec<Limit>,
}

/// Reads a document; any text is one.
pub(super) fn read(source: &str) -> Document {
    let builder = builder::Builder::new(source);
    emitter::tokenize(source, builder).finish()
}

/// Whether a text is markup: it begins as a document does, or tags are frequent near its start.
pub(super) fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let head = &start.as_bytes()[..start.len().min(SNIFF_BYTES)];
    let lower = head.to_ascii_lowercase();
    let opens = [
        &b"<!doctype html"[..],
        b"<html",
        b"<head",
        b"<body",
        b"<!--",
        b"<?xml",
        b"<script",
        b"<style",
        b"<link",
        b"<meta",
    ];
    if opens.iter().any(|open| lower.starts_with(open)) {
        return true;
    }
    let known = [
        "</p>",
        "<p>",
        "<p ",
        "<div",
        "</div>",
        "<br",
        "<a href",
        "</a>",
        "<h1",
        "<h2",
        "<li",
        "<span",
        "<table",
        "<title",
        "<article",
        "<section",
        "<meta",
        "<ul",
        "<html",
        "<head>",
        "<body",
        "<script",
        "</script>",
    ];
    let n_tags: usize =
        known.iter().map(|tag| memchr::memmem::find_iter(&lower, tag.as_bytes()).count()).sum();
    // A text about markup names a tag here and there; a fragment of markup has one every few hundred bytes.
    n_tags >= 2 && (n_tags * 600 > lower.len() || start.starts_with('<'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_markup_from_text() {
        let about_markup = format!("{} The <p> tag, and <br> too.", "Plain words of an essay. ".repeat(80));
        let rows = [
            ("document", "\n<!DOCTYPE html><html>", true),
            ("fragment", "<p>One.</p><p>Two.</p>", true),
            ("unknown tag first", "<cms:request page='1'>\n<html>\n<head>\n<script>", true),
            ("comment first", "<!-- saved from --><html>", true),
            ("text", "XI'AN, China -- While often portrayed", false),
            ("comparison", "a < b and c > d", false),
            ("essay on markup", about_markup.as_str(), false),
            ("empty", "", false),
        ];
        for (name, text, expected) in rows {
            assert_eq!(looks_like_html(text), expected, "{name}");
        }
    }
}
