//! html5gum's tokens with their byte positions: text as slices of the source wherever it stands there verbatim.
//!
//! html5gum moves a position along as it reads; text that reaches the emitter equals the source just before that
//! position, unless it was a character reference or a normalised line end, which is handed on with the bytes it stands
//! for. Measured at 400 MB/s on real pages (ARCHITECTURE.md).

use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer, naive_next_state};

use super::attributes::Attributes;

/// Receives what the tokenizer finds, in source order.
pub(super) trait Sink {
    /// Text that stands at `start` in the source as it is.
    fn verbatim(&mut self, text: &str, start: usize);
    /// Text that the source bytes `[start, end)` stand for.
    fn replaced(&mut self, text: &str, start: usize, end: usize);
    /// A start tag.
    fn start_tag(&mut self, name: &str, attributes: &Attributes, is_self_closing: bool);
    /// An end tag.
    fn end_tag(&mut self, name: &str);
}

const TITLE: &str = "title";

/// Tokenizes `source` into `sink` and returns it.
pub(super) fn tokenize<S: Sink>(source: &str, mut sink: S) -> S {
    let mut tag = OpenTag::default();
    let title = Title::Closed;
    let emitter =
        SpanEmitter { source, sink: &mut sink, tag: &mut tag, at: 0, mark: 0, verbatim: (0, 0), title };
    let Ok(()) = Tokenizer::new_with_emitter(source, emitter).finish();
    sink
}

#[derive(Default)]
struct OpenTag {
    name: Vec<u8>,
    attributes: Attributes,
    is_end: bool,
    is_self_closing: bool,
    /// The last start tag, which ends raw text.
    last_start: Vec<u8>,
}

struct SpanEmitter<'a, S> {
    source: &'a str,
    sink: &'a mut S,
    tag: &'a mut OpenTag,
    /// The reader's position.
    at: usize,
    /// One past the last byte handed on.
    mark: usize,
    /// Text found verbatim and not handed on yet; pieces that touch are handed on as one.
    verbatim: (usize, usize),
    title: Title,
}

/// What is known of a `title` that never ends. By the standard all of the page after it is title, and browsers show nothing; 8 of
/// the 621 pages of L3S-GN1 are of that kind. Here the next tag ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Title {
    /// None was met.
    Closed,
    /// One is open.
    Open,
    /// One was met, so that no end tag of a title stands in the rest of the source.
    Ended,
}

impl<S: Sink> SpanEmitter<'_, S> {
    /// Whether no `</title` follows. Looked for once a title, up to its end, or once in all: linear.
    fn is_never_closed(&self) -> bool {
        let rest = &self.source.as_bytes()[self.at.min(self.source.len())..];
        let is_end = |at: usize| {
            let (name, after) = rest[at + 2..].split_at_checked(TITLE.len()).unwrap_or_default();
            let is_whole =
                after.first().is_some_and(|next| next.is_ascii_whitespace() || b"/>".contains(next));
            is_whole && name.eq_ignore_ascii_case(TITLE.as_bytes())
        };
        self.title == Title::Ended || !memchr::memmem::find_iter(rest, b"</").any(is_end)
    }

    fn flush(&mut self) {
        let (start, end) = self.verbatim;
        if start < end
            && let Some(text) = self.source.get(start..end)
        {
            self.sink.verbatim(text, start);
        }
        self.verbatim = (self.mark, self.mark);
    }
}

impl<S: Sink> Emitter for SpanEmitter<'_, S> {
    type Token = Infallible;

    fn move_position(&mut self, offset: isize) {
        self.at = self.at.saturating_add_signed(offset);
    }

    fn emit_string(&mut self, text: &[u8]) {
        let end = self.at.min(self.source.len());
        let mut start = end.saturating_sub(text.len());
        let mut end = end;
        let is_at = |at: usize| self.source.as_bytes()[at..].starts_with(text);
        if !is_at(start) && text.starts_with(b"<") && is_at(self.mark) {
            // What looked like an end tag in raw text is handed on after the reader has gone further.
            (start, end) = (self.mark, self.mark + text.len());
        }
        if self.source.as_bytes().get(start..end) == Some(text) {
            if self.verbatim.1 != start {
                self.flush();
                self.verbatim.0 = start;
            }
            self.verbatim.1 = end;
            self.mark = end;
            return;
        }
        self.flush();
        if let Ok(text) = std::str::from_utf8(text) {
            self.sink.replaced(text, self.mark.min(end), end);
        }
        self.mark = end;
        self.verbatim = (end, end);
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.mark = self.at;
        self.verbatim = (self.mark, self.mark);
        let Ok(name) = std::str::from_utf8(&self.tag.name) else {
            return None;
        };
        if self.title == Title::Open {
            self.sink.end_tag(TITLE);
            self.title = Title::Ended;
        }
        if self.tag.is_end {
            self.sink.end_tag(name);
            return None;
        }
        self.sink.start_tag(name, &self.tag.attributes, self.tag.is_self_closing);
        self.tag.last_start.clear();
        self.tag.last_start.extend_from_slice(&self.tag.name);
        if name == TITLE && self.is_never_closed() {
            self.title = Title::Open;
            return None;
        }
        naive_next_state(&self.tag.name)
    }

    fn emit_current_comment(&mut self) {
        self.flush();
        self.mark = self.at;
    }

    fn emit_current_doctype(&mut self) {
        self.flush();
        self.mark = self.at;
    }

    fn emit_eof(&mut self) {
        self.flush();
    }

    fn init_start_tag(&mut self) {
        self.tag.name.clear();
        self.tag.attributes.clear();
        (self.tag.is_end, self.tag.is_self_closing) = (false, false);
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.tag.is_end = true;
    }

    fn push_tag_name(&mut self, bytes: &[u8]) {
        self.tag.name.extend_from_slice(bytes);
    }

    fn init_attribute(&mut self) {
        self.tag.attributes.begin();
    }

    fn push_attribute_name(&mut self, bytes: &[u8]) {
        self.tag.attributes.push_name(bytes);
    }

    fn push_attribute_value(&mut self, bytes: &[u8]) {
        self.tag.attributes.push_value(bytes);
    }

    fn set_self_closing(&mut self) {
        self.tag.is_self_closing = true;
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.tag.name.is_empty() && self.tag.name == self.tag.last_start
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.tag.last_start.clear();
        self.tag.last_start.extend_from_slice(name.unwrap_or_default());
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes every event with its source.
    struct Log<'a>(&'a str, Vec<String>);

    impl Sink for Log<'_> {
        fn verbatim(&mut self, text: &str, start: usize) {
            assert_eq!(&self.0[start..start + text.len()], text);
            self.1.push(text.to_owned());
        }
        fn replaced(&mut self, text: &str, start: usize, end: usize) {
            self.1.push(format!("{text:?}={}", &self.0[start..end]));
        }
        fn start_tag(&mut self, name: &str, attributes: &Attributes, _: bool) {
            self.1.push(format!("<{name} {:?}>", attributes.value("class").unwrap_or("")));
        }
        fn end_tag(&mut self, name: &str) {
            self.1.push(format!("</{name}>"));
        }
    }

    #[test]
    fn text_comes_with_the_bytes_it_stands_for() {
        let rows: [(&str, &[&str]); 11] = [
            ("a&amp;b &lt; c", &["a", "\"&\"=&amp;", "b ", "\"<\"=&lt;", " c"]),
            ("<p class='x &gt; y'>é&#8217;s</p>", &["<p \"x > y\">", "é", "\"’\"=&#8217;", "s", "</p>"]),
            ("a &unknown; &amp", &["a &unknown; ", "\"&\"=&amp"]),
            ("1 <é 2 < 3 <", &["1 <é 2 < 3 <"]),
            ("x<!-- c -->y", &["x", "y"]),
            ("<script>if (a<b) '</p>'</script>z", &["<script \"\">", "if (a<b) '</p>'", "</script>", "z"]),
            ("<TITLE>A <b> B</Title>c", &["<title \"\">", "A <b> B", "</title>", "c"]),
            (
                "<title>A &lt; B <p>c",
                &["<title \"\">", "A ", "\"<\"=&lt;", " B ", "</title>", "<p \"\">", "c"],
            ),
            ("<title>A</titles><title>", &["<title \"\">", "A", "</title>", "</titles>", "<title \"\">"]),
            ("a\r\nb", &["a", "\"\\n\"=\r", "b"]),
            ("&nGt;&notit;", &["\"≫\\u{20d2}\"=&nGt;", "\"¬\"=&not", "it;"]),
        ];
        for (source, expected) in rows {
            let log = tokenize(source, Log(source, Vec::new()));
            assert_eq!(log.1, expected, "{source}");
        }
    }
}
