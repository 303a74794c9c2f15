//! The folder, and what it remembers: filled from stored fingerprints, and moved to the store where memory ends.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::StoreError;
use super::prints::fingerprint;
use super::values::{limit, ms, time};
use super::writer::Tx;
use crate::model::{EntryId, Folder, Mark, Role};

/// Fingerprints are kept longer than they are compared, so that a weekly column keeps its memory.
const KEPT: Duration = Duration::from_hours(92 * 24);
/// Fingerprints that are read at once when it warms up.
const AT_ONCE: usize = 2_000;
/// Each time so much of the spilled postings is looked through for those outside the window: one of so many parts.
const PARTS: i64 = 64;
/// Fingerprints that are forgotten at once.
const FORGOTTEN: usize = 20_000;
/// Entries that are asked for a time together.
const NEIGHBOURS: usize = 8;

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

    /// The folder. The writer warms it up before a job that says that it folds.
    pub(super) fn get(&self) -> Result<RefMut<'_, Box<dyn Folder>>, StoreError> {
        if self.is_warm.get() {
            Ok(self.folder.borrow_mut())
        } else {
            Err(StoreError::Sql("a job folds and did not say so".to_owned()))
        }
    }

    /// Shows it what is stored, the newest first, until memory is full. Outside of any transaction: a job that fails must not take that
    /// back. After an error it begins anew.
    pub(super) fn warm(&self, conn: &Connection) -> Result<(), StoreError> {
        if self.is_warm.get() {
            return Ok(());
        }
        let mut folder = self.folder.borrow_mut();
        let spilled_to: i64 = conn.query_row("SELECT value FROM counter WHERE name = 'spilled'", [], |row| row.get(0))?;
        let first = match newest(conn)? {
            Some(newest) => first_since(conn, before(newest, folder.window()))?,
            None => 0,
        };
        let last: i64 = conn.query_row("SELECT coalesce(max(entry_id), 0) FROM print", [], |row| row.get(0))?;
        self.spilled_to.set(spilled_to);
        folder.start((EntryId(first), EntryId(last)), EntryId(spilled_to));
        let mut last = Some(i64::MAX);
        while let Some(before) = last {
            last = recall(conn, folder.as_mut(), before)?;
            folder.commit();
        }
        self.is_warm.set(true);
        Ok(())
    }

    /// Moves to the store some of what there is no more room for: once a transaction, before its end.
    pub(super) fn spill(&self, conn: &Connection) -> Result<(), StoreError> {
        let mut folder = self.folder.borrow_mut();
        if let Some(EntryId(to)) = folder.spilled_to().filter(|to| to.0 > self.spilled_to.get()) {
            conn.prepare_cached("UPDATE counter SET value = ?1 WHERE name = 'spilled'")?.execute([to])?;
        }
        let postings = folder.spill();
        if postings.is_empty() {
            return Ok(());
        }
        let mut insert = conn.prepare_cached("INSERT OR IGNORE INTO posting (run, entry_id) VALUES (?1, ?2)")?;
        for (run, entry) in postings {
            insert.execute((run, entry.0))?;
        }
        Ok(())
    }

    /// What is remembered from here on can be taken back to the answer.
    pub(super) fn mark(&self) -> Mark {
        self.folder.borrow().mark()
    }

    pub(super) fn undo(&self, mark: Mark) {
        self.folder.borrow_mut().undo(mark);
    }

    pub(super) fn commit(&self) {
        let mut folder = self.folder.borrow_mut();
        if let Some(EntryId(to)) = folder.spilled_to() {
            self.spilled_to.set(to);
        }
        folder.commit();
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

pub(super) fn before(now: Timestamp, span: Duration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// When the newest entries were seen, some of which may have a clock of their own.
fn newest(conn: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut newest = conn.prepare_cached("SELECT first_seen_at FROM entry ORDER BY id DESC LIMIT ?1")?;
    let mut seen = newest.query_map([limit(NEIGHBOURS)], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    seen.sort_unstable();
    Ok(seen.get(seen.len() / 2).copied().map(time))
}

/// The first entry that was seen since then, or one of its neighbours; behind the last one if none was. Numbers go with time, but for
/// clocks that were wrong for a moment: so an entry counts as seen when the latest of its neighbours was.
pub(super) fn first_since(conn: &Connection, since: Timestamp) -> Result<i64, StoreError> {
    first_since_among(conn, since, NEIGHBOURS)
}

/// The same of so many neighbours: with one it is that very entry, if no clock was ever wrong.
pub(super) fn first_since_among(conn: &Connection, since: Timestamp, neighbours: usize) -> Result<i64, StoreError> {
    // As one query with two aggregates it would look at all entries.
    let ends = "SELECT coalesce((SELECT min(id) FROM entry), 0), coalesce((SELECT max(id) + 1 FROM entry), 0)";
    let (mut first, mut end): (i64, i64) = conn.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut next = conn.prepare_cached(
        "SELECT min(id), max(first_seen_at) FROM (SELECT id, first_seen_at FROM entry WHERE id >= ?1 ORDER BY id LIMIT ?2)",
    )?;
    while first < end {
        let middle = first + (end - first) / 2;
        let (id, seen): (i64, i64) = next.query_row((middle, limit(neighbours)), |row| Ok((row.get(0)?, row.get(1)?)))?;
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
    // The oldest alone, as long as they are too old: one with a wrong date keeps others, and loses none.
    tx.run(
        "DELETE FROM print WHERE entry_id < coalesce(
            (SELECT p.entry_id FROM (SELECT entry_id FROM print ORDER BY entry_id LIMIT ?2) p JOIN entry e ON e.id = p.entry_id
             WHERE e.first_seen_at >= ?1 ORDER BY p.entry_id LIMIT 1),
            (SELECT max(entry_id) FROM (SELECT entry_id FROM print ORDER BY entry_id LIMIT ?2)))",
        (ms(before(now, window.max(KEPT))), limit(FORGOTTEN)),
    )?;
    let oldest = first_since(tx.conn, before(now, window))?;
    folder.forget_before(EntryId(oldest));
    let part: i64 = tx
        .conn
        .prepare_cached("UPDATE counter SET value = (value + 1) % ?1 WHERE name = 'swept' RETURNING value")?
        .query_row([PARTS], |row| row.get(0))?;
    let runs = i64::from(u32::MAX) / PARTS + 1;
    tx.run("DELETE FROM posting WHERE run >= ?1 AND run < ?2 AND entry_id < ?3", (part * runs, (part + 1) * runs, oldest))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_window_is_found_in_numbers_with_gaps() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE entry (id INTEGER PRIMARY KEY, first_seen_at INTEGER)").unwrap();
        let check = |since: i64, first: i64, last: i64| {
            let found = first_since(&conn, Timestamp::from_millisecond(since).unwrap()).unwrap();
            assert!((first..=last).contains(&found), "{found} for {since}");
        };
        check(5, 0, 0);
        for id in 1..1000 {
            let seen = match id {
                // A clock that was wrong for a moment.
                500 => 0,
                700..704 => 3,
                _ => id * 10,
            };
            // Numbers have gaps.
            if id % 7 != 0 {
                conn.execute("INSERT INTO entry VALUES (?1, ?2)", (id, seen)).unwrap();
            }
        }
        for since in 1..999 {
            check(since * 10, (since - 16).max(1), since);
        }
        check(10_000, 1_000, 1_000);
    }
}
