//! Hubs that tell what is new (WebSub): whom a feed names, and the requests to it. What it answers and pushes comes in over HTTP.

use std::time::Duration;

use aws_lc_rs::rand;
use url::Url;

use super::outage::Reach;
use super::said::HostSaid;
use super::{WHOLE_FETCH, Work};
use crate::fetcher::MAX_HOPS;
use crate::model::{
    Body, DueFeed, HubLinks, HubSaid, HubSecret, HubWish, Limits, ParsedFeed, Place, Subscription, SubscriptionState, host_of,
};

/// Longest address of a hub or topic that is used: it goes into requests, and back to us in an address.
const MAX_ADDRESS: usize = 2048;
/// How long a subscription is asked for; the hub decides.
const LEASE: Duration = Duration::from_hours(10 * 24);
/// 128 bits that nobody guesses: the callback's address.
const CALLBACK_BYTES: usize = 16;
/// 256 bits: the key of the signatures. As hex it is below the 200 bytes that hubs take.
const SECRET_BYTES: usize = 32;

/// What has to be known about a request to a hub that ended.
#[derive(Debug, Default)]
pub(crate) struct AskEnd {
    /// What the hub's host wants.
    pub(crate) said: HostSaid,
    /// All seats at the address are taken: the same request once more.
    pub(crate) crowded: Option<Place>,
}

/// What a document that was read says about the hub of its feed; `whole`: it is not a part that may lack it.
pub(super) fn said(work: &Work, feed: &DueFeed, body: &Body, parsed: &ParsedFeed, whole: bool) -> HubSaid {
    let base = work.settings().config.http.public_url.clone();
    if base.is_empty() {
        return HubSaid::Unknown;
    }
    let Some((hub, topic)) = hub_of(&feed.at, &body.websub, &parsed.websub) else {
        return if whole { HubSaid::Nobody } else { HubSaid::Unknown };
    };
    match (random::<CALLBACK_BYTES>(), random::<SECRET_BYTES>()) {
        (Some(callback), Some(secret)) => HubSaid::At(Box::new(HubWish { hub, topic, base, callback, secret: HubSecret(secret) })),
        // no subscription is better than one that others can speak for
        _ => HubSaid::Unknown,
    }
}

/// Hub and topic of a feed that is polled at `at`, pure. Headers win over the document. The document may call itself what it likes,
/// but is believed only within its own domain: else a copy of a feed, which names the original as itself, would be told of that.
fn hub_of(at: &str, head: &HubLinks, document: &HubLinks) -> Option<(String, String)> {
    let hub = head.hub.as_ref().or(document.hub.as_ref()).filter(|hub| hub.len() <= MAX_ADDRESS)?;
    let named = head.topic.as_ref().or(document.topic.as_ref());
    let topic = named.filter(|topic| host_of(topic) == host_of(at)).map_or(at, String::as_str);
    (topic.len() <= MAX_ADDRESS).then(|| (hub.clone(), topic.to_owned()))
}

fn random<const N: usize>() -> Option<String> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Asks the hub to tell, or not to tell any more. It answers later, to the callback; without that, the subscription is due again.
pub(crate) async fn ask(work: &Work, due: &Subscription) -> AskEnd {
    let settings = work.settings();
    let (base, timeout) = (&settings.config.http.public_url, settings.config.poll.timeout);
    let Ok(hub) = Url::parse(&due.hub) else { return AskEnd::default() };
    let _seat = match work.fetcher.seat(&hub, timeout).await {
        Ok(seat) => seat,
        Err(place) => return AskEnd { crowded: Some(place), ..AskEnd::default() },
    };
    let (callback, lease) = (format!("{base}/websub/{}", due.callback), LEASE.as_secs().to_string());
    let form = form(due, &callback, &lease);
    let limits = Limits { hops: MAX_HOPS, body_bytes: 0, step: timeout, total: timeout.saturating_mul(WHOLE_FETCH) };
    let answer = work.fetcher.post(&hub, &form, limits).await;
    work.blames_network(&host_of(&due.hub), Reach::of(&answer));
    let name = &due.feed_name;
    match &answer {
        Ok(()) => tracing::debug!(feed.id = due.feed.0, "Feed {name}: {} took the request to tell or to stop", due.hub),
        Err(error) if due.attempts == 1 && due.state != SubscriptionState::Ending => {
            tracing::info!(
                feed.id = due.feed.0,
                "Feed {name}: its hub {} does not take subscriptions: {error}; it is polled",
                due.hub
            );
        }
        Err(error) => tracing::debug!(feed.id = due.feed.0, due.attempts, "Feed {name}: its hub {} once more: {error}", due.hub),
    }
    AskEnd { said: HostSaid::of(&answer), crowded: None }
}

fn form<'a>(due: &'a Subscription, callback: &'a str, lease: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut form = vec![("hub.callback", callback), ("hub.topic", due.topic.as_str())];
    if due.state == SubscriptionState::Ending {
        form.push(("hub.mode", "unsubscribe"));
    } else {
        form.extend([("hub.mode", "subscribe"), ("hub.lease_seconds", lease), ("hub.secret", due.secret.0.as_str())]);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links as `hub topic`, `-` for none; the answer in the same form.
    fn check(at: &str, head: &str, document: &str, expected: &str) {
        let links = |text: &str| {
            let mut words = text.split(' ').map(|word| (word != "-").then(|| word.to_owned()));
            HubLinks { hub: words.next().flatten(), topic: words.next().flatten() }
        };
        let found = hub_of(at, &links(head), &links(document)).map_or("-".to_owned(), |(hub, topic)| format!("{hub} {topic}"));
        assert_eq!(found, expected, "at {at}: {head} / {document}");
    }

    #[test]
    fn headers_win_and_the_polled_address_is_the_topic_of_a_feed_that_does_not_say() {
        let (at, hub) = ("https://a.test/feed", "https://hub.test/");
        check(at, "- -", "- https://a.test/feed", "-");
        check(at, "- -", "https://hub.test/ -", "https://hub.test/ https://a.test/feed");
        check(at, "https://hub.test/ -", "https://other.test/ -", "https://hub.test/ https://a.test/feed");
        check(at, "https://hub.test/ https://a.test/1", "- https://a.test/2", "https://hub.test/ https://a.test/1");
        check(at, "https://hub.test/ -", "- https://a.test/2", "https://hub.test/ https://a.test/2");
        check(at, &format!("{hub}{} -", "x".repeat(MAX_ADDRESS)), "- -", "-");
    }

    #[test]
    fn a_topic_of_another_domain_is_not_believed() {
        check(
            "https://www.a.test/feed",
            "https://hub.test/ https://feeds.a.test/f",
            "- -",
            "https://hub.test/ https://feeds.a.test/f",
        );
        check("https://copy.test/feed", "- -", "https://hub.test/ https://a.test/f", "https://hub.test/ https://copy.test/feed");
        check("http://127.0.0.1:1/f", "- -", "https://hub.test/ http://127.0.0.1:2/f", "https://hub.test/ http://127.0.0.1:1/f");
    }

    #[test]
    fn callbacks_and_keys_are_long_and_never_the_same() {
        let (one, two) = (random::<CALLBACK_BYTES>().unwrap(), random::<CALLBACK_BYTES>().unwrap());
        assert!(one.len() == 32 && one != two && one.bytes().all(|byte| byte.is_ascii_hexdigit()), "{one} {two}");
        let wish = HubSecret("s3cret".to_owned());
        assert!(!format!("{wish:?}").contains("s3cret"));
    }
}
