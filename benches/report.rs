//! Reading → article view.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::Reader;
use nutgraf::classify::AbstainBand;
use nutgraf::page::PageHints;
use nutgraf::report::{ArticleView, Provenance, Shown, article_html};

fn bench(criterion: &mut Criterion) {
    let bytes = std::fs::read("tests/pages/ministers-meet.html").expect("a fixture");
    let reader = Reader::shipped().expect("the shipped models");
    let reading = reader.read(&bytes, &PageHints::default()).expect("a page");
    let view = ArticleView {
        source: "ministers-meet.html",
        reading: &reading,
        shown: Shown { terms: 8, sentences: 4 },
        counter: None,
        abstain: AbstainBand::NEVER,
        provenance: Provenance::default(),
    };
    let mut group = criterion.benchmark_group("report");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("article view", |bencher| {
        bencher.iter(|| {
            let html = article_html(&view);
            assert!(html.len() < 80_000 && html.ends_with("</html>\n"));
            html.matches("<mark").count()
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
