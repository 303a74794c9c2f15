//! What an entry said before it was edited: the last few texts, packed.

use std::collections::HashSet;
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
/// Lines that an edit took away or brought, as many of each are told.
const EDITED_LINES: usize = 5;

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

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit<'a> {
    /// When.
    pub at: Timestamp,
    /// The title before and after it, where that changed.
    pub title: Option<(&'a str, &'a str)>,
    /// The first lines that were there before it alone, ...
    pub gone: Vec<&'a str>,
    /// ... and after it alone.
    pub new: Vec<&'a str>,
}

/// What led from each of `versions`, which are in order, to the next and at last to what is `shown`.
pub fn edits<'a>(versions: &'a [Version], shown: Option<&'a Shown>) -> Vec<Edit<'a>> {
    let later = versions.iter().skip(1).map(|version| (&version.title, &version.text));
    let later = later.chain(shown.map(|shown| (&shown.title, &shown.text)));
    let edit = |(before, (title, text)): (&'a Version, (&'a String, &'a String))| Edit {
        at: before.until,
        title: (before.title != *title).then_some((&before.title, title)),
        gone: beyond(&before.text, text),
        new: beyond(text, &before.text),
    };
    versions.iter().zip(later).map(edit).collect()
}

/// The first lines of `text` that are not in `other`.
fn beyond<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    let known: HashSet<&str> = other.lines().collect();
    text.lines().filter(|line| !known.contains(line)).take(EDITED_LINES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_told_by_what_they_took_away_and_brought() {
        let [first, second] = [1, 2].map(|second| Timestamp::from_second(second).unwrap());
        let version = |until, title: &str, text: &str| Version { until, title: title.to_owned(), text: text.to_owned() };
        let versions = [version(first, "Otters", "one\ntwo"), version(second, "Otters", "one\nthree")];
        let shown = Shown { title: "The otters".to_owned(), text: "one\n1\n2\n3\n4\n5\n6".to_owned(), is_article: false };
        let expected = [
            Edit { at: first, title: None, gone: vec!["two"], new: vec!["three"] },
            Edit { at: second, title: Some(("Otters", "The otters")), gone: vec!["three"], new: vec!["1", "2", "3", "4", "5"] },
        ];
        assert_eq!(edits(&versions, Some(&shown)), expected);
        assert_eq!(edits(&versions, None), expected[..1], "what it became is not there any more");
        assert_eq!(edits(&[], Some(&shown)), []);
    }
}
