//! A reading and a summary as Markdown.

use std::fmt::Write as _;

use super::super::clean::clean;
use super::super::evidence::{EvidenceRow, Shown, quotation_note, sentence_rows, term_rows};
use super::super::text::call_text;
use super::inline::push_escaped;
use super::{body_markdown, heading};
use crate::reading::{Reading, SentenceReading};

/// Everything about a page as a Markdown document: what it says of itself, key sentences, stance with its evidence, article.
#[must_use]
pub fn read_markdown(source: &str, reading: &Reading, shown: Shown) -> String {
    let mut out = heading(1, reading.title().unwrap_or(source));
    let metadata = &reading.page.metadata;
    let facts = [metadata.byline.as_deref(), metadata.date.as_deref(), metadata.site.as_deref()];
    for fact in facts.into_iter().flatten().chain([source]) {
        out.push_str("- ");
        push_cleaned(&mut out, fact);
        out.push('\n');
    }
    let _ = write!(out, "\n{}{}", heading(2, "Key sentences"), summary_markdown(None, &reading.sentences));
    let _ = write!(out, "\n{}", heading(2, "Stance"));
    push_escaped(&mut out, &call_text(&reading.stance));
    out.push_str("\n\n");
    push_table(&mut out, "term", term_rows(&reading.stance, shown));
    let sentences = sentence_rows(&reading.stance, shown);
    if !sentences.is_empty() {
        out.push('\n');
        push_table(&mut out, "sentence", sentences);
    }
    if let Some(note) = quotation_note(&reading.stance) {
        out.push('\n');
        push_cleaned(&mut out, &note);
        out.push('\n');
    }
    let _ = write!(out, "\n{}", heading(2, &format!("Article (quality {:.2})", reading.quality)));
    out + &body_markdown(&reading.page, &reading.verdicts, |kind| kind.is_body(), 1, false)
}

fn push_table(out: &mut String, of: &str, rows: Vec<EvidenceRow>) {
    let _ = write!(out, "| log-odds | {of} | bytes |\n| ---: | --- | --- |\n");
    for EvidenceRow { log_odds, label, note } in rows {
        let _ = write!(out, "| {log_odds:+.3} | ");
        push_escaped(out, &label);
        out.push_str(" | ");
        push_escaped(out, &note);
        out.push_str(" |\n");
    }
}

/// Key sentences as a list, under a title where there is one.
#[must_use]
pub fn summary_markdown(title: Option<&str>, sentences: &[SentenceReading]) -> String {
    let mut out = title.map(|title| heading(1, title)).unwrap_or_default();
    sentences.iter().for_each(|sentence| out.push_str(&markdown_item(&sentence.text)));
    out
}

/// Words of a document as an item of a list.
pub(in super::super) fn markdown_item(words: &str) -> String {
    let mut out = "- ".to_owned();
    push_cleaned(&mut out, words);
    out.push('\n');
    out
}

/// Appends words of a document within a line.
fn push_cleaned(out: &mut String, words: &str) {
    push_escaped(out, &clean(words));
}
