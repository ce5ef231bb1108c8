//! Sparse rows: compressed sparse row storage with columns sorted within each row.

/// A sparse matrix of shape (`n_rows`, `n_columns`), row by row.
///
/// ```
/// use nutgraf::features::Csr;
///
/// let mut rows = Csr::new(3);
/// rows.push_row(&[(2, 1.0), (0, 2.0)]);
/// rows.push_row(&[]);
/// assert_eq!(rows.row(0).collect::<Vec<_>>(), [(0, 2.0), (2, 1.0)]);
/// assert_eq!(rows.n_rows(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Csr {
    n_columns: usize,
    /// Row `i` is `columns[row_ends[i-1]..row_ends[i]]`.
    row_ends: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Csr {
    /// Returns a matrix without rows.
    #[must_use]
    pub fn new(n_columns: usize) -> Self {
        Self { n_columns, ..Self::default() }
    }

    /// Appends a row of (column, value) entries in any order; the columns must be distinct.
    ///
    /// # Panics
    /// If a column is not below `n_columns`, which would break every later use of the row.
    pub fn push_row(&mut self, entries: &[(u32, f32)]) {
        let start = self.columns.len();
        let mut sorted = entries.to_vec();
        sorted.sort_unstable_by_key(|(column, _)| *column);
        for (column, value) in sorted {
            assert!((column as usize) < self.n_columns, "column {column} of {}", self.n_columns);
            self.columns.push(column);
            self.values.push(value);
        }
        debug_assert!(self.columns[start..].is_sorted_by(|a, b| a < b), "columns must be distinct");
        self.row_ends.push(self.columns.len());
    }

    /// The (column, value) entries of a row, by column.
    ///
    /// # Panics
    /// If `row` is not below `n_rows`.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> + Clone + '_ {
        let start = if row == 0 { 0 } else { self.row_ends[row - 1] };
        let range = start..self.row_ends[row];
        self.columns[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// The number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.row_ends.len()
    }

    /// The number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The number of stored entries.
    #[must_use]
    pub fn n_entries(&self) -> usize {
        self.columns.len()
    }

    /// The inner product of two rows of (column, value) entries by column.
    #[must_use]
    pub fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f64 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < a.len() && j < b.len() {
            match a[i].0.cmp(&b[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += f64::from(a[i].1) * f64::from(b[j].1);
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_product_runs_over_shared_columns() {
        assert_eq!(Csr::dot(&[(0, 1.0), (3, 2.0)], &[(1, 5.0), (3, 4.0)]), 8.0);
        assert_eq!(Csr::dot(&[], &[(1, 5.0)]), 0.0);
    }
}
