//! `nutgraf classify`: the class of a text or page, with evidence.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::ValueEnum;
use nutgraf::body::BodyModel;
use nutgraf::classify::AbstainBand;
use nutgraf::model::{Model, Task};
use nutgraf::report::{Called, ClassifyRecord, CsvCells, Shown, call_text, clean, evidence_table};
use nutgraf::stance::{Call, StanceModel, StanceScratch};

use super::inputs::Content;
use super::options::{Format, Global};
use super::{Outcome, batch};

/// Classify articles: their stance, or the classes of a model of one's own
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf classify page.html\n  nutgraf classify texts.jsonl --model mine.nut --format csv\n  \
                        nutgraf classify page.html --abstain 0.5..0.7 --evidence 20"
)]
pub(super) struct Args {
    /// Pages or texts: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The model, a file or the name of a shipped one
    #[arg(long, default_value = "stance", value_name = "MODEL")]
    model: String,
    /// Terms of evidence to show; without any, texts are classified several times as fast
    #[arg(long, default_value_t = 8, value_name = "N")]
    evidence: usize,
    /// Sentences of evidence to show: what each says for or against the label
    #[arg(long, default_value_t = 0, value_name = "N")]
    sentence_evidence: usize,
    /// Probabilities of the best class at which to abstain [default: the model's own]
    #[arg(long, value_name = "LO..HI")]
    abstain: Option<AbstainBand>,
    /// The form of the output; csv has no evidence
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ClassifyFormat,
    /// Write CSV cells as they are, even where a spreadsheet would run one as a formula
    #[arg(long)]
    csv_raw: bool,
    #[command(flatten)]
    out: batch::OutputFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ClassifyFormat {
    /// For people
    #[default]
    Text,
    /// One JSON record an input, a line each
    #[value(alias = "json")]
    Jsonl,
    /// A table with a header, a row an input
    Csv,
}

thread_local! {
    /// What a thread reuses from text to text.
    static SCRATCH: RefCell<StanceScratch> = RefCell::default();
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let file = Model::open(&args.model)?;
    file.verify()?;
    // A model of texts was trained on whole texts, one of stance on articles.
    let plain_text =
        if file.header.task == Task::Text { batch::PlainText::Article } else { batch::PlainText::Page };
    let mut model = StanceModel::from_model(&file)?;
    if let Some(band) = args.abstain {
        model.set_abstain(band);
    }
    // Opened when the first page comes: texts do not need it.
    let body: OnceLock<BodyModel> = OnceLock::new();
    let painter = global.painter();
    let shown = Shown { terms: args.evidence, sentences: args.sentence_evidence };
    let cells = if args.csv_raw { CsvCells::Raw } else { CsvCells::Guarded };
    let mut header = String::new();
    let form = match args.format {
        ClassifyFormat::Text => batch::Form::from(Format::Text),
        ClassifyFormat::Jsonl => batch::Form::from(Format::Jsonl),
        ClassifyFormat::Csv => {
            header = cells.classify_header(model.classifier().classes());
            let n_classes = model.classifier().classes().len();
            batch::Form::Records(Box::new(move |id, source, error| {
                cells.error_row(n_classes, (id, source), error)
            }))
        }
    };
    let has_evidence = args.format == ClassifyFormat::Text
        || (args.format == ClassifyFormat::Jsonl && (args.evidence > 0 || args.sentence_evidence > 0));
    let sink = args.out.open(&header, &[&args.model])?;
    batch::run(&args.paths, form, global.n_threads(), sink, |id, source, content| {
        if let Some(text) = plain_words(&content).filter(|_| !has_evidence) {
            let title = content.hints.title.as_deref();
            let text = SCRATCH.with_borrow_mut(|scratch| match args.format {
                ClassifyFormat::Csv => {
                    let Call { class, is_abstained, .. } = model.call(title, text, scratch);
                    let label = &model.classifier().classes()[class];
                    cells.classify_row(
                        (id, source),
                        Called { label, is_abstained, p: scratch.probabilities() },
                    )
                }
                ClassifyFormat::Jsonl | ClassifyFormat::Text => {
                    let stance = model.read_plain(title, text, scratch);
                    batch::json_line(&ClassifyRecord::new(id, &stance, shown))
                }
            });
            return Ok(batch::Done { text, is_empty: false });
        }
        let open_body = || {
            if body.get().is_none() {
                // Two threads may both open it; the first one's is kept.
                let _ = body.set(BodyModel::from_model(&Model::open("body")?)?);
            }
            Ok(body.get().expect("it was just set"))
        };
        let (page, _, article) = batch::article(open_body, content, plain_text, BodyModel::body_verdicts)?;
        let stance = model.read(&page, &article);
        let is_empty = article.text.is_empty();
        let text = match args.format {
            ClassifyFormat::Text => {
                let call = format!("{}: {}\n", clean(source), call_text(&stance));
                call + &evidence_table(&stance, shown, painter)
            }
            ClassifyFormat::Jsonl => batch::json_line(&ClassifyRecord::new(id, &stance, shown)),
            ClassifyFormat::Csv => {
                let p: Vec<f64> = stance.p.iter().map(|(_, p)| *p).collect();
                let (label, is_abstained) = (stance.label.as_str(), stance.is_abstained);
                cells.classify_row((id, source), Called { label, is_abstained, p: &p })
            }
        };
        Ok(batch::Done { text, is_empty })
    })
}

/// The text of an input that is an article as it stands; none if it is blank, which is an error to be told.
fn plain_words(content: &Content) -> Option<&str> {
    let text = std::str::from_utf8(&content.bytes).ok().filter(|_| content.is_article)?;
    (!text.trim().is_empty()).then_some(text)
}
