//! Laws that summaries keep whatever the text, and what the command does with its flags.

mod common;

use std::num::NonZeroUsize;

use common::command::{Ran, in_folder, ok, run};
use nutgraf::model::Model;
use nutgraf::summary::{
    Baseline, Budget, Document, KeySentence, Ranking, Selection, Summarizer, SummaryOptions, summarize,
};
use nutgraf::text::n_words;
use proptest::prelude::*;

const COLUMN: &str = "tests/pages/harbour-hotline.txt";
const NEWS: &str = "tests/pages/ministers-meet.html";

/// Sentences of a small vocabulary, so that they repeat each other.
fn sentence() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "ships",
        "talks",
        "ministers",
        "harbour",
        "Oslo",
        "the",
        "of",
        "resumed",
        "said",
        "treaty",
        "40",
        "rain",
    ]);
    prop::collection::vec(word, 1..14).prop_map(|words| {
        let text = words.join(" ");
        let (head, tail) = text.split_at(1);
        format!("{}{tail}.", head.to_uppercase())
    })
}

fn text() -> impl Strategy<Value = Vec<String>> {
    let paragraph = prop::collection::vec(sentence(), 1..5).prop_map(|sentences| sentences.join(" "));
    prop::collection::vec(paragraph, 1..9)
}

fn budget() -> impl Strategy<Value = Budget> {
    let n = |n: usize| NonZeroUsize::new(n).expect("the ranges begin at 1");
    prop_oneof![
        (1_usize..8).prop_map(move |k| Budget::Sentences(n(k))),
        (1_usize..60).prop_map(move |k| Budget::Words(n(k))),
        (1_usize..300).prop_map(move |k| Budget::Characters(n(k))),
        (1_u32..=10).prop_map(|k| Budget::ratio(f64::from(k) / 10.0).expect("above 0 and up to 1")),
    ]
}

fn selection() -> impl Strategy<Value = Option<Selection>> {
    prop_oneof![
        Just(None),
        Just(Some(Selection::Top)),
        Just(Some(Selection::mmr())),
        Just(Some(Selection::coverage())),
        Just(Some(Selection::TrigramBlocking)),
    ]
}

fn rankings() -> Vec<Box<dyn Ranking>> {
    let model = Summarizer::from_model(&Model::open("summary").unwrap()).unwrap();
    let baselines = Baseline::ALL.into_iter().map(|baseline| Box::new(baseline) as Box<dyn Ranking>);
    std::iter::once(Box::new(model) as Box<dyn Ranking>).chain(baselines).collect()
}

fn chosen(ranking: &dyn Ranking, text: &str, options: &SummaryOptions) -> Vec<KeySentence> {
    let mut document = Document::new(text, &Document::paragraphs(text), None, None);
    summarize(ranking, &mut document, options, &[]).sentences
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_summary_is_a_subset_of_the_sentences_in_order_and_within_its_budget(
        paragraphs in text(), budget in budget(), selection in selection()
    ) {
        let text = paragraphs.join("\n\n");
        let n_sentences = Document::new(&text, &Document::paragraphs(&text), None, None).n_sentences();
        let options = SummaryOptions { budget, selection, ..SummaryOptions::default() };
        for ranking in rankings() {
            let sentences = chosen(&*ranking, &text, &options);
            prop_assert!(sentences.is_sorted_by(|a, b| a.place.1 <= b.place.0), "{}", ranking.name());
            let words: Vec<&str> = sentences.iter().map(|s| &text[s.place.0..s.place.1]).collect();
            match budget {
                Budget::Sentences(n) => prop_assert!(words.len() <= n.get()),
                Budget::Words(n) => prop_assert!(words.iter().map(|s| n_words(s)).sum::<usize>() <= n.get()),
                Budget::Characters(n) => prop_assert!(words.join(" ").chars().count() <= n.get()),
                Budget::Ratio(_) => prop_assert!(words.len() <= n_sentences),
            }
            for sentence in &sentences {
                let sum: f64 = sentence.features.iter().map(|(_, value)| value).sum();
                prop_assert!((sum - sentence.score).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_paragraph_that_stands_twice_changes_nothing(paragraphs in text(), which in any::<prop::sample::Index>()) {
        let once = paragraphs.join("\n\n");
        let twice = format!("{once}\n\n{}", paragraphs[which.index(paragraphs.len())]);
        for ranking in rankings() {
            let options = SummaryOptions::default();
            prop_assert_eq!(chosen(&*ranking, &once, &options), chosen(&*ranking, &twice, &options));
        }
    }
}

#[test]
fn equal_sentences_are_taken_from_the_front() {
    // Four sentences of words of their own: every ranking but the lead finds no difference.
    let text = "Alpha beta gamma. Delta epsilon zeta. Eta theta iota. Kappa lambda mu.";
    let one = SummaryOptions { budget: Budget::Sentences(NonZeroUsize::MIN), ..SummaryOptions::default() };
    for baseline in Baseline::ALL {
        assert_eq!(chosen(&baseline, text, &one)[0].number, 0, "{}", baseline.name());
    }
}

#[test]
fn the_order_of_a_batch_changes_no_summary() {
    let summaries = |inputs: &[&str]| {
        let mut records = ok(&[&["summarize", "--format", "jsonl"], inputs].concat()).records();
        records.sort_by_key(|record| record["id"].as_str().unwrap().to_owned());
        records
    };
    assert_eq!(summaries(&[NEWS, COLUMN]), summaries(&[COLUMN, NEWS]));
}

fn n_lines(ran: &Ran) -> usize {
    ran.stdout.lines().count()
}

#[test]
fn flags_give_what_they_say() {
    assert_eq!(n_lines(&ok(&["summarize", NEWS])), 3);
    let headline = ok(&["summarize", NEWS, "--headline"]);
    assert_eq!(n_lines(&headline), 1);
    let bullets = ok(&["summarize", NEWS, "--bullets", "-n", "2"]);
    assert!(bullets.stdout.lines().all(|line| line.starts_with("- ")), "{}", bullets.stdout);
    let short = ok(&["summarize", NEWS, "--chars", "140"]);
    assert!(short.stdout.trim_end().chars().count() <= 140 && n_lines(&short) > 0, "{}", short.stdout);
    let lead = ok(&["summarize", NEWS, "--ranking", "lead", "-n", "1"]);
    assert!(lead.stdout.starts_with("The water ministers"), "{}", lead.stdout);
    let trimmed = ok(&["summarize", NEWS, "--trim", "10", "--ratio", "1"]);
    assert!(trimmed.stdout.contains('…'), "{}", trimmed.stdout);
    let record = &ok(&["summarize", NEWS, "--all", "--keywords", "4", "--format", "jsonl"]).records()[0];
    let ranked = record["ranked"].as_array().unwrap();
    let scores: Vec<f64> = ranked.iter().map(|sentence| sentence["score"].as_f64().unwrap()).collect();
    assert!(ranked.len() > 6 && scores.is_sorted_by(|a, b| a >= b), "{record}");
    assert_eq!(ranked.iter().filter(|sentence| sentence["chosen"] == true).count(), 3);
    let file = std::fs::read_to_string(common::root().join(NEWS)).unwrap();
    for phrase in record["keywords"].as_array().unwrap() {
        let span = &phrase["spans"][0];
        let place = span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize;
        assert_eq!(file[place].to_lowercase(), phrase["text"].as_str().unwrap().to_lowercase());
    }
    let text = ok(&["summarize", NEWS, "--all"]).stdout;
    assert!(text.contains("  1* ") && text.contains("position_quotation"), "{text}");
    let nothing = run(&["summarize", NEWS, "--words", "1"]);
    assert!(
        nothing.code == 0 && nothing.stderr.contains("no sentence fits the budget"),
        "{}",
        nothing.stderr
    );
    assert_eq!(run(&["summarize", NEWS, "--words", "9", "-n", "1"]).code, 2);
}

#[test]
fn a_summary_that_minds_the_stance_says_so_in_its_scores() {
    let record = &ok(&["summarize", NEWS, "--stance-aware", "--format", "jsonl"]).records()[0];
    let said = &ok(&["classify", NEWS, "--sentence-evidence", "9", "--format", "jsonl"]).records()[0];
    // Titles and headings are no sentences of a summary.
    let all = &ok(&["summarize", NEWS, "--all", "--format", "jsonl"]).records()[0];
    let is_sentence = |text: &serde_json::Value| {
        all["ranked"].as_array().unwrap().iter().any(|sentence| sentence["text"] == *text)
    };
    let mut evidence = said["sentence_evidence"].as_array().unwrap().iter();
    let strongest = evidence.find(|sentence| is_sentence(&sentence["text"])).unwrap()["text"].clone();
    let sentences = record["sentences"].as_array().unwrap();
    assert!(sentences.iter().any(|sentence| sentence["text"] == strongest), "{record}");
    assert!(sentences.iter().all(|sentence| sentence["features"]["stance"].is_number()));
}

#[test]
fn several_articles_make_one_summary_and_what_fails_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let first =
        "The ferry ran aground off the northern cape on Monday night. Nobody was hurt, the coast guard said.";
    let records = [
        format!(
            r#"{{"id":"b","date":"2026-03-05","text":"Divers found a crack in the hull of the ferry that ran aground off the cape. {}"}}"#,
            "An inquiry was promised by the owner of the line."
        ),
        format!(r#"{{"id":"a","date":"2026-03-03","text":"{first}"}}"#),
        format!(r#"{{"id":"c","date":"2026-03-04","text":"{first}"}}"#),
        r#"{"id":"d","date":"2026-03-04"}"#.to_owned(),
    ];
    let path = in_folder(folder.path(), "story.jsonl");
    std::fs::write(&path, records.join("\n")).unwrap();
    let ran = run(&["summarize", &path, "--multi", "-n", "3", "--format", "jsonl"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let record = &ran.records()[0];
    let ids: Vec<&str> =
        record["sentences"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert!(ids.first() == Some(&"a") && !ids.contains(&"c") && ids.is_sorted(), "{record}");
    assert_eq!(record["articles"].as_array().unwrap().len(), 4);
    assert_eq!(record["articles"][2]["copy_of"], "a");
    assert_eq!(record["articles"][3]["error"]["code"], "bad_record");
    let text = run(&["summarize", &path, "--multi"]).stdout;
    assert!(text.starts_with("2026-03-03  ") && text.contains("a near-copy of"), "{text}");
}

#[test]
fn features_are_scored_and_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let articles: String = (0..12)
        .map(|n| {
            let text = format!("Ferry {n} ran aground. It rained for {n} days. The gulls were loud. Nets were mended.");
            format!("{}\n", serde_json::json!({"id": n.to_string(), "text": text, "summary": format!("Ferry {n} ran aground.")}))
        })
        .collect();
    let data = in_folder(folder.path(), "articles.jsonl");
    std::fs::write(&data, articles).unwrap();
    let model = in_folder(folder.path(), "m.nut");
    let ran =
        ok(&["train", "summary", &data, "-o", &model, "--features", "position,length", "--feature-scores"]);
    assert!(ran.stdout.contains("  + position") && ran.stdout.contains("without"), "{}", ran.stdout);
    let info = ok(&["model", "info", &model]).stdout;
    assert!(info.contains("classes    position, length\n"), "{info}");
    let summary = ok(&["summarize", NEWS, "--model", &model, "-n", "1"]);
    assert_eq!(n_lines(&summary), 1);
    let unknown = run(&["train", "summary", &data, "-o", &model, "--features", "place"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("features: position, "), "{}", unknown.stderr);
    assert_eq!(run(&["train", "text", &data, "-o", &model, "--force", "--feature-scores"]).code, 2);
}
