//! `nutgraf extract`: the article of a page.

use std::path::PathBuf;

use nutgraf::Error;
use nutgraf::body::{BlockKind, BodyModel, Kinds};
use nutgraf::model::Model;
use nutgraf::report::{ExtractRecord, extract_markdown, extract_text};

use super::options::{Format, Global};
use super::sites::Sites;
use super::{Outcome, batch};

/// Extract the article of a page, with the kind and probability of every block
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nutgraf extract page.html\n  nutgraf extract page.html --format md\n  \
                        nutgraf extract pages/ --format jsonl > articles.jsonl")]
pub(super) struct Args {
    /// Pages: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Kinds of blocks that make up the text, parted by commas [default: body,heading,list,table,quote]
    #[arg(long, value_delimiter = ',', value_parser = parse_kind, value_name = "KINDS")]
    keep: Vec<BlockKind>,
    /// Show dropped blocks too, with their kind and probability
    #[arg(long)]
    show_dropped: bool,
    /// Drop more where it is doubtful: precision counts so many times as much as recall [2 without a number]
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "2", value_name = "TIMES",
        value_parser = parse_times, conflicts_with = "recall")]
    precision: Option<f64>,
    /// Keep more where it is doubtful: recall counts so many times as much as precision [2 without a number]
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "2", value_name = "TIMES",
        value_parser = parse_times)]
    recall: Option<f64>,
    /// Compare the pages of each site, and drop what recurs; reads the input twice
    #[arg(long)]
    site_aware: bool,
    /// The model, a file or the name of a shipped one
    #[arg(long, default_value = "body", value_name = "MODEL")]
    model: String,
    #[command(flatten)]
    out: batch::OutputFlags,
}

fn parse_kind(name: &str) -> Result<BlockKind, String> {
    BlockKind::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = BlockKind::all().map(BlockKind::name).collect();
        format!("no such kind; kinds: {}", names.join(", "))
    })
}

fn parse_times(times: &str) -> Result<f64, String> {
    let found = times.parse().ok().filter(|times: &f64| *times > 0.0 && *times <= 1000.0);
    found.ok_or_else(|| "a number above 0 and up to 1000 is wanted".to_owned())
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut model = BodyModel::from_model(&Model::open(&args.model)?)?;
    if args.site_aware && !model.knows_sites() {
        let message =
            "has not learned what recurs on a site; train it on ten or more pages of sites with several";
        return Err(Error::Model { name: args.model.clone(), message: message.into() }.into());
    }
    if let Some(beta) = args.recall.or(args.precision.map(f64::recip)) {
        model = model.with_beta(beta)?;
    }
    let is_kept = |kind: BlockKind| {
        if args.keep.is_empty() { kind.is_body() } else { args.keep.contains(&kind) }
    };
    let is_shown = |kind: BlockKind| args.show_dropped || is_kept(kind);
    let are_all_body = args.keep.iter().all(|kind| kind.is_body());
    let kinds = if args.show_dropped || !are_all_body { Kinds::Named } else { Kinds::Unnamed };
    let sites = args.site_aware.then(|| Sites::learn(&args.paths)).transpose()?;
    let sink = args.out.open("", &[&args.model])?;
    batch::run(&args.paths, args.format, global.n_threads(), sink, |id, source, content| {
        let (page, verdicts, article) = batch::article(
            || Ok(&model),
            content,
            batch::PlainText::Page,
            |model, page| {
                model.verdicts_on(sites.as_ref().and_then(|sites| sites.of(source, page)), page, kinds)
            },
        )?;
        let text = match args.format {
            Format::Text => {
                let mut text = extract_text(&page, &verdicts, is_kept, args.show_dropped);
                text.push('\n');
                text
            }
            Format::Md => {
                let title = article.title.as_deref();
                extract_markdown(&page, &verdicts, title, is_kept, args.show_dropped)
            }
            Format::Jsonl => {
                let title = article.title.as_deref();
                batch::json_line(&ExtractRecord::new(
                    (id, source),
                    &page,
                    &verdicts,
                    title,
                    is_kept,
                    is_shown,
                ))
            }
        };
        Ok(batch::Done { text, is_empty: article.text.is_empty() })
    })
}
