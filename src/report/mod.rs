//! A result in, text for people or records for machines out.
//!
//! Invariant: nothing that a document says reaches a terminal with control, escape or bidirectional characters in it.

/// The JSON Schema of every record.
pub const RECORD_SCHEMA: &str = include_str!("../../schema/records.json");

mod agreement;
mod clean;
mod csv;
mod description;
mod evaluation;
mod evidence;
mod explain;
mod html;
mod markdown;
mod model_diff;
mod records;
mod story;
mod summary;
mod text;

pub use agreement::AgreementRecord;
pub use clean::{clean, escape_unsafe};
pub use csv::{Called, CsvCells};
pub use description::description_text;
pub use evaluation::{
    EvaluationRecord, EvaluationReport, EvaluationSource, Slice, divisions_text, evaluation_text,
    learning_curve_text, methods_text, report_text, tuning_text,
};
pub use evidence::{Shown, evidence_table};
pub use explain::{
    ExplainRecord, Explained, KeywordRecord, TopTermsRecord, keyword_in_context, term_text, top_terms_text,
};
pub use html::{
    ArticleView, CorpusEntry, CorpusOrder, CorpusView, Counter, Provenance, article_html, corpus_html,
    evaluation_html,
};
pub use markdown::{extract_markdown, read_markdown, summary_markdown};
pub use model_diff::ModelDiffRecord;
pub use records::{
    BlockRecord, CharsetRecord, ClassifyRecord, ErrorRecord, ExtractRecord, ReadRecord, round,
};
pub use story::{Story, StoryMetadata, StoryRecord, StorySource};
pub use summary::{SummaryRecord, SummaryShown, feature_scores_text, summary_text};
pub use text::{Painter, call_text, extract_text, read_text};
