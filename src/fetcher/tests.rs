use std::net::Ipv4Addr;

use super::test_names::Names;
use super::test_server::{Act, Server, reply};
use super::*;
use crate::model::{Kind, Limits, Validators};

pub(super) fn settings(allow: &[&str]) -> config::Fetch {
    config::Fetch { allow_private: allow.iter().map(|line| (*line).to_owned()).collect(), ..config::Fetch::default() }
}

pub(super) fn clock() -> Clock {
    Clock::manual("2026-11-22T12:00:00Z".parse().expect("a time"))
}

/// A fetcher that may contact this machine.
pub(super) fn local() -> Fetcher {
    Fetcher::new(&settings(&["127.0.0.0/8"]), clock()).expect("good settings")
}

pub(super) fn request(url: Url) -> Request {
    let limits = Limits { hops: 10, body_bytes: 1 << 20, step: Duration::from_secs(5), total: Duration::from_secs(20) };
    Request { url, kind: Kind::Feed, validators: Validators::default(), headers: Vec::new(), auth: None, limits }
}

pub(super) async fn error(fetcher: &Fetcher, url: &str) -> FetchError {
    fetcher.get(request(Url::parse(url).expect(url))).await.expect_err(url)
}

pub(super) async fn body(fetcher: &Fetcher, request: Request) -> Box<Body> {
    match fetcher.get(request).await {
        Ok(Fetched::Body(body)) => body,
        other => panic!("no body: {other:?}"),
    }
}

#[tokio::test]
async fn a_whole_answer_with_what_its_head_says() {
    let lines = ["Content-Type: text/xml; charset=\"x\"", "ETag: W/\"1\"", "Last-Modified: whenever", "Cache-Control: max-age=60"];
    let server = Server::always(reply("200 OK", &lines, "<rss/>")).await;
    let got = body(&local(), request(server.url("/feed?a=b#top"))).await;
    assert_eq!((&got.bytes[..], got.wire_bytes, got.fresh_for), (&b"<rss/>"[..], 6, Some(Duration::from_secs(60))));
    assert_eq!(got.content_type.as_deref(), Some("text/xml; charset=\"x\""));
    assert_eq!((got.final_url.as_str(), &got.moved_to), (server.url("/feed?a=b").as_str(), &None));
    assert_eq!((got.validators.etag.as_deref(), got.validators.last_modified.as_deref()), (Some("W/\"1\""), Some("whenever")));
    assert_eq!(got.validators.url.as_deref(), Some(got.final_url.as_str()));
}

#[tokio::test]
async fn a_request_says_who_we_are_and_nothing_else() {
    let server = Server::always(reply("200 OK", &["Set-Cookie: a=b"], "x")).await;
    let fetcher = local();
    body(&fetcher, request(server.url("/f?x=1#frag"))).await;
    body(&fetcher, request(server.url("/f"))).await;
    let heads = server.seen();
    let mut names: Vec<String> =
        heads[0].lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "{}", heads[0]);
    assert!(heads[0].starts_with("GET /f?x=1 HTTP/1.1\r\n"), "{}", heads[0]);
    assert!(heads[0].contains(&format!("feedmux/{} (+https://", env!("CARGO_PKG_VERSION"))), "{}", heads[0]);
    assert!(!heads[1].to_lowercase().contains("cookie"), "{}", heads[1]);
    assert!(heads[1].find("atom+xml") < heads[1].find("*/*;q=0.1"), "{}", heads[1]);
}

#[tokio::test]
async fn a_connection_serves_all_hops_and_polls() {
    let server = Server::start(|path| {
        vec![Act::Send(match path {
            "/old" => reply("301 Moved", &["Location: /new"], "moved"),
            "/gone" => reply("404 Not Found", &[], "x".repeat(9000)),
            _ => reply("200 OK", &[], "x"),
        })]
    })
    .await;
    let fetcher = local();
    let got = body(&fetcher, request(server.url("/old"))).await;
    assert_eq!(got.moved_to, Some(server.url("/new")));
    assert_eq!(error(&fetcher, server.url("/gone").as_str()).await.status(), Some(404));
    body(&fetcher, request(server.url("/new"))).await;
    assert_eq!((server.seen().len(), server.connections()), (4, 1));
}

#[tokio::test]
async fn redirects_that_lead_nowhere() {
    let server = Server::start(|path| {
        let to = |location: String| vec![Act::Send(reply("302 Found", &[&format!("Location: {location}")], ""))];
        match path {
            "/self" => to("/self".into()),
            "/a" => to("/b".into()),
            "/b" => to("/a".into()),
            "/none" => vec![Act::Send(reply("301 Moved", &[], ""))],
            "/file" => to("file:///etc/passwd".into()),
            "/private" => to("http://10.0.0.1/".into()),
            "/meta" => to("http://[::ffff:a9fe:a9fe]/latest".into()),
            other => to(format!("{other}x")),
        }
    })
    .await;
    let fetcher = local();
    for (path, part) in
        [("/self", "itself"), ("/a", "itself"), ("/none", "without Location"), ("/file", "\"file\""), ("/n", "more than 10")]
    {
        let error = error(&fetcher, server.url(path).as_str()).await;
        assert!(matches!(&error, FetchError::Redirect(text) if text.contains(part)), "{path}: {error}");
    }
    for path in ["/private", "/meta"] {
        let error = error(&fetcher, server.url(path).as_str()).await;
        assert!(matches!(error, FetchError::Blocked { .. }), "{path}: {error}");
    }
    let endless = server.seen().iter().filter(|head| head.starts_with("GET /n")).count();
    assert_eq!(endless, 12, "/none, the first and ten hops");
}

#[tokio::test]
async fn statuses_are_told_with_their_wait() {
    let server = Server::start(|path| {
        vec![Act::Send(match path {
            "/429" => reply("429 Slow down", &["Retry-After: 120"], "slow"),
            "/503" => reply("503 Busy", &["Retry-After: Sun, 22 Nov 2026 12:02:00 GMT"], ""),
            "/403" => reply("403 Forbidden", &["cf-mitigated: challenge"], "prove it"),
            "/206" => reply("206 Partial", &["Content-Range: bytes 0-0/9"], "x"),
            "/204" => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
            "/to429" => reply("302 Found", &["Location: /429"], ""),
            _ => b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
        })]
    })
    .await;
    let fetcher = local();
    let wait = Some(Duration::from_secs(120));
    let cases = [
        ("/429", 429, wait, None),
        ("/to429", 429, wait, None),
        ("/503", 503, wait, None),
        ("/403", 403, None, Some("Cloudflare")),
        ("/206", 206, None, None),
        ("/204", 204, None, None),
        ("/304", 304, None, None),
    ];
    for (path, code, retry_after, challenge) in cases {
        let host = crate::model::host_of(server.url(path).as_str());
        let expected = FetchError::Status { code, retry_after, challenge, host };
        assert_eq!(error(&fetcher, server.url(path).as_str()).await, expected, "{path}");
    }
}

#[tokio::test]
async fn validators_go_only_to_the_address_that_gave_them() {
    let server = Server::start(|path| {
        vec![Act::Send(match path {
            "/moved" => reply("301 Moved", &["Location: /feed"], ""),
            _ => b"HTTP/1.1 304 Not Modified\r\nETag: \"2\"\r\nCache-Control: max-age=9\r\n\r\n".to_vec(),
        })]
    })
    .await;
    let fetcher = local();
    let ask = |path: &str, of: &str| {
        let validators =
            Validators { etag: Some("\"1\"".into()), last_modified: Some("then".into()), url: Some(server.url(of).into()) };
        fetcher.get(Request { validators, ..request(server.url(path)) })
    };
    for path in ["/feed", "/moved"] {
        let Ok(Fetched::NotModified { validators: Some(new), moved_to, fresh_for }) = ask(path, "/feed").await else {
            panic!("{path}")
        };
        assert_eq!((new.etag.as_deref(), new.last_modified.as_deref()), (Some("\"2\""), Some("then")));
        assert_eq!((moved_to.is_some(), fresh_for), (path == "/moved", Some(Duration::from_secs(9))));
    }
    assert_eq!(ask("/feed", "/other").await.expect_err("not ours").status(), Some(304));
    let heads = server.seen();
    let sent: Vec<bool> =
        heads.iter().map(|head| head.contains("if-none-match: \"1\"") && head.contains("if-modified-since: then")).collect();
    assert_eq!(sent, [true, false, true, false], "{heads:?}");
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let other = Server::always(reply("200 OK", &[], "x")).await;
    let away = format!("Location: {}", other.url("/there"));
    let server = Server::start(move |path| {
        vec![Act::Send(match path {
            "/away" => reply("302 Found", &[&away], ""),
            "/near" => reply("302 Found", &["Location: /here"], ""),
            _ => reply("200 OK", &[], "x"),
        })]
    })
    .await;
    let fetcher = local();
    let secret = |path: &str, auth: Auth| Request {
        headers: vec![("X-Key".to_owned(), "s3cret".to_owned())],
        auth: Some(auth),
        ..request(server.url(path))
    };
    body(&fetcher, secret("/near", Auth::Basic { user: "me".into(), password: "pw".into() })).await;
    body(&fetcher, secret("/away", Auth::Bearer("t0ken".into()))).await;
    let heads = server.seen();
    assert!(heads[..2].iter().all(|head| head.contains("Basic bWU6cHc=") && head.contains("s3cret")), "{heads:?}");
    assert!(heads[2].contains("Bearer t0ken"), "{heads:?}");
    let there = other.seen().join("");
    assert!(there.contains("GET /there") && !there.contains("t0ken") && !there.contains("s3cret"), "{there}");
}

#[tokio::test]
async fn userinfo_is_neither_sent_nor_told() {
    let server = Server::always(reply("200 OK", &[], "x")).await;
    let mut url = server.url("/");
    url.set_username("me").expect("a host");
    url.set_password(Some("s3cret")).expect("a host");
    let got = body(&local(), request(url)).await;
    assert_eq!(got.final_url, server.url("/"));
    assert!(!server.seen().join("").to_lowercase().contains("authorization"));
    let refused = error(&local(), "http://me:s3cret@127.0.0.1:1/x?key=s3cret").await.to_string();
    assert!(!refused.contains("s3cret"), "{refused}");
}

#[tokio::test]
async fn private_addresses_are_not_contacted() {
    let server = Server::always(reply("200 OK", &[], "x")).await;
    let strict = Fetcher::new(&settings(&[]), clock()).expect("good settings");
    let error = strict.get(request(server.url("/"))).await.expect_err("loopback");
    assert!(error.to_string().contains("allow_private under [fetch]"), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn names_are_vetted_by_what_they_resolve_to() {
    let server = Server::always(reply("200 OK", &[], "x")).await;
    let private = Ipv4Addr::new(10, 0, 0, 1);
    let names = Names::start(&[("in.test", &[private]), ("mixed.test", &[private, Ipv4Addr::LOCALHOST]), ("none.test", &[])]).await;
    let dns_server = names.address.to_string();
    let fetcher = |allow: &[&str]| {
        Fetcher::new(&config::Fetch { dns_server: dns_server.clone(), ..settings(allow) }, clock()).expect("good settings")
    };
    let url = |host: &str| format!("http://{host}:{}/", server.address.port());

    let local = fetcher(&["127.0.0.0/8"]);
    body(&local, request(Url::parse(&url("mixed.test")).expect("url"))).await;
    assert_eq!(server.seen().len(), 1);
    let blocked = error(&local, &url("in.test")).await;
    assert!(
        matches!(&blocked, FetchError::Blocked { host, reason, .. } if host == "in.test" && reason.contains("10.0.0.1")),
        "{blocked}"
    );
    let unknown = error(&local, &url("nowhere.test")).await;
    assert_eq!(unknown, FetchError::Dns { host: "nowhere.test".into(), detail: "the name does not exist".into() });
    assert!(matches!(error(&local, &url("none.test")).await, FetchError::Dns { .. }));
    assert!(matches!(error(&fetcher(&[]), &url("mixed.test")).await, FetchError::Blocked { .. }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_the_users_trouble() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let proxy = format!("http://127.0.0.1:{unused}");
    let fetcher = Fetcher::new(&config::Fetch { proxy, ..settings(&["127.0.0.0/8"]) }, clock()).expect("a fetcher");
    for address in ["http://203.0.112.7/feed", "https://203.0.112.7/feed"] {
        let error = error(&fetcher, address).await;
        assert!(error.is_ours() && error.to_string().contains("fetch.proxy"), "{address}: {error}");
    }
}

#[tokio::test]
async fn a_proxy_does_not_switch_the_guard_off() {
    let proxy = Server::always(reply("200 OK", &[], "x")).await;
    let inside = Ipv4Addr::new(10, 0, 0, 1);
    let names = Names::scripted(&[
        ("in.test", vec![vec![inside]]),
        ("proxy.test", vec![vec![Ipv4Addr::LOCALHOST]]),
        ("mixed.test", vec![vec![Ipv4Addr::new(9, 9, 9, 9), inside]]),
        ("rebind.test", vec![vec![inside], vec![Ipv4Addr::new(9, 9, 9, 9)]]),
    ])
    .await;
    let settings = config::Fetch {
        dns_server: names.address.to_string(),
        proxy: format!("http://user:s3cret@proxy.test:{}", proxy.address.port()),
        ..settings(&[])
    };
    let fetcher = Fetcher::new(&settings, clock()).expect("good settings");
    for host in ["10.0.0.1", "127.1", "[::1]", "localhost", "nas", "nas.lan", "in.test", "proxy.test", "mixed.test", "rebind.test"]
    {
        let error = error(&fetcher, &format!("http://{host}/")).await;
        assert!(matches!(error, FetchError::Blocked { .. }), "{host}: {error}");
    }
    assert!(proxy.seen().is_empty());
    // its present answer is good; what the proxy is told when it asks by itself is out of our hands
    body(&fetcher, request(Url::parse("http://rebind.test/feed").expect("url"))).await;
    body(&fetcher, request(Url::parse("http://known-to-the-proxy.test/feed").expect("url"))).await;
    assert!(proxy.seen()[1].starts_with("GET http://known-to-the-proxy.test/feed HTTP/1.1"), "{:?}", proxy.seen());
}

#[tokio::test]
async fn failures_to_connect_are_told_apart() {
    let closed = Server::always("").await.address; // listens on 127.0.0.1 alone
    let fetcher = local();
    let refused = error(&fetcher, &format!("http://127.0.0.2:{}/x", closed.port())).await;
    assert!(matches!(&refused, FetchError::Refused { host } if host.starts_with("127.0.0.2:")), "{refused}");
    let refused = error(&fetcher, &format!("https://127.0.0.2:{}/x", closed.port())).await;
    assert!(matches!(refused, FetchError::Refused { .. }), "{refused}");
    let silent = Server::start(|_| vec![]).await;
    let limits = Limits { step: Duration::from_millis(150), ..request(silent.url("/")).limits };
    let mut url = silent.url("/");
    url.set_scheme("https").expect("https");
    // the server waits for the end of a request head that a TLS hello never brings
    let slow = fetcher.get(Request { limits, ..request(url) }).await.expect_err("no TLS");
    assert_eq!(slow, FetchError::Timeout { stage: Stage::Connect, after: limits.step });
}

#[tokio::test]
async fn what_is_no_tls_is_a_tls_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}/", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("sent");
        stream
    });
    let error = error(&local(), &url).await;
    assert!(matches!(error, FetchError::Tls { .. }), "{error}");
    drop(server.await);
}

#[tokio::test]
async fn a_silent_or_dripping_head_is_let_go_after_one_step() {
    let drip = |bytes: &[u8]| vec![Act::Send(bytes.to_vec()), Act::Drip(b"X-A: b\r\n".to_vec(), Duration::from_millis(10))];
    let server = Server::start(move |path| if path == "/silent" { vec![Act::Hang] } else { drip(b"HTTP/1.1 200 OK\r\n") }).await;
    let fetcher = local();
    let limits = Limits { step: Duration::from_millis(150), total: Duration::from_secs(20), ..request(server.url("/")).limits };
    for path in ["/silent", "/drip"] {
        let begun = Instant::now();
        let error = fetcher.get(Request { limits, ..request(server.url(path)) }).await.expect_err(path);
        assert_eq!(error, FetchError::Timeout { stage: Stage::FirstByte, after: limits.step }, "{path}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{path}");
    }
}

#[tokio::test]
async fn cut_heads_are_broken_answers() {
    for bytes in [&b""[..], b"HTTP/1.1 200", b"nonsense\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n"] {
        let server = Server::always(bytes).await;
        let error = local().get(request(server.url("/"))).await.expect_err("no head");
        assert!(matches!(error, FetchError::Broken(_)), "{:?}: {error}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_bad_setting_is_named() {
    let check = |fetch: config::Fetch, key: &str, part: &str| {
        let error = Fetcher::new(&fetch, clock()).expect_err(key).to_string();
        assert!(error.starts_with(&format!("{key}: ")) && error.contains(part), "{error}");
    };
    check(settings(&["a b"]), "fetch.allow_private", "a b");
    check(config::Fetch { dns_server: "dns.test".into(), ..settings(&[]) }, "fetch.dns_server", "dns.test");
    check(config::Fetch { proxy: "socks5://a".into(), ..settings(&[]) }, "fetch.proxy", "http://");
    check(config::Fetch { user_agent_contact: "a\r\nb".into(), ..settings(&[]) }, "fetch.user_agent_contact", "ASCII");
}

#[test]
fn a_fetcher_is_made_without_a_runtime() {
    // as `check` does
    let fetch = config::Fetch { dns_server: "127.0.0.1".to_owned(), ..settings(&["10.0.0.1", "*.corp"]) };
    let fetcher = Fetcher::new(&fetch, clock()).expect("good settings");
    assert!(fetcher.policy().allows_ip([10, 0, 0, 1].into()) && fetcher.policy().allows_host("wiki.corp"));
}
