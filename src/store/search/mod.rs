//! Full-text search: `query` reads what was typed, this finds it, `snippet` shows where.

mod query;
mod snippet;

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::stories::shown;
use super::values::time;
use super::{Store, StoreError, index};
use crate::model::{EntryId, Reach, SearchHit, SearchQuery, StoryId, Words};
pub(super) use query::Query;
use snippet::Needle;

/// A hit in the title weighs as much as so many in the text. What SQL users get by `ORDER BY rank` is set in migrations/.
const TITLE_WEIGHT: f64 = 5.0;
/// Entries that are ranked, the newest. Weighing a hit is most of what a search takes: of a million entries a word that a third of them
/// have took a quarter of a second, and what is best of so many says nothing.
const RANKED: usize = 10_000;

/// What outputs show, and nothing else, can be found.
const SHOWN: &str = shown!("e");

impl Store {
    /// Whether `query` asks for anything that could be found: what is only kept away finds nothing.
    pub fn asks(query: &SearchQuery) -> bool {
        !read(query).is_empty()
    }

    /// The entries that `query` finds by this, best first; where no word is asked for, the newest first. By [`Reach::Beginnings`] those that
    /// whole words find are among them, or none where no word is long enough. Never an error of what was typed.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn find(&self, query: SearchQuery, reach: Reach) -> Result<Vec<EntryId>, StoreError> {
        self.inner.readers.run(move |conn| find(conn, &query, reach, RANKED)).await
    }

    /// `entries` with the places that match `words`, in their order. Without those that are not there any more.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn hits(&self, words: Words, entries: Vec<EntryId>) -> Result<Vec<SearchHit>, StoreError> {
        self.inner.readers.run(move |conn| hits(conn, &words, &entries)).await
    }

    /// [`Store::find`] and [`Store::hits`] at once: every entry that is found, whatever rules make of it. Whole words first, then what only
    /// begins with them.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn search(&self, query: SearchQuery) -> Result<Vec<SearchHit>, StoreError> {
        let search = move |conn: &Connection| {
            let mut found = find(conn, &query, Reach::Words, RANKED)?;
            if found.len() < query.limit {
                let more = find(conn, &query, Reach::Beginnings, RANKED)?;
                let known: HashSet<EntryId> = found.iter().copied().collect();
                found.extend(more.into_iter().filter(|entry| !known.contains(entry)));
                found.truncate(query.limit);
            }
            hits(conn, &query.words, &found)
        };
        self.inner.readers.run(search).await
    }

    /// Entries that outputs show and the full-text index does not know yet: a few, or nearly all after an upgrade that changes it.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn unindexed(&self) -> Result<u64, StoreError> {
        self.inner.readers.run(|conn| Ok(index::backlog(conn) as u64)).await
    }

    /// Brings the full-text index up to date now, instead of within a second or so.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn index_now(&self) -> Result<(), StoreError> {
        while self.write(index::step_in).await? > 0 {}
        Ok(())
    }
}

fn read(asked: &SearchQuery) -> Query {
    let mut query = Query::parse(&asked.words);
    query.narrow(asked.since, asked.feed.as_deref(), asked.tag.as_deref(), asked.lang.as_deref());
    query
}

pub(super) fn find(conn: &Connection, asked: &SearchQuery, reach: Reach, most: usize) -> Result<Vec<EntryId>, StoreError> {
    let query = read(asked);
    let mut found = Vec::new();
    if query.is_empty() || (reach == Reach::Beginnings && !query.reaches_further()) {
        return Ok(found);
    }
    let mut shown = conn.prepare_cached(&format!("SELECT 1 FROM entry e WHERE e.id = ?1 AND {SHOWN}"))?;
    let (sql, values) = ranked(&query, reach, most);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while found.len() < asked.limit {
        let Some(row) = rows.next()? else { break };
        let id: i64 = row.get(0)?;
        if shown.exists([id])? {
            found.push(EntryId(id));
        }
    }
    Ok(found)
}

/// The numbers of the entries that `query` finds, best first; among equals the newest. Of more than `most` the newest.
fn ranked(query: &Query, reach: Reach, most: usize) -> (String, Vec<Value>) {
    let (conditions, more): (Vec<_>, Vec<_>) = query.beside_words().into_iter().unzip();
    let more = more.into_iter().flatten();
    let Some(fts) = query.to_fts(reach) else {
        let all = query.conditions(reach).unwrap_or_default();
        let (conditions, values): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let sql = format!(
            "SELECT e.id FROM entry e WHERE {SHOWN} AND {} ORDER BY coalesce(e.published_at, e.first_seen_at) DESC, e.id DESC",
            conditions.join(" AND ")
        );
        return (sql, values.into_iter().flatten().collect());
    };
    // Entries, which are much larger, are read for those alone that are asked something else.
    let (join, narrow) = if query.is_narrow() {
        ("CROSS JOIN entry e ON e.id = entries_fts.rowid", format!(" AND {}", conditions.join(" AND ")))
    } else {
        ("", String::new())
    };
    let sql = format!(
        "WITH hit AS MATERIALIZED (
            SELECT entries_fts.rowid AS id, bm25(entries_fts, {TITLE_WEIGHT:.1}, 1.0) AS score FROM entries_fts {join}
            WHERE entries_fts MATCH ?{narrow} ORDER BY entries_fts.rowid DESC LIMIT {most})
         SELECT id FROM hit ORDER BY score, id DESC"
    );
    (sql, std::iter::once(fts.into()).chain(more).collect())
}

fn hits(conn: &Connection, words: &Words, entries: &[EntryId]) -> Result<Vec<SearchHit>, StoreError> {
    let needles: Vec<Needle> = Query::parse(words).wanted.iter().map(Needle::of).collect();
    entries.iter().filter_map(|entry| hit(conn, *entry, &needles).transpose()).collect()
}

fn hit(conn: &Connection, entry: EntryId, needles: &[Needle]) -> Result<Option<SearchHit>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT e.id, e.public_id, e.title, e.url, coalesce(f.title, f.own_title, f.url),
            coalesce(e.published_at, e.first_seen_at), coalesce(a.lang, e.lang), coalesce(a.text, e.text), e.story_id
         FROM entry e JOIN feed f ON f.id = e.feed_id
         LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article' WHERE e.id = ?1 AND {SHOWN}",
    ))?;
    let hit = statement.query_row([entry.0], |row| {
        let title = snippet::marked(row.get_ref(2)?.as_str()?, needles);
        Ok(SearchHit {
            entry_id: EntryId(row.get(0)?),
            public_id: row.get(1)?,
            title: title.text,
            title_marks: title.marks,
            url: row.get(3)?,
            feed_title: row.get(4)?,
            published: time(row.get(5)?),
            lang: row.get(6)?,
            snippet: snippet::snippet(row.get_ref(7)?.as_str()?, needles),
            story: StoryId(row.get(8)?),
            more: 0,
        })
    });
    Ok(hit.optional()?)
}
