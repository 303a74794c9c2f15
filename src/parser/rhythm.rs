//! The rhythm that a feed document wishes for, out of what stands in its elements.

use std::time::Duration;

use super::element::Element;
use super::tokens::{Token, Tokens, local};
use crate::model::Rhythm;

/// What was written, as it comes by.
#[derive(Debug, Default)]
pub(super) struct RhythmDraft {
    ttl: Option<Duration>,
    period: Option<Duration>,
    frequency: Option<u32>,
    skip_hours: u32,
    skip_days: u8,
}

/// Which part of it an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RhythmField {
    /// Minutes.
    Ttl,
    /// `hourly` to `yearly`.
    Period,
    /// How often in a period.
    Frequency,
    /// A list of hours, GMT.
    SkipHours,
    /// A list of days by their English names.
    SkipDays,
}

impl RhythmDraft {
    /// Takes an element in; what cannot be read is no wish.
    pub(super) fn take(&mut self, field: RhythmField, element: &Element<'_>) {
        match field {
            RhythmField::Ttl => self.ttl = number(&element.characters()).map(|minutes| Duration::from_secs(minutes * 60)),
            RhythmField::Period => self.period = period(&element.characters()),
            RhythmField::Frequency => self.frequency = number(&element.characters()).and_then(|times| u32::try_from(times).ok()),
            RhythmField::SkipHours => children(element, "hour", |hour| {
                // RSS 0.91 counts 1 to 24, RSS 2.0 0 to 23
                if let Some(hour) = hour.parse::<u32>().ok().filter(|hour| *hour <= 24) {
                    self.skip_hours |= 1 << (hour % 24);
                }
            }),
            RhythmField::SkipDays => children(element, "day", |day| {
                const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
                if let Some(day) = DAYS.iter().position(|name| day.eq_ignore_ascii_case(name)) {
                    self.skip_days |= 1 << day;
                }
            }),
        }
    }

    pub(super) fn finish(self) -> Rhythm {
        // a frequency without a period speaks of days (the module's default)
        let period = self.period.or(self.frequency.map(|_| DAY)).map(|period| period / self.frequency.unwrap_or(1));
        Rhythm { ttl: self.ttl, period, skip_hours: self.skip_hours, skip_days: self.skip_days }
    }
}

const DAY: Duration = Duration::from_hours(24);

fn period(name: &str) -> Option<Duration> {
    let days = match name.to_ascii_lowercase().as_str() {
        "hourly" => return Some(DAY / 24),
        "daily" => 1,
        "weekly" => 7,
        "monthly" => 30,
        "yearly" => 365,
        _ => return None,
    };
    Some(DAY * days)
}

/// More than nothing, and no more than 32 bits: what is longer is capped anyway.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let value = if digits && !text.is_empty() { text.parse().unwrap_or(u64::MAX) } else { return None };
    Some(value.min(u64::from(u32::MAX))).filter(|value| *value > 0)
}

/// The text of each child of that name.
fn children(element: &Element<'_>, name: &str, mut each: impl FnMut(&str)) {
    let mut inside = false;
    for token in Tokens::new(element.inner) {
        match token {
            Token::Start(tag) => inside = local(tag.name).eq_ignore_ascii_case(name),
            Token::Text(text) | Token::CData(text) if inside => each(text.trim()),
            Token::End(_) => inside = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    fn check(elements: &str, expected: Rhythm) {
        let feed = format!("<rss version='2.0'><channel><title>t</title>{elements}<item><guid>1</guid></item></channel></rss>");
        assert_eq!(parse(feed.as_bytes(), None, None).unwrap().feed.rhythm, expected, "{elements}");
    }

    #[test]
    fn wishes_are_read() {
        let minutes = |minutes| Some(Duration::from_mins(minutes));
        check("<ttl> 90 </ttl>", Rhythm { ttl: minutes(90), ..Rhythm::default() });
        check("<sy:updatePeriod> hourly </sy:updatePeriod>", Rhythm { period: minutes(60), ..Rhythm::default() });
        let twice = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>";
        check(twice, Rhythm { period: minutes(12 * 60), ..Rhythm::default() });
        check("<sy:updateFrequency>4</sy:updateFrequency>", Rhythm { period: minutes(6 * 60), ..Rhythm::default() });
        let hours = "<skipHours><hour>0</hour><hour> 23</hour><hour>24</hour></skipHours>";
        check(hours, Rhythm { skip_hours: 1 << 23 | 1, ..Rhythm::default() });
        let days = "<skipDays><day>Sunday</day><day>monday</day></skipDays>";
        check(days, Rhythm { skip_days: 1 << 6 | 1, ..Rhythm::default() });
    }

    #[test]
    fn nonsense_is_no_wish() {
        for elements in [
            "<ttl>later</ttl>",
            "<ttl>0</ttl>",
            "<ttl>-5</ttl>",
            "<ttl/>",
            "<skipHours><hour>99</hour><hour>x</hour><hour>-1</hour></skipHours>",
            "<skipDays><day>Someday</day></skipDays><skipHours>3</skipHours>",
            "<sy:updatePeriod>never</sy:updatePeriod>",
            "<sy:updateFrequency>0</sy:updateFrequency>",
        ] {
            check(elements, Rhythm::default());
        }
        let endless = Some(Duration::from_secs(u64::from(u32::MAX) * 60));
        check("<ttl>99999999999999999999999</ttl>", Rhythm { ttl: endless, ..Rhythm::default() });
    }
}
