//! A reading and a summary as Markdown.

use std::fmt::Write as _;

use super::super::clean::clean;
use super::inline::{push_code, push_escaped};
use super::{body_markdown, heading};
use crate::reading::{Reading, SentenceReading};

/// Everything about a page as a Markdown document: what it says of itself, key sentences, stance with its evidence, article.
#[must_use]
pub fn read_markdown(source: &str, reading: &Reading, n_evidence: usize) -> String {
    let mut out = heading(1, reading.title().unwrap_or(source));
    let metadata = &reading.page.metadata;
    let facts = [metadata.byline.as_deref(), metadata.date.as_deref(), metadata.site.as_deref()];
    for fact in facts.into_iter().flatten().chain([source]) {
        out.push_str("- ");
        push_cleaned(&mut out, fact);
        out.push('\n');
    }
    let _ = write!(out, "\n{}{}", heading(2, "Key sentences"), summary_markdown(None, &reading.sentences));
    let stance = &reading.stance;
    let _ = write!(out, "\n{}", heading(2, "Stance"));
    out.push_str(if stance.is_abstained { "undecided, nearest " } else { "" });
    push_cleaned(&mut out, &stance.label);
    for (n, (class, p)) in stance.p.iter().enumerate() {
        out.push_str(if n == 0 { " (" } else { ", " });
        push_cleaned(&mut out, class);
        let _ = write!(out, " {p:.2}");
    }
    out.push_str(if stance.p.is_empty() { "\n" } else { ")\n" });
    let shown = &stance.evidence[..n_evidence.min(stance.evidence.len())];
    if !shown.is_empty() {
        out.push_str("\n| log-odds | term | bytes |\n| ---: | --- | --- |\n");
        for evidence in shown {
            let _ = write!(out, "| {:+.3} | ", evidence.log_odds);
            push_code(&mut out, &clean(&evidence.term).replace('|', "\\|"));
            let places: Vec<String> =
                evidence.spans.iter().map(|span| format!("{}..{}", span.start, span.end)).collect();
            let _ = writeln!(out, " | {} |", places.join(", "));
        }
    }
    let _ = write!(out, "\n{}", heading(2, &format!("Article (quality {:.2})", reading.quality)));
    out + &body_markdown(&reading.page, &reading.verdicts, |kind| kind.is_body(), 1, false)
}

/// Key sentences as a list, under a title where there is one.
#[must_use]
pub fn summary_markdown(title: Option<&str>, sentences: &[SentenceReading]) -> String {
    let mut out = title.map(|title| heading(1, title)).unwrap_or_default();
    for sentence in sentences {
        out.push_str("- ");
        push_cleaned(&mut out, &sentence.text);
        out.push('\n');
    }
    out
}

/// Appends words of a document within a line.
fn push_cleaned(out: &mut String, words: &str) {
    push_escaped(out, &clean(words));
}
