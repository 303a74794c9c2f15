//! When the disk fails: since when, with what, how often. People who ask how the daemon is are told, and nothing is polled whose answer
//! could not be stored. That it is over is not left to chance: the writer tries, see [`probe`].

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::StoreError;
use super::connect::WRITER_CACHE_KIB;

/// How often the writer tries whether the disk takes something again.
pub(super) const PROBE_EVERY: Duration = Duration::from_secs(2);
/// What it has to take, bytes: more than the writer keeps in memory, or nothing would be written; and more than a poll brings.
const PROBE: i64 = 2 * WRITER_CACHE_KIB * 1024;

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

impl Trouble {
    /// Whether nothing can be stored while it lasts. Damage is met in one place; others may be sound.
    pub fn blocks(&self) -> bool {
        !matches!(self.error, StoreError::Corrupt(_))
    }
}

/// Whether the disk takes what polls bring: writes as much into the log, and takes it back. An empty transaction succeeds on the fullest
/// disk, and small ones on a nearly full one, where each large feed would be fetched for nothing.
pub(super) fn probe(conn: &Connection) -> Result<(), StoreError> {
    let write = || {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        let sql = "INSERT INTO version (entry_id, n, until, title, text) VALUES (-1, 0, 0, '', zeroblob(?1))";
        conn.execute(sql, [PROBE])
    };
    let written = write();
    if !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    Ok(written.map(drop)?)
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

    /// A transaction succeeded; it wrote something, or was empty. An empty one proves that no other process holds the lock, and says
    /// nothing about the disk.
    pub(super) fn committed(&self, wrote: bool, now: Instant) {
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let proves = |row: &Row| wrote || matches!(row.error, StoreError::Busy(_));
        if row.as_ref().is_some_and(|row| proves(row) && now.duration_since(row.last) >= CALM) {
            *row = None;
        }
    }

    /// It still cannot be written, and this is why by now; nobody's work failed of it. What a hook or retention may have written
    /// beside it was small, and no calm.
    pub(super) fn tried(&self, error: &StoreError, now: Instant) {
        if let Some(row) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            (row.error, row.last) = (error.clone(), now);
        }
    }

    /// What was written and taken back proves that writing is possible again, unless the file itself is damaged.
    pub(super) fn probed(&self) {
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if row.as_ref().is_some_and(|row| !matches!(row.error, StoreError::Corrupt(_))) {
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
        notes.committed(true, at(0));
        assert_eq!(told(0), None, "what was asked for was wrong, not the disk");
        notes.failed(&full, at(1));
        notes.committed(true, at(2));
        notes.failed(&busy, at(5));
        assert_eq!(told(8), Some((busy.clone(), 7, 2)));
        notes.committed(true, at(14));
        assert_eq!(told(14), Some((busy, 13, 2)), "a small one may have found room");
        notes.committed(false, at(15));
        assert_eq!(told(15), None, "the lock is gone");
        notes.failed(&full, at(20));
        notes.committed(false, at(100));
        assert_eq!(told(100), Some((full.clone(), 80, 1)), "it is not over because nothing is written");
        notes.tried(&full, at(100));
        notes.committed(true, at(101));
        assert_eq!(told(101), Some((full, 81, 1)), "nor because little is, while much cannot be");
        notes.probed();
        assert_eq!(told(100), None, "it is over when much could be written");
        let corrupt = StoreError::Corrupt("z".to_owned());
        notes.failed(&corrupt, at(101));
        notes.probed();
        assert_eq!(told(101), Some((corrupt, 0, 1)), "damage does not go away");
        assert!(!notes.trouble(at(101)).unwrap().blocks(), "and other feeds may be sound");
    }
}
