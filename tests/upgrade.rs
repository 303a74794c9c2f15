//! Stores of other versions: an older one is brought up to date however often that is interrupted, a newer one is left alone.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use support::process::check_whole;

const FEEDS: i64 = 20;
const ENTRIES: i64 = 1_600;

/// The migrations as they lie in their folder, first to last.
fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "sql"));
    files.sort();
    files
}

/// A store as the version with so many migrations left it: filled by the first, brought up by the others, which had their own rows.
fn store_of(path: &Path, migrated: usize) {
    first_version(path);
    let conn = Connection::open(path).unwrap();
    for (number, file) in migrations().iter().enumerate().take(migrated).skip(1) {
        conn.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
        conn.pragma_update(None, "user_version", i64::try_from(number + 1).unwrap()).unwrap();
        let rows = match number + 1 {
            2 => {
                "UPDATE feed SET moved_to = 'https://example.org/moved.xml' WHERE id = 3;
                  INSERT INTO host VALUES ('example.org', 4000000000000, 1000);"
            }
            3 => {
                "INSERT INTO websub (feed_id, state, next_at, host, hub, topic, base, callback, secret)
                  VALUES (1, 'active', 4000000000000, 'example.org', 'https://hub', 'https://t', 'https://b', 'c', 's');"
            }
            6 => {
                "INSERT INTO scrape VALUES (1, 0, 1790000000000, 20, 'more', 0, 900);
                  INSERT INTO host_line VALUES ('example.org', 17, 3, 1, 1790000000000);"
            }
            8 => {
                "INSERT INTO print SELECT id, id, id, 1, 1, 0, x'00' FROM entry;
                  INSERT INTO version SELECT id, 1, 1790000000000, 'Before', x'03000000' FROM entry;
                  INSERT INTO parted VALUES (1, 2);"
            }
            10 => {
                "INSERT INTO notice (feed_id, kind, own, begun_at, told_at, changed_at, public_id, detail)
                   SELECT id, 'failing', 1, 1790000000000, 1790000000000, 1790000000000, 'urn:n:' || id, 'HTTP 500' FROM feed;"
            }
            _ => "",
        };
        conn.execute_batch(rows).unwrap();
    }
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
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
        for slot in 0..3 {
            conn.execute("INSERT INTO poll VALUES (?1, ?2, 1790000000000 + ?2, 200, 'new', ?1, 0, 900, 80)", (feed, slot)).unwrap();
        }
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
        "SELECT feed_id || at || status || outcome || new_entries || bytes FROM polls ORDER BY feed_id, at",
        "SELECT feed_id || hex(key) || entry_id FROM alias ORDER BY feed_id, key",
        "SELECT id || public_id FROM entry ORDER BY id",
    ];
    lists
        .iter()
        .flat_map(|sql| conn.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>())
        .collect()
}

/// The copy that an upgrade to `version` leaves.
fn before_copy(path: &Path, version: i64) -> PathBuf {
    PathBuf::from(format!("{}.before-v{version}", path.display()))
}

/// Puts a copy of `old` in place of whatever is there.
fn lay(old: &Path, path: &Path) {
    let latest = format!(".before-v{}", migrations().len());
    for end in ["", "-wal", "-shm", &latest] {
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
    let way_back = before_copy(&path, latest);
    // Where the copy has its name it is whole and of the beginning, whenever that was.
    let check_way_back = |must: bool, when: &str| {
        assert!(!must || way_back.exists(), "{when}: there is no way back");
        if way_back.exists() {
            check_whole(&way_back);
            assert!(version(&way_back) == 1 && contents(&way_back) == before, "{when}");
        }
    };

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
        check_way_back(version(&path) > 1, &format!("after kill {kill}"));
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
    check_way_back(true, "at the end");
    assert!(!folder.path().join(format!(".feedmux.db.before-v{latest}.part")).exists(), "what a kill left is used up");
    assert!(contents(&path) == before);
    let found = feedmux(folder.path(), &path, &["search", "upgrade"]).status().unwrap();
    assert!(found.success(), "what waited for the index is in it");
}

#[test]
fn a_store_of_every_version_is_brought_up_to_date_and_there_is_a_way_back() {
    let latest = migrations().len();
    for migrated in 1..latest {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedmux.db");
        store_of(&path, migrated);
        let (was, own) = (contents(&path), i64::try_from(migrated).unwrap());
        // of the upgrade before; and what is not ours
        std::fs::copy(&path, before_copy(&path, own)).unwrap();
        std::fs::write(folder.path().join("feedmux.db.before-video"), "mine").unwrap();
        // a command that writes, beside no daemon
        assert!(feedmux(folder.path(), &path, &["feed", "pause", "1"]).status().unwrap().success());
        check_whole(&path);
        assert_eq!(version(&path), i64::try_from(latest).unwrap());
        assert!(contents(&path) == was, "from {migrated}");
        let way_back = before_copy(&path, i64::try_from(latest).unwrap());
        check_whole(&way_back);
        assert!(version(&way_back) == own && contents(&way_back) == was, "from {migrated}");
        assert!(!before_copy(&path, own).exists() && folder.path().join("feedmux.db.before-video").exists(), "one is kept");
    }
}

#[test]
fn two_programs_that_meet_an_older_store_make_one_copy_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    first_version(&path);
    let was = contents(&path);
    let commands = (1..=4).map(|n| feedmux(folder.path(), &path, &["feed", "pause", &n.to_string()]).spawn().unwrap());
    for mut child in commands.collect::<Vec<_>>() {
        assert!(child.wait().unwrap().success());
    }
    let way_back = before_copy(&path, i64::try_from(migrations().len()).unwrap());
    check_whole(&way_back);
    assert!(version(&way_back) == 1 && contents(&way_back) == was);
}

#[test]
fn where_there_is_no_room_for_a_copy_the_upgrade_says_so_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (old, small) = (folder.path().join("old.db"), folder.path().join("small"));
    first_version(&old);
    std::fs::create_dir(&small).unwrap();
    let size = std::fs::metadata(&old).unwrap().len() * 3 / 2;
    let script = format!(
        "mount -t tmpfs -o size={size} none {small} && cp {old} {small}/feedmux.db || exit 99
         {binary} --config /dev/null --set \"store.path='{small}/feedmux.db'\" once || exit 98
         ls {small} && {binary} --config /dev/null --set \"store.path='{small}/feedmux.db'\" sql 'SELECT count(*) AS n FROM entries'",
        small = small.display(),
        old = old.display(),
        binary = env!("CARGO_BIN_EXE_feedmux"),
    );
    // a mount of its own, that goes with it
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "sh", "-c", &script]).env("HOME", folder.path()).stdin(Stdio::null());
    let Ok(output) = shell.output() else { return };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, printed) = (text(&output.stderr), text(&output.stdout));
    if !output.status.success() && (output.status.code() == Some(99) || said.contains("unshare")) {
        return; // only root may mount
    }
    assert!(output.status.success(), "{:?} {said}", output.status.code());
    assert!(said.contains("No copy of the store") && said.contains("no way back"), "{said}");
    assert!(!printed.contains("before-v") && printed.contains(&ENTRIES.to_string()), "{printed}");
}

/// `doctor` mends stores of its own version only.
#[test]
fn what_a_damaged_store_lacks_or_has_left_over_does_not_stop_its_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    store_of(&path, 13);
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    let damage = "INSERT INTO poll VALUES (999, 0, 1790000000000, 200, 'new', 1, 0, 900, 80);
        DROP INDEX article_due; DROP INDEX feed_poll_due; DROP VIEW entries;
        CREATE VIEW mine AS SELECT * FROM polls; CREATE VIEW yours AS SELECT * FROM poll;";
    conn.execute_batch(damage).unwrap();
    drop(conn);
    let output = feedmux(folder.path(), &path, &["once"]).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let conn = check_whole(&path);
    let polls: i64 = conn.query_row("SELECT count(*) FROM polls", [], |row| row.get(0)).unwrap();
    assert_eq!(polls, 3 * FEEDS);
}

#[test]
fn a_newer_store_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    first_version(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    let before = std::fs::read(&path).unwrap();
    let known = migrations().len();
    std::fs::write(folder.path().join("list.opml"), "<opml version='2.0'><body/></opml>").unwrap();
    let (opml, copy) = (folder.path().join("list.opml"), folder.path().join("copy.db"));
    let (opml, copy) = (opml.to_str().unwrap(), copy.to_str().unwrap());
    let commands = [
        "run",
        "once",
        "check",
        "feed list",
        "feed show 1",
        "feed pause 1",
        "feed rm 1",
        "output render all",
        "search words",
        "sql SELECT(1)",
        "explain 1",
        "story 1",
        "story split 1",
        "overlap",
        "reextract --all",
        "export --opml",
        "rule test title:x",
        &format!("import {opml}"),
        &format!("backup {copy}"),
        "vacuum",
    ];
    for command in commands.map(|command| command.split(' ').collect::<Vec<_>>()) {
        let command = command.as_slice();
        let output = feedmux(folder.path(), &path, command).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{command:?}: {said}");
        for words in ["feedmux.db", "newer feedmux", "schema 9999", &format!("knows {known}")] {
            assert!(said.contains(words), "{command:?}: \"{words}\" is not in {said}");
        }
    }
    assert!(std::fs::read(&path).unwrap() == before, "not a byte of it changed");
    assert!(!Path::new(copy).exists());

    // Where the upgrade left a way back, that is part of the answer.
    first_version(&before_copy(&path, 9999));
    let output = feedmux(folder.path(), &path, &["run"]).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("feedmux.db.before-v9999") && said.trim_end().lines().count() == 1, "{said}");
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
