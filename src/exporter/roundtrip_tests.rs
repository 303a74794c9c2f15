//! What is written in three formats is read back equal by a parser that is not ours.

use feed_rs::model::{Entry, Feed};
use proptest::prelude::*;

use super::fake::{at, item};
use super::fold::{Shown, fold};
use super::{Channel, Cursor, Format, Outputs, Page, Query, render};
use crate::config::{self, Config, Content, Stories};
use crate::model::{CleanHtml, Enclosure, EntryId, Item, Order};

fn channel(change: impl FnOnce(&mut config::Output), query: &Query, page: &Page) -> Channel {
    let mut output = config::Output { name: "x".to_owned(), ..config::Output::default() };
    change(&mut output);
    let outputs = Outputs::compile(&Config { outputs: vec![output], ..Config::default() }).unwrap();
    outputs.channel(outputs.get("x").unwrap(), query, page)
}

fn shown(items: &[Item]) -> Vec<Shown> {
    fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0)
}

fn read(format: Format, bytes: &[u8]) -> Feed {
    let parser = feed_rs::parser::Builder::new().sanitize_content(false).build();
    parser.parse(bytes).unwrap_or_else(|e| panic!("{format:?}: {e}: {}", String::from_utf8_lossy(bytes)))
}

/// All formats of `items`, read back.
fn round(items: &[Item], content: Content) -> Vec<(Format, Feed)> {
    let channel = channel(|output| output.content = content, &Query::default(), &Page::default());
    let shown = shown(items);
    Format::ALL.into_iter().map(|format| (format, read(format, &render(format, &channel, &shown)))).collect()
}

fn text(format: Format, items: &[Item]) -> String {
    String::from_utf8(render(format, &channel(|_| {}, &Query::default(), &Page::default()), &shown(items))).unwrap()
}

fn title(entry: &Entry) -> &str {
    entry.title.as_ref().map_or("", |title| title.content.as_str())
}

fn body(entry: &Entry) -> Option<&str> {
    entry.content.as_ref().and_then(|content| content.body.as_deref())
}

fn tricky() -> Vec<Item> {
    let mut one = item(1).received(50);
    one.published = at(3);
    one.updated = at(7);
    one.title = "1 < 2 && \"x\" ]]> &amp; <b> 'y' Ελ 漢".to_owned();
    one.authors = vec!["A & B".to_owned(), "<C>".to_owned()];
    one.tags = vec!["a,b".to_owned(), "<x>".to_owned(), "a,b".to_owned()];
    one.lang = Some("zh-Hant".to_owned());
    one.content = Some(CleanHtml::trusted(
        "<p>]]&gt; &amp;amp; <a href=\"https://a.example/?a=1&amp;b=2\">x</a></p>\n<pre> a\n  b</pre>".to_owned(),
    ));
    one.summary = Some(CleanHtml::trusted("<p>Short &amp; <b>bold</b></p>".to_owned()));
    one.image = Some("https://img.example/a.jpg?w=1&h=2".to_owned());
    one.enclosures = vec![
        Enclosure {
            url: "https://m.example/a.mp3?x=1&y".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(123),
            ..Enclosure::default()
        },
        Enclosure { url: "https://m.example/b".to_owned(), ..Enclosure::default() },
    ];
    vec![one, item(2)]
}

#[test]
fn every_field_comes_back_equal() {
    for (format, feed) in round(&tricky(), Content::Full) {
        let entry = &feed.entries[0];
        let wanted = &tricky()[0];
        assert_eq!(entry.id, wanted.public_id, "{format:?}");
        assert_eq!(title(entry), wanted.title, "{format:?}");
        assert_eq!(body(entry), Some(wanted.content.as_ref().unwrap().as_str()), "{format:?}");
        let summary = if format == Format::Json { "Short & bold" } else { wanted.summary.as_ref().unwrap().as_str() };
        assert_eq!(entry.summary.as_ref().map(|text| text.content.as_str()), Some(summary), "{format:?}");
        let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate")).unwrap();
        assert_eq!(Some(link.href.as_str()), wanted.url.as_deref(), "{format:?}");
        assert_eq!(entry.published.unwrap().timestamp(), wanted.published.as_second(), "{format:?}");
        assert_eq!(entry.updated.unwrap().timestamp(), wanted.updated.as_second(), "{format:?}");
        assert_eq!(
            entry.authors.iter().map(|one| one.name.as_deref().unwrap_or("")).collect::<Vec<_>>(),
            ["A & B", "<C>"],
            "{format:?}"
        );
        assert_eq!(entry.categories.iter().map(|one| one.term.as_str()).collect::<Vec<_>>(), ["a,b", "<x>"], "{format:?}");
    }
}

#[test]
fn a_feed_says_what_it_is() {
    for (format, feed) in round(&[item(1), item(2)], Content::Full) {
        assert_eq!(feed.title.as_ref().unwrap().content, "feedmux: x", "{format:?}");
        assert!(feed.description.is_some(), "{format:?}");
        assert_eq!(feed.language.as_deref(), Some("en"), "{format:?}");
        if format != Format::Json {
            assert_eq!(feed.updated.unwrap().timestamp(), at(2).as_second(), "of the newest entry: {format:?}");
        }
        let own = format!("http://127.0.0.1:8484/feeds/x.{}", format.name());
        assert!(
            feed.links.iter().any(|link| link.rel.as_deref().is_none_or(|rel| rel == "self") && link.href == own),
            "{format:?}"
        );
    }
    for (format, feed) in round(&tricky(), Content::Full) {
        assert_eq!(feed.language, None, "mixed: {format:?}");
    }
}

#[test]
fn each_entry_names_its_language() {
    assert!(text(Format::Atom, &tricky()).contains("<entry xml:lang=\"zh-Hant\">"));
    assert!(text(Format::Rss, &tricky()).contains("<dc:language>zh-Hant</dc:language>"));
    assert!(text(Format::Json, &tricky()).contains(r#""language":"zh-Hant""#));
}

#[test]
fn media_are_carried_over() {
    let attached: Vec<(Format, Vec<_>)> = round(&tricky(), Content::Full)
        .into_iter()
        .map(|(format, feed)| {
            let entry = feed.entries.into_iter().next().unwrap();
            let link = |link: feed_rs::model::Link| (link.href, link.length, link.media_type.unwrap_or_default());
            // This parser gives no relation to what it reads from JSON.
            let linked = entry.links.into_iter().filter(|link| link.rel.as_deref().is_none_or(|rel| rel == "enclosure")).map(link);
            let media = entry.media.into_iter().flat_map(|media| media.content);
            let media = media.filter_map(|one| {
                Some((one.url?.to_string(), one.size, one.content_type.map(|kind| kind.to_string()).unwrap_or_default()))
            });
            (format, linked.chain(media).collect())
        })
        .collect();
    let first = ("https://m.example/a.mp3?x=1&y".to_owned(), Some(123), "audio/mpeg".to_owned());
    for (format, list) in attached {
        let list: Vec<_> = list.into_iter().filter(|(url, ..)| url.starts_with("https://m.")).collect();
        assert_eq!(list[0], first, "{format:?}");
        assert_eq!(list.len(), 2, "{format:?}");
    }
    for format in [Format::Atom, Format::Rss] {
        assert!(text(format, &tricky()).contains("<media:thumbnail url=\"https://img.example/a.jpg?w=1&amp;h=2\"/>"));
    }
    assert!(text(Format::Json, &tricky()).contains(r#""image":"https://img.example/a.jpg?w=1&h=2""#));
    let rss = text(Format::Rss, &tricky());
    assert_eq!(rss.matches("<enclosure ").count(), 1, "says the profile: {rss}");
    assert!(rss.contains(r#"<media:content url="https://m.example/b"/>"#), "{rss}");
    assert!(
        text(Format::Rss, &tricky())
            .contains(r#"<enclosure url="https://m.example/a.mp3?x=1&amp;y" length="123" type="audio/mpeg"/>"#)
    );
}

#[test]
fn the_source_is_named_and_comes_last() {
    let atom = text(Format::Atom, &[item(1)]);
    let expected = "  <source>
   <id>https://site1.example/feed</id>
   <title type=\"text\">Feed 1</title>
   <updated>2026-05-28T20:27:40Z</updated>
   <link rel=\"self\" href=\"https://site1.example/feed\"/>
   <link rel=\"alternate\" type=\"text/html\" href=\"https://site1.example/\"/>
  </source>
 </entry>";
    assert!(atom.contains(expected), "{atom}");
    assert!(text(Format::Rss, &[item(1)]).contains("<source url=\"https://site1.example/feed\">Feed 1</source>\n  </item>"));
    let json = text(Format::Json, &[item(1)]);
    assert!(json.contains(
        r#""_source":{"title":"Feed 1","feed_url":"https://site1.example/feed","home_page_url":"https://site1.example/"}"#
    ));
}

#[test]
fn the_other_members_of_a_story_are_related() {
    let mut two = [item(1).in_story(7, 1), item(2).in_story(7, 1)];
    two[1].story.is_lead = true;
    for (format, feed) in round(&two, Content::Full) {
        assert_eq!(feed.entries.len(), 1);
        assert_eq!((feed.entries[0].id.as_str(), title(&feed.entries[0])), ("urn:test:1", "Title 2"), "{format:?}");
        assert!(body(&feed.entries[0]).unwrap().contains("Also reported by"), "{format:?}");
        let whole = text(format, &two);
        let related = match format {
            Format::Atom => r#"<link rel="related" type="text/html" href="https://site1.example/a?x=1&amp;y=2" title="Feed 1"/>"#,
            Format::Rss => r#"<atom:link rel="related" href="https://site1.example/a?x=1&amp;y=2" title="Feed 1"/>"#,
            Format::Json => r#""_related":[{"url":"https://site1.example/a?x=1&y=2","title":"Title 1","source":"Feed 1"}]"#,
        };
        assert!(whole.contains(related), "{whole}");
    }
}

#[test]
fn an_item_with_nothing_in_it_is_still_an_item() {
    let mut bare = item(1);
    (bare.url, bare.title, bare.summary, bare.content, bare.lang) = (None, String::new(), None, None, Some("de_DE".to_owned()));
    (bare.text, bare.authors, bare.tags) = (String::new(), vec![], vec![]);
    bare.source.site_url = None;
    for content in [Content::Full, Content::Summary, Content::None] {
        for (format, feed) in round(std::slice::from_ref(&bare), content) {
            let entry = &feed.entries[0];
            assert_eq!((entry.id.as_str(), entry.authors[0].name.as_deref()), ("urn:test:1", Some("Feed 1")), "{format:?}");
        }
    }
    let atom = text(Format::Atom, std::slice::from_ref(&bare));
    assert!(atom.contains(r#"rel="alternate" type="text/html" href="http://127.0.0.1:8484/entries/1""#), "{atom}");
    assert!(!atom.contains("xml:lang"));
    assert!(atom.contains("<title type=\"text\">Feed 1</title>"), "{atom}");
    assert!(atom.contains("<summary type=\"text\">Feed 1</summary>"), "it says who was silent: {atom}");
    let rss = text(Format::Rss, std::slice::from_ref(&bare));
    assert!(rss.contains("<title>Feed 1</title>") && rss.contains("<link>http://127.0.0.1:8484/entries/1</link>"), "{rss}");
    let json = text(Format::Json, std::slice::from_ref(&bare));
    assert!(json.contains(r#""url":"http://127.0.0.1:8484/entries/1","title":"Feed 1","content_text":"""#), "{json}");
    for (_, feed) in round(&[], Content::Full) {
        assert!(feed.entries.is_empty());
    }
}

#[test]
fn a_note_has_no_title_but_where_there_must_be_one() {
    let mut note = item(1);
    note.title.clear();
    let has = |format, title: &str| text(format, std::slice::from_ref(&note)).contains(title);
    assert!(has(Format::Atom, "<title type=\"text\">Whole text 1, with more.</title>"));
    assert!(!has(Format::Rss, "   <title>") && !has(Format::Json, r#""title":"Whole"#));
}

/// A description comes first, and a text without words is one.
#[test]
fn rss_has_a_description_where_it_has_a_text() {
    let check = |summary: Option<&str>, content: Option<&str>, plain: &str, expected: &str| {
        let mut one = item(1);
        let html = |html: &str| CleanHtml::trusted(html.to_owned());
        (one.summary, one.content, one.text) = (summary.map(html), content.map(html), plain.to_owned());
        let rss = text(Format::Rss, std::slice::from_ref(&one));
        let item = rss.split("</dc:language>").nth(1).unwrap().split("<source").next().unwrap();
        let names = item.lines().filter_map(|line| Some(line.trim().split_once('>')?.0.trim_start_matches('<')));
        assert_eq!(names.collect::<Vec<_>>().join(" "), expected, "{rss}");
    };
    check(Some("a"), Some("b"), "b", "description content:encoded");
    check(None, Some("b"), "b", "description content:encoded");
    check(Some("a"), None, "a", "description");
    check(None, Some("<img>"), "", "description");
    check(None, None, "", "");
}

/// Two entries of one poll were not changed at the same time, and none before it was published.
#[test]
fn no_two_entries_were_changed_at_once() {
    let mut items: Vec<Item> = (1..=3).map(|n| item(n).received(9)).collect();
    for one in &mut items {
        (one.published, one.updated) = (at(9), at(9));
    }
    for (format, feed) in round(&items, Content::Full) {
        let mut moments: Vec<_> = feed.entries.iter().filter_map(|entry| entry.updated).collect();
        assert!(
            feed.entries.iter().all(|entry| entry.updated.is_none_or(|updated| Some(updated) >= entry.published)),
            "{format:?}"
        );
        moments.sort();
        moments.dedup();
        assert!(moments.len() == 3 || format == Format::Rss, "{format:?}: {moments:?}");
    }
}

#[test]
fn less_text_is_written_where_less_is_wanted() {
    for (format, feed) in round(&[item(1)], Content::Summary) {
        let entry = &feed.entries[0];
        let found = body(entry).or(entry.summary.as_ref().map(|text| text.content.as_str()));
        assert_eq!(found, Some("<p>Teaser 1</p>"), "{format:?}");
    }
    for (format, feed) in round(&[item(1)], Content::None) {
        assert_eq!((body(&feed.entries[0]).unwrap_or(""), feed.entries[0].summary.is_none()), ("", true), "{format:?}");
    }
}

#[test]
fn addresses_that_are_not_of_the_web_are_left_out() {
    let mut bad = item(1);
    let script = || Some("javascript:alert(1)".to_owned());
    (bad.url, bad.image, bad.source.site_url) = (script(), script(), script());
    bad.enclosures = vec![Enclosure { url: "data:text/html,x".to_owned(), ..Enclosure::default() }];
    for format in Format::ALL {
        let whole = text(format, std::slice::from_ref(&bad));
        assert!(!whole.contains("javascript:") && !whole.contains("data:"), "{whole}");
    }
}

#[test]
fn the_key_to_a_feed_is_not_handed_on() {
    let mut items: Vec<Item> = (1..=2).map(|n| item(n).in_story(7, 1)).collect();
    for item in &mut items {
        item.source.url = "https://site.example/feed?user=me&token=s3cret".to_owned();
        (item.source.title, item.authors) = (item.source.url.clone(), vec![]); // the publisher gave none
    }
    for format in Format::ALL {
        let whole = text(format, &items);
        assert!(whole.contains("https://site.example/feed") && !whole.contains("s3cret"), "{whole}");
    }
}

#[test]
fn the_same_data_are_the_same_bytes() {
    for format in Format::ALL {
        let mut turned = tricky();
        turned.reverse();
        assert_eq!(text(format, &tricky()), text(format, &turned));
    }
}

#[test]
fn pages_and_archives_are_linked() {
    let query = Query { tag: Some("a&b".to_owned()), limit: Some(2), ..Query::default() };
    let page = Page { next: Some(Cursor(at(1), EntryId(7))), prev_archive: Some(64), ..Page::default() };
    let live = channel(|_| {}, &query, &page);
    let query = Query { archive: Some(64), ..query };
    let archive = channel(|_| {}, &query, &Page { prev_archive: Some(62), is_archive: true, ..Page::default() });
    let address = |format: Format, rest: &str| format!("http://127.0.0.1:8484/feeds/x.{}?tag=a%26b&limit=2{rest}", format.name());
    for format in [Format::Atom, Format::Rss] {
        let check = |channel: &Channel, expected: &[(&str, &str)]| {
            let bytes = render(format, channel, &shown(&[item(1)]));
            let link = |rel: &str| {
                read(format, &bytes).links.into_iter().find(|link| link.rel.as_deref() == Some(rel)).map(|link| link.href)
            };
            for rel in ["next", "prev-archive", "current"] {
                let expected = expected.iter().find(|(name, _)| *name == rel).map(|(_, rest)| address(format, rest));
                assert_eq!(link(rel), expected, "{rel}");
            }
            String::from_utf8(bytes).unwrap().contains("<fh:archive xmlns:fh=\"http://purl.org/syndication/history/1.0\"/>")
        };
        assert!(!check(&live, &[("next", "&before=1780000060000-7"), ("prev-archive", "&archive=64")]));
        assert!(check(&archive, &[("prev-archive", "&archive=62"), ("current", "")]));
    }
    let json = |channel: &Channel| serde_json::from_slice::<serde_json::Value>(&render(Format::Json, channel, &[])).unwrap();
    assert_eq!(json(&live)["next_url"], address(Format::Json, "&before=1780000060000-7"));
    assert_eq!(json(&live)["feed_url"], address(Format::Json, ""));
}

/// Texts of what hurts: control characters, markup, ends of sections, non-characters, bidi marks, planes.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("\0"),
        Just("\u{1F}"),
        Just("\u{FFFE}"),
        Just("\u{FFFF}"),
        Just("]]>"),
        Just("<b"),
        Just("&#x1F;"),
        Just("&"),
        Just("\""),
        Just("\r\n"),
        Just("\u{202E}"),
        Just("😀"),
        Just("\u{10FFFF}"),
        Just("a b"),
        Just("-->"),
        Just("\u{85}"),
        Just("<![CDATA[")
    ];
    proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_in_a_document_goes_out(title in nasty(), name in nasty(), html in nasty(), id in nasty()) {
        let mut bad = item(1);
        let id = format!("urn:x:{}", id.replace(['\r', '\n'], ""));
        (bad.title, bad.public_id, bad.story.founding_id) = (title.clone(), id.clone(), id.clone());
        (bad.tags, bad.source.title, bad.url) = (vec![name.clone()], name.clone(), Some(format!("https://a.example/{name}")));
        bad.authors = vec![name];
        bad.content = Some(CleanHtml::trusted(format!("<p>{html}</p>")));
        for (format, feed) in round(std::slice::from_ref(&bad), Content::Full) {
            prop_assert_eq!(feed.entries.len(), 1, "{:?}", format);
            let wanted = super::xml::allowed(&id).trim().to_owned();
            prop_assert_eq!(feed.entries[0].id.trim(), &wanted, "{:?}", format);
        }
        for format in Format::ALL {
            let whole = text(format, std::slice::from_ref(&bad));
            let forbidden = whole.contains(['\0', '\u{1F}', '\u{FFFE}', '\u{FFFF}']);
            prop_assert!(!forbidden, "{}", whole);
            prop_assert!(format != Format::Json || !whole.contains("\\u001f"), "{}", whole);
        }
    }
}
