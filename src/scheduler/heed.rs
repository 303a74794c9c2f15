//! What hosts say about being asked, done: waiting for a seat, quiet, a slower pace.

use std::time::Duration;

use tokio::time::Instant;

use super::said::HostSaid;
use super::{Job, Scheduler, scrape};
use crate::model::Place;

impl Scheduler {
    /// Puts a job back that found all seats at its address taken.
    pub(super) fn wait_for(&mut self, host: &str, place: Place, job: Job) {
        self.gate.learn_place(host, place);
        self.gate.push_front(host.to_owned(), job, Instant::now());
    }

    /// Does what a host wants from now on.
    pub(super) async fn heed(&mut self, asked: &str, said: HostSaid) {
        // Who was asked may have sent us to somebody else, who then complained.
        let host = said.host.as_deref().unwrap_or(asked);
        let cap = self.work.settings().config.poll.max_interval;
        if let Some(delay) = said.crawl_delay {
            self.gate.crawl_delay(host, delay.min(cap), Instant::now());
        }
        if said.fine {
            self.gate.fine(host);
        }
        let learned = if said.too_fast { self.gate.too_fast(host, Instant::now()) } else { None };
        if said.hold.is_some() || learned.is_some() {
            self.hold_host(host, said.hold.unwrap_or_default().min(cap), learned).await;
        }
    }

    /// Nothing is asked of the host until then, also over a restart; what waited for it goes back into the table.
    async fn hold_host(&mut self, host: &str, quiet: Duration, learned: Option<Duration>) {
        let until = crate::clock::after(self.work.now(), quiet);
        let waiting = self.gate.hold(host, quiet, Instant::now());
        self.give_back(waiting).await;
        if let Err(error) = self.work.store.quiet(host.to_owned(), until, learned).await {
            tracing::warn!("the quiet that {host} asked for could not be stored: {error}");
        }
        match learned {
            Some(pause) => tracing::info!(host, "{host} is asked once in {pause:?} from now on: it said 429 again"),
            None => tracing::debug!(host, "{host} asked for quiet: {quiet:?}"),
        }
    }

    /// Makes jobs due again that were taken from the table and not started.
    pub(super) async fn give_back(&self, jobs: Vec<Job>) {
        let (mut feeds, mut articles, mut subscriptions) = (Vec::new(), Vec::new(), Vec::new());
        for job in jobs {
            match job {
                Job::Poll(feed, None) => feeds.push(feed.id),
                // The page that named it was asked a moment ago; due at once it would be asked again, and again.
                Job::Poll(_, Some(_)) => {}
                // What came of its pages is kept; to begin anew would ask for them once more.
                Job::Scrape(article, turn) if turn.has_pages() => scrape::conclude(&self.work, article, turn).await,
                Job::Scrape(article, _) => articles.push(article.id),
                Job::Ask(subscription) => subscriptions.push(subscription.id),
            }
        }
        let (store, now) = (&self.work.store, self.work.now());
        if (!feeds.is_empty() || !articles.is_empty())
            && let Err(error) = store.give_back(now, feeds, articles).await
        {
            tracing::warn!("what waited for its host is due an interval later: {error}");
        }
        if !subscriptions.is_empty()
            && let Err(error) = store.give_back_subscriptions(now, subscriptions).await
        {
            tracing::warn!("what waited for a hub is due later: {error}");
        }
    }
}
