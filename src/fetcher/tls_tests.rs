use std::net::Ipv4Addr;

use rustls::HandshakeKind::{Full, Resumed};
use rustls::version::{TLS12, TLS13};

use crate::config;
use crate::fetcher::Fetcher;
use crate::fetcher::test_names::Names;
use crate::fetcher::test_tls::{Issuer, TlsServer};
use crate::fetcher::tests::{body, clock, request, settings};
use crate::model::FetchError;

const BOTH: &[&str] = &["h2", "http/1.1"];
const OLD: &[&str] = &["http/1.1"];

/// A fetcher that believes `issuer` and finds both names on this machine. The names are known as long as the second lives.
async fn bench(issuer: &Issuer) -> (Fetcher, Names) {
    with_sockets(usize::MAX, issuer).await
}

async fn with_sockets(sockets: usize, issuer: &Issuer) -> (Fetcher, Names) {
    let names = Names::start(&[("feeds.test", &[Ipv4Addr::LOCALHOST]), ("other.test", &[Ipv4Addr::LOCALHOST])]).await;
    let fetch = config::Fetch { dns_server: names.address.to_string(), ..settings(&["127.0.0.0/8"]) };
    (Fetcher::trusting(vec![issuer.root()], sockets, &fetch, clock()).expect("good settings"), names)
}

#[tokio::test]
async fn a_feed_comes_over_http_2_where_it_is_offered() {
    let issuer = Issuer::new("known");
    let (fetcher, _names) = bench(&issuer).await;
    for (protocols, version) in [(BOTH, "HTTP/2.0"), (OLD, "HTTP/1.1"), (&[], "HTTP/1.1")] {
        let server = TlsServer::start(issuer.certificate(&["feeds.test"]), protocols, &TLS13).await;
        let got = body(&fetcher, request(server.url("feeds.test", "/a.xml"))).await;
        assert_eq!(&got.bytes[..], b"<rss/>");
        let port = got.final_url.port().expect("a port");
        assert_eq!(server.requests(), [format!("{version} feeds.test:{port} /a.xml")], "the host is named as it was asked for");
    }
}

#[tokio::test]
async fn feeds_of_a_host_share_one_connection() {
    let issuer = Issuer::new("known");
    let (fetcher, _names) = bench(&issuer).await;
    for protocols in [BOTH, OLD] {
        let server = TlsServer::start(issuer.certificate(&["feeds.test", "other.test"]), protocols, &TLS13).await;
        for path in ["/a.xml", "/b.xml", "/robots.txt"] {
            body(&fetcher, request(server.url("feeds.test", path))).await;
        }
        assert_eq!((server.handshakes(), server.requests().len()), (vec![Full], 3), "{protocols:?}");
        // the same address and certificate, but nobody has said that it may speak for the other name
        body(&fetcher, request(server.url("other.test", "/c.xml"))).await;
        assert_eq!(server.handshakes().len(), 2, "{protocols:?}");
    }
}

#[tokio::test]
async fn over_http_2_requests_at_once_need_no_more_connections() {
    let issuer = Issuer::new("known");
    let (fetcher, _names) = bench(&issuer).await;
    let server = TlsServer::start(issuer.certificate(&["feeds.test"]), BOTH, &TLS13).await;
    body(&fetcher, request(server.url("feeds.test", "/first.xml"))).await;
    let asked = ["/a.xml", "/b.xml", "/c.xml", "/d.xml"].map(|path| body(&fetcher, request(server.url("feeds.test", path))));
    futures_util::future::join_all(asked).await;
    assert_eq!((server.handshakes(), server.requests().len()), (vec![Full], 5));
}

#[tokio::test]
async fn a_connection_that_was_closed_is_replaced_by_a_resumed_session() {
    let issuer = Issuer::new("known");
    for (protocols, tls) in [(BOTH, &TLS13), (OLD, &TLS13), (BOTH, &TLS12), (OLD, &TLS12)] {
        let (fetcher, _names) = bench(&issuer).await;
        let server = TlsServer::start(issuer.certificate(&["feeds.test"]), protocols, tls).await;
        for _ in 0..3 {
            body(&fetcher, request(server.url("feeds.test", "/a.xml"))).await;
            server.hang_up().await;
        }
        assert_eq!(server.handshakes(), [Full, Resumed, Resumed], "{protocols:?} {tls:?}");
    }
}

#[tokio::test]
async fn without_sockets_to_spare_connections_are_closed_and_sessions_kept() {
    let issuer = Issuer::new("known");
    let (fetcher, _names) = with_sockets(4, &issuer).await;
    let server = TlsServer::start(issuer.certificate(&["feeds.test"]), BOTH, &TLS13).await;
    for _ in 0..3 {
        body(&fetcher, request(server.url("feeds.test", "/a.xml"))).await;
    }
    assert_eq!((fetcher.at_once(), server.handshakes()), (1, vec![Full, Resumed, Resumed]));
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_in_words() {
    let (issuer, stranger) = (Issuer::new("known"), Issuer::new("stranger"));
    let (fetcher, _names) = bench(&issuer).await;
    let many: Vec<String> = (1..=5).map(|n| format!("{n}.test")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let cases = [
        (stranger.certificate(&["feeds.test"]), "its certificate comes from an issuer that this system does not know"),
        (issuer.certificate(&["www.test", "*.news.test"]), "its certificate is for www.test, *.news.test"),
        (issuer.certificate(&many), "its certificate is for 1.test, 2.test, 3.test, ..."),
        (issuer.certificate(&[]), "its certificate is for another name"),
        (issuer.expired(&["feeds.test"]), "its certificate expired on 2020-12-24"),
    ];
    for (certificate, detail) in cases {
        let server = TlsServer::start(certificate, BOTH, &TLS13).await;
        let url = server.url("feeds.test", "/a.xml?key=s3cret");
        let host = format!("feeds.test:{}", url.port().expect("a port"));
        let error = fetcher.get(request(url)).await.expect_err(detail);
        assert_eq!(error, FetchError::Tls { host, detail: detail.to_owned() });
        assert!(server.requests().is_empty(), "nothing is asked of who is not known");
    }
}

#[tokio::test]
async fn who_closes_in_the_middle_of_a_handshake_speaks_no_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream)
        }
    });
    let fetcher = Fetcher::new(&settings(&["127.0.0.0/8"]), clock()).expect("good settings");
    let error = fetcher.get(request(url.parse().expect("a url"))).await.expect_err("closed");
    assert!(matches!(error, FetchError::Tls { .. }), "{error}");
}

#[tokio::test]
async fn only_the_roots_of_the_system_are_believed_by_themselves() {
    let server = TlsServer::start(Issuer::new("known").certificate(&["127.0.0.1"]), BOTH, &TLS13).await;
    let fetcher = Fetcher::new(&settings(&["127.0.0.0/8"]), clock()).expect("good settings");
    let error = fetcher.get(request(server.url("127.0.0.1", "/"))).await.expect_err("a stranger");
    assert!(matches!(&error, FetchError::Tls { detail, .. } if detail.contains("issuer")), "{error}");
}
