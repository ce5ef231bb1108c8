//! Labelled text: JSONL, CSV and TSV with a header, fastText `__label__` lines, a directory per class.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::lines::{Lines, json_problem, open_reader};
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
        match &self.title {
            Some(title) => format!("{title}\n\n{}", self.text),
            None => self.text.clone(),
        }
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

    /// A checksum of what training reads: titles, texts, labels and groups, in order.
    #[must_use]
    pub fn checksum(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for record in &self.records {
            let group = record.group.as_deref().unwrap_or_default();
            for part in [record.title.as_deref().unwrap_or_default(), &record.text, &record.label, group] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// Reads labelled files and folders, in the order given.
///
/// # Errors
/// The first record without text or label, with its place and the fields that it has; a file that cannot be read; no
/// records at all.
pub fn read_labelled(paths: &[PathBuf], names: &FieldNames) -> Result<Dataset> {
    let mut records = Vec::new();
    for path in paths {
        if path.is_dir() {
            read_directory(path, &mut records)?;
            continue;
        }
        let name = path.to_string_lossy();
        let stem = name.trim_end_matches(".gz").trim_end_matches(".zst");
        match Path::new(stem).extension().and_then(|e| e.to_str()) {
            Some("csv") => read_separated(path, b',', names, &mut records)?,
            Some("tsv") => read_separated(path, b'\t', names, &mut records)?,
            _ => read_lines(path, names, &mut records)?,
        }
    }
    if records.is_empty() {
        let path = paths.first().map(PathBuf::as_path).unwrap_or(Path::new("-"));
        return Err(Error::dataset(
            path,
            "no labelled records; give JSONL, CSV, TSV, __label__ lines or a folder per class",
        ));
    }
    Ok(Dataset::new(records))
}

fn read_lines(path: &Path, names: &FieldNames, records: &mut Vec<Record>) -> Result<()> {
    let mut lines = Lines::open(path)?;
    while let Some((number, line)) = lines.next_line()? {
        let place = format!("{}:{number}", path.display());
        let record = if line.starts_with("__label__") {
            fasttext_record(line, place).map_err(|message| Error::record(path, number, message))?
        } else {
            let fields: BTreeMap<String, Value> =
                serde_json::from_str(line).map_err(|e| Error::record(path, number, json_problem(&e)))?;
            json_record(fields, place, names).map_err(|message| Error::record(path, number, message))?
        };
        records.push(record);
    }
    Ok(())
}

fn fasttext_record(line: &str, id: String) -> Result<Record, &'static str> {
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

fn json_record(fields: BTreeMap<String, Value>, place: String, names: &FieldNames) -> Result<Record, String> {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let values: BTreeMap<String, String> =
        fields.iter().filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect();
    make_record(values, place, names)
}

/// A record of named values.
fn make_record(
    mut values: BTreeMap<String, String>,
    place: String,
    names: &FieldNames,
) -> Result<Record, String> {
    let known: Vec<String> = values.keys().cloned().collect();
    let mut take = |name: &str, flag: &str| {
        values.remove(name).ok_or_else(|| {
            format!("no {name:?} field (fields: {}); use {flag} to name another", known.join(", "))
        })
    };
    let text = take(&names.text, "--text-field")?;
    let label = take(&names.label, "--label-field")?;
    if text.trim().is_empty() {
        return Err(format!("the {:?} field is empty; remove the record", names.text));
    }
    if label.is_empty() {
        return Err(format!("the {:?} field is empty; label the record or remove it", names.label));
    }
    let id = values.remove("id").unwrap_or(place);
    let title = values.remove("title").filter(|title| !title.is_empty());
    let group = values.get(&names.group).cloned();
    Ok(Record { id, title, text, label, group, fields: values })
}

fn read_separated(path: &Path, delimiter: u8, names: &FieldNames, records: &mut Vec<Record>) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter == b',')
        .from_reader(open_reader(path)?);
    let header = reader.headers().map_err(|e| Error::record(path, 1, e.to_string()))?.clone();
    for row in reader.records() {
        let row = row.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line) as usize;
            Error::record(path, line, e.to_string())
        })?;
        let line = row.position().map_or(0, csv::Position::line) as usize;
        let values =
            header.iter().zip(&row).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let record = make_record(values, format!("{}:{line}", path.display()), names);
        records.push(record.map_err(|message| Error::record(path, line, message))?);
    }
    Ok(())
}

/// `DIR/CLASS/FILE`: every file a text of its folder's class.
fn read_directory(path: &Path, records: &mut Vec<Record>) -> Result<()> {
    for class in sorted_entries(path)?.into_iter().filter(|entry| entry.is_dir()) {
        let label = class.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for file in sorted_entries(&class)?.into_iter().filter(|entry| entry.is_file()) {
            let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, e))?;
            let text = String::from_utf8(bytes).map_err(|e| {
                let message =
                    format!("byte {} is not UTF-8; convert the file to UTF-8", e.utf8_error().valid_up_to());
                Error::dataset(&file, message)
            })?;
            if text.trim().is_empty() {
                return Err(Error::dataset(&file, "the file is empty; remove it"));
            }
            let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            records.push(Record {
                id,
                title: None,
                text,
                label: label.clone(),
                group: None,
                fields: BTreeMap::new(),
            });
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &str) -> Result<Dataset> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        read_labelled(&[path], &FieldNames::default())
    }

    #[test]
    fn the_four_forms_read_alike() {
        let rows = [
            (
                "a.jsonl",
                "{\"text\":\"talks, resumed\",\"label\":\"dove\"}\n\n{\"text\":\"guns\",\"label\":\"hawk\"}\n",
            ),
            ("a.csv", "label,text\ndove,\"talks, resumed\"\nhawk,guns\n"),
            ("a.tsv", "text\tlabel\ntalks, resumed\tdove\nguns\thawk\n"),
            ("a.txt", "__label__dove talks, resumed\n__label__hawk guns\n"),
        ];
        for (name, content) in rows {
            let dataset = read(name, content).unwrap();
            let found: Vec<_> = dataset.records.iter().map(|r| (r.text.as_str(), r.label.as_str())).collect();
            assert_eq!(found, [("talks, resumed", "dove"), ("guns", "hawk")], "{name}");
            assert_eq!(dataset.labels(), [0, 1]);
        }
    }

    #[test]
    fn errors_name_the_line_and_the_remedy() {
        let rows = [
            (
                "a.jsonl",
                "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"stance\":\"y\"}",
                "a.jsonl:2: no \"label\" field (fields: stance, text); use --label-field",
            ),
            ("a.jsonl", "{\"text\":\"a\",", "a.jsonl:1: column 12: EOF"),
            ("a.jsonl", "{\"text\":\" \",\"label\":\"x\"}", "a.jsonl:1: the \"text\" field is empty"),
            ("a.csv", "label,text\ndove\n", "a.csv:2: "),
            ("a.txt", "__label__x\n", "a.txt:1: no text after"),
            ("a.txt", "__label__x  \n", "a.txt:1: no text after"),
            ("a.txt", "__label__ x y\n", "a.txt:1: no name after"),
            ("a.txt", "__label__x __label__y z\n", "a.txt:1: several labels"),
            ("a.jsonl", "\n", "no labelled records"),
        ];
        for (name, content, expected) in rows {
            let message = read(name, content).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
