//! How texts become rows: parameters that are checked before they are used, and stored in every model file.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::text::{Analyzer, AnalyzerParams};

/// How texts become rows. Stored in every model file, so that reading repeats training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorizerParams {
    /// How text becomes words, and how long the word n-grams are.
    pub analyzer: AnalyzerParams,
    /// Character n-grams within words, if any.
    pub chars: Option<CharNgrams>,
    /// What a term's count becomes.
    pub weighting: Weighting,
    /// Words in fewer documents are left out; at least 1.
    pub min_documents: u32,
    /// Longer terms in fewer documents are left out; at least 1.
    pub min_ngram_documents: u32,
    /// At most so many terms, those in the most documents (ties by column); `None` for all.
    pub max_terms: Option<usize>,
    /// Terms in more than this share of the documents count nothing; above 0, at most 1.
    pub max_documents: f64,
    /// Whether function words count only beside other words, in n-grams: *not* alone says nothing, *not resume* does.
    /// A content word with the stem of a function word (*willing*) is muted with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mute_stop_words: bool,
}

/// The lengths of character n-grams, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharNgrams {
    /// The shortest, at least 1.
    pub min: usize,
    /// The longest, at most 8.
    pub max: usize,
}

/// What a term's count in a document becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// The count itself.
    Count,
    /// 1.
    Binary,
    /// (1 + ln count) · idf, each block of the row L2-normalised.
    TfIdf,
    /// count · idf, each block of the row L2-normalised.
    RawTfIdf,
}

impl Weighting {
    /// Whether the weight depends on document frequencies.
    #[must_use]
    pub fn has_idf(self) -> bool {
        matches!(self, Self::TfIdf | Self::RawTfIdf)
    }
}

impl Default for VectorizerParams {
    /// Words of two or more characters as they stand and pairs of them found in two or more documents, sublinear TF-IDF.
    fn default() -> Self {
        Self {
            analyzer: AnalyzerParams {
                stem: false,
                drop_stop_words: false,
                max_ngram: 2,
                ..AnalyzerParams::default()
            },
            chars: None,
            weighting: Weighting::TfIdf,
            min_documents: 1,
            min_ngram_documents: 2,
            max_terms: None,
            max_documents: 1.0,
            mute_stop_words: false,
        }
    }
}

impl VectorizerParams {
    /// Returns the analyzer, if every parameter is in its range.
    ///
    /// # Errors
    /// [`Error::Parameter`] otherwise.
    pub fn check(&self) -> Result<Analyzer> {
        for (name, value) in
            [("min_documents", self.min_documents), ("min_ngram_documents", self.min_ngram_documents)]
        {
            if value == 0 {
                return Err(Error::parameter(name, value, "at least 1"));
            }
        }
        if !(self.max_documents > 0.0 && self.max_documents <= 1.0) {
            return Err(Error::parameter("max_documents", self.max_documents, "above 0 and at most 1"));
        }
        if let Some(chars) = self.chars
            && !(1 <= chars.min && chars.min <= chars.max && chars.max <= 8)
        {
            return Err(Error::parameter(
                "chars",
                format!("{}..{}", chars.min, chars.max),
                "1 to 8, in order",
            ));
        }
        self.analyzer.clone().check()
    }
}
