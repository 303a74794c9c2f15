//! What is wrong with the configuration, in one line: the place, the thing, the remedy.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::literal::Literal;

/// Longest error line, in characters: a key of a megabyte must not fill the terminal.
const MAX_LINE_CHARS: usize = 600;

/// Why the configuration cannot be used (exit code 78). Prints as one line and never shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    place: Option<Place>,
    what: String,
}

impl ConfigError {
    /// `what` names the key, what is wrong and the remedy; `place` is where it was said.
    pub fn new(place: Option<Place>, what: impl Into<String>) -> Self {
        Self { place, what: what.into() }
    }

    /// Where it was said; `None` for what stands nowhere, such as a missing variable.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl std::error::Error for ConfigError {}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.place.as_ref().map_or_else(|| self.what.clone(), |place| format!("{place}: {}", self.what));
        f.write_str(&one_line(&text))
    }
}

/// `text` as one line of bearable length: control characters are written as escapes.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(MAX_LINE_CHARS));
    for c in text.chars().take(MAX_LINE_CHARS) {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    if text.chars().nth(MAX_LINE_CHARS).is_some() {
        line.push('…');
    }
    line
}

/// Where a value was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// As it was found.
        path: PathBuf,
        /// From 1; `None` for the file as a whole.
        line: Option<usize>,
    },
    /// In a text in a file.
    Inside {
        /// As it was found.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// In this environment variable.
    Env(String),
    /// By `--set` of this key.
    Set(String),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, line: Some(line) } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Inside { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Env(name) => write!(f, "${name}"),
            Self::Set(key) => write!(f, "--set {key}"),
        }
    }
}

/// Where every key that was given stands: `poll.interval`, `feed.0.url`, `http.listen.1`. Lists count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    keys: BTreeMap<String, Place>,
    /// Texts in a language of their own, as they stand in their file.
    texts: BTreeMap<String, Literal>,
}

impl Places {
    /// Where `key` was said, else the nearest table or list around it; `None` for a default.
    pub fn get(&self, key: &str) -> Option<&Place> {
        let mut key = key;
        loop {
            if let Some(place) = self.keys.get(key) {
                return Some(place);
            }
            key = key.rsplit_once('.')?.0;
        }
    }

    /// Whether exactly `key` was given.
    pub fn is_given(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// An error about `key`: its place, its name as people write it, and `what` is wrong with it.
    ///
    /// For checks that others make, too: `places.error("rule.2.when", "…")`.
    pub fn error(&self, key: &str, what: impl std::fmt::Display) -> ConfigError {
        ConfigError::new(self.get(key).cloned(), format!("{} {what}", shown_key(key)))
    }

    /// An error at the `column`th character, from 1, of the text that `key` is.
    pub fn error_in(&self, key: &str, column: usize, what: impl std::fmt::Display) -> ConfigError {
        match (self.get(key), self.texts.get(key)) {
            (Some(Place::File { path, .. }), Some(literal)) => {
                let (line, column) = literal.place_of(column);
                let place = Place::Inside { path: path.clone(), line, column };
                ConfigError::new(Some(place), format!("{}: {what}", shown_key(key)))
            }
            _ => self.error(key, format_args!("column {column}: {what}")),
        }
    }

    /// What `key` is, as it stands in its file.
    pub(super) fn put_text(&mut self, key: &str, literal: Literal) {
        self.texts.insert(key.to_owned(), literal);
    }

    /// `key` and all below it now stand at `place` (a list replaces a list).
    pub(super) fn put(&mut self, key: String, place: Place, replaces: bool) {
        if replaces {
            let below = format!("{key}.");
            self.keys.retain(|known, _| !known.starts_with(&below));
            self.texts.retain(|known, _| !known.starts_with(&below));
        }
        self.keys.insert(key, place);
    }
}

/// The tables that repeat.
pub(super) const LISTS: [&str; 4] = ["feed", "rule", "output", "hook"];

/// `poll.interval` as `[poll] interval`, `feed.0.url` as `[[feed]] url`.
pub(super) fn shown_key(key: &str) -> String {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let (section, rest) = if LISTS.contains(&section) {
        let rest = rest.split_once('.').map_or("", |(_number, rest)| rest);
        (format!("[[{section}]]"), rest)
    } else {
        // an element of a list of values is named by its list
        let element = rest.rsplit_once('.').filter(|(_, number)| number.chars().all(|c| c.is_ascii_digit()));
        (format!("[{section}]"), element.map_or(rest, |(list, _)| list))
    };
    if rest.is_empty() { section } else { format!("{section} {rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_as_people_write_them() {
        fn check(key: &str, expected: &str) {
            assert_eq!(shown_key(key), expected);
        }
        check("poll", "[poll]");
        check("poll.interval", "[poll] interval");
        check("feed", "[[feed]]");
        check("feed.3", "[[feed]]");
        check("feed.3.poll.interval", "[[feed]] poll.interval");
        check("http.listen.1", "[http] listen");
        check("poll.interval2", "[poll] interval2");
    }

    #[test]
    fn an_error_is_one_line_whatever_is_in_it() {
        let error = ConfigError::new(Some(Place::Env("A\nB".to_owned())), format!("x\r\u{2028}\u{1b}[31m{}", "y".repeat(5_000)));
        let text = error.to_string();
        assert!(text.starts_with("$A\\nB: x\\r\\u{2028}\\u{1b}[31my"), "{text}");
        assert!(text.chars().count() < 700);
        assert!(!text.chars().any(char::is_control));
    }

    #[test]
    fn the_nearest_place_is_named() {
        let mut places = Places::default();
        places.put("feed.0".to_owned(), Place::Set("feed".to_owned()), true);
        assert_eq!(places.error("feed.0.url", "is empty").to_string(), "--set feed: [[feed]] url is empty");
        assert_eq!(places.error("poll.interval", "is 0").to_string(), "[poll] interval is 0");
        places.put("feed".to_owned(), Place::Env("FEEDMUX__FEED".to_owned()), true);
        assert!(!places.is_given("feed.0"), "what a list replaces is gone");
    }
}
