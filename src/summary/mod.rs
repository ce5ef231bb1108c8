//! An article in, its key sentences out: every sentence scored, chosen without repetition, put back in order.
//!
//! The trainable extractor of Kupiec, Pedersen & Chen (1995): naive Bayes over discrete features of a sentence, here
//! with a learned weight for each feature; then maximal marginal relevance (Carbonell & Goldstein 1998). Invariants: a
//! summary is a subset of the sentences in their order; a budget is never exceeded; ties go to the earlier sentence.

mod cross_validation;
mod document;
mod features;
mod model;
mod oracle;
mod select;

pub use cross_validation::{
    SummaryScores, cross_validate_summaries, evaluate_summaries, lead, score_summaries,
};
pub use document::Document;
pub use features::Feature;
pub use model::{KeySentence, Summarizer, Summary, SummaryOptions, SummaryParams};
pub use select::Budget;
