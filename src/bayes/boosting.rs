//! Rows of measures with two labels in, log-odds out: gradient-boosted trees (Friedman 2001), grown leaf by leaf on
//! histograms (Ke et al. 2017, "LightGBM").
//!
//! A second opinion on naive Bayes scores: what a score means may depend on the others, which no weight can say. Sums run in
//! the order of rows and features share nothing, so that the trees are the same at any number of threads.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::leaf_masks::{self, LeafMasks, N_ROWS};
use super::logistic;
use crate::error::{Error, Result};

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoostingParams {
    /// Number of trees.
    pub n_trees: usize,
    /// Most leaves of a tree, 2 or more.
    pub n_leaves: usize,
    /// What each tree counts for, above 0.
    pub learning_rate: f64,
    /// Fewest rows of a leaf, 1 or more.
    pub min_rows: usize,
    /// Penalty on the square of a leaf's value, above 0.
    pub ridge: f64,
    /// The share of rows that each tree sees, above 0 and at most 1.
    pub row_share: f64,
    /// The share of features that each tree sees, above 0 and at most 1.
    pub feature_share: f64,
}

impl Default for BoostingParams {
    fn default() -> Self {
        Self {
            n_trees: 200,
            n_leaves: 15,
            learning_rate: 0.05,
            min_rows: 80,
            ridge: 20.0,
            row_share: 0.7,
            feature_share: 0.25,
        }
    }
}

impl BoostingParams {
    fn check(&self) -> Result<()> {
        if self.n_leaves < 2 {
            return Err(Error::parameter("n_leaves", self.n_leaves, "at least 2"));
        }
        if self.min_rows < 1 {
            return Err(Error::parameter("min_rows", self.min_rows, "at least 1"));
        }
        for (name, value) in [("learning_rate", self.learning_rate), ("ridge", self.ridge)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::parameter(name, value, "above 0"));
            }
        }
        for (name, share) in [("row_share", self.row_share), ("feature_share", self.feature_share)] {
            if !(share > 0.0 && share <= 1.0) {
                return Err(Error::parameter(name, share, "above 0 and at most 1"));
            }
        }
        Ok(())
    }
}

/// Fitted trees.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostedTrees {
    n_features: usize,
    bias: f64,
    /// Tree after tree, a tree's root first and every node before its children.
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<u32>,
    /// The trees once more, each as masks of its leaves if it has few.
    masks: Vec<Option<LeafMasks>>,
}

/// A split, or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    feature: u32,
    /// Rows whose feature is at most this go left; of a leaf, its value.
    value: f32,
    /// The left child; the right one follows it. 0 of a leaf.
    left: u32,
}

/// Thresholds of a feature, at most.
const MAX_BINS: usize = 255;

/// Rows by feature, each value cut to the number of thresholds below it.
struct Binned {
    thresholds: Vec<Vec<f32>>,
    /// Feature by feature.
    bins: Vec<Vec<u8>>,
}

impl Binned {
    fn new(rows: &[f32], n_features: usize) -> Self {
        let columns: Vec<(Vec<f32>, Vec<u8>)> = (0..n_features)
            .into_par_iter()
            .map(|feature| {
                let column: Vec<f32> = rows.iter().skip(feature).step_by(n_features).copied().collect();
                let mut sorted = column.clone();
                sorted.sort_unstable_by(f32::total_cmp);
                let mut thresholds: Vec<f32> =
                    (1..=MAX_BINS).map(|n| sorted[n * (sorted.len() - 1) / (MAX_BINS + 1)]).collect();
                thresholds.dedup();
                let bins = column.iter().map(|v| thresholds.partition_point(|t| t < v) as u8).collect();
                (thresholds, bins)
            })
            .collect();
        let (thresholds, bins) = columns.into_iter().unzip();
        Self { thresholds, bins }
    }
}

/// Sums of a leaf's rows in one bin.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    gradient: f64,
    hessian: f64,
    n: u32,
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
        self.n += other.n;
    }

    fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            n: self.n - other.n,
        }
    }

    /// What the leaf's best value gains (Chen & Guestrin 2016).
    fn score(self, ridge: f64) -> f64 {
        self.gradient * self.gradient / (self.hessian + ridge)
    }
}

/// The best split of a leaf.
#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    /// Position among the tree's features.
    feature: usize,
    /// Bins up to this go left.
    bin: u8,
}

/// A leaf that may be split yet.
struct Leaf {
    node: u32,
    rows: Vec<u32>,
    sum: Cell,
    histograms: Vec<Vec<Cell>>,
    split: Option<Split>,
}

impl BoostedTrees {
    /// Fits to `rows`, `n_features` finite measures a row, row by row, with their labels and weights.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range; [`Error::Training`] if rows, labels and weights do not fit each
    /// other, or one of the two labels is absent.
    pub fn fit(params: &BoostingParams, rows: &[f32], labels: &[bool], weights: &[f64]) -> Result<Self> {
        params.check()?;
        let n_rows = labels.len();
        if n_rows == 0 || !rows.len().is_multiple_of(n_rows) || weights.len() != n_rows {
            return Err(Error::Training(format!("{} measures for {n_rows} labels", rows.len())));
        }
        let all: f64 = weights.iter().sum();
        let of_one: f64 = labels.iter().zip(weights).filter(|(label, _)| **label).map(|(_, w)| w).sum();
        if of_one <= 0.0 || of_one >= all {
            return Err(Error::Training("boosted trees need examples of both labels".into()));
        }
        let n_features = rows.len() / n_rows;
        let binned = Binned::new(rows, n_features);
        let bias = (of_one / (all - of_one)).ln();
        let mut trees = Self { n_features, bias, nodes: Vec::new(), roots: Vec::new(), masks: Vec::new() };
        let mut scores = vec![bias; n_rows];
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for _ in 0..params.n_trees {
            let derivatives: Vec<Cell> = scores
                .iter()
                .zip(labels.iter().zip(weights))
                .map(|(score, (label, weight))| {
                    let p = logistic(*score);
                    let gradient = weight * (f64::from(u8::from(*label)) - p);
                    Cell { gradient, hessian: weight * p * (1.0 - p), n: 1 }
                })
                .collect();
            let seen = drawn(&mut random, n_rows, params.row_share);
            let features = drawn(&mut random, n_features, params.feature_share);
            let root = trees.nodes.len() as u32;
            grow(params, &binned, &features, seen, &derivatives, &mut trees.nodes);
            trees.roots.push(root);
            scores.par_iter_mut().zip(rows.par_chunks_exact(n_features)).for_each(|(score, row)| {
                *score += trees.leaf(root, row);
            });
        }
        Ok(trees.with_masks())
    }

    fn with_masks(mut self) -> Self {
        let node = |at: u32| {
            let Node { feature, value, left } = self.nodes[at as usize];
            match left {
                0 => leaf_masks::Node::Leaf(value),
                _ => leaf_masks::Node::Split { feature, threshold: value, left, right: left + 1 },
            }
        };
        self.masks = self.roots.iter().map(|root| LeafMasks::new(*root, node)).collect();
        self
    }

    /// The log-odds of the label for each row of measures.
    ///
    /// # Panics
    /// If the measures are not rows of as many as those of the fit.
    #[must_use]
    pub fn log_odds(&self, rows: &[f32]) -> Vec<f64> {
        assert!(rows.len().is_multiple_of(self.n_features), "measures of whole rows");
        let mut log_odds = vec![self.bias; rows.len() / self.n_features];
        let mut columns = vec![[0.0; N_ROWS]; self.n_features];
        for (rows, log_odds) in rows.chunks(N_ROWS * self.n_features).zip(log_odds.chunks_mut(N_ROWS)) {
            for (idx, row) in rows.chunks_exact(self.n_features).enumerate() {
                columns.iter_mut().zip(row).for_each(|(column, value)| column[idx] = *value);
            }
            for (masks, root) in self.masks.iter().zip(&self.roots) {
                match masks {
                    Some(masks) => log_odds
                        .iter_mut()
                        .zip(masks.values(&columns))
                        .for_each(|(log_odds, value)| *log_odds += f64::from(value)),
                    None => log_odds
                        .iter_mut()
                        .zip(rows.chunks_exact(self.n_features))
                        .for_each(|(log_odds, row)| *log_odds += self.leaf(*root, row)),
                }
            }
        }
        log_odds
    }

    fn leaf(&self, root: u32, row: &[f32]) -> f64 {
        let mut node = self.nodes[root as usize];
        while node.left != 0 {
            let is_right = u32::from(row[node.feature as usize] > node.value);
            node = self.nodes[(node.left + is_right) as usize];
        }
        f64::from(node.value)
    }

    /// The log-odds before any tree.
    #[must_use]
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// The trees as numbers, for a model file: the nodes' features and left children, the trees' roots; and the nodes' values.
    #[must_use]
    pub fn parts(&self) -> ([Vec<u32>; 3], Vec<f32>) {
        let features = self.nodes.iter().map(|node| node.feature).collect();
        let children = self.nodes.iter().map(|node| node.left).collect();
        ([features, children, self.roots.clone()], self.nodes.iter().map(|node| node.value).collect())
    }

    /// The inverse of [`Self::bias`] and [`Self::parts`].
    ///
    /// # Errors
    /// [`Error::Model`] if the parts are not trees over `n_features` measures.
    pub fn from_parts(
        n_features: usize,
        bias: f64,
        [features, children, roots]: [Vec<u32>; 3],
        values: Vec<f32>,
    ) -> Result<Self> {
        let n = values.len();
        let nodes: Vec<Node> = features
            .iter()
            .zip(&values)
            .zip(&children)
            .map(|((feature, value), left)| Node { feature: *feature, value: *value, left: *left })
            .collect();
        // A child stands behind its parent and in its tree: every walk ends, and what is made of a tree is of its size.
        let is_usable = |at: usize, end: usize| {
            let Node { feature, value, left } = nodes[at];
            let has_children = left as usize > at && (left as usize) + 1 < end;
            value.is_finite() && (left == 0 || (has_children && (feature as usize) < n_features))
        };
        let ends = roots.iter().skip(1).map(|root| *root as usize).chain([n]);
        let are_trees = roots
            .iter()
            .map(|root| *root as usize)
            .zip(ends)
            .all(|(root, end)| root < end && end <= n && (root..end).all(|at| is_usable(at, end)));
        let is_whole = features.len() == n && children.len() == n && bias.is_finite();
        if !is_whole || roots.first().map_or(n, |root| *root as usize) != 0 || !are_trees {
            return Err(Error::model("trees", "not usable; the file is damaged"));
        }
        Ok(Self { n_features, bias, nodes, roots, masks: Vec::new() }.with_masks())
    }
}

/// Numbers below `n`, ascending, each drawn with the same chance; all if none was.
fn drawn(random: &mut impl RngCore, n: usize, share: f64) -> Vec<u32> {
    let limit = (share * f64::from(u32::MAX)) as u32;
    let found: Vec<u32> = (0..n as u32).filter(|_| random.next_u32() <= limit).collect();
    if found.is_empty() { (0..n as u32).collect() } else { found }
}

/// Appends a tree.
fn grow(
    params: &BoostingParams,
    binned: &Binned,
    features: &[u32],
    rows: Vec<u32>,
    derivatives: &[Cell],
    nodes: &mut Vec<Node>,
) {
    let histograms_of = |rows: &[u32]| -> Vec<Vec<Cell>> {
        features
            .par_iter()
            .map(|feature| {
                let bins = &binned.bins[*feature as usize];
                let mut cells = vec![Cell::default(); MAX_BINS + 1];
                for row in rows {
                    cells[usize::from(bins[*row as usize])].add(derivatives[*row as usize]);
                }
                cells
            })
            .collect()
    };
    let leaf = |node: u32, rows: Vec<u32>, histograms: Vec<Vec<Cell>>| {
        let mut sum = Cell::default();
        rows.iter().for_each(|row| sum.add(derivatives[*row as usize]));
        let split = best_split(params, &histograms, sum);
        Leaf { node, rows, sum, histograms, split }
    };
    nodes.push(Node { feature: 0, value: 0.0, left: 0 });
    let histograms = histograms_of(&rows);
    let mut leaves = vec![leaf(nodes.len() as u32 - 1, rows, histograms)];
    while leaves.len() < params.n_leaves {
        // The first of the leaves that gain most.
        let gain = |leaf: &Leaf| leaf.split.map_or(f64::NEG_INFINITY, |split| split.gain);
        let best = (1..leaves.len())
            .fold(0, |best, idx| if gain(&leaves[idx]) > gain(&leaves[best]) { idx } else { best });
        let Some(split) = leaves[best].split else { break };
        let parent = leaves.swap_remove(best);
        let feature = features[split.feature] as usize;
        let bins = &binned.bins[feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|row| bins[**row as usize] <= split.bin);
        let first = nodes.len() as u32;
        nodes[parent.node as usize] = Node {
            feature: feature as u32,
            value: binned.thresholds[feature][usize::from(split.bin)],
            left: first,
        };
        nodes.extend([Node { feature: 0, value: 0.0, left: 0 }; 2]);
        // The larger child's histograms are the parent's without the smaller one's.
        let is_left_smaller = left.len() <= right.len();
        let smaller = histograms_of(if is_left_smaller { &left } else { &right });
        let larger: Vec<Vec<Cell>> = parent
            .histograms
            .iter()
            .zip(&smaller)
            .map(|(all, part)| all.iter().zip(part).map(|(all, part)| all.minus(*part)).collect())
            .collect();
        let (of_left, of_right) = if is_left_smaller { (smaller, larger) } else { (larger, smaller) };
        leaves.push(leaf(first, left, of_left));
        leaves.push(leaf(first + 1, right, of_right));
    }
    for leaf in leaves {
        let value = params.learning_rate * leaf.sum.gradient / (leaf.sum.hessian + params.ridge);
        nodes[leaf.node as usize].value = value as f32;
    }
}

/// The split that gains most; ties go to the first feature and the lowest bin.
fn best_split(params: &BoostingParams, histograms: &[Vec<Cell>], sum: Cell) -> Option<Split> {
    let whole = sum.score(params.ridge);
    let mut best: Option<Split> = None;
    for (feature, cells) in histograms.iter().enumerate() {
        let mut left = Cell::default();
        for (bin, cell) in cells[..MAX_BINS].iter().enumerate() {
            left.add(*cell);
            let right = sum.minus(left);
            if (left.n as usize) < params.min_rows {
                continue;
            }
            if (right.n as usize) < params.min_rows {
                break;
            }
            let gain = left.score(params.ridge) + right.score(params.ridge) - whole;
            if gain > best.map_or(1e-9, |best| best.gain) {
                best = Some(Split { gain, feature, bin: bin as u8 });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests;
