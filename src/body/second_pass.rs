//! Scores and probabilities of a first pass in, probabilities of a second out: how a block fares when what is around it is
//! known. Boosted trees over the block's own scores, over what the first pass made of its containers, its neighbours and the
//! blocks that are marked up as it is, and over the dates and recurring words around it.
//!
//! Measured by cross-validation by site over 788 pages (ARCHITECTURE.md): worth more than any feature of the first pass.

use hashbrown::HashMap;

use super::context::ancestors;
use super::markers;
use super::sequence::distances;
use crate::bayes::{BoostedTrees, BoostingParams, logistic};
use crate::error::Result;
use crate::features::arrays::{F32Array, U16Array};
use crate::features::hash;
use crate::model::Model;
use crate::page::{Block, Element, ElementKind, Page};

/// Containers of a block that are looked at, its own element included.
const N_LEVELS: usize = 8;
/// Ways in which blocks are marked up alike: by their element, and by up to two around it.
const N_SIGNATURES: usize = 3;
/// Measures beside a block's scores.
const N_MEASURES: usize = 8 + 2 * N_LEVELS + 10 + 3 * N_SIGNATURES + markers::N_MEASURES;
/// What a share is of nothing.
const NONE: f32 = -1.0;
/// The farthest distance in blocks that is told apart.
const FAR: f32 = 30.0;
/// p(body) and words of a block from which it is a landmark for others.
const LANDMARK: (f64, usize) = (0.9, 15);

/// What the first pass says of a page.
#[derive(Clone, Copy)]
pub(super) struct FirstPass<'a> {
    pub(super) page: &'a Page,
    /// A fixed number of scores a block.
    pub(super) scores: &'a [f64],
    /// Of each block alone.
    pub(super) log_odds: &'a [f64],
    /// Of each block in the sequence.
    pub(super) p_body: &'a [f64],
}

/// Fitted trees.
#[derive(Debug)]
pub(super) struct SecondPass {
    trees: BoostedTrees,
}

/// Words of a block, so that one without any still counts.
fn weight(block: &Block) -> f64 {
    block.n_words as f64 + 1.0
}

/// Sums over blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Mass {
    n: f64,
    words: f64,
    body: f64,
}

impl Mass {
    fn add(&mut self, block: &Block, p: f64) {
        self.n += 1.0;
        self.words += weight(block);
        self.body += weight(block) * p;
    }

    /// The share of body among the others, without a block of its own.
    fn share_without(&self, block: &Block, p: f64) -> f32 {
        let rest = self.words - weight(block);
        if rest > 0.5 { ((self.body - weight(block) * p) / rest) as f32 } else { NONE }
    }
}

/// The measures of every block behind its scores, row by row.
fn rows(first: &FirstPass<'_>) -> Vec<f32> {
    let page = first.page;
    let n_scores = first.scores.len() / page.blocks.len().max(1);
    let mut of_element = vec![Mass::default(); page.elements.len()];
    let mut whole = Mass::default();
    for (block, p) in page.blocks.iter().zip(first.p_body) {
        whole.add(block, *p);
        ancestors(page, block).for_each(|element| of_element[element as usize].add(block, *p));
    }
    let all_body = whole.body.max(1e-9);
    let alike = alike(page, first.p_body);
    let markers = markers::measures(page, first.p_body);
    let distances = distances(page);
    let (before, after) = landmarks(page, first.p_body);
    let highest = first.p_body.iter().copied().fold(0.0, f64::max);
    let mut rows = Vec::with_capacity(page.blocks.len() * (n_scores + N_MEASURES));
    let mut passed = 0.0;
    for (idx, block) in page.blocks.iter().enumerate() {
        let p = first.p_body[idx];
        let start = rows.len();
        rows.extend(first.scores[idx * n_scores..(idx + 1) * n_scores].iter().map(|score| *score as f32));
        rows.extend([
            first.log_odds[idx] as f32,
            p as f32,
            block.words_each() as f32,
            block.link_density() as f32,
            distances[idx] as f32,
            distances.get(idx + 1).map_or(NONE, |distance| *distance as f32),
            f32::from(u8::from(block.is_hidden)),
            kind_code(block.kind),
        ]);
        let (mut shares, mut parts) = ([NONE; N_LEVELS], [NONE; N_LEVELS]);
        // How far out the container of half and of most of the body is, and the share of body in the nearer one.
        let (mut half, mut most, mut purity) = (None, None, NONE);
        for (level, element) in ancestors(page, block).enumerate() {
            let mass = of_element[element as usize];
            let part = mass.body / all_body;
            if level < N_LEVELS {
                shares[level] = mass.share_without(block, p);
                parts[level] = part as f32;
            }
            if half.is_none() && part >= 0.5 {
                half = Some(level);
                purity = (mass.body / mass.words) as f32;
            }
            if most.is_none() && part >= 0.8 {
                most = Some(level);
                break;
            }
        }
        rows.extend(shares);
        rows.extend(parts);
        let own = weight(block) * p;
        let far = |level: Option<usize>| level.map_or(FAR, |level| level as f32);
        rows.extend([
            far(half),
            far(most),
            purity,
            (passed / all_body) as f32,
            ((all_body - passed - own) / all_body) as f32,
            (all_body / whole.words.max(1.0)) as f32,
            all_body as f32,
            before[idx],
            after[idx],
            highest as f32,
        ]);
        rows.extend(alike[idx]);
        rows.extend(markers[idx]);
        passed += own;
        debug_assert_eq!(rows.len() - start, n_scores + N_MEASURES);
    }
    rows
}

/// Of the blocks marked up as each block is: the share of body among the others, their number and their mean words.
fn alike(page: &Page, p_body: &[f64]) -> Vec<[f32; 3 * N_SIGNATURES]> {
    let mut measures = vec![[NONE; 3 * N_SIGNATURES]; page.blocks.len()];
    let of_element: Vec<u64> = page.elements.iter().map(hash_of).collect();
    let mut masses: HashMap<u64, Mass> = HashMap::new();
    let mut signatures = vec![0_u64; page.blocks.len()];
    for n in 1..=N_SIGNATURES {
        // An element more than the signature before; blocks nearer to the root than that keep theirs.
        for (block, signature) in page.blocks.iter().zip(&mut signatures) {
            if let Some(element) = ancestors(page, block).nth(n - 1) {
                *signature = (signature.rotate_left(23) ^ of_element[element as usize]).wrapping_mul(SPREAD);
            }
        }
        masses.clear();
        for ((block, p), signature) in page.blocks.iter().zip(p_body).zip(&signatures) {
            masses.entry(*signature).or_default().add(block, *p);
        }
        for (idx, (block, p)) in page.blocks.iter().zip(p_body).enumerate() {
            let (mass, measures) = (masses[&signatures[idx]], &mut measures[idx]);
            measures[3 * (n - 1)] = mass.share_without(block, *p);
            measures[3 * (n - 1) + 1] = mass.n as f32;
            measures[3 * (n - 1) + 2] = (mass.words / mass.n) as f32;
        }
    }
    measures
}

/// An odd number, 2^64 / φ.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash of an element's name and attributes. Marked up alike are elements of one hash.
fn hash_of(element: &Element) -> u64 {
    hash(element.tag.name().as_bytes()).rotate_left(32) ^ hash(element.attributes.as_bytes())
}

/// Blocks since the last landmark before each block, and until the next at or after it.
fn landmarks(page: &Page, p_body: &[f64]) -> (Vec<f32>, Vec<f32>) {
    let is_landmark = |idx: usize| p_body[idx] > LANDMARK.0 && page.blocks[idx].words_each() >= LANDMARK.1;
    let n = page.blocks.len();
    let along = |order: &mut dyn Iterator<Item = usize>| {
        let mut distances = vec![FAR; n];
        let mut distance = FAR;
        for idx in order {
            distance = (distance + 1.0).min(FAR);
            distances[idx] = distance;
            if is_landmark(idx) {
                distance = 0.0;
            }
        }
        distances
    };
    (along(&mut (0..n)), along(&mut (0..n).rev()))
}

fn kind_code(kind: ElementKind) -> f32 {
    match kind {
        ElementKind::Generic => 0.0,
        ElementKind::ListItem => 1.0,
        ElementKind::TableCell => 2.0,
        ElementKind::Caption => 3.0,
        ElementKind::Preformatted => 4.0,
        ElementKind::Paragraph => 5.0,
        ElementKind::Quote => 6.0,
        ElementKind::Heading(level) => 6.0 + f32::from(level),
    }
}

/// The arrays of a model file, after the submodel's name.
const ARRAYS: [&str; 3] = ["second.features", "second.children", "second.roots"];

impl SecondPass {
    /// Fits on pages as a first pass sees them that was not trained on them, with the label of every block and what the page
    /// counts for.
    ///
    /// # Errors
    /// As [`BoostedTrees::fit`].
    pub(super) fn fit<'a>(pages: impl Iterator<Item = (FirstPass<'a>, &'a [bool], f64)>) -> Result<Self> {
        let (mut measures, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (page, of_blocks, weight) in pages {
            measures.extend(rows(&page));
            labels.extend_from_slice(of_blocks);
            weights.extend(of_blocks.iter().map(|_| weight));
        }
        Ok(Self { trees: BoostedTrees::fit(&BoostingParams::default(), &measures, &labels, &weights)? })
    }

    /// p(body) of every block.
    pub(super) fn p_body(&self, first: &FirstPass<'_>) -> Vec<f64> {
        self.trees.log_odds(&rows(first)).into_iter().map(logistic).collect()
    }

    /// Adds the arrays to a model under a prefix; returns the log-odds before any tree.
    pub(super) fn store(&self, prefix: &str, model: &mut Model) -> f64 {
        let (numbers, values) = self.trees.parts();
        for (name, numbers) in ARRAYS.iter().zip(&numbers) {
            let short =
                |number: &u32| u16::try_from(*number).expect("200 trees of 15 leaves have 5,800 nodes");
            let numbers: Vec<u16> = numbers.iter().map(short).collect();
            model.put_bytes(&format!("{prefix}.{name}"), U16Array::from(&numbers[..]).bytes());
        }
        model.put_bytes(&format!("{prefix}.second.values"), F32Array::from(&values[..]).bytes());
        self.trees.bias()
    }

    /// The inverse of [`Self::store`], for a first pass of so many scores.
    pub(super) fn load(prefix: &str, model: &Model, bias: f64, n_scores: usize) -> Result<Self> {
        let numbers = |name: &str| -> Result<Vec<u32>> {
            let array = U16Array::new(model.bytes(&format!("{prefix}.{name}"))?)?;
            Ok((0..array.len()).map(|idx| u32::from(array.at(idx))).collect())
        };
        let [features, children, roots] = ARRAYS.map(numbers);
        let values = F32Array::new(model.bytes(&format!("{prefix}.second.values"))?)?.iter().collect();
        let trees =
            BoostedTrees::from_parts(n_scores + N_MEASURES, bias, [features?, children?, roots?], values)?;
        Ok(Self { trees })
    }
}
