//! One entry while it is read, and how it is written for feed-rs.

use url::Url;

use super::atom::{write_empty, write_person, write_plain, write_text};
use super::dates::Written;
use super::element::{Element, attribute};
use super::faults::{Notes, Repair};
use super::map::MAX_PARTS;
use super::names::EntryField;
use super::podcast::PodcastDraft;
use super::references;
use super::tokens::{Tag, local};
use super::translate::{Aside, Ranked, address_of_image, put};

/// What was read of an entry.
#[derive(Debug, Default)]
pub(super) struct EntryDraft {
    base: Option<Url>,
    language: Option<String>,
    title: Ranked,
    summary: Ranked,
    /// RSS's, which is a teaser or the whole text.
    description: Ranked,
    content: Ranked,
    guid: Ranked,
    /// Whether the GUID says itself that it is no address.
    opaque: bool,
    published: Ranked,
    updated: Ranked,
    image: Ranked,
    authors: Vec<(u8, String)>,
    categories: Vec<String>,
    links: Vec<Link>,
    /// The article's own address, where `links` count readers on the way.
    original: Ranked,
    media: Vec<Link>,
    pub(super) podcast: PodcastDraft,
}

/// A link or an enclosure as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Link {
    pub href: String,
    rel: String,
    pub media_type: String,
    /// Bytes, as somebody says.
    pub length: String,
    /// Written as the text of the element, as RSS does.
    is_text: bool,
}

impl EntryDraft {
    pub(super) fn new(tag: &Tag<'_>, base: Option<Url>) -> Self {
        let podcast = PodcastDraft::new(base.clone());
        let mut draft = Self { base, language: attribute(tag, "xml:lang"), podcast, ..Self::default() };
        // CDF writes the address so; the `rdf:about` of RSS 1.0 is an identifier
        draft.links.extend(attribute(tag, "href").map(|href| Link { href, rel: "alternate".to_owned(), ..Link::default() }));
        if let Some(modified) = attribute(tag, "lastmod") {
            put(&mut draft.updated, 3, modified);
        }
        // whatever prefix RDF has
        let about = tag.attributes().find(|(name, _)| name.contains(':') && local(name).eq_ignore_ascii_case("about"));
        if let Some(about) = about.map(|(_, value)| references::resolve(value).trim().to_owned()) {
            put(&mut draft.guid, 2, about);
        }
        draft
    }

    /// Takes in one element.
    pub(super) fn take<'a>(&mut self, field: EntryField, element: &Element<'a>, is_atom: bool, notes: &mut Notes<'a>) {
        match field {
            EntryField::Title(rank) => put(&mut self.title, rank, element.html(notes)),
            EntryField::Summary(rank) => put(&mut self.summary, rank, element.html(notes)),
            EntryField::Description => put(&mut self.description, 0, element.html(notes)),
            EntryField::Content(rank) => self.take_content(rank, element, notes),
            EntryField::Guid(rank) => {
                put(&mut self.guid, rank, element.characters());
                self.opaque |= element.attribute("isPermaLink").is_some_and(|is| is.eq_ignore_ascii_case("false"));
            }
            EntryField::Published(rank) => put(&mut self.published, rank, element.characters()),
            EntryField::Updated(rank) => put(&mut self.updated, rank, element.characters()),
            EntryField::Language => self.language = Some(element.characters()).filter(|language| !language.is_empty()),
            EntryField::Image(rank) => put(&mut self.image, rank, address_of_image(element)),
            EntryField::Author(rank) if self.authors.len() < MAX_PARTS => {
                self.authors.extend(element.person().map(|name| (rank, name)));
            }
            EntryField::Category => self.take_category(element),
            EntryField::Categories => {
                for term in element.characters().split(',') {
                    self.add_category(term.trim());
                }
            }
            EntryField::Original => put(&mut self.original, 0, element.characters()),
            EntryField::Link if self.links.len() < MAX_PARTS => self.take_link(element, is_atom, notes),
            EntryField::Enclosure if self.media.len() < MAX_PARTS => {
                let value = |name| element.attribute(name).unwrap_or_default();
                let href = [value("url"), value("href"), value("rdf:resource")].into_iter().find(|href| !href.is_empty());
                match (&href, element.tag.attribute("url")) {
                    (Some(href), Some(written)) => check_address(href, is_atom, written, notes),
                    // media:content may have a player in place of an address
                    (None, _) if element.tag.name == "enclosure" => notes.add(Repair::NoAddress, element.tag.name),
                    _ => {}
                }
                self.media.extend(href.map(|href| Link {
                    href,
                    media_type: [value("type"), value("medium")].into_iter().find(|kind| !kind.is_empty()).unwrap_or_default(),
                    length: [value("length"), value("fileSize")].into_iter().find(|length| !length.is_empty()).unwrap_or_default(),
                    ..Link::default()
                }));
            }
            _ => {}
        }
    }

    fn take_content<'a>(&mut self, rank: u8, element: &Element<'a>, notes: &mut Notes<'a>) {
        let kind = element.attribute("type").unwrap_or_default();
        // a picture or a film in place of the text (RFC 4287 4.1.3.2)
        if let Some(href) = element.attribute("src") {
            if !kind.contains("html") && self.media.len() < MAX_PARTS {
                self.media.push(Link { href, media_type: kind, ..Link::default() });
            }
            return;
        }
        if ["image/", "audio/", "video/"].iter().any(|media| kind.starts_with(media)) {
            return;
        }
        put(&mut self.content, rank, element.html(notes));
        self.language = self.language.take().or_else(|| element.attribute("xml:lang"));
        if let Some(base) = element.attribute("xml:base") {
            self.base = Url::parse(&base).ok().or_else(|| self.base.as_ref()?.join(&base).ok()).or_else(|| self.base.take());
        }
    }

    fn take_category(&mut self, element: &Element<'_>) {
        let term = ["term", "text", "label"].into_iter().find_map(|name| element.attribute(name));
        self.add_category(&term.unwrap_or_else(|| element.characters()));
        // iTunes puts the narrower into the wider
        if let Some(narrower) = element.child("category").and_then(|child| child.attribute("text")) {
            self.add_category(&narrower);
        }
    }

    fn add_category(&mut self, term: &str) {
        if !term.is_empty() && self.categories.len() < MAX_PARTS && !self.categories.iter().any(|known| known == term) {
            self.categories.push(term.to_owned());
        }
    }

    fn take_link<'a>(&mut self, element: &Element<'a>, is_atom: bool, notes: &mut Notes<'a>) {
        let value = |name| element.attribute(name).unwrap_or_default();
        let rel = element.attribute("rel").map_or("alternate".to_owned(), |rel| rel.to_ascii_lowercase());
        let rel = rel.trim_start_matches("http://www.iana.org/assignments/relation/").to_owned();
        match element.attribute("href") {
            Some(_) if rel == "enclosure" && self.media.len() >= MAX_PARTS => {}
            Some(href) if rel == "enclosure" => {
                self.podcast.take_media(element, None);
                self.media.push(Link { href, media_type: value("type"), length: value("length"), ..Link::default() });
            }
            Some(href) if rel == "replies" => self.podcast.take_replies(&href, &value("type"), element),
            Some(href) => self.links.push(Link { href, rel, media_type: value("type"), ..Link::default() }),
            None => {
                let href = element.characters();
                if !href.is_empty() {
                    check_address(&href, is_atom, element.inner.trim(), notes);
                }
                self.links.push(Link { href, rel, is_text: true, ..Link::default() });
            }
        }
    }

    /// Whether anything names the entry, so that it is found again at the next poll.
    pub(super) fn is_named(&self) -> bool {
        self.guid.is_some() || self.page().is_some()
    }

    /// Writes an Atom entry and gives what has no place there.
    pub(super) fn write(mut self, out: &mut String) -> Aside {
        out.push_str("<entry>");
        if let Some((_, guid)) = &self.guid {
            write_plain(out, "id", guid);
        }
        self.sort_texts();
        for (element, value) in [("title", self.title.take()), ("summary", self.summary.take()), ("content", self.content.take())] {
            let Some((_, value)) = value else { continue };
            write_text(out, element, &value);
        }
        let best = self.authors.iter().map(|(rank, _)| *rank).min();
        for (_, author) in self.authors.iter().filter(|(rank, _)| Some(*rank) == best) {
            write_person(out, author);
        }
        for category in &self.categories {
            write_empty(out, "category", &[("term", category)]);
        }
        out.push_str("</entry>");
        let picture = self.media.iter().find(|media| media.media_type.starts_with("image")).map(|media| media.href.clone());
        let characters = |ranked: Ranked| ranked.map(|(_, value)| value);
        Aside {
            link: self.page(),
            media: self.media,
            base: self.base,
            language: self.language,
            image: characters(self.image).or(picture),
            original: characters(self.original),
            podcast: self.podcast,
            dates: Written { published: characters(self.published), updated: characters(self.updated) },
        }
    }

    /// RSS with a `summary` beside its `description` means one of them as the whole text: the longer.
    fn sort_texts(&mut self) {
        let is_stated = self.summary.as_ref().is_some_and(|(rank, _)| *rank == 0);
        match self.description.take() {
            Some(other) if is_stated && self.content.is_none() => {
                let (longer, shorter) = if self.summary.as_ref().is_some_and(|(_, summary)| summary.len() > other.1.len()) {
                    (self.summary.take(), Some(other))
                } else {
                    (Some(other), self.summary.take())
                };
                (self.content, self.summary) = (longer, shorter);
            }
            Some(teaser) if !is_stated => self.summary = Some(teaser),
            _ => {}
        }
    }

    /// The address of the article: the text of RSS's `link`, else Atom's alternate (HTML before others), else a GUID that is one.
    fn page(&self) -> Option<String> {
        let alternates = self.links.iter().filter(|link| link.rel == "alternate" && may_lead_to_a_page(&link.href));
        let page = alternates.min_by_key(|link| match link.media_type.as_str() {
            _ if link.is_text => 0,
            kind if kind.contains("html") => 1,
            "" => 2,
            _ => 3,
        });
        page.map(|link| link.href.clone()).or_else(|| {
            let (_, guid) = self.guid.as_ref()?;
            let address = Url::parse(guid).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            (address && !self.opaque).then(|| guid.clone())
        })
    }
}

/// Notes an address that RSS would not allow, `piece` being how it is written. In Atom every address may be relative (RFC 4287 2).
fn check_address<'a>(address: &str, is_atom: bool, piece: &'a str, notes: &mut Notes<'a>) {
    // reading it costs: what has nothing odd in its host is an address
    let authority = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if !authority.is_empty() && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
        return;
    }
    match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {}
        Ok(_) => notes.add(Repair::Address, piece),
        Err(url::ParseError::RelativeUrlWithoutBase) if is_atom => {}
        Err(url::ParseError::RelativeUrlWithoutBase) => notes.add(Repair::Relative, piece),
        Err(_) => notes.add(Repair::Address, piece),
    }
}

/// Whether an address can be one of a page, once it is whole. One that cannot does not keep a better one away.
fn may_lead_to_a_page(href: &str) -> bool {
    match Url::parse(href) {
        Ok(url) => matches!(url.scheme(), "http" | "https"),
        Err(error) => error == url::ParseError::RelativeUrlWithoutBase && !href.is_empty(),
    }
}
