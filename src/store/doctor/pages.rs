//! The file as SQLite sees it: pages, indexes, the full-text index, counters, times, and what grows.

use std::time::Duration;

use rusqlite::Connection;

use super::super::room::Pages;
use super::super::values::{count, ms, span_ms, time};
use super::cure::{Cure, INDEX_ANEW};
use super::{Ill, Patient};
use crate::model::Finding;
use crate::model::units::mib;

/// Damages that are told one by one.
const TOLD: usize = 10;
/// A time may lie so far ahead: clocks of machines differ.
const AHEAD: Duration = Duration::from_hours(1);
/// A poll may be due so far ahead: what a weekly feed waits for, with a back-off.
const DUE_AHEAD: Duration = Duration::from_hours(100 * 24);
/// Free pages are worth a word where they are more than so many bytes and than this part of the file.
const FREE: (u64, u64) = (64 << 20, 4);
/// Names of removed entries are worth a word from here; 100 bytes each in the file.
const MANY_NAMES: u64 = 1_000_000;
/// What helps where a page cannot be read.
pub(super) const RESTORE: &str = "look after the disk; stop feedmux, copy feedmux.db away and restore a backup";
/// Names of one entry, on average: a feed that invents new ones at each poll has more.
const NAMES_AN_ENTRY: u64 = 20;

fn number(conn: &Connection, sql: &str) -> rusqlite::Result<u64> {
    conn.query_row(sql, [], |row| row.get(0)).map(count)
}

/// What an index lacks is in its table, and is cured from there; what a table lacks is not.
pub(super) fn whole(conn: &Connection, patient: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let mut statement = conn.prepare(&format!("PRAGMA integrity_check({TOLD})"))?;
    let told: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let damages: Vec<&String> = told.iter().filter(|line| line.as_str() != "ok").collect();
    let index =
        |line: &str| [" from index ", " entries in index "].iter().find_map(|what| Some(line.split_once(what)?.1.to_owned()));
    let of_search = |line: &str| line.to_ascii_lowercase().contains("fts5");
    let ill = |line: &&String| {
        let cure = if of_search(line) { Some(INDEX_ANEW) } else { index(line).map(Cure::Reindex) };
        let remedy = if cure.is_some() { "`feedmux doctor --fix`" } else { RESTORE };
        (Finding::wrong(line.replace('\n', " "), patient.path.display(), remedy), cure)
    };
    Ok(damages.iter().map(ill).collect())
}

pub(super) fn index(conn: &Connection, _: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let missing = number(
        conn,
        "SELECT count(*) FROM entry WHERE received_at IS NOT NULL AND id NOT IN (SELECT id FROM entries_fts_docsize)
            AND id NOT IN (SELECT entry_id FROM fts_todo)",
    )?;
    let surplus = number(
        conn,
        "SELECT count(*) FROM entries_fts_docsize WHERE id NOT IN (SELECT id FROM entry WHERE received_at IS NOT NULL)
            OR id IN (SELECT entry_id FROM fts_todo)",
    )?;
    let lost =
        number(conn, "SELECT count(*) FROM fts_todo WHERE entry_id NOT IN (SELECT id FROM entry WHERE received_at IS NOT NULL)")?;
    let told = [
        (missing, "entries that no search finds"),
        (surplus, "entries in the index that are not to be found, or are there twice"),
        (lost, "entries that wait for the index and do not exist"),
    ];
    let ill = |(number, what): (u64, &str)| {
        (Finding::wrong(format!("{number} {what}"), "entries_fts", "`feedmux doctor --fix` makes the index anew"), Some(INDEX_ANEW))
    };
    // One cure is enough for all of them.
    Ok(told.into_iter().filter(|(number, _)| *number > 0).take(1).map(ill).collect())
}

/// Each with its first value.
const COUNTERS: Cure = Cure::Rows(
    "INSERT OR IGNORE INTO counter (name, value) VALUES ('change_seq', 0), ('entry', 0), ('spilled', 0), ('swept', 0);
     UPDATE counter SET value = max(value, (SELECT coalesce(max(id), 0) FROM entry), (SELECT coalesce(max(entry_id), 0) FROM alias))
        WHERE name = 'entry'",
    "they count on from the last entry",
);

pub(super) fn counters(conn: &Connection, _: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let there = number(conn, "SELECT count(*) FROM counter WHERE name IN ('change_seq', 'entry', 'spilled', 'swept')")?;
    let behind = number(
        conn,
        "SELECT (SELECT coalesce(max(id), 0) FROM entry) > coalesce((SELECT value FROM counter WHERE name = 'entry'), 0)",
    )?;
    let mut found = Vec::new();
    let mut tell = |holds: bool, what: &str| {
        if holds {
            found.push((Finding::wrong(what, "table counter", "`feedmux doctor --fix`"), Some(COUNTERS)));
        }
    };
    tell(there < 4, "a counter is missing: outputs would not notice changes");
    tell(behind > 0, "the number of the last entry is behind: a new entry would get the number of another");
    Ok(found)
}

pub(super) fn clock(conn: &Connection, patient: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let ahead = ms(patient.now).saturating_add(span_ms(AHEAD));
    let remedy = "look at the clock (timedatectl): if it is right it was wrong once, and these go by themselves as time comes to them; else set the clock";
    let mut found = Vec::new();
    for (what, table, column) in [
        ("polls", "feed_poll", "last_polled_at"),
        ("entries first seen", "entry", "first_seen_at"),
        ("entries released", "entry", "received_at"),
    ] {
        let sql = format!("SELECT count(*), coalesce(max({column}), 0) FROM {table} WHERE {column} > ?1");
        let (number, latest): (i64, i64) = conn.query_row(&sql, [ahead], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if number > 0 {
            let what = format!("{number} {what} in the future, the last at {}", time(latest));
            found.push((Finding::wrong(what, format!("table {table}"), remedy), None));
        }
    }
    let far = ms(patient.now).saturating_add(span_ms(DUE_AHEAD));
    let sleeping: i64 = conn.query_row("SELECT count(*) FROM feed_poll WHERE next_poll_at > ?1", [far], |row| row.get(0))?;
    if sleeping > 0 {
        let what = format!("{sleeping} feeds are not due for months: the clock was set back");
        found.push((
            Finding::wrong(
                what,
                "table feed_poll",
                "restart feedmux: it brings waits within bounds; if the clock is wrong, set the clock before",
            ),
            None,
        ));
    }
    Ok(found)
}

pub(super) fn growth(conn: &Connection, patient: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let pages = Pages::of(conn)?;
    let (entries, names, removed) = (
        number(conn, "SELECT count(*) FROM entry")?,
        number(conn, "SELECT count(*) FROM alias")?,
        number(conn, "SELECT count(*) FROM tombstone")?,
    );
    let mut found = Vec::new();
    if pages.exceed(FREE) {
        let what = format!("{} of {} are free pages", mib(pages.free * pages.size), mib(pages.all * pages.size));
        found.push((Finding::note(what, patient.path.display(), "`feedmux vacuum` gives them back"), None));
    }
    if names > MANY_NAMES && names > entries.saturating_mul(NAMES_AN_ENTRY) {
        let what = format!("{names} names for {entries} entries");
        let remedy =
            "a feed renames its entries at each poll; find it with: SELECT feed_id, count(*) FROM alias GROUP BY 1 ORDER BY 2 DESC";
        found.push((Finding::note(what, "table alias", remedy), None));
    }
    if removed > MANY_NAMES {
        let what = format!("{removed} names of removed entries are remembered, so that none comes back as new");
        found.push((Finding::note(what, "table tombstone", ""), None));
    }
    Ok(found)
}
