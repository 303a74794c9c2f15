//! What the XML writers share: elements, characters that XML may hold, dates, addresses, language tags.

use std::borrow::Cow;

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document that grows. Every text and attribute is escaped and freed of what XML forbids here, nowhere else.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// Starts with the XML declaration.
    pub(super) fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    /// `<name ...>`, to be closed.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Start(start(name, attributes)));
    }

    /// `</name>`.
    pub(super) fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// `<name .../>`.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(start(name, attributes)));
    }

    /// `<name ...>text</name>`.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.put(Event::Start(start(name, attributes)));
        self.put(Event::Text(BytesText::new(&allowed(text))));
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// As [`Self::text`] for a line that is no HTML, with the references that the RSS Best Practices Profile names for `&` and `<`:
    /// readers that take every text for HTML, and validators that fear them, know by these that none is meant.
    pub(super) fn line(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let escaped = allowed(text).replace('&', "&#x26;").replace('<', "&#x3C;").replace('>', "&#x3E;");
        self.put(Event::Start(start(name, attributes)));
        self.put(Event::Text(BytesText::from_escaped(escaped)));
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// The document, UTF-8.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn put(&mut self, event: Event<'_>) {
        self.0.write_event(event).ok(); // a Vec takes everything
    }
}

fn start<'a>(name: &'a str, attributes: &'a [(&'a str, &'a str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, allowed(value)));
    }
    start
}

/// `text` without the characters that XML 1.0 forbids (section 2.2): one of them makes a whole feed unreadable.
/// JSON could hold them, but its readers hand them on to XML and HTML. U+007F-9F are allowed, discouraged, and kept.
/// U+FFFD stands for a character that was lost on the way to us: a question mark says the same, and no validator objects to it.
pub(super) fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    if text.contains(|c| forbidden(c) || c == '\u{FFFD}') {
        Cow::Owned(text.replace(forbidden, "").replace('\u{FFFD}', "?"))
    } else {
        Cow::Borrowed(text)
    }
}

/// `address`, if it may be a link in an output: only http and https, nothing that ends an attribute or a line. What browsers mend and
/// the schemas of the formats refuse (`[`, a lone `%`, a second `#`) is percent-encoded.
pub(super) fn web(address: &str) -> Option<Cow<'_, str>> {
    let scheme = address.get(..8).or_else(|| address.get(..7))?.to_ascii_lowercase();
    let clean =
        !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\u{FFFE}' | '\u{FFFF}'));
    ((scheme.starts_with("http://") || scheme == "https://") && clean).then(|| encoded(address))
}

/// An address as `xsd:anyURI` has it (RFC 2396 2.4.3).
fn encoded(address: &str) -> Cow<'_, str> {
    // brackets are right in a host: `http://[::1]/`
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(address.len(), |at| host + at);
    let (head, tail) = address.split_at(path);
    let fragment = tail.find('#');
    let is_escape = |at: usize| tail.get(at + 1..at + 3).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_bad = |at: usize, c: char| match c {
        '[' | ']' | '{' | '}' | '|' | '\\' | '^' | '`' => true,
        '#' => fragment != Some(at),
        '%' => !is_escape(at),
        _ => false,
    };
    if !tail.char_indices().any(|(at, c)| is_bad(at, c)) {
        return Cow::Borrowed(address);
    }
    let mut encoded = head.to_owned();
    for (at, c) in tail.char_indices() {
        if is_bad(at, c) {
            encoded.push_str(&format!("%{:02X}", u32::from(c))); // all of them are ASCII
        } else {
            encoded.push(c);
        }
    }
    Cow::Owned(encoded)
}

/// `tag`, if it has the form of a language tag (BCP 47, RFC 5646 2.1): anything else makes `xml:lang` invalid. A language has two or
/// three letters; those of four and more are reserved, so that `english` and `language` are none.
pub(super) fn language(tag: &str) -> Option<&str> {
    let mut parts = tag.split('-');
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let (mut last, mut behind_singleton) = (0, None);
    parts.next().filter(|first| matches!(first.len(), 2 | 3) && letters(first))?;
    for part in parts {
        if !(1..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        // extensions and private use go on to the end, and are not empty
        if behind_singleton.is_some() || part.len() == 1 {
            behind_singleton = Some(part.len() > 1);
            continue;
        }
        let place = match part.len() {
            3 if letters(part) => 1,                                  // extended language
            4 if letters(part) => 2,                                  // script
            2 if letters(part) => 3,                                  // region
            3 if part.bytes().all(|b| b.is_ascii_digit()) => 3,       // region
            4 if part.starts_with(|c: char| c.is_ascii_digit()) => 4, // variant
            5.. => 4,
            _ => return None,
        };
        if place < last || (place == last && matches!(place, 2 | 3)) {
            return None;
        }
        last = place;
    }
    (behind_singleton != Some(false)).then_some(tag)
}

/// `media_type`, if it is one; `application/octet-stream` stands for what is not known, because RSS and JSON Feed demand a type.
pub(super) fn media_type(media_type: Option<&str>) -> &str {
    let known = |text: &&str| {
        text.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty()) && !text.contains(char::is_whitespace)
    };
    media_type.map(str::trim).filter(known).unwrap_or("application/octet-stream")
}

/// RFC 3339 in whole seconds, for Atom and JSON Feed. RSS cannot say fractions, and dates of publication shall be equal in all formats.
pub(super) fn rfc3339(at: Timestamp) -> String {
    four_digit_year(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// RFC 3339 with milliseconds.
pub(super) fn rfc3339_fine(at: Timestamp) -> String {
    four_digit_year(at).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// RFC 2822 with a numeric zone and English names, as RSS readers want it.
pub(super) fn rfc2822(at: Timestamp) -> String {
    four_digit_year(at).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Years before 1000 are broken dates: neither format has a form for them that readers agree on.
fn four_digit_year(at: Timestamp) -> Timestamp {
    const YEAR_1000: i64 = -30_610_224_000;
    if at.as_second() < YEAR_1000 { Timestamp::UNIX_EPOCH } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_web_or_nothing() {
        for good in ["http://a.example/", "HTTPS://a.example/?x=1&y=ü", "http://a"] {
            assert_eq!(web(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "http:",
            "javascript:alert(1)",
            "data:text/html,x",
            "httpx://a",
            "ftp://a/",
            "//a/b",
            "https://a/\"x",
            "http://a b",
            "http://a/\n",
        ] {
            assert_eq!(web(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_no_address_may_hold_is_encoded() {
        let check = |address: &str, expected: &str| {
            assert_eq!(web(address).as_deref(), Some(expected));
            assert_eq!(web(expected).as_deref(), Some(expected), "once is enough");
        };
        check("http://a.example/x[1]?y=a|b", "http://a.example/x%5B1%5D?y=a%7Cb");
        check("https://a.example/{^}\\`", "https://a.example/%7B%5E%7D%5C%60");
        check("http://a.example/#a#b", "http://a.example/#a%23b");
        check("http://a.example/?q=100%&r=%2", "http://a.example/?q=100%25&r=%252");
        check("http://a.example/%C3%bc", "http://a.example/%C3%bc");
        check("http://[::1]:80/a", "http://[::1]:80/a");
        check("http://a.example", "http://a.example");
        check("http://a.example?x=ü%é[", "http://a.example?x=ü%25é%5B");
    }

    #[test]
    fn a_line_says_that_it_is_no_html() {
        let mut xml = Xml::new();
        xml.line("a", &[("b", "<")], "1 < 2 & \u{1}3 > 2 \u{FFFD}");
        let written = String::from_utf8(xml.finish()).unwrap();
        assert!(written.ends_with("<a b=\"&lt;\">1 &#x3C; 2 &#x26; 3 &#x3E; 2 ?</a>\n"), "{written}");
    }

    #[test]
    fn languages_have_the_form_of_a_tag() {
        for good in
            ["de", "gsw", "en-GB", "zh-Hant-TW", "sr-Latn-RS", "de-1996", "zh-yue-HK", "es-419", "sl-rozaj-biske", "de-x-a1"]
        {
            assert_eq!(language(good), Some(good));
        }
        for bad in [
            "",
            "d",
            "de_DE",
            "english language",
            "de-",
            "12",
            "de-überlang",
            "abcdefghi",
            "language",
            "english",
            "de-DE-Latn",
            "de-DE-AT",
            "de-1a",
            "de-x",
            "de-toolongpart",
        ] {
            assert_eq!(language(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn dates_are_written_as_readers_want_them() {
        let at: Timestamp = "2026-11-02T09:05:03.987+01:00".parse().unwrap();
        assert_eq!(rfc2822(at), "Mon, 02 Nov 2026 08:05:03 +0000");
        assert_eq!(rfc3339(at), "2026-11-02T08:05:03Z");
        assert_eq!(rfc3339_fine(at), "2026-11-02T08:05:03.987Z");
        assert_eq!(rfc3339("0001-01-01T00:00:00Z".parse().unwrap()), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339("1000-01-01T00:00:00Z".parse().unwrap()), "1000-01-01T00:00:00Z");
    }

    #[test]
    fn media_types_fall_back() {
        assert_eq!(media_type(Some(" audio/mpeg ")), "audio/mpeg");
        for bad in [None, Some(""), Some("mp3"), Some("/x"), Some("a b/c")] {
            assert_eq!(media_type(bad), "application/octet-stream");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(text in any::<String>()) {
            let mut xml = Xml::new();
            xml.open("a", &[("b", &text)]);
            xml.text("c", &[], &text);
            xml.close("a");
            let written = String::from_utf8(xml.finish()).unwrap();
            let mut reader = quick_xml::Reader::from_str(&written);
            let mut read = String::new();
            loop {
                match reader.read_event().unwrap() {
                    Event::Text(part) if !read.is_empty() || !part.trim().is_empty() => read.push_str(&part),
                    Event::GeneralRef(part) => read.push_str(&quick_xml::escape::unescape(&format!("&{};", &*part)).unwrap()),
                    Event::Eof => break,
                    _ => {}
                }
            }
            prop_assert!(read.trim().ends_with(allowed(&text).trim()) , "{read:?}");
        }
    }
}
