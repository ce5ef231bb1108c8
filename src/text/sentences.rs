//! Paragraph text in, sentences out, as byte ranges without surrounding white space.
//!
//! Boundaries come from sentencex; it under-splits a little, so a sentence of more than [`LONG_WORDS`] words is split
//! again at full stops before a capital.

use super::{Language, n_words};

/// A sentence's place in its text, in bytes; its ends are not white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Words above which a sentence is looked at again: the longest of 300 real news articles' well-split sentences have
/// about 80.
const LONG_WORDS: usize = 90;

/// Returns the sentences of `text` in order; blank text has none. An unknown language is split by English rules.
///
/// ```
/// let text = "Talks resumed. “We are ready,” Mr. Oda said.";
/// let found: Vec<&str> =
///     nutgraf::text::sentences(text, None).into_iter().map(|s| &text[s.start..s.end]).collect();
/// assert_eq!(found, ["Talks resumed.", "“We are ready,” Mr. Oda said."]);
/// ```
#[must_use]
pub fn sentences(text: &str, language: Option<Language>) -> Vec<Sentence> {
    let mut found = Vec::new();
    let code = language.unwrap_or(Language::En).code();
    let mut from = 0;
    while from < text.len() {
        let window = &text[from..from + window_len(&text[from..])];
        for boundary in sentencex::get_sentence_boundaries(code, window) {
            let (start, end) = (from + boundary.start_byte, from + boundary.end_byte.min(window.len()));
            match text.get(start..end) {
                Some(sentence) if n_words(sentence) > LONG_WORDS => split_long(text, start, end, &mut found),
                Some(_) => push_trimmed(text, start, end, &mut found),
                None => {}
            }
        }
        from += window.len();
    }
    found
}

/// Bytes that sentencex is given at once: its time grows with the square of the text in the worst case. Paragraphs of
/// news are a tenth of this.
const WINDOW_BYTES: usize = 8192;

/// The length of the next window: all of a short text, otherwise up to a stop or at least to white space.
fn window_len(text: &str) -> usize {
    if text.len() <= WINDOW_BYTES {
        return text.len();
    }
    let window = &text[..text.floor_char_boundary(WINDOW_BYTES)];
    let stop = [". ", "! ", "? ", "\n"].iter().filter_map(|stop| window.rfind(stop)).max().map(|at| at + 1);
    stop.or_else(|| window.rfind(char::is_whitespace)).filter(|len| *len > 0).unwrap_or(window.len())
}

/// Splits at `.`, `!` or `?` (and closing quotes after it) before white space and a capital.
fn split_long(text: &str, start: usize, end: usize, found: &mut Vec<Sentence>) {
    let mut from = start;
    let mut after_stop = false;
    let mut space_at = None;
    for (offset, c) in text[start..end].char_indices() {
        let at = start + offset;
        match c {
            '.' | '!' | '?' => (after_stop, space_at) = (true, None),
            '"' | '”' | '’' | '\'' | ')' if after_stop && space_at.is_none() => {}
            c if c.is_whitespace() && after_stop => space_at = space_at.or(Some(at)),
            c => {
                if let Some(split) = space_at.filter(|_| c.is_uppercase() || c == '“') {
                    push_trimmed(text, from, split, found);
                    from = at;
                }
                (after_stop, space_at) = (false, None);
            }
        }
    }
    push_trimmed(text, from, end, found);
}

fn push_trimmed(text: &str, start: usize, end: usize, found: &mut Vec<Sentence>) {
    let piece = &text[start..end];
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        let lead = piece.len() - piece.trim_start().len();
        found.push(Sentence { start: start + lead, end: start + lead + trimmed.len() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_trimmed_and_in_order() {
        let text = "  First one here.  Second, by Dr. Ito of the U.S. Navy! \n Third? ";
        let found: Vec<&str> =
            sentences(text, Some(Language::En)).iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found, ["First one here.", "Second, by Dr. Ito of the U.S. Navy!", "Third?"]);
        assert!(sentences(" \n ", None).is_empty());
    }

    #[test]
    fn long_texts_are_split_as_short_ones_are() {
        let text = "The ministers of the two republics met. ".repeat(1000);
        assert_eq!(sentences(&text, None).len(), 1000);
        let unbroken = "x".repeat(20_000);
        assert!(sentences(&unbroken, None).len() <= 3);
    }

    #[test]
    fn over_long_sentences_are_split_at_stops() {
        let long = format!("{}word end. {}", "word ".repeat(60), "Then word ".repeat(40));
        let mut found = Vec::new();
        split_long(&long, 0, long.len(), &mut found);
        assert_eq!(found.len(), 2);
        assert!(long[found[0].start..found[0].end].ends_with("end."));
    }
}
