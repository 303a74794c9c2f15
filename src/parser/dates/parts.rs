//! A date taken apart: time and zone first, then what is left is numbers and words.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{self, Word};
use super::zones;

/// Words that mean nothing to us before the text is no date but a sentence.
const MAX_UNKNOWN_WORDS: usize = 3;
/// Numbers of a day; with more it is a sentence or a table.
const MAX_NUMBERS: usize = 3;

/// `10:00`, `10:00:00.123`.
static COLON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d:])(\d{1,2}):(\d{2})(?::(\d{1,2})(?:[.,:]\d+)?)?").ok());
/// `10.00 Uhr`, `10h30`, `kl. 10.00`: `22.11.26` looks like that, too, so it has to be said or stand behind a day.
static WORDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^\d.,:/-])(\d{1,2})(?:\s?h\s?(\d{2})\b(?:\s?min\b)?|(?:\.(\d{2}))?\s?(?:uhr|hod|hs|h)\b\.?|\.(\d{2})(?:\.(\d{2}))?(?:$|[^\d.]))").ok()
});
/// What may follow a time: `Z`, `+01:00`, `GMT+1`, `(CEST)`.
static ZONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*[(\[]?(\p{L}{1,5}\b)?\s*(?:([+-])(\d{1,2}):?(\d{2})?\b)?(?:\s*\([\p{L} ]*\))?[)\]]?").ok());

/// The halves of a day as they are written before or behind a time, in lower case without dots and blanks, and whether it is the
/// second one.
#[rustfmt::skip]
const HALVES: [(&str, bool); 20] = [
    ("am", false), ("pm", true), ("πμ", false), ("μμ", true), ("午前", false), ("午後", true), ("上午", false), ("下午", true),
    ("凌晨", false), ("早上", false), ("中午", true), ("晚上", true), ("오전", false), ("오후", true), ("öö", false), ("ös", true),
    ("ص", false), ("م", true), ("قظ", false), ("بظ", true),
];

/// Where a time is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Zone {
    /// Nobody says.
    None,
    /// Minutes east.
    Offset(i32),
    /// A name that is known, in lower case.
    Named(String),
}

/// The time of a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clock {
    /// Hour, minute, second.
    pub time: [i16; 3],
    pub zone: Zone,
    /// Whether it counts twelve hours.
    pub is_half: bool,
}

/// A number of the day, with the sign before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub value: i16,
    pub digits: usize,
    pub before: char,
}

/// A date in its parts.
#[derive(Debug, PartialEq)]
pub(super) struct Parts {
    pub clock: Option<Clock>,
    pub numbers: Vec<Number>,
    /// Names of months and days of the week, in their order.
    pub words: Vec<&'static Word>,
}

impl Parts {
    /// The parts of `text`; `None` if more stands in it than a date.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (clock, rest) = clock(text);
        let mut parts = Self { clock, numbers: Vec::new(), words: Vec::new() };
        let mut unknown = 0;
        let mut before = ' ';
        let mut chars = rest.char_indices().peekable();
        while let Some((from, c)) = chars.next() {
            if !(c.is_ascii_digit() || is_letter(c)) {
                before = if c == ' ' { before } else { c };
                continue;
            }
            let mut to = from + c.len_utf8();
            while let Some((at, other)) = chars.peek().copied() {
                // `พ.ย.` is one word
                let inside = other == '.' && is_thai(c) && rest[at + 1..].starts_with(is_thai);
                let same = if c.is_ascii_digit() { other.is_ascii_digit() } else { is_letter(other) || inside };
                if !same {
                    break;
                }
                to = at + other.len_utf8();
                chars.next();
            }
            let word = rest.get(from..to)?;
            if c.is_ascii_digit() {
                let value = word.parse().ok().filter(|_| word.len() <= 4)?;
                parts.numbers.push(Number { value, digits: word.len(), before });
            } else if let Some(known) = words::look_up(word) {
                parts.words.push(known);
            } else {
                unknown += usize::from(!words::is_particle(word));
            }
            before = ' ';
        }
        (unknown <= MAX_UNKNOWN_WORDS && parts.numbers.len() <= MAX_NUMBERS).then_some(parts)
    }
}

/// Letters, and the marks that stand above and below them.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}') || is_thai(c)
}

/// A letter or mark of Thai.
pub(super) fn is_thai(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}')
}

/// The time, and the text without it.
fn clock(text: &str) -> (Option<Clock>, String) {
    let Some((mut time, from, to)) = colon(text).or_else(|| worded(text)) else {
        // `2026-11-22T10Z`: an hour alone is a time only behind a T
        if let Some((day, hour)) = text.split_once('T')
            && day.ends_with(|c: char| c.is_ascii_digit())
            && let Ok(hour_alone) = hour.trim_end_matches('Z').parse()
        {
            let zone = if hour.ends_with('Z') { Zone::Offset(0) } else { Zone::None };
            return (Some(Clock { time: [hour_alone, 0, 0], zone, is_half: false }), day.to_owned());
        }
        return (None, text.to_owned());
    };
    let mut head = text[..from].trim_end_matches(['T', 't']);
    let mut tail = &text[to..];
    let mut half = None;
    if let Some((second, length)) = half_behind(tail) {
        half = Some(second);
        tail = &tail[length..];
    } else if let Some((second, length)) = half_before(head) {
        half = Some(second);
        head = &head[..length];
    }
    match (half, time[0]) {
        (Some(false), 12) => time[0] = 0,
        (Some(true), hour @ 1..=11) => time[0] = hour + 12,
        _ => {}
    }
    let said = tail.trim_start();
    let word = said.split(|c: char| !is_letter(c)).next().unwrap_or_default();
    if ["uhr", "h", "hs", "hrs", "hod"].iter().any(|clock| word.eq_ignore_ascii_case(clock)) {
        tail = &said[word.len()..];
    }
    let (zone, length) = zone(tail);
    let rest = format!("{head} {}", &tail[length..]);
    (Some(Clock { time, zone, is_half: half.is_some() }), rest)
}

/// Hour, minute and second, where they begin and end.
type Found = ([i16; 3], usize, usize);

fn colon(text: &str) -> Option<Found> {
    let found = COLON.as_ref()?.captures(text)?;
    let part = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i16>().ok());
    Some(([part(1)?, part(2)?, part(3).unwrap_or(0)], found.get(1)?.start(), found.get(0)?.end()))
}

fn worded(text: &str) -> Option<Found> {
    let mut at = 0;
    // one that is none may stand right before one that is: the blank between them belongs to both
    while let Some(found) = WORDED.as_ref()?.captures_at(text, at) {
        let part = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i16>().ok());
        let from = found.get(1)?.start();
        let dotted = found.get(5).or(found.get(4));
        if dotted.is_some() && !text[..from].contains(|c: char| c.is_ascii_digit()) {
            at = found.get(1)?.end();
            continue;
        }
        let to = dotted.or(found.get(0))?.end();
        let minute = part(2).or(part(3)).or(part(4)).unwrap_or(0);
        return Some(([part(1)?, minute, part(5).unwrap_or(0)], from, to));
    }
    None
}

/// Half of the day at the beginning of `tail` (`p.m.`, `a. m.`, `μ.μ.`), and its length.
fn half_behind(tail: &str) -> Option<(bool, usize)> {
    HALVES.iter().find_map(|(name, second)| {
        let mut rest = tail.trim_start();
        for letter in name.chars() {
            rest = rest.trim_start_matches(['.', ' ']);
            rest = rest.strip_prefix(|c: char| c.to_lowercase().eq([letter]))?;
        }
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        (!rest.starts_with(is_letter)).then(|| (*second, tail.len() - rest.len()))
    })
}

/// Half of the day at the end of `head` (`午後`, `AM`), and how much of the text stands before it.
fn half_before(head: &str) -> Option<(bool, usize)> {
    HALVES.iter().find_map(|(name, second)| {
        let mut rest = head.trim_end();
        for letter in name.chars().rev() {
            rest = rest.trim_end_matches(['.', ' ']);
            rest = rest.strip_suffix(|c: char| c.to_lowercase().eq([letter]))?;
        }
        let apart = !name.is_ascii() || rest.ends_with([' ', ',']);
        (apart && name.chars().count() > 1).then_some((*second, rest.len()))
    })
}

/// The zone at the beginning of `tail`, and its length.
fn zone(tail: &str) -> (Zone, usize) {
    let Some(found) = ZONE.as_ref().and_then(|zone| zone.captures(tail)) else { return (Zone::None, 0) };
    let name = found.get(1).map(|name| name.as_str().to_lowercase());
    let is_known = name.as_deref().is_some_and(|name| zones::offset(name, "").is_some());
    let number = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i32>().ok());
    let signed = number(3).map(|hours| {
        let minutes = hours * 60 + number(4).unwrap_or(0);
        if found.get(2).is_some_and(|sign| sign.as_str() == "+") { minutes } else { -minutes }
    });
    let length = found.get(0).map_or(0, |all| all.end());
    // the number is exact where the name is a guess, and `GMT+1` is one hour east, whatever POSIX says
    match (signed, name) {
        (Some(minutes), _) => (Zone::Offset(minutes), length),
        (None, Some(name)) if is_known => (Zone::Named(name), length),
        _ => (Zone::None, 0),
    }
}
