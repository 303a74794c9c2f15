//! The one policy for foreign HTML: an allow-list, applied twice, until a re-parse changes nothing. Markup that is simple enough takes
//! a short way ([`super::simple`]) to the same.
//!
//! A scanner first leaves out what is not allowed, resolves addresses and writes the rest well nested; ammonia then has
//! the last word on a real tree. The result is given to both again and must come out the same: that is what stops
//! markup which only becomes dangerous when it is read a second time.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::depth::{Act, Bounds, Rules, guard, is_void, safe, write_attribute, write_text};
use super::references::decode_value;
use super::settle::{For, is_tiny, picture, settle};
use super::simple::simple;
use super::text;
use super::tokens::{Tag, Token, Tokens};
use crate::model::CleanHtml;

/// Bytes of clean markup of one text.
pub const MAX_CLEAN: usize = 2 << 20;
/// Rounds until a text that still changes is reduced to its characters. Honest markup needs two.
const MAX_ROUNDS: usize = 4;
/// Share of the bound that is kept free for closing tags.
const SLACK: usize = 32;
/// Elements of a text open at once. A tree builder looks at all of them for many a tag; texts of people need 30.
const MAX_NESTING: usize = 100;
/// A longer address is dropped.
const MAX_URL: usize = 4096;

/// Elements that stay. `div` carries what other containers held; `span` carried nothing without its attributes.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Makes foreign HTML safe. Relative addresses are resolved against `base`; without one they are removed.
///
/// What comes out is a fixed point: `clean(clean(x)) == clean(x)`. At most [`MAX_CLEAN`] bytes.
pub fn clean(html: &str, base: Option<&Url>) -> CleanHtml {
    CleanHtml::trusted(clean_to(html, base, MAX_CLEAN))
}

fn clean_to(html: &str, base: Option<&Url>, limit: usize) -> String {
    let short = simple(html, base).filter(|short| short.len() <= limit);
    short.unwrap_or_else(|| {
        // What comes out of a pass is often simple: then it is known to stay as it is.
        passes(html, base, limit, |clean| simple(clean, None).is_some_and(|again| again == clean))
    })
}

/// All of the policy, whatever `html` is like.
#[cfg(test)]
pub(super) fn long_way(html: &str, base: Option<&Url>) -> String {
    passes(html, base, MAX_CLEAN, |_| false)
}

/// `stays`: whether it is known of markup that another pass changes nothing.
fn passes(html: &str, base: Option<&Url>, limit: usize, stays: impl Fn(&str) -> bool) -> String {
    let mut now = pass(html, base, limit);
    for _ in 0..MAX_ROUNDS {
        if stays(&now) {
            return now;
        }
        // Without a base: addresses are absolute by now.
        let next = pass(&now, None, limit);
        if next == now {
            return now;
        }
        now = next;
    }
    pass(&paragraphs(&text_of(&now)), None, limit)
}

/// The plain text of HTML: one paragraph, heading, list item or table row a line. Captions belong to their pictures and are
/// left out, unless they are all there is.
pub fn text_of(html: &str) -> String {
    text::plain_lines(html)
}

/// Address of the first picture.
pub(crate) fn first_picture(html: &CleanHtml) -> Option<String> {
    let mut tokens = Tokens::new(html.as_str());
    tokens.find_map(|token| match token {
        Token::Start(tag) if tag.name == "img" => Some(decode_value(tag.get("src")?).into_owned()),
        _ => None,
    })
}

/// Lines of plain text as paragraphs, safe.
pub(crate) fn paragraphs(lines: &str) -> String {
    let mut out = String::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        if out.len() + line.len() > MAX_CLEAN - MAX_CLEAN / SLACK {
            break;
        }
        let escaped = line.trim().replace('&', "&amp;").replace('>', "&gt;");
        out.push_str("<p>");
        write_text(&mut out, &escaped);
        out.push_str("</p>");
    }
    out
}

fn pass(html: &str, base: Option<&Url>, limit: usize) -> String {
    let room = limit - limit / SLACK;
    let settled = settle(html, For::Readers).html;
    let guarded = guard(&settled, &mut Policy { base }, Bounds { output: room, depth: MAX_NESTING });
    let mut out: String = AMMONIA.clean(&guarded.html).to_string().chars().filter_map(safe).collect();
    // Escaping can make it longer: cut what is already escaped, and not within a reference or a tag.
    if out.len() > limit {
        out.truncate(out.floor_char_boundary(room));
        out.truncate(out.rfind(['&', '<']).unwrap_or(out.len()));
        let again = guard(&out, &mut Policy { base: None }, Bounds { depth: MAX_NESTING, ..Bounds::default() });
        out = AMMONIA.clean(&again.html).to_string();
    }
    out
}

static AMMONIA: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: &[(&str, &[&str])] = &[
        ("a", &["href"]),
        ("abbr", &["title"]),
        ("audio", &["src", "controls"]),
        ("blockquote", &["cite"]),
        ("img", &["src", "alt", "title", "width", "height"]),
        ("ol", &["start"]),
        ("q", &["cite"]),
        ("source", &["src"]),
        ("td", &["colspan", "rowspan"]),
        ("th", &["colspan", "rowspan"]),
        ("time", &["datetime"]),
        ("video", &["src", "poster", "controls"]),
    ];
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(attributes.iter().map(|&(tag, names)| (tag, names.iter().copied().collect())).collect::<HashMap<_, _>>())
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true);
    builder
});

pub(super) struct Policy<'u> {
    pub(super) base: Option<&'u Url>,
}

impl Rules for Policy<'_> {
    fn act(&self, tag: &Tag<'_>) -> Act {
        match &*tag.name {
            "svg" | "math" | "template" | "select" | "noscript" | "button" | "object" | "applet" | "canvas" | "map"
            | "datalist" => Act::Skip,
            "img" if picture(tag).is_none_or(|found| self.address(&found.address, false).is_none()) || is_tiny(tag) => Act::Unwrap,
            // A source of `picture` names other sizes of the same picture.
            "source" if tag.get("src").is_none_or(|src| self.address(src, false).is_none()) => Act::Unwrap,
            name if TAGS.contains(&name) => Act::Keep,
            "address" | "center" | "dialog" | "fieldset" | "form" | "hgroup" | "main" | "nav" | "search" => Act::As("div"),
            "dir" | "menu" => Act::As("ul"),
            "listing" => Act::As("pre"),
            _ => Act::Unwrap,
        }
    }

    fn attributes(&self, tag: &Tag<'_>, out: &mut String) {
        match &*tag.name {
            "a" => self.write_url(tag, "href", true, out),
            "blockquote" | "q" => self.write_url(tag, "cite", false, out),
            "source" => self.write_url(tag, "src", false, out),
            "audio" | "video" => {
                self.write_url(tag, "src", false, out);
                self.write_url(tag, "poster", false, out);
                write_attribute(out, "controls", "");
            }
            "img" => {
                if let Some(src) = picture(tag).and_then(|found| self.address(&found.address, false)) {
                    write_attribute(out, "src", &src);
                }
                copy(tag, &["alt", "title"], out);
                for name in ["width", "height"] {
                    if let Some(size) = tag.get(name).and_then(|value| value.trim().trim_end_matches("px").parse::<u16>().ok()) {
                        write_attribute(out, name, &size.to_string());
                    }
                }
            }
            "abbr" => copy(tag, &["title"], out),
            "time" => copy(tag, &["datetime"], out),
            "ol" => numbers(tag, &["start"], out),
            "td" | "th" => numbers(tag, &["colspan", "rowspan"], out),
            _ => {}
        }
        if !is_void(&tag.name) {
            copy(tag, &["lang", "dir"], out);
        }
    }

    fn raw(&mut self, _: &Tag<'_>, _: &str, _: &mut String) {}

    fn writes_sections(&self) -> bool {
        true
    }
}

impl Policy<'_> {
    fn address(&self, value: &str, mail: bool) -> Option<String> {
        address(self.base, value, mail)
    }

    fn write_url(&self, tag: &Tag<'_>, name: &str, mail: bool, out: &mut String) {
        if let Some(url) = tag.get(name).and_then(|value| self.address(value, mail)) {
            write_attribute(out, name, &url);
        }
    }
}

/// An absolute http(s) address (or `mailto:` for links), escaped for an attribute. `value`: with its references unresolved.
pub(super) fn address(base: Option<&Url>, value: &str, mail: bool) -> Option<String> {
    let value = decode_value(value);
    let value = value.trim();
    if value.is_empty() || value.len() > MAX_URL {
        return None;
    }
    let url = match base {
        Some(base) => base.join(value).ok()?,
        None => Url::parse(value).ok()?,
    };
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() || (mail && url.scheme() == "mailto");
    fits.then(|| url.as_str().replace('&', "&amp;"))
}

fn copy(tag: &Tag<'_>, names: &[&str], out: &mut String) {
    for name in names {
        if let Some(value) = tag.get(name) {
            write_attribute(out, name, value);
        }
    }
}

fn numbers(tag: &Tag<'_>, names: &[&str], out: &mut String) {
    for name in names {
        if let Some(number) = tag.get(name).and_then(|value| value.trim().parse::<u16>().ok()) {
            write_attribute(out, name, &number.to_string());
        }
    }
}

#[cfg(test)]
#[path = "sanitize_tests.rs"]
mod tests;
