//! The sufficient statistics in, a linear score per class out: multinomial naive Bayes with Lidstone smoothing.

use super::{NaiveBayesValidParams, Prior, TermCounts};
use crate::error::{Error, Result};

/// A fitted classifier: per term the log-probabilities of the classes side by side, and the log priors.
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
/// let model = NaiveBayes::fit(&NaiveBayesParams::new().check()?, counts)?;
/// assert_eq!(model.posterior([(1, 1.0)].into_iter()).class(), 1);
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NaiveBayes {
    n_classes: usize,
    log_priors: Vec<f64>,
    /// ln P(term | class), shape (`n_terms`, `n_classes`), row by row; f32, as stored in model files.
    log_probabilities: Vec<f32>,
}

impl NaiveBayes {
    /// Fits P(term | class) = (count + α) / (mass + α · `n_terms`).
    ///
    /// # Errors
    /// [`Error::Training`] for fewer than two classes, no terms, or a class without
    /// documents.
    pub fn fit(params: &NaiveBayesValidParams, counts: TermCounts) -> Result<Self> {
        let (n_classes, n_terms) = (counts.n_classes(), counts.n_terms());
        if n_classes < 2 || n_terms == 0 {
            return Err(Error::Training(format!(
                "{n_classes} classes and {n_terms} terms; two and one are needed"
            )));
        }
        if let Some(class) = counts.class_counts().iter().position(|count| *count <= 0.0) {
            return Err(Error::Training(format!("class {class} has no documents")));
        }
        let counts = if params.balance() { counts.balanced() } else { counts };
        let log_totals: Vec<f64> =
            counts.class_masses().iter().map(|mass| (mass + params.alpha() * n_terms as f64).ln()).collect();
        let log_probabilities = counts
            .term_counts()
            .chunks_exact(n_classes)
            .flat_map(|classes| {
                classes
                    .iter()
                    .zip(&log_totals)
                    .map(|(count, log_total)| ((count + params.alpha()).ln() - log_total) as f32)
            })
            .collect();
        let n_documents: f64 = counts.class_counts().iter().sum();
        let log_priors = match params.prior() {
            Prior::Uniform => vec![-(n_classes as f64).ln(); n_classes],
            Prior::Learned => counts.class_counts().iter().map(|count| (count / n_documents).ln()).collect(),
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

    /// ln P(class) of each class.
    #[must_use]
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }

    /// ln P(term | class), shape (`n_terms`, `n_classes`), row by row.
    #[must_use]
    pub fn log_probabilities(&self) -> &[f32] {
        &self.log_probabilities
    }
}
