//! What is promised for any bytes at all: one function a promise, one target each in `targets/`.
//!
//! `tests/fuzz_seeds.rs` includes this file and runs it over the seeds and their mutilations, so that the promises are kept
//! watch over without nightly.

mod documents;
mod guard;
mod wire;

use std::path::PathBuf;

use feedmux::config::{self, Sources, lists, units};
use feedmux::deduplicator::canonical;
use feedmux::deduplicator::folding::Folding;
use feedmux::exporter::{Cursor, Outputs, Query, filter, opml};
use feedmux::extractor::{self, Page, sanitize};
use feedmux::model::{CleanHtml, EntryId, FeedId, Item, SourceRef, StoryId, StoryRef};
use feedmux::parser::charset;
use feedmux::store::Store;
use jiff::Timestamp;
use url::Url;

pub use documents::{dates, json_feed, parse_feed, prints, repair};
pub use guard::guard;
pub use wire::{content_type, freshness, http_date, redirect, robots, validators};

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them: the folders of `seeds/` are named so.
pub const TARGETS: &[Target] = &[
    ("canonical_url", canonical_url),
    ("charset", charset),
    ("config", config),
    ("content_type", content_type),
    ("dates", dates),
    ("extract_page", extract_page),
    ("filter", filter),
    ("freshness", freshness),
    ("guard", guard),
    ("http_date", http_date),
    ("json_feed", json_feed),
    ("lists", lists),
    ("parse_feed", parse_feed),
    ("prints", prints),
    ("query", query),
    ("redirect", redirect),
    ("repair", repair),
    ("robots", robots),
    ("sanitize", sanitize),
    ("search", search),
    ("units", units),
    ("validators", validators),
];

/// Text, never a panic; the text again, marked as UTF-8, is itself. The first line is the `Content-Type`.
pub fn charset(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, body) = data.split_at(end);
    let header = String::from_utf8_lossy(header);
    for kind in [charset::Kind::Xml, charset::Kind::Html] {
        let decoded = charset::decode(body, Some(&header), kind);
        decoded.faults.iter().for_each(|fault| one_line(&fault.detail));
        // several marks before a text are taken away two at a time
        if !decoded.text.starts_with('\u{feff}') {
            let again = format!("\u{feff}{}", decoded.text);
            let marked = charset::decode(again.as_bytes(), Some(&header), kind);
            assert_eq!((marked.text, marked.name, marked.faults), (decoded.text, "UTF-8", Vec::new()));
        }
    }
}

/// An article or none, never a panic; its HTML is clean already.
pub fn extract_page(data: &[u8]) {
    let base = base();
    let page = Page { bytes: data, content_type: None, url: base.as_ref(), ..Page::default() };
    let html = extractor::extract(&page).article.html;
    assert_eq!(sanitize::clean(html.as_str(), None), html);
}

/// `clean(clean(x)) == clean(x)`, with a base and without, within the limit; the text of anything is had without a panic.
pub fn sanitize(data: &[u8]) {
    let html = String::from_utf8_lossy(data);
    for base in [base(), None] {
        let clean = sanitize::clean(&html, base.as_ref());
        assert!(clean.as_str().len() <= sanitize::MAX_CLEAN);
        assert_eq!(sanitize::clean(clean.as_str(), base.as_ref()), clean, "{html:?}");
        assert!(!clean.as_str().to_ascii_lowercase().contains("<script"), "{html:?}");
        sanitize::text_of(clean.as_str());
    }
    sanitize::text_of(&html);
}

/// The canonical form is a fixed point without control characters, and of one registrable domain.
pub fn canonical_url(data: &[u8]) {
    let address = String::from_utf8_lossy(data);
    let form = canonical::canonical(&address);
    assert_eq!(canonical::canonical(&form), form, "{address:?}");
    assert!(!form.chars().any(char::is_control), "{form:?}");
    canonical::names_one_article(&form);
    feedmux::model::host_of(&address);
}

/// A configuration or an error in one line; outputs of a good one compile or say why not in one line.
pub fn config(data: &[u8]) {
    // lists and secrets that it names are looked for in a folder with nothing else in it
    let Ok(folder) = tempfile::tempdir() else { return };
    let file: PathBuf = folder.path().join("feedmux.toml");
    if std::fs::write(&file, data).is_err() {
        return;
    }
    match config::load(&Sources { file: Some(file), ..Sources::default() }) {
        Ok(loaded) => {
            loaded.warnings.iter().for_each(|warning| one_line(warning));
            if let Err(mistake) = Outputs::compile(&loaded.config) {
                one_line(&loaded.places.error_in(&mistake.key, mistake.column, &mistake.what).to_string());
            }
        }
        Err(error) => one_line(&error.to_string()),
    }
}

/// A duration or size or a reason; what is written for one is read as the same one.
pub fn units(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(duration) = units::parse_duration(&text) {
        assert!(duration <= units::MAX_DURATION);
        assert_eq!(units::parse_duration(&units::duration_text(duration)), Ok(duration), "{text:?}");
    }
    if let Ok(size) = units::parse_size(&text) {
        assert_eq!(units::parse_size(&units::size_text(size)), Ok(size), "{text:?}");
    }
}

/// Feeds and faults within their limits; feeds written as OPML are the same feeds again, and then the same bytes.
pub fn lists(data: &[u8]) {
    let (feeds, faults) = lists::parse(data);
    assert!(feeds.len() <= lists::MAX_FEEDS && faults.len() <= lists::MAX_FAULTS + 1 + lists::MAX_LOSSES);
    faults.iter().for_each(|fault| one_line(&fault.what));
    let feeds = lists::once(feeds);
    if !feeds.is_empty() {
        let written = |feeds: &[lists::ListedFeed]| opml::write(&feeds.iter().map(opml::Subscription::from).collect::<Vec<_>>());
        let once = written(&feeds);
        let (again, faults) = lists::parse(&once);
        assert_eq!((again.len(), faults), (feeds.len(), Vec::new()));
        assert_eq!(String::from_utf8(written(&again)), String::from_utf8(once));
    }
}

/// A filter or an error in one line with its column; any filter has an answer to an item.
pub fn filter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match filter::compile(&text) {
        Ok(filter) => drop((filter.matches(&item(), moment()), filter.needs(moment()))),
        Err(error) => {
            one_line(&error.to_string());
            assert!(error.column >= 1 && error.column <= text.chars().count() + 1, "{error} in {text:?}");
        }
    }
}

/// A reader's query or an error in one line; its canonical form is read back as the same query.
pub fn query(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let now = moment();
    match Query::parse(&text, now) {
        Ok(query) => assert_eq!(Query::parse(&query.to_string(), now), Ok(query), "{text:?}"),
        Err(error) => one_line(&error),
    }
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor), "{text:?}");
    }
}

/// No words that a user can type make the full-text search fail.
pub fn search(data: &[u8]) {
    thread_local! { static STORE: (tempfile::TempDir, Store, tokio::runtime::Runtime) = empty_store(); }
    let words = String::from_utf8_lossy(data);
    STORE.with(|(_, store, runtime)| {
        if let Err(error) = runtime.block_on(store.search(feedmux::model::SearchQuery::new(&words, moment(), 3))) {
            panic!("{error} for {words:?}");
        }
    });
}

fn empty_store() -> (tempfile::TempDir, Store, tokio::runtime::Runtime) {
    let folder = tempfile::tempdir().expect("a folder for the store");
    let store = Store::open(&folder.path().join("feedmux.db"), Box::new(Folding::default())).expect("an empty store");
    (folder, store, tokio::runtime::Builder::new_current_thread().build().expect("a runtime"))
}

fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    end.map_or((data, &[][..]), |end| (&data[..end], &data[end + 1..]))
}

fn one_line(text: &str) {
    assert!(!text.contains(['\n', '\r']), "not one line: {text:?}");
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn base() -> Option<Url> {
    Url::parse("https://site.example/news/").ok()
}

fn moment() -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000)
}

/// Has something in each field that a filter may ask for.
fn item() -> Item {
    Item {
        entry: EntryId(1),
        public_id: "urn:test:1".to_owned(),
        url: Some("https://site.example/a?x=1".to_owned()),
        title: "Größe & Maß: a \"release\"".to_owned(),
        published: moment(),
        updated: moment(),
        first_seen: moment(),
        received: moment(),
        authors: vec!["Ada Example".to_owned()],
        tags: vec!["Rust".to_owned()],
        lang: Some("de-AT".to_owned()),
        summary: None,
        content: Some(CleanHtml::default()),
        text: "Whole text, of two lines.\nSecond.".to_owned(),
        image: None,
        enclosures: Vec::new(),
        podcast: Vec::new(),
        source: SourceRef {
            feed: FeedId(1),
            url: "https://site.example/feed".to_owned(),
            title: "The Weekly".to_owned(),
            site_url: None,
            tags: vec!["news".to_owned()],
            priority: 0,
        },
        story: StoryRef { id: StoryId(1), founding_id: "urn:test:1".to_owned(), is_founding: true, is_lead: true, feeds: 1 },
        muted: false,
    }
}
