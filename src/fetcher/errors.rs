//! Pure: what an error of the HTTP client means, in a line for people.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use url::Url;

use super::connection::ConnectTimeout;
use super::guard::Blocked;
use super::resolver::NoAddress;
use crate::model::{FetchError, Stage};

/// What an error of the client means.
pub(super) fn explain(error: reqwest::Error, url: &Url, step: Duration) -> FetchError {
    let error = error.without_url();
    let links = chain(&error);
    if let Some(blocked) = links.iter().find_map(|link| link.downcast_ref::<Blocked>()) {
        return blocked.clone().into();
    }
    if let Some(unknown) = links.iter().find_map(|link| link.downcast_ref::<NoAddress>()) {
        return FetchError::Dns { host: unknown.host.clone(), detail: unknown.detail.clone() };
    }
    if links.iter().any(|link| link.is::<ConnectTimeout>()) {
        return FetchError::Timeout { stage: Stage::Connect, after: step };
    }
    let detail = last_words(&error);
    if error.is_builder() {
        return FetchError::Request(detail);
    }
    if !error.is_connect() {
        return FetchError::Broken(detail);
    }
    let host = authority(url);
    if let Some(error) = links.iter().find_map(|link| link.downcast_ref::<rustls::Error>()) {
        return FetchError::Tls { host, detail: tls_reason(error) };
    }
    // a server that closes or says no TLS at all is no error of rustls; what fails after the TCP connection to an https address
    // is TLS, unless a proxy was asked first
    let before_tls = |text: &str| text.starts_with("tcp ") || text.contains("tunnel") || text.contains("proxy");
    if url.scheme() == "https" && !links.iter().any(|link| before_tls(&link.to_string())) {
        FetchError::Tls { host, detail }
    } else {
        FetchError::Connect { host, detail }
    }
}

/// What is wrong with a certificate is for the publisher to mend, who may be told what is read here.
fn tls_reason(error: &rustls::Error) -> String {
    const MAX_NAMES: usize = 3;
    let rustls::Error::InvalidCertificate(wrong) = error else { return shown(&error.to_string()) };
    match wrong {
        CertificateError::UnknownIssuer => "its certificate comes from an issuer that this system does not know".to_owned(),
        CertificateError::Expired => "its certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => format!("its certificate expired on {}", day(*not_after)),
        CertificateError::NotValidYet => "its certificate is not valid yet".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is valid from {} on; is the clock of this machine right?", day(*not_before))
        }
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            let names: Vec<&str> = presented.iter().take(MAX_NAMES).map(|name| plain_name(name)).collect();
            let more = if presented.len() > MAX_NAMES { ", ..." } else { "" };
            shown(&format!("its certificate is for {}{more}", names.join(", ")))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        _ => shown(&error.to_string()),
    }
}

/// `DnsName("a.test")` as it is written in a certificate.
fn plain_name(name: &str) -> &str {
    name.split_once("(\"").and_then(|(_, rest)| rest.strip_suffix("\")")).unwrap_or(name)
}

fn day(at: UnixTime) -> Date {
    let at = i64::try_from(at.as_secs()).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX);
    at.to_zoned(TimeZone::UTC).date()
}

/// The error and what caused it, outermost first. An `io::Error` hides what it carries from `source`.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    const MAX_LINKS: usize = 16;
    let mut links = vec![error];
    let mut present = error;
    while links.len() < MAX_LINKS {
        let carried =
            present.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref).map(|inner| inner as &(dyn Error + 'static));
        let Some(next) = carried.or_else(|| present.source()) else { break };
        links.push(next);
        present = next;
    }
    links
}

/// The innermost reason in one short line; the outer ones say "error sending request" in ever other words.
pub(super) fn last_words(error: &(dyn Error + 'static)) -> String {
    shown(&chain(error).last().map(ToString::to_string).unwrap_or_default())
}

/// Foreign words on one line of bounded length.
fn shown(text: &str) -> String {
    const MAX_DETAIL: usize = 200;
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_DETAIL).collect()
}

/// Host and port.
fn authority(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    }
}

impl From<Blocked> for FetchError {
    fn from(Blocked { host, reason }: Blocked) -> Self {
        Self::Blocked { host, reason }
    }
}
