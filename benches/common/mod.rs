//! What the benches share: the written pages and articles of the repository.

#![allow(dead_code, unreachable_pub, reason = "each bench uses some of it")]

use std::path::PathBuf;

use nutgraf::dataset::{Dataset, FieldNames, read_labelled};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The bytes of every written HTML page, by name.
pub fn pages() -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    for part in ["train", "held-out"] {
        let entries =
            std::fs::read_dir(root().join("datasets/pages").join(part)).expect("a folder of the repository");
        paths.extend(entries.map(|entry| entry.expect("a readable folder").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).expect("a file of the repository")).collect()
}

/// All written articles with a stance, and their text as classifiers read it.
pub fn articles() -> (Dataset, Vec<String>) {
    let files = ["agreeing", "crossed"].map(|name| root().join(format!("datasets/stance/{name}.jsonl")));
    let dataset = read_labelled(&files, &FieldNames::default()).expect("data of the repository");
    let texts = dataset.records.iter().map(nutgraf::dataset::Record::full_text).collect();
    (dataset, texts)
}

/// The bytes of texts together.
pub fn n_bytes<T: AsRef<[u8]>>(texts: &[T]) -> u64 {
    texts.iter().map(|text| text.as_ref().len() as u64).sum()
}
