//! Shapes that JSON feeds come in, and how they are told.

use crate::model::{Parsed, ParsedEntry};
use url::Url;

const VERSION: &str = r#""version":"https://jsonfeed.org/version/1.1","title":"T""#;

fn read(document: &str) -> Result<Parsed, String> {
    super::parse(document, Url::parse("https://example.org/feeds/all.json").ok().as_ref())
}

/// The titles of the items, and the kinds of the faults.
fn check(document: &str, titles: &[&str], kinds: &[&str]) {
    let parsed = read(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    let found: Vec<&str> = parsed.entries.iter().map(|entry| entry.title.as_deref().unwrap_or_default()).collect();
    assert_eq!(found, titles, "{document}");
    assert_eq!(parsed.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{document}: {:?}", parsed.faults);
}

/// The one item of a feed with these members.
fn item(members: &str, kinds: &[&str]) -> ParsedEntry {
    let document = format!(r#"{{{VERSION},"items":[{{"id":"1","title":"x",{members}}}]}}"#);
    check(&document, &["x"], kinds);
    read(&document).unwrap().entries.remove(0)
}

#[test]
fn what_the_specification_says_leaves_no_fault() {
    let document = r#"{"version":"https://jsonfeed.org/version/1","title":"T","home_page_url":"/","feed_url":"https://example.org/feeds/all.json",
        "next_url":"/2","expired":true,"_x":{"about":"y"},"language":"de","authors":[{"name":"Ada","url":"/ada","avatar":"/ada.png"}],
        "items":[{"id":"1","url":"one","title":"One","content_html":"<a href='two'>x</a>","language":"fr","tags":["a","b"],"_y":[1],
        "date_published":"2026-11-22T11:00:00+01:00","date_modified":"2026-11-22T10:00:00Z",
        "attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg","size_in_bytes":7,"duration_in_seconds":1.5}]}]}"#;
    check(document, &["One"], &[]);
    let parsed = read(document).unwrap();
    let entry = &parsed.entries[0];
    assert_eq!((parsed.feed.link.as_deref(), parsed.feed.language.as_deref()), (Some("https://example.org/"), Some("de")));
    assert_eq!(
        (entry.link.as_deref(), entry.base.as_deref()),
        (Some("https://example.org/feeds/one"), Some("https://example.org/feeds/all.json"))
    );
    assert_eq!((entry.language.as_deref(), entry.authors.as_slice()), (Some("fr"), ["Ada".to_owned()].as_slice()));
    assert_eq!((entry.published, entry.updated), ("2026-11-22T10:00:00Z".parse().ok(), "2026-11-22T10:00:00Z".parse().ok()));
    assert_eq!((entry.enclosures.len(), entry.enclosures[0].length), (1, Some(7)));
}

#[test]
fn what_stands_around_the_object_is_no_matter() {
    let feed = format!(r#"{{{VERSION},"items":[{{"id":"1","title":"x"}}]}}"#);
    for (before, after) in
        [(")]}',\n", ""), ("callback(", ");"), ("/**/ jQuery1_2.cb (", ")"), ("[", "]"), ("while(1);", ""), ("// { no }\n", "")]
    {
        check(&format!("{before}{feed}{after}"), &["x"], &["junk"]);
    }
    check(&format!("\u{feff} \n{feed}<script>"), &["x"], &[]);
}

#[test]
fn items_come_in_every_shape() {
    check(&format!(r#"{{{VERSION},"items":{{"id":"1","title":"one"}}}}"#), &["one"], &["structure"]);
    check(
        &format!(r#"{{{VERSION},"items":{{"7":{{"id":"1","title":"one"}},"8":{{"id":"2","title":"two"}}}}}}"#),
        &["one", "two"],
        &["structure"],
    );
    check(&format!(r#"{{{VERSION},"items":["x",{{"id":"1","title":"one"}},null]}}"#), &["one"], &["structure"]);
    check(&format!(r#"{{{VERSION},"items":null}}"#), &[], &["structure"]);
    check(&format!(r#"{{{VERSION},"items":[],"items":[{{"id":"1","title":"last wins"}}]}}"#), &["last wins"], &[]);
    check(r#"{"title":"T","items":[{"title":"x"},{"id":7,"title":"y"}]}"#, &["x", "y"], &["root", "id", "id"]);
    check(r#"{"version":"2","title":"T","items":[{"id":"1","title":"x"}]}"#, &["x"], &["root"]);
}

#[test]
fn broken_json_is_mended() {
    check(&format!(r#"{{{VERSION},"items":[{{"id":"1","title":"one"}},{{"id":"2","tit"#), &["one"], &["truncated"]);
    check(
        &format!(r#"{{{VERSION},"items":[{{"id":"1","title":"one"}} {{"id":"2","title":"two",}}]}}"#),
        &["one", "two"],
        &["json", "json"],
    );
    check(
        &format!(r#"{{ /* x */ {VERSION},"items":[{{"id":"1","title":"it\'s","x":NaN}}]}}"#),
        &["it's"],
        &["json", "json", "json"],
    );
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    check(&format!(r#"{{{VERSION},"items":[{{"id":"1","_x":{deep},"title":"one"}}]}}"#), &["one"], &["json"]);
    check(
        &format!(r#"{{{VERSION},"items":[{{"id":"1","title":"\ud800 one","_x":1e400}}]}}"#),
        &["\u{fffd} one"],
        &["json", "json"],
    );
}

#[test]
fn fields_come_in_every_shape() {
    assert_eq!(item(r#""tags":"a, b,a""#, &["type"]).categories, ["a", "b"]);
    assert_eq!(item(r#""tags":["a, b",3,null]"#, &["type"]).categories, ["a, b", "3"]);
    for (authors, kinds) in [
        (r#""author":{"name":"Ada"}"#, &[][..]),
        (r#""authors":{"name":"Ada"}"#, &[]),
        (r#""authors":[{"name":"Ada"},{"url":"/"},null]"#, &[]),
        (r#""authors":[{"name":"Ada"}],"author":{"name":"Ada"}"#, &[]),
        (r#""author":"Ada""#, &["type"]),
        (r#""authors":["Ada"]"#, &["type"]),
    ] {
        assert_eq!(item(authors, kinds).authors, ["Ada"], "{authors}");
    }
    for (attachments, kinds) in [
        (r#""attachments":{"url":"/a","size_in_bytes":"5"}"#, &[][..]),
        (r#""attachments":[{"url":"/a","size_in_bytes":5},{"url":"/a"}]"#, &[]),
        (r#""attachments":["/a",{"mime_type":"audio/mpeg"}]"#, &["address"]),
    ] {
        assert_eq!(item(attachments, kinds).enclosures.len(), 1, "{attachments}");
    }
    assert_eq!(item(r#""date_published":1795341600"#, &["date"]).published, "2026-11-22T10:00:00Z".parse().ok());
}

#[test]
fn other_json_is_refused_with_what_it_is() {
    for (document, expected) in [
        (r#"{}"#, "a JSON document without `items`"),
        (r#"{"error":"x","code":404}"#, "a JSON document without `items`; it has `code`, `error`"),
        (r#"[{"id":1,"date":"2026","title":{"rendered":"x"}}]"#, "a JSON document without `items`; it has `date`, `id`, `title`"),
        (r#"{"entries":[{"id":1}]}"#, "a JSON document without `items`; it has `entries`"),
        (r#"{"items":3}"#, "a JSON document, but no JSON Feed; it has `items`"),
        (r#"{"error":"x","items":null}"#, "a JSON document, but no JSON Feed; it has `error`, `items`"),
        (
            r#"{"total_count":1,"items":[{"id":1,"url":"https://api.example/1"}]}"#,
            "a JSON document, but no JSON Feed; it has `items`, `total_count`",
        ),
        (r#"{"items"#, "a JSON document without `items`"),
    ] {
        assert_eq!(read(document).unwrap_err(), expected, "{document}");
    }
}

#[test]
fn a_fault_says_what_to_write() {
    let parsed = read("[{\"title\":\"T\",\"items\":[{\"title\":\"a\",\"id\":7,\"tags\":\"a\",},\n{\"id\":8,}]}]").unwrap();
    let told: Vec<&str> = parsed.faults.iter().map(|fault| fault.detail.as_str()).collect();
    let expected = [
        "a comma stands before or behind nothing; leave it out (2 times, first in line 1, column 55)",
        "'[' stands before the feed and is skipped; let the document begin with {",
        "there is no version; write \"version\": \"https://jsonfeed.org/version/1.1\"",
        "the id 7 is a number and is read as a text; write \"id\": \"7\" (2 times)",
        "the tags 'a' are no list of texts; write \"tags\": [\"...\", \"...\"]",
    ];
    assert_eq!(told, expected);
}
