//! Articles with reference summaries in, what each feature is worth out: by forward selection and by ablation.
//!
//! Tables are cross-fitted once for all features; only weights, summaries and their ROUGE are computed anew for each set.

use super::features::Feature;
use super::train::{Examples, SummaryParams};
use crate::dataset::ReferenceArticle;
use crate::error::Result;

/// A set of features with the feature that makes it differ, and what summaries by the set are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureScore {
    /// The feature that was added, or left out.
    pub feature: Feature,
    /// The mean ROUGE-1 + ROUGE-2 of cross-fitted summaries, 0 to 2.
    pub rouge: f64,
}

/// The penalty for likeness with which sets are compared.
const PENALTY: f64 = 1.5;

/// Forward selection: each time the feature that adds most, until all of `params.features` are in; ties go to the earlier one.
/// Where the scores stop rising, the rest adds nothing.
///
/// # Errors
/// As [`Summarizer::train`](super::Summarizer::train).
pub fn select_features(params: &SummaryParams, articles: &[ReferenceArticle]) -> Result<Vec<FeatureScore>> {
    let sets = Sets::new(params, articles)?;
    let mut chosen: Vec<usize> = Vec::new();
    let mut steps = Vec::new();
    while chosen.len() < params.features.len() {
        let mut best: Option<(usize, f64)> = None;
        for feature in (0..params.features.len()).filter(|feature| !chosen.contains(feature)) {
            let rouge = sets.rouge(&[&chosen[..], &[feature]].concat())?;
            if best.is_none_or(|(_, known)| rouge > known) {
                best = Some((feature, rouge));
            }
        }
        let Some((feature, rouge)) = best else { break };
        chosen.push(feature);
        steps.push(FeatureScore { feature: params.features[feature], rouge });
    }
    Ok(steps)
}

/// Ablation: the score of all features, and what it is without each of them.
///
/// # Errors
/// As [`Summarizer::train`](super::Summarizer::train).
pub fn ablate(params: &SummaryParams, articles: &[ReferenceArticle]) -> Result<(f64, Vec<FeatureScore>)> {
    let sets = Sets::new(params, articles)?;
    let all: Vec<usize> = (0..params.features.len()).collect();
    let without = |left_out: &usize| {
        let rest: Vec<usize> = all.iter().copied().filter(|feature| feature != left_out).collect();
        Ok(FeatureScore { feature: params.features[*left_out], rouge: sets.rouge(&rest)? })
    };
    let scores =
        if all.len() > 1 { all.iter().map(without).collect::<Result<Vec<_>>>()? } else { Vec::new() };
    Ok((sets.rouge(&all)?, scores))
}

struct Sets<'a> {
    examples: Examples<'a>,
    cross_fitted: Vec<Vec<f64>>,
}

impl<'a> Sets<'a> {
    fn new(params: &SummaryParams, articles: &'a [ReferenceArticle]) -> Result<Self> {
        let examples = Examples::new(articles, &params.features, params.check()?);
        let cross_fitted = examples.cross_fit(params.n_folds)?;
        Ok(Self { examples, cross_fitted })
    }

    fn rouge(&self, subset: &[usize]) -> Result<f64> {
        let weights = self.examples.weights(&self.cross_fitted, subset)?;
        Ok(self.examples.mean_rouge(&self.cross_fitted, subset, &weights, PENALTY))
    }
}
