//! Feeds that move, and two that become one.

use super::*;
use crate::model::{Address, Moving};

const NEW: &str = "https://new.example/feed";

async fn says(temp: &Temp, feed: FeedId, when: i64, address: Address) {
    temp.store.apply(feed, Plan { feed: FeedPatch { address, ..plan(0).feed }, ..plan(when) }).await.unwrap();
}

fn moved() -> Address {
    Address::Moved { to: NEW.to_owned(), reason: "polled there from now on".to_owned() }
}

fn merged(into: FeedId) -> Address {
    Address::Merged { to: NEW.to_owned(), into, reason: "polled there from now on".to_owned() }
}

async fn due(temp: &Temp, when: i64) -> Vec<(i64, String)> {
    let due = temp.store.take_due_feeds(due_at(when)).await.unwrap();
    due.into_iter().map(|feed| (feed.id.0, feed.at)).collect()
}

#[tokio::test]
async fn a_move_under_way_is_remembered_until_the_feed_says_otherwise() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let moving = Moving { to: NEW.to_owned(), polls: 2, onto: None };
    for (address, expected) in
        [(Address::Moving(moving.clone()), Some(&moving)), (Address::Unknown, Some(&moving)), (Address::Here, None)]
    {
        says(&temp, ids[0], 0, address).await;
        let feed = temp.store.take_due_feeds(due_at(HOUR)).await.unwrap().pop().unwrap();
        assert_eq!(feed.moving.as_ref(), expected);
        assert_eq!(feed.at, "https://a.example/feed");
    }
}

#[tokio::test]
async fn a_feed_that_moved_is_polled_there_and_the_way_back_is_kept() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    says(&temp, ids[0], 1, moved()).await;
    assert_eq!(due(&temp, HOUR).await, [(1, NEW.to_owned())]);
    assert_eq!(temp.value("SELECT url FROM feeds").await, NEW);
    assert_eq!(temp.value("SELECT feed_url FROM entries").await, NEW);
    let told = temp.value("SELECT kind || ' ' || reason || ' ' || evidence FROM decisions").await.to_string();
    assert!(told.contains("moved polled there") && told.contains("https://a.example/feed"), "{told}");
    assert_eq!(temp.value("SELECT host FROM feed_poll").await, "new.example");
    // The configuration still lists the old address: the same feed.
    assert_eq!(temp.feeds(&["a"]).await, ids);
    assert_eq!(due(&temp, 2 * HOUR).await, [(1, NEW.to_owned())]);
    for address in ["https://a.example/feed", NEW] {
        let found = temp.store.find_feed(address).await.unwrap();
        assert_eq!(found[0].listed_url.as_deref(), Some("https://a.example/feed"), "{address}");
    }
    // Only a person can know that the old one is right again.
    temp.store.pause(at(9), ids[0], true).await.unwrap();
    temp.store.pause(at(9), ids[0], false).await.unwrap();
    assert_eq!(due(&temp, 10).await, [(1, "https://a.example/feed".to_owned())]);
    assert_eq!(temp.value("SELECT host FROM feed_poll").await, "a.example");
    // A redirect back to where it is listed needs no second address.
    says(&temp, ids[0], 11, moved()).await;
    let home = Address::Moved { to: "https://a.example/feed".to_owned(), reason: String::new() };
    says(&temp, ids[0], 12, home).await;
    assert_eq!(temp.store.find_feed("1").await.unwrap()[0].listed_url, None);
    temp.sound().await;
}

#[tokio::test]
async fn who_stands_at_an_address_is_known() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "new"]).await;
    let standing = |address: &str, except| temp.store.feed_at(address.to_owned(), except);
    assert_eq!(standing(NEW, ids[0]).await.unwrap(), Some(ids[2]), "listed there");
    assert_eq!(standing(NEW, ids[2]).await.unwrap(), None, "not itself");
    temp.store.pause(at(0), ids[2], true).await.unwrap();
    assert_eq!(standing(NEW, ids[0]).await.unwrap(), None, "one that is not polled keeps nothing");
    says(&temp, ids[1], 1, Address::Moving(Moving { to: NEW.to_owned(), polls: 1, onto: None })).await;
    assert_eq!(standing(NEW, ids[0]).await.unwrap(), Some(ids[1]), "on its way there");
    says(&temp, ids[0], 2, Address::Moving(Moving { to: NEW.to_owned(), polls: 1, onto: Some(ids[1]) })).await;
    assert_eq!(standing(NEW, ids[1]).await.unwrap(), None, "who follows another does not stand for it");
    says(&temp, ids[1], 3, moved()).await;
    assert_eq!(standing(NEW, ids[0]).await.unwrap(), Some(ids[1]), "arrived");
    assert_eq!(standing("https://b.example/feed", ids[0]).await.unwrap(), None, "and gone from there");
}

#[tokio::test]
async fn of_two_feeds_that_became_one_one_rests_until_the_other_ends() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "new"]).await;
    let (old, new) = (ids[0], ids[1]);
    temp.apply(new, 0, vec![entry("one")]).await;
    says(&temp, old, 1, merged(new)).await;
    assert_eq!(due(&temp, HOUR).await, [(2, NEW.to_owned())]);
    assert_eq!(
        temp.value("SELECT state || ' ' || next_poll_reason FROM feeds WHERE id = 1").await,
        "paused the same feed as 2, which is polled for both"
    );
    // What is tagged as the one was is found under the other.
    let tagged = ItemQuery { limit: 9, needs: vec![crate::model::Required::Tag(vec!["tag-a".to_owned()])], ..ItemQuery::default() };
    let items = temp.store.items(tagged).await.unwrap();
    assert_eq!(items.len(), 1);
    let mut tags = items[0].source.tags.clone();
    tags.sort();
    assert_eq!(tags, ["tag-a", "tag-new"]);
    // The end of a poll that was under way does not wake it.
    says(&temp, old, 2, Address::Unknown).await;
    assert_eq!(due(&temp, 2 * HOUR).await, [(2, NEW.to_owned())]);
    temp.feeds(&["a"]).await;
    assert_eq!(due(&temp, 3 * HOUR).await, [(1, NEW.to_owned())], "the other is no longer subscribed to");
    temp.sound().await;
}

#[tokio::test]
async fn a_feed_whose_keeper_is_gone_is_polled_itself_again_and_not_early() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "new"]).await;
    says(&temp, ids[0], 1, merged(ids[1])).await;
    let gone = FeedPatch { state: FeedState::Gone, ok: false, ..plan(0).feed };
    temp.store.apply(ids[1], Plan { feed: gone, ..plan(2) }).await.unwrap();
    assert_eq!(due(&temp, 3).await, [], "its last poll was a moment ago");
    let due = temp.store.take_due_feeds(due_at(HOUR)).await.unwrap();
    assert_eq!(due.iter().map(|feed| (feed.id, feed.first)).collect::<Vec<_>>(), [(ids[0], true)], "what it brings is no news");
}

#[tokio::test]
async fn nobody_rests_for_one_that_is_not_there() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "new"]).await;
    temp.store.pause(at(0), ids[1], true).await.unwrap();
    says(&temp, ids[0], 1, merged(ids[1])).await;
    assert_eq!(due(&temp, HOUR).await, [(1, "https://a.example/feed".to_owned())]);
}
