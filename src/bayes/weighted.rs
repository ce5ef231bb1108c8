//! Naive Bayes group scores in, one calibrated log-odds out: weighted naive Bayes.
//!
//! Raw naive Bayes counts correlated features twice, which makes it wildly over-confident. Each feature group's
//! log-odds gets a weight, fitted by penalised maximum likelihood on cross-fitted scores (Zaidi et al. 2013, "Alleviating
//! naive Bayes attribute independence assumption by attribute weighting"). Newton's method in a fixed order of rows:
//! deterministic.

use serde::{Deserialize, Serialize};

use super::logistic;
use crate::error::{Error, Result};

/// A bias and a weight for each group of features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupWeights {
    bias: f64,
    weights: Vec<f64>,
}

/// Newton steps; five to eight bring the gradient to rounding on the data at hand.
const MAX_STEPS: usize = 25;

impl GroupWeights {
    /// Fits by L2-penalised logistic regression; `rows` holds `n_groups` scores a row, row by row, each row counts for
    /// its entry in `row_weights`, and `ridge` > 0 is the penalty on each group's weight (not on the bias).
    ///
    /// # Errors
    /// [`Error::Training`] if the rows do not fit the labels or one of the two labels is absent.
    pub fn fit(
        rows: &[f64],
        labels: &[bool],
        row_weights: &[f64],
        n_groups: usize,
        ridge: f64,
    ) -> Result<Self> {
        if rows.len() != labels.len() * n_groups || labels.len() != row_weights.len() {
            return Err(Error::Training(format!("{} scores for {} labels", rows.len(), labels.len())));
        }
        if labels.iter().all(|l| *l) || labels.iter().all(|l| !*l) {
            return Err(Error::Training("group weights need examples of both labels".into()));
        }
        let n = n_groups + 1;
        let mut beta = vec![0.0; n];
        for _ in 0..MAX_STEPS {
            let (gradient, hessian) = derivatives(rows, labels, row_weights, &beta, ridge);
            let step = solve(hessian, gradient, n)?;
            for (b, s) in beta.iter_mut().zip(&step) {
                *b += s;
            }
            if step.iter().all(|s| s.abs() < 1e-9) {
                break;
            }
        }
        Ok(Self { bias: beta[n_groups], weights: beta[..n_groups].to_vec() })
    }

    /// bias + Σ weight · score.
    ///
    /// # Panics
    /// If the number of scores is not the number of groups.
    #[must_use]
    pub fn log_odds(&self, scores: &[f64]) -> f64 {
        assert_eq!(scores.len(), self.weights.len());
        self.bias + scores.iter().zip(&self.weights).map(|(s, w)| s * w).sum::<f64>()
    }

    /// Whether the stored numbers fit `n_groups` and are usable.
    pub(crate) fn is_valid(&self, n_groups: usize) -> bool {
        let is_usable = |value: &f64| value.is_finite() && value.abs() < 1e6;
        self.weights.len() == n_groups && self.weights.iter().all(is_usable) && is_usable(&self.bias)
    }

    /// The bias.
    #[must_use]
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// The weights, in the order of the groups.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

/// Gradient and Hessian of the penalised log-likelihood at `beta`, whose last entry is the bias.
fn derivatives(
    rows: &[f64],
    labels: &[bool],
    row_weights: &[f64],
    beta: &[f64],
    ridge: f64,
) -> (Vec<f64>, Vec<f64>) {
    let n = beta.len();
    let mut gradient = vec![0.0; n];
    let mut hessian = vec![0.0; n * n];
    let mut x = vec![1.0; n];
    for (row, (label, weight)) in rows.chunks_exact(n - 1).zip(labels.iter().zip(row_weights)) {
        x[..n - 1].copy_from_slice(row);
        let p = logistic(x.iter().zip(beta).map(|(x, b)| x * b).sum());
        let residual = weight * (f64::from(u8::from(*label)) - p);
        let curvature = weight * (p * (1.0 - p)).max(1e-10);
        for i in 0..n {
            gradient[i] += residual * x[i];
            for j in 0..=i {
                hessian[i * n + j] += curvature * x[i] * x[j];
            }
        }
    }
    for i in 0..n - 1 {
        gradient[i] -= ridge * beta[i];
        hessian[i * n + i] += ridge;
    }
    (gradient, hessian)
}

/// Solves `a` · x = `b` for a symmetric positive definite `a` (its lower triangle is read) by Cholesky's method.
pub(super) fn solve(mut a: Vec<f64>, mut b: Vec<f64>, n: usize) -> Result<Vec<f64>> {
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            let rest = a[i * n + j] - dot;
            if i != j {
                a[i * n + j] = rest / a[j * n + j];
            } else if rest > 0.0 {
                a[i * n + i] = rest.sqrt();
            } else {
                return Err(Error::Training("group scores are not finite or all alike".into()));
            }
        }
    }
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i * n + k] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    Ok(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_vanishes_at_the_fit() {
        let rows = [2.0, 1.0, 1.0, -1.0, -1.0, 0.5, -2.0, -1.0, 0.5, 0.0, -0.5, 0.2];
        let labels = [true, true, false, false, false, true];
        let fitted = GroupWeights::fit(&rows, &labels, &[1.0; 6], 2, 0.1).unwrap();
        let beta = [fitted.weights[0], fitted.weights[1], fitted.bias];
        let (gradient, _) = derivatives(&rows, &labels, &[1.0; 6], &beta, 0.1);
        assert!(gradient.iter().all(|g| g.abs() < 1e-8), "{gradient:?}");
    }

    #[test]
    fn a_score_counted_twice_shares_one_weight() {
        let once = [2.0, 1.0, -1.0, -2.0, 0.5, -0.4];
        let labels = [true, true, false, false, false, true];
        let twice: Vec<f64> = once.iter().flat_map(|s| [*s, *s]).collect();
        let a = GroupWeights::fit(&once, &labels, &[1.0; 6], 1, 1e-6).unwrap();
        let b = GroupWeights::fit(&twice, &labels, &[1.0; 6], 2, 1e-6).unwrap();
        assert!((a.log_odds(&[1.5]) - b.log_odds(&[1.5, 1.5])).abs() < 1e-4);
        assert!(a.log_odds(&[2.0]) > 0.0 && a.log_odds(&[-2.0]) < 0.0);
        assert!((a.log_odds(&[2.0]) - a.log_odds(&[1.0]) - a.weights()[0]).abs() < 1e-12);
    }

    #[test]
    fn one_label_alone_is_refused() {
        assert!(GroupWeights::fit(&[1.0, 2.0], &[true, true], &[1.0; 2], 1, 1.0).is_err());
    }
}
