//! What goes into the full-text index, and when.
//!
//! An entry is queued in `fts_todo` when it is released and indexed later, many at once: so a released entry is in the
//! index exactly when it is not in the queue. The index keeps no texts; to take an entry out, the very words that went
//! in must be given again, so that has to happen *before* its text changes. Which words of a text those are: `letters`.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::letters::indexed;
use super::writer::Tx;
use crate::model::EntryId;

/// Rows a transaction: each leaves a part of the index that has to be merged with others later.
pub(super) const BATCH: usize = 1000;

const DOCUMENT: &str = "SELECT e.id, e.title, coalesce(a.text, e.text) FROM entry e
     LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article'";

/// Rows that wait.
pub(super) fn backlog(conn: &Connection) -> usize {
    let rows = conn.query_row("SELECT count(*) FROM fts_todo", [], |row| row.get::<_, i64>(0));
    usize::try_from(rows.unwrap_or(0)).unwrap_or(0)
}

/// Indexes one batch in a transaction of its own; answers how many rows it took.
pub(super) fn step(conn: &Connection) -> Result<usize, StoreError> {
    let taken = conn.execute_batch("BEGIN IMMEDIATE").and_then(|()| batch(conn)).and_then(|rows| {
        conn.execute_batch("COMMIT")?;
        Ok(rows)
    });
    if !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
    Ok(taken?)
}

/// The same inside a job.
pub(super) fn step_in(tx: &Tx) -> Result<usize, StoreError> {
    Ok(batch(tx.conn)?)
}

fn batch(conn: &Connection) -> rusqlite::Result<usize> {
    let sql = format!("{DOCUMENT} WHERE e.id IN (SELECT entry_id FROM fts_todo ORDER BY entry_id LIMIT {BATCH}) ORDER BY e.id");
    let mut read = conn.prepare_cached(&sql)?;
    let mut write = conn.prepare_cached("INSERT INTO entries_fts (rowid, title, text) VALUES (?1, ?2, ?3)")?;
    let mut documents = read.query([])?;
    while let Some(row) = documents.next()? {
        let (title, text) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        write.execute((row.get::<_, i64>(0)?, indexed(title), indexed(text)))?;
    }
    conn.prepare_cached(&format!(
        "DELETE FROM fts_todo WHERE entry_id IN (SELECT entry_id FROM fts_todo ORDER BY entry_id LIMIT {BATCH})"
    ))?
    .execute([])
}

/// Lets a released entry be indexed.
pub(super) fn queue(tx: &Tx, entry: EntryId) -> rusqlite::Result<()> {
    tx.run("INSERT OR IGNORE INTO fts_todo (entry_id) VALUES (?1)", [entry.0])?;
    tx.queued(1);
    Ok(())
}

/// Takes an entry out, before its title or text changes or it goes for good. Says whether it was to be found.
pub(super) fn forget(tx: &Tx, entry: EntryId) -> rusqlite::Result<bool> {
    if tx.run("DELETE FROM fts_todo WHERE entry_id = ?1", [entry.0])? > 0 {
        return Ok(true);
    }
    // Of an entry that the index lost it cannot be taken out; `doctor` tells of that.
    let lost = "SELECT NOT EXISTS (SELECT 1 FROM entries_fts_docsize WHERE id = ?1)
        AND EXISTS (SELECT 1 FROM entry WHERE id = ?1 AND received_at IS NOT NULL)";
    if tx.conn.prepare_cached(lost)?.query_row([entry.0], |row| row.get(0))? {
        return Ok(true);
    }
    let sql = format!("{DOCUMENT} WHERE e.id = ?1 AND e.received_at IS NOT NULL");
    let old = tx
        .conn
        .prepare_cached(&sql)?
        .query_row([entry.0], |row| Ok((indexed(row.get_ref(1)?.as_str()?), indexed(row.get_ref(2)?.as_str()?))))
        .optional()?;
    let Some((title, text)) = old else { return Ok(false) };
    tx.run("INSERT INTO entries_fts (entries_fts, rowid, title, text) VALUES ('delete', ?1, ?2, ?3)", (entry.0, title, text))?;
    Ok(true)
}
