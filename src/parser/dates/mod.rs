//! The dates of the wild, read by parts instead of formats: time and zone first, then what is left is a day.
//!
//! What a date does not say itself (which of two numbers is the day, which language a month is in) the other dates of its document
//! and the language of its feed say: the [`Habit`]. The tests are the table: each line with the habit that forced it.

mod day;
mod document;
mod habit;
mod languages;
mod parts;
mod plain;
#[cfg(test)]
mod tests;
mod words;
mod zones;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use regex::Regex;

pub(super) use document::{Form, Written, settle};
pub use habit::Habit;
use parts::{Parts, Zone};

/// Longest text that is looked at, characters.
const MAX_LENGTH: usize = 100;
/// Years that a feed can mean; `0000-00-00` and `-0001-11-30` are databases without a date.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2200;
/// Minutes that a zone can be away from Greenwich at most, with some to spare.
const MAX_OFFSET: i32 = 18 * 60;

/// `20261122`, `20261122T1000`, `20261122T100000`.
static COMPACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(\d{4})(\d{2})(\d{2})(?:[Tt]?(\d{2})(\d{2})(\d{2})?)?(?:\.\d+)?(Z|z|([+-])(\d{2}):?(\d{2})?)?$").ok()
});

/// What keeps a date from being one that RSS or Atom allow, or from being sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// It is none.
    Unreadable,
    /// A time, and nobody says where: read as UTC.
    NoZone,
    /// A zone by a name that RFC 822 does not have.
    ZoneName,
    /// Names of months or days in another language than English, or another script.
    Language,
    /// A month that two languages mean differently, and no telling which it is.
    Month,
    /// Day or month first? Nobody says.
    Order,
    /// `22.11.2026`, `22/11/2026`.
    Numbers,
    /// AM and PM.
    Halves,
    /// Seconds or milliseconds since 1970.
    Unix,
    /// The year of another calendar.
    Calendar,
}

/// A date that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The moment it means.
    pub at: Option<Timestamp>,
    /// What is wrong with it.
    pub defects: Vec<Defect>,
}

/// The moment that `text` means, `None` if it means none or one outside 1970 to 2200. Without a zone it is UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    strict(text).or_else(|| read(text, &Habit::default()).at)
}

/// Reads a date of a document with this habit.
pub fn read(text: &str, habit: &Habit) -> Reading {
    let mut defects = Vec::new();
    let at = strict(text).or_else(|| loose(text.trim(), habit, &mut defects).filter(is_likely));
    if at.is_none() {
        defects = vec![Defect::Unreadable];
    }
    Reading { at, defects }
}

fn is_likely(at: &Timestamp) -> bool {
    YEARS.contains(&TimeZone::UTC.to_datetime(*at).year())
}

/// RFC 3339, and RFC 2822 with any weekday: nearly every feed, and the fast way. A Thai program's `2569-11-22T10:00:00Z` is no such date.
fn strict(text: &str) -> Option<Timestamp> {
    standard(text.trim()).filter(is_likely)
}

fn standard(text: &str) -> Option<Timestamp> {
    const RFC2822: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    const ZONES: [&str; 11] = ["GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST"];
    if text.as_bytes().get(4) == Some(&b'-') && text.contains(['T', 't']) {
        return text.parse().ok();
    }
    // RFC 2822 reads `-0000`, military letters and two-digit years well; a zone name it does not know is no error of ours
    let named = || text.rsplit_once(' ').is_some_and(|(_, zone)| ZONES.contains(&zone) || zone == "PDT");
    RFC2822.parse_timestamp(text).ok().filter(|_| text.ends_with(|c: char| c.is_ascii_digit()) || named())
}

fn loose(text: &str, habit: &Habit, defects: &mut Vec<Defect>) -> Option<Timestamp> {
    if let Some(at) = number(text) {
        defects.push(Defect::Unix);
        return Some(at);
    }
    let plain = readable(text)?;
    if plain.translated {
        defects.push(Defect::Language);
        // the same in other digits
        if let Some(at) = strict(&plain.text) {
            return Some(at);
        }
    }
    if let Some(at) = compact(&plain.text, defects) {
        return Some(at);
    }
    by_parts(&plain.text, habit, defects)
}

/// The text in ASCII as far as it goes, `None` if it is too long for a date.
fn readable(text: &str) -> Option<plain::Plain<'_>> {
    let length = if text.len() <= MAX_LENGTH { text.len() } else { text.chars().take(MAX_LENGTH + 1).count() };
    (!text.is_empty() && length <= MAX_LENGTH).then(|| plain::plain(text))
}

/// The parts of a date that is worth to be learnt from.
fn parts_of(text: &str) -> Option<Parts> {
    let text = text.trim();
    if strict(text).is_some() || number(text).is_some() { None } else { Parts::of(&readable(text)?.text) }
}

/// Seconds or finer since 1970: feeds written by programs that print what their database holds, ASP.NET as `/Date(1795341600000)/`.
fn number(text: &str) -> Option<Timestamp> {
    let text = text.strip_prefix("/Date(").and_then(|text| text.strip_suffix(")/")).unwrap_or(text);
    let whole =
        text.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(whole, _)| whole);
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = whole.parse::<i64>().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(value).ok(),
        // of twelve digits a day and a time are made: 202611221000
        13 => Timestamp::from_millisecond(value).ok(),
        16 => Timestamp::from_microsecond(value).ok(),
        _ => None,
    }
}

/// ISO 8601 without its separators.
fn compact(text: &str, defects: &mut Vec<Defect>) -> Option<Timestamp> {
    let found = COMPACT.as_ref()?.captures(text)?;
    let part = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i16>().ok());
    let date = Date::new(part(1)?, i8::try_from(part(2)?).ok()?, i8::try_from(part(3)?).ok()?).ok()?;
    let sign = if found.get(8).is_some_and(|sign| sign.as_str() == "-") { -1 } else { 1 };
    let offset = i32::from(part(9).unwrap_or(0)) * 60 + i32::from(part(10).unwrap_or(0));
    if part(4).is_some() && found.get(7).is_none() {
        defects.push(Defect::NoZone);
    }
    moment(date, [part(4).unwrap_or(0), part(5).unwrap_or(0), part(6).unwrap_or(0)], sign * offset)
}

fn by_parts(text: &str, habit: &Habit, defects: &mut Vec<Defect>) -> Option<Timestamp> {
    let parts = Parts::of(text)?;
    // a date alone in the dark has its own words for evidence
    let mut habit = habit.clone();
    habit.hear(&parts);
    let date = day::day(&parts, &habit, habit.is_thai() || text.contains(parts::is_thai), defects)?;
    let Some(clock) = &parts.clock else { return moment(date, [0; 3], 0) };
    if clock.is_half {
        defects.push(Defect::Halves);
    }
    let offset = match &clock.zone {
        // no such zone: the time is as good as we get it
        Zone::Offset(minutes) => Some(*minutes).filter(|minutes| minutes.abs() <= MAX_OFFSET),
        Zone::Named(name) => {
            if !zones::is_standard(name) {
                defects.push(Defect::ZoneName);
            }
            zones::offset(name, habit.language())
        }
        Zone::None => None,
    };
    if offset.is_none() {
        defects.push(Defect::NoZone);
    }
    moment(date, clock.time, offset.unwrap_or(0))
}

/// The moment of a day and a time that is `offset` minutes east. Hour 24 is the next midnight, second 60 a leap second.
fn moment(date: Date, [hour, minute, second]: [i16; 3], offset: i32) -> Option<Timestamp> {
    let (date, hour) = if hour == 24 && minute == 0 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0).ok()?;
    let at = TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    at.checked_sub(jiff::SignedDuration::from_mins(i64::from(offset))).ok()
}
