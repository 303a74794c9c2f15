//! Address -> canonical address: one name for the many ways in which one page is linked.
//!
//! A key, not an address to ask: scheme, `www.`, tracking and AMP forms are gone from it. Rules are general; what only
//! one site does is left to redirects and `rel=canonical` while scraping. Names that carry identity on one site and tracking on
//! another (`ref`, `from`, `sid`) go only when their *value* tells.

mod query;
mod wrapper;

use std::net::IpAddr;

use url::{Host, Url};

/// Longer addresses are compared as they stand, bytes.
const MAX_ADDRESS: usize = 4096;
/// Redirectors within redirectors; deeper ones are compared as they stand.
const MAX_ROUNDS: usize = 12;
/// Host labels that name a presentation, not a place.
const PRESENTATIONS: [&str; 6] = ["m", "mobile", "mobil", "touch", "amp", "wap"];
/// Last path segments that a server serves for the folder itself.
const INDEX_STEMS: [&str; 2] = ["index", "default"];
const INDEX_ENDINGS: [&str; 7] = ["html", "htm", "shtml", "xhtml", "php", "asp", "aspx"];

/// The canonical form of an http(s) address; of anything else the trimmed text without control characters.
///
/// A fixed point: the canonical form of a canonical form is itself, byte for byte. Never holds control characters, never panics.
pub fn canonical(address: &str) -> String {
    let text = clean(address);
    let mut form = text.clone();
    for _ in 0..MAX_ROUNDS {
        match step(&form) {
            Some(next) if next != form => form = next,
            _ => return form,
        }
    }
    text // not settled: as it stands, which is settled by definition
}

/// Whether a canonical address names one article, so that another feed that gives it again means the same: a slug of three
/// words, a number that counts articles, a slug in a dated folder. Not a front page, a section or a page that is rewritten daily.
pub fn names_one_article(canonical: &str) -> bool {
    let Some(url) = parse(canonical) else { return false };
    let segments = segments(&url);
    let Some((last, folders)) = segments.split_last() else { return query::names_one_article(&url) };
    let stem = stem(last);
    let words = stem.split(['-', '_', '+', '.']).filter(|word| word.chars().any(char::is_alphabetic)).count();
    let shelved = folders.last().is_some_and(|folder| is_any(folder, &SHELVES)) || folders.iter().any(|folder| is_year(folder));
    let dated = folders.iter().map(|folder| digits(folder)).sum::<usize>() >= DATE_DIGITS;
    words >= SLUG_WORDS
        || (words >= 2 && shelved)
        || (words >= 1 && dated)
        || longest_number(&stem) >= NUMBER_DIGITS
        || folders.iter().any(|folder| (NUMBER_DIGITS + 1..DATE_DIGITS + 8).contains(&longest_number(folder)))
        || is_mixed_id(&stem)
        || last.matches('%').count() >= FOREIGN_BYTES
        || query::names_one_article(&url)
}

/// Words in a slug that is hardly a section.
const SLUG_WORDS: usize = 3;
/// Folders that hold articles and nothing else.
const SHELVES: [&str; 9] = ["p", "a", "post", "posts", "article", "articles", "story", "stories", "entry"];
/// Digits in a row that count articles, not years.
const NUMBER_DIGITS: usize = 5;
/// Digits of a date spread over folders: `2024/03`.
const DATE_DIGITS: usize = 6;
/// Escaped bytes in a slug of another script: about eight Chinese characters, twelve Cyrillic ones.
const FOREIGN_BYTES: usize = 24;

/// One round; `None` for what is no http(s) address.
fn step(text: &str) -> Option<String> {
    let url = parse(text)?;
    if let Some(target) = wrapper::target(&url) {
        return Some(clean(&target));
    }
    let pairs = query::kept(url.query().unwrap_or_default());
    let mut out = format!("https://{}", host(&url)?);
    if let Some(port) = url.port().filter(|port| ![80, 443].contains(port)) {
        out.push_str(&format!(":{port}"));
    }
    out.push('/');
    out.push_str(&path(&url, pairs.is_empty()).join("/"));
    for (i, pair) in pairs.iter().enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(pair);
    }
    if let Some(fragment) = url.fragment().and_then(kept_fragment) {
        out.push('#');
        out.push_str(&fragment);
    }
    Some(out)
}

fn parse(text: &str) -> Option<Url> {
    if text.len() > MAX_ADDRESS {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// Lower-case host without `www.` and the labels that name a presentation, as long as a registrable domain remains.
fn host(url: &Url) -> Option<String> {
    let whole = url.host_str()?.trim_end_matches('.');
    if !matches!(url.host(), Some(Host::Domain(_))) || whole.parse::<IpAddr>().is_ok() {
        return Some(whole.to_owned());
    }
    let mut host = whole;
    while let Some((first, rest)) = host.split_once('.') {
        let www = first.strip_prefix("www").is_some_and(|n| n.len() <= 1 && n.bytes().all(|b| b.is_ascii_digit()));
        if (www || PRESENTATIONS.contains(&first)) && psl::domain_str(rest).is_some() {
            host = rest;
        } else {
            break;
        }
    }
    // en.m.example.org: the label may stand behind the language
    let domain = psl::domain_str(host).unwrap_or(host);
    let below = host.strip_suffix(domain).unwrap_or_default();
    let labels: Vec<_> = below.split('.').filter(|label| !["m", "mobile"].contains(label)).collect();
    Some(format!("{}{domain}", labels.join(".")))
}

fn segments(url: &Url) -> Vec<String> {
    let path = url.path().split('/').filter(|segment| !segment.is_empty());
    path.map(|segment| percent(without_session(segment), b"!$&'()*+,;=:@")).filter(|segment| !segment.is_empty()).collect()
}

/// Path segments without session ids, index files and the words that only say how the page is shown.
fn path(url: &Url, no_query: bool) -> Vec<String> {
    let mut segments = segments(url);
    if let Some(last) = segments.last_mut()
        && let Some(plain) = without_amp(last)
    {
        *last = plain;
    }
    if let [.., named, last] = &segments[..]
        && is_any(last, &["amp", "print", "amphtml"])
        && is_named(named)
    {
        segments.pop();
    }
    if let [first, .., last] = &segments[..]
        && segments.len() > 2
        && is_any(first, &["amp"])
        && is_named(last)
    {
        segments.remove(0);
    }
    let index =
        |name: &str| name.split_once('.').is_some_and(|(stem, end)| is_any(stem, &INDEX_STEMS) && is_any(end, &INDEX_ENDINGS));
    if no_query && segments.last().is_some_and(|last| index(last)) {
        segments.pop();
    }
    segments
}

/// `story.amp.html` and `story.amp` are `story.html` and `story`.
fn without_amp(name: &str) -> Option<String> {
    let (stem, end) = name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    if end.eq_ignore_ascii_case("amp") {
        return Some(stem.to_owned());
    }
    let (inner, amp) = stem.rsplit_once('.')?;
    (amp.eq_ignore_ascii_case("amp") && !inner.is_empty()).then(|| format!("{inner}.{end}"))
}

fn without_session(segment: &str) -> &str {
    if !segment.contains(';') {
        return segment;
    }
    // ASCII lower case keeps the byte positions
    let lower = segment.to_ascii_lowercase();
    [";jsessionid=", ";phpsessid="].iter().filter_map(|mark| lower.find(mark)).min().map_or(segment, |at| &segment[..at])
}

/// Routes of pages that are programs, and numbered places: posts of a live page, comments, versions. Everything else
/// (`#comments`, `#more-17`, `#utm_source=x`, `#:~:text=`) is one page.
fn kept_fragment(fragment: &str) -> Option<String> {
    let route = fragment.strip_prefix('!').unwrap_or(fragment);
    if (fragment.starts_with('!') || route.starts_with('/')) && route.len() > 1 {
        return Some(percent(fragment, b"!$&'()*+,;=:@/?"));
    }
    let word = fragment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let place = fragment.bytes().any(|b| b.is_ascii_digit()) && !fragment.to_ascii_lowercase().starts_with("more");
    (word && place).then(|| fragment.to_owned())
}

/// Escapes what must be, frees what need not be, in capital hex (RFC 3986 6.2.2). `free` stays as it stands when not escaped;
/// of it, what encoders disagree about is freed, too.
fn percent(text: &str, free: &[u8]) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let coded = (byte == b'%').then(|| bytes.get(at + 1..at + 3).and_then(hex)).flatten();
        let plain = match coded {
            Some(code) => unreserved(code) || (free.contains(&code) && b"!'()*,:@/?".contains(&code)),
            None => unreserved(byte) || free.contains(&byte),
        };
        let value = coded.unwrap_or(byte);
        if plain {
            out.push(char::from(value));
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
        at += if coded.is_some() { 3 } else { 1 };
    }
    out
}

fn hex(pair: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let [high, low] = pair else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A slug or a number: the segment is a thing, not a section that happens to come before the word `amp` or `print`.
fn is_named(segment: &str) -> bool {
    segment.contains('-') || segment.contains('_') || digits(segment) > 0
}

fn stem(segment: &str) -> String {
    match segment.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 5 && end.bytes().all(|b| b.is_ascii_alphanumeric()) => stem.to_owned(),
        _ => segment.to_owned(),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn longest_number(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

fn is_year(segment: &str) -> bool {
    segment.len() == 4 && digits(segment) == 4 && (segment.starts_with("19") || segment.starts_with("20"))
}

/// `cx2l7pqwgr8o`, `a1b2c3d4-...`: letters and digits mixed in one word of eight or more.
fn is_mixed_id(stem: &str) -> bool {
    stem.split(['-', '_', '.']).any(|word| word.len() >= 8 && digits(word) >= 2 && word.bytes().any(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests;
