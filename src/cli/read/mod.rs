//! `nutgraf read`: everything about a page.

mod index;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use clap::ValueEnum;
use nutgraf::report::{
    ArticleView, Counter, Provenance, ReadRecord, Shown, article_html, read_markdown, read_text,
};
use nutgraf::{Error, Page, Reader, Reading};

use super::options::{Format, Global, command_line};
use super::usage::ensure_usage;
use super::{Outcome, batch};

/// Say everything about a page: article and boilerplate, stance with evidence, key sentences
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  nutgraf read page.html\n  nutgraf read page.html --format html --open\n  nutgraf read pages/ --format html --index -o corpus/\n  \
                        curl -s https://example.org/a | nutgraf read -"
)]
pub(super) struct Args {
    /// Pages: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReadFormat,
    /// Terms of evidence to show
    #[arg(long, default_value_t = 8, value_name = "N")]
    evidence: usize,
    /// Sentences of evidence to show: what each says for or against the label
    #[arg(long, default_value_t = 0, value_name = "N")]
    sentence_evidence: usize,
    /// With --format html: many pages, a file each in the folder OUT, with an index of them
    #[arg(long)]
    index: bool,
    /// Open the page in a browser, with --format html
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    out: batch::OutputFlags,
}

/// The form of what is said of pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ReadFormat {
    /// For people
    #[default]
    Text,
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// One JSON record an input, a line each
    #[value(alias = "json")]
    Jsonl,
    /// One page as a file for a browser, without scripts
    Html,
}

impl From<ReadFormat> for batch::Form {
    fn from(format: ReadFormat) -> Self {
        match format {
            ReadFormat::Jsonl => Format::Jsonl.into(),
            ReadFormat::Text | ReadFormat::Md | ReadFormat::Html => Format::Text.into(),
        }
    }
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let is_html = args.format == ReadFormat::Html;
    ensure_usage!(is_html || !args.index, "--index goes with --format html");
    ensure_usage!(!(args.index && args.open), "--open is for one page; open the index file itself");
    let shown = Shown { terms: args.evidence, sentences: args.sentence_evidence };
    if args.index {
        return index::run(args, global, &Reader::shipped()?, shown);
    }
    if is_html && (args.paths.len() > 1 || args.paths[0].is_dir()) {
        return Err(one_page().into());
    }
    let reader = Reader::shipped()?;
    let shown_in = if args.open { Some(output_to_open(args)?) } else { None };
    let sink = match shown_in.as_deref().filter(|_| args.out.output.is_none()) {
        // A file of our own making stands there already.
        Some(path) => batch::Sink::file(path, true)?,
        None => args.out.open("", &[])?,
    };
    let painter = global.painter();
    let n_read = AtomicUsize::new(0);
    let outcome =
        batch::run(&args.paths, args.format, global.n_threads(), sink, |id, source, mut content| {
            if is_html && n_read.fetch_add(1, Ordering::Relaxed) > 0 {
                return Err(one_page());
            }
            // What is not shown is let go as soon as it is read: of a large page it is much.
            let mut reading = if content.is_article {
                reader.read_article(&content.bytes, &content.hints)?
            } else {
                let page = Page::parse(&content.bytes, &content.hints)?;
                if !is_html {
                    content.bytes = Vec::new();
                }
                reader.read_page(page)
            };
            if shown.sentences == 0 {
                reading.stance.forget_sentences();
            }
            let text = match args.format {
                ReadFormat::Text => read_text(source, &reading, shown, painter),
                ReadFormat::Md => read_markdown(source, &reading, shown),
                ReadFormat::Jsonl => batch::json_line(&ReadRecord::new((id, source), &reading, shown)),
                ReadFormat::Html => article_html(&view(&reader, (source, &content.bytes), &reading, shown)),
            };
            Ok(batch::Done { text, is_empty: reading.article.text.is_empty() })
        })?;
    if let Some(path) = shown_in.filter(|_| outcome == Outcome::Done) {
        open::that_detached(&path)
            .with_context(|| format!("cannot open a browser; the view is in {}", path.display()))?;
    }
    Ok(outcome)
}

fn one_page() -> Error {
    Error::Parameter {
        name: "format",
        value: "html".to_owned(),
        expected: "of one page; give one file, or --index -o FOLDER for many",
    }
}

/// The file that a browser is to open: the output, or one in the system's temporary folder.
fn output_to_open(args: &Args) -> anyhow::Result<PathBuf> {
    ensure_usage!(args.format == ReadFormat::Html, "--open goes with --format html");
    match args.out.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => Ok(path.to_owned()),
        None => {
            let file = tempfile::Builder::new().prefix("nutgraf-").suffix(".html").tempfile()?;
            Ok(file.into_temp_path().keep()?)
        }
    }
}

fn view<'a>(
    reader: &Reader,
    (source, bytes): (&'a str, &[u8]),
    reading: &'a Reading,
    shown: Shown,
) -> ArticleView<'a> {
    let classifier = reader.stance_model().classifier();
    let counter = classifier.counterfactual(&reading.article.full_text()).map(|found| Counter {
        label: classifier.classes()[found.class].clone(),
        terms: found.terms.into_iter().map(|(term, _)| term).collect(),
    });
    let checksum = |name: &str| blake3::hash(nutgraf::model::shipped(name).unwrap_or_default()).to_hex();
    ArticleView {
        source,
        reading,
        shown,
        counter,
        abstain: classifier.abstain(),
        provenance: Provenance {
            command: command_line(),
            input: blake3::hash(bytes).to_hex().to_string(),
            models: ["body", "stance", "summary"]
                .map(|name| (name.into(), checksum(name).to_string()))
                .into(),
        },
    }
}
