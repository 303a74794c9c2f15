use super::*;

const PAGE: &str = "https://example.org/a/b";

fn feeds(page: &str, url: &str) -> Vec<String> {
    feeds_of(page, Url::parse(url).ok().as_ref())
}

/// What a page at [`PAGE`] names, without the host where it is the page's.
fn check(page: &str, expected: &[&str]) {
    let feeds = feeds(page, PAGE);
    let shown: Vec<&str> = feeds.iter().map(|feed| feed.strip_prefix("https://example.org").unwrap_or(feed)).collect();
    assert_eq!(shown, expected, "{page}");
}

/// A link by its attributes, which leads to `/x` where they do not say otherwise.
fn link(attributes: &str, is_feed: bool) {
    let href = if attributes.contains("href=") { "" } else { "href=/x" };
    assert_eq!(feeds(&format!("<link {attributes} {href}>"), PAGE).len(), usize::from(is_feed), "{attributes}");
}

#[test]
fn pages_name_their_feeds() {
    let page = r#"<html><head><link rel="stylesheet" href="x.css"><LINK REL="alternate" TYPE="application/rss+xml" HREF="/rss?a=1&amp;b=2">
        <link rel=alternate type=application/atom+xml href=feed.atom><link rel="alternate" hreflang="de" href="/de">
        <link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/rss+xml" href="feed.atom">"#;
    check(page, &["/rss?a=1&b=2", "/a/feed.atom"]);
    assert_eq!(feeds_of(&"<link rel=alternate type=rss href=http://a/x>".repeat(20), None).len(), 1);
    let many: String = (0..20).map(|i| format!("<link rel=alternate type=rss href='http://a/{i}'>")).collect();
    assert_eq!(feeds_of(&many, None).len(), MAX_FEEDS);
}

#[test]
fn a_type_that_says_feed_is_enough() {
    for (attributes, is_feed) in [
        ("rel=alternate type='application/rss+xml'", true),
        ("rel='ALTERNATE' type='Application/Atom+XML; charset=utf-8'", true),
        ("rel='home alternate' type=application/feed+json", true),
        ("rel=alternate type='application/x.atom+xml'", true),
        ("rel=alternate type='text/rss'", true),
        ("rel=alternative type='application/rss+xml'", true),
        ("rel=rss type='application/rss+xml'", true),
        ("type='application/rss+xml'", true),
        ("rel=alternate hreflang=de type='application/rss+xml'", true),
        ("rel=search type='application/rss+xml'", false),
        ("rel=preload as=fetch type='application/rss+xml'", false),
        ("rel=alternate type='application/atom+xml;type=entry'", false),
        ("rel=alternate type='application/atom+xml; type=feed'", true),
    ] {
        link(attributes, is_feed);
    }
}

#[test]
fn a_type_that_says_little_needs_a_title_or_an_address_that_says_feed() {
    for (attributes, is_feed) in [
        ("rel=alternate type=text/xml title='RSS'", true),
        ("rel=alternate type=application/xml title='Our news feed'", true),
        ("rel=alternate type=application/xml href=/news.rss", true),
        ("rel=alternate type=application/xml href=/feeds/news.xml", true),
        ("rel=alternate type=application/xml title=Sitemap href=/sitemap.xml", false),
        ("rel=alternate title='Atom 1.0'", true),
        ("rel=alternate href='/?feed=rss2'", true),
        ("rel=alternate href='/news?format=feed'", true),
        ("rel=alternate href='/index.php?rss'", true),
        ("rel=alternate href=/feed/", true),
        ("rel=alternate href=/feedback/", false),
        ("rel=alternate title='Feedback'", false),
        ("rel=alternate", false),
        ("rel=feed", true),
        ("rel='feed alternate'", true),
        ("rel=alternate type=text/html title=RSS href=/index.rss", true),
        ("rel=alternate type=text/html title=RSS href=/rss-feeds", false),
        ("rel=alternate type=text/html href=/de/feed", false),
        ("rel=alternate type=application/rdf+xml href=/index.rdf", true),
    ] {
        link(attributes, is_feed);
    }
}

#[test]
fn other_alternates_are_no_feeds() {
    for attributes in [
        "rel=alternate type='application/json+oembed' href='/wp-json/oembed/1.0/embed?url=feed'",
        "rel=alternate type='text/xml+oembed' href='/oembed?format=xml'",
        "rel=alternate type='application/json' title='JSON' href='/wp-json/wp/v2/posts/1'",
        "rel=alternate type='application/json' title='feed' href='/index.php?rest_route=/wp/v2/feed'",
        "rel=alternate type='application/json' href=/data.json",
        "rel=alternate type='application/activity+json' href='/users/a/feed'",
        "rel=alternate type='application/opensearchdescription+xml' href='/feed.xml'",
        "rel=alternate hreflang=de href=/de/feed",
        "rel=alternate hreflang=x-default href=/rss",
        "rel=alternate media='only screen and (max-width: 640px)' href='https://m.example.org/feed'",
        "rel=amphtml href=/feed",
        "rel='alternate stylesheet' type=text/css title=feed",
        "rel=alternate type=application/pdf title=feed",
        "rel=alternate type=text/calendar title='Calendar feed'",
        "rel=alternate type=application/rss+xml href='android-app://org.example/feed'",
        "rel=alternate type=application/rss+xml href=''",
        "rel=feed type=text/html",
        "rel=feed type=text/mf2+html",
        "rel=feed href=/a/b#posts",
        "rel=EditURI type=application/rsd+xml href=/xmlrpc.php?rsd",
    ] {
        link(attributes, false);
    }
    link("rel=alternate type='application/json' title='JSON Feed'", true);
    link("rel=alternate type='application/json' href=/feed.json", true);
}

#[test]
fn addresses_are_made_absolute_as_browsers_do() {
    let rss = "<link rel=alternate type=application/rss+xml href=";
    check(&format!("<base href=/c/>{rss}rss>"), &["/c/rss"]);
    check(&format!("{rss}rss><base href=/c/><base href=/d/>"), &["/c/rss"]);
    check(&format!("<base target=_blank>{rss}rss>"), &["/a/rss"]);
    check(&format!("{rss}//cdn.example.net/rss>"), &["https://cdn.example.net/rss"]);
    check(&format!("{rss}feed://example.net/rss>"), &["http://example.net/rss"]);
    check(&format!("{rss}feed:https://example.net/rss>"), &["https://example.net/rss"]);
    check(&format!("{rss}\" /r\nss?a&amp;amp;b#top \">"), &["/rss?a&b"]);
    check(&format!("{rss}https://ada:secret@example.net/rss>"), &["https://example.net/rss"]);
    check(&format!("{rss}/feed/>"), &["/feed/"]);
    assert!(feeds_of(&format!("{rss}/feed>"), None).is_empty(), "relative to nothing");
}

#[test]
fn links_count_wherever_they_stand_but_not_in_scripts() {
    let rss = "<link rel=alternate type=application/rss+xml href=/rss>";
    check(&format!("<html><body><p>text{rss}</p>"), &["/rss"]);
    check(&format!("<head><script>document.write('{rss}')</script>"), &[]);
    check(&format!("<title>{rss}</title>"), &[]);
    check(&format!("<!-- {rss} -->"), &[]);
    check(&format!("<noscript>{rss}</noscript>"), &["/rss"]);
    check(&format!("<style>{}</style>{rss}", "a{}".repeat(300_000)), &["/rss"]);
    check("<a rel=alternate type=application/rss+xml href=/rss>RSS</a>", &[]);
}

/// The order in which a page at `url` has links with these titles and addresses.
fn order(url: &str, head: &str, links: &[(&str, &str)], expected: &[&str]) {
    let links =
        links.iter().map(|(title, href)| format!("<link rel=alternate type=application/rss+xml title='{title}' href='{href}'>"));
    let page = format!("{head}{}", links.collect::<String>());
    let expected: Vec<String> = expected.iter().map(|path| format!("https://example.org{path}")).collect();
    assert_eq!(feeds(&page, &format!("https://example.org{url}")), expected, "{url}");
}

#[test]
fn comments_come_last() {
    order("/", "", &[("A &raquo; Comments Feed", "/comments/feed/"), ("A &raquo; Feed", "/feed/")], &["/feed/", "/comments/feed/"]);
    order("/", "", &[("Kommentar-Feed", "/a"), ("Feed", "/b")], &["/b", "/a"]);
    order("/", "", &[("", "/?feed=comments-rss2"), ("", "/?feed=rss2")], &["/?feed=rss2", "/?feed=comments-rss2"]);
    order(
        "/",
        "",
        &[("Atom", "/feeds/12/comments/default"), ("Atom", "/feeds/posts/default")],
        &["/feeds/posts/default", "/feeds/12/comments/default"],
    );
    order("/", "", &[("Comments on: X", "/a"), ("Comments", "/b")], &["/a", "/b"]);
    // a name is no comment
    order("/", "", &[("Commentary Magazine", "/a"), ("Other", "/b")], &["/a", "/b"]);
}

#[test]
fn the_feed_of_this_very_page_comes_first() {
    let category = [("A", "/feed/"), ("A comments", "/comments/feed/"), ("A: cats", "/category/cats/feed/")];
    order("/category/cats/", "", &category, &["/category/cats/feed/", "/feed/", "/comments/feed/"]);
    order("/category/cats/index.html", "", &category, &["/category/cats/feed/", "/feed/", "/comments/feed/"]);
    order("/category/dogs/", "", &category, &["/feed/", "/category/cats/feed/", "/comments/feed/"]);
    order("/", "", &[("all", "/all.xml"), ("blog", "/blog/feed.xml")], &["/all.xml", "/blog/feed.xml"]);
    order(
        "/blog",
        "",
        &[("all", "/all.xml"), ("rust", "/blog/rust/feed.xml"), ("blog", "/blog/feed.xml")],
        &["/blog/feed.xml", "/all.xml", "/blog/rust/feed.xml"],
    );
    order(
        "/x/releases",
        "",
        &[("commits", "/x/commits.atom"), ("releases", "/x/releases.atom")],
        &["/x/releases.atom", "/x/commits.atom"],
    );
    order("/blog", "", &[("other", "/blogroll.xml"), ("b", "/blog/.rss")], &["/blog/.rss", "/blogroll.xml"]);
    order("/?cat=3", "", &[("all", "/?feed=rss2"), ("cat", "/?feed=rss2&amp;cat=3")], &["/?feed=rss2&cat=3", "/?feed=rss2"]);
    order("/de/", "", &[("en", "/en/feed.xml"), ("de", "/de/feed.xml")], &["/de/feed.xml", "/en/feed.xml"]);
}

#[test]
fn an_article_has_no_feed_but_that_of_its_comments() {
    let links = [("A", "/feed/"), ("A: Titre", "/2026/title/feed/")];
    let head = "<meta property='og:type' content='article'>";
    order("/2026/title/", head, &[links[1], links[0]], &["/feed/", "/2026/title/feed/"]);
    order("/2026/title/", "<meta property='og:type' content='website'>", &links, &["/2026/title/feed/", "/feed/"]);
}

#[test]
fn formats_of_one_content_stay_in_the_order_of_the_page() {
    order("/", "", &[("RSS", "/rss.xml"), ("Atom", "/atom.xml"), ("JSON", "/feed.json")], &["/rss.xml", "/atom.xml", "/feed.json"]);
    check(
        "<link rel=alternate type=application/rdf+xml title=FOAF href=/foaf.php><link rel=alternate type=application/atom+xml href=/x>",
        &["/x", "/foaf.php"],
    );
}

#[test]
fn comments_are_told_by_whole_words() {
    for (title, expected) in [
        ("Comments on: A title", true),
        ("Commentaires sur : Titre", true),
        ("Kommentare zu: Titel", true),
        ("Комментарии: Заголовок", true),
        ("The Commentator", false),
        ("", false),
    ] {
        assert_eq!(says_comments(title), expected, "{title}");
    }
}
