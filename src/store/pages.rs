//! What a feed's article pages were worth: the last results, what was asked for and what was not, and whether they still give what
//! they gave.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::values::{count32, limit, ms, time};
use super::writer::Tx;
use super::{Store, StoreError, explain, notices};
use crate::model::{
    Broken, Decision, EntryId, FeedId, NoticeKind, PageChoice, PageClass, PageHistory, PageResult, PageVerdict, PageWorth,
    RESULTS_KEPT, Sign,
};

/// Verdicts of each kind of entries that are remembered for the next decision.
const REMEMBERED: usize = 10;

impl Store {
    /// What is remembered of a feed's pages when it is decided whether to ask for the next one.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn page_history(&self, feed: FeedId) -> Result<PageHistory, StoreError> {
        self.inner.readers.run(move |conn| history(conn, feed)).await
    }

    /// The last results of a feed's pages, latest first, and since when they give less than before, if they do.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn page_results(&self, feed: FeedId) -> Result<(Vec<PageResult>, Option<Broken>), StoreError> {
        self.inner.readers.run(move |conn| Ok((results(conn, feed)?, broken(conn, feed)?))).await
    }

    /// Stores that a feed's pages broke, or with `None` that they are well again, with `reason` in the log. Says whether that is news.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn set_broken(
        &self,
        now: Timestamp,
        feed: FeedId,
        broken: Option<Broken>,
        reason: String,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| set_broken(tx, now, feed, broken.as_ref(), &reason)).await
    }
}

/// Counts that a page was asked for, or not; and tells why, where that is worth telling.
pub(super) fn note(tx: &Tx, feed: FeedId, entry: EntryId, choice: &PageChoice, at: Timestamp) -> Result<(), StoreError> {
    make(tx, feed)?;
    let (skipped, asked) = if choice.whole { ("whole_skipped", "whole_asked_at") } else { ("skipped", "asked_at") };
    let sql = if choice.asked {
        format!("UPDATE feed_scrape SET {skipped} = 0, {asked} = ?2 WHERE feed_id = ?1")
    } else {
        format!("UPDATE feed_scrape SET {skipped} = {skipped} + 1, {asked} = coalesce({asked}, ?2) WHERE feed_id = ?1")
    };
    tx.run(&sql, (feed.0, ms(at)))?;
    if !choice.told {
        return Ok(());
    }
    let decision = Decision {
        at,
        feed: Some(feed),
        entry: Some(entry),
        kind: "page".to_owned(),
        reason: choice.reason.clone(),
        evidence: serde_json::Value::Null,
    };
    explain::decide(tx, &decision)
}

/// Adds a result to the ring of a feed.
pub(super) fn record(tx: &Tx, feed: FeedId, entry: EntryId, verdict: &PageVerdict, at: Timestamp) -> Result<(), StoreError> {
    make(tx, feed)?;
    tx.run("UPDATE feed_scrape SET scrapes = scrapes + 1 WHERE feed_id = ?1", [feed.0])?;
    let scrapes: i64 =
        tx.conn.prepare_cached("SELECT scrapes FROM feed_scrape WHERE feed_id = ?1")?.query_row([feed.0], |row| row.get(0))?;
    tx.run(
        "INSERT OR REPLACE INTO scrape (feed_id, slot, at, entry_id, worth, whole, chars) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![feed.0, scrapes % limit(RESULTS_KEPT), ms(at), entry.0, verdict.worth.as_str(), verdict.whole, verdict.chars],
    )?;
    Ok(())
}

fn make(tx: &Tx, feed: FeedId) -> Result<(), StoreError> {
    tx.run("INSERT OR IGNORE INTO feed_scrape (feed_id) VALUES (?1)", [feed.0])?;
    Ok(())
}

/// Latest first: the ring is read from behind its last slot.
fn results(conn: &Connection, feed: FeedId) -> Result<Vec<PageResult>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT s.at, s.entry_id, s.worth, s.whole, s.chars FROM scrape s JOIN feed_scrape f ON f.feed_id = s.feed_id
         WHERE s.feed_id = ?1 ORDER BY (f.scrapes - s.slot + ?2) % ?2",
    )?;
    let rows = statement.query_map((feed.0, limit(RESULTS_KEPT)), |row| {
        let verdict = PageVerdict {
            worth: PageWorth::from_name(row.get_ref(2)?.as_str()?).unwrap_or(PageWorth::Failed),
            whole: row.get(3)?,
            chars: count32(row.get(4)?),
        };
        Ok(PageResult { at: time(row.get(0)?), entry: EntryId(row.get(1)?), verdict })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What did not come for now says nothing about what the feed's pages have.
pub(super) fn history(conn: &Connection, feed: FeedId) -> Result<PageHistory, StoreError> {
    let mut statement = conn
        .prepare_cached("SELECT skipped, asked_at, whole_skipped, whole_asked_at, scrapes FROM feed_scrape WHERE feed_id = ?1")?;
    let found = statement
        .query_row([feed.0], |row| {
            let class = |skipped, asked| {
                let asked_at = row.get::<_, Option<i64>>(asked)?.map(time);
                Ok::<_, rusqlite::Error>(PageClass { won: Vec::new(), skipped: count32(row.get(skipped)?), asked_at })
            };
            Ok((PageHistory { teasers: class(0, 1)?, wholes: class(2, 3)? }, row.get::<_, i64>(4)?))
        })
        .optional()?;
    let Some((mut history, scrapes)) = found else { return Ok(PageHistory::default()) };
    if scrapes > 0 {
        for PageResult { verdict, .. } in results(conn, feed)? {
            let class = if verdict.whole { &mut history.wholes } else { &mut history.teasers };
            if verdict.worth != PageWorth::Failed && class.won.len() < REMEMBERED {
                class.won.push(verdict.worth == PageWorth::More);
            }
        }
    }
    Ok(history)
}

fn broken(conn: &Connection, feed: FeedId) -> Result<Option<Broken>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT broken_at, coalesce(broken_reason, ''), coalesce(was_rate, 1.0), coalesce(was_chars, 0)
         FROM feed_scrape WHERE feed_id = ?1 AND broken_at IS NOT NULL",
    )?;
    let found = statement.query_row([feed.0], |row| {
        Ok(Broken { at: time(row.get(0)?), reason: row.get(1)?, was_rate: row.get(2)?, was_chars: count32(row.get(3)?) })
    });
    Ok(found.optional()?)
}

fn set_broken(tx: &Tx, now: Timestamp, feed: FeedId, broken: Option<&Broken>, reason: &str) -> Result<bool, StoreError> {
    // Two scrapes of a feed may end at the same moment: the first that stores it tells.
    let changed = tx.run(
        "UPDATE feed_scrape SET broken_at = ?2, broken_reason = ?3, was_rate = ?4, was_chars = ?5
         WHERE feed_id = ?1 AND (broken_at IS NULL) <> (?2 IS NULL)",
        params![
            feed.0,
            broken.map(|broken| ms(broken.at)),
            broken.map(|broken| &broken.reason),
            broken.map(|broken| broken.was_rate),
            broken.map(|broken| broken.was_chars),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    let decision = Decision {
        at: now,
        feed: Some(feed),
        entry: None,
        kind: if broken.is_some() { "pages-broken" } else { "pages-well" }.to_owned(),
        reason: reason.to_owned(),
        evidence: serde_json::Value::Null,
    };
    explain::decide(tx, &decision)?;
    let kind = NoticeKind::PagesBroken;
    let sign = match broken {
        Some(broken) => Sign::Shows { kind, since: broken.at, detail: broken.reason.clone() },
        None => Sign::Over(kind),
    };
    notices::apply(tx, feed, &[sign], false, now)?;
    Ok(true)
}
