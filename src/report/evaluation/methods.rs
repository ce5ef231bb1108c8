//! An evaluation in, a paragraph fit for a paper out: data, model, scores with their intervals, baselines, versions, checksums.

use std::fmt::Write as _;

use super::super::clean::clean;
use super::text::found_text;
use super::{EvaluationReport, EvaluationSource};
use crate::evaluate::{BOOTSTRAP_SAMPLES, Evaluation, Metric};

/// Digits of a checksum that a paragraph has.
const N_DIGITS: usize = 12;

/// The paragraph, with line ends only at its end.
#[must_use]
pub fn methods_text(report: &EvaluationReport) -> String {
    let EvaluationSource { model, model_checksum, system, trained_on, data, .. } = &report.source;
    let evaluation = &report.evaluation;
    let mut out = String::new();
    let names: Vec<String> = data
        .iter()
        .map(|(path, checksum)| match checksum {
            Some(checksum) => format!("{} (BLAKE3 {})", clean(path), digits(checksum)),
            None => clean(path).into_owned(),
        })
        .collect();
    let _ = write!(
        out,
        "We evaluated {} (nutgraf {}, BLAKE3 {}), {system}, trained on {} records (checksum {}), on {} records of {}",
        clean(model),
        env!("CARGO_PKG_VERSION"),
        digits(model_checksum),
        trained_on.0,
        digits(&trained_on.1),
        evaluation.n,
        names.join(" and ")
    );
    match evaluation.n_skipped {
        0 => out.push_str(". "),
        n => {
            let _ = write!(out, "; {n} more were left out, since the model lacks their label. ");
        }
    }
    let shown: Vec<String> = evaluation.metrics.iter().map(metric_text).collect();
    let units = evaluation.n_groups.map_or("records".to_owned(), |n| format!("the {n} groups"));
    let _ = write!(
        out,
        "Scores, with 95 % percentile intervals from {BOOTSTRAP_SAMPLES} seeded bootstrap samples of {units}: {}. ",
        shown.join("; ")
    );
    if let Some(majority) = evaluation.majority {
        let _ = write!(out, "The most frequent class has an accuracy of {majority:.3}");
        match report.keyword_accuracy {
            Some(keywords) => {
                let _ = write!(out, ", counting the strongest words of each class {keywords:.3}. ");
            }
            None => out.push_str(". "),
        }
    }
    if let Some((baseline, comparison)) = &report.comparison
        && let Some(first) = comparison.differences.first()
    {
        let _ = write!(
            out,
            "Against {} the difference is {} (paired); McNemar's exact test of {} against {} records that only one of them has \
             right gives p = {:.2e}. ",
            clean(baseline),
            metric_text(first),
            comparison.n_only_first,
            comparison.n_only_second,
            comparison.p_mcnemar
        );
    }
    out.push_str(&leaks(report));
    out.push('\n');
    out
}

fn leaks(report: &EvaluationReport) -> String {
    let Some(leaks) = &report.leaks else {
        return "Whether records were among the training data was not checked: the model keeps no fingerprints of it."
            .to_owned();
    };
    if leaks.is_clean() {
        return "No record copies a training record, by hashes of its words and by MinHash of runs of four words."
            .to_owned();
    }
    let first = |evaluation: &Evaluation| evaluation.metrics.first().map(metric_text).unwrap_or_default();
    let mut out = format!("Of the records {} were found", found_text(leaks));
    for (evaluation, name) in
        [(&leaks.without_copies, "without copies"), (&leaks.without_groups, "on groups new to the model")]
    {
        if let Some(evaluation) = evaluation {
            let _ = write!(out, "; {name} ({} records) {}", evaluation.n, first(evaluation));
        }
    }
    out.push('.');
    out
}

fn metric_text(metric: &Metric) -> String {
    let Metric { name, value, interval } = metric;
    format!("{} {value:.3} [{:.3}, {:.3}]", name.replace('_', " "), interval.low, interval.high)
}

fn digits(checksum: &str) -> &str {
    checksum.get(..N_DIGITS).unwrap_or(checksum)
}
