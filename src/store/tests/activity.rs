//! Days and subscriptions at a glance.

use super::*;
use crate::model::{Applied, Day, PushPlan};

async fn days(temp: &Temp, now: i64, n: usize) -> Vec<Day> {
    temp.store.glance(at(now), 0, n).await.unwrap().days
}

#[tokio::test]
async fn each_day_counts_what_it_brought() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![entry("one"), entry("two")]).await;
    let Applied { folded, .. } = temp.apply(ids[1], 60, vec![entry("one")]).await;
    temp.apply(ids[1], 120, vec![]).await;
    let mut failed = plan(180);
    (failed.feed.ok, failed.poll.bytes) = (false, u64::MAX);
    temp.store.apply(ids[1], failed).await.unwrap();
    let pushed = PushPlan {
        new: vec![entry("three")],
        changed: vec![],
        attached: vec![],
        seen: vec![],
        poll: plan(DAY).poll,
        decisions: vec![],
    };
    let feed = ids[0];
    temp.store.write_as(true, move |tx| crate::store::apply::push(tx, feed, &pushed)).await.unwrap();
    temp.apply(ids[0], 4 * DAY, vec![]).await;

    let found = days(&temp, 4 * DAY, 5).await;
    let first = found[0];
    assert_eq!((first.polls, first.unchanged, first.failed, first.new, first.folded), (4, 1, 1, 3, u64::from(folded)));
    assert_eq!(first.bytes, i64::MAX as u64, "a sum that does not fit stays where it ends");
    assert_eq!((found[1].polls, found[1].new, found[1].unchanged, found[1].bytes), (0, 1, 0, 6_300), "a push is no poll");
    assert_eq!(found[2], Day::idle(found[2].day), "each day is there");
    assert_eq!((found[4].polls, found[4].unchanged), (1, 1));
    let named: Vec<String> = found.iter().map(|day| day.day.to_string()).collect();
    assert_eq!(named, ["2023-11-14", "2023-11-15", "2023-11-16", "2023-11-17", "2023-11-18"]);
    assert_eq!(temp.value("SELECT new_entries FROM days WHERE day = '2023-11-15'").await, 1);
    assert_eq!(days(&temp, 4 * DAY, 1).await, found[4..]);
    assert_eq!(days(&temp, 4 * DAY, 0).await, []);
}

#[tokio::test]
async fn those_in_trouble_come_first_and_only_so_many() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c", "d", "e"]).await;
    let ends = async |id: FeedId, state: FeedState, failures: u32, next: i64| {
        let mut plan = plan(0);
        (plan.feed.state, plan.feed.failures, plan.feed.next_poll_at) = (state, failures, at(next));
        temp.store.apply(id, plan).await.unwrap();
    };
    ends(ids[0], FeedState::Active, 0, 900).await;
    ends(ids[1], FeedState::Failing, 2, 900).await;
    ends(ids[2], FeedState::Active, 0, 600).await;
    ends(ids[3], FeedState::Failing, 9, 900).await;
    ends(ids[4], FeedState::Failing, 9, 900).await;
    temp.store.pause(at(10), ids[4], true).await.unwrap();
    temp.apply(ids[0], 60, vec![entry("one")]).await;
    let glance = temp.store.glance(at(60), 4, 1).await.unwrap();
    assert_eq!((glance.feeds, glance.in_trouble, glance.entries), (5, 2, 1));
    let order: Vec<i64> = glance.first.iter().map(|row| row.id.0).collect();
    assert_eq!(order, [ids[3].0, ids[1].0, ids[2].0, ids[0].0], "the paused one is not in trouble and last");
    assert_eq!(glance.first[3].entries, 1);
    assert_eq!(Temp::new().store.glance(at(0), 4, 1).await.unwrap().feeds, 0);
}
