//! Promises of the parser as a whole, a trap a line. All documents are our own.

use std::time::Duration;

use super::*;
use crate::model::{HubLinks, Rhythm};
use crate::model::{ParsedEntry, ParsedFeed};

pub(super) fn read(document: &str) -> Parsed {
    let url = Url::parse("https://example.org/feeds/all.xml").unwrap();
    parse(document.as_bytes(), None, Some(&url)).unwrap_or_else(|error| panic!("{error}: {document}"))
}

/// The one entry of an RSS document with these elements.
fn item(elements: &str) -> ParsedEntry {
    let mut parsed = read(&format!("<rss version='2.0'><channel><title>T</title><item>{elements}</item></channel></rss>"));
    assert_eq!(parsed.entries.len(), 1, "{elements}");
    parsed.entries.remove(0)
}

fn atom(elements: &str) -> ParsedEntry {
    let mut parsed = read(&format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry>{elements}</entry></feed>"));
    assert_eq!(parsed.entries.len(), 1, "{elements}");
    parsed.entries.remove(0)
}

pub(super) fn titles(document: &str, expected: &[&str]) {
    let titles: Vec<String> = read(document).entries.into_iter().map(|entry| entry.title.unwrap_or_default()).collect();
    assert_eq!(titles, expected, "{document}");
}

pub(super) fn kinds(parsed: &Parsed) -> Vec<&'static str> {
    parsed.faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn a_whole_rss_feed_is_read() {
    let parsed = read(
        r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
        <channel><title>The &lt;b&gt;Paper&lt;/b&gt;</title><link>https://paper.example/</link><description>News</description><language>de_DE</language>
        <ttl>60</ttl><image><url>/logo.png</url><title>no</title><link>https://no.example/</link></image>
        <item><title>One</title><link>https://paper.example/1</link><guid isPermaLink="false"> id-1 </guid><pubDate>Sun, 22 Nov 2026 11:00:00 +0100</pubDate>
        <author>ada@paper.example (Ada)</author><description>Short.</description><content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>
        <category>Politics</category><category>Politics</category><enclosure url="https://example.org/a.mp3" type="audio/mpeg" length="0"/><media:thumbnail url="/t.jpg"/></item>
        </channel></rss>"#,
    );
    assert_eq!(
        parsed.feed,
        ParsedFeed {
            title: Some("The Paper".into()),
            link: Some("https://paper.example/".into()),
            language: Some("de-DE".into()),
            description: Some("News".into()),
            icon: Some("https://example.org/logo.png".into()),
            rhythm: Rhythm { ttl: Some(Duration::from_secs(3600)), ..Rhythm::default() },
            websub: HubLinks::default(),
        }
    );
    let expected = ParsedEntry {
        guid: Some("id-1".into()),
        link: Some("https://paper.example/1".into()),
        title: Some("One".into()),
        published: "2026-11-22T10:00:00Z".parse().ok(),
        authors: vec!["Ada".into()],
        summary: Some("Short.".into()),
        content: Some("<p>Long.</p>".into()),
        enclosures: vec![crate::model::Enclosure {
            url: "https://example.org/a.mp3".into(),
            media_type: Some("audio/mpeg".into()),
            length: None,
            ..Default::default()
        }],
        categories: vec!["Politics".into()],
        image: Some("https://example.org/t.jpg".into()),
        base: Some("https://paper.example/1".into()),
        ..ParsedEntry::default()
    };
    assert_eq!(parsed.entries, [expected]);
    assert_eq!(parsed.faults, []);
}

#[test]
fn a_whole_atom_feed_is_read() {
    let parsed = read(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://blog.example/"><title type="text">Blog</title><subtitle>Words</subtitle>
        <link rel="self" href="feed"/><link href="/"/><author><name>Ada</name></author>
        <entry xml:lang="fr"><id>tag:1</id><title type="html">A &amp;amp; B</title><link rel="enclosure" href="a.ogg" type="audio/ogg" length="7"/><link href="one"/>
        <published>2026-11-22T10:00:00Z</published><updated>2026-11-23T10:00:00Z</updated><category term="x"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi &amp; <a href="two">more</a></p></div></content></entry></feed>"#,
    );
    assert_eq!((parsed.feed.link.as_deref(), parsed.feed.language.as_deref()), (Some("https://blog.example/"), Some("en")));
    let expected = ParsedEntry {
        guid: Some("tag:1".into()),
        link: Some("https://blog.example/one".into()),
        title: Some("A & B".into()),
        published: "2026-11-22T10:00:00Z".parse().ok(),
        updated: "2026-11-23T10:00:00Z".parse().ok(),
        authors: vec!["Ada".into()],
        content: Some("<p>Hi &amp; <a href=\"two\">more</a></p>".into()),
        enclosures: vec![crate::model::Enclosure {
            url: "https://blog.example/a.ogg".into(),
            media_type: Some("audio/ogg".into()),
            length: Some(7),
            ..Default::default()
        }],
        categories: vec!["x".into()],
        language: Some("fr".into()),
        base: Some("https://blog.example/".into()),
        ..ParsedEntry::default()
    };
    assert_eq!(parsed.entries, [expected]);
}

#[test]
fn every_format_and_its_cousins_are_read() {
    titles("<rss><channel><item><title>no version</title></item></channel></rss>", &["no version"]);
    titles("<rss version='0.93'><channel><item><title>odd version</title></item></channel></rss>", &["odd version"]);
    titles("<RSS><CHANNEL><ITEM><TITLE>upper case</TITLE></ITEM></CHANNEL></RSS>", &["upper case"]);
    titles("<channel><item><title>no root</title></item></channel>", &["no root"]);
    titles("<rss><channel/><item><title>outside</title></item></rss>", &["outside"]);
    titles(
        "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel/><item rdf:about='x'><title>RSS 1.0</title></item></rdf:RDF>",
        &["RSS 1.0"],
    );
    titles("<feed><entry><title>no namespace</title></entry></feed>", &["no namespace"]);
    titles("<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>prefix</a:title></a:entry></a:feed>", &["prefix"]);
    titles("<feed xmlns='http://purl.org/atom/ns#' version='0.3'><entry><title>Atom 0.3</title></entry></feed>", &["Atom 0.3"]);
    titles(r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"JSON"}]}"#, &["JSON"]);
    titles("<rss><channel></channel></rss>", &[]);
}

#[test]
fn what_stands_around_a_feed_is_no_matter() {
    let feed = "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>";
    for before in [
        "\n  ",
        "\u{feff}\u{feff}",
        "\u{200b}",
        "<!-- hi -->",
        "<br />\n<b>Warning</b>: no x in <b>/y.php</b> on line <b>3</b><br />\n",
        "{",
        "text ",
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://my.netscape.com/rss.dtd'>",
        "<?xml-stylesheet href='x'?>",
    ] {
        titles(&format!("{before}{feed}"), &["x"]);
    }
    for after in ["\n\n", "<!-- 0.2 s -->", "<script>var a = '<item>';</script>", "text", feed] {
        titles(&format!("{feed}{after}"), &["x"]);
    }
}

#[test]
fn broken_structure_loses_nothing_whole() {
    let whole = "<rss><channel><item><title>one</title></item><item><guid>2</guid><title>two</title>";
    titles(whole, &["one", "two"]);
    titles(&format!("{whole}</item>"), &["one", "two"]);
    titles(&format!("{whole}</item></channel>"), &["one", "two"]);
    titles("<rss><channel><item><title>one</title><item><title>two</title></channel></rss>", &["one", "two"]);
    titles("<rss><channel></foo><item></bar><title>one</title></item></channel></rss>", &["one"]);
    titles("<rss><channel><item><title>one</Title></Item></channel></rss>", &["one"]);
    // half a title is none, half an address leads elsewhere, and what nothing names would stay beside its whole self
    titles("<rss><channel><item><guid>1</guid><title>cut <![CDATA[in a sec", &[""]);
    titles(
        "<rss><channel><item><title>one</title><guid>1</guid></item><item><title>two</title><guid>http://a.example/tw",
        &["one"],
    );
    titles("<rss><channel><item><foo><title>x</title></item><item><title>two</title></item></channel></rss>", &["x", "two"]);
    assert!(kinds(&read(whole)).contains(&"truncated"));
}

#[test]
fn an_element_without_end_ends_before_the_next() {
    let entry = item("<description>text <b>bold</b><pubDate>22 Nov 2026 10:00:00 GMT</pubDate><guid>g</guid>");
    assert_eq!(entry.summary.as_deref(), Some("text <b>bold</b>"));
    assert!(entry.published.is_some() && entry.guid.is_some());
    assert_eq!(item("<title>a<link>https://example.org/1</link>").link.as_deref(), Some("https://example.org/1"));
    assert_eq!(item("<description>a<br>b</description><title>t</title>").title.as_deref(), Some("t"));
}

#[test]
fn what_is_no_markup_is_text() {
    assert_eq!(item("<title>AT&T & Co < 5 &bogus; &#x1;&#xD800;é</title>").title.as_deref(), Some("AT&T & Co < 5 &bogus; é"));
    assert_eq!(item("<title>a\u{1}\u{c}b\u{fffe}</title>").title.as_deref(), Some("ab"));
    assert_eq!(item("<title>Caf&eacute;&nbsp;&#146;</title>").title.as_deref(), Some("Café ’"));
    assert_eq!(item("<description><![CDATA[a ]]]]><![CDATA[> b]]></description>").summary.as_deref(), Some("a ]]> b"));
    assert_eq!(item("<guid>a]]&gt;b</guid>").guid.as_deref(), Some("a]]>b"));
}

#[test]
fn vocabularies_are_known_by_any_address() {
    for (declared, element) in [
        ("xmlns:dc='http://purl.org/dc/elements/1.1/'", "dc:creator"),
        ("xmlns:dc='https://purl.org/dc/elements/1.1'", "dc:creator"),
        ("", "dc:creator"),
        ("xmlns:x='http://purl.org/dc/elements/1.1/'", "x:creator"),
        ("xmlns:itunes='http://www.itunes.com/DTDs/Podcast-1.0.dtd'", "itunes:author"),
        ("", "author"),
    ] {
        let parsed = read(&format!("<rss {declared}><channel><item><{element}>Ada</{element}></item></channel></rss>"));
        assert_eq!(parsed.entries[0].authors, ["Ada"], "{declared} {element}");
    }
}

#[test]
fn links_are_found_and_absolute() {
    let link = |elements: &str, expected: Option<&str>| assert_eq!(item(elements).link.as_deref(), expected, "{elements}");
    link("<link> /a </link>", Some("https://example.org/a"));
    link("<link>b</link>", Some("https://example.org/feeds/b"));
    link("<link>//other.example/c</link>", Some("https://other.example/c"));
    link("<link><![CDATA[https://example.org/?a=1&b=2]]></link>", Some("https://example.org/?a=1&b=2"));
    link("<link>https://example.org/?a=1&amp;amp;b=2</link>", Some("https://example.org/?a=1&b=2"));
    link("<atom:link rel='self' href='/s'/><atom:link href='/d'/>", Some("https://example.org/d"));
    link("<atom:link href='/d'/><link>/e</link>", Some("https://example.org/e"));
    link("<guid>https://example.org/f</guid>", Some("https://example.org/f"));
    link("<guid isPermaLink='false'>https://example.org/f</guid>", None);
    link("<guid>urn:x</guid>", None);
    link("<link>javascript:alert(1)</link>", None);
    link("<link>ftp://example.org/</link>", None);
    assert_eq!(
        atom("<link type='application/json' href='/j'/><link type='text/html' href='/h'/>").link.as_deref(),
        Some("https://example.org/h")
    );
    let based = read("<rss xml:base='https://base.example/x/'><channel><item xml:base='y/'><link>z</link></item></channel></rss>");
    assert_eq!(based.entries[0].link.as_deref(), Some("https://base.example/x/y/z"));
    let alone =
        parse(b"<rss><channel><item><link>/a</link></item><link>https://site.example/</link></channel></rss>", None, None).unwrap();
    assert_eq!(alone.entries[0].link.as_deref(), Some("https://site.example/a"));
}

#[test]
fn ids_are_kept_raw_or_are_none() {
    assert_eq!(item("<guid> \n a b </guid>").guid.as_deref(), Some("a b"));
    assert_eq!(item("<guid></guid><title>x</title>").guid, None);
    assert_eq!(item("<link>https://example.org/1</link>").guid, None);
}

#[test]
fn a_text_that_is_not_closed_ends_before_what_html_does_not_know() {
    let entry = item("<description>A <b>teaser</b><wfw:commentRss>https://example.org/c</wfw:commentRss><title>T</title>");
    assert_eq!((entry.summary.as_deref(), entry.title.as_deref()), (Some("A <b>teaser</b>"), Some("T")));
}

#[test]
fn what_is_no_feed_is_not_read_as_one() {
    let url = Url::parse("https://example.org/").ok();
    let check = |document: &str, words: &str| match parse(document.as_bytes(), None, url.as_ref()) {
        Ok(parsed) => panic!("{document}: {parsed:?}"),
        Err(error) => assert!(error.to_string().contains(words), "{document}: {error}"),
    };
    check("<catalog><item><title>Lamp</title><price>3</price></item></catalog>", "<catalog>");
    check("<dictionary><entry><title>lamp</title></entry></dictionary>", "<dictionary>");
    check("<rdf:RDF xmlns:rdf='x'><foaf:Person><name>Ada</name></foaf:Person></rdf:RDF>", "<rdf>");
    check("<html><head><script>var x = '<rss>'</script></head><body>no</body></html>", "web page");
    let example = "<html><head><link rel=alternate type=application/rss+xml href=/feed></head><body><pre><rss><channel><item><title>Example</title><link>http://a.example/</link></item></channel></rss></pre></body></html>";
    check(example, "its feed is https://example.org/feed");
    // an error page above a feed is junk like any other
    titles("<html><body>503</body></html><rss version='2.0'><channel><item><title>x</title></item></channel></rss>", &["x"]);
}

#[test]
fn a_namespace_means_what_its_element_says() {
    let feed =
        |items: &str| format!("<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{items}</channel></rss>");
    // declared otherwise in one element, the prefix means in the next what it meant before
    let parsed = read(&feed(
        "<item><dc:x xmlns:dc='urn:other'/><dc:creator>Ada</dc:creator></item><item><dc:creator>Eve</dc:creator></item>",
    ));
    assert_eq!(parsed.entries.iter().map(|entry| entry.authors.join(",")).collect::<Vec<_>>(), ["Ada", "Eve"]);
    // .NET declares at each element what it uses
    let many: String =
        (0..300).map(|i| format!("<item><a10:id xmlns:a10='http://www.w3.org/2005/Atom'>{i}</a10:id></item>")).collect();
    assert_eq!(read(&feed(&many)).entries[299].guid.as_deref(), Some("299"));
    let rdf = "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item r:about='urn:1'><title>x</title></item></r:RDF>";
    assert_eq!(read(rdf).entries[0].guid.as_deref(), Some("urn:1"));
}

#[test]
fn xhtml_about_tags_is_text() {
    let content = "<content type='xhtml'><div>write &lt;b>bold&lt;/b></div></content><title type='xhtml'><div>The &lt;video> element</div></title>";
    let entry = atom(content);
    assert_eq!(entry.content.as_deref(), Some("write &lt;b>bold&lt;/b>"));
    assert_eq!(entry.title.as_deref(), Some("The <video> element"));
    assert_eq!(
        atom("<title type='text'>The &lt;video> element &amp;amp; more</title>").title.as_deref(),
        Some("The <video> element & more")
    );
}

#[test]
fn a_bad_link_keeps_no_good_one_away() {
    let link = |elements: &str| item(elements).link;
    assert_eq!(link("<link>mailto:x@a.example</link><guid>https://a.example/1</guid>").as_deref(), Some("https://a.example/1"));
    assert_eq!(
        link("<link>http://</link><atom:link rel='alternate' href='https://a.example/3'/>").as_deref(),
        Some("https://a.example/3")
    );
}

#[test]
fn a_link_that_counts_readers_says_where_it_leads() {
    let entry = item("<link>http://feeds.example/~r/1</link><feedburner:origLink>https://blog.example/1</feedburner:origLink>");
    assert_eq!(entry.link.as_deref(), Some("http://feeds.example/~r/1"));
    assert_eq!(
        (entry.original.as_deref(), entry.base.as_deref()),
        (Some("https://blog.example/1"), Some("https://blog.example/1"))
    );
}

#[test]
fn what_is_cut_is_told_before_all_else() {
    let wrong: String = (0..60).map(|i| format!("<dc:x xmlns:dc='urn:{i}'/>")).collect();
    let parsed = read(&format!("<rss version='2.0'><channel><item><guid>1</guid>{wrong}"));
    assert_eq!(kinds(&parsed)[0], TRUNCATED);
}

#[test]
fn guids_that_differ_far_behind_differ() {
    let long = "x".repeat(MAX_GUID + 10);
    let guid = |end: &str| item(&format!("<guid>{long}{end}</guid>")).guid;
    assert_eq!(guid("a"), guid("a"));
    assert_ne!(guid("a"), guid("b"));
}

#[test]
fn media_become_enclosures_once() {
    let urls = |elements: &str| item(elements).enclosures.into_iter().map(|enclosure| enclosure.url).collect::<Vec<_>>();
    assert_eq!(
        urls("<enclosure url='/a' length='x'/><media:content url='/a'/><media:group><media:content url='/b'/></media:group>"),
        ["https://example.org/a", "https://example.org/b"]
    );
    assert_eq!(urls("<enclosure/><enclosure url='rtsp://x/y'/><media:content/>"), Vec::<String>::new());
    let image = |elements: &str| item(elements).image;
    assert_eq!(image("<itunes:image href='/i.jpg'/>").as_deref(), Some("https://example.org/i.jpg"));
    assert_eq!(
        image("<media:content url='/m.jpg' medium='image'><media:thumbnail url='/t.jpg'/></media:content>").as_deref(),
        Some("https://example.org/t.jpg")
    );
    assert_eq!(image("<enclosure url='/e.png' type='image/png'/>").as_deref(), Some("https://example.org/e.png"));
}

#[test]
fn dates_have_their_places() {
    let entry = item("<dc:date>2026-11-21</dc:date><pubDate>2026-11-22</pubDate><atom:updated>2026-11-23</atom:updated>");
    assert_eq!(entry.published, "2026-11-22T00:00:00Z".parse().ok());
    assert_eq!(entry.updated, "2026-11-23T00:00:00Z".parse().ok());
    let entry = atom("<issued>2026-11-22</issued><modified>2026-11-23</modified>");
    assert_eq!((entry.published, entry.updated), ("2026-11-22T00:00:00Z".parse().ok(), "2026-11-23T00:00:00Z".parse().ok()));
    let parsed = read("<rss version='2.0'><channel><item><guid>g</guid><pubDate>soon</pubDate></item></channel></rss>");
    assert_eq!((parsed.entries[0].published, kinds(&parsed)), (None, vec!["date"]));
}

#[test]
fn json_feeds_are_read_although_they_are_wrong() {
    let parsed = read(
        "\u{feff}{\"title\":\"T\",\"home_page_url\":\"/\",\"author\":{\"name\":\"Ada\"},\"language\":\"en\",\"items\":[
        {\"id\":7,\"url\":null,\"external_url\":\"/x\",\"content_text\":\"a < b\nc\",\"date_published\":\"2026-11-22T10:00:00+00:00\",\"tags\":[\"t\",null],
         \"attachments\":[{\"url\":\"/a.mp3\",\"mime_type\":null,\"size_in_bytes\":\"?\"}]},
        {\"id\":\"8\",\"title\":\"tab\there\",\"content_html\":\"<p>x</p>\",\"authors\":[{\"name\":\"Bob\"},\"Eve\"],},]} <script>",
    );
    let [first, second] = parsed.entries.as_slice() else { panic!("{parsed:?}") };
    assert_eq!((first.guid.as_deref(), first.link.as_deref()), (Some("7"), Some("https://example.org/x")));
    assert_eq!((first.content.as_deref(), first.authors.as_slice()), (Some("a &lt; b<br>c"), ["Ada".to_owned()].as_slice()));
    assert_eq!((first.categories.as_slice(), first.enclosures.len()), (["t".to_owned()].as_slice(), 1));
    assert_eq!((second.title.as_deref(), second.authors.len()), (Some("tab here"), 2));
    assert_eq!(kinds(&parsed), ["json", "json", "root", "id", "type"]);
    titles(r#"{"title":"T","items":[{"id":"1","title":"whole"},{"id":"2","title":"cu"#, &["whole"]);
}

#[test]
fn charsets_reach_the_entries() {
    for (bytes, content_type) in [
        (
            b"<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>Caf\xe9 Gr\xf6\xdfe</title></item></channel></rss>"
                .as_slice(),
            None,
        ),
        (b"<rss><channel><item><title>Caf\xe9 Gr\xf6\xdfe</title></item></channel></rss>", Some("text/xml; charset=iso-8859-1")),
        (
            "<?xml version='1.0' encoding='utf-16'?><rss><channel><item><title>Café Größe</title></item></channel></rss>"
                .as_bytes(),
            None,
        ),
    ] {
        assert_eq!(parse(bytes, content_type, None).unwrap().entries[0].title.as_deref(), Some("Café Größe"));
    }
}

#[test]
fn what_is_no_feed_is_refused_in_one_line() {
    let refused = |text: &str| {
        parse(text.as_bytes(), Some("application/rss+xml"), Url::parse("https://example.org/").ok().as_ref()).unwrap_err()
    };
    assert_eq!(refused(" \n"), ParseError::Empty);
    let page = "<!doctype html><html><head><link rel=alternate type=application/rss+xml href=/rss></head><body>x</body></html>";
    assert_eq!(refused(page), ParseError::Html { title: None, feeds: vec!["https://example.org/rss".into()] });
    for text in ["hello", "{}", "[1]", "<opml><body/></opml>", "<urlset><url/></urlset>", "\u{1}\u{2}", "<html>", "{\"a\":", "<<<"]
    {
        let line = refused(text).to_string();
        assert!(!line.contains('\n') && line.len() < 300, "{line}");
    }
}

#[test]
fn relative_addresses_in_html_have_a_base() {
    let base = |attributes: &str, link: &str| {
        let feed =
            format!("<rss {attributes}><channel><item><link>{link}</link><description>x</description></item></channel></rss>");
        let url = Url::parse("https://site.example/feed/").unwrap();
        parse(feed.as_bytes(), None, Some(&url)).unwrap().entries.remove(0).base.unwrap()
    };
    assert_eq!(base("", "https://site.example/2026/a"), "https://site.example/feed/");
    assert_eq!(base("xml:base='https://b.example/'", "https://site.example/2026/a"), "https://b.example/");
    assert_eq!(base("", "https://blog.example/2026/a"), "https://blog.example/2026/a", "the feed is hosted by a service");
}

#[test]
fn a_feed_names_its_hub_in_every_format() {
    let links = "<atom:link rel='hub' href='https://hub.test/'/><atom:link REL='Self' href='/own.xml'/>";
    let rss =
        format!("<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>{links}<title>T</title></channel></rss>");
    let atom = format!("<feed xmlns='http://www.w3.org/2005/Atom'>{}<title>T</title></feed>", links.replace("atom:", ""));
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"/own.xml","items":[],
        "hubs":[{"type":"rssCloud","url":"https://no.test/"},3,{"type":"websub","url":"https://hub.test/"}]}"#;
    for document in [rss.as_str(), &atom, json] {
        let expected = HubLinks { hub: Some("https://hub.test/".into()), topic: Some("https://example.org/own.xml".into()) };
        assert_eq!(read(document).feed.websub, expected, "{document}");
    }
    assert_eq!(read(&atom.replace("https://hub", "ftp://hub")).feed.websub.hub, None);
    assert_eq!(item("<link rel='hub' href='https://hub.test/'/><title>t</title>").title.as_deref(), Some("t"));
}
