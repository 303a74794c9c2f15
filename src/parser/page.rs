//! A web page cut to tags: what a script or a title holds is no markup, and a value without quotes may end with a slash.

use url::Url;

use super::element;
use super::text;
use super::tokens::{Tag, Token, Tokens};

/// Elements whose inside is text or stands for nothing: a script that writes a `<link>` names no feed, a `<template>` shows nothing.
const RAW: [&str; 8] = ["script", "style", "title", "textarea", "template", "xmp", "iframe", "noembed"];

/// A piece of a page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// As written, references not resolved.
    Text(&'a str),
    /// An opening tag.
    Start(Opening<'a>),
    /// The name in a closing tag.
    End(&'a str),
}

/// An opening tag of HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<'a> {
    pub tag: Tag<'a>,
    /// All of it, from `<` to `>`.
    written: &'a str,
}

impl Opening<'_> {
    /// Whether it opens an element of that name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.tag.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, references resolved, trimmed; `None` if empty. In `<link href=/feed/>` the slash is the value's: pages
    /// that a program made small are written so.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let value = element::attribute(&self.tag, name)?;
        let raw = self.tag.attribute(name).unwrap_or_default();
        let ends_tag = self.tag.empty && self.written.strip_suffix("/>").is_some_and(|before| before.ends_with(raw));
        Some(if ends_tag { value + "/" } else { value })
    }
}

/// A position in a page; gives piece after piece, without comments and without what [`RAW`] elements hold.
#[derive(Clone, Debug)]
pub(super) struct Page<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    /// Of [`RAW`], what does not end any more: each end is searched in vain once.
    open_ended: Vec<&'static str>,
}

impl<'a> Page<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, tokens: Tokens::new(text), open_ended: Vec::new() }
    }

    /// Byte offset behind the last piece.
    pub(super) fn at(&self) -> usize {
        self.tokens.at
    }

    /// The markup between two offsets; empty where they make none.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Goes to the end tag of a raw element. Where there is none, the rest is read as markup: a page cut short still says something.
    fn skip(&mut self, name: &'static str) {
        let mut from = self.tokens.at;
        while let Some(found) = (!self.open_ended.contains(&name)).then(|| self.text.get(from..)?.find("</")).flatten() {
            let at = from + found;
            if self.text.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)) {
                self.tokens.at = at;
                return;
            }
            from = at + 2;
        }
        self.open_ended.push(name);
    }
}

impl<'a> Iterator for Page<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let from = self.tokens.at;
            match self.tokens.next()? {
                Token::Start(tag) => {
                    let written = self.slice(from, self.tokens.at);
                    let raw = RAW.iter().find(|raw| !tag.empty && tag.name.eq_ignore_ascii_case(raw));
                    if let Some(raw) = raw {
                        self.skip(raw);
                    }
                    return Some(Piece::Start(Opening { tag, written }));
                }
                Token::End(name) => return Some(Piece::End(name)),
                Token::Text(text) => return Some(Piece::Text(text)),
                // a section is a comment to HTML
                Token::CData(_) | Token::Other => {}
            }
        }
    }
}

/// What the addresses of a page are relative to: the first `base` that has an address (HTML, 4.2.3), else the page.
pub(super) fn base_of(stated: Option<&str>, page: Option<&Url>) -> Option<Url> {
    let stated = stated.and_then(|href| Url::parse(href).ok().or_else(|| page?.join(href).ok()));
    stated.filter(|base| matches!(base.scheme(), "http" | "https")).or_else(|| page.cloned())
}

/// Markup as plain text, the alternative text of its first picture where it shows nothing else.
pub(super) fn shown(markup: &str) -> String {
    let text = text::plain(markup);
    if text.is_empty() && markup.contains('<') {
        let alternative = Page::new(markup).find_map(|piece| match piece {
            Piece::Start(tag) if tag.is("img") => tag.attribute("alt"),
            _ => None,
        });
        return alternative.map(|alternative| text::one_line(&alternative)).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: &str) {
        let shown: String = Page::new(page)
            .map(|piece| match piece {
                Piece::Text(text) => format!("'{text}'"),
                Piece::Start(tag) => format!("<{} {}>", tag.tag.name, tag.attribute("href").unwrap_or_default()),
                Piece::End(name) => format!("</{name}>"),
            })
            .collect();
        assert_eq!(shown, expected, "{page}");
    }

    #[test]
    fn what_is_no_markup_is_passed_over() {
        check("a<script>if (a<b) '<link href=x>'</script>b", "'a'<script ></script>'b'");
        check("<TITLE>All about <link href=x></Title><p>", "<TITLE ></Title><p >");
        check("<!-- <link href=x> --><p>", "<p >");
        check("<template><a href=x></a></template>", "<template ></template>");
        check("<script src=x /><link href=y>", "<script ><link y>");
    }

    #[test]
    fn what_does_not_end_is_read() {
        check("<style>a{}<link href=y><style><link href=z>", "<style >'a{}'<link y><style ><link z>");
    }

    #[test]
    fn a_slash_at_the_end_of_a_bare_value_belongs_to_it() {
        check("<link href=/feed/>", "<link /feed/>");
        check("<link href=/feed/ />", "<link /feed/>");
        check("<link href='/feed' />", "<link /feed>");
        check("<link href=\"/feed\"/>", "<link /feed>");
        check("<link href=/feed/ rel=x/>", "<link /feed/>");
        check("<link href=/feed?a&amp;b=/>", "<link /feed?a&b=/>");
    }

    #[test]
    fn the_base_is_the_first_that_is_an_address() {
        let page = Url::parse("https://a.test/x/y").unwrap();
        for (stated, expected) in [
            (None, "https://a.test/x/y"),
            (Some("/z/"), "https://a.test/z/"),
            (Some("https://b.test/"), "https://b.test/"),
            (Some("data:text/plain,x"), "https://a.test/x/y"),
            (Some("http://["), "https://a.test/x/y"),
        ] {
            assert_eq!(base_of(stated, Some(&page)).unwrap().as_str(), expected, "{stated:?}");
        }
        assert_eq!(base_of(Some("/z/"), None), None);
    }

    #[test]
    fn a_picture_speaks_where_there_is_no_text() {
        assert_eq!(shown("<img alt='Ada &amp; Co'><b> </b>"), "Ada & Co");
        assert_eq!(shown("<img alt='x'> Ada <b>L</b>"), "Ada L");
        assert_eq!(shown("<img>"), "");
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        for piece in ["<script>", "<style></", "<title></titl>", "<a href=/", "<a href=x/>", "</script", "<xmp>"] {
            assert!(Page::new(&piece.repeat(400_000 / piece.len())).count() > 0, "{piece}");
        }
    }
}
