//! Labelled pages of one format in, a scorer of blocks out: naive Bayes tables for each group of features, TF-IDF naive
//! Bayes over the words of pages and over the words of written examples, Gaussian naive Bayes over shapes, learned
//! weights over all of these, then the sequence.
//!
//! The weights are fitted on cross-fitted scores: a block is scored by tables that never saw its site.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::feature_table::{Evidence, FeatureTable};
use super::features::{BARE, FAR, NEAR, for_each_attribute_word, for_each_feature};
use super::groups::Group;
use super::second_pass::{FirstPass, SecondPass};
use super::sequence::{Transitions, distances};
use super::shape::{N_MEASURES, matrix, shape};
use super::text_table::{StoredTable, TextTable, TextTableParams};
use crate::bayes::{Gaussian, GroupWeights, NaiveBayes, NaiveBayesParams, Prior, TermCounts};
use crate::dataset::{Fold, Folds};
use crate::error::{Error, Result};
use crate::features::{RowScratch, VectorizerParams, Vocabulary};
use crate::model::Model;
use crate::page::{Block, Page};
use crate::text::AnalyzerParams;
use crate::tune::cross_validate;

/// Features on fewer training pages are left out: what one site alone has says nothing of the next.
const MIN_PAGES: u32 = 5;
/// Word features in fewer training blocks are left out.
const MIN_BLOCKS: u32 = 8;
/// The most word features, which bounds the model file.
const MAX_TERMS: usize = 8_000;
/// Scores a block: one a group and two more a bag, two of its words, one of its shape.
const N_SCORES: usize = Group::ALL.len() + 2 * Group::n_bags() + 3;
/// Penalty on the group weights, small against the thousands of blocks that they are fitted on.
const RIDGE: f64 = 1.0;

/// A page with a label for each block.
pub(super) struct LabelledPage {
    pub(super) page: Page,
    pub(super) labels: Vec<bool>,
    pub(super) site: String,
    /// What the page counts for in the group weights.
    pub(super) weight: f64,
}

/// What is reused from page to page of one model by one thread at a time.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    words: RowScratch,
    written: RowScratch,
    buffer: String,
}

/// Everything fitted on some pages but the weights.
#[derive(Debug)]
struct Tables {
    groups: Vec<FeatureTable>,
    words: TextTable,
    gaussian: Gaussian,
}

/// Pages from which a second pass is learned: fewer say too little of how pages are built.
const MIN_PAGES_FOR_SECOND_PASS: usize = 100;

/// A fitted scorer.
#[derive(Debug)]
pub(super) struct Submodel {
    tables: Tables,
    stored: Stored,
    second: Option<SecondPass>,
}

/// What a model file keeps beside the arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    words: StoredTable,
    gaussian: Gaussian,
    weights: GroupWeights,
    /// ln of the odds that a training block is body, which the weighted log-odds contain.
    prior_log_odds: f64,
    transitions: Transitions,
    /// The log-odds of the second pass before any tree, if there is one.
    second_bias: Option<f64>,
}

impl Submodel {
    /// Trains on pages; `written` is a table of words fitted on other data, if there is any. Returns p(body) of the blocks
    /// of each page too, by a model that never saw the page's site.
    ///
    /// # Errors
    /// [`Error::Training`] if there are too few pages or sites, or only one label.
    pub(super) fn train(
        pages: &[LabelledPage],
        written: Option<&TextTable>,
        n_folds: usize,
        transition_weight: f64,
    ) -> Result<(Self, Vec<Vec<f64>>)> {
        let corpus = Corpus::new(pages);
        let sites: Vec<&str> = pages.iter().map(|page| page.site.as_str()).collect();
        let folds = Folds::grouped(&sites, n_folds);
        let scores = cross_validate(&folds, pages.len(), |fold: &Fold| {
            let tables = Tables::fit(&corpus, &fold.train)?;
            let mut scratch = Scratch::default();
            Ok(fold
                .test
                .iter()
                .map(|idx| tables.scores(&Context::new(&pages[*idx].page), written, &mut scratch))
                .collect::<Vec<_>>())
        })?;
        let (mut rows, mut labels, mut row_weights) = (Vec::new(), Vec::new(), Vec::new());
        for (scores, page) in scores.iter().zip(pages) {
            rows.extend_from_slice(scores);
            labels.extend_from_slice(&page.labels);
            row_weights.extend(page.labels.iter().map(|_| page.weight));
        }
        let weights = GroupWeights::fit(&rows, &labels, &row_weights, N_SCORES, RIDGE)?;
        let n_body: f64 = labels.iter().zip(&row_weights).filter(|(label, _)| **label).map(|(_, w)| w).sum();
        let n_blocks: f64 = row_weights.iter().sum();
        let all: Vec<usize> = (0..pages.len()).collect();
        let tables = Tables::fit(&corpus, &all)?;
        let sequences: Vec<Vec<usize>> = pages.iter().map(|page| distances(&page.page)).collect();
        let labelled = sequences.iter().zip(pages).map(|(d, page)| (d.as_slice(), page.labels.as_slice()));
        let stored = Stored {
            words: tables.words.stored(),
            gaussian: tables.gaussian.clone(),
            weights,
            prior_log_odds: (n_body / (n_blocks - n_body)).ln(),
            transitions: Transitions::fit(labelled, transition_weight),
            second_bias: None,
        };
        let (log_odds, mut p_body): (Vec<Vec<f64>>, Vec<Vec<f64>>) =
            scores.iter().zip(&sequences).map(|(scores, distances)| stored.p_body(scores, distances)).unzip();
        let second = if pages.len() >= MIN_PAGES_FOR_SECOND_PASS {
            let first: Vec<FirstPass<'_>> = pages
                .iter()
                .zip(&scores)
                .zip(log_odds.iter().zip(&p_body))
                .map(|((page, scores), (log_odds, p_body))| FirstPass {
                    page: &page.page,
                    scores,
                    log_odds,
                    p_body,
                })
                .collect();
            let all: Vec<usize> = (0..pages.len()).collect();
            let fit = |part: &[usize]| {
                let labelled = part.iter().map(|idx| {
                    let page = &pages[*idx];
                    (first[*idx], page.labels.as_slice(), page.weight)
                });
                SecondPass::fit(labelled)
            };
            let unseen = cross_validate(&Folds::grouped(&sites, 2), pages.len(), |fold: &Fold| {
                let second = fit(&fold.train)?;
                Ok(fold.test.iter().map(|idx| second.p_body(&first[*idx])).collect::<Vec<_>>())
            })?;
            let second = fit(&all)?;
            p_body = unseen;
            Some(second)
        } else {
            None
        };
        Ok((Self { tables, stored, second }, p_body))
    }

    /// p(body) of every block of a page.
    pub(super) fn p_body(
        &self,
        context: &Context<'_>,
        written: Option<&TextTable>,
        scratch: &mut Scratch,
    ) -> Vec<f64> {
        let scores = self.tables.scores(context, written, scratch);
        let (log_odds, p_body) = self.stored.p_body(&scores, &distances(context.page));
        match &self.second {
            Some(second) => {
                let (log_odds, p_body) = (&log_odds, &p_body);
                second.p_body(&FirstPass { page: context.page, scores: &scores, log_odds, p_body })
            }
            None => p_body,
        }
    }

    /// The weight of each score, by name.
    pub(super) fn weights(&self) -> Vec<(String, f64)> {
        let mut names = Vec::with_capacity(N_SCORES);
        for group in Group::ALL {
            names.push(group.name().to_owned());
            if group.is_bag() {
                names.extend(["least", "most"].map(|part| format!("{}, {part}", group.name())));
            }
        }
        names.extend(["words", "written_words", "shape"].map(str::to_owned));
        names.into_iter().zip(self.stored.weights.weights().iter().copied()).collect()
    }

    /// Adds the arrays to a model under a prefix; returns the rest.
    pub(super) fn store(&self, prefix: &str, model: &mut Model) -> Stored {
        for (group, table) in Group::ALL.iter().zip(&self.tables.groups) {
            table.store(&format!("{prefix}.{}", group.name()), model);
        }
        self.tables.words.store(&format!("{prefix}.words"), model);
        let second_bias = self.second.as_ref().map(|second| second.store(prefix, model));
        Stored { second_bias, ..self.stored.clone() }
    }

    /// The inverse of [`Self::store`].
    pub(super) fn load(prefix: &str, model: &Model, stored: Stored) -> Result<Self> {
        if !stored.weights.is_valid(N_SCORES)
            || !stored.prior_log_odds.is_finite()
            || !stored.gaussian.is_valid(N_MEASURES)
            || !stored.transitions.is_valid()
        {
            return Err(Error::model(
                "body",
                "weights, shapes or transitions are not usable; train the model anew",
            ));
        }
        let groups = Group::ALL
            .iter()
            .map(|group| FeatureTable::load(&format!("{prefix}.{}", group.name()), model))
            .collect::<Result<Vec<_>>>()?;
        let words = TextTable::load(&format!("{prefix}.words"), model, stored.words.clone(), 2)?;
        let tables = Tables { groups, words, gaussian: stored.gaussian.clone() };
        let second =
            stored.second_bias.map(|bias| SecondPass::load(prefix, model, bias, N_SCORES)).transpose()?;
        Ok(Self { tables, stored, second })
    }
}

impl Stored {
    /// The log-odds of each block alone, and its p(body) in the sequence.
    fn p_body(&self, scores: &[f64], distances: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let log_odds: Vec<f64> =
            scores.chunks_exact(N_SCORES).map(|scores| self.weights.log_odds(scores)).collect();
        let p_body = self.transitions.p_body(&log_odds, self.prior_log_odds, distances);
        (log_odds, p_body)
    }
}

/// Word features of pages: every word and pair, unstemmed, since pages come in every language.
fn word_params() -> TextTableParams {
    TextTableParams {
        vectorizer: VectorizerParams {
            analyzer: AnalyzerParams {
                stem: false,
                drop_stop_words: false,
                min_chars: 1,
                max_ngram: 2,
                ..AnalyzerParams::default()
            },
            min_documents: MIN_BLOCKS,
            min_ngram_documents: MIN_BLOCKS,
            max_terms: Some(MAX_TERMS),
            ..VectorizerParams::default()
        },
        balance: false,
    }
}

/// The features of all pages, each group's interned once, so that a fold only counts.
struct Corpus<'a> {
    pages: &'a [LabelledPage],
    groups: Vec<Interned>,
    shapes: Vec<Vec<[f64; N_MEASURES]>>,
}

/// A group's features over the corpus.
#[derive(Default)]
struct Interned {
    names: Vec<Box<str>>,
    ids: hashbrown::HashMap<Box<str>, u32>,
    /// By page, by block.
    features: Vec<Vec<Vec<u32>>>,
}

impl Interned {
    fn id(&mut self, name: &str) -> u32 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.names.len() as u32;
        self.names.push(name.into());
        self.ids.insert(name.into(), id);
        id
    }
}

impl<'a> Corpus<'a> {
    fn new(pages: &'a [LabelledPage]) -> Self {
        let mut groups: Vec<Interned> = Group::ALL.iter().map(|_| Interned::default()).collect();
        let mut shapes = Vec::with_capacity(pages.len());
        let mut buffer = String::new();
        for page in pages {
            let context = Context::new(&page.page);
            let n_blocks = page.page.blocks.len();
            for (group, interned) in Group::ALL.iter().zip(&mut groups) {
                let blocks = (0..n_blocks)
                    .map(|idx| {
                        let mut ids = Vec::new();
                        for_each_feature(&context, idx, *group, &mut buffer, |name| {
                            ids.push(interned.id(name))
                        });
                        ids
                    })
                    .collect();
                interned.features.push(blocks);
            }
            shapes.push((0..n_blocks).map(|idx| shape(&context, idx)).collect());
        }
        Self { pages, groups, shapes }
    }
}

impl Tables {
    /// Fits every table on the pages of `part`.
    fn fit(corpus: &Corpus<'_>, part: &[usize]) -> Result<Self> {
        let groups =
            corpus.groups.iter().map(|group| fit_table(group, corpus, part)).collect::<Result<_>>()?;
        let texts =
            || part.iter().flat_map(|idx| &corpus.pages[*idx].page.blocks).map(|block| block.text.as_str());
        let labels: Vec<bool> = part.iter().flat_map(|idx| &corpus.pages[*idx].labels).copied().collect();
        let classes: Vec<usize> = labels.iter().map(|label| usize::from(*label)).collect();
        let words = TextTable::fit(&word_params(), texts(), &classes, 2)?;
        let shapes: Vec<[f64; N_MEASURES]> =
            part.iter().flat_map(|idx| &corpus.shapes[*idx]).copied().collect();
        let gaussian = Gaussian::fit(matrix(&shapes), &labels)?;
        Ok(Self { groups, words, gaussian })
    }

    /// The scores of every block of a page, [`N_SCORES`] a block.
    fn scores(&self, context: &Context<'_>, written: Option<&TextTable>, scratch: &mut Scratch) -> Vec<f64> {
        let blocks = &context.page.blocks;
        let mut scores = Vec::with_capacity(blocks.len() * N_SCORES);
        let Scratch { words: word_scratch, written: written_scratch, buffer } = scratch;
        let mut elements: Vec<Option<[Evidence; 2]>> = vec![None; context.page.elements.len()];
        for (idx, block) in blocks.iter().enumerate() {
            let names = self.names(context, block, &mut elements);
            for (group, table) in Group::ALL.iter().zip(&self.groups) {
                let evidence = match group {
                    Group::NearAttributes => names[0],
                    Group::FarAttributes => names[1],
                    _ => {
                        let mut evidence = Evidence::default();
                        for_each_feature(context, idx, *group, buffer, |name| {
                            if let Some(log_odds) = table.log_odds(name) {
                                evidence.add(log_odds);
                            }
                        });
                        evidence
                    }
                };
                scores.push(evidence.sum);
                if group.is_bag() {
                    scores.extend([evidence.least, evidence.most]);
                }
            }
            scores.push(self.words.log_odds(&block.text, word_scratch));
            scores.push(written.map_or(0.0, |written| written.log_odds(&block.text, written_scratch)));
            scores.push(self.gaussian.log_odds(&shape(context, idx)));
        }
        scores
    }

    /// What the names of the elements near a block and further out say. An element's words are looked up once a page, however
    /// many blocks it holds.
    fn names(
        &self,
        context: &Context<'_>,
        block: &Block,
        elements: &mut [Option<[Evidence; 2]>],
    ) -> [Evidence; 2] {
        let tables = [Group::NearAttributes, Group::FarAttributes].map(|group| &self.groups[group as usize]);
        let mut names = [Evidence::default(); 2];
        for (distance, element) in context.ancestors(block).take(FAR.end).enumerate() {
            let of_element = elements[element as usize].get_or_insert_with(|| {
                let mut found = [Evidence::default(); 2];
                for_each_attribute_word(&context.page.elements[element as usize].attributes, |word| {
                    for (evidence, table) in found.iter_mut().zip(tables) {
                        evidence.n += 1;
                        if let Some(log_odds) = table.log_odds(word) {
                            evidence.add(log_odds);
                        }
                    }
                });
                found
            });
            let side = usize::from(distance >= NEAR.end);
            names[side].merge(&of_element[side]);
        }
        for (evidence, table) in names.iter_mut().zip(tables) {
            if evidence.n == 0
                && let Some(log_odds) = table.log_odds(BARE)
            {
                evidence.add(log_odds);
            }
        }
        names
    }
}

/// Counts one group's features on the pages of `part`.
fn fit_table(group: &Interned, corpus: &Corpus<'_>, part: &[usize]) -> Result<FeatureTable> {
    let mut n_pages = vec![0_u32; group.names.len()];
    let mut last = vec![usize::MAX; group.names.len()];
    for page in part {
        for id in group.features[*page].iter().flatten() {
            if last[*id as usize] != *page {
                last[*id as usize] = *page;
                n_pages[*id as usize] += 1;
            }
        }
    }
    let kept = (0..group.names.len()).filter(|id| n_pages[*id] >= MIN_PAGES.min(part.len() as u32));
    let vocabulary = Vocabulary::from_terms(kept.map(|id| &group.names[id]));
    let columns: Vec<Option<u32>> = group.names.iter().map(|name| vocabulary.column(name)).collect();
    let mut counts = TermCounts::new(2, vocabulary.len());
    for page in part {
        for (features, label) in group.features[*page].iter().zip(&corpus.pages[*page].labels) {
            let known = features.iter().filter_map(|id| columns[*id as usize]).map(|column| (column, 1.0));
            counts.add(known, usize::from(*label), 1.0);
        }
    }
    let bayes = NaiveBayes::fit(&NaiveBayesParams::new().alpha(1.0).prior(Prior::Uniform).check()?, &counts)?;
    FeatureTable::new(vocabulary.to_bytes().into(), &bayes)
}
