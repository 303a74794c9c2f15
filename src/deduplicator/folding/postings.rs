//! Which entries have a run of words: one open table of (run, entry) pairs, eight bytes each.

use crate::model::{EntryId, Posting};

/// Entries of one run, beyond which the oldest is forgotten: what so many have says little.
const MOST: usize = 60;
/// Of ten places so many are taken before the table grows, by a quarter.
const FULL: usize = 8;
/// Places of the smallest table.
const LEAST: usize = 1024;
const EMPTY: u64 = 0;

pub(super) struct Postings {
    places: Vec<u64>,
    taken: usize,
    /// Places beyond which it does not grow.
    most: usize,
    /// Postings that there was no more room for.
    spilled: Vec<Posting>,
    /// Whether anything ever was.
    has_spilled: bool,
    /// Entries before this one are forgotten.
    first: i64,
}

impl Postings {
    /// Of so many bytes at most.
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            places: vec![EMPTY; LEAST],
            taken: 0,
            most: (bytes / 8).max(LEAST),
            spilled: Vec::new(),
            has_spilled: false,
            first: 0,
        }
    }

    fn home(&self, run: u32) -> usize {
        // The smallest of several hashes were chosen: mixed again, they spread.
        let mixed = u64::from(run.wrapping_mul(0x9e37_79b1));
        usize::try_from((mixed * self.places.len() as u64) >> 32).unwrap_or_default()
    }

    /// Looks at the places of many runs at once: the waits for memory overlap, which are most of what a look-up costs.
    pub(super) fn touch(&self, runs: impl Iterator<Item = u32>) {
        let all = runs.filter_map(|run| self.places.get(self.home(run))).fold(0, |all, place| all ^ place);
        std::hint::black_box(all);
    }

    /// Entries with the run, in no order.
    pub(super) fn each(&self, run: u32, mut take: impl FnMut(EntryId)) {
        let (before, behind) = self.places.split_at(self.home(run));
        for place in behind.iter().chain(before).take_while(|place| **place != EMPTY) {
            let (of, EntryId(entry)) = posting(*place);
            if of == run && entry >= self.first {
                take(EntryId(entry));
            }
        }
    }

    pub(super) fn add(&mut self, run: u32, entry: EntryId) {
        // Nobody stores four thousand million entries; those beyond are found by their addresses alone.
        let Ok(number) = u32::try_from(entry.0) else { return };
        if self.taken * 10 >= self.places.len() * FULL {
            self.make_room();
        }
        let wanted = u64::from(run) << 32 | u64::from(number);
        let (mut same, mut oldest) = (0, (u32::MAX, 0));
        let home = self.home(run);
        for step in 0..self.places.len() {
            let at = (home + step) % self.places.len();
            let place = self.places.get(at).copied().unwrap_or_default();
            if place == EMPTY {
                let at = if same >= MOST { oldest.1 } else { at };
                self.taken += usize::from(same < MOST);
                self.places[at] = wanted;
                return;
            }
            if place == wanted {
                return;
            }
            let (of, EntryId(entry)) = posting(place);
            if of == run {
                same += 1;
                oldest = oldest.min((u32::try_from(entry).unwrap_or_default(), at));
            }
        }
    }

    /// Entries before `entry` are of no interest any more.
    pub(super) fn forget_before(&mut self, entry: EntryId) {
        self.first = self.first.max(entry.0);
    }

    /// What there was no more room for, in the order of runs.
    pub(super) fn spill(&mut self) -> Vec<Posting> {
        let mut spilled = std::mem::take(&mut self.spilled);
        spilled.sort_unstable();
        spilled
    }

    /// Whether the store has postings that are not here.
    pub(super) fn has_spilled(&self) -> bool {
        self.has_spilled
    }

    fn make_room(&mut self) {
        let mut kept: Vec<u64> =
            self.places.iter().copied().filter(|place| *place != EMPTY && posting(*place).1.0 >= self.first).collect();
        let mut size = self.places.len();
        if kept.len() * 10 >= size * FULL / 2 {
            size = (size + size / 4).min(self.most);
        }
        if kept.len() * 10 >= size * FULL {
            // The older half goes to the store.
            let mut entries: Vec<i64> = kept.iter().map(|place| posting(*place).1.0).collect();
            let middle = entries.len() / 2;
            let (_, middle, _) = entries.select_nth_unstable(middle);
            let middle = *middle;
            let (young, old): (Vec<u64>, Vec<u64>) = kept.into_iter().partition(|place| posting(*place).1.0 >= middle);
            self.spilled.extend(old.into_iter().map(posting));
            self.has_spilled = true;
            kept = young;
        }
        self.places = vec![EMPTY; size];
        self.taken = kept.len();
        for place in kept {
            let mut at = self.home(posting(place).0);
            while self.places.get(at).is_some_and(|place| *place != EMPTY) {
                at = (at + 1) % size;
            }
            self.places[at] = place;
        }
    }
}

fn posting(place: u64) -> Posting {
    let [a, b, c, d, run @ ..] = place.to_le_bytes();
    (u32::from_le_bytes(run), EntryId(i64::from(u32::from_le_bytes([a, b, c, d]))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(postings: &Postings, run: u32) -> Vec<i64> {
        let mut found = Vec::new();
        postings.each(run, |EntryId(entry)| found.push(entry));
        found.sort_unstable();
        found
    }

    #[test]
    fn entries_are_found_by_their_runs() {
        let mut postings = Postings::new(1 << 20);
        for entry in 1..5000i64 {
            (0..4u32).for_each(|n| postings.add(u32::try_from(entry).unwrap() / 2 * 4 + n, EntryId(entry)));
        }
        for entry in (2..4998i64).step_by(2) {
            assert_eq!(of(&postings, u32::try_from(entry).unwrap() * 2), [entry, entry + 1]);
        }
        assert!(of(&postings, u32::MAX).is_empty());
        assert!(!postings.has_spilled());
    }

    #[test]
    fn what_all_have_keeps_its_newest() {
        let mut postings = Postings::new(1 << 20);
        (1..1000).for_each(|entry| postings.add(7, EntryId(entry)));
        assert_eq!(of(&postings, 7), (940..1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_window_moves_on() {
        let mut postings = Postings::new(1 << 20);
        (1..20).for_each(|entry| postings.add(7, EntryId(entry)));
        postings.forget_before(EntryId(15));
        assert_eq!(of(&postings, 7), [15, 16, 17, 18, 19]);
    }

    #[test]
    fn nothing_is_lost_when_memory_is_full() {
        let mut postings = Postings::new(2 * LEAST * 8);
        let mut stored = Vec::new();
        for entry in 1..3000u32 {
            postings.add(entry, EntryId(i64::from(entry)));
            stored.extend(postings.spill());
        }
        assert!(postings.has_spilled() && postings.places.len() <= 2 * LEAST);
        for run in 1..3000u32 {
            let here = of(&postings, run).len();
            let there = stored.iter().filter(|(of, _)| *of == run).count();
            assert_eq!(here + there, 1, "{run}");
        }
    }
}
