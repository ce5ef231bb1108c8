//! Bytes → blocks with their places.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::{Page, PageHints};

fn bench(criterion: &mut Criterion) {
    let pages = common::pages();
    let hints = PageHints::default();
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Bytes(common::n_bytes(&pages)));
    group.bench_function("blocks", |bencher| {
        bencher.iter(|| {
            let n: usize =
                pages.iter().map(|page| Page::parse(page, &hints).expect("a page").blocks.len()).sum();
            assert_eq!(n, 4_129);
            n
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
