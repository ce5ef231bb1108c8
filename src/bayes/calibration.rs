//! Out-of-fold probabilities in, a map from probabilities to better ones out.
//!
//! A temperature is part of the scores themselves ([`fit_pool`](super::fit_pool)); what stands here is fitted on top of it,
//! class by class against the rest, after which the classes' values are scaled to sum to 1.

use serde::{Deserialize, Serialize};

use super::{GroupWeights, logistic};
use crate::error::Result;

/// How probabilities are made to mean what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CalibrationMethod {
    /// Not at all: the softmax of the raw scores.
    None,
    /// One temperature (Guo et al. 2017).
    Temperature,
    /// A temperature, then a logistic curve a class (Platt 1999).
    Platt,
    /// A temperature, then a step-wise rising curve a class (Zadrozny & Elkan 2002).
    Isotonic,
}

/// A fitted map; for two classes of the second alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calibration {
    /// Leaves probabilities as they are.
    Identity,
    /// Slope and offset of each class's log-odds.
    Platt(Vec<(f64, f64)>),
    /// Knots of each class's curve, rising: probability before and after.
    Isotonic(Vec<Vec<(f64, f64)>>),
}

/// The least probability that a curve gives, and what the greatest is short of 1.
const FLOOR: f64 = 1e-6;

impl Calibration {
    /// Fits on out-of-fold probabilities of shape (`n_records`, `n_classes`), row by row. Platt's curve of a class that none
    /// or all of the records have leaves its probabilities as they are.
    ///
    /// # Errors
    /// As [`GroupWeights::fit`], for probabilities that are not finite.
    pub fn fit(method: CalibrationMethod, probabilities: &[f64], labels: &[usize]) -> Result<Self> {
        let n_classes = probabilities.len() / labels.len().max(1);
        let classes = if n_classes == 2 { 1..2 } else { 0..n_classes };
        let of_class = |class: usize| -> (Vec<f64>, Vec<bool>) {
            let own = probabilities.iter().skip(class).step_by(n_classes).copied().collect();
            (own, labels.iter().map(|label| *label == class).collect())
        };
        Ok(match method {
            CalibrationMethod::None | CalibrationMethod::Temperature => Self::Identity,
            CalibrationMethod::Platt => Self::Platt(
                classes
                    .map(|class| {
                        let (p, is_gold) = of_class(class);
                        if is_gold.iter().all(|gold| *gold == is_gold[0]) {
                            return Ok((1.0, 0.0));
                        }
                        let log_odds: Vec<f64> = p.into_iter().map(log_odds).collect();
                        let curve =
                            GroupWeights::fit(&log_odds, &is_gold, &vec![1.0; labels.len()], 1, 1e-3)?;
                        Ok((curve.weights()[0], curve.bias()))
                    })
                    .collect::<Result<_>>()?,
            ),
            CalibrationMethod::Isotonic => Self::Isotonic(
                classes
                    .map(|class| {
                        let (p, is_gold) = of_class(class);
                        pool_adjacent_violators(&p, &is_gold)
                    })
                    .collect(),
            ),
        })
    }

    /// Maps the probabilities of one record, in place.
    pub fn apply(&self, probabilities: &mut [f64]) {
        let map = |class: usize, p: f64| match self {
            Self::Identity => p,
            Self::Platt(curves) => {
                let (slope, offset) = curves[class];
                logistic(slope * log_odds(p) + offset)
            }
            Self::Isotonic(curves) => interpolate(&curves[class], p),
        };
        match (self, probabilities) {
            (Self::Identity, _) => {}
            (_, [first, second]) => {
                *second = map(0, *second).clamp(FLOOR, 1.0 - FLOOR);
                *first = 1.0 - *second;
            }
            (_, probabilities) => {
                for (class, p) in probabilities.iter_mut().enumerate() {
                    *p = map(class, *p).clamp(FLOOR, 1.0 - FLOOR);
                }
                let sum: f64 = probabilities.iter().sum();
                probabilities.iter_mut().for_each(|p| *p /= sum);
            }
        }
    }

    /// Whether the stored numbers fit `n_classes` and are usable.
    pub(crate) fn is_valid(&self, n_classes: usize) -> bool {
        let n_curves = if n_classes == 2 { 1 } else { n_classes };
        match self {
            Self::Identity => true,
            Self::Platt(curves) => {
                curves.len() == n_curves && curves.iter().all(|(a, b)| a.is_finite() && b.is_finite())
            }
            Self::Isotonic(curves) => {
                let is_usable = |curve: &Vec<(f64, f64)>| {
                    !curve.is_empty()
                        && curve.iter().all(|(x, y)| x.is_finite() && (0.0..=1.0).contains(y))
                        && curve.is_sorted_by(|a, b| a.0 <= b.0)
                };
                curves.len() == n_curves && curves.iter().all(is_usable)
            }
        }
    }
}

fn log_odds(p: f64) -> f64 {
    let p = p.clamp(FLOOR, 1.0 - FLOOR);
    (p / (1.0 - p)).ln()
}

/// The rising step function nearest to the labels (Ayer et al. 1955), as knots at the middle of its steps.
fn pool_adjacent_violators(p: &[f64], is_gold: &[bool]) -> Vec<(f64, f64)> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    // Sum of probabilities, sum of gold, number.
    let mut steps: Vec<(f64, f64, f64)> = Vec::new();
    for idx in order {
        let mut step = (p[idx], f64::from(u8::from(is_gold[idx])), 1.0);
        while let Some(last) = steps.last() {
            if last.1 * step.2 < step.1 * last.2 {
                break;
            }
            step = (last.0 + step.0, last.1 + step.1, last.2 + step.2);
            steps.pop();
        }
        steps.push(step);
    }
    // Half a record of doubt, so that a step of only gold, which can stand at an end alone, is not certain.
    let share = |gold: f64, n: f64| (gold / n).clamp(0.5 / (n + 1.0), 1.0 - 0.5 / (n + 1.0));
    steps.into_iter().map(|(x, gold, n)| (x / n, share(gold, n))).collect()
}

fn interpolate(knots: &[(f64, f64)], x: f64) -> f64 {
    let above = knots.partition_point(|knot| knot.0 < x);
    match (above.checked_sub(1).map(|below| knots[below]), knots.get(above)) {
        (None, None) => x,
        (None, Some(knot)) => knot.1,
        (Some(knot), None) => knot.1,
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0).max(f64::MIN_POSITIVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities that are too sure: the classes' true share is nearer to a half.
    fn too_sure() -> (Vec<f64>, Vec<usize>) {
        let mut probabilities = Vec::new();
        let mut labels = Vec::new();
        for n in 0..2000_u32 {
            let p = [0.02, 0.98, 0.1, 0.9][(n % 4) as usize];
            let is_second = if p > 0.5 { n % 10 < 8 } else { n % 10 < 2 };
            probabilities.extend([1.0 - p, p]);
            labels.push(usize::from(is_second));
        }
        (probabilities, labels)
    }

    #[test]
    fn curves_bring_probabilities_to_the_share_of_gold() {
        let (probabilities, labels) = too_sure();
        for method in [CalibrationMethod::Platt, CalibrationMethod::Isotonic] {
            let calibration = Calibration::fit(method, &probabilities, &labels).unwrap();
            assert!(calibration.is_valid(2));
            let mut p = [0.02, 0.98];
            calibration.apply(&mut p);
            assert!((p[1] - 0.8).abs() < 0.05 && (p[0] + p[1] - 1.0).abs() < 1e-12, "{method:?}: {p:?}");
        }
    }

    #[test]
    fn damaged_curves_are_not_valid() {
        let (a, nan) = ((1.0, 0.0), (f64::NAN, 0.0));
        let rows = [
            (Calibration::Identity, 7, true),
            (Calibration::Platt(vec![a]), 2, true),
            (Calibration::Platt(vec![a; 3]), 3, true),
            (Calibration::Platt(vec![a; 2]), 2, false),
            (Calibration::Platt(vec![a]), 3, false),
            (Calibration::Platt(vec![nan]), 2, false),
            (Calibration::Platt(vec![(0.0, f64::INFINITY)]), 2, false),
            (Calibration::Isotonic(vec![vec![(0.1, 0.0), (0.1, 0.5), (0.9, 1.0)]]), 2, true),
            (Calibration::Isotonic(vec![vec![(0.1, 0.0)]]), 3, false),
            (Calibration::Isotonic(vec![vec![]]), 2, false),
            (Calibration::Isotonic(vec![vec![(0.1, 1.5)]]), 2, false),
            (Calibration::Isotonic(vec![vec![nan]]), 2, false),
            (Calibration::Isotonic(vec![vec![(0.9, 0.5), (0.1, 0.5)]]), 2, false),
        ];
        for (calibration, n_classes, expected) in rows {
            assert_eq!(calibration.is_valid(n_classes), expected, "{calibration:?} for {n_classes}");
        }
    }

    #[test]
    fn isotonic_curves_rise() {
        let p = [0.1, 0.2, 0.3, 0.4, 0.5];
        let knots = pool_adjacent_violators(&p, &[false, true, false, true, true]);
        assert!(knots.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1), "{knots:?}");
        assert_eq!(knots.len(), 3);
    }

    #[test]
    fn identity_changes_nothing() {
        let mut p = [0.2, 0.3, 0.5];
        Calibration::fit(CalibrationMethod::Temperature, &p, &[0]).unwrap().apply(&mut p);
        assert_eq!(p, [0.2, 0.3, 0.5]);
    }
}
