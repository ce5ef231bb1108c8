//! Scores over growing training data in, what more of it would bring out.

/// The scores of models trained on so many records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningPoint {
    /// Records trained on.
    pub n: usize,
    /// Accuracy on what was held out.
    pub accuracy: f64,
    /// Macro-F1 on the same.
    pub macro_f1: f64,
}

/// How scores grow with the data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LearningCurve {
    /// The points, by rising number of records.
    pub points: Vec<LearningPoint>,
}

impl LearningCurve {
    /// The curve through points.
    #[must_use]
    pub fn new(mut points: Vec<LearningPoint>) -> Self {
        points.sort_by_key(|point| point.n);
        Self { points }
    }

    /// The accuracy to expect from `n` records, if the error goes on to fall by the power of the number of records that it fell by so
    /// far (Cortes et al. 1993, without a floor): least squares on the logarithms of the last four points. None for fewer than three
    /// points, or where the error does not fall.
    #[must_use]
    pub fn forecast(&self, n: usize) -> Option<f64> {
        let last = &self.points[self.points.len().saturating_sub(4)..];
        let places: Vec<(f64, f64)> = last
            .iter()
            .filter(|point| point.accuracy < 1.0)
            .map(|point| ((point.n.max(1) as f64).ln(), (1.0 - point.accuracy).ln()))
            .collect();
        if places.len() < 3 {
            return None;
        }
        let count = places.len() as f64;
        let (mean_x, mean_y) = (
            places.iter().map(|p| p.0).sum::<f64>() / count,
            places.iter().map(|p| p.1).sum::<f64>() / count,
        );
        let spread: f64 = places.iter().map(|p| (p.0 - mean_x).powi(2)).sum();
        let slope = places.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum::<f64>() / spread;
        let error = (mean_y + slope * ((n.max(1) as f64).ln() - mean_x)).exp();
        (spread > 0.0 && slope < 0.0).then_some(1.0 - error)
    }

    /// How much accuracy the next `n` records would bring, about.
    #[must_use]
    pub fn gain(&self, n: usize) -> Option<f64> {
        let have = self.points.last()?.n;
        Some(self.forecast(have + n)? - self.forecast(have)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_gone_on_with() {
        let point = |n: usize| LearningPoint { n, accuracy: 1.0 - (n as f64).powf(-0.5), macro_f1: 0.0 };
        let curve = LearningCurve::new([800, 100, 400, 200].map(point).to_vec());
        assert!((curve.forecast(1600).unwrap() - point(1600).accuracy).abs() < 1e-9);
        assert!((curve.gain(800).unwrap() - (point(1600).accuracy - point(800).accuracy)).abs() < 1e-9);
        let flat = LearningCurve::new(
            [100, 200, 400].map(|n| LearningPoint { n, accuracy: 0.8, macro_f1: 0.0 }).to_vec(),
        );
        assert_eq!(flat.gain(100), None);
        assert_eq!(LearningCurve::new(vec![point(100), point(200)]).forecast(400), None);
        assert_eq!(LearningCurve::default().gain(1), None);
    }
}
