//! Polls that found the document of last time, nearly all there are: what is to be stored of them waits for company, because one wait for
//! the disk is dearer than all else about them. A crash loses a moment of them, and so nothing: each feed was due an interval later before
//! it was asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::flights::Subject;
use super::poll::Got;
use super::{Ended, Scheduler, Work, events};
use crate::model::{DueFeed, FeedId, Plan, Validators};

/// So many do not wait for more: they are one job, and whoever has another waits for its end.
const MANY: usize = 256;
/// How long one waits for others.
const PATIENCE: Duration = Duration::from_secs(1);

/// Ends of polls that are not stored yet.
#[derive(Default)]
pub(super) struct Quiet {
    waiting: Vec<(DueFeed, Arc<Plan>)>,
    due: Option<Instant>,
    under_way: Vec<FeedId>,
}

impl Quiet {
    pub(super) fn add(&mut self, feed: DueFeed, plan: Arc<Plan>) {
        self.due.get_or_insert_with(|| Instant::now() + PATIENCE);
        self.waiting.push((feed, plan));
    }

    /// When they are to be stored.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.waiting.len() < MANY { self.due } else { Some(Instant::now()) }
    }

    /// Whose next poll must not begin before.
    pub(super) fn feeds(&self) -> impl Iterator<Item = FeedId> {
        self.waiting.iter().map(|(feed, _)| feed.id).chain(self.under_way.iter().copied())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Those are stored, or could not be.
    pub(super) fn stored(&mut self, feeds: &[FeedId]) {
        self.under_way.retain(|feed| !feeds.contains(feed));
    }

    /// None is on its way any more.
    pub(super) fn lost(&mut self) {
        self.under_way.clear();
    }
}

/// Whether what a poll got brings nothing that the next one of its feed needs. `known`: the validators that went along. New ones do not
/// wait: a kill within that second would have the old ones sent once more.
pub(super) fn may_wait(got: &Got, known: &Validators) -> bool {
    match got {
        Got::NotModified { validators, .. } => validators.is_none(),
        Got::SameBody(body) => body.validators == *known,
        _ => false,
    }
}

impl Scheduler {
    /// Begins to store what waits.
    pub(super) fn store_quiet(&mut self) {
        self.quiet.due = None;
        let polls = std::mem::take(&mut self.quiet.waiting);
        if polls.is_empty() {
            return;
        }
        self.quiet.under_way.extend(polls.iter().map(|(feed, _)| feed.id));
        let work = Arc::clone(&self.work);
        self.flights.start(String::new(), Subject::Quiet, async move { Ended::Quiet(store(&work, polls).await) });
    }

    /// Stores what waits before the clock that it goes by is another one.
    pub(super) async fn store_quiet_first(&mut self) {
        self.quiet.due = None;
        let stored = store(&self.work, std::mem::take(&mut self.quiet.waiting)).await;
        self.count_unstored(&stored);
    }

    pub(super) fn count_unstored(&mut self, stored: &[(FeedId, bool)]) {
        self.summary.failed += stored.iter().filter(|(_, is_stored)| !is_stored).count();
    }
}

/// Whether each could be stored.
async fn store(work: &Work, polls: Vec<(DueFeed, Arc<Plan>)>) -> Vec<(FeedId, bool)> {
    let plans: Vec<(FeedId, Arc<Plan>)> = polls.iter().map(|(feed, plan)| (feed.id, Arc::clone(plan))).collect();
    let stored = work.store.apply_all(&plans).await;
    let told = polls.iter().zip(stored).map(|((feed, plan), stored)| (feed.id, events::polled(work, feed, plan, stored).is_some()));
    told.collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::cadence::{PollOutcome, next_poll};
    use super::*;
    use crate::config::{Config, Feed, feeds};
    use crate::model::{PollRecord, Schedule};

    fn poll(n: i64) -> (DueFeed, Arc<Plan>) {
        let (id, url) = (FeedId(n), format!("https://site{n}.example/feed"));
        let (at, host, schedule) = (url.clone(), String::new(), Schedule::default());
        let feed = DueFeed { id, url, at, host, schedule, moving: None, title: None, settings: None, first: false };
        let (now, settings) = (Timestamp::UNIX_EPOCH, feeds::settings(&Config::default(), &Feed::default()));
        let next = next_poll(&PollOutcome::Same { fresh_for: None }, &feed.schedule, &settings, now, 0);
        let (outcome, duration) = ("not-modified".to_owned(), Duration::ZERO);
        let record = PollRecord { at: now, status: Some(304), outcome, bytes: 0, duration };
        (feed, Arc::new(Plan::of_feed(super::super::poll::patch(&next, Some(304)), record)))
    }

    #[tokio::test(start_paused = true)]
    async fn one_waits_a_second_for_others_and_many_do_not() {
        let mut quiet = Quiet::default();
        assert!(quiet.due().is_none() && quiet.is_empty());
        let begun = Instant::now();
        for n in 0..i64::try_from(MANY).unwrap() {
            assert!(n == 0 || quiet.due() == Some(begun + PATIENCE), "the first of them says when");
            let (feed, plan) = poll(n);
            quiet.add(feed, plan);
        }
        assert_eq!(quiet.due(), Some(begun));
    }

    #[test]
    fn new_validators_do_not_wait() {
        let known = Validators { etag: Some("\"a\"".to_owned()), ..Validators::default() };
        let answered = |validators| Got::NotModified { validators, fresh_for: None, moved_to: None };
        assert!(may_wait(&answered(None), &known));
        assert!(!may_wait(&answered(Some(Validators { etag: Some("\"b\"".to_owned()), ..known.clone() })), &known));
    }

    #[test]
    fn none_is_polled_again_before_it_is_stored() {
        let mut quiet = Quiet::default();
        let (feed, plan) = poll(1);
        quiet.add(feed, plan);
        quiet.under_way.push(FeedId(2));
        assert_eq!(quiet.feeds().collect::<Vec<_>>(), [FeedId(1), FeedId(2)]);
        quiet.stored(&[FeedId(2)]);
        assert_eq!(quiet.feeds().collect::<Vec<_>>(), [FeedId(1)]);
        quiet.under_way.push(FeedId(3));
        quiet.lost();
        assert_eq!(quiet.feeds().collect::<Vec<_>>(), [FeedId(1)], "what was lost is not barred for ever");
    }
}
