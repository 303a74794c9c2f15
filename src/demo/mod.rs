//! The small web that `feedmux demo` serves: sixteen invented outlets in six languages, each on a loopback port of its own.
//!
//! One wire report appears at six of them (linked, edited, shortened, extended, reprinted), one feed is ISO-8859-1, one never
//! changes (304), one is down at first and one is gone. A link collection points to pages of others with tracking parameters.
//! Something new appears every six to eight seconds.
//!
//! [`Newsroom`] says what exists when and `site` what is answered, both pure; [`Web`] puts them behind listeners.
//! Ports, not 127.0.0.2 and so on: only Linux answers on the whole of 127/8 unasked, and to a polite client a port is a host too.

mod feeds;
mod newsroom;
mod outlets;
mod pages;
mod site;
#[cfg(test)]
mod tests;
mod texts;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use newsroom::{Entry, Newsroom};
use outlets::OUTLETS;
use site::Ask;

/// What [`Web::stop`] waits for answers under way.
const STOP: Duration = Duration::from_secs(1);

/// The running web. Dropping it closes the listeners; [`Web::stop`] also waits for them.
pub struct Web {
    stage: Arc<Stage>,
    servers: JoinSet<std::io::Result<()>>,
    stop: DropGuard,
}

/// One feed of the web, for subscribing to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Address of the feed.
    pub url: String,
    /// Name of the outlet.
    pub title: &'static str,
    /// Language and kind, in the outlet's language.
    pub tags: &'static [&'static str],
}

/// What all listeners share.
struct Stage {
    room: Newsroom,
    begun: Instant,
    /// How far [`Web::publish_next`] has run ahead of the clock, ms.
    ahead: AtomicU64,
    /// Entries [`Web::next_entry`] has told of, or that were there at the start.
    told: AtomicUsize,
    published: Notify,
}

impl Stage {
    fn elapsed(&self) -> Duration {
        self.begun.elapsed() + Duration::from_millis(self.ahead.load(Ordering::Relaxed))
    }
}

/// Starts the web on free ports of `ip`, which should be a loopback address. `now` dates the entries; the same `seed` gives the same web.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn start(ip: IpAddr, now: Timestamp, seed: u64) -> std::io::Result<Web> {
    let mut listeners = Vec::with_capacity(OUTLETS.len());
    let mut bases = [const { String::new() }; Newsroom::OUTLETS];
    for base in &mut bases {
        let listener = TcpListener::bind((ip, 0)).await?;
        *base = format!("http://{}", listener.local_addr()?);
        listeners.push(listener);
    }
    let room = Newsroom::new(seed, now, bases);
    let told = AtomicUsize::new(room.at(Duration::ZERO).len());
    let stage = Arc::new(Stage { room, begun: Instant::now(), ahead: AtomicU64::new(0), told, published: Notify::new() });
    let stop = CancellationToken::new();
    let mut servers = JoinSet::new();
    for (outlet, listener) in listeners.into_iter().enumerate() {
        let router = Router::new().fallback(respond).with_state((Arc::clone(&stage), outlet));
        let stopped = stop.clone().cancelled_owned();
        servers.spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
    }
    Ok(Web { stage, servers, stop: stop.drop_guard() })
}

impl Web {
    /// The feeds, one an outlet; two of them fail, one for a while and one for good.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let feed = |(k, outlet): (usize, &'static outlets::Outlet)| Subscription {
            url: self.stage.room.feed_url(k),
            title: outlet.title,
            tags: outlet.tags,
        };
        OUTLETS.iter().enumerate().map(feed).collect()
    }

    /// Publishes what would appear next at once, and with it moves the web's time on. None when everything has appeared.
    pub fn publish_next(&self) -> Option<Entry> {
        let elapsed = self.stage.elapsed();
        let next = self.stage.room.next(elapsed)?;
        // One more for what the clock has that milliseconds do not.
        let ahead = (next.appears.saturating_sub(elapsed)).as_millis() + 1;
        self.stage.ahead.fetch_add(u64::try_from(ahead).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.stage.published.notify_waiters();
        Some(next.clone())
    }

    /// Waits until the next entry appears and returns it, each once and in order; what was there at the start is not told.
    /// None when everything has appeared. May be dropped while it waits.
    pub async fn next_entry(&self) -> Option<Entry> {
        let stage = &self.stage;
        loop {
            let published = stage.published.notified();
            let k = stage.told.load(Ordering::Relaxed);
            let entry = stage.room.entry(k)?;
            let elapsed = stage.elapsed();
            if entry.appears > elapsed {
                let _ = tokio::time::timeout(entry.appears - elapsed, published).await;
            } else if stage.told.compare_exchange(k, k + 1, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return Some(entry.clone());
            }
        }
    }

    /// Closes the listeners, lets answers under way finish for a second, then ends.
    pub async fn stop(mut self) {
        drop(self.stop);
        let all = async { while self.servers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(STOP, all).await;
    }
}

async fn respond(State((stage, outlet)): State<(Arc<Stage>, usize)>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let ask =
        Ask { path: uri.path(), if_none_match: text(header::IF_NONE_MATCH), if_modified_since: text(header::IF_MODIFIED_SINCE) };
    let answer = site::answer(&stage.room, outlet, stage.elapsed(), ask);
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(answer.body.into()).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
