//! Article pages over time: when they are asked for, what becomes of what was won, and what is told of it.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use feedmux::clock::Clock;
use feedmux::model::FeedId;
use jiff::Timestamp;
use support::{Reply, TestDaemon, Web, rss, wait_for};

const SENTENCES: &[&str] = &[
    "The council decided on Tuesday, after a long debate, to repair the old bridge over the river rather than to tear it down.",
    "The work will cost about four million, the administration said; the state pays for more than half of that sum.",
    "During the work the bridge stays open for walkers and cyclists, while cars are led over the ring road in the north.",
    "The mayor expects that the work begins in spring, and that it ends after about fourteen months, if the winter is mild.",
];

/// A page with a headline and paragraphs.
fn page(headline: &str, paragraphs: &[String]) -> Reply {
    let body: String = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    let html = format!(
        "<!doctype html><html lang=en><head><title>{headline}</title></head><body><main><article><h1>{headline}</h1>{body}</article></main></body></html>"
    );
    Reply::ok(html).header("content-type", "text/html; charset=utf-8")
}

/// The paragraphs of a story of its own.
fn story(n: usize) -> Vec<String> {
    SENTENCES.iter().map(|text| format!("{text} That is what report number {n} says.")).collect()
}

fn path(n: usize) -> String {
    format!("/news/the-council-decides-about-bridge-{n}.html")
}

/// A feed of stories by their numbers; `text`: what it says of each.
fn feed(web: &Web, numbers: std::ops::Range<usize>, text: impl Fn(usize) -> String) -> Reply {
    let items: Vec<_> =
        numbers.map(|n| (n.to_string(), web.url(&path(n)), format!("Council decides about bridge {n}"), text(n))).collect();
    let items: Vec<_> = items.iter().map(|(id, link, title, text)| (&**id, &**link, &**title, &**text)).collect();
    Reply::ok(rss("Daily", &items))
}

async fn settled(daemon: &TestDaemon, count: usize) {
    wait_for(&format!("{count} entries settled"), async || {
        (daemon.sql("SELECT count(*) FROM entries WHERE state = 'settled'").await == count).then_some(())
    })
    .await;
}

/// Polls come quickly; hosts are asked without a pause.
const QUICK: &[&str] = &["poll.interval='200ms'", "poll.backoff='200ms'"];

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_never_have_more_are_not_asked_for_any_more() {
    let web = Web::start().await;
    let teaser = |n: usize| story(n).join(" ");
    for n in 0..6 {
        web.put(&path(n), page(&format!("Council decides about bridge {n}"), &story(n)));
    }
    web.put("/feed.xml", feed(&web, 0..5, teaser));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    settled(&daemon, 5).await;
    assert_eq!((0..5).map(|n| web.hits(&path(n)).len()).collect::<Vec<_>>(), [1; 5], "the first are asked for");
    assert_eq!(daemon.sql("SELECT count(*) FROM entries WHERE content_origin = 'feed'").await, 5);
    web.put("/feed.xml", feed(&web, 0..6, teaser));
    settled(&daemon, 6).await;
    assert_eq!(web.hits(&path(5)).len(), 0);
    let reason = daemon.sql("SELECT reason FROM decisions WHERE kind = 'page' ORDER BY at DESC LIMIT 1").await;
    assert_eq!(reason, "its page is not asked for: its last 5 pages had no more than the feed");
    let history = daemon.daemon.store.page_history(FeedId(1)).await.unwrap();
    assert_eq!((history.teasers.won, history.teasers.skipped), (vec![false; 5], 1));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_are_read_again_and_a_text_stays_until_a_better_one_is_won() {
    let web = Web::start().await;
    let link = path(1);
    web.put(&link, page("Council decides about bridge 1", &story(1)[..3]));
    web.put("/feed.xml", feed(&web, 1..2, |n| story(n)[0].clone()));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[]).await;
    settled(&daemon, 1).await;
    let before = daemon.wait_for_items(1).await;
    assert_eq!(daemon.sql("SELECT content_origin FROM entries").await, "article");
    let again = async || {
        let hits = web.hits(&link).len();
        let marked = daemon.daemon.store.reextract(Clock::system().now(), Some(FeedId(1)), Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(marked, 1);
        wait_for("the page is read again", async || {
            let found = daemon.daemon.store.find_entry("1").await.unwrap();
            (web.hits(&link).len() > hits && !found[0].page.as_ref().unwrap().again).then_some(())
        })
        .await;
    };
    let text = async || daemon.sql("SELECT content_text FROM entries").await.as_str().unwrap().to_owned();
    let first = text().await;

    // A wall, an error and a rump are no better.
    for worse in [
        page("Just a moment...", &["Checking your browser before accessing the site.".to_owned()]),
        Reply::status(404),
        page("Council decides about bridge 1", &story(1)[..1]),
    ] {
        web.put(&link, worse);
        again().await;
        assert_eq!(text().await, first);
        let page = daemon.daemon.store.find_entry("1").await.unwrap().remove(0).page.unwrap();
        assert!(page.state == "won" && page.error.is_some(), "{page:?}");
    }
    web.put(&link, page("Council decides about bridge 1", &story(1)));
    again().await;
    assert!(text().await.contains("fourteen months"));
    let after = daemon.items().await;
    assert_eq!(after.len(), 1);
    assert_eq!((&after[0]["id"], &after[0]["date_published"]), (&before[0]["id"], &before[0]["date_published"]));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_on_every_page_is_no_article() {
    let web = Web::start().await;
    // Of no phrase that is known: members only, in words of its own.
    let wall: Vec<String> = [
        "Friends of the paper get the whole of it, on paper and on glass, every morning before breakfast, wherever they are.",
        "Write to the circulation desk in the old mill, and we send the council, the bridge and the river to you at once.",
    ]
    .map(str::to_owned)
    .to_vec();
    for n in 0..8 {
        web.put(&path(n), page(&format!("Council decides about bridge {n}"), &wall));
    }
    web.put("/feed.xml", feed(&web, 0..5, |_| String::new()));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["poll.interval='200ms'", "fetch.per_host_in_flight=1"]).await;
    settled(&daemon, 5).await;
    web.put("/feed.xml", feed(&web, 0..8, |_| String::new()));
    settled(&daemon, 8).await;
    assert_eq!(daemon.sql("SELECT count(*) FROM entries WHERE id > 5 AND content_origin = 'article'").await, 0);
    let reason = daemon.sql("SELECT reason FROM decisions WHERE entry_id = 8 AND kind = 'settled'").await;
    assert!(reason.as_str().unwrap().contains("other pages of this site"), "{reason}");
    // Read again, those that came before this was known are found out too.
    daemon.daemon.store.reextract(Clock::system().now(), None, Timestamp::UNIX_EPOCH).await.unwrap();
    wait_for("no entry shows the wall", async || {
        (daemon.sql("SELECT count(*) FROM entries WHERE content_origin = 'article'").await == 0).then_some(())
    })
    .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_breaks_is_told_once() {
    let web = Web::start().await;
    for n in 0..40 {
        let broken = page("Sorry", &["Page not found. It may be somewhere else.".to_owned()]);
        web.put(&path(n), if n < 18 { page(&format!("Council decides about bridge {n}"), &story(n)) } else { broken });
    }
    let teaser = |n: usize| story(n)[0].clone();
    web.put("/feed.xml", feed(&web, 0..18, teaser));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    settled(&daemon, 18).await;
    assert_eq!(daemon.sql("SELECT count(*) FROM decisions WHERE kind LIKE 'pages-%'").await, 0);
    for last in [24, 30] {
        web.put("/feed.xml", feed(&web, 10..last, teaser));
        settled(&daemon, last).await;
    }
    assert_eq!(daemon.sql("SELECT group_concat(kind) FROM decisions WHERE kind LIKE 'pages-%'").await, "pages-broken");
    let (_, broken) = daemon.daemon.store.page_results(FeedId(1)).await.unwrap();
    assert!(broken.unwrap().reason.contains("could be read"));
    assert_eq!(daemon.sql("SELECT count(*) FROM entries WHERE content_origin = 'article'").await, 18, "what was won stays");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_article_s_beginning_is_shown_as_that() {
    let web = Web::start().await;
    let mut paid = story(1)[..3].to_vec();
    paid.push("Subscribe to continue reading".to_owned());
    web.put(&path(1), page("Council decides about bridge 1", &paid));
    web.put("/feed.xml", feed(&web, 1..2, |n| story(n)[0].clone()));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[]).await;
    settled(&daemon, 1).await;
    assert_eq!(daemon.sql("SELECT content_origin || partial FROM entries").await, "article1");
    let told = daemon.sql("SELECT reason || evidence FROM decisions WHERE kind = 'settled'").await;
    assert!(
        told.as_str().unwrap().contains("the beginning only") && told.as_str().unwrap().contains("\"paywalled\":true"),
        "{told}"
    );
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_in_three_pages_comes_as_one() {
    let web = Web::start().await;
    let link = |n: usize| if n == 1 { path(1) } else { format!("{}?page={n}", path(1)) };
    for n in 1..=3 {
        let next = if n < 3 { format!("<p><a rel=next href=\"{}\">Next page</a></p>", link(n + 1)) } else { String::new() };
        let body: String = story(n).iter().map(|text| format!("<p>{text}</p>")).collect();
        let html = format!(
            "<!doctype html><html lang=en><head><title>Council decides about bridge 1</title></head><body><main><article><h1>Council decides about bridge 1</h1>{body}</article>{next}</main></body></html>"
        );
        web.put(&link(n), Reply::ok(html).header("content-type", "text/html; charset=utf-8"));
    }
    web.put("/feed.xml", feed(&web, 1..2, |n| story(n)[0].clone()));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[]).await;
    settled(&daemon, 1).await;
    let text = daemon.sql("SELECT content_text FROM entries").await;
    let text = text.as_str().unwrap();
    for paragraph in (1..=3).flat_map(story) {
        assert_eq!(text.matches(&paragraph).count(), 1, "{paragraph}: {text}");
    }
    let asked: Vec<String> = web.paths().into_iter().filter(|path| path.starts_with("/news/")).collect();
    assert_eq!(asked, [link(1), link(2), link(3)]);
    assert_eq!(web.hits("/robots.txt").len(), 1);
    daemon.stop().await;
}
