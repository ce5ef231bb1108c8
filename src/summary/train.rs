//! Articles with reference summaries in, a summariser out: tables of naive Bayes log-odds fitted on the greedy oracle's choices,
//! a weight for each feature from cross-fitted log-odds (Zaidi et al. 2013), and a penalty for repetition.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use linfa::ParamGuard;
use rayon::prelude::*;

use super::budget::Budget;
use super::document::Document;
use super::features::{Feature, N_BINS, bins};
use super::model::{Stored, Summarizer};
use super::oracle::oracle;
use super::select::{Selection, select};
use crate::bayes::{GroupWeights, NaiveBayes, NaiveBayesParams, Prior, TermCounts};
use crate::dataset::{Fold, Folds, ReferenceArticle};
use crate::error::{Error, Result};
use crate::evaluate::Rouge;
use crate::model::DataStamp;
use crate::text::Language;
use crate::tune::{cross_validate, least};

/// What training a summariser can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryParams {
    /// The features, in the order of the model's arrays; at least one.
    pub features: Vec<Feature>,
    /// Sentences of the greedy oracle and of the summaries that choose the penalty.
    pub n_sentences: usize,
    /// Folds for cross-fitting; at least 2.
    pub n_folds: usize,
}

impl Default for SummaryParams {
    fn default() -> Self {
        Self { features: Feature::DEFAULT.to_vec(), n_sentences: 3, n_folds: 5 }
    }
}

impl SummaryParams {
    pub(super) fn check(&self) -> Result<NonZeroUsize> {
        if self.features.is_empty() {
            return Err(Error::parameter("features", "none", "at least one"));
        }
        if self.n_folds < 2 {
            return Err(Error::parameter("n_folds", self.n_folds, "at least 2"));
        }
        NonZeroUsize::new(self.n_sentences).ok_or_else(|| Error::parameter("n_sentences", 0, "at least 1"))
    }
}

impl Summarizer {
    /// Trains on articles with reference summaries.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a value out of range; [`Error::Training`] for too few articles.
    pub fn train(params: &SummaryParams, articles: &[ReferenceArticle]) -> Result<Self> {
        let n_sentences = params.check()?;
        let examples = Examples::new(articles, &params.features, n_sentences);
        let cross_fitted = examples.cross_fit(params.n_folds)?;
        let all: Vec<usize> = (0..params.features.len()).collect();
        let weights = examples.weights(&cross_fitted, &all)?;
        let redundancy = examples.choose_redundancy(&cross_fitted, &all, &weights);
        let tables = fit_tables(examples.articles.iter(), params.features.len())?;
        Ok(Self {
            features: params.features.clone(),
            tables,
            stored: Stored { weights, redundancy },
            data: DataStamp {
                checksum: checksum(articles),
                n_records: articles.len(),
                fingerprints: Some(articles.iter().map(ReferenceArticle::fingerprint).collect()),
            },
            scores: BTreeMap::new(),
        })
    }
}

/// Training articles, reduced to what is learned from.
pub(super) struct Examples<'a> {
    articles: Vec<Example<'a>>,
    references: &'a [ReferenceArticle],
    n_features: usize,
    n_sentences: NonZeroUsize,
}

/// An article with its sentences' features and oracle labels.
struct Example<'a> {
    document: Document<'a>,
    /// Shape (sentences, features).
    bins: Vec<u8>,
    labels: Vec<bool>,
}

impl<'a> Examples<'a> {
    pub(super) fn new(
        articles: &'a [ReferenceArticle],
        features: &[Feature],
        n_sentences: NonZeroUsize,
    ) -> Self {
        let example = |article: &'a ReferenceArticle| {
            let (text, title) = (article.text.as_str(), article.title.as_deref());
            let document = Document::new(text, &Document::paragraphs(text), title, Language::detect(text));
            let mut rouge = Rouge::any_script();
            Example {
                labels: oracle(&document, &article.summary, &mut rouge, n_sentences.get()),
                bins: bins(&document, features),
                document,
            }
        };
        Self {
            articles: articles.par_iter().map(example).collect(),
            references: articles,
            n_features: features.len(),
            n_sentences,
        }
    }

    /// For each article the log-odds of its sentences' bins, shape (sentences, features), by tables that never saw it.
    pub(super) fn cross_fit(&self, n_folds: usize) -> Result<Vec<Vec<f64>>> {
        let folds = Folds::grouped(&fold_groups(self.references), n_folds);
        cross_validate(&folds, self.articles.len(), |fold: &Fold| {
            let tables = fit_tables(fold.train.iter().map(|idx| &self.articles[*idx]), self.n_features)?;
            Ok(fold.test.iter().map(|idx| self.articles[*idx].log_odds(&tables)).collect::<Vec<_>>())
        })
    }

    /// The weights of some features, by their positions, from cross-fitted log-odds.
    pub(super) fn weights(&self, cross_fitted: &[Vec<f64>], subset: &[usize]) -> Result<GroupWeights> {
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        for (log_odds, example) in cross_fitted.iter().zip(&self.articles) {
            for row in log_odds.chunks(self.n_features) {
                rows.extend(subset.iter().map(|feature| row[*feature]));
            }
            labels.extend_from_slice(&example.labels);
        }
        GroupWeights::fit(&rows, &labels, &vec![1.0; labels.len()], subset.len(), 1.0)
    }

    /// The penalty whose cross-fitted summaries have the best ROUGE-1 + ROUGE-2.
    fn choose_redundancy(&self, cross_fitted: &[Vec<f64>], subset: &[usize], weights: &GroupWeights) -> f64 {
        let candidates = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0];
        let values: Vec<f64> = candidates
            .iter()
            .map(|penalty| self.mean_rouge(cross_fitted, subset, weights, *penalty))
            .collect();
        let idx = least(&[0, 1, 2, 3, 4, 5, 6, 7], |idx: usize| -values[idx]);
        candidates[idx]
    }

    /// The mean ROUGE-1 + ROUGE-2 of the summaries that cross-fitted log-odds give.
    pub(super) fn mean_rouge(
        &self,
        cross_fitted: &[Vec<f64>],
        subset: &[usize],
        weights: &GroupWeights,
        penalty: f64,
    ) -> f64 {
        let how = (Budget::Sentences(self.n_sentences), Selection::Mmr { penalty });
        let values: Vec<f64> = (cross_fitted, &self.articles, self.references)
            .into_par_iter()
            .map_init(Rouge::default, |rouge, (log_odds, example, reference)| {
                let score = |row: &[f64]| {
                    let chosen: Vec<f64> = subset.iter().map(|feature| row[*feature]).collect();
                    weights.log_odds(&chosen)
                };
                let scores: Vec<f64> = log_odds.chunks(self.n_features).map(score).collect();
                let chosen = select(&example.document, &scores, how, &[]);
                let output: Vec<&str> =
                    chosen.iter().map(|choice| example.document.sentence(choice.sentence)).collect();
                rouge.score_ngrams(&output, &reference.summary)
            })
            .collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    }
}

impl Example<'_> {
    fn log_odds(&self, tables: &[[f32; N_BINS]]) -> Vec<f64> {
        let tables = tables.iter().cycle();
        self.bins.iter().zip(tables).map(|(bin, table)| f64::from(table[usize::from(*bin)])).collect()
    }
}

/// Naive Bayes log-odds of every bin, a table a feature: Laplace's α = 1 over counts of sentences. Sentences of the summaries
/// count as much as all the others, so that a bin that was never met says nothing.
fn fit_tables<'a>(
    examples: impl Iterator<Item = &'a Example<'a>> + Clone,
    n_features: usize,
) -> Result<Vec<[f32; N_BINS]>> {
    let (mut n_chosen, mut n_others) = (0_usize, 0);
    for label in examples.clone().flat_map(|example| &example.labels) {
        *if *label { &mut n_chosen } else { &mut n_others } += 1;
    }
    let weights = [1.0, n_others as f64 / n_chosen.max(1) as f64];
    let mut counts = vec![TermCounts::new(2, N_BINS); n_features];
    for example in examples {
        for (bins, label) in example.bins.chunks(n_features).zip(&example.labels) {
            let class = usize::from(*label);
            for (counts, bin) in counts.iter_mut().zip(bins) {
                counts.add(std::iter::once((u32::from(*bin), 1.0)), class, weights[class]);
            }
        }
    }
    let params = NaiveBayesParams::new().alpha(1.0).prior(Prior::Uniform).check()?;
    counts
        .into_iter()
        .map(|counts| {
            let bayes = NaiveBayes::fit(&params, &counts)?;
            let mut table = [0.0; N_BINS];
            for (bin, value) in table.iter_mut().enumerate() {
                *value = bayes.log_odds((bin as u32, 1.0), 1, 0) as f32;
            }
            Ok(table)
        })
        .collect()
}

/// Articles of one text share a fold. The groups are named by content, so that ids and file names do not show in the
/// model.
pub(super) fn fold_groups(articles: &[ReferenceArticle]) -> Vec<String> {
    articles.iter().map(|article| blake3::hash(article.text.as_bytes()).to_hex().to_string()).collect()
}

/// A checksum of all that training reads.
fn checksum(articles: &[ReferenceArticle]) -> String {
    let mut hasher = blake3::Hasher::new();
    for article in articles {
        let title = article.title.as_deref().unwrap_or_default();
        for part in [title, &article.text, &article.summary.join("\n")] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}
