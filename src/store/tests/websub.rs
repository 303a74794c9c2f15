//! Subscriptions at hubs: wanted, kept, ended.

use super::*;
use crate::model::{HubSaid, HubSecret, HubWish, PushPlan, Subscription, SubscriptionState};

fn wish(hub: &str, topic: &str, callback: &str) -> HubSaid {
    HubSaid::At(Box::new(HubWish {
        hub: format!("https://{hub}.example/"),
        topic: topic.to_owned(),
        base: "https://me.example".to_owned(),
        callback: callback.to_owned(),
        secret: HubSecret(format!("key of {callback}")),
    }))
}

/// A poll that leaves this behind.
async fn polled(temp: &Temp, feed: FeedId, when: i64, patch: FeedPatch) {
    temp.store.apply(feed, Plan { feed: patch, ..plan(when) }).await.unwrap();
}

/// A poll that says this of the hub.
async fn says(temp: &Temp, feed: FeedId, when: i64, hub: HubSaid) {
    polled(temp, feed, when, FeedPatch { hub, ..plan(when).feed }).await;
}

async fn take(temp: &Temp, when: i64) -> Vec<Subscription> {
    temp.store.take_due_subscriptions(at(when), 9, Vec::new()).await.unwrap()
}

/// Callback and state of all that is due, in order.
async fn check_due(temp: &Temp, when: i64, expected: &[&str]) {
    let due: Vec<String> = take(temp, when).await.iter().map(|due| format!("{} {}", due.callback, due.state.as_str())).collect();
    assert_eq!(due, expected, "due after {when} s");
}

async fn state(temp: &Temp, callback: &str) -> Option<SubscriptionState> {
    temp.store.subscription(callback.to_owned()).await.unwrap().map(|found| found.state)
}

/// Verified at `when` for a day.
async fn verify(temp: &Temp, callback: &str, when: i64) {
    temp.store.subscribed(callback.to_owned(), at(when + DAY), at(when + DAY * 4 / 5)).await.unwrap();
}

async fn missed(temp: &Temp, when: i64) -> Option<u32> {
    temp.store.take_due_feeds(TakeFeeds { all: true, ..due_at(when) }).await.unwrap()[0].schedule.hub_missed
}

#[tokio::test]
async fn a_hub_is_asked_once_for_a_feed_and_again_when_the_lease_nears_its_end() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    says(&temp, feed, 1, wish("hub", "t", "two")).await;
    says(&temp, feed, 2, HubSaid::Unknown).await;
    let due = take(&temp, 2).await;
    assert_eq!((due.len(), due[0].callback.as_str(), due[0].attempts, due[0].secret.0.as_str()), (1, "one", 1, "key of one"));
    assert_eq!(
        (due[0].feed, due[0].feed_url.as_str(), due[0].hub.as_str()),
        (feed, "https://a.example/feed", "https://hub.example/")
    );
    check_due(&temp, 2, &[]).await;
    verify(&temp, "one", 10).await;
    assert_eq!(temp.store.next_due().await.unwrap().hub, Some(at(10 + DAY * 4 / 5)));
    check_due(&temp, DAY / 2, &[]).await;
    check_due(&temp, DAY, &["one active"]).await;
    assert_eq!(state(&temp, "two").await, None);
    temp.sound().await;
}

#[tokio::test]
async fn a_hub_that_does_not_verify_is_asked_ever_more_seldom() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    let (mut now, mut waits) = (0, Vec::new());
    for _ in 0..9 {
        check_due(&temp, now, &["one wanted"]).await;
        let next = temp.store.next_due().await.unwrap().hub.unwrap();
        let wait = next.duration_since(at(now)).as_secs();
        waits.push(wait / MINUTE);
        now += wait;
    }
    assert_eq!(waits, [10, 30, 90, 270, 810, 2_430, 7_290, 10_080, 10_080]);
}

#[tokio::test]
async fn what_was_taken_and_not_asked_is_due_again_and_hosts_have_their_quiet() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    let closed = temp.store.take_due_subscriptions(at(0), 9, vec!["hub.example".to_owned()]).await.unwrap();
    assert!(closed.is_empty());
    let taken = take(&temp, 0).await;
    temp.store.give_back_subscriptions(at(1), vec![taken[0].id]).await.unwrap();
    temp.store.quiet("hub.example".to_owned(), at(HOUR), None).await.unwrap();
    check_due(&temp, HOUR - 1, &[]).await;
    let again = take(&temp, HOUR).await;
    assert_eq!(again[0].attempts, 1);
}

#[tokio::test]
async fn a_feed_that_is_not_polled_any_more_needs_no_hub() {
    for nth in 0..5 {
        let temp = Temp::new();
        let feeds = temp.feeds(&["a", "b"]).await;
        says(&temp, feeds[0], 0, wish("hub", "t", "one")).await;
        take(&temp, 0).await;
        verify(&temp, "one", 1).await;
        match nth {
            0 => temp.store.pause(at(2), feeds[0], true).await.unwrap(),
            1 => drop(temp.store.put_feeds(at(2), vec![spec("b")]).await.unwrap()),
            2 => says(&temp, feeds[0], 2, HubSaid::Nobody).await,
            3 => polled(&temp, feeds[0], 2, FeedPatch { state: FeedState::Gone, ..plan(2).feed }).await,
            _ => {
                let (to, reason) = ("https://b.example/feed".to_owned(), "it is".to_owned());
                let address = crate::model::Address::Merged { to, into: feeds[1], reason };
                polled(&temp, feeds[0], 2, FeedPatch { address, ..plan(2).feed }).await;
            }
        }
        assert_eq!(state(&temp, "one").await, Some(SubscriptionState::Ending), "case {nth}");
        // asked once to stop, then forgotten, whether it verified that or not
        check_due(&temp, 3, &["one ending"]).await;
        check_due(&temp, 4, &[]).await;
        check_due(&temp, 2 * HOUR, &[]).await;
        assert_eq!(state(&temp, "one").await, None, "case {nth}");
        temp.sound().await;
    }
}

#[tokio::test]
async fn an_end_that_the_hub_verified_is_forgotten_at_once_and_one_it_never_heard_of_needs_no_request() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    says(&temp, feed, 1, HubSaid::Nobody).await;
    assert_eq!(state(&temp, "one").await, None);
    says(&temp, feed, 2, wish("hub", "t", "two")).await;
    take(&temp, 2).await;
    says(&temp, feed, 3, HubSaid::Nobody).await;
    temp.store.unsubscribed("two".to_owned()).await.unwrap();
    assert_eq!(state(&temp, "two").await, None);
    // what is wanted cannot be ended by a hub
    says(&temp, feed, 4, wish("hub", "t", "three")).await;
    temp.store.unsubscribed("three".to_owned()).await.unwrap();
    assert_eq!(state(&temp, "three").await, Some(SubscriptionState::Wanted));
}

#[tokio::test]
async fn another_hub_takes_the_place_of_the_first() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    take(&temp, 0).await;
    says(&temp, feed, 1, wish("other", "t", "two")).await;
    check_due(&temp, 1, &["one ending", "two wanted"]).await;
    says(&temp, feed, 2, wish("other", "new topic", "three")).await;
    check_due(&temp, 2, &["two ending", "three wanted"]).await;
}

#[tokio::test]
async fn a_hub_that_said_no_is_asked_again_after_a_week() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    take(&temp, 0).await;
    temp.store.denied(at(1), "one".to_owned()).await.unwrap();
    says(&temp, feed, 2, wish("hub", "t", "two")).await;
    verify(&temp, "one", 3).await;
    assert_eq!(state(&temp, "one").await, Some(SubscriptionState::Denied));
    check_due(&temp, 6 * DAY, &[]).await;
    assert_eq!(take(&temp, 8 * DAY).await[0].callback, "one");
    assert_eq!(state(&temp, "one").await, Some(SubscriptionState::Wanted));
}

#[tokio::test]
async fn another_public_address_is_told_to_the_hub_and_none_ends_all() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    take(&temp, 0).await;
    verify(&temp, "one", 1).await;
    temp.store.reached_at(at(2), "https://me.example".to_owned()).await.unwrap();
    check_due(&temp, 2, &[]).await;
    temp.store.reached_at(at(3), "https://me.example/feeds".to_owned()).await.unwrap();
    check_due(&temp, 3, &["one wanted"]).await;
    temp.store.reached_at(at(4), String::new()).await.unwrap();
    assert_eq!((state(&temp, "one").await, temp.store.next_due().await.unwrap().hub), (None, None));
}

#[tokio::test]
async fn a_push_stores_entries_and_leaves_the_schedule_and_the_validators_alone() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    let before = temp.value("SELECT next_poll_at || next_poll_reason || last_polled_at || last_status FROM feeds").await;
    let push = |when: i64, names: &[&str]| PushPlan {
        new: names.iter().map(|name| entry(name)).collect(),
        changed: Vec::new(),
        seen: Vec::new(),
        attached: Vec::new(),
        poll: PollRecord { status: None, outcome: "pushed".to_owned(), ..plan(when).poll },
        decisions: Vec::new(),
    };
    let applied = temp.store.push(feed, push(60, &["x", "y"])).await.unwrap();
    assert_eq!((applied.new, temp.titles().await.len()), (2, 2));
    assert_eq!(temp.store.push(feed, push(61, &["x"])).await.unwrap().new, 0, "pushed again it is the same");
    assert_eq!(temp.value("SELECT next_poll_at || next_poll_reason || last_polled_at || last_status FROM feeds").await, before);
    assert_eq!(temp.value("SELECT group_concat(outcome || new_entries) FROM polls").await, "new0,pushed2,pushed0");
    says(&temp, feed, 70, HubSaid::Nobody).await;
    assert_eq!(temp.store.push(feed, push(71, &["z"])).await.unwrap().new, 0, "nobody wants it any more");
    temp.sound().await;
}

#[tokio::test]
async fn what_a_hub_missed_is_counted_until_it_tells_again() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    temp.apply(feed, 1, vec![entry("before")]).await;
    assert_eq!(missed(&temp, 2).await, None, "not verified yet");
    take(&temp, 2).await;
    verify(&temp, "one", 3).await;
    assert_eq!(missed(&temp, 4).await, Some(0));
    temp.apply(feed, 5, vec![entry("x")]).await;
    temp.apply(feed, 6, vec![entry("y")]).await;
    temp.apply(feed, 7, Vec::new()).await;
    assert_eq!(missed(&temp, 8).await, Some(2));
    let poll = PollRecord { outcome: "pushed".to_owned(), ..plan(9).poll };
    let told =
        PushPlan { new: Vec::new(), changed: Vec::new(), seen: Vec::new(), attached: Vec::new(), poll, decisions: Vec::new() };
    temp.store.push(feed, told).await.unwrap();
    assert_eq!(missed(&temp, 10).await, Some(0));
    assert_eq!(missed(&temp, 4 + DAY).await, None, "the lease is over");
}

#[tokio::test]
async fn waits_for_hubs_follow_the_clock() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    says(&temp, feed, 0, wish("hub", "t", "one")).await;
    take(&temp, 0).await;
    verify(&temp, "one", 0).await;
    temp.store.shift_due(HOUR * 1000).await.unwrap();
    assert_eq!(temp.store.next_due().await.unwrap().hub, Some(at(HOUR + DAY * 4 / 5)));
    assert_eq!(missed(&temp, DAY + HOUR / 2).await, Some(0), "the lease moved along");
    temp.store.clamp_due(at(-90 * DAY), Duration::from_hours(24)).await.unwrap();
    assert_eq!(temp.store.next_due().await.unwrap().hub, Some(at(-80 * DAY)));
}
