//! `nutgraf summarize`: the key sentences of an article, or of several on one story.

use std::cell::RefCell;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use nutgraf::body::BodyModel;
use nutgraf::model::Model;
use nutgraf::report::{
    Story, StoryMetadata, StorySource, SummaryRecord, SummaryShown, clean, summary_markdown, summary_text,
};
use nutgraf::stance::StanceModel;
use nutgraf::summary::{
    Baseline, Budget, DocumentScratch, Ranking, Selection, StoryArticle, Summarizer, Summarizing,
    SummaryOptions, summarize_story,
};

use super::files::Output;
use super::options::{Format, Global};
use super::usage::positive;
use super::{Outcome, batch};

/// Summarise articles by their key sentences
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nutgraf summarize page.html --words 80 --bullets\n  \
                        nutgraf summarize texts.jsonl -n 2 --format jsonl\n  nutgraf summarize story/ --multi -n 8")]
pub(super) struct Args {
    /// Pages or texts: files, folders, .jsonl records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Sentences [default: 3]
    #[arg(value_parser = positive, short = 'n', long = "sentences", value_name = "SENTENCES", group = "budget")]
    sentences: Option<NonZeroUsize>,
    /// At most that many words
    #[arg(value_parser = positive, long, value_name = "N", group = "budget")]
    words: Option<NonZeroUsize>,
    /// At most that many characters
    #[arg(value_parser = positive, long, value_name = "N", group = "budget")]
    chars: Option<NonZeroUsize>,
    /// That share of the sentences, above 0 and up to 1
    #[arg(long, value_name = "R", group = "budget")]
    ratio: Option<f64>,
    /// The one sentence that says most
    #[arg(long, group = "budget")]
    headline: bool,
    /// Terms that the sentences should speak of
    #[arg(long, value_name = "TERMS")]
    query: Option<String>,
    /// Show what speaks for the article's stance: the sentence that says most for it is in
    #[arg(long)]
    stance_aware: bool,
    /// A list, a sentence an item
    #[arg(long)]
    bullets: bool,
    /// Key phrases to add
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    keywords: usize,
    /// Rank every sentence, with what its score is made of
    #[arg(long)]
    all: bool,
    /// Cut sentences of more than so many words after a clause
    #[arg(value_parser = positive, hide_short_help = true, long, value_name = "WORDS")]
    trim: Option<NonZeroUsize>,
    /// One summary of all articles: near-copies folded, in the order of dates
    #[arg(long, conflicts_with_all = ["stance_aware", "keywords", "all", "trim", "bullets"])]
    multi: bool,
    /// The model, a file or the name of a shipped one
    #[arg(long, default_value = "summary", value_name = "MODEL")]
    model: String,
    /// A ranking that needs no model, instead of one
    #[arg(hide_short_help = true, long, value_enum, value_name = "RANKING", conflicts_with = "model")]
    ranking: Option<RankingArg>,
    /// What is done about repetition [default: the model's way, top for other rankings]
    #[arg(hide_short_help = true, long, value_enum, value_name = "HOW")]
    select: Option<SelectArg>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    out: batch::OutputFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RankingArg {
    /// The first sentences
    Lead,
    /// PageRank over shared words
    Textrank,
    /// PageRank over cosines of TF-IDF rows
    Lexrank,
    /// Likeness to the mean of all sentences
    Centroid,
    /// The densest cluster of frequent words
    Luhn,
    /// Probable words, each said once
    Sumbasic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SelectArg {
    /// Nothing: the best sentences
    Top,
    /// Likeness to chosen sentences costs (maximal marginal relevance)
    Mmr,
    /// Words that are not yet covered count (a submodular objective)
    Coverage,
    /// No three words in a row twice
    Trigrams,
}

impl RankingArg {
    fn baseline(self) -> Baseline {
        match self {
            Self::Lead => Baseline::Lead,
            Self::Textrank => Baseline::TextRank,
            Self::Lexrank => Baseline::LexRank,
            Self::Centroid => Baseline::Centroid,
            Self::Luhn => Baseline::Luhn,
            Self::Sumbasic => Baseline::SumBasic,
        }
    }
}

impl SelectArg {
    fn selection(self) -> Selection {
        match self {
            Self::Top => Selection::Top,
            Self::Mmr => Selection::mmr(),
            Self::Coverage => Selection::coverage(),
            Self::Trigrams => Selection::TrigramBlocking,
        }
    }
}

impl Args {
    fn options(&self) -> anyhow::Result<SummaryOptions> {
        let budget = match (self.sentences, self.words, self.chars, self.ratio) {
            (Some(sentences), ..) => Budget::Sentences(sentences),
            (_, Some(words), ..) => Budget::Words(words),
            (_, _, Some(chars), _) => Budget::Characters(chars),
            (.., Some(ratio)) => Budget::ratio(ratio)?,
            (None, None, None, None) if self.headline => Budget::Sentences(NonZeroUsize::MIN),
            (None, None, None, None) => Budget::default(),
        };
        let selection = self.select.map(SelectArg::selection);
        Ok(SummaryOptions { budget, query: self.query.clone(), selection, with_others: self.all })
    }

    fn ranking(&self) -> anyhow::Result<Box<dyn Ranking>> {
        Ok(match self.ranking {
            Some(ranking) => Box::new(ranking.baseline()),
            None => Box::new(Summarizer::from_model(&Model::open(&self.model)?)?),
        })
    }
}

thread_local! {
    /// What a thread reuses from document to document.
    static SCRATCH: RefCell<DocumentScratch> = RefCell::default();
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let options = args.options()?;
    let ranking = args.ranking()?;
    let body = BodyModel::from_model(&Model::open("body")?)?;
    if args.multi {
        return run_multi(args, global, (&*ranking, &options, &body));
    }
    let stance = match args.stance_aware {
        true => Some(StanceModel::from_model(&Model::open("stance")?)?),
        false => None,
    };
    let shown = SummaryShown { ranks: args.all, phrases: args.keywords > 0 };
    let bullet = if args.bullets { "- " } else { "" };
    let painter = global.painter();
    let sink = args.out.open("", &[&args.model])?;
    batch::run(&args.paths, args.format, global.n_threads(), sink, |id, source, content| {
        let (page, verdicts, article) =
            batch::article(|| Ok(&body), content, batch::PlainText::Page, BodyModel::body_verdicts)?;
        let stance = stance.as_ref().map(|model| model.read(&page, &article));
        let how = Summarizing {
            stance: stance.as_ref(),
            trim: args.trim,
            n_phrases: args.keywords,
            ..Summarizing::new(&*ranking, &options)
        };
        let summary = SCRATCH.with_borrow_mut(|scratch| how.read((&page, &verdicts, &article), scratch));
        if summary.sentences.is_empty() && args.format != Format::Jsonl {
            anstream::eprintln!("{}: {}", clean(source), why_empty(&article.text));
        }
        let text = match args.format {
            Format::Text => summary_text(&summary, bullet, shown, painter),
            Format::Md => summary_markdown(article.title.as_deref(), &summary.sentences),
            Format::Jsonl => batch::json_line(&SummaryRecord::new(id, &summary, shown)),
        };
        Ok(batch::Done { text, is_empty: article.text.is_empty() })
    })
}

fn why_empty(text: &str) -> &'static str {
    if text.is_empty() {
        "there is no article"
    } else {
        "no sentence fits the budget; give it more room, or --trim"
    }
}

/// One summary of all articles.
fn run_multi(
    args: &Args,
    global: &Global,
    (ranking, options, body): (&dyn Ranking, &SummaryOptions, &BodyModel),
) -> anyhow::Result<Outcome> {
    let (inputs, outcome) = batch::collect(&args.paths, global.n_threads(), |content| {
        let (page, verdicts, article) =
            batch::article(|| Ok(body), content, batch::PlainText::Page, BodyModel::body_verdicts)?;
        let metadata = StoryMetadata {
            title: article.title.clone(),
            site: page.metadata.site.clone(),
            date: page.metadata.date.clone(),
        };
        let part = SCRATCH
            .with_borrow_mut(|scratch| StoryArticle::new(ranking, (&page, &verdicts, &article), scratch));
        Ok((metadata, part))
    })?;
    if outcome == Outcome::Interrupted {
        return Ok(outcome);
    }
    let (mut articles, mut sources) = (Vec::new(), Vec::new());
    for (id, source, content) in inputs {
        let content = content.map(|(metadata, article)| {
            articles.push(article);
            metadata
        });
        sources.push(StorySource { id, source, content });
    }
    let summary = summarize_story(ranking, &articles, options);
    let story = Story { summary: &summary, sources: &sources };
    let text = match args.format {
        Format::Jsonl => batch::json_line(&story.record()),
        Format::Text => story.text(global.painter()),
        Format::Md => story.markdown(),
    };
    let mut output = Output::open(args.out.output.as_deref(), args.out.force)?;
    output.write_all(text.as_bytes())?;
    output.finish()?;
    Ok(outcome)
}
