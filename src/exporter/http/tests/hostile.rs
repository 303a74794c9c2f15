//! Strings that would act on a page, on all pages.

use super::pages::evidence;
use super::*;
use crate::model::{Enclosure, EntryId, FeedId};
use crate::store::{Fold, Overlap};

/// Strings that have broken out of a page somewhere (titles, names, addresses).
const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><iframe srcdoc=\"<script>alert(1)</script>\">",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u{202e}<a href=x>\u{0}\u{b}\u{fffe}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
];

#[tokio::test]
async fn nothing_hostile_acts_on_any_page() {
    for hostile in HOSTILE {
        let text = || hostile.to_owned();
        let mut one = item(3);
        (one.title, one.text, one.authors, one.tags) = (text(), text(), vec![text()], vec![text()]);
        (one.source.title, one.source.url, one.source.site_url) = (text(), text(), Some(text()));
        (one.url, one.lang, one.image, one.content) = (Some(text()), Some(text()), Some(text()), None);
        one.summary = None;
        one.enclosures = vec![Enclosure { url: text(), media_type: Some(text()), ..Enclosure::default() }];
        let server = start(vec![one], |config| config.http.token = Secret::new("t")).await;
        let mut row = feed(1);
        (row.title, row.url, row.site_url) = (text(), text(), Some(text()));
        (row.last_error, row.next_poll_reason) = (Some(text()), Some(text()));
        server.shelf.feeds.lock().unwrap().push(row);
        let mut why = evidence();
        (why.row.canonical_url, why.row.content_origin) = (Some(text()), text());
        why.decisions.iter_mut().for_each(|one| (one.kind, one.reason, one.evidence) = (text(), text(), text().into()));
        why.versions.iter_mut().for_each(|one| (one.title, one.text) = (text(), text()));
        *server.shelf.evidence.lock().unwrap() = Some(why);
        let fold = Fold { entry: EntryId(3), with: EntryId(1), by_hand: false, reason: Some(text()) };
        *server.shelf.folds.lock().unwrap() = vec![fold];
        let pair = Overlap {
            feed: FeedId(1),
            title: text(),
            other: FeedId(2),
            other_title: text(),
            entries: 5,
            shared: 5,
            later: 5,
            delay: 5,
        };
        *server.shelf.overlaps.lock().unwrap() = vec![pair];
        let q: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let paths = [
            "/?token=t&done=".to_owned() + &q,
            "/stories/1003?token=t".to_owned(),
            "/entries/3?token=t&media=1".to_owned(),
            format!("/search?token=t&q={q}&feed={q}&lang={q}"),
            format!("/search?token=t&q=x&since={q}"),
            format!("/feeds/all.atom?token=t&tag={q}"),
            "/feeds/all.rss?token=t".to_owned(),
            format!("/feeds/{q}.atom?token=t"),
            format!("/{q}"),
        ];
        for path in paths {
            let reply = server.ask("GET", &path, &[("Accept", "text/html")]).await;
            let kind = reply.headers["content-type"].as_str();
            let text = reply.text();
            let always = ["/?", "/stories/", "/entries/"].iter().any(|page| path.starts_with(page));
            assert!(!always || reply.status == 200, "{path}: {}", reply.status);
            if kind.starts_with("text/plain") {
                assert!(reply.headers["content-security-policy"].contains("sandbox"), "{path}");
                continue;
            }
            assert!(kind.starts_with("text/html"), "{path}: {kind}");
            let page = scraper::Html::parse_document(&text);
            for node in page.root_element().descendants().filter_map(|node| node.value().as_element().map(|e| (e.name(), e))) {
                let (name, element) = node;
                assert!(
                    !["script", "iframe", "img", "object", "embed", "base", "style", "textarea"].contains(&name),
                    "{path}: <{name}>"
                );
                for (attribute, value) in element.attrs() {
                    assert!(!attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc", "{path}: {attribute}");
                    let value = value.trim().to_lowercase();
                    if ["href", "src", "action"].contains(&attribute) && value != "data:," {
                        assert!(!value.starts_with("javascript:") && !value.starts_with("data:"), "{path}: {attribute}={value}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn one_connection_speaks_one_protocol_and_means_one_host() {
    let server = start(three(), |_| {}).await;
    let reply = server.ask("GET", "/healthz", &[("Host", "localhost"), ("Host", "evil.example")]).await;
    assert_eq!(reply.status, 421, "a second name beside ours");
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "pings would keep it for ever");
}
