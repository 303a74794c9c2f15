//! Text out of markup: character references, and titles, names and categories as one plain line.

use std::borrow::Cow;

use super::references;
use super::tokens::{Token, Tokens, local};

/// Elements that HTML knows: `<b>` is markup, the `<T>` in "A Vec<T> explained" is not.
#[rustfmt::skip]
const HTML: [&str; 90] = [
    "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big", "blockquote", "body",
    "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "li", "link", "main", "mark", "math",
    "meta", "nav", "nobr", "noscript", "object", "ol", "p", "picture", "pre", "q", "s", "samp", "script", "section", "small",
    "source", "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "tr", "tt", "u", "ul",
];
/// The rest of them, seldom in feeds.
#[rustfmt::skip]
const HTML_SELDOM: [&str; 16] = [
    "area", "dialog", "frame", "map", "marquee", "param", "rp", "rt", "ruby", "select", "tfoot", "th", "thead", "time", "var",
    "video",
];
/// Elements inside a line: where they end no blank is missing.
#[rustfmt::skip]
const INLINE: [&str; 25] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "del", "kbd", "mark", "q", "s",
    "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// HTML elements that have no end tag: all others that close themselves in XML get one.
pub(super) const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Whether HTML has an element of that name without an end tag.
pub(super) fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| void.eq_ignore_ascii_case(name))
}

/// Whether HTML has an element of that name.
pub(super) fn is_html(name: &str) -> bool {
    let has = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    has(&HTML) || has(&HTML_SELDOM) || is_void(name)
}

/// Whether `text` carries markup or references, so that it is HTML and no plain text.
pub(super) fn looks_like_html(text: &str) -> bool {
    (text.contains('<')
        && Tokens::new(text).any(|token| match token {
            Token::Start(tag) => is_html(tag.name),
            Token::End(name) => is_html(name),
            _ => false,
        }))
        || (text.contains('&') && matches!(references::resolve_all(text, false), Cow::Owned(_)))
}

/// Whether XML 1.0 allows the character (2.2, Char).
pub(super) fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// `text` without the characters that XML does not allow, and the offset of the first of them.
pub(super) fn without_controls(text: &str) -> (Cow<'_, str>, Option<usize>) {
    // without a branch in it the loop runs over whole registers
    let controls = |seen: u8, b: &u8| seen | u8::from(*b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'));
    let is_clean = text.as_bytes().chunks(4096).all(|block| block.iter().fold(0, controls) == 0)
        && !memchr::memmem::find_iter(text.as_bytes(), b"\xef\xbf")
            .any(|at| matches!(text.as_bytes().get(at + 2), Some(0xbe | 0xbf)));
    if is_clean {
        return (Cow::Borrowed(text), None);
    }
    let first = text.char_indices().find(|(_, c)| !is_allowed(*c)).map(|(at, _)| at);
    (Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect()), first)
}

/// Markup as one plain line: elements of HTML taken out, references resolved (twice where a publisher escaped twice:
/// `AT&amp;amp;T`), blanks collapsed, invisible characters dropped.
pub fn plain(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len().min(1 << 12));
    if markup.contains('<') {
        let mut tokens = Tokens::new(markup);
        let mut hidden: Option<&str> = None;
        while !tokens.is_done() {
            let from = tokens.at;
            let Some(token) = tokens.next() else { break };
            match token {
                Token::End(name) if hidden.is_some_and(|open| open.eq_ignore_ascii_case(name)) => hidden = None,
                _ if hidden.is_some() => {}
                Token::Text(text) => out.push_str(text),
                Token::CData(text) => out.push_str(text),
                Token::Start(tag) if is_html(local(tag.name)) => {
                    if !tag.empty && ["script", "style"].iter().any(|name| name.eq_ignore_ascii_case(tag.name)) {
                        hidden = Some(tag.name);
                    }
                    gap(&mut out, tag.name);
                }
                Token::End(name) if is_html(local(name)) => gap(&mut out, name),
                Token::Start(_) | Token::End(_) => out.push_str(tokens.slice(from, tokens.at)),
                Token::Other => out.push(' '),
            }
        }
    } else {
        out.push_str(markup);
    }
    let once = references::resolve_all(&out, true);
    let twice = if once.contains('&') { references::resolve_all(&once, false) } else { Cow::Borrowed(&*once) };
    one_line(&twice)
}

fn gap(out: &mut String, name: &str) {
    if !INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(local(name))) {
        out.push(' ');
    }
}

/// Blanks collapsed to one each, ends trimmed, control and invisible characters dropped.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() {
            blank = true;
        } else if !(c.is_control() || !is_allowed(c) || matches!(c, '\u{ad}' | '\u{feff}' | '\u{200b}' | '\u{fffc}')) {
            if blank && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            out.push(c);
        }
    }
    out
}

/// One plain line of at most `limit` characters; `None` if nothing is left.
pub(super) fn line(markup: &str, limit: usize) -> Option<String> {
    let mut text = plain(markup);
    if let Some((at, _)) = text.char_indices().nth(limit) {
        text.truncate(at);
    }
    (!text.is_empty()).then_some(text)
}

/// Plain text as HTML: escaped, empty lines between paragraphs, other line ends kept.
pub(super) fn to_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let text = text.replace("\r\n", "\n");
    let paragraphs: Vec<&str> = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect();
    for paragraph in &paragraphs {
        let escaped = escape(paragraph).replace('\n', "<br>");
        if paragraphs.len() > 1 {
            out.extend(["<p>", &escaped, "</p>"]);
        } else {
            out.push_str(&escaped);
        }
    }
    out
}

/// `&`, `<`, `>` and `"` escaped.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_to(&mut out, text);
    out
}

/// Appends `text`, escaped as [`escape`] does.
pub(super) fn escape_to(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.extend([&text[done..at], escaped]);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(markup: &str, expected: &str) {
        assert_eq!(plain(markup), expected, "{markup:?}");
    }

    #[test]
    fn markup_goes_text_stays() {
        check("a <b>bold</b> word", "a bold word");
        check("<b>Foo</b>bar", "Foobar");
        check("one<br/>two<p>three</p>", "one two three");
        check("x<script>alert('y')</script>z", "x z");
        check("a <!-- hidden --> b", "a b");
        check("Donau<wbr>dampf", "Donaudampf");
        check("<![CDATA[in a section]]>", "in a section");
    }

    #[test]
    fn what_is_no_html_element_is_text() {
        check("A Vec<T> explained", "A Vec<T> explained");
        check("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
        check("if a<3 then", "if a<3 then");
    }

    #[test]
    fn references_are_resolved() {
        check("Tom &amp; Jerry", "Tom & Jerry");
        check("Caf&eacute; &#8211; &#x2013; &omega;&Scaron;", "Café – – ωŠ");
        check("it&#146;s", "it’s");
        check("AT&T", "AT&T");
        check("Fish &amp Chips", "Fish & Chips");
        check("a&nbsp;b", "a b");
        check("&unknown; &#xD800;&#0;&#99999999999;", "&unknown;");
    }

    #[test]
    fn twice_escaped_is_resolved_twice_and_no_more() {
        check("AT&amp;amp;T", "AT&T");
        check("Use &lt;b&gt; in HTML", "Use <b> in HTML");
        check("&amp;amp;amp;", "&amp;");
    }

    #[test]
    fn blanks_collapse_and_invisible_characters_vanish() {
        check("  a \n\t b\u{a0}c\u{feff}\u{200b} ", "a b c");
        check("so\u{ad}ft\u{0}\u{1f}", "soft");
        check("", "");
    }

    #[test]
    fn plain_text_becomes_html() {
        for (text, expected) in
            [("a < b & c", "a &lt; b &amp; c"), ("one\ntwo", "one<br>two"), ("one\n\ntwo", "<p>one</p><p>two</p>")]
        {
            assert_eq!(to_html(text), expected);
        }
    }

    #[test]
    fn html_is_told_from_text() {
        for (text, expected) in [("a <b>c</b>", true), ("Vec<T>", false), ("a & b", false), ("a &amp; b", true), ("", false)] {
            assert_eq!(looks_like_html(text), expected, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn plain_never_panics_and_is_one_line(text in "(<[a-z/!]{0,4}>?|&[#a-zé;0-9]{0,6}|\\PC|[\\n\"'=]){0,40}") {
            let line = plain(&text);
            prop_assert!(!line.contains(['\n', '\r', '\0']));
            prop_assert_eq!(one_line(&line), line);
        }
    }
}
