//! Which feeds mostly repeat which others, and how much later.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::folds::first_since;
use super::values::{count, ms};
use super::{Store, StoreError};
use crate::model::FeedId;

/// Delays of two feeds that are kept for their median.
const MAX_DELAYS: usize = 64;
/// A story of more feeds says nothing about two of them.
const MOST_FEEDS: usize = 100;
/// Pairs of feeds that are looked at; those beyond share their first story late.
const MAX_PAIRS: usize = 200_000;

/// How much of one feed is in another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overlap {
    /// The one that repeats.
    pub feed: FeedId,
    /// Its title.
    pub title: String,
    /// The one that has it, too.
    pub other: FeedId,
    /// Its title.
    pub other_title: String,
    /// Entries of `feed` in that time.
    pub entries: u64,
    /// Those of them whose story `other` tells as well.
    pub shared: u64,
    /// Those that `other` told first.
    pub later: u64,
    /// Median of how much later `feed` told them, seconds; negative: it was first.
    pub delay: i64,
}

impl Overlap {
    /// Share of the feed's entries that are in the other.
    #[allow(clippy::cast_precision_loss)] // a share
    pub fn share(&self) -> f64 {
        self.shared as f64 / self.entries.max(1) as f64
    }
}

impl Store {
    /// Pairs of feeds with at least `least` entries of one in stories of the other since then, those that repeat most first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn overlaps(&self, since: Timestamp, least: u64) -> Result<Vec<Overlap>, StoreError> {
        self.inner.readers.run(move |conn| overlaps(conn, since, least)).await
    }
}

/// Pairs of feeds with at least `least` stories in common, those that repeat most first.
pub(super) fn overlaps(conn: &Connection, since: Timestamp, least: u64) -> Result<Vec<Overlap>, StoreError> {
    let mut pairs: BTreeMap<(i64, i64), (u64, u64, Vec<i64>)> = BTreeMap::new();
    let first = first_since(conn, since)?;
    let mut told = conn.prepare_cached(
        "SELECT story_id, feed_id, count(*), min(first_seen_at) FROM entry
         WHERE id >= ?1 AND first_seen_at >= ?2 AND state <> 'removed'
            AND story_id IN (SELECT m.story_id FROM entry m WHERE m.story_id <> m.id)
         GROUP BY story_id, feed_id ORDER BY story_id",
    )?;
    let mut rows = told.query((first, ms(since)))?;
    let mut story: Vec<(i64, u64, i64)> = Vec::new();
    let mut current = None;
    loop {
        let row = rows.next()?;
        let next = row.map(|row| row.get::<_, i64>(0)).transpose()?;
        if next != current {
            if story.len() > MOST_FEEDS {
                story.clear();
            }
            for (feed, entries, at) in &story {
                for (other, _, other_at) in story.iter().filter(|(other, ..)| other != feed) {
                    if pairs.len() >= MAX_PAIRS && !pairs.contains_key(&(*feed, *other)) {
                        continue;
                    }
                    let (shared, later, delays) = pairs.entry((*feed, *other)).or_default();
                    *shared += entries;
                    *later += if at > other_at { *entries } else { 0 };
                    if delays.len() < MAX_DELAYS {
                        delays.push(at - other_at);
                    } else {
                        // Some of all, not the first ones: habits change.
                        let any = usize::try_from(shared.wrapping_mul(0x9e37_79b9) >> 16).unwrap_or_default() % MAX_DELAYS;
                        delays[any] = at - other_at;
                    }
                }
            }
            story.clear();
            current = next;
        }
        let Some(row) = row else { break };
        story.push((row.get(1)?, count(row.get(2)?), row.get(3)?));
    }
    let all = totals(conn, first, since)?;
    let named = pairs.into_iter().filter(|(_, (shared, ..))| *shared >= least).filter_map(
        |((feed, other), (shared, later, mut delays))| {
            let ((title, entries), (other_title, _)) = (all.get(&feed)?.clone(), all.get(&other)?.clone());
            delays.sort_unstable();
            let delay = delays.get(delays.len() / 2).copied().unwrap_or_default() / 1000;
            Some(Overlap { feed: FeedId(feed), title, other: FeedId(other), other_title, entries, shared, later, delay })
        },
    );
    let mut overlaps: Vec<Overlap> = named.collect();
    overlaps.sort_by(|one, other| {
        other.share().total_cmp(&one.share()).then(one.feed.cmp(&other.feed)).then(one.other.cmp(&other.other))
    });
    Ok(overlaps)
}

/// Title and number of entries of each feed from an entry on.
fn totals(conn: &Connection, first: i64, since: Timestamp) -> Result<HashMap<i64, (String, u64)>, StoreError> {
    let mut feeds = conn.prepare_cached(
        "SELECT f.id, coalesce(f.title, f.own_title, f.url),
            (SELECT count(*) FROM entry e WHERE e.feed_id = f.id AND e.id >= ?1 AND e.first_seen_at >= ?2 AND e.state <> 'removed') FROM feed f",
    )?;
    let rows = feeds.query_map((first, ms(since)), |row| Ok((row.get(0)?, (row.get(1)?, count(row.get(2)?)))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
