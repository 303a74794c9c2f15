//! Bytes of a page to characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, X_USER_DEFINED};

/// Bytes in which a `meta` may declare the encoding; the standard says 1024, real heads are longer.
const HEAD: usize = 8 << 10;

/// Decodes a page: byte order mark, valid UTF-8, `Content-Type`, `meta`, guess.
pub(crate) fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    // UTF-8 is not valid by accident, whatever was declared.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let head = String::from_utf8_lossy(bytes.get(..HEAD.min(bytes.len())).unwrap_or_default());
    let declared = content_type.and_then(charset_in).or_else(|| charset_in(&head));
    // What says UTF-8 and is not, but nearly, is UTF-8 with broken characters; anything else is guessed.
    let encoding =
        declared.filter(|&encoding| encoding != X_USER_DEFINED).filter(|&encoding| encoding != UTF_8 || nearly_utf8(bytes));
    let encoding = encoding.unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Allow)
    });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    bad * 10 <= good
}

fn charset_in(text: &str) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find("charset=")? + "charset=".len();
    let rest = lower.get(at..)?.trim_start_matches(['"', '\'', ' ']);
    let label = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))).next()?;
    Encoding::for_label_no_replacement(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_encoding_is_found() {
        let check = |bytes: &[u8], content_type: Option<&str>, expected: &str| assert_eq!(decode(bytes, content_type), expected);
        check("Größe".as_bytes(), Some("text/html; charset=iso-8859-1"), "Größe");
        check(b"\xef\xbb\xbfa", None, "a");
        check(b"\xff\xfea\0", None, "a");
        check(b"Gr\xf6\xdfe", Some("text/html; charset=ISO-8859-1"), "Größe");
        check(b"<meta charset='windows-1251'>\xcf\xf0\xe8", None, "<meta charset='windows-1251'>При");
        check(b"<meta charset=utf-8>Stra\xdfe f\xfcr alle", None, "<meta charset=utf-8>Straße für alle");
        check(b"", None, "");
    }
}
