//! Opening, locking, closing.

use rusqlite::Connection;

use super::*;
use crate::store::{StoreError, migrate};

fn open(path: &std::path::Path) -> Result<Store, StoreError> {
    Store::open(path, Box::new(ByAddress))
}

/// Opening a file prepared by `sql` fails with a line that says all of `words` and the path.
fn check_refused(sql: &str, words: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let before = std::fs::read(&path).unwrap();
    for error in [open(&path).unwrap_err(), Store::open_read_only(&path).unwrap_err()] {
        let line = error.to_string();
        for word in words.iter().chain(&["other.db", "store.path"]) {
            assert!(line.contains(word), "{line:?} lacks {word:?}");
        }
        assert!(!line.contains('\n'), "{line:?}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before, "the file was touched");
}

#[test]
fn refuses_what_it_does_not_know() {
    let ours = format!("PRAGMA application_id = {};", migrate::APPLICATION_ID);
    let known = format!("knows {}", migrate::version());
    check_refused(&format!("{ours} PRAGMA user_version = 99;"), &["newer feedmux", "schema 99", &known]);
    check_refused("CREATE TABLE cat (name TEXT);", &["not a feedmux store", "another program"]);
    check_refused("PRAGMA application_id = 17;", &["not a feedmux store", "another program"]);
    check_refused("PRAGMA user_version = 3;", &["not a feedmux store"]);
}

#[test]
fn refuses_a_file_that_is_no_database() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "dear diary, ".repeat(1000)).unwrap();
    let line = open(&path).unwrap_err().to_string();
    assert!(line.contains("notes.txt") && line.contains("no SQLite file"), "{line}");
}

#[test]
fn names_a_folder_that_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    let error = open(&dir.path().join("file").join("feedmux.db")).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains("set store.path"), "{error}");
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "a folder is no store: {error:?}");
}

#[tokio::test]
async fn makes_what_is_missing_and_finds_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a").join("b").join("feedmux.db");
    let missing = Store::open_read_only(&path).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing:?}");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "").unwrap();
    let empty = Store::open_read_only(&path).unwrap_err();
    assert!(matches!(empty, StoreError::TooOld { found: 0, known, .. } if known == migrate::version()), "{empty:?}");
    std::fs::remove_dir_all(dir.path().join("a")).unwrap();
    for round in 0..2 {
        let store = open(&path).unwrap();
        store.put_feeds(at(round), vec![spec("a")]).await.unwrap();
        assert_eq!(store.feeds().await.unwrap().len(), 1);
        store.close().await;
    }
    let conn = Connection::open(&path).unwrap();
    let get = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((get("application_id"), get("user_version")), (migrate::APPLICATION_ID, migrate::version()));
    assert!(!dir.path().join("a/b/feedmux.db-wal").metadata().is_ok_and(|wal| wal.len() > 0), "the log is folded in");
}

#[tokio::test]
async fn two_processes_may_open_one_store() {
    let temp = Temp::new();
    let other = open(&temp.dir.path().join("feedmux.db")).unwrap();
    let ids = temp.feeds(&["a"]).await;
    let before = temp.seq().await;
    other.apply(ids[0], Plan { new: vec![entry("one")], ..plan(0) }).await.unwrap();
    assert_eq!(temp.titles().await, ["Title one"]);
    // The counter is in the file, which is asked once a second.
    for _ in 0..100 {
        if temp.seq().await == before + 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("what another process did is never noticed");
}

#[tokio::test]
async fn one_instance_a_store() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new").join("feedmux.db");
    let held = Store::lock(&path).unwrap();
    let line = Store::lock(&path).unwrap_err().to_string();
    let expected = format!(
        "{} is in use by another feedmux (PID {}); stop it or choose another store.path",
        path.display(),
        std::process::id()
    );
    assert_eq!(line, expected);
    assert!(open(&path).is_ok(), "commands work while the daemon runs");
    drop(held);
    Store::lock(&path).unwrap();
}

#[tokio::test]
async fn a_closed_store_takes_nothing_more() {
    let temp = Temp::new();
    let (ids, other) = (temp.feeds(&["a"]).await, temp.store.clone());
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    temp.store.clone().close().await;
    assert_eq!(other.apply(ids[0], plan(0)).await, Err(StoreError::Closed));
    let reader = Store::open_read_only(&temp.dir.path().join("feedmux.db")).unwrap();
    assert_eq!(reader.search(searched("title", 9)).await.unwrap().len(), 1, "what was waiting for the index is in it");
    assert_eq!(reader.ping_writer().await, Err(StoreError::Closed));
}

/// Folder and file say so when they may not be written. (Root may write everything: then there is nothing to see.)
#[cfg(unix)]
#[tokio::test]
async fn says_what_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("shut");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(folder.join("try"), "").is_err() {
        for error in [open(&folder.join("feedmux.db")).unwrap_err(), Store::lock(&folder.join("feedmux.db")).unwrap_err()] {
            let line = error.to_string();
            assert!(line.contains("shut") && line.contains("set store.path"), "{line}");
        }
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}
