//! A document's rows in, how alike its sentences are out: by pair, and summed up as centrality.

use super::document::Document;
use crate::features::Csr;

/// Sentences on each side that a sentence is compared with at most.
const MAX_WINDOW: usize = 400;
/// The least, however long the text.
const MIN_WINDOW: usize = 50;
/// Pairs that are compared at most before the window narrows: book-length texts take time in proportion to their length.
const MAX_PAIRS: usize = 2_000_000;

/// Sentences on each side that a sentence of a document of `n` is compared with: all of them in an article.
pub(super) fn window(n: usize) -> usize {
    (MAX_PAIRS / n.max(1)).clamp(MIN_WINDOW, MAX_WINDOW)
}

/// Two sentences that share words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) first: u32,
    pub(super) second: u32,
    /// The cosine of their rows, above 0 and up to 1.
    pub(super) likeness: f32,
}

/// Every pair of sentences within a window of each other that share words, by first and second.
///
/// The cosines of a sentence with all that follow are summed up word by word from the places of its words, so that only
/// what is shared costs time.
pub(super) fn pairs(document: &Document<'_>) -> Vec<Pair> {
    let n = document.n_sentences();
    let window = window(n);
    let postings = Postings::new(document);
    let mut next: Vec<usize> = postings.starts[..document.n_columns()].to_vec();
    let mut sums = vec![0.0_f64; n];
    let mut touched: Vec<u32> = Vec::new();
    let mut found = Vec::new();
    for first in 0..n {
        for (column, value) in document.row(first) {
            let at = &mut next[*column as usize];
            // The sentence's own place is passed for good: those before it were passed in their turn.
            *at += 1;
            for (second, other) in &postings.entries[*at..postings.starts[*column as usize + 1]] {
                if *second as usize >= first + window {
                    break;
                }
                let sum = &mut sums[*second as usize];
                if *sum == 0.0 {
                    touched.push(*second);
                }
                *sum += f64::from(*value) * f64::from(*other);
            }
        }
        touched.sort_unstable();
        for second in touched.drain(..) {
            let likeness = std::mem::take(&mut sums[second as usize]) as f32;
            found.push(Pair { first: first as u32, second, likeness });
        }
    }
    found
}

/// For every column the sentences that hold it, ascending, with its value in their rows.
struct Postings {
    entries: Vec<(u32, f32)>,
    starts: Vec<usize>,
}

impl Postings {
    fn new(document: &Document<'_>) -> Self {
        let rows = || (0..document.n_sentences()).map(|idx| (idx as u32, document.row(idx)));
        let mut starts = vec![0; document.n_columns() + 1];
        rows().for_each(|(_, row)| row.iter().for_each(|(column, _)| starts[*column as usize + 1] += 1));
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut ends = starts.clone();
        let mut entries = vec![(0, 0.0); *starts.last().unwrap_or(&0)];
        for (idx, row) in rows() {
            for (column, value) in row {
                let end = &mut ends[*column as usize];
                entries[*end] = (idx, *value);
                *end += 1;
            }
        }
        Self { entries, starts }
    }
}

/// Directed centrality (Zheng & Lapata 2019): likeness to what follows, less 0.3 of that to what comes before, above a
/// threshold that leaves chance likeness out; per sentence compared.
pub(super) fn directed_centrality(n: usize, pairs: &[Pair]) -> Vec<f64> {
    const BACKWARD: f64 = 0.3;
    const THRESHOLD: f64 = 0.02;
    let mut centrality = vec![0.0; n];
    for Pair { first, second, likeness } in pairs {
        let likeness = (f64::from(*likeness) - THRESHOLD).max(0.0);
        centrality[*first as usize] += likeness;
        centrality[*second as usize] -= BACKWARD * likeness;
    }
    let compared = n.min(window(n)) as f64;
    centrality.into_iter().map(|sum| sum / compared).collect()
}

/// The cosine of every sentence with the mean of all rows (Radev et al. 2004).
pub(super) fn centroid_similarity(document: &Document<'_>) -> Vec<f64> {
    let n = document.n_sentences();
    let mut centroid = vec![0.0_f64; document.n_columns()];
    for (column, value) in (0..n).flat_map(|idx| document.row(idx)) {
        centroid[*column as usize] += f64::from(*value);
    }
    let norm = centroid.iter().map(|value| value * value).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    let cosine = |row: &[(u32, f32)]| {
        row.iter().map(|(column, value)| centroid[*column as usize] * f64::from(*value)).sum::<f64>() / norm
    };
    (0..n).map(|idx| cosine(document.row(idx))).collect()
}

impl Document<'_> {
    /// The cosine of two sentences' rows.
    pub(super) fn similarity(&self, a: usize, b: usize) -> f64 {
        Csr::dot(self.row(a), self.row(b))
    }

    /// The cosine of a sentence with the title, or with the first sentence where there is no title.
    pub(super) fn title_similarity(&self, sentence: usize) -> f64 {
        let title = self.title_row();
        Csr::dot(self.row(sentence), if title.is_empty() { self.row(0) } else { title })
    }

    /// The cosine of every sentence with a query's terms; 0 where the document has none of them.
    pub(super) fn query_similarity(&mut self, query: &str) -> Vec<f64> {
        let row = self.query_row(query);
        (0..self.n_sentences()).map(|idx| Csr::dot(self.row(idx), &row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn document(text: &str) -> Document<'_> {
        Document::new(text, &Document::paragraphs(text), None, Some(Language::En))
    }

    #[test]
    fn likeness_is_measured_by_shared_words() {
        let mut document =
            document("Ministers reopened the hotline. The hotline was reopened by ministers. Rain fell.");
        assert!(document.similarity(0, 1) > 0.9);
        assert_eq!(document.similarity(0, 2), 0.0);
        let centrality = directed_centrality(3, &pairs(&document));
        assert!(centrality[0] > centrality[2]);
        let query = document.query_similarity("hotlines of Mars");
        assert!(query[0] > 0.0 && query[2] == 0.0);
    }

    #[test]
    fn pairs_are_those_that_comparing_all_would_find() {
        let words = ["ship", "talk", "dawn", "rain", "port", "treaty", "river"];
        let text: String = (0..90_usize)
            .map(|idx| {
                let word = |k: usize| words[(idx * k + k * k) % words.len()];
                format!("{} {} {}{idx}. ", word(1), word(3), word(5))
            })
            .collect();
        let document = document(&text);
        let found = pairs(&document);
        let n = document.n_sentences();
        let mut expected = Vec::new();
        for first in 0..n {
            for second in first + 1..n {
                let likeness = document.similarity(first, second) as f32;
                if likeness > 0.0 {
                    expected.push(Pair { first: first as u32, second: second as u32, likeness });
                }
            }
        }
        assert!(found.len() > 500);
        assert_eq!(found, expected);
    }

    #[test]
    fn long_texts_have_narrow_windows() {
        assert_eq!([30, 5_000, 20_000, 1_000_000].map(window), [400, 400, 100, 50]);
        let text = "The ministers met. ".repeat(3_000);
        assert_eq!(
            pairs(&document(&text)).len(),
            (0..3_000_usize).map(|i| 399.min(2_999 - i)).sum::<usize>()
        );
    }
}
