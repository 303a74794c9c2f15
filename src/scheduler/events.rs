//! What happens while the scheduler works, for whoever shows it: a progress bar, the demo's lines, a test.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::Work;
use crate::model::{Address, Applied, DueFeed, FeedId, FeedPatch, FeedState, Plan};
use crate::store::StoreError;

/// Events that may wait for a slow reader; more are dropped, since they only tell.
pub const EVENTS_WAITING: usize = 1024;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A poll ended and its outcome is stored.
    Polled {
        /// Of which feed.
        feed: FeedId,
        /// What people call it.
        name: String,
        /// `new`, `unchanged`, `not-modified`, or a kind of failure.
        outcome: String,
        /// What failed.
        error: Option<String>,
        /// What it brought.
        applied: Applied,
        /// Received, as on the wire.
        bytes: u64,
        /// From request to commit.
        took: Duration,
    },
    /// An article page was asked for, or judged for one more entry.
    Scraped {
        /// Title of the first entry that waited for it.
        title: String,
        /// How many entries it settled.
        settled: usize,
        /// `won`, `known`, `kept`, `retry` or `failed`.
        verdict: &'static str,
        /// Whose text won, or what failed.
        outcome: String,
    },
    /// The article pages of a feed give less than before, or are well again. Told once, when that turns.
    Pages {
        /// Of which feed.
        feed: FeedId,
        /// What people call it.
        name: String,
        /// Whether they broke.
        broken: bool,
        /// What shows it.
        reason: String,
    },
}

/// Where events go; nobody need listen.
#[derive(Clone, Default)]
pub struct Events {
    shown: Option<mpsc::Sender<Event>>,
    counted: Option<Count>,
}

type Count = Arc<dyn Fn(&Event) + Send + Sync>;

impl Events {
    /// A pair of ends.
    pub fn channel() -> (Self, mpsc::Receiver<Event>) {
        let (sender, receiver) = mpsc::channel(EVENTS_WAITING);
        (Self { shown: Some(sender), counted: None }, receiver)
    }

    /// Also told to `count`, which sees all of them and must not wait.
    pub fn counted_by(self, count: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { counted: Some(Arc::new(count)), ..self }
    }

    pub(crate) fn tell(&self, event: Event) {
        if let Some(count) = &self.counted {
            count(&event);
        }
        if let Some(sender) = &self.shown {
            // A full channel means a reader slower than the work: the work goes on.
            let _ = sender.try_send(event);
        }
    }
}

/// Says what came of a poll, and answers what was stored of it, if it was.
pub(super) fn polled(work: &Work, feed: &DueFeed, plan: &Plan, stored: Result<Applied, StoreError>) -> Option<Applied> {
    let Plan { feed: patch, poll, .. } = plan;
    let name = feed.title.as_ref().or(patch.meta.as_ref().and_then(|meta| meta.title.as_ref())).unwrap_or(&feed.url);
    let applied = match stored {
        Ok(applied) => applied,
        // Nothing was acknowledged: validators stay as they were, so the next poll brings the same entries again.
        Err(error) => {
            tracing::error!(feed.id = feed.id.0, feed.url, "Feed {name}: its poll could not be stored: {error}");
            return None;
        }
    };
    if let Address::Moved { reason, .. } | Address::Merged { reason, .. } = &patch.address {
        tracing::info!(feed.id = feed.id.0, feed.url, "Feed {name}: {reason}");
    }
    let duration_ms = u64::try_from(poll.duration.as_millis()).unwrap_or(u64::MAX);
    let FeedPatch { failures, reason, status, .. } = patch;
    match &patch.error {
        // Said when it begins; `feeds` and the back-off tell the rest.
        Some(error) if feed.schedule.failures == 0 && *failures == 1 => {
            tracing::warn!(feed.id = feed.id.0, feed.url, status, duration_ms, "Feed {name}: {error}; {reason}");
        }
        Some(error) => {
            tracing::debug!(feed.id = feed.id.0, feed.url, status, duration_ms, failures, "Feed {name}: {error}; {reason}")
        }
        None if feed.schedule.failures > 0 || feed.schedule.state == FeedState::Blocked => {
            tracing::info!(feed.id = feed.id.0, feed.url, "Feed {name}: well again after {} failures", feed.schedule.failures);
        }
        None => {}
    }
    if applied.new > 0 {
        tracing::info!(feed.id = feed.id.0, feed.url, entries.new = applied.new, duration_ms, "Feed {name}: {} new", applied.new);
    } else {
        tracing::debug!(feed.id = feed.id.0, feed.url, duration_ms, "Feed {name}: {}", poll.outcome);
    }
    work.events.tell(Event::Polled {
        feed: feed.id,
        name: name.clone(),
        outcome: poll.outcome.clone(),
        error: patch.error.clone(),
        applied,
        bytes: poll.bytes,
        took: poll.duration,
    });
    Some(applied)
}
