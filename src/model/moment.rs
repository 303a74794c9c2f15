//! Moments as people write them: on command lines, in addresses and in lines that are searched for.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::units::parse_duration;

/// A moment as people write it: `2026`, `2026-11`, `2026-11-22`, `2026-11-22T10:00:00Z`, or back from `now`: `90m`, `7d`, `2w`.
pub fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let back = || now.checked_sub(SignedDuration::try_from(parse_duration(text).ok()?).ok()?).ok();
    fixed_moment(text).or_else(back)
}

/// A moment that is the same whenever it is read: `2026`, `2026-11`, `2026-11-22`, `2026-11-22T10:00:00Z`. Days begin at midnight UTC.
pub fn fixed_moment(text: &str) -> Option<Timestamp> {
    let day = || {
        let day = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        Some(day.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    // A `+` that was not encoded in an address arrives as a blank.
    text.parse().or_else(|_| text.replace(' ', "+").parse()).ok().or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_times_months_days_and_how_long_ago() {
        let check = |text: &str, expected: &str| {
            let at = moment(text, "2026-11-22T10:40:00Z".parse().unwrap()).map(|at| at.to_string());
            assert_eq!(at.unwrap_or_default(), expected, "{text:?}");
            let is_back = text.ends_with(char::is_alphabetic) && !text.ends_with('Z');
            assert!(fixed_moment(text).is_none() || !is_back, "{text:?}");
        };
        check("2026", "2026-01-01T00:00:00Z");
        check("2026-11", "2026-11-01T00:00:00Z");
        check("2026-11-22", "2026-11-22T00:00:00Z");
        check("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z");
        check("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z");
        check("2026-11-22T10:00:00 01:00", "2026-11-22T09:00:00Z");
        check("90m", "2026-11-22T09:10:00Z");
        check("1h30m", "2026-11-22T09:10:00Z");
        check("12h", "2026-11-21T22:40:00Z");
        check("7d", "2026-11-15T10:40:00Z");
        check("2w", "2026-11-08T10:40:00Z");
        for wrong in ["", "yesterday", "7", "99999999999d", "9999999", "2026-13", "2026-11-31", "-1d", "abcd", "éé", "2026-1é"] {
            check(wrong, "");
        }
    }
}
