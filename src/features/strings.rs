//! Distinct strings ↔ numbers, growing while texts are counted: strings end to end in one run of bytes, looked up by open
//! addressing, so that there is no allocation per string.

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_nano_inline};

/// Strings numbered from 0 in the order in which they first came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner {
    strings: Strings,
    /// The high half of a string's hash, and its number plus one; 0 where there is none. A power of two long.
    slots: Vec<u64>,
}

impl Interner {
    /// The number of a string, and whether it is new.
    pub(crate) fn intern(&mut self, string: &[u8]) -> (u32, bool) {
        if self.strings.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(string);
        let at = self.position(hash, string);
        if self.slots[at] != 0 {
            return (self.slots[at] as u32 - 1, false);
        }
        let number = self.strings.push(string);
        self.slots[at] = slot(hash, number);
        (number, true)
    }

    /// Where the string stands, or the free slot where it would.
    fn position(&self, hash: u64, string: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let found = self.slots[at];
            let is_like = (found ^ hash) >> 32 == 0;
            if found == 0 || (is_like && is_same(self.strings.get(found as u32 - 1), string)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let n_slots = (self.slots.len() * 2).max(1024);
        self.slots = vec![0; n_slots];
        for number in 0..self.strings.len() as u32 {
            let hash = hash(self.strings.get(number));
            let mut at = hash as usize & (n_slots - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (n_slots - 1);
            }
            self.slots[at] = slot(hash, number);
        }
    }

    /// The strings, in the order of their numbers.
    pub(crate) fn strings(&self) -> &Strings {
        &self.strings
    }

    /// The number of strings.
    pub(crate) fn len(&self) -> usize {
        self.strings.len()
    }

    /// Forgets every string and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.strings.clear();
        self.slots.fill(0);
    }
}

/// A hash whose values are the same in every version: look-up tables in model files rest on it.
pub(crate) fn hash(string: &[u8]) -> u64 {
    rapidhash_v3_nano_inline::<true, false>(string, &DEFAULT_RAPID_SECRETS)
}

/// Equality without a call for the short strings that words are: two loads that may overlap cover 8 to 16 bytes, or 4 to 8.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let head_and_tail = |s: &[u8]| match s.len() {
        8..=16 => {
            let head = s.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            let tail = s.last_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            (head, tail)
        }
        _ => {
            let head = s.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
            let tail = s.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
            (u64::from(head), u64::from(tail))
        }
    };
    a.len() == b.len()
        && match a.len() {
            0..4 => a.iter().zip(b).all(|(a, b)| a == b),
            4..=16 => head_and_tail(a) == head_and_tail(b),
            _ => a == b,
        }
}

fn slot(hash: u64, number: u32) -> u64 {
    (hash >> 32 << 32) | u64::from(number + 1)
}

/// A list of byte strings, end to end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Strings {
    bytes: Vec<u8>,
    /// String `i` ends here.
    ends: Vec<u32>,
}

impl Strings {
    /// Appends a string and returns its number.
    pub(crate) fn push(&mut self, string: &[u8]) -> u32 {
        self.bytes.extend_from_slice(string);
        self.ends.push(u32::try_from(self.bytes.len()).expect("distinct words and n-grams are under 4 GiB"));
        self.ends.len() as u32 - 1
    }

    /// String `number`.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.bytes[start..self.ends[number] as usize]
    }

    /// The number of strings.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where each string ends.
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// All strings end to end.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_while_the_interner_grows() {
        let mut interner = Interner::default();
        let words: Vec<String> = (0..5000).map(|n| format!("word{n}")).collect();
        for (n, word) in words.iter().enumerate() {
            assert_eq!(interner.intern(word.as_bytes()), (n as u32, true));
        }
        for (n, word) in words.iter().enumerate() {
            assert_eq!(interner.intern(word.as_bytes()), (n as u32, false));
            assert_eq!(interner.strings().get(n as u32), word.as_bytes());
        }
        interner.clear();
        assert_eq!(interner.intern(b"word1"), (0, true));
    }

    #[test]
    fn short_strings_are_told_apart() {
        let all: Vec<Vec<u8>> = (0..40_usize)
            .flat_map(|len| {
                (0..=len).map(move |at| (0..len).map(|i| if i == at { b'x' } else { b'a' }).collect())
            })
            .collect();
        for a in &all {
            for b in &all {
                assert_eq!(is_same(a, b), a == b, "{a:?} {b:?}");
            }
        }
    }
}
