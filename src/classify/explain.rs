//! What a classifier has learned, and what would change its mind.

use super::TextClassifier;
use crate::bayes::argmax;

/// A term of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct TopTerm {
    /// The term, as [`Lexicon::term`](crate::features::Lexicon::term) writes it.
    pub term: String,
    /// What the term at a row's value of 1 adds to the class's log-odds against the mean of the other classes.
    pub log_odds: f64,
    /// Documents, or sentences where the classifier reads by sentence, that held it in training; `None` if the weighting has no idf, from which it is told.
    pub n_documents: Option<u64>,
}

/// The smallest set of terms without which a text would get another label.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterfactual {
    /// The class that it would get.
    pub class: usize,
    /// The terms and what each adds to the log-odds of the label against that class, the strongest first.
    pub terms: Vec<(String, f64)>,
}

impl TextClassifier {
    /// The terms that speak most for a class: by their log-odds times the root of the documents that held them, since the
    /// log-odds of a rare term are mostly chance (its standard error goes with that root; Monroe et al. 2008).
    ///
    /// # Panics
    /// If there is no such class.
    #[must_use]
    pub fn top_terms(&self, class: usize, n_terms: usize) -> Vec<TopTerm> {
        let lexicon = self.vectorizer().lexicon();
        let mut ranked: Vec<(f64, u32)> = (0..lexicon.len() as u32)
            .map(|column| {
                let n_documents = self.n_documents(column).unwrap_or(1) as f64;
                (self.class_log_odds(column, class) * n_documents.sqrt(), column)
            })
            .filter(|(size, _)| *size > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(n_terms);
        ranked.into_iter().map(|(_, column)| self.top_term(column, class)).collect()
    }

    /// What a term says of each class, in class order; `None` if the model does not know the term.
    #[must_use]
    pub fn term(&self, term: &str) -> Option<Vec<TopTerm>> {
        let column = self.vectorizer().lexicon().column(term)?;
        Some((0..self.classes().len()).map(|class| self.top_term(column, class)).collect())
    }

    /// Where a term stands in a text, in bytes, in order; none if the model does not know it.
    #[must_use]
    pub fn places_of(&self, text: &str, term: &str) -> Vec<(usize, usize)> {
        let Some(column) = self.vectorizer().lexicon().column(term) else { return Vec::new() };
        let places = self.vectorizer().places(text);
        places.into_iter().filter(|(found, _)| *found == column).map(|(_, place)| place).collect()
    }

    fn top_term(&self, column: u32, class: usize) -> TopTerm {
        TopTerm {
            term: self.vectorizer().lexicon().term(column),
            log_odds: self.class_log_odds(column, class),
            n_documents: self.n_documents(column),
        }
    }

    pub(super) fn class_log_odds(&self, column: u32, class: usize) -> f64 {
        let n_others = self.classes().len() - 1;
        let others = (0..self.classes().len()).filter(|other| *other != class);
        let mean = others.map(|other| self.model().weight(column, other)).sum::<f64>() / n_others as f64;
        (self.model().weight(column, class) - mean) / self.temperature()
    }

    /// idf(t) = ln((1 + n) / (1 + df(t))) + 1, solved for df.
    pub(super) fn n_documents(&self, column: u32) -> Option<u64> {
        let vectorizer = self.vectorizer();
        let idf = f64::from(vectorizer.idf().at(column as usize));
        let is_told = vectorizer.params().weighting.has_idf() && idf > 0.0;
        is_told.then(|| ((1.0 + vectorizer.n_documents() as f64) / (idf - 1.0).exp() - 1.0).round() as u64)
    }

    /// The smallest set of terms whose removal from the row flips the label; `None` if no removal does, as where the biases
    /// alone decide. The row is not normalised anew. Against each other class the strongest terms are taken until the
    /// margin is gone, of which no smaller set is capable; the class with the fewest wins, ties by class order.
    #[must_use]
    pub fn counterfactual(&self, text: &str) -> Option<Counterfactual> {
        let row = self.whole_row(text);
        let scores = self.model().scores(row.iter().copied());
        let label = argmax(&scores);
        let mut fewest: Option<(usize, Vec<(f64, u32)>)> = None;
        for class in (0..scores.len()).filter(|class| *class != label) {
            let mut shares: Vec<(f64, u32)> =
                row.iter().map(|entry| (self.model().log_odds(*entry, label, class), entry.0)).collect();
            shares.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut margin = scores[label] - scores[class];
            let n_needed = shares.iter().position(|(share, _)| {
                margin -= share.max(0.0);
                // The first of equals wins, so a class that stands before the label needs no more than a tie.
                margin < 0.0 || (margin == 0.0 && class < label)
            });
            let Some(n_needed) = n_needed.map(|at| at + 1) else { continue };
            if fewest.as_ref().is_none_or(|(_, shares)| n_needed < shares.len()) {
                shares.truncate(n_needed);
                fewest = Some((class, shares));
            }
        }
        fewest.map(|(class, shares)| Counterfactual {
            class,
            terms: shares
                .into_iter()
                .map(|(share, column)| (self.vectorizer().lexicon().term(column), share / self.temperature()))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{ClassifierParams, Unit};
    use crate::dataset::{Dataset, Record};

    fn classifier() -> TextClassifier {
        classifier_of(Unit::Text)
    }

    fn classifier_of(unit: Unit) -> TextClassifier {
        let texts = [
            ("dove", "talks and dialogue resume at dawn"),
            ("hawk", "missiles and guns at the border"),
            ("dove", "dialogue over trade, talks of a treaty"),
            ("hawk", "guns on the border, missiles at sea"),
            ("owl", "a treaty was read at the border"),
            ("owl", "they read the old treaty"),
        ];
        let record = |(label, text): (&str, &str)| Record {
            id: String::new(),
            title: None,
            text: text.to_owned(),
            label: label.to_owned(),
            group: None,
            fields: Default::default(),
        };
        let dataset = Dataset::new(texts.map(record).to_vec());
        let params = ClassifierParams { n_folds: 2, unit, ..ClassifierParams::for_classes(3) };
        TextClassifier::train(&params, &dataset).unwrap()
    }

    #[test]
    fn top_terms_know_their_documents() {
        let top = classifier().top_terms(0, 3);
        assert!(top.iter().any(|term| term.term == "dialogue" && term.n_documents == Some(2)), "{top:?}");
        assert!(top.iter().all(|term| term.log_odds > 0.0));
        assert_eq!(classifier().term("border").unwrap()[0].n_documents, Some(3));
        assert_eq!(classifier().term("unseen"), None);
    }

    #[test]
    fn without_the_terms_named_the_label_is_another_and_with_one_more_it_is_not() {
        for unit in [Unit::Text, Unit::Sentence] {
            let classifier = classifier_of(unit);
            let text = "Guns and missiles at the border. Missiles at sea, and talks of a treaty.";
            let found = classifier.counterfactual(text).unwrap();
            let label = classifier.classify(text).class;
            let lexicon = classifier.vectorizer().lexicon();
            let row = classifier.whole_row(text);
            assert!(row.iter().any(|(column, _)| lexicon.term(*column) == "guns"), "every sentence counts");
            let label_without = |gone: &[(String, f64)]| {
                let is_kept =
                    |(column, _): &(u32, f32)| gone.iter().all(|(term, _)| lexicon.term(*column) != *term);
                argmax(&classifier.model().scores(row.iter().copied().filter(is_kept)))
            };
            assert_eq!(label_without(&found.terms), found.class);
            assert_eq!(label_without(&found.terms[..found.terms.len() - 1]), label);
        }
    }

    #[test]
    fn a_text_of_no_known_words_has_no_counterfactual() {
        assert_eq!(classifier().counterfactual("zzz"), None);
    }
}
