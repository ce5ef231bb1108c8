//! What makes a command line one that cannot be followed: exit code 2, before anything is done.

use std::num::NonZeroUsize;

/// A command line that asks for what cannot be done as it stands; its words say what to give instead.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// Refuses a command line unless a condition holds.
macro_rules! ensure_usage {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::cli::usage::Usage(format!($($message)+)).into());
        }
    };
}

pub(super) use ensure_usage;

/// What a command line must have, or it is refused.
pub(super) fn required<T>(value: Option<T>, message: &str) -> Result<T, Usage> {
    value.ok_or_else(|| Usage(message.to_owned()))
}

/// A number above 0.
pub(super) fn positive(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "give a whole number from 1 on".to_owned())
}
