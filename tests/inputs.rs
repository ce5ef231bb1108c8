//! Whatever the bytes are: one reading or one error, never a panic.

mod common;

use nutgraf::page::{Limit, MAX_FINE_BLOCKS, MAX_FINE_ELEMENTS};
use nutgraf::{Error, Page, PageHints, Reader};
use proptest::prelude::*;

const HTML: &str = "<!DOCTYPE html><html><head><meta charset=\"CHARSET\"><title>HEAD</title></head><body><p>TEXT</p></body></html>";

fn page(charset: &str, text: &str) -> Vec<u8> {
    let html = HTML.replace("CHARSET", charset).replace("TEXT", text).replace("HEAD", "Report");
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
    encoding.encode(&html).0.into_owned()
}

#[test]
fn charsets_are_read_and_named() {
    let reader = Reader::shipped().unwrap();
    let chinese = "两国部长星期二在奥斯陆会晤，同意恢复热线，并就河流上的大坝问题继续对话。";
    let japanese =
        "両国の閣僚は火曜日にオスロで会談し、ホットラインの再開と川のダムについての対話の継続で合意した。";
    let undeclared =
        "The ministers\u{2019} caf\u{e9} talks, na\u{ef}ve or not, resumed in S\u{e3}o Paulo on Tuesday.";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(HTML.replace("TEXT", chinese).encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let windows = encoding_rs::WINDOWS_1252.encode(undeclared).0.into_owned();
    let rows: [(&str, Vec<u8>, &str, &str); 5] = [
        ("GBK", page("gbk", chinese), "GBK", chinese),
        ("Shift_JIS", page("shift_jis", japanese), "Shift_JIS", japanese),
        ("EUC-JP", page("euc-jp", japanese), "EUC-JP", japanese),
        ("UTF-16", utf16, "UTF-16LE", chinese),
        ("undeclared windows-1252", windows, "windows-1252", undeclared),
    ];
    for (name, bytes, charset, text) in rows {
        let reading = reader.read(&bytes, &PageHints::default()).unwrap();
        assert_eq!(reading.page.charset.name, charset, "{name}");
        assert!(
            reading.page.blocks.iter().any(|block| block.text == text),
            "{name}: {:?}",
            reading.page.blocks
        );
        assert_eq!(reading.page.charset.malformed, 0, "{name}");
    }
}

#[test]
fn truncated_pages_are_read_as_far_as_they_go() {
    let reader = Reader::shipped().unwrap();
    let bytes = std::fs::read(common::root().join("tests/pages/ministers-meet.html")).unwrap();
    let mut n_read = 0;
    for end in (0..bytes.len()).step_by(7) {
        match reader.read(&bytes[..end], &PageHints::default()) {
            Ok(reading) => {
                n_read += 1;
                assert!(reading.page.blocks.iter().all(|block| block.span().end <= end));
            }
            Err(Error::EmptyPage) => assert!(end < 800, "{end} bytes hold text"),
            Err(e) => panic!("{end} bytes: {e}"),
        }
    }
    assert!(n_read > 200);
}

#[test]
fn a_page_of_too_many_parts_keeps_its_text_in_fewer() {
    let parse = |html: String| (Page::parse(html.as_bytes(), &PageHints::default()).unwrap(), html);
    let article = "<p>The ministers met.</p><p>They will meet again.</p>";
    let rows = "<li>A link</li>".repeat(2 * MAX_FINE_BLOCKS);
    let (page, html) = parse(format!("<html><ul>{rows}</ul>{article}</html>"));
    assert_eq!(page.limits, [Limit::Blocks]);
    assert!(page.blocks.len() < MAX_FINE_BLOCKS + 1000, "{} blocks", page.blocks.len());
    let n_links: usize = page.blocks.iter().map(|block| block.text.matches("A link").count()).sum();
    assert_eq!(n_links, 2 * MAX_FINE_BLOCKS, "nothing is lost");
    let last = page.blocks.last().unwrap();
    assert_eq!(last.text, "The ministers met. They will meet again.", "no item stands among paragraphs");
    let at = last.text.find("They").unwrap();
    let span = last.source.span(at, last.text.len());
    assert_eq!(&html[span.start..span.end], "They will meet again.");

    let nothing = "<div></div>".repeat(MAX_FINE_ELEMENTS);
    let (page, _) = parse(format!("<html>{nothing}{}{article}", "<section><b></b></section>".repeat(50_000)));
    assert_eq!(page.limits, [Limit::Elements]);
    assert!(page.elements.len() < MAX_FINE_ELEMENTS + 10, "like children are one");
    assert_eq!(page.blocks.len(), 2);
    let numbered: String = (0..3 * MAX_FINE_ELEMENTS).map(|n| format!("<div id={n}></div>")).collect();
    let (page, _) = parse(format!("<html>{numbered}{article}"));
    assert!(page.elements.len() < 3 * MAX_FINE_ELEMENTS, "{} elements", page.elements.len());
    assert_eq!(page.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" "), last.text);

    let (page, _) = parse(format!("<html>{}Deep.", "<div>".repeat(1000)));
    assert_eq!((page.limits.as_slice(), page.blocks[0].text.as_str()), (&[Limit::Depth][..], "Deep."));
    let (page, text) = parse("- One item.\n\n".repeat(2 * MAX_FINE_BLOCKS));
    assert_eq!(page.limits, [Limit::Blocks]);
    assert!(page.blocks.len() < MAX_FINE_BLOCKS + 1000, "{} blocks", page.blocks.len());
    let span = page.blocks.last().unwrap().span();
    assert_eq!((span.end, &text[span.end - 9..span.end]), (text.len() - 2, "One item."));
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let reader = Reader::shipped().unwrap();
    let noise: Vec<u8> = (0..4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let rows: [(&str, &[u8], &str); 5] = [
        ("empty", b"", "empty"),
        ("blank", b" \n\t ", "empty"),
        ("noise", &noise, "not_text"),
        ("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text"),
        ("script alone", b"<html><script>let a = '<p>no</p>';</script></html>", "empty"),
    ];
    for (name, bytes, code) in rows {
        let error = reader.read(bytes, &PageHints::default()).unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
    }
}

#[test]
fn deep_nesting_keeps_its_text() {
    let reader = Reader::shipped().unwrap();
    let deep =
        format!("{}The river hotline was reopened.{}", "<div>".repeat(50_000), "</div>".repeat(50_000));
    let reading = reader.read(deep.as_bytes(), &PageHints::default()).unwrap();
    assert_eq!(reading.page.blocks[0].text, "The river hotline was reopened.");
    let lists = "<ul><li>".repeat(20_000) + "Talks resumed.";
    assert!(reader.read(lists.as_bytes(), &PageHints::default()).is_ok());
}

#[test]
fn hostile_pages_give_one_answer_each() {
    let Some(generator) = common::shared("hostile/gen.py") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let python = std::process::Command::new("python3").arg(generator).arg(folder.path()).output();
    let Ok(output) = python else {
        return common::skip("no python3 to make the hostile pages");
    };
    assert!(output.status.success());
    let n_pages = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(n_pages >= 71);
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_nutgraf"))
        .args(["read", "--format", "jsonl"])
        .args(std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "some of them are no pages");
    let records = String::from_utf8(output.stdout).unwrap();
    assert_eq!(records.lines().count(), n_pages);
    assert!(records.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = nutgraf::Page::parse(&bytes, &PageHints::default());
    }

    #[test]
    fn any_markup_is_read_in_blocks_that_follow_each_other(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<p>", "</p>", "<div class=a>", "</div>", "<br>", "<li>", "<ul>", "</ul>", "<table><tr><td>", "</table>",
                "<a href=x>", "</a>", "text ", "näïve&amp;", "&#8217;", "<b>", "</b>", "<script>x</script>", "<svg>", "</svg>",
                "<!-- c -->", "<", "&", "\r\n", "\u{2003}", "<h1>", "</h1>", "<select><option>", "<style>", "<title>t</title>",
            ]),
            0..40,
        )
    ) {
        let html = format!("<html>{}", pieces.concat());
        if let Ok(page) = nutgraf::Page::parse(html.as_bytes(), &PageHints::default()) {
            let mut end = 0;
            for block in &page.blocks {
                let span = block.span();
                prop_assert!(span.start >= end && span.end <= html.len() && !block.text.is_empty());
                prop_assert_eq!(block.text.trim(), &block.text);
                end = span.end;
            }
        }
    }
}
