//! A sentence in its document in, its discrete features out. None draws on the words of a language but for two short
//! English lists, which leave other languages as they are.

use super::document::Document;

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
}

impl Feature {
    /// All features, in the order of the model's arrays.
    pub const ALL: [Self; 11] = [
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
        }
    }
}

/// Bins a feature has at most.
pub(super) const N_BINS: usize = 12;

/// The bin of each feature, in the order of [`Feature::ALL`], for each sentence.
pub(super) fn bins(document: &Document<'_>) -> Vec<[u8; Feature::ALL.len()]> {
    let n = document.sentences.len();
    let centrality = rank_bins(&document.directed_centrality());
    let centroid = rank_bins(&document.centroid_similarity());
    let is_one_paragraph = document.n_paragraphs == 1;
    (0..n)
        .map(|idx| {
            let sentence = document.sentences[idx];
            let text = &document.text[sentence.start..sentence.end];
            Feature::ALL.map(|feature| match feature {
                Feature::Position => bin(idx as f64, &[1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 25.0, 40.0]),
                Feature::RelativePosition => (10 * idx / n) as u8,
                Feature::InParagraph => {
                    if is_one_paragraph {
                        3
                    } else {
                        sentence.in_paragraph.min(2) as u8
                    }
                }
                Feature::Length => {
                    bin(sentence.n_words as f64, &[5.0, 8.0, 11.0, 14.0, 18.0, 22.0, 27.0, 33.0, 40.0, 55.0])
                }
                Feature::Centrality => centrality[idx],
                Feature::Centroid => centroid[idx],
                Feature::Title => {
                    bin(document.title_similarity(idx), &[0.01, 0.04, 0.08, 0.13, 0.2, 0.3, 0.5])
                }
                Feature::Quotation => quotation(text),
                Feature::Attribution => u8::from(has_attribution(text)),
                Feature::Numbers => numbers(text).min(4),
                Feature::Opening => opening(text),
            })
        })
        .collect()
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

fn quotation(text: &str) -> u8 {
    let n_marks = text.chars().filter(|c| matches!(c, '"' | '“' | '”' | '«' | '»' | '„')).count();
    match n_marks {
        0 => 0,
        _ if text.starts_with(['"', '“', '«', '„']) => 2,
        _ => 1,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn has_attribution(text: &str) -> bool {
    words(text).any(|word| {
        matches!(word, "said" | "says" | "told" | "added" | "asked" | "according" | "tweeted" | "wrote")
    })
}

fn numbers(text: &str) -> u8 {
    words(text).filter(|word| word.starts_with(|c: char| c.is_numeric())).take(200).count() as u8
}

const PRONOUNS: [&str; 20] = [
    "he", "her", "his", "i", "it", "its", "my", "our", "she", "that", "their", "these", "they", "this",
    "those", "we", "who", "you", "your", "there",
];
const CONNECTIVES: [&str; 14] = [
    "also",
    "and",
    "but",
    "however",
    "instead",
    "meanwhile",
    "moreover",
    "nor",
    "or",
    "so",
    "still",
    "then",
    "though",
    "yet",
];

fn opening(text: &str) -> u8 {
    let first = words(text).next().unwrap_or_default().to_lowercase();
    if PRONOUNS.contains(&first.as_str()) {
        1
    } else if CONNECTIVES.contains(&first.as_str()) {
        2
    } else {
        u8::from(text.ends_with('?')) * 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bin_is_below_the_limit() {
        let text = "It rained for 40 days. \"So be it,\" Ann Oda said. However, why? ".repeat(60);
        let document = Document::new(&text, &Document::paragraphs(&text), Some("Rain"), None);
        let bins = bins(&document);
        assert!(bins.len() > 100);
        assert!(bins.iter().flatten().all(|bin| usize::from(*bin) < N_BINS));
    }

    #[test]
    fn ranks_are_finer_at_the_top() {
        assert_eq!(rank_bins(&[0.1, 0.9, 0.5, 0.3]), [9, 0, 1, 2]);
    }
}
