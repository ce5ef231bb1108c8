//! What a page says of itself: title, byline, date, site, language.
//!
//! Markup is asked in the order in which its statements have proved reliable: Open Graph and JSON-LD, which are written
//! for machines, before `h1` and `title`; plain text by place and form.

use serde_json::Value;

use super::PageHints;
use super::block::{Block, ElementKind};
use super::date;
use super::html::Document;
use crate::text::Language;

/// The page's own word on itself; a field that it does not state is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// The headline, without the site's name.
    pub title: Option<String>,
    /// The author or authors.
    pub byline: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// The summary that the page gives for search engines.
    pub description: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// The language, declared or detected.
    pub language: Option<Language>,
    /// The article's text, where the page states it for machines (JSON-LD `articleBody`).
    pub article_body: Option<String>,
}

pub(super) fn of_html(document: &Document, hints: &PageHints) -> Metadata {
    let head = &document.head;
    let meta = |names: &[&str]| {
        names.iter().find_map(|name| {
            head.meta
                .iter()
                .find(|(key, content)| key == name && !content.is_empty())
                .map(|(_, content)| tidy(content))
        })
    };
    let json_ld = JsonLd::read(&head.json_ld);
    let site = meta(&["og:site_name", "application-name"]).or(json_ld.publisher);
    let stated = meta(&["og:title", "twitter:title", "dc.title"]).or(json_ld.headline);
    let title = hints.title.clone().map(|title| tidy(&title)).or_else(|| {
        let document_title = Some(tidy(&head.title)).filter(|title| !title.is_empty());
        let stated = stated.or(document_title).map(|title| without_site(&title, site.as_deref()));
        choose_title(stated, &document.blocks)
    });
    let is_name = |name: &String| !name.starts_with("http") && name.chars().count() <= 120;
    let byline =
        meta(&["author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"])
            .filter(is_name)
            .or(json_ld.author.filter(is_name))
            .or_else(|| marked_byline(document))
            .map(|byline| without_by(&byline).to_owned());
    let published = [
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "pubdate",
        "parsely-pub-date",
        "dc.date.issued",
        "publish-date",
        "og:published_time",
        "sailthru.date",
    ];
    let date = hints
        .date
        .as_deref()
        .and_then(date::find)
        .or_else(|| meta(&published).and_then(|text| date::find(&text)))
        .or_else(|| json_ld.date.as_deref().and_then(date::find))
        .or_else(|| head.time.as_deref().and_then(date::find))
        .or_else(|| dateline(&document.blocks));
    Metadata {
        title,
        byline,
        date,
        site,
        description: meta(&["og:description", "description", "twitter:description"]),
        url: hints.url.clone().or_else(|| head.canonical.clone()).or_else(|| meta(&["og:url"])),
        language: head.language.as_deref().and_then(Language::from_tag),
        article_body: json_ld.article_body,
    }
}

pub(super) fn of_plain(blocks: &[Block], hints: &PageHints) -> Metadata {
    let title = hints.title.clone().map(|title| tidy(&title)).or_else(|| {
        // A line like a headline that is repeated is one for certain. Which line it is otherwise, the body model says.
        let top = &blocks[..blocks.len().min(8)];
        let is_headline = |block: &&Block| {
            (2..=30).contains(&block.n_words)
                && !block.text.ends_with(['.', ':', ',', ';'])
                && date::find(&block.text).is_none()
        };
        let repeated =
            top.iter().find(|a| is_headline(a) && top.iter().filter(|b| b.text == a.text).count() > 1);
        repeated.map(|block| block.text.clone())
    });
    let byline = blocks
        .iter()
        .take(12)
        .find(|block| block.n_words <= 10 && is_byline(&block.text))
        .map(|block| without_by(&block.text).to_owned());
    Metadata {
        title,
        byline,
        date: hints.date.as_deref().and_then(date::find).or_else(|| dateline(blocks)),
        url: hints.url.clone(),
        ..Metadata::default()
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest title kept, in characters; what is longer is no headline.
const MAX_TITLE_CHARS: usize = 500;
/// Times that a site's name, a section and the like are cut from a title.
const MAX_CUTS: usize = 3;

/// Cuts ` | Site`, ` - Site` and the like from a title's end (or its start), if that is the site's name, or, where the
/// site is unknown, if the cut part is the shorter one.
fn without_site(title: &str, site: Option<&str>) -> String {
    let end = title.char_indices().nth(MAX_TITLE_CHARS).map_or(title.len(), |(at, _)| at);
    let mut title = &title[..end];
    for _ in 0..MAX_CUTS {
        match cut_site(title, site) {
            Some(rest) => title = rest,
            None => break,
        }
    }
    title.to_owned()
}

/// The title without one separated part that names the site.
fn cut_site<'a>(title: &'a str, site: Option<&str>) -> Option<&'a str> {
    let n_words = |text: &str| text.split(' ').count();
    [" | ", " — ", " – ", " - ", " :: ", " » ", " · "].iter().find_map(|separator| {
        let (rest, last) = title.rsplit_once(separator)?;
        let is_site = site.is_some_and(|site| site.eq_ignore_ascii_case(last) || last.contains(site));
        if is_site || (site.is_none() && n_words(last) <= 4 && n_words(rest) > n_words(last)) {
            return Some(rest);
        }
        let (first, rest) = title.split_once(separator)?;
        site.is_some_and(|site| site.eq_ignore_ascii_case(first)).then_some(rest)
    })
}

/// The stated title, or the `h1` if the stated one is missing or begins with it (sites append their name).
fn choose_title(stated: Option<String>, blocks: &[Block]) -> Option<String> {
    let headings =
        || blocks.iter().filter(|block| block.kind == ElementKind::Heading(1) && block.n_words >= 2);
    match stated {
        Some(title) => {
            let cut = headings().find(|h1| h1.n_words >= 4 && title.starts_with(&h1.text));
            Some(cut.map_or(title, |h1| h1.text.clone()))
        }
        None => headings().next().map(|block| block.text.clone()),
    }
}

fn is_byline(text: &str) -> bool {
    let rest = without_by(text);
    rest.len() < text.len() && rest.starts_with(char::is_uppercase)
}

fn without_by(text: &str) -> &str {
    ["By ", "by ", "BY "]
        .iter()
        .find_map(|by| text.strip_prefix(by))
        .unwrap_or(text)
        .trim_start_matches([':', ' '])
}

/// A short block under an element that calls itself an author or a byline.
fn marked_byline(document: &Document) -> Option<String> {
    let is_marked = |attributes: &str| {
        let lower = attributes.to_ascii_lowercase();
        ["byline", "author"].iter().any(|word| lower.contains(word))
    };
    document
        .blocks
        .iter()
        .filter(|block| (2..=12).contains(&block.n_words) && !block.text.ends_with('.'))
        .find(|block| {
            let mut next = block.element;
            for _ in 0..3 {
                let Some(element) = next.map(|idx| &document.elements[idx as usize]) else {
                    break;
                };
                if is_marked(&element.attributes) {
                    return true;
                }
                next = element.parent;
            }
            is_byline(&block.text)
        })
        .map(|block| block.text.clone())
}

/// A date in one of the first short blocks.
fn dateline(blocks: &[Block]) -> Option<String> {
    blocks.iter().take(30).filter(|block| block.n_words <= 14).find_map(|block| date::find(&block.text))
}

/// What JSON-LD says of the article.
#[derive(Debug, Default)]
struct JsonLd {
    headline: Option<String>,
    author: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    article_body: Option<String>,
}

impl JsonLd {
    fn read(scripts: &[String]) -> Self {
        let mut found = Self::default();
        for script in scripts {
            let Ok(value) = serde_json::from_str::<Value>(script.trim()) else {
                continue;
            };
            let mut pending = vec![&value];
            while let Some(value) = pending.pop() {
                match value {
                    Value::Array(values) => pending.extend(values.iter().rev()),
                    Value::Object(object) => {
                        if let Some(graph) = object.get("@graph") {
                            pending.push(graph);
                        }
                        if is_article(object.get("@type")) {
                            found.note(object);
                        }
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Keeps the first statement of each kind.
    fn note(&mut self, article: &serde_json::Map<String, Value>) {
        let text =
            |key: &str| article.get(key).and_then(Value::as_str).map(tidy).filter(|text| !text.is_empty());
        self.headline = self.headline.take().or_else(|| text("headline"));
        self.date = self.date.take().or_else(|| text("datePublished")).or_else(|| text("dateCreated"));
        self.author = self.author.take().or_else(|| names(article.get("author")?));
        self.publisher = self.publisher.take().or_else(|| names(article.get("publisher")?));
        self.article_body = self.article_body.take().or_else(|| text("articleBody"));
    }
}

fn is_article(kind: Option<&Value>) -> bool {
    let is_one = |kind: &Value| {
        kind.as_str()
            .is_some_and(|kind| kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report")
    };
    match kind {
        Some(Value::Array(kinds)) => kinds.iter().any(is_one),
        Some(kind) => is_one(kind),
        None => false,
    }
}

/// The names of a person, an organisation or a list of them.
fn names(value: &Value) -> Option<String> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(tidy(name)),
        Value::Object(object) => object.get("name").and_then(Value::as_str).map(tidy),
        _ => None,
    };
    let all: Vec<String> = match value {
        Value::Array(values) => values.iter().filter_map(name).collect(),
        value => name(value).into_iter().collect(),
    };
    Some(all.join(", ")).filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;

    fn metadata(html: &str) -> Metadata {
        Page::parse(html.as_bytes(), &PageHints::default()).unwrap().metadata
    }

    #[test]
    fn statements_for_machines_come_first() {
        let found = metadata(
            "<html lang=en-GB><title>Cable talks - The Ledger</title><meta property=og:title content='Cable talks'>\
             <script type='application/ld+json'>{\"@graph\":[{\"@type\":\"NewsArticle\",\"headline\":\"x\",\
             \"author\":[{\"name\":\"Ann Oda\"},{\"name\":\"J. Roe\"}],\"datePublished\":\"2026-11-25T08:00Z\"}]}</script>\
             <meta property=og:site_name content='The Ledger'><h1>Cable talks resume</h1><p>Text of the page.",
        );
        assert_eq!(found.title.as_deref(), Some("Cable talks"));
        assert_eq!(found.byline.as_deref(), Some("Ann Oda, J. Roe"));
        assert_eq!(found.date.as_deref(), Some("2026-11-25"));
        assert_eq!(found.site.as_deref(), Some("The Ledger"));
        assert_eq!(found.language, Some(Language::En));
    }

    #[test]
    fn the_site_is_cut_from_the_title() {
        let rows = [
            ("Ministers meet in Oslo | The Ledger", None, "Ministers meet in Oslo"),
            (
                "Oslo - a long way round for the two ministers",
                None,
                "Oslo - a long way round for the two ministers",
            ),
            ("The Ledger - Ministers meet", Some("The Ledger"), "Ministers meet"),
            ("Ministers meet - World - The Ledger", Some("The Ledger"), "Ministers meet - World"),
        ];
        for (title, site, expected) in rows {
            assert_eq!(without_site(title, site), expected);
        }
    }

    #[test]
    fn plain_text_states_by_place_and_form() {
        let text = "The Ledger\n\nA hotline worth keeping\n\nA hotline worth keeping\n\nBy Ann Oda\n\n3 June 2025\n\nThe line was cut.";
        let found = metadata(text);
        assert_eq!(found.title.as_deref(), Some("A hotline worth keeping"));
        assert_eq!(found.byline.as_deref(), Some("Ann Oda"));
        assert_eq!(found.date.as_deref(), Some("2025-06-03"));
    }
}
