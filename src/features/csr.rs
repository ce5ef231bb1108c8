//! Sparse rows: compressed sparse row storage, the columns of a row distinct.

use rayon::prelude::*;

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

    /// Appends a row of entries with distinct columns, and keeps their order.
    pub(crate) fn push(&mut self, entries: &[(u32, f32)]) {
        self.columns.extend(entries.iter().map(|(column, _)| *column));
        self.values.extend(entries.iter().map(|(_, value)| *value));
        self.row_ends.push(self.columns.len());
    }

    /// The rows of several matrices of `n_columns` columns, one after the other.
    pub(crate) fn concatenate(n_columns: usize, parts: Vec<Self>) -> Self {
        let mut whole = Self::new(n_columns);
        let n_entries = parts.iter().map(Self::n_entries).sum();
        whole.columns.reserve_exact(n_entries);
        whole.values.reserve_exact(n_entries);
        for part in parts {
            let start = whole.columns.len();
            whole.columns.extend(part.columns);
            whole.values.extend(part.values);
            whole.row_ends.extend(part.row_ends.iter().map(|end| start + end));
        }
        whole
    }

    /// One row for each of `sizes`, the sum of so many consecutive rows scaled to length 1; the sum of none, or of rows
    /// without entries, has no entries.
    ///
    /// # Panics
    /// If the sizes do not sum to `n_rows`.
    pub(crate) fn unit_sums(&self, sizes: &[usize]) -> Self {
        assert_eq!(sizes.iter().sum::<usize>(), self.n_rows(), "every row is of one sum");
        let mut sums = Self::new(self.n_columns);
        let mut entries = Vec::new();
        let mut start = 0;
        for size in sizes {
            entries.clear();
            (start..start + size).for_each(|row| entries.extend(self.row(row)));
            unit_sum(&mut entries);
            sums.push(&entries);
            start += size;
        }
        sums
    }

    /// The columns and the values of a row.
    ///
    /// # Panics
    /// If `row` is not below `n_rows`.
    pub(crate) fn slices(&self, row: usize) -> (&[u32], &[f32]) {
        let start = if row == 0 { 0 } else { self.row_ends[row - 1] };
        let range = start..self.row_ends[row];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The (column, value) entries of a row, in the order in which it holds them ([`Self::push_row`] sorts them).
    ///
    /// # Panics
    /// If `row` is not below `n_rows`.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> + Clone + '_ {
        let (columns, values) = self.slices(row);
        columns.iter().copied().zip(values.iter().copied())
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

/// The same entries column by column: compressed sparse column storage, the rows of a column ascending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Csc {
    /// Column `j` is `rows[column_ends[j-1]..column_ends[j]]`.
    column_ends: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f32>,
}

impl From<&Csr> for Csc {
    /// Transposes by counting. Each thread fills a range of columns, so that no two write to one place.
    fn from(matrix: &Csr) -> Self {
        let mut column_ends = vec![0; matrix.n_columns];
        for column in &matrix.columns {
            column_ends[*column as usize] += 1;
        }
        let mut end = 0;
        for column in &mut column_ends {
            end += *column;
            *column = end;
        }
        let mut whole = Self { column_ends, rows: vec![0; end], values: vec![0.0; end] };
        let n_parts = rayon::current_num_threads();
        let mut parts = Vec::with_capacity(n_parts);
        let (mut rows, mut values) = (&mut whole.rows[..], &mut whole.values[..]);
        let (mut first, mut start) = (0, 0);
        for part in 1..=n_parts {
            // Columns that end within the part's share of the entries.
            let last = match part == n_parts {
                true => whole.column_ends.len(),
                false => whole.column_ends.partition_point(|column_end| *column_end <= end / n_parts * part),
            };
            let part_end = last.checked_sub(1).map_or(0, |last| whole.column_ends[last]);
            let (part_rows, rest_rows) = rows.split_at_mut(part_end - start);
            let (part_values, rest_values) = values.split_at_mut(part_end - start);
            (rows, values) = (rest_rows, rest_values);
            parts.push((first..last, start, part_rows, part_values));
            (first, start) = (last, part_end);
        }
        let column_ends = &whole.column_ends;
        parts.into_par_iter().for_each(|(columns, start, rows, values)| {
            let mut next: Vec<usize> = columns
                .clone()
                .map(|column| column.checked_sub(1).map_or(0, |before| column_ends[before]) - start)
                .collect();
            for row in 0..matrix.n_rows() {
                let (row_columns, row_values) = matrix.slices(row);
                for (column, value) in row_columns.iter().zip(row_values) {
                    let Some(next) =
                        (*column as usize).checked_sub(columns.start).and_then(|at| next.get_mut(at))
                    else {
                        continue;
                    };
                    rows[*next] = row as u32;
                    values[*next] = *value;
                    *next += 1;
                }
            }
        });
        whole
    }
}

impl Csc {
    /// The rows and values of a column.
    ///
    /// # Panics
    /// If there is no such column.
    pub(crate) fn column(&self, column: usize) -> (&[u32], &[f32]) {
        let range =
            column.checked_sub(1).map_or(0, |before| self.column_ends[before])..self.column_ends[column];
        (&self.rows[range.clone()], &self.values[range])
    }

    /// The number of columns.
    pub(crate) fn n_columns(&self) -> usize {
        self.column_ends.len()
    }
}

/// Makes entries, of which several may share a column, one vector of length 1 in the order of its columns; returns what they
/// were multiplied by, 0 where there is nothing to scale.
pub(crate) fn unit_sum(entries: &mut Vec<(u32, f32)>) -> f32 {
    // Stable, so that what shares a column is added in the order in which it came.
    entries.sort_by_key(|(column, _)| *column);
    entries.dedup_by(|entry, kept| {
        let is_same = entry.0 == kept.0;
        if is_same {
            kept.1 += entry.1;
        }
        is_same
    });
    let square: f32 = entries.iter().map(|(_, value)| value * value).sum();
    let scale = if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 };
    entries.iter_mut().for_each(|(_, value)| *value *= scale);
    scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_hold_what_rows_hold() {
        let mut rows = Csr::new(5);
        for row in 0..40_u32 {
            let entries: Vec<(u32, f32)> = (0..5)
                .filter(|column| (row * 7 + column * 3) % 4 == 0)
                .map(|c| (c, (row + c) as f32))
                .collect();
            rows.push_row(&entries);
        }
        assert_eq!((rows.n_rows(), rows.n_columns(), rows.n_entries()), (40, 5, 50));
        let columns = Csc::from(&rows);
        for column in 0..5 {
            let expected: Vec<(u32, f32)> = (0..40)
                .flat_map(|row| rows.row(row).filter(|e| e.0 == column).map(move |e| (row as u32, e.1)))
                .collect();
            let (found, values) = columns.column(column as usize);
            assert_eq!(found.iter().copied().zip(values.iter().copied()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn sums_of_rows_have_length_1() {
        let mut rows = Csr::new(3);
        for entries in [&[(2, 1.0), (0, 2.0)][..], &[(0, 1.0), (1, 4.0)], &[], &[(1, 2.0)]] {
            rows.push_row(entries);
        }
        let sums = rows.unit_sums(&[2, 1, 0, 1]);
        let length = 26_f32.sqrt();
        let found: Vec<Vec<(u32, f32)>> = (0..4).map(|row| sums.row(row).collect()).collect();
        assert_eq!(found[0].iter().map(|entry| entry.0).collect::<Vec<_>>(), [0, 1, 2]);
        for ((_, value), expected) in found[0].iter().zip([3.0, 4.0, 1.0]) {
            assert!((value - expected / length).abs() < 1e-6, "{value}");
        }
        assert_eq!(found[1..], [vec![], vec![], vec![(1, 1.0)]]);
    }

    #[test]
    fn the_inner_product_runs_over_shared_columns() {
        assert_eq!(Csr::dot(&[(0, 1.0), (3, 2.0)], &[(1, 5.0), (3, 4.0)]), 8.0);
        assert_eq!(Csr::dot(&[], &[(1, 5.0)]), 0.0);
    }
}
