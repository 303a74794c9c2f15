//! Listings and tables come whole or not at all: a line of code that says only `}` looks like nothing by itself.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Blocks};
use super::dirt::fold;

/// Share of its characters that must have been chosen.
const MOST: f32 = 0.5;

/// Completes the listings and tables of which most was chosen. `vote` are the lines that readability kept, in which a row
/// of a table is one line: within the story such rows count as chosen.
pub(crate) fn whole(blocks: &Blocks, vote: &str, keep: &mut [bool]) {
    let owners: Vec<Option<usize>> = blocks.list.iter().map(|block| owner(blocks, block)).collect();
    if owners.iter().all(Option::is_none) {
        return;
    }
    let rows = rows(blocks);
    let lines: HashSet<String> = vote.lines().map(fold).collect();
    let story = keep.iter().position(|keep| *keep).zip(keep.iter().rposition(|keep| *keep));
    let in_story = |at: usize| story.is_some_and(|(first, last)| first < at && at < last);
    let mut sums: HashMap<usize, (f32, f32)> = HashMap::new();
    for (at, ((block, owner), keep)) in blocks.list.iter().zip(&owners).zip(keep.iter()).enumerate() {
        if let Some(owner) = owner {
            let around = block.around;
            let is_plain = !(around.furniture || around.comments || around.aside || around.outside || around.caption);
            let has_vote = || rows.get(&block.row).is_some_and(|row| lines.contains(row));
            let (kept, all) = sums.entry(*owner).or_default();
            *kept += if *keep || (is_plain && in_story(at) && has_vote()) { block.weight } else { 0.0 };
            *all += block.weight;
        }
    }
    for ((block, owner), keep) in blocks.list.iter().zip(&owners).zip(keep) {
        let is_chosen = owner.and_then(|owner| sums.get(&owner)).is_some_and(|(kept, all)| *kept >= MOST * all);
        *keep |= is_chosen && !block.is_picture() && !block.around.outside;
    }
}

/// The text of each row of cells, folded.
fn rows(blocks: &Blocks) -> HashMap<usize, String> {
    let mut rows: HashMap<usize, String> = HashMap::new();
    for block in blocks.list.iter().filter(|block| !block.cell.is_empty()) {
        rows.entry(block.row).or_default().push_str(&fold(&block.text));
    }
    rows
}

/// The listing or the table of data that a block is a part of.
fn owner(blocks: &Blocks, block: &Block) -> Option<usize> {
    if block.around.pre {
        return blocks.nearest(block, "pre");
    }
    (!block.cell.is_empty()).then(|| blocks.nearest(block, "table")).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::cut::cut;
    use super::*;

    fn check(html: &str, vote: &str, chosen: &[usize], expected: &[usize]) {
        let blocks = cut(html);
        let mut keep: Vec<bool> = (0..blocks.list.len()).map(|at| chosen.contains(&at)).collect();
        whole(&blocks, vote, &mut keep);
        let kept: Vec<usize> = keep.iter().enumerate().filter(|(_, keep)| **keep).map(|(at, _)| at).collect();
        assert_eq!(kept, expected, "{html}");
    }

    #[test]
    fn a_listing_comes_whole() {
        check("<p>x</p><pre>if a {\n    go();\n}\n</pre><p>y</p>", "", &[0, 1, 2], &[0, 1, 2, 3]);
        check("<p>x</p><pre>if a {\n    go();\n}\n</pre><p>y</p>", "", &[0], &[0]);
    }

    #[test]
    fn a_table_comes_whole() {
        check("<table><tr><th>Team<th>P</tr><tr><td>Aa<td>3</table><p>x", "", &[0, 2], &[0, 1, 2, 3]);
        check("<p>x</p><table><tr><td>Aa<td>3</table><p>y</p>", "x\nAa | 3\ny", &[0, 3], &[0, 1, 2, 3]);
        check("<p>x</p><table class=ad><tr><td>Aa<td>3</table><p>y</p>", "x\nAa | 3\ny", &[0, 3], &[0, 3]);
        check("<table><tr><td><p>a story that stands in a layout</p><td>x</table>", "", &[0], &[0]);
    }
}
