//! Free pages go back to the disk: some at a time while the daemon works, or all of them, the file written anew, while nothing does.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde::Serialize;

use super::lock::InstanceLock;
use super::room::{Pages, bytes, folder, free};
use super::writer::Tx;
use super::{Store, StoreError, connect};

/// `PRAGMA auto_vacuum`: free pages stay until they are asked for. What a file is made with, before its first table.
pub(super) const INCREMENTAL: i64 = 2;
/// Pages in one step, 1 MiB of the usual size.
const STEP: i64 = 256;
/// Free pages are kept for what comes next, unless they are more than this many bytes and more than this part of the file: ...
const MUCH: (u64, u64) = (16 << 20, 8);
/// ... then they are given back until no more than this is left.
const LITTLE: (u64, u64) = (8 << 20, 16);
/// Between two steps beside a daemon.
const REST: Duration = Duration::from_millis(20);
/// Steps of SQLite between two looks whether to go on.
const OPERATIONS: i32 = 1_000;

/// What it brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shrunk {
    /// Bytes of the file and its log before.
    pub before: u64,
    /// ... and after.
    pub after: u64,
    /// The file was written anew; else free pages were given back.
    pub anew: bool,
}

/// Whether the file can give back single pages.
fn can(conn: &Connection) -> rusqlite::Result<bool> {
    conn.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).map(|mode: i64| mode == INCREMENTAL)
}

fn some(conn: &Connection) -> rusqlite::Result<()> {
    // One row a page.
    conn.prepare(&format!("PRAGMA incremental_vacuum({STEP})"))?.query_map([], |_| Ok(()))?.try_for_each(|row| row)
}

/// Whether so much is free that it is worth giving back.
pub(super) fn is_due(tx: &Tx) -> Result<bool, StoreError> {
    Ok(can(tx.conn)? && Pages::of(tx.conn)?.exceed(MUCH))
}

/// Gives back some pages; says whether to go on.
pub(super) fn step(tx: &Tx) -> Result<bool, StoreError> {
    if !Pages::of(tx.conn)?.exceed(LITTLE) {
        return Ok(false);
    }
    some(tx.conn)?;
    Ok(true)
}

impl Store {
    /// Writes the file anew without gaps, so that it can give back single pages from then on. `go_on` is asked now and then.
    ///
    /// # Errors
    /// [`StoreError::NoRoom`], [`StoreError::Refused`] when `go_on` said no, or what the disk says; the store is as it was then.
    pub fn vacuum(path: &Path, _alone: &InstanceLock, go_on: impl FnMut() -> bool + Send + 'static) -> Result<Shrunk, StoreError> {
        let conn = connect::writer(path)?;
        let before = bytes(path);
        // Once beside it, once in its log.
        let needs = Pages::of(&conn)?.in_use().saturating_mul(2);
        let no_room = |free| StoreError::NoRoom { path: path.display().to_string(), needs, free };
        if let Some(free) = free(folder(path)).filter(|free| *free < needs) {
            return Err(no_room(free));
        }
        let mut go_on = go_on;
        conn.progress_handler(OPERATIONS, Some(move || !go_on()))?;
        let anew = || -> rusqlite::Result<()> {
            conn.pragma_update(None, "temp_store", "file")?; // all of it would not fit into memory
            conn.execute("INSERT INTO entries_fts (entries_fts) VALUES ('optimize')", [])?;
            conn.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
            conn.execute_batch("VACUUM")
        };
        let done = anew();
        conn.progress_handler(0, None::<fn() -> bool>)?;
        done.map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => StoreError::Refused("cut short; the store is as it was".to_owned()),
            Some(rusqlite::ErrorCode::DiskFull) => no_room(free(folder(path)).unwrap_or(0)),
            _ => error.into(),
        })?;
        empty_log(&conn)?;
        Ok(Shrunk { before, after: bytes(path), anew: true })
    }

    /// Gives back all free pages in small steps, beside a daemon. `go_on` is told of the pages that are still free, and says whether to go
    /// on. `None`: the file was made before that was possible.
    ///
    /// # Errors
    /// What the disk says; what was given back before is.
    pub fn shrink(path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Option<Shrunk>, StoreError> {
        let conn = connect::writer(path)?;
        if !can(&conn)? {
            return Ok(None);
        }
        let before = bytes(path);
        loop {
            let free = Pages::of(&conn)?.free;
            if free == 0 || !go_on(free) {
                break;
            }
            let begun = Instant::now();
            let step = conn.unchecked_transaction()?;
            some(&conn)?;
            step.commit()?;
            std::thread::sleep(begun.elapsed().max(REST));
        }
        empty_log(&conn)?;
        Ok(Some(Shrunk { before, after: bytes(path), anew: false }))
    }
}

/// Only then the file is smaller. A reader may be in the way: the next checkpoint does it.
pub(super) fn empty_log(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
