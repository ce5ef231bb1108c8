//! Several articles on one story in, one summary out: near-copies folded, what several articles say first, in the order of time.
//!
//! Every article's sentences are scored as those of a single article are; what other articles say too counts for more, and
//! what is said twice is told once. Articles are told in the order of their dates.

use std::collections::HashSet;

use super::article::{Place, SentenceReading, paragraphs};
use super::document::{Document, DocumentScratch};
use super::extract::{KeySentence, SummaryOptions, query_log_odds};
use super::ranking::{Ranking, SentenceScores};
use super::select::{Choice, select};
use super::similarity::pairs;
use crate::body::{Article, BlockVerdict};
use crate::features::hash;
use crate::page::Page;
use crate::text::{Language, tokens};

/// An article of a story, with the best of its sentences.
#[derive(Debug, Clone)]
pub struct StoryArticle {
    /// The day on which it appeared, as `YYYY-MM-DD`.
    pub date: Option<String>,
    language: Option<Language>,
    /// The best sentences with their scores' parts, in their order.
    sentences: Vec<(SentenceReading, SentenceScores)>,
    /// Hashes of five words in a row.
    shingles: HashSet<u64>,
}

/// One summary of several articles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StorySummary {
    /// The sentences, in the order of their articles' dates, then of the articles, then of the text.
    pub sentences: Vec<StorySentence>,
    /// For each article the one that it is a near-copy of, if it is one.
    pub copy_of: Vec<Option<usize>>,
}

/// A sentence of a summary of several articles.
#[derive(Debug, Clone, PartialEq)]
pub struct StorySentence {
    /// The article that it stands in.
    pub article: usize,
    /// The sentence.
    pub sentence: SentenceReading,
    /// The other articles that say something much like it, near-copies left out.
    pub said_by: Vec<usize>,
}

/// Sentences of an article that are in the running.
const MAX_SENTENCES: usize = 12;
/// Words in a row of which near-copies share most.
const SHINGLE: usize = 5;
/// The share of the shorter article's shingles at which it is a near-copy of the other.
const COPIED: f64 = 0.6;
/// Likeness from which two articles say the same thing.
const SAME_THING: f32 = 0.3;

impl StoryArticle {
    /// Returns an article of a page with the best of its sentences by a ranking.
    #[must_use]
    pub fn new(
        ranking: &dyn Ranking,
        (page, verdicts, article): (&Page, &[BlockVerdict], &Article),
        scratch: &mut DocumentScratch,
    ) -> Self {
        let paragraphs = paragraphs(verdicts, article);
        let (title, language) = (article.title.as_deref(), page.metadata.language);
        let text = (article.text.as_str(), paragraphs.as_slice());
        let document = Document::reusing(std::mem::take(scratch), text, title, language);
        let scores = ranking.scores(&document);
        let sums = scores.sums();
        let mut order: Vec<usize> = (0..sums.len()).collect();
        order.sort_by(|a, b| sums[*b].total_cmp(&sums[*a]).then(a.cmp(b)));
        order.truncate(MAX_SENTENCES);
        order.sort_unstable();
        let place = Place { page, article };
        let sentence = |idx: usize| {
            let key = KeySentence {
                number: idx,
                place: document.place(idx),
                is_trimmed: false,
                score: sums[idx],
                features: Vec::new(),
            };
            (place.sentence(key), scores.row(idx))
        };
        let sentences = order.into_iter().map(sentence).collect();
        *scratch = document.into_scratch();
        Self { date: page.metadata.date.clone(), language, sentences, shingles: shingles(&article.text) }
    }
}

/// One summary of the articles of a story. Near-copies of an article that appeared before, or that was given before where
/// dates are equal or unknown, say nothing of their own. None gives no sentences.
///
/// What `n` other articles say too adds ln(1 + n) to a sentence's score, as if each doubled its odds at first.
#[must_use]
pub fn summarize_story(
    ranking: &dyn Ranking,
    articles: &[StoryArticle],
    options: &SummaryOptions,
) -> StorySummary {
    let mut order: Vec<usize> = (0..articles.len()).collect();
    // Articles without a date come last.
    let date = |idx: &usize| (articles[*idx].date.is_none(), articles[*idx].date.clone(), *idx);
    order.sort_by_key(date);
    let copy_of = copies(articles, &order);
    let mut text = String::new();
    let mut places: Vec<(usize, (usize, usize))> = Vec::new();
    let mut origins: Vec<(usize, usize)> = Vec::new();
    for (rank, idx) in order.iter().enumerate().filter(|(_, idx)| copy_of[**idx].is_none()) {
        for (number, (sentence, _)) in articles[*idx].sentences.iter().enumerate() {
            let start = text.len();
            text.push_str(&sentence.text);
            places.push((rank, (start, text.len())));
            origins.push((*idx, number));
            text.push('\n');
        }
    }
    let language = articles.iter().find_map(|article| article.language);
    let mut document = Document::of_sentences(DocumentScratch::default(), (&text, &places), None, language);
    let said_by = said_by(&document, &origins);
    let Some(mut scores) =
        SentenceScores::of_rows(origins.iter().map(|(idx, number)| &articles[*idx].sentences[*number].1))
    else {
        return StorySummary { sentences: Vec::new(), copy_of };
    };
    let support: Vec<f64> = said_by.iter().map(|others| (others.len() as f64).ln_1p()).collect();
    scores.add_part("said_by_others", &support);
    if let Some(query) = &options.query {
        scores.add_part("query", &query_log_odds(&mut document, query));
    }
    let selection = options.selection.unwrap_or_else(|| ranking.selection());
    let chosen = select(&document, &scores.sums(), (options.budget, selection), &[]);
    let sentence = |choice: Choice| {
        let (article, number) = origins[choice.sentence];
        let mut sentence = articles[article].sentences[number].0.clone();
        sentence.features = scores.parts(choice.sentence).chain([("redundancy", -choice.penalty)]).collect();
        sentence.score = sentence.features.iter().map(|(_, value)| value).sum();
        StorySentence { article, sentence, said_by: said_by[choice.sentence].clone() }
    };
    StorySummary { sentences: chosen.into_iter().map(sentence).collect(), copy_of }
}

/// For each sentence the other articles that have one much like it, ascending.
fn said_by(document: &Document<'_>, origins: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut said_by = vec![Vec::new(); origins.len()];
    for pair in pairs(document).iter().filter(|pair| pair.likeness >= SAME_THING) {
        let (first, second) = (pair.first as usize, pair.second as usize);
        let (a, b) = (origins[first].0, origins[second].0);
        if a != b {
            said_by[first].push(b);
            said_by[second].push(a);
        }
    }
    for others in &mut said_by {
        others.sort_unstable();
        others.dedup();
    }
    said_by
}

/// For each article the earliest one in `order` that it all but repeats.
fn copies(articles: &[StoryArticle], order: &[usize]) -> Vec<Option<usize>> {
    let mut copy_of = vec![None; articles.len()];
    for (rank, idx) in order.iter().enumerate() {
        let own = &articles[*idx].shingles;
        let is_copy = |earlier: &&usize| {
            let other = &articles[**earlier].shingles;
            let shorter = own.len().min(other.len());
            copy_of[**earlier].is_none()
                && shorter > 0
                && own.intersection(other).count() as f64 >= COPIED * shorter as f64
        };
        copy_of[*idx] = order[..rank].iter().find(is_copy).copied();
    }
    copy_of
}

fn shingles(text: &str) -> HashSet<u64> {
    let words: Vec<u64> =
        tokens(text).map(|token| hash(text[token.start..token.end].to_lowercase().as_bytes())).collect();
    let of = |words: &[u64]| hash(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    words.windows(SHINGLE.min(words.len()).max(1)).map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::page::PageHints;
    use crate::reading::whole_article;
    use crate::summary::{Baseline, Budget};

    fn story(texts: &[(&str, Option<&str>)], n: usize) -> StorySummary {
        let mut scratch = DocumentScratch::default();
        let articles: Vec<StoryArticle> = texts
            .iter()
            .map(|(text, date)| {
                let hints = PageHints { date: date.map(str::to_owned), ..PageHints::default() };
                let (page, verdicts, article) = whole_article(text.as_bytes(), &hints).unwrap();
                StoryArticle::new(&Baseline::Centroid, (&page, &verdicts, &article), &mut scratch)
            })
            .collect();
        let options = SummaryOptions {
            budget: Budget::Sentences(NonZeroUsize::new(n).unwrap()),
            ..SummaryOptions::default()
        };
        summarize_story(&Baseline::Centroid, &articles, &options)
    }

    const FIRST: &str = "The ferry ran aground off the northern cape on Monday night. Nobody was hurt, the coast guard said. \
                         Passengers sang songs until help came from the village.";
    const SECOND: &str = "Divers found a crack in the hull of the ferry that ran aground off the northern cape on Monday. The \
                          owner of the line promised an inquiry into the voyage.";
    const COPY: &str = "The ferry ran aground off the northern cape on Monday night. Nobody was hurt, the coast guard said. \
                        Passengers sang songs until help came from the village. Advertisement.";

    #[test]
    fn copies_are_folded_and_the_rest_is_told_in_order_of_time() {
        let texts = [(SECOND, Some("2026-03-04")), (COPY, Some("2026-03-03")), (FIRST, Some("2026-03-02"))];
        let summary = story(&texts, 5);
        assert_eq!(summary.copy_of, [None, Some(2), None]);
        let articles: Vec<usize> = summary.sentences.iter().map(|sentence| sentence.article).collect();
        assert_eq!(articles, [2, 2, 2, 0, 0]);
        let aground = &summary.sentences[0];
        assert!(aground.sentence.text.starts_with("The ferry ran aground"));
        assert_eq!(aground.said_by, [0], "the copy is no second voice");
        let sum: f64 = aground.sentence.features.iter().map(|(_, value)| value).sum();
        assert!((sum - aground.sentence.score).abs() < 1e-12);
    }

    #[test]
    fn what_several_say_comes_first_and_nothing_gives_nothing() {
        let summary = story(&[(FIRST, None), (SECOND, None)], 1);
        assert!(summary.sentences[0].sentence.text.contains("ran aground"), "{summary:?}");
        assert_eq!(story(&[], 3), StorySummary::default());
    }
}
