//! Blocks in, dense rows of shape measures out, for `linfa_bayes::GaussianNb`.

use ndarray::Array2;

use super::context::Context;
use crate::page::Block;

/// The number of measures.
pub(super) const N_MEASURES: usize = 8;

/// The shape of one block: measures squashed so that a Gaussian can fit them.
pub(super) fn shape(context: &Context<'_>, idx: usize) -> [f64; N_MEASURES] {
    let blocks = &context.page.blocks;
    let log_words = |block: Option<&Block>| block.map_or(0.0, |block| (1.0 + block.words_each() as f64).ln());
    let block = &blocks[idx];
    let per_word = |n: usize| n as f64 / block.n_words.max(1) as f64;
    let n_commas = block.text.bytes().filter(|b| *b == b',').count();
    let n_capitals = block.text.split(' ').filter(|word| word.starts_with(char::is_uppercase)).count();
    [
        log_words(Some(block)),
        block.link_density(),
        per_word(n_commas),
        per_word(n_capitals).min(1.0),
        (idx as f64 + 0.5) / blocks.len() as f64,
        context.words_before[idx],
        log_words(idx.checked_sub(1).map(|previous| &blocks[previous])),
        log_words(blocks.get(idx + 1)),
    ]
}

/// Rows as a matrix of shape (`n_rows`, [`N_MEASURES`]).
pub(super) fn matrix(rows: &[[f64; N_MEASURES]]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), N_MEASURES), |(row, column)| rows[row][column])
}
