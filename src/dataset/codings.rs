//! Files of ids and labels in, what each called each unit out: one file a coder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::lines::{Lines, json_problem};
use super::table::{BoundedRows, csv_problem};
use crate::error::{Error, Result};

/// Units that several have coded, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedUnits {
    /// The ids, in byte order.
    pub ids: Vec<String>,
    /// The classes, in byte order.
    pub classes: Vec<String>,
    /// The label of each unit by each coder, in the order of ids and files; none where a coder has not coded it.
    pub labels: Vec<Vec<Option<String>>>,
}

/// Reads what each of several coders called units: JSONL, or CSV or TSV with a header, of an id and a label; other fields are
/// not looked at.
///
/// # Errors
/// [`Error::Io`] for a file that cannot be read; [`Error::Record`] for a record without id or label, or an id that stands twice
/// in a file; [`Error::Dataset`] for files that share no id.
pub fn read_codings(paths: &[PathBuf], id_field: &str, label_field: &str) -> Result<CodedUnits> {
    let mut units: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for (coder, path) in paths.iter().enumerate() {
        let mut add = |line: usize, fields: &Map<String, Value>| -> Result<()> {
            let bad = |message: String| Error::Record { path: path.clone(), line, message };
            let field = |name: &str| match fields.get(name) {
                Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
                _ => {
                    let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                    Err(bad(format!(
                        "no {name:?} field (fields: {}); name others with --id-field and --label-field",
                        known.join(", ")
                    )))
                }
            };
            let (id, label) = (field(id_field)?, field(label_field)?);
            let calls = units.entry(id.clone()).or_insert_with(|| vec![None; paths.len()]);
            match calls[coder].replace(label) {
                None => Ok(()),
                Some(_) => Err(bad(format!("the id {id:?} stands twice; a coder codes a unit once"))),
            }
        };
        if is_table(path) { for_each_row(path, &mut add)? } else { for_each_line(path, &mut add)? }
    }
    if units.values().all(|calls| calls.iter().flatten().count() < 2) {
        let message = "no id is in two files; give each unit the same id in every file".to_owned();
        return Err(Error::Dataset { path: paths.first().cloned().unwrap_or_default(), message });
    }
    let classes: BTreeSet<String> = units.values().flatten().flatten().cloned().collect();
    let (ids, labels) = units.into_iter().unzip();
    Ok(CodedUnits { ids, classes: classes.into_iter().collect(), labels })
}

/// Takes a line's number and its fields.
type Add<'a> = &'a mut dyn FnMut(usize, &Map<String, Value>) -> Result<()>;

fn is_table(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".csv") || name.ends_with(".tsv")
}

fn for_each_line(path: &Path, add: Add<'_>) -> Result<()> {
    let mut lines = Lines::open(path)?;
    while let Some((number, line)) = lines.next_line()? {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Map<String, Value> = serde_json::from_str(line).map_err(|e| Error::Record {
            path: path.to_owned(),
            line: number,
            message: format!("not a JSON record ({}); give one object a line", json_problem(&e)),
        })?;
        add(number, &fields)?;
    }
    Ok(())
}

fn for_each_row(path: &Path, add: Add<'_>) -> Result<()> {
    let delimiter = if path.to_string_lossy().to_lowercase().contains(".tsv") { b'\t' } else { b',' };
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(BoundedRows::open(path)?);
    let row_bytes = table.get_ref().row_bytes();
    let bad =
        |line: u64, message: String| Error::Record { path: path.to_owned(), line: line as usize, message };
    let header = table.headers().map_err(|e| bad(1, csv_problem(&e)))?.clone();
    for row in table.records() {
        row_bytes.set(0);
        let row = row.map_err(|e| bad(e.position().map_or(0, csv::Position::line), csv_problem(&e)))?;
        let line = row.position().map_or(0, csv::Position::line);
        let fields = header.iter().zip(&row).map(|(name, value)| (name.to_owned(), value.into())).collect();
        add(line as usize, &fields)?;
    }
    Ok(())
}
