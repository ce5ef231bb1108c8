//! Two classifiers of the same classes in, the terms that they weigh differently out.

use serde::Serialize;

use super::TextClassifier;

/// What two classifiers have learned differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermsDiff {
    /// Terms that both know.
    pub n_shared: usize,
    /// Terms that only the first knows.
    pub n_only_old: usize,
    /// Terms that only the second knows.
    pub n_only_new: usize,
    /// The classes, with the terms whose log-odds moved most.
    pub classes: Vec<ClassDiff>,
}

/// A class with the terms that speak for it more, or less, than they did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassDiff {
    /// The class.
    pub class: String,
    /// The terms, the most moved first.
    pub terms: Vec<TermDiff>,
}

/// A term's log-odds for a class against the mean of the others, in both models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermDiff {
    /// The term.
    pub term: String,
    /// In the first model; none if it does not know the term.
    pub old: Option<f64>,
    /// In the second.
    pub new: Option<f64>,
}

impl TermDiff {
    /// By how much the log-odds moved; a term that a model does not know says nothing there.
    #[must_use]
    pub fn shift(&self) -> f64 {
        self.new.unwrap_or(0.0) - self.old.unwrap_or(0.0)
    }
}

impl TermsDiff {
    /// Compares what two classifiers say of terms, the `n_terms` that moved most for each class that both know. A shift
    /// counts with the root of the documents that held the term in training, as in [`TextClassifier::top_terms`]; ties go
    /// by term.
    #[must_use]
    pub fn new(old: &TextClassifier, new: &TextClassifier, n_terms: usize) -> Self {
        let [old_lexicon, new_lexicon] = [old, new].map(|classifier| classifier.vectorizer().lexicon());
        let mut pairs: Vec<(Option<u32>, Option<u32>)> = Vec::with_capacity(old_lexicon.len());
        let mut n_shared = 0;
        for column in 0..old_lexicon.len() as u32 {
            let other = new_lexicon.column(&old_lexicon.term(column));
            n_shared += usize::from(other.is_some());
            pairs.push((Some(column), other));
        }
        let is_new = |column: &u32| old_lexicon.column(&new_lexicon.term(*column)).is_none();
        pairs.extend((0..new_lexicon.len() as u32).filter(is_new).map(|column| (None, Some(column))));
        let class_of = |classifier: &TextClassifier, name: &String| {
            classifier.classes().iter().position(|class| class == name)
        };
        let shared_classes = old.classes().iter().filter_map(|name| {
            let classes = (class_of(old, name)?, class_of(new, name)?);
            Some(ClassDiff { class: name.clone(), terms: most_moved((old, new), classes, &pairs, n_terms) })
        });
        Self {
            n_shared,
            n_only_old: old_lexicon.len() - n_shared,
            n_only_new: new_lexicon.len() - n_shared,
            classes: shared_classes.collect(),
        }
    }
}

fn most_moved(
    (old, new): (&TextClassifier, &TextClassifier),
    classes: (usize, usize),
    pairs: &[(Option<u32>, Option<u32>)],
    n_terms: usize,
) -> Vec<TermDiff> {
    let weight = |(old_column, new_column): &(Option<u32>, Option<u32>)| {
        let n = |classifier: &TextClassifier, column: &Option<u32>| {
            column.and_then(|column| classifier.n_documents(column)).unwrap_or(1)
        };
        (n(old, old_column).max(n(new, new_column)) as f64).sqrt()
    };
    let term = |(old_column, new_column): (Option<u32>, Option<u32>)| {
        let name = |classifier: &TextClassifier, column: u32| classifier.vectorizer().lexicon().term(column);
        TermDiff {
            term: old_column
                .map(|column| name(old, column))
                .or_else(|| new_column.map(|column| name(new, column)))
                .unwrap_or_default(),
            old: old_column.map(|column| old.class_log_odds(column, classes.0)),
            new: new_column.map(|column| new.class_log_odds(column, classes.1)),
        }
    };
    let shift = |(old_column, new_column): &(Option<u32>, Option<u32>)| {
        let old = old_column.map_or(0.0, |column| old.class_log_odds(column, classes.0));
        new_column.map_or(0.0, |column| new.class_log_odds(column, classes.1)) - old
    };
    let mut ranked: Vec<(f64, usize)> =
        pairs.iter().enumerate().map(|(at, pair)| (shift(pair).abs() * weight(pair), at)).collect();
    ranked.retain(|(size, _)| *size > 0.0);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.into_iter().take(n_terms).map(|(_, at)| term(pairs[at])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::ClassifierParams;
    use crate::dataset::{Dataset, Record};

    fn classifier(texts: &[(&str, &str)]) -> TextClassifier {
        let record = |(label, text): &(&str, &str)| Record {
            id: String::new(),
            title: None,
            text: (*text).to_owned(),
            label: (*label).to_owned(),
            group: None,
            fields: Default::default(),
        };
        let dataset = Dataset::new(texts.iter().map(record).collect());
        TextClassifier::train(&ClassifierParams { n_folds: 2, ..ClassifierParams::default() }, &dataset)
            .unwrap()
    }

    #[test]
    fn what_moved_most_comes_first_and_the_same_model_moved_nowhere() {
        let texts = [
            ("dove", "talks resume"),
            ("hawk", "guns at sea"),
            ("dove", "talks at dawn"),
            ("hawk", "guns resume"),
        ];
        let old = classifier(&texts);
        let mut changed = texts.to_vec();
        changed.extend([("dove", "guns fall silent"), ("dove", "guns fall silent at last")]);
        let new = classifier(&changed);
        let diff = TermsDiff::new(&old, &new, 3);
        assert_eq!((diff.n_only_old, diff.classes.len()), (0, 2));
        assert_eq!(diff.n_shared, old.vectorizer().lexicon().len());
        let doves = &diff.classes[0].terms;
        assert!(doves.iter().any(|term| term.term == "guns" && term.shift() > 0.0), "{doves:?}");
        assert!(doves.iter().any(|term| term.old.is_none()), "{doves:?}");
        let same = TermsDiff::new(&old, &old, 3);
        assert!(same.classes.iter().all(|class| class.terms.is_empty()), "{same:?}");
    }
}
