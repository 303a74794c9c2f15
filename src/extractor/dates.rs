//! Dates of pages, kept with the UTC offset the page gave them.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Bytes of a text that are looked at.
const MAX_TEXT: usize = 120;
/// Years that an article can be of; the rest are defaults of broken systems.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// The first date in `text` as RFC 3339, or `None`. Where the page names no offset it is `-00:00` (RFC 3339, 4.3).
pub(crate) fn parse(text: &str) -> Option<String> {
    parse_in(text, false)
}

/// Like [`parse`]; `month_first` says how `3/4/2025` is meant where both would fit.
pub(crate) fn parse_in(text: &str, month_first: bool) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default().trim();
    let words = words(text);
    let (date, rest) = (0..words.len()).find_map(|at| date_at(text, &words, at, month_first))?;
    let (time, offset) = time_of(text.get(rest..).unwrap_or_default());
    let at = DateTime::new(date.0, date.1, date.2, time.0, time.1, time.2, 0).ok()?;
    // The beginning of the epoch is a date that was never set.
    if !YEARS.contains(&at.year()) || (at.year() == 1970 && at.date().day_of_year() == 1) {
        return None;
    }
    Some(match offset {
        Some(offset) => format!("{at}{}", offset_text(offset)),
        None => format!("{at}-00:00"),
    })
}

fn offset_text(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A run of digits or of letters with the place behind it.
struct Word<'a> {
    text: &'a str,
    end: usize,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut found: Vec<Word<'_>> = Vec::new();
    let mut start = None;
    let class = |c: char| {
        if c.is_ascii_digit() {
            1
        } else if c.is_alphabetic() {
            2
        } else {
            0
        }
    };
    let mut last = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let now = class(c);
        if now != last {
            if let Some(from) = start.take() {
                found.push(Word { text: text.get(from..at).unwrap_or_default(), end: at });
            }
            if now != 0 {
                start = Some(at);
            }
        }
        last = now;
    }
    found
}

type Date = (i16, i8, i8);

/// What stands between a word and the next.
fn separator<'t>(text: &'t str, words: &[Word<'_>], at: usize) -> &'t str {
    let between = words.get(at).zip(words.get(at + 1)).and_then(|(left, right)| text.get(left.end..right.end - right.text.len()));
    between.unwrap_or_default().trim()
}

fn date_at(text: &str, words: &[Word<'_>], at: usize, month_first: bool) -> Option<(Date, usize)> {
    let word = |offset: usize| words.get(at + offset);
    let number =
        |offset: usize, digits: &[usize]| word(offset).filter(|w| digits.contains(&w.text.len()))?.text.parse::<i16>().ok();
    let small = |offset: usize| number(offset, &[1, 2]).and_then(|n| i8::try_from(n).ok());
    let end = |offset: usize| word(offset).map_or(0, |w| w.end);
    let valid = |year: i16, month: i8, day: i8| jiff::civil::Date::new(year, month, day).is_ok().then_some((year, month, day));
    // 2024-11-18, 2024/11/18, 2024年11月18日
    if let Some(year) = number(0, &[4]) {
        let (month_at, day_at) = if word(1).is_some_and(|w| matches!(w.text, "年" | "년")) { (2, 4) } else { (1, 2) };
        if let (Some(month), Some(day)) = (small(month_at), small(day_at)) {
            return Some((valid(year, month, day)?, end(day_at)));
        }
        // 2024. november 18., 2024 Nov 18
        if let (Some(month), Some(day)) = (word(1).and_then(|w| month(w.text)), small(2)) {
            return Some((valid(year, month, day)?, end(2)));
        }
    }
    // 20241118
    if let Some(w) = word(0).filter(|w| w.text.len() == 8 && w.text.bytes().all(|b| b.is_ascii_digit())) {
        let part = |from: usize, to: usize| w.text.get(from..to)?.parse::<i16>().ok();
        let (year, month, day) = (part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?);
        return Some((valid(year, month, day)?, w.end));
    }
    if let Some(day) = small(0) {
        // 18.11.2024: day first wherever it can be told, as everywhere but in the United States
        let short_year = || number(2, &[2]).map(|year| if year < 70 { 2000 + year } else { 1900 + year });
        let (first, second) = (separator(text, words, at), separator(text, words, at + 1));
        let fits_short = first == second && matches!(first, "." | "/") && word(2).is_some_and(|w| w.text.len() == 2);
        let year = number(2, &[4]).or_else(|| short_year().filter(|_| fits_short));
        if let (Some(month), Some(year)) = (small(1), year) {
            let swap = month > 12 || (month_first && first == "/" && day <= 12);
            let (day, month) = if swap { (month, day) } else { (day, month) };
            return Some((valid(year, month, day)?, end(2)));
        }
        // 18 November 2024, 18th of November 2024, 18 de noviembre de 2024
        for month_at in 1..=2 {
            if let Some(month) = word(month_at).and_then(|w| month(w.text)) {
                let year_at = if word(month_at + 1).is_some_and(|w| matches!(w.text, "de" | "del" | "of")) {
                    month_at + 2
                } else {
                    month_at + 1
                };
                let year = number(year_at, &[4])?;
                return Some((valid(year, month, day)?, end(year_at)));
            }
        }
    }
    // November 18, 2024
    let month = word(0).and_then(|w| month(w.text))?;
    let day = small(1)?;
    let year_at = if word(2).is_some_and(|w| matches!(w.text, "st" | "nd" | "rd" | "th")) { 3 } else { 2 };
    Some((valid(number(year_at, &[4])?, month, day)?, end(year_at)))
}

/// The month of a name, by how it begins in the languages that have names for months.
fn month(word: &str) -> Option<i8> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "ene", "gen", "янв", "sty", "led", "січ", "ιαν", "ian", "oca", "tammi", "يناير"],
        &["feb", "fév", "fev", "фев", "lut", "úno", "лют", "φεβ", "şub", "helmi", "فبراير"],
        &["mar", "mär", "mrz", "maa", "мар", "bře", "бер", "μαρ", "μάρ", "már", "maalis", "مارس"],
        &["apr", "avr", "abr", "апр", "kwi", "dub", "кві", "απρ", "ápr", "nis", "huhti", "أبريل"],
        &["may", "mai", "maj", "mei", "mag", "мая", "май", "kvě", "тра", "μαΐ", "μαϊ", "μαι", "μάι", "máj", "touko", "مايو"],
        &["jun", "juin", "giu", "июн", "cze", "červn", "чер", "ιουν", "ιούν", "iun", "jún", "haz", "kesä", "يونيو"],
        &["jul", "juil", "lug", "июл", "lip", "červen", "лип", "ιουλ", "ιούλ", "iul", "júl", "tem", "heinä", "يوليو"],
        &["aug", "aoû", "ago", "авг", "sie", "srp", "сер", "αυγ", "αύγ", "ağu", "agu", "elo", "أغسطس"],
        &["sep", "set", "сен", "wrz", "zář", "вер", "σεπ", "eyl", "szep", "syys", "سبتمبر"],
        &["oct", "okt", "out", "ott", "окт", "paź", "říj", "жов", "οκτ", "eki", "loka", "أكتوبر"],
        &["nov", "ноя", "lis", "noi", "νοε", "νοέ", "лис", "kas", "marras", "нояб", "نوفمبر"],
        &["dec", "dez", "dic", "déc", "дек", "gru", "pro", "гру", "δεκ", "des", "ara", "joulu", "ديسمبر"],
    ];
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    // "juin" and "červn" before what they begin with.
    let found = NAMES.iter().enumerate().filter_map(|(at, names)| {
        let longest = names.iter().filter(|name| word.starts_with(**name)).map(|name| name.len()).max()?;
        Some((longest, at))
    });
    found.max_by_key(|&(length, at)| (length, std::cmp::Reverse(at))).and_then(|(_, at)| i8::try_from(at + 1).ok())
}

/// Time of day and offset behind a date.
fn time_of(text: &str) -> ((i8, i8, i8), Option<Offset>) {
    let text =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | 'T' | 't' | '.' | '|' | '-' | '–' | '/' | '日'));
    let text = ["at ", "um ", "à ", "a las ", "alle "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let mut rest = text;
    let mut parts = [0i8; 3];
    let mut count = 0;
    while count < 3 {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 2 {
            break;
        }
        parts[count] = rest.get(..digits).and_then(|d| d.parse().ok()).unwrap_or_default();
        count += 1;
        rest = rest.get(digits..).unwrap_or_default();
        match rest.strip_prefix(':').or_else(|| rest.strip_prefix('.').filter(|_| count == 1)) {
            Some(more) => rest = more,
            None => break,
        }
    }
    if count < 2 || parts[0] > 23 || parts[1] > 59 {
        return ((0, 0, 0), None);
    }
    parts[2] = parts[2].min(59);
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let rest = rest.trim_start();
    let half = rest.get(..2).unwrap_or_default().to_ascii_lowercase();
    let rest = if half == "am" || half == "pm" {
        parts[0] = parts[0] % 12 + if half == "pm" { 12 } else { 0 };
        rest.get(2..).unwrap_or_default().trim_start()
    } else {
        rest
    };
    ((parts[0], parts[1], parts[2]), offset(rest))
}

fn offset(text: &str) -> Option<Offset> {
    if text.starts_with("-00:00") {
        return None;
    }
    let upper = text.get(..text.floor_char_boundary(5)).unwrap_or_default().to_ascii_uppercase();
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => {
            let hours = match () {
                () if upper.starts_with('Z') || upper.starts_with("UTC") || upper.starts_with("GMT") => 0,
                () if upper.starts_with("CEST") || upper.starts_with("MESZ") => 2,
                () if upper.starts_with("CET") || upper.starts_with("MEZ") || upper.starts_with("BST") => 1,
                () if upper.starts_with("EST") || upper.starts_with("CDT") => -5,
                () if upper.starts_with("EDT") => -4,
                () if upper.starts_with("PST") => -8,
                () if upper.starts_with("PDT") => -7,
                () => return None,
            };
            return Offset::from_hours(hours).ok();
        }
    };
    let digits: String =
        text.chars().skip(1).take(6).take_while(|c| c.is_ascii_digit() || *c == ':').filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        3 => (digits.get(..1)?.parse().ok()?, digits.get(1..)?.parse().ok()?),
        4.. => (digits.get(..2)?.parse().ok()?, digits.get(2..4)?.parse().ok()?),
        _ => return None,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).as_deref().unwrap_or("-"), expected, "{text}");
    }

    #[test]
    fn the_page_s_own_offset_is_kept() {
        check("2024-11-18T10:20:30+01:00", "2024-11-18T10:20:30+01:00");
        check("2024-11-18T10:20:30.123Z", "2024-11-18T10:20:30+00:00");
        check("2024-11-18 10:20:30 -0530", "2024-11-18T10:20:30-05:30");
        check("2024-11-18T10:20+0200", "2024-11-18T10:20:00+02:00");
        check("Mon, 18 Nov 2024 10:20:30 GMT", "2024-11-18T10:20:30+00:00");
        check("2024-11-18T10:20:30", "2024-11-18T10:20:30-00:00");
        check("2024-11-18", "2024-11-18T00:00:00-00:00");
        assert!("2024-11-18T10:20:30-00:00".parse::<jiff::Timestamp>().is_ok());
    }

    #[test]
    fn dates_for_people() {
        check("18.11.2024, 10:20 Uhr", "2024-11-18T10:20:00-00:00");
        check("18. November 2024 um 10.20 Uhr", "2024-11-18T10:20:00-00:00");
        check("Published November 18, 2024 at 3:05 PM EST", "2024-11-18T15:05:00-05:00");
        check("le 18 août 2024 à 10:20", "2024-08-18T10:20:00-00:00");
        check("18 de noviembre de 2024", "2024-11-18T00:00:00-00:00");
        check("3 juin 2024", "2024-06-03T00:00:00-00:00");
        check("2024年11月18日 10:20", "2024-11-18T10:20:00-00:00");
        check("11/28/2024", "2024-11-28T00:00:00-00:00");
        check("May 3rd, 2024", "2024-05-03T00:00:00-00:00");
        check("18.11.24", "2024-11-18T00:00:00-00:00");
        check("18/11/99", "1999-11-18T00:00:00-00:00");
        check("18 Νοεμβρίου 2024", "2024-11-18T00:00:00-00:00");
        check("3 Ιουλίου 2024", "2024-07-03T00:00:00-00:00");
        check("18 листопада 2024", "2024-11-18T00:00:00-00:00");
        check("18 listopada 2024", "2024-11-18T00:00:00-00:00");
        check("18 ноября 2024, 10:20", "2024-11-18T10:20:00-00:00");
        check("2024. november 18.", "2024-11-18T00:00:00-00:00");
        check("2024 Nov 18", "2024-11-18T00:00:00-00:00");
        check("2024년 11월 18일", "2024-11-18T00:00:00-00:00");
        check("18 Kasım 2024", "2024-11-18T00:00:00-00:00");
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "yesterday",
            "2024",
            "2024-13-40",
            "0001-01-01T00:00:00",
            "1970-01-01T00:00:00Z",
            "room 12, 34 seats",
            "10:20:24",
            "1-2-24",
        ] {
            check(text, "-");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn a_date_that_is_read_can_be_read_again(text in ".{0,60}|[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}[T ]?[0-9:.]{0,9}[-+Z0-9:]{0,6}") {
            if let Some(date) = parse(&text) {
                prop_assert!(date.parse::<jiff::Timestamp>().is_ok(), "{date}");
                prop_assert_eq!(parse(&date), Some(date));
            }
        }
    }
}
