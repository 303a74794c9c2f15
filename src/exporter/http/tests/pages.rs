//! What people see.

use jiff::civil::date;

use super::*;
use crate::exporter::page::Evidence;
use crate::model::{Day, Decision, Enclosure, EntryId, FeedId, Related, StoryId};
use crate::store::{EntryRow, Fold, Overlap, PageRow, Shown, Version};

#[tokio::test]
async fn pages_show_what_there_is_and_run_nothing() {
    let mut items = three();
    let script = "<script>alert(1)</script>";
    items[2].title = script.to_owned();
    items[2].source.title = script.to_owned();
    items[2].content = Some(CleanHtml::trusted("<p>Clean <b>text</b></p>".to_owned()));
    let server = start(items, |_| {}).await;
    let mut row = feed(1);
    (row.state, row.last_error, row.title) = (FeedState::Failing, Some(format!("{script} 500")), script.to_owned());
    row.site_url = Some("javascript:alert(1)".to_owned());
    server.shelf.feeds.lock().unwrap().extend([row, feed(2)]);
    let front = server.get("/").await;
    assert_eq!((front.status, front.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    let policy = front.headers["content-security-policy"].as_str();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; img-src data:;") && policy.contains("form-action 'self'"));
    assert_eq!(front.headers["referrer-policy"], "same-origin");
    let text = front.text();
    for part in [
        "2 feeds with 20 entries",
        "1 feed in trouble",
        "http://127.0.0.1:8484/feeds/all.atom",
        "Title 2",
        "failing",
        "every 30 minutes",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for page in [
        text,
        server.get("/stories/1003").await.text(),
        server.get("/entries/3").await.text(),
        server.get("/search?q=script").await.text(),
    ] {
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script") && !page.contains("javascript:"), "{page}");
        assert!(!page.contains(" style=") && !page.contains("<style"));
        for part in
            ["<main id=\"main\">", "href=\"#main\"", "<nav aria-label=", "<html lang=\"en\">", "href=\"data:,\"", "role=\"search\""]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    assert!(server.get("/entries/3").await.text().contains("<p>Clean <b>text</b></p>"));
    assert_eq!(server.get("/style.css").await.headers["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn links_of_a_page_keep_the_token_of_its_address() {
    let server = start(three(), |config| secret(config, "a&b", "")).await;
    let text = server.get("/?token=a%26b").await.text();
    assert!(
        text.contains("href=\"style.css?token=a%26b\"")
            && text.contains("href=\"./?token=a%26b#feeds\"")
            && text.contains("<input type=\"hidden\" name=\"token\" value=\"a&amp;b\">")
            && text.contains("<code>http://127.0.0.1:8484/feeds/own.rss?token=a%26b</code>"),
        "{text}"
    );
    let text = server.ask("GET", "/", &[("Authorization", "Bearer a&b")]).await.text();
    assert!(!text.contains("token="), "one that came in a header is not written down");
}

/// Text that is as long as foreign text gets, and as heavy once it is escaped.
fn heavy(n: i64) -> String {
    format!("{n} {}", "\"&𝄞\" ".repeat(2_000))
}

#[tokio::test]
async fn the_front_page_stays_small_whatever_is_stored() {
    let mut items: Vec<Item> = (1..=600).map(|n| item(n).in_story(n % 40, n % 40)).collect();
    for one in &mut items {
        (one.title, one.source.title) = (heavy(one.entry.0), heavy(one.entry.0));
        one.url = Some(format!("https://site.example/{}?{}", one.entry.0, "x&y=".repeat(1_000)));
        one.authors = vec![heavy(1); 50];
    }
    let named = |n: usize| config::Output { name: format!("{n}-{}", "x".repeat(200)), ..config::Output::default() };
    let server = start(items, |config| config.outputs = (0..500).map(named).collect()).await;
    let rows = (1..=5000).map(|n| {
        let mut row = feed(n);
        (row.title, row.last_error, row.next_poll_reason) = (heavy(n), Some(heavy(n)), Some(heavy(n)));
        row.site_url = Some(format!("https://site.example/{}", "x".repeat(5_000)));
        row
    });
    server.shelf.feeds.lock().unwrap().extend(rows);
    let busy = |n: i8| Day {
        polls: u64::MAX,
        unchanged: u64::MAX,
        failed: u64::MAX,
        new: u64::MAX,
        folded: u64::MAX,
        bytes: u64::MAX,
        ..Day::idle(date(2026, 11, n))
    };
    server.shelf.glance.lock().unwrap().days = (1..=30).map(busy).collect();
    let pair = Overlap {
        feed: FeedId(1),
        title: heavy(1),
        other: FeedId(2),
        other_title: heavy(2),
        entries: 5,
        shared: 5,
        later: 5,
        delay: 5,
    };
    *server.shelf.overlaps.lock().unwrap() = vec![pair; 100];
    let front = server.get("/").await;
    let text = front.text();
    assert!(front.body.len() < 50_000, "{} bytes", front.body.len());
    for part in [
        "Subscribe",
        "Activity",
        "Feeds that repeat others",
        "id=\"feeds\"",
        "stories/",
        "no. 1",
        "feedmux output list",
        "feedmux feed list",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn other_pages_are_bounded_too() {
    let mut items: Vec<Item> = (1..=400).map(|n| item(n).in_story(7, 1)).collect();
    for one in &mut items {
        one.title = heavy(one.entry.0);
        one.text = heavy(one.entry.0);
        one.content = Some(CleanHtml::trusted(format!("<p>{}</p>", "x".repeat(1 << 20))));
        one.authors = vec![heavy(1); 50];
        one.enclosures = vec![Enclosure { url: "https://a.example/x".to_owned(), ..Enclosure::default() }; 5_000];
    }
    let server = start(items, |_| {}).await;
    let fold = Fold { entry: EntryId(2), with: EntryId(1), by_hand: false, reason: Some(heavy(1)) };
    *server.shelf.folds.lock().unwrap() = vec![fold; 400];
    let decision =
        Decision { at: at(1), feed: None, entry: None, kind: "x".to_owned(), reason: heavy(1), evidence: heavy(2).into() };
    let version = Version { until: at(1), title: heavy(1), text: heavy(2) };
    let mut evidence = evidence();
    (evidence.decisions, evidence.versions) = (vec![decision; 5_000], vec![version; 50]);
    (evidence.row.title, evidence.row.canonical_url) = (heavy(1), Some(heavy(1)));
    *server.shelf.evidence.lock().unwrap() = Some(evidence);
    for (path, most) in [("/stories/7", 110_000), ("/entries/1", 200_000), ("/search?q=1", 80_000), ("/feeds/all.atom", 60_000)] {
        let reply = server.ask("GET", path, &[("Accept", "text/html")]).await;
        assert!(reply.status == 200 && reply.body.len() < most, "{path}: {} {} bytes", reply.status, reply.body.len());
    }
    assert!(server.get("/stories/7").await.text().contains("more than 200 entries"));
    assert!(server.get("/entries/1").await.text().contains("This text is very long"));
}

pub(super) fn evidence() -> Evidence {
    let page = PageRow {
        url: "https://site3.example/a".to_owned(),
        state: "won".to_owned(),
        attempts: 1,
        error: None,
        method: Some("model".to_owned()),
        published: None,
        updated: None,
        section: None,
        quality: None,
        partial: true,
        again: false,
        next_scrape_at: None,
    };
    let row = EntryRow {
        id: EntryId(3),
        public_id: "urn:test:3".to_owned(),
        feed: FeedId(3),
        feed_title: "Feed 3".to_owned(),
        title: "Title 3".to_owned(),
        url: None,
        canonical_url: Some("https://site3.example/canonical".to_owned()),
        story: StoryId(1003),
        state: "settled".to_owned(),
        content_origin: "article".to_owned(),
        published: Some(at(3)),
        page_dated: true,
        first_seen: at(3),
        received: Some(at(3)),
        revision: 1,
        page: Some(page),
    };
    let decision = |kind: &str, reason: &str| Decision {
        at: at(3),
        feed: None,
        entry: None,
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        evidence: serde_json::json!({ "gain": "<b>" }),
    };
    Evidence {
        row,
        decisions: vec![decision("settled", "the page carries <i>more</i>"), decision("reread", "the feed changed")],
        versions: vec![Version { until: at(4), title: "Old title".to_owned(), text: "same\nold line".to_owned() }],
        shown: Some(Shown { title: "Title 3".to_owned(), text: "same\nnew line".to_owned(), is_article: true }),
    }
}

#[tokio::test]
async fn an_entry_says_why_it_is_as_it_is() {
    let server = start(three(), |_| {}).await;
    *server.shelf.evidence.lock().unwrap() = Some(evidence());
    let page = server.get("/entries/3").await.text();
    for part in [
        "its page&#39;s, read by model; paywalled: its beginning only",
        "won after 1 attempt: model",
        "https://site3.example/canonical",
        "by its page",
        "rewritten 1 time",
        "<b>settled</b>: <bdi>the page carries &lt;i&gt;more&lt;/i&gt;</bdi>",
        "<del>Old title</del>",
        "<del>old line</del>",
        "<ins>new line</ins>",
    ] {
        assert!(page.contains(part) || page.contains(&part.replace("&#39;", "'")), "{part}: {page}");
    }
    assert!(page.find("reread") < page.find("<b>settled"), "the newest first");
    assert!(!page.contains("<del>same"));
}

#[tokio::test]
async fn an_entry_loads_nothing_from_elsewhere_unless_it_is_asked_to() {
    let mut items = three();
    items[2].content = Some(CleanHtml::trusted("<p><img src=\"https://cdn.example/1.png\" alt=\"A bridge\"> text</p>".to_owned()));
    let server = start(items, |_| {}).await;
    let plain = server.get("/entries/3").await;
    assert!(plain.text().contains("[Picture: A bridge]") && !plain.text().contains("<img"), "{}", plain.text());
    assert!(!plain.headers["content-security-policy"].contains("http:"));
    assert!(plain.text().contains("1 picture left out") && plain.text().contains("href=\"../entries/3?media=1\""));
    let full = server.get("/entries/3?media=1").await;
    assert!(full.text().contains("<img src=\"https://cdn.example/1.png\""));
    assert!(full.headers["content-security-policy"].contains("img-src http: https:"));
    assert!(!server.get("/entries/3?media=2").await.text().contains("<img"));
}

#[tokio::test]
async fn a_story_says_who_tells_it_and_why_they_are_one() {
    let server = start(vec![item(1).in_story(7, 1), item(2).in_story(7, 1), item(3)], |_| {}).await;
    let fold = |entry, by_hand, reason: Option<&str>| Fold {
        entry: EntryId(entry),
        with: EntryId(1),
        by_hand,
        reason: reason.map(str::to_owned),
    };
    *server.shelf.folds.lock().unwrap() = vec![fold(2, false, Some("87 % of <it> stands in both"))];
    let page = server.get("/stories/7").await.text();
    for part in
        ["Reported by 2 entries", "leads", "<a href=\"#entry-1\">entry 1</a>: 87 % of &lt;it&gt; stands in both", "id=\"entry-1\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    *server.shelf.folds.lock().unwrap() = vec![fold(2, true, None)];
    server.shelf.change(|_| {});
    assert!(server.get("/stories/7").await.text().contains("somebody said so"));
    assert!(server.get("/stories/1003").await.text().contains("Reported by 1 entry<"), "alone");
}

#[tokio::test]
async fn a_story_names_related_ones() {
    let drops = |config: &mut crate::config::Config| {
        let name = "r".to_owned();
        config.rules = vec![crate::config::Rule { name, when: "title:<Hidden>".to_owned(), ..crate::config::Rule::default() }];
    };
    let server = start(three(), drops).await;
    server.shelf.change(|items| items[1].title = "<Other>".to_owned());
    server.app.relate(Box::new(|story| {
        let other = Related {
            story: StoryId(story.0 + 1),
            title: "<Other>".to_owned(),
            url: Some("javascript:x".to_owned()),
            lang: Some("de".to_owned()),
            feeds: 1,
            score: 1.0,
            words: vec!["Brücke".to_owned(), "Rat".to_owned()],
        };
        Box::pin(async move { Ok(vec![other]) })
    }));
    let page = server.get("/stories/1001").await.text();
    for part in ["about the same event", "<bdi lang=\"de\">&lt;Other&gt;</bdi>", "1 feed", "Brücke, Rat", "../stories/1002"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("javascript:"));
    server.shelf.change(|items| items[1].title = "<Hidden>".to_owned());
    assert!(!server.get("/stories/1001").await.text().contains("about the same event"), "what rules drop is related to nothing");
}

#[tokio::test]
async fn the_front_page_is_drawn_once_per_change_and_moment() {
    let server = start(three(), |_| {}).await;
    let asked = || server.shelf.asked.load(Ordering::SeqCst);
    let first = server.get("/").await;
    let before = asked();
    assert_eq!(server.get("/").await.headers["etag"], first.headers["etag"]);
    assert_eq!(asked(), before, "kept");
    let same = server.ask("GET", "/", &[("If-None-Match", &first.headers["etag"])]).await;
    assert_eq!(same.status, 304);
    assert!(!same.headers.contains_key("content-security-policy"), "a browser would put it over that of the page");
    server.shelf.change(|items| items.push(item(4)));
    assert!(server.get("/").await.text().contains("Title 4"), "at once");
    let before = asked();
    server.clock.advance(Duration::from_secs(60));
    server.get("/").await;
    assert!(asked() > before, "it says how long ago things were");
}

#[tokio::test]
async fn titles_tell_their_language_and_the_page_its_sources_once() {
    let mut items = vec![item(1).in_story(7, 1), item(2).in_story(7, 1), item(3).in_story(7, 1)];
    items[0].lang = Some("de".to_owned());
    items[2].source.title = "Feed 2".to_owned();
    let server = start(items, |_| {}).await;
    let page = server.get("/").await.text();
    assert!(page.contains("<bdi lang=\"de\">Title 1</bdi>") && page.contains("<abbr title=\"language\">de</abbr>"), "{page}");
    assert!(page.contains("<bdi>Feed 1</bdi>, <bdi>Feed 2</bdi>, <abbr"), "{page}");
}

#[tokio::test]
async fn a_search_marks_what_it_found() {
    let mut items: Vec<Item> = (1..=80).map(item).collect();
    items[2].title = "A <b>otter</b>".to_owned();
    let server = start(items, |config| {
        config.rules = vec![config::Rule {
            name: "r".to_owned(),
            when: "title:'title 5'".to_owned(),
            then: config::Then::Drop,
            ..config::Rule::default()
        }]
    })
    .await;
    let check = async |query: &str, status: u16, parts: &[&str]| {
        let reply = server.get(&format!("/search{query}")).await;
        assert_eq!(reply.status, status, "{query}");
        for part in parts {
            assert!(reply.text().contains(part), "{query}: {part}: {}", reply.text());
        }
        reply.text()
    };
    check("", 200, &["Search</bdi></h1>", "name=\"since\""]).await;
    check("?q=&since=&feed=&lang=", 200, &["Search</bdi></h1>"]).await;
    check("?q=otter", 200, &["A &lt;b&gt;<mark>otter</mark>&lt;/b&gt;", "1 hit, best first", "value=\"otter\""]).await;
    check("?q=nothing+such", 200, &["Nothing matches"]).await;
    let found = check("?q=Title+5", 200, &[]).await;
    assert!(!found.contains("Title 5</mark>") && !found.contains("<mark>Title 5"), "what a rule drops is not found: {found}");
    let first = check("?q=whole&lang=en", 200, &["Hits from 1 on", "search?q=whole&amp;lang=en&amp;page=2"]).await;
    assert_eq!(first.matches("<mark>").count(), crate::exporter::page::HITS, "whole, although some are dropped");
    let last = check("?q=whole&page=3", 200, &["Hits from 51 on", "page=2"]).await;
    assert_eq!(last.matches("<mark>").count(), 19, "of 80 titles 11 begin with Title 5");
    assert!(!last.contains("page=4"), "{last}");
    check("?q=whole&page=99", 200, &["Nothing more"]).await;
    check("?q=x&since=yesterday", 400, &["since: expected a time", "role=\"alert\""]).await;
    check("?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 200, &["&lt;script&gt;alert(1)"]).await;
    check(&format!("?q={}", "x".repeat(501)), 400, &["longer than 500 bytes"]).await;
}

#[tokio::test]
async fn a_browser_sees_a_page_at_the_address_of_a_feed() {
    let server = start(three(), |config| secret(config, "", "mine")).await;
    let browser = [("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    let feed = server.get("/feeds/all.atom?tag=news").await;
    let page = server.ask("GET", "/feeds/all.atom?tag=news", &browser).await;
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    for reply in [&feed, &page] {
        assert_eq!(reply.headers["vary"], "Accept, Accept-Encoding");
    }
    assert_ne!(page.headers["etag"], feed.headers["etag"]);
    for part in [
        "the address of a feed",
        "<code>http://127.0.0.1:8484/feeds/all.json?tag=news</code>",
        "rel=\"alternate\" type=\"application/rss+xml\"",
        "href=\"../feeds/all.atom?tag=news&amp;raw\"",
        "Title 3",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let raw = server.ask("GET", "/feeds/all.atom?tag=news&raw", &browser).await;
    assert_eq!((raw.headers["content-type"].as_str(), raw.body), (Format::Atom.content_type(), feed.body));
    assert_eq!(server.ask("GET", "/feeds/own.rss", &browser).await.status, 401, "a token is needed for the page, too");
    let own = server.ask("GET", "/feeds/own.rss?token=mine", &browser).await.text();
    assert!(own.contains("<code>http://127.0.0.1:8484/feeds/own.json?token=mine</code>"), "{own}");
    let reader = server.ask("GET", "/feeds/all.atom", &[("Accept", "application/atom+xml, text/html;q=0.7")]).await;
    assert_eq!(reader.headers["content-type"], Format::Atom.content_type());
    let tag = [browser[0], ("If-None-Match", page.headers["etag"].as_str())];
    assert_eq!(server.ask("GET", "/feeds/all.atom?tag=news", &tag).await.status, 304);
}
