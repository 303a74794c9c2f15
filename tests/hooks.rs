//! Hooks, against receivers on loopback: what is delivered, in which order, how often, and what is not.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use feedmux::model::HookState;
use serde_json::Value;
use support::process::{Feedmux, feedmux, folder_with, number, signal, spawn, stderr, stdout};
use support::{Reply, TestDaemon, Web, rss, wait_for};

const SETS: &[&str] = &["poll.interval='200ms'", "poll.backoff='200ms'", "scrape.mode='never'"];

/// `whsec_` with the bytes 0 to 23.
const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// One request of the daemon.
#[derive(Clone, Debug)]
struct Event {
    head: HashMap<String, String>,
    bytes: Bytes,
    body: Value,
}

impl Event {
    fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }

    fn id(&self) -> &str {
        &self.head["webhook-id"]
    }

    fn title(&self) -> &str {
        self.body["data"]["item"]["title"].as_str().unwrap()
    }

    /// As a receiver does it that knows Standard Webhooks.
    fn is_signed(&self, key: &[u8]) -> bool {
        let mut signed = format!("{}.{}.", self.id(), self.head["webhook-timestamp"]).into_bytes();
        signed.extend_from_slice(&self.bytes);
        let tag = STANDARD.decode(self.head["webhook-signature"].strip_prefix("v1,").unwrap()).unwrap();
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &signed, &tag).is_ok()
    }
}

/// A receiver that answers what the test wants.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Event>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    async fn start() -> Self {
        Self::at("127.0.0.1").await
    }

    async fn at(ip: &str) -> Self {
        let listener = tokio::net::TcpListener::bind((ip, 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (got, status) = (Arc::<Mutex<Vec<Event>>>::default(), Arc::new(Mutex::new(200)));
        let (log, answer) = (Arc::clone(&got), Arc::clone(&status));
        let take = async move |headers: HeaderMap, bytes: Bytes| {
            let head = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            log.lock().unwrap().push(Event { head, body: serde_json::from_slice(&bytes).unwrap(), bytes });
            let status = *answer.lock().unwrap();
            // 0: it takes the event and never answers
            if status == 0 {
                std::future::pending::<()>().await;
            }
            (StatusCode::from_u16(status).unwrap(), "as the test wants")
        };
        let app = axum::Router::new().route("/hook", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, got, status }
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn got(&self) -> Vec<Event> {
        self.got.lock().unwrap().clone()
    }

    /// Waits for so many requests.
    async fn wait_for(&self, count: usize) -> Vec<Event> {
        wait_for(&format!("{count} events"), async || Some(self.got()).filter(|got| got.len() >= count)).await
    }
}

fn document(names: &[&str]) -> Reply {
    texts("Blog", &names.iter().map(|name| (*name, "Text")).collect::<Vec<_>>())
}

fn texts(title: &str, items: &[(&str, &str)]) -> Reply {
    let links: Vec<String> = items.iter().map(|(name, _)| format!("https://example.org/a-post-called-{name}")).collect();
    let items: Vec<_> = items.iter().zip(&links).map(|((name, text), link)| (*name, link.as_str(), *name, *text)).collect();
    Reply::ok(rss(title, &items))
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [SETS, more].concat()
}

async fn state(daemon: &TestDaemon) -> HookState {
    daemon.daemon.store.hooks().await.unwrap().remove(0)
}

async fn polled(web: &Web, path: &str, more: usize) {
    let seen = web.hits(path).len();
    wait_for("some polls", async || (web.hits(path).len() >= seen + more).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_told_when_it_is_new_when_it_grows_and_when_it_is_edited_and_a_first_poll_is_silent() {
    let (web, receiver) = (Web::start().await, Receiver::start().await);
    let text = "A longer text about the otters of the river, which came back after all these years and stay.";
    web.put("/a.xml", document(&["old"]));
    web.put("/b.xml", texts("Other", &[("older", "Nothing of it")]));
    let hook = format!("hook=[{{on=['story.new','story.grew','entry.updated'],url='{}',secret='{SECRET}'}}]", receiver.url);
    let daemon = TestDaemon::start(&[web.url("/a.xml"), web.url("/b.xml")], &with(&[&hook])).await;
    daemon.wait_for_items(2).await;
    web.put("/a.xml", texts("Blog", &[("old", "Text"), ("otters", text)]));
    let first = receiver.wait_for(1).await.remove(0);
    assert_eq!((first.kind(), first.title()), ("story.new", "otters"), "and nothing of the first polls");
    web.put("/b.xml", texts("Other", &[("older", "Nothing of it"), ("otters", text)]));
    let second = receiver.wait_for(2).await.remove(1);
    assert_eq!((second.kind(), &second.body["data"]["item"]["id"]), ("story.grew", &first.body["data"]["item"]["id"]));
    assert_eq!(second.body["data"]["story"]["feeds"], 2);
    assert_eq!(second.body["data"]["entry"]["source"], "Other");
    let edited = format!("{text} Two of them were seen yesterday by the old mill, says the warden.");
    web.put("/a.xml", texts("Blog", &[("old", "Text"), ("otters", &edited)]));
    let third = receiver.wait_for(3).await.remove(2);
    assert_eq!(third.kind(), "entry.updated");
    assert!(third.body["data"]["item"].to_string().contains("old mill"), "{}", third.body);
    let key: Vec<u8> = (0..24).collect();
    for event in [&first, &second, &third] {
        assert!(event.is_signed(&key) && !event.is_signed(b"another"), "{event:?}");
        assert_eq!(event.head["content-type"], "application/json");
        assert_eq!(event.body["id"], event.id());
    }
    // As outputs show it.
    let item = daemon.items().await.into_iter().find(|item| item["title"] == "otters").unwrap();
    assert_eq!(item["id"], first.body["data"]["item"]["id"]);
    assert_eq!(item["_source"], first.body["data"]["item"]["_source"]);
    wait_for("an empty outbox", async || (state(&daemon).await.waiting == 0).then_some(())).await;
    assert_eq!(state(&daemon).await.delivered, 3);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_gets_all_of_it_in_order_later_and_the_others_get_it_now() {
    let (web, failing, well) = (Web::start().await, Receiver::start().await, Receiver::start().await);
    failing.answers(500);
    web.put("/feed.xml", document(&["old"]));
    let hooks = format!("hook=[{{on=['story.new'],url='{}'}},{{on=['story.new'],url='{}'}}]", failing.url, well.url);
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[&hooks])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one"]));
    failing.wait_for(1).await;
    web.put("/feed.xml", document(&["old", "one", "two", "three"]));
    let titles = |got: &[Event]| got.iter().map(|event| event.title().to_owned()).collect::<Vec<_>>();
    let now = well.wait_for(3).await;
    let failed = wait_for("a failure", async || Some(state(&daemon).await).filter(|state| state.failures == 1)).await;
    assert_eq!(failed.error.as_deref(), Some("status 500: as the test wants"));
    assert_eq!((failed.waiting, failed.next_try_at.is_some()), (3, true));
    failing.answers(204);
    let later = failing.wait_for(4).await;
    assert_eq!(later[0].id(), later[1].id(), "tried again as the same");
    assert_eq!(titles(&later[1..]), titles(&now), "in the same order");
    assert!(later[1].head["webhook-timestamp"] > later[0].head["webhook-timestamp"], "of the try, not of the event");
    assert_eq!(later[0].body, later[1].body);
    assert!(!later[0].head.contains_key("webhook-signature"), "no key, no signature");
    wait_for("it is well again", async || Some(state(&daemon).await).filter(|state| state.delivered == 3 && state.error.is_none()))
        .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_under_way_when_the_daemon_was_killed_is_delivered_again_as_the_same() {
    let (web, receiver, folder) = (Web::start().await, Receiver::start().await, tempfile::tempdir().unwrap());
    receiver.answers(0);
    web.put("/feed.xml", document(&["old"]));
    let hook = format!("hook=[{{on=['story.new'],url='{}'}}]", receiver.url);
    let feeds = [web.url("/feed.xml")];
    let sets = with(&["http.public_url='http://feeds.example'", &hook]);
    let running = Feedmux::run(folder.path(), "", &feeds, &sets);
    polled(&web, "/feed.xml", 2).await;
    web.put("/feed.xml", document(&["old", "one"]));
    receiver.wait_for(1).await;
    running.signal("KILL");
    drop(running);
    receiver.answers(200);
    let running = Feedmux::run(folder.path(), "", &feeds, &sets);
    let got = receiver.wait_for(2).await;
    assert_eq!((got[0].id(), &got[0].body), (got[1].id(), &got[1].body));
    web.put("/feed.xml", document(&["old", "one", "two"]));
    assert_eq!(receiver.wait_for(3).await[2].title(), "two");
    let (code, status) = running.ask(&["status", "--json"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(
        (code, status["hooks"][0]["failures"].as_u64(), status["hooks"][0]["waiting"].as_u64()),
        (Some(0), Some(0), Some(0))
    );
    running.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_the_event_on_its_standard_input() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    web.put("/feed.xml", document(&["old"]));
    let out = folder.path().join("out");
    let script =
        format!("cat > {0}.tmp; echo >> {0}.tmp; echo \"$FEEDMUX_EVENT $FEEDMUX_ID\" >> {0}.tmp; mv {0}.tmp {0}", out.display());
    let hook = format!("hook=[{{on=['story.new'],exec=['/bin/sh','-c','{script}']}}]");
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[&hook])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one"]));
    let text = wait_for("the program's file", async || std::fs::read_to_string(&out).ok()).await;
    let (body, told) = text.split_once('\n').unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["data"]["item"]["title"], "one");
    assert_eq!(told.trim(), format!("story.new {}", body["id"].as_str().unwrap()));
    daemon.stop().await;
    // One that complains.
    let failing = "hook=[{on=['story.new'],exec=['/bin/sh','-c','echo no such room >&2; exit 4']}]";
    let web = Web::start().await;
    web.put("/feed.xml", document(&["old"]));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[failing])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one"]));
    let error = wait_for("an error", async || state(&daemon).await.error).await;
    assert_eq!(error, "exit code 4: no such room");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_in_a_private_network_is_not_contacted() {
    let (web, receiver) = (Web::start().await, Receiver::at("127.0.0.2").await);
    web.put("/feed.xml", document(&["old"]));
    let hook = format!("hook=[{{on=['story.new'],url='{}'}}]", receiver.url);
    let sets = with(&["fetch.allow_private=['127.0.0.1']", &hook]);
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &sets).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one"]));
    let error = wait_for("an error", async || state(&daemon).await.error).await;
    assert!(error.contains("127.0.0.2 is not contacted") && error.contains("allow_private"), "{error}");
    assert!(receiver.got().is_empty());
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_adds_changes_and_removes_hooks() {
    let (web, receiver, elsewhere) = (Web::start().await, Receiver::start().await, Receiver::start().await);
    web.put("/feed.xml", document(&["old"]));
    let feeds = [web.url("/feed.xml")];
    let mut daemon = TestDaemon::start(&feeds, SETS).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "nobody asked"]));
    daemon.wait_for_items(2).await;
    let hook = |url: &str| format!("hook=[{{name='chat',on=['story.new'],url='{url}'}}]");
    let said = daemon.reload(&feeds, &with(&[&hook(&receiver.url)])).await;
    assert!(said.ends_with("; other hooks"), "{said}");
    web.put("/feed.xml", document(&["old", "nobody asked", "one"]));
    assert_eq!(receiver.wait_for(1).await[0].title(), "one", "what happened before is not told");
    daemon.reload(&feeds, &with(&[&hook(&elsewhere.url)])).await;
    web.put("/feed.xml", document(&["old", "nobody asked", "one", "two"]));
    assert_eq!(elsewhere.wait_for(1).await[0].title(), "two");
    daemon.reload(&feeds, SETS).await;
    web.put("/feed.xml", document(&["old", "nobody asked", "one", "two", "three"]));
    daemon.wait_for_items(5).await;
    assert_eq!(daemon.sql("SELECT (SELECT count(*) FROM hook) + (SELECT count(*) FROM outbox)").await, 0);
    assert_eq!((receiver.got().len(), elsewhere.got().len()), (1, 1));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_says_410_is_left_alone() {
    let (web, receiver) = (Web::start().await, Receiver::start().await);
    receiver.answers(410);
    web.put("/feed.xml", document(&["old"]));
    let hook = format!("hook=[{{on=['story.new'],url='{}'}}]", receiver.url);
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[&hook])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one", "two"]));
    let ended = wait_for("its end", async || Some(state(&daemon).await).filter(|state| state.ended_at.is_some())).await;
    assert_eq!((ended.waiting, ended.error.as_deref()), (0, Some("status 410: as the test wants")));
    web.put("/feed.xml", document(&["old", "one", "two", "three"]));
    daemon.wait_for_items(4).await;
    assert_eq!((state(&daemon).await.waiting, receiver.got().len()), (0, 1));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_feed_is_told_with_the_item_of_the_status_feed() {
    let (web, receiver) = (Web::start().await, Receiver::start().await);
    web.put("/feed.xml", document(&["old"]));
    let hook = format!("hook=[{{on=['feed.gone','feed.recovered'],url='{}'}}]", receiver.url);
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[&hook])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", Reply::status(410));
    let gone = receiver.wait_for(1).await.remove(0);
    assert_eq!((gone.kind(), gone.title()), ("feed.gone", "Blog is gone"));
    assert_eq!(gone.body["data"]["notice"]["kind"], "gone");
    let status: Value = serde_json::from_str(&daemon.get("/feeds/status.json").await).unwrap();
    assert_eq!(status["items"][0]["id"], gone.body["data"]["item"]["id"]);
    web.put("/feed.xml", document(&["old"]));
    let id = daemon.daemon.store.feeds().await.unwrap()[0].id;
    daemon.daemon.store.pause(feedmux::clock::Clock::system().now(), id, false).await.unwrap();
    let back = receiver.wait_for(2).await.remove(1);
    assert_eq!((back.kind(), back.title()), ("feed.recovered", "Resolved: Blog is back"));
    daemon.stop().await;
}

fn configured(folder: &Path, feed: &str, hooks: &str) -> tempfile::TempDir {
    let store = folder.join("feedmux.db");
    folder_with(&format!("store.path = \"{}\"\n[scrape]\nmode = \"never\"\n[[feed]]\nurl = \"{feed}\"\n{hooks}", store.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn once_delivers_and_the_command_line_lists_and_tests() {
    let (web, receiver, folder) = (Web::start().await, Receiver::start().await, tempfile::tempdir().unwrap());
    web.put("/feed.xml", document(&["old"]));
    let hooks = format!(
        "[[hook]]\non = [\"story.new\"]\nurl = \"{}\"\nwhere = \"title:one\"\n\
         [[hook]]\nname = \"script\"\non = [\"feed.failing\"]\nexec = [\"/bin/sh\", \"-c\", \"exit 3\"]\n",
        receiver.url
    );
    let home = configured(folder.path(), &web.url("/feed.xml"), &hooks);
    let run = async |arguments: &[&str]| {
        let (home, arguments) = (home.path().to_owned(), arguments.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        let all = move || {
            let all: Vec<&str> = ["--config", "feedmux.toml"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
            feedmux(&home, &all)
        };
        tokio::task::spawn_blocking(all).await.unwrap()
    };
    let first = run(&["once"]).await;
    assert!(first.status.success(), "{}", stderr(&first));
    web.put("/feed.xml", document(&["old", "one", "two"]));
    assert!(run(&["once", "--all"]).await.status.success());
    assert_eq!(receiver.got().iter().map(Event::title).collect::<Vec<_>>(), ["one"], "what the filter lets pass");
    let listed = run(&["hook", "list", "--json"]).await;
    let lines: Vec<Value> = stdout(&listed).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[1]["name"]), (2, &Value::from("script")));
    assert_eq!((lines[0]["delivered"].as_u64(), lines[0]["waiting"].as_u64()), (Some(1), Some(0)));
    assert!(stdout(&run(&["hook", "list"]).await).contains("1 (127.0.0.1)\n"));
    let tested = run(&["hook", "test", "1"]).await;
    assert_eq!(stdout(&tested), "status 200: as the test wants\n", "{}", stderr(&tested));
    let test = receiver.got().pop().unwrap();
    assert_eq!((test.kind(), test.title()), ("test", "feedmux tries the hook 1 (127.0.0.1)"));
    let failed = run(&["hook", "test", "script"]).await;
    assert_eq!((failed.status.code(), stderr(&failed).contains("exit code 3")), (Some(1), true), "{}", stderr(&failed));
    assert_eq!(run(&["hook", "test", "chat"]).await.status.code(), Some(3));
    // One that ended lives again when a test is answered.
    receiver.answers(410);
    web.put("/feed.xml", document(&["old", "one", "two", "one more"]));
    assert!(run(&["once", "--all"]).await.status.success());
    let line = |output: &std::process::Output| serde_json::from_str::<Value>(stdout(output).lines().next().unwrap()).unwrap();
    assert!(line(&run(&["hook", "list", "--json"]).await)["ended_at"].is_string());
    assert!(!run(&["hook", "test", "1"]).await.status.success());
    receiver.answers(200);
    assert!(run(&["hook", "test", "1"]).await.status.success());
    assert!(line(&run(&["hook", "list", "--json"]).await)["ended_at"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_a_receiver_that_hangs() {
    let (web, receiver) = (Web::start().await, Receiver::start().await);
    receiver.answers(0);
    web.put("/feed.xml", document(&["old"]));
    let hook = format!("hook=[{{on=['story.new'],url='{}'}}]", receiver.url);
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &with(&[&hook])).await;
    daemon.wait_for_items(1).await;
    web.put("/feed.xml", document(&["old", "one"]));
    receiver.wait_for(1).await;
    let stopped = tokio::time::timeout(Duration::from_secs(10), daemon.stop()).await;
    assert!(stopped.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_is_stopped_does_not_wait_for_a_program_that_hangs() {
    let (web, folder) = (Web::start().await, tempfile::tempdir().unwrap());
    web.put("/feed.xml", document(&["old"]));
    let began = folder.path().join("began");
    let hook = format!(
        "[[hook]]\non = [\"story.new\"]\nexec = [\"/bin/sh\", \"-c\", \"echo > {}; sleep 29\"]\n[run]\ndrain = \"100ms\"\n",
        began.display()
    );
    let home = configured(folder.path(), &web.url("/feed.xml"), &hook);
    let arguments = ["--config", "feedmux.toml", "once", "--all"];
    assert!(feedmux(home.path(), &arguments).status.success());
    web.put("/feed.xml", document(&["old", "one"]));
    let mut round = spawn(home.path(), &arguments);
    wait_for("the program", async || began.exists().then_some(())).await;
    let begun = std::time::Instant::now();
    assert!(signal(round.id(), "TERM") && round.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let waiting = number(&folder.path().join("feedmux.db"), "SELECT count(*) FROM outbox");
    assert_eq!(waiting, Some(1), "it comes again");
}
