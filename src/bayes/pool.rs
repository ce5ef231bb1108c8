//! Scores of several models in, one weight each out: the log-opinion pool with the least log loss.
//!
//! The pooled score of a class is Σ weight · score, so that the softmax of it is the product of the models' probabilities,
//! each raised to its weight (Genest & Zidek 1986); with one model the weight is the inverse of a temperature (Guo et al.
//! 2017). The loss is convex in the weights. Scores must come from models that did not see the records.

use rayon::prelude::*;

use super::weighted::solve;
use super::{Posterior, softmax_in_place};
use crate::error::{Error, Result};

/// Out-of-fold scores of one model: shape (`n_records`, `n_classes`), row by row.
pub type Scores = Vec<f32>;

/// Newton steps at most; six to twelve bring the step to rounding.
const MAX_STEPS: usize = 60;
/// Held against the weights so that records that are all parted do not drive them to infinity.
const RIDGE: f64 = 1e-9;

/// Fits a weight, at least 0, for each model. Gold has the probability 1 − ε and the other classes share ε = 1 / (n + 2)
/// (Platt 1999), so that a few well-parted records do not make the pool certain. A model that only harms gets 0; if all do, as
/// can be with a handful of records, each gets so little that probabilities are nearly even.
///
/// # Errors
/// [`Error::Training`] if there are no records or no models, or shapes do not fit.
pub fn fit_pool(models: &[Scores], labels: &[usize], n_classes: usize) -> Result<Vec<f64>> {
    if labels.is_empty() || models.is_empty() || models.iter().any(|m| m.len() != labels.len() * n_classes) {
        return Err(Error::Training(format!(
            "scores do not fit {} records of {n_classes} classes",
            labels.len()
        )));
    }
    let mut active: Vec<usize> = (0..models.len()).collect();
    while !active.is_empty() {
        let chosen: Vec<&Scores> = active.iter().map(|idx| &models[*idx]).collect();
        let weights = newton(&chosen, labels, n_classes)?;
        let worst = (0..weights.len()).min_by(|a, b| weights[*a].total_cmp(&weights[*b])).unwrap_or(0);
        if weights[worst] > 0.0 {
            let mut all = vec![0.0; models.len()];
            active.iter().zip(weights).for_each(|(idx, weight)| all[*idx] = weight);
            return Ok(all);
        }
        active.remove(worst);
    }
    Ok(models.iter().map(|scores| LEAST / spread(scores, n_classes)).collect())
}

/// What a model's scores count for, by their spread, where none is better than chance.
const LEAST: f64 = 0.01;

/// The pooled scores of one record.
fn pooled(models: &[Scores], weights: &[f64], record: usize, n_classes: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_classes];
    for (scores, weight) in models.iter().zip(weights) {
        for (sum, score) in sums.iter_mut().zip(&scores[record * n_classes..]) {
            *sum += weight * f64::from(*score);
        }
    }
    sums
}

/// The pooled probabilities of one record.
#[must_use]
pub fn pooled_posterior(models: &[Scores], weights: &[f64], record: usize, n_classes: usize) -> Posterior {
    Posterior::from_joint_log_likelihood(&pooled(models, weights, record, n_classes), 1.0)
}

/// The loss, summed over the records, and its first two derivatives by the weights (the lower triangle of the second).
#[derive(Debug, Clone)]
struct Derivatives {
    loss: f64,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
}

impl Derivatives {
    fn zero(m: usize) -> Self {
        Self { loss: 0.0, gradient: vec![0.0; m], hessian: vec![0.0; m * m] }
    }

    fn add(mut self, other: &Self) -> Self {
        self.loss += other.loss;
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(sum, value)| *sum += value);
        self.hessian.iter_mut().zip(&other.hessian).for_each(|(sum, value)| *sum += value);
        self
    }
}

/// Records that a thread sums over at once; fixed, so that sums do not depend on the number of threads.
const PART: usize = 512;

fn derivatives(models: &[&Scores], weights: &[f64], labels: &[usize], k: usize, epsilon: f64) -> Derivatives {
    let parts: Vec<Derivatives> = labels
        .par_chunks(PART)
        .enumerate()
        .map(|(part, labels)| part_derivatives(models, weights, (part * PART, labels), k, epsilon))
        .collect();
    parts.iter().fold(Derivatives::zero(models.len()), Derivatives::add)
}

fn part_derivatives(
    models: &[&Scores],
    weights: &[f64],
    (start, labels): (usize, &[usize]),
    k: usize,
    epsilon: f64,
) -> Derivatives {
    let m = models.len();
    let mut all = Derivatives::zero(m);
    let mut p = vec![0.0; k];
    let mut means = vec![0.0; m];
    let other_share = epsilon / (k - 1).max(1) as f64;
    for (idx, label) in labels.iter().enumerate() {
        let scores = |model: usize| &models[model][(start + idx) * k..(start + idx + 1) * k];
        // Σ over the classes of target · score: gold has 1 − ε, each other class its share of ε.
        let on_target = |gold: f64, sum: f64| (1.0 - epsilon) * gold + other_share * (sum - gold);
        p.fill(0.0);
        for (model, weight) in weights.iter().enumerate() {
            p.iter_mut().zip(scores(model)).for_each(|(sum, score)| *sum += weight * f64::from(*score));
        }
        let target_score = on_target(p[*label], p.iter().sum());
        let max = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        softmax_in_place(&mut p);
        // The greatest probability is exp(0) over the sum of all, which gives the logarithm of that sum.
        let log_sum = max - p.iter().copied().fold(0.0, f64::max).ln();
        all.loss += log_sum - target_score;
        for model in 0..m {
            let own = scores(model);
            means[model] = own.iter().zip(&p).map(|(score, p)| f64::from(*score) * p).sum();
            let sum = own.iter().map(|score| f64::from(*score)).sum();
            all.gradient[model] += means[model] - on_target(f64::from(own[*label]), sum);
            for other in 0..=model {
                let both = own.iter().zip(scores(other)).zip(&p);
                let product: f64 = both.map(|((a, b), p)| p * f64::from(*a) * f64::from(*b)).sum();
                all.hessian[model * m + other] += product - means[model] * means[other];
            }
        }
    }
    all
}

/// Newton's method with halved steps where the full one does not lower the loss.
fn newton(models: &[&Scores], labels: &[usize], k: usize) -> Result<Vec<f64>> {
    let m = models.len();
    let epsilon = 1.0 / (labels.len() as f64 + 2.0);
    let mut weights: Vec<f64> = models.iter().map(|scores| 1.0 / (m as f64 * spread(scores, k))).collect();
    let mut at = derivatives(models, &weights, labels, k, epsilon);
    for _ in 0..MAX_STEPS {
        for idx in 0..m {
            let own = at.hessian[idx * m + idx];
            at.hessian[idx * m + idx] = own * (1.0 + RIDGE) + f64::MIN_POSITIVE;
        }
        let step = solve(at.hessian, at.gradient, m)?;
        let mut factor = 1.0;
        let next = loop {
            let tried: Vec<f64> =
                weights.iter().zip(&step).map(|(weight, step)| weight - factor * step).collect();
            let next = derivatives(models, &tried, labels, k, epsilon);
            if next.loss <= at.loss || factor < 1e-6 {
                weights = tried;
                break next;
            }
            factor /= 2.0;
        };
        let is_done = factor < 1e-6
            || step.iter().zip(&weights).all(|(step, weight)| step.abs() <= 1e-7 * weight.abs().max(1e-9));
        at = next;
        if is_done {
            break;
        }
    }
    Ok(weights)
}

/// The root of the mean square difference of a record's scores from their mean.
fn spread(scores: &[f32], k: usize) -> f64 {
    let square = |record: &[f32]| {
        let mean = record.iter().map(|score| f64::from(*score)).sum::<f64>() / k as f64;
        record.iter().map(|score| (f64::from(*score) - mean).powi(2)).sum::<f64>()
    };
    (scores.chunks_exact(k).map(square).sum::<f64>() / scores.len() as f64).sqrt().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that are right with a margin, and wrong for every fourth record.
    fn scores(n: usize, size: f32) -> (Scores, Vec<usize>) {
        let labels: Vec<usize> = (0..n).map(|idx| idx % 2).collect();
        let sign = |idx: usize| if (idx % 2 == 1) == (idx % 4 < 3) { 1.0 } else { -1.0 };
        ((0..n).flat_map(|idx| [-size * sign(idx), size * sign(idx)]).collect(), labels)
    }

    #[test]
    fn one_model_gets_its_temperature() {
        let (scores, labels) = scores(4000, 50.0);
        let weights = fit_pool(std::slice::from_ref(&scores), &labels, 2).unwrap();
        // Three in four are right, so the odds should be 3.
        assert!((weights[0] * 100.0 - 3.0_f64.ln()).abs() < 0.01, "{weights:?}");
        assert!((pooled_posterior(&[scores], &weights, 0, 2).probabilities()[0] - 0.75).abs() < 0.01);
    }

    #[test]
    fn a_model_that_only_harms_gets_nothing() {
        let (good, labels) = scores(400, 1.0);
        let bad: Scores =
            good.iter().enumerate().map(|(i, s)| if i % 7 < 3 { -s } else { s * 0.1 }).collect();
        let models = [good, bad.iter().map(|s| -s).collect()];
        let weights = fit_pool(&models, &labels, 2).unwrap();
        assert!(weights.iter().all(|weight| *weight >= 0.0) && weights[0] > 0.0, "{weights:?}");
        let loss = |weights: &[f64]| derivatives(&models.each_ref(), weights, &labels, 2, 0.0).loss;
        assert!(loss(&weights) <= loss(&[weights[0], weights[1] + 0.1]) + 1e-9);
    }

    #[test]
    fn models_no_better_than_chance_leave_probabilities_nearly_even() {
        let (scores, labels) = scores(40, 3.0);
        let wrong = [scores.iter().map(|score| -score).collect::<Scores>()];
        let weights = fit_pool(&wrong, &labels, 2).unwrap();
        let p = pooled_posterior(&wrong, &weights, 0, 2).probabilities()[0];
        assert!(weights[0] > 0.0 && (p - 0.5).abs() < 0.02, "{p}");
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert!(fit_pool(&[vec![0.0; 5]], &[0, 1], 2).is_err());
        assert!(fit_pool(&[], &[0, 1], 2).is_err());
    }
}
