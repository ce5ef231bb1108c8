//! The rows of CSV and TSV files: a bound on their length, and what is wrong with one.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::rc::Rc;

use super::lines::{MAX_LINE_BYTES, open_reader};
use crate::error::Result;

/// A table whose rows have a limit, so that a quotation mark that is never closed does not take a whole file into memory.
pub(super) struct BoundedRows {
    file: Box<dyn BufRead + Send>,
    /// Bytes read since whoever reads rows set it to 0, a buffer ahead of the row.
    row_bytes: Rc<Cell<u64>>,
}

impl BoundedRows {
    pub(super) fn open(path: &Path) -> Result<Self> {
        Ok(Self { file: open_reader(path)?, row_bytes: Rc::default() })
    }

    /// The count that starts anew with every row.
    pub(super) fn row_bytes(&self) -> Rc<Cell<u64>> {
        self.row_bytes.clone()
    }
}

impl Read for BoundedRows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.row_bytes.get() > MAX_LINE_BYTES {
            let message = format!(
                "a row has over {MAX_LINE_BYTES} bytes; close the quotation mark that it begins with"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let n_bytes = self.file.read(buffer)?;
        self.row_bytes.set(self.row_bytes.get() + n_bytes as u64);
        Ok(n_bytes)
    }
}

/// What is wrong with a row of a table, and what to do.
pub(super) fn csv_problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!(
                "{len} cells where the header has {expected_len}; put cells that hold commas or line ends in quotes"
            )
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8; convert the file to UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_end_is_an_error_and_rows_within_the_limit_are_not() {
        let endless =
            BoundedRows { file: Box::new(io::BufReader::new(io::repeat(b'a'))), row_bytes: Rc::default() };
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(endless);
        let error = table.records().next().unwrap().unwrap_err();
        assert!(csv_problem(&error).contains("close the quotation mark"), "{error}");
        assert!(table.records().next().is_none(), "nothing is read after it");
        let file: &[u8] = b"one,two\nthree\nfour,five\n";
        let rows = BoundedRows { file: Box::new(file), row_bytes: Rc::default() };
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(rows);
        let problems: Vec<Option<String>> =
            table.records().map(|row| row.err().map(|error| csv_problem(&error))).collect();
        assert_eq!(problems.len(), 3);
        assert!(problems[1].as_ref().unwrap().starts_with("1 cells where the header has 2;"));
    }
}
