//! Brings a file to the present schema: `migrations/*.sql`, one transaction each, counted in `PRAGMA user_version`.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::{StoreError, before, connect};

const STEPS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_init.sql")),
    M::up(include_str!("../../migrations/0002_polite.sql")),
    M::up(include_str!("../../migrations/0003_websub.sql")),
    M::up(include_str!("../../migrations/0004_faults.sql")),
    M::up(include_str!("../../migrations/0005_podcast.sql")),
    M::up(include_str!("../../migrations/0006_pages.sql")),
    M::up(include_str!("../../migrations/0007_sections.sql")),
    M::up(include_str!("../../migrations/0008_stories.sql")),
    M::up(include_str!("../../migrations/0009_series.sql")),
    M::up(include_str!("../../migrations/0010_notice.sql")),
    M::up(include_str!("../../migrations/0011_search.sql")),
    M::up(include_str!("../../migrations/0012_day.sql")),
    M::up(include_str!("../../migrations/0013_outbox.sql")),
    M::up(include_str!("../../migrations/0014_plain.sql")),
    M::up(include_str!("../../migrations/0015_pieces.sql")),
    M::up(include_str!("../../migrations/0016_checks.sql")),
    M::up(include_str!("../../migrations/0017_ring.sql")),
    M::up(include_str!("../../migrations/0018_queue.sql")),
    M::up(include_str!("../../migrations/0019_lines.sql")),
];
/// "FMUX" in the header of the file, set by the first migration.
pub(super) const APPLICATION_ID: i64 = 0x464d_5558;

/// The schema this program writes.
pub(super) fn version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Makes sure that the file is ours or empty, and not from a later version; answers its version.
pub(super) fn check(conn: &Connection, path: &Path) -> Result<i64, StoreError> {
    let read = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let look = || Ok((read("application_id")?, read("user_version")?, tables(conn)?));
    let (application, found, tables) = look().map_err(|error| connect::cannot(path, error))?;
    let shown = || path.display().to_string();
    if application != APPLICATION_ID && (application != 0 || found != 0 || tables != 0) {
        return Err(StoreError::NotOurs { path: shown(), detail: "it is a SQLite file of another program".to_owned() });
    }
    if found > version() {
        return Err(StoreError::TooNew { path: shown(), found, known: version(), copy: before::readable(path, found) });
    }
    Ok(found)
}

/// Applies what is missing. A kill in the middle leaves the file as it was before that step.
pub(super) fn to_latest(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let Err(first) = Migrations::from_slice(STEPS).to_latest(conn) else { return Ok(()) };
    // Two processes that meet a new file at the same moment: the one that came second finds it done.
    if Migrations::from_slice(STEPS).to_latest(conn).is_ok() {
        return Ok(());
    }
    Err(match first {
        rusqlite_migration::Error::RusqliteError { err, .. } => connect::cannot(path, err),
        other => StoreError::Sql(format!("{}: migration: {other}", path.display())),
    })
}

fn tables(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_sound() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }

    #[test]
    fn no_row_takes_a_table_in_memory_to_be_written() {
        let mut conn = Connection::open_in_memory().unwrap();
        to_latest(&mut conn, Path::new("")).unwrap();
        let list = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE 'sqlite_%'";
        let tables: Vec<String> = conn.prepare(list).unwrap().query_map([], |row| row.get(0)).unwrap().flatten().collect();
        assert!(tables.len() > 15);
        for table in tables {
            let steps = format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES");
            let mut steps = conn.prepare(&steps).unwrap();
            let codes: Vec<String> = steps.query_map([], |row| row.get(1)).unwrap().flatten().collect();
            assert!(!codes.is_empty() && codes.iter().all(|code| code != "OpenEphemeral"), "{table}");
        }
        conn.pragma_update(None, "foreign_keys", false).unwrap();
        let odd = |state| conn.execute("INSERT INTO feed_poll (feed_id, interval_ms, state) VALUES (1, 1, ?1)", [state]);
        assert!(odd("odd").unwrap_err().to_string().contains("CHECK"), "and yet it is looked at");
        odd("gone").unwrap();
    }
}
