//! Everything that training a text classifier can be told.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use crate::bayes::{
    CalibrationMethod, EventModel, NaiveBayesParams, NaiveBayesValidParams, Precision, SvmParams,
};
use crate::error::{Error, Result};
use crate::features::{VectorizerParams, Weighting};

/// Everything that training a text classifier can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassifierParams {
    /// How texts become rows.
    pub vectorizer: VectorizerParams,
    /// The models whose scores are pooled; at least one.
    pub members: Vec<Member>,
    /// How probabilities are made to mean what they say.
    pub calibration: CalibrationMethod,
    /// Folds for pooling and calibration; at least 2.
    pub n_folds: usize,
    /// Probabilities of the best class at which the classifier abstains.
    pub abstain: AbstainBand,
    /// Terms left out of the finished model, if any.
    pub prune: Option<Prune>,
    /// How weights are kept.
    pub precision: Precision,
    /// What a row is of.
    pub unit: Unit,
}

/// What a classifier makes a row of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A whole text.
    #[default]
    Text,
    /// A sentence: a text is the sum of its sentences' rows, scaled to length 1, so that each sentence has its share of the
    /// evidence, however long it is. An SVM's error on a text costs the square root of its number of sentences: an article's
    /// label says more than a sentence's, but not of each of its sentences (naive Bayes counts every text once). Records of one paragraph without a title are
    /// sentences as they stand.
    Sentence,
}

impl Unit {
    /// What rows are of, in the plural, for messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "documents",
            Self::Sentence => "sentences",
        }
    }
}

impl Default for ClassifierParams {
    /// Words and word pairs, sublinear TF-IDF, multinomial naive Bayes with α = 0.1 and balanced class masses, a
    /// temperature by five folds, no abstention, 16-bit weights, whole texts.
    fn default() -> Self {
        Self {
            vectorizer: VectorizerParams::default(),
            members: vec![Member::NaiveBayes(NaiveBayesValidParams::default())],
            calibration: CalibrationMethod::Temperature,
            n_folds: 5,
            abstain: AbstainBand::NEVER,
            prune: None,
            precision: Precision::F16,
            unit: Unit::Text,
        }
    }
}

impl ClassifierParams {
    /// The defaults, with the event model that suits so many classes.
    #[must_use]
    pub fn for_classes(n_classes: usize) -> Self {
        match EventModel::for_classes(n_classes) {
            EventModel::Multinomial => Self::default(),
            event_model => {
                let params = NaiveBayesParams::new().event_model(event_model).check();
                let params = params.expect("the default alpha is positive");
                Self { members: vec![Member::NaiveBayes(params)], ..Self::default() }
            }
        }
    }

    /// Checks every parameter and that they fit each other.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the first that does not.
    pub fn check(&self) -> Result<()> {
        self.vectorizer.check()?;
        if self.members.is_empty() {
            return Err(Error::parameter("members", "empty", "at least one model"));
        }
        for member in &self.members {
            member.check(self.vectorizer.weighting)?;
            if self.unit == Unit::Sentence && member.is_bernoulli() {
                return Err(Error::parameter(
                    "by_sentence",
                    true,
                    "off under the Bernoulli model, whose rows are 0 and 1",
                ));
            }
        }
        if self.n_folds < 2 {
            return Err(Error::parameter("n_folds", self.n_folds, "at least 2"));
        }
        if self.calibration == CalibrationMethod::None && self.members.len() > 1 {
            return Err(Error::parameter("calibration", "none", "a method, since several models are pooled"));
        }
        if self.prune.is_some_and(|prune| prune.max_terms() == 0) {
            return Err(Error::parameter("max_terms", 0, "at least 1"));
        }
        Ok(())
    }
}

/// A model that takes part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// Naive Bayes under one of its event models.
    NaiveBayes(NaiveBayesValidParams),
    /// A linear SVM, on rows as they are or scaled by log-count ratios (NB-SVM).
    Svm(SvmParams),
}

impl Member {
    /// Naive Bayes with learned priors and, but for Bernoulli, balanced class masses.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `alpha` is not positive and finite.
    pub fn naive_bayes(event_model: EventModel, alpha: f64) -> Result<Self> {
        let params = NaiveBayesParams::new().event_model(event_model).alpha(alpha);
        Ok(Self::NaiveBayes(params.balance(event_model == EventModel::Multinomial).check()?))
    }

    /// A linear SVM.
    #[must_use]
    pub fn svm(c: f64) -> Self {
        Self::Svm(SvmParams { c, ratios: None })
    }

    /// Whether all it keeps of its data is counts.
    #[must_use]
    pub fn is_naive_bayes(&self) -> bool {
        matches!(self, Self::NaiveBayes(_))
    }

    fn is_bernoulli(&self) -> bool {
        matches!(self, Self::NaiveBayes(params) if params.event_model() == EventModel::Bernoulli)
    }

    fn check(&self, weighting: Weighting) -> Result<()> {
        match self {
            Self::NaiveBayes(params)
                if params.event_model() == EventModel::Bernoulli && weighting != Weighting::Binary =>
            {
                Err(Error::parameter(
                    "weighting",
                    format!("{weighting:?}"),
                    "binary under the Bernoulli model",
                ))
            }
            Self::NaiveBayes(_) => Ok(()),
            Self::Svm(params) => params.check().map(|_| ()),
        }
    }
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NaiveBayes(params) => write!(f, "{} α={}", params.event_model().name(), params.alpha()),
            Self::Svm(SvmParams { c, ratios: None }) => write!(f, "svm C={c}"),
            Self::Svm(SvmParams { c, ratios: Some(ratios) }) => {
                write!(f, "nb-svm C={c} β={}", ratios.beta)
            }
        }
    }
}

/// Which terms a finished model keeps; a kept n-gram keeps the terms that it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prune {
    /// At most so many, those whose presence depends most on the class, by χ² (Yang & Pedersen 1997). Chosen before
    /// training.
    ChiSquare(usize),
    /// At most so many, those whose weights differ most between the classes. Chosen after training.
    Weight(usize),
}

impl Prune {
    /// How many terms are kept at most.
    #[must_use]
    pub fn max_terms(self) -> usize {
        match self {
            Self::ChiSquare(n) | Self::Weight(n) => n,
        }
    }
}

/// Probabilities of the best class, low ≤ p < high, at which a classifier says that it does not know.
///
/// ```
/// use nutgraf::classify::AbstainBand;
///
/// assert!("0.4..0.6".parse::<AbstainBand>()?.contains(0.55));
/// assert!("0.6..0.4".parse::<AbstainBand>().is_err());
/// # Ok::<(), nutgraf::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f64; 2]", try_from = "[f64; 2]")]
pub struct AbstainBand {
    low: f64,
    high: f64,
}

impl AbstainBand {
    /// The empty band.
    pub const NEVER: Self = Self { low: 0.0, high: 0.0 };

    /// Returns the band of two probabilities.
    ///
    /// # Errors
    /// [`Error::Parameter`] unless 0 ≤ low ≤ high ≤ 1.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        if 0.0 <= low && low <= high && high <= 1.0 {
            Ok(Self { low, high })
        } else {
            Err(Error::parameter(
                "abstain",
                format!("{low}..{high}"),
                "two probabilities in order, such as 0.4..0.6",
            ))
        }
    }

    /// Whether a probability of the best class is within.
    #[must_use]
    pub fn contains(self, probability: f64) -> bool {
        self.low <= probability && probability < self.high
    }
}

impl std::str::FromStr for AbstainBand {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bounds =
            text.split_once("..").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        let (low, high) = bounds.ok_or_else(|| {
            Error::parameter("abstain", text, "two probabilities in order, such as 0.4..0.6")
        })?;
        Self::new(low, high)
    }
}

impl From<AbstainBand> for [f64; 2] {
    fn from(band: AbstainBand) -> Self {
        [band.low, band.high]
    }
}

impl TryFrom<[f64; 2]> for AbstainBand {
    type Error = Error;

    fn try_from([low, high]: [f64; 2]) -> Result<Self> {
        Self::new(low, high)
    }
}
