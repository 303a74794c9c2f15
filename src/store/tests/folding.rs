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
                let failed = temp.store.write_folding(true, move |tx| {
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
                temp.store.expire(at(now), Duration::from_hours(48), 5).await.unwrap();
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
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn stories_are_sound_and_do_not_hang_on_restarts_and_failures(events in prop::collection::vec(event(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (calm, eventful) = runtime.block_on(async {
            lived(&events, true).await;
            // What a feed said before its page told more is not counted after a restart.
            let events: Vec<Event> = events.into_iter().filter(|event| !matches!(event, Event::Tells(..))).collect();
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
        temp.apply(feeds[0], i64::from(day) * DAY, vec![told(day)]).await;
    }
    let founded = "SELECT group_concat(id) FROM (SELECT id FROM story ORDER BY id)";
    assert_eq!(temp.value(founded).await, "1,4,5,6,7", "nobody knows a notice when it comes first");
    temp.reopen(Folding::narrow()).await;
    let (feed, plan) = (feeds[0], Plan { new: vec![told(8)], ..plan(7 * DAY) });
    let failed = temp.store.write_folding(true, move |tx| {
        apply::apply(tx, feed, &plan)?;
        Err::<(), _>(StoreError::Sql("behind it".to_owned()))
    });
    failed.await.unwrap_err();
    temp.apply(feeds[0], 7 * DAY, vec![told(9)]).await;
    assert_eq!(temp.value(founded).await, "1,4,5,6,7,8");
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
