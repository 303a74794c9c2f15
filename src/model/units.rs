//! `"90s"`, `"2.5s"`, `"7d"` and `"16MiB"` to durations and bytes, and back.

use std::time::Duration;

/// The longest duration a configuration may name, a hundred years: sums with it stay within what a timestamp holds.
pub const MAX_DURATION: Duration = Duration::from_hours(36_500 * 24);

/// Largest unit first: the order in which [`duration_text`] takes them.
const DURATION_UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration: a number and `ms`, `s`, `m`, `h`, `d` or `w`, several in a row allowed. A day has 24 hours; the result is in whole
/// milliseconds.
///
/// # Errors
/// Says what was expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("expected a duration like \"90s\", \"30m\" or \"7d\", got \"{text}\"");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(expected());
    }
    let mut ms = 0.0;
    while !rest.is_empty() {
        let (number, tail) = leading_number(rest).ok_or_else(expected)?;
        let (unit, tail) = tail.split_at(tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len()));
        ms += number * unit_ms(unit).ok_or_else(expected)?;
        rest = tail.trim_start();
    }
    let seconds = ms.round() / 1000.0;
    match Duration::try_from_secs_f64(seconds) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bounded by MAX_DURATION, far below 2^53
        Ok(duration) if duration <= MAX_DURATION => Ok(Duration::from_millis(ms.round() as u64)),
        _ => Err(format!("\"{text}\" is too long; at most \"36500d\"")),
    }
}

#[allow(clippy::cast_precision_loss)] // six small constants
fn unit_ms(unit: &str) -> Option<f64> {
    match unit {
        "w" => Some(604_800_000.0),
        _ => DURATION_UNITS.iter().find(|(name, _)| *name == unit).map(|(_, ms)| *ms as f64),
    }
}

/// Writes a duration so that [`parse_duration`] reads the same one, to the millisecond: `"1h30m"`.
pub fn duration_text(duration: Duration) -> String {
    let mut ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, factor) in DURATION_UNITS {
        if ms >= factor {
            text.push_str(&format!("{}{unit}", ms / factor));
            ms %= factor;
        }
    }
    text
}

/// Bytes for people: whole MiB, never less than there are.
pub fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

/// Reads a size: a number, alone in bytes or with `B`, `kB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`; case does not matter.
///
/// # Errors
/// Says what was expected.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let expected = || format!("expected a size like \"64KiB\" or \"16MiB\", got \"{text}\"");
    let (number, unit) = leading_number(text.trim()).ok_or_else(expected)?;
    let factor: f64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(expected()),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates; every size is checked against its own limit
    Ok((number * factor) as u64)
}

/// Writes a size so that [`parse_size`] reads the same one (below 2^53 bytes).
pub fn size_text(bytes: u64) -> String {
    match bytes {
        _ if bytes > 0 && bytes.is_multiple_of(1 << 30) => format!("{}GiB", bytes >> 30),
        _ if bytes > 0 && bytes.is_multiple_of(1 << 20) => format!("{}MiB", bytes >> 20),
        _ if bytes > 0 && bytes.is_multiple_of(1 << 10) => format!("{}KiB", bytes >> 10),
        _ => format!("{bytes}B"),
    }
}

/// The decimal number at the start, and what follows after blanks.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let (digits, tail) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let number = digits.parse().ok().filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))?;
    Some((number, tail.trim_start()))
}

/// What serde calls for a text with a unit; `expecting` is said when the value is no text at all (`interval = 30`).
struct Text<T> {
    read: fn(&str) -> Result<T, String>,
    whole_number: Option<fn(u64) -> T>,
    expecting: &'static str,
}

const DURATION: Text<Duration> =
    Text { read: parse_duration, whole_number: None, expecting: "a duration in quotes like \"90s\", \"30m\" or \"7d\"" };
const SIZE: Text<u64> =
    Text { read: parse_size, whole_number: Some(|bytes| bytes), expecting: "a size in quotes like \"64KiB\" or \"16MiB\"" };

impl<T> serde::de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        match (u64::try_from(number), self.whole_number) {
            (Ok(number), Some(take)) => Ok(take(number)),
            _ => Err(E::invalid_type(serde::de::Unexpected::Signed(number), &self)),
        }
    }
}

/// `#[serde(with)]` for durations.
pub mod duration {
    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<std::time::Duration, D::Error> {
        de.deserialize_any(super::DURATION)
    }
}

/// `#[serde(with)]` for optional durations.
pub mod duration_option {
    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<std::time::Duration>, D::Error> {
        de.deserialize_any(super::DURATION).map(Some)
    }
}

/// `#[serde(with)]` for sizes.
pub mod size {
    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<u64, D::Error> {
        de.deserialize_any(super::SIZE)
    }
}

/// `#[serde(with)]` for a size that may be left open by an empty text: 0.
pub mod size_or_none {
    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<u64, D::Error> {
        let read = |text: &str| if text.trim().is_empty() { Ok(0) } else { super::parse_size(text) };
        de.deserialize_any(super::Text { read, ..super::SIZE })
    }
}

/// `#[serde(with)]` for tables of durations.
pub mod durations {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Unit(#[serde(with = "super::duration")] Duration);

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<BTreeMap<String, Duration>, D::Error> {
        let all = BTreeMap::<String, Unit>::deserialize(de)?;
        Ok(all.into_iter().map(|(name, Unit(duration))| (name, duration)).collect())
    }
}

/// `#[serde(with)]` for optional sizes.
pub mod size_option {
    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<u64>, D::Error> {
        de.deserialize_any(super::SIZE).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations() {
        fn check(text: &str, expected: Option<u64>) {
            assert_eq!(parse_duration(text).ok().map(|d| d.as_millis()), expected.map(u128::from), "{text}");
        }
        check("90s", Some(90_000));
        check("2.5s", Some(2_500));
        check("250ms", Some(250));
        check("30m", Some(1_800_000));
        check("1h 30m", Some(5_400_000));
        check("1h30m", Some(5_400_000));
        check("7d", Some(604_800_000));
        check("1w", Some(604_800_000));
        check(" 5 s ", Some(5_000));
        check("0s", Some(0));
        check("36500d", Some(3_153_600_000_000));
        for wrong in [
            "",
            " ",
            "30",
            "s",
            "-5s",
            "5x",
            "5min",
            "1e3s",
            "1.2.3s",
            ".5s",
            "5s 3",
            "\u{664}s",
            "36501d",
            "99999999999999999999999w",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn sizes() {
        fn check(text: &str, expected: Option<u64>) {
            assert_eq!(parse_size(text).ok(), expected, "{text}");
        }
        check("16MiB", Some(16 << 20));
        check("1.5 KiB", Some(1536));
        check("64kb", Some(64_000));
        check("2GB", Some(2_000_000_000));
        check("100", Some(100));
        check("7B", Some(7));
        for wrong in ["", "MiB", "-1MiB", "1 MiBs", "1TB", "\u{ff11}MiB", "1..MiB"] {
            check(wrong, None);
        }
    }

    #[test]
    fn texts_are_short() {
        assert_eq!(duration_text(Duration::from_mins(90)), "1h30m");
        assert_eq!(duration_text(Duration::from_millis(2_500)), "2s500ms");
        assert_eq!(duration_text(Duration::ZERO), "0s");
        assert_eq!(size_text(16 << 20), "16MiB");
        assert_eq!(size_text(1_000), "1000B");
        assert_eq!(size_text(0), "0B");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            let _ = (parse_duration(&text), parse_size(&text));
        }

        #[test]
        fn nearly_right_texts_are_read_or_refused(text in "[0-9.]{0,25} ?[a-zA-Zµ]{0,3}[0-9.]{0,3}[smhd]?") {
            let _ = (parse_duration(&text), parse_size(&text));
        }

        #[test]
        fn written_durations_read_the_same(ms in 0_u64..3_153_600_000_000) {
            let duration = Duration::from_millis(ms);
            prop_assert_eq!(parse_duration(&duration_text(duration)), Ok(duration));
        }

        #[test]
        fn written_sizes_read_the_same(bytes in 0_u64..(1 << 53), shift in 0_u32..40) {
            let bytes = (bytes >> shift) << (shift / 2);
            prop_assert_eq!(parse_size(&size_text(bytes)), Ok(bytes));
        }
    }
}
