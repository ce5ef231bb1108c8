//! Text in, word tokens out: maximal runs of letters, digits, marks and underscores (`\w+`), with apostrophes kept
//! inside a word. One table look-up per ASCII byte, Unicode properties beyond; nothing is allocated.

/// A word's place in its text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Returns the word tokens of `text` in order; the empty text has none.
///
/// ```
/// let text = "Don't panic: 3 navies.";
/// let words: Vec<&str> = nutgraf::text::tokens(text).map(|t| &text[t.start..t.end]).collect();
/// assert_eq!(words, ["Don't", "panic", "3", "navies"]);
/// ```
#[must_use]
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// The number of word tokens in `text`.
#[must_use]
pub fn n_words(text: &str) -> usize {
    tokens(text).count()
}

/// Iterator over the tokens of a text, made by [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

const WORD: [bool; 128] = word_table();

const fn word_table() -> [bool; 128] {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
}

/// Combining marks join their letter; `char::is_alphanumeric` covers letters and numbers of every script.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}')
}

impl Tokens<'_> {
    /// Length in bytes of the word character at `at`, or 0.
    fn word_len(&self, at: usize) -> usize {
        match self.text.as_bytes().get(at) {
            None => 0,
            Some(&byte) if byte < 128 => usize::from(WORD[byte as usize]),
            Some(_) => match self.text[at..].chars().next() {
                Some(c) if is_word_char(c) => c.len_utf8(),
                _ => 0,
            },
        }
    }

    /// Length in bytes of an apostrophe at `at`, straight or curly, or 0.
    fn apostrophe_len(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        match rest.first() {
            Some(b'\'') => 1,
            Some(0xe2) if rest.starts_with("’".as_bytes()) => 3,
            _ => 0,
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() && self.word_len(self.at) == 0 {
            self.at += 1;
            while self.at < bytes.len() && !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        if self.at >= bytes.len() {
            return None;
        }
        let start = self.at;
        loop {
            let len = self.word_len(self.at);
            if len > 0 {
                self.at += len;
                continue;
            }
            let apostrophe = if self.at < bytes.len() { self.apostrophe_len(self.at) } else { 0 };
            if apostrophe > 0 && self.word_len(self.at + apostrophe) > 0 {
                self.at += apostrophe;
                continue;
            }
            return Some(Token { start, end: self.at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_words_of_any_script() {
        let rows: [(&str, &str, &[&str]); 7] = [
            ("empty", "", &[]),
            ("punctuation only", " —…! ", &[]),
            ("apostrophes", "Beijing's ’tis rock ’n’ roll'", &["Beijing's", "tis", "rock", "n", "roll"]),
            ("curly", "China’s", &["China’s"]),
            ("hyphens part", "cyber-security U.S.", &["cyber", "security", "U", "S"]),
            ("scripts", "Привет мир, naïve 日本", &["Привет", "мир", "naïve", "日本"]),
            ("decomposed accent", "cafe\u{301} noir", &["cafe\u{301}", "noir"]),
        ];
        for (name, text, expected) in rows {
            let found: Vec<&str> = tokens(text).map(|t| &text[t.start..t.end]).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
