//! What became of the inputs of a batch: counted, told while they go by, and told at the end.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::super::Outcome;

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    Ok,
    Empty,
    Failed,
}

/// What became of the inputs so far.
pub(super) struct Totals {
    pub(super) n: usize,
    n_empty: usize,
    n_failed: usize,
    /// Inputs that an interrupted run had done.
    n_resumed: usize,
    /// Records of archives that hold no page.
    pub(super) n_no_pages: usize,
    started: Instant,
    shown: Option<Instant>,
}

impl Totals {
    pub(super) fn new() -> Self {
        Self {
            n: 0,
            n_empty: 0,
            n_failed: 0,
            n_resumed: 0,
            n_no_pages: 0,
            started: Instant::now(),
            shown: None,
        }
    }

    pub(super) fn note(&mut self, fate: Fate) {
        self.n += 1;
        match fate {
            Fate::Ok => {}
            Fate::Empty => self.n_empty += 1,
            Fate::Failed => self.n_failed += 1,
        }
    }

    /// Notes an input that an interrupted run had done.
    pub(super) fn note_resumed(&mut self, fate: Fate) {
        self.note(fate);
        self.n_resumed += 1;
    }

    /// Whether some input has a result.
    pub(super) fn has_results(&self) -> bool {
        self.n > self.n_failed
    }

    /// A line on a terminal, after a second, ten times a second; `share` of the inputs are done, if that is known.
    pub(super) fn show_progress(&mut self, share: Option<f64>) {
        let elapsed = self.started.elapsed();
        let is_due = elapsed > Duration::from_secs(1)
            && self.shown.is_none_or(|shown| shown.elapsed() > Duration::from_millis(100));
        if is_due && std::io::stderr().is_terminal() {
            let rate = (self.n - self.n_resumed) as f64 / elapsed.as_secs_f64();
            let left = share.filter(|share| *share > 0.0).map_or(String::new(), |share| {
                let seconds = elapsed.as_secs_f64() * (1.0 - share) / share;
                format!(", {:.0} % of the files, {} left", 100.0 * share, duration(seconds))
            });
            anstream::eprint!("\r{} pages, {rate:.0} a second{left} \u{1b}[K", grouped(self.n));
            self.shown = Some(Instant::now());
        }
    }

    pub(super) fn finish(&self) {
        if self.shown.is_some() {
            anstream::eprint!("\r\u{1b}[K");
        }
        match self.n {
            0 => anstream::eprintln!(
                "no pages found; give .html or .txt files, folders of them, .jsonl or .warc"
            ),
            1 if self.n_failed + self.n_empty + self.n_no_pages + self.n_resumed == 0 => {}
            n => anstream::eprintln!(
                "{} {}: {} ok, {} empty, {} failed{}{}",
                grouped(n),
                if n == 1 { "page" } else { "pages" },
                grouped(n - self.n_empty - self.n_failed),
                grouped(self.n_empty),
                grouped(self.n_failed),
                match self.n_resumed {
                    0 => String::new(),
                    n => format!("; {} of them done before", grouped(n)),
                },
                match self.n_no_pages {
                    0 => String::new(),
                    n => format!("; {} records of archives are no pages", grouped(n)),
                }
            ),
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match (self.n, self.n_failed) {
            (0, _) => Outcome::NoInput,
            (_, 0) => Outcome::Done,
            (n, failed) if n == failed => Outcome::NoInput,
            _ => Outcome::SomeFailed,
        }
    }
}

/// Seconds for people.
fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// A number with commas between its thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([7, 1_204, 1_000_000].map(grouped), ["7", "1,204", "1,000,000"]);
    }

    #[test]
    fn durations_are_read_at_a_glance() {
        assert_eq!([7.4, 61.0, 7380.0].map(duration), ["7 s", "1 min 1 s", "2 h 3 min"]);
    }
}
