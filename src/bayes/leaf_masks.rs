//! Trees of few leaves in; out, the leaf of each of many rows, without a branch that a processor could guess wrong: each split
//! that a row takes to the right rules out the leaves on its left, and the first leaf that stands is its own (QuickScorer,
//! Lucchese et al. 2015).

/// Rows judged at once.
pub(super) const N_ROWS: usize = 32;
/// The most leaves of a tree: a bit each.
const MAX_LEAVES: usize = 32;

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    Leaf(f32),
    /// Rows whose feature is at most the threshold go left.
    Split {
        feature: u32,
        threshold: f32,
        left: u32,
        right: u32,
    },
}

/// A split as it acts on the leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule {
    feature: u32,
    threshold: f32,
    /// The leaves that a row which goes right cannot come to.
    ruled_out: u32,
}

/// A tree as rules and leaves, these from the left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LeafMasks {
    rules: Vec<Rule>,
    leaves: Vec<f32>,
}

impl LeafMasks {
    /// The tree below a node; `None` if it has more than 32 leaves. A damaged file's nodes may share children: the walk ends
    /// at that many all the same.
    pub(super) fn new(root: u32, node: impl Fn(u32) -> Node) -> Option<Self> {
        enum Step {
            Visit(u32),
            /// All leaves left of this rule are known; they begin at this one.
            Close {
                rule: usize,
                first: usize,
            },
        }
        let (mut rules, mut leaves) = (Vec::<Rule>::new(), Vec::new());
        let mut steps = vec![Step::Visit(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Visit(at) => match node(at) {
                    Node::Leaf(value) => leaves.push(value),
                    Node::Split { .. } if rules.len() + 1 == MAX_LEAVES => return None,
                    Node::Split { feature, threshold, left, right } => {
                        let close = Step::Close { rule: rules.len(), first: leaves.len() };
                        steps.extend([Step::Visit(right), close, Step::Visit(left)]);
                        rules.push(Rule { feature, threshold, ruled_out: 0 });
                    }
                },
                Step::Close { rule, first } => {
                    (first..leaves.len()).for_each(|leaf| rules[rule].ruled_out |= 1 << leaf);
                }
            }
        }
        Some(Self { rules, leaves })
    }

    /// The value of each row's leaf, given the rows feature by feature.
    pub(super) fn values(&self, columns: &[[f32; N_ROWS]]) -> impl Iterator<Item = f32> {
        let mut ruled_out = [0_u32; N_ROWS];
        for &Rule { feature, threshold, ruled_out: of_rule } in &self.rules {
            for (ruled_out, value) in ruled_out.iter_mut().zip(&columns[feature as usize]) {
                // All bits or none, so that several rows are one instruction.
                let goes_right = u32::from(*value > threshold).wrapping_neg();
                *ruled_out |= of_rule & goes_right;
            }
        }
        ruled_out.into_iter().map(|ruled_out| self.leaves[ruled_out.trailing_ones() as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_to_their_leaves() {
        // Two splits on two features: left of the first are two leaves, right of it one.
        let node = |at: u32| match at {
            0 => Node::Split { feature: 0, threshold: 1.0, left: 1, right: 2 },
            1 => Node::Split { feature: 1, threshold: 5.0, left: 3, right: 4 },
            2 => Node::Leaf(30.0),
            3 => Node::Leaf(10.0),
            _ => Node::Leaf(20.0),
        };
        let tree = LeafMasks::new(0, node).unwrap();
        let mut columns = [[0.0; N_ROWS]; 2];
        columns[0][..5].copy_from_slice(&[1.0, 1.0, 2.0, 2.0, f32::NAN]);
        columns[1][..5].copy_from_slice(&[5.0, 6.0, 5.0, 6.0, 6.0]);
        assert_eq!(tree.values(&columns).take(5).collect::<Vec<_>>(), [10.0, 20.0, 30.0, 30.0, 20.0]);
        assert_eq!(LeafMasks::new(2, node).unwrap().values(&columns).next(), Some(30.0));
    }

    #[test]
    fn trees_without_end_are_left() {
        let chain = |at: u32| match at % 2 {
            0 => Node::Split { feature: 0, threshold: at as f32, left: at + 1, right: at + 2 },
            _ => Node::Leaf(at as f32),
        };
        assert_eq!(LeafMasks::new(0, chain), None);
        let shared = |at: u32| Node::Split { feature: 0, threshold: 0.0, left: at + 1, right: at + 1 };
        assert_eq!(LeafMasks::new(0, shared), None);
        let as_many_as_fit = |at: u32| if at < 62 { chain(at) } else { Node::Leaf(-1.0) };
        assert_eq!(LeafMasks::new(0, as_many_as_fit).unwrap().leaves.len(), MAX_LEAVES);
    }
}
