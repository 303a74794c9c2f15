//! What training needs of a page: its blocks, and the numbers the model would be told about them.

use super::blocks::Blocks;
pub use super::features::Matrix;
use super::features::{self, Text};
use super::metadata::Metadata;
use super::{Page, prepare};

/// A page as the model sees it.
#[derive(Debug)]
pub struct Sheet {
    blocks: Blocks,
    meta: Metadata,
    feed_text: Option<String>,
}

impl Sheet {
    /// Reads a page as [`super::extract`] does.
    pub fn of(page: &Page<'_>) -> Self {
        let prepared = prepare(page);
        Self {
            blocks: super::cut::cut(&prepared.html, page.url.and_then(url::Url::host_str)),
            meta: prepared.meta,
            feed_text: page.feed_text.map(str::to_owned),
        }
    }

    /// The text of each block.
    pub fn texts(&self) -> Vec<&str> {
        self.blocks.list.iter().filter(|block| !block.is_picture()).map(|block| block.text.as_str()).collect()
    }

    /// Which blocks stand in the same container: a number each.
    pub fn containers(&self) -> Vec<usize> {
        let text = Text::of(&self.blocks);
        (0..text.blocks.len()).filter_map(|at| text.kinds(at)).map(|kind| kind.0).collect()
    }

    /// The columns of the first pass.
    pub fn first(&self) -> Matrix {
        features::first(&Text::of(&self.blocks), &self.meta)
    }

    /// The columns of the second pass, from the scores of the first.
    pub fn second(&self, scores: &[f32]) -> Matrix {
        features::second(&Text::of(&self.blocks), scores)
    }

    /// The text of the article, from the scores of the second pass.
    pub fn article(&self, scores: &[f32]) -> String {
        let choice = super::choose::chosen(&Text::of(&self.blocks), scores, &self.meta, self.feed_text.as_deref());
        super::compose::lines(&self.blocks, &choice)
    }
}
