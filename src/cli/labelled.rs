//! Flags that say how labelled data is read.

use std::path::PathBuf;

use nutgraf::dataset::{BadRecords, FieldNames, Texts};

#[derive(Debug, clap::Args)]
pub(super) struct Fields {
    /// The field that holds the text
    #[arg(long, default_value = "text", value_name = "FIELD")]
    text_field: String,
    /// The field that holds the label
    #[arg(long, default_value = "label", value_name = "FIELD")]
    label_field: String,
    /// The field whose records stay together in cross-validation (outlet, author)
    #[arg(long = "group", default_value = "group", value_name = "FIELD")]
    group_field: String,
    /// Leave out records that cannot be used, and count them
    #[arg(long)]
    skip_bad_records: bool,
    /// JSONL of {url, title, text}: the texts of records that are labels alone
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    texts: Vec<PathBuf>,
}

impl Fields {
    pub(super) fn bad_records(&self) -> BadRecords {
        if self.skip_bad_records { BadRecords::Skip } else { BadRecords::Fail }
    }

    pub(super) fn texts(&self) -> nutgraf::Result<Texts> {
        Texts::read(&self.texts)
    }

    pub(super) fn names(&self) -> FieldNames {
        FieldNames {
            text: self.text_field.clone(),
            label: self.label_field.clone(),
            group: self.group_field.clone(),
        }
    }
}

/// Reasons shown one by one; the rest are counted.
const MAX_SHOWN: usize = 5;

/// Says which records were left out.
pub(super) fn report_skipped(skipped: &[nutgraf::Error]) {
    for error in skipped.iter().take(MAX_SHOWN) {
        anstream::eprintln!("skipped: {}", nutgraf::report::clean(&error.to_string()));
    }
    match skipped.len() {
        0 => {}
        n if n > MAX_SHOWN => anstream::eprintln!("skipped: {n} records in all"),
        n => anstream::eprintln!("{n} records skipped"),
    }
}
