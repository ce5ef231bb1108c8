//! What a classifier has learned in, text for people out.

use std::fmt::Write as _;

use super::clean::clean;
use crate::classify::{TopTerm, Unit};

/// A class with its strongest terms: log-odds, in how many documents or sentences, term.
#[must_use]
pub fn top_terms_text(class: &str, terms: &[TopTerm], unit: Unit) -> String {
    let mut text = format!("{}\n", clean(class));
    for TopTerm { term, log_odds, n_documents } in terms {
        let documents = n_documents.map_or(String::new(), |n| format!("{n:>7} {}", unit.noun()));
        let _ = writeln!(text, "  {log_odds:>+8.3}  {documents}  {}", clean(term));
    }
    text
}

/// Characters shown on either side of a keyword.
const CONTEXT_CHARS: usize = 36;

/// Keyword in context (Luhn 1960): every place of a term on a line of its own, the term in one column, white space as
/// single blanks.
#[must_use]
pub fn keyword_in_context(source: &str, text: &str, places: &[(usize, usize)]) -> String {
    let mut out = String::new();
    for (start, end) in places {
        let before: Vec<char> = text[..*start].chars().rev().take(CONTEXT_CHARS).collect();
        let before: String = before.into_iter().rev().collect();
        let after: String = text[*end..].chars().take(CONTEXT_CHARS).collect();
        let flat = |text: &str| clean(&text.replace(char::is_whitespace, " ")).into_owned();
        let (before, term, after) = (flat(&before), flat(&text[*start..*end]), flat(&after));
        let _ = writeln!(out, "{}: {before:>CONTEXT_CHARS$}[{term}]{after}", clean(source));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_in_one_column() {
        let text = "Guns. The long-awaited talks\nbetween the navies resumed; talks.";
        let places: Vec<(usize, usize)> =
            text.match_indices("talks").map(|(at, m)| (at, at + m.len())).collect();
        let lines = keyword_in_context("a.txt", text, &places);
        let columns: Vec<usize> = lines.lines().map(|line| line.find('[').unwrap()).collect();
        assert_eq!(columns, [7 + CONTEXT_CHARS; 2]);
        assert!(
            lines.starts_with("a.txt:              Guns. The long-awaited [talks] between the navies"),
            "{lines}"
        );
    }
}
