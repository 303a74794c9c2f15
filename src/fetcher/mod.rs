//! The only door out: one GET (or a form for a hub, `post`, an event for a hook, `deliver`), hop by hop, each hop guarded, all of it bounded.
//!
//! ```text
//! get -> guard (URL, literal address) -> resolver (name -> vetted addresses) -> connection -> head
//!          ^------------------- redirect: next hop -------------------------------------------'|
//!                                                                            body <------------'  decoded, capped
//! ```

mod body;
mod connection;
mod deliver;
mod errors;
pub mod guard;
mod headers;
mod link;
mod post;
mod redirect;
mod resolver;
pub mod robots;
mod route;
mod seats;
mod sessions;
mod sockets;
mod tls;
#[doc(hidden)]
pub mod wire;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio::time::Instant;
use url::{Host, Url};

use crate::clock::Clock;
use crate::config;
use crate::model::{Auth, Body, FetchError, Fetched, Place, Request, Stage};

/// Redirects followed in one fetch, unless the request says fewer.
pub const MAX_HOPS: u8 = 10;

/// Where people learn who asks, unless `fetch.user_agent_contact` says otherwise.
pub const HOME_PAGE: &str = "https://github.com/feedmux/feedmux";

/// A day: limits beyond it would overflow the clock and mean "no limit".
const MAX_LIMIT: Duration = Duration::from_secs(86_400);

/// The one outgoing door: feeds, articles and robots.txt go through it. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    clients: connection::Clients,
    kept: Mutex<sockets::Kept>,
    at_once: usize,
    policy: guard::Policy,
    names: resolver::Resolver,
    proxied: bool,
    memory: body::Memory,
    seats: seats::Seats,
    clock: Clock,
}

/// A setting of `[fetch]` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {detail}")]
pub struct FetcherError {
    /// Which one, as `fetch.proxy`.
    pub key: &'static str,
    /// What is wrong and what is expected.
    pub detail: String,
}

impl Fetcher {
    /// A fetcher as `[fetch]` says; the lines of `allow_private_file` are in `allow_private` by now.
    ///
    /// # Errors
    /// Names the setting that cannot be used.
    pub fn new(fetch: &config::Fetch, clock: Clock) -> Result<Self, FetcherError> {
        Self::within(usize::MAX, fetch, clock)
    }

    /// ... that needs no more than so many sockets, as long as no more than [`Fetcher::at_once`] requests run.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn within(sockets: usize, fetch: &config::Fetch, clock: Clock) -> Result<Self, FetcherError> {
        Self::trusting(Vec::new(), sockets, fetch, clock)
    }

    /// ... that believes these roots besides those of the system.
    fn trusting(
        roots: Vec<CertificateDer<'static>>,
        sockets: usize,
        fetch: &config::Fetch,
        clock: Clock,
    ) -> Result<Self, FetcherError> {
        let wrong = |key: &'static str| move |detail: String| FetcherError { key, detail };
        let policy = guard::Policy::parse(&fetch.allow_private).map_err(wrong("fetch.allow_private"))?;
        let proxy = if fetch.proxy.is_empty() { None } else { Some(proxy(&fetch.proxy).map_err(wrong("fetch.proxy"))?) };
        let proxy_host = proxy.as_ref().and_then(Url::host_str).map(str::to_owned);
        let names = resolver::Resolver::new(&fetch.dns_server, policy.clone(), proxy_host).map_err(wrong("fetch.dns_server"))?;
        let agent = user_agent(&fetch.user_agent_contact).map_err(wrong("fetch.user_agent_contact"))?;
        let tls = tls::config(roots).map_err(wrong("fetch"))?;
        let key = if proxy.is_some() { "fetch.proxy" } else { "fetch" };
        let clients = connection::Clients::new(&agent, proxy.as_ref(), &names, &tls).map_err(wrong(key))?;
        let memory = body::Memory::new(fetch.memory);
        let seats = seats::Seats::new(fetch.per_host_in_flight);
        let sockets::Budget { at_once, kept_hosts } = sockets::Budget::of(sockets);
        let kept = Mutex::new(sockets::Kept::new(kept_hosts));
        Ok(Self(Arc::new(Inner { clients, kept, at_once, policy, names, proxied: proxy.is_some(), memory, seats, clock })))
    }

    /// Asks once, following redirects; no retries, the next poll is the retry.
    ///
    /// # Errors
    /// Any end but a whole 200, or a 304 to validators that were sent; see [`FetchError`]. Texts carry no credentials and no query.
    pub async fn get(&self, request: Request) -> Result<Fetched, FetchError> {
        let total = request.limits.total.min(MAX_LIMIT);
        let deadline = Instant::now() + total;
        let late = |_| FetchError::Timeout { stage: Stage::Total, after: total };
        tokio::time::timeout_at(deadline, self.walk(request, deadline)).await.map_err(late)?
    }

    /// A seat at the address of `url`, to be held while it is asked: names that share an address share its seats
    /// (`fetch.per_host_in_flight`). Nothing to hold where the address is not known, or is a proxy's affair.
    ///
    /// # Errors
    /// The place, when all its seats are taken: to be tried again when [`Fetcher::is_crowded`] says so.
    pub async fn seat(&self, url: &Url, step: Duration) -> Result<Option<seats::Seat>, Place> {
        let ip = match url.host() {
            // nobody is asked there, not even about the name
            _ if self.0.proxied || guard::check_url(url, &self.0.policy).is_err() => None,
            Some(Host::Ipv4(ip)) => Some(ip.into()),
            Some(Host::Ipv6(ip)) => Some(ip.into()),
            // what is wrong with the name, the request itself will say
            Some(Host::Domain(name)) => tokio::time::timeout(step, self.0.names.first_address(name)).await.ok().flatten(),
            None => None,
        };
        let Some(ip) = ip else { return Ok(None) };
        let port = url.port_or_known_default().unwrap_or_default();
        let place = if guard::is_public(ip) { Place::of(ip) } else { Place::private(ip, port) };
        self.0.seats.take(place).map(Some).ok_or(place)
    }

    /// Addresses of `name` that a request would go to; `None` behind a proxy, who looks names up itself.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub async fn addresses(&self, name: &str, patience: Duration) -> Result<Option<Vec<std::net::IpAddr>>, String> {
        if self.0.proxied {
            return Ok(None);
        }
        let found = tokio::time::timeout(patience, self.0.names.connectable(name)).await;
        let found = found.map_err(|_| format!("no answer about {name} within {} s", patience.as_secs()))?;
        found.map(Some).map_err(|error| error.to_string())
    }

    /// Whether as many requests run at this place as may.
    pub fn is_crowded(&self, place: Place) -> bool {
        self.0.seats.is_full(place)
    }

    /// Requests that may run at once with the sockets there are.
    pub fn at_once(&self) -> usize {
        self.0.at_once
    }

    /// What may be contacted although it is not public.
    pub fn policy(&self) -> &guard::Policy {
        &self.0.policy
    }

    async fn walk(&self, request: Request, deadline: Instant) -> Result<Fetched, FetchError> {
        let step = request.limits.step.min(MAX_LIMIT);
        let mut trail = redirect::Trail::new(&request.url);
        loop {
            self.check(&trail.url, step).await?;
            let (asked, conditional) = self.form(&request, &trail)?;
            let answer = connection::head(self.client(&trail.url), asked, step).await.map_err(|error| self.of_proxy(error))?;
            let (status, now) = (answer.status().as_u16(), self.0.clock.now());
            if redirect::is_redirect(status) {
                trail.follow(status, answer.headers().get(reqwest::header::LOCATION), request.limits.hops.min(MAX_HOPS))?;
                drain(answer).await;
                continue;
            }
            let head = answer.headers();
            let fresh_for = headers::fresh_for(head, now);
            let is_delta = status == 226 && conditional && headers::is_feed_delta(head);
            match status {
                200 | 226 if status == 200 || is_delta => {
                    let content_type = head.get(reqwest::header::CONTENT_TYPE).map(headers::latin1);
                    let validators = headers::validators(head, trail.url.as_str());
                    let websub = link::hub_links(head, &trail.url);
                    let bounds = body::Bounds {
                        kind: request.kind,
                        bytes: request.limits.body_bytes,
                        step,
                        total: request.limits.total,
                        deadline,
                    };
                    let body::Whole { bytes, wire_bytes, held } = body::read(answer, &bounds, &self.0.memory).await?;
                    let (final_url, moved_to) = (trail.url, trail.moved_to);
                    let body = Body {
                        bytes,
                        content_type,
                        final_url,
                        moved_to,
                        validators,
                        fresh_for,
                        is_delta,
                        websub,
                        wire_bytes,
                        held,
                    };
                    return Ok(Fetched::Body(Box::new(body)));
                }
                304 if conditional => {
                    let validators = headers::refreshed(&request.validators, head, trail.url.as_str());
                    return Ok(Fetched::NotModified { validators, moved_to: trail.moved_to, fresh_for });
                }
                code => {
                    let (retry_after, challenge) = (headers::retry_after(head, now), headers::challenge(head));
                    drain(answer).await;
                    let host = crate::model::host_of(trail.url.as_str());
                    return Err(FetchError::Status { code, retry_after, challenge, host });
                }
            }
        }
    }

    /// The client that keeps the connection to the host of `url`, or the one that does not.
    fn client(&self, url: &Url) -> &reqwest::Client {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.keeps(&url.origin(), Instant::now()) { &self.0.clients.keeping } else { &self.0.clients.closing }
    }

    /// Who refuses a connection is the proxy, where there is one: the user's trouble, not the feed's.
    fn of_proxy(&self, error: FetchError) -> FetchError {
        match error {
            FetchError::Refused { .. } if self.0.proxied => {
                FetchError::Local("nobody listens at the proxy; start it or correct fetch.proxy".to_owned())
            }
            other => other,
        }
    }

    /// The guard. Behind a proxy nobody else looks at what a name resolves to; what is unknown here may be known there.
    async fn check(&self, url: &Url, step: Duration) -> Result<(), FetchError> {
        guard::check_url(url, &self.0.policy)?;
        if let (true, Some(Host::Domain(name))) = (self.0.proxied, url.host())
            && let Ok(vetted) = tokio::time::timeout(step, self.0.names.vet_for_proxy(name)).await
        {
            vetted?;
        }
        Ok(())
    }

    /// The request for the present hop, and whether it carries validators.
    fn form(&self, request: &Request, trail: &redirect::Trail) -> Result<(reqwest::Request, bool), FetchError> {
        let mut headers = headers::base(request.kind);
        let conditional = headers::add_validators(&mut headers, &request.validators, trail.url.as_str());
        let mut auth = None;
        if trail.trusted {
            headers::add_own(&mut headers, &request.headers)?;
            auth = request.auth.as_ref().filter(|_| !headers::has_authorization(&headers));
        }
        let asked = self.0.clients.closing.get(trail.url.clone()).headers(headers);
        let asked = match auth {
            Some(Auth::Basic { user, password }) => asked.basic_auth(user, Some(password)),
            Some(Auth::Bearer(token)) => asked.bearer_auth(token),
            None => asked,
        };
        let unsendable = |error: reqwest::Error| FetchError::Request(errors::last_words(&error.without_url()));
        Ok((asked.build().map_err(unsendable)?, conditional))
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetcher")
    }
}

/// Reads the small body that comes with most redirects and errors, so that the connection can be used again.
async fn drain(mut answer: reqwest::Response) {
    const MOST: usize = 64 << 10;
    const LONGEST: Duration = Duration::from_secs(1);
    let reading = async {
        let mut seen = 0;
        while let Ok(Some(piece)) = answer.chunk().await {
            seen += piece.len();
            if seen > MOST {
                break;
            }
        }
    };
    // what does not come in time is not waited for: the connection is closed, nothing else is lost
    let _ = tokio::time::timeout(LONGEST, reading).await;
}

fn proxy(text: &str) -> Result<Url, String> {
    let expected = || "expected an address like http://proxy.lan:3128".to_owned();
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(expected)
}

fn user_agent(contact: &str) -> Result<String, String> {
    let contact = if contact.is_empty() { HOME_PAGE } else { contact };
    if contact.bytes().any(|byte| !(b' '..=b'~').contains(&byte) || matches!(byte, b'(' | b')')) {
        return Err("only plain ASCII without brackets can be sent".to_owned());
    }
    Ok(format!("feedmux/{} (+{contact})", env!("CARGO_PKG_VERSION")))
}

#[cfg(all(test, target_os = "linux"))] // where all of 127.0.0.0/8 is this machine
mod rebinding_tests;
#[cfg(test)]
mod test_names;
#[cfg(test)]
mod test_server;
#[cfg(test)]
mod test_tls;
#[cfg(test)]
mod tests;
