//! Any labelled text: TF-IDF, naive Bayes and a temperature, end to end, with evidence.
//!
//! The probability shown is the softmax of the joint log-likelihoods over a temperature fitted on out-of-fold
//! predictions: raw naive Bayes takes every word for independent evidence and is far too sure.

use linfa::ParamGuard;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bayes::{
    NaiveBayes, NaiveBayesParams, NaiveBayesValidParams, Posterior, Prior, TermCounts, argmax,
};
use crate::dataset::{Dataset, Folds, Record};
use crate::error::{Error, Result};
use crate::evaluate::{Classified, Evaluation, log_loss};
use crate::features::{Csr, TfIdf, TfIdfParams, Vocabulary};
use crate::model::{DataStamp, Header, Model, Task};
use crate::text::{Analyzer, AnalyzerParams, Terms};
use crate::tune::{cross_validate, least};

/// Everything that training a text classifier can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassifierParams {
    /// How text becomes terms.
    pub analyzer: AnalyzerParams,
    /// How counts become weights.
    pub tfidf: TfIdfParams,
    /// The classifier.
    pub bayes: NaiveBayesParams,
    /// Probabilities of the best class at which the classifier abstains.
    pub abstain: AbstainBand,
    /// Folds for the temperature; at least 2.
    pub n_folds: usize,
}

impl Default for ClassifierParams {
    /// Stemmed words and word pairs, sublinear tf, α = 0.1 with balanced class masses, five folds, no abstention.
    fn default() -> Self {
        Self {
            analyzer: AnalyzerParams { max_ngram: 2, ..AnalyzerParams::default() },
            tfidf: TfIdfParams::default(),
            bayes: NaiveBayesParams::new().alpha(0.1).prior(Prior::Learned).balance(true),
            abstain: AbstainBand::NEVER,
            n_folds: 5,
        }
    }
}

/// Probabilities of the best class, low ≤ p < high, at which a classifier says that it does not know.
///
/// ```
/// use nutgraf::classify::AbstainBand;
///
/// assert!("0.4..0.6".parse::<AbstainBand>()?.contains(0.55));
/// assert!("0.6..0.4".parse::<AbstainBand>().is_err());
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f64; 2]", try_from = "[f64; 2]")]
pub struct AbstainBand {
    low: f64,
    high: f64,
}

impl AbstainBand {
    /// The empty band.
    pub const NEVER: Self = Self { low: 0.0, high: 0.0 };

    /// Returns the band of two probabilities.
    ///
    /// # Errors
    /// [`Error::Parameter`] unless 0 ≤ low ≤ high ≤ 1.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        if 0.0 <= low && low <= high && high <= 1.0 {
            Ok(Self { low, high })
        } else {
            Err(Error::parameter(
                "abstain",
                format!("{low}..{high}"),
                "two probabilities in order, such as 0.4..0.6",
            ))
        }
    }

    /// Whether a probability of the best class is within.
    #[must_use]
    pub fn contains(self, probability: f64) -> bool {
        self.low <= probability && probability < self.high
    }
}

impl std::str::FromStr for AbstainBand {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bounds =
            text.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        let (low, high) = bounds.ok_or_else(|| {
            Error::parameter("abstain", text, "two probabilities in order, such as 0.4..0.6")
        })?;
        Self::new(low, high)
    }
}

impl From<AbstainBand> for [f64; 2] {
    fn from(band: AbstainBand) -> Self {
        [band.low, band.high]
    }
}

impl TryFrom<[f64; 2]> for AbstainBand {
    type Error = Error;

    fn try_from([low, high]: [f64; 2]) -> Result<Self> {
        Self::new(low, high)
    }
}

/// What a model file keeps of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredParams {
    analyzer: AnalyzerParams,
    tfidf: TfIdfParams,
    bayes: NaiveBayesValidParams,
    log_priors: Vec<f64>,
    temperature: f64,
    abstain: AbstainBand,
}

/// A trained classifier.
///
/// ```
/// use nutgraf::classify::{ClassifierParams, TextClassifier};
/// use nutgraf::dataset::{FieldNames, read_labelled};
///
/// # let folder = tempfile::tempdir().expect("a temporary folder");
/// # let path = folder.path().join("labels.jsonl");
/// # std::fs::write(&path, r#"{"text":"talks and dialogue resume","label":"dove"}
/// # {"text":"guns and missiles","label":"hawk"}
/// # {"text":"dialogue over trade","label":"dove"}
/// # {"text":"missiles on the border","label":"hawk"}"#).expect("a writable folder");
/// let dataset = read_labelled(&[path], &FieldNames::default())?;
/// let classifier = TextClassifier::train(&ClassifierParams::default(), &dataset)?;
/// let verdict = classifier.classify("The dialogue resumed.");
/// assert_eq!(classifier.classes()[verdict.class], "dove");
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug)]
pub struct TextClassifier {
    classes: Vec<String>,
    analyzer: Analyzer,
    tfidf: TfIdf,
    bayes: NaiveBayes,
    stored: StoredParams,
    data: DataStamp,
    scores: std::collections::BTreeMap<String, f64>,
}

/// What a classifier says of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The most probable class.
    pub class: usize,
    /// The probability of each class, in class order; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Whether the best class is too improbable to be called.
    pub is_abstained: bool,
    /// The class that the evidence argues against: the second most probable.
    pub against: usize,
    /// The log-odds of the priors. With the log-odds of all evidence it sums to ln(p(class) / p(against)).
    pub prior_log_odds: f64,
    /// What each term adds, the strongest first (by size, ties by term).
    pub evidence: Vec<Evidence>,
}

/// What one term adds to the log-odds of the verdict's class.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The term: a stem, or several parted by spaces.
    pub term: String,
    /// Its share of ln(p(class) / p(against)).
    pub log_odds: f64,
    /// Where it stands in the text, in bytes.
    pub places: Vec<(usize, usize)>,
}

impl TextClassifier {
    /// Trains on labelled texts (title and text of each record).
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range; [`Error::Training`] for fewer than two classes or no terms.
    pub fn train(params: &ClassifierParams, dataset: &Dataset) -> Result<Self> {
        params.analyzer.clone().check()?;
        let bayes_params = params.bayes.clone().check()?;
        let texts: Vec<String> = dataset.records.iter().map(|record| record.full_text()).collect();
        let labels = dataset.labels();
        let n_classes = dataset.classes.len();
        if n_classes < 2 {
            return Err(Error::Training(format!(
                "all {} records have the label {:?}; two classes are needed",
                labels.len(),
                dataset.classes.first().map_or("", String::as_str)
            )));
        }
        let folds = default_folds(dataset, params.n_folds.max(2));
        let joint = cross_validate(&folds, texts.len(), |fold| {
            let train: Vec<usize> = fold.train.clone();
            let part = Fitted::fit(params, &texts, &labels, &train, n_classes)?;
            Ok(fold.test.iter().map(|idx| part.joint_log_likelihood(&texts[*idx])).collect())
        })?;
        let temperature = fit_temperature(&joint, &labels);
        let all: Vec<usize> = (0..texts.len()).collect();
        let Fitted { analyzer, tfidf, bayes } = Fitted::fit(params, &texts, &labels, &all, n_classes)?;
        let stored = StoredParams {
            analyzer: params.analyzer.clone(),
            tfidf: params.tfidf.clone(),
            bayes: bayes_params,
            log_priors: bayes.log_priors().to_vec(),
            temperature,
            abstain: params.abstain,
        };
        let data = DataStamp { checksum: dataset.checksum(), n_records: texts.len() };
        let scores = std::collections::BTreeMap::new();
        Ok(Self { classes: dataset.classes.clone(), analyzer, tfidf, bayes, stored, data, scores })
    }

    /// Classifies one text; the empty text gets the priors and no evidence.
    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        let mut terms = Terms::default();
        self.analyzer.analyze(text, &mut terms);
        let row = self.tfidf.row(&terms);
        let joint = self.bayes.joint_log_likelihood(row.iter().copied());
        let probabilities =
            Posterior::from_joint_log_likelihood(&joint, self.stored.temperature).probabilities().to_vec();
        let class = argmax(&probabilities);
        let rest: Vec<f64> = joint
            .iter()
            .enumerate()
            .map(|(idx, v)| if idx == class { f64::NEG_INFINITY } else { *v })
            .collect();
        let against = argmax(&rest);
        let priors = self.bayes.log_priors();
        Verdict {
            class,
            is_abstained: self.stored.abstain.contains(probabilities[class]),
            against,
            prior_log_odds: (priors[class] - priors[against]) / self.stored.temperature,
            evidence: self.evidence(&terms, &row, class, against),
            probabilities,
        }
    }

    fn evidence(&self, terms: &Terms, row: &[(u32, f32)], class: usize, against: usize) -> Vec<Evidence> {
        let mut places: Vec<(u32, (usize, usize))> =
            terms.iter().filter_map(|(term, place)| Some((self.vocabulary().column(term)?, place))).collect();
        places.sort_unstable();
        let mut evidence: Vec<Evidence> = places
            .chunk_by(|a, b| a.0 == b.0)
            .zip(row)
            .map(|(same, entry)| Evidence {
                term: self.vocabulary().term(entry.0).to_owned(),
                log_odds: self.bayes.log_odds(*entry, class, against) / self.stored.temperature,
                places: same.iter().map(|(_, place)| *place).collect(),
            })
            .collect();
        evidence
            .sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.term.cmp(&b.term)));
        evidence
    }

    /// Classifies labelled records, in order. A record whose label the model lacks is `None` if `skips_unknown`.
    ///
    /// # Errors
    /// [`Error::Training`] for the first record whose label the model lacks, otherwise.
    pub fn classify_records(
        &self,
        dataset: &Dataset,
        skips_unknown: bool,
    ) -> Result<Vec<Option<Classified>>> {
        dataset
            .records
            .par_iter()
            .map(|record| {
                let Some(gold) = self.classes.iter().position(|class| *class == record.label) else {
                    if skips_unknown {
                        return Ok(None);
                    }
                    let (id, label, classes) = (&record.id, &record.label, self.classes.join(", "));
                    return Err(Error::Training(format!(
                        "{id}: label {label:?} is not a class of the model ({classes}); \
                         relabel the record, or use --skip-unknown-labels"
                    )));
                };
                let verdict = self.classify(&record.full_text());
                Ok(Some(Classified { gold, predicted: verdict.class, p_gold: verdict.probabilities[gold] }))
            })
            .collect()
    }

    /// Evaluates on labelled records.
    ///
    /// # Errors
    /// As [`Self::classify_records`].
    pub fn evaluate(&self, dataset: &Dataset, skips_unknown: bool) -> Result<Evaluation> {
        let classified = self.classify_records(dataset, skips_unknown)?;
        let known: Vec<Classified> = classified.iter().flatten().copied().collect();
        let mut evaluation = Evaluation::of_classes(&self.classes, &known);
        evaluation.n_skipped = classified.len() - known.len();
        Ok(evaluation)
    }

    /// The classes, in the order of probabilities.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Sets the probabilities of the best class at which the classifier abstains.
    pub fn set_abstain(&mut self, band: AbstainBand) {
        self.stored.abstain = band;
    }

    /// The vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        self.tfidf.vocabulary()
    }

    /// Notes a score for the model file.
    pub fn note_score(&mut self, metric: &str, value: f64) {
        self.scores.insert(metric.to_owned(), value);
    }

    /// The classifier as a model of a task (text or stance).
    ///
    /// # Errors
    /// [`Error::Training`] if a parameter has no JSON form.
    pub fn to_model(&self, task: Task) -> Result<Model> {
        let mut header = Header::new(task, self.classes.clone(), self.data.clone(), &self.stored)?;
        header.scores = self.scores.clone();
        let mut model = Model::new(header);
        model.put_bytes("vocabulary", self.vocabulary().to_bytes());
        model.put_f32("idf", self.tfidf.idf());
        model.put_f32("log_probabilities", self.bayes.log_probabilities());
        Ok(model)
    }

    /// The classifier of a model file.
    ///
    /// # Errors
    /// [`Error::Model`] if the model is of another task or its parts do not fit each other.
    pub fn from_model(model: &Model) -> Result<Self> {
        model.expect_task(&[Task::Text, Task::Stance])?;
        let stored: StoredParams = model.parameters()?;
        let vocabulary = Vocabulary::from_bytes(model.bytes("vocabulary")?)?;
        let n_terms = vocabulary.len();
        let tfidf = TfIdf::from_parts(stored.tfidf.clone(), vocabulary, model.f32("idf")?)?;
        let bayes =
            NaiveBayes::from_parts(stored.log_priors.clone(), model.f32("log_probabilities")?, n_terms)?;
        if bayes.n_classes() != model.header.classes.len()
            || !stored.temperature.is_finite()
            || stored.temperature <= 0.0
        {
            return Err(Error::model(
                "classifier",
                "classes or temperature are not usable; the file is damaged",
            ));
        }
        Ok(Self {
            classes: model.header.classes.clone(),
            analyzer: stored.analyzer.clone().check()?,
            tfidf,
            bayes,
            stored,
            data: model.header.data.clone(),
            scores: model.header.scores.clone(),
        })
    }
}

/// Cross-validates: every record is classified by a model that never saw its fold. Returns the evaluation.
///
/// # Errors
/// As [`TextClassifier::train`], for the first fold that fails: a fold without one of the classes, for example.
pub fn cross_validate_classifier(
    params: &ClassifierParams,
    dataset: &Dataset,
    n_folds: usize,
) -> Result<Evaluation> {
    let folds = default_folds(dataset, n_folds);
    let classified = cross_validate(&folds, dataset.records.len(), |fold| {
        let part = |idxs: &[usize]| Dataset {
            records: idxs.iter().map(|idx| dataset.records[*idx].clone()).collect(),
            classes: dataset.classes.clone(),
        };
        TextClassifier::train(params, &part(&fold.train))?.classify_records(&part(&fold.test), false)
    })?;
    Ok(Evaluation::of_classes(&dataset.classes, &classified.into_iter().flatten().collect::<Vec<_>>()))
}

/// Folds by group where records have one (a record without is a group of its own), otherwise by class.
#[must_use]
pub fn default_folds(dataset: &Dataset, n_folds: usize) -> Folds {
    if dataset.records.iter().all(|record| record.group.is_none()) {
        return Folds::stratified(&dataset.labels(), n_folds);
    }
    let group = |(idx, record): (usize, &Record)| match &record.group {
        Some(group) => format!("group {group}"),
        None => format!("record {idx}"),
    };
    Folds::grouped(&dataset.records.iter().enumerate().map(group).collect::<Vec<_>>(), n_folds)
}

/// The parts fitted on some of the records.
struct Fitted {
    analyzer: Analyzer,
    tfidf: TfIdf,
    bayes: NaiveBayes,
}

impl Fitted {
    fn fit(
        params: &ClassifierParams,
        texts: &[String],
        labels: &[usize],
        part: &[usize],
        n: usize,
    ) -> Result<Self> {
        let analyzer = params.analyzer.clone().check()?;
        let part_texts = || part.iter().map(|idx| texts[*idx].as_str());
        let tfidf = TfIdf::fit(params.tfidf.clone(), &analyzer, part_texts())?;
        let rows: Csr = tfidf.transform(&analyzer, part_texts());
        let part_labels: Vec<usize> = part.iter().map(|idx| labels[*idx]).collect();
        // A class of few records can be absent from a part: it keeps a document's weight and no terms.
        let counts = TermCounts::from_rows(&rows, &part_labels, n).with_every_class();
        let bayes = NaiveBayes::fit(&params.bayes.clone().check()?, counts)?;
        Ok(Self { analyzer, tfidf, bayes })
    }

    fn joint_log_likelihood(&self, text: &str) -> Vec<f64> {
        let mut terms = Terms::default();
        self.analyzer.analyze(text, &mut terms);
        self.bayes.joint_log_likelihood(self.tfidf.row(&terms).into_iter())
    }
}

/// The temperatures looked at.
const MIN_TEMPERATURE: f64 = 0.05;
const MAX_TEMPERATURE: f64 = 20.0;

/// The temperature with the least log loss, on a grid of 5 % steps from 0.05 to 20. Gold has the probability 1 − ε and the
/// other classes share ε = 1 / (n + 2) (Platt 1999), so that a few well-parted records do not make the model certain.
fn fit_temperature(joint: &[Vec<f64>], labels: &[usize]) -> f64 {
    let known: Vec<(&Vec<f64>, usize)> = joint.iter().zip(labels.iter().copied()).collect();
    let epsilon = 1.0 / (known.len() as f64 + 2.0);
    let grid: Vec<f64> = (-61..=61)
        .map(|step| 1.05_f64.powi(step))
        .filter(|temperature| (MIN_TEMPERATURE..=MAX_TEMPERATURE).contains(temperature))
        .collect();
    least(&grid, |temperature| {
        let (mut gold, mut others) = (Vec::with_capacity(known.len()), Vec::new());
        for (joint, label) in &known {
            let posterior = Posterior::from_joint_log_likelihood(joint, temperature);
            for (class, p) in posterior.probabilities().iter().enumerate() {
                if class == *label { gold.push(*p) } else { others.push(*p) }
            }
        }
        (1.0 - epsilon) * log_loss(&gold) + epsilon * log_loss(&others)
    })
}
