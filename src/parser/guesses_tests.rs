use super::*;

/// What the anchors of a page at `https://blog.example.org/a/b` suggest.
fn check(body: &str, expected: &[&str]) {
    let url = Url::parse("https://blog.example.org/a/b").unwrap();
    let page = format!("<!doctype html><html><body>{body}</body></html>");
    let found = feeds_by_anchors(page.as_bytes(), Some("text/html; charset=utf-8"), &url);
    let shown: Vec<&str> = found.iter().map(|feed| feed.strip_prefix("https://blog.example.org").unwrap_or(feed)).collect();
    assert_eq!(shown, expected, "{body}");
}

#[test]
fn an_address_that_says_feed_is_a_candidate() {
    check("<a href=/blog.rss>x</a>", &["/blog.rss"]);
    check("<A HREF='feed.atom'>x</A>", &["/a/feed.atom"]);
    check("<a href=/rss/news.xml>x</a>", &["/rss/news.xml"]);
    check("<a href=/feed/>x</a>", &["/feed/"]);
    check("<a href='/feed'>x</a><a href='/rss'>x</a>", &["/feed", "/rss"]);
    check("<a href='/?feed=rss2'>x</a>", &["/?feed=rss2"]);
    check("<a href=https://www.example.org/index.rdf>x</a>", &["https://www.example.org/index.rdf"]);
    check("<a type='application/rss+xml' href=/x>x</a>", &["/x"]);
    check("<base href=/c/><a href=feed.xml>x</a>", &["/c/feed.xml"]);
    check("<map><area href=/rss.xml alt=x></map>", &["/rss.xml"]);
}

#[test]
fn a_text_that_says_feed_is_a_candidate_behind_those() {
    check("<a href=/x>RSS</a>", &["/x"]);
    check("<a href=/x>Subscribe via <b>Atom</b> here</a>", &["/x"]);
    check("<a href=/x><img src=i.png alt='RSS feed'></a>", &["/x"]);
    check("<a href=/x title='RSS'><svg><path/></svg></a>", &["/x"]);
    check("<a href=/x aria-label='Our feed'></a>", &["/x"]);
    check("<a href=/x>RSS</a><a href=/y.rss>y</a>", &["/y.rss", "/x"]);
    check("<a href=/x>RSS<a href=/y>Feed", &["/x", "/y"]);
    check("<a href=/x>What RSS is, why it is not dead and how to read a hundred sites with it</a>", &[]);
    check("<a href=/x>Feedback</a><a href=/data.xml>Data</a>", &[]);
}

#[test]
fn what_leads_elsewhere_or_to_comments_is_none() {
    check("<a href=https://reader.example.com/add?url=rss>RSS</a>", &[]);
    check("<a href='mailto:rss@example.org'>RSS</a><a href='javascript:rss()'>RSS</a>", &[]);
    check("<a href='#rss'>RSS</a><a href=/a/b>RSS</a>", &[]);
    check("<a href=/comments/feed/>Feed</a><a href=/x.rss>Comments (RSS)</a>", &[]);
    check("<a href=/wp-json/feed.json>Feed</a>", &[]);
    check("<script>'<a href=/rss>RSS</a>'</script><!-- <a href=/rss>RSS</a> -->", &[]);
}

#[test]
fn guesses_are_few() {
    let many: String = (0..50).map(|i| format!("<a href=/{i}.rss>x</a>")).collect();
    let url = Url::parse("https://example.org/").unwrap();
    assert_eq!(feeds_by_anchors(many.as_bytes(), None, &url).len(), 10);
    assert_eq!(usual_places(&Url::parse("https://example.org/a/b/").unwrap()).len(), 2 * USUAL_PLACES.len());
}

#[test]
fn the_usual_places_are_in_the_folder_and_at_the_root() {
    let check = |page: &str, first: &str, count: usize| {
        let places = usual_places(&Url::parse(page).unwrap());
        assert_eq!((places[0].as_str(), places.len()), (first, count), "{page}");
    };
    check("https://example.org/", "https://example.org/feed", 6);
    check("https://example.org/?page=1#x", "https://example.org/feed", 6);
    check("http://127.0.0.1:8000/index.html", "http://127.0.0.1:8000/feed", 6);
    check("https://example.org/blog", "https://example.org/blog/feed", 12);
    check("https://example.org/en/blog/index.html", "https://example.org/en/blog/feed", 12);
    check("https://example.org/2026/11/a-title/", "https://example.org/feed", 6);
    check("https://example.org/feed", "https://example.org/feed/feed", 11);
}
