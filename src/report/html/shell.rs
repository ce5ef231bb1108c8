//! What every view begins with: a policy that lets nothing in, the style, the title; and the row of facts under the headline.

use super::writer::{Html, Value};

const HEAD: &str = concat!(
    "<meta charset=\"utf-8\">",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    "<meta name=\"color-scheme\" content=\"light dark\">",
    "<meta name=\"generator\" content=\"nutgraf\">",
    "<style>",
    include_str!("view.css"),
    "</style>"
);

/// Opens a document of a language (a code, or nothing) up to its body.
pub(super) fn begin(html: &mut Html, language: &str, title: &str) {
    html.markup("<!doctype html>\n");
    html.open("html", &[("lang", Value::Text(language))]);
    html.open("head", &[]).markup(HEAD).element("title", &[], title).close();
    html.open("body", &[]);
}

/// Names with their values; those without one are left out.
pub(super) fn facts(html: &mut Html, rows: &[(&'static str, Option<&str>)]) {
    html.open("dl", &[("class", Value::Static("facts"))]);
    for (name, value) in rows {
        if let Some(value) = value {
            html.open("div", &[]).element("dt", &[], name).element("dd", &[], value).close();
        }
    }
    html.close();
}

/// Opens a frame that scrolls by itself where the screen is narrow.
pub(super) fn open_scroll(html: &mut Html, label: &'static str) {
    html.open(
        "div",
        &[
            ("class", Value::Static("scroll")),
            ("tabindex", Value::Static("0")),
            ("role", Value::Static("region")),
            ("aria-label", Value::Static(label)),
        ],
    );
}
