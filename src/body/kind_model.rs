//! Blocks of known kind in, a classifier of dropped blocks out: TF-IDF naive Bayes over words and naive Bayes over
//! features of markup, form and place, the two log-likelihoods weighted by grouped cross-validation.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::features::for_each_feature;
use super::groups::Group;
use super::kind::BlockKind;
use super::kind_sequence::{KindTransitions, Observed};
use super::text_table::{StoredTable, TextTable, TextTableParams};
use crate::bayes::{
    LinearModel, NaiveBayes, NaiveBayesParams, Precision, Prior, TermCounts, argmax, softmax,
};
use crate::dataset::{Fold, Folds};
use crate::error::{Error, Result};
use crate::evaluate::log_loss;
use crate::features::{Csr, RowScratch, VectorizerParams, Vocabulary, VocabularyBuilder};
use crate::model::Model;
use crate::page::Format;
use crate::text::AnalyzerParams;
use crate::tune::{cross_validate, least};

/// A block with its kind, reduced to what the classifier sees.
pub(super) struct KindExample {
    pub(super) text: String,
    pub(super) features: Vec<String>,
    /// Position in [`BlockKind::DROPPED`].
    pub(super) class: usize,
    /// What keeps examples together in folds.
    pub(super) group: String,
    /// The page of [`MarkedPage`] that it stands in, if any, and its block there.
    pub(super) place: Option<(usize, usize)>,
}

/// The kinds of a page's blocks, each a position in [`BlockKind::DROPPED`]; `None` for body.
pub(super) type MarkedPage = Vec<Option<usize>>;

/// A fitted classifier of kinds.
#[derive(Debug)]
pub(super) struct KindModel {
    tables: Tables,
    stored: Stored,
}

#[derive(Debug)]
struct Tables {
    words: TextTable,
    features: Vocabulary,
    marks: LinearModel,
}

/// What a model file keeps beside the arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    words: StoredTable,
    /// What words and marks count for.
    weights: (f64, f64),
    transitions: KindTransitions,
}

const N_CLASSES: usize = BlockKind::DROPPED.len();
/// The most words and pairs, which bounds the model file.
const MAX_TERMS: usize = 8_000;
/// Marks of fewer examples are left out.
const MIN_EXAMPLES: u32 = 3;

/// Groups of features that tell kinds: of the block, of its place, of its markup.
const OF_BLOCK: [Group; 4] = [Group::Form, Group::Lead, Group::Size, Group::Links];
const OF_PLACE: [Group; 3] = [Group::Position, Group::Headline, Group::Neighbours];
const OF_MARKUP: [Group; 4] = [Group::Tag, Group::NearAttributes, Group::FarAttributes, Group::Ancestry];

/// Calls `found` with the features of a block other than its words, some of them more than once; with those of place only
/// where the block stands in a page.
fn for_each_mark(context: &Context<'_>, idx: usize, mut found: impl FnMut(&str)) {
    let place = if context.page.blocks.len() > 1 { &OF_PLACE[..] } else { &[] };
    let markup = if context.page.format == Format::Html { &OF_MARKUP[..] } else { &[] };
    let (mut buffer, mut mark) = (String::new(), String::new());
    for group in OF_BLOCK.iter().chain(place).chain(markup) {
        for_each_feature(context, idx, *group, &mut buffer, |feature| {
            mark.clear();
            mark.push_str(group.name());
            mark.push(' ');
            mark.push_str(feature);
            found(&mark);
        });
    }
}

/// The features of a block other than its words, each once.
pub(super) fn marks(context: &Context<'_>, idx: usize) -> Vec<String> {
    let mut marks = Vec::new();
    for_each_mark(context, idx, |mark| marks.push(mark.to_owned()));
    marks.sort_unstable();
    marks.dedup();
    marks
}

impl KindModel {
    /// Trains on examples, and on the order of kinds in `pages`; kinds without any example stay possible and improbable.
    pub(super) fn train(examples: &[KindExample], pages: &[MarkedPage], n_folds: usize) -> Result<Self> {
        let groups: Vec<&str> = examples.iter().map(|example| example.group.as_str()).collect();
        let scores = cross_validate(&Folds::grouped(&groups, n_folds), examples.len(), |fold: &Fold| {
            let tables = Tables::fit(examples, &fold.train)?;
            let mut scratch = RowScratch::default();
            Ok(fold
                .test
                .iter()
                .map(|idx| {
                    let columns = tables.columns(&examples[*idx].features);
                    tables.scores(&examples[*idx].text, columns, &mut scratch)
                })
                .collect())
        })?;
        let loss = |weights: (f64, f64)| {
            let gold: Vec<f64> = scores
                .iter()
                .zip(examples)
                .map(|((words, marks), example)| blend(words, marks, weights)[example.class])
                .collect();
            log_loss(&gold)
        };
        let steps = [0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0];
        let grid: Vec<(f64, f64)> = steps.iter().flat_map(|a| steps.iter().map(move |b| (*a, *b))).collect();
        let weights = least(&grid, loss);
        let all: Vec<usize> = (0..examples.len()).collect();
        let tables = Tables::fit(examples, &all)?;
        let mut of_place = vec![Vec::new(); pages.len()];
        for (example, (words, marks)) in examples.iter().zip(&scores) {
            if let Some((page, block)) = example.place {
                of_place[page].push((block, blend(words, marks, weights)));
            }
        }
        let transitions = transitions(pages, &of_place);
        let stored = Stored { words: tables.words.stored(), weights, transitions };
        Ok(Self { tables, stored })
    }

    /// The most probable kind of each block that is dropped, in order; `scratch` is reused from page to page.
    pub(super) fn kinds(
        &self,
        context: &Context<'_>,
        is_dropped: &[bool],
        scratch: &mut RowScratch,
    ) -> Vec<BlockKind> {
        let mut observe = |(idx, is_dropped): (usize, &bool)| match is_dropped {
            true => Observed::Dropped(self.probabilities(context, idx, scratch)),
            false => Observed::Body,
        };
        let page: Vec<Observed> = is_dropped.iter().enumerate().map(&mut observe).collect();
        self.stored.transitions.smooth(&page).iter().map(|p| BlockKind::DROPPED[argmax(p)]).collect()
    }

    /// The probability of each kind of a block by itself.
    fn probabilities(&self, context: &Context<'_>, idx: usize, scratch: &mut RowScratch) -> Vec<f64> {
        let mut columns = Vec::new();
        for_each_mark(context, idx, |mark| columns.extend(self.tables.features.column(mark)));
        columns.sort_unstable();
        columns.dedup();
        let (words, marks) = self.tables.scores(&context.page.blocks[idx].text, columns, scratch);
        blend(&words, &marks, self.stored.weights)
    }

    pub(super) fn store(&self, model: &mut Model) -> Stored {
        self.tables.words.store("kinds.words", model);
        model.put_bytes("kinds.marks.vocabulary", self.tables.features.to_bytes());
        model.put_arrays("kinds.marks", self.tables.marks.arrays());
        self.stored.clone()
    }

    pub(super) fn load(model: &Model, stored: Stored) -> Result<Self> {
        let features = Vocabulary::from_bytes(&model.bytes("kinds.marks.vocabulary")?)?;
        let is_usable = stored.weights.0.is_finite() && stored.weights.1.is_finite();
        if !is_usable || !stored.transitions.is_valid() {
            return Err(Error::model("body", "weights of kinds are not usable; train the model anew"));
        }
        let tables = Tables {
            words: TextTable::load("kinds.words", model, stored.words.clone(), N_CLASSES)?,
            marks: LinearModel::from_arrays(vec![0.0; N_CLASSES], features.len(), Precision::I8, |name| {
                model.bytes(&format!("kinds.marks.{name}"))
            })?,
            features,
        };
        Ok(Self { tables, stored })
    }
}

/// Transitions of the weight under which held-out kinds are likeliest; a page's own are left out when it is judged.
fn transitions(pages: &[MarkedPage], of_place: &[Vec<(usize, Vec<f64>)>]) -> KindTransitions {
    let mut whole = KindTransitions::new(pages.iter().map(Vec::as_slice));
    let loss = |weight: f64| {
        let mut gold = Vec::new();
        for (page, alone) in pages.iter().zip(of_place) {
            let mut others = whole.clone();
            others.weight = weight;
            others.count(page, -1.0);
            let mut observed = vec![Observed::Body; page.len()];
            for (block, p) in alone {
                observed[*block] = Observed::Dropped(p.clone());
            }
            let dropped: Vec<usize> =
                (0..page.len()).filter(|idx| observed[*idx] != Observed::Body).collect();
            for (block, p) in dropped.iter().zip(others.smooth(&observed)) {
                gold.extend(page[*block].map(|kind| p[kind]));
            }
        }
        log_loss(&gold)
    };
    let weight = least(&[0.0, 0.25, 0.5, 0.75, 1.0, 1.5], loss);
    whole.weight = weight;
    whole
}

/// Stemmed words and pairs: the examples are few.
pub(super) fn word_params() -> TextTableParams {
    TextTableParams {
        vectorizer: VectorizerParams {
            analyzer: AnalyzerParams {
                drop_stop_words: false,
                min_chars: 1,
                max_ngram: 2,
                ..AnalyzerParams::default()
            },
            min_documents: 2,
            max_terms: Some(MAX_TERMS),
            ..VectorizerParams::default()
        },
        balance: true,
    }
}

/// Class probabilities of weighted log-likelihoods; priors are even, since what pages show differs from what we wrote.
fn blend(words: &[f64], marks: &[f64], weights: (f64, f64)) -> Vec<f64> {
    let joint: Vec<f64> = words.iter().zip(marks).map(|(a, b)| weights.0 * a + weights.1 * b).collect();
    softmax(&joint)
}

impl Tables {
    fn fit(examples: &[KindExample], part: &[usize]) -> Result<Self> {
        let texts = part.iter().map(|idx| examples[*idx].text.as_str());
        let classes: Vec<usize> = part.iter().map(|idx| examples[*idx].class).collect();
        let words = TextTable::fit(&word_params(), texts, &classes, N_CLASSES)?;
        let mut builder = VocabularyBuilder::default();
        for idx in part {
            builder.add_document(examples[*idx].features.iter().map(String::as_str));
        }
        let (features, _) = builder.build(MIN_EXAMPLES, None);
        let mut marks = Csr::new(features.len());
        for idx in part {
            marks.push_row(&mark_row(columns(&features, &examples[*idx].features)));
        }
        let params = NaiveBayesParams::new().alpha(0.1).prior(Prior::Uniform).balance(true).check()?;
        let counts = TermCounts::from_rows(&marks, &classes, N_CLASSES).with_every_class();
        let marks = LinearModel::from(NaiveBayes::fit(&params, &counts)?).centred();
        Ok(Self { words, marks: marks.to_precision(Precision::I8), features })
    }

    fn columns(&self, features: &[String]) -> Vec<u32> {
        columns(&self.features, features)
    }

    /// Log-likelihoods of the classes by words and by the columns of marks.
    fn scores(&self, text: &str, columns: Vec<u32>, scratch: &mut RowScratch) -> (Vec<f64>, Vec<f64>) {
        let words = self.words.log_likelihoods(text, scratch);
        let mut marks = vec![0.0; N_CLASSES];
        self.marks.add_terms(mark_row(columns).into_iter(), &mut marks);
        (words, marks)
    }
}

/// The columns of known features.
fn columns(vocabulary: &Vocabulary, features: &[String]) -> Vec<u32> {
    features.iter().filter_map(|feature| vocabulary.column(feature)).collect()
}

/// Known features, weighted so that the row has length 1 like a TF-IDF row.
fn mark_row(columns: Vec<u32>) -> Vec<(u32, f32)> {
    let value = 1.0 / (columns.len().max(1) as f32).sqrt();
    columns.into_iter().map(|column| (column, value)).collect()
}
