//! Tags in, what the markup states about the page outside its text out: title, `meta`, JSON-LD, dates, language.

use super::super::limits::MAX_JSON_LD_BYTES;
use super::super::tag::Tag;
use super::attributes::Attributes;

/// What the markup states about the page, outside its text.
#[derive(Debug, Default)]
pub(in super::super) struct HeadFacts {
    /// The `title` element.
    pub(in super::super) title: String,
    /// (`name`, `property` or `itemprop`; `content`) of `meta` elements, in source order.
    pub(in super::super) meta: Vec<(String, String)>,
    /// The contents of `application/ld+json` scripts.
    pub(in super::super) json_ld: Vec<String>,
    /// The first `datetime` of a `time` element.
    pub(in super::super) time: Option<String>,
    /// The language of the `html` element.
    pub(in super::super) language: Option<String>,
    /// The canonical address.
    pub(in super::super) canonical: Option<String>,
    /// Where text goes that is wanted and not the page's.
    capture: Option<Capture>,
    n_json_ld_bytes: usize,
}

/// Text outside blocks that is wanted all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Capture {
    Title,
    JsonLd,
}

/// `meta` elements kept of one page.
const MAX_META: usize = 256;

impl HeadFacts {
    /// Notes what a start tag states; a `title` within a drawing is not the page's.
    pub(super) fn note(&mut self, tag: Tag, attributes: &Attributes, is_in_drawing: bool) {
        self.capture = None;
        match tag {
            Tag::META => {
                let name = ["property", "name", "itemprop"].iter().find_map(|key| attributes.value(key));
                if let (Some(name), Some(content)) = (name, attributes.value("content"))
                    && self.meta.len() < MAX_META
                {
                    self.meta.push((name.to_ascii_lowercase(), content.trim().to_owned()));
                }
            }
            Tag::LINK if attributes.value("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = attributes.value("href").map(str::to_owned);
            }
            Tag::HTML => self.language = attributes.value("lang").map(str::to_owned),
            Tag::TIME if self.time.is_none() => self.time = attributes.value("datetime").map(str::to_owned),
            Tag::TITLE if self.title.is_empty() && !is_in_drawing => self.capture = Some(Capture::Title),
            Tag::SCRIPT if attributes.value("type").is_some_and(|t| t.contains("ld+json")) => {
                self.json_ld.push(String::new());
                self.capture = Some(Capture::JsonLd);
            }
            _ => {}
        }
    }

    /// Takes text that the last start tag asked for.
    pub(super) fn capture(&mut self, text: &str) {
        match self.capture {
            Some(Capture::Title) => self.title.push_str(text),
            Some(Capture::JsonLd) if self.n_json_ld_bytes + text.len() <= MAX_JSON_LD_BYTES => {
                if let Some(last) = self.json_ld.last_mut() {
                    last.push_str(text);
                    self.n_json_ld_bytes += text.len();
                }
            }
            _ => {}
        }
    }

    /// Ends what a start tag asked for.
    pub(super) fn end_capture(&mut self) {
        self.capture = None;
    }
}
