//! Tables of data, told from tables that lay out a page.

use hashbrown::HashMap;

use super::inline::{Place, inline};
use super::nearest;
use crate::page::{Block, ElementKind, Page, Tag};

/// The tables of data that hold kept blocks, with the cells of their rows.
pub(super) struct Tables {
    /// The column of each cell, by its element.
    column: HashMap<u32, usize>,
    /// Columns of each table, by its element.
    n_columns: HashMap<u32, usize>,
}

/// The table, the row and the cell that a block stands in.
fn place(page: &Page, block: &Block) -> Option<(u32, u32, u32)> {
    let cell = nearest(page, block.element, &[Tag::TD, Tag::TH])?;
    let row =
        page.elements[cell as usize].parent.filter(|row| page.elements[*row as usize].tag == Tag::TR)?;
    let table = nearest(page, Some(row), &[Tag::TABLE])?;
    Some((table, row, cell))
}

impl Tables {
    /// Finds the tables of data: two rows and columns of kept cells or more, most of them text without paragraphs.
    pub(super) fn of(page: &Page, kept: &[usize]) -> Self {
        let mut found = Self { column: HashMap::new(), n_columns: HashMap::new() };
        if !page.elements.iter().any(|element| element.tag == Tag::TABLE) {
            return found;
        }
        let mut n_cells: HashMap<u32, usize> = HashMap::new();
        for (idx, element) in (0..).zip(&page.elements) {
            if let Some(row) = element.parent.filter(|_| matches!(element.tag, Tag::TD | Tag::TH)) {
                let n = n_cells.entry(row).or_default();
                found.column.insert(idx, *n);
                *n += 1;
            }
        }
        // Kept blocks that are bare text of cells, all kept blocks, and the rows that hold any, by table.
        let mut counts: HashMap<u32, (usize, usize, Vec<u32>)> = HashMap::new();
        for block in kept.iter().map(|idx| &page.blocks[*idx]) {
            if let Some((table, row, _)) = place(page, block) {
                let (n_bare, n_all, rows) = counts.entry(table).or_default();
                *n_bare += usize::from(block.kind == ElementKind::TableCell);
                *n_all += 1;
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
        for (table, (n_bare, n_all, rows)) in counts {
            let n_columns = rows.iter().map(|row| n_cells[row]).max().unwrap_or(0);
            if rows.len() >= 2 && n_columns >= 2 && n_bare * 2 > n_all {
                found.n_columns.insert(table, n_columns);
            }
        }
        found
    }

    /// The table that begins with the first of the blocks, and how many of them it takes; the first row is its head.
    pub(super) fn rows(&self, page: &Page, blocks: &[usize]) -> Option<(String, usize)> {
        if self.n_columns.is_empty() {
            return None;
        }
        let (table, ..) = place(page, &page.blocks[blocks[0]])?;
        let n_columns = *self.n_columns.get(&table)?;
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut last_row = None;
        let mut n_blocks = 0;
        for block in blocks.iter().map(|idx| &page.blocks[*idx]) {
            let Some((_, row, cell)) = place(page, block).filter(|(around, ..)| *around == table) else {
                break;
            };
            n_blocks += 1;
            if last_row != Some(row) {
                lines.push(Vec::new());
                last_row = Some(row);
            }
            if let Some(line) = lines.last_mut() {
                let column = self.column[&cell];
                line.resize(line.len().max(column + 1), String::new());
                if !line[column].is_empty() {
                    line[column].push_str("<br>");
                }
                line[column].push_str(&inline(block, Place::Cell));
            }
        }
        if let Some(head) = lines.first_mut() {
            head.resize(n_columns, String::new());
        }
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let mut lines = lines.iter().map(|cells| line(cells));
        let head = lines.next()?;
        let rule = format!("|{}", " --- |".repeat(n_columns));
        let text = [head, rule].into_iter().chain(lines).collect::<Vec<_>>().join("\n");
        Some((text, n_blocks))
    }
}
