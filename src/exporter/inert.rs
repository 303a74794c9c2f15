//! Titles and names are text, and some readers take text for HTML: what would act there is shown, and does not act.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// A tag that loads, runs or changes something, swallows what follows, has an attribute, or ends an element: text in which elements end
/// is HTML to readers and validators. `1 < 2`, `<b>` and `List<String>` are none.
static ACTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) < (?: [!?] | /? (?: script | style | iframe | frame | frameset | noframes | object | embed | applet | base | meta | link
          | form | input | button | select | textarea | svg | math | template | noscript | img | image | video | audio | source
          | xmp | plaintext | title ) \b | [a-z] [^<>]* = | / [a-z][a-z0-9]* \s* > )",
    )
    .ok()
});

/// `text`; where it holds an active tag, with brackets that only look like them: a title about `<script>` is read as one by everybody,
/// and is none for a reader that puts titles into its page as they come (CVE-2017-12980, GHSA-378w-3fqw-3555). All brackets then,
/// because a tag before the active one would take it up as its attribute: `<b <x onfocus=...>`.
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains('<') || !ACTIVE.as_ref().is_some_and(|active| active.is_match(text)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        shown.push(match c {
            '<' if rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')) => '‹',
            '>' => '›',
            other => other,
        });
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_is_only_shown() {
        for (text, expected) in [
            ("Why <script> blocks & how", "Why ‹script› blocks & how"),
            ("a <img src=x onerror=alert(1)> b", "a ‹img src=x onerror=alert(1)› b"),
            ("<b onclick=x>T", "‹b onclick=x›T"),
            ("<IFRAME/src='x'>", "‹IFRAME/src='x'›"),
            ("</script><script>x", "‹/script›‹script›x"),
            ("cut off <img src=x", "cut off ‹img src=x"),
            ("<scr<script>ipt>", "‹scr‹script›ipt›"),
            ("<b <x onfocus=a() >", "‹b ‹x onfocus=a() ›"),
            ("<!-- <textarea> 1 < 2", "‹!-- ‹textarea› 1 < 2"),
            ("How <b>bold</b> works", "How ‹b›bold‹/b› works"),
        ] {
            assert_eq!(inert(text), expected);
            assert_eq!(inert(expected), expected, "once is enough");
        }
    }

    #[test]
    fn what_is_only_text_stays() {
        for text in ["1 < 2 && 3 > 2", "<b>bold", "List<String>", "a <- b", "<3", "<C>", "x < y = z", "Ελ 漢"] {
            assert_eq!(inert(text), text);
        }
    }
}
