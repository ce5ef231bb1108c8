//! The views in a browser: nothing is asked for, nothing is complained of, nothing has to be scrolled sideways on a narrow screen.

mod common;

use std::path::Path;
use std::process::Command;

use common::command::{in_folder, labelled_records, ok, write_records};

/// A headless browser of this machine.
fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        common::skip("no browser is on this machine");
    }
    found
}

/// What a page measures in a window so many pixels wide: the browser's complaints, and the width that its content takes.
fn look_at(browser: &str, page: &Path, width: usize) -> (Vec<String>, usize) {
    // The page in a frame of that width, since windows have a least width of their own; what the frame holds is read from outside.
    let frame = page.with_extension(format!("frame{width}.html"));
    let name = page.file_name().unwrap().to_str().unwrap();
    let script = "onload=()=>{document.title='width '+document.querySelector('iframe').contentDocument.documentElement.scrollWidth}";
    std::fs::write(
        &frame,
        format!("<iframe width={width} height=900 style=border:0 src=\"{name}\"></iframe><script>{script}</script>"),
    )
    .unwrap();
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--allow-file-access-from-files", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", frame.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let measured = dom.split_once("<title>width ").and_then(|(_, rest)| rest.split_once("</title>"));
    let measured = measured.unwrap_or_else(|| panic!("{}: {dom}", page.display())).0.parse().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    let complaints = messages.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    (complaints, measured)
}

#[test]
fn views_open_in_silence_and_fit_narrow_screens() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| in_folder(folder.path(), name);
    let (news, column, report, body) =
        (file("news.html"), file("column.html"), file("report.html"), file("body.html"));
    ok(&[
        "read",
        "tests/pages/ministers-meet.html",
        "--format",
        "html",
        "-o",
        &news,
        "--sentence-evidence",
        "4",
    ]);
    ok(&["read", "tests/pages/harbour-hotline.txt", "--format", "html", "-o", &column]);
    let data = write_records(folder.path(), "data.jsonl", &labelled_records(90));
    let model = file("m.nut");
    ok(&["train", "text", &data, "-o", &model]);
    ok(&["evaluate", &model, &data, "--report", &report, "--slice", "label"]);
    ok(&["evaluate", "body", "datasets/pages/held-out", "--report", &body]);
    let corpus = file("corpus");
    ok(&["read", "tests/pages", "datasets/pages/held-out", "--format", "html", "--index", "-o", &corpus]);
    let index = in_folder(Path::new(&corpus), "index.html");
    for page in [news, column, report, body, index] {
        for width in [320, 1280] {
            let (complaints, measured) = look_at(browser, Path::new(&page), width);
            assert!(complaints.is_empty(), "{page}: {complaints:?}");
            assert!(measured <= width, "{page} takes {measured} pixels of {width}");
        }
    }
}
