//! `nutgraf dataset list` and `fetch`: the catalogue, and the one way in which the program uses the network.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nutgraf::dataset::{CATALOG, Catalog, CatalogFile};
use nutgraf::report::clean;

use super::super::Outcome;
use super::super::files::{check_replaceable, checksum_of, persist_part, sync_folder};

/// The catalogue of a file, or the one that ships with the program.
fn open(path: Option<&Path>) -> anyhow::Result<Catalog> {
    Ok(match path {
        None => Catalog::parse("the shipped catalogue", CATALOG)?,
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Catalog::parse(&path.display().to_string(), &text)?
        }
    })
}

pub(super) fn list(catalog: Option<&Path>) -> anyhow::Result<Outcome> {
    let catalog = open(catalog)?;
    let mut out = std::io::stdout().lock();
    let width = catalog.sets.iter().map(|set| set.name.chars().count()).max().unwrap_or(0);
    for set in &catalog.sets {
        let n_bytes: u64 = set.files.iter().map(|file| file.bytes).sum();
        writeln!(
            out,
            "{:<width$}  {:>9}  {}, {}: {}",
            clean(&set.name),
            size(n_bytes),
            clean(&set.format),
            clean(&set.licence),
            clean(&set.what)
        )?;
    }
    Ok(Outcome::Done)
}

/// What is fetched, and to where.
pub(super) struct Fetch<'a> {
    pub(super) names: &'a [String],
    pub(super) folder: &'a Path,
    /// A folder that has the files, in place of the network.
    pub(super) from: Option<&'a Path>,
    pub(super) catalog: Option<&'a Path>,
    pub(super) is_forced: bool,
}

pub(super) fn fetch(what: &Fetch<'_>) -> anyhow::Result<Outcome> {
    let catalog = open(what.catalog)?;
    let sets = what.names.iter().map(|name| catalog.set(name)).collect::<Result<Vec<_>, _>>()?;
    for set in sets {
        for file in &set.files {
            let path = what.folder.join(&set.name).join(&file.name);
            if !what.is_forced && path.is_file() && checksum_of(&path)? == file.blake3 {
                anstream::eprintln!("{}: there already", path.display());
                continue;
            }
            std::fs::create_dir_all(what.folder.join(&set.name))?;
            fetch_file(what, file, &path)?;
            anstream::eprintln!("{}: {}, checksum right", path.display(), size(file.bytes));
        }
    }
    Ok(Outcome::Done)
}

/// Gets one file: what an earlier try left is kept, the checksum is looked at before the file gets its name.
fn fetch_file(what: &Fetch<'_>, file: &CatalogFile, path: &Path) -> anyhow::Result<()> {
    check_replaceable(path, what.is_forced)?;
    let part = PathBuf::from(format!("{}.part", path.display()));
    let mut out = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&part)?;
    let mut have = out.seek(SeekFrom::End(0))?;
    if have >= file.bytes {
        // Too much, or all of something else: it would have been given its name.
        have = 0;
    }
    match what.from {
        Some(folder) => {
            let source = folder.join(&file.name);
            let source = File::open(&source).with_context(|| source.display().to_string())?;
            copy(source, &mut out, (0, file.bytes), &file.name)?;
        }
        None => {
            let (body, start) = download(&file.url, have)?;
            copy(body, &mut out, (start, file.bytes), &file.name)?;
        }
    }
    out.sync_all()?;
    let found = checksum_of(&part)?;
    if found != file.blake3 {
        std::fs::remove_file(&part)?;
        bail!(
            "{}: BLAKE3 {found} where the catalogue has {}; the file at {} is another one, or was damaged on its way: try again",
            path.display(),
            file.blake3,
            file.url
        );
    }
    persist_part(&part, path, what.is_forced)?;
    sync_folder(path);
    Ok(())
}

/// The rest of a file from byte `have` on, and the byte at which it really begins.
fn download(url: &str, have: u64) -> anyhow::Result<(Box<dyn Read>, u64)> {
    ensure!(url.starts_with("https://") || url.starts_with("http://"), "{url}: not an address of the web");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(30)))
        .user_agent(concat!("nutgraf/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().with_context(|| format!("cannot fetch {url}; what came so far is kept"))?;
    // A server that knows no ranges sends the whole.
    let start = if response.status().as_u16() == 206 { have } else { 0 };
    Ok((Box::new(response.into_body().into_reader()), start))
}

/// Copies to the end of a file that has `start` bytes, at most up to `n_bytes` and one more, by which too long a file is known.
fn copy(from: impl Read, out: &mut File, (start, n_bytes): (u64, u64), name: &str) -> anyhow::Result<()> {
    out.set_len(start)?;
    out.seek(SeekFrom::Start(start))?;
    let mut from = from.take(n_bytes + 1 - start);
    let (mut at, mut shown) = (start, Instant::now());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = from
            .read(&mut buffer)
            .with_context(|| format!("{name}: {at} bytes came, which are kept; try again"))?;
        if n == 0 {
            break;
        }
        out.write_all(&buffer[..n])?;
        at += n as u64;
        if std::io::stderr().is_terminal() && shown.elapsed() > Duration::from_millis(200) {
            anstream::eprint!("\r{}: {} of {} \u{1b}[K", clean(name), size(at), size(n_bytes));
            shown = Instant::now();
        }
    }
    if std::io::stderr().is_terminal() {
        anstream::eprint!("\r\u{1b}[K");
    }
    ensure!(at >= n_bytes, "{name}: {at} of {n_bytes} bytes came, which are kept; try again");
    Ok(())
}

fn size(n_bytes: u64) -> String {
    match n_bytes {
        0..10_000 => format!("{n_bytes} B"),
        10_000..10_000_000 => format!("{} KB", n_bytes / 1000),
        _ => format!("{} MB", n_bytes / 1_000_000),
    }
}
