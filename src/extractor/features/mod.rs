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

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::blocks::{Block, Blocks};
use super::labels::{Label, label};
use super::metadata::Metadata;

pub(crate) use context::second;
pub(crate) use facts::Facts;

/// One row a block, one column a feature.
#[derive(Debug, Default)]
pub struct Matrix {
    /// Names of the columns.
    pub names: Vec<&'static str>,
    /// Column by column what each block has there: they are read so.
    pub columns: Vec<Vec<f32>>,
}

/// The text blocks of a page with what is known of them.
pub(crate) struct Text<'p> {
    /// The page.
    pub(crate) page: &'p Blocks,
    /// Its blocks of text, and what their text says.
    pub(crate) blocks: Vec<(&'p Block, Facts)>,
    /// What each block says of itself, if it is none of a story's.
    pub(crate) labels: Vec<Option<Label>>,
    /// What each block stands in: elements and classes, three up.
    pub(crate) signatures: Vec<u64>,
    /// Which of the elements that the model knows each block is.
    tags: Vec<f32>,
    /// The same of each holder, of those that are looked for above a block, and whether it is of the page's own making.
    ancestors: Vec<(Option<usize>, bool)>,
    /// Sums over its elements.
    pub(crate) tree: tree::Tree,
}

impl<'p> Text<'p> {
    /// Of a page; pictures are left out.
    pub(crate) fn of(page: &'p Blocks) -> Self {
        let blocks: Vec<(&Block, Facts)> =
            page.list.iter().filter(|block| !block.is_picture()).map(|block| (block, Facts::of(block))).collect();
        let tree = tree::Tree::new(page, &blocks);
        let labels = blocks.iter().map(|(block, _)| label(&block.text)).collect();
        let signatures = blocks.iter().map(|(block, _)| signature(page, block)).collect();
        let tags = blocks.iter().map(|(block, _)| row::tag(&block.name)).collect();
        let ancestors = page.holders.iter().map(|holder| (row::ancestor(&holder.name), holder.name.contains('-'))).collect();
        Self { page, blocks, labels, signatures, tags, ancestors, tree }
    }

    /// What parts blocks of one kind from others: container, classes of three elements up, name.
    pub(crate) fn kinds(&self, at: usize) -> Option<(usize, u64, &'p str)> {
        let (block, _) = self.blocks.get(at)?;
        Some((*self.tree.containers.get(at)?, *self.signatures.get(at)?, block.name.as_str()))
    }
}

/// Of the elements around a block, three up.
fn signature(page: &Blocks, block: &Block) -> u64 {
    let mut hasher = FxHasher::default();
    for at in page.chain(block.holder).take(3) {
        page.holders.get(at).map_or(0, |holder| holder.mark).hash(&mut hasher);
    }
    hasher.finish()
}

/// A label as a number; 0 for none.
fn number(label: Option<Label>) -> f32 {
    label.map_or(0.0, |label| f32::from(label as u8))
}

/// The columns of the first pass.
pub(crate) fn first(text: &Text<'_>, meta: &Metadata) -> Matrix {
    let about = page::Page::of(text, meta);
    let mut matrix = Matrix::default();
    for at in 0..text.blocks.len() {
        let mut row = Row::new(&mut matrix, text.blocks.len());
        row::write(&mut row, text, &about, at);
    }
    matrix
}

/// A row that is being written.
pub(crate) struct Row<'m> {
    matrix: &'m mut Matrix,
    /// Blocks of the page.
    blocks: usize,
    /// The column that is next.
    next: usize,
}

impl<'m> Row<'m> {
    /// The next row, of so many.
    fn new(matrix: &'m mut Matrix, blocks: usize) -> Self {
        Self { matrix, blocks, next: 0 }
    }

    #[inline]
    fn put(&mut self, name: &'static str, value: f32) {
        match self.matrix.columns.get_mut(self.next) {
            Some(column) => column.push(value),
            // The first row brings the names.
            None => self.begin(name, value),
        }
        self.next += 1;
    }

    #[cold]
    fn begin(&mut self, name: &'static str, value: f32) {
        let mut column = Vec::with_capacity(self.blocks);
        column.push(value);
        self.matrix.names.push(name);
        self.matrix.columns.push(column);
    }
}
