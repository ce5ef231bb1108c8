//! `nutgraf evaluate`: how good a model is on held-out data.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use nutgraf::body::{BodyModel, score_pages};
use nutgraf::classify::{TextClassifier, UnknownLabels};
use nutgraf::dataset::{EmptyTexts, LabelledOptions, read_articles, read_batches, read_pages};
use nutgraf::evaluate::Evaluation;
use nutgraf::model::{Model, Task};
use nutgraf::report::{EvaluationRecord, evaluation_text};
use nutgraf::summary::{Summarizer, evaluate_summaries};

use super::{Outcome, labelled};

/// Evaluate a model on held-out data
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf evaluate mine.nut test.jsonl\n  nutgraf evaluate body pages/ --format json\n  \
                        nutgraf evaluate mine.nut test.jsonl --fail-under accuracy=0.9"
)]
pub(super) struct Args {
    /// The model, a file or the name of a shipped one
    #[arg(value_name = "MODEL")]
    model: String,
    /// Data of the model's task, in the forms that `train` takes
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: EvaluateFormat,
    /// End with exit code 1 if a metric is below a floor; repeatable
    #[arg(long, value_parser = parse_floor, value_name = "METRIC=X")]
    fail_under: Vec<(String, f64)>,
    /// Leave out records whose label the model lacks, and count them
    #[arg(long)]
    skip_unknown_labels: bool,
    /// Sentences of a summary
    #[arg(short = 'n', long = "sentences", default_value = "3", value_name = "SENTENCES")]
    sentences: NonZeroUsize,
    #[command(flatten)]
    fields: labelled::Fields,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum EvaluateFormat {
    /// For people
    #[default]
    Text,
    /// One JSON record
    Json,
}

fn parse_floor(text: &str) -> Result<(String, f64), String> {
    let (metric, floor) = text.split_once('=').ok_or("give METRIC=X, such as accuracy=0.9")?;
    let floor: f64 = floor.parse().map_err(|_| format!("{floor:?} is not a number; give METRIC=X"))?;
    if !floor.is_finite() {
        return Err(format!("{floor} is no floor; give a number"));
    }
    Ok((metric.to_owned(), floor))
}

pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let model = Model::open(&args.model)?;
    let task = model.header.task;
    let evaluation = match task {
        Task::Text | Task::Stance => {
            model.verify()?;
            evaluate_texts(args, &TextClassifier::from_model(&model)?)?
        }
        Task::Counts => {
            return Err(nutgraf::Error::Model {
                name: args.model.clone(),
                message: "counts, not a model; fit one with `nutgraf train text --from`".into(),
            }
            .into());
        }
        Task::Body => {
            let pages = read_pages(&args.data)?;
            Evaluation::of_pages(&score_pages(&BodyModel::from_model(&model)?, &pages)?)
        }
        Task::Summary => {
            let articles = read_articles(&args.data)?;
            evaluate_summaries(&Summarizer::from_model(&model)?, &articles, args.sentences)
        }
    };
    let mut out = std::io::stdout().lock();
    match args.format {
        EvaluateFormat::Text => write!(out, "{}", evaluation_text(task.name(), &evaluation))?,
        EvaluateFormat::Json => {
            serde_json::to_writer(&mut out, &EvaluationRecord::new(task.name(), &evaluation))?;
            writeln!(out)?;
        }
    }
    check_floors(&args.fail_under, &evaluation)
}

/// Reads, classifies and forgets a batch at a time.
fn evaluate_texts(args: &Args, classifier: &TextClassifier) -> anyhow::Result<Evaluation> {
    let options = LabelledOptions {
        names: args.fields.names(),
        bad_records: args.fields.bad_records(),
        // A text without words is still one that the model says something of.
        empty_texts: EmptyTexts::Keep,
        texts: args.fields.texts()?,
    };
    let unknown = if args.skip_unknown_labels { UnknownLabels::Skip } else { UnknownLabels::Fail };
    let mut classified = Vec::new();
    let skipped = read_batches(&args.data, &options, |records| {
        classified.extend(classifier.classify_records(&records, unknown)?);
        Ok(())
    })?;
    labelled::report_skipped(&skipped);
    let mut evaluation = classifier.evaluation(classified);
    evaluation.n_skipped += skipped.len();
    Ok(evaluation)
}

fn check_floors(floors: &[(String, f64)], evaluation: &Evaluation) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for (metric, floor) in floors {
        let Some(value) = evaluation.metric(metric) else {
            let known: Vec<&str> = evaluation.metrics.iter().map(|metric| metric.name).collect();
            anyhow::bail!("no metric {metric:?}; metrics: {}", known.join(", "));
        };
        // Written so that a metric that is no number is below every floor.
        let is_met = value >= *floor;
        if !is_met {
            anstream::eprintln!("{metric} {value:.4} is below the floor of {floor}");
            outcome = Outcome::SomeFailed;
        }
    }
    Ok(outcome)
}
