//! Pages that are read once more: because the feed's text changed, or because somebody asks for it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::values::{ms, span_ms};
use super::writer::Tx;
use super::{Store, StoreError, explain};
use crate::model::{ArticleId, Decision, EntryId, FeedId};

/// Times that edits of one entry have its page read again: a feed that prints the time would have it read for ever.
const REREADS: i64 = 3;
/// ... and so long after it was read last: who edits, edits twice.
const REREAD_AFTER: Duration = Duration::from_hours(1);

/// Why an article is read again, as `article.again` has it.
const EDITED: i64 = 1;
const ASKED_FOR: i64 = 2;

/// Nothing of its host is due before then.
const HOST_HOLD: &str = "coalesce((SELECT h.hold_until FROM host h WHERE h.host = article.host), 0)";

impl Store {
    /// Makes the pages due again of entries that were first seen `since` then, of `feed` or of all; answers how many pages. What was
    /// won from them stays until something better was.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn reextract(&self, now: Timestamp, feed: Option<FeedId>, since: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| reextract(tx, now, feed, since)).await
    }
}

fn reextract(tx: &Tx, now: Timestamp, feed: Option<FeedId>, since: Timestamp) -> Result<u64, StoreError> {
    // What still waits for its first reading is read anyway.
    let marked = tx.run(
        &format!(
            "UPDATE article SET again = {ASKED_FOR}, attempts = 0,
                next_scrape_at = max(?1, {HOST_HOLD})
             WHERE (state <> 'queued' OR next_scrape_at IS NULL) AND id IN (
                SELECT e.article_id FROM entry e
                WHERE e.article_id IS NOT NULL AND e.state <> 'removed' AND e.first_seen_at >= ?2 AND (?3 IS NULL OR e.feed_id = ?3))"
        ),
        params![ms(now), ms(since), feed.map(|feed| feed.0)],
    )?;
    Ok(u64::try_from(marked).unwrap_or(u64::MAX))
}

/// Has the page of an entry read again whose feed text was changed, if the entry shows the page's.
pub(super) fn edited(tx: &Tx, feed: FeedId, id: EntryId, at: Timestamp) -> Result<(), StoreError> {
    let found = tx
        .conn
        .prepare_cached(
            "SELECT a.id, a.scraped_at, e.rereads FROM entry e JOIN article a ON a.id = e.article_id
             WHERE e.id = ?1 AND e.content_origin = 'article' AND e.rereads < ?2 AND a.again = 0 AND a.state = 'won'",
        )?
        .query_row((id.0, REREADS), |row| Ok((ArticleId(row.get(0)?), row.get::<_, Option<i64>>(1)?, row.get::<_, i64>(2)?)))
        .optional()?;
    let Some((article, scraped_at, rereads)) = found else { return Ok(()) };
    let earliest = scraped_at.map_or(i64::MIN, |scraped| scraped.saturating_add(span_ms(REREAD_AFTER)));
    tx.run(
        &format!(
            "UPDATE article SET again = {EDITED}, attempts = 0, next_scrape_at = max(coalesce(next_scrape_at, 0), ?2, {HOST_HOLD})
             WHERE id = ?1"
        ),
        (article.0, earliest.max(ms(at))),
    )?;
    tx.run("UPDATE entry SET rereads = rereads + 1 WHERE id = ?1", [id.0])?;
    let decision = Decision {
        at,
        feed: Some(feed),
        entry: Some(id),
        kind: "reread".to_owned(),
        reason: format!("the feed changed its text: the page is read again, {} of {REREADS} times", rereads + 1),
        evidence: serde_json::Value::Null,
    };
    explain::decide(tx, &decision)
}
