//! Where sentences end: golden rules, written for this project after the kinds of case that splitters are commonly tried on.

use nutgraf::text::{Language, sentences};

/// A case: what it is about, the sentences; the text is the sentences parted by a blank unless they say otherwise.
const RULES: [(&str, &[&str]); 51] = [
    ("simple stops", &["The harbour froze.", "The ferry waited."]),
    ("a question", &["Who owns the ice?", "Nobody answered."]),
    ("an exclamation", &["The bridge held!", "Children cheered."]),
    ("a one-letter word", &["He came, as did I.", "We left together."]),
    ("an abbreviated title", &["Dr. Malm chaired the talks."]),
    ("a title before a name in the middle", &["They heard Prof. Anders Malm on Monday.", "He was brief."]),
    ("two initials", &["The treaty bears the name of J. K. Oster.", "It lapsed."]),
    ("an initial after a name", &["Maria D. Voss wrote it.", "She signed twice."]),
    ("initials without blanks", &["The paper cites P.D. Marten twice.", "He denies it."]),
    ("a country's letters in the middle", &["The U.S. envoy left early."]),
    ("a country's letters at the end", &["He moved to the U.S.", "She stayed in Oslo."]),
    ("a possessive of letters", &["The U.K.'s ships turned back.", "Others followed."]),
    ("the Latin for that is", &["Bring papers, i.e. a passport and a visa."]),
    ("the Latin for example", &["Some goods, e.g. timber and fish, are exempt."]),
    ("the Latin for and so on", &["They sold rope, nets, etc. at the quay.", "Prices fell."]),
    ("versus", &["The case of Oster vs. Malm was heard.", "It took a day."]),
    ("a company", &["Varga Shipping Co. owns the tug.", "It is old."]),
    ("a limited company", &["Norr Ltd. bought the dock.", "Norr paid cash."]),
    ("a street", &["The office is at 4 Quay St. in the old town."]),
    ("a number sign", &["See order No. 12 for details.", "It is short."]),
    ("a page", &["The map is on p. 44 of the report.", "Look there first."]),
    ("a month", &["The pact of Jan. 12 still holds.", "Both sides say so."]),
    ("morning hours", &["They met at 9 a.m. on the pier."]),
    ("morning hours at the end", &["They met at 9 a.m.", "The fog had lifted."]),
    ("evening hours in the middle", &["At 8 p.m. sharp the lights went out."]),
    ("a decimal", &["The river rose by 2.4 metres.", "It fell again."]),
    ("a price", &["It costs $3.50 a ton.", "Last year it cost $2.90."]),
    ("a price at the end", &["The fee is 40.", "It was 30."]),
    ("a version", &["Version 2.1.7 of the code failed.", "They went back."]),
    ("a web address", &["The notice is at www.example.org/notice.html for all.", "Read it."]),
    ("a mail address", &["Write to desk@example.org for a copy.", "It is free."]),
    ("curly quotes with a stop within", &["“The door is open.”", "He waited."]),
    ("speech and its tag", &["“We will talk,” she said.", "Then she sat down."]),
    ("a question within quotes and its tag", &["“Will you talk?” he asked.", "She nodded."]),
    ("straight quotes", &["\"The line is up,\" he said.", "It was."]),
    ("single quotes", &["He called it 'a start.'", "Others called it late."]),
    ("brackets within", &["The strait (it is narrow) was shut.", "Ships queued."]),
    ("a sentence in brackets", &["The strait was shut.", "(It is narrow.)", "Ships queued."]),
    ("an ellipsis in the middle", &["The talks … dragged on for weeks.", "They ended."]),
    ("three dots and a small letter", &["The talks... dragged on.", "They ended."]),
    ("three dots at the end", &["Nobody knew what came next...", "Then it rained."]),
    ("a question and an exclamation mark", &["He signed what?!", "The room went still."]),
    ("several exclamation marks", &["Stop the ship!!", "It was too late."]),
    ("a semicolon", &["The talks failed; the ships sailed.", "It was March."]),
    ("a colon", &["One thing was clear: nobody had slept.", "They went on."]),
    ("a dash", &["The talks — long ones — ended.", "Both sides signed."]),
    ("a small letter after a name with a mark", &["The search site Yahoo! was cited.", "So was a library."]),
    ("military ranks", &["Gen. Oster and Lt. Malm saluted.", "The band played."]),
    ("a senator", &["Sen. Varga voted no.", "Rep. Malm did too."]),
    ("a saint's place", &["They sailed past St. Helena.", "It was dark."]),
    ("a degree", &["Ana Voss, Ph.D., led the survey.", "It took years."]),
];

/// Rules kept at least.
const FLOOR: usize = 45;

#[test]
fn golden_rules_are_kept() {
    let mut broken = Vec::new();
    for (name, expected) in RULES {
        let text = expected.join(" ");
        let found: Vec<&str> =
            sentences(&text, Some(Language::En)).into_iter().map(|s| &text[s.start..s.end]).collect();
        if found != expected {
            broken.push((name, found.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()));
        }
    }
    println!("{} of {} golden rules are kept; not: {broken:#?}", RULES.len() - broken.len(), RULES.len());
    assert!(RULES.len() - broken.len() >= FLOOR, "{broken:#?}");
}

/// Texts with what their sentences are, where blanks alone do not part them.
#[test]
fn line_breaks_and_lists_are_no_reason_to_lose_or_join_words() {
    let rows: [(&str, &str, &[&str]); 4] = [
        (
            "a line break within a sentence",
            "The talks went\non all night. Then they stopped.",
            &["The talks went\non all night.", "Then they stopped."],
        ),
        (
            "a headline without a stop is a paragraph of its own",
            "Ferry runs aground",
            &["Ferry runs aground"],
        ),
        (
            "other scripts",
            "Переговоры прошли в Осло. Они были долгими.",
            &["Переговоры прошли в Осло.", "Они были долгими."],
        ),
        (
            "German ordinals",
            "Die Fähre lief am 3. März auf Grund. Niemand wurde verletzt.",
            &["Die Fähre lief am 3. März auf Grund.", "Niemand wurde verletzt."],
        ),
    ];
    for (name, text, expected) in rows {
        let language = Language::detect(text);
        let found: Vec<&str> = sentences(text, language).into_iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// Every character that is not white space stands in exactly one sentence.
#[test]
fn sentences_hold_every_word_once() {
    let text = RULES.iter().flat_map(|(_, sentences)| *sentences).copied().collect::<Vec<_>>().join("\n\n  ");
    let mut end = 0;
    for sentence in sentences(&text, Some(Language::En)) {
        assert!(text[end..sentence.start].trim().is_empty());
        assert_eq!(text[sentence.start..sentence.end].trim(), &text[sentence.start..sentence.end]);
        end = sentence.end;
    }
    assert!(text[end..].trim().is_empty());
}
