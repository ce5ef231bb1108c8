//! Inputs in, one record or error an input out, in input order at any number of threads.
//!
//! Inputs are taken in small groups: a group is worked on in parallel and written in order before the next is read, so
//! that the first result leaves early and memory does not grow with the corpus.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::Outcome;
use super::files::Output;
use super::inputs::{Content, Found, Input, Inputs};
use super::options::Format;
use nutgraf::body::{Article, BlockVerdict, BodyModel};
use nutgraf::page::Format as PageFormat;
use nutgraf::reading::whole_article;
use nutgraf::report::{ErrorRecord, clean, escape_unsafe};
use nutgraf::{Error, Page};

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

/// Works through the inputs of `paths`; `work` is given an input's id, source and content.
pub(super) fn run(
    paths: &[PathBuf],
    form: impl Into<Form>,
    n_threads: usize,
    output: &mut Output,
    work: impl Fn(&str, &str, &Content) -> Result<Done, Error> + Sync,
) -> anyhow::Result<Outcome> {
    let form = form.into();
    let mut inputs = Inputs::new(paths);
    let mut totals = Totals::new();
    // The first page goes alone, without a thread pool to wait for; groups then grow, since short texts need large ones to
    // keep threads busy.
    let mut next_size = 1;
    loop {
        let group = inputs.group(next_size);
        if group.is_empty() {
            break;
        }
        next_size = (next_size * 8).min(GROUP_INPUTS * n_threads);
        let one = |found: Found| {
            let Input { id, source, content } = found.open();
            let done = content.and_then(|content| work(&id, &source, &content));
            (id, source, done)
        };
        let all: Vec<(String, String, Result<Done, Error>)> = if group.len() == 1 {
            group.into_iter().map(one).collect()
        } else {
            group.into_par_iter().map(one).collect()
        };
        for (id, source, done) in all {
            write_one((&id, &source), done, &form, output, &mut totals)?;
        }
        output.flush()?;
        totals.show_progress();
    }
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
    work: impl Fn(&Content) -> Result<T, Error> + Sync,
) -> anyhow::Result<(Vec<Collected<T>>, Outcome)> {
    let mut inputs = Inputs::new(paths);
    let mut totals = Totals::new();
    let mut collected = Vec::new();
    loop {
        let group = inputs.group(GROUP_INPUTS * n_threads);
        if group.is_empty() {
            break;
        }
        let one = |found: Found| {
            let Input { id, source, content } = found.open();
            (id, source, content.and_then(|content| work(&content)))
        };
        let all: Vec<Collected<T>> = group.into_par_iter().map(one).collect();
        for (_, source, done) in &all {
            if let Err(error) = done {
                anstream::eprintln!("{}: {}", clean(source), clean(&without_place(error, source)));
            }
            totals.note(if done.is_ok() { Fate::Ok } else { Fate::Failed });
        }
        collected.extend(all);
        totals.show_progress();
    }
    totals.n_no_pages = inputs.n_no_pages();
    totals.finish();
    Ok((collected, totals.outcome()))
}

/// The most inputs of a group, a thread.
const GROUP_INPUTS: usize = 256;

/// A record as a line.
pub(super) fn json_line(record: &impl serde::Serialize) -> String {
    let line = serde_json::to_string(record).expect("records have string keys and finite numbers");
    let mut line = escape_unsafe(line);
    line.push('\n');
    line
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
/// body model is asked.
pub(super) fn article<'a>(
    body: impl FnOnce() -> Result<&'a BodyModel, Error>,
    content: &Content,
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
    let verdicts = judge(body()?, &page);
    let article = BodyModel::article(&page, &verdicts);
    Ok((page, verdicts, article))
}

/// The message without the source that stands before it anyway.
fn without_place(error: &Error, source: &str) -> String {
    let message = error.to_string();
    message
        .strip_prefix(source)
        .map_or(message.clone(), |rest| rest.trim_start_matches([':', ' ']).to_owned())
}

fn write_one(
    (id, source): (&str, &str),
    done: Result<Done, Error>,
    form: &Form,
    output: &mut Output,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    match done {
        Ok(done) => {
            if matches!(form, Form::Text) && totals.n > totals.n_failed {
                writeln!(output)?;
            }
            output.write_all(done.text.as_bytes())?;
            totals.note(if done.is_empty { Fate::Empty } else { Fate::Ok });
        }
        Err(error) => {
            anstream::eprintln!("{}: {}", clean(source), clean(&without_place(&error, source)));
            if let Form::Records(record) = form {
                output.write_all(record(id, source, &error).as_bytes())?;
            }
            totals.note(Fate::Failed);
        }
    }
    Ok(())
}

enum Fate {
    Ok,
    Empty,
    Failed,
}

/// What became of the inputs so far.
struct Totals {
    n: usize,
    n_empty: usize,
    n_failed: usize,
    /// Records of archives that hold no page.
    n_no_pages: usize,
    started: Instant,
    shown: Option<Instant>,
}

impl Totals {
    fn new() -> Self {
        Self { n: 0, n_empty: 0, n_failed: 0, n_no_pages: 0, started: Instant::now(), shown: None }
    }

    fn note(&mut self, fate: Fate) {
        self.n += 1;
        match fate {
            Fate::Ok => {}
            Fate::Empty => self.n_empty += 1,
            Fate::Failed => self.n_failed += 1,
        }
    }

    /// A line on a terminal, after a second, ten times a second.
    fn show_progress(&mut self) {
        let is_due = self.started.elapsed() > Duration::from_secs(1)
            && self.shown.is_none_or(|shown| shown.elapsed() > Duration::from_millis(100));
        if is_due && std::io::stderr().is_terminal() {
            let rate = self.n as f64 / self.started.elapsed().as_secs_f64();
            anstream::eprint!("\r{} pages, {rate:.0} a second ", grouped(self.n));
            self.shown = Some(Instant::now());
        }
    }

    fn finish(&self) {
        if self.shown.is_some() {
            anstream::eprint!("\r\u{1b}[K");
        }
        match self.n {
            0 => anstream::eprintln!(
                "no pages found; give .html or .txt files, folders of them, .jsonl or .warc"
            ),
            1 if self.n_failed + self.n_empty + self.n_no_pages == 0 => {}
            n => anstream::eprintln!(
                "{} {}: {} ok, {} empty, {} failed{}",
                grouped(n),
                if n == 1 { "page" } else { "pages" },
                grouped(n - self.n_empty - self.n_failed),
                grouped(self.n_empty),
                grouped(self.n_failed),
                match self.n_no_pages {
                    0 => String::new(),
                    n => format!("; {} records of archives are no pages", grouped(n)),
                }
            ),
        }
    }

    fn outcome(&self) -> Outcome {
        match (self.n, self.n_failed) {
            (0, _) => Outcome::NoInput,
            (_, 0) => Outcome::Done,
            (n, failed) if n == failed => Outcome::NoInput,
            _ => Outcome::SomeFailed,
        }
    }
}

/// A number with commas between its thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([7, 1_204, 1_000_000].map(grouped), ["7", "1,204", "1,000,000"]);
    }
}
