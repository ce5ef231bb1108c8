//! A labelled corpus in, a fitted vectoriser, one linear model and its calibration out.

use rayon::prelude::*;

use super::{ClassifierParams, LabelledCorpus, Member, Prune};
use crate::bayes::{
    Calibration, CalibrationMethod, ColumnCounts, LabelledRows, LinearModel, NaiveBayes, Scores, TermCounts,
    fit_pool, pooled_posterior,
};
use crate::dataset::{Fold, Folds};
use crate::error::Result;
use crate::features::{Csc, Csr, Vectorizer};
use crate::tune::all_folds;

/// All that training comes to.
#[derive(Debug)]
pub(super) struct Trained {
    pub(super) vectorizer: Vectorizer,
    pub(super) model: LinearModel,
    pub(super) temperature: f64,
    pub(super) calibration: Calibration,
}

/// Trains on a corpus.
pub(super) fn train(params: &ClassifierParams, corpus: &LabelledCorpus) -> Result<Trained> {
    params.check()?;
    let (mut vectorizer, documents) = Vectorizer::fit_rows(&params.vectorizer, &corpus.corpus)?;
    let mut rows = corpus.text_rows(documents);
    if let Some(Prune::ChiSquare(max_terms)) = params.prune {
        let sizes = chi_squares(&rows, &corpus.labels, corpus.classes.len());
        let (smaller, _) = vectorizer.select(&greatest(&sizes, max_terms));
        vectorizer = smaller;
        rows = corpus.text_rows(vectorizer.rows(&corpus.corpus));
    }
    let weights = corpus.weights();
    let learned = Learned::new(&rows, &corpus.labels, corpus.classes.len()).weighted(weights.as_deref());
    learned.train(params, vectorizer, Some(&corpus.folds(params.n_folds)))
}

/// Documents above which one fold does for a temperature: it is one number.
const MANY_DOCUMENTS: usize = 5000;

/// Rows to learn from.
#[derive(Debug)]
pub(super) struct Learned<'a> {
    rows: &'a Csr,
    /// What was counted before, for naive Bayes alone.
    base: Option<TermCounts>,
    columns: Csc,
    labels: &'a [usize],
    n_classes: usize,
    /// What an SVM's error on each row costs, if not all the same.
    weights: Option<&'a [f32]>,
}

/// Records scored at once by a thread.
const PART: usize = 256;

/// What is fitted on out-of-fold scores.
struct Calibrated {
    /// One a member.
    weights: Vec<f64>,
    calibration: Calibration,
}

impl<'a> Learned<'a> {
    pub(super) fn new(rows: &'a Csr, labels: &'a [usize], n_classes: usize) -> Self {
        Self { rows, columns: Csc::from(rows), base: None, labels, n_classes, weights: None }
    }

    /// The same with what an SVM's error on each row costs.
    fn weighted(self, weights: Option<&'a [f32]>) -> Self {
        Self { weights, ..self }
    }

    /// The same on top of earlier counts.
    pub(super) fn with_base(self, base: TermCounts) -> Self {
        Self { base: Some(base), ..self }
    }

    /// Fits, calibrates on `folds`, prunes and packs.
    pub(super) fn train(
        &self,
        params: &ClassifierParams,
        vectorizer: Vectorizer,
        folds: Option<&Folds>,
    ) -> Result<Trained> {
        let calibrated = match (params.calibration, folds) {
            (CalibrationMethod::None, _) | (_, None) => {
                Calibrated { weights: vec![1.0; params.members.len()], calibration: Calibration::Identity }
            }
            (method, Some(folds)) => self.calibrate(&params.members, folds, method)?,
        };
        let (mut model, temperature) = self.fit(&params.members, &calibrated.weights)?;
        let mut vectorizer = vectorizer;
        if let Some(Prune::Weight(max_terms)) = params.prune {
            let sizes: Vec<f64> = (0..model.n_terms() as u32).map(|column| model.spread(column)).collect();
            let (smaller, columns) = vectorizer.select(&greatest(&sizes, max_terms));
            vectorizer = smaller;
            model = model.select(&columns);
        }
        let model = model.centred().to_precision(params.precision);
        Ok(Trained { vectorizer, model, temperature, calibration: calibrated.calibration })
    }

    pub(super) fn labels(&self) -> &'a [usize] {
        self.labels
    }

    pub(super) fn n_classes(&self) -> usize {
        self.n_classes
    }

    fn calibrate(&self, members: &[Member], folds: &Folds, method: CalibrationMethod) -> Result<Calibrated> {
        let all = all_folds(folds)?;
        let folds = if self.labels.len() > MANY_DOCUMENTS { &all[..1] } else { &all[..] };
        let held_out: Vec<usize> = folds.iter().flat_map(|fold| fold.test.iter().copied()).collect();
        let scores: Vec<Scores> =
            members.iter().map(|member| Ok(self.held_out(member, folds)?.concat())).collect::<Result<_>>()?;
        let labels: Vec<usize> = held_out.iter().map(|record| self.labels[*record]).collect();
        let weights = fit_pool(&scores, &labels, self.n_classes)?;
        let probabilities: Vec<f64> = (0..labels.len())
            .flat_map(|record| {
                pooled_posterior(&scores, &weights, record, self.n_classes).probabilities().to_vec()
            })
            .collect();
        let calibration = Calibration::fit(method, &probabilities, &labels)?;
        Ok(Calibrated { weights, calibration })
    }

    /// The scores of each fold's held-out records, by a model of the others.
    fn held_out(&self, member: &Member, folds: &[Fold]) -> Result<Vec<Scores>> {
        folds
            .par_iter()
            .map(|fold| {
                let model = self.fit_part(member, &fold.train)?;
                let scores: Vec<Vec<f32>> = fold
                    .test
                    .par_chunks(PART)
                    .map_init(Vec::new, |scores, part| {
                        let mut all = Vec::with_capacity(part.len() * self.n_classes);
                        for record in part {
                            scores.clear();
                            scores.extend_from_slice(model.bias());
                            model.add_terms(self.rows.row(*record), scores);
                            all.extend(scores.iter().map(|score| *score as f32));
                        }
                        all
                    })
                    .collect();
                Ok(scores.concat())
            })
            .collect()
    }

    /// The scores of every record by a model that did not see its fold.
    pub(super) fn out_of_fold(&self, member: &Member, folds: &Folds) -> Result<Scores> {
        let folds = all_folds(folds)?;
        let k = self.n_classes;
        let mut all = vec![0.0; self.labels.len() * k];
        for (fold, scores) in folds.iter().zip(self.held_out(member, &folds)?) {
            for (record, scores) in fold.test.iter().zip(scores.chunks_exact(k)) {
                all[record * k..(record + 1) * k].copy_from_slice(scores);
            }
        }
        Ok(all)
    }

    /// Fits every member on all rows, and pools them into one model. With one member its weight is left to a temperature,
    /// so that the model's own weights stay what they are.
    pub(super) fn fit(&self, members: &[Member], weights: &[f64]) -> Result<(LinearModel, f64)> {
        let all: Vec<usize> = (0..self.labels.len()).collect();
        let active: Vec<(f64, &Member)> =
            weights.iter().copied().zip(members).filter(|(weight, _)| *weight > 0.0).collect();
        if let [(weight, member)] = active[..] {
            return Ok((self.fit_part(member, &all)?, 1.0 / weight));
        }
        let mut models = Vec::with_capacity(active.len());
        for (weight, member) in active {
            models.push((weight, self.fit_part(member, &all)?));
        }
        let pool: Vec<(f64, &LinearModel)> = models.iter().map(|(weight, model)| (*weight, model)).collect();
        Ok((LinearModel::sum(&pool), 1.0))
    }

    fn fit_part(&self, member: &Member, part: &[usize]) -> Result<LinearModel> {
        match member {
            Member::Svm(params) => {
                let data = LabelledRows { rows: self.rows, labels: self.labels, weights: self.weights };
                params.fit(data, part, self.n_classes)
            }
            Member::NaiveBayes(params) => {
                let mut is_in = vec![false; self.labels.len()];
                part.iter().for_each(|row| is_in[*row] = true);
                let (columns, labels, n_classes) = (&self.columns, self.labels, self.n_classes);
                let counts =
                    ColumnCounts { columns, labels, is_in: &is_in, n_classes, base: self.base.as_ref() };
                Ok(NaiveBayes::fit_columns(params, &counts)?.into())
            }
        }
    }
}

/// χ² of each column's presence and the class (Yang & Pedersen 1997): the greatest over the classes.
fn chi_squares(rows: &Csr, labels: &[usize], n_classes: usize) -> Vec<f64> {
    let mut presence = TermCounts::new(n_classes, rows.n_columns());
    for (row, label) in labels.iter().enumerate() {
        presence.add(rows.row(row).map(|(column, _)| (column, 1.0)), *label, 1.0);
    }
    let n = labels.len() as f64;
    let of_class = presence.class_counts();
    (0..rows.n_columns())
        .map(|term| {
            let with: f64 = presence.term(term).sum();
            let chi_square = |(both, class): (f64, &f64)| {
                // A two-by-two table: with and without the term, in and out of the class.
                let (only_term, only_class) = (with - both, class - both);
                let neither = n - with - only_class;
                let product = with * (n - with) * class * (n - class);
                if product > 0.0 {
                    n * (both * neither - only_term * only_class).powi(2) / product
                } else {
                    0.0
                }
            };
            presence.term(term).zip(&of_class).map(chi_square).fold(0.0, f64::max)
        })
        .collect()
}

/// Which positions hold the `n` greatest values; ties go to the first.
fn greatest(values: &[f64], n: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let mut keep = vec![false; values.len()];
    order.into_iter().take(n).for_each(|idx| keep[idx] = true);
    keep
}
