//! Scores of single records in, a confidence interval of their summary out: the percentile bootstrap (Efron 1979).

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// Resamples drawn for an interval.
pub const BOOTSTRAP_SAMPLES: usize = 1000;

/// The 95 % interval of `statistic` over resamples of `n` records with replacement; `statistic` is given the positions
/// drawn. The generator is seeded, so that the same data gives the same interval. No records give (0, 0).
///
/// ```
/// use nutgraf::evaluate::bootstrap;
///
/// let right = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
/// let mean = |drawn: &[usize]| drawn.iter().map(|idx| right[*idx]).sum::<f64>() / drawn.len() as f64;
/// let interval = bootstrap(right.len(), mean);
/// assert!(interval.low < 0.75 && 0.75 < interval.high);
/// ```
pub fn bootstrap(n: usize, statistic: impl Fn(&[usize]) -> f64) -> Interval {
    if n == 0 {
        return Interval { low: 0.0, high: 0.0 };
    }
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(0x6e75_7467_7261_6600);
    let mut drawn = vec![0; n];
    let mut values: Vec<f64> = (0..BOOTSTRAP_SAMPLES)
        .map(|_| {
            for idx in &mut drawn {
                // Multiply-shift maps 64 random bits to 0..n without a division.
                *idx = ((u128::from(generator.next_u64()) * n as u128) >> 64) as usize;
            }
            statistic(&drawn)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |quantile: f64| values[((values.len() - 1) as f64 * quantile).round() as usize];
    Interval { low: at(0.025), high: at(0.975) }
}
