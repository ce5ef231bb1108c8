//! A sentence in, its first clauses out, for those who ask for short sentences.

use crate::text::{Token, tokens};

/// The clauses of a sentence that end before a word too many: the bytes of the longest beginning of at most `max_words` words
/// that ends at a comma, semicolon, colon or dash outside quotation marks and brackets and has five words or more; `None` if
/// the sentence is short enough or has no such place.
pub(super) fn first_clauses(sentence: &str, max_words: usize) -> Option<usize> {
    const MIN_WORDS: usize = 5;
    let words: Vec<Token> = tokens(sentence).collect();
    if words.len() <= max_words {
        return None;
    }
    let mut nesting = Nesting::default();
    sentence[..words[0].start].chars().for_each(|c| nesting.note(c));
    let mut best = None;
    for (number, pair) in words.windows(2).enumerate().take(max_words) {
        let between = &sentence[pair[0].end..pair[1].start];
        let is_long_enough = number + 1 >= MIN_WORDS && between.contains(char::is_whitespace);
        for c in between.chars() {
            if is_long_enough && nesting.is_outside() && matches!(c, ',' | ';' | ':' | '—' | '–') {
                best = Some(pair[0].end);
            }
            nesting.note(c);
        }
    }
    best
}

/// Whether a place is within brackets or quotation marks.
#[derive(Debug, Default)]
struct Nesting {
    n_brackets: usize,
    in_quotation: bool,
}

impl Nesting {
    fn note(&mut self, c: char) {
        match c {
            '(' | '[' => self.n_brackets += 1,
            ')' | ']' => self.n_brackets = self.n_brackets.saturating_sub(1),
            '“' | '«' | '„' => self.in_quotation = true,
            '”' | '»' => self.in_quotation = false,
            '"' => self.in_quotation = !self.in_quotation,
            _ => {}
        }
    }

    fn is_outside(&self) -> bool {
        self.n_brackets == 0 && !self.in_quotation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_the_last_clause_that_fits() {
        let rows = [
            (
                "The ministers met in Oslo on Monday, after a year of silence, and agreed to talk.",
                11,
                Some("The ministers met in Oslo on Monday"),
            ),
            (
                "The ministers met in Oslo on Monday, after a year of silence, and agreed to talk.",
                12,
                Some("The ministers met in Oslo on Monday, after a year of silence"),
            ),
            ("The ministers met in Oslo on Monday, after all.", 20, None),
            ("On Monday, the ministers of both countries met again in Oslo for talks.", 8, None),
            ("Some 3,000 ships of four navies passed the strait that summer without a shot.", 8, None),
            ("The host said that “it was late, very late, and dark” when they all left.", 9, None),
        ];
        for (sentence, max_words, expected) in rows {
            let found = first_clauses(sentence, max_words).map(|end| &sentence[..end]);
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
