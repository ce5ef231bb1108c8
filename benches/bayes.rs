//! Rows → naive Bayes model; rows → classes. The bytes are those of the texts that the rows stand for.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use linfa::ParamGuard;
use nutgraf::bayes::{NaiveBayes, NaiveBayesParams, TermCounts};
use nutgraf::features::{TfIdf, TfIdfParams};
use nutgraf::text::AnalyzerParams;

fn bench(criterion: &mut Criterion) {
    let (dataset, texts) = common::articles();
    let analyzer =
        AnalyzerParams { max_ngram: 2, ..AnalyzerParams::default() }.check().expect("valid parameters");
    let texts_of = || texts.iter().map(String::as_str);
    let tfidf = TfIdf::fit(TfIdfParams::default(), &analyzer, texts_of()).expect("texts with terms");
    let rows = tfidf.transform(&analyzer, texts_of());
    let labels = dataset.labels();
    let params = NaiveBayesParams::new().balance(true).check().expect("valid parameters");
    let fit = || NaiveBayes::fit(&params, TermCounts::from_rows(&rows, &labels, 2)).expect("two classes");
    let mut group = criterion.benchmark_group("bayes");
    group.throughput(Throughput::Bytes(common::n_bytes(&texts)));
    group.bench_function("fit", |bencher| {
        bencher.iter(|| {
            let model = fit();
            assert_eq!(model.n_terms(), tfidf.vocabulary().len());
            model
        });
    });
    let model = fit();
    group.bench_function("predict", |bencher| {
        bencher.iter(|| {
            let right = (0..rows.n_rows())
                .filter(|row| model.posterior(rows.row(*row)).class() == labels[*row])
                .count();
            assert_eq!(right, 240);
            right
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
