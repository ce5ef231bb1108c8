//! Any labelled text: rows, models of the naive Bayes family and beyond, and a calibration, end to end, with evidence.
//!
//! The probability shown is fitted on out-of-fold predictions: raw naive Bayes takes every word for independent evidence
//! and is far too sure.

mod classifier;
mod corpus;
mod cross_validation;
mod diff;
mod evidence;
mod explain;
mod keywords;
mod params;
mod statistics;
mod train;
mod tune;

pub use classifier::{ClassifyScratch, TextClassifier, UnknownLabels, Verdict};
pub use corpus::{LabelledCorpus, LabelledCorpusBuilder};
pub use cross_validation::{CrossValidation, cross_validate_classifier};
pub use diff::{ClassDiff, TermDiff, TermsDiff};
pub use evidence::{Evidence, SentenceEvidence};
pub use explain::{Counterfactual, TopTerm};
pub use keywords::KeywordBaseline;
pub use params::{AbstainBand, ClassifierParams, Member, Prune, Unit};
pub use statistics::Statistics;
pub use tune::{Families, Search, Trial, Tuned, tune};
