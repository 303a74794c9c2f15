use super::*;
use crate::config::{self, Config, Secret};
use crate::exporter::fake::{Fake, at, notice};
use crate::exporter::{Format, Outputs};

fn over(notice: Notice, minute: i64) -> Notice {
    Notice { ended_at: Some(at(minute)), changed_at: at(minute), ..notice }
}

fn shelf(notices: Vec<Notice>) -> Fake {
    let shelf = Fake::default();
    *shelf.notices.lock().unwrap() = notices;
    shelf
}

fn outputs() -> Outputs {
    Outputs::compile(&Config::default()).unwrap()
}

async fn shown(notices: Vec<Notice>, query: Query) -> Page {
    let outputs = outputs();
    outputs.page(&shelf(notices), outputs.get(NAME).unwrap(), &query, at(1000)).await.unwrap()
}

async fn rendered(notices: Vec<Notice>, format: Format) -> String {
    let (outputs, page) = (outputs(), shown(notices, Query::default()).await);
    let channel = outputs.channel(outputs.get(NAME).unwrap(), &Query::default(), &page);
    String::from_utf8(crate::exporter::render(format, &channel, &page.shown)).unwrap()
}

/// What stands once between `open` and `close`.
fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let (_, rest) = text.rsplit_once(open).unwrap_or_else(|| panic!("{open} in {text}"));
    rest.split_once(close).unwrap().0
}

#[tokio::test]
async fn an_item_keeps_its_id_in_all_formats_when_it_is_over() {
    for (format, id, updated) in [
        (Format::Atom, ("<id>", "</id>"), ("<updated>", "</updated>")),
        (Format::Rss, (r#"<guid isPermaLink="false">"#, "</guid>"), ("<pubDate>", "</pubDate>")),
        (Format::Json, (r#"{"id":""#, r#"""#), (r#""date_modified":""#, r#"""#)),
    ] {
        let open = notice(1, NoticeKind::Failing);
        let before = rendered(vec![open.clone()], format).await;
        let after = rendered(vec![over(open, 90)], format).await;
        assert!(before.contains("Feed 1 cannot be read") && !before.contains("Resolved"), "{before}");
        assert!(after.contains("Resolved: Feed 1 can be read again"), "{after}");
        for text in [&before, &after] {
            assert!(text.contains("urn:test:1") && text.contains("https://site1.example/"), "{text}");
            assert!(!text.contains("geheim"), "an address may hold a key: {text}");
        }
        let entry = |text: &str| text.rsplit_once("urn:test:1").unwrap().1.to_owned();
        if format == Format::Json {
            assert_eq!(between(&before, id.0, id.1), between(&after, id.0, id.1));
        }
        if format != Format::Rss {
            let (before, after) = (entry(&before), entry(&after));
            assert_ne!(before.split_once(updated.0).unwrap().1.get(..16), after.split_once(updated.0).unwrap().1.get(..16));
        }
    }
}

#[tokio::test]
async fn every_kind_says_what_happened_and_what_can_be_done() {
    let check = async |kind: NoticeKind, title: &str, command: &str, resolved: &str| {
        let page = shown(vec![notice(7, kind)], Query::default()).await;
        let item = &page.shown[0].lead;
        assert_eq!(item.title, title);
        assert_eq!(item.tags, [kind.as_str()]);
        for part in [command, "2026-05-28 20:33 UTC: status 500.", "https://site7.example/feed"] {
            assert!(item.text.contains(part), "{part} in {}", item.text);
        }
        assert!(!item.text.contains("geheim"), "{}", item.text);
        let page = shown(vec![over(notice(7, kind), 99)], Query::default()).await;
        assert_eq!(page.shown[0].lead.title, resolved);
    };
    let resume = "feedmux feed resume 7";
    check(NoticeKind::Failing, "Feed 7 cannot be read", "feedmux feed rm 7", "Resolved: Feed 7 can be read again").await;
    check(NoticeKind::Blocked, "Feed 7 refuses us", "feedmux feed poll 7", "Resolved: Feed 7 lets us in again").await;
    check(NoticeKind::Gone, "Feed 7 is gone", resume, "Resolved: Feed 7 is back").await;
    check(NoticeKind::Silent, "Feed 7 has gone silent", "feedmux feed add", "Resolved: Feed 7 has news again").await;
    let pages = "Resolved: Feed 7 has article pages that can be read again";
    check(NoticeKind::PagesBroken, "Feed 7 has article pages that give less than before", "reextract --feed 7", pages).await;
    check(NoticeKind::Moved, "Feed 7 has moved", resume, "Feed 7 has moved").await;
    check(NoticeKind::Rekeyed, "Feed 7 gave its entries new GUIDs", "feed show 7", "Feed 7 gave its entries new GUIDs").await;
}

#[tokio::test]
async fn feeds_of_the_configuration_are_not_removed_by_a_command() {
    let declared = Notice { origin: Origin::Config, ..notice(1, NoticeKind::Gone) };
    let text = shown(vec![declared], Query::default()).await.shown[0].lead.text.clone();
    assert!(text.contains("take it out of the configuration") && !text.contains("feed rm"), "{text}");
}

#[tokio::test]
async fn what_strangers_wrote_is_text() {
    let hostile = Notice {
        feed_title: "<script>alert(1)</script>".to_owned(),
        detail: "\"https://a.test/x?apikey=s3cret\": <img src=x onerror=alert(1)> $(reboot)".to_owned(),
        feed_url: "https://a.test/$(reboot)?key=s3cret".to_owned(),
        site_url: Some("javascript:alert(1)".to_owned()),
        ..notice(1, NoticeKind::Silent)
    };
    for format in Format::ALL {
        let mut text = rendered(vec![hostile.clone()], format).await;
        if format == Format::Json {
            // its summary is plain text by definition
            let feed: serde_json::Value = serde_json::from_str(&text).unwrap();
            text = format!("{} {}", feed["items"][0]["title"], feed["items"][0]["content_html"]);
        }
        for part in ["<script", "<img", "javascript:", "s3cret"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
    let blocks = body(&hostile);
    let commands = blocks.iter().filter(|block| matches!(block, Block::Code(text) if text.contains("reboot")));
    assert_eq!(commands.count(), 0, "people copy commands");
}

#[tokio::test]
async fn what_changed_last_comes_first() {
    let ids = async |query: Query| {
        let notices = vec![notice(1, NoticeKind::Gone), over(notice(2, NoticeKind::Failing), 50), notice(3, NoticeKind::Silent)];
        shown(notices, query).await.shown.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(Query::default()).await, ["urn:test:2", "urn:test:3", "urn:test:1"]);
    assert_eq!(ids(Query { limit: Some(1), ..Query::default() }).await, ["urn:test:2"]);
    assert_eq!(ids(Query { since: Some(at(50)), ..Query::default() }).await, ["urn:test:2"]);
    assert_eq!(ids(Query { feed: Some("site3".to_owned()), ..Query::default() }).await, ["urn:test:3"]);
    assert_eq!(ids(Query { tag: Some("gone".to_owned()), ..Query::default() }).await, ["urn:test:1"]);
    assert_eq!(shown(Vec::new(), Query::default()).await, Page::default());
}

#[tokio::test]
async fn the_rest_of_a_day_is_one_item() {
    let rest = |n: i64| Notice { own: false, ..notice(n, NoticeKind::Failing) };
    let mut notices: Vec<Notice> = (1..=150).map(rest).collect();
    notices.push(notice(200, NoticeKind::Gone));
    let page = shown(notices.clone(), Query::default()).await;
    assert_eq!(page.shown.len(), 2);
    let (before, item) = (page.shown[1].clone(), &page.shown[1].lead);
    assert_eq!(item.title, "What else happened to your feeds on 2026-05-28");
    assert!(
        item.text.contains("Feed 1 cannot be read (feedmux feed show 1)\n") && item.text.ends_with("and 50 more"),
        "{}",
        item.text
    );
    notices[4] = over(notices[4].clone(), 500);
    let page = shown(notices.clone(), Query::default()).await;
    assert_eq!((&page.shown[0].id, page.shown[0].published), (&before.id, before.published), "one of them is over");
    assert!(page.shown[0].updated > before.updated);
    let next_day = Notice { told_at: at(24 * 60), changed_at: at(24 * 60), ..rest(300) };
    notices.push(next_day);
    assert_eq!(shown(notices, Query::default()).await.shown.len(), 3, "each day has its own");
}

#[test]
fn the_same_day_is_the_same_item_and_not_that_of_another_feedmux() {
    let one = Notice { own: false, ..notice(1, NoticeKind::Gone) };
    let id = |base: &str| items(std::slice::from_ref(&one), base).remove(0).public_id;
    assert_eq!(id("http://a.test"), id("http://a.test"));
    assert_ne!(id("http://a.test"), id("http://b.test"));
}

#[test]
fn it_is_guarded_like_everything_and_in_no_list() {
    let all = config::Output { name: "all".to_owned(), token: Secret::new("k".repeat(32)), ..config::Output::default() };
    let outputs = Outputs::compile(&Config { outputs: vec![all], ..Config::default() }).unwrap();
    assert_eq!(outputs.get(NAME).unwrap().token.expose(), "k".repeat(32));
    assert!(outputs.iter().all(|output| output.name != NAME));
}
