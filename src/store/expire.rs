//! Retention: what left its feed long ago goes, and its names stay behind so that it never comes back as new.
//!
//! A walk over all stories, the oldest first, in steps of bounded work; then over the decisions; then pages that are free by now go
//! back to the disk, some at a time; then what a few statements can do.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::room::Pages;
use super::stories::select_members;
use super::values::{limit, ms, span_ms, time};
use super::writer::Tx;
use super::{Store, StoreError, folds, index, lines, vacuum};
use crate::model::{EntryId, FeedId, Keep, LEFT_AFTER, NOTICES_KEPT, Retention, Sweep, Swept};

/// Stories that one step looks at.
const LOOKED_AT: usize = 2_000;
/// Decisions that one step looks at: their rows are short.
const DECISIONS_LOOKED_AT: usize = 20_000;
/// Decisions about one entry, the first and the last of them: a feed that rewrites its entries at each poll makes some each time.
const DECISIONS: usize = 100;

impl Store {
    /// When the last walk of [`Store::expire`] was over.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn expired_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.readers.run(last).await
    }

    /// Looks up for a walk that begins what of each feed is beyond the number that it may have.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn count_out(&self, keep: Retention) -> Result<Retention, StoreError> {
        self.inner.readers.run(move |conn| count_out(conn, keep)).await
    }

    /// One step of a walk that removes what `keep` does not keep: about `n` entries, story by story, whose names are remembered. It is
    /// over when it answers [`Sweep::Over`] to that.
    ///
    /// # Errors
    /// What the disk says; nothing was removed by this step then.
    pub async fn expire(&self, now: Timestamp, keep: Arc<Retention>, at: Sweep, n: usize) -> Result<Swept, StoreError> {
        self.write(move |tx| step(tx, now, &keep, at, n)).await
    }
}

/// One step of the walk, from `at`: removes about `n` entries. A story goes as a whole or not at all: its founding entry gives it its
/// name in outputs.
fn step(tx: &Tx, now: Timestamp, keep: &Retention, at: Sweep, n: usize) -> Result<Swept, StoreError> {
    match at {
        Sweep::Stories(after) => stories(tx, now, keep, after, n),
        Sweep::Decisions(after) => decisions(tx, oldest(now, keep.usual), after),
        Sweep::Pages => {
            let at = if vacuum::step(tx)? { at } else { Sweep::Over };
            Ok(Swept { at, ..Swept::default() })
        }
        Sweep::Over => {
            tidy(tx, now, keep.usual)?;
            Ok(Swept { at, ..Swept::default() })
        }
    }
}

/// What was not seen since then has outlived `keep`.
fn oldest(now: Timestamp, keep: Keep) -> i64 {
    ms(now).saturating_sub(span_ms(keep.age))
}

// === stories ===

fn stories(tx: &Tx, now: Timestamp, keep: &Retention, after: i64, n: usize) -> Result<Swept, StoreError> {
    let beyond = if keep.bytes > 0 { Pages::of(tx.conn)?.in_use().saturating_sub(keep.bytes) } else { 0 };
    let mut judge = Judge { conn: tx.conn, now, keep, is_full: beyond > 0, feeds: HashMap::new() };
    // What was first seen after the shortest time cannot be too old: then only the small table is read.
    let ages = keep.feeds.values().chain([&keep.usual]);
    let young = if beyond > 0 || !keep.first_kept.is_empty() {
        i64::MAX
    } else {
        ages.map(|keep| oldest(now, *keep)).max().unwrap_or(i64::MAX)
    };
    let mut founders = tx.conn.prepare_cached(
        "SELECT e.id, e.feed_id, e.last_seen_at FROM story s JOIN entry e ON e.id = s.id
         WHERE s.id > ?1 AND s.first_seen_at < ?3 ORDER BY s.id LIMIT ?2",
    )?;
    let mut members = tx.conn.prepare_cached(select_members!("m.id, m.feed_id, m.last_seen_at"))?;
    let row = |row: &rusqlite::Row| Ok((EntryId(row.get(0)?), FeedId(row.get(1)?), row.get::<_, i64>(2)?));
    let founders = founders.query_map((after, limit(LOOKED_AT), young), row)?.collect::<Result<Vec<_>, _>>()?;
    let mut swept = Swept { at: Sweep::Decisions(0), beyond, ..Swept::default() };
    let is_last = founders.len() < LOOKED_AT;
    for (looked_at, founder) in founders.iter().enumerate() {
        if !judge.is_done_with(founder)? {
            continue;
        }
        let all = members.query_map([founder.0.0], row)?.collect::<Result<Vec<_>, _>>()?;
        if !all.iter().map(|entry| judge.is_done_with(entry)).collect::<Result<Vec<_>, _>>()?.into_iter().all(|done| done) {
            continue;
        }
        for (entry, feed, _) in &all {
            remove(tx, *entry, *feed)?;
            swept.removed += 1;
        }
        tx.run("DELETE FROM story WHERE id = ?1", [founder.0.0])?;
        if swept.removed >= n as u64 {
            swept.at = if is_last && looked_at + 1 == founders.len() { swept.at } else { Sweep::Stories(founder.0.0) };
            tx.outputs_changed();
            return Ok(swept);
        }
    }
    if let (false, Some(last)) = (is_last, founders.last()) {
        swept.at = Sweep::Stories(last.0.0);
    }
    if swept.removed > 0 {
        tx.outputs_changed();
    }
    Ok(swept)
}

/// Says of entries whether nobody needs them any more.
struct Judge<'a> {
    conn: &'a Connection,
    now: Timestamp,
    keep: &'a Retention,
    /// The store takes more than it may.
    is_full: bool,
    feeds: HashMap<FeedId, FeedNow>,
}

/// What is known of a feed for it.
#[derive(Clone, Copy)]
struct FeedNow {
    /// Of what was seen before, its last document did not name it any more.
    left_before: i64,
    /// What was seen before has outlived its time.
    old_before: i64,
    /// Entries before this one are beyond the number that it may have.
    first_kept: i64,
}

impl Judge<'_> {
    fn is_done_with(&mut self, (id, feed, seen): &(EntryId, FeedId, i64)) -> Result<bool, StoreError> {
        let now = match self.feeds.get(feed) {
            Some(now) => *now,
            None => {
                let now = self.look_at(*feed)?;
                self.feeds.insert(*feed, now);
                now
            }
        };
        Ok(*seen < now.left_before && (self.is_full || *seen < now.old_before || id.0 < now.first_kept))
    }

    fn look_at(&self, feed: FeedId) -> Result<FeedNow, StoreError> {
        // An entry that the last document of its feed still named is kept, however long ago that document came: an unchanged feed
        // answers 304 for years and is still there. Of a feed that is no longer polled all of it counts as gone.
        let sql =
            "SELECT f.subscribed, coalesce(p.last_read_at, 0) FROM feed f JOIN feed_poll p ON p.feed_id = f.id WHERE f.id = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        let found = find.query_row([feed.0], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?))).optional()?;
        let left_before = match found {
            Some((true, read)) => read.saturating_sub(span_ms(LEFT_AFTER)),
            Some((false, _)) => i64::MAX,
            None => i64::MIN, // of a damaged store: `doctor` tells
        };
        let first_kept = self.keep.first_kept.get(&feed).map_or(i64::MIN, |entry| entry.0);
        Ok(FeedNow { left_before, old_before: oldest(self.now, self.keep.of(feed)), first_kept })
    }
}

fn count_out(conn: &Connection, mut keep: Retention) -> Result<Retention, StoreError> {
    let mut feeds = conn.prepare_cached("SELECT id FROM feed")?;
    let feeds = feeds.query_map([], |row| row.get(0).map(FeedId))?.collect::<Result<Vec<_>, _>>()?;
    let mut nth = conn.prepare_cached("SELECT id FROM entry WHERE feed_id = ?1 ORDER BY id DESC LIMIT 2 OFFSET ?2")?;
    for feed in feeds {
        let Keep { at_most: at_most @ 1.., .. } = keep.of(feed) else { continue };
        let last_two = nth.query_map((feed.0, i64::from(at_most) - 1), |row| row.get(0).map(EntryId))?;
        if let [first_kept, _] = last_two.collect::<Result<Vec<_>, _>>()?[..] {
            keep.first_kept.insert(feed, first_kept);
        }
    }
    Ok(keep)
}

// === what else grows ===

/// What was said about feeds and no entry ages like entries do; of what was said about one entry the first and the last stay.
fn decisions(tx: &Tx, before: i64, after: i64) -> Result<Swept, StoreError> {
    if after == 0 {
        shorten(tx)?;
    }
    let mut next =
        tx.conn.prepare_cached("SELECT id, entry_id IS NULL AND at < ?3 FROM decision WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let row = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?));
    let all = next.query_map((after, limit(DECISIONS_LOOKED_AT), before), row)?.collect::<Result<Vec<_>, _>>()?;
    for (id, is_old) in &all {
        if *is_old {
            tx.run("DELETE FROM decision WHERE id = ?1", [id])?;
        }
    }
    let at = match all.last() {
        Some((last, _)) if all.len() == DECISIONS_LOOKED_AT => Sweep::Decisions(*last),
        _ if vacuum::is_due(tx)? => Sweep::Pages,
        _ => Sweep::Over,
    };
    Ok(Swept { at, ..Swept::default() })
}

/// Removes what was said about an entry between the first and the last of it.
fn shorten(tx: &Tx) -> Result<(), StoreError> {
    // Out of the index alone.
    let many = "SELECT entry_id FROM decision WHERE entry_id IS NOT NULL GROUP BY entry_id HAVING count(*) > ?1 LIMIT ?2";
    let mut many = tx.conn.prepare_cached(many)?;
    let entries = many.query_map((limit(2 * DECISIONS), limit(LOOKED_AT)), |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for entry in entries {
        tx.run(
            "DELETE FROM decision WHERE entry_id = ?1
                AND id > (SELECT id FROM decision WHERE entry_id = ?1 ORDER BY id LIMIT 1 OFFSET ?2)
                AND id < (SELECT id FROM decision WHERE entry_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (entry, limit(DECISIONS) - 1),
        )?;
    }
    Ok(())
}

/// The end of a walk: what ages by itself.
fn tidy(tx: &Tx, now: Timestamp, keep: Keep) -> Result<(), StoreError> {
    let before = oldest(now, keep);
    for ring in ["poll", "scrape"] {
        let of_nobody = "feed_id IN (SELECT id FROM feed WHERE NOT subscribed)";
        tx.run(&format!("DELETE FROM {ring} WHERE {of_nobody} AND at < ?1"), [before])?;
    }
    tx.run("DELETE FROM notice WHERE ended_at < ?1", [ms(now).saturating_sub(span_ms(NOTICES_KEPT))])?;
    lines::forget(tx, time(before))?;
    folds::forget(tx, now)?;
    tx.run("INSERT INTO counter (name, value) VALUES ('walked', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1", [ms(now)])?;
    Ok(())
}

/// When the last walk was over.
fn last(conn: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut find = conn.prepare_cached("SELECT value FROM counter WHERE name = 'walked'")?;
    Ok(find.query_row([], |row| row.get(0)).optional()?.map(time))
}

fn remove(tx: &Tx, entry: EntryId, feed: FeedId) -> Result<(), StoreError> {
    index::forget(tx, entry)?;
    tx.run(
        "INSERT OR IGNORE INTO tombstone (feed_id, key) SELECT feed_id, key FROM alias WHERE feed_id = ?1 AND entry_id = ?2",
        (feed.0, entry.0),
    )?;
    tx.run("DELETE FROM alias WHERE feed_id = ?1 AND entry_id = ?2", (feed.0, entry.0))?;
    tx.run("DELETE FROM decision WHERE entry_id = ?1", [entry.0])?;
    tx.run(
        "DELETE FROM article WHERE id = (SELECT article_id FROM entry WHERE id = ?1)
           AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.article_id = article.id AND e.id <> ?1)",
        [entry.0],
    )?;
    tx.run("DELETE FROM print WHERE entry_id = ?1", [entry.0])?;
    tx.run("DELETE FROM fold WHERE entry_id = ?1", [entry.0])?;
    tx.run("DELETE FROM version WHERE entry_id = ?1", [entry.0])?;
    tx.run("DELETE FROM parted WHERE one = ?1 OR other = ?1", [entry.0])?;
    tx.run("DELETE FROM entry WHERE id = ?1", [entry.0])?;
    Ok(())
}
