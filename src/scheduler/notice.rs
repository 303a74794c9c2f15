//! What a poll shows about how its feed is, pure: whether there is something to tell the person who subscribed to it.
//!
//! Feeds fail all the time, for an hour; who is told of each of them reads none. So each kind has to last, or be said several times,
//! before it counts. What is told already, and how much a day, is the store's matter.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::cadence::words;
use super::moves::is_upgrade;
use crate::model::{Address, DueFeed, FeedState, NoticeKind, Plan, Sign};

/// Failures in a row from which on a feed is failing, ...
const FAILING_AFTER: u32 = 5;
/// ... if the first of them is so long ago: a server that is mended in the morning is not worth a word.
const FAILING_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Refusals in a row (401, 403, a challenge) that count, some hours in all: a firewall that takes us for somebody else forgets it in one.
const BLOCKED_AFTER: u32 = 4;
/// Times between news that must have been seen before a silence means anything.
const GAPS_NEEDED: usize = 8;
/// Of 100 times between news so many are shorter than the one that counts: the longest may have been the summer holidays.
const LONG_GAP: usize = 90;
/// A feed is silent when nothing came for so many times as long ...
const SILENT_FACTOR: u32 = 3;
/// ... and at least for this.
const SILENT_FOR: Duration = Duration::from_hours(7 * 24);

/// What `plan`, a poll of `feed` that ended at `now`, shows.
pub(super) fn signs(feed: &DueFeed, plan: &Plan, now: Timestamp) -> Vec<Sign> {
    let patch = &plan.feed;
    if !patch.ok {
        // Our own trouble and the network's count no failure, and show nothing of the feed.
        let is_counted = patch.failures > feed.schedule.failures;
        return is_counted.then(|| trouble(feed, plan, now)).flatten().into_iter().collect();
    }
    let mut signs: Vec<Sign> = [NoticeKind::Failing, NoticeKind::Blocked, NoticeKind::Gone].map(Sign::Over).into();
    signs.extend(silence(feed, plan, now));
    signs.extend(moved(feed, &patch.address, now));
    let rekeyed = plan.decisions.iter().find(|decision| decision.entry.is_none() && decision.kind == "rekeyed");
    signs.extend(rekeyed.map(|decision| Sign::Shows { kind: NoticeKind::Rekeyed, since: now, detail: decision.reason.clone() }));
    signs
}

fn trouble(feed: &DueFeed, plan: &Plan, now: Timestamp) -> Option<Sign> {
    let (patch, error) = (&plan.feed, plan.feed.error.as_deref().unwrap_or_default());
    let since = feed.schedule.failing_since.unwrap_or(now);
    let (kind, counts) = match patch.state {
        FeedState::Gone => (NoticeKind::Gone, true),
        FeedState::Blocked => (NoticeKind::Blocked, patch.failures >= BLOCKED_AFTER),
        FeedState::Failing => (NoticeKind::Failing, patch.failures >= FAILING_AFTER && now.duration_since(since) >= FAILING_FOR),
        FeedState::Active | FeedState::Paused => return None,
    };
    let detail = format!("{} polls in a row failed; the last one: {error}", patch.failures);
    counts.then_some(Sign::Shows { kind, since, detail })
}

/// A silence is over with the next entry, whoever brings it: the store sees that.
fn silence(feed: &DueFeed, plan: &Plan, now: Timestamp) -> Option<Sign> {
    let schedule = &feed.schedule;
    // Who is just back gets another poll to bring what was written meanwhile.
    if !plan.new.is_empty() || schedule.failures > 0 || schedule.gaps.len() < GAPS_NEEDED {
        return None;
    }
    let since = schedule.last_new_at?;
    let silent: Duration = now.duration_since(since).try_into().ok()?;
    let mut gaps = schedule.gaps.clone();
    gaps.sort_unstable();
    let long = *gaps.get((gaps.len() * LONG_GAP / 100).min(gaps.len() - 1))?;
    (silent >= SILENT_FOR.max(long.saturating_mul(SILENT_FACTOR))).then(|| Sign::Shows {
        kind: NoticeKind::Silent,
        since,
        detail: format!(
            "nothing new for {}, although it is read without fault; hardly ever was it more than {}",
            words(silent),
            words(long)
        ),
    })
}

/// Not of a feed that was subscribed to just now, nor of TLS that was added: nobody has to do anything.
fn moved(feed: &DueFeed, address: &Address, now: Timestamp) -> Option<Sign> {
    let (Address::Moved { to, reason } | Address::Merged { to, reason, .. }) = address else { return None };
    let told = !feed.first && !is_upgrade(&feed.at, to);
    told.then(|| Sign::Shows { kind: NoticeKind::Moved, since: now, detail: reason.clone() })
}

#[cfg(test)]
mod tests;
