//! The one place that asks the system what time it is; everything else gets `now` as an argument.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// Wall time, cut to milliseconds because that is what the store keeps: a time read back equals the time written.
///
/// Sleeping uses `tokio::time`, which tests may pause; this clock is for what is stored and compared.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is advanced: for tests.
    pub fn manual(at: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(at))))
    }

    /// The present moment, whole milliseconds.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[allow(clippy::disallowed_methods)] // the only place that may
            Source::System => whole_ms(Timestamp::now()),
            Source::Manual(at) => whole_ms(*at.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Moves a manual clock forward; the system's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(at) = &self.0 {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = after(*at, by);
        }
    }
}

/// `by` after `at`, or the end of time where that would overflow: waits come from publishers (a `Retry-After` of twenty digits must not end a poll).
pub fn after(at: Timestamp, by: Duration) -> Timestamp {
    at.saturating_add(jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}

fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
