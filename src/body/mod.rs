//! Article body or boilerplate, block by block and then as a sequence; and what kind of either.
//!
//! Naive Bayes log-odds of groups of features → learned group weights → two-state sequence model. Invariants: every
//! block keeps its kind and probability, nothing is thrown away; the same page gives the same answer on any thread.

mod align;
mod article;
mod context;
mod cross_validation;
mod cut;
mod examples;
mod feature_table;
mod features;
mod groups;
mod kind;
mod kind_model;
mod kind_sequence;
mod markers;
mod model;
mod quality;
mod second_pass;
mod sequence;
mod shape;
mod site;
mod submodel;
mod text_table;

pub use align::body_labels;
pub use article::{Article, Place};
pub use cross_validation::{cross_validate_body, kind_calls, score_pages};
pub use kind::BlockKind;
pub use model::{BlockVerdict, BodyModel, BodyParams, Kinds};
pub use quality::expected_f1;
pub use site::{PageTexts, Site};
