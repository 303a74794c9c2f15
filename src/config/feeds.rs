//! One subscription from its table, its line in a list or a bare address to what the scheduler polls.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::{Config, Feed, Secret, address, overrides};
use crate::model::{Auth, FeedSettings, FeedSpec, Hearsay, Keep, Switches};

/// Most tags of one feed, and longest tag and title in characters; what is beyond is cut off.
const MAX_TAGS: usize = 64;
const MAX_TAG_CHARS: usize = 100;
const MAX_TITLE_CHARS: usize = 500;

/// Headers that belong to the fetcher: set by hand they would break framing, validators or the address guard.
const OWN_HEADERS: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What is wrong with a feed. Its text never shows credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFault {
    /// Which of its keys: `url`, `poll.interval`.
    pub key: &'static str,
    /// What is wrong, and the remedy.
    pub what: String,
}

impl std::fmt::Display for FeedFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.key, self.what)
    }
}

fn fault(key: &'static str, what: impl Into<String>) -> FeedFault {
    FeedFault { key, what: what.into() }
}

/// What is polled for `feed`: its address without credentials and fragment, its settings over those of `config`.
///
/// # Errors
/// The first key that cannot be used.
pub fn spec(config: &Config, feed: &Feed) -> Result<FeedSpec, FeedFault> {
    let (url, auth) = credentials(feed)?;
    let settings = settings(config, feed);
    check(config, feed, &settings)?;
    Ok(FeedSpec {
        url,
        title: feed.title.as_deref().and_then(title),
        tags: tags(feed.tags.iter().map(String::as_str)),
        priority: feed.priority,
        headers: headers(feed)?,
        auth,
        settings,
        hearsay: feed.hearsay.clone(),
    })
}

/// What is polled for a bare address: the settings of `config`, credentials taken out of `url`.
pub fn plain_spec(config: &Config, url: Url) -> FeedSpec {
    let (url, auth) = address::split(url);
    let settings = settings(config, &Feed::default());
    FeedSpec { url, title: None, tags: Vec::new(), priority: 0, headers: Vec::new(), auth, settings, hearsay: Hearsay::default() }
}

/// What holds for `feed`: its own word, else that of the sections.
pub fn settings(config: &Config, feed: &Feed) -> FeedSettings {
    let (poll, fetch, scrape) = (&config.poll, &config.fetch, &config.scrape);
    let interval = feed.interval.or(feed.poll.interval).unwrap_or(poll.interval);
    FeedSettings {
        interval,
        // a feed asked for weekly may wait a week, whatever the cap of the others is
        max_interval: feed.poll.max_interval.unwrap_or(poll.max_interval).max(interval),
        adaptive: feed.poll.adaptive.unwrap_or(poll.adaptive),
        timeout: feed.poll.timeout.unwrap_or(poll.timeout),
        backoff: feed.poll.backoff.unwrap_or(poll.backoff),
        max_body: feed.fetch.max_body.unwrap_or(fetch.max_body),
        robots: feed.fetch.robots.unwrap_or(fetch.robots),
        scrape: feed.scrape.mode.unwrap_or(scrape.mode),
        hold: feed.scrape.hold.unwrap_or(scrape.hold),
        backfill: feed.scrape.backfill.unwrap_or(scrape.backfill),
        site_rules: feed.scrape.site_rules.unwrap_or_default(),
        switches: Switches {
            lists: feed.scrape.lists.unwrap_or(scrape.lists),
            quotes: feed.scrape.quotes.unwrap_or(scrape.quotes),
            captions: feed.scrape.captions.unwrap_or(scrape.captions),
        },
        keep: keep(config, feed),
    }
}

/// How much of `feed` is kept: its own word, else that of the tag that keeps longest, else that of all.
fn keep(config: &Config, feed: &Feed) -> Keep {
    let retention = &config.retention;
    let of_tags = || tags(feed.tags.iter().map(String::as_str)).iter().filter_map(|tag| retention.tags.get(tag)).max().copied();
    Keep {
        age: feed.retention.entries.or_else(of_tags).unwrap_or(retention.entries),
        at_most: feed.retention.per_feed.unwrap_or(retention.per_feed),
    }
}

/// Moves credentials out of `feed.url` into `feed.auth` and writes the address as it is compared, so that the table can be shown.
///
/// # Errors
/// What is wrong with `url` or `auth`.
pub fn tidy(feed: &mut Feed) -> Result<(), FeedFault> {
    let (url, auth) = credentials(feed)?;
    feed.url = url.into();
    feed.auth = match auth {
        Some(Auth::Basic { user, password }) => Secret::new(format!("{user}:{password}")),
        Some(Auth::Bearer(token)) => Secret::new(format!("Bearer {token}")),
        None => Secret::default(),
    };
    Ok(())
}

fn credentials(feed: &Feed) -> Result<(Url, Option<Auth>), FeedFault> {
    let (url, in_url) = address::parse(&feed.url).map_err(|what| fault("url", what))?;
    match (in_url, feed.auth.is_empty()) {
        (Some(_), false) => Err(fault("auth", "and user:password@ in url are both given; keep one")),
        (in_url, true) => match in_url {
            // `user:password` is split at the first colon, RFC 7617 2
            Some(Auth::Basic { user, .. }) if user.contains(':') => {
                Err(fault("url", "has a user name with a colon, which Basic cannot send"))
            }
            in_url => Ok((url, in_url)),
        },
        (None, false) => Ok((url, Some(auth(feed.auth.expose())?))),
    }
}

fn auth(text: &str) -> Result<Auth, FeedFault> {
    let sendable = !text.chars().any(char::is_control);
    match (text.split_at_checked(7), text.split_once(':')) {
        (Some((scheme, token)), _) if sendable && scheme.eq_ignore_ascii_case("bearer ") && !token.trim().is_empty() => {
            Ok(Auth::Bearer(token.trim().to_owned()))
        }
        (_, Some((user, password))) if sendable => Ok(Auth::Basic { user: user.to_owned(), password: password.to_owned() }),
        _ => Err(fault("auth", "is neither \"USER:PASSWORD\" nor \"Bearer TOKEN\"")),
    }
}

fn headers(feed: &Feed) -> Result<Vec<(String, String)>, FeedFault> {
    let headers = feed.headers.iter().map(|(name, value)| {
        header(name, value.expose())?;
        Ok((name.clone(), value.expose().to_owned()))
    });
    headers.collect()
}

/// Whether such a header may be sent.
pub(super) fn header(name: &str, value: &str) -> Result<(), FeedFault> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c); // RFC 9110 5.6.2
    if name.is_empty() || !name.chars().all(token) {
        return Err(fault("headers", format!("\"{name}\" is no name of a header")));
    }
    if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(fault("headers", format!("{name} is feedmux's own to send; leave it out")));
    }
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(fault("headers", format!("{name} holds a line break or another control character")));
    }
    Ok(())
}

fn check(config: &Config, feed: &Feed, settings: &FeedSettings) -> Result<(), FeedFault> {
    if feed.interval.is_some() && feed.poll.interval.is_some() {
        return Err(fault("interval", "and poll.interval are both given; keep one"));
    }
    let interval = if feed.interval.is_some() { "interval" } else { "poll.interval" };
    let waits = [(interval, settings.interval), ("poll.timeout", settings.timeout), ("poll.backoff", settings.backoff)];
    for (key, value) in waits.into_iter().chain([("retention.entries", settings.keep.age)]) {
        if value == Duration::ZERO {
            return Err(fault(key, "is 0; give at least \"1s\""));
        }
    }
    if feed.poll.max_interval.is_some_and(|max| max < settings.interval) {
        return Err(fault("poll.max_interval", "is shorter than the interval; make it longer"));
    }
    if settings.max_body == 0 {
        return Err(fault("fetch.max_body", "is 0; give at least \"64KiB\""));
    }
    if settings.max_body > config.fetch.memory {
        return Err(fault("fetch.max_body", "is larger than [fetch] memory; make one of them fit"));
    }
    Ok(())
}

/// `text` as one short line; `None` where nothing is left.
pub fn title(text: &str) -> Option<String> {
    Some(line(text, MAX_TITLE_CHARS)).filter(|title| !title.is_empty())
}

/// Tags in their order, each once, without those that are empty.
pub fn tags<'t>(tags: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.map(|tag| line(tag, MAX_TAG_CHARS)) {
        if kept.len() < MAX_TAGS && !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// Blanks and control characters collapsed, at most `max` characters.
fn line(text: &str, max: usize) -> String {
    // U+FFFE and U+FFFF have no place in XML: with them a list could not say the same again
    let blank = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let words = text.split(blank).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join(" ");
    joined.chars().take(max).collect::<String>().trim_end().to_owned()
}

// === managed feeds ===

/// What a managed feed says differently, for the column `settings_json`: an object of [`overrides::NAMES`], `headers`, `auth` and `folders`;
/// `None` where there is nothing. Title, tags and priority have columns of their own.
///
/// **Holds credentials** (`headers`, `auth`): a managed feed has no other place for them. Show it to nobody; [`overrides::of`] is what may be shown.
pub fn settings_json(feed: &Feed) -> Option<String> {
    let mut object: Map<String, Value> =
        overrides::of(feed).into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    if !feed.headers.is_empty() {
        let headers = feed.headers.iter().map(|(name, value)| (name.clone(), value.expose().into()));
        object.insert("headers".to_owned(), Value::Object(headers.collect()));
    }
    if !feed.auth.is_empty() {
        object.insert("auth".to_owned(), feed.auth.expose().into());
    }
    if let Some(folders) = feed.folders {
        object.insert("folders".to_owned(), folders.into());
    }
    (!object.is_empty()).then(|| Value::Object(object).to_string())
}

/// Lays what [`settings_json`] wrote over `feed`.
///
/// # Errors
/// What cannot be read, in one line without credentials.
pub fn apply_settings_json(feed: &mut Feed, json: &str) -> Result<(), String> {
    let Ok(Value::Object(object)) = serde_json::from_str(json) else {
        return Err("the stored settings are no JSON object".to_owned());
    };
    for (name, value) in &object {
        match (name.as_str(), value) {
            ("headers", Value::Object(headers)) => {
                let texts = headers.iter().filter_map(|(name, value)| Some((name.clone(), Secret::new(value.as_str()?))));
                feed.headers = texts.collect();
            }
            ("auth", Value::String(auth)) => feed.auth = Secret::new(auth),
            ("folders", Value::Number(count)) => feed.folders = count.as_u64().and_then(|count| usize::try_from(count).ok()),
            (name, Value::String(text)) if !matches!(name, "headers" | "auth") => overrides::set(feed, name, text)?,
            (name, _) => return Err(format!("{name}: the stored setting is of the wrong type")),
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "feeds_tests.rs"]
mod tests;
