//! The store from outside: who may touch it, what lies beside it, and what room there is.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::super::backup::COMPANIONS;
use super::super::before;
use super::super::room::{beside, bytes, folder, free, size};
use super::cure::Cure;
use super::{Ill, Patient};
use crate::model::Finding;
use crate::model::units::mib;

/// Rights of people who are neither owner nor group.
const OTHERS: u32 = 0o007;
const OTHERS_WRITE: u32 = 0o002;
/// In such a folder nobody can replace the files of others.
const STICKY: u32 = 0o1000;
/// All of a mode that is rights.
const RIGHTS: u32 = 0o7777;
/// Free space below this, or below this part of the store, does not last long.
const ROOM: u64 = 64 << 20;
const ROOM_PART: u64 = 10;
/// Twice what the log is cut down to: something keeps it from being emptied.
const LOG: u64 = 64 << 20;

/// The files of the store that are there.
fn there(path: &Path) -> Vec<(PathBuf, Metadata)> {
    let files = COMPANIONS.iter().map(|tail| beside(path, tail));
    files.filter_map(|file| std::fs::symlink_metadata(&file).ok().map(|meta| (file, meta))).collect()
}

pub(super) fn rights(patient: &Patient) -> Vec<Ill> {
    let mut found = Vec::new();
    let files = there(patient.path);
    let Some((_, store)) = files.first().filter(|(file, _)| file == patient.path) else { return found };
    for (file, meta) in &files {
        let mode = meta.mode() & RIGHTS;
        if meta.is_file() && mode & OTHERS != 0 && file.extension().is_none_or(|end| end != "lock") {
            let what = format!("everybody on this machine may read or write it (mode {mode:o})");
            let remedy = format!("chmod o= {}, or `feedmux doctor --fix`", file.display());
            found.push((Finding::wrong(what, file.display(), remedy), Some(Cure::Mode(file.clone(), mode & !OTHERS))));
        }
        if meta.uid() != store.uid() {
            let what = format!("it belongs to user {}, and the store to user {}", meta.uid(), store.uid());
            let remedy = format!("chown {}:{} {}, or `feedmux doctor --fix` as root", store.uid(), store.gid(), file.display());
            found.push((Finding::wrong(what, file.display(), remedy), Some(Cure::Owner(file.clone(), store.uid(), store.gid()))));
        }
    }
    let folder = folder(patient.path);
    if let Ok(meta) = std::fs::metadata(folder) {
        let mode = meta.permissions().mode() & RIGHTS;
        if mode & OTHERS_WRITE != 0 && mode & STICKY == 0 {
            let what = format!("everybody on this machine may put files there (mode {mode:o})");
            let remedy = format!("chmod o-w {}", folder.display());
            found.push((Finding::wrong(what, folder.display(), remedy), Some(Cure::Mode(folder.to_owned(), mode & !OTHERS_WRITE))));
        }
    }
    found
}

pub(super) fn leftovers(patient: &Patient) -> Vec<Ill> {
    let mut found = Vec::new();
    let name = patient.path.file_name().unwrap_or_default().to_string_lossy();
    let files = std::fs::read_dir(folder(patient.path)).into_iter().flatten().filter_map(Result::ok);
    for file in files {
        let own = file.file_name().to_string_lossy().into_owned();
        // `.feedmux.db.before-v19.part`: a copy that a kill cut short. One that is being made is locked.
        let is_cut = own.starts_with(&format!(".{name}")) && own.ends_with(".part");
        let is_idle = || std::fs::File::open(file.path()).is_ok_and(|file| file.try_lock_shared().is_ok());
        if is_cut && is_idle() {
            let what = format!("a copy that was cut short, {}", mib(file.metadata().map_or(0, |meta| meta.len())));
            let cure = Some(Cure::Remove(file.path()));
            found.push((Finding::wrong(what, file.path().display(), "remove it, or `feedmux doctor --fix`"), cure));
        }
    }
    for (version, file) in before::copies(patient.path) {
        let what = format!("the store before it came to schema {version}, {}", mib(size(&file, "")));
        let remedy = "the way back to the version before; remove it when nobody will want that any more";
        found.push((Finding::note(what, file.display(), remedy), None));
    }
    found
}

pub(super) fn room(patient: &Patient) -> Vec<Ill> {
    let folder = folder(patient.path);
    let store = bytes(patient.path);
    match free(folder) {
        Some(free) if free < ROOM.max(store / ROOM_PART) => {
            let what = format!("{} are free, and the store takes {}", mib(free), mib(store));
            let remedy = "free some space; or let retention keep less ([retention] entries, size) and then `feedmux vacuum`";
            vec![(Finding::wrong(what, folder.display(), remedy), None)]
        }
        _ => Vec::new(),
    }
}

pub(super) fn log(patient: &Patient) -> Vec<Ill> {
    let (bytes, file) = (size(patient.path, "-wal"), beside(patient.path, "-wal"));
    if bytes <= LOG {
        return Vec::new();
    }
    let what = format!("the log has {}: something reads the store without an end", mib(bytes));
    let remedy = "end programs that keep the store open; or stop feedmux and run `feedmux doctor --fix`";
    vec![(Finding::wrong(what, file.display(), remedy), Some(Cure::Log))]
}
