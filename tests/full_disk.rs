//! The real binary where its disk fills up, is not its own, or goes away under it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::process::{Feedmux, SmallDisk, check_whole, number, store};
use support::{Reply, Web, rss, say, wait_for};

const ENTRIES: &str = "SELECT count(*) FROM entries";
const INTERVAL: Duration = Duration::from_millis(300);
const QUICK: &[&str] = &["poll.interval='300ms'", "poll.backoff='300ms'", "scrape.mode='never'"];

/// Entries of 30 kB each.
fn feed(entries: usize) -> Reply {
    let text = "A paragraph of a long article that takes its place on the disk. ".repeat(450);
    let posts: Vec<(String, String)> =
        (0..entries).map(|n| (format!("guid-{n}"), format!("https://example.org/posts/{n}/a-post-of-this-feed"))).collect();
    let items: Vec<_> = posts.iter().map(|(guid, link)| (guid.as_str(), link.as_str(), "A post", text.as_str())).collect();
    Reply::ok(rss("Blog", &items)).etag(&format!("\"{entries}\""))
}

fn asked(web: &Web) -> usize {
    web.hits("/feed.xml").len() + web.hits("/other.xml").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_full_nobody_is_polled_and_what_is_there_is_served() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"), 24 << 20) else {
        return say("not tried: only root may mount a small disk");
    };
    let home = folder.path().join("disk");
    let path = store(&home);
    web.put("/feed.xml", feed(1));
    web.put("/other.xml", feed(1));
    let mut feedmux = Feedmux::run(&home, "", &[web.url("/feed.xml"), web.url("/other.xml")], QUICK);
    wait_for("the first entries", async || (number(&path, ENTRIES) == Some(2)).then_some(())).await;
    wait_for("it is well", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;

    let ballast = disk.fill(200 << 10);
    web.put("/feed.xml", feed(200));
    wait_for("nothing is polled", async || feedmux.said().contains("Nothing is polled until").then_some(())).await;
    wait_for("those in flight end", async || {
        let before = asked(&web);
        tokio::time::sleep(INTERVAL * 2).await;
        (asked(&web) == before).then_some(())
    })
    .await;
    let before = asked(&web);
    let (code, said) = feedmux.ask(&["health"]);
    assert!(code == Some(1) && said.contains("no space left"), "{code:?} {said}");
    let (code, said) = feedmux.ask(&["status"]);
    assert!(code == Some(0) && said.contains("store error") && said.contains("no space left"), "{code:?} {said}");
    let (code, page) = feedmux.get("/");
    assert!(code == 200 && page.contains("Nothing is polled at the moment") && page.contains("no space left"), "{code} {page}");
    assert_eq!(feedmux.get("/readyz").0, 503);
    assert_eq!(feedmux.get("/healthz").0, 200, "a restart would not help");
    let (code, items) = feedmux.get("/feeds/all.json");
    assert!(code == 200 && items.matches("A post").count() >= 2, "{code} {items}");
    assert_eq!(number(&path, ENTRIES), Some(2), "all of a poll or nothing of it");
    // Long enough for a dozen polls.
    tokio::time::sleep(INTERVAL * 12).await;
    assert_eq!(asked(&web), before, "nobody is asked for what could not be stored");
    assert_eq!(feedmux.said().matches("Nothing is polled until").count(), 1, "it is said once: {}", feedmux.said());
    assert!(feedmux.is_running());
    let is_acknowledged = |hit: &support::Hit| hit.headers.get("if-none-match").is_some_and(|etag| etag == "\"200\"");
    assert!(!web.hits("/feed.xml").iter().any(is_acknowledged), "an ETag is sent once its entries are stored");

    std::fs::remove_file(ballast).unwrap();
    wait_for("all entries", async || (number(&path, ENTRIES) == Some(201)).then_some(())).await;
    wait_for("all is well again", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    assert!(feedmux.said().contains("polling goes on") && !feedmux.get("/").1.contains("Nothing is polled"), "{}", feedmux.said());
    wait_for("it is sent then", async || web.hits("/feed.xml").iter().any(is_acknowledged).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}

#[test]
fn a_full_disk_is_told_where_something_is_started_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("disk");
    let Some(disk) = SmallDisk::mount(&home, 2 << 20) else { return say("not tried: only root may mount a small disk") };
    disk.fill(16 << 10);
    let (code, said) = support::process::refusal(folder.path(), &store(&home), &folder.path().join("http.sock"), "run");
    assert!(code == Some(1) && said.contains("no space left"), "{code:?} {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(!folder.path().join("http.sock").exists());
}

#[test]
fn where_a_user_may_not_write_one_line_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (home, binary) = (folder.path().join("home"), env!("CARGO_BIN_EXE_feedmux"));
    std::fs::create_dir(&home).unwrap();
    let path = store(&home);
    let sets =
        ["--config", "/dev/null", "--set", &format!("store.path='{}'", path.display()), "--set", "http.listen=['127.0.0.1:0']"];
    let run = |who: &[&str], command: &[&str]| {
        let mut all = Command::new(who.first().copied().unwrap_or(binary));
        all.args(who.get(1..).unwrap_or_default()).args(who.first().map(|_| binary)).args(sets).args(command);
        let output = all.env("HOME", folder.path()).stdin(Stdio::null()).output();
        output.map(|output| (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()))
    };
    assert_eq!(run(&[], &["once"]).unwrap().0, Some(0));
    let nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    let can = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    can(folder.path(), 0o755);
    can(&home, 0o755);
    for tail in ["", "-wal", "-shm"] {
        can(&home.join(format!("feedmux.db{tail}")), 0o644);
    }
    match run(&nobody, &["--version"]) {
        Ok((Some(0), _)) => {}
        _ => return say("not tried: only root may become nobody"),
    }
    for command in ["run", "once", "vacuum"] {
        let (code, said) = run(&nobody, &[command]).unwrap();
        assert_eq!(code, Some(1), "{command}: {said}");
        assert!(said.contains("feedmux.db") && said.trim_end().lines().count() == 1, "{command}: {said}");
    }
    assert_eq!(run(&nobody, &["sql", "SELECT 1"]).unwrap().0, Some(0), "who may read may ask");
    let copy = folder.path().join("open");
    std::fs::create_dir(&copy).unwrap();
    can(&copy, 0o777);
    let (code, said) = run(&nobody, &["backup", copy.join("copy.db").to_str().unwrap()]).unwrap();
    assert_eq!(code, Some(0), "... and copy: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_moved_away_is_missed_and_found_again() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let (path, away) = (store(folder.path()), folder.path().join("away.db"));
    web.put("/feed.xml", feed(1));
    let feedmux = Feedmux::run(folder.path(), "", &[web.url("/feed.xml")], QUICK);
    wait_for("the first entry", async || (number(&path, ENTRIES) == Some(1)).then_some(())).await;
    std::fs::rename(&path, &away).unwrap();
    wait_for("it is told", async || feedmux.said().contains("Nothing is polled until").then_some(())).await;
    let before = asked(&web);
    web.put("/feed.xml", feed(3));
    let (code, said) = feedmux.ask(&["health"]);
    assert!(code == Some(1) && said.contains("not the file any more"), "{code:?} {said}");
    let (code, said) = feedmux.ask(&["doctor"]);
    assert!(code == Some(1) && said.contains("not the file any more"), "{code:?} {said}");
    assert!(!path.exists() && asked(&web) <= before + 1);
    std::fs::rename(&away, &path).unwrap();
    wait_for("what came meanwhile", async || (number(&path, ENTRIES) == Some(3)).then_some(())).await;
    wait_for("all is well again", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_others_is_waited_for_without_asking_anybody() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let path = store(folder.path());
    web.put("/feed.xml", feed(1));
    let feedmux = Feedmux::run(folder.path(), "", &[web.url("/feed.xml")], QUICK);
    wait_for("the first entry", async || (number(&path, ENTRIES) == Some(1)).then_some(())).await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.busy_timeout(Duration::from_secs(10)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    wait_for("it is told", async || feedmux.said().contains("locked by another process").then_some(())).await;
    let (before, begun, cpu) = (asked(&web), Instant::now(), feedmux.cpu());
    wait_for("a lock of some seconds", async || (begun.elapsed() > Duration::from_secs(4)).then_some(())).await;
    assert!(asked(&web) <= before + 1 && feedmux.cpu() - cpu < 1.0);
    assert_eq!(feedmux.get("/feeds/all.json").0, 200);
    other.execute_batch("ROLLBACK").unwrap();
    web.put("/feed.xml", feed(3));
    wait_for("what came meanwhile", async || (number(&path, ENTRIES) == Some(3)).then_some(())).await;
    wait_for("all is well again", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}
