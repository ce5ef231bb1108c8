//! Labelled records in, what they are and what is doubtful about them out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::labelled::Record;
use super::near_duplicates::near_duplicates;
use crate::text::n_words;

/// What a data set consists of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// The number of records.
    pub records: usize,
    /// The records of each label.
    pub labels: BTreeMap<String, usize>,
    /// The number of groups; 0 if records have none.
    pub groups: usize,
    /// Words of a text: the least, the quartiles (of two in the middle the lower) and the most.
    pub words: [usize; 5],
    /// Texts without words.
    pub empty: usize,
    /// The first and the last value of the field `date`.
    pub dates: Option<[String; 2]>,
    /// Texts that repeat an earlier one but for white space.
    pub duplicates: usize,
    /// Texts that all but repeat an earlier one, those that repeat it outright among them.
    pub near_duplicates: usize,
}

impl Description {
    /// Describes records; `threshold` is the likeness of near-duplicates, as in [`near_duplicates`].
    #[must_use]
    pub fn new(records: &[Record], threshold: f64) -> Self {
        let mut labels: BTreeMap<String, usize> = BTreeMap::new();
        records.iter().for_each(|record| *labels.entry(record.label.clone()).or_default() += 1);
        let mut words: Vec<usize> = records.iter().map(|record| n_words(&record.text)).collect();
        words.sort_unstable();
        let quantile = |quarter: usize| words.get(quarter * words.len().saturating_sub(1) / 4).copied();
        let dates: BTreeSet<&String> =
            records.iter().filter_map(|record| record.fields.get("date")).collect();
        let texts: Vec<String> = records.iter().map(Record::full_text).collect();
        let distinct: BTreeSet<String> = texts.iter().map(|text| flat(text)).collect();
        Self {
            records: records.len(),
            labels,
            groups: records.iter().filter_map(|record| record.group.as_ref()).collect::<BTreeSet<_>>().len(),
            words: [0, 1, 2, 3, 4].map(|quarter| quantile(quarter).unwrap_or_default()),
            empty: words.iter().filter(|n| **n == 0).count(),
            dates: dates.first().zip(dates.last()).map(|(first, last)| [(*first).clone(), (*last).clone()]),
            duplicates: texts.len() - distinct.len(),
            near_duplicates: near_duplicates(&texts, threshold).iter().flatten().count(),
        }
    }
}

/// What is doubtful about records that can be read, a finding a line: labels that differ in case or blanks alone, a single class,
/// texts without words, and equal texts with different labels.
#[must_use]
pub fn doubts(records: &[Record]) -> Vec<String> {
    let mut found = Vec::new();
    let labels: BTreeSet<&str> = records.iter().map(|record| record.label.as_str()).collect();
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for label in &labels {
        spellings.entry(flat(label).to_lowercase()).or_default().push(label);
    }
    for spellings in spellings.values().filter(|spellings| spellings.len() > 1) {
        found.push(format!("labels {spellings:?} differ in case or blanks alone; write them alike"));
    }
    if labels.len() == 1 {
        found.push(format!("all labels are {:?}; a classifier needs two classes", records[0].label));
    }
    let empty = records.iter().filter(|record| n_words(&record.text) == 0);
    found.extend(empty.map(|record| format!("{}: the text has no words", record.id)));
    let mut first_of: BTreeMap<String, &Record> = BTreeMap::new();
    for record in records.iter().filter(|record| n_words(&record.text) > 0) {
        let first = first_of.entry(flat(&record.full_text())).or_insert(record);
        if first.label != record.label {
            found.push(format!(
                "{}: the same text is labelled {:?} here and {:?} in {}",
                record.id, record.label, first.label, first.id
            ));
        }
    }
    found
}

/// The text with white space as single blanks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, text: &str, label: &str) -> Record {
        Record {
            id: id.into(),
            title: None,
            text: text.into(),
            label: label.into(),
            group: Some(id[..1].to_owned()),
            fields: BTreeMap::from([("date".to_owned(), format!("2026-0{}", id.len()))]),
        }
    }

    #[test]
    fn what_is_doubtful_is_told_with_its_place() {
        let records = [
            record("a1", "Talks resumed.", "dove"),
            record("a12", "Talks  resumed.", "hawk"),
            record("b1", "…", "Dove "),
            record("b2", "Guns at sea.", "hawk"),
        ];
        let found = doubts(&records);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("[\"Dove \", \"dove\"]") && found[1].starts_with("b1: "));
        assert_eq!(found[2], "a12: the same text is labelled \"hawk\" here and \"dove\" in a1");
        assert!(doubts(&records[3..])[0].contains("two classes"));
        let description = Description::new(&records, 0.8);
        assert_eq!((description.records, description.groups, description.empty), (4, 2, 1));
        assert_eq!((description.duplicates, description.near_duplicates), (1, 1));
        assert_eq!(description.words, [0, 0, 2, 2, 3]);
        assert_eq!(description.dates, Some(["2026-02".to_owned(), "2026-03".to_owned()]));
    }
}
