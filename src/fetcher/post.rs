//! The one request that is no GET: a form for a WebSub hub. Guard, limits and hops are those of every request; of the answer only
//! the status counts.

use reqwest::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Fetcher, MAX_HOPS, MAX_LIMIT, connection, drain, headers, redirect};
use crate::model::{FetchError, Kind, Limits, Stage};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

impl Fetcher {
    /// Sends a form once, without any credentials. A 307 or 308 takes it along; no other redirect is followed, because there it
    /// would arrive as a GET without it.
    ///
    /// # Errors
    /// Any end but a 2xx; see [`FetchError`].
    pub async fn post(&self, url: &Url, form: &[(&str, &str)], limits: Limits) -> Result<(), FetchError> {
        let total = limits.total.min(MAX_LIMIT);
        let form = Serializer::new(String::new()).extend_pairs(form).finish();
        let late = |_| FetchError::Timeout { stage: Stage::Total, after: total };
        tokio::time::timeout_at(Instant::now() + total, self.carry(url, form, limits)).await.map_err(late)?
    }

    async fn carry(&self, url: &Url, form: String, limits: Limits) -> Result<(), FetchError> {
        let step = limits.step.min(MAX_LIMIT);
        let mut trail = redirect::Trail::new(url);
        loop {
            self.check(&trail.url, step).await?;
            let mut head = headers::base(Kind::Hub);
            head.insert(CONTENT_TYPE, FORM);
            let client = self.client(&trail.url);
            let asked = client.post(trail.url.clone()).headers(head).body(form.clone()).build();
            let asked = asked.map_err(|error| FetchError::Request(super::errors::last_words(&error.without_url())))?;
            let answer = connection::head(client, asked, step).await?;
            match answer.status().as_u16() {
                200..=299 => {
                    drain(answer).await;
                    return Ok(());
                }
                status @ (307 | 308) => {
                    trail.follow(status, answer.headers().get(LOCATION), limits.hops.min(MAX_HOPS))?;
                    drain(answer).await;
                }
                code => {
                    let (retry_after, challenge) =
                        (headers::retry_after(answer.headers(), self.0.clock.now()), headers::challenge(answer.headers()));
                    drain(answer).await;
                    let host = crate::model::host_of(trail.url.as_str());
                    return Err(FetchError::Status { code, retry_after, challenge, host });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_server::{Act, Server, reply};
    use super::super::tests::{clock, local, request, settings};
    use super::*;

    const ASK: &[(&str, &str)] = &[("hub.mode", "subscribe"), ("hub.topic", "https://a.test/?x=1&y=\u{fc}")];
    const SENT: &str = "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.test%2F%3Fx%3D1%26y%3D%C3%BC";

    async fn post(fetcher: &Fetcher, url: &Url) -> Result<(), FetchError> {
        fetcher.post(url, ASK, request(url.clone()).limits).await
    }

    async fn server(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Server {
        Server::start(move |path| vec![Act::Send(answer(path)), Act::Close]).await
    }

    #[tokio::test]
    async fn a_form_is_sent_once_and_carries_no_credentials() {
        let hub = server(|_| reply("202 Accepted", &[], "fine")).await;
        post(&local(), &hub.url("/hub")).await.expect("a 2xx");
        let seen = hub.seen();
        assert_eq!(seen.len(), 1);
        assert!(seen[0].starts_with("POST /hub HTTP/1.1\r\n") && seen[0].ends_with(&format!("\r\n\r\n{SENT}")), "{}", seen[0]);
        let head = seen[0].to_lowercase();
        assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
        assert!(!head.contains("authorization") && !head.contains("cookie"), "{head}");
    }

    #[tokio::test]
    async fn only_redirects_that_keep_the_form_are_followed() {
        for (status, followed) in [(301, false), (302, false), (303, false), (307, true), (308, true)] {
            let line = format!("{status} Moved");
            let hub = server(move |path| match path {
                "/hub" => reply(&line, &["Location: /there"], ""),
                _ => reply("204 No Content", &[], ""),
            })
            .await;
            let answer = post(&local(), &hub.url("/hub")).await;
            assert_eq!((answer.is_ok(), hub.seen().len()), (followed, 1 + usize::from(followed)), "{status}: {answer:?}");
            if followed {
                assert!(hub.seen()[1].starts_with("POST /there ") && hub.seen()[1].ends_with(SENT), "{status}");
            }
        }
    }

    #[tokio::test]
    async fn a_refusal_says_how_long_to_wait() {
        let hub = server(|_| reply("429 Too Many Requests", &["Retry-After: 90"], "")).await;
        let error = post(&local(), &hub.url("/hub")).await.expect_err("a 429");
        assert_eq!(error.asks_for_quiet().map(|quiet| quiet.as_secs()), Some(90));
    }

    #[tokio::test]
    async fn a_hub_in_a_private_network_is_not_contacted_also_behind_a_redirect() {
        let hub = server(|_| reply("307 Moved", &["Location: http://127.0.0.2:9/"], "")).await;
        let fetcher = Fetcher::new(&settings(&["127.0.0.1"]), clock()).expect("good settings");
        for url in [hub.url("/"), Url::parse("http://192.168.1.1/hub").expect("an address")] {
            let error = post(&fetcher, &url).await.expect_err("private");
            assert!(matches!(error, FetchError::Blocked { .. }), "{error:?}");
        }
    }
}
