//! What a name server says may change between two questions: whoever owns a name can let it point into our network. The address that
//! was vetted is the one that is connected to, so no such answer leads anywhere.

use std::net::Ipv4Addr;

use url::Url;

use super::Fetcher;
use super::test_names::{Canary, Names};
use super::test_server::{Act, Server, reply};
use super::tests::{body, clock, error, request, settings};
use crate::config;
use crate::model::FetchError;

/// The server of the tests answers here, ...
const GOOD: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// ... and here is what must not be contacted.
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Allowed, and nobody listens.
const CLOSED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// Two addresses of this machine are allowed, all else of it is not.
fn fetcher(names: &Names) -> Fetcher {
    let fetch = config::Fetch { dns_server: names.address.to_string(), ..settings(&["127.0.0.1", "127.0.0.3"]) };
    Fetcher::new(&fetch, clock()).expect("good settings")
}

/// A server that closes each connection, so that each request needs its name looked up; and the canary on its port.
async fn server_and_canary() -> (Server, Canary) {
    let server = Server::start(|path| {
        let bytes = match path.strip_prefix("/to/") {
            Some(target) => reply("302 Found", &[&format!("Location: http://{target}")], ""),
            None => reply("200 OK", &["Connection: close"], "<rss/>"),
        };
        vec![Act::Send(bytes), Act::Close]
    })
    .await;
    let canary = Canary::listen(FORBIDDEN, server.address.port()).await;
    (server, canary)
}

fn is_blocked(error: &FetchError) -> bool {
    matches!(error, FetchError::Blocked { reason, .. } if reason.contains("127.0.0.2"))
}

#[tokio::test]
async fn a_name_that_changes_its_address_never_leads_to_a_forbidden_one() {
    let names = Names::scripted(&[("rebind.test", vec![vec![GOOD], vec![FORBIDDEN]])]).await;
    let (server, canary) = server_and_canary().await;
    let (fetcher, url) = (fetcher(&names), format!("http://rebind.test:{}/feed", server.address.port()));
    for n in 0..10 {
        match fetcher.get(request(Url::parse(&url).expect("url"))).await {
            Ok(_) => assert_eq!(n % 2, 0, "the answer was a forbidden address"),
            Err(error) => assert!(n % 2 == 1 && is_blocked(&error), "{n}: {error}"),
        }
    }
    assert_eq!((names.given("rebind.test"), server.seen().len(), canary.visits()), (10, 5, 0), "one look-up a connection");
}

#[tokio::test]
async fn nor_does_it_behind_a_redirect() {
    let names = Names::scripted(&[("front.test", vec![vec![GOOD]]), ("rebind.test", vec![vec![GOOD], vec![FORBIDDEN]])]).await;
    let (server, canary) = server_and_canary().await;
    let fetcher = fetcher(&names);
    let port = server.address.port();
    let get = |url: String| fetcher.get(request(Url::parse(&url).expect("url")));
    // from elsewhere to the name, again and again
    for n in 0..6 {
        let got = get(format!("http://front.test:{port}/to/rebind.test:{port}/{n}")).await;
        assert_eq!(got.is_ok(), n % 2 == 0, "{got:?}");
    }
    // the name to itself: good when first asked, forbidden at the second hop
    let turned = get(format!("http://rebind.test:{port}/to/rebind.test:{port}/there")).await.expect_err("the second hop");
    assert!(is_blocked(&turned), "{turned}");
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn of_mixed_answers_only_the_good_addresses_are_contacted() {
    let names = Names::scripted(&[
        ("first.test", vec![vec![FORBIDDEN, GOOD]]),
        ("last.test", vec![vec![GOOD, FORBIDDEN]]),
        ("closed.test", vec![vec![CLOSED, FORBIDDEN]]),
    ])
    .await;
    let (server, canary) = server_and_canary().await;
    let (fetcher, port) = (fetcher(&names), server.address.port());
    for name in ["first.test", "last.test"] {
        body(&fetcher, request(Url::parse(&format!("http://{name}:{port}/")).expect("url"))).await;
    }
    let refused = error(&fetcher, &format!("http://closed.test:{port}/")).await;
    assert!(matches!(refused, FetchError::Refused { .. }), "the good one fails, and the other is not tried instead: {refused}");
    assert_eq!((server.seen().len(), canary.visits()), (2, 0));
}
