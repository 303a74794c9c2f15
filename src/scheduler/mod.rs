//! The scheduler: takes due feeds and articles from the store, lets each start when its host allows, waits for a
//! wake-up or the next due time. It decides nothing about content: `cadence` says when, `poll` and `scrape` do the work.
//!
//! The store is the schedule: a crash loses requests in flight and nothing else, because due times move before a request
//! is sent and all waiting work is rows. There are no retries inside a fetch: the next poll is the retry.

pub mod cadence;
mod cpu;
mod drift;
mod events;
mod flights;
pub mod health;
mod heed;
mod host_gate;
mod hubs;
mod moves;
mod notice;
mod outage;
mod poll;
mod push;
mod quiet;
mod replay;
mod retention;
mod said;
mod scrape;
pub mod site_rules;
mod take;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::fetcher::Fetcher;
use crate::model::{Applied, DueArticle, DueFeed, FeedId, FeedSpec, Fetched, Place, Push, Subscription, host_of};
use crate::store::{Store, StoreError};

pub use events::{EVENTS_WAITING, Event, Events};
use flights::{Flight, Flights, Subject};
use host_gate::{HostGate, Lane, Room};
pub use poll::request;
use quiet::Quiet;
pub use replay::replay;
use retention::Walk;
use take::{LOOK_AGAIN, LOOK_AGAIN_SOONEST, Looked, POLLS_WAITING};
use work::{Settings, Work};

/// A whole fetch may take this many times `poll.timeout`.
const WHOLE_FETCH: u32 = 4;
/// Scrapes at once, at most; apart from polls, so that slow pages cannot starve feeds.
const SCRAPES: usize = 16;
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

/// Another configuration, to hold from now on.
#[derive(Debug)]
pub struct Reload {
    /// What holds then.
    pub config: Config,
    /// Its feeds.
    pub feeds: Vec<FeedSpec>,
    /// Told when it holds, or what the store said: then the old one does.
    pub done: oneshot::Sender<Result<(), StoreError>>,
}

/// The loop and what it keeps in memory.
pub struct Scheduler {
    work: Arc<Work>,
    gate: HostGate<Job>,
    flights: Flights,
    walk: Walk,
    quiet: Quiet,
    /// Nothing could be stored when that was last looked at.
    halted: bool,
    /// Something that was due stayed in the table then.
    left: bool,
    /// Whether hubs reach us: `http.public_url` is set, and a daemon listens.
    reached: bool,
    summary: Summary,
}

enum Job {
    /// With the feed that the page at its address named.
    Poll(DueFeed, Option<poll::Named>),
    /// With what came of it so far.
    Scrape(DueArticle, scrape::Turn),
    /// A hub, for a subscription.
    Ask(Subscription),
}

impl host_gate::Job for Job {
    fn lane(&self) -> Lane {
        match self {
            Self::Poll(..) | Self::Ask(_) => Lane::Feed,
            Self::Scrape(..) => Lane::Page,
        }
    }
}

enum Ended {
    Poll(Box<(DueFeed, Option<poll::Named>)>, poll::PollEnd),
    Scrape(scrape::ScrapeEnd),
    Ask(Box<Subscription>, hubs::AskEnd),
    Push(Applied),
    /// Whether they could be stored.
    Quiet(Vec<(FeedId, bool)>),
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
        let gate = HostGate::new(config.fetch.per_host_in_flight, config.fetch.per_host_spacing);
        let work = Arc::new(Work::new(store, fetcher, clock, Settings::new(config, specs), events));
        let (flights, walk, summary) = (Flights::default(), Walk::new(Instant::now()), Summary::default());
        Self { work, gate, flights, walk, quiet: Quiet::default(), halted: false, left: false, reached: false, summary }
    }

    /// Plans and stores an answer that was fetched already, as the poll of `feed` that it is.
    pub async fn conclude(&self, feed: &DueFeed, answer: Fetched) -> Applied {
        poll::conclude(&self.work, feed, answer).await.applied
    }

    /// Works until `stop`, then lets what is in flight end within `run.drain`. `beat` counts rounds, for the watchdog; what comes
    /// through `reloads` holds from then on, what comes through `pushes` is stored.
    pub async fn run(
        mut self,
        stop: CancellationToken,
        beat: watch::Sender<u64>,
        mut reloads: mpsc::Receiver<Reload>,
        mut pushes: mpsc::Receiver<Push>,
    ) -> Summary {
        self.begin().await;
        self.begin_with_hubs().await;
        self.spread_overdue(Duration::ZERO).await;
        let mut look_at = Instant::now();
        let mut awake = self.work.clock.steady();
        while !stop.is_cancelled() {
            beat.send_modify(|count| *count += 1);
            // The runtime's clock stands still while the machine sleeps; the steady one does not.
            let slept = self.work.clock.steady().saturating_sub(awake).saturating_sub(LOOK_AGAIN);
            awake = self.work.clock.steady();
            let late = Instant::now().saturating_duration_since(look_at).max(slept);
            if Instant::now() >= look_at || !slept.is_zero() {
                look_at = self.look(late).await;
            }
            // What waits in line keeps its place.
            let opens = if self.cannot_store() {
                None
            } else {
                self.start_ready();
                self.next_opening()
            };
            if Instant::now() >= self.walk.next {
                self.expire().await;
            }
            if self.quiet.due().is_some_and(|due| due <= Instant::now()) {
                self.store_quiet();
            }
            let wake = [opens, self.quiet.due()].into_iter().flatten().fold(look_at.min(self.walk.next), Instant::min);
            tokio::select! {
                () = stop.cancelled() => break,
                Some(reload) = reloads.recv() => {
                    self.reload(reload).await;
                    look_at = Instant::now();
                }
                // As many at once as may wait for it (`Push::held`).
                Some(push) = pushes.recv() => self.start_push(push),
                Some((flight, ended)) = self.flights.next() => {
                    // A slot is free for what was left in the table, or there is more to do: pages to ask for, say.
                    if self.finish(flight, ended).await || self.left {
                        look_at = look_at.min(Instant::now() + LOOK_AGAIN_SOONEST);
                    }
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
        let began = self.work.now();
        self.begin().await;
        while !stop.is_cancelled() {
            // A look costs a transaction: not for every poll that ends, only when the lines run low.
            let looked = if self.waiting(Lane::Feed) < POLLS_WAITING / 2 || self.cannot_store() {
                self.take(Some((&round, began))).await?
            } else {
                Looked { again: Instant::now() + LOOK_AGAIN, nothing_due: false }
            };
            self.start_ready();
            let is_last = looked.nothing_due && self.flights.len() == 0 && self.gate.waiting() == 0;
            if is_last || self.quiet.due().is_some_and(|due| due <= Instant::now()) {
                self.store_quiet();
            }
            if is_last && self.flights.len() == 0 {
                self.expire_once().await;
                return Ok(self.summary);
            }
            let wake = self.next_opening().map_or(looked.again, |opens| opens.min(looked.again));
            tokio::select! {
                () = stop.cancelled() => break,
                Some((flight, ended)) = self.flights.next() => {
                    self.finish(flight, ended).await;
                    // Everything that ended meanwhile makes room for one look into the table instead of many.
                    while let Some((flight, ended)) = self.flights.try_next() {
                        self.finish(flight, ended).await;
                    }
                }
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        Ok(self.drain().await)
    }

    /// Takes up what was left by the last process: due times from before the clock was set back must not put a feed to sleep, and
    /// hosts that complained are still asked as they wished.
    async fn begin(&mut self) {
        let now = self.work.now();
        let cap = self.work.settings().config.poll.max_interval;
        if let Err(error) = self.work.store.clamp_due(now, cap).await {
            tracing::error!("cannot read the schedule: {error}");
        }
        match self.work.store.hosts(now).await {
            Ok(wishes) => {
                for wish in wishes {
                    let wait = crate::clock::between(now, wish.hold_until);
                    self.gate.remember(&wish.host, wait, wish.spacing, Instant::now());
                }
            }
            Err(error) => tracing::error!("cannot read what hosts asked for: {error}"),
        }
    }

    /// Hubs that were given another address of ours are asked again.
    async fn begin_with_hubs(&mut self) {
        let base = self.work.settings().config.http.public_url.clone();
        self.reached = !base.is_empty();
        if let Err(error) = self.work.store.reached_at(self.work.now(), base).await {
            tracing::error!("cannot read which hubs tell of news: {error}");
        }
    }

    /// Here, between two looks, so that no new feed is polled before its settings and credentials are known.
    async fn reload(&mut self, Reload { config, feeds, done }: Reload) {
        let stored = self.work.store.put_feeds(self.work.now(), feeds.clone()).await;
        match stored {
            Ok(ids) => {
                self.work.replace_settings(Settings::new(config, ids.into_iter().zip(feeds).collect()));
                let _ = done.send(Ok(())); // who asked may have gone
            }
            Err(error) => {
                let _ = done.send(Err(error));
                return;
            }
        }
        // A feed that was removed while it stood in line is not asked once more.
        let kept = match self.work.store.feeds().await {
            Ok(feeds) => {
                feeds.into_iter().filter(|feed| feed.subscribed).map(|feed| feed.id).collect::<std::collections::HashSet<_>>()
            }
            Err(error) => return tracing::error!("cannot read which feeds are still subscribed to: {error}"),
        };
        self.gate.retain(|job| !matches!(job, Job::Poll(feed, _) if !kept.contains(&feed.id)));
    }

    /// Starts every job that has a slot and whose host allows it.
    fn start_ready(&mut self) {
        let now = Instant::now();
        let work = Arc::clone(&self.work);
        let crowded = |place| work.fetcher.is_crowded(place);
        loop {
            let room = self.room(&crowded);
            let Some((host, job)) = self.gate.start(now, &room) else { return };
            let (what, work) = (job.subject(), Arc::clone(&work));
            match job {
                Job::Poll(feed, named) => self.flights.start(host, what, async move {
                    let end = poll::poll(&work, &feed, named.clone()).await;
                    Ended::Poll(Box::new((feed, named)), end)
                }),
                Job::Scrape(article, turn) => {
                    self.flights.start(host, what, async move { Ended::Scrape(scrape::scrape(&work, article, turn).await) });
                }
                Job::Ask(due) => self.flights.start(host, what, async move {
                    let end = hubs::ask(&work, &due).await;
                    Ended::Ask(Box::new(due), end)
                }),
            }
        }
    }

    /// A push waits for no host: nobody is asked.
    fn start_push(&mut self, push: Push) {
        let (work, what) = (Arc::clone(&self.work), Subject::Push);
        self.flights.start(String::new(), what, async move { Ended::Push(push::push(&work, push).await) });
    }

    fn next_opening(&self) -> Option<Instant> {
        self.gate.next_opening(&self.room(&|place| self.work.fetcher.is_crowded(place)))
    }

    /// What kinds of job have a free slot.
    fn room<'a>(&self, crowded: &'a dyn Fn(Place) -> bool) -> Room<'a> {
        let at_once = self.work.fetcher.at_once();
        let scrapes = SCRAPES.min(at_once / 4).max(1);
        let polls = self.work.settings().config.poll.concurrency.min(at_once.saturating_sub(scrapes)).max(1);
        Room { feed: self.flights.polls() < polls, page: self.flights.scrapes() < scrapes, crowded }
    }

    fn waiting(&self, lane: Lane) -> usize {
        self.gate.jobs().filter(|job| host_gate::Job::lane(*job) == lane).count()
    }

    /// Says whether there may be more to do than before.
    async fn finish(&mut self, flight: Flight, ended: Result<Ended, JoinError>) -> bool {
        let host = flight.host.as_str();
        self.gate.done(host);
        let was_quiet = matches!(&ended, Ok(Ended::Poll(_, end)) if end.quiet.is_some()) || flight.what == Subject::Quiet;
        match ended {
            Ok(Ended::Poll(job, end)) => {
                let (feed, named) = *job;
                match end.again {
                    Some(poll::Again::Crowded(place)) => self.wait_for(host, place, Job::Poll(feed, named)),
                    Some(poll::Again::Named(named)) => {
                        let host = host_of(named.feed.as_str());
                        self.gate.push_front(host, Job::Poll(feed, Some(named)), Instant::now());
                    }
                    None => {
                        self.summary.polls += 1;
                        self.summary.failed += usize::from(!end.ok);
                        self.summary.new += end.applied.new as usize;
                        if let Some(plan) = end.quiet {
                            self.quiet.add(feed, plan);
                        }
                    }
                }
                self.heed(host, end.said).await;
            }
            Ok(Ended::Quiet(stored)) => {
                self.count_unstored(&stored);
                self.quiet.stored(&stored.into_iter().map(|(feed, _)| feed).collect::<Vec<_>>());
            }
            Ok(Ended::Scrape(end)) => {
                match end.again.map(|again| *again) {
                    Some((article, turn, scrape::Again::Crowded(place))) => self.wait_for(host, place, Job::Scrape(article, turn)),
                    Some((article, turn, scrape::Again::Next)) => {
                        let host = turn.host().unwrap_or_else(|| host.to_owned());
                        self.gate.push_front(host, Job::Scrape(article, turn), Instant::now());
                    }
                    None => self.summary.scrapes += 1,
                }
                self.heed(host, end.said).await;
            }
            Ok(Ended::Ask(due, end)) => {
                if let Some(place) = end.crowded {
                    self.wait_for(host, place, Job::Ask(*due));
                }
                self.heed(host, end.said).await;
            }
            Ok(Ended::Push(applied)) => self.summary.new += applied.new as usize,
            // Its due time had moved before it began, so nothing hangs on this; other feeds never notice.
            Err(error) => {
                self.summary.polls += usize::from(matches!(flight.what, Subject::Feed(_)));
                self.summary.failed += 1;
                if flight.what == Subject::Quiet {
                    self.quiet.lost();
                }
                tracing::error!(host, "a poll or scrape ended with a defect of feedmux, please report it: {error}");
            }
        }
        !was_quiet
    }

    async fn drain(mut self) -> Summary {
        let waiting = self.gate.drain();
        self.give_back(waiting).await;
        let deadline = Instant::now() + self.work.settings().config.run.drain;
        loop {
            while let Ok(Some((flight, ended))) = tokio::time::timeout_at(deadline, self.flights.next()).await {
                self.finish(flight, ended).await;
            }
            if self.quiet.is_empty() || Instant::now() >= deadline {
                break;
            }
            self.store_quiet();
        }
        self.summary.cut = self.flights.len();
        self.flights.shutdown().await;
        self.summary
    }
}
