//! What JSON does not allow, in words.

use super::mend::MAX_DEPTH;
use crate::error::Fault;
use crate::parser::TRUNCATED;

/// Characters of a word that are shown in a fault.
const SHOWN: usize = 40;

/// Something that JSON does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    /// A line end or another control character in a string.
    Control,
    /// `\'`, `\x41`.
    Escape,
    /// `\ud800` alone.
    Surrogate,
    /// A quote inside a string.
    Quote,
    /// Two values with nothing between them.
    NoComma,
    /// A comma beside nothing.
    ExtraComma,
    /// A name and a value with nothing between them.
    NoColon,
    /// A name alone.
    NoValue,
    /// `//`, `/* */`.
    Comment,
    /// `NaN`, `undefined`, a text without quotes.
    Word,
    /// `1e400`, `007`.
    Number,
    /// A value without a name, a name without quotes.
    Name,
    /// A list closed as an object, or one not closed at all.
    Bracket,
    /// A sign where none can stand.
    Stray,
    /// Too many brackets.
    Depth,
    /// The end is missing.
    Cut,
}

/// What was mended first in a kind, and how often.
#[derive(Debug, PartialEq)]
pub(super) struct Note {
    pub slip: Slip,
    /// Byte of the text.
    pub at: usize,
    pub times: usize,
}

impl Note {
    /// The fault in words, with its place in `text`.
    pub(super) fn told(&self, text: &str) -> Fault {
        let before = &text[..text.floor_char_boundary(self.at)];
        let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
        let place = match self.times {
            1 => format!(" (line {line}, column {column})"),
            times => format!(" ({times} times, first in line {line}, column {column})"),
        };
        let rest = text.get(self.at..).unwrap_or_default();
        let word: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ']' | '}')).take(SHOWN).collect();
        let what = match self.slip {
            Slip::Control => "a string holds line ends or other control characters; write \\n and \\u00XX".to_owned(),
            Slip::Escape => format!(
                "JSON has no escape '{}'; write \\\\ for a backslash and nothing before other characters",
                word.chars().take(4).collect::<String>()
            ),
            Slip::Surrogate => format!(
                "'{}' is half a character, it is read as U+FFFD; do not cut texts inside of characters",
                word.chars().take(6).collect::<String>()
            ),
            Slip::Quote => "a quote inside a string is taken for text; write \\\"".to_owned(),
            Slip::NoComma => "a comma is missing before this value; write one".to_owned(),
            Slip::ExtraComma => "a comma stands before or behind nothing; leave it out".to_owned(),
            Slip::NoColon => "a colon is missing between a name and its value; write one".to_owned(),
            Slip::NoValue => "a name has no value, it is read as null; leave it out".to_owned(),
            Slip::Comment => "JSON has no comments; leave them out".to_owned(),
            Slip::Word => format!("'{word}' is no value of JSON; write null, true, false, a number or a string in double quotes"),
            Slip::Number => {
                format!("'{word}' is no number of JSON, it is read as a text; write it as JSON does or in double quotes")
            }
            Slip::Name => format!("'{word}' should be a name in double quotes; write \"name\": before the value"),
            Slip::Bracket => "a bracket closes something before what was opened inside of it; close brackets in order".to_owned(),
            Slip::Stray => {
                format!("'{}' stands where nothing can and is skipped; leave it out", word.chars().next().unwrap_or(' '))
            }
            Slip::Depth => format!("what is nested more than {MAX_DEPTH} deep is left out"),
            Slip::Cut => "the document ends before it is whole; what stands before the cut is read".to_owned(),
        };
        Fault::new(if self.slip == Slip::Cut { TRUNCATED } else { "json" }, format!("{what}{place}"))
    }
}
