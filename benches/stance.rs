//! Article → stance: the label alone, and with its evidence by term and sentence.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::classify::{ClassifyScratch, TextClassifier};
use nutgraf::model::Model;

fn bench(criterion: &mut Criterion) {
    let (dataset, texts) = common::articles();
    let classifier = TextClassifier::from_model(&Model::open("stance").expect("a shipped model"))
        .expect("a model of this build");
    let mut group = criterion.benchmark_group("stance");
    group.throughput(Throughput::Elements(texts.len() as u64));
    let mut scratch = ClassifyScratch::default();
    group.bench_function("call", |bencher| {
        bencher.iter(|| {
            let mut n_threat = 0;
            for record in &dataset.records {
                classifier.probabilities(record.parts(), &mut scratch);
                n_threat += usize::from(scratch.probabilities[1] > scratch.probabilities[0]);
            }
            assert_eq!(n_threat, N_THREAT);
            n_threat
        });
    });
    group.bench_function("evidence", |bencher| {
        bencher.iter(|| {
            let verdicts = texts.iter().map(|text| classifier.classify(text));
            let n_threat = verdicts.filter(|verdict| verdict.class == 1).count();
            assert_eq!(n_threat, N_THREAT);
            n_threat
        });
    });
    group.finish();
}

/// Articles of 424 that the shipped model reads as threat.
const N_THREAT: usize = 196;

criterion_group!(benches, bench);
criterion_main!(benches);
