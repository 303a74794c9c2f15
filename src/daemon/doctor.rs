//! What `feedmux doctor` looks at beside the store: the daemon, the limits of its process, the way out.

use std::path::Path;
use std::time::Duration;

use url::Host;

use crate::clock::Clock;
use crate::config::Config;
use crate::fetcher::Fetcher;
use crate::model::{Examined, FeedSpec, Finding};
use crate::ops::{control, descriptors};
use crate::store::{Store, StoreError};

/// A name server that is well answers sooner.
const NAMES_ANSWER: Duration = Duration::from_secs(10);

/// What is looked at.
#[derive(Clone, Copy)]
pub struct House<'a> {
    /// As it holds.
    pub config: &'a Config,
    /// Its feeds.
    pub feeds: &'a [FeedSpec],
    /// The SQLite file.
    pub store: &'a Path,
    /// Whether whoever looks has the lock of the store: then no daemon works on it.
    pub locked: bool,
}

/// Looks at all of it.
pub async fn examine(house: House<'_>) -> Vec<Examined> {
    // Also where the store is gone from under it.
    let is_there = house.store.exists() || control::socket_path(house.store).exists();
    let found = if house.locked || !is_there { Ok(None) } else { daemon_on(house.store) };
    let pid = found.as_ref().ok().copied().flatten();
    let of = |check, about, findings| Examined { check, about, findings };
    vec![
        of("daemon", "whether it runs, answers and is well", daemon(house, found).await),
        of("descriptors", "open files that the process may have, against the polls at once", open_files(house, pid)),
        of("names", "whether the name of a feed's host has an address", names(house).await),
    ]
}

/// The process that works on the store; 0 if it did not say which it is.
///
/// # Errors
/// Who may not touch the store cannot see that.
fn daemon_on(store: &Path) -> Result<Option<u32>, StoreError> {
    match Store::lock(store) {
        Err(StoreError::Locked { pid, .. }) => Ok(Some(pid.unwrap_or(0))),
        other => other.map(|_| None),
    }
}

async fn daemon(house: House<'_>, found: Result<Option<u32>, StoreError>) -> Vec<Finding> {
    let pid = match found {
        Ok(Some(pid)) => pid,
        Ok(None) => return vec![Finding::note("no daemon works on the store", house.store.display(), "`feedmux run` starts one")],
        Err(error) => {
            let remedy = "look as the user of the store: `sudo -u feedmux feedmux doctor` for the service";
            return vec![Finding::note(
                format!("whether a daemon works on it cannot be seen: {error}"),
                house.store.display(),
                remedy,
            )];
        }
    };
    let (at, remedy) = (format!("process {pid}"), "look at its log; restart it if it stays so");
    match control::ask(&control::socket_path(house.store), "health").await {
        None => vec![Finding::wrong("a daemon works on the store and does not answer", at, remedy)],
        Some(answer) if answer["ok"] == true => vec![Finding::note("the daemon runs and is well", at, "")],
        Some(answer) => vec![Finding::wrong(answer["error"].as_str().unwrap_or("the daemon is not well"), at, remedy)],
    }
}

fn open_files(house: House<'_>, pid: Option<u32>) -> Vec<Finding> {
    let (limit, whose) = match pid.and_then(limit_of) {
        Some(limit) => (limit, "the daemon"),
        None => (descriptors::limit(), "a process that is started here"),
    };
    let outgoing = descriptors::share(limit, house.config.http.listen.len()).outgoing;
    let Ok(fetcher) = Fetcher::within(outgoing, &house.config.fetch, Clock::system()) else { return Vec::new() };
    let (at_once, wanted) = (fetcher.at_once(), house.config.poll.concurrency);
    if at_once >= wanted {
        return Vec::new();
    }
    let what =
        format!("{whose} may open {limit} files: that is {at_once} polls and scrapes at once, not poll.concurrency = {wanted}");
    vec![Finding::wrong(what, "limit of open files", "raise it (LimitNOFILE= of the unit, ulimit -n), or lower poll.concurrency")]
}

/// As the system tells of another process.
fn limit_of(pid: u32) -> Option<usize> {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

async fn names(house: House<'_>) -> Vec<Finding> {
    let Some(name) = a_host(house).await else { return Vec::new() };
    let fetcher = match Fetcher::new(&house.config.fetch, Clock::system()) {
        Ok(fetcher) => fetcher,
        Err(error) => return vec![Finding::wrong(error.to_string(), "[fetch]", "correct the setting")],
    };
    let remedy = "look at /etc/resolv.conf and the line to the network, or set [fetch] dns_server; \
                  if this host alone is unknown, `feedmux feed list --failing`";
    match fetcher.addresses(&name, NAMES_ANSWER).await {
        Ok(_) => Vec::new(),
        Err(error) => vec![Finding::wrong(error, name, remedy)],
    }
}

/// The host of a feed that is well, if any has a name; else of any.
async fn a_host(house: House<'_>) -> Option<String> {
    let name = |url: &str| match url::Url::parse(url).ok()?.host()? {
        Host::Domain(name) => Some(name.to_owned()),
        _ => None,
    };
    if let Ok(store) = Store::open_read_only(house.store) {
        let mut feeds = store.feeds().await.unwrap_or_default();
        feeds.retain(|feed| feed.subscribed);
        feeds.sort_by_key(|feed| feed.failures);
        store.close().await;
        if let Some(name) = feeds.iter().find_map(|feed| name(&feed.url)) {
            return Some(name);
        }
    }
    house.feeds.iter().find_map(|feed| name(feed.url.as_str()))
}
