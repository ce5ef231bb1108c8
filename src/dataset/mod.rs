//! Labelled files in, records out; folds without leakage between groups.
//!
//! Invariants: a bad line is an error with its file and line, never skipped in silence; folds depend on the records'
//! groups and labels only, not on threads or hash order.

mod articles;
mod batches;
mod catalog;
mod codings;
mod conversion;
mod description;
mod division;
mod fingerprint;
mod fold;
mod json_record;
mod labelled;
mod lines;
mod near_duplicates;
mod pages;
mod table;
mod texts;
mod verbatim;

pub use articles::{ReferenceArticle, read_articles};
pub use batches::{read_batches, read_labelled};
pub use catalog::{CATALOG, Catalog, CatalogFile, CatalogSet};
pub use codings::{CodedUnits, read_codings};
pub use conversion::{LabelledForm, RecordWriter, file_name};
pub use description::{Description, doubts};
pub use division::{DivideBy, DivisionParams, Part, divide};
pub use fingerprint::{CopyKind, Fingerprint, FingerprintIndex, Fingerprints, Known};
pub(crate) use fold::below;
pub use fold::{Fold, Folds, host_of, shuffled, site_of};
pub use labelled::{BadRecords, Dataset, EmptyTexts, FieldNames, LabelledOptions, Record, group_numbers};
pub use lines::{Lines, json_problem, open_reader, text_or_number};
pub use near_duplicates::near_duplicates;
pub use pages::{GoldPage, Segment, read_pages};
pub use texts::{Texts, text_checksum};
pub use verbatim::{Verbatim, read_verbatim};
