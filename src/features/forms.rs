//! Word forms as they stand in texts ↔ what becomes of them, so that each form is dropped, stemmed or looked up once.
//!
//! A form of up to 12 bytes, which nearly all are, is its own key: two loads and a mask, without a branch on its length.
//! Four of them with their numbers share a cache line.

use super::strings::Interner;

/// A growing map from word forms, which hold no byte 0, to numbers.
#[derive(Debug, Default)]
pub(super) struct FormCache {
    /// A power of two long, at most seven eighths full: words that come early, as frequent ones do, stand where they belong.
    slots: Vec<Slot>,
    n_short: usize,
    long: Interner,
    long_values: Vec<u32>,
}

/// A form of 1 to 12 bytes, filled up with 0, and its number. All zero if there is none.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(16))]
struct Slot {
    head: u64,
    tail: u32,
    value: u32,
}

/// Bytes that must follow the last form in a buffer.
pub(super) const PADDING: &str = "            ";

/// The longest form that is its own key, in bytes.
const MAX_SHORT: usize = 12;

/// The masks of the two loads by the length of the form.
const MASKS: [(u64, u32); MAX_SHORT + 1] = masks();

const fn masks() -> [(u64, u32); MAX_SHORT + 1] {
    let mut masks = [(0, 0); MAX_SHORT + 1];
    let mut len = 0;
    while len <= MAX_SHORT {
        let ones = (1_u128 << (8 * len)) - 1;
        masks[len] = (ones as u64, (ones >> 64) as u32);
        len += 1;
    }
    masks
}

impl FormCache {
    /// The number of the form at `start..end` of `buffer`, which ends with [`PADDING`]; a new one gets what `value` says.
    #[inline]
    pub(super) fn number(
        &mut self,
        buffer: &str,
        (start, end): (usize, usize),
        value: impl FnOnce(&str) -> u32,
    ) -> u32 {
        let Some(bytes) =
            buffer.as_bytes()[start..].first_chunk::<MAX_SHORT>().filter(|_| end - start <= MAX_SHORT)
        else {
            return self.long_number(&buffer[start..end], value);
        };
        let [h0, h1, h2, h3, h4, h5, h6, h7, t0, t1, t2, t3] = *bytes;
        let (head_mask, tail_mask) = MASKS[end - start];
        let head = u64::from_le_bytes([h0, h1, h2, h3, h4, h5, h6, h7]) & head_mask;
        let tail = u32::from_le_bytes([t0, t1, t2, t3]) & tail_mask;
        if self.n_short * 8 >= self.slots.len() * 7 {
            self.grow();
        }
        let at = position(&self.slots, head, tail);
        let slot = &mut self.slots[at];
        if slot.head == 0 {
            *slot = Slot { head, tail, value: value(&buffer[start..end]) };
            self.n_short += 1;
        }
        slot.value
    }

    #[cold]
    fn long_number(&mut self, form: &str, value: impl FnOnce(&str) -> u32) -> u32 {
        let (number, is_new) = self.long.intern(form.as_bytes());
        if is_new {
            self.long_values.push(value(form));
        }
        self.long_values[number as usize]
    }

    #[cold]
    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); (self.slots.len() * 2).max(1024)];
        for slot in self.slots.iter().filter(|slot| slot.head != 0) {
            let at = position(&slots, slot.head, slot.tail);
            slots[at] = *slot;
        }
        self.slots = slots;
    }

    /// The number of forms.
    pub(super) fn len(&self) -> usize {
        self.n_short + self.long.len()
    }

    /// Forgets every form and keeps the room.
    pub(super) fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.n_short = 0;
        self.long.clear();
        self.long_values.clear();
    }
}

/// Where a form stands, or the free slot where it would.
#[inline]
fn position(slots: &[Slot], head: u64, tail: u32) -> usize {
    let mask = slots.len() - 1;
    // A folded multiplication, as in wyhash; the table is never written to a file.
    let product =
        u128::from(head ^ 0x9e37_79b9_7f4a_7c15) * u128::from(u64::from(tail) ^ 0xd1b5_4a32_d192_ed03);
    let mut at = (product as u64 ^ (product >> 64) as u64) as usize & mask;
    while (slots[at].head, slots[at].tail) != (head, tail) && slots[at].head != 0 {
        at = (at + 1) & mask;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_every_length_keep_their_numbers() {
        let forms: Vec<String> = (1..30_usize)
            .flat_map(|len| ["a", "b", "ä"].map(|c| c.repeat(len)))
            .chain((0..3000).map(|n| format!("f{n}")))
            .collect();
        let mut buffer = String::new();
        let places: Vec<(usize, usize)> = forms
            .iter()
            .map(|form| {
                let start = buffer.len();
                buffer.push_str(form);
                (start, buffer.len())
            })
            .collect();
        buffer.push_str(PADDING);
        let mut cache = FormCache::default();
        for round in 0..2 {
            for (number, (place, form)) in places.iter().zip(&forms).enumerate() {
                let found = cache.number(&buffer, *place, |new| {
                    assert_eq!((new, round), (form.as_str(), 0));
                    number as u32
                });
                assert_eq!(found, number as u32, "{form}");
            }
        }
        assert_eq!(cache.len(), forms.len());
    }
}
