//! What feedmux writes is read by programs that are not ours: validators, feed parsers, newsboat.
//!
//! Which of them are there decides what is checked; what is not there is named on stderr. `.ci/run` tries to install them.
//! `FEEDMUX_READERS` is the folder of what npm and pip installed (`target/readers`), `FEEDMUX_SCHEMAS` one with `atom10.rnc`,
//! `rss20.rnc` and `jsonfeed-1.1.schema.json`; schemas have licences of their own and are not part of the project.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use support::{Reply, TestDaemon, Web, installed, rss, say, wait_for};

const FORMATS: [&str; 3] = ["atom", "rss", "json"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn schemas() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDMUX_SCHEMAS").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        say("skipped: schemas, FEEDMUX_SCHEMAS does not name their folder");
    }
    folder
}

/// Runs a program; `None`, and a visible line, where there is no such program.
fn run(program: &Path, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            say(&format!("skipped: {} is not installed", program.file_name().unwrap().display()));
            None
        }
        Err(error) => panic!("{}: {error}", program.display()),
    }
}

/// As [`run`]: it has to succeed. Gives what it said.
fn passes(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = run(program, arguments)?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {arguments:?}:\n{said}", program.display());
    Some(said)
}

/// Every check of what `daemon` serves at `/feeds/NAME.*?QUERY`.
async fn check(daemon: &TestDaemon, name: &str, query: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = |format: &str| folder.path().join(format!("out.{format}")).to_str().unwrap().to_owned();
    for format in FORMATS {
        std::fs::write(file(format), daemon.get(&format!("/feeds/{name}.{format}{query}")).await).unwrap();
    }
    passes(Path::new("xmllint"), &["--noout", &file("atom"), &file("rss")]);
    let schemas = schemas();
    if let Some(schemas) = &schemas {
        for (schema, format) in [("atom10.rnc", "atom"), ("rss20.rnc", "rss")] {
            passes(Path::new("jing"), &["-c", schemas.join(schema).to_str().unwrap(), &file(format)]);
        }
    }
    let scripts = root().join("tests/readers");
    let script = |name: &str| scripts.join(name).to_str().unwrap().to_owned();
    let (out, installed) = (folder.path().to_str().unwrap(), installed());
    let schemas = schemas.as_deref().and_then(Path::to_str).unwrap_or_default();
    let own = installed.join("venv/bin/python");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    let read = [
        passes(&python, &[&script("check.py"), out, schemas]),
        passes(Path::new("node"), &[&script("check.mjs"), out, installed.to_str().unwrap()]),
    ];
    for line in read.iter().flatten().flat_map(|said| said.lines()) {
        say(&format!("{name}: {line}"));
    }
}

const OUTPUTS: &[&str] = &[
    "scrape.mode='never'",
    "output=[{name='all',items=1000},{name='show',items=1000,stories='show'},{name='brief',items=1000,content='summary'}]",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_trap_is_valid_and_comes_back_equal() {
    let web = Web::start().await;
    web.put("/traps", Reply::ok(include_str!("readers/traps.rss")));
    let same = "https://traps.example/plain";
    web.put("/also", Reply::ok(rss("Echo & Co", &[("e1", same, "An entry as it should be", "Once more."), ("e2", same, "", "")])));
    let daemon = TestDaemon::start(&[web.url("/traps"), web.url("/also")], OUTPUTS).await;
    daemon.wait_for_items(15).await;
    for output in ["all", "show", "brief"] {
        check(&daemon, output, "").await;
    }
    check(&daemon, "all", "?limit=3").await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_seed_of_the_fuzzer_is_valid_and_comes_back_equal() {
    let web = Web::start().await;
    let mut feeds = Vec::new();
    for kind in ["parse_feed", "json_feed"] {
        for seed in std::fs::read_dir(root().join("fuzz/seeds").join(kind)).unwrap() {
            let seed = seed.unwrap();
            let path = format!("/{kind}/{}", seed.file_name().display());
            web.put(&path, Reply::ok(std::fs::read(seed.path()).unwrap()));
            feeds.push(web.url(&path));
        }
    }
    let daemon = TestDaemon::start(&feeds, OUTPUTS).await;
    wait_for("a poll of each seed", async || {
        (daemon.sql("SELECT count(*) FROM feeds WHERE last_polled_at IS NULL").await == 0).then_some(())
    })
    .await;
    daemon.wait_for_items(10).await;
    check(&daemon, "show", "").await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_valid_and_comes_back_equal() {
    let web = feedmux::demo::start([127, 0, 0, 1].into(), feedmux::clock::Clock::system().now(), 1).await.unwrap();
    while web.publish_next().is_some_and(|entry| !entry.title().contains("Wochenmarkt")) {}
    let feeds: Vec<String> = web.subscriptions().into_iter().map(|feed| feed.url).collect();
    let daemon = TestDaemon::start(&feeds, OUTPUTS).await;
    let items = daemon.wait_for_items(40).await;
    assert!(items.iter().any(|item| item["attachments"][0]["mime_type"] == "audio/mpeg"), "the radio's recordings");
    check(&daemon, "all", "").await;
    daemon.stop().await;
    web.stop().await;
}

/// What newsboat has in its cache of one feed: by GUID the title, author, date and enclosure.
type Cached = BTreeMap<String, (String, String, i64, String)>;

fn cached(cache: &Path, feed: &str) -> (usize, Cached) {
    let cache = rusqlite::Connection::open(cache).unwrap();
    let mut query = cache.prepare("SELECT guid, title, author, pubDate, enclosure_url FROM rss_item WHERE feedurl = ?1").unwrap();
    let rows = query.query_map([feed], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))).unwrap();
    let rows: Vec<(String, (String, String, i64, String))> = rows.map(Result::unwrap).collect();
    (rows.len(), rows.into_iter().collect())
}

/// Ten polls, with edits, a lead that changes and a restart in between: each item is there once, as it was shown last.
#[tokio::test(flavor = "multi_thread")]
async fn newsboat_shows_each_item_once_whatever_happens_to_it() {
    let newsboat = Path::new("newsboat");
    let Some(version) = run(newsboat, &["-v"]) else { return };
    say(&format!("newsboat: {}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default()));
    let web = Web::start().await;
    let text = "The council voted on Tuesday to mend the bridge.";
    let tagblatt = |round: usize| {
        let items = [
            ("1", "https://example.org/bridge-will-be-mended", format!("Bridge will be mended {}", round / 3), text.to_owned()),
            ("2", "https://example.org/market-moves-to-the-harbour", "Market moves".to_owned(), format!("Edited {round} times.")),
            ("3", "", String::new(), "A note without title and page.".to_owned()),
        ];
        let items: Vec<_> = items.iter().map(|(guid, link, title, text)| (*guid, *link, title.as_str(), text.as_str())).collect();
        rss("Tagblatt", &items)
    };
    let herald = |round: usize| {
        let bridge = [("h", "https://example.org/bridge-will-be-mended", "Bridge to be mended at last", text)];
        rss("Herald", if round < 4 { &[] } else { &bridge })
    };
    web.put("/episodes", Reply::ok(include_str!("readers/traps.rss")));
    // where readers find it after the restart
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("http.listen=['127.0.0.1:{port}']");
    let [tagblatt_url, episodes_url, herald_url] = ["/tagblatt", "/episodes", "/herald"].map(|path| web.url(path));
    let list = format!("feed=[{{url='{tagblatt_url}'}},{{url='{episodes_url}'}},{{url='{herald_url}',priority=5}}]");
    let sets = [listen.as_str(), list.as_str(), "poll.interval='200ms'", "scrape.mode='never'"];
    let boat = tempfile::tempdir().unwrap();
    let path = |name: &str| boat.path().join(name).to_str().unwrap().to_owned();
    let addresses = FORMATS.map(|format| format!("http://127.0.0.1:{port}/feeds/all.{format}"));
    // a cache each: ids are the same in all formats, and newsboat knows an id once, whichever feed it is in
    for (format, address) in FORMATS.iter().zip(&addresses) {
        std::fs::write(path(format), address).unwrap();
    }
    std::fs::write(path("config"), "ignore-mode \"display\"\n").unwrap();

    let mut folder = Arc::new(tempfile::tempdir().unwrap());
    web.put("/tagblatt", Reply::ok(tagblatt(0)));
    web.put("/herald", Reply::ok(herald(0)));
    let mut daemon = TestDaemon::restart(Arc::clone(&folder), &[], &sets).await;
    for round in 0..10 {
        web.put("/tagblatt", Reply::ok(tagblatt(round)));
        web.put("/herald", Reply::ok(herald(round)));
        let edited = format!("Edited {round} times.");
        wait_for("the edit and the new lead", async || {
            let whole = daemon.get("/feeds/all.json").await;
            (whole.contains(&edited) && (round < 4 || whole.contains("at last"))).then_some(())
        })
        .await;
        for format in FORMATS {
            let cache = path(&format!("{format}.db"));
            passes(newsboat, &["-u", &path(format), "-c", &cache, "-C", &path("config"), "-x", "reload"]);
        }
        if round == 6 {
            (_, folder) = daemon.stop().await;
            daemon = TestDaemon::restart(Arc::clone(&folder), &[], &sets).await;
        }
    }

    let items = daemon.items().await;
    for (format, address) in FORMATS.iter().zip(&addresses) {
        let (count, read) = cached(Path::new(&path(&format!("{format}.db"))), address);
        if *format == "json" && count == 0 {
            say("skipped: this newsboat reads no JSON Feed");
            continue;
        }
        say(&format!("read: newsboat {format}, {count} items"));
        assert_eq!((count, read.len()), (items.len(), items.len()), "{format}: {:?}", read.keys());
        for item in &items {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let (title, author, date, enclosure) = &read[&text(&item["id"])];
            assert!(item["title"].is_null() || *title == text(&item["title"]), "{format}: {title:?} {}", item["title"]);
            // of several it shows one
            let authors = item["authors"].as_array().unwrap();
            assert!(authors.iter().any(|one| author.contains(&text(&one["name"]))), "{format}: {author:?} {authors:?}");
            let published: jiff::Timestamp = text(&item["date_published"]).parse().unwrap();
            assert_eq!(*date, published.as_second(), "{format}: {title}");
            assert_eq!(enclosure.is_empty(), item["attachments"].is_null(), "{format}: {title} {enclosure}");
        }
    }
    daemon.stop().await;
}
