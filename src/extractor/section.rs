//! The part of a page that a fragment names: the entry `changelog#1.2` is about version 1.2, not about all of them.

use super::blocks::{Block, Blocks, weight_of};
use super::choose::{in_comments, is_furniture};
use super::class_words::names_comments;
use super::labels::label;
use super::references::decode_value;
use super::text::{fold, plain_lines};
use super::tokens::{Tag, Token, Tokens};

/// A longer fragment names no element.
const MAX_FRAGMENT: usize = 200;
/// A shorter section is no article (characters, wide ones counted as more); then the whole page is.
const MIN_SECTION: f32 = 80.0;
/// What sanitizers put before the names of elements, so that they do not meet those of the page around.
const CLOBBER: &str = "user-content-";
/// Elements around a heading that are remembered; headings stand no deeper.
const MAX_OPEN: usize = 600;
/// Fragments that name a place of the page's frame.
const FRAME: &[&str] =
    &["top", "main", "content", "body", "article", "page", "wrapper", "header", "footer", "nav", "menu", "start"];

/// A part of a page.
#[derive(Debug, PartialEq)]
pub(crate) struct Section {
    /// Well nested.
    pub(crate) html: String,
    /// Its heading, plain; may be empty.
    pub(crate) heading: String,
}

/// Where a section begins and what ends it.
#[derive(Clone, Copy, Debug)]
enum Extent<'a> {
    /// A heading of this level; the next one of the same or a higher level ends it.
    Heading(u8),
    /// An element; its own end does, or for `dt` the next one.
    Element(&'a str),
}

/// The section of a guarded page that `fragment` names; `None` where it names none and the whole page is meant.
pub(crate) fn section(html: &str, fragment: &str) -> Option<Section> {
    let name = wanted(fragment)?;
    let (begin, extent) = find(html, &name)?;
    let html = part(html.get(begin..)?, extent);
    let heading = match extent {
        Extent::Heading(_) => html.find("</h").map(|end| plain_lines(html.get(..end).unwrap_or_default())).unwrap_or_default(),
        Extent::Element(_) => String::new(),
    };
    let heading = heading.lines().collect::<Vec<_>>().join(" ");
    let body = weight_of(&plain_lines(&html)) - weight_of(&heading);
    (body >= MIN_SECTION).then_some(Section { html, heading })
}

/// Marks what belongs to the article: all that is no furniture. The first heading is its title.
pub(crate) fn choose(blocks: &Blocks, heading: &str) -> Vec<bool> {
    let title = fold(heading);
    let is_title = |block: &Block| block.heading().is_some() && fold(&block.text) == title;
    let is_other =
        |block: &Block| is_outside(blocks, block) || in_comments(blocks, block) || is_furniture(block, label(&block.text), false);
    let mut keep: Vec<bool> = blocks.list.iter().map(|block| !is_other(block)).collect();
    if let Some((_, keep)) = blocks.list.iter().zip(&mut keep).find(|(block, _)| is_title(block)) {
        *keep = false;
    }
    keep
}

/// Within navigation and the like, or not shown.
fn is_outside(blocks: &Blocks, block: &Block) -> bool {
    blocks
        .chain(block.element)
        .filter_map(|at| blocks.holders.get(at))
        .any(|holder| holder.hidden || matches!(holder.name.as_str(), "nav" | "footer" | "button" | "dialog" | "label" | "menu"))
}

/// The name of an element that a fragment can be: not a text directive, a route, a parameter, a comment.
fn wanted(fragment: &str) -> Option<String> {
    let fragment = percent(fragment);
    let fragment = fragment.split(":~:").next().unwrap_or_default();
    let low = fragment.to_ascii_lowercase();
    let tells = |start: &&str| low.starts_with(*start);
    let is_other = low.contains(['=', '&', '/', '!', '?'])
        || FRAME.contains(&low.as_str())
        || names_comments(&low)
        || ["more-", "utm_", "xtor"].iter().any(tells);
    (!fragment.is_empty() && fragment.len() <= MAX_FRAGMENT && !is_other).then(|| fragment.to_owned())
}

fn percent(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B").replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn is_named(tag: &Tag<'_>, name: &str) -> bool {
    let names = [tag.get("id"), if tag.name == "a" { tag.get("name") } else { None }];
    names.into_iter().flatten().map(decode_value).any(|have| have == name || have.strip_prefix(CLOBBER) == Some(name))
}

fn level(name: &str) -> Option<u8> {
    name.strip_prefix('h')?.parse().ok().filter(|level| (1..=6).contains(level))
}

/// Where the section begins, in bytes, and what ends it.
fn find<'a>(html: &'a str, name: &str) -> Option<(usize, Extent<'a>)> {
    let mut tokens = Tokens::new(html);
    // The heading that is open, or that was just closed without a word since: an anchor may stand in it or behind it.
    let mut heading: Option<(usize, u8)> = None;
    let mut in_heading = false;
    loop {
        let from = tokens.at();
        match tokens.next()? {
            Token::Text(text) if !in_heading && !text.trim().is_empty() => heading = None,
            Token::End(end) if level(&end).is_some() => in_heading = false,
            Token::Start(tag) => {
                if let Some(level) = level(&tag.name) {
                    (heading, in_heading) = (Some((from, level)), true);
                }
                if is_named(&tag, name) {
                    let behind = html.get(tokens.at()..)?;
                    return match (&*tag.name, heading) {
                        ("section" | "article" | "li" | "details", _) => {
                            element(html, from).map(|name| (from, Extent::Element(name)))
                        }
                        ("dt", _) => Some((from, Extent::Element("dt"))),
                        (_, Some((begin, level))) => Some((begin, Extent::Heading(level))),
                        // An anchor, or an element, right before a heading.
                        _ => leading(behind).map(|(at, level)| (tokens.at() + at, Extent::Heading(level))),
                    };
                }
            }
            _ => {}
        }
    }
}

/// The name of the element whose start tag begins at `from`, as it stands in the page.
fn element(html: &str, from: usize) -> Option<&str> {
    let name = html.get(from + 1..)?;
    name.get(..name.find(|c: char| !c.is_ascii_alphanumeric())?)
}

/// The heading that comes before any word.
fn leading(html: &str) -> Option<(usize, u8)> {
    let mut tokens = Tokens::new(html);
    loop {
        let from = tokens.at();
        match tokens.next()? {
            Token::Text(text) if !text.trim().is_empty() => return None,
            Token::Start(tag) => {
                if let Some(level) = level(&tag.name) {
                    return Some((from, level));
                }
            }
            _ => {}
        }
    }
}

/// What begins here, up to its end, well nested.
fn part(html: &str, extent: Extent<'_>) -> String {
    let mut tokens = Tokens::new(html);
    let mut out = String::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        let from = tokens.at();
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Start(tag) => {
                let ends = match extent {
                    Extent::Heading(own) => level(&tag.name).is_some_and(|level| level <= own),
                    Extent::Element(name) => name == "dt" && tag.name == "dt",
                };
                if ends && from > 0 {
                    break;
                }
                if !super::depth::is_void(&tag.name) && open.len() < MAX_OPEN {
                    open.push(tag.name.into_owned());
                }
            }
            Token::End(name) => match open.iter().rposition(|open| *open == name) {
                Some(at) => open.truncate(at),
                // It was opened before: what holds the section ends. Mere wrappers of the heading do not.
                None if matches!(&*name, "article" | "main" | "section" | "td" | "li" | "dl" | "body") => break,
                None => continue,
            },
            Token::Text(_) | Token::Raw(..) => {}
        }
        out.push_str(html.get(from..tokens.at()).unwrap_or_default());
        if matches!(extent, Extent::Element(name) if name != "dt") && open.is_empty() {
            break;
        }
    }
    for name in open.iter().rev() {
        out.push_str(&format!("</{name}>"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Long enough to be the story of a version, with what was changed in it, what was mended, and why it was done.";

    fn check(html: &str, fragment: &str, expected: Option<&str>) {
        let html = html.replace('~', TEXT);
        let expected = expected.map(|expected| expected.replace('~', TEXT));
        assert_eq!(section(&html, fragment).map(|section| section.html), expected, "{html} #{fragment}");
    }

    #[test]
    fn a_heading_begins_a_section() {
        let page = "<main><h1>Changes</h1><h2 id=\"1.2\">1.2</h2><p>~</p><h3>Fixed</h3><p>b</p><h2 id=\"1.1\">1.1</h2><p>~c</p></main><footer>d</footer>";
        check(page, "1.2", Some("<h2 id=\"1.2\">1.2</h2><p>~</p><h3>Fixed</h3><p>b</p>"));
        check(page, "1.1", Some("<h2 id=\"1.1\">1.1</h2><p>~c</p>"));
        check(page, "1.0", None);
        let section = section(&page.replace('~', TEXT), "1.2").expect("there is one");
        assert_eq!(section.heading, "1.2");
    }

    #[test]
    fn an_anchor_may_stand_in_before_or_behind_its_heading() {
        let expected = Some("<h2>1.2</h2><p>~</p>");
        check("<h2><a name=\"v12\"></a>1.2</h2><p>~</p><h2>1.1</h2>", "v12", Some("<h2><a name=\"v12\"></a>1.2</h2><p>~</p>"));
        check("<a name=\"v12\"></a><h2>1.2</h2><p>~</p><h2>1.1</h2>", "v12", expected);
        check("<div id=\"v12\"><h2>1.2</h2><p>~</p></div><h2>1.1</h2>", "v12", expected);
        check(
            "<div><h2>1.2</h2><a id=\"user-content-v12\"></a></div><p>~</p><div><h2>1.1</h2></div>",
            "v12",
            Some("<h2>1.2</h2><a id=\"user-content-v12\"></a><p>~</p><div></div>"),
        );
        check("<h2>1.2</h2><p>x</p><p id=\"v12\">~</p>", "v12", None);
    }

    #[test]
    fn an_element_is_its_own_section() {
        check(
            "<section id=\"a\"><h2>x</h2><p>~</p><h2>y</h2></section><p>b",
            "a",
            Some("<section id=\"a\"><h2>x</h2><p>~</p><h2>y</h2></section>"),
        );
        check("<ul><li id=\"a\">~<ul><li>b</li></ul></li><li>c</li></ul>", "a", Some("<li id=\"a\">~<ul><li>b</li></ul></li>"));
        check("<dl><dt id=\"a\">x</dt><dd>~</dd><dt>y</dt><dd>z</dd></dl>", "a", Some("<dt id=\"a\">x</dt><dd>~</dd>"));
        check("<section><h2 id=\"a\">x</h2><p>~</p></section><p>b", "a", Some("<h2 id=\"a\">x</h2><p>~</p>"));
    }

    #[test]
    fn names_are_compared_as_they_are_meant() {
        check("<h2 id=\"f&uuml;r\">a</h2><p>~</p>", "f%C3%BCr", Some("<h2 id=\"f&uuml;r\">a</h2><p>~</p>"));
        check("<h2 id=\"c++\">a</h2><p>~</p>", "c++", Some("<h2 id=\"c++\">a</h2><p>~</p>"));
    }

    #[test]
    fn other_fragments_mean_the_whole_page() {
        for fragment in ["", "top", "comments", "comment-17", "respond", ":~:text=a", "utm_source=x", "/route", "!/x", "more-7"] {
            check(&format!("<h2 id=\"{fragment}\">a</h2><p>~</p>"), fragment, None);
        }
        check("<h2 id=\"a\">a</h2><p>short</p>", "a", None);
        check("<p id=\"a\">~</p>", "a", None);
    }
}
