//! Labels without texts: texts that belong to others are found by their address, and proved by a checksum.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::lines::{Lines, json_problem};
use crate::error::{Error, Result};

/// Texts by address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts(BTreeMap<String, (Option<String>, String)>);

/// What a line must hold; other fields are not looked at.
#[derive(Deserialize)]
struct Line {
    url: String,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

impl Texts {
    /// Reads JSONL records `{url, title, text}`; of several with one address the first counts.
    ///
    /// # Errors
    /// A file that cannot be read, or a line without address or text, with its place.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut texts = BTreeMap::new();
        for path in paths {
            let mut lines = Lines::open(path)?;
            while let Some((number, line)) = lines.next_line()? {
                let Line { url, title, text } = serde_json::from_str(line)
                    .map_err(|e| Error::record(path, number, format!("{}; {SHAPE}", json_problem(&e))))?;
                let title = title.filter(|title| !title.is_empty());
                texts.entry(url).or_insert((title, text));
            }
        }
        Ok(Self(texts))
    }

    /// Gives a record that has an address, but no text, the text and the title of that address. A record without an address
    /// stays as it is; without any texts every record does.
    ///
    /// # Errors
    /// No text of that address, or one whose checksum is not the record's.
    pub(super) fn complete(
        &self,
        values: &mut BTreeMap<String, String>,
        text_field: &str,
    ) -> Result<(), String> {
        let Some(url) = values.get("url").filter(|_| !self.0.is_empty()) else {
            return Ok(());
        };
        let Some((title, text)) = self.0.get(url) else {
            return Err(format!("no text of {url}; add it to a file of --texts, or use --skip-bad-records"));
        };
        let checksum = text_checksum(title.as_deref(), text);
        if let Some(labelled) = values.get("checksum").filter(|labelled| **labelled != checksum) {
            return Err(format!(
                "the text of {url} is not the one that was labelled (checksum {checksum}, not {labelled}); \
                 find that version, or use --skip-bad-records"
            ));
        }
        if let Some(title) = title {
            values.entry("title".to_owned()).or_insert_with(|| title.clone());
        }
        values.insert(text_field.to_owned(), text.clone());
        Ok(())
    }
}

const SHAPE: &str = "a line of --texts is an object with url, text and, where there is one, title";

/// The first 16 hexadecimal digits of the BLAKE3 hash of title, line feed and text; an absent title is empty.
#[must_use]
pub fn text_checksum(title: Option<&str>, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(title.unwrap_or_default().as_bytes()).update(b"\n").update(text.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(record: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        let lines = "{\"url\":\"a.example/1\",\"title\":\"Talks\",\"text\":\"They met.\",\"source\":3}\n\
                     {\"url\":\"a.example/1\",\"text\":\"Another version.\"}\n";
        std::fs::write(file.path(), lines).unwrap();
        let texts = Texts::read(&[file.path().to_owned()]).unwrap();
        let mut values = record.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        texts.complete(&mut values, "text").map(|()| values)
    }

    #[test]
    fn a_label_gets_the_text_that_was_labelled() {
        let checksum = text_checksum(Some("Talks"), "They met.");
        let found = complete(&[("url", "a.example/1"), ("checksum", &checksum)]).unwrap();
        assert_eq!((found["title"].as_str(), found["text"].as_str()), ("Talks", "They met."));
        assert!(!complete(&[("label", "x")]).unwrap().contains_key("text"));
    }

    #[test]
    fn another_text_or_none_is_said() {
        let other = complete(&[("url", "a.example/1"), ("checksum", "00")]).unwrap_err();
        assert!(other.contains("not the one that was labelled"), "{other}");
        let none = complete(&[("url", "a.example/2")]).unwrap_err();
        assert!(none.contains("no text of a.example/2"), "{none}");
    }

    #[test]
    fn a_bad_line_has_its_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{\"url\":\"a\",\"text\":\"b\"}\n{\"url\":\"c\"}\n").unwrap();
        let error = Texts::read(&[file.path().to_owned()]).unwrap_err().to_string();
        assert!(error.contains(":2") && error.contains("url, text"), "{error}");
    }
}
