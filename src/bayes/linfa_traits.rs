//! The sparse engine in linfa's vocabulary: `Fit`, `FitWith` and `PredictInplace` over `DatasetBase`, with [`Csr`] as
//! records and class indices as targets.

use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, FitWith, PredictInplace};
use ndarray::Array1;

use super::{NaiveBayes, NaiveBayesValidParams, TermCounts, argmax};
use crate::error::Error;
use crate::features::Csr;

/// What `Fit` and `FitWith` fail with; linfa asks for an error that its own converts into.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// nutgraf's reason.
    #[error(transparent)]
    Nutgraf(#[from] Error),
    /// linfa's reason.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

impl Records for Csr {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.n_columns()
    }
}

impl Fit<Csr, Array1<usize>, FitError> for NaiveBayesValidParams {
    type Object = NaiveBayes;

    /// Fits on all rows; the classes are 0 to the greatest target.
    fn fit(&self, dataset: &DatasetBase<Csr, Array1<usize>>) -> Result<NaiveBayes, FitError> {
        let counts = self.fit_with(None, dataset)?;
        Ok(NaiveBayes::fit(self, &counts)?)
    }
}

impl FitWith<'_, Csr, Array1<usize>, FitError> for NaiveBayesValidParams {
    type ObjectIn = Option<TermCounts>;
    type ObjectOut = TermCounts;

    /// Adds a batch to the sufficient statistics, from which [`NaiveBayes::fit`] makes the model; so a model fitted in
    /// batches is the model fitted at once. `None` starts with the batch's own classes and columns.
    fn fit_with(
        &self,
        counts: Option<TermCounts>,
        dataset: &DatasetBase<Csr, Array1<usize>>,
    ) -> Result<TermCounts, FitError> {
        let labels = dataset.targets();
        if labels.len() != dataset.records().n_rows() {
            return Err(linfa::Error::MismatchedShapes(labels.len(), dataset.records().n_rows()).into());
        }
        let n_classes = labels.iter().max().map_or(0, |greatest| greatest + 1);
        let mut counts = counts.unwrap_or_else(|| TermCounts::new(n_classes, dataset.records().n_columns()));
        if n_classes > counts.n_classes() || dataset.records().n_columns() != counts.n_terms() {
            let message = format!(
                "a batch of {n_classes} classes and {} columns does not fit counts of {} and {}; start with \
                 TermCounts::new for all classes",
                dataset.records().n_columns(),
                counts.n_classes(),
                counts.n_terms()
            );
            return Err(Error::Training(message).into());
        }
        for (row, label) in labels.iter().enumerate() {
            counts.add(dataset.records().row(row), *label, 1.0);
        }
        Ok(counts)
    }
}

impl PredictInplace<Csr, Array1<usize>> for NaiveBayes {
    fn predict_inplace(&self, rows: &Csr, targets: &mut Array1<usize>) {
        assert_eq!(rows.n_rows(), targets.len(), "one target a row");
        for (row, target) in targets.iter_mut().enumerate() {
            *target = argmax(&self.joint_log_likelihood(rows.row(row)));
        }
    }

    fn default_target(&self, rows: &Csr) -> Array1<usize> {
        Array1::zeros(rows.n_rows())
    }
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;
    use linfa::traits::Predict;
    use ndarray::array;

    use super::*;
    use crate::bayes::NaiveBayesParams;

    fn rows(entries: &[&[(u32, f32)]]) -> Csr {
        let mut rows = Csr::new(3);
        for row in entries {
            rows.push_row(row);
        }
        rows
    }

    #[test]
    fn batches_give_the_model_of_the_whole() {
        let params = NaiveBayesParams::new().check().unwrap();
        let whole =
            DatasetBase::new(rows(&[&[(0, 2.0)], &[(1, 1.0), (2, 3.0)], &[(0, 1.0)]]), array![0, 1, 0]);
        let first = DatasetBase::new(rows(&[&[(0, 2.0)], &[(1, 1.0), (2, 3.0)]]), array![0, 1]);
        let second = DatasetBase::new(rows(&[&[(0, 1.0)]]), array![0]);
        let counts = params.fit_with(None, &first).unwrap();
        let counts = params.fit_with(Some(counts), &second).unwrap();
        let model = params.fit(&whole).unwrap();
        assert_eq!(NaiveBayes::fit(&params, &counts).unwrap(), model);
        assert_eq!(model.predict(&whole), array![0, 1, 0]);
    }

    #[test]
    fn unchecked_parameters_fail_in_fit() {
        let whole = DatasetBase::new(rows(&[&[(0, 2.0)], &[(1, 1.0)]]), array![0, 1]);
        assert!(NaiveBayesParams::new().alpha(-1.0).fit(&whole).is_err());
        assert!(NaiveBayesParams::new().fit(&whole).is_ok());
    }

    #[test]
    fn batches_of_another_shape_are_refused() {
        let params = NaiveBayesParams::new().check().unwrap();
        let batch = DatasetBase::new(rows(&[&[(0, 2.0)]]), array![0]);
        assert!(params.fit_with(Some(TermCounts::new(1, 9)), &batch).is_err());
    }
}
