//! Tags and text in, blocks out: a bounded stack of open elements with the implied end tags of the HTML standard, a
//! block for each stretch of text between two boundaries, and the facts that the head states.
//!
//! Two line breaks in a row part blocks as paragraphs do; one is white space, and noted.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::block::{Block, Element, ElementKind};
use super::super::formatting::{Formatting, Style};
use super::super::limits::{
    COARSE_BLOCK_BYTES, Limit, MAX_BLOCKS, MAX_DEPTH, MAX_ELEMENTS, MAX_FINE_BLOCKS, MAX_FINE_ELEMENTS,
};
use super::super::span::{SourceMap, Span};
use super::super::tag::{Flow, Tag};
use super::Document;
use super::attributes::Attributes;
use super::emitter::Sink;
use super::head::HeadFacts;
use crate::text::n_words;

/// The source of a space that stands for a tag.
const NOWHERE: Span = Span { start: 0, end: 0 };

/// An element on the stack.
#[derive(Clone, Copy)]
struct Open {
    tag: Tag,
    /// The innermost element that parts blocks, itself included.
    element: Option<u32>,
}

pub(super) struct Builder<'a> {
    source: &'a str,
    stack: Vec<Open>,
    /// How many of each tag are on the stack, so that a stray end tag costs one look.
    n_open: [u16; Tag::COUNT],
    /// Open elements beyond the depth limit.
    n_beyond: usize,
    /// Elements open whose contents are not text.
    n_skipped: usize,
    elements: Vec<Element>,
    /// Beyond [`MAX_FINE_ELEMENTS`]: the last child of an element by its tag.
    last_children: HashMap<(Option<u32>, Tag), u32>,
    blocks: Vec<Block>,
    head: HeadFacts,
    limits: BTreeSet<Limit>,
    // The block being read.
    text: String,
    map: SourceMap,
    element: Option<u32>,
    is_after_space: bool,
    /// Whether the block ends before the next word, unless the two are joined.
    is_ended: bool,
    /// The blocks joined in it, itself left out.
    n_more: usize,
    n_breaks: u8,
    n_links: usize,
    link_bytes: usize,
    emphasis_bytes: usize,
    link_has_text: bool,
    formatting: Formatting,
    /// One past the last word.
    word_end: usize,
    /// Where the last link leads.
    href: Option<Arc<str>>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            stack: Vec::with_capacity(64),
            n_open: [0; Tag::COUNT],
            n_beyond: 0,
            n_skipped: 0,
            elements: Vec::new(),
            last_children: HashMap::new(),
            blocks: Vec::new(),
            head: HeadFacts::default(),
            limits: BTreeSet::new(),
            text: String::new(),
            map: SourceMap::default(),
            element: None,
            is_after_space: true,
            is_ended: false,
            n_more: 0,
            n_breaks: 0,
            n_links: 0,
            link_bytes: 0,
            emphasis_bytes: 0,
            link_has_text: false,
            formatting: Formatting::default(),
            word_end: 0,
            href: None,
        }
    }

    pub(super) fn finish(mut self) -> Document {
        self.take_block();
        let limits = self.limits.into_iter().collect();
        Document { blocks: self.blocks, elements: self.elements, head: self.head, limits }
    }

    fn innermost(&self) -> Option<u32> {
        self.stack.last().and_then(|open| open.element)
    }

    fn is_open(&self, tag: Tag) -> bool {
        self.n_open[tag.idx()] > 0
    }

    /// Adds text of the source `[start, start + text.len())`, white space collapsed.
    fn add_verbatim(&mut self, text: &str, start: usize) {
        let mut rest = 0;
        while rest < text.len() {
            let piece = &text[rest..];
            let word_len = piece.find(char::is_whitespace).unwrap_or(piece.len());
            if word_len > 0 {
                self.add_word(&piece[..word_len], Span { start: start + rest, end: start + rest + word_len });
                rest += word_len;
            }
            let space = &text[rest..];
            let space_len = space.find(|c: char| !c.is_whitespace()).unwrap_or(space.len());
            if space_len > 0 {
                self.add_space(Span { start: start + rest, end: start + rest + space_len });
                rest += space_len;
            }
        }
    }

    fn add_word(&mut self, word: &str, source: Span) {
        if self.text.is_empty() {
            self.element = self.innermost();
        }
        let start = self.text.len();
        self.text.push_str(word);
        self.map.push(word.len(), source);
        self.is_after_space = false;
        self.n_breaks = 0;
        let is_link = self.is_open(Tag::A);
        let is_strong = self.is_open(Tag::B) || self.is_open(Tag::STRONG);
        let is_emphasized = self.is_open(Tag::I) || self.is_open(Tag::EM);
        let is_code = self.is_open(Tag::CODE) || self.is_open(Tag::TT);
        if is_link {
            self.link_bytes += word.len();
            self.n_links += usize::from(!self.link_has_text);
            self.link_has_text = true;
        }
        if is_strong || is_emphasized {
            self.emphasis_bytes += word.len();
        }
        if is_link || is_strong || is_emphasized || is_code {
            let href = self.href.clone().filter(|_| is_link);
            let style = Style { is_strong, is_emphasized, is_code, href };
            self.formatting.note_word(start, self.text.len(), self.word_end, style);
        }
        self.word_end = self.text.len();
    }

    fn add_space(&mut self, source: Span) {
        if !self.is_after_space {
            self.text.push(' ');
            self.map.push(1, source);
            self.is_after_space = true;
        }
    }

    /// Ends the block being read, if it has text.
    fn end_block(&mut self) {
        self.n_breaks = 0;
        if self.blocks.len() < MAX_FINE_BLOCKS {
            self.take_block();
        } else {
            self.is_ended = true;
        }
    }

    /// Ends the block before text of the next one that holds a word; of a page with too many blocks the two are joined, if they
    /// are alike and short, or if there can be no more blocks.
    fn part_or_join(&mut self, text: &str) {
        if !self.is_ended || text.chars().all(char::is_whitespace) {
            return;
        }
        self.is_ended = false;
        let is_last = self.blocks.len() + 1 >= MAX_BLOCKS;
        if is_last || (self.text.len() < COARSE_BLOCK_BYTES && self.is_like(self.innermost())) {
            self.limits.insert(Limit::Blocks);
            self.add_space(NOWHERE);
            self.n_more += 1;
        } else {
            self.take_block();
        }
    }

    /// Whether an element and that of the block being read have one tag, as have the elements around them, are both shown or
    /// both hidden, and have no lines to keep.
    fn is_like(&self, element: Option<u32>) -> bool {
        if self.is_open(Tag::PRE) {
            return false;
        }
        let tags = |element: Option<u32>| {
            let element = element.map(|idx| &self.elements[idx as usize]);
            let parent = element.and_then(|element| element.parent);
            let own = element.map(|element| (element.tag, element.is_hidden));
            (own, parent.map(|idx| self.elements[idx as usize].tag))
        };
        self.element == element || tags(self.element) == tags(element)
    }

    fn take_block(&mut self) {
        let text_len = self.text.trim_end().len();
        let text = std::mem::take(&mut self.text);
        let mut source = std::mem::take(&mut self.map);
        let mut formatting = std::mem::take(&mut self.formatting);
        if text_len > 0 {
            source.truncate(text_len);
            let text = text[..text_len].to_owned();
            let kind = self.element_kind(self.element);
            formatting.finish(text_len, kind == ElementKind::Preformatted);
            self.blocks.push(Block {
                kind,
                formatting,
                element: self.element,
                n_words: n_words(&text),
                n_joined: 1 + self.n_more,
                n_links: self.n_links,
                link_bytes: self.link_bytes,
                emphasis_bytes: self.emphasis_bytes,
                is_hidden: self.element.is_some_and(|idx| self.elements[idx as usize].is_hidden),
                heading_distance: None,
                text,
                source,
            });
        }
        self.is_after_space = true;
        self.n_more = 0;
        self.word_end = 0;
        (self.n_links, self.link_bytes, self.emphasis_bytes, self.link_has_text) = (0, 0, 0, false);
    }

    /// The kind of a block by its element and the few around it.
    fn element_kind(&self, element: Option<u32>) -> ElementKind {
        let mut kind = ElementKind::Generic;
        let mut next = element;
        for _ in 0..4 {
            let Some(element) = next.map(|idx| &self.elements[idx as usize]) else {
                break;
            };
            let found = ElementKind::of_tag(element.tag);
            match (kind, found) {
                (_, ElementKind::Generic) => {}
                // A paragraph in a list item or a quotation is of the list or the quotation; in a cell of a layout
                // table it stays a paragraph.
                (ElementKind::Generic, _)
                | (
                    ElementKind::Paragraph,
                    ElementKind::ListItem | ElementKind::Quote | ElementKind::Caption,
                ) => {
                    kind = found;
                }
                _ => break,
            }
            next = element.parent;
        }
        kind
    }

    /// Puts an element on the stack.
    fn push(&mut self, tag: Tag, attributes: &Attributes) {
        let is_skipped = tag.flow() == Flow::Skipped;
        // What is skipped stays skipped at any depth that a page can reach by it.
        if self.stack.len() >= MAX_DEPTH && !(is_skipped && self.stack.len() < 2 * MAX_DEPTH) {
            self.limits.insert(Limit::Depth);
            self.n_beyond += usize::from(!is_skipped);
            return;
        }
        let parent = self.innermost();
        let is_hidden = attributes.hide();
        if is_hidden && tag.flow() == Flow::Inline {
            // Hidden words are no part of the block around them.
            self.end_block();
        }
        let element = if tag.flow() == Flow::Block || (is_hidden && tag.flow() == Flow::Inline) {
            let around = parent.is_some_and(|idx| self.elements[idx as usize].is_hidden);
            let attributes = attributes.naming();
            self.add_element(Element { tag, parent, attributes, is_hidden: around || is_hidden })
        } else {
            parent
        };
        self.n_open[tag.idx()] += 1;
        self.n_skipped += usize::from(is_skipped);
        self.stack.push(Open { tag, element });
    }

    /// Notes an element; of a page with too many, one that is like the last of its tag around there is taken for that one, and
    /// beyond all measure it is taken for the one around it.
    fn add_element(&mut self, element: Element) -> Option<u32> {
        let place = (element.parent, element.tag);
        let idx = u32::try_from(self.elements.len()).ok();
        if self.elements.len() >= MAX_FINE_ELEMENTS {
            self.limits.insert(Limit::Elements);
            let last = self.last_children.get(&place).copied();
            if last.is_some_and(|last| self.elements[last as usize] == element) {
                return last;
            }
            if self.elements.len() >= MAX_ELEMENTS {
                return element.parent;
            }
            self.last_children.extend(idx.map(|idx| (place, idx)));
        }
        self.elements.push(element);
        idx
    }

    fn pop(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.forget(open.tag);
        }
    }

    fn forget(&mut self, tag: Tag) {
        self.n_open[tag.idx()] -= 1;
        self.n_skipped -= usize::from(tag.flow() == Flow::Skipped);
    }

    /// Ends the innermost open element of `tags`, unless one of `barriers` stands above it.
    fn close_implied(&mut self, tags: &[Tag], barriers: &[Tag]) {
        if !tags.iter().any(|tag| self.is_open(*tag)) {
            return;
        }
        let place =
            self.stack.iter().rposition(|open| tags.contains(&open.tag) || barriers.contains(&open.tag));
        if let Some(at) = place.filter(|at| tags.contains(&self.stack[*at].tag)) {
            while self.stack.len() > at {
                self.pop();
            }
        }
    }

    /// The end tags that the standard lets a page leave out.
    fn close_before(&mut self, tag: Tag) {
        match tag {
            Tag::LI => self.close_implied(&[Tag::LI], &[Tag::UL, Tag::OL]),
            Tag::DD | Tag::DT => self.close_implied(&[Tag::DD, Tag::DT], &[Tag::DL]),
            Tag::TD | Tag::TH => self.close_implied(&[Tag::TD, Tag::TH], &[Tag::TR, Tag::TABLE]),
            Tag::TR => self.close_implied(&[Tag::TR], &[Tag::TABLE]),
            Tag::TBODY | Tag::THEAD | Tag::TFOOT => {
                self.close_implied(&[Tag::TBODY, Tag::THEAD, Tag::TFOOT], &[Tag::TABLE]);
            }
            Tag::BODY => self.close_implied(&[Tag::HEAD], &[]),
            Tag::A => self.close_inline(Tag::A),
            Tag::OPTION => self.close_implied(&[Tag::OPTION], &[]),
            _ => {}
        }
        if tag.flow() == Flow::Block && self.n_skipped > 0 {
            // A block ends a drawing, a formula or a list of choices that was never closed.
            for unclosed in [Tag::OPTION, Tag::OPTGROUP, Tag::SELECT, Tag::SVG, Tag::MATH] {
                self.close_implied(&[unclosed], &[]);
            }
        }
        let is_phrasing = matches!(tag, Tag::BUTTON | Tag::LABEL | Tag::LEGEND);
        if matches!(tag.flow(), Flow::Block | Flow::Break) && !is_phrasing {
            self.close_implied(
                &[Tag::P],
                &[Tag::TABLE, Tag::TD, Tag::TH, Tag::CAPTION, Tag::TEMPLATE, Tag::OBJECT],
            );
        }
    }

    /// Ends an inline element wherever it is on the stack; what it holds stays open, as browsers have it.
    fn close_inline(&mut self, tag: Tag) {
        if !self.is_open(tag) {
            return;
        }
        if let Some(at) = self.stack.iter().rposition(|open| open.tag == tag) {
            let around = at.checked_sub(1).and_then(|above| self.stack[above].element);
            if self.stack[at].element != around {
                self.end_block();
            }
            self.stack.remove(at);
            self.forget(tag);
        }
        if tag == Tag::A {
            self.link_has_text = false;
        }
    }

    /// Ends a block-level or skipped element and all that it holds.
    fn close_block(&mut self, tag: Tag) {
        if tag.heading_level().is_some() {
            // The end tag of any heading ends the heading that is open.
            self.close_implied(&[Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6], &[Tag::TABLE]);
            return;
        }
        let barriers: &[Tag] = match tag {
            Tag::TABLE | Tag::BODY | Tag::HTML => &[],
            Tag::TD | Tag::TH | Tag::TR | Tag::TBODY | Tag::THEAD | Tag::TFOOT => &[Tag::TABLE],
            Tag::LI => &[Tag::UL, Tag::OL],
            tag if tag.flow() == Flow::Skipped => &[],
            _ => &[Tag::TD, Tag::TH, Tag::TABLE],
        };
        self.close_implied(&[tag], barriers);
    }
}

impl Sink for Builder<'_> {
    fn verbatim(&mut self, text: &str, start: usize) {
        debug_assert_eq!(&self.source[start..start + text.len()], text);
        self.head.capture(text);
        if self.n_skipped == 0 {
            self.part_or_join(text);
            if self.is_open(Tag::PRE) {
                self.formatting.push_verbatim(text);
            }
            self.add_verbatim(text, start);
        }
    }

    fn replaced(&mut self, text: &str, start: usize, end: usize) {
        self.head.capture(text);
        if self.n_skipped > 0 {
            return;
        }
        self.part_or_join(text);
        if self.is_open(Tag::PRE) {
            self.formatting.push_verbatim(text);
        }
        let source = Span { start, end };
        if text.chars().all(char::is_whitespace) {
            self.add_space(source);
        } else {
            self.add_word(text, source);
        }
    }

    fn start_tag(&mut self, name: &str, attributes: &Attributes, is_self_closing: bool) {
        let tag = Tag::from_name(name);
        self.head.note(tag, attributes, self.is_open(Tag::SVG));
        match tag.flow() {
            Flow::Void if tag == Tag::BR => {
                self.n_breaks += 1;
                if self.n_breaks >= 2 {
                    self.end_block();
                } else {
                    self.add_space(NOWHERE);
                    self.formatting.note_break(self.text.len());
                    if self.is_open(Tag::PRE) {
                        self.formatting.push_verbatim("\n");
                    }
                }
            }
            Flow::Void => {}
            Flow::Break => {
                self.end_block();
                self.close_before(tag);
            }
            Flow::Block => {
                self.end_block();
                self.close_before(tag);
                self.push(tag, attributes);
            }
            Flow::Inline | Flow::Skipped => {
                self.close_before(tag);
                let is_foreign = tag == Tag::SVG || self.is_open(Tag::SVG);
                // An anchor that leads nowhere is no link, and is often never closed.
                let is_target = tag == Tag::A && attributes.value("href").is_none();
                let is_childless = is_target || (is_self_closing && is_foreign);
                if !is_childless {
                    if tag == Tag::A {
                        self.href = attributes.value("href").map(Arc::from);
                    }
                    self.push(tag, attributes);
                }
            }
        }
    }

    fn end_tag(&mut self, name: &str) {
        let tag = Tag::from_name(name);
        self.head.end_capture();
        if self.n_beyond > 0 && !matches!(tag.flow(), Flow::Skipped | Flow::Void | Flow::Break) {
            self.n_beyond -= 1;
            if tag.flow() == Flow::Block {
                self.end_block();
            }
            return;
        }
        match tag.flow() {
            Flow::Block => {
                self.end_block();
                self.close_block(tag);
            }
            Flow::Inline => self.close_inline(tag),
            Flow::Skipped => self.close_block(tag),
            Flow::Void | Flow::Break => {}
        }
    }
}
