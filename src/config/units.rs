//! `"90s"`, `"2.5s"`, `"7d"` and `"16MiB"` to durations and bytes.

use std::time::Duration;

/// Reads a duration: a number and `ms`, `s`, `m`, `h`, `d` or `w`, several in a row allowed; a day has 24 hours.
///
/// # Errors
/// Says what was expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, f64); 6] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0), ("w", 604_800.0)];
    let expected = || format!("expected a duration like \"90s\", \"30m\" or \"7d\", got \"{text}\"");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(expected());
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(expected)?;
        let number: f64 = rest[..digits].parse().map_err(|_| expected())?;
        let tail = rest[digits..].trim_start();
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &tail[..letters]).ok_or_else(expected)?;
        seconds += number * factor;
        rest = tail[letters..].trim_start();
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| expected())
}

/// Reads a size: a number, alone in bytes or with `B`, `kB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`.
///
/// # Errors
/// Says what was expected.
pub fn parse_size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("", 1),
        ("b", 1),
        ("kb", 1_000),
        ("kib", 1 << 10),
        ("mb", 1_000_000),
        ("mib", 1 << 20),
        ("gb", 1_000_000_000),
        ("gib", 1 << 30),
    ];
    let expected = || format!("expected a size like \"64KiB\" or \"16MiB\", got \"{text}\"");
    let trimmed = text.trim();
    let digits = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let number: f64 = trimmed[..digits].parse().map_err(|_| expected())?;
    let unit = trimmed[digits..].trim().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(expected)?;
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // saturates; sizes are far below 2^52
    Ok((number * *factor as f64) as u64)
}

/// `#[serde(with)]` for durations.
pub mod duration {
    use super::{Duration, parse_duration};
    use serde::{Deserialize, Deserializer, de::Error};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<Duration, D::Error> {
        parse_duration(&String::deserialize(de)?).map_err(D::Error::custom)
    }
}

/// `#[serde(with)]` for optional durations.
pub mod duration_option {
    use super::{Duration, parse_duration};
    use serde::{Deserialize, Deserializer, de::Error};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<Option<Duration>, D::Error> {
        parse_duration(&String::deserialize(de)?).map(Some).map_err(D::Error::custom)
    }
}

/// `#[serde(with)]` for sizes.
pub mod size {
    use super::parse_size;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<u64, D::Error> {
        parse_size(&String::deserialize(de)?).map_err(D::Error::custom)
    }
}

/// `#[serde(with)]` for optional sizes.
pub mod size_option {
    use super::parse_size;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<Option<u64>, D::Error> {
        parse_size(&String::deserialize(de)?).map(Some).map_err(D::Error::custom)
    }
}
