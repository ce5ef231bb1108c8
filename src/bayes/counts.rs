//! Rows and labels in, the sufficient statistics of naive Bayes out: documents per class and summed term weight per class
//! and term. Counts of two data sets merge by addition, which is training on both, and are taken away again by subtraction.
//!
//! Sums are kept in fixed point, so that they are exact: no order of documents, shards or threads can change a bit of them.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::features::{Csc, Csr};

/// The sufficient statistics: all that training keeps of its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermCounts {
    n_classes: usize,
    /// Documents (or document weight) per class, in units of 1 / [`UNIT`].
    class_counts: Vec<i64>,
    /// Term weight in the same units, term by term, the classes of a term side by side: shape (`n_terms`, `n_classes`).
    term_counts: Vec<i64>,
}

/// Units in a weight of 1: whole counts are exact, a TF-IDF weight is within 5e-10, and a sum may reach 8e9.
const UNIT: f64 = (1_u64 << 30) as f64;

/// A weight, at least 0, in units.
fn units(weight: f64) -> i64 {
    (weight * UNIT + 0.5) as i64
}

/// Where naive Bayes takes its counts from.
pub(super) trait ClassCounts: Sync {
    fn n_classes(&self) -> usize;
    fn n_terms(&self) -> usize;
    /// Documents (or document weight) of each class.
    fn class_counts(&self) -> Vec<f64>;
    /// Summed term weight of each class.
    fn class_masses(&self) -> Vec<f64>;
    /// Puts the weight of a term in each class into `counts`.
    fn term(&self, term: usize, counts: &mut [f64]);
}

impl ClassCounts for TermCounts {
    fn n_classes(&self) -> usize {
        self.n_classes
    }

    fn n_terms(&self) -> usize {
        TermCounts::n_terms(self)
    }

    fn class_counts(&self) -> Vec<f64> {
        TermCounts::class_counts(self)
    }

    fn class_masses(&self) -> Vec<f64> {
        TermCounts::class_masses(self)
    }

    fn term(&self, term: usize, counts: &mut [f64]) {
        for (to, from) in counts.iter_mut().zip(self.term_units(term)) {
            *to = *from as f64 / UNIT;
        }
    }
}

/// Counts that are summed from columns when they are asked for, so that fitting on many parts of the same rows keeps no
/// table of terms by classes. The sums are those of [`TermCounts`], bit for bit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnCounts<'a> {
    pub(crate) columns: &'a Csc,
    pub(crate) labels: &'a [usize],
    /// Which documents count.
    pub(crate) is_in: &'a [bool],
    pub(crate) n_classes: usize,
    /// Counts to start from, if any.
    pub(crate) base: Option<&'a TermCounts>,
}

impl ClassCounts for ColumnCounts<'_> {
    fn n_classes(&self) -> usize {
        self.n_classes
    }

    fn n_terms(&self) -> usize {
        self.columns.n_columns()
    }

    /// A class without documents, as a fold of a rare class can be, keeps one document of no terms: it is then improbable,
    /// and every term alike in it.
    fn class_counts(&self) -> Vec<f64> {
        let mut counts = self.base.map_or(vec![0; self.n_classes], |base| base.class_counts.clone());
        for (label, _) in self.labels.iter().zip(self.is_in).filter(|(_, is_in)| **is_in) {
            counts[*label] += units(1.0);
        }
        counts.into_iter().map(|count| if count == 0 { 1.0 } else { count as f64 / UNIT }).collect()
    }

    fn class_masses(&self) -> Vec<f64> {
        const PART: usize = 8192;
        let parts: Vec<Vec<i64>> = (0..self.n_terms().div_ceil(PART))
            .into_par_iter()
            .map(|part| {
                let mut sums = vec![0_i64; self.n_classes];
                for term in part * PART..((part + 1) * PART).min(self.n_terms()) {
                    let (documents, values) = self.columns.column(term);
                    for (document, value) in documents.iter().zip(values) {
                        let document = *document as usize;
                        if self.is_in[document] {
                            sums[self.labels[document]] += units(f64::from(*value));
                        }
                    }
                }
                sums
            })
            .collect();
        let mut masses = self.base.map_or(vec![0; self.n_classes], TermCounts::mass_units);
        for part in parts {
            masses.iter_mut().zip(part).for_each(|(mass, sum)| *mass += sum);
        }
        masses.into_iter().map(|mass| mass as f64 / UNIT).collect()
    }

    fn term(&self, term: usize, counts: &mut [f64]) {
        // Whole units are exact in a double up to 2^53, which is eight million documents of weight 1.
        match self.base {
            Some(base) => ClassCounts::term(base, term, counts),
            None => counts.fill(0.0),
        }
        let (documents, values) = self.columns.column(term);
        for (document, value) in documents.iter().zip(values) {
            let document = *document as usize;
            if self.is_in[document] {
                counts[self.labels[document]] += units(f64::from(*value)) as f64 / UNIT;
            }
        }
    }
}

impl TermCounts {
    /// Returns empty counts.
    #[must_use]
    pub fn new(n_classes: usize, n_terms: usize) -> Self {
        Self { n_classes, class_counts: vec![0; n_classes], term_counts: vec![0; n_classes * n_terms] }
    }

    /// Counts every row of `rows` for its class.
    ///
    /// # Panics
    /// If there is not one label a row, a label is not below `n_classes`, or a column not below `n_terms`.
    #[must_use]
    pub fn from_rows(rows: &Csr, labels: &[usize], n_classes: usize) -> Self {
        assert_eq!(rows.n_rows(), labels.len(), "one label a row");
        let mut counts = Self::new(n_classes, rows.n_columns());
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
        self.class_counts[label] += units(weight);
        for (column, value) in row {
            self.term_counts[column as usize * self.n_classes + label] += units(f64::from(value) * weight);
        }
    }

    /// Adds another data set's counts, exactly: the result does not depend on the order of merging.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(
            (self.n_classes, self.term_counts.len()),
            (other.n_classes, other.term_counts.len()),
            "counts of different shapes"
        );
        for (sum, value) in self.all_mut().zip(other.all()) {
            *sum += value;
        }
    }

    /// Takes a data set's counts away again, exactly.
    ///
    /// # Errors
    /// [`Error::Training`] if they were not part of these counts: some count would fall below nothing.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn forget(&mut self, other: &Self) -> Result<()> {
        assert_eq!(
            (self.n_classes, self.term_counts.len()),
            (other.n_classes, other.term_counts.len()),
            "counts of different shapes"
        );
        if self.all().zip(other.all()).any(|(sum, value)| *sum < *value) {
            return Err(Error::Training(
                "what is to be forgotten was not all counted; give the records as they were trained on"
                    .into(),
            ));
        }
        for (sum, value) in self.all_mut().zip(other.all()) {
            *sum -= value;
        }
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = &i64> {
        self.class_counts.iter().chain(&self.term_counts)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut i64> {
        self.class_counts.iter_mut().chain(&mut self.term_counts)
    }

    /// Returns the counts with one document of no terms for every class that has none, so that a fold which lacks a rare
    /// class can be fitted: the class is then improbable, and every term alike in it.
    #[must_use]
    pub fn with_every_class(mut self) -> Self {
        for count in self.class_counts.iter_mut().filter(|count| **count <= 0) {
            *count = units(1.0);
        }
        self
    }

    /// Summed term weight of each class.
    #[must_use]
    pub fn class_masses(&self) -> Vec<f64> {
        self.mass_units().into_iter().map(|mass| mass as f64 / UNIT).collect()
    }

    fn mass_units(&self) -> Vec<i64> {
        let mut masses = vec![0_i64; self.n_classes];
        for classes in self.term_counts.chunks_exact(self.n_classes) {
            for (mass, value) in masses.iter_mut().zip(classes) {
                *mass = mass.saturating_add(*value);
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

    /// Documents (or document weight) of each class.
    #[must_use]
    pub fn class_counts(&self) -> Vec<f64> {
        self.class_counts.iter().map(|count| *count as f64 / UNIT).collect()
    }

    /// Weight of a term in each class.
    ///
    /// # Panics
    /// If there is no such term.
    pub fn term(&self, term: usize) -> impl Iterator<Item = f64> + Clone + '_ {
        self.term_units(term).iter().map(|count| *count as f64 / UNIT)
    }

    /// A term's counts in units, as files keep them.
    pub(crate) fn term_units(&self, term: usize) -> &[i64] {
        &self.term_counts[term * self.n_classes..(term + 1) * self.n_classes]
    }

    /// The units of a term, to be filled from a file or from other counts.
    pub(crate) fn term_units_mut(&mut self, term: usize) -> &mut [i64] {
        &mut self.term_counts[term * self.n_classes..(term + 1) * self.n_classes]
    }

    /// The counts of some terms, in the order given.
    ///
    /// # Panics
    /// If there is no such term.
    pub(crate) fn select(&self, terms: &[u32]) -> Self {
        let term_counts = terms.iter().flat_map(|term| self.term_units(*term as usize)).copied().collect();
        Self { n_classes: self.n_classes, class_counts: self.class_counts.clone(), term_counts }
    }

    /// The units of the class counts.
    pub(crate) fn class_units(&self) -> &[i64] {
        &self.class_counts
    }

    /// The units of the class counts, to be filled from a file or from other counts.
    pub(crate) fn class_units_mut(&mut self) -> &mut [i64] {
        &mut self.class_counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_of_merging_gives_the_same_counts_and_forgetting_undoes_it() {
        let row = |seed: u32| (0..5_u32).map(move |column| (column, 1.0 / (1.0 + (seed * column) as f32)));
        let counts = |seeds: &[u32]| {
            let mut counts = TermCounts::new(2, 5);
            for seed in seeds {
                counts.add(row(*seed), (*seed % 2) as usize, 1.0);
            }
            counts
        };
        let (first, second) = (counts(&[1, 2, 3]), counts(&[7, 9]));
        let mut merged = second.clone();
        merged.merge(&first);
        assert_eq!(merged, counts(&[9, 3, 1, 7, 2]));
        merged.forget(&second).unwrap();
        assert_eq!(merged, first);
        assert!(merged.forget(&counts(&[1, 3, 5])).is_err());
    }
}
