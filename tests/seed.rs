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

/// A page whose only words are one sentence.
fn page_of(sentence: &str) -> Reading {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>The Upper Valley Post</title></head><body><p>{sentence}</p></body></html>"
    );
    Reader::shipped().unwrap().read(html.as_bytes(), &PageHints::default()).unwrap()
}

#[test]
fn a_page_of_one_sentence_is_read_if_it_is_news() {
    let news = [
        "The harbour master said on Friday that the ferry would sail again once the wind had dropped below thirty knots.",
        "Police closed the bridge for three hours after a lorry lost its load of timber on the northern ramp.",
        "The council voted nine to four to keep the library open on Sundays, at a cost of 40,000 a year.",
        "Two hikers were found alive after a night on the ridge, the mountain rescue service said.",
        "The bank raised its main rate by a quarter of a point, the third rise since spring, and said more may follow.",
    ];
    for sentence in news {
        let reading = page_of(sentence);
        assert_eq!(reading.article.text, sentence);
        assert!(reading.quality < 0.5, "it says that it is in doubt: {}", reading.quality);
    }
    let notices = [
        "Please enable JavaScript to continue using this site, or try another browser that supports it.",
        "This article is for subscribers only. Subscribe now to read on, or log in if you already have an account.",
        "We use cookies to improve your experience on our site and to show you advertising that is relevant to you.",
        "Sign up for our newsletter and get the best stories of the week in your inbox every Saturday morning.",
        "Copyright 2026 The Upper Valley Post. All rights reserved. No part may be reproduced without permission.",
        "You have reached your limit of free articles for this month. Start your trial today to keep on reading.",
    ];
    for sentence in notices {
        assert_eq!(page_of(sentence).article.text, "", "{sentence}");
    }
    // The one of seven that is misread; at least it is in doubt.
    let missing = "The page you were looking for could not be found; it may have been moved or deleted, so try the search box.";
    assert!(page_of(missing).quality < 0.5);
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
