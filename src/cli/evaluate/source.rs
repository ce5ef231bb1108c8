//! What an evaluation was made of: the model and the data, each with its checksum.

use std::path::Path;

use nutgraf::classify::{TextClassifier, Unit};
use nutgraf::model::{Model, shipped};
use nutgraf::report::EvaluationSource;

use super::super::files::checksum_of;
use super::super::options::command_line;
use super::Args;

/// A source of which the system alone is known.
pub(super) fn system(system: &str) -> EvaluationSource {
    EvaluationSource { system: system.to_owned(), ..EvaluationSource::default() }
}

/// What a classifier is, in a few words.
pub(super) fn of_classifier(classifier: &TextClassifier) -> String {
    let params = classifier.vectorizer().params();
    let analyzer = &params.analyzer;
    let words = if analyzer.stem { "stems" } else { "words" };
    let ngrams = match analyzer.max_ngram {
        1 => String::new(),
        n => format!(" and n-grams of up to {n}"),
    };
    let chars =
        params.chars.map_or(String::new(), |c| format!(", character n-grams of {} to {}", c.min, c.max));
    let unit = if classifier.unit() == Unit::Sentence { ", summed over sentences" } else { "" };
    let weighting = format!("{:?}", params.weighting).to_uppercase();
    let members: Vec<String> = classifier.members().iter().map(ToString::to_string).collect();
    format!(
        "a classifier over {} {words}{ngrams}{chars} ({weighting}{unit}): {}",
        classifier.vectorizer().lexicon().len(),
        members.join(" + ")
    )
}

pub(super) fn of(args: &Args, model: &Model, system: &str) -> anyhow::Result<EvaluationSource> {
    let checksum = match shipped(&args.model) {
        Some(bytes) => Some(blake3::hash(bytes).to_hex().to_string()),
        None => checksum_of_file(Path::new(&args.model))?,
    };
    let data = args.data.iter().map(|path| Ok((path.display().to_string(), checksum_of_file(path)?)));
    Ok(EvaluationSource {
        model: args.model.clone(),
        model_checksum: checksum.unwrap_or_default(),
        system: system.to_owned(),
        trained_on: (model.header.data.n_records, model.header.data.checksum.clone()),
        data: data.collect::<anyhow::Result<_>>()?,
        command: command_line(),
    })
}

/// The checksum of a file; none of standard input and of folders.
fn checksum_of_file(path: &Path) -> anyhow::Result<Option<String>> {
    path.is_file().then(|| checksum_of(path)).transpose()
}
