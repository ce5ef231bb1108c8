//! Text of documents in, text that is safe on a terminal out.

use std::borrow::Cow;

/// Whether a character can act on a terminal or turn the order of what stands around it.
fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// Returns `text` without control, escape, zero-width and bidirectional characters; line ends become spaces.
///
/// ```
/// assert_eq!(nutgraf::report::clean("a\u{1b}[31mred\nb\u{202e}c"), "a[31mred bc");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|c| !is_unsafe(*c) || *c == '\n')
            .map(|c| if c == '\n' { ' ' } else { c })
            .collect(),
    )
}

/// As [`clean`], with line ends kept.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}
