//! What people say of stories: it lasts, and is never undone by what folding thinks.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::writer::Tx;
use super::{StoreError, stories};
use crate::model::{EntryId, FeedId, Join, StoryId};

/// Takes an entry out of its story for good, with all that came with it where a person had put it there; answers the story that the others
/// are. `None`: it was alone.
pub(super) fn split(tx: &Tx, at: Timestamp, entry: EntryId) -> Result<Option<StoryId>, StoreError> {
    let (story, feed) = place(tx, entry)?;
    let was_put = tx.conn.prepare_cached("SELECT 1 FROM fold WHERE entry_id = ?1 AND by_hand = 1")?.exists([entry.0])?;
    let followers = if was_put { stories::followers(tx, story, entry)? } else { Vec::new() };
    let goes = |member: &EntryId| *member == entry || followers.contains(member);
    let others: Vec<EntryId> = stories::members(tx.conn, story)?.into_iter().filter(|member| !goes(member)).collect();
    let Some(heir) = others.first() else { return Ok(None) };
    for other in &others {
        for gone in followers.iter().chain([&entry]) {
            tx.run("INSERT OR IGNORE INTO parted (one, other) VALUES (?1, ?2)", (gone.0.min(other.0), gone.0.max(other.0)))?;
        }
    }
    let reason = "taken out of its story by hand";
    if story.0 == entry.0 {
        stories::leave(tx, entry, &others)?;
        let evidence = serde_json::json!({ "story": heir, "by": "hand" });
        stories::decide(tx, feed, entry, "unfolded", reason.to_owned(), evidence, at)?;
        return Ok(Some(StoryId(heir.0)));
    }
    stories::part(tx, (feed, entry), &followers, story, (reason, "hand"), at)?;
    Ok(Some(story))
}

/// Puts the story of `other` into that of `entry` for good; answers that. `None`: they are one already.
pub(super) fn join(tx: &Tx, at: Timestamp, entry: EntryId, other: EntryId) -> Result<Option<StoryId>, StoreError> {
    let ((story, _), (moves, _)) = (place(tx, entry)?, place(tx, other)?);
    if story == moves {
        return Ok(None);
    }
    let others = stories::members(tx.conn, story)?;
    for one in stories::members(tx.conn, moves)? {
        for other in &others {
            tx.run("DELETE FROM parted WHERE one = ?1 AND other = ?2", (one.0.min(other.0), one.0.max(other.0)))?;
        }
    }
    // What `entry` is in this story by is not to be undone either: then `other` would stay with strangers.
    tx.run("UPDATE fold SET by_hand = 1 WHERE entry_id = ?1", [entry.0])?;
    let reason = "put into this story by hand".to_owned();
    let join = Join { story, with: entry, reason, evidence: serde_json::json!({ "by": "hand" }) };
    stories::move_all(tx, EntryId(moves.0), &join, true, at)?;
    Ok(Some(story))
}

fn place(tx: &Tx, entry: EntryId) -> Result<(StoryId, FeedId), StoreError> {
    let mut find = tx.conn.prepare_cached("SELECT story_id, feed_id FROM entry WHERE id = ?1 AND state <> 'removed'")?;
    let found = find.query_row([entry.0], |row| Ok((StoryId(row.get(0)?), FeedId(row.get(1)?)))).optional()?;
    found.ok_or_else(|| StoreError::NoSuch(format!("entry {}", entry.0)))
}
