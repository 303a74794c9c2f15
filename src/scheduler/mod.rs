//! The scheduler: takes due feeds and articles from the store, lets each start when its host allows, waits for a
//! wake-up or the next due time. It decides nothing about content: `cadence` says when, `poll` and `scrape` do the work.
//!
//! The store is the schedule: a crash loses requests in flight and nothing else, because due times move before a request
//! is sent and all waiting work is rows. There are no retries inside a fetch: the next poll is the retry.

pub mod cadence;
mod cpu;
mod events;
mod host_gate;
mod poll;
mod scrape;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::fetcher::Fetcher;
use crate::fetcher::robots::Robots;
use crate::model::{Applied, ArticleId, DueArticle, DueFeed, FeedId, FeedSpec, Fetched, TakeFeeds, host_of};
use crate::store::Store;

use cpu::Cpu;
pub use events::{EVENTS_WAITING, Event, Events};
use host_gate::HostGate;
pub use poll::{replay, request};

/// Redirects followed in one fetch (BEHAVIOUR: RFC 9110 15.4 leaves the number to the client).
const HOPS: u8 = 10;
/// A whole fetch may take this many times `poll.timeout`.
const WHOLE_FETCH: u32 = 4;
/// Scrapes at once, at most; apart from polls, so that slow pages cannot starve feeds.
const SCRAPES: usize = 16;
/// Jobs waiting for their hosts, besides those that run.
const WAITING_ROOM: usize = 256;
/// The table is asked again after this long at the latest: another process may have added a feed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// ... and not sooner than this when all that is due has to wait for its host.
const LOOK_AGAIN_SOONEST: Duration = Duration::from_millis(200);
/// Retention looks for entries to remove so often ...
const EXPIRE_EVERY: Duration = Duration::from_hours(1);
/// ... and removes so many at a time.
const EXPIRE_STEP: usize = 200;
/// Pause after the store failed, so that a full disk is not hammered.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What polls and scrapes work with.
pub(crate) struct Work {
    pub(crate) store: Store,
    pub(crate) fetcher: Fetcher,
    pub(crate) robots: Robots,
    pub(crate) cpu: Cpu,
    pub(crate) clock: Clock,
    config: Config,
    /// Feeds of the configuration; managed ones bring their settings from the store.
    specs: HashMap<FeedId, FeedSpec>,
    pub(crate) events: Events,
}

/// One round for `once`.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// Also feeds that are not due.
    pub all: bool,
    /// These feeds alone; empty: every feed.
    pub only: Vec<FeedId>,
}

/// What a scheduler did until it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Polls that ended.
    pub polls: usize,
    /// ... of which failed.
    pub failed: usize,
    /// New entries.
    pub new: usize,
    /// Pages asked for.
    pub scrapes: usize,
    /// Polls and scrapes that were cut short by the end.
    pub cut: usize,
}

/// The loop and what it keeps in memory.
pub struct Scheduler {
    work: Arc<Work>,
    gate: HostGate<Job>,
    running: JoinSet<Ended>,
    flights: HashMap<tokio::task::Id, Flight>,
    poll_slots: usize,
    summary: Summary,
}

enum Job {
    Poll(DueFeed),
    Scrape(DueArticle),
}

/// What is in flight, kept apart from the task so that a panic in it is still told.
struct Flight {
    host: String,
    what: Subject,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Feed(FeedId),
    Article(ArticleId),
}

enum Ended {
    Poll(poll::PollEnd),
    Scrape(scrape::ScrapeEnd),
}

/// Whether all that is due now was taken, and when to look again.
struct Looked {
    again: Instant,
    nothing_due: bool,
}

impl Scheduler {
    /// A scheduler over `store`; `specs` are the feeds of the configuration by their numbers.
    pub fn new(
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        config: Config,
        specs: HashMap<FeedId, FeedSpec>,
        events: Events,
    ) -> Self {
        let robots = Robots::new(fetcher.clone(), config.fetch.robots_cache, clock.clone());
        let gate = HostGate::new(config.fetch.per_host_in_flight, config.fetch.per_host_spacing);
        let poll_slots = config.poll.concurrency;
        let work = Work { store, fetcher, robots, cpu: Cpu::new(), clock, config, specs, events };
        Self {
            work: Arc::new(work),
            gate,
            running: JoinSet::new(),
            flights: HashMap::new(),
            poll_slots,
            summary: Summary::default(),
        }
    }

    /// Plans and stores an answer that was fetched already, as the poll of `feed` that it is.
    pub async fn conclude(&self, feed: &DueFeed, answer: Fetched) -> Applied {
        let spec = self.work.spec(feed.id, &feed.url, feed.settings.as_deref());
        let began = (self.work.clock.now(), Instant::now());
        poll::conclude(&self.work, feed, &spec.settings, began, Ok(answer)).await.applied
    }

    /// Works until `stop`, then lets what is in flight end within `run.drain`. `beat` counts rounds, for the watchdog.
    pub async fn run(mut self, stop: CancellationToken, beat: watch::Sender<u64>) -> Summary {
        let caps = self.work.specs.values().map(|spec| spec.settings.max_interval);
        let cap = caps.fold(self.work.config.poll.max_interval, Duration::max);
        if let Err(error) = self.work.store.clamp_due(self.work.clock.now(), cap).await {
            tracing::error!("cannot read the schedule: {error}");
        }
        let mut look_at = Instant::now();
        let mut expire_at = Instant::now() + EXPIRE_EVERY;
        while !stop.is_cancelled() {
            beat.send_modify(|count| *count += 1);
            if Instant::now() >= look_at {
                look_at = self.look(None).await.again;
            }
            self.start_ready();
            if Instant::now() >= expire_at {
                expire_at = Instant::now() + self.expire().await;
            }
            let wake = self.gate.next_opening().map_or(look_at, |opens| opens.min(look_at));
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = self.running.join_next_with_id() => {
                    self.finish(ended).await;
                    // A slot is free: if work was left in the table for want of room, this is the moment.
                    look_at = look_at.min(Instant::now() + LOOK_AGAIN_SOONEST);
                }
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        self.drain().await
    }

    /// Works until no poll and no scrape is due, then ends.
    pub async fn once(mut self, round: Round, stop: CancellationToken) -> Summary {
        let began = self.work.clock.now();
        while !stop.is_cancelled() {
            // A look costs a transaction: not for every poll that ends, only when the lines run low.
            let looked = if self.gate.waiting() < WAITING_ROOM / 2 {
                self.look(Some((&round, began))).await
            } else {
                Looked { again: Instant::now() + LOOK_AGAIN, nothing_due: false }
            };
            self.start_ready();
            if looked.nothing_due && self.running.is_empty() && self.gate.waiting() == 0 {
                return self.summary;
            }
            let wake = self.gate.next_opening().map_or(looked.again, |opens| opens.min(looked.again));
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = self.running.join_next_with_id() => {
                    self.finish(ended).await;
                    // Everything that ended meanwhile makes room for one look into the table instead of many.
                    while let Some(ended) = self.running.try_join_next_with_id() {
                        self.finish(ended).await;
                    }
                }
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        self.drain().await
    }

    /// Takes what is due from the table into the lines of its hosts.
    async fn look(&mut self, round: Option<(&Round, Timestamp)>) -> Looked {
        match self.take(round).await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::error!("the store does not answer; nothing is polled until it does: {error}");
                Looked { again: Instant::now() + STORE_PAUSE, nothing_due: true }
            }
        }
    }

    async fn take(&mut self, round: Option<(&Round, Timestamp)>) -> Result<Looked, crate::store::StoreError> {
        let now = self.work.clock.now();
        let instant = Instant::now();
        let store = &self.work.store;
        let next = store.next_due().await?;
        if next.hold.is_some_and(|hold| hold <= now) {
            store.release_held(now).await?;
        }
        let mut all_taken = true;
        let room = WAITING_ROOM.saturating_sub(self.gate.waiting());
        let closed = self.gate.closed(instant);
        if room > 0 {
            let due = round.is_some_and(|(round, _)| round.all || !round.only.is_empty()) || next.feed.is_some_and(|at| at <= now);
            if due {
                let ask = TakeFeeds {
                    now,
                    limit: room,
                    busy: self.busy_feeds(),
                    closed_hosts: closed.clone(),
                    round: round.map(|(round, began)| (began, round.all || !round.only.is_empty())),
                    only: round.map(|(round, _)| round.only.clone()).unwrap_or_default(),
                };
                let taken = self.work.store.take_due_feeds(ask).await?;
                all_taken &= taken.is_empty();
                for feed in taken {
                    self.gate.push(host_of(&feed.url), Job::Poll(feed), instant);
                }
            }
            let room = WAITING_ROOM.saturating_sub(self.gate.waiting()).min(4 * SCRAPES);
            if room > 0 && next.article.is_some_and(|at| at <= now) {
                let taken = self.work.store.take_due_articles(now, room, self.busy_articles(), closed).await?;
                all_taken &= taken.is_empty();
                for article in taken {
                    self.gate.push(host_of(&article.url), Job::Scrape(article), instant);
                }
            }
        }
        let next = self.work.store.next_due().await?;
        let until = [next.feed, next.article, next.hold].into_iter().flatten().min().map_or(LOOK_AGAIN, |at| wait(now, at));
        let again = instant + until.clamp(LOOK_AGAIN_SOONEST, LOOK_AGAIN);
        Ok(Looked { again, nothing_due: all_taken && room > 0 })
    }

    /// Starts every job that has a slot and whose host allows it.
    fn start_ready(&mut self) {
        let now = Instant::now();
        let polls = self.flights.values().filter(|flight| matches!(flight.what, Subject::Feed(_))).count();
        let (mut free_polls, mut free_scrapes) =
            (self.poll_slots.saturating_sub(polls), SCRAPES.saturating_sub(self.flights.len() - polls));
        while let Some((host, job)) = self.gate.start(now, |job| match job {
            Job::Poll(_) => free_polls > 0,
            Job::Scrape(_) => free_scrapes > 0,
        }) {
            let work = self.work.clone();
            let (what, handle) = match job {
                Job::Poll(feed) => {
                    free_polls -= 1;
                    (Subject::Feed(feed.id), self.running.spawn(async move { Ended::Poll(poll::poll(&work, feed).await) }))
                }
                Job::Scrape(article) => {
                    free_scrapes -= 1;
                    let what = Subject::Article(article.id);
                    (what, self.running.spawn(async move { Ended::Scrape(scrape::scrape(&work, article).await) }))
                }
            };
            self.flights.insert(handle.id(), Flight { host, what });
        }
    }

    async fn finish(&mut self, ended: Result<(tokio::task::Id, Ended), tokio::task::JoinError>) {
        let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, _)| *id);
        let Some(flight) = self.flights.remove(&id) else { return };
        self.gate.done(&flight.host);
        match ended {
            Ok((_, Ended::Poll(end))) => {
                self.summary.polls += 1;
                self.summary.failed += usize::from(!end.ok);
                self.summary.new += end.applied.new as usize;
                if let Some(until) = end.hold_until {
                    self.hold_host(&flight.host, wait(self.work.clock.now(), until)).await;
                }
            }
            Ok((_, Ended::Scrape(end))) => {
                self.summary.scrapes += usize::from(end.again.is_none()); // else it was robots.txt
                if let Some(again) = end.again {
                    self.gate.push_front(flight.host.clone(), Job::Scrape(*again), Instant::now());
                }
                if let Some(quiet) = end.hold {
                    self.hold_host(&flight.host, quiet).await;
                }
            }
            // Its due time had moved before it began, so nothing hangs on this; other feeds never notice.
            Err(error) => {
                self.summary.polls += usize::from(matches!(flight.what, Subject::Feed(_)));
                self.summary.failed += 1;
                tracing::error!(host = flight.host, "a poll or scrape ended with a defect of feedmux, please report it: {error}");
            }
        }
    }

    /// Nothing is asked of the host until then; what waited for it goes back into the table with that due time.
    async fn hold_host(&mut self, host: &str, quiet: Duration) {
        let quiet = quiet.min(self.work.config.poll.max_interval);
        let until = crate::clock::after(self.work.clock.now(), quiet);
        let (mut feeds, mut articles) = (Vec::new(), Vec::new());
        for job in self.gate.hold(host, quiet, Instant::now()) {
            match job {
                Job::Poll(feed) => feeds.push(feed.id),
                Job::Scrape(article) => articles.push(article.id),
            }
        }
        if feeds.is_empty() && articles.is_empty() {
            return;
        }
        if let Err(error) = self.work.store.postpone(feeds, articles, until, format!("{host} asked for quiet")).await {
            tracing::warn!("the quiet that {host} asked for could not be stored: {error}");
        }
    }

    /// Removes some of what retention says, and says when to go on: small steps, so that polls never wait for long.
    async fn expire(&self) -> Duration {
        let now = self.work.clock.now();
        match self.work.store.expire(now, self.work.config.retention.entries, EXPIRE_STEP).await {
            Ok(0) => EXPIRE_EVERY,
            Ok(removed) => {
                tracing::info!(entries.removed = removed, "Retention removed {removed} entries (retention.entries)");
                LOOK_AGAIN
            }
            Err(error) => {
                tracing::error!("retention could not remove old entries: {error}");
                EXPIRE_EVERY
            }
        }
    }

    async fn drain(mut self) -> Summary {
        let deadline = Instant::now() + self.work.config.run.drain;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, self.running.join_next_with_id()).await {
            self.finish(ended).await;
        }
        self.summary.cut = self.running.len();
        self.running.shutdown().await;
        self.summary
    }

    fn busy_feeds(&self) -> Vec<FeedId> {
        let in_flight = self.flights.values().filter_map(|flight| match flight.what {
            Subject::Feed(id) => Some(id),
            Subject::Article(_) => None,
        });
        in_flight.chain(self.gate.jobs().filter_map(|job| if let Job::Poll(feed) = job { Some(feed.id) } else { None })).collect()
    }

    fn busy_articles(&self) -> Vec<ArticleId> {
        let in_flight = self.flights.values().filter_map(|flight| match flight.what {
            Subject::Article(id) => Some(id),
            Subject::Feed(_) => None,
        });
        in_flight
            .chain(self.gate.jobs().filter_map(|job| if let Job::Scrape(article) = job { Some(article.id) } else { None }))
            .collect()
    }
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
        // An address that is none any more (the file was edited by hand) is refused by the guard of the fetcher.
        config::feeds::spec(&self.config, &feed).unwrap_or_else(|_| config::feeds::plain_spec(&self.config, nowhere()))
    }
}

/// An address that no resolver knows (RFC 6761).
fn nowhere() -> Url {
    Url::parse("http://address.invalid/").unwrap_or_else(|error| unreachable!("a constant address: {error}"))
}

fn wait(now: Timestamp, at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
}
