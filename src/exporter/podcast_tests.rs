//! What a publisher says of an episode is said by every output: from a feed through the store into three formats and back.

use jiff::Timestamp;
use url::Url;

use super::fake::item;
use super::fold::fold;
use super::outputs::Outputs;
use super::{Format, Query, render};
use crate::config::{self, Config, Stories};
use crate::model::{Enclosure, Item, ItemQuery, Order, ParsedEntry, PodcastElement};
use crate::parser::parse;
use crate::store::Store;
use crate::{deduplicator, scheduler};

const EPISODE: &str = r#"<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:media="http://search.yahoo.com/mrss/">
 <channel><title>Show</title><link>https://show.example/</link><item>
  <guid isPermaLink="false">ep-7</guid><title>7: Rivers &amp; boats</title><link>https://show.example/7</link>
  <pubDate>Sun, 22 Nov 2026 10:00:00 +0000</pubDate><description>About rivers.</description>
  <enclosure url="https://cdn.example/7.mp3?a=1&amp;b=2" length="12345" type="audio/mpeg"/>
  <media:content url="https://cdn.example/7.mp4" type="video/mp4" fileSize="99" duration="3725" medium="video" isDefault="true">
   <media:title>With "pictures" &amp; &lt;more&gt;</media:title></media:content>
  <itunes:title>Rivers</itunes:title><itunes:subtitle>All &amp; more</itunes:subtitle><itunes:image href="/7.jpg"/>
  <itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>
  <itunes:episodeType>full</itunes:episodeType><itunes:explicit>false</itunes:explicit><itunes:block>yes</itunes:block>
  <podcast:season name="Water">2</podcast:season><podcast:episode display="S2E7">7</podcast:episode>
  <podcast:chapters url="/7.json" type="application/json+chapters"/>
  <podcast:transcript url="/7.vtt?x=1&amp;y=2" type="text/vtt" language="de" rel="captions"/>
  <podcast:transcript url="/7.srt" type="application/x-subrip"/>
  <podcast:person role="guest" href="https://ada.example/" img="https://ada.example/me.jpg">Ada "A" &lt;L&gt;</podcast:person>
  <podcast:soundbite startTime="73.0" duration="60">Why?</podcast:soundbite>
  <podcast:location geo="geo:30.2672,97.7431" osm="R113314">Austin</podcast:location>
  <podcast:license url="https://license.example/">cc-by-4.0</podcast:license>
  <podcast:socialInteract uri="https://social.example/@a/7" protocol="activitypub" accountId="@a" accountUrl="https://social.example/@a"/>
  <podcast:alternateEnclosure type="audio/opus" length="321" bitrate="64000" default="false" title="Small">
   <podcast:source uri="https://cdn.example/7.opus"/><podcast:source uri="https://two.example/7.opus" contentType="audio/opus"/>
   <podcast:integrity type="sri" value="sha384-abc"/></podcast:alternateEnclosure>
  <podcast:value type="lightning" method="keysend"><podcast:valueRecipient name="Ada" type="node" address="02d5" split="100"/>
   <podcast:valueTimeSplit startTime="60" duration="20"><podcast:remoteItem feedGuid="g" itemGuid="i"/></podcast:valueTimeSplit></podcast:value>
 </item></channel></rss>"#;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn read(bytes: &[u8], url: &str) -> ParsedEntry {
    let mut parsed = parse(bytes, None, Some(&Url::parse(url).unwrap())).unwrap();
    assert_eq!(parsed.entries.len(), 1);
    parsed.entries.remove(0)
}

fn written(format: Format, item: &Item) -> String {
    let outputs = vec![config::Output { name: "x".to_owned(), ..config::Output::default() }];
    let outputs = Outputs::compile(&Config { outputs, ..Config::default() }).unwrap();
    let channel = outputs.channel(outputs.get("x").unwrap(), &Query::default(), &Default::default());
    String::from_utf8(render(format, &channel, &fold(&[item], Stories::Fold, Order::Received, 0))).unwrap()
}

/// What the store gives back of an entry.
async fn stored(entry: ParsedEntry) -> Item {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("feedmux.db"), Box::new(deduplicator::folding::Folding::default())).unwrap();
    let spec = config::feeds::plain_spec(&Config::default(), Url::parse("https://show.example/feed").unwrap());
    let feeds = store.put_feeds(now(), vec![spec]).await.unwrap();
    scheduler::replay(&store, feeds[0], "https://show.example/feed", entry, now()).await.unwrap();
    let mut items = store.items(ItemQuery { limit: 10, ..ItemQuery::default() }).await.unwrap();
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[tokio::test]
async fn an_episode_comes_back_as_it_was_from_every_format() {
    let entry = read(EPISODE.as_bytes(), "https://show.example/feed");
    assert_eq!((entry.podcast.len(), entry.enclosures.len()), (20, 2), "{:#?}", entry.podcast);
    assert_eq!(
        entry.enclosures[1],
        Enclosure {
            url: "https://cdn.example/7.mp4".to_owned(),
            media_type: Some("video/mp4".to_owned()),
            length: Some(99),
            title: Some("With \"pictures\" & <more>".to_owned()),
            duration: Some(3725),
            medium: Some("video".to_owned()),
            is_default: true,
        }
    );
    let item = stored(entry.clone()).await;
    for format in Format::ALL {
        let whole = written(format, &item);
        let again = read(whole.as_bytes(), "https://merged.example/feeds/x");
        assert_eq!(again.podcast, entry.podcast, "{format:?}: {whole}");
        let mut enclosures = entry.enclosures.clone();
        if format == Format::Json {
            // has names for these two and none for others
            enclosures[0].duration = Some(3723);
            (enclosures[1].medium, enclosures[1].is_default) = (None, false);
        }
        assert_eq!(again.enclosures, enclosures, "{format:?}: {whole}");
        assert!(!whole.contains("block"), "{whole}");
    }
}

#[test]
fn json_feed_says_it_in_members_of_its_own() {
    let mut one = item(1);
    let entry = read(EPISODE.as_bytes(), "https://show.example/feed");
    (one.podcast, one.enclosures) = (entry.podcast, entry.enclosures);
    let json: serde_json::Value = serde_json::from_str(&written(Format::Json, &one)).unwrap();
    let item = &json["items"][0];
    assert_eq!(item["_itunes"]["duration"], "1:02:03");
    assert_eq!(item["_itunes"]["image"]["href"], "https://show.example/7.jpg");
    assert_eq!(item["_podcast"]["transcript"][1]["url"], "https://show.example/7.srt");
    assert_eq!(item["_podcast"]["season"], serde_json::json!({ "name": "Water", "text": "2" }));
    assert_eq!(item["_podcast"]["alternateEnclosure"][0]["source"][0]["uri"], "https://cdn.example/7.opus");
    assert_eq!(item["attachments"][0]["duration_in_seconds"], 3723);
    assert_eq!(item["attachments"][1]["duration_in_seconds"], 3725);
}

#[test]
fn an_entry_that_says_nothing_gets_nothing() {
    for format in Format::ALL {
        let whole = written(format, &item(1));
        for word in ["<itunes:", "<podcast:", "<thr:", "_itunes", "_podcast", "_thr", "media:content"] {
            assert!(!whole.contains(word), "{whole}");
        }
    }
}

/// What feeds of iTunes' first years say is said in today's words, and nothing where there is none.
#[test]
fn old_words_are_said_in_new_ones() {
    let check = |name: &str, said: &str, expected: Option<&str>| {
        let mut one = item(1);
        one.podcast = vec![PodcastElement { name: name.to_owned(), text: said.to_owned(), ..PodcastElement::default() }];
        for format in [Format::Atom, Format::Rss] {
            let whole = written(format, &one);
            let found = whole.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<')).map(|(text, _)| text);
            assert_eq!(found, expected, "{format:?}");
        }
    };
    check("itunes:explicit", "Yes", Some("true"));
    check("itunes:explicit", "clean", Some("false"));
    check("itunes:explicit", "NO", Some("false"));
    check("itunes:explicit", "maybe", None);
    check("itunes:subtitle", &"a".repeat(255), Some(&format!("{}…", "a".repeat(254))));
    check("itunes:subtitle", &"a".repeat(254), Some(&"a".repeat(254)));
}

const DISCUSSED: &str = r#"<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:thr="http://purl.org/syndication/thread/1.0"><channel><title>Blog</title><link>https://show.example/</link><item>
  <guid isPermaLink="false">a</guid><title>A</title><link>https://show.example/a</link><description>Text</description>
  <comments>https://show.example/a#respond</comments><slash:comments>12</slash:comments>
  <wfw:commentRss>https://show.example/a/feed?x=1&amp;y=2</wfw:commentRss>
  <thr:in-reply-to ref="tag:other.example,2026:1" href="https://other.example/1" type="text/html" source="https://other.example/feed"/>
 </item></channel></rss>"#;

#[tokio::test]
async fn where_an_entry_is_discussed_comes_back_from_every_format() {
    let entry = read(DISCUSSED.as_bytes(), "https://show.example/feed");
    assert_eq!(entry.podcast.len(), 4, "{:#?}", entry.podcast);
    let item = stored(entry.clone()).await;
    for format in Format::ALL {
        let whole = written(format, &item);
        assert_eq!(read(whole.as_bytes(), "https://merged.example/feeds/x").podcast, entry.podcast, "{format:?}: {whole}");
        let expected = match format {
            Format::Atom => [
                r#"<link rel="replies" type="text/html" href="https://show.example/a#respond"/>"#,
                r#"<link rel="replies" type="application/rss+xml" href="https://show.example/a/feed?x=1&amp;y=2"/>"#,
                "<thr:total>12</thr:total>",
                r#"<thr:in-reply-to ref="tag:other.example,2026:1" href="https://other.example/1" type="text/html""#,
            ],
            Format::Rss => [
                "<comments>https://show.example/a#respond</comments>",
                "<wfw:commentRss>https://show.example/a/feed?x=1&amp;y=2</wfw:commentRss>",
                "<slash:comments>12</slash:comments>",
                r#"<thr:in-reply-to ref="tag:other.example,2026:1" href="https://other.example/1" type="text/html""#,
            ],
            Format::Json => [
                r#""about":"http://purl.org/syndication/thread/1.0""#,
                r#""replies":[{"href":"https://show.example/a#respond","type":"text/html"}"#,
                r#""total":"12""#,
                r#""in-reply-to":[{"#,
            ],
        };
        for part in expected {
            assert!(whole.contains(part), "{part}: {whole}");
        }
    }
}

#[test]
fn the_duration_of_an_episode_is_that_of_what_can_be_played() {
    let check = |kinds: &[&str], expected: &[Option<u64>]| {
        let mut one = item(1);
        one.podcast =
            vec![PodcastElement { name: "itunes:duration".to_owned(), text: "59:59".to_owned(), ..PodcastElement::default() }];
        let kind = |kind: &&str| Some((*kind).to_owned()).filter(|kind| !kind.is_empty());
        let attach = |one: &&str| Enclosure { url: "https://a.example/".to_owned(), media_type: kind(one), ..Enclosure::default() };
        one.enclosures = kinds.iter().map(attach).collect();
        assert_eq!(super::podcast::durations(&one), expected, "{kinds:?}");
    };
    check(&["audio/mpeg", "audio/ogg"], &[Some(3599), None]);
    check(&["image/jpeg", "video/mp4"], &[None, Some(3599)]);
    check(&["application/pdf"], &[None]);
    check(&[""], &[Some(3599)]);
}

/// A store can be edited by hand, or be of a version that knew more.
#[test]
fn nothing_is_written_that_the_table_does_not_know() {
    let mut one = item(1);
    let bad = r#"[{"name":"script","text":"x"},{"name":"podcast:transcript","attributes":{"url":"javascript:alert(1)"}},
        {"name":"podcast:person","attributes":{"onclick":"a()","href":"data:,x","role":"\" x=\"<"},"text":"]]> <img src=x onerror=alert(1)>\u0001"},
        {"name":"podcast:value","children":[{"name":"script"}]}]"#;
    one.podcast = serde_json::from_str(bad).unwrap();
    one.enclosures = vec![Enclosure {
        url: "https://a.example/".to_owned(),
        title: Some("<script>\u{2}".to_owned()),
        medium: Some("opera".to_owned()),
        ..Enclosure::default()
    }];
    for format in Format::ALL {
        let whole = written(format, &one);
        for word in
            ["<script", "\"script", "javascript", "podcast:value", "\"value", "onclick", "data:", "<img", "opera", "\u{1}", "\u{2}"]
        {
            assert!(!whole.contains(word), "{word}: {whole}");
        }
        let again = read(whole.as_bytes(), "https://merged.example/feeds/x");
        assert_eq!(again.podcast.len(), 1, "{whole}");
        assert_eq!(again.podcast[0].attributes.get("role").map(String::as_str), Some("\" x=\"<"), "{whole}");
    }
}
