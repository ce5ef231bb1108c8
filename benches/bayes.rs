//! Rows → naive Bayes model; rows → classes. The bytes are those of the texts that the rows stand for.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use linfa::ParamGuard;
use nutgraf::bayes::{NaiveBayes, NaiveBayesParams, TermCounts};
use nutgraf::features::{Corpus, Vectorizer, VectorizerParams};

fn bench(criterion: &mut Criterion) {
    let (dataset, texts) = common::articles();
    let texts_of: Vec<(Option<&str>, &str)> = texts.iter().map(|text| (None, text.as_str())).collect();
    let vectorizer_params = VectorizerParams { min_ngram_documents: 1, ..VectorizerParams::default() };
    let corpus = Corpus::new(&vectorizer_params.check().expect("valid parameters"), false, &texts_of);
    let (vectorizer, rows) = Vectorizer::fit_rows(&vectorizer_params, &corpus).expect("texts with terms");
    let labels = dataset.labels();
    let params = NaiveBayesParams::new().balance(true).check().expect("valid parameters");
    let fit = || NaiveBayes::fit(&params, &TermCounts::from_rows(&rows, &labels, 2)).expect("two classes");
    let mut group = criterion.benchmark_group("bayes");
    group.throughput(Throughput::Bytes(common::n_bytes(&texts)));
    group.bench_function("fit", |bencher| {
        bencher.iter(|| {
            let model = fit();
            assert_eq!(model.n_terms(), vectorizer.lexicon().len());
            model
        });
    });
    let model = fit();
    group.bench_function("predict", |bencher| {
        bencher.iter(|| {
            let right = (0..rows.n_rows())
                .filter(|row| model.posterior(rows.row(*row)).class() == labels[*row])
                .count();
            assert_eq!(right, 424);
            right
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
