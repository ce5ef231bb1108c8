//! `nutgraf read --index`: a folder of a page an article, and an index of them in several orders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use nutgraf::dataset::{file_name, near_duplicates};
use nutgraf::features::Keyness;
use nutgraf::report::{CorpusEntry, CorpusOrder, CorpusView, Shown, article_html, corpus_html};
use nutgraf::{Error, Reader};

use super::super::options::{Global, command_line};
use super::super::usage::{ensure_usage, required};
use super::super::{Outcome, batch};
use super::{Args, view};

/// Likeness from which articles are near-copies.
const THRESHOLD: f64 = 0.8;

/// What is kept of an article beside its view.
struct Read {
    entry: CorpusEntry,
    html: String,
    text: String,
    language: Option<nutgraf::text::Language>,
    /// The class that is called.
    class: Option<usize>,
}

/// Reads all pages into a new folder, which gets its name when it is whole.
pub(super) fn run(args: &Args, global: &Global, reader: &Reader, shown: Shown) -> anyhow::Result<Outcome> {
    let folder = required(args.out.output.as_deref(), "--index writes a folder; name it with -o")?;
    check_folder(folder, args.out.force)?;
    let beside = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".nutgraf-").tempdir_in(beside)?;
    let classes = reader.stance_model().classifier().classes().to_vec();
    let mut keyness = Keyness::new(classes.len());
    let (mut entries, mut texts) = (Vec::new(), Vec::new());
    let mut taken: BTreeSet<String> = CorpusOrder::ALL.iter().map(|order| order.file().to_owned()).collect();
    let work = |source: &str, content: super::super::inputs::Content| -> Result<Read, Error> {
        let reading = match content.is_article {
            true => reader.read_article(&content.bytes, &content.hints)?,
            false => reader.read(&content.bytes, &content.hints)?,
        };
        let is_called = !reading.article.text.is_empty() && !reading.stance.is_abstained;
        Ok(Read {
            entry: CorpusEntry::new(String::new(), source, &reading),
            html: article_html(&view(reader, (source, &content.bytes), &reading, shown)),
            language: reading.page.metadata.language,
            class: classes.iter().position(|class| is_called && *class == reading.stance.label),
            text: reading.article.text,
        })
    };
    let outcome = batch::for_each(&args.paths, global.n_threads(), work, |(id, source, read)| {
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                entries.push(CorpusEntry::failed(&source, &error));
                texts.push(String::new());
                return Ok(());
            }
        };
        let file = free_name(&id, &mut taken);
        std::fs::write(made.path().join(&file), read.html).with_context(|| file.clone())?;
        if let Some(class) = read.class {
            keyness.add(&read.text, read.language, class);
        }
        entries.push(CorpusEntry { file: Some(file), ..read.entry });
        texts.push(read.text);
        Ok(())
    })?;
    if entries.is_empty() || outcome == Outcome::Interrupted {
        return Ok(outcome);
    }
    let corpus = CorpusView {
        copy_of: near_duplicates(&texts, THRESHOLD),
        entries,
        classes,
        keyness,
        command: command_line(),
    };
    for order in CorpusOrder::ALL {
        std::fs::write(made.path().join(order.file()), corpus_html(&corpus, order))?;
    }
    put(made, folder)?;
    anstream::eprintln!("{}", folder.join(CorpusOrder::Input.file()).display());
    Ok(outcome)
}

/// The name of an article's file: its id's, made safe; one that is taken gets a number.
fn free_name(id: &str, taken: &mut BTreeSet<String>) -> String {
    let name = file_name(id);
    let mut file = format!("{name}.html");
    let mut number = 2;
    // Systems that ignore case would take names that differ by it for one.
    while !taken.insert(file.to_lowercase()) {
        file = format!("{name}-{number}.html");
        number += 1;
    }
    file
}

/// Only a folder of ours, or none, is replaced.
fn check_folder(folder: &Path, is_forced: bool) -> anyhow::Result<()> {
    let is_link = folder.is_symlink();
    ensure_usage!(!is_link, "{} is a link; give the name of a folder", folder.display());
    if !folder.exists() {
        return Ok(());
    }
    ensure_usage!(folder.is_dir(), "{} is no folder; give the name of one", folder.display());
    if std::fs::read_dir(folder)?.next().is_none() {
        return Ok(());
    }
    ensure_usage!(is_forced, "{} is not empty; use --force to replace an earlier index", folder.display());
    let index = std::fs::read_to_string(folder.join(CorpusOrder::Input.file())).unwrap_or_default();
    ensure_usage!(
        index.contains("<meta name=\"generator\" content=\"nutgraf\">"),
        "{} holds something else than an index of ours; give another folder",
        folder.display()
    );
    Ok(())
}

/// Gives the folder its name; what stood there goes when the new one is in its place.
fn put(made: tempfile::TempDir, folder: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(made.path(), std::fs::Permissions::from_mode(0o755))?;
    }
    let mut old: Option<(tempfile::TempDir, PathBuf)> = None;
    if folder.exists() {
        let beside =
            folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let aside = tempfile::Builder::new().prefix(".nutgraf-old-").tempdir_in(beside)?;
        let moved = aside.path().join("index");
        std::fs::rename(folder, &moved).with_context(|| folder.display().to_string())?;
        old = Some((aside, moved));
    }
    let path = made.keep();
    if let Err(error) = std::fs::rename(&path, folder) {
        if let Some((_, moved)) = &old {
            std::fs::rename(moved, folder)?;
        }
        std::fs::remove_dir_all(&path)?;
        return Err(error).with_context(|| folder.display().to_string());
    }
    Ok(())
}
