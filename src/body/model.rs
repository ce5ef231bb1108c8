//! Gold pages in, a body model out; a page in, a verdict a block out.
//!
//! Markup and plain text have a submodel each. Plain text is trained on what markup pages look like once their markup is
//! gone, beside the plain pages given.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::article::Article;
use super::context::Context;
use super::cut::kept;
use super::examples::{
    Labelled, MARKED_WEIGHT, checksum, kind_examples, label, plain_pages, site_weights, written_words,
};
use super::kind::BlockKind;
use super::kind_model::{self, KindModel};
use super::site::{Site, SiteWeights};
use super::submodel::{self, LabelledPage, Scratch, Submodel};
use super::text_table::{StoredTable, TextTable};
use crate::dataset::{GoldPage, Record};
use crate::error::{Error, Result};
use crate::features::RowScratch;
use crate::model::{DataStamp, Header, Model, Task};
use crate::page::{Block, ElementKind, Format, Page};

/// What training a body model can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyParams {
    /// Folds, by site, for cross-fitting the weights; at least 2.
    pub n_folds: usize,
    /// What the sequence's transitions count for, from 0 (every block alone) up.
    pub transition_weight: f64,
    /// What recall counts for against precision where a page is cut, above 0; 1 for both alike.
    pub beta: f64,
}

impl Default for BodyParams {
    /// Chosen by cross-validation by site on 788 real pages with the written ones beside them: a transition weight of 0.5
    /// and a threshold of 0.5 (F1 .9471, exact pages 19.0 %). Weights of 0.25, 0.75 and 1 at their best thresholds give
    /// .9467, .9456 and .9437; a threshold of 0.6 gives .9450 and 19.7 %.
    fn default() -> Self {
        Self { n_folds: 5, transition_weight: 0.5, beta: 1.0 }
    }
}

impl BodyParams {
    fn check(&self) -> Result<()> {
        if self.n_folds < 2 {
            return Err(Error::parameter("n_folds", self.n_folds, "at least 2"));
        }
        if !(self.transition_weight >= 0.0 && self.transition_weight.is_finite()) {
            return Err(Error::parameter("transition_weight", self.transition_weight, "0 or more"));
        }
        check_beta(self.beta)
    }
}

fn check_beta(beta: f64) -> Result<()> {
    if beta > 0.0 && (beta * beta).is_normal() {
        return Ok(());
    }
    Err(Error::parameter("beta", beta, "above 0, and its square a number too"))
}

/// What the model says of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockVerdict {
    /// What the block is.
    pub kind: BlockKind,
    /// The probability that it is part of the article's body.
    pub p_body: f64,
}

/// A trained model of article body and boilerplate.
#[derive(Debug)]
pub struct BodyModel {
    html: Submodel,
    plain: Submodel,
    /// Kinds of what is dropped; none where no block of known kind was given.
    kinds: Option<KindModel>,
    /// Words of examples written for the purpose: body against everything else.
    written: Option<TextTable>,
    beta: f64,
    /// What recurring on other pages of a site tells; none where too few pages of one site were given.
    site: Option<SiteWeights>,
    data: DataStamp,
    scores: BTreeMap<String, f64>,
    /// What is reused from page to page, one a thread at work.
    scratch: Mutex<Vec<PageScratch>>,
}

/// Whether the kinds of dropped blocks are wanted, which take as long as all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// A dropped block has its kind.
    Named,
    /// A dropped block of a page of markup is of kind `other`; plain text needs kinds to know its title.
    Unnamed,
}

/// What is reused from page to page.
#[derive(Debug, Default)]
struct PageScratch {
    html: Scratch,
    plain: Scratch,
    kinds: RowScratch,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    html: submodel::Stored,
    plain: submodel::Stored,
    kinds: Option<kind_model::Stored>,
    written: Option<StoredTable>,
    beta: f64,
    #[serde(default)]
    site: Option<SiteWeights>,
}

impl BodyModel {
    /// Trains on gold pages, and on single blocks of known kind for the kinds of what is dropped. The kinds need blocks
    /// or pages whose parts are marked; without either every dropped block is of kind `other`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range; a page that cannot be read; [`Error::Training`] for pages of
    /// fewer than two sites.
    pub fn train(params: &BodyParams, pages: &[GoldPage], blocks: &[Record]) -> Result<Self> {
        params.check()?;
        let labelled = pages.par_iter().map(label).collect::<Result<Vec<_>>>()?;
        let (examples, marked) = kind_examples(&labelled, blocks)?;
        let kinds = if examples.is_empty() {
            None
        } else {
            Some(KindModel::train(&examples, &marked, params.n_folds)?)
        };
        let as_page = |page: &Labelled| LabelledPage {
            page: page.page.clone(),
            labels: page.labels.clone(),
            site: page.site.clone(),
            weight: if page.kinds.iter().any(Option::is_some) { MARKED_WEIGHT } else { 1.0 },
        };
        let html: Vec<LabelledPage> =
            labelled.iter().filter(|page| page.page.format == Format::Html).map(as_page).collect();
        let plain = plain_pages(&labelled);
        let written = written_words(blocks)?;
        let train = |pages: &[LabelledPage]| {
            Submodel::train(pages, written.as_ref(), params.n_folds, params.transition_weight)
        };
        let (plain, _) = train(&plain)?;
        // Whoever trains on plain text alone gets a model that reads markup by its text alone.
        let of_markup = if html.is_empty() { labelled.iter().map(as_page).collect() } else { html };
        let (html, p_body) = train(&of_markup)?;
        let site = site_weights(&of_markup, &p_body);
        let data = DataStamp {
            checksum: checksum(pages, blocks)?,
            n_records: pages.len(),
            fingerprints: Some(pages.iter().map(GoldPage::fingerprint).collect()),
        };
        Ok(Self {
            html,
            plain,
            kinds,
            written,
            beta: params.beta,
            site,
            data,
            scores: Default::default(),
            scratch: Mutex::default(),
        })
    }

    /// Returns the model with another balance of recall and precision: pages are cut where F_beta of their words is expected
    /// to be greatest. 1 weighs both alike, more keeps more, less keeps less; probabilities stay as they are.
    ///
    /// # Errors
    /// [`Error::Parameter`] unless `beta` is above 0 and its square finite.
    pub fn with_beta(self, beta: f64) -> Result<Self> {
        check_beta(beta)?;
        Ok(Self { beta, ..self })
    }

    /// The kind and probability of every block, in order.
    #[must_use]
    pub fn verdicts(&self, page: &Page) -> Vec<BlockVerdict> {
        self.judge(page, None, Kinds::Named)
    }

    /// [`Self::verdicts`] in half the time, but every dropped block of a page of markup is of kind `other`, save its title.
    #[must_use]
    pub fn body_verdicts(&self, page: &Page) -> Vec<BlockVerdict> {
        self.judge(page, None, Kinds::Unnamed)
    }

    /// [`Self::verdicts`] or [`Self::body_verdicts`] of a page, some other pages of whose site are known: what recurs on
    /// them is less likely body. Without another page nothing changes; nor does it with a model for which
    /// [`Self::knows_sites`] is false.
    #[must_use]
    pub fn verdicts_on(&self, site: Option<&Site>, page: &Page, kinds: Kinds) -> Vec<BlockVerdict> {
        self.judge(page, site, kinds)
    }

    /// Whether the model has learned what recurring on other pages of a site tells: its training pages held at least ten
    /// of sites with several.
    #[must_use]
    pub fn knows_sites(&self) -> bool {
        self.site.is_some()
    }

    fn judge(&self, page: &Page, site: Option<&Site>, kinds: Kinds) -> Vec<BlockVerdict> {
        let pool = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = pool().pop().unwrap_or_default();
        let verdicts = self.judge_with(page, site, kinds, &mut scratch);
        pool().push(scratch);
        verdicts
    }

    fn judge_with(
        &self,
        page: &Page,
        site: Option<&Site>,
        kinds: Kinds,
        scratch: &mut PageScratch,
    ) -> Vec<BlockVerdict> {
        let context = Context::new(page);
        let (submodel, own) = match page.format {
            Format::Html => (&self.html, &mut scratch.html),
            Format::Plain => (&self.plain, &mut scratch.plain),
        };
        let mut p_body = submodel.p_body(&context, self.written.as_ref(), own);
        if let (Some(site), Some(weights)) = (site, &self.site) {
            weights.apply(site, page, &mut p_body);
        }
        let title = page.metadata.title.as_deref();
        let is_title = |block: &Block| title.is_some_and(|title| is_same_text(title, &block.text));
        let is_title: Vec<bool> = page.blocks.iter().map(is_title).collect();
        let is_kept = kept(page, &p_body, &is_title, self.beta);
        let is_dropped: Vec<bool> =
            is_kept.iter().zip(&is_title).map(|(is_kept, is_title)| !is_kept && !is_title).collect();
        let mut kinds =
            match self.kinds.as_ref().filter(|_| kinds == Kinds::Named || page.format == Format::Plain) {
                Some(kinds) => kinds.kinds(&context, &is_dropped, &mut scratch.kinds),
                None => Vec::new(),
            }
            .into_iter();
        p_body
            .into_iter()
            .enumerate()
            .map(|(idx, p_body)| {
                let kind = match is_dropped[idx] {
                    true => kinds.next().unwrap_or(BlockKind::Other),
                    false if is_title[idx] => BlockKind::Title,
                    false => body_kind(page.blocks[idx].kind),
                };
                BlockVerdict { kind, p_body }
            })
            .collect()
    }

    /// The article that the verdicts leave of a page.
    #[must_use]
    pub fn article(page: &Page, verdicts: &[BlockVerdict]) -> Article {
        let body: Vec<usize> = (0..verdicts.len()).filter(|idx| verdicts[*idx].kind.is_body()).collect();
        let titles = || (0..verdicts.len()).filter(|idx| verdicts[*idx].kind == BlockKind::Title);
        let stated = page.metadata.title.as_deref();
        let is_stated =
            |idx: &usize| stated.is_some_and(|title| is_same_text(title, &page.blocks[*idx].text));
        let title = titles().find(is_stated).or_else(|| titles().next().filter(|_| stated.is_none()));
        Article::new(page, &body, title)
    }

    /// What each group of features counts for, by submodel and name.
    #[must_use]
    pub fn weights(&self) -> Vec<(&'static str, String, f64)> {
        let of = |name: &'static str, submodel: &Submodel| {
            submodel
                .weights()
                .into_iter()
                .map(move |(group, weight)| (name, group, weight))
                .collect::<Vec<_>>()
        };
        [of("html", &self.html), of("plain", &self.plain)].concat()
    }

    /// Notes a score for the model file.
    pub fn note_score(&mut self, metric: &str, value: f64) {
        self.scores.insert(metric.to_owned(), value);
    }

    /// The model as a file's contents.
    ///
    /// # Errors
    /// [`Error::Training`] if a parameter has no JSON form.
    pub fn to_model(&self) -> Result<Model> {
        let classes = BlockKind::all().map(|kind| kind.name().to_owned()).collect();
        let mut model = Model::new(Header::new(Task::Body, classes, self.data.clone(), &())?);
        if let Some(written) = &self.written {
            written.store("written", &mut model);
        }
        let stored = Stored {
            html: self.html.store("html", &mut model),
            plain: self.plain.store("plain", &mut model),
            kinds: self.kinds.as_ref().map(|kinds| kinds.store(&mut model)),
            written: self.written.as_ref().map(TextTable::stored),
            beta: self.beta,
            site: self.site.clone(),
        };
        model.header.parameters = serde_json::to_value(stored).map_err(|e| Error::Training(e.to_string()))?;
        model.header.scores = self.scores.clone();
        Ok(model)
    }

    /// The model of a file.
    ///
    /// # Errors
    /// [`Error::Model`] if it is of another task or its parts do not fit each other.
    pub fn from_model(model: &Model) -> Result<Self> {
        model.expect_task(&[Task::Body])?;
        let stored: Stored = model.parameters()?;
        let names = BlockKind::all().map(BlockKind::name);
        let is_site_usable = stored.site.as_ref().is_none_or(SiteWeights::is_valid);
        if check_beta(stored.beta).is_err()
            || !is_site_usable
            || !model.header.classes.iter().map(String::as_str).eq(names)
        {
            return Err(Error::model(
                "body",
                "beta, site weights or kinds are not usable; train the model anew",
            ));
        }
        Ok(Self {
            html: Submodel::load("html", model, stored.html)?,
            plain: Submodel::load("plain", model, stored.plain)?,
            kinds: stored.kinds.map(|kinds| KindModel::load(model, kinds)).transpose()?,
            written: stored.written.map(|params| TextTable::load("written", model, params, 2)).transpose()?,
            beta: stored.beta,
            site: stored.site,
            data: model.header.data.clone(),
            scores: model.header.scores.clone(),
            scratch: Mutex::default(),
        })
    }
}

/// The kind of a block that is body, by its element.
fn body_kind(kind: ElementKind) -> BlockKind {
    match kind {
        ElementKind::Heading(_) => BlockKind::Heading,
        ElementKind::ListItem => BlockKind::List,
        ElementKind::TableCell => BlockKind::Table,
        ElementKind::Quote => BlockKind::Quote,
        ElementKind::Paragraph | ElementKind::Caption | ElementKind::Preformatted | ElementKind::Generic => {
            BlockKind::Body
        }
    }
}

/// Equal but for case, white space and punctuation.
fn is_same_text(a: &str, b: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    a.len().abs_diff(b.len()) <= a.len() / 2 + 8 && !letters(a).is_empty() && letters(a) == letters(b)
}
