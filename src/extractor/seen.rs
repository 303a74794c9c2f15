//! What the elements of a page hold, in one pass: meta elements, headings, microdata, bylines, dates and short lines of
//! text, each with the place it stands at. A page holds many names and dates; those near its headline are its own.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::class_words::{is_whole, names_comments};
use super::depth::is_void;
use super::element::{Element, ends_line, value};
use super::names::MAX_NAME;
use super::references::decode;
use super::text::fold;
use super::tokens::{Token, Tokens};
use super::values::{line, one_line};

/// Values of one meta element's name, headings, bylines and dates that are kept.
const MAX_EACH: usize = 64;
/// Names of meta elements that are kept.
const MAX_KEYS: usize = 512;
/// Short lines of text that are kept.
const MAX_LINES: usize = 2000;
/// Characters of a line that can be a byline or a date.
const MAX_LINE: usize = 120;
/// Characters that may stand between what belongs to the headline and is before it, and the headline.
const BEFORE: usize = 300;

/// A text and where it stands: characters of text before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    /// Plain, one line.
    pub(crate) text: String,
    /// Characters of the page's text before it.
    pub(crate) at: usize,
}

/// What the elements of the page hold, in the order of the page.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// `content` of meta elements by lower-case `property`, `name`, `itemprop` or `http-equiv`.
    pub(crate) meta: HashMap<String, Vec<String>>,
    /// The tab's title.
    pub(crate) title: Option<String>,
    /// `h1`.
    pub(crate) h1: Vec<Placed>,
    /// `h1` that is a link to the site's front page, or its logo: the name of the site.
    pub(crate) site_h1: Vec<String>,
    /// `h2` and `h3`.
    pub(crate) headings: Vec<Placed>,
    /// `lang` of the root.
    pub(crate) lang: Option<String>,
    /// `rel=canonical`.
    pub(crate) canonical: Option<String>,
    /// `itemprop=author`, `rel=author`.
    pub(crate) authors: Vec<Placed>,
    /// Texts of links that lead to somebody's page.
    pub(crate) people: Vec<Placed>,
    /// Elements classed as byline, the texts in them apart.
    pub(crate) bylines: Vec<Placed>,
    /// `itemprop=datePublished` and the like.
    pub(crate) dated: Vec<Placed>,
    /// `itemprop=dateModified`.
    pub(crate) changed: Vec<Placed>,
    /// `time`: `datetime`, else text.
    pub(crate) times: Vec<Placed>,
    /// Elements classed as date.
    pub(crate) shown_dates: Vec<Placed>,
    /// `itemprop=articleSection`.
    pub(crate) section: Option<String>,
    /// Short lines outside of navigation, footers and comments.
    pub(crate) lines: Vec<Placed>,
}

impl Seen {
    /// The first value of the first of `names` that has one.
    pub(crate) fn meta(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.meta.get(*name)?.iter().find(|value| !value.is_empty())).cloned()
    }

    /// Where the headline stands: where a heading or a line says one of `titles`, else at the first `h1`.
    pub(crate) fn headline_at(&self, titles: &[String]) -> Option<usize> {
        let titles: Vec<String> = titles.iter().map(|title| fold(title)).filter(|title| title.chars().count() >= 5).collect();
        let says = |placed: &&Placed| titles.contains(&fold(&placed.text));
        let found = self.h1.iter().find(says).or_else(|| self.headings.iter().find(says)).or_else(|| self.lines.iter().find(says));
        found.or(self.h1.first()).map(|placed| placed.at)
    }

    /// What stands within `reach` characters behind the headline, and then what stands a little before it.
    pub(crate) fn near(list: &[Placed], at: usize, reach: usize) -> impl Iterator<Item = &Placed> {
        let behind = list.iter().filter(move |placed| placed.at >= at && placed.at <= at.saturating_add(reach));
        let before = list.iter().rev().filter(move |placed| placed.at < at && placed.at.saturating_add(BEFORE) >= at);
        behind.chain(before)
    }
}

/// Looks at every element of a guarded page once.
pub(crate) fn look(html: &str) -> Seen {
    look_within(html, &Cell::new(0))
}

/// Looks and counts the tokens that are looked at again for the texts of elements.
pub(crate) fn look_within(html: &str, looks: &Cell<usize>) -> Seen {
    let mut walk = Walk::default();
    let mut tokens = Tokens::new(html);
    let mut open: Vec<(Cow<'_, str>, bool)> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => walk.text(&decode(text)),
            Token::Raw(tag, content) if tag.name == "title" && walk.seen.title.is_none() => {
                walk.seen.title = Some(one_line(&decode(content))).filter(|text| !text.is_empty());
            }
            Token::Raw(..) => {}
            Token::Start(tag) => {
                let inside = html.get(tokens.at()..).unwrap_or_default();
                let element = Element { tag: &tag, inside, looks };
                let is_comments = holds_comments(&element);
                walk.open(&element, is_comments);
                // The guard writes no end of these three.
                if matches!(&*tag.name, "html" | "head" | "body") {
                    continue;
                }
                if is_void(&tag.name) {
                    walk.close(&tag.name, is_comments);
                } else {
                    open.push((tag.name, is_comments));
                }
            }
            Token::End(_) => {
                if let Some((name, is_comments)) = open.pop() {
                    walk.close(&name, is_comments);
                }
            }
        }
    }
    walk.end_line();
    walk.seen
}

#[derive(Default)]
struct Walk {
    seen: Seen,
    line: String,
    line_at: usize,
    at: usize,
    comments: usize,
    furniture: usize,
    in_head: bool,
}

impl Walk {
    fn text(&mut self, text: &str) {
        if self.comments > 0 || self.in_head {
            return;
        }
        if self.line.is_empty() {
            self.line_at = self.at;
        }
        self.at += text.chars().filter(|c| !c.is_whitespace()).count();
        if self.line.len() <= MAX_LINE * 4 {
            self.line.push_str(text);
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let text = if self.furniture == 0 && self.seen.lines.len() < MAX_LINES { one_line(&self.line) } else { String::new() };
        self.line.clear();
        if !text.is_empty() && text.chars().count() <= MAX_LINE {
            self.seen.lines.push(Placed { text, at: self.line_at });
        }
    }

    fn open(&mut self, element: &Element<'_>, is_comments: bool) {
        let name = &*element.tag.name;
        self.in_head &= matches!(name, "meta" | "link" | "base");
        if ends_line(name) {
            self.end_line();
        }
        match name {
            "head" => self.in_head = true,
            "nav" | "footer" | "form" => self.furniture += 1,
            _ => {}
        }
        if is_comments {
            self.comments += 1;
        }
        if self.comments == 0 {
            look_at(&mut self.seen, element, self.at, self.furniture > 0);
        }
    }

    fn close(&mut self, name: &str, is_comments: bool) {
        if ends_line(name) {
            self.end_line();
        } else if name != "b" && name != "i" && !self.line.is_empty() {
            // Labels and names stand in elements beside each other, without a space between.
            self.line.push(' ');
        }
        match name {
            "nav" | "footer" | "form" => self.furniture = self.furniture.saturating_sub(1),
            _ => {}
        }
        if is_comments {
            self.comments = self.comments.saturating_sub(1);
        }
    }
}

/// Readers' comments: the names and dates in them are theirs.
fn holds_comments(element: &Element<'_>) -> bool {
    let has = |name: &str| element.tag.get(name).is_some_and(|words| words.split_ascii_whitespace().any(names_comments));
    !is_whole(&element.tag.name) && ["class", "id", "itemprop"].into_iter().any(has)
}

fn look_at(seen: &mut Seen, element: &Element<'_>, at: usize, is_furniture: bool) {
    let attr = |name: &str| element.attr(name);
    match &*element.tag.name {
        "html" => seen.lang = seen.lang.take().or_else(|| attr("lang").or(attr("xml:lang")).map(Cow::into_owned)),
        "h1" if leads_home(element) => push_text(&mut seen.site_h1, element.shown()),
        "h1" => push(&mut seen.h1, element.shown(), at),
        "h2" | "h3" => push(&mut seen.headings, element.shown(), at),
        "meta" => {
            let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| attr(name));
            if let (Some(key), Some(content)) = (key, attr("content")) {
                let count = seen.meta.len();
                let values = match seen.meta.entry(key.to_ascii_lowercase()) {
                    std::collections::hash_map::Entry::Vacant(_) if count >= MAX_KEYS => return,
                    entry => entry.or_default(),
                };
                if values.len() < MAX_EACH {
                    values.push(line(&content));
                }
            }
        }
        "link" if attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
            seen.canonical = seen.canonical.take().or_else(|| attr("href").map(Cow::into_owned));
        }
        name => look_in_text(seen, element, name, at, is_furniture),
    }
}

fn look_in_text(seen: &mut Seen, element: &Element<'_>, name: &str, at: usize, is_furniture: bool) {
    if element.tag.attributes.is_empty() && name != "time" {
        return;
    }
    let attr = |name: &str| element.attr(name);
    let property = attr("itemprop").or(attr("property")).unwrap_or_default();
    let is = |wanted: &[&str]| property.split_ascii_whitespace().any(|p| wanted.contains(&p.rsplit(':').next().unwrap_or(p)));
    let stamp = || attr("datetime").or(attr("content")).map_or_else(|| element.shown(), Cow::into_owned);
    if is(&["datePublished", "dateCreated"]) || element.tag.get("pubdate").is_some() {
        push(&mut seen.dated, stamp(), at);
    } else if is(&["dateModified"]) {
        push(&mut seen.changed, stamp(), at);
    } else if name == "time" && !is_furniture {
        push(&mut seen.times, stamp(), at);
    }
    if is(&["articleSection"]) && seen.section.is_none() {
        seen.section = Some(attr("content").map_or_else(|| element.shown(), Cow::into_owned));
    }
    let rel_author = attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|r| r == "author"));
    if rel_author || is(&["author", "creator"]) {
        let nested = element.find(|inner| inner.get("itemprop") == Some("name"));
        let given = nested.map(|(inner, text)| value(&inner, "content").map_or(text, Cow::into_owned));
        push(&mut seen.authors, given.unwrap_or_else(|| element.pieces()), at);
    }
    if is_furniture {
        return;
    }
    if name == "a" && attr("href").is_some_and(|href| leads_to_somebody(&href)) {
        push(&mut seen.people, element.pieces(), at);
    }
    let said = said_by_names(["class", "id"].into_iter().filter_map(|name| element.tag.get(name)));
    if said.byline && seen.bylines.len() < MAX_EACH {
        let text = element.pieces();
        if text.chars().count() <= MAX_NAME * 3 {
            push(&mut seen.bylines, text, at);
        }
    }
    if said.date && !said.update && seen.shown_dates.len() < MAX_EACH {
        let text = element.shown();
        if text.chars().count() <= MAX_LINE {
            push(&mut seen.shown_dates, text, at);
        }
    }
}

/// What the class and the id of an element say of what it shows.
#[derive(Default)]
struct Said {
    byline: bool,
    date: bool,
    update: bool,
}

/// In any part of a name, in one walk: nearly every element has one.
fn said_by_names<'a>(names: impl Iterator<Item = &'a str>) -> Said {
    let mut said = Said::default();
    for found in names.flat_map(|names| NAMES.find_overlapping_iter(names)) {
        match found.pattern().as_usize() {
            at if at < BYLINES.len() => said.byline = true,
            at if at < BYLINES.len() + DATES.len() => said.date = true,
            _ => said.update = true,
        }
    }
    said
}

const BYLINES: [&str; 4] = ["byline", "author", "autor", "auteur"];
const DATES: [&str; 4] = ["date", "time", "publish", "datum"];
#[allow(clippy::unwrap_used)] // constants: a test builds them
static NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let names = BYLINES.into_iter().chain(DATES).chain(["update"]);
    AhoCorasick::builder().ascii_case_insensitive(true).build(names).unwrap()
});

fn push(list: &mut Vec<Placed>, text: String, at: usize) {
    if !text.is_empty() && list.len() < MAX_EACH {
        list.push(Placed { text, at });
    }
}

fn push_text(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && list.len() < MAX_EACH {
        list.push(text);
    }
}

/// `/author/ann-lee`, `/autoren/12`: a page about somebody.
fn leads_to_somebody(href: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "author",
        "authors",
        "autor",
        "autores",
        "autoren",
        "autorzy",
        "auteur",
        "auteurs",
        "autore",
        "autori",
        "contributor",
        "contributors",
        "journalist",
        "journalists",
        "journaliste",
        "people",
        "person",
        "personen",
        "profile",
        "profiles",
        "profil",
        "reporter",
        "reporters",
        "writer",
        "writers",
        "redakteur",
        "redaktion",
        "staff",
        "team",
        "columnist",
        "by",
        "byline",
    ];
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.split('/').skip_while(|segment| segment.is_empty() || segment.ends_with(':'));
    let is_folder = |segment: &str| FOLDERS.contains(&segment.to_ascii_lowercase().as_str());
    segments.by_ref().any(is_folder) && segments.any(|rest| !rest.is_empty())
}

/// An `h1` whose whole text is a link to the front page.
fn leads_home(element: &Element<'_>) -> bool {
    let is_link = |token: &Token<'_>| matches!(token, Token::Start(tag) if tag.name == "a");
    if element.tokens().filter(is_link).take(2).count() != 1 {
        return false;
    }
    let Some((link, text)) = element.find(|inner| inner.name == "a") else { return false };
    let href = value(&link, "href").unwrap_or_default();
    let path = href.split_once("://").map_or(&*href, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let is_home = link.get("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("home"))
        || matches!(path, "/" | "./" | "../" | "index.html" | "/index.html" | "/index.php");
    is_home && fold(&text) == fold(&element.shown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_class_and_id_say() {
        let check = |names: &[&str], expected: [bool; 3]| {
            let said = said_by_names(names.iter().copied());
            assert_eq!([said.byline, said.date, said.update], expected, "{names:?}");
        };
        check(&[], [false, false, false]);
        check(&["story"], [false, false, false]);
        for byline in BYLINES {
            check(&[&format!("c-{byline}__name")], [true, false, false]);
        }
        for date in DATES {
            check(&[&date.to_uppercase()], [false, true, false]);
        }
        check(&["last-update"], [false, true, true]);
        check(&["post-date", "author-3"], [true, true, false]);
    }
}
