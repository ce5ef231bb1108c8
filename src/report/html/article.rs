//! The article view: what a page said, what was dropped, why the label.

use super::super::evidence::{EvidenceRow, Shown, first_chars, quotation_note, sentence_rows, term_rows};
use super::super::text::call_text;
use super::marks::{keys, marks, write};
use super::shell::{begin, facts};
use super::writer::{Html, Value};
use crate::body::BlockKind;
use crate::classify::AbstainBand;
use crate::page::{CharsetSource, Format};
use crate::reading::Reading;

/// What would change the label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// The label that it would be.
    pub label: String,
    /// The terms without which it would.
    pub terms: Vec<String>,
}

/// What it takes to make the view again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The command.
    pub command: String,
    /// BLAKE3 of the input.
    pub input: String,
    /// The models, each by name with its BLAKE3.
    pub models: Vec<(String, String)>,
}

/// What an article view shows.
#[derive(Debug, Clone)]
pub struct ArticleView<'a> {
    /// Where the page came from.
    pub source: &'a str,
    /// The reading.
    pub reading: &'a Reading,
    /// How much evidence is in the tables, and underlined.
    pub shown: Shown,
    /// What would change the label, if anything would.
    pub counter: Option<Counter>,
    /// The probabilities of the best class at which the model abstains.
    pub abstain: AbstainBand,
    /// What it takes to make the view again.
    pub provenance: Provenance,
}

/// Terms that are underlined at least, however few the table shows.
const MIN_MARKED: usize = 40;

/// An article view as one HTML file.
#[must_use]
pub fn article_html(view: &ArticleView<'_>) -> String {
    let reading = view.reading;
    let metadata = &reading.page.metadata;
    let title = reading.title().unwrap_or(view.source);
    let mut html = Html::default();
    begin(&mut html, metadata.language.map_or("", crate::text::Language::code), title);
    html.markup("<a class=\"skip\" href=\"#article\">To the article</a>");
    html.open("header", &[]).element("h1", &[], title);
    what_it_is(&mut html, view);
    html.close();
    html.open("main", &[]);
    html.open("article", &[("id", Value::Static("article")), ("aria-label", Value::Static("Article"))]);
    blocks(&mut html, view);
    html.close();
    html.open("aside", &[("aria-label", Value::Static("Findings"))]);
    key_sentences(&mut html, reading);
    stance(&mut html, view);
    html.close().close();
    footer(&mut html, view);
    html.finish()
}

fn what_it_is(html: &mut Html, view: &ArticleView<'_>) {
    let (reading, page) = (view.reading, &view.reading.page);
    let metadata = &page.metadata;
    let by = match page.charset.by {
        CharsetSource::Bom => "byte order mark",
        CharsetSource::Header => "header",
        CharsetSource::Meta => "declared",
        CharsetSource::Utf8 => "valid UTF-8",
        CharsetSource::Detected => "detected",
    };
    let charset = match page.charset.malformed {
        0 => format!("{} ({by})", page.charset.name),
        n => format!("{} ({by}), {n} malformed sequences", page.charset.name),
    };
    let form = if page.format == Format::Html { "HTML" } else { "plain text" };
    let language = metadata.language.map_or("unknown", crate::text::Language::code);
    let n_words: usize = reading.article.places.iter().map(|place| page.blocks[place.block].n_words).sum();
    let body = format!("{n_words} words, quality {:.2}", reading.quality);
    let rows: [(&'static str, Option<&str>); 8] = [
        ("By", metadata.byline.as_deref()),
        ("Date", metadata.date.as_deref()),
        ("Site", metadata.site.as_deref()),
        ("Language", Some(language)),
        ("Source", Some(view.source)),
        ("Form", Some(form)),
        ("Charset", Some(&charset)),
        ("Body", Some(&body)),
    ];
    facts(html, &rows);
}

/// The blocks of the page in order: those of the body with a bar for p(body), the others folded where they stood.
fn blocks(html: &mut Html, view: &ArticleView<'_>) {
    let reading = view.reading;
    let strongest = reading.stance.evidence.first().map_or(1.0, |evidence| evidence.log_odds.abs());
    let n_marked = view.shown.terms.max(MIN_MARKED);
    let all: Vec<usize> = (0..reading.page.blocks.len()).collect();
    let is_kept = |idx: &usize| reading.verdicts[*idx].kind.is_body();
    // The headline stands above; a block that says it otherwise is told.
    let title = reading.title().unwrap_or_default();
    let is_title = |idx: &usize| {
        reading.verdicts[*idx].kind == BlockKind::Title && reading.page.blocks[*idx].text == title
    };
    for run in all.chunk_by(|a, b| is_kept(a) == is_kept(b)) {
        if !is_kept(&run[0]) {
            let rest: Vec<usize> = run.iter().copied().filter(|idx| !is_title(idx)).collect();
            dropped(html, reading, &rest);
            continue;
        }
        for idx in run {
            let (block, verdict) = (&reading.page.blocks[*idx], reading.verdicts[*idx]);
            let (tag, class) = match verdict.kind {
                BlockKind::Heading => ("h3", "block"),
                BlockKind::List => ("p", "block list"),
                BlockKind::Quote => ("p", "block quote"),
                _ => ("p", "block"),
            };
            let title =
                format!("p(body) {:.2}, bytes {}..{}", verdict.p_body, block.span().start, block.span().end);
            html.open(
                tag,
                &[
                    ("class", Value::Static(class)),
                    ("style", Value::Number("--p:", verdict.p_body, "")),
                    ("title", Value::Text(&title)),
                ],
            );
            let (keys, marks) = (keys(reading, block), marks(reading, block, n_marked));
            write(html, &block.text, &keys, &marks, strongest);
            html.close().markup("\n");
        }
    }
    if reading.article.text.is_empty() {
        html.markup("<p>The page has no body text.</p>");
    }
}

/// Characters of the first dropped block that the fold shows.
const FIRST_CHARS: usize = 60;

fn dropped(html: &mut Html, reading: &Reading, run: &[usize]) {
    let Some(first) = run.first() else { return };
    let mut kinds: Vec<&str> = run.iter().map(|idx| reading.verdicts[*idx].kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let n = run.len();
    let blocks = if n == 1 { "block" } else { "blocks" };
    let words = first_chars(&reading.page.blocks[*first].text, FIRST_CHARS);
    html.open("details", &[]);
    html.element("summary", &[], &format!("{n} {blocks} dropped ({}): {words}", kinds.join(", ")));
    for idx in run {
        let verdict = reading.verdicts[*idx];
        html.open("p", &[]);
        let tag = format!("{} {:.2}", verdict.kind.name(), verdict.p_body);
        html.element("span", &[("class", Value::Static("tag"))], &tag).text(" ");
        html.text(&reading.page.blocks[*idx].text).close();
    }
    html.close().markup("\n");
}

fn key_sentences(html: &mut Html, reading: &Reading) {
    html.open("section", &[]).markup("<h2>Key sentences</h2>").open("ol", &[]);
    for (idx, sentence) in reading.sentences.iter().enumerate() {
        let target = Value::Number("#key", (idx + 1) as f64, "");
        html.open("li", &[]).element("a", &[("href", target)], &sentence.text).close();
    }
    html.close();
    if reading.sentences.is_empty() {
        html.markup("<p>None: the page has no body text.</p>");
    }
    html.close();
}

fn stance(html: &mut Html, view: &ArticleView<'_>) {
    let stance = &view.reading.stance;
    html.open("section", &[]).markup("<h2>Stance</h2>");
    html.element("p", &[("class", Value::Static("call"))], &call_text(stance));
    gauge(html, view);
    html.open("p", &[]);
    html.open(
        "span",
        &[("class", Value::Static("for w2")), ("style", Value::Static("text-decoration-line:underline"))],
    );
    html.text("for ").text(&stance.label).close().text(", ");
    html.open(
        "span",
        &[("class", Value::Static("against w2")), ("style", Value::Static("text-decoration-line:underline"))],
    );
    html.text("for ").text(&stance.against).close().text("; the thicker, the more.").close();
    if let Some(note) = quotation_note(stance) {
        html.element("p", &[], &note);
    }
    table(html, "Term", term_rows(stance, view.shown));
    let sentences = sentence_rows(stance, view.shown);
    if !sentences.is_empty() {
        table(html, "Sentence", sentences);
    }
    match &view.counter {
        Some(Counter { label, terms }) => html
            .open("p", &[])
            .text("It would be ")
            .text(label)
            .text(" without: ")
            .text(&terms.join(", "))
            .close(),
        None => html.markup("<p>No set of terms decides the label.</p>"),
    };
    html.close();
}

/// The probability of the second of two classes on a line, with the zone in which the model abstains; more classes have a bar
/// each.
fn gauge(html: &mut Html, view: &ArticleView<'_>) {
    let p = &view.reading.stance.p;
    let shares: Vec<String> = p.iter().map(|(class, p)| format!("{class} {:.0} %", 100.0 * p)).collect();
    let label = format!("Probabilities: {}", shares.join(", "));
    const WIDTH: f64 = 300.0;
    let [(first, _), (second, p_second)] = p.as_slice() else {
        html.element("p", &[], &shares.join(", "));
        return;
    };
    let number = |value: f64| Value::Number("", value, "");
    html.open(
        "svg",
        &[
            ("viewBox", Value::Static("0 0 300 44")),
            ("role", Value::Static("img")),
            ("aria-label", Value::Text(&label)),
        ],
    );
    html.markup("<rect class=\"track\" x=\"0\" y=\"8\" width=\"300\" height=\"10\" rx=\"5\"/>");
    // The band is of the better class, so it lies about the middle.
    let [_, high]: [f64; 2] = view.abstain.into();
    if high > 0.5 {
        let (x, width) = (WIDTH * (1.0 - high), WIDTH * (2.0 * high - 1.0));
        html.open(
            "rect",
            &[
                ("class", Value::Static("zone")),
                ("x", number(x)),
                ("y", number(4.0)),
                ("width", number(width)),
                ("height", number(18.0)),
            ],
        )
        .close();
    }
    let x = (WIDTH * p_second).clamp(3.0, WIDTH - 3.0);
    html.open(
        "rect",
        &[
            ("class", Value::Static("needle")),
            ("x", number(x - 3.0)),
            ("y", number(2.0)),
            ("width", number(6.0)),
            ("height", number(22.0)),
        ],
    )
    .close();
    html.element("text", &[("x", number(0.0)), ("y", number(40.0))], first);
    html.element(
        "text",
        &[("x", number(WIDTH)), ("y", number(40.0)), ("text-anchor", Value::Static("end"))],
        second,
    );
    html.close();
}

fn table(html: &mut Html, of: &'static str, rows: Vec<EvidenceRow>) {
    html.open("table", &[]).markup("<thead><tr><th scope=\"col\">log-odds</th><th scope=\"col\">");
    html.text(of).markup("</th></tr></thead>").open("tbody", &[]);
    for EvidenceRow { log_odds, label, note } in rows {
        html.open("tr", &[]).element("td", &[], &format!("{log_odds:+.3}"));
        html.element("td", &[("title", Value::Text(&note))], &label).close();
    }
    html.close().close();
}

fn footer(html: &mut Html, view: &ArticleView<'_>) {
    let Provenance { command, input, models } = &view.provenance;
    html.open("footer", &[]);
    html.open("p", &[]).text("Made by nutgraf ").text(env!("CARGO_PKG_VERSION")).text(": ");
    html.element("code", &[], command).close();
    html.open("p", &[]).text("Input BLAKE3 ").element("code", &[], input);
    for (name, checksum) in models {
        html.text("; model ").text(name).text(" ").element("code", &[], checksum);
    }
    html.close().close();
}
