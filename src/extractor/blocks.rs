//! The blocks of a page: the paragraphs, headings, list items, cells and pictures a reader would tell apart, and the
//! elements around them.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::class_words::ClassWords;
use super::dialogs::{self, Dialog};
use super::tokens::Tag;

/// A Chinese or Japanese character says as much as so many Latin ones.
pub(crate) const WIDE: f32 = 2.5;
/// Bytes of classes and ids of one element that are looked at.
const MAX_CLASSES: usize = 300;

/// An element that holds blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holder {
    /// Its parent; the first holder is its own.
    pub(crate) parent: usize,
    /// Its name.
    pub(crate) name: String,
    /// Holders above it.
    pub(crate) depth: u16,
    /// Whether it begins a block: links and named spans hold text too, but do not part it.
    pub(crate) is_block: bool,
    /// Of its name and classes.
    pub(crate) mark: u64,
    /// What its classes speak of: bits of [`super::class_words::GROUPS`].
    pub(crate) groups: u32,
    /// Not shown, or within what is not shown.
    pub(crate) hidden: bool,
    /// Within `blockquote`.
    pub(crate) quote: bool,
    /// Within `pre`.
    pub(crate) pre: bool,
    /// Whether it is a dialog.
    pub(crate) dialog: Dialog,
}

/// A piece of text, or a picture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// White space collapsed, but for code; the caption of a picture.
    pub(crate) text: String,
    /// Its inline markup, or the whole picture.
    pub(crate) html: String,
    /// The nearest element of block level around it.
    pub(crate) holder: usize,
    /// The nearest element of any kind around its first character.
    pub(crate) element: usize,
    /// Name of the holder, or `figure` for a picture.
    pub(crate) name: String,
    /// `ul`, `ol` or `dl` around it, with the number of that element.
    pub(crate) list: Option<(String, usize)>,
    /// The table around it.
    pub(crate) table: Option<usize>,
    /// The row around it.
    pub(crate) row: usize,
    /// Start tag of the cell that it is, empty cells before it included.
    pub(crate) cell: String,
    /// Only a `br` stands between it and the block before.
    pub(crate) continues: bool,
    /// A `br` stands right before or behind it.
    pub(crate) at_break: bool,
    /// Shares of its characters in links, bold and italic.
    pub(crate) linked: f32,
    /// See there.
    pub(crate) bold: f32,
    /// See there.
    pub(crate) italic: f32,
    /// Links that begin in it.
    pub(crate) links: u16,
    /// Share of its characters in links to the same site, as far as the address tells.
    pub(crate) linked_within: f32,
    /// Pictures in it and right before it.
    pub(crate) pictures: u16,
    /// Characters, wide ones counted as more.
    pub(crate) weight: f32,
}

impl Block {
    /// Whether it is a picture.
    pub(crate) fn is_picture(&self) -> bool {
        self.name == "figure"
    }

    /// Whether it is a cell of a table; one that lays out a page has been [settled](super::settle) before.
    pub(crate) fn is_cell(&self) -> bool {
        self.table.is_some() && matches!(self.name.as_str(), "td" | "th")
    }

    /// Whether it is the caption of a table.
    pub(crate) fn is_caption(&self) -> bool {
        self.table.is_some() && self.name == "caption"
    }

    /// Level of a heading.
    pub(crate) fn heading(&self) -> Option<u8> {
        match self.name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ => None,
        }
    }
}

/// A page in blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// In the order of the page.
    pub(crate) list: Vec<Block>,
    /// The name that its host has under its public suffix, if it is known.
    pub(crate) site: Option<String>,
    /// The elements around them; parents before children.
    pub(crate) holders: Vec<Holder>,
    /// Whether there were more than are looked at.
    pub(crate) is_cut: bool,
}

impl Blocks {
    /// The holder and all above it, innermost first.
    pub(crate) fn chain(&self, holder: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = Some(holder);
        std::iter::from_fn(move || {
            let now = next?;
            let parent = self.holders.get(now)?.parent;
            next = (parent != now).then_some(parent);
            Some(now)
        })
    }
}

/// The holder that a start tag opens within `outer`.
pub(crate) fn holder(tag: &Tag<'_>, parent: usize, outer: &Holder, is_block: bool, words: &mut ClassWords) -> Holder {
    let name = &*tag.name;
    let mut classes = String::new();
    for attribute in ["class", "id", "itemprop", "role", "data-testid", "data-component"] {
        if let Some(value) = tag.get(attribute) {
            if !classes.is_empty() {
                classes.push(' ');
            }
            classes.push_str(value);
        }
    }
    classes.truncate(classes.floor_char_boundary(MAX_CLASSES));
    classes.make_ascii_lowercase();
    let mut hasher = FxHasher::default();
    (name, classes.trim()).hash(&mut hasher);
    // A style that hides is written so by the guard.
    let hides = tag.get("hidden").is_some() || tag.get("aria-hidden") == Some("true");
    Holder {
        parent,
        name: name.to_owned(),
        depth: outer.depth.saturating_add(1),
        is_block,
        mark: hasher.finish(),
        groups: words.groups(&classes),
        hidden: hides || outer.hidden,
        quote: outer.quote || name == "blockquote",
        pre: outer.pre || matches!(name, "pre" | "listing"),
        dialog: dialogs::opened(tag),
    }
}

/// Whether `text` has a sentence's end at its end.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || is_quote(c) || matches!(c, '』' | ')' | ']'));
    end.ends_with(is_stop) || (end.ends_with(is_stopless) && end.contains(' '))
}

/// What ends a sentence.
pub(crate) fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '…' | '‽' | '।' | '؟' | '።' | '។' | '။' | '།')
}

/// What parts the members of a sentence.
pub(crate) fn is_comma(c: char) -> bool {
    matches!(c, ',' | ';' | '、' | '，' | '،' | '؛' | '；')
}

/// What opens or closes speech.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '「' | '」')
}

/// Characters, wide ones counted as more.
pub(crate) fn weight_of(text: &str) -> f32 {
    if text.is_ascii() {
        #[allow(clippy::cast_precision_loss)] // a length
        return text.len() as f32;
    }
    let (mut all, mut wide) = (0.0, 0.0);
    for c in text.chars() {
        all += 1.0;
        if is_wide(c) {
            wide += 1.0;
        }
    }
    all + wide * (WIDE - 1.0)
}

/// Letters of Thai and Lao, which part no words, and phrases by spaces; a sentence ends as a phrase does.
pub(crate) fn is_stopless(c: char) -> bool {
    c >= '\u{e01}' && matches!(c, '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ece}')
}

/// Chinese and Japanese characters.
pub(crate) fn is_wide(c: char) -> bool {
    // Most characters are decided by the first comparison.
    c >= '\u{3040}'
        && matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn headings_are_h1_to_h6() {
        let level = |name: &str| Block { name: name.to_owned(), ..Block::default() }.heading();
        assert_eq!(["h1", "h2", "h3", "h4", "h5", "h6"].map(level), [1, 2, 3, 4, 5, 6].map(Some));
        for name in ["h0", "h7", "h01", "h10", "h", "hr", "header", "th1", ""] {
            assert_eq!(level(name), None, "{name}");
        }
    }
}
