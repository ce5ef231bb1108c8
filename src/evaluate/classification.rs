//! Classified records in, an evaluation out: every metric with its interval, by record or by group, and beside it what a
//! majority baseline has; two classifiers on the same records, compared.

use super::class_ranking::ClassRanking;
use super::confusion::ConfusionMatrix;
use super::evaluation::{Evaluation, Metric};
use super::interval::{Units, bootstrap_weights};
use crate::bayes::argmax;

/// A classified record: gold class, predicted class, probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// The gold class.
    pub gold: usize,
    /// The predicted class.
    pub predicted: usize,
    /// The probability that the model gave to the gold class.
    pub p_gold: f64,
    /// The probability of the predicted class.
    pub p_predicted: f64,
    /// Σ over the classes of (probability − 1 for gold or 0)²: 0 to 2.
    pub brier: f64,
    /// ln of the probability of the gold class, which is taken for 10⁻¹⁵ at least.
    ln_p_gold: f64,
    /// The probability of each class.
    probabilities: Box<[f64]>,
}

impl Classified {
    /// The record of a gold class and the probability of each class; the first of the most probable is predicted.
    ///
    /// # Panics
    /// If there is no probability of the gold class.
    #[must_use]
    pub fn new(gold: usize, probabilities: &[f64]) -> Self {
        let predicted = argmax(probabilities);
        let square = |(class, p): (usize, &f64)| (p - f64::from(u8::from(class == gold))).powi(2);
        Self {
            gold,
            predicted,
            p_gold: probabilities[gold],
            p_predicted: probabilities[predicted],
            brier: probabilities.iter().enumerate().map(square).sum(),
            ln_p_gold: probabilities[gold].max(1e-15).ln(),
            probabilities: probabilities.into(),
        }
    }

    /// Whether the predicted class is gold.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.predicted == self.gold
    }

    /// Of two classes, the probability of the second.
    pub(super) fn p_second(&self) -> f64 {
        if self.predicted == 1 { self.p_predicted } else { 1.0 - self.p_predicted }
    }

    /// The bin of the expected calibration error that it falls in.
    pub(super) fn bin(&self) -> usize {
        ((self.p_predicted * N_BINS as f64) as usize).min(N_BINS - 1)
    }

    /// How much surer the prediction is than right.
    fn gap(&self) -> f64 {
        self.p_predicted - f64::from(u8::from(self.is_right()))
    }
}

/// Bins of the expected calibration error (Guo et al. 2017): |accuracy − mean probability of the predicted class| of each bin of
/// that probability, averaged by their records.
pub(super) const N_BINS: usize = 15;

/// The metrics of a classifier, in the order of [`Tally::metrics`]. The last two are of the second of two classes; of more they are the
/// mean over the classes, each against all others.
const METRICS: [&str; 10] = [
    "accuracy",
    "macro_f1",
    "balanced_accuracy",
    "mcc",
    "kappa",
    "log_loss",
    "brier",
    "ece",
    "roc_auc",
    "average_precision",
];

/// Records with what is computed once for all resamples.
struct Tally<'a> {
    n_classes: usize,
    records: &'a [Classified],
    /// The records in the order of each class that occurs beside others; of two classes the second alone.
    rankings: Vec<ClassRanking>,
}

impl<'a> Tally<'a> {
    fn new(n_classes: usize, records: &'a [Classified]) -> Self {
        let rankings = if n_classes == 2 {
            ClassRanking::new(1, records, Classified::p_second).into_iter().collect()
        } else {
            let of_class = |class| ClassRanking::new(class, records, |record| record.probabilities[class]);
            (0..n_classes).filter_map(of_class).collect()
        };
        Self { n_classes, records, rankings }
    }

    fn confusion(&self, weights: &[u32]) -> ConfusionMatrix {
        let mut matrix = ConfusionMatrix::from_pairs(self.n_classes, []);
        for (record, weight) in self.records.iter().zip(weights) {
            matrix.add(record.gold, record.predicted, *weight as usize);
        }
        matrix
    }

    /// The names of the metrics that these records have.
    fn names(&self) -> &'static [&'static str] {
        if self.rankings.is_empty() { &METRICS[..METRICS.len() - 2] } else { &METRICS }
    }

    /// The metrics, each record counted as often as its weight says.
    fn metrics(&self, weights: &[u32]) -> Vec<f64> {
        let matrix = self.confusion(weights);
        let mut gaps = [0.0; N_BINS];
        let (mut n, mut loss, mut brier) = (0.0, 0.0, 0.0);
        for (record, weight) in self.records.iter().zip(weights).filter(|(_, weight)| **weight > 0) {
            let weight = f64::from(*weight);
            n += weight;
            loss -= weight * record.ln_p_gold;
            brier += weight * record.brier;
            gaps[record.bin()] += weight * record.gap();
        }
        let n = f64::max(n, 1.0);
        let mut metrics = vec![
            matrix.accuracy(),
            matrix.macro_f1(),
            matrix.balanced_accuracy(),
            matrix.mcc(),
            matrix.kappa(),
            loss / n,
            brier / n,
            gaps.iter().map(|gap| gap.abs()).sum::<f64>() / n,
        ];
        if !self.rankings.is_empty() {
            let areas: Vec<[f64; 2]> = self.rankings.iter().map(|ranking| ranking.areas(weights)).collect();
            let mean = |at: usize| areas.iter().map(|areas| areas[at]).sum::<f64>() / areas.len() as f64;
            metrics.extend([mean(0), mean(1)]);
        }
        metrics
    }
}

impl Evaluation {
    /// The evaluation of a classifier: its metrics, the table of the classes and the confusion; resampled by whole groups if
    /// the group of each record is given, numbered from 0.
    ///
    /// # Panics
    /// If there is not a group a record.
    #[must_use]
    pub fn of_classes(classes: &[String], records: &[Classified], groups: Option<&[usize]>) -> Self {
        let tally = Tally::new(classes.len(), records);
        let all = vec![1; records.len()];
        let units = units(records, groups);
        let intervals = bootstrap_weights(units, |weights| tally.metrics(weights));
        let values = tally.metrics(&all).into_iter().zip(intervals);
        let metrics = tally.names().iter().zip(values);
        let matrix = tally.confusion(&all);
        Self {
            n: records.len(),
            metrics: metrics.map(|(name, (value, interval))| Metric { name, value, interval }).collect(),
            classes: classes
                .iter()
                .enumerate()
                .map(|(class, name)| (name.clone(), matrix.class(class)))
                .collect(),
            majority: Some(matrix.majority_share()),
            coverage: coverage(records),
            n_groups: groups.map(n_groups).filter(|n| *n > 1),
            confusion: Some(matrix),
            ..Self::default()
        }
    }
}

fn units<'a>(records: &[Classified], groups: Option<&'a [usize]>) -> Units<'a> {
    match groups {
        Some(groups) if n_groups(groups) > 1 => {
            assert_eq!(groups.len(), records.len(), "a record has a group");
            Units::Groups(groups)
        }
        // A single group says nothing of how groups differ.
        _ => Units::Records(records.len()),
    }
}

fn n_groups(groups: &[usize]) -> usize {
    groups.iter().max().map_or(0, |last| last + 1)
}

/// What is left right when only the surest calls are made: for each tenth of the records, the surest first, the accuracy
/// among them. Of equally sure ones the first come first.
fn coverage(records: &[Classified]) -> Vec<(f64, f64)> {
    let mut order: Vec<&Classified> = records.iter().collect();
    order.sort_by(|a, b| b.p_predicted.total_cmp(&a.p_predicted));
    let tenths = (1..=10).map(|tenth| (tenth * records.len()).div_ceil(10)).filter(|n| *n > 0);
    tenths
        .map(|n| {
            let n_right = order[..n].iter().filter(|record| record.is_right()).count();
            (n as f64 / records.len() as f64, n_right as f64 / n as f64)
        })
        .collect()
}

/// Two classifiers on the same records.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What the first has more than the second, metric by metric, with paired intervals.
    pub differences: Vec<Metric>,
    /// Records that only the first has right.
    pub n_only_first: usize,
    /// Records that only the second has right.
    pub n_only_second: usize,
    /// The two-sided p of McNemar's exact test (1947): how often a fair coin would fall so unevenly over the records that one of
    /// them alone has right.
    pub p_mcnemar: f64,
}

impl Comparison {
    /// Compares two classifiers, each by its records in the same order; classes are numbered alike.
    ///
    /// # Panics
    /// If they have not the same records and groups.
    #[must_use]
    pub fn new(
        n_classes: usize,
        (first, second): (&[Classified], &[Classified]),
        groups: Option<&[usize]>,
    ) -> Self {
        let is_same = first.len() == second.len() && first.iter().zip(second).all(|(a, b)| a.gold == b.gold);
        assert!(is_same, "both have classified the same records");
        let tallies = [Tally::new(n_classes, first), Tally::new(n_classes, second)];
        let differences = |weights: &[u32]| -> Vec<f64> {
            let [a, b] = [&tallies[0], &tallies[1]].map(|tally| tally.metrics(weights));
            a.iter().zip(b).map(|(a, b)| a - b).collect()
        };
        let intervals = bootstrap_weights(units(first, groups), differences);
        let values = differences(&vec![1; first.len()]).into_iter().zip(intervals);
        let only = |right: &[Classified], wrong: &[Classified]| {
            right.iter().zip(wrong).filter(|(right, wrong)| right.is_right() && !wrong.is_right()).count()
        };
        let (n_only_first, n_only_second) = (only(first, second), only(second, first));
        Self {
            differences: tallies[0]
                .names()
                .iter()
                .zip(values)
                .map(|(name, (value, interval))| Metric { name, value, interval })
                .collect(),
            n_only_first,
            n_only_second,
            p_mcnemar: mcnemar(n_only_first, n_only_second),
        }
    }
}

/// The two-sided p of `a` against `b` falls of a fair coin; 1 for none.
fn mcnemar(a: usize, b: usize) -> f64 {
    let n = a + b;
    // ln C(n, k) − n ln 2, from k = 0 on.
    let mut ln_p = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    for k in 0..=a.min(b) {
        tail += ln_p.exp();
        ln_p += ((n - k) as f64 / (k + 1) as f64).ln();
    }
    if a == b { 1.0 } else { (2.0 * tail).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{ClassScores, Interval};

    const N_METRICS: usize = METRICS.len();

    #[test]
    fn intervals_hold_the_value() {
        let records: Vec<Classified> = (0..60)
            .map(|idx| Classified::new(idx % 2, if idx % 5 > 1 { &[0.4, 0.6] } else { &[0.6, 0.4] }))
            .collect();
        let evaluation = Evaluation::of_classes(&["a".into(), "b".into()], &records, None);
        assert_eq!(evaluation.metrics.len(), N_METRICS);
        for metric in &evaluation.metrics {
            let Interval { low, high } = metric.interval;
            assert!(low <= metric.value + 1e-12 && metric.value <= high + 1e-12, "{metric:?}");
        }
        assert_eq!(evaluation.metric("accuracy"), Some(evaluation.confusion.unwrap().accuracy()));
    }

    #[test]
    fn calibration_error_is_the_gap_between_probability_and_accuracy() {
        let record = |is_right: bool, p: f64| Classified::new(usize::from(!is_right), &[p, 1.0 - p]);
        let ece = |records: &[Classified]| {
            Evaluation::of_classes(&["a".into(), "b".into()], records, None).metric("ece").unwrap()
        };
        let sure: Vec<Classified> = (0..10).map(|n| record(n < 7, 0.95)).collect();
        assert!((ece(&sure) - 0.25).abs() < 1e-12);
        // Gaps of opposite sign within a bin cancel, those of two bins do not.
        let both: Vec<Classified> = sure.into_iter().chain((0..10).map(|n| record(n < 9, 0.6))).collect();
        assert!((ece(&both) - (0.25 + 0.3) / 2.0).abs() < 1e-12);
        assert_eq!(ece(&[]), 0.0);
        assert!((record(true, 0.6).brier - 0.32).abs() < 1e-12);
    }

    /// Values of scikit-learn 1.9.1 (roc_auc_score, average_precision_score).
    #[test]
    fn rankings_are_scikit_learn_s() {
        let gold = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0];
        let p = [0.1, 0.4, 0.35, 0.8, 0.9, 0.35, 0.2, 0.7, 0.4, 0.4];
        let records: Vec<Classified> =
            gold.iter().zip(p).map(|(gold, p)| Classified::new(*gold, &[1.0 - p, p])).collect();
        let evaluation = Evaluation::of_classes(&["a".into(), "b".into()], &records, None);
        assert!((evaluation.metric("roc_auc").unwrap() - 0.74).abs() < 1e-12);
        assert!((evaluation.metric("average_precision").unwrap() - 0.725).abs() < 1e-12);
        let one_class = Evaluation::of_classes(&["a".into(), "b".into()], &records[1..3], None);
        assert_eq!(one_class.metric("roc_auc"), None);
        assert_eq!(one_class.classes[0].1, ClassScores { precision: 0.0, recall: 0.0, f1: 0.0, support: 0 });
    }

    /// Values of scikit-learn 1.9.1 (roc_auc_score with multi_class "ovr", average_precision_score; macro averages).
    #[test]
    fn rankings_of_three_classes_are_scikit_learn_s() {
        let gold = [0, 1, 2, 2, 1, 0, 2, 1, 0, 2];
        let p = [
            [0.7, 0.2, 0.1],
            [0.3, 0.4, 0.3],
            [0.2, 0.2, 0.6],
            [0.5, 0.3, 0.2],
            [0.1, 0.6, 0.3],
            [0.4, 0.4, 0.2],
            [0.1, 0.3, 0.6],
            [0.3, 0.3, 0.4],
            [0.6, 0.3, 0.1],
            [0.25, 0.35, 0.4],
        ];
        let records: Vec<Classified> =
            gold.iter().zip(p).map(|(gold, p)| Classified::new(*gold, &p)).collect();
        let classes = ["a", "b", "c"].map(str::to_owned);
        let evaluation = Evaluation::of_classes(&classes, &records, None);
        assert!((evaluation.metric("roc_auc").unwrap() - 0.865_079_365_079_365).abs() < 1e-12);
        assert!((evaluation.metric("average_precision").unwrap() - 0.803_240_740_740_740_8).abs() < 1e-12);
        assert_eq!(Evaluation::of_classes(&classes, &records[2..4], None).metric("roc_auc"), None);
    }

    /// Values of scipy's binomtest.
    #[test]
    fn mcnemar_s_test_is_exact() {
        let rows =
            [((3, 9), 0.145_996_093_75), ((5, 5), 1.0), ((120, 180), 0.000_634_220_006_928), ((0, 0), 1.0)];
        for ((a, b), expected) in rows {
            assert!((mcnemar(a, b) - expected).abs() < 1e-12, "{a} {b}: {}", mcnemar(a, b));
            assert!((mcnemar(b, a) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn differences_are_paired() {
        let record = |is_right: bool| Classified::new(0, &if is_right { [0.9, 0.1] } else { [0.2, 0.8] });
        let first: Vec<Classified> = (0..40).map(|idx| record(idx % 4 > 0)).collect();
        let second: Vec<Classified> = (0..40).map(|idx| record(idx % 4 > 1)).collect();
        let comparison = Comparison::new(2, (&first, &second), None);
        assert_eq!((comparison.n_only_first, comparison.n_only_second), (10, 0));
        assert!(comparison.p_mcnemar < 0.01);
        let accuracy = &comparison.differences[0];
        assert!((accuracy.value - 0.25).abs() < 1e-12 && accuracy.interval.low > 0.1, "{accuracy:?}");
        let same = Comparison::new(2, (&first, &first), None);
        assert!(same.differences.iter().all(|m| m.value == 0.0 && m.interval.low == m.interval.high));
    }

    #[test]
    fn a_single_group_is_drawn_record_by_record() {
        let records: Vec<Classified> = (0..40)
            .map(|idx| Classified::new(0, if idx % 4 > 0 { &[0.9, 0.1] } else { &[0.2, 0.8] }))
            .collect();
        let interval = |groups: &[usize]| {
            let classes = ["a".to_owned(), "b".to_owned()];
            let evaluation = Evaluation::of_classes(&classes, &records, Some(groups));
            (evaluation.n_groups, evaluation.metrics[0].interval)
        };
        let (n_groups, one) = interval(&[0; 40]);
        assert!(n_groups.is_none() && one.low < one.high, "{one:?}");
        let halves: Vec<usize> = (0..40).map(|idx| idx / 20).collect();
        assert_eq!(interval(&halves).0, Some(2));
    }

    #[test]
    fn the_surest_calls_come_first() {
        let records = [(0.99, true), (0.9, true), (0.6, false), (0.55, true)]
            .map(|(p, is_right)| Classified::new(usize::from(!is_right), &[p, 1.0 - p]));
        let coverage = coverage(&records);
        assert_eq!(coverage.first(), Some(&(0.25, 1.0)));
        assert_eq!(coverage.last(), Some(&(1.0, 0.75)));
    }
}
