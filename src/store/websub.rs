//! Subscriptions at hubs. A third queue that is a column: they wait for their next request by `next_at`.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::values::{count32, json, limit, ms};
use super::writer::Tx;
use super::{Store, StoreError, apply};
use crate::clock::after;
use crate::model::{
    Applied, FeedId, HubSaid, HubSecret, HubWish, PushPlan, Subscription, SubscriptionId, SubscriptionState, host_of,
};

/// A hub that does not verify is asked again after this long, ...
const RETRY_AFTER: Duration = Duration::from_mins(10);
/// ... each time so many times later, ...
const RETRY_SLOWER: u32 = 3;
/// ... and at least once in this time: a subscription costs it one small request.
const RETRY_SLOWEST: Duration = Duration::from_hours(7 * 24);
/// A hub that said no is asked again after this long; publishers change their contracts.
const AFTER_DENIAL: Duration = Duration::from_hours(7 * 24);
/// A subscription that was ended is remembered for so long, for the hub to verify that.
const ENDING_FOR: Duration = Duration::from_hours(1);
/// No wait and no lease is longer than this, whatever the clock said when it was written.
const LONGEST: Duration = Duration::from_hours(10 * 24);

impl Store {
    /// Says where hubs reach us, `http.public_url`. Subscriptions that gave another address are asked for again; empty: all are
    /// forgotten, and their leases run out.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn reached_at(&self, now: Timestamp, base: String) -> Result<(), StoreError> {
        self.write(move |tx| reached_at(tx, now, &base)).await
    }

    /// Takes up to `n` subscriptions that are to be asked for, renewed or ended now, having moved their due time.
    ///
    /// # Errors
    /// What the disk says; nothing was taken then.
    pub async fn take_due_subscriptions(
        &self,
        now: Timestamp,
        n: usize,
        closed_hosts: Vec<String>,
    ) -> Result<Vec<Subscription>, StoreError> {
        self.write(move |tx| take(tx, now, n, &closed_hosts)).await
    }

    /// Makes subscriptions due again that were taken and then not asked for.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn give_back_subscriptions(&self, now: Timestamp, ids: Vec<SubscriptionId>) -> Result<(), StoreError> {
        self.write(move |tx| give_back(tx, now, &ids)).await
    }

    /// The subscription of this callback.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn subscription(&self, callback: String) -> Result<Option<Subscription>, StoreError> {
        self.inner.readers.run(move |conn| of_callback(conn, &callback)).await
    }

    /// The hub verified: it tells until `lease_until`, and is to be asked to go on at `renew_at`.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn subscribed(&self, callback: String, lease_until: Timestamp, renew_at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| subscribed(tx, &callback, lease_until, renew_at)).await
    }

    /// The hub does not want to tell.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn denied(&self, now: Timestamp, callback: String) -> Result<(), StoreError> {
        self.write(move |tx| denied(tx, now, &callback)).await
    }

    /// The hub knows that a subscription ended: it is forgotten.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn unsubscribed(&self, callback: String) -> Result<(), StoreError> {
        let forget = move |tx: &Tx| {
            tx.run("DELETE FROM websub WHERE callback = ?1 AND state = 'ending'", [callback])?;
            Ok(())
        };
        self.write(forget).await
    }

    /// Stores what a hub pushed, in one transaction; nothing when the feed has no subscription any more.
    ///
    /// # Errors
    /// What the disk says; nothing of the plan was stored then.
    pub async fn push(&self, feed: FeedId, plan: PushPlan) -> Result<Applied, StoreError> {
        let folds = apply::folds(&plan.new, &plan.changed);
        self.write_as(folds, move |tx| if told(tx, feed)? { apply::push(tx, feed, &plan) } else { Ok(Applied::default()) }).await
    }
}

// === what polls say ===

/// Writes what a poll said about the hub of `feed`. One that is not polled any more needs no hub either.
pub(super) fn follow(tx: &Tx, feed: FeedId, said: &HubSaid, now: Timestamp) -> Result<(), StoreError> {
    let polled =
        tx.conn.prepare_cached("SELECT 1 FROM feed_poll WHERE feed_id = ?1 AND next_poll_at IS NOT NULL")?.exists([feed.0])?;
    match said {
        _ if !polled => end(tx, feed, now),
        HubSaid::Unknown => Ok(()),
        HubSaid::Nobody => end(tx, feed, now),
        HubSaid::At(wish) => want(tx, feed, wish, now),
    }
}

fn want(tx: &Tx, feed: FeedId, wish: &HubWish, now: Timestamp) -> Result<(), StoreError> {
    let mut same = tx
        .conn
        .prepare_cached("SELECT 1 FROM websub WHERE feed_id = ?1 AND state <> 'ending' AND (hub, topic, base) = (?2, ?3, ?4)")?;
    if same.exists((feed.0, &wish.hub, &wish.topic, &wish.base))? {
        return Ok(());
    }
    end(tx, feed, now)?;
    tx.run(
        "INSERT INTO websub (feed_id, state, next_at, host, hub, topic, base, callback, secret)
         VALUES (?1, 'wanted', max(?2, coalesce((SELECT h.hold_until FROM host h WHERE h.host = ?3), 0)), ?3, ?4, ?5, ?6, ?7, ?8)",
        params![feed.0, ms(now), host_of(&wish.hub), wish.hub, wish.topic, wish.base, wish.callback, wish.secret.0],
    )?;
    Ok(())
}

/// `feed` needs no hub any more: one that was asked is told so, once.
pub(super) fn end(tx: &Tx, feed: FeedId, now: Timestamp) -> Result<(), StoreError> {
    tx.run("DELETE FROM websub WHERE feed_id = ?1 AND (state = 'denied' OR (state = 'wanted' AND attempts = 0))", [feed.0])?;
    tx.run(
        "UPDATE websub SET state = 'ending', attempts = 0, lease_until = NULL, next_at = ?2 WHERE feed_id = ?1 AND state <> 'ending'",
        (feed.0, ms(now)),
    )?;
    Ok(())
}

/// A poll found new entries that the hub had not told.
pub(super) fn missed(tx: &Tx, feed: FeedId) -> Result<(), StoreError> {
    tx.run("UPDATE websub SET missed = missed + 1 WHERE feed_id = ?1 AND state <> 'ending' AND state = 'active'", [feed.0])?;
    Ok(())
}

/// The hub told something; whether that is still wanted.
fn told(tx: &Tx, feed: FeedId) -> Result<bool, StoreError> {
    Ok(tx.run("UPDATE websub SET missed = 0 WHERE feed_id = ?1 AND state <> 'ending'", [feed.0])? > 0)
}

// === what hubs are asked, and what they answer ===

const ROW: &str = "SELECT w.id, w.feed_id, f.url, coalesce(f.moved_to, f.url), coalesce(f.title, f.own_title, f.url), f.settings,
    w.hub, w.topic, w.callback, w.secret, w.state, w.attempts FROM websub w JOIN feed f ON f.id = w.feed_id";

fn row(row: &Row) -> rusqlite::Result<Subscription> {
    Ok(Subscription {
        id: SubscriptionId(row.get(0)?),
        feed: FeedId(row.get(1)?),
        feed_url: row.get(2)?,
        feed_at: row.get(3)?,
        feed_name: row.get(4)?,
        settings: row.get(5)?,
        hub: row.get(6)?,
        topic: row.get(7)?,
        callback: row.get(8)?,
        secret: HubSecret(row.get(9)?),
        // what nobody knows is nothing that anybody wants
        state: SubscriptionState::from_name(row.get_ref(10)?.as_str()?).unwrap_or(SubscriptionState::Ending),
        attempts: count32(row.get(11)?),
    })
}

fn reached_at(tx: &Tx, now: Timestamp, base: &str) -> Result<(), StoreError> {
    // A hub knows a subscription by the whole address of its callback: one that was given another cannot end it here.
    tx.run("DELETE FROM websub WHERE ?1 = '' OR (state = 'ending' AND base <> ?1)", [base])?;
    tx.run(
        "UPDATE websub SET base = ?1, state = 'wanted', attempts = 0, lease_until = NULL, next_at = ?2 WHERE base <> ?1",
        (base, ms(now)),
    )?;
    Ok(())
}

fn take(tx: &Tx, now: Timestamp, n: usize, closed_hosts: &[String]) -> Result<Vec<Subscription>, StoreError> {
    tx.run("DELETE FROM websub WHERE state = 'ending' AND attempts > 0 AND next_at <= ?1", [ms(now)])?;
    let due: Vec<Subscription> = {
        let mut statement = tx.conn.prepare_cached(&format!(
            "{ROW} WHERE w.next_at <= ?1 AND w.host NOT IN (SELECT value FROM json_each(?2)) ORDER BY w.next_at, w.id LIMIT ?3"
        ))?;
        statement.query_map((ms(now), json(closed_hosts), limit(n)), row)?.collect::<Result<_, _>>()?
    };
    let mut taken = Vec::with_capacity(due.len());
    for mut subscription in due {
        subscription.attempts = subscription.attempts.saturating_add(1);
        let wait = if subscription.state == SubscriptionState::Ending { ENDING_FOR } else { retry(subscription.attempts) };
        tx.run(
            "UPDATE websub SET attempts = ?2, next_at = ?3, state = CASE state WHEN 'denied' THEN 'wanted' ELSE state END WHERE id = ?1",
            (subscription.id.0, subscription.attempts, ms(after(now, wait))),
        )?;
        taken.push(subscription);
    }
    Ok(taken)
}

/// The wait after so many requests without a verification, at least one.
fn retry(attempts: u32) -> Duration {
    let slower = RETRY_SLOWER.checked_pow(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    RETRY_AFTER.saturating_mul(slower).min(RETRY_SLOWEST)
}

fn give_back(tx: &Tx, now: Timestamp, ids: &[SubscriptionId]) -> Result<(), StoreError> {
    for id in ids {
        tx.run("UPDATE websub SET next_at = ?2, attempts = max(0, attempts - 1) WHERE id = ?1", (id.0, ms(now)))?;
    }
    Ok(())
}

fn of_callback(conn: &Connection, callback: &str) -> Result<Option<Subscription>, StoreError> {
    Ok(conn.prepare_cached(&format!("{ROW} WHERE w.callback = ?1"))?.query_row([callback], row).optional()?)
}

fn subscribed(tx: &Tx, callback: &str, lease_until: Timestamp, renew_at: Timestamp) -> Result<(), StoreError> {
    tx.run(
        "UPDATE websub SET state = 'active', attempts = 0, lease_until = ?2, next_at = ?3
         WHERE callback = ?1 AND state IN ('wanted', 'active')",
        (callback, ms(lease_until), ms(renew_at)),
    )?;
    Ok(())
}

fn denied(tx: &Tx, now: Timestamp, callback: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE websub SET state = 'denied', attempts = 0, lease_until = NULL, next_at = ?2
         WHERE callback = ?1 AND state IN ('wanted', 'active')",
        (callback, ms(after(now, AFTER_DENIAL))),
    )?;
    Ok(())
}

/// After the clock was set back.
pub(super) fn clamp(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    let end = ms(after(now, LONGEST));
    let leases = tx.run("UPDATE websub SET lease_until = ?1 WHERE lease_until > ?1", [end])?;
    Ok(leases + tx.run("UPDATE websub SET next_at = ?1 WHERE next_at > ?1", [end])?)
}
