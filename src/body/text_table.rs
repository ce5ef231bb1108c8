//! Texts with classes in, log-likelihoods of the classes by words and word pairs out: TF-IDF and naive Bayes, as one
//! part of a larger model. Weights are kept in few bits: of two classes their difference in 16, of more each in 8.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use crate::bayes::{LinearModel, NaiveBayes, NaiveBayesParams, Precision, Prior, TermCounts};
use crate::error::Result;
use crate::features::arrays::F32Array;
use crate::features::{Corpus, Lexicon, RowScratch, Vectorizer, VectorizerParams};
use crate::model::Model;

/// How texts are read and counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextTableParams {
    pub(super) vectorizer: VectorizerParams,
    /// Whether every class's term mass counts alike.
    pub(super) balance: bool,
}

/// A fitted table.
#[derive(Debug)]
pub(super) struct TextTable {
    balance: bool,
    vectorizer: Vectorizer,
    /// The log-odds of the second of two classes, or a log-likelihood a class.
    weights: LinearModel,
}

/// What a model file keeps beside the arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredTable {
    params: TextTableParams,
    n_documents: usize,
}

/// The part of a text by which its words are told: the rest of a longer one tells no more and costs as much.
pub(super) fn opening(text: &str) -> &str {
    &text[..text.floor_char_boundary(OPENING_BYTES)]
}

/// Bytes; the longest block of 1,409 real pages has 12,070.
const OPENING_BYTES: usize = 128 << 10;

/// Lidstone's α for L2-normalised rows.
const ALPHA: f64 = 0.1;

impl TextTable {
    /// Fits on texts and their classes; a class without texts keeps a document's weight and no terms.
    pub(super) fn fit<'a>(
        params: &TextTableParams,
        texts: impl Iterator<Item = &'a str>,
        classes: &[usize],
        n_classes: usize,
    ) -> Result<Self> {
        let texts: Vec<(Option<&str>, &str)> = texts.map(|text| (None, opening(text))).collect();
        let corpus = Corpus::new(&params.vectorizer.check()?, params.vectorizer.chars.is_some(), &texts);
        let vectorizer = Vectorizer::fit(&params.vectorizer, &corpus)?;
        let counts = TermCounts::from_rows(&vectorizer.rows(&corpus), classes, n_classes).with_every_class();
        let bayes =
            NaiveBayesParams::new().alpha(ALPHA).prior(Prior::Uniform).balance(params.balance).check()?;
        let bayes = NaiveBayes::fit(&bayes, &counts)?;
        let weights = match n_classes {
            2 => LinearModel::of_log_odds(&bayes),
            _ => LinearModel::from(bayes).centred(),
        };
        let weights = weights.to_precision(precision(n_classes));
        Ok(Self { balance: params.balance, vectorizer, weights })
    }

    /// ln P(text | class) of each of three classes or more, but for what is the same for all; `scratch` is reused, by this
    /// table alone.
    pub(super) fn log_likelihoods(&self, text: &str, scratch: &mut RowScratch) -> Vec<f64> {
        let mut sums = vec![0.0; self.weights.n_classes()];
        self.vectorizer.row(std::iter::once(opening(text)), scratch);
        self.weights.add_terms(scratch.row.iter().copied(), &mut sums);
        sums
    }

    /// ln (P(text | class 1) / P(text | class 0)) of two classes.
    pub(super) fn log_odds(&self, text: &str, scratch: &mut RowScratch) -> f64 {
        let mut sum = [0.0];
        self.vectorizer.row(std::iter::once(opening(text)), scratch);
        self.weights.add_terms(scratch.row.iter().copied(), &mut sum);
        sum[0]
    }

    /// Adds the arrays to a model under a prefix.
    pub(super) fn store(&self, prefix: &str, model: &mut Model) {
        model.put_arrays(prefix, self.vectorizer.lexicon().arrays());
        model.put_bytes(&format!("{prefix}.idf"), self.vectorizer.idf().bytes());
        model.put_arrays(prefix, self.weights.arrays());
    }

    /// What is kept beside the arrays.
    pub(super) fn stored(&self) -> StoredTable {
        StoredTable {
            params: TextTableParams { vectorizer: self.vectorizer.params().clone(), balance: self.balance },
            n_documents: self.vectorizer.n_documents(),
        }
    }

    /// The inverse of [`Self::store`] and [`Self::stored`].
    pub(super) fn load(prefix: &str, model: &Model, stored: StoredTable, n_classes: usize) -> Result<Self> {
        let StoredTable { params: TextTableParams { vectorizer, balance }, n_documents } = stored;
        let lexicon = Lexicon::from_arrays(|name| model.bytes(&format!("{prefix}.{name}")))?;
        let n_terms = lexicon.len();
        let idf = F32Array::new(model.bytes(&format!("{prefix}.idf"))?)?;
        let bias = vec![0.0; if n_classes == 2 { 1 } else { n_classes }];
        let array = |name: &str| model.bytes(&format!("{prefix}.{name}"));
        let weights = LinearModel::from_arrays(bias, n_terms, precision(n_classes), array)?;
        Ok(Self {
            balance,
            vectorizer: Vectorizer::from_parts(vectorizer, lexicon, idf, n_documents)?,
            weights,
        })
    }
}

/// How weights are kept.
fn precision(n_classes: usize) -> Precision {
    if n_classes == 2 { Precision::F16 } else { Precision::I8 }
}
