//! Fingerprints as they are stored, and entries as folding looks at them.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::StoreError;
use super::values::{limit, time};
use super::writer::Tx;
use crate::model::{EntryId, FeedId, Fingerprint, Folder, Member, NewEntry, Role, StoryId, host_of};

/// Entries of one headline form, or at one address, that are looked at: the newest.
const MANY: usize = 64;
/// Those of them that are compared, each of another story.
const COMPARED: usize = 4;
/// Entries of one story, beside its founder.
const MOST_IN_STORY: usize = 500;

/// From the column `at` on: form, headline, host, text.
pub(super) fn fingerprint(row: &Row, at: usize) -> rusqlite::Result<Fingerprint> {
    Ok(Fingerprint { form: row.get(at)?, headline: row.get(at + 1)?, host: row.get(at + 2)?, text: row.get(at + 3)? })
}

/// Stores and remembers the text of a new entry.
pub(super) fn remember(tx: &Tx, entry: EntryId, print: &Fingerprint, role: Role) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO print (entry_id, form, headline, host, founds, is_echo, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![entry.0, print.form, print.headline, print.host, role.founds, role.is_echo, print.text],
    )?;
    tx.folds.get()?.remember(entry, print, None, role);
    Ok(())
}

/// A fingerprint that was replaced, and is to be remembered once it is known what the entry became.
pub(super) struct Replaced {
    entry: EntryId,
    before: Fingerprint,
    print: Fingerprint,
    is_echo: bool,
}

/// Stores what is compared of an entry whose text or headline is another now. Entries of stores from before have none; that is left so.
pub(super) fn replace(tx: &Tx, entry: EntryId, change: impl Fn(&mut Fingerprint)) -> Result<Option<Replaced>, StoreError> {
    let known = tx
        .conn
        .prepare_cached("SELECT form, headline, host, text, is_echo FROM print WHERE entry_id = ?1")?
        .query_row([entry.0], |row| Ok((fingerprint(row, 0)?, row.get(4)?)))
        .optional()?;
    let Some((before, is_echo)) = known else { return Ok(None) };
    let mut print = before.clone();
    change(&mut print);
    if print == before {
        return Ok(None);
    }
    tx.run(
        "UPDATE print SET form = ?2, headline = ?3, host = ?4, text = ?5 WHERE entry_id = ?1",
        params![entry.0, print.form, print.headline, print.host, print.text],
    )?;
    Ok(Some(Replaced { entry, before, print, is_echo }))
}

/// Remembers it.
pub(super) fn remember_again(tx: &Tx, replaced: &Replaced) -> Result<(), StoreError> {
    let Replaced { entry, before, print, is_echo } = replaced;
    let founds = tx.conn.prepare_cached("SELECT 1 FROM entry WHERE id = ?1 AND story_id = id")?.exists([entry.0])?;
    // After a restart it is counted as what it is now.
    tx.run("UPDATE print SET founds = ?2 WHERE entry_id = ?1 AND founds <> ?2", (entry.0, founds))?;
    tx.folds.get()?.remember(*entry, print, Some(before), Role { founds, is_echo: *is_echo });
    Ok(())
}

// === entries as folding looks at them ===

// An entry from before fingerprints were kept has its address all the same.
const MEMBER: &str = "SELECT e.id, e.story_id, e.feed_id, (SELECT f.url FROM feed f WHERE f.id = e.feed_id), e.guid,
    coalesce(e.believed_url, e.canonical_url), e.foldable, e.title, e.first_seen_at,
    e.story_id = e.id AND NOT EXISTS (SELECT 1 FROM entry m WHERE m.story_id = e.id AND m.story_id <> m.id),
    coalesce(p.form, 0), coalesce(p.headline, 0), coalesce(p.host, 0), coalesce(p.text, x'')
    FROM entry e LEFT JOIN print p ON p.entry_id = e.id WHERE e.id = ?1 AND e.state <> 'removed'";

/// One entry as folding looks at it, but for what is counted of it.
fn uncounted(conn: &Connection, id: EntryId) -> Result<Option<Member>, StoreError> {
    let mut statement = conn.prepare_cached(MEMBER)?;
    let found = statement.query_row([id.0], |row| {
        Ok(Member {
            entry: EntryId(row.get(0)?),
            story: StoryId(row.get(1)?),
            is_alone: row.get(9)?,
            feed: FeedId(row.get(2)?),
            publisher: host_of(row.get_ref(3)?.as_str()?),
            guid: row.get(4)?,
            canonical_url: row.get(5)?,
            foldable: row.get(6)?,
            title: row.get(7)?,
            first_seen: time(row.get(8)?),
            print: fingerprint(row, 10)?,
            form_stories: 0,
            address_stories: 0,
        })
    });
    Ok(found.optional()?)
}

/// One entry as folding looks at it. `except`: a story that does not count among its forerunners: nobody is his own.
pub(super) fn member(conn: &Connection, id: EntryId, except: Option<StoryId>) -> Result<Option<Member>, StoreError> {
    Forerunners::new(conn, except).member(id)
}

/// What sites printed before under a headline or an address: each is asked once.
pub(super) struct Forerunners<'c> {
    conn: &'c Connection,
    except: Option<StoryId>,
    formed: HashMap<(i64, i64), usize>,
    at_address: HashMap<String, usize>,
}

impl<'c> Forerunners<'c> {
    pub(super) fn new(conn: &'c Connection, except: Option<StoryId>) -> Self {
        Self { conn, except, formed: HashMap::new(), at_address: HashMap::new() }
    }

    pub(super) fn member(&mut self, id: EntryId) -> Result<Option<Member>, StoreError> {
        let Some(mut member) = uncounted(self.conn, id)? else { return Ok(None) };
        self.count(&mut member)?;
        Ok(Some(member))
    }

    /// Fills in the stories of its headline and of its address.
    pub(super) fn count(&mut self, member: &mut Member) -> Result<(), StoreError> {
        let form = (member.print.form, member.print.host);
        member.form_stories = match self.formed.get(&form) {
            Some(known) => *known,
            None => {
                let stories = of_form(self.conn, &member.print)?.into_iter().map(|(_, story)| story);
                *self.formed.entry(form).or_insert(distinct(stories, self.except))
            }
        };
        let address = member.canonical_url.clone().unwrap_or_default();
        member.address_stories = match self.at_address.get(&address) {
            Some(known) => *known,
            None => {
                let stories = at_address(self.conn, member)?.into_iter().map(|(_, story)| story);
                *self.at_address.entry(address).or_insert(distinct(stories, self.except))
            }
        };
        Ok(())
    }
}

fn distinct(stories: impl Iterator<Item = StoryId>, except: Option<StoryId>) -> usize {
    let mut stories: Vec<StoryId> = stories.filter(|story| Some(*story) != except).collect();
    stories.sort_unstable();
    stories.dedup();
    stories.len()
}

/// The same of an entry that is about to be stored.
pub(super) fn of_new(
    conn: &Connection,
    (feed, entry): (FeedId, EntryId),
    new: &NewEntry,
    first_seen: Timestamp,
) -> Result<Member, StoreError> {
    let publisher = conn
        .prepare_cached("SELECT url FROM feed WHERE id = ?1")?
        .query_row([feed.0], |row| Ok(host_of(row.get_ref(0)?.as_str()?)))?;
    let mut member = Member {
        entry,
        story: StoryId(entry.0),
        is_alone: true,
        feed,
        publisher,
        guid: new.text.guid.clone(),
        canonical_url: new.text.canonical_url.clone(),
        foldable: new.foldable,
        title: new.text.title.clone(),
        first_seen,
        print: new.print.clone(),
        form_stories: 0,
        address_stories: 0,
    };
    Forerunners::new(conn, None).count(&mut member)?;
    Ok(member)
}

/// The newest entries of its site under its form of headline.
pub(super) fn of_form(conn: &Connection, print: &Fingerprint) -> Result<Vec<(EntryId, StoryId)>, StoreError> {
    let formed = "SELECT p.entry_id, e.story_id FROM print p JOIN entry e ON e.id = p.entry_id
         WHERE p.form = ?1 AND p.form <> 0 AND p.host = ?2 ORDER BY p.entry_id DESC LIMIT ?3";
    pairs(conn, formed, (print.form, print.host, limit(MANY)))
}

/// The newest entries under its headline, of any site.
fn under_headline(conn: &Connection, print: &Fingerprint) -> Result<Vec<(EntryId, StoryId)>, StoreError> {
    let headed = "SELECT p.entry_id, e.story_id FROM print p JOIN entry e ON e.id = p.entry_id
         WHERE p.headline = ?1 AND p.form = ?2 AND p.form <> 0 ORDER BY p.entry_id DESC LIMIT ?3";
    pairs(conn, headed, (print.headline, print.form, limit(MANY)))
}

fn pairs(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<(EntryId, StoryId)>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| Ok((EntryId(row.get(0)?), StoryId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest entries at its address.
fn at_address(conn: &Connection, member: &Member) -> Result<Vec<(EntryId, StoryId)>, StoreError> {
    let Some(address) = member.canonical_url.as_deref().filter(|_| member.foldable) else { return Ok(Vec::new()) };
    let there = "SELECT id, story_id FROM entry WHERE coalesce(believed_url, canonical_url) = ?1 AND foldable = 1 ORDER BY id DESC LIMIT ?2";
    pairs(conn, there, (address, limit(MANY)))
}

/// What `subject` is to be compared with: by text, by address, by headline; nothing of its own story, and nothing that a person said is
/// another. They are not counted yet.
pub(super) fn others(tx: &Tx, folder: &dyn Folder, subject: &Member) -> Result<Vec<Member>, StoreError> {
    let mut stored = Vec::new();
    let mut postings = tx.conn.prepare_cached("SELECT entry_id FROM posting WHERE run = ?1 ORDER BY entry_id DESC LIMIT ?2")?;
    for run in folder.sought(subject) {
        let entries = postings.query_map(params![run, limit(MANY)], |row| row.get(0).map(EntryId))?;
        for entry in entries {
            stored.push((run, entry?));
        }
    }
    let mut ids = likely(tx, folder, subject, folder.candidates(subject, &stored))?;
    ids.extend(one_a_story(at_address(tx.conn, subject)?));
    ids.extend(one_a_story(under_headline(tx.conn, &subject.print)?));
    let was_parted = has_parted(tx.conn, subject.entry)?;
    let mut others: Vec<Member> = Vec::new();
    for id in ids {
        if id == subject.entry || others.iter().any(|other| other.entry == id) {
            continue;
        }
        let Some(other) = uncounted(tx.conn, id)?.filter(|other| other.story != subject.story) else { continue };
        let is_barred = was_parted && is_parted(tx.conn, subject.entry, other.story)?;
        if !is_barred && (other.is_alone || !is_full(tx.conn, other.story)?) {
            others.push(other);
        }
    }
    Ok(others)
}

/// Those of some candidates by their texts of which more is to be read.
fn likely(tx: &Tx, folder: &dyn Folder, subject: &Member, ids: Vec<EntryId>) -> Result<Vec<EntryId>, StoreError> {
    let mut prints = tx.conn.prepare_cached("SELECT form, headline, host, text FROM print WHERE entry_id = ?1")?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(prints.query_row([id.0], |row| Ok((id, fingerprint(row, 0)?))).optional()?);
    }
    Ok(folder.likely(subject, found))
}

/// The newest entries of some stories: a story of many does not take the places of others.
fn one_a_story(mut found: Vec<(EntryId, StoryId)>) -> impl Iterator<Item = EntryId> {
    let mut known: Vec<StoryId> = Vec::new();
    found.retain(|(_, story)| {
        !known.contains(story) && (known.len() < COMPARED) && {
            known.push(*story);
            true
        }
    });
    found.into_iter().map(|(entry, _)| entry)
}

/// A story of so many entries is none that anybody reads: what comes then is told anew.
fn is_full(conn: &Connection, story: StoryId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM entry WHERE story_id = ?1 AND story_id <> id LIMIT 1 OFFSET ?2")?;
    Ok(statement.exists((story.0, limit(MOST_IN_STORY - 1)))?)
}

/// Whether a person took an entry apart from any other.
fn has_parted(conn: &Connection, entry: EntryId) -> Result<bool, StoreError> {
    // Two halves: for an OR SQLite makes a table in memory, for each new entry.
    let parted = "SELECT 1 FROM parted WHERE one = ?1 UNION ALL SELECT 1 FROM parted WHERE other = ?1";
    Ok(conn.prepare_cached(parted)?.exists([entry.0])?)
}

/// Whether a person said that an entry is not of a story.
pub(super) fn is_parted(conn: &Connection, entry: EntryId, story: StoryId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM (SELECT other AS id FROM parted WHERE one = ?1 UNION ALL SELECT one FROM parted WHERE other = ?1) p
         JOIN entry e ON e.id = p.id WHERE e.story_id = ?2",
    )?;
    Ok(statement.exists((entry.0, story.0))?)
}
