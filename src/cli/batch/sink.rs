//! Where the results of a batch go: standard output, or a file that a later run can go on with; and the list of what failed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::super::files::{Output, checksum_of};
use super::journal::Journal;
use super::totals::{Fate, Totals};

/// Flags of every command that works through inputs.
#[derive(Debug, Default, clap::Args)]
pub(in super::super) struct OutputFlags {
    /// Write here instead of to standard output
    #[arg(short, long, value_name = "OUT")]
    pub(in super::super) output: Option<PathBuf>,
    /// Replace the output file if there is one
    #[arg(hide_short_help = true, long)]
    pub(in super::super) force: bool,
    /// Go on with an interrupted run of the same command, which is left in OUT.part
    #[arg(hide_short_help = true, long, requires = "output")]
    resume: bool,
    /// List the inputs that failed here, a JSON record a line
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

/// Where results go.
pub(in super::super) struct Sink {
    out: Out,
    errors: Option<Output>,
}

enum Out {
    Stdout(Output),
    Journaled(Box<Journal>),
}

impl OutputFlags {
    /// Opens what the flags name; `header` stands before the results, and `models` are what they depend on beside the flags.
    pub(in super::super) fn open(&self, header: &str, models: &[&str]) -> anyhow::Result<Sink> {
        let path = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let out = match path {
            None => {
                let mut output = Output::open(None, false)?;
                output.write_all(header.as_bytes())?;
                Out::Stdout(output)
            }
            Some(path) => {
                let how = (self.force, self.resume);
                Out::Journaled(Box::new(Journal::open(path, how, &command(models)?, header)?))
            }
        };
        // A list that an interrupted run left is made again from the journal.
        let errors = self.errors.as_deref().map(|path| Output::open(Some(path), self.force || self.resume));
        Ok(Sink { out, errors: errors.transpose()? })
    }
}

/// What a run is told to do: its words but for those that do not change results, and the models that are files, by checksum.
fn command(models: &[&str]) -> anyhow::Result<String> {
    let mut words: Vec<String> = Vec::new();
    let mut args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    while let Some(word) = args.next() {
        match word.as_str() {
            "--resume" | "--force" => {}
            "--threads" | "--color" | "--errors" => drop(args.next()),
            other if ["--threads=", "--color=", "--errors="].iter().any(|flag| other.starts_with(flag)) => {}
            _ => words.push(word),
        }
    }
    for model in models.iter().filter(|model| Path::new(model).is_file()) {
        words.push(checksum_of(Path::new(model))?);
    }
    Ok(words.join("\u{0}"))
}

impl Sink {
    /// Standard output alone.
    pub(in super::super) fn stdout() -> anyhow::Result<Self> {
        OutputFlags::default().open("", &[])
    }

    /// A file in place of what the flags say.
    pub(in super::super) fn file(path: &Path, is_forced: bool) -> anyhow::Result<Self> {
        let flags = OutputFlags { output: Some(path.to_owned()), force: is_forced, ..OutputFlags::default() };
        flags.open("", &[])
    }

    /// Whether a later run could go on with it, so that inputs need keys.
    pub(super) fn is_journaled(&self) -> bool {
        matches!(self.out, Out::Journaled(_))
    }

    /// Whether an earlier run has done the input that comes next.
    pub(super) fn recall(&mut self, key: &str, totals: &mut Totals) -> anyhow::Result<bool> {
        let Out::Journaled(journal) = &mut self.out else { return Ok(false) };
        let Some(entry) = journal.recall(key)? else { return Ok(false) };
        totals.note_resumed(entry.fate);
        self.list_error(entry.error.as_deref())?;
        Ok(true)
    }

    fn list_error(&mut self, line: Option<&str>) -> anyhow::Result<()> {
        if let (Some(errors), Some(line)) = (&mut self.errors, line) {
            errors.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    /// Takes the results of an input; `error` is its line in the list of errors if it failed.
    pub(super) fn push(
        &mut self,
        key: Option<String>,
        results: &str,
        fate: Fate,
        error: Option<String>,
    ) -> anyhow::Result<()> {
        self.list_error(error.as_deref())?;
        match &mut self.out {
            Out::Stdout(output) => output.write_all(results.as_bytes())?,
            Out::Journaled(journal) => {
                journal.push(key.unwrap_or_default(), results.as_bytes(), fate, error);
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        match &mut self.out {
            Out::Stdout(output) => Ok(output.flush()?),
            Out::Journaled(journal) => journal.flush(),
        }
    }

    /// Finishes: files get their names.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.out {
            Out::Stdout(output) => output.finish()?,
            Out::Journaled(journal) => journal.finish()?,
        }
        self.errors.map_or(Ok(()), Output::finish)
    }

    /// Ends before all is done; returns how to go on.
    pub(super) fn interrupt(self) -> anyhow::Result<&'static str> {
        match self.out {
            Out::Stdout(output) => {
                output.finish()?;
                self.errors.map_or(Ok(()), Output::finish)?;
                Ok("give -o OUT to be able to go on with a run")
            }
            Out::Journaled(journal) => {
                journal.leave()?;
                Ok("run the same command with --resume to go on")
            }
        }
    }
}
