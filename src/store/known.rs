//! What is stored already under the names that a document mentions.

use rusqlite::{Connection, OptionalExtension};

use super::prints::fingerprint;
use super::values::{count32, time};
use super::{Store, StoreError, pages};
use crate::model::{EntryId, EntryKey, EntryNames, FeedId, FeedNames, Hash128, Known, Stamp};

/// Entries of a feed, and decisions of all, that are looked through to say how its entries are told apart.
const NEWEST: i64 = 200;
const LATEST_DECISIONS: i64 = 100_000;

impl Store {
    /// The names of a feed's newest entries.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn names_of(&self, feed: FeedId) -> Result<FeedNames, StoreError> {
        self.inner.readers.run(move |conn| names(conn, feed)).await
    }
}

fn names(conn: &Connection, feed: FeedId) -> Result<FeedNames, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.guid, e.canonical_url, e.names, e.revision,
            (SELECT count(*) FROM decision d WHERE d.entry_id = e.id AND d.kind = 'rekeyed')
         FROM entry e WHERE e.feed_id = ?1 AND e.state <> 'removed' ORDER BY e.id DESC LIMIT ?2",
    )?;
    let entries = statement.query_map((feed.0, NEWEST), |row| {
        let (names, revision, rekeyed) = (count32(row.get(2)?), count32(row.get(3)?), count32(row.get(4)?));
        Ok(EntryNames { guid: row.get(0)?, canonical_url: row.get(1)?, names, revision, rekeyed })
    })?;
    // What is said of a feed and no entry has no index: it is written seldom and asked for by people alone.
    let mut statement = conn.prepare_cached(
        "SELECT count(*) FROM decision
         WHERE id > (SELECT max(id) FROM decision) - ?2 AND feed_id = ?1 AND entry_id IS NULL AND kind = 'rekeyed'",
    )?;
    let rekeyings = statement.query_row((feed.0, LATEST_DECISIONS), |row| row.get(0)).map(count32)?;
    Ok(FeedNames { entries: entries.collect::<Result<_, _>>()?, rekeyings })
}

/// Committed data only. One statement used again for each name: the look-ups are what costs, not the calls.
pub(super) fn known(conn: &Connection, feed: FeedId, keys: &[EntryKey]) -> Result<Known, StoreError> {
    let mut known = Known::default();
    let mut alias = conn.prepare_cached("SELECT entry_id FROM alias WHERE feed_id = ?1 AND key = ?2")?;
    let mut tombstone = conn.prepare_cached("SELECT 1 FROM tombstone WHERE feed_id = ?1 AND key = ?2")?;
    let mut stamp = conn.prepare_cached(
        "SELECT e.content_hash, e.title_hash, e.canonical_url, e.revision, e.names, e.first_seen_at, p.form, p.headline, p.host, p.text
         FROM entry e LEFT JOIN print p ON p.entry_id = e.id WHERE e.id = ?1",
    )?;
    let buried = has_tombstones(conn, feed)?;
    for key in keys {
        if buried && tombstone.exists((feed.0, key.0))? {
            known.tombstones.insert(*key);
        }
        let Some(id) = alias.query_row((feed.0, key.0), |row| row.get(0)).optional()?.map(EntryId) else { continue };
        known.aliases.insert(*key, id);
        if known.stamps.contains_key(&id) {
            continue;
        }
        let found = stamp
            .query_row([id.0], |row| {
                Ok(Stamp {
                    content_hash: Hash128(row.get(0)?),
                    title_hash: Hash128(row.get(1)?),
                    canonical_url: row.get(2)?,
                    revision: count32(row.get(3)?),
                    names: count32(row.get(4)?),
                    first_seen: time(row.get(5)?),
                    print: row.get::<_, Option<i64>>(6)?.map(|_| fingerprint(row, 6)).transpose()?,
                })
            })
            .optional()?;
        known.stamps.extend(found.map(|stamp| (id, stamp)));
    }
    known.pages = pages::history(conn, feed)?;
    Ok(known)
}

/// Whether anything of this feed was ever removed for good: most feeds spare themselves a look-up a name.
pub(super) fn has_tombstones(conn: &Connection, feed: FeedId) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM tombstone WHERE feed_id = ?1")?.exists([feed.0])
}
