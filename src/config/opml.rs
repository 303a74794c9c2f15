//! OPML as it is in the wild: names in any case, bare ampersands, unquoted attributes, heads and ends missing.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::lists::{Gathered, ListFault, ListedFeed};
use super::{Feed, overrides};

/// Namespace of our own attributes; `export` writes `xmlns:feedmux` with it. The names are `feedmux:priority` and one for each of
/// [`overrides::NAMES`].
pub const NAMESPACE: &str = "urn:feedmux:opml:1";

/// Deepest folder; outlines below it are told and left out.
const MAX_DEPTH: usize = 100;

/// Most attributes looked at in one outline (RUSTSEC-2026-0194: floods of attributes).
const MAX_ATTRIBUTES: usize = 100;

/// Reads the feeds out of OPML. The names of the folders around a feed become its tags, as does `category` (a list with commas, paths like
/// `/news/local` taken apart). Whatever is broken is told and the rest still read.
pub fn parse_opml(text: &str) -> (Vec<ListedFeed>, Vec<ListFault>) {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut opml = Opml { gathered: Gathered::default(), folders: Vec::new(), below: 0, prefix: "feedmux".to_owned() };
    let mut lines = Lines { text: text.trim_start_matches('\u{feff}'), at: 0, line: 1 };
    let mut outlines = false;
    loop {
        let line = lines.of(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event @ (Event::Start(_) | Event::Empty(_))) => {
                let closed = matches!(event, Event::Empty(_));
                let (Event::Start(start) | Event::Empty(start)) = event else { break };
                opml.learn_prefix(&start);
                if is_outline(start.name().as_ref()) {
                    outlines = true;
                    if !opml.outline(&start, closed, line) {
                        break;
                    }
                }
            }
            Ok(Event::End(end)) if is_outline(end.name().as_ref()) => opml.leave(),
            Ok(_) => {}
            Err(error) => {
                opml.gathered
                    .fault(lines.of(reader.error_position()), format!("is broken XML ({error}); what follows is not read"));
                break;
            }
        }
    }
    if !outlines && opml.gathered.is_empty() {
        opml.gathered.fault(1, "has no outline: this is no OPML (a feed is subscribed to by its address)");
    }
    opml.gathered.finish()
}

fn is_outline(name: &str) -> bool {
    name.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case("outline"))
}

struct Opml {
    gathered: Gathered,
    /// Names of the open outlines; `None` for those that are no folders or have no name.
    folders: Vec<Option<String>>,
    /// Open outlines below the deepest folder.
    below: usize,
    /// What stands for [`NAMESPACE`] here.
    prefix: String,
}

impl Opml {
    fn learn_prefix(&mut self, start: &BytesStart<'_>) {
        for attribute in start.html_attributes().with_checks(false).take(MAX_ATTRIBUTES).flatten() {
            if let (Some(prefix), NAMESPACE) = (attribute.key.as_ref().strip_prefix("xmlns:"), &*attribute.value) {
                self.prefix = prefix.to_owned();
            }
        }
    }

    fn leave(&mut self) {
        if self.below > 0 {
            self.below -= 1;
        } else {
            self.folders.pop();
        }
    }

    /// Takes an outline in; `false` when no more are taken.
    fn outline(&mut self, start: &BytesStart<'_>, closed: bool, line: usize) -> bool {
        if self.folders.len() >= MAX_DEPTH {
            self.gathered.fault(line, format!("lies deeper than {MAX_DEPTH} folders and is left out"));
            self.below += usize::from(!closed);
            return true;
        }
        let outline = self.read(start, line);
        if !closed {
            self.folders.push(outline.title.clone().filter(|_| outline.address.is_none()));
        }
        match outline.address {
            Some(url) => {
                let tags = self.folders.iter().flatten().cloned().chain(outline.tags).collect();
                self.gathered.feed(line, Feed { url, title: outline.title, tags, ..outline.settings }, outline.paused)
            }
            None => {
                if outline.is_feed {
                    self.gathered.fault(line, "is an outline of a feed without xmlUrl");
                }
                true
            }
        }
    }

    fn read(&mut self, start: &BytesStart<'_>, line: usize) -> Outline {
        let mut outline = Outline::default();
        let (mut text, mut url, mut kind) = (None, None, String::new());
        for attribute in start.html_attributes().with_checks(false).take(MAX_ATTRIBUTES).flatten() {
            let name = attribute.key.as_ref();
            let value = unescaped(&attribute.value);
            let own = name.split_once(':').filter(|(prefix, _)| *prefix == self.prefix).map(|(_, name)| name);
            match (own, name.to_ascii_lowercase().as_str()) {
                (Some("priority"), _) => match value.trim().parse() {
                    Ok(priority) => outline.settings.priority = priority,
                    Err(_) => self.gathered.fault(line, format!("priority: \"{value}\" is no whole number; it is left out")),
                },
                (Some("paused"), _) => outline.paused = value.trim() == "true",
                (Some(name), _) => {
                    if let Err(what) = overrides::set(&mut outline.settings, name, value.trim()) {
                        self.gathered.fault(line, format!("{what}; it is left out"));
                    }
                }
                (None, "xmlurl") => outline.address = Some(value.into_owned()),
                (None, "url") => url = Some(value.into_owned()),
                (None, "title") => outline.title = Some(value.into_owned()),
                (None, "text") => text = Some(value.into_owned()),
                (None, "type") => kind = value.trim().to_ascii_lowercase(),
                (None, "category") => outline.tags = categories(&value),
                _ => {}
            }
        }
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        // OPML 2.0 uses url for links and includes, some exporters for feeds
        let address = if given(&outline.address) { outline.address } else { url.filter(|_| kind != "link" && kind != "include") };
        outline.address = address.filter(|address| !address.trim().is_empty());
        outline.title = if given(&outline.title) { outline.title } else { text };
        outline.is_feed = matches!(kind.as_str(), "rss" | "atom" | "feed");
        outline
    }
}

#[derive(Default)]
struct Outline {
    address: Option<String>,
    title: Option<String>,
    tags: Vec<String>,
    is_feed: bool,
    settings: Feed,
    paused: bool,
}

fn categories(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts
        .flat_map(|part| part.strip_prefix('/').map_or_else(|| vec![part], |path| path.split('/').collect()))
        .map(str::to_owned)
        .collect()
}

/// Entities that XML and numbers name; every other `&` stands for itself, because exporters forget to write `&amp;` in addresses.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = rest.find('&') {
        let (before, entity) = rest.split_at(start);
        text.push_str(before);
        let end = entity.bytes().take(12).position(|byte| byte == b';').map(|end| end + 1);
        let known = end.and_then(|end| Some((entity.get(..end)?, entity.get(end..)?)));
        match known.and_then(|(entity, after)| Some((quick_xml::escape::unescape(entity).ok()?, after))) {
            Some((decoded, after)) => {
                text.push_str(&decoded);
                rest = after;
            }
            None => {
                text.push('&');
                rest = entity.get(1..).unwrap_or("");
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Counts lines up to growing offsets.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, offset: u64) -> usize {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(passed) = self.text.as_bytes().get(self.at..offset) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count();
            self.at = offset;
        }
        self.line
    }
}
