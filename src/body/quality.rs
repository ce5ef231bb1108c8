//! Verdicts in, how good they probably are out.

use super::kind::BlockKind;
use super::model::BlockVerdict;
use crate::page::Page;

/// The quality of what verdicts keep of a page: 2·tp / (2·tp + fp + fn) of its words, each expected by p(body); 0 where
/// nothing is kept.
#[must_use]
pub fn expected_f1(page: &Page, verdicts: &[BlockVerdict]) -> f64 {
    let (mut right, mut wrong) = (0.0, 0.0);
    for (block, verdict) in page.blocks.iter().zip(verdicts) {
        let words = block.n_words as f64;
        match verdict.kind {
            BlockKind::Title => {}
            kind if kind.is_body() => {
                right += words * verdict.p_body;
                wrong += words * (1.0 - verdict.p_body);
            }
            _ => wrong += words * verdict.p_body,
        }
    }
    if right > 0.0 { 2.0 * right / (2.0 * right + wrong) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageHints;

    #[test]
    fn doubt_and_what_is_left_out_take_quality_away() {
        let html = "<p>One two three four.</p><p>Five six seven eight.</p>";
        let page = Page::parse(html.as_bytes(), &PageHints::default()).unwrap();
        let quality = |verdicts: [(BlockKind, f64); 2]| {
            expected_f1(&page, &verdicts.map(|(kind, p_body)| BlockVerdict { kind, p_body }))
        };
        assert_eq!(quality([(BlockKind::Body, 1.0), (BlockKind::Legal, 0.0)]), 1.0);
        assert_eq!(quality([(BlockKind::Legal, 0.1), (BlockKind::Legal, 0.0)]), 0.0);
        let (sure, doubtful) = ((BlockKind::Body, 1.0), (BlockKind::Legal, 0.5));
        assert!((quality([sure, doubtful]) - 0.8).abs() < 1e-12);
    }
}
