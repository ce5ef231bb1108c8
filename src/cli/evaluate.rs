//! `nutgraf evaluate`: how good a model is on held-out data.

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use nutgraf::body::{BodyModel, score_pages};
use nutgraf::classify::{TextClassifier, UnknownLabels};
use nutgraf::dataset::{
    EmptyTexts, LabelledOptions, Record, group_numbers, read_articles, read_batches, read_pages,
};
use nutgraf::evaluate::{Classified, Comparison, Evaluation};
use nutgraf::model::{Model, Task};
use nutgraf::report::{EvaluationRecord, Slice, comparison_text, evaluation_text, slices_text};
use nutgraf::summary::{Summarizer, evaluate_summaries};

use super::options::RecordFormat;
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
    format: RecordFormat,
    /// End with exit code 1 if a metric is below a floor; repeatable
    #[arg(long, value_parser = parse_floor, value_name = "METRIC=X")]
    fail_under: Vec<(String, f64)>,
    /// Leave out records whose label the model lacks, and count them
    #[arg(long)]
    skip_unknown_labels: bool,
    /// A model to compare with, on the same records
    #[arg(long, value_name = "MODEL")]
    baseline: Option<String>,
    /// Evaluate the records of each value of a field by themselves; repeatable
    #[arg(long, value_name = "FIELD")]
    slice: Vec<String>,
    /// Sentences of a summary
    #[arg(short = 'n', long = "sentences", default_value = "3", value_name = "SENTENCES")]
    sentences: NonZeroUsize,
    #[command(flatten)]
    fields: labelled::Fields,
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
    let is_of_texts = matches!(task, Task::Text | Task::Stance);
    anyhow::ensure!(
        is_of_texts || (args.baseline.is_none() && args.slice.is_empty()),
        "--baseline and --slice are for models of the tasks text and stance"
    );
    let mut report = Report::default();
    match task {
        Task::Text | Task::Stance => {
            model.verify()?;
            report = evaluate_texts(args, &TextClassifier::from_model(&model)?)?;
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
            report.evaluation = Evaluation::of_pages(&score_pages(&BodyModel::from_model(&model)?, &pages)?);
        }
        Task::Summary => {
            let articles = read_articles(&args.data)?;
            let summarizer = Summarizer::from_model(&model)?;
            report.evaluation = evaluate_summaries(&summarizer, &articles, args.sentences);
        }
    }
    report.write(args, task.name())?;
    check_floors(&args.fail_under, &report.evaluation)
}

/// What is reported of a model.
#[derive(Default)]
struct Report {
    evaluation: Evaluation,
    comparison: Option<Comparison>,
    slices: Vec<Slice>,
}

impl Report {
    fn write(&self, args: &Args, task: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        let compared = args.baseline.as_deref().zip(self.comparison.as_ref());
        match args.format {
            RecordFormat::Text => {
                write!(out, "{}", evaluation_text(task, &self.evaluation))?;
                if let Some((baseline, comparison)) = compared {
                    write!(out, "{}", comparison_text(baseline, comparison))?;
                }
                write!(out, "{}", slices_text(&self.slices))?;
            }
            RecordFormat::Json => {
                let mut record = EvaluationRecord::new(task, &self.evaluation).with_slices(&self.slices);
                if let Some((baseline, comparison)) = compared {
                    record = record.with_comparison(baseline, comparison);
                }
                serde_json::to_writer(&mut out, &record)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }
}

/// What is kept of the records, in order, while they are read and classified a batch at a time.
#[derive(Default)]
struct Judged {
    model: Vec<Classified>,
    baseline: Vec<Classified>,
    groups: Vec<Option<String>>,
    /// The value of each field of `--slice`, by record.
    slices: Vec<Vec<String>>,
    n_unknown: usize,
}

impl Judged {
    fn add(
        &mut self,
        args: &Args,
        (classifier, baseline): (&TextClassifier, Option<&TextClassifier>),
        records: &[Record],
    ) -> nutgraf::Result<()> {
        let unknown = if args.skip_unknown_labels { UnknownLabels::Skip } else { UnknownLabels::Fail };
        let own = classifier.classify_records(records, unknown)?;
        let others = match baseline {
            Some(baseline) => baseline.classify_records(records, unknown)?,
            None => vec![None; records.len()],
        };
        for ((record, own), other) in records.iter().zip(own).zip(others) {
            let Some(own) = own else {
                self.n_unknown += 1;
                continue;
            };
            self.model.push(own);
            // Both models have the same classes, so neither lacks the label.
            self.baseline.extend(other);
            self.groups.push(record.group.clone());
            let value = |field: &String| {
                let group = record.group.as_ref().filter(|_| *field == args.fields.names().group);
                let value = record.fields.get(field).or(group);
                value.map_or("(none)", String::as_str).to_owned()
            };
            self.slices.push(args.slice.iter().map(value).collect());
        }
        Ok(())
    }

    fn report(&self, args: &Args, classes: &[String]) -> Report {
        let groups = group_numbers(self.groups.iter().map(Option::as_deref));
        let evaluation = Evaluation::of_classes(classes, &self.model, groups.as_deref());
        let comparison = args
            .baseline
            .as_ref()
            .map(|_| Comparison::new(classes.len(), (&self.model, &self.baseline), groups.as_deref()));
        let mut slices = Vec::new();
        for (at, field) in args.slice.iter().enumerate() {
            let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (idx, values) in self.slices.iter().enumerate() {
                parts.entry(values[at].as_str()).or_default().push(idx);
            }
            for (value, idxs) in parts {
                let records: Vec<Classified> = idxs.iter().map(|idx| self.model[*idx]).collect();
                let groups = group_numbers(idxs.iter().map(|idx| self.groups[*idx].as_deref()));
                let evaluation = Evaluation::of_classes(classes, &records, groups.as_deref());
                slices.push(Slice { field: field.clone(), value: value.to_owned(), evaluation });
            }
        }
        Report { evaluation, comparison, slices }
    }
}

/// Reads, classifies and forgets a batch at a time.
fn evaluate_texts(args: &Args, classifier: &TextClassifier) -> anyhow::Result<Report> {
    let options = LabelledOptions {
        names: args.fields.names(),
        bad_records: args.fields.bad_records(),
        // A text without words is still one that the model says something of.
        empty_texts: EmptyTexts::Keep,
        texts: args.fields.texts()?,
    };
    let baseline = match &args.baseline {
        Some(name) => Some(open_baseline(name, classifier)?),
        None => None,
    };
    let mut judged = Judged::default();
    let skipped = read_batches(&args.data, &options, |records| {
        judged.add(args, (classifier, baseline.as_ref()), &records)
    })?;
    labelled::report_skipped(&skipped);
    let mut report = judged.report(args, classifier.classes());
    report.evaluation.n_skipped = judged.n_unknown + skipped.len();
    Ok(report)
}

/// The classifier of a baseline, which must have the classes of the model.
fn open_baseline(name: &str, classifier: &TextClassifier) -> anyhow::Result<TextClassifier> {
    let model = Model::open(name)?;
    model.verify()?;
    let baseline = TextClassifier::from_model(&model)?;
    anyhow::ensure!(
        baseline.classes() == classifier.classes(),
        "the classes of {name} are {}, those of the model {}; give a baseline with the same classes",
        baseline.classes().join(", "),
        classifier.classes().join(", ")
    );
    Ok(baseline)
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
