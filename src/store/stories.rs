//! Stories: who reports the same. The store finds what an entry may be compared with, the folder decides, the store obeys.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::explain::{self, EntryRow};
use super::values::{json as json_text, limit, ms, time};
use super::writer::Tx;
use super::{Store, StoreError, prints};
use crate::model::{Decision, EntryId, FeedId, Fingerprint, Join, Member, Role, StoryId, Verdict};
use serde_json::json;

/// Folds of one headline that are judged again.
const REPAIRED: usize = 256;

/// The founder and those that joined it, `?1` being the story. Two halves, so that each has its index.
macro_rules! select_members {
    ($what:literal) => {
        concat!("SELECT ", $what, " FROM entry m WHERE (m.id = ?1 OR (m.story_id = ?1 AND m.story_id <> m.id))")
    };
}
pub(super) use select_members;

/// That outputs may show the entry called `$entry`: it is released, and was not removed.
macro_rules! shown {
    ($entry:literal) => {
        concat!($entry, ".received_at IS NOT NULL AND ", $entry, ".state <> 'removed'")
    };
}
pub(super) use shown;

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
    /// Why they are one.
    pub folds: Vec<Fold>,
}

/// Why an entry is in a story that another founded.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Fold {
    /// The entry.
    pub entry: EntryId,
    /// The one it was folded with.
    pub with: EntryId,
    /// A person said so.
    pub by_hand: bool,
    /// One line for people; `None`: it was folded with another that is not of the story any more.
    pub reason: Option<String>,
}

impl Store {
    /// Why the entries of a story are one, of the first `n` that joined it.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn folds(&self, story: StoryId, n: usize) -> Result<Vec<Fold>, StoreError> {
        self.inner.readers.run(move |conn| folds(conn, story, n)).await
    }
}

/// What becomes of `subject` among what is stored.
pub(super) fn seek(tx: &Tx, subject: &Member) -> Result<Verdict, StoreError> {
    let folder = tx.folds.get()?;
    let others = prints::others(tx, folder.as_ref(), subject)?;
    let mut others = folder.relevant(subject, others);
    let mut forerunners = prints::Forerunners::new(tx.conn, Some(subject.story));
    for other in &mut others {
        forerunners.count(other)?;
    }
    Ok(folder.judge(subject, &others))
}

/// A new entry, stored under the story that `verdict` says, becomes part of it in every other respect.
pub(super) fn arrived(tx: &Tx, subject: &Member, verdict: &Verdict, at: Timestamp) -> Result<(), StoreError> {
    let role = Role { founds: verdict.join.is_none(), is_echo: verdict.is_echo };
    prints::remember(tx, subject.entry, &subject.print, role)?;
    if let Some(join) = &verdict.join {
        joined(tx, (subject.feed, subject.entry), join, false, at)?;
        let span = "UPDATE story SET first_seen_at = min(first_seen_at, ?2), last_seen_at = max(last_seen_at, ?2) WHERE id = ?1";
        tx.run(span, (join.story.0, ms(at)))?;
        lead_among(tx, join.story, Some(subject.entry))?;
        return bridged(tx, verdict, at);
    }
    found(tx, subject.entry, at)?;
    if let Some((entry, reason)) = &verdict.apart {
        let reason = format!("kept apart from entry {}: {reason}", entry.0);
        decide(tx, subject.feed, subject.entry, "apart", reason, json!({ "entry": entry }), at)?;
    }
    // The third story of a headline shows that it is a series: then its first ones are looked at again.
    if subject.form_stories == 2 { repair(tx, &subject.print, at) } else { Ok(()) }
}

/// A new entry founds a story of its own.
fn found(tx: &Tx, entry: EntryId, at: Timestamp) -> Result<(), StoreError> {
    tx.run("INSERT INTO story (id, lead_entry_id, first_seen_at, last_seen_at) VALUES (?1, ?1, ?2, ?2)", (entry.0, ms(at)))?;
    Ok(())
}

/// Notes why an entry is in the story that it points to. What a person said stays said.
fn joined(tx: &Tx, (feed, entry): (FeedId, EntryId), join: &Join, by_hand: bool, at: Timestamp) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO fold (entry_id, with_id, by_hand) VALUES (?1, ?2, ?3)
         ON CONFLICT (entry_id) DO UPDATE SET with_id = excluded.with_id, by_hand = max(by_hand, excluded.by_hand)",
        (entry.0, join.with.0, by_hand),
    )?;
    let evidence = json!({ "story": join.story, "with": join.with, "because": join.evidence });
    decide(tx, feed, entry, "folded", join.reason.clone(), evidence, at)
}

/// Entries that were alone follow the one that shows where they belong.
fn bridged(tx: &Tx, verdict: &Verdict, at: Timestamp) -> Result<(), StoreError> {
    for (entry, join) in &verdict.bridged {
        if !are_parted(tx, *entry, join.story)? {
            move_all(tx, *entry, join, false, at)?;
        }
    }
    Ok(())
}

/// Whether somebody of the story that `founder` founded was taken apart from somebody of the other.
fn are_parted(tx: &Tx, founder: EntryId, story: StoryId) -> Result<bool, StoreError> {
    for member in members(tx.conn, StoryId(founder.0))? {
        if prints::is_parted(tx.conn, member, story)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries of a story, by age.
pub(super) fn members(conn: &Connection, story: StoryId) -> Result<Vec<EntryId>, StoreError> {
    let mut find = conn.prepare_cached(concat!(select_members!("m.id"), " ORDER BY m.id"))?;
    let found = find.query_map([story.0], |row| row.get(0).map(EntryId))?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Moves a founder with all of its story; the others stay folded as they were.
pub(super) fn move_all(tx: &Tx, founder: EntryId, join: &Join, by_hand: bool, at: Timestamp) -> Result<(), StoreError> {
    let feed = tx.conn.prepare_cached("SELECT feed_id FROM entry WHERE id = ?1")?.query_row([founder.0], |row| row.get(0))?;
    tx.run("DELETE FROM story WHERE id = ?1", [founder.0])?;
    tx.run("UPDATE entry SET story_id = ?2 WHERE story_id = ?1 AND story_id <> id", (founder.0, join.story.0))?;
    tx.run("UPDATE entry SET story_id = ?2 WHERE id = ?1", (founder.0, join.story.0))?;
    joined(tx, (FeedId(feed), founder), join, by_hand, at)?;
    settle(tx, join.story)
}

/// Dates a story by its members and chooses who leads it, after some came or went.
fn settle(tx: &Tx, story: StoryId) -> Result<(), StoreError> {
    tx.run(
        concat!(
            "UPDATE story SET (first_seen_at, last_seen_at) = (SELECT min(first_seen_at), max(first_seen_at) FROM (",
            select_members!("m.first_seen_at"),
            ")) WHERE id = ?1"
        ),
        [story.0],
    )?;
    tx.outputs_changed();
    lead(tx, story)
}

/// Gives the founder of a story another chance to find the story it belongs to, because its page told more of it: while it is alone, or
/// no output has shown anything of its story. Then all of that goes with it.
pub(super) fn look_again(tx: &Tx, founder: EntryId, at: Timestamp) -> Result<(), StoreError> {
    let subject = prints::member(tx.conn, founder, Some(StoryId(founder.0)))?;
    let Some(subject) = subject.filter(|subject| subject.story.0 == founder.0) else { return Ok(()) };
    if !subject.is_alone && is_released(tx, founder)? {
        return Ok(());
    }
    let verdict = seek(tx, &subject)?;
    if let Some(join) = &verdict.join
        && !are_parted(tx, founder, join.story)?
    {
        move_all(tx, founder, join, false, at)?;
    }
    bridged(tx, &verdict, at)
}

fn is_released(tx: &Tx, founder: EntryId) -> Result<bool, StoreError> {
    let mut released = tx.conn.prepare_cached(concat!(select_members!("1"), " AND m.received_at IS NOT NULL"))?;
    Ok(released.exists([founder.0])?)
}

/// Judges the folds of a headline form again that turns out to be a series.
fn repair(tx: &Tx, print: &Fingerprint, at: Timestamp) -> Result<(), StoreError> {
    let formed = prints::of_form(tx.conn, print)?;
    let formed: Vec<i64> = formed.into_iter().map(|(entry, _)| entry.0).collect();
    let mut folds = tx.conn.prepare_cached(
        "SELECT entry_id, with_id FROM fold WHERE by_hand = 0
            AND (entry_id IN (SELECT value FROM json_each(?1)) OR with_id IN (SELECT value FROM json_each(?1)))
         ORDER BY entry_id DESC LIMIT ?2",
    )?;
    let folds = folds
        .query_map((json_text(&formed), limit(REPAIRED)), |row| Ok((EntryId(row.get(0)?), EntryId(row.get(1)?))))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut forerunners = prints::Forerunners::new(tx.conn, None);
    for (entry, with) in folds {
        let (one, other) = (forerunners.member(entry)?, forerunners.member(with)?);
        let Some((one, other)) = one.zip(other).filter(|(one, other)| one.story == other.story) else { continue };
        let objection = tx.folds.get()?.objection(&one, &other);
        if let Some(reason) = objection {
            // What came by it are its copies, not the other's; and the next copy does not bring it back.
            let followers = followers(tx, one.story, entry)?;
            let reason = format!("shown again, it turned out to be a series: {reason}");
            part(tx, (one.feed, entry), &followers, one.story, (&reason, "series"), at)?;
            tx.run("INSERT OR IGNORE INTO parted (one, other) VALUES (?1, ?2)", (entry.0.min(with.0), entry.0.max(with.0)))?;
        }
    }
    Ok(())
}

/// Those of a story that were folded with `entry`, or with one that was.
pub(super) fn followers(tx: &Tx, story: StoryId, entry: EntryId) -> Result<Vec<EntryId>, StoreError> {
    let mut find = tx.conn.prepare_cached(
        "WITH RECURSIVE follower (id) AS (
            SELECT f.entry_id FROM fold f JOIN entry e ON e.id = f.entry_id WHERE f.with_id = ?2 AND e.story_id = ?1
            UNION SELECT f.entry_id FROM follower JOIN fold f ON f.with_id = follower.id JOIN entry e ON e.id = f.entry_id
            WHERE e.story_id = ?1)
         SELECT id FROM follower WHERE id <> ?1 AND id <> ?2",
    )?;
    let found = find.query_map((story.0, entry.0), |row| row.get(0).map(EntryId))?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Takes an entry out of a story that another founded, with some that follow it.
pub(super) fn part(
    tx: &Tx,
    (feed, entry): (FeedId, EntryId),
    followers: &[EntryId],
    story: StoryId,
    (reason, by): (&str, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run("UPDATE entry SET story_id = id WHERE id = ?1", [entry.0])?;
    found_anew(tx, entry)?;
    for follower in followers {
        tx.run("UPDATE entry SET story_id = ?2 WHERE id = ?1", (follower.0, entry.0))?;
    }
    fold_with(tx, story, entry)?;
    settle(tx, story)?;
    settle(tx, StoryId(entry.0))?;
    decide(tx, feed, entry, "unfolded", reason.to_owned(), json!({ "story": story, "by": by }), at)
}

/// Takes a founder out of its story: the oldest of the `others` founds theirs anew.
pub(super) fn leave(tx: &Tx, founder: EntryId, others: &[EntryId]) -> Result<(), StoreError> {
    let Some(heir) = others.iter().min() else { return Ok(()) };
    tx.run("UPDATE entry SET story_id = ?2 WHERE story_id = ?1 AND story_id <> id", (founder.0, heir.0))?;
    found_anew(tx, *heir)?;
    fold_with(tx, StoryId(heir.0), founder)?;
    settle(tx, StoryId(heir.0))?;
    settle(tx, StoryId(founder.0))
}

/// Those of a story that were folded with an entry which is not of it any more are folded with its founder.
fn fold_with(tx: &Tx, story: StoryId, gone: EntryId) -> Result<(), StoreError> {
    tx.run(
        "UPDATE fold SET with_id = ?1 WHERE with_id = ?2 AND entry_id <> ?1
            AND entry_id IN (SELECT id FROM entry WHERE story_id = ?1 AND story_id <> id)",
        (story.0, gone.0),
    )?;
    Ok(())
}

/// A stored entry founds a story of its own.
fn found_anew(tx: &Tx, entry: EntryId) -> Result<(), StoreError> {
    tx.run("DELETE FROM fold WHERE entry_id = ?1", [entry.0])?;
    tx.run(
        "INSERT INTO story (id, lead_entry_id, first_seen_at, last_seen_at)
         SELECT id, id, first_seen_at, first_seen_at FROM entry WHERE id = ?1",
        [entry.0],
    )?;
    Ok(())
}

pub(super) fn decide(
    tx: &Tx,
    feed: FeedId,
    entry: EntryId,
    kind: &str,
    reason: String,
    evidence: serde_json::Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    explain::decide(tx, &Decision { at, feed: Some(feed), entry: Some(entry), kind: kind.to_owned(), reason, evidence })
}

/// Chooses who stands for a story: by the feed's priority, then who was first, then who tells most.
pub(super) fn lead(tx: &Tx, story: StoryId) -> Result<(), StoreError> {
    lead_among(tx, story, None)
}

/// The same where only `newcomer` can have changed that: the texts of all others are not measured for each that joins.
fn lead_among(tx: &Tx, story: StoryId, newcomer: Option<EntryId>) -> Result<(), StoreError> {
    let moved = tx.run(
        concat!(
            "UPDATE story SET lead_entry_id = best.id FROM (SELECT m.id FROM (",
            select_members!("m.id, m.feed_id, m.first_seen_at, m.published_at, m.article_id"),
            ") m JOIN feed f ON f.id = m.feed_id LEFT JOIN article a ON a.id = m.article_id
             WHERE ?2 IS NULL OR m.id IN (?2, (SELECT s.lead_entry_id FROM story s WHERE s.id = ?1))
             ORDER BY f.priority DESC, m.first_seen_at, coalesce(m.published_at, m.first_seen_at),
                max((SELECT length(e.text) FROM entry e WHERE e.id = m.id), coalesce(length(a.text), 0)) DESC, m.id LIMIT 1) best
             WHERE story.id = ?1 AND story.lead_entry_id <> best.id"
        ),
        (story.0, newcomer.map(|entry| entry.0)),
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
    let ids = members(conn, id)?;
    let mut members = Vec::with_capacity(ids.len());
    for member in ids {
        members.extend(explain::entry(conn, member)?);
    }
    members.sort_by_key(|member| (member.id != lead, member.id));
    let founding_id = members.iter().find(|member| member.id.0 == id.0).map(|member| member.public_id.clone());
    let folds = folds(conn, id, usize::MAX)?;
    Ok(Some(StoryView { id, founding_id: founding_id.unwrap_or_default(), lead, first_seen, last_seen, members, folds }))
}

/// Why the entries of a story are one: of the first `n` that joined it.
pub(super) fn folds(conn: &Connection, id: StoryId, n: usize) -> Result<Vec<Fold>, StoreError> {
    let mut folds = conn.prepare_cached(
        "SELECT f.entry_id, f.with_id, f.by_hand,
            (SELECT d.reason FROM decision d WHERE d.entry_id = f.entry_id AND d.kind = 'folded'
                AND json_extract(d.evidence, '$.with') = f.with_id ORDER BY d.id DESC LIMIT 1)
         FROM fold f JOIN entry m ON m.id = f.entry_id WHERE m.story_id = ?1 AND m.story_id <> m.id ORDER BY f.entry_id LIMIT ?2",
    )?;
    let folds = folds.query_map((id.0, limit(n)), |row| {
        Ok(Fold { entry: EntryId(row.get(0)?), with: EntryId(row.get(1)?), by_hand: row.get(2)?, reason: row.get(3)? })
    })?;
    Ok(folds.collect::<Result<_, _>>()?)
}

/// The story an entry belongs to.
pub(super) fn of_entry(conn: &Connection, entry: EntryId) -> Result<Option<StoryId>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT story_id FROM entry WHERE id = ?1")?;
    Ok(statement.query_row([entry.0], |row| row.get(0)).optional()?.map(StoryId))
}
