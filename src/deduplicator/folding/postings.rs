//! Which entries have a run of words: open tables of (run, entry) pairs, eight bytes each.
//!
//! Many small tables instead of one: each grows for itself, so that growing never needs room for a second copy of all.

use super::spilled::Spilled;
use crate::model::{EntryId, Posting};

/// Entries of one run, beyond which the oldest is forgotten: what so many have says little.
const MOST: usize = 60;
/// Of ten places so many are taken before a table grows, by a quarter.
const FULL: usize = 7;
/// Tables.
const TABLES: usize = 64;
/// Places of the smallest one.
const LEAST: usize = 4;
const EMPTY: u64 = 0;
/// Places for the runs of an entry of some length.
const OF_ENTRY: usize = 36;
/// The oldest of so many parts goes to the store where there is no more room.
const PARTS: usize = 8;
/// Steps in which the age of entries is told for that.
const AGES: usize = 1024;

pub(super) struct Postings {
    tables: Vec<Table>,
    /// Places of all tables beyond which they do not grow, but for one that fills faster than the others.
    most: usize,
    /// What there was no more room for.
    spilled: Spilled,
    /// Entries before this one are in the store, or on their way there.
    spilled_to: i64,
    /// Entries before this one are forgotten.
    first: i64,
    /// What was added since the last commit.
    journal: Vec<u64>,
}

#[derive(Clone)]
struct Table {
    places: Vec<u64>,
    taken: usize,
}

impl Postings {
    /// Of so many bytes at most.
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            tables: vec![Table { places: vec![EMPTY; LEAST], taken: 0 }; TABLES],
            most: (bytes / 8).max(LEAST * TABLES),
            spilled: Spilled::default(),
            spilled_to: 0,
            first: 0,
            journal: Vec::new(),
        }
    }

    /// Looks at the places of many runs at once: the waits for memory overlap, which are most of what a look-up costs.
    pub(super) fn touch(&self, runs: impl Iterator<Item = u32>) {
        let place = |run| {
            let table = self.tables.get(table_of(run))?;
            table.places.get(table.home(run))
        };
        let all = runs.filter_map(place).fold(0, |all, place| all ^ place);
        std::hint::black_box(all);
    }

    /// Entries with the run, in no order.
    pub(super) fn each(&self, run: u32, mut take: impl FnMut(EntryId)) {
        let Some(table) = self.tables.get(table_of(run)) else { return };
        let mut look = |place: u64| {
            let (of, entry) = posting(place);
            if of == run && entry.0 >= self.first {
                take(entry);
            }
        };
        table.chain(run).for_each(|(_, place)| look(place));
        self.spilled.of(run).for_each(|place| look(*place));
    }

    pub(super) fn add(&mut self, run: u32, entry: EntryId) {
        // Nobody stores four thousand million entries; those beyond are found by their addresses alone.
        let Ok(number) = u32::try_from(entry.0) else { return };
        if entry.0 < self.first {
            return;
        }
        if entry.0 >= self.spilled_to && self.tables.get(table_of(run)).is_some_and(Table::is_full) {
            self.make_room(table_of(run));
        }
        if entry.0 < self.spilled_to {
            return self.spilled.add(place(run, number));
        }
        if self.tables.get_mut(table_of(run)).is_some_and(|table| table.add(run, number)) {
            self.journal.push(place(run, number));
        }
    }

    /// Entries before `entry` are of no interest any more.
    pub(super) fn forget_before(&mut self, entry: EntryId) {
        self.first = self.first.max(entry.0);
    }

    /// Whether there is room for more without moving anything to the store.
    pub(super) fn has_room(&self) -> bool {
        self.tables.iter().map(|table| table.taken).sum::<usize>() * 10 < self.most * (FULL - 1)
    }

    /// Of entries before this one no posting is here.
    pub(super) fn give_up_before(&mut self, entry: EntryId) {
        self.spilled_to = self.spilled_to.max(entry.0);
    }

    /// Entries before this one are of no interest.
    pub(super) fn first(&self) -> EntryId {
        EntryId(self.first)
    }

    /// Some of what there was no more room for.
    pub(super) fn spill(&mut self) -> Vec<Posting> {
        self.spilled.take().iter().map(|place| posting(*place)).collect()
    }

    /// What was added stays, and what was given by [`Self::spill`] is in the store.
    pub(super) fn commit(&mut self) {
        self.journal.clear();
        self.spilled.commit();
    }

    /// Where the journal stands.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// What was added since `mark` was not: its entry's number is given again. What was spilled has to be given again, too.
    pub(super) fn undo(&mut self, mark: usize) {
        self.spilled.undo();
        for place in self.journal.drain(mark.min(self.journal.len())..) {
            if let Some(table) = self.tables.get_mut(table_of(posting(place).0)) {
                table.remove(place);
            }
            self.spilled.remove(place);
        }
    }

    /// Postings of entries before this one are in the store; of others none is. `None`: some are on their way.
    pub(super) fn spilled_to(&self) -> Option<EntryId> {
        self.spilled.is_empty().then_some(EntryId(self.spilled_to))
    }

    /// Forgets all. Entries before `first` are of no interest; the store has the postings of those before `spilled_to`. There is room for
    /// so many `entries` at once: to grow into it took longer than to fill it.
    pub(super) fn start(&mut self, first: EntryId, spilled_to: EntryId, entries: usize) {
        let places = (entries.saturating_mul(OF_ENTRY) / TABLES).min(self.most / TABLES).max(LEAST);
        // Not as copies of one: what is not used yet is no memory yet.
        let tables = std::iter::repeat_with(|| Table { places: vec![EMPTY; places], taken: 0 }).take(TABLES).collect();
        *self = Self { first: first.0, spilled_to: spilled_to.0, tables, ..Self::new(self.most * 8) };
    }

    /// Whether the store has postings that are not here.
    pub(super) fn has_spilled(&self) -> bool {
        self.spilled_to > self.first
    }

    /// Whether all tables together may have so many places more.
    fn may_grow(&self, by: usize) -> bool {
        self.tables.iter().map(|table| table.places.len()).sum::<usize>() + by <= self.most
    }

    fn make_room(&mut self, at: usize) {
        let first = self.first;
        let Some(table) = self.tables.get_mut(at) else { return };
        table.keep(|entry| entry >= first, &mut Vec::new());
        if !table.is_half_full() {
            return;
        }
        let by = table.places.len() / 4;
        if self.may_grow(by) {
            if let Some(table) = self.tables.get_mut(at) {
                table.grow(by);
            }
            return;
        }
        let mut old = Vec::new();
        for table in &mut self.tables {
            table.keep(|entry| entry >= first, &mut Vec::new());
        }
        self.spilled_to = self.boundary();
        let boundary = self.spilled_to;
        for table in &mut self.tables {
            table.keep(|entry| entry >= boundary, &mut old);
        }
        self.spilled.extend(old);
        // One that fills faster than the others may be as full as before.
        if let Some(table) = self.tables.get_mut(at).filter(|table| table.is_full()) {
            table.grow(by);
        }
    }

    /// The entry before which the oldest part lies.
    fn boundary(&self) -> i64 {
        let entries =
            || self.tables.iter().flat_map(|table| &table.places).filter(|place| **place != EMPTY).map(|p| posting(*p).1.0);
        let oldest = entries().min().unwrap_or_default();
        let step = (entries().max().unwrap_or_default() - oldest) / AGES as i64 + 1;
        let mut ages = [0usize; AGES];
        let mut all = 0;
        for entry in entries() {
            if let Some(age) = usize::try_from((entry - oldest) / step).ok().and_then(|age| ages.get_mut(age)) {
                *age += 1;
                all += 1;
            }
        }
        let mut older = 0;
        let steps = ages.iter().take_while(|age| {
            older += **age;
            older <= all / PARTS
        });
        oldest + step * (steps.count().max(1) as i64)
    }
}

impl Table {
    fn home(&self, run: u32) -> usize {
        let rest = u64::from(mixed(run)) % (1 << 26);
        usize::try_from((rest * self.places.len() as u64) >> 26).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.taken * 10 >= self.places.len() * FULL
    }

    /// Of what it holds when it is full.
    fn is_half_full(&self) -> bool {
        self.taken * 10 >= self.places.len() * FULL / 2
    }

    /// Where postings of a run may be, up to the first gap, and what is there.
    fn chain(&self, run: u32) -> impl Iterator<Item = (usize, u64)> {
        let home = self.home(run);
        let (before, behind) = self.places.split_at(home);
        let all = (home..).zip(behind).chain((0..).zip(before));
        all.map(|(at, place)| (at, *place)).take_while(|(_, place)| *place != EMPTY)
    }

    /// Says whether it was not there.
    fn add(&mut self, run: u32, number: u32) -> bool {
        let wanted = place(run, number);
        let (mut same, mut oldest, mut gap) = (0, (u32::MAX, 0), self.home(run));
        for (at, place) in self.chain(run) {
            if place == wanted {
                return false;
            }
            gap = at + 1;
            let (of, EntryId(entry)) = posting(place);
            if of == run {
                same += 1;
                oldest = oldest.min((u32::try_from(entry).unwrap_or_default(), at));
            }
        }
        if same >= MOST && number < oldest.0 {
            return false;
        }
        let at = if same >= MOST { oldest.1 } else { gap % self.places.len() };
        // None is left where all places are taken.
        let Some(free) = self.places.get_mut(at).filter(|place| same >= MOST || **place == EMPTY) else { return false };
        *free = wanted;
        self.taken += usize::from(same < MOST);
        true
    }

    /// Takes one out; those behind it move up, so that none is behind a gap.
    fn remove(&mut self, place: u64) {
        let size = self.places.len();
        let Some((mut gap, _)) = self.chain(posting(place).0).find(|(_, other)| *other == place) else { return };
        self.taken -= 1;
        let mut at = (gap + 1) % size;
        while self.places[at] != EMPTY && at != gap {
            let home = self.home(posting(self.places[at]).0);
            if (at + size - home) % size >= (at + size - gap) % size {
                self.places[gap] = self.places[at];
                gap = at;
            }
            at = (at + 1) % size;
        }
        self.places[gap] = EMPTY;
    }

    fn grow(&mut self, by: usize) {
        let size = self.places.len() + by;
        let kept = std::mem::take(&mut self.places);
        self.fill(size, kept.into_iter());
    }

    /// Keeps postings of some entries; the others go to `rest`.
    fn keep(&mut self, is_kept: impl Fn(i64) -> bool, rest: &mut Vec<u64>) {
        if self.places.iter().all(|place| *place == EMPTY || is_kept(posting(*place).1.0)) {
            return;
        }
        let size = self.places.len();
        let (kept, gone): (Vec<u64>, Vec<u64>) =
            self.places.iter().filter(|place| **place != EMPTY).partition(|place| is_kept(posting(**place).1.0));
        rest.extend(gone);
        self.fill(size, kept.into_iter());
    }

    fn fill(&mut self, size: usize, kept: impl Iterator<Item = u64>) {
        self.places = vec![EMPTY; size];
        self.taken = 0;
        for place in kept.filter(|place| *place != EMPTY) {
            let mut at = self.home(posting(place).0);
            while self.places.get(at).is_some_and(|place| *place != EMPTY) {
                at = if at + 1 == size { 0 } else { at + 1 };
            }
            self.places[at] = place;
            self.taken += 1;
        }
    }
}

/// The smallest of several hashes were chosen: mixed again, they spread.
fn mixed(run: u32) -> u32 {
    run.wrapping_mul(0x9e37_79b1)
}

fn table_of(run: u32) -> usize {
    usize::try_from(mixed(run) >> 26).unwrap_or_default()
}

fn place(run: u32, number: u32) -> u64 {
    u64::from(run) << 32 | u64::from(number)
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
        (1..1000).rev().for_each(|entry| postings.add(8, EntryId(entry)));
        assert_eq!(of(&postings, 7), (940..1000).collect::<Vec<_>>());
        assert_eq!(of(&postings, 8), (940..1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_window_moves_on() {
        let mut postings = Postings::new(1 << 20);
        (1..20).for_each(|entry| postings.add(7, EntryId(entry)));
        postings.forget_before(EntryId(15));
        assert_eq!(of(&postings, 7), [15, 16, 17, 18, 19]);
    }

    #[test]
    fn what_is_taken_back_leaves_the_rest_where_it_is_found() {
        let mut postings = Postings::new(1 << 20);
        let add = |postings: &mut Postings, range: std::ops::Range<u32>| {
            for n in range {
                postings.add(n % 91, EntryId(i64::from(n) + 1));
            }
        };
        for from in (0..2000).step_by(100) {
            add(&mut postings, from..from + 60);
            postings.commit();
            add(&mut postings, from + 60..from + 70);
            let mark = postings.mark();
            add(&mut postings, from + 65..from + 100);
            postings.undo(mark);
            postings.commit();
        }
        let taken: usize = postings.tables.iter().map(|table| table.taken).sum();
        let found: Vec<i64> = (0..91).flat_map(|run| of(&postings, run)).collect();
        assert_eq!((taken, found.len()), (1400, 1400));
        assert!(found.iter().all(|entry| (entry - 1) % 100 < 70));
    }

    #[test]
    fn nothing_is_lost_when_memory_is_full() {
        let mut postings = Postings::new(2 * LEAST * TABLES * 8);
        let mut stored = Vec::new();
        for entry in 1..5_000u32 {
            postings.add(entry, EntryId(i64::from(entry)));
            stored.extend(postings.spill());
            postings.commit();
        }
        let places = postings.tables.iter().map(|table| table.places.len()).sum::<usize>();
        assert!(postings.has_spilled() && places <= 2 * LEAST * TABLES + TABLES * LEAST, "{places}");
        assert!(stored.len() > 2_000);
        for run in 1..5_000u32 {
            let here = of(&postings, run).len();
            let there = stored.iter().filter(|(of, _)| *of == run).count();
            assert_eq!(here + there, 1, "{run}");
        }
    }
}
