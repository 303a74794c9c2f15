//! The daemon in process: a real web on loopback, a real store, real HTTP. Each test is a promise to a user.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::time::Duration;

use feedmux::model::SearchQuery;
use jiff::Timestamp;
use support::{Reply, TestDaemon, Web, rss, wait_for};

/// Polls come quickly; nothing waits for the hold.
const QUICK: &[&str] = &["poll.interval='200ms'", "poll.backoff='200ms'", "scrape.mode='never'"];

/// An article page with the dirt where a news site has it.
fn page(headline: &str, paragraphs: &[&str]) -> String {
    let body: String =
        paragraphs.iter().map(|text| format!("<p>{text}</p>\n<div class=\"ad\"><span>Anzeige</span></div>\n")).collect();
    let links: String = (0..40).map(|n| format!("<li><a href=\"/thema/{n}\">Thema {n}</a></li>")).collect();
    format!(
        "<!doctype html><html lang=\"de\"><head><title>{headline} - Tagblatt</title><meta name=\"author\" content=\"Lena Groß\"></head><body><nav><ul>{links}</ul></nav>\
         <div class=\"cookie\">Wir verwenden Cookies. <button>Akzeptieren</button></div>\
         <main><article><h1>{headline}</h1>{body}<p>Im Video: <a href=\"/video/1\">Das Wichtigste in 90 Sekunden</a></p></article></main>\
         <footer>Impressum Datenschutz</footer></body></html>"
    )
}

const PARAGRAPHS: &[&str] = &[
    "Der Gemeinderat hat am Dienstag nach langer Debatte beschlossen, die alte Brücke über den Fluss nicht abzureißen, sondern zu sanieren.",
    "Die Kosten liegen nach Angaben der Verwaltung bei rund vier Millionen Euro; das Land übernimmt davon mehr als die Hälfte.",
    "Während der Arbeiten bleibt die Brücke für Fußgänger und Radfahrer offen, der Autoverkehr wird über die Umgehungsstraße geleitet.",
    "Mit dem Beginn rechnet die Bürgermeisterin im Frühjahr, mit dem Ende der Arbeiten nach etwa vierzehn Monaten.",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_comes_out_with_its_whole_article_and_without_the_dirt() {
    let web = Web::start().await;
    let link = web.url("/lokales/bruecke-wird-saniert-4711.html");
    web.put("/feed.xml", Reply::ok(rss("Tagblatt", &[("1", &link, "Brücke wird saniert", "Der Gemeinderat hat entschieden.")])));
    web.put(
        "/lokales/bruecke-wird-saniert-4711.html",
        Reply::ok(page("Brücke wird saniert", PARAGRAPHS)).header("content-type", "text/html; charset=utf-8"),
    );
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[]).await;

    let items = daemon.wait_for_items(1).await;
    let html = items[0]["content_html"].as_str().unwrap();
    for paragraph in PARAGRAPHS {
        assert!(html.contains(paragraph), "{paragraph} is missing in {html}");
    }
    for dirt in ["Anzeige", "Im Video", "Cookies", "Impressum", "Thema 7"] {
        assert!(!html.contains(dirt), "{dirt} is in {html}");
    }
    assert_eq!(items[0]["language"], "de");
    assert_eq!(items[0]["title"], "Brücke wird saniert");
    assert_eq!(items[0]["authors"][0]["name"], "Lena Groß", "the page names an author and the feed does not");
    assert_eq!(daemon.sql("SELECT content_origin FROM entries").await, "article");
    daemon.daemon.store.index_now().await.unwrap();
    assert_eq!(
        daemon.daemon.store.search(SearchQuery::new("brucke fussganger*", Timestamp::UNIX_EPOCH, 10)).await.unwrap().len(),
        1,
        "ß is ss"
    );
    assert_eq!(
        daemon.daemon.store.search(SearchQuery::new("brucke radfahrer", Timestamp::UNIX_EPOCH, 10)).await.unwrap().len(),
        1,
        "diacritics do not matter"
    );
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_feed_is_asked_with_its_validators_and_brings_nothing_new() {
    let web = Web::start().await;
    web.put(
        "/feed.xml",
        Reply::ok(rss("Blog", &[("1", "https://example.org/first-post-of-the-blog", "One", "Text")])).etag("\"v1\""),
    );
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    wait_for("a third poll", async || (web.hits("/feed.xml").len() >= 3).then_some(())).await;
    let hits = web.hits("/feed.xml");
    assert_eq!(hits[0].headers.get("if-none-match"), None);
    assert_eq!(hits[1].headers.get("if-none-match").map(String::as_str), Some("\"v1\""));
    assert_eq!(daemon.sql("SELECT count(*) FROM entries").await, 1);
    assert_eq!(daemon.sql("SELECT last_status FROM feeds").await, 304);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_article_in_two_feeds_is_one_story_scraped_once() {
    let web = Web::start().await;
    let path = "/politik/gemeinderat-stimmt-fuer-die-bruecke-99123.html";
    let link = web.url(path);
    web.put(path, Reply::ok(page("Gemeinderat stimmt zu", PARAGRAPHS)));
    web.put("/a.xml", Reply::ok(rss("Tagblatt", &[("a1", &link, "Gemeinderat stimmt zu", "Kurz.")])));
    web.put(
        "/b.xml",
        Reply::ok(rss(
            "Sammler",
            &[("b1", &format!("{link}?utm_source=rss&amp;utm_medium=feed"), "Gemeinderat stimmt zu", "Kurz.")],
        )),
    );
    let daemon = TestDaemon::start(&[web.url("/a.xml"), web.url("/b.xml")], &[]).await;

    wait_for("both entries settled", async || {
        (daemon.sql("SELECT count(*) FROM entries WHERE state = 'settled'").await == 2).then_some(())
    })
    .await;
    let items = daemon.items().await;
    assert_eq!(items.len(), 1, "{items:#?}");
    assert!(items[0]["content_html"].as_str().unwrap().contains("Auch berichtet von"));
    assert_eq!(web.hits(path).len() + web.hits(&format!("{path}?utm_source=rss&utm_medium=feed")).len(), 1);
    assert_eq!(daemon.sql("SELECT count(DISTINCT story_id) FROM entries").await, 1);
    assert_eq!(daemon.sql("SELECT count(*) FROM decisions WHERE kind = 'folded'").await, 1);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_keeps_its_id_in_all_formats_and_over_a_restart() {
    let web = Web::start().await;
    let feed = |guid: &str| rss("Blog", &[(guid, "https://example.org/a-post-with-a-long-slug", "One", "Text of the post")]);
    web.put("/feed.xml", Reply::ok(feed("guid-1")));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    let id = daemon.wait_for_items(1).await[0]["id"].as_str().unwrap().to_owned();
    assert!(daemon.get("/feeds/all.atom").await.contains(&format!("<id>{id}</id>")));
    assert!(daemon.get("/feeds/all.rss").await.contains(&format!("<guid isPermaLink=\"false\">{id}</guid>")));
    let (_, folder) = daemon.stop().await;

    // The feed comes back with another GUID for the same post.
    web.put("/feed.xml", Reply::ok(feed("urn:new-system:1")));
    let before = web.hits("/feed.xml").len();
    let daemon = TestDaemon::restart(folder, &[web.url("/feed.xml")], QUICK).await;
    wait_for("a poll after the restart", async || (web.hits("/feed.xml").len() >= before + 2).then_some(())).await;
    let items = daemon.items().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["id"], id.as_str());
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_waits_for_its_page_and_then_comes_with_the_feeds_text() {
    let web = Web::start().await;
    let path = "/news/a-page-that-does-not-come-in-time-5.html";
    web.put(path, Reply::ok("late").delay(Duration::from_secs(30)));
    web.put("/feed.xml", Reply::ok(rss("Blog", &[("1", &web.url(path), "Title", "The teaser")])));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["scrape.hold='3s'"]).await;
    wait_for("the entry is stored", async || (daemon.sql("SELECT count(*) FROM entries").await == 1).then_some(())).await;
    assert_eq!(daemon.items().await.len(), 0, "held");
    let items = daemon.wait_for_items(1).await;
    assert!(items[0]["content_html"].as_str().or(items[0]["summary"].as_str()).unwrap().contains("The teaser"));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_keeps_us_from_articles_but_not_from_feeds() {
    let web = Web::start().await;
    let path = "/intern/an-article-that-robots-may-not-read-7.html";
    web.put("/robots.txt", Reply::ok("User-agent: *\nDisallow: /\n"));
    web.put(path, Reply::ok(page("Titel", PARAGRAPHS)));
    web.put("/feed.xml", Reply::ok(rss("Blog", &[("1", &web.url(path), "Title", "The teaser")])));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[]).await;
    let items = daemon.wait_for_items(1).await;
    assert!(items[0].to_string().contains("The teaser"));
    assert_eq!(web.hits(path).len(), 0);
    assert_eq!(web.hits("/robots.txt").len(), 1);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_in_trouble_says_so_and_disturbs_no_other() {
    let web = Web::start().await;
    web.put("/good.xml", Reply::ok(rss("Good", &[("1", "https://example.org/good-news-for-everyone-today", "Good", "Text")])));
    web.put("/gone.xml", Reply::status(503));
    web.put(
        "/page.xml",
        Reply::ok(
            "<!doctype html><html><head><title>Moved</title></head><body>We have moved, <a href=/new.rss>RSS</a></body></html>",
        ),
    );
    web.put("/noise.xml", Reply::ok(vec![0xff; 5000]));
    let feeds = ["/gone.xml", "/page.xml", "/noise.xml", "/good.xml"].map(|path| web.url(path));
    let daemon = TestDaemon::start(&feeds, &["scrape.mode='never'"]).await;
    wait_for("every feed was polled", async || {
        (daemon.sql("SELECT count(*) FROM feeds WHERE last_polled_at IS NOT NULL").await == 4).then_some(())
    })
    .await;
    assert_eq!(daemon.items().await.len(), 1);
    assert_eq!(daemon.sql("SELECT count(*) FROM feeds WHERE state = 'failing' AND last_error <> '' AND failures = 1").await, 3);
    assert_eq!(daemon.sql("SELECT last_status FROM feeds WHERE url LIKE '%gone.xml'").await, 503);
    for path in ["/new.rss", "/feed", "/rss.xml"] {
        assert_eq!(web.hits(path).len(), 0, "{path} is a guess, and nobody guesses while polling");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_a_feed_itself_is_polled_as_one() {
    let web = Web::start().await;
    let post = |name: &str| {
        format!(
            "<article class=h-entry><h2 class=p-name><a class=u-url href=/{name}-of-this-site>{name}</a></h2>\
             <time class=dt-published datetime=2026-11-24T08:00Z></time><div class=e-content><p>Words about {name}<script>x()</script></p></div></article>"
        )
    };
    let page =
        |posts: &str| format!("<!doctype html><html><head><title>Notes</title></head><body class=h-feed>{posts}</body></html>");
    web.put("/", Reply::ok(page(&post("lighthouses"))));
    let daemon = TestDaemon::start(&[web.url("/")], &["scrape.mode='never'", "poll.interval='300ms'"]).await;
    let items = daemon.wait_for_items(1).await;
    assert_eq!(items[0]["url"], web.url("/lighthouses-of-this-site"));
    assert!(!items[0].to_string().contains("x()"), "{}", items[0]);
    web.put("/", Reply::ok(page(&(post("ferries") + &post("lighthouses")))));
    assert_eq!(daemon.wait_for_items(2).await.len(), 2, "what was there is known");
    assert_eq!(daemon.sql("SELECT title FROM feeds").await, "Notes");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_public_are_not_contacted() {
    let web = Web::start().await;
    web.put("/feed.xml", Reply::ok(rss("Inside", &[("1", "https://example.org/inside-the-private-network", "Inside", "Text")])));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["fetch.allow_private=[]"]).await;
    wait_for("the refusal", async || (daemon.sql("SELECT count(*) FROM feeds WHERE last_error <> ''").await == 1).then_some(()))
        .await;
    let error = daemon.sql("SELECT last_error FROM feeds").await;
    let remedy = "allow_private under [fetch] in the configuration lists exceptions; with a new one, restart feedmux and `feedmux feed poll 1`";
    assert!(error.as_str().unwrap().ends_with(remedy), "{error}");
    assert_eq!(web.hits("/feed.xml").len(), 0);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_within_its_drain_while_a_host_hangs() {
    let web = Web::start().await;
    web.put("/slow.xml", Reply::ok("").delay(Duration::from_secs(60)));
    let daemon = TestDaemon::start(&[web.url("/slow.xml")], &["poll.timeout='30s'", "run.drain='300ms'"]).await;
    wait_for("the request", async || (!web.hits("/slow.xml").is_empty()).then_some(())).await;
    let (summary, _) = tokio::time::timeout(Duration::from_secs(5), daemon.stop()).await.unwrap();
    assert_eq!(summary.cut, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_wants_quiet_gets_it_for_all_its_feeds() {
    let web = Web::start().await;
    web.put("/a.xml", Reply::status(429).header("retry-after", "3600"));
    web.put("/b.xml", Reply::ok(rss("B", &[])));
    // One request at a time, so that the refusal comes before the second feed is asked.
    let feeds = [web.url("/a.xml"), web.url("/b.xml")];
    let daemon = TestDaemon::start(&feeds, &["fetch.per_host_in_flight=1"]).await;
    wait_for("the refusal", async || (daemon.sql("SELECT count(*) FROM feeds WHERE last_status = 429").await == 1).then_some(()))
        .await;
    wait_for("the other feed is put off", async || {
        (daemon.sql("SELECT count(*) FROM feeds WHERE next_poll_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+55 minutes')").await
            == 2)
            .then_some(())
    })
    .await;
    assert_eq!(web.hits("/b.xml").len(), 0);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_cut_is_asked_for_again_and_what_it_brought_is_kept() {
    let web = Web::start().await;
    let whole = rss(
        "Blog",
        &[
            ("1", "https://example.org/the-first-of-two-posts", "One", "Text"),
            ("2", "https://example.org/the-second-of-two-posts", "Two", "Text"),
        ],
    );
    let cut = &whole[..whole.rfind("<item>").unwrap() + 9];
    web.put("/feed.xml", Reply::ok(cut).etag("\"v1\""));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    wait_for("a second poll", async || (web.hits("/feed.xml").len() >= 2).then_some(())).await;
    assert_eq!(web.hits("/feed.xml")[1].headers.get("if-none-match"), None, "its ETag would promise that we have all of it");
    assert_eq!(daemon.sql("SELECT count(*) FROM entries WHERE title = 'One'").await, 1);
    web.put("/feed.xml", Reply::ok(whole).etag("\"v1\""));
    wait_for("the second entry", async || {
        (daemon.sql("SELECT count(*) FROM entries WHERE title = 'Two'").await == 1).then_some(())
    })
    .await;
    assert_eq!(daemon.sql("SELECT count(*) FROM entries WHERE title = 'One'").await, 1, "still one");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_that_comes_later_reaches_every_output_and_is_no_news() {
    let web = Web::start().await;
    let feed = |elements: &str| {
        let item = "<description>Text</description><enclosure url=\"/1.mp3\" type=\"audio/mpeg\" length=\"7\"/><itunes:duration>59:59</itunes:duration>";
        let list = rss("Show", &[("1", "https://example.org/episodes/the-first-one", "One", "Text")]);
        Reply::ok(list.replace("<description>Text</description>", &format!("{item}{elements}")))
    };
    web.put("/feed.xml", feed(""));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], QUICK).await;
    let items = daemon.wait_for_items(1).await;
    assert_eq!(items[0]["_itunes"]["duration"], "59:59");
    assert_eq!(items[0]["attachments"][0]["duration_in_seconds"], 3599);
    web.put("/feed.xml", feed("<podcast:transcript url=\"/1.vtt\" type=\"text/vtt\"/>"));
    let later = wait_for("the transcript", async || {
        let item = daemon.items().await.remove(0);
        (!item["_podcast"].is_null()).then_some(item)
    })
    .await;
    let address = web.url("/1.vtt");
    assert_eq!(later["_podcast"]["transcript"][0]["url"], address.as_str());
    assert_eq!(later["date_modified"], items[0]["date_modified"]);
    for format in ["rss", "atom"] {
        let whole = daemon.get(&format!("/feeds/all.{format}")).await;
        assert!(whole.contains(&format!("<podcast:transcript url=\"{address}\" type=\"text/vtt\"/>")), "{whole}");
    }
    assert_eq!(daemon.sql("SELECT count(*) FROM decisions WHERE kind = 'changed'").await, 0);
    daemon.stop().await;
}
