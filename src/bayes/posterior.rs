//! Joint log-likelihoods in, probabilities out, by log-sum-exp.

/// The probabilities of the classes: finite, non-negative, summing to 1, in class order.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior(Vec<f64>);

impl Posterior {
    /// The posterior of joint log-likelihoods divided by a temperature (1 leaves them; more flattens).
    ///
    /// # Panics
    /// If `joint_log_likelihood` is empty or `temperature` is not positive.
    #[must_use]
    pub fn from_joint_log_likelihood(joint_log_likelihood: &[f64], temperature: f64) -> Self {
        assert!(!joint_log_likelihood.is_empty() && temperature > 0.0);
        let scaled: Vec<f64> = joint_log_likelihood.iter().map(|value| value / temperature).collect();
        Self(softmax(&scaled))
    }

    /// The probability of each class, in class order.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.0
    }

    /// The most probable class; ties go to the first.
    #[must_use]
    pub fn class(&self) -> usize {
        argmax(&self.0)
    }
}

/// exp(x) normalised to sum 1, computed without overflow.
#[must_use]
pub fn softmax(values: &[f64]) -> Vec<f64> {
    let mut probabilities = values.to_vec();
    softmax_in_place(&mut probabilities);
    probabilities
}

/// The same without an allocation.
pub(crate) fn softmax_in_place(values: &mut [f64]) {
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    values.iter_mut().for_each(|value| *value /= sum);
}

/// 1 / (1 + exp(−x)), the probability of log-odds `x`.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// The index of the greatest value; ties go to the first.
pub(crate) fn argmax(values: &[f64]) -> usize {
    let mut best = 0;
    for (idx, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = idx;
        }
    }
    best
}

/// The index of the greatest value but one; ties go to the first.
///
/// # Panics
/// If there is no value but `best`.
pub(crate) fn runner_up(values: &[f64], best: usize) -> usize {
    let mut others = (0..values.len()).filter(|idx| *idx != best);
    let first = others.next().expect("a classifier has two classes");
    others.fold(first, |second, idx| if values[idx] > values[second] { idx } else { second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_scores_stay_finite() {
        let posterior = Posterior::from_joint_log_likelihood(&[-1e6, -2e6, -1e6], 1.0);
        assert_eq!(posterior.probabilities(), [0.5, 0.0, 0.5]);
        assert_eq!(posterior.class(), 0);
        assert_eq!(logistic(-1e4), 0.0);
        assert_eq!(logistic(1e4), 1.0);
    }
}
