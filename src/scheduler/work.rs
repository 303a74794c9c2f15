//! What every poll and scrape is given, and what holds for the feed it works on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use url::Url;

use super::cpu::Cpu;
use super::drift::Drift;
use super::events::Events;
use super::outage::{Outage, Reach};
use super::site_rules;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::extractor::{self, Extraction, Page, SiteRules};
use crate::fetcher::Fetcher;
use crate::fetcher::robots::Robots;
use crate::model::{FeedId, FeedSpec, FetchError, host_of};
use crate::store::Store;

/// What polls and scrapes work with.
pub(crate) struct Work {
    pub(crate) store: Store,
    pub(crate) fetcher: Fetcher,
    pub(crate) robots: Robots,
    pub(crate) cpu: Cpu,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    /// The extractor; a test may bring its own.
    pub(super) extract: fn(&Page<'_>) -> Extraction,
    pub(super) drift: Mutex<Drift>,
    settings: Mutex<Arc<Settings>>,
    outage: Mutex<Outage>,
}

/// What a reload may change.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The configuration as it holds.
    pub(crate) config: Config,
    /// Feeds of the configuration; managed ones bring their settings from the store.
    pub(crate) specs: HashMap<FeedId, Arc<FeedSpec>>,
    /// Rules for the pages of single sites.
    pub(crate) site_rules: SiteRules,
}

impl Settings {
    /// What a configuration says; its site rules are read here.
    pub(crate) fn new(config: Config, specs: HashMap<FeedId, FeedSpec>) -> Self {
        let site_rules = site_rules::load_or_tell(&config.scrape.site_rules);
        let specs = specs.into_iter().map(|(id, spec)| (id, Arc::new(spec))).collect();
        Self { config, specs, site_rules }
    }
}

impl Work {
    pub(crate) fn new(store: Store, fetcher: Fetcher, clock: Clock, settings: Settings, events: Events) -> Self {
        let robots = Robots::new(fetcher.clone(), settings.config.fetch.robots_cache, clock.clone());
        let settings = Mutex::new(Arc::new(settings));
        let drift = Mutex::new(Drift::new(clock.now(), clock.steady()));
        let (cpu, extract, outage) = (Cpu::new(), extractor::extract, Mutex::default());
        Self { store, fetcher, robots, cpu, clock, events, extract, drift, settings, outage }
    }

    /// The time that waits are told in. When somebody sets the clock it goes on as it was until all waits are moved along: else a poll
    /// that ends in between would be moved twice.
    pub(crate) fn now(&self) -> Timestamp {
        self.drift.lock().unwrap_or_else(PoisonError::into_inner).now(self.clock.steady())
    }

    /// What holds now.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on these hold; what is under way ends as it began.
    pub(crate) fn replace_settings(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// Takes in what a request to `host` showed of the network; says whether its failure is the network's.
    pub(crate) fn blames_network(&self, host: &str, reach: Reach) -> bool {
        let mut outage = self.outage.lock().unwrap_or_else(PoisonError::into_inner);
        let before = outage.is_down();
        let blamed = outage.blames_network(host, reach);
        match (before, outage.is_down()) {
            (false, true) => tracing::warn!("The network seems to be down: no host answers; this does not count against feeds"),
            (true, false) => tracing::info!("The network is there again: {host} answered"),
            _ => {}
        }
        blamed
    }

    /// Whether a failure at `url` is the site's, and not our line's or our machine's.
    pub(crate) fn counts(&self, url: &Url, error: &FetchError) -> bool {
        !self.blames_network(&host_of(url.as_str()), Reach::of_error(error)) && !error.is_ours()
    }

    /// The subscription behind a due feed: its `[[feed]]`, or what was stored with a managed one.
    pub(crate) fn spec(&self, id: FeedId, url: &str, settings: Option<&str>) -> Arc<FeedSpec> {
        let now = self.settings();
        if let Some(spec) = now.specs.get(&id) {
            return Arc::clone(spec);
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
        Arc::new(config::feeds::spec(&now.config, &feed).unwrap_or_else(|fault| {
            tracing::warn!(
                feed.id = id.0,
                feed.url = url,
                "Feed {url}: its stored settings cannot be used, defaults hold: {fault}"
            );
            config::feeds::plain_spec(&now.config, Url::parse(url).unwrap_or_else(|_| nowhere()))
        }))
    }
}

/// An address that no resolver knows (RFC 6761).
fn nowhere() -> Url {
    Url::parse("http://address.invalid/").unwrap_or_else(|error| unreachable!("a constant address: {error}"))
}
