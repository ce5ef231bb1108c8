//! `nutgraf classify`: the class of a text or page, with evidence.

use std::fmt::Write as _;
use std::path::PathBuf;

use nutgraf::body::BodyModel;
use nutgraf::classify::{AbstainBand, TextClassifier};
use nutgraf::model::{Model, Task};
use nutgraf::report::{ClassifyRecord, clean, evidence_table};
use nutgraf::stance::StanceModel;

use super::files::Output;
use super::options::{Format, Global};
use super::{Outcome, batch};

/// Classify articles: their stance, or the classes of a model of one's own
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf classify page.html\n  nutgraf classify texts.jsonl --model mine.nut --format jsonl\n  \
                        nutgraf classify page.html --abstain 0.5..0.7 --evidence 20"
)]
pub(super) struct Args {
    /// Pages or texts: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The model, a file or the name of a shipped one
    #[arg(long, default_value = "stance", value_name = "MODEL")]
    model: String,
    /// Terms of evidence to show
    #[arg(long, default_value_t = 8, value_name = "N")]
    evidence: usize,
    /// Probabilities of the best class at which to abstain [default: the model's own]
    #[arg(long, value_name = "LO..HI")]
    abstain: Option<AbstainBand>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let file = Model::open(&args.model)?;
    // A model of texts was trained on whole texts, one of stance on articles.
    let plain_text =
        if file.header.task == Task::Text { batch::PlainText::Article } else { batch::PlainText::Page };
    let mut classifier = TextClassifier::from_model(&file)?;
    if let Some(band) = args.abstain {
        classifier.set_abstain(band);
    }
    let model = StanceModel::new(classifier);
    let body = BodyModel::from_model(&Model::open("body")?)?;
    let painter = global.painter();
    let mut output = Output::open(None, false)?;
    let outcome =
        batch::run(&args.paths, args.format, global.n_threads(), &mut output, |id, source, content| {
            let (page, _, article) = batch::article(&body, content, plain_text)?;
            let stance = model.read(&page, &article);
            let text = match args.format {
                Format::Text => {
                    let p: Vec<String> =
                        stance.p.iter().map(|(class, p)| format!("{class} {p:.2}")).collect();
                    let note = if stance.is_abstained { " (abstained)" } else { "" };
                    let mut text = String::new();
                    let _ = writeln!(
                        text,
                        "{}: {}{note} (p: {})",
                        clean(source),
                        clean(&stance.label),
                        clean(&p.join(", "))
                    );
                    text.push_str(&evidence_table(&stance, args.evidence, painter));
                    text
                }
                Format::Jsonl => batch::json_line(&ClassifyRecord::new(id, &stance, args.evidence)),
            };
            Ok(batch::Done { text, is_empty: article.text.is_empty() })
        })?;
    output.finish()?;
    Ok(outcome)
}
