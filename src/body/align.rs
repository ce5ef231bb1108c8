//! A page's blocks and its gold text in, a label a block out: 4-gram overlap, with the neighbours' words as context for
//! blocks too short to have a 4-gram of their own.

use hashbrown::HashSet;

use crate::page::Page;
use crate::text::tokens;

/// The length of the word sequences compared.
const N: usize = 4;

type Shingle = [u64; N];

fn word_ids(text: &str) -> Vec<u64> {
    tokens(text)
        .map(|t| {
            let hash = blake3::hash(text[t.start..t.end].to_lowercase().as_bytes());
            u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
        })
        .collect()
}

fn shingles(words: &[u64]) -> impl Iterator<Item = Shingle> {
    words.windows(N).map(|w| [w[0], w[1], w[2], w[3]])
}

/// Whether each block of `page` belongs to the body `gold`: at least half of its word 4-grams occur there; for a block
/// of fewer than four words, a 4-gram that it forms with the words just before or just after it does, or the block is
/// a line of `gold`.
#[must_use]
pub fn body_labels(page: &Page, gold: &str) -> Vec<bool> {
    let gold_shingles: HashSet<Shingle> = shingles(&word_ids(gold)).collect();
    let gold_lines: HashSet<Vec<u64>> = gold.lines().map(word_ids).filter(|line| !line.is_empty()).collect();
    let words: Vec<Vec<u64>> = page.blocks.iter().map(|block| word_ids(&block.text)).collect();
    let mut labels: Vec<bool> = words
        .iter()
        .map(|words| {
            let n_shingles = words.len().saturating_sub(N - 1);
            let n_found = shingles(words).filter(|shingle| gold_shingles.contains(shingle)).count();
            n_shingles > 0 && 2 * n_found >= n_shingles
        })
        .collect();
    for idx in 0..words.len() {
        let own = &words[idx];
        if !own.is_empty() && own.len() < N {
            let is_inside = fits_before(own, &words[idx + 1..], &gold_shingles)
                || fits_after(own, &words[..idx], &gold_shingles)
                || gold_lines.contains(own);
            labels[idx] = is_inside;
        }
    }
    labels
}

/// Whether a short block and the words that follow it form a 4-gram of gold.
fn fits_before(own: &[u64], next: &[Vec<u64>], gold: &HashSet<Shingle>) -> bool {
    let mut sequence = own.to_vec();
    sequence.extend(next.iter().flatten().take(N - own.len()));
    shingles(&sequence).any(|shingle| gold.contains(&shingle))
}

/// Whether the words that precede a short block and the block form a 4-gram of gold.
fn fits_after(own: &[u64], previous: &[Vec<u64>], gold: &HashSet<Shingle>) -> bool {
    let mut reversed: Vec<u64> = own.iter().rev().copied().collect();
    reversed.extend(previous.iter().rev().flat_map(|block| block.iter().rev()).take(N - own.len()));
    reversed.reverse();
    shingles(&reversed).any(|shingle| gold.contains(&shingle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    #[test]
    fn short_blocks_are_placed_by_their_neighbours() {
        let html = "<p>Home</p><p>Share</p><h2>Why now</h2><p>The line was cut in March of last year.</p><p>Ends</p>\
                    <p>More stories</p><p>Subscribe to read on for one pound a week</p>";
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let gold = "Why now\n\nThe line was cut in March of last year.\n\nEnds";
        assert_eq!(body_labels(&page, gold), [false, false, true, true, true, false, false]);
    }
}
