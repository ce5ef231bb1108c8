//! Sparse rows in, a linear score per class out, with exact additive evidence and calibrated probabilities.
//!
//! The naive Bayes family from mergeable sufficient statistics, and the discriminative models that build on it, all in one
//! linear form. Invariants: posteriors are finite and sum to 1 (log-sum-exp); the listed evidence plus the bias is the
//! score, to rounding.

mod boosting;
mod calibration;
mod counts;
mod gaussian;
mod leaf_masks;
mod linear;
mod linfa_conversion;
mod linfa_traits;
mod naive_bayes;
mod params;
mod pool;
mod posterior;
mod svm;
mod weighted;

pub use boosting::{BoostedTrees, BoostingParams};
pub use calibration::{Calibration, CalibrationMethod};
pub(crate) use counts::ColumnCounts;
pub use counts::TermCounts;
pub use gaussian::Gaussian;
pub use linear::{LinearModel, Precision};
pub use linfa_traits::FitError;
pub use naive_bayes::NaiveBayes;
pub use params::{EventModel, NaiveBayesParams, NaiveBayesValidParams, Prior};
pub use pool::{Scores, fit_pool, pooled_posterior};
pub use posterior::{Posterior, logistic, softmax};
pub(crate) use posterior::{argmax, runner_up, softmax_in_place};
pub use svm::{LabelledRows, LogCountRatios, SvmParams};
pub use weighted::GroupWeights;
