//! The store's verbs, each a call as the daemon makes it (to the writer's thread or a reader and back, committed with
//! `synchronous=FULL`), beside the bare rows over a connection with the same settings.
//!
//! The folder is the system's temporary one: `TMPDIR=/dev/shm` leaves the disk out.

use std::cell::Cell;
use std::time::Duration;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use feedmux::deduplicator::folding::Folding;
use feedmux::deduplicator::{self, Document, EntryPlan, PollInput};
use feedmux::model::{
    Address, EntryKey, FeedId, FeedPatch, FeedSpec, FeedState, HubSaid, Item, ItemQuery, Known, Plan, PollRecord, SearchQuery,
    Validators,
};
use feedmux::store::Store;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::input::ENTRIES;
use crate::plan::{moment, parsed, poll, settings};

/// Feeds that the benchmarks poll in turn.
const FEEDS: usize = 50;
/// Documents stored before reading is measured: 2,400 entries.
const DOCUMENTS: usize = 100;
/// Items of a page.
pub(crate) const ITEMS: usize = 100;

/// A store in a folder of its own, with [`FEEDS`] feeds.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) runtime: Runtime,
    feeds: Vec<FeedId>,
    version: Cell<usize>,
    folder: TempDir,
}

impl Bench {
    #[allow(clippy::unwrap_used)] // without a store there is nothing to measure
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = Store::open(&folder.path().join("feedmux.db"), Box::new(Folding::default())).unwrap();
        let specs = (1..=FEEDS).map(spec).collect();
        let feeds = runtime.block_on(store.put_feeds(moment(), specs)).unwrap();
        Self { store, runtime, feeds, version: Cell::new(0), folder }
    }

    /// The same with [`DOCUMENTS`] documents in it.
    pub(crate) fn filled() -> Self {
        let bench = Self::new();
        for _ in 0..DOCUMENTS {
            let (feed, plan) = bench.next_plan();
            bench.apply(feed, plan);
        }
        bench.runtime.block_on(bench.store.index_now()).ok();
        bench
    }

    pub(crate) fn items(&self) -> Vec<Item> {
        let query = ItemQuery { limit: ITEMS, with_members: true, ..ItemQuery::default() };
        self.runtime.block_on(self.store.items(query)).unwrap_or_default()
    }

    fn next(&self) -> usize {
        self.version.replace(self.version.get() + 1)
    }

    /// A feed whose turn it is, and a document's worth of entries it never had.
    fn next_plan(&self) -> (FeedId, Plan) {
        let version = self.next();
        let feed = self.feeds[version % FEEDS];
        let EntryPlan { new, .. } = deduplicator::plan(&next_input(feed, version));
        (feed, Plan { new, ..nothing(200) })
    }

    #[allow(clippy::unwrap_used)] // a measured error would be a wrong number
    fn apply(&self, feed: FeedId, plan: Plan) {
        self.runtime.block_on(self.store.apply(feed, plan)).unwrap();
    }
}

fn next_input(feed: FeedId, version: usize) -> PollInput {
    poll(feed, parsed(version), Known::default())
}

#[allow(clippy::unwrap_used)] // an address made here
fn spec(number: usize) -> FeedSpec {
    FeedSpec {
        url: url::Url::parse(&format!("https://harbour{number}.example/feed")).unwrap(),
        title: Some(format!("Harbour {number}")),
        tags: vec!["harbour".to_owned()],
        priority: 0,
        headers: Vec::new(),
        auth: None,
        settings: settings(),
        hearsay: feedmux::model::Hearsay::default(),
    }
}

/// A good poll that changes no entry.
fn nothing(status: u16) -> Plan {
    Plan {
        feed: FeedPatch {
            state: FeedState::Active,
            status: Some(status),
            error: None,
            failures: 0,
            next_poll_at: feedmux::clock::after(moment(), Duration::from_mins(30)),
            reason: "every 30 min".to_owned(),
            interval: Duration::from_mins(30),
            hold_until: None,
            validators: Some(Validators { etag: Some("\"a\"".to_owned()), ..Validators::default() }),
            body_hash: None,
            meta: None,
            ok: true,
            full: status == 200,
            address: Address::Here,
            hub: HubSaid::Unknown,
        },
        new: Vec::new(),
        changed: Vec::new(),
        seen: Vec::new(),
        attached: Vec::new(),
        signs: Vec::new(),
        poll: PollRecord {
            at: moment(),
            status: Some(status),
            outcome: if status == 304 { "not-modified" } else { "new" }.to_owned(),
            bytes: 6_300,
            duration: Duration::from_millis(80),
        },
        decisions: Vec::new(),
    }
}

/// Rows of the same texts: two indexes, no names, no stories, no counters.
struct Raw {
    conn: Connection,
    _folder: TempDir,
}

impl Raw {
    #[allow(clippy::unwrap_used)] // as in `Bench::new`
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let conn = Connection::open(folder.path().join("raw.db")).unwrap();
        conn.execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = 4000;
             CREATE TABLE feed (id INTEGER PRIMARY KEY, due INTEGER, etag TEXT, reason TEXT) STRICT;
             CREATE TABLE entry (id INTEGER PRIMARY KEY, feed INTEGER, name BLOB UNIQUE, received INTEGER, url TEXT, title TEXT,
                 text TEXT, html TEXT) STRICT;
             CREATE INDEX entry_received ON entry (received);",
        )
        .unwrap();
        for feed in 1..=FEEDS as i64 {
            conn.execute("INSERT INTO feed (id, due) VALUES (?1, 0)", [feed]).unwrap();
        }
        Self { conn, _folder: folder }
    }

    #[allow(clippy::unwrap_used)] // as in `Bench::apply`
    fn insert(&self, feed: FeedId, plan: &Plan) {
        let tx = self.conn.unchecked_transaction().unwrap();
        let mut insert = tx
            .prepare_cached("INSERT INTO entry (feed, name, received, url, title, text, html) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .unwrap();
        for entry in &plan.new {
            let (text, html) = (&entry.text, entry.text.content.as_ref().or(entry.text.summary.as_ref()));
            let html = html.map_or("", |html| html.as_str());
            insert.execute((feed.0, entry.keys[0].0, 0, &text.url, &text.title, &text.text, html)).unwrap();
        }
        drop(insert);
        tx.commit().unwrap();
    }

    /// The due time must move: SQLite writes and syncs nothing for a row that stays as it is.
    #[allow(clippy::unwrap_used)] // as in `Bench::apply`
    fn update(&self, feed: FeedId) {
        let mut update = self.conn.prepare_cached("UPDATE feed SET due = due + 1, etag = 'a', reason = 'b' WHERE id = ?1").unwrap();
        assert_eq!(update.execute([feed.0]).unwrap(), 1);
    }
}

mod poll_of_24_new {
    use super::*;

    #[divan::bench]
    fn a_apply(bencher: Bencher) {
        let bench = Bench::new();
        let apply = |(feed, plan)| bench.apply(feed, plan);
        bencher.counter(ItemsCount::new(ENTRIES)).with_inputs(|| bench.next_plan()).bench_local_values(apply);
    }

    #[divan::bench]
    fn b_rows_alone(bencher: Bencher) {
        let (bench, raw) = (Bench::new(), Raw::new());
        let insert = |(feed, plan): &mut (FeedId, Plan)| raw.insert(*feed, plan);
        bencher.counter(ItemsCount::new(ENTRIES)).with_inputs(|| bench.next_plan()).bench_local_refs(insert);
    }
}

mod poll_with_304 {
    use super::*;

    #[divan::bench]
    fn a_apply(bencher: Bencher) {
        let bench = Bench::new();
        let next = || (bench.feeds[bench.next() % FEEDS], nothing(304));
        bencher.with_inputs(next).bench_local_values(|(feed, plan)| bench.apply(feed, plan));
    }

    #[divan::bench]
    fn b_row_alone(bencher: Bencher) {
        let (bench, raw) = (Bench::new(), Raw::new());
        bencher.with_inputs(|| bench.feeds[bench.next() % FEEDS]).bench_local_values(|feed| raw.update(feed));
    }
}

mod known_of_24 {
    use super::*;

    /// The feed of the last document, and its names.
    fn last(bench: &Bench) -> (FeedId, Vec<EntryKey>) {
        let version = DOCUMENTS - 1;
        (bench.feeds[version % FEEDS], Document::of(parsed(version)).keys())
    }

    #[divan::bench]
    fn a_known(bencher: Bencher) {
        let bench = Bench::filled();
        let (feed, keys) = last(&bench);
        let known = || bench.runtime.block_on(bench.store.known(feed, keys.clone())).unwrap_or_default();
        assert_eq!(known().stamps.len(), ENTRIES, "all are known");
        bencher.counter(ItemsCount::new(ENTRIES)).bench_local(known);
    }

    /// As many as there are names, several an entry; in one transaction like the store's.
    #[divan::bench]
    #[allow(clippy::unwrap_used)] // as in `Bench::apply`
    fn b_look_ups_alone(bencher: Bencher) {
        let (bench, raw) = (Bench::new(), Raw::new());
        let mut names = Vec::new();
        for _ in 0..DOCUMENTS {
            let (feed, plan) = bench.next_plan();
            raw.insert(feed, &plan);
            names.extend(plan.new.into_iter().map(|entry| entry.keys[0].0));
        }
        names.drain(..names.len() - last(&bench).1.len());
        let mut select = raw.conn.prepare("SELECT id FROM entry WHERE name = ?1").unwrap();
        bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
            let _snapshot = raw.conn.unchecked_transaction().unwrap();
            names.iter().map(|name| select.query_row([name], |row| row.get::<_, i64>(0)).unwrap()).max()
        });
    }
}

mod search_of_two_words {
    use super::*;

    #[divan::bench]
    fn a_search(bencher: Bencher) {
        let bench = Bench::filled();
        let search = || {
            let query = SearchQuery::new("harbour ferry", moment(), 20);
            bench.runtime.block_on(bench.store.search(query)).unwrap_or_default()
        };
        assert_eq!(search().len(), 20);
        bencher.bench_local(search);
    }

    /// The numbers of the best of all hits, over the same index.
    #[divan::bench]
    #[allow(clippy::unwrap_used)] // as in `Bench::apply`
    fn b_fts5_alone(bencher: Bencher) {
        let bench = Bench::filled();
        let conn = Connection::open(bench.folder.path().join("feedmux.db")).unwrap();
        let sql = "SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'harbour ferry' ORDER BY rank LIMIT 20";
        let mut find = conn.prepare(sql).unwrap();
        bencher.bench_local(|| find.query_map([], |row| row.get::<_, i64>(0)).unwrap().flatten().sum::<i64>());
    }
}

mod newest_100 {
    use super::*;

    #[divan::bench]
    fn a_items(bencher: Bencher) {
        let bench = Bench::filled();
        assert_eq!(bench.items().len(), ITEMS, "there are enough");
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| bench.items());
    }

    #[divan::bench]
    #[allow(clippy::unwrap_used)] // as in `Bench::apply`
    fn b_rows_alone(bencher: Bencher) {
        let (bench, raw) = (Bench::new(), Raw::new());
        for _ in 0..DOCUMENTS {
            let (feed, plan) = bench.next_plan();
            raw.insert(feed, &plan);
        }
        let sql = "SELECT id, feed, name, received, url, title, text, html FROM entry ORDER BY received DESC LIMIT 100";
        let mut select = raw.conn.prepare(sql).unwrap();
        bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| {
            let rows = select.query_map([], |row| {
                let texts: [String; 4] = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, [u8; 16]>(2)?, row.get::<_, i64>(3)?, texts))
            });
            black_box(rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap())
        });
    }
}
