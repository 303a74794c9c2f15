//! Podcast elements, comments, and what Media RSS says of an enclosure, as the formats write them.
//!
//! Names come from the table in `model`, values are escaped where all are, addresses are of the web or left out.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::channel::Format;
use super::inert::inert;
use super::text::cut;
use super::xml::{Xml, allowed, media_type, web};
use crate::model::{
    Enclosure, ITUNES_NAMESPACE, Item, MEDIUMS, Need, PODCAST_NAMESPACE, PodcastElement, PodcastKind, THREAD_NAMESPACE,
    duration_seconds, is_podcast_address, podcast_kind,
};

/// Characters of `itunes:subtitle`, says Apple.
const MAX_SUBTITLE: usize = 255;

/// For the root of a document.
pub(super) const NAMESPACES: [(&str, &str); 3] =
    [("xmlns:itunes", ITUNES_NAMESPACE), ("xmlns:podcast", PODCAST_NAMESPACE), ("xmlns:thr", THREAD_NAMESPACE)];

/// Writes the elements of `item`.
pub(super) fn write(xml: &mut Xml, item: &Item, format: Format) {
    for element in &item.podcast {
        match podcast_kind(&element.name) {
            Some((_, kind)) if kind.name == "thr:replies" => {}
            Some((_, kind)) if kind.name == "thr:total" && format == Format::Rss => {
                write_element(xml, "slash:comments", kind, element);
            }
            Some((_, kind)) => write_element(xml, kind.name, kind, element),
            None => {}
        }
    }
    write_replies(xml, item, format);
}

/// Where comments are: RFC 4685's links in Atom; RSS has an element for their page, and everybody's `wfw:commentRss` for their feed.
fn write_replies(xml: &mut Xml, item: &Item, format: Format) {
    let replies = item.podcast.iter().filter(|element| element.name == "thr:replies").filter_map(|element| {
        let kind = element.attributes.get("type").map_or("", String::as_str);
        Some((
            web(element.attributes.get("href")?)?,
            media_type(Some(kind).filter(|kind| kind.contains('/')).or(Some("text/html"))),
        ))
    });
    let (mut has_page, mut has_feed) = (false, false);
    for (href, kind) in replies {
        let is_feed = kind.ends_with("xml") && !kind.contains("xhtml");
        match format {
            Format::Rss if !is_feed && !std::mem::replace(&mut has_page, true) => xml.text("comments", &[], &href),
            Format::Rss if is_feed && !std::mem::replace(&mut has_feed, true) => xml.text("wfw:commentRss", &[], &href),
            Format::Rss => xml.empty("atom:link", &[("rel", "replies"), ("type", kind), ("href", &href)]),
            Format::Atom | Format::Json => xml.empty("link", &[("rel", "replies"), ("type", kind), ("href", &href)]),
        }
    }
}

fn write_element(xml: &mut Xml, name: &str, kind: &'static PodcastKind, element: &PodcastElement) {
    let Some(attributes) = attributes(kind, element) else { return };
    let Some(text) = text(kind, element) else { return };
    let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    if !kind.children.is_empty() {
        xml.open(name, &attributes);
        for (kind, child) in children(kind, element) {
            write_element(xml, kind.name, kind, child);
        }
        xml.close(name);
    } else if text.is_empty() {
        xml.empty(name, &attributes);
    } else {
        xml.line(name, &attributes, &text);
    }
}

/// What is written of an element's text; `None`: the element is none. Publishers go on with values of iTunes' first years (`clean`,
/// `no`), which readers of today's take for an unknown word.
fn text<'a>(kind: &PodcastKind, element: &'a PodcastElement) -> Option<Cow<'a, str>> {
    let text = element.text.as_str();
    Some(match kind.name {
        "itunes:explicit" if ["yes", "true", "explicit"].iter().any(|yes| text.eq_ignore_ascii_case(yes)) => Cow::Borrowed("true"),
        "itunes:explicit" if ["no", "false", "clean"].iter().any(|no| text.eq_ignore_ascii_case(no)) => Cow::Borrowed("false"),
        "itunes:explicit" => return None,
        "itunes:subtitle" => Cow::Owned(inert(&cut(text, MAX_SUBTITLE - 1)).into_owned()),
        _ => inert(text),
    })
}

/// What `item` says in the vocabulary of `prefix`, as an extension of JSON Feed: each element by its name without the prefix. One that
/// can have no attributes is a text, others are objects; a list where there may be several.
pub(super) fn extension(item: &Item, prefix: &str) -> Option<Value> {
    let mut members = Map::new();
    for element in &item.podcast {
        if let Some((_, kind)) = podcast_kind(&element.name).filter(|(_, kind)| kind.name.split(':').next() == Some(prefix)) {
            add(&mut members, kind, element);
        }
    }
    let about = NAMESPACES.iter().find(|(name, _)| name.strip_prefix("xmlns:") == Some(prefix)).map(|(_, namespace)| *namespace);
    if members.is_empty() {
        return None;
    }
    members.insert("about".to_owned(), about?.into());
    Some(Value::Object(members))
}

fn add(members: &mut Map<String, Value>, kind: &'static PodcastKind, element: &PodcastElement) {
    let Some(attributes) = attributes(kind, element) else { return };
    let Some(text) = text(kind, element) else { return };
    let clean = |text: &str| Value::String(allowed(text).into_owned());
    let value = if kind.attributes.is_empty() {
        clean(&text)
    } else {
        let mut own: Map<String, Value> = attributes.into_iter().map(|(name, value)| (name.to_owned(), clean(&value))).collect();
        if !text.is_empty() {
            own.insert("text".to_owned(), clean(&text));
        }
        for (kind, child) in children(kind, element) {
            add(&mut own, kind, child);
        }
        Value::Object(own)
    };
    if !kind.many {
        members.insert(kind.local().to_owned(), value);
    } else if let Value::Array(list) = members.entry(kind.local()).or_insert_with(|| Value::Array(Vec::new())) {
        list.push(value);
    }
}

/// The attributes that may be written; `None` if what the element needs is not among them.
fn attributes<'a>(kind: &'static PodcastKind, element: &'a PodcastElement) -> Option<Vec<(&'static str, Cow<'a, str>)>> {
    let written: Vec<(&'static str, Cow<'a, str>)> = kind
        .attributes
        .iter()
        .filter_map(|name| {
            let value = element.attributes.get(*name)?;
            let shown = if is_podcast_address(name) { web(value)? } else { inert(value) };
            Some((*name, shown))
        })
        .collect();
    let met = match kind.needs {
        Need::Attribute(needed) => written.iter().any(|(name, _)| *name == needed),
        Need::Text => kind.is_met_by(element),
        Need::Child => children(kind, element).any(|(kind, child)| attributes(kind, child).is_some()),
    };
    met.then_some(written)
}

fn children<'a>(
    kind: &'static PodcastKind,
    element: &'a PodcastElement,
) -> impl Iterator<Item = (&'static PodcastKind, &'a PodcastElement)> {
    element.children.iter().filter_map(|child| Some((kind.children.iter().find(|kind| kind.name == child.name)?, child)))
}

/// Whether Media RSS can say of an enclosure what an `enclosure` or `link` cannot.
pub(super) fn says_more(enclosure: &Enclosure) -> bool {
    let Enclosure { title, duration, medium, is_default, .. } = enclosure;
    title.is_some() || duration.is_some() || medium.is_some() || *is_default
}

/// Writes `media:content` for an enclosure.
pub(super) fn write_media(xml: &mut Xml, enclosure: &Enclosure) {
    let Some(url) = web(&enclosure.url) else { return };
    let medium = enclosure.medium.as_deref().filter(|medium| MEDIUMS.contains(medium));
    let (length, duration) =
        (enclosure.length.map(|length| length.to_string()), enclosure.duration.map(|seconds| seconds.to_string()));
    let kind = enclosure.media_type.as_deref().map(|kind| media_type(Some(kind)));
    let said = [
        ("url", Some(url.as_ref())),
        ("type", kind),
        ("fileSize", length.as_deref()),
        ("medium", medium),
        ("isDefault", enclosure.is_default.then_some("true")),
        ("duration", duration.as_deref()),
    ];
    let attributes: Vec<(&str, &str)> = said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    match &enclosure.title {
        Some(title) => {
            xml.open("media:content", &attributes);
            xml.line("media:title", &[("type", "plain")], &inert(title));
            xml.close("media:content");
        }
        None => xml.empty("media:content", &attributes),
    }
}

/// Seconds of each enclosure. `itunes:duration` is that of the episode: the first enclosure that can be played.
pub(super) fn durations(item: &Item) -> Vec<Option<u64>> {
    let kind = |one: &Enclosure| one.media_type.clone().or_else(|| one.medium.clone()).unwrap_or_else(|| "audio".to_owned());
    let plays = |one: &Enclosure| ["audio", "video"].iter().any(|start| kind(one).starts_with(start));
    let episode = item.enclosures.iter().position(plays);
    let said = item.podcast.iter().find(|element| element.name == "itunes:duration").and_then(|one| duration_seconds(&one.text));
    let all = item.enclosures.iter().enumerate();
    all.map(|(at, one)| one.duration.or_else(|| said.filter(|_| Some(at) == episode))).collect()
}
