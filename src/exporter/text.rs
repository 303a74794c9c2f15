//! The text of a shown item, the same for all formats.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::fold::Shown;
use super::xml::web;
use crate::config::Content;

/// A teaser made of the text where the feed has none.
const TEASER_CHARS: usize = 300;

/// A story may have hundreds of members (press releases); the list is for people.
const MAX_ALSO_LISTED: usize = 50;

/// What is written of an item's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// The whole of what shall be read, HTML with absolute addresses.
    pub(super) body: Option<String>,
    /// Teaser beside a body, HTML.
    pub(super) teaser: Option<String>,
}

/// Chooses the text of `shown`; the body ends with who else reported it.
pub(super) fn text(shown: &Shown, content: Content) -> Text {
    let lead = &shown.lead;
    let filled =
        |html: &Option<crate::model::CleanHtml>| html.as_ref().map(|html| html.as_str().to_owned()).filter(|html| !html.is_empty());
    let (body, teaser) = match content {
        Content::None => return Text::default(),
        Content::Summary => (filled(&lead.summary).or_else(|| made_teaser(&lead.text)), None),
        Content::Full => match (filled(&lead.content), filled(&lead.summary)) {
            (Some(body), teaser) => {
                let teaser = teaser.filter(|teaser| *teaser != body);
                (Some(body), teaser)
            }
            (None, teaser) => (teaser, None),
        },
    };
    let also = also_list(shown);
    let body = match body {
        Some(body) => Some(body + &also),
        None if also.is_empty() => None,
        None => Some(also),
    };
    Text { body, teaser }
}

fn made_teaser(text: &str) -> Option<String> {
    let teaser = cut(text, TEASER_CHARS);
    (!teaser.is_empty()).then(|| format!("<p>{}</p>", escape(&teaser)))
}

fn also_list(shown: &Shown) -> String {
    if shown.also.is_empty() {
        return String::new();
    }
    let mut html = String::from("<p>Also reported by</p><ul>");
    for also in shown.also.iter().take(MAX_ALSO_LISTED) {
        let (source, title) = (escape(&also.source), escape(&also.title));
        let colon = if title.is_empty() { "" } else { ": " };
        match also.url.as_deref().and_then(web) {
            Some(url) => write!(html, r#"<li><a href="{}" rel="noopener noreferrer">{source}</a>{colon}{title}</li>"#, escape(url)),
            None => write!(html, "<li>{source}{colon}{title}</li>"),
        }
        .ok(); // a String takes everything
    }
    if let more @ 1.. = shown.also.len().saturating_sub(MAX_ALSO_LISTED) {
        write!(html, "<li>and {more} more</li>").ok();
    }
    html.push_str("</ul>");
    html
}

/// Who wrote it: the entry's authors, else its source, because hardly any reader shows `source`.
pub(super) fn authors(shown: &Shown) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in shown.lead.authors.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        names.push(source_title(shown));
    }
    names
}

/// The source's title; its address where it has none, since Atom demands a name.
pub(super) fn source_title(shown: &Shown) -> &str {
    let source = &shown.lead.source;
    let title = source.title.trim();
    if title.is_empty() { &source.url } else { title }
}

/// The entry's own categories, each once.
pub(super) fn tags(shown: &Shown) -> Vec<&str> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in shown.lead.tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Where else the story is told.
pub(super) fn related(shown: &Shown) -> impl Iterator<Item = (&str, &super::fold::Also)> {
    let listed = shown.also.iter().take(MAX_ALSO_LISTED);
    listed.filter_map(|also| also.url.as_deref().and_then(web).map(|url| (url, also)))
}

/// Clean HTML as plain text on one line, for the fields that are not HTML.
pub(super) fn plain(html: &str) -> String {
    let tree = scraper::Html::parse_fragment(html);
    let mut line = String::new();
    for word in tree.root_element().text().flat_map(str::split_whitespace) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// At most `chars` characters of `text`, on one line, cut between words where there are any.
pub(super) fn cut(text: &str, chars: usize) -> Cow<'_, str> {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(chars) else {
        return if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text) };
    };
    let head = text.get(..end).unwrap_or_default();
    // Chinese and Japanese have no blanks: only a blank in the last third counts.
    let word = head.rfind(char::is_whitespace).filter(|at| *at > end - end / 3).unwrap_or(end);
    Cow::Owned(format!("{}…", head.get(..word).unwrap_or(head).trim_end().replace('\n', " ")))
}

/// The beginning of `text` that fits into so many bytes.
pub(super) fn cut_bytes(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Stories;
    use crate::exporter::fake::item;
    use crate::exporter::fold::fold;
    use crate::model::{CleanHtml, Item, Order};

    fn shown(items: &[Item]) -> Shown {
        fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0).remove(0)
    }

    #[test]
    fn each_setting_gives_its_text() {
        let one = shown(&[item(1)]);
        let check = |content, body: Option<&str>, teaser: Option<&str>| {
            let text = text(&one, content);
            assert_eq!((text.body.as_deref(), text.teaser.as_deref()), (body, teaser));
        };
        check(Content::Full, Some("<p>Whole text 1, with more.</p>"), Some("<p>Teaser 1</p>"));
        check(Content::Summary, Some("<p>Teaser 1</p>"), None);
        check(Content::None, None, None);
    }

    #[test]
    fn a_missing_text_is_filled_from_what_there_is() {
        let mut one = item(1);
        one.content = None;
        assert_eq!(text(&shown(&[one.clone()]), Content::Full).body.unwrap(), "<p>Teaser 1</p>");
        one.summary = None;
        one.text = "a < b".to_owned();
        assert_eq!(text(&shown(&[one.clone()]), Content::Summary).body.unwrap(), "<p>a &lt; b</p>");
        one.text.clear();
        assert_eq!(text(&shown(&[one]), Content::Summary), Text::default());
    }

    #[test]
    fn a_teaser_that_is_the_body_is_not_told_twice() {
        let mut one = item(1);
        one.summary = one.content.clone();
        assert_eq!(text(&shown(&[one]), Content::Full).teaser, None);
    }

    #[test]
    fn the_body_ends_with_who_else_reported_it() {
        let mut two = [item(1).in_story(7, 1), item(2).in_story(7, 1)];
        two[0].story.is_lead = true;
        two[1].source.title = "A & <B>".to_owned();
        let expected = concat!(
            r#"<p>Whole text 1, with more.</p><p>Also reported by</p><ul><li><a href="https://site2.example/a?x=1&amp;y=2" "#,
            r#"rel="noopener noreferrer">A &amp; &lt;B&gt;</a>: Title 2</li></ul>"#
        );
        assert_eq!(text(&shown(&two), Content::Full).body.unwrap(), expected);
        two[1].url = Some("javascript:alert(1)".to_owned());
        assert!(text(&shown(&two), Content::Full).body.unwrap().ends_with("<ul><li>A &amp; &lt;B&gt;: Title 2</li></ul>"));
    }

    #[test]
    fn a_crowd_is_counted_not_listed() {
        let crowd: Vec<Item> = (1..=200).map(|n| item(n).in_story(7, 1)).collect();
        let body = text(&shown(&crowd), Content::Full).body.unwrap();
        assert_eq!(body.matches("<li>").count(), MAX_ALSO_LISTED + 1);
        assert!(body.ends_with("<li>and 149 more</li></ul>"));
    }

    #[test]
    fn authors_are_named_once_and_never_missing() {
        let mut one = item(1);
        one.authors = vec![" Ann ".to_owned(), "Ann".to_owned(), String::new(), "Bo".to_owned()];
        assert_eq!(authors(&shown(&[one.clone()])), ["Ann", "Bo"]);
        one.authors.clear();
        assert_eq!(authors(&shown(&[one.clone()])), ["Feed 1"]);
        one.source.title.clear();
        assert_eq!(authors(&shown(&[one])), ["https://site1.example/feed"]);
    }

    #[test]
    fn cutting_ends_between_words_and_characters() {
        let check = |text: &str, chars: usize, expected: &str| assert_eq!(cut(text, chars), expected);
        check(" short ", 10, "short");
        check("two\nlines", 10, "two lines");
        check("one two three", 9, "one two…");
        check("漢字漢字漢字", 3, "漢字漢…");
        check("", 3, "");
    }

    #[test]
    fn html_becomes_one_plain_line() {
        assert_eq!(plain("<p title=\"a>b\">One &amp; <b>two</b></p>\n<p>three</p>"), "One & two three");
        assert_eq!(CleanHtml::trusted(String::new()).as_str(), plain(""));
    }
}
