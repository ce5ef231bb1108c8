//! Gold pages in, scores on pages of sites never trained on out.

use rayon::prelude::*;

use super::examples::gold_labels;
use super::model::{BodyModel, BodyParams};
use super::quality::expected_f1;
use crate::dataset::{Fold, Folds, GoldPage, Record, site_of};
use crate::error::Result;
use crate::evaluate::{Judgement, PageScore};
use crate::page::{Page, PageHints};

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
