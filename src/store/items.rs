//! What outputs show: released entries with all that is needed of them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::StoreError;
use super::narrow::{Condition, contains, speaks, tagged};
use super::plain;
use super::search::Query;
use super::stories::{select_members, shown};
use super::values::{from_json, limit, ms, time};
use crate::model::{CleanHtml, Depth, EntryId, FeedId, Item, ItemQuery, Order, Reach, Required, SourceRef, StoryId, StoryRef};

/// Newest first; the other members of their stories after them, if they are wanted.
pub(super) fn items(conn: &Connection, query: &ItemQuery) -> Result<Vec<Item>, StoreError> {
    let Some((sql, values)) = select(query) else { return Ok(Vec::new()) };
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement
        .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, i64)>, _>>()?;
    let mut ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
    if query.with_members {
        add_members(conn, &found, &mut ids)?;
    }
    let mut one = conn.prepare_cached(match query.depth {
        Depth::Whole => WHOLE,
        Depth::Text => TEXT,
        Depth::Head => HEAD,
    })?;
    let mut items = ids.iter().map(|id| one.query_row([id], item)).collect::<Result<Vec<Item>, _>>()?;
    // Once a story, not once a member: stories may have thousands.
    let mut feeds = HashMap::new();
    let mut told = conn.prepare_cached(concat!(select_members!("count(DISTINCT m.feed_id)"), " AND ", shown!("m")))?;
    for item in &mut items {
        item.story.feeds = match feeds.get(&item.story.id) {
            Some(feeds) => *feeds,
            None => {
                let count: i64 = told.query_row([item.story.id.0], |row| row.get(0))?;
                *feeds.entry(item.story.id).or_insert(usize::try_from(count).unwrap_or_default())
            }
        };
    }
    Ok(items)
}

/// Members of a story that are looked up with it: those that came first give it its place and its id, and nobody reads a list that is longer.
const MAX_MEMBERS: usize = 1_000;

/// The numbers of the entries that `query` finds, and of their stories. `None`: it can find nothing.
fn select(query: &ItemQuery) -> Option<Condition> {
    let place = match query.order {
        Order::Received => "e.received_at",
        Order::Published => "coalesce(e.published_at, e.first_seen_at)",
    };
    let mut sql = concat!("SELECT e.id, e.story_id FROM entry e WHERE ", shown!("e")).to_owned();
    let mut values: Vec<Value> = Vec::new();
    // One `?` a value: they are numbered in the order in which they are written.
    let mut and = |condition: &str, more: Vec<Value>| {
        sql.push_str(" AND ");
        sql.push_str(condition);
        values.extend(more);
    };
    if let Some((at, EntryId(id))) = query.before {
        and(&format!("({place}, e.id) < (?, ?)"), vec![ms(at).into(), id.into()]);
    }
    if let Some(since) = query.since {
        and(&format!("{place} >= ?"), vec![ms(since).into()]);
    }
    if !query.entries.is_empty() {
        let ids: Vec<i64> = query.entries.iter().map(|id| id.0).collect();
        and("e.id IN (SELECT value FROM json_each(?))", vec![numbers(&ids)]);
    }
    if let Some(StoryId(story)) = query.story {
        let members = "e.story_id = ? AND (e.id = ? OR (e.story_id = ? AND e.story_id <> e.id))";
        and(members, vec![story.into(), story.into(), story.into()]);
    }
    for need in &query.needs {
        let (condition, more) = needed(need);
        and(&condition, more);
    }
    if let Some(words) = &query.words {
        for (condition, values) in Query::parse(words).conditions(Reach::Beginnings)? {
            and(&condition, values);
        }
    }
    sql.push_str(&format!(" ORDER BY {place} DESC, e.id DESC LIMIT ?"));
    values.push(limit(query.limit).into());
    Some((sql, values))
}

/// From the first row to the first that is not released yet, or not there: what is in between stays as it is. The index is named because
/// SQLite takes it by itself only after it has counted the table.
pub(super) fn rows(conn: &Connection) -> Result<Range<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT coalesce((SELECT min(id) FROM entry), 1),
         coalesce((SELECT min(id) FROM entry INDEXED BY entry_pending WHERE state = 'pending' AND received_at IS NULL), (SELECT max(id) + 1 FROM entry), 1)",
    )?;
    Ok(statement.query_row([], |row| Ok(row.get(0)?..row.get(1)?))?)
}

/// A condition that all entries with what is needed meet, and few others.
fn needed(need: &Required) -> Condition {
    match need {
        Required::FeedIs(FeedId(feed)) => ("e.feed_id = ?".to_owned(), vec![(*feed).into()]),
        Required::Published(at) => ("coalesce(e.published_at, e.first_seen_at) >= ?".to_owned(), vec![ms(*at).into()]),
        Required::Rows(rows) => ("(e.id >= ? AND e.id < ?)".to_owned(), vec![rows.start.into(), rows.end.into()]),
        Required::Founded(rows) => {
            let founder = "e.id >= ? AND e.id < ? AND e.story_id = e.id";
            let member = "e.story_id >= ? AND e.story_id < ? AND e.story_id <> e.id";
            let [start, end] = [rows.start, rows.end].map(Value::from);
            (format!("({founder} OR {member})"), vec![start.clone(), end.clone(), start, end])
        }
        Required::Feed(parts) => {
            let (named, values) = contains(&["coalesce(f.title, f.own_title, f.url)", "coalesce(f.moved_to, f.url)"], parts);
            (format!("e.feed_id IN (SELECT f.id FROM feed f WHERE {named})"), values)
        }
        Required::Tag(tags) => tagged(tags),
        Required::Lang(langs) => speaks(langs),
    }
}

fn numbers(ids: &[i64]) -> Value {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    format!("[{}]", ids.join(",")).into()
}

fn add_members(conn: &Connection, found: &[(i64, i64)], ids: &mut Vec<i64>) -> Result<(), StoreError> {
    let mut have: HashSet<i64> = ids.iter().copied().collect();
    let mut asked = HashSet::new();
    let mut members =
        conn.prepare_cached(concat!(select_members!("m.id"), " AND ", shown!("m"), " ORDER BY m.received_at, m.id LIMIT ?2"))?;
    for (_, story) in found {
        if !asked.insert(*story) {
            continue;
        }
        let mut rows = members.query((story, limit(MAX_MEMBERS)))?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if have.insert(id) {
                ids.push(id);
            }
        }
    }
    Ok(())
}

/// One item: what is read of its texts, then of its media, differs.
macro_rules! select_item {
    ($summary:literal, $content:literal, $text:literal, $own_text:literal, $image:literal, $enclosures:literal, $podcast:literal) => {
        concat!(
            "SELECT e.id, e.public_id, e.url, e.title, coalesce(e.published_at, e.first_seen_at), e.updated_at,
            e.received_at, CASE e.authors WHEN '[]' THEN coalesce(a.authors, '[]') ELSE e.authors END, e.tags, coalesce(a.lang, e.lang), ",
            $summary, ", ", $content, ", ", $text, ", ", $image, ", ", $enclosures,
            ", f.id, coalesce(f.moved_to, f.url), coalesce(f.title, f.own_title, f.url), f.site_url,
            CASE WHEN EXISTS (SELECT 1 FROM feed g WHERE g.merged_into = f.id)
                THEN (SELECT json_group_array(DISTINCT t.value) FROM feed g, json_each(g.tags) t WHERE f.id IN (g.id, g.merged_into))
                ELSE f.tags
            END, f.priority, e.story_id,
            (SELECT founder.public_id FROM entry founder WHERE founder.id = e.story_id),
            (SELECT s.lead_entry_id = e.id FROM story s WHERE s.id = e.story_id), ",
            $podcast,
            ", e.first_seen_at, ",
            $own_text,
            " FROM entry e JOIN feed f ON f.id = e.feed_id
            LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article'
            WHERE e.id = ?1"
        )
    };
}

const WHOLE: &str = select_item!(
    "e.summary_html",
    "CASE WHEN a.id IS NULL THEN e.content_html ELSE a.html END",
    "coalesce(a.text, e.text)",
    "CASE WHEN a.id IS NOT NULL THEN e.text END", // the summary is stored beside it
    "coalesce(a.image, e.image_url)",
    "e.enclosures",
    "e.podcast"
);
const TEXT: &str = select_item!("NULL", "NULL", "coalesce(a.text, e.text)", "NULL", "NULL", "'[]'", "NULL");
const HEAD: &str = select_item!("NULL", "NULL", "''", "NULL", "NULL", "'[]'", "NULL");

fn item(row: &Row) -> rusqlite::Result<Item> {
    let entry = EntryId(row.get(0)?);
    let public_id: String = row.get(1)?;
    let published = time(row.get(4)?);
    let story = StoryId(row.get(21)?);
    let text: String = row.get(12)?;
    let html = |column, text: &str| {
        let stored = row.get_ref(column)?.as_str_or_null()?;
        Ok::<_, rusqlite::Error>(stored.map(|stored| CleanHtml::trusted(plain::read(stored, text).into_owned())))
    };
    Ok(Item {
        entry,
        url: row.get(2)?,
        title: row.get(3)?,
        published,
        updated: row.get::<_, Option<i64>>(5)?.map_or(published, time),
        first_seen: time(row.get(25)?),
        received: time(row.get(6)?),
        authors: from_json(row.get_ref(7)?.as_str()?),
        tags: from_json(row.get_ref(8)?.as_str()?),
        lang: row.get(9)?,
        summary: html(10, row.get_ref(26)?.as_str_or_null()?.unwrap_or(&text))?,
        content: html(11, &text)?,
        text,
        image: row.get(13)?,
        enclosures: from_json(row.get_ref(14)?.as_str()?),
        podcast: row.get_ref(24)?.as_str_or_null()?.map(from_json).unwrap_or_default(),
        source: SourceRef {
            feed: FeedId(row.get(15)?),
            url: row.get(16)?,
            title: row.get(17)?,
            site_url: row.get(18)?,
            tags: from_json(row.get_ref(19)?.as_str()?),
            priority: row.get(20)?,
        },
        story: StoryRef {
            id: story,
            founding_id: row.get::<_, Option<String>>(22)?.unwrap_or_else(|| public_id.clone()),
            is_founding: story.0 == entry.0,
            is_lead: row.get::<_, Option<bool>>(23)?.unwrap_or(true),
            feeds: 0, // counted once a story, see `items`
        },
        public_id,
        muted: false,
    })
}
