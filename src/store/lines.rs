//! What the pages of a host have in common: how many stories have a line of text. A story is an article, however often it was read.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::values::{limit, ms};
use super::writer::Tx;
use super::{Store, StoreError};
use crate::model::{ArticleId, HostLines, LINES_PER_PAGE};

/// Lines a host has after they were looked through; those that were not seen for longest go. Those of a template are seen with every page.
const LINES_PER_HOST: usize = 4000;
/// One page in so many has those of its host looked through: with each page it took as long as to count it.
const PAGES_PER_SORTING: u64 = 8;
/// Lines that an article is remembered by: of two versions of it.
const LINES_PER_ARTICLE: usize = 2 * LINES_PER_PAGE;

impl Store {
    /// Lines that were seen with pages of `host`, and with how many other than `article`.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn host_lines(&self, host: String, article: ArticleId) -> Result<HashMap<u64, u16>, StoreError> {
        self.inner.readers.run(move |conn| others(conn, &host, article)).await
    }
}

fn others(conn: &Connection, host: &str, article: ArticleId) -> Result<HashMap<u64, u16>, StoreError> {
    let own = own(conn, article)?;
    let mut statement = conn.prepare_cached("SELECT line, stories FROM host_line WHERE host = ?1")?;
    let rows = statement.query_map([host], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?)))?;
    let mut others = HashMap::new();
    for row in rows {
        let (line, stories) = row?;
        let stories = stories - i64::from(own.contains(&line));
        if stories > 0 {
            others.insert(line, u16::try_from(stories).unwrap_or(u16::MAX));
        }
    }
    Ok(others)
}

/// Counts the lines of a page that was read.
pub(super) fn count(tx: &Tx, article: ArticleId, page: &HostLines, at: Timestamp) -> Result<(), StoreError> {
    let mut own = own(tx.conn, article)?;
    let mut upsert = tx.conn.prepare_cached(
        "INSERT INTO host_line (host, line, stories, story, seen_at) VALUES (?1, ?2, 1, ?3, ?4)
         ON CONFLICT (host, line) DO UPDATE SET stories = stories + ?5, story = excluded.story, seen_at = excluded.seen_at",
    )?;
    for line in page.lines.iter().take(LINES_PER_PAGE) {
        let is_new = if own.len() < LINES_PER_ARTICLE { own.insert(*line) } else { !own.contains(line) };
        upsert.execute(params![page.host, line.cast_signed(), article.0, ms(at), is_new])?;
    }
    let lines: Vec<u8> = own.into_iter().flat_map(u64::to_be_bytes).collect();
    tx.run("UPDATE article SET lines = ?2 WHERE id = ?1", params![article.0, lines])?;
    // Told by what stands on it, because hosts may take turns, and by its number, which no site chooses.
    if page.lines.iter().fold(article.0.cast_unsigned(), |all, line| all ^ line) % PAGES_PER_SORTING != 0 {
        return Ok(());
    }
    tx.run(
        "DELETE FROM host_line WHERE host = ?1 AND line IN (
            SELECT line FROM host_line WHERE host = ?1 ORDER BY seen_at DESC LIMIT -1 OFFSET ?2)",
        (&page.host, limit(LINES_PER_HOST)),
    )?;
    Ok(())
}

/// Forgets what was not seen since `before`: hosts that are linked to once are many.
pub(super) fn forget(tx: &Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.run("DELETE FROM host_line WHERE seen_at < ?1", [ms(before)])?;
    Ok(())
}

fn own(conn: &Connection, article: ArticleId) -> Result<HashSet<u64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT lines FROM article WHERE id = ?1")?;
    let lines: Option<Vec<u8>> = statement.query_row([article.0], |row| row.get(0)).optional()?.flatten();
    let (lines, _) = lines.as_deref().unwrap_or_default().as_chunks::<8>();
    Ok(lines.iter().map(|line| u64::from_be_bytes(*line)).collect())
}
