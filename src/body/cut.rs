//! p(body) of every block in, the probability from which blocks are kept out: where the expected F_β of the page's words is
//! greatest.
//!
//! The blocks kept are always the most probable ones (Lewis 1995, "Evaluating and optimizing autonomous text classification
//! systems"), and the cut falls lower where a page is doubtful: a page whose best block is at 0.3 is not left empty, unless it
//! is more probable (on a short page far more) that no block at all is body, in which case nothing is the right answer.

use hashbrown::HashSet;

use crate::page::{Block, Page};

/// Words from which a block that repeats one kept before it is dropped: pages hold their body twice, once for each width of
/// screen. Shorter ones (cells, refrains) may stand twice by right.
const MIN_REPEATED: usize = 30;

/// How the probability that no block is body counts beside the F of what would be kept, on a short page. The model learned from
/// whole ones, whose blocks have neighbours and containers to tell them by, and makes too little of a sentence that stands alone.
/// At this weight, chosen on these twelve, five pages of one sentence of news are read, and of seven of one sentence of a wall or
/// a notice six are left empty (`tests/seed.rs`).
const NONE_WEIGHT: f64 = 0.14;
/// Words of a short page.
const SHORT_WORDS: f64 = 300.0;

/// Whether each block of a page is kept as body, which the title is not.
pub(super) fn kept(page: &Page, p_body: &[f64], is_title: &[bool], beta: f64) -> Vec<bool> {
    let blocks = page.blocks.iter().zip(p_body.iter().copied());
    let least =
        cut(blocks.clone().zip(is_title).filter(|(_, is_title)| !**is_title).map(|(block, _)| block), beta);
    let mut kept_before: HashSet<&str> = HashSet::new();
    blocks
        .zip(is_title)
        .map(|((block, p), is_title)| {
            !is_title && p >= least && (block.n_words < MIN_REPEATED || kept_before.insert(&block.text))
        })
        .collect()
}

/// The cut of a page; above 1 if it probably has no body. `beta` weighs recall against precision: 1 for both alike, more for recall.
fn cut<'a>(blocks: impl Iterator<Item = (&'a Block, f64)>, beta: f64) -> f64 {
    let mut by_p: Vec<(f64, f64)> = blocks.map(|(block, p)| (p, block.n_words as f64)).collect();
    by_p.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let p_none: f64 = by_p.iter().filter(|(_, words)| *words > 0.0).map(|(p, _)| 1.0 - p).product();
    let all_body: f64 = by_p.iter().map(|(p, words)| p * words).sum();
    let is_short = by_p.iter().map(|(_, words)| words).sum::<f64>() <= SHORT_WORDS;
    let none_weight = if is_short { NONE_WEIGHT } else { 1.0 };
    let weight = beta * beta;
    let (mut kept, mut right) = (0.0, 0.0);
    let (mut best, mut at) = (none_weight * p_none, f64::INFINITY);
    for (idx, (p, words)) in by_p.iter().enumerate() {
        kept += words;
        right += p * words;
        let is_tied = by_p.get(idx + 1).is_some_and(|(next, _)| next == p);
        let f = (1.0 + weight) * right / (kept + weight * all_body).max(f64::MIN_POSITIVE);
        if !is_tied && f > best {
            (best, at) = (f, *p);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    #[test]
    fn a_doubtful_page_is_cut_lower_than_a_clear_one() {
        let html = "<p>One two three four.</p><p>Five six seven eight.</p><p>Nine ten eleven twelve.</p>";
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let cut_of = |p: [f64; 3], beta| cut(page.blocks.iter().zip(p), beta);
        assert_eq!(cut_of([0.9, 0.6, 0.1], 1.0), 0.6);
        assert_eq!(cut_of([0.4, 0.3, 0.1], 1.0), 0.3);
        assert_eq!(cut_of([0.9, 0.6, 0.3], 0.5), 0.9);
        assert_eq!(cut_of([0.9, 0.6, 0.3], 3.0), 0.3);
        assert_eq!(cut_of([0.1, 0.05, 0.05], 1.0), 0.1);
        assert!(cut_of([0.05, 0.02, 0.02], 1.0) > 1.0);
        assert!(cut(std::iter::empty(), 1.0) > 1.0);
    }

    #[test]
    fn long_repeats_and_titles_are_not_kept() {
        let long = "word ".repeat(MIN_REPEATED);
        let html = format!("<h1>Head line</h1><p>{long}</p><p>Short one.</p><p>{long}</p><p>Short one.</p>");
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let is_title = [true, false, false, false, false];
        assert_eq!(kept(&page, &[0.9; 5], &is_title, 1.0), [false, true, true, false, true]);
        // A repeat of what was not kept is none.
        assert_eq!(
            kept(&page, &[0.9, 0.1, 0.9, 0.9, 0.1], &is_title, 1.0),
            [false, false, true, true, false]
        );
    }
}
