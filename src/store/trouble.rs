//! When the disk fails: since when, with what, how often. For people who ask how the daemon is; nothing is decided by it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::StoreError;

/// A nearly full disk takes small transactions and refuses large ones. A single success in between says little, so trouble is over when
/// a transaction succeeds so long after the last failure.
const CALM: Duration = Duration::from_secs(10);

/// What the writer met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The last failure.
    pub error: StoreError,
    /// How long ago the first of this row of failures was.
    pub since: Duration,
    /// Transactions and jobs that failed in this row.
    pub failed: u64,
}

/// The writer's notes.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<Option<Row>>);

#[derive(Debug)]
struct Row {
    error: StoreError,
    first: Instant,
    last: Instant,
    failed: u64,
}

impl Notes {
    /// Counts a failure, if it is one of the disk and not of what was asked for.
    pub(super) fn failed(&self, error: &StoreError, now: Instant) {
        if !error.is_of_the_disk() {
            return;
        }
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match row.as_mut() {
            Some(row) => (row.error, row.last, row.failed) = (error.clone(), now, row.failed.saturating_add(1)),
            None => *row = Some(Row { error: error.clone(), first: now, last: now, failed: 1 }),
        }
    }

    /// Something was written and is on the disk.
    pub(super) fn wrote(&self, now: Instant) {
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if row.as_ref().is_some_and(|row| now.duration_since(row.last) >= CALM) {
            *row = None;
        }
    }

    pub(super) fn trouble(&self, now: Instant) -> Option<Trouble> {
        let row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        row.as_ref().map(|row| Trouble { error: row.error.clone(), since: now.duration_since(row.first), failed: row.failed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_lasts_until_a_write_succeeds_in_calm() {
        let notes = Notes::default();
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let told = |seconds| notes.trouble(at(seconds)).map(|trouble| (trouble.error, trouble.since.as_secs(), trouble.failed));
        let (full, busy) = (StoreError::Full("x".to_owned()), StoreError::Busy("y".to_owned()));
        notes.failed(&StoreError::NoSuch("feed 7".to_owned()), at(0));
        notes.wrote(at(0));
        assert_eq!(told(0), None, "what was asked for was wrong, not the disk");
        notes.failed(&full, at(1));
        notes.wrote(at(2));
        notes.failed(&busy, at(5));
        assert_eq!(told(8), Some((busy.clone(), 7, 2)));
        notes.wrote(at(14));
        assert_eq!(told(14), Some((busy, 13, 2)), "a small one may have found room");
        notes.wrote(at(15));
        assert_eq!(told(15), None);
        notes.failed(&full, at(20));
        assert_eq!(told(100), Some((full, 80, 1)), "it is not over because nothing is tried");
    }
}
