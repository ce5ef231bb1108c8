//! The trained summariser: a document in, a score for every sentence out, as a sum of weighted naive Bayes log-odds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::features::{Feature, N_BINS, bins};
use super::ranking::{Ranking, SentenceScores};
use super::select::Selection;
use crate::bayes::GroupWeights;
use crate::error::{Error, Result};
use crate::model::{DataStamp, Header, Model, Task};

/// A trained summariser.
#[derive(Debug, Clone, PartialEq)]
pub struct Summarizer {
    pub(super) features: Vec<Feature>,
    /// Log-odds of each bin of each feature, in the order of the features.
    pub(super) tables: Vec<[f32; N_BINS]>,
    pub(super) stored: Stored,
    pub(super) data: DataStamp,
    pub(super) scores: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    pub(super) weights: GroupWeights,
    /// The penalty, in log-odds, for full likeness to a chosen sentence.
    pub(super) redundancy: f64,
}

impl Ranking for Summarizer {
    fn name(&self) -> &'static str {
        "model"
    }

    /// The log-odds that a person's summary draws on a sentence: what each feature adds, by name, and the `prior`.
    fn scores(&self, document: &Document<'_>) -> SentenceScores {
        let names = self.features.iter().map(|feature| feature.name()).chain(["prior"]).collect();
        let weights = self.stored.weights.weights();
        let mut values = Vec::with_capacity(document.n_sentences() * (self.features.len() + 1));
        for bins in bins(document, &self.features).chunks(self.features.len()) {
            let log_odds =
                bins.iter().zip(&self.tables).map(|(bin, table)| f64::from(table[usize::from(*bin)]));
            values.extend(log_odds.zip(weights).map(|(log_odds, weight)| weight * log_odds));
            values.push(self.stored.weights.bias());
        }
        SentenceScores::new(names, values)
    }

    fn selection(&self) -> Selection {
        Selection::Mmr { penalty: self.stored.redundancy }
    }
}

impl Summarizer {
    /// What each feature counts for, by name.
    #[must_use]
    pub fn weights(&self) -> Vec<(&'static str, f64)> {
        self.features
            .iter()
            .map(|feature| feature.name())
            .zip(self.stored.weights.weights().iter().copied())
            .collect()
    }

    /// Notes a score for the model file.
    pub fn note_score(&mut self, metric: &str, value: f64) {
        self.scores.insert(metric.to_owned(), value);
    }

    /// The summariser as a model.
    ///
    /// # Errors
    /// [`Error::Training`] if a parameter has no JSON form.
    pub fn to_model(&self) -> Result<Model> {
        let features = self.features.iter().map(|feature| feature.name().to_owned()).collect();
        let mut header = Header::new(Task::Summary, features, self.data.clone(), &self.stored)?;
        header.scores = self.scores.clone();
        let mut model = Model::new(header);
        model.put_f32("log_odds", &self.tables.concat());
        Ok(model)
    }

    /// The summariser of a model.
    ///
    /// # Errors
    /// [`Error::Model`] if it is of another task or its parts do not fit each other.
    pub fn from_model(model: &Model) -> Result<Self> {
        model.expect_task(&[Task::Summary])?;
        let stored: Stored = model.parameters()?;
        let (tables, rest) = model.f32("log_odds").map(|values| {
            let (chunks, rest) = values.as_chunks::<N_BINS>();
            (chunks.to_vec(), rest.len())
        })?;
        let features: Option<Vec<Feature>> =
            model.header.classes.iter().map(|name| Feature::from_name(name)).collect();
        let features = features.filter(|features| !features.is_empty()).ok_or_else(|| {
            Error::model("summary", "it has features that this version does not know; train the model anew")
        })?;
        let is_whole = tables.len() == features.len()
            && rest == 0
            && stored.weights.is_valid(features.len())
            && stored.redundancy.is_finite();
        if !is_whole || tables.iter().flatten().any(|value| !value.is_finite()) {
            return Err(Error::model("summary", "tables or weights are not usable; train the model anew"));
        }
        Ok(Self {
            features,
            tables,
            stored,
            data: model.header.data.clone(),
            scores: model.header.scores.clone(),
        })
    }
}
