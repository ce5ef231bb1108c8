//! A catalogue of data sets in, what each is and where its files are out.

use serde::Deserialize;

use crate::error::{Error, Result};

/// The catalogue that ships with the program.
pub const CATALOG: &str = include_str!("../../datasets/catalog.toml");

/// Data sets by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The sets, in the order of the file.
    #[serde(rename = "set", default)]
    pub sets: Vec<CatalogSet>,
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogSet {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: String,
    /// What its files hold: `labelled` texts, or gold `pages`.
    pub format: String,
    /// Under what licence.
    pub licence: String,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<CatalogFile>,
}

/// A file of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogFile {
    /// Its name, without a folder.
    pub name: String,
    /// Where it is had from.
    pub url: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its BLAKE3, in hexadecimal digits.
    pub blake3: String,
}

impl Catalog {
    /// Reads a catalogue; `name` is what errors call it.
    ///
    /// # Errors
    /// [`Error::Dataset`] for what is no catalogue, a set without files or named twice, or a file name that leads out of its folder.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let catalog: Self = toml::from_str(text)
            .map_err(|e| Error::dataset(name, format!("not a catalogue: {}", e.to_string().trim_end())))?;
        for (idx, set) in catalog.sets.iter().enumerate() {
            if set.files.is_empty() {
                return Err(Error::dataset(name, format!("set {:?} has no files", set.name)));
            }
            if catalog.sets[..idx].iter().any(|other| other.name == set.name) {
                return Err(Error::dataset(name, format!("set {:?} is there twice", set.name)));
            }
            for file in &set.files {
                if super::file_name(&file.name) != file.name.as_str() {
                    let message =
                        format!("file name {:?} of set {:?} is not a plain name", file.name, set.name);
                    return Err(Error::dataset(name, message));
                }
            }
        }
        Ok(catalog)
    }

    /// A set by name.
    ///
    /// # Errors
    /// [`Error::Dataset`] with the names that there are.
    pub fn set(&self, name: &str) -> Result<&CatalogSet> {
        self.sets.iter().find(|set| set.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.sets.iter().map(|set| set.name.as_str()).collect();
            Error::dataset(name, format!("no such set in the catalogue; sets: {}", known.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_of_the_files_that_are_here() {
        let catalog = Catalog::parse("catalog.toml", CATALOG).unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(catalog.sets.len() >= 5);
        for file in catalog.sets.iter().flat_map(|set| &set.files) {
            let (_, path) = file.url.split_once("/main/").unwrap();
            let bytes = std::fs::read(root.join(path)).unwrap();
            assert_eq!(bytes.len() as u64, file.bytes, "{path}");
            assert_eq!(blake3::hash(&bytes).to_hex().as_str(), file.blake3, "{path}");
        }
    }

    #[test]
    fn what_is_no_catalogue_is_told() {
        let file = "[[set.file]]\nname=\"NAME\"\nurl=\"u\"\nbytes=1\nblake3=\"0\"\n";
        let set = |name: &str| {
            format!(
                "[[set]]\nname=\"a\"\nwhat=\"w\"\nformat=\"labelled\"\nlicence=\"l\"\n{}",
                file.replace("NAME", name)
            )
        };
        let rows = [
            ("[[set]]\nnme=\"a\"\n".to_owned(), "unknown field"),
            (set("a.jsonl") + &set("b.jsonl"), "is there twice"),
            (set("../a.jsonl"), "is not a plain name"),
        ];
        for (text, expected) in rows {
            let message = Catalog::parse("c.toml", &text).unwrap_err().to_string();
            assert!(message.starts_with("c.toml: ") && message.contains(expected), "{message}");
        }
        let message = Catalog::parse("c", &set("a.jsonl")).unwrap().set("b").unwrap_err().to_string();
        assert!(message.ends_with("sets: a"), "{message}");
    }
}
