//! The evaluation of a classifier: records are read, classified and forgotten a batch at a time.

use std::collections::BTreeMap;

use nutgraf::classify::{KeywordBaseline, TextClassifier, UnknownLabels};
use nutgraf::dataset::{
    EmptyTexts, FingerprintIndex, Known, LabelledOptions, Record, group_numbers, read_batches,
};
use nutgraf::evaluate::{Classified, Comparison, Curves, Evaluation, LeakCheck, Mistake, Mistakes};
use nutgraf::model::Model;
use nutgraf::report::{EvaluationReport, Slice};
use rayon::prelude::*;

use super::super::labelled;
use super::super::usage::ensure_usage;
use super::{Args, source};

/// Words of a class that the keyword baseline counts.
const N_KEYWORDS: usize = 20;
/// Terms of a class that a report shows, and of evidence for a mistake.
const N_TOP_TERMS: usize = 15;
const N_EVIDENCE: usize = 5;
/// Characters of a mistaken text that are kept.
const MAX_CHARS: usize = 300;

/// What records are judged by.
struct Judges<'a> {
    classifier: &'a TextClassifier,
    baseline: Option<&'a TextClassifier>,
    keywords: KeywordBaseline<'a>,
    index: Option<&'a FingerprintIndex>,
}

/// What is kept of the records, in order.
struct Judged {
    model: Vec<Classified>,
    baseline: Vec<Classified>,
    groups: Vec<Option<String>>,
    /// What training knew of each record.
    known: Vec<Known>,
    /// Records that the keyword baseline has right.
    n_keywords_right: usize,
    /// The value of each field of `--slice`, by record.
    slices: Vec<Vec<String>>,
    mistakes: Mistakes,
    n_unknown: usize,
}

pub(super) fn evaluate(
    args: &Args,
    model: &Model,
    index: Option<&FingerprintIndex>,
) -> anyhow::Result<EvaluationReport> {
    let classifier = &TextClassifier::from_model(model)?;
    let options = LabelledOptions {
        names: args.fields.names(),
        bad_records: args.fields.bad_records(),
        // A text without words is still one that the model says something of.
        empty_texts: EmptyTexts::Keep,
        texts: args.fields.texts()?,
    };
    let baseline = match &args.baseline {
        Some(name) => Some(open_baseline(name, classifier)?),
        None => None,
    };
    let keywords = KeywordBaseline::new(classifier, N_KEYWORDS);
    let judges = Judges { classifier, baseline: baseline.as_ref(), keywords, index };
    let mut judged = Judged::new(args.n_worst());
    let skipped = read_batches(&args.data, &options, |records| judged.add(args, &judges, &records))?;
    labelled::report_skipped(&skipped);
    let mut report = judged.report(args, &judges);
    report.evaluation.n_skipped += skipped.len();
    let point =
        |(name, score): (&String, &f64)| Some((name.strip_prefix("accuracy_at_")?.parse().ok()?, *score));
    report.learning = model.header.scores.iter().filter_map(point).collect();
    report.learning.sort_by_key(|(n, _)| *n);
    Ok(report)
}

impl Judged {
    fn new(n_worst: usize) -> Self {
        Self {
            model: Vec::new(),
            baseline: Vec::new(),
            groups: Vec::new(),
            known: Vec::new(),
            n_keywords_right: 0,
            slices: Vec::new(),
            mistakes: Mistakes::new(n_worst),
            n_unknown: 0,
        }
    }

    fn add(&mut self, args: &Args, judges: &Judges<'_>, records: &[Record]) -> nutgraf::Result<()> {
        let Judges { classifier, baseline, keywords, index } = judges;
        let unknown = if args.skip_unknown_labels { UnknownLabels::Skip } else { UnknownLabels::Fail };
        let own = classifier.classify_records(records, unknown)?;
        let others = match baseline {
            Some(baseline) => baseline.classify_records(records, unknown)?,
            None => vec![None; records.len()],
        };
        let counted = keywords.classify(records);
        let known: Vec<Known> = match index {
            Some(index) => records.par_iter().map(|record| index.find(&record.fingerprint())).collect(),
            None => vec![Known::default(); records.len()],
        };
        let found = own.into_iter().zip(others).zip(counted).zip(known);
        for (record, (((own, other), counted), known)) in records.iter().zip(found) {
            let Some(own) = own else {
                self.n_unknown += 1;
                continue;
            };
            // Both models have the same classes, so neither lacks the label.
            self.baseline.extend(other);
            self.groups.push(record.group.clone());
            self.known.push(known);
            self.n_keywords_right += usize::from(counted == own.gold);
            let value = |field: &String| {
                let group = record.group.as_ref().filter(|_| *field == args.fields.names().group);
                let value = record.fields.get(field).or(group);
                value.map_or("(none)", String::as_str).to_owned()
            };
            self.slices.push(args.slice.iter().map(value).collect());
            if !own.is_right() && self.mistakes.has_room(own.p_predicted) {
                self.mistakes.add(mistake(classifier, record, &own));
            }
            self.model.push(own);
        }
        Ok(())
    }

    fn report(self, args: &Args, judges: &Judges<'_>) -> EvaluationReport {
        let classifier = judges.classifier;
        let classes = classifier.classes();
        let evaluate = |idxs: &[usize]| {
            let records: Vec<Classified> = idxs.iter().map(|idx| self.model[*idx].clone()).collect();
            let groups = group_numbers(idxs.iter().map(|idx| self.groups[*idx].as_deref()));
            Evaluation::of_classes(classes, &records, groups.as_deref())
        };
        let groups = group_numbers(self.groups.iter().map(Option::as_deref));
        let mut evaluation = Evaluation::of_classes(classes, &self.model, groups.as_deref());
        evaluation.n_skipped = self.n_unknown;
        let comparison = args.baseline.as_ref().map(|name| {
            let both = (&self.model[..], &self.baseline[..]);
            (name.clone(), Comparison::new(classes.len(), both, groups.as_deref()))
        });
        let mut slices = Vec::new();
        for (at, field) in args.slice.iter().enumerate() {
            let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (idx, values) in self.slices.iter().enumerate() {
                parts.entry(values[at].as_str()).or_default().push(idx);
            }
            let slice = |(value, idxs): (&str, Vec<usize>)| Slice {
                field: field.clone(),
                value: value.to_owned(),
                evaluation: evaluate(&idxs),
            };
            slices.extend(parts.into_iter().map(slice));
        }
        let has_report = args.report.is_some();
        let top_terms =
            |(class, name): (usize, &String)| (name.clone(), classifier.top_terms(class, N_TOP_TERMS));
        EvaluationReport {
            keyword_accuracy: Some(self.n_keywords_right as f64 / self.model.len().max(1) as f64),
            comparison,
            slices,
            leaks: judges.index.map(|_| LeakCheck::new(&self.known, evaluate)),
            curves: if has_report { Curves::new(classes.len(), &self.model) } else { Curves::default() },
            top_terms: match has_report {
                true => classes.iter().enumerate().map(top_terms).collect(),
                false => Vec::new(),
            },
            mistakes: self.mistakes.into_vec(),
            source: source::system(&source::of_classifier(classifier)),
            evaluation,
            ..EvaluationReport::default()
        }
    }
}

/// The classifier of a baseline, which must have the classes of the model.
fn open_baseline(name: &str, classifier: &TextClassifier) -> anyhow::Result<TextClassifier> {
    let model = Model::open(name)?;
    model.verify()?;
    let baseline = TextClassifier::from_model(&model)?;
    ensure_usage!(
        baseline.classes() == classifier.classes(),
        "the classes of {name} are {}, those of the model {}; give a baseline with the same classes",
        baseline.classes().join(", "),
        classifier.classes().join(", ")
    );
    Ok(baseline)
}

fn mistake(classifier: &TextClassifier, record: &Record, own: &Classified) -> Mistake {
    let verdict = classifier.classify(&record.full_text());
    let speaks_for = verdict.evidence.iter().filter(|evidence| evidence.log_odds > 0.0).take(N_EVIDENCE);
    Mistake {
        id: record.id.clone(),
        gold: classifier.classes()[own.gold].clone(),
        predicted: classifier.classes()[own.predicted].clone(),
        p_predicted: own.p_predicted,
        p_gold: own.p_gold,
        words: record
            .full_text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(MAX_CHARS)
            .collect(),
        evidence: speaks_for.map(|evidence| (evidence.term.clone(), evidence.log_odds)).collect(),
    }
}
