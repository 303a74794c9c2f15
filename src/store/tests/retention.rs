//! Retention: what goes, what stays, and that nothing that went comes back.

use super::*;

fn keep(age_days: u64, at_most: u32) -> Keep {
    Keep { age: Duration::from_hours(24 * age_days), at_most }
}

fn all(usual: Keep) -> Retention {
    Retention { usual, feeds: HashMap::new(), first_kept: HashMap::new(), bytes: 0 }
}

impl Temp {
    /// Feeds `a` and `b` with an entry each day for ten days, all of which but the last left its feed long ago.
    async fn ten_days() -> (Self, Vec<FeedId>) {
        let temp = Self::new();
        let ids = temp.feeds(&["a", "b"]).await;
        for day in 0..10 {
            for (id, name) in ids.iter().zip(["a", "b"]) {
                temp.apply(*id, day * DAY, vec![entry(&format!("{name}{day}"))]).await;
            }
        }
        for id in &ids {
            temp.apply(*id, 20 * DAY, vec![entry("now")]).await;
        }
        (temp, ids)
    }

    async fn left(&self, feed: FeedId) -> Vec<String> {
        let sql = format!("SELECT replace(title, 'Title ', '') FROM entry WHERE feed_id = {} ORDER BY id", feed.0);
        self.rows(&sql).await.into_iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn each_feed_is_kept_as_long_as_was_said_of_it() {
    let (temp, ids) = Temp::ten_days().await;
    let retention = Retention { feeds: HashMap::from([(ids[1], keep(13, 0))]), ..all(keep(365, 0)) };
    assert_eq!(temp.keep(20 * DAY, &retention, 2).await, 7, "whatever the size of a step");
    assert_eq!(temp.left(ids[0]).await.len(), 11);
    assert_eq!(temp.left(ids[1]).await, ["b7", "b8", "b9", "now"]);
    assert_eq!(temp.keep(20 * DAY, &retention, 2).await, 0);
    assert_eq!(temp.apply(ids[1], 21 * DAY, vec![entry("b1"), entry("b2")]).await.new, 0, "they do not come back");
    temp.sound().await;
}

#[tokio::test]
async fn the_newest_of_each_feed_stay_and_what_is_still_in_it() {
    let (temp, ids) = Temp::ten_days().await;
    // The last documents still have one of the oldest.
    let seen = |when| Plan { seen: vec![(EntryId(1), Vec::new())], ..plan(when) };
    temp.store.apply(ids[0], seen(20 * DAY + 1)).await.unwrap();
    temp.store.apply(ids[0], seen(30 * DAY)).await.unwrap();
    let retention = Retention { feeds: HashMap::from([(ids[1], keep(365, 0))]), ..all(keep(365, 3)) };
    temp.keep(30 * DAY, &retention, 100).await;
    assert_eq!(temp.left(ids[0]).await, ["a0", "a8", "a9", "now"]);
    assert_eq!(temp.left(ids[1]).await.len(), 11);
    assert_eq!(temp.keep(30 * DAY, &retention, 100).await, 0);
    temp.sound().await;
}

#[tokio::test]
async fn a_story_stays_as_long_as_one_of_its_entries_does() {
    let (temp, ids) = Temp::ten_days().await;
    temp.store.join(at(21 * DAY), EntryId(1), EntryId(4)).await.unwrap(); // a0 and b1
    let retention = Retention { feeds: HashMap::from([(ids[1], keep(365, 0))]), ..all(keep(1, 0)) };
    temp.keep(21 * DAY, &retention, 100).await;
    assert_eq!(temp.left(ids[0]).await, ["a0", "now"], "it founded a story that is still told");
    assert_eq!(temp.keep(21 * DAY, &all(keep(1, 0)), 100).await, 11);
    assert_eq!(temp.left(ids[0]).await, ["now"]);
    temp.sound().await;
}

#[tokio::test]
async fn a_store_that_is_too_large_gives_up_its_oldest_entries_that_left_their_feeds() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let long = |name: &str| {
        let mut entry = entry(name);
        entry.text.text = format!("{name} {}", "has a long text of its own. ".repeat(400));
        entry
    };
    for n in 0..100 {
        temp.apply(ids[n % 2], i64::try_from(n).unwrap() * HOUR, vec![long(&format!("entry {n:02}"))]).await;
    }
    temp.store.index_now().await.unwrap();
    temp.apply(ids[0], 20 * DAY, vec![entry("now")]).await;
    let used = async || {
        let value = |sql| temp.value(sql);
        let pages = value("SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)");
        pages.await.as_u64().unwrap() * 4096
    };
    let before = used().await;
    assert!(before > 1_500_000, "{before}");
    let bytes = before - 400_000;
    let retention = Retention { bytes, ..all(keep(365, 0)) };
    let removed = temp.keep(20 * DAY, &retention, 5).await;
    let after = used().await;
    assert!(after <= bytes && after > bytes - 200_000 && removed > 10, "{before} to {after}, {removed} removed");
    let left = temp.left(ids[0]).await;
    assert!(!left.contains(&"entry 00".to_owned()) && left.contains(&"entry 98".to_owned()), "the oldest go: {left:?}");
    assert!(temp.left(ids[1]).await.contains(&"entry 53".to_owned()), "what may still be in its feed stays, whatever it takes");

    // What cannot be is told, and nothing else is tried.
    temp.keep(20 * DAY, &Retention { bytes: 1, ..all(keep(365, 0)) }, 100).await;
    assert_eq!(temp.left(ids[0]).await, ["now"]);
    let keep = std::sync::Arc::new(Retention { bytes: 1, ..all(keep(365, 0)) });
    let swept = temp.store.expire(at(20 * DAY), keep, Sweep::default(), 100).await.unwrap();
    assert!(swept.removed == 0 && swept.beyond > 500_000, "{swept:?}");
    temp.sound().await;
}

#[tokio::test]
async fn a_feed_that_is_not_subscribed_to_any_more_ages_too() {
    let (temp, ids) = Temp::ten_days().await;
    temp.feeds(&["a"]).await;
    temp.keep(40 * DAY, &all(keep(25, 0)), 100).await;
    assert_eq!(temp.left(ids[1]).await, ["now"]);
    assert_eq!(temp.value(&format!("SELECT count(*) FROM poll WHERE feed_id = {}", ids[1].0)).await, 1, "its old polls are gone");
    temp.keep(90 * DAY, &all(keep(25, 0)), 100).await;
    assert_eq!(temp.left(ids[1]).await, [""; 0]);
    assert_eq!(temp.left(ids[0]).await.last().unwrap(), "now", "of one that is, what was in it last stays");
}

#[tokio::test]
async fn what_is_said_about_one_entry_and_the_names_it_has_are_bounded() {
    let temp = Temp::new();
    let id = temp.feeds(&["a"]).await[0];
    temp.apply(id, 0, vec![entry("one")]).await;
    for n in 0..300 {
        let decision = crate::model::Decision {
            at: at(n),
            feed: Some(id),
            entry: Some(EntryId(1)),
            kind: "changed".to_owned(),
            reason: format!("{n}"),
            evidence: serde_json::Value::Null,
        };
        let seen = vec![(EntryId(1), vec![key("one"), key(&format!("random {n}"))])];
        temp.store.apply(id, Plan { decisions: vec![decision], seen, ..plan(n) }).await.unwrap();
    }
    temp.keep(DAY, &all(keep(365, 0)), 100).await;
    let said = temp.store.decisions_about(EntryId(1)).await.unwrap();
    assert_eq!(said.len(), 200);
    assert_eq!((said[0].reason.as_str(), said[199].reason.as_str()), ("0", "299"), "the first and the last stay");
    assert_eq!(temp.value("SELECT count(*) FROM alias").await, 100);
    assert_eq!(temp.value("SELECT names FROM entry").await, 100);
    assert!(!temp.store.known(id, vec![key("one")]).await.unwrap().aliases.is_empty(), "it is known by its first names for ever");
}

#[tokio::test]
async fn an_entry_that_the_index_lost_goes_too() {
    let (temp, ids) = Temp::ten_days().await;
    temp.store.index_now().await.unwrap();
    let damage = rusqlite::Connection::open(temp.dir.path().join("feedmux.db")).unwrap();
    damage.execute("INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')", []).unwrap();
    assert_eq!(temp.keep(20 * DAY, &all(keep(1, 0)), 3).await, 20);
    assert_eq!(temp.left(ids[0]).await, ["now"]);
    assert_eq!(temp.store.expired_at().await.unwrap(), Some(at(20 * DAY)));
}
