//! What a store takes on its disk, and what is left there.

use std::path::{Path, PathBuf};

/// Bytes that we may still write to the disk that `path` lies on; `None` where the system does not say.
pub(super) fn free(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes of the file at `path` with `tail` after its name; 0 where there is none.
pub(super) fn size(path: &Path, tail: &str) -> u64 {
    std::fs::metadata(beside(path, tail)).map_or(0, |file| file.len())
}

/// The file beside the store at `path` that is named after it: `-wal`, `.lock`.
pub(super) fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// The folder of `path`, as something that can be opened.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Bytes for people: whole MiB, never less than there are.
pub(super) fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
