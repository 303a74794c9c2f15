//! Character references (`&amp;`, `&#8211;`, `&eacute;`) resolved, as the HTML standard says (13.2.5.72).

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use html5ever::data::NAMED_ENTITIES;

/// Longest reference that is looked at; the longest name of the standard has 31 characters.
const MAX_REFERENCE: usize = 40;

/// Text between tags with its references resolved.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    resolve(text, false)
}

/// An attribute's value with its references resolved. There `&copy=1` is no reference (13.2.5.73).
pub(crate) fn decode_value(value: &str) -> Cow<'_, str> {
    resolve(value, true)
}

fn resolve(text: &str, in_attribute: bool) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let body = from.get(1..).unwrap_or_default();
        let length = body.bytes().take(MAX_REFERENCE).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let (name, behind) = (body.get(..length).unwrap_or_default(), body.get(length..).unwrap_or_default());
        let closed = behind.starts_with(';');
        let found =
            if name.starts_with('#') { numeric(name) } else { named(name, closed, in_attribute && behind.starts_with('=')) };
        match found {
            Some(found) => {
                out.push_str(&found);
                rest = behind.strip_prefix(';').unwrap_or(behind);
            }
            None => {
                out.push('&');
                rest = body;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn named(name: &str, closed: bool, is_parameter: bool) -> Option<Cow<'static, str>> {
    if !closed && is_parameter {
        return None;
    }
    // The table has every name with its semicolon, and without it those that HTML has known of old; beginnings of names map to zero.
    let key = if closed { Cow::Owned(format!("{name};")) } else { Cow::Borrowed(name) };
    let (first, second) = NAMED_ENTITIES.get(&*key).copied().filter(|(first, _)| *first != 0)?;
    Some(Cow::Owned([first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect()))
}

fn numeric(name: &str) -> Option<Cow<'static, str>> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix(['x', 'X']).map_or((digits, 10), |hex| (hex, 16));
    let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    let number = valid.then(|| u32::from_str_radix(digits, radix).unwrap_or(u32::MAX))?;
    Some(match number {
        // What was meant by them in pages of Windows-1252 (13.2.5.80).
        0x80..=0x9f => {
            Cow::Owned(WINDOWS_1252.decode_without_bom_handling(&[u8::try_from(number).unwrap_or_default()]).0.into_owned())
        }
        _ => Cow::Owned(char::from_u32(number).filter(|c| *c != '\0').unwrap_or('\u{fffd}').to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {
        let check = |input: &str, expected: &str| assert_eq!(decode(input), expected, "{input}");
        check("a & b &amp; c &&", "a & b & c &&");
        check("&#8211;&#x2013;&ndash;", "–––");
        check("R&eacute;sum&eacute; &amp;lt;", "Résumé &lt;");
        check("&Aring;land &copy 2020 &nosuch; &", "Åland © 2020 &nosuch; &");
        check("&#150;&#0;&#x110000;&#99999999999;", "\u{2013}\u{fffd}\u{fffd}\u{fffd}");
        check("&#; &#x; &#12a;", "&#; &#x; &#12a;");
        check("&hearts &hearts;", "&hearts ♥");
    }

    #[test]
    fn values() {
        let check = |input: &str, expected: &str| assert_eq!(decode_value(input), expected, "{input}");
        check("?a=1&amp;b=2&copy=3&lang=de", "?a=1&b=2&copy=3&lang=de");
        check("javascript&colon;x", "javascript:x");
    }
}
