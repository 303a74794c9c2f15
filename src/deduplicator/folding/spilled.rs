//! Postings on their way to the store: they are there once that is committed, and can be found here until then.

/// Postings that are given at once, in one transaction: so that none is long.
const AT_ONCE: usize = 20_000;

/// As `postings` has them, in their order.
#[derive(Default)]
pub(super) struct Spilled {
    waiting: Vec<u64>,
    /// Those behind were given, and stay until that is committed.
    left: usize,
    /// Those that came since, in no order.
    late: Vec<u64>,
}

impl Spilled {
    pub(super) fn extend(&mut self, places: Vec<u64>) {
        self.late.extend(places);
        self.arrange();
    }

    fn arrange(&mut self) {
        if self.late.is_empty() {
            return;
        }
        self.waiting.append(&mut self.late);
        // Most of it is in order: that costs one look at each.
        self.waiting.sort();
        self.waiting.dedup();
        // Some are given again: the store takes each once.
        self.left = self.waiting.len();
    }

    pub(super) fn add(&mut self, place: u64) {
        self.late.push(place);
    }

    pub(super) fn remove(&mut self, place: u64) {
        self.late.retain(|other| *other != place);
        if let Ok(at) = self.waiting.binary_search(&place) {
            self.waiting.remove(at);
            self.left = self.waiting.len();
        }
    }

    /// Those of one run.
    pub(super) fn of(&self, run: u32) -> impl Iterator<Item = &u64> {
        let first = self.waiting.partition_point(|place| place >> 32 < u64::from(run));
        let waiting = self.waiting.get(first..).into_iter().flatten().take_while(move |place| *place >> 32 == u64::from(run));
        waiting.chain(self.late.iter().filter(move |place| **place >> 32 == u64::from(run)))
    }

    /// The next ones.
    pub(super) fn take(&mut self) -> &[u64] {
        self.arrange();
        let given = self.left;
        self.left = given.saturating_sub(AT_ONCE);
        self.waiting.get(self.left..given).unwrap_or_default()
    }

    pub(super) fn commit(&mut self) {
        self.waiting.truncate(self.left);
        if self.waiting.is_empty() {
            self.waiting.shrink_to_fit();
        }
    }

    pub(super) fn undo(&mut self) {
        self.left = self.waiting.len();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.late.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spilled: &Spilled, run: u32) -> usize {
        spilled.of(run).count()
    }

    #[test]
    fn what_was_not_stored_is_given_again() {
        let mut spilled = Spilled::default();
        let many = (AT_ONCE + 10) as u64;
        spilled.extend((0..many).rev().map(|n| (n % 7) << 32 | n).collect());
        assert_eq!([spilled.take().len(), spilled.take().len(), spilled.take().len()], [AT_ONCE, 10, 0]);
        spilled.undo();
        assert_eq!(spilled.take().len(), AT_ONCE);
        let found: usize = (0..7).map(|run| all(&spilled, run)).sum();
        assert_eq!(found, AT_ONCE + 10, "found until it is stored");
        spilled.commit();
        let found: usize = (0..7).map(|run| all(&spilled, run)).sum();
        assert_eq!((found, spilled.take().len()), (10, 10));
        spilled.commit();
        assert!(spilled.is_empty());
    }

    #[test]
    fn what_comes_late_is_given_too() {
        let mut spilled = Spilled::default();
        spilled.extend(vec![1 << 32 | 5, 3 << 32 | 5]);
        spilled.take();
        spilled.add(2 << 32 | 4);
        spilled.add(2 << 32 | 4);
        spilled.commit();
        assert!(all(&spilled, 1) == 0 && all(&spilled, 2) > 0);
        assert_eq!(spilled.take(), [2 << 32 | 4]);
    }
}
