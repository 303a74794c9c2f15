//! The two queues, which are columns: feeds wait by `next_poll_at`, articles by `next_scrape_at`.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::feeds::origin_of;
use super::values::{count32, limit, ms, span, span_ms, time};
use super::writer::Tx;
use crate::clock::after;
use crate::model::{DueFeed, FeedId, FeedState, Hash128, Schedule, Validators};

/// When something is due next, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextDue {
    /// A feed.
    pub feed: Option<Timestamp>,
    /// An article.
    pub article: Option<Timestamp>,
    /// An entry whose wait for its article ends.
    pub hold: Option<Timestamp>,
}

/// Takes up to `n` feeds, longest due first, and moves their due time before they are known to anybody.
/// `round`: all feeds that were not taken since then, whatever their due time; only a Retry-After still counts.
pub(super) fn take(
    tx: &Tx,
    now: Timestamp,
    n: usize,
    busy: &[FeedId],
    round: Option<Timestamp>,
) -> Result<Vec<DueFeed>, StoreError> {
    const COLUMNS: &str = "SELECT p.feed_id, f.url, f.origin, p.state, p.failures, p.etag, p.last_modified, p.validators_url,
        p.body_hash, p.last_new_at, p.first_ok_at, f.ttl_ms, p.interval_ms FROM feed_poll p JOIN feed f ON f.id = p.feed_id";
    let many = limit(n.saturating_add(busy.len()));
    let found: Vec<(DueFeed, Duration)> = match round {
        None => {
            let sql = format!("{COLUMNS} WHERE p.next_poll_at <= ?1 ORDER BY p.next_poll_at, p.feed_id LIMIT ?2");
            let mut statement = tx.conn.prepare_cached(&sql)?;
            statement.query_map((ms(now), many), due)?.collect::<Result<_, _>>()?
        }
        Some(round) => {
            // A time of taking that lies ahead was written before the clock was set back.
            let sql = format!(
                "{COLUMNS} WHERE p.next_poll_at IS NOT NULL AND coalesce(p.hold_until, 0) <= ?1
                   AND (p.taken_at IS NULL OR p.taken_at < ?3 OR p.taken_at > ?1)
                 ORDER BY p.next_poll_at, p.feed_id LIMIT ?2"
            );
            let mut statement = tx.conn.prepare_cached(&sql)?;
            statement.query_map((ms(now), many, ms(round)), due)?.collect::<Result<_, _>>()?
        }
    };
    let mut taken = Vec::new();
    for (feed, interval) in found.into_iter().filter(|(feed, _)| !busy.contains(&feed.id)).take(n) {
        tx.run(
            "UPDATE feed_poll SET next_poll_at = ?2, taken_at = ?3, reason = 'poll under way' WHERE feed_id = ?1",
            (feed.id.0, ms(after(now, interval)), ms(now)),
        )?;
        taken.push(feed);
    }
    Ok(taken)
}

fn due(row: &Row) -> rusqlite::Result<(DueFeed, Duration)> {
    let first_polled_at = row.get::<_, Option<i64>>(10)?.map(time);
    let feed = DueFeed {
        id: FeedId(row.get(0)?),
        url: row.get(1)?,
        origin: origin_of(row.get_ref(2)?.as_str()?),
        schedule: Schedule {
            state: FeedState::from_name(row.get_ref(3)?.as_str()?).unwrap_or_default(),
            failures: count32(row.get(4)?),
            validators: Validators { etag: row.get(5)?, last_modified: row.get(6)?, url: row.get(7)? },
            body_hash: row.get::<_, Option<[u8; 16]>>(8)?.map(Hash128),
            last_new_at: row.get::<_, Option<i64>>(9)?.map(time),
            first_polled_at,
            ttl: row.get::<_, Option<i64>>(11)?.map(span),
        },
        first: first_polled_at.is_none(),
    };
    Ok((feed, span(row.get(12)?)))
}

/// Brings every stored wait back under `cap`: the clock may have stood a month ahead when it was written.
pub(super) fn clamp(tx: &Tx, now: Timestamp, cap: Duration) -> Result<u64, StoreError> {
    let end = ms(after(now, cap));
    let mut moved = 0;
    for sql in [
        "UPDATE feed_poll SET next_poll_at = ?1, reason = 'the clock was set back' WHERE next_poll_at > ?1",
        "UPDATE feed_poll SET hold_until = ?1 WHERE hold_until > ?1",
        "UPDATE article SET next_scrape_at = ?1 WHERE next_scrape_at > ?1",
        "UPDATE entry SET hold_until = ?1 WHERE state = 'pending' AND hold_until > ?1",
    ] {
        moved += tx.run(sql, [end])?;
    }
    tx.run("UPDATE feed_poll SET interval_ms = ?1 WHERE interval_ms > ?1", params![span_ms(cap)])?;
    Ok(u64::try_from(moved).unwrap_or(u64::MAX))
}

/// Three looks at the ends of three indexes.
pub(super) fn next(conn: &Connection) -> Result<NextDue, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT min(next_poll_at) FROM feed_poll WHERE next_poll_at IS NOT NULL),
                (SELECT min(next_scrape_at) FROM article WHERE next_scrape_at IS NOT NULL),
                (SELECT min(hold_until) FROM entry WHERE state = 'pending')",
    )?;
    Ok(statement.query_row([], |row| {
        let at = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(time));
        Ok(NextDue { feed: at(0)?, article: at(1)?, hold: at(2)? })
    })?)
}
