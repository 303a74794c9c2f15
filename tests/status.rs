//! The feed of what is wrong with feeds, from the poll that shows it to the reader that is told.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use feedmux::clock::Clock;
use support::{Reply, TestDaemon, Web, rss, wait_for};

/// Polls without a pause between them, and no pages.
const QUICK: &[&str] = &["poll.interval='300ms'", "poll.backoff='300ms'", "scrape.mode='never'"];

fn feed() -> Reply {
    Reply::ok(rss("Daily Otter", &[("a", "https://example.org/a-long-post-about-otters", "Otters", "Text")]))
}

/// Id, title and time of the last change of the one item of the status feed.
async fn told(daemon: &TestDaemon, title: &str) -> (String, String) {
    wait_for(&format!("{title:?} in the status feed"), async || {
        let feed: serde_json::Value = serde_json::from_str(&daemon.get("/feeds/status.json").await).unwrap();
        let items = feed["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["title"] == title)?;
        assert_eq!(items.len(), 1, "{feed}");
        let text = |key: &str| item[key].as_str().unwrap().to_owned();
        Some((text("id"), text("date_modified")))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_goes_and_comes_back_is_one_item_in_all_formats() {
    let web = Web::start().await;
    web.put("/feed.xml", feed());
    let feeds = [web.url("/feed.xml")];
    let daemon = TestDaemon::start(&feeds, QUICK).await;
    daemon.wait_for_items(1).await;
    for format in ["atom", "rss", "json"] {
        let empty = daemon.get(&format!("/feeds/status.{format}")).await;
        assert!(empty.contains("feedmux: status") && !empty.contains("Otter"), "{empty}");
    }
    web.put("/feed.xml", Reply::status(410));
    let (id, since) = told(&daemon, "Daily Otter is gone").await;
    let (_, folder) = daemon.stop().await;
    let daemon = TestDaemon::restart(folder, &feeds, QUICK).await;
    assert_eq!(told(&daemon, "Daily Otter is gone").await, (id.clone(), since.clone()));
    for format in ["atom", "rss", "json"] {
        let document = daemon.get(&format!("/feeds/status.{format}")).await;
        assert!(document.contains(&id) && document.contains("feedmux feed resume 1"), "{document}");
    }
    web.put("/feed.xml", feed());
    let row = daemon.daemon.store.feeds().await.unwrap().remove(0);
    daemon.daemon.store.pause(Clock::system().now(), row.id, false).await.unwrap();
    let (same, changed) = told(&daemon, "Resolved: Daily Otter is back").await;
    assert_eq!(same, id);
    assert_ne!(changed, since);
    assert_eq!(daemon.items().await.len(), 1, "the merged feed knows nothing of it");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_told_where_readers_look() {
    let web = Web::start().await;
    web.put("/old.xml", feed());
    let daemon = TestDaemon::start(&[web.url("/old.xml")], QUICK).await;
    daemon.wait_for_items(1).await;
    web.put("/new.xml", feed());
    web.put("/old.xml", Reply::status(301).header("location", "/new.xml"));
    told(&daemon, "Daily Otter has moved").await;
    let text = daemon.get("/feeds/status.json").await;
    assert!(text.contains(&format!("polled at {} from now on", web.url("/new.xml"))), "{text}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_is_told_what_happened_and_how_it_stands() {
    let web = Web::start().await;
    web.put("/feed.xml", feed());
    web.put("/gone.xml", Reply::status(410));
    let daemon = TestDaemon::start(&[web.url("/feed.xml"), web.url("/gone.xml")], &["scrape.mode='never'"]).await;
    daemon.wait_for_items(1).await;
    let polled = ["feedmux_polls_total{result=\"new\"} 1", "feedmux_polls_total{result=\"failed\"} 1"];
    let text = wait_for("both polls", async || {
        let text = daemon.get("/metrics").await;
        polled.iter().all(|line| text.contains(line)).then_some(text)
    })
    .await;
    for line in [
        "feedmux_entries_new_total 1",
        "feedmux_poll_seconds_count 2",
        "feedmux_store_trouble 0",
        "feedmux_http_answers_total{route=\"/feeds/{file}\",status=\"200\"} ",
        "# TYPE feedmux_store_bytes gauge",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("gone.xml") && !text.contains("127.0.0.1"), "no series of a feed: {text}");
    daemon.stop().await;
}
