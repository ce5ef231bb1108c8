//! What a data set consists of in, text for people out.

use std::fmt::Write as _;

use super::clean::clean;
use crate::dataset::Description;

/// A data set for people: a line a property, then the labels with their shares.
#[must_use]
pub fn description_text(description: &Description) -> String {
    let Description { records, labels, groups, words, empty, dates, duplicates, near_duplicates } =
        description;
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12} {value}");
    };
    line("records", records.to_string());
    line("groups", if *groups == 0 { "none".to_owned() } else { groups.to_string() });
    let [least, first, median, third, most] = words;
    line(
        "words",
        format!("{least} to {most}, quartiles {first}, {median}, {third}; {empty} texts have none"),
    );
    if let Some([first, last]) = dates {
        line("dates", format!("{} to {}", clean(first), clean(last)));
    }
    line(
        "copies",
        format!("{near_duplicates} texts all but repeat an earlier one, {duplicates} of them outright"),
    );
    for (label, n) in labels {
        let share = 100.0 * *n as f64 / (*records).max(1) as f64;
        let _ = writeln!(out, "  {n:>8} {share:>5.1} %  {}", clean(label));
    }
    out
}
