//! Rows that lead nowhere. None can come about while feedmux works; a disk, a copy of a file in use or a hand can make them.

use rusqlite::Connection;

use super::super::values::count;
use super::cure::Cure;
use super::{Ill, Patient};
use crate::model::Finding;

/// Rows that must not be, and what makes them be no more.
struct Orphans {
    /// After their number.
    what: &'static str,
    table: &'static str,
    /// Counts them.
    count: &'static str,
    /// Statements, and what they do in words.
    mend: (&'static str, &'static str),
}

/// Rows of a table that go where this holds of them.
macro_rules! strays {
    ($what:literal, $table:literal, $holds:literal) => {
        strays!($what, $table, $holds, "they were removed")
    };
    ($what:literal, $table:literal, $holds:literal, $done:literal) => {
        Orphans {
            what: $what,
            table: $table,
            count: concat!("SELECT count(*) FROM ", $table, " WHERE ", $holds),
            mend: (concat!("DELETE FROM ", $table, " WHERE ", $holds), $done),
        }
    };
}

/// In this order each cure leaves what the next ones need.
const ORPHANS: &[Orphans] = &[
    Orphans {
        what: "entries whose article page is not stored",
        table: "entry",
        count: "SELECT count(*) FROM entry WHERE article_id IS NOT NULL AND article_id NOT IN (SELECT id FROM article)",
        mend: (
            "UPDATE entry SET article_id = NULL, content_origin = 'feed', judged = 1, state = iif(state = 'pending', 'settled', state),
                received_at = coalesce(received_at, backdate, first_seen_at)
             WHERE article_id IS NOT NULL AND article_id NOT IN (SELECT id FROM article)",
            "they go on with their feed's text",
        ),
    },
    Orphans {
        what: "entries whose story is missing",
        table: "entry",
        count: "SELECT count(*) FROM entry e WHERE story_id NOT IN (SELECT id FROM story)
            OR (story_id <> id AND NOT EXISTS (SELECT 1 FROM entry f WHERE f.id = e.story_id AND f.story_id = f.id))",
        mend: (
            "UPDATE entry AS e SET story_id = id WHERE story_id <> id
                AND (story_id NOT IN (SELECT id FROM story)
                     OR NOT EXISTS (SELECT 1 FROM entry f WHERE f.id = e.story_id AND f.story_id = f.id));
             INSERT OR IGNORE INTO story (id, lead_entry_id, first_seen_at, last_seen_at)
                SELECT id, id, first_seen_at, first_seen_at FROM entry WHERE story_id = id AND id NOT IN (SELECT id FROM story)",
            "each is a story of its own now",
        ),
    },
    strays!(
        "stories without the entry that founded them",
        "story",
        "NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = story.id AND e.story_id = story.id)"
    ),
    Orphans {
        what: "stories whose lead is not one of their entries",
        table: "story",
        count: "SELECT count(*) FROM story s WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = s.lead_entry_id AND e.story_id = s.id)
            AND EXISTS (SELECT 1 FROM entry e WHERE e.id = s.id)",
        mend: (
            "UPDATE story SET lead_entry_id = id
             WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = story.lead_entry_id AND e.story_id = story.id)",
            "the entry that founded each leads it now",
        ),
    },
    Orphans {
        what: "notes of why entries are one story that do not fit their story",
        table: "fold",
        count: "SELECT (SELECT count(*) FROM fold WHERE entry_id NOT IN (SELECT id FROM entry WHERE story_id <> id))
            + (SELECT count(*) FROM fold f JOIN entry e ON e.id = f.entry_id WHERE f.with_id NOT IN (SELECT id FROM entry))
            + (SELECT count(*) FROM entry WHERE story_id <> id AND id NOT IN (SELECT entry_id FROM fold))",
        mend: (
            "DELETE FROM fold WHERE entry_id NOT IN (SELECT id FROM entry WHERE story_id <> id);
             UPDATE fold SET with_id = (SELECT story_id FROM entry WHERE id = fold.entry_id) WHERE with_id NOT IN (SELECT id FROM entry);
             INSERT INTO fold (entry_id, with_id) SELECT id, story_id FROM entry
                WHERE story_id <> id AND id NOT IN (SELECT entry_id FROM fold)",
            "they fit now",
        ),
    },
    strays!(
        "names of entries that do not exist",
        "alias",
        "entry_id NOT IN (SELECT id FROM entry)",
        "they were removed: what is still in its feed is stored again"
    ),
    strays!(
        "article pages that no entry leads to",
        "article",
        "id NOT IN (SELECT article_id FROM entry WHERE article_id IS NOT NULL)"
    ),
    strays!("prints of texts of entries that do not exist", "print", "entry_id NOT IN (SELECT id FROM entry)"),
    strays!("earlier texts of entries that do not exist", "version", "entry_id NOT IN (SELECT id FROM entry)"),
    strays!(
        "decisions about entries that do not exist",
        "decision",
        "entry_id IS NOT NULL AND entry_id NOT IN (SELECT id FROM entry)"
    ),
    strays!(
        "partings of entries that do not exist",
        "parted",
        "one NOT IN (SELECT id FROM entry) OR other NOT IN (SELECT id FROM entry)"
    ),
    Orphans {
        what: "feeds without a schedule",
        table: "feed_poll",
        count: "SELECT count(*) FROM feed WHERE id NOT IN (SELECT feed_id FROM feed_poll)",
        mend: (
            "INSERT INTO feed_poll (feed_id, next_poll_at, interval_ms, reason)
             SELECT id, iif(subscribed AND NOT paused, 0, NULL), 1800000, 'its schedule was lost' FROM feed
             WHERE id NOT IN (SELECT feed_id FROM feed_poll)",
            "they are due now",
        ),
    },
    Orphans {
        what: "feeds that nothing would ever poll",
        table: "feed_poll",
        count: "SELECT count(*) FROM feed f JOIN feed_poll p ON p.feed_id = f.id
            WHERE f.subscribed AND NOT f.paused AND f.merged_into IS NULL AND p.state <> 'gone' AND p.next_poll_at IS NULL",
        mend: (
            "UPDATE feed_poll SET next_poll_at = 0, reason = 'its schedule was lost' WHERE next_poll_at IS NULL AND state <> 'gone'
                AND feed_id IN (SELECT id FROM feed WHERE subscribed AND NOT paused AND merged_into IS NULL)",
            "they are due now",
        ),
    },
];

pub(super) fn orphans(conn: &Connection, _: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let mut found = Vec::new();
    for Orphans { what, table, count: sql, mend: (mend, done) } in ORPHANS {
        let number = count(conn.query_row(sql, [], |row| row.get(0))?);
        if number > 0 {
            let finding = Finding::wrong(format!("{number} {what}"), format!("table {table}"), "`feedmux doctor --fix`");
            found.push((finding, Some(Cure::Rows(mend, done))));
        }
    }
    Ok(found)
}

/// What may go where its feed or its hook is gone; an entry may not.
const DANGLING: Cure = Cure::Rows(
    "DELETE FROM outbox WHERE hook_id NOT IN (SELECT id FROM hook);
     DELETE FROM poll WHERE feed_id NOT IN (SELECT id FROM feed);
     DELETE FROM scrape WHERE feed_id NOT IN (SELECT id FROM feed);
     DELETE FROM feed_scrape WHERE feed_id NOT IN (SELECT id FROM feed);
     DELETE FROM websub WHERE feed_id NOT IN (SELECT id FROM feed);
     DELETE FROM notice WHERE feed_id NOT IN (SELECT id FROM feed);
     DELETE FROM feed_poll WHERE feed_id NOT IN (SELECT id FROM feed);
     UPDATE feed SET merged_into = NULL WHERE merged_into IS NOT NULL AND merged_into NOT IN (SELECT id FROM feed)",
    "they were removed",
);

pub(super) fn references(conn: &Connection, _: &Patient) -> rusqlite::Result<Vec<Ill>> {
    let sql = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (table, parent, number) = row?;
        let what = format!("{number} rows refer to a {parent} that does not exist");
        let at = format!("table {table}");
        found.push(if table == "entry" {
            let remedy = "restore a backup: these entries cannot be shown, and no feed brings them back";
            (Finding::wrong(what, at, remedy), None)
        } else {
            (Finding::wrong(what, at, "`feedmux doctor --fix`"), Some(DANGLING))
        });
    }
    Ok(found)
}
