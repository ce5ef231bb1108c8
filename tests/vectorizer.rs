//! Rows of texts: against scikit-learn 1.9.1, alone and in a corpus, and at their places in the text.

use nutgraf::features::{CharNgrams, Corpus, RowScratch, Vectorizer, VectorizerParams, Weighting};

const CHAR_WB: [(&str, f64); 7] = [
    ("‹ t›", 0.231911746),
    ("‹tal›", 0.169186204),
    ("‹ks ›", 0.169186204),
    ("‹on›", 0.214591247),
    ("‹ th›", 0.169186204),
    ("‹fle›", 0.169186204),
    ("‹eet›", 0.169186204),
];

const DOCUMENTS: [(Option<&str>, &str); 4] = [
    (None, "the fleet sailed at dawn and the fleet returned"),
    (None, "ministers met and talks resumed at dawn"),
    (None, "talks on the fleet"),
    (None, " "),
];

fn params(weighting: Weighting) -> VectorizerParams {
    VectorizerParams { weighting, min_ngram_documents: 1, ..VectorizerParams::default() }
}

fn fitted(params: &VectorizerParams) -> (Vectorizer, Corpus) {
    let corpus = Corpus::new(&params.check().unwrap(), params.chars.is_some(), &DOCUMENTS);
    (Vectorizer::fit(params, &corpus).unwrap(), corpus)
}

fn row_of(vectorizer: &Vectorizer, text: &str) -> std::collections::BTreeMap<String, f32> {
    let mut scratch = RowScratch::default();
    vectorizer.row([text].into_iter(), &mut scratch);
    scratch.row.iter().map(|(column, value)| (vectorizer.lexicon().term(*column), *value)).collect()
}

/// Values of scikit-learn 1.9.1: `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=…)` on the same documents.
#[test]
fn rows_equal_scikit_learn_s() {
    let plain = [
        ("the", 0.383_050_44),
        ("fleet", 0.383_050_44),
        ("sailed", 0.242_925_456),
        ("at", 0.191_525_22),
        ("dawn", 0.191_525_22),
        ("and", 0.191_525_22),
        ("returned", 0.242_925_456),
        ("the fleet", 0.383_050_44),
        ("fleet sailed", 0.242_925_456),
        ("sailed at", 0.242_925_456),
        ("at dawn", 0.191_525_22),
        ("dawn and", 0.242_925_456),
        ("and the", 0.242_925_456),
        ("fleet returned", 0.242_925_456),
    ];
    let sublinear = [
        ("the", 0.346_612_804),
        ("fleet", 0.346_612_804),
        ("sailed", 0.259_655_154),
        ("at", 0.204_715_106),
        ("dawn", 0.204_715_106),
        ("and", 0.204_715_106),
        ("returned", 0.259_655_154),
        ("the fleet", 0.346_612_804),
        ("fleet sailed", 0.259_655_154),
        ("sailed at", 0.259_655_154),
        ("at dawn", 0.204_715_106),
        ("dawn and", 0.259_655_154),
        ("and the", 0.259_655_154),
        ("fleet returned", 0.259_655_154),
    ];
    for (weighting, expected) in [(Weighting::RawTfIdf, plain), (Weighting::TfIdf, sublinear)] {
        let (vectorizer, corpus) = fitted(&params(weighting));
        assert_eq!(vectorizer.lexicon().len(), 26);
        let found = row_of(&vectorizer, DOCUMENTS[0].1);
        assert_eq!(found.len(), expected.len());
        for (term, value) in expected {
            assert!((f64::from(found[term]) - value).abs() < 1e-7, "{term}: {} for {value}", found[term]);
        }
        let rows = vectorizer.rows(&corpus);
        assert_eq!(rows.row(3).count(), 0, "a text without terms has the empty row");
    }
}

/// The third document's row in scikit-learn 1.9.1, alone: idf is kept from the fit, not taken from the batch.
#[test]
fn idf_is_kept_for_a_text_alone() {
    let (vectorizer, _) = fitted(&params(Weighting::TfIdf));
    assert!((f64::from(row_of(&vectorizer, "talks on the fleet")["on"]) - 0.426_930_74).abs() < 1e-7);
}

/// Values of scikit-learn 1.9.1: `TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True)`, which is
/// the second block of a row.
#[test]
fn character_n_grams_are_a_block_of_their_own() {
    let chars = Some(CharNgrams { min: 2, max: 3 });
    let (vectorizer, _) = fitted(&VectorizerParams { chars, ..params(Weighting::TfIdf) });
    let found = row_of(&vectorizer, "talks on the fleet");
    for (term, value) in CHAR_WB {
        assert!((f64::from(found[term]) - value).abs() < 1e-6, "{term}: {} for {value}", found[term]);
    }
    let squares: f32 = found.values().map(|value| value * value).sum();
    assert!((squares - 2.0).abs() < 1e-5, "two blocks of norm 1");
}

#[test]
fn a_text_alone_has_the_row_of_its_corpus() {
    let chars = Some(CharNgrams { min: 1, max: 4 });
    let mut params = VectorizerParams { chars, ..params(Weighting::TfIdf) };
    params.analyzer.max_ngram = 3;
    for stem in [false, true] {
        params.analyzer.stem = stem;
        let (vectorizer, corpus) = fitted(&params);
        let (_, counted) = Vectorizer::fit_rows(&params, &corpus).unwrap();
        let rows = vectorizer.rows(&corpus);
        assert_eq!(rows, counted);
        let mut scratch = RowScratch::default();
        for (idx, (_, text)) in DOCUMENTS.iter().enumerate() {
            vectorizer.row([*text].into_iter(), &mut scratch);
            assert_eq!(rows.row(idx).collect::<Vec<_>>(), scratch.row);
            let mut columns: Vec<u32> = vectorizer.places(text).iter().map(|(column, _)| *column).collect();
            columns.dedup();
            let mut expected: Vec<u32> = scratch.row.iter().map(|(column, _)| *column).collect();
            expected.sort_unstable();
            assert_eq!(columns, expected);
        }
    }
}

#[test]
fn places_are_those_of_the_text() {
    let chars = Some(CharNgrams { min: 3, max: 3 });
    let params = VectorizerParams { chars, ..params(Weighting::TfIdf) };
    let text = [(None, "The Fleet’s naïve FLEET’S talks")];
    let corpus = Corpus::new(&params.check().unwrap(), true, &text);
    let vectorizer = Vectorizer::fit(&params, &corpus).unwrap();
    let of_term = |term: &str| -> Vec<&str> {
        let column = vectorizer.lexicon().column(term).unwrap();
        let places = vectorizer.places(text[0].1).into_iter().filter(|(found, _)| *found == column);
        places.map(|(_, (start, end))| &text[0].1[start..end]).collect()
    };
    assert_eq!(of_term("fleet's"), ["Fleet’s", "FLEET’S"]);
    assert_eq!(of_term("the fleet's"), ["The Fleet’s"]);
    assert_eq!(of_term("‹t's›"), ["t’s", "T’S"]);
    assert_eq!(of_term("‹ na›"), ["na"]);
    assert_eq!(of_term("‹aïv›"), ["aïv"]);
    assert_eq!(of_term("‹ks ›"), ["ks"]);
}

#[test]
fn limits_leave_out_terms() {
    let base = params(Weighting::TfIdf);
    let n_terms = |params: VectorizerParams| fitted(&params).0.lexicon().len();
    assert_eq!(n_terms(VectorizerParams { min_documents: 2, min_ngram_documents: 2, ..base.clone() }), 8);
    assert_eq!(n_terms(VectorizerParams { max_terms: Some(5), ..base.clone() }), 5);
    let (vectorizer, _) = fitted(&VectorizerParams { max_documents: 0.3, ..base });
    assert!(!row_of(&vectorizer, "the talks resumed").contains_key("the"));
}

#[test]
fn muted_function_words_count_beside_others_alone() {
    let (vectorizer, corpus) =
        fitted(&VectorizerParams { mute_stop_words: true, ..params(Weighting::TfIdf) });
    let row = row_of(&vectorizer, "the fleet at dawn, and the talks on the fleet");
    let terms: Vec<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(terms, ["at dawn", "dawn", "dawn and", "fleet", "talks", "talks on", "the fleet"]);
    let norm: f32 = row.values().map(|value| value * value).sum();
    assert!((norm - 1.0).abs() < 1e-6, "{norm}");
    assert!(vectorizer.rows(&corpus).row(0).all(|(_, value)| value > 0.0));
}

#[test]
fn counts_and_presence_are_whole_numbers() {
    assert_eq!(row_of(&fitted(&params(Weighting::Count)).0, "fleet the fleet")["fleet"], 2.0);
    assert_eq!(row_of(&fitted(&params(Weighting::Binary)).0, "fleet the fleet")["fleet"], 1.0);
}

#[test]
fn texts_without_terms_cannot_be_fitted() {
    let params = params(Weighting::TfIdf);
    let corpus = Corpus::new(&params.check().unwrap(), false, &[(None, " "), (None, "!")]);
    assert!(Vectorizer::fit(&params, &corpus).is_err());
}

#[test]
fn parameters_out_of_range_are_named() {
    let base = VectorizerParams::default();
    let rows = [
        (VectorizerParams { min_documents: 0, ..base.clone() }, "min_documents"),
        (VectorizerParams { max_documents: f64::NAN, ..base.clone() }, "max_documents"),
        (VectorizerParams { chars: Some(CharNgrams { min: 3, max: 2 }), ..base }, "chars"),
    ];
    for (params, name) in rows {
        let message = params.check().unwrap_err().to_string();
        assert!(message.starts_with(name), "{message}");
    }
}
