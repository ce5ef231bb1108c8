//! Scored sentences and a budget in, the chosen ones out, in their order in the text.
//!
//! Invariants: a budget is never exceeded; ties go to the earlier sentence; what is asked for is the same at any time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use hashbrown::HashSet;

use super::budget::{Budget, Room};
use super::document::Document;
use super::similarity::window;
use crate::features::hash;
use crate::text::tokens;

/// How sentences are chosen by their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// The best, whatever they repeat.
    Top,
    /// Maximal marginal relevance (Carbonell & Goldstein 1998): the best sentence first, then each time the one whose score,
    /// less a penalty for its likeness to what is chosen, is greatest; a sentence that all but repeats a chosen one, never.
    Mmr {
        /// The penalty at full likeness, in units of the score; at least 0.
        penalty: f64,
    },
    /// A monotone submodular objective (Lin & Bilmes 2011): the sum of the chosen sentences' worth, which is the logistic of
    /// their scores, and of what they cover: for each word, by its share of the document's TF-IDF weight, the root of how much
    /// of that weight they hold. So what is said again counts less each time. The greedy choice by gain; by gain a word it
    /// prefers short sentences, which is worse by 2 points of ROUGE-1 at 60 words of news.
    Coverage {
        /// What covering the whole document counts for beside one certain sentence; at least 0.
        weight: f64,
    },
    /// The best of those that share no three words in a row with a chosen one (Paulus, Xiong & Socher 2018).
    TrigramBlocking,
}

impl Selection {
    /// Maximal marginal relevance with the penalty that training chose for the shipped model.
    #[must_use]
    pub fn mmr() -> Self {
        Self::Mmr { penalty: 2.0 }
    }

    /// Coverage with the greatest weight that did no harm to speak of on news (0.1 ROUGE-1).
    #[must_use]
    pub fn coverage() -> Self {
        Self::Coverage { weight: 0.3 }
    }
}

/// A chosen sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    pub(super) sentence: usize,
    /// What its likeness to the sentences chosen before cost it, in units of the score.
    pub(super) penalty: f64,
}

/// Likeness above which a sentence repeats a chosen one and is never added.
const SAME: f64 = 0.85;

/// Chooses sentences, in the order of the text. Those of `required` come first, as far as they fit.
///
/// Values only fall as sentences are chosen, so a heap of them need be brought up to date only at its top (Minoux 1978): the
/// time is that of the likenesses, a window's worth for each chosen sentence.
pub(super) fn select(
    document: &Document<'_>,
    scores: &[f64],
    (budget, selection): (Budget, Selection),
    required: &[usize],
) -> Vec<Choice> {
    let mut room = Room::new(budget, scores.len());
    let mut chosen: Vec<Choice> = Vec::new();
    let mut state = State::new(document, scores, selection);
    for sentence in required {
        let is_new = chosen.iter().all(|choice| choice.sentence != *sentence);
        if is_new && room.take(document, *sentence) {
            chosen.push(Choice { sentence: *sentence, penalty: state.penalty(*sentence) });
            state.note(*sentence);
        }
    }
    let mut heap: BinaryHeap<Candidate> = (0..scores.len())
        .filter(|sentence| chosen.iter().all(|choice| choice.sentence != *sentence))
        .map(|sentence| Candidate { value: state.first_value(sentence), sentence })
        .collect();
    while !room.is_full() {
        let Some(Candidate { value, sentence }) = heap.pop() else { break };
        // What is too long now is too long for the rest, and what repeats a chosen sentence goes on doing so.
        if !room.has_space_for(document, sentence) || state.is_repeat(sentence) {
            continue;
        }
        let now = state.value(sentence);
        if now < value {
            heap.push(Candidate { value: now, sentence });
            continue;
        }
        room.take(document, sentence);
        chosen.push(Choice { sentence, penalty: state.penalty(sentence) });
        state.note(sentence);
    }
    chosen.sort_by_key(|choice| choice.sentence);
    chosen
}

/// What the sentences chosen so far make of the others.
struct State<'a> {
    document: &'a Document<'a>,
    scores: &'a [f64],
    selection: Selection,
    /// Each sentence's greatest likeness to a chosen one.
    likeness: Vec<f64>,
    /// The TF-IDF weight of each word in the chosen sentences, and in all.
    covered: Vec<f64>,
    weights: Vec<f64>,
    total_weight: f64,
    /// The hashes of three words in a row of the chosen sentences.
    trigrams: HashSet<u64>,
}

impl<'a> State<'a> {
    fn new(document: &'a Document<'a>, scores: &'a [f64], selection: Selection) -> Self {
        let n = |is_needed: bool, n: usize| if is_needed { n } else { 0 };
        let (is_mmr, is_coverage) =
            (matches!(selection, Selection::Mmr { .. }), matches!(selection, Selection::Coverage { .. }));
        let mut weights = vec![0.0; n(is_coverage, document.n_columns())];
        for (column, value) in (0..n(is_coverage, scores.len())).flat_map(|idx| document.row(idx)) {
            weights[*column as usize] += f64::from(*value);
        }
        Self {
            document,
            scores,
            selection,
            total_weight: weights.iter().sum(),
            weights,
            likeness: vec![0.0; n(is_mmr, scores.len())],
            covered: vec![0.0; n(is_coverage, document.n_columns())],
            trigrams: HashSet::new(),
        }
    }

    /// A bound on the value that is cheap to compute.
    fn first_value(&self, sentence: usize) -> f64 {
        if matches!(self.selection, Selection::Coverage { .. }) {
            self.value(sentence)
        } else {
            self.scores[sentence]
        }
    }

    fn value(&self, sentence: usize) -> f64 {
        let Selection::Coverage { weight } = self.selection else {
            return self.scores[sentence] - self.penalty(sentence);
        };
        let worth = 1.0 / (1.0 + (-self.scores[sentence]).exp());
        // share · (√(more / all) − √(covered / all)), and share is all / total.
        let gain = |(column, value): &(u32, f32)| {
            let (covered, all) = (self.covered[*column as usize], self.weights[*column as usize]);
            ((covered + f64::from(*value)).sqrt() - covered.sqrt()) * all.sqrt() / self.total_weight
        };
        let coverage: f64 = self.document.row(sentence).iter().map(gain).sum();
        worth + weight * coverage
    }

    fn penalty(&self, sentence: usize) -> f64 {
        match self.selection {
            Selection::Mmr { penalty } => penalty * self.likeness[sentence],
            _ => 0.0,
        }
    }

    fn is_repeat(&self, sentence: usize) -> bool {
        match self.selection {
            Selection::Top | Selection::Coverage { .. } => false,
            Selection::Mmr { .. } => self.likeness[sentence] >= SAME,
            Selection::TrigramBlocking => {
                trigrams(self.document.sentence(sentence)).any(|trigram| self.trigrams.contains(&trigram))
            }
        }
    }

    /// Takes note that a sentence was chosen.
    fn note(&mut self, sentence: usize) {
        match self.selection {
            Selection::Top => {}
            Selection::Mmr { .. } => {
                let reach = window(self.scores.len());
                for other in sentence.saturating_sub(reach)..self.scores.len().min(sentence + reach) {
                    let likeness = self.document.similarity(other, sentence);
                    self.likeness[other] = self.likeness[other].max(likeness);
                }
            }
            Selection::Coverage { .. } => {
                for (column, value) in self.document.row(sentence) {
                    self.covered[*column as usize] += f64::from(*value);
                }
            }
            Selection::TrigramBlocking => self.trigrams.extend(trigrams(self.document.sentence(sentence))),
        }
    }
}

/// The hashes of three words in a row, in lower case.
fn trigrams(text: &str) -> impl Iterator<Item = u64> {
    let words: Vec<u64> =
        tokens(text).map(|token| hash(text[token.start..token.end].to_lowercase().as_bytes())).collect();
    let bytes = |words: &[u64]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    words.windows(3).map(|words| hash(&bytes(words))).collect::<Vec<u64>>().into_iter()
}

/// A sentence with its value when it was put on the heap: the greatest value first, ties to the earlier sentence.
struct Candidate {
    value: f64,
    sentence: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then_with(|| other.sentence.cmp(&self.sentence))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    const TEXT: &str = "Ministers reopened the hotline. Ministers reopened the hotline! Rain fell on Oslo. \
                        Ships left port before dawn on Monday.";

    fn chosen_by(budget: Budget, selection: Selection, required: &[usize]) -> Vec<usize> {
        let document = Document::new(TEXT, &Document::paragraphs(TEXT), None, None);
        let choices = select(&document, &[3.0, 2.9, 1.0, 1.0], (budget, selection), required);
        choices.iter().map(|choice| choice.sentence).collect()
    }

    fn chosen(budget: Budget) -> Vec<usize> {
        chosen_by(budget, Selection::Mmr { penalty: 4.0 }, &[])
    }

    fn n(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    #[test]
    fn budgets_hold_and_repeats_are_left_out() {
        assert_eq!(chosen(Budget::Sentences(n(2))), [0, 2], "ties go to the earlier sentence");
        assert_eq!(chosen(Budget::Sentences(n(9))), [0, 2, 3], "a repeat is never added");
        assert_eq!(chosen(Budget::Words(n(8))), [0, 2]);
        assert!(chosen(Budget::Words(n(1))).is_empty());
        assert_eq!(chosen(Budget::Characters(n(50))), [0, 2], "31 + 1 + 18 characters");
        assert_eq!(chosen(Budget::Characters(n(49))), [0]);
        assert_eq!(chosen(Budget::ratio(0.3).unwrap()).len(), 2);
    }

    #[test]
    fn selections_differ_in_what_they_do_about_repeats() {
        let two = Budget::Sentences(n(2));
        assert_eq!(chosen_by(two, Selection::Top, &[]), [0, 1]);
        assert_eq!(chosen_by(two, Selection::TrigramBlocking, &[]), [0, 2]);
        assert_eq!(chosen_by(two, Selection::Coverage { weight: 0.0 }, &[]), [0, 1]);
        let covering = chosen_by(two, Selection::Coverage { weight: 9.0 }, &[]);
        assert!(covering.contains(&3) && !(covering.contains(&0) && covering.contains(&1)), "{covering:?}");
    }

    #[test]
    fn what_is_required_comes_first_if_it_fits() {
        let mmr = Selection::Mmr { penalty: 4.0 };
        assert_eq!(chosen_by(Budget::Sentences(n(2)), mmr, &[3, 3]), [0, 3]);
        assert_eq!(chosen_by(Budget::Sentences(n(1)), mmr, &[2, 3]), [2]);
        assert_eq!(chosen_by(Budget::Words(n(5)), mmr, &[3]), [0], "too long for the budget");
    }
}
