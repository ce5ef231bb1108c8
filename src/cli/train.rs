//! `nutgraf train`: labelled data in, a model file out.

use std::path::PathBuf;

use clap::ValueEnum;
use nutgraf::body::{BodyModel, BodyParams, cross_validate_body};
use nutgraf::dataset::{FieldNames, read_labelled, read_pages};
use nutgraf::evaluate::Evaluation;
use nutgraf::model::{Model, Task};
use nutgraf::report::evaluation_text;

use super::files::{check_replaceable, write_atomically};
use super::usage::ensure_usage;
use super::{Outcome, train_summary, train_text};

/// Train a model on one's own data
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nutgraf train text labels.jsonl -o mine.nut --cv 5\n  \
                        nutgraf train body pages/ -o body.nut\n  nutgraf train summary articles.jsonl -o summary.nut")]
pub(super) struct Args {
    /// What the model is for
    #[arg(value_enum, value_name = "TASK")]
    task: TaskArg,
    /// Labelled texts (text, stance); folders with gold.jsonl, and .jsonl of blocks labelled by kind (body); articles
    /// with summaries (summary)
    #[arg(required_unless_present = "from", value_name = "DATA")]
    pub(super) data: Vec<PathBuf>,
    /// The model file to write
    #[arg(short, long, required_unless_present = "counts_out", value_name = "MODEL")]
    pub(super) output: Option<PathBuf>,
    /// Replace the model file if there is one
    #[arg(long)]
    pub(super) force: bool,
    /// Cross-validate in K folds first, and note the scores in the model
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=100))]
    pub(super) cv: Option<u32>,
    /// Keep nothing to know the training texts again by; `evaluate` then cannot tell copies of them
    #[arg(hide_short_help = true, long)]
    pub(super) no_fingerprints: bool,
    #[command(flatten)]
    pub(super) text: train_text::Flags,
    #[command(flatten)]
    pub(super) summary: train_summary::SummaryFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TaskArg {
    /// Any labelled text
    Text,
    /// Article body or boilerplate
    Body,
    /// The frame of an article
    Stance,
    /// Key sentences
    Summary,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    for path in args.output.iter().chain(&args.text.counts_out) {
        check_replaceable(path, args.force)?;
    }
    let is_classifier = matches!(args.task, TaskArg::Text | TaskArg::Stance);
    ensure_usage!(is_classifier || !args.text.is_about_counts(), "counts are of the tasks text and stance");
    ensure_usage!(
        args.task == TaskArg::Summary || !args.summary.is_given(),
        "--features and --feature-scores are of the task summary"
    );
    let model = match args.task {
        TaskArg::Text => train_text::run(args, Task::Text)?,
        TaskArg::Stance => train_text::run(args, Task::Stance)?,
        TaskArg::Body => Some(train_body(args)?),
        TaskArg::Summary => Some(train_summary::run(args)?),
    };
    if let (Some(output), Some(mut model)) = (&args.output, model) {
        if args.no_fingerprints {
            model.header.data.fingerprints = None;
        }
        let bytes = model.to_bytes()?;
        write_atomically(output, &bytes, args.force)?;
        let n_records = model.header.data.n_records;
        anstream::eprintln!("{}: {} bytes, trained on {n_records} records", output.display(), bytes.len());
    }
    Ok(Outcome::Done)
}

/// Prints an evaluation and hands every metric to `note`.
pub(super) fn report(task: &str, evaluation: &Evaluation, mut note: impl FnMut(&'static str, f64)) {
    anstream::print!("{}", evaluation_text(&format!("{task}, cross-validated"), evaluation));
    for metric in &evaluation.metrics {
        note(metric.name, metric.value);
    }
}

fn train_body(args: &Args) -> anyhow::Result<Model> {
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        args.data.iter().cloned().partition(|path| path.is_dir());
    ensure_usage!(!folders.is_empty(), "no folder of pages; give one with ID.html files and gold.jsonl");
    let pages = read_pages(&folders)?;
    let blocks =
        if files.is_empty() { Vec::new() } else { read_labelled(&files, &FieldNames::default())?.records };
    let params = BodyParams::default();
    let mut model = BodyModel::train(&params, &pages, &blocks)?;
    if let Some(n_folds) = args.cv {
        let evaluation =
            Evaluation::of_pages(&cross_validate_body(&params, &pages, &blocks, n_folds as usize)?);
        report("body", &evaluation, |metric, value| model.note_score(metric, value));
    }
    Ok(model.to_model()?)
}
