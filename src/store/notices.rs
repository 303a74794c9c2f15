//! What is wrong with feeds: opened, kept and closed with the poll that shows it. What a poll shows is decided elsewhere; here stands
//! what of it is told already.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::feeds::origin_of;
use super::values::{from_json, json, limit, ms, span_ms, time};
use super::writer::Tx;
use super::{Store, StoreError, outbox};
use crate::model::{FeedId, GAPS_KEPT, Hash128, NOTICES_KEPT, Notice, NoticeKind, REOPENED_WITHIN, Sign, TOLD_A_DAY};

/// Notices that one reading answers, the last changed first.
const MAX_NOTICES: usize = 1_000;

impl Store {
    /// What is told of all feeds that are subscribed to, the last changed first, a thousand at most; `open`: only what lasts.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn notices(&self, open: bool) -> Result<Vec<Notice>, StoreError> {
        self.inner.readers.run(move |conn| read(conn, open, None, None)).await
    }

    /// One of them, however many there are. `None`: it is not told any more.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn notice(&self, id: i64) -> Result<Option<Notice>, StoreError> {
        self.inner.readers.run(move |conn| Ok(read(conn, false, None, Some(id))?.pop())).await
    }

    /// What is wrong with `feed` now, the last changed first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn open_notices_of(&self, feed: FeedId) -> Result<Vec<Notice>, StoreError> {
        self.inner.readers.run(move |conn| read(conn, true, Some(feed), None)).await
    }
}

fn read(conn: &Connection, open: bool, feed: Option<FeedId>, id: Option<i64>) -> Result<Vec<Notice>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT n.id, n.public_id, n.feed_id, coalesce(f.title, f.own_title, f.url), coalesce(f.moved_to, f.url), f.site_url, f.tags,
            f.origin, n.kind, n.begun_at, n.told_at, n.changed_at, n.ended_at, n.own, n.detail
         FROM notice n JOIN feed f ON f.id = n.feed_id
         WHERE f.subscribed AND NOT n.hidden AND (NOT ?1 OR n.ended_at IS NULL) AND (?2 IS NULL OR n.feed_id = ?2)
            AND (?3 IS NULL OR n.id = ?3)
         ORDER BY n.changed_at DESC, n.id DESC LIMIT ?4",
    )?;
    let rows = statement.query_map((open, feed.map(|feed| feed.0), id, limit(MAX_NOTICES)), row)?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// `None`: of a kind that a later version knows.
fn row(row: &Row) -> rusqlite::Result<Option<Notice>> {
    let Some(kind) = NoticeKind::from_name(row.get_ref(8)?.as_str()?) else { return Ok(None) };
    Ok(Some(Notice {
        id: row.get(0)?,
        public_id: row.get(1)?,
        feed: FeedId(row.get(2)?),
        feed_title: row.get(3)?,
        feed_url: row.get(4)?,
        site_url: row.get(5)?,
        feed_tags: from_json(row.get_ref(6)?.as_str()?),
        origin: origin_of(row.get_ref(7)?.as_str()?),
        kind,
        begun_at: time(row.get(9)?),
        told_at: time(row.get(10)?),
        changed_at: time(row.get(11)?),
        ended_at: row.get::<_, Option<i64>>(12)?.map(time),
        own: row.get(13)?,
        detail: row.get(14)?,
    }))
}

/// Writes what a poll of `feed` shows. `has_moved`: whether its move took place; it may have been put off.
pub(super) fn apply(tx: &Tx, feed: FeedId, signs: &[Sign], has_moved: bool, at: Timestamp) -> Result<(), StoreError> {
    let lasts = "SELECT 1 FROM notice WHERE feed_id = ?1 AND ended_at IS NULL";
    let lasts = tx.conn.prepare_cached(lasts)?.exists([feed.0])?;
    for sign in signs {
        match sign {
            Sign::Over(_) if !lasts => {}
            Sign::Over(kind) => close(tx, feed, &[*kind], Closed::Told, at)?,
            Sign::Shows { kind: NoticeKind::Moved, .. } if !has_moved => {}
            Sign::Shows { kind, since, detail } => show(tx, feed, *kind, (*since, detail), at)?,
        }
    }
    Ok(())
}

/// It brought something new.
pub(super) fn heard(tx: &Tx, feed: FeedId, at: Timestamp) -> Result<(), StoreError> {
    let (last, gaps) = tx
        .conn
        .prepare_cached("SELECT last_new_at, gaps FROM feed_poll WHERE feed_id = ?1")?
        .query_row([feed.0], |row| Ok((row.get::<_, Option<i64>>(0)?, from_json::<Vec<u64>>(row.get_ref(1)?.as_str()?))))?;
    let mut gaps = gaps;
    let gap: Option<Duration> = last.and_then(|last| at.duration_since(time(last)).try_into().ok());
    gaps.extend(gap.map(|gap| gap.as_secs()));
    let gaps = gaps.split_off(gaps.len().saturating_sub(GAPS_KEPT));
    tx.run("UPDATE feed_poll SET last_new_at = ?2, gaps = ?3 WHERE feed_id = ?1", (feed.0, ms(at), json(&gaps)))?;
    close(tx, feed, &[NoticeKind::Silent], Closed::Told, at)
}

/// Ends what is wrong with `feed` without a word: nobody wants to know any more.
pub(super) fn hide(tx: &Tx, feed: FeedId, at: Timestamp) -> Result<(), StoreError> {
    close(tx, feed, &NoticeKind::ALL, Closed::Hidden, at)
}

/// How a notice ends.
#[derive(Clone, Copy, PartialEq)]
enum Closed {
    /// People are told that it is over.
    Told,
    /// It is not shown any more.
    Hidden,
}

/// Ends what lasts of `kinds`.
fn close(tx: &Tx, feed: FeedId, kinds: &[NoticeKind], how: Closed, at: Timestamp) -> Result<(), StoreError> {
    for kind in kinds {
        let mut end = tx.conn.prepare_cached(
            "UPDATE notice SET ended_at = ?3, hidden = ?4, changed_at = iif(?4, changed_at, ?3)
             WHERE feed_id = ?1 AND kind = ?2 AND ended_at IS NULL RETURNING id",
        )?;
        let values = (feed.0, kind.as_str(), ms(at), how == Closed::Hidden);
        let ended = end.query_map(values, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        for notice in ended {
            tx.outputs_changed();
            if how == Closed::Told {
                outbox::noticed(tx, *kind, true, notice, at)?;
            }
        }
    }
    Ok(())
}

/// Opens a notice, unless it is told already.
fn show(tx: &Tx, feed: FeedId, kind: NoticeKind, what: (Timestamp, &str), at: Timestamp) -> Result<(), StoreError> {
    for told in kind.told_by() {
        let mut open = tx.conn.prepare_cached("SELECT 1 FROM notice WHERE feed_id = ?1 AND kind = ?2 AND ended_at IS NULL")?;
        if open.exists((feed.0, told.as_str()))? {
            return Ok(());
        }
    }
    // A poll that was under way when the user lost interest.
    let wanted = "SELECT url FROM feed WHERE id = ?1 AND subscribed AND NOT paused";
    let Some(url) = tx.conn.prepare_cached(wanted)?.query_row([feed.0], |row| row.get::<_, String>(0)).optional()? else {
        return Ok(());
    };
    close(tx, feed, kind.replaces(), Closed::Hidden, at)?;
    let ((since, detail), ended) = (what, kind.is_event().then(|| ms(at)));
    if let Some(last) = last(tx, feed, kind, ms(at).saturating_sub(span_ms(REOPENED_WITHIN)))? {
        if kind.is_told_once() {
            tx.run("UPDATE notice SET ended_at = ?2 WHERE id = ?1", (last, ms(at)))?;
            return Ok(());
        }
        tx.outputs_changed();
        tx.run(
            "UPDATE notice SET begun_at = ?2, changed_at = ?3, ended_at = ?4, detail = ?5, hidden = 0 WHERE id = ?1",
            params![last, ms(since), ms(at), ended, detail],
        )?;
        return outbox::noticed(tx, kind, false, last, at);
    }
    tx.outputs_changed();
    tx.run("DELETE FROM notice WHERE ended_at < ?1", [ms(at).saturating_sub(span_ms(NOTICES_KEPT))])?;
    let told: i64 = tx
        .conn
        .prepare_cached("SELECT count(*) FROM notice WHERE told_at >= ?1 AND own")?
        .query_row([ms(day_of(at))], |row| row.get(0))?;
    let public_id = Hash128::of(format!("feedmux notice\n{url}\n{}\n{}", kind.as_str(), ms(at)).as_bytes()).urn();
    // Twice in one moment by a clock that was set: it is told already.
    let opened = tx.run(
        "INSERT OR IGNORE INTO notice (feed_id, kind, own, begun_at, told_at, changed_at, ended_at, public_id, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
        params![feed.0, kind.as_str(), told < limit(TOLD_A_DAY), ms(since), ms(at), ended, public_id, detail],
    )?;
    if opened > 0 { outbox::noticed(tx, kind, false, tx.conn.last_insert_rowid(), at) } else { Ok(()) }
}

/// The last notice of that kind, if it ended after that.
fn last(tx: &Tx, feed: FeedId, kind: NoticeKind, after: i64) -> Result<Option<i64>, StoreError> {
    let mut statement = tx.conn.prepare_cached("SELECT max(id) FROM notice WHERE feed_id = ?1 AND kind = ?2 AND ended_at >= ?3")?;
    Ok(statement.query_row((feed.0, kind.as_str(), after), |row| row.get(0))?)
}

/// When the day of `at` began (UTC).
fn day_of(at: Timestamp) -> Timestamp {
    TimeZone::UTC.to_datetime(at).date().to_zoned(TimeZone::UTC).map_or(at, |day| day.timestamp())
}
