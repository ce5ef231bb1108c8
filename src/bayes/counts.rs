//! Rows and labels in, the sufficient statistics of multinomial naive Bayes out: documents per class and summed term
//! weight per class and term. Counts of two data sets merge by addition, which is training on both.

use crate::features::Csr;

/// The sufficient statistics: all that training keeps of its data.
#[derive(Debug, Clone, PartialEq)]
pub struct TermCounts {
    n_classes: usize,
    /// Documents (or document weight) per class.
    class_counts: Vec<f64>,
    /// Term weight, term by term, the classes of a term side by side: shape (`n_terms`, `n_classes`).
    term_counts: Vec<f64>,
}

impl TermCounts {
    /// Returns empty counts.
    #[must_use]
    pub fn new(n_classes: usize, n_terms: usize) -> Self {
        Self { n_classes, class_counts: vec![0.0; n_classes], term_counts: vec![0.0; n_classes * n_terms] }
    }

    /// Counts every row of `rows` for its class.
    ///
    /// # Panics
    /// If there is not one label a row, a label is not below `n_classes`, or a column not below `n_terms`.
    #[must_use]
    pub fn from_rows(rows: &Csr, labels: &[usize], n_classes: usize) -> Self {
        let mut counts = Self::new(n_classes, rows.n_columns());
        assert_eq!(rows.n_rows(), labels.len(), "one label a row");
        for (row, label) in labels.iter().enumerate() {
            counts.add(rows.row(row), *label, 1.0);
        }
        counts
    }

    /// Counts one document's row with a weight.
    ///
    /// # Panics
    /// If `label` is not below `n_classes` or a column not below `n_terms`.
    pub fn add(&mut self, row: impl Iterator<Item = (u32, f32)>, label: usize, weight: f64) {
        assert!(label < self.n_classes, "label {label} of {} classes", self.n_classes);
        self.class_counts[label] += weight;
        for (column, value) in row {
            self.term_counts[column as usize * self.n_classes + label] += f64::from(value) * weight;
        }
    }

    /// Adds another data set's counts. For whole-numbered counts the result does not depend on the order of merging.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(
            (self.n_classes, self.term_counts.len()),
            (other.n_classes, other.term_counts.len()),
            "counts of different shapes"
        );
        for (sum, value) in self.class_counts.iter_mut().zip(&other.class_counts) {
            *sum += value;
        }
        for (sum, value) in self.term_counts.iter_mut().zip(&other.term_counts) {
            *sum += value;
        }
    }

    /// Returns the counts with every class's term mass scaled to the mean, so that α smooths each class alike
    /// (class-mass balance for unbalanced text; Frank & Bouckaert 2006). A class without mass stays empty.
    #[must_use]
    pub fn balanced(mut self) -> Self {
        let masses = self.class_masses();
        let mean = masses.iter().sum::<f64>() / self.n_classes as f64;
        for classes in self.term_counts.chunks_exact_mut(self.n_classes) {
            for (value, mass) in classes.iter_mut().zip(&masses) {
                if *mass > 0.0 {
                    *value *= mean / mass;
                }
            }
        }
        self
    }

    /// Returns the counts with one document of no terms for every class that has none, so that a fold which lacks a rare
    /// class can be fitted: the class is then improbable, and every term alike in it.
    #[must_use]
    pub fn with_every_class(mut self) -> Self {
        for count in self.class_counts.iter_mut().filter(|count| **count <= 0.0) {
            *count = 1.0;
        }
        self
    }

    /// Summed term weight of each class.
    #[must_use]
    pub fn class_masses(&self) -> Vec<f64> {
        let mut masses = vec![0.0; self.n_classes];
        for classes in self.term_counts.chunks_exact(self.n_classes) {
            for (mass, value) in masses.iter_mut().zip(classes) {
                *mass += value;
            }
        }
        masses
    }

    /// The number of classes.
    #[must_use]
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The number of terms.
    #[must_use]
    pub fn n_terms(&self) -> usize {
        self.term_counts.len() / self.n_classes.max(1)
    }

    /// Documents (or document weight) per class.
    #[must_use]
    pub fn class_counts(&self) -> &[f64] {
        &self.class_counts
    }

    /// Term weight, shape (`n_terms`, `n_classes`), row by row.
    #[must_use]
    pub fn term_counts(&self) -> &[f64] {
        &self.term_counts
    }
}
