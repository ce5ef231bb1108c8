//! `nutgraf read`: everything about a page.

use std::path::PathBuf;

use nutgraf::Reader;
use nutgraf::report::{ReadRecord, Shown, read_markdown, read_text};

use super::files::Output;
use super::options::{Format, Global};
use super::{Outcome, batch};

/// Say everything about a page: article and boilerplate, stance with evidence, key sentences
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf read page.html\n  nutgraf read pages/ --format jsonl -o readings.jsonl\n  \
                        curl -s https://example.org/a | nutgraf read -"
)]
pub(super) struct Args {
    /// Pages: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Terms of evidence to show
    #[arg(long, default_value_t = 8, value_name = "N")]
    evidence: usize,
    /// Sentences of evidence to show: what each says for or against the label
    #[arg(long, default_value_t = 0, value_name = "N")]
    sentence_evidence: usize,
    /// Write here instead of to standard output
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace the output file if there is one
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let reader = Reader::shipped()?;
    let mut output = Output::open(args.output.as_deref(), args.force)?;
    let painter = global.painter();
    let shown = Shown { terms: args.evidence, sentences: args.sentence_evidence };
    let outcome =
        batch::run(&args.paths, args.format, global.n_threads(), &mut output, |id, source, content| {
            let reading = match content.is_article {
                true => reader.read_article(&content.bytes, &content.hints)?,
                false => reader.read(&content.bytes, &content.hints)?,
            };
            let text = match args.format {
                Format::Text => read_text(source, &reading, shown, painter),
                Format::Md => read_markdown(source, &reading, shown),
                Format::Jsonl => batch::json_line(&ReadRecord::new((id, source), &reading, shown)),
            };
            Ok(batch::Done { text, is_empty: reading.article.text.is_empty() })
        })?;
    output.finish()?;
    Ok(outcome)
}
