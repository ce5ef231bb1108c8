//! `nutgraf model`: what a model file says of itself, whether it is whole, and how two differ.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use nutgraf::classify::{Statistics, TermsDiff, TextClassifier};
use nutgraf::model::{Model, ModelDiff, Task};
use nutgraf::report::{ModelDiffRecord, clean, escape_unsafe};

use super::Outcome;
use super::files::write_atomically;
use super::options::RecordFormat;

/// Look at model files
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a model's task, classes, data, scores and arrays
    Info {
        /// The model, a file or the name of a shipped one
        #[arg(value_name = "MODEL")]
        model: String,
    },
    /// Check that models are whole and readable by this version
    Verify {
        /// Models: files or names of shipped ones
        #[arg(required = true, value_name = "MODEL")]
        models: Vec<String>,
    },
    /// Show what two models say differently: header fields, arrays, and the terms whose log-odds moved most
    Diff {
        /// The first model, a file or the name of a shipped one
        #[arg(value_name = "OLD")]
        old: String,
        /// The second
        #[arg(value_name = "NEW")]
        new: String,
        /// Terms of each class to show
        #[arg(long, default_value_t = 10, value_name = "N")]
        top: usize,
        /// The form of the output
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RecordFormat,
    },
    /// Add up statistics of `train --counts-out`: the result is that of counting all their data at once
    Merge {
        /// Files of counts
        #[arg(required = true, num_args = 2.., value_name = "COUNTS")]
        counts: Vec<String>,
        /// The file to write
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
        /// Replace the file if there is one
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut out = std::io::stdout().lock();
    match &args.command {
        Command::Info { model } => info(&Model::open(model)?, &mut out)?,
        Command::Diff { old, new, top, format } => {
            let record = diff(old, new, *top)?;
            match format {
                RecordFormat::Text => write!(out, "{}", record.text())?,
                RecordFormat::Json => writeln!(out, "{}", escape_unsafe(serde_json::to_string(&record)?))?,
            }
        }
        Command::Merge { counts, output, force } => {
            let merged = merge(counts)?;
            let bytes = merged.to_model()?.to_bytes()?;
            write_atomically(output, &bytes, *force)?;
            anstream::eprintln!(
                "{}: {} bytes, counts of {} records",
                output.display(),
                bytes.len(),
                merged.n_records()
            );
        }
        Command::Verify { models } => {
            for name in models {
                let model = Model::open(name)?;
                model.verify()?;
                nutgraf::reading::check_model(&model)?;
                writeln!(
                    out,
                    "{name}: whole, a {} model of format {}",
                    model.header.task.name(),
                    model.header.format
                )?;
            }
        }
    }
    Ok(Outcome::Done)
}

/// What two models say differently, term by term where both are classifiers.
fn diff(old: &str, new: &str, n_terms: usize) -> anyhow::Result<ModelDiffRecord> {
    let [old, new] = [Model::open(old)?, Model::open(new)?];
    old.verify()?;
    new.verify()?;
    let is_classifier = |model: &Model| matches!(model.header.task, Task::Text | Task::Stance);
    let terms = match is_classifier(&old) && is_classifier(&new) {
        true => {
            let [old, new] = [TextClassifier::from_model(&old)?, TextClassifier::from_model(&new)?];
            Some(TermsDiff::new(&old, &new, n_terms))
        }
        false => None,
    };
    Ok(ModelDiffRecord::new(ModelDiff::new(&old, &new), terms))
}

fn merge(paths: &[String]) -> anyhow::Result<Statistics> {
    let open = |path: &String| Statistics::from_model(&Model::open(path)?);
    let mut merged = open(&paths[0])?;
    for path in &paths[1..] {
        merged = merged.merge(&open(path)?).with_context(|| path.clone())?;
    }
    Ok(merged)
}

fn info(model: &Model, out: &mut impl Write) -> std::io::Result<()> {
    let header = &model.header;
    writeln!(out, "task       {}", header.task.name())?;
    writeln!(out, "format     {} (written by nutgraf {})", header.format, header.nutgraf)?;
    writeln!(out, "classes    {}", clean(&header.classes.join(", ")))?;
    writeln!(out, "data       {} records, checksum {}", header.data.n_records, header.data.checksum)?;
    for (metric, value) in &header.scores {
        writeln!(out, "score      {metric} {value:.4} (cross-validated on the training data)")?;
    }
    for (name, element, bytes) in model.arrays() {
        writeln!(out, "array      {name} ({element}, {bytes} bytes)")?;
    }
    writeln!(out, "parameters {}", header.parameters)
}
