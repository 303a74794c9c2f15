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
    // Five answers a round: however many look-ups a request takes, each kind of answer comes to each of them in time.
    let turning = vec![vec![GOOD], vec![FORBIDDEN], vec![GOOD], vec![FORBIDDEN], vec![FORBIDDEN]];
    let names = Names::scripted(&[
        ("feed.test", turning.clone()),
        ("well.test", vec![vec![GOOD]]),
        ("turning.test", turning),
        ("closed.test", vec![vec![FORBIDDEN]]), // already its robots.txt
        ("moved.test", vec![vec![GOOD]]),
        ("inside.test", vec![vec![FORBIDDEN]]),
    ])
    .await;
    let page = |name: &str| format!("/news/the-story-that-{name}-tells-about-itself-4711.html");
    let articles = ["well", "turning", "closed", "moved"].map(|name| (name, format!("http://{name}.test:{port}{}", page(name))));
    let items: Vec<_> = articles.iter().map(|(name, link)| (*name, link.as_str(), *name, "The teaser")).collect();
    web.put("/feed.xml", once(Reply::ok(rss("News", &items))));
    web.put("/robots.txt", once(Reply::ok("User-agent: *\nAllow: /\n")));
    for name in ["well", "turning", "closed"] {
        web.put(&page(name), once(Reply::ok("<!doctype html><p>The page</p>")));
    }
    let inside = format!("http://inside.test:{port}{}", page("well"));
    web.put(&page("moved"), once(Reply::status(302).header("location", &inside)));

    let dns = format!("fetch.dns_server='{}'", names.address);
    let quick = ["poll.interval='200ms'", "poll.backoff='200ms'", "scrape.hold='1s'", "fetch.allow_private=['127.0.0.1']", &dns];
    let daemon = TestDaemon::start(&[format!("http://feed.test:{port}/feed.xml")], &quick).await;

    wait_for("polls that were answered and polls that were refused", async || {
        let refused = daemon.sql("SELECT count(*) FROM polls WHERE outcome = 'failed'").await;
        (web.hits("/feed.xml").len() >= 2 && refused.as_i64() >= Some(2)).then_some(())
    })
    .await;
    daemon.wait_for_items(4).await;
    wait_for("the pages whose names do not turn", async || {
        (web.hits(&page("well")).len() == 1 && web.hits(&page("moved")).len() == 1).then_some(())
    })
    .await;
    wait_for("the redirect is followed as far as it goes", async || (names.given("inside.test") > 0).then_some(())).await;
    assert_eq!(web.hits(&page("closed")).len(), 0);
    for name in ["turning.test", "closed.test"] {
        wait_for(&format!("a look-up of {name}"), async || (names.given(name) > 0).then_some(())).await;
    }
    assert_eq!(canary.visits(), 0);
    daemon.stop().await;
}
