//! The daemon's manners, against a real web on loopback: moves, pages instead of feeds, quiet, clocks, reloads.

mod support;

use std::sync::Arc;
use std::time::Duration;

use feedmux::clock::Clock;
use support::{Reply, TestDaemon, Web, rss, wait_for};

/// Polls without a pause between them, and no pages.
const QUICK: &[&str] = &["poll.interval='300ms'", "poll.backoff='300ms'", "scrape.mode='never'"];

fn moved(to: &str) -> Reply {
    Reply::status(301).header("location", to)
}

fn feed(name: &str) -> Reply {
    let link = format!("https://example.org/a-post-of-the-feed-{name}");
    Reply::ok(rss(name, &[(name, &link, name, "Text")])).etag(&format!("\"{name}\""))
}

/// Waits until a query gives `expected`.
async fn until(daemon: &TestDaemon, query: &str, expected: impl Into<serde_json::Value>) {
    let expected = expected.into();
    wait_for(&format!("{query} gives {expected}"), async || (daemon.sql(query).await == expected).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_moved_for_good_is_asked_at_its_new_address_after_three_polls() {
    let web = Web::start().await;
    web.put("/old.xml", moved("/new.xml"));
    web.put("/new.xml", feed("blog"));
    let daemon = TestDaemon::start(&[web.url("/old.xml")], QUICK).await;
    until(&daemon, "SELECT url FROM feeds", web.url("/new.xml")).await;
    let asked = web.hits("/new.xml").len();
    wait_for("polls at the new address", async || (web.hits("/new.xml").len() >= asked + 2).then_some(())).await;
    assert_eq!(web.hits("/old.xml").len(), 3);
    let conditional = web.hits("/new.xml").iter().filter(|hit| hit.headers.contains_key("if-none-match")).count();
    assert_eq!(conditional, web.hits("/new.xml").len() - 1, "validators belong to the address that gave them, moved or not");
    assert_eq!(daemon.sql("SELECT count(*) FROM entries").await, 1);
    assert_eq!(daemon.sql("SELECT count(*) FROM decisions WHERE kind = 'moved'").await, 1);

    // The move outlives a restart, and the configuration may go on naming the old address.
    let (_, folder) = daemon.stop().await;
    let daemon = TestDaemon::restart(folder, &[web.url("/old.xml")], QUICK).await;
    let asked = web.hits("/new.xml").len();
    wait_for("a poll after the restart", async || (web.hits("/new.xml").len() > asked).then_some(())).await;
    assert_eq!(web.hits("/old.xml").len(), 3);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_what_is_no_feed_or_for_a_while_moves_nothing() {
    let web = Web::start().await;
    web.put("/portal.xml", moved("/login"));
    web.put("/login", Reply::ok("<html><body>Please log in to the hotel network</body></html>"));
    web.put("/while.xml", Reply::status(302).header("location", "/elsewhere.xml"));
    web.put("/elsewhere.xml", feed("blog"));
    let feeds = [web.url("/portal.xml"), web.url("/while.xml")];
    let daemon = TestDaemon::start(&feeds, &[QUICK, &["poll.max_interval='300ms'"]].concat()).await;
    wait_for("five polls of each", async || {
        (web.hits("/portal.xml").len() >= 5 && web.hits("/while.xml").len() >= 5).then_some(())
    })
    .await;
    assert_eq!(daemon.sql("SELECT group_concat(url, ' ') FROM feeds").await, feeds.join(" "));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_feeds_that_became_one_are_polled_once_and_no_entry_is_stored_twice() {
    let web = Web::start().await;
    web.put("/old.xml", moved("/new.xml"));
    web.put("/new.xml", feed("blog"));
    let daemon = TestDaemon::start(&[web.url("/old.xml"), web.url("/new.xml")], QUICK).await;
    until(&daemon, "SELECT count(*) FROM feeds WHERE next_poll_reason LIKE 'the same feed as %'", 1).await;
    assert_eq!(web.hits("/old.xml").len(), 3);
    assert_eq!(daemon.sql("SELECT count(*) FROM entries").await, 1);
    let asked = web.hits("/new.xml").len();
    wait_for("the other one goes on", async || (web.hits("/new.xml").len() >= asked + 2).then_some(())).await;
    assert_eq!(web.hits("/old.xml").len(), 3);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_with_credentials_of_their_own_stay_apart_at_one_address() {
    let web = Web::start().await;
    web.put("/mine.xml", feed("mine"));
    let feeds = ["alice", "bob"].map(|user| {
        web.put(&format!("/{user}.xml"), moved("/mine.xml"));
        web.url(&format!("/{user}.xml")).replace("http://", &format!("http://{user}:pw@"))
    });
    let daemon = TestDaemon::start(&feeds, QUICK).await;
    until(&daemon, "SELECT count(*) FROM feeds WHERE url LIKE '%/mine.xml' AND state = 'active'", 2).await;
    assert_eq!(daemon.sql("SELECT count(DISTINCT feed_id) FROM entries").await, 2, "each sees what it is let see");
    assert!(web.hits("/mine.xml").iter().all(|hit| hit.headers.contains_key("authorization")));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_behind_a_page_is_found_and_the_page_left_alone() {
    let web = Web::start().await;
    let head = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed.xml\">";
    web.put("/", Reply::ok(format!("<!doctype html><html><head><title>Home</title>{head}</head><body>Hi</body></html>")));
    web.put("/feed.xml", feed("blog"));
    let daemon = TestDaemon::start(&[web.url("/")], QUICK).await;
    until(&daemon, "SELECT url FROM feeds", web.url("/feed.xml")).await;
    wait_for("polls of the feed", async || (web.hits("/feed.xml").len() >= 3).then_some(())).await;
    assert_eq!(web.hits("/").len(), 1);
    assert_eq!(daemon.sql("SELECT count(*) FROM entries").await, 1);
    assert_eq!(daemon.sql("SELECT failures || coalesce(last_error, '') FROM feeds").await, "0");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_names_no_feed_of_its_own_says_so() {
    let web = Web::start().await;
    let page =
        |feed: &str| format!("<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{feed}\"></head></html>");
    web.put("/self", Reply::ok(page("/self")));
    web.put("/dead", Reply::ok(page("/missing.xml")));
    web.put("/inside", Reply::ok(page("http://127.1.2.3:9/inside.xml")));
    let feeds = ["/self", "/dead", "/inside"].map(|path| web.url(path));
    let daemon = TestDaemon::start(&feeds, &["fetch.allow_private=['127.0.0.1']"]).await;
    for (path, part) in
        [("/self", "this is a web page"), ("/dead", "/missing.xml as its feed: status 404"), ("/inside", "allow_private")]
    {
        let query =
            format!("SELECT count(*) FROM feeds WHERE url LIKE '%{path}' AND state = 'failing' AND last_error LIKE '%{part}%'");
        until(&daemon, &query, 1).await;
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_connections_has_answered() {
    let web = Web::start().await;
    web.put("/feed.xml", feed("blog"));
    let dead = format!("http://127.0.0.1:{}/feed.xml", {
        let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        unused.local_addr().unwrap().port()
    });
    let daemon = TestDaemon::start(&[web.url("/feed.xml"), dead], QUICK).await;
    until(&daemon, "SELECT count(*) FROM feeds WHERE failures >= 2 AND last_error LIKE 'cannot connect to %'", 1).await;
    assert_eq!(daemon.sql("SELECT count(*) FROM feeds WHERE state = 'active'").await, 1);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_down_is_not_counted_against_feeds() {
    // A name server that nobody runs stands for it.
    let feeds: Vec<String> = (0..8).map(|n| format!("http://site{n}.example.org{n}.com/feed.xml")).collect();
    let sets = ["fetch.dns_server='127.0.0.1:9'", "poll.concurrency=1", "poll.timeout='500ms'"];
    let daemon = TestDaemon::start(&feeds, &sets).await;
    until(&daemon, "SELECT count(*) FROM feeds WHERE last_error IS NOT NULL", 8).await;
    let counted = daemon.sql("SELECT count(*) FROM feeds WHERE failures > 0 OR state <> 'active'").await.as_i64().unwrap();
    assert!(counted <= 3, "{counted} were counted, and only before anybody could know");
    let reasons = "SELECT count(*) FROM feeds WHERE next_poll_reason LIKE 'the network seems to be down, which does not count%'";
    assert_eq!(daemon.sql(reasons).await, 8 - counted);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_place_of_the_feed_does_not_lead_to_the_comments() {
    let web = Web::start().await;
    web.put("/feed", feed("blog"));
    let daemon = TestDaemon::start(&[web.url("/feed")], QUICK).await;
    until(&daemon, "SELECT count(*) FROM entries", 1).await;
    let link = |to: &str| format!("<link rel='alternate' type='application/rss+xml' href='{to}'>");
    web.put("/comments", feed("comment"));
    web.put("/feed", Reply::ok(format!("<html><head>{}{}</head></html>", link("/feed"), link("/comments"))));
    until(&daemon, "SELECT count(*) FROM feeds WHERE state = 'failing' AND last_error LIKE 'this is a web page%'", 1).await;
    assert_eq!(web.hits("/comments").len(), 0);
    // One that names another feed alone is believed when it goes on to say so, and its entries wait for that.
    web.put("/feed", Reply::ok(format!("<html><head>{}</head></html>", link("/comments"))));
    let title = daemon.sql("SELECT title FROM feeds").await;
    until(&daemon, "SELECT count(*) > 0 FROM polls WHERE outcome = 'unchanged' AND status = 200", 1).await;
    assert_eq!(daemon.sql("SELECT title FROM feeds").await, title, "the other feed's title is not taken meanwhile");
    until(&daemon, "SELECT url FROM feeds", web.url("/comments")).await;
    assert_eq!(web.hits("/comments").iter().filter(|hit| !hit.headers.contains_key("if-none-match")).count(), 3);
    until(&daemon, "SELECT count(*) FROM entries", 2).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_adds_and_removes_feeds_at_once_and_polls_none_early() {
    let web = Web::start().await;
    for name in ["kept", "removed", "added"] {
        web.put(&format!("/{name}.xml"), feed(name));
    }
    let url = |name: &str| web.url(&format!("/{name}.xml"));
    let sets = &["poll.interval='1h'", "scrape.mode='never'"];
    let mut daemon = TestDaemon::start(&[url("kept"), url("removed")], sets).await;
    until(&daemon, "SELECT count(*) FROM entries", 2).await;
    let said = daemon.reload(&[url("kept"), url("added")], sets).await;
    assert_eq!(said, "1 feed added, 1 removed, 0 with other settings");
    let reloaded = std::time::Instant::now();
    until(&daemon, "SELECT count(*) FROM entries", 3).await;
    assert!(reloaded.elapsed() < Duration::from_secs(10), "{:?}", reloaded.elapsed());
    assert_eq!(daemon.sql("SELECT count(*) FROM feeds").await, 2, "what is no longer listed stops; its entries stay");
    assert_eq!(["kept", "removed", "added"].map(|name| web.hits(&format!("/{name}.xml")).len()), [1, 1, 1]);
    let said = daemon.reload(&[url("kept"), url("added")], &["poll.interval='2h'", "scrape.mode='never'"]).await;
    assert_eq!(said, "0 feeds added, 0 removed, 2 with other settings");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_makes_no_burst_and_puts_no_feed_to_sleep() {
    let web = Web::start().await;
    web.put("/feed.xml", feed("blog"));
    let start: jiff::Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    for jump in [30 * 24, -24] {
        let clock = Clock::manual(start);
        let before = web.hits("/feed.xml").len();
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let sets = &["poll.interval='1h'", "scrape.mode='never'"];
        let daemon = TestDaemon::at(clock.clone(), folder, &[web.url("/feed.xml")], sets).await;
        until(&daemon, "SELECT count(*) FROM entries", 1).await;
        let due = "SELECT unixepoch(next_poll_at) FROM feeds";
        let waits = daemon.sql(due).await.as_i64().unwrap() - start.as_second();
        assert!((3600..=3600 * 7 / 5).contains(&waits), "{waits}");
        let set_to = start + jiff::SignedDuration::from_hours(jump);
        clock.set(set_to);
        until(&daemon, due, set_to.as_second() + waits).await;
        assert_eq!(web.hits("/feed.xml").len(), before + 1, "nothing was asked because of the clock");
        clock.advance(Duration::from_secs(waits.unsigned_abs() + 1));
        wait_for("the poll at its time", async || {
            clock.advance(Duration::from_secs(1)); // after a sleep feeds come one after the other, within a minute
            (web.hits("/feed.xml").len() == before + 2).then_some(())
        })
        .await;
        daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_always_says_304_is_asked_in_full_once_a_week() {
    let web = Web::start().await;
    web.put("/feed.xml", feed("blog"));
    let clock = Clock::manual("2026-11-27T12:00:00Z".parse().unwrap());
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let sets = &["poll.interval='1d'", "poll.max_interval='1d'", "scrape.mode='never'"];
    let daemon = TestDaemon::at(clock.clone(), folder, &[web.url("/feed.xml")], sets).await;
    for day in 1..=9 {
        wait_for(&format!("poll {day}"), async || {
            clock.advance(Duration::from_secs(1));
            (daemon.sql("SELECT count(*) FROM polls").await == day).then_some(())
        })
        .await;
        clock.advance(Duration::from_hours(24 * 7 / 5));
    }
    let in_full = web
        .hits("/feed.xml")
        .iter()
        .map(|hit| if hit.headers.contains_key("if-none-match") { '-' } else { 'F' })
        .collect::<String>();
    assert_eq!(in_full.matches('F').count(), 2, "{in_full}");
    assert!(in_full.starts_with("F---"), "{in_full}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_feed_adds_to_it_and_takes_nothing_away() {
    let web = Web::start().await;
    web.put("/feed.xml", feed("one"));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    until(&daemon, "SELECT count(*) FROM entries", 1).await;
    let part = Reply { status: 226, ..feed("two").header("im", "feed") };
    web.put("/feed.xml", part);
    until(&daemon, "SELECT count(*) FROM entries", 2).await;
    assert_eq!(web.hits("/feed.xml").last().unwrap().headers.get("a-im").map(String::as_str), Some("feed"));
    assert_eq!(daemon.items().await.len(), 2);
    assert_eq!(daemon.sql("SELECT failures FROM feeds").await, 0);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_as_slowly_as_robots_txt_asks_and_feeds_do_not_wait_for_them() {
    let web = Web::start().await;
    web.put("/robots.txt", Reply::ok("User-agent: *\nCrawl-delay: 3600\n"));
    let items: Vec<(String, String)> =
        (0..3).map(|n| (format!("g{n}"), web.url(&format!("/a-page-with-a-long-slug-{n}.html")))).collect();
    let items: Vec<(&str, &str, &str, &str)> =
        items.iter().map(|(guid, url)| (guid.as_str(), url.as_str(), "Title", "Teaser")).collect();
    web.put("/feed.xml", Reply::ok(rss("Blog", &items)));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["poll.interval='300ms'", "scrape.hold='1s'"]).await;
    wait_for("robots.txt and more polls", async || {
        (web.hits("/robots.txt").len() == 1 && web.hits("/feed.xml").len() >= 4).then_some(())
    })
    .await;
    daemon.wait_for_items(3).await;
    let pages = |count: usize| (0..count).map(|n| web.hits(&format!("/a-page-with-a-long-slug-{n}.html")).len()).sum::<usize>();
    assert_eq!(pages(3), 1, "the next one an hour later");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_is_owed_to_who_asked_for_it_and_not_to_who_led_there() {
    let (here, there) = (Web::start().await, Web::start().await); // another port is another host
    here.put("/leads.xml", Reply::status(302).header("location", &there.url("/busy.xml")));
    here.put("/well.xml", feed("well"));
    there.put("/busy.xml", Reply::status(429).header("retry-after", "3600"));
    there.put("/sibling.xml", feed("sibling"));
    let daemon = TestDaemon::start(&[here.url("/leads.xml"), here.url("/well.xml")], QUICK).await;
    wait_for("the refusal", async || (!there.hits("/busy.xml").is_empty()).then_some(())).await;
    let asked = here.hits("/well.xml").len();
    wait_for("polls of who is well", async || (here.hits("/well.xml").len() >= asked + 3).then_some(())).await;
    let (_, folder) = daemon.stop().await;
    // The host that asked for quiet gets it, also from a feed that is added later.
    let daemon = TestDaemon::restart(folder, &[here.url("/well.xml"), there.url("/sibling.xml")], QUICK).await;
    until(&daemon, "SELECT count(*) FROM feeds WHERE next_poll_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+55 minutes')", 1).await;
    assert_eq!(there.hits("/sibling.xml").len(), 0);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_not_asked_again_because_the_feed_that_it_names_has_to_wait() {
    let (pages, feeds) = (Web::start().await, Web::start().await);
    feeds.put("/busy.xml", Reply::status(429).header("retry-after", "3600"));
    feeds.put("/named.xml", feed("named"));
    let link = format!("<link rel='alternate' type='application/rss+xml' href='{}'>", feeds.url("/named.xml"));
    pages.put("/", Reply::ok(format!("<html><head>{link}</head></html>")).delay(Duration::from_millis(300)));
    let sets = ["poll.interval='1s'", "poll.max_interval='1h'", "scrape.mode='never'"];
    let daemon = TestDaemon::start(&[feeds.url("/busy.xml"), pages.url("/")], &sets).await;
    let started = std::time::Instant::now();
    wait_for("the page to be asked again", async || (pages.hits("/").len() >= 3).then_some(())).await;
    assert!(started.elapsed() >= Duration::from_secs(2), "three requests in {:?}", started.elapsed());
    assert_eq!(feeds.hits("/named.xml").len(), 0);
    daemon.stop().await;
}
