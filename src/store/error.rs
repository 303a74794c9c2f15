//! What can go wrong with the store: one line each, naming the thing and the remedy.

use std::path::Path;

use crate::model::units::mib;

/// Why the store did not do it. `Clone`, because one failing commit answers many jobs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Written by a later version.
    #[error(
        "{path} was written by a newer feedmux (schema {found}, this one knows {known}); use that version or another store.path{}",
        copy.as_ref().map(|copy| format!(", or put back {copy}, as it was before the upgrade")).unwrap_or_default()
    )]
    TooNew {
        /// The store.
        path: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
        /// A copy beside it that this version can read.
        copy: Option<String>,
    },
    /// Written by an earlier version, and opened for reading only.
    #[error("{path} has schema {found} and this feedmux reads {known}; `feedmux run` brings it up to date when it starts")]
    TooOld {
        /// The store.
        path: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Another instance runs on it.
    #[error("{path} is in use by another feedmux{}; stop it or choose another store.path", pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default())]
    Locked {
        /// The store.
        path: String,
        /// Who, if it could be read.
        pid: Option<u32>,
    },
    /// A file that is not ours.
    #[error("{path} is not a feedmux store ({detail}); choose another store.path")]
    NotOurs {
        /// The file.
        path: String,
        /// What it is instead.
        detail: String,
    },
    /// Nothing there to read.
    #[error("there is no store at {path} yet; `feedmux feed add URL` or `feedmux run` makes it")]
    Missing {
        /// The file.
        path: String,
    },
    /// File or folder cannot be used.
    #[error("{path}: {detail}; {remedy}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        detail: String,
        /// What to do.
        remedy: String,
    },
    /// A copy does not fit where it was to go.
    #[error("{path} needs {} and its disk has room for {}; free some, or name a file on another disk", mib(*needs), mib(*free))]
    NoRoom {
        /// The copy.
        path: String,
        /// Bytes, as far as is known.
        needs: u64,
        /// Bytes.
        free: u64,
    },
    /// SQLite found damage.
    #[error("the store is damaged: {0}; stop feedmux, copy the file away and restore a backup")]
    Corrupt(String),
    /// No space.
    #[error("no space left for the store: {0}; free some, nothing is lost meanwhile")]
    Full(String),
    /// Another process holds the write lock for longer than we wait.
    #[error("the store is locked by another process: {0}; wait until that one is done, or end it")]
    Busy(String),
    /// It stopped being writable.
    #[error("the store cannot be written: {0}; check the permissions and the disk")]
    ReadOnly(String),
    /// Its file was moved, removed or replaced while it was open.
    #[error("{path} is not the file any more that was opened; put that back, or restart feedmux to work with what is there now")]
    Gone {
        /// Where it was.
        path: String,
    },
    /// `close` was called, or this store was opened for reading only.
    #[error("the store is closed for writing")]
    Closed,
    /// No such row.
    #[error("there is no {0}")]
    NoSuch(String),
    /// Understood and not done.
    #[error("{0}")]
    Refused(String),
    /// The user's own SQL.
    #[error("SQL: {0}")]
    Query(String),
    /// Anything else SQLite says.
    #[error("store: {0}")]
    Sql(String),
    /// A defect of ours; the transaction was rolled back.
    #[error("store: a job failed unexpectedly: {0}")]
    Panicked(String),
}

impl StoreError {
    /// Whether it is about the file and what it lies on, not about what was asked for.
    pub fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Busy(_) | Self::ReadOnly(_) | Self::Corrupt(_) | Self::Io { .. } | Self::Gone { .. })
    }

    pub(super) fn io(path: &Path, detail: impl ToString, remedy: &str) -> Self {
        Self::Io { path: path.display().to_string(), detail: detail.to_string(), remedy: remedy.to_owned() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(text),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(text),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(text),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                Self::ReadOnly(text)
            }
            _ => Self::Sql(text),
        }
    }
}
