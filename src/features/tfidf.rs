//! Texts in, L2-normalised TF-IDF rows out; the inverse document frequency is learned at fit and kept.
//!
//! tf-idf(t, d) = tf(t, d) · idf(t), idf(t) = ln((1 + n) / (1 + df(t))) + 1 (smooth idf, Salton & Buckley 1988 as
//! scikit-learn has it); the parity test holds the numbers to scikit-learn 1.9.1's.

use serde::{Deserialize, Serialize};

use super::{Csr, Vocabulary, VocabularyBuilder};
use crate::error::{Error, Result};
use crate::text::{Analyzer, Terms};

/// How term counts become weights. Stored in every model file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TfIdfParams {
    /// Whether tf is 1 + ln(count) instead of the count.
    pub sublinear_tf: bool,
    /// Terms in fewer documents are left out; at least 1.
    pub min_documents: u32,
    /// At most this many terms, the most frequent; `None` for all.
    pub max_terms: Option<usize>,
}

impl Default for TfIdfParams {
    fn default() -> Self {
        Self { sublinear_tf: true, min_documents: 1, max_terms: None }
    }
}

/// A fitted vectoriser: vocabulary and idf.
#[derive(Debug, Clone, PartialEq)]
pub struct TfIdf {
    params: TfIdfParams,
    vocabulary: Vocabulary,
    idf: Vec<f32>,
}

impl TfIdf {
    /// Learns vocabulary and idf from texts.
    ///
    /// # Errors
    /// [`Error::Parameter`] for `min_documents` = 0; [`Error::Training`] if no term is left.
    pub fn fit<'a>(
        params: TfIdfParams,
        analyzer: &Analyzer,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        if params.min_documents == 0 {
            return Err(Error::parameter("min_documents", 0, "at least 1"));
        }
        let mut builder = VocabularyBuilder::default();
        let mut terms = Terms::default();
        for text in texts {
            analyzer.analyze(text, &mut terms);
            builder.add_document(terms.iter().map(|(term, _)| term));
        }
        let n = builder.n_documents() as f64;
        let (vocabulary, frequencies) = builder.build(params.min_documents, params.max_terms);
        if vocabulary.is_empty() {
            return Err(Error::Training(format!(
                "no term occurs in {} or more of the {n} texts; lower min_documents or give more text",
                params.min_documents
            )));
        }
        let idf =
            frequencies.iter().map(|df| (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32).collect();
        Ok(Self { params, vocabulary, idf })
    }

    /// Rebuilds a vectoriser from its stored parts.
    pub(crate) fn from_parts(params: TfIdfParams, vocabulary: Vocabulary, idf: Vec<f32>) -> Result<Self> {
        if idf.len() != vocabulary.len() || idf.iter().any(|value| !value.is_finite() || *value <= 0.0) {
            return Err(Error::model("tfidf", "idf does not fit the vocabulary; the file is damaged"));
        }
        Ok(Self { params, vocabulary, idf })
    }

    /// The row of one analyzed text, by column; empty where no term is known.
    #[must_use]
    pub fn row(&self, terms: &Terms) -> Vec<(u32, f32)> {
        self.row_of(terms.iter().filter_map(|(term, _)| self.vocabulary.column(term)).collect())
    }

    /// The row of a multiset of columns, in any order.
    fn row_of(&self, mut columns: Vec<u32>) -> Vec<(u32, f32)> {
        columns.sort_unstable();
        let mut row: Vec<(u32, f64)> = Vec::new();
        for same in columns.chunk_by(|a, b| a == b) {
            let count = same.len() as f64;
            let tf = if self.params.sublinear_tf { 1.0 + count.ln() } else { count };
            row.push((same[0], tf * f64::from(self.idf[same[0] as usize])));
        }
        let norm = row.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        row.into_iter().map(|(column, value)| (column, (value / norm) as f32)).collect()
    }

    /// The rows of texts, in order.
    pub fn transform<'a>(&self, analyzer: &Analyzer, texts: impl Iterator<Item = &'a str>) -> Csr {
        let mut rows = Csr::new(self.vocabulary.len());
        let mut terms = Terms::default();
        for text in texts {
            analyzer.analyze(text, &mut terms);
            rows.push_row(&self.row(&terms));
        }
        rows
    }

    /// The vocabulary, in the order of the columns.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The idf of each column.
    #[must_use]
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// The parameters, for a model file.
    #[must_use]
    pub fn params(&self) -> &TfIdfParams {
        &self.params
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AnalyzerParams, Language};

    const DOCUMENTS: [&str; 4] = [
        "the fleet sailed at dawn and the fleet returned",
        "ministers met and talks resumed at dawn",
        "talks on the fleet",
        " ",
    ];

    fn analyzer() -> Analyzer {
        let params = AnalyzerParams {
            language: Language::En,
            stem: false,
            drop_stop_words: false,
            min_chars: 2,
            max_ngram: 2,
        };
        params.check().unwrap()
    }

    /// Values of scikit-learn 1.9.1: `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=…)` on the same documents.
    #[test]
    fn rows_equal_scikit_learn_s() {
        let plain = [
            ("the", 0.383_050_44),
            ("fleet", 0.383_050_44),
            ("sailed", 0.242_925_456),
            ("at", 0.191_525_22),
            ("dawn", 0.191_525_22),
            ("and", 0.191_525_22),
            ("returned", 0.242_925_456),
            ("the fleet", 0.383_050_44),
            ("fleet sailed", 0.242_925_456),
            ("sailed at", 0.242_925_456),
            ("at dawn", 0.191_525_22),
            ("dawn and", 0.242_925_456),
            ("and the", 0.242_925_456),
            ("fleet returned", 0.242_925_456),
        ];
        let sublinear = [
            ("the", 0.346_612_804),
            ("fleet", 0.346_612_804),
            ("sailed", 0.259_655_154),
            ("at", 0.204_715_106),
            ("dawn", 0.204_715_106),
            ("and", 0.204_715_106),
            ("returned", 0.259_655_154),
            ("the fleet", 0.346_612_804),
            ("fleet sailed", 0.259_655_154),
            ("sailed at", 0.259_655_154),
            ("at dawn", 0.204_715_106),
            ("dawn and", 0.259_655_154),
            ("and the", 0.259_655_154),
            ("fleet returned", 0.259_655_154),
        ];
        for (sublinear_tf, expected) in [(false, plain), (true, sublinear)] {
            let params = TfIdfParams { sublinear_tf, ..TfIdfParams::default() };
            let tfidf = TfIdf::fit(params, &analyzer(), DOCUMENTS.into_iter()).unwrap();
            assert_eq!(tfidf.vocabulary().len(), 26);
            let rows = tfidf.transform(&analyzer(), DOCUMENTS.into_iter());
            let found: std::collections::BTreeMap<&str, f32> =
                rows.row(0).map(|(column, value)| (tfidf.vocabulary().term(column), value)).collect();
            assert_eq!(found.len(), expected.len());
            for (term, value) in expected {
                assert!((f64::from(found[term]) - value).abs() < 1e-7, "{term}: {} for {value}", found[term]);
            }
            assert_eq!(rows.row(3).count(), 0, "a text without terms has the empty row");
        }
    }

    /// The third document's row in scikit-learn 1.9.1, alone: idf is kept from the fit, not taken from the batch.
    #[test]
    fn idf_is_kept_for_a_text_alone() {
        let tfidf = TfIdf::fit(TfIdfParams::default(), &analyzer(), DOCUMENTS.into_iter()).unwrap();
        let alone = tfidf.transform(&analyzer(), ["talks on the fleet"].into_iter());
        let on = tfidf.vocabulary().column("on").unwrap();
        let value = alone.row(0).find(|(column, _)| *column == on).unwrap().1;
        assert!((f64::from(value) - 0.426_930_74).abs() < 1e-7);
    }

    #[test]
    fn texts_without_terms_cannot_be_fitted() {
        assert!(TfIdf::fit(TfIdfParams::default(), &analyzer(), [" ", "!"].into_iter()).is_err());
    }
}
