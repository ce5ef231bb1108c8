//! Where text came from: byte ranges of the original file, and the map from a block's text to them.

use serde::{Deserialize, Serialize};

use super::charset::Offsets;

/// A range `[start, end)` in bytes of the original file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "[usize; 2]", from = "[usize; 2]")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

impl From<[usize; 2]> for Span {
    fn from([start, end]: [usize; 2]) -> Self {
        Self { start, end }
    }
}

/// A stretch of text that came from one stretch of the source. Where both have one length they correspond byte by
/// byte; otherwise (a character reference, a character of another charset, collapsed white space) only as wholes.
///
/// Kept in 12 bytes, since a page of many short lines has millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// First byte in the text; the run ends where the next begins.
    text_start: u32,
    /// The bytes in the source.
    source_start: u32,
    source_end: u32,
}

impl Run {
    fn new(text_start: usize, source: Span) -> Self {
        let narrow = |at: usize| u32::try_from(at).expect("MAX_PAGE_BYTES is far below 4 GiB");
        Self {
            text_start: narrow(text_start),
            source_start: narrow(source.start),
            source_end: narrow(source.end),
        }
    }

    fn text_start(self) -> usize {
        self.text_start as usize
    }

    fn source(self) -> Span {
        Span { start: self.source_start as usize, end: self.source_end as usize }
    }
}

/// The map from a text to the source it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap {
    /// By `text_start`, without gaps in the text.
    runs: Vec<Run>,
    text_len: usize,
}

impl SourceMap {
    /// Appends `text_len` bytes of text that came from `source`.
    pub(crate) fn push(&mut self, text_len: usize, source: Span) {
        let text_start = self.text_len;
        self.text_len += text_len;
        let is_exact = |text_len: usize, source: Span| text_len == source.end - source.start;
        if let Some(last) = self.runs.last_mut()
            && last.source().end == source.start
            && is_exact(text_start - last.text_start(), last.source())
            && is_exact(text_len, source)
        {
            *last = Run::new(last.text_start(), Span { end: source.end, ..last.source() });
            return;
        }
        self.runs.push(Run::new(text_start, source));
    }

    /// Appends another text's map, which begins at `text_start` of the joined text.
    pub(crate) fn append(&mut self, text_start: usize, other: &Self) {
        let gap = text_start - self.text_len;
        let end = self.whole().end;
        self.push(gap, Span { start: end, end: other.whole().start });
        for run in &other.runs {
            self.runs.push(Run::new(text_start + run.text_start(), run.source()));
        }
        self.text_len = text_start + other.text_len;
    }

    /// Drops the text from `text_len` on.
    pub(crate) fn truncate(&mut self, text_len: usize) {
        while let Some(run) = self.runs.pop_if(|run| run.text_start() >= text_len) {
            self.text_len = run.text_start();
        }
        if text_len < self.text_len
            && let Some(last) = self.runs.last_mut()
            && self.text_len - last.text_start() == last.source().end - last.source().start
        {
            let Span { start, .. } = last.source();
            let end = start + (text_len - last.text_start());
            *last = Run::new(last.text_start(), Span { start, end });
        }
        self.text_len = text_len;
    }

    /// The source bytes of the text's bytes `[start, end)`, which must fall between characters; an empty range, or one
    /// past the end, gives an empty span at the nearest place.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        let Some(first) = self.run_at(start) else {
            return Span { start: 0, end: 0 };
        };
        let source_start = if self.is_exact(first) {
            let run = self.runs[first];
            (run.source().start + (start - run.text_start())).min(run.source().end)
        } else {
            self.runs[first].source().start
        };
        if end <= start {
            return Span { start: source_start, end: source_start };
        }
        let last = self.run_at(end - 1).unwrap_or(first);
        let source_end = if self.is_exact(last) {
            let run = self.runs[last];
            (run.source().start + (end - run.text_start())).min(run.source().end)
        } else {
            self.runs[last].source().end
        };
        Span { start: source_start, end: source_end }
    }

    /// The bytes of the text that came from some bytes of the source; what corresponds only as a whole is in as a whole. `None`
    /// if none did.
    #[must_use]
    pub fn text_range(&self, source: Span) -> Option<(usize, usize)> {
        let first = self.runs.partition_point(|run| run.source().end <= source.start);
        let last = self.runs.partition_point(|run| run.source().start < source.end).checked_sub(1)?;
        if first > last {
            return None;
        }
        let [from, to] = [self.runs[first], self.runs[last]];
        let skipped = if self.is_exact(first) { source.start.saturating_sub(from.source().start) } else { 0 };
        let end = self.end_of(last);
        let end = if self.is_exact(last) {
            end.min(to.text_start() + (source.end - to.source().start))
        } else {
            end
        };
        Some((from.text_start() + skipped, end))
    }

    /// The source of the whole text.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.span(0, self.text_len)
    }

    /// The run that holds text byte `at`, or the last one.
    fn run_at(&self, at: usize) -> Option<usize> {
        self.runs.partition_point(|run| run.text_start() <= at).checked_sub(1)
    }

    fn is_exact(&self, idx: usize) -> bool {
        let run = self.runs[idx];
        self.end_of(idx) - run.text_start() == run.source().end - run.source().start
    }

    /// One past the last text byte of a run.
    fn end_of(&self, idx: usize) -> usize {
        self.runs.get(idx + 1).map_or(self.text_len, |next| next.text_start())
    }

    /// Turns offsets into the decoded text into offsets into the original bytes.
    pub(super) fn move_to_original(&mut self, offsets: &Offsets) {
        if offsets.is_identity() {
            return;
        }
        let mut original = Self::default();
        for idx in 0..self.runs.len() {
            let run = self.runs[idx];
            if self.is_exact(idx) {
                for (len, source) in offsets.pieces(run.source()) {
                    original.push(len, source);
                }
            } else {
                original.push(self.end_of(idx) - run.text_start(), offsets.original(run.source()));
            }
        }
        *self = original;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    #[test]
    fn contiguous_exact_runs_join_and_others_map_as_wholes() {
        // "Fish &amp; chips" → "Fish & chips"
        let mut map = SourceMap::default();
        map.push(5, span(10, 15));
        map.push(1, span(15, 20));
        map.push(1, span(20, 21));
        map.push(5, span(21, 26));
        assert_eq!(map.runs.len(), 3);
        assert_eq!(map.span(0, 4), span(10, 14));
        assert_eq!(map.span(5, 6), span(15, 20));
        assert_eq!(map.span(7, 12), span(21, 26));
        assert_eq!(map.whole(), span(10, 26));
        map.truncate(9);
        assert_eq!(map.whole(), span(10, 23));
        assert_eq!(SourceMap::default().whole(), span(0, 0));
        // "&ge; " → "≥ " cut to "≥": the reference stays whole.
        let mut map = SourceMap::default();
        map.push(3, span(0, 4));
        map.push(1, span(4, 5));
        map.truncate(3);
        assert_eq!(map.whole(), span(0, 4));
    }
}
