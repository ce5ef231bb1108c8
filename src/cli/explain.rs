//! `nutgraf explain`: what a classifier has learned, where a term stands in given texts, and what would change a label.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use nutgraf::body::BodyModel;
use nutgraf::classify::TextClassifier;
use nutgraf::model::{Model, Task};
use nutgraf::report::{Shown, clean, evidence_table, keyword_in_context, top_terms_text};
use nutgraf::stance::StanceModel;

use super::files::Output;
use super::options::{Format, Global};
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
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let file = Model::open(&args.model)?;
    file.verify()?;
    let model = StanceModel::from_model(&file)?;
    let classifier = model.classifier();
    if args.paths.is_empty() {
        let mut out = std::io::stdout().lock();
        match &args.term {
            Some(term) => write!(out, "{}", term_text(classifier, term)?)?,
            None => {
                for (class, name) in classifier.classes().iter().enumerate() {
                    write!(
                        out,
                        "{}",
                        top_terms_text(name, &classifier.top_terms(class, args.top), classifier.unit())
                    )?;
                }
            }
        }
        return Ok(Outcome::Done);
    }
    let plain_text =
        if file.header.task == Task::Text { batch::PlainText::Article } else { batch::PlainText::Page };
    let body = BodyModel::from_model(&Model::open("body")?)?;
    let painter = global.painter();
    let shown = Shown { terms: args.evidence, sentences: 0 };
    let mut output = Output::open(None, false)?;
    let outcome =
        batch::run(&args.paths, Format::Text, global.n_threads(), &mut output, |_, source, content| {
            let (page, _, article) =
                batch::article(|| Ok(&body), content, plain_text, BodyModel::body_verdicts)?;
            let full_text = article.full_text();
            let text = match &args.term {
                Some(term) => {
                    keyword_in_context(source, &full_text, &model.classifier().places_of(&full_text, term))
                }
                None => {
                    let stance = model.read(&page, &article);
                    let subject = stance.off_topic.map_or("", |_| " (abstained: it is on another subject)");
                    let mut text = format!("{}: {}{subject}\n", clean(source), clean(&stance.label));
                    text.push_str(&evidence_table(&stance, shown, painter));
                    text.push_str(&counterfactual_text(model.classifier(), &full_text));
                    text
                }
            };
            Ok(batch::Done { text, is_empty: article.text.is_empty() })
        })?;
    output.finish()?;
    Ok(outcome)
}

/// What a term says of each class.
fn term_text(classifier: &TextClassifier, term: &str) -> anyhow::Result<String> {
    let Some(found) = classifier.term(term) else {
        anyhow::bail!("{term:?} is no term of the model; give a stem if the model stems, in lower case");
    };
    let mut text = String::new();
    if let Some(n) = found.first().and_then(|term| term.n_documents) {
        let _ = writeln!(text, "{}, in {n} {} of the training data", clean(term), classifier.unit().noun());
    }
    for (class, of_class) in classifier.classes().iter().zip(&found) {
        let _ = writeln!(text, "  {:>+8.3}  {}", of_class.log_odds, clean(class));
    }
    Ok(text)
}

/// The smallest set of terms without which the label would be another.
fn counterfactual_text(classifier: &TextClassifier, text: &str) -> String {
    match classifier.counterfactual(text) {
        None => "  no set of terms decides the label\n".to_owned(),
        Some(found) => {
            let terms: Vec<String> = found.terms.iter().map(|(term, _)| clean(term).into_owned()).collect();
            let class = &classifier.classes()[found.class];
            format!("  {} without {}: {}\n", clean(class), terms.len(), terms.join(", "))
        }
    }
}
