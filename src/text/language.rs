//! Text in, language out; the languages that rust-stemmers knows are the ones that a model can name.

use rust_stemmers::Algorithm;
use serde::{Deserialize, Serialize};

/// A language, by its ISO 639-1 code in records and model files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "each variant is the ISO 639-1 code of the language")]
#[non_exhaustive]
pub enum Language {
    Ar,
    Da,
    De,
    El,
    En,
    Es,
    Fi,
    Fr,
    Hi,
    Hu,
    It,
    Ja,
    Ko,
    Nl,
    No,
    Pt,
    Ro,
    Ru,
    Sv,
    Ta,
    Tr,
    Vi,
    Zh,
}

/// Characters read for detection: whichlang's answer is stable long before this.
const DETECT_CHARS: usize = 2000;

impl Language {
    const ALL: [(Self, &'static str, Option<Algorithm>); 23] = [
        (Self::Ar, "ar", Some(Algorithm::Arabic)),
        (Self::Da, "da", Some(Algorithm::Danish)),
        (Self::De, "de", Some(Algorithm::German)),
        (Self::El, "el", Some(Algorithm::Greek)),
        (Self::En, "en", Some(Algorithm::English)),
        (Self::Es, "es", Some(Algorithm::Spanish)),
        (Self::Fi, "fi", Some(Algorithm::Finnish)),
        (Self::Fr, "fr", Some(Algorithm::French)),
        (Self::Hi, "hi", None),
        (Self::Hu, "hu", Some(Algorithm::Hungarian)),
        (Self::It, "it", Some(Algorithm::Italian)),
        (Self::Ja, "ja", None),
        (Self::Ko, "ko", None),
        (Self::Nl, "nl", Some(Algorithm::Dutch)),
        (Self::No, "no", Some(Algorithm::Norwegian)),
        (Self::Pt, "pt", Some(Algorithm::Portuguese)),
        (Self::Ro, "ro", Some(Algorithm::Romanian)),
        (Self::Ru, "ru", Some(Algorithm::Russian)),
        (Self::Sv, "sv", Some(Algorithm::Swedish)),
        (Self::Ta, "ta", Some(Algorithm::Tamil)),
        (Self::Tr, "tr", Some(Algorithm::Turkish)),
        (Self::Vi, "vi", None),
        (Self::Zh, "zh", None),
    ];

    /// The language of `text` (its first 2,000 characters), or `None` for fewer than 20 letters, where any answer
    /// would be a guess.
    #[must_use]
    pub fn detect(text: &str) -> Option<Self> {
        let end = text.char_indices().nth(DETECT_CHARS).map_or(text.len(), |(at, _)| at);
        let head = &text[..end];
        if head.chars().filter(|c| c.is_alphabetic()).take(20).count() < 20 {
            return None;
        }
        Some(match whichlang::detect_language(head) {
            whichlang::Lang::Ara => Self::Ar,
            whichlang::Lang::Cmn => Self::Zh,
            whichlang::Lang::Deu => Self::De,
            whichlang::Lang::Eng => Self::En,
            whichlang::Lang::Fra => Self::Fr,
            whichlang::Lang::Hin => Self::Hi,
            whichlang::Lang::Ita => Self::It,
            whichlang::Lang::Jpn => Self::Ja,
            whichlang::Lang::Kor => Self::Ko,
            whichlang::Lang::Nld => Self::Nl,
            whichlang::Lang::Por => Self::Pt,
            whichlang::Lang::Rus => Self::Ru,
            whichlang::Lang::Spa => Self::Es,
            whichlang::Lang::Swe => Self::Sv,
            whichlang::Lang::Tur => Self::Tr,
            whichlang::Lang::Vie => Self::Vi,
        })
    }

    /// The language of a tag such as `en`, `en-GB` or `pt_BR`, or `None` for one that nutgraf does not know.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
        let primary = if primary == "nb" || primary == "nn" { "no" } else { &primary };
        Self::ALL.iter().find(|(_, code, _)| *code == primary).map(|(language, ..)| *language)
    }

    /// The ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The Snowball algorithm for this language, if there is one.
    pub(crate) fn stemmer(self) -> Option<Algorithm> {
        self.row().2
    }

    fn row(self) -> (Self, &'static str, Option<Algorithm>) {
        Self::ALL[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (idx, (language, code, _)) in Language::ALL.iter().enumerate() {
            assert_eq!(*language as usize, idx, "{code}");
            assert_eq!(Language::from_tag(code), Some(*language));
        }
    }

    #[test]
    fn short_texts_have_no_language() {
        assert_eq!(Language::detect("Login"), None);
        assert_eq!(Language::detect("Die Minister trafen sich am Dienstag in Oslo."), Some(Language::De));
        assert_eq!(Language::from_tag("en-GB"), Some(Language::En));
        assert_eq!(Language::from_tag("nb"), Some(Language::No));
        assert_eq!(Language::from_tag("xx"), None);
    }
}
