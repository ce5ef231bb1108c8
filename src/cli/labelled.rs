//! Flags that say how labelled data is read.

use nutgraf::dataset::FieldNames;

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
}

impl Fields {
    pub(super) fn names(&self) -> FieldNames {
        FieldNames {
            text: self.text_field.clone(),
            label: self.label_field.clone(),
            group: self.group_field.clone(),
        }
    }
}
