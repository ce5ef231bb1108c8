//! `nutgraf model`: what a model file says of itself, and whether it is whole.

use std::io::Write;

use clap::Subcommand;
use nutgraf::model::Model;
use nutgraf::report::clean;

use super::Outcome;

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
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut out = std::io::stdout().lock();
    match &args.command {
        Command::Info { model } => info(&Model::open(model)?, &mut out)?,
        Command::Verify { models } => {
            for name in models {
                let model = Model::open(name)?;
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
