//! What hooks are told of: written down in the transaction of the change, only for those that ask; taken out when it was delivered.
//!
//! A row names what happened and to whom, and nothing of it: what is delivered is made at delivery, from what is stored then.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::values::{count, count32, json, limit, ms, span_ms, time};
use super::writer::Tx;
use super::{Store, StoreError};
use crate::clock::after;
use crate::model::{
    EntryId, Happened, HookEvent, HookId, HookSpec, HookState, MAX_DELIVERY_WAIT, NoticeKind, OUTBOX_KEPT, OUTBOX_ROWS, Waiting,
};

/// Longest error that is kept, bytes.
const MAX_ERROR: usize = 500;

impl Store {
    /// Makes the hooks exactly `specs` and answers their numbers in the same order. What waits for one that is not among them is
    /// forgotten; one that delivers elsewhere now begins anew with what waits for it. In a store that was a copy, events get other ids.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn put_hooks(&self, specs: Vec<HookSpec>) -> Result<Vec<HookId>, StoreError> {
        self.write(move |tx| put(tx, &specs)).await
    }

    /// How all hooks stand.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn hooks(&self) -> Result<Vec<HookState>, StoreError> {
        self.inner.readers.run(states).await
    }

    /// The hooks for which something waits that may be tried now.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn due_hooks(&self, now: Timestamp) -> Result<Vec<HookId>, StoreError> {
        self.inner.readers.run(move |conn| due(conn, now)).await
    }

    /// The first event that waits for `hook`.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn first_waiting(&self, hook: HookId) -> Result<Option<Waiting>, StoreError> {
        self.inner.readers.run(move |conn| first(conn, hook)).await
    }

    /// Event `n` is nothing for `hook`: its filter does not let it pass, or what it is about is not there any more.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn pass_over(&self, hook: HookId, n: i64) -> Result<(), StoreError> {
        self.write(move |tx| Ok(tx.run("DELETE FROM outbox WHERE hook_id = ?1 AND n = ?2", (hook.0, n)).map(drop)?)).await
    }

    /// Event `n` was taken. Answers how many events of the hook were ever lost.
    ///
    /// # Errors
    /// What the disk says; then it will be delivered once more.
    pub async fn delivered(&self, now: Timestamp, hook: HookId, n: i64) -> Result<u64, StoreError> {
        self.write(move |tx| delivered(tx, now, hook, n)).await
    }

    /// The first event could not be delivered; after `wait` it is tried again, unless it is too old by now. Answers how many events of
    /// the hook were ever lost.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn delivery_failed(&self, now: Timestamp, hook: HookId, error: String, wait: Duration) -> Result<u64, StoreError> {
        self.write(move |tx| failed(tx, now, hook, &error, wait)).await
    }

    /// The receiver wants nothing any more: what waits is forgotten, and nothing is written for it until it is revived or delivers elsewhere.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn end_hook(&self, now: Timestamp, hook: HookId, error: String) -> Result<(), StoreError> {
        self.write(move |tx| end(tx, now, hook, &error)).await
    }

    /// The receiver answers again: what waits is tried at once.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn revive_hook(&self, hook: HookId) -> Result<(), StoreError> {
        let sql =
            "UPDATE hook SET ended_at = NULL, failures = 0, failing_since = NULL, error = NULL, next_try_at = 0 WHERE id = ?1";
        self.write(move |tx| Ok(tx.run(sql, [hook.0]).map(drop)?)).await
    }
}

// === what happened ===

/// An entry was released; not one of a feed's first poll, which is no news.
pub(super) fn released(tx: &Tx, entry: EntryId, at: Timestamp) -> Result<(), StoreError> {
    of_entry(tx, Happened::Released(entry), "backdate IS NULL", at)
}

/// A released entry got its page's text after all. One of a feed's first poll was told to nobody.
pub(super) fn completed(tx: &Tx, entry: EntryId, at: Timestamp) -> Result<(), StoreError> {
    of_entry(tx, Happened::Updated(entry), "backdate IS NULL AND received_at IS NOT NULL", at)
}

/// An entry was edited; before its release nobody has seen it.
pub(super) fn edited(tx: &Tx, entry: EntryId, at: Timestamp) -> Result<(), StoreError> {
    of_entry(tx, Happened::Updated(entry), "received_at IS NOT NULL", at)
}

fn of_entry(tx: &Tx, what: Happened, condition: &str, at: Timestamp) -> Result<(), StoreError> {
    let hooks = asking(tx, what)?;
    if hooks.is_empty() {
        return Ok(());
    }
    let mut is_news = tx.conn.prepare_cached(&format!("SELECT 1 FROM entry WHERE id = ?1 AND {condition}"))?;
    if is_news.exists([what.subject()])? { add(tx, &hooks, what, at) } else { Ok(()) }
}

/// A notice was opened, or is over.
pub(super) fn noticed(tx: &Tx, kind: NoticeKind, over: bool, notice: i64, at: Timestamp) -> Result<(), StoreError> {
    let Some(event) = HookEvent::of_notice(kind, over) else { return Ok(()) };
    let what = Happened::Noticed(event, notice);
    add(tx, &asking(tx, what)?, what, at)
}

fn asking(tx: &Tx, what: Happened) -> Result<Vec<i64>, StoreError> {
    let mut find = tx.conn.prepare_cached(
        "SELECT id FROM hook WHERE ended_at IS NULL AND EXISTS (SELECT 1 FROM json_each(kinds) asked WHERE asked.value = ?1)",
    )?;
    let found = find.query_map([what.kind()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

fn add(tx: &Tx, hooks: &[i64], what: Happened, at: Timestamp) -> Result<(), StoreError> {
    for hook in hooks {
        let n: i64 = tx
            .conn
            .prepare_cached("UPDATE hook SET last_n = last_n + 1 WHERE id = ?1 RETURNING last_n")?
            .query_row([hook], |row| row.get(0))?;
        tx.run(
            "INSERT INTO outbox (hook_id, n, at, kind, subject) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![hook, n, ms(at), what.kind(), what.subject()],
        )?;
        // Who is back after a long time wants to know what is new.
        let lost = tx.run("DELETE FROM outbox WHERE hook_id = ?1 AND n <= ?2", (hook, n - limit(OUTBOX_ROWS)))?;
        lose(tx, HookId(*hook), lost)?;
    }
    Ok(())
}

fn lose(tx: &Tx, hook: HookId, rows: usize) -> Result<(), StoreError> {
    if rows > 0 {
        tx.run("UPDATE hook SET dropped = dropped + ?2 WHERE id = ?1", (hook.0, limit(rows)))?;
    }
    Ok(())
}

// === who asks ===

fn put(tx: &Tx, specs: &[HookSpec]) -> Result<Vec<HookId>, StoreError> {
    let keys: Vec<&str> = specs.iter().map(|spec| spec.key.as_str()).collect();
    let gone = "SELECT id FROM hook WHERE key NOT IN (SELECT value FROM json_each(?1))";
    tx.run(&format!("DELETE FROM outbox WHERE hook_id IN ({gone})"), [json(&keys)])?;
    tx.run(&format!("DELETE FROM hook WHERE id IN ({gone})"), [json(&keys)])?;
    let mut put = tx.conn.prepare_cached(
        "INSERT INTO hook (key, target, kinds, salt) VALUES (?1, ?2, ?3, lower(hex(randomblob(8))))
         ON CONFLICT (key) DO UPDATE SET kinds = excluded.kinds, target = excluded.target, salt = iif(salt = '', excluded.salt, salt),
            failures = iif(target = excluded.target, failures, 0), error = iif(target = excluded.target, error, NULL),
            failing_since = iif(target = excluded.target, failing_since, NULL),
            next_try_at = iif(target = excluded.target, next_try_at, 0), ended_at = iif(target = excluded.target, ended_at, NULL)
         RETURNING id",
    )?;
    let mut ids = Vec::with_capacity(specs.len());
    for spec in specs {
        let kinds: Vec<&str> = spec.on.iter().map(|event| Happened::kind_of(*event)).collect();
        ids.push(put.query_row(params![spec.key, spec.target.0, json(&kinds)], |row| row.get(0).map(HookId))?);
    }
    Ok(ids)
}

// === deliveries ===

fn due(conn: &Connection, now: Timestamp) -> Result<Vec<HookId>, StoreError> {
    // A wait that is longer than any was written before the clock was set back.
    let mut find = conn.prepare_cached(
        "SELECT id FROM hook WHERE ended_at IS NULL AND NOT (next_try_at > ?1 AND next_try_at <= ?2)
            AND EXISTS (SELECT 1 FROM outbox WHERE hook_id = hook.id) ORDER BY id",
    )?;
    let found = find.query_map((ms(now), ms(after(now, MAX_DELIVERY_WAIT))), |row| row.get(0).map(HookId))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn first(conn: &Connection, hook: HookId) -> Result<Option<Waiting>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT o.n, 'msg_' || h.salt || '_' || o.n, o.at, o.kind, o.subject, h.failures FROM outbox o JOIN hook h ON h.id = o.hook_id
         WHERE o.hook_id = ?1 AND h.ended_at IS NULL ORDER BY o.n LIMIT 1",
    )?;
    let found = find.query_row([hook.0], |row| {
        Ok(Waiting {
            n: row.get(0)?,
            id: row.get(1)?,
            at: time(row.get(2)?),
            what: Happened::read(row.get_ref(3)?.as_str()?, row.get(4)?),
            failures: count32(row.get(5)?),
        })
    });
    Ok(found.optional()?)
}

fn delivered(tx: &Tx, now: Timestamp, hook: HookId, n: i64) -> Result<u64, StoreError> {
    tx.run("DELETE FROM outbox WHERE hook_id = ?1 AND n = ?2", (hook.0, n))?;
    tx.run(
        "UPDATE hook SET delivered = delivered + 1, delivered_at = ?2, failures = 0, failing_since = NULL, error = NULL, next_try_at = 0
         WHERE id = ?1",
        (hook.0, ms(now)),
    )?;
    dropped(tx, hook)
}

fn failed(tx: &Tx, now: Timestamp, hook: HookId, error: &str, wait: Duration) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE hook SET failures = failures + 1, failing_since = coalesce(failing_since, ?2), error = ?3, next_try_at = ?4 WHERE id = ?1",
        params![hook.0, ms(now), shown(error), ms(after(now, wait))],
    )?;
    let old = ms(now).saturating_sub(span_ms(OUTBOX_KEPT));
    let lost = tx.run("DELETE FROM outbox WHERE hook_id = ?1 AND at <= ?2", (hook.0, old))?;
    lose(tx, hook, lost)?;
    dropped(tx, hook)
}

fn end(tx: &Tx, now: Timestamp, hook: HookId, error: &str) -> Result<(), StoreError> {
    tx.run("UPDATE hook SET ended_at = ?2, error = ?3 WHERE id = ?1", params![hook.0, ms(now), shown(error)])?;
    tx.run("DELETE FROM outbox WHERE hook_id = ?1", [hook.0])?;
    Ok(())
}

/// A hook that was removed meanwhile lost nothing.
fn dropped(tx: &Tx, hook: HookId) -> Result<u64, StoreError> {
    let mut find = tx.conn.prepare_cached("SELECT dropped FROM hook WHERE id = ?1")?;
    Ok(find.query_row([hook.0], |row| row.get(0).map(count)).optional()?.unwrap_or(0))
}

/// Receivers choose what they say, and so how long an error is.
fn shown(error: &str) -> &str {
    &error[..error.floor_char_boundary(MAX_ERROR)]
}

fn states(conn: &Connection) -> Result<Vec<HookState>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT id, key, (SELECT count(*) FROM outbox WHERE hook_id = hook.id), delivered, delivered_at, dropped, failures, failing_since,
            error, next_try_at, ended_at FROM hook ORDER BY id",
    )?;
    Ok(find.query_map([], state)?.collect::<Result<_, _>>()?)
}

fn state(row: &Row) -> rusqlite::Result<HookState> {
    let at = |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(time));
    Ok(HookState {
        id: HookId(row.get(0)?),
        key: row.get(1)?,
        waiting: count(row.get(2)?),
        delivered: count(row.get(3)?),
        delivered_at: at(4)?,
        dropped: count(row.get(5)?),
        failures: count32(row.get(6)?),
        failing_since: at(7)?,
        error: row.get(8)?,
        next_try_at: at(9)?.filter(|at| ms(*at) > 0),
        ended_at: at(10)?,
    })
}
