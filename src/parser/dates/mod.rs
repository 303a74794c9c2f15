//! The dates of the wild, read by parts instead of formats: time and zone first, then what is left is a day.
//!
//! The tests are the table: each line with the habit that forced it.

mod document;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use regex::Regex;

pub(super) use document::{Written, settle};

/// Longest text that is looked at.
const MAX_LENGTH: usize = 100;
/// Years that a feed can mean; `0000-00-00` and `-0001-11-30` are databases without a date.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2200;
/// Words that mean nothing to us before the text is no date but a sentence.
const MAX_UNKNOWN_WORDS: usize = 3;

/// `10:00`, `10:00:00.123`, `10.00 Uhr`, with am and pm.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^\d:])(\d{1,2})(?::(\d{2})(?::(\d{1,2})(?:[.,:]\d+)?)?|[.h](\d{2})\s?(?:uhr|h\b|$))(?:\s*([ap])\.?m\b\.?)?",
    )
    .ok()
});
/// What may follow a time: `Z`, `+01:00`, `GMT+1`, `(CEST)`.
static ZONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*\(?([A-Za-z]{1,5}\b)?\s*(?:([+\u{2212}-])\s?(\d{1,2}):?(\d{2})?\b)?(?:\s*\([A-Za-z ]*\))?\)?").ok()
});
/// `20261122`, `20261122T1000`, `20261122T100000`.
static COMPACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(\d{4})(\d{2})(\d{2})(?:[Tt]?(\d{2})(\d{2})(\d{2})?)?(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?$").ok()
});

/// Month names and their usual cuts: English, German, French, Spanish, Italian, Dutch, Portuguese.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar", "jän", "jänner", "janv", "janvier", "ene", "enero", "gen", "gennaio", "januari", "janeiro"],
    &["feb", "february", "februar", "feber", "fév", "févr", "fev", "février", "fevrier", "febrero", "febbraio", "februari", "fevereiro"],
    &["mar", "march", "mär", "märz", "maerz", "mrz", "mars", "marzo", "mrt", "maart", "março", "marco"],
    &["apr", "april", "avr", "avril", "abr", "abril", "aprile"],
    &["may", "mai", "mayo", "mag", "maggio", "mei", "maio"],
    &["jun", "june", "juni", "juin", "junio", "giu", "giugno", "junho"],
    &["jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio", "julho"],
    &["aug", "august", "aoû", "août", "aout", "ago", "agosto", "augustus"],
    &["sep", "sept", "september", "septembre", "septiembre", "set", "settembre", "setembro"],
    &["oct", "october", "okt", "oktober", "octobre", "octubre", "ott", "ottobre", "out", "outubro"],
    &["nov", "november", "novembre", "noviembre", "novembro"],
    &["dec", "december", "dez", "dezember", "déc", "décembre", "decembre", "dic", "diciembre", "dicembre", "dezembro"],
];

/// Named zones and their minutes east of Greenwich. `CST` and `IST` mean several; the most frequent in feeds stands.
#[rustfmt::skip]
const ZONES: [(&str, i32); 57] = [
    ("z", 0), ("ut", 0), ("utc", 0), ("gmt", 0), ("wet", 0), ("west", 60), ("bst", 60),
    ("cet", 60), ("cest", 120), ("met", 60), ("mest", 120), ("mez", 60), ("mesz", 120),
    ("eet", 120), ("eest", 180), ("sast", 120), ("cat", 120), ("eat", 180), ("msk", 180), ("msd", 240), ("trt", 180),
    ("gst", 240), ("pkt", 300), ("ist", 330), ("npt", 345), ("ict", 420), ("wib", 420),
    ("hkt", 480), ("sgt", 480), ("pht", 480), ("awst", 480), ("jst", 540), ("kst", 540),
    ("acst", 570), ("acdt", 630), ("aest", 600), ("aedt", 660), ("nzst", 720), ("nzdt", 780),
    ("nst", -210), ("ndt", -150), ("ast", -240), ("adt", -180), ("brt", -180), ("art", -180), ("clt", -240),
    ("est", -300), ("edt", -240), ("et", -300), ("cst", -360), ("cdt", -300), ("ct", -360),
    ("mst", -420), ("mdt", -360), ("pst", -480), ("pdt", -420), ("pt", -480),
];

/// The moment that `text` means, `None` if it means none or one outside 1970 to 2200. Without a zone it is UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let at = strict(text).or_else(|| number(text)).or_else(|| compact(text)).or_else(|| by_parts(text))?;
    YEARS.contains(&TimeZone::UTC.to_datetime(at).year()).then_some(at)
}

/// RFC 3339, and RFC 2822 with any weekday: nearly every feed, and the fast way.
fn strict(text: &str) -> Option<Timestamp> {
    const RFC2822: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if text.as_bytes().get(4) == Some(&b'-') && text.contains(['T', 't']) {
        return text.parse().ok();
    }
    // RFC 2822 reads `-0000`, military letters and two-digit years well; a zone name it does not know is no error of ours
    RFC2822.parse_timestamp(text).ok().filter(|_| text.ends_with("GMT") || text.ends_with(|c: char| c.is_ascii_digit()))
}

/// Seconds or milliseconds since 1970: feeds written by programs that print what their database holds.
fn number(text: &str) -> Option<Timestamp> {
    let whole =
        text.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(whole, _)| whole);
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = whole.parse::<i64>().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(value).ok(),
        12 | 13 => Timestamp::from_millisecond(value).ok(),
        _ => None,
    }
}

/// ISO 8601 without its separators.
fn compact(text: &str) -> Option<Timestamp> {
    let found = COMPACT.as_ref()?.captures(text)?;
    let part = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i16>().ok());
    let date = Date::new(part(1)?, i8::try_from(part(2)?).ok()?, i8::try_from(part(3)?).ok()?).ok()?;
    let sign = if found.get(7).is_some_and(|sign| sign.as_str() == "-") { -1 } else { 1 };
    let offset = i32::from(part(8).unwrap_or(0)) * 60 + i32::from(part(9).unwrap_or(0));
    moment(date, [part(4).unwrap_or(0), part(5).unwrap_or(0), part(6).unwrap_or(0)], sign * offset)
}

fn by_parts(text: &str) -> Option<Timestamp> {
    let (clock, offset, rest) = clock(text);
    moment(day(&rest)?, clock, offset)
}

/// Hour, minute and second, minutes east, and the text without them.
fn clock(text: &str) -> ([i16; 3], i32, String) {
    // `2026-11-22T10Z`: an hour alone is a time only behind a T
    let Some(found) = TIME.as_ref().and_then(|time| time.captures(text)) else {
        let day = match text.split_once('T') {
            Some((day, hour)) if day.ends_with(|c: char| c.is_ascii_digit()) => {
                let hour = hour.trim_end_matches('Z').parse().unwrap_or(0);
                return ([hour, 0, 0], 0, day.to_owned());
            }
            _ => text,
        };
        return ([0; 3], 0, day.to_owned());
    };
    let part = |i: usize| found.get(i).and_then(|part| part.as_str().parse::<i16>().ok());
    let mut hour = part(1).unwrap_or(0);
    if let Some(half) = found.get(5).map(|half| half.as_str().to_ascii_lowercase()) {
        hour = match (half.as_str(), hour) {
            ("a", 12) => 0,
            ("p", 1..=11) => hour + 12,
            _ => hour,
        };
    }
    let minute = part(2).or(part(4)).unwrap_or(0);
    let (from, to) = (found.get(1).map_or(0, |hour| hour.start()), found.get(0).map_or(0, |all| all.end()));
    let mut rest = text[..from].trim_end_matches(['T', 't']).to_owned();
    rest.push(' ');
    let mut tail = &text[to..];
    let mut offset = 0;
    if let Some(zone) = ZONE.as_ref().and_then(|zone| zone.captures(tail)) {
        let name = zone.get(1).map(|name| name.as_str().to_lowercase());
        let named = name.as_deref().and_then(|name| ZONES.iter().find(|(known, _)| *known == name)).map(|(_, minutes)| *minutes);
        let number = |i: usize| zone.get(i).and_then(|part| part.as_str().parse::<i32>().ok());
        // `-2026` behind a time is the year of a date with dashes, no zone
        let signed = number(3).map(|hours| {
            let minutes = hours * 60 + number(4).unwrap_or(0);
            if zone.get(2).is_some_and(|sign| sign.as_str() == "+") { minutes } else { -minutes }
        });
        if name.is_none() || named.is_some() || signed.is_some() {
            // the number is exact where the name is a guess, and `GMT+1` is one hour east, whatever POSIX says
            offset = signed.or(named).unwrap_or(0);
            tail = &tail[zone.get(0).map_or(0, |all| all.end())..];
        }
    }
    rest.push_str(tail);
    ([hour, minute, part(3).unwrap_or(0)], offset, rest)
}

/// A word or a number of a day, with what came before it.
#[derive(Debug)]
enum Part {
    Number { value: i16, digits: usize, before: char },
    Month(i8),
}

fn day(text: &str) -> Option<Date> {
    let mut parts: Vec<Part> = Vec::new();
    let mut unknown = 0;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((from, c)) = chars.next() {
        let same = |other: char| if c.is_ascii_digit() { other.is_ascii_digit() } else { other.is_alphabetic() };
        if !(c.is_ascii_digit() || c.is_alphabetic()) {
            before = c;
            continue;
        }
        let mut to = from + c.len_utf8();
        while let Some((at, other)) = chars.peek().copied().filter(|(_, other)| same(*other)) {
            to = at + other.len_utf8();
            chars.next();
        }
        let word = text.get(from..to)?;
        if c.is_ascii_digit() {
            let value = word.parse().ok().filter(|_| word.len() <= 4)?;
            parts.push(Part::Number { value, digits: word.len(), before });
        } else {
            let word = word.to_lowercase();
            match MONTHS.iter().position(|names| names.contains(&word.as_str())) {
                Some(month) => parts.push(Part::Month(i8::try_from(month).ok()? + 1)),
                None if ["年", "月", "日"].contains(&word.as_str()) => {}
                None => unknown += 1,
            }
        }
        before = ' ';
    }
    if unknown > MAX_UNKNOWN_WORDS {
        return None;
    }
    // of two month names the first is a Tuesday: `mar. 24 nov.` (French, Spanish, Italian)
    let month = parts.iter().rev().find_map(|part| if let Part::Month(month) = part { Some(*month) } else { None });
    let numbers: Vec<(i16, usize, char)> = parts
        .iter()
        .filter_map(|part| if let Part::Number { value, digits, before } = part { Some((*value, *digits, *before)) } else { None })
        .collect();
    let i8_of = |value: i16| i8::try_from(value).unwrap_or(0);
    let (year, month, day) = match (month, numbers.as_slice()) {
        (Some(month), [(year, 4, _), (day, ..)]) | (Some(month), [(day, ..), (year, ..)]) => (full_year(*year), month, i8_of(*day)),
        (Some(month), [(year, 4, _)]) => (*year, month, 1),
        (None, [(year, 4, _), (month, ..), (day, ..)]) => (*year, i8_of(*month), i8_of(*day)),
        (None, [(year, 4, _), (month, ..)]) => (*year, i8_of(*month), 1),
        (None, [(year, 4, _)]) => (*year, 1, 1),
        // `11/22/2026` is American, `22/11/2026` can only be European, dots and dashes always are
        (None, [(a, ..), (b, _, '/'), (year, ..)]) if *a <= 12 => (full_year(*year), i8_of(*a), i8_of(*b)),
        // two digits each: `03-01-02` is year first (W3CDTF cut short), `22.11.26` is German
        (None, [(year, 2, _), (month, 2, '-'), (day, 2, '-')]) => (full_year(*year), i8_of(*month), i8_of(*day)),
        (None, [(day, ..), (month, ..), (year, ..)]) => (full_year(*year), i8_of(*month), i8_of(*day)),
        _ => return None,
    };
    Date::new(year, month, day).ok()
}

fn full_year(year: i16) -> i16 {
    match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        // a Perl or JavaScript program that prints `getYear()`
        100..=199 => year + 1900,
        year => year,
    }
}

/// The moment of a day and a time that is `offset` minutes east. Hour 24 is the next midnight, second 60 a leap second.
fn moment(date: Date, [hour, minute, second]: [i16; 3], offset: i32) -> Option<Timestamp> {
    let (date, hour) = if hour == 24 && minute == 0 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0).ok()?;
    let at = TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    if offset.abs() > 18 * 60 {
        return Some(at); // no such zone: the time is as good as we get it
    }
    at.checked_sub(jiff::SignedDuration::from_mins(i64::from(offset))).ok()
}
