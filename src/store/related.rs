//! Stories that may be related: who stands near in time, and which entries have a word.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::folds::{before, first_since_among};
use super::letters::indexed;
use super::stories::{select_members, shown};
use super::values::{count, limit, time};
use super::{Store, StoreError};
use crate::clock::after;
use crate::model::{EntryId, Report, StoryId, Surroundings, host_of};

/// Reports of one event are no further apart.
const NEAR: Duration = Duration::from_hours(72);
/// Entries before and after a story that words are counted among, at least and at most: a word's count does not get better
/// with more, and time does.
const LEAST_COUNTED: i64 = 2_000;
const MOST_COUNTED: i64 = 30_000;
/// The same for the first look.
const SAMPLE: i64 = 256;
/// Entries of the story itself that are looked at.
const MEMBERS: usize = 200;
/// Characters of a text.
const TEXT_CHARS: usize = 2_000;

impl Store {
    /// A story and its neighbours in time: where to look for related ones. `None`: there is no such story.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn surroundings(&self, id: StoryId) -> Result<Option<Surroundings>, StoreError> {
        self.inner.readers.run(move |conn| surroundings(conn, id)).await
    }

    /// The entries of `range` (first and last) that have each word, at most `limits.0` of a word and `limits.1` altogether: words that
    /// come later have none then, or are missing in the answer.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn sightings(
        &self,
        words: Vec<String>,
        range: (EntryId, EntryId),
        limits: (usize, usize),
    ) -> Result<Vec<Vec<EntryId>>, StoreError> {
        self.inner.readers.run(move |conn| sightings(conn, &words, range, limits)).await
    }

    /// The stories of released `entries`, each by the first of them, at most `most`; not `except`.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn reports(&self, entries: Vec<EntryId>, except: StoryId, most: usize) -> Result<Vec<Report>, StoreError> {
        self.inner.readers.run(move |conn| reports(conn, &entries, except, most)).await
    }
}

/// A story and who stands around it; `None`: there is no such story.
pub(super) fn surroundings(conn: &Connection, story: StoryId) -> Result<Option<Surroundings>, StoreError> {
    let lead = conn.prepare_cached("SELECT lead_entry_id FROM story WHERE id = ?1")?.query_row([story.0], |row| row.get(0));
    let Some(lead) = lead.optional()? else { return Ok(None) };
    let Some(lead) = report(conn, EntryId(lead))? else { return Ok(None) };
    let mut of_story = conn.prepare_cached(concat!(
        select_members!("m.id, coalesce(m.believed_url, m.canonical_url, (SELECT f.url FROM feed f WHERE f.id = m.feed_id))"),
        " LIMIT ?2"
    ))?;
    let of_story = of_story.query_map((story.0, limit(MEMBERS)), |row| Ok((EntryId(row.get(0)?), row.get::<_, String>(1)?)))?;
    let (members, hosts) = of_story.collect::<Result<Vec<_>, _>>()?.into_iter().map(|(entry, url)| (entry, host_of(&url))).unzip();
    let at = lead.entry.0;
    let last: i64 = conn.prepare_cached("SELECT coalesce(max(id), 0) FROM entry")?.query_row([], |row| row.get(0))?;
    let first: i64 = conn.prepare_cached("SELECT coalesce(min(id), 0) FROM entry")?.query_row([], |row| row.get(0))?;
    let within = |from: i64, to: i64| (EntryId(from.max(first)), EntryId(to.min(last)));
    let near = (
        first_since_among(conn, before(lead.first_seen, NEAR), 1)?.clamp(at - MOST_COUNTED, at),
        (first_since_among(conn, after(lead.first_seen, NEAR + Duration::from_millis(1)), 1)? - 1).clamp(at, at + MOST_COUNTED),
    );
    Ok(Some(Surroundings {
        near: within(near.0, near.1),
        counted: within(near.0.min(at - LEAST_COUNTED), near.1.max(at + LEAST_COUNTED)),
        sample: within(at - SAMPLE, at + SAMPLE),
        lead,
        members,
        hosts,
    }))
}

/// The entries of `range` that have each word, at most `most` of a word and `all` altogether: words that come later have none then.
pub(super) fn sightings(
    conn: &Connection,
    words: &[String],
    (from, to): (EntryId, EntryId),
    (most, all): (usize, usize),
) -> Result<Vec<Vec<EntryId>>, StoreError> {
    let mut find =
        conn.prepare_cached("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 LIMIT ?4")?;
    let mut found: Vec<Vec<EntryId>> = Vec::with_capacity(words.len());
    let mut left = all;
    for word in words {
        // As search asks, and nothing in it is a sign of the query language.
        let word = indexed(word).replace('"', " ");
        if left == 0 {
            break;
        }
        if !word.chars().any(char::is_alphanumeric) {
            found.push(Vec::new());
            continue;
        }
        let phrase = format!("\"{}\"", word.split_whitespace().collect::<Vec<_>>().join(" "));
        let rows = find.query_map((phrase, from.0, to.0, limit(most.min(left))), |row| row.get(0).map(EntryId))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        left -= rows.len().min(left);
        found.push(rows);
    }
    Ok(found)
}

/// Of the stories of `entries`, each by the first of its entries, at most `most`; none of `except`.
pub(super) fn reports(conn: &Connection, entries: &[EntryId], except: StoryId, most: usize) -> Result<Vec<Report>, StoreError> {
    let mut story = conn.prepare_cached(concat!("SELECT e.story_id FROM entry e WHERE e.id = ?1 AND ", shown!("e")))?;
    let mut seen = std::collections::HashSet::from([except.0]);
    let mut reports = Vec::new();
    for entry in entries {
        let of = story.query_row([entry.0], |row| row.get::<_, i64>(0)).optional()?;
        if reports.len() < most && of.is_some_and(|story| seen.insert(story)) {
            reports.extend(report(conn, *entry)?);
        }
    }
    Ok(reports)
}

fn report(conn: &Connection, entry: EntryId) -> Result<Option<Report>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.id, e.story_id, e.title, substr(coalesce(a.text, e.text), 1, ?2), e.url, coalesce(a.lang, e.lang), e.first_seen_at,
            coalesce(e.believed_url, e.canonical_url, (SELECT f.url FROM feed f WHERE f.id = e.feed_id)),
            (SELECT count(DISTINCT m.feed_id) FROM entry m
             WHERE m.id = e.story_id OR (m.story_id = e.story_id AND m.story_id <> m.id))
         FROM entry e LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article' WHERE e.id = ?1",
    )?;
    let report = statement.query_row((entry.0, limit(TEXT_CHARS)), |row| {
        Ok(Report {
            entry: EntryId(row.get(0)?),
            story: StoryId(row.get(1)?),
            title: row.get(2)?,
            text: row.get(3)?,
            url: row.get(4)?,
            lang: row.get(5)?,
            first_seen: time(row.get(6)?),
            host: host_of(&row.get::<_, String>(7)?),
            feeds: count(row.get(8)?),
        })
    });
    Ok(report.optional()?)
}
