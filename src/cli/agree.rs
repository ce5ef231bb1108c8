//! `nutgraf agree`: how well coders of the same units agree, and where they do not.

use std::io::Write as _;
use std::path::PathBuf;

use nutgraf::dataset::read_codings;
use nutgraf::report::{AgreementRecord, escape_unsafe};

use super::Outcome;
use super::options::RecordFormat;

/// Say how well coders of the same texts agree: files of ids and labels, one a coder
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf agree anna.csv ben.csv\n  nutgraf agree a.jsonl b.jsonl c.jsonl --disagreements\n  \
                        nutgraf agree a.jsonl b.jsonl --label-field frame --format json"
)]
pub(super) struct Args {
    /// JSONL, CSV or TSV of ids and labels, one file a coder
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The field that names the unit
    #[arg(long, default_value = "id", value_name = "FIELD")]
    id_field: String,
    /// The field that holds the label
    #[arg(long, default_value = "label", value_name = "FIELD")]
    label_field: String,
    /// List the units on which coders differ
    #[arg(long)]
    disagreements: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: RecordFormat,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let units = read_codings(&args.files, &args.id_field, &args.label_field)?;
    let coders: Vec<String> = args.files.iter().map(|path| path.display().to_string()).collect();
    let record = AgreementRecord::new(&coders, &units);
    let mut out = std::io::stdout().lock();
    match args.format {
        RecordFormat::Text => write!(out, "{}", record.text(args.disagreements))?,
        RecordFormat::Json => writeln!(out, "{}", escape_unsafe(serde_json::to_string(&record)?))?,
    }
    Ok(Outcome::Done)
}
