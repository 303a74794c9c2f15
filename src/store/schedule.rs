//! The two queues, which are columns: feeds wait by `next_poll_at`, articles by `next_scrape_at`.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::values::{count32, json, limit, ms, span, span_ms, time};
use super::writer::Tx;
use crate::clock::after;
use crate::model::{ArticleId, DueFeed, FeedId, FeedState, Hash128, Schedule, TakeFeeds, Validators};

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

/// Takes due feeds, longest due first, and moves their due time before they are known to anybody.
pub(super) fn take(tx: &Tx, ask: &TakeFeeds) -> Result<Vec<DueFeed>, StoreError> {
    // A time of taking that lies ahead was written before the clock was set back.
    const DUE: &str = "next_poll_at <= ?1";
    const ALL: &str = "next_poll_at IS NOT NULL AND coalesce(hold_until, 0) <= ?1";
    let sql = format!(
        "SELECT p.feed_id, f.url, p.state, p.failures, p.etag, p.last_modified, p.validators_url,
            p.body_hash, p.last_new_at, p.first_ok_at, f.ttl_ms, p.last_status, f.settings, coalesce(f.title, f.own_title), p.interval_ms
         FROM (SELECT *, row_number() OVER (PARTITION BY host ORDER BY next_poll_at, feed_id) AS nth FROM feed_poll
               WHERE {} AND (?7 IS NULL OR taken_at IS NULL OR taken_at < ?7 OR taken_at > ?1)
                 AND feed_id NOT IN (SELECT value FROM json_each(?2)) AND coalesce(host, '') NOT IN (SELECT value FROM json_each(?3))
                 AND (?4 = '[]' OR feed_id IN (SELECT value FROM json_each(?4)))) p
         JOIN feed f ON f.id = p.feed_id WHERE p.nth <= ?6 ORDER BY p.next_poll_at, p.feed_id LIMIT ?5",
        if ask.all { ALL } else { DUE }
    );
    let now = ms(ask.now);
    let found: Vec<(DueFeed, Duration)> = {
        let mut statement = tx.conn.prepare_cached(&sql)?;
        let values = params![
            now,
            json(&ask.busy),
            json(&ask.closed_hosts),
            json(&ask.only),
            limit(ask.limit),
            limit(ask.per_host),
            ask.round.map(ms)
        ];
        statement.query_map(values, due)?.collect::<Result<_, _>>()?
    };
    let mut taken = Vec::with_capacity(found.len());
    for (feed, interval) in found {
        tx.run(
            "UPDATE feed_poll SET next_poll_at = ?2, taken_at = ?3, reason = 'poll under way' WHERE feed_id = ?1",
            (feed.id.0, ms(after(ask.now, interval)), now),
        )?;
        taken.push(feed);
    }
    Ok(taken)
}

/// Undoes a taking that came to nothing: the program stops, or the host wants quiet first. They are due again.
pub(super) fn give_back(tx: &Tx, now: Timestamp, feeds: &[FeedId], articles: &[ArticleId]) -> Result<(), StoreError> {
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

/// Nothing of the host is due before then: also over a restart.
pub(super) fn quiet(tx: &Tx, host: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.run(
        "UPDATE feed_poll SET next_poll_at = ?2, hold_until = ?2, reason = host || ' asked for quiet'
         WHERE host = ?1 AND next_poll_at < ?2",
        (host, ms(until)),
    )?;
    tx.run("UPDATE article SET next_scrape_at = ?2 WHERE host = ?1 AND next_scrape_at < ?2", (host, ms(until)))?;
    Ok(())
}

fn due(row: &Row) -> rusqlite::Result<(DueFeed, Duration)> {
    let first_polled_at = row.get::<_, Option<i64>>(9)?.map(time);
    let feed = DueFeed {
        id: FeedId(row.get(0)?),
        url: row.get(1)?,
        schedule: Schedule {
            state: FeedState::from_name(row.get_ref(2)?.as_str()?).unwrap_or_default(),
            failures: count32(row.get(3)?),
            validators: Validators { etag: row.get(4)?, last_modified: row.get(5)?, url: row.get(6)? },
            body_hash: row.get::<_, Option<[u8; 16]>>(7)?.map(Hash128),
            last_new_at: row.get::<_, Option<i64>>(8)?.map(time),
            first_polled_at,
            ttl: row.get::<_, Option<i64>>(10)?.map(span),
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
pub(super) fn clamp(tx: &Tx, now: Timestamp, cap: Duration) -> Result<u64, StoreError> {
    let mut moved = tx.run(
        "UPDATE feed_poll SET next_poll_at = ?1 + max(?2, interval_ms), reason = 'the clock was set back'
         WHERE next_poll_at > ?1 + max(?2, interval_ms + interval_ms / 2)",
        (ms(now), span_ms(cap)),
    )?;
    let end = ms(after(now, cap));
    for sql in [
        "UPDATE feed_poll SET hold_until = ?1 WHERE hold_until > ?1",
        "UPDATE article SET next_scrape_at = ?1 WHERE next_scrape_at > ?1",
        "UPDATE entry SET hold_until = ?1 WHERE state = 'pending' AND hold_until > ?1",
    ] {
        moved += tx.run(sql, [end])?;
    }
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
