//! The doctor: finds each damage, mends without loss, leaves what is well alone.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;
use crate::model::{Examined, Finding};
use crate::store::StoreError;

/// A closed store with a folded story, a page that was won, and an entry that waits for its page.
async fn patient() -> (TempDir, PathBuf) {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![entry("one"), asking("two", "https://example.org/two"), entry("three")]).await;
    temp.apply(ids[1], 1, vec![entry("one"), asking("four", "https://example.org/four")]).await;
    temp.store.join(at(2), EntryId(1), EntryId(4)).await.unwrap();
    let Temp { store, dir } = temp;
    store.close().await;
    let path = dir.path().join("feedmux.db");
    (dir, path)
}

fn asking(name: &str, url: &str) -> NewEntry {
    let scrape = Some(ScrapeAsk {
        url: url.to_owned(),
        canonical_url: url.to_owned(),
        host: "example.org".to_owned(),
        hold_until: at(9 * DAY),
    });
    NewEntry { scrape, ..entry(name) }
}

fn examine(path: &Path) -> Vec<Examined> {
    Store::examine(path, at(DAY), &mut |_| {})
}

fn open(all: &[Examined]) -> Vec<(&'static str, &Finding)> {
    let of = |examined: &'_ Examined| examined.check;
    let findings = all.iter().flat_map(|examined| examined.findings.iter().map(move |finding| (of(examined), finding)));
    findings.filter(|(_, finding)| finding.is_open()).collect()
}

fn damage(path: &Path, sql: &str) {
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn a_store_that_is_well_is_told_to_be_and_left_alone() {
    let (_dir, path) = patient().await;
    let before = std::fs::read(&path).unwrap();
    let mut told = Vec::new();
    let all = Store::examine(&path, at(DAY), &mut |examined| told.push(examined.check));
    assert!(open(&all).is_empty(), "{all:#?}");
    assert_eq!(told, all.iter().map(|examined| examined.check).collect::<Vec<_>>());
    assert!(told.starts_with(&["store", "files"]) && told.len() == 13, "{told:?}");
    let mended = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    assert!(mended.iter().all(|examined| examined.findings.iter().all(|finding| finding.mended.is_none())), "{mended:#?}");
    assert_eq!(std::fs::read(&path).unwrap(), before, "not a byte changed");
}

/// After `sql` the check finds something that has these `words`; mended, the store is well, and has what it had of the rest.
async fn check(check: &str, words: &str, sql: &str) {
    let (_dir, path) = patient().await;
    damage(&path, sql);
    let found = examine(&path);
    let open_now = open(&found);
    let named = open_now.iter().any(|(name, finding)| *name == check && finding.what.contains(words) && !finding.remedy.is_empty());
    assert!(named, "{sql}: {open_now:#?}");
    let mended = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    assert!(open(&mended).is_empty(), "{sql}: {:#?}", open(&mended));
    let said = mended.iter().flat_map(|examined| &examined.findings).filter(|finding| finding.mended.is_some()).count();
    assert!(said > 0, "{sql}: it says what it did");
    assert!(open(&examine(&path)).is_empty(), "{sql}");
    let store = Store::open(&path, Box::new(ByAddress)).unwrap();
    let temp = Temp { store, dir: tempfile::tempdir().unwrap() };
    temp.sound().await;
    let search = SearchQuery::new("title", at(0), 99);
    let released = temp.value("SELECT count(*) FROM entry WHERE received_at IS NOT NULL").await;
    assert_eq!(serde_json::json!(temp.store.search(search).await.unwrap().len()), released, "{sql}: all that is released is found");
}

#[tokio::test]
async fn every_damage_of_rows_is_found_and_mended() {
    for (name, words, sql) in [
        ("orphans", "article page is not stored", "DELETE FROM article"),
        ("orphans", "story is missing", "DELETE FROM story"),
        ("orphans", "story is missing", "DELETE FROM story WHERE id = 1"),
        ("orphans", "story is missing", "UPDATE entry SET story_id = 77 WHERE id = 3"),
        ("orphans", "without the entry that founded", "INSERT INTO story VALUES (77, 77, 0, 0)"),
        ("orphans", "lead is not one", "UPDATE story SET lead_entry_id = 3 WHERE id = 1"),
        ("orphans", "do not fit", "DELETE FROM fold"),
        ("orphans", "do not fit", "INSERT INTO fold (entry_id, with_id) VALUES (3, 1)"),
        ("orphans", "do not fit", "UPDATE fold SET with_id = 77"),
        ("orphans", "names of entries", "INSERT INTO alias VALUES (1, x'00', 77)"),
        ("orphans", "no entry leads to", "UPDATE entry SET article_id = NULL, state = 'settled', received_at = 9 WHERE id = 2"),
        ("orphans", "prints", "INSERT INTO print VALUES (77, 1, 1, 1, 1, 0, x'00')"),
        ("orphans", "earlier texts", "INSERT INTO version VALUES (77, 1, 0, '', x'00')"),
        ("orphans", "decisions", "INSERT INTO decision (at, entry_id, kind, reason, evidence) VALUES (0, 77, 'k', 'r', 'null')"),
        ("orphans", "partings", "INSERT INTO parted VALUES (1, 77)"),
        ("orphans", "without a schedule", "DELETE FROM feed_poll WHERE feed_id = 2"),
        ("orphans", "ever poll", "UPDATE feed_poll SET next_poll_at = NULL"),
        ("references", "refer to a feed", "INSERT INTO poll VALUES (9, 0, 0, 200, 'new', 0, 0, 0, 0)"),
        ("references", "refer to a hook", "INSERT INTO outbox VALUES (9, 1, 0, 'released', 1)"),
        ("references", "refer to a feed", "UPDATE feed SET merged_into = 9 WHERE id = 2"),
        ("search", "no search finds", "INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')"),
        ("search", "not to be found", "INSERT INTO entries_fts (rowid, title, text) VALUES (77, 'a', 'b')"),
        ("search", "not to be found", "INSERT INTO fts_todo VALUES (3)"),
        ("search", "do not exist", "INSERT INTO fts_todo VALUES (77)"),
        ("counters", "missing", "DELETE FROM counter WHERE name = 'change_seq'"),
        ("counters", "behind", "UPDATE counter SET value = 2 WHERE name = 'entry'"),
        ("pages", "fts5", "DELETE FROM entries_fts_data WHERE id > 10"),
        ("schema", "missing", "DROP VIEW stories"),
        ("schema", "missing", "DROP INDEX entry_article"),
    ] {
        check(name, words, sql).await;
    }
}

#[tokio::test]
async fn an_index_that_lost_rows_is_made_anew_from_its_table() {
    let (_dir, path) = patient().await;
    // As a failing disk would: the index forgets what its table has.
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "writable_schema", true).unwrap();
    conn.execute("UPDATE sqlite_schema SET sql = sql || ' AND feed_id > 1' WHERE name = 'entry_article'", []).unwrap();
    drop(conn);
    damage(&path, "REINDEX entry_article");
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "writable_schema", true).unwrap();
    conn.execute("UPDATE sqlite_schema SET sql = replace(sql, ' AND feed_id > 1', '') WHERE name = 'entry_article'", []).unwrap();
    drop(conn);
    assert_eq!(open(&examine(&path))[0].0, "pages");
    let mended = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    assert!(open(&mended).is_empty(), "{mended:#?}");

    // Also beside a damage that nobody can mend.
    let schema = |from: &str, to: &str| {
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "writable_schema", true).unwrap();
        conn.execute("UPDATE sqlite_schema SET sql = replace(sql, ?1, ?2)", (from, to)).unwrap();
    };
    schema("    site_url    TEXT,", "    site_url    TEXT NOT NULL,");
    schema("article_id IS NOT NULL", "article_id IS NOT NULL AND feed_id > 1");
    damage(&path, "REINDEX entry_article");
    schema(" AND feed_id > 1", "");
    let before = examine(&path);
    assert!(open(&before).len() > 2, "{before:#?}");
    let mended = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    let left = open(&mended);
    assert!(!left.is_empty() && left.iter().all(|(_, finding)| finding.what.contains("feed.site_url")), "{left:#?}");
}

#[tokio::test]
async fn what_nobody_can_mend_is_told_with_what_to_do() {
    let (dir, path) = patient().await;
    damage(
        &path,
        "UPDATE feed_poll SET last_polled_at = 1900000000000; UPDATE feed_poll SET next_poll_at = 1900000000000 WHERE feed_id = 1",
    );
    let all = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    let told = open(&all);
    assert!(
        told.iter().all(|(check, finding)| *check == "clock" && finding.remedy.contains("set the clock")) && told.len() == 2,
        "{told:#?}"
    );
    damage(&path, "UPDATE entry SET feed_id = 9 WHERE id = 3");
    let told = examine(&path);
    assert!(open(&told).iter().any(|(check, finding)| *check == "references" && finding.remedy.contains("backup")), "{told:#?}");

    // A page in the middle of it.
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let told = examine(&path);
    // It may be one without which nothing can be read at all.
    let of_damage =
        |check: &str, finding: &Finding| matches!(check, "store" | "pages") && format!("{finding:?}").contains("a backup");
    assert!(open(&told).iter().any(|(check, finding)| of_damage(check, finding)), "{told:#?}");

    let other = dir.path().join("notes.db");
    std::fs::write(&other, "dear diary".repeat(100)).unwrap();
    let told = examine(&other);
    assert!(open(&told)[0].1.what.contains("not a feedmux store"), "{told:#?}");
    assert!(open(&examine(&dir.path().join("none.db"))).is_empty(), "where nothing is, nothing is wrong");
}

#[tokio::test]
async fn a_table_that_is_gone_is_missed_and_not_made_up() {
    let (_dir, path) = patient().await;
    damage(&path, "DROP TABLE outbox; CREATE TABLE mine (a); DROP VIEW stories");
    let all = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    let told = open(&all).into_iter().find(|(check, _)| *check == "schema").unwrap().1;
    assert!(told.at == "table outbox" && told.remedy.contains("backup"), "{told:#?}");
}

#[tokio::test]
async fn a_damage_that_stops_a_look_or_a_cure_is_told_with_all_the_others() {
    let (_dir, path) = patient().await;
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'";
    let page: u32 = Connection::open(&path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    let page = usize::try_from(page).unwrap();
    damage(&path, "DELETE FROM counter");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let told = examine(&path);
    let malformed: Vec<_> = open(&told).into_iter().filter(|(_, finding)| finding.what.contains("malformed")).collect();
    assert!(!malformed.is_empty() && malformed.iter().all(|(_, finding)| finding.remedy.contains("a backup")), "{told:#?}");
    let mut names = Vec::new();
    Store::mend(&path, at(DAY), &mut |examined| names.push(examined.check)).unwrap_err();
    assert_eq!(names, told.iter().map(|examined| examined.check).collect::<Vec<_>>());
}

#[tokio::test]
async fn files_that_others_could_read_and_what_kills_left_are_put_in_order() {
    let (dir, path) = patient().await;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set(&path, 0o644);
    set(dir.path(), 0o777);
    let part = dir.path().join(".feedmux.db.before-v12.part");
    std::fs::write(&part, "half").unwrap();
    std::fs::write(dir.path().join("feedmux.db.before-v3"), "").unwrap();
    let told = examine(&path);
    let mut named: Vec<&str> = open(&told).iter().map(|(check, _)| *check).collect();
    named.dedup();
    assert_eq!(named, ["files", "leftovers"], "{told:#?}");
    assert!(told[2].findings.iter().any(|finding| !finding.wrong && finding.what.contains("schema 3")), "{told:#?}");

    let held = std::fs::File::open(&part).unwrap();
    held.lock().unwrap();
    assert!(!open(&examine(&path)).iter().any(|(check, _)| *check == "leftovers"), "it is being made just now");
    drop(held);
    let mended = Store::mend(&path, at(DAY), &mut |_| {}).unwrap();
    assert!(open(&mended).is_empty() && !part.exists(), "{mended:#?}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o775);
}

#[tokio::test]
async fn an_older_or_newer_store_is_named_and_not_touched() {
    let (_dir, path) = patient().await;
    for (version, words) in [(3, "has schema 3"), (99, "newer feedmux")] {
        damage(&path, &format!("PRAGMA user_version = {version}"));
        let told = examine(&path);
        assert!(open(&told)[0].1.what.contains(words), "{told:#?}");
    }
    assert!(matches!(Store::open(&path, Box::new(ByAddress)).unwrap_err(), StoreError::TooNew { .. }));
}
