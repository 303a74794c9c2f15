//! HTML that is nothing but the plain text beside it: most teasers, and articles of mere paragraphs. It is not stored a second time, but
//! as a sign that says how it is made of the text, here and in the view `entries` alike (migrations/0014_plain.sql).

use std::borrow::Cow;

/// Signs, each with what stands before the text, in place of its line ends, and behind it. No clean HTML is a control character.
const SIGNS: [(&str, [&str; 3]); 3] =
    [("\u{1}", ["", "\n", ""]), ("\u{2}", ["<p>", "</p><p>", "</p>"]), ("\u{3}", ["<p>", "</p>\n<p>", "</p>"])];

/// What is stored for `html` beside `text`.
pub(super) fn sign<'a>(html: &'a str, text: &str) -> &'a str {
    let is_made = |[before, between, behind]: &[&str; 3]| {
        let inner = html.strip_prefix(before).and_then(|html| html.strip_suffix(behind));
        inner.is_some_and(|inner| inner.split(between).map(unescaped).eq(text.split('\n').map(|line| Some(Cow::Borrowed(line)))))
    };
    SIGNS.iter().find(|(_, form)| is_made(form)).map_or(html, |(sign, _)| sign)
}

/// The text of one line of markup without a tag, if escaping it the way the view does gives that very markup.
fn unescaped(markup: &str) -> Option<Cow<'_, str>> {
    if markup.contains(['<', '>']) {
        return None;
    }
    if !markup.contains('&') {
        return Some(Cow::Borrowed(markup));
    }
    let text = markup.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let again = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    (again == markup).then_some(Cow::Owned(text))
}

/// The HTML of the entry `e`, of what is stored in its column.
#[rustfmt::skip]
macro_rules! html_of {
    ($column:literal) => {
        html_of!($column, "replace(replace(replace(e.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')")
    };
    ($column:literal, $escaped:literal) => {
        concat!(
            "CASE ", $column, " WHEN char(1) THEN ", $escaped,
            " WHEN char(2) THEN '<p>' || replace(", $escaped, ", char(10), '</p><p>') || '</p>'",
            " WHEN char(3) THEN '<p>' || replace(", $escaped, ", char(10), '</p>' || char(10) || '<p>') || '</p>'",
            " ELSE ", $column, " END"
        )
    };
}
pub(super) use html_of;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::Connection;

    #[test]
    fn html_that_is_its_text_is_a_sign() {
        let check = |html: &str, text: &str, expected: &str| assert_eq!(sign(html, text), expected, "{html} {text}");
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

    fn made(conn: &Connection, html: &str, text: &str) -> String {
        let sql = concat!("SELECT ", html_of!("e.html"), " FROM (SELECT ?1 AS html, ?2 AS text) e");
        conn.query_row(sql, [html, text], |row| row.get(0)).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_stored_gives_the_html_again(pieces in prop::collection::vec("<p>|</p>|</p><p>|</p>\n<p>|[a&<>;\n]|&amp;|&lt;|&amp;gt;", 0..8), own: bool) {
            let html = pieces.concat();
            let text = if own {
                html.replace("</p><p>", "\n").replace(['<', '/', '>', 'p'], "").replace("&lt;", "<").replace("&amp;", "&")
            } else {
                html.clone()
            };
            let conn = Connection::open_in_memory().unwrap();
            prop_assert_eq!(made(&conn, sign(&html, &text), &text), html);
        }
    }
}
