//! What a store takes on its disk, what is left there, and whether its file is still where it was.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use super::values::count;

/// Bytes that we may still write to the disk that `path` lies on; `None` where the system does not say.
pub(super) fn free(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes of the file at `path` with `tail` after its name; 0 where there is none.
pub(super) fn size(path: &Path, tail: &str) -> u64 {
    std::fs::metadata(beside(path, tail)).map_or(0, |file| file.len())
}

/// Bytes of the store at `path` with its log.
pub(super) fn bytes(path: &Path) -> u64 {
    size(path, "").saturating_add(size(path, "-wal"))
}

/// Pages of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pages {
    /// Of one page, bytes.
    pub(super) size: u64,
    pub(super) all: u64,
    /// Those that are given back, or used again.
    pub(super) free: u64,
}

impl Pages {
    pub(super) fn of(conn: &Connection) -> rusqlite::Result<Self> {
        let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get(0)).map(count);
        Ok(Self { size: pragma("page_size")?, all: pragma("page_count")?, free: pragma("freelist_count")? })
    }

    /// Bytes of those that are not free.
    pub(super) fn in_use(self) -> u64 {
        self.all.saturating_sub(self.free).saturating_mul(self.size)
    }

    /// Whether more than so many bytes are free, and more than this part of the file.
    pub(super) fn exceed(self, (bytes, part): (u64, u64)) -> bool {
        self.free.saturating_mul(self.size) > bytes && self.free > self.all / part
    }
}

/// The file beside the store at `path` that is named after it: `-wal`, `.lock`.
pub(super) fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// Which file a path led to, whatever its name is later.
#[derive(Debug)]
pub(super) struct Opened {
    path: PathBuf,
    file: Option<(u64, u64)>,
}

impl Opened {
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), file: identity(path) }
    }

    /// An error where the path does not lead to that file any more: SQLite would go on writing into a file that nobody finds again.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if identity(&self.path) == self.file {
            return Ok(());
        }
        Err(StoreError::Gone { path: self.path.display().to_string() })
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// The folder of `path`, as something that can be opened.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
