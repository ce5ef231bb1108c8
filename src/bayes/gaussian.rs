//! Dense shape rows in, log-odds of two classes out: `linfa_bayes::GaussianNb`, fitted by linfa and read out into plain
//! arrays, so that the model file and the answer do not depend on the order of a hash map.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_bayes::{GaussianNb, GaussianNbParams};
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Two classes' Gaussians with a diagonal covariance over `n` measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaussian {
    /// Mean of each measure, class false then class true.
    means: [Vec<f64>; 2],
    /// Variance of each measure, class false then class true.
    variances: [Vec<f64>; 2],
}

impl Gaussian {
    /// Fits on rows of shape (`n_rows`, `n_measures`).
    ///
    /// # Errors
    /// [`Error::Training`] if linfa refuses the data or a class is absent.
    pub fn fit(rows: Array2<f64>, labels: &[bool]) -> Result<Self> {
        let targets: Array1<usize> = labels.iter().map(|label| usize::from(*label)).collect();
        let dataset = DatasetBase::new(rows, targets);
        let fitted: GaussianNb<f64, usize> = GaussianNbParams::new()
            .fit(&dataset)
            .map_err(|e| Error::Training(format!("Gaussian naive Bayes over block shapes: {e}")))?;
        Self::from_linfa(&fitted)
            .ok_or_else(|| Error::Training("block shapes need examples of both labels".into()))
    }

    /// linfa keeps its parameters private; its serde form shows them.
    fn from_linfa(fitted: &GaussianNb<f64, usize>) -> Option<Self> {
        let value = serde_json::to_value(fitted).ok()?;
        let read = |class: &str, field: &str| -> Option<Vec<f64>> {
            let array = value.get("class_info")?.get(class)?.get(field)?;
            serde_json::from_value::<Array1<f64>>(array.clone()).ok().map(|a| a.to_vec())
        };
        let both = |field: &str| Some([read("0", field)?, read("1", field)?]);
        Some(Self { means: both("theta")?, variances: both("sigma")? })
    }

    /// ln p(row | true) − ln p(row | false), without the priors.
    ///
    /// # Panics
    /// If the row's length is not the number of measures.
    #[must_use]
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        let log_density = |class: usize| -> f64 {
            assert_eq!(row.len(), self.means[class].len());
            row.iter()
                .zip(self.means[class].iter().zip(&self.variances[class]))
                .map(|(x, (mean, variance))| -0.5 * (variance.ln() + (x - mean).powi(2) / variance))
                .sum()
        };
        log_density(1) - log_density(0)
    }

    /// Whether the stored numbers fit `n_measures` and are usable.
    pub(crate) fn is_valid(&self, n_measures: usize) -> bool {
        let usable = |v: &Vec<f64>| v.len() == n_measures && v.iter().all(|x| x.is_finite());
        self.means.iter().all(usable)
            && self.variances.iter().all(|v| usable(v) && v.iter().all(|x| *x > 0.0))
    }
}

#[cfg(test)]
mod tests {
    use linfa_bayes::NaiveBayes as _;

    use super::*;

    #[test]
    fn log_odds_equal_linfa_s_joint_log_likelihoods() {
        let rows = ndarray::array![[1.0, 20.0], [2.0, 24.0], [1.5, 22.0], [5.0, 3.0], [6.0, 1.0], [7.0, 2.5]];
        let labels = [true, true, true, false, false, false];
        let ours = Gaussian::fit(rows.clone(), &labels).unwrap();
        let targets: Array1<usize> = labels.iter().map(|l| usize::from(*l)).collect();
        let theirs: GaussianNb<f64, usize> =
            GaussianNbParams::new().fit(&DatasetBase::new(rows.clone(), targets)).unwrap();
        let joint = theirs.joint_log_likelihood(rows.view());
        for (idx, row) in rows.rows().into_iter().enumerate() {
            let expected = joint[&1][idx] - joint[&0][idx];
            assert!((ours.log_odds(&row.to_vec()) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn damaged_numbers_are_not_valid() {
        let of = |means: [Vec<f64>; 2], variances: [Vec<f64>; 2]| Gaussian { means, variances };
        let (two, zeros) = (vec![1.0, 2.0], vec![1.0, 0.0]);
        let twice = |v: &Vec<f64>| [v.clone(), v.clone()];
        assert!(of(twice(&zeros), twice(&two)).is_valid(2));
        assert!(!of(twice(&two), twice(&two)).is_valid(3));
        assert!(!of(twice(&two), twice(&zeros)).is_valid(2), "no variance");
        assert!(!of(twice(&two), [two.clone(), vec![1.0, -1.0]]).is_valid(2));
        assert!(!of([two.clone(), vec![f64::NAN, 1.0]], twice(&two)).is_valid(2));
        assert!(!of(twice(&two), [two.clone(), vec![f64::INFINITY, 1.0]]).is_valid(2));
        assert!(!of([two.clone(), vec![1.0]], twice(&two)).is_valid(2));
    }
}
