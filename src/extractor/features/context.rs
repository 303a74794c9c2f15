//! The columns of the second pass: what the first pass made of the block, of those around it and of those like it.

use std::cmp::Reverse;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::row::log;
use super::{Matrix, Row, Text};

/// Of the blocks that hold one run of four words the others are compared with so many.
const MAX_HOLDERS: usize = 8;
/// Runs of four words of one page that are compared; blocks with more have no twin.
const MAX_RUNS: usize = 200_000;
/// Characters from which a block that was accepted counts as a piece of the story.
const PIECE: f32 = 40.0;
/// From here on a block is accepted.
const ACCEPTED: f32 = 0.5;

/// The columns; `scores` are those of the first pass, a block each.
#[allow(clippy::cast_precision_loss)] // counts of blocks
pub(crate) fn second(text: &Text<'_>, scores: &[f32]) -> Matrix {
    let sizes: Vec<f32> = text.blocks.iter().map(|(_, facts)| facts.chars).collect();
    let sums = running(scores.iter().zip(&sizes).map(|(score, size)| score * size));
    let lengths = running(sizes.iter().copied());
    let mass = sums.last().copied().unwrap_or_default();
    let total = mass + 1.0;
    let kinds: Vec<_> = (0..scores.len()).filter_map(|at| text.kinds(at)).collect();
    let containers = Group::new(kinds.iter().map(|kind| kind.0), scores, &sizes);
    let signatures = Group::new(kinds.iter().map(|kind| kind.1), scores, &sizes);
    let names = Group::new(kinds.iter().map(|kind| kind.2), scores, &sizes);
    let before = gaps(scores, &sizes, false);
    let after = gaps(scores, &sizes, true);
    let twins = twins(text);
    let accepted: f32 = scores.iter().zip(&sizes).filter(|(score, _)| **score > ACCEPTED).map(|(score, size)| score * size).sum();
    let highest = scores.iter().copied().fold(0.0, f32::max);
    let count = scores.iter().filter(|score| **score > ACCEPTED).count() as f32;
    let mut matrix = Matrix::default();
    for (at, &score) in scores.iter().enumerate() {
        let mut row = Row::new(&mut matrix, scores.len());
        let clamped = score.clamp(1e-4, 1.0 - 1e-4);
        row.put("p", score);
        row.put("logit", (clamped / (1.0 - clamped)).ln());
        const NEIGHBOURS: [(&str, isize); 10] = [
            ("p-5", -5),
            ("p-4", -4),
            ("p-3", -3),
            ("p-2", -2),
            ("p-1", -1),
            ("p1", 1),
            ("p2", 2),
            ("p3", 3),
            ("p4", 4),
            ("p5", 5),
        ];
        for (name, offset) in NEIGHBOURS {
            row.put(name, at.checked_add_signed(offset).and_then(|at| scores.get(at)).copied().unwrap_or(-1.0));
        }
        const WINDOWS: [(&str, &str, usize); 3] = [("mb3", "ma3", 3), ("mb10", "ma10", 10), ("mb25", "ma25", 25)];
        let mean = |from: usize, to: usize| (sums[to] - sums[from]) / (lengths[to] - lengths[from] + 1.0);
        for (behind, ahead, width) in WINDOWS {
            row.put(behind, mean(at.saturating_sub(width), at));
            row.put(ahead, mean(at + 1, (at + width + 1).min(scores.len())));
        }
        row.put("cumb", sums[at] / total);
        row.put("cuma", (mass - sums[at + 1]) / total);
        containers.put(&mut row, at, score, sizes[at], mass, ["ct_m", "ct_s", "ct_n"]);
        signatures.put(&mut row, at, score, sizes[at], mass, ["sg_m", "sg_s", "sg_n"]);
        names.put(&mut row, at, score, sizes[at], mass, ["tg_m", "tg_s", "tg_n"]);
        row.put("lastp", before[at].0);
        row.put("nextp", after[at].0);
        row.put("lastc", before[at].1.ln_1p());
        row.put("nextc", after[at].1.ln_1p());
        row.put("ptot", total.ln_1p());
        row.put("pmax", highest);
        row.put("pn", count);
        row.put("pamb", total / (accepted + 1.0));
        let (share, twin) = twins[at];
        row.put("dup_s", share);
        row.put("dup_p", twin.map_or(-1.0, |twin| scores[twin]));
        row.put("dup_d", twin.map_or(0.0, |twin| if twin > at { 1.0 } else { -1.0 }));
    }
    matrix
}

/// Sums of all before each, and of all.
fn running(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut sum = 0.0;
    let mut sums = vec![0.0];
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

/// Blocks that have something in common.
struct Group {
    of: Vec<usize>,
    /// Score by size, size, count.
    sums: Vec<(f32, f32, f32)>,
}

impl Group {
    fn new<K: Eq + Hash>(keys: impl Iterator<Item = K>, scores: &[f32], sizes: &[f32]) -> Self {
        let mut known: FxHashMap<K, usize> = FxHashMap::default();
        let mut group = Self { of: Vec::new(), sums: Vec::new() };
        for ((key, score), size) in keys.zip(scores).zip(sizes) {
            let next = known.len();
            let which = *known.entry(key).or_insert(next);
            if which == group.sums.len() {
                group.sums.push((0.0, 0.0, 0.0));
            }
            let sums = &mut group.sums[which];
            *sums = (sums.0 + score * size, sums.1 + size, sums.2 + 1.0);
            group.of.push(which);
        }
        group
    }

    /// The mean of the others, the group's share of all, its count.
    fn put(&self, row: &mut Row<'_>, at: usize, score: f32, size: f32, mass: f32, names: [&'static str; 3]) {
        let (sum, length, count) = self.sums[self.of[at]];
        let others = length - size;
        row.put(names[0], if count > 1.0 { (sum - score * size) / others.max(1.0) } else { -1.0 });
        row.put(names[1], sum / (mass + 1e-6));
        row.put(names[2], log(count));
    }
}

/// Blocks and characters since the last accepted block, or until the next one.
fn gaps(scores: &[f32], sizes: &[f32], backwards: bool) -> Vec<(f32, f32)> {
    const FAR: (f32, f32) = (99.0, 5000.0);
    let mut gaps = vec![FAR; scores.len()];
    let mut gap = FAR;
    let mut step = |at: usize| {
        gaps[at] = gap;
        if scores[at] > ACCEPTED && sizes[at] > PIECE {
            gap = (0.0, 0.0);
        }
        gap = ((gap.0 + 1.0).min(FAR.0), (gap.1 + sizes[at]).min(FAR.1));
    };
    if backwards {
        (0..scores.len()).rev().for_each(&mut step)
    } else {
        (0..scores.len()).for_each(&mut step)
    }
    gaps
}

/// The other block that shares most runs of four words with each, and the share.
#[allow(clippy::cast_precision_loss)] // shares
fn twins(text: &Text<'_>) -> Vec<(f32, Option<usize>)> {
    let mut runs: Vec<(u64, usize)> = Vec::new();
    for (at, (_, facts)) in text.blocks.iter().enumerate() {
        if runs.len() + facts.grams.len() > MAX_RUNS {
            continue;
        }
        if facts.grams.len() < 4 {
            runs.push((run(&facts.grams), at));
        }
        runs.extend(facts.grams.array_windows::<4>().map(|grams| (run(grams), at)));
    }
    // Most runs stand in one block: what no other shares a slot with needs no sorting.
    let slots = (runs.len() * 8).next_power_of_two();
    let slot = |run: u64| usize::try_from(run % slots as u64).unwrap_or_default();
    let mut taken = vec![0u8; slots];
    for (run, _) in &runs {
        taken[slot(*run)] = taken[slot(*run)].saturating_add(1);
    }
    let mut counts = vec![0usize; text.blocks.len()];
    runs.retain(|&(run, at)| {
        let is_alone = taken[slot(run)] == 1;
        counts[at] += usize::from(is_alone);
        !is_alone
    });
    // They come block by block, and equal ones stay so.
    runs.sort_by_key(|(run, _)| *run);
    runs.dedup();
    // Of each block those that share runs with it, once a run.
    let mut sharers: Vec<Vec<usize>> = vec![Vec::new(); text.blocks.len()];
    for group in runs.chunk_by(|one, other| one.0 == other.0) {
        for &(_, at) in group {
            counts[at] += 1;
            let others = group.iter().take(MAX_HOLDERS).map(|(_, other)| *other);
            sharers[at].extend(others.filter(|other| *other != at));
        }
    }
    let mut twins: Vec<(f32, Option<usize>)> = vec![(0.0, None); text.blocks.len()];
    let mut shared = vec![0usize; text.blocks.len()];
    for (at, others) in sharers.iter().enumerate() {
        others.iter().for_each(|other| shared[*other] += 1);
        // The first of those with the most.
        if let Some(&twin) = others.iter().max_by_key(|other| (shared[**other], Reverse(**other))) {
            twins[at] = (shared[twin] as f32 / counts[at] as f32, Some(twin));
        }
        others.iter().for_each(|other| shared[*other] = 0);
    }
    twins
}

/// One number for a run of words, which are hashes already. Each word stands in four runs: a multiplication has to do.
fn run(grams: &[u64]) -> u64 {
    // Of the golden ratio. Bits reach all higher ones, and by the rotation the lowest, by which slots are told.
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    grams.iter().fold(0, |run: u64, gram| (run.rotate_left(23) ^ gram).wrapping_mul(ODD))
}

#[cfg(test)]
mod tests {
    use super::{Text, twins};

    #[test]
    fn a_twin_has_the_same_words_in_the_same_order() {
        let check = |html: &str, expected: &[(f32, Option<usize>)]| {
            let page = crate::extractor::cut::cut(html, None);
            assert_eq!(twins(&Text::of(&page)), expected, "{html}");
        };
        check("<p>a b c d e<p>a b c d e<p>b a d c e", &[(1.0, Some(1)), (1.0, Some(0)), (0.0, None)]);
        check("<p>a b c d e<p>x a b c d", &[(0.5, Some(1)), (0.5, Some(0))]);
        check("<p>a b<p>c<p>A b.", &[(1.0, Some(2)), (0.0, None), (1.0, Some(0))]);
        check("<p>a b c d<p>d a b c", &[(0.0, None), (0.0, None)]);
        check("<p>—<p>* * *", &[(1.0, Some(1)), (1.0, Some(0))]);
    }
}
