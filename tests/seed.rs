//! The page that started the project, where it is present, and a fixture of ours with the same traits: an op-ed full of
//! threat words that argues for engagement, saved as text, followed by its paywall.

mod common;

use nutgraf::body::BlockKind;
use nutgraf::{PageHints, Reader, Reading};

fn read(path: &std::path::Path) -> (Vec<u8>, Reading) {
    let bytes = std::fs::read(path).unwrap();
    let reading = Reader::shipped().unwrap().read(&bytes, &PageHints::default()).unwrap();
    (bytes, reading)
}

/// The first three paragraphs after the headlines are the body, all of them and nothing else.
fn assert_reads_right(path: &std::path::Path, dateline: &str) {
    let (bytes, reading) = read(path);
    let text = String::from_utf8(bytes).unwrap();
    let paragraphs: Vec<&str> = text.split("\n\n").map(str::trim).collect();
    assert_eq!(reading.title(), Some(paragraphs[0]));
    assert_eq!(reading.article.text, paragraphs[2..5].join("\n\n"), "the body is three paragraphs, whole");
    assert!(reading.article.text.starts_with(dateline), "the dateline is kept");
    let titles = reading.verdicts.iter().filter(|verdict| verdict.kind == BlockKind::Title).count();
    assert_eq!(titles, 2, "both headlines are the title, none is body");
    for (block, verdict) in reading.page.blocks.iter().zip(&reading.verdicts).skip(5) {
        assert!(!verdict.kind.is_body(), "{:?} is kept", block.text);
        assert!(verdict.p_body < 0.5);
    }
    assert_eq!(reading.sentences.len(), 3);
    for sentence in &reading.sentences {
        assert!(reading.article.text.contains(&sentence.text), "a key sentence is of the body");
    }
    let p: f64 = reading.stance.p.iter().map(|(_, p)| p).sum();
    assert!((p - 1.0).abs() < 1e-9 && !reading.stance.evidence.is_empty());
    let score =
        reading.stance.prior_log_odds + reading.stance.evidence.iter().map(|e| e.log_odds).sum::<f64>();
    let p_of = |class: &str| reading.stance.p.iter().find(|(name, _)| name == class).unwrap().1;
    let expected = (p_of(&reading.stance.label) / p_of(&reading.stance.against)).ln();
    assert!((score - expected).abs() < 1e-9, "the evidence adds up: {score} for {expected}");
}

#[test]
fn a_column_with_a_paywall_reads_right() {
    assert_reads_right(&common::root().join("tests/pages/harbour-hotline.txt"), "TALLINN, Estonia -- ");
}

#[test]
fn the_seed_page_reads_right() {
    let Some(path) = common::shared("seed/article.txt") else {
        return;
    };
    assert_reads_right(&path, "XI'AN, China -- ");
    let (_, reading) = read(&path);
    let paywall = reading.verdicts.iter().filter(|verdict| verdict.kind == BlockKind::Paywall).count();
    assert!(paywall >= 8, "{paywall} of the lines after the body are called paywall");
}

#[test]
fn a_news_page_reads_right() {
    let (_, reading) = read(&common::root().join("tests/pages/ministers-meet.html"));
    assert_eq!(reading.title(), Some("Ministers meet to reopen the river hotline"));
    assert_eq!(reading.page.metadata.byline.as_deref(), Some("Marta Ilves"));
    assert_eq!(reading.page.metadata.date.as_deref(), Some("2026-10-02"));
    assert_eq!(reading.page.metadata.site.as_deref(), Some("The Upper Valley Post"));
    let text = &reading.article.text;
    assert!(text.starts_with("The water ministers") && text.ends_with("that they would come."));
    assert!(text.contains("What was agreed\n\nA call at six every morning"));
    for dropped in ["cookies", "Sign up", "Flood sirens", "All rights reserved", "By Marta"] {
        assert!(!text.contains(dropped), "{dropped:?} is kept");
    }
    assert_eq!(reading.stance.label, "engagement");
}
