//! The store over the years, as its owner cares for it: copies and the way back.

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
