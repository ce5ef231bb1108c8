//! Texts with classes in, log-likelihoods of the classes by words and word pairs out: TF-IDF and naive Bayes, as one
//! part of a larger model.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use crate::bayes::{NaiveBayes, NaiveBayesParams, Prior, TermCounts};
use crate::error::Result;
use crate::features::{TfIdf, TfIdfParams, Vocabulary};
use crate::model::Model;
use crate::text::{Analyzer, AnalyzerParams, Terms};

/// How texts are read and counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextTableParams {
    pub(super) analyzer: AnalyzerParams,
    pub(super) tfidf: TfIdfParams,
    /// Whether every class's term mass counts alike.
    pub(super) balance: bool,
}

/// A fitted table.
#[derive(Debug)]
pub(super) struct TextTable {
    params: TextTableParams,
    analyzer: Analyzer,
    tfidf: TfIdf,
    bayes: NaiveBayes,
}

/// Lidstone's α for L2-normalised rows.
const ALPHA: f64 = 0.1;

impl TextTable {
    /// Fits on texts and their classes; a class without texts keeps a document's weight and no terms.
    pub(super) fn fit<'a>(
        params: &TextTableParams,
        texts: impl Iterator<Item = &'a str> + Clone,
        classes: &[usize],
        n_classes: usize,
    ) -> Result<Self> {
        let analyzer = params.analyzer.clone().check()?;
        let tfidf = TfIdf::fit(params.tfidf.clone(), &analyzer, texts.clone())?;
        let rows = tfidf.transform(&analyzer, texts);
        let counts = TermCounts::from_rows(&rows, classes, n_classes).with_every_class();
        let bayes =
            NaiveBayesParams::new().alpha(ALPHA).prior(Prior::Uniform).balance(params.balance).check()?;
        Ok(Self { params: params.clone(), analyzer, tfidf, bayes: NaiveBayes::fit(&bayes, counts)? })
    }

    /// ln P(text | class) of each class, with even priors; `terms` is reused.
    pub(super) fn log_likelihoods(&self, text: &str, terms: &mut Terms) -> Vec<f64> {
        self.analyzer.analyze(text, terms);
        self.bayes.joint_log_likelihood(self.tfidf.row(terms).into_iter())
    }

    /// ln (P(text | class 1) / P(text | class 0)).
    pub(super) fn log_odds(&self, text: &str, terms: &mut Terms) -> f64 {
        let joint = self.log_likelihoods(text, terms);
        joint[1] - joint[0]
    }

    /// Adds the arrays to a model under a prefix; returns the rest.
    pub(super) fn store(&self, prefix: &str, model: &mut Model) -> TextTableParams {
        model.put_bytes(&format!("{prefix}.vocabulary"), self.tfidf.vocabulary().to_bytes());
        model.put_f32(&format!("{prefix}.idf"), self.tfidf.idf());
        model.put_f32(&format!("{prefix}.log_probabilities"), self.bayes.log_probabilities());
        self.params.clone()
    }

    /// The inverse of [`Self::store`].
    pub(super) fn load(
        prefix: &str,
        model: &Model,
        params: TextTableParams,
        n_classes: usize,
    ) -> Result<Self> {
        let vocabulary = Vocabulary::from_bytes(model.bytes(&format!("{prefix}.vocabulary"))?)?;
        let n_terms = vocabulary.len();
        let tfidf =
            TfIdf::from_parts(params.tfidf.clone(), vocabulary, model.f32(&format!("{prefix}.idf"))?)?;
        let log_p = model.f32(&format!("{prefix}.log_probabilities"))?;
        let bayes = NaiveBayes::from_parts(vec![-(n_classes as f64).ln(); n_classes], log_p, n_terms)?;
        Ok(Self { analyzer: params.analyzer.clone().check()?, params, tfidf, bayes })
    }
}
