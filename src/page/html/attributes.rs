//! The attributes of one start tag, in a buffer that is reused from tag to tag; what they say of the element.

use std::ops::Range;

/// Names and decoded values of a tag's attributes.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    buffer: Vec<u8>,
    pairs: Vec<(Range<usize>, Range<usize>)>,
}

/// Attributes kept of one tag; a page that gives an element more hides nothing in them.
const MAX_ATTRIBUTES: usize = 64;

/// Bytes kept of an element's names: every block looks at those of its ancestors.
const MAX_NAMING_BYTES: usize = 256;

impl Attributes {
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.pairs.clear();
    }

    pub(super) fn begin(&mut self) {
        if self.pairs.len() < MAX_ATTRIBUTES {
            let at = self.buffer.len();
            self.pairs.push((at..at, at..at));
        }
    }

    pub(super) fn push_name(&mut self, bytes: &[u8]) {
        if let Some((name, value)) = self.pairs.last_mut().filter(|(_, value)| value.is_empty()) {
            self.buffer.extend_from_slice(bytes);
            name.end = self.buffer.len();
            *value = name.end..name.end;
        }
    }

    pub(super) fn push_value(&mut self, bytes: &[u8]) {
        if let Some((_, value)) = self.pairs.last_mut() {
            self.buffer.extend_from_slice(bytes);
            value.end = self.buffer.len();
        }
    }

    /// The value of the first attribute of that name; an attribute without a value has the empty one.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(n, _)| &self.buffer[n.clone()] == name.as_bytes())?;
        std::str::from_utf8(&self.buffer[value.clone()]).ok()
    }

    /// Whether they keep an element from being displayed.
    pub(super) fn hide(&self) -> bool {
        self.value("hidden").is_some()
            || self.value("style").is_some_and(|style| {
                let style = style.to_ascii_lowercase();
                let declared = |name: &str, value: &str| {
                    style.split(';').any(|rule| {
                        rule.split_once(':')
                            .is_some_and(|(n, v)| n.trim() == name && v.trim().starts_with(value))
                    })
                };
                declared("display", "none") || declared("visibility", "hidden")
            })
    }

    /// The values that name an element's part in the page, parted by spaces.
    pub(super) fn naming(&self) -> String {
        let mut joined = String::new();
        for key in ["class", "id", "role", "itemprop"] {
            if let Some(value) = self.value(key).filter(|value| !value.is_empty()) {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                let room = MAX_NAMING_BYTES.saturating_sub(joined.len());
                joined.push_str(&value[..value.floor_char_boundary(room)]);
            }
        }
        joined
    }
}
