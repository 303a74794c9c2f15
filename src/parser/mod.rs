//! Bytes to [`Parsed`]: what a feed says, whatever it is written in and however broken it is.
//!
//! ```text
//! bytes -> charset -> sniff -> translate (tolerant; names, element, entry) -> feed-rs -> map -> Parsed
//!                       \----> json -------------------------------------------------------^
//!                       \----> page: discovery (the feeds that it names), else hfeed (what it is itself) ^
//! ```
//!
//! Broken input is normal input: what could be read comes with a list of faults. Everything is bounded, nothing recurses
//! on foreign depth, no entity of a DTD is expanded, and nothing is fetched.

mod atom;
mod capture;
pub mod charset;
pub mod dates;
mod discovery;
mod element;
mod entry;
mod faults;
mod guesses;
mod hentry;
mod hfeed;
mod json;
mod map;
mod names;
mod page;
mod podcast;
mod references;
pub mod repair;
mod rhythm;
mod sniff;
mod spaces;
pub mod text;
mod tokens;
mod translate;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use url::Url;

pub use discovery::{feeds_of, says_comments};
pub use faults::MAX_FAULTS;
pub use guesses::{feeds_by_anchors, usual_places};
pub use hfeed::PAGE_AS_FEED;
pub use map::{MAX_ADDRESS, MAX_DESCRIPTION, MAX_GUID, MAX_NAME, MAX_PARTS, MAX_TEXT, MAX_TITLE};
pub use translate::MAX_ENTRIES;

use crate::model::Parsed;
use charset::Kind;
use sniff::Shape;

/// Kind of the fault of a document that ends before it is whole: what it has not brought has to be asked for again.
pub const TRUNCATED: &str = "truncated";

/// Why a body gives no feed. The text is one line, and what `feeds.last_error` shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing, or blanks.
    #[error("the answer is empty")]
    Empty,
    /// A web page.
    #[error("this is a web page{}; {}", title.as_ref().map(|title| format!(" titled \"{title}\"")).unwrap_or_default(),
        if feeds.is_empty() { "it names no feed, give the address of the feed itself".to_owned() } else { format!("its feed is {}", feeds.join(" or ")) })]
    Html {
        /// What it calls itself: a wall or an error page says so there.
        title: Option<String>,
        /// Feeds that the page names, absolute http(s) addresses.
        feeds: Vec<String>,
    },
    /// Something else.
    #[error("this is no feed: {reason}")]
    NotAFeed {
        /// What it is, or seems to be.
        reason: String,
    },
}

/// Reads a feed of any format. `content_type` is the header as received, `url` where the bytes came from: relative addresses
/// are resolved against it where the document gives no base.
///
/// # Errors
/// [`ParseError`], when there is nothing in it that could be called a feed.
pub fn parse(bytes: &[u8], content_type: Option<&str>, url: Option<&Url>) -> Result<Parsed, ParseError> {
    let decoded = charset::decode(bytes, content_type, Kind::Xml);
    let (text, control) = text::without_controls(&decoded.text);
    let mut parsed = match sniff::shape(&text) {
        Shape::Empty => return Err(ParseError::Empty),
        // `{` may also be what a template left above the markup
        // in JSON a control character may be an escape gone wrong: its reader sees them
        Shape::Json(_) => match json::parse(&decoded.text, url) {
            Ok(mut parsed) => {
                parsed.faults.splice(0..0, decoded.faults);
                parsed.faults.truncate(MAX_FAULTS);
                return Ok(parsed);
            }
            Err(reason) => xml(&text, sniff::root_of(&text).unwrap_or(0), url).ok_or(ParseError::NotAFeed { reason })?,
        },
        Shape::Xml(at) => xml(&text, at, url).map_or_else(|| of_page(bytes, content_type, &text, url), Ok)?,
        Shape::Html => of_page(bytes, content_type, &text, url)?,
        Shape::Other => xml(&text, 0, url).map_or_else(|| of_page(bytes, content_type, &text, url), Ok)?,
    };
    parsed.faults.splice(0..0, control.and_then(|at| faults::control(&text, at)));
    parsed.faults.splice(0..0, decoded.faults);
    parsed.faults.truncate(MAX_FAULTS);
    Ok(parsed)
}

/// What is no feed, but may be a page that is one itself. Where it names a feed, that is the better one: a page is made for eyes.
fn of_page(bytes: &[u8], content_type: Option<&str>, text: &str, url: Option<&Url>) -> Result<Parsed, ParseError> {
    if !sniff::is_page(text) || sniff::is_opml(text) {
        return Err(ParseError::NotAFeed { reason: sniff::described(bytes, text) });
    }
    let feeds = feeds_of(text, url);
    let own = if feeds.is_empty() { hfeed::read(bytes, content_type, url) } else { None };
    own.ok_or_else(|| ParseError::Html { title: sniff::title_of(text), feeds })
}

fn xml(text: &str, start: usize, url: Option<&Url>) -> Option<Parsed> {
    let translation = translate::translate(text, start, url);
    if !translation.is_feed || (translation.asides.is_empty() && sniff::is_page(&text[start..])) {
        return None;
    }
    // feed-rs and what is below it may panic on input nobody foresaw; its parser must not leave this closure (`!Send`)
    let read = catch_unwind(AssertUnwindSafe(|| {
        let parser = feed_rs::parser::Builder::new()
            .sanitize_content(false)
            // identity is the deduplicator's: an id made up here would be random or follow the title
            .id_generator(|_, _, _| String::new())
            .build();
        parser.parse(translation.atom.as_bytes())
    }));
    Some(map::map(read.ok()?.ok()?, translation, url))
}

/// The `feed` and `entries` of `parse --batch`: authors, categories and enclosures as strings, times in RFC 3339.
pub fn to_json(parsed: &Parsed) -> Value {
    let entries: Vec<Value> = parsed
        .entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.guid,
                "link": entry.link,
                "title": entry.title,
                "published": entry.published.map(whole_seconds),
                "updated": entry.updated.map(whole_seconds),
                "authors": entry.authors,
                "summary": entry.summary,
                "content": entry.content,
                "enclosures": entry.enclosures.iter().map(|enclosure| &enclosure.url).collect::<Vec<_>>(),
                "categories": entry.categories,
            })
        })
        .collect();
    let feed = &parsed.feed;
    json!({
        "feed": { "title": feed.title, "link": feed.link, "language": feed.language, "description": feed.description },
        "entries": entries,
    })
}

fn whole_seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod podcast_tests;
#[cfg(test)]
mod tests;
