//! What happened: each poll in the ring of its feed, and summed up by day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rusqlite::{Connection, params};

use super::values::{count, limit, ms, span_ms};
use super::writer::Tx;
use super::{Store, StoreError, feeds, stats};
use crate::model::{Applied, Day, FeedId, Glance, PollRecord};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Subscriptions at a glance: `rows` of them, those in trouble first, and the last `days` up to `now`. Quick at any size.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn glance(&self, now: Timestamp, rows: usize, days: usize) -> Result<Glance, StoreError> {
        self.inner.readers.run(move |conn| glance(conn, now, rows, days)).await
    }
}

/// Whether what is recorded was a poll, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With an answer that could be used.
    Well,
    /// Without one.
    Badly,
    /// It was pushed to us, unasked.
    Unasked,
}

/// Notes a poll in its feed's ring of polls, at `slot`, and in its day.
pub(super) fn record(
    tx: &Tx,
    (feed, slot): (FeedId, i64),
    poll: &PollRecord,
    applied: &Applied,
    ended: Ended,
) -> Result<(), StoreError> {
    let bytes = i64::try_from(poll.bytes).unwrap_or(i64::MAX);
    tx.run(
        "INSERT OR REPLACE INTO poll (feed_id, slot, at, status, outcome, new_entries, changed_entries, bytes, duration_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![feed.0, slot, ms(poll.at), poll.status, poll.outcome, applied.new, applied.changed, bytes, span_ms(poll.duration)],
    )?;
    // A body may be said to have any length: a sum beyond 64 bits would be a fraction, and no row takes one.
    tx.run(
        "INSERT INTO day (day, polls, unchanged, failed, new, folded, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (day) DO UPDATE SET polls = polls + excluded.polls, unchanged = unchanged + excluded.unchanged,
            failed = failed + excluded.failed, new = new + excluded.new, folded = folded + excluded.folded,
            bytes = bytes + min(excluded.bytes, 9223372036854775807 - bytes)",
        params![
            ms(poll.at).div_euclid(DAY_MS),
            ended != Ended::Unasked,
            ended == Ended::Well && applied.new == 0 && applied.changed == 0,
            ended == Ended::Badly,
            applied.new,
            applied.folded,
            bytes,
        ],
    )?;
    Ok(())
}

/// Subscriptions at a glance: so many of them, so many days up to `now`.
pub(super) fn glance(conn: &Connection, now: Timestamp, rows: usize, days: usize) -> Result<Glance, StoreError> {
    let (feeds, in_trouble) = stats::subscriptions(conn)?;
    let entries = conn.prepare_cached("SELECT count(*) FROM entry")?.query_row([], |row| row.get(0)).map(count)?;
    Ok(Glance { feeds, in_trouble, entries, first: feeds::worst(conn, rows)?, days: last_days(conn, now, days)?, halted: None })
}

/// Each of the last `n` days, oldest first.
fn last_days(conn: &Connection, now: Timestamp, n: usize) -> Result<Vec<Day>, StoreError> {
    let today = ms(now).div_euclid(DAY_MS);
    let first = today.saturating_sub(limit(n).saturating_sub(1));
    let mut find =
        conn.prepare_cached("SELECT day, polls, unchanged, failed, new, folded, bytes FROM day WHERE day BETWEEN ?1 AND ?2")?;
    let mut days: Vec<Day> = (first..=today).map(|day| Day::idle(date(day))).collect();
    let mut rows = find.query((first, today))?;
    while let Some(row) = rows.next()? {
        let day: i64 = row.get(0)?;
        if let Some(place) = usize::try_from(day - first).ok().and_then(|at| days.get_mut(at)) {
            *place = Day {
                day: date(day),
                polls: count(row.get(1)?),
                unchanged: count(row.get(2)?),
                failed: count(row.get(3)?),
                new: count(row.get(4)?),
                folded: count(row.get(5)?),
                bytes: count(row.get(6)?),
            };
        }
    }
    Ok(days)
}

/// The date of a day counted from 1970-01-01; the first one that there is for what no calendar knows (a clock may be set to anything).
fn date(day: i64) -> Date {
    let at = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC).date();
    Span::new().try_days(day).ok().and_then(|days| at.checked_add(days).ok()).unwrap_or(Date::MIN)
}
