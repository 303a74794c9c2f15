//! When a feed document wants to be asked. Kept with the feed, because polls that bring no body obey it as well.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The publisher's wishes inside the document (RSS 2.0 `ttl`, `skipHours`, `skipDays`; the syndication module of RSS 1.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// Pause between polls: `ttl`.
    pub ttl: Option<Duration>,
    /// Pause between polls: `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub period: Option<Duration>,
    /// No poll from h:00 to h:59 GMT where bit h is set.
    pub skip_hours: u32,
    /// No poll on these days (GMT); bit 0 is Monday.
    pub skip_days: u8,
}

/// All of a day, as bits.
pub const EVERY_HOUR: u32 = (1 << 24) - 1;
/// All of a week, as bits.
pub const EVERY_DAY: u8 = (1 << 7) - 1;

impl Rhythm {
    /// The first moment from `at` on that is in no hour and on no day to be skipped, but `latest` at the latest: a feed that skips
    /// every hour is asked all the same.
    pub fn awake_from(self, at: Timestamp, latest: Timestamp) -> Timestamp {
        const HOUR: i64 = 3600;
        const HOURS_OF_A_WEEK: usize = 7 * 24;
        let mut at = at;
        for _ in 0..HOURS_OF_A_WEEK {
            if at >= latest || !self.sleeps(at) {
                return at.min(latest);
            }
            let next_hour = at.as_second() - at.as_second().rem_euclid(HOUR) + HOUR;
            at = Timestamp::from_second(next_hour).unwrap_or(Timestamp::MAX);
        }
        latest
    }

    fn sleeps(self, at: Timestamp) -> bool {
        let civil = TimeZone::UTC.to_datetime(at);
        self.skip_hours >> u32::from(civil.hour().unsigned_abs()) & 1 == 1
            || self.skip_days >> u32::from(civil.weekday().to_monday_zero_offset().unsigned_abs()) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(skip_hours: &[u32], skip_days: &[u8], at: &str, expected: &str) {
        let bits = |hours: &[u32]| hours.iter().fold(0, |bits, hour| bits | 1 << hour);
        let days = skip_days.iter().fold(0, |bits, day| bits | 1 << day);
        let rhythm = Rhythm { skip_hours: bits(skip_hours), skip_days: days, ..Rhythm::default() };
        let at: Timestamp = at.parse().unwrap();
        let latest = at + jiff::SignedDuration::from_hours(24);
        assert_eq!(rhythm.awake_from(at, latest).to_string(), expected, "{skip_hours:?} {skip_days:?}");
    }

    #[test]
    fn hours_and_days_to_skip_are_skipped() {
        // a Saturday
        check(&[], &[], "2024-06-01T12:20:00Z", "2024-06-01T12:20:00Z");
        check(&[13], &[], "2024-06-01T12:20:00Z", "2024-06-01T12:20:00Z");
        check(&[12, 13], &[], "2024-06-01T12:20:00Z", "2024-06-01T14:00:00Z");
        check(&[22, 23, 0], &[], "2024-06-01T22:59:59Z", "2024-06-02T01:00:00Z");
        check(&[], &[5], "2024-06-01T12:20:00Z", "2024-06-02T00:00:00Z");
        check(&[0], &[5], "2024-06-01T12:20:00Z", "2024-06-02T01:00:00Z");
    }

    #[test]
    fn who_always_sleeps_is_woken() {
        let all: Vec<u32> = (0..24).collect();
        check(&all, &[], "2024-06-01T12:20:00Z", "2024-06-02T12:20:00Z");
        check(&[], &[0, 1, 2, 3, 4, 5, 6], "2024-06-01T12:20:00Z", "2024-06-02T12:20:00Z");
        check(&[], &[5, 6], "2024-06-01T12:20:00Z", "2024-06-02T12:20:00Z");
        assert_eq!(
            Rhythm { skip_hours: EVERY_HOUR, skip_days: EVERY_DAY, ..Rhythm::default() }.awake_from(Timestamp::MAX, Timestamp::MAX),
            Timestamp::MAX
        );
    }
}
