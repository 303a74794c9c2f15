//! What the model is told about each block of a page: numbers, no words, so that it knows no language and no site.
//!
//! Columns of the first pass describe the block, its elements, its neighbours and the page. Those of the second pass
//! ([`context`]) describe what the first made of the blocks around. Training reads the same numbers that the program uses
//! (`cargo run --example matrix`); a change here needs a new training.

mod context;
mod facts;
mod page;
mod row;
mod tree;

use super::blocks::{Block, Blocks};
use super::metadata::Metadata;

pub(crate) use context::second;
pub(crate) use facts::Facts;

/// One row a block, one column a feature.
#[derive(Debug, Default)]
pub struct Matrix {
    /// Names of the columns.
    pub names: Vec<&'static str>,
    /// Row after row.
    pub values: Vec<f32>,
}

impl Matrix {
    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.names.len().max(1))
    }
}

/// The text blocks of a page with what is known of them.
pub(crate) struct Text<'p> {
    /// The page.
    pub(crate) page: &'p Blocks,
    /// Its blocks of text, and what their text says.
    pub(crate) blocks: Vec<(&'p Block, Facts)>,
    /// Sums over its elements.
    pub(crate) tree: tree::Tree,
}

impl<'p> Text<'p> {
    /// Of a page; pictures are left out.
    pub(crate) fn of(page: &'p Blocks) -> Self {
        let blocks: Vec<(&Block, Facts)> =
            page.list.iter().filter(|block| !block.is_picture()).map(|block| (block, Facts::of(block))).collect();
        let tree = tree::Tree::new(page, &blocks);
        Self { page, blocks, tree }
    }

    /// What parts blocks of one kind from others: container, classes of three elements up, name.
    pub(crate) fn kinds(&self, at: usize) -> Option<(usize, u64, &'p str)> {
        let (block, _) = self.blocks.get(at)?;
        Some((*self.tree.containers.get(at)?, page::signature(self.page, block), block.name.as_str()))
    }
}

/// The columns of the first pass.
pub(crate) fn first(text: &Text<'_>, meta: &Metadata) -> Matrix {
    let about = page::Page::of(text, meta);
    let mut matrix = Matrix::default();
    for at in 0..text.blocks.len() {
        let mut row = Row { matrix: &mut matrix, names: at == 0 };
        row::write(&mut row, text, &about, at);
    }
    matrix
}

/// A row that is being written.
pub(crate) struct Row<'m> {
    matrix: &'m mut Matrix,
    names: bool,
}

impl Row<'_> {
    fn put(&mut self, name: &'static str, value: f32) {
        if self.names {
            self.matrix.names.push(name);
        }
        self.matrix.values.push(value);
    }
}
