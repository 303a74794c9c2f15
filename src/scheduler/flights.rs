//! What runs: polls, scrapes and what belongs to hubs as tasks, told apart from what they work on so that a panic in one is still told.

use std::collections::HashMap;

use tokio::task::{Id, JoinError, JoinSet};

use super::{Ended, Job};
use crate::model::{ArticleId, FeedId};

/// Tasks in flight. No more than the slots for their kind, which the caller counts.
#[derive(Default)]
pub(super) struct Flights {
    running: JoinSet<Ended>,
    about: HashMap<Id, Flight>,
    polls: usize,
    scrapes: usize,
}

/// What a task works on.
pub(super) struct Flight {
    /// Its host, as the gate names it.
    pub(super) host: String,
    pub(super) what: Subject,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Feed(FeedId),
    Article(ArticleId),
    /// A subscription of it at a hub.
    Hub(FeedId),
    Push,
    /// The store: polls that brought nothing.
    Quiet,
}

impl Subject {
    /// Whether it takes a slot of the lane of feeds; so do the few requests to hubs.
    fn is_poll(self) -> bool {
        matches!(self, Self::Feed(_) | Self::Hub(_))
    }

    fn is_scrape(self) -> bool {
        matches!(self, Self::Article(_))
    }
}

impl Job {
    pub(super) fn subject(&self) -> Subject {
        match self {
            Job::Poll(feed, _) => Subject::Feed(feed.id),
            Job::Scrape(article, _) => Subject::Article(article.id),
            Job::Ask(subscription) => Subject::Hub(subscription.feed),
        }
    }
}

impl Flights {
    pub(super) fn start(&mut self, host: String, what: Subject, task: impl Future<Output = Ended> + Send + 'static) {
        self.polls += usize::from(what.is_poll());
        self.scrapes += usize::from(what.is_scrape());
        // Apart: a task is allocated at a multiple of 128 bytes, which for one of 8 KiB is much dearer than a box beside a small one.
        let handle = self.running.spawn(Box::pin(task));
        self.about.insert(handle.id(), Flight { host, what });
    }

    pub(super) fn polls(&self) -> usize {
        self.polls
    }

    pub(super) fn scrapes(&self) -> usize {
        self.scrapes
    }

    pub(super) fn len(&self) -> usize {
        self.running.len()
    }

    /// What each of them works on.
    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject> {
        self.about.values().map(|flight| flight.what)
    }

    /// The next that ends; `None` when nothing runs.
    pub(super) async fn next(&mut self) -> Option<(Flight, Result<Ended, JoinError>)> {
        loop {
            let ended = self.running.join_next_with_id().await?;
            if let Some(landed) = self.land(ended) {
                return Some(landed);
            }
        }
    }

    /// One that has ended already.
    pub(super) fn try_next(&mut self) -> Option<(Flight, Result<Ended, JoinError>)> {
        let ended = self.running.try_join_next_with_id()?;
        self.land(ended)
    }

    fn land(&mut self, ended: Result<(Id, Ended), JoinError>) -> Option<(Flight, Result<Ended, JoinError>)> {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let flight = self.about.remove(&id)?;
        self.polls -= usize::from(flight.what.is_poll());
        self.scrapes -= usize::from(flight.what.is_scrape());
        Some((flight, ended.map(|(_, ended)| ended)))
    }

    /// Cuts all of them short.
    pub(super) async fn shutdown(&mut self) {
        self.running.shutdown().await;
    }
}
