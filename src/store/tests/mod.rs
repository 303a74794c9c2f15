//! What the store promises, on real files in temporary folders.

mod activity;
mod attached;
mod backup;
mod doctor;
mod feeds;
mod folding;
mod html;
mod moves;
mod notices;
mod open;
mod outbox;
mod outputs;
mod pages;
mod polls;
mod related;
mod retention;
mod scrapes;
mod stories;
mod text;
mod vacuum;
mod views;
mod websub;
mod writing;

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;
use url::Url;

use super::Store;
use crate::model::{
    Article, ArticleId, CleanHtml, ContentOrigin, DueArticle, EntryId, EntryKey, EntryText, FeedId, FeedPatch, FeedSettings,
    FeedSpec, FeedState, Fingerprint, Folder, Hash128, Item, ItemQuery, Join, Keep, Mark, Member, NewEntry, PageOutcome, Plan,
    PollRecord, Posting, Retention, Role, ScrapeAsk, ScrapeMode, SearchQuery, SettledEntry, Settlement, Sweep, TakeFeeds, Verdict,
};

/// `seconds` after a fixed moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

/// What is typed an hour after that moment.
fn searched(typed: &str, limit: usize) -> SearchQuery {
    SearchQuery::new(typed, at(HOUR), limit)
}

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

pub(crate) struct Temp {
    pub(crate) store: Store,
    pub(crate) dir: TempDir,
}

impl Temp {
    pub(crate) fn new() -> Self {
        Self::with(ByAddress)
    }

    pub(crate) fn with(folder: impl Folder + 'static) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { store: Store::open(&dir.path().join("feedmux.db"), Box::new(folder)).unwrap(), dir }
    }

    /// Removes what left its feed longer than `age` ago, all of it in steps of `n`; answers how many were removed.
    pub(crate) async fn expire(&self, when: i64, age: Duration, n: usize) -> u64 {
        let usual = Keep { age, at_most: 0 };
        self.keep(when, &Retention { usual, feeds: HashMap::new(), first_kept: HashMap::new(), bytes: 0 }, n).await
    }

    /// The same by all that can be said.
    pub(crate) async fn keep(&self, when: i64, keep: &Retention, n: usize) -> u64 {
        let keep = std::sync::Arc::new(self.store.count_out(keep.clone()).await.unwrap());
        let (mut at_step, mut removed) = (Sweep::default(), 0);
        loop {
            let swept = self.store.expire(at(when), keep.clone(), at_step, n).await.unwrap();
            removed += swept.removed;
            if (at_step, swept.at) == (Sweep::Over, Sweep::Over) {
                return removed;
            }
            at_step = swept.at;
        }
    }

    /// As after a restart.
    pub(crate) async fn reopen(&mut self, folder: impl Folder + 'static) {
        let empty = Store::open(&self.dir.path().join("other.db"), Box::new(ByAddress)).unwrap();
        std::mem::replace(&mut self.store, empty).close().await;
        self.store = Store::open(&self.dir.path().join("feedmux.db"), Box::new(folder)).unwrap();
    }

    /// Configures feeds `a`, `b`, ... at `at(0)`.
    pub(crate) async fn feeds(&self, names: &[&str]) -> Vec<FeedId> {
        self.store.put_feeds(at(0), names.iter().map(|name| spec(name)).collect()).await.unwrap()
    }

    pub(crate) async fn apply(&self, feed: FeedId, when: i64, new: Vec<NewEntry>) -> crate::model::Applied {
        self.store.apply(feed, Plan { new, ..plan(when) }).await.unwrap()
    }

    /// One value of a query.
    pub(crate) async fn value(&self, sql: &str) -> serde_json::Value {
        let table = self.store.sql(sql, 1, Duration::from_secs(10)).await.unwrap();
        table.rows[0][0].clone()
    }

    pub(crate) async fn items(&self) -> Vec<Item> {
        self.store.items(ItemQuery { limit: 100, ..ItemQuery::default() }).await.unwrap()
    }

    pub(crate) async fn titles(&self) -> Vec<String> {
        self.items().await.into_iter().map(|item| item.title).collect()
    }

    pub(crate) async fn seq(&self) -> u64 {
        self.store.change_seq().await.unwrap()
    }

    /// Takes the one page that is due.
    pub(crate) async fn page(&self, when: i64) -> DueArticle {
        let mut due = self.store.take_due_articles(at(when), 10, Vec::new(), Vec::new()).await.unwrap();
        assert_eq!(due.len(), 1, "{due:?}");
        due.pop().unwrap()
    }

    pub(crate) async fn settle(&self, article: ArticleId, when: i64, outcome: PageOutcome, entries: Vec<SettledEntry>) {
        self.store.settle(article, Settlement { at: at(when), outcome, entries, lines: None }).await.unwrap();
    }

    pub(crate) async fn sound(&self) {
        assert_eq!(self.value("PRAGMA integrity_check").await, "ok");
        let broken = self.store.sql("PRAGMA foreign_key_check", 5, Duration::from_secs(10)).await.unwrap();
        assert!(broken.rows.is_empty(), "{broken:?}");
        self.stories_are_sound().await;
    }

    pub(crate) async fn stories_are_sound(&self) {
        for (promise, breach) in STORIES_ARE_SOUND {
            let breaches = self.rows(breach).await;
            assert!(breaches.is_empty(), "{promise}: {breaches:?}");
        }
    }

    /// Of tables, not of views.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<Vec<serde_json::Value>> {
        self.store.sql(sql, 999, Duration::from_secs(10)).await.unwrap().rows
    }
}

/// What holds for stories whatever happens, and what breaks it.
const STORIES_ARE_SOUND: &[(&str, &str)] = &[
    ("every entry is of a story", "SELECT id FROM entry WHERE story_id NOT IN (SELECT id FROM story)"),
    ("who founded a story is of it", "SELECT id FROM story WHERE id NOT IN (SELECT id FROM entry WHERE story_id = id)"),
    ("its lead is of it", "SELECT s.id FROM story s LEFT JOIN entry e ON e.id = s.lead_entry_id WHERE e.story_id IS NOT s.id"),
    (
        "who joined one was folded",
        "SELECT id FROM entry WHERE (story_id <> id) <> (id IN (SELECT entry_id FROM fold))
         UNION ALL SELECT entry_id FROM fold WHERE entry_id NOT IN (SELECT id FROM entry)",
    ),
    (
        "with one of the same story",
        "SELECT f.entry_id, f.with_id FROM fold f JOIN entry e ON e.id = f.entry_id LEFT JOIN entry w ON w.id = f.with_id
         WHERE w.story_id IS NOT e.story_id",
    ),
    (
        "it is dated by its entries",
        "SELECT s.id FROM story s JOIN (SELECT story_id, min(first_seen_at) AS a, max(first_seen_at) AS b FROM entry GROUP BY story_id) e
         ON e.story_id = s.id WHERE (s.first_seen_at, s.last_seen_at) <> (a, b)",
    ),
    (
        "who was taken apart is of two",
        "SELECT p.one, p.other FROM parted p JOIN entry a ON a.id = p.one JOIN entry b ON b.id = p.other WHERE a.story_id = b.story_id",
    ),
];

/// Joins the newest entry of another feed at the same address; remembers nothing.
pub(crate) struct ByAddress;

impl Folder for ByAddress {
    fn candidates(&self, _: &Member, _: &[Posting]) -> Vec<EntryId> {
        Vec::new()
    }

    fn sought(&self, _: &Member) -> Vec<u32> {
        Vec::new()
    }

    fn likely(&self, _: &Member, _: Vec<(EntryId, Fingerprint)>) -> Vec<EntryId> {
        Vec::new()
    }

    fn relevant(&self, _: &Member, others: Vec<Member>) -> Vec<Member> {
        others
    }

    fn judge(&self, subject: &Member, others: &[Member]) -> Verdict {
        let is_same =
            |other: &&Member| subject.foldable && other.canonical_url == subject.canonical_url && other.feed != subject.feed;
        let join = others.iter().find(is_same).map(|with| Join {
            story: with.story,
            with: with.entry,
            reason: "same article address".to_owned(),
            evidence: serde_json::json!({"address": with.canonical_url}),
        });
        Verdict { join, ..Verdict::default() }
    }

    fn objection(&self, _: &Member, _: &Member) -> Option<String> {
        None
    }

    fn remember(&mut self, _: EntryId, _: &Fingerprint, _: Option<&Fingerprint>, _: Role) {}

    fn start(&mut self, _: (EntryId, EntryId), _: EntryId) {}

    fn recall(&mut self, _: EntryId, _: &Fingerprint, _: Role) -> bool {
        false
    }

    fn window(&self) -> Duration {
        Duration::from_hours(31 * 24)
    }

    fn spill(&mut self) -> Vec<Posting> {
        Vec::new()
    }

    fn spilled_to(&self) -> Option<EntryId> {
        None
    }

    fn forget_before(&mut self, _: EntryId) {}

    fn mark(&self) -> Mark {
        Mark::default()
    }

    fn undo(&mut self, _: Mark) {}

    fn commit(&mut self) {}
}

pub(crate) fn spec(name: &str) -> FeedSpec {
    FeedSpec {
        url: Url::parse(&format!("https://{name}.example/feed")).unwrap(),
        title: Some(name.to_uppercase()),
        tags: vec![format!("tag-{name}")],
        priority: 0,
        headers: Vec::new(),
        auth: None,
        settings: FeedSettings {
            interval: Duration::from_mins(30),
            max_interval: Duration::from_hours(24),
            adaptive: true,
            timeout: Duration::from_secs(20),
            backoff: Duration::from_mins(30),
            max_body: 1 << 20,
            robots: true,
            scrape: ScrapeMode::Auto,
            hold: Duration::from_mins(10),
            backfill: 20,
            site_rules: crate::model::SiteRuleUse::Auto,
            switches: crate::model::Switches::default(),
            keep: crate::model::Keep::default(),
        },
        hearsay: crate::model::Hearsay::default(),
    }
}

/// A good poll that began at `at(when)` and took a second.
pub(crate) fn plan(when: i64) -> Plan {
    Plan {
        feed: FeedPatch {
            state: FeedState::Active,
            status: Some(200),
            error: None,
            failures: 0,
            next_poll_at: at(when + 30 * MINUTE),
            reason: "every 30 min".to_owned(),
            interval: Duration::from_mins(30),
            hold_until: None,
            validators: None,
            body_hash: None,
            meta: None,
            ok: true,
            full: true,
            address: crate::model::Address::Here,
            hub: crate::model::HubSaid::Unknown,
        },
        new: Vec::new(),
        changed: Vec::new(),
        seen: Vec::new(),
        attached: Vec::new(),
        signs: Vec::new(),
        poll: PollRecord {
            at: at(when),
            status: Some(200),
            outcome: "new".to_owned(),
            bytes: 6_300,
            duration: Duration::from_secs(1),
        },
        decisions: Vec::new(),
    }
}

pub(crate) fn key(name: &str) -> EntryKey {
    EntryKey(Hash128::of(name.as_bytes()).0)
}

/// An entry that needs no page, called `name` in all it has.
pub(crate) fn entry(name: &str) -> NewEntry {
    NewEntry {
        public_id: format!("urn:uuid:{name}"),
        keys: vec![key(name)],
        inherited: Vec::new(),
        text: EntryText {
            guid: Some(name.to_owned()),
            url: Some(format!("https://site.example/{name}?utm_source=rss")),
            canonical_url: Some(format!("https://site.example/{name}")),
            title: format!("Title {name}"),
            text: format!("Text of {name}."),
            summary: Some(CleanHtml::trusted(format!("<p>Text of {name}.</p>"))),
            ..EntryText::default()
        },
        content_hash: Hash128::of(name.as_bytes()),
        title_hash: Hash128::of(b"title"),
        scrape: None,
        page: None,
        received_at: None,
        foldable: false,
        print: Fingerprint::default(),
    }
}

/// The same, foldable by the address `page`.
pub(crate) fn at_page(name: &str, page: &str) -> NewEntry {
    let mut entry = entry(name);
    entry.text.canonical_url = Some(page.to_owned());
    NewEntry { foldable: true, ..entry }
}

/// The same, waiting for its page until `at(hold)`.
pub(crate) fn waits(entry: NewEntry, hold: i64) -> NewEntry {
    let page = entry.text.canonical_url.clone().unwrap();
    NewEntry {
        scrape: Some(ScrapeAsk { canonical_url: page.clone(), url: page, host: "site.example".to_owned(), hold_until: at(hold) }),
        ..entry
    }
}

pub(crate) fn won(text: &str) -> PageOutcome {
    claims(text, None)
}

/// A page with `text` that claims to live at an address.
pub(crate) fn claims(text: &str, canonical_url: Option<&str>) -> PageOutcome {
    PageOutcome::Won {
        article: Box::new(Article {
            title: Some("Headline".to_owned()),
            html: CleanHtml::trusted(format!("<p>{text}</p>")),
            text: text.to_owned(),
            lang: Some("fr-CA".to_owned()),
            image: Some("https://site.example/big.jpg".to_owned()),
            method: "blocks".to_owned(),
            quality: 0.5,
            ..Article::default()
        }),
        canonical_url: canonical_url.map(str::to_owned),
        foldable: true,
    }
}

pub(crate) fn chosen(id: EntryId, content_origin: ContentOrigin) -> SettledEntry {
    SettledEntry {
        id,
        content_origin,
        reason: "it says more".to_owned(),
        evidence: serde_json::json!({"words": 9}),
        published: None,
        verdict: None,
        print: None,
    }
}

/// All feeds that are due at `ms`.
fn due_at(seconds: i64) -> TakeFeeds {
    TakeFeeds {
        now: at(seconds),
        limit: 9,
        busy: Vec::new(),
        closed_hosts: Vec::new(),
        per_host: 9,
        round: None,
        all: false,
        only: Vec::new(),
    }
}
