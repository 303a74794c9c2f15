//! The short way through the policy for markup that needs hardly any: paragraphs, lists, emphasis, links. That is most of what feeds
//! carry, and a tree costs ten times as much.
//!
//! Nothing is mended here. What is not understood to the last byte is left to the long way ([`super::sanitize`]), and whatever is
//! understood comes out as it would there: both promises are held by tests over random markup.

use url::Url;

use super::depth::{Act, Rules};
use super::sanitize::{Policy, address};
use super::text::is_blank;
use super::tokens::{Token, Tokens};

/// Elements open at once; texts of people need few.
const MAX_OPEN: usize = 16;
/// Beyond it the limits of the long way count.
const MAX_SIMPLE: usize = 256 << 10;
/// Elements: there the limits of the long way count, too.
const MAX_ELEMENTS: usize = 5_000;
/// Pictures, likewise.
const MAX_PICTURES: usize = 100;

/// Where an element may stand, and what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Holds anything: the text itself, `div`, `blockquote`, `li`, `figure`.
    Flow,
    /// Holds a line: `p`, `h2`.
    Line,
    /// Part of a line.
    Inline,
    /// Holds items alone.
    List,
}

/// `html` as [`super::sanitize::clean`] writes it, if it is simple.
pub(super) fn simple(html: &str, base: Option<&Url>) -> Option<String> {
    if html.len() > MAX_SIMPLE {
        return None;
    }
    let out = String::with_capacity(html.len() + html.len() / 8);
    let mut walk = Walk { rest: html, base, out, open: Vec::new(), pictures: 0, after_picture: false };
    let mut elements = 0;
    loop {
        walk.text()?;
        if walk.rest.is_empty() {
            return walk.open.is_empty().then_some(walk.out);
        }
        walk.tag()?;
        elements += 1;
        if elements > MAX_ELEMENTS {
            return None;
        }
    }
}

struct Walk<'a> {
    rest: &'a str,
    base: Option<&'a Url>,
    out: String,
    open: Vec<(&'static str, Sort)>,
    pictures: usize,
    /// Nothing was told since the last picture.
    after_picture: bool,
}

impl<'a> Walk<'a> {
    /// Takes what is before the next tag.
    fn text(&mut self) -> Option<()> {
        let end = memchr::memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
        let (mut text, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.after_picture &= is_blank(text);
        if self.holds() == Sort::List && !text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t')) {
            return None;
        }
        while let Some((at, c)) = text.char_indices().find(|(_, c)| is_special(*c)) {
            let (plain, from) = text.split_at(at);
            self.out.push_str(plain);
            text = &from[c.len_utf8()..];
            match c {
                '>' => self.out.push_str("&gt;"),
                '\u{a0}' => self.out.push_str("&nbsp;"),
                '&' => {
                    let name = text.split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 8)?;
                    text = &text[name.len() + 1..];
                    self.out.push_str(match name {
                        "amp" => "&amp;",
                        "lt" => "&lt;",
                        "gt" => "&gt;",
                        "nbsp" | "#160" | "#xa0" => "&nbsp;",
                        "quot" | "#34" => "\"",
                        "apos" | "#39" => "'",
                        number => {
                            self.out.push(numbered(number)?);
                            continue;
                        }
                    });
                }
                _ => return None,
            }
        }
        self.out.push_str(text);
        Some(())
    }

    /// What the innermost open element holds.
    fn holds(&self) -> Sort {
        self.open.last().map_or(Sort::Flow, |(_, sort)| *sort)
    }

    /// Takes the tag that comes next.
    fn tag(&mut self) -> Option<()> {
        let (tag, rest) = self.rest.get(1..)?.split_once('>')?;
        let whole = self.rest.get(..tag.len() + 2)?;
        self.rest = rest;
        if let Some(name) = tag.strip_prefix('/') {
            let (open, _) = self.open.pop()?;
            if open != name {
                return None;
            }
            self.out.extend(["</", open, ">"]);
            return Some(());
        }
        if matches!(tag, "br" | "br/" | "br /") && self.holds() != Sort::List {
            self.out.push_str("<br>");
            return Some(());
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if name == "img" {
            return self.picture(whole);
        }
        let (name, sort) = element(name)?;
        let fits = match name {
            "li" => self.holds() == Sort::List,
            "figcaption" => self.open.last().is_some_and(|(open, _)| *open == "figure"),
            _ if sort == Sort::Inline => self.holds() != Sort::List && self.open.iter().all(|(open, _)| *open != name),
            _ => self.holds() == Sort::Flow,
        };
        if !fits || self.open.len() >= MAX_OPEN {
            return None;
        }
        if name == "a" {
            let href = target(attributes).and_then(|href| address(self.base, href, true))?;
            self.out.extend(["<a href=\"", href.as_str(), "\" rel=\"noopener noreferrer\">"]);
        } else if attributes.is_empty() {
            self.out.extend(["<", name, ">"]);
        } else {
            return None;
        }
        self.open.push((name, sort));
        Some(())
    }

    /// Pictures in a row may be one and the same, and a link around one may lead to it: that is not looked into here.
    fn picture(&mut self, tag: &str) -> Option<()> {
        let Token::Start(tag) = Tokens::new(tag).next()? else { return None };
        let stays = |&(ref name, value): &(std::borrow::Cow<'_, str>, &str)| match &**name {
            "src" => true,
            "alt" | "title" | "width" | "height" => !value.chars().any(|c| is_special(c) || matches!(c, '"' | '<' | '\n' | '\t')),
            _ => false,
        };
        let in_link = self.open.iter().any(|(open, _)| *open == "a");
        if in_link || self.after_picture || self.pictures >= MAX_PICTURES || self.holds() == Sort::List {
            return None;
        }
        let policy = Policy { base: self.base };
        if !tag.attributes.iter().all(stays) || policy.act(&tag) != Act::Keep {
            return None;
        }
        self.out.push_str("<img");
        policy.attributes(&tag, &mut self.out);
        self.out.push('>');
        (self.pictures, self.after_picture) = (self.pictures + 1, true);
        Some(())
    }
}

/// Whether it is written in another way, or might go.
fn is_special(c: char) -> bool {
    match c {
        '&' | '>' | '\u{7f}' => true,
        '\n' | '\t' => false,
        c if c < ' ' => true,
        c => matches!(c, '\u{80}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'),
    }
}

/// The character of `#8217` or `#x2019`, if it is one that stays as it is.
fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok()?,
        _ => return None,
    };
    let c = char::from_u32(code)?;
    (!c.is_ascii() && !is_special(c)).then_some(c)
}

fn element(name: &str) -> Option<(&'static str, Sort)> {
    Some(match name {
        "p" => ("p", Sort::Line),
        "a" => ("a", Sort::Inline),
        "strong" => ("strong", Sort::Inline),
        "em" => ("em", Sort::Inline),
        "b" => ("b", Sort::Inline),
        "i" => ("i", Sort::Inline),
        "u" => ("u", Sort::Inline),
        "small" => ("small", Sort::Inline),
        "sub" => ("sub", Sort::Inline),
        "sup" => ("sup", Sort::Inline),
        "ul" => ("ul", Sort::List),
        "ol" => ("ol", Sort::List),
        "li" => ("li", Sort::Flow),
        "div" => ("div", Sort::Flow),
        "blockquote" => ("blockquote", Sort::Flow),
        "figure" => ("figure", Sort::Flow),
        "figcaption" => ("figcaption", Sort::Line),
        "h2" => ("h2", Sort::Line),
        "h3" => ("h3", Sort::Line),
        "h4" => ("h4", Sort::Line),
        _ => return None,
    })
}

/// Where a link leads, if nothing else is said of it that could stay.
fn target(mut attributes: &str) -> Option<&str> {
    let mut href = None;
    loop {
        attributes = attributes.trim_start_matches(' ');
        if attributes.is_empty() {
            return href;
        }
        let (name, rest) = attributes.split_once('=')?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = rest[1..].split_once(quote)?;
        if !(rest.is_empty() || rest.starts_with(' ')) || value.contains('<') {
            return None;
        }
        match name {
            "href" if href.is_none() => href = Some(value),
            "target" | "rel" | "title" => {}
            _ => return None,
        }
        attributes = rest;
    }
}

#[cfg(test)]
#[path = "simple_tests.rs"]
mod tests;
