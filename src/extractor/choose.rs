//! Which blocks of a page are its article: what the model says, and the few rules that are surer than it.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Blocks, ends_sentence};
use super::bylines::is_byline;
use super::class_words::is_comments;
use super::features::Text;
use super::feed_evidence;
use super::labels::Label;
use super::memory::{ELSEWHERE, HostMemory};
use super::metadata::Metadata;
use super::model;
use super::text::fold;

/// From this score on a block is taken for a part of the story.
const KEPT: f32 = 0.5;
/// From this score on no other evidence is asked.
const SURE: f32 = 0.9;
/// From this score on a block that is not taken is in doubt.
const DOUBTED: f32 = 0.1;
/// The same of the heading of a list that is told.
const HEADING: f32 = 0.05;
const _: () = assert!(feed_evidence::DOUBTED <= HEADING, "forget_template would leave lines that head_lists asks for");
/// The same within a quotation.
const QUOTED: f32 = 0.12;
/// Elements between a picture, or a table, and one that holds the story as well.
const APART: usize = 4;
/// Elements from a cell to its table.
const CELL_TO_TABLE: usize = 3;
/// What stands so near above the first paragraph may be its picture.
const NEAR: usize = 8;
/// Characters of story that must be left before comments are dropped: a page may be nothing but a discussion.
const ENOUGH: f32 = 250.0;
/// A longer prompt can be a sentence of the story: then the model decides.
const MAX_PROMPT: f32 = 40.0;
/// The same where the model is not sure of it.
const MAX_DOUBTED_PROMPT: f32 = 160.0;
/// A list of so many links to other places of its page is its table of contents.
const CONTENTS: usize = 3;
/// A longer line, if it is no heading, does not head one.
const MAX_HEADING: f32 = 40.0;
/// A longer teaser is a paragraph of the story, whatever word it begins with.
const MAX_TEASER: f32 = 240.0;

/// The blocks of an article, a mark for each block of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// Those whose text is the story.
    pub(crate) told: Vec<bool>,
    /// Those that are shown: the story with its pictures and the whole of its tables.
    pub(crate) shown: Vec<bool>,
}

/// Chooses the blocks of the article. `feed_text`: the feed's own text of it, `memory`: what other stories of its host have.
pub(crate) fn choose(page: &Blocks, meta: &Metadata, feed_text: Option<&str>, memory: Option<&HostMemory>) -> Choice {
    let text = Text::of(page);
    let mut scores = model::scores(&text, meta);
    if let Some(memory) = memory.filter(|memory| !memory.is_empty()) {
        forget_template(&text, memory, &mut scores);
    }
    chosen(&text, &scores, meta, feed_text)
}

/// What stands on other stories of the host is not of this one, where the model is not sure that it is.
fn forget_template(text: &Text<'_>, memory: &HostMemory, scores: &mut [f32]) {
    for ((block, _), score) in text.blocks.iter().zip(scores) {
        // Below that nobody asks for them.
        if (feed_evidence::DOUBTED..SURE).contains(score) && memory.stories(&block.text) >= ELSEWHERE {
            *score = 0.0;
        }
    }
}

/// The rules over the scores of the text blocks.
pub(crate) fn chosen(text: &Text<'_>, scores: &[f32], meta: &Metadata, feed_text: Option<&str>) -> Choice {
    let page = text.page;
    let mut scores = scores.to_vec();
    if let Some(feed_text) = feed_text {
        feed_evidence::raise(text, feed_text, KEPT, &mut scores);
    }
    let scores = &scores[..];
    let mut keep: Vec<bool> = scores.iter().map(|score| *score >= KEPT).collect();
    fill_lists(text, scores, &mut keep);
    fill_quotes(text, scores, &mut keep);
    head_lists(text, scores, &mut keep);
    drop_comments(text, &mut keep);
    drop_contents(text, &mut keep);
    drop_bylines(text, meta, &mut keep);
    drop_lines(text, meta, scores, &mut keep);
    trim(text, &mut keep);
    let told = told(page, keep);
    let shown = shown(page, &told);
    Choice { told, shown }
}

/// All blocks of a text that was won otherwise, without the lines that are never part of a story, unless it has nothing else.
pub(crate) fn without_furniture(page: &Blocks, meta: &Metadata) -> Choice {
    furnished(page, meta, |_| true)
}

/// What the page's only `article` holds, but for links and the lines that are never part of a story; `None` where it has none or several.
pub(crate) fn in_article(page: &Blocks, meta: &Metadata) -> Option<Choice> {
    let mut articles = page.holders.iter().enumerate().filter(|(_, holder)| holder.name == "article" && !holder.hidden);
    let ((article, _), None) = (articles.next()?, articles.next()) else { return None };
    Some(furnished(page, meta, |block| block.linked < 0.5 && page.chain(block.element).any(|holder| holder == article)))
}

/// The blocks that are held, without the lines that are never part of a story, unless nothing else is left.
fn furnished(page: &Blocks, meta: &Metadata, held: impl Fn(&Block) -> bool) -> Choice {
    let text = Text::of(page);
    let held: Vec<bool> = text.blocks.iter().map(|(block, _)| held(block)).collect();
    let mut keep = held.clone();
    drop_contents(&text, &mut keep);
    drop_bylines(&text, meta, &mut keep);
    drop_lines(&text, meta, &vec![KEPT; keep.len()], &mut keep);
    if !keep.contains(&true) {
        keep = held;
    }
    let told = told(page, keep);
    let shown = page.list.iter().zip(&told).map(|(block, told)| *told || block.is_picture()).collect();
    Choice { told, shown }
}

/// A mark for each block of the page, of those for its text blocks.
fn told(page: &Blocks, keep: Vec<bool>) -> Vec<bool> {
    let mut keep = keep.into_iter();
    page.list.iter().map(|block| !block.is_picture() && keep.next().unwrap_or_default()).collect()
}

/// Adds what is not text of the story and belongs to it: pictures and tables within it, pictures right above it. What stands
/// deep in something that holds no story (other articles, a face beside a name) is none of it.
fn shown(page: &Blocks, told: &[bool]) -> Vec<bool> {
    let mut shown = told.to_vec();
    let (Some(first), Some(last)) = (told.iter().position(|told| *told), told.iter().rposition(|told| *told)) else {
        return shown;
    };
    let tables: HashSet<usize> =
        page.list.iter().zip(told).filter(|(_, told)| **told).filter_map(|(block, _)| block.table).collect();
    let around: HashSet<usize> =
        page.list.iter().zip(told).filter(|(_, told)| **told).flat_map(|(block, _)| page.chain(block.holder)).collect();
    let is_near = |block: &Block, apart: usize| page.chain(block.holder).take(apart).any(|holder| around.contains(&holder));
    let mut seen = HashSet::new();
    for (at, (block, shown)) in page.list.iter().zip(&mut shown).enumerate().take(last + 1).skip(first.saturating_sub(NEAR)) {
        let is_hidden = page.holders.get(block.element).is_some_and(|holder| holder.hidden);
        // What holds the story as well only says that there are comments.
        let is_comment = || page.chain(block.element).any(|at| !around.contains(&at) && holds_comments(page, at));
        if *shown || is_hidden || is_comment() {
            continue;
        }
        *shown = if block.is_picture() {
            is_near(block, APART) && seen.insert(&block.html)
        } else {
            let is_of_told = block.table.is_some_and(|table| tables.contains(&table));
            at > first && block.is_cell() && (is_of_told || block.linked < 0.5 && is_near(block, APART + CELL_TO_TABLE))
        };
    }
    caption_tables(page, &mut shown);
    shown
}

/// A table that is shown is shown with its caption, be that story or not.
fn caption_tables(page: &Blocks, shown: &mut [bool]) {
    let cells = page.list.iter().zip(&*shown).filter(|(block, shown)| **shown && block.is_cell());
    let tables: HashSet<usize> = cells.filter_map(|(block, _)| block.table).collect();
    for (block, shown) in page.list.iter().zip(shown) {
        let is_hidden = page.holders.get(block.element).is_some_and(|holder| holder.hidden);
        *shown |= !is_hidden && block.is_caption() && block.table.is_some_and(|table| tables.contains(&table));
    }
}

/// Whether it stands in readers' comments.
pub(crate) fn in_comments(page: &Blocks, block: &Block) -> bool {
    page.chain(block.element).any(|at| holds_comments(page, at))
}

fn holds_comments(page: &Blocks, holder: usize) -> bool {
    page.holders.get(holder).is_some_and(|holder| is_comments(&holder.name, holder.groups))
}

fn drop_comments(text: &Text<'_>, keep: &mut [bool]) {
    let comments: Vec<bool> = text.blocks.iter().map(|(block, _)| in_comments(text.page, block)).collect();
    let left: f32 = text
        .blocks
        .iter()
        .zip(keep.iter().zip(&comments))
        .filter(|(_, (kept, comment))| **kept && !**comment)
        .map(|((block, _), _)| block.weight)
        .sum();
    if left >= ENOUGH {
        keep.iter_mut().zip(comments).for_each(|(keep, comment)| *keep &= !comment);
    }
}

/// A list is told whole or not at all: fills the holes of one that is mostly told, where the model is not sure of them.
fn fill_lists(text: &Text<'_>, scores: &[f32], keep: &mut [bool]) {
    let mut lists: HashMap<usize, (usize, usize)> = HashMap::new();
    let list_of = |block: &Block| block.list.as_ref().map(|(_, serial)| *serial);
    for ((block, _), keep) in text.blocks.iter().zip(keep.iter()) {
        if let Some(list) = list_of(block) {
            let (told, all) = lists.entry(list).or_default();
            *told += usize::from(*keep);
            *all += 1;
        }
    }
    for (((block, _), keep), score) in text.blocks.iter().zip(keep).zip(scores) {
        let is_mostly_told = list_of(block).and_then(|list| lists.get(&list)).is_some_and(|(told, all)| told * 2 > *all);
        *keep |= is_mostly_told && *score >= DOUBTED;
    }
}

/// A quotation within the story is a part of it: posts that are shown have a form of their own, which is rarely seen in training.
fn fill_quotes(text: &Text<'_>, scores: &[f32], keep: &mut [bool]) {
    let (Some(first), Some(last)) = (keep.iter().position(|k| *k), keep.iter().rposition(|k| *k)) else { return };
    for (at, (block, _)) in text.blocks.iter().enumerate().take(last).skip(first) {
        let is_quote = text.page.holders.get(block.holder).is_some_and(|holder| holder.quote && !holder.hidden);
        keep[at] |= is_quote && scores.get(at).is_some_and(|score| *score >= QUOTED);
    }
}

/// The heading of a list that is told, within the story, is told with it: key points in brief.
fn head_lists(text: &Text<'_>, scores: &[f32], keep: &mut [bool]) {
    let Some(first) = keep.iter().position(|k| *k) else { return };
    for at in first..text.blocks.len().saturating_sub(1) {
        let is_heading = text.blocks.get(at).is_some_and(|(block, _)| block.heading().is_some_and(|level| level > 1));
        let heads_list = text.blocks.get(at + 1).is_some_and(|(block, _)| block.list.is_some());
        if is_heading && heads_list && keep.get(at + 1) == Some(&true) && scores.get(at).is_some_and(|score| *score >= HEADING) {
            keep[at] = true;
        }
    }
}

/// Drops tables of contents: lists that only lead to other places of the page, with what heads them.
fn drop_contents(text: &Text<'_>, keep: &mut [bool]) {
    let mut lists: HashMap<usize, (usize, usize, usize)> = HashMap::new();
    for (at, (block, _)) in text.blocks.iter().enumerate() {
        let Some((_, list)) = &block.list else { continue };
        let (links, all, first) = lists.entry(*list).or_insert((0, 0, at));
        *links += usize::from(block.linked >= 0.9 && block.html.contains("href=\"#"));
        *all += 1;
        *first = at.min(*first);
    }
    lists.retain(|_, (links, all, _)| *links >= CONTENTS && links == all);
    for (at, (block, _)) in text.blocks.iter().enumerate() {
        if block.list.as_ref().is_some_and(|(_, list)| lists.contains_key(list)) {
            keep[at] = false;
        }
    }
    for (_, _, first) in lists.values() {
        let Some(at) = first.checked_sub(1) else { continue };
        let (above, _) = &text.blocks[at];
        let is_line = || above.list.is_none() && above.weight <= MAX_HEADING && !ends_sentence(&above.text);
        keep[at] &= above.heading().is_none() && !is_line();
    }
}

/// Drops what stands above the first paragraph and only says who wrote it, and when.
fn drop_bylines(text: &Text<'_>, meta: &Metadata, keep: &mut [bool]) {
    let Some(first) = text.blocks.iter().zip(keep.iter()).position(|((_, facts), keep)| *keep && facts.is_prose) else { return };
    for ((block, _), keep) in text.blocks.iter().zip(keep.iter_mut()).take(first) {
        *keep = *keep && (block.heading().is_some() || !is_byline(&block.text, &meta.authors));
    }
}

/// Drops labels, the headline and lines that only lead elsewhere.
fn drop_lines(text: &Text<'_>, meta: &Metadata, scores: &[f32], keep: &mut [bool]) {
    let titles: HashSet<String> = meta.titles.iter().map(|title| fold(title)).collect();
    for ((((block, _), label), score), keep) in text.blocks.iter().zip(&text.labels).zip(scores).zip(keep.iter_mut()) {
        if !*keep {
            continue;
        }
        *keep = !is_furniture(block, *label, *score < SURE) && !titles.contains(&fold(&block.text));
    }
}

/// Whether a block is a label, a teaser or a prompt and not a sentence that begins like one; more of them are where it is `doubted`
/// that the block is of the story.
pub(crate) fn is_furniture(block: &Block, label: Option<Label>, doubted: bool) -> bool {
    match label {
        Some(Label::Advertising | Label::Widget | Label::Section) => true,
        Some(Label::Teaser) => block.weight <= MAX_TEASER,
        Some(Label::Prompt) => block.weight <= if doubted { MAX_DOUBTED_PROMPT } else { MAX_PROMPT },
        None => false,
    }
}

/// A story does not end with a heading.
fn trim(text: &Text<'_>, keep: &mut [bool]) {
    for ((block, _), keep) in text.blocks.iter().zip(keep).rev() {
        if *keep {
            if block.heading().is_none() {
                return;
            }
            *keep = false;
        }
    }
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
