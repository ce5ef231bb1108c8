//! A block in its page in, its categorical features out, group by group, each a short text such as `words=4`.
//!
//! Bins were taken over from the prototype study; their edges follow the quantiles of real blocks.

use super::context::{Context, ends_sentence};
use super::groups::Group;
use super::text_table::opening;
use crate::page::{Block, ElementKind, Format, Tag, find_date};
use crate::text::tokens;

/// Hands every feature of block `idx` in a group to `found`; `buffer` is reused.
pub(super) fn for_each_feature(
    context: &Context<'_>,
    idx: usize,
    group: Group,
    buffer: &mut String,
    found: impl FnMut(&str),
) {
    let mut emitter = Emitter { buffer, found };
    let block = &context.page.blocks[idx];
    match group {
        Group::Tag => tag(context, block, &mut emitter),
        Group::Size => size(block, &mut emitter),
        Group::Form => form(block, &mut emitter),
        Group::Position => position(context, idx, &mut emitter),
        Group::NearAttributes => attributes(context, block, NEAR, &mut emitter),
        Group::FarAttributes => attributes(context, block, FAR, &mut emitter),
        Group::Ancestry => ancestry(context, block, &mut emitter),
        Group::Lead => lead(block, &mut emitter),
        Group::Headline => headline(context, idx, &mut emitter),
        Group::Links => links(block, &mut emitter),
        Group::Neighbours => neighbours(context, idx, &mut emitter),
        Group::Container => container(context, idx, &mut emitter),
        Group::Statements => statements(context, block, &mut emitter),
    }
}

struct Emitter<'a, F> {
    buffer: &'a mut String,
    found: F,
}

/// A part of a feature's text. The standard library's formatting takes several times as long as looking the feature up.
trait Part {
    fn push_to(self, buffer: &mut String);
}

impl Part for &str {
    fn push_to(self, buffer: &mut String) {
        buffer.push_str(self);
    }
}

impl Part for char {
    fn push_to(self, buffer: &mut String) {
        buffer.push(self);
    }
}

impl Part for usize {
    fn push_to(self, buffer: &mut String) {
        if self >= 10 {
            (self / 10).push_to(buffer);
        }
        buffer.push(char::from(b'0' + (self % 10) as u8));
    }
}

impl Part for isize {
    fn push_to(self, buffer: &mut String) {
        if self < 0 {
            buffer.push('-');
        }
        self.unsigned_abs().push_to(buffer);
    }
}

impl Part for bool {
    fn push_to(self, buffer: &mut String) {
        buffer.push(if self { '1' } else { '0' });
    }
}

/// Hands on a feature made of some parts.
macro_rules! emit {
    ($emitter:expr, $($part:expr),+) => {{
        $emitter.buffer.clear();
        $(Part::push_to($part, $emitter.buffer);)+
        ($emitter.found)($emitter.buffer);
    }};
}

/// Appends a word in lower case.
fn push_lower(word: &str, lowered: &mut String) {
    if word.is_ascii() {
        let start = lowered.len();
        lowered.push_str(word);
        lowered[start..].make_ascii_lowercase();
    } else {
        lowered.extend(word.chars().flat_map(char::to_lowercase));
    }
}

/// The bin of a value: how many edges it reaches.
fn bin(value: f64, edges: &[f64]) -> usize {
    edges.iter().take_while(|edge| value >= **edge).count()
}

fn words_bin(block: &Block) -> usize {
    bin(block.words_each() as f64, &[2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 18.0, 25.0, 40.0, 70.0, 120.0])
}

/// A coarser bin, for products.
fn size_class(block: &Block) -> usize {
    bin(block.words_each() as f64, &[3.0, 6.0, 12.0, 25.0, 50.0])
}

fn link_class(block: &Block) -> usize {
    bin(block.link_density(), &[0.001, 0.33, 0.8])
}

fn tag(context: &Context<'_>, block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let mut path = context.page.path(block).map(|element| element.tag.name());
    let (own, parent, above) =
        (path.next().unwrap_or("-"), path.next().unwrap_or("-"), path.next().unwrap_or("-"));
    emit!(emitter, "tag=", own);
    emit!(emitter, "tag=", own, "<", parent);
    emit!(emitter, "tag=", own, "<", parent, "<", above);
    let (kind, level) = match block.kind {
        ElementKind::Heading(level) => ("heading", usize::from(level)),
        ElementKind::Paragraph => ("paragraph", 0),
        ElementKind::ListItem => ("item", 0),
        ElementKind::TableCell => ("cell", 0),
        ElementKind::Quote => ("quote", 0),
        ElementKind::Caption => ("caption", 0),
        ElementKind::Preformatted => ("preformatted", 0),
        ElementKind::Generic => ("generic", 0),
    };
    emit!(emitter, "kind=", kind, level, ",", size_class(block));
}

fn size(block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let link_density = bin(block.link_density(), &[0.001, 0.1, 0.25, 0.5, 0.75, 0.99]);
    emit!(emitter, "words=", words_bin(block));
    emit!(emitter, "links=", link_density);
    emit!(emitter, "words,links=", words_bin(block), ",", link_class(block));
}

fn form(block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let last = block.text.chars().next_back().unwrap_or(' ');
    let ending = match last {
        '.' | '!' | '?' | '…' | '。' => '.',
        '"' | '”' | '’' | '\'' | ')' | '»' => '"',
        ':' => ':',
        c if c.is_alphabetic() => 'a',
        c if c.is_numeric() => '0',
        _ => '-',
    };
    let class = size_class(block);
    emit!(emitter, "end=", ending, ",", class);
    let n_commas = block.text.bytes().filter(|b| *b == b',').count() as f64;
    emit!(emitter, "commas=", bin(n_commas, &[1.0, 2.0, 4.0]), ",", class);
    let (mut n_capitals, mut n_digits, mut n) = (0.0, 0.0, 0.0_f64);
    for token in tokens(&block.text) {
        let first = block.text[token.start..token.end].chars().next().unwrap_or(' ');
        n += 1.0;
        n_capitals += f64::from(u8::from(first.is_uppercase()));
        n_digits += f64::from(u8::from(first.is_numeric()));
    }
    let n = n.max(1.0);
    emit!(emitter, "capitals=", bin(n_capitals / n, &[0.05, 0.15, 0.3, 0.6, 0.95]), ",", class);
    emit!(emitter, "digits=", bin(n_digits / n, &[0.01, 0.1, 0.3, 0.6]));
    let is_date = block.words_each() <= 12 && find_date(&block.text).is_some();
    emit!(emitter, "date=", is_date);
    let has_quote = block.text.contains(['"', '“', '”', '«']);
    let sentences = block.text.matches(". ").count() as f64;
    emit!(emitter, "sentences=", bin(sentences, &[1.0, 2.0, 4.0]), ",", has_quote);
    let first = block.text.chars().next().unwrap_or(' ');
    let opening = if first.is_uppercase() {
        'A'
    } else if first.is_alphabetic() {
        'a'
    } else if first.is_numeric() {
        '0'
    } else {
        '-'
    };
    emit!(emitter, "first=", opening, ",", class);
}

fn position(context: &Context<'_>, idx: usize, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let block = &context.page.blocks[idx];
    let by_block = (idx as f64 + 0.5) / context.page.blocks.len() as f64;
    emit!(emitter, "block=", bin(by_block, &[0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]));
    let by_word = bin(context.words_before[idx], &[0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.97]);
    emit!(emitter, "word=", by_word, ",", size_class(block).min(3));
    let distance = block.heading_distance.map_or(9, |d| bin(d as f64, &[1.0, 2.0, 4.0, 8.0, 20.0]));
    emit!(emitter, "heading=", distance);
}

/// The class and id words of an element and its parent, and of those further out, by the distance from the block.
pub(super) const NEAR: std::ops::Range<usize> = 0..2;
pub(super) const FAR: std::ops::Range<usize> = 2..12;

/// The feature of a block without any such word.
pub(super) const BARE: &str = "-";

fn attributes(
    context: &Context<'_>,
    block: &Block,
    depths: std::ops::Range<usize>,
    emitter: &mut Emitter<'_, impl FnMut(&str)>,
) {
    let mut is_bare = true;
    let elements = context.page.path(block).skip(depths.start).take(depths.len());
    for element in elements {
        for_each_attribute_word(&element.attributes, |word| {
            is_bare = false;
            emit!(emitter, word);
        });
    }
    if is_bare {
        emit!(emitter, BARE);
    }
}

/// Lower-case letter runs of 3 to 17 letters, parted also where capitals begin (`relatedStories`).
pub(super) fn for_each_attribute_word(attributes: &str, mut found: impl FnMut(&str)) {
    let mut word = String::new();
    let mut was_lower = false;
    for c in attributes.chars().chain([' ']) {
        let is_boundary = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_lower);
        if is_boundary {
            if (3..18).contains(&word.len()) {
                found(&word);
            }
            word.clear();
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase();
    }
}

/// Elements whose presence around a block speaks for or against it.
const STRUCTURAL: [&str; 15] = [
    "article",
    "main",
    "nav",
    "aside",
    "footer",
    "header",
    "form",
    "figure",
    "table",
    "li",
    "blockquote",
    "section",
    "button",
    "label",
    "dialog",
];

fn ancestry(context: &Context<'_>, block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let mut within = [false; STRUCTURAL.len()];
    for element in context.page.path(block) {
        if let Some(at) = STRUCTURAL.iter().position(|name| *name == element.tag.name()) {
            within[at] = true;
        }
    }
    for (name, is_within) in STRUCTURAL.iter().zip(within) {
        emit!(emitter, *name, "=", is_within);
    }
    emit!(emitter, "hidden=", block.is_hidden, ",", size_class(block));
}

fn lead(block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let text = &block.text;
    let mut lowered = String::new();
    let mut last = None;
    for (before, token) in tokens(text).enumerate() {
        last = Some(token);
        if before < 3 {
            if before > 0 {
                lowered.push(' ');
            }
            push_lower(opening(&text[token.start..token.end]), &mut lowered);
            emit!(emitter, before + 1, ":", lowered.as_str());
        }
    }
    if let Some(last) = last {
        lowered.clear();
        push_lower(opening(&text[last.start..last.end]), &mut lowered);
        emit!(emitter, "last:", lowered.as_str());
    }
    if block.n_words <= 5 {
        let whole = opening(text).to_lowercase();
        emit!(emitter, "all:", whole.as_str());
    }
}

fn headline(context: &Context<'_>, idx: usize, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let block = &context.page.blocks[idx];
    let relation = match context.headline {
        None => "none",
        Some(at) if idx < at => "before",
        Some(at) if idx == at => "is",
        Some(at) if idx < at + 4 => "just after",
        Some(_) => "after",
    };
    emit!(emitter, "h1=", relation, ",", size_class(block));
    let (mut n, mut n_shared) = (0.0_f64, 0.0);
    let mut word = String::new();
    let text = opening(&block.text);
    for token in tokens(text) {
        n += 1.0;
        word.clear();
        push_lower(&text[token.start..token.end], &mut word);
        n_shared += f64::from(u8::from(context.title_words.contains(word.as_str())));
    }
    let overlap =
        if context.title_words.is_empty() { 9 } else { bin(n_shared / n.max(1.0), &[0.2, 0.5, 0.8, 1.0]) };
    emit!(emitter, "title=", overlap, ",", size_class(block).min(3));
    emit!(emitter, "same=", context.n_same[idx].min(3), ",", size_class(block).min(3));
}

fn links(block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let is_one_link = block.n_links == 1 && block.link_density() > 0.95;
    emit!(emitter, "n=", block.n_links.min(4), ",", size_class(block));
    emit!(emitter, "one=", is_one_link, ",", size_class(block));
    let emphasis = bin(block.emphasis_density(), &[0.001, 0.5, 0.95]);
    emit!(emitter, "emphasis=", emphasis, ",", size_class(block));
}

fn neighbours(context: &Context<'_>, idx: usize, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let blocks = &context.page.blocks;
    for offset in [-2_isize, -1, 1, 2] {
        let Some(block) = idx.checked_add_signed(offset).and_then(|at| blocks.get(at)) else {
            emit!(emitter, offset, ":end");
            continue;
        };
        let has_end = ends_sentence(&block.text);
        emit!(emitter, offset, ":", size_class(block), ",", link_class(block), ",", has_end);
    }
    // Prose nearby, on each side.
    let near = |range: std::ops::Range<usize>| -> f64 { context.block_prose[range].iter().sum() };
    let before = bin(near(idx.saturating_sub(4)..idx), &[1.0, 20.0, 60.0, 150.0]);
    let after =
        bin(near((idx + 1).min(blocks.len())..(idx + 5).min(blocks.len())), &[1.0, 20.0, 60.0, 150.0]);
    emit!(emitter, "near=", before, ",", after);
}

fn container(context: &Context<'_>, idx: usize, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    let block = &context.page.blocks[idx];
    let side = match context.main_range {
        None => "none",
        Some((first, _)) if idx < first => "before",
        Some((_, last)) if idx > last => "after",
        Some(_) => "in",
    };
    let distance = context.main_range.map_or(0, |(first, last)| {
        let d = first.saturating_sub(idx).max(idx.saturating_sub(last));
        bin(d as f64, &[1.0, 2.0, 3.0, 5.0, 9.0, 20.0])
    });
    emit!(emitter, "range=", side, ",", distance, ",", size_class(block).min(3));
    if context.page.format == Format::Plain {
        return;
    }
    let share = |element: Option<u32>| {
        let prose = element.map_or(0.0, |idx| context.prose[idx as usize]);
        bin(prose / context.all_prose, &[0.001, 0.02, 0.1, 0.3, 0.5, 0.8])
    };
    let path: Vec<u32> = context.ancestors(block).collect();
    let depth = context.main.and_then(|main| path.iter().position(|element| *element == main));
    let in_main = depth.map_or(9, |depth| depth.min(8));
    emit!(emitter, "main=", in_main);
    for (name, level) in [("parent", 1), ("grandparent", 2), ("fourth", 4)] {
        emit!(emitter, name, "=", share(path.get(level).copied()), ",", depth.is_some());
    }
    // The child of the main container that the block stands in: how much of the prose is its.
    let branch = depth.and_then(|depth| depth.checked_sub(1)).map(|level| path[level]);
    emit!(emitter, "branch=", share(branch), ",", size_class(block).min(3));
    let own_tag = path.first().map_or(Tag::OTHER, |element| context.page.elements[*element as usize].tag);
    emit!(emitter, "main,tag=", in_main.min(3), ",", own_tag.name());
}

fn statements(context: &Context<'_>, block: &Block, emitter: &mut Emitter<'_, impl FnMut(&str)>) {
    for (name, set) in [("description", &context.description), ("body", &context.article_body)] {
        match Context::coverage(set, block) {
            None => emit!(emitter, name, "=-"),
            Some(share) => emit!(emitter, name, "=", bin(share, &[0.1, 0.5, 0.9])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_words_are_parted_at_capitals_and_signs() {
        let mut words = Vec::new();
        for_each_attribute_word("relatedStories c-nav__item css-1x2y3z ad", |word| {
            words.push(word.to_owned())
        });
        assert_eq!(words, ["related", "stories", "nav", "item", "css"]);
    }

    #[test]
    fn bins_count_the_edges_reached() {
        assert_eq!(bin(0.0, &[1.0, 2.0]), 0);
        assert_eq!(bin(1.0, &[1.0, 2.0]), 1);
        assert_eq!(bin(f64::MAX, &[1.0, 2.0]), 2);
    }
}
