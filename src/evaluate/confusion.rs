//! Class pairs in, the scores of a classifier out.

/// How often each class was taken for each: rows are gold, columns predictions, both in class order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    n_classes: usize,
    counts: Vec<usize>,
}

/// Precision, recall and F1 of one class; 0 where undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScores {
    /// Right predictions of the class over all predictions of it.
    pub precision: f64,
    /// Right predictions of the class over all its records.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// The class's records.
    pub support: usize,
}

impl ConfusionMatrix {
    /// Counts (gold, predicted) pairs.
    ///
    /// ```
    /// use nutgraf::evaluate::ConfusionMatrix;
    ///
    /// let confusion = ConfusionMatrix::from_pairs(2, [(0, 0), (0, 1), (1, 1)]);
    /// assert_eq!(confusion.accuracy(), 2.0 / 3.0);
    /// assert_eq!(confusion.class(1).precision, 0.5);
    /// ```
    ///
    /// # Panics
    /// If a class is not below `n_classes`.
    #[must_use]
    pub fn from_pairs(n_classes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut counts = vec![0; n_classes * n_classes];
        for (gold, predicted) in pairs {
            assert!(gold < n_classes && predicted < n_classes);
            counts[gold * n_classes + predicted] += 1;
        }
        Self { n_classes, counts }
    }

    /// Records of class `gold` that were predicted as `predicted`.
    ///
    /// # Panics
    /// If a class is not below `n_classes`.
    #[must_use]
    pub fn count(&self, gold: usize, predicted: usize) -> usize {
        self.counts[gold * self.n_classes + predicted]
    }

    /// The rows, one a gold class.
    pub fn rows(&self) -> impl Iterator<Item = &[usize]> {
        self.counts.chunks_exact(self.n_classes)
    }

    /// All records.
    #[must_use]
    pub fn n(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The share of right predictions; 0 without records.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.n_classes).map(|class| self.count(class, class)).sum();
        ratio(right, self.n())
    }

    /// The scores of one class.
    ///
    /// # Panics
    /// If `class` is not below `n_classes`.
    #[must_use]
    pub fn class(&self, class: usize) -> ClassScores {
        let right = self.count(class, class);
        let predicted: usize = (0..self.n_classes).map(|gold| self.count(gold, class)).sum();
        let support: usize = (0..self.n_classes).map(|predicted| self.count(class, predicted)).sum();
        let (precision, recall) = (ratio(right, predicted), ratio(right, support));
        ClassScores { precision, recall, f1: ratio(2 * right, predicted + support), support }
    }

    /// The mean F1 of the classes that occur in gold or predictions.
    #[must_use]
    pub fn macro_f1(&self) -> f64 {
        let is_present = |class: &usize| {
            (0..self.n_classes).any(|other| self.count(*class, other) + self.count(other, *class) > 0)
        };
        let scores: Vec<f64> =
            (0..self.n_classes).filter(is_present).map(|class| self.class(class).f1).collect();
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }
}

fn ratio(a: usize, b: usize) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}

/// The mean of −ln p(gold class), with p floored at 1e−15; 0 without records.
#[must_use]
pub fn log_loss(gold_probabilities: &[f64]) -> f64 {
    let sum: f64 = gold_probabilities.iter().map(|p| 0.0 - p.max(1e-15).ln()).sum();
    sum / gold_probabilities.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scikit-learn 1.9.1 (`precision_recall_fscore_support`, `f1_score`, `log_loss`).
    #[test]
    fn scores_equal_scikit_learn_s() {
        let gold = [0, 1, 2, 2, 1, 0, 2, 1, 1, 0];
        let predicted = [0, 2, 2, 2, 1, 1, 2, 1, 0, 0];
        let confusion = ConfusionMatrix::from_pairs(3, gold.into_iter().zip(predicted));
        assert!((confusion.accuracy() - 0.7).abs() < 1e-12);
        assert!((confusion.macro_f1() - 0.698_412_698_412_698_4).abs() < 1e-12);
        let two = confusion.class(2);
        assert!((two.precision - 0.75).abs() < 1e-12 && two.recall == 1.0 && two.support == 3);
        assert!((log_loss(&[0.9, 0.5, 0.1]) - 1.033_697_596_403_939).abs() < 1e-9);
    }

    #[test]
    fn absent_classes_do_not_count() {
        let confusion = ConfusionMatrix::from_pairs(3, [(0, 0), (1, 1)]);
        assert_eq!(confusion.macro_f1(), 1.0);
        assert_eq!(ConfusionMatrix::from_pairs(2, []).accuracy(), 0.0);
    }
}
