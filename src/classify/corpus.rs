//! Labelled records in, a corpus with the class and the fold of every document out; texts themselves are not kept.

use std::collections::BTreeMap;

use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};
use rayon::prelude::*;

use super::Unit;
use crate::dataset::{Dataset, Fingerprint, Folds, Record, shuffled};
use crate::error::{Error, Result};
use crate::features::{Corpus, CorpusShard, Csr};
use crate::model::DataStamp;
use crate::text::{Analyzer, AnalyzerParams, Sentence, sentences};

/// A corpus with labels.
#[derive(Debug)]
pub struct LabelledCorpus {
    /// The texts, or their sentences one after the other.
    pub corpus: Corpus,
    /// The classes, in byte order.
    pub classes: Vec<String>,
    /// The class of each text.
    pub labels: Vec<usize>,
    /// What keeps texts together in folds.
    groups: Vec<Option<String>>,
    /// The number of sentences of each text, where documents are sentences.
    n_sentences: Option<Vec<usize>>,
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
    n_sentences: Option<Vec<usize>>,
    checksum: u128,
    fingerprints: Vec<Fingerprint>,
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
            n_sentences: None,
            checksum: 0,
            fingerprints: Vec::new(),
        })
    }

    /// Returns the builder with another unit. It must still be empty.
    #[must_use]
    pub fn by(self, unit: Unit) -> Self {
        Self { n_sentences: (unit == Unit::Sentence).then(Vec::new), ..self }
    }

    /// Appends records.
    pub fn push(&mut self, records: &[Record]) {
        let checksums = records.par_iter().map(checksum_of);
        self.checksum = self.checksum.wrapping_add(checksums.reduce(|| 0, u128::wrapping_add));
        self.fingerprints.par_extend(records.par_iter().map(Record::fingerprint));
        for record in records {
            let number = self.number_of(&record.label);
            self.labels.push(number);
            self.groups.push(record.group.clone());
        }
        if let Some(n_sentences) = &mut self.n_sentences {
            let sentences: Vec<Vec<&str>> = records.par_iter().map(sentences_of).collect();
            n_sentences.extend(sentences.iter().map(Vec::len));
            let documents: Vec<&str> = sentences.concat();
            self.push_documents(&documents, |sentence| [*sentence].into_iter());
        } else {
            self.push_documents(records, Record::parts);
        }
    }

    /// Appends documents, each a text of several parts.
    fn push_documents<'a, T: Sync, P: Iterator<Item = &'a str>>(
        &mut self,
        documents: &'a [T],
        parts: impl Fn(&'a T) -> P + Sync,
    ) {
        let part_len = documents.len().div_ceil(self.shards.len()).max(1);
        let starts: Vec<usize> = self.shards.iter().map(CorpusShard::len).collect();
        let analyzer = &self.analyzer;
        self.shards.par_iter_mut().zip(documents.par_chunks(part_len)).for_each(|(shard, documents)| {
            documents.iter().for_each(|document| shard.push(analyzer, parts(document)));
        });
        let place = |idx: usize| (idx / part_len, starts[idx / part_len] + idx % part_len);
        self.order.extend((0..documents.len()).map(place));
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
                "all {} records have the label {:?}; add records of another class",
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
            n_sentences: self.n_sentences,
            data: DataStamp {
                checksum: format!("{:032x}", self.checksum),
                n_records,
                fingerprints: Some(self.fingerprints.into_iter().collect()),
            },
        }
    }
}

impl LabelledCorpus {
    /// The corpus of a data set, with all its classes, whether they have records or not.
    ///
    /// # Errors
    /// As [`LabelledCorpusBuilder::new`] and [`LabelledCorpusBuilder::finish`].
    pub fn new(analyzer: &AnalyzerParams, has_chunks: bool, dataset: &Dataset) -> Result<Self> {
        Self::of_unit(Unit::Text, analyzer, has_chunks, dataset)
    }

    /// [`Self::new`], by sentence or by text.
    pub(super) fn of_unit(
        unit: Unit,
        analyzer: &AnalyzerParams,
        has_chunks: bool,
        dataset: &Dataset,
    ) -> Result<Self> {
        let mut builder = LabelledCorpusBuilder::new(analyzer, has_chunks)?.by(unit);
        for class in &dataset.classes {
            builder.number_of(class);
        }
        builder.push(&dataset.records);
        builder.finish()
    }

    /// Folds by group where records have one, otherwise by class.
    #[must_use]
    pub fn folds(&self, n_folds: usize) -> Folds {
        folds(&self.labels, &self.groups, n_folds, 0)
    }

    /// The rows of texts, of those of documents.
    pub(super) fn text_rows(&self, documents: Csr) -> Csr {
        match &self.n_sentences {
            Some(n_sentences) => documents.unit_sums(n_sentences),
            None => documents,
        }
    }

    /// What an SVM's error on each text costs, if not all the same: the square root of its number of sentences.
    pub(super) fn weights(&self) -> Option<Vec<f32>> {
        let weight = |n_sentences: &usize| (*n_sentences.max(&1) as f32).sqrt();
        Some(self.n_sentences.as_ref()?.iter().map(weight).collect())
    }

    /// What the records were: their number, and a checksum that does not depend on their order.
    #[must_use]
    pub fn data(&self) -> &DataStamp {
        &self.data
    }
}

/// The sentences of an article, title first; a record of one paragraph without a title stays whole.
fn sentences_of(record: &Record) -> Vec<&str> {
    if record.title.is_none() && !record.text.contains("\n\n") {
        return vec![&record.text];
    }
    let mut found = Vec::new();
    for part in record.parts() {
        for_each_sentence(part, |place| found.push(&part[place.start..place.end]));
    }
    found
}

/// Hands on the sentences of a text, paragraph by paragraph, so that a headline without a stop is one of its own.
pub(super) fn for_each_sentence(text: &str, mut found: impl FnMut(Sentence)) {
    let mut at = 0;
    for paragraph in text.split("\n\n") {
        for Sentence { start, end } in sentences(paragraph, None) {
            found(Sentence { start: at + start, end: at + end });
        }
        at += paragraph.len() + 2;
    }
}

/// Folds by group where records have one (a record without is a group of its own), otherwise by class. Another number gives another
/// division, in which the records are dealt in an order by chance.
pub(super) fn folds(labels: &[usize], groups: &[Option<String>], n_folds: usize, number: u64) -> Folds {
    let order = if number == 0 { (0..labels.len()).collect() } else { shuffled(labels.len(), number) };
    if groups.iter().all(Option::is_none) {
        let labels: Vec<usize> = order.iter().map(|idx| labels[*idx]).collect();
        return Folds::stratified(&labels, n_folds).of_order(&order);
    }
    // Groups are dealt by size, and of equals by name, so they are named by where they come in the order.
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let group = |(at, idx): (usize, &usize)| match &groups[*idx] {
        Some(group) if number == 0 => format!("group {group}"),
        Some(group) => format!("group {:09}", *names.entry(group).or_insert(at)),
        None if number == 0 => format!("record {idx}"),
        None => format!("record {at:09}"),
    };
    Folds::grouped(&order.iter().enumerate().map(group).collect::<Vec<_>>(), n_folds).of_order(&order)
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
