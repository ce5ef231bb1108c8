//! `nutgraf evaluate`: how good a model is on held-out data, where it is wrong, and whether the figure can be trusted.

mod source;
mod texts;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use nutgraf::body::{BlockKind, BodyModel, kind_calls, score_pages};
use nutgraf::dataset::{
    Fingerprint, FingerprintIndex, GoldPage, Known, ReferenceArticle, read_articles, read_pages,
};
use nutgraf::evaluate::{Evaluation, LeakCheck, PageScore};
use nutgraf::model::{Model, Task};
use nutgraf::report::{
    EvaluationRecord, EvaluationReport, escape_unsafe, evaluation_html, methods_text, report_text,
};
use nutgraf::summary::{Summarizer, SummaryScores, evaluation_of, score_summaries};

use super::files::{check_replaceable, write_atomically};
use super::options::RecordFormat;
use super::usage::{Usage, ensure_usage, positive};
use super::{Outcome, labelled};

/// Evaluate a model on held-out data
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf evaluate mine.nut test.jsonl\n  nutgraf evaluate body pages/ --report report.html\n  \
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
    format: RecordFormat,
    /// Write the evaluation as an HTML file too, and its numbers as JSON beside it
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Replace the report if there is one
    #[arg(hide_short_help = true, long)]
    force: bool,
    /// End with exit code 1 if a metric is below a floor; repeatable
    #[arg(long, value_parser = parse_floor, value_name = "METRIC=X")]
    fail_under: Vec<(String, f64)>,
    /// A model to compare with, on the same records
    #[arg(long, value_name = "MODEL")]
    baseline: Option<String>,
    /// Evaluate the records of each value of a field by themselves; repeatable
    #[arg(long, value_name = "FIELD")]
    slice: Vec<String>,
    /// Show the surest mistakes, with what speaks for them [10 in a report]
    #[arg(long, value_name = "N")]
    worst: Option<usize>,
    /// Print a paragraph for a paper instead: data, model, scores, versions, checksums
    #[arg(long, conflicts_with = "format")]
    methods: bool,
    /// Leave out records whose label the model lacks, and count them
    #[arg(hide_short_help = true, long)]
    skip_unknown_labels: bool,
    /// Sentences of a summary
    #[arg(value_parser = positive, short = 'n', long = "sentences", default_value = "3", value_name = "SENTENCES")]
    sentences: NonZeroUsize,
    #[command(flatten)]
    fields: labelled::Fields,
}

/// Mistakes of a report, unless it is said how many.
const N_WORST: usize = 10;

impl Args {
    fn n_worst(&self) -> usize {
        self.worst.unwrap_or(if self.report.is_some() { N_WORST } else { 0 })
    }
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
    let started = Instant::now();
    let model = Model::open(&args.model)?;
    let task = model.header.task;
    let is_of_texts = matches!(task, Task::Text | Task::Stance);
    ensure_usage!(
        is_of_texts || (args.baseline.is_none() && args.slice.is_empty() && args.worst.is_none()),
        "--baseline, --slice and --worst are for models of the tasks text and stance"
    );
    for path in args.report.iter().flat_map(|path| [path.clone(), json_beside(path)]) {
        check_replaceable(&path, args.force)?;
    }
    model.verify()?;
    let index = model.header.data.fingerprints.as_ref().map(|known| known.index());
    let mut report = match task {
        Task::Text | Task::Stance => texts::evaluate(args, &model, index.as_ref())?,
        Task::Counts => {
            return Err(nutgraf::Error::Model {
                name: args.model.clone(),
                message: "counts, not a model; fit one with `nutgraf train text --from`".into(),
            }
            .into());
        }
        Task::Body => evaluate_pages(args, &model, index.as_ref())?,
        Task::Summary => evaluate_articles(args, &model, index.as_ref())?,
    };
    report.task = task.name();
    report.seconds = started.elapsed().as_secs_f64();
    report.source = source::of(args, &model, &report.source.system)?;
    write(args, &report)?;
    check_floors(&args.fail_under, &report.evaluation)
}

fn evaluate_pages(
    args: &Args,
    model: &Model,
    index: Option<&FingerprintIndex>,
) -> anyhow::Result<EvaluationReport> {
    let pages = read_pages(&args.data)?;
    let body = BodyModel::from_model(model)?;
    let scores = score_pages(&body, &pages)?;
    let kinds: Vec<&str> = BlockKind::all().map(BlockKind::name).collect();
    let evaluate = |idxs: &[usize]| {
        Evaluation::of_pages(&idxs.iter().map(|idx| scores[*idx]).collect::<Vec<PageScore>>())
    };
    Ok(EvaluationReport {
        evaluation: Evaluation::of_pages(&scores).with_parts(&kinds, &kind_calls(&body, &pages)?),
        leaks: leaks(index, pages.iter().map(GoldPage::fingerprint), evaluate),
        source: source::system(
            "naive Bayes scores of groups of block features, a sequence over blocks and boosted trees",
        ),
        ..EvaluationReport::default()
    })
}

fn evaluate_articles(
    args: &Args,
    model: &Model,
    index: Option<&FingerprintIndex>,
) -> anyhow::Result<EvaluationReport> {
    let articles = read_articles(&args.data)?;
    let summarizer = Summarizer::from_model(model)?;
    let scores = score_summaries(&summarizer, &articles, args.sentences);
    let evaluate =
        |idxs: &[usize]| evaluation_of(&idxs.iter().map(|idx| scores[*idx]).collect::<Vec<SummaryScores>>());
    let system = format!(
        "weighted naive Bayes scores of sentences ({}), {} sentences a summary",
        model.header.classes.join(", "),
        args.sentences
    );
    Ok(EvaluationReport {
        evaluation: evaluation_of(&scores),
        leaks: leaks(index, articles.iter().map(ReferenceArticle::fingerprint), evaluate),
        source: source::system(&system),
        ..EvaluationReport::default()
    })
}

/// The check of records against what the model was trained on; none if it keeps nothing to tell by.
fn leaks(
    index: Option<&FingerprintIndex>,
    records: impl Iterator<Item = Fingerprint>,
    evaluate: impl Fn(&[usize]) -> Evaluation,
) -> Option<LeakCheck> {
    let index = index?;
    let known: Vec<Known> = records.map(|record| index.find(&record)).collect();
    Some(LeakCheck::new(&known, evaluate))
}

fn write(args: &Args, report: &EvaluationReport) -> anyhow::Result<()> {
    let json = || {
        Ok::<_, serde_json::Error>(
            escape_unsafe(serde_json::to_string(&EvaluationRecord::new(report))?) + "\n",
        )
    };
    if let Some(path) = &args.report {
        write_atomically(path, evaluation_html(report).as_bytes(), args.force)?;
        write_atomically(&json_beside(path), json()?.as_bytes(), args.force)?;
        anstream::eprintln!("{} and {}", path.display(), json_beside(path).display());
    }
    let mut out = std::io::stdout().lock();
    match args.format {
        _ if args.methods => write!(out, "{}", methods_text(report))?,
        RecordFormat::Text => write!(out, "{}", report_text(report))?,
        RecordFormat::Json => write!(out, "{}", json()?)?,
    }
    Ok(())
}

/// `FILE.json` of `FILE.html`.
fn json_beside(path: &std::path::Path) -> PathBuf {
    path.with_extension("json")
}

fn check_floors(floors: &[(String, f64)], evaluation: &Evaluation) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for (metric, floor) in floors {
        let Some(value) = evaluation.metric(metric) else {
            let known: Vec<&str> = evaluation.metrics.iter().map(|metric| metric.name).collect();
            return Err(Usage(format!("no metric {metric:?}; metrics: {}", known.join(", "))).into());
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
