//! Log-odds of single blocks in, their probabilities as a sequence out: a two-state hidden Markov model whose
//! transitions depend on how far apart two neighbours stand in the tree (Rabiner 1989).

use serde::{Deserialize, Serialize};

use crate::bayes::softmax;
use crate::page::Page;

/// Tree distances told apart: 0 to 7 edges, and 8 or more.
const N_DISTANCES: usize = 9;

/// ln P(next state | state) for each tree distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transitions {
    /// Shape (`N_DISTANCES`, 2, 2): distance, state, next state.
    log_p: Vec<[[f64; 2]; 2]>,
    /// What the transitions count for against the blocks' own log-odds, which the neighbours already inform.
    pub(super) weight: f64,
}

/// The distance class of each block to the one before it; 0 for the first.
pub(super) fn distances(page: &Page) -> Vec<usize> {
    let mut distances = vec![0; page.blocks.len().min(1)];
    distances.extend(
        page.blocks.windows(2).map(|pair| page.tree_distance(&pair[0], &pair[1]).min(N_DISTANCES - 1)),
    );
    distances
}

impl Transitions {
    /// Counts the transitions of labelled pages, each a list of (distance class, label); one is added to every count.
    pub(super) fn fit<'a>(pages: impl Iterator<Item = (&'a [usize], &'a [bool])>, weight: f64) -> Self {
        let mut counts = vec![[[1.0_f64; 2]; 2]; N_DISTANCES];
        for (distances, labels) in pages {
            for at in 1..labels.len() {
                counts[distances[at]][usize::from(labels[at - 1])][usize::from(labels[at])] += 1.0;
            }
        }
        let log_p = counts
            .into_iter()
            .map(|states| states.map(|row: [f64; 2]| row.map(|count| (count / (row[0] + row[1])).ln())))
            .collect();
        Self { log_p, weight }
    }

    /// p(body) of every block given all blocks' own log-odds, by the forward–backward algorithm.
    ///
    /// The log-odds contain the prior, and so do the transitions, as far as they count: of every block but the first that
    /// share is taken out. Without weight every block keeps its own probability.
    pub(super) fn p_body(&self, log_odds: &[f64], prior_log_odds: f64, distances: &[usize]) -> Vec<f64> {
        let n = log_odds.len();
        let emission = |at: usize, state: usize| match (state, at) {
            (0, _) => 0.0,
            (_, 0) => log_odds[0],
            _ => log_odds[at] - self.weight * prior_log_odds,
        };
        let step = |at: usize, from: usize, to: usize| self.weight * self.log_p[distances[at]][from][to];
        let mut forward = vec![[0.0; 2]; n];
        let mut backward = vec![[0.0; 2]; n];
        for at in 0..n {
            for to in 0..2 {
                let before = if at == 0 {
                    0.0
                } else {
                    log_add(forward[at - 1][0] + step(at, 0, to), forward[at - 1][1] + step(at, 1, to))
                };
                forward[at][to] = before + emission(at, to);
            }
        }
        for at in (0..n.saturating_sub(1)).rev() {
            for from in 0..2 {
                let after = |to: usize| step(at + 1, from, to) + emission(at + 1, to) + backward[at + 1][to];
                backward[at][from] = log_add(after(0), after(1));
            }
        }
        (0..n)
            .map(|at| softmax(&[forward[at][0] + backward[at][0], forward[at][1] + backward[at][1]])[1])
            .collect()
    }

    pub(super) fn is_valid(&self) -> bool {
        self.log_p.len() == N_DISTANCES
            && self.weight.is_finite()
            && self.log_p.iter().flatten().flatten().all(|value| value.is_finite())
    }
}

/// ln(eᵃ + eᵇ).
fn log_add(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + (low - high).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_pull_a_doubtful_block_their_way() {
        let labels = [false, false, true, true, true, true, false, false];
        let near = [1; 8];
        let transitions = Transitions::fit([(&near[..], &labels[..])].into_iter(), 1.0);
        let p = transitions.p_body(&[-3.0, 3.0, -0.2, 3.0, -3.0], 0.0, &near[..5]);
        assert!(p[2] > 0.5 && p[0] < 0.2, "{p:?}");
    }

    #[test]
    fn without_weight_every_block_stands_alone() {
        let transitions = Transitions::fit(std::iter::empty(), 0.0);
        let p = transitions.p_body(&[2.0, -1.0], -0.7, &[0, 3]);
        assert!((p[0] - 1.0 / (1.0 + (-2.0_f64).exp())).abs() < 1e-12);
        assert!((p[1] - 1.0 / (1.0 + 1.0_f64.exp())).abs() < 1e-12);
    }
}
