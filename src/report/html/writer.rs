//! Markup out: the one way in which words reach HTML.
//!
//! Tags, attribute names and markup are `&'static str`, so they stand in this program's source; everything else passes through
//! [`Html::text`] or an attribute's [`Value`], which escape it. So words of a document cannot become markup, whoever writes the
//! view: what is not escaped has no type to be written by.

use std::fmt::Write as _;

use super::super::clean::clean;

/// A document being written. Elements are closed in the order in which they were opened.
#[derive(Debug, Default)]
pub(super) struct Html {
    out: String,
    open: Vec<&'static str>,
}

/// The value of an attribute.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// Words of this program.
    Static(&'static str),
    /// Words of a document, which are escaped.
    Text(&'a str),
    /// A number, with the words of this program before and after it: `--p:` 0.5 ``.
    Number(&'static str, f64, &'static str),
    /// Places, as `points` of a line has them.
    Points(&'a [(f64, f64)]),
}

impl Html {
    /// Writes markup of this program.
    pub(super) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Writes words, without control and bidirectional characters.
    pub(super) fn text(&mut self, words: &str) -> &mut Self {
        push_escaped(&mut self.out, words);
        self
    }

    /// Opens an element.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, Value<'_>)]) -> &mut Self {
        self.open.push(tag);
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            match value {
                Value::Static(words) | Value::Text(words) => push_escaped(&mut self.out, words),
                Value::Number(before, number, after) => {
                    let _ = write!(self.out, "{before}{}{after}", rounded(*number));
                }
                Value::Points(points) => {
                    for (x, y) in *points {
                        let _ = write!(self.out, "{},{} ", rounded(*x), rounded(*y));
                    }
                }
            }
            self.out.push('"');
        }
        self.out.push('>');
        self
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) -> &mut Self {
        if let Some(tag) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(tag);
            self.out.push('>');
        }
        self
    }

    /// Writes an element of words alone.
    pub(super) fn element(
        &mut self,
        tag: &'static str,
        attributes: &[(&'static str, Value<'_>)],
        words: &str,
    ) -> &mut Self {
        self.open(tag, attributes).text(words).close()
    }

    /// The document, every element closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out.push('\n');
        self.out
    }
}

/// To three decimals, which are finer than any screen.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn push_escaped(out: &mut String, words: &str) {
    for c in clean(words).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let mut html = Html::default();
        html.open(
            "p",
            &[("title", Value::Text("a\"onload='x' <b>")), ("style", Value::Number("--p:", 0.123_45, ""))],
        )
        .text("<script>alert(1)</script> & \u{202e}")
        .element("b", &[], "x");
        let expected = "<p title=\"a&quot;onload=&#39;x&#39; &lt;b&gt;\" style=\"--p:0.123\">\
                        &lt;script&gt;alert(1)&lt;/script&gt; &amp; <b>x</b></p>\n";
        assert_eq!(html.finish(), expected);
    }
}
