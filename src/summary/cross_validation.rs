//! Articles with references in, ROUGE of a summariser and of the lead out; cross-validation.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::budget::Budget;
use super::document::Document;
use super::extract::{SummaryOptions, summarize};
use super::model::Summarizer;
use super::oracle::oracle;
use super::ranking::Ranking;
use super::train::{SummaryParams, fold_groups};
use crate::dataset::{Fold, Folds, ReferenceArticle};
use crate::error::{Error, Result};
use crate::evaluate::{Evaluation, Rouge, RougeScores};
use crate::text::Language;

/// The scores of one article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SummaryScores {
    /// The summariser's.
    pub summary: RougeScores,
    /// The first sentences', as many as the summary may hold.
    pub lead: RougeScores,
    /// Those of as many sentences chosen greedily by the reference itself.
    pub oracle: RougeScores,
}

/// Scores a ranking's summaries of articles, in order, beside their first sentences.
#[must_use]
pub fn score_summaries(
    ranking: &dyn Ranking,
    articles: &[ReferenceArticle],
    n: NonZeroUsize,
) -> Vec<SummaryScores> {
    let options = SummaryOptions { budget: Budget::Sentences(n), ..SummaryOptions::default() };
    articles
        .par_iter()
        .map(|article| {
            let paragraphs = Document::paragraphs(&article.text);
            let language = Language::detect(&article.text);
            let title = article.title.as_deref();
            let mut document = Document::new(&article.text, &paragraphs, title, language);
            let summary = summarize(ranking, &mut document, &options, &[]);
            let chosen: Vec<&str> =
                summary.sentences.iter().map(|s| &article.text[s.place.0..s.place.1]).collect();
            let mut rouge = Rouge::default();
            SummaryScores {
                summary: rouge.score(&chosen, &article.summary),
                lead: rouge.score(&lead(&document, n), &article.summary),
                oracle: rouge.score(&best(&document, &article.summary, n), &article.summary),
            }
        })
        .collect()
}

/// Evaluates a ranking's summaries of articles beside their first `n` sentences.
#[must_use]
pub fn evaluate_summaries(
    ranking: &dyn Ranking,
    articles: &[ReferenceArticle],
    n: NonZeroUsize,
) -> Evaluation {
    evaluation_of(&score_summaries(ranking, articles, n))
}

/// The evaluation of scored summaries beside the first sentences.
#[must_use]
pub fn evaluation_of(scores: &[SummaryScores]) -> Evaluation {
    let summaries: Vec<RougeScores> = scores.iter().map(|scores| scores.summary).collect();
    let leads: Vec<RougeScores> = scores.iter().map(|scores| scores.lead).collect();
    let oracles: Vec<RougeScores> = scores.iter().map(|scores| scores.oracle).collect();
    Evaluation::of_summaries(&summaries, &leads, &oracles)
}

/// Cross-validates: every article is summarised by a model that never saw its fold.
///
/// # Errors
/// As [`Summarizer::train`].
pub fn cross_validate_summaries(
    params: &SummaryParams,
    articles: &[ReferenceArticle],
    n_folds: usize,
) -> Result<Evaluation> {
    let n = NonZeroUsize::new(params.n_sentences)
        .ok_or_else(|| Error::parameter("n_sentences", 0, "at least 1"))?;
    let ids = fold_groups(articles);
    let scores =
        crate::tune::cross_validate(&Folds::grouped(&ids, n_folds), articles.len(), |fold: &Fold| {
            let part = |idxs: &[usize]| idxs.iter().map(|idx| articles[*idx].clone()).collect::<Vec<_>>();
            let summarizer = Summarizer::train(params, &part(&fold.train))?;
            Ok(score_summaries(&summarizer, &part(&fold.test), n))
        })?;
    Ok(evaluation_of(&scores))
}

/// The first `n` sentences of a document: the baseline that is hard to beat.
#[must_use]
pub fn lead<'a>(document: &Document<'a>, n: NonZeroUsize) -> Vec<&'a str> {
    document.sentences.iter().take(n.get()).map(|s| &document.text[s.start..s.end]).collect()
}

/// At most `n` sentences chosen greedily by the reference: what no extractor of so many does much better than.
fn best<'a>(document: &Document<'a>, reference: &[String], n: NonZeroUsize) -> Vec<&'a str> {
    let chosen = oracle(document, reference, &mut Rouge::any_script(), n.get());
    let sentences = document.sentences.iter().zip(chosen).filter(|(_, is_chosen)| *is_chosen);
    sentences.map(|(s, _)| &document.text[s.start..s.end]).collect()
}
