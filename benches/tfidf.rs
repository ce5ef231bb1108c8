//! Texts → corpus; corpus → vocabulary, idf and TF-IDF rows; texts → TF-IDF rows one at a time.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::features::{Corpus, RowScratch, Vectorizer, VectorizerParams};

fn bench(criterion: &mut Criterion) {
    let (_, texts) = common::articles();
    let texts_of: Vec<(Option<&str>, &str)> = texts.iter().map(|text| (None, text.as_str())).collect();
    let params = VectorizerParams { min_ngram_documents: 1, ..VectorizerParams::default() };
    let analyzer = params.check().expect("valid parameters");
    let mut group = criterion.benchmark_group("tfidf");
    group.throughput(Throughput::Bytes(common::n_bytes(&texts)));
    group.bench_function("corpus", |bencher| {
        bencher.iter(|| {
            let corpus = Corpus::new(&analyzer, false, &texts_of);
            assert_eq!(corpus.n_tokens(), N_TOKENS);
            corpus
        });
    });
    let corpus = Corpus::new(&analyzer, false, &texts_of);
    group.bench_function("fit", |bencher| {
        bencher.iter(|| {
            let (vectorizer, rows) = Vectorizer::fit_rows(&params, &corpus).expect("texts with terms");
            assert_eq!((vectorizer.lexicon().len(), rows.n_entries()), (N_TERMS, N_ENTRIES));
            rows
        });
    });
    let vectorizer = Vectorizer::fit(&params, &corpus).expect("texts with terms");
    group.bench_function("row", |bencher| {
        let mut scratch = RowScratch::default();
        bencher.iter(|| {
            let mut n_entries = 0;
            for text in &texts {
                vectorizer.row(std::iter::once(text.as_str()), &mut scratch);
                n_entries += scratch.row.len();
            }
            assert_eq!(n_entries, N_ENTRIES);
        });
    });
    group.finish();
}

const N_TOKENS: usize = 131_675;
const N_TERMS: usize = 93_770;
const N_ENTRIES: usize = 215_626;

criterion_group!(benches, bench);
criterion_main!(benches);
