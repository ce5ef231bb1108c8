//! What two models say differently in, text for people or one JSON record out.

use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::records::SCHEMA;
use crate::classify::{TermDiff, TermsDiff};
use crate::model::{ArrayDiff, FieldDiff, ModelDiff};

/// The record of `model diff`.
#[derive(Debug, Clone, Serialize)]
pub struct ModelDiffRecord {
    schema: u32,
    same: bool,
    #[serde(flatten)]
    files: ModelDiff,
    /// Only for two classifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<TermsDiff>,
}

impl ModelDiffRecord {
    /// Returns the record of two models' differences; `terms` if both are classifiers.
    #[must_use]
    pub fn new(files: ModelDiff, terms: Option<TermsDiff>) -> Self {
        Self { schema: SCHEMA, same: files.is_empty(), files, terms }
    }

    /// The record for people.
    #[must_use]
    pub fn text(&self) -> String {
        if self.same {
            return "the models are the same, bit for bit\n".to_owned();
        }
        let mut out = String::new();
        for FieldDiff { path, old, new } in &self.files.fields {
            let value = |value: &Option<serde_json::Value>| {
                value.as_ref().map_or("(none)".to_owned(), |value| clean(&value.to_string()).into_owned())
            };
            let _ = writeln!(out, "{}: {} → {}", clean(path), value(old), value(new));
        }
        for ArrayDiff { name, old_bytes, new_bytes } in &self.files.arrays {
            let size = |bytes: Option<usize>| bytes.map_or("(none)".to_owned(), |n| format!("{n} bytes"));
            let change = match (old_bytes, new_bytes) {
                (Some(old), Some(new)) if old == new => format!("{old} bytes, other values"),
                _ => format!("{} → {}", size(*old_bytes), size(*new_bytes)),
            };
            let _ = writeln!(out, "array {}: {change}", clean(name));
        }
        if let Some(terms) = &self.terms {
            out.push_str(&terms_text(terms));
        }
        out
    }
}

fn terms_text(terms: &TermsDiff) -> String {
    let TermsDiff { n_shared, n_only_old, n_only_new, classes } = terms;
    let mut out = format!(
        "terms: {n_shared} in both, {n_only_old} in the first alone, {n_only_new} in the second alone\n"
    );
    for class in classes.iter().filter(|class| !class.terms.is_empty()) {
        let _ = writeln!(out, "{} (log-odds: shift, first, second)", clean(&class.class));
        for term in &class.terms {
            let TermDiff { term: name, old, new } = term;
            let shown = |log_odds: &Option<f64>| log_odds.map_or("–".to_owned(), |x| format!("{x:+.3}"));
            let _ = writeln!(
                out,
                "  {:>+8.3}  {:>8} {:>8}  {}",
                term.shift(),
                shown(old),
                shown(new),
                clean(name)
            );
        }
    }
    out
}
