//! What an entry said before it was edited: the last few texts, packed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::StoreError;
use super::values::{limit, ms, time};
use super::writer::Tx;
use crate::model::EntryId;

/// Versions of one entry that are kept.
const KEPT: usize = 5;
/// Bytes of a text that are kept.
const MAX_TEXT: usize = 256 << 10;

/// An earlier text of an entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    /// Until when it stood.
    pub until: Timestamp,
    /// Plain.
    pub title: String,
    /// Plain.
    pub text: String,
}

/// Keeps what an entry said until `at`.
pub(super) fn keep(tx: &Tx, entry: EntryId, at: Timestamp, title: &str, text: &str) -> Result<(), StoreError> {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    // Into memory: nothing can fail.
    let _ = packed.write_all(text.as_bytes());
    tx.run(
        "INSERT INTO version (entry_id, n, until, title, text)
         SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4 FROM version WHERE entry_id = ?1",
        params![entry.0, ms(at), title, packed.finish().unwrap_or_default()],
    )?;
    tx.run(
        "DELETE FROM version WHERE entry_id = ?1 AND n <= (SELECT max(n) FROM version WHERE entry_id = ?1) - ?2",
        params![entry.0, limit(KEPT)],
    )?;
    Ok(())
}

/// The text that an entry shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Plain.
    pub title: String,
    /// Plain.
    pub text: String,
    /// Of its page, not of its feed.
    pub is_article: bool,
}

pub(super) fn shown(conn: &Connection, entry: EntryId) -> Result<Option<Shown>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT e.title, coalesce(a.text, e.text), a.text IS NOT NULL FROM entry e
         LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article' WHERE e.id = ?1",
    )?;
    let found = find.query_row([entry.0], |row| Ok(Shown { title: row.get(0)?, text: row.get(1)?, is_article: row.get(2)? }));
    Ok(found.optional()?)
}

/// The earlier texts of an entry, oldest first.
pub(super) fn of(conn: &Connection, entry: EntryId) -> Result<Vec<Version>, StoreError> {
    let mut find = conn.prepare_cached("SELECT until, title, text FROM version WHERE entry_id = ?1 ORDER BY n")?;
    let rows = find.query_map([entry.0], |row| {
        let mut text = String::new();
        let packed = row.get_ref(2)?.as_blob()?;
        let limit = u64::try_from(MAX_TEXT).unwrap_or(u64::MAX);
        // One that cannot be unpacked any more is shown as far as it goes.
        let _ = DeflateDecoder::new(packed).take(limit).read_to_string(&mut text);
        Ok(Version { until: time(row.get(0)?), title: row.get(1)?, text })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
