//! The article of a page as Markdown (CommonMark with tables): headings, lists, tables, quotations, code, links, emphasis.
//!
//! Invariant: read back by a Markdown parser, the words are those of the blocks, in their order. *Held by* `tests/markdown.rs`.

mod inline;
mod reading;
mod table;

use hashbrown::HashMap;

use self::inline::{Place, inline, longest_run, push_escaped};
pub(super) use self::reading::markdown_item;
pub use self::reading::{read_markdown, summary_markdown};
use self::table::Tables;
use super::clean::clean;
use crate::body::{BlockKind, BlockVerdict};
use crate::page::{Block, ElementKind, Page, Tag};

/// The kept blocks of a page as Markdown, under its title; with `show_dropped` the others too, with kind and probability.
/// Addresses of links stand as the page writes them. Ends with a line end unless empty.
#[must_use]
pub fn extract_markdown(
    page: &Page,
    verdicts: &[BlockVerdict],
    title: Option<&str>,
    keep: impl Fn(BlockKind) -> bool,
    show_dropped: bool,
) -> String {
    let head = title.filter(|_| !keep(BlockKind::Title)).map(|title| heading(1, title));
    head.unwrap_or_default() + &body_markdown(page, verdicts, keep, 0, show_dropped)
}

/// A heading with the blank line after it.
pub(super) fn heading(level: usize, text: &str) -> String {
    let mut out = "#".repeat(level) + " ";
    push_escaped(&mut out, &clean(text));
    out + "\n\n"
}

/// The kept blocks of a page, their headings `n_deeper` levels down.
fn body_markdown(
    page: &Page,
    verdicts: &[BlockVerdict],
    keep: impl Fn(BlockKind) -> bool,
    n_deeper: u8,
    show_dropped: bool,
) -> String {
    let mut writer = Writer::new(page, n_deeper);
    let kept: Vec<usize> = (0..page.blocks.len()).filter(|idx| keep(verdicts[*idx].kind)).collect();
    let mut rest = kept.as_slice();
    let tables = Tables::of(page, &kept);
    for (idx, verdict) in verdicts.iter().enumerate() {
        if rest.first() == Some(&idx) {
            let n = writer.group(rest, &tables, verdict.kind);
            rest = &rest[n..];
        } else if show_dropped && !keep(verdict.kind) {
            let text = inline(&page.blocks[idx], Place::Heading);
            writer.paragraph(&format!("\\[{} {:.2}\\] {text}", verdict.kind.name(), verdict.p_body));
        }
    }
    if !writer.out.is_empty() {
        writer.out.push('\n');
    }
    writer.out
}

/// An item of a list that may still go on.
struct OpenItem {
    /// Its element; plain text has none.
    element: Option<u32>,
    /// Columns that its further lines are indented by.
    indent: usize,
    is_numbered: bool,
}

struct Writer<'a> {
    page: &'a Page,
    out: String,
    items: Vec<OpenItem>,
    /// The number of each item within its ordered list, by element.
    numbers: HashMap<u32, usize>,
    n_deeper: u8,
}

impl<'a> Writer<'a> {
    fn new(page: &'a Page, n_deeper: u8) -> Self {
        let mut n_items: HashMap<u32, usize> = HashMap::new();
        let mut numbers = HashMap::new();
        for (idx, element) in (0..).zip(&page.elements) {
            let list = element.parent.filter(|list| page.elements[*list as usize].tag == Tag::OL);
            if let Some(list) = list.filter(|_| element.tag == Tag::LI) {
                let n = n_items.entry(list).or_default();
                *n += 1;
                numbers.insert(idx, *n);
            }
        }
        Self { page, out: String::new(), items: Vec::new(), numbers, n_deeper }
    }

    /// Writes the first of the blocks and those that belong to it, and returns how many.
    fn group(&mut self, blocks: &[usize], tables: &Tables, kind: BlockKind) -> usize {
        let page = self.page;
        let block = &page.blocks[blocks[0]];
        if let Some((rows, n)) = tables.rows(page, blocks) {
            self.paragraph(&rows);
            return n;
        }
        if matches!(block.kind, ElementKind::Preformatted | ElementKind::Quote) {
            let tag = if block.kind == ElementKind::Quote { Tag::BLOCKQUOTE } else { Tag::PRE };
            let around = nearest(page, block.element, &[tag]);
            let together = blocks.iter().map(|idx| &page.blocks[*idx]);
            let together: Vec<&Block> = together
                .take_while(|other| {
                    other.kind == block.kind && nearest(page, other.element, &[tag]) == around
                })
                .collect();
            let text = if tag == Tag::PRE { code(&together) } else { quotation(&together) };
            self.paragraph(&text);
            return together.len();
        }
        match block.kind {
            _ if kind == BlockKind::Title => self.heading(block, 1),
            ElementKind::Heading(level) => self.heading(block, level),
            ElementKind::ListItem => self.item(block),
            _ => self.paragraph(&inline(block, Place::Paragraph)),
        }
        1
    }

    fn heading(&mut self, block: &Block, level: u8) {
        let marks = "#".repeat(usize::from((level + self.n_deeper).clamp(1, 6)));
        let text = inline(block, Place::Heading);
        self.paragraph(&format!("{marks} {text}"));
    }

    /// Writes lines that belong to no list.
    fn paragraph(&mut self, text: &str) {
        self.items.clear();
        self.lines("\n\n", text, 0);
    }

    /// Writes an item, or a further paragraph of one, under the items that it stands in.
    fn item(&mut self, block: &Block) {
        let element = nearest(self.page, block.element, &[Tag::LI, Tag::DT, Tag::DD]);
        let text = inline(block, Place::Paragraph);
        let mut around = self.page.ancestors(block.element).collect::<Vec<u32>>().into_iter().rev();
        let is_in = |item: &&OpenItem| item.element.is_some_and(|outer| around.any(|idx| idx == outer));
        let n_around = self.items.iter().take_while(is_in).count();
        let number = element.and_then(|element| self.numbers.get(&element)).copied();
        // A list that is numbered from elsewhere than 1 does not begin without a blank line.
        let is_tight = match (number, self.items.get(n_around)) {
            (None | Some(1), _) => !self.items.is_empty(),
            (Some(_), before) => before.is_some_and(|item| item.is_numbered),
        };
        // A definition goes on under its term.
        let tag = element.map(|element| self.page.elements[element as usize].tag);
        let is_definition = tag == Some(Tag::DD)
            && self.items.get(n_around).is_some_and(|term| {
                term.element.is_some_and(|term| self.page.elements[term as usize].tag == Tag::DT)
            });
        self.items.truncate(if is_definition { n_around + 1 } else { n_around });
        let indent = self.items.last().map_or(0, |item| item.indent);
        let is_further = is_definition
            || self.items.last().is_some_and(|item| item.element == element && element.is_some());
        if is_further {
            self.lines("\n\n", &text, indent);
            return;
        }
        let marker = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        let text = format!("{marker}{}", text.replace('\n', &format!("\n{:w$}", "", w = marker.len())));
        self.lines(if is_tight { "\n" } else { "\n\n" }, &text, indent);
        let indent = indent + marker.len();
        self.items.push(OpenItem { element, indent, is_numbered: number.is_some() });
    }

    fn lines(&mut self, between: &str, text: &str, indent: usize) {
        if !self.out.is_empty() {
            self.out.push_str(between);
        }
        for (idx, line) in text.split('\n').enumerate() {
            if idx > 0 {
                self.out.push('\n');
            }
            if !line.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.out.push_str(line);
            }
        }
    }
}

/// The innermost element that has one of these tags, of an element and those around it.
fn nearest(page: &Page, element: Option<u32>, tags: &[Tag]) -> Option<u32> {
    page.ancestors(element).find(|idx| tags.contains(&page.elements[*idx as usize].tag))
}

/// Preformatted blocks as fenced code.
fn code(blocks: &[&Block]) -> String {
    let texts: Vec<&str> =
        blocks.iter().map(|block| block.formatting.verbatim.as_deref().unwrap_or(&block.text)).collect();
    let text: String = texts.join("\n").lines().map(|line| clean(line) + "\n").collect();
    let fence = "`".repeat(longest_run(&text, '`').max(2) + 1);
    format!("{fence}\n{text}{fence}")
}

/// The paragraphs of a quotation.
fn quotation(blocks: &[&Block]) -> String {
    let paragraphs: Vec<String> = blocks.iter().map(|block| inline(block, Place::Paragraph)).collect();
    let lines: Vec<String> =
        paragraphs.join("\n\n").lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}
