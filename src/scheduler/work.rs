//! What every poll and scrape is given, and what holds for the feed it works on.

use std::collections::HashMap;

use url::Url;

use super::cpu::Cpu;
use super::events::Events;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::fetcher::Fetcher;
use crate::fetcher::robots::Robots;
use crate::model::{FeedId, FeedSpec};
use crate::store::Store;

/// What polls and scrapes work with.
pub(crate) struct Work {
    pub(crate) store: Store,
    pub(crate) fetcher: Fetcher,
    pub(crate) robots: Robots,
    pub(crate) cpu: Cpu,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    /// Feeds of the configuration; managed ones bring their settings from the store.
    pub(crate) specs: HashMap<FeedId, FeedSpec>,
    pub(crate) events: Events,
}

impl Work {
    /// The subscription behind a due feed: its `[[feed]]`, or what was stored with a managed one.
    pub(crate) fn spec(&self, id: FeedId, url: &str, settings: Option<&str>) -> FeedSpec {
        if let Some(spec) = self.specs.get(&id) {
            return spec.clone();
        }
        let mut feed = config::Feed { url: url.to_owned(), ..config::Feed::default() };
        if let Some(Err(error)) = settings.map(|json| config::feeds::apply_settings_json(&mut feed, json)) {
            tracing::warn!(
                feed.id = id.0,
                feed.url = url,
                "Feed {url}: its stored settings cannot be used, defaults hold: {error}"
            );
            feed = config::Feed { url: url.to_owned(), ..config::Feed::default() };
        }
        config::feeds::spec(&self.config, &feed).unwrap_or_else(|fault| {
            tracing::warn!(
                feed.id = id.0,
                feed.url = url,
                "Feed {url}: its stored settings cannot be used, defaults hold: {fault}"
            );
            config::feeds::plain_spec(&self.config, Url::parse(url).unwrap_or_else(|_| nowhere()))
        })
    }
}

/// An address that no resolver knows (RFC 6761).
fn nowhere() -> Url {
    Url::parse("http://address.invalid/").unwrap_or_else(|error| unreachable!("a constant address: {error}"))
}
