//! `nutgraf dataset convert`: labelled data in one form in, in another out.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use nutgraf::Error;
use nutgraf::dataset::{
    EmptyTexts, LabelledForm, LabelledOptions, Record, RecordWriter, file_name, read_batches,
};

use super::super::Outcome;
use super::super::files::{Output, write_atomically};
use super::super::labelled;
use super::super::usage::ensure_usage;
use super::Source;

/// Converts to the form that the output's name asks for; a name without an ending is a folder of a folder a class.
pub(super) fn run(source: &Source, output: &Path, is_forced: bool) -> anyhow::Result<Outcome> {
    let options = LabelledOptions {
        names: source.fields.names(),
        bad_records: source.fields.bad_records(),
        empty_texts: EmptyTexts::Keep,
        texts: source.fields.texts()?,
    };
    let form = LabelledForm::of_path(output);
    if form.is_none() {
        ensure_usage!(
            output.extension().is_none(),
            "{}: no form of labelled data has that ending; give .jsonl, .csv, .tsv, .txt (__label__ lines) or a folder",
            output.display()
        );
    }
    let mut n_records = 0;
    let skipped = match form {
        Some(form) => {
            let columns = if matches!(form, LabelledForm::Csv | LabelledForm::Tsv) {
                columns(source, &options)?
            } else {
                Vec::new()
            };
            let writer = RecordWriter::new(form, options.names.clone(), columns);
            let mut out = Output::open(Some(output), is_forced)?;
            out.write_all(writer.header()?.as_bytes())?;
            let skipped = read_batches(&source.data, &options, |records| {
                n_records += records.len();
                for record in &records {
                    let line = writer.line(record)?;
                    out.write_all(line.as_bytes())
                        .map_err(|reason| Error::Io { path: output.to_owned(), reason })?;
                }
                Ok(())
            })?;
            out.finish()?;
            skipped
        }
        None => {
            let mut taken = BTreeSet::new();
            let mut failed = Ok(());
            let skipped = read_batches(&source.data, &options, |records| {
                n_records += records.len();
                for record in records {
                    if failed.is_ok() {
                        failed = write_text(output, &record, &mut taken, is_forced);
                    }
                }
                Ok(())
            })?;
            failed?;
            skipped
        }
    };
    labelled::report_skipped(&skipped);
    anstream::eprintln!("{}: {n_records} records", output.display());
    Ok(if skipped.is_empty() { Outcome::Done } else { Outcome::SomeFailed })
}

/// The names of all fields beside those that every record has; reads the data once more.
fn columns(source: &Source, options: &LabelledOptions) -> anyhow::Result<Vec<String>> {
    let is_stdin = source.data.iter().any(|path| path == Path::new("-"));
    ensure_usage!(
        !is_stdin,
        "a table needs all its columns before its first row; give a file, not standard input"
    );
    let mut names = BTreeSet::new();
    read_batches(&source.data, options, |records| {
        for name in records.iter().flat_map(|record| record.fields.keys()) {
            if !names.contains(name) {
                names.insert(name.clone());
            }
        }
        Ok(())
    })?;
    names.remove(&options.names.group);
    Ok(names.into_iter().collect())
}

/// `CLASS/ID.txt`; a name that another record has already gets a number.
fn write_text(
    folder: &Path,
    record: &Record,
    taken: &mut BTreeSet<std::path::PathBuf>,
    is_forced: bool,
) -> anyhow::Result<()> {
    let class = folder.join(&*file_name(&record.label));
    std::fs::create_dir_all(&class)?;
    let id = file_name(&record.id);
    let mut path = class.join(format!("{id}.txt"));
    let mut number = 2;
    while !taken.insert(path.clone()) {
        path = class.join(format!("{id}-{number}.txt"));
        number += 1;
    }
    write_atomically(&path, record.full_text().as_bytes(), is_forced)
}
