//! Stories: who reports the same. The store finds neighbours, the given function decides, the store obeys.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::explain::{self, EntryRow};
use super::values::{limit, ms, time};
use super::writer::Tx;
use crate::model::{Decision, EntryId, FeedId, Join, Neighbour, StoryId, Subject};

/// Entries at one address that are looked at, newest first.
const NEIGHBOURS: usize = 20;

/// The founder and those that joined it, `?1` being the story. Two halves, so that each has its index.
macro_rules! members {
    ($what:literal) => {
        concat!("SELECT ", $what, " FROM entry m WHERE m.id = ?1 OR (m.story_id = ?1 AND m.story_id <> m.id)")
    };
}

/// One story with all its entries.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StoryView {
    /// Which.
    pub id: StoryId,
    /// What a folded story is called in outputs: the public id of its founding entry.
    pub founding_id: String,
    /// Who stands for it.
    pub lead: EntryId,
    /// When its first entry was seen.
    pub first_seen: Timestamp,
    /// When its last entry was seen first.
    pub last_seen: Timestamp,
    /// The lead first, then by age.
    pub members: Vec<EntryRow>,
}

/// Whether `subject`, the founder or about to be the founder of the story `id`, joins another feed's story.
pub(super) fn find(tx: &Tx, id: EntryId, subject: &Subject) -> Result<Option<Join>, StoreError> {
    let Some(address) = &subject.canonical_url else { return Ok(None) };
    let mut near = tx.conn.prepare_cached(
        "SELECT id, story_id, title, first_seen_at FROM entry
         WHERE coalesce(believed_url, canonical_url) = ?1 AND foldable = 1 AND feed_id <> ?2 AND story_id <> ?3 AND state <> 'removed'
         ORDER BY id DESC LIMIT ?4",
    )?;
    let mut neighbours = near
        .query_map(params![address, subject.feed.0, id.0, limit(NEIGHBOURS)], |row| {
            Ok(Neighbour {
                entry: EntryId(row.get(0)?),
                story: StoryId(row.get(1)?),
                story_feeds: Vec::new(),
                canonical_url: Some(address.clone()),
                title: row.get(2)?,
                first_seen: time(row.get(3)?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    if neighbours.is_empty() {
        return Ok(None);
    }
    let mut feeds = tx.conn.prepare_cached(members!("DISTINCT m.feed_id"))?;
    for neighbour in &mut neighbours {
        let ids = feeds.query_map([neighbour.story.0], |row| row.get(0).map(FeedId))?;
        neighbour.story_feeds = ids.collect::<Result<_, _>>()?;
    }
    let join = (tx.fold)(subject, &neighbours);
    Ok(join.filter(|join| neighbours.iter().any(|neighbour| neighbour.story == join.story)))
}

/// A new entry founds a story of its own.
pub(super) fn found(tx: &Tx, entry: EntryId, at: Timestamp) -> Result<(), StoreError> {
    tx.run("INSERT INTO story (id, lead_entry_id, first_seen_at, last_seen_at) VALUES (?1, ?1, ?2, ?2)", (entry.0, ms(at)))?;
    Ok(())
}

/// An entry that points to `join.story` already becomes part of it in every other respect.
pub(super) fn joined(tx: &Tx, feed: FeedId, entry: EntryId, join: &Join, at: Timestamp) -> Result<(), StoreError> {
    tx.run("UPDATE story SET last_seen_at = max(last_seen_at, ?2) WHERE id = ?1", (join.story.0, ms(at)))?;
    lead(tx, join.story)?;
    explain::decide(
        tx,
        &Decision {
            at,
            feed: Some(feed),
            entry: Some(entry),
            kind: "folded".to_owned(),
            reason: join.reason.clone(),
            evidence: serde_json::json!({ "story": join.story, "with": join.with, "because": join.evidence }),
        },
    )
}

/// Gives the founder of a story that no output has shown yet another chance to find the story it belongs to, because its
/// page told a better address. Its members lead to the same page, so they go with it.
pub(super) fn move_once(tx: &Tx, founder: EntryId, at: Timestamp) -> Result<bool, StoreError> {
    let row = tx
        .conn
        .prepare_cached(
            "SELECT feed_id, coalesce(believed_url, canonical_url), title, first_seen_at FROM entry e
             WHERE id = ?1 AND foldable = 1 AND received_at IS NULL AND story_id = id
               AND NOT EXISTS (SELECT 1 FROM entry m WHERE m.story_id = ?1 AND m.story_id <> m.id AND m.received_at IS NOT NULL)",
        )?
        .query_row([founder.0], |row| {
            Ok(Subject { feed: FeedId(row.get(0)?), canonical_url: row.get(1)?, title: row.get(2)?, first_seen: time(row.get(3)?) })
        })
        .optional()?;
    let Some(subject) = row else { return Ok(false) };
    let Some(join) = find(tx, founder, &subject)? else { return Ok(false) };
    let mut members = tx.conn.prepare_cached(members!("m.id, m.feed_id"))?;
    let members =
        members.query_map([founder.0], |row| Ok((EntryId(row.get(0)?), FeedId(row.get(1)?))))?.collect::<Result<Vec<_>, _>>()?;
    tx.run("DELETE FROM story WHERE id = ?1", [founder.0])?;
    for (entry, _) in &members {
        tx.run("UPDATE entry SET story_id = ?2 WHERE id = ?1", (entry.0, join.story.0))?;
    }
    for (entry, feed) in members {
        joined(tx, feed, entry, &join, at)?;
    }
    Ok(true)
}

/// Chooses who stands for a story: by the feed's priority, then who was first.
pub(super) fn lead(tx: &Tx, story: StoryId) -> Result<(), StoreError> {
    let moved = tx.run(
        concat!(
            "UPDATE story SET lead_entry_id = best.id FROM (SELECT m.id FROM (",
            members!("m.id, m.feed_id, m.first_seen_at, m.published_at"),
            ") m JOIN feed f ON f.id = m.feed_id
             ORDER BY f.priority DESC, m.first_seen_at, coalesce(m.published_at, m.first_seen_at), m.id LIMIT 1) best
             WHERE story.id = ?1 AND story.lead_entry_id <> best.id"
        ),
        [story.0],
    )?;
    if moved > 0 {
        tx.outputs_changed();
    }
    Ok(())
}

/// The same for all stories that a feed shares with others, after its priority moved.
pub(super) fn lead_again(tx: &Tx, feed: FeedId) -> Result<(), StoreError> {
    let mut shared = tx.conn.prepare_cached(
        "SELECT DISTINCT e.story_id FROM entry e
         WHERE e.feed_id = ?1 AND e.story_id IN (SELECT m.story_id FROM entry m WHERE m.story_id <> m.id)",
    )?;
    let stories = shared.query_map([feed.0], |row| row.get(0).map(StoryId))?.collect::<Result<Vec<_>, _>>()?;
    for story in stories {
        lead(tx, story)?;
    }
    Ok(())
}

/// A story for people.
pub(super) fn view(conn: &Connection, id: StoryId) -> Result<Option<StoryView>, StoreError> {
    let story = conn
        .prepare_cached("SELECT lead_entry_id, first_seen_at, last_seen_at FROM story WHERE id = ?1")?
        .query_row([id.0], |row| Ok((EntryId(row.get(0)?), time(row.get(1)?), time(row.get(2)?))))
        .optional()?;
    let Some((lead, first_seen, last_seen)) = story else { return Ok(None) };
    let mut ids = conn.prepare_cached(members!("m.id"))?;
    let ids = ids.query_map([id.0], |row| row.get(0).map(EntryId))?.collect::<Result<Vec<_>, _>>()?;
    let mut members = Vec::with_capacity(ids.len());
    for member in ids {
        members.extend(explain::entry(conn, member)?);
    }
    members.sort_by_key(|member| (member.id != lead, member.id));
    let founding_id = members.iter().find(|member| member.id.0 == id.0).map(|member| member.public_id.clone());
    Ok(Some(StoryView { id, founding_id: founding_id.unwrap_or_default(), lead, first_seen, last_seen, members }))
}

/// The story an entry belongs to.
pub(super) fn of_entry(conn: &Connection, entry: EntryId) -> Result<Option<StoryId>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT story_id FROM entry WHERE id = ?1")?;
    Ok(statement.query_row([entry.0], |row| row.get(0)).optional()?.map(StoryId))
}
