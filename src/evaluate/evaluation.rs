//! Scores of single pages and summaries in, an evaluation out: every metric with its 95 % interval.

use super::confusion::{ClassScores, ConfusionMatrix};
use super::interval::{Interval, bootstrap};
use super::judgement::{block_calibration_error, spearman};
use super::rouge::RougeScores;
use super::shingle::{PageScore, shingle_scores};

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
    /// The groups that were drawn as wholes for the intervals; none where records were drawn.
    pub n_groups: Option<usize>,
    /// The accuracy of always saying the most frequent class of gold.
    pub majority: Option<f64>,
    /// The share of records called when only the surest calls are made, and the accuracy among them; for tasks with classes.
    pub coverage: Vec<(f64, f64)>,
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

    /// The evaluation of a body model: 4-gram shingle F1, precision, recall, exact pages, and the mean F1 of words; where the model judged the pages
    /// itself, the calibration error of p(body) over blocks, and the rank correlation of quality and page F1.
    #[must_use]
    pub fn of_pages(pages: &[PageScore]) -> Self {
        let scores = |drawn: &[usize]| shingle_scores(drawn.iter().map(|idx| &pages[*idx]));
        let mut statistics: Vec<Statistic<'_>> = vec![
            ("f1", Box::new(move |drawn| scores(drawn).f1)),
            ("precision", Box::new(move |drawn| scores(drawn).precision)),
            ("recall", Box::new(move |drawn| scores(drawn).recall)),
            ("exact", Box::new(move |drawn| scores(drawn).exact)),
            (
                "word_f1",
                Box::new(|drawn| {
                    drawn.iter().map(|idx| pages[*idx].word_f1).sum::<f64>() / drawn.len().max(1) as f64
                }),
            ),
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

    /// The same with the confusion of classes that the records' parts have beside, as the blocks of pages: a (gold, predicted) pair
    /// a part, numbered as `names` are. Classes that do not occur are left out.
    ///
    /// # Panics
    /// If a pair has no name.
    #[must_use]
    pub fn with_parts(self, names: &[&str], pairs: &[(usize, usize)]) -> Self {
        let occurring: Vec<usize> = (0..names.len())
            .filter(|class| pairs.iter().any(|(gold, predicted)| gold == class || predicted == class))
            .collect();
        let place = |class: usize| occurring.binary_search(&class).expect("the class occurs");
        let pairs = pairs.iter().map(|(gold, predicted)| (place(*gold), place(*predicted)));
        let matrix = ConfusionMatrix::from_pairs(occurring.len(), pairs);
        let scores = |(at, class): (usize, &usize)| (names[*class].to_owned(), matrix.class(at));
        let classes = occurring.iter().enumerate().map(scores).collect();
        Self { classes, confusion: (!occurring.is_empty()).then_some(matrix), ..self }
    }

    /// The evaluation of a summariser beside its baseline and the best that choosing sentences greedily by the reference can do:
    /// ROUGE of all three, and the paired gain over the baseline.
    ///
    /// # Panics
    /// If there are not as many of each.
    #[must_use]
    pub fn of_summaries(summaries: &[RougeScores], baseline: &[RougeScores], oracle: &[RougeScores]) -> Self {
        assert!(summaries.len() == baseline.len() && summaries.len() == oracle.len());
        fn mean<'a>(
            scores: &'a [RougeScores],
            part: fn(&RougeScores) -> f64,
        ) -> impl Fn(&[usize]) -> f64 + Copy + 'a {
            move |drawn| drawn.iter().map(|idx| part(&scores[*idx])).sum::<f64>() / drawn.len().max(1) as f64
        }
        type Part = fn(&RougeScores) -> f64;
        let parts: [(&str, &str, &str, &str, Part); 3] = [
            ("rouge1", "lead_rouge1", "oracle_rouge1", "gain_rouge1", |scores| scores.rouge1),
            ("rouge2", "lead_rouge2", "oracle_rouge2", "gain_rouge2", |scores| scores.rouge2),
            ("rouge_lsum", "lead_rouge_lsum", "oracle_rouge_lsum", "gain_rouge_lsum", |s| s.rouge_lsum),
        ];
        let mut statistics: Vec<Statistic<'_>> = Vec::new();
        for (name, _, _, _, part) in parts {
            statistics.push((name, Box::new(mean(summaries, part))));
        }
        for (_, name, _, _, part) in parts {
            statistics.push((name, Box::new(mean(baseline, part))));
        }
        for (_, _, name, _, part) in parts {
            statistics.push((name, Box::new(mean(oracle, part))));
        }
        for (_, _, _, name, part) in parts {
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
    fn classes_that_occur_have_a_row() {
        let names = ["body", "caption", "comments", "legal"];
        let evaluation = Evaluation::of_pages(&[]).with_parts(&names, &[(0, 0), (0, 3), (3, 3), (0, 0)]);
        let scores: Vec<_> =
            evaluation.classes.iter().map(|(name, class)| (&name[..], class.recall)).collect();
        assert_eq!(scores, [("body", 2.0 / 3.0), ("legal", 1.0)]);
        let matrix = evaluation.confusion.unwrap();
        assert_eq!((matrix.class(0).precision, matrix.class(1).precision), (1.0, 0.5));
        assert!(Evaluation::of_pages(&[]).with_parts(&names, &[]).confusion.is_none());
    }

    #[test]
    fn the_gain_is_paired() {
        let scores = |rouge1: f64| RougeScores { rouge1, ..RougeScores::default() };
        let ours: Vec<RougeScores> = (0..20).map(|idx| scores(0.3 + f64::from(idx) / 50.0)).collect();
        let lead: Vec<RougeScores> = (0..20).map(|idx| scores(0.2 + f64::from(idx) / 50.0)).collect();
        let evaluation = Evaluation::of_summaries(&ours, &lead, &ours);
        let gain = evaluation.metrics.iter().find(|metric| metric.name == "gain_rouge1").unwrap();
        assert!((gain.value - 0.1).abs() < 1e-12 && gain.interval.high - gain.interval.low < 1e-9);
    }
}
