//! One instance a store: a lock on a file beside it, which the system gives back however the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::room::beside;
use super::{StoreError, connect};

/// Held for as long as this lives.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

/// Takes the lock of the store at `path`, or says who holds it. The number in the file is for that sentence only.
pub(super) fn lock(path: &Path) -> Result<InstanceLock, StoreError> {
    let file_path = beside(path, ".lock");
    connect::make_folder(path)?;
    let failed = |error: std::io::Error| StoreError::io(&file_path, error, connect::REMEDY);
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&file_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(StoreError::Locked { path: path.display().to_string(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(failed)?;
    Ok(InstanceLock { _file: file })
}
