//! A classifier in, the keyword list that a reader would make of it out: the baseline that counts words.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::TextClassifier;
use crate::bayes::argmax;
use crate::dataset::Record;
use crate::features::RowScratch;

/// Counts which class has most of its strongest words in a text.
#[derive(Debug)]
pub struct KeywordBaseline<'a> {
    classifier: &'a TextClassifier,
    /// The class that each word stands for.
    class_of: HashMap<u32, usize>,
    /// The class of a text without any.
    default: usize,
}

impl<'a> KeywordBaseline<'a> {
    /// Returns the baseline of at most `n_words` words a class, those of [`TextClassifier::top_terms`].
    #[must_use]
    pub fn new(classifier: &'a TextClassifier, n_words: usize) -> Self {
        let lexicon = classifier.vectorizer().lexicon();
        let mut class_of = HashMap::new();
        for class in 0..classifier.classes().len() {
            for found in classifier.top_terms(class, n_words) {
                if let Some(column) = lexicon.column(&found.term) {
                    class_of.entry(column).or_insert(class);
                }
            }
        }
        Self { classifier, class_of, default: argmax(classifier.model().bias()) }
    }

    /// The class of each record, in order: that with most distinct words in it, ties to the first; without any that of the
    /// greatest prior.
    #[must_use]
    pub fn classify(&self, records: &[Record]) -> Vec<usize> {
        let one = |scratch: &mut RowScratch, record: &Record| {
            self.classifier.vectorizer().row(record.parts(), scratch);
            let mut counts = vec![0.0; self.classifier.classes().len()];
            for (column, _) in &scratch.row {
                if let Some(class) = self.class_of.get(column) {
                    counts[*class] += 1.0;
                }
            }
            if counts.iter().all(|count| *count == 0.0) { self.default } else { argmax(&counts) }
        };
        records.par_iter().with_min_len(64).map_init(RowScratch::default, one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::ClassifierParams;
    use crate::dataset::Dataset;

    fn record(label: &str, text: &str) -> Record {
        let (text, label) = (text.to_owned(), label.to_owned());
        Record { id: String::new(), title: None, text, label, group: None, fields: Default::default() }
    }

    #[test]
    fn most_words_win() {
        let training =
            [("dove", "talks treaty"), ("hawk", "missile guns"), ("dove", "treaty talks"), ("hawk", "guns")];
        let records = training.map(|(label, text)| record(label, text)).to_vec();
        let classifier = TextClassifier::train(&ClassifierParams::default(), &Dataset::new(records)).unwrap();
        let baseline = KeywordBaseline::new(&classifier, 20);
        let texts = ["talks on a treaty, not guns", "missile and guns, no talks", "nothing known"];
        let found = baseline.classify(&texts.map(|text| record("", text)));
        assert_eq!(found[..2], [0, 1]);
        assert_eq!(found[2], argmax(classifier.model().bias()));
    }
}
