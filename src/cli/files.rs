//! Results in, files or standard output out; a file is there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::usage::ensure_usage;

/// Where a command's results go.
pub(super) enum Output {
    /// Standard output.
    Stdout(BufWriter<io::StdoutLock<'static>>),
    /// A file that appears under its name when it is whole.
    File { writer: BufWriter<tempfile::NamedTempFile>, path: PathBuf, is_forced: bool },
}

impl Output {
    /// Opens an output file, or standard output for none or `-`.
    pub(super) fn open(path: Option<&Path>, is_forced: bool) -> anyhow::Result<Self> {
        match path.filter(|path| *path != Path::new("-")) {
            None => Ok(Self::Stdout(BufWriter::new(io::stdout().lock()))),
            Some(path) => {
                let temporary = temporary_beside(path, is_forced)?;
                Ok(Self::File { writer: BufWriter::new(temporary), path: path.to_owned(), is_forced })
            }
        }
    }

    /// Sends out what was written; standard output shows each batch at once.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(writer) => writer.flush(),
            Self::File { .. } => Ok(()),
        }
    }

    /// Finishes: a file gets its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(mut writer) => Ok(writer.flush()?),
            Self::File { writer, path, is_forced } => {
                let temporary = writer.into_inner().map_err(io::IntoInnerError::into_error);
                persist(temporary.with_context(|| path.display().to_string())?, &path, is_forced)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(writer) => writer.write(bytes),
            Self::File { writer, .. } => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Self::flush(self)
    }
}

/// Writes a file at once: temporary file, fsync, rename, fsync of the folder.
pub(super) fn write_atomically(path: &Path, bytes: &[u8], is_forced: bool) -> anyhow::Result<()> {
    let mut temporary = temporary_beside(path, is_forced)?;
    temporary.write_all(bytes).with_context(|| path.display().to_string())?;
    persist(temporary, path, is_forced)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Refuses a path that must not be written.
pub(super) fn check_replaceable(path: &Path, is_forced: bool) -> anyhow::Result<()> {
    ensure_usage!(!path.exists() || is_forced, "{} exists; use --force to replace it", path.display());
    let is_other = path.exists() && !path.is_file();
    ensure_usage!(!is_other, "{} is no regular file; give the name of one", path.display());
    Ok(())
}

fn temporary_beside(path: &Path, is_forced: bool) -> anyhow::Result<tempfile::NamedTempFile> {
    check_replaceable(path, is_forced)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nutgraf-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder
        .tempfile_in(folder_of(path))
        .with_context(|| format!("cannot write to {}", folder_of(path).display()))
}

fn persist(temporary: tempfile::NamedTempFile, path: &Path, is_forced: bool) -> anyhow::Result<()> {
    let context = || path.display().to_string();
    temporary.as_file().sync_all().with_context(context)?;
    let persisted = if is_forced { temporary.persist(path) } else { temporary.persist_noclobber(path) };
    persisted.map_err(|e| e.error).with_context(context)?;
    sync_folder(path);
    Ok(())
}

/// Gives a file that is on disk its name; it stays where it is if that fails.
pub(super) fn persist_part(part: &Path, path: &Path, is_forced: bool) -> anyhow::Result<()> {
    let temporary = tempfile::TempPath::try_from_path(part)?;
    let persisted = if is_forced { temporary.persist(path) } else { temporary.persist_noclobber(path) };
    persisted.map_err(|failed| {
        let _ = failed.path.keep();
        anyhow::Error::from(failed.error).context(path.display().to_string())
    })
}

/// A new name is on disk once its folder is; a system without folders to open does it by itself.
pub(super) fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
}

/// BLAKE3 of a file, which may be larger than memory, in hexadecimal digits.
pub(super) fn checksum_of(path: &Path) -> anyhow::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    io::copy(&mut file, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}
