//! The folder, and what it remembers: filled from stored fingerprints, and moved to the store where memory ends.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::prints::fingerprint;
use super::values::{limit, ms, time};
use super::writer::Tx;
use crate::model::{EntryId, Folder, Mark, Posting, Role};

/// Fingerprints are kept longer than they are compared, so that a weekly column keeps its memory.
const KEPT: Duration = Duration::from_hours(92 * 24);
/// Fingerprints that are read at once when it warms up.
const AT_ONCE: usize = 2_000;
/// Each hour so much of the spilled postings is looked through for those outside the window: one of so many parts.
const PARTS: i64 = 64;

/// The folder with what it remembers. It is warm once it has seen what is stored: a command that stores no entry never pays for that.
pub(super) struct Folds {
    folder: RefCell<Box<dyn Folder>>,
    is_warm: Cell<bool>,
    /// As far as the store knows.
    spilled_to: Cell<i64>,
}

impl Folds {
    pub(super) fn new(folder: Box<dyn Folder>) -> Self {
        Self { folder: RefCell::new(folder), is_warm: Cell::new(false), spilled_to: Cell::new(0) }
    }

    /// The folder. The writer warms it up before a job that folds.
    pub(super) fn get(&self) -> RefMut<'_, Box<dyn Folder>> {
        debug_assert!(self.is_warm.get(), "this job folds, and did not say so");
        self.folder.borrow_mut()
    }

    /// Shows it what is stored, outside of any transaction: a job that fails must not take that back. After an error it begins anew.
    pub(super) fn warm(&self, conn: &Connection) -> Result<(), StoreError> {
        if self.is_warm.get() {
            return Ok(());
        }
        let mut folder = self.folder.borrow_mut();
        let spilled_to: i64 = conn.query_row("SELECT value FROM counter WHERE name = 'spilled'", [], |row| row.get(0))?;
        let newest = conn.query_row("SELECT first_seen_at FROM entry ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).optional()?;
        let first = match newest {
            Some(newest) => first_since(conn, before(time(newest), folder.window()))?,
            None => 0,
        };
        self.spilled_to.set(spilled_to);
        folder.start(EntryId(first), EntryId(spilled_to));
        let mut last = Some(i64::MAX);
        while let Some(before) = last {
            last = recall(conn, folder.as_mut(), before)?;
            loop {
                let postings = folder.spill();
                if postings.is_empty() {
                    break;
                }
                conn.execute_batch("BEGIN IMMEDIATE")?;
                insert(conn, postings)
                    .and_then(|()| Ok(conn.execute_batch("COMMIT")?))
                    .inspect_err(|_| drop(conn.execute_batch("ROLLBACK")))?;
                folder.commit();
            }
            folder.commit();
        }
        self.is_warm.set(true);
        Ok(())
    }

    /// Moves to the store what there is no more room for.
    pub(super) fn spill(&self, tx: &Tx) -> Result<(), StoreError> {
        let mut folder = self.get();
        if let Some(EntryId(to)) = folder.spilled_to().filter(|to| to.0 > self.spilled_to.get()) {
            tx.run("UPDATE counter SET value = ?1 WHERE name = 'spilled'", [to])?;
            self.spilled_to.set(to);
        }
        insert(tx.conn, folder.spill())
    }

    /// What is remembered from here on can be taken back to the answer.
    pub(super) fn mark(&self) -> Mark {
        self.folder.borrow().mark()
    }

    pub(super) fn undo(&self, mark: Mark) {
        self.folder.borrow_mut().undo(mark);
    }

    pub(super) fn commit(&self) {
        self.folder.borrow_mut().commit();
    }
}

/// Shows the folder the next older fingerprints; answers where to go on.
fn recall(conn: &Connection, folder: &mut dyn Folder, before: i64) -> Result<Option<i64>, StoreError> {
    let mut all = conn.prepare_cached(
        "SELECT entry_id, form, headline, host, text, founds, is_echo FROM print WHERE entry_id < ?1
         ORDER BY entry_id DESC LIMIT ?2",
    )?;
    let mut rows = all.query((before, limit(AT_ONCE)))?;
    let mut next = None;
    while let Some(row) = rows.next()? {
        let entry: i64 = row.get(0)?;
        let role = Role { founds: row.get(5)?, is_echo: row.get(6)? };
        if !folder.recall(EntryId(entry), &fingerprint(row, 1)?, role) {
            return Ok(None);
        }
        next = Some(entry);
    }
    Ok(next)
}

fn insert(conn: &Connection, postings: Vec<Posting>) -> Result<(), StoreError> {
    if postings.is_empty() {
        return Ok(());
    }
    let mut insert = conn.prepare_cached("INSERT OR IGNORE INTO posting (run, entry_id) VALUES (?1, ?2)")?;
    for (run, entry) in postings {
        insert.execute((run, entry.0))?;
    }
    Ok(())
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// The first entry that was seen since then; behind the last one if none was. Numbers go with time, so that it is found in some steps.
pub(super) fn first_since(conn: &Connection, since: Timestamp) -> Result<i64, StoreError> {
    let ends = "SELECT coalesce(min(id), 0), coalesce(max(id) + 1, 0) FROM entry";
    let (mut first, mut end): (i64, i64) = conn.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut next = conn.prepare_cached("SELECT id, first_seen_at FROM entry WHERE id >= ?1 ORDER BY id LIMIT 1")?;
    while first < end {
        let middle = first + (end - first) / 2;
        let (id, seen): (i64, i64) = next.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if seen >= ms(since) {
            end = middle;
        } else {
            first = id + 1;
        }
    }
    Ok(first)
}

/// Forgets fingerprints that are too old to be compared, and postings once nothing new can be folded with their entries.
pub(super) fn forget(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    let mut folder = tx.folds.folder.borrow_mut();
    let window = folder.window();
    tx.run("DELETE FROM print WHERE entry_id < ?1", [first_since(tx.conn, before(now, window.max(KEPT)))?])?;
    let oldest = first_since(tx.conn, before(now, window))?;
    folder.forget_before(EntryId(oldest));
    let runs = i64::from(u32::MAX) / PARTS + 1;
    let part = (now.as_second() / 3600).rem_euclid(PARTS) * runs;
    tx.run("DELETE FROM posting WHERE run >= ?1 AND run < ?1 + ?2 AND entry_id < ?3", (part, runs, oldest))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_window_is_found_in_numbers_with_gaps() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE entry (id INTEGER PRIMARY KEY, first_seen_at INTEGER)").unwrap();
        let check = |since: i64, first: i64| {
            let found = first_since(&conn, Timestamp::from_millisecond(since).unwrap()).unwrap();
            assert_eq!(found, first, "{since}");
        };
        check(5, 0);
        for (id, at) in [(3, 10), (4, 10), (9, 20), (40, 30), (41, 30), (97, 50)] {
            conn.execute("INSERT INTO entry VALUES (?1, ?2)", (id, at)).unwrap();
        }
        check(0, 3);
        check(10, 3);
        check(11, 5);
        check(20, 5);
        check(21, 10);
        check(30, 10);
        check(31, 42);
        check(50, 42);
        check(51, 98);
    }
}
