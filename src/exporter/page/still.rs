//! An article's text without what a browser would load from elsewhere.

use std::borrow::Cow;

use maud::html;

/// Elements of clean HTML that load something, and what stands in their place. The inner ones of `picture` have none.
const LOADING: [(&str, &str); 6] =
    [("img", "Picture"), ("video", "Film"), ("audio", "Sound"), ("iframe", "Embedded"), ("source", ""), ("track", "")];

/// Clean HTML with a word in the place of each picture, film and sound, and how many there were. Reads what the sanitiser writes:
/// every `<` of a text is escaped, attributes are in double quotes.
pub(super) fn still(html: &str) -> (Cow<'_, str>, usize) {
    let (mut out, mut rest, mut n) = (String::new(), html, 0);
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        let length = tag_length(tag);
        let (tag, after) = tag.split_at(length);
        let is_end = tag.starts_with("</");
        let name = tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        out.push_str(before);
        match LOADING.iter().find(|(loading, _)| name.eq_ignore_ascii_case(loading)) {
            None => out.push_str(tag),
            Some((_, word)) if !is_end && !word.is_empty() => {
                n += 1;
                out.push_str(&stand_in(word, tag));
            }
            Some(_) => {}
        }
        rest = after;
    }
    if n == 0 && out.len() + rest.len() == html.len() {
        return (Cow::Borrowed(html), 0);
    }
    out.push_str(rest);
    (Cow::Owned(out), n)
}

/// Bytes of the tag that `text` begins with; a `>` in a quoted value does not end it.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What is said instead: the kind, and what the page says of it. No link, because it may stand in one.
fn stand_in(word: &str, tag: &str) -> String {
    let said = [" alt=\"", " title=\""].iter().find_map(|name| {
        let value = tag.split_once(name)?.1.split('"').next()?;
        (!value.trim().is_empty()).then_some(value)
    });
    // Escaped where it stood; escaped anew, for it stood in an attribute.
    let said = said.map(|value| format!(": {}", value.replace('<', "&lt;").replace('>', "&gt;"))).unwrap_or_default();
    let open = html! { "[" (word) }.into_string();
    format!("<span class=\"media\">{open}{said}]</span>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_loaded_is_a_word() {
        let check = |html: &str, expected: &str, n: usize| {
            let (out, counted) = still(html);
            assert_eq!((out.as_ref(), counted), (expected, n), "{html}");
        };
        check("<p>a &lt;img&gt; b</p>", "<p>a &lt;img&gt; b</p>", 0);
        check("<p><img src=\"https://a.example/1.png\"></p>", "<p><span class=\"media\">[Picture]</span></p>", 1);
        check("<img alt=\"A > B &amp; C\" src=\"x\">d", "<span class=\"media\">[Picture: A &gt; B &amp; C]</span>d", 1);
        check("<img alt=\"<script>\" src=\"x\">", "<span class=\"media\">[Picture: &lt;script&gt;]</span>", 1);
        check(
            "<video src=\"a\" poster=\"b\"><source src=\"c\">Your browser</video><IMG src=\"x\"/>",
            "<span class=\"media\">[Film]</span>Your browser<span class=\"media\">[Picture]</span>",
            2,
        );
        check(
            "<a href=\"u\"><img src=\"x\" alt=\"\" title=\"T\"></a>",
            "<a href=\"u\"><span class=\"media\">[Picture: T]</span></a>",
            1,
        );
        check("<imgs>", "<imgs>", 0);
        check("a <img src=\"x", "a <span class=\"media\">[Picture]</span>", 1);
        check("<source src=\"c\">", "", 0);
        check("", "", 0);
    }
}
