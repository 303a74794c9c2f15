//! Numbers for Prometheus: what happened since the start is counted, how it stands is looked up when somebody asks. No label names a
//! feed or an address: there would be as many series as feeds, and the store knows each of them better (`feedmux sql`).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::clock;
use crate::scheduler::Event;
use crate::store::{Stats, Store};

/// The whole store is counted at most so often: that takes a walk over all entries.
const STATS_EVERY: Duration = Duration::from_mins(1);

/// Seconds; a poll takes up to four times `poll.timeout`.
const POLL_SECONDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0, 80.0];
/// Seconds; most answers come from memory.
const ANSWER_SECONDS: [f64; 8] = [0.0001, 0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0];

type Label = [(&'static str, String); 1];

/// What is measured.
pub(super) struct Metrics {
    registry: Registry,
    polls: Family<Label, Counter>,
    poll_bytes: Counter,
    poll_seconds: Histogram,
    scrapes: Family<Label, Counter>,
    entries_new: Counter,
    entries_changed: Counter,
    entries_folded: Counter,
    answers: Family<[(&'static str, String); 2], Counter>,
    answer_seconds: Histogram,
    standing: Standing,
    stats: Mutex<Option<(Instant, Stats)>>,
}

/// How it stands.
#[derive(Default)]
struct Standing {
    feeds: Family<Label, Gauge>,
    entries: Family<Label, Gauge>,
    articles: Family<Label, Gauge>,
    stories: Gauge,
    stories_folded: Gauge,
    unindexed: Gauge,
    store_bytes: Gauge,
    poll_lag: Gauge,
    trouble: Gauge,
    hooks_failing: Gauge,
    hooks_waiting: Gauge,
    hooks_dropped: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let histogram = |buckets: &[f64]| Histogram::new(buckets.iter().copied());
        let mut metrics = Self {
            registry: Registry::with_prefix("feedmux"),
            polls: Family::default(),
            poll_bytes: Counter::default(),
            poll_seconds: histogram(&POLL_SECONDS),
            scrapes: Family::default(),
            entries_new: Counter::default(),
            entries_changed: Counter::default(),
            entries_folded: Counter::default(),
            answers: Family::default(),
            answer_seconds: histogram(&ANSWER_SECONDS),
            standing: Standing::default(),
            stats: Mutex::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("polls", "Polls that ended, by how", metrics.polls.clone());
        registry.register_with_unit("poll", "Received by polls", Unit::Bytes, metrics.poll_bytes.clone());
        registry.register_with_unit("poll", "From request to commit", Unit::Seconds, metrics.poll_seconds.clone());
        registry.register("scrapes", "Article pages that were asked for or judged, by verdict", metrics.scrapes.clone());
        registry.register("entries_new", "Entries that were new", metrics.entries_new.clone());
        registry.register("entries_changed", "Entries that were edited", metrics.entries_changed.clone());
        registry.register("entries_folded", "New entries that joined a story", metrics.entries_folded.clone());
        registry.register("http_answers", "Answers by route and status", metrics.answers.clone());
        registry.register_with_unit("http_answer", "Until an answer began", Unit::Seconds, metrics.answer_seconds.clone());
        let standing = &metrics.standing;
        registry.register("feeds", "Subscriptions by state", standing.feeds.clone());
        registry.register("entries", "Stored entries by state", standing.entries.clone());
        registry.register("articles", "Article pages by state", standing.articles.clone());
        registry.register("stories", "Stories", standing.stories.clone());
        registry.register("stories_folded", "Stories of more than one entry", standing.stories_folded.clone());
        registry.register("unindexed_entries", "Entries that a search does not find yet", standing.unindexed.clone());
        registry.register_with_unit("store", "The file and its log", Unit::Bytes, standing.store_bytes.clone());
        registry.register_with_unit("poll_lag", "How long the next feed is overdue", Unit::Seconds, standing.poll_lag.clone());
        registry.register("store_trouble", "1 while the store takes nothing", standing.trouble.clone());
        registry.register("hooks_failing", "Hooks whose last delivery failed, or that ended", standing.hooks_failing.clone());
        registry.register("hook_events_waiting", "Events that wait for their delivery", standing.hooks_waiting.clone());
        registry.register("hook_events_dropped", "Events that were lost, of the present hooks", standing.hooks_dropped.clone());
        metrics
    }

    /// Counts what happened.
    pub(super) fn count(&self, event: &Event) {
        match event {
            Event::Polled { outcome, applied, took, bytes, .. } => {
                self.polls.get_or_create(&[("result", outcome.clone())]).inc();
                self.poll_bytes.inc_by(*bytes);
                self.poll_seconds.observe(took.as_secs_f64());
                self.entries_new.inc_by(u64::from(applied.new));
                self.entries_changed.inc_by(u64::from(applied.changed));
                self.entries_folded.inc_by(u64::from(applied.folded));
            }
            Event::Scraped { verdict, .. } => drop(self.scrapes.get_or_create(&[("verdict", (*verdict).to_owned())]).inc()),
            Event::Pages { .. } => {}
        }
    }

    /// All of it in the text format of OpenMetrics, which Prometheus reads.
    pub(super) async fn text(&self, store: &Store, now: Timestamp) -> Result<String, String> {
        let told = |error: crate::store::StoreError| error.to_string();
        let standing = &self.standing;
        let pulse = store.pulse().await.map_err(told)?;
        let late = pulse.next_poll.map_or(Duration::ZERO, |at| clock::between(at, now));
        standing.poll_lag.set(number(late.as_secs()));
        standing.trouble.set(i64::from(store.trouble().is_some()));
        let hooks = store.hooks().await.map_err(told)?;
        let failing = hooks.iter().filter(|hook| hook.failures > 0 || hook.ended_at.is_some()).count();
        standing.hooks_failing.set(i64::try_from(failing).unwrap_or(i64::MAX));
        standing.hooks_waiting.set(number(hooks.iter().map(|hook| hook.waiting).sum()));
        standing.hooks_dropped.set(number(hooks.iter().map(|hook| hook.dropped).sum()));
        let stats = self.stats(store).await.map_err(told)?;
        for (family, by_state) in
            [(&standing.feeds, &stats.feeds), (&standing.entries, &stats.entries), (&standing.articles, &stats.articles)]
        {
            family.clear();
            for (state, n) in by_state {
                family.get_or_create(&[("state", state.clone())]).set(number(*n));
            }
        }
        standing.stories.set(number(stats.stories));
        standing.stories_folded.set(number(stats.folded_stories));
        standing.unindexed.set(number(stats.unindexed));
        standing.store_bytes.set(number(stats.bytes));
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| error.to_string())?;
        Ok(text)
    }

    async fn stats(&self, store: &Store) -> Result<Stats, crate::store::StoreError> {
        let known = self.stats.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, stats)) = known
            && at.elapsed() < STATS_EVERY
        {
            return Ok(stats);
        }
        let stats = store.stats().await?;
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), stats.clone()));
        Ok(stats)
    }
}

/// Counts answers. A layer around the routes, so that it knows which one answered.
pub(super) async fn answered(State(metrics): State<std::sync::Arc<Metrics>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    metrics.answers.get_or_create(&[("route", route), ("status", response.status().as_str().to_owned())]).inc();
    metrics.answer_seconds.observe(begun.elapsed().as_secs_f64());
    response
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
