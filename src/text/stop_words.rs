//! Function words, by language: a short list of our own, closed-class words only, since longer public lists hold
//! content words ("information", "research") that carry stance. Sorted, so that look-up is a binary search.

use super::Language;

const EN: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does", "down",
    "during", "each", "for", "from", "had", "has", "have", "having", "he", "her", "here", "hers", "him",
    "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "more", "most", "my", "of",
    "off", "on", "only", "or", "other", "our", "out", "over", "own", "same", "she", "so", "some", "such",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where", "which",
    "while", "who", "whom", "why", "will", "with", "would", "you", "your",
];

/// The function words of `language`; languages without a list have none.
pub(super) fn of(language: Language) -> &'static [&'static str] {
    if language == Language::En { EN } else { &[] }
}

/// Returns whether `word` (case-folded) is a function word of `language`.
pub(super) fn is_stop_word(language: Language, word: &str) -> bool {
    of(language).binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_holds_no_content_words() {
        assert!(EN.is_sorted());
        assert!(is_stop_word(Language::En, "the"));
        assert!(!is_stop_word(Language::En, "against"), "negation and opposition carry stance");
        assert!(!is_stop_word(Language::En, "not"));
    }
}
