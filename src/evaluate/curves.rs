//! Classified records in, the curves that show how probabilities and calls go together out.

use super::classification::{Classified, N_BINS};

/// A bin of predictions about equally sure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// The mean probability of the predicted class.
    pub p: f64,
    /// How many of its predictions are right, 0 to 1.
    pub accuracy: f64,
    /// Its records.
    pub n: usize,
}

/// What an evaluation draws.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curves {
    /// The bins of the expected calibration error that hold records, by probability.
    pub reliability: Vec<ReliabilityBin>,
    /// Of two classes: (false positive rate, true positive rate) of the second, from (0, 0) to (1, 1).
    pub roc: Vec<(f64, f64)>,
    /// Of two classes: (recall, precision) of the second, by rising recall.
    pub precision_recall: Vec<(f64, f64)>,
}

/// Points of a curve at most; more are not seen.
const MAX_POINTS: usize = 200;

impl Curves {
    /// The curves of records of so many classes. Those of two classes are empty for more, or if one of them does not occur.
    #[must_use]
    pub fn new(n_classes: usize, records: &[Classified]) -> Self {
        let mut bins = [(0.0, 0, 0); N_BINS];
        for record in records {
            let bin = &mut bins[record.bin()];
            bin.0 += record.p_predicted;
            bin.1 += usize::from(record.is_right());
            bin.2 += 1;
        }
        let reliability = bins.iter().filter(|bin| bin.2 > 0).map(|(p, n_right, n)| ReliabilityBin {
            p: p / *n as f64,
            accuracy: *n_right as f64 / *n as f64,
            n: *n,
        });
        let (roc, precision_recall) = if n_classes == 2 { ranking(records) } else { Default::default() };
        Self { reliability: reliability.collect(), roc, precision_recall }
    }
}

type Curve = Vec<(f64, f64)>;

fn ranking(records: &[Classified]) -> (Curve, Curve) {
    let n_second = records.iter().filter(|record| record.gold == 1).count();
    let n_first = records.len() - n_second;
    if n_first == 0 || n_second == 0 {
        return Default::default();
    }
    let mut order: Vec<&Classified> = records.iter().collect();
    order.sort_by(|a, b| b.p_second().total_cmp(&a.p_second()));
    let (mut hits, mut alarms) = (0, 0);
    let (mut roc, mut precision_recall) = (vec![(0.0, 0.0)], Vec::new());
    // Equally probable records are called together.
    for tied in order.chunk_by(|a, b| a.p_second() == b.p_second()) {
        let n_hits = tied.iter().filter(|record| record.gold == 1).count();
        hits += n_hits;
        alarms += tied.len() - n_hits;
        let recall = hits as f64 / n_second as f64;
        roc.push((alarms as f64 / n_first as f64, recall));
        precision_recall.push((recall, hits as f64 / (hits + alarms) as f64));
    }
    (thinned(roc), thinned(precision_recall))
}

/// At most [`MAX_POINTS`] points, the first and the last among them.
fn thinned(points: Curve) -> Curve {
    let n = points.len();
    if n <= MAX_POINTS {
        return points;
    }
    (0..MAX_POINTS).map(|idx| points[idx * (n - 1) / (MAX_POINTS - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scikit-learn 1.9.1 (roc_curve without dropping points, precision_recall_curve).
    #[test]
    fn curves_are_scikit_learn_s() {
        let gold = [0, 1, 1, 0, 1];
        let p = [0.1, 0.4, 0.35, 0.8, 0.9];
        let records: Vec<Classified> =
            gold.iter().zip(p).map(|(gold, p)| Classified::new(*gold, &[1.0 - p, p])).collect();
        let curves = Curves::new(2, &records);
        let third = 1.0 / 3.0;
        let close = |found: &[(f64, f64)], expected: &[(f64, f64)]| {
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12, "{found:?}");
            }
        };
        close(
            &curves.roc,
            &[(0.0, 0.0), (0.0, third), (0.5, third), (0.5, 2.0 * third), (0.5, 1.0), (1.0, 1.0)],
        );
        close(
            &curves.precision_recall,
            &[(third, 1.0), (third, 0.5), (2.0 * third, 2.0 * third), (1.0, 0.75), (1.0, 0.6)],
        );
        assert_eq!(curves.reliability.iter().map(|bin| bin.n).sum::<usize>(), 5);
        assert!(Curves::new(2, &records[1..3]).roc.is_empty() && Curves::new(3, &records).roc.is_empty());
    }

    #[test]
    fn long_curves_keep_their_ends() {
        let records: Vec<Classified> = (0..1000)
            .map(|idx| {
                let p = f64::from(idx) / 1000.0;
                Classified::new(usize::from(idx % 3 == 0), &[1.0 - p, p])
            })
            .collect();
        let roc = Curves::new(2, &records).roc;
        assert_eq!((roc.len(), roc[0], roc[199]), (200, (0.0, 0.0), (1.0, 1.0)));
    }
}
