//! Flags in, library calls, text out; one file a subcommand.
//!
//! stdout holds results only; everything else goes to stderr. Exit codes are fixed here.

mod agree;
mod batch;
mod classify;
mod completions;
mod dataset;
mod evaluate;
mod explain;
mod extract;
mod files;
mod inputs;
mod interrupt;
mod labelled;
mod man;
mod model;
mod options;
mod read;
mod sites;
mod summarize;
mod train;
mod train_summary;
mod train_text;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All well.
    Done,
    /// It ran, but some inputs failed or a floor was not met.
    SomeFailed,
    /// No input could be read, or none was found.
    NoInput,
    /// It was asked to stop before all was done.
    Interrupted,
}

/// Exit codes, by the contract.
const EXIT_FAILED: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_NO_INPUT: u8 = 3;
const EXIT_MODEL: u8 = 4;
const EXIT_INTERRUPTED: u8 = 130;

/// Read a news page: what the article is, which way it leans, what its key sentences are.
#[derive(Debug, Parser)]
#[command(
    name = "nutgraf",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  nutgraf read page.html\n  nutgraf extract pages/ --format jsonl\n  \
                  nutgraf train text labels.jsonl -o mine.nut"
)]
struct Cli {
    #[command(flatten)]
    global: options::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Read(read::Args),
    Extract(extract::Args),
    Classify(classify::Args),
    #[command(alias = "summarise")]
    Summarize(summarize::Args),
    Train(Box<train::Args>),
    Evaluate(evaluate::Args),
    Explain(explain::Args),
    Agree(agree::Args),
    Dataset(Box<dataset::Args>),
    Model(model::Args),
    Completions(completions::Args),
    Man(man::Args),
}

pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are results; anything else is a usage error. A closed pipe is no failure.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { EXIT_USAGE } else { 0 });
        }
    };
    cli.global.apply();
    let outcome = match cli.command {
        Command::Read(args) => read::run(&args, &cli.global),
        Command::Extract(args) => extract::run(&args, &cli.global),
        Command::Classify(args) => classify::run(&args, &cli.global),
        Command::Summarize(args) => summarize::run(&args, &cli.global),
        Command::Train(args) => train::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Explain(args) => explain::run(&args, &cli.global),
        Command::Dataset(args) => dataset::run(&args),
        Command::Agree(args) => agree::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(EXIT_FAILED),
        Ok(Outcome::NoInput) => ExitCode::from(EXIT_NO_INPUT),
        Ok(Outcome::Interrupted) => ExitCode::from(EXIT_INTERRUPTED),
        Err(e) if is_closed_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            anstream::eprintln!("error: {}", nutgraf::report::clean(&format!("{e:#}")));
            ExitCode::from(exit_code(&e))
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

fn exit_code(error: &anyhow::Error) -> u8 {
    if error.is::<usage::Usage>() {
        return EXIT_USAGE;
    }
    match error.downcast_ref::<nutgraf::Error>() {
        Some(nutgraf::Error::Model { .. }) => EXIT_MODEL,
        Some(nutgraf::Error::Parameter { .. }) => EXIT_USAGE,
        Some(nutgraf::Error::Io { .. } | nutgraf::Error::Dataset { .. } | nutgraf::Error::Record { .. }) => {
            EXIT_NO_INPUT
        }
        _ => EXIT_FAILED,
    }
}

/// The whole command line, for completions and the manual page.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Any words are understood or refused, whatever their order.
    #[test]
    fn any_words_are_answered() {
        let mut words: Vec<String> =
            ["", "-", "--", "-n", "0", "-1", "1e999", "x=y", "\u{202e}", "jsonl", "body", "=", "--format="]
                .map(String::from)
                .into();
        for command in Cli::command().get_subcommands() {
            words.push(command.get_name().to_owned());
            words.extend(
                command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")),
            );
        }
        let mut state = 0_u64;
        let mut below = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        let mut n_understood = 0;
        for _ in 0..20_000 {
            let line: Vec<&str> = (0..=below(6)).map(|_| words[below(words.len())].as_str()).collect();
            let found = Cli::try_parse_from(std::iter::once("nutgraf").chain(line));
            n_understood += usize::from(found.is_ok());
        }
        assert!(n_understood > 10, "{n_understood}");
    }
}
