//! One try to deliver one event: over HTTP, signed, or to a program.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::signature::sign;
use crate::clock::Clock;
use crate::config;
use crate::exporter::delivery::Told;
use crate::fetcher::Fetcher;
use crate::model::{MAX_DELIVERY_WAIT, Receipt};
use crate::ops::exec;

/// Time for a receiver to take an event.
const ANSWER: Duration = Duration::from_secs(20);

/// Time for a program to do what it does with an event.
const EXEC_LIMIT: Duration = Duration::from_secs(30);

/// Wait after the first failure; it doubles with each further one, up to [`MAX_DELIVERY_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(5);

/// What is told of a receiver's answer, characters of its first line.
const MAX_SAID: usize = 200;

/// Where a hook delivers.
#[derive(Clone)]
pub(super) enum Way {
    /// To this address, signed with this key if there is one.
    Post(Url, Option<Vec<u8>>),
    /// To this program.
    Exec(Vec<String>),
}

/// Why an event was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// One line.
    pub(super) error: String,
    /// 410: the receiver wants nothing any more.
    pub(super) is_final: bool,
    /// Not asked again before that.
    pub(super) retry_after: Option<Duration>,
}

impl Way {
    pub(super) fn of(hook: &config::Hook) -> Self {
        match hook.address() {
            Some(url) => Self::Post(url, hook.signing_key()),
            None => Self::Exec(hook.exec.clone()),
        }
    }

    /// Delivers once. Gives what the receiver answered, for people.
    pub(super) async fn send(&self, fetcher: &Fetcher, clock: &Clock, id: &str, told: &Told) -> Result<String, Refusal> {
        match self {
            Self::Post(url, key) => {
                let second = clock.now().as_second();
                let mut head = vec![("webhook-id", id.to_owned()), ("webhook-timestamp", second.to_string())];
                head.extend(key.as_ref().map(|key| ("webhook-signature", sign(key, id, second, &told.body))));
                match fetcher.deliver(url, &head, Bytes::copy_from_slice(&told.body), ANSWER).await {
                    Ok(receipt) => judge(&receipt),
                    Err(error) => Err(Refusal { error: error.to_string(), is_final: false, retry_after: None }),
                }
            }
            Self::Exec(argv) => {
                let env = [("FEEDMUX_EVENT", told.name), ("FEEDMUX_ID", id)];
                let ended = exec::run(argv, &env, &told.body, EXEC_LIMIT).await;
                ended.map(|()| "exit code 0".to_owned()).map_err(|error| Refusal { error, is_final: false, retry_after: None })
            }
        }
    }
}

fn judge(receipt: &Receipt) -> Result<String, Refusal> {
    let line = receipt.said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let line: String = line.trim().chars().filter(|c| !c.is_control()).take(MAX_SAID).collect();
    let line = if line.is_empty() { line } else { format!(": {line}") };
    let hint = if (300..400).contains(&receipt.status) { " (redirects are not followed; correct the url)" } else { "" };
    let words = format!("status {}{hint}{line}", receipt.status);
    if (200..300).contains(&receipt.status) {
        return Ok(words);
    }
    Err(Refusal { error: words, is_final: receipt.status == 410, retry_after: receipt.retry_after })
}

/// How long a hook is left alone that failed now, and so often before.
pub(super) fn wait(failures: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX));
    doubled.max(retry_after.unwrap_or_default()).min(MAX_DELIVERY_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_heed_the_receiver() {
        let check = |failures, retry_after: Option<u64>, expected: u64| {
            assert_eq!(wait(failures, retry_after.map(Duration::from_secs)).as_secs(), expected, "{failures} {retry_after:?}");
        };
        for (failures, expected) in [(0, 5), (1, 10), (2, 20), (9, 2560), (10, 3600), (31, 3600), (32, 3600), (u32::MAX, 3600)] {
            check(failures, None, expected);
        }
        check(0, Some(90), 90);
        check(9, Some(90), 2560);
        check(0, Some(86_400), 3600);
    }

    #[test]
    fn any_2xx_is_taken_and_410_is_the_end() {
        let check = |status: u16, said: &str, expected: Result<&str, (&str, bool)>| {
            let receipt = Receipt { status, retry_after: None, said: said.to_owned() };
            let judged = judge(&receipt).map_err(|refusal| (refusal.error, refusal.is_final));
            assert_eq!(judged, expected.map(str::to_owned).map_err(|(error, is_final)| (error.to_owned(), is_final)));
        };
        check(200, "", Ok("status 200"));
        check(204, "\r\n\n thanks \nmore", Ok("status 204: thanks"));
        check(301, "", Err(("status 301 (redirects are not followed; correct the url)", false)));
        check(400, "no \u{1b}[31msignature", Err(("status 400: no [31msignature", false)));
        check(410, "", Err(("status 410", true)));
        check(500, &"x".repeat(900), Err((&format!("status 500: {}", "x".repeat(MAX_SAID)), false)));
    }
}
