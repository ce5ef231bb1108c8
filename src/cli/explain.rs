//! `nutgraf explain`: what a classifier has learned, where a term stands in given texts, and what would change a label.

use std::io::Write as _;
use std::path::PathBuf;

use nutgraf::body::BodyModel;
use nutgraf::classify::{TextClassifier, TopTerm};
use nutgraf::model::{Model, Task};
use nutgraf::report::{
    Explained, KeywordRecord, Shown, TopTermsRecord, keyword_in_context, term_text, top_terms_text,
};
use nutgraf::stance::StanceModel;

use super::options::{Format, Global, LinesFormat};
use super::{Outcome, batch};

/// Explain a classifier, or its verdict on articles
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nutgraf explain stance --top 10\n  \
                        nutgraf explain mine.nut --term \"cease fire\" texts.jsonl\n  nutgraf explain stance page.html")]
pub(super) struct Args {
    /// The model, a file or the name of a shipped one
    #[arg(value_name = "MODEL")]
    model: String,
    /// Pages or texts: with them the verdict on each is explained, or with --term the term is shown where it stands
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Terms of each class to show
    #[arg(long, default_value_t = 15, value_name = "N")]
    top: usize,
    /// A term of the model: a stem if the model stems, several parted by blanks
    #[arg(long, value_name = "TERM")]
    term: Option<String>,
    /// Terms of evidence to show for each text
    #[arg(long, default_value_t = 12, value_name = "N")]
    evidence: usize,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: LinesFormat,
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let file = Model::open(&args.model)?;
    file.verify()?;
    let model = StanceModel::from_model(&file)?;
    if args.paths.is_empty() {
        explain_model(args, model.classifier())?;
        return Ok(Outcome::Done);
    }
    let plain_text =
        if file.header.task == Task::Text { batch::PlainText::Article } else { batch::PlainText::Page };
    let body = BodyModel::from_model(&Model::open("body")?)?;
    let painter = global.painter();
    let shown = Shown { terms: args.evidence, sentences: 0 };
    let format = if args.format == LinesFormat::Text { Format::Text } else { Format::Jsonl };
    let sink = batch::Sink::stdout()?;
    batch::run(&args.paths, format, global.n_threads(), sink, |id, source, content| {
        let (page, _, article) = batch::article(|| Ok(&body), content, plain_text, BodyModel::body_verdicts)?;
        let full_text = article.full_text();
        let text = match &args.term {
            Some(term) => {
                let places = model.classifier().places_of(&full_text, term);
                match args.format {
                    LinesFormat::Text => keyword_in_context(source, &full_text, &places),
                    LinesFormat::Jsonl => batch::json_line(&KeywordRecord::new(
                        (id, source),
                        term,
                        (&full_text, &places),
                        |start, end| article.full_text_span(&page, start, end),
                    )),
                }
            }
            None => {
                let classifier = model.classifier();
                let explained = Explained {
                    stance: &model.read(&page, &article),
                    counterfactual: classifier.counterfactual(&full_text),
                    classes: classifier.classes(),
                };
                match args.format {
                    LinesFormat::Text => explained.text(source, shown, painter),
                    LinesFormat::Jsonl => batch::json_line(&explained.record((id, source), args.evidence)),
                }
            }
        };
        Ok(batch::Done { text, is_empty: article.text.is_empty() })
    })
}

/// What a model has learned: its strongest terms, or what one term says of each class.
fn explain_model(args: &Args, classifier: &TextClassifier) -> anyhow::Result<()> {
    let classes = classifier.classes();
    let terms: Vec<Vec<TopTerm>> = match &args.term {
        Some(term) => {
            let Some(found) = classifier.term(term) else {
                anyhow::bail!(
                    "{term:?} is no term of the model; give a stem if the model stems, in lower case"
                );
            };
            found.into_iter().map(|of_class| vec![of_class]).collect()
        }
        None => (0..classes.len()).map(|class| classifier.top_terms(class, args.top)).collect(),
    };
    let mut out = std::io::stdout().lock();
    match (args.format, &args.term) {
        (LinesFormat::Jsonl, _) => {
            let classes = classes.iter().map(String::as_str).zip(terms).collect();
            let record = TopTermsRecord::new(classes, classifier.unit());
            out.write_all(batch::json_line(&record).as_bytes())?;
        }
        (LinesFormat::Text, Some(term)) => {
            let of_classes = terms.into_iter().flatten().collect::<Vec<_>>();
            write!(out, "{}", term_text(term, classes, &of_classes, classifier.unit()))?;
        }
        (LinesFormat::Text, None) => {
            for (class, terms) in classes.iter().zip(&terms) {
                write!(out, "{}", top_terms_text(class, terms, classifier.unit()))?;
            }
        }
    }
    Ok(())
}
