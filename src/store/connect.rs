//! Opening the file: folders, flags, pragmas. What a connection needs is said here and nowhere else.

use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{StoreError, before, migrate, narrow, room, vacuum};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages are cached as they are used: an idle store holds far less than this.
pub(super) const WRITER_CACHE_KIB: i64 = 4 * 1024;
const READER_CACHE_KIB: i64 = 1024;
/// 16 MiB: with synchronous=FULL each checkpoint costs two more waits for the disk, and the log stays well below 64 MB.
const CHECKPOINT_PAGES: i64 = 4_000;
const LOG_BYTES: i64 = 32 << 20;
const STATEMENTS: usize = 96;

/// Less than this is free where a store cannot be opened for want of space.
const TIGHT: u64 = 1 << 20;

pub(super) const REMEDY: &str = "check that the folder exists and may be written, or set store.path";

/// What we read may be private, and other users of the machine need not know it. A service manager that wants a group to read
/// makes the folder itself and says so in its umask; the umask can only take rights away from these.
const FOLDER_MODE: u32 = 0o700;
pub(super) const FILE_MODE: u32 = 0o640;

/// The folder that `path` lies in, made where it is missing, for us alone.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            let made = std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder);
            made.map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => StoreError::io(folder, "it is a file and no folder", "set store.path"),
                _ => StoreError::io(folder, error, REMEDY),
            })
        }
        _ => Ok(()),
    }
}

/// Makes an empty file before SQLite would make one that everybody may read; SQLite gives its mode to `-wal` and `-shm` too.
///
/// Only ever a new one: to open and close an existing file would take the locks of every connection of this process from it.
/// What stands in the way is told by SQLite, which meets it next.
fn make_file(path: &Path) {
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path);
}

/// The one read-write connection, its file made and migrated.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    make_folder(path)?;
    make_file(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags).map_err(|error| cannot(path, error))?;
    // Before anything is changed: the file of another program must stay as it is.
    let found = migrate::check(&conn, path)?;
    let setup = |conn: &Connection| -> rusqlite::Result<bool> {
        conn.busy_timeout(BUSY_TIMEOUT)?;
        if conn.is_readonly("main")? {
            return Ok(false);
        }
        if found == 0 {
            // Before the first page is written, or never: then the file can give back pages one by one.
            conn.pragma_update(None, "auto_vacuum", vacuum::INCREMENTAL)?;
        }
        conn.pragma_update(None, "journal_mode", "wal")?;
        keep_plans(conn)?;
        keep_log(conn)?;
        narrow::teach(conn)?;
        conn.pragma_update(None, "synchronous", "full")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        conn.pragma_update(None, "temp_store", "memory")?; // rollback notes of savepoints, not a file a job
        conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        conn.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(true)
    };
    if !setup(&conn).map_err(|error| cannot(path, error))? {
        return Err(StoreError::io(path, "the file may not be written", REMEDY));
    }
    if found < migrate::version() {
        if found > 0 {
            before::keep(&conn, path)?;
        }
        migrate::to_latest(&mut conn, path)?;
        before::tidy(path);
    }
    Ok(conn)
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let (conn, found) = looker(path)?;
    if found < migrate::version() {
        return Err(StoreError::TooOld { path: path.display().to_string(), found, known: migrate::version() });
    }
    Ok(conn)
}

/// The same, also on a store of an earlier version; with its version.
pub(super) fn looker(path: &Path) -> Result<(Connection, i64), StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing { path: path.display().to_string() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| cannot(path, error))?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    let found = migrate::check(&conn, path)?;
    keep_plans(&conn)?;
    keep_log(&conn)?;
    narrow::teach(&conn)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok((conn, found))
}

/// Whoever closes the file last would remove `-wal` and `-shm` otherwise, and who may only read the folder (a member of the service's group)
/// could not open it any more: SQLite has to make them anew. The writer empties the log itself when it ends.
fn keep_log(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop)
}

/// Otherwise a statement over a partial index is planned anew for new values: a third of all the writer did.
fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// The same error with the path and what to do.
pub(super) fn cannot(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            StoreError::NotOurs { path: path.display().to_string(), detail: "it is no SQLite file".to_owned() }
        }
        Some(_) if path.is_dir() => StoreError::io(path, "it is a folder", "name a file in store.path"),
        // SQLite says "disk I/O error" where there is no room for the file that its processes share.
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull)
            if room::free(room::folder(path)).is_some_and(|free| free < TIGHT) =>
        {
            StoreError::io(path, format!("no space left on its disk ({error})"), "free some, or set store.path")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
            StoreError::io(path, error, REMEDY)
        }
        _ => StoreError::from(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_we_make_is_not_for_everybody() {
        let outside = tempfile::tempdir().unwrap();
        let (folder, path) = (outside.path().join("a/b"), outside.path().join("a/b/feedmux.db"));
        let conn = writer(&path).unwrap();
        // the umask of whoever runs this may take more away
        assert_eq!((mode(&folder) & !FOLDER_MODE, mode(&outside.path().join("a")) & !FOLDER_MODE), (0, 0));
        for name in ["feedmux.db", "feedmux.db-wal", "feedmux.db-shm"] {
            assert_eq!(mode(&folder.join(name)) & !FILE_MODE, 0, "{name}");
        }
        drop(conn);
    }

    #[test]
    fn what_others_made_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o750)).unwrap();
        let path = folder.path().join("feedmux.db");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o660)).unwrap();
        drop(writer(&path).unwrap());
        assert_eq!((mode(folder.path()), mode(&path)), (0o750, 0o660));
    }
}
