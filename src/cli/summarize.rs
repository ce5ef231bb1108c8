//! `nutgraf summarize`: the key sentences of an article.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use nutgraf::body::BodyModel;
use nutgraf::model::Model;
use nutgraf::reading::key_sentences;
use nutgraf::report::{SummaryRecord, clean, summary_markdown};
use nutgraf::summary::{Budget, Summarizer, SummaryOptions};

use super::files::Output;
use super::options::{Format, Global};
use super::{Outcome, batch};

/// Summarise articles by their key sentences
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf summarize page.html\n  nutgraf summarize page.html --words 80\n  \
                        nutgraf summarize texts.jsonl -n 2 --format jsonl"
)]
pub(super) struct Args {
    /// Pages or texts: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Sentences [default: 3]
    #[arg(short = 'n', long = "sentences", value_name = "SENTENCES", conflicts_with_all = ["words", "ratio"])]
    sentences: Option<NonZeroUsize>,
    /// At most that many words
    #[arg(long, value_name = "N", conflicts_with = "ratio")]
    words: Option<NonZeroUsize>,
    /// That share of the sentences, above 0 and up to 1
    #[arg(long, value_name = "R")]
    ratio: Option<f64>,
    /// Terms that the sentences should speak of
    #[arg(long, value_name = "TERMS")]
    query: Option<String>,
    /// The model, a file or the name of a shipped one
    #[arg(long, default_value = "summary", value_name = "MODEL")]
    model: String,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let budget = match (args.sentences, args.words, args.ratio) {
        (_, Some(words), _) => Budget::Words(words),
        (_, _, Some(ratio)) => Budget::ratio(ratio)?,
        (Some(sentences), _, _) => Budget::Sentences(sentences),
        (None, None, None) => Budget::default(),
    };
    let options = SummaryOptions { budget, query: args.query.clone() };
    let summarizer = Summarizer::from_model(&Model::open(&args.model)?)?;
    let body = BodyModel::from_model(&Model::open("body")?)?;
    let mut output = Output::open(None, false)?;
    let outcome =
        batch::run(&args.paths, args.format, global.n_threads(), &mut output, |id, source, content| {
            let (page, verdicts, article) =
                batch::article(|| Ok(&body), content, batch::PlainText::Page, BodyModel::body_verdicts)?;
            let sentences = key_sentences(&summarizer, &page, &verdicts, &article, &options);
            if sentences.is_empty() && args.format != Format::Jsonl {
                anstream::eprintln!("{}: no sentence fits the budget, or there is none", clean(source));
            }
            let text = match args.format {
                Format::Text => sentences.iter().map(|s| format!("{}\n", clean(&s.text))).collect(),
                Format::Md => summary_markdown(article.title.as_deref(), &sentences),
                Format::Jsonl => batch::json_line(&SummaryRecord::new(id, &sentences)),
            };
            Ok(batch::Done { text, is_empty: article.text.is_empty() })
        })?;
    output.finish()?;
    Ok(outcome)
}
