//! The vectoriser by what it makes of four short texts.

use super::*;

const TEXTS: [&str; 4] = [
    "Talks resume, talks resume at dawn",
    "the talks resume",
    "a ship at dawn",
    "the ship the ship the ship",
];

fn corpus(params: &VectorizerParams, texts: &[&str]) -> Corpus {
    let texts: Vec<_> = texts.iter().map(|text| (None, *text)).collect();
    Corpus::new(&params.check().unwrap(), params.chars.is_some(), &texts)
}

fn fitted(params: &VectorizerParams) -> Vectorizer {
    Vectorizer::fit(params, &corpus(params, &TEXTS)).unwrap()
}

/// The weights of a text's terms, by term.
fn weights(vectorizer: &Vectorizer, text: &str) -> Vec<(String, f32)> {
    let mut scratch = RowScratch::default();
    vectorizer.row([text].into_iter(), &mut scratch);
    let mut weights: Vec<(String, f32)> =
        scratch.row.iter().map(|(column, weight)| (vectorizer.lexicon().term(*column), *weight)).collect();
    weights.sort_by(|a, b| a.0.cmp(&b.0));
    weights
}

#[test]
fn counts_become_weights() {
    let of = |weighting: Weighting| {
        let params = VectorizerParams { weighting, ..VectorizerParams::default() };
        weights(&fitted(&params), "resume the talks, talks resume")
    };
    let by_term = |rows: [(&str, f32); 4]| rows.map(|(term, weight)| (term.to_owned(), weight)).to_vec();
    // *the talks* is in one document, which is too few.
    let counts = by_term([("resume", 2.0), ("talks", 2.0), ("talks resume", 1.0), ("the", 1.0)]);
    assert_eq!(of(Weighting::Count), counts);
    let ones = by_term([("resume", 1.0), ("talks", 1.0), ("talks resume", 1.0), ("the", 1.0)]);
    assert_eq!(of(Weighting::Binary), ones);
    // Every term is in two of four documents: one idf, which the norm takes away.
    for (weighting, twice) in [(Weighting::RawTfIdf, 2.0), (Weighting::TfIdf, 1.0 + std::f32::consts::LN_2)] {
        let norm = (2.0 * twice * twice + 2.0_f32).sqrt();
        for ((term, weight), (expected_term, count)) in of(weighting).iter().zip(&counts) {
            let expected = if *count == 2.0 { twice } else { 1.0 } / norm;
            assert!(
                term == expected_term && (weight - expected).abs() < 1e-6,
                "{weighting:?} {term} {weight}"
            );
        }
    }
}

#[test]
fn each_block_of_a_row_has_its_own_norm() {
    let params = VectorizerParams {
        chars: Some(CharNgrams { min: 3, max: 4 }),
        max_documents: 0.9,
        ..VectorizerParams::default()
    };
    let vectorizer = fitted(&params);
    let mut scratch = RowScratch::default();
    vectorizer.row(["the ship", "the ship at dawn"].into_iter(), &mut scratch);
    let is_chars = |column: u32| vectorizer.lexicon().kind(column) == TermKind::Chars;
    for block in [false, true] {
        let squares = scratch.row.iter().filter(|(column, _)| is_chars(*column) == block);
        let norm: f32 = squares.map(|(_, weight)| weight * weight).sum();
        assert!((norm - 1.0).abs() < 1e-6, "{block}: {norm}");
    }
    assert!(weights(&vectorizer, "zebra").is_empty());
}

#[test]
fn rows_are_the_same_by_every_way() {
    for stem in [false, true] {
        let mut params =
            VectorizerParams { chars: Some(CharNgrams { min: 2, max: 3 }), ..Default::default() };
        params.analyzer.stem = stem;
        params.analyzer.max_ngram = 3;
        let corpus = corpus(&params, &TEXTS);
        let (vectorizer, with_fit) = Vectorizer::fit_rows(&params, &corpus).unwrap();
        let anew = vectorizer.rows(&corpus);
        let mut scratch = RowScratch::default();
        for (row, text) in TEXTS.iter().enumerate() {
            vectorizer.row([*text].into_iter(), &mut scratch);
            let expected: Vec<(u32, f32)> = anew.row(row).collect();
            assert_eq!(scratch.row, expected, "{text}");
            assert_eq!(with_fit.row(row).collect::<Vec<_>>(), expected, "{text}");
            assert!(!expected.is_empty());
        }
    }
}

#[test]
fn the_most_frequent_terms_are_kept() {
    let texts = ["ship zebra", "ship dawn", "ship dawn talks"];
    let terms = |max_terms: Option<usize>| -> Vec<String> {
        let params = VectorizerParams { max_terms, ..VectorizerParams::default() };
        let vectorizer = Vectorizer::fit(&params, &corpus(&params, &texts)).unwrap();
        let mut terms: Vec<String> =
            (0..vectorizer.lexicon().len() as u32).map(|column| vectorizer.lexicon().term(column)).collect();
        terms.sort();
        terms
    };
    let all = ["dawn", "ship", "ship dawn", "talks", "zebra"];
    assert_eq!(terms(None), all);
    assert_eq!(terms(Some(1)), ["ship"]);
    assert_eq!(terms(Some(3)), ["dawn", "ship", "ship dawn"]);
    assert_eq!(terms(Some(5)), all);
    assert_eq!(terms(Some(6)), all);
    let none = VectorizerParams { min_documents: 5, ..VectorizerParams::default() };
    assert!(Vectorizer::fit(&none, &corpus(&none, &texts)).is_err());
}

#[test]
fn function_words_and_common_terms_can_count_nothing() {
    let muted = VectorizerParams { mute_stop_words: true, ..VectorizerParams::default() };
    let terms = |vectorizer: &Vectorizer, text: &str| -> Vec<String> {
        weights(vectorizer, text).into_iter().map(|(term, _)| term).collect()
    };
    assert_eq!(terms(&fitted(&muted), "the ship at dawn"), ["at dawn", "dawn", "ship", "the ship"][..3]);
    let rare = VectorizerParams { max_documents: 0.49, ..VectorizerParams::default() };
    assert!(terms(&fitted(&rare), "talks resume at dawn").is_empty());
    let common = VectorizerParams { max_documents: 0.5, ..VectorizerParams::default() };
    assert_eq!(terms(&fitted(&common), "talks resume").len(), 3);
}

#[test]
fn places_are_those_of_the_terms() {
    let params =
        VectorizerParams { chars: Some(CharNgrams { min: 3, max: 3 }), ..VectorizerParams::default() };
    let vectorizer = fitted(&params);
    let text = "No: “Talks resume” İat";
    let mut found: Vec<(String, &str)> = vectorizer
        .places(text)
        .into_iter()
        .map(|(column, (start, end))| (vectorizer.lexicon().term(column), &text[start..end]))
        .collect();
    found.sort();
    let words: Vec<_> = found.iter().filter(|(_, place)| place.len() > 4).collect();
    let expected = [("resume", "resume"), ("talks", "Talks"), ("talks resume", "Talks resume")];
    assert_eq!(words, expected.map(|(term, place)| (term.to_owned(), place)).iter().collect::<Vec<_>>());
    let chars: Vec<&str> = found.iter().map(|(_, place)| *place).filter(|place| place.len() <= 4).collect();
    assert!(chars.contains(&"Tal") && chars.contains(&"ume"), "{chars:?}");
}

#[test]
fn a_vocabulary_of_another_model_is_refused() {
    let vectorizer = fitted(&VectorizerParams::default());
    let n = vectorizer.lexicon().len();
    let with = |idf: Vec<f32>| {
        let lexicon = fitted(&VectorizerParams::default()).lexicon;
        Vectorizer::from_parts(VectorizerParams::default(), lexicon, F32Array::from(&idf[..]), 4)
    };
    assert!(with(vec![0.0; n]).is_ok());
    assert!(with(vec![1.0; n - 1]).is_err());
    for damaged in [f32::NAN, f32::INFINITY, -1.0] {
        let mut idf = vec![1.0; n];
        idf[n / 2] = damaged;
        assert!(with(idf).is_err(), "{damaged}");
    }
}
