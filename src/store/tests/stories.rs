//! Stories: founded at once, joined by the decision of another, moved at most before release.

use super::*;
use crate::model::ContentOrigin::Article as FromArticle;
use crate::model::StoryId;

const PAGE: &str = "https://site.example/p";
const SHORT: &str = "https://sho.example/1";

async fn stories(temp: &Temp) -> Vec<(i64, Vec<i64>, i64)> {
    let table = temp.store.sql("SELECT id FROM stories ORDER BY id", 99, Duration::from_secs(9)).await.unwrap();
    let mut found = Vec::new();
    for row in table.rows {
        let story = temp.store.story(StoryId(row[0].as_i64().unwrap())).await.unwrap().unwrap();
        let mut members: Vec<_> = story.members.iter().map(|member| member.id.0).collect();
        assert_eq!(members[0], story.lead.0, "the lead comes first");
        members.sort_unstable();
        found.push((story.id.0, members, story.lead.0));
    }
    found
}

#[tokio::test]
async fn entries_at_one_address_become_one_story() {
    let temp = Temp::new();
    let mut loud = spec("c");
    loud.priority = 5;
    let ids = temp.store.put_feeds(at(0), vec![spec("a"), spec("b"), loud]).await.unwrap();
    temp.apply(ids[0], 0, vec![at_page("one", PAGE), entry("alone")]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1], 1), (2, vec![2], 2)], "every entry has a story at once");
    let applied = temp.apply(ids[1], 60, vec![at_page("two", PAGE)]).await;
    assert_eq!(applied.folded, 1);
    assert_eq!(stories(&temp).await, [(1, vec![1, 3], 1), (2, vec![2], 2)], "who was first leads");
    temp.apply(ids[2], 120, vec![at_page("three", PAGE)]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 3, 4], 4), (2, vec![2], 2)], "priority comes before that");
    for (sql, expected) in [
        ("SELECT group_concat(is_lead) FROM (SELECT is_lead FROM entries WHERE story_id = 1 ORDER BY id)", "0,0,1"),
        ("SELECT title || ' ' || entries || ' ' || feeds FROM stories WHERE id = 1", "Title three 3 3"),
        (
            "SELECT json_extract(sources, '$[0].feed') || json_extract(sources, '$[2].title') FROM stories WHERE id = 1",
            "CTitle two",
        ),
        ("SELECT json_extract(sources, '$[1].url') FROM stories WHERE id = 1", "https://site.example/one?utm_source=rss"),
        (
            "SELECT first_seen_at || ' ' || last_seen_at FROM stories WHERE id = 1",
            "2023-11-14T22:13:20.000Z 2023-11-14T22:15:20.000Z",
        ),
    ] {
        assert_eq!(temp.value(sql).await, expected, "{sql}");
    }
    let decision = temp.store.decisions_about(EntryId(3)).await.unwrap().pop().unwrap();
    assert_eq!((decision.kind.as_str(), decision.reason.as_str()), ("folded", "same article address"));
    assert_eq!(decision.evidence["with"], 1);
    assert_eq!(temp.store.story(StoryId(1)).await.unwrap().unwrap().founding_id, "urn:uuid:one");
    temp.sound().await;
}

#[tokio::test]
async fn a_priority_that_moves_moves_the_lead() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![at_page("one", PAGE)]).await;
    temp.apply(ids[1], 1, vec![at_page("two", PAGE)]).await;
    let before = temp.seq().await;
    temp.store.put_feeds(at(2), vec![spec("a"), FeedSpec { priority: 1, ..spec("b") }]).await.unwrap();
    assert_eq!(stories(&temp).await, [(1, vec![1, 2], 2)]);
    assert_eq!(temp.seq().await, before + 1);
    temp.feeds(&["a", "b"]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 2], 1)]);
}

#[tokio::test]
async fn what_is_not_foldable_stays_apart() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![at_page("one", PAGE), at_page("same feed", PAGE)]).await;
    temp.apply(ids[1], 0, vec![NewEntry { foldable: false, ..at_page("two", PAGE) }]).await;
    assert_eq!(stories(&temp).await.len(), 3);
}

#[tokio::test]
async fn a_page_that_tells_its_address_moves_an_entry_before_release() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    temp.apply(ids[0], 0, vec![at_page("direct", PAGE)]).await;
    // Two feeds lead through the same short address; they fold at once, and both follow.
    temp.apply(ids[1], 1, vec![waits(at_page("short one", SHORT), 600)]).await;
    temp.apply(ids[2], 2, vec![waits(at_page("short two", SHORT), 600)]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1], 1), (2, vec![2, 3], 2)]);
    let page = temp.page(3).await;
    let entries = page.waiting.iter().map(|entry| chosen(entry.id, FromArticle)).collect();
    temp.settle(page.id, 4, claims("All.", Some(PAGE)), entries).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 2, 3], 1)]);
    assert_eq!(temp.value("SELECT group_concat(DISTINCT canonical_url) FROM entries").await, PAGE);
    let stamp = temp.store.known(ids[1], vec![key("short one")]).await.unwrap().stamps[&EntryId(2)].clone();
    assert_eq!(stamp.canonical_url.as_deref(), Some(SHORT), "the feed's own address is what the next document is compared with");
    let decision = temp.store.decisions_about(EntryId(3)).await.unwrap();
    assert!(decision.iter().any(|decision| decision.kind == "folded"));
    temp.sound().await;
}

#[tokio::test]
async fn what_stands_alone_finds_its_story_even_late() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![at_page("direct", PAGE)]).await;
    temp.apply(ids[1], 1, vec![waits(at_page("short", SHORT), 600)]).await;
    temp.store.release_held(at(600)).await.unwrap();
    let page = temp.page(601).await;
    temp.settle(page.id, 602, claims("All.", Some(PAGE)), vec![chosen(EntryId(2), FromArticle)]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 2], 1)]);
    temp.sound().await;
}

#[tokio::test]
async fn a_story_of_several_that_was_shown_does_not_move() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    temp.apply(ids[0], 0, vec![at_page("direct", PAGE)]).await;
    temp.apply(ids[1], 1, vec![waits(at_page("short one", SHORT), 600)]).await;
    temp.apply(ids[2], 2, vec![waits(at_page("short two", SHORT), 600)]).await;
    temp.store.release_held(at(600)).await.unwrap();
    let page = temp.page(601).await;
    let entries = page.waiting.iter().map(|entry| chosen(entry.id, FromArticle)).collect();
    temp.settle(page.id, 602, claims("All.", Some(PAGE)), entries).await;
    assert_eq!(stories(&temp).await, [(1, vec![1], 1), (2, vec![2, 3], 2)]);
}

#[tokio::test]
async fn two_pages_may_claim_one_address() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![waits(at_page("one", "https://m.example/1"), 600)]).await;
    temp.apply(ids[1], 0, vec![waits(at_page("two", "https://amp.example/1"), 600)]).await;
    for page in temp.store.take_due_articles(at(1), 9, Vec::new(), Vec::new()).await.unwrap() {
        let entries = vec![chosen(page.waiting[0].id, FromArticle)];
        temp.settle(page.id, 2, claims("All.", Some(PAGE)), entries).await;
    }
    assert_eq!(stories(&temp).await, [(1, vec![1, 2], 1)]);
    assert_eq!(temp.value("SELECT count(*) FROM article WHERE state = 'won'").await, 2);
    temp.sound().await;
}

/// Entries 1, 2, 3 of the feeds a, b, c at one page.
async fn three() -> (Temp, Vec<FeedId>) {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c", "d"]).await;
    for (n, id) in ids.iter().take(3).enumerate() {
        temp.apply(*id, i64::try_from(n).unwrap() * HOUR, vec![at_page(["one", "two", "three"][n], PAGE)]).await;
    }
    assert_eq!(stories(&temp).await, [(1, vec![1, 2, 3], 1)]);
    (temp, ids)
}

#[tokio::test]
async fn what_a_person_takes_apart_stays_apart() {
    let (temp, ids) = three().await;
    assert_eq!(temp.store.split(at(DAY), EntryId(2)).await.unwrap(), Some(StoryId(1)));
    assert_eq!(stories(&temp).await, [(1, vec![1, 3], 1), (2, vec![2], 2)]);
    assert_eq!(temp.store.split(at(DAY), EntryId(2)).await.unwrap(), None);
    // Another entry at that page joins the newest that fits, and brings nobody back.
    temp.apply(ids[3], DAY, vec![at_page("four", PAGE)]).await;
    let all = stories(&temp).await;
    assert!(all.iter().any(|(_, members, _)| members.contains(&1) && !members.contains(&2)), "{all:?}");
    let decision = temp.store.decisions_about(EntryId(2)).await.unwrap().pop().unwrap();
    assert_eq!((decision.kind.as_str(), decision.reason.as_str()), ("unfolded", "taken out of its story by hand"));
    assert!(temp.store.split(at(DAY), EntryId(99)).await.is_err());
    temp.sound().await;
}

#[tokio::test]
async fn a_founder_that_is_taken_out_leaves_the_story_to_the_next() {
    let (temp, _) = three().await;
    assert_eq!(temp.store.split(at(DAY), EntryId(1)).await.unwrap(), Some(StoryId(2)), "the others are that one now");
    assert_eq!(stories(&temp).await, [(1, vec![1], 1), (2, vec![2, 3], 2)]);
    let story = temp.store.story(StoryId(2)).await.unwrap().unwrap();
    assert_eq!((story.founding_id.as_str(), story.first_seen), ("urn:uuid:two", at(HOUR)));
    temp.sound().await;
}

#[tokio::test]
async fn what_a_person_puts_together_stays_together() {
    let (temp, ids) = three().await;
    temp.apply(ids[3], DAY, vec![entry("else")]).await;
    assert_eq!(temp.store.join(at(DAY), EntryId(4), EntryId(2)).await.unwrap(), Some(StoryId(4)));
    assert_eq!(stories(&temp).await, [(4, vec![1, 2, 3, 4], 1)]);
    assert_eq!(temp.store.join(at(DAY), EntryId(4), EntryId(2)).await.unwrap(), None);
    let story = temp.store.story(StoryId(4)).await.unwrap().unwrap();
    let folds: Vec<_> = story.folds.iter().map(|fold| (fold.entry.0, fold.with.0, fold.by_hand)).collect();
    assert_eq!(folds, [(1, 4, true), (2, 1, false), (3, 2, false)], "the others are in it as they were");
    assert_eq!((story.first_seen, story.last_seen), (at(0), at(DAY)), "dated by its members");
    // What was split before may be joined.
    temp.store.split(at(DAY), EntryId(3)).await.unwrap();
    temp.store.join(at(DAY), EntryId(1), EntryId(3)).await.unwrap();
    assert_eq!(stories(&temp).await, [(4, vec![1, 2, 3, 4], 1)]);
    temp.sound().await;
}

#[tokio::test]
async fn a_join_by_hand_is_undone_by_a_split() {
    let (temp, ids) = three().await;
    let other = "https://site.example/other";
    temp.apply(ids[3], DAY, vec![at_page("four", other)]).await;
    temp.apply(ids[0], DAY, vec![at_page("five", other)]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 2, 3], 1), (4, vec![4, 5], 4)]);
    temp.store.join(at(DAY), EntryId(2), EntryId(5)).await.unwrap();
    assert_eq!(stories(&temp).await, [(1, vec![1, 2, 3, 4, 5], 1)]);
    assert_eq!(temp.store.split(at(DAY), EntryId(4)).await.unwrap(), Some(StoryId(1)));
    assert_eq!(stories(&temp).await, [(1, vec![1, 2, 3], 1), (4, vec![4, 5], 4)]);
    temp.sound().await;
}

#[tokio::test]
async fn the_longest_text_leads_where_nobody_was_first() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![at_page("one", PAGE)]).await;
    let mut long = at_page("two", PAGE);
    long.text.text = "All that there is to say.".repeat(9);
    temp.apply(ids[1], 0, vec![long]).await;
    assert_eq!(stories(&temp).await, [(1, vec![1, 2], 2)]);
}

#[tokio::test]
async fn feeds_that_repeat_others_are_told() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    for n in 0..4 {
        let page = format!("https://site.example/story-{n}");
        temp.apply(ids[0], n * DAY, vec![at_page(&format!("a{n}"), &page)]).await;
        temp.apply(ids[1], n * DAY + 3 * HOUR, vec![at_page(&format!("b{n}"), &page)]).await;
    }
    temp.apply(ids[1], 9 * DAY, vec![entry("alone")]).await;
    let told = temp.store.overlaps(at(0), 3).await.unwrap();
    let line = |n: usize| {
        (told[n].title.as_str(), told[n].other_title.as_str(), told[n].shared, told[n].entries, told[n].later, told[n].delay)
    };
    assert_eq!(line(0), ("A", "B", 4, 4, 0, -3 * HOUR));
    assert_eq!(line(1), ("B", "A", 4, 5, 4, 3 * HOUR));
    assert_eq!((told.len(), temp.store.overlaps(at(0), 5).await.unwrap().len()), (2, 0));
    assert!(temp.store.overlaps(at(5 * DAY), 1).await.unwrap().is_empty(), "of that time alone");
}

#[tokio::test]
async fn a_story_that_grows_without_end_ends() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    for n in 0..503 {
        temp.apply(ids[n % 2], i64::try_from(n).unwrap(), vec![at_page(&format!("e{n}"), PAGE)]).await;
    }
    let found: Vec<_> = stories(&temp).await.into_iter().map(|(id, members, _)| (id, members.len())).collect();
    assert_eq!(found, [(1, 501), (502, 2)]);
}
