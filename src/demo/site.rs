//! The demo web's answers, pure: which outlet is asked for what at which moment decides everything.

use std::time::Duration;

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use super::newsroom::Newsroom;
use super::outlets::{Health, OUTLETS};
use super::pages::{Site, picture};
use super::{feeds, outlets::Outlet};

/// Asked of clients while an outlet is down, seconds.
const RETRY_AFTER: &str = "15";

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ask<'a> {
    /// Without the query: no page here depends on one.
    pub(super) path: &'a str,
    pub(super) if_none_match: Option<&'a str>,
    pub(super) if_modified_since: Option<&'a str>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// Answers a GET.
pub(super) fn answer(room: &Newsroom, index: usize, elapsed: Duration, ask: Ask) -> Answer {
    let outlet = &OUTLETS[index];
    if matches!(outlet.health, Health::DownUntil(up) if elapsed < up) {
        let mut down = Answer::new(503, "text/plain; charset=utf-8", b"down for maintenance\n".to_vec());
        down.headers.push(("retry-after", RETRY_AFTER.to_owned()));
        return down;
    }
    let site = Site::new(room, index, elapsed);
    let page = |status, markup: maud::Markup| Answer::new(status, html_type(outlet), encode(outlet, &markup.into_string()));
    match ask.path {
        "/" => page(200, site.front()),
        "/robots.txt" => Answer::new(200, "text/plain; charset=utf-8", robots(outlet).into()),
        path if path == outlet.feed && outlet.health != Health::Missing => feed(room, index, elapsed, ask),
        path if path.starts_with("/bild/") => Answer::new(200, "image/svg+xml", picture(room, path).into_string().into()),
        path if path.starts_with(feeds::RECORDINGS) => {
            let entries = room.at(elapsed).iter().filter(|entry| entry.outlet == index);
            match entries.filter_map(|entry| feeds::recording(&entry.story, path)).next() {
                Some((kind, body)) => Answer::new(200, kind, body),
                None => page(404, site.missing()),
            }
        }
        path if path.starts_with("/rubrik/") => page(200, site.front()),
        path => match room.page(index, elapsed, path) {
            Some(entry) => page(200, site.article(entry)),
            None => page(404, site.missing()),
        },
    }
}

impl Answer {
    fn new(status: u16, media_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", media_type.to_owned())], body }
    }

    /// A header's value.
    #[cfg(test)]
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

fn feed(room: &Newsroom, index: usize, elapsed: Duration, ask: Ask) -> Answer {
    let outlet = &OUTLETS[index];
    let (text, newest) = feeds::render(room, index, elapsed);
    let body = encode(outlet, &text);
    let etag = format!("\"{:016x}\"", xxh3_64(&body));
    let modified = newest.and_then(http_date);
    // If-None-Match alone decides where both are sent (RFC 9110 13.1.3).
    let same = match ask.if_none_match {
        Some(tags) => tags.split(',').any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag),
        None => ask.if_modified_since.is_some() && ask.if_modified_since == modified.as_deref(),
    };
    let mut answer = if same {
        Answer { status: 304, headers: Vec::new(), body: Vec::new() }
    } else {
        Answer::new(200, feeds::media_type(outlet), body)
    };
    answer.headers.push(("etag", etag));
    answer.headers.extend(modified.map(|date| ("last-modified", date)));
    answer
}

fn robots(outlet: &Outlet) -> &'static str {
    if outlet.id == "wessenburg" { "User-agent: *\nDisallow: /intern/\n" } else { "User-agent: *\nDisallow:\n" }
}

fn html_type(outlet: &Outlet) -> &'static str {
    if outlet.latin1 { "text/html; charset=iso-8859-1" } else { "text/html; charset=utf-8" }
}

/// The outlet's bytes. What ISO-8859-1 has no place for becomes a character reference.
fn encode(outlet: &Outlet, text: &str) -> Vec<u8> {
    if !outlet.latin1 {
        return text.as_bytes().to_vec();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(format!("&#{};", u32::from(c)).bytes()),
        }
    }
    bytes
}

fn http_date(at: Timestamp) -> Option<String> {
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}
