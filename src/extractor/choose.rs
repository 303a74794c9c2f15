//! Which blocks of a page are its article: what readability kept, and what belongs to that.
//!
//! Readability finds the right container nearly always, but loses what stands beside it (the lede above, the second half
//! of a story that is cut into sections) and in it (short subheadings, lists). Its answer is a vote here, not the verdict.

use std::collections::{HashMap, HashSet};

use super::blocks::{Around, Block, Blocks};
use super::dirt::{fold, is_dirt};
use super::metadata::Metadata;

/// What stands so near above the first paragraph may be its key points.
const NEAR: usize = 8;

/// Characters below which an answer is doubted.
const TOO_LITTLE: f32 = 250.0;
/// Readability is not believed when it kept less than this share of the prose of the page's main part.
const TRUST: f32 = 0.4;

/// Marks the blocks of the article. `grabbed` are the lines readability kept.
pub(crate) fn choose(blocks: &mut Blocks, grabbed: &str, meta: &Metadata) -> Vec<bool> {
    let lines: HashSet<String> = grabbed.lines().map(fold).filter(|line| !line.is_empty()).collect();
    let folded: Vec<String> = blocks.list.iter().map(|block| fold(&block.text)).collect();
    let mut keep: Vec<bool> =
        blocks.list.iter().zip(&folded).map(|(block, text)| !block.is_picture() && lines.contains(text)).collect();
    let voted = keep.clone();
    forget_common(blocks, &keep);
    for (block, keep) in blocks.list.iter().zip(&mut keep) {
        *keep = *keep && !block.around.comments;
    }
    restrict(blocks, &mut keep);
    prefer_mass(blocks, &mut keep);
    extend(blocks, &mut keep);
    fill(blocks, &mut keep);
    let list = &blocks.list;
    lead(list, &folded, &mut keep, meta);
    drop_dirt(list, &folded, &mut keep, meta);
    // A page of tables or verses has no prose to go by: then the vote is all there is.
    if sum(list, &keep) < TOO_LITTLE && sum(list, &keep) * 2.0 < sum(list, &voted) {
        keep = voted;
        drop_dirt(list, &folded, &mut keep, meta);
    }
    trim(list, &mut keep);
    pictures(list, &mut keep);
    keep
}

fn sum(list: &[Block], keep: &[bool]) -> f32 {
    list.iter().zip(keep).filter(|(_, keep)| **keep).map(|(block, _)| block.weight).sum()
}

/// Drops furniture, the headline and what was said before.
fn drop_dirt(list: &[Block], folded: &[String], keep: &mut [bool], meta: &Metadata) {
    let mut seen = HashSet::new();
    let titles: Vec<String> = meta.titles.iter().map(|title| fold(title)).collect();
    for ((block, text), keep) in list.iter().zip(folded).zip(keep) {
        if *keep && !block.is_picture() {
            // Cells and lines of code repeat by nature.
            let may_repeat = block.table.is_some() || block.around.pre;
            let repeated = !may_repeat && text.len() > 20 && !seen.insert(text);
            *keep = !(repeated || block.heading() == Some(1) || titles.contains(text) || is_dirt(block));
        }
    }
}

/// What holds for most of the text says nothing about a block: on some pages a class of `body` speaks of comments.
fn forget_common(blocks: &mut Blocks, keep: &[bool]) {
    let share = |has: fn(&Around) -> bool, anywhere: bool| {
        let mut sums = [[0.0f32; 2]; 2];
        for (block, keep) in blocks.list.iter().zip(keep) {
            for (sum, counts) in sums.iter_mut().zip([*keep, true]) {
                sum[0] += if counts && has(&block.around) { weight(block) } else { 0.0 };
                sum[1] += if counts { weight(block) } else { 0.0 };
            }
        }
        let [[kept, all_kept], [any, all]] = sums;
        (all_kept > 0.0 && kept >= 0.5 * all_kept) || (all > 0.0 && any >= 0.7 * all && (anywhere || all_kept <= 0.0))
    };
    let common = Around {
        outside: share(|a| a.outside, true),
        aside: share(|a| a.aside, true),
        // A page may well have more comments than story.
        comments: share(|a| a.comments, false),
        furniture: share(|a| a.furniture, true),
        caption: share(|a| a.caption, true),
        byline: share(|a| a.byline, true),
        ..Around::default()
    };
    for around in blocks.list.iter_mut().map(|block| &mut block.around) {
        around.outside &= !common.outside;
        around.aside &= !common.aside;
        around.comments &= !common.comments;
        around.furniture &= !common.furniture;
        around.caption &= !common.caption;
        around.byline &= !common.byline;
    }
}

/// Takes the part of the page with most prose where readability kept too little of it.
fn prefer_mass(blocks: &Blocks, keep: &mut [bool]) {
    let mut sums: HashMap<usize, f32> = HashMap::new();
    let mut total = 0.0;
    let counts = |block: &Block| block.is_good() && !is_outside(block);
    for block in blocks.list.iter().filter(|block| counts(block)) {
        total += block.weight;
        for holder in blocks.chain(block.holder) {
            *sums.entry(holder).or_default() += block.weight;
        }
    }
    // Short lines count too, a little: a calendar is no prose, and all there is.
    let worth = |block: &Block| {
        if block.is_good() {
            block.weight
        } else if block.link_share < 0.3 {
            0.5 * block.weight
        } else {
            0.0
        }
    };
    let kept: f32 = blocks.list.iter().zip(keep.iter()).filter(|(_, keep)| **keep).map(|(block, _)| worth(block)).sum();
    let main = sums.iter().filter(|(_, sum)| **sum >= 0.6 * total).max_by_key(|(at, _)| **at);
    let Some((&main, _)) = main.filter(|(_, mass)| kept < TRUST * **mass) else { return };
    for (block, keep) in blocks.list.iter().zip(keep.iter_mut()) {
        *keep = counts(block) && blocks.chain(block.holder).any(|at| at == main);
    }
}

fn weight(block: &Block) -> f32 {
    if block.is_good() { block.weight } else { 0.0 }
}

/// Drops matches outside of the part of the page that holds most of them: teasers repeat the lede elsewhere.
fn restrict(blocks: &Blocks, keep: &mut [bool]) {
    let mut sums: HashMap<usize, f32> = HashMap::new();
    let mut total = 0.0;
    for (block, _) in blocks.list.iter().zip(keep.iter()).filter(|(_, keep)| **keep) {
        total += weight(block);
        for holder in blocks.chain(block.holder) {
            *sums.entry(holder).or_default() += weight(block);
        }
    }
    if total <= 0.0 {
        return;
    }
    let deepest = sums.iter().filter(|(_, sum)| **sum >= 0.9 * total).map(|(at, _)| *at).max().unwrap_or(0);
    for (block, keep) in blocks.list.iter().zip(keep.iter_mut()) {
        *keep = *keep && blocks.chain(block.holder).any(|at| at == deepest);
    }
}

/// Adds prose of the same kind that readability left: a story cut into sections.
fn extend(blocks: &Blocks, keep: &mut [bool]) {
    let kept = || blocks.list.iter().zip(keep.iter()).filter(|(_, keep)| **keep).map(|(block, _)| block);
    let total: f32 = kept().map(weight).sum();
    let mut kinds: HashMap<u64, f32> = HashMap::new();
    let mut articles: HashMap<Option<usize>, f32> = HashMap::new();
    for block in kept() {
        *kinds.entry(block.signature).or_default() += weight(block);
        *articles.entry(blocks.nearest(block, "article")).or_default() += weight(block);
    }
    let Some((article, _)) = articles.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)) else { return };
    for (block, keep) in blocks.list.iter().zip(keep.iter_mut()) {
        let same_kind = kinds.get(&block.signature).is_some_and(|sum| *sum >= 0.25 * total);
        if same_kind && block.is_good() && !is_outside(block) && blocks.nearest(block, "article") == article {
            *keep = true;
        }
    }
}

fn is_outside(block: &Block) -> bool {
    let around = block.around;
    around.outside || around.comments || around.furniture || around.caption || around.aside
}

/// Adds what stands between kept blocks: subheadings, short paragraphs of the same kind, lists.
fn fill(blocks: &Blocks, keep: &mut [bool]) {
    let list = &blocks.list;
    let (Some(first), Some(last)) = (keep.iter().position(|k| *k), keep.iter().rposition(|k| *k)) else { return };
    let kinds: HashSet<u64> =
        list.iter().zip(keep.iter()).filter(|(block, keep)| **keep && block.is_good()).map(|(block, _)| block.signature).collect();
    let own: HashSet<usize> = list
        .iter()
        .zip(keep.iter())
        .filter(|(block, keep)| **keep && block.is_good())
        .flat_map(|(block, _)| blocks.chain(block.holder).take(3))
        .collect();
    let begin = first.saturating_sub(NEAR);
    for (at, (block, keep)) in list.iter().zip(keep.iter_mut()).enumerate().take(last + 1).skip(begin) {
        if *keep || block.is_picture() || is_outside(block) || block.around.byline || block.link_share > 0.5 {
            continue;
        }
        let inside = at > first;
        let near_home = blocks.chain(block.holder).take(4).any(|holder| own.contains(&holder));
        let is_subheading = inside && block.heading().is_some_and(|level| level > 1) && near_home && block.weight < 200.0;
        let is_short = inside && kinds.contains(&block.signature);
        let is_point = block.list.is_some() && near_home && block.weight >= 25.0 && block.link_share < 0.3;
        *keep = is_subheading || is_short || is_point;
    }
}

/// Adds the lede: the block above the text that says what the page's description or the feed's teaser says.
fn lead(list: &[Block], folded: &[String], keep: &mut [bool], meta: &Metadata) {
    let Some(first) = keep.iter().position(|k| *k) else { return };
    for teaser in meta.teasers.iter().map(|teaser| fold(teaser)).filter(|text| text.chars().count() >= 40) {
        let start: String = teaser.chars().take(60).collect();
        if list.iter().zip(keep.iter()).zip(folded).any(|((_, keep), text)| *keep && text.starts_with(&start)) {
            return;
        }
        let says_it = |(block, text): (&Block, &String)| {
            let is_text = !block.is_picture() && block.heading() != Some(1);
            is_text && text.chars().count() >= 40 && (text.starts_with(&start) || teaser.starts_with(text.as_str()))
        };
        if let Some(at) = (0..first).rev().find(|&at| list.get(at).zip(folded.get(at)).is_some_and(says_it)) {
            keep[at] = true;
            return;
        }
    }
}

/// A story does not end with a heading.
fn trim(list: &[Block], keep: &mut [bool]) {
    for at in (0..list.len()).rev() {
        if keep[at] {
            if list[at].heading().is_none() {
                return;
            }
            keep[at] = false;
        }
    }
}

/// Keeps the pictures that stand within the story or right above it.
fn pictures(list: &[Block], keep: &mut [bool]) {
    let (Some(first), Some(last)) = (keep.iter().position(|k| *k), keep.iter().rposition(|k| *k)) else { return };
    let mut seen = HashSet::new();
    let begin = first.saturating_sub(NEAR);
    for (block, keep) in list.iter().zip(keep.iter_mut()).take(last + 1).skip(begin).filter(|(block, _)| block.is_picture()) {
        let around = block.around;
        *keep = !(around.outside || around.comments || around.furniture || around.byline) && seen.insert(&block.html);
    }
}
