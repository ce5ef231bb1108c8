//! Files and folders of labelled records in, batches of records out, a few megabytes at a time, with the place of every
//! record that cannot be used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::json_record;
use super::labelled::{
    BadRecords, Dataset, EmptyTexts, FieldNames, LabelKind, LabelledOptions, Record, fasttext_record,
    make_record, sorted_entries,
};
use super::lines::Lines;
use super::table::{BoundedRows, csv_problem};
use crate::error::{Error, Result};

/// Reads labelled files and folders, in the order given; the first bad record is an error.
///
/// # Errors
/// As [`read_batches`].
pub fn read_labelled(paths: &[PathBuf], names: &FieldNames) -> Result<Dataset> {
    let mut records = Vec::new();
    let options = LabelledOptions { names: names.clone(), ..LabelledOptions::default() };
    read_batches(paths, &options, |batch| {
        records.extend(batch);
        Ok(())
    })?;
    Ok(Dataset::new(records))
}

/// Reads labelled files and folders in the order given and hands them over a few megabytes at a time, so that memory does
/// not grow with the data. Returns the records left out, each with its reason.
///
/// # Errors
/// The first record without text or label, with its place and the fields that it has (unless bad records are skipped); a
/// label of another kind than those before; a file that cannot be read; no records at all; or what `take` fails with.
pub fn read_batches(
    paths: &[PathBuf],
    options: &LabelledOptions,
    mut take: impl FnMut(Vec<Record>) -> Result<()>,
) -> Result<Vec<Error>> {
    let mut sieve = Sieve { bad: options.bad_records, skipped: Vec::new(), label_kind: None, n_kept: 0 };
    for path in paths {
        if path.is_dir() {
            let mut records = Vec::new();
            read_directory(path, options.empty_texts, &mut records)?;
            sieve.n_kept += records.len();
            take(records)?;
            continue;
        }
        let name = path.to_string_lossy();
        let stem = name.trim_end_matches(".gz").trim_end_matches(".zst");
        match Path::new(stem).extension().and_then(|e| e.to_str()) {
            Some("csv") => read_separated(path, b',', options, &mut sieve, &mut take)?,
            Some("tsv") => read_separated(path, b'\t', options, &mut sieve, &mut take)?,
            _ => read_lines(path, options, &mut sieve, &mut take)?,
        }
    }
    if sieve.n_kept == 0 {
        let path = paths.first().map(PathBuf::as_path).unwrap_or(Path::new("-"));
        let message = match sieve.skipped.len() {
            0 => {
                "no labelled records; give JSONL, CSV, TSV, __label__ lines or a folder per class".to_owned()
            }
            n => format!("none of the {n} records can be used; the first: {}", sieve.skipped[0]),
        };
        return Err(Error::dataset(path, message));
    }
    Ok(sieve.skipped)
}

/// Lets good records through.
struct Sieve {
    bad: BadRecords,
    skipped: Vec<Error>,
    /// The kind of the first label, and where it stands.
    label_kind: Option<(LabelKind, String)>,
    n_kept: usize,
}

impl Sieve {
    fn sift(
        &mut self,
        found: Result<(Record, LabelKind)>,
        (path, line): (&Path, usize),
    ) -> Result<Option<Record>> {
        let checked = found.and_then(|(record, kind)| match &self.label_kind {
            None => {
                self.label_kind = Some((kind, format!("{}:{line}", path.display())));
                Ok(record)
            }
            Some((first, _)) if *first == kind => Ok(record),
            Some((first, place)) => {
                let (label, kind, first) = (&record.label, kind.name(), first.name());
                let message =
                    format!("label {label} is {kind}, but {first} at {place}; write all labels alike");
                Err(Error::record(path, line, message))
            }
        });
        match checked {
            Ok(record) => {
                self.n_kept += 1;
                Ok(Some(record))
            }
            Err(error) if self.bad == BadRecords::Skip => {
                self.skipped.push(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Bytes of lines that are parsed at once.
const BATCH_BYTES: usize = 4 << 20;

fn read_lines(
    path: &Path,
    options: &LabelledOptions,
    sieve: &mut Sieve,
    take: &mut impl FnMut(Vec<Record>) -> Result<()>,
) -> Result<()> {
    let mut lines = Lines::open(path)?;
    let mut batch = LineBatch::default();
    loop {
        match lines.next_line() {
            Ok(Some((number, line))) => batch.push(number, line),
            Ok(None) => break,
            // A bad line keeps its place among the others.
            Err(error) => batch.errors.push((batch.lines.len(), error)),
        }
        if batch.text.len() >= BATCH_BYTES {
            batch.parse(path, options, sieve, take)?;
        }
    }
    batch.parse(path, options, sieve, take)
}

/// Lines end to end.
#[derive(Default)]
struct LineBatch {
    text: String,
    /// Number and end of each line.
    lines: Vec<(usize, usize)>,
    /// Lines that could not be read, and how many lines stand before each.
    errors: Vec<(usize, Error)>,
}

impl LineBatch {
    fn push(&mut self, number: usize, line: &str) {
        self.text.push_str(line);
        self.lines.push((number, self.text.len()));
    }

    /// Parses the lines in parallel, hands over what is good, and starts anew.
    fn parse(
        &mut self,
        path: &Path,
        options: &LabelledOptions,
        sieve: &mut Sieve,
        take: &mut impl FnMut(Vec<Record>) -> Result<()>,
    ) -> Result<()> {
        let parse_one = |idx: usize| {
            let (number, end) = self.lines[idx];
            let start = if idx == 0 { 0 } else { self.lines[idx - 1].1 };
            let line = &self.text[start..end];
            let place = format!("{}:{number}", path.display());
            let found = if line.starts_with("__label__") {
                fasttext_record(line, place).map(|record| (record, LabelKind::Text)).map_err(str::to_owned)
            } else {
                json_record::parse(line, place, options)
            };
            (number, found.map_err(|message| Error::record(path, number, message)))
        };
        let parsed: Vec<(usize, Result<(Record, LabelKind)>)> =
            (0..self.lines.len()).into_par_iter().with_min_len(64).map(parse_one).collect();
        let mut records = Vec::with_capacity(parsed.len());
        let mut errors = std::mem::take(&mut self.errors).into_iter().peekable();
        for (idx, (number, found)) in parsed.into_iter().enumerate() {
            while let Some((_, error)) = errors.next_if(|(before, _)| *before <= idx) {
                sieve.sift(Err(error), (path, number))?;
            }
            records.extend(sieve.sift(found, (path, number))?);
        }
        for (_, error) in errors {
            sieve.sift(Err(error), (path, 0))?;
        }
        self.text.clear();
        self.lines.clear();
        if records.is_empty() { Ok(()) } else { take(records) }
    }
}

fn read_separated(
    path: &Path,
    delimiter: u8,
    options: &LabelledOptions,
    sieve: &mut Sieve,
    take: &mut impl FnMut(Vec<Record>) -> Result<()>,
) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter == b',')
        .from_reader(BoundedRows::open(path)?);
    let row_bytes = reader.get_ref().row_bytes();
    let header = reader.headers().map_err(|e| Error::record(path, 1, csv_problem(&e)))?.clone();
    let mut records = Vec::new();
    let mut n_bytes = 0;
    for row in reader.records() {
        row_bytes.set(0);
        let (line, found) = match row {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line) as usize;
                n_bytes += row.as_slice().len();
                let values = header
                    .iter()
                    .zip(&row)
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                let record = make_record(values, format!("{}:{line}", path.display()), options);
                (line, record.map_err(|message| Error::record(path, line, message)))
            }
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line) as usize;
                (line, Err(Error::record(path, line, csv_problem(&e))))
            }
        };
        records.extend(sieve.sift(found.map(|record| (record, LabelKind::Text)), (path, line))?);
        if n_bytes >= BATCH_BYTES {
            n_bytes = 0;
            take(std::mem::take(&mut records))?;
        }
    }
    if records.is_empty() { Ok(()) } else { take(records) }
}

/// `DIR/CLASS/FILE`: every file a text of its folder's class.
fn read_directory(path: &Path, empty_texts: EmptyTexts, records: &mut Vec<Record>) -> Result<()> {
    for class in sorted_entries(path)?.into_iter().filter(|entry| entry.is_dir()) {
        let label = class.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for file in sorted_entries(&class)?.into_iter().filter(|entry| entry.is_file()) {
            let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, e))?;
            let text = String::from_utf8(bytes).map_err(|e| {
                let message =
                    format!("byte {} is not UTF-8; convert the file to UTF-8", e.utf8_error().valid_up_to());
                Error::dataset(&file, message)
            })?;
            if text.trim().is_empty() && empty_texts == EmptyTexts::Bad {
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
            (
                "a.jsonl",
                "{\"text\":\"a\",",
                "a.jsonl:1: not a JSON object (column 12: EOF while parsing a value); mend the line, or",
            ),
            (
                "a.jsonl",
                "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":\"1\"}",
                "a.jsonl:2: label 1 is a text, but a number at",
            ),
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

    #[test]
    fn bad_records_are_skipped_and_counted_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let good = |label: &str| format!("{{\"text\":\"talks\",\"label\":\"{label}\"}}\n");
        let mut content = format!("{}{{\"text\":\"x\"}}\nnot json\n", good("a")).into_bytes();
        content.extend(b"\xff\xfe\n");
        content.extend(good("b").bytes());
        std::fs::write(&path, content).unwrap();
        let mut labels = Vec::new();
        let options = LabelledOptions { bad_records: BadRecords::Skip, ..LabelledOptions::default() };
        let skipped = read_batches(&[path], &options, |batch| {
            labels.extend(batch.into_iter().map(|record| record.label));
            Ok(())
        });
        let skipped: Vec<String> = skipped.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(labels, ["a", "b"]);
        assert_eq!(skipped.len(), 3);
        for (message, line) in skipped.iter().zip(["a.jsonl:2: ", "a.jsonl:3: ", "a.jsonl:4: "]) {
            assert!(message.contains(line), "{message}");
        }
    }
}
