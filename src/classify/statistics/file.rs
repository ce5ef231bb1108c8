//! Statistics ↔ a file of their own.

use serde::{Deserialize, Serialize};

use super::{Statistics, opened};
use crate::bayes::TermCounts;
use crate::error::{Error, Result};
use crate::features::arrays::{F32Array, U32Array, U64Array};
use crate::features::{Lexicon, Vectorizer, VectorizerParams};
use crate::model::{Header, Model, Task};

/// What a file keeps beside the arrays.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredStatistics {
    vectorizer: VectorizerParams,
    /// Documents that the idf was frozen on, or all.
    n_documents: usize,
    class_units: Vec<i64>,
}

impl Statistics {
    /// The statistics as a file.
    ///
    /// # Errors
    /// As [`Header::new`].
    pub fn to_model(&self) -> Result<Model> {
        let stored = StoredStatistics {
            vectorizer: self.params.clone(),
            n_documents: self.vectorizer.n_documents(),
            class_units: self.counts.class_units().to_vec(),
        };
        let mut model =
            Model::new(Header::new(Task::Counts, self.classes.clone(), self.data.clone(), &stored)?);
        for (name, bytes) in self.vectorizer.lexicon().arrays() {
            model.put_bytes(&name, bytes);
        }
        model.put_bytes("idf", self.vectorizer.idf().bytes());
        model.put_bytes("frequencies", U32Array::from(&self.frequencies[..]).bytes());
        // Most terms are absent from most classes: only what is there is written.
        let (mut ends, mut classes, mut units) = (Vec::new(), Vec::new(), Vec::new());
        for term in 0..self.frequencies.len() {
            for (class, count) in
                self.counts.term_units(term).iter().enumerate().filter(|(_, count)| **count != 0)
            {
                classes.push(class as u32);
                units.push(count.cast_unsigned());
            }
            ends.push(classes.len() as u64);
        }
        model.put_bytes("counts.ends", U64Array::from(&ends[..]).bytes());
        model.put_bytes("counts.classes", U32Array::from(&classes[..]).bytes());
        model.put_bytes("counts.units", U64Array::from(&units[..]).bytes());
        Ok(model)
    }

    /// The statistics of a file.
    ///
    /// # Errors
    /// [`Error::Model`] if the file is of another task or its parts do not fit each other.
    pub fn from_model(model: &Model) -> Result<Self> {
        model.expect_task(&[Task::Counts])?;
        model.verify()?;
        let damaged = || Error::model("statistics", "counts do not fit the vocabulary; the file is damaged");
        let StoredStatistics { vectorizer: params, n_documents, class_units } = model.parameters()?;
        let classes = model.header.classes.clone();
        let lexicon = Lexicon::from_arrays(|name| model.bytes(name))?;
        let (n_terms, n_classes) = (lexicon.len(), classes.len());
        let frequencies = U32Array::new(model.bytes("frequencies")?)?;
        let ends = U64Array::new(model.bytes("counts.ends")?)?;
        let of_class = U32Array::new(model.bytes("counts.classes")?)?;
        let units = U64Array::new(model.bytes("counts.units")?)?;
        if [frequencies.len(), ends.len()] != [n_terms; 2]
            || class_units.len() != n_classes
            || of_class.len() != units.len()
            || !classes.is_sorted_by(|a, b| a < b)
        {
            return Err(damaged());
        }
        let mut counts = TermCounts::new(n_classes, n_terms);
        counts.class_units_mut().copy_from_slice(&class_units);
        let mut start = 0;
        for term in 0..n_terms {
            let end = ends.at(term) as usize;
            if end < start || end > units.len() {
                return Err(damaged());
            }
            for at in start..end {
                let count =
                    counts.term_units_mut(term).get_mut(of_class.at(at) as usize).ok_or_else(damaged)?;
                *count = units.at(at).cast_signed();
            }
            start = end;
        }
        let open = if params.weighting.has_idf() { params.clone() } else { opened(&params) };
        let idf = F32Array::new(model.bytes("idf")?)?;
        Ok(Self {
            classes,
            vectorizer: Vectorizer::from_parts(open, lexicon, idf, n_documents)?,
            params,
            frequencies: (0..n_terms).map(|term| frequencies.at(term)).collect(),
            counts,
            data: model.header.data.clone(),
        })
    }
}
