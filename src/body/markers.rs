//! A page in; out, how each block stands to the short blocks that part the entries of a thread of comments or a list of
//! teasers: those that state a date or a time, and those whose words recur on the page ("Reply", "Read more").
//!
//! An article has one or two of them before it, an entry has some on either side, and near.

use hashbrown::HashMap;

use crate::features::hash;
use crate::page::{Block, Page, find_date};

/// Ways in which blocks mark an entry: by a date or a time, by words that recur.
const N_WAYS: usize = 2;
/// Measures a block and way: four of how near and how many the marks are, four of the stretch between two of them.
pub(super) const N_MEASURES: usize = N_WAYS * 8;
/// Words of body from which a stretch is a text of its own.
const MIN_STRETCH_WORDS: f64 = 25.0;
/// The most words of a block that states when an entry was made.
const MAX_STAMP_WORDS: usize = 12;
/// The most words of a block that recurs.
const MAX_REPEATED_WORDS: usize = 6;
/// How often words stand on a page that recur.
const MIN_REPEATS: u32 = 3;
/// The farthest distance in blocks that is told apart.
const FAR: f32 = 30.0;

/// By way: blocks since the last mark before each block and until the next after it, and how many there are before and after
/// it; then of the stretch of blocks between the two, given how likely each block is body, its words of body, their ratio to
/// the longest stretch's, and how many stretches of a text's length stand before and after it.
pub(super) fn measures(page: &Page, p_body: &[f64]) -> Vec<[f32; N_MEASURES]> {
    let words: Vec<f64> = page.blocks.iter().zip(p_body).map(|(block, p)| block.n_words as f64 * p).collect();
    let mut measures = vec![[0.0; N_MEASURES]; page.blocks.len()];
    let ways = [page.blocks.iter().map(is_stamp).collect(), repeated(page)];
    for (way, is_marked) in ways.iter().enumerate() {
        note_marks(is_marked, &mut measures, way * 8);
        note_stretches(&words, is_marked, &mut measures, way * 8 + 4);
    }
    measures
}

/// Writes the four measures of the stretches between marked blocks, given each block's words of body, from a column on.
fn note_stretches(words: &[f64], is_marked: &[bool], measures: &mut [[f32; N_MEASURES]], column: usize) {
    let mut stretches = vec![0.0];
    let mut of_block = Vec::with_capacity(words.len());
    for (words, is_marked) in words.iter().zip(is_marked) {
        if *is_marked {
            stretches.push(0.0);
        }
        let stretch = stretches.len() - 1;
        of_block.push(stretch);
        stretches[stretch] += words;
    }
    let longest = stretches.iter().copied().fold(1.0, f64::max);
    let is_text = |words: f64| f32::from(u8::from(words >= MIN_STRETCH_WORDS));
    let mut n_texts = 0.0;
    let n_before: Vec<f32> = stretches
        .iter()
        .map(|words| {
            let before = n_texts;
            n_texts += is_text(*words);
            before
        })
        .collect();
    for (stretch, measures) in of_block.into_iter().zip(measures) {
        let (words, before) = (stretches[stretch], n_before[stretch]);
        let after = n_texts - before - is_text(words);
        measures[column..column + 4].copy_from_slice(&[
            words as f32,
            (words / longest) as f32,
            before,
            after,
        ]);
    }
}

/// Whether a short block states a date or a time.
fn is_stamp(block: &Block) -> bool {
    block.words_each() <= MAX_STAMP_WORDS && (states_time(&block.text) || find_date(&block.text).is_some())
}

/// Whether a text has a time of day, or says how long ago something was.
fn states_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_time = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1) && is_digit(at + 2);
    memchr::memchr_iter(b':', bytes).any(is_time)
        || (bytes.iter().any(u8::is_ascii_digit) && text.split(' ').any(|word| word == "ago"))
}

/// Whether each block is short and its letters stand on the page several times.
fn repeated(page: &Page) -> Vec<bool> {
    let mut letters = String::new();
    let keys: Vec<Option<u64>> = page
        .blocks
        .iter()
        .map(|block| {
            letters.clear();
            if block.words_each() <= MAX_REPEATED_WORDS {
                letters.extend(block.text.chars().filter(|c| c.is_alphabetic()));
            }
            (!letters.is_empty()).then(|| hash(letters.as_bytes()))
        })
        .collect();
    let mut counts: HashMap<u64, u32> = HashMap::new();
    keys.iter().flatten().for_each(|key| *counts.entry(*key).or_default() += 1);
    keys.iter().map(|key| key.is_some_and(|key| counts[&key] >= MIN_REPEATS)).collect()
}

/// Writes the four measures of some marked blocks from a column on.
fn note_marks(is_marked: &[bool], measures: &mut [[f32; N_MEASURES]], column: usize) {
    let mut along = |order: &mut dyn Iterator<Item = usize>, side: usize| {
        let (mut distance, mut n) = (FAR, 0.0);
        for idx in order {
            measures[idx][column + side] = distance;
            measures[idx][column + 2 + side] = n;
            if is_marked[idx] {
                (distance, n) = (1.0, n + 1.0);
            } else {
                distance = (distance + 1.0).min(FAR);
            }
        }
    };
    along(&mut (0..is_marked.len()), 0);
    along(&mut (0..is_marked.len()).rev(), 1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    #[test]
    fn entries_stand_between_markers() {
        let html = "<p>May 3, 2008</p><p>The ministers met.</p><p>Reply</p><p>Ann, 9:14 am</p><p>Good.</p><p>Reply</p>\
                    <p>Ben, 2 days ago</p><p>Ratio 3:2, bad.</p><p>Reply 2</p>";
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let words = [0.0, 30.0, 0.0, 0.0, 40.0, 0.0, 0.0, 10.0, 0.0];
        let p_body: Vec<f64> =
            page.blocks.iter().zip(words).map(|(block, words)| words / block.n_words as f64).collect();
        let found = measures(&page, &p_body);
        // The article: one date before it and two after, no reply before and three after; one more text after it.
        assert_eq!(found[1][..8], [1.0, 2.0, 1.0, 2.0, 30.0, 0.75, 0.0, 1.0]);
        assert_eq!(found[1][8..], [FAR, 1.0, 0.0, 3.0, 30.0, 0.75, 0.0, 1.0]);
        // The first comment.
        assert_eq!(found[4][..8], [1.0, 2.0, 2.0, 1.0, 40.0, 1.0, 1.0, 0.0]);
        assert_eq!(found[4][8..], [2.0, 1.0, 1.0, 2.0, 40.0, 1.0, 1.0, 0.0]);
        // The last block, a marker itself.
        assert_eq!(found[8][..8], [2.0, FAR, 3.0, 0.0, 10.0, 0.25, 2.0, 0.0]);
        assert_eq!(found[8][8..], [3.0, FAR, 2.0, 0.0, 0.0, 0.0, 2.0, 0.0]);
    }

    #[test]
    fn times_are_told_from_ratios() {
        let rows = [
            ("at 9:14", true),
            ("3:2", false),
            ("12:00", true),
            (":30", false),
            ("2 hours ago", true),
            ("long ago", false),
        ];
        for (text, expected) in rows {
            assert_eq!(states_time(text), expected, "{text}");
        }
    }
}
