//! Headlines: their words, their letters, and their form without figures.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::words::{Word, words};

/// Words of a headline that are looked at.
const MAX_WORDS: usize = 100;
/// Characters of it.
const MAX_CHARS: usize = 500;

pub(super) struct Headline<'a> {
    title: &'a str,
    words: Vec<Word>,
    /// Sorted, each once.
    hashes: Vec<u64>,
}

impl<'a> Headline<'a> {
    pub(super) fn of(title: &'a str) -> Self {
        let words = words(title, MAX_WORDS);
        let mut hashes: Vec<u64> = words.iter().map(|word| word.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self { title, words, hashes }
    }

    /// The same for headlines that differ in figures only; 0: there is none.
    pub(super) fn form(&self) -> i64 {
        hash(self.words.iter().map(formed))
    }

    /// The same for headlines of the same words; 0: there is none.
    pub(super) fn hash(&self) -> i64 {
        hash(self.words.iter().map(|word| word.hash))
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.words.iter().map(|word| word.hash).eq(other.words.iter().map(|word| word.hash))
    }

    /// Equal but for figures.
    pub(super) fn is_refilled(&self, other: &Self) -> bool {
        self.words.iter().map(formed).eq(other.words.iter().map(formed)) && !self.is_same(other)
    }

    pub(super) fn has_figures(&self) -> bool {
        self.words.iter().any(|word| word.is_number)
    }

    /// How much it says: letters, a character of scripts without spaces counting as three.
    pub(super) fn weight(&self) -> usize {
        self.words.iter().map(|word| if word.is_wide { 3 } else { word.letters + 1 }).sum()
    }

    /// Share of the words of the shorter one that are in the other.
    pub(super) fn words_shared(&self, other: &Self) -> f32 {
        let shared = self.hashes.iter().filter(|hash| other.hashes.binary_search(hash).is_ok()).count();
        super::share(shared, self.hashes.len().min(other.hashes.len()))
    }

    /// Letters in common (Dice's coefficient of trigrams).
    pub(super) fn letters_shared(&self, other: &Self) -> f32 {
        let (one, other) = (trigrams(self.title), trigrams(other.title));
        super::share(2 * one.intersection(&other).count(), one.len() + other.len())
    }
}

/// A word as the form of a headline has it: all figures are one.
fn formed(word: &Word) -> u64 {
    if word.is_number { 0 } else { word.hash }
}

fn hash(words: impl Iterator<Item = u64>) -> i64 {
    let bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
    if bytes.is_empty() { 0 } else { i64::from_le_bytes(xxh3_64(&bytes).to_le_bytes()) }
}

fn trigrams(title: &str) -> FxHashSet<[char; 3]> {
    let mut letters = vec![' '];
    for c in title.chars().take(MAX_CHARS).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || letters.last() != Some(&' ') {
            letters.push(if c.is_alphanumeric() { c } else { ' ' });
        }
    }
    if letters.last() != Some(&' ') {
        letters.push(' ');
    }
    letters.windows(3).filter_map(|window| window.try_into().ok()).collect()
}
