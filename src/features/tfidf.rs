//! Texts in, L2-normalised TF-IDF rows out; the inverse document frequency is learned at fit and kept.
//!
//! tf-idf(t, d) = tf(t, d) · idf(t), idf(t) = ln((1 + n) / (1 + df(t))) + 1 (smooth idf, Salton & Buckley 1988 as
//! scikit-learn has it); the parity test holds the numbers to scikit-learn 1.7's.

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
        let idf = frequencies.iter().map(|df| (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32).collect();
        Ok(Self { params, vocabulary, idf })
    }

    /// Rebuilds a vectoriser from its stored parts.
    pub(crate) fn from_parts(params: TfIdfParams, vocabulary: Vocabulary, idf: Vec<f32>) -> Result<Self> {
        if idf.len() != vocabulary.len() || idf.iter().any(|value| !value.is_finite()) {
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
