//! A page's blocks and its gold text in, a label a block out: both as sequences of words, aligned in order.
//!
//! Order matters: a table of contents has the words of the headings that gold holds once, further down. So the 4-grams
//! that both texts share are chained to the longest sequence that ascends in both (Hunt & Szymanski 1977), and what lies
//! between two links of the chain is aligned word by word.

use hashbrown::HashMap;

use crate::page::Page;
use crate::text::tokens;

/// The length of the word sequences compared.
const N: usize = 4;

type Shingle = [u64; N];

/// Places in gold of one 4-gram that are looked at: a phrase repeated more often says little of where it is.
const MAX_PLACES: usize = 16;

/// Pairs of words between two links of the chain that are compared; what is longer is no gap but another text.
const MAX_PAIRS: usize = 1 << 20;

fn word_ids(text: &str) -> impl Iterator<Item = u64> {
    tokens(text).map(|t| {
        let hash = blake3::hash(text[t.start..t.end].to_lowercase().as_bytes());
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
    })
}

/// Whether each block of `page` belongs to the body `gold`: at least half of its words are aligned with gold's. A block
/// without words takes part with the block before it.
#[must_use]
pub fn body_labels(page: &Page, gold: &str) -> Vec<bool> {
    let gold: Vec<u64> = word_ids(gold).collect();
    let mut words = Vec::new();
    let mut ends = Vec::with_capacity(page.blocks.len());
    for block in &page.blocks {
        words.extend(word_ids(&block.text));
        ends.push(words.len());
    }
    let is_aligned = aligned(&words, &gold);
    let mut start = 0;
    let mut was_body = false;
    ends.into_iter()
        .map(|end| {
            let n_aligned = is_aligned[start..end].iter().filter(|is_aligned| **is_aligned).count();
            if start < end {
                was_body = 2 * n_aligned >= end - start;
            }
            start = end;
            was_body
        })
        .collect()
}

/// Whether each of `words` has a partner in `gold`, in order.
fn aligned(words: &[u64], gold: &[u64]) -> Vec<bool> {
    let mut is_aligned = vec![false; words.len()];
    // Where the gap before the next link begins, in both.
    let mut done = (0, 0);
    for (at, in_gold) in chain(words, gold) {
        if at > done.0 && in_gold > done.1 {
            align_gap(&words[done.0..at], &gold[done.1..in_gold], &mut is_aligned[done.0..at]);
        }
        is_aligned[at..at + N].fill(true);
        done = (at + N, in_gold + N);
    }
    if done.0 < words.len() && done.1 < gold.len() {
        align_gap(&words[done.0..], &gold[done.1..], &mut is_aligned[done.0..]);
    }
    is_aligned
}

/// The longest sequence of places of shared 4-grams, first in `words` and then in `gold`, that ascends in both.
fn chain(words: &[u64], gold: &[u64]) -> Vec<(usize, usize)> {
    let shingle = |w: &[u64]| -> Shingle { [w[0], w[1], w[2], w[3]] };
    let mut places: HashMap<Shingle, Vec<usize>> = HashMap::new();
    for (at, window) in gold.windows(N).enumerate() {
        let places = places.entry(shingle(window)).or_default();
        if places.len() < MAX_PLACES {
            places.push(at);
        }
    }
    // Of the chains of each length, the link that ends lowest in gold; each link knows the one before it.
    let mut links: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let mut lowest: Vec<usize> = Vec::new();
    for (at, window) in words.windows(N).enumerate() {
        // From the last place on, so that no chain takes two of one 4-gram's.
        for in_gold in places.get(&shingle(window)).into_iter().flatten().rev() {
            let len = lowest.partition_point(|link| links[*link].1 < *in_gold);
            let before = len.checked_sub(1).map(|before| lowest[before]);
            let link = links.len();
            links.push((at, *in_gold, before));
            if len < lowest.len() { lowest[len] = link } else { lowest.push(link) }
        }
    }
    let mut chain = Vec::with_capacity(lowest.len());
    let mut next = lowest.last().copied();
    while let Some(link) = next {
        let (at, in_gold, before) = links[link];
        chain.push((at, in_gold));
        next = before;
    }
    chain.reverse();
    chain
}

/// Marks the words of a longest common subsequence.
fn align_gap(words: &[u64], gold: &[u64], is_aligned: &mut [bool]) {
    let (n, m) = (words.len(), gold.len());
    if n * m > MAX_PAIRS {
        return;
    }
    // The length of the longest common subsequence of what follows, from each pair of places on.
    let mut rest = vec![0_u32; (n + 1) * (m + 1)];
    let place = |i: usize, j: usize| i * (m + 1) + j;
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            rest[place(i, j)] = if words[i] == gold[j] {
                rest[place(i + 1, j + 1)] + 1
            } else {
                rest[place(i + 1, j)].max(rest[place(i, j + 1)])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < n && j < m {
        if words[i] == gold[j] && rest[place(i, j)] > rest[place(i + 1, j)] {
            is_aligned[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if rest[place(i + 1, j)] >= rest[place(i, j + 1)] {
            i += 1;
        } else {
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    fn labels(html: &str, gold: &str) -> Vec<bool> {
        body_labels(&Page::parse(html.as_bytes(), &PageHints::default()).unwrap(), gold)
    }

    #[test]
    fn short_blocks_are_placed_by_their_neighbours() {
        let html = "<p>Home</p><p>Share</p><h2>Why now</h2><p>The line was cut in March of last year.</p><p>Ends</p>\
                    <p>More stories</p><p>Subscribe to read on for one pound a week</p>";
        let gold = "Why now\n\nThe line was cut in March of last year.\n\nEnds";
        assert_eq!(labels(html, gold), [false, false, true, true, true, false, false]);
    }

    #[test]
    fn a_table_of_contents_is_not_the_headings_that_it_repeats() {
        let html = "<li>How the line was cut in March</li><li>What it will cost to mend it</li>\
                    <h2>How the line was cut in March</h2><p>A ship dragged its anchor over it at night.</p>\
                    <h2>What it will cost to mend it</h2><p>Nobody has asked yet, said the mayor of the town.</p>";
        let gold = "How the line was cut in March\nA ship dragged its anchor over it at night.\n\
                    What it will cost to mend it\nNobody has asked yet, said the mayor of the town.";
        assert_eq!(labels(html, gold), [false, false, true, true, true, true]);
    }
}
