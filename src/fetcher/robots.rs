//! robots.txt for article pages (RFC 9309): fetched once an origin, believed for a while, asked before each page.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use texting_robots::Robot;
use url::Url;

use super::Fetcher;
use crate::clock::{self, Clock};
use crate::model::{FetchError, Fetched, Kind, Limits, Request, Validators};

/// Our product token, before `*`.
const TOKEN: &str = "feedmux";

/// Read of one file; RFC 9309 2.5 asks for at least 500 KiB.
const MAX_BYTES: u64 = 512 << 10;

/// RFC 9309 2.3.1.2.
const MAX_HOPS: u8 = 5;

/// RFC 9309 2.4: no longer than a day. What could not be read is asked for again sooner.
const MAX_AGE: Duration = Duration::from_secs(86_400);
/// Pages are tried again after 5 minutes: one 503 believed longer than that would spend the attempts of all pages of an origin.
const MAX_AGE_UNKNOWN: Duration = Duration::from_secs(4 * 60);

/// Origins remembered, and what their rules may take together; the oldest goes first.
const MAX_ORIGINS: usize = 10_000;
const MAX_WEIGHT: usize = 16 << 20;

/// A rule with `$` becomes a regular expression of up to 42 KiB: 60,000 of them fit in one file and would fill the memory.
const MAX_DOLLARS: usize = 200;

/// Longer than any address that is asked for.
const MAX_LINE: usize = 4096;

/// Whether a page may be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// Yes.
    Allowed {
        /// `Crawl-delay` between requests to this host, as the file says it; the caller caps it.
        crawl_delay: Option<Duration>,
    },
    /// No.
    Disallowed,
    /// The file could not be had, so not now (RFC 9309 2.3.1.4).
    Unknown(FetchError),
}

/// The robots.txt of the origins that articles came from. Cheap to clone.
#[derive(Clone)]
pub struct Robots(Arc<Inner>);

struct Inner {
    fetcher: Fetcher,
    clock: Clock,
    ttl: Duration,
    cache: Mutex<Cache>,
    /// One request at a time for one file.
    asking: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Robots {
    /// A cache that believes a file for `ttl` (`fetch.robots_cache`), at most a day.
    pub fn new(fetcher: Fetcher, ttl: Duration, clock: Clock) -> Self {
        Self(Arc::new(Inner { fetcher, clock, ttl: ttl.min(MAX_AGE), cache: Mutex::default(), asking: Mutex::default() }))
    }

    /// The answer for `url` without any request; `None` when the file has to be asked for.
    pub fn cached(&self, url: &Url) -> Option<Access> {
        let rules = lock(&self.0.cache).get(&origin(url), self.0.clock.now())?;
        Some(rules.access(url))
    }

    /// The answer for `url`, asking the origin for its file when that is not known. Connect, first byte and idle gap take `step` at
    /// most each, all of it four times that.
    pub async fn ask(&self, url: &Url, step: Duration) -> Access {
        let origin = origin(url);
        let turn = self.turn(&origin);
        let _turn = turn.lock().await;
        if let Some(known) = self.cached(url) {
            return known;
        }
        let rules = match self.fetch(url, step).await {
            Ok(rules) => rules,
            // it says nothing about the file: the next page asks again
            Err(error) if error.is_ours() => return Access::Unknown(error),
            Err(error) => without_file(error),
        };
        let ttl = if matches!(rules, Rules::Unknown(_)) { self.0.ttl.min(MAX_AGE_UNKNOWN) } else { self.0.ttl };
        let access = rules.access(url);
        lock(&self.0.cache).put(origin, rules, clock::after(self.0.clock.now(), ttl));
        access
    }

    fn turn(&self, origin: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut asking = lock(&self.0.asking);
        asking.retain(|_, turn| Arc::strong_count(turn) > 1); // those that nobody waits for, cancelled ones too
        Arc::clone(asking.entry(origin.to_owned()).or_default())
    }

    async fn fetch(&self, url: &Url, step: Duration) -> Result<Rules, FetchError> {
        let Ok(file) = url.join("/robots.txt") else { return Ok(Rules::All) };
        let limits = Limits { hops: MAX_HOPS, body_bytes: MAX_BYTES, step, total: step.saturating_mul(4) };
        let request =
            Request { url: file, kind: Kind::Robots, validators: Validators::default(), headers: Vec::new(), auth: None, limits };
        let Fetched::Body(body) = self.0.fetcher.get(request).await? else { return Ok(Rules::All) };
        let bytes = body.bytes.clone();
        // rules by the ten thousand take milliseconds, and the parser is known to panic on odd input
        Ok(tokio::task::spawn_blocking(move || parse(&bytes)).await.unwrap_or(Rules::All))
    }
}

/// RFC 9309 2.3.1.2-2.3.1.4: what cannot exist allows all, what may exist but cannot be had allows nothing.
fn without_file(error: FetchError) -> Rules {
    match error {
        FetchError::Status { code: 429 | 500.., .. } => Rules::Unknown(error),
        FetchError::Status { .. } | FetchError::Redirect(_) => Rules::All,
        other => Rules::Unknown(other),
    }
}

enum Rules {
    All,
    Some { robot: Arc<Robot>, weight: usize },
    Unknown(FetchError),
}

impl Rules {
    fn access(&self, url: &Url) -> Access {
        match self {
            Self::All => Access::Allowed { crawl_delay: None },
            Self::Some { robot, .. } if robot.allowed(&plain(&url[url::Position::BeforePath..url::Position::AfterQuery])) => {
                Access::Allowed { crawl_delay: robot.delay.and_then(delay) }
            }
            Self::Some { .. } => Access::Disallowed,
            Self::Unknown(error) => Access::Unknown(error.clone()),
        }
    }

    fn weight(&self) -> usize {
        if let Self::Some { weight, .. } = self { *weight } else { 0 }
    }
}

fn delay(seconds: f32) -> Option<Duration> {
    let most = MAX_AGE.as_secs_f32();
    (seconds > 0.0).then(|| Duration::try_from_secs_f32(seconds.min(most)).unwrap_or(MAX_AGE))
}

/// What `file` says of `url`.
pub(super) fn judge(file: &[u8], url: &Url) -> Access {
    parse(file).access(url)
}

fn parse(bytes: &[u8]) -> Rules {
    const RULE_WEIGHT: usize = 4;
    const DOLLAR_WEIGHT: usize = 16 << 10;
    let text = String::from_utf8_lossy(bytes);
    let (tame, dollars) = tamed(text.trim_start_matches('\u{feff}'), MAX_DOLLARS);
    // one rule that makes no regular expression spoils the file for the parser: then read it without those
    let robot = Robot::new(TOKEN, tame.as_bytes()).or_else(|_| Robot::new(TOKEN, tamed(&tame, 0).0.as_bytes()));
    match robot {
        Ok(robot) => Rules::Some { robot: Arc::new(robot), weight: tame.len() * RULE_WEIGHT + dollars * DOLLAR_WEIGHT },
        Err(_) => Rules::All,
    }
}

/// The lines that can matter, escapes as in [`plain`], with at most `max_dollars` rules that hold a `$`, and how many those are.
fn tamed(text: &str, max_dollars: usize) -> (String, usize) {
    let mut tame = String::with_capacity(text.len());
    let mut dollars = 0;
    for line in text.split(['\n', '\r', '\0']) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let sitemap = line.get(..7).is_some_and(|name| name.eq_ignore_ascii_case("sitemap"));
        if line.is_empty() || sitemap || line.len() > MAX_LINE {
            continue;
        }
        // to the parser it is "Allow: /", which would open what a "Disallow: /" beside it closes; RFC 9309 2.2.2 matches nothing with it
        let line = if is_empty_disallow(line) { "Allow:" } else { line };
        if line.contains('$') {
            if dollars == max_dollars {
                continue;
            }
            dollars += 1;
        }
        tame.push_str(&plain(line));
        tame.push('\n');
    }
    (tame, dollars)
}

/// A rule that ends the list of names above it, and no more.
fn is_empty_disallow(line: &str) -> bool {
    line.strip_suffix(':').is_some_and(|name| name.trim_end().eq_ignore_ascii_case("disallow"))
}

/// RFC 9309 2.2.2: `%7E` and `~` are the same, `%2f` and `%2F` too, `%2F` and `/` are not. The `url` crate escapes braces in a path and
/// `'` in a query, so rules that hold them are compared in that form.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '{', '}', '\'']) {
        out.push_str(&rest[..at]);
        let sign = rest.as_bytes()[at];
        let hex = rest.get(at + 1..at + 3).filter(|hex| sign == b'%' && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(char::from(byte)),
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None if sign == b'%' => out.push('%'),
            None => out.push_str(&format!("%{sign:02X}")),
        }
        rest = &rest[at + if hex.is_some() { 3 } else { 1 }..];
    }
    out + rest
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Cache {
    known: HashMap<String, (Arc<Rules>, Timestamp)>,
    /// Oldest first, each origin once.
    order: VecDeque<String>,
    weight: usize,
}

impl Cache {
    fn get(&self, origin: &str, now: Timestamp) -> Option<Arc<Rules>> {
        self.known.get(origin).filter(|(_, until)| now < *until).map(|(rules, _)| Arc::clone(rules))
    }

    fn put(&mut self, origin: String, rules: Rules, until: Timestamp) {
        self.weight += rules.weight();
        if let Some((old, _)) = self.known.insert(origin.clone(), (Arc::new(rules), until)) {
            self.weight -= old.weight();
            self.order.retain(|known| *known != origin);
        }
        self.order.push_back(origin);
        while self.order.len() > MAX_ORIGINS || (self.weight > MAX_WEIGHT && self.order.len() > 1) {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some((old, _)) = self.known.remove(&oldest) {
                self.weight -= old.weight();
            }
        }
    }
}

#[cfg(test)]
#[path = "robots_tests.rs"]
mod tests;
