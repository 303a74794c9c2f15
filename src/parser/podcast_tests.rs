//! Promises about podcast elements and what is said of enclosures. All documents are our own.

use super::podcast::{MAX_ELEMENTS, MAX_SAME, MAX_VALUE};
use super::*;
use crate::model::{ParsedEntry, PodcastElement};

const NAMESPACES: &str = "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
    xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:media='http://search.yahoo.com/mrss/'";

fn one(document: &str) -> ParsedEntry {
    let url = Url::parse("https://show.example/feeds/all.xml").unwrap();
    let mut parsed = parse(document.as_bytes(), None, Some(&url)).unwrap_or_else(|error| panic!("{error}: {document}"));
    assert_eq!(parsed.entries.len(), 1, "{document}");
    parsed.entries.remove(0)
}

fn item(elements: &str) -> ParsedEntry {
    one(&format!(
        "<rss version='2.0' {NAMESPACES}><channel><title>T</title><item><title>One</title>{elements}</item></channel></rss>"
    ))
}

/// `name attribute=value|text[children]`, a line each.
fn shown(element: &PodcastElement) -> String {
    let attributes: String = element.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let text = if element.text.is_empty() { String::new() } else { format!("|{}", element.text) };
    let children: Vec<String> = element.children.iter().map(shown).collect();
    let children = if children.is_empty() { String::new() } else { format!("[{}]", children.join(", ")) };
    format!("{}{attributes}{text}{children}", element.name)
}

fn lines(entry: &ParsedEntry) -> Vec<String> {
    assert_eq!(entry.title.as_deref(), Some("One"), "whatever stands beside it");
    entry.podcast.iter().map(shown).collect()
}

fn check(elements: &str, expected: &[&str]) {
    assert_eq!(lines(&item(elements)), expected, "{elements}");
}

#[test]
fn what_apple_says_of_an_episode_is_kept_as_written() {
    check("<itunes:duration> 1:02:03 </itunes:duration>", &["itunes:duration|1:02:03"]);
    check("<itunes:duration>59:59</itunes:duration>", &["itunes:duration|59:59"]);
    check(
        "<itunes:explicit>clean</itunes:explicit><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>\
         <itunes:episodeType>trailer</itunes:episodeType>",
        &["itunes:season|2", "itunes:episode|7", "itunes:episodeType|trailer", "itunes:explicit|clean"],
    );
    check("<itunes:title>A &amp;amp; B</itunes:title>", &["itunes:title|A &amp; B"]);
    check("<itunes:subtitle><![CDATA[Short & good]]></itunes:subtitle>", &["itunes:subtitle|Short & good"]);
    check("<itunes:image href='/art.jpg'/>", &["itunes:image href=https://show.example/art.jpg"]);
    check("<googleplay:explicit>yes</googleplay:explicit>", &["itunes:explicit|yes"]);
    check("<ITUNES:EpisodeType>full</ITUNES:EpisodeType>", &["itunes:episodeType|full"]);
}

#[test]
fn what_is_about_the_show_is_left_to_the_show() {
    check(
        "<itunes:block>yes</itunes:block><itunes:new-feed-url>https://other.example/</itunes:new-feed-url><itunes:order>3</itunes:order>\
         <podcast:guid>x</podcast:guid><podcast:locked>yes</podcast:locked>",
        &[],
    );
    let entry = item("<itunes:author>Ada</itunes:author><itunes:summary>Words</itunes:summary>");
    assert_eq!((lines(&entry).len(), entry.authors, entry.summary.as_deref()), (0, vec!["Ada".to_owned()], Some("Words")));
}

#[test]
fn podcasting_2_0_is_kept() {
    check(
        "<podcast:transcript url='t.vtt' type='text/vtt' language='de' rel='captions' onclick='x'/><podcast:transcript url='/t.json' type='application/json'/>",
        &[
            "podcast:transcript language=de rel=captions type=text/vtt url=https://show.example/feeds/t.vtt",
            "podcast:transcript type=application/json url=https://show.example/t.json",
        ],
    );
    check(
        "<podcast:chapters url='https://c.example/1.json' type='application/json+chapters'></podcast:chapters>",
        &["podcast:chapters type=application/json+chapters url=https://c.example/1.json"],
    );
    check(
        "<podcast:person role='guest' group='cast' img='/ada.jpg' href='https://ada.example/'>Ada &lt;L&gt;</podcast:person>",
        &["podcast:person group=cast href=https://ada.example/ img=https://show.example/ada.jpg role=guest|Ada <L>"],
    );
    check(
        "<podcast:season name='Rivers'>3</podcast:season><podcast:episode display='Ch.3'>204</podcast:episode>",
        &["podcast:season name=Rivers|3", "podcast:episode display=Ch.3|204"],
    );
    check(
        "<podcast:soundbite startTime='73.0' duration='60'>Why</podcast:soundbite>",
        &["podcast:soundbite duration=60 startTime=73.0|Why"],
    );
    check(
        "<podcast:location geo='geo:30.2,97.7' osm='R113314'>Austin</podcast:location>",
        &["podcast:location geo=geo:30.2,97.7 osm=R113314|Austin"],
    );
    check(
        "<podcast:license url='https://l.example/'>cc-by-4.0</podcast:license>",
        &["podcast:license url=https://l.example/|cc-by-4.0"],
    );
    check(
        "<podcast:socialInteract uri='https://m.example/@a/1' protocol='activitypub' accountId='@a'/>",
        &["podcast:socialInteract accountId=@a protocol=activitypub uri=https://m.example/@a/1"],
    );
}

#[test]
fn elements_with_children_keep_them() {
    check(
        "<podcast:alternateEnclosure type='audio/opus' length='32400' bitrate='64000' default='true'><podcast:source uri='a.opus'/>\
         <podcast:source uri='ipfs://x' contentType='audio/opus'/><podcast:integrity type='sri' value='sha384-x'/><b>junk</b></podcast:alternateEnclosure>",
        &["podcast:alternateEnclosure bitrate=64000 default=true length=32400 type=audio/opus\
           [podcast:source uri=https://show.example/feeds/a.opus, podcast:integrity type=sri value=sha384-x]"],
    );
    check(
        "<podcast:value type='lightning' method='keysend'><podcast:valueRecipient name='Ada' type='node' address='02d5' split='90'/>\
         <podcast:valueTimeSplit startTime='60' duration='20'><podcast:remoteItem feedGuid='g' feedUrl='javascript:x'/></podcast:valueTimeSplit></podcast:value>",
        &["podcast:value method=keysend type=lightning[podcast:valueRecipient address=02d5 name=Ada split=90 type=node, \
           podcast:valueTimeSplit duration=20 startTime=60[podcast:remoteItem feedGuid=g]]"],
    );
}

#[test]
fn the_vocabulary_is_known_by_every_name_it_goes_by() {
    let at = |namespace: &str, prefix: &str| {
        let document = format!(
            "<rss {namespace}><channel><item><title>One</title><{prefix}:season>4</{prefix}:season></item></channel></rss>"
        );
        assert_eq!(lines(&one(&document)), ["podcast:season|4"], "{document}");
    };
    at("xmlns:podcast='https://podcastindex.org/namespace/1.0'", "podcast");
    at("xmlns:p20='http://podcastindex.org/namespace/1.0/'", "p20");
    at("xmlns:podcast='https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md'", "podcast");
    at("", "podcast");
}

#[test]
fn atom_has_them_too() {
    let entry = one(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' {NAMESPACES} xml:base='https://base.example/x/'><entry xml:base='y/'><title>One</title>\
         <itunes:duration>90</itunes:duration><podcast:transcript url='t.srt' type='application/x-subrip'/>\
         <content type='html' xml:base='https://text.example/'>Words</content>\
         <link rel='enclosure' href='a.mp3' title='The &lt;b&gt;sound&lt;/b&gt;'/></entry></feed>"
    ));
    let transcript = "podcast:transcript type=application/x-subrip url=https://base.example/x/y/t.srt";
    assert_eq!(lines(&entry), ["itunes:duration|90", transcript], "the base of the text is the text's");
    let sound = &entry.enclosures[0];
    assert_eq!((sound.url.as_str(), sound.title.as_deref()), ("https://base.example/x/y/a.mp3", Some("The sound")));
}

#[test]
fn media_rss_says_more_of_an_enclosure() {
    type Said<'a> = (&'a str, Option<&'a str>, Option<u64>, Option<&'a str>, bool);
    let check = |elements: &str, expected: &[Said<'_>]| {
        let entry = item(elements);
        let found: Vec<_> = entry
            .enclosures
            .iter()
            .map(|one| (one.url.as_str(), one.title.as_deref(), one.duration, one.medium.as_deref(), one.is_default))
            .collect();
        assert_eq!(found, expected, "{elements}");
    };
    let (a, b) = ("https://show.example/a.mp3", "https://show.example/b.mp3");
    check(
        "<media:content url='/a.mp3' duration='61' medium='Audio' isDefault='true'/>",
        &[(a, None, Some(61), Some("audio"), true)],
    );
    check("<media:content url='/a.mp3'><media:title>Short</media:title></media:content>", &[(a, Some("Short"), None, None, false)]);
    check("<enclosure url='/a.mp3'/><media:content url='/a.mp3' duration='1:01'/>", &[(a, None, Some(61), None, false)]);
    check(
        "<media:group><media:title>Both</media:title><media:content url='/a.mp3'><media:title>A</media:title></media:content>\
         <media:content url='/b.mp3' medium='opera' duration='soon'><media:description>x</media:description></media:content></media:group>",
        &[(a, Some("A"), None, None, false), (b, None, None, None, false)],
    );
    // never closed: the next title is not its own
    check(
        "<media:content url='/a.mp3'><media:content url='/b.mp3'><media:title>B</media:title></media:content>",
        &[(a, None, None, None, false), (b, Some("B"), None, None, false)],
    );
}

#[test]
fn json_feed_says_the_same() {
    let entry = one(r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"One",
        "attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg","title":"<i>Sound</i>","duration_in_seconds":61.5},{"url":"/b.mp3","duration_in_seconds":0}],
        "_itunes":{"about":"x","duration":"1:02:03","episode":7,"explicit":false,"image":"/art.jpg","block":"yes","title":["First","Second"]},
        "_podcast":{"transcript":[{"url":"/t.vtt","type":"text/vtt"},{"url":"data:,x"},null,3],"person":{"text":"Ada","role":"host"},
            "alternateEnclosure":[{"type":"a/b","source":[{"uri":"/c.ogg"}]},"x"],"season":[[]]}}]}"#);
    let attached: Vec<_> = entry.enclosures.iter().map(|one| (one.title.as_deref(), one.duration)).collect();
    assert_eq!(attached, [(Some("Sound"), Some(61)), (None, None)]);
    assert_eq!(
        lines(&entry),
        [
            "itunes:title|First",
            "itunes:image href=https://show.example/art.jpg",
            "itunes:duration|1:02:03",
            "itunes:episode|7",
            "itunes:explicit|false",
            "podcast:transcript type=text/vtt url=https://show.example/t.vtt",
            "podcast:person role=host|Ada",
            "podcast:alternateEnclosure type=a/b[podcast:source uri=https://show.example/c.ogg]",
        ]
    );
}

#[test]
fn bad_elements_cost_themselves_alone() {
    check("<itunes:episode/><itunes:episode>3</itunes:episode><itunes:episode>4</itunes:episode>", &["itunes:episode|3"]);
    check("<podcast:transcript type='text/vtt'/><podcast:person role='host'> </podcast:person>", &[]);
    check(
        "<podcast:transcript url='javascript:alert(1)'/><podcast:chapters url='ftp://x.example/'/><itunes:image href='data:,x'/>",
        &[],
    );
    check("<podcast:person img='javascript:x' href='mailto:a@x.example'>Ada</podcast:person>", &["podcast:person|Ada"]);
    check("<podcast:alternateEnclosure type='a/b'><podcast:source uri='ipfs://x'/></podcast:alternateEnclosure>", &[]);
    check("<podcast:alternateEnclosure><podcast:source><podcast:source uri='/a'/></podcast:alternateEnclosure>", &[]);
    let long = "x".repeat(MAX_VALUE + 1);
    check(&format!("<itunes:title>{long}</itunes:title><itunes:season>1</itunes:season>"), &["itunes:season|1"]);
    check(
        &format!("<podcast:person role='{long}'>Ada</podcast:person><podcast:person>Bo</podcast:person>"),
        &["podcast:person|Bo"],
    );
    check("<podcast:person>Ada<b>&#x1F; <podcast:person>x</podcast:person></b>\u{1}\n</podcast:person>", &["podcast:person|Ada x"]);
    // not closed: it ends before what follows
    check("<itunes:season>2<itunes:episode>3</itunes:episode>", &["itunes:season|2", "itunes:episode|3"]);
}

#[test]
fn many_elements_are_not_too_many() {
    let people: String = (0..1_000).map(|n| format!("<podcast:person>P {n}</podcast:person>")).collect();
    let entry = item(&format!("{people}<podcast:chapters url='/c.json'/><link>https://show.example/1</link>"));
    assert_eq!(entry.link.as_deref(), Some("https://show.example/1"));
    assert_eq!(lines(&entry).len(), MAX_SAME + 1);
    let junk = "<podcast:person></podcast:person>".repeat(1_000);
    check(&format!("{junk}<podcast:person>Ada</podcast:person>"), &["podcast:person|Ada"]);
    let splits = "<podcast:valueRecipient address='a'/>".repeat(MAX_SAME + 1);
    let values = format!("<podcast:value>{splits}</podcast:value>").repeat(10);
    let entry = item(&values);
    let count: usize = entry.podcast.iter().map(|value| 1 + value.children.len()).sum();
    assert_eq!((entry.podcast[0].children.len(), count), (MAX_SAME, MAX_ELEMENTS), "the last one gets what is left");
    let long = format!("<podcast:person>{}</podcast:person>", "x".repeat(MAX_VALUE)).repeat(90);
    assert_eq!(lines(&item(&long)).len(), 32, "of 128 KiB in all");
}

#[test]
fn where_an_entry_is_discussed_is_kept() {
    let page = "thr:replies href=https://show.example/a#c type=text/html";
    check("<comments>https://show.example/a#c</comments>", &[page]);
    check("<comments>/a#c</comments>", &[page]);
    check("<comments>12</comments>", &[]);
    check("<comments>javascript:alert(1)//</comments>", &[]);
    check("<slash:comments> 12 </slash:comments>", &["thr:total|12"]);
    check("<slash:comments>many</slash:comments>", &[]);
    check("<wfw:commentRss>/c.xml</wfw:commentRss>", &["thr:replies href=https://show.example/c.xml type=application/rss+xml"]);
    check(
        "<atom:link rel='replies' type='text/html' href='/a#c' thr:count='3'/>\
         <atom:link rel='replies' type='application/atom+xml' href='/c.atom' thr:count='3'/>",
        &[page, "thr:replies href=https://show.example/c.atom type=application/atom+xml", "thr:total|3"],
    );
    check("<thr:in-reply-to ref='urn:a' href='/b'/>", &["thr:in-reply-to href=https://show.example/b ref=urn:a"]);
    check("<thr:in-reply-to ref='b' href='/b'/><thr:in-reply-to href='/c'/>", &[]);
}
