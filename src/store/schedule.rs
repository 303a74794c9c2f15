//! The two queues, which are columns: feeds wait by `next_poll_at`, articles by `next_scrape_at`.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::queue::Front;
use super::values::{count32, from_json, ms, span, span_ms, time};
use super::writer::Tx;
use super::{Store, StoreError, articles, moves, websub};
use crate::clock::after;
use crate::model::{
    ArticleId, DueArticle, DueFeed, FeedId, FeedState, Hash128, Moving, Rhythm, Schedule, TakeFeeds, Validators, host_of,
};

/// When something is due next, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextDue {
    /// A feed.
    pub feed: Option<Timestamp>,
    /// An article.
    pub article: Option<Timestamp>,
    /// An entry whose wait for its article ends.
    pub hold: Option<Timestamp>,
    /// A request to a hub.
    pub hub: Option<Timestamp>,
}

impl Store {
    /// Takes due feeds, having moved their due time to one interval from now. Paused and gone feeds are never taken, and
    /// none before the end of a Retry-After.
    ///
    /// # Errors
    /// What the disk says; nothing was taken then.
    pub async fn take_due_feeds(&self, ask: TakeFeeds) -> Result<Vec<DueFeed>, StoreError> {
        self.write(move |tx| take(tx, &ask)).await
    }

    /// Takes up to `n` due article pages that are neither `busy` nor of a closed host, with the entries that wait for them.
    ///
    /// # Errors
    /// What the disk says; nothing was taken then.
    pub async fn take_due_articles(
        &self,
        now: Timestamp,
        n: usize,
        busy: Vec<ArticleId>,
        closed_hosts: Vec<String>,
    ) -> Result<Vec<DueArticle>, StoreError> {
        self.write(move |tx| articles::take(tx, now, n, &busy, &closed_hosts)).await
    }

    /// Makes feeds and articles due again that were taken and then not asked for.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn give_back(&self, now: Timestamp, feeds: Vec<FeedId>, articles: Vec<ArticleId>) -> Result<(), StoreError> {
        self.write(move |tx| give_back(tx, now, &feeds, &articles)).await
    }

    /// Lets nothing of `host` be due before `until`, and remembers the pause between requests that it seems to want.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn quiet(&self, host: String, until: Timestamp, spacing: Option<Duration>) -> Result<(), StoreError> {
        self.write(move |tx| quiet(tx, &host, until, spacing)).await
    }

    /// What hosts said when they were asked too much, as far as it still matters at `now`.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn hosts(&self, now: Timestamp) -> Result<Vec<HostWish>, StoreError> {
        self.write(move |tx| hosts(tx, now)).await
    }

    /// Moves every stored wait by `by` milliseconds, as the clock was moved.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn shift_due(&self, by: i64) -> Result<(), StoreError> {
        self.write(move |tx| shift(tx, by)).await
    }

    /// Spreads feeds that are overdue by more than `late` over part of their intervals, `most` at the longest: after a stop or a
    /// standstill all of them are due in one moment. Those that were never polled are not made to wait.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn spread_overdue(&self, now: Timestamp, late: Duration, most: Duration) -> Result<u64, StoreError> {
        self.write(move |tx| spread(tx, now, late, most)).await
    }

    /// The subscription, other than `except`, that is polled at this address or about to be.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn feed_at(&self, address: String, except: FeedId) -> Result<Option<FeedId>, StoreError> {
        self.inner.readers.run(move |conn| moves::standing_at(conn, &address, except)).await
    }

    /// When there is something to do next. May lie in the past.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn next_due(&self) -> Result<NextDue, StoreError> {
        self.inner.readers.run(next).await
    }

    /// Brings every stored wait under `now + cap`, as is needed after the clock was set back; answers how many moved.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn clamp_due(&self, now: Timestamp, cap: Duration) -> Result<u64, StoreError> {
        self.write(move |tx| clamp(tx, now, cap)).await
    }
}

/// So many polls in the beginning of a feed push it further from those that were added with it: one alone would leave all of them
/// in less than half of their interval.
const PARTING_POLLS: u32 = 2;

/// Takes due feeds, longest due first, and moves their due time before they are known to anybody.
fn take(tx: &Tx, ask: &TakeFeeds) -> Result<Vec<DueFeed>, StoreError> {
    let sql = format!(
        "SELECT p.feed_id, f.url, p.state, p.failures, p.etag, p.last_modified, p.validators_url,
            p.body_hash, p.last_new_at, p.first_ok_at, f.ttl_ms, p.last_status, f.settings, coalesce(f.title, f.own_title), p.interval_ms,
            coalesce(f.moved_to, f.url), p.moving_to, p.moving_polls, p.moving_onto, f.period_ms, f.skip_hours, f.skip_days, p.last_full_at,
            p.taken_at IS NULL OR p.polls < {PARTING_POLLS} OR p.next_poll_at < ?1 - p.interval_ms / 4,
            (SELECT w.missed FROM websub w WHERE w.feed_id = f.id AND w.state <> 'ending' AND w.state = 'active' AND w.lease_until > ?1),
            p.failing_since, p.gaps
         FROM feed_poll p JOIN feed f ON f.id = p.feed_id WHERE p.feed_id = ?2"
    );
    let now = ms(ask.now);
    let mut read = tx.conn.prepare_cached(&sql)?;
    let mut taken = Vec::new();
    let only: HashSet<i64> = ask.only.iter().map(|feed| feed.0).collect();
    let is_wanted = |feed| only.is_empty() || only.contains(&feed);
    let mut front = Front::new(ask.busy.iter().map(|feed| feed.0), &ask.closed_hosts, ask.per_host);
    let mut queue = tx.conn.prepare_cached(&queue(ask.all))?;
    for number in front.first(ask.limit, &mut queue, (now, ask.round.map(ms)), is_wanted)? {
        let Some((feed, interval)) = read.query_row((now, number), due).optional()? else {
            // Of a damaged store, as `doctor` tells: it must not stand in the way of others.
            tx.run("UPDATE feed_poll SET next_poll_at = NULL WHERE feed_id = ?1", [number])?;
            continue;
        };
        tx.run(
            "UPDATE feed_poll SET next_poll_at = ?2, taken_at = ?3, reason = 'in line at its host, or under way' WHERE feed_id = ?1",
            (feed.id.0, ms(after(ask.now, interval)), now),
        )?;
        taken.push(feed);
    }
    Ok(taken)
}

/// The queue as its index has it: what is due, or with `all` also what is not, but for feeds and hosts that want quiet.
pub(super) fn queue(all: bool) -> String {
    let due = if all {
        "next_poll_at IS NOT NULL AND coalesce(hold_until, 0) <= ?1 AND coalesce(host, '') NOT IN (SELECT h.host FROM host h WHERE h.hold_until > ?1)"
    } else {
        "next_poll_at <= ?1"
    };
    // Of a round: a time of taking that lies ahead was written before the clock was set back. Of those that became due in the same
    // moment, as after a hold, the one that was polled longest ago goes first: else the same ones would lose each time.
    format!(
        "SELECT feed_id, coalesce(host, '') FROM feed_poll WHERE {due}
            AND (?2 IS NULL OR taken_at IS NULL OR taken_at < ?2 OR taken_at > ?1) ORDER BY next_poll_at, last_polled_at"
    )
}

/// Undoes a taking that came to nothing: the program stops, or the host wants quiet first. They are due again.
fn give_back(tx: &Tx, now: Timestamp, feeds: &[FeedId], articles: &[ArticleId]) -> Result<(), StoreError> {
    for feed in feeds {
        tx.run(
            "UPDATE feed_poll SET next_poll_at = ?2, taken_at = NULL, reason = 'due' WHERE feed_id = ?1 AND next_poll_at IS NOT NULL",
            (feed.0, ms(now)),
        )?;
    }
    for article in articles {
        // The attempt was counted when it was taken, and then not made.
        tx.run(
            "UPDATE article SET next_scrape_at = ?2, attempts = max(0, attempts - 1) WHERE id = ?1 AND next_scrape_at IS NOT NULL",
            (article.0, ms(now)),
        )?;
    }
    Ok(())
}

/// By a hash of the number, so that a feed has its own place each time. Where intervals are short, three fifths of one and what the next
/// poll waits longer (`cadence`) are a whole one.
fn spread(tx: &Tx, now: Timestamp, late: Duration, most: Duration) -> Result<u64, StoreError> {
    let moved = tx.run(
        "UPDATE feed_poll SET taken_at = NULL, reason = 'overdue',
            next_poll_at = ?1 + (feed_id * 2654435761 % 1000) * min(interval_ms * 3 / 5, ?3) / 1000
         WHERE next_poll_at < ?1 - ?2 AND last_polled_at IS NOT NULL",
        (ms(now), span_ms(late), span_ms(most)),
    )?;
    Ok(u64::try_from(moved).unwrap_or(u64::MAX))
}

/// Nothing of the host is due before then, nor what is added meanwhile: also over a restart.
fn quiet(tx: &Tx, host: &str, until: Timestamp, spacing: Option<Duration>) -> Result<(), StoreError> {
    let old = ms(until).saturating_sub(span_ms(REMEMBER_SPACING));
    tx.run("DELETE FROM host WHERE hold_until < ?1", [old])?;
    tx.run(
        "INSERT INTO host (host, hold_until, spacing_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (host) DO UPDATE SET hold_until = max(hold_until, excluded.hold_until), spacing_ms = coalesce(excluded.spacing_ms, spacing_ms)",
        params![host, ms(until), spacing.map(span_ms)],
    )?;
    tx.run(
        "UPDATE feed_poll SET next_poll_at = ?2, reason = host || ' asked for quiet' WHERE host = ?1 AND next_poll_at < ?2",
        (host, ms(until)),
    )?;
    tx.run("UPDATE article SET next_scrape_at = ?2 WHERE host = ?1 AND next_scrape_at < ?2", (host, ms(until)))?;
    tx.run("UPDATE websub SET next_at = ?2 WHERE host = ?1 AND next_at < ?2", (host, ms(until)))?;
    Ok(())
}

/// What one host said when it was asked too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostWish {
    /// Registrable domain.
    pub host: String,
    /// Nothing is asked of it before.
    pub hold_until: Timestamp,
    /// The pause between requests that it seems to want.
    pub spacing: Option<Duration>,
}

/// A learned pause is forgotten when its host said nothing for so long.
const REMEMBER_SPACING: Duration = Duration::from_hours(7 * 24);

fn hosts(tx: &Tx, now: Timestamp) -> Result<Vec<HostWish>, StoreError> {
    let keep = ms(now).saturating_sub(span_ms(REMEMBER_SPACING));
    tx.run("DELETE FROM host WHERE hold_until < ?1 AND (spacing_ms IS NULL OR hold_until < ?2)", (ms(now), keep))?;
    let mut statement = tx.conn.prepare_cached("SELECT host, hold_until, spacing_ms FROM host")?;
    let rows = statement.query_map([], |row| {
        Ok(HostWish { host: row.get(0)?, hold_until: time(row.get(1)?), spacing: row.get::<_, Option<i64>>(2)?.map(span) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The end of the hold of the host of a row of `feed_poll` or `article`, as an expression.
pub(super) const HOST_HOLD: &str = "coalesce((SELECT h.hold_until FROM host h WHERE h.host = feed_poll.host), 0)";

fn due(row: &Row) -> rusqlite::Result<(DueFeed, Duration)> {
    let first_polled_at = row.get::<_, Option<i64>>(9)?.map(time);
    let at: String = row.get(15)?;
    let feed = DueFeed {
        id: FeedId(row.get(0)?),
        url: row.get(1)?,
        host: host_of(&at),
        at,
        moving: row
            .get::<_, Option<String>>(16)?
            .map(|to| {
                Ok::<_, rusqlite::Error>(Moving {
                    to,
                    polls: count32(row.get(17)?),
                    onto: row.get::<_, Option<i64>>(18)?.map(FeedId),
                })
            })
            .transpose()?,
        schedule: Schedule {
            state: FeedState::from_name(row.get_ref(2)?.as_str()?).unwrap_or_default(),
            failures: count32(row.get(3)?),
            failing_since: row.get::<_, Option<i64>>(25)?.map(time),
            validators: Validators { etag: row.get(4)?, last_modified: row.get(5)?, url: row.get(6)? },
            body_hash: row.get::<_, Option<[u8; 16]>>(7)?.map(Hash128),
            last_new_at: row.get::<_, Option<i64>>(8)?.map(time),
            gaps: from_json::<Vec<u64>>(row.get_ref(26)?.as_str()?).into_iter().map(Duration::from_secs).collect(),
            first_polled_at,
            rhythm: Rhythm {
                ttl: row.get::<_, Option<i64>>(10)?.map(span),
                period: row.get::<_, Option<i64>>(19)?.map(span),
                skip_hours: count32(row.get(20)?),
                skip_days: u8::try_from(row.get::<_, i64>(21)?).unwrap_or(0),
            },
            last_full_at: row.get::<_, Option<i64>>(22)?.map(time),
            spread: row.get(23)?,
            hub_missed: row.get::<_, Option<i64>>(24)?.map(count32),
            last_status: row.get(11)?,
        },
        settings: row.get(12)?,
        title: row.get(13)?,
        first: first_polled_at.is_none(),
    };
    Ok((feed, span(row.get(14)?)))
}

/// Brings every stored wait back under `cap`, or under the feed's own rhythm where that is slower: the clock may have stood a
/// month ahead when it was written.
fn clamp(tx: &Tx, now: Timestamp, cap: Duration) -> Result<u64, StoreError> {
    let mut moved = tx.run(
        "UPDATE feed_poll SET next_poll_at = ?1 + interval_ms, reason = 'the clock was set back'
         WHERE next_poll_at > ?1 + max(?2, interval_ms + interval_ms / 2)",
        (ms(now), span_ms(cap)),
    )?;
    let end = ms(after(now, cap));
    for (table, column) in WAITS {
        let pending = if table == "entry" { PENDING } else { "" };
        moved += tx.run(&format!("UPDATE {table} SET {column} = ?1 WHERE {column} > ?1{pending}"), [end])?;
    }
    moved += websub::clamp(tx, now)?;
    Ok(u64::try_from(moved).unwrap_or(u64::MAX))
}

/// Every moment that something waits for, but `feed_poll.next_poll_at` and those of `websub`.
const WAITS: [(&str, &str); 4] =
    [("feed_poll", "hold_until"), ("host", "hold_until"), ("article", "next_scrape_at"), ("entry", "hold_until")];

/// A settled entry waits for nothing, and there may be millions of them.
const PENDING: &str = " AND state = 'pending'";

/// What else is counted from: a feed is not silent for years because the clock was in 1970 when it was last heard.
const SINCE: [(&str, &str); 10] = [
    ("feed_poll", "next_poll_at"),
    ("feed_poll", "taken_at"),
    ("feed_poll", "last_polled_at"),
    ("feed_poll", "last_new_at"),
    ("feed_poll", "first_ok_at"),
    ("feed_poll", "failing_since"),
    ("feed_scrape", "asked_at"),
    ("feed_scrape", "whole_asked_at"),
    ("websub", "next_at"),
    ("websub", "lease_until"),
];

/// The clock jumped: who had to wait ten minutes more waits ten minutes more.
fn shift(tx: &Tx, by: i64) -> Result<(), StoreError> {
    for (table, column) in WAITS.into_iter().chain(SINCE) {
        let pending = if table == "entry" { PENDING } else { "" };
        tx.run(&format!("UPDATE {table} SET {column} = {column} + ?1 WHERE {column} IS NOT NULL{pending}"), [by])?;
    }
    Ok(())
}

/// A look at the end of each index.
fn next(conn: &Connection) -> Result<NextDue, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT min(next_poll_at) FROM feed_poll WHERE next_poll_at IS NOT NULL),
                (SELECT min(next_scrape_at) FROM article WHERE next_scrape_at IS NOT NULL),
                (SELECT min(hold_until) FROM entry WHERE state = 'pending'),
                (SELECT min(next_at) FROM websub)",
    )?;
    Ok(statement.query_row([], |row| {
        let at = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(time));
        Ok(NextDue { feed: at(0)?, article: at(1)?, hold: at(2)?, hub: at(3)? })
    })?)
}
