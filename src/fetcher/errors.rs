//! Pure: what an error of the HTTP client means: whose trouble it is, and a line for people.

use std::error::Error;
use std::io;
use std::time::Duration;

use hickory_resolver::net::NetError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustix::io::Errno;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use url::Url;

use super::connection::ConnectTimeout;
use super::guard::Blocked;
use super::resolver::NoAddress;
use super::route::Machine;
use crate::model::{FetchError, Stage};

/// What an error of the client means. `machine` is asked where the answer matters.
pub(super) fn explain(error: reqwest::Error, url: &Url, step: Duration, machine: fn() -> Machine) -> FetchError {
    let error = error.without_url();
    let links = chain(&error);
    if let Some(blocked) = links.iter().find_map(|link| link.downcast_ref::<Blocked>()) {
        return blocked.clone().into();
    }
    if let Some(unknown) = links.iter().find_map(|link| link.downcast_ref::<NoAddress>()) {
        return unknown.clone().into();
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
    if let Some(ours) = links.iter().find_map(|link| ours(link.downcast_ref::<io::Error>()?, &host, machine)) {
        return ours;
    }
    if let Some(error) = links.iter().find_map(|link| link.downcast_ref::<rustls::Error>()) {
        return FetchError::Tls { host, detail: tls_reason(error) };
    }
    // a server that closes or says no TLS at all is no error of rustls; what fails after the TCP connection to an https address
    // is TLS, unless a proxy was asked first
    let before_tls = |text: &str| text.starts_with("tcp ") || text.contains("tunnel") || text.contains("proxy");
    if url.scheme() == "https" && !links.iter().any(|link| before_tls(&link.to_string())) {
        return FetchError::Tls { host, detail };
    }
    let mut codes = links.iter().filter_map(|link| link.downcast_ref::<io::Error>()).map(io::Error::kind);
    if codes.any(|code| code == io::ErrorKind::ConnectionRefused) {
        FetchError::Refused { host }
    } else {
        FetchError::Connect { host, detail }
    }
}

/// What an error of a name server's client means.
pub(super) fn explain_names(error: &NetError, name: &str, machine: fn() -> Machine) -> FetchError {
    let host = name.to_owned();
    if error.is_nx_domain() {
        return FetchError::Dns { host, detail: "the name does not exist".to_owned() };
    }
    if error.is_no_records_found() {
        return FetchError::Dns { host, detail: "the name has no address".to_owned() };
    }
    match error {
        NetError::Io(io) if is_out_of_resources(io) => FetchError::Local(shown(&io.to_string())),
        _ => silent(host, last_words(error), machine),
    }
}

/// What an error of the system's own library for names means: it has no codes for these, only words.
pub(super) fn explain_library(error: &io::Error, name: &str, machine: fn() -> Machine) -> FetchError {
    let (host, detail) = (name.to_owned(), shown(&error.to_string()));
    if is_out_of_resources(error) {
        FetchError::Local(detail)
    } else if detail.contains("Temporary failure") {
        silent(host, detail, machine)
    } else {
        FetchError::Dns { host, detail }
    }
}

/// The resolver hides why it could not ask; and a name server of this machine or its network answers also when there is no way
/// further: that it knows nothing now.
fn silent(host: String, detail: String, machine: fn() -> Machine) -> FetchError {
    match machine() {
        Machine::Well => FetchError::DnsSilent { host, detail },
        Machine::Offline => FetchError::Offline { host, detail },
        Machine::Exhausted(detail) => FetchError::Local(detail),
    }
}

/// Trouble of this process or this machine. That a network is unreachable proves nothing by itself: an address of the other kind than this
/// machine has (IPv6, mostly) is never reachable, and a router far away says the same.
fn ours(error: &io::Error, host: &str, machine: fn() -> Machine) -> Option<FetchError> {
    use io::ErrorKind::{HostUnreachable, NetworkDown, NetworkUnreachable};
    if is_out_of_resources(error) {
        return Some(FetchError::Local(shown(&error.to_string())));
    }
    let no_way = matches!(error.kind(), NetworkUnreachable | NetworkDown | HostUnreachable);
    (no_way && machine() == Machine::Offline)
        .then(|| FetchError::Offline { host: host.to_owned(), detail: shown(&error.to_string()) })
}

/// No descriptor or memory left, in this process or in the whole system.
pub(super) fn is_out_of_resources(error: &io::Error) -> bool {
    const OURS: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    error.raw_os_error().is_some_and(|code| OURS.iter().any(|ours| ours.raw_os_error() == code))
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
        let carried = present.downcast_ref::<io::Error>().and_then(io::Error::get_ref).map(|inner| inner as &(dyn Error + 'static));
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
    fn from(Blocked { host, reason, allowable }: Blocked) -> Self {
        Self::Blocked { host, reason, allowable }
    }
}

impl From<NoAddress> for FetchError {
    fn from(NoAddress(error): NoAddress) -> Self {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn io(errno: Errno) -> io::Error {
        io::Error::from_raw_os_error(errno.raw_os_error())
    }

    fn well() -> Machine {
        Machine::Well
    }

    fn offline() -> Machine {
        Machine::Offline
    }

    #[test]
    fn what_this_machine_lacks_is_not_the_publishers_fault() {
        for errno in [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM] {
            assert!(matches!(ours(&io(errno), "a.test", well), Some(FetchError::Local(_))), "{errno}");
            let names = explain_names(&NetError::Io(Arc::new(io(errno))), "a.test", offline);
            assert!(matches!(names, FetchError::Local(_)), "{names}");
        }
        let hidden = explain_names(&NetError::NoConnections, "a.test", || Machine::Exhausted("Too many open files".to_owned()));
        assert_eq!(hidden.to_string(), "this machine could not ask: Too many open files");
        for errno in [Errno::CONNREFUSED, Errno::CONNRESET, Errno::TIMEDOUT, Errno::ACCESS] {
            assert_eq!(ours(&io(errno), "a.test", offline), None, "{errno}");
        }
    }

    #[test]
    fn an_unreachable_network_means_offline_only_where_there_is_no_way_out() {
        for errno in [Errno::NETUNREACH, Errno::HOSTUNREACH, Errno::NETDOWN] {
            assert!(ours(&io(errno), "a.test", offline).is_some_and(|error| error.offline()), "{errno}");
            assert_eq!(ours(&io(errno), "a.test", well), None, "{errno}");
        }
    }

    #[test]
    fn a_silent_name_server_is_told_from_one_that_knows_no_such_name() {
        let library = |text: &str, machine| explain_library(&io::Error::other(text.to_owned()), "a.test", machine);
        for error in [NetError::Timeout, NetError::NoConnections, NetError::Io(Arc::new(io(Errno::NETUNREACH)))] {
            let (here, nowhere) = (explain_names(&error, "a.test", well), explain_names(&error, "a.test", offline));
            assert!(matches!(here, FetchError::DnsSilent { .. }) && nowhere.offline(), "{here}; {nowhere}");
        }
        assert!(matches!(library("Name or service not known", offline), FetchError::Dns { .. }));
        assert!(matches!(library("Temporary failure in name resolution", well), FetchError::DnsSilent { .. }));
        assert!(library("Temporary failure in name resolution", offline).offline());
    }
}
