//! The fingerprint of a text: what of it is compared with other texts.
//!
//! Winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003): of each window of runs of words the one with the smallest hash, so that
//! two texts that share a passage choose the same runs in it, wherever it stands in them.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::words::{Word, words};

/// Words of a text that are looked at.
const MAX_WORDS: usize = 6000;
/// Words of a run; of characters, where most words are single ones, it takes more to say as much.
const RUN: usize = 5;
const WIDE_RUN: usize = 8;
/// Of so many runs in a row one is chosen.
const WINDOW: usize = 8;
/// A text of fewer words has no runs.
const MIN_WORDS: usize = 8;
/// Places of figures that are kept.
const MAX_SLOTS: usize = 64;
/// Words that the beginning of a text has.
pub(super) const OPENING: u16 = 90;
/// Words that are kept one by one.
const FIRST: usize = 140;
/// Indexed of a text are the runs of its beginning, which teasers, excerpts and edits share, and the smallest hashes of the rest.
const INDEXED_WORDS: u16 = 50;
const INDEXED_REST: usize = 12;
/// How it is written; one of another number is not read.
const FORMAT: u8 = 1;

/// A run of words and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) hash: u32,
    /// Words before it.
    pub(super) at: u16,
}

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Print {
    /// Words in all.
    pub(super) words: u16,
    /// Most of them are characters of a script without spaces.
    pub(super) is_wide: bool,
    /// Sorted by hash, each once.
    pub(super) runs: Vec<Run>,
    /// Places of figures (hash of the words before) with the figures there (hash), sorted.
    pub(super) slots: Vec<(u32, u16)>,
    /// Words of the beginning, in their order, each once. Single characters say little: of them two beside each other.
    pub(super) first: Vec<u16>,
}

impl Print {
    /// Of a plain text.
    pub(super) fn of(text: &str) -> Self {
        let words = words(text, MAX_WORDS);
        let is_wide = words.iter().filter(|word| word.is_wide).count() * 2 > words.len();
        let (run, before) = if is_wide { (WIDE_RUN, 3) } else { (RUN, 2) };
        let runs = if words.len() < MIN_WORDS { Vec::new() } else { chosen(&hashes(&words, run)) };
        let count = u16::try_from(words.len()).unwrap_or(u16::MAX);
        Self { words: count, is_wide, runs, slots: slots(&words, before), first: first(&words, is_wide) }
    }

    /// The runs by which it is found.
    pub(super) fn indexed(&self) -> impl Iterator<Item = u32> {
        let rest = self.runs.iter().filter(|run| run.at >= INDEXED_WORDS).take(INDEXED_REST);
        self.runs.iter().filter(|run| run.at < INDEXED_WORDS).chain(rest).map(|run| run.hash)
    }

    /// As it is stored.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.runs.len() * 6 + self.slots.len() * 6 + self.first.len() * 2);
        out.push(FORMAT);
        number(&mut out, u32::from(self.words) << 1 | u32::from(self.is_wide));
        number(&mut out, count(self.runs.len()));
        let mut last = 0;
        for run in &self.runs {
            number(&mut out, run.hash.wrapping_sub(last));
            number(&mut out, u32::from(run.at));
            last = run.hash;
        }
        number(&mut out, count(self.slots.len()));
        last = 0;
        for (place, figure) in &self.slots {
            number(&mut out, place.wrapping_sub(last));
            out.extend(figure.to_le_bytes());
            last = *place;
        }
        out.extend(self.first.iter().flat_map(|word| word.to_le_bytes()));
        out
    }

    /// As it was stored; an empty one where that cannot be read.
    pub(super) fn read(bytes: &[u8]) -> Self {
        Reader(bytes).print().unwrap_or_default()
    }

    /// The same with nothing but its runs.
    pub(super) fn read_runs(bytes: &[u8]) -> Self {
        Reader(bytes).runs().unwrap_or_default()
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Seven bits a byte, the low ones first (LEB128).
fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn half(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    /// So many things of at least `bytes` each, as far as there can be any.
    fn room(&self, count: u32, bytes: usize) -> usize {
        usize::try_from(count).unwrap_or(usize::MAX).min(self.0.len() / bytes)
    }

    fn runs(&mut self) -> Option<Print> {
        if self.byte()? != FORMAT {
            return None;
        }
        let head = self.number()?;
        let mut print = Print { words: u16::try_from(head >> 1).ok()?, is_wide: head & 1 == 1, ..Print::default() };
        let mut last = 0u32;
        let count = self.number()?;
        print.runs.reserve(self.room(count, 2));
        for _ in 0..count {
            last = last.wrapping_add(self.number()?);
            print.runs.push(Run { hash: last, at: u16::try_from(self.number()?).ok()? });
        }
        Some(print)
    }

    fn print(&mut self) -> Option<Print> {
        let mut print = self.runs()?;
        let mut last = 0u32;
        let count = self.number()?;
        print.slots.reserve(self.room(count, 3));
        for _ in 0..count {
            last = last.wrapping_add(self.number()?);
            print.slots.push((last, self.half()?));
        }
        print.first.reserve(self.0.len() / 2);
        while let Some(word) = self.half() {
            print.first.push(word);
        }
        Some(print)
    }
}

/// The hash of each run of `length` words: a polynomial over the hashes of the words, mixed.
fn hashes(words: &[Word], length: usize) -> Vec<u32> {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let top = (0..length).fold(1u64, |power, _| power.wrapping_mul(STEP));
    let mut rolling = 0u64;
    let mut found = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        rolling = rolling.wrapping_mul(STEP).wrapping_add(word.hash);
        if let Some(gone) = at.checked_sub(length).and_then(|at| words.get(at)) {
            rolling = rolling.wrapping_sub(gone.hash.wrapping_mul(top));
        }
        if at + 1 >= length {
            let mixed = (rolling ^ (rolling >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
            found.push(high(mixed));
        }
    }
    found
}

fn high(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

fn chosen(hashes: &[u32]) -> Vec<Run> {
    let run = |at: usize| Run { hash: hashes.get(at).copied().unwrap_or_default(), at: u16::try_from(at).unwrap_or(u16::MAX) };
    let mut runs: Vec<Run> = Vec::with_capacity(hashes.len() / 4 + WINDOW);
    if hashes.len() <= WINDOW {
        runs.extend((0..hashes.len()).map(run));
    } else {
        let mut least = run(0);
        for (last, hash) in hashes.iter().enumerate().skip(WINDOW - 1) {
            let start = last + 1 - WINDOW;
            if usize::from(least.at) < start || last + 1 == WINDOW {
                // The last of equal ones: it stays in the window longest.
                least = (start..=last).map(run).rev().min_by_key(|run| run.hash).unwrap_or(least);
            } else if *hash <= least.hash {
                least = run(last);
            } else {
                continue;
            }
            runs.push(least);
        }
    }
    runs.sort_unstable();
    runs.dedup_by_key(|run| run.hash);
    runs
}

/// Figures with the words before them: "sunny, 17 degrees" and "sunny, 12 degrees" differ in one place.
fn slots(words: &[Word], before: usize) -> Vec<(u32, u16)> {
    let mut slots: Vec<(u32, u16)> = Vec::new();
    let mut places = FxHashSet::default();
    for (at, word) in words.iter().enumerate().skip(1).filter(|(_, word)| word.is_number) {
        let context = words.get(at.saturating_sub(before)..at).unwrap_or_default();
        if context.iter().all(|word| word.is_number) {
            continue;
        }
        let context: Vec<u8> = context.iter().flat_map(|word| if word.is_number { 0 } else { word.hash }.to_le_bytes()).collect();
        let place = high(xxh3_64(&context));
        if places.len() >= MAX_SLOTS && !places.contains(&place) || slots.len() >= 4 * MAX_SLOTS {
            break;
        }
        places.insert(place);
        slots.push((place, low(word.hash)));
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

fn low(hash: u64) -> u16 {
    let [a, b, ..] = hash.to_le_bytes();
    u16::from_le_bytes([a, b])
}

fn first(words: &[Word], is_wide: bool) -> Vec<u16> {
    let mut seen = [0u64; 1 << 10];
    let mut found = Vec::with_capacity(words.len().min(FIRST));
    let mut before = 0;
    for word in words.iter().take(FIRST) {
        let hash = low(if is_wide { word.hash ^ before } else { word.hash });
        before = word.hash.rotate_left(9);
        let bit = 1u64 << (hash & 63);
        if let Some(known) = seen.get_mut(usize::from(hash >> 6)).filter(|known| **known & bit == 0) {
            *known |= bit;
            found.push(hash);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "The river rose by two metres in the night, and 400 people had to leave their houses. By the morning of the third \
        day the water had reached the old bridge, where 12 helpers from the next town were still filling bags with sand.";

    #[test]
    fn a_passage_is_found_wherever_it_stands() {
        let (alone, within) =
            (Print::of(TEXT), Print::of(&format!("Something else was told before this. {TEXT} And more behind it.")));
        let of_within: FxHashSet<u32> = within.runs.iter().map(|run| run.hash).collect();
        let shared = alone.runs.iter().filter(|run| of_within.contains(&run.hash)).count();
        assert!(shared + 1 >= alone.runs.len(), "{shared} of {}", alone.runs.len());
    }

    #[test]
    fn short_texts_have_no_runs_and_long_ones_are_cut() {
        assert!(Print::of("Only seven words are in this text").runs.is_empty());
        assert_eq!(usize::from(Print::of(&"word ".repeat(10_000)).words), MAX_WORDS);
        assert!(Print::of(&(0..3000).map(|n| format!("a{n} {n} ")).collect::<String>()).slots.len() <= 4 * MAX_SLOTS);
    }

    #[test]
    fn what_was_stored_once_is_read_for_ever() {
        // These numbers are in stores: if they change, no text is known again.
        let print = Print::of(TEXT);
        let line = |print: &Print| {
            (print.words, print.runs.len(), print.runs.first().copied(), print.slots.first().copied(), print.first.first().copied())
        };
        assert_eq!(line(&print), (44, 8, Some(Run { hash: 36_634_070, at: 23 }), Some((639_288_972, 10_755)), Some(15_741)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "([a-z]{1,4}|[0-9]{1,3}|[東京都駅前]{1,5}| ){0,200}") {
            let print = Print::of(&text);
            prop_assert_eq!(Print::read(&print.write()), print);
        }

        #[test]
        fn anything_is_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            Print::read(&bytes);
            Print::read(&[&[FORMAT], &*bytes].concat());
        }
    }
}
