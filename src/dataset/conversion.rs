//! Labelled records in, lines of another form out.

use std::borrow::Cow;
use std::path::Path;

use serde_json::{Map, Value};

use super::labelled::{FieldNames, Record};
use crate::error::{Error, Result};

/// A form in which labelled records are written, one after the other in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelledForm {
    /// An object a line.
    Jsonl,
    /// A table with a header, cells parted by commas (RFC 4180).
    Csv,
    /// A table with a header, cells parted by tabs and never quoted; tabs and line ends in them are blanks.
    Tsv,
    /// `__label__CLASS text` a line, as fastText reads it; title and text are one, line ends in them are blanks.
    FastText,
}

impl LabelledForm {
    /// The form that a file's name asks for: `.jsonl`, `.csv`, `.tsv`, and `.txt` for fastText's lines.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "jsonl" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "txt" => Some(Self::FastText),
            _ => None,
        }
    }
}

/// Writes records of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordWriter {
    form: LabelledForm,
    names: FieldNames,
    /// The columns of a table beside id, title, text, label and group.
    columns: Vec<String>,
}

impl RecordWriter {
    /// Returns a writer; fields have their names from `names`, and a table has a column for each of `columns` beside id, title,
    /// text, label and group.
    #[must_use]
    pub fn new(form: LabelledForm, names: FieldNames, columns: Vec<String>) -> Self {
        Self { form, names, columns }
    }

    /// What stands before the records.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub fn header(&self) -> Result<String> {
        let FieldNames { text, label, group } = &self.names;
        let first = ["id", "title", text, label, group];
        self.row(first.into_iter().chain(self.columns.iter().map(String::as_str)).collect())
    }

    /// A record with its line end.
    ///
    /// # Errors
    /// [`Error::Training`] for a class name that fastText's lines cannot hold.
    pub fn line(&self, record: &Record) -> Result<String> {
        match self.form {
            LabelledForm::Jsonl => Ok(record_line(record, &self.names) + "\n"),
            LabelledForm::Csv | LabelledForm::Tsv => {
                let (title, group) = (record.title.as_deref(), record.group.as_deref());
                let first = [
                    &record.id,
                    title.unwrap_or_default(),
                    &record.text,
                    &record.label,
                    group.unwrap_or_default(),
                ];
                let field = |name: &'_ String| record.fields.get(name).map_or("", String::as_str);
                self.row(first.into_iter().chain(self.columns.iter().map(field)).collect())
            }
            LabelledForm::FastText => {
                if record.label.contains(char::is_whitespace) {
                    return Err(Error::Training(format!(
                        "{}: label {:?} has a blank, which __label__ lines cannot hold; rename the class",
                        record.id, record.label
                    )));
                }
                let text = record.full_text();
                let words: Vec<&str> = text.split_whitespace().collect();
                Ok(format!("__label__{} {}\n", record.label, words.join(" ")))
            }
        }
    }

    /// A row of a table; nothing for forms that have no header.
    fn row(&self, cells: Vec<&str>) -> Result<String> {
        match self.form {
            LabelledForm::Jsonl | LabelledForm::FastText => return Ok(String::new()),
            LabelledForm::Tsv => {
                let cells: Vec<String> =
                    cells.iter().map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect();
                return Ok(cells.join("\t") + "\n");
            }
            LabelledForm::Csv => {}
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |e: &dyn std::fmt::Display| Error::Training(format!("a row cannot be written: {e}"));
        writer.write_record(cells).map_err(|e| failed(&e))?;
        let bytes = writer.into_inner().map_err(|e| failed(&e))?;
        String::from_utf8(bytes).map_err(|e| failed(&e))
    }
}

/// A record as an object on one line. Numbers and truth values are texts, since a record does not know which they were.
pub(super) fn record_line(record: &Record, names: &FieldNames) -> String {
    let mut fields: Map<String, Value> =
        record.fields.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let known = [
        ("id", Some(&record.id)),
        ("title", record.title.as_ref()),
        (&names.text, Some(&record.text)),
        (&names.label, Some(&record.label)),
        (&names.group, record.group.as_ref()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value.clone().into());
        }
    }
    Value::Object(fields).to_string()
}

/// A name as a file or folder can have it anywhere: no separators, no characters that some system forbids, no dots or blanks at its
/// ends, none of the names that Windows keeps for devices; at most 120 bytes.
#[must_use]
pub fn file_name(name: &str) -> Cow<'_, str> {
    const MAX_BYTES: usize = 120;
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let is_allowed = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.chars().count() == 1 && rest.parse::<u8>().is_ok())
    };
    let is_device = DEVICES.contains(&stem.trim_end()) || is_numbered("com") || is_numbered("lpt");
    let is_bare = |c: char| c == '.' || c == ' ';
    let is_fine = name.chars().all(is_allowed)
        && !name.is_empty()
        && !name.starts_with(is_bare)
        && !name.ends_with(is_bare)
        && !is_device
        && name.len() <= MAX_BYTES;
    if is_fine {
        return Cow::Borrowed(name);
    }
    let mut safe: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    safe.truncate(safe.floor_char_boundary(MAX_BYTES));
    let trimmed = safe.trim_matches(is_bare);
    Cow::Owned(if is_device || trimmed.is_empty() { format!("_{trimmed}") } else { trimmed.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere() {
        let rows = [
            ("plain-name", "plain-name"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..", "_"),
            ("", "_"),
            ("/abs", "_abs"),
            ("C:\\x", "C__x"),
            ("a\0b\nc", "a_b_c"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1", "_com1"),
            ("com10", "com10"),
            ("trailing. ", "trailing"),
            ("łódź", "łódź"),
        ];
        for (name, expected) in rows {
            assert_eq!(file_name(name), expected, "{name:?}");
        }
        assert!(file_name(&"é".repeat(200)).len() <= 120);
    }
}
