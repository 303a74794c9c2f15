//! What undoes a finding.

use std::path::PathBuf;

use rusqlite::Connection;

use super::super::{StoreError, index, vacuum};

/// One step, of a kind that loses nothing which could be read before.
pub(super) enum Cure {
    /// Statements in one transaction, and what they do in words.
    Rows(&'static str, &'static str),
    /// Makes this index anew from its table; where that cannot be read, nothing is changed.
    Reindex(String),
    /// Makes what stands on tables and is missing: a view, a trigger, an index.
    Make(String),
    /// Lets nobody else read or write a file; to this mode.
    Mode(PathBuf, u32),
    /// Gives a file to this user and group.
    Owner(PathBuf, u32, u32),
    /// Removes a file that nobody needs.
    Remove(PathBuf),
    /// Writes the log into the file.
    Log,
}

/// Makes the full-text index anew: all that is released is queued, as by the migration that did so first.
pub(super) const INDEX_ANEW: Cure = Cure::Rows(
    "INSERT INTO entries_fts (entries_fts) VALUES ('delete-all');
     DELETE FROM fts_todo;
     INSERT INTO fts_todo (entry_id) SELECT id FROM entry WHERE received_at IS NOT NULL",
    "the index was made anew",
);

impl Cure {
    /// Says what was done; `None`: it is not one for files.
    pub(super) fn apply_to_files(self) -> Option<Result<String, StoreError>> {
        use std::os::unix::fs::{PermissionsExt, lchown};
        let (path, done, said) = match self {
            Self::Mode(path, mode) => {
                let done = std::fs::set_permissions(&path, PermissionsExt::from_mode(mode));
                (path, done, format!("its mode is {mode:o} now"))
            }
            Self::Owner(path, user, group) => {
                let done = lchown(&path, Some(user), Some(group));
                (path, done, format!("it belongs to user {user} and group {group} now"))
            }
            Self::Remove(path) => {
                let done = std::fs::remove_file(&path);
                (path, done, "it was removed".to_owned())
            }
            Self::Rows(..) | Self::Reindex(_) | Self::Make(_) | Self::Log => return None,
        };
        Some(done.map(|()| said).map_err(|error| StoreError::io(&path, error, "run this as the owner of the file, or as root")))
    }

    /// Says what was done; `None`: it is not one for rows.
    pub(super) fn apply_to_rows(self, conn: &Connection) -> Result<Option<String>, StoreError> {
        let (sql, said) = match self {
            Self::Rows(sql, said) => (sql.to_owned(), said),
            Self::Make(sql) => (sql, "it was made anew"),
            Self::Reindex(index) => (format!("REINDEX \"{}\"", index.replace('"', "\"\"")), "the index was made anew"),
            Self::Log => {
                vacuum::empty_log(conn)?;
                return Ok(Some("it was written into the file".to_owned()));
            }
            Self::Mode(..) | Self::Owner(..) | Self::Remove(..) => return Ok(None),
        };
        let moved = "UPDATE counter SET value = value + 1 WHERE name = 'change_seq'";
        let done = conn.execute_batch(&format!("BEGIN IMMEDIATE; {sql}; {moved}; COMMIT"));
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        done?;
        Ok(Some(said.to_owned()))
    }
}

/// Indexes what waits for it, and empties the log.
pub(super) fn finish(conn: &Connection) -> Result<(), StoreError> {
    while index::step(conn)? > 0 {}
    Ok(vacuum::empty_log(conn)?)
}
