//! An article in, its frame out (engagement or threat, or whatever classes the model has), with evidence at its bytes.
//!
//! The engine knows no frame by name; the model does. Title and body are read as one text.

use crate::bayes::{argmax, runner_up};
use crate::body::Article;
use crate::classify::{
    AbstainBand, ClassifierParams, ClassifyScratch, Evidence, Member, SentenceEvidence, TextClassifier,
};
use crate::dataset::{Dataset, Record};
use crate::error::Result;
use crate::model::{Model, Task};
use crate::page::{Page, Span};
use crate::text::{AnalyzerParams, n_quoted, quotations};

/// A classifier of articles.
#[derive(Debug)]
pub struct StanceModel {
    classifier: TextClassifier,
    /// Tells texts on the subject from others, if the model was taught to.
    topic: Option<TextClassifier>,
}

/// What is reused from text to text of one model.
#[derive(Debug, Default)]
pub struct StanceScratch {
    classifier: ClassifyScratch,
    topic: ClassifyScratch,
}

impl StanceScratch {
    /// The probability of each class of the text called last.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.classifier.probabilities
    }
}

/// What is called of a text without its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// The most probable class.
    pub class: usize,
    /// Whether it is too improbable to be called, or the text is on another subject.
    pub is_abstained: bool,
    /// The probability that the text is on another subject, if it is more than half.
    pub off_topic: Option<f64>,
}

/// The array of a stance model that holds the model of its subject, a whole model file.
const TOPIC: &str = "topic";
/// Words of its vocabulary that a text must have for its subject to be told: a paragraph or two.
const MIN_TOPIC_TERMS: usize = 40;
/// Bytes of a text by which its subject is told: some thirty articles' worth.
const MAX_TOPIC_BYTES: usize = 128 << 10;
/// The classes of that model.
const ON: &str = "on";
const OFF: &str = "off";

/// What the model says of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Stance {
    /// The most probable class.
    pub label: String,
    /// The class that the evidence argues against: the second most probable.
    pub against: String,
    /// Every class with its probability, in the model's order.
    pub p: Vec<(String, f64)>,
    /// Whether the label is too improbable to be called, or there is no text, or it is on another subject.
    pub is_abstained: bool,
    /// The probability that the text is on another subject than those that the model learned from, if it is more than half.
    pub off_topic: Option<f64>,
    /// The log-odds of the priors; with all evidence it sums to ln(p(label) / p(against)).
    pub prior_log_odds: f64,
    /// What each term adds, the strongest first.
    pub evidence: Vec<StanceEvidence>,
    /// Title and body as they were read; empty where no sentences are told.
    pub text: String,
    /// What each sentence of [`Self::text`] adds, in its order.
    pub sentences: Vec<StanceSentence>,
    /// The share of the evidence for the label that stands in quotations, 0 to 1: what others say may not be what the article
    /// says. 0 if nothing speaks for the label.
    pub quoted_share: f64,
}

impl Stance {
    /// Whether most of the evidence for the label stands in quotations.
    #[must_use]
    pub fn is_mostly_quoted(&self) -> bool {
        self.quoted_share > 0.5
    }

    /// The words of one of its sentences.
    #[must_use]
    pub fn sentence_text(&self, sentence: &StanceSentence) -> &str {
        &self.text[sentence.start..sentence.end]
    }

    /// Lets go of the text and of what its sentences add: of a large page it is much.
    pub fn forget_sentences(&mut self) {
        (self.text, self.sentences) = (String::new(), Vec::new());
    }
}

/// What one sentence adds to the log-odds of the label.
#[derive(Debug, Clone, PartialEq)]
pub struct StanceSentence {
    /// Its first byte in [`Stance::text`].
    pub start: usize,
    /// One past its last byte there.
    pub end: usize,
    /// Where it stands in the original file; none if it is in a title that the page states outside its text.
    pub span: Option<Span>,
    /// Its share of ln(p(label) / p(against)).
    pub log_odds: f64,
    /// Whether most of it stands in quotation marks.
    pub is_quoted: bool,
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
        Self { classifier, topic: None }
    }

    /// Returns the model with the means to tell texts on its subject from others, learned from some of either (whatever their
    /// labels): a linear SVM over words of whole texts, which does best with about as many of the one as of the other.
    ///
    /// # Errors
    /// As [`TextClassifier::train`], for lack of one or the other.
    pub fn with_topic(self, on: &[Record], off: &[Record]) -> Result<Self> {
        let labelled = |records: &[Record], label: &str| -> Vec<Record> {
            records.iter().map(|record| Record { label: label.to_owned(), ..record.clone() }).collect()
        };
        let mut params = ClassifierParams { members: vec![Member::svm(0.3)], ..ClassifierParams::default() };
        let analyzer = self.classifier.vectorizer().params().analyzer.clone();
        params.vectorizer.analyzer = AnalyzerParams { drop_stop_words: true, max_ngram: 1, ..analyzer };
        let dataset = Dataset::new([labelled(off, OFF), labelled(on, ON)].concat());
        Ok(Self { topic: Some(TextClassifier::train(&params, &dataset)?), ..self })
    }

    /// The model of a file.
    ///
    /// # Errors
    /// As [`TextClassifier::from_model`].
    pub fn from_model(model: &Model) -> Result<Self> {
        let topic = match model.arrays().any(|(name, ..)| name == TOPIC) {
            true => Some(TextClassifier::from_model(&Model::from_bytes(TOPIC, model.bytes(TOPIC)?)?)?),
            false => None,
        };
        Ok(Self { classifier: TextClassifier::from_model(model)?, topic })
    }

    /// The model as a file of a task (text or stance).
    ///
    /// # Errors
    /// As [`TextClassifier::to_model`].
    pub fn to_model(&self, task: Task) -> Result<Model> {
        let mut model = self.classifier.to_model(task)?;
        if let Some(topic) = &self.topic {
            let mut topic = topic.to_model(Task::Text)?;
            topic.header.data.fingerprints = None;
            model.put_bytes(TOPIC, topic.to_bytes()?);
        }
        Ok(model)
    }

    /// The classifier.
    #[must_use]
    pub fn classifier(&self) -> &TextClassifier {
        &self.classifier
    }

    /// Sets the probabilities of the best class at which the model abstains.
    pub fn set_abstain(&mut self, band: AbstainBand) {
        self.classifier.set_abstain(band);
    }

    /// What a title and a text, an article as it stands, are called; the probabilities are left in `scratch`, which is reused
    /// by this model alone.
    pub fn call(&self, title: Option<&str>, text: &str, scratch: &mut StanceScratch) -> Call {
        self.classifier.probabilities(parts(title, text), &mut scratch.classifier);
        let class = argmax(scratch.probabilities());
        let off_topic = self.off_topic(parts(title, text), &mut scratch.topic);
        let is_abstained = self.classifier.abstains(scratch.probabilities()[class]) || off_topic.is_some();
        Call { class, is_abstained, off_topic }
    }

    /// The probability that a text is on another subject, if it is more than half; none if too little of it is known.
    fn off_topic<'a>(
        &self,
        parts: impl Iterator<Item = &'a str>,
        scratch: &mut ClassifyScratch,
    ) -> Option<f64> {
        let topic = self.topic.as_ref()?;
        // Title and body are cut each for itself, so that it does not matter who joined them.
        let parts = parts.map(|part| &part[..part.floor_char_boundary(MAX_TOPIC_BYTES)]);
        topic.probabilities(parts, scratch);
        if scratch.row.row.len() < MIN_TOPIC_TERMS {
            return None;
        }
        let off = topic.classes().iter().position(|class| class == OFF)?;
        Some(scratch.probabilities[off]).filter(|p| *p > 0.5)
    }

    /// [`Self::call`] in full, but for the evidence of terms and sentences.
    #[must_use]
    pub fn read_plain(&self, title: Option<&str>, text: &str, scratch: &mut StanceScratch) -> Stance {
        let Call { class, is_abstained, off_topic } = self.call(title, text, scratch);
        let p = scratch.probabilities();
        let against = runner_up(p, class);
        let classes = self.classifier.classes();
        Stance {
            label: classes[class].clone(),
            against: classes[against].clone(),
            p: classes.iter().cloned().zip(p.iter().copied()).collect(),
            is_abstained,
            off_topic,
            prior_log_odds: self.classifier.prior_log_odds(class, against),
            evidence: Vec::new(),
            text: String::new(),
            sentences: Vec::new(),
            quoted_share: 0.0,
        }
    }

    /// Reads an article of a page.
    #[must_use]
    pub fn read(&self, page: &Page, article: &Article) -> Stance {
        let text = article.full_text();
        let verdict = self.classifier.classify(&text);
        let topic_parts = parts(article.title.as_deref(), &article.text);
        let off_topic = self.off_topic(topic_parts, &mut ClassifyScratch::default());
        let classes = self.classifier.classes();
        let quotations = quotations(&text);
        let quoted_share = quoted_share(&verdict.evidence, &quotations);
        let sentence = |sentence: &SentenceEvidence| {
            let SentenceEvidence { start, end, log_odds } = *sentence;
            StanceSentence {
                start,
                end,
                span: article.full_text_span(page, start, end),
                log_odds,
                is_quoted: 2 * n_quoted(&quotations, start, end) > end - start,
            }
        };
        let sentences = verdict.sentences.iter().map(sentence).collect();
        let evidence = verdict
            .evidence
            .into_iter()
            .map(|evidence| StanceEvidence {
                // Made in place of the places, of which a long page has many.
                spans: evidence
                    .places
                    .into_iter()
                    .filter_map(|(start, end)| article.full_text_span(page, start, end))
                    .collect(),
                term: evidence.term,
                log_odds: evidence.log_odds,
            })
            .collect();
        Stance {
            label: classes[verdict.class].clone(),
            against: classes[verdict.against].clone(),
            p: classes.iter().cloned().zip(verdict.probabilities).collect(),
            is_abstained: verdict.is_abstained || article.text.is_empty() || off_topic.is_some(),
            off_topic,
            prior_log_odds: verdict.prior_log_odds,
            evidence,
            text,
            sentences,
            quoted_share,
        }
    }
}

/// Title and body as a classifier reads them, one after the other.
fn parts<'a>(title: Option<&'a str>, text: &'a str) -> impl Iterator<Item = &'a str> {
    title.into_iter().flat_map(|title| [title, "\n\n"]).chain([text])
}

/// The share of what speaks for a label that stands in quotations, a term in equal parts to its places.
fn quoted_share(evidence: &[Evidence], quotations: &[(usize, usize)]) -> f64 {
    let (mut quoted, mut all) = (0.0, 0.0);
    for Evidence { log_odds, places, .. } in evidence.iter().filter(|evidence| evidence.log_odds > 0.0) {
        let n_within = places.iter().filter(|(start, end)| n_quoted(quotations, *start, *end) > 0).count();
        quoted += log_odds * n_within as f64 / places.len().max(1) as f64;
        all += log_odds;
    }
    if all > 0.0 { quoted / all } else { 0.0 }
}
