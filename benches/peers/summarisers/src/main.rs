//! `cargo run --release -- ARTICLES.jsonl`: ROUGE and CPU time of nutgraf, its rankings without a model, and other
//! summarisers, three sentences each, in one process, article after article. `lede` takes characters, not sentences: as many
//! as the first three sentences have.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use cpu_time::ProcessTime;
use nutgraf::dataset::read_articles;
use nutgraf::evaluate::Rouge;
use nutgraf::model::Model;
use nutgraf::summary::{
    Baseline, Document, DocumentScratch, Ranking, Summarizer, SummaryOptions, lead, summarize,
};
use nutgraf::text::{Language, sentences};

type Summarise = Box<dyn FnMut(&str) -> Vec<String>>;

fn ranked(ranking: Box<dyn Ranking>) -> Summarise {
    let mut scratch = DocumentScratch::default();
    let options = SummaryOptions::default();
    Box::new(move |text| {
        let paragraphs = Document::paragraphs(text);
        let language = Language::detect(text);
        let place = (text, paragraphs.as_slice());
        let mut document = Document::reusing(std::mem::take(&mut scratch), place, None, language);
        let summary = summarize(&*ranking, &mut document, &options, &[]);
        scratch = document.into_scratch();
        summary.sentences.iter().map(|sentence| text[sentence.place.0..sentence.place.1].to_owned()).collect()
    })
}

fn summarisers() -> Vec<(&'static str, Summarise)> {
    let model = Summarizer::from_model(&Model::open("summary").expect("the shipped model"));
    let mut all: Vec<(&'static str, Summarise)> =
        vec![("nutgraf", ranked(Box::new(model.expect("a model of this build"))))];
    all.extend(Baseline::ALL.map(|baseline| (baseline.name(), ranked(Box::new(baseline)))));
    let other = summary::Summarizer::new(summary::Language::English);
    let three = NonZeroU32::new(3).expect("3 is not 0");
    all.push((
        "crate summary",
        Box::new(move |text| {
            other.summarize_sentences(text, three).into_iter().map(|s| s.trim().to_owned()).collect()
        }),
    ));
    all.push((
        "crate lede",
        Box::new(|text| {
            let document = Document::new(text, &Document::paragraphs(text), None, None);
            let three = NonZeroUsize::new(3).expect("3 is not 0");
            let n_chars = lead(&document, three).iter().map(|s| s.chars().count() + 1).sum();
            let summary = lede::summarize(text, n_chars, lede::Mode::Default).summary;
            sentences(&summary, None).iter().map(|s| summary[s.start..s.end].to_owned()).collect()
        }),
    ));
    all
}

fn main() {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    assert!(!paths.is_empty(), "give files of articles with summaries");
    let articles = read_articles(&paths).expect("articles with summaries");
    let n = articles.len() as f64;
    println!("| {} articles | ROUGE-1 / 2 / Lsum | articles a CPU s |\n|---|---|---|", articles.len());
    for (name, mut summarise) in summarisers() {
        let started = ProcessTime::now();
        let outputs: Vec<Vec<String>> = articles.iter().map(|article| summarise(&article.text)).collect();
        let seconds = started.elapsed().as_secs_f64();
        let mut rouge = Rouge::default();
        let (mut r1, mut r2, mut lsum) = (0.0, 0.0, 0.0);
        for (output, article) in outputs.iter().zip(&articles) {
            let scores = rouge.score(output, &article.summary);
            (r1, r2, lsum) = (r1 + scores.rouge1, r2 + scores.rouge2, lsum + scores.rouge_lsum);
        }
        println!(
            "| {name} | {:.1} / {:.1} / {:.1} | {:.0} |",
            100.0 * r1 / n,
            100.0 * r2 / n,
            100.0 * lsum / n,
            n / seconds
        );
    }
}
