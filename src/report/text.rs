//! Results as text for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::clean::clean;
use super::evidence::{Shown, evidence_table, first_chars};
use crate::body::{BlockKind, BlockVerdict};
use crate::page::{Format, Page};
use crate::reading::Reading;
use crate::stance::Stance;

/// Sets words off on a terminal, or leaves them as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Painter {
    /// Plain text.
    Plain,
    /// ANSI bold and dim.
    Ansi,
}

impl Painter {
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// Characters of a dropped block that are shown.
const FIRST_CHARS: usize = 72;

/// Everything about a page: what it is, what was kept, what was dropped and why, which way it leans, what it says.
#[must_use]
pub fn read_text(source: &str, reading: &Reading, shown: Shown, painter: Painter) -> String {
    let mut out = String::new();
    let mut line = |label: &str, text: &str| {
        let padded = format!("{label:<9}");
        let _ = writeln!(out, "{} {}", painter.bold(&padded), clean(text));
    };
    let page = &reading.page;
    line("Title", reading.title().unwrap_or("(none)"));
    for (label, value) in
        [("Byline", &page.metadata.byline), ("Date", &page.metadata.date), ("Site", &page.metadata.site)]
    {
        if let Some(value) = value {
            line(label, value);
        }
    }
    line("Source", &format!("{source} ({})", form(page)));
    if !page.limits.is_empty() {
        let names: Vec<&str> = page.limits.iter().map(|limit| limit.name()).collect();
        line("Limits", &format!("too many {}: all text is kept, in less detail", names.join(", ")));
    }
    line("Body", &kept(reading));
    out.push_str(&dropped(page, &reading.verdicts, painter));
    out.push('\n');
    out.push_str(&stance(&reading.stance, shown, painter));
    out.push('\n');
    let _ = writeln!(out, "{}", painter.bold("Key sentences"));
    for (number, sentence) in reading.sentences.iter().enumerate() {
        let place = format!("[{}..{}]", sentence.span.start, sentence.span.end);
        let _ = writeln!(out, "  {}. {} {}", number + 1, clean(&sentence.text), painter.dim(&place));
    }
    if reading.sentences.is_empty() {
        let _ = writeln!(out, "  (none: the page has no body text)");
    }
    out
}

fn form(page: &Page) -> String {
    let format = if page.format == Format::Html { "HTML" } else { "plain text" };
    let language = page.metadata.language.map_or("language unknown", crate::text::Language::code);
    let malformed = match page.charset.malformed {
        0 => String::new(),
        n => format!(" with {n} malformed sequences"),
    };
    format!("{format}, {}{malformed}, {language}", page.charset.name)
}

fn kept(reading: &Reading) -> String {
    let mut counts: BTreeMap<BlockKind, usize> = BTreeMap::new();
    for verdict in reading.verdicts.iter().filter(|verdict| verdict.kind.is_body()) {
        *counts.entry(verdict.kind).or_default() += 1;
    }
    if counts.is_empty() {
        return "nothing kept".to_owned();
    }
    let n_words: usize =
        reading.article.places.iter().map(|place| reading.page.blocks[place.block].n_words).sum();
    let n_blocks: usize = counts.values().sum();
    format!("{n_blocks} blocks, {n_words} words ({}); quality {:.2}", listed(&counts), reading.quality)
}

fn listed(counts: &BTreeMap<BlockKind, usize>) -> String {
    counts.iter().map(|(kind, n)| format!("{n} {}", kind.name())).collect::<Vec<_>>().join(", ")
}

/// The dropped blocks, by kind, each with its probability and its first words.
fn dropped(page: &Page, verdicts: &[BlockVerdict], painter: Painter) -> String {
    let mut out = String::new();
    let is_dropped = |verdict: &BlockVerdict| !verdict.kind.is_body() && verdict.kind != BlockKind::Title;
    let mut counts: BTreeMap<BlockKind, usize> = BTreeMap::new();
    for verdict in verdicts.iter().filter(|verdict| is_dropped(verdict)) {
        *counts.entry(verdict.kind).or_default() += 1;
    }
    let n: usize = counts.values().sum();
    let head = if n == 0 { "nothing".to_owned() } else { format!("{n} blocks ({})", listed(&counts)) };
    let _ = writeln!(out, "{} {head}", painter.bold(&format!("{:<9}", "Dropped")));
    for (block, verdict) in page.blocks.iter().zip(verdicts).filter(|(_, verdict)| is_dropped(verdict)) {
        let first = first_chars(&clean(&block.text), FIRST_CHARS);
        let label = format!("{:<13} p(body) {:.2}", verdict.kind.name(), verdict.p_body);
        let _ = writeln!(out, "  {} {first}", painter.dim(&label));
    }
    out
}

/// The stance with its probabilities and the table of its evidence, which adds up.
fn stance(stance: &Stance, shown: Shown, painter: Painter) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}", painter.bold(&format!("{:<9}", "Stance")), call_text(stance));
    out.push_str(&evidence_table(stance, shown, painter));
    out
}

/// What the stance is, with its probabilities and whether the model abstains, in a line.
#[must_use]
pub fn call_text(stance: &Stance) -> String {
    let p: Vec<String> = stance.p.iter().map(|(class, p)| format!("{} {p:.2}", clean(class))).collect();
    let doubt = if stance.is_abstained { "undecided, nearest " } else { "" };
    let subject = stance.off_topic.map_or(String::new(), |p| {
        format!("; p {p:.2} that the article is on another subject than the model's")
    });
    format!("{doubt}{} (p: {}){subject}", clean(&stance.label), p.join(", "))
}

/// The kept blocks of a page, parted by blank lines; with `show_dropped` the others too, with kind and probability.
#[must_use]
pub fn extract_text(
    page: &Page,
    verdicts: &[BlockVerdict],
    keep: impl Fn(BlockKind) -> bool,
    show_dropped: bool,
) -> String {
    let mut parts = Vec::new();
    for (block, verdict) in page.blocks.iter().zip(verdicts) {
        if keep(verdict.kind) {
            parts.push(clean(&block.text).into_owned());
        } else if show_dropped {
            parts.push(format!("[{} {:.2}] {}", verdict.kind.name(), verdict.p_body, clean(&block.text)));
        }
    }
    parts.join("\n\n")
}
