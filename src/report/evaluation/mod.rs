//! An evaluation in; text for people, a JSON record, a paragraph for a paper or one HTML file out.

mod methods;
mod record;
mod text;

pub use methods::methods_text;
pub use record::EvaluationRecord;
pub(super) use text::found_text;
pub use text::{divisions_text, evaluation_text, learning_curve_text, report_text, tuning_text};

use crate::classify::TopTerm;
use crate::evaluate::{Comparison, Curves, Evaluation, LeakCheck, Mistake};

/// A part of the records: those with one value of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// The evaluation of the part.
    pub evaluation: Evaluation,
}

/// All that is told of how good a model is on some data. What was not asked for, or does not go with the task, is empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EvaluationReport {
    /// The model's task.
    pub task: &'static str,
    /// The metrics.
    pub evaluation: Evaluation,
    /// The accuracy of counting the words that speak most for each class.
    pub keyword_accuracy: Option<f64>,
    /// The name of a baseline, and the comparison with it.
    pub comparison: Option<(String, Comparison)>,
    /// Parts of the records.
    pub slices: Vec<Slice>,
    /// Which records training met; none if the model keeps nothing to tell it by.
    pub leaks: Option<LeakCheck>,
    /// The surest mistakes.
    pub mistakes: Vec<Mistake>,
    /// How probabilities and calls go together.
    pub curves: Curves,
    /// What cross-validation said of models of so many records, where training noted it: records and accuracy.
    pub learning: Vec<(usize, f64)>,
    /// The strongest terms of each class, by its name.
    pub top_terms: Vec<(String, Vec<TopTerm>)>,
    /// What it takes to make the report again.
    pub source: EvaluationSource,
    /// Seconds that reading and judging the data took.
    pub seconds: f64,
}

/// Model and data of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EvaluationSource {
    /// The model's name or file.
    pub model: String,
    /// BLAKE3 of the model file.
    pub model_checksum: String,
    /// What the model is, in a few words.
    pub system: String,
    /// The records that it was trained on, and their checksum.
    pub trained_on: (usize, String),
    /// The data's files, each with its BLAKE3; standard input and folders have none.
    pub data: Vec<(String, Option<String>)>,
    /// The command.
    pub command: String,
}
