//! What is going on, in a few numbers.

use jiff::civil::Date;
use serde::Serialize;

use super::FeedRow;

/// What a day brought, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Which.
    pub day: Date,
    /// Polls that ended.
    pub polls: u64,
    /// Those that brought nothing new.
    pub unchanged: u64,
    /// Those that failed.
    pub failed: u64,
    /// Entries stored for the first time.
    pub new: u64,
    /// Those of them that joined the story of another as they came.
    pub folded: u64,
    /// Bodies over the wire.
    pub bytes: u64,
}

impl Day {
    /// A day on which nothing happened.
    pub fn idle(day: Date) -> Self {
        Self { day, polls: 0, unchanged: 0, failed: 0, new: 0, folded: 0, bytes: 0 }
    }
}

/// Subscriptions at a glance, at any size of the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glance {
    /// Subscriptions.
    pub feeds: u64,
    /// Those that fail, are blocked or gone.
    pub in_trouble: u64,
    /// Entries stored.
    pub entries: u64,
    /// Some subscriptions, those in trouble first, then those polled next.
    pub first: Vec<FeedRow>,
    /// The last days, oldest first, each of them.
    pub days: Vec<Day>,
    /// Why nothing is polled now, if the store takes nothing.
    pub halted: Option<String>,
}
