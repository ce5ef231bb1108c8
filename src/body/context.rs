//! A page in, what a block's features need to know of the whole page out; one pass over blocks and their ancestors.

use hashbrown::{HashMap, HashSet};

use crate::page::{Block, ElementKind, Page, Tag};
use crate::text::tokens;

/// Ancestors looked at: pages nest their text 10 to 30 deep.
const MAX_ANCESTORS: usize = 60;

/// What the features of one block draw on beyond the block.
pub(super) struct Context<'a> {
    pub(super) page: &'a Page,
    /// Share of the page's words before each block.
    pub(super) words_before: Vec<f64>,
    /// Blocks with the same text, by block, itself included.
    pub(super) n_same: Vec<usize>,
    /// The first `h1`, or the first block that equals the title.
    pub(super) headline: Option<usize>,
    pub(super) title_words: HashSet<String>,
    pub(super) description: HashSet<[u64; 3]>,
    pub(super) article_body: HashSet<[u64; 3]>,
    /// Prose words of each element's blocks and of the page.
    pub(super) prose: Vec<f64>,
    pub(super) all_prose: f64,
    /// Prose words of each block.
    pub(super) block_prose: Vec<f64>,
    /// The deepest element that holds at least half of the prose.
    pub(super) main: Option<u32>,
    /// First and last block of prose within `main`.
    pub(super) main_range: Option<(usize, usize)>,
}

impl<'a> Context<'a> {
    pub(super) fn new(page: &'a Page) -> Self {
        let block_prose: Vec<f64> = page.blocks.iter().map(prose_words).collect();
        let all_prose: f64 = block_prose.iter().sum();
        let mut prose = vec![0.0; page.elements.len()];
        for (block, words) in page.blocks.iter().zip(&block_prose) {
            for element in ancestors(page, block) {
                prose[element as usize] += words;
            }
        }
        let main =
            (0..page.elements.len()).rev().find(|idx| prose[*idx] >= 0.5 * all_prose && all_prose > 0.0);
        let main = main.map(|idx| idx as u32);
        let is_in_main = |block: &Block| match main {
            Some(main) => ancestors(page, block).any(|element| element == main),
            None => true,
        };
        let in_main: Vec<usize> = (0..page.blocks.len())
            .filter(|idx| block_prose[*idx] > 0.0 && is_in_main(&page.blocks[*idx]))
            .collect();
        Self {
            words_before: words_before(page),
            n_same: n_same(page),
            headline: headline(page),
            title_words: page.metadata.title.as_deref().map(word_set).unwrap_or_default(),
            description: trigrams(page.metadata.description.as_deref().unwrap_or_default()).collect(),
            article_body: trigrams(page.metadata.article_body.as_deref().unwrap_or_default()).collect(),
            main_range: in_main.first().copied().zip(in_main.last().copied()),
            page,
            prose,
            all_prose: all_prose.max(1.0),
            block_prose,
            main,
        }
    }

    /// The block's place in the tree: itself and its ancestors, innermost first.
    pub(super) fn ancestors(&self, block: &Block) -> impl Iterator<Item = u32> + '_ {
        ancestors(self.page, block)
    }

    /// The share of `set`'s kind of trigrams among the block's, or `None` if the page does not state such a text.
    pub(super) fn coverage(set: &HashSet<[u64; 3]>, block: &Block) -> Option<f64> {
        if set.is_empty() || block.n_words < 3 {
            return None;
        }
        let (mut n, mut n_found) = (0, 0);
        for trigram in trigrams(&block.text) {
            n += 1;
            n_found += usize::from(set.contains(&trigram));
        }
        Some(f64::from(n_found as u32) / f64::from((n.max(1)) as u32))
    }
}

/// A block's place in the tree: its element and those around it, innermost first.
pub(super) fn ancestors<'a>(page: &'a Page, block: &Block) -> impl Iterator<Item = u32> + 'a {
    page.ancestors(block.element).take(MAX_ANCESTORS)
}

/// Words that look like running text: those outside links, in a block of ten words or more that is no list of links;
/// half if it does not end as a sentence does.
fn prose_words(block: &Block) -> f64 {
    let link_density = block.link_density();
    if block.words_each() < 10 || link_density >= 0.4 {
        return 0.0;
    }
    let words = block.n_words as f64 * (1.0 - link_density);
    if ends_sentence(&block.text) { words } else { 0.5 * words }
}

pub(super) fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?', '…', '"', '”', '’', ':', ')', '»', '。'])
}

fn words_before(page: &Page) -> Vec<f64> {
    let total: usize = page.blocks.iter().map(|block| block.n_words).sum();
    let mut before = 0;
    page.blocks
        .iter()
        .map(|block| {
            let share = before as f64 / total.max(1) as f64;
            before += block.n_words;
            share
        })
        .collect()
}

fn n_same(page: &Page) -> Vec<usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for block in &page.blocks {
        *counts.entry(&block.text).or_default() += 1;
    }
    page.blocks.iter().map(|block| counts[block.text.as_str()]).collect()
}

fn headline(page: &Page) -> Option<usize> {
    let title = page.metadata.title.as_deref();
    let by_title =
        page.blocks.iter().rposition(|block| Some(block.text.as_str()) == title && !block.is_hidden);
    let by_tag = || page.blocks.iter().position(|block| block.kind == ElementKind::Heading(1));
    match page.elements.iter().any(|element| element.tag == Tag::H1) {
        true => page
            .blocks
            .iter()
            .position(|block| block.kind == ElementKind::Heading(1) && Some(block.text.as_str()) == title)
            .or_else(by_tag),
        // The last of two equal headlines at the top of a text is the nearer to the body.
        false => by_title
            .filter(|idx| *idx < 12)
            .or_else(|| page.blocks.iter().position(|b| Some(b.text.as_str()) == title)),
    }
}

fn word_set(text: &str) -> HashSet<String> {
    tokens(text).map(|t| text[t.start..t.end].to_lowercase()).collect()
}

fn trigrams(text: &str) -> impl Iterator<Item = [u64; 3]> {
    let hash = |word: &str| {
        // FNV-1a over lower-case bytes: a fixed hash, for sets that never leave this page.
        word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
            (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let mut last = [0; 3];
    tokens(text).enumerate().filter_map(move |(at, token)| {
        last = [last[1], last[2], hash(&text[token.start..token.end])];
        (at >= 2).then_some(last)
    })
}
