//! The tolerant layer: any XML feed, however broken, translated to a small clean Atom document that feed-rs reads.
//!
//! Formats and their misspellings are a table (`names`); breakage is met where it stands: an element that does not end ends
//! before the next thing that cannot be inside it, what is no markup is text, what nobody knows is skipped. So feed-rs only
//! ever sees UTF-8 without declarations, DTD, foreign depth or unknown types, whatever a publisher sends.

use std::borrow::Cow;

use url::Url;

use super::atom::{write_empty, write_person, write_plain, write_text};
use super::dates::Written;
use super::element::{Element, attribute};
use super::entry::{EntryDraft, Link};
use super::faults::{MAX_FAULTS, Notes, Repair};
use super::map::MAX_ADDRESS;
use super::names::{EntryField, FeedField, entry_field, feed_field, is_entry, is_entry_tag, is_frame};
use super::podcast::{self, PodcastDraft};
use super::rhythm::RhythmDraft;
use super::spaces::{Space, Spaces};
use super::tokens::{Tag, Token, Tokens, local};
use crate::error::Fault;
use crate::model::Rhythm;

/// Entries read from one document; the newest stand first nearly everywhere.
pub const MAX_ENTRIES: usize = 10_000;
/// Links and people of the feed itself that are kept.
const MAX_FEED_PARTS: usize = 50;
/// Versions of RSS that there were. 2.0.1 and 2.0.11 changed the text of the specification and not its number.
const VERSIONS: [&str; 6] = ["0.91", "0.92", "0.93", "0.94", "0.90", "2.0"];

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
    /// Whether its root is RSS's.
    pub is_rss: bool,
}

/// What belongs to an entry and stands beside the Atom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Aside {
    /// The article, not resolved yet.
    pub link: Option<String>,
    /// Where that link leads, where it counts readers on the way; not resolved yet.
    pub original: Option<String>,
    /// Enclosures, not resolved yet.
    pub media: Vec<Link>,
    /// `xml:base` that holds in it.
    pub base: Option<Url>,
    /// Its own language.
    pub language: Option<String>,
    /// Picture, not resolved yet.
    pub image: Option<String>,
    /// Podcast elements, and what is said of enclosures; not resolved yet.
    pub podcast: PodcastDraft,
    /// Its dates: only the whole document tells how they are to be read.
    pub dates: Written,
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

/// A document while it is read.
pub(super) struct Translator<'a> {
    pub(super) tokens: Tokens<'a>,
    pub(super) spaces: Spaces,
    pub(super) notes: Notes<'a>,
    feed: FeedDraft,
    pub(super) entry: Option<EntryDraft>,
    /// How its tag is written.
    entry_name: &'a str,
    base: Option<Url>,
    /// Local name of the root in lower case, once something of a feed was met.
    pub(super) root: Option<Cow<'a, str>>,
    /// Whether names of HTML's characters are declared: by the DTD of RSS 0.91.
    pub(super) has_dtd: bool,
    channel_ended: bool,
    ended: bool,
    /// Tags open inside the element that is captured.
    pub(super) open: Vec<&'a str>,
    out: Translation,
}

/// Translates `text`, whose root begins at `start`; `url` is where it came from.
pub(super) fn translate(text: &str, start: usize, url: Option<&Url>) -> Translation {
    let mut tokens = Tokens::new(text);
    tokens.at = start;
    let mut translator = Translator {
        tokens,
        spaces: Spaces::default(),
        notes: Notes::new(text),
        feed: FeedDraft::default(),
        entry: None,
        entry_name: "",
        base: None,
        root: None,
        has_dtd: false,
        channel_ended: false,
        ended: false,
        open: Vec::new(),
        out: Translation { atom: String::with_capacity(text.len() + 256), ..Translation::default() },
    };
    translator.out.atom.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    translator.before(&text[..start]);
    translator.run(url);
    translator.after();
    translator.finish()
}

impl<'a> Translator<'a> {
    /// What stands before the root: a declaration, comments, a DOCTYPE, or what should not be there.
    fn before(&mut self, head: &'a str) {
        let declaration = head.find("<?xml ").unwrap_or_default();
        self.has_dtd = head.contains("<!DOCTYPE") && ["rss-0.91", "xhtml", "<!ENTITY"].iter().any(|known| head.contains(known));
        for token in Tokens::new(head) {
            match token {
                Token::Other => {}
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(text) | Token::CData(text) => return self.notes.add(Repair::Before, text.trim()),
                Token::Start(Tag { name, .. }) | Token::End(name) => return self.notes.add(Repair::Before, name),
            }
        }
        // a blank line, or the comment of a cache
        if declaration > 0 {
            self.notes.add(Repair::Blank, &head[..declaration]);
        }
    }

    /// What stands behind the root.
    fn after(&mut self) {
        while self.ended {
            match self.tokens.next() {
                None => return,
                Some(Token::Other) => {}
                Some(Token::Text(text)) if text.trim().is_empty() => {}
                Some(Token::Text(text) | Token::CData(text)) => return self.notes.add(Repair::After, text.trim()),
                Some(Token::Start(Tag { name, .. }) | Token::End(name)) => return self.notes.add(Repair::After, name),
            }
        }
    }

    fn run(&mut self, url: Option<&Url>) {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Start(tag) => {
                    let (space, name) = self.spaces.resolve(&tag, &mut self.notes);
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
                        self.in_feed(tag, space, name, url);
                    }
                }
                Token::End(name) if is_entry_tag(name) => {
                    if self.entry.is_none() {
                        self.notes.add(Repair::Stray, name);
                    }
                    self.check_case(name);
                    self.close_entry();
                }
                Token::End(name) if is_frame(name) => {
                    self.cut_entry();
                    let is_channel = local(name).eq_ignore_ascii_case("channel");
                    if local(name).eq_ignore_ascii_case("rss") && !self.channel_ended && self.root.as_deref() == Some("rss") {
                        self.notes.add(Repair::Unclosed, "channel");
                    }
                    self.channel_ended |= is_channel;
                    self.ended |= !is_channel;
                    // what follows is a counter script, an advertisement or the same once more
                    if self.ended && !self.out.asides.is_empty() {
                        return;
                    }
                }
                Token::End(name) if self.root.is_some() && !self.ended && !self.is_open(name) => {
                    self.notes.add(Repair::Stray, name);
                }
                Token::Text(text) if self.root.is_some() => self.check_text(text),
                _ => {}
            }
        }
        if let Some(entry) = &self.entry {
            // without a name it would stay beside the whole one that comes later
            let is_named = entry.is_named();
            let kept = if is_named { "what of it is whole is read" } else { "it is not read" };
            self.fault(super::TRUNCATED, format!("the document ends inside its last entry; {kept}"));
            if is_named {
                self.close_entry();
            } else {
                self.entry = None;
            }
        } else if self.root.is_some() && !self.ended && !(self.channel_ended && self.root.as_deref() == Some("channel")) {
            self.fault(super::TRUNCATED, "the document ends before its root element does");
        }
    }

    /// Whether a closing tag ends an element whose children are read where it stands.
    fn is_open(&self, name: &str) -> bool {
        let (space, name) = self.spaces.of_end(name);
        match entry_field(space, &name) {
            Some(field) if self.entry.is_some() => matches!(field, EntryField::Through | EntryField::Enclosure),
            _ => feed_field(space, &name) == Some(FeedField::Through),
        }
    }

    fn open_entry(&mut self, tag: &Tag<'a>, url: Option<&Url>) {
        self.cut_entry();
        self.entry_name = tag.name;
        if self.channel_ended && self.root.as_deref() == Some("rss") {
            self.notes.add(Repair::Outside, tag.name);
        }
        self.check_tag(tag);
        let base = joined(attribute(tag, "xml:base"), self.base.as_ref(), url).or_else(|| self.base.clone());
        self.entry = Some(EntryDraft::new(tag, base));
        if tag.empty {
            self.close_entry();
        }
    }

    /// Ends an entry that something ends which cannot stand in it.
    fn cut_entry(&mut self) {
        if self.entry.is_some() {
            self.notes.add(Repair::Unclosed, self.entry_name);
            self.close_entry();
        }
    }

    fn close_entry(&mut self) {
        if let Some(entry) = self.entry.take() {
            // `item` and `entry` stand in catalogues and dictionaries as well, which have no root of a feed
            self.out.is_feed |= self.root.is_some() || entry.is_named();
            self.out.asides.push(entry.write(&mut self.out.atom));
        }
    }

    fn in_entry(&mut self, tag: Tag<'a>, space: Space, name: &str) {
        let Some(field) = entry_field(space, name) else {
            self.capture(tag, false);
            return;
        };
        self.check_tag(&tag);
        let element = match field {
            EntryField::Through => return,
            // children of media:content belong to the entry
            EntryField::Enclosure => Element { tag, inner: "" },
            _ => self.capture(tag, true),
        };
        // half an address leads elsewhere, half a date is another day; half a text is a beginning
        let is_text = matches!(field, EntryField::Summary(_) | EntryField::Description | EntryField::Content(_));
        if self.tokens.is_cut(element.inner) && !is_text {
            return;
        }
        if let Some(entry) = self.entry.as_mut() {
            entry.take(field, &element, self.root.as_deref() == Some("feed"), &mut self.notes);
            if field == EntryField::Enclosure {
                entry.podcast.take_media(&element, podcast::title_ahead(&mut self.tokens, &tag));
            } else {
                entry.podcast.take(space, name, &element);
            }
        }
    }

    fn in_feed(&mut self, tag: Tag<'a>, space: Space, name: Cow<'a, str>, url: Option<&Url>) {
        let Some(field) = feed_field(space, &name) else {
            // an unknown root may wrap a feed
            if self.root.is_some() {
                self.capture(tag, false);
            }
            return;
        };
        self.check_tag(&tag);
        if field == FeedField::Through {
            self.through(&tag, name, url);
            return;
        }
        let element = self.capture(tag, true);
        let feed = &mut self.feed;
        match field {
            FeedField::Title(rank) => put(&mut feed.title, rank, element.html(&mut self.notes)),
            FeedField::Description(rank) => put(&mut feed.description, rank, element.html(&mut self.notes)),
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

    /// Root, channel and others whose children belong to the feed.
    fn through(&mut self, tag: &Tag<'a>, name: Cow<'a, str>, url: Option<&Url>) {
        if self.root.is_none() {
            let is_cdf = attribute(tag, "href").is_some() || tag.name == "CHANNEL";
            match &*name {
                "rss" => match tag.attribute("version") {
                    None => self.notes.add(Repair::NoVersion, tag.name),
                    Some(version) if !VERSIONS.contains(&version) => self.notes.add(Repair::Version, version),
                    Some(_) => {}
                },
                "channel" if !is_cdf => self.notes.add(Repair::NoRoot, tag.name),
                "feed" if !tag.name.contains(':') && tag.attribute("xmlns").is_none() => {
                    self.notes.add(Repair::NoNamespace, tag.name)
                }
                _ => {}
            }
            self.root = Some(name.clone());
        }
        // RDF is used for other things too, but no channel stands in them
        self.out.is_feed |= !matches!(&*name, "items" | "rdf");
        if let Some(base) = joined(attribute(tag, "xml:base"), self.base.as_ref(), url) {
            self.base = Some(base);
        }
        if self.out.language.is_none() {
            self.out.language = attribute(tag, "xml:lang");
        }
        // CDF keeps the address in an attribute of the channel
        if let Some(href) = attribute(tag, "href").filter(|_| self.feed.links.is_empty()) {
            self.feed.links.push((href, "alternate".to_owned()));
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
        self.out.is_rss = matches!(self.root.as_deref(), Some("rss" | "channel"));
        self.out.base = self.base;
        self.out.rhythm = feed.rhythm.finish();
        // what is cut off and what went over a limit is told first: of the rest there may be too much
        self.out.faults.extend(self.notes.told());
        self.out.faults.truncate(MAX_FAULTS);
        self.out
    }
}

/// `base` as an absolute address.
fn joined(base: Option<String>, outer: Option<&Url>, url: Option<&Url>) -> Option<Url> {
    let base = base.filter(|base| base.len() <= MAX_ADDRESS)?;
    Url::parse(&base).ok().or_else(|| outer.or(url)?.join(&base).ok()).filter(|base| matches!(base.scheme(), "http" | "https"))
}

/// The address in an image element: an attribute, a child `url`, or its text.
pub(super) fn address_of_image(element: &Element<'_>) -> String {
    let in_attribute = ["href", "url", "src", "rdf:resource"].into_iter().find_map(|name| element.attribute(name));
    in_attribute.or_else(|| element.child("url").map(|child| child.characters())).unwrap_or_else(|| element.characters())
}
