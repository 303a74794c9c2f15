//! What the fetcher reads off the wire, as functions of plain types: the way in for `fuzz/`, which is to hold the readers to their
//! promises without a server and without an HTTP client's types. Decides nothing of its own.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::robots::{self, Access};
use super::{headers, redirect};
use crate::model::{FetchError, Validators};

/// The head of an answer.
#[derive(Clone, Debug, Default)]
pub struct Head(HeaderMap);

impl Head {
    /// A head of `lines`, without those that HTTP would not have let through: the client has refused them before anything is read.
    pub fn new(lines: &[(&str, &[u8])]) -> Self {
        let mut head = HeaderMap::new();
        for (name, value) in lines {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value)) {
                let _ = head.try_append(name, value); // full: what comes later is not read
            }
        }
        Self(head)
    }

    /// `Retry-After` from `now` on.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        headers::retry_after(&self.0, now)
    }

    /// How long the answer says it stays as it is.
    pub fn fresh_for(&self, now: Timestamp) -> Option<Duration> {
        headers::fresh_for(&self.0, now)
    }

    /// The content codings in the order they were applied.
    pub fn codings(&self) -> Vec<String> {
        headers::codings(&self.0)
    }

    /// `Content-Type` as the parser is given it.
    pub fn content_type(&self) -> Option<String> {
        self.0.get(CONTENT_TYPE).map(headers::latin1)
    }

    /// The validators of this answer from `url`.
    pub fn validators(&self, url: &str) -> Validators {
        headers::validators(&self.0, url)
    }

    /// What this 304 from `url` says anew over what was `sent`.
    pub fn refreshed(&self, sent: &Validators, url: &str) -> Option<Validators> {
        headers::refreshed(sent, &self.0, url)
    }
}

/// The lines that `validators` add to a request for `url`.
pub fn conditions(validators: &Validators, url: &str) -> Vec<(String, Vec<u8>)> {
    let mut head = HeaderMap::new();
    headers::add_validators(&mut head, validators, url);
    head.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

/// A date of HTTP.
pub fn http_date(text: &str, now: Timestamp) -> Option<Timestamp> {
    headers::http_date(text, now)
}

/// Where a walk through redirects ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Asked last.
    pub url: Url,
    /// End of the leading run of permanent redirects.
    pub moved_to: Option<Url>,
    /// Whether credentials would still be sent.
    pub trusted: bool,
}

/// Follows `steps`, each a status and its `Location`, from `start` on.
///
/// # Errors
/// As a fetch that is redirected so.
pub fn walk(start: &Url, steps: &[(u16, &[u8])], hops: u8) -> Result<Walked, FetchError> {
    let mut trail = redirect::Trail::new(start);
    for (status, location) in steps {
        trail.follow(*status, HeaderValue::from_bytes(location).ok().as_ref(), hops)?;
    }
    Ok(Walked { url: trail.url, moved_to: trail.moved_to, trusted: trail.trusted })
}

/// What the robots.txt `file` says of `url`.
pub fn robots(file: &[u8], url: &Url) -> Access {
    robots::judge(file, url)
}
