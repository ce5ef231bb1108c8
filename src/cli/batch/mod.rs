//! Inputs in, one record or error an input out, in input order at any number of threads.
//!
//! Inputs are taken in small groups: a group is worked on in parallel and written in order before the next is read, so
//! that the first result leaves early and memory does not grow with the corpus.

mod journal;
mod sink;
mod totals;

use std::path::PathBuf;

use rayon::prelude::*;

use super::inputs::{Content, Found, Input, Inputs};
use super::options::Format;
use super::{Outcome, interrupt};
use nutgraf::body::{Article, BlockVerdict, BodyModel};
use nutgraf::page::Format as PageFormat;
use nutgraf::reading::whole_article;
use nutgraf::report::{ErrorRecord, clean, escape_unsafe};
use nutgraf::{Error, Page};

pub(super) use sink::{OutputFlags, Sink};
use totals::{Fate, Totals};

/// What became of one input.
pub(super) struct Done {
    /// What is written, with its line end.
    pub(super) text: String,
    /// Whether the page holds no article.
    pub(super) is_empty: bool,
}

/// The line of an input that failed: its id, its source and the error go in.
type ErrorLine = Box<dyn Fn(&str, &str, &Error) -> String>;

/// How results stand one after the other.
pub(super) enum Form {
    /// For people, parted by blank lines; what failed is on standard error alone.
    Text,
    /// A record a line; what failed has one too, of its id, its source and the error.
    Records(ErrorLine),
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Text | Format::Md => Self::Text,
            Format::Jsonl => {
                Self::Records(Box::new(|id, source, error| json_line(&ErrorRecord::new(id, source, error))))
            }
        }
    }
}

/// Works through the inputs of `paths`; `work` is given an input's id, source and content. An interruption ends it between two
/// groups of inputs.
pub(super) fn run(
    paths: &[PathBuf],
    form: impl Into<Form>,
    n_threads: usize,
    mut sink: Sink,
    work: impl Fn(&str, &str, Content) -> Result<Done, Error> + Sync,
) -> anyhow::Result<Outcome> {
    let form = form.into();
    let mut inputs = Inputs::new(paths);
    let mut totals = Totals::new();
    interrupt::watch();
    // The first page goes alone, without a thread pool to wait for; groups then grow, since short texts need large ones to
    // keep threads busy.
    let mut next_size = 1;
    loop {
        if interrupt::is_interrupted() {
            let advice = sink.interrupt()?;
            totals.finish();
            anstream::eprintln!("interrupted; {advice}");
            return Ok(Outcome::Interrupted);
        }
        let mut group = inputs.group(next_size);
        if group.is_empty() {
            break;
        }
        next_size = (next_size * 8).min(GROUP_INPUTS * n_threads);
        let mut keys: Vec<Option<String>> = match sink.is_journaled() {
            true => group.par_iter().map(|found| Some(found.key())).collect(),
            false => vec![None; group.len()],
        };
        let mut n_done = 0;
        while let Some(Some(key)) = keys.get(n_done)
            && sink.recall(key, &mut totals)?
        {
            n_done += 1;
        }
        drop(group.drain(..n_done));
        drop(keys.drain(..n_done));
        let one = |found: Found| {
            let Input { id, source, content } = found.open();
            let done = content.and_then(|content| work(&id, &source, content));
            (id, source, done)
        };
        let all: Vec<Collected<Done>> = if group.len() == 1 {
            group.into_iter().map(one).collect()
        } else {
            group.into_par_iter().map(one).collect()
        };
        for (key, (id, source, done)) in keys.into_iter().zip(all) {
            write_one(key, (&id, &source), done, &form, &mut sink, &mut totals)?;
        }
        sink.flush()?;
        totals.show_progress(inputs.share());
    }
    sink.finish()?;
    totals.n_no_pages = inputs.n_no_pages();
    totals.finish();
    Ok(totals.outcome())
}

/// What became of an input: its id, its source, and what was made of it.
pub(super) type Collected<T> = (String, String, Result<T, Error>);

/// Works through the inputs of `paths` and keeps what is made of each, in order; what failed is told as well.
pub(super) fn collect<T: Send>(
    paths: &[PathBuf],
    n_threads: usize,
    work: impl Fn(Content) -> Result<T, Error> + Sync,
) -> anyhow::Result<(Vec<Collected<T>>, Outcome)> {
    let mut collected = Vec::new();
    let outcome = for_each(
        paths,
        n_threads,
        |_, content| work(content),
        |one| {
            collected.push(one);
            Ok(())
        },
    )?;
    Ok((collected, outcome))
}

/// Works through the inputs of `paths` in parallel, given the source and content of each, and hands over what is made of them in
/// order; what failed is told as well.
pub(super) fn for_each<T: Send>(
    paths: &[PathBuf],
    n_threads: usize,
    work: impl Fn(&str, Content) -> Result<T, Error> + Sync,
    mut take: impl FnMut(Collected<T>) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let mut inputs = Inputs::new(paths);
    let mut totals = Totals::new();
    interrupt::watch();
    loop {
        if interrupt::is_interrupted() {
            totals.finish();
            anstream::eprintln!("interrupted; nothing was written");
            return Ok(Outcome::Interrupted);
        }
        let group = inputs.group(GROUP_INPUTS * n_threads);
        if group.is_empty() {
            break;
        }
        let one = |found: Found| {
            let Input { id, source, content } = found.open();
            let done = content.and_then(|content| work(&source, content));
            (id, source, done)
        };
        let all: Vec<Collected<T>> = group.into_par_iter().map(one).collect();
        for (id, source, done) in all {
            if let Err(error) = &done {
                anstream::eprintln!("{}: {}", clean(&source), clean(&without_place(error, &source)));
            }
            totals.note(if done.is_ok() { Fate::Ok } else { Fate::Failed });
            take((id, source, done))?;
        }
        totals.show_progress(inputs.share());
    }
    totals.n_no_pages = inputs.n_no_pages();
    totals.finish();
    Ok(totals.outcome())
}

/// The most inputs of a group, a thread.
const GROUP_INPUTS: usize = 256;

/// A record as a line.
pub(super) fn json_line(record: &impl serde::Serialize) -> String {
    let mut line = Line(Vec::new());
    serde_json::to_writer(&mut line, record).expect("records have string keys and finite numbers");
    let mut line = escape_unsafe(String::from_utf8(line.0).expect("JSON is UTF-8"));
    line.push('\n');
    line
}

/// A line that is being written. A long one grows by an eighth, not to twice its length: of a large page it is most of the memory.
struct Line(Vec<u8>);

/// Bytes of a line beyond which it is long.
const LONG_LINE: usize = 1 << 20;

impl std::io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let Self(line) = self;
        let len = line.len() + bytes.len();
        if len > LONG_LINE.max(line.capacity()) {
            line.reserve_exact(bytes.len() + len / 8);
        }
        line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What plain text from a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainText {
    /// A saved page, with its boilerplate.
    Page,
    /// A text without anything around it.
    Article,
}

/// The page of a content with its article: what `judge` keeps of a page, or all of a text that is an article, for which no
/// body model is asked. The content's bytes are let go as soon as they are read: a large page is held in memory more than once.
pub(super) fn article<'a>(
    body: impl FnOnce() -> Result<&'a BodyModel, Error>,
    content: Content,
    plain_text: PlainText,
    judge: impl FnOnce(&BodyModel, &Page) -> Vec<BlockVerdict>,
) -> Result<(Page, Vec<BlockVerdict>, Article), Error> {
    if content.is_article {
        return whole_article(&content.bytes, &content.hints);
    }
    let page = Page::parse(&content.bytes, &content.hints)?;
    if page.format == PageFormat::Plain && plain_text == PlainText::Article {
        return whole_article(&content.bytes, &content.hints);
    }
    drop(content);
    let verdicts = judge(body()?, &page);
    let article = BodyModel::article(&page, &verdicts);
    Ok((page, verdicts, article))
}

/// The message without the source, or its file, that stands before it anyway.
fn without_place(error: &Error, source: &str) -> String {
    let message = error.to_string();
    let file = source.rsplit_once(':').map_or(source, |(file, _)| file);
    let rest = message.strip_prefix(source).or_else(|| message.strip_prefix(file)?.strip_prefix(": "));
    rest.map_or_else(|| message.clone(), |rest| rest.trim_start_matches([':', ' ']).to_owned())
}

fn write_one(
    key: Option<String>,
    (id, source): (&str, &str),
    done: Result<Done, Error>,
    form: &Form,
    sink: &mut Sink,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let (text, fate, listed) = match done {
        Ok(Done { mut text, is_empty }) => {
            if matches!(form, Form::Text) && totals.has_results() {
                text.insert(0, '\n');
            }
            (text, if is_empty { Fate::Empty } else { Fate::Ok }, None)
        }
        Err(error) => {
            anstream::eprintln!("{}: {}", clean(source), clean(&without_place(&error, source)));
            let text = match form {
                Form::Records(record) => record(id, source, &error),
                Form::Text => String::new(),
            };
            (text, Fate::Failed, Some(json_line(&ErrorRecord::new(id, source, &error))))
        }
    };
    sink.push(key, &text, fate, listed)?;
    totals.note(fate);
    Ok(())
}
