//! One h-entry while it is read: what its properties are, and how each is said.
//!
//! <https://microformats.org/wiki/microformats2-parsing#parsing_for_properties>

use jiff::Timestamp;
use url::Url;

use super::element::{self, Element};
use super::map::{self, Limits, MAX_NAME, MAX_PARTS, MAX_TITLE};
use super::page::{Opening, Page, Piece, shown};
use super::tokens::floor;
use super::{dates, text};
use crate::error::Fault;
use crate::model::{Enclosure, ParsedEntry};

/// Bytes of markup that are read for one line; a name is marked around a name.
const MAX_MARKUP: usize = 16 << 10;
/// The same for a category, a date, a person: there may be many.
const MAX_SMALL_MARKUP: usize = 2 << 10;
/// Pieces that a date is written in: day, time, zone.
const MAX_DATE_PARTS: usize = 4;

/// A property that means something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    Name,
    Summary,
    Content,
    Published,
    Updated,
    Url,
    Uid,
    Author,
    Category,
    Featured,
    Photo,
    Video,
    Audio,
}

impl Property {
    /// By its class.
    pub(super) fn of(class: &str) -> Option<Self> {
        Some(match class {
            "p-name" => Self::Name,
            "p-summary" => Self::Summary,
            "e-content" => Self::Content,
            "dt-published" => Self::Published,
            "dt-updated" => Self::Updated,
            "u-url" => Self::Url,
            "u-uid" => Self::Uid,
            "p-author" | "u-author" => Self::Author,
            "p-category" | "u-category" => Self::Category,
            "u-featured" => Self::Featured,
            "u-photo" => Self::Photo,
            "u-video" => Self::Video,
            "u-audio" => Self::Audio,
            _ => return None,
        })
    }

    /// Bytes that are read at most of an element to know what it says.
    pub(super) fn cost(self, inner: &str) -> usize {
        match self {
            Self::Summary | Self::Content => inner.len(),
            _ => inner.len().min(2 * MAX_MARKUP),
        }
    }
}

/// An element that says something.
pub(super) struct Said<'a> {
    pub opening: Opening<'a>,
    /// Between its tags, as written.
    pub inner: &'a str,
    pub base: Option<&'a Url>,
}

impl<'a> Said<'a> {
    fn head(&self, limit: usize) -> &'a str {
        &self.inner[..floor(self.inner, limit)]
    }

    /// The first attribute with a value that speaks for the element.
    fn by_attribute(&self, known: &[(&[&str], &str)]) -> Option<String> {
        known
            .iter()
            .filter(|(names, _)| names.iter().any(|name| self.opening.is(name)))
            .find_map(|(_, key)| self.opening.attribute(key))
    }

    /// What stands for the text of an element that shows another.
    fn value(&self) -> Option<String> {
        self.by_attribute(&[(&["abbr", "link"], "title"), (&["data", "input"], "value"), (&["img", "area"], "alt")])
    }

    fn text(&self, limit: usize) -> String {
        self.value().map_or_else(|| shown(self.head(limit)), |value| text::one_line(&value))
    }

    /// One plain line of at most `limit` characters.
    pub(super) fn line(&self, limit: usize) -> Option<String> {
        let mut line = self.text(MAX_MARKUP);
        if let Some((at, _)) = line.char_indices().nth(limit) {
            line.truncate(at);
        }
        (!line.is_empty()).then_some(line)
    }

    /// A name, without what else people write about a person.
    pub(super) fn person(&self) -> Option<String> {
        element::person(&self.text(MAX_SMALL_MARKUP))
    }

    /// The address in its attributes, as written.
    fn target(&self) -> Option<String> {
        const PLACES: [(&[&str], &str); 3] = [
            (&["a", "area", "link"], "href"),
            (&["img", "audio", "video", "source", "iframe", "embed"], "src"),
            (&["object"], "data"),
        ];
        let element = Element { tag: self.opening.tag, inner: self.head(MAX_MARKUP) };
        self.by_attribute(&PLACES).or_else(|| {
            let has_sources = self.opening.is("video") || self.opening.is("audio");
            has_sources.then(|| element.child("source")?.attribute("src")).flatten()
        })
    }

    /// Its address, absolute http(s).
    pub(super) fn address(&self) -> Option<String> {
        map::address(&self.target().unwrap_or_else(|| self.text(MAX_SMALL_MARKUP)), self.base)
    }

    /// Its date, as written.
    fn date(&self) -> String {
        let by_attribute = [(&["time", "ins", "del"][..], "datetime"), (&["abbr"], "title"), (&["data", "input"], "value")];
        let inner = self.head(MAX_SMALL_MARKUP);
        let element = Element { tag: self.opening.tag, inner };
        self.by_attribute(&by_attribute)
            .or_else(|| Some(date_parts(inner)).filter(|parts| !parts.is_empty()))
            .or_else(|| element.child("time")?.attribute("datetime"))
            .unwrap_or_else(|| text::plain(inner))
    }
}

/// The value class pattern: a date in pieces, `2026-11-22` here and `10:00` there.
///
/// <https://microformats.org/wiki/value-class-pattern>
fn date_parts(inner: &str) -> String {
    let mut page = Page::new(inner);
    let mut parts: Vec<String> = Vec::new();
    while let Some(piece) = page.next() {
        let Piece::Start(opening) = piece else { continue };
        let classes = opening.attribute("class").unwrap_or_default();
        let is = |class: &str| classes.split_ascii_whitespace().any(|known| known == class);
        if parts.len() >= MAX_DATE_PARTS || !(is("value") || is("value-title")) {
            continue;
        }
        let key = match () {
            () if is("value-title") || opening.is("abbr") => "title",
            () if opening.is("data") => "value",
            () => "datetime",
        };
        let rest = page.slice(page.at(), inner.len());
        let text = || text::one_line(rest.split('<').next().unwrap_or_default());
        parts.push(opening.attribute(key).unwrap_or_else(text));
    }
    // the time may stand first
    parts.sort_by_key(|part| !part.contains('-') || part.contains(':'));
    parts.join(" ")
}

/// What was read of an entry.
#[derive(Debug)]
pub(super) struct Draft {
    pub entry: ParsedEntry,
    /// Its link, where none is marked.
    pub implied: Option<String>,
    has_featured: bool,
}

impl Draft {
    pub(super) fn new(language: Option<String>) -> Self {
        Self { entry: ParsedEntry { language, ..ParsedEntry::default() }, implied: None, has_featured: false }
    }

    /// Takes what `said` says; of what an entry has once, the first counts. `in_content`: the text shows it already.
    pub(super) fn take(&mut self, property: Property, said: &Said<'_>, in_content: bool) -> Option<Fault> {
        let entry = &mut self.entry;
        match property {
            Property::Name if entry.title.is_none() => entry.title = said.line(MAX_TITLE),
            Property::Summary if entry.summary.is_none() => {
                let summary = said.value().unwrap_or_else(|| text::plain(said.inner));
                entry.summary = (!summary.is_empty()).then(|| text::escape(&summary));
            }
            Property::Content if entry.content.is_none() => {
                entry.content = Some(said.inner.trim()).filter(|content| !content.is_empty()).map(str::to_owned);
            }
            Property::Published | Property::Updated => {
                let at = if property == Property::Published { &mut entry.published } else { &mut entry.updated };
                return at.is_none().then(|| date(at, &said.date())).flatten();
            }
            Property::Url if entry.link.is_none() => entry.link = said.address(),
            Property::Uid if entry.guid.is_none() => {
                let written = said.target().and_then(|target| map::address(&target, said.base).or(Some(target)));
                let uid = written.unwrap_or_else(|| said.text(MAX_SMALL_MARKUP));
                entry.guid = Some(uid.trim().to_owned()).filter(|uid| !uid.is_empty());
            }
            Property::Category if entry.categories.len() < MAX_PARTS => {
                let category = text::line(&text::escape(&said.text(MAX_SMALL_MARKUP)), MAX_NAME);
                entry.categories.extend(category.filter(|category| !entry.categories.contains(category)));
            }
            Property::Featured if !self.has_featured => {
                entry.image = said.address().or_else(|| entry.image.take());
                self.has_featured = true;
            }
            Property::Photo | Property::Video | Property::Audio => {
                let url = said.address()?;
                if property == Property::Photo && entry.image.is_none() {
                    entry.image = Some(url.clone());
                }
                let is_known = entry.enclosures.iter().any(|enclosure| enclosure.url == url);
                if !is_known && !in_content && entry.enclosures.len() < MAX_PARTS {
                    let media_type = said.opening.attribute("type").filter(|kind| kind.contains('/'));
                    let media_type = media_type.and_then(|kind| text::line(&kind, MAX_NAME));
                    entry.enclosures.push(Enclosure { url, media_type, ..Enclosure::default() });
                }
            }
            _ => {}
        }
        None
    }

    /// The entry, `None` if it says nothing. `whole` is all of its element.
    pub(super) fn finish(self, whole: &Said<'_>, document: Option<&Url>, faults: &mut Vec<Fault>) -> Option<ParsedEntry> {
        let Self { mut entry, implied, .. } = self;
        let by_id = entry.guid.as_deref().and_then(|guid| map::address(guid, None));
        entry.link = entry.link.or(by_id).or(implied);
        // all that is in it is its name, where it marks nothing else
        if entry.title.is_none() && entry.content.is_none() && entry.summary.is_none() && entry.enclosures.is_empty() {
            entry.title = whole.line(MAX_TITLE);
        }
        if entry.title.is_none() && entry.content.is_none() && entry.summary.is_none() && entry.enclosures.is_empty() {
            return None;
        }
        let stated = whole.base.filter(|base| document != Some(*base));
        let link = entry.link.as_deref().and_then(|link| Url::parse(link).ok());
        entry.base = map::html_base(stated, document, link.as_ref());
        Limits { faults }.apply(&mut entry);
        Some(entry)
    }
}

fn date(at: &mut Option<Timestamp>, written: &str) -> Option<Fault> {
    *at = dates::parse(written);
    let shown = text::line(&text::escape(written), 60)?;
    at.is_none().then(|| Fault::new("date", format!("'{shown}' is no date; it is ignored")))
}
