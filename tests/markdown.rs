//! Markdown read back by a Markdown parser says the words of the blocks, and is set as the page is.

mod common;

use nutgraf::body::{BlockKind, BlockVerdict};
use nutgraf::dataset::read_pages;
use nutgraf::report::{clean, extract_markdown};
use nutgraf::{Page, PageHints};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn page(html: &str) -> Page {
    Page::parse(html.as_bytes(), &PageHints::default()).unwrap()
}

/// The Markdown of all blocks of a page.
fn markdown(page: &Page) -> String {
    let verdict = BlockVerdict { kind: BlockKind::Body, p_body: 1.0 };
    let verdicts = vec![verdict; page.blocks.len()];
    extract_markdown(page, &verdicts, None, BlockKind::is_body, false)
}

fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// The words that a reader of the Markdown sees.
fn words(markdown: &str) -> Vec<String> {
    let mut text = String::new();
    for event in events(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::Start(Tag::Item) => text.push('\n'),
            Event::InlineHtml(html) if &*html == "<br>" => text.push('\n'),
            Event::Html(html) | Event::InlineHtml(html) => panic!("markup in the Markdown: {html}"),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::TableCell
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::BlockQuote(_),
            ) => text.push('\n'),
            _ => {}
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

fn page_words(page: &Page) -> Vec<String> {
    let words = |text: &str| clean(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    page.blocks.iter().flat_map(|block| words(&block.text)).collect()
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zA-Zé]{1,4}",
        2 => r"[*_`~\[\]()#|!:.=+>\\0-9“’&;-]{1,3}",
        1 => Just(" ".to_owned()),
        1 => Just("&lt;b&gt;".to_owned()),
        1 => Just("&amp;amp;".to_owned()),
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// Inline markup, nested up to three deep.
fn inline() -> impl Strategy<Value = String> {
    text().prop_recursive(3, 12, 4, |inner| {
        let set = ("(b|i|code|em|strong|a href='/x?a=1&b=(2)'|a href='#n'|span)", inner.clone())
            .prop_map(|(tag, text)| format!("<{tag}>{text}</{}>", tag.split(' ').next().unwrap()));
        let joined = (inner.clone(), "( | <br>|<br>|)", inner).prop_map(|(a, between, b)| a + &between + &b);
        prop_oneof![set, joined]
    })
}

fn block() -> impl Strategy<Value = String> {
    let holder = "(p|h2|h4|li|blockquote|div|td|dt|dd|pre)";
    proptest::collection::vec((holder, inline()), 1..4).prop_map(|parts| {
        let mut html = String::new();
        for (holder, text) in parts {
            html += &match holder.as_str() {
                "li" => {
                    format!("<ol><li>{text}<ul><li><p>{text}</p><p>more</p></li></ul></li><li>b</li></ol>")
                }
                "td" => format!("<table><tr><th>a<th>{text}<tr><td>{text}<td>b</table>"),
                "dt" | "dd" => format!("<dl><dt>{text}</dt><dd>{text}</dd></dl>"),
                "blockquote" => format!("<blockquote><p>{text}</p>{text}</blockquote>"),
                _ => format!("<{holder}>{text}</{holder}>"),
            };
        }
        html
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn words_come_back(html in proptest::collection::vec(block(), 1..4).prop_map(|blocks| blocks.concat())) {
        if let Ok(page) = Page::parse(format!("<body>{html}").as_bytes(), &PageHints::default()) {
            let markdown = markdown(&page);
            prop_assert_eq!(words(&markdown), page_words(&page), "{}\n{}", html, markdown);
        }
    }
}

#[test]
fn pages_are_set_as_they_were() {
    let html = "<h1>One & two</h1>\
        <p>See <a href='/a_b?x=1&amp;y=(2)'>the <b>report</b></a>! It <em>is</em> long.<br>1. Not an item.</p>\
        <h3>Terms</h3><ol><li>First <code>a|`b`</code></li><li>Second<ul><li>Inner</li><li>Other</li></ul></li>\
        <li><p>Third</p><p>goes on</p></li></ol>\
        <blockquote><p>Said *so*.</p><p>Twice.</p></blockquote>\
        <pre>  fn main() {\n    x &lt; 1\n  }\n</pre>\
        <table><tr><th>Year<th>Sum</tr><tr><td>2024<td>1 | 2</tr><tr><td><td>3<td>4</tr></table>\
        <dl><dt>Term</dt><dd>What it means</dd></dl>\
        <p><a href='javascript:x()'>Click</a> <a href='#top'>up</a></p>\
        <p><a href='/x'><code>a]: b</code></a></p>";
    let expected = "# One & two

See [the **report**](/a_b?x=1&y=%282%29)! It *is* long.\\
1\\. Not an item.

### Terms

1. First `` a|`b` ``
2. Second
   - Inner
   - Other
3. Third

   goes on

> Said \\*so\\*.
>
> Twice.

```
  fn main() {
    x < 1
  }
```

| Year | Sum |  |
| --- | --- | --- |
| 2024 | 1 \\| 2 |
|  | 3 | 4 |

- Term

  What it means

Click up

[a\\]: b](/x)
";
    assert_eq!(markdown(&page(html)), expected);
}

#[test]
fn words_of_real_pages_come_back() {
    let Some(folder) = common::data_set("pages-wcxb-article-dev", "wcxb-article-dev") else {
        return;
    };
    let mut n_pages = 0;
    for gold in read_pages(&[folder]).unwrap() {
        let Ok(page) = Page::parse(&gold.read().unwrap(), &PageHints::default()) else {
            continue;
        };
        let markdown = markdown(&page);
        let (found, expected) = (words(&markdown), page_words(&page));
        let place = found.iter().zip(&expected).position(|(a, b)| a != b);
        let around =
            place.map(|at| (&found[at..found.len().min(at + 5)], &expected[at..expected.len().min(at + 5)]));
        assert_eq!(around, None, "{}", gold.id);
        assert_eq!(found.len(), expected.len(), "{}", gold.id);
        n_pages += 1;
    }
    println!("{n_pages} pages");
}
