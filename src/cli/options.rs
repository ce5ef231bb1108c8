//! Flags that several subcommands share.

use std::io::IsTerminal;
use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};
use nutgraf::report::Painter;

use super::usage::positive;

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Threads to use; the output does not depend on it
    #[arg(value_parser = positive, long, global = true, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// When to set words off by colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

impl Global {
    /// Sets up threads and colour for the process.
    pub(super) fn apply(&self) {
        if let Some(threads) = self.threads {
            // Only the first call can set up the pool, and this is the first.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
        }
        match self.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }

    /// Threads that the pool has or will have, without starting it.
    pub(super) fn n_threads(&self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }

    /// How text on standard output is set off.
    pub(super) fn painter(&self) -> Painter {
        let is_wanted = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stdout().is_terminal()
            }
        };
        if is_wanted { Painter::Ansi } else { Painter::Plain }
    }
}

/// The command as it was given, for whoever would make its result again.
pub(super) fn command_line() -> String {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    format!("nutgraf {}", words.join(" "))
}

/// The form of a command's output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// One JSON record an input, a line each
    #[value(alias = "json")]
    Jsonl,
}

/// The form of a single result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RecordFormat {
    /// For people
    #[default]
    Text,
    /// One JSON record
    Json,
}

/// The form of results that are for people, or a record each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LinesFormat {
    /// For people
    #[default]
    Text,
    /// One JSON record an input, a line each
    #[value(alias = "json")]
    Jsonl,
}
