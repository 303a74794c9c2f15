//! Subscriptions: what is listed, what was added by hand, and how they are told apart.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::apply::POLLS_KEPT;
use super::schedule::HOST_HOLD;
use super::values::{count, count32, from_json, json, ms, span_ms, time};
use super::writer::Tx;
use super::{StoreError, moves, notices, stories, websub};
use crate::model::{FeedId, FeedMeta, FeedRow, FeedSpec, FeedState, Origin, PollRecord, host_of};

/// A feed that commands added, with what is needed to poll it.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedFeed {
    /// Which.
    pub id: FeedId,
    /// Polled address.
    pub url: String,
    /// The user's title.
    pub title: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Higher leads.
    pub priority: i64,
    /// The settings it was added with, JSON.
    pub settings: Option<String>,
}

/// How a feed is subscribed to already.
struct Listed {
    id: FeedId,
    origin: Origin,
    subscribed: bool,
    priority: i64,
}

// === writing ===

/// Makes the configured feeds exactly `specs`. A managed feed that is declared now belongs to the configuration;
/// a configured one that is no longer listed stops, and its entries stay.
pub(super) fn put(tx: &Tx, now: Timestamp, specs: &[FeedSpec]) -> Result<Vec<FeedId>, StoreError> {
    let mut listed = listed(tx.conn)?;
    let mut ids = Vec::with_capacity(specs.len());
    for spec in specs {
        let id = match listed.get_mut(spec.url.as_str()) {
            Some(feed) => {
                update(tx, now, feed, spec, Origin::Config, None)?;
                // Marked as kept; a second mention of the address finds it in this state.
                (feed.origin, feed.subscribed, feed.priority) = (Origin::Managed, true, spec.priority);
                feed.id
            }
            None => {
                let id = insert(tx, now, spec, Origin::Config, None)?;
                let feed = Listed { id, origin: Origin::Managed, subscribed: true, priority: spec.priority };
                listed.insert(spec.url.as_str().to_owned(), feed);
                id
            }
        };
        ids.push(id);
    }
    for feed in listed.values().filter(|feed| feed.origin == Origin::Config && feed.subscribed) {
        unsubscribe(tx, now, feed.id)?;
    }
    Ok(ids)
}

/// Adds managed feeds; says of each whether it is a new subscription.
pub(super) fn add(tx: &Tx, now: Timestamp, feeds: &[(FeedSpec, Option<String>)]) -> Result<Vec<(FeedId, bool)>, StoreError> {
    let mut listed = listed(tx.conn)?;
    let mut answers = Vec::with_capacity(feeds.len());
    for (spec, settings) in feeds {
        let url = spec.url.as_str();
        answers.push(match listed.get_mut(url) {
            // What is declared wins over what is typed; and typing an address again must not wipe what was said with it before.
            Some(feed) if feed.subscribed => (feed.id, false),
            Some(feed) => {
                update(tx, now, feed, spec, Origin::Managed, settings.as_deref())?;
                (feed.subscribed, feed.origin) = (true, Origin::Managed);
                (feed.id, true)
            }
            None => {
                let id = insert(tx, now, spec, Origin::Managed, settings.as_deref())?;
                let feed = Listed { id, origin: Origin::Managed, subscribed: true, priority: spec.priority };
                listed.insert(url.to_owned(), feed);
                (id, true)
            }
        });
    }
    Ok(answers)
}

/// Ends a managed subscription; its entries stay.
pub(super) fn remove(tx: &Tx, now: Timestamp, id: FeedId) -> Result<(), StoreError> {
    let row = tx
        .conn
        .prepare_cached("SELECT origin, url FROM feed WHERE id = ?1 AND subscribed")?
        .query_row([id.0], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    match row {
        None => Err(no_feed(id)),
        Some((origin, url)) if origin == "config" => Err(StoreError::Refused(format!(
            "{url} is listed in the configuration ([[feed]] or a file of subscriptions.files); remove it there and reload (SIGHUP) or restart"
        ))),
        Some(_) => unsubscribe(tx, now, id),
    }
}

/// Pauses or resumes. Resuming begins again at the address that the feed is listed under and forgives a 410: only a person can
/// know that the feed is back.
pub(super) fn pause(tx: &Tx, now: Timestamp, id: FeedId, paused: bool) -> Result<(), StoreError> {
    if tx.run("UPDATE feed SET paused = ?2 WHERE id = ?1", params![id.0, paused])? == 0 {
        return Err(no_feed(id));
    }
    if paused {
        tx.run("UPDATE feed_poll SET next_poll_at = NULL, reason = 'paused' WHERE feed_id = ?1", [id.0])?;
        moves::release(tx, id, now)?;
        websub::end(tx, id, now)?;
        notices::hide(tx, id, now)?;
    } else {
        let elsewhere = moves::go_home(tx, id, now)?;
        let sql = format!(
            "UPDATE feed_poll SET state = CASE state WHEN 'gone' THEN 'active' ELSE state END, reason = 'resumed',
                    next_poll_at = max(?2, coalesce(hold_until, 0), {HOST_HOLD})
             WHERE feed_id = ?1 AND (next_poll_at IS NULL OR failures > 0 OR ?3) AND (SELECT subscribed FROM feed WHERE id = ?1)"
        );
        tx.run(&sql, params![id.0, ms(now), elsewhere])?;
    }
    tx.outputs_changed(); // the feed of what is wrong with feeds
    Ok(())
}

/// Makes a feed due. Not one that is paused or gone, and never before its publisher's Retry-After.
pub(super) fn poll_now(tx: &Tx, now: Timestamp, id: FeedId) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE feed_poll SET next_poll_at = max(?2, coalesce(hold_until, 0), {HOST_HOLD}),
            reason = iif(max(coalesce(hold_until, 0), {HOST_HOLD}) > ?2, reason, 'asked for')
         WHERE feed_id = ?1 AND next_poll_at IS NOT NULL"
    );
    let done = tx.run(&sql, params![id.0, ms(now)])?;
    if done > 0 {
        return Ok(());
    }
    match by_id(tx.conn, id)? {
        Some(row) => Err(StoreError::Refused(format!(
            "{} is not polled: {}",
            row.url,
            match row.merged_into {
                Some(other) => format!("it is the same feed as {}, which is polled for both", other.0),
                None if row.subscribed => row.state.as_str().to_owned(),
                None => "no longer subscribed to".to_owned(),
            }
        ))),
        None => Err(no_feed(id)),
    }
}

fn insert(tx: &Tx, now: Timestamp, spec: &FeedSpec, origin: Origin, settings: Option<&str>) -> Result<FeedId, StoreError> {
    tx.run(
        "INSERT INTO feed (origin, priority, url, title, tags, settings, own_title, site_url) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            origin_name(origin),
            spec.priority,
            spec.url.as_str(),
            spec.title,
            json(&spec.tags),
            settings,
            spec.hearsay.title,
            spec.hearsay.site_url
        ],
    )?;
    let id = tx.conn.last_insert_rowid();
    let host = host_of(spec.url.as_str());
    tx.run(
        "INSERT INTO feed_poll (feed_id, next_poll_at, interval_ms, host, reason)
         VALUES (?1, max(?2, coalesce((SELECT h.hold_until FROM host h WHERE h.host = ?4), 0)), ?3, ?4, 'new')",
        params![id, ms(now), span_ms(spec.settings.interval), host],
    )?;
    Ok(FeedId(id))
}

fn update(
    tx: &Tx,
    now: Timestamp,
    feed: &Listed,
    spec: &FeedSpec,
    origin: Origin,
    settings: Option<&str>,
) -> Result<(), StoreError> {
    let changed = tx.run(
        "UPDATE feed SET paused = paused AND subscribed, origin = ?2, subscribed = 1, priority = ?3, title = ?4, tags = ?5, settings = ?6
         WHERE id = ?1 AND (origin, subscribed, priority, title, tags, settings) IS NOT (?2, 1, ?3, ?4, ?5, ?6)",
        params![feed.id.0, origin_name(origin), spec.priority, spec.title, json(&spec.tags), settings],
    )?;
    if changed == 0 {
        return Ok(());
    }
    tx.outputs_changed();
    if !feed.subscribed {
        let sql = format!(
            "UPDATE feed_poll SET next_poll_at = max(?2, coalesce(hold_until, 0), coalesce(last_polled_at, 0) + ?3, {HOST_HOLD}),
                reason = 'listed again',
                interval_ms = ?3, state = CASE state WHEN 'gone' THEN 'active' ELSE state END
             WHERE feed_id = ?1"
        );
        tx.run(&sql, params![feed.id.0, ms(now), span_ms(spec.settings.interval)])?;
    }
    if feed.priority != spec.priority {
        stories::lead_again(tx, feed.id)?;
    }
    Ok(())
}

fn unsubscribe(tx: &Tx, now: Timestamp, id: FeedId) -> Result<(), StoreError> {
    tx.run("UPDATE feed SET subscribed = 0 WHERE id = ?1", [id.0])?;
    tx.run("UPDATE feed_poll SET next_poll_at = NULL, reason = 'no longer subscribed to' WHERE feed_id = ?1", [id.0])?;
    moves::go_home(tx, id, now)?;
    websub::end(tx, id, now)?;
    notices::hide(tx, id, now)?;
    tx.outputs_changed();
    Ok(())
}

/// What the feed says of itself.
pub(super) fn describe(tx: &Tx, feed: FeedId, meta: &FeedMeta) -> Result<(), StoreError> {
    // Lists name each feed, by the name that the user gave or by its own: which of them it was is known now. What it calls itself is no
    // title of the user's, or the feed would keep it when its publisher gives it another.
    tx.run(
        "UPDATE feed SET title = NULL WHERE id = ?1 AND origin = 'managed' AND own_title IS NULL AND title = ?2",
        params![feed.0, meta.title],
    )?;
    let changed = tx.run(
        "UPDATE feed SET (own_title, site_url, language, description, icon) = (?2, ?3, ?4, ?5, ?6)
         WHERE id = ?1 AND (own_title, site_url, language, description, icon) IS NOT (?2, ?3, ?4, ?5, ?6)",
        params![feed.0, meta.title, meta.site_url, meta.language, meta.description, meta.icon],
    )?;
    if changed > 0 {
        tx.outputs_changed();
    }
    tx.run("UPDATE feed SET faults = ?2 WHERE id = ?1 AND faults <> ?2", params![feed.0, json(&meta.faults)])?;
    let rhythm = &meta.rhythm;
    tx.run(
        "UPDATE feed SET (ttl_ms, period_ms, skip_hours, skip_days) = (?2, ?3, ?4, ?5)
         WHERE id = ?1 AND (ttl_ms, period_ms, skip_hours, skip_days) IS NOT (?2, ?3, ?4, ?5)",
        params![feed.0, rhythm.ttl.map(span_ms), rhythm.period.map(span_ms), rhythm.skip_hours, rhythm.skip_days],
    )?;
    Ok(())
}

fn listed(conn: &Connection) -> Result<HashMap<String, Listed>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT url, id, origin, subscribed, priority FROM feed")?;
    let rows = statement.query_map([], |row| {
        let feed = Listed {
            id: FeedId(row.get(1)?),
            origin: origin_of(row.get_ref(2)?.as_str()?),
            subscribed: row.get(3)?,
            priority: row.get(4)?,
        };
        Ok((row.get(0)?, feed))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn no_feed(id: FeedId) -> StoreError {
    StoreError::NoSuch(format!("feed {}", id.0))
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Config => "config",
        Origin::Managed => "managed",
    }
}

pub(super) fn origin_of(name: &str) -> Origin {
    if name == "config" { Origin::Config } else { Origin::Managed }
}

// === reading ===

const ROW: &str =
    "SELECT f.id, coalesce(f.moved_to, f.url), coalesce(f.title, f.own_title, f.url), f.site_url, f.tags, f.origin, f.subscribed,
    CASE WHEN p.state = 'gone' THEN 'gone' WHEN f.paused OR f.merged_into IS NOT NULL THEN 'paused' ELSE p.state END,
    p.last_status, p.last_error, p.failures, p.last_polled_at, p.next_poll_at, p.reason, p.interval_ms / 1000,
    (SELECT count(*) FROM entry e WHERE e.feed_id = f.id), p.last_new_at, iif(f.moved_to IS NULL, NULL, f.url), f.merged_into
    FROM feed f JOIN feed_poll p ON p.feed_id = f.id";

fn row(row: &Row) -> rusqlite::Result<FeedRow> {
    Ok(FeedRow {
        id: FeedId(row.get(0)?),
        url: row.get(1)?,
        title: row.get(2)?,
        site_url: row.get(3)?,
        tags: from_json(row.get_ref(4)?.as_str()?),
        origin: origin_of(row.get_ref(5)?.as_str()?),
        subscribed: row.get(6)?,
        state: FeedState::from_name(row.get_ref(7)?.as_str()?).unwrap_or_default(),
        last_status: row.get(8)?,
        last_error: row.get(9)?,
        failures: count32(row.get(10)?),
        last_polled_at: row.get::<_, Option<i64>>(11)?.map(time),
        next_poll_at: row.get::<_, Option<i64>>(12)?.map(time),
        next_poll_reason: row.get(13)?,
        interval_s: row.get(14)?,
        entries: count(row.get(15)?),
        last_new_at: row.get::<_, Option<i64>>(16)?.map(time),
        listed_url: row.get(17)?,
        merged_into: row.get::<_, Option<i64>>(18)?.map(FeedId),
    })
}

/// All feeds ever subscribed to, present ones first.
pub(super) fn all(conn: &Connection) -> Result<Vec<FeedRow>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{ROW} ORDER BY NOT f.subscribed, f.id"))?;
    Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
}

/// At most `n` subscriptions: those in trouble, then those polled next. Entries are counted of these alone.
pub(super) fn worst(conn: &Connection, n: usize) -> Result<Vec<FeedRow>, StoreError> {
    let order = "ORDER BY CASE WHEN p.state = 'gone' THEN 2 WHEN f.paused OR f.merged_into IS NOT NULL THEN 4
            WHEN p.state = 'failing' THEN 0 WHEN p.state = 'blocked' THEN 1 ELSE 3 END,
        p.failures DESC, p.next_poll_at IS NULL, p.next_poll_at, f.id";
    let mut statement = conn.prepare_cached(&format!(
        "{ROW} WHERE f.id IN (SELECT f.id FROM feed f JOIN feed_poll p ON p.feed_id = f.id WHERE f.subscribed {order} LIMIT ?1) {order}"
    ))?;
    Ok(statement.query_map([super::values::limit(n)], row)?.collect::<Result<_, _>>()?)
}

fn by_id(conn: &Connection, id: FeedId) -> Result<Option<FeedRow>, StoreError> {
    Ok(conn.prepare_cached(&format!("{ROW} WHERE f.id = ?1"))?.query_row([id.0], row).optional()?)
}

/// By number, by address, else by a part of title or address in any case: then there may be several. A number is nothing else: no port of an
/// address is meant by it.
pub(super) fn find(conn: &Connection, what: &str) -> Result<Vec<FeedRow>, StoreError> {
    let what = what.trim();
    if let Ok(id) = what.parse() {
        return Ok(by_id(conn, FeedId(id))?.into_iter().collect());
    }
    let address = url::Url::parse(what).map_or_else(|_| what.to_owned(), String::from);
    let exact = conn
        .prepare_cached(&format!(
            "{ROW} WHERE ?1 IN (f.url, f.moved_to) ORDER BY NOT f.subscribed, f.url <> ?1, f.merged_into IS NOT NULL"
        ))?
        .query_row([address], row)
        .optional()?;
    if let Some(found) = exact {
        return Ok(vec![found]);
    }
    let part = what.to_lowercase();
    let mut found = all(conn)?;
    found.retain(|feed| {
        feed.subscribed
            && !part.is_empty()
            && [Some(&feed.title), Some(&feed.url), feed.listed_url.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().contains(&part))
    });
    Ok(found)
}

/// What commands added and is still subscribed to.
pub(super) fn managed(conn: &Connection) -> Result<Vec<ManagedFeed>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, url, title, tags, priority, settings FROM feed WHERE origin = 'managed' AND subscribed ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(ManagedFeed {
            id: FeedId(row.get(0)?),
            url: row.get(1)?,
            title: row.get(2)?,
            tags: from_json(row.get_ref(3)?.as_str()?),
            priority: row.get(4)?,
            settings: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Kind and detail of each.
pub(super) fn faults(conn: &Connection, feed: FeedId) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT fault.value ->> 'kind', fault.value ->> 'detail' FROM feed, json_each(feed.faults) fault WHERE feed.id = ?1 ORDER BY fault.id",
    )?;
    let rows = statement.query_map([feed.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Newest first.
pub(super) fn polls(conn: &Connection, feed: FeedId, n: usize) -> Result<Vec<PollRecord>, StoreError> {
    // The ring is in the order of its places: asked by its feed alone it would be read whole.
    let mut statement = conn.prepare_cached(
        "WITH RECURSIVE place(slot) AS (VALUES (0) UNION ALL SELECT slot + 1 FROM place WHERE slot + 1 < ?3)
         SELECT p.at, p.status, p.outcome, p.bytes, p.duration_ms
         FROM place CROSS JOIN poll p ON p.slot = place.slot AND p.feed_id = ?1 ORDER BY p.at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((feed.0, super::values::limit(n), POLLS_KEPT), |row| {
        Ok(PollRecord {
            at: time(row.get(0)?),
            status: row.get(1)?,
            outcome: row.get(2)?,
            bytes: count(row.get(3)?),
            duration: super::values::span(row.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
