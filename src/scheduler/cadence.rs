//! When a feed is polled next, and why.
//!
//! Pure: outcome, history, settings and `now` in, a time and a sentence out. Three rules hold in every case: never before the
//! interval is over, never before the publisher's wish is over, and no wish counts for more than `poll.max_interval`.

use std::time::Duration;

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::after;
use crate::model::{FeedSettings, FeedState, FetchError, Schedule};

/// Jitter is at most this part of the interval ...
const JITTER_PART: u32 = 10;
/// ... and at most this.
const MAX_JITTER: Duration = Duration::from_mins(5);
/// After its first success a feed waits up to so many percent of the interval longer, once: feeds that were added together part.
const SPREAD_PERCENT: u32 = 60;
/// Silence after which the rhythm slows down.
const SILENCE: Duration = Duration::from_hours(14 * 24);
/// Silence beyond it is added to the interval in this part: 30 min after two weeks, 8 h after a month, a day after two.
const SILENCE_PART: u32 = 48;

/// How a poll ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PollOutcome<'a> {
    /// A feed was read.
    Read {
        /// Entries that were new.
        new: usize,
        /// `max-age` less `Age`, or `Expires`.
        fresh_for: Option<Duration>,
        /// The document's own wish.
        ttl: Option<Duration>,
    },
    /// 304, or the body that was read last time.
    Same {
        /// `max-age` less `Age`, or `Expires`.
        fresh_for: Option<Duration>,
    },
    /// No answer, or none that helps.
    Failed(&'a FetchError),
    /// An answer that is no feed.
    Unreadable,
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// Next poll. In state `gone` it does not take place.
    pub at: Timestamp,
    /// Why then, for people.
    pub reason: String,
    /// The rhythm behind it, without jitter.
    pub interval: Duration,
    /// How the feed stands now.
    pub state: FeedState,
    /// Failures in a row.
    pub failures: u32,
    /// Until when nothing at all is asked of the host: it said `Retry-After` for reasons of its own (429, 5xx).
    pub hold_until: Option<Timestamp>,
}

/// The next poll of a feed whose poll ended like this. `seed` is [`seed_of`] its address: it spreads feeds over time, the same
/// way after each restart.
pub fn next_poll(outcome: &PollOutcome, schedule: &Schedule, settings: &FeedSettings, now: Timestamp, seed: u64) -> Next {
    let next = match outcome {
        PollOutcome::Read { new, fresh_for, ttl } => success(*new > 0, *fresh_for, *ttl, schedule, settings, now),
        PollOutcome::Same { fresh_for } => success(false, *fresh_for, schedule.ttl, schedule, settings, now),
        PollOutcome::Failed(error) => failure(Some(error), schedule, settings, now),
        PollOutcome::Unreadable => failure(None, schedule, settings, now),
    };
    let first = schedule.first_polled_at.is_none() && next.failures == 0;
    let extra = if first {
        part(settings.interval, SPREAD_PERCENT, mix(seed, 0))
    } else {
        jitter(settings.interval, mix(seed, instant(now)))
    };
    // a wait that reached the cap gets no jitter on top: "at most a day" is what the settings promise
    let latest = cap(settings).max(settings.interval.saturating_add(extra));
    let at = after(now, next.interval.saturating_add(extra).min(latest));
    let reason = if first { format!("{}, the first time later so that feeds part", next.reason) } else { next.reason };
    Next { at, reason, ..next }
}

/// The seed of a feed's jitter and spread.
pub fn seed_of(feed_url: &str) -> u64 {
    xxh3_64(feed_url.as_bytes())
}

fn success(
    has_new: bool,
    fresh_for: Option<Duration>,
    ttl: Option<Duration>,
    schedule: &Schedule,
    settings: &FeedSettings,
    now: Timestamp,
) -> Next {
    let heard = if has_new { Some(now) } else { schedule.last_new_at.max(schedule.first_polled_at) };
    let silence = heard.and_then(|heard| now.duration_since(heard).try_into().ok()).unwrap_or(Duration::ZERO);
    let slowed = if settings.adaptive { silence.saturating_sub(SILENCE) / SILENCE_PART } else { Duration::ZERO };
    let rhythm = settings.interval.saturating_add(slowed).min(cap(settings));
    let mut next = Next {
        at: now,
        reason: match rhythm > settings.interval {
            true => format!("every {}: nothing new for {}", words(rhythm), words(silence)),
            false => format!("every {}", words(rhythm)),
        },
        interval: rhythm,
        state: if schedule.state == FeedState::Paused { FeedState::Paused } else { FeedState::Active },
        failures: 0,
        hold_until: None,
    };
    for (wish, source) in [(fresh_for, "cache lifetime"), (ttl, "ttl")] {
        let Some(wish) = wish.filter(|wish| *wish > next.interval) else { continue };
        lengthen(&mut next, wish, settings, &format!("the publisher asks for {} ({source})", words(wish)));
    }
    next
}

fn failure(error: Option<&FetchError>, schedule: &Schedule, settings: &FeedSettings, now: Timestamp) -> Next {
    let failures = schedule.failures.saturating_add(1);
    let status = error.and_then(FetchError::status);
    let (retry_after, challenge) = match error {
        Some(FetchError::Status { retry_after, challenge, .. }) => (*retry_after, *challenge),
        _ => (None, false),
    };
    let doubling = 2_u32.checked_pow(failures - 1).unwrap_or(u32::MAX);
    let interval = settings.interval.max(settings.backoff).saturating_mul(doubling).min(cap(settings));
    let what = status.map_or_else(|| "failed".to_owned(), |code| code.to_string());
    let state = match status {
        Some(410) if schedule.last_status == Some(410) || schedule.state == FeedState::Gone => FeedState::Gone,
        _ if schedule.state == FeedState::Paused => FeedState::Paused,
        Some(401 | 403) => FeedState::Blocked,
        _ if challenge => FeedState::Blocked,
        _ => FeedState::Failing,
    };
    let reason = match (state, failures) {
        (FeedState::Gone, _) => "410 twice: the publisher says it is gone for good".to_owned(),
        (_, 1) => format!("{what}: again in {}", words(interval)),
        (_, n) => format!("{n} failures in a row ({what}): again in {}", words(interval)),
    };
    let mut next = Next { at: now, reason, interval, state, failures, hold_until: None };
    if state == FeedState::Gone {
        next.interval = cap(settings);
        return next;
    }
    if let Some(wait) = retry_after.filter(|wait| !wait.is_zero()) {
        let quiet = error.and_then(FetchError::asks_for_quiet);
        next.hold_until = quiet.map(|quiet| after(now, quiet.min(cap(settings))));
        lengthen(&mut next, wait, settings, &format!("{what}: Retry-After {}", words(wait)));
    }
    next
}

/// A publisher's wish: it only ever lengthens, and not beyond the cap.
fn lengthen(next: &mut Next, wish: Duration, settings: &FeedSettings, reason: &str) {
    if wish > next.interval {
        let capped = wish.min(cap(settings));
        next.reason = if capped < wish { format!("{reason}, capped at {}", words(capped)) } else { reason.to_owned() };
        next.interval = capped;
    }
}

/// The longest wait; a setting below the interval cannot shorten it.
fn cap(settings: &FeedSettings) -> Duration {
    settings.max_interval.max(settings.interval)
}

fn jitter(interval: Duration, dice: u64) -> Duration {
    part((interval / JITTER_PART).min(MAX_JITTER), 100, dice)
}

/// Up to `percent` of `whole`, by the throw of `dice`.
fn part(whole: Duration, percent: u32, dice: u64) -> Duration {
    const FACES: u32 = 10_000;
    let face = u32::try_from(dice % u64::from(FACES)).unwrap_or(0);
    (whole / 100 * percent / FACES).saturating_mul(face)
}

fn mix(seed: u64, instant: u64) -> u64 {
    xxh3_64(&[seed.to_le_bytes(), instant.to_le_bytes()].concat())
}

fn instant(now: Timestamp) -> u64 {
    now.as_millisecond().unsigned_abs()
}

/// `90 s`, `30 min`, `2.5 h`, `3 days`: rounded for people.
fn words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (unit, name) = match seconds {
        0..120 => (1, "s"),
        120..7200 => (60, "min"),
        7200..172_800 => (3600, "h"),
        _ => (86_400, "days"),
    };
    let tenths = (u128::from(seconds) * 10 + unit / 2) / unit;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, _) if whole >= 10 => format!("{} {name}", (tenths + 5) / 10),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}

#[cfg(test)]
mod tests;
