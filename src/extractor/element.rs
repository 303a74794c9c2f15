//! An element of a guarded page while its tokens are read, with what stands in it.

use std::borrow::Cow;

use super::depth::is_void;
use super::references::{decode, decode_value};
use super::tokens::{Tag, Token, Tokens};
use super::values::{MAX_TEXT, one_line};

/// Tokens of one element that are looked at.
const MAX_NODES: usize = 1000;

/// An element with the rest of the page behind its start tag.
pub(crate) struct Element<'t> {
    pub(crate) tag: &'t Tag<'t>,
    pub(crate) inside: &'t str,
}

impl<'t> Element<'t> {
    /// The value of an attribute, if there is something in it.
    pub(crate) fn attr(&self, name: &str) -> Option<Cow<'t, str>> {
        value(self.tag, name)
    }

    /// The tokens between its start tag and its end tag.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Token<'t>> + use<'t> {
        within(Tokens::new(self.inside)).take(if is_void(&self.tag.name) { 0 } else { MAX_NODES })
    }

    /// The first element in it that `wanted` says, with the text in it.
    pub(crate) fn find(&self, wanted: impl Fn(&Tag<'_>) -> bool) -> Option<(Tag<'t>, String)> {
        let mut tokens = self.tokens();
        let tag = tokens.find_map(|token| match token {
            Token::Start(tag) if wanted(&tag) => Some(tag),
            _ => None,
        })?;
        let text = if is_void(&tag.name) { String::new() } else { text_of(within(tokens)) };
        Some((tag, text))
    }
}

/// The value of an attribute, if there is something in it.
pub(crate) fn value<'t>(tag: &Tag<'t>, name: &str) -> Option<Cow<'t, str>> {
    let value = decode_value(tag.get(name)?.trim());
    (!value.trim().is_empty()).then_some(value)
}

/// The tokens up to the end of the element that is open.
fn within<'t>(tokens: impl Iterator<Item = Token<'t>>) -> impl Iterator<Item = Token<'t>> {
    let mut depth = 1usize;
    tokens.take_while(move |token| {
        match token {
            Token::Start(tag) if !is_void(&tag.name) => depth += 1,
            Token::End(_) => depth -= 1,
            _ => {}
        }
        depth > 0
    })
}

/// Whether a line of text ends where such an element begins or ends.
pub(crate) fn ends_line(name: &str) -> bool {
    !matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "cite"
            | "em"
            | "font"
            | "i"
            | "img"
            | "label"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "wbr"
            | "address"
    )
}

/// The text of an element on one line.
pub(crate) fn shown(element: &Element<'_>) -> String {
    text_of(element.tokens())
}

fn text_of<'t>(tokens: impl Iterator<Item = Token<'t>>) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.push_str(&decode(text)),
            Token::Start(inner) if ends_line(&inner.name) => out.push(' '),
            _ => {}
        }
        if out.len() > MAX_TEXT {
            break;
        }
    }
    one_line(&out)
}

/// The texts in an element, apart: a byline's label, names and job titles stand in elements of their own.
pub(crate) fn pieces(element: &Element<'_>) -> String {
    let mut out = String::new();
    for token in element.tokens() {
        let Token::Text(text) = token else { continue };
        let piece = decode(text);
        if !piece.trim().is_empty() {
            if !out.is_empty() {
                out.push_str(" | ");
            }
            out.push_str(piece.trim());
        }
        if out.len() > MAX_TEXT {
            break;
        }
    }
    one_line(&out)
}
