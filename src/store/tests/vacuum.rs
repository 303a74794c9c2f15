//! Free pages go back to the disk.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;
use crate::store::{Shrunk, StoreError};

/// A store of some 50 MiB, all but the last entry of which left its feed long ago.
async fn large() -> (Temp, PathBuf) {
    let temp = Temp::new();
    let id = temp.feeds(&["a"]).await[0];
    let long = |n: i64| {
        let mut entry = entry(&format!("entry {n}"));
        entry.text.content = Some(CleanHtml::trusted("long ".repeat(10_000)));
        entry
    };
    for n in 0..10 {
        temp.apply(id, n, (n * 100..n * 100 + 100).map(long).collect()).await;
    }
    temp.apply(id, 20 * DAY, vec![entry("now")]).await;
    let path = temp.dir.path().join("feedmux.db");
    (temp, path)
}

fn pragma(path: &Path, name: &str) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, name, |row| row.get(0)).unwrap()
}

fn month() -> Retention {
    let usual = Keep { age: Duration::from_hours(24 * 5), at_most: 0 };
    Retention { usual, feeds: HashMap::new(), first_kept: HashMap::new(), bytes: 0 }
}

#[tokio::test]
async fn what_retention_leaves_free_is_given_back_in_small_steps() {
    let (temp, path) = large().await;
    let before = pragma(&path, "page_count");
    assert!(before * 4096 > 48 << 20, "{before}");
    let (mut step, mut steps, mut most) = (Sweep::default(), 0, 0);
    let keep = std::sync::Arc::new(month());
    loop {
        let pages = pragma(&path, "page_count");
        let swept = temp.store.expire(at(20 * DAY), keep.clone(), step, 200).await.unwrap();
        if step == Sweep::Pages {
            steps += 1;
            most = most.max(pages - pragma(&path, "page_count"));
        }
        if (step, swept.at) == (Sweep::Over, Sweep::Over) {
            break;
        }
        step = swept.at;
    }
    assert!(steps > 20 && most <= 260, "{steps} steps, {most} pages at most in one");
    let (after, free) = (pragma(&path, "page_count"), pragma(&path, "freelist_count"));
    assert!(after * 4096 < 12 << 20 && free * 4096 <= 8 << 20, "{after} pages, {free} of them free: some are kept for what comes");
    temp.sound().await;
    assert_eq!(temp.keep(20 * DAY, &month(), 200).await, 0);
    assert_eq!(pragma(&path, "page_count"), after, "a little is left alone");
}

#[tokio::test]
async fn beside_a_daemon_all_free_pages_are_given_back() {
    let (temp, path) = large().await;
    let lock = Store::lock(&path).unwrap();
    let usual = Keep { age: Duration::from_hours(24 * 5), at_most: 0 };
    let keep = std::sync::Arc::new(Retention { usual, feeds: HashMap::new(), first_kept: HashMap::new(), bytes: 0 });
    let mut step = Sweep::default();
    while !matches!(step, Sweep::Pages) {
        step = temp.store.expire(at(20 * DAY), keep.clone(), step, 200).await.unwrap().at;
    }
    let mut told = Vec::new();
    let shrunk = Store::shrink(&path, &mut |free| {
        told.push(free);
        true
    });
    let Shrunk { before, after, anew } = shrunk.unwrap().unwrap();
    assert!(before > 48 << 20 && after < 4 << 20 && !anew, "{before} {after}");
    assert!(told.len() > 20 && told.is_sorted_by(|a, b| a > b), "{told:?}");
    assert_eq!(pragma(&path, "freelist_count"), 0);
    temp.sound().await;
    drop(lock);
}

#[tokio::test]
async fn a_file_that_is_written_anew_learns_to_give_back_pages() {
    let (temp, path) = large().await;
    let Temp { store, dir } = temp;
    store.close().await;
    // As an early version made it.
    Connection::open(&path).unwrap().execute_batch("PRAGMA journal_mode = delete; PRAGMA auto_vacuum = 0; VACUUM;").unwrap();
    assert_eq!(pragma(&path, "auto_vacuum"), 0);
    assert_eq!(Store::shrink(&path, &mut |_| true).unwrap(), None);
    let temp = Temp { store: Store::open(&path, Box::new(ByAddress)).unwrap(), dir };
    temp.keep(20 * DAY, &month(), 200).await;
    assert!(pragma(&path, "freelist_count") > 10_000, "nothing of it could be given back");
    let Temp { store, dir } = temp;
    store.close().await;
    let lock = Store::lock(&path).unwrap();

    let cut = Store::vacuum(&path, &lock, || false).unwrap_err();
    assert!(matches!(&cut, StoreError::Refused(why) if why.contains("as it was")), "{cut:?}");
    let Shrunk { before, after, anew } = Store::vacuum(&path, &lock, || true).unwrap();
    assert!(before > 48 << 20 && after < 2 << 20 && anew, "{before} {after}");
    assert_eq!((pragma(&path, "auto_vacuum"), pragma(&path, "freelist_count")), (2, 0));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), after, "its log is empty");
    let temp = Temp { store: Store::open(&path, Box::new(ByAddress)).unwrap(), dir };
    assert_eq!(temp.titles().await, ["Title now"]);
    temp.sound().await;
}
