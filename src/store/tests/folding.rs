//! Stories by the real folder: whatever happens in whatever order, they stay sound, and neither a restart nor a job that failed changes
//! what becomes of later entries.

use proptest::prelude::*;

use super::*;
use crate::deduplicator::folding::{self, Folding};
use crate::model::ContentOrigin::Article as FromArticle;
use crate::store::apply;
use crate::store::error::StoreError;

const FEEDS: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Clone, Debug)]
enum Event {
    Arrives(Told),
    /// In a job that fails behind it.
    Fails(Told),
    /// The page of the nth entry tells all of it.
    Tells(usize, u32),
    Splits(usize),
    Joins(usize, usize),
    Expires,
    Restarts,
}

#[derive(Clone, Debug)]
struct Told {
    feed: usize,
    headline: u32,
    /// Which text, from which word on, and how many.
    text: (u32, u32, u32),
    page: Option<u32>,
    waits: bool,
}

fn words(text: u32, from: u32, many: u32) -> String {
    (from..from + many).map(|n| if n % 11 == 10 { format!("w{text}n{n}. ") } else { format!("w{text}n{n} ") }).collect()
}

/// The nth entry.
fn new(told: &Told, n: usize) -> NewEntry {
    let name = format!("e{n}");
    let host = FEEDS[told.feed];
    let page = told.page.map_or_else(|| format!("https://{host}.example/{name}"), |page| format!("https://site.example/p{page}"));
    let mut entry = at_page(&name, &page);
    entry.text.title = format!("What happened at the harbour of place{} last night", told.headline);
    entry.text.text = words(told.text.0, told.text.1, told.text.2);
    entry.print = folding::fingerprint(&entry.text.title, host, &entry.text.text);
    if told.waits { waits(entry, 999 * DAY) } else { entry }
}

fn told() -> impl Strategy<Value = Told> {
    let text = (0..3u32, prop_oneof![Just(0u32), 0..40u32], prop_oneof![Just(0u32), Just(30), 60..200u32]);
    (0..FEEDS.len(), 0..3u32, text, prop::option::weighted(0.2, 0..2u32), prop::bool::weighted(0.2))
        .prop_map(|(feed, headline, text, page, waits)| Told { feed, headline, text, page, waits })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => told().prop_map(Event::Arrives),
        3 => told().prop_map(Event::Fails),
        2 => (0..20usize, 0..3u32).prop_map(|(nth, text)| Event::Tells(nth, text)),
        1 => (0..20usize).prop_map(Event::Splits),
        1 => (0..20usize, 0..20usize).prop_map(|(one, other)| Event::Joins(one, other)),
        1 => Just(Event::Expires),
        2 => Just(Event::Restarts),
    ]
}

/// (entry, story) of all, in the end. `all`: restarts and failures happen as well.
async fn lived(events: &[Event], all: bool) -> Vec<Vec<serde_json::Value>> {
    let mut temp = Temp::with(Folding::narrow());
    let feeds = temp.feeds(&FEEDS).await;
    for (n, event) in events.iter().enumerate() {
        let now = i64::try_from(n).unwrap() * 5 * HOUR;
        let id = |nth: &usize| EntryId(i64::try_from(*nth).unwrap() + 1);
        match event {
            Event::Arrives(told) => {
                temp.apply(feeds[told.feed], now, vec![new(told, n)]).await;
            }
            Event::Fails(told) if all => {
                let (feed, plan) = (feeds[told.feed], Plan { new: vec![new(told, n)], ..plan(now) });
                let failed = temp.store.write_as(true, move |tx| {
                    apply::apply(tx, feed, &plan)?;
                    Err::<(), _>(StoreError::Sql("behind it".to_owned()))
                });
                failed.await.unwrap_err();
            }
            Event::Restarts if all => temp.reopen(Folding::narrow()).await,
            Event::Tells(nth, text) => {
                let due = temp.store.take_due_articles(at(now), 20, Vec::new(), Vec::new()).await.unwrap();
                let Some(page) = due.get(nth % due.len().max(1)) else { continue };
                let text = words(*text, 0, 200);
                let print = Some(folding::print_of(&text));
                let entries =
                    page.waiting.iter().map(|entry| SettledEntry { print: print.clone(), ..chosen(entry.id, FromArticle) });
                temp.settle(page.id, now, won(&text), entries.collect()).await;
            }
            // Nobody says that of an entry that is not there.
            Event::Splits(nth) => drop(temp.store.split(at(now), id(nth)).await),
            Event::Joins(one, other) => drop(temp.store.join(at(now), id(one), id(other)).await),
            Event::Expires => {
                temp.expire(now, Duration::from_hours(48), 5).await;
            }
            Event::Fails(_) | Event::Restarts => {}
        }
        if all {
            temp.stories_are_sound().await;
        }
    }
    temp.sound().await;
    temp.rows("SELECT e.public_id, f.public_id FROM entry e JOIN entry f ON f.id = e.story_id ORDER BY e.id").await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn stories_are_sound_and_do_not_hang_on_restarts_and_failures(events in prop::collection::vec(event(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (calm, eventful) = runtime.block_on(async {
            lived(&events, true).await;
            // After a restart nothing is counted that was removed, or that a feed said before its page told more.
            let is_kept = |event: &Event| !matches!(event, Event::Tells(..) | Event::Expires);
            let events: Vec<Event> = events.into_iter().filter(is_kept).collect();
            (lived(&events, false).await, lived(&events, true).await)
        });
        prop_assert_eq!(calm, eventful);
    }
}

/// The first job of a run warms the folder up, and fails: what was printed before is known all the same.
#[tokio::test]
async fn what_was_remembered_outlives_a_failure_of_the_first_job() {
    let mut temp = Temp::with(Folding::narrow());
    let feeds = temp.feeds(&FEEDS).await;
    let notice: String = (0..60).map(|n| format!("notice{n} ")).collect();
    let told = |day: u32| Told { feed: 0, headline: day, text: (day, 0, 16), page: None, waits: false }.behind(&notice, day);
    for day in 0..7u32 {
        temp.apply(feeds[day as usize % 2], i64::from(day) * DAY, vec![told(day)]).await;
    }
    let founded = "SELECT group_concat(id) FROM (SELECT id FROM story ORDER BY id)";
    assert_eq!(temp.value(founded).await, "1,4,5,6,7", "nobody knows a notice when it comes first");
    temp.reopen(Folding::narrow()).await;
    let (feed, plan) = (feeds[0], Plan { new: vec![told(8)], ..plan(7 * DAY) });
    let failed = temp.store.write_as(true, move |tx| {
        apply::apply(tx, feed, &plan)?;
        Err::<(), _>(StoreError::Sql("behind it".to_owned()))
    });
    failed.await.unwrap_err();
    temp.apply(feeds[1], 7 * DAY, vec![told(9)]).await;
    assert_eq!(temp.value(founded).await, "1,4,5,6,7,8");
}

/// An entry of feed `feed` under `headline`.
fn says(name: &str, feed: usize, headline: &str, text: &str) -> NewEntry {
    let host = FEEDS[feed];
    let mut entry = at_page(name, &format!("https://{host}.example/{name}"));
    (entry.text.title, entry.text.text) = (headline.to_owned(), text.to_owned());
    entry.print = folding::fingerprint(headline, host, text);
    entry
}

async fn stories(temp: &Temp) -> String {
    let all = "SELECT group_concat(members, ' ') FROM (SELECT group_concat(id) AS members FROM
        (SELECT id, story_id FROM entry ORDER BY id) GROUP BY story_id ORDER BY story_id)";
    temp.value(all).await.as_str().unwrap_or_default().to_owned()
}

/// Issues of a column, one of which was folded with the one before: its copies leave with it, and bring it back no more.
#[tokio::test]
async fn a_series_is_taken_apart_with_its_copies() {
    let temp = Temp::with(Folding::default());
    let feeds = temp.feeds(&FEEDS).await;
    let column = "The garden in the city of Aster";
    let issue = |n: u32, frame: u32| format!("{}{}", words(n, 0, 50), words(90, 0, frame));
    let week = |n: i64| n * 7 * DAY;
    temp.apply(feeds[0], week(0), vec![says("one", 0, column, &issue(1, 110))]).await;
    temp.apply(feeds[0], week(1), vec![says("two", 0, column, &issue(2, 110))]).await;
    temp.apply(feeds[1], week(1) + HOUR, vec![says("copy", 1, column, &issue(2, 110))]).await;
    assert_eq!(stories(&temp).await, "1,2,3", "nobody knows that it is a column");
    temp.apply(feeds[0], week(2), vec![says("three", 0, column, &issue(3, 20))]).await;
    temp.apply(feeds[0], week(3), vec![says("four", 0, column, &issue(4, 20))]).await;
    assert_eq!(stories(&temp).await, "1 2,3 4 5");
    temp.apply(feeds[2], week(3) + HOUR, vec![says("copy too", 2, column, &issue(2, 110))]).await;
    assert_eq!(stories(&temp).await, "1 2,3,6 4 5");
    temp.sound().await;
}

/// Feeds without texts, whose pages tell one wire text: after a restart that is no house text.
#[tokio::test]
async fn pages_of_one_text_are_one_story_after_a_restart() {
    let mut temp = Temp::with(Folding::default());
    let names: Vec<String> = (0..8).map(|n| format!("outlet{n}")).collect();
    let feeds = temp.feeds(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let text = words(7, 0, 200);
    let entry = |n: usize| {
        let mut entry = at_page(&format!("e{n}"), &format!("https://outlet{n}.example/page"));
        entry.text.title = format!("What outlet{n} calls it");
        entry.print = folding::fingerprint(&entry.text.title, &format!("outlet{n}"), "");
        waits(entry, 999 * DAY)
    };
    for (n, feed) in feeds.iter().enumerate() {
        let now = i64::try_from(n).unwrap() * HOUR;
        if n == 7 {
            temp.reopen(Folding::default()).await;
        }
        temp.apply(*feed, now, vec![entry(n)]).await;
        let page = temp.page(now).await;
        let settled = SettledEntry { print: Some(folding::print_of(&text)), ..chosen(page.waiting[0].id, FromArticle) };
        temp.settle(page.id, now, won(&text), vec![settled]).await;
    }
    assert_eq!(stories(&temp).await, "1,2,3,4,5,6,7,8");
    temp.sound().await;
}

/// What is too old to be compared is forgotten, in the store as well.
#[tokio::test]
async fn what_is_outside_the_window_is_forgotten() {
    let temp = Temp::with(Folding::narrow());
    let feeds = temp.feeds(&FEEDS).await;
    for n in 0..20u32 {
        let text = words(n, 0, 200);
        temp.apply(feeds[0], i64::from(n) * HOUR, vec![says(&format!("old{n}"), 0, &format!("Old news of place{n}"), &text)]).await;
    }
    assert!(temp.value("SELECT count(*) FROM posting").await.as_u64().unwrap() > 100);
    temp.apply(feeds[0], 40 * DAY, vec![says("young", 0, "Young news", &words(99, 0, 200))]).await;
    for _ in 0..64 {
        temp.expire(40 * DAY, Duration::from_hours(365 * 24), 5).await;
    }
    assert_eq!(temp.value("SELECT count(*) FROM posting WHERE entry_id <= 12").await, 0);
    assert_eq!(temp.value("SELECT count(*) FROM print").await, 21, "a column is known for a season");
    temp.expire(100 * DAY, Duration::from_hours(365 * 24), 5).await;
    assert_eq!(temp.value("SELECT group_concat(entry_id) FROM print").await, "21");
}

impl Told {
    /// Its text behind a standing notice.
    fn behind(&self, notice: &str, day: u32) -> NewEntry {
        let mut entry = new(self, usize::try_from(day).unwrap());
        entry.text.text = format!("{notice}{}", entry.text.text);
        entry.print = folding::fingerprint(&entry.text.title, FEEDS[self.feed], &entry.text.text);
        entry
    }
}
