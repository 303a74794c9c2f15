//! A poll's outcome, good or bad, in one transaction.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::activity::{self, Ended};
use super::values::{json, limit, ms};
use super::writer::Tx;
use super::{
    Store, StoreError, again, articles, explain, feeds, index, known, moves, notices, outbox, pages, plain, prints, standing,
    stories, versions, websub,
};
use crate::clock::after;
use crate::model::{
    Address, Applied, Attached, ChangedEntry, CleanHtml, EntryId, EntryKey, FeedId, FeedState, Fingerprint, Hash128, HubSaid,
    NewEntry, Plan, PodcastElement, PollRecord, PushPlan,
};

/// Lines of the view `polls` a feed.
pub(super) const POLLS_KEPT: i64 = 50;
/// How stale `last_seen_at` may be: an unchanged entry is written once a day, not at each poll.
const SEEN_PRECISION_MS: i64 = 24 * 60 * 60 * 1000;
/// Names that are kept of one entry. A feed that invents a GUID at each poll is known by its other names; without this it would leave
/// hundreds of thousands a year.
const NAMES_KEPT: i64 = 100;
/// Tries for an id in outputs that is still free, before the poll is refused.
const PUBLIC_ID_TRIES: u32 = 8;

impl Store {
    /// Applies at once the plans of polls that brought nothing, or where one of them cannot be, each by itself: one job answers for all,
    /// and they write the same pages. Answers in their order.
    ///
    /// # Errors
    /// What [`Store::apply`] says of each.
    pub async fn apply_all(&self, polls: &[(FeedId, Arc<Plan>)]) -> Vec<Result<Applied, StoreError>> {
        let together = polls.to_vec();
        let folds = polls.iter().any(|(_, plan)| folds(&plan.new, &plan.changed));
        let work = move |tx: &Tx| together.iter().map(|(feed, plan)| apply(tx, *feed, plan)).collect::<Result<Vec<_>, _>>();
        match self.write_as(folds, work).await {
            Ok(applied) => applied.into_iter().map(Ok).collect(),
            // What a full or locked disk says of all it says of each. A damaged page may be of one of them.
            Err(error) if error.is_of_the_disk() && !matches!(error, StoreError::Corrupt(_)) => vec![Err(error); polls.len()],
            Err(_) => join_all(polls.iter().map(|(feed, plan)| self.apply(*feed, Arc::clone(plan)))).await,
        }
    }
}

/// Applies `plan` to `feed`.
pub(super) fn apply(tx: &Tx, feed: FeedId, plan: &Plan) -> Result<Applied, StoreError> {
    let seen_at = plan.poll.at;
    let before = standing::of(tx, feed)?;
    standing::patch(tx, feed, seen_at, &plan.feed, &before)?;
    // Nearly every poll is of a feed that stays where it is, goes on being polled and says nothing of hubs.
    let stays = !before.is_moving && plan.feed.address == Address::Here;
    let has_moved = !stays && moves::apply(tx, feed, &plan.feed.address, seen_at)?;
    let goes_on = before.is_followed && plan.feed.state != FeedState::Gone && !has_moved;
    if !goes_on || plan.feed.hub != HubSaid::Unknown {
        websub::follow(tx, feed, &plan.feed.hub, seen_at)?;
    }
    if let Some(meta) = &plan.feed.meta {
        feeds::describe(tx, feed, meta)?;
    }
    let applied = bring(tx, feed, (&plan.new, &plan.changed), (&plan.attached, &plan.seen), &plan.poll)?;
    if applied.new > 0 {
        websub::missed(tx, feed)?;
    }
    // A part of a document does not say what left it.
    if plan.feed.full && !(plan.new.is_empty() && plan.changed.is_empty() && plan.seen.is_empty()) {
        tx.run("UPDATE feed_poll SET last_read_at = ?2 WHERE feed_id = ?1", (feed.0, ms(seen_at)))?;
    }
    let ended = if plan.feed.ok { Ended::Well } else { Ended::Badly };
    activity::record(tx, (feed, (before.polls + 1) % POLLS_KEPT), &plan.poll, &applied, ended)?;
    notices::apply(tx, feed, &plan.signs, has_moved, seen_at)?;
    for decision in &plan.decisions {
        explain::decide(tx, decision)?;
    }
    Ok(applied)
}

/// Applies what a hub pushed for `feed`.
pub(super) fn push(tx: &Tx, feed: FeedId, plan: &PushPlan) -> Result<Applied, StoreError> {
    tx.run("UPDATE feed_poll SET polls = polls + 1 WHERE feed_id = ?1", [feed.0])?;
    let slot: i64 =
        tx.conn.prepare_cached("SELECT polls FROM feed_poll WHERE feed_id = ?1")?.query_row([feed.0], |row| row.get(0))?;
    let applied = bring(tx, feed, (&plan.new, &plan.changed), (&plan.attached, &plan.seen), &plan.poll)?;
    if applied.changed > 0 {
        // A hub may deliver late what was overtaken since: then the next poll has to bring all of it.
        tx.run("UPDATE feed_poll SET etag = NULL, last_modified = NULL, body_hash = NULL WHERE feed_id = ?1", [feed.0])?;
    }
    activity::record(tx, (feed, slot % POLLS_KEPT), &plan.poll, &applied, Ended::Unasked)?;
    for decision in &plan.decisions {
        explain::decide(tx, decision)?;
    }
    Ok(applied)
}

/// Stores what a document brought.
fn bring(
    tx: &Tx,
    feed: FeedId,
    (new, changed): (&[NewEntry], &[ChangedEntry]),
    (attached, seen): (&[Attached], &[(EntryId, Vec<EntryKey>)]),
    poll: &PollRecord,
) -> Result<Applied, StoreError> {
    let seen_at = poll.at;
    // The time of release: that of the poll's end, or a slow poll would put its entries below what readers have seen.
    let done_at = after(poll.at, poll.duration);
    let mut applied = Applied::default();
    let buried = !new.is_empty() && known::has_tombstones(tx.conn, feed)?;
    for (id, new) in (reserve(tx, new.len())?..).map(EntryId).zip(new) {
        if buried && is_buried(tx, feed, &new.keys)? || !claim(tx, feed, id, new)? {
            continue;
        }
        applied.new += 1;
        applied.folded += u32::from(store(tx, feed, id, new, seen_at, done_at)?);
    }
    for changed in changed {
        applied.changed += u32::from(rewrite(tx, feed, changed, seen_at)?);
    }
    for attached in attached {
        attach(tx, feed, attached, seen_at)?;
    }
    for (entry, keys) in seen {
        see(tx, feed, *entry, keys, seen_at)?;
    }
    if applied.new > 0 {
        notices::heard(tx, feed, seen_at)?;
    }
    Ok(applied)
}

/// Row numbers for `n` entries, never given twice: the first of them.
fn reserve(tx: &Tx, n: usize) -> Result<i64, StoreError> {
    if n == 0 {
        return Ok(0);
    }
    let n = super::values::limit(n);
    tx.run("UPDATE counter SET value = value + ?1 WHERE name = 'entry'", [n])?;
    let last: i64 = tx.conn.prepare_cached("SELECT value FROM counter WHERE name = 'entry'")?.query_row([], |row| row.get(0))?;
    Ok(last - n + 1)
}

fn is_buried(tx: &Tx, feed: FeedId, keys: &[EntryKey]) -> Result<bool, StoreError> {
    let mut find = tx.conn.prepare_cached("SELECT 1 FROM tombstone WHERE feed_id = ?1 AND key = ?2")?;
    for key in keys {
        if find.exists((feed.0, key.0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes all names of a new entry, or none: one that is taken says that the entry is stored already.
fn claim(tx: &Tx, feed: FeedId, id: EntryId, new: &NewEntry) -> Result<bool, StoreError> {
    let keys = &new.keys;
    for (nth, key) in keys.iter().enumerate() {
        let free = tx.run("INSERT OR IGNORE INTO alias (feed_id, key, entry_id) VALUES (?1, ?2, ?3)", (feed.0, key.0, id.0))? > 0;
        if free || keys[..nth].contains(key) {
            continue;
        }
        for mine in &keys[..nth] {
            tx.run("DELETE FROM alias WHERE feed_id = ?1 AND key = ?2 AND entry_id = ?3", (feed.0, mine.0, id.0))?;
        }
        return Ok(false);
    }
    for key in &new.inherited {
        tx.run("INSERT OR REPLACE INTO alias (feed_id, key, entry_id) VALUES (?1, ?2, ?3)", (feed.0, key.0, id.0))?;
    }
    Ok(true)
}

/// Says whether the entry joined the story of another.
fn store<'n>(
    tx: &Tx,
    feed: FeedId,
    id: EntryId,
    new: &'n NewEntry,
    seen_at: Timestamp,
    done_at: Timestamp,
) -> Result<bool, StoreError> {
    let text = &new.text;
    let html = |html: &'n Option<CleanHtml>| html.as_ref().map(|html| plain::stored(html.as_str(), &text.text));
    let article = match &new.scrape {
        Some(ask) => Some(articles::ask(tx, ask, seen_at)?),
        None => None,
    };
    let subject = prints::of_new(tx.conn, (feed, id), new, seen_at)?;
    let verdict = stories::seek(tx, &subject)?;
    let story = verdict.join.as_ref().map_or(id.0, |join| join.story.0);
    let received = new.scrape.is_none().then(|| new.received_at.unwrap_or(done_at));
    for attempt in 0.. {
        let stored = tx.run(
            "INSERT INTO entry (id, feed_id, story_id, article_id, state, judged, foldable, first_seen_at, last_seen_at,
                received_at, backdate, hold_until, published_at, updated_at, content_hash, title_hash, public_id, guid, url,
                canonical_url, lang, title, image_url, authors, tags, enclosures, summary_html, text, content_html, names, podcast)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)
             ON CONFLICT (public_id) DO NOTHING",
            params![
                id.0,
                feed.0,
                story,
                article.map(|article| article.0),
                if article.is_some() { "pending" } else { "settled" },
                article.is_none(),
                new.foldable,
                ms(seen_at),
                received.map(ms),
                new.received_at.map(ms),
                new.scrape.as_ref().map(|ask| ms(ask.hold_until)),
                text.published.map(ms),
                text.updated.map(ms),
                new.content_hash.0,
                new.title_hash.0,
                public_id(&new.public_id, attempt),
                text.guid,
                text.url,
                text.canonical_url,
                text.lang,
                text.title,
                text.image,
                json(&text.authors),
                json(&text.tags),
                json(&text.enclosures),
                html(&text.summary),
                text.text,
                html(&text.content),
                limit(new.keys.len() + new.inherited.len()),
                podcast(&text.podcast),
            ],
        )?;
        if stored > 0 {
            break;
        }
        if attempt >= PUBLIC_ID_TRIES {
            return Err(StoreError::Sql(format!("no free public id for {}", new.public_id)));
        }
    }
    if let Some(choice) = &new.page {
        pages::note(tx, feed, id, choice, seen_at)?;
    }
    if received.is_some() {
        index::queue(tx, id)?;
        outbox::released(tx, id, done_at)?;
        tx.outputs_changed();
    }
    stories::arrived(tx, &subject, &verdict, seen_at)?;
    Ok(verdict.join.is_some())
}

/// The id that was wished for; where it is taken (a name that came back under new names), one made of it.
fn public_id(wished: &str, attempt: u32) -> std::borrow::Cow<'_, str> {
    if attempt == 0 {
        return wished.into();
    }
    Hash128::of(format!("{wished}#{attempt}").as_bytes()).urn().into()
}

/// Says whether there was such an entry.
fn rewrite<'c>(tx: &Tx, feed: FeedId, changed: &'c ChangedEntry, at: Timestamp) -> Result<bool, StoreError> {
    let (id, text) = (changed.id, &changed.text);
    let html = |html: &'c Option<CleanHtml>| html.as_ref().map(|html| plain::stored(html.as_str(), &text.text));
    let before = tx
        .conn
        .prepare_cached("SELECT title, text FROM entry WHERE id = ?1 AND feed_id = ?2")?
        .query_row((id.0, feed.0), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?
        .filter(|(title, before)| *title != text.title || *before != text.text);
    if let Some((title, _)) = before.as_ref().filter(|_| changed.matters) {
        let shown = versions::shown(tx.conn, id)?;
        // Behind an article's text the feed's own is not seen.
        if let Some(shown) = shown.filter(|shown| !shown.is_article || *title != text.title) {
            versions::keep(tx, id, at, title, &shown.text)?;
            outbox::edited(tx, id, at)?;
        }
    }
    let found = index::forget(tx, id)?;
    let done = tx.run(
        "UPDATE entry SET guid = ?3, url = ?4, foldable = foldable AND canonical_url IS ?5, canonical_url = ?5, lang = ?6,
            title = ?7, image_url = ?8, authors = ?9, tags = ?10, enclosures = ?11, summary_html = ?12, text = ?13,
            content_html = ?14, published_at = CASE WHEN page_dated THEN coalesce(?15, published_at) ELSE coalesce(published_at, ?15) END,
            page_dated = page_dated AND ?15 IS NULL, updated_at = CASE WHEN ?21 THEN ?16 ELSE updated_at END, content_hash = ?17,
            title_hash = ?18, last_seen_at = ?19, podcast = ?20, revision = revision + 1
         WHERE id = ?1 AND feed_id = ?2 AND state <> 'removed'",
        params![
            id.0,
            feed.0,
            text.guid,
            text.url,
            text.canonical_url,
            text.lang,
            text.title,
            text.image,
            json(&text.authors),
            json(&text.tags),
            json(&text.enclosures),
            html(&text.summary),
            text.text,
            html(&text.content),
            text.published.map(ms),
            ms(text.updated.unwrap_or(at)),
            changed.content_hash.0,
            changed.title_hash.0,
            ms(at),
            podcast(&text.podcast),
            changed.matters,
        ],
    )?;
    if found {
        index::queue(tx, id)?;
        tx.outputs_changed();
    }
    if done > 0 {
        if before.is_some() {
            again::edited(tx, feed, id, at)?;
        }
        add_names(tx, feed, id, &changed.keys)?;
        let shows_page = "SELECT 1 FROM entry WHERE id = ?1 AND content_origin = 'article'";
        let shows_page = tx.conn.prepare_cached(shows_page)?.exists([id.0])?;
        let Fingerprint { form, headline, host, text } = &changed.print;
        let replaced = prints::replace(tx, id, |print| {
            (print.form, print.headline, print.host) = (*form, *headline, *host);
            if !shows_page {
                print.text.clone_from(text);
            }
        })?;
        if let Some(replaced) = replaced {
            prints::remember_again(tx, &replaced)?;
        }
    }
    Ok(done > 0)
}

/// Stores what is attached where it moved; no edit. At each poll while the entry is young, later once a day, before [`see`] says that it
/// was seen: some publishers sign addresses anew at each request.
fn attach(tx: &Tx, feed: FeedId, attached: &Attached, at: Timestamp) -> Result<(), StoreError> {
    let released = tx
        .conn
        .prepare_cached(
            "UPDATE entry SET enclosures = ?3, podcast = ?4
             WHERE id = ?1 AND feed_id = ?2 AND state <> 'removed' AND (last_seen_at < ?5 OR first_seen_at >= ?5)
                AND (enclosures, podcast) IS NOT (?3, ?4)
             RETURNING received_at IS NOT NULL",
        )?
        .query_row(
            params![
                attached.id.0,
                feed.0,
                json(&attached.enclosures),
                podcast(&attached.podcast),
                ms(at).saturating_sub(SEEN_PRECISION_MS),
            ],
            |row| row.get(0),
        )
        .optional()?;
    if released == Some(true) {
        tx.outputs_changed();
    }
    Ok(())
}

/// As stored: nothing for entries without any.
fn podcast(elements: &[PodcastElement]) -> Option<String> {
    (!elements.is_empty()).then(|| json(elements))
}

fn see(tx: &Tx, feed: FeedId, id: EntryId, keys: &[EntryKey], at: Timestamp) -> Result<(), StoreError> {
    tx.run(
        "UPDATE entry SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?3",
        (id.0, ms(at), ms(at).saturating_sub(SEEN_PRECISION_MS)),
    )?;
    add_names(tx, feed, id, keys)
}

fn add_names(tx: &Tx, feed: FeedId, id: EntryId, keys: &[EntryKey]) -> Result<(), StoreError> {
    let mut added = 0;
    for key in keys {
        added += tx.run(
            "INSERT OR IGNORE INTO alias (feed_id, key, entry_id)
             SELECT ?1, ?2, ?3 WHERE (SELECT names FROM entry WHERE id = ?3) < ?4",
            (feed.0, key.0, id.0, NAMES_KEPT),
        )?;
    }
    if added > 0 {
        tx.run("UPDATE entry SET names = names + ?2 WHERE id = ?1", (id.0, limit(added)))?;
    }
    Ok(())
}

/// Whether storing them asks the folder.
pub(super) fn folds(new: &[NewEntry], changed: &[ChangedEntry]) -> bool {
    !(new.is_empty() && changed.is_empty())
}
