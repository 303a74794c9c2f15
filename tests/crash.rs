//! Hundreds of rounds of all that can happen to a service, by a plan that a seed makes: killed, told to stop, to reload, its store locked,
//! its disk full, its publishers slow and broken. After each round the store is whole, nothing that was acknowledged is missing or there
//! twice, nothing changed its id or the time when it was first seen; and whatever a reader got meanwhile was a whole document.
//!
//! `FEEDMUX_CRASH_ROUNDS` and `FEEDMUX_CRASH_SEED` make it longer, and another one.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use support::process::{Feedmux, check_whole, store};
use support::{Reply, Web, rss, say, wait_for};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

const ROUNDS: u64 = 200;
const FEEDS: usize = 8;
/// Items in a document of a feed: older ones fall out of it.
const ITEMS: usize = 12;
/// What it may take from a signal to the end.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// A row of numbers that is the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.roll(most))
    }

    /// A text that no other is like.
    fn words(&mut self, n: usize) -> String {
        (0..n).map(|_| format!("w{:x} ", self.roll(1 << 32))).collect()
    }
}

/// What publishers have to tell.
struct World {
    web: Web,
    feeds: Vec<Vec<(String, String)>>,
    version: u64,
    /// What a document with this ETag holds.
    told: HashMap<String, BTreeSet<String>>,
}

impl World {
    async fn start() -> Self {
        Self { web: Web::start().await, feeds: vec![Vec::new(); FEEDS], version: 0, told: HashMap::new() }
    }

    fn addresses(&self) -> Vec<String> {
        (0..FEEDS).map(|feed| self.web.url(&format!("/{feed}.xml"))).collect()
    }

    /// A feed has something new, or edits something; well told, late, or not at all.
    fn moves_on(&mut self, dice: &mut Dice) {
        let feed = dice.roll(FEEDS as u64) as usize;
        self.version += 1;
        let text = dice.words(40);
        match dice.roll(4) {
            0 if !self.feeds[feed].is_empty() => {
                let at = dice.roll(self.feeds[feed].len() as u64) as usize;
                self.feeds[feed][at].1 = text;
            }
            _ => self.feeds[feed].insert(0, (format!("f{feed}-e{}", self.version), text)),
        }
        self.feeds[feed].truncate(ITEMS);
        let etag = format!("\"f{feed}-v{}\"", self.version);
        let reply = match dice.roll(8) {
            0 => Reply::status(503),
            1 => Reply::ok("<<< no feed at all").etag(&format!("\"junk-{}\"", self.version)),
            late => Reply { delay: if late == 2 { dice.millis(3_000) } else { Duration::ZERO }, ..self.document(feed).etag(&etag) },
        };
        if reply.etag.as_ref() == Some(&etag) {
            self.told.insert(etag, self.feeds[feed].iter().map(|(guid, _)| guid.clone()).collect());
        }
        self.web.put(&format!("/{feed}.xml"), reply);
    }

    /// Everybody tells all, at once.
    fn is_well(&mut self) {
        for feed in 0..FEEDS {
            self.version += 1;
            self.web.put(&format!("/{feed}.xml"), self.document(feed).etag(&format!("\"f{feed}-v{}\"", self.version)));
        }
    }

    fn document(&self, feed: usize) -> Reply {
        let link = |guid: &str| format!("https://example.org/a-long-post-that-is-{guid}");
        let items: Vec<_> = self.feeds[feed].iter().map(|(guid, text)| (guid.as_str(), link(guid), text.as_str())).collect();
        let items: Vec<_> = items.iter().map(|(guid, link, text)| (*guid, link.as_str(), *guid, *text)).collect();
        Reply::ok(rss(&format!("Feed {feed}"), &items))
    }

    /// What feedmux said since the last time that it has.
    fn acknowledged(&self) -> BTreeSet<String> {
        let mut acknowledged = BTreeSet::new();
        for hit in self.web.take_hits() {
            if let Some(etag) = hit.headers.get("if-none-match") {
                assert!(!etag.starts_with("\"junk"), "what could not be read is acknowledged: {etag}");
                acknowledged.extend(self.told.get(etag).into_iter().flatten().cloned());
            }
        }
        acknowledged
    }
}

/// What was once seen, and may not change.
#[derive(Default)]
struct Seen {
    /// GUID to row and time of first sight.
    entries: BTreeMap<String, (i64, String)>,
    acknowledged: BTreeSet<String>,
}

impl Seen {
    fn check(&mut self, path: &Path, acknowledged: BTreeSet<String>) {
        let conn = check_whole(path);
        let mut find = conn.prepare("SELECT guid, id, first_seen_at FROM entries").unwrap();
        let rows = find.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
        let mut now: BTreeMap<String, (i64, String)> = BTreeMap::new();
        for row in rows {
            let (guid, of): (String, (i64, String)) = row.unwrap();
            assert_eq!(now.insert(guid.clone(), of), None, "{guid} is there twice");
        }
        for (guid, of) in &self.entries {
            assert_eq!(now.get(guid), Some(of), "{guid} is another one");
        }
        self.entries = now;
        self.acknowledged.extend(acknowledged);
        let missing: Vec<&String> = self.acknowledged.iter().filter(|guid| !self.entries.contains_key(*guid)).collect();
        assert!(missing.is_empty(), "acknowledged and not stored: {missing:?}");
    }
}

/// A reader that asks all the time, and what it noticed.
#[derive(Clone, Default)]
struct Reader {
    wrong: Arc<Mutex<Vec<String>>>,
    /// Link to id.
    ids: Arc<Mutex<HashMap<String, String>>>,
    answers: Arc<Mutex<u64>>,
}

impl Reader {
    async fn read(self, socket: PathBuf) {
        loop {
            for format in ["atom", "rss", "json"] {
                match document(&socket, &format!("/feeds/all.{format}")).await {
                    Some(body) => self.check(format, &body),
                    // It is not there, or was killed while it answered: the length says that the answer is not whole.
                    None => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            }
        }
    }

    fn check(&self, format: &str, body: &[u8]) {
        *self.answers.lock().unwrap() += 1;
        let parsed = match format {
            "json" => serde_json::from_slice(body).map(|feed: serde_json::Value| self.check_ids(&feed)).map_err(|e| e.to_string()),
            _ => feed_rs::parser::parse(body).map(drop).map_err(|error| error.to_string()),
        };
        if let Err(error) = parsed {
            self.wrong.lock().unwrap().push(format!("{format}: {error}: {}", String::from_utf8_lossy(body)));
        }
    }

    fn check_ids(&self, feed: &serde_json::Value) {
        let mut ids = self.ids.lock().unwrap();
        for item in feed["items"].as_array().unwrap() {
            let (url, id) = (item["url"].to_string(), item["id"].to_string());
            let known = ids.entry(url.clone()).or_insert_with(|| id.clone());
            if *known != id {
                self.wrong.lock().unwrap().push(format!("{url} was {known} and is {id}"));
            }
        }
    }
}

/// A whole answer, or `None`.
async fn document(socket: &Path, path: &str) -> Option<Vec<u8>> {
    let mut stream = UnixStream::connect(socket).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.ok()?.ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let length: usize = head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
    let body = answer.split_off(end + 4);
    (head.starts_with("http/1.1 200") && body.len() == length).then_some(body)
}

/// What happens to the daemon in one round; whether it still runs.
async fn happens(dice: &mut Dice, feedmux: &mut Option<Feedmux>, path: &Path) -> &'static str {
    let Some(running) = feedmux.as_mut() else { return "start" };
    let chance = dice.roll(7);
    if chance > 1 {
        // Before it hears signals one ends it, and while it starts a full disk does: whoever runs it starts it again.
        let socket = path.with_file_name("http.sock");
        wait_for("it listens", async || document(&socket, "/healthz").await).await;
    }
    match chance {
        0 | 1 => {
            let killed = feedmux.take().unwrap();
            killed.signal("KILL");
            killed.stop();
            "kill"
        }
        2 => {
            let begun = std::time::Instant::now();
            let stopped = feedmux.take().unwrap();
            let said = stopped.said();
            assert_eq!(stopped.stop(), Some(0), "{said}");
            assert!(begun.elapsed() < STOPS_WITHIN, "it took {:?} to stop", begun.elapsed());
            "stop"
        }
        3 => {
            running.signal("HUP");
            "reload"
        }
        4 => {
            let conn = Connection::open(path).unwrap();
            conn.busy_timeout(Duration::from_secs(10)).unwrap();
            if conn.execute_batch("BEGIN EXCLUSIVE").is_ok() {
                tokio::time::sleep(dice.millis(500)).await;
                conn.execute_batch("ROLLBACK").unwrap();
            }
            "lock"
        }
        5 => {
            let pid = Pid::from_raw(i32::try_from(running.pid()).unwrap()).unwrap();
            let hard = rustix::process::getrlimit(Resource::Fsize).maximum;
            let limit = |current| prlimit(Some(pid), Resource::Fsize, Rlimit { current, maximum: hard });
            let log = path.with_file_name("feedmux.db-wal");
            let size = [path, &log].iter().filter_map(|file| file.metadata().ok()).map(|file| file.len()).min().unwrap_or(0);
            // It may have ended just now, of what the last round did.
            if limit(Some(size + dice.roll(8_192))).is_ok() {
                tokio::time::sleep(dice.millis(500)).await;
                let _ = limit(hard);
            }
            "full disk"
        }
        _ => "nothing",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_happens_to_it_loses_or_doubles_anything() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (rounds, seed) = (number("FEEDMUX_CRASH_ROUNDS").unwrap_or(ROUNDS), number("FEEDMUX_CRASH_SEED").unwrap_or(1));
    let mut dice = Dice(seed);
    let mut world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, socket) = (store(folder.path()), folder.path().join("http.sock"));
    let listen = format!("http.listen=['unix:{}']", socket.display());
    let sets = [
        "poll.interval='200ms'",
        "poll.backoff='200ms'",
        "poll.max_interval='1s'",
        "run.drain='300ms'",
        "scrape.mode='never'",
        "output=[{name='all',items=1000,stories='show'}]",
        &listen,
    ];
    let start = |world: &World| Feedmux::run(folder.path(), "trap '' XFSZ", &world.addresses(), &sets);
    let reader = Reader::default();
    let reading = tokio::spawn(reader.clone().read(socket));
    let (mut feedmux, mut seen, mut happened) = (None, Seen::default(), BTreeMap::<&str, u64>::new());
    for round in 0..rounds {
        if feedmux.is_none() {
            feedmux = Some(start(&world));
        }
        for _ in 0..dice.roll(4) {
            world.moves_on(&mut dice);
        }
        tokio::time::sleep(dice.millis(400)).await;
        let what = happens(&mut dice, &mut feedmux, &path).await;
        *happened.entry(what).or_default() += 1;
        if let Some(running) = &mut feedmux {
            assert!(running.is_running(), "seed {seed}, round {round}, {what}: it ended by itself:\n{}", running.said());
        }
        // A daemon that was killed while it made its store has none yet.
        if path.exists() && support::process::number(&path, "SELECT count(*) FROM entries").is_some() {
            let acknowledged = world.acknowledged();
            seen.check(&path, acknowledged);
        }
        let wrong = reader.wrong.lock().unwrap().clone();
        assert!(wrong.is_empty(), "seed {seed}, round {round}, {what}: {wrong:?}");
    }
    world.is_well();
    let running = feedmux.unwrap_or_else(|| start(&world));
    let all: BTreeSet<String> = world.feeds.iter().flatten().map(|(guid, _)| guid.clone()).collect();
    wait_for("everything is caught up", async || {
        let conn = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        let mut find = conn.prepare("SELECT guid FROM entries").ok()?;
        let now: BTreeSet<String> = find.query_map([], |row| row.get(0)).ok()?.filter_map(Result::ok).collect();
        all.is_subset(&now).then_some(())
    })
    .await;
    assert_eq!(running.stop(), Some(0));
    seen.check(&path, world.acknowledged());
    reading.abort();
    let (wrong, answers) = (reader.wrong.lock().unwrap().clone(), *reader.answers.lock().unwrap());
    assert!(wrong.is_empty() && answers > rounds, "{answers} answers: {wrong:?}");
    say(&format!("seed {seed}, {rounds} rounds {happened:?}: {} entries, {answers} documents read", seen.entries.len()));
}
