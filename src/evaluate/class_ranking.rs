//! Records in the order of one class's probability in, how well that order parts them from all others out.

use super::classification::Classified;

/// A record where it stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    record: u32,
    /// Whether it is of the class.
    is_of_class: bool,
    /// Whether it is less probable than the record before it.
    is_lower: bool,
}

/// The records by falling probability of a class, ordered once for all resamples.
#[derive(Debug, Clone)]
pub(super) struct ClassRanking(Vec<Place>);

impl ClassRanking {
    /// Ranks records by `p`; none if all of them or none are of the class.
    pub(super) fn new(class: usize, records: &[Classified], p: impl Fn(&Classified) -> f64) -> Option<Self> {
        let n_of_class = records.iter().filter(|record| record.gold == class).count();
        if n_of_class == 0 || n_of_class == records.len() {
            return None;
        }
        let mut order: Vec<(f64, u32)> =
            records.iter().enumerate().map(|(idx, record)| (p(record), idx as u32)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut last = f64::INFINITY;
        let place = |(p, record): (f64, u32)| {
            let is_lower = p < last;
            last = p;
            Place { record, is_of_class: records[record as usize].gold == class, is_lower }
        };
        Some(Self(order.into_iter().map(place).collect()))
    }

    /// The area under the ROC curve (ties count half; 0.5 if the class or all others were not drawn) and the average precision
    /// (Σ (recallₙ − recallₙ₋₁) precisionₙ over the distinct probabilities, without interpolation), each record counted as often as
    /// its weight says.
    pub(super) fn areas(&self, weights: &[u32]) -> [f64; 2] {
        let (mut n_class, mut n_others) = (0.0, 0.0);
        let (mut area, mut precision) = (0.0, 0.0);
        let (mut tied_class, mut tied_others) = (0.0, 0.0);
        let mut end_tie = |tied_class: &mut f64, tied_others: &mut f64| {
            area += *tied_others * (n_class + *tied_class / 2.0);
            n_class += *tied_class;
            n_others += *tied_others;
            if *tied_class > 0.0 {
                precision += *tied_class * n_class / (n_class + n_others);
            }
            (*tied_class, *tied_others) = (0.0, 0.0);
        };
        for place in &self.0 {
            if place.is_lower {
                end_tie(&mut tied_class, &mut tied_others);
            }
            let weight = f64::from(weights[place.record as usize]);
            *if place.is_of_class { &mut tied_class } else { &mut tied_others } += weight;
        }
        end_tie(&mut tied_class, &mut tied_others);
        let is_ranked = n_others > 0.0 && n_class > 0.0;
        let share = if n_class > 0.0 { precision / n_class } else { 0.0 };
        [if is_ranked { area / (n_others * n_class) } else { 0.5 }, share]
    }
}
