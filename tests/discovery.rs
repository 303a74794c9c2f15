//! `feed add` with the address of a page: the feed behind it is found, with no more requests than it takes.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use support::process::{feedmux, folder_with, stderr, stdout};
use support::{Reply, Web, page, rss};

fn a_feed(title: &str) -> Reply {
    Reply::ok(rss(title, &[("1", "https://example.org/the-first-entry-of-this-blog", "One", "Text")]))
}

/// What `feed add` says of an address: exit code, stdout, stderr, and all requests that it made.
async fn add(web: &Web, address: &str) -> (Option<i32>, String, String, Vec<String>) {
    let folder = folder_with("[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n");
    let url = if address.starts_with('/') { web.url(address) } else { address.to_owned() };
    let output = tokio::task::spawn_blocking(move || {
        feedmux(folder.path(), &["--config", "feedmux.toml", "--set", "poll.timeout='5s'", "feed", "add", &url])
    });
    let output = output.await.unwrap();
    (output.status.code(), stdout(&output), stderr(&output), web.paths())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_that_a_page_names_is_taken() {
    let web = Web::start().await;
    let link = |title: &str, href: &str| format!("<link rel=alternate type=application/rss+xml title='{title}' href={href}>");
    let head = link("Comments", "/comments/feed/") + &link("All", "/feed/") + &link("Cats", "/cats/feed/");
    web.put("/cats/", page(&head, "<a href=/other.rss>RSS</a>"));
    web.put("/cats/feed/", a_feed("Cats"));
    let (code, out, err, paths) = add(&web, "/cats/").await;
    assert_eq!((code, paths), (Some(0), vec!["/cats/".to_owned(), "/cats/feed/".to_owned()]), "{err}");
    for said in ["its feed is ", "also names ", "/comments/feed/", "1 entry"] {
        assert!(out.contains(said), "\"{said}\" is not in {out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_gone_leads_to_the_next_that_the_page_names() {
    let web = Web::start().await;
    let link = |href: &str| format!("<link rel=alternate type=application/rss+xml href={href}>");
    web.put("/", page(&(link("/gone.xml") + &link("/here.xml")), ""));
    web.put("/here.xml", a_feed("Here"));
    let (code, out, err, paths) = add(&web, "/").await;
    assert_eq!((code, paths), (Some(0), ["/", "/gone.xml", "/here.xml"].map(str::to_owned).to_vec()), "{err}");
    assert!(out.contains("status 404; taking the next that it names") && out.contains("subscribed to 1"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_behind_an_anchor_is_found_by_asking() {
    let web = Web::start().await;
    web.put("/", page("", "<a href=/subscribe>RSS</a> <a href=https://reader.example.com/rss>RSS</a> <a href=/old.rss>old</a>"));
    web.put("/subscribe", a_feed("A Blog"));
    let (code, out, err, paths) = add(&web, "/").await;
    assert_eq!((code, paths), (Some(0), ["/", "/old.rss", "/subscribe"].map(str::to_owned).to_vec()), "{err}");
    assert!(out.contains(&format!("tried /old.rss, /subscribe; found {}", web.url("/subscribe"))), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_in_a_usual_place_is_found_by_trying() {
    let web = Web::start().await;
    web.put("/blog/", page("", "No word about it"));
    // a site that answers everything, and the comments of what looks like a folder
    web.put(
        "/blog/feed",
        Reply::ok(rss("Comments on: Blog", &[("1", "https://example.org/a-comment-on-something", "One", "Text")])),
    );
    web.put("/blog/rss.xml", page("", "Not found"));
    web.put("/blog/feed.xml", Reply::ok("{\"items\": []}"));
    web.put("/blog/index.xml", page("", &"<div class=h-entry><p class=p-name>A</p></div>".repeat(2)));
    web.put("/feed", Reply::status(301).header("location", "/feed/"));
    web.put("/feed/", a_feed("A Blog"));
    web.put("/rss.xml", a_feed("Never asked for"));
    let (code, out, err, paths) = add(&web, "/blog/").await;
    let expected = ["", "feed", "rss.xml", "feed.xml", "index.xml", "atom.xml", "rss"].map(|place| format!("/blog/{place}"));
    assert_eq!((code, paths), (Some(0), [&expected[..], &["/feed".to_owned(), "/feed/".to_owned()]].concat()), "{err}");
    assert!(out.contains(&format!("found {}", web.url("/feed/"))) && out.contains("by trying"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_feed_says_what_was_tried() {
    let web = Web::start().await;
    web.put("/", page("", "No word about it"));
    let (code, out, err, paths) = add(&web, "/").await;
    assert_eq!((code, err.trim_end().lines().count(), paths.len()), (Some(1), 1, 7), "{err}");
    assert!(out.contains("names no feed; trying 6 places"), "{out}");
    for said in
        ["A site", "names no feed", "/feed, /rss.xml, /feed.xml, /index.xml, /atom.xml, /rss", "give the address of the feed"]
    {
        assert!(err.contains(said), "\"{said}\" is not in {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_is_not_asked_again() {
    for status in [403, 429, 503] {
        let web = Web::start().await;
        web.put("/", page("", ""));
        web.put("/rss.xml", Reply::status(status));
        web.put("/feed.xml", a_feed("Never asked for"));
        let (code, _, err, paths) = add(&web, "/").await;
        assert_eq!((code, paths), (Some(1), ["/", "/feed", "/rss.xml"].map(str::to_owned).to_vec()), "{err}");
        assert!(err.contains(&format!("status {status}")), "{err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_a_feed_itself_is_subscribed_to() {
    let web = Web::start().await;
    web.put(
        "/",
        page("", "<main class=h-feed><a class=h-entry href=/a-note-on-something>A note</a></main><a href=/old.rss>RSS</a>"),
    );
    let (code, out, err, paths) = add(&web, "/").await;
    assert_eq!((code, paths), (Some(0), vec!["/".to_owned()]), "{err}");
    assert!(out.contains("marks 1 entries (h-feed)") && out.contains("1 entry;"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_do_not_go_where_a_page_points() {
    let (web, other) = (Web::start().await, Web::start().await);
    let head = format!("<link rel=alternate type=application/rss+xml href={}>", other.url("/feed"));
    web.put("/", page(&head, ""));
    other.put("/feed", a_feed("Elsewhere"));
    let address = web.url("/").replace("http://", "http://ada:s3cr3t@");
    let (code, _, err, _) = add(&web, &address).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(web.hits("/")[0].headers.contains_key("authorization"));
    assert!(!other.hits("/feed")[0].headers.contains_key("authorization"));
}
