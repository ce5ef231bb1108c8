//! The sufficient statistics in, a linear score per class out: naive Bayes with Lidstone smoothing, under the event models
//! that text is described by.

use rayon::prelude::*;

use super::counts::{ClassCounts, ColumnCounts};
use super::{EventModel, NaiveBayesValidParams, Prior, TermCounts};
use crate::error::{Error, Result};

/// A fitted classifier: per term the weights of the classes side by side, and a bias per class.
///
/// Under the multinomial model the weights are the log-probabilities of the terms and the biases the log priors; the
/// other models are written in the same linear form.
///
/// ```
/// use linfa::ParamGuard;
/// use nutgraf::bayes::{NaiveBayes, NaiveBayesParams, TermCounts};
/// use nutgraf::features::Csr;
///
/// let mut rows = Csr::new(2);
/// rows.push_row(&[(0, 3.0)]);
/// rows.push_row(&[(1, 2.0)]);
/// let counts = TermCounts::from_rows(&rows, &[0, 1], 2);
/// let model = NaiveBayes::fit(&NaiveBayesParams::new().check()?, &counts)?;
/// assert_eq!(model.posterior([(1, 1.0)].into_iter()).class(), 1);
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NaiveBayes {
    pub(super) n_classes: usize,
    /// ln P(class), with what the event model adds to every document.
    pub(super) log_priors: Vec<f64>,
    /// ln P(term | class) or what stands for it, shape (`n_terms`, `n_classes`), row by row.
    pub(super) log_probabilities: Vec<f32>,
}

impl NaiveBayes {
    /// Fits on sufficient statistics. With x the weight of a term in a class, X the class's sum over all terms and n the
    /// documents of the class:
    ///
    /// - multinomial (McCallum & Nigam 1998): ln P(term | class) = ln (x + α) − ln (X + α · `n_terms`);
    /// - complement (Rennie et al. 2003): −ln of the same over all other classes; priors are left out;
    /// - weight-normalised complement (the same): divided by the class's sum of absolute weights, times their mean;
    /// - Bernoulli (McCallum & Nigam 1998): with p = (x + α) / (n + 2α), ln p − ln (1 − p) for a term that is there, and
    ///   Σ ln (1 − p) over all terms in the bias.
    ///
    /// With balance, x is first scaled so that every class has the same X (class-mass balance for unbalanced text; Frank &
    /// Bouckaert 2006).
    ///
    /// # Errors
    /// [`Error::Training`] for fewer than two classes, a class without documents, no terms, or, under Bernoulli, a term
    /// that weighs more than its class has documents.
    pub fn fit(params: &NaiveBayesValidParams, counts: &TermCounts) -> Result<Self> {
        Self::fit_counts(params, counts, Unseen::Smoothed)
    }

    /// Fits on counts that are summed from columns; a term that no document of the part holds is an unknown term, and says
    /// nothing.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub(crate) fn fit_columns(params: &NaiveBayesValidParams, counts: &ColumnCounts<'_>) -> Result<Self> {
        Self::fit_counts(params, counts, Unseen::Silent)
    }

    fn fit_counts(params: &NaiveBayesValidParams, counts: &impl ClassCounts, unseen: Unseen) -> Result<Self> {
        let n_classes = counts.n_classes();
        let class_counts = counts.class_counts();
        if n_classes < 2 {
            return Err(Error::Training(format!("{n_classes} class; naive Bayes needs two or more")));
        }
        if let Some(empty) = class_counts.iter().position(|count| *count <= 0.0) {
            return Err(Error::Training(format!(
                "class {empty} has no documents; give it some or leave it out"
            )));
        }
        if counts.n_terms() == 0 {
            return Err(Error::Training("no terms; give text with words".into()));
        }
        let mut log_priors: Vec<f64> = match params.prior() {
            Prior::Uniform => vec![-(n_classes as f64).ln(); n_classes],
            Prior::Learned => {
                let n_documents: f64 = class_counts.iter().sum();
                class_counts.iter().map(|count| (count / n_documents).ln()).collect()
            }
        };
        let masses = Masses::new(params, counts);
        let log_probabilities = match params.event_model() {
            EventModel::Multinomial => multinomial(params.alpha(), counts, &masses, unseen),
            EventModel::Complement | EventModel::NormalizedComplement => {
                log_priors.fill(0.0);
                let mut weights = complement(params.alpha(), counts, &masses, unseen);
                if params.event_model() == EventModel::NormalizedComplement {
                    normalize(&mut weights, n_classes);
                }
                weights
            }
            EventModel::Bernoulli => bernoulli(params.alpha(), counts, &mut log_priors, unseen)?,
        };
        Ok(Self { n_classes, log_priors, log_probabilities })
    }

    /// Rebuilds a classifier from its stored parts.
    pub(crate) fn from_parts(
        log_priors: Vec<f64>,
        log_probabilities: Vec<f32>,
        n_terms: usize,
    ) -> Result<Self> {
        let n_classes = log_priors.len();
        let finite =
            log_probabilities.iter().all(|v| v.is_finite()) && log_priors.iter().all(|v| v.is_finite());
        if n_classes < 2 || log_probabilities.len() != n_classes * n_terms || !finite {
            return Err(Error::model(
                "naive Bayes",
                "weights do not fit the vocabulary; the file is damaged",
            ));
        }
        Ok(Self { n_classes, log_priors, log_probabilities })
    }

    /// ln P(class) + Σ value · ln P(term | class) for each class; the empty row gives the log priors.
    ///
    /// # Panics
    /// If a column is not below the number of terms.
    #[must_use]
    pub fn joint_log_likelihood(&self, row: impl Iterator<Item = (u32, f32)>) -> Vec<f64> {
        let mut scores = self.log_priors.clone();
        for (column, value) in row {
            for (score, log_p) in scores.iter_mut().zip(self.term(column)) {
                *score += f64::from(value) * f64::from(*log_p);
            }
        }
        scores
    }

    /// The posterior of a row.
    ///
    /// # Panics
    /// If a column is not below the number of terms.
    #[must_use]
    pub fn posterior(&self, row: impl Iterator<Item = (u32, f32)>) -> super::Posterior {
        super::Posterior::from_joint_log_likelihood(&self.joint_log_likelihood(row), 1.0)
    }

    /// The log-odds that an entry adds for `class` against `other`: value · ln(P(term | class) / P(term | other)).
    /// Over all entries of a row these sum, with the prior log-odds, to the difference of the joint log-likelihoods.
    ///
    /// # Panics
    /// If the column or a class is out of range.
    #[must_use]
    pub fn log_odds(&self, (column, value): (u32, f32), class: usize, other: usize) -> f64 {
        let term = self.term(column);
        f64::from(value) * (f64::from(term[class]) - f64::from(term[other]))
    }

    /// ln P(term | class) of each class.
    fn term(&self, column: u32) -> &[f32] {
        let start = column as usize * self.n_classes;
        &self.log_probabilities[start..start + self.n_classes]
    }

    /// The number of classes.
    #[must_use]
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The number of terms.
    #[must_use]
    pub fn n_terms(&self) -> usize {
        self.log_probabilities.len() / self.n_classes
    }

    /// The bias of each class: ln P(class) under the multinomial model.
    #[must_use]
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }

    /// The weights, ln P(term | class) under the multinomial model; shape (`n_terms`, `n_classes`), row by row.
    #[must_use]
    pub fn log_probabilities(&self) -> &[f32] {
        &self.log_probabilities
    }
}

/// What term counts are scaled by, and their sums after it.
struct Masses {
    scales: Vec<f64>,
    /// Σ over terms, by class.
    sums: Vec<f64>,
}

impl Masses {
    fn new(params: &NaiveBayesValidParams, counts: &impl ClassCounts) -> Self {
        let masses = counts.class_masses();
        let mean = masses.iter().sum::<f64>() / masses.len() as f64;
        let scale = |mass: &f64| if params.balance() && *mass > 0.0 { mean / mass } else { 1.0 };
        let scales: Vec<f64> = masses.iter().map(scale).collect();
        let sums = masses.iter().zip(&scales).map(|(mass, scale)| mass * scale).collect();
        Self { scales, sums }
    }
}

/// What a term gets that no document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unseen {
    /// What smoothing gives it.
    Smoothed,
    /// Nothing.
    Silent,
}

/// Terms worked on at once by a thread.
const PART: usize = 4096;

/// Fills the weights of every term from its counts, in parallel.
fn weights(counts: &impl ClassCounts, unseen: Unseen, fill: impl Fn(&[f64], &mut [f32]) + Sync) -> Vec<f32> {
    let n_classes = counts.n_classes();
    let mut weights = vec![0.0; counts.n_terms() * n_classes];
    weights.par_chunks_mut(PART * n_classes).enumerate().for_each(|(part, weights)| {
        let mut of_term = vec![0.0; n_classes];
        for (idx, weights) in weights.chunks_exact_mut(n_classes).enumerate() {
            counts.term(part * PART + idx, &mut of_term);
            if unseen == Unseen::Smoothed || of_term.iter().any(|count| *count > 0.0) {
                fill(&of_term, weights);
            }
        }
    });
    weights
}

fn multinomial(alpha: f64, counts: &impl ClassCounts, masses: &Masses, unseen: Unseen) -> Vec<f32> {
    let n_terms = counts.n_terms() as f64;
    let log_totals: Vec<f64> = masses.sums.iter().map(|mass| (mass + alpha * n_terms).ln()).collect();
    // Most terms are absent from most classes.
    let absent: Vec<f32> = log_totals.iter().map(|log_total| (alpha.ln() - log_total) as f32).collect();
    weights(counts, unseen, |counts, weights| {
        weights.copy_from_slice(&absent);
        for (class, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            weights[class] = ((count * masses.scales[class] + alpha).ln() - log_totals[class]) as f32;
        }
    })
}

fn complement(alpha: f64, counts: &impl ClassCounts, masses: &Masses, unseen: Unseen) -> Vec<f32> {
    let n_terms = counts.n_terms() as f64;
    let all: f64 = masses.sums.iter().sum();
    let log_totals: Vec<f64> =
        masses.sums.iter().map(|mass| (all - mass + alpha * n_terms).max(alpha).ln()).collect();
    weights(counts, unseen, |counts, weights| {
        let sum: f64 = counts.iter().zip(&masses.scales).map(|(count, scale)| count * scale).sum();
        let absent = (sum + alpha).ln();
        for (class, count) in counts.iter().enumerate() {
            let log_rest = if *count > 0.0 {
                ((sum - count * masses.scales[class]).max(0.0) + alpha).ln()
            } else {
                absent
            };
            weights[class] = (log_totals[class] - log_rest) as f32;
        }
    })
}

/// Scales every class's weights to the mean of the classes' sums of absolute weights.
fn normalize(weights: &mut [f32], n_classes: usize) {
    let mut sums = vec![0.0; n_classes];
    for term in weights.chunks_exact(n_classes) {
        for (sum, weight) in sums.iter_mut().zip(term) {
            *sum += f64::from(weight.abs());
        }
    }
    let mean = sums.iter().sum::<f64>() / n_classes as f64;
    for term in weights.chunks_exact_mut(n_classes) {
        for (weight, sum) in term.iter_mut().zip(&sums) {
            *weight = (f64::from(*weight) * mean / sum.max(f64::MIN_POSITIVE)) as f32;
        }
    }
}

fn bernoulli(
    alpha: f64,
    counts: &impl ClassCounts,
    log_priors: &mut [f64],
    unseen: Unseen,
) -> Result<Vec<f32>> {
    let class_counts = counts.class_counts();
    let mut of_term = vec![0.0; class_counts.len()];
    for term in 0..counts.n_terms() {
        counts.term(term, &mut of_term);
        if of_term.iter().zip(&class_counts).any(|(count, documents)| *count > documents + 1e-6) {
            return Err(Error::Training(
                "the Bernoulli model counts documents: a term weighs more than its class has; use binary rows".into(),
            ));
        }
        for ((bias, count), documents) in log_priors.iter_mut().zip(&of_term).zip(&class_counts) {
            *bias += (1.0 - (count + alpha) / (documents + 2.0 * alpha)).ln();
        }
    }
    Ok(weights(counts, unseen, |counts, weights| {
        for ((weight, count), documents) in weights.iter_mut().zip(counts).zip(&class_counts) {
            let p = (count + alpha) / (documents + 2.0 * alpha);
            *weight = (p.ln() - (1.0 - p).ln()) as f32;
        }
    }))
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;

    use super::*;
    use crate::bayes::NaiveBayesParams;
    use crate::features::Csr;

    fn counts() -> TermCounts {
        let mut rows = Csr::new(3);
        for row in [&[(0, 1.0), (1, 1.0)][..], &[(1, 1.0), (2, 1.0)], &[(2, 1.0)], &[(0, 1.0)]] {
            rows.push_row(row);
        }
        TermCounts::from_rows(&rows, &[0, 1, 2, 0], 3)
    }

    /// The same rows in scikit-learn 1.9.1: `ComplementNB(alpha=.5, norm=False).feature_log_prob_` and
    /// `BernoulliNB(alpha=.5).predict_joint_log_proba([[1, 0, 1]])`.
    #[test]
    fn event_models_equal_scikit_learn_s() {
        let fit = |event_model| {
            NaiveBayes::fit(
                &NaiveBayesParams::new().alpha(0.5).event_model(event_model).check().unwrap(),
                &counts(),
            )
        };
        let complement = fit(EventModel::Complement).unwrap();
        let expected = [
            [2.197_224_577, 0.788_457_360, 0.955_511_445],
            [1.098_612_289, 1.299_282_984, 0.955_511_445],
            [0.587_786_665, 1.299_282_984, 1.466_337_069],
        ];
        for (weights, expected) in complement.log_probabilities().chunks(3).zip(expected) {
            for (weight, expected) in weights.iter().zip(expected) {
                assert!((f64::from(*weight) - expected).abs() < 1e-6, "{weight} for {expected}");
            }
        }
        let bernoulli = fit(EventModel::Bernoulli).unwrap();
        let joint = bernoulli.joint_log_likelihood([(0, 1.0), (2, 1.0)].into_iter());
        let expected = [-3.360_375_387, -4.446_565_156, -3.347_952_867];
        for (value, expected) in joint.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-5, "{joint:?}");
        }
    }

    #[test]
    fn terms_past_a_part_have_their_own_counts() {
        let n_terms = 2 * PART + 10;
        let mut rows = Csr::new(n_terms);
        rows.push_row(&(0..n_terms as u32).step_by(2).map(|term| (term, 1.0)).collect::<Vec<_>>());
        rows.push_row(&(1..n_terms as u32).step_by(2).map(|term| (term, 1.0)).collect::<Vec<_>>());
        let counts = TermCounts::from_rows(&rows, &[0, 1], 2);
        let fitted = NaiveBayes::fit(&NaiveBayesParams::new().check().unwrap(), &counts).unwrap();
        for (term, weights) in fitted.log_probabilities().chunks(2).enumerate() {
            assert_eq!(weights[0] > weights[1], term % 2 == 0, "term {term}");
        }
    }

    #[test]
    fn normalised_weights_have_equal_sums() {
        let params = NaiveBayesParams::new().event_model(EventModel::NormalizedComplement).check().unwrap();
        let model = NaiveBayes::fit(&params, &counts()).unwrap();
        let sum = |class: usize| {
            model.log_probabilities().iter().skip(class).step_by(3).map(|w| w.abs()).sum::<f32>()
        };
        assert!((sum(0) - sum(1)).abs() < 1e-4 && (sum(1) - sum(2)).abs() < 1e-4);
    }
}
