//! What a poll stores.

use super::*;
use crate::model::{Applied, ChangedEntry, Decision, FeedMeta};
use crate::store::StoreError;

pub(super) fn changed(id: i64, name: &str, title: &str) -> ChangedEntry {
    let new = entry(name);
    ChangedEntry {
        id: EntryId(id),
        keys: Vec::new(),
        text: EntryText { title: title.to_owned(), published: Some(at(5_000)), ..new.text },
        content_hash: Hash128::of(title.as_bytes()),
        title_hash: Hash128::of(title.as_bytes()),
        print: Fingerprint::default(),
        matters: true,
    }
}

#[tokio::test]
async fn what_was_applied_is_known() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let two_names = NewEntry { keys: vec![key("guid"), key("link")], ..entry("one") };
    let applied = temp.apply(ids[0], 0, vec![two_names, entry("two")]).await;
    assert_eq!(applied, Applied { new: 2, ..Applied::default() });
    let keys = vec![key("guid"), key("link"), key("two"), key("three")];
    let known = temp.store.known(ids[0], keys.clone()).await.unwrap();
    assert_eq!(known.aliases[&key("guid")], known.aliases[&key("link")]);
    assert_eq!((known.aliases.len(), known.stamps.len(), known.tombstones.len()), (3, 2, 0));
    let stamp = &known.stamps[&known.aliases[&key("two")]];
    assert_eq!((stamp.content_hash, stamp.revision), (Hash128::of(b"two"), 0));
    assert_eq!(stamp.canonical_url.as_deref(), Some("https://site.example/two"));
    assert!(temp.store.known(ids[1], keys).await.unwrap().aliases.is_empty(), "names belong to one feed");
}

#[tokio::test]
async fn nothing_is_stored_twice() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    let also_known_as = NewEntry { keys: vec![key("other"), key("one")], ..entry("other") };
    let same_key_twice = NewEntry { keys: vec![key("new"), key("new")], ..entry("new") };
    let applied = temp.apply(ids[0], 60, vec![entry("one"), also_known_as, same_key_twice, entry("new")]).await;
    assert_eq!(applied.new, 1);
    let known = temp.store.known(ids[0], vec![key("other")]).await.unwrap();
    assert!(known.aliases.is_empty(), "a name of an entry that was not stored leads nowhere");
    // Another feed may use the same names, and even wish for the same public id.
    assert_eq!(temp.apply(ids[1], 60, vec![entry("one")]).await.new, 1);
    assert_eq!(temp.value("SELECT count(DISTINCT public_id) FROM entry").await, 3);
    temp.sound().await;
}

#[tokio::test]
async fn names_that_are_learned_later_count() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    temp.store.apply(ids[0], Plan { seen: vec![(EntryId(1), vec![key("second name")])], ..plan(60) }).await.unwrap();
    let mut rewritten = changed(1, "one", "New title");
    rewritten.keys = vec![key("third name")];
    temp.store.apply(ids[0], Plan { changed: vec![rewritten], ..plan(120) }).await.unwrap();
    let known = temp.store.known(ids[0], vec![key("second name"), key("third name")]).await.unwrap();
    assert_eq!(known.aliases.len(), 2);
    assert_eq!(known.stamps[&EntryId(1)].revision, 1);
}

#[tokio::test]
async fn an_edit_keeps_the_first_date_and_the_place() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let mut one = entry("one");
    one.text.published = Some(at(-100));
    temp.apply(ids[0], 0, vec![one, entry("two")]).await;
    let before = temp.items().await;
    let plan = Plan { changed: vec![changed(1, "one", "Better title"), changed(99, "x", "nobody")], ..plan(600) };
    assert_eq!(temp.store.apply(ids[0], plan).await.unwrap().changed, 1);
    let after = temp.items().await;
    assert_eq!(after[1].title, "Better title");
    assert_eq!(after[1].published, at(-100));
    assert_eq!(after[1].updated, at(600));
    assert_eq!(after[1].received, before[1].received);
    assert_eq!(after[1].public_id, before[1].public_id);
    assert_eq!(after[0], before[0]);
}

#[tokio::test]
async fn unchanged_entries_are_written_once_a_day() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    for (when, expected) in [(HOUR, 0), (DAY, 0), (DAY + 1, DAY + 1), (DAY + HOUR, DAY + 1)] {
        temp.store.apply(ids[0], Plan { seen: vec![(EntryId(1), Vec::new())], ..plan(when) }).await.unwrap();
        assert_eq!(temp.value("SELECT last_seen_at FROM entry").await, at(expected).as_millisecond(), "{when}");
    }
}

#[tokio::test]
async fn outputs_move_the_counter_and_nothing_else_does() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("first")]).await;
    let titled =
        |title: &str| FeedPatch { meta: Some(FeedMeta { title: Some(title.to_owned()), ..FeedMeta::default() }), ..plan(0).feed };
    let failing = FeedPatch { state: FeedState::Failing, failures: 1, ok: false, ..plan(0).feed };
    for (what, moves, plan) in [
        ("a poll without news", false, plan(1)),
        ("an entry", true, Plan { new: vec![entry("one")], ..plan(2) }),
        ("the same entry again", false, Plan { new: vec![entry("one")], ..plan(3) }),
        ("an entry that waits", false, Plan { new: vec![waits(entry("two"), 600)], ..plan(4) }),
        ("an edit", true, Plan { changed: vec![changed(1, "first", "b")], ..plan(5) }),
        ("an edit of what waits", false, Plan { changed: vec![changed(4, "two", "c")], ..plan(6) }),
        ("what is still there", false, Plan { seen: vec![(EntryId(1), vec![key("z")])], ..plan(2 * DAY) }),
        ("a title of the feed", true, Plan { feed: titled("T"), ..plan(7) }),
        ("the same title", false, Plan { feed: titled("T"), ..plan(8) }),
        ("a feed that fails", true, Plan { feed: failing.clone(), ..plan(9) }),
        ("and still fails", false, Plan { feed: failing, ..plan(10) }),
    ] {
        let before = temp.seq().await;
        temp.store.apply(ids[0], plan).await.unwrap();
        assert_eq!(temp.seq().await - before, u64::from(moves), "{what}");
    }
    let before = temp.seq().await;
    temp.store.take_due_feeds(due_at(9 * DAY)).await.unwrap();
    temp.feeds(&["a"]).await;
    assert_eq!(temp.seq().await, before, "polling and an unchanged configuration");
    assert_eq!(temp.store.release_held(at(600)).await.unwrap(), 1);
    assert_eq!(temp.seq().await, before + 1);
}

#[tokio::test]
async fn fifty_polls_are_kept() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.store.apply(ids[1], plan(0)).await.unwrap();
    for n in 0..60 {
        temp.store.apply(ids[0], plan(n)).await.unwrap();
    }
    assert_eq!(temp.value("SELECT count(*) FROM polls WHERE feed_id = 1").await, 50);
    assert_eq!(temp.value("SELECT count(*) FROM polls WHERE feed_id = 2").await, 1);
    let polls = temp.store.polls(ids[0], 3).await.unwrap();
    assert_eq!(polls.iter().map(|poll| poll.at).collect::<Vec<_>>(), [at(59), at(58), at(57)]);
    assert_eq!(polls[0], plan(59).poll);
}

#[tokio::test]
async fn decisions_are_kept_with_their_entry() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let decision = Decision {
        at: at(1),
        feed: Some(ids[0]),
        entry: Some(EntryId(1)),
        kind: "rekeyed".to_owned(),
        reason: "the GUID changed".to_owned(),
        evidence: serde_json::json!({"was": "x"}),
    };
    let plan = Plan { new: vec![entry("one")], decisions: vec![decision.clone()], ..plan(0) };
    temp.store.apply(ids[0], plan).await.unwrap();
    assert_eq!(temp.store.decisions_about(EntryId(1)).await.unwrap(), [decision]);
    assert_eq!(temp.value("SELECT evidence FROM decisions").await, r#"{"was":"x"}"#);
}

#[tokio::test]
async fn a_plan_for_nobody_is_refused_whole() {
    let temp = Temp::new();
    let answer = temp.store.apply(FeedId(9), Plan { new: vec![entry("one")], ..plan(0) }).await;
    assert_eq!(answer, Err(StoreError::NoSuch("feed 9".to_owned())));
    assert_eq!(temp.value("SELECT count(*) FROM entry").await, 0);
}

#[tokio::test]
async fn what_was_removed_for_good_stays_away() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let old = NewEntry { keys: vec![key("old"), key("old link")], ..waits(at_page("old", "https://site.example/p"), 60) };
    temp.apply(ids[0], 0, vec![old, entry("still there")]).await;
    temp.store.settle_all_pending(at(1)).await.unwrap();
    temp.store.index_now().await.unwrap();
    let age = Duration::from_hours(24 * 10);
    assert_eq!(temp.expire(20 * DAY, age, 100).await, 0, "the last document named them");
    temp.store.apply(ids[0], Plan { seen: vec![(EntryId(2), Vec::new())], ..plan(9 * DAY) }).await.unwrap();
    temp.apply(ids[1], 9 * DAY, vec![at_page("copy", "https://site.example/p")]).await;
    assert_eq!(temp.expire(15 * DAY, age, 100).await, 0, "a story goes as a whole");
    temp.store.apply(ids[0], Plan { seen: vec![(EntryId(2), Vec::new())], ..plan(14 * DAY) }).await.unwrap();
    temp.apply(ids[1], 14 * DAY, vec![entry("newer")]).await;
    assert_eq!(temp.expire(20 * DAY, age, 100).await, 2);
    assert_eq!(temp.expire(20 * DAY, age, 100).await, 0);
    let known = temp.store.known(ids[0], vec![key("old link"), key("still there")]).await.unwrap();
    assert!(known.tombstones.contains(&key("old link")) && known.tombstones.len() == 1);
    let again = NewEntry { keys: vec![key("unheard of"), key("old link")], ..entry("old") };
    assert_eq!(temp.apply(ids[0], 21 * DAY, vec![again, entry("fresh")]).await.new, 1);
    assert_eq!(temp.titles().await, ["Title fresh", "Title newer", "Title still there"]);
    assert_eq!(temp.value("SELECT max(id) FROM entries").await, 6, "numbers are never given twice");
    for table in ["decision", "article"] {
        assert_eq!(temp.value(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    temp.store.index_now().await.unwrap();
    assert_eq!(temp.store.search(searched("\"text of old\"", 9)).await.unwrap(), []);
    temp.sound().await;
}

/// Of polls that are stored together, by their feeds: which are.
async fn check_together(feeds: &[&str], expected: &[bool]) {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let polls: Vec<_> = feeds
        .iter()
        .map(|feed| match *feed {
            "gone" => (FeedId(99), plan(0).into()),
            "a" => (ids[0], plan(0).into()),
            _ => (ids[1], plan(0).into()),
        })
        .collect();
    let stored = temp.store.apply_all(&polls).await;
    assert_eq!(stored.iter().map(Result::is_ok).collect::<Vec<_>>(), expected, "{feeds:?}");
    let counted = temp.value("SELECT sum(polls) FROM feed_poll").await;
    assert_eq!(counted, expected.iter().filter(|stored| **stored).count(), "{feeds:?}");
}

#[tokio::test]
async fn of_polls_that_are_stored_together_one_does_not_take_the_others_along() {
    check_together(&[], &[]).await;
    check_together(&["a"], &[true]).await;
    check_together(&["gone"], &[false]).await;
    check_together(&["a", "b"], &[true, true]).await;
    check_together(&["a", "gone", "b"], &[true, false, true]).await;
}
