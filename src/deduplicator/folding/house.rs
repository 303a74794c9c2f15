//! What a site prints again and again is house text: it says nothing about a story.
//!
//! Counters of four bits, of which three are used: a run has three of them for each of its sites, and its count is the smallest (Estan, Varghese, 2002:
//! "conservative update"). Two generations: when one is full it becomes the old one, and the old one is forgotten, so that counts stay true
//! whatever comes. All counters of a run are in one cache line, those of the other generation in the next one, for to wait for them is all
//! that a look costs.

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

pub(super) struct House {
    /// Pairs of lines, one of each generation.
    words: Vec<u64>,
    /// Where the first one begins: they are aligned as lines are.
    first: usize,
    lines: usize,
    /// Which of a pair is of the newer generation.
    newer: usize,
    keys: usize,
    /// Those that were recalled.
    old_keys: usize,
    /// Words that were changed since the last commit, with what they held.
    journal: Vec<(usize, u64)>,
}

/// A counter: which word, and how far in it.
type Place = (usize, u64);

impl House {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: usize) -> Self {
        Self::of_lines((bytes / 2 / LINE).max(1))
    }

    /// Of what is zero already the system gives no memory before it is written to.
    fn of_lines(lines: usize) -> Self {
        let words = vec![0u64; (lines + 1) * 2 * WORDS];
        // In words; of what cannot be aligned a look waits for two lines.
        let first = words.as_ptr().align_offset(2 * LINE).min(2 * WORDS);
        Self { words, first, lines, newer: 0, keys: 0, old_keys: 0, journal: Vec::new() }
    }

    /// Where the lines of a run begin.
    fn line(&self, run: u32) -> usize {
        // The smallest of several hashes were chosen: mixed again, they spread.
        let spread = u64::from(run.wrapping_mul(0x9e37_79b1));
        self.first + usize::try_from((spread * self.lines as u64) >> 32).unwrap_or_default() * 2 * WORDS
    }

    /// In the newer generation, and in the older one.
    fn places(&self, run: u32, site: u64) -> [[Place; 3]; 2] {
        let line = self.line(run);
        let mixed = (u64::from(run) ^ site).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let places = [mixed >> 24, mixed >> 40, mixed >> 56].map(|bits| {
            let at = usize::from(bits.to_le_bytes()[0]) % (WORDS * COUNTERS);
            (at / COUNTERS, (at % COUNTERS) as u64 * 4)
        });
        [self.newer, 1 - self.newer].map(|which| places.map(|(at, shift)| (line + which * WORDS + at, shift)))
    }

    /// See [`super::postings::Postings::touch`].
    pub(super) fn touch(&self, runs: impl Iterator<Item = u32>) {
        let all = runs.map(|run| self.line(run)).filter_map(|at| Some(self.words.get(at)? ^ self.words.get(at + WORDS)?));
        std::hint::black_box(all.fold(0, |all, word| all ^ word));
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
        self.places(run, site).iter().map(|places| self.least(places)).sum()
    }

    /// Answers how often it was noted before.
    fn note(&mut self, run: u32, site: u64) -> u64 {
        let [mut newer, older] = self.places(run, site);
        let known = self.least(&newer);
        let before = known + self.least(&older);
        if known == 0 {
            self.keys += 1;
            if self.keys > self.room() {
                self.newer = 1 - self.newer;
                let lines = self.words.get_mut(self.first..).unwrap_or_default().chunks_exact_mut(WORDS);
                lines.skip(self.newer).step_by(2).for_each(|line| line.fill(0));
                self.keys = 1;
                // What was noted in this transaction stays noted, should it fail: a few counts too high.
                self.journal.clear();
                newer = older;
            }
        }
        let before_that = self.raise(&newer, known);
        self.journal.extend(before_that.into_iter().flatten());
        before
    }

    /// Notes what was printed before all that is known: as it would be, had it been noted in its time.
    fn recall(&mut self, run: u32, site: u64) -> u64 {
        let [newer, older] = self.places(run, site);
        let before = self.least(&newer) + self.least(&older);
        // The newer generation is as full as it is on average.
        let is_newer = self.keys < self.room() / 2;
        let places = if is_newer { newer } else { older };
        let known = self.least(&places);
        *(if is_newer { &mut self.keys } else { &mut self.old_keys }) += usize::from(known == 0);
        self.raise(&places, known);
        before
    }

    /// Whether more can be recalled.
    pub(super) fn has_room(&self) -> bool {
        self.old_keys < self.room()
    }

    /// Runs of sites that a generation has room for.
    fn room(&self) -> usize {
        self.lines * WORDS * COUNTERS / A_KEY
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::of_lines(self.lines);
    }

    fn least(&self, places: &[Place; 3]) -> u64 {
        places.iter().filter_map(|(at, shift)| Some(self.words.get(*at)? >> shift & MOST)).min().unwrap_or(0)
    }

    /// Raises those of the counters that stand at `known`; answers what their words held before.
    fn raise(&mut self, places: &[Place; 3], known: u64) -> [Option<(usize, u64)>; 3] {
        places.map(|(at, shift)| {
            let word = self.words.get_mut(at).filter(|word| known < MOST && **word >> shift & MOST == known)?;
            let before = *word;
            *word += 1 << shift;
            Some((at, before))
        })
    }

    /// Where the journal stands, and how many keys are counted.
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.journal.len(), self.keys)
    }

    /// Takes back what was noted since `mark`.
    pub(super) fn undo(&mut self, (mark, keys): (usize, usize)) {
        self.keys = keys.min(self.keys);
        for (at, before) in self.journal.drain(mark.min(self.journal.len())..).rev() {
            if let Some(word) = self.words.get_mut(at) {
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
        let full = u64::try_from(house.room()).unwrap();
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
        let room = u64::try_from(house.room()).unwrap();
        assert!((room..2 * room).contains(&last), "{last} of {room}");
        assert!((0..last).all(|n| count(&house, n) >= 2));
    }

    #[test]
    fn what_is_taken_back_was_never_noted() {
        let mut house = House::new(1 << 12);
        (0..50).for_each(|n| note(&mut house, n));
        let before = (house.words.clone(), house.keys);
        house.commit();
        let mark = house.mark();
        (25..90).for_each(|n| note(&mut house, n));
        house.undo(mark);
        assert_eq!((house.words, house.keys), before);
    }
}
