//! A summary and its reference in, ROUGE out (Lin 2004): F1 of unigrams, of bigrams and of the summary-level longest
//! common subsequence, over lower-case alphanumeric tokens, stemmed from four characters on: the values of Google's rouge-score
//! with stemming.

use hashbrown::HashMap;
use rust_stemmers::{Algorithm, Stemmer};

use super::porter;

/// Computes ROUGE scores; keeps its cache of stems from call to call.
pub struct Rouge {
    /// Snowball's stemmer in place of Porter's.
    snowball: Option<Stemmer>,
    is_word: fn(char) -> bool,
    ids: HashMap<String, u32>,
    by_stem: HashMap<String, u32>,
}

impl std::fmt::Debug for Rouge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rouge").field("n_words", &self.ids.len()).finish_non_exhaustive()
    }
}

/// F1 values, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RougeScores {
    /// Unigrams.
    pub rouge1: f64,
    /// Bigrams.
    pub rouge2: f64,
    /// Longest common subsequence, summary level: the union over output sentences for each reference sentence.
    pub rouge_lsum: f64,
}

impl Default for Rouge {
    fn default() -> Self {
        Self {
            snowball: None,
            is_word: |c| c.is_ascii_alphanumeric(),
            ids: HashMap::new(),
            by_stem: HashMap::new(),
        }
    }
}

impl Rouge {
    /// Returns a scorer whose tokens are words of any script, for texts that the usual ASCII tokens leave empty; stems are Snowball's
    /// English ones.
    #[must_use]
    pub fn any_script() -> Self {
        let snowball = Some(Stemmer::create(Algorithm::English));
        Self { snowball, is_word: char::is_alphanumeric, ..Self::default() }
    }

    /// Scores an output against a reference, both a sentence an entry.
    ///
    /// ```
    /// let mut rouge = nutgraf::evaluate::Rouge::default();
    /// let scores = rouge.score(&["The talks resumed in Oslo."], &["Talks resumed."]);
    /// assert!((scores.rouge1 - 2.0 * 1.0 * 0.4 / 1.4).abs() < 1e-12);
    /// ```
    pub fn score<A: AsRef<str>, B: AsRef<str>>(&mut self, output: &[A], reference: &[B]) -> RougeScores {
        let output: Vec<Vec<u32>> = output.iter().map(|s| self.tokens(s.as_ref())).collect();
        let reference: Vec<Vec<u32>> = reference.iter().map(|s| self.tokens(s.as_ref())).collect();
        let (flat_output, flat_reference) = (output.concat(), reference.concat());
        RougeScores {
            rouge1: ngram_f1(&flat_output, &flat_reference, 1),
            rouge2: ngram_f1(&flat_output, &flat_reference, 2),
            rouge_lsum: lcs_f1(&output, &reference),
        }
    }

    /// ROUGE-1 + ROUGE-2, without the longest common subsequence, whose cost would rule a greedy search.
    pub fn score_ngrams<A: AsRef<str>, B: AsRef<str>>(&mut self, output: &[A], reference: &[B]) -> f64 {
        let output: Vec<u32> = output.iter().flat_map(|s| self.tokens(s.as_ref())).collect();
        let reference: Vec<u32> = reference.iter().flat_map(|s| self.tokens(s.as_ref())).collect();
        ngram_f1(&output, &reference, 1) + ngram_f1(&output, &reference, 2)
    }

    /// The tokens of a sentence, as numbers that are equal where the stems are.
    fn tokens(&mut self, text: &str) -> Vec<u32> {
        let lower = text.to_lowercase();
        let is_word = self.is_word;
        let words = lower.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
        words.map(|word| self.id(word)).collect()
    }

    fn id(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let stem = match &self.snowball {
            _ if word.len() <= 3 => word.to_owned(),
            Some(snowball) => snowball.stem(word).into_owned(),
            None => porter::stem(word),
        };
        let next = self.by_stem.len() as u32;
        let id = *self.by_stem.entry(stem).or_insert(next);
        self.ids.insert(word.to_owned(), id);
        id
    }
}

fn f1(n_shared: usize, n_output: usize, n_reference: usize) -> f64 {
    if n_shared == 0 { 0.0 } else { 2.0 * n_shared as f64 / (n_output + n_reference) as f64 }
}

fn ngram_f1(output: &[u32], reference: &[u32], n: usize) -> f64 {
    let mut counts: HashMap<&[u32], usize> = HashMap::new();
    for ngram in reference.windows(n) {
        *counts.entry(ngram).or_default() += 1;
    }
    let mut n_shared = 0;
    for ngram in output.windows(n) {
        if let Some(count) = counts.get_mut(ngram).filter(|count| **count > 0) {
            *count -= 1;
            n_shared += 1;
        }
    }
    f1(n_shared, (output.len() + 1).saturating_sub(n), (reference.len() + 1).saturating_sub(n))
}

/// Summary-level LCS: for each reference sentence the union of its common subsequences with every output sentence, each
/// token counted at most as often as it occurs in both summaries.
fn lcs_f1(output: &[Vec<u32>], reference: &[Vec<u32>]) -> f64 {
    let count = |sentences: &[Vec<u32>]| {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for token in sentences.iter().flatten() {
            *counts.entry(*token).or_default() += 1;
        }
        counts
    };
    let (mut left_output, mut left_reference) = (count(output), count(reference));
    let mut n_shared = 0;
    for sentence in reference {
        let mut is_hit = vec![false; sentence.len()];
        for other in output {
            mark_lcs(sentence, other, &mut is_hit);
        }
        for (token, _) in sentence.iter().zip(&is_hit).filter(|(_, hit)| **hit) {
            let (Some(a), Some(b)) = (left_output.get_mut(token), left_reference.get_mut(token)) else {
                continue;
            };
            if *a > 0 && *b > 0 {
                (*a, *b) = (*a - 1, *b - 1);
                n_shared += 1;
            }
        }
    }
    f1(n_shared, output.iter().map(Vec::len).sum(), reference.iter().map(Vec::len).sum())
}

/// Marks the positions of `a` that belong to one longest common subsequence with `b`.
fn mark_lcs(a: &[u32], b: &[u32], is_hit: &mut [bool]) {
    let width = b.len() + 1;
    let mut lengths = vec![0_u32; (a.len() + 1) * width];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            lengths[(i + 1) * width + j + 1] = if x == y {
                lengths[i * width + j] + 1
            } else {
                lengths[i * width + j + 1].max(lengths[(i + 1) * width + j])
            };
        }
    }
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 && j > 0 {
        if a[i - 1] == b[j - 1] {
            is_hit[i - 1] = true;
            (i, j) = (i - 1, j - 1);
        } else if lengths[(i - 1) * width + j] >= lengths[i * width + j - 1] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by hand.
    #[test]
    fn scores_are_as_computed_by_hand() {
        let mut rouge = Rouge::default();
        let scores = rouge.score(&["police killed the gunman"], &["police kill the gunman"]);
        assert_eq!((scores.rouge1, scores.rouge2, scores.rouge_lsum), (1.0, 1.0, 1.0));
        let scores = rouge.score(&["the gunman killed police"], &["police killed the gunman"]);
        assert_eq!((scores.rouge1, scores.rouge_lsum), (1.0, 0.5));
        assert!((scores.rouge2 - 1.0 / 3.0).abs() < 1e-12);
        // The union over output sentences: w1 w2 from the first, w3 w5 from the second (Lin 2004, section 3.2).
        let scores = rouge.score(&["w1 w2 w6 w7 w8", "w1 w3 w8 w9 w5"], &["w1 w2 w3 w4 w5"]);
        assert!((scores.rouge_lsum - 2.0 * 4.0 / 15.0).abs() < 1e-12);
        assert_eq!(rouge.score::<&str, &str>(&[], &["a"]), RougeScores::default());
    }

    /// Values of rouge-score 0.1.2, with stemming.
    #[test]
    fn scores_are_rouge_score_s() {
        let rows: [(&[&str], &[&str], [f64; 3]); 3] = [
            (
                &[
                    "The two ministers, meeting in Oslo on Tuesday, agreed to reopen the hotline.",
                    "Fishermen's families had been asking for it since the ships collided.",
                ],
                &[
                    "Ministers meet in Oslo and agree on reopening a hotline.",
                    "Families of fishermen had asked for it after collisions of ships.",
                ],
                [0.652_173_913_043_478_3, 0.227_272_727_272_727_27, 0.565_217_391_304_347_8],
            ),
            (
                &[
                    "Negotiators are hopeful, although the ceasefire's monitoring remains controversial.",
                    "Rationalization of supplies proceeded quickly; nobody was dying.",
                ],
                &[
                    "Hopes of negotiators rest on monitors of the ceasefire, which is a controversy.",
                    "Supplies were rationalized, and people die no more.",
                ],
                [0.512_820_512_820_512_9, 0.054_054_054_054_054_05, 0.358_974_358_974_359],
            ),
            (
                &[
                    "News of the skies over the innings: radically different analogies, 12 skiers tried and lied.",
                ],
                &["The sky is news; a radical analogy, and 12 ski teams try and lie in an inning."],
                [0.5625, 0.133_333_333_333_333_33, 0.437_5],
            ),
        ];
        let mut rouge = Rouge::default();
        for (output, reference, expected) in rows {
            let scores = rouge.score(output, reference);
            for (found, expected) in [scores.rouge1, scores.rouge2, scores.rouge_lsum].iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{scores:?}");
            }
        }
    }
}
