//! Rows and labels in, a linear SVM out, one class against the rest; and NB-SVM, the same over rows scaled by naive Bayes
//! log-count ratios.
//!
//! L2-regularised L2-loss SVM by dual coordinate descent with shrinking (Hsieh et al. 2008, algorithm 3). Rows are visited
//! in an order drawn from a generator with a fixed seed, and classes are fitted apart, so that the weights are the same at
//! any number of threads.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::LinearModel;
use crate::error::{Error, Result};
use crate::features::Csr;

/// What a linear SVM is fitted with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SvmParams {
    /// What a row on the wrong side costs against the size of the weights: positive.
    pub c: f64,
    /// Naive Bayes scaling of the rows, if any.
    pub ratios: Option<LogCountRatios>,
}

/// Rows to fit on.
#[derive(Debug, Clone, Copy)]
pub struct LabelledRows<'a> {
    /// The rows.
    pub rows: &'a Csr,
    /// The class of each.
    pub labels: &'a [usize],
    /// What an error on each costs, as a multiple of C: positive; 1 if `None`.
    pub weights: Option<&'a [f32]>,
}

/// How NB-SVM (Wang & Manning 2012) scales rows and draws the weights back to naive Bayes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogCountRatios {
    /// Added to every count: positive.
    pub alpha: f64,
    /// The share of the SVM in the weights, 0 to 1; the rest is the ratio times the mean size of the SVM's weights.
    pub beta: f64,
}

impl LogCountRatios {
    /// What suits L2-normalised rows of so many classes: α = 0.1 (the paper's 1 is for binary rows), and β = 0.25, as the
    /// paper has it, for two classes alone: one class against many others is too far from naive Bayes to be drawn back to it.
    #[must_use]
    pub fn for_classes(n_classes: usize) -> Self {
        Self { alpha: 0.1, beta: if n_classes > 2 { 1.0 } else { 0.25 } }
    }
}

impl SvmParams {
    /// Returns the parameters if each is in its range.
    ///
    /// # Errors
    /// [`Error::Parameter`] otherwise.
    pub fn check(self) -> Result<Self> {
        if !(self.c > 0.0 && self.c.is_finite()) {
            return Err(Error::parameter("c", self.c, "positive and finite"));
        }
        if let Some(LogCountRatios { alpha, beta }) = self.ratios {
            if !(alpha > 0.0 && alpha.is_finite()) {
                return Err(Error::parameter("alpha", alpha, "positive and finite"));
            }
            if !(0.0..=1.0).contains(&beta) {
                return Err(Error::parameter("beta", beta, "between 0 and 1"));
            }
        }
        Ok(self)
    }

    /// Fits on the rows at `part`, the classes in parallel; two classes need one problem, whose weights are shared half
    /// and half.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range.
    ///
    /// # Panics
    /// If a row of `part` has no label or no weight.
    pub fn fit(self, data: LabelledRows<'_>, part: &[usize], n_classes: usize) -> Result<LinearModel> {
        self.check()?;
        let LabelledRows { rows, labels, weights } = data;
        let problem = |class: usize| {
            let signs: Vec<bool> = part.iter().map(|row| labels[*row] == class).collect();
            let cost = |row: &usize| self.c * weights.map_or(1.0, |weights| f64::from(weights[*row]));
            let costs: Vec<f64> = part.iter().map(cost).collect();
            self.fit_one(rows, part, Sides { signs: &signs, costs: &costs })
        };
        let planes: Vec<Plane> = if n_classes == 2 {
            let Plane { bias, weights } = problem(1);
            let halved = |sign: f64| Plane {
                bias: sign * bias / 2.0,
                weights: weights.iter().map(|weight| (sign * f64::from(*weight) / 2.0) as f32).collect(),
            };
            vec![halved(-1.0), halved(1.0)]
        } else {
            (0..n_classes).into_par_iter().map(problem).collect()
        };
        let mut weights = vec![0.0; rows.n_columns() * n_classes];
        for (class, plane) in planes.iter().enumerate() {
            for (to, from) in weights.iter_mut().skip(class).step_by(n_classes).zip(&plane.weights) {
                *to = *from;
            }
        }
        Ok(LinearModel::new(planes.into_iter().map(|plane| plane.bias).collect(), weights))
    }

    fn fit_one(self, rows: &Csr, part: &[usize], sides: Sides<'_>) -> Plane {
        let Some(LogCountRatios { alpha, beta }) = self.ratios else {
            return descend(rows, part, sides, None);
        };
        let ratios = log_count_ratios(alpha, rows, part, sides.signs);
        let mut plane = descend(rows, part, sides, Some(&ratios));
        let n = plane.weights.iter().filter(|weight| **weight != 0.0).count().max(1) as f64;
        let mean = plane.weights.iter().map(|weight| f64::from(weight.abs())).sum::<f64>() / n;
        for (weight, ratio) in plane.weights.iter_mut().zip(&ratios) {
            let svm = f64::from(*weight);
            *weight = ((beta * svm + (1.0 - beta) * mean) * f64::from(*ratio)) as f32;
        }
        plane
    }
}

/// On which side of a plane each row is to be, and what it costs if it is not.
#[derive(Clone, Copy)]
struct Sides<'a> {
    signs: &'a [bool],
    costs: &'a [f64],
}

/// One class against the rest.
struct Plane {
    bias: f64,
    weights: Vec<f32>,
}

/// ln((p / ‖p‖₁) / (q / ‖q‖₁)) of each term, p and q its smoothed weights within the class and outside it; 0 for a term
/// that no row has.
fn log_count_ratios(alpha: f64, rows: &Csr, part: &[usize], signs: &[bool]) -> Vec<f32> {
    let mut sums = vec![[0.0_f64; 2]; rows.n_columns()];
    for (row, sign) in part.iter().zip(signs) {
        for (column, value) in rows.row(*row) {
            sums[column as usize][usize::from(*sign)] += f64::from(value);
        }
    }
    let present = sums.iter().filter(|sum| sum[0] + sum[1] > 0.0);
    let totals =
        present.fold([0.0, 0.0], |totals, sum| [totals[0] + sum[0] + alpha, totals[1] + sum[1] + alpha]);
    let offset = (totals[1] / totals[0]).ln();
    let ratio = |[q, p]: &[f64; 2]| if p + q > 0.0 { ((p + alpha) / (q + alpha)).ln() - offset } else { 0.0 };
    sums.iter().map(|sum| ratio(sum) as f32).collect()
}

/// Passes over the rows at most.
const MAX_PASSES: usize = 100;
/// The greatest violation of the optimality conditions at which descent ends, as LIBLINEAR's default.
const TOLERANCE: f64 = 0.1;

/// Dual coordinate descent. The bias is the weight of a feature that every row has with value 1.
fn descend(rows: &Csr, part: &[usize], Sides { signs, costs }: Sides<'_>, scales: Option<&[f32]>) -> Plane {
    let scale = |column: u32| scales.map_or(1.0, |scales| scales[column as usize]);
    // Each row's entries as they enter the product, scaled once.
    let scaled: Option<Vec<Vec<f32>>> = scales.map(|_| {
        let row = |row: &usize| rows.row(*row).map(|(column, value)| value * scale(column)).collect();
        part.iter().map(row).collect()
    });
    let entries = |idx: usize| {
        let (columns, values) = rows.slices(part[idx]);
        (columns, scaled.as_ref().map_or(values, |scaled| &scaled[idx]))
    };
    let diagonals: Vec<f64> = costs.iter().map(|cost| 0.5 / cost).collect();
    let squares: Vec<f64> = (0..part.len())
        .map(|idx| {
            1.0 + diagonals[idx] + entries(idx).1.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>()
        })
        .collect();
    let mut weights = vec![0.0_f32; rows.n_columns()];
    let mut bias = 0.0_f64;
    let mut alphas = vec![0.0_f64; part.len()];
    let mut order: Vec<usize> = (0..part.len()).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut n_active = order.len();
    let mut shrink_above = f64::INFINITY;
    for _ in 0..MAX_PASSES {
        let (mut most, mut least) = (0.0_f64, 0.0_f64);
        for at in 0..n_active {
            let other = at + (random.next_u64() % (n_active - at) as u64) as usize;
            order.swap(at, other);
        }
        let mut at = 0;
        while at < n_active {
            let idx = order[at];
            let sign = if signs[idx] { 1.0 } else { -1.0 };
            let (columns, values) = entries(idx);
            let margin = sign * (bias + dot(&weights, columns, values));
            let gradient = margin - 1.0 + alphas[idx] * diagonals[idx];
            let projected = if alphas[idx] > 0.0 {
                gradient
            } else if gradient > shrink_above {
                n_active -= 1;
                order.swap(at, n_active);
                continue;
            } else {
                gradient.min(0.0)
            };
            most = most.max(projected);
            least = least.min(projected);
            if projected.abs() > 1e-9 {
                let updated = (alphas[idx] - gradient / squares[idx]).max(0.0);
                let step = (updated - alphas[idx]) * sign;
                alphas[idx] = updated;
                bias += step;
                for (column, value) in columns.iter().zip(values) {
                    weights[*column as usize] += step as f32 * value;
                }
            }
            at += 1;
        }
        if most - least <= TOLERANCE {
            if n_active == order.len() {
                break;
            }
            // Every row is looked at once more before it is over.
            n_active = order.len();
            shrink_above = f64::INFINITY;
        } else {
            shrink_above = if most > 0.0 { most } else { f64::INFINITY };
        }
    }
    Plane { bias, weights }
}

/// Four sums side by side, so that no addition waits for the one before.
fn dot(weights: &[f32], columns: &[u32], values: &[f32]) -> f64 {
    let mut sums = [0.0_f32; 4];
    let (columns, last_columns) = columns.as_chunks::<4>();
    let (values, last_values) = values.as_chunks::<4>();
    for (columns, values) in columns.iter().zip(values) {
        for lane in 0..4 {
            sums[lane] += weights[columns[lane] as usize] * values[lane];
        }
    }
    let rest: f32 = last_columns.iter().zip(last_values).map(|(c, v)| weights[*c as usize] * v).sum();
    f64::from((sums[0] + sums[1]) + (sums[2] + sums[3]) + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> (Csr, Vec<usize>) {
        let mut rows = Csr::new(4);
        let mut labels = Vec::new();
        for n in 0..30_u32 {
            let class = (n % 3) as usize;
            let value = 1.0 + (n % 5) as f32 / 10.0;
            rows.push_row(&[(class as u32, value), (3, 0.2 + (n % 4) as f32 / 10.0)]);
            labels.push(class);
        }
        (rows, labels)
    }

    /// At the optimum the gradient of ½‖w‖² + Σ Cᵢ max(0, 1 − margin)² vanishes; descent ends near it.
    #[test]
    fn descent_ends_at_the_optimum() {
        let (rows, labels) = rows();
        let part: Vec<usize> = (0..rows.n_rows()).collect();
        let signs: Vec<bool> = labels.iter().map(|label| *label == 0).collect();
        let costs: Vec<f64> = part.iter().map(|row| 0.5 + (row % 3) as f64).collect();
        let gradient = |plane: &Plane| -> f64 {
            let mut sums: Vec<f64> = plane.weights.iter().map(|weight| f64::from(*weight)).collect();
            let mut bias = plane.bias;
            for row in &part {
                let score: f64 = plane.bias
                    + rows
                        .row(*row)
                        .map(|(c, v)| f64::from(plane.weights[c as usize]) * f64::from(v))
                        .sum::<f64>();
                let sign = if signs[*row] { 1.0 } else { -1.0 };
                let pull = -2.0 * costs[*row] * sign * (1.0 - sign * score).max(0.0);
                rows.row(*row).for_each(|(c, v)| sums[c as usize] += pull * f64::from(v));
                bias += pull;
            }
            sums.iter().fold(bias.abs(), |most, sum| most.max(sum.abs()))
        };
        let found = gradient(&descend(&rows, &part, Sides { signs: &signs, costs: &costs }, None));
        let start = gradient(&Plane { bias: 0.0, weights: vec![0.0; 4] });
        assert!(found < 0.01 * start, "{found} of {start}");
    }

    #[test]
    fn ratios_are_of_smoothed_shares() {
        let mut rows = Csr::new(3);
        rows.push_row(&[(0, 3.0)]);
        rows.push_row(&[(0, 1.0), (2, 4.0)]);
        // Within: 3 and 0 of 3, with 0.5 more each 3.5 and 0.5 of 4; outside: 1.5 and 4.5 of 6. No row has the second term.
        let ratios = log_count_ratios(0.5, &rows, &[0, 1], &[true, false]);
        let expected = [(3.5_f64 / 4.0 / (1.5 / 6.0)).ln(), 0.0, (0.5_f64 / 4.0 / (4.5 / 6.0)).ln()];
        for (ratio, expected) in ratios.iter().zip(expected) {
            assert!((f64::from(*ratio) - expected).abs() < 1e-6, "{ratios:?}");
        }
    }

    #[test]
    fn both_machines_part_what_can_be_parted() {
        let (rows, labels) = rows();
        let part: Vec<usize> = (0..rows.n_rows()).collect();
        for ratios in [None, Some(LogCountRatios { alpha: 1.0, beta: 0.25 })] {
            let data = LabelledRows { rows: &rows, labels: &labels, weights: None };
            let model = SvmParams { c: 1.0, ratios }.fit(data, &part, 3).unwrap();
            for (row, label) in labels.iter().enumerate() {
                assert_eq!(crate::bayes::argmax(&model.scores(rows.row(row))), *label, "{ratios:?}");
            }
        }
    }

    #[test]
    fn weights_stand_for_repetitions() {
        let mut rows = Csr::new(2);
        rows.push_row(&[(0, 1.0), (1, 0.5)]);
        rows.push_row(&[(0, 0.5), (1, 1.0)]);
        let fit = |part: &[usize], weights: Option<&[f32]>| {
            let data = LabelledRows { rows: &rows, labels: &[0, 1], weights };
            SvmParams { c: 10.0, ratios: None }.fit(data, part, 2).unwrap().scores(rows.row(0))
        };
        let is_near = |a: &[f64], b: &[f64]| (a[0] - b[0]).abs() < 0.03;
        let repeated = fit(&[0, 0, 0, 0, 0, 1], None);
        assert!(is_near(&repeated, &fit(&[0, 1], Some(&[5.0, 1.0]))));
        assert!(!is_near(&repeated, &fit(&[0, 1], None)));
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        assert!(SvmParams { c: f64::NAN, ratios: None }.check().is_err());
        let ratios = Some(LogCountRatios { alpha: 1.0, beta: 1.5 });
        let params = SvmParams { c: 1.0, ratios };
        assert!(params.check().unwrap_err().to_string().starts_with("beta"));
    }
}
