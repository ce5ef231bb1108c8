//! What the tests share: the folders of fixtures and of the data that not every machine has.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses some of it")]

pub mod command;
pub mod html;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Says that a test is skipped, past the harness, which keeps what passing tests print to itself.
pub fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A path below the project's data folder that stands beside the repository, if it is there; otherwise says that the
/// test is skipped.
pub fn shared(path: &str) -> Option<PathBuf> {
    let found = root().join("../shared").join(path);
    if !found.exists() {
        skip(&format!("{} is not on this machine", path));
        return None;
    }
    Some(found)
}

/// A packed data set, unpacked below the target folder; `None` where the data folder is absent.
pub fn data_set(archive: &str, folder: &str) -> Option<PathBuf> {
    let unpack = shared("data/unpack")?;
    let target = root().join("target/data");
    std::fs::create_dir_all(&target).expect("the target folder is writable");
    let status = std::process::Command::new(unpack)
        .arg(&target)
        .arg(archive)
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("the unpack script runs").success());
    Some(target.join(folder))
}

/// Every page of the repository: fixtures and written data sets.
pub fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["tests/pages", "datasets/pages/train", "datasets/pages/held-out"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("the folder is part of the repository");
        found.extend(
            entries.map(|entry| entry.expect("the folder can be listed").path()).filter(|path| is_page(path)),
        );
    }
    found.sort();
    found
}

pub fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "html" || extension == "txt")
}
