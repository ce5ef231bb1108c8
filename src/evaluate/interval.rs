//! Scores of single records in, a confidence interval of their summary out: the percentile bootstrap (Efron 1979).

use rand_core::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::dataset::below;

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
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut drawn = vec![0; n];
    let mut values: Vec<f64> = (0..BOOTSTRAP_SAMPLES)
        .map(|_| {
            for idx in &mut drawn {
                *idx = below(n, &mut generator);
            }
            statistic(&drawn)
        })
        .collect();
    percentiles(&mut values)
}

/// The seed of every resampling.
const SEED: u64 = 0x6e75_7467_7261_6600;

/// The 95 % interval of drawn values, of which there is at least one.
fn percentiles(values: &mut [f64]) -> Interval {
    values.sort_by(f64::total_cmp);
    let at = |quantile: f64| values[((values.len() - 1) as f64 * quantile).round() as usize];
    Interval { low: at(0.025), high: at(0.975) }
}

/// What is drawn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units<'a> {
    /// Each record by itself.
    Records(usize),
    /// Whole groups of records, as where records of an outlet are alike: the group of each record, numbered from 0.
    Groups(&'a [usize]),
}

impl Units<'_> {
    /// The number of records.
    pub(super) fn n_records(self) -> usize {
        match self {
            Self::Records(n) => n,
            Self::Groups(groups) => groups.len(),
        }
    }
}

/// The 95 % intervals of several statistics at once over resamples of `units` with replacement; `statistics` is given how
/// often each record was drawn. Seeded, and the same at any number of threads. No records give (0, 0).
pub fn bootstrap_weights(units: Units<'_>, statistics: impl Fn(&[u32]) -> Vec<f64> + Sync) -> Vec<Interval> {
    let n_records = units.n_records();
    let n_units = match units {
        Units::Records(n) => n,
        Units::Groups(groups) => groups.iter().max().map_or(0, |last| last + 1),
    };
    if n_records == 0 {
        return statistics(&[]).iter().map(|_| Interval { low: 0.0, high: 0.0 }).collect();
    }
    let draw = |sample: usize| {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(SEED + sample as u64);
        let mut times = vec![0_u32; n_units];
        for _ in 0..n_units {
            times[below(n_units, &mut generator)] += 1;
        }
        match units {
            Units::Records(_) => statistics(&times),
            Units::Groups(groups) => {
                statistics(&groups.iter().map(|group| times[*group]).collect::<Vec<u32>>())
            }
        }
    };
    let drawn: Vec<Vec<f64>> = (0..BOOTSTRAP_SAMPLES).into_par_iter().map(draw).collect();
    (0..drawn[0].len())
        .map(|statistic| percentiles(&mut drawn.iter().map(|values| values[statistic]).collect::<Vec<f64>>()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of 0 and 1 by weights.
    fn mean(values: &[f64]) -> impl Fn(&[u32]) -> Vec<f64> + Sync + '_ {
        move |weights| {
            let n: u32 = weights.iter().sum();
            let sum: f64 = values.iter().zip(weights).map(|(value, weight)| value * f64::from(*weight)).sum();
            vec![sum / f64::from(n.max(1))]
        }
    }

    #[test]
    fn intervals_of_groups_are_wider_where_records_of_a_group_are_alike() {
        let values: Vec<f64> = (0..200).map(|idx| f64::from(u8::from(idx / 20 % 2 == 0))).collect();
        let groups: Vec<usize> = (0..200).map(|idx| idx / 20).collect();
        let alone = bootstrap_weights(Units::Records(200), mean(&values))[0];
        let grouped = bootstrap_weights(Units::Groups(&groups), mean(&values))[0];
        // The standard error of a share of 200 is 0.035, of ten groups 0.16.
        assert!((alone.high - alone.low - 4.0 * 0.035).abs() < 0.03, "{alone:?}");
        assert!((grouped.high - grouped.low - 4.0 * 0.158).abs() < 0.1, "{grouped:?}");
    }

    #[test]
    fn no_records_give_no_interval() {
        assert_eq!(bootstrap_weights(Units::Records(0), mean(&[])), [Interval { low: 0.0, high: 0.0 }]);
    }
}
