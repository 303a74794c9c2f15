//! What a hook is told: an event of the outbox as the items of outputs show it, made when it is delivered; `docs/hooks.md` describes it.
//!
//! Whether a story is new to a hook or grew depends on what its filter and the rules let pass, so it is seen here and not where the entry
//! was released: with `where = "feeds >= 3"` a story is new when the third feed tells it.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::fold::{Shown, fold};
use super::outputs::{Output, Outputs, Page, View};
use super::public::{public, public_line};
use super::query::Query;
use super::{Shelf, gather, json_feed, status};
use crate::config::{Content, Stories};
use crate::model::{Depth, EntryId, FeedId, Happened, HookEvent, Item, ItemQuery, Notice, Order};

/// The shape of what is delivered. A further field is no other shape.
const VERSION: u32 = 1;

/// Largest body, bytes: beyond it the teaser goes out instead of the whole text.
const MAX_BODY: usize = 1 << 20;

/// Entries of a story that are looked at, the newest.
const MAX_MEMBERS: usize = 1_000;

/// What is delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its `type`.
    pub name: &'static str,
    /// JSON.
    pub body: Vec<u8>,
}

/// Who is told, and of what.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// What the hook sees.
    pub hook: &'a Output,
    /// What it asks for.
    pub on: &'a [HookEvent],
    /// Id of the event, the same at each try.
    pub id: &'a str,
    /// When it happened.
    pub at: Timestamp,
}

/// What `what` is to a hook at `now`; `None`: nothing, because its filter or a rule keeps it back, it does not ask for what this turns out
/// to be, or what happened is not there any more.
///
/// # Errors
/// What the shelf says.
pub async fn tell<S: Shelf>(
    shelf: &S,
    outputs: &Outputs,
    telling: Telling<'_>,
    what: Happened,
    now: Timestamp,
) -> Result<Option<Told>, String> {
    let told = match what {
        Happened::Released(entry) => story(shelf, outputs, &telling, entry, now).await?,
        Happened::Updated(entry) => updated(shelf, outputs, &telling, entry, now).await?,
        Happened::Noticed(event, row) => shelf.notice(row).await?.and_then(|notice| noticed(&telling, event, notice, now)),
    };
    let Some((event, shown, data)) = told.filter(|(event, ..)| telling.on.contains(event)) else { return Ok(None) };
    let mut channel = outputs.channel(telling.hook, &Query::default(), &Page::default());
    let mut body = written(&telling, event.as_str(), json_feed::value(&channel, &shown), &data);
    if body.len() > MAX_BODY {
        channel.content = Content::Summary;
        body = written(&telling, event.as_str(), json_feed::value(&channel, &shown), &data);
    }
    Ok(Some(Told { name: event.as_str(), body }))
}

/// What a hook is told to try it.
pub fn test(outputs: &Outputs, id: &str, name: &str, at: Timestamp) -> Told {
    let title = format!("feedmux tries the hook {name}");
    let item = json!({ "id": id, "url": format!("{}/", outputs.base()), "title": title, "content_text": "Nothing happened." });
    let body = envelope(id, "test", at, json!({ "item": item }));
    Told { name: "test", body }
}

fn written(telling: &Telling<'_>, name: &str, item: Value, more: &Value) -> Vec<u8> {
    let mut data = json!({ "item": item });
    if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
        data.extend(more.clone());
    }
    envelope(telling.id, name, telling.at, data)
}

fn envelope(id: &str, name: &str, at: Timestamp, data: Value) -> Vec<u8> {
    let envelope = json!({ "version": VERSION, "id": id, "type": name, "timestamp": at, "data": data });
    serde_json::to_vec(&envelope).unwrap_or_default() // no map keys but strings, no floats: it cannot fail
}

type Found = Option<(HookEvent, Shown, Value)>;

// === stories and entries ===

async fn story<S: Shelf>(
    shelf: &S,
    outputs: &Outputs,
    telling: &Telling<'_>,
    entry: EntryId,
    now: Timestamp,
) -> Result<Found, String> {
    let alone = ItemQuery { entries: vec![entry], limit: 1, depth: Depth::Head, ..ItemQuery::default() };
    let Some(item) = shelf.items(alone).await?.pop() else { return Ok(None) };
    let query = Query::default();
    let view = outputs.view(telling.hook, &query, now);
    let of_story = ItemQuery { story: Some(item.story.id), limit: MAX_MEMBERS, depth: view.depth(), ..ItemQuery::default() };
    let Some((event, passing)) = judge(shelf.items(of_story).await?, entry, &view) else { return Ok(None) };
    let shown = fold(&passing.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0);
    let mut page = gather::whole(shelf, &view, Page { shown, ..Page::default() }).await?;
    let Some(shown) = page.shown.pop() else { return Ok(None) };
    let data = json!({ "story": about_story(outputs, &item, feeds(&passing)), "entry": about_entry(outputs, &view.ruled(&item)) });
    Ok(Some((event, shown, data)))
}

/// What the release of `entry` is, among the released `members` of its story: those that came before it made up the story as it was then.
/// Gives those that pass and make up the story with it.
fn judge(mut members: Vec<Item>, entry: EntryId, view: &View<'_>) -> Option<(HookEvent, Vec<Item>)> {
    // The order in which they came, not that of the list, where a feed's first poll is back-dated.
    members.sort_by_key(|item| (item.received.max(item.first_seen), item.entry));
    let place = members.iter().position(|item| item.entry == entry)?;
    let passing = |came: &[Item]| {
        let feeds = feeds(came);
        let then = |item: &Item| {
            let mut item = item.clone();
            item.story.feeds = feeds;
            view.take(item)
        };
        came.iter().filter_map(then).collect::<Vec<Item>>()
    };
    let (before, with) = (passing(&members[..place]), passing(&members[..=place]));
    let stands = |items: &[Item]| items.iter().any(|item| !item.muted);
    if !stands(&before) {
        return stands(&with).then_some((HookEvent::StoryNew, with));
    }
    let feed = with.iter().find(|item| item.entry == entry)?.source.feed;
    let is_another = before.iter().all(|item| item.source.feed != feed);
    (is_another && stands(&with)).then_some((HookEvent::StoryGrew, with))
}

/// An edited entry is told as it is, not as part of its story.
async fn updated<S: Shelf>(
    shelf: &S,
    outputs: &Outputs,
    telling: &Telling<'_>,
    entry: EntryId,
    now: Timestamp,
) -> Result<Found, String> {
    let ask = ItemQuery { entries: vec![entry], limit: 1, ..ItemQuery::default() };
    let query = Query::default();
    let view = outputs.view(telling.hook, &query, now);
    let Some(item) = shelf.items(ask).await?.pop().and_then(|item| view.take(item)) else { return Ok(None) };
    let data = json!({ "story": about_story(outputs, &item, item.story.feeds), "entry": about_entry(outputs, &item) });
    Ok(fold(&[&item], Stories::Show, Order::Received, 0).pop().map(|shown| (HookEvent::EntryUpdated, shown, data)))
}

fn about_story(outputs: &Outputs, item: &Item, feeds: usize) -> Value {
    let id = item.story.id.0;
    json!({ "id": id, "page": format!("{}/stories/{id}", outputs.base()), "feeds": feeds })
}

fn about_entry(outputs: &Outputs, item: &Item) -> Value {
    let shown = super::fold::presentable(item);
    let page = format!("{}/entries/{}", outputs.base(), item.entry.0);
    json!({ "id": item.entry.0, "page": page, "url": shown.url, "title": shown.title, "source": shown.source.title })
}

fn feeds(items: &[Item]) -> usize {
    items.iter().map(|item| item.source.feed).collect::<HashSet<FeedId>>().len()
}

// === feeds ===

/// The notice as it was when that was told: it may be over by now, or open again.
fn noticed(telling: &Telling<'_>, event: HookEvent, mut notice: Notice, now: Timestamp) -> Found {
    if !notice.kind.is_event() {
        let is_over = HookEvent::of_notice(notice.kind, true) == Some(event);
        notice.ended_at = is_over.then_some(telling.at);
    }
    notice.changed_at = telling.at;
    let item = status::alone(&notice);
    if !telling.hook.filter.matches(&item, now) {
        return None;
    }
    let data = json!({
        "feed": {
            "id": notice.feed.0,
            "title": public(&notice.feed_title),
            "url": public(&notice.feed_url),
            "site_url": notice.site_url.as_deref().map(public),
            "tags": notice.feed_tags,
        },
        "notice": { "kind": notice.kind, "since": notice.begun_at, "until": notice.ended_at, "detail": public_line(&notice.detail) },
    });
    fold(&[&item], Stories::Show, Order::Received, 0).pop().map(|shown| (event, shown, data))
}

#[cfg(test)]
mod tests;
