//! OPML as it is in the wild: names in any case, bare ampersands, unquoted attributes, heads and ends missing.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::foreign::{self, PROGRAMS, Program};
use super::lists::{Gathered, ListFault, ListedFeed};
use super::{Feed, feeds, overrides};
use crate::model::Hearsay;

/// Namespace of our own attributes; `export` writes `xmlns:feedmux` with it. The names are `feedmux:priority`, `feedmux:paused`, one for
/// each of [`overrides::NAMES`], `feedmux:title` (`own`: the title is the feed's, not the user's) and `feedmux:tags` (a JSON array, where
/// `category` cannot say them).
pub const NAMESPACE: &str = "urn:feedmux:opml:1";

/// Deepest folder; outlines below it are told and left out.
const MAX_DEPTH: usize = 100;

/// Most attributes looked at in one outline (RUSTSEC-2026-0194: floods of attributes).
const MAX_ATTRIBUTES: usize = 100;

/// Longest address of a site.
const MAX_SITE_BYTES: usize = 8_000;

/// Most prefixes that are bound to a namespace we know.
const MAX_PREFIXES: usize = 32;

/// Reads the feeds out of OPML. The names of the folders around a feed become its tags, as does `category` (a list with commas, paths like
/// `/news/local` taken apart). What Miniflux and FreshRSS say of a feed is taken over where there is such a setting, and told once for
/// all feeds where there is none. Whatever is broken is told and the rest still read.
pub fn parse_opml(text: &str) -> (Vec<ListedFeed>, Vec<ListFault>) {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut opml = Opml { gathered: Gathered::default(), folders: Vec::new(), below: 0, prefixes: Vec::new() };
    let mut lines = Lines { text: text.trim_start_matches('\u{feff}'), at: 0, line: 1 };
    let mut is_opml = false;
    loop {
        let line = lines.of(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event @ (Event::Start(_) | Event::Empty(_))) => {
                let closed = matches!(event, Event::Empty(_));
                let (Event::Start(start) | Event::Empty(start)) = event else { break };
                opml.learn_prefixes(&start);
                is_opml |= start.name().as_ref().eq_ignore_ascii_case("opml");
                if is_outline(start.name().as_ref()) {
                    is_opml = true;
                    if !opml.outline(&start, closed, line) {
                        break;
                    }
                }
            }
            Ok(Event::End(end)) if is_outline(end.name().as_ref()) => opml.leave(),
            Ok(_) => {}
            Err(error) => {
                opml.gathered
                    .cut_off(lines.of(reader.error_position()), format!("is broken XML ({error}); what follows is not read"));
                break;
            }
        }
    }
    if !is_opml && opml.gathered.is_empty() {
        opml.gathered.cut_off(1, "has no outline: this is no OPML (a feed is subscribed to by its address)");
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
    /// What stands for the namespaces that we know here, beside what their programs write.
    prefixes: Vec<(String, Program)>,
}

impl Opml {
    fn learn_prefixes(&mut self, start: &BytesStart<'_>) {
        for attribute in start.html_attributes().with_checks(false).take(MAX_ATTRIBUTES).flatten() {
            let Some(prefix) = attribute.key.as_ref().strip_prefix("xmlns:") else { continue };
            let known = PROGRAMS.iter().find(|(_, namespace, _)| *namespace == &*attribute.value);
            if let (Some((program, ..)), true) = (known, self.prefixes.len() < MAX_PREFIXES) {
                self.prefixes.push((prefix.to_owned(), *program));
            }
        }
    }

    /// Whose attribute it is, and its name there. What nothing is bound to means what its program means by it.
    fn known<'n>(&self, name: &'n str) -> Option<(Program, &'n str)> {
        let (prefix, name) = name.split_once(':')?;
        let bound = self.prefixes.iter().rev().find(|(bound, _)| bound == prefix).map(|(_, program)| *program);
        let usual = || PROGRAMS.iter().find(|(.., usual)| *usual == prefix).map(|(program, ..)| *program);
        Some((bound.or_else(usual)?, name))
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
        if outline.address.is_some() && foreign::is_no_feed(&outline.kind) {
            let what = format!(
                "is no feed: entries are made of a page (type=\"{}\"); try `feedmux feed add` with its address",
                outline.kind
            );
            self.gathered.fault(line, what);
            return true;
        }
        let name = outline.title.as_ref().or(outline.address.as_ref()).map_or("", String::as_str);
        for (attribute, why) in &outline.lost {
            self.gathered.lost(line, name, attribute, why);
        }
        match outline.address {
            Some(url) => {
                let path = feeds::tags(self.folders.iter().flatten().map(String::as_str));
                let tags = feeds::tags(path.iter().chain(&outline.tags).map(String::as_str));
                let folders = (path.len() != tags.len().min(1)).then_some(path.len());
                let (title, own) = if outline.title_is_own { (None, outline.title) } else { (outline.title, None) };
                let hearsay = Hearsay { title: own, site_url: outline.site };
                self.gathered.feed(line, Feed { url, title, tags, folders, hearsay, ..outline.settings }, outline.paused)
            }
            None => {
                if matches!(outline.kind.as_str(), "rss" | "atom" | "feed") {
                    self.gathered.fault(line, "is an outline of a feed without xmlUrl");
                }
                true
            }
        }
    }

    fn read(&mut self, start: &BytesStart<'_>, line: usize) -> Outline {
        let mut outline = Outline::default();
        let (mut text, mut url, mut tags) = (None, None, None);
        for attribute in start.html_attributes().with_checks(false).take(MAX_ATTRIBUTES).flatten() {
            let name = attribute.key.as_ref();
            let value = unescaped(&attribute.value);
            match (self.known(name), name.to_ascii_lowercase().as_str()) {
                (Some((Program::Feedmux, "priority")), _) => match value.trim().parse() {
                    Ok(priority) => outline.settings.priority = priority,
                    Err(_) => self.gathered.fault(line, format!("priority: \"{value}\" is no whole number; it is left out")),
                },
                (Some((Program::Feedmux, "paused")), _) => outline.paused = value.trim() == "true",
                (Some((Program::Feedmux, "title")), _) => outline.title_is_own = value.trim() == "own",
                (Some((Program::Feedmux, "tags")), _) => match serde_json::from_str(&value) {
                    Ok(list) => tags = Some(list),
                    Err(_) => self.gathered.fault(line, "tags: expected a JSON array of texts; it is left out"),
                },
                (Some((Program::Feedmux, name)), _) => {
                    if let Err(what) = overrides::set(&mut outline.settings, name, value.trim()) {
                        self.gathered.fault(line, format!("{what}; it is left out"));
                    }
                }
                (Some((program, name)), _) => foreign::take(program, name, &value, &mut outline),
                (None, "xmlurl") => outline.address = Some(value.into_owned()),
                (None, "url") => url = Some(value.into_owned()),
                (None, "title") => outline.title = Some(value.into_owned()),
                (None, "text") => text = Some(value.into_owned()),
                (None, "type") => outline.kind = value.trim().to_ascii_lowercase(),
                (None, "htmlurl") => outline.site = site(&value),
                (None, "filtercmd") if !value.trim().is_empty() => {
                    outline.lost.push(("filtercmd".to_owned(), "no program is run over a feed".into()));
                }
                (None, "category") => outline.tags = categories(&value),
                _ => {}
            }
        }
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        // OPML 2.0 uses url for links and includes, some exporters for feeds
        let address = if given(&outline.address) {
            outline.address
        } else {
            url.filter(|_| outline.kind != "link" && outline.kind != "include")
        };
        outline.address = address.filter(|address| !address.trim().is_empty());
        outline.title = if given(&outline.title) { outline.title } else { text };
        outline.tags = tags.unwrap_or(outline.tags);
        outline
    }
}

#[derive(Default)]
pub(super) struct Outline {
    address: Option<String>,
    title: Option<String>,
    /// Whether that is how the feed calls itself.
    title_is_own: bool,
    site: Option<String>,
    tags: Vec<String>,
    /// `type` in lower case.
    kind: String,
    pub(super) settings: Feed,
    pub(super) paused: bool,
    /// Attributes that could not be taken over, and why.
    pub(super) lost: Vec<(String, Cow<'static, str>)>,
}

/// `text`, if it may be the address of a site.
fn site(text: &str) -> Option<String> {
    let text = text.trim();
    let is_web = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (is_web && text.len() <= MAX_SITE_BYTES && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
        .then(|| text.to_owned())
}

/// The tags that a `category` names.
pub fn categories(text: &str) -> Vec<String> {
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
