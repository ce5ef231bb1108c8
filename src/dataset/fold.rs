//! Records in, folds out: groups never part, and the same data gives the same folds.

use std::collections::BTreeMap;

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The positions of a fold's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// To train on, ascending.
    pub train: Vec<usize>,
    /// Held out, ascending.
    pub test: Vec<usize>,
}

/// A division of records into folds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    fold_of: Vec<usize>,
    n_folds: usize,
}

impl Folds {
    /// Divides records so that those of one group share a fold: the largest groups first, each to the fold with the
    /// fewest records (ties to the first). At most as many folds as groups are not empty.
    ///
    /// ```
    /// use nutgraf::dataset::Folds;
    ///
    /// let folds = Folds::grouped(&["a.org", "b.org", "a.org", "c.org"], 2);
    /// assert_eq!(folds.fold_of(0), folds.fold_of(2));
    /// assert_eq!(folds.iter().count(), 2);
    /// ```
    #[must_use]
    pub fn grouped<G: AsRef<str>>(groups: &[G], n_folds: usize) -> Self {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (idx, group) in groups.iter().enumerate() {
            members.entry(group.as_ref()).or_default().push(idx);
        }
        let mut by_size: Vec<Vec<usize>> = members.into_values().collect();
        by_size.sort_by_key(|group| std::cmp::Reverse(group.len()));
        let mut sizes = vec![0; n_folds.max(1)];
        let mut fold_of = vec![0; groups.len()];
        for group in by_size {
            let fold = (0..sizes.len()).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
            sizes[fold] += group.len();
            for idx in group {
                fold_of[idx] = fold;
            }
        }
        Self { fold_of, n_folds: n_folds.max(1) }
    }

    /// Divides records so that every class is spread evenly: the records of a class go to the folds in turn.
    #[must_use]
    pub fn stratified(labels: &[usize], n_folds: usize) -> Self {
        let n_folds = n_folds.max(1);
        let mut next: BTreeMap<usize, usize> = BTreeMap::new();
        let fold_of = labels
            .iter()
            .map(|label| {
                let turn = next.entry(*label).or_insert(*label);
                *turn += 1;
                (*turn - 1) % n_folds
            })
            .collect();
        Self { fold_of, n_folds }
    }

    /// The folds of records that were divided in another order: `order` says which record stood at each place.
    ///
    /// # Panics
    /// If the order is not one of as many records.
    #[must_use]
    pub fn of_order(&self, order: &[usize]) -> Self {
        let mut fold_of = vec![0; self.fold_of.len()];
        order.iter().zip(&self.fold_of).for_each(|(record, fold)| fold_of[*record] = *fold);
        Self { fold_of, n_folds: self.n_folds }
    }

    /// The fold that holds a record out.
    ///
    /// # Panics
    /// If there is no such record.
    #[must_use]
    pub fn fold_of(&self, record: usize) -> usize {
        self.fold_of[record]
    }

    /// The folds that hold out at least one record and leave at least one.
    pub fn iter(&self) -> impl Iterator<Item = Fold> {
        (0..self.n_folds)
            .map(|fold| {
                let (test, train) = (0..self.fold_of.len()).partition(|idx| self.fold_of[*idx] == fold);
                Fold { train, test }
            })
            .filter(|fold| !fold.test.is_empty() && !fold.train.is_empty())
    }
}

/// A number by chance from 0 to below `n`: multiply-shift maps 64 random bits to it without a division.
pub(crate) fn below(n: usize, generator: &mut impl RngCore) -> usize {
    ((u128::from(generator.next_u64()) * n as u128) >> 64) as usize
}

/// The numbers from 0 to below `n` in an order by chance, the same for the same seed (Fisher & Yates 1938; Durstenfeld 1964).
#[must_use]
pub fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, below(last + 1, &mut generator));
    }
    order
}

/// Second-level labels under which countries register names (`co.uk`, `com.au`).
const SECOND_LEVEL: [&str; 9] = ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"];

/// The host of an address, or the whole text if it has none.
///
/// ```
/// assert_eq!(nutgraf::dataset::host_of("https://news.example.co.uk:80/a?b"), "news.example.co.uk");
/// ```
#[must_use]
pub fn host_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.split(['/', '?', '#', ':']).next().unwrap_or(after_scheme)
}

/// The site of an address: its host's registrable domain (by a short list of second-level labels), or the whole text if
/// it has no host.
///
/// ```
/// assert_eq!(nutgraf::dataset::site_of("https://news.example.co.uk/a?b"), "example.co.uk");
/// ```
#[must_use]
pub fn site_of(url: &str) -> &str {
    let host = host_of(url);
    let dots: Vec<usize> = host.match_indices('.').map(|(at, _)| at).collect();
    let Some(last) = dots.len().checked_sub(1) else {
        return host;
    };
    let second = |idx: usize| &host[if idx == 0 { 0 } else { dots[idx - 1] + 1 }..dots[idx]];
    let is_country = host.len() - dots[last] == 3;
    let keep = if is_country && last > 0 && SECOND_LEVEL.contains(&second(last)) { 2 } else { 1 };
    match last.checked_sub(keep) {
        Some(idx) => &host[dots[idx] + 1..],
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_never_part() {
        let groups: Vec<String> = (0..50).map(|idx| format!("g{}", idx * idx % 13)).collect();
        let folds = Folds::grouped(&groups, 4);
        for fold in folds.iter() {
            for idx in &fold.test {
                assert!(fold.train.iter().all(|other| groups[*other] != groups[*idx]));
            }
        }
        assert_eq!(folds.iter().map(|fold| fold.test.len()).sum::<usize>(), 50);
    }

    #[test]
    fn classes_are_spread_over_the_folds() {
        let labels: Vec<usize> = (0..40).map(|idx| usize::from(idx % 4 == 0)).collect();
        for fold in Folds::stratified(&labels, 5).iter() {
            assert_eq!(fold.test.iter().filter(|idx| labels[**idx] == 1).count(), 2);
        }
    }

    #[test]
    fn sites_are_registrable_domains() {
        let rows = [
            ("https://www.example.com/a/b", "example.com"),
            ("http://a.b.example.com.au:80/", "example.com.au"),
            ("https://example.de", "example.de"),
            ("https://co.uk", "co.uk"),
            ("localhost/x", "localhost"),
            ("", ""),
        ];
        for (url, expected) in rows {
            assert_eq!(site_of(url), expected, "{url}");
        }
    }
}
