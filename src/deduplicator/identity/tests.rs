use proptest::prelude::*;

use super::*;
use crate::model::Enclosure;

fn entry(title: &str, content: &str) -> ParsedEntry {
    ParsedEntry {
        guid: Some("g1".into()),
        link: Some("https://paper.test/2024/05/ferry".into()),
        title: Some(title.into()),
        content: Some(content.into()),
        ..ParsedEntry::default()
    }
}

fn same_content(one: &ParsedEntry, other: &ParsedEntry) -> bool {
    Names::of(one).content_hash == Names::of(other).content_hash
}

#[test]
fn stored_hashes_never_change() {
    // if this fails, every stored entry would look new or edited: repair the code, not the test
    let names = Names::of(&entry("Ferry", "<p>It ran <b>aground</b>.</p>"));
    let hex = |bytes: [u8; 16]| format!("{:032x}", u128::from_be_bytes(bytes));
    let stored = [
        hex(names.guid.unwrap().0),
        hex(names.url.unwrap().0),
        hex(names.whole.0),
        hex(names.content_hash.0),
        hex(title_hash("Ferry").0),
    ];
    assert_eq!(stored.each_ref().map(String::as_str), STORED);
    assert_eq!(public_id("https://paper.test/feed", names.guid.unwrap()), PUBLIC_ID);
}

const STORED: [&str; 5] = [
    "9426f70af8b9b432bbb4016add776634",
    "dd9d26738d8aab32ee4835f92c175050",
    "ac53023af0b977a3d3a114b17da4288e",
    "b722aa193a7589ce20ea1bdf0103f863",
    "1d4f220ef2ca1f539493eca1945eb21b",
];
const PUBLIC_ID: &str = "urn:uuid:a5f9cf89-ab53-825b-9b0c-8bc30ab2ce2a";

#[test]
fn what_no_reader_notices_is_no_edit() {
    let base = entry("Ferry runs aground", "<p>It ran aground.</p> <a href='/x?t=1'>more</a>");
    for other in [
        entry(" Ferry  runs\naground ", "<p>It ran aground.</p> <a href='/x?t=1'>more</a>"),
        entry(
            "Ferry runs aground",
            "<p class=y>It ran\n  aground.</p><a href='/x?t=2'>more</a><script>ad(7)</script><!-- 9 > 8 -->",
        ),
        entry(
            "Ferry runs aground",
            "<STYLE>p>a{}</STYLE><p>It ran aground.</p><SCRIPT>if (a </b) x()</SCRIPT> <a href='/x'>more</a>",
        ),
        ParsedEntry { guid: Some("other".into()), published: Some(jiff::Timestamp::UNIX_EPOCH), ..base.clone() },
        ParsedEntry { link: Some("http://www.paper.test/2024/05/ferry/?utm_source=rss".into()), ..base.clone() },
    ] {
        assert!(same_content(&base, &other), "{other:?}");
    }
}

#[test]
fn what_a_reader_notices_is_an_edit() {
    let base = entry("Ferry runs aground", "<p>It ran aground.</p>");
    for other in [
        entry("Ferry ran aground", "<p>It ran aground.</p>"),
        entry("Ferry runs aground", "<p>It ran aground, nobody was hurt.</p>"),
        entry("Ferry runs aground", "<p>It ran aground.</p> a < b"),
        ParsedEntry { link: Some("https://paper.test/2024/05/boat".into()), ..base.clone() },
        ParsedEntry { summary: Some("Short".into()), ..base.clone() },
        ParsedEntry {
            enclosures: vec![Enclosure { url: "https://paper.test/a.mp3".into(), ..Enclosure::default() }],
            ..base.clone()
        },
    ] {
        assert!(!same_content(&base, &other), "{other:?}");
    }
}

#[test]
fn a_thin_text_is_a_name_only_with_its_date() {
    let thin = entry("Backup finished", "ok");
    assert_eq!(Names::of(&thin).text, None);
    let dated = |second| Names::of(&ParsedEntry { published: jiff::Timestamp::from_second(second).ok(), ..thin.clone() }).text;
    assert!(dated(1).is_some() && dated(1) != dated(2));
    let long = |date| Names::of(&ParsedEntry { published: date, ..entry("Title", &"words and words ".repeat(9)) }).text;
    assert!(long(None).is_some() && long(None) == long(jiff::Timestamp::from_second(5).ok()));
    let bare = ParsedEntry { guid: None, link: None, ..thin };
    assert!(Names::of(&bare).text.is_some());
    assert_eq!(Names::of(&ParsedEntry::default()).text, None);
}

#[test]
fn public_ids_are_uuids_of_version_8() {
    let id = public_id("https://paper.test/feed", EntryKey([7; 16]));
    assert_eq!(id, public_id("https://paper.test/feed", EntryKey([7; 16])));
    assert_ne!(id, public_id("https://paper.test/feed2", EntryKey([7; 16])));
    let form = regex::Regex::new("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").unwrap();
    assert!(form.is_match(&id), "{id}");
}

#[test]
fn all_white_space_parts_words() {
    for c in '\0'..=char::MAX {
        let text = format!("a{c}b");
        assert_eq!(words(&text), text.split_whitespace().collect::<Vec<_>>().join(" "), "{c:?}");
    }
}

/// Stored hashes are of this: text between tags, each a space, then all words with one space between.
fn plainly(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        let lower = tag.to_ascii_lowercase();
        let hidden = |name: &str| {
            lower.starts_with(&format!("<{name}")) && !lower[1 + name.len()..].starts_with(|c: char| c.is_ascii_alphabetic())
        };
        rest = if tag.starts_with("<!--") {
            behind(tag, "-->")
        } else if let Some(name) = ["script", "style"].into_iter().find(|name| hidden(name)) {
            behind(behind_close(tag, name), ">")
        } else if tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            behind(tag, ">")
        } else {
            out.push('<');
            &tag[1..]
        };
        out.push(' ');
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_markup_is_reduced_to_its_words(
        html in "(<|>|</|<!--|-->|<script|</script>|<style>|é|â|a|b c|’| |  |\n|\u{b}|\u{85}|\u{a0}|\u{2003}|\u{3000}|\u{1f}|\"){0,30}",
        more in "( |a|<b>| b){0,4}",
    ) {
        let mut once = String::new();
        add_reduced(&mut once, Some(&html));
        prop_assert_eq!(&once, &plainly(&html));
        add_reduced(&mut once, Some(&more));
        let both = [plainly(&html), plainly(&more)].join(" ");
        prop_assert_eq!(once.as_str(), both.trim());
        prop_assert_eq!(words(&html), html.split_whitespace().collect::<Vec<_>>().join(" "));
        let _ = Names::of(&entry(&html, &html));
    }
}
