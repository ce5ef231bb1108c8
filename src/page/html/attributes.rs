//! The attributes of one start tag, in a buffer that is reused from tag to tag.

use std::ops::Range;

/// Names and decoded values of a tag's attributes.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    buffer: Vec<u8>,
    pairs: Vec<(Range<usize>, Range<usize>)>,
}

/// Attributes kept of one tag; a page that gives an element more hides nothing in them.
const MAX_ATTRIBUTES: usize = 64;

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
}
