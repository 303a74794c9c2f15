//! WebSub, against a hub on loopback: it is asked, verifies, and what it pushes appears.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::http::StatusCode;
use reqwest::Response;
use support::{Reply, TestDaemon, Web, rss, wait_for};

/// One poll, then nothing for an hour; hubs reach the daemon under a name that only this setting knows.
const SETS: &[&str] =
    &["poll.interval='1h'", "scrape.mode='never'", "http.public_url='http://feeds.example'", "http.token='t0ken'"];

type Form = HashMap<String, String>;

/// A hub that takes every request and lets the test do the rest.
struct Hub {
    url: String,
    asked: Arc<Mutex<Vec<Form>>>,
}

impl Hub {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, asked) = (format!("http://{}/hub", listener.local_addr().unwrap()), Arc::<Mutex<Vec<Form>>>::default());
        let log = Arc::clone(&asked);
        let take = async move |body: String| {
            log.lock().unwrap().push(url::form_urlencoded::parse(body.as_bytes()).into_owned().collect());
            StatusCode::ACCEPTED
        };
        let app = axum::Router::new().route("/hub", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, asked }
    }

    /// Waits for request `nth`, from 0.
    async fn asked(&self, nth: usize) -> Form {
        wait_for(&format!("request {nth} to the hub"), async || self.asked.lock().unwrap().get(nth).cloned()).await
    }
}

/// What the hub does with a callback.
struct Callback<'a> {
    daemon: &'a TestDaemon,
    form: Form,
}

impl Callback<'_> {
    fn address(&self) -> String {
        let path = self.form["hub.callback"].strip_prefix("http://feeds.example").unwrap();
        assert!(path.starts_with("/websub/") && path.len() >= "/websub/".len() + 32, "{path}");
        format!("{}{path}", self.daemon.daemon.addresses[0])
    }

    async fn verify(&self, address: &str, mode: &str, topic: &str) -> Response {
        let query =
            [("hub.mode", mode), ("hub.topic", topic), ("hub.challenge", "ch4llenge & more"), ("hub.lease_seconds", "3600")];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        client().get(format!("{address}?{query}")).header("host", "feeds.example").send().await.unwrap()
    }

    async fn push(&self, body: &str, signature: Option<String>) -> StatusCode {
        let push = client().post(self.address()).header("host", "feeds.example").header("content-type", "application/rss+xml");
        let push = signature.into_iter().fold(push, |push, signature| push.header("x-hub-signature", signature));
        let answer = push.body(body.to_owned()).send().await.unwrap();
        StatusCode::from_u16(answer.status().as_u16()).unwrap()
    }

    fn sign(&self, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.form["hub.secret"].as_bytes());
        let tag: String = hmac::sign(&key, body.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={tag}")
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn document(names: &[&str]) -> String {
    let links: Vec<String> = names.iter().map(|name| format!("https://example.org/a-post-called-{name}")).collect();
    let items: Vec<_> = names.iter().zip(&links).map(|(name, link)| (*name, link.as_str(), *name, "Text")).collect();
    rss("Blog", &items)
}

fn feed(hub: &Hub, names: &[&str]) -> Reply {
    Reply::ok(document(names)).header("link", &format!("<{}>; rel=\"hub\", </feed.xml>; rel=\"self\"", hub.url))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hub_pushes_appears_without_another_request_and_what_it_did_not_sign_does_not() {
    let (web, hub) = (Web::start().await, Hub::start().await);
    web.put("/feed.xml", feed(&hub, &["one"]));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &[SETS, &["fetch.max_body='16KiB'"]].concat()).await;
    let form = hub.asked(0).await;
    let topic = web.url("/feed.xml");
    assert_eq!((form["hub.mode"].as_str(), form["hub.topic"].as_str()), ("subscribe", topic.as_str()));
    assert!(form["hub.secret"].len() >= 32 && form["hub.lease_seconds"].parse::<u64>().unwrap() > 0);
    let callback = Callback { daemon: &daemon, form };

    // Verified for what is wanted, and for nothing else; no token is asked for.
    let address = callback.address();
    for (mode, topic) in [("subscribe", "https://example.org/other"), ("unsubscribe", topic.as_str())] {
        assert_eq!(callback.verify(&address, mode, topic).await.status().as_u16(), 404, "{mode} {topic}");
    }
    let stranger = format!("{}/websub/{}", daemon.daemon.addresses[0], "0".repeat(32));
    assert_eq!(callback.verify(&stranger, "subscribe", &topic).await.status().as_u16(), 404);
    let answer = callback.verify(&address, "subscribe", &topic).await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.text().await.unwrap(), "ch4llenge & more");

    let forged = document(&["forged"]);
    let sha1 = format!("sha1={}", "0".repeat(40));
    for signature in [None, Some(sha1), Some(callback.sign("something else"))] {
        assert!(callback.push(&forged, signature).await.is_success(), "nobody is told that a signature is wrong");
    }
    let large = format!("{}{}", document(&["large"]), " ".repeat(16 << 10));
    assert!(callback.push(&large, Some(callback.sign(&large))).await.is_success());
    let news = document(&["two"]);
    assert!(callback.push(&news, Some(callback.sign(&news))).await.is_success());
    wait_for("the pushed entry", async || {
        let titles = daemon.sql("SELECT group_concat(title, ' ') FROM (SELECT title FROM entries ORDER BY id)").await;
        (titles == "one two").then_some(())
    })
    .await;
    let merged = daemon.get("/feeds/all.json?token=t0ken").await;
    assert!(merged.contains("a-post-called-two") && !merged.contains("forged"), "{merged}");
    assert_eq!(web.hits("/feed.xml").len(), 1, "nobody asked the publisher");
    assert_eq!(daemon.sql("SELECT outcome FROM polls ORDER BY at DESC").await, "pushed");
    assert_eq!(hub.asked.lock().unwrap().len(), 1);

    // An end is told to the hub, verified, and then nothing is taken any more.
    let id = daemon.daemon.store.feeds().await.unwrap()[0].id;
    daemon.daemon.store.pause(feedmux::clock::Clock::system().now(), id, true).await.unwrap();
    let ending = hub.asked(1).await;
    assert_eq!(
        (ending["hub.mode"].as_str(), ending["hub.callback"].as_str()),
        ("unsubscribe", callback.form["hub.callback"].as_str())
    );
    assert_eq!(callback.push(&news, Some(callback.sign(&news))).await.as_u16(), 410);
    assert_eq!(callback.verify(&address, "subscribe", &topic).await.status().as_u16(), 404);
    assert_eq!(callback.verify(&address, "unsubscribe", &topic).await.status().as_u16(), 200);
    assert_eq!(callback.push(&news, Some(callback.sign(&news))).await.as_u16(), 404);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_whose_hub_tells_is_polled_slower_until_a_poll_finds_what_was_not_told() {
    let (web, hub) = (Web::start().await, Hub::start().await);
    web.put("/feed.xml", feed(&hub, &["one"]).etag("\"1\""));
    let sets = [SETS, &["poll.interval='500ms'"]].concat();
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &sets).await;
    let callback = Callback { daemon: &daemon, form: hub.asked(0).await };
    let verified = callback.verify(&callback.address(), "subscribe", &callback.form["hub.topic"]).await;
    assert_eq!(verified.status().as_u16(), 200);
    let says = async |word: &str| {
        let query = format!("SELECT next_poll_reason LIKE '{word}%' FROM feeds");
        wait_for(word, async || (daemon.sql(&query).await == 1).then_some(())).await;
    };
    says("a hub tells what is new; polled every").await;
    web.put("/feed.xml", feed(&hub, &["one", "two"]).etag("\"2\""));
    says("every").await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_no_hub_is_asked_and_nobody_can_push() {
    let (web, hub) = (Web::start().await, Hub::start().await);
    web.put("/feed.xml", feed(&hub, &["one"]));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["poll.interval='200ms'", "scrape.mode='never'"]).await;
    wait_for("some polls", async || (web.hits("/feed.xml").len() >= 4).then_some(())).await;
    assert!(hub.asked.lock().unwrap().is_empty());
    let answer = client().post(format!("{}/websub/x", daemon.daemon.addresses[0])).body("x").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 404);
    daemon.stop().await;
}

#[tokio::test]
async fn outputs_go_out_as_files_and_the_hub_is_told_of_changes() {
    let (web, hub, folder) = (Web::start().await, Hub::start().await, tempfile::tempdir().unwrap());
    web.put("/feed.xml", Reply::ok(document(&["one"])));
    let (told_by, export) = (format!("http.hub='{}'", hub.url), format!("http.export_dir='{}'", folder.path().display()));
    let own = "output=[{name='own',token='a-secret-of-some-length'}]";
    let sets = ["poll.interval='1h'", "scrape.mode='never'", "http.public_url='http://feeds.example'", &told_by, &export, own];
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &sets).await;
    let form = hub.asked(0).await;
    assert_eq!(form["hub.mode"], "publish");
    assert!(form["hub.url"].starts_with("http://feeds.example/feeds/all."), "{form:?}");
    for name in ["all.atom", "all.rss", "all.json"] {
        let file = folder.path().join("feeds").join(name);
        let written = async || std::fs::read_to_string(&file).ok().filter(|text| text.contains("a-post-called-one"));
        let text = wait_for(name, written).await;
        assert!(text.contains(&hub.url) && !text.contains("before="), "{text}");
    }
    assert!(!folder.path().join("feeds/own.atom").exists(), "a static server would not ask for its token");
    daemon.stop().await;
}

#[tokio::test]
async fn the_hub_is_told_although_the_files_cannot_be_written() {
    let (web, hub, folder) = (Web::start().await, Hub::start().await, tempfile::tempdir().unwrap());
    web.put("/feed.xml", Reply::ok(document(&["one"])));
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let (told_by, export) = (format!("http.hub='{}'", hub.url), format!("http.export_dir='{}'", file.display()));
    let sets = ["poll.interval='1h'", "scrape.mode='never'", "http.public_url='http://feeds.example'", &told_by, &export];
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &sets).await;
    assert_eq!(hub.asked(0).await["hub.mode"], "publish");
    daemon.stop().await;
}
