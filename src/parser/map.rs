//! From feed-rs's model to ours: plain lines, absolute addresses, limits.

use url::Url;

use super::faults::MAX_FAULTS;
use super::tokens::floor;
use super::translate::{Aside, Translation};
use super::{dates, text};
use crate::error::Fault;
use crate::model::{Enclosure, HubLinks, Parsed, ParsedEntry, ParsedFeed, host_of_url};

/// Text of one entry that is kept, bytes, content and summary each.
pub const MAX_TEXT: usize = 2 << 20;
/// Characters of a title.
pub const MAX_TITLE: usize = 1_000;
/// Characters of a feed's description.
pub const MAX_DESCRIPTION: usize = 4_000;
/// Characters of a name or category.
pub const MAX_NAME: usize = 300;
/// Bytes of an address; longer ones are none.
pub const MAX_ADDRESS: usize = 8 << 10;
/// Bytes of a GUID; the rest is cut off.
pub const MAX_GUID: usize = 4 << 10;
/// Authors of a feed that an entry without its own has: each entry keeps them.
pub(super) const MAX_INHERITED: usize = 5;
/// Links, authors, categories, enclosures of an entry, each.
pub const MAX_PARTS: usize = 100;

/// Our model of what feed-rs read, completed by what stood beside it.
pub(super) fn map(feed: feed_rs::model::Feed, translation: Translation, url: Option<&Url>) -> Parsed {
    let mut faults = translation.faults;
    let with_rel = |rel: &'static str| feed.links.iter().filter(move |link| link.rel.as_deref() == Some(rel));
    // a document from a file still says where it lives
    let own = with_rel("self").find_map(|link| Url::parse(&link.href).ok());
    let root = translation.base.as_ref().or(url).or(own.as_ref());
    let site = with_rel("alternate").find_map(|link| address(&link.href, root));
    let base = url.cloned().or_else(|| site.as_deref().and_then(|site| Url::parse(site).ok()));
    let own_language = translation.language.as_deref().and_then(language);
    let mut authors = names(&feed.authors);
    authors.truncate(MAX_INHERITED);
    // what stood beside belongs to its entry by position: without that it belongs to none
    let mut asides = if translation.asides.len() == feed.entries.len() { translation.asides } else { Vec::new() }.into_iter();
    let mut entries = Vec::with_capacity(feed.entries.len());
    let mut written = Vec::with_capacity(feed.entries.len());
    for read in feed.entries {
        let mut aside = asides.next().unwrap_or_default();
        written.push(std::mem::take(&mut aside.dates));
        let mut entry = entry(read, aside, base.as_ref(), &authors);
        if entry.language == own_language {
            entry.language = None;
        }
        Limits { faults: &mut faults }.apply(&mut entry);
        entries.push(entry);
    }
    let form = if translation.is_rss { dates::Form::Mail } else { dates::Form::Iso };
    dates::settle(&mut entries, &written, own_language.as_deref(), form, &mut faults);
    faults.truncate(MAX_FAULTS);
    Parsed {
        feed: ParsedFeed {
            title: feed.title.and_then(|title| text::line(&title.content, MAX_TITLE)),
            link: site,
            language: own_language,
            description: feed.description.and_then(|description| text::line(&description.content, MAX_DESCRIPTION)),
            icon: feed.icon.and_then(|icon| address(&icon.uri, root.or(base.as_ref()))),
            rhythm: translation.rhythm,
            websub: HubLinks {
                hub: with_rel("hub").find_map(|link| address(&link.href, root)),
                topic: with_rel("self").find_map(|link| address(&link.href, root)),
            },
        },
        entries,
        faults,
    }
}

fn entry(read: feed_rs::model::Entry, aside: Aside, base: Option<&Url>, inherited: &[String]) -> ParsedEntry {
    let document = base;
    // the base of the text is the text's alone
    let own_base = aside.podcast.base.clone();
    let base = own_base.as_ref().or(base);
    let own = names(&read.authors);
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for link in &aside.media {
        let Some(url) = address(&link.href, base).filter(|url| enclosures.iter().all(|known| known.url != *url)) else { continue };
        enclosures.push(Enclosure {
            url,
            media_type: Some(&link.media_type).filter(|kind| kind.contains('/')).and_then(|kind| text::line(kind, MAX_NAME)),
            length: link.length.parse().ok().filter(|length| *length > 0),
            ..Enclosure::default()
        });
    }
    let podcast = aside.podcast.finish(&mut enclosures, document);
    let mut categories: Vec<String> = Vec::new();
    for category in read.categories.iter().filter_map(|category| text::line(&category.term, MAX_NAME)) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    let link = aside.link.and_then(|link| absolute(&link, base));
    let original = aside.original.and_then(|original| absolute(&original, base));
    ParsedEntry {
        base: html_base(aside.base.as_ref(), document, original.as_ref().or(link.as_ref())),
        link: link.map(String::from),
        original: original.map(String::from),
        enclosures,
        podcast,
        guid: Some(read.id.trim().to_owned()).filter(|id| !id.is_empty()),
        title: read.title.and_then(|title| text::line(&title.content, MAX_TITLE)),
        published: None,
        updated: None,
        authors: if own.is_empty() { inherited.to_vec() } else { own },
        summary: read.summary.map(|summary| summary.content).filter(|summary| !summary.trim().is_empty()),
        content: read.content.and_then(|content| content.body).filter(|content| !content.trim().is_empty()),
        categories,
        language: aside.language.as_deref().and_then(language),
        image: aside.image.and_then(|image| address(&image, base)),
    }
}

/// What relative addresses in an entry's HTML are relative to: `xml:base`, else the document (RFC 3986 5.1.3). But a feed that a service
/// hosts on a domain of its own was written for the site, so there it is the entry's page.
pub(super) fn html_base(stated: Option<&Url>, document: Option<&Url>, link: Option<&Url>) -> Option<String> {
    let is_elsewhere = |link: &Url, document: &Url| {
        (link.host(), link.port()) != (document.host(), document.port()) && host_of_url(link) != host_of_url(document)
    };
    let document = document.filter(|document| link.is_none_or(|link| !is_elsewhere(link, document)));
    stated.or(document).or(link).map(|base| base.as_str().to_owned())
}

fn names(people: &[feed_rs::model::Person]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in people.iter().take(MAX_PARTS).filter_map(|person| text::line(person.name.as_deref()?, MAX_NAME)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `text` as an absolute http(s) address without a line in it that is not one.
pub(super) fn address(text: &str, base: Option<&Url>) -> Option<String> {
    absolute(text, base).map(String::from)
}

/// As [`address`], to go on with.
pub(super) fn absolute(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_ADDRESS {
        return None;
    }
    // escaped once more than needed: no address has `&amp;` in it
    let text = if text.contains("&amp;") { std::borrow::Cow::Owned(text.replace("&amp;", "&")) } else { text.into() };
    let url = Url::parse(&text).ok().or_else(|| base?.join(&text).ok())?;
    // a long base makes many short ones long
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_ADDRESS).then_some(url)
}

/// A language tag (BCP 47 in shape), `de_DE` mended.
pub(super) fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let good = (2..=35).contains(&tag.len())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    good.then_some(tag)
}

/// Cuts what is too long, and says so.
pub(super) struct Limits<'a> {
    pub faults: &'a mut Vec<Fault>,
}

impl Limits<'_> {
    pub(super) fn apply(&mut self, entry: &mut ParsedEntry) {
        for (text, what) in [(&mut entry.summary, "summary"), (&mut entry.content, "content")] {
            if let Some(text) = text.as_mut().filter(|text| text.len() > MAX_TEXT) {
                text.truncate(floor(text, MAX_TEXT));
                let name = entry.guid.as_deref().or(entry.link.as_deref()).and_then(|name| text::line(name, 80));
                let name = name.unwrap_or_else(|| "without a name".to_owned());
                let detail = format!("the {what} of entry {name} is longer than {MAX_TEXT} bytes; it is cut");
                self.faults.push(Fault::new("text-limit", detail));
            }
        }
        if let Some(guid) = entry.guid.as_mut().filter(|guid| guid.len() > MAX_GUID) {
            // those that differ behind that are not the same
            let whole = xxhash_rust::xxh3::xxh3_64(guid.as_bytes());
            guid.truncate(floor(guid, MAX_GUID));
            guid.push_str(&format!("#{whole:016x}"));
        }
    }
}
