//! Promises of the parser to whoever wants to break it: bounded time for any document, no panic, nothing lost beside the damage.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::tests::{kinds, read, titles};
use super::*;

/// Longest time for a hostile document of a few hundred KiB, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn no_entity_of_a_document_is_expanded() {
    let mut bomb = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a0 'ha'><!ENTITY file SYSTEM 'file:///etc/passwd'>".to_owned();
    for i in 1..30 {
        bomb.push_str(&format!("<!ENTITY a{i} '&a{0};&a{0};&a{0};&a{0};'>", i - 1));
    }
    bomb.push_str("]><rss><channel><item><title>x &a29; &file;</title></item></channel></rss>");
    titles(&bomb, &["x &a29; &file;"]);
}

#[test]
fn too_much_is_cut_and_told() {
    let items = "<item><guid>x</guid></item>".repeat(MAX_ENTRIES + 5);
    let parsed = read(&format!("<rss version='2.0'><channel>{items}</channel></rss>"));
    assert_eq!((parsed.entries.len(), kinds(&parsed)), (MAX_ENTRIES, vec!["entry-limit"]));
    let parsed = read(&format!(
        "<rss version='2.0'><channel><item><title>{0}</title><description>{0}</description></item></channel></rss>",
        "é".repeat(MAX_TEXT / 2 + 9)
    ));
    assert_eq!(parsed.entries[0].title.as_ref().unwrap().chars().count(), MAX_TITLE);
    assert_eq!(parsed.entries[0].summary.as_ref().unwrap().len(), MAX_TEXT);
    assert_eq!(kinds(&parsed), ["text-limit"]);
    let dates = "<item><pubDate>?</pubDate></item>".repeat(500);
    assert_eq!(kinds(&read(&format!("<rss version='2.0'><channel>{dates}</channel></rss>"))), ["date"]);
}

#[test]
fn hostile_documents_take_bounded_time() {
    let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let documents = [
        format!("<rss><channel><item><title>x</title>{}", many("<a>", 300_000)),
        format!("<rss><channel>{}", many("<a>", 300_000)),
        format!("<rss><channel><item><description>{}", many("<description>", 300_000)),
        format!("<rss><channel><item>{}", many("<title>", 300_000)),
        format!("<rss><channel><item>{}", many("<title><link><guid><author>", 300_000)),
        format!("<rss><channel><item>{}", many("<x1><x2><x3>", 300_000)),
        format!("<rss><channel><item><title {}>x</title></item></channel></rss>", many("a='b' ", 300_000)),
        format!(
            "<rss {}><channel><item><title>x</title></item></channel></rss>",
            (0..20_000).map(|i| format!("xmlns:p{i}='u{i}' ")).collect::<String>()
        ),
        format!("<rss><channel><item><title>{}</title></item></channel></rss>", many("&amp;", 300_000)),
        format!("<rss><channel><item><title>{}</title></item></channel></rss>", many("&", 300_000)),
        format!("<rss><channel><item><content type='xhtml'>{}</content></item></channel></rss>", many("<div>", 300_000)),
        format!("<rss><channel><item>{}</item></channel></rss>", many("<author><name>x</name></author>", 300_000)),
        format!("<rss><channel>{}</channel></rss>", many("<link>x</link>", 300_000)),
        format!("<rss><channel><item><category>{}", many("]]>", 300_000)),
        format!("<rss><channel><item><author>{}", many("@", 300_000)),
        format!("<feed><entry>{}", (0..20_000).map(|i| format!("<link rel='enclosure' href='http://a/{i}'/>")).collect::<String>()),
        format!(
            "<rss><channel><item>{}",
            (0..10_000).map(|i| format!("<feedburner:origLink>{i}</feedburner:origLink>")).collect::<String>()
        ),
        format!(
            "<div class='h-feed'><div class='h-entry'>{}{}",
            "<div class='p-summary p-name u-video'>".repeat(400),
            many(" ", 300_000)
        ),
        format!("<!DOCTYPE x [{}]><rss><channel>", many("<!ENTITY a 'b'>", 600_000)),
        format!("{{\"items\":{}", many("[", 300_000)),
        format!("{{\"items\":[{}", many("{\"id\":1,},", 300_000)),
        format!("{{\"items\":[{}]}}", many("{\"\":0},", 300_000)),
        many("<", 300_000),
        many("<rss", 300_000),
        many("\0", 300_000),
    ];
    for document in documents {
        let start = Instant::now();
        let _ = parse(document.as_bytes(), None, None);
        assert!(start.elapsed() < PATIENCE, "{:?}: {}", start.elapsed(), &document[..80]);
    }
}

/// Pieces that feeds are made of, for documents that nobody thought of.
const PIECES: &str = "(<rss>|<channel>|<item>|</item>|<entry>|</entry>|<feed xml:base='/x'>|<title>|</title>|<link>|<link href='/a'/>|</link>|<guid>|</guid>|\
    <description>|</description>|<content type='xhtml'>|</content>|<div>|</div>|<author>|<name>|</author>|<media:group>|<media:content url='b'>|<pubDate>|\
    22 Nov 2026|<!\\[CDATA\\[|\\]\\]>|&amp;|&#x41;|&|<!--|-->|<\\?x|\\?>|<!DOCTYPE a \\[|\\]>|é|“a@b.cd|\"|'|=|<|>|/|x){0,40}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, Some("text/xml; charset=x"), None);
    }

    #[test]
    fn any_markup_is_survived_and_told_in_order(document in PIECES) {
        if let Ok(parsed) = parse(document.as_bytes(), None, Url::parse("https://example.org/").ok().as_ref()) {
            for entry in &parsed.entries {
                prop_assert!(entry.guid.as_deref().is_none_or(|guid| !guid.trim().is_empty()));
                prop_assert!(entry.title.as_deref().is_none_or(|title| !title.contains('\n') && !title.is_empty()));
                for address in entry.link.iter().chain(&entry.image).chain(entry.enclosures.iter().map(|enclosure| &enclosure.url)) {
                    prop_assert!(address.starts_with("http://") || address.starts_with("https://"));
                }
            }
            prop_assert!(to_json(&parsed)["entries"].as_array().is_some_and(|entries| entries.len() == parsed.entries.len()));
        }
    }

    #[test]
    fn a_feed_with_a_few_wrong_bytes_still_has_its_other_entries(at in 60usize..300, byte in any::<u8>()) {
        let mut document = String::from("<rss version='2.0'><channel><title>Of feeds</title>");
        for i in 0..20 {
            document.push_str(&format!("<item><title>Number {i}</title><guid>{i}</guid></item>"));
        }
        document.push_str("</channel></rss>");
        let mut bytes = document.into_bytes();
        bytes[at] = byte;
        let parsed = parse(&bytes, None, None);
        prop_assert!(parsed.is_ok_and(|parsed| parsed.entries.iter().any(|entry| entry.guid.as_deref() == Some("19"))));
    }
}
