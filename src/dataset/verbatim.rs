//! Labelled files in, their records and the very lines they stand on out, for what hands records on as they are.

use std::path::{Path, PathBuf};

use super::batches::read_batches;
use super::conversion::record_line;
use super::json_record;
use super::labelled::{BadRecords, LabelledOptions, Record};
use super::lines::Lines;
use crate::error::{Error, Result};

/// Records with a line of JSON each.
#[derive(Debug, Default)]
pub struct Verbatim {
    /// The records.
    pub records: Vec<Record>,
    /// The line that each stands on; records of other forms than JSONL have one made for them, whose fields are all texts.
    pub lines: Vec<String>,
    /// Records left out, each with its reason.
    pub skipped: Vec<Error>,
}

/// Reads labelled files and folders in all forms that training takes.
///
/// # Errors
/// As [`read_batches`].
pub fn read_verbatim(paths: &[PathBuf], options: &LabelledOptions) -> Result<Verbatim> {
    let mut verbatim = Verbatim::default();
    for path in paths {
        if is_jsonl(path) {
            read_lines(path, options, &mut verbatim)?;
            continue;
        }
        let skipped = read_batches(std::slice::from_ref(path), options, |records| {
            for record in records {
                verbatim.lines.push(record_line(&record, &options.names));
                verbatim.records.push(record);
            }
            Ok(())
        })?;
        verbatim.skipped.extend(skipped);
    }
    if verbatim.records.is_empty() {
        let path = paths.first().map_or(Path::new("-"), PathBuf::as_path);
        let message = match verbatim.skipped.first() {
            Some(first) => format!("no record can be used; the first: {first}"),
            None => {
                "no labelled records; give JSONL, CSV, TSV, __label__ lines or a folder per class".to_owned()
            }
        };
        return Err(Error::dataset(path, message));
    }
    Ok(verbatim)
}

fn is_jsonl(path: &Path) -> bool {
    let name = path.to_string_lossy();
    !path.is_dir() && name.trim_end_matches(".gz").trim_end_matches(".zst").ends_with(".jsonl")
}

fn read_lines(path: &Path, options: &LabelledOptions, verbatim: &mut Verbatim) -> Result<()> {
    let mut lines = Lines::open(path)?;
    loop {
        let found = match lines.next_line() {
            Ok(None) => return Ok(()),
            Ok(Some((_, line))) if line.trim().is_empty() => continue,
            Ok(Some((number, line))) => {
                let place = format!("{}:{number}", path.display());
                json_record::parse(line, place, options)
                    .map(|(record, _)| (record, line.to_owned()))
                    .map_err(|message| Error::record(path, number, message))
            }
            Err(error) => Err(error),
        };
        match found {
            Ok((record, line)) => {
                verbatim.records.push(record);
                verbatim.lines.push(line);
            }
            Err(error) if options.bad_records == BadRecords::Skip => verbatim.skipped.push(error),
            Err(error) => return Err(error),
        }
    }
}
