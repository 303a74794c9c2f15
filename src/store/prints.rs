//! What folding remembers and asks for: fingerprints, and entries as it looks at them.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::values::{limit, ms, time};
use super::writer::Tx;
use crate::model::{EntryId, FeedId, Fingerprint, Folder, Member, NewEntry, Posting, Role, StoryId, host_of};

/// Entries of one headline form, or at one address, that are looked at: the newest.
const MANY: usize = 64;
/// Fingerprints are kept longer than they are compared, so that a weekly column keeps its memory.
const KEPT: Duration = Duration::from_hours(92 * 24);
/// Those of them that are compared.
const COMPARED: usize = 4;

/// The folder with what it remembers. It is warm once it has seen what is stored: a command that stores no entry never pays for that.
pub(super) struct Folds {
    folder: RefCell<Box<dyn Folder>>,
    is_warm: Cell<bool>,
}

impl Folds {
    pub(super) fn new(folder: Box<dyn Folder>) -> Self {
        Self { folder: RefCell::new(folder), is_warm: Cell::new(false) }
    }

    /// The folder, warm.
    pub(super) fn get(&self, conn: &Connection) -> Result<RefMut<'_, Box<dyn Folder>>, StoreError> {
        let mut folder = self.folder.borrow_mut();
        if !self.is_warm.get() {
            warm(conn, folder.as_mut())?;
            self.is_warm.set(true);
        }
        Ok(folder)
    }

    /// See [`Folder::window`].
    fn window(&self) -> Duration {
        self.folder.borrow().window()
    }

    /// See [`Folder::forget_before`].
    fn forget_before(&self, entry: EntryId) {
        self.folder.borrow_mut().forget_before(entry);
    }

    /// What is remembered from here on can be taken back to the answer.
    pub(super) fn mark(&self) -> usize {
        self.folder.borrow().mark()
    }

    pub(super) fn undo(&self, mark: usize) {
        self.folder.borrow_mut().undo(mark);
    }

    pub(super) fn commit(&self) {
        self.folder.borrow_mut().commit();
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

fn warm(conn: &Connection, folder: &mut dyn Folder) -> Result<(), StoreError> {
    let mut all = conn.prepare("SELECT entry_id, form, headline, host, text, founds, is_echo FROM print ORDER BY entry_id")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let role = Role { founds: row.get(5)?, is_echo: row.get(6)? };
        folder.remember(EntryId(row.get(0)?), &fingerprint(row, 1)?, None, role);
        spill(conn, folder.spill())?;
        // What is stored is not taken back with the job that asked first.
        folder.commit();
    }
    Ok(())
}

fn spill(conn: &Connection, postings: Vec<Posting>) -> Result<(), StoreError> {
    if postings.is_empty() {
        return Ok(());
    }
    let mut insert = conn.prepare_cached("INSERT OR IGNORE INTO posting (run, entry_id) VALUES (?1, ?2)")?;
    for (run, entry) in postings {
        insert.execute((run, entry.0))?;
    }
    Ok(())
}

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
    let mut folder = tx.folds.get(tx.conn)?;
    folder.remember(entry, print, None, role);
    spill(tx.conn, folder.spill())
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
    let mut folder = tx.folds.get(tx.conn)?;
    folder.remember(*entry, print, Some(before), Role { founds, is_echo: *is_echo });
    spill(tx.conn, folder.spill())
}

/// Forgets fingerprints that are too old to be compared, and postings as soon as nothing new can be folded with their entries.
pub(super) fn forget(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    let window = tx.folds.window();
    let first = |since: Timestamp| -> Result<i64, StoreError> {
        let mut statement = tx.conn.prepare_cached(
            "SELECT p.entry_id FROM print p JOIN entry e ON e.id = p.entry_id WHERE e.first_seen_at >= ?1
             ORDER BY p.entry_id LIMIT 1",
        )?;
        // None is that young: all are too old.
        Ok(statement.query_row([ms(since)], |row| row.get(0)).optional()?.unwrap_or(i64::MAX))
    };
    tx.run("DELETE FROM print WHERE entry_id < ?1", [first(before(now, window.max(KEPT)))?])?;
    let oldest = first(before(now, window))?;
    tx.run("DELETE FROM posting WHERE entry_id < ?1", [oldest])?;
    tx.folds.forget_before(EntryId(oldest));
    Ok(())
}

// === entries as folding looks at them ===

const MEMBER: &str = "SELECT e.id, e.story_id, e.feed_id, (SELECT f.url FROM feed f WHERE f.id = e.feed_id), e.guid,
    coalesce(e.believed_url, e.canonical_url), e.foldable, e.title, e.first_seen_at,
    e.story_id = e.id AND NOT EXISTS (SELECT 1 FROM entry m WHERE m.story_id = e.id AND m.story_id <> m.id),
    p.form, p.headline, p.host, p.text
    FROM entry e JOIN print p ON p.entry_id = e.id WHERE e.id = ?1 AND e.state <> 'removed'";

/// One entry that can be compared, with what its site printed under its headline and its address.
/// `except`: a story that does not count there: nobody is his own forerunner.
pub(super) fn member(conn: &Connection, id: EntryId, except: Option<StoryId>) -> Result<Option<Member>, StoreError> {
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
    let Some(mut member) = found.optional()? else { return Ok(None) };
    count_stories(conn, &mut member, except)?;
    Ok(Some(member))
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
    count_stories(conn, &mut member, None)?;
    Ok(member)
}

/// Fills in the stories of its headline and of its address.
fn count_stories(conn: &Connection, member: &mut Member, except: Option<StoryId>) -> Result<(), StoreError> {
    let counts = |story: &StoryId| Some(*story) != except;
    let formed = of_form(conn, &member.print)?;
    member.form_stories = distinct(formed.iter().filter(|formed| formed.is_of_host).map(|formed| formed.story).filter(counts));
    member.address_stories = distinct(at_address(conn, member)?.into_iter().map(|(_, story)| story).filter(counts));
    Ok(())
}

fn distinct(stories: impl Iterator<Item = StoryId>) -> usize {
    let mut stories: Vec<StoryId> = stories.collect();
    stories.sort_unstable();
    stories.dedup();
    stories.len()
}

/// An entry under the same form of headline.
pub(super) struct Formed {
    pub(super) entry: EntryId,
    pub(super) story: StoryId,
    pub(super) is_of_host: bool,
    has_headline: bool,
}

/// The newest entries with the headline form of `print`.
pub(super) fn of_form(conn: &Connection, print: &Fingerprint) -> Result<Vec<Formed>, StoreError> {
    if print.form == 0 {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare_cached(
        "SELECT p.entry_id, e.story_id, p.host = ?2, p.headline = ?3 FROM print p JOIN entry e ON e.id = p.entry_id
         WHERE p.form = ?1 AND p.form <> 0 ORDER BY p.entry_id DESC LIMIT ?4",
    )?;
    let rows = statement.query_map(params![print.form, print.host, print.headline, limit(MANY)], |row| {
        Ok(Formed { entry: EntryId(row.get(0)?), story: StoryId(row.get(1)?), is_of_host: row.get(2)?, has_headline: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest entries at its address.
fn at_address(conn: &Connection, member: &Member) -> Result<Vec<(EntryId, StoryId)>, StoreError> {
    let Some(address) = member.canonical_url.as_deref().filter(|_| member.foldable) else { return Ok(Vec::new()) };
    let mut statement = conn.prepare_cached(
        "SELECT id, story_id FROM entry WHERE coalesce(believed_url, canonical_url) = ?1 AND foldable = 1 ORDER BY id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![address, limit(MANY)], |row| Ok((EntryId(row.get(0)?), StoryId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What `subject` is to be compared with: by text, by address, by headline; nothing of its own story, and nothing that a person said is
/// another.
pub(super) fn others(tx: &Tx, folder: &dyn Folder, subject: &Member) -> Result<Vec<Member>, StoreError> {
    let mut stored = Vec::new();
    let mut postings = tx.conn.prepare_cached("SELECT entry_id FROM posting WHERE run = ?1 ORDER BY entry_id DESC LIMIT ?2")?;
    for run in folder.sought(subject) {
        let entries = postings.query_map(params![run, limit(MANY)], |row| row.get(0).map(EntryId))?;
        for entry in entries {
            stored.push((run, entry?));
        }
    }
    let mut ids = folder.candidates(subject, &stored);
    ids.extend(at_address(tx.conn, subject)?.into_iter().map(|(entry, _)| entry).take(COMPARED));
    let formed = of_form(tx.conn, &subject.print)?;
    ids.extend(formed.into_iter().filter(|formed| formed.has_headline).map(|formed| formed.entry).take(COMPARED));
    let mut others: Vec<Member> = Vec::new();
    for id in ids {
        if id == subject.entry || others.iter().any(|other| other.entry == id) {
            continue;
        }
        let Some(other) = member(tx.conn, id, Some(subject.story))?.filter(|other| other.story != subject.story) else { continue };
        if !is_parted(tx.conn, subject.entry, other.story)? {
            others.push(other);
        }
    }
    Ok(others)
}

/// Whether a person said that an entry is not of a story.
pub(super) fn is_parted(conn: &Connection, entry: EntryId, story: StoryId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM (SELECT other AS id FROM parted WHERE one = ?1 UNION ALL SELECT one FROM parted WHERE other = ?1) p
         JOIN entry e ON e.id = p.id WHERE e.story_id = ?2",
    )?;
    Ok(statement.exists((entry.0, story.0))?)
}
