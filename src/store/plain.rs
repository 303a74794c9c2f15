//! How HTML is stored beside its plain text. What is nothing but that text (most teasers, articles of mere paragraphs) is a sign that
//! says how it is made of it, here and in the view `entries` alike (migrations/0015_pieces.sql); what shares most of its words with it
//! is `pieces`; the rest is as it is.

use std::borrow::Cow;

use super::pieces;

/// Signs, each with what stands before the text, in place of its line ends, and behind it. No clean HTML is a control character.
const SIGNS: [(&str, [&str; 3]); 3] =
    [("\u{1}", ["", "\n", ""]), ("\u{2}", ["<p>", "</p><p>", "</p>"]), ("\u{3}", ["<p>", "</p>\n<p>", "</p>"])];

/// Stands before pieces, as a fourth sign.
const PIECES: char = '\u{4}';

/// What is stored for `html` beside `text`.
pub(super) fn stored<'a>(html: &'a str, text: &str) -> Cow<'a, str> {
    if let Some(sign) = sign(html, text) {
        return sign.into();
    }
    // It would be read as what it is not.
    let is_sign = html.starts_with(|c| ('\u{1}'..=PIECES).contains(&c));
    // A string of JSON ends there in older versions of SQLite.
    if !is_sign && (text.len() < pieces::MIN_STRETCH || html.contains('\0')) {
        return html.into();
    }
    let pieces = format!("{PIECES}{}", pieces::write(html, text));
    let pays = pieces.len() * 4 <= html.len() * 3 && read(&pieces, text) == html;
    if pays || is_sign { pieces.into() } else { html.into() }
}

/// The HTML of what is stored beside `text`.
pub(super) fn read<'a>(stored: &'a str, text: &str) -> Cow<'a, str> {
    if let Some(pieces) = stored.strip_prefix(PIECES) {
        return pieces::read(pieces, text).into();
    }
    let Some((_, [before, between, behind])) = SIGNS.iter().find(|(sign, _)| *sign == stored) else { return stored.into() };
    let mut html = before.to_string();
    pieces::push_escaped(&mut html, text, between);
    html.push_str(behind);
    html.into()
}

fn sign(html: &str, text: &str) -> Option<&'static str> {
    // Most teasers are told apart by that.
    if html.len() < text.len() {
        return None;
    }
    SIGNS.iter().map(|(sign, _)| *sign).find(|sign| read(sign, text) == html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_that_is_its_text_is_a_sign() {
        let check = |html: &str, text: &str, expected: &str| assert_eq!(stored(html, text), expected, "{html} {text}");
        check("a &amp; b", "a & b", "\u{1}");
        check("<p>a</p>", "a", "\u{2}");
        check("<p>a</p><p>b &lt; c</p>", "a\nb < c", "\u{2}");
        check("<p>a</p>\n<p>b</p>", "a\nb", "\u{3}");
        for (html, text) in [
            ("<p>a <b>b</b></p>", "a b"),
            ("<p>a</p>", "a "),
            ("<p>a</p><p>b</p>", "a b"),
            ("a &quot;b", "a \"b"),
            ("&amp;lt;", "<"),
            ("<p>a</p>b", "ab"),
            ("", "a"),
        ] {
            check(html, text, html);
        }
    }
}
