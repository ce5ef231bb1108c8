//! How the words of a block are set within it: links, bold, italics, code, line breaks. Nothing here parts blocks.

use std::sync::Arc;

/// How a block's text is set; empty for plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formatting {
    /// Stretches that are set off from the words around them, ascending and apart.
    pub runs: Vec<StyledRun>,
    /// Bytes of the text at which a line begins after a single `br`, ascending.
    pub line_breaks: Vec<usize>,
    /// The text of a preformatted block with its white space; `None` for any other.
    pub verbatim: Option<String>,
}

/// A stretch of text set off from the words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyledRun {
    /// First byte in the block's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// How it is set.
    pub style: Style,
}

/// How words are set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// Within `b` or `strong`.
    pub is_strong: bool,
    /// Within `i` or `em`.
    pub is_emphasized: bool,
    /// Within `code` or `tt`.
    pub is_code: bool,
    /// Where the link around it leads, as the page writes it.
    pub href: Option<Arc<str>>,
}

impl Formatting {
    /// Notes a word that is set off, at `[start, end)`; one that follows a word set alike, after `word_end`, joins its run.
    pub(super) fn note_word(&mut self, start: usize, end: usize, word_end: usize, style: Style) {
        if let Some(last) = self.runs.last_mut().filter(|run| run.end == word_end && run.style == style) {
            last.end = end;
        } else {
            self.runs.push(StyledRun { start, end, style });
        }
    }

    /// Notes that a line begins at byte `at`.
    pub(super) fn note_break(&mut self, at: usize) {
        if at > 0 && self.line_breaks.last() != Some(&at) {
            self.line_breaks.push(at);
        }
    }

    /// Appends text of a preformatted block as it stands.
    pub(super) fn push_verbatim(&mut self, text: &str) {
        self.verbatim.get_or_insert_default().push_str(text);
    }

    /// Ends with the block's text, of `text_len` bytes, which is preformatted or not.
    pub(super) fn finish(&mut self, text_len: usize, is_preformatted: bool) {
        self.line_breaks.retain(|at| *at < text_len);
        self.verbatim = self.verbatim.take().filter(|_| is_preformatted).map(|text| {
            // The indent of the first line stays.
            let from = text.len() - text.trim_start().len();
            let from = text[..from].rfind('\n').map_or(0, |at| at + 1);
            text[from..].trim_end().to_owned()
        });
    }
}
