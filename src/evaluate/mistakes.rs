//! Wrong calls in, the surest of them out.

/// A record that was called something else than its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The record's id.
    pub id: String,
    /// Its label.
    pub gold: String,
    /// What it was called.
    pub predicted: String,
    /// The probability of the call.
    pub p_predicted: f64,
    /// The probability of the label.
    pub p_gold: f64,
    /// How the text begins.
    pub words: String,
    /// What speaks most for the call, each term with its log-odds against the next class.
    pub evidence: Vec<(String, f64)>,
}

/// Probability of a label below which the label itself is worth a second look.
const MAX_SUSPECT: f64 = 0.05;

impl Mistake {
    /// Whether the model is so sure that the label may be wrong.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.p_gold < MAX_SUSPECT
    }
}

/// The surest mistakes so far, at most so many.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistakes {
    max: usize,
    /// The surest first; of equally sure ones the first come first.
    kept: Vec<Mistake>,
}

impl Mistakes {
    /// Returns an empty list for at most `max`.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, kept: Vec::new() }
    }

    /// Whether a mistake of that probability would be among them.
    #[must_use]
    pub fn has_room(&self, p_predicted: f64) -> bool {
        self.kept.len() < self.max || self.kept.last().is_some_and(|least| p_predicted > least.p_predicted)
    }

    /// Adds a mistake if it is sure enough.
    pub fn add(&mut self, mistake: Mistake) {
        let place = self.kept.partition_point(|kept| kept.p_predicted >= mistake.p_predicted);
        if place < self.max {
            self.kept.insert(place, mistake);
            self.kept.truncate(self.max);
        }
    }

    /// The mistakes, the surest first.
    #[must_use]
    pub fn into_vec(self) -> Vec<Mistake> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_are_kept_in_order() {
        let mut mistakes = Mistakes::new(3);
        for (idx, p) in [0.6, 0.9, 0.7, 0.9, 0.8].into_iter().enumerate() {
            let is_kept = mistakes.has_room(p);
            assert_eq!(is_kept, idx != 5);
            mistakes.add(Mistake {
                id: idx.to_string(),
                gold: "a".into(),
                predicted: "b".into(),
                p_predicted: p,
                p_gold: 1.0 - p,
                words: String::new(),
                evidence: Vec::new(),
            });
        }
        assert!(!mistakes.has_room(0.8) && mistakes.has_room(0.81));
        let ids: Vec<String> = mistakes.into_vec().into_iter().map(|mistake| mistake.id).collect();
        assert_eq!(ids, ["1", "3", "4"]);
    }
}
