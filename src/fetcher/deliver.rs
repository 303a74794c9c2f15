//! An event for a hook's receiver. Guard and limits are those of every request; no redirect is followed, since what is signed for one
//! receiver is no other's, and of the answer only the status and a few words are read.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::{Fetcher, MAX_LIMIT, connection, headers};
use crate::model::{FetchError, Kind, Receipt, Stage};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is read of an answer, bytes, ...
const MAX_SAID: usize = 1 << 10;
/// ... and how long that may take.
const SAID_WITHIN: Duration = Duration::from_secs(1);

impl Fetcher {
    /// Sends `body` as JSON once; `within`: how long that may take in all. Any status is an answer.
    ///
    /// # Errors
    /// When there is none; see [`FetchError`].
    pub async fn deliver(
        &self,
        url: &Url,
        head: &[(&'static str, String)],
        body: Bytes,
        within: Duration,
    ) -> Result<Receipt, FetchError> {
        let total = within.min(MAX_LIMIT);
        let late = |_| FetchError::Timeout { stage: Stage::Total, after: total };
        tokio::time::timeout_at(Instant::now() + total, self.hand_over(url, head, body, total)).await.map_err(late)?
    }

    async fn hand_over(
        &self,
        url: &Url,
        own: &[(&'static str, String)],
        body: Bytes,
        step: Duration,
    ) -> Result<Receipt, FetchError> {
        self.check(url, step).await?;
        let mut head = headers::base(Kind::Hub);
        // What is read of the answer is shown to people as it came.
        head.remove(ACCEPT_ENCODING);
        head.insert(CONTENT_TYPE, JSON);
        for (name, value) in own {
            let value =
                HeaderValue::from_str(value).map_err(|_| FetchError::Request(format!("header \"{name}\" cannot be sent")))?;
            head.insert(HeaderName::from_static(name), value);
        }
        let client = self.client(url);
        let asked = client.post(url.clone()).headers(head).body(body).build();
        let asked = asked.map_err(|error| FetchError::Request(super::errors::last_words(&error.without_url())))?;
        let answer = connection::head(client, asked, step).await.map_err(|error| self.of_proxy(error))?;
        let status = answer.status().as_u16();
        let retry_after = headers::retry_after(answer.headers(), self.0.clock.now());
        Ok(Receipt { status, retry_after, said: said(answer).await })
    }
}

/// The beginning of an answer, if it comes soon. What is left of it closes the connection.
async fn said(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while let Ok(Some(piece)) = answer.chunk().await {
            bytes.extend_from_slice(&piece[..piece.len().min(MAX_SAID - bytes.len())]);
            if bytes.len() >= MAX_SAID {
                break;
            }
        }
    };
    // what comes too late is not waited for: the status has said all that counts
    let _ = tokio::time::timeout(SAID_WITHIN, reading).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::test_server::{Act, Server, reply};
    use super::super::tests::{clock, local, settings};
    use super::*;

    const WITHIN: Duration = Duration::from_secs(5);

    async fn deliver(fetcher: &Fetcher, url: &Url) -> Result<Receipt, FetchError> {
        let head = [("webhook-id", "msg_1".to_owned())];
        fetcher.deliver(url, &head, Bytes::from_static(b"{\"a\":1}"), WITHIN).await
    }

    async fn server(answer: Vec<u8>) -> Server {
        Server::start(move |_| vec![Act::Send(answer.clone()), Act::Close]).await
    }

    #[tokio::test]
    async fn a_body_is_sent_once_with_its_headers_and_the_answer_is_heard() {
        let receiver = server(reply("200 OK", &[], "thanks")).await;
        let receipt = deliver(&local(), &receiver.url("/hook?key=1")).await.unwrap();
        assert_eq!(receipt, Receipt { status: 200, retry_after: None, said: "thanks".to_owned() });
        let seen = receiver.seen();
        assert!(seen.len() == 1 && seen[0].starts_with("POST /hook?key=1 HTTP/1.1\r\n"), "{seen:?}");
        let head = seen[0].to_lowercase();
        assert!(head.contains("content-type: application/json\r\n") && head.contains("webhook-id: msg_1\r\n"), "{head}");
        assert!(head.contains("user-agent: feedmux/") && !head.contains("accept-encoding"), "{head}");
        assert!(seen[0].ends_with("\r\n\r\n{\"a\":1}"), "{}", seen[0]);
    }

    #[tokio::test]
    async fn no_redirect_is_followed_and_any_status_is_an_answer() {
        for (status, headers, expected) in [
            ("301 Moved", vec!["Location: /there"], (301, None)),
            ("307 Moved", vec!["Location: /there"], (307, None)),
            ("410 Gone", vec![], (410, None)),
            ("429 Too Many Requests", vec!["Retry-After: 90"], (429, Some(90))),
            ("500 Internal Server Error", vec![], (500, None)),
        ] {
            let receiver = server(reply(status, &headers, "")).await;
            let receipt = deliver(&local(), &receiver.url("/")).await.unwrap();
            assert_eq!((receipt.status, receipt.retry_after.map(|wait| wait.as_secs())), expected, "{status}");
            assert_eq!(receiver.seen().len(), 1, "{status}");
        }
    }

    #[tokio::test]
    async fn little_is_read_of_a_large_or_slow_answer() {
        let receiver = server(reply("200 OK", &[], "x".repeat(1 << 20))).await;
        assert_eq!(deliver(&local(), &receiver.url("/")).await.unwrap().said, "x".repeat(MAX_SAID));
        let slow = Server::start(|_| vec![Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec()), Act::Hang]).await;
        let begun = Instant::now();
        assert_eq!(deliver(&local(), &slow.url("/")).await.unwrap().said, "abc");
        assert!(begun.elapsed() < WITHIN);
    }

    #[tokio::test]
    async fn who_does_not_answer_is_let_go() {
        let silent = Server::start(|_| vec![Act::Hang]).await;
        let error = local().deliver(&silent.url("/"), &[], Bytes::new(), Duration::from_millis(200)).await.unwrap_err();
        assert!(matches!(error, FetchError::Timeout { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_receiver_in_a_private_network_is_not_contacted_unless_it_is_allowed() {
        let receiver = server(reply("200 OK", &[], "")).await;
        let fetcher = Fetcher::new(&settings(&["10.0.0.1"]), clock()).unwrap();
        for url in
            [receiver.url("/"), Url::parse("http://192.168.1.1/hook").unwrap(), Url::parse("http://[::ffff:127.0.0.1]/").unwrap()]
        {
            let error = deliver(&fetcher, &url).await.unwrap_err();
            assert!(matches!(error, FetchError::Blocked { .. }), "{error:?}");
        }
        assert!(receiver.seen().is_empty());
    }

    #[tokio::test]
    async fn a_password_in_the_address_is_sent_and_never_told() {
        let receiver = server(reply("200 OK", &[], "")).await;
        let mut url = receiver.url("/");
        url.set_username("me").unwrap();
        url.set_password(Some("s3cret")).unwrap();
        deliver(&local(), &url).await.unwrap();
        assert!(receiver.seen()[0].to_lowercase().contains("authorization: basic "), "{:?}", receiver.seen());
        url.set_port(Some(9)).unwrap();
        let error = deliver(&local(), &url).await.unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
