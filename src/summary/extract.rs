//! A document and a ranking in, its key sentences out: scored, chosen, put back in order, each with what its score is made of.

use super::budget::Budget;
use super::document::Document;
use super::ranking::{Ranking, SentenceScores};
use super::select::{Choice, Selection, select};

/// How a text is summarised.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SummaryOptions {
    /// How much the summary may hold.
    pub budget: Budget,
    /// Terms that sentences should speak of.
    pub query: Option<String>,
    /// How sentences are chosen; `None` for the ranking's own way.
    pub selection: Option<Selection>,
    /// Whether the sentences that were not chosen are told too.
    pub with_others: bool,
}

/// What else speaks for a document's sentences, beside the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Emphasis {
    /// Its name among the parts of a score.
    pub name: &'static str,
    /// What it adds to each sentence's score.
    pub log_odds: Vec<f64>,
    /// Sentences that come first, as far as they fit the budget.
    pub required: Vec<usize>,
}

/// The log-odds that full likeness to a query adds: about the distance between a document's best and middling sentence.
const QUERY_LOG_ODDS: f64 = 6.0;

/// A sentence with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct KeySentence {
    /// Its number in the document, from 0.
    pub number: usize,
    /// Its place in the document's text, in bytes.
    pub place: (usize, usize),
    /// Whether it is only the beginning of a sentence, up to the end of a clause.
    pub is_trimmed: bool,
    /// Its score: the sum of the parts, in log-odds where the ranking is a trained model.
    pub score: f64,
    /// What each part adds: the ranking's own by name, `query` and others where they were asked for, and `redundancy`, what
    /// likeness to sentences chosen before cost it.
    pub features: Vec<(&'static str, f64)>,
}

/// The key sentences of a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The chosen sentences, in their order.
    pub sentences: Vec<KeySentence>,
    /// The others, in their order, if they were asked for.
    pub others: Vec<KeySentence>,
}

/// The key sentences of a document; none if it has none, or if no sentence fits a budget of words or characters.
///
/// ```
/// use nutgraf::summary::{Baseline, Document, SummaryOptions, summarize};
///
/// let text = "The line was cut in March. Ministers now want it back. It rained.";
/// let mut document = Document::new(text, &Document::paragraphs(text), None, None);
/// let options = SummaryOptions { query: Some("rain".into()), ..SummaryOptions::default() };
/// let summary = summarize(&Baseline::Centroid, &mut document, &options, &[]);
/// assert_eq!(summary.sentences.len(), 3);
/// let (start, end) = summary.sentences[2].place;
/// assert_eq!(&text[start..end], "It rained.");
/// ```
///
/// # Panics
/// If an emphasis has not a value a sentence, or requires one that is not there.
#[must_use]
pub fn summarize(
    ranking: &dyn Ranking,
    document: &mut Document<'_>,
    options: &SummaryOptions,
    emphases: &[Emphasis],
) -> Summary {
    let mut parts = ranking.scores(document);
    if let Some(query) = &options.query {
        parts.add_part("query", &query_log_odds(document, query));
    }
    for emphasis in emphases {
        parts.add_part(emphasis.name, &emphasis.log_odds);
    }
    let required: Vec<usize> =
        emphases.iter().flat_map(|emphasis| emphasis.required.iter().copied()).collect();
    let scores = parts.sums();
    let selection = options.selection.unwrap_or_else(|| ranking.selection());
    let chosen = select(document, &scores, (options.budget, selection), &required);
    let others = (0..scores.len())
        .filter(|idx| {
            options.with_others && chosen.binary_search_by_key(idx, |choice| choice.sentence).is_err()
        })
        .map(|sentence| Choice { sentence, penalty: 0.0 });
    Summary {
        others: others.map(|choice| key_sentence(document, &parts, choice)).collect(),
        sentences: chosen.into_iter().map(|choice| key_sentence(document, &parts, choice)).collect(),
    }
}

/// What likeness to a query adds to each sentence's score.
pub(super) fn query_log_odds(document: &mut Document<'_>, query: &str) -> Vec<f64> {
    document.query_similarity(query).into_iter().map(|likeness| QUERY_LOG_ODDS * likeness).collect()
}

fn key_sentence(document: &Document<'_>, parts: &SentenceScores, choice: Choice) -> KeySentence {
    let mut features: Vec<(&'static str, f64)> = parts.parts(choice.sentence).collect();
    features.push(("redundancy", -choice.penalty));
    KeySentence {
        number: choice.sentence,
        place: document.place(choice.sentence),
        is_trimmed: document.sentences[choice.sentence].is_trimmed,
        score: features.iter().map(|(_, value)| value).sum(),
        features,
    }
}
