//! Stores of other versions: an older one is brought up to date however often that is interrupted, a newer one is left alone.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use support::process::check_whole;

const FEEDS: i64 = 20;
const ENTRIES: i64 = 800;

/// The migrations as they lie in their folder, first to last.
fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "sql"));
    files.sort();
    files
}

/// A store as the first version left it, with enough in it that an upgrade takes a moment.
fn first_version(path: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.execute_batch(&std::fs::read_to_string(&migrations()[0]).unwrap()).unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    conn.execute_batch("BEGIN").unwrap();
    for feed in 1..=FEEDS {
        // due in the far future: no test asks the network
        conn.execute(
            "INSERT INTO feed (id, origin, url, own_title) VALUES (?1, 'managed', 'https://example.org/' || ?1 || '.xml', 'Blog ' || ?1)",
            [feed],
        )
        .unwrap();
        conn.execute(
            "INSERT INTO feed_poll (feed_id, next_poll_at, interval_ms, etag) VALUES (?1, 4000000000000, 1800000, '\"e\"')",
            [feed],
        )
        .unwrap();
    }
    let text = "Words of an entry that was there before the upgrade. ".repeat(40);
    for id in 1..=ENTRIES {
        let (feed, hash) = (1 + id % FEEDS, id.to_be_bytes().repeat(2));
        conn.execute(
            "INSERT INTO entry (id, feed_id, story_id, state, names, first_seen_at, last_seen_at, received_at, published_at, content_hash,
                 title_hash, public_id, guid, url, canonical_url, lang, title, text, content_html)
             VALUES (?1, ?2, ?1, 'settled', 1, 1790000000000, 1790000000000, 1790000000000, 1790000000000, ?3, ?3, 'urn:feedmux:' || ?1,
                 'guid-' || ?1, 'https://example.org/posts/' || ?1, 'https://example.org/posts/' || ?1, 'en', 'Post ' || ?1,
                 ?4 || ?1, '<p>' || ?4 || ?1 || '</p>')",
            (id, feed, &hash, &text),
        )
        .unwrap();
        conn.execute(
            "INSERT INTO story (id, lead_entry_id, first_seen_at, last_seen_at) VALUES (?1, ?1, 1790000000000, 1790000000000)",
            [id],
        )
        .unwrap();
        conn.execute("INSERT INTO alias (feed_id, key, entry_id) VALUES (?1, ?2, ?3)", (feed, &hash, id)).unwrap();
        conn.execute("INSERT INTO fts_todo (entry_id) VALUES (?1)", [id]).unwrap();
    }
    conn.execute("UPDATE counter SET value = ?1 WHERE name = 'entry'", [ENTRIES]).unwrap();
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
}

/// All that readers were promised, as one text: rows of the views in order.
fn contents(path: &Path) -> Vec<String> {
    let conn = Connection::open(path).unwrap();
    let lists = [
        "SELECT id || url || title || etag || entries FROM feeds ORDER BY id",
        "SELECT id || feed_url || guid || url || title || lang || published_at || first_seen_at || content_html || content_text || state
         FROM entries ORDER BY id",
        "SELECT id || title || entries || feeds FROM stories ORDER BY id",
        "SELECT feed_id || hex(key) || entry_id FROM alias ORDER BY feed_id, key",
        "SELECT id || public_id FROM entry ORDER BY id",
    ];
    lists
        .iter()
        .flat_map(|sql| conn.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>())
        .collect()
}

/// Puts a copy of `old` in place of whatever is there.
fn lay(old: &Path, path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    std::fs::copy(old, path).unwrap();
}

fn version(path: &Path) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn feedmux(folder: &Path, path: &Path, command: &[&str]) -> Command {
    let mut feedmux = Command::new(env!("CARGO_BIN_EXE_feedmux"));
    feedmux.args(["-q", "--config", "/dev/null", "--set", &format!("store.path='{}'", path.display())]);
    feedmux.args(["--set", "http.listen=['127.0.0.1:0']"]).args(command); // another daemon may be at work on this machine
    feedmux.env_clear().env("HOME", folder).stdin(Stdio::null()).stdout(Stdio::null());
    feedmux
}

#[test]
fn an_older_store_is_brought_up_to_date_however_often_it_is_killed_meanwhile() {
    const KILLS: u32 = 13;
    let folder = tempfile::tempdir().unwrap();
    let (old, path) = (folder.path().join("old.db"), folder.path().join("feedmux.db"));
    let latest = i64::try_from(migrations().len()).unwrap();
    first_version(&old);
    let before = contents(&old);

    // how long it takes undisturbed
    lay(&old, &path);
    let begun = Instant::now();
    assert!(feedmux(folder.path(), &path, &["once"]).status().unwrap().success());
    let whole = begun.elapsed();
    assert_eq!(version(&path), latest);
    assert!(contents(&path) == before, "an upgrade changes nothing that was promised");

    lay(&old, &path);
    for kill in 1..=KILLS {
        let mut child = feedmux(folder.path(), &path, &["once"]).spawn().unwrap();
        // moments from the first step to the last; where exactly they fall is up to the machine
        std::thread::sleep(whole * kill / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        if kill % 2 == 0 {
            continue; // whoever looks mends: the next start has to do it alone
        }
        check_whole(&path);
        let (found, there) = (version(&path), contents(&path));
        assert!((1..=latest).contains(&found) && there == before, "version {found} after kill {kill}");
        if found == latest {
            lay(&old, &path);
        }
    }
    let status = feedmux(folder.path(), &path, &["once"]).status().unwrap();
    assert!(status.success());
    assert_eq!(version(&path), latest);
    check_whole(&path);
    assert!(contents(&path) == before);
    let found = feedmux(folder.path(), &path, &["search", "upgrade"]).status().unwrap();
    assert!(found.success(), "what waited for the index is in it");
}

#[test]
fn a_newer_store_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    first_version(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    let before = std::fs::read(&path).unwrap();
    let known = migrations().len();
    for command in [&["run"][..], &["once"], &["feed", "list"], &["feed", "pause", "1"], &["search", "words"], &["check"]] {
        let output = feedmux(folder.path(), &path, command).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{command:?}: {said}");
        for words in ["feedmux.db", "newer feedmux", "schema 9999", &format!("knows {known}")] {
            assert!(said.contains(words), "{command:?}: \"{words}\" is not in {said}");
        }
    }
    assert!(std::fs::read(&path).unwrap() == before, "not a byte of it changed");
}

#[test]
fn a_kill_while_a_new_store_is_made_leaves_one_that_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    for wait in 0..20 {
        let mut child = feedmux(folder.path(), &path, &["once"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(feedmux(folder.path(), &path, &["once"]).status().unwrap().success());
    check_whole(&path);
    assert_eq!(version(&path), i64::try_from(migrations().len()).unwrap());
}
