//! An article in, its frame out (engagement or threat, or whatever classes the model has), with evidence at its bytes.
//!
//! The engine knows no frame by name; the model does. Title and body are read as one text.

use crate::bayes::{argmax, runner_up};
use crate::body::Article;
use crate::classify::{ClassifyScratch, Evidence, SentenceEvidence, TextClassifier};
use crate::error::Result;
use crate::model::Model;
use crate::page::{Page, Span};
use crate::text::{n_quoted, quotations};

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
    /// What each sentence adds, in the order of the article.
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
}

/// What one sentence adds to the log-odds of the label.
#[derive(Debug, Clone, PartialEq)]
pub struct StanceSentence {
    /// Its words.
    pub text: String,
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

    /// [`Self::call`] in full, but for the evidence of terms and sentences.
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
            sentences: Vec::new(),
            quoted_share: 0.0,
        }
    }

    /// Reads an article of a page.
    #[must_use]
    pub fn read(&self, page: &Page, article: &Article) -> Stance {
        let text = article.full_text();
        let verdict = self.classifier.classify(&text);
        let classes = self.classifier.classes();
        let quotations = quotations(&text);
        let quoted_share = quoted_share(&verdict.evidence, &quotations);
        let sentence = |sentence: &SentenceEvidence| {
            let SentenceEvidence { start, end, log_odds } = *sentence;
            StanceSentence {
                text: text[start..end].to_owned(),
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
            sentences,
            quoted_share,
        }
    }
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
