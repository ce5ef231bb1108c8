//! Rows in, a score per class out: bias + Σ value · weight, whatever method the weights were learned by.
//!
//! Everything a text classifier can be (any event model of naive Bayes, NB-SVM, a linear SVM, a pool of these over the same
//! rows) is this one form, so that there is one way to score, to explain and to store.

use std::borrow::Cow;

use bytes::Bytes;
use half::f16;
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::NaiveBayes;
use crate::error::{Error, Result};
use crate::features::arrays::F32Array;

/// A bias per class, and per term the weights of the classes side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    bias: Vec<f64>,
    weights: Weights,
    n_terms: usize,
}

/// How weights are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    F32,
    /// 16-bit floats: half the size, a weight within 1/2048 of itself.
    F16,
    /// 8-bit integers with a scale a term: a quarter of the size, a weight within 1/254 of the term's greatest.
    I8,
}

/// Shape (`n_terms`, `n_classes`), row by row.
#[derive(Debug, Clone, PartialEq)]
enum Weights {
    F32(Vec<f32>),
    F16(Bytes),
    I8 { scales: F32Array, units: Bytes },
}

impl LinearModel {
    /// The model of a bias per class and weights of shape (`n_terms`, `n_classes`), row by row.
    ///
    /// # Panics
    /// If the weights are not a whole number of terms, or there is no class.
    #[must_use]
    pub fn new(bias: Vec<f64>, weights: Vec<f32>) -> Self {
        assert!(
            !bias.is_empty() && weights.len().is_multiple_of(bias.len()),
            "weights of {} classes",
            bias.len()
        );
        let n_terms = weights.len() / bias.len();
        Self { bias, weights: Weights::F32(weights), n_terms }
    }

    /// The score of each class; the empty row gets the biases.
    ///
    /// # Panics
    /// If a column is not below the number of terms.
    #[must_use]
    pub fn scores(&self, row: impl Iterator<Item = (u32, f32)>) -> Vec<f64> {
        let mut scores = self.bias.clone();
        for (column, value) in row {
            for (class, score) in scores.iter_mut().enumerate() {
                *score += f64::from(value) * self.weight(column, class);
            }
        }
        scores
    }

    /// Adds to `scores`, one per class, what each term of a row adds: [`Self::scores`], fast. Terms are summed in 32 bits,
    /// a few classes at a time, so that the sums stay in registers: of a thousand terms the error is a millionth of the score.
    pub(crate) fn add_terms(&self, row: impl Iterator<Item = (u32, f32)> + Clone, scores: &mut [f64]) {
        let mut first = 0;
        while first < scores.len() {
            let rest = &mut scores[first..];
            first += match rest.len() {
                ..2 => self.add_tile::<1>(row.clone(), first, rest),
                2..4 => self.add_tile::<2>(row.clone(), first, rest),
                4..8 => self.add_tile::<4>(row.clone(), first, rest),
                8..16 => self.add_tile::<8>(row.clone(), first, rest),
                16..20 => self.add_tile::<16>(row.clone(), first, rest),
                20.. => self.add_tile::<20>(row.clone(), first, rest),
            };
        }
    }

    /// Adds to the first N of `scores`, which begin with class `first`. Returns N.
    fn add_tile<const N: usize>(
        &self,
        row: impl Iterator<Item = (u32, f32)> + Clone,
        first: usize,
        scores: &mut [f64],
    ) -> usize {
        let k = self.bias.len();
        let mut sums = [0.0_f32; N];
        let at = |column: u32| column as usize * k + first;
        match &self.weights {
            Weights::F32(weights) => {
                for (column, value) in row {
                    let weights =
                        weights[at(column)..].first_chunk::<N>().expect("N classes from the first on");
                    sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * weight);
                }
            }
            Weights::F16(weights) => {
                // Touches every term's weights first, in a loop so short that many cache lines are waited for at once.
                let touched =
                    row.clone().fold(0, |sum: u8, (column, _)| sum.wrapping_add(weights[2 * at(column)]));
                std::hint::black_box(touched);
                for (column, value) in row {
                    let weights = weights[2 * at(column)..][..2 * N].as_chunks::<2>().0;
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum += value * decode_f16(u16::from_le_bytes(*weight));
                    }
                }
            }
            Weights::I8 { scales, units } => {
                for (column, value) in row {
                    let value = value * scales.at(column as usize);
                    let units = units[at(column)..].first_chunk::<N>().expect("N classes from the first on");
                    for (sum, unit) in sums.iter_mut().zip(units) {
                        *sum += value * f32::from(unit.cast_signed());
                    }
                }
            }
        }
        scores.iter_mut().zip(sums).for_each(|(score, sum)| *score += f64::from(sum));
        N
    }

    /// The weight of a term for a class.
    ///
    /// # Panics
    /// If there is no such term or class.
    #[must_use]
    pub fn weight(&self, column: u32, class: usize) -> f64 {
        let k = self.bias.len();
        assert!(class < k, "class {class} of {k}");
        let at = column as usize * k + class;
        match &self.weights {
            Weights::F32(weights) => f64::from(weights[at]),
            Weights::F16(weights) => {
                f64::from(decode_f16(u16::from_le_bytes([weights[2 * at], weights[2 * at + 1]])))
            }
            Weights::I8 { scales, units } => {
                f64::from(scales.at(column as usize)) * f64::from(units[at].cast_signed())
            }
        }
    }

    /// What an entry of a row adds to the score of `class` over that of `other`. Over all entries of a row these sum, with
    /// the difference of the biases, to the difference of the scores.
    ///
    /// # Panics
    /// If the column or a class is out of range.
    #[must_use]
    pub fn log_odds(&self, (column, value): (u32, f32), class: usize, other: usize) -> f64 {
        f64::from(value) * (self.weight(column, class) - self.weight(column, other))
    }

    /// The model with its weights kept at another precision.
    #[must_use]
    pub fn to_precision(&self, precision: Precision) -> Self {
        let weights = match precision {
            Precision::F32 => Weights::F32(self.to_f32().into_owned()),
            Precision::F16 => {
                let weights = self.to_f32();
                let mut bytes = vec![0; 2 * weights.len()];
                bytes.par_chunks_mut(2 * PART).zip(weights.par_chunks(PART)).for_each(|(bytes, weights)| {
                    let mut halves = vec![f16::ZERO; weights.len()];
                    let clamped: Vec<f32> = weights
                        .iter()
                        .map(|w| w.clamp(f16::MIN.to_f32_const(), f16::MAX.to_f32_const()))
                        .collect();
                    halves.convert_from_f32_slice(&clamped);
                    for (bytes, half) in bytes.chunks_exact_mut(2).zip(halves) {
                        bytes.copy_from_slice(&half.to_le_bytes());
                    }
                });
                Weights::F16(bytes.into())
            }
            Precision::I8 => {
                let weights = self.to_f32();
                let terms = weights.chunks_exact(self.bias.len());
                let scales: Vec<f32> = terms
                    .clone()
                    .map(|term| term.iter().fold(0.0_f32, |most, weight| most.max(weight.abs())) / 127.0)
                    .collect();
                let units = terms.zip(&scales).flat_map(|(term, scale)| {
                    let scale = if *scale > 0.0 { *scale } else { 1.0 };
                    term.iter().map(move |weight| ((weight / scale).round() as i8).cast_unsigned())
                });
                Weights::I8 { units: units.collect(), scales: F32Array::from(&scales[..]) }
            }
        };
        Self { bias: self.bias.clone(), weights, n_terms: self.n_terms }
    }

    fn to_f32(&self) -> Cow<'_, [f32]> {
        let k = self.bias.len();
        match &self.weights {
            Weights::F32(weights) => Cow::Borrowed(weights),
            Weights::F16(_) | Weights::I8 { .. } => (0..self.n_terms as u32)
                .flat_map(|column| (0..k).map(move |class| self.weight(column, class) as f32))
                .collect(),
        }
    }

    /// Σ over models of factor · model, as one model of the same shape.
    ///
    /// # Panics
    /// If there are none, or they have different shapes.
    #[must_use]
    pub fn sum(models: &[(f64, &Self)]) -> Self {
        let (_, first) = models[0];
        let shape = (first.bias.len(), first.n_terms);
        assert!(
            models.iter().all(|(_, model)| (model.bias.len(), model.n_terms) == shape),
            "models of one shape"
        );
        let mut bias = vec![0.0; first.bias.len()];
        let mut weights = vec![0.0; first.n_terms * first.bias.len()];
        for (factor, model) in models {
            for (sum, value) in bias.iter_mut().zip(&model.bias) {
                *sum += factor * value;
            }
            let own = model.to_f32();
            weights.par_iter_mut().zip(own.par_iter()).for_each(|(sum, weight): (&mut f32, &f32)| {
                *sum = (f64::from(*sum) + factor * f64::from(*weight)) as f32;
            });
        }
        Self::new(bias, weights)
    }

    /// Rows are scored alike if the same is added to every class of a term: takes the mean away, so that weights are small
    /// and keep well at low precision.
    #[must_use]
    pub fn centred(mut self) -> Self {
        let k = self.bias.len();
        let mut weights = match self.weights {
            Weights::F32(weights) => weights,
            Weights::F16(_) | Weights::I8 { .. } => self.to_f32().into_owned(),
        };
        weights.par_chunks_mut(PART * k).for_each(|part| {
            for term in part.chunks_exact_mut(k) {
                let mean = (term.iter().map(|weight| f64::from(*weight)).sum::<f64>() / k as f64) as f32;
                term.iter_mut().for_each(|weight| *weight -= mean);
            }
        });
        self.weights = Weights::F32(weights);
        self
    }

    /// The size of a term: the difference between its greatest and its least weight.
    #[must_use]
    pub fn spread(&self, column: u32) -> f64 {
        let weights = (0..self.bias.len()).map(|class| self.weight(column, class));
        let most = weights.clone().fold(f64::NEG_INFINITY, f64::max);
        most - weights.fold(f64::INFINITY, f64::min)
    }

    /// The model of some of the terms, in the order given.
    ///
    /// # Panics
    /// If a column is not below the number of terms.
    #[must_use]
    pub fn select(&self, columns: &[u32]) -> Self {
        let k = self.bias.len();
        let weights =
            columns.iter().flat_map(|column| (0..k).map(move |class| self.weight(*column, class) as f32));
        Self::new(self.bias.clone(), weights.collect())
    }

    /// The arrays for a model file, by name.
    pub(crate) fn arrays(&self) -> Vec<(&'static str, Bytes)> {
        match &self.weights {
            Weights::F32(weights) => vec![("weights.f32", F32Array::from(&weights[..]).bytes())],
            Weights::F16(weights) => vec![("weights.f16", weights.clone())],
            Weights::I8 { scales, units } => {
                vec![("weights.scales", scales.bytes()), ("weights.i8", units.clone())]
            }
        }
    }

    /// Rebuilds a model from its stored parts; `array` gives an array by name.
    ///
    /// # Errors
    /// [`Error::Model`] if an array is missing or of another shape, or a bias is not finite.
    pub(crate) fn from_arrays(
        bias: Vec<f64>,
        n_terms: usize,
        precision: Precision,
        array: impl Fn(&str) -> Result<Bytes>,
    ) -> Result<Self> {
        let n = n_terms * bias.len();
        let (weights, found) = match precision {
            Precision::F32 => {
                let array = F32Array::new(array("weights.f32")?)?;
                (Weights::F32(array.iter().collect()), array.len())
            }
            Precision::F16 => {
                let weights = array("weights.f16")?;
                let found = weights.len() / 2;
                (Weights::F16(weights), found)
            }
            Precision::I8 => {
                let (scales, units) = (F32Array::new(array("weights.scales")?)?, array("weights.i8")?);
                let found = if scales.len() == n_terms { units.len() } else { usize::MAX };
                (Weights::I8 { scales, units }, found)
            }
        };
        // Sixteen bits and eight are read as finite numbers whatever they are.
        let is_finite = match &weights {
            Weights::F32(weights) => weights.iter().all(|weight| weight.is_finite()),
            Weights::F16(_) => true,
            Weights::I8 { scales, .. } => scales.iter().all(f32::is_finite),
        };
        if bias.is_empty() || found != n || !is_finite || bias.iter().any(|bias| !bias.is_finite()) {
            return Err(Error::model("classifier", "weights do not fit the vocabulary; the file is damaged"));
        }
        Ok(Self { bias, weights, n_terms })
    }

    /// The bias of each class.
    #[must_use]
    pub fn bias(&self) -> &[f64] {
        &self.bias
    }

    /// The number of classes.
    #[must_use]
    pub fn n_classes(&self) -> usize {
        self.bias.len()
    }

    /// The number of terms.
    #[must_use]
    pub fn n_terms(&self) -> usize {
        self.n_terms
    }

    /// How the weights are kept.
    #[must_use]
    pub fn precision(&self) -> Precision {
        match self.weights {
            Weights::F32(_) => Precision::F32,
            Weights::F16(_) => Precision::F16,
            Weights::I8 { .. } => Precision::I8,
        }
    }
}

impl LinearModel {
    /// The log-odds of class 1 against class 0 of a model of two classes, as a model of one score.
    ///
    /// # Panics
    /// If the model has not two classes.
    #[must_use]
    pub fn of_log_odds(model: &NaiveBayes) -> Self {
        assert_eq!(model.n_classes(), 2, "log-odds are of one class against the other");
        let weights = model.log_probabilities.chunks_exact(2).map(|term| term[1] - term[0]).collect();
        Self::new(vec![model.log_priors[1] - model.log_priors[0]], weights)
    }
}

impl From<NaiveBayes> for LinearModel {
    fn from(model: NaiveBayes) -> Self {
        Self::new(model.log_priors, model.log_probabilities)
    }
}

/// Terms or weights worked on at once by a thread.
const PART: usize = 8192;

/// The value of a finite 16-bit float, without a branch, so that a row of weights is decoded eight at a time: the bits are
/// put where a 32-bit float has them, and 2^112 makes up for the difference of the exponents' biases.
fn decode_f16(bits: u16) -> f32 {
    const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
    let magnitude = f32::from_bits(u32::from(bits & 0x7fff) << 13) * REBIAS;
    f32::from_bits(magnitude.to_bits() | (u32::from(bits & 0x8000) << 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_half_is_decoded() {
        for bits in 0..=u16::MAX {
            let expected = f16::from_bits(bits);
            if expected.is_finite() {
                assert_eq!(decode_f16(bits).to_bits(), expected.to_f32().to_bits(), "{bits:04x}");
            }
        }
    }

    #[test]
    fn precisions_agree_within_their_steps() {
        let weights: Vec<f32> = (0..60).map(|n| ((n * 37 % 61) as f32 - 30.0) / 7.0).collect();
        let model = LinearModel::new(vec![0.5, -0.25, 0.0], weights);
        let row = || [(0, 0.5), (7, 1.25), (19, 2.0)].into_iter();
        let exact = model.scores(row());
        for (precision, tolerance) in [(Precision::F32, 1e-9), (Precision::F16, 0.01), (Precision::I8, 0.08)]
        {
            let kept = model.to_precision(precision);
            let arrays: std::collections::BTreeMap<&str, Bytes> = kept.arrays().into_iter().collect();
            let again = LinearModel::from_arrays(vec![0.5, -0.25, 0.0], 20, precision, |name| {
                Ok(arrays[name].clone())
            });
            let again = again.unwrap();
            assert_eq!(again, kept);
            let scores = again.scores(row());
            for (score, exact) in scores.iter().zip(&exact) {
                assert!((score - exact).abs() < tolerance, "{precision:?}: {score} for {exact}");
            }
            let evidence: f64 = row().map(|entry| again.log_odds(entry, 0, 2)).sum();
            assert!((evidence + 0.5 - (scores[0] - scores[2])).abs() < 1e-9);
            let mut fast = vec![0.5, -0.25, 0.0];
            again.add_terms(row(), &mut fast);
            assert!(fast.iter().zip(&scores).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn centring_changes_no_difference() {
        let model = LinearModel::new(vec![0.0, 1.0], vec![-9.0, -8.0, -5.0, -7.0]);
        let centred = model.clone().centred();
        let row = || [(0, 1.0), (1, 3.0)].into_iter();
        let (a, b) = (model.scores(row()), centred.scores(row()));
        assert!(((a[0] - a[1]) - (b[0] - b[1])).abs() < 1e-6);
        assert_eq!(centred.weight(0, 0), -0.5);
    }
}
