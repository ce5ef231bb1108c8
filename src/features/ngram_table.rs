//! Word n-grams ↔ numbers, as a model file holds them: each a pair of two numbers in one.

use bytes::Bytes;

use super::arrays::{U32Array, U64Array};
use super::string_table::n_slots;
use crate::error::{Error, Result};

/// A fixed set of pairs, numbered in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NgramTable {
    pairs: U64Array,
    /// A power of two long. Of a pair its number plus one, and above it, in the bits that no number needs, the top bits of
    /// its hash, so that a pair which the table lacks is rarely compared with another; 0 where there is none.
    slots: U32Array,
}

/// The names of the arrays in a model file.
const NGRAM_ARRAYS: [&str; 2] = ["lexicon.ngrams.pairs", "lexicon.ngrams.slots"];

/// Cuts a slot's number from its tag in a table of `n` pairs.
fn number_mask(n: usize) -> u32 {
    u32::try_from((n + 1).next_power_of_two() - 1).unwrap_or(u32::MAX)
}

/// The slot of a pair but for its number.
fn tag(hash: u64, number_mask: u32) -> u32 {
    (hash >> 32) as u32 & !number_mask
}

impl NgramTable {
    /// The table of ascending pairs.
    pub(super) fn new(pairs: &[u64]) -> Self {
        let mut slots = vec![0_u32; n_slots(pairs.len())];
        let number_mask = number_mask(pairs.len());
        let mask = slots.len() - 1;
        for (number, pair) in pairs.iter().enumerate() {
            let hash = mix(*pair);
            let mut at = hash as usize & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = tag(hash, number_mask) | (number as u32 + 1);
        }
        Self { pairs: U64Array::from(pairs), slots: U32Array::from(&slots[..]) }
    }

    /// The table of a model file's arrays; `array` gives an array by name.
    ///
    /// # Errors
    /// [`Error::Model`] if an array is missing or they do not fit each other.
    pub(super) fn from_arrays(array: impl Fn(&str) -> Result<Bytes>) -> Result<Self> {
        let [pairs, slots] = NGRAM_ARRAYS.map(array);
        let table = Self { pairs: U64Array::new(pairs?)?, slots: U32Array::new(slots?)? };
        if table.slots.len() != n_slots(table.len()) {
            return Err(Error::model(
                "vocabulary",
                "n-grams and look-up table do not fit; the file is damaged",
            ));
        }
        Ok(table)
    }

    /// The arrays for a model file, by name.
    pub(super) fn arrays(&self) -> [(&'static str, Bytes); 2] {
        let [pairs, slots] = NGRAM_ARRAYS;
        [(pairs, self.pairs.bytes()), (slots, self.slots.bytes())]
    }

    /// The number of a pair, or `None`.
    #[inline]
    pub(super) fn find(&self, pair: u64) -> Option<u32> {
        let number_mask = number_mask(self.len());
        let hash = mix(pair);
        let tag = tag(hash, number_mask);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        // A full table, which only a damaged file has, is walked round once.
        for _ in 0..=mask {
            let slot = self.slots.at(at);
            if slot == 0 {
                return None;
            }
            let number = (slot & number_mask).wrapping_sub(1);
            let is_it = slot & !number_mask == tag
                && (number as usize) < self.len()
                && self.pairs.at(number as usize) == pair;
            if is_it {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Pair `number`.
    ///
    /// # Panics
    /// If there is none.
    pub(super) fn at(&self, number: usize) -> u64 {
        self.pairs.at(number)
    }

    /// The number of pairs.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }
}

/// An n-gram as one number: the column of its first n − 1 words and its last word's.
pub(super) fn pair(prefix: u32, word: u32) -> u64 {
    u64::from(prefix) << 32 | u64::from(word)
}

/// The finaliser of splitmix64 (Steele et al. 2014): every bit of the input moves half of the output's.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_find_what_they_hold_and_nothing_else() {
        for n in [0, 1, 2, 3, 4, 1000, 5000] {
            let pairs: Vec<u64> = (0..n).map(|n| pair(n, 3 * n)).collect();
            let table = NgramTable::new(&pairs);
            let arrays = table.arrays();
            let again = NgramTable::from_arrays(|name| {
                Ok(arrays.iter().find(|(own, _)| *own == name).unwrap().1.clone())
            });
            assert_eq!(again.unwrap(), table);
            for (number, pair) in pairs.iter().enumerate() {
                assert_eq!(table.find(*pair), Some(number as u32));
                assert_eq!(table.find(pair + 1), None);
            }
        }
    }

    #[test]
    fn a_full_table_of_a_damaged_file_ends_every_search() {
        let table = NgramTable::new(&[pair(1, 2), pair(3, 4)]);
        let slots = Bytes::from(vec![255; 4 * table.slots.len()]);
        let damaged = NgramTable { slots: U32Array::new(slots).unwrap(), ..table };
        assert_eq!(damaged.find(pair(1, 2)), None);
    }
}
