//! The one place that asks the system what time it is; everything else gets `now` as an argument.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Wall time, cut to milliseconds because that is what the store keeps: a time read back equals the time written.
///
/// Sleeping uses `tokio::time`, which tests may pause; this clock is for what is stored and compared.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Wall time, and time since an arbitrary moment.
    Manual(Arc<Mutex<(Timestamp, Duration)>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is advanced: for tests.
    pub fn manual(at: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new((at, Duration::ZERO)))))
    }

    /// The present moment, whole milliseconds.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[allow(clippy::disallowed_methods)] // the only place that may
            Source::System => whole_ms(Timestamp::now()),
            Source::Manual(at) => whole_ms(lock(at).0),
        }
    }

    /// Time since an arbitrary moment, which nobody can set, and which goes on while the machine sleeps: where it and the wall
    /// clock part, somebody has set the wall clock.
    pub fn steady(&self) -> Duration {
        match &self.0 {
            Source::System => {
                let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Duration::try_from(since_boot).unwrap_or_default()
            }
            Source::Manual(at) => lock(at).1,
        }
    }

    /// Lets time pass on a manual clock; the system's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(at) = &self.0 {
            let mut at = lock(at);
            *at = (after(at.0, by), at.1.saturating_add(by));
        }
    }

    /// Sets a manual clock without any time passing; the system's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        if let Source::Manual(at) = &self.0 {
            lock(at).0 = to;
        }
    }
}

fn lock(at: &Mutex<(Timestamp, Duration)>) -> std::sync::MutexGuard<'_, (Timestamp, Duration)> {
    at.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `by` after `at`, or the end of time where that would overflow: waits come from publishers (a `Retry-After` of twenty digits must not end a poll).
pub fn after(at: Timestamp, by: Duration) -> Timestamp {
    at.saturating_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}

/// `by` before `at`, or the beginning of time.
pub fn before(at: Timestamp, by: Duration) -> Timestamp {
    at.saturating_sub(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MIN)
}

/// The last whole `step` (of full seconds) before `at`: what is counted from there stays the same for a while.
pub fn floor(at: Timestamp, step: Duration) -> Timestamp {
    let step = i64::try_from(step.as_secs()).unwrap_or(i64::MAX).max(1);
    Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(step)).unwrap_or(at)
}

/// From `earlier` to `later`, nothing where it is not earlier.
pub fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or(Duration::ZERO)
}

fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
