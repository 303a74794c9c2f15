//! Character references (`&amp;`, `&#8211;`, `&eacute;`) resolved.

use std::borrow::Cow;

use scraper::{Html, Node};

/// Longest reference that is looked at; the longest name of the standard has 33 characters.
const MAX_REFERENCE: usize = 40;

/// Text between tags with its references resolved.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    resolve(text, |piece| {
        let fragment = Html::parse_fragment(piece);
        fragment.root_element().text().collect()
    })
}

/// An attribute's value with its references resolved. There `&copy=1` is no reference (13.2.5.73).
pub(crate) fn decode_value(value: &str) -> Cow<'_, str> {
    resolve(value, |piece| {
        let fragment = Html::parse_fragment(&format!("<a title=\"{}\">", piece.replace('"', "&quot;")));
        fragment
            .tree
            .values()
            .find_map(|node| match node {
                Node::Element(element) => element.attr("title").map(str::to_owned),
                _ => None,
            })
            .unwrap_or_default()
    })
}

/// Resolves the common references here and gives a text with any other to `parse`, which knows all 2,231 of them.
fn resolve(text: &str, parse: impl Fn(&str) -> String) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let body = &from[1..];
        let end = body
            .bytes()
            .take(MAX_REFERENCE)
            .position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))
            .unwrap_or(body.len().min(MAX_REFERENCE));
        let Some(name) = body.get(..end) else { return Cow::Owned(parse(text)) };
        let closed = body.as_bytes().get(end) == Some(&b';');
        match common(name) {
            Some(c) if closed => {
                out.push_str(c);
                rest = &body[end + 1..];
            }
            _ if name.is_empty() => {
                out.push('&');
                rest = body;
            }
            _ => match numeric(name) {
                Some(c) if closed => {
                    out.push(c);
                    rest = &body[end + 1..];
                }
                _ => return Cow::Owned(parse(text)),
            },
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn common(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        "shy" => "\u{ad}",
        "auml" => "ä",
        "ouml" => "ö",
        "uuml" => "ü",
        "Auml" => "Ä",
        "Ouml" => "Ö",
        "Uuml" => "Ü",
        "szlig" => "ß",
        "eacute" => "é",
        "egrave" => "è",
        "agrave" => "à",
        "ccedil" => "ç",
        "ndash" => "–",
        "mdash" => "—",
        "hellip" => "…",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ldquo" => "“",
        "rdquo" => "”",
        "bdquo" => "„",
        "laquo" => "«",
        "raquo" => "»",
        _ => return None,
    })
}

/// A number that stands for itself; the standard maps the others (13.2.5.80).
fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    if (0x80..0xa0).contains(&number) || number < 0x20 { None } else { char::from_u32(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {
        let check = |input: &str, expected: &str| assert_eq!(decode(input), expected, "{input}");
        check("a & b &amp; c", "a & b & c");
        check("&#8211;&#x2013;&ndash;", "–––");
        check("R&eacute;sum&eacute; &amp;lt;", "Résumé &lt;");
        check("&Aring;land &copy 2020 &nosuch; &", "Åland © 2020 &nosuch; &");
        check("&#150;&#0;", "\u{2013}\u{fffd}");
        check("&#x110000;", "\u{fffd}");
        check(" &Aring; ", " Å ");
    }

    #[test]
    fn values() {
        let check = |input: &str, expected: &str| assert_eq!(decode_value(input), expected, "{input}");
        check("?a=1&amp;b=2&copy=3", "?a=1&b=2&copy=3");
        check("javascript&colon;x", "javascript:x");
        check("say \"&Aring;\"", "say \"Å\"");
    }
}
