//! Whatever the bytes are: one reading or one error, never a panic.

mod common;

use nutgraf::page::{CharsetSource, Limit, MAX_FINE_BLOCKS, MAX_FINE_ELEMENTS};
use nutgraf::{Error, Page, PageHints, Reader};
use proptest::prelude::*;

const HTML: &str = "<!DOCTYPE html><html><head><meta charset=\"CHARSET\"><title>HEAD</title></head><body><p>TEXT</p></body></html>";

fn page(charset: &str, text: &str) -> Vec<u8> {
    let html = HTML.replace("CHARSET", charset).replace("TEXT", text).replace("HEAD", "Report");
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
    encoding.encode(&html).0.into_owned()
}

/// What says which charset a page has.
#[derive(Debug, Clone, Copy)]
enum Said {
    Meta,
    Header,
    /// Nothing: it is told by content.
    Nothing,
}

/// A label, the name of the charset, what says it, and sentences written in it.
const CHARSETS: [(&str, &str, Said, &str); 33] = [
    ("gbk", "GBK", Said::Meta, CHINESE),
    ("gb18030", "gb18030", Said::Meta, CHINESE),
    ("gbk", "GBK", Said::Nothing, CHINESE),
    ("big5", "Big5", Said::Meta, TRADITIONAL),
    ("big5", "Big5", Said::Nothing, TRADITIONAL),
    ("shift_jis", "Shift_JIS", Said::Meta, JAPANESE),
    ("shift_jis", "Shift_JIS", Said::Nothing, JAPANESE),
    ("euc-jp", "EUC-JP", Said::Meta, JAPANESE),
    ("euc-jp", "EUC-JP", Said::Nothing, JAPANESE),
    ("iso-2022-jp", "ISO-2022-JP", Said::Meta, JAPANESE),
    ("euc-kr", "EUC-KR", Said::Header, KOREAN),
    ("euc-kr", "EUC-KR", Said::Nothing, KOREAN),
    ("windows-1251", "windows-1251", Said::Meta, RUSSIAN),
    ("windows-1251", "windows-1251", Said::Nothing, RUSSIAN),
    ("koi8-r", "KOI8-R", Said::Meta, RUSSIAN),
    ("iso-8859-5", "ISO-8859-5", Said::Header, RUSSIAN),
    ("ibm866", "IBM866", Said::Meta, RUSSIAN),
    ("x-mac-cyrillic", "x-mac-cyrillic", Said::Meta, RUSSIAN),
    (
        "koi8-u",
        "KOI8-U",
        Said::Meta,
        "Міністри двох країн зустрілися у вівторок в Осло й погодилися відновити гарячу лінію.",
    ),
    ("windows-1250", "windows-1250", Said::Meta, POLISH),
    ("windows-1250", "windows-1250", Said::Nothing, POLISH),
    ("iso-8859-2", "ISO-8859-2", Said::Meta, POLISH),
    ("windows-1253", "windows-1253", Said::Meta, GREEK),
    ("windows-1253", "windows-1253", Said::Nothing, GREEK),
    ("iso-8859-7", "ISO-8859-7", Said::Header, GREEK),
    (
        "iso-8859-9",
        "windows-1254",
        Said::Meta,
        "İki ülkenin bakanları salı günü Oslo'da buluştu ve sıcak hattı yeniden açmayı kararlaştırdı.",
    ),
    (
        "windows-1255",
        "windows-1255",
        Said::Meta,
        "שרי שתי המדינות נפגשו ביום שלישי באוסלו והסכימו לחדש את הקו החם.",
    ),
    (
        "windows-1256",
        "windows-1256",
        Said::Meta,
        "التقى وزيرا البلدين يوم الثلاثاء في أوسلو واتفقا على إعادة الخط الساخن.",
    ),
    (
        "windows-1257",
        "windows-1257",
        Said::Meta,
        "Abiejų šalių ministrai antradienį susitiko Osle ir sutarė vėl įjungti karštąją liniją.",
    ),
    ("tis-620", "windows-874", Said::Meta, "รัฐมนตรีของทั้งสองประเทศพบกันเมื่อวันอังคารและตกลงเปิดสายด่วนอีกครั้ง"),
    (
        "iso-8859-15",
        "ISO-8859-15",
        Said::Meta,
        "Les ministres se sont vus mardi à Oslo : le chœur européen coûtera 40 € par tête.",
    ),
    (
        "macintosh",
        "macintosh",
        Said::Meta,
        "Los ministros se reunieron el martes en Oslo: «la línea volverá a abrirse», dijo una portavoz.",
    ),
    ("latin1", "windows-1252", Said::Meta, WESTERN),
];
const TRADITIONAL: &str = "兩國部長星期二在奧斯陸會晤，同意恢復熱線，並就河流上的大壩問題繼續對話。";
const CHINESE: &str = "两国部长星期二在奥斯陆会晤，同意恢复热线，并就河流上的大坝问题继续对话。";
const JAPANESE: &str =
    "両国の閣僚は火曜日にオスロで会談し、ホットラインの再開と川のダムについての対話の継続で合意した。";
const KOREAN: &str =
    "두 나라 장관은 화요일 오슬로에서 만나 직통 전화를 다시 열고 강의 댐에 관한 대화를 이어 가기로 했다.";
const RUSSIAN: &str =
    "Министры двух стран встретились во вторник в Осло и договорились вновь открыть горячую линию.";
const POLISH: &str = "Ministrowie obu państw spotkali się we wtorek w Oslo i zgodzili się wznowić gorącą linię, choć spór trwał długo.";
const GREEK: &str =
    "Οι υπουργοί των δύο χωρών συναντήθηκαν την Τρίτη στο Όσλο και συμφώνησαν να ανοίξει ξανά η γραμμή.";
const WESTERN: &str =
    "The ministers\u{2019} caf\u{e9} talks, na\u{ef}ve or not, resumed in S\u{e3}o Paulo on Tuesday.";

#[test]
fn charsets_are_read_and_named() {
    let reader = Reader::shipped().unwrap();
    let check =
        |name: &str, bytes: &[u8], hints: &PageHints, charset: &str, by: CharsetSource, text: &str| {
            let reading = reader.read(bytes, hints).unwrap();
            let read = &reading.page.charset;
            assert_eq!((read.name.as_str(), read.by, read.malformed), (charset, by, 0), "{name}");
            let block = reading.page.blocks.iter().find(|block| block.text == text);
            let block = block.unwrap_or_else(|| panic!("{name}: {:?}", reading.page.blocks));
            // Its place in the original bytes is that of the text in that charset.
            let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
            let place = &bytes[block.span().start..block.span().end];
            // In ISO-2022-JP characters mean something only after the escape that stands before the text.
            let is_stateful = charset == "ISO-2022-JP";
            assert!(
                is_stateful || encoding.decode_without_bom_handling(place).0 == text,
                "{name}: {place:?}"
            );
        };
    for (label, charset, said, text) in CHARSETS {
        let name = format!("{label}, {said:?}");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let bytes = match said {
            Said::Meta => page(label, text),
            Said::Header | Said::Nothing => {
                let html = HTML.replace("<meta charset=\"CHARSET\">", "").replace("TEXT", text);
                encoding.encode(&html).0.into_owned()
            }
        };
        let by = match said {
            Said::Meta => CharsetSource::Meta,
            Said::Header => CharsetSource::Header,
            Said::Nothing => CharsetSource::Detected,
        };
        let header = matches!(said, Said::Header).then(|| label.to_owned());
        check(&name, &bytes, &PageHints { charset: header, ..PageHints::default() }, charset, by, text);
    }
    let html = HTML.replace("TEXT", CHINESE);
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(html.encode_utf16()).flat_map(bytes).collect()
    };
    let none = PageHints::default();
    check("UTF-16LE", &utf16(u16::to_le_bytes), &none, "UTF-16LE", CharsetSource::Bom, CHINESE);
    check("UTF-16BE", &utf16(u16::to_be_bytes), &none, "UTF-16BE", CharsetSource::Bom, CHINESE);
    let marked = ["\u{feff}", &html].concat();
    check("UTF-8 with a mark", marked.as_bytes(), &none, "UTF-8", CharsetSource::Bom, CHINESE);
    let undeclared = html.replace("<meta charset=\"CHARSET\">", "");
    check("UTF-8", undeclared.as_bytes(), &none, "UTF-8", CharsetSource::Utf8, CHINESE);
    let windows = encoding_rs::WINDOWS_1252.encode(WESTERN).0.into_owned();
    check("text", &windows, &none, "windows-1252", CharsetSource::Detected, WESTERN);
    // The server's word counts more than the page's.
    let hints = PageHints { charset: Some("windows-1251".to_owned()), ..PageHints::default() };
    let said_otherwise = HTML.replace("CHARSET", "koi8-r").replace("TEXT", RUSSIAN);
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&said_otherwise);
    check("header against meta", &bytes, &hints, "windows-1251", CharsetSource::Header, RUSSIAN);
    println!("measured: {} pages", CHARSETS.len() + 6);
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

    assert_eq!((last.n_joined, last.words_each()), (2, 4));

    let data =
        "<tr><td>Karsk, east bank gauge</td><td>12.4 m</td><td>rising</td></tr>".repeat(MAX_FINE_BLOCKS);
    let prose = [
        "The water ministers of the two republics met on the bridge at Karsk on Thursday and reopened the hotline.",
        "Villages below the dam had been flooded twice since the line fell silent six years ago, officials said.",
        "Both sides agreed to share the readings of their gauges every hour, and to meet again in the spring.",
        "“A river does not read maps,” said the host, who had called the dam a threat in March.",
    ]
    .map(|text| format!("<p>{text}</p>"));
    let html = format!(
        "<html lang=en><head><title>Hotline</title></head><body><table>{data}</table>{}</body></html>",
        prose.concat()
    );
    let reading = Reader::shipped().unwrap().read(html.as_bytes(), &PageHints::default()).unwrap();
    assert!(reading.article.text.contains("reopened the hotline."), "joined cells are not taken for prose");

    let hidden = "<li hidden>Unseen</li>".repeat(3);
    let (page, _) = parse(format!("<html><ul>{rows}{hidden}<li>Seen</li></ul></html>"));
    let is_mixed = |text: &str| text.contains("Unseen") && text.contains("A link");
    assert!(page.blocks.iter().all(|block| !is_mixed(&block.text)), "what is hidden stays apart");
    assert_eq!(page.blocks.last().map(|block| (block.text.as_str(), block.is_hidden)), Some(("Seen", false)));

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
fn a_title_that_never_ends_ends_at_the_next_tag() {
    let html = b"<html><head><title>River &amp; hotline\n<meta name=author content='Marta Ilves'><body><p>The ministers met.</p>";
    let page = Page::parse(html, &PageHints::default()).unwrap();
    assert_eq!(page.metadata.title.as_deref(), Some("River & hotline"));
    assert_eq!(page.metadata.byline.as_deref(), Some("Marta Ilves"));
    let texts: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, ["The ministers met."]);
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
