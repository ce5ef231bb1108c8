//! Kinds of single blocks in, kinds of blocks in their page out: like stands by like (comments, related links), and some
//! kinds follow others (a dateline a byline). A hidden Markov model over the kinds, in which body is known.

use serde::{Deserialize, Serialize};

use super::kind::BlockKind;

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

    /// The probability of each kind of each dropped block, in order, given all blocks of the page (forward–backward, each step
    /// scaled to sum to 1; Rabiner 1989).
    pub(super) fn smooth(&self, page: &[Observed]) -> Vec<Vec<f64>> {
        let to_next = self.matrix();
        // By the state that is come to, so that both directions read rows.
        let from_last: Vec<States> =
            (0..N_STATES).map(|to| std::array::from_fn(|from| to_next[from][to])).collect();
        let emissions: Vec<States> = page.iter().map(emission).collect();
        let mut forward: Vec<States> = Vec::with_capacity(page.len());
        for (at, emission) in emissions.iter().enumerate() {
            let mut row = *emission;
            if let Some(last) = at.checked_sub(1).map(|last| &forward[last]) {
                row.iter_mut().zip(&from_last).for_each(|(p, from)| *p *= product(last, from));
            }
            scale(&mut row);
            forward.push(row);
        }
        let mut backward = [1.0; N_STATES];
        let mut smoothed = Vec::new();
        for at in (0..page.len()).rev() {
            if page[at] != Observed::Body {
                let mut p: States = std::array::from_fn(|kind| forward[at][kind] * backward[kind]);
                // A dropped block is not body.
                p[BODY] = 0.0;
                scale(&mut p);
                smoothed.push(p[..N_KINDS].to_vec());
            }
            let next: States = std::array::from_fn(|to| emissions[at][to] * backward[to]);
            backward = std::array::from_fn(|from| product(&to_next[from], &next));
            scale(&mut backward);
        }
        smoothed.reverse();
        smoothed
    }

    /// What each state counts for after each other, from and to: its probability to the power of the weight.
    fn matrix(&self) -> Vec<States> {
        let row = |counts: &Vec<f64>| {
            let all: f64 = counts.iter().sum::<f64>() + SMOOTHING * N_STATES as f64;
            std::array::from_fn(|to| ((counts[to] + SMOOTHING) / all).powf(self.weight))
        };
        self.counts.iter().map(row).collect()
    }
}

/// A number a state.
type States = [f64; N_STATES];

/// Added to every count.
const SMOOTHING: f64 = 0.5;
/// The least probability of a kind.
const LEAST: f64 = 1e-12;

/// How well each state goes with what is known of a block.
fn emission(observed: &Observed) -> States {
    let mut states = [0.0; N_STATES];
    match observed {
        Observed::Body => states[BODY] = 1.0,
        Observed::Dropped(p) => states.iter_mut().zip(p).for_each(|(state, p)| *state = p.max(LEAST)),
    }
    states
}

fn product(a: &States, b: &States) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Scales to a sum of 1, so that long pages do not vanish.
fn scale(states: &mut States) {
    let sum: f64 = states.iter().sum();
    states.iter_mut().for_each(|state| *state /= sum);
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
