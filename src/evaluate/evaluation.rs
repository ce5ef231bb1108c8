//! Scores of single records in, an evaluation out: every metric with its 95 % interval.

use super::confusion::{ClassScores, ConfusionMatrix, log_loss};
use super::interval::{Interval, bootstrap};
use super::judgement::{block_calibration_error, spearman};
use super::rouge::RougeScores;
use super::shingle::{PageScore, shingle_scores};
use crate::bayes::argmax;

/// A metric of a set of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// The name, in snake case.
    pub name: &'static str,
    /// The value.
    pub value: f64,
    /// Its 95 % interval by bootstrap over the records.
    pub interval: Interval,
}

/// How good a model is on some data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluation {
    /// The number of records.
    pub n: usize,
    /// Records left out, because the model lacks their label.
    pub n_skipped: usize,
    /// The metrics, the most telling first.
    pub metrics: Vec<Metric>,
    /// The scores of each class by name; empty for tasks without classes.
    pub classes: Vec<(String, ClassScores)>,
    /// Gold classes against predictions.
    pub confusion: Option<ConfusionMatrix>,
}

/// A classified record: gold class, predicted class, probability of the gold class.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        }
    }
}

/// Bins of the expected calibration error.
pub(super) const N_BINS: usize = 15;

/// Expected calibration error (Guo et al. 2017): |accuracy − mean probability of the predicted class| of each of 15 bins of
/// that probability, averaged by their records; 0 for none.
#[must_use]
pub(super) fn calibration_error<'a>(records: impl Iterator<Item = &'a Classified>) -> f64 {
    let mut gaps = [0.0; N_BINS];
    let mut n = 0.0_f64;
    for record in records {
        let bin = ((record.p_predicted * N_BINS as f64) as usize).min(N_BINS - 1);
        gaps[bin] += record.p_predicted - f64::from(u8::from(record.predicted == record.gold));
        n += 1.0;
    }
    gaps.iter().map(|gap| gap.abs()).sum::<f64>() / n.max(1.0)
}

/// A named statistic over the positions of drawn records.
type Statistic<'a> = (&'static str, Box<dyn Fn(&[usize]) -> f64 + 'a>);

impl Evaluation {
    fn new(n: usize, statistics: &[Statistic<'_>]) -> Self {
        let all: Vec<usize> = (0..n).collect();
        let metrics = statistics
            .iter()
            .map(|(name, statistic)| Metric {
                name,
                value: statistic(&all),
                interval: bootstrap(n, statistic),
            })
            .collect();
        Self { n, metrics, ..Self::default() }
    }

    /// The evaluation of a classifier: accuracy, macro-F1 and log loss, the table of the classes and the confusion.
    #[must_use]
    pub fn of_classes(classes: &[String], records: &[Classified]) -> Self {
        let confusion = |drawn: &[usize]| {
            let pairs = drawn.iter().map(|idx| (records[*idx].gold, records[*idx].predicted));
            ConfusionMatrix::from_pairs(classes.len(), pairs)
        };
        let loss =
            |drawn: &[usize]| log_loss(&drawn.iter().map(|idx| records[*idx].p_gold).collect::<Vec<_>>());
        let mut evaluation = Self::new(
            records.len(),
            &[
                ("accuracy", Box::new(move |drawn| confusion(drawn).accuracy())),
                ("macro_f1", Box::new(move |drawn| confusion(drawn).macro_f1())),
                ("log_loss", Box::new(loss)),
                (
                    "brier",
                    Box::new(move |drawn| {
                        drawn.iter().map(|idx| records[*idx].brier).sum::<f64>() / drawn.len().max(1) as f64
                    }),
                ),
                ("ece", Box::new(move |drawn| calibration_error(drawn.iter().map(|idx| &records[*idx])))),
            ],
        );
        let all: Vec<usize> = (0..records.len()).collect();
        let matrix = confusion(&all);
        evaluation.classes =
            classes.iter().enumerate().map(|(class, name)| (name.clone(), matrix.class(class))).collect();
        evaluation.confusion = Some(matrix);
        evaluation
    }

    /// The evaluation of a body model: 4-gram shingle F1, precision, recall, and exact pages; where the model judged the pages
    /// itself, the calibration error of p(body) over blocks, and the rank correlation of quality and page F1.
    #[must_use]
    pub fn of_pages(pages: &[PageScore]) -> Self {
        let scores = |drawn: &[usize]| shingle_scores(drawn.iter().map(|idx| &pages[*idx]));
        let mut statistics: Vec<Statistic<'_>> = vec![
            ("f1", Box::new(move |drawn| scores(drawn).f1)),
            ("precision", Box::new(move |drawn| scores(drawn).precision)),
            ("recall", Box::new(move |drawn| scores(drawn).recall)),
            ("exact", Box::new(move |drawn| scores(drawn).exact)),
        ];
        if pages.iter().any(|page| page.judgement.is_some()) {
            let judged = |drawn: &[usize]| -> Vec<(f64, f64)> {
                let pair = |page: &PageScore| Some((page.judgement?.quality, page.f1()));
                drawn.iter().filter_map(|idx| pair(&pages[*idx])).collect()
            };
            let judgements = |drawn: &[usize]| -> f64 {
                block_calibration_error(drawn.iter().filter_map(|idx| pages[*idx].judgement.as_ref()))
            };
            statistics.push(("block_ece", Box::new(judgements)));
            statistics.push(("quality_rank", Box::new(move |drawn| spearman(&judged(drawn)))));
        }
        Self::new(pages.len(), &statistics)
    }

    /// The evaluation of a summariser beside its baseline: ROUGE of both, and the paired gain.
    #[must_use]
    pub fn of_summaries(summaries: &[RougeScores], baseline: &[RougeScores]) -> Self {
        fn mean<'a>(
            scores: &'a [RougeScores],
            part: fn(&RougeScores) -> f64,
        ) -> impl Fn(&[usize]) -> f64 + Copy + 'a {
            move |drawn| drawn.iter().map(|idx| part(&scores[*idx])).sum::<f64>() / drawn.len().max(1) as f64
        }
        type Part = fn(&RougeScores) -> f64;
        let parts: [(&str, &str, &str, Part); 3] = [
            ("rouge1", "lead_rouge1", "gain_rouge1", |scores| scores.rouge1),
            ("rouge2", "lead_rouge2", "gain_rouge2", |scores| scores.rouge2),
            ("rouge_lsum", "lead_rouge_lsum", "gain_rouge_lsum", |scores| scores.rouge_lsum),
        ];
        let mut statistics: Vec<Statistic<'_>> = Vec::new();
        for (name, _, _, part) in parts {
            statistics.push((name, Box::new(mean(summaries, part))));
        }
        for (_, name, _, part) in parts {
            statistics.push((name, Box::new(mean(baseline, part))));
        }
        for (_, _, name, part) in parts {
            let (ours, theirs) = (mean(summaries, part), mean(baseline, part));
            statistics.push((name, Box::new(move |drawn| ours(drawn) - theirs(drawn))));
        }
        Self::new(summaries.len(), &statistics)
    }

    /// The value of a metric by name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_value() {
        let records: Vec<Classified> = (0..60)
            .map(|idx| Classified {
                gold: idx % 2,
                predicted: usize::from(idx % 5 > 1),
                p_gold: 0.6,
                p_predicted: 0.6,
                brier: 0.32,
            })
            .collect();
        let evaluation = Evaluation::of_classes(&["a".into(), "b".into()], &records);
        assert_eq!(evaluation.metrics.len(), 5);
        for metric in &evaluation.metrics {
            let Interval { low, high } = metric.interval;
            assert!(low <= metric.value + 1e-12 && metric.value <= high + 1e-12, "{metric:?}");
        }
        assert_eq!(evaluation.metric("accuracy"), Some(evaluation.confusion.unwrap().accuracy()));
    }

    #[test]
    fn the_gain_is_paired() {
        let scores = |rouge1: f64| RougeScores { rouge1, ..RougeScores::default() };
        let ours: Vec<RougeScores> = (0..20).map(|idx| scores(0.3 + f64::from(idx) / 50.0)).collect();
        let lead: Vec<RougeScores> = (0..20).map(|idx| scores(0.2 + f64::from(idx) / 50.0)).collect();
        let evaluation = Evaluation::of_summaries(&ours, &lead);
        let gain = evaluation.metrics.iter().find(|metric| metric.name == "gain_rouge1").unwrap();
        assert!((gain.value - 0.1).abs() < 1e-12 && gain.interval.high - gain.interval.low < 1e-9);
    }

    #[test]
    fn calibration_error_is_the_gap_between_probability_and_accuracy() {
        let record = |is_right: bool, p: f64| Classified::new(usize::from(!is_right), &[p, 1.0 - p]);
        let sure: Vec<Classified> = (0..10).map(|n| record(n < 7, 0.95)).collect();
        assert!((calibration_error(sure.iter()) - 0.25).abs() < 1e-12);
        // Gaps of opposite sign within a bin cancel, those of two bins do not.
        let both: Vec<Classified> = sure.into_iter().chain((0..10).map(|n| record(n < 9, 0.6))).collect();
        assert!((calibration_error(both.iter()) - (0.25 + 0.3) / 2.0).abs() < 1e-12);
        assert_eq!(calibration_error([].iter()), 0.0);
        assert!((record(true, 0.6).brier - 0.32).abs() < 1e-12);
    }
}
