//! The article view: whole, of one piece, and proof against what documents say.

mod common;

use common::command::{in_folder, ok, run};
use common::html::{look, payloads};
use nutgraf::classify::AbstainBand;
use nutgraf::page::PageHints;
use nutgraf::report::{ArticleView, Counter, Provenance, Shown, article_html};
use nutgraf::{Reader, Reading};

const COLUMN: &str = "tests/pages/harbour-hotline.txt";
const NEWS: &str = "tests/pages/ministers-meet.html";

fn view<'a>(source: &'a str, reading: &'a Reading) -> ArticleView<'a> {
    ArticleView {
        source,
        reading,
        shown: Shown { terms: 8, sentences: 4 },
        counter: Some(Counter { label: "threat".into(), terms: vec!["talk".into()] }),
        abstain: AbstainBand::NEVER,
        provenance: Provenance { command: "nutgraf read".into(), input: "00".into(), models: Vec::new() },
    }
}

#[test]
fn a_view_is_one_file_that_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for page in [NEWS, COLUMN] {
        let out = in_folder(folder.path(), "view.html");
        ok(&["read", page, "--format", "html", "-o", &out, "--force"]);
        let html = std::fs::read_to_string(&out).unwrap();
        assert!(html.len() < 80_000, "{} bytes", html.len());
        assert!(html.starts_with("<!doctype html>") && html.contains("default-src 'none'"));
        let seen = look(&html);
        for banned in ["script", "img", "link", "iframe", "object", "form", "base"] {
            assert!(!seen.names.contains(banned), "{page} has {banned}");
        }
        assert!(!seen.names.iter().any(|name| name.contains(" on") || name.ends_with(" src")));
        // Every link is to a place within.
        assert!(seen.targets.len() > 3);
        for target in &seen.targets {
            let id = target.strip_prefix('#').unwrap_or_else(|| panic!("{target} leads out"));
            assert!(seen.ids.contains(id), "{target} leads nowhere");
        }
        assert!(html.contains("lang=\"en\"") && seen.words.contains("(sum)"));
    }
    let stdout = ok(&["read", COLUMN, "--format", "html"]).stdout;
    assert!(stdout.ends_with("</html>\n"));
    let two = run(&["read", NEWS, COLUMN, "--format", "html"]);
    assert!(two.code == 2 && two.stderr.contains("give one file"), "{}", two.stderr);
    assert_eq!(run(&["read", NEWS, "--open"]).code, 2);
}

#[test]
fn a_view_holds_every_word_of_the_page_kept_or_dropped() {
    let reader = Reader::shipped().unwrap();
    for page in common::pages() {
        let bytes = std::fs::read(&page).unwrap();
        let reading = reader.read(&bytes, &PageHints::default()).unwrap();
        let html = article_html(&view("x", &reading));
        let seen = look(&html);
        let flat = |text: &str| text.split_whitespace().collect::<String>();
        let words = flat(&seen.words);
        for (block, verdict) in reading.page.blocks.iter().zip(&reading.verdicts) {
            // The numbers of key sentences stand among the words.
            let is_there = block.text.split_whitespace().all(|word| words.contains(word));
            assert!(is_there, "{}: {:?} {}", page.display(), verdict.kind, block.text);
        }
    }
}

#[test]
fn no_word_of_a_document_becomes_markup() {
    let reader = Reader::shipped().unwrap();
    let bytes = std::fs::read(common::root().join(NEWS)).unwrap();
    let benign = reader.read(&bytes, &PageHints::default()).unwrap();
    let known = look(&article_html(&view("x", &benign))).names;
    let payloads = payloads();
    assert!(payloads.len() >= 500, "{}", payloads.len());
    for payload in &payloads {
        let mut reading = benign.clone();
        reading.article.title = Some(payload.clone());
        let metadata = &mut reading.page.metadata;
        for field in [
            &mut metadata.title,
            &mut metadata.byline,
            &mut metadata.date,
            &mut metadata.site,
            &mut metadata.url,
            &mut metadata.description,
        ] {
            *field = Some(payload.clone());
        }
        reading.page.charset.name = payload.clone();
        // In a dropped and in a kept block, a key sentence, and the evidence.
        for idx in [0, reading.page.blocks.len() - 1] {
            reading.page.blocks[idx].text = payload.clone();
        }
        reading.sentences[0].text = payload.clone();
        reading.stance.label = payload.clone();
        reading.stance.against = payload.clone();
        for (class, _) in &mut reading.stance.p {
            *class = payload.clone();
        }
        for evidence in &mut reading.stance.evidence {
            evidence.term = payload.clone();
        }
        reading.stance.text = payload.clone();
        for sentence in &mut reading.stance.sentences {
            (sentence.start, sentence.end) = (0, payload.len());
        }
        // The blocks whose text was replaced have marks for other words.
        reading.stance.evidence.iter_mut().for_each(|evidence| evidence.spans.clear());
        let whole = reading.page.blocks[reading.page.blocks.len() - 1].span();
        reading
            .sentences
            .retain(|sentence| sentence.span.end <= whole.start || whole.end <= sentence.span.start);
        let counter = Some(Counter { label: payload.clone(), terms: vec![payload.clone()] });
        let provenance = Provenance {
            command: payload.clone(),
            input: payload.clone(),
            models: vec![(payload.clone(), payload.clone())],
        };
        let html = article_html(&ArticleView { counter, provenance, ..view(payload, &reading) });
        let foreign: Vec<String> = look(&html).names.difference(&known).cloned().collect();
        // With more than one model there is more text, but no other element.
        assert!(foreign.is_empty(), "{payload:?} made {foreign:?}");
    }
}

/// Relative luminance of a colour `#rrggbb` (WCAG 2).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn words_stand_out_from_what_is_behind_them() {
    let css = std::fs::read_to_string(common::root().join("src/report/html/view.css")).unwrap();
    let schemes: Vec<&str> =
        css.split(":root{").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(schemes.len(), 2, "light and dark");
    for scheme in schemes {
        let colour = |name: &str| {
            let found = scheme.split(';').find_map(|rule| rule.strip_prefix(name)?.strip_prefix(':'));
            luminance(found.unwrap_or_else(|| panic!("{name} in {scheme}")))
        };
        for words in ["--ink", "--soft", "--for", "--against"] {
            for behind in ["--paper", "--card", "--key"] {
                let (a, b) = (colour(words), colour(behind));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{words} on {behind}: {contrast:.2} in {scheme}");
            }
        }
    }
}
