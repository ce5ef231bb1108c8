//! Kinds of single blocks in, kinds of blocks in their page out: like stands by like (comments, related links), and some
//! kinds follow others (a dateline a byline). A hidden Markov model over the kinds, in which body is known.

use serde::{Deserialize, Serialize};

use super::kind::BlockKind;
use crate::bayes::softmax;

/// Kinds of dropped blocks.
pub(super) const N_KINDS: usize = BlockKind::DROPPED.len();
/// The state of what is not dropped.
const BODY: usize = N_KINDS;
const N_STATES: usize = N_KINDS + 1;

/// What is known of a block.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Observed {
    /// Body, or the title.
    Body,
    /// Dropped, with the probability of each kind by itself.
    Dropped(Vec<f64>),
}

/// Counts of a state after another, of marked pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindTransitions {
    /// Shape (`N_STATES`, `N_STATES`): from, to.
    counts: Vec<Vec<f64>>,
    /// What the transitions count for.
    pub(super) weight: f64,
}

impl KindTransitions {
    /// Of pages, each a list of kinds, `None` for body; of no weight yet.
    pub(super) fn new<'a>(pages: impl Iterator<Item = &'a [Option<usize>]>) -> Self {
        let mut transitions = Self { counts: vec![vec![0.0; N_STATES]; N_STATES], weight: 0.0 };
        pages.for_each(|page| transitions.count(page, 1.0));
        transitions
    }

    /// Adds a page's transitions as often as `times` says.
    pub(super) fn count(&mut self, page: &[Option<usize>], times: f64) {
        let state = |kind: &Option<usize>| kind.unwrap_or(BODY);
        for pair in page.windows(2) {
            self.counts[state(&pair[0])][state(&pair[1])] += times;
        }
    }

    pub(super) fn is_valid(&self) -> bool {
        self.weight.is_finite()
            && self.counts.len() == N_STATES
            && self.counts.iter().all(|row| row.len() == N_STATES && row.iter().all(|n| *n >= 0.0))
    }

    /// The probability of each kind of each dropped block, in order, given all blocks of the page (forward–backward).
    pub(super) fn smooth(&self, page: &[Observed]) -> Vec<Vec<f64>> {
        let log_p: Vec<Vec<f64>> = self
            .counts
            .iter()
            .map(|row| {
                let all: f64 = row.iter().sum::<f64>() + SMOOTHING * N_STATES as f64;
                row.iter().map(|n| self.weight * ((n + SMOOTHING) / all).ln()).collect()
            })
            .collect();
        let emissions: Vec<Vec<f64>> = page.iter().map(emission).collect();
        let mut forward: Vec<Vec<f64>> = Vec::with_capacity(page.len());
        for (at, emission) in emissions.iter().enumerate() {
            let before = |to: usize| match at.checked_sub(1) {
                Some(last) => log_sum((0..N_STATES).map(|from| forward[last][from] + log_p[from][to])),
                None => 0.0,
            };
            let row = (0..N_STATES).map(|to| emission[to] + before(to)).collect();
            forward.push(row);
        }
        let mut backward = vec![vec![0.0; N_STATES]; page.len()];
        for at in (1..page.len()).rev() {
            for from in 0..N_STATES {
                let next = (0..N_STATES).map(|to| log_p[from][to] + emissions[at][to] + backward[at][to]);
                backward[at - 1][from] = log_sum(next);
            }
        }
        let is_dropped = |at: &usize| page[*at] != Observed::Body;
        let of_kinds = |at: usize| -> Vec<f64> {
            softmax(&(0..N_KINDS).map(|kind| forward[at][kind] + backward[at][kind]).collect::<Vec<f64>>())
        };
        (0..page.len()).filter(is_dropped).map(of_kinds).collect()
    }
}

/// Added to every count.
const SMOOTHING: f64 = 0.5;
/// ln of what is next to impossible.
const NEVER: f64 = -1e3;

fn emission(observed: &Observed) -> Vec<f64> {
    match observed {
        Observed::Body => (0..N_STATES).map(|state| if state == BODY { 0.0 } else { NEVER }).collect(),
        Observed::Dropped(p) => p.iter().map(|p| p.max(1e-12).ln()).chain([NEVER]).collect(),
    }
}

/// ln Σ eˣ.
fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = values.clone().fold(f64::NEG_INFINITY, f64::max);
    most + values.map(|value| (value - most).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubtful_block_takes_the_kind_of_those_around_it() {
        let page = [None, Some(3), Some(3), Some(3), Some(1), Some(1)];
        let mut transitions = KindTransitions::new([&page[..]; 5].into_iter());
        let sure = |kind: usize| {
            Observed::Dropped(
                (0..N_KINDS).map(|k| if k == kind { 0.9 } else { 0.1 / N_KINDS as f64 }).collect(),
            )
        };
        let doubtful = Observed::Dropped(vec![1.0 / N_KINDS as f64; N_KINDS]);
        let observed = [Observed::Body, sure(3), doubtful, sure(3)];
        transitions.weight = 1.0;
        let smoothed = transitions.smooth(&observed);
        assert_eq!(smoothed.len(), 3);
        assert!(smoothed[1][3] > 0.8, "{:?}", smoothed[1]);
        transitions.weight = 0.0;
        assert!((transitions.smooth(&observed)[1][3] - 1.0 / N_KINDS as f64).abs() < 1e-9);
        assert!(transitions.is_valid());
    }
}
