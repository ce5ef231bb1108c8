//! A document in, a score for every sentence out: the trait of all that ranks sentences, and the rankings that need no model,
//! for comparison and for texts that no model fits.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::select::Selection;
use super::similarity::{Pair, centroid_similarity, pairs};

/// A way of scoring sentences.
pub trait Ranking: Sync {
    /// The ranking's name.
    fn name(&self) -> &'static str;

    /// Scores every sentence of a document; greater is better. A document without sentences has none.
    fn scores(&self, document: &Document<'_>) -> SentenceScores;

    /// How sentences are chosen by these scores, if nothing else is asked for.
    fn selection(&self) -> Selection;
}

/// The score of every sentence as a sum of named parts, shape (sentences, parts).
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceScores {
    names: Vec<&'static str>,
    /// Row by row.
    values: Vec<f64>,
}

impl SentenceScores {
    /// Returns scores of named parts; `values` has a row of them for each sentence.
    ///
    /// # Panics
    /// If the values are no whole number of rows.
    #[must_use]
    pub fn new(names: Vec<&'static str>, values: Vec<f64>) -> Self {
        assert!(!names.is_empty() && values.len().is_multiple_of(names.len()), "a row has a value a name");
        Self { names, values }
    }

    /// The scores of a sentence alone.
    pub(super) fn row(&self, sentence: usize) -> Self {
        let (names, values) = self.parts(sentence).unzip();
        Self { names, values }
    }

    /// The scores of sentences of which each stands alone, of one ranking; `None` if there are none.
    pub(super) fn of_rows<'a>(rows: impl Iterator<Item = &'a Self>) -> Option<Self> {
        rows.cloned().reduce(|mut all, row| {
            assert_eq!(all.names, row.names, "all rows are of one ranking");
            all.values.extend(row.values);
            all
        })
    }

    /// Adds a part to every sentence.
    ///
    /// # Panics
    /// If there is not a value a sentence.
    pub(super) fn add_part(&mut self, name: &'static str, part: &[f64]) {
        let n_parts = self.names.len();
        assert_eq!(part.len() * n_parts, self.values.len(), "a value a sentence");
        let rows = self.values.chunks(n_parts).zip(part);
        self.values = rows.flat_map(|(row, value)| row.iter().copied().chain([*value])).collect();
        self.names.push(name);
    }

    /// The parts of a sentence's score, by name.
    pub(super) fn parts(&self, sentence: usize) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        let n_parts = self.names.len();
        let row = &self.values[sentence * n_parts..(sentence + 1) * n_parts];
        self.names.iter().copied().zip(row.iter().copied())
    }

    /// The score of every sentence: the sum of its parts.
    #[must_use]
    pub fn sums(&self) -> Vec<f64> {
        self.values.chunks(self.names.len()).map(|row| row.iter().sum()).collect()
    }
}

/// A ranking that needs no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The first sentences.
    Lead,
    /// PageRank over shared words, divided by the logarithms of the sentences' lengths (Mihalcea & Tarau 2004).
    TextRank,
    /// PageRank over cosines of TF-IDF rows, those below 0.1 left out (continuous LexRank, Erkan & Radev 2004).
    LexRank,
    /// Likeness to the mean of all sentences (Radev, Jing, Styś & Tam 2004, without position).
    Centroid,
    /// The densest cluster of significant words: its significant words squared by its length (Luhn 1958).
    Luhn,
    /// The mean probability of its words, those of sentences chosen before squared away (Nenkova & Vanderwende 2005).
    SumBasic,
}

impl Baseline {
    /// Every baseline.
    pub const ALL: [Self; 6] =
        [Self::Lead, Self::TextRank, Self::LexRank, Self::Centroid, Self::Luhn, Self::SumBasic];
}

impl Ranking for Baseline {
    fn name(&self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::TextRank => "textrank",
            Self::LexRank => "lexrank",
            Self::Centroid => "centroid",
            Self::Luhn => "luhn",
            Self::SumBasic => "sumbasic",
        }
    }

    fn scores(&self, document: &Document<'_>) -> SentenceScores {
        let scores = match self {
            Self::Lead => (0..document.n_sentences()).map(|idx| -(idx as f64)).collect(),
            Self::TextRank => page_rank(document.n_sentences(), &overlaps(document)),
            Self::LexRank => page_rank(document.n_sentences(), &cosines(document)),
            Self::Centroid => centroid_similarity(document),
            Self::Luhn => luhn(document),
            Self::SumBasic => sum_basic(document),
        };
        SentenceScores::new(vec![self.name()], standardised(&scores))
    }

    fn selection(&self) -> Selection {
        Selection::Top
    }
}

/// Scores in standard deviations from their mean, so that those of different rankings can be weighed against likeness; all 0
/// if they do not differ.
fn standardised(scores: &[f64]) -> Vec<f64> {
    let n = scores.len().max(1) as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let deviation = (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / n).sqrt();
    scores.iter().map(|score| if deviation > 0.0 { (score - mean) / deviation } else { 0.0 }).collect()
}

/// What LexRank compares: cosines of 0.1 and more.
fn cosines(document: &Document<'_>) -> Vec<Pair> {
    const THRESHOLD: f32 = 0.1;
    let mut found = pairs(document);
    found.retain(|pair| pair.likeness >= THRESHOLD);
    found
}

/// What TextRank compares: the words that two sentences share, by ln |a| + ln |b|.
fn overlaps(document: &Document<'_>) -> Vec<Pair> {
    let mut found = pairs(document);
    for pair in &mut found {
        let rows = [pair.first, pair.second].map(|idx| document.row(idx as usize));
        let n_shared = n_shared(rows[0], rows[1]);
        let lengths: f64 = rows.iter().map(|row| (row.len() as f64).ln()).sum();
        // Two sentences of one word have no logarithm to divide by.
        pair.likeness = if lengths > 0.0 { (n_shared as f64 / lengths) as f32 } else { 0.0 };
    }
    found
}

fn n_shared(a: &[(u32, f32)], b: &[(u32, f32)]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (left, right) = (a[i].0, b[j].0);
        n += usize::from(left == right);
        (i, j) = (i + usize::from(left <= right), j + usize::from(right <= left));
    }
    n
}

/// PageRank (Brin & Page 1998) over weighted, undirected edges: damping 0.85, until no score changes by 10⁻⁶ or after 100
/// rounds. A sentence without edges gives its rank to all.
fn page_rank(n: usize, edges: &[Pair]) -> Vec<f64> {
    const DAMPING: f64 = 0.85;
    let mut strength = vec![0.0_f64; n];
    for Pair { first, second, likeness } in edges {
        strength[*first as usize] += f64::from(*likeness);
        strength[*second as usize] += f64::from(*likeness);
    }
    let mut rank = vec![1.0 / n.max(1) as f64; n];
    for _ in 0..100 {
        let loose: f64 = rank.iter().zip(&strength).filter(|(_, s)| **s == 0.0).map(|(r, _)| r).sum();
        let base = (1.0 - DAMPING + DAMPING * loose) / n as f64;
        let mut next = vec![base; n];
        for Pair { first, second, likeness } in edges {
            let (a, b, weight) = (*first as usize, *second as usize, DAMPING * f64::from(*likeness));
            if weight > 0.0 {
                next[a] += weight * rank[b] / strength[b];
                next[b] += weight * rank[a] / strength[a];
            }
        }
        let change = rank.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        rank = next;
        if change < 1e-6 {
            break;
        }
    }
    rank
}

/// Luhn's factor: of runs of a sentence's content words in which no more than four that are not significant stand between two
/// significant ones, the best by (significant words)² / length. Significant are words that occur more often than the mean.
fn luhn(document: &Document<'_>) -> Vec<f64> {
    const GAP: usize = 4;
    let sequences: Vec<&[u32]> = (0..document.n_sentences()).map(|idx| document.words_of(idx)).collect();
    let mut counts = vec![0_u32; document.n_columns()];
    sequences.iter().copied().flatten().for_each(|column| counts[*column as usize] += 1);
    let mean = f64::from(counts.iter().sum::<u32>()) / counts.len().max(1) as f64;
    let is_significant = |column: &u32| f64::from(counts[*column as usize]) > mean;
    let factor = |words: &&[u32]| {
        let places = words.iter().enumerate().filter(|(_, word)| is_significant(word)).map(|(at, _)| at);
        let (mut best, mut start, mut last, mut n) = (0.0_f64, 0, 0, 0_usize);
        for at in places {
            if n == 0 || at - last > GAP + 1 {
                (start, n) = (at, 0);
            }
            n += 1;
            last = at;
            best = best.max((n * n) as f64 / (at - start + 1) as f64);
        }
        best
    };
    sequences.iter().map(factor).collect()
}

/// SumBasic as a ranking: the first sentence that it would choose has the greatest score, and so on. Up to so many; what
/// comes after them has its mean probability alone, below all of them.
fn sum_basic(document: &Document<'_>) -> Vec<f64> {
    const N_CHOSEN: usize = 50;
    let sequences: Vec<&[u32]> = (0..document.n_sentences()).map(|idx| document.words_of(idx)).collect();
    let n_words: usize = sequences.iter().map(|words| words.len()).sum();
    let mut p = vec![0.0_f64; document.n_columns()];
    sequences.iter().copied().flatten().for_each(|column| p[*column as usize] += 1.0 / n_words as f64);
    let mean = |p: &[f64], words: &[u32]| {
        words.iter().map(|column| p[*column as usize]).sum::<f64>() / words.len().max(1) as f64
    };
    let mut left: BTreeMap<usize, &[u32]> = sequences.iter().copied().enumerate().collect();
    let mut scores: Vec<f64> = sequences.iter().map(|words| mean(&p, words)).collect();
    for rank in 0..N_CHOSEN.min(scores.len()) {
        let best = left.iter().fold(None, |best: Option<(usize, f64)>, (idx, words)| {
            let value = mean(&p, words);
            if best.is_none_or(|(_, known)| value > known) { Some((*idx, value)) } else { best }
        });
        let Some((idx, _)) = best else { break };
        scores[idx] = 1.0 + (N_CHOSEN - rank) as f64;
        let words: BTreeSet<u32> = left.remove(&idx).into_iter().flatten().copied().collect();
        words.iter().for_each(|column| p[*column as usize] *= p[*column as usize]);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Rain fell. Ministers of both republics reopened the hotline after talks. The talks of the \
                        ministers were about the hotline. Ministers said that the talks would go on. Goats grazed.";

    fn best(baseline: Baseline) -> usize {
        let document = Document::new(TEXT, &Document::paragraphs(TEXT), None, None);
        let scores = baseline.scores(&document).sums();
        assert_eq!(scores.len(), 5);
        assert!(scores.iter().all(|score| score.is_finite()), "{scores:?}");
        (0..scores.len()).fold(0, |best, idx| if scores[idx] > scores[best] { idx } else { best })
    }

    #[test]
    fn every_ranking_but_the_lead_finds_the_heart_of_the_matter() {
        for baseline in Baseline::ALL {
            match baseline {
                Baseline::Lead => assert_eq!(best(baseline), 0),
                _ => assert!((1..4).contains(&best(baseline)), "{}: {}", baseline.name(), best(baseline)),
            }
        }
    }

    #[test]
    fn ranks_of_pages_sum_to_one() {
        let edges =
            [Pair { first: 0, second: 1, likeness: 0.5 }, Pair { first: 0, second: 2, likeness: 0.5 }];
        let rank = page_rank(4, &edges);
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(rank[0] > rank[1] && rank[1] == rank[2] && rank[3] < rank[1]);
    }

    #[test]
    fn empty_documents_have_no_scores() {
        let document = Document::new("", &[], None, None);
        assert!(Baseline::ALL.iter().all(|baseline| baseline.scores(&document).sums().is_empty()));
    }
}
