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

/// What a byte is to the scanner: part of a word, between words, or in need of a closer look (an apostrophe, or a byte of
/// a character beyond ASCII).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Between,
    Look,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Look; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        table[byte] = if c.is_ascii_alphanumeric() || c == b'_' {
            Class::Word
        } else if c == b'\'' {
            Class::Look
        } else {
            Class::Between
        };
        byte += 1;
    }
    table
}

/// Combining marks join their letter; `char::is_alphanumeric` covers letters and numbers of every script.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
        || c == '_'
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}')
}

/// Length in bytes of the word character at `at`, or 0.
fn word_len(text: &str, at: usize) -> usize {
    match text[at..].chars().next() {
        Some(c) if is_word_char(c) => c.len_utf8(),
        _ => 0,
    }
}

/// Length in bytes of what continues a word at `at`, where the byte needs a closer look: a character beyond ASCII, or an
/// apostrophe (straight or curly) with the character after it; or 0.
fn continuation_len(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    let apostrophe = match rest[0] {
        b'\'' => 1,
        0xe2 if rest.starts_with("’".as_bytes()) => 3,
        _ => return word_len(text, at),
    };
    match word_len(text, at + apostrophe) {
        0 => 0,
        len => apostrophe + len,
    }
}

/// The first token from `at` on.
#[inline]
fn next_token(text: &str, mut at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    loop {
        match CLASSES[usize::from(*bytes.get(at)?)] {
            Class::Word => break,
            Class::Between => at += 1,
            Class::Look if word_len(text, at) > 0 => break,
            Class::Look => at = text.ceil_char_boundary(at + 1),
        }
    }
    let start = at;
    loop {
        match bytes.get(at).map(|byte| CLASSES[usize::from(*byte)]) {
            Some(Class::Word) => at += 1,
            Some(Class::Look) => match continuation_len(text, at) {
                0 => break,
                len => at += len,
            },
            Some(Class::Between) | None => break,
        }
    }
    Some(Token { start, end: at })
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        let token = next_token(self.text, self.at)?;
        self.at = token.end;
        Some(token)
    }
}

/// Calls `take` with each token of [`tokens`]; ASCII text is read 64 bytes at a time.
#[inline]
pub(crate) fn for_each_token(text: &str, mut take: impl FnMut(Token)) {
    if text.is_ascii() {
        for_each_ascii_token(text.as_bytes(), take);
        return;
    }
    let mut at = 0;
    while let Some(token) = next_token(text, at) {
        at = token.end;
        take(token);
    }
}

/// Works on one bit a byte: whether it is part of a word. Where the bit differs from the one before, a word starts or ends,
/// so that no branch depends on the length of a word.
#[inline]
fn for_each_ascii_token(bytes: &[u8], mut take: impl FnMut(Token)) {
    let (blocks, last) = bytes.as_chunks::<64>();
    let mut tail = [0; 64];
    tail[..last.len()].copy_from_slice(last);
    let mut blocks = blocks.iter().chain(std::iter::once(&tail)).map(word_bits);
    let mut next = blocks.next();
    let (mut offset, mut start, mut is_within) = (0, 0, false);
    // The last bits of the block before: a letter or digit; part of a word.
    let (mut was_word, mut was_part) = (0, 0);
    while let Some((words, apostrophes)) = next {
        next = blocks.next();
        // An apostrophe between two word characters is part of the word.
        let follows_word = (words << 1) | was_word;
        let precedes_word = (words >> 1) | (next.map_or(0, |(words, _)| words) << 63);
        let parts = words | (apostrophes & follows_word & precedes_word);
        let mut edges = parts ^ ((parts << 1) | was_part);
        while edges != 0 {
            let at = offset + edges.trailing_zeros() as usize;
            if is_within {
                take(Token { start, end: at });
            }
            start = at;
            is_within = !is_within;
            edges &= edges - 1;
        }
        (was_word, was_part) = (words >> 63, parts >> 63);
        offset += 64;
    }
    if is_within {
        take(Token { start, end: bytes.len() });
    }
}

/// Which of 64 ASCII bytes are word characters, and which are apostrophes; eight are compared at once in a 64-bit word.
#[inline]
fn word_bits(block: &[u8; 64]) -> (u64, u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // Bytes are below 128, so neither sum carries into the next byte: the high bit says whether a bound is reached.
    let within = |bytes: u64, low: u8, high: u8| {
        (bytes + ONES * u64::from(0x80 - low)) & !(bytes + ONES * u64::from(0x7f - high)) & HIGHS
    };
    // Brings the eight high bits together at the top.
    let gather = |highs: u64| highs.wrapping_mul(0x0002_0408_1020_4081) >> 56;
    let (mut words, mut apostrophes) = (0, 0);
    for (idx, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
        let bytes = u64::from_le_bytes(*bytes);
        let letters = within(bytes | (ONES * 0x20), b'a', b'z');
        let is_word = letters | within(bytes, b'0', b'9') | within(bytes, b'_', b'_');
        words |= gather(is_word) << (8 * idx);
        apostrophes |= gather(within(bytes, b'\'', b'\'')) << (8 * idx);
    }
    (words, apostrophes)
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

    #[test]
    fn ascii_text_is_read_alike_at_once_and_byte_by_byte() {
        // Every byte beside every other, at every place of a block, and lengths around its end.
        let mut text: String = (1..128_u8)
            .flat_map(|a| [a, b'\'', b'x', a, b' ', a, b'\'', b'\'', b'y'])
            .map(char::from)
            .collect();
        text.push_str(&"don't ".repeat(40));
        for cut in 0..text.len() {
            let mut found = Vec::new();
            for_each_token(&text[cut..], |token| found.push(token));
            assert_eq!(found, tokens(&text[cut..]).collect::<Vec<_>>());
            found.clear();
            for_each_token(&text[..cut], |token| found.push(token));
            assert_eq!(found, tokens(&text[..cut]).collect::<Vec<_>>());
        }
    }
}
