//! A labelled corpus in, the sufficient statistics of naive Bayes out, as a file of their own: statistics of parts merge
//! into those of the whole, are added to, and have records taken away again, exactly.
//!
//! Under counts and binary weights the vocabulary is open: it is the union of the parts', every term kept, and what is
//! merged is bit for bit what counting the whole gives; its words are in byte order, so that vocabularies unite, where a
//! model has them by frequency. Under TF-IDF a row depends on the idf, which no part knows alone:
//! vocabulary and idf are frozen as the first statistics have them, terms unknown to them are left out, and only statistics
//! that froze the same merge. So for TF-IDF, merging is exact given the frozen idf, and not what training on the whole at
//! once would give.

mod file;

use super::classifier::Stored;
use super::train::{Learned, Trained};
use super::{ClassifierParams, LabelledCorpus, TextClassifier};
use crate::bayes::{CalibrationMethod, TermCounts};
use crate::error::{Error, Result};
use crate::features::{Csr, Lexicon, Vectorizer, VectorizerParams};
use crate::model::DataStamp;

/// What naive Bayes keeps of its data.
#[derive(Debug)]
pub struct Statistics {
    classes: Vec<String>,
    /// The parameters asked for; an open vocabulary is held to them when a model is fitted.
    params: VectorizerParams,
    vectorizer: Vectorizer,
    /// Documents that hold each term.
    frequencies: Vec<u32>,
    counts: TermCounts,
    data: DataStamp,
}

impl Statistics {
    /// Counts a corpus.
    ///
    /// # Errors
    /// As [`Vectorizer::fit`].
    pub fn count(params: &VectorizerParams, corpus: &LabelledCorpus) -> Result<Self> {
        let open = if params.weighting.has_idf() { params.clone() } else { opened(params) };
        let (vectorizer, rows) = Vectorizer::fit_rows(&open, &corpus.corpus)?;
        let counted = Self::of_rows(params, vectorizer, &rows, corpus);
        if counted.is_frozen() {
            return Ok(counted);
        }
        let (vectorizer, columns) = counted.vectorizer.in_byte_order();
        Ok(Self { vectorizer, ..counted.renumbered(&columns) })
    }

    /// Counts a corpus so that it merges with these statistics: with their vocabulary and idf where those are frozen.
    ///
    /// # Errors
    /// As [`Vectorizer::fit`].
    pub fn count_more(&self, corpus: &LabelledCorpus) -> Result<Self> {
        if !self.is_frozen() {
            return Self::count(&self.params, corpus);
        }
        let keep = vec![true; self.vectorizer.lexicon().len()];
        let (vectorizer, _) = self.vectorizer.select(&keep);
        let rows = vectorizer.rows(&corpus.corpus);
        Ok(Self::of_rows(&self.params, vectorizer, &rows, corpus))
    }

    fn of_rows(
        params: &VectorizerParams,
        vectorizer: Vectorizer,
        rows: &Csr,
        corpus: &LabelledCorpus,
    ) -> Self {
        let mut frequencies = vec![0; rows.n_columns()];
        for row in 0..rows.n_rows() {
            rows.row(row).for_each(|(column, _)| frequencies[column as usize] += 1);
        }
        Self {
            classes: corpus.classes.clone(),
            params: params.clone(),
            vectorizer,
            frequencies,
            counts: TermCounts::from_rows(rows, &corpus.labels, corpus.classes.len()),
            data: corpus.data().clone(),
        }
    }

    /// Counts and frequencies of the terms that have these columns.
    fn renumbered(self, columns: &[u32]) -> Self {
        let frequencies = columns.iter().map(|column| self.frequencies[*column as usize]).collect();
        Self { counts: self.counts.select(columns), frequencies, ..self }
    }

    /// The parameters that the statistics were counted with.
    #[must_use]
    pub fn params(&self) -> &VectorizerParams {
        &self.params
    }

    /// The classes, in byte order.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Whether vocabulary and idf are those of the first statistics.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.params.weighting.has_idf()
    }

    /// The number of records counted.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.data.n_records
    }

    /// Adds other statistics, exactly and in any order.
    ///
    /// # Errors
    /// [`Error::Training`] if they were counted with other parameters, or froze another vocabulary or idf.
    pub fn merge(self, other: &Self) -> Result<Self> {
        let (mut whole, other) = self.aligned(other)?;
        whole.counts.merge(&other.counts);
        whole.frequencies.iter_mut().zip(&other.frequencies).for_each(|(sum, value)| *sum += value);
        whole.data = whole.data.plus(&other.data)?;
        if !whole.is_frozen() {
            let lexicon = whole.vectorizer.lexicon().clone();
            let open = opened(&whole.params);
            whole.vectorizer =
                Vectorizer::of_frequencies(&open, lexicon, &whole.frequencies, whole.data.n_records)?;
        }
        Ok(whole)
    }

    /// Takes other statistics away, exactly; what only they knew is gone, as if it had never been counted.
    ///
    /// # Errors
    /// As [`Self::merge`], or if they were not all part of these.
    pub fn forget(self, other: &Self) -> Result<Self> {
        let (mut rest, other) = self.aligned(other)?;
        rest.data = rest.data.minus(&other.data)?;
        rest.counts.forget(&other.counts)?;
        for (sum, value) in rest.frequencies.iter_mut().zip(&other.frequencies) {
            *sum = sum.checked_sub(*value).ok_or_else(|| {
                Error::Training(
                    "what is to be forgotten was not all counted; give the records as they were".into(),
                )
            })?;
        }
        if rest.is_frozen() {
            return Ok(rest);
        }
        let keep: Vec<bool> = rest.frequencies.iter().map(|frequency| *frequency > 0).collect();
        let (lexicon, columns) = rest.vectorizer.lexicon().select(&keep);
        let class_units = rest.counts.class_units();
        let left: Vec<usize> = (0..rest.classes.len()).filter(|class| class_units[*class] > 0).collect();
        let mut counts = TermCounts::new(left.len(), columns.len());
        for (new, old) in columns.iter().enumerate() {
            let units = rest.counts.term_units(*old as usize);
            counts.term_units_mut(new).iter_mut().zip(&left).for_each(|(to, class)| *to = units[*class]);
        }
        counts.class_units_mut().iter_mut().zip(&left).for_each(|(to, class)| *to = class_units[*class]);
        let frequencies: Vec<u32> = columns.iter().map(|column| rest.frequencies[*column as usize]).collect();
        Ok(Self {
            classes: left.iter().map(|class| rest.classes[*class].clone()).collect(),
            vectorizer: Vectorizer::of_frequencies(
                &opened(&rest.params),
                lexicon,
                &frequencies,
                rest.data.n_records,
            )?,
            frequencies,
            counts,
            ..rest
        })
    }

    /// Both over the same classes and terms.
    fn aligned(self, other: &Self) -> Result<(Self, Self)> {
        if self.params != other.params {
            return Err(Error::Training(
                "statistics were counted with other parameters; count all parts with the same flags".into(),
            ));
        }
        let (own, others) = (self.vectorizer.lexicon(), other.vectorizer.lexicon());
        if self.is_frozen() && (own != others || self.vectorizer.idf() != other.vectorizer.idf()) {
            return Err(Error::Training(
                "TF-IDF statistics merge only over one frozen vocabulary and idf; count one part with --counts-out, the \
                 others with --from it, or use --weighting count"
                    .into(),
            ));
        }
        let mut classes = [&self.classes[..], &other.classes[..]].concat();
        classes.sort_unstable();
        classes.dedup();
        let all: Vec<u32> = (0..own.len() as u32).collect();
        let (lexicon, own_columns, other_columns) =
            if self.is_frozen() { (own.clone(), all.clone(), all) } else { own.union(others) };
        let own = self.over(&classes, &lexicon, &own_columns)?;
        let others = other.over(&classes, &lexicon, &other_columns)?;
        Ok((own, others))
    }

    /// These statistics over a wider set of classes and terms; `columns` says where each own column is in it.
    fn over(&self, classes: &[String], lexicon: &Lexicon, columns: &[u32]) -> Result<Self> {
        let place = |class: &String| classes.binary_search(class).expect("the classes are a union");
        let places: Vec<usize> = self.classes.iter().map(place).collect();
        let mut counts = TermCounts::new(classes.len(), lexicon.len());
        let mut frequencies = vec![0; lexicon.len()];
        let spread = |from: &[i64], to: &mut [i64]| {
            from.iter().zip(&places).for_each(|(units, place)| to[*place] = *units);
        };
        spread(self.counts.class_units(), counts.class_units_mut());
        for (own, column) in columns.iter().enumerate() {
            spread(self.counts.term_units(own), counts.term_units_mut(*column as usize));
            frequencies[*column as usize] = self.frequencies[own];
        }
        let vectorizer = if self.is_frozen() {
            self.vectorizer.select(&vec![true; lexicon.len()]).0
        } else {
            Vectorizer::of_frequencies(
                &opened(&self.params),
                lexicon.clone(),
                &frequencies,
                self.data.n_records,
            )?
        };
        Ok(Self {
            classes: classes.to_vec(),
            params: self.params.clone(),
            vectorizer,
            frequencies,
            counts,
            data: self.data.clone(),
        })
    }

    /// Fits a classifier. The calibration needs documents: `recent`, which must be among those counted, are held out fold
    /// by fold, all others staying in; without any the classifier is not calibrated.
    ///
    /// # Errors
    /// [`Error::Parameter`] unless the one member is naive Bayes; otherwise as [`TextClassifier::train_corpus`].
    pub fn fit(&self, params: &ClassifierParams, recent: Option<&LabelledCorpus>) -> Result<TextClassifier> {
        if params.members.len() != 1 || !params.members[0].is_naive_bayes() {
            return Err(Error::parameter(
                "system",
                "not one naive Bayes",
                "naive Bayes, which is all that counts make",
            ));
        }
        let params = ClassifierParams { vectorizer: self.params.clone(), ..params.clone() };
        let (vectorizer, columns) = self.kept()?;
        let mut counts = self.counts.select(&columns);
        let (rows, labels, folds) = match recent {
            Some(corpus) => {
                let place = |class: &String| {
                    self.classes
                        .binary_search(class)
                        .map_err(|_| Error::Training(format!("class {class:?} is not among those counted")))
                };
                let places: Vec<usize> = corpus.classes.iter().map(place).collect::<Result<_>>()?;
                let labels: Vec<usize> = corpus.labels.iter().map(|label| places[*label]).collect();
                let rows = vectorizer.rows(&corpus.corpus);
                counts.forget(&TermCounts::from_rows(&rows, &labels, self.classes.len()))?;
                (rows, labels, Some(corpus.folds(params.n_folds)))
            }
            None => (Csr::new(columns.len()), Vec::new(), None),
        };
        let method = if folds.is_some() { params.calibration } else { CalibrationMethod::None };
        let params = ClassifierParams { calibration: method, ..params };
        let learned = Learned::new(&rows, &labels, self.classes.len()).with_base(counts);
        let Trained { vectorizer, model, temperature, calibration } =
            learned.train(&params, vectorizer, folds.as_ref())?;
        let stored = Stored {
            members: params.members.clone(),
            temperature,
            calibration,
            abstain: params.abstain,
            unit: params.unit,
        };
        Ok(TextClassifier::new(self.classes.clone(), vectorizer, model, stored, self.data.clone()))
    }

    /// The vectoriser of the terms that the parameters keep, and their columns here.
    fn kept(&self) -> Result<(Vectorizer, Vec<u32>)> {
        let all = vec![true; self.frequencies.len()];
        if self.is_frozen() {
            return Ok(self.vectorizer.select(&all));
        }
        let lexicon = self.vectorizer.lexicon().clone();
        let n = self.data.n_records;
        let (ordered, order) = Vectorizer::of_frequencies(&self.params, lexicon, &self.frequencies, n)?
            .in_frequency_order(&self.frequencies);
        let frequencies: Vec<u32> = order.iter().map(|column| self.frequencies[*column as usize]).collect();
        let (kept, columns) = ordered.held_to_limits(&frequencies)?;
        Ok((kept, columns.into_iter().map(|column| order[column as usize]).collect()))
    }
}

/// Parameters that keep every term.
fn opened(params: &VectorizerParams) -> VectorizerParams {
    VectorizerParams {
        min_documents: 1,
        min_ngram_documents: 1,
        max_terms: None,
        max_documents: 1.0,
        mute_stop_words: false,
        ..params.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bayes::EventModel;
    use crate::classify::Member;
    use crate::dataset::{Dataset, Record};
    use crate::features::{CharNgrams, Weighting};
    use crate::model::Task;

    fn record(label: &str, text: &str) -> Record {
        let (text, label) = (text.to_owned(), label.to_owned());
        Record { id: String::new(), title: None, text, label, group: None, fields: Default::default() }
    }

    fn records() -> Vec<Record> {
        let words = ["talks", "fleet", "dawn", "treaty", "missile", "harbour", "trade", "warning"];
        (0..48_usize)
            .map(|n| {
                let text: Vec<&str> = (0..6).map(|k| words[(n * 5 + k * k * (1 + n % 3)) % 8]).collect();
                record(["dove", "hawk", "owl"][n % 3], &text.join(" "))
            })
            .collect()
    }

    fn params(weighting: Weighting) -> ClassifierParams {
        ClassifierParams {
            vectorizer: VectorizerParams {
                weighting,
                chars: Some(CharNgrams { min: 2, max: 3 }),
                analyzer: crate::text::AnalyzerParams {
                    max_ngram: 3,
                    ..VectorizerParams::default().analyzer
                },
                ..VectorizerParams::default()
            },
            members: vec![Member::naive_bayes(EventModel::Complement, 0.1).unwrap()],
            calibration: CalibrationMethod::None,
            ..ClassifierParams::default()
        }
    }

    fn corpus(params: &ClassifierParams, records: &[Record]) -> LabelledCorpus {
        LabelledCorpus::new(&params.vectorizer.analyzer, true, &Dataset::new(records.to_vec())).unwrap()
    }

    fn bytes(statistics: &Statistics) -> Vec<u8> {
        statistics.to_model().unwrap().to_bytes().unwrap()
    }

    #[test]
    fn merged_parts_are_the_whole_bit_for_bit() {
        for weighting in [Weighting::Count, Weighting::Binary] {
            let params = params(weighting);
            let all = records();
            let whole = Statistics::count(&params.vectorizer, &corpus(&params, &all)).unwrap();
            let mut parts: Vec<Statistics> = (0..4)
                .map(|part| {
                    let own: Vec<Record> = all.iter().skip(part).step_by(4).cloned().collect();
                    Statistics::count(&params.vectorizer, &corpus(&params, &own)).unwrap()
                })
                .collect();
            let mut merged = parts.pop().unwrap();
            for part in &parts {
                merged = merged.merge(part).unwrap();
            }
            assert_eq!(bytes(&merged), bytes(&whole));
            let again = Statistics::from_model(&whole.to_model().unwrap()).unwrap();
            assert_eq!(bytes(&again), bytes(&whole));
            let fitted = again.fit(&params, None).unwrap().to_model(Task::Text).unwrap().to_bytes().unwrap();
            let trained = TextClassifier::train_corpus(&params, &corpus(&params, &all)).unwrap();
            assert!(fitted == trained.to_model(Task::Text).unwrap().to_bytes().unwrap(), "{weighting:?}");
        }
    }

    #[test]
    fn what_is_forgotten_was_never_there() {
        let params = params(Weighting::Count);
        let mut all = records();
        let kept = Statistics::count(&params.vectorizer, &corpus(&params, &all)).unwrap();
        let gone = [record("raven", "a rumour of nowhere"), record("dove", "talks of nowhere")];
        all.extend(gone.clone());
        let whole = Statistics::count(&params.vectorizer, &corpus(&params, &all)).unwrap();
        let gone = whole.count_more(&corpus(&params, &gone)).unwrap();
        assert_eq!(bytes(&whole.forget(&gone).unwrap()), bytes(&kept));
        assert!(kept.forget(&gone).is_err());
    }

    #[test]
    fn frozen_statistics_merge_over_one_idf_alone() {
        let params = params(Weighting::TfIdf);
        let all = records();
        let first = Statistics::count(&params.vectorizer, &corpus(&params, &all[..24])).unwrap();
        let second = first.count_more(&corpus(&params, &all[24..])).unwrap();
        let stranger = Statistics::count(&params.vectorizer, &corpus(&params, &all[20..41])).unwrap();
        assert!(stranger.merge(&first).unwrap_err().to_string().contains("--from"));
        let expected = bytes(&first);
        let merged = first.merge(&second).unwrap();
        assert_eq!(merged.n_records(), 48);
        assert_eq!(bytes(&merged.forget(&second).unwrap()), expected);
    }

    #[test]
    fn recent_documents_calibrate_a_model_of_all() {
        let params =
            ClassifierParams { calibration: CalibrationMethod::Temperature, ..params(Weighting::Count) };
        let all = records();
        let recent = corpus(&params, &all[12..]);
        let whole = Statistics::count(&params.vectorizer, &corpus(&params, &all)).unwrap();
        let model = whole.fit(&params, Some(&recent)).unwrap();
        assert_ne!(model.temperature(), 1.0);
        let plain = whole.fit(&params, None).unwrap();
        assert_eq!((plain.temperature(), plain.model()), (1.0, model.model()));
    }
}
