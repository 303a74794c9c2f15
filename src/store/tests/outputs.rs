//! What outputs ask for.

use super::*;
use crate::model::{Depth, Order, Reach, Required, StoryId};

const PAGE: &str = "https://site.example/p";

async fn world() -> Temp {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let mut dated = entry("dated");
    (dated.text.published, dated.text.lang) = (Some(at(-HOUR)), Some("de-AT".to_owned()));
    let mut tagged = entry("tagged");
    (tagged.text.tags, tagged.text.lang) = (vec!["Rust".to_owned()], Some("fil".to_owned()));
    temp.apply(ids[0], 0, vec![at_page("one", PAGE)]).await;
    temp.apply(ids[0], 10, vec![dated]).await;
    temp.apply(ids[1], 20, vec![at_page("two", PAGE)]).await;
    temp.apply(ids[1], 30, vec![tagged]).await;
    temp.apply(ids[1], 40, vec![waits(entry("hidden"), 9_000)]).await;
    temp.store.index_now().await.unwrap();
    temp
}

/// HTML that its text says already is stored as a sign (`plain`): the view that users ask and the items of outputs make it again.
#[tokio::test]
async fn html_comes_back_as_it_was_brought_to_outputs_and_to_the_view() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let html = |html: &str| Some(CleanHtml::trusted(html.to_owned()));
    for (n, (text, summary, content)) in [
        ("a & b", html("a &amp; b"), None),
        ("a\nb < c", html("<p>a</p>"), html("<p>a</p><p>b &lt; c</p>")),
        ("a\nb", html("<p>a b</p>"), html("<p>a</p>\n<p>b</p>")),
        ("a b", html("<p>a <b>b</b></p>"), html("a&nbsp;b")),
        ("a", None, None),
    ]
    .into_iter()
    .enumerate()
    {
        let mut new = entry(&format!("n{n}"));
        (new.text.text, new.text.summary, new.text.content) = (text.to_owned(), summary.clone(), content.clone());
        temp.apply(ids[0], 10 * i64::try_from(n).unwrap(), vec![new]).await;
        let items = temp.store.items(ItemQuery { limit: 1, ..ItemQuery::default() }).await.unwrap();
        assert_eq!((&items[0].summary, &items[0].content), (&summary, &content), "{text:?}");
        let row = temp.value("SELECT json_array(summary_html, content_html) FROM entries ORDER BY id DESC LIMIT 1").await;
        assert_eq!(
            row,
            serde_json::json!([&summary, &content].map(|html| html.as_ref().map(CleanHtml::as_str))).to_string(),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_query_finds_what_it_asks_for() {
    let temp = world().await;
    let all = ItemQuery { limit: 100, ..ItemQuery::default() };
    let some = |words: &str| Some(searched(words, 0).words);
    let q = || all.clone();
    let tag = |tag: &str| vec![Required::Tag(vec![tag.to_owned()])];
    let feed = |part: &str| vec![Required::Feed(vec![part.to_owned()])];
    for (what, query, expected) in [
        ("all", q(), "tagged two dated one"),
        ("limit", ItemQuery { limit: 2, ..q() }, "tagged two"),
        ("none", ItemQuery { limit: 0, ..q() }, ""),
        ("by date", ItemQuery { order: Order::Published, ..q() }, "tagged two one dated"),
        ("since", ItemQuery { since: Some(at(21)), ..q() }, "tagged two"),
        ("before", ItemQuery { before: Some((at(21), EntryId(3))), ..q() }, "dated one"),
        ("before by date", ItemQuery { order: Order::Published, before: Some((at(0), EntryId(1))), ..q() }, "dated"),
        ("feed", ItemQuery { needs: vec![Required::FeedIs(FeedId(1))], ..q() }, "dated one"),
        ("tag of feed", ItemQuery { needs: tag("TAG-b"), ..q() }, "tagged two"),
        ("tag of entry", ItemQuery { needs: tag("rust"), ..q() }, "tagged"),
        ("no tag", ItemQuery { needs: tag("ru"), ..q() }, ""),
        (
            "one of two tags",
            ItemQuery { needs: vec![Required::Tag(vec!["RUST".to_owned(), "tag-a".to_owned()])], ..q() },
            "tagged dated one",
        ),
        ("part of a feed's address", ItemQuery { needs: feed("B.Example"), ..q() }, "tagged two"),
        ("no such feed", ItemQuery { needs: feed("c.example"), ..q() }, ""),
        ("date", ItemQuery { needs: vec![Required::Published(at(0))], ..q() }, "tagged two one"),
        ("lang", ItemQuery { needs: vec![Required::Lang(vec!["DE".to_owned()])], ..q() }, "dated"),
        ("lang with region", ItemQuery { needs: vec![Required::Lang(vec!["de-at".to_owned()])], ..q() }, "dated"),
        ("another region", ItemQuery { needs: vec![Required::Lang(vec!["de-DE".to_owned()])], ..q() }, ""),
        ("no lang", ItemQuery { needs: vec![Required::Lang(vec!["fi".to_owned()])], ..q() }, ""),
        ("rows", ItemQuery { needs: vec![Required::Rows(2..4)], ..q() }, "two dated"),
        ("founded in rows", ItemQuery { needs: vec![Required::Founded(1..3)], ..q() }, "two dated one"),
        ("founded later", ItemQuery { needs: vec![Required::Founded(3..9)], ..q() }, "tagged"),
        ("words", ItemQuery { words: some("title dated"), ..q() }, "dated"),
        ("words that say nothing", ItemQuery { words: some("***"), ..q() }, ""),
        ("story", ItemQuery { story: Some(StoryId(1)), ..q() }, "two one"),
        ("entry", ItemQuery { entries: vec![EntryId(2)], ..q() }, "dated"),
        ("hidden entry", ItemQuery { entries: vec![EntryId(5)], ..q() }, ""),
        ("members", ItemQuery { since: Some(at(21)), limit: 2, with_members: true, ..q() }, "tagged two one"),
        (
            "together",
            ItemQuery { needs: [tag("tag-b"), vec![Required::FeedIs(FeedId(2))]].concat(), words: some("two"), limit: 1, ..q() },
            "two",
        ),
    ] {
        let items = temp.store.items(query).await.unwrap();
        let names: Vec<_> = items.iter().map(|item| item.title.trim_start_matches("Title ")).collect();
        assert_eq!(names.join(" "), expected, "{what}");
    }
}

#[tokio::test]
async fn rows_end_before_the_first_that_waits() {
    let temp = Temp::new();
    assert_eq!(temp.store.rows().await.unwrap(), 1..1);
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("one"), entry("two")]).await;
    assert_eq!(temp.store.rows().await.unwrap(), 1..3);
    temp.apply(ids[0], 10, vec![waits(entry("hidden"), 9_000)]).await;
    temp.apply(ids[0], 20, vec![entry("four")]).await;
    assert_eq!(temp.store.rows().await.unwrap(), 1..3);
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    // Many of one moment: the row decides.
    temp.apply(ids[0], 0, (0..7).map(|n| entry(&format!("x{n}"))).collect()).await;
    temp.apply(ids[0], 9, vec![entry("y")]).await;
    for order in [Order::Received, Order::Published] {
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = temp.store.items(ItemQuery { order, limit: 3, before, ..ItemQuery::default() }).await.unwrap();
            let Some(last) = page.last() else { break };
            let place = if order == Order::Received { last.received } else { last.published };
            before = Some((place, last.entry));
            seen.extend(page.iter().map(|item| item.entry.0));
        }
        assert_eq!(seen, [8, 7, 6, 5, 4, 3, 2, 1], "{order:?}");
    }
}

#[tokio::test]
async fn an_item_carries_source_and_story() {
    let temp = world().await;
    let item =
        temp.store.items(ItemQuery { entries: vec![EntryId(3)], limit: 1, ..ItemQuery::default() }).await.unwrap().pop().unwrap();
    assert_eq!((item.source.title.as_str(), item.source.feed, &item.source.tags[..]), ("B", FeedId(2), &["tag-b".to_owned()][..]));
    assert_eq!((item.story.id, item.story.founding_id.as_str()), (StoryId(1), "urn:uuid:one"));
    assert_eq!((item.story.is_founding, item.story.is_lead), (false, false));
    assert_eq!((item.published, item.updated), (at(20), at(20)), "without a date: first seen");
    assert_eq!(item.content, None);
}

#[tokio::test]
async fn an_entry_is_found_by_what_people_paste() {
    let temp = world().await;
    for (what, expected) in [
        ("3", vec![3]),
        ("urn:uuid:dated", vec![2]),
        (PAGE, vec![1, 3]),
        ("https://site.example/tagged?utm_source=rss", vec![4]),
        ("https://site.example/tagged", vec![4]),
        ("https://nowhere.example/", vec![]),
        ("99", vec![]),
    ] {
        let found = temp.store.find_entry(what).await.unwrap();
        assert_eq!(found.iter().map(|entry| entry.id.0).collect::<Vec<_>>(), expected, "{what}");
    }
}

#[tokio::test]
async fn numbers_add_up() {
    let temp = world().await;
    temp.store.pause(at(50), FeedId(2), true).await.unwrap();
    let stats = temp.store.stats().await.unwrap();
    assert_eq!((stats.feeds["active"], stats.feeds["paused"]), (1, 1));
    assert_eq!((stats.entries["settled"], stats.entries["pending"]), (4, 1));
    assert_eq!((stats.stories, stats.folded_stories, stats.articles["queued"], stats.unindexed), (4, 1, 1, 0));
    assert!(stats.bytes > 0 && stats.schema == super::super::migrate::version());
}

#[tokio::test]
async fn no_tag_is_missed_for_the_case_of_its_letters() {
    const TAGS: [&str; 8] = ["Übung_1%", "İstanbul", "ΟΔΟΣ", "Straße", "\u{212a}elvin", "a\\b", "50%", "RUST"];
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let tagged = |tag: &&str| {
        let mut one = entry(tag);
        one.text.tags = vec![(*tag).to_owned()];
        one
    };
    temp.apply(ids[0], 0, TAGS.iter().map(tagged).collect()).await;
    for tag in TAGS {
        for wanted in [tag.to_owned(), tag.to_lowercase()] {
            let query = ItemQuery { limit: 9, needs: vec![Required::Tag(vec![wanted.clone()])], ..ItemQuery::default() };
            let found = temp.store.items(query).await.unwrap();
            assert_eq!(found.iter().map(|item| item.tags.join(" ")).collect::<Vec<_>>(), [tag], "{wanted}");
            let hits = temp.store.find(searched(&format!("tag:\"{wanted}\""), 9), Reach::Words).await.unwrap();
            assert_eq!(hits, found.iter().map(|item| item.entry).collect::<Vec<_>>(), "a search finds the same: {wanted}");
        }
    }
}

#[tokio::test]
async fn only_what_is_asked_for_is_read() {
    let temp = world().await;
    for (depth, text, html) in [(Depth::Whole, true, true), (Depth::Text, true, false), (Depth::Head, false, false)] {
        for item in temp.store.items(ItemQuery { limit: 9, depth, ..ItemQuery::default() }).await.unwrap() {
            assert_eq!((!item.text.is_empty(), item.summary.is_some()), (text, html), "{depth:?}");
            assert!(!item.title.is_empty() && !item.source.title.is_empty());
            assert_eq!(item.story.feeds, if item.story.id == StoryId(1) { 2 } else { 1 });
        }
    }
}
