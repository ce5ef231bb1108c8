//! An evaluation in, a text table or a JSON record out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::records::round;
use crate::classify::Tuned;
use crate::evaluate::Evaluation;

/// The record of `evaluate`.
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationRecord {
    task: String,
    n: usize,
    skipped: usize,
    metrics: BTreeMap<&'static str, f64>,
    intervals: BTreeMap<&'static str, [f64; 2]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<ClassRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<Vec<Vec<usize>>>,
}

#[derive(Debug, Clone, Serialize)]
struct ClassRecord {
    name: String,
    precision: f64,
    recall: f64,
    f1: f64,
    support: usize,
}

impl EvaluationRecord {
    /// Returns the record of an evaluation of a task.
    #[must_use]
    pub fn new(task: &str, evaluation: &Evaluation) -> Self {
        let interval = |low: f64, high: f64| [round(low, 6), round(high, 6)];
        Self {
            task: task.to_owned(),
            n: evaluation.n,
            skipped: evaluation.n_skipped,
            metrics: evaluation.metrics.iter().map(|m| (m.name, round(m.value, 6))).collect(),
            intervals: evaluation
                .metrics
                .iter()
                .map(|m| (m.name, interval(m.interval.low, m.interval.high)))
                .collect(),
            classes: evaluation
                .classes
                .iter()
                .map(|(name, scores)| ClassRecord {
                    name: name.clone(),
                    precision: round(scores.precision, 6),
                    recall: round(scores.recall, 6),
                    f1: round(scores.f1, 6),
                    support: scores.support,
                })
                .collect(),
            confusion: evaluation
                .confusion
                .as_ref()
                .map(|matrix| matrix.rows().map(<[usize]>::to_vec).collect()),
        }
    }
}

/// An evaluation for people: metrics with intervals, then the classes and their confusion.
#[must_use]
pub fn evaluation_text(task: &str, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    let skipped = match evaluation.n_skipped {
        0 => String::new(),
        n => format!(" ({n} skipped: labels that the model lacks)"),
    };
    let _ = writeln!(out, "{task}: {} records{skipped}", evaluation.n);
    for metric in &evaluation.metrics {
        let (low, high) = (metric.interval.low, metric.interval.high);
        let _ = writeln!(
            out,
            "  {:<16} {:>7.4}   95 % interval {low:.4} to {high:.4}",
            metric.name, metric.value
        );
    }
    if evaluation.classes.is_empty() {
        return out;
    }
    let width = evaluation.classes.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(5);
    let _ = writeln!(out, "\n  {:<width$}  precision  recall      f1  records", "class");
    for (name, s) in &evaluation.classes {
        let name = clean(name);
        let _ = writeln!(
            out,
            "  {name:<width$}     {:.4}  {:.4}  {:.4}  {:>7}",
            s.precision, s.recall, s.f1, s.support
        );
    }
    if let Some(confusion) = &evaluation.confusion {
        let _ = writeln!(out, "\n  gold \\ predicted (in the order of the classes above)");
        for ((name, _), row) in evaluation.classes.iter().zip(confusion.rows()) {
            let counts: Vec<String> = row.iter().map(|count| format!("{count:>6}")).collect();
            let _ = writeln!(out, "  {:<width$} {}", clean(name), counts.concat());
        }
    }
    out
}

/// The systems that a search tried, the chosen one marked, with their out-of-fold scores.
#[must_use]
pub fn tuning_text(tuned: &Tuned) -> String {
    let mut text = String::from("  accuracy  log loss  features, system\n");
    for (idx, trial) in tuned.trials.iter().enumerate() {
        let mark = if idx == tuned.best { '*' } else { ' ' };
        let chars =
            trial.vectorizer.chars.map_or(String::new(), |c| format!(" + characters {}-{}", c.min, c.max));
        let members: Vec<String> = trial.members.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "{mark} {:8.4}  {:8.4}  words 1-{}{chars}: {}",
            trial.accuracy,
            trial.log_loss,
            trial.vectorizer.analyzer.max_ngram,
            members.join(" + ")
        );
    }
    text
}
