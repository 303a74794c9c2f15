//! Why an entry is as it is: the decision log, and the entry itself for people.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::values::{count32, json, ms, time};
use super::writer::Tx;
use super::{Store, StoreError};
use crate::model::{Decision, EntryId, FeedId, StoryId};

/// Entries that one address may answer with.
const FOUND: usize = 20;

/// One entry for people, with what is known of its page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntryRow {
    /// Row number.
    pub id: EntryId,
    /// What outputs call it.
    pub public_id: String,
    /// Of which feed.
    pub feed: FeedId,
    /// That feed's title.
    pub feed_title: String,
    /// Plain.
    pub title: String,
    /// The article.
    pub url: Option<String>,
    /// Canonical form: of the link, or what the page claims and is believed.
    pub canonical_url: Option<String>,
    /// Its story.
    pub story: StoryId,
    /// `pending`, `settled` or `removed`.
    pub state: String,
    /// `feed` or `article`.
    pub content_origin: String,
    /// As dated.
    pub published: Option<Timestamp>,
    /// By its page: the feed did not.
    pub page_dated: bool,
    /// When we first saw it.
    pub first_seen: Timestamp,
    /// Its place in `order = "received"`; `None`: not released yet.
    pub received: Option<Timestamp>,
    /// How often it was rewritten.
    pub revision: u32,
    /// The page it asks for.
    pub page: Option<PageRow>,
}

/// How the page of an entry stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageRow {
    /// The address that is asked.
    pub url: String,
    /// `queued`, `won` or `failed`.
    pub state: String,
    /// Attempts so far.
    pub attempts: u32,
    /// What the last one failed of.
    pub error: Option<String>,
    /// What won the text.
    pub method: Option<String>,
    /// When it says it was published, with its own UTC offset.
    pub published: Option<String>,
    /// When it says it was changed last.
    pub updated: Option<String>,
    /// Part of its site that it is in.
    pub section: Option<String>,
    /// How much it looks like an article.
    pub quality: Option<f64>,
    /// Whether it says that the rest of it is for subscribers.
    pub partial: bool,
    /// Whether it is to be read once more.
    pub again: bool,
    /// When it is asked next.
    pub next_scrape_at: Option<Timestamp>,
}

impl Store {
    /// One entry by its number.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn entry(&self, id: EntryId) -> Result<Option<EntryRow>, StoreError> {
        self.inner.readers.run(move |conn| entry(conn, id)).await
    }
}

/// Adds a line to the log.
pub(super) fn decide(tx: &Tx, decision: &Decision) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO decision (at, feed_id, entry_id, kind, reason, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            ms(decision.at),
            decision.feed.map(|feed| feed.0),
            decision.entry.map(|entry| entry.0),
            decision.kind,
            decision.reason,
            json(&decision.evidence),
        ],
    )?;
    Ok(())
}

/// Oldest first.
pub(super) fn decisions_about(conn: &Connection, entry: EntryId) -> Result<Vec<Decision>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT at, feed_id, entry_id, kind, reason, evidence FROM decision WHERE entry_id = ?1 ORDER BY id")?;
    let rows = statement.query_map([entry.0], |row| {
        Ok(Decision {
            at: time(row.get(0)?),
            feed: row.get::<_, Option<i64>>(1)?.map(FeedId),
            entry: row.get::<_, Option<i64>>(2)?.map(EntryId),
            kind: row.get(3)?,
            reason: row.get(4)?,
            evidence: serde_json::from_str(row.get_ref(5)?.as_str()?).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const ENTRY: &str = "SELECT e.id, e.public_id, e.feed_id, coalesce(f.title, f.own_title, f.url), e.title, e.url,
    coalesce(e.believed_url, e.canonical_url), e.story_id, e.state, e.content_origin, e.published_at, e.first_seen_at,
    e.received_at, e.revision, a.url, a.state, a.attempts, a.error, a.method, a.quality, a.next_scrape_at, a.partial, a.again,
    a.published, a.updated, a.section, e.page_dated
    FROM entry e JOIN feed f ON f.id = e.feed_id LEFT JOIN article a ON a.id = e.article_id";

fn row(row: &Row) -> rusqlite::Result<EntryRow> {
    let page = match row.get::<_, Option<String>>(14)? {
        None => None,
        Some(url) => Some(PageRow {
            url,
            state: row.get(15)?,
            attempts: count32(row.get(16)?),
            error: row.get(17)?,
            method: row.get(18)?,
            quality: row.get(19)?,
            partial: row.get(21)?,
            again: row.get(22)?,
            next_scrape_at: row.get::<_, Option<i64>>(20)?.map(time),
            published: row.get(23)?,
            updated: row.get(24)?,
            section: row.get(25)?,
        }),
    };
    Ok(EntryRow {
        id: EntryId(row.get(0)?),
        public_id: row.get(1)?,
        feed: FeedId(row.get(2)?),
        feed_title: row.get(3)?,
        title: row.get(4)?,
        url: row.get(5)?,
        canonical_url: row.get(6)?,
        story: StoryId(row.get(7)?),
        state: row.get(8)?,
        content_origin: row.get(9)?,
        published: row.get::<_, Option<i64>>(10)?.map(time),
        page_dated: row.get(26)?,
        first_seen: time(row.get(11)?),
        received: row.get::<_, Option<i64>>(12)?.map(time),
        revision: count32(row.get(13)?),
        page,
    })
}

/// By row number.
pub(super) fn entry(conn: &Connection, id: EntryId) -> Result<Option<EntryRow>, StoreError> {
    Ok(conn.prepare_cached(&format!("{ENTRY} WHERE e.id = ?1"))?.query_row([id.0], row).optional()?)
}

/// By row number, public id, or address as linked or canonical: several feeds may carry one.
pub(super) fn find(conn: &Connection, what: &str) -> Result<Vec<EntryRow>, StoreError> {
    let what = what.trim();
    if let Ok(id) = what.parse() {
        return Ok(entry(conn, EntryId(id))?.into_iter().collect());
    }
    // The first two have an index; the last reads every entry, which a person may wait for.
    for condition in [
        "e.public_id = ?1",
        "coalesce(e.believed_url, e.canonical_url) = ?1 AND e.foldable = 1",
        "e.url = ?1 OR e.canonical_url = ?1 OR e.believed_url = ?1",
    ] {
        let mut statement = conn.prepare_cached(&format!("{ENTRY} WHERE {condition} ORDER BY e.id LIMIT {FOUND}"))?;
        let found = statement.query_map([what], row)?.collect::<Result<Vec<_>, _>>()?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}
