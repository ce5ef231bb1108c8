//! p(body) of every block in, the probability from which blocks are kept out: where the expected F_β of the page's words is
//! greatest.
//!
//! The blocks kept are always the most probable ones (Lewis 1995, "Evaluating and optimizing autonomous text classification
//! systems"), and the cut falls lower where a page is doubtful: a page whose best block is at 0.3 is not left empty, unless it
//! is more probable that no block at all is body, in which case nothing is the right answer.

use crate::page::Block;

/// The cut of a page; above 1 if it probably has no body. `beta` weighs recall against precision: 1 for both alike, more for recall.
pub(super) fn cut<'a>(blocks: impl Iterator<Item = (&'a Block, f64)>, beta: f64) -> f64 {
    let mut by_p: Vec<(f64, f64)> = blocks.map(|(block, p)| (p, block.n_words as f64)).collect();
    by_p.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let p_none: f64 = by_p.iter().filter(|(_, words)| *words > 0.0).map(|(p, _)| 1.0 - p).product();
    let all_body: f64 = by_p.iter().map(|(p, words)| p * words).sum();
    let weight = beta * beta;
    let (mut kept, mut right) = (0.0, 0.0);
    let (mut best, mut at) = (p_none, f64::INFINITY);
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
    use crate::page::{Page, PageHints};

    #[test]
    fn a_doubtful_page_is_cut_lower_than_a_clear_one() {
        let html = "<p>One two three four.</p><p>Five six seven eight.</p><p>Nine ten eleven twelve.</p>";
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let cut_of = |p: [f64; 3], beta| cut(page.blocks.iter().zip(p), beta);
        assert_eq!(cut_of([0.9, 0.6, 0.1], 1.0), 0.6);
        assert_eq!(cut_of([0.4, 0.3, 0.1], 1.0), 0.3);
        assert_eq!(cut_of([0.9, 0.6, 0.3], 0.5), 0.9);
        assert_eq!(cut_of([0.9, 0.6, 0.3], 3.0), 0.3);
        assert!(cut_of([0.1, 0.05, 0.05], 1.0) > 1.0);
        assert!(cut(std::iter::empty(), 1.0) > 1.0);
    }
}
