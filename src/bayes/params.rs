//! Parameters of naive Bayes in linfa's manner: a builder that is checked once and then cannot be wrong.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Where the class priors come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// Every class alike.
    Uniform,
    /// By its share of the training documents.
    Learned,
}

/// How a document is taken to have come about; what each makes of the counts is written at
/// [`NaiveBayes::fit`](super::NaiveBayes::fit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventModel {
    /// As draws of terms from the class.
    Multinomial,
    /// As unlike the draws of all other classes.
    Complement,
    /// The same, every class's weights of the same size.
    NormalizedComplement,
    /// As the presence or absence of every term; for binary rows.
    Bernoulli,
}

impl EventModel {
    /// The model that suits so many classes: complement above two, where it is the better one; with two there is nothing
    /// to complement (measured in ARCHITECTURE.md).
    #[must_use]
    pub fn for_classes(n_classes: usize) -> Self {
        if n_classes > 2 { Self::Complement } else { Self::Multinomial }
    }

    /// Its name in parameters and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Multinomial => "multinomial",
            Self::Complement => "complement",
            Self::NormalizedComplement => "normalized-complement",
            Self::Bernoulli => "bernoulli",
        }
    }
}

/// Unchecked parameters; `check` (linfa's `ParamGuard`) gives [`NaiveBayesValidParams`].
///
/// ```
/// use linfa::ParamGuard;
/// use nutgraf::bayes::NaiveBayesParams;
///
/// assert!(NaiveBayesParams::new().alpha(0.05).check().is_ok());
/// assert!(NaiveBayesParams::new().alpha(f64::NAN).check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NaiveBayesParams(NaiveBayesValidParams);

/// Checked parameters of naive Bayes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NaiveBayesValidParams {
    event_model: EventModel,
    alpha: f64,
    prior: Prior,
    balance: bool,
}

impl NaiveBayesParams {
    /// The multinomial model; α = 0.1, which suits L2-normalised TF-IDF rows (α = 1 drowns weights below 1); learned priors; no balance.
    #[must_use]
    pub fn new() -> Self {
        Self(NaiveBayesValidParams {
            event_model: EventModel::Multinomial,
            alpha: 0.1,
            prior: Prior::Learned,
            balance: false,
        })
    }

    /// Sets how a document is taken to have come about.
    #[must_use]
    pub fn event_model(mut self, event_model: EventModel) -> Self {
        self.0.event_model = event_model;
        self
    }

    /// Sets Lidstone's α, added to every term count: positive and finite.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Sets where the class priors come from.
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.0.prior = prior;
        self
    }

    /// Sets whether every class's term mass is scaled to the mean first.
    #[must_use]
    pub fn balance(mut self, balance: bool) -> Self {
        self.0.balance = balance;
        self
    }
}

impl Default for NaiveBayesParams {
    fn default() -> Self {
        Self::new()
    }
}

impl ParamGuard for NaiveBayesParams {
    type Checked = NaiveBayesValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&NaiveBayesValidParams> {
        if self.0.alpha > 0.0 && self.0.alpha.is_finite() {
            Ok(&self.0)
        } else {
            Err(Error::parameter("alpha", self.0.alpha, "positive and finite"))
        }
    }

    fn check(self) -> Result<NaiveBayesValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Default for NaiveBayesValidParams {
    /// The multinomial model with α = 0.1, learned priors and balance.
    fn default() -> Self {
        Self { event_model: EventModel::Multinomial, alpha: 0.1, prior: Prior::Learned, balance: true }
    }
}

impl NaiveBayesValidParams {
    /// How a document is taken to have come about.
    #[must_use]
    pub fn event_model(&self) -> EventModel {
        self.event_model
    }

    /// Lidstone's α.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Where the class priors come from.
    #[must_use]
    pub fn prior(&self) -> Prior {
        self.prior
    }

    /// Whether every class's term mass is scaled to the mean first.
    #[must_use]
    pub fn balance(&self) -> bool {
        self.balance
    }
}
