//! The features of a group with their naive Bayes weights in, log-odds of body by feature out: one table of a submodel.

use bytes::Bytes;

use crate::bayes::{LinearModel, NaiveBayes, Precision};
use crate::error::{Error, Result};
use crate::features::hash;
use crate::model::Model;

/// A group's table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FeatureTable {
    /// The features in byte order, each followed by a line feed, as a model file has them.
    terms: Bytes,
    /// ln (P(feature | body) / P(feature | not)), in 16 bits.
    weights: LinearModel,
    /// Hash of a feature and its weight; a power of two long, at most half full, all 0 where there is none.
    slots: Vec<(u64, f64)>,
}

/// The log-odds of some features of a group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Features met, known or not.
    pub(super) n: usize,
    pub(super) sum: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Evidence {
    /// Adds a known feature.
    pub(super) fn add(&mut self, log_odds: f64) {
        self.sum += log_odds;
        self.least = self.least.min(log_odds);
        self.most = self.most.max(log_odds);
    }

    /// Adds what other features say.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
    }
}

impl FeatureTable {
    /// The table of features in byte order, each followed by a line feed, and a model of two classes with a term for each.
    ///
    /// # Errors
    /// [`Error::Model`] if they do not fit each other.
    pub(super) fn new(terms: Bytes, bayes: &NaiveBayes) -> Result<Self> {
        Self::from_parts(terms, LinearModel::of_log_odds(bayes).to_precision(Precision::F16))
    }

    fn from_parts(terms: Bytes, weights: LinearModel) -> Result<Self> {
        let n = weights.n_terms();
        let mut slots = vec![(0, 0.0); (2 * n + 1).next_power_of_two()];
        let mask = slots.len() - 1;
        let (mut n_found, mut previous) = (0, None);
        for term in terms.split_inclusive(|byte| *byte == b'\n') {
            if n_found == n || previous >= Some(term) {
                return Err(Error::model(
                    "vocabulary",
                    "features do not fit their weights; the file is damaged",
                ));
            }
            let hash = feature_hash(&term[..term.len() - 1]);
            let mut at = hash as usize & mask;
            while slots[at].0 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = (hash, weights.weight(n_found as u32, 0));
            (n_found, previous) = (n_found + 1, Some(term));
        }
        if n_found < n || !(terms.is_empty() || terms.ends_with(b"\n")) {
            return Err(Error::model("vocabulary", "features do not fit their weights; the file is damaged"));
        }
        Ok(Self { terms, weights, slots })
    }

    /// The log-odds of a feature; none if it was not seen in training. Two features of one hash are one in 2^64 pairs.
    pub(super) fn log_odds(&self, feature: &str) -> Option<f64> {
        let hash = feature_hash(feature.as_bytes());
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (found, log_odds) if found == hash => return Some(log_odds),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds the arrays to a model under a name.
    pub(super) fn store(&self, name: &str, model: &mut Model) {
        model.put_bytes(&format!("{name}.vocabulary"), self.terms.clone());
        model.put_arrays(name, self.weights.arrays());
    }

    /// The inverse of [`Self::store`].
    ///
    /// # Errors
    /// As [`Self::new`], or if an array is missing.
    pub(super) fn load(name: &str, model: &Model) -> Result<Self> {
        let terms = model.bytes(&format!("{name}.vocabulary"))?;
        let n_terms = memchr::memchr_iter(b'\n', &terms).count();
        let array = |array: &str| model.bytes(&format!("{name}.{array}"));
        Self::from_parts(terms, LinearModel::from_arrays(vec![0.0], n_terms, Precision::F16, array)?)
    }
}

/// Never 0, which marks a free slot.
fn feature_hash(feature: &[u8]) -> u64 {
    hash(feature).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bayes(n_terms: usize) -> NaiveBayes {
        let log_p = (0..2 * n_terms).map(|n| -(n as f32)).collect();
        NaiveBayes::from_parts(vec![-std::f64::consts::LN_2; 2], log_p, n_terms).unwrap()
    }

    #[test]
    fn features_find_their_log_odds_and_no_other() {
        let names: Vec<String> = (0..1000).map(|n| format!("f{n:04}")).collect();
        let terms: String = names.iter().map(|name| format!("{name}\n")).collect();
        let table = FeatureTable::new(terms.into(), &bayes(1000)).unwrap();
        for name in &names {
            assert_eq!(table.log_odds(name), Some(-1.0));
        }
        assert_eq!(table.log_odds("absent"), None);
        assert_eq!(FeatureTable::new(Bytes::new(), &bayes(0)).unwrap().log_odds("f0000"), None);
    }

    #[test]
    fn features_that_do_not_fit_are_refused() {
        for (terms, n_terms) in
            [("a\nb\n", 1), ("a\n", 2), ("b\na\n", 2), ("a\na\n", 2), ("a\nb", 2), ("", 1)]
        {
            assert!(FeatureTable::new(terms.into(), &bayes(n_terms)).is_err(), "{terms:?}");
        }
    }
}
