//! JSON Feed 1.0 and 1.1, field by field, so that one null or number in the wrong place loses nothing.

mod flaws;
mod mend;
mod slips;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use super::dates::{self, Written};
use super::map::{self, Limits};
use super::podcast::PodcastDraft;
use super::sniff::{self, Shape};
use super::{element, text};
use crate::error::Fault;
use crate::model::{Enclosure, HubLinks, Parsed, ParsedEntry, ParsedFeed, Rhythm, duration_seconds};
use flaws::{Flaw, Flaws};

/// Values in one document, as its brackets and commas count them. The most that a feed of [`super::MAX_ENTRIES`] needs is a third of it.
const MAX_VALUES: usize = 1_000_000;
/// Names of members that are listed of a document that is no feed.
const MAX_NAMES: usize = 6;

/// Reads a JSON Feed.
///
/// # Errors
/// A line that says why it is none.
pub(super) fn parse(body: &str, url: Option<&Url>) -> Result<Parsed, String> {
    let mut faults = Vec::new();
    let mut flaws = Flaws::default();
    let Some(start) = (if let Shape::Json(at) = sniff::shape(body) { Some(at) } else { body.find('{') }) else {
        return Err("no JSON".to_owned());
    };
    let value = read(body, start, &mut faults)?;
    let Some(object) = value.as_object() else { return Err("no JSON object".to_owned()) };
    let Some(items) = items(object, &mut flaws) else { return Err(refusal(object)) };
    let before = sniff::visible(&body[..start]);
    if !before.is_empty() {
        flaws.add(Flaw::Wrapped, before);
    }
    if !is_feed(object, &items) {
        return Err(refusal(object));
    }
    match string(&value, "version") {
        None => flaws.add(Flaw::NoVersion, ""),
        Some(version) if !version.contains("jsonfeed.org/version/1") => flaws.add(Flaw::Version, &version),
        Some(_) => {}
    }
    let site = address(&value, "home_page_url", url);
    let base = address(&value, "feed_url", url).and_then(|own| Url::parse(&own).ok()).or_else(|| url.cloned());
    let base = base.as_ref();
    let mut common = people(&value, &mut flaws);
    common.truncate(map::MAX_INHERITED);
    let feed = ParsedFeed {
        title: line(&value, "title", map::MAX_TITLE),
        link: site,
        language: string(&value, "language").and_then(|tag| map::language(&tag)),
        description: line(&value, "description", map::MAX_DESCRIPTION),
        icon: address(&value, "icon", base).or_else(|| address(&value, "favicon", base)),
        rhythm: Rhythm::default(),
        websub: HubLinks { hub: hub(&value, base), topic: address(&value, "feed_url", url) },
    };
    if items.len() > super::MAX_ENTRIES {
        faults.push(Fault::new("entry-limit", format!("more than {} entries; the rest is ignored", super::MAX_ENTRIES)));
    }
    let (items, others): (Vec<&Value>, Vec<&Value>) = items.into_iter().take(super::MAX_ENTRIES).partition(|item| item.is_object());
    others.into_iter().for_each(|other| flaws.add(Flaw::Item, &other.to_string()));
    let mut limits = Vec::new();
    let mut entries = Vec::with_capacity(items.len());
    for item in &items {
        let mut entry = entry(item, base, &common, &mut flaws);
        Limits { faults: &mut limits }.apply(&mut entry);
        if entry.language == feed.language {
            entry.language = None;
        }
        entries.push(entry);
    }
    let written: Vec<Written> = items
        .iter()
        .map(|item| Written { published: string(item, "date_published"), updated: string(item, "date_modified") })
        .collect();
    faults.extend(flaws.told());
    faults.append(&mut limits);
    dates::settle(&mut entries, &written, feed.language.as_deref(), dates::Form::Iso, &mut faults);
    Ok(Parsed { feed, entries, faults })
}

/// Whether an object with `items` is a feed. Web services of all kinds have those; without a version something has to be there that only
/// feeds have.
fn is_feed(object: &Map<String, Value>, items: &[&Value]) -> bool {
    let has = |value: Option<&Value>, names: &[&str]| names.iter().any(|name| value.and_then(|value| value.get(name)).is_some());
    object.get("version").and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed"))
        || ["home_page_url", "feed_url"].iter().any(|name| object.contains_key(*name))
        || has(items.first().copied(), &["content_html", "content_text", "date_published", "external_url"])
        || (object.get("title").is_some_and(Value::is_string) && has(items.first().copied(), &["title", "summary"]))
}

/// The items: a list, or an object that is one item or has them for its values.
fn items<'a>(feed: &'a Map<String, Value>, flaws: &mut Flaws) -> Option<Vec<&'a Value>> {
    match feed.get("items")? {
        Value::Array(items) => Some(items.iter().collect()),
        one @ Value::Object(members) => {
            flaws.add(Flaw::Items, "");
            let is_item = ["id", "url", "content_html", "content_text"].iter().any(|name| members.contains_key(*name));
            Some(if is_item { vec![one] } else { members.values().collect() })
        }
        // an empty feed of a program without lists
        Value::Null => {
            flaws.add(Flaw::Items, "");
            Some(Vec::new())
        }
        _ => None,
    }
}

/// Why an object is no feed: what it has instead says what it is.
fn refusal(object: &Map<String, Value>) -> String {
    let names: Vec<String> =
        object.keys().take(MAX_NAMES).filter_map(|name| text::line(name, 20)).map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "a JSON document without `items`".to_owned(),
        names => {
            let what =
                if object.contains_key("items") { "a JSON document, but no JSON Feed" } else { "a JSON document without `items`" };
            format!("{what}; it has {}{}", names.join(", "), if object.len() > MAX_NAMES { ", ..." } else { "" })
        }
    }
}

/// The first of `hubs` that speaks WebSub.
fn hub(feed: &Value, base: Option<&Url>) -> Option<String> {
    let hubs = feed.get("hubs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let speaks = |hub: &&Value| string(hub, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("WebSub"));
    hubs.iter().take(map::MAX_PARTS).filter(speaks).find_map(|hub| address(hub, "url", base))
}

fn entry(item: &Value, base: Option<&Url>, common: &[String], flaws: &mut Flaws) -> ParsedEntry {
    let guid = string(item, "id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let title = line(item, "title", map::MAX_TITLE);
    let name = || guid.as_deref().or(title.as_deref()).map_or(Cow::Borrowed("an item"), |name| format!("item '{name}'").into());
    match item.get("id") {
        Some(Value::Number(id)) => flaws.add(Flaw::NumberId, &id.to_string()),
        _ if guid.is_none() => flaws.add(Flaw::NoId, &name()),
        _ => {}
    }
    let own = people(item, flaws);
    let plain = string(item, "content_text").filter(|content| !content.trim().is_empty());
    let html = string(item, "content_html").filter(|content| !content.trim().is_empty());
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for attachment in list(item, "attachments").iter().take(map::MAX_PARTS) {
        match address(attachment, "url", base).or_else(|| map::address(attachment.as_str()?, base)) {
            Some(url) if enclosures.iter().any(|known| known.url == url) => {}
            Some(url) => enclosures.push(Enclosure {
                url,
                media_type: string(attachment, "mime_type")
                    .filter(|kind| kind.contains('/'))
                    .and_then(|kind| text::line(&kind, map::MAX_NAME)),
                length: string(attachment, "size_in_bytes").and_then(|length| length.parse().ok()).filter(|length| *length > 0),
                title: line(attachment, "title", map::MAX_NAME),
                duration: string(attachment, "duration_in_seconds").and_then(|duration| duration_seconds(&duration)),
                ..Enclosure::default()
            }),
            None => flaws.add(Flaw::Attachment, &name()),
        }
    }
    let whole = |key: &str| map::absolute(&string(item, key)?, base);
    let link = whole("url").or_else(|| whole("external_url")).or_else(|| map::absolute(guid.as_deref()?, None));
    ParsedEntry {
        base: map::html_base(None, base, link.as_ref()),
        link: link.map(String::from),
        original: None,
        guid,
        title,
        // known when all of them are
        published: None,
        updated: None,
        authors: if own.is_empty() { common.to_vec() } else { own },
        summary: string(item, "summary")
            .filter(|summary| !summary.trim().is_empty())
            .map(|summary| if text::looks_like_html(&summary) { summary } else { text::to_html(&summary) }),
        content: html.or_else(|| plain.map(|plain| text::to_html(&plain))),
        podcast: PodcastDraft::of_json(item).finish(&mut enclosures, base),
        enclosures,
        categories: tags(item, flaws),
        language: string(item, "language").and_then(|tag| map::language(&tag)),
        image: address(item, "image", base).or_else(|| address(item, "banner_image", base)),
    }
}

/// The document as a tree, mended where programs that print JSON by hand fail; the object begins at `start`.
fn read(body: &str, start: usize, faults: &mut Vec<Fault>) -> Result<Value, String> {
    // a value of three bytes takes a hundred in the tree
    if memchr::memchr3_iter(b'{', b'[', b',', body.as_bytes()).nth(MAX_VALUES).is_some() {
        return Err(format!("a JSON document of more than {MAX_VALUES} values"));
    }
    // what follows the object is not looked at: a counter script, a second document
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
    match first(&body[start..]) {
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) => {
            let (mended, slips) = mended(body, start);
            faults.extend(slips);
            match first(&mended) {
                Some(Ok(value)) => Ok(value),
                _ => Err("JSON that cannot be read".to_owned()),
            }
        }
        None => Err("no JSON".to_owned()),
    }
}

/// The document as JSON allows it, and what was wrong with it; it begins with the bracket at `start`.
pub(super) fn mended(body: &str, start: usize) -> (String, Vec<Fault>) {
    let mended = mend::mend(body, start);
    let faults = mended.notes.iter().map(|note| note.told(body)).collect();
    (mended.text, faults)
}

/// A string, or a number as one: ids are often numbers.
pub(super) fn string(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn line(value: &Value, key: &str, limit: usize) -> Option<String> {
    text::line(&string(value, key)?, limit)
}

fn address(value: &Value, key: &str, base: Option<&Url>) -> Option<String> {
    map::address(&string(value, key)?, base)
}

/// A list, or one thing as a list of it.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => &[],
        Some(one) => std::slice::from_ref(one),
    }
}

/// `tags`: texts, numbers as texts, and one text with commas in it.
fn tags(item: &Value, flaws: &mut Flaws) -> Vec<String> {
    let mut tags = Vec::new();
    let is_list = item.get("tags").is_some_and(Value::is_array);
    for tag in list(item, "tags").iter().take(map::MAX_PARTS) {
        let text = match tag {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        if !is_list || tag.is_number() {
            flaws.add(Flaw::Tags, &text);
        }
        let pieces = text.split(|c| c == ',' && !is_list).take(map::MAX_PARTS);
        for tag in pieces.filter_map(|tag| text::line(tag, map::MAX_NAME)) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

/// Names: `authors` of 1.1, `author` of 1.0, either as object, list or bare string.
fn people(value: &Value, flaws: &mut Flaws) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for person in ["authors", "author"].into_iter().flat_map(|key| list(value, key).iter().take(map::MAX_PARTS)) {
        if let Some(name) = person.as_str() {
            flaws.add(Flaw::Author, name);
        }
        let written = person.as_str().or_else(|| person.get("name")?.as_str());
        if let Some(name) = written.and_then(element::person)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}
