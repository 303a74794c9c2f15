//! What goes into the full-text index, and when.
//!
//! An entry is queued in `fts_todo` when it is released and indexed later, many at once: so a released entry is in the
//! index exactly when it is not in the queue. The index keeps no texts; to take an entry out, the very words that went
//! in must be given again, so that has to happen *before* its text changes.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::writer::Tx;
use crate::model::EntryId;

/// Rows a transaction.
pub(super) const BATCH: usize = 500;
/// Of each text; a million-word page must not fill the index. Never change it without rebuilding the index: see above.
const MAX_CHARS: usize = 200_000;

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
        write.execute((row.get::<_, i64>(0)?, spaced(title), spaced(text)))?;
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
    let sql = format!("{DOCUMENT} WHERE e.id = ?1 AND e.received_at IS NOT NULL");
    let old = tx
        .conn
        .prepare_cached(&sql)?
        .query_row([entry.0], |row| Ok((spaced(row.get_ref(1)?.as_str()?), spaced(row.get_ref(2)?.as_str()?))))
        .optional()?;
    let Some((title, text)) = old else { return Ok(false) };
    tx.run("INSERT INTO entries_fts (entries_fts, rowid, title, text) VALUES ('delete', ?1, ?2, ?3)", (entry.0, title, text))?;
    Ok(true)
}

/// `text` with a space around every character of a script that is written without spaces (and of Hangul, whose
/// particles cling to the word), so that each becomes a token and a phrase finds them in a row.
pub(super) fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars().take(MAX_CHARS) {
        if stands_alone(c) {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether `c` is indexed as a token of its own.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff            // Thai, Lao
        | 0x1000..=0x109f          // Myanmar
        | 0x1100..=0x11ff          // Hangul letters
        | 0x1780..=0x17ff          // Khmer
        | 0x3005..=0x3007          // iteration mark, zero
        | 0x3040..=0x30ff          // Hiragana, Katakana
        | 0x3130..=0x318f          // Hangul letters
        | 0x31f0..=0x31ff          // Katakana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff // Han
        | 0xac00..=0xd7ff          // Hangul
        | 0xff66..=0xff9f          // Katakana, half width
        | 0x1b000..=0x1b16f        // Kana
        | 0x20000..=0x3ffff        // Han
    )
}
