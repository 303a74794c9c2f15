//! What a body is, told from the body: publishers send feeds as text/html, and pages as application/rss+xml.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::tokens::{Token, Tokens, floor};

/// Addresses of feeds taken from one page.
const MAX_FEEDS: usize = 10;
/// How far into a page its head is looked for.
const MAX_HEAD: usize = 512 << 10;
/// How far down the root of a feed may stand: below a warning of PHP, a comment, a blank page.
const MAX_JUNK: usize = 64 << 10;

static ROOT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:[a-z0-9]{1,20}:)?(?:rss|feed|rdf|channel)[\s>]").ok());
static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:html|head|body)[\s>]|<!doctype\s+html").ok());

/// What a text seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing but blanks.
    Empty,
    /// An object, beginning at this byte.
    Json(usize),
    /// Markup of a feed, its root beginning at this byte.
    Xml(usize),
    /// A web page.
    Html,
    /// Markup of some kind, or text.
    Other,
}

/// Tells what `text` is.
pub(super) fn shape(text: &str) -> Shape {
    let start = text.find(|c: char| !is_blank(c)).unwrap_or(text.len());
    let body = &text[start..];
    if body.is_empty() {
        return Shape::Empty;
    }
    let head = &body[..floor(body, MAX_JUNK)];
    // `{` before `<?xml` is junk of a template
    if let Some(inside) = body.strip_prefix('{')
        && inside.trim_start().starts_with(['"', '}'])
    {
        return Shape::Json(start);
    }
    let at = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().and_then(|pattern| pattern.find(head)).map(|found| found.start());
    match (at(&ROOT), at(&PAGE)) {
        (Some(root), _) => Shape::Xml(start + root),
        (None, Some(_)) => Shape::Html,
        (None, None) => Shape::Other,
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fffe}' | '\u{fffd}')
}

/// Whether the text has the head of a web page.
pub(super) fn is_page(text: &str) -> bool {
    let head = &text[..floor(text, MAX_JUNK)];
    PAGE.as_ref().is_some_and(|page| page.is_match(head))
}

/// Addresses of the feeds that a page names in its head (`link rel=alternate`), absolute, in its order.
pub fn feeds_of(page: &str, url: Option<&Url>) -> Vec<String> {
    let head = &page[..floor(page, MAX_HEAD)];
    let mut base = url.cloned();
    let mut feeds = Vec::new();
    for token in Tokens::new(head) {
        let Token::Start(tag) = token else { continue };
        let value = |name: &str| super::element::attribute(&tag, name).unwrap_or_default();
        if tag.name.eq_ignore_ascii_case("base") {
            let href = value("href");
            base = Url::parse(&href).ok().or_else(|| base.as_ref()?.join(&href).ok()).or(base);
        } else if tag.name.eq_ignore_ascii_case("link") {
            let (rel, kind) = (value("rel").to_ascii_lowercase(), value("type").to_ascii_lowercase());
            let is_feed = ["rss", "atom", "feed+json", "rdf"].iter().any(|known| kind.contains(known));
            if !(rel.split_whitespace().any(|rel| rel == "alternate") && is_feed || rel.split_whitespace().any(|rel| rel == "feed"))
            {
                continue;
            }
            let href = value("href");
            let address = Url::parse(&href).ok().or_else(|| base.as_ref()?.join(&href).ok());
            if let Some(address) = address.filter(|address| matches!(address.scheme(), "http" | "https")).map(String::from)
                && !feeds.contains(&address)
            {
                feeds.push(address);
                if feeds.len() >= MAX_FEEDS {
                    break;
                }
            }
        }
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Shape) {
        assert_eq!(shape(text), expected, "{text}");
    }

    #[test]
    fn the_body_says_what_it_is() {
        check("", Shape::Empty);
        check(" \u{feff}\n\0", Shape::Empty);
        check("<?xml version='1.0'?><rss version='2.0'>", Shape::Xml(21));
        check("\u{feff}\u{200b}\n<feed>", Shape::Xml(7));
        check("<!-- x --><rdf:RDF xmlns='y'>", Shape::Xml(10));
        check("<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n<rss>", Shape::Xml(47));
        check("{<?xml version='1.0'?><rss>", Shape::Xml(22));
        check(" {\"version\": 1}", Shape::Json(1));
        check("<!DOCTYPE html><html><body>no</body></html>", Shape::Html);
        check("<!DOCTYPE html>\n<rss>", Shape::Xml(16));
        check("<opml/>", Shape::Other);
        check("hello", Shape::Other);
    }

    #[test]
    fn pages_name_their_feeds() {
        let url = Url::parse("https://example.org/a/b").unwrap();
        let page = r#"<html><head><link rel="stylesheet" href="x.css"><LINK REL="alternate" TYPE="application/rss+xml" HREF="/rss?a=1&amp;b=2">
            <link rel=alternate type=application/atom+xml href=feed.atom><link rel="alternate" hreflang="de" href="/de">
            <link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/rss+xml" href="feed.atom">"#;
        assert_eq!(feeds_of(page, Some(&url)), ["https://example.org/rss?a=1&b=2", "https://example.org/a/feed.atom"]);
        assert_eq!(feeds_of(&"<link rel=alternate type=rss href=http://a/x>".repeat(20), None).len(), 1);
        let many: String = (0..20).map(|i| format!("<link rel=alternate type=rss href='http://a/{i}'>")).collect();
        assert_eq!(feeds_of(&many, None).len(), MAX_FEEDS);
    }
}
