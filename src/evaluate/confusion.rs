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
        let mut matrix = Self { n_classes, counts: vec![0; n_classes * n_classes] };
        pairs.into_iter().for_each(|(gold, predicted)| matrix.add(gold, predicted, 1));
        matrix
    }

    /// Counts a (gold, predicted) pair so many times.
    pub(super) fn add(&mut self, gold: usize, predicted: usize, times: usize) {
        assert!(gold < self.n_classes && predicted < self.n_classes);
        self.counts[gold * self.n_classes + predicted] += times;
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

    /// Records of each class in gold, and predictions of it.
    fn margins(&self) -> Vec<(f64, f64)> {
        let sum = |counts: &mut dyn Iterator<Item = usize>| counts.sum::<usize>() as f64;
        let all = 0..self.n_classes;
        all.clone()
            .map(|class| {
                let gold = sum(&mut all.clone().map(|other| self.count(class, other)));
                (gold, sum(&mut all.clone().map(|other| self.count(other, class))))
            })
            .collect()
    }

    /// The mean recall of the classes that occur in gold; 0 without records.
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        let recalls: Vec<f64> = (0..self.n_classes)
            .map(|class| self.class(class))
            .filter(|scores| scores.support > 0)
            .map(|scores| scores.recall)
            .collect();
        recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
    }

    /// The correlation of gold and predictions, −1 to 1 (Matthews 1975; for more classes Gorodkin 2004); 0 where one of them
    /// is all of one class.
    #[must_use]
    pub fn mcc(&self) -> f64 {
        let n = self.n() as f64;
        let right = self.accuracy() * n;
        let margins = self.margins();
        let sum = |product: fn(&(f64, f64)) -> f64| margins.iter().map(product).sum::<f64>();
        let spread = (n * n - sum(|m| m.0 * m.0)) * (n * n - sum(|m| m.1 * m.1));
        if spread > 0.0 { (right * n - sum(|m| m.0 * m.1)) / spread.sqrt() } else { 0.0 }
    }

    /// Agreement of gold and predictions beyond chance (Cohen 1960), up to 1; 0 where chance leaves nothing to be agreed on.
    #[must_use]
    pub fn kappa(&self) -> f64 {
        let n = (self.n() as f64).max(1.0);
        let by_chance =
            self.margins().iter().map(|(gold, predicted)| gold * predicted).sum::<f64>() / (n * n);
        if by_chance < 1.0 { (self.accuracy() - by_chance) / (1.0 - by_chance) } else { 0.0 }
    }

    /// The greatest share of a class in gold: the accuracy of saying it always.
    #[must_use]
    pub fn majority_share(&self) -> f64 {
        let most = self.margins().iter().map(|(gold, _)| *gold).fold(0.0, f64::max);
        most / (self.n() as f64).max(1.0)
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

    /// Values of scikit-learn 1.9.1 (balanced_accuracy_score, matthews_corrcoef, cohen_kappa_score).
    #[test]
    fn agreement_is_scikit_learn_s() {
        let gold = [0, 0, 0, 1, 1, 2, 2, 2, 2, 0, 1, 2];
        let predicted = [0, 0, 1, 1, 2, 2, 2, 0, 2, 0, 1, 1];
        let matrix = ConfusionMatrix::from_pairs(3, gold.into_iter().zip(predicted));
        let rows = [
            (matrix.balanced_accuracy(), 0.672_222_222_222_222_2),
            (matrix.mcc(), 0.505_291_152_639_911_4),
            (matrix.kappa(), 0.5),
            (matrix.majority_share(), 5.0 / 12.0),
        ];
        for (found, expected) in rows {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        let one_class = ConfusionMatrix::from_pairs(2, [(0, 0), (0, 0)]);
        assert_eq!((one_class.mcc(), one_class.kappa(), one_class.balanced_accuracy()), (0.0, 0.0, 1.0));
    }

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
