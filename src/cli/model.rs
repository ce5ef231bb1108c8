//! `nutgraf model`: what a model file says of itself, and whether it is whole.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use nutgraf::classify::Statistics;
use nutgraf::model::Model;
use nutgraf::report::clean;

use super::Outcome;
use super::files::write_atomically;

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
