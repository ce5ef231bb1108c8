//! A block of a page in, its words with what is said of them out: evidence underlined, key sentences set off.

use super::writer::{Html, Value};
use crate::page::Block;
use crate::reading::Reading;

/// What is said of a stretch of a block's text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    /// Bytes of the block's text.
    start: usize,
    end: usize,
    /// Log-odds for the label, or against it if negative.
    log_odds: f64,
}

/// A key sentence within a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    start: usize,
    end: usize,
    /// From 1.
    number: usize,
}

/// The evidence in a block, at most the `n_terms` strongest terms of the reading; where terms overlap, the strongest.
pub(super) fn marks(reading: &Reading, block: &Block, n_terms: usize) -> Vec<Mark> {
    let whole = block.span();
    let mut found: Vec<Mark> = Vec::new();
    // The strongest first, so that weaker ones give way.
    for evidence in reading.stance.evidence.iter().take(n_terms) {
        for span in evidence.spans.iter().filter(|span| whole.start <= span.start && span.end <= whole.end) {
            let Some((start, end)) = block.source.text_range(*span) else { continue };
            if found.iter().all(|mark| end <= mark.start || mark.end <= start) {
                found.push(Mark { start, end, log_odds: evidence.log_odds });
            }
        }
    }
    found.sort_by_key(|mark| mark.start);
    found
}

/// The key sentences in a block.
pub(super) fn keys(reading: &Reading, block: &Block) -> Vec<Key> {
    let whole = block.span();
    let sentences = reading.sentences.iter().enumerate();
    sentences
        .filter(|(_, sentence)| whole.start <= sentence.span.start && sentence.span.end <= whole.end)
        .filter_map(|(idx, sentence)| {
            let (start, end) = block.source.text_range(sentence.span)?;
            Some(Key { start, end, number: idx + 1 })
        })
        .collect()
}

/// Writes a block's words. `strongest` is the size of the strongest evidence, to which the thickness of lines is relative.
pub(super) fn write(html: &mut Html, text: &str, keys: &[Key], marks: &[Mark], strongest: f64) {
    let mut at = 0;
    for key in keys {
        write_marked(html, text, (at, key.start), marks, strongest);
        let number = key.number as f64;
        html.open("span", &[("class", Value::Static("key")), ("id", Value::Number("key", number, ""))]);
        html.element("span", &[("class", Value::Static("n"))], &key.number.to_string());
        write_marked(html, text, (key.start, key.end), marks, strongest);
        html.close();
        at = key.end;
    }
    write_marked(html, text, (at, text.len()), marks, strongest);
}

fn write_marked(html: &mut Html, text: &str, (start, end): (usize, usize), marks: &[Mark], strongest: f64) {
    let mut at = start;
    for mark in marks.iter().filter(|mark| start <= mark.start && mark.end <= end) {
        html.text(&text[at..mark.start]);
        let title = format!("{:+.3}", mark.log_odds);
        let class = Value::Static(class(mark.log_odds, strongest));
        html.element(
            "mark",
            &[("class", class), ("title", Value::Text(&title))],
            &text[mark.start..mark.end],
        );
        at = mark.end;
    }
    html.text(&text[at.min(end)..end]);
}

/// Direction and strength, in thirds of the strongest.
fn class(log_odds: f64, strongest: f64) -> &'static str {
    let third = (3.0 * log_odds.abs() / strongest.max(f64::MIN_POSITIVE)).ceil().clamp(1.0, 3.0);
    match (log_odds >= 0.0, third as u8) {
        (true, 1) => "for w1",
        (true, 2) => "for w2",
        (true, _) => "for w3",
        (false, 1) => "against w1",
        (false, 2) => "against w2",
        (false, _) => "against w3",
    }
}
