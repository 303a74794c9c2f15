//! Podcast elements of an entry and where its comments are, read by the table in `model`, and what Media RSS says of enclosures.
//!
//! They stand beside the Atom that feed-rs reads, because it has no place for them. A bad element costs itself and never its entry.

use serde_json::Value;
use url::Url;

use super::element::Element;
use super::spaces::Space;
use super::tokens::{Tag, Token, Tokens, local};
use super::{json, map, references, text};
use crate::model::{Enclosure, MEDIUMS, Need, PodcastElement, PodcastKind, duration_seconds, is_podcast_address, podcast_kind};

/// Elements of one entry that are kept, those inside others counted.
pub(super) const MAX_ELEMENTS: usize = 400;
/// Elements of one kind side by side that are kept.
pub(super) const MAX_SAME: usize = 100;
/// Bytes of one text or attribute; an element with a longer one is none.
pub(super) const MAX_VALUE: usize = 4 << 10;
/// Bytes of all texts and attributes of one entry.
const MAX_BYTES: usize = 128 << 10;
/// Tokens behind the tag of an enclosure in which its title is looked for.
const MAX_AHEAD: usize = 64;

/// The kind of an element of an entry, if it has one.
pub(super) fn kind_of(space: Space, name: &str) -> Option<&'static PodcastKind> {
    let prefix = match space {
        Space::Itunes => "itunes",
        Space::Podcast => "podcast",
        Space::Thread => "thr",
        _ => return None,
    };
    podcast_kind(&format!("{prefix}:{name}")).map(|(_, kind)| kind)
}

/// What of [`MAX_ELEMENTS`] and [`MAX_BYTES`] was used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Used {
    elements: usize,
    bytes: usize,
}

/// What was read of one entry, addresses as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PodcastDraft {
    /// Of the entry itself: its text may have another one.
    pub(super) base: Option<Url>,
    elements: Vec<PodcastElement>,
    /// What is said of enclosures beyond type and length.
    media: Vec<Enclosure>,
    used: Used,
}

impl PodcastDraft {
    pub(super) fn new(base: Option<Url>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Takes in an element of the entry; those that are of no podcast vocabulary and say nothing of comments do nothing.
    pub(super) fn take(&mut self, space: Space, name: &str, element: &Element<'_>) {
        match (space, name) {
            // whoever writes how many there are where the address belongs gives no address
            (Space::Core, "comments") if element.inner.contains('/') => self.add_replies(&element.characters(), "text/html"),
            (Space::Wfw, "commentrss") => self.add_replies(&element.characters(), "application/rss+xml"),
            (Space::Slash, "comments") => self.add_total(&element.characters()),
            _ => {}
        }
        if let Some(kind) = kind_of(space, name).filter(|kind| has_room(kind, &self.elements)) {
            self.elements.extend(read(kind, element, &mut self.used));
        }
    }

    /// Takes in what the tag of an enclosure says beyond type and length; `title` is what stands inside it.
    pub(super) fn take_media(&mut self, element: &Element<'_>, title: Option<String>) {
        let Some(url) = ["url", "href", "rdf:resource"].into_iter().find_map(|name| element.attribute(name)) else { return };
        let title = title.or_else(|| element.attribute("title"));
        let media = Enclosure {
            url,
            title: title.and_then(|title| text::line(&title, map::MAX_NAME)),
            duration: element.attribute("duration").and_then(|duration| duration_seconds(&duration)),
            medium: element
                .attribute("medium")
                .map(|medium| medium.to_ascii_lowercase())
                .filter(|one| MEDIUMS.contains(&one.as_str())),
            is_default: element.attribute("isDefault").is_some_and(|is| is.eq_ignore_ascii_case("true")),
            ..Enclosure::default()
        };
        let says = media.title.is_some() || media.duration.is_some() || media.medium.is_some() || media.is_default;
        if says && self.media.len() < map::MAX_PARTS {
            self.media.push(media);
        }
    }

    /// Takes in a `link rel=replies` (RFC 4685 section 4).
    pub(super) fn take_replies(&mut self, href: &str, media_type: &str, element: &Element<'_>) {
        self.add_replies(href, media_type);
        let count = element.tag.attributes().find(|(name, _)| name.contains(':') && local(name).eq_ignore_ascii_case("count"));
        if let Some((_, count)) = count {
            self.add_total(&references::resolve(count));
        }
    }

    fn add_replies(&mut self, href: &str, media_type: &str) {
        self.add("thr:replies", |kind, read, used| {
            set(kind, read, "href", href, used)?;
            set(kind, read, "type", media_type, used)
        });
    }

    fn add_total(&mut self, total: &str) {
        self.add("thr:total", |_, read, used| {
            read.text = value(total, used)?;
            Some(())
        });
    }

    fn add(&mut self, name: &str, fill: impl FnOnce(&PodcastKind, &mut PodcastElement, &mut Used) -> Option<()>) {
        if let Some((_, kind)) = podcast_kind(name).filter(|(_, kind)| has_room(kind, &self.elements)) {
            self.elements.extend(attempt(kind, &mut self.used, |read, used| fill(kind, read, used)));
        }
    }

    /// What an item of a JSON Feed says under `_itunes`, `_podcast` and `_thr`: an element is a text, an object of attributes, or a list of these.
    pub(super) fn of_json(item: &Value) -> Self {
        let mut draft = Self::default();
        for prefix in ["itunes", "podcast", "thr"] {
            let Some(members) = item.get(format!("_{prefix}")).and_then(Value::as_object) else { continue };
            for (name, value) in members {
                let Some((_, kind)) = podcast_kind(&format!("{prefix}:{name}")) else { continue };
                for value in listed(value) {
                    if has_room(kind, &draft.elements) {
                        draft.elements.extend(read_json(kind, value, &mut draft.used));
                    }
                }
            }
        }
        draft
    }

    /// The elements with absolute addresses, in the order of the table; `enclosures` get what is said of them. `document` is the
    /// base where the entry has none.
    pub(super) fn finish(self, enclosures: &mut [Enclosure], document: Option<&Url>) -> Vec<PodcastElement> {
        let base = self.base.as_ref().or(document);
        for said in self.media {
            let url = map::address(&said.url, base);
            let Some(enclosure) = enclosures.iter_mut().find(|enclosure| Some(&enclosure.url) == url.as_ref()) else { continue };
            enclosure.title = enclosure.title.take().or(said.title);
            enclosure.duration = enclosure.duration.or(said.duration);
            enclosure.medium = enclosure.medium.take().or(said.medium);
            enclosure.is_default |= said.is_default;
        }
        let mut placed: Vec<(usize, PodcastElement)> = self
            .elements
            .into_iter()
            .filter_map(|mut element| {
                let (place, kind) = podcast_kind(&element.name)?;
                (resolve(kind, &mut element, base) && is_sound(&element)).then_some((place, element))
            })
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, element)| element).collect()
    }
}

/// The `media:title` inside the `media:content` that has just begun. Nothing is consumed: its children belong to the entry as well.
pub(super) fn title_ahead(tokens: &mut Tokens<'_>, tag: &Tag<'_>) -> Option<String> {
    let (prefix, _) = tag.name.split_once(':').filter(|_| !tag.empty)?;
    let wanted = format!("{prefix}:title");
    let from = tokens.at;
    let mut title: Option<String> = None;
    for token in tokens.by_ref().take(MAX_AHEAD) {
        match (token, &mut title) {
            // its own end; where that is missing, what cannot be inside it
            (Token::End(name), _) if [&wanted, tag.name, &format!("{prefix}:group"), "item", "entry"].contains(&name) => break,
            (Token::Start(inner), _) if inner.name == tag.name => break,
            (Token::Start(inner), None) if !inner.empty && inner.name == wanted => title = Some(String::new()),
            (Token::Text(part), Some(title)) => title.push_str(&references::resolve(part)),
            (Token::CData(part), Some(title)) => title.push_str(part),
            _ => {}
        }
    }
    tokens.at = from;
    title
}

/// Whether one more of `kind` may stand beside `others`.
fn has_room(kind: &PodcastKind, others: &[PodcastElement]) -> bool {
    let most = if kind.many { MAX_SAME } else { 1 };
    others.iter().filter(|other| other.name == kind.name).count() < most
}

/// An element by its kind. Its depth is that of the table, whatever stands inside.
fn read(kind: &'static PodcastKind, element: &Element<'_>, used: &mut Used) -> Option<PodcastElement> {
    attempt(kind, used, |read, used| fill(kind, read, element, used))
}

fn fill(kind: &'static PodcastKind, read: &mut PodcastElement, element: &Element<'_>, used: &mut Used) -> Option<()> {
    for (name, value) in element.tag.attributes() {
        set(kind, read, name, &references::resolve(value), used)?;
    }
    if kind.children.is_empty() {
        read.text = value(&element.characters(), used)?;
        return Some(());
    }
    let mut tokens = Tokens::new(element.inner);
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        let Some(child) = child_of(kind, local(tag.name)) else { continue };
        let from = tokens.at;
        let mut to = from;
        while let Some(token) = (!tag.empty).then(|| tokens.next()).flatten() {
            if matches!(token, Token::End(name) if name.eq_ignore_ascii_case(tag.name)) {
                break;
            }
            to = tokens.at;
        }
        if has_room(child, &read.children) {
            read.children.extend(self::read(child, &Element { tag, inner: tokens.slice(from, to) }, used));
        }
    }
    Some(())
}

fn read_json(kind: &'static PodcastKind, json: &Value, used: &mut Used) -> Option<PodcastElement> {
    attempt(kind, used, |read, used| fill_json(kind, read, json, used))
}

fn fill_json(kind: &'static PodcastKind, read: &mut PodcastElement, json: &Value, used: &mut Used) -> Option<()> {
    let Some(members) = json.as_object() else {
        match (kind.needs, json) {
            (Need::Attribute(name), Value::String(bare)) => set(kind, read, name, bare, used)?,
            (Need::Text, Value::String(bare)) => read.text = value(bare, used)?,
            (Need::Text, Value::Number(_) | Value::Bool(_)) => read.text = json.to_string(),
            _ => return None,
        }
        return Some(());
    };
    for name in members.keys() {
        if let Some(child) = child_of(kind, name) {
            for inner in members.get(name).map(listed).unwrap_or_default() {
                if has_room(child, &read.children) {
                    read.children.extend(read_json(child, inner, used));
                }
            }
        } else if let Some(written) = json::string(json, name) {
            if name == "text" && kind.children.is_empty() {
                read.text = value(&written, used)?;
            } else {
                set(kind, read, name, &written, used)?;
            }
        }
    }
    Some(())
}

fn listed(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// An element that `fill` completes. One that comes to nothing has used nothing up.
fn attempt(
    kind: &PodcastKind,
    used: &mut Used,
    fill: impl FnOnce(&mut PodcastElement, &mut Used) -> Option<()>,
) -> Option<PodcastElement> {
    let mut read = PodcastElement { name: kind.name.to_owned(), ..PodcastElement::default() };
    let mut using = Used { elements: used.elements + 1, ..*used };
    if using.elements > MAX_ELEMENTS || fill(&mut read, &mut using).is_none() || !kind.is_met_by(&read) {
        return None;
    }
    *used = using;
    Some(read)
}

fn child_of(kind: &PodcastKind, name: &str) -> Option<&'static PodcastKind> {
    kind.children.iter().find(|child| child.local().eq_ignore_ascii_case(name))
}

/// Sets an attribute that the kind has, in its spelling; the first of that name wins. `None`: the element is none.
fn set(kind: &PodcastKind, element: &mut PodcastElement, name: &str, written: &str, used: &mut Used) -> Option<()> {
    let known = kind.attributes.iter().find(|known| known.eq_ignore_ascii_case(name));
    if let Some(known) = known.filter(|known| !element.attributes.contains_key(**known)) {
        let value = value(written, used)?;
        if !value.is_empty() {
            element.attributes.insert((*known).to_owned(), value);
        }
    }
    Some(())
}

/// One plain line, if it is short enough and the entry has not used up what it may.
fn value(written: &str, used: &mut Used) -> Option<String> {
    if written.len() > MAX_VALUE {
        return None;
    }
    let line = text::one_line(written);
    let bytes = used.bytes + line.len();
    (bytes <= MAX_BYTES).then(|| {
        used.bytes = bytes;
        line
    })
}

/// What RFC 4685 demands: a whole number, and ids that are IRIs.
fn is_sound(element: &PodcastElement) -> bool {
    match element.name.as_str() {
        "thr:total" => element.text.bytes().all(|b| b.is_ascii_digit()),
        "thr:in-reply-to" => element.attributes.get("ref").is_some_and(|id| Url::parse(id).is_ok()),
        _ => true,
    }
}

/// Makes addresses absolute; drops those that are not of the web, and what needs them.
fn resolve(kind: &PodcastKind, element: &mut PodcastElement, base: Option<&Url>) -> bool {
    element.attributes.retain(|name, value| match is_podcast_address(name).then(|| map::address(value, base)) {
        Some(Some(address)) => {
            *value = address;
            true
        }
        Some(None) => false,
        None => true,
    });
    element.children.retain_mut(|child| {
        let name = child.name.clone();
        let kind = kind.children.iter().find(|kind| kind.name == name);
        kind.is_some_and(|kind| resolve(kind, child, base))
    });
    element.children.sort_by_key(|child| kind.children.iter().position(|kind| kind.name == child.name));
    kind.is_met_by(element)
}
