//! What a site prints again and again is house text: it says nothing about a story.
//!
//! Counters of four bits, of which three are used: a run has three of them for each of its sites, and its count is the smallest (Estan, Varghese, 2002:
//! "conservative update"). All those of a run are in one cache line, for that is what a look costs. Two generations: when one is full it
//! becomes the old one, and the old one is forgotten, so that counts stay true whatever comes. The first ones are small: of a large one
//! that holds little each look and each count is at a page of memory of its own, and to be given one takes the system longer than all else.

use super::pair::Told;
use super::print::Run;
use crate::model::Role;

/// A run is house text when its site printed it for so many stories ...
const AT_SITE: u64 = 3;
/// ... or so many stories have it.
pub(super) const AT_SITES: u64 = 6;
/// All sites together, where runs are counted by site.
const ANYWHERE: u64 = 0;
/// Bytes of a line.
const LINE: usize = 64;
/// Words of a line, and counters of a word.
const WORDS: usize = LINE / 8;
const COUNTERS: usize = 16;
/// Counters a run of a site, above which a generation is full: then one key in some hundreds is counted too high.
const A_KEY: usize = 5;
/// As far as one generation counts.
const MOST: u64 = 7;

/// Lines of the smallest generation, and how much larger the next one is until they are as large as they may be.
const LEAST: usize = 1 << 15;
const GROWTH: usize = 4;
/// Keys that entries have on average, well counted.
const OF_ENTRY: usize = 64;

pub(super) struct House {
    newer: Generation,
    older: Generation,
    /// Lines that a generation may have.
    most: usize,
    /// Words that were changed since the last commit, with what they held.
    journal: Vec<(usize, u64)>,
}

struct Generation {
    words: Vec<u64>,
    /// Where the first line begins: they are aligned as those of the cache are.
    first: usize,
    lines: usize,
    /// Runs of sites that there is room for. Half of what is possible where the next one can be larger: hardly any is counted too high.
    room: usize,
    /// Those that are counted.
    keys: usize,
}

/// A counter: which word, and how far in it.
type Place = (usize, u64);

impl Generation {
    /// Of what is zero already the system gives no memory before it is written to.
    fn new(lines: usize, most: usize) -> Self {
        let words = vec![0u64; (lines + 1) * WORDS];
        // In words; what cannot be aligned is in two lines.
        let first = words.as_ptr().align_offset(LINE).min(WORDS);
        let room = lines * WORDS * COUNTERS / A_KEY;
        Self { words, first, lines, room: if lines < most { room / 2 } else { room }, keys: 0 }
    }

    /// The one to come after it.
    fn next(&self, most: usize) -> Self {
        Self::new((self.lines * GROWTH).min(most), most)
    }

    /// Where the line of a run begins.
    fn line(&self, run: u32) -> usize {
        // The smallest of several hashes were chosen: mixed again, they spread.
        let spread = u64::from(run.wrapping_mul(0x9e37_79b1));
        self.first + usize::try_from((spread * self.lines as u64) >> 32).unwrap_or_default() * WORDS
    }

    fn places(&self, run: u32, site: u64) -> [Place; 3] {
        let line = self.line(run);
        let mixed = (u64::from(run) ^ site).wrapping_mul(0xd6e8_feb8_6659_fd93);
        [mixed >> 24, mixed >> 40, mixed >> 56].map(|bits| {
            let at = usize::from(bits.to_le_bytes()[0]) % (WORDS * COUNTERS);
            (line + at / COUNTERS, (at % COUNTERS) as u64 * 4)
        })
    }

    fn count(&self, run: u32, site: u64) -> u64 {
        if self.keys == 0 { 0 } else { self.least(&self.places(run, site)) }
    }

    fn least(&self, places: &[Place; 3]) -> u64 {
        places.iter().filter_map(|(at, shift)| Some(self.words.get(*at)? >> shift & MOST)).min().unwrap_or(0)
    }

    /// Raises those of the counters that stand at `known`; answers what their words held before.
    fn raise(&mut self, places: &[Place; 3], known: u64) -> [Option<(usize, u64)>; 3] {
        self.keys += usize::from(known == 0);
        places.map(|(at, shift)| {
            let word = self.words.get_mut(at).filter(|word| known < MOST && **word >> shift & MOST == known)?;
            let before = *word;
            *word += 1 << shift;
            Some((at, before))
        })
    }
}

impl House {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: usize) -> Self {
        Self::with_room((bytes / 2 / LINE).max(1), 0)
    }

    /// `most`: lines of a generation; `keys`: those that soon come.
    fn with_room(most: usize, keys: usize) -> Self {
        let mut newer = Generation::new(LEAST.min(most), most);
        while newer.lines < most && newer.room / 2 < keys {
            newer = newer.next(most);
        }
        Self { older: Generation::new(newer.lines, most), newer, most, journal: Vec::new() }
    }

    /// See [`super::postings::Postings::touch`].
    pub(super) fn touch(&self, runs: impl Iterator<Item = u32>) {
        let [newer, older] = [&self.newer, &self.older].map(|of| (of.keys > 0).then_some(of));
        let look = |of: Option<&Generation>, run| of.and_then(|of| of.words.get(of.line(run))).copied().unwrap_or_default();
        std::hint::black_box(runs.fold(0, |all, run| all ^ look(newer, run) ^ look(older, run)));
    }

    /// Notes a run of an entry. The same comes out in whatever order entries are noted.
    pub(super) fn print(&mut self, host: i64, role: Role, run: u32) {
        by_role(host, role, |site| self.note(run, site));
    }

    /// The same of an entry that was printed before all that is known.
    pub(super) fn print_before(&mut self, host: i64, role: Role, run: u32) {
        by_role(host, role, |site| self.recall(run, site));
    }

    pub(super) fn is_house(&self, host: i64, run: u32) -> bool {
        self.is_house_at(host, run) || self.count(run, ANYWHERE) >= AT_SITES
    }

    pub(super) fn is_house_at(&self, host: i64, run: u32) -> bool {
        let founded = self.count(run, founded(host));
        founded >= AT_SITE || founded + self.count(run, joined(host)) >= AT_SITE
    }

    /// How often a run was printed, as a site sees it.
    fn told(&self, host: i64, run: u32) -> Told {
        match self.count(run, ANYWHERE) {
            AT_SITES.. => Told::House,
            _ if self.is_house_at(host, run) => Told::House,
            0 | 1 => Told::Once,
            _ => Told::Elsewhere,
        }
    }

    /// Weighs the runs of a text for many comparisons: each look is a wait for memory.
    pub(super) fn weigh(&self, host: i64, runs: &[Run]) -> Weighed<'_> {
        self.touch(runs.iter().map(|run| run.hash));
        Weighed { house: self, host, runs: runs.iter().map(|run| (run.hash, self.told(host, run.hash))).collect() }
    }

    /// Times that `run` was noted of `site`; each generation counts to seven.
    fn count(&self, run: u32, site: u64) -> u64 {
        self.newer.count(run, site) + self.older.count(run, site)
    }

    /// Answers how often it was noted before.
    fn note(&mut self, run: u32, site: u64) -> u64 {
        let mut places = self.newer.places(run, site);
        let known = self.newer.least(&places);
        let before = known + self.older.count(run, site);
        if known == 0 && self.newer.keys >= self.newer.room {
            let next = self.newer.next(self.most);
            self.older = std::mem::replace(&mut self.newer, next);
            // What was noted in this transaction stays noted, should it fail: a few counts too high.
            self.journal.clear();
            places = self.newer.places(run, site);
        }
        let words = self.newer.raise(&places, known);
        self.journal.extend(words.into_iter().flatten());
        before
    }

    /// Notes what was printed before all that is known: as it would be, had it been noted in its time.
    fn recall(&mut self, run: u32, site: u64) -> u64 {
        // The newer generation is as full as it is on average.
        let (of, other) =
            if self.newer.keys < self.newer.room / 2 { (&mut self.newer, &self.older) } else { (&mut self.older, &self.newer) };
        let places = of.places(run, site);
        let known = of.least(&places);
        of.raise(&places, known);
        known + other.count(run, site)
    }

    /// Whether more can be recalled.
    pub(super) fn has_room(&self) -> bool {
        self.older.keys < self.older.room
    }

    /// Forgets all. `entries`: of the window, most of which will be recalled.
    pub(super) fn clear(&mut self, entries: usize) {
        *self = Self::with_room(self.most, entries.saturating_mul(OF_ENTRY));
    }

    /// Where the journal stands, and how many keys are counted.
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.journal.len(), self.newer.keys)
    }

    /// Takes back what was noted since `mark`.
    pub(super) fn undo(&mut self, (mark, keys): (usize, usize)) {
        self.newer.keys = keys.min(self.newer.keys);
        for (at, before) in self.journal.drain(mark.min(self.journal.len())..).rev() {
            if let Some(word) = self.newer.words.get_mut(at) {
                *word = before;
            }
        }
    }

    /// What was noted stays.
    pub(super) fn commit(&mut self) {
        self.journal.clear();
    }
}

/// A site by the stories that it founded, and by those that it joined.
fn founded(host: i64) -> u64 {
    u64::from_le_bytes(host.to_le_bytes()) | 1
}

fn joined(host: i64) -> u64 {
    founded(host) ^ 2
}

/// `note` answers how often a key was noted before.
fn by_role(host: i64, role: Role, mut note: impl FnMut(u64) -> u64) {
    if role.is_echo {
        return;
    }
    if !role.founds {
        note(joined(host));
    } else if note(founded(host)) == 0 {
        // Sites are counted, not stories: one of them cannot make house text of what others print.
        note(ANYWHERE);
    }
}

/// The runs of a text, weighed.
pub(super) struct Weighed<'a> {
    house: &'a House,
    host: i64,
    /// In their order.
    runs: Vec<(u32, Told)>,
}

impl Weighed<'_> {
    /// How often a run of this text or of one at `other` was printed, as both sites see it.
    pub(super) fn told(&self, other: i64, run: u32) -> Told {
        if other != self.host && self.house.is_house_at(other, run) {
            return Told::House;
        }
        let at = self.runs.binary_search_by_key(&run, |(hash, _)| *hash);
        at.ok().and_then(|at| self.runs.get(at)).map_or_else(|| self.house.told(self.host, run), |(_, told)| *told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many runs of some sites.
    fn key(n: u64) -> (u32, u64) {
        let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (u32::try_from(mixed >> 32).unwrap(), n % 7 * 0x1234_5678_9abc_def1)
    }

    fn note(house: &mut House, n: u64) {
        let (run, site) = key(n);
        house.note(run, site);
    }

    fn count(house: &House, n: u64) -> u64 {
        let (run, site) = key(n);
        house.count(run, site)
    }

    #[test]
    fn what_was_noted_is_counted() {
        let mut house = House::new(1 << 16);
        for n in 0..2000 {
            (0..n % 4).for_each(|_| note(&mut house, n));
        }
        let wrong = (0..2000).filter(|n| count(&house, *n) != n % 4).count();
        assert!(wrong < 20, "{wrong}");
        assert!((0..2000).all(|n| count(&house, n) >= n % 4), "never too low");
    }

    #[test]
    fn sites_are_counted_apart() {
        let mut house = House::new(1 << 16);
        assert_eq!([house.note(77, 1), house.note(77, 1), house.note(77, 1)], [0, 1, 2]);
        assert_eq!([house.count(77, 1), house.count(77, 2), house.count(78, 1)], [3, 0, 0]);
    }

    #[test]
    fn a_full_generation_is_remembered_for_one_more() {
        let mut house = House::new(1 << 12);
        let full = u64::try_from(house.newer.room).unwrap();
        note(&mut house, 0);
        note(&mut house, 0);
        (1..full).for_each(|n| note(&mut house, n));
        assert!(count(&house, 0) >= 2);
        (full..2 * full - 1).for_each(|n| note(&mut house, n));
        assert!(count(&house, 0) >= 2);
        (2 * full..5 * full).for_each(|n| note(&mut house, n));
        let low = (5 * full..6 * full).filter(|n| count(&house, *n) < 2).count();
        assert!(u64::try_from(low).unwrap() * 10 > full * 9, "strangers stay unknown: {low} of {full}");
    }

    #[test]
    fn what_grows_forgets_little() {
        let mut house = House::new(1 << 24);
        let room = u64::try_from(house.newer.room).unwrap();
        for n in 0..4 * room {
            note(&mut house, n);
            note(&mut house, n);
        }
        assert_eq!((house.older.lines, house.newer.lines), (LEAST, GROWTH * LEAST));
        assert!((0..4 * room).all(|n| count(&house, n) >= 2));
        let high = (5 * room..6 * room).filter(|n| count(&house, *n) > 2).count();
        assert!(u64::try_from(high).unwrap() * 50 < room, "{high} of {room}");
        house.clear(usize::try_from(4 * room).unwrap() / OF_ENTRY);
        assert_eq!(house.newer.lines, house.most, "room for all of them in half a generation");
        assert_eq!(count(&house, 1), 0);
    }

    #[test]
    fn the_newest_is_recalled_until_there_is_no_more_room() {
        let mut house = House::new(1 << 12);
        let mut last = 0;
        for n in 0.. {
            let (run, site) = key(n);
            house.recall(run, site);
            house.recall(run, site);
            if !house.has_room() {
                last = n;
                break;
            }
        }
        let room = u64::try_from(house.newer.room).unwrap();
        assert!((room..2 * room).contains(&last), "{last} of {room}");
        assert!((0..last).all(|n| count(&house, n) >= 2));
    }

    #[test]
    fn what_is_taken_back_was_never_noted() {
        let mut house = House::new(1 << 12);
        (0..50).for_each(|n| note(&mut house, n));
        let before = (house.newer.words.clone(), house.newer.keys);
        house.commit();
        let mark = house.mark();
        (25..90).for_each(|n| note(&mut house, n));
        house.undo(mark);
        assert_eq!((house.newer.words, house.newer.keys), before);
    }
}
