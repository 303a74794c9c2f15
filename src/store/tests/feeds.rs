//! Subscriptions and the schedule.

use super::*;
use crate::model::{FeedMeta, Hearsay};
use crate::store::{HostWish, StoreError};

async fn taken(temp: &Temp, when: i64, n: usize, round: Option<i64>) -> Vec<i64> {
    let due = temp
        .store
        .take_due_feeds(TakeFeeds { limit: n, all: round.is_some(), round: round.map(at), ..due_at(when) })
        .await
        .unwrap();
    due.into_iter().map(|feed| feed.id.0).collect()
}

/// Rows as a person or damage left them.
fn edit(temp: &Temp, sql: &str) {
    let conn = rusqlite::Connection::open(temp.dir.path().join("feedmux.db")).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn rows_of_the_queue_without_a_feed_stand_in_nobodys_way_for_long() {
    let temp = Temp::new();
    temp.feeds(&["a"]).await;
    for n in 100..104 {
        edit(&temp, &format!("INSERT INTO feed_poll (feed_id, next_poll_at, interval_ms, host) VALUES ({n}, {n}, 1, 'gone{n}')"));
    }
    assert_eq!(taken(&temp, 0, 2, None).await, [0; 0]);
    assert_eq!(taken(&temp, 0, 2, None).await, [0; 0]);
    assert_eq!(taken(&temp, 0, 2, None).await, [1]);
}

#[tokio::test]
async fn a_feed_whose_host_is_not_known_is_in_a_round_whoever_wants_quiet() {
    let temp = Temp::new();
    temp.feeds(&["a", "b"]).await;
    edit(&temp, "UPDATE feed_poll SET host = NULL WHERE feed_id = 1");
    temp.store.quiet("b.example".to_owned(), at(HOUR), None).await.unwrap();
    assert_eq!(taken(&temp, 0, 9, Some(0)).await, [1]);
}

#[tokio::test]
async fn the_due_time_moves_before_the_answer() {
    let temp = Temp::new();
    temp.feeds(&["a", "b", "c"]).await;
    assert_eq!(temp.store.next_due().await.unwrap().feed, Some(at(0)));
    assert_eq!(taken(&temp, 0, 2, None).await, [1, 2]);
    assert_eq!(taken(&temp, 0, 9, None).await, [3]);
    assert_eq!(taken(&temp, 29 * MINUTE, 9, None).await, [0; 0]);
    assert_eq!(temp.store.next_due().await.unwrap().feed, Some(at(30 * MINUTE)));
    let due = temp.store.take_due_feeds(TakeFeeds { limit: 1, busy: vec![FeedId(1)], ..due_at(HOUR) }).await.unwrap();
    assert_eq!(due[0].id, FeedId(2), "what is under way is not taken again");
    assert!(due[0].first);
    assert_eq!(due[0].url, "https://b.example/feed");
}

#[tokio::test]
async fn a_poll_leaves_what_the_next_one_needs() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let mut patch = plan(10);
    patch.feed.validators = Some(crate::model::Validators {
        etag: Some("W/\"1\"".to_owned()),
        last_modified: None,
        url: Some("https://a.example/feed".to_owned()),
    });
    patch.feed.body_hash = Some(Hash128::of(b"body"));
    let hourly = crate::model::Rhythm {
        ttl: Some(Duration::from_hours(1)),
        period: Some(Duration::from_hours(2)),
        skip_hours: crate::model::EVERY_HOUR,
        skip_days: crate::model::EVERY_DAY,
    };
    patch.feed.meta = Some(crate::model::FeedMeta {
        title: Some("Own".to_owned()),
        rhythm: hourly,
        faults: vec![crate::error::Fault::new("date", "no 'date'")],
        ..Default::default()
    });
    patch.new = vec![entry("one")];
    temp.store.apply(ids[0], patch).await.unwrap();
    temp.store.apply(ids[0], Plan { feed: FeedPatch { failures: 2, ok: false, ..plan(0).feed }, ..plan(20) }).await.unwrap();
    let due = temp.store.take_due_feeds(due_at(HOUR)).await.unwrap().pop().unwrap();
    let schedule = due.schedule;
    assert!(!due.first);
    assert_eq!((schedule.failures, schedule.validators.etag.as_deref()), (2, Some("W/\"1\"")));
    assert_eq!((schedule.body_hash, schedule.rhythm, schedule.last_full_at), (Some(Hash128::of(b"body")), hourly, Some(at(20))));
    assert_eq!((schedule.first_polled_at, schedule.last_new_at), (Some(at(10)), Some(at(10))));
    let faults = temp.store.faults_of(ids[0]).await.unwrap();
    assert_eq!(faults, [("date".to_owned(), "no 'date'".to_owned())], "a poll without a document says nothing about them");
    // An empty pair forgets.
    let mut patch = plan(30);
    patch.feed.validators = Some(crate::model::Validators::default());
    temp.store.apply(ids[0], patch).await.unwrap();
    let due = temp.store.take_due_feeds(due_at(2 * HOUR)).await.unwrap().pop().unwrap();
    assert!(due.schedule.validators.is_empty());
}

#[tokio::test]
async fn a_round_takes_every_feed_once() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c", "d", "e"]).await;
    assert_eq!(taken(&temp, 0, 9, None).await.len(), 5);
    temp.store.pause(at(1), ids[1], true).await.unwrap();
    temp.store.apply(ids[2], Plan { feed: FeedPatch { state: FeedState::Gone, ..plan(0).feed }, ..plan(0) }).await.unwrap();
    let asked_to_wait = FeedPatch { hold_until: Some(at(HOUR)), next_poll_at: at(HOUR), ..plan(0).feed };
    temp.store.apply(ids[3], Plan { feed: asked_to_wait, ..plan(0) }).await.unwrap();
    assert_eq!(taken(&temp, 10, 1, Some(10)).await, [1]);
    assert_eq!(taken(&temp, 11, 9, Some(10)).await, [5], "not the paused, the gone, the one told to wait, nor one twice");
    assert_eq!(taken(&temp, 12, 9, Some(10)).await, [0; 0]);
    assert_eq!(taken(&temp, HOUR, 9, Some(HOUR)).await.len(), 3, "Retry-After is over");
}

#[tokio::test]
async fn asking_does_not_overrule_publisher_or_pause() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    taken(&temp, 0, 9, None).await;
    temp.store.poll_now(at(5), ids[0]).await.unwrap();
    assert_eq!(taken(&temp, 5, 9, None).await, [1]);
    let asked_to_wait = FeedPatch { hold_until: Some(at(HOUR)), next_poll_at: at(HOUR), ..plan(0).feed };
    temp.store.apply(ids[0], Plan { feed: asked_to_wait, ..plan(0) }).await.unwrap();
    temp.store.poll_now(at(6), ids[0]).await.unwrap();
    assert_eq!(taken(&temp, 7, 9, None).await, [0; 0]);
    temp.store.pause(at(7), ids[1], true).await.unwrap();
    temp.store.apply(ids[2], Plan { feed: FeedPatch { state: FeedState::Gone, ..plan(0).feed }, ..plan(0) }).await.unwrap();
    for (id, word) in [(ids[1], "paused"), (ids[2], "gone"), (FeedId(99), "no feed 99")] {
        let line = temp.store.poll_now(at(8), id).await.unwrap_err().to_string();
        assert!(line.contains(word), "{line}");
    }
    // The end of a poll that was under way does not wake a feed that was paused meanwhile.
    temp.store.apply(ids[1], plan(8)).await.unwrap();
    assert_eq!(temp.value("SELECT state || coalesce(next_poll_at, '') FROM feeds WHERE id = 2").await, "paused");
    temp.store.pause(at(9), ids[1], false).await.unwrap();
    temp.store.pause(at(9), ids[2], false).await.unwrap();
    assert_eq!(taken(&temp, 9, 9, None).await, [3, 2], "a person may say that a gone feed is back");
}

#[tokio::test]
async fn the_configuration_owns_what_it_lists() {
    let temp = Temp::new();
    let store = &temp.store;
    let (managed, is_new) = store.add_feed(at(0), spec("m"), Some("{}".to_owned())).await.unwrap();
    assert!(is_new);
    assert!(!store.add_feed(at(0), spec("m"), None).await.unwrap().1);
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![entry("kept")]).await;
    let state = || async {
        let feeds = store.feeds().await.unwrap();
        feeds.iter().map(|feed| format!("{} {:?} {}", feed.id.0, feed.origin, feed.subscribed)).collect::<Vec<_>>()
    };
    assert_eq!(state().await, ["1 Managed true", "2 Config true", "3 Config true"]);
    temp.feeds(&["b", "m"]).await;
    assert_eq!(state().await, ["1 Config true", "3 Config true", "2 Config false"]);
    assert_eq!(temp.titles().await, ["Title kept"]);
    assert_eq!(temp.value("SELECT count(*) FROM feeds").await, 2, "the view lists subscriptions");
    assert_eq!(taken(&temp, 5, 9, None).await, [1, 3]);
    assert_eq!(temp.feeds(&["b", "m", "a"]).await, [ids[1], managed, ids[0]], "listed again: the same feed");
    assert_eq!(taken(&temp, 6, 9, None).await, [0; 0], "not before its interval is over, however often a list is rewritten");
    assert_eq!(taken(&temp, 30 * MINUTE, 9, None).await, [ids[0].0]);
    let line = store.remove_feed(at(7), ids[0]).await.unwrap_err().to_string();
    assert!(line.contains("a.example/feed is listed in the configuration"), "{line}");
    assert!(!store.add_feed(at(7), spec("a"), None).await.unwrap().1, "a command does not take it over");
    let (other, _) = store.add_feed(at(7), spec("x"), Some("{\"interval\":60}".to_owned())).await.unwrap();
    assert_eq!(store.managed_feeds().await.unwrap()[0].settings.as_deref(), Some("{\"interval\":60}"));
    store.remove_feed(at(7), other).await.unwrap();
    assert!(store.managed_feeds().await.unwrap().is_empty());
    assert_eq!(store.remove_feed(at(7), other).await, Err(StoreError::NoSuch("feed 4".to_owned())));
    assert!(store.add_feed(at(8), spec("x"), None).await.unwrap().1, "added again");
}

#[tokio::test]
async fn a_listed_title_that_is_the_feeds_own_stays_its_own() {
    let temp = Temp::new();
    let listed = |name: &str, title: Option<&str>, own: Option<&str>| FeedSpec {
        title: title.map(str::to_owned),
        hearsay: Hearsay { title: own.map(str::to_owned), site_url: Some(format!("https://{name}.example/")) },
        ..spec(name)
    };
    let told = |title: &str, when: i64| {
        let meta = FeedMeta { title: Some(title.to_owned()), ..FeedMeta::default() };
        Plan { feed: FeedPatch { meta: Some(meta), ..plan(when).feed }, ..plan(when) }
    };
    // what a list says, what the polls say, what is shown before and after each
    for (name, (title, own), polls, shown) in [
        ("own", (Some("Tides"), None), ["Tides", "Tides and Winds"], ["Tides", "Tides", "Tides and Winds"]),
        ("renamed", (Some("Sea"), None), ["Tides", "Sea"], ["Sea", "Sea", "Sea"]),
        ("hearsay", (None, Some("Tides")), ["Tidal", "Tides"], ["Tides", "Tidal", "Tides"]),
    ] {
        let (id, _) = temp.store.add_feed(at(0), listed(name, title, own), None).await.unwrap();
        let row = || async { temp.store.feeds().await.unwrap().into_iter().find(|row| row.id == id).unwrap() };
        assert_eq!(row().await.site_url, Some(format!("https://{name}.example/")));
        assert_eq!(row().await.title, shown[0], "{name}");
        for (when, (poll, shown)) in polls.into_iter().zip(&shown[1..]).enumerate() {
            temp.store.apply(id, told(poll, i64::try_from(when).unwrap() + 1)).await.unwrap();
            assert_eq!(row().await.title, *shown, "{name}, {poll}");
        }
    }
    // a file of the configuration is the user's word, as long as it says so
    let ids = temp.store.put_feeds(at(9), vec![listed("file", Some("Tides"), None)]).await.unwrap();
    temp.store.apply(ids[0], told("Tides", 9)).await.unwrap();
    temp.store.apply(ids[0], told("Tides and Winds", 10)).await.unwrap();
    assert!(temp.store.feeds().await.unwrap().iter().any(|row| row.id == ids[0] && row.title == "Tides"));
}

#[tokio::test]
async fn a_feed_is_found_by_what_people_type() {
    let temp = Temp::new();
    temp.feeds(&["alpha", "beta", "alphabet77"]).await;
    for (what, expected) in [
        ("2", vec![2]),
        (" https://beta.example/feed ", vec![2]),
        ("https://BETA.example/feed", vec![2]),
        ("ALPHABET", vec![3]),
        ("alphabet77", vec![3]),
        ("alpha", vec![1, 3]),
        ("example/feed", vec![1, 2, 3]),
        ("gamma", vec![]),
        ("77", vec![]), // a number, though it stands in an address
        ("", vec![]),
    ] {
        let found = temp.store.find_feed(what).await.unwrap();
        assert_eq!(found.iter().map(|feed| feed.id.0).collect::<Vec<_>>(), expected, "{what:?}");
    }
}

#[tokio::test]
async fn no_wait_outlives_a_clock_that_was_set_back() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let far = 30 * DAY;
    taken(&temp, far, 9, None).await;
    let patch = FeedPatch { next_poll_at: at(far), hold_until: Some(at(far)), ..plan(0).feed };
    let new = vec![waits(entry("one"), far)];
    temp.store.apply(ids[0], Plan { feed: patch, new, ..plan(far) }).await.unwrap();
    assert_eq!(temp.store.clamp_due(at(0), Duration::from_hours(24)).await.unwrap(), 4);
    let due = temp.store.next_due().await.unwrap();
    assert_eq!((due.feed, due.article, due.hold), (Some(at(30 * MINUTE)), Some(at(DAY)), Some(at(DAY))));
    assert_eq!(temp.store.clamp_due(at(0), Duration::from_hours(24)).await.unwrap(), 0);
    assert_eq!(taken(&temp, DAY, 9, Some(DAY)).await, [1]);
}

#[tokio::test]
async fn a_round_over_due_feeds_takes_each_once_however_short_its_interval() {
    let temp = Temp::new();
    temp.feeds(&["a"]).await;
    let round = |when: i64| TakeFeeds { round: Some(at(0)), ..due_at(when) };
    assert_eq!(temp.store.take_due_feeds(round(1)).await.unwrap().len(), 1);
    assert_eq!(temp.store.take_due_feeds(round(HOUR)).await.unwrap().len(), 0, "due again, but this round had it");
    assert_eq!(temp.store.take_due_feeds(due_at(HOUR)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_host_does_not_fill_the_answer() {
    let temp = Temp::new();
    let names: Vec<String> = (0..20).map(|n| format!("feed{n}.crowded")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).chain(["alone"]).collect();
    temp.feeds(&names).await;
    let due = temp.store.take_due_feeds(TakeFeeds { limit: 10, per_host: 3, ..due_at(0) }).await.unwrap();
    assert_eq!(due.len(), 4, "three of the crowded host, one of the other: {due:?}");
}

#[tokio::test]
async fn what_was_taken_for_nothing_is_due_again_and_a_quiet_host_is_not() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    assert_eq!(taken(&temp, 0, 9, None).await, [1, 2]);
    temp.store.give_back(at(1), ids.clone(), Vec::new()).await.unwrap();
    temp.store.quiet("a.example".to_owned(), at(HOUR), None).await.unwrap();
    assert_eq!(taken(&temp, 1, 9, None).await, [2]);
    assert_eq!(taken(&temp, HOUR, 9, None).await, [2, 1], "longest due first");
}

#[tokio::test]
async fn a_host_that_asked_for_quiet_is_remembered() {
    let temp = Temp::new();
    temp.feeds(&["a"]).await;
    let pause = Duration::from_secs(64);
    temp.store.quiet("a.example".to_owned(), at(HOUR), Some(pause)).await.unwrap();
    temp.store.quiet("a.example".to_owned(), at(MINUTE), Some(pause)).await.unwrap();
    let known = |hold_until| vec![HostWish { host: "a.example".to_owned(), hold_until, spacing: Some(pause) }];
    assert_eq!(temp.store.hosts(at(0)).await.unwrap(), known(at(HOUR)), "a shorter wish does not end a longer one");
    // What is added meanwhile, asked for, or taken by a round over everything waits as well; so do pages.
    let mut more = spec("a");
    more.url.set_path("/other");
    let (other, _) = temp.store.add_feed(at(1), more, None).await.unwrap();
    temp.store.poll_now(at(2), other).await.unwrap();
    assert_eq!(taken(&temp, 3, 9, Some(3)).await, [0; 0]);
    let mut waiting = waits(entry("page"), DAY);
    waiting.scrape.as_mut().unwrap().host = "a.example".to_owned();
    temp.apply(other, 4, vec![waiting]).await;
    assert!(temp.store.take_due_articles(at(5), 9, Vec::new(), Vec::new()).await.unwrap().is_empty());
    let waiting = temp.value("SELECT count(*) FROM feeds WHERE next_poll_at = '2023-11-14T23:13:20.000Z'").await;
    assert_eq!(waiting, 2, "one that was under way when its host spoke waits too");
    assert_eq!(taken(&temp, HOUR, 9, None).await, [1, 2]);
    assert_eq!(temp.store.hosts(at(DAY)).await.unwrap(), known(at(HOUR)), "the pause outlives the hold");
    assert_eq!(temp.store.hosts(at(8 * DAY)).await.unwrap(), [], "but not for ever");
}

#[tokio::test]
async fn of_feeds_that_are_due_at_once_the_one_polled_longest_ago_goes_first() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    for (id, when) in [(ids[0], 30), (ids[1], 10), (ids[2], 20)] {
        temp.store.apply(id, plan(when)).await.unwrap();
    }
    temp.store.give_back(at(HOUR), ids, Vec::new()).await.unwrap();
    assert_eq!(taken(&temp, HOUR, 9, None).await, [2, 3, 1]);
}

#[tokio::test]
async fn waits_go_along_with_a_clock_that_is_set() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let new = vec![waits(entry("one"), HOUR)];
    temp.store.apply(ids[0], Plan { new, ..plan(0) }).await.unwrap();
    temp.store.quiet("site.example".to_owned(), at(2 * HOUR), None).await.unwrap();
    let before = temp.store.next_due().await.unwrap();
    for days in [30, -31] {
        temp.store.shift_due(days * DAY * 1000).await.unwrap();
    }
    let by = jiff::SignedDuration::from_hours(-24);
    let after = temp.store.next_due().await.unwrap();
    let moved = |at: Option<Timestamp>| at.map(|at| at + by);
    assert_eq!((after.feed, after.article, after.hold), (moved(before.feed), moved(before.article), moved(before.hold)));
    assert_eq!(temp.store.hosts(at(-DAY)).await.unwrap()[0].hold_until, at(2 * HOUR - DAY));
}

#[tokio::test]
async fn after_a_standstill_feeds_come_one_after_the_other() {
    let temp = Temp::new();
    let names: Vec<String> = (0..100).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids = temp.feeds(&names).await;
    for id in &ids[1..] {
        temp.store.apply(*id, plan(0)).await.unwrap();
    }
    let most = Duration::from_secs(60);
    assert_eq!(temp.store.spread_overdue(at(DAY), Duration::from_secs(1), most).await.unwrap(), 99);
    let due = |when| TakeFeeds { limit: 100, per_host: 100, ..due_at(when) };
    let first = temp.store.take_due_feeds(due(DAY)).await.unwrap();
    assert!(first.iter().any(|feed| feed.id == ids[0]), "one that was never polled does not wait");
    let mut most_in_a_tenth = 0;
    let mut all = first.len();
    for tenth in 1..=10 {
        let came = temp.store.take_due_feeds(due(DAY + 6 * tenth)).await.unwrap();
        assert!(came.iter().all(|feed| feed.schedule.spread), "and they stay apart");
        most_in_a_tenth = most_in_a_tenth.max(came.len());
        all += came.len();
    }
    assert_eq!(all, 100, "all within the time");
    assert!(most_in_a_tenth < 20, "{most_in_a_tenth}");
    // Intervals of 30 min; where they are shorter than that time, three fifths of one.
    let later = 2 * DAY;
    let hours = Duration::from_secs(3600);
    assert_eq!(temp.store.spread_overdue(at(later), Duration::from_secs(1), hours).await.unwrap(), 99);
    let soon = temp.store.take_due_feeds(due(later + 12 * 60)).await.unwrap().len();
    let rest = temp.store.take_due_feeds(due(later + 18 * 60)).await.unwrap().len();
    assert!((50..=80).contains(&soon) && rest >= 20, "{soon} in two fifths of an interval, then {rest}");
}
