//! An evaluation in, a JSON record out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::records::round;
use super::{EvaluationReport, EvaluationSource, Slice};
use crate::evaluate::{Comparison, Curves, Evaluation, LeakCheck, Metric, Mistake};

/// The record of `evaluate`.
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationRecord {
    task: &'static str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coverage: Vec<CoverageRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaks: Option<LeaksRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slices: Vec<PartRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    worst: Vec<MistakeRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    curves: Option<CurvesRecord>,
    /// Records trained on, and the cross-validated accuracy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    learning: Vec<(usize, f64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    top_terms: Vec<TopTermsOfClass>,
    model: SourceRecord,
}

#[derive(Debug, Clone, Serialize)]
struct ClassRecord {
    name: String,
    precision: f64,
    recall: f64,
    f1: f64,
    support: usize,
}

#[derive(Debug, Clone, Serialize)]
struct CoverageRecord {
    coverage: f64,
    accuracy: f64,
}

#[derive(Debug, Clone, Serialize)]
struct LeaksRecord {
    exact: usize,
    near: usize,
    same_group: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    without_copies: Option<ScoresRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    without_groups: Option<ScoresRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct ScoresRecord {
    n: usize,
    metrics: BTreeMap<&'static str, f64>,
    intervals: BTreeMap<&'static str, [f64; 2]>,
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
struct PartRecord {
    field: String,
    value: String,
    #[serde(flatten)]
    scores: ScoresRecord,
}

#[derive(Debug, Clone, Serialize)]
struct MistakeRecord {
    id: String,
    gold: String,
    predicted: String,
    p: f64,
    p_gold: f64,
    suspect_label: bool,
    text: String,
    evidence: Vec<TermRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct TermRecord {
    term: String,
    log_odds: f64,
}

#[derive(Debug, Clone, Serialize)]
struct TopTermsOfClass {
    class: String,
    terms: Vec<TermRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct CurvesRecord {
    /// Mean probability, accuracy and records of each bin.
    reliability: Vec<(f64, f64, usize)>,
    /// False positive rate and true positive rate.
    roc: Vec<[f64; 2]>,
    /// Recall and precision.
    precision_recall: Vec<[f64; 2]>,
}

#[derive(Debug, Clone, Serialize)]
struct SourceRecord {
    name: String,
    blake3: String,
    system: String,
    trained_on: usize,
    data: Vec<DataRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct DataRecord {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    blake3: Option<String>,
}

fn values(metrics: &[Metric]) -> BTreeMap<&'static str, f64> {
    metrics.iter().map(|metric| (metric.name, round(metric.value, 6))).collect()
}

fn intervals(metrics: &[Metric]) -> BTreeMap<&'static str, [f64; 2]> {
    let ends = |metric: &Metric| [round(metric.interval.low, 6), round(metric.interval.high, 6)];
    metrics.iter().map(|metric| (metric.name, ends(metric))).collect()
}

impl EvaluationRecord {
    /// Returns the record of a report. Curves and top terms are in it if the report draws them.
    #[must_use]
    pub fn new(report: &EvaluationReport) -> Self {
        let evaluation = &report.evaluation;
        let comparison = report.comparison.as_ref();
        let term = |(term, log_odds): (&String, f64)| TermRecord {
            term: term.clone(),
            log_odds: round(log_odds, 4),
        };
        Self {
            task: report.task,
            n: evaluation.n,
            skipped: evaluation.n_skipped,
            metrics: values(&evaluation.metrics),
            intervals: intervals(&evaluation.metrics),
            classes: classes(evaluation),
            confusion: evaluation
                .confusion
                .as_ref()
                .map(|matrix| matrix.rows().map(<[usize]>::to_vec).collect()),
            groups: evaluation.n_groups,
            majority: evaluation.majority.map(|share| round(share, 6)),
            keywords: report.keyword_accuracy.map(|accuracy| round(accuracy, 6)),
            coverage: evaluation
                .coverage
                .iter()
                .map(|(coverage, accuracy)| CoverageRecord {
                    coverage: round(*coverage, 6),
                    accuracy: round(*accuracy, 6),
                })
                .collect(),
            leaks: report.leaks.as_ref().map(LeaksRecord::new),
            comparison: comparison.map(|(baseline, comparison)| ComparisonRecord::new(baseline, comparison)),
            slices: report.slices.iter().map(PartRecord::new).collect(),
            worst: report.mistakes.iter().map(MistakeRecord::new).collect(),
            curves: (report.curves != Curves::default()).then(|| CurvesRecord::new(&report.curves)),
            learning: report.learning.iter().map(|(n, accuracy)| (*n, round(*accuracy, 6))).collect(),
            top_terms: report
                .top_terms
                .iter()
                .map(|(class, terms)| TopTermsOfClass {
                    class: class.clone(),
                    terms: terms.iter().map(|found| term((&found.term, found.log_odds))).collect(),
                })
                .collect(),
            model: SourceRecord::new(&report.source),
        }
    }
}

fn classes(evaluation: &Evaluation) -> Vec<ClassRecord> {
    let record = |(name, scores): &(String, crate::evaluate::ClassScores)| ClassRecord {
        name: name.clone(),
        precision: round(scores.precision, 6),
        recall: round(scores.recall, 6),
        f1: round(scores.f1, 6),
        support: scores.support,
    };
    evaluation.classes.iter().map(record).collect()
}

impl ScoresRecord {
    fn new(evaluation: &Evaluation) -> Self {
        Self {
            n: evaluation.n,
            metrics: values(&evaluation.metrics),
            intervals: intervals(&evaluation.metrics),
        }
    }
}

impl LeaksRecord {
    fn new(leaks: &LeakCheck) -> Self {
        Self {
            exact: leaks.n_exact,
            near: leaks.n_near,
            same_group: leaks.n_same_group,
            without_copies: leaks.without_copies.as_ref().map(ScoresRecord::new),
            without_groups: leaks.without_groups.as_ref().map(ScoresRecord::new),
        }
    }
}

impl ComparisonRecord {
    fn new(baseline: &str, comparison: &Comparison) -> Self {
        Self {
            baseline: baseline.to_owned(),
            differences: values(&comparison.differences),
            intervals: intervals(&comparison.differences),
            only_model_right: comparison.n_only_first,
            only_baseline_right: comparison.n_only_second,
            p_mcnemar: comparison.p_mcnemar,
        }
    }
}

impl PartRecord {
    fn new(slice: &Slice) -> Self {
        Self {
            field: slice.field.clone(),
            value: slice.value.clone(),
            scores: ScoresRecord::new(&slice.evaluation),
        }
    }
}

impl MistakeRecord {
    fn new(mistake: &Mistake) -> Self {
        let term = |(term, log_odds): &(String, f64)| TermRecord {
            term: term.clone(),
            log_odds: round(*log_odds, 4),
        };
        Self {
            id: mistake.id.clone(),
            gold: mistake.gold.clone(),
            predicted: mistake.predicted.clone(),
            p: round(mistake.p_predicted, 6),
            p_gold: round(mistake.p_gold, 6),
            suspect_label: mistake.is_suspect(),
            text: mistake.words.clone(),
            evidence: mistake.evidence.iter().map(term).collect(),
        }
    }
}

impl CurvesRecord {
    fn new(curves: &Curves) -> Self {
        let points = |curve: &[(f64, f64)]| curve.iter().map(|(x, y)| [round(*x, 6), round(*y, 6)]).collect();
        let bins = curves.reliability.iter();
        Self {
            reliability: bins.map(|bin| (round(bin.p, 6), round(bin.accuracy, 6), bin.n)).collect(),
            roc: points(&curves.roc),
            precision_recall: points(&curves.precision_recall),
        }
    }
}

impl SourceRecord {
    fn new(source: &EvaluationSource) -> Self {
        let data = source.data.iter();
        Self {
            name: source.model.clone(),
            blake3: source.model_checksum.clone(),
            system: source.system.clone(),
            trained_on: source.trained_on.0,
            data: data
                .map(|(path, blake3)| DataRecord { path: path.clone(), blake3: blake3.clone() })
                .collect(),
        }
    }
}
