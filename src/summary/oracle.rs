//! A document and its reference in, the sentences that a perfect extractor would choose out: greedily the one that adds
//! most to ROUGE-1 + ROUGE-2 (Nallapati et al. 2017), which is what the model learns from.

use super::document::Document;
use crate::evaluate::Rouge;

/// Whether each sentence is among the at most `max_sentences` chosen.
pub(super) fn oracle(
    document: &Document<'_>,
    reference: &[String],
    rouge: &mut Rouge,
    max_sentences: usize,
) -> Vec<bool> {
    let n = document.sentences.len();
    let texts: Vec<&str> = document.sentences.iter().map(|s| &document.text[s.start..s.end]).collect();
    let mut labels = vec![false; n];
    let mut best_value = 0.0;
    for _ in 0..max_sentences {
        let mut best = None;
        for idx in (0..n).filter(|idx| !labels[*idx]) {
            let output: Vec<&str> =
                (0..n).filter(|at| labels[*at] || *at == idx).map(|at| texts[at]).collect();
            let value = rouge.score_ngrams(&output, reference);
            if value > best_value {
                (best_value, best) = (value, Some(idx));
            }
        }
        let Some(best) = best else { break };
        labels[best] = true;
    }
    labels
}
