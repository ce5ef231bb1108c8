//! Labelled records in, a corpus with the class and the fold of every document out; texts themselves are not kept.

use std::collections::BTreeMap;

use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};
use rayon::prelude::*;

use crate::dataset::{Dataset, Folds, Record};
use crate::error::{Error, Result};
use crate::features::{Corpus, CorpusShard};
use crate::model::DataStamp;
use crate::text::{Analyzer, AnalyzerParams};

/// A corpus with labels.
#[derive(Debug)]
pub struct LabelledCorpus {
    /// The texts.
    pub corpus: Corpus,
    /// The classes, in byte order.
    pub classes: Vec<String>,
    /// The class of each document.
    pub labels: Vec<usize>,
    /// What keeps documents together in folds.
    groups: Vec<Option<String>>,
    data: DataStamp,
}

/// Takes records batch by batch, each read in parallel.
#[derive(Debug)]
pub struct LabelledCorpusBuilder {
    analyzer: Analyzer,
    shards: Vec<CorpusShard>,
    order: Vec<(usize, usize)>,
    /// Number of each label, in the order in which they came.
    numbers: BTreeMap<String, usize>,
    labels: Vec<usize>,
    groups: Vec<Option<String>>,
    checksum: u128,
}

impl LabelledCorpusBuilder {
    /// Returns an empty builder; `has_chunks` says whether character n-grams will be counted.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a parameter out of range.
    pub fn new(analyzer: &AnalyzerParams, has_chunks: bool) -> Result<Self> {
        Ok(Self {
            analyzer: analyzer.clone().check()?,
            shards: (0..rayon::current_num_threads()).map(|_| CorpusShard::new(has_chunks)).collect(),
            order: Vec::new(),
            numbers: BTreeMap::new(),
            labels: Vec::new(),
            groups: Vec::new(),
            checksum: 0,
        })
    }

    /// Appends records.
    pub fn push(&mut self, records: &[Record]) {
        let part_len = records.len().div_ceil(self.shards.len()).max(1);
        let starts: Vec<usize> = self.shards.iter().map(CorpusShard::len).collect();
        let analyzer = &self.analyzer;
        let checksums: Vec<u128> = self
            .shards
            .par_iter_mut()
            .zip(records.par_chunks(part_len))
            .map(|(shard, records)| {
                let mut checksum = 0_u128;
                for record in records {
                    shard.push(analyzer, record.parts());
                    checksum = checksum.wrapping_add(checksum_of(record));
                }
                checksum
            })
            .collect();
        self.checksum = checksums.into_iter().fold(self.checksum, u128::wrapping_add);
        for (idx, record) in records.iter().enumerate() {
            let shard = idx / part_len;
            self.order.push((shard, starts[shard] + idx % part_len));
            let number = self.number_of(&record.label);
            self.labels.push(number);
            self.groups.push(record.group.clone());
        }
    }

    /// The number of a label, which is a class from now on.
    fn number_of(&mut self, label: &str) -> usize {
        let next = self.numbers.len();
        match self.numbers.get(label) {
            Some(number) => *number,
            None => *self.numbers.entry(label.to_owned()).or_insert(next),
        }
    }

    /// The corpus.
    ///
    /// # Errors
    /// [`Error::Training`] for fewer than two classes.
    pub fn finish(self) -> Result<LabelledCorpus> {
        if self.numbers.len() < 2 {
            return Err(Error::Training(format!(
                "all {} records have the label {:?}; two classes are needed",
                self.labels.len(),
                self.numbers.keys().next().map_or("", String::as_str)
            )));
        }
        Ok(self.finish_part())
    }

    /// The corpus as a part of a larger one, which may lack classes.
    #[must_use]
    pub fn finish_part(self) -> LabelledCorpus {
        let n_records = self.labels.len();
        let mut class_of = vec![0; self.numbers.len()];
        for (class, number) in self.numbers.values().enumerate() {
            class_of[*number] = class;
        }
        LabelledCorpus {
            corpus: Corpus::from_shards(self.shards, self.order),
            classes: self.numbers.into_keys().collect(),
            labels: self.labels.into_iter().map(|number| class_of[number]).collect(),
            groups: self.groups,
            data: DataStamp { checksum: format!("{:032x}", self.checksum), n_records },
        }
    }
}

impl LabelledCorpus {
    /// The corpus of a data set, with all its classes, whether they have records or not.
    ///
    /// # Errors
    /// As [`LabelledCorpusBuilder::new`] and [`LabelledCorpusBuilder::finish`].
    pub fn new(analyzer: &AnalyzerParams, has_chunks: bool, dataset: &Dataset) -> Result<Self> {
        let mut builder = LabelledCorpusBuilder::new(analyzer, has_chunks)?;
        for class in &dataset.classes {
            builder.number_of(class);
        }
        builder.push(&dataset.records);
        builder.finish()
    }

    /// Folds by group where records have one, otherwise by class.
    #[must_use]
    pub fn folds(&self, n_folds: usize) -> Folds {
        folds(&self.labels, &self.groups, n_folds)
    }

    /// What the documents were: their number, and a checksum that does not depend on their order.
    #[must_use]
    pub fn data(&self) -> &DataStamp {
        &self.data
    }
}

/// Folds by group where records have one (a record without is a group of its own), otherwise by class.
pub(super) fn folds(labels: &[usize], groups: &[Option<String>], n_folds: usize) -> Folds {
    if groups.iter().all(Option::is_none) {
        return Folds::stratified(labels, n_folds);
    }
    let group = |(idx, group): (usize, &Option<String>)| match group {
        Some(group) => format!("group {group}"),
        None => format!("record {idx}"),
    };
    Folds::grouped(&groups.iter().enumerate().map(group).collect::<Vec<_>>(), n_folds)
}

/// The checksum of what training reads of a record: title, text, label and group. The checksum of a data set is the sum
/// of its records', so that shards add up and what is forgotten is taken away.
fn checksum_of(record: &Record) -> u128 {
    const HALVES: [RapidSecrets; 2] = [RapidSecrets::seed_cpp(1), RapidSecrets::seed_cpp(2)];
    let group = record.group.as_deref().unwrap_or_default();
    let parts = [record.title.as_deref().unwrap_or_default(), &record.text, &record.label, group];
    let half = |secrets: &RapidSecrets| {
        // Each part's hash is hashed again with those before it.
        let mut hashes = [0; 32];
        for (hash, part) in hashes.chunks_exact_mut(8).zip(parts) {
            hash.copy_from_slice(&rapidhash_v3_seeded(part.as_bytes(), secrets).to_le_bytes());
        }
        rapidhash_v3_seeded(&hashes, secrets)
    };
    u128::from(half(&HALVES[0])) << 64 | u128::from(half(&HALVES[1]))
}
