//! Texts → vocabulary and idf; texts → TF-IDF rows.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::features::{TfIdf, TfIdfParams};
use nutgraf::text::AnalyzerParams;

fn bench(criterion: &mut Criterion) {
    let (_, texts) = common::articles();
    let analyzer =
        AnalyzerParams { max_ngram: 2, ..AnalyzerParams::default() }.check().expect("valid parameters");
    let fit = || {
        TfIdf::fit(TfIdfParams::default(), &analyzer, texts.iter().map(String::as_str))
            .expect("texts with terms")
    };
    let mut group = criterion.benchmark_group("tfidf");
    group.throughput(Throughput::Bytes(common::n_bytes(&texts)));
    group.bench_function("fit", |bencher| {
        bencher.iter(|| {
            let tfidf = fit();
            assert_eq!(tfidf.vocabulary().len(), 43_276);
            tfidf
        });
    });
    let tfidf = fit();
    group.bench_function("transform", |bencher| {
        bencher.iter(|| {
            let rows = tfidf.transform(&analyzer, texts.iter().map(String::as_str));
            assert_eq!(rows.n_entries(), 76_896);
            rows
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
