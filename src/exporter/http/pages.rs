//! Pages for people: the front page, stories, entries, searches, and what a browser sees at the address of a feed.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use jiff::{SignedDuration, Timestamp};
use url::form_urlencoded;

use super::document::{self, Cache, Document, Version};
use super::{Answer, App, FEED_CACHE_CLOSED, Refusal, Setup, admit, door};
use crate::clock;
use crate::config::{Secret, Stories};
use crate::exporter::fold::fold;
use crate::exporter::outputs::Output;
use crate::exporter::page::{self, Done, Frame, Front, Preview, Search, Story};
use crate::exporter::{Format, Query, Shelf};
use crate::model::{EntryId, Item, ItemQuery, Order, Related, SearchQuery, StoryId};
use crate::store::Overlap;

const PAGE_CACHE: &str = "private, no-cache";
const HTML: &str = "text/html; charset=utf-8";

/// Stories on the front page, and feeds and days that are asked for.
const FRONT_STORIES: usize = 30;
const FRONT_FEEDS: usize = 40;
const FRONT_DAYS: usize = 30;

/// Items in the preview of a feed.
const PREVIEW_ITEMS: usize = 20;

/// Members that a story's page names.
const STORY_MEMBERS: usize = 200;

/// A page says how long ago things were, and when feeds are polled: it is drawn anew after so many seconds although no entry came.
const FRESH: std::time::Duration = std::time::Duration::from_secs(10);

/// Which feeds repeat others is looked up so seldom: it looks at all stories of a month.
const OVERLAPS_EVERY: SignedDuration = SignedDuration::from_hours(1);
const OVERLAPS_OF: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Entries in common below which a pair says nothing.
const OVERLAPS_LEAST: u64 = 3;

/// Answers which stories are probably about the same event as one.
pub type Neighbours = Box<dyn Fn(StoryId) -> Pin<Box<dyn Future<Output = Result<Vec<Related>, String>> + Send>> + Send + Sync>;

/// What the pages remember.
#[derive(Default)]
pub(super) struct Pages {
    /// One page is drawn at a time: strangers who ask for many wait for each other, and feeds wait for none of them.
    drawing: tokio::sync::Mutex<()>,
    /// Apart from the feeds': who walks through all stories must not push those out.
    cache: Cache,
    overlaps: tokio::sync::Mutex<Option<(Timestamp, Arc<[Overlap]>)>>,
    neighbours: OnceLock<Neighbours>,
}

impl Setup {
    /// Whether an entry that these outputs let pass may be seen on a page that asks for no token: where some outputs have one of their own,
    /// what only they show stays with them.
    fn is_open(&self, passing: &[&Output]) -> bool {
        let is_kept = self.token.is_empty() && self.outputs.iter().any(|output| output.name != "all" && !output.token.is_empty());
        !is_kept || passing.iter().any(|output| output.name == "all" || output.token.is_empty())
    }
}

impl<S: Shelf> App<S> {
    /// Lets the pages of stories name related ones. Once; later calls change nothing.
    pub fn relate(&self, neighbours: Neighbours) {
        let _ = self.pages.neighbours.set(neighbours);
    }

    /// The page at `key`, drawn by `drawing` where the kept one is too old.
    async fn drawn(
        &self,
        (setup, key): (&Setup, String),
        now: Timestamp,
        drawing: impl Future<Output = Result<String, Refusal>> + Send,
    ) -> Result<Arc<Document>, Refusal> {
        let moment = Some(clock::floor(now, FRESH));
        let version = async || match self.shelf.change_seq().await {
            Ok(change_seq) => Ok(Version { change_seq, generation: setup.generation, moment }),
            Err(error) => Err(Refusal::store(error)),
        };
        if let Some(page) = self.pages.cache.get(&key, version().await?) {
            return Ok(page);
        }
        let _turn = self.pages.drawing.lock().await;
        let version = version().await?;
        if let Some(page) = self.pages.cache.get(&key, version) {
            return Ok(page);
        }
        let page = Document::new(HTML, PAGE_CACHE, drawing.await?.into_bytes());
        Ok(self.pages.cache.put(key, version, page, now))
    }

    async fn overlaps(&self, now: Timestamp) -> Result<Arc<[Overlap]>, Refusal> {
        let mut known = self.pages.overlaps.lock().await;
        if let Some((at, overlaps)) = &*known
            && now.duration_since(*at).abs() < OVERLAPS_EVERY
        {
            return Ok(Arc::clone(overlaps));
        }
        let since = now.saturating_sub(OVERLAPS_OF).unwrap_or(Timestamp::MIN);
        let overlaps: Arc<[Overlap]> = self.shelf.overlaps(since, OVERLAPS_LEAST).await.map_err(Refusal::store)?.into();
        *known = Some((now, Arc::clone(&overlaps)));
        Ok(overlaps)
    }
}

pub(super) async fn front<S: Shelf>(State(app): State<Arc<App<S>>>, uri: Uri, headers: HeaderMap) -> Answer {
    let setup = &*app.setup();
    admit(door::brought(&headers, &uri).as_deref(), &setup.keys())?;
    let now = app.clock.now();
    let frame = frame(setup, &uri, "", now);
    let done = door::parameter(&uri, "done").and_then(|code| Done::from_code(&code));
    let key = key(setup, &uri, &format!("/?{}", done.map(Done::code).unwrap_or_default()));
    let drawing = async {
        let glance = app.shelf.glance(now, FRONT_FEEDS, FRONT_DAYS).await.map_err(Refusal::store)?;
        let newest = match setup.outputs.get("all") {
            Some(all) => {
                let query = Query { limit: Some(FRONT_STORIES), ..Query::default() };
                setup.outputs.page(&app.shelf, all, &query, now).await.map_err(Refusal::store)?.shown
            }
            None => Vec::new(),
        };
        let overlaps = app.overlaps(now).await?;
        let manages = !setup.token.is_empty();
        let front = Front { outputs: &setup.outputs, glance: &glance, newest: &newest, overlaps: &overlaps, manages, done };
        Ok(page::front(&front, &frame))
    };
    Ok(app.drawn((setup, key), now, drawing).await?.answer(&headers, now).await)
}

pub(super) async fn story<S: Shelf>(
    State(app): State<Arc<App<S>>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let setup = &*app.setup();
    admit(door::brought(&headers, &uri).as_deref(), &setup.keys())?;
    let none = || Refusal::missing("no such story, or none that is shown yet");
    let id = id.parse().map(StoryId).map_err(|_| none())?;
    let now = app.clock.now();
    let frame = frame(setup, &uri, "../", now);
    let drawing = async {
        let ask = ItemQuery { story: Some(id), limit: STORY_MEMBERS + 1, ..ItemQuery::default() };
        let mut items = app.shelf.items(ask).await.map_err(Refusal::store)?;
        let more = items.len() > STORY_MEMBERS;
        items.truncate(STORY_MEMBERS);
        // As outputs show it: without what rules drop, under the titles that they give.
        let seen = |item: &Item| {
            let (ruled, passing) = setup.outputs.judge(item, now);
            (!ruled.dropped && setup.is_open(&passing)).then(|| ruled.item.into_owned())
        };
        let items: Vec<Item> = items.iter().filter_map(seen).collect();
        let told = fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0);
        let shown = told.first().ok_or_else(none)?;
        let folds = app.shelf.folds(id, STORY_MEMBERS).await.map_err(Refusal::store)?;
        let related = match app.pages.neighbours.get() {
            Some(neighbours) => neighbours(id).await.map_err(Refusal::store)?,
            None => Vec::new(),
        };
        Ok(page::story(&Story { shown, items: &items, more, folds: &folds, related: &related }, &frame))
    };
    Ok(app.drawn((setup, key(setup, &uri, &format!("stories/{}", id.0))), now, drawing).await?.answer(&headers, now).await)
}

pub(super) async fn entry<S: Shelf>(
    State(app): State<Arc<App<S>>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let setup = &*app.setup();
    admit(door::brought(&headers, &uri).as_deref(), &setup.keys())?;
    let none = || Refusal::missing("no such entry, or one that is not shown yet");
    let id = id.parse().map(EntryId).map_err(|_| none())?;
    let turn = app.pages.drawing.lock().await;
    let items = app.shelf.items(ItemQuery { entries: vec![id], limit: 1, ..ItemQuery::default() }).await.map_err(Refusal::store)?;
    let item = items.first().ok_or_else(none)?;
    let why = app.shelf.evidence(id).await.map_err(Refusal::store)?;
    drop(turn);
    let media = door::parameter(&uri, "media").is_some_and(|media| media == "1");
    let now = app.clock.now();
    let (ruled, passing) = setup.outputs.judge(item, now);
    if !setup.is_open(&passing) {
        return Err(none());
    }
    let mut standing: Vec<String> = ruled.by.iter().map(|rule| format!("Rule {:?} {}.", rule.name(), rule.does())).collect();
    if passing.is_empty() {
        standing.push("No output shows it.".to_owned());
    }
    let mut answer =
        html(page::entry((item, &standing), why.as_ref(), media, &frame(setup, &uri, "../", now)), &headers, now).await;
    if media {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(document::WITH_MEDIA));
    }
    Ok(answer)
}

pub(super) async fn search<S: Shelf>(State(app): State<Arc<App<S>>>, uri: Uri, headers: HeaderMap) -> Answer {
    let setup = &*app.setup();
    admit(door::brought(&headers, &uri).as_deref(), &setup.keys())?;
    let now = app.clock.now();
    // Forms send the fields that nobody filled in, too.
    let fields: HashMap<String, String> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
        .collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut search =
        Search { typed: field("q"), since: field("since"), feed: field("feed"), lang: field("lang"), ..Search::default() };
    search.page = fields.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, page::PAGES);
    let narrow = ["q", "since", "feed", "lang"].iter().filter_map(|name| fields.get_key_value(*name));
    let narrow = form_urlencoded::Serializer::new(String::new()).extend_pairs(narrow).finish();
    match Query::parse(&narrow, now) {
        Err(wrong) => search.wrong = Some(wrong),
        Ok(Query { q: Some(typed), since, feed, lang, .. }) => {
            let seen = (search.page - 1) * page::HITS;
            let limit = seen + page::HITS + 1;
            let _turn = app.pages.drawing.lock().await;
            let query = SearchQuery { since, feed, lang, ..SearchQuery::new(&typed, now, limit) };
            let found = setup.outputs.search(&app.shelf, &query, seen).await.map_err(Refusal::store)?;
            (search.hits, search.is_cut) = (found.hits, found.is_cut);
            search.more = search.hits.len() > page::HITS;
            search.hits.truncate(page::HITS);
        }
        Ok(_) => {}
    }
    let status = if search.wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let mut answer = html(page::search(&search, &frame(setup, &uri, "", now)), &headers, now).await;
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = status;
    }
    Ok(answer)
}

/// Whether who asks for a feed's address is a browser, and did not ask for the feed itself.
pub(super) fn wants_preview(headers: &HeaderMap, uri: &Uri) -> bool {
    let lists = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    page::prefers_page(&lists.collect::<Vec<_>>().join(",")) && door::parameter(uri, "raw").is_none()
}

/// What a browser sees at the address of a feed.
pub(super) async fn preview<S: Shelf>(
    app: &App<S>,
    setup: &Setup,
    (output, format, query): (&Output, Format, &Query),
    (uri, headers): (&Uri, &HeaderMap),
) -> Answer {
    let now = app.clock.now();
    let frame = frame(setup, uri, "../", now);
    let canonical = query.to_string();
    let key = key(setup, uri, &format!("{}.{}.html?{canonical}", output.name, format.name()));
    let drawing = async {
        let limit = query.limit.unwrap_or(output.items).min(PREVIEW_ITEMS);
        let page = setup.outputs.page(&app.shelf, output, &Query { limit: Some(limit), ..query.clone() }, now).await;
        let page = page.map_err(Refusal::store)?;
        let title = setup.outputs.channel(output, query, None).title;
        Ok(page::preview(&Preview { output, title: &title, query: &canonical, format, shown: &page.shown }, &frame))
    };
    Ok(app.drawn((setup, key), now, drawing).await?.answer(headers, now).await)
}

pub(super) async fn style<S: Shelf>(State(app): State<Arc<App<S>>>, uri: Uri, headers: HeaderMap) -> Answer {
    admit(door::brought(&headers, &uri).as_deref(), &app.setup().keys())?;
    Ok(Document::new("text/css; charset=utf-8", FEED_CACHE_CLOSED, page::STYLE.into()).answer(&headers, app.clock.now()).await)
}

async fn html(page: String, headers: &HeaderMap, now: Timestamp) -> Response<Body> {
    Document::new(HTML, PAGE_CACHE, page.into_bytes()).answer(headers, now).await
}

/// The token that the links of a page keep: that of its address, where one is needed at all.
fn token(setup: &Setup, uri: &Uri) -> Option<String> {
    let keys: Vec<&Secret> =
        setup.outputs.iter().map(|output| &output.token).chain([&setup.token]).filter(|key| !key.is_empty()).collect();
    door::parameter(uri, "token").filter(|token| !keys.is_empty() && door::opens(Some(token), &keys))
}

/// What a page lies `up` steps below the root within.
fn frame(setup: &Setup, uri: &Uri, up: &'static str, now: Timestamp) -> Frame {
    Frame::new(setup.outputs.base(), up, token(setup, uri), now)
}

/// Where a page is kept: its links carry the token.
fn key(setup: &Setup, uri: &Uri, page: &str) -> String {
    format!("page {} {page}", token(setup, uri).unwrap_or_default())
}
