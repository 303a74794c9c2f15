//! "Also reported by": the plain list below a story's text, in the story's language where we know how to say it.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::fold::{Also, Shown};
use super::xml::web;

/// A story may have hundreds of members (press releases); the list is for people.
pub(super) const MAX_ALSO_LISTED: usize = 50;

/// Language, how the list begins, and what stands before and after the number of those that are not listed.
#[rustfmt::skip]
const WORDS: [(&str, &str, &str, &str); 17] = [
    ("en", "Also reported by", "and ", " more"),
    ("de", "Auch berichtet von", "und ", " weitere"),
    ("fr", "Également rapporté par", "et ", " autres"),
    ("es", "También lo cuentan", "y ", " más"),
    ("it", "Ne parlano anche", "e altri ", ""),
    ("pt", "Também noticiado por", "e mais ", ""),
    ("nl", "Ook gemeld door", "en nog ", ""),
    ("sv", "Rapporteras även av", "och ", " till"),
    ("da", "Også omtalt af", "og ", " andre"),
    ("nb", "Også omtalt av", "og ", " til"),
    ("no", "Også omtalt av", "og ", " til"),
    ("pl", "Piszą o tym także", "i jeszcze ", ""),
    ("cs", "Píší o tom také", "a ještě ", ""),
    ("ru", "Об этом также сообщают", "и ещё ", ""),
    ("uk", "Про це також повідомляють", "і ще ", ""),
    ("ja", "ほかの報道", "ほか", "件"),
    ("zh", "其他报道", "另有 ", " 篇"),
];

/// The list as HTML, empty where nobody else reported it.
pub(super) fn also_list(shown: &Shown) -> String {
    let others = others(shown);
    if others.is_empty() {
        return String::new();
    }
    let primary = shown.lead.lang.as_deref().and_then(|tag| tag.split('-').next()).unwrap_or_default();
    let known = WORDS.iter().find(|(language, ..)| language.eq_ignore_ascii_case(primary));
    let (_, begin, before, after) = known.unwrap_or(&WORDS[0]);
    let mut html = format!("<p>{begin}</p><ul>");
    for also in others.iter().take(MAX_ALSO_LISTED) {
        let (source, title) = (escape(&also.source), escape(&also.title));
        let colon = if title.is_empty() { "" } else { ": " };
        match also.url.as_deref().and_then(web) {
            Some(url) => {
                write!(html, r#"<li><a href="{}" rel="noopener noreferrer">{source}</a>{colon}{title}</li>"#, escape(&url))
            }
            None => write!(html, "<li>{source}{colon}{title}</li>"),
        }
        .ok(); // a String takes everything
    }
    if let more @ 1.. = others.len().saturating_sub(MAX_ALSO_LISTED) {
        write!(html, "<li>{before}{more}{after}</li>").ok();
    }
    html.push_str("</ul>");
    html
}

/// The first report of each other feed: a feed that wrote of the story twice is one source, and the lead's own feed is no other.
fn others(shown: &Shown) -> Vec<&Also> {
    let mut feeds = HashSet::from([shown.lead.source.feed]);
    shown.also.iter().filter(|also| feeds.insert(also.feed)).collect()
}

fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Stories;
    use crate::exporter::fake::item;
    use crate::exporter::fold::fold;
    use crate::model::{Item, Order};

    fn list(items: &[Item]) -> String {
        also_list(&fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0).remove(0))
    }

    fn story(feeds: &[i64]) -> Vec<Item> {
        feeds.iter().zip(1..).map(|(feed, n)| item(n).in_story(7, 1).of_feed(*feed)).collect()
    }

    #[test]
    fn who_else_reported_it_is_a_plain_list() {
        let mut two = story(&[1, 2]);
        two[1].source.title = "A & <B>".to_owned();
        let expected = concat!(
            r#"<p>Also reported by</p><ul><li><a href="https://site2.example/a?x=1&amp;y=2" "#,
            r#"rel="noopener noreferrer">A &amp; &lt;B&gt;</a>: Title 2</li></ul>"#
        );
        assert_eq!(list(&two), expected);
        two[1].url = Some("javascript:alert(1)".to_owned());
        assert!(list(&two).ends_with("<ul><li>A &amp; &lt;B&gt;: Title 2</li></ul>"));
        two[1].title.clear();
        assert!(list(&two).ends_with("<ul><li>A &amp; &lt;B&gt;</li></ul>"));
    }

    #[test]
    fn each_other_feed_is_named_once() {
        let check = |feeds: &[i64], expected: usize| assert_eq!(list(&story(feeds)).matches("<li>").count(), expected, "{feeds:?}");
        check(&[1], 0);
        check(&[1, 1], 0);
        check(&[1, 2, 2, 1, 3], 2);
        assert_eq!(list(&story(&[1, 1])), "");
    }

    #[test]
    fn a_crowd_is_counted_not_listed() {
        let list = list(&story(&(1..=200).collect::<Vec<_>>()));
        assert_eq!(list.matches("<li>").count(), MAX_ALSO_LISTED + 1);
        assert!(list.ends_with("<li>and 149 more</li></ul>"));
    }

    #[test]
    fn it_speaks_the_language_of_the_story() {
        let check = |lang: Option<&str>, begin: &str, end: &str| {
            let mut crowd = story(&(1..=60).collect::<Vec<_>>());
            crowd[0].lang = lang.map(str::to_owned);
            let list = list(&crowd);
            assert!(list.starts_with(&format!("<p>{begin}</p>")) && list.ends_with(&format!("<li>{end}</li></ul>")), "{list}");
        };
        check(Some("de-AT"), "Auch berichtet von", "und 9 weitere");
        check(Some("JA"), "ほかの報道", "ほか9件");
        check(Some("tlh"), "Also reported by", "and 9 more");
        check(None, "Also reported by", "and 9 more");
    }
}
