//! Texts in, verdicts with evidence out; models in and out of files.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::corpus::for_each_sentence;
use super::evidence::{Evidence, SentenceEvidence};
use super::train::{Trained, train};
use super::{AbstainBand, ClassifierParams, LabelledCorpus, Member, Unit};
use crate::bayes::{Calibration, LinearModel, Precision, argmax, runner_up, softmax_in_place};
use crate::dataset::{Dataset, Record};
use crate::error::{Error, Result, did_you_mean};
use crate::evaluate::{Classified, Evaluation};
use crate::features::arrays::F32Array;
use crate::features::{Lexicon, RowScratch, Vectorizer, VectorizerParams, unit_sum};
use crate::model::{DataStamp, Header, Model, Task};
use crate::text::Sentence;

/// What a model file keeps beside the arrays.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredModel {
    vectorizer: VectorizerParams,
    n_documents: usize,
    bias: Vec<f64>,
    precision: Precision,
    classifier: Stored,
}

/// How scores become verdicts, and what they were learned by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    pub(super) members: Vec<Member>,
    pub(super) temperature: f64,
    pub(super) calibration: Calibration,
    pub(super) abstain: AbstainBand,
    #[serde(default)]
    pub(super) unit: Unit,
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
    vectorizer: Vectorizer,
    model: LinearModel,
    stored: Stored,
    data: DataStamp,
    scores: BTreeMap<String, f64>,
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
    /// What each sentence adds, in the order of the text; it sums to what the terms add.
    pub sentences: Vec<SentenceEvidence>,
}

impl TextClassifier {
    /// Trains on labelled texts (title and text of each record).
    ///
    /// # Errors
    /// As [`Self::train_corpus`].
    pub fn train(params: &ClassifierParams, dataset: &Dataset) -> Result<Self> {
        let has_chunks = params.vectorizer.chars.is_some();
        let analyzer = &params.vectorizer.analyzer;
        let corpus = LabelledCorpus::of_unit(params.unit, analyzer, has_chunks, dataset)?;
        Self::train_corpus(params, &corpus)
    }

    /// Trains on a corpus, which must hold chunks if character n-grams are asked for.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range; [`Error::Training`] for fewer than two classes or no terms.
    pub fn train_corpus(params: &ClassifierParams, corpus: &LabelledCorpus) -> Result<Self> {
        let Trained { vectorizer, model, temperature, calibration } = train(params, corpus)?;
        Ok(Self::new(
            corpus.classes.clone(),
            vectorizer,
            model,
            Stored {
                members: params.members.clone(),
                temperature,
                calibration,
                abstain: params.abstain,
                unit: params.unit,
            },
            corpus.data().clone(),
        ))
    }

    pub(super) fn new(
        classes: Vec<String>,
        vectorizer: Vectorizer,
        model: LinearModel,
        stored: Stored,
        data: DataStamp,
    ) -> Self {
        Self { classes, vectorizer, model, stored, data, scores: BTreeMap::new() }
    }

    /// Puts the probability of each class into `scratch.probabilities`, the parts read as one text; without evidence, and,
    /// where a row is of a whole text, without an allocation once `scratch` has seen a few texts. Text of no known terms
    /// gets the biases alone.
    pub fn probabilities<'a>(&self, parts: impl Iterator<Item = &'a str>, scratch: &mut ClassifyScratch) {
        let ClassifyScratch { row, sum, probabilities: scores } = scratch;
        scores.clear();
        match self.stored.unit {
            Unit::Text => {
                self.vectorizer.row(parts, row);
                scores.extend_from_slice(self.model.bias());
                self.model.add_terms(row.row.iter().copied(), scores);
            }
            Unit::Sentence => {
                sum.clear();
                for part in parts {
                    for_each_sentence(part, |Sentence { start, end }| {
                        self.vectorizer.row(std::iter::once(&part[start..end]), row);
                        sum.extend_from_slice(&row.row);
                    });
                }
                unit_sum(sum);
                scores.extend_from_slice(self.model.bias());
                self.model.add_terms(sum.iter().copied(), scores);
            }
        }
        scores.iter_mut().for_each(|score| *score /= self.stored.temperature);
        softmax_in_place(scores);
        self.stored.calibration.apply(scores);
    }

    /// Classifies one text; the empty text gets the priors and no evidence.
    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        let rows = self.rows(text);
        // In full precision, so that the evidence adds up to the probability shown.
        let scores = self.model.scores(rows.iter().flat_map(|row| row.entries.iter().copied()));
        let mut probabilities: Vec<f64> =
            scores.iter().map(|score| score / self.stored.temperature).collect();
        softmax_in_place(&mut probabilities);
        self.stored.calibration.apply(&mut probabilities);
        let class = argmax(&probabilities);
        let against = runner_up(&scores, class);
        let evidence = self.evidence(text, &rows, class, against);
        Verdict {
            class,
            is_abstained: self.abstains(probabilities[class]),
            against,
            prior_log_odds: self.prior_log_odds(class, against),
            sentences: self.sentence_evidence(text, &rows, &evidence, class, against),
            evidence,
            probabilities,
        }
    }

    /// Whether a probability of the best class is too small to be called.
    pub(crate) fn abstains(&self, probability: f64) -> bool {
        self.stored.abstain.contains(probability)
    }

    /// What the biases add to the log-odds of a class against another.
    pub(crate) fn prior_log_odds(&self, class: usize, against: usize) -> f64 {
        let bias = self.model.bias();
        (bias[class] - bias[against]) / self.stored.temperature
    }

    /// Classifies labelled records, in order, in parallel. A record whose label the model lacks is `None` under
    /// [`UnknownLabels::Skip`].
    ///
    /// # Errors
    /// [`Error::Dataset`] for the first record whose label the model lacks, under [`UnknownLabels::Fail`].
    pub fn classify_records(
        &self,
        records: &[Record],
        unknown: UnknownLabels,
    ) -> Result<Vec<Option<Classified>>> {
        let class_of: BTreeMap<&str, usize> =
            self.classes.iter().enumerate().map(|(class, name)| (name.as_str(), class)).collect();
        records
            .par_iter()
            .with_min_len(MIN_RECORDS)
            .map_init(ClassifyScratch::default, |scratch, record| {
                let Some(gold) = class_of.get(record.label.as_str()).copied() else {
                    if unknown == UnknownLabels::Skip {
                        return Ok(None);
                    }
                    let (id, label, classes) = (&record.id, &record.label, self.classes.join(", "));
                    let near = did_you_mean(label, self.classes.iter().map(String::as_str));
                    let message = format!(
                        "label {label:?} is not a class of the model ({classes}){near}; \
                         relabel the record, or use --skip-unknown-labels"
                    );
                    return Err(Error::dataset(id, message));
                };
                self.probabilities(record.parts(), scratch);
                Ok(Some(Classified::new(gold, &scratch.probabilities)))
            })
            .collect()
    }

    /// Evaluates on labelled records.
    ///
    /// # Errors
    /// As [`Self::classify_records`].
    pub fn evaluate(&self, dataset: &Dataset, unknown: UnknownLabels) -> Result<Evaluation> {
        Ok(self.evaluation(self.classify_records(&dataset.records, unknown)?))
    }

    /// The evaluation of records that were classified; those left out are counted.
    #[must_use]
    pub fn evaluation(&self, classified: Vec<Option<Classified>>) -> Evaluation {
        let n_records = classified.len();
        let known: Vec<Classified> = classified.into_iter().flatten().collect();
        let mut evaluation = Evaluation::of_classes(&self.classes, &known, None);
        evaluation.n_skipped = n_records - known.len();
        evaluation
    }

    /// The classes, in the order of probabilities.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The probabilities of the best class at which the classifier abstains.
    #[must_use]
    pub fn abstain(&self) -> AbstainBand {
        self.stored.abstain
    }

    /// Sets the probabilities of the best class at which the classifier abstains.
    pub fn set_abstain(&mut self, band: AbstainBand) {
        self.stored.abstain = band;
    }

    /// How texts become rows.
    #[must_use]
    pub fn vectorizer(&self) -> &Vectorizer {
        &self.vectorizer
    }

    /// The weights of the terms.
    #[must_use]
    pub fn model(&self) -> &LinearModel {
        &self.model
    }

    /// What a row is of.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.stored.unit
    }

    /// The systems that were pooled into the model.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.stored.members
    }

    /// What scores are divided by before they become probabilities.
    #[must_use]
    pub fn temperature(&self) -> f64 {
        self.stored.temperature
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
        let stored = StoredModel {
            vectorizer: self.vectorizer.params().clone(),
            n_documents: self.vectorizer.n_documents(),
            bias: self.model.bias().to_vec(),
            precision: self.model.precision(),
            classifier: self.stored.clone(),
        };
        let mut header = Header::new(task, self.classes.clone(), self.data.clone(), &stored)?;
        header.scores = self.scores.clone();
        let mut model = Model::new(header);
        for (name, bytes) in self.vectorizer.lexicon().arrays() {
            model.put_bytes(&name, bytes);
        }
        model.put_bytes("idf", self.vectorizer.idf().bytes());
        for (name, bytes) in self.model.arrays() {
            model.put_bytes(name, bytes);
        }
        Ok(model)
    }

    /// The classifier of a model file; its arrays are used where they lie.
    ///
    /// # Errors
    /// [`Error::Model`] if the model is of another task or its parts do not fit each other.
    pub fn from_model(model: &Model) -> Result<Self> {
        model.expect_task(&[Task::Text, Task::Stance])?;
        let StoredModel { vectorizer, n_documents, bias, precision, classifier } = model.parameters()?;
        let array = |name: &str| model.bytes(name);
        let lexicon = Lexicon::from_arrays(array)?;
        let n_terms = lexicon.len();
        let n_classes = bias.len();
        let idf = F32Array::new(model.bytes("idf")?)?;
        let linear = LinearModel::from_arrays(bias, n_terms, precision, array)?;
        let is_usable = n_classes == model.header.classes.len()
            && n_classes >= 2
            && classifier.temperature.is_finite()
            && classifier.temperature > 0.0
            && classifier.calibration.is_valid(n_classes);
        if !is_usable {
            let message = "classes, temperature or calibration are not usable; the file is damaged";
            return Err(Error::model("classifier", message));
        }
        Ok(Self {
            classes: model.header.classes.clone(),
            vectorizer: Vectorizer::from_parts(vectorizer, lexicon, idf, n_documents)?,
            model: linear,
            stored: classifier,
            data: model.header.data.clone(),
            scores: model.header.scores.clone(),
        })
    }
}

/// Records that a thread classifies at once, so that its scratch pays.
const MIN_RECORDS: usize = 64;

/// What becomes of a record whose label the model lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownLabels {
    /// It ends the evaluation with an error.
    Fail,
    /// It is left out and counted.
    Skip,
}

/// What is reused from text to text of one classifier.
#[derive(Debug, Default)]
pub struct ClassifyScratch {
    /// The row of the text, or of its last sentence, classified last.
    pub row: RowScratch,
    /// The sum of the sentences' rows.
    sum: Vec<(u32, f32)>,
    /// The probability of each class, in class order.
    pub probabilities: Vec<f64>,
}
