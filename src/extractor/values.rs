//! Single values as pages state them, made plain, bounded and absolute.

use serde_json::Value;
use url::Url;

use super::depth::safe;
use super::references::decode;
use super::text::{collapsed, is_invisible, plain_lines};

/// A longer headline, name or description is cut. Bytes.
pub(crate) const MAX_TEXT: usize = 1000;
/// Braces, brackets and commas of one JSON value that are read: two megabytes of `{},` would be 200 MB of tree. Real ones have
/// up to 40,000.
const MAX_JSON_PIECES: usize = 150_000;
/// A longer name of a section is a sentence. Characters.
const MAX_SECTION: usize = 60;

/// A text from an attribute or from JSON: references are in it, sometimes twice escaped, sometimes tags.
pub(crate) fn line(text: &str) -> String {
    let decoded = decode(text.get(..text.floor_char_boundary(MAX_TEXT * 4)).unwrap_or_default());
    let has_tag = decoded.contains("</") || decoded.contains("<br");
    one_line(&if has_tag { plain_lines(&decoded) } else { decoded.into_owned() })
}

/// White space collapsed, without what nobody sees, cut to [`MAX_TEXT`].
pub(crate) fn one_line(text: &str) -> String {
    let text = text.trim_matches(' ');
    if text.len() <= MAX_TEXT && collapsed(text).is_some() {
        return text.to_owned();
    }
    let mut line = String::new();
    let is_gap = |c: char| c.is_whitespace() || safe(c).is_none_or(char::is_whitespace);
    for word in text.split(is_gap).filter(|word| word.contains(|c| !is_invisible(c))) {
        if !line.is_empty() {
            line.push(' ');
        }
        if line.len() > MAX_TEXT {
            break;
        }
        line.extend(word.chars().filter(|c| !is_invisible(*c)));
    }
    line.truncate(line.floor_char_boundary(MAX_TEXT));
    line
}

/// The first JSON value of a text. `serde_json` bounds the nesting itself (128).
pub(crate) fn json(text: &str) -> Option<Value> {
    let mut pieces = memchr::memchr3_iter(b'{', b'[', b',', text.as_bytes());
    let end = pieces.nth(MAX_JSON_PIECES).unwrap_or(text.len());
    serde_json::Deserializer::from_str(text.get(..end)?).into_iter::<Value>().next()?.ok()
}

/// An http(s) address, resolved.
pub(crate) fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(address.trim()).ok()?,
        None => Url::parse(address.trim()).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// `de_DE` and `de-DE ` become `de-DE`.
pub(crate) fn tag(declared: &str) -> Option<String> {
    let tag = declared.split([',', ';']).next()?.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let fits = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (fits && rest).then(|| {
        let (primary, rest) = tag.split_once('-').map_or((tag.as_str(), None), |(p, r)| (p, Some(r)));
        let primary = primary.to_ascii_lowercase();
        rest.map_or(primary.clone(), |rest| format!("{primary}-{rest}"))
    })
}

/// A section's name: short, and no address.
pub(crate) fn section(text: &str) -> Option<String> {
    let name = line(text);
    (!name.is_empty() && name.chars().count() <= MAX_SECTION && !name.contains("://") && name.chars().any(char::is_alphabetic))
        .then_some(name)
}

/// A whole text, plain or HTML, one paragraph a line.
pub(crate) fn body_lines(body: &str) -> String {
    let decoded = decode(body);
    if decoded.contains("</") || decoded.contains("<br") || decoded.contains("<p>") {
        return plain_lines(&decoded);
    }
    let lines = decoded.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n").chars().filter_map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_too_many_pieces_is_not_read() {
        let of = |count: usize| format!("[{}0]", "{},".repeat(count));
        assert!(json(&of(MAX_JSON_PIECES / 2 - 2)).is_some() && json(&of(MAX_JSON_PIECES)).is_none());
        // What stands behind the value does not count.
        assert!(json(&format!("{{}}; {}", ",".repeat(MAX_JSON_PIECES + 1))).is_some());
    }
}
