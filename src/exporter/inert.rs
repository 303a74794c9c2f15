//! Titles and names are text, and some readers take text for HTML: what would act there is shown, and does not act.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// A tag that loads, runs or changes something, or any with an attribute. `1 < 2`, `<b>` and `List<String>` are left as they are.
static ACTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) <( /? (?: script | style | iframe | frame | frameset | object | embed | applet | base | meta | link | form | input
          | button | svg | math | template | noscript | img | image | video | audio | source | xmp | plaintext | title ) \b [^<>]*
          | [a-z] [^<>]* = [^<>]* ) (>?)",
    )
    .ok()
});

/// `text`, the brackets of active tags replaced by such that only look like them: a title about `<script>` is read as one by
/// everybody, and is none for a reader that puts titles into its page as they come (CVE-2017-12980, GHSA-378w-3fqw-3555).
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    match ACTIVE.as_ref() {
        Some(active) if text.contains('<') => active.replace_all(text, |found: &regex::Captures<'_>| {
            let close = if found[2].is_empty() { "" } else { "›" };
            format!("‹{}{close}", &found[1])
        }),
        _ => Cow::Borrowed(text),
    }
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
            ("<scr<script>ipt>", "<scr‹script›ipt>"),
        ] {
            assert_eq!(inert(text), expected);
            assert_eq!(inert(expected), expected, "once is enough");
        }
    }

    #[test]
    fn what_is_only_text_stays() {
        for text in ["1 < 2 && 3 > 2", "<b>bold</b>", "List<String>", "a <- b", "<3", "<C>", "x < y = z", "Ελ 漢"] {
            assert_eq!(inert(text), text);
        }
    }
}
