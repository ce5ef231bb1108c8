//! Predictions and gold in, scores with intervals out: pure functions.
//!
//! Invariant: a score is a fraction from 0 to 1 unless it says otherwise; resampling is seeded, so an interval is the
//! same every time.

mod agreement;
mod class_ranking;
mod classification;
mod confusion;
mod curves;
mod evaluation;
mod interval;
mod judgement;
mod leaks;
mod learning_curve;
mod mistakes;
mod porter;
mod rouge;
mod shingle;

pub use agreement::Codings;
pub use classification::{Classified, Comparison};
pub use confusion::{ClassScores, ConfusionMatrix, log_loss};
pub use curves::{Curves, ReliabilityBin};
pub use evaluation::{Evaluation, Metric};
pub use interval::{BOOTSTRAP_SAMPLES, Interval, Units, bootstrap, bootstrap_weights};
pub use judgement::Judgement;
pub use leaks::LeakCheck;
pub use learning_curve::{LearningCurve, LearningPoint};
pub use mistakes::{Mistake, Mistakes};
pub use rouge::{Rouge, RougeScores};
pub use shingle::{PageScore, ShingleScores, shingle_scores};
