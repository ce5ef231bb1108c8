//! Texts of several classes in, the words that each class has more of than the others out.

use std::collections::BTreeMap;

use crate::text::{Language, is_stop_word, tokens};

/// Counts words by class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyness {
    counts: BTreeMap<String, Vec<u64>>,
    /// Words of each class.
    totals: Vec<u64>,
}

/// A word and how much more of it a class has.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyWord {
    /// The word, in lower case.
    pub word: String,
    /// G², the log-likelihood ratio (Dunning 1993): how far its counts are from what one rate for all texts would give; 0 and up.
    pub g2: f64,
    /// Its occurrences in the class.
    pub n_here: u64,
    /// Its occurrences elsewhere.
    pub n_elsewhere: u64,
}

impl Keyness {
    /// Returns empty counts of so many classes.
    #[must_use]
    pub fn new(n_classes: usize) -> Self {
        Self { counts: BTreeMap::new(), totals: vec![0; n_classes] }
    }

    /// Counts a text's words; those of one letter and function words of its language are left out.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn add(&mut self, text: &str, language: Option<Language>, class: usize) {
        let lower = text.to_lowercase();
        for token in tokens(&lower) {
            let word = &lower[token.start..token.end];
            let is_function_word = language.is_some_and(|language| is_stop_word(language, word));
            if word.chars().nth(1).is_none() || is_function_word {
                continue;
            }
            self.totals[class] += 1;
            match self.counts.get_mut(word) {
                Some(counts) => counts[class] += 1,
                None => {
                    let mut counts = vec![0; self.totals.len()];
                    counts[class] = 1;
                    self.counts.insert(word.to_owned(), counts);
                }
            }
        }
    }

    /// At most `n` words that the class has more of than the others have, by falling G², ties by word; none if it or all others
    /// have no words.
    ///
    /// # Panics
    /// If there is no such class.
    #[must_use]
    pub fn top(&self, class: usize, n: usize) -> Vec<KeyWord> {
        let (here, all) = (self.totals[class] as f64, self.totals.iter().sum::<u64>() as f64);
        let elsewhere = all - here;
        if here == 0.0 || elsewhere == 0.0 {
            return Vec::new();
        }
        let key_word = |(word, counts): (&String, &Vec<u64>)| {
            let n_here = counts[class];
            let n_elsewhere = counts.iter().sum::<u64>() - n_here;
            let (a, b) = (n_here as f64, n_elsewhere as f64);
            if a / here <= b / elsewhere {
                return None;
            }
            let part = |observed: f64, total: f64| {
                let expected = total * (a + b) / all;
                if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 }
            };
            let g2 = 2.0 * (part(a, here) + part(b, elsewhere));
            Some(KeyWord { word: word.clone(), g2, n_here, n_elsewhere })
        };
        let mut found: Vec<KeyWord> = self.counts.iter().filter_map(key_word).collect();
        found.sort_by(|a, b| b.g2.total_cmp(&a.g2));
        found.truncate(n);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_class_come_first() {
        let mut keyness = Keyness::new(2);
        for _ in 0..10 {
            keyness.add("The talks on the treaty went on", Some(Language::En), 0);
            keyness.add("The missile and the talks", Some(Language::En), 1);
        }
        let words = |class: usize| -> Vec<String> {
            keyness.top(class, 5).into_iter().map(|found| found.word).collect()
        };
        assert_eq!(words(0)[..1], ["treaty"]);
        assert_eq!(words(1)[..1], ["missile"]);
        assert!(!words(1).contains(&"the".to_owned()));
        let missile = &keyness.top(1, 1)[0];
        assert_eq!((missile.n_here, missile.n_elsewhere), (10, 0));
        // 10 of 20 here, 0 of 30 elsewhere: 2 · 10 ln(10 / (20 · 10 / 50)).
        let n = keyness.totals.clone();
        let expected = 2.0 * 10.0 * (10.0 / (n[1] as f64 * 10.0 / (n[0] + n[1]) as f64)).ln();
        assert!((missile.g2 - expected).abs() < 1e-9);
        assert!(Keyness::new(2).top(0, 3).is_empty());
    }
}
