//! Values of one labelled text in, a record out; the records of a data set with their classes, and how they are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fingerprint::Fingerprint;
use super::texts::Texts;
use crate::error::{Error, Result};

/// One labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The record's own id, or `FILE:LINE`.
    pub id: String,
    /// The title, where the record has one.
    pub title: Option<String>,
    /// The text.
    pub text: String,
    /// The class.
    pub label: String,
    /// What keeps records together in a split (outlet, author, site).
    pub group: Option<String>,
    /// Every other field with a text, number or truth value, by name: for slices.
    pub fields: BTreeMap<String, String>,
}

impl Record {
    /// Title and text as one, parted by a blank line.
    #[must_use]
    pub fn full_text(&self) -> String {
        self.parts().collect()
    }

    /// Title, blank line and text, which make the full text.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let title = self.title.iter().flat_map(|title| [title.as_str(), "\n\n"]);
        title.chain(std::iter::once(self.text.as_str()))
    }

    /// What the text is known again by, and its group.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.parts(), self.group.as_deref())
    }
}

/// Which fields of a record hold what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    /// The text; `text` unless said otherwise.
    pub text: String,
    /// The class; `label` unless said otherwise.
    pub label: String,
    /// The group; `group` unless said otherwise.
    pub group: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        Self { text: "text".into(), label: "label".into(), group: "group".into() }
    }
}

/// Labelled records with their classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The records, in the order of the files.
    pub records: Vec<Record>,
    /// The classes, in byte order.
    pub classes: Vec<String>,
}

impl Dataset {
    /// Returns the data set of some records.
    #[must_use]
    pub fn new(records: Vec<Record>) -> Self {
        let mut classes: Vec<String> = records.iter().map(|record| record.label.clone()).collect();
        classes.sort_unstable();
        classes.dedup();
        Self { records, classes }
    }

    /// The class index of every record.
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        let find =
            |label: &String| self.classes.binary_search(label).expect("classes are made of the labels");
        self.records.iter().map(|record| find(&record.label)).collect()
    }
}

/// The number of each record's group, from 0, in the order in which they first come; a record without one is a group of its own.
/// `None` if no record has a group.
#[must_use]
pub fn group_numbers<'a>(groups: impl Iterator<Item = Option<&'a str>>) -> Option<Vec<usize>> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_groups = 0;
    let mut new_group = || {
        n_groups += 1;
        n_groups - 1
    };
    let numbers = groups
        .map(|group| match group {
            Some(group) => *known.entry(group).or_insert_with(&mut new_group),
            None => new_group(),
        })
        .collect();
    (!known.is_empty()).then_some(numbers)
}

/// What a label was written as; one data set holds one kind, or `1` and `"1"` would be one class in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelKind {
    Text,
    Number,
    Truth,
}

impl LabelKind {
    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Truth => "a truth value",
        }
    }
}

/// What becomes of a record that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadRecords {
    /// It ends the reading with an error.
    #[default]
    Fail,
    /// It is left out and counted.
    Skip,
}

/// What becomes of a record whose text is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyTexts {
    /// It is a bad record: there is nothing to learn from it.
    #[default]
    Bad,
    /// It is a record like any other: a classifier must say something of it.
    Keep,
}

/// How labelled data is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelledOptions {
    /// Which fields hold what.
    pub names: FieldNames,
    /// What becomes of a record that cannot be used.
    pub bad_records: BadRecords,
    /// What becomes of a record whose text is empty.
    pub empty_texts: EmptyTexts,
    /// Where the texts of records are that are labels alone.
    pub texts: Texts,
}

/// A record of a fastText line.
pub(super) fn fasttext_record(line: &str, id: String) -> Result<Record, &'static str> {
    let rest = line.strip_prefix("__label__").ok_or("no __label__")?;
    let (label, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let text = text.trim();
    if label.is_empty() {
        return Err("no name after __label__; name the class");
    }
    if text.is_empty() {
        return Err("no text after the __label__; remove the line");
    }
    if text.starts_with("__label__") {
        return Err("several labels on one line; give each text one");
    }
    Ok(Record {
        id,
        title: None,
        text: text.into(),
        label: label.into(),
        group: None,
        fields: BTreeMap::new(),
    })
}

/// A record of named values.
pub(super) fn make_record(
    mut values: BTreeMap<String, String>,
    place: String,
    options: &LabelledOptions,
) -> Result<Record, String> {
    let names = &options.names;
    if values.get(&names.text).is_none_or(|text| text.trim().is_empty()) {
        options.texts.complete(&mut values, &names.text)?;
    }
    let known: Vec<String> = values.keys().cloned().collect();
    let mut take = |name: &str, flag: &str| {
        values.remove(name).ok_or_else(|| {
            format!("no {name:?} field (fields: {}); use {flag} to name another", known.join(", "))
        })
    };
    let text = take(&names.text, "--text-field")
        .map_err(|message| format!("{message}, or --texts for texts by url"))?;
    let label = take(&names.label, "--label-field")?;
    if text.trim().is_empty() && options.empty_texts == EmptyTexts::Bad {
        return Err(format!(
            "the {:?} field is empty; remove the record, or use --skip-bad-records",
            names.text
        ));
    }
    if label.is_empty() {
        return Err(format!("the {:?} field is empty; label the record or remove it", names.label));
    }
    let id = values.remove("id").unwrap_or(place);
    let title = values.remove("title").filter(|title| !title.is_empty());
    // An empty cell of a table is no group, or all records without one would be of one.
    let group = values.get(&names.group).filter(|group| !group.is_empty()).cloned();
    Ok(Record { id, title, text, label, group, fields: values })
}

/// The entries of a folder by name, hidden ones left out.
pub(super) fn sorted_entries(path: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|e| Error::io(path, e))? {
        let entry = entry.map_err(|e| Error::io(path, e))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}
