//! Units that several have coded in, how well they agree out, as text or as a JSON record.

use std::fmt::Write as _;

use serde::Serialize;

use super::clean::clean;
use super::records::{SCHEMA, round};
use crate::dataset::CodedUnits;
use crate::evaluate::{Codings, Metric};

/// The record of `agree`.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementRecord {
    schema: u32,
    coders: Vec<String>,
    units: usize,
    classes: Vec<String>,
    measures: Vec<MeasureRecord>,
    pairs: Vec<PairRecord>,
    disagreements: Vec<DisagreementRecord>,
}

#[derive(Debug, Clone, Serialize)]
struct MeasureRecord {
    name: &'static str,
    value: f64,
    interval: [f64; 2],
}

#[derive(Debug, Clone, Serialize)]
struct PairRecord {
    coders: [String; 2],
    #[serde(flatten)]
    measure: MeasureRecord,
}

#[derive(Debug, Clone, Serialize)]
struct DisagreementRecord {
    id: String,
    labels: Vec<Option<String>>,
}

impl From<Metric> for MeasureRecord {
    fn from(Metric { name, value, interval }: Metric) -> Self {
        Self { name, value: round(value, 6), interval: [round(interval.low, 6), round(interval.high, 6)] }
    }
}

impl AgreementRecord {
    /// Returns the record of units by coders, of whom there is a name each.
    ///
    /// # Panics
    /// If there are not as many names as coders.
    #[must_use]
    pub fn new(coders: &[String], units: &CodedUnits) -> Self {
        let codings = Codings::of_units(units);
        let pair = |(first, second): (usize, usize)| PairRecord {
            coders: [coders[first].clone(), coders[second].clone()],
            measure: codings.cohen(first, second).into(),
        };
        let pairs =
            (0..coders.len()).flat_map(|first| (first + 1..coders.len()).map(move |second| (first, second)));
        let disagreement = |unit: usize| DisagreementRecord {
            id: units.ids[unit].clone(),
            labels: units.labels[unit].clone(),
        };
        Self {
            schema: SCHEMA,
            coders: coders.to_vec(),
            units: units.ids.len(),
            classes: units.classes.clone(),
            measures: codings.agreement().into_iter().map(MeasureRecord::from).collect(),
            pairs: pairs.map(pair).collect(),
            disagreements: codings.disagreements().into_iter().map(disagreement).collect(),
        }
    }

    /// The record for people, with the units on which coders differ if they are asked for.
    #[must_use]
    pub fn text(&self, with_disagreements: bool) -> String {
        let classes: Vec<String> = self.classes.iter().map(|class| clean(class).into_owned()).collect();
        let mut out =
            format!("{} units, {} coders; labels: {}\n", self.units, self.coders.len(), classes.join(", "));
        let mut line = |name: &str, MeasureRecord { value, interval: [low, high], .. }: &MeasureRecord| {
            let _ = writeln!(out, "  {name:<20} {value:>7.4}   95 % interval {low:.4} to {high:.4}");
        };
        for measure in &self.measures {
            line(measure.name, measure);
        }
        for PairRecord { coders: [first, second], measure } in &self.pairs {
            line(&format!("{} of {} and {}", measure.name, clean(first), clean(second)), measure);
        }
        let n = self.disagreements.len();
        let _ = writeln!(out, "  coders differ on {n} of {} units", self.units);
        for DisagreementRecord { id, labels } in self.disagreements.iter().filter(|_| with_disagreements) {
            let labels: Vec<String> =
                labels.iter().map(|label| clean(label.as_deref().unwrap_or("–")).into_owned()).collect();
            let _ = writeln!(out, "    {}: {}", clean(id), labels.join(" | "));
        }
        out
    }
}
