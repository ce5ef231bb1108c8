//! What failed, where, and the remedy.
//!
//! In: a cause met anywhere in the library. Out: one sentence in lower case that names the place (file and line, or
//! byte), what was found and what to do. Every error has a stable `code` that records carry.

use std::io;
use std::path::{Path, PathBuf};

/// The library's result type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can fail in the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {}", path.display(), io_message(reason))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason; it is in the message, so it is not the error's source.
        reason: io::Error,
    },
    /// A line of a data file is not a usable record.
    #[error("{}:{line}: {message}", path.display())]
    Record {
        /// The data file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was found, what was expected and what to do.
        message: String,
    },
    /// A data set as a whole cannot be used.
    #[error("{}: {message}", path.display())]
    Dataset {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// A parameter is outside its range.
    #[error("{name} is {value}, but must be {expected}")]
    Parameter {
        /// The parameter's name.
        name: &'static str,
        /// The value given.
        value: String,
        /// The range allowed.
        expected: &'static str,
    },
    /// Training data cannot make a model.
    #[error("cannot train: {0}")]
    Training(String),
    /// A model file is damaged, too new, or of another task.
    #[error("model {name}: {message}")]
    Model {
        /// The file or the shipped model's name.
        name: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// A page holds nothing to read.
    #[error(
        "the page is empty: it holds no text; check that the download finished, and if a script builds it, save it from a browser"
    )]
    EmptyPage,
    /// A page is not text.
    #[error("byte {byte}: not text but {what}; save the page as HTML or plain text")]
    NotText {
        /// The first byte that shows it.
        byte: usize,
        /// What the bytes look like.
        what: &'static str,
    },
    /// A page is over the size limit.
    #[error("the page has {bytes} bytes or more, over the limit of {limit}; split it")]
    TooLarge {
        /// The page's size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

/// The system's reason, with what to do where that is plain.
fn io_message(reason: &io::Error) -> String {
    match reason.kind() {
        io::ErrorKind::NotFound => "no such file or folder; check the path".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; change the permissions of it or its folder".to_owned()
        }
        _ => reason.to_string(),
    }
}

/// `; did you mean NAME?` for the known name that is most like one that is not known, or nothing if none is like it.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let nearest = known.map(|other| (likeness(other), other)).max_by(|a, b| a.0.total_cmp(&b.0));
    nearest
        .filter(|(likeness, _)| *likeness > 0.8)
        .map_or(String::new(), |(_, other)| format!("; did you mean {other}?"))
}

impl Error {
    /// A short stable word for error records: `unreadable`, `bad_record`, `bad_dataset`, `bad_parameter`,
    /// `cannot_train`, `bad_model`, `empty`, `not_text` or `too_large`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "unreadable",
            Self::Record { .. } => "bad_record",
            Self::Dataset { .. } => "bad_dataset",
            Self::Parameter { .. } => "bad_parameter",
            Self::Training(_) => "cannot_train",
            Self::Model { .. } => "bad_model",
            Self::EmptyPage => "empty",
            Self::NotText { .. } => "not_text",
            Self::TooLarge { .. } => "too_large",
        }
    }

    pub(crate) fn io(path: impl AsRef<Path>, reason: io::Error) -> Self {
        Self::Io { path: path.as_ref().to_owned(), reason }
    }

    pub(crate) fn record(path: impl AsRef<Path>, line: usize, message: impl Into<String>) -> Self {
        Self::Record { path: path.as_ref().to_owned(), line, message: message.into() }
    }

    pub(crate) fn dataset(path: impl AsRef<Path>, message: impl Into<String>) -> Self {
        Self::Dataset { path: path.as_ref().to_owned(), message: message.into() }
    }

    pub(crate) fn model(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Model { name: name.into(), message: message.into() }
    }

    pub(crate) fn parameter(name: &'static str, value: impl ToString, expected: &'static str) -> Self {
        Self::Parameter { name, value: value.to_string(), expected }
    }
}
