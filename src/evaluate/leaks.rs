//! What is known of each record from training in, the scores without what was known out.

use super::evaluation::Evaluation;
use crate::dataset::{CopyKind, Known};

/// Which evaluated records stood in the training data too, and what the scores are without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeakCheck {
    /// Records with all the words of a training text, in order.
    pub n_exact: usize,
    /// Other records with most runs of four words of one.
    pub n_near: usize,
    /// Records of a group (an outlet, a site) that training knew.
    pub n_same_group: usize,
    /// The positions of the copies, exact or near.
    pub copies: Vec<usize>,
    /// The evaluation without the copies; none if there are none, or nothing else.
    pub without_copies: Option<Evaluation>,
    /// The evaluation without copies and known groups; none if no group was known, or nothing is left.
    pub without_groups: Option<Evaluation>,
}

impl LeakCheck {
    /// Checks records, of each of which it is known whether training met it; `evaluate` evaluates those at some positions.
    #[must_use]
    pub fn new(known: &[Known], evaluate: impl Fn(&[usize]) -> Evaluation) -> Self {
        let positions = |is_wanted: &dyn Fn(&Known) -> bool| -> Vec<usize> {
            (0..known.len()).filter(|idx| is_wanted(&known[*idx])).collect()
        };
        let count = |kind: CopyKind| known.iter().filter(|known| known.copy == Some(kind)).count();
        let without = |is_left_out: &dyn Fn(&Known) -> bool| {
            let rest = positions(&|known| !is_left_out(known));
            (!rest.is_empty() && rest.len() < known.len()).then(|| evaluate(&rest))
        };
        let n_same_group = known.iter().filter(|known| known.is_group_known).count();
        Self {
            n_exact: count(CopyKind::Exact),
            n_near: count(CopyKind::Near),
            n_same_group,
            copies: positions(&|known| known.copy.is_some()),
            without_copies: without(&|known| known.copy.is_some()),
            without_groups: if n_same_group > 0 {
                without(&|known| known.copy.is_some() || known.is_group_known)
            } else {
                None
            },
        }
    }

    /// Whether nothing was known.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.copies.is_empty() && self.n_same_group == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_known_is_left_out() {
        let known = |copy, is_group_known| Known { copy, is_group_known };
        let all = [
            known(Some(CopyKind::Exact), false),
            known(None, false),
            known(Some(CopyKind::Near), true),
            known(None, true),
        ];
        let evaluate = |rest: &[usize]| Evaluation { n: rest.iter().sum(), ..Evaluation::default() };
        let check = LeakCheck::new(&all, evaluate);
        assert_eq!((check.n_exact, check.n_near, check.n_same_group), (1, 1, 2));
        assert_eq!(check.copies, [0, 2]);
        assert_eq!(check.without_copies.as_ref().map(|e| e.n), Some(4));
        assert_eq!(check.without_groups.as_ref().map(|e| e.n), Some(1));
        assert!(!check.is_clean());
        assert!(LeakCheck::new(&all[1..2], evaluate).is_clean());
        assert_eq!(LeakCheck::new(&all[..1], evaluate).without_copies, None);
    }
}
