//! Plain text in, blocks out: paragraphs parted by blank lines, hard-wrapped lines joined, list items at their bullets.

use super::block::{Block, ElementKind};
use super::formatting::Formatting;
use super::limits::{COARSE_BLOCK_BYTES, Limit, MAX_BLOCKS, MAX_FINE_BLOCKS};
use super::span::{SourceMap, Span};
use crate::text::n_words;

/// A line without its line end, and where it stands.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    start: usize,
}

/// What was read so far.
#[derive(Default)]
struct Found {
    blocks: Vec<Block>,
    /// The bound that was met, if one was.
    limit: Option<Limit>,
}

pub(super) fn read(source: &str) -> (Vec<Block>, Option<Limit>) {
    let mut found = Found::default();
    let mut group: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    let mut was_cr = false;
    for with_end in source.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}', '\u{c}']) {
        let text = with_end.trim_end();
        // The two characters of a Windows line end are one.
        let is_second_half = was_cr && with_end == "\n";
        was_cr = with_end.ends_with('\r');
        if is_second_half {
            start += 1;
            continue;
        }
        if text.is_empty() {
            end_group(&mut group, &mut found);
        } else {
            group.push(Line { text, start });
        }
        start += with_end.len();
    }
    end_group(&mut group, &mut found);
    (found.blocks, found.limit)
}

/// Lines without a blank one between: one paragraph if they are hard-wrapped, otherwise a paragraph each.
fn end_group(group: &mut Vec<Line<'_>>, found: &mut Found) {
    let is_wrapped = is_hard_wrapped(group);
    let mut from = 0;
    for at in 1..=group.len() {
        let ends = at == group.len() || !is_wrapped || bullet_len(group[at].text).is_some();
        if ends {
            push_block(&group[from..at], found);
            from = at;
        }
    }
    group.clear();
}

/// Whether every line but the last of a paragraph is nearly as long as the longest, at a width that people wrap to.
fn is_hard_wrapped(group: &[Line<'_>]) -> bool {
    let lengths: Vec<usize> = group.iter().map(|line| line.text.chars().count()).collect();
    let longest = lengths.iter().copied().max().unwrap_or(0);
    if group.len() < 2 || !(50..=110).contains(&longest) {
        return false;
    }
    let ends_sentence =
        group.last().is_some_and(|line| line.text.ends_with(['.', '!', '?', '"', '”', '’', '…', ':']));
    if group.len() == 2 && !ends_sentence {
        // Two lines are a headline and what stands under it as often as a paragraph.
        return false;
    }
    let n_full = lengths[..lengths.len() - 1].iter().filter(|len| **len + 22 >= longest).count();
    let n_ended =
        group[..group.len() - 1].iter().filter(|line| line.text.ends_with(['.', '!', '?', '"', '”'])).count();
    n_full * 5 >= (group.len() - 1) * 4 && n_ended * 2 <= group.len()
}

/// Bytes of white space and bullet before an item's text.
fn bullet_len(line: &str) -> Option<usize> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let mut chars = text.chars();
    let bullet = chars.next().filter(|c| "•·▪◦‣*–—-●○■□►".contains(*c))?;
    let rest = chars.as_str();
    let space = rest.len() - rest.trim_start().len();
    (space > 0 && rest.trim_start().starts_with(char::is_alphanumeric))
        .then_some(indent + bullet.len_utf8() + space)
}

fn push_block(lines: &[Line<'_>], found: &mut Found) {
    let bullet = bullet_len(lines[0].text);
    let mut text = String::new();
    let mut source = SourceMap::default();
    for (idx, line) in lines.iter().enumerate() {
        let skip = if idx == 0 { bullet.unwrap_or(0) } else { 0 };
        for word in words(&line.text[skip..], line.start + skip) {
            if !text.is_empty() {
                text.push(' ');
                let previous = source.whole().end;
                source.push(1, Span { start: previous, end: word.start });
            }
            text.push_str(word.text);
            source.push(word.text.len(), Span { start: word.start, end: word.start + word.text.len() });
        }
    }
    if text.is_empty() {
        return;
    }
    let kind = if bullet.is_some() { ElementKind::ListItem } else { ElementKind::Paragraph };
    let n_blocks = found.blocks.len();
    let is_joined = |last: &&mut Block| {
        let is_short = last.kind == kind && last.text.len() < COARSE_BLOCK_BYTES;
        n_blocks >= MAX_BLOCKS || (n_blocks >= MAX_FINE_BLOCKS && is_short)
    };
    if let Some(last) = found.blocks.last_mut().filter(is_joined) {
        found.limit = Some(Limit::Blocks);
        last.source.append(last.text.len() + 1, &source);
        last.text.push(' ');
        last.text.push_str(&text);
        last.n_words += n_words(&text);
        last.n_joined += 1;
        return;
    }
    found.blocks.push(Block {
        formatting: Formatting::default(),
        kind,
        element: None,
        n_words: n_words(&text),
        n_joined: 1,
        n_links: 0,
        link_bytes: 0,
        emphasis_bytes: 0,
        is_hidden: false,
        heading_distance: None,
        text,
        source,
    });
}

/// Words parted by white space, with their places.
fn words(line: &str, start: usize) -> impl Iterator<Item = Line<'_>> {
    line.split_whitespace().map(move |word| Line {
        text: word,
        start: start + (word.as_ptr() as usize - line.as_ptr() as usize),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        let (blocks, _) = read(source);
        for block in &blocks {
            let span = block.span();
            let cut = source[span.start..span.end].split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(cut, block.text, "a block cut from its source is its text");
        }
        blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn lines_become_blocks_as_a_reader_sees_them() {
        let wrapped = "The two ministers met in Oslo on Tuesday and agreed\nto reopen the hotline, a first step towards a\n\
                       dialogue on safety at sea.";
        let rows: [(&str, &str, &[&str]); 8] = [
            ("blank lines part", "One.\n\n Two\u{a0}words.\r\n\r\nThree.", &["One.", "Two words.", "Three."]),
            ("single lines part", "Home\nWorld\nSport", &["Home", "World", "Sport"]),
            ("wrapped lines join", wrapped, &[&wrapped.replace('\n', " ")]),
            (
                "wrapped with Windows line ends",
                &wrapped.replace('\n', "\r\n"),
                &[&wrapped.replace('\n', " ")],
            ),
            (
                "a headline and its author",
                &format!("{}\nBy Ann Oda", "Ministers agree to reopen the hotline after a long talk"),
                &["Ministers agree to reopen the hotline after a long talk", "By Ann Oda"],
            ),
            ("bullets", "You get:\n  • Access.\n  • A letter.", &["You get:", "Access.", "A letter."]),
            (
                "a dash is no bullet",
                "XI'AN, China -- Text.\n\n-5 degrees",
                &["XI'AN, China -- Text.", "-5 degrees"],
            ),
            ("blank", " \n\t\n", &[]),
        ];
        for (name, source, expected) in rows {
            assert_eq!(texts(source), expected, "{name}");
        }
    }
}
