//! The binary as a user runs it: what is typed, what is printed, the exit code.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::path::Path;
use std::process::Command;

use support::process::{feedmux, folder_with, signal, stderr, stdout};
use support::{Reply, Web, page, rss};

/// Bad input ends with the exit code, one line on stderr that has all the words, and nothing on stdout.
fn check_refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let output = feedmux(folder, arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: \"{word}\" is not in {said}");
    }
    assert_eq!(stdout(&output), "", "{arguments:?}");
}

#[test]
fn a_wrong_configuration_is_refused_with_place_and_remedy() {
    let cases: &[(&str, &[&str])] = &[
        ("[poll\ninterval = 1", &["feedmux.toml:1"]),
        ("[poll]\n\nintervall = \"5m\"", &["feedmux.toml:3", "intervall", "interval"]),
        ("[poll]\ninterval = \"5 parsecs\"", &["feedmux.toml:2", "5 parsecs", "30m"]),
        ("[[feed]]\nurl = \"example.org/feed\"", &["feedmux.toml:2", "example.org/feed", "https://"]),
        ("[subscriptions]\nfiles = [\"missing.opml\"]", &["missing.opml"]),
        ("[http]\nlisten = [\"0.0.0.0:8484\"]", &["token"]),
        ("[[output]]\nname = \"x\"\nwhere = \"tag:\"", &["output", "x"]),
        ("[[rule]]\nname = \"r\"\nwhen = 'title ~ \"(\"'\nthen = \"drop\"", &["rule", "r"]),
    ];
    for (config, words) in cases {
        let folder = folder_with(config);
        for command in ["check", "run", "once"] {
            check_refused(folder.path(), &["--config", "feedmux.toml", command], 78, words);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is written");
    }
}

#[test]
fn a_store_that_cannot_be_used_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.db"), "my shopping list, which is no database at all").unwrap();
    check_refused(folder.path(), &["--set", "store.path='notes.db'", "once"], 1, &["notes.db"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("notes.db")).unwrap(), "my shopping list, which is no database at all");
    std::fs::write(folder.path().join("file"), "").unwrap();
    check_refused(folder.path(), &["--set", "store.path='file/feedmux.db'", "once"], 1, &["file", "store.path"]);
}

#[test]
fn a_second_instance_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedmux.db");
    let _lock = feedmux::store::Store::lock(&path).unwrap();
    check_refused(folder.path(), &["--set", "store.path='feedmux.db'", "once"], 75, &["feedmux.db", "another"]);
}

#[test]
fn a_taken_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let listen = format!("http.listen=['{address}']");
    check_refused(folder.path(), &["--set", &listen, "--set", "store.path='feedmux.db'", "run"], 1, &[&address, "another"]);
    assert!(!folder.path().join("feedmux.db").exists(), "nothing is written");
}

#[test]
fn unknown_options_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(feedmux(folder.path(), &["once", "--wat"]).status.code(), Some(2));
    assert_eq!(feedmux(folder.path(), &["frobnicate"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_day_with_feedmux() {
    let web = Web::start().await;
    let link = "https://example.org/2026/11/the-first-entry-of-this-blog";
    web.put("/feed.xml", Reply::ok(rss("A Blog", &[("1", link, "The first entry", "Words about lighthouses")])));
    web.put("/", Reply::ok("<!doctype html><html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\"></head><body>Blog</body></html>").header("content-type", "text/html"));
    let folder = folder_with("[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n");
    let (home, site) = (folder.path().to_owned(), web.url("/"));
    // The commands block, so they leave the web its threads.
    tokio::task::spawn_blocking(move || {
        let run = |arguments: &[&str]| {
            let output = feedmux(&home, &[&["--config", "feedmux.toml"], arguments].concat());
            (output.status.code(), stdout(&output), stderr(&output))
        };
        let (code, out, err) = run(&["feed", "add", "--tag", "blogs", &site]);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("/feed.xml"), "{out}");
        assert_eq!(run(&["once"]).0, Some(0));
        let (code, out, _) = run(&["feed", "list"]);
        assert!(code == Some(0) && out.contains("A Blog"), "{out}");
        let (code, out, _) = run(&["search", "--json", "lighthouses"]);
        assert!(code == Some(0) && out.contains(link), "{out}");
        assert_eq!(run(&["search", "submarines"]).0, Some(3));
        let (code, out, _) = run(&["sql", "--format", "csv", "SELECT title, url FROM entries"]);
        assert_eq!((code, out.as_str()), (Some(0), format!("title,url\nThe first entry,{link}\n").as_str()));
        assert_eq!(run(&["sql", "DELETE FROM entry"]).0, Some(1));
        for format in ["atom", "rss", "json"] {
            let (code, out, _) = run(&["output", "render", "all", "--format", format]);
            assert!(code == Some(0) && out.contains("The first entry"), "{out}");
        }
        let (code, out, _) = run(&["explain", link]);
        assert!(code == Some(0) && out.contains("A Blog") && out.contains("first seen"), "{out}");
        let (_, opml, _) = run(&["export", "--opml"]);
        assert!(opml.contains("/feed.xml") && opml.contains("blogs"), "{opml}");
        assert_eq!(run(&["feed", "show", "A Blog"]).0, Some(0));
        assert_eq!(run(&["feed", "pause", "A Blog"]).0, Some(0));
        assert_eq!(run(&["feed", "resume", "A Blog"]).0, Some(0));
        assert_eq!(run(&["feed", "rm", "A Blog"]).0, Some(0));
        for command in ["rm", "pause", "resume"] {
            let (code, _, err) = run(&["feed", command, "1"]);
            assert!(code == Some(3) && err.contains("not subscribed to any more"), "{command}: {err}");
        }
        let (_, out, _) = run(&["feed", "show", "1"]);
        assert!(out.contains("state      not subscribed to any more"), "{out}");
        assert_eq!(run(&["feed", "show", "A Blog"]).0, Some(3));
        let (_, out, _) = run(&["sql", "--format", "csv", "SELECT count(*) AS n FROM entries"]);
        assert_eq!(out, "n\n1\n", "entries of a feed that is no longer subscribed to stay");
        assert_eq!(run(&["status"]).0, Some(69));
        assert_eq!(run(&["health"]).0, Some(69));
        assert_eq!(run(&["check"]).0, Some(0));
        for command in [&["check"][..], &["vacuum"], &["backup", "--force", "copy.db"]] {
            let (code, out, err) = run(&[&["-q"], command].concat());
            assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", ""), "{command:?}");
        }
    })
    .await
    .unwrap();
}

#[test]
fn a_check_says_what_would_be_refused_or_is_not_there() {
    let folder = folder_with(
        "[store]\npath = \"feedmux.db\"\n[[feed]]\nurl = \"http://10.1.2.3/feed\"\n[[feed]]\nurl = \"http://127.0.0.1/feed\"\n\
         [[hook]]\non = [\"story.new\"]\nurl = \"http://[::1]/hook\"\n[[hook]]\non = [\"story.new\"]\nexec = [\"/nonexistent/notify\"]\n",
    );
    let output = feedmux(folder.path(), &["--config", "feedmux.toml", "check"]);
    let (out, err) = (stdout(&output), stderr(&output));
    assert!(output.status.success() && out.contains("2 feeds, 3 warnings"), "{out}{err}");
    for words in ["http://10.1.2.3/feed: 10.1.2.3 is not contacted", "hook 1 ([::1]): ", "/nonexistent/notify is no program"] {
        assert!(err.contains(words), "{words}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_tried_listed_and_named() {
    let web = Web::start().await;
    let entries = [
        ("1", "https://example.org/2026/11/a-paid-post-about-soap", "Anzeige: Soap", "Buy soap"),
        ("2", "https://example.org/2026/11/breaking-lighthouse-news", "BREAKING: Lighthouse", "Words about it"),
    ];
    web.put("/feed.xml", Reply::ok(rss("A Blog", &entries)));
    let rules = "[[rule]]\nname = \"no-ads\"\nwhen = 'title:anzeige'\nthen = \"drop\"\n[[rule]]\nname = \"calm\"\nwhen = 'feed:blog'\nthen = \"title\"\nfind = '^BREAKING: '\n";
    let folder = folder_with(&format!("[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n{rules}"));
    let (home, feed) = (folder.path().to_owned(), web.url("/feed.xml"));
    tokio::task::spawn_blocking(move || {
        let run = |arguments: &[&str]| {
            let output = feedmux(&home, &[&["--config", "feedmux.toml"], arguments].concat());
            (output.status.code(), stdout(&output), stderr(&output))
        };
        assert_eq!(run(&["feed", "add", &feed]).0, Some(0));
        assert_eq!(run(&["once"]).0, Some(0));
        let check = |arguments: &[&str], code: i32, parts: &[&str]| {
            let (ended, out, err) = run(arguments);
            assert_eq!(ended, Some(code), "{arguments:?} {out}{err}");
            for part in parts {
                assert!(out.contains(part) || err.contains(part), "{part} is missing: {out}{err}");
            }
        };
        check(&["rule", "list"], 0, &["no-ads  drops it when title:anzeige", "calm  rewrites its title when feed:blog"]);
        check(&["rule", "test", "no-ads"], 0, &["holds for 1 of 2 entries", "A Blog: Anzeige: Soap"]);
        check(&["rule", "test", "calm"], 0, &["holds for 1 of 2", "becomes: Lighthouse"]);
        check(&["rule", "test", "text:soap"], 3, &["holds for 0 of 2"]);
        check(&["rule", "test", "text:words", "--json"], 0, &["\"held\":1"]);
        check(&["rule", "test", "titel:x"], 1, &["is no rule's name (no-ads, calm)", "did you mean title?"]);
        check(&["explain", entries[0].1], 0, &["in     outputs: none", "rule   \"no-ads\" drops it"]);
        check(&["explain", entries[1].1], 0, &["in     outputs: all", "rule   \"calm\" rewrites its title"]);
        check(&["output", "render", "all", "--where", "title:lighthouse"], 0, &["<title type=\"text\">Lighthouse</title>"]);
        check(&["output", "render", "all", "--where", "titel:x"], 2, &["did you mean title?"]);
        check(&["search", "soap"], 3, &["nothing matches"]);
        check(&["search", "--all", "soap"], 0, &["Anzeige: Soap"]);
        check(&["search", "words"], 0, &["Lighthouse"]);
        check(&["output", "list"], 0, &["all  everything", "/feeds/all.json"]);
    })
    .await
    .unwrap();
}

#[test]
fn the_demo_shows_the_whole_product_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let promises = ["/feeds/all.atom", "sqlite3 ", "polled ", "told by another feed before: folded", "scraped ", "failed ", "404"];
    let said = |time: &str| {
        let output = feedmux(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--for", time]);
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
        said
    };
    // Seconds are enough, but for a machine that has much else to do.
    let shown = [said("6s")].into_iter().find(|said| promises.iter().all(|promise| said.contains(promise)));
    let shown = shown.unwrap_or_else(|| said("40s"));
    for promise in promises {
        assert!(shown.contains(promise), "\"{promise}\" is not in {shown}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_with_a_feed_is_kept() {
    let web = Web::start().await;
    web.put("/feed.xml", Reply::ok(rss("A Blog", &[("1", "https://example.org/the-first-entry-of-this-blog", "One", "Text")])));
    let folder = folder_with("[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n");
    let home = folder.path().to_owned();
    let (with_secret, plain) = (web.url("/feed.xml").replace("http://", "http://ada:s3cr3t@"), web.url("/feed.xml"));
    let opml = tokio::task::spawn_blocking(move || {
        let run = |arguments: &[&str]| {
            let output = feedmux(&home, &[&["-vv", "--config", "feedmux.toml"], arguments].concat());
            assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
            let said = stdout(&output) + &stderr(&output);
            assert!(!said.contains("s3cr3t"), "{arguments:?}: {said}");
            stdout(&output)
        };
        run(&["feed", "add", "--tag", "blogs", "--title", "Mine", "--with", "interval=2h", &with_secret]);
        assert!(run(&["feed", "add", &plain]).starts_with(&format!("subscribed already to 1 {plain}\n")));
        let again = run(&["feed", "add", "--unseen", "--tag", "other", "--with", "interval=3h", &plain]);
        assert!(again.contains("; --tag, --with not taken over: `feedmux feed rm 1`, then add it again"), "{again}");
        run(&["once", "--all"]);
        run(&["export", "--opml"])
    })
    .await
    .unwrap();
    let hits = web.hits("/feed.xml");
    assert_eq!(hits.len(), 3, "added, looked at again, polled");
    assert!(hits[2].headers.contains_key("authorization"), "the credentials of the address are stored");
    for kept in ["blogs", "Mine", "feedmux:interval=\"2h\""] {
        assert!(opml.contains(kept), "{kept} is not in {opml}");
    }
}

#[test]
fn a_hangup_does_not_end_the_daemon_and_a_stop_leaves_no_socket() {
    let folder = tempfile::tempdir().unwrap();
    let (store, socket) = (folder.path().join("feedmux.db"), folder.path().join("feedmux.db.sock"));
    let set = format!("store.path='{}'", store.display());
    let arguments = ["--config", "/dev/null", "--set", &set, "--set", "http.listen=['127.0.0.1:0']"];
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_feedmux")).args(arguments).args(["-q", "run"]).env_clear().spawn().unwrap();
    let ask = |question: &str| feedmux(folder.path(), &[&arguments[..], &[question]].concat()).status.code();
    let well = || {
        (0..200).any(|_| {
            ask("health") == Some(0) || {
                std::thread::sleep(std::time::Duration::from_millis(25));
                false
            }
        })
    };
    assert!(well(), "it answers");
    assert!(signal(daemon.id(), "HUP"));
    assert_eq!(ask("health"), Some(0), "it goes on");
    assert!(signal(daemon.id(), "TERM"));
    assert_eq!(daemon.wait().unwrap().code(), Some(0));
    assert!(store.exists() && !socket.exists());
    assert_eq!(ask("health"), Some(69));
}

const BROKEN: &str =
    "<rss version='2.0'>\n<channel><title>A Blog</title><item><title>Tom & Jerry</title><link>/1</link></item></channel></rss>";

#[test]
fn parse_says_what_a_publisher_can_mend_and_guards_a_script() {
    let folder = folder_with("");
    let parse = |document: &str, arguments: &[&str]| {
        std::fs::write(folder.path().join("feed.xml"), document).unwrap();
        let output = feedmux(folder.path(), &[&["parse", "feed.xml"], arguments].concat());
        (output.status.code(), stdout(&output))
    };
    let (code, out) = parse(BROKEN, &["--url", "https://blog.example/feed"]);
    assert_eq!(code, Some(0));
    for said in ["write &amp; (line 2)", "'/1' is no whole address", "https://blog.example/1"] {
        assert!(out.contains(said), "\"{said}\" is not in {out}");
    }
    assert_eq!(parse(BROKEN, &["--strict"]).0, Some(4));
    assert_eq!(parse(BROKEN, &["--strict", "--json"]).0, Some(4));
    let mended = BROKEN.replace("Tom &", "Tom &amp;").replace("/1", "https://blog.example/1");
    assert_eq!(parse(&mended, &["--strict"]).0, Some(0));
    assert_eq!(parse("hello", &[]).0, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_document_is_said_when_it_is_added_and_shown() {
    let web = Web::start().await;
    web.put("/feed", Reply::ok(BROKEN));
    let folder = folder_with("[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n");
    let url = web.url("/feed");
    let said = tokio::task::spawn_blocking(move || {
        let run = |arguments: &[&str]| stdout(&feedmux(folder.path(), &[&["--config", "feedmux.toml"], arguments].concat()));
        run(&["feed", "add", &url]) + &run(&["feed", "show", "1"])
    });
    let said = said.await.unwrap();
    for words in ["2 faults in its document are mended at every poll", "Wrong with its document", "write &amp; (line 2)"] {
        assert!(said.contains(words), "\"{words}\" is not in {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_are_read_again_when_somebody_asks() {
    let web = Web::start().await;
    let (path, text) = (
        "/2026/11/the-first-entry-of-this-blog",
        "Lighthouses are rebuilt this year along the whole of the coast, said the board.",
    );
    let body = |more: &str| format!("<h1>The first entry</h1><p>{text}</p><p>{}</p>", more.repeat(6));
    web.put(path, page("<title>The first entry</title>", &body("The old lamps are kept in a hall that anybody may visit. ")));
    web.put("/feed.xml", Reply::ok(rss("A Blog", &[("1", &web.url(path), "The first entry", text)])));
    let folder = folder_with("[store]\npath = \"feedmux.db\"\n");
    let (home, feed) = (folder.path().to_owned(), web.url("/feed.xml"));
    let run = move |arguments: &'static [&'static str]| {
        let home = home.clone();
        async move {
            let work = move || {
                let output = feedmux(&home, &[&["--config", "feedmux.toml"], arguments].concat());
                (output.status.code(), stdout(&output) + &stderr(&output))
            };
            tokio::task::spawn_blocking(work).await.unwrap()
        }
    };
    std::fs::write(folder.path().join("feedmux.toml"), format!("[store]\npath = \"feedmux.db\"\n[[feed]]\nurl = \"{feed}\"\n"))
        .unwrap();
    assert_eq!(run(&["once"]).await.0, Some(0));
    let texts = &["sql", "--format", "csv", "SELECT content_text FROM entries"];
    assert!(run(texts).await.1.contains("old lamps"));
    let (code, said) = run(&["feed", "show", "A Blog"]).await;
    assert!(
        code == Some(0) && said.contains("100 % of the last 1 article pages") && said.contains("asked for behind a teaser"),
        "{said}"
    );
    let said = run(&["feed", "show", "--json", "A Blog"]).await.1;
    let shown: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&shown["pages"]["health"]["pages"], &shown["pages"]["history"]["teasers"]["won"][0]), (&1.into(), &true.into()));

    assert_eq!(run(&["reextract"]).await.0, Some(2), "which articles has to be said");
    assert_eq!(run(&["reextract", "--feed", "A Blog", "--all"]).await.0, Some(2));
    assert_eq!(run(&["reextract", "--feed", "No Blog"]).await.0, Some(3));
    assert_eq!(run(&["reextract", "--feed", "A Blog", "--since", "soon"]).await.0, Some(2));
    let (code, said) = run(&["reextract", "--feed", "A Blog", "--since", "30d"]).await;
    assert!(code == Some(0) && said.contains("1 article pages") && said.contains("feedmux once"), "{said}");
    let said = run(&["explain", "1"]).await.1;
    assert!(said.contains("it is read again"), "{said}");
    web.put(
        path,
        page(
            "<title>The first entry</title>",
            &body("The new lamps are seen from thirty miles, where the old ones were seen from ten. "),
        ),
    );
    assert_eq!(run(&["once"]).await.0, Some(0));
    assert!(run(texts).await.1.contains("new lamps"));
    assert_eq!(web.hits(path).len(), 2);
    let said = run(&["explain", "1"]).await.1;
    assert!(!said.contains("it is read again") && said.matches(" settled ").count() == 2, "{said}");
    assert_eq!(run(&["reextract", "--all"]).await.0, Some(0));
}

/// Rules for a site are tried on a page that was saved.
#[test]
fn a_saved_page_is_read_as_its_site_s_rules_say() {
    let folder = folder_with("[scrape]\nsite_rules = \"rules\"\n");
    let rain = "It rained all night, and the river rose by two metres before the morning came. ".repeat(4);
    let page = format!(
        "<h1>Rain</h1><article><p>{rain}</p><p class=hint>Stay inside, says the town, until the water has gone.</p><p>{rain}</p></article>"
    );
    std::fs::write(folder.path().join("page.html"), page).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/news.example.txt"), "body: //article\nstrip: //p[@class='hint']\n").unwrap();
    let read = ["https://news.example/rain", "https://other.example/rain"].map(|url| {
        let told = stdout(&feedmux(folder.path(), &["--config", "feedmux.toml", "extract", "page.html", "--url", url]));
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        (told["method"].as_str().map(str::to_owned), told["text"].as_str().is_some_and(|text| text.contains("Stay inside")))
    });
    assert_eq!(read, [(Some("site-rules".to_owned()), false), (Some("blocks".to_owned()), true)]);
    // Rules that cannot be read, or that are not believed, are told where they are tried.
    let extract = |rules: &str, more: &[&str]| {
        std::fs::write(folder.path().join("rules/news.example.txt"), rules).unwrap();
        let args = ["--config", "feedmux.toml", "extract", "page.html", "--url", "https://news.example/rain"];
        let output = feedmux(folder.path(), &[&args, more].concat());
        let told: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        (told["method"].as_str().unwrap_or_default().to_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (_, warned) = extract("body: //article[\n", &[]);
    assert!(warned.contains("news.example.txt:1: body: the XPath is not understood"), "{warned}");
    let (method, warned) = extract("body: //p[@class='hint']\n", &[]);
    assert!(method == "blocks" && warned.contains("site rules found 53 characters, not taken"), "{method} {warned}");
    let (method, warned) = extract("body: //p[@class='hint']\n", &["--force-rules"]);
    assert!(method == "site-rules" && warned.is_empty(), "{method} {warned}");
}
