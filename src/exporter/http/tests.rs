//! Over a real socket, against a shelf in memory.

mod hostile;
mod manage;
mod pages;
mod standing;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config;
use crate::exporter::Format;
use crate::exporter::fake::{Fake, at, feed, item};
use crate::model::{CleanHtml, FeedState, Item};

struct Server {
    app: Arc<App<Fake>>,
    address: SocketAddr,
    shelf: Fake,
    clock: Clock,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

struct Reply {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

async fn start(items: Vec<Item>, change: impl FnOnce(&mut Config)) -> Server {
    let mut config = Config::default();
    change(&mut config);
    let shelf = Fake::of(items);
    let clock = Clock::manual(at(1000));
    let app = App::new(shelf.clone(), &config, clock.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let routes = router(Arc::clone(&app), None, Hosts::of(&config.http, &[address]));
    let task = tokio::spawn(serve(listener, routes, 8, stop.clone()));
    Server { app, address, shelf, clock, stop, task }
}

impl Server {
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(method, path, headers, "").await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += "Host: localhost\r\n";
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await.unwrap();
        let split = reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(reply[..split].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Reply { status, headers, body: reply[split + 4..].to_vec() }
    }

    async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[]).await
    }
}

fn three() -> Vec<Item> {
    (1..=3).map(item).collect()
}

fn secret(config: &mut Config, house: &str, output: &str) {
    config.http.token = Secret::new(house);
    config.outputs = vec![config::Output { name: "own".to_owned(), token: Secret::new(output), ..config::Output::default() }];
}

#[tokio::test]
async fn feeds_come_with_exact_types_and_safe_headers() {
    let server = start(three(), |_| {}).await;
    for format in Format::ALL {
        let reply = server.get(&format!("/feeds/all.{}", format.name())).await;
        assert_eq!((reply.status, reply.headers["content-type"].as_str()), (200, format.content_type()));
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers["referrer-policy"], "no-referrer");
        assert!(reply.headers["content-security-policy"].starts_with("default-src 'none'"));
        assert_eq!(reply.headers["cache-control"], "public, max-age=60");
        assert_eq!(reply.headers["vary"], "Accept, Accept-Encoding");
        let (day, rest) = (reply.headers["last-modified"].as_str(), at(1000).strftime("%d %b %Y %H:%M:%S GMT").to_string());
        assert!(day.ends_with(&rest), "{day}");
        assert!(reply.text().contains("urn:test:3"));
    }
}

#[tokio::test]
async fn a_reader_that_has_it_gets_304_without_a_look_at_the_items() {
    let server = start(three(), |_| {}).await;
    let first = server.get("/feeds/all.atom").await;
    let asked = server.shelf.asked.load(Ordering::SeqCst);
    let check = async |name: &str, value: &str, status: u16| {
        let reply = server.ask("GET", "/feeds/all.atom", &[(name, value)]).await;
        assert_eq!((reply.status, reply.body.is_empty()), (status, status == 304), "{name}: {value}");
        assert_eq!(reply.headers["etag"], first.headers["etag"]);
    };
    let etag = first.headers["etag"].as_str();
    assert!(etag.starts_with('"'), "strong: {etag}");
    check("If-None-Match", etag, 304).await;
    check("If-None-Match", &format!("W/{etag}"), 304).await;
    check("If-None-Match", &format!("\"other\", {etag}"), 304).await;
    check("If-None-Match", "*", 304).await;
    check("If-None-Match", "\"other\"", 200).await;
    check("If-Modified-Since", &first.headers["last-modified"], 304).await;
    check("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 200).await;
    assert_eq!(server.shelf.asked.load(Ordering::SeqCst), asked, "rendered once");
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_nothing_else_changes_the_tag() {
    let server = start(three(), |_| {}).await;
    let tag = async || server.get("/feeds/all.rss").await.headers["etag"].clone();
    let first = tag().await;
    server.shelf.change(|_| {}); // the store moved, but nothing that is shown here
    assert_eq!(tag().await, first);
    server.shelf.change(|items| items.push(item(4)));
    let second = tag().await;
    assert_ne!(second, first);
    server.shelf.change(|items| items.truncate(3));
    assert_eq!(tag().await, first);
}

#[tokio::test]
async fn a_reader_that_asks_by_date_alone_misses_nothing() {
    let server = start(three(), |_| {}).await;
    let ask = async |since: &str| {
        let reply = server.ask("GET", "/feeds/all.atom", &[("If-Modified-Since", since)]).await;
        (reply.status, reply.headers["last-modified"].clone())
    };
    let (_, first) = ask("").await;
    server.clock.advance(Duration::from_secs(60));
    server.shelf.change(|_| {});
    assert_eq!(ask(&first).await, (304, first.clone()), "the same bytes");
    server.shelf.change(|items| items.push(item(-1000))); // joins with a date before all others
    let (status, second) = ask(&first).await;
    assert_eq!(status, 200);
    assert_eq!(ask(&second).await, (304, second.clone()));
    server.clock.advance(Duration::from_secs(60));
    server.shelf.change(|items| drop(items.remove(2))); // the newest leaves
    assert_eq!(ask(&second).await.0, 200);
}

#[tokio::test]
async fn packed_answers_are_the_same_and_have_a_tag_of_their_own() {
    let server = start((1..=20).map(item).collect(), |_| {}).await;
    let plain = server.get("/feeds/all.json").await;
    for coding in ["gzip", "br", "zstd"] {
        let reply = server.ask("GET", "/feeds/all.json", &[("Accept-Encoding", coding)]).await;
        assert_eq!(reply.headers["content-encoding"], coding);
        assert!(reply.body.len() < plain.body.len() / 3);
        assert_ne!(reply.headers["etag"], plain.headers["etag"]);
        assert_eq!(reply.headers["content-length"], reply.body.len().to_string());
        let tag = reply.headers["etag"].as_str();
        let again = server.ask("GET", "/feeds/all.json", &[("Accept-Encoding", coding), ("If-None-Match", tag)]).await;
        assert_eq!((again.status, again.headers["etag"].as_str()), (304, tag));
    }
    let reply = server.ask("GET", "/feeds/all.json", &[("Accept-Encoding", "gzip")]).await;
    let mut back = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&reply.body[..]), &mut back).unwrap();
    assert_eq!(back, plain.body);
    let short = server.ask("GET", "/healthz", &[("Accept-Encoding", "gzip")]).await;
    assert!(!short.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn head_is_get_without_a_body_and_other_methods_are_refused() {
    let server = start(three(), |_| {}).await;
    let get = server.get("/feeds/all.atom").await;
    let head = server.ask("HEAD", "/feeds/all.atom", &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["etag", "content-type", "last-modified"] {
        assert_eq!(head.headers[name], get.headers[name]);
    }
    assert_eq!(head.headers["content-length"], get.body.len().to_string());
    for path in ["/", "/feeds/all.atom", "/opml", "/healthz"] {
        let reply = server.ask("POST", path, &[]).await;
        assert_eq!((reply.status, reply.headers["allow"].as_str()), (405, "GET,HEAD"), "{path}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn a_foreign_host_is_misdirected() {
    let server = start(three(), |config| config.http.public_url = "https://feeds.example/".to_owned()).await;
    for path in ["/", "/feeds/all.atom", "/healthz", "/nothing"] {
        let reply = server.ask("GET", path, &[("Host", "evil.example")]).await;
        assert_eq!(reply.status, 421, "{path}");
        assert!(!reply.text().contains("urn:test"));
    }
    assert_eq!(server.ask("GET", "/feeds/all.atom", &[("Host", "feeds.example")]).await.status, 200);
    assert_eq!(server.ask("GET", "http://evil.example/feeds/all.atom", &[]).await.status, 421);
    assert_eq!(server.ask("GET", "/feeds/all.atom", &[("X-Forwarded-Host", "evil.example")]).await.status, 200);
}

#[tokio::test]
async fn tokens_guard_everything_but_health() {
    let server = start(three(), |config| secret(config, "house", "mine")).await;
    for path in [
        "/",
        "/feeds/all.atom",
        "/feeds/own.rss",
        "/feeds/none.atom",
        "/opml",
        "/stories/1001",
        "/entries/1",
        "/search?q=text",
        "/metrics",
    ] {
        let reply = server.get(path).await;
        assert_eq!((reply.status, reply.headers["www-authenticate"].as_str()), (401, "Bearer realm=\"feedmux\""), "{path}");
        assert_eq!(server.get(&format!("{path}?token=wrong")).await.status, 401, "{path}");
    }
    for path in ["/healthz", "/readyz", "/style.css"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    for (path, bearer, status) in [
        ("/feeds/own.rss?token=mine", "", 200),
        ("/feeds/own.rss?token=house", "", 200),
        ("/feeds/own.rss", "Bearer mine", 200),
        ("/feeds/all.rss?token=mine", "", 401),
        ("/?token=mine", "", 401),
        ("/?token=house", "", 200),
    ] {
        assert_eq!(server.ask("GET", path, &[("Authorization", bearer)]).await.status, status, "{path} {bearer}");
    }
    let reply = server.get("/feeds/own.rss?token=mine").await;
    assert_eq!(reply.headers["cache-control"], "private, max-age=60");
    assert!(!reply.text().contains("mine"), "a document is shared; a token is not");
    let tag = reply.headers["etag"].as_str();
    assert_eq!(server.ask("GET", "/feeds/own.rss", &[("If-None-Match", tag)]).await.status, 401, "not even a 304");
}

#[tokio::test]
async fn where_only_all_has_a_token_the_pages_want_it_too() {
    let all = config::Output { name: "all".to_owned(), token: Secret::new("t"), ..config::Output::default() };
    let server = start(three(), |config| config.outputs = vec![all]).await;
    assert_eq!((server.get("/").await.status, server.get("/?token=t").await.status), (401, 200));
    assert_eq!(server.get("/entries/1").await.status, 401);
}

#[tokio::test]
async fn what_is_not_there_says_what_is() {
    let server = start(three(), |config| secret(config, "", "mine")).await;
    for path in ["/feeds/nope.atom", "/feeds/all.xml", "/feeds/all", "/feeds/..%2f..%2fetc%2fpasswd"] {
        let reply = server.get(path).await;
        assert_eq!(
            (reply.status, reply.text().as_str()),
            (404, "no such feed; there are all as .atom, .rss and .json\n"),
            "{path}"
        );
    }
    let known = server.get("/feeds/nope.atom?token=mine").await.text();
    assert_eq!(known, "no such feed; there are all, own as .atom, .rss and .json\n");
    for path in ["/x", "/stories/9", "/stories/x", "/entries/99999999999999999999", "/entries/"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn queries_narrow_page_and_complain() {
    let server = start(three(), |_| {}).await;
    let reply = server.get("/feeds/all.json?limit=1&utm_source=x&token=whatever").await;
    let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 1);
    let next = json["next_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8484").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&server.get(next).await.body).unwrap();
    assert_eq!(json["items"][0]["id"], "urn:test:2");
    let reply = server.get("/feeds/all.json?limit=none").await;
    assert_eq!((reply.status, reply.text().as_str()), (400, "limit: expected a number from 1 to 1000, got \"none\"\n"));
    assert_eq!(
        (reply.headers["content-type"].as_str(), reply.headers["cache-control"].as_str()),
        ("text/plain; charset=utf-8", "no-store")
    );
}

#[tokio::test]
async fn readiness_tells_why_not() {
    let server = start(three(), |_| {}).await;
    *server.shelf.broken.lock().unwrap() = Some("disk full".to_owned());
    let reply = server.get("/readyz").await;
    assert_eq!((reply.status, reply.text().as_str()), (503, "not ready: disk full\n"));
    assert_eq!(server.get("/healthz").await.status, 200);
    let closed = start(three(), |config| config.http.token = Secret::new("t")).await;
    *closed.shelf.broken.lock().unwrap() = Some("disk full".to_owned());
    assert_eq!(closed.get("/readyz").await.text(), "not ready\n");
    assert_eq!(closed.get("/readyz?token=t").await.text(), "not ready: disk full\n");
}

#[tokio::test]
async fn no_page_shows_the_key_to_a_feed() {
    let mut items = three();
    let mut row = feed(1);
    items[0].source.url = "https://site1.example/feed?token=s3cret".to_owned();
    items[0].source.title = items[0].source.url.clone();
    (row.url, row.title, row.site_url) = (items[0].source.url.clone(), items[0].source.url.clone(), None);
    let server = start(items, |_| {}).await;
    server.shelf.feeds.lock().unwrap().push(row);
    for path in ["/", "/stories/1001", "/entries/1", "/search?q=whole", "/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json"] {
        let page = server.get(path).await.text();
        assert!(page.contains("https://site1.example/") && !page.contains("s3cret"), "{path}: {page}");
    }
    for (part, found) in [("token%3Ds3c", false), ("site1", true)] {
        let feed = server.get(&format!("/feeds/all.json?feed={part}")).await.text();
        assert_eq!(feed.contains("urn:test:1"), found, "what is hidden cannot be guessed piece by piece either");
    }
    assert!(server.get("/opml").await.text().contains("s3cret"), "a list of feeds is of no use without it");
}

#[tokio::test]
async fn opml_lists_what_is_subscribed() {
    let server = start(vec![], |_| {}).await;
    let mut old = feed(2);
    old.subscribed = false;
    server.shelf.feeds.lock().unwrap().extend([feed(1), old]);
    let reply = server.get("/opml").await;
    assert_eq!(reply.headers["content-type"], "text/x-opml; charset=utf-8");
    assert!(reply.text().contains("https://site1.example/feed") && !reply.text().contains("site2"));
}

#[tokio::test]
async fn stopping_ends_idle_connections() {
    let server = start(three(), |_| {}).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut some = [0; 16];
    idle.read_exact(&mut some).await.unwrap();
    server.stop.cancel();
    server.task.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_plain_feed_names_the_hub_in_header_and_document() {
    let server = start(vec![item(1)], |config| {
        config.http.hub = "https://hub.example/".to_owned();
        config.http.public_url = "http://localhost".to_owned();
        config.outputs.push(config::Output { name: "own".to_owned(), token: Secret::new("t"), ..config::Output::default() });
    })
    .await;
    for (path, named) in [
        ("/feeds/all.atom", true),
        ("/feeds/all.json", true),
        ("/feeds/all.rss?limit=1", false),
        ("/feeds/own.atom?token=t", false),
        ("/feeds/status.atom", false),
    ] {
        let reply = server.ask("GET", path, &[]).await;
        let link = reply.headers.get("link").cloned();
        let expected = named.then(|| format!("<https://hub.example/>; rel=\"hub\", <http://localhost{path}>; rel=\"self\""));
        assert_eq!((link, reply.text().contains("https://hub.example/")), (expected, named), "{path}");
    }
}

#[tokio::test]
async fn a_changed_configuration_holds_for_the_next_request() {
    let config = |filter: &str| Config {
        outputs: vec![config::Output { name: "x".to_owned(), filter: filter.to_owned(), ..config::Output::default() }],
        ..Config::default()
    };
    let server = start(vec![item(1), item(2)], |changed| *changed = config("")).await;
    let shown = async || {
        let reply = server.get("/feeds/x.json").await;
        serde_json::from_slice::<serde_json::Value>(&reply.body).unwrap()["items"].as_array().unwrap().len()
    };
    assert_eq!(shown().await, 2);
    server.app.reload(&config("title:'title 2'")).unwrap();
    assert_eq!(shown().await, 1);
    assert!(server.app.reload(&config("title")).is_err());
    assert_eq!(shown().await, 1, "what is wrong changes nothing");
}

#[tokio::test]
async fn a_token_in_the_address_goes_on_to_the_next_page_and_one_in_a_header_stays_out() {
    let items = (1..=3).map(|n| item(n).in_story(n, n)).collect();
    let server = start(items, |config| config.http.token = Secret::new("a&b")).await;
    let next = async |path: &str, headers: &[(&str, &str)]| {
        let reply = server.ask("GET", path, headers).await;
        let feed: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(!feed["feed_url"].as_str().unwrap().contains("token"), "documents are shared");
        feed["next_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8484").unwrap().to_owned()
    };
    let bearer = [("Authorization", "Bearer a&b")];
    assert!(!next("/feeds/all.json?limit=1", &bearer).await.contains("token"));
    assert!(!next("/feeds/all.json?limit=1&token=other", &bearer).await.contains("other"));
    let second = next("/feeds/all.json?limit=1&token=a%26b", &[]).await;
    assert!(second.ends_with("&token=a%26b"), "{second}");
    let third = next(&second, &[]).await;
    assert_eq!(server.ask("GET", &third, &[]).await.status, 200);
    let atom = server.get("/feeds/all.atom?limit=1&token=a%26b").await.text();
    let archive = atom.split("rel=\"prev-archive\"").nth(1).and_then(|rest| rest.split('"').nth(3)).unwrap().replace("&amp;", "&");
    let archive = server.get(archive.strip_prefix("http://127.0.0.1:8484").unwrap()).await;
    assert!(archive.text().contains("fh:archive") && archive.text().contains("rel=\"current\""), "{}", archive.text());
    assert!(archive.text().matches("token=a%26b").count() >= 2, "{}", archive.text());
}

#[tokio::test]
async fn a_reader_that_takes_parts_gets_what_is_new_to_it() {
    let server = start((1..=3).map(item).collect(), |_| {}).await;
    for path in ["/feeds/all.atom", "/feeds/all.rss"] {
        let first = server.ask("GET", path, &[("Accept-Encoding", "gzip")]).await;
        let tag = first.headers["etag"].clone();
        let ask = [("A-IM", "feed"), ("If-None-Match", tag.as_str())];
        assert_eq!(server.ask("GET", path, &ask).await.status, 304, "{path}");
        let n = server.shelf.items.lock().unwrap().len() as i64 + 1;
        server.shelf.change(|items| items.push(item(n)));
        let part = server.ask("GET", path, &ask).await;
        let text = part.text();
        let shown = |n: i64| text.contains(&format!("Whole text {n},"));
        assert_eq!(
            (part.status, part.headers["im"].as_str(), part.headers["cache-control"].as_str()),
            (226, "feed", "no-store, im")
        );
        assert!(shown(n) && !shown(1), "{text}");
        let whole = server.ask("GET", path, &[("If-None-Match", tag.as_str())]).await;
        assert!((whole.status, part.headers["etag"].clone()) == (200, whole.headers["etag"].clone()), "{path}");
        let strange = [("A-IM", "feed"), ("If-None-Match", "\"unknown\"")];
        assert_eq!(server.ask("GET", path, &strange).await.status, 200, "{path}");
    }
}
