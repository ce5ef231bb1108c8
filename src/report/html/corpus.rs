//! The corpus view: a row an article, in several orders, and what they say together: stance over time and by site, words that tell
//! the classes apart, near-copies.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::shell::{begin, facts, open_scroll};
use super::writer::{Html, Value};
use crate::features::{KeyWord, Keyness};
use crate::reading::Reading;

/// What the index says of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusEntry {
    /// The file of its article view, in the folder of the index; none of an input that failed.
    pub file: Option<String>,
    /// Where it came from.
    pub source: String,
    /// Its headline, or its source.
    pub title: String,
    /// The day of publication, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// The label, with its probability; none of a page without an article.
    pub label: Option<(String, f64)>,
    /// Whether the label is too improbable to be called.
    pub is_abstained: bool,
    /// Words of the body.
    pub n_words: usize,
    /// The expected F1 of the body.
    pub quality: f64,
    /// Its first key sentence, or the error.
    pub words: String,
}

impl CorpusEntry {
    /// The entry of a reading whose view stands in `file`.
    #[must_use]
    pub fn new(file: String, source: &str, reading: &Reading) -> Self {
        let metadata = &reading.page.metadata;
        let stance = &reading.stance;
        let has_article = !reading.article.text.is_empty();
        let p = stance.p.iter().find(|(class, _)| *class == stance.label).map_or(0.0, |(_, p)| *p);
        Self {
            file: Some(file),
            source: source.to_owned(),
            title: reading.title().unwrap_or(source).to_owned(),
            date: metadata.date.clone(),
            site: metadata.site.clone(),
            label: has_article.then(|| (stance.label.clone(), p)),
            is_abstained: stance.is_abstained,
            n_words: reading
                .article
                .places
                .iter()
                .map(|place| reading.page.blocks[place.block].n_words)
                .sum(),
            quality: reading.quality,
            words: reading.sentences.first().map(|sentence| sentence.text.clone()).unwrap_or_default(),
        }
    }

    /// The entry of an input that failed.
    #[must_use]
    pub fn failed(source: &str, error: &crate::Error) -> Self {
        Self {
            file: None,
            source: source.to_owned(),
            title: source.to_owned(),
            date: None,
            site: None,
            label: None,
            is_abstained: false,
            n_words: 0,
            quality: 0.0,
            words: error.to_string(),
        }
    }

    /// The label as it is called; undecided ones are called so.
    fn called(&self) -> Option<&str> {
        self.label.as_ref().map(|(label, _)| if self.is_abstained { UNDECIDED } else { label.as_str() })
    }
}

const UNDECIDED: &str = "undecided";

/// An order of the articles, each a file of its own, since there are no scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorpusOrder {
    /// As they were read.
    Input,
    /// The newest first, those without a day last.
    Date,
    /// By headline.
    Title,
    /// By site, then day.
    Site,
    /// By label, the most probable first.
    Stance,
    /// The longest first.
    Length,
    /// Those first whose body is most doubtful.
    Quality,
}

impl CorpusOrder {
    /// All orders, the first one's file being the index.
    pub const ALL: [Self; 7] =
        [Self::Input, Self::Date, Self::Title, Self::Site, Self::Stance, Self::Length, Self::Quality];

    /// The file of the order.
    #[must_use]
    pub fn file(self) -> &'static str {
        self.table().trim_end_matches("#articles")
    }

    /// The table of articles in the order's file.
    fn table(self) -> &'static str {
        match self {
            Self::Input => "index.html#articles",
            Self::Date => "by-date.html#articles",
            Self::Title => "by-title.html#articles",
            Self::Site => "by-site.html#articles",
            Self::Stance => "by-stance.html#articles",
            Self::Length => "by-length.html#articles",
            Self::Quality => "by-quality.html#articles",
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::Input => "No.",
            Self::Date => "Date",
            Self::Title => "Title",
            Self::Site => "Site",
            Self::Stance => "Stance",
            Self::Length => "Words",
            Self::Quality => "Quality",
        }
    }

    /// The positions of entries in this order; ties as they were read.
    fn sorted(self, entries: &[CorpusEntry]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        let probability = |entry: &CorpusEntry| entry.label.as_ref().map_or(0.0, |(_, p)| *p);
        order.sort_by(|a, b| {
            let (a, b) = (&entries[*a], &entries[*b]);
            match self {
                Self::Input => std::cmp::Ordering::Equal,
                Self::Date => b.date.cmp(&a.date),
                Self::Title => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
                Self::Site => (a.site.is_none(), &a.site, &b.date).cmp(&(b.site.is_none(), &b.site, &a.date)),
                Self::Stance => (a.label.is_none(), a.called())
                    .cmp(&(b.label.is_none(), b.called()))
                    .then(probability(b).total_cmp(&probability(a))),
                Self::Length => b.n_words.cmp(&a.n_words),
                Self::Quality => a.quality.total_cmp(&b.quality),
            }
        });
        order
    }
}

/// All that is told of some articles together.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusView {
    /// The articles, as they were read.
    pub entries: Vec<CorpusEntry>,
    /// For each the first earlier one that it all but repeats.
    pub copy_of: Vec<Option<usize>>,
    /// The classes and their words.
    pub classes: Vec<String>,
    /// Words of the articles by class.
    pub keyness: Keyness,
    /// The command that made it.
    pub command: String,
}

/// Words of a class that are shown.
const N_KEY_WORDS: usize = 25;
/// Sites and periods that are shown.
const MAX_SITES: usize = 40;
const MAX_PERIODS: usize = 60;

/// The index in one of its orders; [`CorpusOrder::file`] says under what name the others are linked to.
#[must_use]
pub fn corpus_html(view: &CorpusView, order: CorpusOrder) -> String {
    let mut html = Html::default();
    let n = view.entries.len();
    let title = format!("{n} {}", if n == 1 { "page" } else { "pages" });
    begin(&mut html, "en", &title);
    html.open("header", &[]).element("h1", &[], &title);
    totals(&mut html, view);
    html.close();
    html.open("main", &[("class", Value::Static("wide"))]);
    over_time(&mut html, view);
    by_site(&mut html, view);
    key_words(&mut html, view);
    copies(&mut html, view);
    articles(&mut html, view, order);
    html.close();
    html.open("footer", &[])
        .open("p", &[])
        .text("Made by nutgraf ")
        .text(env!("CARGO_PKG_VERSION"))
        .text(": ");
    html.element("code", &[], &view.command);
    html.finish()
}

impl CorpusView {
    /// The classes as they are called, undecided last.
    fn calls(&self) -> Vec<&str> {
        self.classes.iter().map(String::as_str).chain([UNDECIDED]).collect()
    }

    /// Articles of each call, of some entries.
    fn counts<'a>(&self, entries: impl Iterator<Item = &'a CorpusEntry>) -> Vec<usize> {
        let calls = self.calls();
        let mut counts = vec![0; calls.len()];
        for call in entries.filter_map(CorpusEntry::called) {
            if let Some(at) = calls.iter().position(|known| *known == call) {
                counts[at] += 1;
            }
        }
        counts
    }
}

fn totals(html: &mut Html, view: &CorpusView) {
    let counts = view.counts(view.entries.iter());
    let n_articles: usize = counts.iter().sum();
    let n_failed = view.entries.iter().filter(|entry| entry.file.is_none()).count();
    let n_empty = view.entries.iter().filter(|entry| entry.file.is_some() && entry.label.is_none()).count();
    let shown: Vec<String> =
        view.calls().iter().zip(&counts).map(|(call, n)| format!("{n} {call}")).collect();
    let n_copies = view.copy_of.iter().flatten().count();
    let numbers = [n_articles, n_empty, n_failed, n_copies].map(|n| n.to_string());
    facts(
        html,
        &[
            ("Articles", Some(&numbers[0])),
            ("Stance", Some(&shown.join(", "))),
            ("Without an article", Some(&numbers[1]).filter(|_| n_empty > 0).map(String::as_str)),
            ("Failed", Some(&numbers[2]).filter(|_| n_failed > 0).map(String::as_str)),
            ("Near-copies", Some(&numbers[3])),
        ],
    );
}

fn articles(html: &mut Html, view: &CorpusView, order: CorpusOrder) {
    html.open("section", &[("id", Value::Static("articles"))]).markup("<h2>Articles</h2>");
    open_scroll(html, "Articles");
    html.open("table", &[("class", Value::Static("articles"))]).open("thead", &[]).open("tr", &[]);
    for other in CorpusOrder::ALL {
        let sort = if other == order { "ascending" } else { "none" };
        html.open("th", &[("scope", Value::Static("col")), ("aria-sort", Value::Static(sort))]);
        html.element("a", &[("href", Value::Static(other.table()))], other.column()).close();
    }
    html.close().close().open("tbody", &[]);
    for idx in order.sorted(&view.entries) {
        let entry = &view.entries[idx];
        html.open("tr", &[("id", Value::Number("n", (idx + 1) as f64, ""))]);
        html.element("td", &[], &(idx + 1).to_string());
        html.element("td", &[("class", Value::Static("date"))], entry.date.as_deref().unwrap_or(""));
        html.open("td", &[]);
        match &entry.file {
            Some(file) => html.element("a", &[("href", Value::Text(file))], &entry.title),
            None => html.markup("<span class=\"tag\">failed</span> ").text(&entry.title),
        };
        html.element("p", &[], &entry.words);
        if let Some(original) = view.copy_of.get(idx).copied().flatten() {
            html.open("p", &[]).text("All but repeats ");
            link(html, view, original);
            html.close();
        }
        html.close();
        html.element("td", &[], entry.site.as_deref().unwrap_or(""));
        let stance = match (&entry.label, entry.called()) {
            (Some((_, p)), Some(call)) => format!("{call} {p:.2}"),
            _ => String::new(),
        };
        html.element("td", &[], &stance);
        html.element("td", &[], &entry.n_words.to_string());
        let quality = if entry.file.is_some() { format!("{:.2}", entry.quality) } else { String::new() };
        html.element("td", &[], &quality).close();
    }
    html.close().close().close().close();
}

/// A link to the row of an entry.
fn link(html: &mut Html, view: &CorpusView, idx: usize) {
    let target = Value::Number("#n", (idx + 1) as f64, "");
    let words = format!("{}. {}", idx + 1, view.entries[idx].title);
    html.element("a", &[("href", target)], &words);
}

/// A table of parts of the articles: how many, and how many of each call, as numbers and as a bar.
fn shares(
    html: &mut Html,
    view: &CorpusView,
    label: &'static str,
    of: &'static str,
    parts: &[(&str, Vec<usize>)],
) {
    open_scroll(html, label);
    html.open("table", &[("class", Value::Static("numbers"))]).open("thead", &[]).open("tr", &[]);
    for column in [of, "Articles"].into_iter().chain(view.calls()) {
        html.element("th", &[("scope", Value::Static("col"))], column);
    }
    html.markup("<th scope=\"col\">Shares</th>").close().close().open("tbody", &[]);
    let most = parts.iter().map(|(_, counts)| counts.iter().sum::<usize>()).max().unwrap_or(1).max(1);
    for (name, counts) in parts {
        let n: usize = counts.iter().sum();
        html.open("tr", &[]).element("th", &[("scope", Value::Static("row"))], name);
        html.element("td", &[], &n.to_string());
        for count in counts {
            html.element("td", &[], &count.to_string());
        }
        html.open("td", &[]);
        bar(html, &view.calls(), counts, most);
        html.close().close();
    }
    html.close().close().close();
}

const BAR: f64 = 200.0;

/// A bar as long as there are articles, in a part for each call, told apart by shade and by pattern of their borders.
fn bar(html: &mut Html, calls: &[&str], counts: &[usize], most: usize) {
    let mut words = String::new();
    for (call, count) in calls.iter().zip(counts).filter(|(_, count)| **count > 0) {
        let _ = write!(words, "{}{count} {call}", if words.is_empty() { "" } else { ", " });
    }
    html.open(
        "svg",
        &[
            ("class", Value::Static("share")),
            ("viewBox", Value::Static("0 0 200 12")),
            ("role", Value::Static("img")),
            ("aria-label", Value::Text(&words)),
        ],
    );
    let mut at = 0.0;
    let n_calls = calls.len();
    for (idx, count) in counts.iter().enumerate() {
        let width = BAR * *count as f64 / most as f64;
        let class = match idx {
            _ if idx + 1 == n_calls => "call-none",
            0 => "call-a",
            1 => "call-b",
            _ => "call-c",
        };
        let number = |value: f64| Value::Number("", value, "");
        html.open(
            "rect",
            &[
                ("class", Value::Static(class)),
                ("x", number(at)),
                ("y", number(1.0)),
                ("width", number(width)),
                ("height", number(10.0)),
            ],
        )
        .close();
        at += width;
    }
    html.close();
}

fn over_time(html: &mut Html, view: &CorpusView) {
    let dated: Vec<&CorpusEntry> = view.entries.iter().filter(|entry| entry.date.is_some()).collect();
    let day = |entry: &&&CorpusEntry| entry.date.clone().unwrap_or_default();
    let mut days: Vec<String> = dated.iter().map(|entry| day(&entry)).collect();
    days.sort_unstable();
    days.dedup();
    // By the shortest periods that are not too many: days, months, years.
    let n_periods = |len: usize| {
        let mut periods: Vec<&str> = days.iter().map(|day| day.get(..len).unwrap_or(day)).collect();
        periods.dedup();
        periods.len()
    };
    let len = [10, 7, 4].into_iter().find(|len| n_periods(*len) <= MAX_PERIODS).unwrap_or(4);
    let mut periods: BTreeMap<&str, Vec<&CorpusEntry>> = BTreeMap::new();
    for entry in &dated {
        let date = entry.date.as_deref().unwrap_or_default();
        periods.entry(date.get(..len).unwrap_or(date)).or_default().push(entry);
    }
    if periods.is_empty() {
        return;
    }
    html.open("section", &[]).markup("<h2>Stance over time</h2>");
    let parts: Vec<(&str, Vec<usize>)> =
        periods.into_iter().map(|(period, entries)| (period, view.counts(entries.into_iter()))).collect();
    let of = match len {
        10 => "Day",
        7 => "Month",
        _ => "Year",
    };
    shares(html, view, "Stance over time", of, &parts);
    html.close();
}

fn by_site(html: &mut Html, view: &CorpusView) {
    let mut sites: BTreeMap<&str, Vec<&CorpusEntry>> = BTreeMap::new();
    for entry in view.entries.iter().filter(|entry| entry.label.is_some()) {
        sites.entry(entry.site.as_deref().unwrap_or("(no site)")).or_default().push(entry);
    }
    if sites.is_empty() {
        return;
    }
    let mut parts: Vec<(&str, Vec<usize>)> =
        sites.into_iter().map(|(site, entries)| (site, view.counts(entries.into_iter()))).collect();
    parts.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<usize>()));
    html.open("section", &[]).markup("<h2>Stance by site</h2>");
    let n_sites = parts.len();
    parts.truncate(MAX_SITES);
    shares(html, view, "Stance by site", "Site", &parts);
    if n_sites > MAX_SITES {
        html.element("p", &[], &format!("{} more sites have fewer articles.", n_sites - MAX_SITES));
    }
    html.close();
}

fn key_words(html: &mut Html, view: &CorpusView) {
    let found: Vec<(&String, Vec<KeyWord>)> = view
        .classes
        .iter()
        .enumerate()
        .map(|(class, name)| (name, view.keyness.top(class, N_KEY_WORDS)))
        .collect();
    if found.iter().all(|(_, words)| words.is_empty()) {
        return;
    }
    html.open("section", &[]).markup(
        "<h2>Words that tell them apart</h2><p>Articles of each label against all others, by log-likelihood (G²); in brackets \
         the occurrences here and elsewhere.</p>",
    );
    html.open("dl", &[("class", Value::Static("terms"))]);
    for (class, words) in found {
        let shown: Vec<String> = words
            .iter()
            .map(|found| format!("{} {:.0} ({}, {})", found.word, found.g2, found.n_here, found.n_elsewhere))
            .collect();
        html.element("dt", &[], class).element("dd", &[], &shown.join(", "));
    }
    html.close().close();
}

fn copies(html: &mut Html, view: &CorpusView) {
    let mut clusters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (idx, original) in view.copy_of.iter().enumerate() {
        if let Some(original) = original {
            clusters.entry(*original).or_default().push(idx);
        }
    }
    if clusters.is_empty() {
        return;
    }
    html.open("section", &[]).markup("<h2>Near-copies</h2>").open("ul", &[]);
    for (original, copies) in clusters {
        html.open("li", &[]);
        link(html, view, original);
        for copy in copies {
            html.text(" · ");
            link(html, view, copy);
        }
        html.close();
    }
    html.close().close();
}
