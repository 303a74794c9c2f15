//! The pages in a real browser: they render in light, dark and on a phone, searching works, nothing is complained about, and no request
//! leaves the origin. Runs where `node` finds `puppeteer-core` and `@sparticuz/chromium` in `FEEDMUX_READERS` (see readers.rs), else says
//! that it is skipped.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::path::Path;
use std::process::Command;

use support::{Reply, TestDaemon, Web, installed, rss, say, wait_for};

/// What the script ends with where there is no browser.
const MISSING: i32 = 77;

#[tokio::test]
async fn a_browser_shows_the_pages_and_complains_of_nothing() {
    let web = Web::start().await;
    let text = |n: usize| {
        let picture = "&lt;img src=\"https://elsewhere.example/1.png\" alt=\"The bridge\"&gt;";
        format!("{picture}The council decided after a long debate, for the {n}th time, to repair the bridge.")
    };
    let items: Vec<[String; 4]> = (1..=5)
        .map(|n| [n.to_string(), web.url(&format!("/{n}.html")), format!("Council decides about bridge {n}"), text(n)])
        .collect();
    let items: Vec<_> =
        items.iter().map(|[id, link, title, text]| (id.as_str(), link.as_str(), title.as_str(), text.as_str())).collect();
    web.put("/feed.xml", Reply::ok(rss("Town", &items)));
    let daemon = TestDaemon::start(&[web.url("/feed.xml")], &["scrape.mode='never'"]).await;
    daemon.wait_for_items(5).await;
    wait_for("a search that finds", async || daemon.get("/search?q=council").await.contains("<mark>").then_some(())).await;

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers/page.mjs");
    let address = daemon.daemon.addresses[0].clone();
    let told =
        tokio::task::spawn_blocking(move || Command::new("node").arg(script).arg(address).arg(installed()).output()).await.unwrap();
    daemon.stop().await;
    let told = match told {
        Ok(told) => told,
        Err(error) => return say(&format!("skipped: node: {error}")),
    };
    let said = String::from_utf8_lossy(&told.stdout);
    match told.status.code() {
        Some(0) => {}
        Some(MISSING) => say(&format!("skipped: {said}")),
        _ => panic!("{said}{}", String::from_utf8_lossy(&told.stderr)),
    }
}
