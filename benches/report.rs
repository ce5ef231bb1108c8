//! Reading → article view; 25,000 predictions → evaluation view.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::Reader;
use nutgraf::classify::AbstainBand;
use nutgraf::evaluate::{Classified, Curves, Evaluation};
use nutgraf::page::PageHints;
use nutgraf::report::{ArticleView, EvaluationReport, Provenance, Shown, article_html, evaluation_html};

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
    let classes = ["a", "b"].map(str::to_owned);
    let record = |idx: usize| {
        let p = (idx * 7919 % 25_000) as f64 / 25_000.0;
        Classified::new(usize::from(idx * 104_729 % 25_000 < (p * 25_000.0) as usize), &[1.0 - p, p])
    };
    let records: Vec<Classified> = (0..25_000).map(record).collect();
    criterion.benchmark_group("report").sample_size(10).bench_function("evaluation view", |bencher| {
        bencher.iter(|| {
            let report = EvaluationReport {
                task: "text",
                evaluation: Evaluation::of_classes(&classes, &records, None),
                curves: Curves::new(2, &records),
                ..EvaluationReport::default()
            };
            let html = evaluation_html(&report);
            assert_eq!(html.matches("<svg").count(), 4);
            html.len()
        });
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
