//! What every store of this version has: tables, views, triggers and indexes, against those of a store that was made just now.

use std::path::Path;

use rusqlite::Connection;

use super::super::{migrate, narrow};
use super::cure::Cure;
use super::{Ill, Patient};
use crate::model::Finding;

/// What was taken out by hand, or lost when a damaged file was written anew. What others put in is theirs.
pub(super) fn complete(conn: &Connection, _: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let mut fresh = Connection::open_in_memory()?;
    narrow::teach(&fresh)?;
    if migrate::to_latest(&mut fresh, Path::new(":memory:")).is_err() {
        return Ok(Vec::new()); // no memory: nothing to compare with
    }
    // Without what SQLite makes by itself (`sqlite_...`); tables first, the others stand on them.
    let mut wanted = fresh.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type <> 'table', rowid",
    )?;
    let wanted = wanted.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut there = conn.prepare("SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2")?;
    let mut found = Vec::new();
    for object in wanted.collect::<Result<Vec<(String, String, String)>, _>>()? {
        let (kind, name, sql) = object;
        if there.exists((&kind, &name))? {
            continue;
        }
        // What was in a table does not come back by making it.
        let (remedy, cure) = match kind.as_str() {
            "table" => ("stop feedmux, copy feedmux.db away and restore a backup", None),
            _ => ("`feedmux doctor --fix`", Some(Cure::Make(sql))),
        };
        found.push((Finding::wrong("it is missing", format!("{kind} {name}"), remedy), cure));
    }
    Ok(found)
}
