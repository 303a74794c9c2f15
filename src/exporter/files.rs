//! `http.export_dir`: the outputs as files, for static hosting. They lie as their addresses do (`feeds/all.atom`), so that the folder
//! can be served at `http.public_url`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

/// Names the files that were written here, one a line: those of outputs that are gone are removed, what others put here stays.
const LIST: &str = ".feedmux-files";

/// Longest list that is believed.
const MAX_LIST_BYTES: u64 = 1 << 20;

/// One document and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Below the folder: `feeds/all.atom`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Writes `documents` into `folder`, which is made if it is missing: each whole or not at all, and none that is there already, so that its
/// date tells of its last change. Gives how many were written.
///
/// # Errors
/// One line that names the file. What was written before stays.
pub fn write(folder: &Path, documents: &[Written]) -> Result<usize, String> {
    let mut written = 0;
    let known = read_list(&folder.join(LIST));
    let names: BTreeSet<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    let all: BTreeSet<&str> = known.iter().map(String::as_str).chain(names.iter().copied()).collect();
    // Before the files: a name too many in the list does no harm, one too few leaves a file for ever.
    put(folder, LIST, lines(&all).as_bytes())?;
    for document in documents {
        written += usize::from(put(folder, &document.path, &document.bytes)?);
    }
    for gone in known.iter().filter(|name| !names.contains(name.as_str())) {
        match fs::remove_file(folder.join(gone)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(format!("cannot remove {}: {error}", folder.join(gone).display()));
            }
            _ => {}
        }
    }
    put(folder, LIST, lines(&names).as_bytes())?;
    Ok(written)
}

/// Whether the file had to be written. A reader, and a crash, meet the old file or the new one.
fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<bool, String> {
    let file = folder.join(path);
    // A file of that length, and no link to something that never ends.
    let may_be_there = fs::symlink_metadata(&file).is_ok_and(|about| about.is_file() && about.len() == bytes.len() as u64);
    if may_be_there && fs::read(&file).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    let write = || {
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let beside = parent.join(format!(".{name}.new"));
        // Left by a crash, or a link that somebody put there to have another file written.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut new = File::create_new(&beside)?;
        new.write_all(bytes)?;
        new.sync_all()?;
        fs::rename(&beside, &file)?;
        File::open(parent)?.sync_all()
    };
    write().map(|()| true).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn lines(names: &BTreeSet<&str>) -> String {
    names.iter().map(|name| format!("{name}\n")).collect()
}

/// The names in the list that can be ours: the list lies where others may write.
fn read_list(list: &Path) -> BTreeSet<String> {
    let mut text = String::new();
    if fs::symlink_metadata(list).is_ok_and(|about| about.is_file()) {
        // What is no text names nothing of ours.
        let _ = File::open(list).and_then(|list| list.take(MAX_LIST_BYTES).read_to_string(&mut text));
    }
    let ours = |name: &&str| {
        name.strip_prefix("feeds/").is_some_and(|file| {
            !file.starts_with('.') && file.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c))
        })
    };
    text.lines().filter(ours).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, text: &str) -> Written {
        Written { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder.join("feeds")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_gone_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (at, all, rust) = (folder.path().join("made"), document("feeds/all.atom", "a"), document("feeds/rust.rss", "r"));
        assert_eq!(write(&at, &[all.clone(), rust.clone()]), Ok(2));
        assert_eq!(write(&at, &[all.clone(), rust]), Ok(0));
        fs::write(at.join("feeds/notes.txt"), "not ours").unwrap();
        assert_eq!(write(&at, &[document("feeds/all.atom", "b")]), Ok(1));
        assert_eq!(files(&at), ["all.atom", "notes.txt"], "no rust.rss, nothing half written, and the other file untouched");
        assert_eq!(fs::read(at.join("feeds/all.atom")).unwrap(), b"b");
    }

    #[test]
    fn a_list_of_somebody_elses_removes_nothing_but_feeds() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        for name in ["keep", "feeds/.keep", "feeds/sub"] {
            fs::create_dir_all(at.join("feeds")).unwrap();
            fs::write(at.join(name), "x").unwrap();
        }
        fs::write(at.join(LIST), "../keep\nkeep\nfeeds/../keep\nfeeds/.keep\n/etc/hostname\nfeeds/sub\n").unwrap();
        assert_eq!(write(at, &[]), Ok(0));
        assert_eq!(files(at), [".keep"]);
        assert!(at.join("keep").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (at, other) = (folder.path().join("made"), folder.path().join("other"));
        fs::write(&other, "precious").unwrap();
        fs::create_dir_all(at.join("feeds")).unwrap();
        std::os::unix::fs::symlink(&other, at.join("feeds/.all.atom.new")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at.join(LIST)).unwrap();
        assert_eq!(write(&at, &[document("feeds/all.atom", "a")]), Ok(1));
        assert_eq!(fs::read(&other).unwrap(), b"precious");
        assert_eq!(fs::read(at.join(LIST)).unwrap(), b"feeds/all.atom\n");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let error = write(&folder.path().join("file"), &[document("feeds/all.atom", "a")]).unwrap_err();
        assert!(error.starts_with("cannot write ") && error.contains("/file/.feedmux-files"), "{error}");
    }
}
