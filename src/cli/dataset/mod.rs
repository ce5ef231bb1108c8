//! `nutgraf dataset`: what labelled data consists of, whether it is sound, its division without leaks, its forms, where it is had.

mod convert;
mod fetch;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nutgraf::dataset::{
    BadRecords, Description, DivideBy, DivisionParams, EmptyTexts, LabelledOptions, Part, Record, Verbatim,
    divide, doubts, near_duplicates, read_verbatim,
};
use nutgraf::report::{clean, description_text};

use super::files::write_atomically;
use super::options::RecordFormat;
use super::usage::ensure_usage;
use super::{Outcome, labelled};

/// Look at labelled data: what it consists of, what is wrong with it, copies, division without leaks, other forms
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf dataset stats labels.jsonl\n  nutgraf dataset validate labels.csv\n  \
                        nutgraf dataset split labels.jsonl --test 0.2 -o parts/"
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Source {
    /// Labelled data, in the forms that `train` takes
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// Likeness from which texts are near-copies: the share of runs of four words that both have
    #[arg(long, default_value_t = 0.8, value_name = "X")]
    threshold: f64,
    #[command(flatten)]
    fields: labelled::Fields,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Records, labels, groups, lengths, dates, copies
    Stats {
        #[command(flatten)]
        source: Source,
        /// The form of the output
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RecordFormat,
    },
    /// Every record that cannot be used and everything doubtful, each with its place; exit code 1 if there is any
    Validate {
        #[command(flatten)]
        source: Source,
    },
    /// Leave out texts that all but repeat an earlier one
    Dedup {
        #[command(flatten)]
        source: Source,
        /// The file to write, JSONL
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
        /// Replace the file if there is one
        #[arg(long)]
        force: bool,
        /// List what is left out, and of what it is a copy
        #[arg(long)]
        report: bool,
    },
    /// Divide into training and test: groups and near-copies never part
    Split {
        #[command(flatten)]
        source: Source,
        /// The share that is held out
        #[arg(long, default_value_t = 0.2, value_name = "SHARE")]
        test: f64,
        /// Hold out the newest, not a part by chance
        #[arg(long)]
        by_time: bool,
        /// The field that holds the day
        #[arg(long, default_value = "date", value_name = "FIELD")]
        date_field: String,
        /// Another number gives another division
        #[arg(long, default_value_t = 0, value_name = "N")]
        seed: u64,
        /// The folder for train.jsonl and test.jsonl
        #[arg(short, long, value_name = "FOLDER")]
        output: PathBuf,
        /// Replace the files if there are any
        #[arg(long)]
        force: bool,
    },
    /// Write the records in another form: .jsonl, .csv, .tsv, .txt (__label__ lines), or a folder of a folder a class
    Convert {
        #[command(flatten)]
        source: Source,
        /// The file or folder to write; its ending says the form
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
        /// Replace what is there
        #[arg(long)]
        force: bool,
    },
    /// Data sets that `fetch` knows: name, size, form, licence
    List {
        /// Another catalogue than the shipped one
        #[arg(long, value_name = "FILE")]
        catalog: Option<PathBuf>,
    },
    /// Download data sets and check them; what an interrupted download left is gone on with
    Fetch {
        /// Names of data sets
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// The folder to put them in, each in one of its own
        #[arg(short, long, default_value = ".", value_name = "FOLDER")]
        output: PathBuf,
        /// Take the files from this folder, not from the network
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
        /// Another catalogue than the shipped one
        #[arg(long, value_name = "FILE")]
        catalog: Option<PathBuf>,
        /// Replace files that are there and differ
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Stats { source, format } => stats(source, *format),
        Command::Validate { source } => validate(source),
        Command::Dedup { source, output, force, report } => dedup(source, output, *force, *report),
        Command::Split { source, test, by_time, date_field, seed, output, force } => {
            let params = DivisionParams {
                test_share: *test,
                by: if *by_time { DivideBy::Time } else { DivideBy::Chance },
                date_field: date_field.clone(),
                seed: *seed,
                threshold: source.threshold,
            };
            split(source, &params, output, *force)
        }
        Command::Convert { source, output, force } => convert::run(source, output, *force),
        Command::List { catalog } => fetch::list(catalog.as_deref()),
        Command::Fetch { names, output, from, catalog, force } => fetch::fetch(&fetch::Fetch {
            names,
            folder: output,
            from: from.as_deref(),
            catalog: catalog.as_deref(),
            is_forced: *force,
        }),
    }
}

impl Source {
    fn read(&self, bad_records: BadRecords) -> anyhow::Result<Verbatim> {
        let is_in_range = self.threshold > 0.0 && self.threshold <= 1.0;
        ensure_usage!(is_in_range, "--threshold is {}; give one above 0 and up to 1", self.threshold);
        let options = LabelledOptions {
            names: self.fields.names(),
            bad_records,
            empty_texts: EmptyTexts::Keep,
            texts: self.fields.texts()?,
        };
        Ok(read_verbatim(&self.data, &options)?)
    }

    /// The records; those that cannot be used are left out and told if that is asked for.
    fn read_told(&self) -> anyhow::Result<Verbatim> {
        let verbatim = self.read(self.fields.bad_records())?;
        labelled::report_skipped(&verbatim.skipped);
        Ok(verbatim)
    }
}

fn stats(source: &Source, format: RecordFormat) -> anyhow::Result<Outcome> {
    let description = Description::new(&source.read_told()?.records, source.threshold);
    let mut out = std::io::stdout().lock();
    match format {
        RecordFormat::Text => write!(out, "{}", description_text(&description))?,
        RecordFormat::Json => writeln!(out, "{}", serde_json::to_string(&description)?)?,
    }
    Ok(Outcome::Done)
}

fn validate(source: &Source) -> anyhow::Result<Outcome> {
    let verbatim = source.read(BadRecords::Skip)?;
    let bad = verbatim.skipped.iter().map(ToString::to_string);
    let findings: Vec<String> = bad.chain(doubts(&verbatim.records)).collect();
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{}", clean(finding))?;
    }
    anstream::eprintln!("{} records can be used; {} findings", verbatim.records.len(), findings.len());
    Ok(if findings.is_empty() { Outcome::Done } else { Outcome::SomeFailed })
}

fn dedup(source: &Source, output: &Path, is_forced: bool, has_report: bool) -> anyhow::Result<Outcome> {
    let Verbatim { records, lines, .. } = source.read_told()?;
    let texts: Vec<String> = records.iter().map(Record::full_text).collect();
    let copy_of = near_duplicates(&texts, source.threshold);
    let kept: Vec<&str> = lines
        .iter()
        .zip(&copy_of)
        .filter(|(_, copy)| copy.is_none())
        .map(|(line, _)| line.as_str())
        .collect();
    write_atomically(output, file_of(&kept).as_bytes(), is_forced)?;
    if has_report {
        let mut out = std::io::stdout().lock();
        for (record, original) in records.iter().zip(&copy_of) {
            if let Some(original) = original {
                writeln!(out, "{}: a copy of {}", clean(&record.id), clean(&records[*original].id))?;
            }
        }
    }
    let n_copies = records.len() - kept.len();
    anstream::eprintln!("{}: {} records, {n_copies} copies left out", output.display(), kept.len());
    Ok(Outcome::Done)
}

fn split(
    source: &Source,
    params: &DivisionParams,
    output: &Path,
    is_forced: bool,
) -> anyhow::Result<Outcome> {
    let Verbatim { records, lines, .. } = source.read_told()?;
    let parts = divide(params, &records)?;
    std::fs::create_dir_all(output)?;
    let part = |wanted: Part| -> Vec<&str> {
        lines.iter().zip(&parts).filter(|(_, part)| **part == wanted).map(|(line, _)| line.as_str()).collect()
    };
    for (name, wanted) in [("train.jsonl", Part::Train), ("test.jsonl", Part::Test)] {
        let kept = part(wanted);
        write_atomically(&output.join(name), file_of(&kept).as_bytes(), is_forced)?;
        anstream::eprintln!("{}: {} records", output.join(name).display(), kept.len());
    }
    match part(Part::LeftOut).len() {
        0 => {}
        n => anstream::eprintln!("{n} newer copies of training records are in neither"),
    }
    Ok(Outcome::Done)
}

fn file_of(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [*line, "\n"]).collect()
}
