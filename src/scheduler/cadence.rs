//! When a feed is polled next, and why.
//!
//! Pure: outcome, history, settings and `now` in, a time and a sentence out. Three rules hold in every case: never before the
//! interval is over, never before the publisher's wish is over, and no wish counts for more than `poll.max_interval`.

use std::time::Duration;

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::after;
use crate::model::{FeedSettings, FeedState, FetchError, Rhythm, Schedule};

/// What becomes due within this time is taken together: a look into the table is a transaction, and so is the end of a poll that nobody
/// shares it with.
const TOGETHER: Duration = Duration::from_millis(500);
/// Jitter is at most this part of the interval ...
const JITTER_PART: u32 = 10;
/// ... or this where intervals are of seconds, but no more than a fifth of one: twice what a look takes together (where `poll.interval`
/// is the feeds'), or each look would bring together again what jitter had parted, and what a locked store had bunched up would stay so.
const LEAST_JITTER: Duration = TOGETHER.saturating_mul(2);
/// ... and at most this.
const MAX_JITTER: Duration = Duration::from_mins(5);
/// A feed waits up to so many percent of the interval longer, once, after its first success and after a standstill: feeds that came
/// due together part.
const SPREAD_PERCENT: u32 = 40;
/// Silence after which the rhythm slows down.
const SILENCE: Duration = Duration::from_hours(14 * 24);
/// Silence beyond it is added to the interval in this part: 30 min after two weeks, 8 h after a month, a day after two.
const SILENCE_PART: u32 = 48;

/// So many intervals lie between two polls of a feed whose hub tells what is new.
const SAFETY_NET: u32 = 4;

/// How a poll ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PollOutcome<'a> {
    /// A feed was read.
    Read {
        /// Entries that were new.
        new: usize,
        /// `max-age` less `Age`, or `Expires`.
        fresh_for: Option<Duration>,
        /// The document's own wishes.
        rhythm: Rhythm,
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
    /// It failed of something that is not the publisher's: why, for people.
    NotCounted(&'a str),
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
    let mut rhythm = schedule.rhythm;
    let next = match outcome {
        PollOutcome::Read { new, fresh_for, rhythm: wished } => {
            rhythm = *wished;
            success(*new > 0, *fresh_for, rhythm, schedule, settings, now)
        }
        PollOutcome::Same { fresh_for } => success(false, *fresh_for, rhythm, schedule, settings, now),
        PollOutcome::Failed(error) => failure(Some(error), schedule, settings, now),
        PollOutcome::Unreadable => failure(None, schedule, settings, now),
        PollOutcome::NotCounted(why) => not_counted(why, schedule, settings, now),
    };
    let dice = mix(seed, instant(now));
    let part = schedule.spread && next.failures == 0;
    let extra = if part { share(settings.interval, SPREAD_PERCENT, mix(seed, 0)) } else { jitter(settings.interval, dice) };
    // a wait that reached the cap gets no jitter on top: "at most a day" is what the settings promise
    let latest = cap(settings).max(settings.interval.saturating_add(extra));
    let at = after(now, next.interval.saturating_add(extra).min(latest));
    let mut reason = if part { format!("{}, this time later so that feeds part", next.reason) } else { next.reason };
    let latest = after(now, latest);
    let awake = rhythm.awake_from(at, latest);
    let at = if awake > at {
        reason.push_str("; not in the hours or days that it asks to skip");
        // or all of them would come at the full hour
        after(awake, jitter(settings.interval, dice)).min(latest)
    } else {
        at
    };
    Next { at, reason, ..next }
}

/// How much is taken together where nothing is due yet: no more than a tenth of `interval`, or jitter would not part it again, and
/// `soonest` all the same.
pub(super) fn together(interval: Duration, soonest: Duration) -> Duration {
    (interval / JITTER_PART).clamp(soonest, TOGETHER)
}

/// The seed of a feed's jitter and spread.
pub fn seed_of(feed_url: &str) -> u64 {
    xxh3_64(feed_url.as_bytes())
}

fn success(
    has_new: bool,
    fresh_for: Option<Duration>,
    rhythm: Rhythm,
    schedule: &Schedule,
    settings: &FeedSettings,
    now: Timestamp,
) -> Next {
    let heard = if has_new { Some(now) } else { schedule.last_new_at.max(schedule.first_polled_at) };
    let silence = heard.and_then(|heard| now.duration_since(heard).try_into().ok()).unwrap_or(Duration::ZERO);
    let slowed = if settings.adaptive { silence.saturating_sub(SILENCE) / SILENCE_PART } else { Duration::ZERO };
    let interval = settings.interval.saturating_add(slowed).min(cap(settings));
    let mut next = Next {
        at: now,
        reason: match interval > settings.interval {
            true => format!("every {}: nothing new for {}", words(interval), words(silence)),
            false => format!("every {}", words(interval)),
        },
        interval,
        state: if schedule.state == FeedState::Paused { FeedState::Paused } else { FeedState::Active },
        failures: 0,
        hold_until: None,
    };
    for (wish, source) in [(fresh_for, "cache lifetime"), (rhythm.ttl, "ttl"), (rhythm.period, "sy:updatePeriod")] {
        let Some(wish) = wish.filter(|wish| *wish > next.interval) else { continue };
        lengthen(&mut next, wish, settings, &format!("the publisher asks for {} ({source})", words(wish)));
    }
    // A hub that was silent about what this poll or an earlier one found is not relied upon.
    if schedule.hub_missed == Some(0) && !has_new {
        let slow = settings.interval.saturating_mul(SAFETY_NET);
        lengthen(&mut next, slow, settings, &format!("a hub tells what is new; polled every {} as a safety net", words(slow)));
    }
    next
}

fn failure(error: Option<&FetchError>, schedule: &Schedule, settings: &FeedSettings, now: Timestamp) -> Next {
    let failures = schedule.failures.saturating_add(1);
    let status = error.and_then(FetchError::status);
    let (retry_after, challenge) = match error {
        Some(FetchError::Status { retry_after, challenge, .. }) => (*retry_after, challenge.is_some()),
        _ => (None, false),
    };
    let interval = backed_off(failures, settings);
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

/// The network's doing, or our own: the feed stands as it stood.
fn not_counted(why: &str, schedule: &Schedule, settings: &FeedSettings, now: Timestamp) -> Next {
    let failures = schedule.failures;
    let interval = if failures > 0 { backed_off(failures, settings) } else { settings.interval };
    let reason = format!("{why}, which does not count against the feed: again in {}", words(interval));
    Next { at: now, reason, interval, state: schedule.state, failures, hold_until: None }
}

/// The wait after so many failures in a row, at least one.
fn backed_off(failures: u32, settings: &FeedSettings) -> Duration {
    let doubling = 2_u32.checked_pow(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    settings.interval.max(settings.backoff).saturating_mul(doubling).min(cap(settings))
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
    let part = (interval / JITTER_PART).max(LEAST_JITTER.min(interval * 2 / JITTER_PART));
    share(part.min(MAX_JITTER), 100, dice)
}

/// Up to `percent` of `whole`, by the throw of `dice`.
fn share(whole: Duration, percent: u32, dice: u64) -> Duration {
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
pub fn words(duration: Duration) -> String {
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
