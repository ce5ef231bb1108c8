//! A fitted multinomial model ↔ `linfa_bayes::MultinomialNb`, through the form that serde shows of linfa's, whose fields
//! are private.

use std::collections::BTreeMap;

use linfa_bayes::MultinomialNb;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::{NaiveBayes, TermCounts};
use crate::error::{Error, Result};

/// What linfa keeps.
#[derive(Serialize, Deserialize)]
struct Linfa {
    class_info: BTreeMap<usize, ClassInfo>,
}

/// What linfa keeps of a class.
#[derive(Serialize, Deserialize)]
struct ClassInfo {
    class_count: usize,
    /// A probability.
    prior: f64,
    feature_count: Array1<f64>,
    feature_log_prob: Array1<f64>,
}

impl NaiveBayes {
    /// The same multinomial model as linfa has it, which also keeps the counts that the model was fitted on; classes are
    /// the labels 0 and up. Document weights are rounded to whole documents.
    ///
    /// # Errors
    /// [`Error::Training`] if the counts are of another shape.
    pub fn to_linfa(&self, counts: &TermCounts) -> Result<MultinomialNb<f64, usize>> {
        if (counts.n_classes(), counts.n_terms()) != (self.n_classes(), self.n_terms()) {
            return Err(Error::Training("the counts are not those that the model was fitted on".into()));
        }
        let class_counts = counts.class_counts();
        let info = |class: usize| ClassInfo {
            class_count: class_counts[class].round() as usize,
            prior: self.log_priors()[class].exp(),
            feature_count: (0..self.n_terms()).filter_map(|term| counts.term(term).nth(class)).collect(),
            feature_log_prob: self
                .log_probabilities()
                .iter()
                .skip(class)
                .step_by(self.n_classes())
                .map(|log_p| f64::from(*log_p))
                .collect(),
        };
        let linfa = Linfa { class_info: (0..self.n_classes()).map(|class| (class, info(class))).collect() };
        let failed = |e: serde_json::Error| Error::Training(format!("linfa's model cannot be made: {e}"));
        serde_json::from_value(serde_json::to_value(linfa).map_err(failed)?).map_err(failed)
    }

    /// A model that linfa fitted; its labels, in order, become the classes 0 and up.
    ///
    /// # Errors
    /// [`Error::Training`] for fewer than two classes or numbers that are not finite.
    pub fn from_linfa(fitted: &MultinomialNb<f64, usize>) -> Result<Self> {
        let failed = |e: serde_json::Error| Error::Training(format!("linfa's model cannot be read: {e}"));
        let linfa: Linfa =
            serde_json::from_value(serde_json::to_value(fitted).map_err(failed)?).map_err(failed)?;
        let classes: Vec<ClassInfo> = linfa.class_info.into_values().collect();
        let n_terms = classes.first().map_or(0, |class| class.feature_log_prob.len());
        let log_probabilities = (0..n_terms)
            .flat_map(|term| classes.iter().map(move |class| class.feature_log_prob[term] as f32))
            .collect();
        let log_priors = classes.iter().map(|class| class.prior.ln()).collect();
        Self::from_parts(log_priors, log_probabilities, n_terms).map_err(|_| {
            Error::Training("linfa's model has one class, or numbers that are not finite".into())
        })
    }
}
