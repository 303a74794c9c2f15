//! The only door out: one GET, hop by hop, each hop guarded, all of it bounded.
//!
//! ```text
//! get -> guard (URL, literal address) -> resolver (name -> vetted addresses) -> connection -> head
//!          ^------------------- redirect: next hop -------------------------------------------'|
//!                                                                            body <------------'  decoded, capped
//! ```

mod body;
mod connection;
pub mod guard;
mod headers;
mod redirect;
mod resolver;
pub mod robots;
#[doc(hidden)]
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::{Host, Url};

use crate::clock::Clock;
use crate::config;
use crate::model::{Auth, Body, FetchError, Fetched, Request, Stage};

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
    client: reqwest::Client,
    policy: guard::Policy,
    names: resolver::Resolver,
    proxied: bool,
    memory: body::Memory,
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
        let wrong = |key: &'static str| move |detail: String| FetcherError { key, detail };
        let policy = guard::Policy::parse(&fetch.allow_private).map_err(wrong("fetch.allow_private"))?;
        let proxy = if fetch.proxy.is_empty() { None } else { Some(proxy(&fetch.proxy).map_err(wrong("fetch.proxy"))?) };
        let proxy_host = proxy.as_ref().and_then(Url::host_str).map(str::to_owned);
        let names = resolver::Resolver::new(&fetch.dns_server, policy.clone(), proxy_host).map_err(wrong("fetch.dns_server"))?;
        let agent = user_agent(&fetch.user_agent_contact).map_err(wrong("fetch.user_agent_contact"))?;
        let key = if proxy.is_some() { "fetch.proxy" } else { "fetch" };
        let client = connection::client(&agent, proxy.as_ref(), names.clone()).map_err(wrong(key))?;
        let memory = body::Memory::new(fetch.memory);
        Ok(Self(Arc::new(Inner { client, policy, names, proxied: proxy.is_some(), memory, clock })))
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
            let answer = connection::head(&self.0.client, asked, step).await?;
            let (status, now) = (answer.status().as_u16(), self.0.clock.now());
            if redirect::is_redirect(status) {
                trail.follow(status, answer.headers().get(reqwest::header::LOCATION), request.limits.hops.min(MAX_HOPS))?;
                drain(answer).await;
                continue;
            }
            let head = answer.headers();
            let fresh_for = headers::fresh_for(head, now);
            match status {
                200 => {
                    let content_type = head.get(reqwest::header::CONTENT_TYPE).map(headers::latin1);
                    let validators = headers::validators(head, trail.url.as_str());
                    let bounds = body::Bounds {
                        kind: request.kind,
                        bytes: request.limits.body_bytes,
                        step,
                        total: request.limits.total,
                        deadline,
                    };
                    let body::Whole { bytes, wire_bytes, held } = body::read(answer, &bounds, &self.0.memory).await?;
                    let (final_url, moved_to) = (trail.url, trail.moved_to);
                    let body = Body { bytes, content_type, final_url, moved_to, validators, fresh_for, wire_bytes, held };
                    return Ok(Fetched::Body(Box::new(body)));
                }
                304 if conditional => {
                    let validators = headers::refreshed(&request.validators, head, trail.url.as_str());
                    return Ok(Fetched::NotModified { validators, moved_to: trail.moved_to, fresh_for });
                }
                code => {
                    let (retry_after, challenge) = (headers::retry_after(head, now), headers::is_challenge(head));
                    drain(answer).await;
                    return Err(FetchError::Status { code, retry_after, challenge });
                }
            }
        }
    }

    /// The guard. Behind a proxy nobody else looks at what a name resolves to; what is unknown here may be known there.
    async fn check(&self, url: &Url, step: Duration) -> Result<(), FetchError> {
        guard::check_url(url, &self.0.policy)?;
        if let (true, Some(Host::Domain(name))) = (self.0.proxied, url.host())
            && let Ok(vetted) = tokio::time::timeout(step, self.0.names.vet(name)).await
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
        let asked = self.0.client.get(trail.url.clone()).headers(headers);
        let asked = match auth {
            Some(Auth::Basic { user, password }) => asked.basic_auth(user, Some(password)),
            Some(Auth::Bearer(token)) => asked.bearer_auth(token),
            None => asked,
        };
        let unsendable = |error: reqwest::Error| FetchError::Request(connection::last_words(&error.without_url()));
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

#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;
