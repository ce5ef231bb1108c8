//! Verdicts in, rows of comma-separated values out, as RFC 4180 has them.

use crate::error::Error;

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvCells {
    /// A cell that a spreadsheet would run as a formula is guarded by an apostrophe.
    Guarded,
    /// As they are.
    Raw,
}

/// A verdict without its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Called<'a> {
    /// The most probable class.
    pub label: &'a str,
    /// Whether it is too improbable to be called.
    pub is_abstained: bool,
    /// The probability of each class, in class order.
    pub p: &'a [f64],
}

impl CsvCells {
    /// The header of [`Self::classify_row`]: id, source, label, abstained, a probability a class, and error.
    #[must_use]
    pub fn classify_header(self, classes: &[String]) -> String {
        let mut row = String::from("id,source,label,abstained");
        for class in classes {
            row.push(',');
            self.push_cell(&format!("p_{class}"), &mut row);
        }
        row.push_str(",error\r\n");
        row
    }

    /// The row of a verdict; probabilities to six places.
    #[must_use]
    pub fn classify_row(self, (id, source): (&str, &str), called: Called<'_>) -> String {
        let mut row = String::with_capacity(64 + id.len() + source.len() + 9 * called.p.len());
        for cell in [id, source, called.label] {
            self.push_cell(cell, &mut row);
            row.push(',');
        }
        row.push_str(if called.is_abstained { "true" } else { "false" });
        for p in called.p {
            push_millionths((p * 1e6).round() as u32, &mut row);
        }
        row.push_str(",\r\n");
        row
    }

    /// The row of an input that failed, in a table of so many classes.
    #[must_use]
    pub fn error_row(self, n_classes: usize, (id, source): (&str, &str), error: &Error) -> String {
        let mut row = String::new();
        for cell in [id, source] {
            self.push_cell(cell, &mut row);
            row.push(',');
        }
        row.push_str(&",".repeat(2 + n_classes));
        self.push_cell(&error.to_string(), &mut row);
        row.push_str("\r\n");
        row
    }

    fn push_cell(self, cell: &str, row: &mut String) {
        let is_formula = self == Self::Guarded && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if !is_formula && !cell.contains(['"', ',', '\n', '\r']) {
            row.push_str(cell);
            return;
        }
        row.push('"');
        if is_formula {
            row.push('\'');
        }
        row.push_str(&cell.replace('"', "\"\""));
        row.push('"');
    }
}

/// Appends a comma and a probability in millionths, digit by digit: several times as fast as formatting a float.
fn push_millionths(millionths: u32, row: &mut String) {
    let mut cell = *b",0.000000";
    let mut rest = millionths;
    for digit in cell[3..].iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    cell[1] += rest as u8;
    row.push_str(std::str::from_utf8(&cell).expect("digits"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_guarded() {
        let rows = [
            ("a", "a", "a"),
            ("b,c", "\"b,c\"", "\"b,c\""),
            ("say \"so\"", "\"say \"\"so\"\"\"", "\"say \"\"so\"\"\""),
            ("=1+1", "\"'=1+1\"", "=1+1"),
            ("two\nlines", "\"two\nlines\"", "\"two\nlines\""),
        ];
        for (cell, guarded, raw) in rows {
            for (cells, expected) in [(CsvCells::Guarded, guarded), (CsvCells::Raw, raw)] {
                let mut row = String::new();
                cells.push_cell(cell, &mut row);
                assert_eq!(row, expected, "{cells:?}");
            }
        }
    }

    #[test]
    fn millionths_are_written_as_decimals() {
        for (p, expected) in
            [(0, ",0.000000"), (1, ",0.000001"), (42_000, ",0.042000"), (1_000_000, ",1.000000")]
        {
            let mut row = String::new();
            push_millionths(p, &mut row);
            assert_eq!(row, expected);
        }
    }

    #[test]
    fn every_row_is_as_wide_as_the_header() {
        let classes = ["dove", "hawk"].map(str::to_owned);
        let called = Called { label: "dove", is_abstained: false, p: &[0.75, 0.25] };
        let cells = CsvCells::Guarded;
        assert_eq!(cells.classify_header(&classes), "id,source,label,abstained,p_dove,p_hawk,error\r\n");
        assert_eq!(cells.classify_row(("7", "a.txt"), called), "7,a.txt,dove,false,0.750000,0.250000,\r\n");
        let error = cells.error_row(2, ("7", "a.txt"), &Error::EmptyPage);
        assert!(error.starts_with("7,a.txt,,,,,"), "{error}");
    }
}
