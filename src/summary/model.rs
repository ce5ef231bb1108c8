//! Articles with reference summaries in, a summariser out; a document in, its key sentences out.

use std::collections::BTreeMap;

use linfa::ParamGuard;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::document::Document;
use super::features::{Feature, N_BINS, bins};
use super::oracle::oracle;
use super::select::{Budget, select};
use crate::bayes::{GroupWeights, NaiveBayes, NaiveBayesParams, Prior, TermCounts};
use crate::dataset::{Fold, Folds, ReferenceArticle};
use crate::error::{Error, Result};
use crate::evaluate::Rouge;
use crate::model::{DataStamp, Header, Model, Task};
use crate::text::Language;
use crate::tune::{cross_validate, least};

const N_FEATURES: usize = Feature::ALL.len();

/// What training a summariser can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryParams {
    /// Sentences of the greedy oracle and of the summaries that choose the penalty.
    pub n_sentences: usize,
    /// Folds for cross-fitting; at least 2.
    pub n_folds: usize,
}

impl Default for SummaryParams {
    fn default() -> Self {
        Self { n_sentences: 3, n_folds: 5 }
    }
}

/// How a text is summarised.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SummaryOptions {
    /// How much the summary may hold.
    pub budget: Budget,
    /// Terms that sentences should speak of.
    pub query: Option<String>,
}

/// The log-odds that full likeness to a query adds: about the distance between a document's best and middling sentence.
const QUERY_LOG_ODDS: f64 = 6.0;

/// A trained summariser.
#[derive(Debug, Clone, PartialEq)]
pub struct Summarizer {
    /// Log-odds of each bin of each feature, shape (`N_FEATURES`, `N_BINS`).
    tables: Vec<[f32; N_BINS]>,
    stored: Stored,
    data: DataStamp,
    scores: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    weights: GroupWeights,
    /// The penalty, in log-odds, for full likeness to a chosen sentence.
    redundancy: f64,
}

/// A chosen sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct KeySentence {
    /// Its place in the document's text, in bytes.
    pub place: (usize, usize),
    /// Its score in log-odds: the sum of the features.
    pub score: f64,
    /// What each part adds: the features by name, `prior`, `query` if there was one, and `redundancy`, what likeness to
    /// sentences chosen before cost it.
    pub features: Vec<(&'static str, f64)>,
}

/// The key sentences of a document, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The sentences.
    pub sentences: Vec<KeySentence>,
}

impl Summarizer {
    /// Trains on articles with reference summaries.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a value out of range; [`Error::Training`] for too few articles.
    pub fn train(params: &SummaryParams, articles: &[ReferenceArticle]) -> Result<Self> {
        if params.n_sentences == 0 {
            return Err(Error::parameter("n_sentences", 0, "at least 1"));
        }
        if params.n_folds < 2 {
            return Err(Error::parameter("n_folds", params.n_folds, "at least 2"));
        }
        let examples: Vec<Example> =
            articles.par_iter().map(|article| Example::new(article, params)).collect();
        let folds = Folds::grouped(&fold_groups(articles), params.n_folds);
        let log_odds = cross_validate(&folds, examples.len(), |fold: &Fold| {
            let tables = fit_tables(fold.train.iter().map(|idx| &examples[*idx]))?;
            Ok(fold.test.iter().map(|idx| examples[*idx].log_odds(&tables)).collect::<Vec<_>>())
        })?;
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        for (log_odds, example) in log_odds.iter().zip(&examples) {
            rows.extend(log_odds.iter().flatten());
            labels.extend_from_slice(&example.labels);
        }
        let weights = GroupWeights::fit(&rows, &labels, &vec![1.0; labels.len()], N_FEATURES, 1.0)?;
        let redundancy = choose_redundancy(params, articles, &log_odds, &weights)?;
        let data = DataStamp { checksum: checksum(articles), n_records: articles.len() };
        let tables = fit_tables(examples.iter())?;
        Ok(Self { tables, stored: Stored { weights, redundancy }, data, scores: BTreeMap::new() })
    }

    /// The key sentences of a document; none if it has none, or if no sentence fits a budget of words.
    ///
    /// ```
    /// use nutgraf::summary::{Document, Summarizer, SummaryOptions};
    ///
    /// let summarizer = Summarizer::from_model(&nutgraf::model::Model::open("summary")?)?;
    /// let text = "The line was cut in March. Ministers now want it back. It rained.";
    /// let document = Document::new(text, &Document::paragraphs(text), None, None);
    /// let summary = summarizer.summarize(&document, &SummaryOptions::default());
    /// assert_eq!(summary.sentences.len(), 3);
    /// # Ok::<(), nutgraf::Error>(())
    /// ```
    #[must_use]
    pub fn summarize(&self, document: &Document<'_>, options: &SummaryOptions) -> Summary {
        let bins = bins(document);
        let query = options.query.as_deref().map(|query| document.query_similarity(query));
        let parts: Vec<Vec<(&'static str, f64)>> = bins
            .iter()
            .enumerate()
            .map(|(idx, bins)| {
                let log_odds = log_odds_of(bins, &self.tables);
                let weighted = Feature::ALL.iter().zip(self.stored.weights.weights()).zip(log_odds);
                let mut parts: Vec<(&'static str, f64)> = weighted
                    .map(|((feature, weight), log_odds)| (feature.name(), weight * log_odds))
                    .collect();
                parts.push(("prior", self.stored.weights.bias()));
                if let Some(query) = &query {
                    parts.push(("query", QUERY_LOG_ODDS * query[idx]));
                }
                parts
            })
            .collect();
        let scores: Vec<f64> = parts.iter().map(|parts| parts.iter().map(|(_, value)| value).sum()).collect();
        let chosen = select(document, &scores, options.budget, self.stored.redundancy);
        let sentences = chosen
            .into_iter()
            .map(|choice| {
                let sentence = document.sentences[choice.sentence];
                let mut features = parts[choice.sentence].clone();
                features.push(("redundancy", -choice.penalty));
                KeySentence {
                    place: (sentence.start, sentence.end),
                    score: scores[choice.sentence] - choice.penalty,
                    features,
                }
            })
            .collect();
        Summary { sentences }
    }

    /// What each feature counts for, by name.
    #[must_use]
    pub fn weights(&self) -> Vec<(&'static str, f64)> {
        Feature::ALL
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
        let features = Feature::ALL.iter().map(|feature| feature.name().to_owned()).collect();
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
        let is_whole = tables.len() == N_FEATURES && rest == 0 && stored.weights.is_valid(N_FEATURES);
        let has_features =
            model.header.classes.iter().map(String::as_str).eq(Feature::ALL.map(Feature::name));
        let is_whole = is_whole && has_features && stored.redundancy.is_finite();
        if !is_whole || tables.iter().flatten().any(|value| !value.is_finite()) {
            return Err(Error::model("summary", "tables or weights are not usable; train the model anew"));
        }
        Ok(Self { tables, stored, data: model.header.data.clone(), scores: model.header.scores.clone() })
    }
}

/// A training article, reduced to its sentences' features and oracle labels.
struct Example {
    bins: Vec<[u8; N_FEATURES]>,
    labels: Vec<bool>,
}

impl Example {
    fn new(article: &ReferenceArticle, params: &SummaryParams) -> Self {
        let paragraphs = Document::paragraphs(&article.text);
        let document = Document::new(
            &article.text,
            &paragraphs,
            article.title.as_deref(),
            Language::detect(&article.text),
        );
        let labels = oracle(&document, &article.summary, &mut Rouge::any_script(), params.n_sentences);
        Self { bins: bins(&document), labels }
    }

    fn log_odds(&self, tables: &[[f32; N_BINS]]) -> Vec<[f64; N_FEATURES]> {
        self.bins.iter().map(|bins| log_odds_of(bins, tables)).collect()
    }
}

fn log_odds_of(bins: &[u8; N_FEATURES], tables: &[[f32; N_BINS]]) -> [f64; N_FEATURES] {
    let mut log_odds = [0.0; N_FEATURES];
    for ((value, bin), table) in log_odds.iter_mut().zip(bins).zip(tables) {
        *value = f64::from(table[usize::from(*bin)]);
    }
    log_odds
}

/// Naive Bayes log-odds of every bin: one table a feature, Laplace's α = 1 over counts of sentences.
fn fit_tables<'a>(examples: impl Iterator<Item = &'a Example>) -> Result<Vec<[f32; N_BINS]>> {
    let mut counts = vec![TermCounts::new(2, N_BINS); N_FEATURES];
    for example in examples {
        for (bins, label) in example.bins.iter().zip(&example.labels) {
            for (counts, bin) in counts.iter_mut().zip(bins) {
                counts.add(std::iter::once((u32::from(*bin), 1.0)), usize::from(*label), 1.0);
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

/// The penalty whose cross-fitted summaries have the best ROUGE-1 + ROUGE-2.
fn choose_redundancy(
    params: &SummaryParams,
    articles: &[ReferenceArticle],
    log_odds: &[Vec<[f64; N_FEATURES]>],
    weights: &GroupWeights,
) -> Result<f64> {
    let n = std::num::NonZeroUsize::new(params.n_sentences)
        .ok_or_else(|| Error::parameter("n_sentences", 0, "at least 1"))?;
    let candidates = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0];
    let losses: Vec<[f64; 8]> = articles
        .par_iter()
        .zip(log_odds)
        .map(|(article, log_odds)| {
            let paragraphs = Document::paragraphs(&article.text);
            let document = Document::new(
                &article.text,
                &paragraphs,
                article.title.as_deref(),
                Language::detect(&article.text),
            );
            let scores: Vec<f64> = log_odds.iter().map(|row| weights.log_odds(row)).collect();
            let mut rouge = Rouge::default();
            candidates.map(|redundancy| {
                let chosen = select(&document, &scores, Budget::Sentences(n), redundancy);
                let text = |choice: &super::select::Choice| {
                    let sentence = document.sentences[choice.sentence];
                    &article.text[sentence.start..sentence.end]
                };
                let output: Vec<&str> = chosen.iter().map(text).collect();
                -rouge.score_ngrams(&output, &article.summary)
            })
        })
        .collect();
    let idx = least(&[0, 1, 2, 3, 4, 5, 6, 7], |idx: usize| losses.iter().map(|losses| losses[idx]).sum());
    Ok(candidates[idx])
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
