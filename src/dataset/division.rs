//! Labelled records in, a division into training and test out: by group, by class, by time, and never between near-copies.

use std::collections::BTreeMap;

use super::labelled::{Record, group_numbers};
use super::near_duplicates::near_duplicates;
use crate::error::{Error, Result};

/// How records are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivideBy {
    /// At random, so that each class has its share; groups and near-copies stay together.
    Chance,
    /// The newest are the test; near-copies of training records are left out of both.
    Time,
}

/// How records are divided.
#[derive(Debug, Clone, PartialEq)]
pub struct DivisionParams {
    /// The share of the records that is the test; above 0, below 1.
    pub test_share: f64,
    /// What decides.
    pub by: DivideBy,
    /// The field that holds the day, as `YYYY-MM-DD` or anything that sorts by time.
    pub date_field: String,
    /// Another seed gives another division by chance.
    pub seed: u64,
    /// Likeness from which texts are near-copies, as in [`near_duplicates`].
    pub threshold: f64,
}

impl Default for DivisionParams {
    fn default() -> Self {
        Self { test_share: 0.2, by: DivideBy::Chance, date_field: "date".into(), seed: 0, threshold: 0.8 }
    }
}

/// Where a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To train on.
    Train,
    /// Held out.
    Test,
    /// In neither: it would be a near-copy on the other side.
    LeftOut,
}

/// Divides records; the same data and parameters give the same division.
///
/// # Errors
/// [`Error::Parameter`] for a share or threshold out of range; [`Error::Training`] for a record without a date, where dates
/// decide.
pub fn divide(params: &DivisionParams, records: &[Record]) -> Result<Vec<Part>> {
    if !(params.test_share > 0.0 && params.test_share < 1.0) {
        return Err(Error::parameter("test", params.test_share, "above 0 and below 1"));
    }
    if !(params.threshold > 0.0 && params.threshold <= 1.0) {
        return Err(Error::parameter("threshold", params.threshold, "above 0 and up to 1"));
    }
    let texts: Vec<String> = records.iter().map(Record::full_text).collect();
    let copy_of = near_duplicates(&texts, params.threshold);
    match params.by {
        DivideBy::Chance => Ok(by_chance(params, records, &copy_of)),
        DivideBy::Time => by_time(params, records, &copy_of),
    }
}

fn by_time(params: &DivisionParams, records: &[Record], copy_of: &[Option<usize>]) -> Result<Vec<Part>> {
    let date = |record: &Record| {
        record.fields.get(&params.date_field).cloned().ok_or_else(|| {
            let (id, field) = (&record.id, &params.date_field);
            Error::Training(format!(
                "{id}: no {field:?} field to divide by time; name another with --date-field"
            ))
        })
    };
    let dates = records.iter().map(date).collect::<Result<Vec<String>>>()?;
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by(|a, b| dates[*a].cmp(&dates[*b]).then(a.cmp(b)));
    let n_train = records.len() - (params.test_share * records.len() as f64).round() as usize;
    let mut parts = vec![Part::Train; records.len()];
    order[n_train..].iter().for_each(|idx| parts[*idx] = Part::Test);
    // Of a cluster of near-copies with records on both sides the newer ones go.
    let has_training: Vec<bool> = {
        let mut has = vec![false; records.len()];
        (0..records.len())
            .filter(|idx| parts[*idx] == Part::Train)
            .for_each(|idx| has[copy_of[idx].unwrap_or(idx)] = true);
        has
    };
    for idx in 0..records.len() {
        if parts[idx] == Part::Test && has_training[copy_of[idx].unwrap_or(idx)] {
            parts[idx] = Part::LeftOut;
        }
    }
    Ok(parts)
}

/// Units that stay together go to the test, in an order by chance, while that brings its classes nearer to their share.
fn by_chance(params: &DivisionParams, records: &[Record], copy_of: &[Option<usize>]) -> Vec<Part> {
    let units = units(records, copy_of);
    let mut classes: BTreeMap<&str, f64> = BTreeMap::new();
    records.iter().for_each(|record| *classes.entry(&record.label).or_default() += params.test_share);
    let mut order: Vec<(u64, &Vec<usize>)> =
        units.values().map(|unit| (chance(params.seed, &records[unit[0]]), unit)).collect();
    order.sort();
    let mut parts = vec![Part::Train; records.len()];
    for (_, unit) in order {
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        unit.iter().for_each(|idx| *counts.entry(records[*idx].label.as_str()).or_default() += 1.0);
        // What is missing of each class, squared, before and after.
        let gain: f64 =
            counts.iter().map(|(class, n)| classes[class].powi(2) - (classes[class] - n).powi(2)).sum();
        if gain > 0.0 {
            counts.iter().for_each(|(class, n)| *classes.entry(class).or_default() -= n);
            unit.iter().for_each(|idx| parts[*idx] = Part::Test);
        }
    }
    parts
}

/// Records that stay together, by the first of them: those of a group, and near-copies.
fn units(records: &[Record], copy_of: &[Option<usize>]) -> BTreeMap<usize, Vec<usize>> {
    let mut root: Vec<usize> = (0..records.len()).collect();
    let mut join = |a: usize, b: usize| {
        let [mut a, mut b] = [a, b];
        while root[a] != a {
            root[a] = root[root[a]];
            a = root[a];
        }
        while root[b] != b {
            root[b] = root[root[b]];
            b = root[b];
        }
        let (first, last) = (a.min(b), a.max(b));
        root[last] = first;
    };
    if let Some(groups) = group_numbers(records.iter().map(|record| record.group.as_deref())) {
        let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (idx, group) in groups.into_iter().enumerate() {
            join(idx, *first_of.entry(group).or_insert(idx));
        }
    }
    copy_of.iter().enumerate().filter_map(|(idx, copy)| Some((idx, (*copy)?))).for_each(|(a, b)| join(a, b));
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for idx in 0..records.len() {
        let mut at = idx;
        while root[at] != at {
            at = root[at];
        }
        units.entry(at).or_default().push(idx);
    }
    units
}

/// A number that depends on the seed and the text alone, so that where records stand does not matter.
fn chance(seed: u64, record: &Record) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(record.text.as_bytes());
    hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(idx: usize, label: &str, group: Option<&str>) -> Record {
        Record {
            id: idx.to_string(),
            title: None,
            text: format!(
                "number {idx} of the ferry's log tells of rain at {idx} and of nothing else {}",
                idx * 7
            ),
            label: label.to_owned(),
            group: group.map(str::to_owned),
            fields: BTreeMap::from([("date".to_owned(), format!("2026-01-{:02}", idx % 28 + 1))]),
        }
    }

    fn n_test(parts: &[Part], of: impl Fn(usize) -> bool) -> usize {
        parts.iter().enumerate().filter(|(idx, part)| **part == Part::Test && of(*idx)).count()
    }

    #[test]
    fn classes_have_their_share_and_groups_and_copies_stay_together() {
        let groups: Vec<String> = (0..200).map(|idx| format!("g{}", idx / 4)).collect();
        let mut records: Vec<Record> = (0..200)
            .map(|idx| {
                record(
                    idx,
                    ["dove", "hawk", "owl"][usize::from(idx % 4 == 0) + usize::from(idx % 10 == 0)],
                    Some(&groups[idx]),
                )
            })
            .collect();
        let copy = |idx: usize| Record { id: format!("copy{idx}"), group: None, ..records[idx * 9].clone() };
        let copies: Vec<Record> = (0..20).map(copy).collect();
        records.extend(copies);
        let parts = divide(&DivisionParams::default(), &records).unwrap();
        for label in ["dove", "hawk", "owl"] {
            let n = records.iter().filter(|record| record.label == label).count();
            let share = n_test(&parts, |idx| records[idx].label == label) as f64 / n as f64;
            // Units of four records are the grain of it.
            assert!((share - 0.2).abs() < 0.1, "{label}: {share}");
        }
        assert!((0..200).all(|idx| parts[idx] == parts[idx / 4 * 4]), "a group is on one side");
        assert!((0..20).all(|idx| parts[200 + idx] == parts[idx * 9]), "a copy is where its original is");
        assert_eq!(parts, divide(&DivisionParams::default(), &records).unwrap());
        let other = divide(&DivisionParams { seed: 1, ..DivisionParams::default() }, &records).unwrap();
        assert_ne!(parts, other);
    }

    #[test]
    fn the_newest_are_the_test_and_copies_of_older_ones_are_left_out() {
        let mut records: Vec<Record> = (0..28).map(|idx| record(idx, "dove", None)).collect();
        records.push(Record { fields: records[27].fields.clone(), ..records[3].clone() });
        let params = DivisionParams { by: DivideBy::Time, ..DivisionParams::default() };
        let parts = divide(&params, &records).unwrap();
        assert!((0..23).all(|idx| parts[idx] == Part::Train) && (23..28).all(|idx| parts[idx] == Part::Test));
        assert_eq!(parts[28], Part::LeftOut);
        records[5].fields.clear();
        assert!(divide(&params, &records).unwrap_err().to_string().contains("5: no \"date\" field"));
        let wrong = DivisionParams { test_share: 1.0, ..DivisionParams::default() };
        assert!(divide(&wrong, &records).is_err());
    }
}
