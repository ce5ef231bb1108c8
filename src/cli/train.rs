//! `nutgraf train`: labelled data in, a model file out.

use std::path::PathBuf;

use clap::ValueEnum;
use nutgraf::bayes::NaiveBayesParams;
use nutgraf::body::{BodyModel, BodyParams, cross_validate_body};
use nutgraf::classify::{AbstainBand, ClassifierParams, TextClassifier, cross_validate_classifier};
use nutgraf::dataset::{FieldNames, read_articles, read_labelled, read_pages};
use nutgraf::evaluate::Evaluation;
use nutgraf::model::{Model, Task};
use nutgraf::report::evaluation_text;
use nutgraf::summary::{Summarizer, SummaryParams, cross_validate_summaries};
use nutgraf::text::{AnalyzerParams, Language};

use super::files::write_atomically;
use super::{Outcome, labelled};

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
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// The model file to write
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Replace the model file if there is one
    #[arg(long)]
    force: bool,
    /// Cross-validate in K folds first, and note the scores in the model
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=100))]
    cv: Option<u32>,
    #[command(flatten)]
    fields: labelled::Fields,
    /// The language of stems and stop words (text, stance)
    #[arg(long, default_value = "en", value_parser = parse_language, value_name = "CODE")]
    language: Language,
    /// Lidstone's α (text, stance)
    #[arg(long, default_value_t = 0.1, value_name = "ALPHA")]
    alpha: f64,
    /// The longest word n-gram (text, stance)
    #[arg(long, default_value_t = 2, value_name = "N")]
    max_ngram: usize,
    /// Probabilities of the best class at which the model abstains (text, stance) [default: never; stance: 0..0.6]
    #[arg(long, value_name = "LO..HI")]
    abstain: Option<AbstainBand>,
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

fn parse_language(code: &str) -> Result<Language, String> {
    Language::from_tag(code)
        .ok_or_else(|| "no such language; give an ISO 639-1 code such as en or de".to_owned())
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    if args.output.exists() && !args.force {
        anyhow::bail!("{} exists; use --force to replace it", args.output.display());
    }
    let model = match args.task {
        TaskArg::Text => train_classifier(args, Task::Text)?,
        TaskArg::Stance => train_classifier(args, Task::Stance)?,
        TaskArg::Body => train_body(args)?,
        TaskArg::Summary => train_summary(args)?,
    };
    let bytes = model.to_bytes()?;
    write_atomically(&args.output, &bytes, args.force)?;
    let n_records = model.header.data.n_records;
    anstream::eprintln!("{}: {} bytes, trained on {n_records} records", args.output.display(), bytes.len());
    Ok(Outcome::Done)
}

/// Prints an evaluation and hands every metric to `note`.
fn report(task: &str, evaluation: &Evaluation, mut note: impl FnMut(&'static str, f64)) {
    anstream::print!("{}", evaluation_text(&format!("{task}, cross-validated"), evaluation));
    for metric in &evaluation.metrics {
        note(metric.name, metric.value);
    }
}

fn train_classifier(args: &Args, task: Task) -> anyhow::Result<Model> {
    let dataset = read_labelled(&args.data, &args.fields.names())?;
    let default_band = if task == Task::Stance { AbstainBand::new(0.0, 0.6)? } else { AbstainBand::NEVER };
    let params = ClassifierParams {
        analyzer: AnalyzerParams {
            language: args.language,
            max_ngram: args.max_ngram,
            ..AnalyzerParams::default()
        },
        bayes: NaiveBayesParams::new().alpha(args.alpha).balance(true),
        abstain: args.abstain.unwrap_or(default_band),
        ..ClassifierParams::default()
    };
    let mut classifier = TextClassifier::train(&params, &dataset)?;
    if let Some(n_folds) = args.cv {
        let evaluation = cross_validate_classifier(&params, &dataset, n_folds as usize)?;
        report(task.name(), &evaluation, |metric, value| classifier.note_score(metric, value));
    }
    Ok(classifier.to_model(task)?)
}

fn train_body(args: &Args) -> anyhow::Result<Model> {
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        args.data.iter().cloned().partition(|path| path.is_dir());
    anyhow::ensure!(!folders.is_empty(), "no folder of pages; give one with ID.html files and gold.jsonl");
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

fn train_summary(args: &Args) -> anyhow::Result<Model> {
    let articles = read_articles(&args.data)?;
    let params = SummaryParams::default();
    let mut summarizer = Summarizer::train(&params, &articles)?;
    if let Some(n_folds) = args.cv {
        let evaluation = cross_validate_summaries(&params, &articles, n_folds as usize)?;
        report("summary", &evaluation, |metric, value| summarizer.note_score(metric, value));
    }
    Ok(summarizer.to_model()?)
}
