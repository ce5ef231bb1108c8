//! What a body model says of a page beside its text in, how far it can be believed out.

use super::classification::N_BINS;

/// A page's quality as expected, and how far the probabilities of its blocks are off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The expected F1 of the page, between 0 and 1.
    pub quality: f64,
    /// Σ (p(body) − whether it is body) over the blocks of each bin of p(body).
    gaps: [f64; N_BINS],
    n_blocks: usize,
}

impl Judgement {
    /// Returns the judgement of a page of so much quality, with p(body) of each block and whether gold has it.
    #[must_use]
    pub fn new(quality: f64, blocks: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut judgement = Self { quality, gaps: [0.0; N_BINS], n_blocks: 0 };
        for (p, is_body) in blocks {
            let bin = ((p * N_BINS as f64) as usize).min(N_BINS - 1);
            judgement.gaps[bin] += p - f64::from(u8::from(is_body));
            judgement.n_blocks += 1;
        }
        judgement
    }
}

/// Expected calibration error of p(body) over the blocks of all pages, in 15 bins (Guo et al. 2017); 0 for none.
pub(super) fn block_calibration_error<'a>(pages: impl Iterator<Item = &'a Judgement>) -> f64 {
    let mut gaps = [0.0; N_BINS];
    let mut n_blocks = 0;
    for page in pages {
        gaps.iter_mut().zip(page.gaps).for_each(|(sum, gap)| *sum += gap);
        n_blocks += page.n_blocks;
    }
    gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / f64::from(n_blocks.max(1) as u32)
}

/// Spearman's rank correlation of pairs, ties at their mean rank; 0 where either side is all alike.
pub(super) fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let (a, b) = (ranks(pairs, |pair| pair.0), ranks(pairs, |pair| pair.1));
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let norm = (product(&a, &a) * product(&b, &b)).sqrt();
    if norm > 0.0 { product(&a, &b) / norm } else { 0.0 }
}

fn ranks(pairs: &[(f64, f64)], side: impl Fn(&(f64, f64)) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|x, y| side(&pairs[*x]).total_cmp(&side(&pairs[*y])));
    let mut ranks = vec![0.0; pairs.len()];
    let mut first = 0;
    for tied in order.chunk_by(|x, y| side(&pairs[*x]) == side(&pairs[*y])) {
        let rank = first as f64 + (tied.len() as f64 - 1.0) / 2.0;
        tied.iter().for_each(|at| ranks[*at] = rank);
        first += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate_whatever_the_scale() {
        let rising = [(0.1, 1.0), (0.2, 10.0), (0.9, 11.0)];
        assert!((spearman(&rising) - 1.0).abs() < 1e-12);
        assert!((spearman(&rising.map(|(a, b)| (a, -b))) + 1.0).abs() < 1e-12);
        // Ranks 0.5, 0.5, 2 against 0, 1, 2.
        assert!((spearman(&[(0.1, 1.0), (0.1, 2.0), (0.2, 3.0)]) - 0.75_f64.sqrt()).abs() < 1e-12);
        assert_eq!(spearman(&[(0.5, 1.0), (0.5, 2.0)]), 0.0);
        assert_eq!(spearman(&[]), 0.0);
    }

    #[test]
    fn probabilities_that_are_right_on_the_whole_have_no_error() {
        let right = Judgement::new(0.9, [(0.25, true), (0.25, false), (0.25, false), (0.25, false)]);
        let wrong = Judgement::new(0.9, [(0.9, false)]);
        assert_eq!(block_calibration_error([right].iter()), 0.0);
        assert!((block_calibration_error([right, wrong].iter()) - 0.18).abs() < 1e-12);
        assert_eq!(block_calibration_error([].iter()), 0.0);
    }
}
