//! One element among the tokens of a guarded page, and the text in it.

use std::borrow::Cow;
use std::cell::Cell;

use super::depth::is_void;
use super::inline::is_inline;
use super::references::{decode, decode_value};
use super::tokens::{Tag, Token, Tokens};
use super::values::{MAX_TEXT, one_line};

/// Tokens of one element that are looked at for its text.
const MAX_TOKENS: usize = 1000;
/// Tokens that are looked at for all of those texts together: elements in each other share theirs.
pub(crate) const MAX_LOOKS: usize = 1_000_000;

/// An element with the rest of the page behind its start tag.
pub(crate) struct Element<'t> {
    /// Its start tag.
    pub(crate) tag: &'t Tag<'t>,
    /// What follows that.
    pub(crate) inside: &'t str,
    /// Tokens of the page that were looked at for the texts of its elements.
    pub(crate) looks: &'t Cell<usize>,
}

impl<'t> Element<'t> {
    /// The value of an attribute, if there is something in it.
    pub(crate) fn attr(&self, name: &str) -> Option<Cow<'t, str>> {
        value(self.tag, name)
    }

    /// The tokens between its start tag and its end tag.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Token<'t>> + use<'t> {
        let allowance = MAX_TOKENS.min(MAX_LOOKS.saturating_sub(self.looks.get()));
        let looks = self.looks;
        within(Tokens::new(self.inside))
            .take(if is_void(&self.tag.name) { 0 } else { allowance })
            .inspect(move |_| looks.set(looks.get() + 1))
    }

    /// Its text on one line.
    pub(crate) fn shown(&self) -> String {
        text_of(self.tokens())
    }

    /// The texts in it, apart: a byline's label, names and job titles stand in elements of their own. What says that it is for
    /// sharing names nobody.
    pub(crate) fn pieces(&self) -> String {
        let mut out = String::new();
        // elements open within one for sharing
        let mut sharing = 0_usize;
        for token in self.tokens() {
            let text = match token {
                Token::Start(tag) if is_void(&tag.name) => continue,
                Token::Start(tag) => {
                    sharing += usize::from(sharing > 0 || is_for_sharing(&tag));
                    continue;
                }
                Token::End(_) => {
                    sharing = sharing.saturating_sub(1);
                    continue;
                }
                Token::Text(text) if sharing == 0 => text,
                _ => continue,
            };
            let piece = decode(beginning(text));
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

/// Whether an element says of itself that it is for sharing: `share`, `share-bar`, `social-links`. One that only has something of it
/// (`has-share`, `shareholder`) does not.
fn is_for_sharing(tag: &Tag<'_>) -> bool {
    let names = |word: &str| {
        let first = word.split(['-', '_']).next().unwrap_or_default();
        ["share", "sharing", "shares", "sharebar", "social", "socials", "teilen"]
            .iter()
            .any(|name| first.eq_ignore_ascii_case(name))
    };
    ["class", "id"].into_iter().filter_map(|name| tag.get(name)).any(|words| words.split_ascii_whitespace().any(names))
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

/// As much of a text as can count: one of a megabyte in elements in each other is looked at for each of them.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT * 4)).unwrap_or_default()
}

fn text_of<'t>(tokens: impl Iterator<Item = Token<'t>>) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.push_str(&decode(beginning(text))),
            Token::Start(inner) if ends_line(&inner.name) => out.push(' '),
            _ => {}
        }
        if out.len() > MAX_TEXT {
            break;
        }
    }
    one_line(&out)
}

/// Whether an element of that name begins a new line. What is [inline](is_inline) does not, nor what stands in the lines about the
/// writers: their address, pictures, labels. Elements of a page's own do: around names and dates they are used as blocks.
pub(crate) fn ends_line(name: &str) -> bool {
    !matches!(name, "address" | "img" | "label" | "wbr") && (!is_inline(name) || name.contains('-'))
}
