//! A file of results that survives an interruption: beside what was written so far stands a journal of the inputs that it comes
//! from, by which a later run goes on.
//!
//! `OUT.part` holds the results, `OUT.part.journal` a line an input: what it was (a hash of its place and its bytes), how many bytes of
//! results it gave, their hash, and what became of it. The same inputs in the same order are not worked on again; from the
//! first that differs, or whose results are torn, all is done anew. So the file is what one run would have written.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::super::files::{check_replaceable, persist_part, sync_folder};
use super::super::usage::ensure_usage;
use super::totals::Fate;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// A hash of the input's place and bytes.
    pub(super) key: String,
    /// Bytes of its results.
    len: u64,
    /// A hash of them.
    results: String,
    /// What became of it.
    pub(super) fate: Fate,
    /// Its line in the list of errors, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// The first line: whose journal it is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    nutgraf: String,
    /// A hash of the command's words.
    command: String,
}

/// A file of results in the making.
pub(super) struct Journal {
    /// The name that it will have.
    path: PathBuf,
    is_forced: bool,
    part: File,
    journal: File,
    /// What an earlier run left and was not met again so far.
    earlier: Option<Earlier>,
    /// Results and lines that are not written yet.
    results: Vec<u8>,
    lines: Vec<u8>,
}

/// What an earlier run left, read from the start.
struct Earlier {
    part: BufReader<File>,
    journal: BufReader<File>,
    /// Bytes of both that are known to stand.
    part_len: u64,
    journal_len: u64,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}

impl Journal {
    /// Opens the file that will be `path`; `command` is what the run is told to do, `header` what stands before the results.
    pub(super) fn open(
        path: &Path,
        (is_forced, is_resumed): (bool, bool),
        command: &str,
        header: &str,
    ) -> anyhow::Result<Self> {
        let part_path = beside(path, ".part");
        let journal_path = beside(path, ".part.journal");
        let is_left = part_path.exists();
        ensure_usage!(
            !is_resumed || is_left || is_forced || !path.exists(),
            "{} is finished, there is no interrupted run to go on with; use --force to make it anew",
            path.display()
        );
        check_replaceable(path, is_forced)?;
        let open = |path: &Path| {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            file.with_context(|| format!("cannot write {}", path.display()))
        };
        let part = open(&part_path)?;
        match part.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("{}: another run is writing it", part_path.display()),
            // A system that cannot lock leaves it to its users.
            Err(TryLockError::Error(_)) => {}
        }
        ensure_usage!(
            !is_left || is_forced || is_resumed,
            "{} is left of an interrupted run; go on with --resume, or start anew with --force",
            part_path.display()
        );
        let journal = open(&journal_path)?;
        let run = Run { nutgraf: env!("CARGO_PKG_VERSION").into(), command: hash(command.as_bytes()) };
        let mut opened = Self {
            path: path.to_owned(),
            is_forced,
            part,
            journal,
            earlier: None,
            results: Vec::new(),
            lines: Vec::new(),
        };
        if is_left && is_resumed {
            opened.earlier = Earlier::open(&part_path, &journal_path, &run, header)?;
        }
        if opened.earlier.is_none() {
            opened.cut(0, 0)?;
            opened.results.extend_from_slice(header.as_bytes());
            opened.push_line(&run);
            opened.flush()?;
        }
        Ok(opened)
    }

    fn push_line(&mut self, line: &impl Serialize) {
        let line = serde_json::to_string(line).expect("a line has string keys");
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
    }

    /// What became of the next input, if an earlier run has done it.
    pub(super) fn recall(&mut self, key: &str) -> anyhow::Result<Option<Entry>> {
        let Some(earlier) = &mut self.earlier else { return Ok(None) };
        if let Some(entry) = earlier.next(key)? {
            return Ok(Some(entry));
        }
        let (part_len, journal_len) = (earlier.part_len, earlier.journal_len);
        self.earlier = None;
        self.cut(part_len, journal_len)?;
        Ok(None)
    }

    /// Cuts both files to what is known to stand, and goes on there.
    fn cut(&mut self, part_len: u64, journal_len: u64) -> anyhow::Result<()> {
        for (file, len) in [(&mut self.part, part_len), (&mut self.journal, journal_len)] {
            file.set_len(len)?;
            file.seek(SeekFrom::Start(len))?;
        }
        Ok(())
    }

    /// Appends the results of an input that is not among the earlier ones.
    pub(super) fn push(&mut self, key: String, results: &[u8], fate: Fate, error: Option<String>) {
        self.results.extend_from_slice(results);
        self.push_line(&Entry { key, len: results.len() as u64, results: hash(results), fate, error });
    }

    /// Writes what was appended: results first, so that no line speaks of what is not there.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        for (file, bytes) in [(&mut self.part, &mut self.results), (&mut self.journal, &mut self.lines)] {
            file.write_all(bytes).with_context(|| self.path.display().to_string())?;
            bytes.clear();
        }
        Ok(())
    }

    /// Gives the file its name; the journal goes.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        // Fewer inputs than an earlier run had.
        if let Some(earlier) = self.earlier.take() {
            self.cut(earlier.part_len, earlier.journal_len)?;
        }
        self.flush()?;
        self.part.sync_all().with_context(|| self.path.display().to_string())?;
        persist_part(&beside(&self.path, ".part"), &self.path, self.is_forced)?;
        let _ = std::fs::remove_file(beside(&self.path, ".part.journal"));
        sync_folder(&self.path);
        Ok(())
    }

    /// Leaves both files for a later run.
    pub(super) fn leave(mut self) -> anyhow::Result<()> {
        if self.earlier.is_none() {
            self.flush()?;
            self.part.sync_all()?;
            self.journal.sync_all()?;
        }
        Ok(())
    }
}

impl Earlier {
    /// What is left of a run; none if it has not even its header.
    fn open(part: &Path, journal: &Path, run: &Run, header: &str) -> anyhow::Result<Option<Self>> {
        let mut earlier = Self {
            part: BufReader::new(File::open(part)?),
            journal: BufReader::new(File::open(journal)?),
            part_len: 0,
            journal_len: 0,
        };
        let Some((line, len)) = earlier.line()? else { return Ok(None) };
        let found: Option<Run> = serde_json::from_str(&line).ok();
        ensure_usage!(
            found.as_ref() == Some(run),
            "{} is of a run with other flags, models or version; give the same, or start anew with --force",
            part.display()
        );
        if !earlier.holds(header.len() as u64, &hash(header.as_bytes()))? {
            return Ok(None);
        }
        earlier.journal_len = len;
        earlier.part_len = header.len() as u64;
        Ok(Some(earlier))
    }

    /// The next whole line of the journal, with its length.
    fn line(&mut self) -> std::io::Result<Option<(String, u64)>> {
        let mut line = Vec::new();
        self.journal.read_until(b'\n', &mut line)?;
        let len = line.len() as u64;
        Ok(line
            .pop()
            .filter(|end| *end == b'\n')
            .and_then(|_| String::from_utf8(line).ok())
            .map(|line| (line, len)))
    }

    /// Whether the next bytes of the results are there and as they were.
    fn holds(&mut self, len: u64, expected: &str) -> std::io::Result<bool> {
        let mut hasher = blake3::Hasher::new();
        let n_read = std::io::copy(&mut (&mut self.part).take(len), &mut hasher)?;
        Ok(n_read == len && hasher.finalize().to_hex()[..16] == *expected)
    }

    /// The next entry, if it is of that input and its results stand.
    fn next(&mut self, key: &str) -> std::io::Result<Option<Entry>> {
        let Some((line, line_len)) = self.line()? else { return Ok(None) };
        let Ok(entry) = serde_json::from_str::<Entry>(&line) else { return Ok(None) };
        if entry.key != key || !self.holds(entry.len, &entry.results)? {
            return Ok(None);
        }
        self.part_len += entry.len;
        self.journal_len += line_len;
        Ok(Some(entry))
    }
}
