//! `cargo run --release -- FOLDER...`: F1 and CPU time of nutgraf and other extractors on folders of gold pages
//! (`gold.jsonl` and `ID.html`), in one process, page after page. Gold is the body (class 2) where spans are labelled.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cpu_time::ProcessTime;
use html5ever::tendril::TendrilSink as _;
use nutgraf::body::BodyModel;
use nutgraf::dataset::read_pages;
use nutgraf::evaluate::{PageScore, shingle_scores};
use nutgraf::model::Model;
use nutgraf::page::{Page, PageHints};
use serde_json::Value;

type Extract = Box<dyn Fn(&str) -> String>;

fn extractors() -> Vec<(&'static str, Extract)> {
    let model =
        BodyModel::from_model(&Model::open("body").expect("the shipped model")).expect("a body model");
    let nutgraf = move |html: &str| match Page::parse(html.as_bytes(), &PageHints::default()) {
        Ok(page) => BodyModel::article(&page, &model.body_verdicts(&page)).text,
        Err(_) => String::new(),
    };
    let trafilatura = |html: &str| {
        trafilatura::extract(html, &trafilatura::Options::default()).map_or(String::new(), |r| r.content_text)
    };
    let rs_trafilatura =
        |html: &str| rs_trafilatura::extract(html).map_or(String::new(), |result| result.content_text);
    let dom_smoothie = |html: &str| {
        let readability = dom_smoothie::Readability::new(html, None, None);
        readability
            .and_then(|mut readability| readability.parse())
            .map_or(String::new(), |article| article.text_content.to_string())
    };
    let legible =
        |html: &str| legible::parse(html, None, None).map_or(String::new(), |article| article.text_content);
    let html5ever = |html: &str| {
        let dom = html5ever::parse_document(markup5ever_rcdom::RcDom::default(), Default::default())
            .from_utf8()
            .one(html.as_bytes());
        // Nothing is extracted; the parse itself is what is timed.
        std::hint::black_box(&dom.document.children.borrow().len());
        String::new()
    };
    vec![
        ("nutgraf", Box::new(nutgraf)),
        ("trafilatura", Box::new(trafilatura)),
        ("rs-trafilatura", Box::new(rs_trafilatura)),
        ("dom_smoothie", Box::new(dom_smoothie)),
        ("legible", Box::new(legible)),
        ("html5ever, parse alone", Box::new(html5ever)),
    ]
}

/// The gold of each page by its id: its text, or of labelled spans those of the body.
fn gold_of(folder: &Path) -> BTreeMap<String, String> {
    let file = std::fs::read_to_string(folder.join("gold.jsonl")).expect("a gold.jsonl");
    let page = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("a JSON record a line");
        let id = record["id"].as_str().expect("an id").to_owned();
        let spans = record["segments"].as_array().into_iter().flatten();
        let body: Vec<&str> =
            spans.filter(|span| span[0] == "2").filter_map(|span| span[1].as_str()).collect();
        let text = record["text"].as_str().unwrap_or_default().to_owned();
        (id, if body.is_empty() { text } else { body.join("\n") })
    };
    file.lines().map(page).collect()
}

fn main() {
    for folder in std::env::args_os().skip(1).map(PathBuf::from) {
        let pages = read_pages(std::slice::from_ref(&folder)).expect("a folder of gold pages");
        let gold = gold_of(&folder);
        let html: Vec<String> = pages
            .iter()
            .map(|page| String::from_utf8_lossy(&page.read().expect("a readable page")).into_owned())
            .collect();
        let megabytes = html.iter().map(String::len).sum::<usize>() as f64 / 1e6;
        println!(
            "| {} ({} pages, {megabytes:.0} MB) | F1 | precision | recall | exact | pages a CPU s | MB a CPU s |",
            folder.display(),
            pages.len()
        );
        println!("|---|---|---|---|---|---|---|");
        for (name, extract) in extractors() {
            let started = ProcessTime::now();
            let output: Vec<String> = html
                .iter()
                .map(|html| {
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| extract(html)))
                        .unwrap_or_default()
                })
                .collect();
            let seconds = started.elapsed().as_secs_f64();
            let scores: Vec<PageScore> =
                pages.iter().zip(&output).map(|(page, text)| PageScore::of(&gold[&page.id], text)).collect();
            let scores = shingle_scores(&scores);
            println!(
                "| {name} | {:.3} | {:.3} | {:.3} | {:.3} | {:.0} | {:.1} |",
                scores.f1,
                scores.precision,
                scores.recall,
                scores.exact,
                pages.len() as f64 / seconds,
                megabytes / seconds
            );
        }
    }
}
