//! Every block, sentence and term of evidence, cut from the original bytes, gives the text that is shown.

mod common;

use std::path::Path;

use html5gum::{Token, Tokenizer};
use nutgraf::{PageHints, Reader, Span};

/// What a reader sees of a stretch of a file: decoded, tags taken out by an independent reading of the tokens, character
/// references resolved, white space collapsed.
fn seen(bytes: &[u8], charset: &str, is_html: bool) -> String {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    if !is_html {
        return collapse(&text);
    }
    let mut shown = String::new();
    let mut skipped: Option<Vec<u8>> = None;
    for Ok(token) in Tokenizer::new(text.as_ref()) {
        match token {
            Token::StartTag(tag) if skipped.is_none() => {
                let is_content = matches!(
                    tag.name.as_slice(),
                    b"script"
                        | b"style"
                        | b"svg"
                        | b"noscript"
                        | b"template"
                        | b"iframe"
                        | b"select"
                        | b"textarea"
                        | b"video"
                        | b"audio"
                        | b"object"
                        | b"canvas"
                        | b"math"
                        | b"title"
                        | b"option"
                        | b"noframes"
                        | b"noembed"
                        | b"datalist"
                        | b"optgroup"
                );
                if is_content && !tag.self_closing {
                    skipped = Some(tag.name.to_vec());
                } else if tag.name.as_slice() == b"br" {
                    shown.push(' ');
                }
            }
            Token::EndTag(tag) if skipped.as_deref() == Some(tag.name.as_slice()) => skipped = None,
            Token::String(text) if skipped.is_none() => shown.push_str(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    collapse(&shown)
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks one page; returns how many spans it looked at.
fn check(reader: &Reader, name: &str, bytes: &[u8]) -> usize {
    let Ok(reading) = reader.read(bytes, &PageHints::default()) else {
        return 0;
    };
    let charset = &reading.page.charset.name;
    let is_html = reading.page.format == nutgraf::page::Format::Html;
    let cut = |span: Span| seen(&bytes[span.start..span.end], charset, is_html);
    let mut n = 0;
    let mut last_end = 0;
    for block in &reading.page.blocks {
        let span = block.span();
        assert_eq!(cut(span), block.text, "{name}: a block at {span:?}");
        assert!(span.start >= last_end, "{name}: blocks overlap at {span:?}");
        last_end = span.end;
        n += 1;
    }
    for sentence in &reading.sentences {
        assert_eq!(cut(sentence.span), collapse(&sentence.text), "{name}: a sentence at {:?}", sentence.span);
        n += 1;
    }
    let full_text = reading.article.full_text();
    for evidence in &reading.stance.evidence {
        for span in &evidence.spans {
            let text = cut(*span);
            assert!(full_text.contains(&text), "{name}: {text:?} is not in the article");
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count();
            assert!(words >= evidence.term.split(' ').count(), "{name}: {text:?} for {:?}", evidence.term);
            n += 1;
        }
    }
    n
}

fn check_files(files: impl Iterator<Item = impl AsRef<Path>>) -> usize {
    let reader = Reader::shipped().unwrap();
    files
        .map(|file| check(&reader, &file.as_ref().display().to_string(), &std::fs::read(&file).unwrap()))
        .sum()
}

#[test]
fn spans_of_the_written_pages_give_the_shown_text() {
    let n = check_files(common::pages().into_iter());
    assert!(n > 10_000, "only {n} spans were looked at");
}

#[test]
fn spans_hold_in_other_charsets() {
    let reader = Reader::shipped().unwrap();
    let html = std::fs::read_to_string(common::root().join("tests/pages/ministers-meet.html")).unwrap();
    let html = html.replace("<meta charset=\"utf-8\">", "");
    for label in ["windows-1252", "gb18030", "shift_jis", "utf-8"] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let declared = html
            .replace("<head>", &format!("<head><meta charset=\"{label}\">"))
            .replace("Ilves", "Ilves “é”");
        let (bytes, ..) = encoding.encode(&declared);
        assert!(check(&reader, label, &bytes) > 50, "{label}");
    }
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(html.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(check(&reader, "utf-16", &utf16) > 50);
    let broken: Vec<u8> =
        html.replace("river", "ri\u{1}ver").bytes().map(|b| if b == 1 { 0xff } else { b }).collect();
    assert!(check(&reader, "malformed utf-8", &broken) > 50);
}

#[test]
fn spans_of_real_pages_give_the_shown_text() {
    let Some(folder) = common::data_set("pages-wcxb-article-dev", "wcxb-article-dev") else {
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| common::is_page(path));
    files.sort();
    let n = check_files(files.into_iter().step_by(4).take(200));
    assert!(n > 50_000, "only {n} spans were looked at");
}
