//! The store over the years, as its owner cares for it: copies and the way back, what is wrong and how it is mended, what is given back.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::path::Path;

use support::process::{Feedmux, check_whole, number, store};
use support::{Reply, Web, rss, wait_for};

const ENTRIES: &str = "SELECT count(*) FROM entries";
const QUICK: &[&str] = &["poll.interval='300ms'", "scrape.mode='never'"];

fn feed(web: &Web, entries: usize) {
    let names: Vec<(String, String)> =
        (0..entries).map(|n| (format!("post-{n}"), format!("https://example.org/posts/number-{n}"))).collect();
    let items: Vec<_> = names.iter().map(|(name, link)| (name.as_str(), link.as_str(), name.as_str(), "Text")).collect();
    web.put("/feed.xml", Reply::ok(rss("Blog", &items)));
}

async fn daemon(web: &Web, folder: &Path, entries: i64) -> Feedmux {
    let feedmux = Feedmux::run(folder, "", &[web.url("/feed.xml")], QUICK);
    wait_for("the entries", async || (number(&store(folder), ENTRIES) == Some(entries)).then_some(())).await;
    feedmux
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_made_beside_the_daemon_brings_everything_back() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let (path, copy) = (store(folder.path()), folder.path().join("copy.db"));
    feed(&web, 30);
    let feedmux = daemon(&web, folder.path(), 30).await;
    let (code, said) = feedmux.ask(&["backup", "--json", copy.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(told["entries"] == 30 && told["feeds"] == 1 && told["bytes"].as_u64().unwrap() > 100_000, "{told}");
    assert_eq!(feedmux.ask(&["backup", copy.to_str().unwrap()]).0, Some(1), "it exists");
    let (code, said) = feedmux.ask(&["backup", "--force", copy.to_str().unwrap()]);
    assert!(code == Some(0) && said.contains("30 entries") && said.contains("whole"), "{code:?} {said}");
    let ids = "SELECT group_concat(public_id) FROM (SELECT public_id FROM entry ORDER BY id)";
    let text = |path: &Path| rusqlite::Connection::open(path).unwrap().query_row(ids, [], |row| row.get::<_, String>(0)).unwrap();
    let before = text(&copy);
    feed(&web, 40);
    wait_for("what came later", async || (number(&path, ENTRIES) == Some(40)).then_some(())).await;
    drop(feedmux); // killed: its log is full of what the copy does not know

    for tail in ["-wal", "-shm"] {
        std::fs::remove_file(format!("{}{tail}", path.display())).unwrap();
    }
    std::fs::copy(&copy, &path).unwrap();
    check_whole(&path);
    assert_eq!(number(&path, ENTRIES), Some(30));
    let feedmux = daemon(&web, folder.path(), 40).await;
    assert_eq!(feedmux.ask(&["search", "post"]).0, Some(0));
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
    assert!(text(&path).starts_with(&before), "entries keep what outputs call them");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong_and_mends_while_nothing_runs() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let path = store(folder.path());
    feed(&web, 30);
    let feedmux = daemon(&web, folder.path(), 30).await;
    let (code, said) = feedmux.ask(&["doctor"]);
    assert!(code == Some(0) && said.contains("runs and is well") && said.trim_end().ends_with("all is well"), "{code:?} {said}");
    for check in
        ["store", "files", "room", "log", "pages", "schema", "orphans", "search", "counters", "clock", "descriptors", "names"]
    {
        assert!(said.contains(&format!("ok      {check} ")), "{check}: {said}");
    }
    let (code, said) = feedmux.ask(&["doctor", "--fix"]);
    assert!(code == Some(75) && said.contains(&feedmux.pid().to_string()), "{code:?} {said}");

    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    conn.execute("DELETE FROM story WHERE id <= 3", []).unwrap();
    drop(conn);
    let (code, said) = feedmux.ask(&["doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(code == Some(1) && told["ok"] == false && told["open"] == 1, "{code:?} {told}");
    let orphans = told["checks"].as_array().unwrap().iter().find(|check| check["check"] == "orphans").unwrap();
    let finding = &orphans["findings"][0];
    assert!(
        finding["what"] == "3 entries whose story is missing" && finding["remedy"].as_str().unwrap().contains("--fix"),
        "{told}"
    );
    let arguments = feedmux.arguments();
    assert_eq!(feedmux.stop(), Some(0));

    let doctor = |more: &[&str]| {
        let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
        all.extend(more);
        let output = support::process::feedmux(folder.path(), &all);
        (output.status.code(), support::process::stdout(&output))
    };
    let (code, said) = doctor(&["doctor", "--fix"]);
    assert!(code == Some(0) && said.contains("mended  orphans") && said.contains("a story of its own"), "{code:?} {said}");
    let (code, said) = doctor(&["doctor"]);
    assert!(code == Some(0) && !said.contains("mended"), "{code:?} {said}");
    assert_eq!(number(&path, "SELECT count(*) FROM stories"), Some(30));

    // A name server that does not answer.
    let (code, said) = doctor(&["--set", "fetch.dns_server='127.0.0.1:9'", "doctor"]);
    assert!(code == Some(0), "the address of this feed is no name: {said}");
    std::fs::write(folder.path().join("feeds.txt"), "https://feeds.example.org/feed.xml").unwrap();
    std::fs::remove_file(&path).unwrap();
    let (code, said) = doctor(&["--set", "fetch.dns_server='127.0.0.1:9'", "doctor"]);
    assert!(code == Some(1) && said.contains("WRONG   names"), "{code:?} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn free_pages_are_given_back_beside_the_daemon_and_without_it() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    let path = store(folder.path());
    feed(&web, 30);
    let feedmux = daemon(&web, folder.path(), 30).await;
    let fill = || {
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        for n in 10..30 {
            conn.execute("INSERT INTO version VALUES (1, ?1, 0, '', zeroblob(1000000))", [n]).unwrap();
        }
        conn.execute("DELETE FROM version", []).unwrap();
    };
    fill();
    let (code, said) = feedmux.ask(&["vacuum", "--full"]);
    assert!(code == Some(75) && said.contains(&feedmux.pid().to_string()), "{code:?} {said}");
    let (code, said) = feedmux.ask(&["vacuum", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(code == Some(0) && told["anew"] == false && told["before"].as_u64().unwrap() > 20_000_000, "{code:?} {said}");
    assert_eq!(number(&path, "SELECT freelist_count FROM pragma_freelist_count"), Some(0));
    assert_eq!(feedmux.ask(&["health"]).0, Some(0), "the daemon does not mind");
    let arguments = feedmux.arguments();
    assert_eq!(feedmux.stop(), Some(0));
    fill();
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(["vacuum"]).collect();
    let output = support::process::feedmux(folder.path(), &all);
    let said = support::process::stdout(&output);
    assert!(output.status.code() == Some(0) && said.contains("written anew"), "{said}");
    assert!(std::fs::metadata(&path).unwrap().len() < 2_000_000);
    check_whole(&path);
    assert_eq!(number(&path, ENTRIES), Some(30));
}
