//! Word forms as they stand in texts ↔ numbers, by open addressing.
//!
//! A form of up to 12 bytes, which nearly all are, is its own key: two loads and a mask, without a branch on its length.
//! Four of them with their numbers share a cache line. A text's forms are looked up together, first each where it belongs,
//! in a loop so short that the processor waits for many cache lines at once, and then the few that stand elsewhere.

use super::rows::DROPPED;
use super::strings::Interner;
use crate::text::{Token, for_each_token};

/// A form of 1 to 12 bytes without a byte 0, filled up with 0, or what stands for a longer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FormKey {
    head: u64,
    tail: u32,
    /// Where the form belongs in a table, before it is cut to the table's size.
    hash: u32,
}

/// A form and its number. All zero if there is none.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(16))]
pub(super) struct Slot {
    pub(super) head: u64,
    pub(super) tail: u32,
    pub(super) number: u32,
}

/// Bytes that must follow the last form in a buffer.
pub(super) const PADDING: &str = "            ";

/// The longest form that is its own key, in bytes.
const MAX_SHORT: usize = 12;

/// The tail of the key of a longer form, which no text holds. No slot has it.
const LONG: u32 = u32::MAX;

/// Not where it belongs.
pub(super) const ELSEWHERE: u32 = u32::MAX - 2;

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

impl FormKey {
    /// The key of the form at `start..end` of `buffer`, which ends with [`PADDING`].
    #[inline]
    fn of(buffer: &str, Token { start, end }: Token) -> Self {
        let bytes = buffer.as_bytes();
        match bytes[start..].first_chunk::<MAX_SHORT>().filter(|_| end - start <= MAX_SHORT) {
            Some([h0, h1, h2, h3, h4, h5, h6, h7, t0, t1, t2, t3]) => {
                let (head_mask, tail_mask) = MASKS[end - start];
                let head = u64::from_le_bytes([*h0, *h1, *h2, *h3, *h4, *h5, *h6, *h7]) & head_mask;
                let tail = u32::from_le_bytes([*t0, *t1, *t2, *t3]) & tail_mask;
                Self::new(head, tail)
            }
            None => Self::new(0, LONG),
        }
    }

    fn new(head: u64, tail: u32) -> Self {
        // A folded multiplication, as in wyhash. Tables in model files rest on it: it never changes.
        let product =
            u128::from(head ^ 0x9e37_79b9_7f4a_7c15) * u128::from(u64::from(tail) ^ 0xd1b5_4a32_d192_ed03);
        Self { head, tail, hash: (product as u64 ^ (product >> 64) as u64) as u32 }
    }

    /// The key of a form that stands alone; `None` for one that is not its own key.
    pub(super) fn of_short(form: &[u8]) -> Option<Self> {
        if form.is_empty() || form.len() > MAX_SHORT || form.contains(&0) {
            return None;
        }
        let mut bytes = [0; 16];
        bytes[..form.len()].copy_from_slice(form);
        let both = u128::from_le_bytes(bytes);
        Some(Self::new(both as u64, (both >> 64) as u32))
    }

    /// Whether the form is too long to be its own key.
    pub(super) fn is_long(self) -> bool {
        self.tail == LONG
    }

    /// Whether a slot is this form's.
    pub(super) fn is_in(self, slot: Slot) -> bool {
        (slot.head, slot.tail) == (self.head, self.tail)
    }

    /// The slot of the form with a number.
    pub(super) fn slot(self, number: u32) -> Slot {
        Slot { head: self.head, tail: self.tail, number }
    }

    /// Where the form stands in a table that is not full, or the free slot where it would.
    #[inline]
    pub(super) fn position(self, mask: usize, slot: impl Fn(usize) -> Slot) -> usize {
        let mut at = self.hash as usize & mask;
        for _ in 0..=mask {
            let found = slot(at);
            if found.head == 0 || self.is_in(found) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }
}

/// The forms of a text.
#[derive(Debug, Default)]
pub(super) struct Forms {
    tokens: Vec<Token>,
    keys: Vec<FormKey>,
}

impl Forms {
    /// Replaces the forms by those of a text that ends with [`PADDING`].
    pub(super) fn read(&mut self, folded: &str) {
        self.tokens.clear();
        self.keys.clear();
        for_each_token(folded, |token| {
            self.tokens.push(token);
            self.keys.push(FormKey::of(folded, token));
        });
    }

    /// The number of forms.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Appends what a table has for each form where it belongs, or [`ELSEWHERE`].
    #[inline]
    pub(super) fn probe(&self, numbers: &mut Vec<u32>, mask: usize, slot: impl Fn(usize) -> Slot) {
        numbers.extend(self.keys.iter().map(|key| {
            let found = slot(key.hash as usize & mask);
            let is_it = (found.head ^ key.head) | u64::from(found.tail ^ key.tail) == 0;
            if is_it { found.number } else { ELSEWHERE }
        }));
    }

    /// Puts what `number` says of a form in the place of each number that is not settled, and leaves out what is [`DROPPED`].
    /// The text's numbers are those from `start` on.
    #[inline]
    pub(super) fn settle(
        &self,
        folded: &str,
        numbers: &mut Vec<u32>,
        (start, is_settled): (usize, impl Fn(u32) -> bool),
        mut number: impl FnMut(FormKey, &str) -> u32,
    ) {
        let mut kept = start;
        for (idx, (key, token)) in self.keys.iter().zip(&self.tokens).enumerate() {
            let mut found = numbers[start + idx];
            if !is_settled(found) {
                found = number(*key, &folded[token.start..token.end]);
            }
            numbers[kept] = found;
            kept += usize::from(found != DROPPED);
        }
        numbers.truncate(kept);
    }
}

/// A growing map from word forms to numbers, so that each form is dropped, stemmed or looked up once.
#[derive(Debug, Default)]
pub(super) struct FormCache {
    /// A power of two long, at most three quarters full: words that come early, as frequent ones do, stand where they belong.
    slots: Vec<Slot>,
    n_short: usize,
    long: Interner,
    long_numbers: Vec<u32>,
}

impl FormCache {
    /// Appends the number of each form of a text; a new form gets what `new` says.
    pub(super) fn append_numbers(
        &mut self,
        (forms, folded): (&Forms, &str),
        numbers: &mut Vec<u32>,
        mut new: impl FnMut(&str) -> u32,
    ) {
        if self.slots.is_empty() {
            self.grow();
        }
        let start = numbers.len();
        forms.probe(numbers, self.slots.len() - 1, |at| self.slots[at]);
        let settled = (start, |number| number != ELSEWHERE);
        forms.settle(folded, numbers, settled, |key, form| self.number(key, form, &mut new));
    }

    fn number(&mut self, key: FormKey, form: &str, new: impl FnOnce(&str) -> u32) -> u32 {
        if key.is_long() {
            let (number, is_new) = self.long.intern(form.as_bytes());
            if is_new {
                self.long_numbers.push(new(form));
            }
            return self.long_numbers[number as usize];
        }
        if self.n_short * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let at = key.position(self.slots.len() - 1, |at| self.slots[at]);
        if self.slots[at].head == 0 {
            self.slots[at] = key.slot(new(form));
            self.n_short += 1;
        }
        self.slots[at].number
    }

    #[cold]
    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); (self.slots.len() * 2).max(1024)];
        for slot in self.slots.iter().filter(|slot| slot.head != 0) {
            let at = FormKey::new(slot.head, slot.tail).position(slots.len() - 1, |at| slots[at]);
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
        self.long_numbers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_every_length_keep_their_numbers() {
        let all: Vec<String> = (1..30_usize)
            .flat_map(|len| ["a", "b", "ä"].map(|c| c.repeat(len)))
            .chain((0..3000).map(|n| format!("f{n}")))
            .collect();
        let text = all.join(" ") + PADDING;
        let mut forms = Forms::default();
        forms.read(&text);
        let mut cache = FormCache::default();
        let mut numbers = Vec::new();
        for round in 0..2 {
            let mut next = 0..;
            cache.append_numbers((&forms, &text), &mut numbers, |new| {
                let number = next.next().unwrap();
                assert_eq!((new, round), (all[number].as_str(), 0));
                // The first is dropped.
                if number == 0 { DROPPED } else { number as u32 }
            });
        }
        let once: Vec<u32> = (1..all.len() as u32).collect();
        assert_eq!(numbers, [&once[..], &once[..]].concat());
        assert_eq!(cache.len(), all.len());
        cache.clear();
        assert_eq!(cache.len(), 0);
    }
}
