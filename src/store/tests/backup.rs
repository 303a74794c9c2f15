//! Copies: whole, of one moment, and never where they would do harm.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;
use crate::store::{Copied, Copying, StoreError};

impl Temp {
    fn path(&self) -> PathBuf {
        self.dir.path().join("feedmux.db")
    }

    fn backup(&self, to: &Path, replace: bool) -> Result<Copied, StoreError> {
        Store::backup(&self.path(), to, replace, &mut |_| true)
    }

    /// With some entries.
    async fn filled(entries: usize) -> (Self, FeedId) {
        let temp = Self::new();
        let feed = temp.feeds(&["a"]).await[0];
        temp.apply(feed, 0, (0..entries).map(|n| entry(&format!("entry {n}"))).collect()).await;
        (temp, feed)
    }
}

fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_is_one_whole_file_that_can_be_started_from() {
    let (temp, feed) = Temp::filled(300).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let to = elsewhere.path().join("copy.db");
    let mut steps = Vec::new();
    let copied = Store::backup(&temp.path(), &to, false, &mut |step| {
        steps.push(step);
        true
    });
    let copied = copied.unwrap();
    assert_eq!((copied.feeds, copied.entries, copied.dangling, copied.schema), (1, 300, 0, crate::store::migrate::version()));
    assert!(matches!(steps[..], [Copying::Pages(..), .., Copying::Checking]), "{steps:?}");
    assert_eq!(names(elsewhere.path()), ["copy.db"], "nothing is left beside it");
    assert_eq!(to.metadata().unwrap().len(), copied.bytes);
    assert_eq!(to.metadata().unwrap().permissions().mode() & 0o777 & !0o640, 0, "not for everybody");
    std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o400)).unwrap();
    let mode: String = Connection::open(&to).unwrap().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "it can be read where nothing can be written");

    // What came after is not in it, and all that was before is.
    temp.apply(feed, MINUTE, vec![entry("later")]).await;
    let back = tempfile::tempdir().unwrap();
    std::fs::copy(&to, back.path().join("feedmux.db")).unwrap();
    std::fs::set_permissions(back.path().join("feedmux.db"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let restored = Temp { store: Store::open(&back.path().join("feedmux.db"), Box::new(ByAddress)).unwrap(), dir: back };
    assert_eq!(restored.titles().await.len(), 100, "outputs show it");
    restored.apply(feed, MINUTE, vec![entry("entry 7"), entry("another later")]).await;
    assert_eq!(restored.value("SELECT count(*) FROM entry").await, 301, "it goes on where it was");
    restored.sound().await;
}

#[tokio::test]
async fn commits_meanwhile_neither_wait_nor_get_into_it() {
    let (temp, feed) = Temp::filled(3_000).await;
    let to = temp.dir.path().join("copy.db");
    let (path, into, runtime, store) = (temp.path(), to.clone(), tokio::runtime::Handle::current(), temp.store.clone());
    let work = move || {
        let mut commits = 0;
        let copied = Store::backup(&path, &into, false, &mut |_| {
            commits += 1;
            let new = vec![entry(&format!("meanwhile {commits}"))];
            runtime.block_on(store.apply(feed, Plan { new, ..plan(commits) })).unwrap();
            true
        });
        (copied.unwrap(), commits)
    };
    let (copied, commits) = tokio::task::spawn_blocking(work).await.unwrap();
    assert!(commits > 2, "{commits}");
    assert_eq!(copied.entries, 3_000);
    assert_eq!(temp.value("SELECT count(*) FROM entry").await, 3_000 + commits);
    let others = temp.backup(&to, true).unwrap();
    assert_eq!(i64::try_from(others.entries).unwrap(), 3_000 + commits);
}

#[tokio::test]
async fn nothing_is_left_of_a_copy_that_was_cut_short() {
    let (temp, _) = Temp::filled(300).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let to = elsewhere.path().join("copy.db");
    std::fs::write(&to, "the one of yesterday").unwrap();
    for wrong in [|step| !matches!(step, Copying::Pages(..)), |step| step != Copying::Checking] {
        let error = Store::backup(&temp.path(), &to, true, &mut |step| wrong(step)).unwrap_err();
        assert!(error.to_string().contains("cut short"), "{error}");
        assert_eq!(names(elsewhere.path()), ["copy.db"]);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "the one of yesterday");
    }
}

#[tokio::test]
async fn no_copy_goes_where_it_would_do_harm() {
    let (temp, _) = Temp::filled(3).await;
    let folder = temp.dir.path();
    let precious = folder.join("precious");
    std::fs::write(&precious, "mine").unwrap();
    symlink(&precious, folder.join("link")).unwrap();
    symlink(folder.join("nowhere"), folder.join("loose")).unwrap();
    symlink("feedmux.db", folder.join("alias.db")).unwrap();
    symlink(folder, folder.join("same")).unwrap();
    std::fs::hard_link(temp.path(), folder.join("twin.db")).unwrap();
    std::fs::create_dir(folder.join("folder")).unwrap();
    let check = |to: &str, replace: bool, expected: &str| {
        let error = temp.backup(&folder.join(to), replace).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{to}: {error}");
    };
    for replace in [false, true] {
        for own in ["feedmux.db", "feedmux.db-wal", "feedmux.db-shm", "feedmux.db.lock", "feedmux.db.sock", "same/feedmux.db"] {
            check(own, replace, "name another");
        }
        for link in ["link", "loose", "alias.db"] {
            check(link, replace, "symbolic link");
        }
        check("folder", replace, "it is a folder");
        check("twin.db", replace, "under another name");
        check("folder/..", replace, "it is a folder");
        check("no/such/folder.db", replace, "No such file");
    }
    check("precious", false, "--force");
    let device = temp.backup(Path::new("/dev/null"), true).unwrap_err().to_string();
    assert!(device.contains("it is no file"), "{device}");
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");
    assert!(!folder.join("nowhere").exists());
    temp.backup(&precious, true).unwrap();
    assert_eq!(number(&precious, "SELECT count(*) FROM entry"), 3);
    let missing = Store::backup(&folder.join("other.db"), &folder.join("copy.db"), false, &mut |_| true).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing:?}");
}

#[tokio::test]
async fn what_lies_where_it_is_made_is_never_written_through() {
    let (temp, _) = Temp::filled(3).await;
    let (to, part) = (temp.dir.path().join("copy.db"), temp.dir.path().join(".copy.db.part"));
    let precious = temp.dir.path().join("precious");
    std::fs::write(&precious, "mine").unwrap();

    symlink(&precious, &part).unwrap();
    assert!(temp.backup(&to, false).is_err());
    std::fs::remove_file(&part).unwrap();
    std::fs::hard_link(&precious, &part).unwrap();
    assert!(temp.backup(&to, false).unwrap_err().to_string().contains("not what feedmux left there"));
    std::fs::remove_file(&part).unwrap();
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");

    let other = std::fs::File::create(&part).unwrap();
    other.try_lock().unwrap();
    assert!(matches!(temp.backup(&to, false).unwrap_err(), StoreError::Busy(_)), "another makes the same copy");
    assert!(!to.exists());
    drop(other);
    std::fs::write(&part, "x".repeat(1 << 20)).unwrap(); // of a process that was killed
    assert_eq!(temp.backup(&to, false).unwrap().entries, 3);
    assert!(!part.exists());
}

#[tokio::test]
async fn events_after_a_restore_have_ids_of_no_other() {
    let (temp, feed) = Temp::filled(3).await;
    let specs = || {
        let on = vec![crate::model::HookEvent::StoryNew];
        vec![crate::model::HookSpec { key: "a".to_owned(), target: Hash128::of(b"a"), on }]
    };
    let id = async |temp: &Temp| {
        let hook = temp.store.put_hooks(specs()).await.unwrap()[0];
        temp.apply(feed, HOUR, vec![entry("later")]).await;
        temp.store.first_waiting(hook).await.unwrap().unwrap().id
    };
    temp.store.put_hooks(specs()).await.unwrap();
    let to = temp.dir.path().join("copy.db");
    temp.backup(&to, false).unwrap();
    let mut ids = std::collections::BTreeSet::from([id(&temp).await]);
    for _ in 0..2 {
        let back = tempfile::tempdir().unwrap();
        let path = back.path().join("feedmux.db");
        std::fs::copy(&to, &path).unwrap();
        let restored = Temp { store: Store::open(&path, Box::new(ByAddress)).unwrap(), dir: back };
        let first = id(&restored).await;
        assert_eq!(id(&restored).await, first, "also after a restart");
        ids.insert(first);
    }
    assert_eq!(ids.len(), 3, "{ids:?}");
}

#[tokio::test]
async fn a_damaged_store_gives_no_copy_that_looks_whole() {
    let (temp, _) = Temp::filled(300).await;
    let path = temp.path();
    let Temp { store, dir } = temp;
    store.close().await;
    // A page in the middle of the file, as a failing disk leaves it.
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let error = Store::backup(&path, &dir.path().join("copy.db"), false, &mut |_| true).unwrap_err().to_string();
    assert!(error.contains("damaged") || error.contains("was not kept"), "{error}");
    assert!(!dir.path().join("copy.db").exists() && !dir.path().join(".copy.db.part").exists());
}
