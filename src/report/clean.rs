//! Text of documents in, text that is safe on a terminal out.

use std::borrow::Cow;

/// Whether a character can act on a terminal or turn the order of what stands around it.
fn is_unsafe(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// Returns `text` without control, escape and bidirectional characters; line ends become spaces.
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

/// Returns a line of JSON with control and bidirectional characters as `\uXXXX`, which every JSON reader turns back.
#[must_use]
pub fn escape_unsafe(json: String) -> String {
    if !json.contains(is_unsafe) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // All of them stand in the basic plane, and JSON has control characters only within strings.
        if is_unsafe(c) { escaped.push_str(&format!("\\u{:04x}", u32::from(c))) } else { escaped.push(c) }
    }
    escaped
}
