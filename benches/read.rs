//! End to end: bytes → article, stance and key sentences.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::{PageHints, Reader};

fn bench(criterion: &mut Criterion) {
    let pages = common::pages();
    let hints = PageHints::default();
    let reader = Reader::shipped().expect("the shipped models");
    let mut group = criterion.benchmark_group("reading");
    group.throughput(Throughput::Bytes(common::n_bytes(&pages)));
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let n: usize =
                pages.iter().map(|page| reader.read(page, &hints).expect("a page").sentences.len()).sum();
            assert_eq!(n, 207);
            n
        });
    });
    group.bench_function("open the models", |bencher| {
        bencher.iter(|| Reader::shipped().expect("the shipped models"))
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
