//! An article in, its key sentences out: every sentence scored, chosen without repetition, put back in order.
//!
//! The trainable extractor of Kupiec, Pedersen & Chen (1995): naive Bayes over discrete features of a sentence, here
//! with a learned weight for each feature; then maximal marginal relevance (Carbonell & Goldstein 1998). Invariants: a
//! summary is a subset of the sentences in their order; a budget is never exceeded; ties go to the earlier sentence.

mod article;
mod budget;
mod cross_validation;
mod cue_words;
mod document;
mod extract;
mod feature_selection;
mod features;
mod model;
mod multi;
mod oracle;
mod phrases;
mod ranking;
mod select;
mod similarity;
mod train;
mod trim;

pub use article::{KeySentences, PhraseReading, SentenceReading, Summarizing};
pub use budget::{Budget, Ratio};
pub use cross_validation::{
    SummaryScores, cross_validate_summaries, evaluate_summaries, evaluation_of, lead, score_summaries,
};
pub use document::{Document, DocumentScratch};
pub use extract::{Emphasis, KeySentence, Summary, SummaryOptions, summarize};
pub use feature_selection::{FeatureScore, ablate, select_features};
pub use features::Feature;
pub use model::Summarizer;
pub use multi::{StoryArticle, StorySentence, StorySummary, summarize_story};
pub use phrases::{KeyPhrase, key_phrases};
pub use ranking::{Baseline, Ranking, SentenceScores};
pub use select::Selection;
pub use train::SummaryParams;
