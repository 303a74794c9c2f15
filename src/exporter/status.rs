//! What is wrong with feeds, as a feed: `/feeds/status.atom`.
//!
//! A notice is an item like any other, so that the writers need not know. Its text says what happened and what can be done, and changes
//! only when the notice does: no time of a next poll stands in it, or readers would get a new document with each poll.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Shelf;
use super::fold::fold;
use super::outputs::{Output, Page};
use super::public::{public, public_line};
use super::query::{MAX_LIMIT_RENDER, Query};
use crate::config::Stories;
use crate::model::{
    Block, CleanHtml, EntryId, FeedId, Hash128, Item, Notice, NoticeKind, Order, Origin, SourceRef, StoryId, StoryRef,
};

/// Name of the output; no other may have it.
pub const NAME: &str = "status";

/// What the document says of itself.
pub(super) const DESCRIPTION: &str = "What is wrong with your feeds: an item each, changed when it is over";

/// Lines of an item that tells several notices.
const MAX_LISTED: usize = 100;

/// The page of `output` for `query`. There is no second one: what is told is kept for a while, and what changes comes to the top.
pub(super) async fn page<S: Shelf>(shelf: &S, base: &str, output: &Output, query: &Query, now: Timestamp) -> Result<Page, String> {
    let notices = shelf.notices(false).await?;
    let items = items(&notices, base);
    let wanted = |item: &&Item| query.passes(item, now) && query.since.is_none_or(|since| item.received >= since);
    let mut shown = fold(&items.iter().filter(wanted).collect::<Vec<_>>(), Stories::Show, Order::Received, 0);
    shown.truncate(query.limit.unwrap_or(output.items).clamp(1, MAX_LIMIT_RENDER));
    Ok(Page { shown, ..Page::default() })
}

/// What happened, in one line, with the feed's name: `Daily Otter has gone silent`.
pub fn headline(notice: &Notice) -> String {
    let feed = public(notice.feed_title.trim());
    if notice.is_resolved() {
        let over = match notice.kind {
            NoticeKind::Failing => "can be read again",
            NoticeKind::Blocked => "lets us in again",
            NoticeKind::Gone => "is back",
            NoticeKind::Silent => "has news again",
            NoticeKind::PagesBroken => "has article pages that can be read again",
            NoticeKind::Moved | NoticeKind::Rekeyed => "goes on",
        };
        return format!("Resolved: {feed} {over}");
    }
    let what = match notice.kind {
        NoticeKind::Failing => "cannot be read",
        NoticeKind::Blocked => "refuses us",
        NoticeKind::Gone => "is gone",
        NoticeKind::Silent => "has gone silent",
        NoticeKind::PagesBroken => "has article pages that give less than before",
        NoticeKind::Moved => "has moved",
        NoticeKind::Rekeyed => "gave its entries new GUIDs",
    };
    format!("{feed} {what}")
}

/// Those that are told alone, and one item for what else came on a day.
fn items(notices: &[Notice], base: &str) -> Vec<Item> {
    let mut days: BTreeMap<String, Vec<&Notice>> = BTreeMap::new();
    for notice in notices.iter().filter(|notice| !notice.own) {
        days.entry(TimeZone::UTC.to_datetime(notice.told_at).date().to_string()).or_default().push(notice);
    }
    let alone = notices.iter().filter(|notice| notice.own).map(alone);
    alone.chain(days.iter().filter_map(|(day, notices)| together(day, notices, base))).collect()
}

/// One notice as an item.
pub(super) fn alone(notice: &Notice) -> Item {
    let site = notice.site_url.as_deref().unwrap_or(&notice.feed_url);
    let item = Item {
        public_id: notice.public_id.clone(),
        url: Some(public(site).into_owned()),
        title: headline(notice),
        tags: vec![notice.kind.as_str().to_owned()],
        source: SourceRef {
            feed: notice.feed,
            url: notice.feed_url.clone(),
            title: notice.feed_title.clone(),
            site_url: notice.site_url.as_deref().map(|site| public(site).into_owned()),
            tags: notice.feed_tags.clone(),
            priority: 0,
        },
        ..blank(notice.id, notice.told_at, notice.changed_at)
    };
    written(item, &body(notice))
}

/// `None`: there is nothing to tell.
fn together(day: &str, notices: &[&Notice], base: &str) -> Option<Item> {
    let first = notices.iter().min_by_key(|notice| (notice.told_at, notice.id))?;
    let changed = notices.iter().map(|notice| notice.changed_at).max()?;
    let mut lines: Vec<&&Notice> = notices.iter().collect();
    lines.sort_by_key(|notice| (!notice.is_open(), notice.told_at, notice.id));
    let line = |notice: &&&Notice| format!("{} (feedmux feed show {})", headline(notice), notice.feed.0);
    let mut list: Vec<String> = lines.iter().take(MAX_LISTED).map(line).collect();
    if let more @ 1.. = lines.len().saturating_sub(MAX_LISTED) {
        list.push(format!("and {more} more"));
    }
    let item = Item {
        public_id: Hash128::of(format!("feedmux notices\n{base}\n{day}").as_bytes()).urn(),
        url: Some(format!("{base}/")),
        title: format!("What else happened to your feeds on {day}"),
        source: SourceRef {
            feed: FeedId(0),
            url: format!("{base}/feeds/{NAME}.atom"),
            title: "feedmux".to_owned(),
            site_url: Some(format!("{base}/")),
            tags: Vec::new(),
            priority: 0,
        },
        ..blank(first.id, first.told_at, changed)
    };
    let intro = "So many came on one day that the rest of them are told together.".to_owned();
    Some(written(item, &[Block::Text(intro), Block::List(list)]))
}

/// An item of our own without its words. Its numbers are those of no entry and no story.
fn blank(row: i64, told: Timestamp, changed: Timestamp) -> Item {
    Item {
        entry: EntryId(-row),
        public_id: String::new(),
        url: None,
        title: String::new(),
        published: told,
        updated: changed,
        first_seen: told,
        received: changed,
        authors: Vec::new(),
        tags: Vec::new(),
        lang: Some("en".to_owned()),
        summary: None,
        content: None,
        text: String::new(),
        image: None,
        enclosures: Vec::new(),
        podcast: Vec::new(),
        muted: false,
        source: SourceRef {
            feed: FeedId(0),
            url: String::new(),
            title: String::new(),
            site_url: None,
            tags: Vec::new(),
            priority: 0,
        },
        story: StoryRef { id: StoryId(-row), founding_id: String::new(), feeds: 1, is_founding: true, is_lead: true },
    }
}

fn written(item: Item, blocks: &[Block]) -> Item {
    let text: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Text(text) | Block::Code(text) => text.clone(),
            Block::List(lines) => lines.join("\n"),
        })
        .collect();
    Item { content: Some(CleanHtml::written(blocks)), text: text.join("\n"), ..item }
}

/// What happened, since when, what is done about it, and what a person can do.
fn body(notice: &Notice) -> Vec<Block> {
    let id = notice.feed.0;
    let mut blocks = Vec::new();
    if let Some(ended) = notice.ended_at.filter(|_| notice.is_resolved()) {
        blocks.push(Block::Text(format!("Over since {}.", minute(ended))));
    }
    let since = if notice.is_open() { "Since" } else { "On" };
    blocks.push(Block::Text(format!(
        "{since} {}: {}.",
        minute(notice.begun_at),
        public_line(&notice.detail).trim_end_matches('.')
    )));
    blocks.push(Block::Text(format!("Its address: {}", public(&notice.feed_url))));
    if notice.is_resolved() {
        return blocks;
    }
    let drop = || match notice.origin {
        Origin::Managed => vec![advice("To end the subscription (what is stored stays):"), command(&format!("feed rm {id}"))],
        Origin::Config => vec![advice("To end the subscription, take it out of the configuration (what is stored stays).")],
    };
    let show = |why: &str| vec![advice(why), command(&format!("feed show {id}"))];
    let (by_itself, by_hand): (&str, Vec<Vec<Block>>) = match notice.kind {
        NoticeKind::Failing => (
            "feedmux goes on asking, more and more slowly, at least as often as poll.max_interval says (once a day). What the feed brings \
             when it is back is not lost.",
            vec![show("When it is asked next, and how it went:"), drop()],
        ),
        NoticeKind::Blocked => (
            "The server wants a password, or takes us for somebody it does not like. feedmux goes on asking, more and more slowly, and \
             does not disguise itself.",
            vec![
                show("How it went (a password goes into `auth` of the feed in the configuration):"),
                vec![advice("After a change, to ask at once:"), command(&format!("feed poll {id}"))],
                drop(),
            ],
        ),
        NoticeKind::Gone => (
            "The publisher says that the feed is gone for good, so it is not asked any more. Its entries stay.",
            vec![drop(), vec![advice("If it is back, or that was a mistake:"), command(&format!("feed resume {id}"))]],
        ),
        NoticeKind::Silent => (
            "feedmux goes on asking. Perhaps its authors are on holiday; perhaps the site has a new feed and lets the old one stand.",
            vec![
                // No word of strangers stands in a command: people copy it.
                vec![advice("If its site has a new one:"), command("feed add ADDRESS-OF-THE-SITE")],
                drop(),
            ],
        ),
        NoticeKind::PagesBroken => (
            "The site seems to have changed its pages. Entries have the feed's own text until their pages can be read again.",
            vec![
                show("What the pages gave before and give now:"),
                vec![
                    advice("After an update that reads them better, to read them again:"),
                    command(&format!("reextract --feed {id} --since 30d")),
                ],
            ],
        ),
        NoticeKind::Moved => (
            "It is polled at the new address; nothing has to be done, and what is listed stays as it is.",
            vec![vec![
                advice("If that is wrong, to begin again at the address that is listed:"),
                command(&format!("feed resume {id}")),
            ]],
        ),
        NoticeKind::Rekeyed => (
            "No entry comes twice because of that: all are known by address or text, and keep their ids here.",
            vec![show("By what its entries are told apart:")],
        ),
    };
    blocks.push(advice(by_itself));
    blocks.extend(by_hand.into_iter().flatten());
    blocks
}

fn advice(text: &str) -> Block {
    Block::Text(text.to_owned())
}

fn command(text: &str) -> Block {
    Block::Code(format!("feedmux {text}"))
}

/// `2026-11-28 09:30 UTC`.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
