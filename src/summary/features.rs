//! A sentence in its document in, its discrete features out. None draws on the words of a language but for those of
//! [`CueWords`].

use super::cue_words::CueWords;
use super::document::Document;
use super::ranking::{Baseline, Ranking};
use super::similarity::{centroid_similarity, directed_centrality, pairs};

/// A feature of a sentence, discretised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Sentences before it.
    Position,
    /// Its place as a share of the document.
    RelativePosition,
    /// Sentences before it in its paragraph.
    InParagraph,
    /// Words.
    Length,
    /// Rank by directed centrality.
    Centrality,
    /// Rank by likeness to the centroid.
    Centroid,
    /// Likeness to the title, or to the first sentence.
    Title,
    /// Quotation marks.
    Quotation,
    /// Verbs of attribution.
    Attribution,
    /// Words with digits.
    Numbers,
    /// An opening pronoun or connective, which leans on what came before.
    Opening,
    /// Rank by LexRank.
    LexRank,
    /// Rank by the mean probability of its words in the document.
    Probability,
    /// The share of its words that no sentence before it has.
    Novelty,
    /// Words within the sentence that begin with a capital.
    Names,
    /// Likeness to the sentence before it.
    Previous,
    /// Place and length together.
    PositionLength,
    /// Place and the length of the document together.
    PositionDocument,
    /// Place and quotation marks together.
    PositionQuotation,
    /// Length and rank by directed centrality together.
    LengthCentrality,
}

impl Feature {
    /// All features.
    pub const ALL: [Self; 20] = [
        Self::Position,
        Self::RelativePosition,
        Self::InParagraph,
        Self::Length,
        Self::Centrality,
        Self::Centroid,
        Self::Title,
        Self::Quotation,
        Self::Attribution,
        Self::Numbers,
        Self::Opening,
        Self::LexRank,
        Self::Probability,
        Self::Novelty,
        Self::Names,
        Self::Previous,
        Self::PositionLength,
        Self::PositionDocument,
        Self::PositionQuotation,
        Self::LengthCentrality,
    ];

    /// The features that do best on news: those that a forward selection over 1,000 CNN articles took until it gained nothing
    /// more (`nutgraf train summary --feature-scores`; the card has the table).
    pub const DEFAULT: [Self; 10] = [
        Self::LengthCentrality,
        Self::PositionQuotation,
        Self::PositionDocument,
        Self::Centrality,
        Self::Novelty,
        Self::Names,
        Self::Attribution,
        Self::Quotation,
        Self::Previous,
        Self::Numbers,
    ];

    /// The feature's name, in records and model files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::RelativePosition => "relative_position",
            Self::InParagraph => "in_paragraph",
            Self::Length => "length",
            Self::Centrality => "centrality",
            Self::Centroid => "centroid",
            Self::Title => "title",
            Self::Quotation => "quotation",
            Self::Attribution => "attribution",
            Self::Numbers => "numbers",
            Self::Opening => "opening",
            Self::LexRank => "lexrank",
            Self::Probability => "probability",
            Self::Novelty => "novelty",
            Self::Names => "names",
            Self::Previous => "previous",
            Self::PositionLength => "position_length",
            Self::PositionDocument => "position_document",
            Self::PositionQuotation => "position_quotation",
            Self::LengthCentrality => "length_centrality",
        }
    }

    /// The feature of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.name() == name)
    }
}

/// Bins a feature has at most.
pub(super) const N_BINS: usize = 32;

/// The bins of a document's sentences, shape (sentences, features), row by row.
pub(super) fn bins(document: &Document<'_>, features: &[Feature]) -> Vec<u8> {
    let measures = Measures::new(document, features);
    let mut bins = Vec::with_capacity(document.n_sentences() * features.len());
    let mut folded = String::new();
    for idx in 0..document.n_sentences() {
        let cues = WordCues::new(document.sentence(idx), measures.cue_words, &mut folded);
        bins.extend(features.iter().map(|feature| measures.bin(*feature, idx, &cues)));
    }
    bins
}

/// What is measured over a whole document, as far as its features need it.
struct Measures<'a> {
    document: &'a Document<'a>,
    cue_words: &'static CueWords,
    centrality: Vec<u8>,
    centroid: Vec<u8>,
    lex_rank: Vec<u8>,
    probability: Vec<u8>,
    novelty: Vec<f64>,
}

impl<'a> Measures<'a> {
    fn new(document: &'a Document<'a>, features: &[Feature]) -> Self {
        let n = document.n_sentences();
        let measure = |of: &[Feature], measure: &dyn Fn() -> Vec<f64>| {
            let is_needed = of.iter().any(|feature| features.contains(feature));
            if is_needed { rank_bins(&measure()) } else { Vec::new() }
        };
        Self {
            document,
            cue_words: CueWords::of(document.language),
            centrality: measure(&[Feature::Centrality, Feature::LengthCentrality], &|| {
                directed_centrality(n, &pairs(document))
            }),
            centroid: measure(&[Feature::Centroid], &|| centroid_similarity(document)),
            lex_rank: measure(&[Feature::LexRank], &|| Baseline::LexRank.scores(document).sums()),
            probability: measure(&[Feature::Probability], &|| mean_probability(document)),
            novelty: if features.contains(&Feature::Novelty) { novelty(document) } else { Vec::new() },
        }
    }

    fn bin(&self, feature: Feature, idx: usize, cues: &WordCues) -> u8 {
        let n = self.document.n_sentences();
        let sentence = &self.document.sentences[idx];
        let n_words = sentence.n_words as f64;
        let position = |edges: &[f64]| bin(idx as f64, edges);
        match feature {
            Feature::Position => position(&[1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 25.0, 40.0]),
            Feature::RelativePosition => (10 * idx / n) as u8,
            Feature::InParagraph => match self.document.n_paragraphs {
                1 => 3,
                _ => sentence.in_paragraph.min(2) as u8,
            },
            Feature::Length => bin(n_words, &[5.0, 8.0, 11.0, 14.0, 18.0, 22.0, 27.0, 33.0, 40.0, 55.0]),
            Feature::Centrality => self.centrality[idx],
            Feature::Centroid => self.centroid[idx],
            Feature::Title => {
                bin(self.document.title_similarity(idx), &[0.01, 0.04, 0.08, 0.13, 0.2, 0.3, 0.5])
            }
            Feature::Quotation => cues.quotation,
            Feature::Attribution => u8::from(cues.has_attribution),
            Feature::Numbers => cues.n_numbers,
            Feature::Opening => cues.opening,
            Feature::LexRank => self.lex_rank[idx],
            Feature::Probability => self.probability[idx],
            Feature::Novelty => bin(self.novelty[idx], &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
            Feature::Names => bin(f64::from(cues.n_names), &[1.0, 2.0, 3.0, 4.0, 6.0, 8.0]),
            Feature::Previous => match idx {
                0 => 7,
                _ => bin(self.document.similarity(idx - 1, idx), &[0.01, 0.04, 0.08, 0.13, 0.2, 0.3]),
            },
            Feature::PositionLength => {
                5 * position(&[1.0, 2.0, 4.0, 8.0, 16.0]) + bin(n_words, &[10.0, 16.0, 24.0, 34.0])
            }
            Feature::PositionDocument => {
                4 * position(&[1.0, 2.0, 3.0, 5.0, 8.0, 15.0]) + bin(n as f64, &[15.0, 30.0, 50.0])
            }
            Feature::PositionQuotation => 3 * position(&[1.0, 2.0, 4.0, 8.0, 16.0]) + cues.quotation,
            Feature::LengthCentrality => {
                5 * bin(n_words, &[10.0, 16.0, 24.0, 34.0]) + (self.centrality[idx] / 2).min(4)
            }
        }
    }
}

fn bin(value: f64, edges: &[f64]) -> u8 {
    edges.iter().take_while(|edge| value >= **edge).count() as u8
}

/// The rank of each value as a share of the document, in bins that are finer at the top: the best, the next, then
/// tenths and quarters.
fn rank_bins(values: &[f64]) -> Vec<u8> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
    let mut bins = vec![0; values.len()];
    for (rank, idx) in order.into_iter().enumerate() {
        let share = rank as f64 / values.len() as f64;
        bins[idx] = match rank {
            0..=2 => rank as u8,
            _ => 3 + bin(share, &[0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85]),
        };
    }
    bins
}

/// The mean probability of each sentence's words in the document.
fn mean_probability(document: &Document<'_>) -> Vec<f64> {
    let sentences = || (0..document.n_sentences()).map(|idx| document.words_of(idx));
    let mut counts = vec![0.0_f64; document.n_columns()];
    sentences().flatten().for_each(|column| counts[*column as usize] += 1.0);
    let mean = |words: &[u32]| {
        words.iter().map(|column| counts[*column as usize]).sum::<f64>() / words.len().max(1) as f64
    };
    sentences().map(mean).collect()
}

/// The share of each sentence's words that no sentence before it has.
fn novelty(document: &Document<'_>) -> Vec<f64> {
    let mut is_known = vec![false; document.n_columns()];
    let share = |row: &[(u32, f32)]| {
        let n_new = row.iter().filter(|(column, _)| !is_known[*column as usize]).count();
        row.iter().for_each(|(column, _)| is_known[*column as usize] = true);
        n_new as f64 / row.len().max(1) as f64
    };
    (0..document.n_sentences()).map(|idx| document.row(idx)).map(share).collect()
}

/// What the words and marks of a sentence tell.
struct WordCues {
    /// 0 without quotation marks, 2 if one opens the sentence, else 1.
    quotation: u8,
    /// 1 for an opening pronoun, 2 for a connective, 3 for a question that opens with neither, else 0.
    opening: u8,
    has_attribution: bool,
    /// Words that begin with a digit, up to 4.
    n_numbers: u8,
    /// Words after the first that begin with a capital, up to 8.
    n_names: u8,
}

impl WordCues {
    fn new(text: &str, cue_words: &CueWords, folded: &mut String) -> Self {
        let quotation = if text.starts_with(['"', '“', '«', '„']) {
            2
        } else {
            u8::from(text.contains(['"', '“', '”', '«', '»', '„']))
        };
        let mut cues = Self { quotation, opening: 0, has_attribution: false, n_numbers: 0, n_names: 0 };
        let mut is_first = true;
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if word.starts_with(char::is_numeric) {
                cues.n_numbers = (cues.n_numbers + 1).min(4);
            }
            if is_first {
                folded.clear();
                word.chars().for_each(|c| folded.extend(c.to_lowercase()));
                cues.opening = match () {
                    () if cue_words.is_pronoun(folded) => 1,
                    () if cue_words.is_connective(folded) => 2,
                    () => 3 * u8::from(text.ends_with('?')),
                };
                is_first = false;
            } else if word.starts_with(char::is_uppercase) {
                cues.n_names = (cues.n_names + 1).min(8);
            }
            cues.has_attribution = cues.has_attribution || cue_words.is_attribution(word);
        }
        cues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bin_is_below_the_limit() {
        let text = "It rained for 40 days. \"So be it,\" Ann Oda said. However, why? ".repeat(60);
        let document = Document::new(&text, &Document::paragraphs(&text), Some("Rain"), None);
        let bins = bins(&document, &Feature::ALL);
        assert_eq!(bins.len(), document.n_sentences() * Feature::ALL.len());
        assert!(bins.len() > 100 && bins.iter().all(|bin| usize::from(*bin) < N_BINS));
    }

    #[test]
    fn ranks_are_finer_at_the_top() {
        assert_eq!(rank_bins(&[0.1, 0.9, 0.5, 0.3]), [9, 0, 1, 2]);
    }

    #[test]
    fn features_have_names_of_their_own() {
        for feature in Feature::ALL {
            assert_eq!(Feature::from_name(feature.name()), Some(feature));
        }
    }
}
