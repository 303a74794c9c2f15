//! The real binary where the machine fails it: no descriptors, no space, no lock, no folder. It keeps the data and keeps going.

#![cfg(target_os = "linux")] // limits, /proc, and all of 127.0.0.0/8 as this machine
#![allow(clippy::unwrap_used)] // test code throughout

mod support;
#[path = "../src/fetcher/test_names.rs"]
#[allow(dead_code)] // the other part is for the tests of the fetcher
mod test_names;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use support::process::{Feedmux, check_whole, number, store};
use support::{Reply, Web, rss, wait_for};
use test_names::Names;

/// Not even root can make these: what lies below a file, and in a file system of the kernel's own.
#[test]
fn where_no_store_can_be_one_line_says_so_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let [file, inside, socket] = ["file", "folder", "http.sock"].map(|name| folder.path().join(name));
    std::fs::write(&file, "mine").unwrap();
    std::fs::create_dir(&inside).unwrap();
    let cases = [
        (file.join("feedmux.db"), "it is a file and no folder"),
        (file.join("deeper/feedmux.db"), "Not a directory"),
        (PathBuf::from("/proc/feedmux/feedmux.db"), "/proc/feedmux: "),
        (inside.clone(), "it is a folder"),
    ];
    for (path, words) in cases {
        for command in ["run", "once"] {
            let (code, said) = support::process::refusal(folder.path(), &path, &socket, command);
            assert_eq!(code, Some(1), "{said}");
            assert!(
                said.trim_end().lines().count() == 1 && said.contains(words) && said.contains("store.path"),
                "{command}: {said}"
            );
            assert!(!socket.exists(), "{command} on {}: nothing listens", path.display());
        }
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(&inside).unwrap().count(), 0);
}

/// Polls come quickly, also after failures.
const QUICK: &[&str] = &["poll.interval='300ms'", "poll.backoff='300ms'", "scrape.mode='never'"];

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_more_feeds_than_descriptors_are_all_polled() {
    const HOSTS: u8 = 60;
    const FEEDS_A_HOST: usize = 10;
    let (mut webs, mut feeds, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for host in 1..=HOSTS {
        let ip = Ipv4Addr::new(127, 0, 1, host);
        let web = Web::at(&ip.to_string()).await;
        names.push((format!("host{host}.test"), ip));
        for feed in 0..FEEDS_A_HOST {
            let link = format!("https://example.org/{host}/{feed}/a-post-of-this-feed");
            web.put(&format!("/{feed}.xml"), Reply::ok(rss("Blog", &[("1", &link, "One", "Text")])));
            feeds.push(format!("http://host{host}.test:{}/{feed}.xml", web.port()));
        }
        webs.push(web);
    }
    let scripts: Vec<_> = names.iter().map(|(name, ip)| (name.as_str(), vec![vec![*ip]])).collect();
    let names = Names::scripted(&scripts).await;
    let folder = tempfile::tempdir().unwrap();
    let dns = format!("fetch.dns_server='{}'", names.address);
    let mut feedmux = Feedmux::run(folder.path(), "ulimit -n 64", &feeds, &["scrape.mode='never'", &dns]);

    let path = store(folder.path());
    let polled = "SELECT count(*) FROM feeds WHERE last_polled_at IS NOT NULL";
    wait_for("all feeds are polled", async || (number(&path, polled) == Some(feeds.len() as i64)).then_some(())).await;
    assert_eq!(feedmux.ask(&["health"]).0, Some(0));
    assert!(feedmux.is_running());
    assert_eq!(number(&path, "SELECT count(*) FROM feeds WHERE failures > 0 OR last_error IS NOT NULL"), Some(0));
    assert_eq!(number(&path, "SELECT count(*) FROM entries"), Some(feeds.len() as i64));
    let said = feedmux.said();
    assert!(said.contains("this process may open 64 files"), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}

/// A feed of one small entry, then, when it `grew`, of a hundred more that need about a MB.
fn growing_feed(grew: bool) -> Reply {
    const MORE: usize = 100;
    let text = "A paragraph of a long article that takes its place on the disk. ".repeat(50);
    let posts: Vec<(String, String)> = (0..if grew { MORE + 1 } else { 1 })
        .map(|n| (format!("guid-{n}"), format!("https://example.org/posts/{n}/a-post-of-this-feed")))
        .collect();
    let items: Vec<_> = posts.iter().map(|(guid, link)| (guid.as_str(), link.as_str(), "A post", text.as_str())).collect();
    Reply::ok(rss("Blog", &items)).etag(if grew { "\"grown\"" } else { "\"small\"" })
}

const ALL_ENTRIES: Option<i64> = Some(101);
const ENTRIES: &str = "SELECT count(*) FROM entries";

/// A store with one entry and the ETag of its feed, made without any trouble.
async fn small_store(web: &Web) -> (Arc<tempfile::TempDir>, PathBuf, Vec<String>) {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (path, feeds) = (store(folder.path()), vec![web.url("/feed.xml")]);
    web.put("/feed.xml", growing_feed(false));
    let feedmux = Feedmux::run(folder.path(), "", &feeds, QUICK);
    wait_for("the first entry", async || (number(&path, ENTRIES) == Some(1)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    (folder, path, feeds)
}

/// Starts where files may grow by 128 KB only, and waits until that is not enough.
async fn full_disk(web: &Web, folder: &Path, feeds: &[String]) -> Feedmux {
    let room = std::fs::metadata(store(folder)).unwrap().len() + (128 << 10);
    web.put("/feed.xml", growing_feed(true));
    // The shell counts in blocks of 512 bytes. Without the trap the system ends the process, as no full disk does.
    let feedmux = Feedmux::run(folder, &format!("trap '' XFSZ; ulimit -S -f {}", room / 512), feeds, QUICK);
    wait_for("the failure is told", async || feedmux.said().contains("could not be stored").then_some(())).await;
    feedmux
}

/// Whether a request carried this ETag.
fn asks_with(web: &Web, etag: &str) -> bool {
    web.hits("/feed.xml").iter().any(|hit| hit.headers.get("if-none-match").is_some_and(|sent| sent == etag))
}

fn status(feedmux: &Feedmux) -> serde_json::Value {
    let (code, said) = feedmux.ask(&["status", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&said).unwrap()
}

/// The error is seen by whoever asks, nothing of the feed is half there, and its new ETag is not believed.
async fn check_full(web: &Web, feedmux: &mut Feedmux, path: &Path) {
    let (code, said) = feedmux.ask(&["health"]);
    assert!(code == Some(1) && said.contains("cannot be written") && said.contains("since 20"), "{code:?} {said}");
    let status = status(feedmux);
    assert!(status["store_error"].as_str().unwrap().contains("cannot be written"), "{status}");
    assert!(status["store_error_since"].is_string() && status["store_writes_failed"].as_u64().unwrap() > 0, "{status}");
    assert!(feedmux.is_running());
    assert_eq!(number(path, ENTRIES), Some(1), "all of a poll or nothing of it");
    for hit in web.hits("/feed.xml").iter().skip(1) {
        assert_eq!(
            hit.headers.get("if-none-match").map(String::as_str),
            Some("\"small\""),
            "what is not stored is asked for again"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_is_caught_up_when_there_is_space() {
    let web = Web::start().await;
    let (folder, path, feeds) = small_store(&web).await;
    let mut feedmux = full_disk(&web, folder.path(), &feeds).await;
    check_full(&web, &mut feedmux, &path).await;

    let pid = Pid::from_raw(i32::try_from(feedmux.pid()).unwrap());
    let hard = prlimit(None, Resource::Fsize, rustix::process::getrlimit(Resource::Fsize)).unwrap().maximum;
    prlimit(pid, Resource::Fsize, Rlimit { current: hard, maximum: hard }).unwrap();
    wait_for("all entries", async || (number(&path, ENTRIES) == ALL_ENTRIES).then_some(())).await;
    wait_for("all is well again", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    wait_for("the new ETag", async || asks_with(&web, "\"grown\"").then_some(())).await;
    assert!(status(&feedmux)["store_error"].is_null());
    assert_eq!(feedmux.stop(), Some(0));
    assert_eq!(number(&path, "SELECT count(DISTINCT guid) FROM entries"), ALL_ENTRIES);
    check_whole(&path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_over_a_restart_and_a_kill() {
    let web = Web::start().await;
    let (folder, path, feeds) = small_store(&web).await;
    let mut feedmux = full_disk(&web, folder.path(), &feeds).await;
    check_full(&web, &mut feedmux, &path).await;
    drop(feedmux); // killed
    check_whole(&path);
    let mut feedmux = full_disk(&web, folder.path(), &feeds).await;
    check_full(&web, &mut feedmux, &path).await;
    assert_eq!(feedmux.stop(), Some(0), "a full disk does not keep it from stopping");
    check_whole(&path);

    let feedmux = Feedmux::run(folder.path(), "", &feeds, QUICK);
    wait_for("all entries", async || (number(&path, ENTRIES) == ALL_ENTRIES).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    assert_eq!(number(&path, "SELECT count(DISTINCT guid) FROM entries"), ALL_ENTRIES);
    check_whole(&path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_another_process_locks_is_waited_for() {
    let web = Web::start().await;
    let (folder, path, feeds) = small_store(&web).await;
    let mut feedmux = Feedmux::run(folder.path(), "", &feeds, QUICK);
    wait_for("it is well", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;

    let other = rusqlite::Connection::open(&path).unwrap();
    other.busy_timeout(Duration::from_secs(10)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    web.put("/feed.xml", growing_feed(true));
    let (begun, cpu) = (Instant::now(), feedmux.cpu());
    wait_for("the failure is told", async || feedmux.said().contains("locked by another process").then_some(())).await;
    let (code, said) = feedmux.ask(&["health"]);
    assert!(code == Some(1) && said.contains("locked"), "{code:?} {said}");
    assert_eq!(feedmux.ask(&["search", "paragraph"]).0, Some(0), "readers do not mind");
    wait_for("a lock of some seconds", async || (begun.elapsed() > Duration::from_secs(7)).then_some(())).await;
    let used = feedmux.cpu() - cpu;
    assert!(used < 1.5, "{used} s of processor time in {:?}: it is busy waiting", begun.elapsed());
    assert!(feedmux.is_running() && !asks_with(&web, "\"grown\""));
    other.execute_batch("ROLLBACK").unwrap();

    wait_for("all entries", async || (number(&path, ENTRIES) == ALL_ENTRIES).then_some(())).await;
    wait_for("all is well again", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_missing_or_broken_at_a_reload_changes_nothing() {
    let web = Web::start().await;
    for name in ["one", "two"] {
        let link = format!("https://example.org/a-post-of-the-feed-{name}");
        web.put(&format!("/{name}.xml"), Reply::ok(rss(name, &[(name, &link, name, "Text")])));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".config/feedmux/feedmux.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let configuration = |names: &[&str]| {
        let feeds: String = names.iter().map(|name| format!("[[feed]]\nurl = '{}'\n", web.url(&format!("/{name}.xml")))).collect();
        std::fs::write(&file, feeds).unwrap();
    };
    configuration(&["one"]);
    let mut feedmux = Feedmux::run_as_configured(folder.path(), &["scrape.mode='never'"]);
    let path = store(folder.path());
    wait_for("the first entry", async || (number(&path, ENTRIES) == Some(1)).then_some(())).await;
    for broken in
        [None, Some("[poll]\nintervall = 1"), Some("[[feed]]\nurl = 'no address'"), Some("[subscriptions]\nfiles = ['no.opml']")]
    {
        match broken {
            None => std::fs::remove_file(&file).unwrap(),
            Some(text) => std::fs::write(&file, text).unwrap(),
        }
        let before = feedmux.said().matches("stays as it was").count();
        feedmux.signal("HUP");
        wait_for("the refusal", async || (feedmux.said().matches("stays as it was").count() > before).then_some(())).await;
        assert_eq!(number(&path, "SELECT count(*) FROM feeds"), Some(1), "{broken:?}");
    }
    configuration(&["one", "two"]);
    feedmux.signal("HUP");
    wait_for("the second feed", async || (number(&path, ENTRIES) == Some(2)).then_some(())).await;
    assert_eq!(web.hits("/one.xml").len(), 1, "and none was polled early");
    assert!(feedmux.is_running());
}

/// A log file on a full disk, a pipe whose reader has gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_stops_nothing() {
    let web = Web::start().await;
    web.put("/feed.xml", growing_feed(false));
    for log in ["exec 2>/dev/full", "mkfifo gone; true < gone & exec 2>gone; wait", "exec 2>&-"] {
        let folder = tempfile::tempdir().unwrap();
        let (path, shell) = (store(folder.path()), format!("cd {}; {log}", folder.path().display()));
        let mut feedmux = Feedmux::run(folder.path(), &shell, &[web.url("/feed.xml")], QUICK);
        wait_for("the entry", async || (number(&path, ENTRIES) == Some(1)).then_some(())).await;
        wait_for("it is well", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
        feedmux.signal("HUP");
        assert!(feedmux.is_running(), "{log}");
        assert_eq!(feedmux.stop(), Some(0), "{log}");
        check_whole(&path);
    }
}
