//! A real web on loopback that does what a test says, and a daemon in process that reads it.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // each test binary uses its part; it is test code throughout

pub mod process;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use feedmux::clock::Clock;
use feedmux::config::{self, Config, Sources};
use feedmux::daemon::{Daemon, Parts};
use feedmux::model::FeedSpec;
use feedmux::scheduler::{Events, Summary};

/// Longest wait for something that has to happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What an address of the test web answers.
#[derive(Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Sent as `ETag`; a request that carries it gets a 304.
    pub etag: Option<String>,
    /// Waits before it answers.
    pub delay: Duration,
}

impl Reply {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn etag(mut self, etag: &str) -> Self {
        self.etag = Some(etag.to_owned());
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// One request that came in.
#[derive(Clone, Debug)]
pub struct Hit {
    pub path: String,
    pub headers: HashMap<String, String>,
}

#[derive(Clone, Default)]
struct Shared {
    pages: Arc<Mutex<HashMap<String, Reply>>>,
    hits: Arc<Mutex<Vec<Hit>>>,
}

/// The web.
pub struct Web {
    address: SocketAddr,
    shared: Shared,
}

impl Web {
    pub async fn start() -> Self {
        Self::at("127.0.0.1").await
    }

    /// On another address of this machine.
    pub async fn at(ip: &str) -> Self {
        let listener = tokio::net::TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared::default();
        let app = axum::Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, shared }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn put(&self, path: &str, reply: Reply) {
        self.shared.pages.lock().unwrap().insert(path.to_owned(), reply);
    }

    pub fn hits(&self, path: &str) -> Vec<Hit> {
        self.shared.hits.lock().unwrap().iter().filter(|hit| hit.path == path).cloned().collect()
    }

    /// All requests since the last time.
    pub fn take_hits(&self) -> Vec<Hit> {
        std::mem::take(&mut *self.shared.hits.lock().unwrap())
    }

    /// All that was asked for, in this order.
    pub fn paths(&self) -> Vec<String> {
        self.shared.hits.lock().unwrap().iter().map(|hit| hit.path.clone()).collect()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let headers: HashMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let known = headers.get("if-none-match").cloned();
    shared.hits.lock().unwrap().push(Hit { path: path.clone(), headers });
    let reply = shared.pages.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Reply::status(404));
    tokio::time::sleep(reply.delay).await;
    let fresh = reply.etag.is_some() && reply.etag == known;
    let mut response =
        Response::builder().status(if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::from_u16(reply.status).unwrap() });
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    if let Some(etag) = &reply.etag {
        response = response.header("etag", etag);
    }
    response.body(if fresh { Body::empty() } else { Body::from(reply.body) }).unwrap()
}

/// Settings for loopback: no pauses, short intervals.
pub fn settings(sets: &[&str]) -> Vec<String> {
    let quick = [
        "fetch.allow_private=['127.0.0.0/8']",
        "fetch.per_host_spacing='0s'",
        "fetch.robots_cache='1h'",
        "poll.timeout='2s'",
        "http.listen=['127.0.0.1:0']",
    ];
    quick.iter().chain(sets).map(|set| (*set).to_owned()).collect()
}

/// A daemon with a folder of its own.
pub struct TestDaemon {
    pub daemon: Daemon,
    pub folder: Arc<tempfile::TempDir>,
}

impl TestDaemon {
    /// Starts on a new store with one configured feed an address.
    pub async fn start(feeds: &[String], sets: &[&str]) -> Self {
        Self::restart(Arc::new(tempfile::tempdir().unwrap()), feeds, sets).await
    }

    /// Starts on the store of an earlier one.
    pub async fn restart(folder: Arc<tempfile::TempDir>, feeds: &[String], sets: &[&str]) -> Self {
        Self::at(Clock::system(), folder, feeds, sets).await
    }

    /// Starts by a clock of the test's.
    pub async fn at(clock: Clock, folder: Arc<tempfile::TempDir>, feeds: &[String], sets: &[&str]) -> Self {
        let (config, feeds) = configuration(&folder, feeds, sets);
        let store = config.store.path.clone();
        let parts = Parts { config, feeds, store: &store, control_socket: None, clock, events: Events::default() };
        Self { daemon: Daemon::start(parts).await.unwrap(), folder }
    }

    /// Lets other feeds and settings hold; gives what was said about it.
    pub async fn reload(&mut self, feeds: &[String], sets: &[&str]) -> String {
        let (config, feeds) = configuration(&self.folder, feeds, sets);
        self.daemon.reload(config, feeds).await.unwrap().to_string()
    }

    pub async fn stop(self) -> (Summary, Arc<tempfile::TempDir>) {
        (self.daemon.stop().await, self.folder)
    }

    /// A body that the daemon serves.
    pub async fn get(&self, path: &str) -> String {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(format!("{}{path}", self.daemon.addresses[0])).send().await.unwrap().text().await.unwrap()
    }

    /// The items of `all.json`.
    pub async fn items(&self) -> Vec<serde_json::Value> {
        let feed: serde_json::Value = serde_json::from_str(&self.get("/feeds/all.json").await).unwrap();
        feed["items"].as_array().unwrap().clone()
    }

    /// Waits until the merged feed has `count` items, and gives them.
    pub async fn wait_for_items(&self, count: usize) -> Vec<serde_json::Value> {
        wait_for(&format!("{count} items in the merged feed"), async || {
            let items = self.items().await;
            (items.len() >= count).then_some(items)
        })
        .await
    }

    /// A cell of the store, by SQL on the views.
    pub async fn sql(&self, query: &str) -> serde_json::Value {
        let table = self.daemon.store.sql(query, 1, PATIENCE).await.unwrap();
        table.rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or_default()
    }
}

fn configuration(folder: &tempfile::TempDir, feeds: &[String], sets: &[&str]) -> (Config, Vec<FeedSpec>) {
    let file: PathBuf = folder.path().join("feedmux.toml");
    let tables: Vec<String> = feeds.iter().map(|url| format!("[[feed]]\nurl = \"{url}\"\n")).collect();
    std::fs::write(&file, tables.concat()).unwrap();
    let mut sets = settings(sets);
    sets.push(format!("store.path='{}'", folder.path().join("feedmux.db").display()));
    let loaded = config::load(&Sources { file: Some(file), sets, env: std::collections::BTreeMap::new() }).unwrap();
    (loaded.config, loaded.feeds)
}

/// Waits for `condition` with a bound; names what did not happen.
pub async fn wait_for<T>(what: &str, condition: impl AsyncFn() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what}: did not happen within {PATIENCE:?}"))
}

/// An RSS feed; each item is (guid, link, title, description).
pub fn rss(title: &str, items: &[(&str, &str, &str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, link, title, text)| {
            format!("<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><title>{title}</title><description>{text}</description><pubDate>Tue, 24 Nov 2026 08:00:00 +0000</pubDate></item>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title><link>https://example.org/</link><language>de</language>{items}</channel></rss>"
    )
}

/// A page of a site.
pub fn page(head: &str, body: &str) -> Reply {
    let page = format!("<!doctype html><html><head><title>A site</title>{head}</head><body>{body}</body></html>");
    Reply::ok(page).header("content-type", "text/html; charset=utf-8")
}

/// Said to whoever watches, whatever the test's fate: `println!` would be kept from them.
pub fn say(line: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), format!("{line}\n").as_bytes()).unwrap();
}

/// Where npm and pip put what they installed for the tests with programs of others.
pub fn installed() -> PathBuf {
    let folder = std::env::var_os("FEEDMUX_READERS").map_or_else(|| PathBuf::from("target/readers"), PathBuf::from);
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)
}
