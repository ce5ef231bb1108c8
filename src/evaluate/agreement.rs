//! What several coders called the same units in, how well they agree out, with intervals by resampling the units.

use super::confusion::ConfusionMatrix;
use super::evaluation::Metric;
use super::interval::bootstrap;
use crate::dataset::CodedUnits;

/// What each coder called each unit; a coder need not have coded every unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codings {
    n_classes: usize,
    n_coders: usize,
    /// Shape (units, coders), row by row.
    calls: Vec<Option<usize>>,
}

impl Codings {
    /// Returns the codings of units; `calls` has a row of one call a coder for each.
    ///
    /// # Panics
    /// With fewer than two coders, if the calls are no whole number of rows, or a class is not below `n_classes`.
    #[must_use]
    pub fn new(n_classes: usize, n_coders: usize, calls: Vec<Option<usize>>) -> Self {
        assert!(n_coders >= 2 && calls.len().is_multiple_of(n_coders), "a unit has a call a coder");
        assert!(calls.iter().flatten().all(|class| *class < n_classes), "classes are numbered from 0");
        Self { n_classes, n_coders, calls }
    }

    /// The codings of units with labels.
    ///
    /// # Panics
    /// If a label is not among the classes.
    #[must_use]
    pub fn of_units(units: &CodedUnits) -> Self {
        let number = |label: &Option<String>| {
            let label = label.as_ref()?;
            Some(units.classes.binary_search(label).expect("classes are made of the labels"))
        };
        let n_coders = units.labels.first().map_or(2, Vec::len);
        Self::new(units.classes.len(), n_coders, units.labels.iter().flatten().map(number).collect())
    }

    /// The number of units.
    #[must_use]
    pub fn n_units(&self) -> usize {
        self.calls.len() / self.n_coders
    }

    fn unit(&self, unit: usize) -> &[Option<usize>] {
        &self.calls[unit * self.n_coders..(unit + 1) * self.n_coders]
    }

    /// How many coders called a unit each class.
    fn counts(&self, unit: usize) -> Vec<f64> {
        let mut counts = vec![0.0; self.n_classes];
        self.unit(unit).iter().flatten().for_each(|class| counts[*class] += 1.0);
        counts
    }

    /// The units on which not all who coded them agree, in order.
    #[must_use]
    pub fn disagreements(&self) -> Vec<usize> {
        let differs = |unit: &usize| {
            let mut calls = self.unit(*unit).iter().flatten();
            let first = calls.next();
            calls.any(|call| Some(call) != first)
        };
        (0..self.n_units()).filter(differs).collect()
    }

    /// The share of pairs of coders of a unit that agree, over all units with two or more; Krippendorff's α, Gwet's AC1, Fleiss' κ
    /// (of units that all have coded), each with its 95 % interval. A measure that has no value, as where one class alone
    /// occurs, is 0.
    #[must_use]
    pub fn agreement(&self) -> Vec<Metric> {
        type Measure = fn(&Codings, &[usize]) -> f64;
        let measures: [(&'static str, Measure); 4] = [
            ("percent_agreement", Self::observed),
            ("krippendorff_alpha", Self::alpha),
            ("gwet_ac1", Self::ac1),
            ("fleiss_kappa", Self::fleiss),
        ];
        measures.map(|(name, measure)| self.metric(name, |drawn| measure(self, drawn))).into()
    }

    /// Cohen's κ of two coders over the units that both have coded.
    ///
    /// # Panics
    /// If there is no such coder.
    #[must_use]
    pub fn cohen(&self, first: usize, second: usize) -> Metric {
        self.metric("cohen_kappa", |drawn| {
            let pairs =
                drawn.iter().filter_map(|unit| Some((self.unit(*unit)[first]?, self.unit(*unit)[second]?)));
            ConfusionMatrix::from_pairs(self.n_classes, pairs).kappa()
        })
    }

    fn metric(&self, name: &'static str, measure: impl Fn(&[usize]) -> f64) -> Metric {
        let all: Vec<usize> = (0..self.n_units()).collect();
        Metric { name, value: measure(&all), interval: bootstrap(self.n_units(), &measure) }
    }

    /// Units that two coders or more have coded, by their counts.
    fn pairable(&self, drawn: &[usize]) -> Vec<Vec<f64>> {
        let counts = drawn.iter().map(|unit| self.counts(*unit));
        counts.filter(|counts| counts.iter().sum::<f64>() >= 2.0).collect()
    }

    fn observed(&self, drawn: &[usize]) -> f64 {
        mean(self.pairable(drawn).iter().map(|counts| agreeing_pairs(counts)))
    }

    /// Krippendorff's α for nominal data (2004, chapter 11): 1 − observed / expected disagreement over coincidences.
    fn alpha(&self, drawn: &[usize]) -> f64 {
        let units = self.pairable(drawn);
        let mut totals = vec![0.0; self.n_classes];
        let mut disagreement = 0.0;
        for counts in &units {
            let n: f64 = counts.iter().sum();
            let same: f64 = counts.iter().map(|count| count * (count - 1.0)).sum();
            disagreement += (n * (n - 1.0) - same) / (n - 1.0);
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        let n: f64 = totals.iter().sum();
        let expected = (n * n - totals.iter().map(|total| total * total).sum::<f64>()) / (n - 1.0);
        if expected > 0.0 { 1.0 - disagreement / expected } else { 0.0 }
    }

    /// Gwet's AC1 (2008), whose chance agreement does not grow where one class is frequent.
    fn ac1(&self, drawn: &[usize]) -> f64 {
        let shares: Vec<Vec<f64>> = drawn
            .iter()
            .map(|unit| self.counts(*unit))
            .filter(|counts| counts.iter().any(|count| *count > 0.0))
            .map(|counts| {
                let n: f64 = counts.iter().sum();
                counts.into_iter().map(|count| count / n).collect()
            })
            .collect();
        let share = |class: usize| mean(shares.iter().map(|shares| shares[class]));
        let spread: f64 = (0..self.n_classes).map(share).map(|share| share * (1.0 - share)).sum();
        beyond_chance(self.observed(drawn), spread / (self.n_classes as f64 - 1.0).max(1.0))
    }

    /// Fleiss' κ (1971), of the units that all coders have coded.
    fn fleiss(&self, drawn: &[usize]) -> f64 {
        let whole: Vec<Vec<f64>> = drawn
            .iter()
            .map(|unit| self.counts(*unit))
            .filter(|counts| counts.iter().sum::<f64>() as usize == self.n_coders)
            .collect();
        let share = |class: usize| mean(whole.iter().map(|counts| counts[class] / self.n_coders as f64));
        let by_chance = (0..self.n_classes).map(share).map(|share| share * share).sum();
        beyond_chance(mean(whole.iter().map(|counts| agreeing_pairs(counts))), by_chance)
    }
}

/// The share of pairs of a unit's coders that agree.
fn agreeing_pairs(counts: &[f64]) -> f64 {
    let n: f64 = counts.iter().sum();
    counts.iter().map(|count| count * (count - 1.0)).sum::<f64>() / (n * (n - 1.0))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

fn beyond_chance(observed: f64, by_chance: f64) -> f64 {
    if by_chance < 1.0 { (observed - by_chance) / (1.0 - by_chance) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [usize; 12] = [0, 1, 2, 2, 1, 0, 0, 1, 2, 1, 0, 2];
    const B: [usize; 12] = [0, 1, 2, 1, 1, 0, 1, 1, 2, 1, 0, 2];
    const C: [usize; 12] = [0, 1, 2, 2, 1, 1, 0, 1, 0, 1, 0, 2];

    fn codings(is_missing: impl Fn(usize, usize) -> bool) -> Codings {
        let call = |unit: usize, coder: usize| (!is_missing(unit, coder)).then_some([A, B, C][coder][unit]);
        Codings::new(
            3,
            3,
            (0..12)
                .flat_map(|unit| (0..3).map(move |coder| (unit, coder)))
                .map(|(u, c)| call(u, c))
                .collect(),
        )
    }

    fn value(codings: &Codings, name: &str) -> f64 {
        let agreement = codings.agreement();
        let metric = agreement.iter().find(|metric| metric.name == name).unwrap();
        assert!(metric.interval.low <= metric.value && metric.value <= metric.interval.high, "{metric:?}");
        metric.value
    }

    /// Values of scikit-learn 1.9.1 (cohen_kappa_score), statsmodels 0.15.0 (fleiss_kappa), krippendorff 0.9.0 and irrCAC 0.4.4,
    /// which rounds to five digits.
    #[test]
    fn measures_are_those_of_other_tools() {
        let whole = codings(|_, _| false);
        for second in [1, 2] {
            assert!((whole.cohen(0, second).value - 0.75).abs() < 1e-12);
        }
        assert!((whole.cohen(1, 2).value - 0.483_870_967_741_935_5).abs() < 1e-12);
        assert!((value(&whole, "fleiss_kappa") - 0.661_176_470_588_235).abs() < 1e-12);
        assert!((value(&whole, "krippendorff_alpha") - 0.670_588_235_294_117_7).abs() < 1e-12);
        assert!((value(&whole, "gwet_ac1") - 0.669_35).abs() < 1e-5);
        let holes = codings(|unit, coder| matches!((unit, coder), (3, 0) | (5, 1) | (5, 2) | (7, 2)));
        assert!((value(&holes, "krippendorff_alpha") - 0.714_285_714_285_714_3).abs() < 1e-12);
        assert!((value(&holes, "gwet_ac1") - 0.684_1).abs() < 1e-5);
        assert!((value(&holes, "percent_agreement") - 0.787_88).abs() < 1e-5);
        assert_eq!(whole.disagreements(), [3, 5, 6, 8]);
        assert_eq!(holes.disagreements(), [3, 6, 8]);
    }

    #[test]
    fn nothing_to_disagree_about_is_no_agreement_beyond_chance() {
        let same = Codings::new(2, 2, vec![Some(0); 8]);
        assert_eq!((value(&same, "percent_agreement"), value(&same, "krippendorff_alpha")), (1.0, 0.0));
        assert_eq!((value(&same, "fleiss_kappa"), same.cohen(0, 1).value), (0.0, 0.0));
        let none = Codings::new(2, 2, Vec::new());
        assert!(none.agreement().iter().all(|metric| metric.value == 0.0));
    }
}
