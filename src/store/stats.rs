//! The store in numbers.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::room::bytes;
use super::values::{count, time};
use super::{Store, StoreError};
use crate::model::FeedId;

/// How much there is of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Subscribed feeds by state.
    pub feeds: BTreeMap<String, u64>,
    /// Entries by state.
    pub entries: BTreeMap<String, u64>,
    /// Article pages by state.
    pub articles: BTreeMap<String, u64>,
    /// Stories.
    pub stories: u64,
    /// Stories with more than one entry.
    pub folded_stories: u64,
    /// Released entries that full-text search does not find yet.
    pub unindexed: u64,
    /// The file and its log, bytes.
    pub bytes: u64,
    /// Version of the schema.
    pub schema: i64,
}

pub(super) fn stats(conn: &Connection, path: &Path) -> Result<Stats, StoreError> {
    let one = |sql: &str| conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).map(count);
    let by_state = |sql: &str| -> rusqlite::Result<BTreeMap<String, u64>> {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
        rows.collect()
    };
    Ok(Stats {
        feeds: by_state(
            "SELECT CASE WHEN p.state = 'gone' THEN 'gone' WHEN f.paused THEN 'paused' ELSE p.state END, count(*)
             FROM feed f JOIN feed_poll p ON p.feed_id = f.id WHERE f.subscribed GROUP BY 1",
        )?,
        entries: by_state("SELECT state, count(*) FROM entry GROUP BY 1")?,
        articles: by_state("SELECT state, count(*) FROM article GROUP BY 1")?,
        stories: one("SELECT count(*) FROM story")?,
        folded_stories: one("SELECT count(DISTINCT story_id) FROM entry WHERE story_id <> id")?,
        unindexed: one("SELECT count(*) FROM fts_todo")?,
        bytes: bytes(path),
        schema: super::migrate::version(),
    })
}

/// How it goes, in a few numbers that are quickly looked up at any size of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pulse {
    /// Subscriptions.
    pub feeds: u64,
    /// ... that are failing, refused or gone.
    pub in_trouble: u64,
    /// Entries that wait for their page.
    pub waiting: u64,
    /// When the next feed is due.
    pub next_poll: Option<Timestamp>,
}

impl Store {
    /// How it goes.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn pulse(&self) -> Result<Pulse, StoreError> {
        self.inner.readers.run(pulse).await
    }
}

fn pulse(conn: &Connection) -> Result<Pulse, StoreError> {
    let (feeds, in_trouble) = subscriptions(conn)?;
    let mut waiting = conn.prepare_cached("SELECT count(*) FROM entry WHERE state = 'pending'")?;
    let mut next = conn.prepare_cached("SELECT min(next_poll_at) FROM feed_poll")?;
    let next_poll: Option<i64> = next.query_row([], |row| row.get(0))?;
    Ok(Pulse { feeds, in_trouble, waiting: waiting.query_row([], |row| row.get(0)).map(count)?, next_poll: next_poll.map(time) })
}

/// How many feeds are subscribed to, and how many of them are in trouble.
pub(super) fn subscriptions(conn: &Connection) -> Result<(u64, u64), StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT count(*), coalesce(sum(p.state = 'gone'
            OR (p.state IN ('failing', 'blocked') AND NOT f.paused AND f.merged_into IS NULL)), 0)
         FROM feed f JOIN feed_poll p ON p.feed_id = f.id WHERE f.subscribed",
    )?;
    Ok(find.query_row([], |row| Ok((count(row.get(0)?), count(row.get(1)?))))?)
}

/// How the texts of a feed's entries were won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// From article pages.
    pub article: u64,
    /// The feed's own.
    pub feed: u64,
    /// Entries that wait for their page.
    pub waiting: u64,
    /// Entries whose page failed for good.
    pub failed: u64,
}

pub(super) fn texts(conn: &Connection, feed: FeedId) -> Result<Texts, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT count(*) FILTER (WHERE e.state = 'settled' AND e.content_origin = 'article'),
                count(*) FILTER (WHERE e.state = 'settled' AND e.content_origin = 'feed'),
                count(*) FILTER (WHERE e.state = 'pending'),
                count(*) FILTER (WHERE a.state = 'failed')
         FROM entry e LEFT JOIN article a ON a.id = e.article_id WHERE e.feed_id = ?1",
    )?;
    let read = |row: &rusqlite::Row| {
        let number = |column| Ok::<_, rusqlite::Error>(count(row.get(column)?));
        Ok(Texts { article: number(0)?, feed: number(1)?, waiting: number(2)?, failed: number(3)? })
    };
    Ok(statement.query_row([feed.0], read)?)
}
