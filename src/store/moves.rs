//! Where feeds are polled: at the address they are listed under, or where that one led for good.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::schedule::HOST_HOLD;
use super::values::{count32, ms};
use super::writer::Tx;
use super::{StoreError, explain, notices};
use crate::model::{Address, Decision, FeedId, Moving, host_of};

/// The subscription that is polled at `address`, or about to be: not `except`, none that rests itself, and none that cannot read
/// there what another one can.
pub(super) fn standing_at(conn: &Connection, address: &str, except: FeedId) -> Result<Option<FeedId>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT f.id FROM feed f JOIN feed_poll p ON p.feed_id = f.id
         WHERE coalesce(f.settings, '') NOT LIKE '%\"auth\"%' AND coalesce(f.settings, '') NOT LIKE '%\"headers\"%' AND f.id IN (SELECT id FROM feed WHERE url = ?1 AND moved_to IS NULL
                        UNION ALL SELECT id FROM feed WHERE moved_to = ?1
                        UNION ALL SELECT feed_id FROM feed_poll WHERE moving_to = ?1 AND moving_onto IS NULL)
           AND f.id <> ?2 AND f.subscribed AND NOT f.paused AND f.merged_into IS NULL AND p.state <> 'gone' AND p.failures = 0
         ORDER BY f.id LIMIT 1",
    )?;
    Ok(find.query_row((address, except.0), |row| row.get(0)).optional()?.map(FeedId))
}

/// Writes what a poll said about the address of `feed`; says whether it moved.
pub(super) fn apply(tx: &Tx, feed: FeedId, address: &Address, at: Timestamp) -> Result<bool, StoreError> {
    match address {
        Address::Unknown => {}
        Address::Here => set_moving(tx, feed, None)?,
        Address::Moving(moving) => set_moving(tx, feed, Some(moving))?,
        Address::Moved { to, reason } => {
            move_to(tx, feed, to, reason, at)?;
            return Ok(true);
        }
        // The other one may be on its way there still, or was paused meanwhile: nobody would be asked if this one rested.
        Address::Merged { to, into, .. } if !is_at(tx, *into, to)? => {
            let polls = tx
                .conn
                .prepare_cached("SELECT moving_polls FROM feed_poll WHERE feed_id = ?1")?
                .query_row([feed.0], |row| row.get(0))
                .map(count32)?;
            set_moving(tx, feed, Some(&Moving { to: to.clone(), polls, onto: Some(*into) }))?;
        }
        Address::Merged { to, into, reason } => {
            move_to(tx, feed, to, reason, at)?;
            tx.run("UPDATE feed SET merged_into = ?2 WHERE id = ?1", (feed.0, into.0))?;
            tx.run(
                "UPDATE feed_poll SET next_poll_at = NULL, reason = 'the same feed as ' || ?2 || ', which is polled for both'
                 WHERE feed_id = ?1",
                (feed.0, into.0),
            )?;
            notices::hide(tx, feed, at)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `feed` is polled at `address`.
fn is_at(tx: &Tx, feed: FeedId, address: &str) -> Result<bool, StoreError> {
    let mut find = tx.conn.prepare_cached(
        "SELECT 1 FROM feed f JOIN feed_poll p ON p.feed_id = f.id WHERE f.id = ?1 AND coalesce(f.moved_to, f.url) = ?2
           AND f.subscribed AND NOT f.paused AND f.merged_into IS NULL AND p.state <> 'gone'",
    )?;
    Ok(find.exists((feed.0, address))?)
}

fn set_moving(tx: &Tx, feed: FeedId, moving: Option<&Moving>) -> Result<(), StoreError> {
    tx.run(
        "UPDATE feed_poll SET moving_to = ?2, moving_polls = ?3, moving_onto = ?4
         WHERE feed_id = ?1 AND (moving_to, moving_polls, moving_onto) IS NOT (?2, ?3, ?4)",
        params![
            feed.0,
            moving.map(|moving| &moving.to),
            moving.map_or(0, |moving| moving.polls),
            moving.and_then(|moving| moving.onto).map(|onto| onto.0),
        ],
    )?;
    Ok(())
}

fn move_to(tx: &Tx, feed: FeedId, to: &str, reason: &str, at: Timestamp) -> Result<(), StoreError> {
    let from: String =
        tx.conn.prepare_cached("SELECT coalesce(moved_to, url) FROM feed WHERE id = ?1")?.query_row([feed.0], |row| row.get(0))?;
    tx.run("UPDATE feed SET moved_to = nullif(?2, url) WHERE id = ?1", (feed.0, to))?;
    tx.run("UPDATE feed_poll SET host = ?2 WHERE feed_id = ?1", (feed.0, host_of(to)))?;
    set_moving(tx, feed, None)?;
    release(tx, feed, at)?;
    let (reason, evidence) = (reason.to_owned(), json!({ "from": from, "to": to }));
    explain::decide(tx, &Decision { at, feed: Some(feed), entry: None, kind: "moved".to_owned(), reason, evidence })?;
    tx.outputs_changed();
    Ok(())
}

/// Lets a feed begin again at the address that it is listed under; says whether it was elsewhere.
pub(super) fn go_home(tx: &Tx, feed: FeedId, now: Timestamp) -> Result<bool, StoreError> {
    let home = tx
        .conn
        .prepare_cached("UPDATE feed SET moved_to = NULL, merged_into = NULL WHERE id = ?1 AND coalesce(moved_to, merged_into) IS NOT NULL RETURNING url")?
        .query_row([feed.0], |row| row.get::<_, String>(0))
        .optional()?;
    release(tx, feed, now)?;
    if let Some(home) = &home {
        tx.run("UPDATE feed_poll SET host = ?2 WHERE feed_id = ?1", (feed.0, host_of(home)))?;
        tx.outputs_changed();
    }
    set_moving(tx, feed, None)?;
    Ok(home.is_some())
}

/// Those that `feed` was polled for are polled themselves again: it ends, rests, or goes elsewhere.
pub(super) fn release(tx: &Tx, feed: FeedId, now: Timestamp) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE feed_poll SET reason = 'polled on its own again', first_ok_at = NULL, -- its entries are not news
            next_poll_at = max(?2, coalesce(hold_until, 0), coalesce(last_polled_at, 0) + interval_ms, {HOST_HOLD})
         WHERE feed_id IN (SELECT id FROM feed WHERE merged_into = ?1 AND subscribed AND NOT paused)"
    );
    tx.run(&sql, (feed.0, ms(now)))?;
    tx.run("UPDATE feed SET merged_into = NULL WHERE merged_into = ?1", [feed.0])?;
    Ok(())
}
