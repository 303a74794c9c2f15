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
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::fetcher::Fetcher;
use crate::fetcher::robots::{Access, Robots};
use crate::model::{Applied, ArticleId, DueArticle, DueFeed, FeedId, FeedSpec, Fetched, TakeFeeds, host_of};
use crate::store::{Store, StoreError};

use cpu::Cpu;
pub use events::{EVENTS_WAITING, Event, Events};
use host_gate::{HostGate, LINE_PER_HOST};
pub use poll::{replay, request};
use work::Work;

/// A whole fetch may take this many times `poll.timeout`.
const WHOLE_FETCH: u32 = 4;
/// Scrapes at once, at most; apart from polls, so that slow pages cannot starve feeds.
const SCRAPES: usize = 16;
/// Polls waiting for their hosts, besides those that run.
const POLLS_WAITING: usize = 256;
/// Scrapes waiting for their hosts, besides those that run.
const SCRAPES_WAITING: usize = 64;
/// The table is asked again after this long at the latest: another process may have added a feed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// ... and not sooner than this.
const LOOK_AGAIN_SOONEST: Duration = Duration::from_millis(200);
/// ... or this, when what is due has to wait for its host.
const LOOK_AGAIN_STUCK: Duration = Duration::from_secs(1);
/// Retention looks for entries to remove so soon after a start, ...
const EXPIRE_FIRST: Duration = Duration::from_mins(1);
/// ... then so often, ...
const EXPIRE_EVERY: Duration = Duration::from_hours(1);
/// ... and removes so many at a time.
const EXPIRE_STEP: usize = 200;
/// Pause after the store failed, so that a full disk is not hammered.
const STORE_PAUSE: Duration = Duration::from_secs(5);

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
    polls_running: usize,
    summary: Summary,
}

enum Job {
    Poll(DueFeed),
    /// With what robots.txt said, once it was asked.
    Scrape(DueArticle, Option<Access>),
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

/// Which kinds of job have a free slot.
#[derive(Clone, Copy)]
struct Free {
    poll: bool,
    scrape: bool,
}

impl Free {
    fn has(self, job: &Job) -> bool {
        match job {
            Job::Poll(_) => self.poll,
            Job::Scrape(..) => self.scrape,
        }
    }
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
        let work = Work { store, fetcher, robots, cpu: Cpu::new(), clock, config, specs, events };
        Self {
            work: Arc::new(work),
            gate,
            running: JoinSet::new(),
            flights: HashMap::new(),
            polls_running: 0,
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
        self.clamp().await;
        let mut look_at = Instant::now();
        let mut expire_at = Instant::now() + EXPIRE_FIRST;
        while !stop.is_cancelled() {
            beat.send_modify(|count| *count += 1);
            if Instant::now() >= look_at {
                look_at = self.look().await;
            }
            self.start_ready();
            if Instant::now() >= expire_at {
                expire_at = Instant::now() + self.expire().await;
            }
            let wake = self.next_opening().map_or(look_at, |opens| opens.min(look_at));
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

    /// Works until no poll and no scrape is due, removes what retention says, then ends.
    ///
    /// # Errors
    /// When the store does not answer: nothing more can be polled.
    pub async fn once(mut self, round: Round, stop: CancellationToken) -> Result<Summary, StoreError> {
        let began = self.work.clock.now();
        self.clamp().await;
        while !stop.is_cancelled() {
            // A look costs a transaction: not for every poll that ends, only when the lines run low.
            let looked = if self.polls_waiting() < POLLS_WAITING / 2 {
                self.take(Some((&round, began))).await?
            } else {
                Looked { again: Instant::now() + LOOK_AGAIN, nothing_due: false }
            };
            self.start_ready();
            if looked.nothing_due && self.running.is_empty() && self.gate.waiting() == 0 {
                while self.expire().await < EXPIRE_EVERY {}
                return Ok(self.summary);
            }
            let wake = self.next_opening().map_or(looked.again, |opens| opens.min(looked.again));
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
        Ok(self.drain().await)
    }

    /// Due times from before the clock was set back must not put a feed to sleep.
    async fn clamp(&self) {
        let cap = self.work.config.poll.max_interval;
        if let Err(error) = self.work.store.clamp_due(self.work.clock.now(), cap).await {
            tracing::error!("cannot read the schedule: {error}");
        }
    }

    /// Takes what is due from the table into the lines of its hosts; a store that does not answer is asked again later.
    async fn look(&mut self) -> Instant {
        match self.take(None).await {
            Ok(looked) => looked.again,
            Err(error) => {
                tracing::error!("the store does not answer; nothing is polled until it does: {error}");
                Instant::now() + STORE_PAUSE
            }
        }
    }

    async fn take(&mut self, round: Option<(&Round, Timestamp)>) -> Result<Looked, StoreError> {
        let now = self.work.clock.now();
        let instant = Instant::now();
        let next = self.work.store.next_due().await?;
        if next.hold.is_some_and(|hold| hold <= now) {
            self.work.store.release_held(now).await?;
        }
        let closed_hosts = self.gate.closed(instant);
        let polls_waiting = self.polls_waiting();
        let room = POLLS_WAITING.saturating_sub(polls_waiting);
        let room_to_scrape = SCRAPES_WAITING.saturating_sub(self.gate.waiting() - polls_waiting);
        let mut taken = 0;
        let all = round.is_some_and(|(round, _)| round.all || !round.only.is_empty());
        if room > 0 && (all || next.feed.is_some_and(|at| at <= now)) {
            let only = round.map(|(round, _)| round.only.clone()).unwrap_or_default();
            let (busy, closed_hosts) = (self.busy_feeds(), closed_hosts.clone());
            let began = round.map(|(_, began)| began);
            let ask = TakeFeeds { now, limit: room, busy, closed_hosts, per_host: LINE_PER_HOST, round: began, all, only };
            for feed in self.work.store.take_due_feeds(ask).await? {
                taken += 1;
                self.gate.push(host_of(&feed.url), Job::Poll(feed), instant);
            }
        }
        if room_to_scrape > 0 && next.article.is_some_and(|at| at <= now) {
            let busy = self.busy_articles();
            for article in self.work.store.take_due_articles(now, room_to_scrape, busy, closed_hosts).await? {
                taken += 1;
                self.gate.push(host_of(&article.url), Job::Scrape(article, None), instant);
            }
        }
        let next = self.work.store.next_due().await?;
        let until = [next.feed, next.article, next.hold].into_iter().flatten().min().map_or(LOOK_AGAIN, |at| wait(now, at));
        let soonest = if taken == 0 { LOOK_AGAIN_STUCK } else { LOOK_AGAIN_SOONEST };
        let again = instant + if until.is_zero() { soonest } else { until.clamp(LOOK_AGAIN_SOONEST, LOOK_AGAIN) };
        Ok(Looked { again, nothing_due: taken == 0 && room > 0 && room_to_scrape > 0 })
    }

    /// Starts every job that has a slot and whose host allows it.
    fn start_ready(&mut self) {
        let now = Instant::now();
        loop {
            let free = self.free();
            let Some((host, job)) = self.gate.start(now, |job| free.has(job)) else { return };
            let work = self.work.clone();
            let (what, handle) = match job {
                Job::Poll(feed) => {
                    (Subject::Feed(feed.id), self.running.spawn(async move { Ended::Poll(poll::poll(&work, feed).await) }))
                }
                Job::Scrape(article, access) => {
                    let what = Subject::Article(article.id);
                    (what, self.running.spawn(async move { Ended::Scrape(scrape::scrape(&work, article, access).await) }))
                }
            };
            self.polls_running += usize::from(matches!(what, Subject::Feed(_)));
            self.flights.insert(handle.id(), Flight { host, what });
        }
    }

    fn next_opening(&self) -> Option<Instant> {
        let free = self.free();
        self.gate.next_opening(|job| free.has(job))
    }

    fn free(&self) -> Free {
        let scrapes_running = self.flights.len() - self.polls_running;
        let at_once = self.work.fetcher.at_once();
        let scrapes = SCRAPES.min(at_once / 4).max(1);
        let polls = self.work.config.poll.concurrency.min(at_once.saturating_sub(scrapes)).max(1);
        Free { poll: self.polls_running < polls, scrape: scrapes_running < scrapes }
    }

    fn polls_waiting(&self) -> usize {
        self.gate.jobs().filter(|job| matches!(job, Job::Poll(_))).count()
    }

    async fn finish(&mut self, ended: Result<(tokio::task::Id, Ended), tokio::task::JoinError>) {
        let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, _)| *id);
        let Some(flight) = self.flights.remove(&id) else { return };
        self.gate.done(&flight.host);
        self.polls_running -= usize::from(matches!(flight.what, Subject::Feed(_)));
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
                    let (article, access) = *again;
                    self.gate.push_front(flight.host.clone(), Job::Scrape(article, Some(access)), Instant::now());
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

    /// Nothing is asked of the host until then, also over a restart; what waited for it goes back into the table.
    async fn hold_host(&mut self, host: &str, quiet: Duration) {
        let quiet = quiet.min(self.work.config.poll.max_interval);
        let until = crate::clock::after(self.work.clock.now(), quiet);
        let waiting = self.gate.hold(host, quiet, Instant::now());
        self.give_back(waiting).await;
        if let Err(error) = self.work.store.quiet(host.to_owned(), until).await {
            tracing::warn!("the quiet that {host} asked for could not be stored: {error}");
        }
    }

    /// Makes jobs due again that were taken from the table and not started.
    async fn give_back(&self, jobs: Vec<Job>) {
        let (mut feeds, mut articles) = (Vec::new(), Vec::new());
        for job in jobs {
            match job {
                Job::Poll(feed) => feeds.push(feed.id),
                Job::Scrape(article, _) => articles.push(article.id),
            }
        }
        if feeds.is_empty() && articles.is_empty() {
            return;
        }
        if let Err(error) = self.work.store.give_back(self.work.clock.now(), feeds, articles).await {
            tracing::warn!("what waited for its host is due an interval later: {error}");
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
        let waiting = self.gate.drain();
        self.give_back(waiting).await;
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
            .chain(self.gate.jobs().filter_map(|job| if let Job::Scrape(article, _) = job { Some(article.id) } else { None }))
            .collect()
    }
}

fn wait(now: Timestamp, at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
}
