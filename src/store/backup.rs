//! `feedmux backup`: a copy of the store where the user wants it, and nowhere where it would do harm.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::copy::{Copied, Copying, Part, copy};
use super::room::{beside, folder};
use super::{Store, StoreError, connect};

/// What lies beside a store and belongs to it; the first is the store.
pub(super) const COMPANIONS: [&str; 5] = ["", "-wal", "-shm", ".lock", ".sock"];

impl Store {
    /// Copies the store at `path`, also an older one, to the file `to`, beside a daemon that works on it. `go_on` is told of each step and
    /// says whether to do another. `replace`: a file that is there may go, once the new one is whole.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::TooNew`], [`StoreError::NoRoom`], [`StoreError::Refused`] where a copy would do harm, or
    /// what the disks say. `to` is as it was then.
    pub fn backup(path: &Path, to: &Path, replace: bool, go_on: &mut dyn FnMut(Copying) -> bool) -> Result<Copied, StoreError> {
        let (source, _) = connect::looker(path)?;
        refuse(path, to, replace)?;
        copy(source.unchecked_transaction()?, Part::open(to, false)?, go_on)
    }
}

/// Where no copy may go: onto the store and what belongs to it, under whatever name; through a link, whose end somebody else may
/// choose; onto what is no file; onto a file that nobody gave up.
fn refuse(path: &Path, to: &Path, replace: bool) -> Result<(), StoreError> {
    let refused = |why: &str| Err(StoreError::Refused(format!("{}: {why}", to.display())));
    let place = |path: &Path| folder(path).canonicalize().ok();
    let is_beside = place(to).is_some() && place(to) == path.canonicalize().ok().as_deref().and_then(place);
    let own = path.file_name().unwrap_or_default();
    let mut ours = COMPANIONS.iter().map(|tail| beside(Path::new(own), tail));
    if is_beside && ours.any(|name| Some(name.as_os_str()) == to.file_name()) {
        return refused("the store works with this file itself; name another");
    }
    let Ok(there) = std::fs::symlink_metadata(to) else { return Ok(()) };
    let kind = there.file_type();
    if kind.is_symlink() {
        return refused("it is a symbolic link; name the file itself");
    }
    if kind.is_dir() {
        return refused("it is a folder; name a file in it");
    }
    if !kind.is_file() {
        return refused("it is no file");
    }
    let same = |other: Metadata| (other.dev(), other.ino()) == (there.dev(), there.ino());
    if COMPANIONS.iter().any(|tail| std::fs::metadata(beside(path, tail)).is_ok_and(same)) {
        return refused("it is the store itself under another name; name another file");
    }
    if !replace {
        return refused("it exists; name another file, or replace it with --force");
    }
    Ok(())
}
