//! Article pages: asked for once, whoever links to them; what they give is handed to every entry that waits.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::queue::Front;
use super::values::{count32, from_json, json, ms};
use super::writer::Tx;
use super::{StoreError, explain, index, lines, outbox, pages, plain, prints, stories, versions};
use crate::clock::after;
use crate::model::{
    Article, ArticleId, CleanHtml, ContentOrigin, Decision, DueArticle, EntryId, FeedId, PageOutcome, ScrapeAsk, SettledEntry,
    Settlement, StoryId, WaitingEntry,
};

/// After a crash a page that was under way is taken again; while the process lives it knows itself what is under way.
const TAKEN_FOR: Duration = Duration::from_mins(2);

/// Pages of one host that are taken at once: the rest stays in the table, or one host would fill every line.
const PER_HOST: usize = 16;

/// Queues the page, or finds it. One that was won is only judged; one that failed gets another chance.
pub(super) fn ask(tx: &Tx, ask: &ScrapeAsk, now: Timestamp) -> Result<ArticleId, StoreError> {
    let id = tx
        .conn
        .prepare_cached(
            "INSERT INTO article (state, next_scrape_at, canonical_url, url, host)
             VALUES ('queued', max(?1, coalesce((SELECT h.hold_until FROM host h WHERE h.host = ?4), 0)), ?2, ?3, ?4)
             ON CONFLICT (canonical_url) DO UPDATE SET
                next_scrape_at = CASE WHEN again THEN min(coalesce(next_scrape_at, excluded.next_scrape_at), excluded.next_scrape_at)
                    ELSE coalesce(next_scrape_at, excluded.next_scrape_at) END,
                attempts = CASE state WHEN 'failed' THEN 0 ELSE attempts END,
                state = CASE state WHEN 'failed' THEN 'queued' ELSE state END
             RETURNING id",
        )?
        .query_row(params![ms(now), ask.canonical_url, ask.url, ask.host], |row| row.get(0))?;
    Ok(ArticleId(id))
}

/// Pages that are due and are read for the first time, or again.
pub(super) const QUEUE: &str =
    "SELECT id, host FROM article WHERE next_scrape_at <= ?1 AND (again > 0) = ?2 ORDER BY next_scrape_at";

/// Takes up to `n` pages, longest due first, those that are only read again last.
///
/// The attempt is counted now: a page that kills the process shall not do so for ever.
pub(super) fn take(
    tx: &Tx,
    now: Timestamp,
    n: usize,
    busy: &[ArticleId],
    closed_hosts: &[String],
) -> Result<Vec<DueArticle>, StoreError> {
    let mut front = Front::new(busy.iter().map(|article| article.0), closed_hosts, PER_HOST);
    let mut queue = tx.conn.prepare_cached(QUEUE)?;
    let mut first = front.first(n, &mut queue, (ms(now), false), |_| true)?;
    if first.len() < n {
        first.extend(front.first(n - first.len(), &mut queue, (ms(now), true), |_| true)?);
    }
    let mut read = tx.conn.prepare_cached("SELECT id, url, canonical_url, attempts, state, again FROM article WHERE id = ?1")?;
    let row = |row: &rusqlite::Row| {
        let article = DueArticle {
            id: ArticleId(row.get(0)?),
            url: row.get(1)?,
            canonical_url: row.get(2)?,
            attempts: count32(row.get(3)?),
            won: None,
            again: row.get(5)?,
            waiting: Vec::new(),
        };
        Ok((article, row.get_ref(4)?.as_str()? == "won"))
    };
    let found = first.into_iter().map(|article| read.query_row([article], row)).collect::<Result<Vec<_>, _>>()?;
    let mut taken = Vec::new();
    for (mut article, won) in found {
        article.waiting = waiting(tx.conn, article.id, article.again)?;
        if article.waiting.is_empty() {
            tx.run("UPDATE article SET next_scrape_at = NULL, again = 0 WHERE id = ?1", [article.id.0])?;
            continue;
        }
        if won {
            article.won = stored(tx.conn, article.id)?;
        }
        tx.run(
            "UPDATE article SET next_scrape_at = ?2, attempts = attempts + ?3 WHERE id = ?1",
            params![article.id.0, ms(after(now, TAKEN_FOR)), article.won.is_none() || article.again],
        )?;
        taken.push(article);
    }
    Ok(taken)
}

/// Entries that wait for their verdict; of a page that is read `again` all that lead to it.
fn waiting(conn: &Connection, article: ArticleId, again: bool) -> Result<Vec<WaitingEntry>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.id, f.id, f.url, e.title, e.text, coalesce(e.content_html, e.summary_html, ''), f.settings,
            coalesce(f.title, f.own_title, f.url), e.judged, e.content_origin = 'article'
         FROM entry e JOIN feed f ON f.id = e.feed_id
         WHERE e.article_id = ?1 AND (?2 OR e.judged = 0) AND e.state <> 'removed' ORDER BY e.judged, e.id",
    )?;
    let rows = statement.query_map((article.0, again), |row| {
        let shows = if row.get(9)? { ContentOrigin::Article } else { ContentOrigin::Feed };
        Ok(WaitingEntry {
            id: EntryId(row.get(0)?),
            feed: FeedId(row.get(1)?),
            feed_url: row.get(2)?,
            feed_title: row.get(7)?,
            settings: row.get(6)?,
            title: row.get(3)?,
            html: CleanHtml::trusted(plain::read(row.get_ref(5)?.as_str()?, row.get_ref(4)?.as_str()?).into_owned()),
            text: row.get(4)?,
            shows: row.get::<_, bool>(8)?.then_some(shows),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored(conn: &Connection, article: ArticleId) -> Result<Option<Article>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT title, coalesce(authors, '[]'), coalesce(html, ''), coalesce(text, ''), lang, published, image, canonical,
                coalesce(method, ''), coalesce(quality, 0.0), partial, updated, section FROM article WHERE id = ?1 AND state = 'won'",
    )?;
    let found = statement.query_row([article.0], |row| {
        Ok(Article {
            title: row.get(0)?,
            authors: from_json(row.get_ref(1)?.as_str()?),
            html: CleanHtml::trusted(plain::read(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?).into_owned()),
            text: row.get(3)?,
            lang: row.get(4)?,
            published: row.get(5)?,
            updated: row.get(11)?,
            section: row.get(12)?,
            image: row.get(6)?,
            canonical: row.get(7)?,
            method: row.get(8)?,
            quality: row.get(9)?,
            partial: row.get(10)?,
        })
    });
    Ok(found.optional()?)
}

// === settling ===

/// Stores what became of a page and settles the entries that need not wait any longer.
pub(super) fn settle(tx: &Tx, article: ArticleId, settlement: &Settlement) -> Result<(), StoreError> {
    let (at, id) = (settlement.at, article.0);
    let mut reindex = Vec::new();
    match &settlement.outcome {
        PageOutcome::Won { article: won, canonical_url, foldable } => {
            reindex = shown_with(tx, article)?;
            keep_text(tx, article, won, &reindex, at)?;
            store(tx, article, won, at)?;
            if let Some(address) = canonical_url {
                believe(tx, article, address, *foldable)?;
            }
        }
        PageOutcome::Known => {}
        PageOutcome::Kept { reason } => {
            tx.run("UPDATE article SET again = 0, error = ?2 WHERE id = ?1", params![id, reason])?;
            kept(tx, article, reason, at)?;
        }
        PageOutcome::Retry { error, at, counts } => {
            tx.run(
                "UPDATE article SET next_scrape_at = ?2, error = ?3, attempts = max(0, attempts - ?4) WHERE id = ?1",
                params![id, ms(*at), error, !counts],
            )?;
        }
        PageOutcome::Failed { error } => {
            tx.run(
                "UPDATE article SET state = CASE state WHEN 'won' THEN 'won' ELSE 'failed' END, error = ?2, again = 0 WHERE id = ?1",
                params![id, error],
            )?;
        }
    }
    let mut replaced = Vec::new();
    for entry in &settlement.entries {
        if let Some(text) = &entry.print {
            replaced.extend(prints::replace(tx, entry.id, |print| print.text.clone_from(text))?);
        }
    }
    for entry in &settlement.entries {
        stories::look_again(tx, entry.id, at)?;
    }
    for replaced in &replaced {
        prints::remember_again(tx, replaced)?;
    }
    for entry in &settlement.entries {
        settle_entry(tx, article, entry, &reindex, at)?;
    }
    if let Some(page) = &settlement.lines {
        lines::count(tx, article, page, at)?;
    }
    for entry in reindex {
        index::queue(tx, entry)?;
        tx.outputs_changed();
    }
    // Entries that came to wait while the page was under way.
    let late = waiting(tx.conn, article, false)?;
    match &settlement.outcome {
        PageOutcome::Retry { .. } => {}
        PageOutcome::Failed { error } => {
            for entry in late {
                let entry = SettledEntry {
                    id: entry.id,
                    content_origin: ContentOrigin::Feed,
                    reason: error.clone(),
                    evidence: serde_json::Value::Null,
                    published: None,
                    verdict: None,
                    print: None,
                };
                settle_entry(tx, article, &entry, &[], at)?;
            }
            tx.run("UPDATE article SET next_scrape_at = NULL WHERE id = ?1", [id])?;
        }
        PageOutcome::Won { .. } | PageOutcome::Known | PageOutcome::Kept { .. } => {
            let next = (!late.is_empty()).then(|| ms(at));
            // One that was edited while its entries were judged is to be read again.
            tx.run("UPDATE article SET next_scrape_at = ?2 WHERE id = ?1 AND (again = 0 OR ?2 IS NOT NULL)", params![id, next])?;
        }
    }
    Ok(())
}

/// Keeps the text that a page had before, for the entries that show it.
fn keep_text(tx: &Tx, article: ArticleId, won: &Article, shown: &[EntryId], at: Timestamp) -> Result<(), StoreError> {
    let sql =
        "SELECT e.title, a.text FROM entry e JOIN article a ON a.id = ?1 WHERE e.id = ?2 AND a.text IS NOT NULL AND a.text <> ?3";
    let mut before = tx.conn.prepare_cached(sql)?;
    for entry in shown {
        let found =
            before.query_row(params![article.0, entry.0, won.text], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        if let Some((title, text)) = found.optional()? {
            versions::keep(tx, *entry, at, &title, &text)?;
            outbox::edited(tx, *entry, at)?;
        }
    }
    Ok(())
}

/// Takes the entries that show an earlier text of this page out of the index, while that text is still here.
fn shown_with(tx: &Tx, article: ArticleId) -> Result<Vec<EntryId>, StoreError> {
    let mut statement =
        tx.conn.prepare_cached("SELECT id FROM entry WHERE article_id = ?1 AND content_origin = 'article' ORDER BY id")?;
    let ids = statement.query_map([article.0], |row| row.get(0).map(EntryId))?.collect::<Result<Vec<_>, _>>()?;
    let mut shown = Vec::new();
    for id in ids {
        if index::forget(tx, id)? {
            shown.push(id);
        }
    }
    Ok(shown)
}

fn store(tx: &Tx, id: ArticleId, won: &Article, at: Timestamp) -> Result<(), StoreError> {
    let done = tx.run(
        "UPDATE article SET state = 'won', error = NULL, scraped_at = ?2, title = ?3, authors = ?4, html = ?5, text = ?6,
            lang = ?7, published = ?8, image = ?9, canonical = ?10, method = ?11, quality = ?12,
            partial = ?13, updated = ?14, section = ?15, again = 0 WHERE id = ?1",
        params![
            id.0,
            ms(at),
            won.title,
            json(&won.authors),
            plain::stored(won.html.as_str(), &won.text),
            won.text,
            won.lang,
            won.published,
            won.image,
            won.canonical,
            won.method,
            won.quality,
            won.partial,
            won.updated,
            won.section,
        ],
    )?;
    if done == 0 { Err(StoreError::NoSuch(format!("article {}", id.0))) } else { Ok(()) }
}

/// Tells every entry that shows a page's text why that stays.
fn kept(tx: &Tx, article: ArticleId, reason: &str, at: Timestamp) -> Result<(), StoreError> {
    let mut shown = tx.conn.prepare_cached(
        "SELECT id, feed_id FROM entry WHERE article_id = ?1 AND content_origin = 'article' AND state <> 'removed' ORDER BY id",
    )?;
    let shown =
        shown.query_map([article.0], |row| Ok((EntryId(row.get(0)?), FeedId(row.get(1)?))))?.collect::<Result<Vec<_>, _>>()?;
    for (entry, feed) in shown {
        let decision = Decision {
            at,
            feed: Some(feed),
            entry: Some(entry),
            kind: "kept".to_owned(),
            reason: format!("its page was read again, and the text of before stays: {reason}"),
            evidence: serde_json::Value::Null,
        };
        explain::decide(tx, &decision)?;
    }
    Ok(())
}

/// Gives the waiting entries the address that their page claims and we believe. The page's own key stays as it was
/// asked for: two pages may well claim one address.
fn believe(tx: &Tx, article: ArticleId, address: &str, foldable: bool) -> Result<(), StoreError> {
    tx.run(
        "UPDATE entry SET believed_url = nullif(?2, canonical_url), foldable = ?3
         WHERE article_id = ?1 AND judged = 0 AND state <> 'removed'",
        params![article.0, address, foldable],
    )?;
    Ok(())
}

/// `unindexed`: entries that are out of the index already, see [`shown_with`].
fn settle_entry(tx: &Tx, article: ArticleId, entry: &SettledEntry, unindexed: &[EntryId], at: Timestamp) -> Result<(), StoreError> {
    let before = tx
        .conn
        .prepare_cached(
            "SELECT e.feed_id, e.received_at IS NOT NULL, e.content_origin = ?3, a.state = 'won'
             FROM entry e JOIN article a ON a.id = e.article_id WHERE e.id = ?1 AND e.article_id = ?2 AND e.state <> 'removed'",
        )?
        .query_row(params![entry.id.0, article.0, entry.content_origin.as_str()], |row| {
            Ok((FeedId(row.get(0)?), row.get::<_, bool>(1)?, row.get::<_, bool>(2)?, row.get::<_, bool>(3)?))
        })
        .optional()?;
    let Some((feed, released, same_origin, won)) = before else { return Ok(()) };
    // The feed's text is never lost for a text that is not there.
    let origin = if won { entry.content_origin } else { ContentOrigin::Feed };
    let shown_anew = !released || !same_origin;
    if released && shown_anew && !unindexed.contains(&entry.id) {
        index::forget(tx, entry.id)?;
    }
    tx.run(
        "UPDATE entry SET state = 'settled', judged = 1, content_origin = ?2, hold_until = NULL,
            received_at = coalesce(received_at, backdate, ?3) WHERE id = ?1",
        params![entry.id.0, origin.as_str(), ms(at)],
    )?;
    if shown_anew {
        index::queue(tx, entry.id)?;
        tx.outputs_changed();
        if released { outbox::completed(tx, entry.id, at)? } else { outbox::released(tx, entry.id, at)? }
    }
    if let Some(published) = entry.published.filter(|_| won) {
        date(tx, entry.id, published)?;
    }
    if let Some(verdict) = &entry.verdict {
        pages::record(tx, feed, entry.id, verdict, at)?;
    }
    let decision = Decision {
        at,
        feed: Some(feed),
        entry: Some(entry.id),
        kind: "settled".to_owned(),
        reason: entry.reason.clone(),
        evidence: entry.evidence.clone(),
    };
    explain::decide(tx, &decision)
}

/// Dates an entry that its feed leaves undated, never later than first seen.
fn date(tx: &Tx, entry: EntryId, published: Timestamp) -> Result<(), StoreError> {
    let dated = tx
        .conn
        .prepare_cached(
            "UPDATE entry SET published_at = min(?2, first_seen_at), page_dated = 1
             WHERE id = ?1 AND (published_at IS NULL OR (page_dated AND published_at <> min(?2, first_seen_at))) RETURNING story_id",
        )?
        .query_row((entry.0, ms(published)), |row| row.get(0))
        .optional()?;
    if let Some(story) = dated {
        stories::lead(tx, StoryId(story))?;
        tx.outputs_changed();
    }
    Ok(())
}

// === entries that wait no longer ===

/// Releases, with the feed's text, the entries whose wait is over. They stay pending: the page may still come.
pub(super) fn release_held(tx: &Tx, now: Timestamp) -> Result<u64, StoreError> {
    let released = release(
        tx,
        "UPDATE entry SET received_at = coalesce(backdate, ?1), hold_until = NULL
         WHERE state = 'pending' AND hold_until <= ?1 AND received_at IS NULL RETURNING id, feed_id",
        now,
    )?;
    for (entry, feed) in &released {
        let decision = Decision {
            at: now,
            feed: Some(*feed),
            entry: Some(*entry),
            kind: "held".to_owned(),
            reason: "shown with the feed's text: its page did not come within scrape.hold".to_owned(),
            evidence: serde_json::Value::Null,
        };
        explain::decide(tx, &decision)?;
    }
    tx.run("UPDATE entry SET hold_until = NULL WHERE state = 'pending' AND hold_until <= ?1", [ms(now)])?;
    Ok(u64::try_from(released.len()).unwrap_or(u64::MAX))
}

/// Settles all that is pending with the feed's text. Their pages stay queued, and may still win when they come.
pub(super) fn settle_all_pending(tx: &Tx, now: Timestamp) -> Result<u64, StoreError> {
    release(
        tx,
        "UPDATE entry SET received_at = coalesce(backdate, ?1) WHERE state = 'pending' AND received_at IS NULL RETURNING id, feed_id",
        now,
    )?;
    let settled = tx.run("UPDATE entry SET state = 'settled', hold_until = NULL WHERE state = 'pending'", [])?;
    Ok(u64::try_from(settled).unwrap_or(u64::MAX))
}

fn release(tx: &Tx, sql: &str, now: Timestamp) -> Result<Vec<(EntryId, FeedId)>, StoreError> {
    let mut statement = tx.conn.prepare_cached(sql)?;
    let released =
        statement.query_map([ms(now)], |row| Ok((EntryId(row.get(0)?), FeedId(row.get(1)?))))?.collect::<Result<Vec<_>, _>>()?;
    for (entry, _) in &released {
        index::queue(tx, *entry)?;
        outbox::released(tx, *entry, now)?;
        tx.outputs_changed();
    }
    Ok(released)
}
