//! Scheduler to fetcher and back: a request, and what came of it.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::HubLinks;

/// What is asked for; decides the `Accept` header and whose limits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A feed document.
    Feed,
    /// An article page.
    Page,
    /// A robots.txt.
    Robots,
    /// A subscription, of a WebSub hub.
    Hub,
}

/// Bounds of one fetch. All of them always hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Redirects followed, at most.
    pub hops: u8,
    /// Decoded body, bytes.
    pub body_bytes: u64,
    /// Connect, first byte and idle gap, each.
    pub step: Duration,
    /// The whole fetch with all its hops.
    pub total: Duration,
}

/// `ETag` and `Last-Modified` of the last whole answer, sent back byte for byte (one char per byte, Latin-1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// As received, quotes and `W/` included.
    pub etag: Option<String>,
    /// As received; never parsed.
    pub last_modified: Option<String>,
    /// The address that gave them: they mean nothing to another one (RFC 9110 8.8).
    pub url: Option<String>,
}

impl Validators {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// Credentials of one feed. They go to its own origin only and are never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Basic`.
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: String,
    },
    /// `Authorization: Bearer`.
    Bearer(String),
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth(not shown)")
    }
}

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    /// http or https, without userinfo.
    pub url: Url,
    /// What is asked for.
    pub kind: Kind,
    /// Sent when they belong to the address that is asked.
    pub validators: Validators,
    /// The user's own headers for this feed; to its origin only.
    pub headers: Vec<(String, String)>,
    /// Credentials, to its origin only.
    pub auth: Option<Auth>,
    /// Bounds.
    pub limits: Limits,
}

/// A fetch that ended well.
#[derive(Debug)]
pub enum Fetched {
    /// 304: what we have is still right.
    NotModified {
        /// New validators, where the 304 carried some (RFC 9111 4.3.4).
        validators: Option<Validators>,
        /// As in [`Body`]: a feed that moved and did not change since answers 301 and then 304.
        moved_to: Option<Url>,
        /// `max-age` less `Age`, or `Expires`.
        fresh_for: Option<Duration>,
    },
    /// 200 with its whole body, or 226 with the part of it that is new.
    Body(Box<Body>),
}

/// A whole, decoded answer.
#[derive(Debug)]
pub struct Body {
    /// Decoded bytes.
    pub bytes: Bytes,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// The address that answered.
    pub final_url: Url,
    /// End of the leading chain of 301 and 308, when there was one.
    pub moved_to: Option<Url>,
    /// For the next request.
    pub validators: Validators,
    /// `max-age` less `Age`, or `Expires`.
    pub fresh_for: Option<Duration>,
    /// Whether these are only the entries that the validators did not stand for (RFC 3229, 226 IM Used).
    pub is_delta: bool,
    /// Who tells of its news, by `Link` headers.
    pub websub: HubLinks,
    /// Bytes as they came over the wire, all of the body.
    pub wire_bytes: u64,
    /// Share of `fetch.memory` that the bytes hold; given back on drop.
    pub held: Option<tokio::sync::OwnedSemaphorePermit>,
}

/// The part of a fetch that took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Name, connection and TLS.
    Connect,
    /// From the request to the head of the answer.
    FirstByte,
    /// Between two pieces of the body.
    Idle,
    /// All of it.
    Total,
    /// Waiting for a share of `fetch.memory`.
    Memory,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::FirstByte => "waiting for the first byte",
            Self::Idle => "waiting for more of the body",
            Self::Total => "the whole fetch",
            Self::Memory => "waiting for memory (fetch.memory)",
        })
    }
}

/// Why there is no answer. The text is what `feeds.last_error` shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address guard said no.
    #[error("{host} is not contacted: {reason}")]
    Blocked {
        /// Host or address.
        host: String,
        /// Why, and which setting would allow it.
        reason: String,
        /// Whether `fetch.allow_private` could.
        allowable: bool,
    },
    /// This process had no descriptor or memory left to ask with; the publisher had no part in it.
    #[error("this machine could not ask: {0}")]
    Local(String),
    /// This machine has no way to the Internet at all.
    #[error("this machine is offline, {host} could not be asked: {detail}")]
    Offline {
        /// Host, and port where it came so far.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// The name has no address, said a name server.
    #[error("{host} cannot be resolved: {detail}")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// No name server said anything about the name.
    #[error("{host} cannot be resolved now: {detail}")]
    DnsSilent {
        /// The name.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// No connection.
    #[error("cannot connect to {host}: {detail}")]
    Connect {
        /// Host and port.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// The host said that nobody listens there.
    #[error("cannot connect to {host}: connection refused")]
    Refused {
        /// Host and port.
        host: String,
    },
    /// No TLS session.
    #[error("no secure connection to {host}: {detail}")]
    Tls {
        /// Host.
        host: String,
        /// What failed.
        detail: String,
    },
    /// Too slow.
    #[error("timeout after {}s: {stage}", after.as_secs_f32())]
    Timeout {
        /// Where.
        stage: Stage,
        /// The limit that was reached.
        after: Duration,
    },
    /// The decoded body passed the limit.
    #[error("the body is larger than {limit} bytes (fetch.max_body)")]
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// Any status that is neither 200 nor a 304 we asked for.
    #[error("status {code}{}", challenge.map(|who| format!(" (a bot challenge of {who}: the site wants a browser)")).unwrap_or_default())]
    Status {
        /// HTTP status.
        code: u16,
        /// `Retry-After`, whatever the status.
        retry_after: Option<Duration>,
        /// Whose challenge page it is, where it was one.
        challenge: Option<&'static str>,
        /// Who said so, as [`super::host_of`] names it: behind a redirect not who was asked.
        host: String,
    },
    /// Redirects that lead nowhere: too many, a loop, no `Location`, a scheme that is not http(s).
    #[error("redirect: {0}")]
    Redirect(String),
    /// The connection ended early, framing or compression was broken: nothing of the body counts.
    #[error("broken answer: {0}")]
    Broken(String),
    /// The request could not be formed.
    #[error("bad request: {0}")]
    Request(String),
}

impl FetchError {
    /// How long the whole host wants quiet: `Retry-After` for reasons of the server's own (RFC 6585 4, RFC 9110 15.6.4). With any other
    /// status it speaks of the one resource.
    pub fn asks_for_quiet(&self) -> Option<Duration> {
        match self {
            Self::Status { code: 429 | 500.., retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Our own trouble: it says nothing about the feed, which must not be counted as failing for it.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Local(_) | Self::Offline { .. } | Self::Timeout { stage: Stage::Memory, .. })
    }

    /// Proof that this machine has no way out. Nobody else can be asked either, and a second request would say nothing new.
    pub fn offline(&self) -> bool {
        matches!(self, Self::Offline { .. })
    }

    /// Nothing shows that a packet of ours came anywhere: the publisher's network is down, or ours. Which of the two, only other hosts
    /// can tell: where all of them are unreachable, it is ours.
    pub fn unreachable(&self) -> bool {
        let slow = matches!(self, Self::Timeout { stage: Stage::Connect, .. });
        slow || matches!(self, Self::Offline { .. } | Self::DnsSilent { .. } | Self::Connect { .. })
    }

    /// The HTTP status, where one was given.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { code, .. } => Some(*code),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_trouble_it_is() {
        let (host, detail) = ("a.test".to_owned(), "x".to_owned());
        let timeout = |stage| FetchError::Timeout { stage, after: Duration::from_secs(1) };
        // ours, offline, unreachable
        let cases = [
            (FetchError::Local(detail.clone()), (true, false, false)),
            (FetchError::Offline { host: host.clone(), detail: detail.clone() }, (true, true, true)),
            (FetchError::DnsSilent { host: host.clone(), detail: detail.clone() }, (false, false, true)),
            (FetchError::Connect { host: host.clone(), detail: detail.clone() }, (false, false, true)),
            (timeout(Stage::Connect), (false, false, true)),
            (timeout(Stage::Memory), (true, false, false)),
            (timeout(Stage::FirstByte), (false, false, false)),
            (FetchError::Refused { host: host.clone() }, (false, false, false)),
            (FetchError::Dns { host: host.clone(), detail: detail.clone() }, (false, false, false)),
            (FetchError::Tls { host, detail: detail.clone() }, (false, false, false)),
            (FetchError::Broken(detail), (false, false, false)),
            (FetchError::Status { code: 503, retry_after: None, challenge: None, host: String::new() }, (false, false, false)),
        ];
        for (error, (ours, offline, unreachable)) in cases {
            assert_eq!((error.is_ours(), error.offline(), error.unreachable()), (ours, offline, unreachable), "{error}");
        }
    }
}
