//! The words of one block as inline Markdown: escaped, with links, bold, italics and code.
//!
//! CommonMark takes stars for marks only beside the right characters. Where it would not, the mark is left out: the words are
//! always right, the marks where they can be.

use std::sync::Arc;

use super::super::clean::clean;
use crate::page::{Block, Formatting, Style};

/// Where the words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a paragraph, whose lines may break.
    Paragraph,
    /// In a heading, which is one line.
    Heading,
    /// In a cell of a table, which is one line and ends at a pipe.
    Cell,
}

/// A mark around words, the outermost first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Link(Arc<str>),
    Strong,
    Emphasis,
}

/// Words on one line that are set alike, without white space around them.
struct Segment {
    /// Bytes of the block's text.
    start: usize,
    end: usize,
    marks: Vec<Mark>,
    is_code: bool,
    begins_line: bool,
}

/// The text of a block as inline Markdown.
pub(super) fn inline(block: &Block, place: Place) -> String {
    let mut out = String::with_capacity(block.text.len() + block.text.len() / 8);
    let text = clean(&block.text);
    if text != block.text {
        // Places in the text do not hold once characters are taken out of it.
        push_escaped(&mut out, &text);
        return out;
    }
    let mut open: Vec<Mark> = Vec::new();
    let mut end = 0;
    for segment in segments(&text, &block.formatting) {
        let n_shared = open.iter().zip(&segment.marks).take_while(|(a, b)| a == b).count();
        close(&mut out, &open[n_shared..]);
        if segment.begins_line && place == Place::Paragraph {
            out.push_str("\\\n");
        } else if end < segment.start {
            out.push(' ');
        }
        segment.marks[n_shared..].iter().for_each(|mark| push_open(&mut out, mark));
        let words = &text[segment.start..segment.end];
        match segment.is_code {
            true if place == Place::Cell => push_code(&mut out, &words.replace('|', "\\|")),
            true => push_code(&mut out, words),
            false => push_escaped(&mut out, words),
        }
        end = segment.end;
        open = segment.marks;
    }
    close(&mut out, &open);
    out
}

/// Cuts a text where its formatting changes, and leaves out the marks that CommonMark would not take for such.
fn segments(text: &str, formatting: &Formatting) -> Vec<Segment> {
    let mut ends: Vec<usize> = formatting.runs.iter().flat_map(|run| [run.start, run.end]).collect();
    ends.extend(&formatting.line_breaks);
    ends.push(text.len());
    ends.sort_unstable();
    ends.dedup();
    let mut segments: Vec<Segment> = Vec::new();
    let mut runs = formatting.runs.iter().peekable();
    let mut start = 0;
    for end in ends {
        let words = text[start..end].trim_end();
        let skipped = words.len() - words.trim_start().len();
        let (from, to) = (start + skipped, start + words.len());
        while runs.next_if(|run| run.end <= from).is_some() {}
        let style = runs.peek().filter(|run| run.start <= from).map(|run| &run.style);
        if from < to {
            let mut segment = Segment {
                start: from,
                end: to,
                marks: style.map(marks).unwrap_or_default(),
                is_code: style.is_some_and(|style| style.is_code),
                begins_line: from > 0 && formatting.line_breaks.binary_search(&start).is_ok(),
            };
            drop_unreadable(&mut segment, segments.last(), text);
            segments.push(segment);
        }
        start = end;
    }
    segments
}

fn marks(style: &Style) -> Vec<Mark> {
    let link = style.href.clone().filter(|href| is_shown(href)).map(Mark::Link);
    let strong = style.is_strong.then_some(Mark::Strong);
    let emphasis = style.is_emphasized.then_some(Mark::Emphasis);
    link.into_iter().chain(strong).chain(emphasis).collect()
}

/// Links into the page itself and to programs lead nowhere from a document.
fn is_shown(href: &str) -> bool {
    let scheme = href.trim_start().split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_program = href.contains(':') && ["javascript", "data", "vbscript"].contains(&scheme.as_str());
    !is_program && !href.trim().is_empty() && !href.trim_start().starts_with('#')
}

/// Leaves out marks of a segment that would be read as stars, or with those of the segment before.
fn drop_unreadable(segment: &mut Segment, before: Option<&Segment>, text: &str) {
    let touched = before.filter(|before| before.end == segment.start);
    if let Some(before) = touched {
        segment.is_code &= !before.is_code;
    }
    let words = &text[segment.start..segment.end];
    // A paragraph that begins with "[`]:" begins with the definition of a link, and no backslash helps within code.
    let is_linked = segment.marks.iter().any(|mark| matches!(mark, Mark::Link(_)));
    segment.is_code &= !(is_linked && words.contains("]:"));
    let stars = |marks: &[Mark]| -> Vec<Mark> {
        marks.iter().filter(|mark| !matches!(mark, Mark::Link(_))).cloned().collect()
    };
    let meets_other_stars = touched.is_some_and(|before| {
        let (a, b) = (stars(&before.marks), stars(&segment.marks));
        !a.is_empty() && !b.is_empty() && before.marks != segment.marks
    });
    let is_outside = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
    // Beside a letter outside, a star needs a letter inside; within a code span its neighbour is a backtick.
    let is_inside = |c: Option<char>| !segment.is_code && c.is_some_and(char::is_alphanumeric);
    let opens = is_outside(text[..segment.start].chars().next_back()) || is_inside(words.chars().next());
    let closes = is_outside(text[segment.end..].chars().next()) || is_inside(words.chars().next_back());
    if meets_other_stars || !opens || !closes {
        segment.marks.retain(|mark| matches!(mark, Mark::Link(_)));
    }
}

fn push_open(out: &mut String, mark: &Mark) {
    match mark {
        Mark::Link(_) => {
            if out.ends_with('!') {
                // It would make an image of the link.
                out.insert(out.len() - 1, '\\');
            }
            out.push('[');
        }
        Mark::Strong => out.push_str("**"),
        Mark::Emphasis => out.push('*'),
    }
}

/// Ends marks, the innermost first.
fn close(out: &mut String, marks: &[Mark]) {
    for mark in marks.iter().rev() {
        match mark {
            Mark::Link(href) => {
                out.push_str("](");
                push_destination(out, href);
                out.push(')');
            }
            Mark::Strong => out.push_str("**"),
            Mark::Emphasis => out.push('*'),
        }
    }
}

/// Where a link leads, with the characters that would end it as `%XX`.
fn push_destination(out: &mut String, href: &str) {
    let href = href.trim();
    for (at, c) in href.char_indices() {
        match c {
            '&' if is_reference(&href[at..]) => out.push_str("&amp;"),
            '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '|' | ' ' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c if c.is_control() || c.is_whitespace() => {}
            c => out.push(c),
        }
    }
}

/// Code between as many backticks as it takes.
fn push_code(out: &mut String, code: &str) {
    let fence = "`".repeat(longest_run(code, '`') + 1);
    let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    for part in [&fence, pad, code, pad, &fence] {
        out.push_str(part);
    }
}

/// The length of the longest run of a character.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Whether a text begins with a character reference.
fn is_reference(text: &str) -> bool {
    let name = text[1..].trim_start_matches('#');
    let len = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    len > 0 && name.as_bytes().get(len) == Some(&b';')
}

/// Appends words so that they are read as they stand.
pub(super) fn push_escaped(out: &mut String, words: &str) {
    let is_line_start = out.is_empty() || out.ends_with('\n');
    let n_digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let mut before: Option<char> = out.chars().next_back();
    let mut chars = words.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_escaped = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '|' => true,
            '_' => !is_word(before) || !is_word(next),
            '&' => is_reference(&words[at..]),
            // At its end hashes would close a heading.
            '#' if next.is_none() => true,
            '#' | '>' | '-' | '+' | '=' | ':' if at == 0 && is_line_start => {
                matches!(c, '#' | '>') || !is_word(next)
            }
            // A number with a stop begins a list.
            '.' | ')' => is_line_start && at > 0 && at == n_digits,
            _ => false,
        };
        if is_escaped {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}
