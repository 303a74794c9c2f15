//! JSON Feed 1.0 and 1.1, field by field, so that one null or number in the wrong place loses nothing.

use serde_json::Value;

use super::dates::{self, Written};
use super::map::{self, Limits};
use super::podcast::PodcastDraft;
use super::{element, text};
use crate::error::Fault;
use crate::model::{Enclosure, HubLinks, Parsed, ParsedEntry, ParsedFeed, Rhythm, duration_seconds};
use url::Url;

/// Reads a JSON Feed.
///
/// # Errors
/// A line that says why it is none.
pub(super) fn parse(body: &str, url: Option<&Url>) -> Result<Parsed, String> {
    let mut faults = Vec::new();
    let value = read(body, &mut faults)?;
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return Err("a JSON document without `items`".to_owned());
    };
    let site = address(&value, "home_page_url", url);
    let base = address(&value, "feed_url", url).and_then(|own| Url::parse(&own).ok()).or_else(|| url.cloned());
    let base = base.as_ref();
    let common = people(&value);
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
    let items: Vec<&Value> = items.iter().take(super::MAX_ENTRIES).filter(|item| item.is_object()).collect();
    let mut entries: Vec<ParsedEntry> = items.iter().map(|item| entry(item, base, &common, &mut faults)).collect();
    let written: Vec<Written> = items
        .iter()
        .map(|item| Written { published: string(item, "date_published"), updated: string(item, "date_modified") })
        .collect();
    dates::settle(&mut entries, &written, feed.language.as_deref(), &mut faults);
    Ok(Parsed { feed, entries, faults })
}

/// The first of `hubs` that speaks WebSub.
fn hub(feed: &Value, base: Option<&Url>) -> Option<String> {
    let hubs = feed.get("hubs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let speaks = |hub: &&Value| string(hub, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("WebSub"));
    hubs.iter().take(map::MAX_PARTS).filter(speaks).find_map(|hub| address(hub, "url", base))
}

fn entry(item: &Value, base: Option<&Url>, common: &[String], faults: &mut Vec<Fault>) -> ParsedEntry {
    let guid = string(item, "id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let own = people(item);
    let plain = string(item, "content_text").filter(|content| !content.trim().is_empty());
    let html = string(item, "content_html").filter(|content| !content.trim().is_empty());
    let attachments = item.get("attachments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let enclosures = attachments.iter().filter_map(|attachment| {
        Some(Enclosure {
            url: address(attachment, "url", base)?,
            media_type: string(attachment, "mime_type"),
            length: attachment.get("size_in_bytes").and_then(Value::as_u64).filter(|length| *length > 0),
            title: line(attachment, "title", map::MAX_NAME),
            duration: string(attachment, "duration_in_seconds").and_then(|duration| duration_seconds(&duration)),
            ..Enclosure::default()
        })
    });
    let mut enclosures: Vec<Enclosure> = enclosures.take(map::MAX_PARTS).collect();
    let link = address(item, "url", base)
        .or_else(|| address(item, "external_url", base))
        .or_else(|| guid.as_deref().and_then(|guid| map::address(guid, None)));
    let mut entry = ParsedEntry {
        base: map::html_base(None, base, link.as_deref()),
        link,
        guid,
        title: line(item, "title", map::MAX_TITLE),
        published: None,
        updated: None,
        authors: if own.is_empty() { common.to_vec() } else { own },
        summary: string(item, "summary")
            .filter(|summary| !summary.trim().is_empty())
            .map(|summary| if text::looks_like_html(&summary) { summary } else { text::to_html(&summary) }),
        content: html.or_else(|| plain.map(|plain| text::to_html(&plain))),
        podcast: PodcastDraft::of_json(item).finish(&mut enclosures, base),
        enclosures,
        categories: strings(item, "tags"),
        language: string(item, "language").and_then(|tag| map::language(&tag)),
        image: address(item, "image", base).or_else(|| address(item, "banner_image", base)),
    };
    Limits { faults }.apply(&mut entry);
    entry
}

/// The document as a tree, mended where programs that print JSON by hand fail.
fn read(body: &str, faults: &mut Vec<Fault>) -> Result<Value, String> {
    // what follows the object is not looked at: a counter script, a second document
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
    match first(body) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => {
            let mended = mend(body);
            match first(&mended) {
                Some(Ok(value)) => {
                    let kind = if error.is_eof() { super::TRUNCATED } else { "json" };
                    faults.push(Fault::new(kind, format!("not valid JSON ({error}); mended")));
                    Ok(value)
                }
                _ => Err(format!("JSON that cannot be read: {error}")),
            }
        }
        None => Err("no JSON".to_owned()),
    }
}

/// Escapes control characters in strings, drops commas before a closing bracket, closes after the last whole item what a cut left open.
fn mend(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let (mut inside, mut escaped) = (false, false);
    let mut open: Vec<char> = Vec::new();
    // after the last item that is whole: how much of `out` to keep, and what is open there
    let mut whole: Option<(usize, usize)> = None;
    for c in body.chars() {
        if inside {
            if c.is_control() {
                if !escaped {
                    out.push_str(match c {
                        '\n' => "\\n",
                        '\t' => "\\t",
                        _ => " ",
                    });
                }
                continue;
            }
            out.push(c);
            inside = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => inside = true,
            '{' | '[' => open.push(c),
            '}' | ']' => {
                let end = out.trim_end().len();
                if out[..end].ends_with(',') {
                    out.truncate(end - 1);
                }
                open.pop();
            }
            _ => {}
        }
        out.push(c);
        if c == '}' && open.len() == 2 && open[1] == '[' {
            whole = Some((out.len(), open.len()));
        }
        if open.is_empty() && c == '}' {
            return out;
        }
    }
    if let Some((length, depth)) = whole {
        out.truncate(length);
        out.push_str(if depth == 2 { "]}" } else { "" });
    }
    out
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

fn strings(value: &Value, key: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for text in value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().take(map::MAX_PARTS) {
        if let Some(line) = text.as_str().and_then(|text| text::line(text, map::MAX_NAME))
            && !lines.contains(&line)
        {
            lines.push(line);
        }
    }
    lines
}

/// Names: `authors` of 1.1, `author` of 1.0, either as object, list or bare string.
fn people(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for key in ["authors", "author"] {
        let found = match value.get(key) {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for person in found.iter().take(map::MAX_PARTS) {
            let written = person.as_str().or_else(|| person.get("name")?.as_str());
            if let Some(name) = written.and_then(element::person)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
    names
}
