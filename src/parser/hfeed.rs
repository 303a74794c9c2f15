//! A page as a feed: h-feed and h-entry of microformats2, for sites whose page is the feed.
//!
//! <https://microformats.org/wiki/h-feed>, <https://microformats.org/wiki/h-entry>,
//! <https://microformats.org/wiki/microformats2-parsing>. Only what carries these classes counts. The `hfeed` and `hentry` of old themes do
//! not: they mark error pages and search results as well. Elements are followed by a stack of their own, bounded in depth; entries
//! do not nest, so no byte is looked at more often than a property of each kind allows.

use url::Url;

use super::charset::{self, Kind};
use super::faults::MAX_FAULTS;
use super::hentry::{Draft, Property, Said};
use super::map::{self, MAX_DESCRIPTION, MAX_NAME, MAX_PARTS, MAX_TITLE};
use super::page::{Opening, Page, Piece, base_of};
use super::sniff;
use super::text;
use crate::error::Fault;
use crate::model::{Parsed, ParsedEntry, ParsedFeed};

/// Kind of the fault of a page that is read as a feed: nobody may take it for a feed that was only found by trying.
pub const PAGE_AS_FEED: &str = "h-feed";

/// Elements inside each other that are followed; what is deeper belongs to the last of them.
const MAX_DEPTH: usize = 512;
/// Elements without an end tag that one end tag closes: a stray one must not cost a look at all that is open.
const MAX_UNCLOSED: usize = 32;
/// Feeds on one page that are told apart.
const MAX_FEEDS: usize = 50;
/// Entries without a feed around them that make a page one: a single entry is the page of an article.
const MIN_LOOSE: usize = 2;
/// How many times as much markup as there is may be read for properties.
const PATIENCE: usize = 8;

/// Classes that begin an item. All of microformats2 and no pattern: `h-full` and `h-screen` are heights.
const ROOTS: [&str; 15] = [
    "h-feed",
    "h-entry",
    "h-card",
    "h-cite",
    "h-event",
    "h-review",
    "h-review-aggregate",
    "h-product",
    "h-item",
    "h-recipe",
    "h-resume",
    "h-listing",
    "h-adr",
    "h-geo",
    "h-app",
];

/// Elements before which a paragraph ends without saying so.
#[rustfmt::skip]
const BLOCKS: [&str; 27] = [
    "address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
];

/// An item that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    /// One of [`Reader::found`].
    Feed(usize),
    /// The entry that is read.
    Entry,
    /// An h-card: of an author, or of anybody.
    Person,
    /// Whatever else; its properties are its own.
    Other,
}

/// An element that is open.
struct Frame<'a> {
    opening: Opening<'a>,
    /// Where its inside begins.
    from: usize,
    root: Option<Root>,
    /// What it says, and about what.
    properties: Vec<Property>,
    about: Option<Root>,
}

/// A feed of the page. The first stands for the page itself, with the entries that are in none.
#[derive(Default)]
struct Found {
    feed: ParsedFeed,
    authors: Vec<String>,
    entries: Vec<ParsedEntry>,
}

struct Reader<'a> {
    page: Page<'a>,
    url: Option<&'a Url>,
    base: Option<Url>,
    /// A `base` was there; the first counts.
    is_based: bool,
    language: Option<String>,
    stack: Vec<Frame<'a>>,
    /// Elements open beyond [`MAX_DEPTH`].
    beyond: usize,
    roots: Vec<Root>,
    found: Vec<Found>,
    /// The entry that is read, and whose it is.
    draft: Option<(usize, Draft)>,
    /// Names and contents of the entry that are open.
    naming: usize,
    telling: usize,
    /// The author who is read, and the name that the card in it gives.
    author: Option<Option<String>>,
    /// Entries begun.
    begun: usize,
    faults: Vec<Fault>,
    /// Bytes of markup that may still be read for properties: elements around each other are read once for each.
    patience: usize,
}

/// Reads a page that is a feed: one with an `h-feed` around an `h-entry`, or with two of `h-entry` beside each other. `None` for all others.
pub(super) fn read(bytes: &[u8], content_type: Option<&str>, url: Option<&Url>) -> Option<Parsed> {
    let text = charset::decode(bytes, content_type, Kind::Html).text;
    if !text.contains("h-entry") {
        return None;
    }
    let mut reader = Reader::new(&text, url);
    reader.run();
    let Reader { mut found, mut faults, language, begun, .. } = reader;
    let chosen = (1..found.len()).find(|feed| !found[*feed].entries.is_empty());
    let chosen = chosen.or_else(|| (found[0].entries.len() >= MIN_LOOSE).then_some(0))?;
    let Found { mut feed, authors, mut entries } = found.swap_remove(chosen);
    for entry in &mut entries {
        if entry.authors.is_empty() {
            entry.authors.clone_from(&authors);
        }
        if entry.language == language {
            entry.language = None;
        }
    }
    feed.title = feed.title.or_else(|| sniff::title_of(&text));
    feed.link = feed.link.or_else(|| url.map(|url| url.as_str().to_owned()));
    feed.language = language;
    let said = format!("this is a web page; it is read as a feed because it marks {} entries as such (h-entry)", entries.len());
    faults.insert(0, Fault::new(PAGE_AS_FEED, said));
    if begun > super::MAX_ENTRIES {
        faults.push(Fault::new("entry-limit", format!("more than {} entries; the rest is ignored", super::MAX_ENTRIES)));
    }
    Some(Parsed { feed, entries, faults })
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, url: Option<&'a Url>) -> Self {
        Self {
            page: Page::new(text),
            url,
            base: url.cloned(),
            is_based: false,
            language: None,
            stack: Vec::new(),
            beyond: 0,
            roots: Vec::new(),
            found: vec![Found::default()],
            draft: None,
            naming: 0,
            telling: 0,
            author: None,
            begun: 0,
            faults: Vec::new(),
            patience: text.len().saturating_mul(PATIENCE).saturating_add(1 << 16),
        }
    }

    fn run(&mut self) {
        loop {
            let before = self.page.at();
            match self.page.next() {
                Some(Piece::Start(opening)) => self.open(opening, before),
                Some(Piece::End(name)) => self.close(name, before),
                Some(Piece::Text(_)) => {}
                None => break,
            }
        }
        let end = self.page.at();
        while let Some(frame) = self.stack.pop() {
            self.leave(&frame, end);
        }
    }

    fn open(&mut self, opening: Opening<'a>, before: usize) {
        let name = opening.tag.name;
        // `<path/>` closes itself, `<div/>` does not
        let is_void = text::is_void(name) || (opening.tag.empty && !text::is_html(name));
        while self.stack.last().is_some_and(|last| ends_before(last.opening.tag.name, name)) {
            if let Some(frame) = self.stack.pop() {
                self.leave(&frame, before);
            }
        }
        if self.stack.len() >= MAX_DEPTH && !is_void {
            self.beyond += 1;
            return;
        }
        if opening.is("base") && !self.is_based {
            self.is_based = true;
            self.base = base_of(opening.attribute("href").as_deref(), self.url);
        } else if opening.is("html") && self.language.is_none() {
            self.language = language(&opening);
        }
        let about = self.roots.last().copied();
        let classes = opening.attribute("class").unwrap_or_default();
        let properties: Vec<Property> = match about {
            None | Some(Root::Other) => Vec::new(),
            Some(_) => classes.split_ascii_whitespace().filter_map(Property::of).fold(Vec::new(), |mut seen, property| {
                if !seen.contains(&property) {
                    seen.push(property);
                }
                seen
            }),
        };
        let root =
            classes.split_ascii_whitespace().find(|class| ROOTS.contains(class)).map(|class| self.root(class, about, &opening));
        let frame = Frame { opening, from: self.page.at(), root, properties, about };
        let (names, tells) = frame.of_entry();
        self.naming += usize::from(names);
        self.telling += usize::from(tells);
        if frame.properties.contains(&Property::Author) && self.author.is_none() {
            self.author = Some(None);
        }
        self.roots.extend(root);
        if opening.is("a") {
            self.imply(&frame);
        }
        if is_void { self.leave(&frame, frame.from) } else { self.stack.push(frame) }
    }

    /// What an item of that class is, where it stands.
    fn root(&mut self, class: &str, about: Option<Root>, opening: &Opening<'_>) -> Root {
        match (class, about) {
            ("h-card", _) => Root::Person,
            ("h-feed", None | Some(Root::Feed(_))) if self.found.len() <= MAX_FEEDS => {
                self.found.push(Found::default());
                Root::Feed(self.found.len() - 1)
            }
            ("h-entry", None | Some(Root::Feed(_))) if self.draft.is_none() => {
                self.begun += 1;
                if self.begun > super::MAX_ENTRIES {
                    return Root::Other;
                }
                let feed = if let Some(Root::Feed(feed)) = about { feed } else { 0 };
                self.draft = Some((feed, Draft::new(language(opening))));
                Root::Entry
            }
            _ => Root::Other,
        }
    }

    /// An anchor that is the entry, that stands in its name or says that it is the lasting one is its link, where none is marked.
    fn imply(&mut self, frame: &Frame<'_>) {
        let is_lasting =
            || frame.opening.attribute("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel == "bookmark"));
        let is_its = frame.root == Some(Root::Entry) || (frame.about == Some(Root::Entry) && (self.naming > 0 || is_lasting()));
        if let Some((_, draft)) = self.draft.as_mut().filter(|(_, draft)| is_its && draft.implied.is_none()) {
            draft.implied = frame.opening.attribute("href").and_then(|href| map::address(&href, self.base.as_ref()));
        }
    }

    fn close(&mut self, name: &str, before: usize) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let open = self.stack.iter().rev().take(MAX_UNCLOSED).position(|frame| frame.opening.is(name));
        for _ in 0..open.map_or(0, |above| above + 1) {
            if let Some(frame) = self.stack.pop() {
                self.leave(&frame, before);
            }
        }
    }

    /// Takes what an element says that ends at `to`.
    fn leave(&mut self, frame: &Frame<'a>, to: usize) {
        let said = Said { opening: frame.opening, inner: self.page.slice(frame.from, to), base: self.base.as_ref() };
        let (names, tells) = frame.of_entry();
        self.naming -= usize::from(names);
        self.telling -= usize::from(tells);
        for property in &frame.properties {
            let cost = property.cost(said.inner);
            if cost > self.patience {
                continue;
            }
            self.patience -= cost;
            if *property == Property::Author {
                let name = self.author.take().flatten().or_else(|| said.person());
                let authors = match (frame.about, &mut self.draft) {
                    (Some(Root::Entry), Some((_, draft))) => &mut draft.entry.authors,
                    (Some(Root::Feed(feed)), _) => &mut self.found[feed].authors,
                    _ => continue,
                };
                authors.extend(name.filter(|name| !authors.contains(name) && authors.len() < MAX_PARTS));
                continue;
            }
            match (frame.about, &mut self.draft) {
                (Some(Root::Entry), Some((_, draft))) => {
                    // a note is its own name: that is no title
                    let repeats = tells && matches!(property, Property::Name | Property::Summary);
                    if let Some(fault) = (!repeats).then(|| draft.take(*property, &said, self.telling > 0)).flatten()
                        && self.faults.len() < MAX_FAULTS
                    {
                        self.faults.push(fault);
                    }
                }
                (Some(Root::Person), _) if *property == Property::Name => {
                    if let Some(name @ None) = &mut self.author {
                        *name = said.line(MAX_NAME);
                    }
                }
                (Some(Root::Feed(feed)), _) => {
                    let feed = &mut self.found[feed].feed;
                    match property {
                        Property::Name if feed.title.is_none() => feed.title = said.line(MAX_TITLE),
                        Property::Summary if feed.description.is_none() => feed.description = said.line(MAX_DESCRIPTION),
                        Property::Url if feed.link.is_none() => feed.link = said.address(),
                        Property::Photo if feed.icon.is_none() => feed.icon = said.address(),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        if frame.root.is_some() {
            self.roots.pop();
        }
        if frame.root == Some(Root::Entry)
            && let Some((feed, draft)) = self.draft.take()
        {
            let entry = draft.finish(&said, self.url, &mut self.faults);
            self.found[feed].entries.extend(entry);
        }
    }
}

impl Frame<'_> {
    /// Whether it names the entry, and whether it is its content.
    fn of_entry(&self) -> (bool, bool) {
        let has = |property| self.about == Some(Root::Entry) && self.properties.contains(&property);
        (has(Property::Name), has(Property::Content))
    }
}

fn language(opening: &Opening<'_>) -> Option<String> {
    opening.attribute("lang").or_else(|| opening.attribute("xml:lang")).and_then(|tag| map::language(&tag))
}

/// Whether an element named `open` ends where one named `next` begins, without an end tag (HTML 13.1.2.4).
fn ends_before(open: &str, next: &str) -> bool {
    let any = |name: &str, names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let is = |group: &[&str]| any(open, group) && any(next, group);
    (open.eq_ignore_ascii_case("p") && (any(next, &BLOCKS) || any(next, &["li", "dt", "dd", "td", "th", "tr"])))
        || is(&["li"])
        || is(&["dt", "dd"])
        || is(&["td", "th"])
        || is(&["tr"])
        || is(&["option"])
        || (any(open, &["td", "th"]) && next.eq_ignore_ascii_case("tr"))
}

#[cfg(test)]
#[path = "hfeed_tests.rs"]
mod tests;
