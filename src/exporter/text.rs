//! The text of a shown item, the same for all formats.

use std::borrow::Cow;

use ego_tree::iter::Edge;
use jiff::Timestamp;
use scraper::Node;

use super::also::{MAX_ALSO_LISTED, also_list};
use super::channel::Channel;
use super::fold::Shown;
use super::inert::inert;
use super::template::STAND_IN_CHARS;
use super::xml::web;
use crate::config::Content;

/// A teaser made of the text where the feed has none.
const TEASER_CHARS: usize = 300;

/// What is written of an item's text, HTML with absolute addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// The whole of what shall be read.
    body: Option<String>,
    /// Teaser beside a body or in place of one.
    teaser: Option<String>,
    /// Who else reported it.
    also: String,
}

impl Text {
    /// The whole text with who else reported it: Atom's content, RSS's `content:encoded`.
    pub(super) fn content(&self) -> Option<String> {
        self.body.as_ref().map(|body| format!("{body}{}", self.also))
    }

    /// The teaser; with who else reported it where it is all there is to read.
    pub(super) fn summary(&self) -> Option<String> {
        let also = if self.body.is_none() { self.also.as_str() } else { "" };
        Some(format!("{}{also}", self.teaser.as_deref().unwrap_or_default())).filter(|summary| !summary.is_empty())
    }

    /// The teaser as a plain line.
    pub(super) fn summary_line(&self) -> Option<String> {
        self.teaser.as_deref().map(plain).filter(|line| !line.is_empty())
    }
}

/// Chooses the text of `shown`. A feed's teaser is never passed off as the whole text; where there is a whole text and no teaser, one is
/// made of it, because RSS wants a `description` before `content:encoded` and lists of headlines want a line.
pub(super) fn text(shown: &Shown, content: Content) -> Text {
    let lead = &shown.lead;
    let filled =
        |html: &Option<crate::model::CleanHtml>| html.as_ref().map(|html| html.as_str().to_owned()).filter(|html| !html.is_empty());
    let body = match content {
        Content::None => return Text::default(),
        Content::Summary => None,
        Content::Full => filled(&lead.content),
    };
    let teaser = filled(&lead.summary).filter(|teaser| Some(teaser) != body.as_ref()).or_else(|| made_teaser(&lead.text));
    Text { body, teaser, also: also_list(shown) }
}

/// The title of an item where there has to be one: the beginning of its text, else its source.
pub(super) fn headline<'a>(channel: &Channel, shown: &'a Shown) -> Cow<'a, str> {
    let title = channel.title_of(shown);
    if !title.trim().is_empty() {
        return title;
    }
    let begin = cut(&shown.lead.text, STAND_IN_CHARS);
    if begin.is_empty() { Cow::Borrowed(source_title(shown)) } else { Cow::Owned(inert(&begin).into_owned()) }
}

/// Where the item leads: the article, else our own page of the entry.
pub(super) fn link<'a>(channel: &Channel, shown: &'a Shown) -> Cow<'a, str> {
    let article = shown.lead.url.as_deref().and_then(web);
    article.unwrap_or_else(|| Cow::Owned(format!("{}entries/{}", channel.home, shown.lead.entry.0)))
}

/// Last change of what is shown. Entries of one poll often share their second, and the W3C validator takes entries with the same
/// `updated` for a mistake: the milliseconds tell them apart. They are those of the row that gives the item its place, so that
/// neighbours differ and the same data are the same bytes.
pub(super) fn changed(shown: &Shown) -> Timestamp {
    let second = shown.updated.as_millisecond().div_euclid(1000) * 1000;
    Timestamp::from_millisecond(second + shown.place.1.0.rem_euclid(1000)).unwrap_or(shown.updated)
}

fn made_teaser(text: &str) -> Option<String> {
    let teaser = cut(text, TEASER_CHARS);
    (!teaser.is_empty()).then(|| format!("<p>{}</p>", escape(&teaser)))
}

/// Who wrote it: the entry's authors, else its source, because hardly any reader shows `source`.
pub(super) fn authors(shown: &Shown) -> Vec<&str> {
    let mut names = each_once(&shown.lead.authors);
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
    each_once(&shown.lead.tags)
}

fn each_once(lines: &[String]) -> Vec<&str> {
    let mut seen: Vec<&str> = Vec::new();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        if !seen.contains(&line) {
            seen.push(line);
        }
    }
    seen
}

/// Where else the story is told.
pub(super) fn related(shown: &Shown) -> impl Iterator<Item = (Cow<'_, str>, &super::fold::Also)> {
    let listed = shown.also.iter().take(MAX_ALSO_LISTED);
    listed.filter_map(|also| also.url.as_deref().and_then(web).map(|url| (url, also)))
}

/// Elements inside a line: no blank is missing where they begin and end (`<em>Defiance</em>.`).
#[rustfmt::skip]
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u",
];

/// Clean HTML as plain text on one line, for the fields that are not HTML.
pub(super) fn plain(html: &str) -> String {
    let tree = scraper::Html::parse_fragment(html);
    let mut text = String::new();
    for edge in tree.root_element().traverse() {
        let (Edge::Open(node) | Edge::Close(node)) = edge;
        match (node.value(), edge) {
            (Node::Text(here), Edge::Open(_)) => text.push_str(here),
            (Node::Element(element), _) if !INLINE.contains(&element.name()) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    use crate::model::{CleanHtml, EntryId, Item, Order};

    fn channel() -> Channel {
        let outputs = crate::exporter::Outputs::compile(&crate::config::Config::default()).unwrap();
        outputs.channel(outputs.get("all").unwrap(), &crate::exporter::Query::default(), &Default::default())
    }

    fn shown(items: &[Item]) -> Shown {
        fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0).remove(0)
    }

    #[test]
    fn each_setting_gives_its_text() {
        let one = shown(&[item(1)]);
        let check = |content, body: Option<&str>, teaser: Option<&str>| {
            let text = text(&one, content);
            assert_eq!((text.content().as_deref(), text.summary().as_deref()), (body, teaser));
        };
        check(Content::Full, Some("<p>Whole text 1, with more.</p>"), Some("<p>Teaser 1</p>"));
        check(Content::Summary, None, Some("<p>Teaser 1</p>"));
        check(Content::None, None, None);
    }

    #[test]
    fn a_missing_text_is_filled_from_what_there_is() {
        let check = |summary: Option<&str>, content: Option<&str>, plain: &str, expected: (Option<&str>, Option<&str>)| {
            let mut one = item(1);
            let html = |html: &str| CleanHtml::trusted(html.to_owned());
            (one.summary, one.content, one.text) = (summary.map(html), content.map(html), plain.to_owned());
            let text = text(&shown(&[one]), Content::Full);
            assert_eq!((text.content().as_deref(), text.summary().as_deref()), expected);
        };
        check(Some("<p>T</p>"), None, "T", (None, Some("<p>T</p>")));
        check(None, Some("<p>a &lt; b</p>"), "a < b", (Some("<p>a &lt; b</p>"), Some("<p>a &lt; b</p>")));
        check(Some("<p>a</p>"), Some("<p>a</p>"), "a", (Some("<p>a</p>"), Some("<p>a</p>")));
        check(None, Some("<img>"), "", (Some("<img>"), None));
        check(None, None, "", (None, None));
    }

    #[test]
    fn what_is_read_ends_with_who_else_reported_it() {
        let mut two = [item(1).in_story(7, 1), item(2).in_story(7, 1)];
        let ends = |text: Option<String>| text.is_some_and(|text| text.ends_with("Title 2</li></ul>"));
        let whole = text(&shown(&two), Content::Full);
        assert!(ends(whole.content()) && !ends(whole.summary()));
        assert_eq!(whole.summary_line().as_deref(), Some("Teaser 1"));
        let brief = text(&shown(&two), Content::Summary);
        assert!(brief.content().is_none() && ends(brief.summary()));
        assert_eq!(brief.summary_line().as_deref(), Some("Teaser 1"));
        (two[0].summary, two[0].content, two[0].text) = (None, None, String::new());
        assert!(ends(text(&shown(&two), Content::Full).summary()), "it is better than nothing");
        assert_eq!(text(&shown(&two), Content::None), Text::default());
    }

    #[test]
    fn what_has_no_title_is_called_by_its_text_or_its_source() {
        let check = |title: &str, plain: &str, expected: &str| {
            let mut one = item(1);
            (one.title, one.text) = (title.to_owned(), plain.to_owned());
            assert_eq!(headline(&channel(), &shown(&[one])), expected);
        };
        check("A title", "a text", "A title");
        check(" ", "a text\nof two lines", "a text of two lines");
        check("", "<script>x", "‹script›x");
        check("", " ", "Feed 1");
    }

    #[test]
    fn what_leads_nowhere_leads_to_our_page() {
        let check = |url: Option<&str>, expected: &str| {
            let mut one = item(1);
            one.url = url.map(str::to_owned);
            assert_eq!(link(&channel(), &shown(&[one])), expected);
        };
        check(Some("https://a.example/x[1]"), "https://a.example/x%5B1%5D");
        check(Some("javascript:alert(1)"), "http://127.0.0.1:8484/entries/1");
        check(None, "http://127.0.0.1:8484/entries/1");
    }

    #[test]
    fn neighbours_of_one_second_were_changed_at_different_times() {
        let changed = |entry: i64, millisecond: i64| {
            let mut one = shown(&[item(1)]);
            (one.place.1, one.updated) = (EntryId(entry), Timestamp::from_millisecond(millisecond).unwrap());
            changed(&one).as_millisecond()
        };
        assert_eq!(changed(7, 5_000), 5_007);
        assert_eq!(changed(8, 5_999), 5_008);
        assert_eq!(changed(12_345, 5_000), 5_345);
        assert_eq!(changed(1, -1), -999);
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
        let check = |html: &str, expected: &str| assert_eq!(plain(html), expected, "{html}");
        check("<p title=\"a>b\">One &amp; <b>two</b></p>\n<p>three</p>", "One & two three");
        check("<p><em>Defiance</em>. H<sub>2</sub>O, <a href=\"https://a.example/\"> a link </a>.</p>", "Defiance. H2O, a link .");
        check("one<br>two<ul><li>three</li><li>four</li></ul>five", "one two three four five");
        check(" \u{a0} ", "");
        check("", "");
    }
}
