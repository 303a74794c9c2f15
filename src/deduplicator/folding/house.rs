//! What a site prints again and again is house text: it says nothing about a story.
//!
//! Counters of two bits in lines of a cache line each: a key has three of them, and its count is the smallest (Estan, Varghese, 2002:
//! "conservative update"). Two generations: when one is full it becomes the old one, and the old one is forgotten, so that counts stay
//! true whatever comes.

/// Bytes of a line.
const LINE: usize = 64;
/// Words of a line, and counters of a word.
const WORDS: usize = LINE / 8;
const COUNTERS: usize = 32;
/// Counters a key, above which a generation is full: then one key in some hundreds is counted too high.
const A_KEY: usize = 4;
/// As far as one generation counts.
const MOST: u64 = 3;

pub(super) struct House {
    now: Vec<u64>,
    old: Vec<u64>,
    keys: usize,
    /// Words that were changed since the last commit, with what they held.
    journal: Vec<(usize, u64)>,
}

/// A counter: which word, and how far in it.
type Place = (usize, u64);

impl House {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: usize) -> Self {
        let words = (bytes / 2 / LINE).max(1) * WORDS;
        Self { now: vec![0; words], old: vec![0; words], keys: 0, journal: Vec::new() }
    }

    fn places(&self, key: u64) -> [Place; 3] {
        let lines = self.now.len() / WORDS;
        let line = usize::try_from((u128::from(key) * lines as u128) >> 64).unwrap_or_default() * WORDS;
        let mixed = key.wrapping_mul(0xd6e8_feb8_6659_fd93);
        [mixed >> 8, mixed >> 24, mixed >> 40].map(|bits| {
            let at = usize::from(bits.to_le_bytes()[0]);
            (line + at / COUNTERS, (at % COUNTERS) as u64 * 2)
        })
    }

    /// Times that `key` was noted; each generation counts to three.
    pub(super) fn count(&self, key: u64) -> u64 {
        let places = self.places(key);
        count(&self.now, &places) + count(&self.old, &places)
    }

    pub(super) fn note(&mut self, key: u64) {
        let places = self.places(key);
        let known = count(&self.now, &places);
        if known >= MOST {
            return;
        }
        if known == 0 {
            self.keys += 1;
            if self.keys * A_KEY > self.now.len() * COUNTERS {
                std::mem::swap(&mut self.now, &mut self.old);
                self.now.fill(0);
                self.keys = 1;
                // What was noted in this transaction stays noted, should it fail: a few counts too high.
                self.journal.clear();
            }
        }
        for (at, shift) in places {
            if let Some(word) = self.now.get_mut(at).filter(|word| **word >> shift & MOST == known) {
                self.journal.push((at, *word));
                *word += 1 << shift;
            }
        }
    }

    /// Where the journal stands.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back what was noted since `mark`.
    pub(super) fn undo(&mut self, mark: usize) {
        for (at, before) in self.journal.drain(mark.min(self.journal.len())..).rev() {
            if let Some(word) = self.now.get_mut(at) {
                *word = before;
            }
        }
    }

    /// What was noted stays.
    pub(super) fn commit(&mut self) {
        self.journal.clear();
    }
}

fn count(words: &[u64], places: &[Place; 3]) -> u64 {
    places.iter().filter_map(|(at, shift)| Some(words.get(*at)? >> shift & MOST)).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn what_was_noted_is_counted() {
        let mut house = House::new(1 << 16);
        for n in 0..2000 {
            (0..n % 4).for_each(|_| house.note(key(n)));
        }
        let wrong = (0..2000).filter(|n| house.count(key(*n)) != n % 4).count();
        assert!(wrong < 20, "{wrong}");
        assert!((0..2000).all(|n| house.count(key(n)) >= n % 4), "never too low");
    }

    #[test]
    fn a_full_generation_is_remembered_for_one_more() {
        let mut house = House::new(1 << 12);
        let full = u64::try_from(house.now.len() * COUNTERS / A_KEY).unwrap();
        house.note(key(0));
        house.note(key(0));
        (1..full).for_each(|n| house.note(key(n)));
        assert!(house.count(key(0)) >= 2);
        (full..2 * full - 1).for_each(|n| house.note(key(n)));
        assert!(house.count(key(0)) >= 2);
        (2 * full..5 * full).for_each(|n| house.note(key(n)));
        let low = (5 * full..6 * full).filter(|n| house.count(key(*n)) < 2).count();
        assert!(u64::try_from(low).unwrap() * 10 > full * 9, "strangers stay unknown: {low} of {full}");
    }

    #[test]
    fn what_is_taken_back_was_never_noted() {
        let mut house = House::new(1 << 12);
        (0..50).for_each(|n| house.note(key(n)));
        let before = house.now.clone();
        house.commit();
        (25..90).for_each(|n| house.note(key(n)));
        house.undo(0);
        assert_eq!(house.now, before);
    }
}
