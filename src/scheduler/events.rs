//! What happens while the scheduler works, for whoever shows it: a progress bar, the demo's lines, a test.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::model::{Applied, FeedId};

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
