//! Names that change their addresses lead the daemon nowhere: not its polls, not its scrapes, not what asks for robots.txt.

#![cfg(target_os = "linux")] // where all of 127.0.0.0/8 is this machine
#![allow(clippy::unwrap_used)] // test code throughout

mod support;
#[path = "../src/fetcher/test_names.rs"]
#[allow(dead_code)] // the other part is for the tests of the fetcher
mod test_names;

use std::net::Ipv4Addr;

use support::{Reply, TestDaemon, Web, rss, wait_for};
use test_names::{Canary, Names};

const GOOD: Ipv4Addr = Ipv4Addr::LOCALHOST;
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// An answer after which the connection is closed, so that the next request looks its name up again.
fn once(reply: Reply) -> Reply {
    reply.header("connection", "close")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_turns_to_a_forbidden_address_is_not_followed_anywhere() {
    let web = Web::start().await;
    let port = web.port();
    let canary = Canary::listen(FORBIDDEN, port).await;
    let names = Names::scripted(&[
        ("feed.test", vec![vec![GOOD], vec![FORBIDDEN]]),
        ("well.test", vec![vec![GOOD]]),
        ("page.test", vec![vec![GOOD], vec![FORBIDDEN]]), // robots.txt, then the page
        ("robots.test", vec![vec![FORBIDDEN], vec![GOOD]]),
        ("moved.test", vec![vec![GOOD]]),
        ("inside.test", vec![vec![FORBIDDEN]]),
    ])
    .await;
    let page = |name: &str| format!("/news/the-story-that-{name}-tells-about-itself-4711.html");
    let articles = ["well", "page", "robots", "moved"].map(|name| (name, format!("http://{name}.test:{port}{}", page(name))));
    let items: Vec<_> = articles.iter().map(|(name, link)| (*name, link.as_str(), *name, "The teaser")).collect();
    web.put("/feed.xml", once(Reply::ok(rss("News", &items))));
    web.put("/robots.txt", once(Reply::ok("User-agent: *\nAllow: /\n")));
    for name in ["well", "page", "robots"] {
        web.put(&page(name), once(Reply::ok("<!doctype html><p>The page</p>")));
    }
    let inside = format!("http://inside.test:{port}{}", page("well"));
    web.put(&page("moved"), once(Reply::status(302).header("location", &inside)));

    let dns = format!("fetch.dns_server='{}'", names.address);
    let quick = ["poll.interval='200ms'", "poll.backoff='200ms'", "scrape.hold='1s'", "fetch.allow_private=['127.0.0.1']", &dns];
    let daemon = TestDaemon::start(&[format!("http://feed.test:{port}/feed.xml")], &quick).await;

    wait_for("polls that were answered and polls that were refused", async || {
        (web.hits("/feed.xml").len() >= 2 && names.given("feed.test") >= 5).then_some(())
    })
    .await;
    daemon.wait_for_items(4).await;
    wait_for("the pages that could be decided", async || {
        (daemon.sql("SELECT count(*) FROM entries WHERE state = 'settled'").await == 3).then_some(())
    })
    .await;
    assert_eq!((web.hits(&page("well")).len(), web.hits(&page("moved")).len()), (1, 1));
    assert_eq!((web.hits(&page("page")).len(), web.hits(&page("robots")).len()), (0, 0));
    for name in ["feed.test", "page.test", "robots.test", "inside.test"] {
        assert!(names.given(name) > 0, "{name} was never looked up: nothing was tested");
    }
    assert_eq!(canary.visits(), 0);
    daemon.stop().await;
}
