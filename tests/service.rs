//! The real binary as a service manager sees it: ready, reloading, status, watchdog, sockets it is given, stopping, one a store.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::process::{Feedmux, number, signal, store};
use support::{Reply, Web, rss, wait_for};

/// What a service manager is told.
struct Manager {
    told: Arc<Mutex<Vec<String>>>,
    environment: String,
}

impl Manager {
    /// With a watchdog that wants to hear something each 400 ms.
    fn start(folder: &Path) -> Self {
        let path = folder.join("notify.sock");
        let socket = UnixDatagram::bind(&path).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&told);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = socket.recv(&mut buffer) {
                lines.lock().unwrap().extend(String::from_utf8_lossy(&buffer[..length]).lines().map(str::to_owned));
            }
        });
        let environment =
            format!("export NOTIFY_SOCKET={} WATCHDOG_USEC=400000 WATCHDOG_PID=$$ JOURNAL_STREAM=8:1", path.display());
        Self { told, environment }
    }

    async fn hears(&self, what: &str, at_least: usize) {
        wait_for(what, async || {
            (self.told.lock().unwrap().iter().filter(|line| line.starts_with(what)).count() >= at_least).then_some(())
        })
        .await;
    }
}

fn post(name: &str) -> Reply {
    Reply::ok(rss(name, &[(name, &format!("https://example.org/a-post-of-{name}"), name, "Text")]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_is_told_what_happens() {
    let web = Web::start().await;
    web.put("/feed.xml", post("one"));
    let folder = tempfile::tempdir().unwrap();
    let manager = Manager::start(folder.path());
    let feeds = [web.url("/feed.xml")];
    let feedmux = Feedmux::run(folder.path(), &manager.environment, &feeds, &["scrape.mode='never'"]);
    manager.hears("READY=1", 1).await;
    manager.hears("WATCHDOG=1", 3).await;
    manager.hears("STATUS=1 feeds, 0 in trouble", 1).await;
    feedmux.signal("HUP");
    manager.hears("RELOADING=1", 1).await;
    manager.hears("MONOTONIC_USEC=", 1).await;
    manager.hears("READY=1", 2).await;
    let said = feedmux.said();
    assert!(said.lines().all(|line| line.starts_with('<')), "the journal wants priorities: {said}");
    assert!(said.contains("<6>The configuration was read again: 0 feeds added"), "{said}");
    assert_eq!(feedmux.stop(), Some(0));
    manager.hears("STOPPING=1", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_says_what_it_changes_and_a_plan_says_it_before() {
    let web = Web::start().await;
    web.put("/one.xml", post("one"));
    web.put("/two.xml", post("two"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".config/feedmux/feedmux.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let feed = |name: &str| format!("[[feed]]\nurl = '{}'\n", web.url(&format!("/{name}.xml")));
    std::fs::write(&file, feed("one")).unwrap();
    let feedmux = Feedmux::run_as_configured(folder.path(), &["scrape.mode='never'"]);
    let path = store(folder.path());
    wait_for("the first entry", async || (number(&path, "SELECT count(*) FROM entries") == Some(1)).then_some(())).await;
    assert_eq!(feedmux.ask(&["check", "--plan"]), (Some(0), "a reload would change nothing\n".to_owned()));

    let output = "[[output]]\nname = 'two'\nwhere = 'feed:two'\n";
    std::fs::write(&file, [feed("one"), feed("two"), output.to_owned()].concat()).unwrap();
    let (code, planned) = feedmux.ask(&["check", "--plan"]);
    assert_eq!(code, Some(0), "{planned}");
    assert!(
        planned.starts_with(&format!("+ feed {}\n+ output two\n1 feed is polled for the first time", web.url("/two.xml"))),
        "{planned}"
    );
    assert_eq!(web.hits("/two.xml").len(), 0, "a plan does nothing");
    assert_eq!(feedmux.ask(&["reload"]), (Some(0), planned));
    wait_for("the second feed", async || (number(&path, "SELECT count(*) FROM entries") == Some(2)).then_some(())).await;
    assert_eq!(web.hits("/one.xml").len(), 1, "and none is polled early");

    let other = folder.path().join("other.toml");
    std::fs::write(&other, feed("two")).unwrap();
    for options in [["--config", other.to_str().unwrap()], ["--set", "poll.interval='5s'"]] {
        for command in [&["reload"][..], &["check", "--plan"]] {
            let (code, said) = feedmux.ask(&[&options, command].concat());
            assert!(code == Some(1) && said.contains(&format!("the daemon reads {}", file.display())), "{code:?} {said}");
        }
    }

    std::fs::write(&file, "[poll]\nintervall = '1h'\n").unwrap();
    for command in [&["reload"][..], &["check", "--plan"], &["check"]] {
        let (code, said) = feedmux.ask(command);
        assert!(
            code == Some(78) && said.contains("feedmux.toml:2") && said.contains("did you mean \"interval\"?"),
            "{code:?} {said}"
        );
    }
    std::fs::write(&file, feed("one")).unwrap();
    assert_eq!(feedmux.stop(), Some(0));
}

/// Polls that find nothing new wait a second for others, to be stored with them.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_stores_every_poll_that_ended() {
    let web = Web::start().await;
    web.put("/feed.xml", post("one").etag("\"1\""));
    let folder = tempfile::tempdir().unwrap();
    let quick = ["scrape.mode='never'", "poll.interval='1s'", "poll.max_interval='1s'"];
    let feedmux = Feedmux::run(folder.path(), "", &[web.url("/feed.xml")], &quick);
    let path = store(folder.path());
    let quiet = "SELECT count(*) FROM polls WHERE outcome = 'not-modified'";
    wait_for("one that is stored while it works", async || (number(&path, quiet) >= Some(1)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    let asked = i64::try_from(web.hits("/feed.xml").len()).unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM polls"), Some(asked));
    assert_eq!(number(&path, quiet), Some(asked - 1));
}

/// A reader may come before the daemon is up: it waits at the socket, and is answered.
#[test]
fn a_socket_that_a_service_manager_holds_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut reader = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    reader.set_read_timeout(Some(support::PATIENCE)).unwrap();
    reader.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let path = format!("store.path='{}'", store(folder.path()).display());
    let script = "export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$0\" \"$@\" 3<&0 0</dev/null";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_feedmux"), "--config", "/dev/null", "-q"]);
    command.args(["--set", &path, "--set", "http.listen=['systemd']", "run"]).env_clear().env("HOME", folder.path());
    let mut daemon = command.stdin(Stdio::from(OwnedFd::from(listener))).spawn().unwrap();
    let mut answer = String::new();
    reader.read_to_string(&mut answer).unwrap();
    assert!(signal(daemon.id(), "TERM"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(daemon.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_says_who_has_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let feedmux = Feedmux::run(folder.path(), "", &[], &[]);
    wait_for("the first instance", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    let (code, said) = feedmux.ask(&["run"]);
    assert!(code == Some(75) && said.contains(&feedmux.pid().to_string()), "{code:?} {said}");
    assert_eq!(feedmux.ask(&["reload"]).0, Some(0));
    // By another name it is the same store.
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(store(folder.path()), &link).unwrap();
    let through_link = format!("store.path='{}'", link.display());
    for (command, expected) in [("run", 75), ("once", 75), ("health", 0)] {
        let (code, said) = feedmux.ask(&["--set", &through_link, command]);
        assert_eq!(code, Some(expected), "{command} {said}");
    }
    assert_eq!(feedmux.stop(), Some(0));
}

/// A store that lives on another disk, behind a link that is there before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_behind_a_link_is_made_where_the_link_leads() {
    let (folder, disk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(store(folder.path()).parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(disk.path().join("real.db"), store(folder.path())).unwrap();
    for _start in ["that makes it", "that finds it"] {
        let feedmux = Feedmux::run(folder.path(), "", &[], &[]);
        wait_for("the daemon", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
        assert!(disk.path().join("real.db.sock").exists());
        assert_eq!(feedmux.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once() {
    let web = Web::start().await;
    web.put("/slow.xml", post("slow").delay(Duration::from_secs(60)));
    let folder = tempfile::tempdir().unwrap();
    let mut feedmux = Feedmux::run(folder.path(), "", &[web.url("/slow.xml")], &["run.drain='50s'", "poll.timeout='60s'"]);
    wait_for("the request", async || (!web.hits("/slow.xml").is_empty()).then_some(())).await;
    feedmux.signal("TERM");
    wait_for("the stop", async || feedmux.said().contains("Stopping").then_some(())).await;
    assert!(feedmux.is_running(), "what is in flight gets its time");
    let begun = Instant::now();
    assert_eq!(feedmux.stop(), Some(130));
    assert!(begun.elapsed().as_secs() < 5);
    support::process::check_whole(&store(folder.path()));
}

/// The unit's folder is 0750 and its files 0640, so that members of the group may ask the store. A SQLite
/// that closes a file cleanly removes what they cannot make anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_the_group_may_ask_the_store_at_any_time() {
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let possible = std::process::Command::new("setpriv").args(nobody).args(["sqlite3", "-version"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: needs root, setpriv and sqlite3");
        return;
    }
    let web = Web::start().await;
    web.put("/feed.xml", post("one"));
    let folder = tempfile::tempdir().unwrap();
    let group = |path: &Path, mode: u32| {
        std::os::unix::fs::chown(path, None, Some(65534)).unwrap();
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    group(folder.path(), 0o2750);
    let path = store(folder.path());
    let asked = || {
        let mut command = std::process::Command::new("setpriv");
        command.args(nobody).args(["sqlite3", "-readonly"]).arg(&path).arg("SELECT count(*) FROM entries");
        let output = command.output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned()
    };
    let start = || Feedmux::run(folder.path(), "umask 027", &[web.url("/feed.xml")], &["scrape.mode='never'"]);
    let feedmux = start();
    wait_for("the entry", async || (asked() == "1").then_some(())).await;
    let mut status = std::process::Command::new("setpriv");
    status.args(nobody).arg(env!("CARGO_BIN_EXE_feedmux")).args(feedmux.arguments()).arg("status").env("HOME", folder.path());
    // Where others may not run the binary, nothing is said about it.
    if let Some(output) = status.output().ok().filter(|output| output.status.code() == Some(69)) {
        assert!(String::from_utf8_lossy(&output.stderr).contains("permission denied"), "{output:?}");
    }
    feedmux.signal("KILL");
    assert_eq!(feedmux.stop(), None);
    assert_eq!(asked(), "1", "after a kill");
    let feedmux = start();
    wait_for("the second start", async || (feedmux.ask(&["health"]).0 == Some(0)).then_some(())).await;
    assert_eq!(feedmux.stop(), Some(0));
    assert_eq!(asked(), "1", "after a clean end");
    let (code, said) = (feedmux_sql(folder.path()).status.code(), asked());
    assert_eq!((code, said.as_str()), (Some(0), "1"), "after a command of the owner");
}

fn feedmux_sql(folder: &Path) -> std::process::Output {
    let set = format!("store.path='{}'", store(folder).display());
    support::process::feedmux(folder, &["--config", "/dev/null", "--set", &set, "sql", "SELECT 1"])
}
