//! Text → tokens, text → terms (folded, stemmed, with word pairs), and text → a fingerprint that is looked up among all.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::dataset::{CopyKind, Fingerprint, Fingerprints};
use nutgraf::text::{AnalyzerParams, Terms, tokens};

fn bench(criterion: &mut Criterion) {
    let (_, texts) = common::articles();
    let mut group = criterion.benchmark_group("tokens");
    group.throughput(Throughput::Bytes(common::n_bytes(&texts)));
    group.bench_function("tokenise", |bencher| {
        bencher.iter(|| {
            let n: usize = texts.iter().map(|text| tokens(text).count()).sum();
            assert_eq!(n, 137_684);
            n
        });
    });
    let analyzer =
        AnalyzerParams { max_ngram: 2, ..AnalyzerParams::default() }.check().expect("valid parameters");
    let mut terms = Terms::default();
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| {
            let mut n = 0;
            for text in &texts {
                analyzer.analyze(text, &mut terms);
                n += terms.len();
            }
            assert_eq!(n, 152_178);
            n
        });
    });
    group.bench_function("fingerprint", |bencher| {
        let one = |text: &String| Fingerprint::of([text.as_str()], None);
        let index = texts.iter().map(one).collect::<Fingerprints>().index();
        bencher.iter(|| {
            let n = texts.iter().filter(|text| index.find(&one(text)).copy == Some(CopyKind::Exact)).count();
            assert_eq!(n, texts.len());
            n
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
