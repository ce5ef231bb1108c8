//! A fixed set of strings ↔ numbers, as a model file holds it: used as it lies in the file, without being rebuilt.

use bytes::Bytes;

use super::arrays::U32Array;
use super::forms::{FormKey, Forms, Slot};
use super::strings::{Strings, hash};
use crate::error::{Error, Result};

/// A list of distinct strings with the look-up table beside it. All three arrays are a model file's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StringTable {
    bytes: Bytes,
    ends: U32Array,
    slots: Slots,
}

/// Slots of 16 bytes, a power of two of them: of a short string its key and its number, of a longer one its hash, a tail that
/// no key has and its number; all 0 where there is none.
#[derive(Debug, Clone, PartialEq)]
struct Slots(Bytes);

const SLOT_LEN: usize = 16;

/// The tail in the slot of a string that is not its own key.
const HASHED: u32 = u32::MAX;

/// The names of a table's arrays in a model file, after its own.
pub(crate) const STRING_ARRAYS: [&str; 3] = ["text", "ends", "slots"];

impl Slots {
    fn mask(&self) -> usize {
        self.0.len() / SLOT_LEN - 1
    }

    #[inline]
    fn at(&self, at: usize) -> Slot {
        let bytes: &[u8; SLOT_LEN] = self.0[at * SLOT_LEN..][..SLOT_LEN].try_into().expect("a slot's length");
        let all = u128::from_le_bytes(*bytes);
        Slot { head: all as u64, tail: (all >> 64) as u32, number: (all >> 96) as u32 }
    }
}

/// What stands in the slot of a string that is not its own key, but for the number.
fn hashed_slot(string: &[u8], number: u32) -> (u64, Slot) {
    let hash = hash(string);
    (hash, Slot { head: hash | 1, tail: HASHED, number })
}

impl StringTable {
    /// The table of distinct strings, numbered in the order in which they come; those that are looked up most should come
    /// first.
    pub(crate) fn new<'a>(all: impl ExactSizeIterator<Item = &'a [u8]>) -> Self {
        let mut slots = vec![Slot::default(); n_slots(all.len())];
        let mask = slots.len() - 1;
        let mut strings = Strings::default();
        for string in all {
            let number = strings.push(string);
            let (at, slot) = match FormKey::of_short(string) {
                Some(key) => (key.position(mask, |at| slots[at]), key.slot(number)),
                None => {
                    let (hash, slot) = hashed_slot(string, number);
                    let mut at = hash as usize & mask;
                    while slots[at].head != 0 {
                        at = (at + 1) & mask;
                    }
                    (at, slot)
                }
            };
            slots[at] = slot;
        }
        let mut bytes = Vec::with_capacity(slots.len() * SLOT_LEN);
        for Slot { head, tail, number } in slots {
            let all = u128::from(number) << 96 | u128::from(tail) << 64 | u128::from(head);
            bytes.extend_from_slice(&all.to_le_bytes());
        }
        let ends = U32Array::from(strings.ends());
        Self { bytes: strings.into_bytes().into(), ends, slots: Slots(bytes.into()) }
    }

    /// The table of a model file's arrays, in the order of [`STRING_ARRAYS`].
    ///
    /// # Errors
    /// [`Error::Model`] if the arrays do not fit each other.
    pub(crate) fn from_arrays([bytes, ends, slots]: [Bytes; 3]) -> Result<Self> {
        let table = Self { bytes, ends: U32Array::new(ends)?, slots: Slots(slots) };
        let n = table.ends.len();
        let end = n.checked_sub(1).map_or(0, |last| table.ends.at(last) as usize);
        if end != table.bytes.len() || table.slots.0.len() != n_slots(n) * SLOT_LEN {
            return Err(Error::model(
                "vocabulary",
                "strings and look-up table do not fit; the file is damaged",
            ));
        }
        Ok(table)
    }

    /// The arrays for a model file, in the order of [`STRING_ARRAYS`].
    pub(crate) fn arrays(&self) -> [Bytes; 3] {
        [self.bytes.clone(), self.ends.bytes(), self.slots.0.clone()]
    }

    /// The number of a string, or `None`.
    pub(crate) fn find(&self, string: &[u8]) -> Option<u32> {
        match FormKey::of_short(string) {
            Some(key) => self.find_key(key),
            None => self.find_hashed(string),
        }
    }

    fn find_key(&self, key: FormKey) -> Option<u32> {
        let found = self.slots.at(key.position(self.slots.mask(), |at| self.slots.at(at)));
        // A full table, which only a damaged file has, may have given another's slot.
        (found.head != 0 && key.is_in(found) && (found.number as usize) < self.len()).then_some(found.number)
    }

    fn find_hashed(&self, string: &[u8]) -> Option<u32> {
        let (hash, wanted) = hashed_slot(string, 0);
        let mask = self.slots.mask();
        let mut at = hash as usize & mask;
        for _ in 0..=mask {
            let found = self.slots.at(at);
            if found.head == 0 {
                return None;
            }
            let is_it = (found.head, found.tail) == (wanted.head, wanted.tail)
                && (found.number as usize) < self.len()
                && self.bytes_of(found.number) == string;
            if is_it {
                return Some(found.number);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Appends the number of each form of a text; for one that the table lacks, what `absent` says.
    pub(super) fn append_numbers(
        &self,
        (forms, folded): (&Forms, &str),
        numbers: &mut Vec<u32>,
        absent: impl Fn(&str) -> u32,
    ) {
        // A damaged file's numbers may be anything.
        let n = self.len() as u32;
        let settled = (numbers.len(), |number| number < n);
        forms.probe(numbers, self.slots.mask(), |at| self.slots.at(at));
        forms.settle(folded, numbers, settled, |key, form| {
            let found = if key.is_long() { self.find_hashed(form.as_bytes()) } else { self.find_key(key) };
            found.unwrap_or_else(|| absent(form))
        });
    }

    fn bytes_of(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends.at(number - 1) as usize };
        // A damaged file's offsets may be anything: the string is then empty rather than a panic.
        self.bytes.get(start..self.ends.at(number) as usize).unwrap_or_default()
    }

    /// String `number`.
    pub(crate) fn get(&self, number: u32) -> &str {
        std::str::from_utf8(self.bytes_of(number)).unwrap_or_default()
    }

    /// The number of strings.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Slots of a table of `n` entries: at most two thirds are taken.
pub(super) fn n_slots(n: usize) -> usize {
    (n + n / 2 + 1).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_find_what_they_hold_and_nothing_else() {
        for n in [0, 1, 2, 3, 1000] {
            // Short and long ones, and some with a byte 0, which are no keys.
            let words: Vec<String> =
                (0..n).map(|n| format!("{n:06}{}", ["", "\0", "-and-longer"][n % 3])).collect();
            let table = StringTable::new(words.iter().map(String::as_bytes));
            let again = StringTable::from_arrays(table.arrays()).unwrap();
            assert_eq!(again, table);
            for (number, word) in words.iter().enumerate() {
                assert_eq!(again.find(word.as_bytes()), Some(number as u32));
                assert_eq!(again.get(number as u32), word);
            }
            for absent in ["absent", "absent-and-longer", "", "\0", "000000\0\0"] {
                assert_eq!(again.find(absent.as_bytes()), None, "{absent:?}");
            }
        }
    }

    #[test]
    fn arrays_that_do_not_fit_are_refused() {
        let [text, ends, slots] = StringTable::new([b"a".as_slice(), b"bc"].into_iter()).arrays();
        assert!(StringTable::from_arrays([text.slice(1..), ends.clone(), slots.clone()]).is_err());
        assert!(StringTable::from_arrays([text.clone(), ends.slice(..4), slots.clone()]).is_err());
        assert!(StringTable::from_arrays([text, ends, slots.slice(..4)]).is_err());
    }

    #[test]
    fn a_full_table_of_a_damaged_file_ends_every_search() {
        let [text, ends, slots] = StringTable::new([b"a".as_slice(), b"bc"].into_iter()).arrays();
        let full = Bytes::from(vec![1; slots.len()]);
        let table = StringTable::from_arrays([text, ends, full]).unwrap();
        for absent in ["a", "a-string-that-is-long"] {
            assert_eq!(table.find(absent.as_bytes()), None);
        }
    }
}
