//! The real binary where the machine fails it: no descriptors, no space, no lock, no folder. It keeps the data and keeps going.

#![cfg(target_os = "linux")] // limits, /proc, and all of 127.0.0.0/8 as this machine
#![allow(clippy::unwrap_used)] // test code throughout

mod support;
#[path = "../src/fetcher/test_names.rs"]
#[allow(dead_code)] // the other part is for the tests of the fetcher
mod test_names;

use std::net::Ipv4Addr;

use support::process::{Feedmux, check_whole, number, store};
use support::{Reply, Web, rss, wait_for};
use test_names::Names;

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_more_feeds_than_descriptors_are_all_polled() {
    const HOSTS: u8 = 60;
    const FEEDS_A_HOST: usize = 10;
    let (mut webs, mut feeds, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for host in 1..=HOSTS {
        let ip = Ipv4Addr::new(127, 0, 1, host);
        let web = Web::at(&ip.to_string()).await;
        names.push((format!("host{host}.test"), ip));
        for feed in 0..FEEDS_A_HOST {
            let link = format!("https://example.org/{host}/{feed}/a-post-of-this-feed");
            web.put(&format!("/{feed}.xml"), Reply::ok(rss("Blog", &[("1", &link, "One", "Text")])));
            feeds.push(format!("http://host{host}.test:{}/{feed}.xml", web.port()));
        }
        webs.push(web);
    }
    let scripts: Vec<_> = names.iter().map(|(name, ip)| (name.as_str(), vec![vec![*ip]])).collect();
    let names = Names::scripted(&scripts).await;
    let folder = tempfile::tempdir().unwrap();
    let dns = format!("fetch.dns_server='{}'", names.address);
    let mut feedmux = Feedmux::run(folder.path(), "ulimit -n 64", &feeds, &["scrape.mode='never'", &dns]);

    let path = store(folder.path());
    let polled = "SELECT count(*) FROM feeds WHERE last_polled_at IS NOT NULL";
    wait_for("all feeds are polled", async || (number(&path, polled) == Some(feeds.len() as i64)).then_some(())).await;
    assert_eq!(feedmux.ask(&["health"]).0, Some(0));
    assert!(feedmux.is_running());
    assert_eq!(number(&path, "SELECT count(*) FROM feeds WHERE failures > 0 OR last_error IS NOT NULL"), Some(0));
    assert_eq!(number(&path, "SELECT count(*) FROM entries"), Some(feeds.len() as i64));
    let said = feedmux.said();
    assert!(said.contains("this process may open 64 files"), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    assert_eq!(feedmux.stop(), Some(0));
    check_whole(&path);
}
