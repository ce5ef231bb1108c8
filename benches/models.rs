//! A model file of a million terms and 20 classes → a classifier, and its checksum.

use criterion::{Criterion, criterion_group, criterion_main};
use nutgraf::bayes::CalibrationMethod;
use nutgraf::classify::{ClassifierParams, TextClassifier};
use nutgraf::dataset::{Dataset, Record};
use nutgraf::model::{Model, Task};

const N_CLASSES: usize = 20;
const N_TERMS: usize = 1_000_000;
const N_TEXTS: usize = 2_000;

/// Texts that share no word.
fn dataset() -> Dataset {
    let text = |idx: usize| -> String {
        let n_words = N_TERMS / N_TEXTS;
        (idx * n_words..(idx + 1) * n_words).map(|word| format!("word{word} ")).collect()
    };
    let record = |idx: usize| Record {
        id: idx.to_string(),
        title: None,
        text: text(idx),
        label: format!("class {:02}", idx % N_CLASSES),
        group: None,
        fields: std::collections::BTreeMap::new(),
    };
    Dataset::new((0..N_TEXTS).map(record).collect())
}

fn bench(criterion: &mut Criterion) {
    let params =
        ClassifierParams { calibration: CalibrationMethod::None, ..ClassifierParams::for_classes(N_CLASSES) };
    let trained = TextClassifier::train(&params, &dataset()).expect("20 classes");
    let bytes = trained.to_model(Task::Text).and_then(|model| model.to_bytes()).expect("a valid model");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("million.nut");
    std::fs::write(&path, bytes).expect("a writable folder");
    let path = path.to_str().expect("a plain path");
    let mut group = criterion.benchmark_group("models");
    group.bench_function("open", |bencher| {
        bencher.iter(|| {
            let classifier =
                TextClassifier::from_model(&Model::open(path).expect("a file")).expect("a model");
            assert_eq!((classifier.model().n_terms(), classifier.classes().len()), (N_TERMS, N_CLASSES));
            classifier
        });
    });
    let model = Model::open(path).expect("a file");
    group.bench_function("verify", |bencher| bencher.iter(|| model.verify().expect("a whole file")));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
