//! Names of elements, and what each does to the flow of text.

/// The name of an element, from a fixed list; names outside it are one tag, `other`.
///
/// ```
/// use nutgraf::page::Tag;
///
/// assert_eq!(Tag::from_name("blockquote").name(), "blockquote");
/// assert_eq!(Tag::from_name("x-teaser"), Tag::OTHER);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u8);

/// What an element does to the flow of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Begins and ends a block.
    Block,
    /// Runs within a block.
    Inline,
    /// Its contents are not text of the page.
    Skipped,
    /// Has no contents and runs within a block.
    Void,
    /// Has no contents and parts blocks.
    Break,
}

use Flow::{Block, Break, Inline, Skipped, Void};

/// Every known name with its flow, in byte order. Buttons, labels, captions and summaries stand apart on the screen.
const TAGS: [(&str, Flow); 110] = [
    ("a", Inline),
    ("abbr", Inline),
    ("address", Block),
    ("area", Void),
    ("article", Block),
    ("aside", Block),
    ("audio", Skipped),
    ("b", Inline),
    ("base", Void),
    ("blockquote", Block),
    ("body", Block),
    ("br", Void),
    ("button", Block),
    ("canvas", Skipped),
    ("caption", Block),
    ("center", Block),
    ("cite", Inline),
    ("code", Inline),
    ("col", Void),
    ("datalist", Skipped),
    ("dd", Block),
    ("del", Inline),
    ("details", Block),
    ("dialog", Block),
    ("dir", Block),
    ("div", Block),
    ("dl", Block),
    ("dt", Block),
    ("em", Inline),
    ("embed", Void),
    ("fieldset", Block),
    ("figcaption", Block),
    ("figure", Block),
    ("font", Inline),
    ("footer", Block),
    ("form", Block),
    ("frame", Void),
    ("h1", Block),
    ("h2", Block),
    ("h3", Block),
    ("h4", Block),
    ("h5", Block),
    ("h6", Block),
    ("head", Block),
    ("header", Block),
    ("hgroup", Block),
    ("hr", Break),
    ("html", Block),
    ("i", Inline),
    ("iframe", Skipped),
    ("img", Void),
    ("input", Void),
    ("ins", Inline),
    ("label", Block),
    ("legend", Block),
    ("li", Block),
    ("link", Void),
    ("main", Block),
    ("mark", Inline),
    ("math", Skipped),
    ("menu", Block),
    ("meta", Void),
    ("nav", Block),
    ("noembed", Skipped),
    ("noframes", Skipped),
    ("noscript", Skipped),
    ("object", Skipped),
    ("ol", Block),
    ("optgroup", Skipped),
    ("option", Skipped),
    ("other", Inline),
    ("p", Block),
    ("param", Void),
    ("picture", Inline),
    ("pre", Block),
    ("q", Inline),
    ("s", Inline),
    ("script", Skipped),
    ("search", Block),
    ("section", Block),
    ("select", Skipped),
    ("small", Inline),
    ("source", Void),
    ("span", Inline),
    ("strike", Inline),
    ("strong", Inline),
    ("style", Skipped),
    ("sub", Inline),
    ("summary", Block),
    ("sup", Inline),
    ("svg", Skipped),
    ("table", Block),
    ("tbody", Block),
    ("td", Block),
    ("template", Skipped),
    ("textarea", Skipped),
    ("tfoot", Block),
    ("th", Block),
    ("thead", Block),
    ("time", Inline),
    ("title", Skipped),
    ("tr", Block),
    ("track", Void),
    ("tt", Inline),
    ("u", Inline),
    ("ul", Block),
    ("var", Inline),
    ("video", Skipped),
    ("wbr", Void),
    ("xmp", Block),
];

macro_rules! named_tags {
    ($($constant:ident = $name:literal),* $(,)?) => {
        impl Tag {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Self = Self::known($name);
            )*
        }
    };
}

named_tags! {
    A = "a", B = "b", EM = "em", I = "i", STRONG = "strong", ARTICLE = "article", ASIDE = "aside", BLOCKQUOTE = "blockquote", BODY = "body", BR = "br",
    CAPTION = "caption", CODE = "code", TT = "tt", DD = "dd", DT = "dt", FIGCAPTION = "figcaption", FOOTER = "footer", FORM = "form",
    H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4", H5 = "h5", H6 = "h6", HEAD = "head", HEADER = "header",
    HTML = "html", LI = "li", LINK = "link", MAIN = "main", META = "meta", NAV = "nav", OTHER = "other", P = "p",
    PRE = "pre", SCRIPT = "script", TABLE = "table", TBODY = "tbody", TD = "td", TFOOT = "tfoot", TH = "th",
    THEAD = "thead", TIME = "time", TITLE = "title", TR = "tr", UL = "ul", OL = "ol", DL = "dl", SVG = "svg", MATH = "math",
    TEMPLATE = "template", OBJECT = "object", BUTTON = "button", LABEL = "label",
    LEGEND = "legend", SELECT = "select", OPTION = "option", OPTGROUP = "optgroup",
}

impl Tag {
    /// The tag of a lower-case name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match TAGS.binary_search_by(|(known, _)| (*known).cmp(name)) {
            Ok(idx) => Self(idx as u8),
            Err(_) => Self::OTHER,
        }
    }

    /// The number of tags.
    pub(super) const COUNT: usize = TAGS.len();

    const fn known(name: &str) -> Self {
        let mut idx = 0;
        while idx < TAGS.len() {
            if is_same(TAGS[idx].0, name) {
                return Self(idx as u8);
            }
            idx += 1;
        }
        panic!("not in the list of tags");
    }

    /// The lower-case name; `other` for names outside the list.
    #[must_use]
    pub fn name(self) -> &'static str {
        TAGS[self.0 as usize].0
    }

    pub(super) fn flow(self) -> Flow {
        TAGS[self.0 as usize].1
    }

    /// Position in the list of tags.
    pub(super) fn idx(self) -> usize {
        self.0 as usize
    }

    /// The level of a heading, 1 to 6.
    #[must_use]
    pub fn heading_level(self) -> Option<u8> {
        match self.name().as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ => None,
        }
    }
}

/// `==` is not usable in constants.
const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut idx = 0;
    while idx < a.len() {
        if a[idx] != b[idx] {
            return false;
        }
        idx += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_look_up_finds_every_name() {
        for (name, _) in TAGS {
            assert_eq!(Tag::from_name(name).name(), name);
        }
    }
}
