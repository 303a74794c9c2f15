//! What a body is, told from the body: publishers send feeds as text/html, and pages as application/rss+xml.

use std::sync::LazyLock;

use regex::Regex;

use super::tokens::{Token, Tokens, floor};

/// How far into a page its head is looked for.
const MAX_HEAD: usize = 512 << 10;
/// How far down the root of a feed may stand: below a warning of PHP, a comment, a blank page.
const MAX_JUNK: usize = 64 << 10;

static ROOT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:[a-z0-9]{1,20}:)?(?:rss|feed|rdf|channel)[\s>]").ok());
static OPEN_PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:html|head|body)[\s>]").ok());
static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:html|head|body)[\s>]|<!doctype\s+html").ok());

/// What programs put before an object: a guard against scripts, a call (JSONP), a list around it, a comment.
static WRAPPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"^(?s:\)\]\}',?|while\s*\(1\);|for\s*\(;;\);|/\*.*?\*/|//[^\n]*\n|[A-Za-z0-9_$.]+\s*\(|\[|\s)*\{\s*(?:"|\}|//|/\*)"#,
    )
    .ok()
});

/// What a text seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing but blanks.
    Empty,
    /// An object, beginning at this byte.
    Json(usize),
    /// Markup of a feed, its root beginning at this byte.
    Xml(usize),
    /// A web page.
    Html,
    /// Markup of some kind, or text.
    Other,
}

/// Tells what `text` is.
pub(super) fn shape(text: &str) -> Shape {
    let start = text.find(|c: char| !is_blank(c)).unwrap_or(text.len());
    let body = &text[start..];
    if body.is_empty() {
        return Shape::Empty;
    }
    let head = &body[..floor(body, MAX_JUNK)];
    // `{` before `<?xml` is junk of a template
    if let Some(inside) = body.strip_prefix('{')
        && inside.trim_start().starts_with(['"', '}'])
    {
        return Shape::Json(start);
    }
    if let Some(object) = WRAPPED.as_ref().and_then(|wrapped| wrapped.find(head)?.as_str().rfind('{')) {
        return Shape::Json(start + object);
    }
    let page = OPEN_PAGE.as_ref().and_then(|page| page.find(head)).map(|found| start + found.start());
    match root_of(text) {
        // a page that shows a feed in a script or as an example; but an error page may stand, whole, before a feed
        Some(at) if page.is_some_and(|page| page < at && !text[page..at].to_ascii_lowercase().contains("</html")) => Shape::Html,
        Some(at) => Shape::Xml(at),
        None if is_page(body) => Shape::Html,
        None => Shape::Other,
    }
}

/// Where the root of a feed begins, if that is near the beginning.
pub(super) fn root_of(text: &str) -> Option<usize> {
    ROOT.as_ref()?.find(&text[..floor(text, MAX_JUNK)]).map(|found| found.start())
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fffe}' | '\u{fffd}')
}

/// The text without blanks and invisible characters around it.
pub(super) fn visible(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether the text has the head of a web page.
pub(super) fn is_page(text: &str) -> bool {
    let head = &text[..floor(text, MAX_JUNK)];
    PAGE.as_ref().is_some_and(|page| page.is_match(head))
}

/// What a body is that is neither feed nor page, for people.
pub(super) fn described(bytes: &[u8], text: &str) -> String {
    const MAGIC: [(&[u8], &str); 11] = [
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"RIFF", "a picture or a recording (RIFF)"),
        (b"ID3", "a recording (MP3)"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "gzip inside what was unpacked already"),
        (b"\x28\xb5\x2f\xfd", "zstd data that nobody declared"),
        (b"BEGIN:VCALENDAR", "a calendar"),
        (b"SQLite format 3", "a database"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return format!("it is {what}");
    }
    let mut tokens = Tokens::new(&text[..floor(text, MAX_JUNK)]);
    let root = tokens.find_map(|token| if let Token::Start(tag) = token { Some(tag) } else { None });
    let begin = || super::text::one_line(&text.trim_start().chars().take(60).collect::<String>());
    match root.map(|tag| super::tokens::local(tag.name).to_ascii_lowercase()).as_deref() {
        _ if !text.trim_start().starts_with('<') => format!("it begins with '{}'", begin()),
        Some("opml") => "it is a list of feeds (OPML); `feedmux import` takes its file".to_owned(),
        Some("urlset" | "sitemapindex") => "it is a sitemap".to_owned(),
        Some("error") => "it is an error message of the server's storage".to_owned(),
        Some(root) => format!("it is XML of another kind, with the root <{}>", root.chars().take(40).collect::<String>()),
        None => format!("it begins with '{}'", begin()),
    }
}

/// Whether the text is a list of feeds: it has head and body as a page has.
pub(super) fn is_opml(text: &str) -> bool {
    let mut tokens = Tokens::new(&text[..floor(text, MAX_JUNK)]);
    let root = tokens.find_map(|token| if let Token::Start(tag) = token { Some(tag) } else { None });
    root.is_some_and(|root| super::tokens::local(root.name).eq_ignore_ascii_case("opml"))
}

/// The title of a page, on one line.
pub(super) fn title_of(page: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let mut inside = false;
    for token in Tokens::new(&page[..floor(page, MAX_HEAD)]) {
        match token {
            Token::Start(tag) => inside = tag.name.eq_ignore_ascii_case("title"),
            Token::Text(text) if inside => return super::text::line(&super::references::resolve(text), LONGEST),
            Token::End(_) => inside = false,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Shape) {
        assert_eq!(shape(text), expected, "{text}");
    }

    #[test]
    fn the_body_says_what_it_is() {
        check("", Shape::Empty);
        check(" \u{feff}\n\0", Shape::Empty);
        check("<?xml version='1.0'?><rss version='2.0'>", Shape::Xml(21));
        check("\u{feff}\u{200b}\n<feed>", Shape::Xml(7));
        check("<!-- x --><rdf:RDF xmlns='y'>", Shape::Xml(10));
        check("<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n<rss>", Shape::Xml(47));
        check("{<?xml version='1.0'?><rss>", Shape::Xml(22));
        check(" {\"version\": 1}", Shape::Json(1));
        check("{ // hand-made\n\"version\": 1}", Shape::Json(0));
        check(")]}',\n{\"version\": 1}", Shape::Json(6));
        check("/**/cb_1.x({\"version\": 1});", Shape::Json(11));
        check("/* a { b */ [ {\"version\": 1}]", Shape::Json(14));
        check("[1]", Shape::Other);
        check("<!DOCTYPE html><html><body>no</body></html>", Shape::Html);
        check("<!DOCTYPE html>\n<rss>", Shape::Xml(16));
        check("<opml/>", Shape::Other);
        check("hello", Shape::Other);
    }

    #[test]
    fn what_is_no_feed_is_called_by_what_it_is() {
        for (bytes, expected) in [
            (&b"%PDF-1.7 \xe2\xe3"[..], "it is a PDF document"),
            (
                b"<?xml version='1.0'?><!-- x --><opml version='2.0'><body/></opml>",
                "it is a list of feeds (OPML); `feedmux import` takes its file",
            ),
            (b"<urlset xmlns='x'><url/></urlset>", "it is a sitemap"),
            (b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code></Error>", "it is an error message of the server's storage"),
            (b"<s:Envelope/>", "it is XML of another kind, with the root <envelope>"),
            (b"<?xml version='1.0'?>", "it begins with '<?xml version='1.0'?>'"),
            (b" Not Found\n<a>", "it begins with 'Not Found <a>'"),
        ] {
            assert_eq!(described(bytes, &String::from_utf8_lossy(bytes)), expected);
        }
    }

    #[test]
    fn a_page_is_called_by_its_title() {
        let check = |page: &str, expected: Option<&str>| assert_eq!(title_of(page).as_deref(), expected, "{page}");
        check("<html><head><title>\n Just a moment&hellip; </title>", Some("Just a moment…"));
        check("<html><svg><title/></svg><body>Title", None);
        check("<title></title><title>Second</title>", Some("Second"));
        check("<html>", None);
    }
}
