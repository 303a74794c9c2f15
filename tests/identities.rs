//! By what the entries of a feed are told apart: they stay what they are, and `feed show` says why.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::fmt::Write;

use support::process::{feedmux, folder_with, stderr, stdout};
use support::{Reply, Web};

/// Six stories as poll number `poll` finds them.
fn document(poll: u32, guid: impl Fn(u32, u32) -> Option<String>, link: impl Fn(u32) -> Option<String>) -> String {
    let mut items = String::new();
    for n in 1..=6 {
        let guid = guid(poll, n).map(|guid| format!("<guid isPermaLink=\"false\">{guid}</guid>")).unwrap_or_default();
        let link = link(n).map(|link| format!("<link>{link}</link>")).unwrap_or_default();
        let text = format!("The council met for the {n}. time and spoke about road number {n}. ").repeat(3);
        write!(items, "<item>{guid}{link}<title>Council, day {n}</title><description>{text}</description></item>").unwrap();
    }
    format!("<rss version=\"2.0\"><channel><title>Town</title><link>https://town.example/</link>{items}</channel></rss>")
}

type Guid = fn(u32, u32) -> Option<String>;

/// Three polls of such a feed leave six entries and these words; `by` is what `--json` says.
async fn check(guid: Guid, is_linked: bool, by: &str, words: &str) {
    let web = Web::start().await;
    let folder = folder_with(&format!(
        "[store]\npath = \"feedmux.db\"\n[scrape]\nmode = \"never\"\n[fetch]\nper_host_spacing = \"0s\"\n[[feed]]\nurl = \"{}\"\n",
        web.url("/feed")
    ));
    let link = move |n: u32| is_linked.then(|| format!("https://town.example/news/{}", 100_000 + n));
    let home = folder.path().to_owned();
    let run = move |arguments: &'static [&'static str]| {
        let home = home.clone();
        let work = move || {
            let output = feedmux(&home, &[&["--config", "feedmux.toml"], arguments].concat());
            assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
            stdout(&output)
        };
        async { tokio::task::spawn_blocking(work).await.unwrap() }
    };
    for poll in 1..=3 {
        web.put("/feed", Reply::ok(document(poll, guid, link)));
        run(&["once", "--all"]).await;
        let ids =
            run(&["sql", "--format", "csv", "SELECT group_concat(id), count(*) FROM (SELECT id FROM entries ORDER BY id)"]).await;
        assert!(ids.contains("\"1,2,3,4,5,6\",6"), "poll {poll}: {ids}");
    }
    assert_eq!(web.hits("/feed").len(), 3);
    let said = run(&["feed", "show", "1"]).await;
    assert!(said.contains(&format!("identity   {words}\n")), "\"{words}\" is not in {said}");
    let shown: serde_json::Value = serde_json::from_str(&run(&["feed", "show", "--json", "1"]).await).unwrap();
    assert_eq!(shown["identity"]["by"], by);
    assert!(words.contains(shown["identity"]["reason"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn guids_of_their_own() {
    let own: Guid = |_, n| Some(format!("town-{n}"));
    check(own, true, "guid", "GUID (each entry has one of its own, and keeps it)").await;
    let moved: Guid = |poll, n| Some(if poll == 1 { format!("http-{n}") } else { format!("https-{n}") });
    check(moved, true, "guid", "GUID (each entry has one of its own, and keeps it)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guids_that_change() {
    let rotating: Guid = |poll, n| Some(format!("{poll}-{n}"));
    check(rotating, true, "address", "address (its GUIDs change: 2 polls gave most entries others)").await;
    check(rotating, false, "text", "title and text (its GUIDs change: 2 polls gave most entries others; no links)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guid_for_all() {
    let constant: Guid = |_, _| Some("0".to_owned());
    check(constant, true, "address", "address (one GUID stands for several entries: 6 of 6)").await;
    check(constant, false, "text", "title and text (one GUID stands for several entries: 6 of 6; no links)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_guids() {
    let none: Guid = |_, _| None;
    check(none, true, "address", "address (no GUIDs)").await;
    check(none, false, "text", "title and text (no GUIDs; no links)").await;
}
