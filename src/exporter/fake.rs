//! Items and a shelf for the tests of this folder.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::Shelf;
use super::fold::place;
use super::page::Evidence;
use crate::model::*;
use crate::store::{Fold, Overlap};

/// `minute` minutes after an arbitrary moment.
pub(super) fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + minute * 60).unwrap()
}

/// Entry `n` of feed `n`, alone in its story, published and received in minute `n`.
pub(super) fn item(n: i64) -> Item {
    Item {
        entry: EntryId(n),
        public_id: format!("urn:test:{n}"),
        url: Some(format!("https://site{n}.example/a?x=1&y=2")),
        title: format!("Title {n}"),
        published: at(n),
        updated: at(n),
        first_seen: at(n),
        received: at(n),
        authors: vec![format!("Author {n}")],
        tags: vec!["news".to_owned()],
        lang: Some("en".to_owned()),
        summary: Some(CleanHtml::trusted(format!("<p>Teaser {n}</p>"))),
        content: Some(CleanHtml::trusted(format!("<p>Whole text {n}, with more.</p>"))),
        text: format!("Whole text {n}, with more."),
        image: None,
        enclosures: Vec::new(),
        podcast: Vec::new(),
        source: SourceRef {
            feed: FeedId(n),
            url: format!("https://site{n}.example/feed"),
            title: format!("Feed {n}"),
            site_url: Some(format!("https://site{n}.example/")),
            tags: Vec::new(),
            priority: 0,
        },
        story: StoryRef { id: StoryId(1000 + n), founding_id: format!("urn:test:{n}"), is_founding: true, is_lead: true, feeds: 1 },
        muted: false,
    }
}

impl Item {
    pub(super) fn in_story(mut self, story: i64, founder: i64) -> Self {
        let is_founding = self.entry.0 == founder;
        self.story =
            StoryRef { id: StoryId(story), founding_id: format!("urn:test:{founder}"), is_founding, is_lead: false, feeds: 1 };
        self
    }

    pub(super) fn received(mut self, minute: i64) -> Self {
        (self.received, self.first_seen) = (at(minute), at(minute));
        self.published = self.published.min(self.received);
        self
    }

    /// Of feed `n`.
    pub(super) fn of_feed(mut self, n: i64) -> Self {
        self.source.feed = FeedId(n);
        self
    }

    pub(super) fn tagged(mut self, tag: &str) -> Self {
        self.source.tags = vec![tag.to_owned()];
        self
    }
}

/// A store in memory.
#[derive(Clone, Default)]
pub(super) struct Fake {
    pub(super) items: Arc<Mutex<Vec<Item>>>,
    pub(super) feeds: Arc<Mutex<Vec<FeedRow>>>,
    pub(super) notices: Arc<Mutex<Vec<Notice>>>,
    pub(super) seq: Arc<AtomicU64>,
    /// How often items were asked for.
    pub(super) asked: Arc<AtomicUsize>,
    /// How often something was searched for.
    pub(super) searched: Arc<AtomicUsize>,
    pub(super) broken: Arc<Mutex<Option<String>>>,
    pub(super) glance: Arc<Mutex<Glance>>,
    pub(super) overlaps: Arc<Mutex<Vec<Overlap>>>,
    pub(super) folds: Arc<Mutex<Vec<Fold>>>,
    pub(super) evidence: Arc<Mutex<Option<Evidence>>>,
}

impl Fake {
    pub(super) fn of(items: Vec<Item>) -> Self {
        Self { items: Arc::new(Mutex::new(items)), ..Self::default() }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<Item>)) {
        change(&mut self.items.lock().unwrap());
        self.seq.fetch_add(1, Ordering::SeqCst);
    }
}

impl Shelf for Fake {
    async fn items(&self, query: ItemQuery) -> Result<Vec<Item>, String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let all = self.items.lock().unwrap();
        let key = |item: &Item| (place(item, query.order), item.entry);
        let mut found: Vec<&Item> = all
            .iter()
            .filter(|item| query.before.is_none_or(|before| key(item) < before))
            .filter(|item| query.since.is_none_or(|since| key(item).0 >= since))
            .filter(|item| query.needs.iter().all(|need| meets(item, need)))
            .filter(|item| query.words.as_ref().is_none_or(|words| item.text.contains(words.typed.as_str())))
            .filter(|item| query.story.is_none_or(|story| item.story.id == story))
            .filter(|item| query.entries.is_empty() || query.entries.contains(&item.entry))
            .collect();
        found.sort_by_key(|item| std::cmp::Reverse(key(item)));
        found.truncate(query.limit);
        if query.with_members {
            let listed: HashSet<EntryId> = found.iter().map(|item| item.entry).collect();
            let stories: HashSet<StoryId> = found.iter().map(|item| item.story.id).collect();
            found.extend(all.iter().filter(|item| stories.contains(&item.story.id) && !listed.contains(&item.entry)));
        }
        Ok(found.into_iter().map(|item| read(item, query.depth)).collect())
    }

    async fn find(&self, query: SearchQuery, reach: Reach) -> Result<Vec<EntryId>, String> {
        self.searched.fetch_add(1, Ordering::SeqCst);
        let all: Vec<EntryId> = self.items.lock().unwrap().iter().map(|item| item.entry).collect();
        let ends = |text: &str, at: usize| !text[at..].starts_with(char::is_alphanumeric);
        let is_meant =
            |text: &str, marks: &[(usize, usize)]| marks.iter().any(|(_, to)| reach == Reach::Beginnings || ends(text, *to));
        let matches = |hit: &SearchHit| is_meant(&hit.title, &hit.title_marks) || is_meant(&hit.snippet.text, &hit.snippet.marks);
        let found = self.hits(query.words, all).await?.into_iter().filter(matches);
        Ok(found.map(|hit| hit.entry_id).take(query.limit).collect())
    }

    async fn hits(&self, words: Words, entries: Vec<EntryId>) -> Result<Vec<SearchHit>, String> {
        let words = words.typed.to_lowercase();
        let found = |text: &str| text.to_lowercase().find(&words).map(|at| (at, at + words.len())).into_iter().collect::<Vec<_>>();
        let hit = |item: &Item| SearchHit {
            entry_id: item.entry,
            public_id: item.public_id.clone(),
            title_marks: found(&item.title),
            title: item.title.clone(),
            url: item.url.clone(),
            feed_title: item.source.title.clone(),
            published: item.published,
            lang: item.lang.clone(),
            snippet: Snippet { marks: found(&item.text), text: item.text.clone() },
            story: item.story.id,
            more: 0,
        };
        let items = self.items.lock().unwrap();
        let by_id: HashMap<EntryId, &Item> = items.iter().map(|item| (item.entry, item)).collect();
        Ok(entries.iter().filter_map(|entry| by_id.get(entry)).map(|item| hit(item)).collect())
    }

    async fn rows(&self) -> Result<std::ops::Range<i64>, String> {
        let rows: Vec<i64> = self.items.lock().unwrap().iter().map(|item| item.entry.0).collect();
        Ok(rows.iter().min().copied().unwrap_or(1)..rows.iter().max().map_or(1, |last| last + 1))
    }

    async fn change_seq(&self) -> Result<u64, String> {
        Ok(self.seq.load(Ordering::SeqCst))
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, String> {
        Ok(self.feeds.lock().unwrap().clone())
    }

    async fn notices(&self, open: bool) -> Result<Vec<Notice>, String> {
        Ok(self.notices.lock().unwrap().iter().filter(|notice| !open || notice.is_open()).cloned().collect())
    }

    async fn notice(&self, id: i64) -> Result<Option<Notice>, String> {
        Ok(self.notices.lock().unwrap().iter().find(|notice| notice.id == id).cloned())
    }

    async fn ready(&self) -> Result<(), String> {
        self.broken.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    /// The days are as set; the rest follows from the feeds.
    async fn glance(&self, _: Timestamp, rows: usize, _: usize) -> Result<Glance, String> {
        let mut first: Vec<FeedRow> = self.feeds().await?.into_iter().filter(|row| row.subscribed).collect();
        let ill = |row: &FeedRow| row.state.is_trouble();
        let (feeds, in_trouble) = (first.len() as u64, first.iter().filter(|row| ill(row)).count() as u64);
        let entries = first.iter().map(|row| row.entries).sum();
        first.sort_by_key(|row| !ill(row));
        first.truncate(rows);
        let Glance { days, halted, .. } = self.glance.lock().unwrap().clone();
        Ok(Glance { feeds, in_trouble, entries, first, days, halted })
    }

    async fn overlaps(&self, _: Timestamp, _: u64) -> Result<Vec<Overlap>, String> {
        Ok(self.overlaps.lock().unwrap().clone())
    }

    async fn folds(&self, _: StoryId, n: usize) -> Result<Vec<Fold>, String> {
        Ok(self.folds.lock().unwrap().iter().take(n).cloned().collect())
    }

    async fn evidence(&self, _: EntryId) -> Result<Option<Evidence>, String> {
        Ok(self.evidence.lock().unwrap().clone())
    }

    async fn subscribe(&self, _: Timestamp, spec: FeedSpec, _: Option<String>) -> Result<(FeedId, bool), String> {
        let mut feeds = self.feeds.lock().unwrap();
        if let Some(known) = feeds.iter().find(|row| row.url == spec.url.as_str()) {
            return Ok((known.id, false));
        }
        let mut row = feed(feeds.len() as i64 + 1);
        row.url = spec.url.into();
        feeds.push(row.clone());
        self.seq.fetch_add(1, Ordering::SeqCst);
        Ok((row.id, true))
    }

    async fn unsubscribe(&self, _: Timestamp, id: FeedId) -> Result<(), String> {
        self.feeds.lock().unwrap().iter_mut().filter(|row| row.id == id).for_each(|row| row.subscribed = false);
        self.seq.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn meets(item: &Item, need: &Required) -> bool {
    match need {
        Required::Tag(tags) => tags.iter().any(|tag| item.tags.contains(tag) || item.source.tags.contains(tag)),
        Required::Feed(parts) => {
            let name = format!("{} {}", item.source.title, item.source.url).to_lowercase();
            parts.iter().any(|part| name.contains(&part.to_lowercase()))
        }
        Required::FeedIs(feed) => item.source.feed == *feed,
        Required::Lang(tags) => item.lang.as_ref().is_some_and(|lang| tags.contains(lang)),
        Required::Published(at) => item.published >= *at,
        Required::Rows(rows) => rows.contains(&item.entry.0),
        Required::Founded(rows) => rows.contains(&item.story.id.0),
    }
}

/// What the store leaves out is left out, so that a test fails where it is needed.
fn read(item: &Item, depth: Depth) -> Item {
    let mut item = item.clone();
    if depth != Depth::Whole {
        (item.summary, item.content, item.image) = (None, None, None);
        (item.enclosures, item.podcast) = (Vec::new(), Vec::new());
    }
    if depth == Depth::Head {
        item.text.clear();
    }
    item
}

/// Notice `n` of feed `n`, begun at `at(n)` and told a minute later.
pub(super) fn notice(n: i64, kind: NoticeKind) -> Notice {
    Notice {
        id: n,
        public_id: format!("urn:test:{n}"),
        feed: FeedId(n),
        feed_title: format!("Feed {n}"),
        feed_url: format!("https://site{n}.example/feed?token=geheim"),
        site_url: Some(format!("https://site{n}.example/")),
        feed_tags: vec!["news".to_owned()],
        origin: Origin::Managed,
        kind,
        begun_at: at(n),
        told_at: at(n + 1),
        changed_at: at(n + 1),
        ended_at: kind.is_event().then(|| at(n + 1)),
        own: true,
        detail: "status 500".to_owned(),
    }
}

/// A feed that is well.
pub(super) fn feed(n: i64) -> FeedRow {
    FeedRow {
        id: FeedId(n),
        url: format!("https://site{n}.example/feed"),
        listed_url: None,
        merged_into: None,
        title: format!("Feed {n}"),
        site_url: Some(format!("https://site{n}.example/")),
        tags: Vec::new(),
        origin: Origin::Managed,
        subscribed: true,
        state: FeedState::Active,
        last_status: Some(200),
        last_error: None,
        failures: 0,
        last_polled_at: Some(at(0)),
        next_poll_at: Some(at(30)),
        next_poll_reason: Some("every 30 minutes".to_owned()),
        interval_s: Some(1800),
        last_new_at: Some(at(0)),
        entries: 10,
    }
}
