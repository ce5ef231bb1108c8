//! The sparse engine against `linfa_bayes::MultinomialNb` 0.8.1 on dense copies of the same rows. Joint log-likelihoods
//! are compared, since its `predict_proba` overflows.

use linfa::prelude::ToConfusionMatrix;
use linfa::traits::{Fit, Predict};
use linfa::{DatasetBase, ParamGuard};
use linfa_bayes::{MultinomialNb, MultinomialNbParams, NaiveBayes as _};
use ndarray::{Array1, Array2};
use nutgraf::bayes::{NaiveBayes, NaiveBayesParams, Posterior, TermCounts};
use nutgraf::features::Csr;
use proptest::prelude::*;

const N_TERMS: usize = 7;

/// Rows of small counts with labels, every class present.
fn data() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<usize>)> {
    (prop::collection::vec(prop::collection::vec(0_u8..5, N_TERMS), 4..20), 2_usize..4).prop_map(
        |(rows, n_classes)| {
            let labels = (0..rows.len()).map(|idx| idx % n_classes).collect();
            (rows, labels)
        },
    )
}

fn sparse(row: &[u8]) -> Vec<(u32, f32)> {
    row.iter()
        .enumerate()
        .filter(|(_, v)| **v > 0)
        .map(|(column, v)| (column as u32, f32::from(*v)))
        .collect()
}

fn sparse_rows(rows: &[Vec<u8>]) -> Csr {
    let mut csr = Csr::new(N_TERMS);
    for row in rows {
        csr.push_row(&sparse(row));
    }
    csr
}

fn fit(rows: &[Vec<u8>], labels: &[usize], alpha: f64) -> NaiveBayes {
    let n_classes = labels.iter().max().unwrap() + 1;
    let counts = TermCounts::from_rows(&sparse_rows(rows), labels, n_classes);
    NaiveBayes::fit(&NaiveBayesParams::new().alpha(alpha).check().unwrap(), &counts).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn joint_log_likelihoods_equal_linfa_s((rows, labels) in data(), alpha in 0.05_f64..2.0) {
        let ours = fit(&rows, &labels, alpha);
        let dense = Array2::from_shape_fn((rows.len(), N_TERMS), |(r, c)| f64::from(rows[r][c]));
        let targets: Array1<usize> = labels.iter().copied().collect();
        let theirs: MultinomialNb<f64, usize> =
            MultinomialNbParams::new().alpha(alpha).fit(&DatasetBase::new(dense.clone(), targets)).unwrap();
        let joint = theirs.joint_log_likelihood(dense.view());
        for (idx, row) in rows.iter().enumerate() {
            for (class, value) in ours.joint_log_likelihood(sparse(row).into_iter()).into_iter().enumerate() {
                let expected = joint[&class][idx];
                // Our weights are stored in 32 bits.
                prop_assert!((value - expected).abs() < 1e-4 * (1.0 + expected.abs()), "{value} for {expected}");
            }
        }
    }

    #[test]
    fn evidence_and_prior_add_up_to_the_score((rows, labels) in data()) {
        let model = fit(&rows, &labels, 0.1);
        for row in &rows {
            let entries = sparse(row);
            let joint = model.joint_log_likelihood(entries.iter().copied());
            let evidence: f64 = entries.iter().map(|entry| model.log_odds(*entry, 1, 0)).sum();
            let prior = model.log_priors()[1] - model.log_priors()[0];
            prop_assert!((prior + evidence - (joint[1] - joint[0])).abs() < 1e-9);
        }
    }

    #[test]
    fn posteriors_are_finite_and_sum_to_one(scores in prop::collection::vec(-1e5_f64..1e5, 2..9), t in 0.05_f64..20.0) {
        let posterior = Posterior::from_joint_log_likelihood(&scores, t);
        prop_assert!(posterior.probabilities().iter().all(|p| p.is_finite() && *p >= 0.0));
        prop_assert!((posterior.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn merged_counts_are_the_counts_of_the_whole((rows, labels) in data(), cut in 1_usize..4) {
        let n_classes = labels.iter().max().unwrap() + 1;
        let whole = TermCounts::from_rows(&sparse_rows(&rows), &labels, n_classes);
        let mut merged = TermCounts::from_rows(&sparse_rows(&rows[cut..]), &labels[cut..], n_classes);
        merged.merge(&TermCounts::from_rows(&sparse_rows(&rows[..cut]), &labels[..cut], n_classes));
        prop_assert_eq!(merged, whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn models_go_to_linfa_and_come_back((rows, labels) in data(), alpha in 0.05_f64..2.0) {
        let n_classes = labels.iter().max().unwrap() + 1;
        let counts = TermCounts::from_rows(&sparse_rows(&rows), &labels, n_classes);
        let ours = fit(&rows, &labels, alpha);
        let theirs = ours.to_linfa(&counts).unwrap();
        let back = NaiveBayes::from_linfa(&theirs).unwrap();
        prop_assert_eq!(back.log_probabilities(), ours.log_probabilities());
        let dense = Array2::from_shape_fn((rows.len(), N_TERMS), |(r, c)| f64::from(rows[r][c]));
        let joint = theirs.joint_log_likelihood(dense.view());
        for (idx, row) in rows.iter().enumerate() {
            for (class, value) in ours.joint_log_likelihood(sparse(row).into_iter()).into_iter().enumerate() {
                prop_assert!((value - joint[&class][idx]).abs() < 1e-9 * (1.0 + value.abs()));
            }
        }
        let targets: Array1<usize> = labels.iter().copied().collect();
        let fitted: MultinomialNb<f64, usize> =
            MultinomialNbParams::new().alpha(alpha).fit(&DatasetBase::new(dense, targets)).unwrap();
        let read = NaiveBayes::from_linfa(&fitted).unwrap();
        for (a, b) in read.log_probabilities().iter().zip(ours.log_probabilities()) {
            prop_assert!((a - b).abs() < 1e-5);
        }
    }
}

/// linfa's own metrics run on our records and targets.
#[test]
fn linfa_s_confusion_matrix_takes_our_data_set() {
    let rows = [vec![3, 0, 0], vec![0, 2, 1], vec![4, 1, 0], vec![0, 1, 3]].map(|mut row| {
        row.resize(N_TERMS, 0);
        row
    });
    let dataset = DatasetBase::new(sparse_rows(&rows), ndarray::array![0_usize, 1, 0, 0]);
    let params = NaiveBayesParams::new().check().unwrap();
    let model: NaiveBayes =
        params.fit(&DatasetBase::new(sparse_rows(&rows), ndarray::array![0_usize, 1, 0, 1])).unwrap();
    let matrix = model.predict(&dataset).confusion_matrix(&dataset).unwrap();
    assert_eq!(matrix.accuracy(), 0.75);
}
