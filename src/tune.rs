//! Folds and a way to train in, out-of-fold predictions out: cross-validation.
//!
//! Invariant: a record's prediction comes from a model that never saw its fold; folds run in parallel and are put
//! together in order, so that the thread count does not show.

use rayon::prelude::*;

use crate::dataset::{Fold, Folds};
use crate::error::{Error, Result};

/// Trains on each fold's training part and predicts its held-out part; returns one prediction a record, in record
/// order. `predict` gives one value for each position of `fold.test`.
///
/// # Errors
/// [`Error::Training`] if a record is held out by no fold, as when all records share one group; otherwise that of the
/// first fold that fails, in fold order.
pub fn cross_validate<P: Send + Clone>(
    folds: &Folds,
    n_records: usize,
    predict: impl Fn(&Fold) -> Result<Vec<P>> + Sync,
) -> Result<Vec<P>> {
    let parts = all_folds(folds)?;
    let predictions: Vec<Result<Vec<P>>> = parts.par_iter().map(&predict).collect();
    let mut all = vec![None; n_records];
    for (fold, predicted) in parts.iter().zip(predictions) {
        for (idx, value) in fold.test.iter().zip(predicted?) {
            all[*idx] = Some(value);
        }
    }
    Ok(all.into_iter().map(|value| value.expect("every record is held out by one fold")).collect())
}

/// The folds, each of which holds a record out; together they hold out all.
///
/// # Errors
/// [`Error::Training`] if there is none, as when all records share one group.
pub(crate) fn all_folds(folds: &Folds) -> Result<Vec<Fold>> {
    let all: Vec<Fold> = folds.iter().collect();
    if all.is_empty() {
        let message =
            "all records share one group, so none can be held out; give two groups or more, or none";
        return Err(Error::Training(message.into()));
    }
    Ok(all)
}

/// The value of `candidates` with the least `loss`; ties go to the first, so order them from the plainest.
///
/// # Panics
/// If there are no candidates.
pub fn least<C: Copy>(candidates: &[C], loss: impl Fn(C) -> f64) -> C {
    let mut best = (candidates[0], loss(candidates[0]));
    for candidate in &candidates[1..] {
        let value = loss(*candidate);
        if value < best.1 {
            best = (*candidate, value);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_predicted_by_a_model_that_did_not_see_it() {
        let folds = Folds::stratified(&[0, 0, 0, 1, 1, 1], 3);
        let predictions = cross_validate(&folds, 6, |fold| {
            Ok(fold.test.iter().map(|idx| (*idx, fold.train.contains(idx))).collect::<Vec<_>>())
        })
        .unwrap();
        for (idx, prediction) in predictions.iter().enumerate() {
            assert_eq!(*prediction, (idx, false));
        }
    }

    #[test]
    fn one_group_alone_cannot_be_cross_validated() {
        let folds = Folds::grouped(&["a", "a"], 2);
        assert!(cross_validate(&folds, 2, |fold| Ok(fold.test.clone())).is_err());
    }

    #[test]
    fn ties_go_to_the_first() {
        assert_eq!(least(&[3.0, 1.0, -1.0], |x: f64| x * x), 1.0);
    }
}
