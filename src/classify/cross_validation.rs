//! Labelled records in, how well the whole way does on records that it did not see out: once, over several divisions, or over
//! growing shares of the data.

use super::corpus::folds;
use super::{ClassifierParams, TextClassifier, UnknownLabels};
use crate::dataset::{Dataset, Fold, Folds, Record, group_numbers, shuffled};
use crate::error::Result;
use crate::evaluate::{Classified, Evaluation, LearningCurve, LearningPoint};
use crate::tune::cross_validate;

/// Cross-validates the whole way: every record is classified by a model that never saw its fold, vocabulary and calibration
/// included. Returns the evaluation.
///
/// # Errors
/// As [`TextClassifier::train`], for the first fold that fails.
pub fn cross_validate_classifier(
    params: &ClassifierParams,
    dataset: &Dataset,
    n_folds: usize,
) -> Result<Evaluation> {
    CrossValidation { params, dataset, n_folds }.division(0)
}

/// Cross-validation of one way to train on one data set.
#[derive(Debug, Clone, Copy)]
pub struct CrossValidation<'a> {
    /// The way to train.
    pub params: &'a ClassifierParams,
    /// The records; those of one group share a fold.
    pub dataset: &'a Dataset,
    /// Folds; at least 2.
    pub n_folds: usize,
}

/// Shares of the training data that a learning curve is drawn over.
const SHARES: [f64; 6] = [0.1, 0.2, 0.35, 0.5, 0.75, 1.0];

impl CrossValidation<'_> {
    /// The evaluation over a division into folds; another number gives another division, 0 that of
    /// [`cross_validate_classifier`].
    ///
    /// # Errors
    /// As [`cross_validate_classifier`].
    pub fn division(&self, number: u64) -> Result<Evaluation> {
        self.evaluate(number, |fold| fold.train.clone())
    }

    /// How scores grow with the data: over the first division, models are trained on growing shares of what each fold leaves, whole
    /// groups where records have one. Shares that leave a class without records in some fold are left out.
    ///
    /// # Errors
    /// As [`cross_validate_classifier`], for all of the data.
    pub fn learning_curve(&self) -> Result<LearningCurve> {
        let n_train = self.dataset.records.len() as f64 * (self.n_folds - 1) as f64 / self.n_folds as f64;
        let mut points = Vec::new();
        for share in SHARES {
            let found = self.evaluate(0, |fold| self.part(&fold.train, share));
            match found {
                Ok(evaluation) => points.push(LearningPoint {
                    n: (n_train * share).round() as usize,
                    accuracy: evaluation.metric("accuracy").unwrap_or_default(),
                    macro_f1: evaluation.metric("macro_f1").unwrap_or_default(),
                }),
                // Too little of the data makes no model.
                Err(_) if share < 1.0 => {}
                Err(error) => return Err(error),
            }
        }
        Ok(LearningCurve::new(points))
    }

    /// A share of some records, at least one: whole groups in an order by chance, so that a smaller share is part of a larger one.
    fn part(&self, records: &[usize], share: f64) -> Vec<usize> {
        let group = |idx: usize| match &self.dataset.records[idx].group {
            Some(group) => group.clone(),
            None => format!("record {idx}"),
        };
        let mut names: Vec<String> = records.iter().map(|idx| group(*idx)).collect();
        names.sort_unstable();
        names.dedup();
        let order: Vec<usize> = shuffled(names.len(), 1);
        let mut place = vec![0; names.len()];
        order.iter().enumerate().for_each(|(at, name)| place[*name] = at);
        let place_of =
            |idx: &usize| place[names.binary_search(&group(*idx)).expect("the group is among them")];
        let mut kept = records.to_vec();
        kept.sort_by_key(place_of);
        kept.truncate(((records.len() as f64 * share).round() as usize).max(1));
        kept.sort_unstable();
        kept
    }

    fn evaluate(&self, number: u64, train: impl Fn(&Fold) -> Vec<usize> + Sync) -> Result<Evaluation> {
        let Self { params, dataset, n_folds } = self;
        let groups: Vec<Option<String>> = dataset.records.iter().map(|record| record.group.clone()).collect();
        let folds: Folds = folds(&dataset.labels(), &groups, *n_folds, number);
        let classified: Vec<Classified> = cross_validate(&folds, dataset.records.len(), |fold| {
            let part = |idxs: &[usize]| -> Vec<Record> {
                idxs.iter().map(|idx| dataset.records[*idx].clone()).collect()
            };
            // With the classes of the whole, so that one which the part lacks is improbable, not unknown.
            let train = Dataset { records: part(&train(fold)), classes: dataset.classes.clone() };
            let classifier = TextClassifier::train(params, &train)?;
            let verdicts = classifier.classify_records(&part(&fold.test), UnknownLabels::Fail)?;
            Ok(verdicts.into_iter().flatten().collect())
        })?;
        let groups = group_numbers(groups.iter().map(Option::as_deref));
        Ok(Evaluation::of_classes(&dataset.classes, &classified, groups.as_deref()))
    }
}
