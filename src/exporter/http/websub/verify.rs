//! What is answered to a hub that asks whether it is really wanted, pure (W3C WebSub 5.2 and 5.3).

use std::time::Duration;

use url::form_urlencoded;

use crate::model::{Subscription, SubscriptionState};

/// Longest challenge that is echoed.
const MAX_CHALLENGE: usize = 1024;
/// A lease is believed to be at least so long, or a hub could have us ask all the time, ...
const MIN_LEASE: Duration = Duration::from_mins(10);
/// ... and at most so long: a hub that lost us, and tells nothing, is found out by then.
const MAX_LEASE: Duration = Duration::from_hours(10 * 24);
/// Of a hub that does not say.
const UNSAID_LEASE: Duration = Duration::from_hours(24);
/// Renewed when so many percent of it are over.
const RENEW_AT_PERCENT: u32 = 80;

/// What follows from a hub's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Wanted: the challenge is echoed, and the hub tells for as long as `lease`.
    Subscribed { challenge: String, lease: Duration },
    /// The end is wanted: the challenge is echoed.
    Unsubscribed { challenge: String },
    /// The hub says no.
    Denied,
    /// Not known or not wanted, or no such question.
    Refused,
}

/// The verdict on the question in `query`, asked at the callback of `known`.
pub(super) fn verdict(query: &str, known: &Subscription) -> Verdict {
    let get =
        |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if get("hub.topic").as_deref() != Some(known.topic.as_str()) {
        return Verdict::Refused;
    }
    let wanted = matches!(known.state, SubscriptionState::Wanted | SubscriptionState::Active);
    let challenge = get("hub.challenge").filter(|challenge| !challenge.is_empty() && challenge.len() <= MAX_CHALLENGE);
    match (get("hub.mode").as_deref(), challenge) {
        (Some("subscribe"), Some(challenge)) if wanted => {
            let said = get("hub.lease_seconds").and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
            Verdict::Subscribed { challenge, lease: said.unwrap_or(UNSAID_LEASE).clamp(MIN_LEASE, MAX_LEASE) }
        }
        (Some("unsubscribe"), Some(challenge)) if known.state == SubscriptionState::Ending => Verdict::Unsubscribed { challenge },
        (Some("denied"), _) if wanted => Verdict::Denied,
        _ => Verdict::Refused,
    }
}

/// How long after its beginning a lease is renewed.
pub(super) fn renew_after(lease: Duration) -> Duration {
    lease / 100 * RENEW_AT_PERCENT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{FeedId, HubSecret, SubscriptionId};

    fn known(state: SubscriptionState) -> Subscription {
        Subscription {
            id: SubscriptionId(1),
            feed: FeedId(1),
            feed_url: "https://a.test/feed".to_owned(),
            feed_at: "https://a.test/feed".to_owned(),
            feed_name: "A".to_owned(),
            settings: None,
            hub: "https://hub.test/".to_owned(),
            topic: "https://a.test/feed?x=1".to_owned(),
            callback: "0123".to_owned(),
            secret: HubSecret("s".to_owned()),
            state,
            attempts: 1,
        }
    }

    const TOPIC: &str = "hub.topic=https%3A%2F%2Fa.test%2Ffeed%3Fx%3D1";

    /// What a hub gets back in each state, in the order wanted, active, denied, ending.
    fn check(query: &str, expected: [&str; 4]) {
        let states = [SubscriptionState::Wanted, SubscriptionState::Active, SubscriptionState::Denied, SubscriptionState::Ending];
        for (state, expected) in states.into_iter().zip(expected) {
            let shown = match verdict(query, &known(state)) {
                Verdict::Subscribed { challenge, lease } => format!("{challenge} for {} s", lease.as_secs()),
                Verdict::Unsubscribed { challenge } => format!("{challenge}, the end"),
                Verdict::Denied => "denied".to_owned(),
                Verdict::Refused => "404".to_owned(),
            };
            assert_eq!(shown, expected, "{query} when {}", state.as_str());
        }
    }

    const NO: [&str; 4] = ["404"; 4];

    #[test]
    fn only_what_is_wanted_is_echoed() {
        let ask = |rest: &str| format!("{TOPIC}&{rest}");
        let yes = "c%20c for 7200 s".replace("%20", " ");
        check(&ask("hub.mode=subscribe&hub.challenge=c%20c&hub.lease_seconds=7200"), [&yes, &yes, "404", "404"]);
        check(&ask("hub.mode=unsubscribe&hub.challenge=c"), ["404", "404", "404", "c, the end"]);
        check(&ask("hub.mode=denied&hub.reason=no"), ["denied", "denied", "404", "404"]);
        check("hub.mode=subscribe&hub.challenge=c&hub.topic=https%3A%2F%2Fa.test%2Fother", NO);
        check("hub.mode=unsubscribe&hub.challenge=c&hub.topic=https%3A%2F%2Fa.test%2Fother", NO);
        check("hub.mode=denied&hub.topic=x", NO);
        check("hub.mode=subscribe&hub.challenge=c", NO);
        check(&ask("hub.mode=subscribe"), NO);
        check(&ask("hub.mode=subscribe&hub.challenge="), NO);
        check(&ask(&format!("hub.mode=subscribe&hub.challenge={}", "c".repeat(MAX_CHALLENGE + 1))), NO);
        check(&ask("hub.mode=publish&hub.challenge=c"), NO);
        check(&ask("hub.challenge=c"), NO);
        check("", NO);
    }

    #[test]
    fn leases_are_neither_too_short_nor_too_long() {
        for (said, seconds) in [
            ("", 86_400),
            ("&hub.lease_seconds=", 86_400),
            ("&hub.lease_seconds=soon", 86_400),
            ("&hub.lease_seconds=-5", 86_400),
            ("&hub.lease_seconds=0", 600),
            ("&hub.lease_seconds=60", 600),
            ("&hub.lease_seconds=864000", 864_000),
            ("&hub.lease_seconds=31536000", 864_000),
            ("&hub.lease_seconds=18446744073709551615", 864_000),
        ] {
            let query = format!("{TOPIC}&hub.mode=subscribe&hub.challenge=c{said}");
            let lease = Duration::from_secs(seconds);
            assert_eq!(
                verdict(&query, &known(SubscriptionState::Wanted)),
                Verdict::Subscribed { challenge: "c".to_owned(), lease },
                "{said}"
            );
        }
        assert_eq!(renew_after(MAX_LEASE), Duration::from_hours(8 * 24));
    }

    proptest! {
        #[test]
        fn a_query_without_the_topic_is_refused(query in "\\PC{0,80}") {
            prop_assert_eq!(verdict(&query, &known(SubscriptionState::Wanted)), Verdict::Refused);
        }
    }
}
