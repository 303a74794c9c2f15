//! Before a store is brought up to date: a copy of it as it was, beside it, so that there is a way back.
//!
//! The copy is called after the version that made it necessary (`feedmux.db.before-v19`). One is kept: the others go when the new
//! version has taken over. Where the disk has no room for it the upgrade goes on without: each step of it is one transaction, so that
//! data are safe either way, and a daemon that does not start after an update would be the greater harm.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::copy::{Copying, Part, copy};
use super::room::{beside, bytes, folder, free};
use super::{StoreError, migrate};
use crate::model::units::mib;

/// Between the name of the store and the version.
const TAIL: &str = ".before-v";

/// An upgrade may write this part of the store anew, and so much whatever its size.
const UPGRADE_PART: u64 = 4;
const UPGRADE_ROOM: u64 = 4 << 20;

/// Makes the copy, unless there is one of this very state: an upgrade that was interrupted goes on where it was, and the way back is
/// to where it began.
///
/// # Errors
/// When the store or its folder cannot be read or written, or the copy is not whole; the store is as it was then.
pub(super) fn keep(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let to = name(path, migrate::version());
    // Another process may have been making it.
    let part = Part::open(&to, true)?;
    // The other may go on to upgrade at any time: what is copied has to be what was looked at.
    let moment = conn.unchecked_transaction()?;
    let found = State::of(&moment)?;
    if found.schema == migrate::version() || State::at(&to).is_some_and(|kept| kept.is_before(&found)) {
        return Ok(());
    }
    tracing::info!(
        "Copying the store to {} before it is brought from schema {} to {}",
        to.display(),
        found.schema,
        migrate::version()
    );
    match roomy(path).and_then(|()| copy(moment, part, &mut |_: Copying| true)) {
        Ok(copied) => tracing::info!("The copy is whole: {}, {} entries", mib(copied.bytes), copied.entries),
        Err(StoreError::NoRoom { needs, free, .. }) => tracing::warn!(
            "No copy of the store before it is brought from schema {} to {}: that needs {}, and the disk has room for {}. The upgrade goes on \
             and is safe; only there is no way back to the version before",
            found.schema,
            migrate::version(),
            mib(needs),
            mib(free),
        ),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Whether there is room for the copy and for what the upgrade itself writes.
fn roomy(path: &Path) -> Result<(), StoreError> {
    let bytes = bytes(path);
    let needs = bytes.saturating_add(bytes / UPGRADE_PART).saturating_add(UPGRADE_ROOM);
    match free(path) {
        Some(free) if free < needs => Err(StoreError::NoRoom { path: path.display().to_string(), needs, free }),
        _ => Ok(()),
    }
}

/// Removes the copies that were made for other versions.
pub(super) fn tidy(path: &Path) {
    for (version, file) in copies(path) {
        if version != migrate::version() && std::fs::remove_file(&file).is_ok() {
            tracing::info!("{} is not needed any more and was removed", file.display());
        }
    }
}

/// The copy that was made when the store at `path` came to the version `found`, if this version can read it.
pub(super) fn readable(path: &Path, found: i64) -> Option<String> {
    let copy = name(path, found);
    State::at(&copy).filter(|state| state.schema <= migrate::version()).map(|_| copy.display().to_string())
}

/// All copies beside the store at `path`, each with the version it was made for.
pub(super) fn copies(path: &Path) -> Vec<(i64, PathBuf)> {
    let Some(prefix) = beside(path, TAIL).file_name().and_then(|name| name.to_str()).map(str::to_owned) else { return Vec::new() };
    let files = std::fs::read_dir(folder(path)).into_iter().flatten().filter_map(Result::ok);
    let version = |name: &std::ffi::OsStr| name.to_str()?.strip_prefix(&prefix)?.parse().ok();
    files.filter_map(|file| Some((version(&file.file_name())?, file.path()))).collect()
}

fn name(path: &Path, version: i64) -> PathBuf {
    beside(path, &format!("{TAIL}{version}"))
}

/// Enough of a store to know whether an upgrade alone lies between it and another.
#[derive(Debug)]
struct State {
    schema: i64,
    counters: (i64, i64),
}

impl State {
    fn of(conn: &Connection) -> rusqlite::Result<Self> {
        let counter = |name: &str| conn.query_row("SELECT value FROM counter WHERE name = ?1", [name], |row| row.get::<_, i64>(0));
        let schema = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(Self { schema, counters: (counter("entry")?, counter("change_seq")?) })
    }

    /// Of a copy; `None` where there is none that can be read.
    fn at(path: &Path) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::of(&Connection::open_with_flags(path, flags).ok()?).ok()
    }

    /// Entries and outputs are as they were, only the schema went on: else it is of an upgrade long ago.
    fn is_before(&self, found: &Self) -> bool {
        self.schema < found.schema && self.counters == found.counters
    }
}
