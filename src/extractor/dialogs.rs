//! Dialogs over a page: requests for consent, offers, logins. They lie above the story and are none of it, and where the story is a
//! paragraph, theirs is the longer text.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::blocks::Blocks;
use super::class_words::is_whole;
use super::tokens::Tag;

/// Characters outside of links that must be left beside the dialogs: less is no story, and then a dialog may hold it.
const LEFT: f32 = 80.0;

/// What follows "cookie" in the class of a request for consent. Alone, it may be a recipe's.
const COOKIE_BOXES: [&str; 18] = [
    "alert",
    "banner",
    "bar",
    "box",
    "consent",
    "container",
    "dialog",
    "disclaimer",
    "hinweis",
    "info",
    "law",
    "layer",
    "message",
    "modal",
    "notice",
    "notification",
    "overlay",
    "popup",
];
/// The same of "consent".
const CONSENT_BOXES: [&str; 14] = [
    "banner", "bar", "box", "dialog", "layer", "manager", "message", "modal", "notice", "overlay", "popup", "prompt", "root",
    "wall",
];

/// Where it stands in a longer name, it says the same.
const SURE: [&str; 8] = [
    "cookiebox",
    "cookiebanner",
    "cookienotice",
    "cookieconsent",
    "cookie-box",
    "cookie-banner",
    "cookie-notice",
    "cookie-consent",
];

/// What an element is of, as it says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// Nothing of the kind.
    #[default]
    No,
    /// A dialog.
    Some,
    /// A request for consent.
    Consent,
}

/// What a start tag opens.
pub(crate) fn opened(tag: &Tag<'_>) -> Dialog {
    if is_whole(&tag.name) {
        return Dialog::No;
    }
    let given = || ["id", "class"].into_iter().filter_map(|name| tag.get(name));
    let mut names = given().flat_map(str::split_ascii_whitespace).take(MAX_NAMES);
    if given().any(|names| HINTS.is_match(names)) && names.any(names_consent) {
        return Dialog::Consent;
    }
    let role = tag.get("role").unwrap_or_default().trim();
    let is_dialog = tag.name == "dialog"
        || ["dialog", "alertdialog"].iter().any(|name| role.eq_ignore_ascii_case(name))
        || tag.get("aria-modal").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_dialog { Dialog::Some } else { Dialog::No }
}

/// Classes and ids of one element that are looked at, and bytes of one.
const MAX_NAMES: usize = 30;
const MAX_NAME: usize = 60;

/// What is in every one of them that [`names_consent`].
#[allow(clippy::unwrap_used)] // constants: a test builds them
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let hints = ["cookie", "consent", "gdpr", "onetrust", "usercentrics", "didomi", "qc-cmp"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(hints).unwrap()
});

/// Whether a class or an id is that of a request for consent: `cookie-notice`, `cookieBanner`, `consent`, `consent_dialog`, `gdpr`.
/// `needs-consent`, `has-cookie-notice` and `cookie-bars` are not.
fn names_consent(word: &str) -> bool {
    let begins = |start: &str| word.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    // `SiteCookieBox`, but not `hasCookieBanner`: what has one is the page
    let has_one = ["has", "with", "no", "show", "needs", "is"].into_iter().any(begins);
    if !has_one && word.len() <= MAX_NAME {
        let lower = word.to_ascii_lowercase();
        if SURE.iter().any(|sure| lower.contains(sure)) {
            return true;
        }
    }
    // how the most usual programs that ask name their boxes
    if ["onetrust-", "usercentrics-", "didomi-", "qc-cmp", "cybotcookiebot"].into_iter().any(begins) {
        return true;
    }
    let word = word.trim_start_matches("js-");
    let rest = |start: &str| {
        let (begin, rest) = word.split_at_checked(start.len())?;
        let rest = rest.trim_start_matches(['-', '_']);
        // `cookie-notice__text` is a part of it, and so in it
        let first = rest.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        begin.eq_ignore_ascii_case(start).then_some(first)
    };
    let is_box = |start: &str, boxes: &[&str]| rest(start).is_some_and(|rest| boxes.contains(&rest.as_str()));
    ["consent", "gdpr", "cookieconsent"].iter().any(|whole| word.eq_ignore_ascii_case(whole))
        || is_box("cookie", &COOKIE_BOXES)
        || is_box("cookies", &COOKIE_BOXES)
        || is_box("gdpr", &CONSENT_BOXES)
        || is_box("consent", &CONSENT_BOXES)
}

/// Takes the blocks of dialogs out of a page, unless they are all that it has: an article may be shown in one.
pub(crate) fn set_aside(page: &mut Blocks) {
    if page.holders.iter().all(|holder| holder.dialog == Dialog::No) {
        return;
    }
    // What holds the headline or the article is the page's frame, whatever it is called.
    let mut frames = vec![false; page.holders.len()];
    for (at, holder) in page.holders.iter().enumerate() {
        if matches!(holder.name.as_str(), "main" | "article" | "h1") {
            for above in page.chain(at) {
                match frames.get_mut(above) {
                    Some(frame) if !*frame => *frame = true,
                    _ => break,
                }
            }
        }
    }
    // A dialog or a form that asks for consent in a part of it does so as a whole: such boxes explain every single cookie. Where the form
    // is the whole page, nothing is left beside it.
    let mut asks = vec![false; page.holders.len()];
    for (at, _) in page.holders.iter().enumerate().filter(|(_, holder)| holder.dialog == Dialog::Consent) {
        for above in page.chain(at) {
            match asks.get_mut(above) {
                Some(ask) if !*ask => *ask = true,
                _ => break,
            }
        }
    }
    // Parents come before their children.
    let mut within: Vec<Dialog> = Vec::with_capacity(page.holders.len());
    for (at, holder) in page.holders.iter().enumerate() {
        let outer = within.get(holder.parent).copied().unwrap_or_default();
        let own = match holder.dialog {
            _ if frames.get(at) == Some(&true) => Dialog::No,
            own if asks.get(at) == Some(&true) && (own == Dialog::Some || holder.name == "form") => Dialog::Consent,
            own => own,
        };
        within.push(if outer == Dialog::No { own } else { outer });
    }
    let of = |element: usize| within.get(element).copied().unwrap_or_default();
    let (mut left, mut dialogs) = (0.0, 0.0);
    for block in &page.list {
        let said = block.weight * (1.0 - block.linked);
        match of(block.element) {
            Dialog::No => left += said,
            Dialog::Some => dialogs += said,
            Dialog::Consent => {}
        }
    }
    if left < LEFT {
        return;
    }
    page.list.retain(|block| match of(block.element) {
        Dialog::No => true,
        Dialog::Some => dialogs >= left,
        Dialog::Consent => false,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extractor::cut;

    fn cut(html: &str) -> Blocks {
        let mut page = cut::cut(html, None);
        set_aside(&mut page);
        page
    }

    const STORY: &str =
        "The ferry to the island will not sail on Sunday, because the pier is being mended until the evening of that day.";

    /// Whether a box with such a start tag is taken out of a page with `beside` in it.
    #[track_caller]
    fn check_beside(beside: &str, tag: &str, expected: bool) {
        let name = tag.split(' ').next().unwrap();
        let page = cut(&format!("<body><{tag}><p>We store what you read.</p></{name}>{beside}</body>"));
        assert_eq!(page.list.iter().all(|block| !block.text.starts_with("We store")), expected, "{tag}, {beside}");
        assert!(beside.is_empty() || page.list.iter().any(|block| beside.contains(&block.text)), "{tag}, {beside}");
    }

    fn check(tag: &str, expected: bool) {
        check_beside(&format!("<p>{STORY}</p>"), tag, expected);
    }

    #[test]
    fn dialogs_are_no_part_of_the_page() {
        check("div role=dialog", true);
        check("section role=alertdialog", true);
        check("div aria-modal=true", true);
        check("div aria-modal=false", false);
        check("dialog", true);
        check("div role=document", false);
    }

    #[test]
    fn requests_for_consent_are_known_by_their_names() {
        for name in [
            "cookie-notice",
            "cookieBanner",
            "cookies_overlay",
            "consent",
            "js-consent-modal",
            "gdpr",
            "SiteCookieBox",
            "c-cookie-banner__text",
            "onetrust-banner-sdk",
        ] {
            check(&format!("div id={name}"), true);
            check(&format!("div class='wide {name}'"), true);
        }
        for name in [
            "needs-consent",
            "cookie",
            "cookie-bars",
            "cookie-recipe",
            "has-cookie-notice",
            "hasCookieBanner",
            "consent-given",
            "consenting",
        ] {
            check(&format!("div class={name}"), false);
        }
        check("article class=cookie-notice", false);
    }

    #[test]
    fn a_page_of_nothing_but_dialogs_keeps_them() {
        check_beside("", "div id=consent", false);
        check_beside("<p>More</p>", "div role=dialog", false);
        check_beside(&format!("<p><a href=/x>{STORY}</a></p>"), "div role=dialog", false);
    }

    #[test]
    fn a_dialog_that_asks_for_consent_in_a_part_of_it_is_a_request() {
        let long = "Essential cookies make it work. ".repeat(20);
        for (tag, name) in [("div role=dialog", "div"), ("form", "form")] {
            let begin = format!("<{tag}><div class=wide><p id=cookie-info>Cookies</p></div><p>{long}</p>");
            let page = cut(&format!("{begin}</{name}><p>{STORY}</p>"));
            assert_eq!(page.list.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), [STORY]);
            assert_eq!(cut(&format!("{begin}<p>{STORY}</p></{name}>")).list.len(), 3, "it is around the page");
        }
    }

    #[test]
    fn a_dialog_may_hold_the_story() {
        let holds = |html: &str| cut(html).list.iter().any(|block| block.text == STORY);
        assert!(holds(&format!("<div role=dialog><article><p>{STORY}</p></article></div><p>{STORY}{STORY}</p>")));
        assert!(holds(&format!("<div class=consent-wall><h1>Ferry</h1><p>{STORY}</p></div><p>{STORY}{STORY}</p>")));
        assert!(holds(&format!(
            "<div role=dialog><p>{STORY}</p><p>{STORY}</p></div><p>A page of few words, and a sentence that says that it has not many of them.</p>"
        )));
    }
}
