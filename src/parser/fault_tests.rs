//! What is told of each kind of breakage, and that nothing is told of what is not broken.

use super::*;

/// Kinds of the faults of `document`, and what its one entry is called.
fn check(document: &str, title: &str, expected: &[&str]) {
    bytes(document.as_bytes(), title, expected);
}

fn bytes(document: &[u8], title: &str, expected: &[&str]) {
    let url = Url::parse("https://example.org/feed").ok();
    let shown = String::from_utf8_lossy(document);
    let parsed = parse(document, None, url.as_ref()).unwrap_or_else(|error| panic!("{error}: {shown}"));
    let titles: Vec<_> = parsed.entries.iter().map(|entry| entry.title.as_deref().unwrap_or_default()).collect();
    let kinds: Vec<_> = parsed.faults.iter().map(|fault| fault.kind).collect();
    assert_eq!((titles.as_slice(), kinds.as_slice()), ([title].as_slice(), expected), "{shown}\n{:?}", parsed.faults);
    for fault in &parsed.faults {
        assert!(!fault.detail.contains('\n') && fault.detail.len() < 400, "{fault:?}");
    }
}

/// An RSS document with `elements` in its one entry, which is called T unless they say otherwise.
fn item(elements: &str, expected: &[&str]) {
    check(&rss(&format!("<channel><item><title>T</title>{elements}</item></channel>")), "T", expected);
}

fn rss(channel: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{channel}</rss>")
}

fn atom(elements: &str, expected: &[&str]) {
    let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>T</title>{elements}</entry></feed>");
    check(&feed, "T", expected);
}

const T: &str = "<channel><item><title>T</title></item></channel>";

#[test]
fn what_is_right_leaves_no_fault() {
    check(&rss(T), "T", &[]);
    check(&format!("{}\n<!-- served in 3 ms -->\n", rss(T)), "T", &[]);
    check(&format!("\u{feff}<!-- a -->{}", rss(T).replace("<?xml version=\"1.0\"?>", "<?xml-stylesheet href='x'?>")), "T", &[]);
    item("<link>https://example.org/1</link><guid isPermaLink='false'>1</guid><dc:creator>Ada</dc:creator>", &[]);
    item(
        "<description>&lt;p>a &amp;amp; b&#8217;s&lt;br>&lt;/p></description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[a & b <br> <p>c</content>]]></content:encoded>",
        &[],
    );
    item(
        "<enclosure url='https://example.org/a.mp3' length='0' type='audio/mpeg'></enclosure><category/><comments></comments>",
        &[],
    );
    item("<x:y xmlns:x='urn:x'><x:Z a='1'>&</x:z></x:y>", &[]);
    atom("<link href='1'/><id>urn:1</id><summary>a &lt; b</summary><content type='html'>&lt;p>x&lt;/p></content>", &[]);
    atom("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x<br/></p></div></content>", &[]);
    check(
        "<?xml version='1.0'?><!DOCTYPE rss SYSTEM 'http://my.netscape.com/publish/formats/rss-0.91.dtd'><rss version='0.91'><channel><item><title>&eacute;</title></item></channel></rss>",
        "é",
        &[],
    );
    check(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><items><rdf:Seq><rdf:li rdf:resource='a'/></rdf:Seq></items></channel><item rdf:about='a'><title>T</title></item></rdf:RDF>",
        "T",
        &[],
    );
    check("<CHANNEL HREF='http://example.org/'><ITEM HREF='http://example.org/1'><TITLE>T</TITLE></ITEM></CHANNEL>", "T", &[]);
    bytes(
        b"<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><item><title>\xe9</title></item></channel></rss>",
        "é",
        &[],
    );
}

#[test]
fn junk_around_the_document() {
    check(&format!("\n{}", rss(T)), "T", &["junk"]);
    check(&format!("<!-- cached -->{}", rss(T)), "T", &["junk"]);
    check(&format!("<br />\n<b>Warning</b>: x in <b>/y.php</b>\n{}", rss(T)), "T", &["junk"]);
    check(&format!("x{}", rss(T)), "T", &["junk"]);
    check(&format!("{{}}\n{}", rss(T)), "T", &["junk"]);
    check(&format!("\u{feff}\u{feff}{}", rss(T)), "T", &["charset"]);
    check(&format!("{}<script>count()</script>", rss(T)), "T", &["junk"]);
    check(&format!("{0}{0}", rss(T)), "T", &["junk"]);
}

#[test]
fn roots_and_versions() {
    check(&format!("<rss>{T}</rss>"), "T", &["root"]);
    check(&format!("<rss version='2.00'>{T}</rss>"), "T", &["root"]);
    check(&format!("<RSS version='2.0'>{T}</RSS>"), "T", &["markup"]);
    check(T, "T", &["root"]);
    check("<feed><entry><title>T</title></entry></feed>", "T", &["namespace"]);
}

#[test]
fn namespaces() {
    check("<feed xmlns='https://www.w3.org/2005/Atom'><entry><title>T</title></entry></feed>", "T", &["namespace"]);
    check("<feed xmlns='http://www.w3.org/2005/Atom/'><entry><title>T</title></entry></feed>", "T", &["namespace"]);
    item("<media:title>x</media:title><content:encoded>x</content:encoded><media:group/>", &["namespace", "namespace"]);
    check(&rss(T).replace("elements/1.1/", "elements/1.1"), "T", &["namespace"]);
    item("<foo:bar/><foo:baz>x</foo:baz>", &["namespace"]);
}

#[test]
fn references_and_characters() {
    item("<category>Q & A</category><category>AT&T</category>", &["reference"]);
    item("<link>https://example.org/?a=1&b=2</link>", &["reference"]);
    item("<description>Caf&eacute;</description>", &["reference"]);
    item("<description>it&#146;s</description>", &["reference"]);
    item("<description>a&#0;b</description>", &["reference"]);
    item("<description>a &amp b</description>", &["reference"]);
    item("<description>a &foo; b</description>", &["reference"]);
    item("<enclosure url='https://example.org/?a=1&b=2'/>", &["reference"]);
    item("<description>a\u{8}b\u{ffff}c</description>", &["character"]);
    item("<category>a <3 b</category>", &["markup"]);
}

#[test]
fn markup_in_texts() {
    item("<body xmlns='http://www.w3.org/1999/xhtml'><p>a <b>b</b></p></body>", &[]);
    item("<description>a <b>bold</b> word</description>", &["markup"]);
    item("<description>one<br>two</description>", &["structure", "markup"]);
    item("<description><b><i>x</b></i></description>", &["structure", "structure", "markup"]);
    item("<enclosure url=https://example.org/a />", &["markup"]);
    item("<PUBDATE></PUBDATE>", &["markup"]);
    item("<pubDate></pubdate>", &["markup"]);
    atom("<content>&lt;p>x&lt;/p></content>", &["type"]);
    atom("<content type='HTML5'>&lt;p>x&lt;/p></content>", &["type"]);
    atom("<content type='text/html'>&lt;p>x&lt;/p></content>", &[]);
    item("<media:title xmlns:media='http://search.yahoo.com/mrss/' type='plain'>x</media:title>", &[]);
}

#[test]
fn structure() {
    item("<description>a<category>x</category>", &["structure"]);
    item("</b>", &["structure"]);
    check(&rss(T).replace("</channel>", ""), "T", &["structure"]);
    item("<description><b>one<br>two</description>", &["structure", "structure", "markup"]);
    check(&rss("<channel><item><title>T</title></channel>"), "T", &["structure"]);
    check(&rss("<channel></channel><item><title>T</title></item>"), "T", &["structure"]);
    check(&rss(&format!("{T}</foo>")).replace("</channel></foo>", "</foo></channel>"), "T", &["structure"]);
    check("<rss version='2.0'><channel><item><title>T</title></item>", "T", &["truncated"]);
    check(
        "<rss version='2.0'><channel><item><title>T</title><guid>1</guid><pubDate>Thu, 01 Jan 20",
        "T",
        &["truncated", "structure"],
    );
}

#[test]
fn addresses() {
    item("<link>/1</link>", &["address"]);
    item("<link> www.example.org/1 </link>", &["address"]);
    item("<enclosure url='/a'/><enclosure url='/b'/>", &["address"]);
    item("<enclosure url='rtsp://example.org/a'/>", &["address"]);
    item("<enclosure/>", &["address"]);
    item("<enclosure url='http://[x'/><link>http://a b/</link>", &["address"]);
    item("<link>https://user@example.org:8080/ä</link>", &[]);
    atom("<link href='/a'/><link rel='enclosure' href='b'/>", &[]);
}

#[test]
fn charsets() {
    bytes(b"<rss version='2.0'><channel><item><title>Caf\xe9</title></item></channel></rss>", "Café", &["charset"]);
    check(
        "<?xml version='1.0' encoding='utf-16'?><rss version='2.0'><channel><item><title>é</title></item></channel></rss>",
        "é",
        &["charset"],
    );
}

#[test]
fn a_feed_inside_an_extension_of_an_entry_is_not_its_next_entry() {
    item("<sx:sync xmlns:sx='urn:sx'><sx:old><item><title>old</title></item></sx:old></sx:sync><category>x</category>", &[]);
    // but one that is not closed does not swallow the rest of the feed
    let parsed = parse(
        rss("<channel><item><title>A</title><x:y xmlns:x='urn:x'></item><item><title>B</title></item></channel>").as_bytes(),
        None,
        None,
    );
    assert_eq!(parsed.map_or(0, |parsed| parsed.entries.len()), 2);
}

#[test]
fn faults_say_where_and_what_to_do() {
    let text = rss("<channel>\n<item>\n<title>Q & A</title></item></channel>");
    let parsed = parse(text.as_bytes(), None, None).unwrap();
    assert_eq!(parsed.faults[0].detail, "the & in '& A' begins no character reference and is read as text; write &amp; (line 4)");
}
