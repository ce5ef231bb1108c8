//! Gold pages and written blocks in, what the parts of a body model are trained on out: blocks with labels and kinds, plain
//! pages made of markup ones, the kinds' examples, the pages of each site.

use std::collections::BTreeMap;

use super::align::body_labels;
use super::context::Context;
use super::kind::BlockKind;
use super::kind_model::{self, KindExample, MarkedPage};
use super::site::{ScoredPage, SiteWeights};
use super::submodel::LabelledPage;
use super::text_table::TextTable;
use crate::dataset::{GoldPage, Record, Segment, site_of};
use crate::error::{Error, Result};
use crate::page::{Block, Format, Page, PageHints};

/// A gold page, parsed and labelled.
pub(super) struct Labelled {
    pub(super) page: Page,
    pub(super) labels: Vec<bool>,
    /// The kind of each block, where the page's parts are marked.
    pub(super) kinds: Vec<Option<BlockKind>>,
    pub(super) site: String,
}

/// Parses a gold page and labels its blocks: by its marked parts if it has them, otherwise by overlap with its text.
pub(super) fn label(gold: &GoldPage) -> Result<Labelled> {
    let bytes = gold.read()?;
    let page = Page::parse(&bytes, &PageHints::default())
        .map_err(|e| Error::dataset(&gold.path, format!("{e}; remove the page from gold.jsonl")))?;
    if let Some(unknown) = gold.segments.iter().find(|segment| BlockKind::from_name(&segment.kind).is_none())
    {
        let names: Vec<&str> = BlockKind::all().map(BlockKind::name).collect();
        let message =
            format!("gold.jsonl has a segment of kind {:?}; kinds: {}", unknown.kind, names.join(", "));
        return Err(Error::dataset(&gold.path, message));
    }
    let kinds: Vec<Option<BlockKind>> =
        page.blocks.iter().map(|block| marked_kind(block, &gold.segments)).collect();
    let labels = gold_labels(&page, gold);
    let site = if gold.url.is_empty() { gold.id.clone() } else { site_of(&gold.url).to_owned() };
    Ok(Labelled { page, labels, kinds, site })
}

/// Whether each block is body: by the page's marked parts if it has them, otherwise by alignment with its text.
pub(super) fn gold_labels(page: &Page, gold: &GoldPage) -> Vec<bool> {
    if gold.segments.is_empty() {
        return body_labels(page, &gold.text);
    }
    let is_body = |block: &Block| marked_kind(block, &gold.segments).is_some_and(BlockKind::is_body);
    page.blocks.iter().map(is_body).collect()
}

/// The kind of the segment that overlaps a block most.
fn marked_kind(block: &Block, segments: &[Segment]) -> Option<BlockKind> {
    let span = block.span();
    let overlap = |segment: &Segment| segment.end.min(span.end).saturating_sub(segment.start.max(span.start));
    let best =
        segments.iter().max_by_key(|segment| overlap(segment)).filter(|segment| overlap(segment) > 0)?;
    BlockKind::from_name(&best.kind)
}

/// The page as its text alone would be saved: what is not displayed is gone, and so are elements and links.
fn without_markup(labelled: &Labelled) -> LabelledPage {
    let kept: Vec<usize> =
        (0..labelled.labels.len()).filter(|idx| !labelled.page.blocks[*idx].is_hidden).collect();
    let blocks: Vec<Block> = kept.iter().map(|idx| labelled.page.blocks[*idx].without_markup()).collect();
    let page = Page::from_plain_blocks(blocks, &labelled.page);
    LabelledPage {
        page,
        labels: kept.iter().map(|idx| labelled.labels[*idx]).collect(),
        site: labelled.site.clone(),
        weight: if labelled.page.format == Format::Plain { PLAIN_WEIGHT } else { 1.0 },
    }
}

/// What a markup page with every part marked counts for, against one whose labels come from its gold text.
pub(super) const MARKED_WEIGHT: f64 = 8.0;
/// What a page that was plain text from the start counts for, against a markup page without its markup.
const PLAIN_WEIGHT: f64 = 8.0;
/// Pages with every part marked that are needed to train plain text on them alone.
const MIN_MARKED_PAGES: usize = 20;

/// What plain text is trained on: every page without its markup; but where enough pages have every part marked, those
/// alone. Measured by cross-validation over the plain pages of `datasets/pages/train`: 95.8 % of blocks right with the
/// marked pages, 94.0 % with those that were plain from the start, 77.9 % with 788 real markup pages added, which keep
/// menus that nobody copies along and hold few paywalls.
pub(super) fn plain_pages(labelled: &[Labelled]) -> Vec<LabelledPage> {
    let is_marked = |page: &&Labelled| page.kinds.iter().any(Option::is_some);
    let has_enough = labelled.iter().filter(is_marked).count() >= MIN_MARKED_PAGES;
    let used = labelled.iter().filter(|page| is_marked(page) || !has_enough);
    used.map(without_markup).filter(|page| !page.labels.is_empty()).collect()
}

/// The table of written words, if there are blocks of known kind.
pub(super) fn written_words(blocks: &[Record]) -> Result<Option<TextTable>> {
    if blocks.is_empty() {
        return Ok(None);
    }
    let is_body = |record: &Record| BlockKind::from_name(&record.label).is_some_and(BlockKind::is_body);
    let classes: Vec<usize> = blocks.iter().map(|record| usize::from(is_body(record))).collect();
    let texts = blocks.iter().map(|record| record.text.as_str());
    TextTable::fit(&kind_model::word_params(), texts, &classes, 2).map(Some)
}

/// Dropped blocks of known kind, and the kinds of the pages that they stand in.
pub(super) fn kind_examples(
    pages: &[Labelled],
    blocks: &[Record],
) -> Result<(Vec<KindExample>, Vec<MarkedPage>)> {
    let class_of = |kind: BlockKind| BlockKind::DROPPED.iter().position(|dropped| *dropped == kind);
    let (mut examples, mut marked) = (Vec::new(), Vec::new());
    for labelled in pages.iter().filter(|page| page.kinds.iter().any(Option::is_some)) {
        let page_number = marked.len();
        marked.push(labelled.kinds.iter().map(|kind| kind.and_then(class_of)).collect());
        let context = Context::new(&labelled.page);
        let plain = without_markup(labelled);
        let plain_context = Context::new(&plain.page);
        let mut plain_idx = 0;
        for (idx, kind) in labelled.kinds.iter().enumerate() {
            let block = &labelled.page.blocks[idx];
            let at = (!block.is_hidden).then_some(plain_idx);
            plain_idx += usize::from(!block.is_hidden);
            let Some(class) = kind.and_then(class_of) else {
                continue;
            };
            let mut push = |features: Vec<String>, place: Option<(usize, usize)>| {
                examples.push(KindExample {
                    text: block.text.clone(),
                    features,
                    class,
                    group: labelled.site.clone(),
                    place,
                });
            };
            push(kind_model::marks(&context, idx), Some((page_number, idx)));
            if let Some(at) = at.filter(|_| labelled.page.format == Format::Html) {
                push(kind_model::marks(&plain_context, at), None);
            }
        }
    }
    for (number, record) in blocks.iter().enumerate() {
        let kind = BlockKind::from_name(&record.label).ok_or_else(|| {
            let names: Vec<&str> = BlockKind::all().map(BlockKind::name).collect();
            Error::Training(format!("{}: no kind {:?}; kinds: {}", record.id, record.label, names.join(", ")))
        })?;
        let Some(class) = class_of(kind) else { continue };
        let Ok(page) = Page::parse(record.text.as_bytes(), &PageHints::default()) else {
            continue;
        };
        let features = kind_model::marks(&Context::new(&page), 0);
        // Blocks of known kind stand for themselves: spread over the folds.
        let group = format!("block {}", number % 100);
        examples.push(KindExample { text: record.text.clone(), features, class, group, place: None });
    }
    Ok((examples, marked))
}

/// A checksum of all that training reads.
pub(super) fn checksum(pages: &[GoldPage], blocks: &[Record]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    for page in pages {
        part(&page.read()?);
        part(page.text.as_bytes());
        part(site_of(&page.url).as_bytes());
        for segment in &page.segments {
            part(format!("{} {} {}", segment.kind, segment.start, segment.end).as_bytes());
        }
    }
    for block in blocks {
        part(block.label.as_bytes());
        part(block.text.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// What recurring tells, from pages of sites with several; `p_body` are those of a model that never saw the site.
pub(super) fn site_weights(pages: &[LabelledPage], p_body: &[Vec<f64>]) -> Option<SiteWeights> {
    let mut sites: BTreeMap<&str, Vec<ScoredPage<'_>>> = BTreeMap::new();
    for (LabelledPage { page, labels, site, .. }, p_body) in pages.iter().zip(p_body) {
        sites.entry(site).or_default().push(ScoredPage { page, p_body, labels });
    }
    SiteWeights::fit(sites.into_values())
}
