//! An article of a page in, its key sentences and phrases with their places in the original file out.

use std::num::NonZeroUsize;

use super::document::{Document, DocumentScratch};
use super::extract::{Emphasis, KeySentence, SummaryOptions, summarize};
use super::phrases::{KeyPhrase, key_phrases};
use super::ranking::Ranking;
use crate::body::{Article, BlockKind, BlockVerdict};
use crate::page::{Page, Span};
use crate::stance::Stance;

/// A key sentence with its place in the original file.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceReading {
    /// The sentence; `…` ends one that was cut after a clause.
    pub text: String,
    /// Its bytes in the original file.
    pub span: Span,
    /// Its score in log-odds.
    pub score: f64,
    /// What each feature adds to the score.
    pub features: Vec<(&'static str, f64)>,
}

/// A key phrase with its places in the original file.
#[derive(Debug, Clone, PartialEq)]
pub struct PhraseReading {
    /// The phrase as it stands most often.
    pub text: String,
    /// Its share of all words' rank, above 0 and up to 1.
    pub score: f64,
    /// Its bytes in the original file, wherever it stands.
    pub spans: Vec<Span>,
}

/// What an article's summary consists of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeySentences {
    /// The chosen sentences, in their order.
    pub sentences: Vec<SentenceReading>,
    /// All others, in their order, if they were asked for.
    pub others: Vec<SentenceReading>,
    /// The key phrases, the best first, if they were asked for.
    pub phrases: Vec<PhraseReading>,
}

/// How articles are summarised.
#[derive(Clone, Copy)]
pub struct Summarizing<'a> {
    /// What scores sentences.
    pub ranking: &'a dyn Ranking,
    /// How many are chosen, and how.
    pub options: &'a SummaryOptions,
    /// The article's stance, where the summary should show it: the sentence that says most for it is in, and what speaks for
    /// it counts.
    pub stance: Option<&'a Stance>,
    /// Sentences of more words are cut after a clause.
    pub trim: Option<NonZeroUsize>,
    /// Key phrases at most.
    pub n_phrases: usize,
}

impl std::fmt::Debug for Summarizing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summarizing")
            .field("ranking", &self.ranking.name())
            .field("options", self.options)
            .finish_non_exhaustive()
    }
}

impl<'a> Summarizing<'a> {
    /// Returns a way of summarising without regard to stance, of whole sentences and without phrases.
    #[must_use]
    pub fn new(ranking: &'a dyn Ranking, options: &'a SummaryOptions) -> Self {
        Self { ranking, options, stance: None, trim: None, n_phrases: 0 }
    }

    /// The key sentences of an article's paragraphs, lists and quotations; headings and tables have none.
    #[must_use]
    pub fn read(
        self,
        (page, verdicts, article): (&Page, &[BlockVerdict], &Article),
        scratch: &mut DocumentScratch,
    ) -> KeySentences {
        let paragraphs = paragraphs(verdicts, article);
        let (title, language) = (article.title.as_deref(), page.metadata.language);
        let text = (article.text.as_str(), paragraphs.as_slice());
        let mut document = Document::reusing(std::mem::take(scratch), text, title, language);
        if let Some(max_words) = self.trim {
            document = document.trimmed(max_words);
        }
        let place = Place { page, article };
        let emphases: Vec<Emphasis> =
            self.stance.iter().map(|stance| stance_emphasis(stance, &document, place)).collect();
        let summary = summarize(self.ranking, &mut document, self.options, &emphases);
        let phrases = if self.n_phrases > 0 {
            key_phrases(&document, &self.ranking.scores(&document).sums(), self.n_phrases)
        } else {
            Vec::new()
        };
        *scratch = document.into_scratch();
        KeySentences {
            sentences: summary.sentences.into_iter().map(|sentence| place.sentence(sentence)).collect(),
            others: summary.others.into_iter().map(|sentence| place.sentence(sentence)).collect(),
            phrases: phrases.into_iter().map(|phrase| place.phrase(phrase)).collect(),
        }
    }
}

/// The parts of an article that have sentences.
pub(super) fn paragraphs(verdicts: &[BlockVerdict], article: &Article) -> Vec<(usize, usize)> {
    let has_sentences =
        |block: usize| matches!(verdicts[block].kind, BlockKind::Body | BlockKind::List | BlockKind::Quote);
    let places = article.places.iter().filter(|place| has_sentences(place.block));
    places.map(|place| (place.start, place.end)).collect()
}

/// The way back from an article's text to the file.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) page: &'a Page,
    pub(super) article: &'a Article,
}

impl Place<'_> {
    fn span(self, (start, end): (usize, usize)) -> Span {
        self.article.span(self.page, start, end).expect("a sentence stands within a block of the article")
    }

    pub(super) fn sentence(self, sentence: KeySentence) -> SentenceReading {
        let (start, end) = sentence.place;
        let mut text = self.article.text[start..end].to_owned();
        if sentence.is_trimmed {
            text.push('…');
        }
        SentenceReading {
            text,
            span: self.span(sentence.place),
            score: sentence.score,
            features: sentence.features,
        }
    }

    fn phrase(self, KeyPhrase { text, score, places }: KeyPhrase) -> PhraseReading {
        PhraseReading { text, score, spans: places.into_iter().map(|place| self.span(place)).collect() }
    }
}

/// What an article's stance makes of its sentences: each counts for more by half of what it says for the label, which keeps
/// the best by other measures in reach, and the one that says most is in.
fn stance_emphasis(stance: &Stance, document: &Document<'_>, place: Place<'_>) -> Emphasis {
    const SHARE: f64 = 0.5;
    let spans: Vec<Span> = (0..document.n_sentences()).map(|idx| place.span(document.place(idx))).collect();
    let mut log_odds = vec![0.0_f64; spans.len()];
    for sentence in &stance.sentences {
        let Some(span) = sentence.span else { continue };
        // Both run in the order of the file.
        let idx = spans.partition_point(|known| known.end <= span.start);
        if spans.get(idx).is_some_and(|known| known.start < span.end) {
            log_odds[idx] += SHARE * sentence.log_odds.max(0.0);
        }
    }
    let best =
        (0..log_odds.len()).reduce(|best, idx| if log_odds[idx] > log_odds[best] { idx } else { best });
    let required = best.filter(|idx| log_odds[*idx] > 0.0).into_iter().collect();
    Emphasis { name: "stance", log_odds, required }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::page::PageHints;
    use crate::reading::whole_article;
    use crate::stance::StanceModel;
    use crate::summary::{Baseline, Budget};

    const TEXT: &str = "The harbour was quiet on Monday, and the gulls were loud.\n\nFishermen mended their nets, drank \
                        coffee and spoke of the weather.\n\nBoth governments agreed to renew talks and to share what they \
                        know of the river, in a spirit of cooperation.\n\nIt rained in the evening.";

    #[test]
    fn a_summary_that_minds_the_stance_holds_what_says_most_for_it() {
        let model = StanceModel::from_model(&Model::open("stance").unwrap()).unwrap();
        let (page, verdicts, article) = whole_article(TEXT.as_bytes(), &PageHints::default()).unwrap();
        let stance = model.read(&page, &article);
        let one = SummaryOptions {
            budget: Budget::Sentences(NonZeroUsize::new(1).unwrap()),
            ..SummaryOptions::default()
        };
        let mut scratch = DocumentScratch::default();
        let how = Summarizing::new(&Baseline::Lead, &one);
        let lead = how.read((&page, &verdicts, &article), &mut scratch);
        assert!(lead.sentences[0].text.starts_with("The harbour"));
        let how = Summarizing { stance: Some(&stance), trim: NonZeroUsize::new(12), ..how };
        let minded = how.read((&page, &verdicts, &article), &mut scratch);
        let sentence = &minded.sentences[0];
        assert_eq!((stance.label.as_str(), minded.sentences.len()), ("engagement", 1));
        assert!(sentence.text.starts_with("Both governments agreed"), "{sentence:?}");
        assert_eq!(&TEXT[sentence.span.start..sentence.span.end], sentence.text.trim_end_matches('…'));
        let sum: f64 = sentence.features.iter().map(|(_, value)| value).sum();
        assert!((sum - sentence.score).abs() < 1e-9);
    }
}
