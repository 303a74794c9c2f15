//! HTML of which most words stand in the text beside it, as pieces: markup, and stretches of that text. What a teaser and an article
//! say is stored once then. Read here and in the view `entries` alike (migrations/0015_pieces.sql),
//! where nobody has edited them.
//!
//! A JSON list behind a sign. Its first member stands for the line ends of all stretches, as `</p><p>`; of the others a string is markup
//! as it is, and a number a stretch: `start * 10000 + length`, in bytes of the text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr3, memchr3_iter, memmem};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::values::json;

/// Bytes of a stretch at least: to tell of one takes a dozen.
pub(super) const MIN_STRETCH: usize = 24;
/// What tells the beginning of a stretch from its length, which is less, in bytes.
const UNIT: usize = 10_000;
/// Stretches of one HTML; the rest is markup. SQLite may walk through the text for each.
const MAX_STRETCHES: usize = 400;
/// Searches in one HTML that are in vain or for next to nothing, each through all of the text: it tells something else.
const MAX_SEARCHES: usize = 16;
/// Bytes that are compared at once.
const WINDOW: usize = 512;
/// As the view escapes a stretch.
const ESCAPES: [(&[u8], u8); 3] = [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>')];

#[derive(Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    Stretch(usize),
    Markup(Cow<'a, str>),
}

/// By hand, because serde reads what is untagged twice, and outputs read many.
impl<'de> Deserialize<'de> for Piece<'de> {
    fn deserialize<D: Deserializer<'de>>(pieces: D) -> Result<Self, D::Error> {
        pieces.deserialize_any(PieceVisitor)
    }
}

struct PieceVisitor;

impl<'de> Visitor<'de> for PieceVisitor {
    type Value = Piece<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("markup or a stretch")
    }

    fn visit_u64<E: de::Error>(self, stretch: u64) -> Result<Self::Value, E> {
        usize::try_from(stretch).map(Piece::Stretch).map_err(E::custom)
    }

    fn visit_borrowed_str<E>(self, markup: &'de str) -> Result<Self::Value, E> {
        Ok(Piece::Markup(markup.into()))
    }

    fn visit_str<E>(self, markup: &str) -> Result<Self::Value, E> {
        Ok(Piece::Markup(markup.to_owned().into()))
    }
}

/// A stretch of the text and where its markup is.
struct Stretch {
    html: Range<usize>,
    text: Range<usize>,
}

/// `html` as pieces.
pub(super) fn write(html: &str, text: &str) -> String {
    let mut walk = Walk { html: html.as_bytes(), text, next: 0, searches: 0, found: Vec::new() };
    walk.all();
    let line_end = line_end(html, text, &walk.found);
    let stretches = joined(html, text, walk.found, line_end);
    let markup =
        |range: Range<usize>| html.get(range).filter(|markup| !markup.is_empty()).map(|markup| Piece::Markup(markup.into()));
    let mut pieces = vec![Piece::Markup(line_end.into())];
    let mut told = 0;
    for stretch in stretches {
        pieces.extend(markup(told..stretch.html.start));
        pieces.push(Piece::Stretch(stretch.text.start * UNIT + stretch.text.len()));
        told = stretch.html.end;
    }
    pieces.extend(markup(told..html.len()));
    json(&pieces)
}

/// The HTML of which [`write`] made `pieces`; what cannot be read is empty (a file can be edited by hand).
pub(super) fn read(pieces: &str, text: &str) -> String {
    let pieces: Vec<Piece> = serde_json::from_str(pieces).unwrap_or_default();
    let mut pieces = pieces.iter();
    let mut html = String::with_capacity(2 * text.len());
    let Some(Piece::Markup(line_end)) = pieces.next() else { return html };
    for piece in pieces {
        match piece {
            Piece::Markup(markup) => html.push_str(markup),
            Piece::Stretch(stretch) => {
                let (start, length) = (stretch / UNIT, stretch % UNIT);
                push_escaped(&mut html, text.get(start..start + length).unwrap_or_default(), line_end);
            }
        }
    }
    html
}

/// Adds `text` to `html`, with `between` for its line ends. No more is escaped: it is no attribute, and the view does the same.
pub(super) fn push_escaped(html: &mut String, text: &str, between: &str) {
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            html.push_str(between);
        }
        let mut told = 0;
        for at in memchr3_iter(b'&', b'<', b'>', line.as_bytes()) {
            html.push_str(&line[told..at]);
            html.push_str(match line.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                _ => "&gt;",
            });
            told = at + 1;
        }
        html.push_str(&line[told..]);
    }
}

// === finding stretches ===

/// One walk over the HTML. Its words are looked for where the last ones ended, then anywhere.
struct Walk<'a> {
    html: &'a [u8],
    text: &'a str,
    /// Where the text goes on.
    next: usize,
    searches: usize,
    found: Vec<Stretch>,
}

impl Walk<'_> {
    fn all(&mut self) {
        let mut at = 0;
        while at < self.html.len() {
            let end = memchr(b'<', &self.html[at..]).map_or(self.html.len(), |n| at + n);
            self.run(at, end);
            at = memchr(b'>', &self.html[end..]).map_or(self.html.len(), |n| end + n + 1);
        }
    }

    /// What stands between two tags.
    fn run(&mut self, mut at: usize, end: usize) {
        while at < end && self.found.len() < MAX_STRETCHES {
            at += blanks(&self.html[at..end]);
            self.next += blanks(&self.text.as_bytes()[self.next..]);
            let markup = &self.html[at..end];
            let mut start = self.next;
            let (mut told, mut length) = common(markup, &self.text[start..]);
            if length < MIN_STRETCH && told < markup.len() {
                let Some(place) = self.search(markup) else {
                    at += odd(markup);
                    continue;
                };
                start = place;
                (told, length) = common(markup, &self.text[start..]);
                // A letter ends where the needle does not: the words were found, and are not worth telling.
                self.searches += usize::from(length < MIN_STRETCH);
            }
            if length >= MIN_STRETCH {
                self.found.push(Stretch { html: at..at + told, text: start..start + length });
            }
            at += told;
            self.next = start + length;
        }
    }

    /// Where the text says what `markup` begins with.
    fn search(&mut self, markup: &[u8]) -> Option<usize> {
        let needle = markup.get(..MIN_STRETCH).filter(|needle| memchr3(b'&', b'>', b'\n', needle).is_none())?;
        let text = self.text.as_bytes();
        if self.searches == MAX_SEARCHES {
            return None;
        }
        let later = memmem::find(&text[self.next..], needle).map(|n| self.next + n);
        let found = later.or_else(|| memmem::find(text, needle));
        self.searches += usize::from(found.is_none());
        found
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Bytes of `markup` up to where it may be in the text again: behind a reference, at the next word.
fn odd(markup: &[u8]) -> usize {
    let is_reference = markup.first() == Some(&b'&');
    let end =
        if is_reference { memchr(b';', markup).map(|n| n + 1) } else { memchr3(b' ', b'&', b'\n', &markup[1..]).map(|n| n + 1) };
    end.unwrap_or(markup.len())
}

/// How many bytes of `markup` are how many of `text`, one line at most.
fn common(markup: &[u8], text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut told, mut length) = (0, 0);
    while length + WINDOW < UNIT {
        let window = &markup[told..markup.len().min(told + WINDOW)];
        let plain = &window[..memchr3(b'&', b'>', b'\n', window).unwrap_or(window.len())];
        let same = if bytes[length..].starts_with(plain) {
            plain.len()
        } else {
            plain.iter().zip(&bytes[length..]).take_while(|(markup, text)| markup == text).count()
        };
        (told, length) = (told + same, length + same);
        if same == WINDOW {
            continue;
        }
        let escape = ESCAPES.iter().find(|(escape, c)| bytes.get(length) == Some(c) && markup[told..].starts_with(escape));
        let Some((escape, _)) = escape else { break };
        (told, length) = (told + escape.len(), length + 1);
    }
    let torn = (0..=length).rev().take_while(|n| !text.is_char_boundary(*n)).count();
    (told - torn, length - torn)
}

// === telling of them ===

/// The markup between two stretches of which one is the next line of the text: most frequent.
fn line_end<'a>(html: &'a str, text: &str, stretches: &[Stretch]) -> &'a str {
    let mut ends: Vec<&str> = stretches.windows(2).filter_map(|two| between(html, text, &two[0], &two[1])).collect();
    ends.sort_unstable();
    ends.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).and_then(|same| same.first()).copied().unwrap_or_default()
}

fn between<'a>(html: &'a str, text: &str, one: &Stretch, next: &Stretch) -> Option<&'a str> {
    let is_next = text.get(one.text.end..next.text.start) == Some("\n");
    html.get(one.html.end..next.html.start).filter(|_| is_next)
}

/// Stretches of several lines where these are all that is between.
fn joined(html: &str, text: &str, stretches: Vec<Stretch>, line_end: &str) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if between(html, text, last, &stretch) == Some(line_end) && stretch.text.end - last.text.start < UNIT => {
                (last.html.end, last.text.end) = (stretch.html.end, stretch.text.end);
            }
            _ => joined.push(stretch),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_and_not_worth_telling_is_not_looked_for_all_the_time() {
        // The needle ends inside of the letter behind these, which is another one in the text.
        let same = "x".repeat(MIN_STRETCH - 1);
        let (html, text) = (format!("{same}è<br>").repeat(2 * MAX_SEARCHES), format!("Rain. {same}é"));
        let mut walk = Walk { html: html.as_bytes(), text: &text, next: 0, searches: 0, found: Vec::new() };
        walk.all();
        assert_eq!((walk.searches, walk.found.len()), (MAX_SEARCHES, 0));
        assert_eq!(read(&write(&html, &text), &text), html);
    }
}
