//! Sparse rows in, log-probability per class out, with exact additive evidence.
//!
//! Multinomial naive Bayes (McCallum & Nigam 1998) from mergeable sufficient statistics. Invariants: posteriors are
//! finite and sum to 1 (log-sum-exp); the listed evidence plus the prior is the score, to rounding.

mod counts;
mod gaussian;
mod linfa_traits;
mod naive_bayes;
mod params;
mod posterior;
mod weighted;

pub use counts::TermCounts;
pub use gaussian::Gaussian;
pub use linfa_traits::FitError;
pub use naive_bayes::NaiveBayes;
pub use params::{NaiveBayesParams, NaiveBayesValidParams, Prior};
pub(crate) use posterior::argmax;
pub use posterior::{Posterior, logistic, softmax};
pub use weighted::GroupWeights;
