//! Bytes to text. The bytes have the last word: a label that does not fit them is a fault, not a law.
//!
//! Order: byte order mark, charset parameter of `Content-Type` (RFC 7303 3), XML declaration or HTML meta, UTF-8 if it is
//! valid, guess. Valid UTF-8 beats any other label, because nothing else looks like it by chance.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;

use crate::error::Fault;

/// How far a declaration may stand from the beginning. HTML says 1024 bytes; pages with a long head do not care.
const MAX_PROLOG: usize = 64 << 10;
/// Bytes of a label, which is told to people when it is unknown. The Encoding Standard has none of half that length.
const MAX_LABEL: usize = 64;
/// Bytes that the guess looks at.
const MAX_GUESS: usize = 256 << 10;
/// So many good multi-byte characters for each bad byte make the text UTF-8 with damage, where nobody says that it is UTF-8. Asian
/// charsets have some by chance.
const GOOD_PER_BAD: usize = 4;

static XML_ENCODING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)<\?xml\s[^>]{0,200}?encoding\s*=\s*["']?\s*([a-z0-9_.:-]+)"#).ok());
static FEED_ROOT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)<(?:[a-z0-9]{1,20}:)?(?:rss|feed|rdf|channel)[\s>]").ok());
static META_CHARSET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_.:-]+)"#).ok());
static PARAMETER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)charset\s*=\s*["']?\s*([a-z0-9_.:-]+)"#).ok());

/// What the bytes are; decides where a declaration is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A feed: XML declaration. JSON has none (RFC 8259 8.1).
    Xml,
    /// A page: meta, or the XML declaration of XHTML.
    Html,
}

/// Text, and how it was won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Without byte order mark; borrowed where the bytes are UTF-8.
    pub text: Cow<'a, str>,
    /// Name of the encoding that fitted, as the Encoding Standard writes it.
    pub name: &'static str,
    /// Labels that lied, bytes that were replaced.
    pub faults: Vec<Fault>,
}

/// Decodes a document. `content_type` is the header as received.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, kind: Kind) -> Decoded<'a> {
    let header = content_type.and_then(|header| label(PARAMETER.as_ref(), header.as_bytes()));
    let mut bytes = bytes;
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        bytes = bytes.get(length..).unwrap_or_default();
        // programs that put the mark of UTF-8 before anything exist: there what follows decides
        if encoding != UTF_8 || std::str::from_utf8(bytes).is_ok() {
            return finish(bytes, encoding, Vec::new());
        }
    }
    if let Some(encoding) = wide(bytes) {
        let detail = format!(
            "the document is {} without a byte order mark, as only its zeros tell; write UTF-8, or a mark",
            encoding.name()
        );
        return finish(bytes, encoding, vec![Fault::new("charset", detail)]);
    }
    let prolog = &bytes[..bytes.len().min(MAX_PROLOG)];
    let declared = match kind {
        // one behind the root is an example in a text
        Kind::Xml => {
            let root = FEED_ROOT.as_ref().and_then(|root| root.find(prolog)).map_or(prolog.len(), |root| root.start());
            label(XML_ENCODING.as_ref(), &prolog[..root])
        }
        Kind::Html => label(META_CHARSET.as_ref(), prolog).or_else(|| label(XML_ENCODING.as_ref(), prolog)),
    };
    let labels = [("Content-Type", header), ("declaration", declared)].into_iter().filter_map(|(place, written)| {
        let written = written?;
        Some(Label { place, encoding: Encoding::for_label(written.as_bytes()), written })
    });
    let labels: Vec<Label> = labels.collect();
    let mut faults: Vec<Fault> = labels.iter().filter(|label| label.encoding.is_none()).map(Label::is_unknown).collect();
    let known = || labels.iter().filter_map(|label| Some((label, label.encoding?)));

    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(bad) => {
            let other = || known().filter(|(_, encoding)| *encoding != UTF_8 && !is_wide(encoding));
            let fits = |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some();
            // a charset of single bytes fits everything: it has to be UTF-8 that it fits worse
            let is_utf8 = |encoding: &'static Encoding| encoding.is_single_byte() && is_damaged_utf8(bytes, GOOD_PER_BAD);
            if let Some((_, encoding)) = other().find(|(_, encoding)| fits(encoding) && !is_utf8(encoding)) {
                faults.extend(known().take_while(|(_, named)| *named != encoding).map(|(label, _)| label.lied(encoding)));
                return finish(bytes, encoding, faults);
            }
            let is_damaged = bad.error_len().is_none() && bad.valid_up_to() > 0
                || is_damaged_utf8(bytes, if known().any(|(_, encoding)| encoding == UTF_8) { 1 } else { GOOD_PER_BAD });
            let encoding = if is_damaged { UTF_8 } else { other().next().map_or_else(|| guess(bytes), |(_, encoding)| encoding) };
            faults.extend(known().filter(|(_, named)| *named != encoding).map(|(label, _)| label.lied(encoding)));
            if known().next().is_none() && encoding != UTF_8 {
                let detail = format!(
                    "nothing says what the bytes are and they are no UTF-8, they are read as {}; write UTF-8, or name the charset in the XML declaration",
                    encoding.name()
                );
                faults.push(Fault::new("charset", detail));
            }
            return finish(bytes, encoding, faults);
        }
    };
    // escapes of ISO-2022-JP are ASCII, so they are valid UTF-8 and mean something else
    if let Some((_, encoding)) = known().find(|(_, encoding)| encoding.name() == "ISO-2022-JP")
        && bytes.contains(&0x1b)
    {
        return finish(bytes, encoding, faults);
    }
    if !bytes.is_ascii() {
        faults.extend(known().filter(|(_, named)| *named != UTF_8).map(|(label, _)| label.lied(UTF_8)));
    }
    Decoded { text: unmarked(Cow::Borrowed(text), &mut faults), name: UTF_8.name(), faults }
}

/// A charset that somebody named.
struct Label {
    place: &'static str,
    written: String,
    encoding: Option<&'static Encoding>,
}

impl Label {
    fn is_unknown(&self) -> Fault {
        Fault::new("charset", format!("the {} names an unknown charset '{}', it is ignored; write UTF-8", self.place, self.written))
    }

    fn lied(&self, is: &'static Encoding) -> Fault {
        let Self { place, written, .. } = self;
        Fault::new(
            "charset",
            format!("the {place} says {written}, the bytes are {0}; write {0} there, or send {written}", is.name()),
        )
    }
}

fn finish<'a>(bytes: &'a [u8], encoding: &'static Encoding, mut faults: Vec<Fault>) -> Decoded<'a> {
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_err() {
        return mixed(bytes, faults);
    }
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    if bad {
        faults.push(Fault::new(
            "charset",
            format!("some bytes are no {}, they are replaced by U+FFFD; send what is said", encoding.name()),
        ));
    }
    Decoded { text: unmarked(text, &mut faults), name: encoding.name(), faults }
}

/// UTF-8 with some bytes that are none. One alone within a word comes from a text in windows-1252 that was put in as it was
/// (`Stra\xdfe`); any other is the rest of a character that was cut, and is replaced.
fn mixed<'a>(bytes: &[u8], mut faults: Vec<Fault>) -> Decoded<'a> {
    let mut out = String::with_capacity(bytes.len() + 16);
    let (mut replaced, mut read) = (None, None);
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        at += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        let within = is_letter(at.checked_sub(1).and_then(|before| bytes.get(before))) && is_letter(bytes.get(at + invalid.len()));
        if invalid.len() == 1 && within {
            out.push_str(&WINDOWS_1252.decode_without_bom_handling(invalid).0);
            read = read.or(Some(at));
        } else {
            out.push(char::REPLACEMENT_CHARACTER);
            replaced = replaced.or(Some(at));
        }
        at += invalid.len();
    }
    let line = |at: usize| 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count();
    let told = [(read, "read as windows-1252"), (replaced, "replaced by U+FFFD")];
    for (at, done) in told.into_iter().filter_map(|(at, done)| Some((at?, done))) {
        let detail =
            format!("the text is UTF-8 but for some bytes, which are {done}; write UTF-8 throughout (first in line {})", line(at));
        faults.push(Fault::new("charset", detail));
    }
    Decoded { text: unmarked(Cow::Owned(out), &mut faults), name: UTF_8.name(), faults }
}

/// `text` without byte order marks that stand where one was taken off already.
fn unmarked<'a>(text: Cow<'a, str>, faults: &mut Vec<Fault>) -> Cow<'a, str> {
    if !text.starts_with('\u{feff}') {
        return text;
    }
    faults.push(Fault::new("charset", "the byte order mark stands twice, or where none belongs; write it once or not at all"));
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
    }
}

fn label(pattern: Option<&Regex>, bytes: &[u8]) -> Option<String> {
    let label = pattern?.captures(bytes)?.get(1)?.as_bytes();
    Some(String::from_utf8_lossy(&label[..label.len().min(MAX_LABEL)]).into_owned())
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without a mark, told by the zero beside the first `<` or `{`.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{', 0, next, 0, ..] if *next != 0 => Some(UTF_16LE),
        [0, b'<' | b'{', 0, next, ..] if *next != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether the bytes are UTF-8 with few bad ones among them: one stray byte from a truncated teaser, not another charset.
fn is_damaged_utf8(bytes: &[u8], good_per_bad: usize) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad.saturating_mul(good_per_bad)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    // the guess wants text that is not ASCII: begin where that begins
    let from = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0).saturating_sub(64);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[from..bytes.len().min(from + MAX_GUESS)], true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Deny);
    if guessed == UTF_8 { WINDOWS_1252 } else { guessed }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, kind: Kind, expected: (&str, &str, usize)) {
        let decoded = decode(bytes, content_type, kind);
        assert_eq!((&*decoded.text, decoded.name, decoded.faults.len()), expected, "{bytes:?} {:?}", decoded.faults);
    }

    fn xml(bytes: &[u8], content_type: Option<&str>, expected: (&str, &str, usize)) {
        check(bytes, content_type, Kind::Xml, expected);
    }

    #[test]
    fn marks_win() {
        xml(b"\xef\xbb\xbf<a>\xc3\xa4</a>", Some("text/xml; charset=latin1"), ("<a>ä</a>", "UTF-8", 0));
        xml(b"\xff\xfe<\0a\0>\0\xe4\0", None, ("<a>ä", "UTF-16LE", 0));
        xml(b"\xfe\xff\0<\0a\0>\0\xe4", None, ("<a>ä", "UTF-16BE", 0));
        xml(b"\xef\xbb\xbf\xef\xbb\xbf<a>", None, ("<a>", "UTF-8", 1));
    }

    #[test]
    fn wide_text_is_known_without_a_mark() {
        xml(b"<\0a\0>\0\xe4\0", None, ("<a>ä", "UTF-16LE", 1));
        xml(b"\0<\0a\0>\0\xe4", Some("application/xml; charset=utf-8"), ("<a>ä", "UTF-16BE", 1));
    }

    #[test]
    fn labels_are_followed_in_order() {
        xml(b"<a>\xe4</a>", Some("text/xml; charset=\"ISO-8859-1\""), ("<a>ä</a>", "windows-1252", 0));
        xml(b"<?xml version='1.0' encoding='koi8-r'?>\xc1", None, ("<?xml version='1.0' encoding='koi8-r'?>а", "KOI8-R", 0));
        xml(b"<?xml encoding='koi8-r'?>\xe4", Some("text/xml;charset=latin1"), ("<?xml encoding='koi8-r'?>ä", "windows-1252", 0));
        check(b"<html><meta charset=iso-8859-5>\xd0", None, Kind::Html, ("<html><meta charset=iso-8859-5>а", "ISO-8859-5", 0));
    }

    #[test]
    fn a_meta_far_down_counts() {
        let page = [
            b"<html><head><script>".as_slice(),
            &[b'x'; 3000],
            b"</script><meta http-equiv=Content-Type content='text/html; charset=windows-1251'>\xe0",
        ]
        .concat();
        assert_eq!(decode(&page, None, Kind::Html).name, "windows-1251");
    }

    #[test]
    fn bytes_beat_labels() {
        xml("<a>ä</a>".as_bytes(), Some("text/xml; charset=iso-8859-1"), ("<a>ä</a>", "UTF-8", 1));
        xml("<?xml encoding='utf-16'?>ä".as_bytes(), None, ("<?xml encoding='utf-16'?>ä", "UTF-8", 1));
        xml("<?xml encoding='us-ascii'?>ä".as_bytes(), None, ("<?xml encoding='us-ascii'?>ä", "UTF-8", 1));
        xml(b"<a>Caf\xe9 cr\xe8me</a>", Some("text/xml; charset=utf-8"), ("<a>Café crème</a>", "windows-1252", 1));
        xml(b"<a>Caf\xe9 cr\xe8me</a>", None, ("<a>Café crème</a>", "windows-1252", 1));
    }

    #[test]
    fn a_label_that_fits_everything_says_little() {
        let text = [b"<a>Gr\xc3\xbc\xc3\x9fe aus K\xc3\xb6ln und M\xc3\xbcnchen".as_slice(), b" cut\xe2\x80"].concat();
        let expected = "<a>Grüße aus Köln und München cut\u{fffd}";
        xml(&text, Some("text/xml; charset=iso-8859-1"), (expected, "UTF-8", 2));
        xml(b"<a>K\xf6ln, M\xfcnchen, \xc3\xa9", Some("text/xml; charset=iso-8859-1"), ("<a>Köln, München, Ã©", "windows-1252", 0));
    }

    #[test]
    fn a_declaration_in_a_text_is_an_example() {
        let feed = "<rss><title>ä</title><![CDATA[<?xml encoding='iso-8859-1'?>]]></rss>";
        xml(feed.as_bytes(), None, (feed, "UTF-8", 0));
        xml(b"x<br /><?xml encoding='koi8-r'?><rss>\xc1", None, ("x<br /><?xml encoding='koi8-r'?><rss>а", "KOI8-R", 0));
    }

    #[test]
    fn unknown_labels_are_ignored() {
        xml("<?xml encoding='utf-ate'?>ä".as_bytes(), None, ("<?xml encoding='utf-ate'?>ä", "UTF-8", 1));
        xml(b"a", Some("text/xml; charset="), ("a", "UTF-8", 0));
        let fault = decode(b"a", Some(&format!("charset={}", "x".repeat(9000))), Kind::Xml).faults.remove(0).detail;
        assert!(fault.len() < 200 && fault.contains(&"x".repeat(MAX_LABEL)), "{fault}");
    }

    #[test]
    fn single_bad_bytes_do_not_change_the_charset() {
        xml(b"<a>\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f \xff \xc3\xa4</a>", None, ("<a>äöüß \u{fffd} ä</a>", "UTF-8", 1));
        xml(b"<a>cut \xc3\xa4 \xc3", None, ("<a>cut ä \u{fffd}", "UTF-8", 1));
    }

    #[test]
    fn a_text_of_another_charset_in_the_middle_is_read_where_it_can_be_told() {
        let label = Some("text/xml; charset=utf-8");
        xml(b"<a>Gr\xc3\xb6\xc3\x9fe Stra\xdfe</a>", label, ("<a>Größe Straße</a>", "UTF-8", 1));
        xml(b"<a>Gr\xc3\xb6\xc3\x9fe cut\xe2\x80</a>", label, ("<a>Größe cut\u{fffd}</a>", "UTF-8", 1));
        xml(b"<a>Gr\xc3\xb6\xc3\x9fe Stra\xdfe cut\xe2\x80</a>", label, ("<a>Größe Straße cut\u{fffd}</a>", "UTF-8", 2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..200), header in "(charset=)?[a-z0-9-]{0,10}") {
            for kind in [Kind::Xml, Kind::Html] {
                let decoded = decode(&bytes, Some(&header), kind);
                prop_assert!(!decoded.name.is_empty());
            }
        }

        #[test]
        fn utf8_comes_through(text in "\\PC{0,50}") {
            prop_assert_eq!(decode(text.as_bytes(), Some("text/xml; charset=iso-8859-1"), Kind::Xml).text, text.as_str());
        }
    }
}
