//! Full-text search: `query` reads what was typed, this finds it, `snippet` shows where.

mod query;
mod snippet;

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::stories::{select_members, shown};
use super::values::{count, time};
use super::{Store, StoreError, index};
use crate::model::{EntryId, SearchHit, SearchQuery, StoryId};
pub(super) use query::{Query, Reach};
use snippet::Needle;

/// A hit in the title weighs as much as so many in the text. What SQL users get by `ORDER BY rank` is set in migrations/.
const TITLE_WEIGHT: f64 = 5.0;

/// What outputs show, and nothing else, can be found.
const SHOWN: &str = shown!("e");

impl Store {
    /// Full-text search, best first; see [`SearchQuery`]. Never an error of what was typed.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn search(&self, query: SearchQuery) -> Result<Vec<SearchHit>, StoreError> {
        self.inner.readers.run(move |conn| search(conn, &query)).await
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

/// Best first: whole words, then what only begins with them; where no word is asked for, the newest first.
pub(super) fn search(conn: &Connection, asked: &SearchQuery) -> Result<Vec<SearchHit>, StoreError> {
    let mut query = Query::parse(&asked.words);
    query.narrow(asked.since, asked.feed.as_deref(), asked.tag.as_deref(), asked.lang.as_deref());
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let needles: Vec<Needle> = query.wanted.iter().map(Needle::of).collect();
    let mut found = Found::default();
    for reach in [Reach::Words, Reach::Beginnings] {
        if reach == Reach::Words || query.reaches_further() {
            rank(conn, &query, reach, asked, &mut found)?;
        }
    }
    found.entries.iter().map(|entry| hit(conn, *entry, &needles, !asked.every_entry)).collect()
}

#[derive(Default)]
struct Found {
    entries: Vec<EntryId>,
    seen: HashSet<i64>,
    /// All that is found, once somebody has to know.
    all: Option<HashSet<i64>>,
}

/// Adds what `query` finds, best first, until there are as many as were asked for.
fn rank(conn: &Connection, query: &Query, reach: Reach, asked: &SearchQuery, found: &mut Found) -> Result<(), StoreError> {
    let (sql, values) = ranked(query, reach);
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut story = conn.prepare_cached(&format!(
        "SELECT e.story_id, coalesce(s.lead_entry_id, e.id) FROM entry e LEFT JOIN story s ON s.id = e.story_id WHERE e.id = ?1 AND {SHOWN}"
    ))?;
    while found.entries.len() < asked.limit {
        let Some(row) = rows.next()? else { break };
        let id: i64 = row.get(0)?;
        let stands = story.query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).optional()?;
        let Some((story, lead)) = stands else { continue };
        if !found.seen.insert(if asked.every_entry { id } else { story }) {
            continue;
        }
        let mut shown = id;
        if !asked.every_entry && lead != id {
            let known = match found.all.take() {
                Some(known) => known,
                None => all(conn, query)?,
            };
            if known.contains(&lead) {
                shown = lead;
            }
            found.all = Some(known);
        }
        found.entries.push(EntryId(shown));
    }
    Ok(())
}

/// The numbers of all entries that `query` finds, best first; among equals the newest.
fn ranked(query: &Query, reach: Reach) -> (String, Vec<Value>) {
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
    // Ranked by themselves, so that entries, which are much larger, are read for those alone that are looked at.
    let hits = format!(
        "SELECT rowid AS id, bm25(entries_fts, {TITLE_WEIGHT:.1}, 1.0) AS score FROM entries_fts WHERE entries_fts MATCH ?"
    );
    let values = std::iter::once(fts.into()).chain(more).collect();
    if query.is_narrow() {
        let narrow = conditions.join(" AND ");
        let sql = format!(
            "WITH hit AS MATERIALIZED ({hits}) SELECT hit.id FROM hit JOIN entry e ON e.id = hit.id WHERE {narrow} ORDER BY hit.score, hit.id DESC"
        );
        return (sql, values);
    }
    (format!("{hits} ORDER BY score, rowid DESC"), values)
}

/// The numbers of all that `query` finds. At once: the index goes through a beginning that many words have as a whole, even for one entry.
fn all(conn: &Connection, query: &Query) -> Result<HashSet<i64>, StoreError> {
    let (conditions, values): (Vec<_>, Vec<_>) = query.conditions(Reach::Beginnings).unwrap_or_default().into_iter().unzip();
    let sql = format!("SELECT e.id FROM entry e WHERE {SHOWN} AND {}", conditions.join(" AND "));
    let mut statement = conn.prepare_cached(&sql)?;
    let ids = statement.query_map(params_from_iter(values.into_iter().flatten()), |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn hit(conn: &Connection, entry: EntryId, needles: &[Needle], with_more: bool) -> Result<SearchHit, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.id, e.public_id, e.title, e.url, coalesce(f.title, f.own_title, f.url),
            coalesce(e.published_at, e.first_seen_at), coalesce(a.lang, e.lang), coalesce(a.text, e.text), e.story_id
         FROM entry e JOIN feed f ON f.id = e.feed_id
         LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article' WHERE e.id = ?1",
    )?;
    let mut hit = statement.query_row([entry.0], |row| {
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
    })?;
    if with_more {
        let members = concat!(select_members!("count(*)"), " AND ", shown!("m"));
        let members: i64 = conn.prepare_cached(members)?.query_row([hit.story.0], |row| row.get(0))?;
        hit.more = count(members).saturating_sub(1);
    }
    Ok(hit)
}
