//! Retention: what left its feed long ago goes, and its names stay behind so that it never comes back as new.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::params;

use super::stories::select_members;
use super::values::{limit, ms, span_ms, time};
use super::writer::Tx;
use super::{StoreError, folds, index, lines};
use crate::model::{EntryId, FeedId};

/// `last_seen_at` may lag a day behind, see `apply`; with a day to spare.
const SLACK_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// Removes about `n` entries. A story goes as a whole or not at all: its founding entry gives it its name in outputs.
pub(super) fn expire(tx: &Tx, now: Timestamp, age: Duration, n: usize) -> Result<u64, StoreError> {
    // An entry that the last document of its feed still named is kept, however long ago that document came: an
    // unchanged feed answers 304 for years and is still there. Of a feed that is no longer polled all of it counts as gone.
    let old = "m.last_seen_at < ?1 AND (NOT f.subscribed OR m.last_seen_at < coalesce(p.last_read_at, 0) - ?2)";
    let sql = format!(
        "SELECT s.id FROM story s JOIN entry m ON m.id = s.id JOIN feed f ON f.id = m.feed_id JOIN feed_poll p ON p.feed_id = f.id
         WHERE {old} AND NOT EXISTS (
            SELECT 1 FROM entry m JOIN feed f ON f.id = m.feed_id JOIN feed_poll p ON p.feed_id = f.id
            WHERE m.story_id = s.id AND m.story_id <> m.id AND NOT ({old}))
         ORDER BY s.id LIMIT ?3"
    );
    let before = ms(now).saturating_sub(span_ms(age));
    let mut find = tx.conn.prepare_cached(&sql)?;
    let stories = find.query_map(params![before, SLACK_MS, limit(n)], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut removed = 0;
    for story in stories {
        let mut members = tx.conn.prepare_cached(select_members!("m.id, m.feed_id"))?;
        let members =
            members.query_map([story], |row| Ok((EntryId(row.get(0)?), FeedId(row.get(1)?))))?.collect::<Result<Vec<_>, _>>()?;
        for (entry, feed) in members {
            remove(tx, entry, feed)?;
            removed += 1;
        }
        tx.run("DELETE FROM story WHERE id = ?1", [story])?;
    }
    if removed > 0 {
        tx.outputs_changed();
    } else {
        // What was said about feeds and no entry ages like entries do.
        tx.run("DELETE FROM decision WHERE entry_id IS NULL AND at < ?1", [before])?;
        lines::forget(tx, time(before))?;
        folds::forget(tx, now)?;
    }
    Ok(removed)
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
