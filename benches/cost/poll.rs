//! Whole polls of [`FEEDS`] feeds over loopback, as `once --all` does them, beside a straight line: the same requests, feed-rs and a row
//! an entry. By the clock, and with what the web that serves them takes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use divan::Bencher;
use divan::counter::ItemsCount;
use feedmux::clock::Clock;
use feedmux::config::{self, Loaded, Sources};
use feedmux::deduplicator::folding::Folding;
use feedmux::fetcher::Fetcher;
use feedmux::model::{FeedId, FeedSpec};
use feedmux::scheduler::{Events, Round, Scheduler};
use feedmux::store::Store;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::input;

const FEEDS: usize = 50;
/// Requests at once.
const AT_ONCE: usize = 16;

/// Feeds whose documents change when they are told to.
struct Web {
    runtime: Runtime,
    address: SocketAddr,
    edition: Arc<AtomicUsize>,
}

impl Web {
    #[allow(clippy::unwrap_used)] // without a web there is nothing to measure
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let edition = Arc::new(AtomicUsize::new(0));
        let of_now = Arc::clone(&edition);
        let feed = move |Path(number): Path<usize>, asked: HeaderMap| async move {
            let edition = of_now.load(Ordering::Relaxed);
            let etag = format!("\"{edition}\"");
            if asked.get("if-none-match").is_some_and(|known| known == etag.as_str()) {
                return (StatusCode::NOT_MODIFIED, [("etag", etag)]).into_response();
            }
            let kind = ("content-type", "application/rss+xml".to_owned());
            ([("etag", etag), kind], input::rss(edition * FEEDS + number)).into_response()
        };
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, axum::Router::new().route("/{number}", get(feed))).await });
        Self { runtime, address, edition }
    }

    fn urls(&self) -> impl Iterator<Item = String> {
        let address = self.address;
        (0..FEEDS).map(move |number| format!("http://{address}/{number}"))
    }

    fn next_edition(&self) {
        self.edition.fetch_add(1, Ordering::Relaxed);
    }
}

/// An aggregator that follows them.
struct Reader {
    store: Store,
    fetcher: Fetcher,
    config: config::Config,
    specs: HashMap<FeedId, FeedSpec>,
    _folder: TempDir,
}

impl Reader {
    #[allow(clippy::unwrap_used)] // as in `Web::new`
    fn new(web: &Web) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("feeds.txt");
        std::fs::write(&list, web.urls().collect::<Vec<_>>().join("\n")).unwrap();
        let sets = [
            format!("subscriptions.files=['{}']", list.display()),
            format!("poll.concurrency={AT_ONCE}"),
            format!("fetch.per_host_in_flight={AT_ONCE}"),
            "fetch.per_host_spacing='0s'".to_owned(),
            "fetch.allow_private=['127.0.0.0/8']".to_owned(),
            "scrape.mode='never'".to_owned(),
        ];
        let Loaded { config, feeds, .. } =
            config::load(&Sources { file: None, sets: sets.to_vec(), env: Default::default() }).unwrap();
        let store = Store::open(&folder.path().join("feedmux.db"), Box::new(Folding::default())).unwrap();
        let ids = web.runtime.block_on(store.put_feeds(Clock::system().now(), feeds.clone())).unwrap();
        let fetcher = Fetcher::new(&config.fetch, Clock::system()).unwrap();
        Self { store, fetcher, config, specs: ids.into_iter().zip(feeds).collect(), _folder: folder }
    }

    /// Asks all of them once; answers how many entries were new.
    #[allow(clippy::unwrap_used)] // a measured error would be a wrong number
    fn round(&self, web: &Web) -> usize {
        let Self { store, fetcher, config, specs, .. } = self;
        let (store, fetcher, config, specs) = (store.clone(), fetcher.clone(), config.clone(), specs.clone());
        let scheduler = Scheduler::new(store, fetcher, Clock::system(), config, specs, Events::default());
        let round = Round { all: true, only: Vec::new() };
        let summary = web.runtime.block_on(scheduler.once(round, CancellationToken::new())).unwrap();
        assert_eq!((summary.polls, summary.failed), (FEEDS, 0));
        summary.new
    }
}

/// No identity, no stories, no index, no politeness.
struct Straight {
    client: reqwest::Client,
    conn: Connection,
    etags: RefCell<HashMap<String, String>>,
    _folder: TempDir,
}

impl Straight {
    #[allow(clippy::unwrap_used, clippy::disallowed_methods)] // as in `Web::new`; what the door stands on is measured
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let conn = Connection::open(folder.path().join("raw.db")).unwrap();
        conn.execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = full;
             CREATE TABLE entry (id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, html TEXT) STRICT;",
        )
        .unwrap();
        let client = reqwest::Client::new();
        Self { client, conn, etags: RefCell::default(), _folder: folder }
    }

    #[allow(clippy::unwrap_used)] // as in `Reader::round`
    fn round(&self, web: &Web) -> usize {
        let mut new = 0;
        let urls: Vec<String> = web.urls().collect();
        for urls in urls.chunks(AT_ONCE) {
            let asked = urls.iter().map(|url| {
                let etag = self.etags.borrow().get(url).cloned().unwrap_or_default();
                let request = self.client.get(url).header("if-none-match", etag);
                web.runtime.spawn(async move {
                    let answer = request.send().await.unwrap();
                    let etag = answer.headers().get("etag").map_or("", |etag| etag.to_str().unwrap()).to_owned();
                    (etag, answer.bytes().await.unwrap())
                })
            });
            let answers: Vec<_> = asked.collect();
            let tx = self.conn.unchecked_transaction().unwrap();
            let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO entry (name, title, html) VALUES (?1, ?2, ?3)").unwrap();
            for (url, answer) in urls.iter().zip(answers) {
                let (etag, body) = web.runtime.block_on(answer).unwrap();
                self.etags.borrow_mut().insert(url.clone(), etag);
                if body.is_empty() {
                    continue;
                }
                for entry in feed_rs::parser::parse(&body[..]).unwrap().entries {
                    let (title, html) = (entry.title.map(|title| title.content), entry.summary.map(|summary| summary.content));
                    new += insert.execute((entry.id, title, html)).unwrap();
                }
            }
            drop(insert);
            tx.commit().unwrap();
        }
        new
    }
}

mod polls_of_24_new {
    use super::*;

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn a_round(bencher: Bencher) {
        let web = Web::new();
        let reader = Reader::new(&web);
        let round = || assert_eq!(reader.round(&web), FEEDS * input::ENTRIES);
        bencher.counter(ItemsCount::new(FEEDS)).with_inputs(|| web.next_edition()).bench_local_values(|()| round());
    }

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn b_straight_line(bencher: Bencher) {
        let (web, straight) = (Web::new(), Straight::new());
        let round = || assert_eq!(straight.round(&web), FEEDS * input::ENTRIES);
        bencher.counter(ItemsCount::new(FEEDS)).with_inputs(|| web.next_edition()).bench_local_values(|()| round());
    }
}

mod polls_with_304 {
    use super::*;

    #[divan::bench(sample_count = 20, sample_size = 1)]
    fn a_round(bencher: Bencher) {
        let web = Web::new();
        let reader = Reader::new(&web);
        reader.round(&web);
        bencher.counter(ItemsCount::new(FEEDS)).bench_local(|| assert_eq!(reader.round(&web), 0));
    }

    #[divan::bench(sample_count = 20, sample_size = 1)]
    fn b_straight_line(bencher: Bencher) {
        let (web, straight) = (Web::new(), Straight::new());
        straight.round(&web);
        bencher.counter(ItemsCount::new(FEEDS)).bench_local(|| assert_eq!(straight.round(&web), 0));
    }
}
