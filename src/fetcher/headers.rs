//! Pure: what we say in a request and what we read from the head of an answer.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AGE, AUTHORIZATION, CACHE_CONTROL, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};

use crate::model::{FetchError, Kind, Validators};

/// Longest ETag or Last-Modified that is kept: it would make our own next request too large to be answered.
const MAX_VALIDATOR: usize = 4096;

/// Longest wait or freshness that is believed: 2^31 seconds, as RFC 9111 1.2.2 says of numbers that overflow.
const MAX_SECONDS: u64 = 1 << 31;

/// Framing, and what would name another host than the guard has seen: not the user's to set.
const NOT_FOR_USERS: [&str; 10] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade",
    "trailer",
    "keep-alive",
    "proxy-authorization",
    "accept-encoding",
];

/// `Accept` and `Accept-Encoding`; the User-Agent is the client's.
pub(super) fn base(kind: Kind) -> HeaderMap {
    let accept = match kind {
        Kind::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, \
             application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
        }
        // feed types before the wildcard in every request: publishers tell feed readers from scrapers by it
        Kind::Page => "text/html, application/xhtml+xml, application/atom+xml;q=0.2, application/rss+xml;q=0.2, */*;q=0.1",
        Kind::Robots => "text/plain, */*;q=0.1",
        Kind::Hub => "*/*",
    };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd, deflate"));
    headers
}

/// Adds the user's own headers; a later one of the same name is a further value, but ours are replaced.
///
/// # Errors
/// Names a header that cannot be sent; never its value, which may be a secret.
pub(super) fn add_own(headers: &mut HeaderMap, own: &[(String, String)]) -> Result<(), FetchError> {
    let mut fresh = HeaderMap::new();
    for (name, value) in own {
        let wrong = |what: &str| FetchError::Request(format!("header \"{}\" {what}", name.escape_debug()));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("has no valid name"))?;
        if NOT_FOR_USERS.contains(&name.as_str()) {
            return Err(wrong("cannot be set"));
        }
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong("has a value with control characters"))?;
        value.set_sensitive(true);
        fresh.append(name, value);
    }
    for name in fresh.keys() {
        headers.remove(name);
    }
    for (name, value) in &fresh {
        headers.append(name, value.clone());
    }
    Ok(())
}

/// Adds the validators when `url` is the address that gave them, and says whether any was added. With an ETag goes the offer to
/// take only what is new since (RFC 3229).
pub(super) fn add_validators(headers: &mut HeaderMap, validators: &Validators, url: &str) -> bool {
    if validators.url.as_deref() != Some(url) {
        return false;
    }
    let mut added = false;
    for (name, text) in [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)] {
        if let Some(value) = text.as_deref().and_then(to_wire) {
            headers.insert(name, value);
            added = true;
        }
    }
    if headers.contains_key(IF_NONE_MATCH) {
        headers.insert("a-im", HeaderValue::from_static("feed"));
    }
    added
}

/// Latin-1 back to bytes. A validator that cannot be sent is no validator.
fn to_wire(text: &str) -> Option<HeaderValue> {
    let bytes: Vec<u8> = text.chars().filter(|c| !is_break(*c)).map(u8::try_from).collect::<Result<_, _>>().ok()?;
    HeaderValue::from_bytes(&bytes).ok().filter(|value| !value.is_empty() && value.len() <= MAX_VALIDATOR)
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\0')
}

/// The validators of an answer from `url`.
pub(super) fn validators(headers: &HeaderMap, url: &str) -> Validators {
    let text = |name: HeaderName| {
        let value = headers.get(name).filter(|value| value.len() <= MAX_VALIDATOR)?;
        let text: String = latin1(value).chars().filter(|c| !is_break(*c)).collect();
        (!text.is_empty()).then_some(text)
    };
    Validators { etag: text(ETAG), last_modified: text(LAST_MODIFIED), url: Some(url.to_owned()) }
}

/// What a 304 says anew, over what was sent (RFC 9111 4.3.4); `None` when nothing changed.
pub(super) fn refreshed(sent: &Validators, headers: &HeaderMap, url: &str) -> Option<Validators> {
    let got = validators(headers, url);
    let merged = Validators {
        etag: got.etag.or_else(|| sent.etag.clone()),
        last_modified: got.last_modified.or_else(|| sent.last_modified.clone()),
        url: got.url,
    };
    (merged != *sent).then_some(merged)
}

/// A header as text, one char a byte.
pub(super) fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

/// `Retry-After` from `now` on, whatever the status; `None` when it asks for no wait or cannot be read.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = latin1(headers.get(RETRY_AFTER)?);
    let wait = seconds(&text).or_else(|| since(now, http_date(&text, now)?))?;
    (!wait.is_zero()).then_some(wait)
}

/// How long the answer says it stays as it is: `max-age`, else `Expires` less `Date`; less `Age` (RFC 9111 4.2.1).
///
/// `no-cache`, `no-store` and a `max-age` that is no number say nothing. `s-maxage` is for shared caches, which we are not.
pub(super) fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let control: Vec<String> = headers.get_all(CACHE_CONTROL).iter().map(latin1).collect();
    let mut max_age = None;
    for directive in split_outside_quotes(&control.join(","), ',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return None,
            "max-age" if max_age.is_none() => max_age = Some(seconds(value.trim().trim_matches('"'))),
            _ => {}
        }
    }
    let whole = match max_age {
        Some(said) => said?,
        None => {
            let date = headers.get(DATE).and_then(|value| http_date(&latin1(value), now)).unwrap_or(now);
            since(date, http_date(&latin1(headers.get(EXPIRES)?), now)?)?
        }
    };
    let age = headers.get(AGE).and_then(|value| seconds(&latin1(value))).unwrap_or_default();
    Some(whole.saturating_sub(age))
}

/// Whose page it is that wants a browser to prove itself, told from the headers by which protection services announce it.
pub(super) fn challenge(headers: &HeaderMap) -> Option<&'static str> {
    const SIGNS: [(&str, &str, &str); 5] = [
        ("cf-mitigated", "challenge", "Cloudflare"),
        ("x-amzn-waf-action", "", "AWS WAF"),
        ("x-datadome-cid", "", "DataDome"),
        ("x-vercel-mitigated", "challenge", "Vercel"),
        ("x-sucuri-block", "", "Sucuri"),
    ];
    let says = |name: &str, word: &str| headers.get_all(name).iter().any(|value| latin1(value).to_ascii_lowercase().contains(word));
    SIGNS.iter().find(|(name, word, _)| says(name, word)).map(|(_, _, who)| *who)
}

/// Whether a 226 is the kind of part that we asked for (RFC 3229 10.5.3).
pub(super) fn is_feed_delta(headers: &HeaderMap) -> bool {
    let used: Vec<String> = headers.get_all("im").iter().map(latin1).collect();
    used.join(",").split(',').any(|used| used.trim().eq_ignore_ascii_case("feed"))
}

/// The content codings in the order they were applied.
pub(super) fn codings(headers: &HeaderMap) -> Vec<String> {
    let all: Vec<String> = headers.get_all(reqwest::header::CONTENT_ENCODING).iter().map(latin1).collect();
    all.join(",").split(',').map(|coding| coding.trim().to_ascii_lowercase()).filter(|c| !c.is_empty() && c != "identity").collect()
}

/// Whether the user set their own credentials by hand.
pub(super) fn has_authorization(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION)
}

/// Digits only; more than fit mean "very long".
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(digits.parse::<u64>().unwrap_or(MAX_SECONDS).min(MAX_SECONDS)))
}

fn since(earlier: Timestamp, later: Timestamp) -> Option<Duration> {
    let span = Duration::try_from(later.duration_since(earlier)).ok()?;
    Some(span.min(Duration::from_secs(MAX_SECONDS)))
}

/// The three formats of RFC 9110 5.6.7. The day's name is not compared: servers get it wrong more often than the date.
pub(super) fn http_date(text: &str, now: Timestamp) -> Option<Timestamp> {
    const FORMATS: [&str; 3] = ["%d %b %Y %H:%M:%S", "%d-%b-%y %H:%M:%S", "%b %d %H:%M:%S %Y"];
    let text = text.trim();
    let rest = text.split_once(',').map(|(_, rest)| rest).or_else(|| text.split_once(' ').map(|(_, rest)| rest))?;
    let rest = rest.trim();
    let bare = ["GMT", "UTC", "+0000", "-0000"].iter().find_map(|zone| rest.strip_suffix(zone)).unwrap_or(rest).trim_end();
    let (index, civil) = FORMATS.iter().enumerate().find_map(|(index, format)| {
        let civil: DateTime = BrokenDownTime::parse(format, bare).ok()?.to_datetime().ok()?;
        Some((index, civil))
    })?;
    // the last days of 9999 are a way to say "never", and beyond the calendar in UTC
    let Ok(at) = civil.to_zoned(jiff::tz::TimeZone::UTC) else {
        return (civil.year() == 9999).then_some(Timestamp::MAX);
    };
    // RFC 9110 5.6.7: a two-digit year more than 50 years ahead is the last one with these digits
    let at = if index == 1 && i64::from(at.year()) > i64::from(now.to_zoned(jiff::tz::TimeZone::UTC).year()) + 50 {
        at.checked_sub(jiff::Span::new().years(100)).ok()?
    } else {
        at
    };
    Some(at.timestamp())
}

/// `private="a, max-age=1", max-age=2` has two directives; a backslash in quotes takes the next character's meaning away.
pub(super) fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        c == separator && !quoted
    })
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;
