//! Article → key sentences: the whole way from text, sentence splitting included, and a book-length text.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nutgraf::model::Model;
use nutgraf::summary::{Document, DocumentScratch, Summarizer, SummaryOptions, summarize};
use nutgraf::text::Language;

fn bench(criterion: &mut Criterion) {
    let (_, texts) = common::articles();
    let n_bytes: usize = texts.iter().map(String::len).sum();
    let model = Summarizer::from_model(&Model::open("summary").expect("a shipped model"))
        .expect("a model of this build");
    let options = SummaryOptions::default();
    let mut scratch = DocumentScratch::default();
    let mut chosen_bytes = |text: &str| {
        let paragraphs = Document::paragraphs(text);
        let place = (text, paragraphs.as_slice());
        let mut document = Document::reusing(std::mem::take(&mut scratch), place, None, Some(Language::En));
        let summary = summarize(&model, &mut document, &options, &[]);
        scratch = document.into_scratch();
        summary.sentences.iter().map(|sentence| sentence.place.1 - sentence.place.0).sum::<usize>()
    };
    let mut group = criterion.benchmark_group("summary");
    group.throughput(Throughput::Bytes(n_bytes as u64));
    group.bench_function("articles", |bencher| {
        bencher.iter(|| {
            let n: usize = texts.iter().map(|text| chosen_bytes(text)).sum();
            assert_eq!(n, N_BYTES);
            n
        });
    });
    let book = texts.join("\n\n");
    group.bench_function("one text of all", |bencher| {
        bencher.iter(|| {
            let n = chosen_bytes(&book);
            assert_eq!(n, N_BOOK_BYTES);
            n
        });
    });
    group.finish();
}

/// Bytes of the key sentences of the 424 articles, and of the three of all in one.
const N_BYTES: usize = 132_383;
const N_BOOK_BYTES: usize = 227;

criterion_group!(benches, bench);
criterion_main!(benches);
