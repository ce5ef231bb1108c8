//! Text and its paragraphs in, sentences with their TF-IDF rows and similarities out.
//!
//! The idf is that of the document's own sentences and title, ln((1 + n) / (1 + df)) + 1: it needs no corpus.

use hashbrown::HashMap;

use crate::features::Csr;
use crate::text::{Analyzer, AnalyzerParams, Language, Terms, n_words, sentences};

/// A sentence of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DocumentSentence {
    /// First byte in the text.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// Its paragraph.
    pub(super) paragraph: usize,
    /// Sentences before it in its paragraph.
    pub(super) in_paragraph: usize,
    pub(super) n_words: usize,
}

/// A text cut into sentences that never cross paragraphs.
#[derive(Debug)]
pub struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) sentences: Vec<DocumentSentence>,
    pub(super) n_paragraphs: usize,
    /// A sentence a row, L2-normalised; the last row is the title's, or empty.
    rows: Vec<Vec<(u32, f32)>>,
    columns: HashMap<String, u32>,
    idf: Vec<f32>,
    analyzer: Analyzer,
}

/// Sentences on each side that a sentence is compared with, so that time stays linear in the text.
pub(super) const WINDOW: usize = 400;

impl<'a> Document<'a> {
    /// Returns the document of the given paragraphs of `text`, as byte ranges. A title helps to find what matters.
    ///
    /// # Panics
    /// If a range does not fall between characters of the text.
    #[must_use]
    pub fn new(
        text: &'a str,
        paragraphs: &[(usize, usize)],
        title: Option<&str>,
        language: Option<Language>,
    ) -> Self {
        let mut found = Vec::new();
        for (paragraph, (start, end)) in paragraphs.iter().enumerate() {
            for (in_paragraph, sentence) in sentences(&text[*start..*end], language).into_iter().enumerate() {
                let (start, end) = (start + sentence.start, start + sentence.end);
                let n_words = n_words(&text[start..end]);
                if n_words > 0 {
                    found.push(DocumentSentence { start, end, paragraph, in_paragraph, n_words });
                }
            }
        }
        let mut document = Self {
            text,
            sentences: found,
            n_paragraphs: paragraphs.len(),
            rows: Vec::new(),
            columns: HashMap::new(),
            idf: Vec::new(),
            analyzer: analyzer(language),
        };
        document.build_rows(title.unwrap_or_default());
        document
    }

    /// The paragraphs of a plain text, parted by blank lines.
    #[must_use]
    pub fn paragraphs(text: &str) -> Vec<(usize, usize)> {
        let mut start = 0;
        let mut found = Vec::new();
        for part in text.split("\n\n") {
            if !part.trim().is_empty() {
                found.push((start, start + part.len()));
            }
            start += part.len() + 2;
        }
        found
    }

    fn build_rows(&mut self, title: &str) {
        let mut terms = Terms::default();
        let mut counted: Vec<Vec<(u32, u32)>> = Vec::with_capacity(self.sentences.len() + 1);
        let mut frequencies: Vec<u32> = Vec::new();
        let texts = self.sentences.iter().map(|s| &self.text[s.start..s.end]).chain([title]);
        for text in texts {
            self.analyzer.analyze(text, &mut terms);
            let mut ids: Vec<u32> = Vec::with_capacity(terms.len());
            for (term, _) in terms.iter() {
                let next = self.columns.len() as u32;
                let id = *self.columns.entry_ref(term).or_insert(next);
                ids.push(id);
            }
            frequencies.resize(self.columns.len(), 0);
            ids.sort_unstable();
            let counts: Vec<(u32, u32)> =
                ids.chunk_by(|a, b| a == b).map(|c| (c[0], c.len() as u32)).collect();
            for (id, _) in &counts {
                frequencies[*id as usize] += 1;
            }
            counted.push(counts);
        }
        // The title is a row too.
        let n = self.sentences.len() as f64 + 1.0;
        self.idf =
            frequencies.iter().map(|df| (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32).collect();
        self.rows = counted.into_iter().map(|counts| self.normalised(&counts)).collect();
    }

    /// The L2-normalised row of term counts.
    fn normalised(&self, counts: &[(u32, u32)]) -> Vec<(u32, f32)> {
        let weight =
            |(id, count): &(u32, u32)| (1.0 + f64::from(*count).ln()) * f64::from(self.idf[*id as usize]);
        let norm = counts.iter().map(|entry| weight(entry).powi(2)).sum::<f64>().sqrt();
        counts.iter().map(|entry| (entry.0, (weight(entry) / norm) as f32)).collect()
    }

    /// The cosine of two sentences' rows.
    pub(super) fn similarity(&self, a: usize, b: usize) -> f64 {
        Csr::dot(&self.rows[a], &self.rows[b])
    }

    /// The cosine of a sentence with the title, or with the first sentence where there is no title.
    pub(super) fn title_similarity(&self, sentence: usize) -> f64 {
        let title = &self.rows[self.sentences.len()];
        Csr::dot(&self.rows[sentence], if title.is_empty() { &self.rows[0] } else { title })
    }

    /// The cosine of every sentence with a query's terms.
    pub(super) fn query_similarity(&self, query: &str) -> Vec<f64> {
        let mut terms = Terms::default();
        self.analyzer.analyze(query, &mut terms);
        let mut ids: Vec<u32> =
            terms.iter().filter_map(|(term, _)| self.columns.get(term).copied()).collect();
        ids.sort_unstable();
        let counts: Vec<(u32, u32)> = ids.chunk_by(|a, b| a == b).map(|c| (c[0], c.len() as u32)).collect();
        let row = self.normalised(&counts);
        self.rows[..self.sentences.len()].iter().map(|sentence| Csr::dot(sentence, &row)).collect()
    }

    /// Directed centrality (Zheng & Lapata 2019): similarity to what follows, less 0.3 of that to what comes before,
    /// above a threshold that leaves chance likeness out; per sentence compared.
    pub(super) fn directed_centrality(&self) -> Vec<f64> {
        const BACKWARD: f64 = 0.3;
        const THRESHOLD: f64 = 0.02;
        let n = self.sentences.len();
        let mut centrality = vec![0.0; n];
        for i in 0..n {
            for j in i + 1..n.min(i + 1 + WINDOW) {
                let similarity = (self.similarity(i, j) - THRESHOLD).max(0.0);
                centrality[i] += similarity;
                centrality[j] -= BACKWARD * similarity;
            }
        }
        let compared = n.min(WINDOW) as f64;
        centrality.into_iter().map(|sum| sum / compared).collect()
    }

    /// The cosine of every sentence with the mean of all rows (Radev et al. 2004).
    pub(super) fn centroid_similarity(&self) -> Vec<f64> {
        let rows = &self.rows[..self.sentences.len()];
        let mut centroid = vec![0.0_f64; self.columns.len()];
        for (column, value) in rows.iter().flatten() {
            centroid[*column as usize] += f64::from(*value);
        }
        let norm = centroid.iter().map(|value| value * value).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        let cosine = |row: &Vec<(u32, f32)>| {
            row.iter().map(|(column, value)| centroid[*column as usize] * f64::from(*value)).sum::<f64>()
                / norm
        };
        rows.iter().map(cosine).collect()
    }
}

/// Stems where the language has them; one-letter words and English function words are left out.
fn analyzer(language: Option<Language>) -> Analyzer {
    let language = language.unwrap_or(Language::En);
    let params = |stem| AnalyzerParams { language, stem, ..AnalyzerParams::default() };
    params(true).check().or_else(|_| params(false).check()).expect("without stems every language is in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_stay_within_paragraphs() {
        let text = "One thing here. Another\n\nthing there. ";
        let document = Document::new(text, &Document::paragraphs(text), None, None);
        let found: Vec<&str> = document.sentences.iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found, ["One thing here.", "Another", "thing there."]);
    }

    #[test]
    fn likeness_is_measured_by_shared_words() {
        let text = "Ministers reopened the hotline. The hotline was reopened by ministers. Rain fell.";
        let document = Document::new(text, &Document::paragraphs(text), None, Some(Language::En));
        assert!(document.similarity(0, 1) > 0.9);
        assert_eq!(document.similarity(0, 2), 0.0);
        assert!(document.directed_centrality()[0] > document.directed_centrality()[2]);
        assert_eq!(document.query_similarity("hotlines")[2], 0.0);
        assert!(document.query_similarity("hotlines")[0] > 0.0);
    }
}
