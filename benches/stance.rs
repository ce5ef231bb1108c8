//! Article → stance: the label and whether the article is on the subject, and the evidence by term and sentence.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::model::Model;
use nutgraf::stance::{StanceModel, StanceScratch};

fn bench(criterion: &mut Criterion) {
    let (dataset, texts) = common::articles();
    let model = StanceModel::from_model(&Model::open("stance").expect("a shipped model"))
        .expect("a model of this build");
    let mut group = criterion.benchmark_group("stance");
    group.throughput(Throughput::Elements(texts.len() as u64));
    let mut scratch = StanceScratch::default();
    group.bench_function("call", |bencher| {
        bencher.iter(|| {
            let mut n_threat = 0;
            for record in &dataset.records {
                n_threat += model.call(record.title.as_deref(), &record.text, &mut scratch).class;
            }
            assert_eq!(n_threat, N_THREAT);
            n_threat
        });
    });
    group.bench_function("evidence", |bencher| {
        bencher.iter(|| {
            let verdicts = texts.iter().map(|text| model.classifier().classify(text));
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
