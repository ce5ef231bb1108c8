//! An article in, its frame out (engagement or threat, or whatever classes the model has), with evidence at its bytes.
//!
//! The engine knows no frame by name; the model does. Title and body are read as one text.

use crate::bayes::{argmax, runner_up};
use crate::body::Article;
use crate::classify::{ClassifyScratch, TextClassifier};
use crate::error::Result;
use crate::model::Model;
use crate::page::{Page, Span};

/// A classifier of articles.
#[derive(Debug)]
pub struct StanceModel {
    classifier: TextClassifier,
}

/// What the model says of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Stance {
    /// The most probable class.
    pub label: String,
    /// The class that the evidence argues against: the second most probable.
    pub against: String,
    /// Every class with its probability, in the model's order.
    pub p: Vec<(String, f64)>,
    /// Whether the label is too improbable to be called, or there is no text.
    pub is_abstained: bool,
    /// The log-odds of the priors; with all evidence it sums to ln(p(label) / p(against)).
    pub prior_log_odds: f64,
    /// What each term adds, the strongest first.
    pub evidence: Vec<StanceEvidence>,
}

/// What one term adds to the log-odds of the label.
#[derive(Debug, Clone, PartialEq)]
pub struct StanceEvidence {
    /// The term: a stem, or several parted by spaces.
    pub term: String,
    /// Its share of ln(p(label) / p(against)).
    pub log_odds: f64,
    /// Where it stands in the original file. A place that runs over the end of a block, or is in a title that the page
    /// states outside its text, has none.
    pub spans: Vec<Span>,
}

impl StanceModel {
    /// Returns the model that a classifier makes.
    #[must_use]
    pub fn new(classifier: TextClassifier) -> Self {
        Self { classifier }
    }

    /// The classifier of a model file.
    ///
    /// # Errors
    /// As [`TextClassifier::from_model`].
    pub fn from_model(model: &Model) -> Result<Self> {
        Ok(Self { classifier: TextClassifier::from_model(model)? })
    }

    /// The classifier.
    #[must_use]
    pub fn classifier(&self) -> &TextClassifier {
        &self.classifier
    }

    /// The class of a title and a text that is an article as it stands, and whether it is too improbable to be called; its
    /// probabilities are left in `scratch`, which is reused by this model alone.
    pub fn call(&self, title: Option<&str>, text: &str, scratch: &mut ClassifyScratch) -> (usize, bool) {
        let title = title.into_iter().flat_map(|title| [title, "\n\n"]);
        self.classifier.probabilities(title.chain([text]), scratch);
        let class = argmax(&scratch.probabilities);
        (class, self.classifier.abstains(scratch.probabilities[class]))
    }

    /// [`Self::call`] in full, but for the evidence.
    #[must_use]
    pub fn read_plain(&self, title: Option<&str>, text: &str, scratch: &mut ClassifyScratch) -> Stance {
        let (class, is_abstained) = self.call(title, text, scratch);
        let p = &scratch.probabilities;
        let against = runner_up(p, class);
        let classes = self.classifier.classes();
        Stance {
            label: classes[class].clone(),
            against: classes[against].clone(),
            p: classes.iter().cloned().zip(p.iter().copied()).collect(),
            is_abstained,
            prior_log_odds: self.classifier.prior_log_odds(class, against),
            evidence: Vec::new(),
        }
    }

    /// Reads an article of a page.
    #[must_use]
    pub fn read(&self, page: &Page, article: &Article) -> Stance {
        let text = article.full_text();
        let verdict = self.classifier.classify(&text);
        let classes = self.classifier.classes();
        let evidence = verdict
            .evidence
            .into_iter()
            .map(|evidence| StanceEvidence {
                spans: evidence
                    .places
                    .iter()
                    .filter_map(|(start, end)| article.full_text_span(page, *start, *end))
                    .collect(),
                term: evidence.term,
                log_odds: evidence.log_odds,
            })
            .collect();
        Stance {
            label: classes[verdict.class].clone(),
            against: classes[verdict.against].clone(),
            p: classes.iter().cloned().zip(verdict.probabilities).collect(),
            is_abstained: verdict.is_abstained || article.text.is_empty(),
            prior_log_odds: verdict.prior_log_odds,
            evidence,
        }
    }
}
