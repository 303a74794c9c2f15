//! How a feed stands with its publisher: the row that each poll of it reads and writes.

use std::sync::LazyLock;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::schedule::HOST_HOLD;
use super::values::{ms, span_ms};
use super::writer::Tx;
use super::{StoreError, feeds, moves};
use crate::model::{FeedId, FeedPatch, FeedState};

/// How a feed stood before its poll was stored.
pub(super) struct Standing {
    state: String,
    pub(super) polls: i64,
    /// Somebody wants it polled.
    pub(super) is_followed: bool,
    pub(super) is_moving: bool,
}

/// Asked for beforehand and at once: for `RETURNING` SQLite makes a table in memory each time, which takes longer than the update.
pub(super) fn of(tx: &Tx, feed: FeedId) -> Result<Standing, StoreError> {
    let mut find = tx.conn.prepare_cached(
        "SELECT p.state, p.polls, f.subscribed AND NOT f.paused AND f.merged_into IS NULL, p.moving_to IS NOT NULL
         FROM feed_poll p JOIN feed f ON f.id = p.feed_id WHERE p.feed_id = ?1",
    )?;
    let standing = find
        .query_row([feed.0], |row| {
            Ok(Standing { state: row.get(0)?, polls: row.get(1)?, is_followed: row.get(2)?, is_moving: row.get(3)? })
        })
        .optional()?;
    standing.ok_or_else(|| feeds::no_feed(feed))
}

/// Writes what the poll says.
pub(super) fn patch(tx: &Tx, feed: FeedId, at: Timestamp, patch: &FeedPatch, before: &Standing) -> Result<(), StoreError> {
    // Paused is the user's word and has a column of its own.
    let state = if patch.state == FeedState::Paused { "active" } else { patch.state.as_str() };
    let validators = patch.validators.as_ref();
    tx.run(
        &PATCH,
        params![
            feed.0,
            state,
            patch.status,
            patch.error,
            patch.failures,
            patch.reason,
            span_ms(patch.interval),
            patch.hold_until.map(ms),
            ms(at),
            patch.ok,
            patch.body_hash.map(|hash| hash.0),
            validators.is_some(),
            validators.and_then(|validators| validators.etag.as_deref()),
            validators.and_then(|validators| validators.last_modified.as_deref()),
            validators.and_then(|validators| validators.url.as_deref()),
            ms(patch.next_poll_at),
            patch.full,
            before.is_followed,
        ],
    )?;
    if state == "gone" {
        moves::release(tx, feed, at)?;
    }
    if before.state != state {
        tx.outputs_changed(); // the feed of what is wrong with feeds
    }
    Ok(())
}

static PATCH: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE feed_poll SET state = ?2, last_status = ?3, last_error = ?4, failures = ?5,
        failing_since = CASE WHEN ?5 > 0 THEN coalesce(failing_since, ?9) END,
        reason = CASE WHEN ?2 = 'gone' OR ?18 THEN ?6 ELSE reason END, interval_ms = ?7,
        hold_until = ?8, last_polled_at = ?9, polls = polls + 1,
        last_full_at = CASE WHEN ?17 THEN ?9 ELSE last_full_at END,
        first_ok_at = CASE WHEN ?10 THEN coalesce(first_ok_at, ?9) ELSE first_ok_at END,
        body_hash = coalesce(?11, body_hash),
        etag = CASE WHEN ?12 THEN ?13 ELSE etag END,
        last_modified = CASE WHEN ?12 THEN ?14 ELSE last_modified END,
        validators_url = CASE WHEN ?12 THEN ?15 ELSE validators_url END,
        next_poll_at = CASE WHEN ?2 <> 'gone' AND ?18 THEN max(?16, {HOST_HOLD}) END
     WHERE feed_id = ?1"
    )
});
