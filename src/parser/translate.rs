//! The tolerant layer: any XML feed, however broken, translated to a small clean Atom document that feed-rs reads.
//!
//! Formats and their misspellings are a table (`names`); breakage is met where it stands: an element that does not end ends
//! before the next thing that cannot be inside it, what is no markup is text, what nobody knows is skipped. So feed-rs only
//! ever sees UTF-8 without declarations, DTD, foreign depth or unknown types, whatever a publisher sends.

use url::Url;

use super::element::{Element, attribute};
use super::entry::EntryDraft;
use super::map::MAX_FAULTS;
use super::names::{EntryField, FeedField, Space, Spaces, entry_field, feed_field, is_entry, is_entry_tag, is_frame};
use super::rhythm::RhythmDraft;
use super::text;
use super::tokens::{Tag, Token, Tokens, local};
use crate::error::Fault;
use crate::model::Rhythm;

/// Entries read from one document; the newest stand first nearly everywhere.
pub const MAX_ENTRIES: usize = 10_000;
/// Links and people of the feed itself that are kept.
const MAX_FEED_PARTS: usize = 50;

/// A translated document, with what Atom or feed-rs has no place for.
#[derive(Debug, Default)]
pub(super) struct Translation {
    /// One Atom 1.0 feed.
    pub atom: String,
    /// One for each entry, in order.
    pub asides: Vec<Aside>,
    /// The feed's own language.
    pub language: Option<String>,
    /// `xml:base` of the root or channel.
    pub base: Option<Url>,
    /// When it wants to be asked.
    pub rhythm: Rhythm,
    /// What was wrong.
    pub faults: Vec<Fault>,
    /// Whether an element stood there that only feeds have.
    pub is_feed: bool,
}

/// What belongs to an entry and stands beside the Atom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Aside {
    /// `xml:base` that holds in it.
    pub base: Option<Url>,
    /// Its own language.
    pub language: Option<String>,
    /// Picture, not resolved yet.
    pub image: Option<String>,
}

/// A value with its rank: the lowest rank wins, of equal ones the first.
pub(super) type Ranked = Option<(u8, String)>;

/// Puts `value` into `slot` where it is better than what is there.
pub(super) fn put(slot: &mut Ranked, rank: u8, value: String) {
    if !value.trim().is_empty() && slot.as_ref().is_none_or(|(held, _)| rank < *held) {
        *slot = Some((rank, value));
    }
}

#[derive(Default)]
struct FeedDraft {
    title: Ranked,
    description: Ranked,
    image: Ranked,
    /// Address and relation.
    links: Vec<(String, String)>,
    authors: Vec<String>,
    rhythm: RhythmDraft,
}

struct Translator<'a> {
    tokens: Tokens<'a>,
    spaces: Spaces,
    feed: FeedDraft,
    entry: Option<EntryDraft>,
    base: Option<Url>,
    root: bool,
    ended: bool,
    out: Translation,
}

/// Translates `text`; `url` is where it came from.
pub(super) fn translate(text: &str, url: Option<&Url>) -> Translation {
    let mut translator = Translator {
        tokens: Tokens::new(text),
        spaces: Spaces::default(),
        feed: FeedDraft::default(),
        entry: None,
        base: None,
        root: false,
        ended: false,
        out: Translation { atom: String::with_capacity(text.len() + 256), ..Translation::default() },
    };
    translator.out.atom.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    translator.run(url);
    translator.finish()
}

impl<'a> Translator<'a> {
    fn run(&mut self, url: Option<&Url>) {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Start(tag) => {
                    let (space, name) = self.spaces.resolve(&tag);
                    if is_entry(space, &name) {
                        if self.out.asides.len() + usize::from(self.entry.is_some()) >= MAX_ENTRIES {
                            self.fault("entry-limit", format!("more than {MAX_ENTRIES} entries; the rest is ignored"));
                            self.close_entry();
                            return;
                        }
                        self.open_entry(&tag, url);
                    } else if self.entry.is_some() {
                        self.in_entry(tag, space, &name);
                    } else {
                        self.in_feed(tag, space, &name, url);
                    }
                }
                Token::End(name) if is_entry_tag(name) => self.close_entry(),
                Token::End(name) if is_frame(name) => {
                    self.close_entry();
                    self.ended |= !local(name).eq_ignore_ascii_case("channel");
                    // what follows is a counter script, an advertisement or the same once more
                    if self.ended && !self.out.asides.is_empty() {
                        return;
                    }
                }
                _ => {}
            }
        }
        if self.entry.is_some() {
            self.fault(super::TRUNCATED, "the document ends inside an entry");
            self.close_entry();
        } else if self.root && !self.ended {
            self.fault(super::TRUNCATED, "the document ends before its root element does");
        }
    }

    fn open_entry(&mut self, tag: &Tag<'_>, url: Option<&Url>) {
        self.close_entry();
        self.out.is_feed = true;
        let base = joined(attribute(tag, "xml:base"), self.base.as_ref(), url).or_else(|| self.base.clone());
        self.entry = Some(EntryDraft::new(tag, base));
        if tag.empty {
            self.close_entry();
        }
    }

    fn close_entry(&mut self) {
        if let Some(entry) = self.entry.take() {
            let aside = entry.write(&mut self.out.atom, &mut self.out.faults);
            self.out.faults.truncate(MAX_FAULTS);
            self.out.asides.push(aside);
        }
    }

    fn in_entry(&mut self, tag: Tag<'a>, space: Space, name: &str) {
        match entry_field(space, name) {
            None => {
                self.capture(tag, false);
            }
            Some(EntryField::Through) => {}
            Some(field @ EntryField::Enclosure) => {
                // children of media:content belong to the entry
                if let Some(entry) = self.entry.as_mut() {
                    entry.take(field, &Element { tag, inner: "" });
                }
            }
            Some(field) => {
                let element = self.capture(tag, true);
                if let Some(entry) = self.entry.as_mut() {
                    entry.take(field, &element);
                }
            }
        }
    }

    fn in_feed(&mut self, tag: Tag<'a>, space: Space, name: &str, url: Option<&Url>) {
        let Some(field) = feed_field(space, name) else {
            // an unknown root may wrap a feed
            if self.root {
                self.capture(tag, false);
            }
            return;
        };
        if field == FeedField::Through {
            self.root = true;
            self.out.is_feed |= name != "items";
            if let Some(base) = joined(attribute(&tag, "xml:base"), self.base.as_ref(), url) {
                self.base = Some(base);
            }
            if self.out.language.is_none() {
                self.out.language = attribute(&tag, "xml:lang");
            }
            // CDF keeps the address in an attribute of the channel
            if let Some(href) = attribute(&tag, "href").filter(|_| self.feed.links.is_empty()) {
                self.feed.links.push((href, "alternate".to_owned()));
            }
            return;
        }
        let element = self.capture(tag, true);
        let feed = &mut self.feed;
        match field {
            FeedField::Title(rank) => put(&mut feed.title, rank, element.html()),
            FeedField::Description(rank) => put(&mut feed.description, rank, element.html()),
            FeedField::Link if feed.links.len() < MAX_FEED_PARTS => {
                let rel = element.attribute("rel").map_or("alternate".to_owned(), |rel| rel.to_ascii_lowercase());
                // of several the first text stands before the first `atom:link`
                match element.attribute("href") {
                    Some(href) => feed.links.push((href, rel)),
                    None => feed.links.insert(0, (element.characters(), rel)),
                }
            }
            FeedField::Language => {
                let language = element.characters();
                if !language.is_empty() {
                    self.out.language = Some(language);
                }
            }
            FeedField::Author if feed.authors.len() < MAX_FEED_PARTS => feed.authors.extend(element.person()),
            FeedField::Image(rank) => put(&mut feed.image, rank, address_of_image(&element)),
            FeedField::Rhythm(field) => feed.rhythm.take(field, &element),
            _ => {}
        }
    }

    /// Everything up to the end of the element that has just begun. Where that end is missing it ends before the next field,
    /// or where its parent does: `<description>text<pubDate>`.
    fn capture(&mut self, tag: Tag<'a>, known: bool) -> Element<'a> {
        if tag.empty {
            return Element { tag, inner: "" };
        }
        let from = self.tokens.at;
        let mut depth = 0usize;
        let mut boundary = None;
        while self.tokens.patience > 0 {
            let before = self.tokens.at;
            match self.tokens.next() {
                Some(Token::End(name)) if name.eq_ignore_ascii_case(tag.name) => {
                    if depth == 0 {
                        return Element { tag, inner: self.tokens.slice(from, before) };
                    }
                    depth -= 1;
                }
                Some(Token::Start(inner)) if inner.name.eq_ignore_ascii_case(tag.name) => depth += usize::from(!inner.empty),
                Some(Token::End(name)) if is_frame(name) || is_entry_tag(name) => boundary = Some(before),
                Some(Token::Start(inner)) if is_entry_tag(inner.name) => boundary = Some(before),
                Some(_) => {}
                None => boundary = Some(before),
            }
            if boundary.is_some() {
                break;
            }
        }
        let read = self.tokens.at.saturating_sub(from);
        self.tokens.patience = self.tokens.patience.saturating_sub(read);
        let to = self.cut(tag, from, boundary);
        self.tokens.at = to;
        if known {
            self.fault("structure", format!("<{}> is not closed", text::line(tag.name, 40).unwrap_or_default()));
        }
        Element { tag, inner: self.tokens.slice(from, to) }
    }

    /// Where an element ends that has no end of its own.
    fn cut(&mut self, tag: Tag<'a>, from: usize, boundary: Option<usize>) -> usize {
        self.tokens.at = from;
        loop {
            let before = self.tokens.at;
            if boundary.is_some_and(|boundary| before >= boundary) {
                return before;
            }
            match self.tokens.next() {
                None => return before,
                // one too many was opened inside
                Some(Token::End(name)) if name.eq_ignore_ascii_case(tag.name) => return before,
                Some(Token::End(name)) if is_frame(name) || is_entry_tag(name) => return before,
                Some(Token::Start(inner)) => {
                    let (space, name) = self.spaces.resolve(&inner);
                    let field =
                        if self.entry.is_some() { entry_field(space, &name).is_some() } else { feed_field(space, &name).is_some() };
                    if (field && space != Space::Xhtml) || is_entry(space, &name) {
                        return before;
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn fault(&mut self, kind: &'static str, detail: impl Into<String>) {
        if self.out.faults.len() < MAX_FAULTS {
            self.out.faults.push(Fault::new(kind, detail));
        }
    }

    fn finish(mut self) -> Translation {
        let atom = &mut self.out.atom;
        let feed = self.feed;
        for (name, value) in [("title", feed.title), ("subtitle", feed.description)] {
            if let Some((_, value)) = value {
                write_text(atom, name, &value);
            }
        }
        for (href, rel) in feed.links.iter().filter(|(href, _)| !href.is_empty()) {
            write_empty(atom, "link", &[("rel", rel), ("href", href)]);
        }
        for author in &feed.authors {
            write_person(atom, author);
        }
        if let Some((_, image)) = feed.image {
            write_plain(atom, "icon", &image);
        }
        atom.push_str("</feed>");
        self.out.base = self.base;
        self.out.rhythm = feed.rhythm.finish();
        self.out
    }
}

/// `base` as an absolute address.
fn joined(base: Option<String>, outer: Option<&Url>, url: Option<&Url>) -> Option<Url> {
    let base = base?;
    Url::parse(&base).ok().or_else(|| outer.or(url)?.join(&base).ok()).filter(|base| matches!(base.scheme(), "http" | "https"))
}

/// The address in an image element: an attribute, a child `url`, or its text.
pub(super) fn address_of_image(element: &Element<'_>) -> String {
    let in_attribute = ["href", "url", "src", "rdf:resource"].into_iter().find_map(|name| element.attribute(name));
    in_attribute.or_else(|| element.child("url").map(|child| child.characters())).unwrap_or_else(|| element.characters())
}

/// `<name type="html">`.
pub(super) fn write_text(out: &mut String, name: &str, value: &str) {
    out.extend(["<", name, " type=\"html\">"]);
    write_characters(out, value);
    out.extend(["</", name, ">"]);
}

/// An element with characters alone.
pub(super) fn write_plain(out: &mut String, name: &str, value: &str) {
    out.extend(["<", name, ">"]);
    write_characters(out, value);
    out.extend(["</", name, ">"]);
}

/// An author.
pub(super) fn write_person(out: &mut String, name: &str) {
    out.push_str("<author>");
    write_plain(out, "name", name);
    out.push_str("</author>");
}

/// An element with attributes alone.
pub(super) fn write_empty(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
    out.extend(["<", name]);
    for (name, value) in attributes {
        let value: String = value.chars().filter(|c| text::is_allowed(*c)).collect();
        out.extend([" ", name, "=\"", &text::escape(&value), "\""]);
    }
    out.push_str("/>");
}

/// Characters as a CDATA section: they cost nothing more than themselves there.
fn write_characters(out: &mut String, value: &str) {
    out.push_str("<![CDATA[");
    let mut rest = value;
    while let Some(at) = rest.find("]]>") {
        allowed(out, &rest[..at + 2]);
        out.push_str("]]><![CDATA[");
        rest = &rest[at + 2..];
    }
    allowed(out, rest);
    out.push_str("]]>");
}

fn allowed(out: &mut String, value: &str) {
    if value.chars().all(text::is_allowed) {
        out.push_str(value);
    } else {
        out.extend(value.chars().filter(|c| text::is_allowed(*c)));
    }
}
