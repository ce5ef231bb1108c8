//! Gold pages in, scores on pages of sites never trained on out.

use rayon::prelude::*;

use super::examples::gold_labels;
use super::kind::BlockKind;
use super::model::{BlockVerdict, BodyModel, BodyParams};
use super::quality::expected_f1;
use crate::dataset::{Fold, Folds, GoldPage, Record, Segment, site_of};
use crate::error::Result;
use crate::evaluate::{Judgement, PageScore};
use crate::page::{Block, Page, PageHints, Span};

/// Cross-validates by site: each page is scored by a model trained on the pages of other sites only. `n_folds` is at
/// least 2; pages without an address are sites of their own.
///
/// # Errors
/// As [`BodyModel::train`].
pub fn cross_validate_body(
    params: &BodyParams,
    pages: &[GoldPage],
    blocks: &[Record],
    n_folds: usize,
) -> Result<Vec<PageScore>> {
    let sites: Vec<&str> =
        pages.iter().map(|p| if p.url.is_empty() { &p.id } else { site_of(&p.url) }).collect();
    crate::tune::cross_validate(&Folds::grouped(&sites, n_folds), pages.len(), |fold: &Fold| {
        let train: Vec<GoldPage> = fold.train.iter().map(|idx| pages[*idx].clone()).collect();
        let model = BodyModel::train(params, &train, blocks)?;
        let test: Vec<GoldPage> = fold.test.iter().map(|idx| pages[*idx].clone()).collect();
        score_pages(&model, &test)
    })
}

/// The scores of a model on gold pages, in order. A page that cannot be read counts as one without output.
///
/// # Errors
/// A page's file that cannot be opened.
pub fn score_pages(model: &BodyModel, pages: &[GoldPage]) -> Result<Vec<PageScore>> {
    pages
        .par_iter()
        .map(|gold| {
            let bytes = gold.read()?;
            let Ok(page) = Page::parse(&bytes, &PageHints::default()) else {
                return Ok(PageScore::of(&gold.text, ""));
            };
            let verdicts = model.body_verdicts(&page);
            let blocks = verdicts.iter().map(|verdict| verdict.p_body).zip(gold_labels(&page, gold));
            let judgement = Judgement::new(expected_f1(&page, &verdicts), blocks);
            let score = PageScore::of(&gold.text, &BodyModel::article(&page, &verdicts).text);
            Ok(PageScore { judgement: Some(judgement), ..score })
        })
        .collect()
}

/// The gold kind and the kind told of each block of pages whose parts are marked, as numbers in the order of
/// [`BlockKind::all`]; blocks of no marked part are left out.
///
/// # Errors
/// A page's file that cannot be opened.
pub fn kind_calls(model: &BodyModel, pages: &[GoldPage]) -> Result<Vec<(usize, usize)>> {
    let number = |kind: BlockKind| BlockKind::all().position(|other| other == kind).expect("all are all");
    let of_page = |gold: &GoldPage| {
        let bytes = gold.read()?;
        let Ok(page) = Page::parse(&bytes, &PageHints::default()) else { return Ok(Vec::new()) };
        let verdicts = model.verdicts(&page);
        let call = |(block, verdict): (&Block, BlockVerdict)| {
            Some((number(marked_kind(gold, block.span())?), number(verdict.kind)))
        };
        Ok(page.blocks.iter().zip(verdicts).filter_map(call).collect())
    };
    let marked: Vec<&GoldPage> = pages.iter().filter(|gold| !gold.segments.is_empty()).collect();
    let calls: Result<Vec<Vec<(usize, usize)>>> = marked.into_par_iter().map(of_page).collect();
    Ok(calls?.concat())
}

/// The kind that a page's marks give to a stretch of it: that of the part with most of it.
fn marked_kind(gold: &GoldPage, span: Span) -> Option<BlockKind> {
    let overlap = |part: &Segment| part.end.min(span.end).saturating_sub(part.start.max(span.start));
    let most = gold.segments.iter().max_by_key(|part| overlap(part)).filter(|part| overlap(part) > 0)?;
    BlockKind::from_name(&most.kind)
}
