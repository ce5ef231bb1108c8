//! An evaluation in, a text table or a JSON record out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::records::round;
use crate::classify::Tuned;
use crate::evaluate::{Comparison, Evaluation, Metric};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    majority: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coverage: Vec<CoverageRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slices: Vec<SliceRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct CoverageRecord {
    coverage: f64,
    accuracy: f64,
}

#[derive(Debug, Clone, Serialize)]
struct ComparisonRecord {
    baseline: String,
    differences: BTreeMap<&'static str, f64>,
    intervals: BTreeMap<&'static str, [f64; 2]>,
    only_model_right: usize,
    only_baseline_right: usize,
    p_mcnemar: f64,
}

#[derive(Debug, Clone, Serialize)]
struct SliceRecord {
    field: String,
    value: String,
    n: usize,
    metrics: BTreeMap<&'static str, f64>,
    intervals: BTreeMap<&'static str, [f64; 2]>,
}

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

fn values(metrics: &[Metric]) -> BTreeMap<&'static str, f64> {
    metrics.iter().map(|metric| (metric.name, round(metric.value, 6))).collect()
}

fn intervals(metrics: &[Metric]) -> BTreeMap<&'static str, [f64; 2]> {
    let ends = |metric: &Metric| [round(metric.interval.low, 6), round(metric.interval.high, 6)];
    metrics.iter().map(|metric| (metric.name, ends(metric))).collect()
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
        Self {
            task: task.to_owned(),
            n: evaluation.n,
            skipped: evaluation.n_skipped,
            metrics: values(&evaluation.metrics),
            intervals: intervals(&evaluation.metrics),
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
            groups: evaluation.n_groups,
            majority: evaluation.majority.map(|share| round(share, 6)),
            coverage: evaluation
                .coverage
                .iter()
                .map(|(coverage, accuracy)| CoverageRecord {
                    coverage: round(*coverage, 6),
                    accuracy: round(*accuracy, 6),
                })
                .collect(),
            comparison: None,
            slices: Vec::new(),
        }
    }

    /// The record with a comparison with a baseline, by its name.
    #[must_use]
    pub fn with_comparison(mut self, baseline: &str, comparison: &Comparison) -> Self {
        self.comparison = Some(ComparisonRecord {
            baseline: baseline.to_owned(),
            differences: values(&comparison.differences),
            intervals: intervals(&comparison.differences),
            only_model_right: comparison.n_only_first,
            only_baseline_right: comparison.n_only_second,
            p_mcnemar: comparison.p_mcnemar,
        });
        self
    }

    /// The record with the evaluations of slices.
    #[must_use]
    pub fn with_slices(mut self, slices: &[Slice]) -> Self {
        let record = |slice: &Slice| SliceRecord {
            field: slice.field.clone(),
            value: slice.value.clone(),
            n: slice.evaluation.n,
            metrics: values(&slice.evaluation.metrics),
            intervals: intervals(&slice.evaluation.metrics),
        };
        self.slices = slices.iter().map(record).collect();
        self
    }
}

/// A comparison for people: what the model has more than the baseline, with paired intervals, and McNemar's test.
#[must_use]
pub fn comparison_text(baseline: &str, comparison: &Comparison) -> String {
    let mut out = format!("\nbeside {} (difference)\n", clean(baseline));
    comparison.differences.iter().for_each(|metric| out.push_str(&metric_line(metric)));
    let Comparison { n_only_first, n_only_second, p_mcnemar, .. } = comparison;
    let _ = writeln!(
        out,
        "  only the model is right {n_only_first} times, only the baseline {n_only_second}: McNemar's exact test p = \
         {p_mcnemar:.2e}"
    );
    out
}

/// Slices for people: a line each, the field with the value, the records, accuracy and macro-F1 with their intervals.
#[must_use]
pub fn slices_text(slices: &[Slice]) -> String {
    let mut out = String::new();
    let name = |slice: &Slice| format!("{}={}", clean(&slice.field), clean(&slice.value));
    let width = slices.iter().map(|slice| name(slice).chars().count()).max().unwrap_or(0);
    if !slices.is_empty() {
        let _ = writeln!(out, "\n  {:<width$}  records  accuracy           macro-F1", "slice");
    }
    for slice in slices {
        let shown = |metric: &str| {
            let found = slice.evaluation.metrics.iter().find(|found| found.name == metric);
            found.map_or(String::new(), |m| {
                format!("{:.3} [{:.3}, {:.3}]", m.value, m.interval.low, m.interval.high)
            })
        };
        let _ = writeln!(
            out,
            "  {:<width$}  {:>7}  {}  {}",
            name(slice),
            slice.evaluation.n,
            shown("accuracy"),
            shown("macro_f1")
        );
    }
    out
}

fn metric_line(metric: &Metric) -> String {
    let (low, high) = (metric.interval.low, metric.interval.high);
    format!("  {:<18} {:>7.4}   95 % interval {low:.4} to {high:.4}\n", metric.name, metric.value)
}

/// An evaluation for people: metrics with intervals, then the classes and their confusion.
#[must_use]
pub fn evaluation_text(task: &str, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    let skipped = match evaluation.n_skipped {
        0 => String::new(),
        n => format!(" ({n} skipped: labels that the model lacks)"),
    };
    let groups =
        evaluation.n_groups.map_or(String::new(), |n| format!(" in {n} groups, which are drawn whole"));
    let _ = writeln!(out, "{task}: {} records{groups}{skipped}", evaluation.n);
    evaluation.metrics.iter().for_each(|metric| out.push_str(&metric_line(metric)));
    if let Some(majority) = evaluation.majority {
        let _ = writeln!(out, "  always the most frequent class: accuracy {majority:.4}");
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
    if !evaluation.coverage.is_empty() {
        let shown = |(coverage, accuracy): &(f64, f64)| format!("{:.0} % {accuracy:.3}", 100.0 * coverage);
        let all: Vec<String> = evaluation.coverage.iter().map(shown).collect();
        let _ = writeln!(out, "\n  accuracy of the surest calls: {}", all.join(", "));
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
