//! An evaluation in, a table for people out.

use std::fmt::Write as _;

use super::super::clean::clean;
use super::super::evidence::first_chars;
use super::{EvaluationReport, Slice};
use crate::classify::Tuned;
use crate::evaluate::{Comparison, Evaluation, LeakCheck, LearningCurve, Metric, Mistake};

/// A report for people: metrics, baselines and classes, then the check for leaks and whatever else was asked for.
#[must_use]
pub fn report_text(report: &EvaluationReport) -> String {
    let mut out = metrics_text(report.task, &report.evaluation, report.keyword_accuracy);
    out.push_str(&leaks_text(report.leaks.as_ref()));
    out.push_str(&classes_text(&report.evaluation));
    if let Some((baseline, comparison)) = &report.comparison {
        out.push_str(&comparison_text(baseline, comparison));
    }
    out.push_str(&slices_text(&report.slices));
    out.push_str(&mistakes_text(&report.mistakes));
    out
}

/// An evaluation for people: metrics with intervals, then the classes and their confusion.
#[must_use]
pub fn evaluation_text(task: &str, evaluation: &Evaluation) -> String {
    metrics_text(task, evaluation, None) + &classes_text(evaluation)
}

fn metric_line(metric: &Metric) -> String {
    let (low, high) = (metric.interval.low, metric.interval.high);
    format!("  {:<18} {:>7.4}   95 % interval {low:.4} to {high:.4}\n", metric.name, metric.value)
}

fn metrics_text(task: &str, evaluation: &Evaluation, keyword_accuracy: Option<f64>) -> String {
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
    if let Some(accuracy) = keyword_accuracy {
        let _ = writeln!(out, "  counting each class's strongest words: accuracy {accuracy:.4}");
    }
    out
}

/// What the check for leaks found, in a line or two.
pub(super) fn leaks_text(leaks: Option<&LeakCheck>) -> String {
    let Some(leaks) = leaks else {
        return "  leaks: not checked, since the model keeps no fingerprints of its training data\n"
            .to_owned();
    };
    if leaks.is_clean() {
        return "  leaks: none; no record copies a training record\n".to_owned();
    }
    let mut out = format!("  leaks: {}\n", found_text(leaks));
    let scores = |evaluation: &Evaluation| {
        let first = evaluation.metrics.iter().take(2);
        let shown = first
            .map(|m| format!("{} {:.4} [{:.4}, {:.4}]", m.name, m.value, m.interval.low, m.interval.high));
        format!("{} records, {}", evaluation.n, shown.collect::<Vec<_>>().join(", "))
    };
    if let Some(evaluation) = &leaks.without_copies {
        let _ = writeln!(out, "    without copies: {}", scores(evaluation));
    }
    if let Some(evaluation) = &leaks.without_groups {
        let _ = writeln!(out, "    of groups that training did not meet: {}", scores(evaluation));
    }
    out
}

/// How many records of which kind training met.
pub(in crate::report) fn found_text(leaks: &LeakCheck) -> String {
    let counts = [
        (leaks.n_exact, "copy of a training record", "copies of training records"),
        (leaks.n_near, "near-copy", "near-copies"),
        (leaks.n_same_group, "record of a group in training", "records of groups in training"),
    ];
    let shown = counts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn classes_text(evaluation: &Evaluation) -> String {
    let mut out = String::new();
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

/// What the model has more than the baseline, with paired intervals, and McNemar's test.
fn comparison_text(baseline: &str, comparison: &Comparison) -> String {
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

/// A line a slice: the field with the value, the records, accuracy and macro-F1 with their intervals.
fn slices_text(slices: &[Slice]) -> String {
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

/// Characters of a text that a list of mistakes shows.
const FIRST_CHARS: usize = 72;

fn mistakes_text(mistakes: &[Mistake]) -> String {
    let mut out = String::new();
    if !mistakes.is_empty() {
        out.push_str("\n  the surest mistakes\n");
    }
    for mistake in mistakes {
        let Mistake { id, gold, predicted, p_predicted, words, evidence, .. } = mistake;
        let suspect = if mistake.is_suspect() { "; is the label right?" } else { "" };
        let _ = writeln!(
            out,
            "  {}: {} called {} ({p_predicted:.3}){suspect}",
            clean(id),
            clean(gold),
            clean(predicted)
        );
        let _ = writeln!(out, "    {}", clean(&first_chars(words, FIRST_CHARS)));
        let terms: Vec<String> =
            evidence.iter().map(|(term, log_odds)| format!("{} {log_odds:+.2}", clean(term))).collect();
        if !terms.is_empty() {
            let _ = writeln!(out, "    {}", terms.join(", "));
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

/// Metrics over several divisions into folds: mean, standard deviation, and the least and the greatest.
#[must_use]
pub fn divisions_text(divisions: &[Evaluation]) -> String {
    let mut out = format!("\n  over {} divisions      mean      sd  from    to\n", divisions.len());
    for metric in divisions.first().map_or(&[][..], |first| &first.metrics) {
        let values: Vec<f64> = divisions.iter().filter_map(|one| one.metric(metric.name)).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        let (low, high) = (
            values.iter().copied().fold(f64::MAX, f64::min),
            values.iter().copied().fold(f64::MIN, f64::max),
        );
        let _ =
            writeln!(out, "  {:<18} {mean:>7.4}  {:.4}  {low:.4} {high:.4}", metric.name, variance.sqrt());
    }
    out
}

/// A learning curve: a line a share of the data, and what as many labels again would bring.
#[must_use]
pub fn learning_curve_text(curve: &LearningCurve) -> String {
    let mut out = String::from("\n  trained on  accuracy  macro-F1\n");
    for point in &curve.points {
        let _ = writeln!(out, "  {:>10}    {:.4}    {:.4}", point.n, point.accuracy, point.macro_f1);
    }
    let have = curve.points.last().map_or(0, |point| point.n);
    match curve.gain(have) {
        Some(gain) => {
            let _ = writeln!(
                out,
                "  the next {have} labels would bring about {:+.1} points of accuracy",
                100.0 * gain
            );
        }
        None => {
            out.push_str("  accuracy does not grow steadily enough to say what more labels would bring\n")
        }
    }
    out
}
