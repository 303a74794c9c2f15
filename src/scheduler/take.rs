//! From the table into the lines: what is due is taken, what has to wait stays where it is.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use super::cadence;
use super::flights::Subject;
use super::host_gate::{LINE_PER_HOST, Lane};
use super::scrape::Turn;
use super::{Job, Round, Scheduler};
use crate::clock::between;
use crate::fetcher::robots::Access;
use crate::model::{ArticleId, FeedId, TakeFeeds, host_of};
use crate::store::{StoreError, Trouble};

/// Polls waiting for their hosts, besides those that run.
pub(super) const POLLS_WAITING: usize = 256;
/// Scrapes waiting for their hosts, besides those that run.
const SCRAPES_WAITING: usize = 64;
/// The table is asked again after this long at the latest: another process may have added a feed.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// ... and not sooner than this.
pub(super) const LOOK_AGAIN_SOONEST: Duration = Duration::from_millis(200);
/// ... or this, when what is due has to wait for its host.
const LOOK_AGAIN_STUCK: Duration = Duration::from_secs(1);
/// Pause after the store failed, so that a full disk is not hammered.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// A look that comes later than this part of `poll.interval` means a standstill: a locked store, a machine that slept.
const STANDSTILL_PART: u32 = 10;
/// After a standstill all feeds are due at once: they are asked within this time, not in one burst.
const CATCH_UP: Duration = Duration::from_mins(1);

/// Whether all that is due now was taken, and when to look again.
pub(super) struct Looked {
    pub(super) again: Instant,
    pub(super) nothing_due: bool,
}

impl Scheduler {
    /// Takes what is due from the table into the lines of its hosts; a store that does not answer is asked again later. `late`: how
    /// long after its time this look comes.
    pub(super) async fn look(&mut self, late: Duration) -> Instant {
        let standstill = self.work.settings().config.poll.interval / STANDSTILL_PART;
        let (was_halted, trouble) = (self.halted, self.work.store.halted());
        self.halted = trouble.is_some();
        match (was_halted, trouble) {
            (false, Some(Trouble { error, .. })) => {
                tracing::error!("Nothing is polled until the store can be written again: {error}")
            }
            (true, None) => tracing::info!("The store can be written again: polling goes on"),
            _ => {}
        }
        if self.halted {
            return Instant::now() + STORE_PAUSE;
        }
        if late > standstill || was_halted {
            tracing::debug!("nothing could be polled for {late:?} or longer");
            self.spread_overdue(standstill).await;
        }
        // Often in the transaction of the look.
        self.store_quiet();
        match self.take(None).await {
            Ok(looked) => looked.again,
            Err(error) => {
                tracing::error!("the store does not answer; nothing is polled until it does: {error}");
                Instant::now() + STORE_PAUSE
            }
        }
    }

    /// Whether nothing can be stored: then nobody is asked for what would be fetched in vain.
    pub(super) fn cannot_store(&self) -> bool {
        self.work.store.halted().is_some()
    }

    /// Lets feeds that are overdue by more than `late` come one after the other.
    pub(super) async fn spread_overdue(&self, late: Duration) {
        if let Err(error) = self.work.store.spread_overdue(self.work.now(), late, CATCH_UP).await {
            tracing::error!("cannot read the schedule: {error}");
        }
    }

    pub(super) async fn take(&mut self, round: Option<(&Round, Timestamp)>) -> Result<Looked, StoreError> {
        if let Some(trouble) = self.work.store.halted() {
            return Err(trouble.error);
        }
        self.follow_clock().await?;
        let now = self.work.now();
        let instant = Instant::now();
        let next = self.work.store.next_due().await?;
        if next.hold.is_some_and(|hold| hold <= now) {
            self.work.store.release_held(now).await?;
        }
        let late = self.gate.take_late(instant);
        self.give_back(late).await;
        let room = POLLS_WAITING.saturating_sub(self.waiting(Lane::Feed));
        let room_to_scrape = SCRAPES_WAITING.saturating_sub(self.waiting(Lane::Page));
        let mut taken = 0;
        let all = round.is_some_and(|(round, _)| round.all || !round.only.is_empty());
        if room > 0 && (all || next.feed.is_some_and(|at| at <= now)) {
            let only = round.map(|(round, _)| round.only.clone()).unwrap_or_default();
            let (busy, closed_hosts) = (self.busy_feeds(), self.closed(instant, Lane::Feed));
            let began = round.map(|(_, began)| began);
            let ask = TakeFeeds { now, limit: room, busy, closed_hosts, per_host: LINE_PER_HOST, round: began, all, only };
            for feed in self.work.store.take_due_feeds(ask).await? {
                taken += 1;
                self.gate.push(feed.host.clone(), Job::Poll(feed, None), instant);
            }
        }
        if room_to_scrape > 0 && next.article.is_some_and(|at| at <= now) {
            let (busy, closed_hosts) = (self.busy_articles(), self.closed(instant, Lane::Page));
            for article in self.work.store.take_due_articles(now, room_to_scrape, busy, closed_hosts).await? {
                taken += 1;
                let host = host_of(&article.url);
                // A gate that has had nothing of the host to do has forgotten it.
                if let Some(delay) = self.crawl_delay(&article.url) {
                    self.gate.crawl_delay(&host, delay, instant);
                }
                self.gate.push(host, Job::Scrape(article, Turn::default()), instant);
            }
        }
        if self.reached && room > 0 && next.hub.is_some_and(|at| at <= now) {
            let closed_hosts = self.closed(instant, Lane::Feed);
            for subscription in self.work.store.take_due_subscriptions(now, LINE_PER_HOST, closed_hosts).await? {
                taken += 1;
                self.gate.push(host_of(&subscription.hub), Job::Ask(subscription), instant);
            }
        }
        let next = self.work.store.next_due().await?;
        let hub = next.hub.filter(|_| self.reached);
        let until = [next.feed, next.article, next.hold, hub].into_iter().flatten().min().map_or(LOOK_AGAIN, |at| between(now, at));
        let soonest = if taken == 0 { LOOK_AGAIN_STUCK } else { LOOK_AGAIN_SOONEST };
        self.left = until.is_zero();
        let together = cadence::together(self.work.settings().config.poll.interval, LOOK_AGAIN_SOONEST);
        let again = instant + if self.left { soonest } else { until.clamp(together, LOOK_AGAIN) };
        Ok(Looked { again, nothing_due: taken == 0 && room > 0 && room_to_scrape > 0 })
    }

    /// When somebody sets the clock, everything that waits is moved along with it: neither does a clock set ahead make all feeds due
    /// in one moment, nor does one set back put them to sleep.
    async fn follow_clock(&mut self) -> Result<(), StoreError> {
        let (wall, steady) = (self.work.clock.now(), self.work.clock.steady());
        let mut drift = *self.work.drift.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(jump) = drift.jump(wall, steady) else { return Ok(()) };
        self.store_quiet_first().await;
        let by = i64::try_from(jump.as_millis()).unwrap_or(0);
        self.work.store.shift_due(by).await?;
        *self.work.drift.lock().unwrap_or_else(PoisonError::into_inner) = drift;
        self.walk.jumped(Instant::now());
        tracing::warn!("The clock was set by {jump:#}: all waits were moved along");
        Ok(())
    }

    /// As far as its robots.txt is known.
    fn crawl_delay(&self, url: &str) -> Option<Duration> {
        let Some(Access::Allowed { crawl_delay }) = self.work.robots.cached(&Url::parse(url).ok()?) else { return None };
        Some(crawl_delay?.min(self.work.settings().config.poll.max_interval))
    }

    /// Hosts of which nothing of that kind shall be taken now.
    fn closed(&mut self, now: Instant, lane: Lane) -> Vec<String> {
        let work = std::sync::Arc::clone(&self.work);
        let crowded = |place| work.fetcher.is_crowded(place);
        let room = self.room(&crowded);
        self.gate.closed(now, lane, &room)
    }

    fn busy_feeds(&self) -> Vec<FeedId> {
        let feed = |subject| if let Subject::Feed(id) = subject { Some(id) } else { None };
        self.flights.subjects().chain(self.gate.jobs().map(Job::subject)).filter_map(feed).chain(self.quiet.feeds()).collect()
    }

    fn busy_articles(&self) -> Vec<ArticleId> {
        let article = |subject| if let Subject::Article(id) = subject { Some(id) } else { None };
        self.flights.subjects().chain(self.gate.jobs().map(Job::subject)).filter_map(article).collect()
    }
}
