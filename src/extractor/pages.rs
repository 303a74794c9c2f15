//! An article on several pages, put together.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Node};

use super::depth::write_attribute;
use super::memory::{has_words, line_hash, line_hashes};
use super::sanitize::{MAX_CLEAN, clean, text_of};
use crate::model::Article;

/// Adds the next page to what was won from those before it, without paragraphs that they have already: many a site repeats its lead or
/// its box of links on every page. Says whether there was anything new.
pub fn join(article: &mut Article, next: &Article) -> bool {
    let seen: HashSet<u64> = hashes(&article.text).chain(hashes(&text_of(article.html.as_str()))).collect();
    if hashes(&next.text).all(|line| seen.contains(&line)) {
        return false;
    }
    let mut new = New {
        seen,
        before: article.html.as_str(),
        kept: HashSet::new(),
        left: MAX_CLEAN.saturating_sub(article.html.as_str().len()),
        html: String::new(),
    };
    // What comes clean from `sanitize` is a list of blocks.
    new.add(Html::parse_fragment(next.html.as_str()).root_element());
    let added: Vec<&str> = next.text.lines().filter(|line| new.tells(line)).collect();
    article.html = clean(&format!("{}{}", article.html.as_str(), new.html), None);
    article.text = format!("{}\n{}", article.text, added.join("\n")).trim().to_owned();
    article.text.truncate(article.text.floor_char_boundary(MAX_CLEAN));
    article.partial |= next.partial;
    true
}

/// The same for a text alone, of lines that are each told once.
pub fn join_text(text: &mut String, next: &str) -> bool {
    let seen: HashSet<u64> = hashes(text).collect();
    let added: Vec<&str> = next.lines().filter(|line| !has_words(line) || !seen.contains(&line_hash(line))).collect();
    if !added.iter().any(|line| has_words(line)) {
        return false;
    }
    *text = format!("{text}\n{}", added.join("\n")).trim().to_owned();
    text.truncate(text.floor_char_boundary(MAX_CLEAN));
    true
}

fn hashes(text: &str) -> impl Iterator<Item = u64> {
    line_hashes(text.lines()).into_iter()
}

/// What a page has that those before it have not.
struct New<'a> {
    /// Markup of the pages before.
    before: &'a str,
    /// Lines of those before.
    seen: HashSet<u64>,
    /// Lines of blocks that are new in part only and cannot be parted: what is shown is told as well.
    kept: HashSet<u64>,
    /// Bytes that its markup may still have.
    left: usize,
    html: String,
}

impl New<'_> {
    /// Whether a line of its text is told: it is new, or shown with what is, or a line between others.
    fn tells(&self, line: &str) -> bool {
        let hash = line_hash(line);
        !has_words(line) || !self.seen.contains(&hash) || self.kept.contains(&hash)
    }

    /// Adds what is new in an element. Lists stand in each other no deeper than `sanitize` lets them.
    fn add(&mut self, parent: ElementRef<'_>) {
        for child in parent.children() {
            let (html, element) = match child.value() {
                Node::Text(text) => (text.replace('&', "&amp;").replace('<', "&lt;"), None),
                Node::Element(_) => match ElementRef::wrap(child) {
                    Some(element) => (element.html(), Some(element)),
                    None => continue,
                },
                _ => continue,
            };
            let lines: Vec<u64> = hashes(&text_of(&html)).collect();
            let is_new = |line: &u64| !self.seen.contains(line);
            // Pictures have no text: the same markup is the same picture.
            let is_other = || !(html.contains(" src=\"") && self.before.contains(&html));
            let is_any = if lines.is_empty() { is_other() } else { lines.iter().any(is_new) };
            let is_all = lines.iter().all(is_new);
            if !is_any || html.len() > self.left {
                continue;
            }
            match element.filter(|element| !is_all && is_parted(*element)) {
                Some(list) => self.add_part(list),
                None => {
                    if !is_all {
                        self.kept.extend(lines.into_iter().chain(element.into_iter().flat_map(cells)));
                    }
                    self.left -= html.len();
                    self.html.push_str(&html);
                }
            }
        }
    }

    fn add_part(&mut self, list: ElementRef<'_>) {
        let name = list.value().name();
        self.html.push_str(&format!("<{name}"));
        for (name, value) in list.value().attrs() {
            write_attribute(&mut self.html, name, &value.replace('&', "&amp;"));
        }
        self.html.push('>');
        self.add(list);
        self.html.push_str(&format!("</{name}>"));
    }
}

/// Whether the parts of an element are lines of their own: each can be left out. A table without some of its rows tells something else.
fn is_parted(element: ElementRef<'_>) -> bool {
    let is_bare = || element.children().any(|child| child.value().as_text().is_some_and(|text| !text.trim().is_empty()));
    matches!(element.value().name(), "ul" | "ol" | "dl" | "blockquote") && !is_bare()
}

/// The lines of a table as they are told: a cell each.
fn cells(table: ElementRef<'_>) -> Vec<u64> {
    let cells = table.descendent_elements().filter(|element| matches!(element.value().name(), "td" | "th"));
    cells.flat_map(|cell| hashes(&text_of(&cell.inner_html())).collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extractor::sanitize;

    fn page(html: &str) -> Article {
        let html = sanitize::clean(html, None);
        Article { text: text_of(html.as_str()), html, ..Article::default() }
    }

    fn check(first: &str, next: &str, expected: &str) {
        let mut article = page(first);
        let before = article.clone();
        let grew = join(&mut article, &page(next));
        assert_eq!(article.html.as_str(), expected, "{first} {next}");
        assert_eq!(article.text, text_of(expected), "text and HTML are the same");
        assert_eq!(grew, article != before);
    }

    #[test]
    fn pages_are_joined_without_what_they_repeat() {
        check("<p>One.</p>", "<p>Two.</p>", "<p>One.</p><p>Two.</p>");
        check("<h2>Title</h2><p>One.</p>", "<h2>Title</h2><p>Two.</p>", "<h2>Title</h2><p>One.</p><p>Two.</p>");
        check("<p>One.</p>", "<p>one</p>", "<p>One.</p>");
        check("<p>One.</p>", "<p>Two.</p><p>one</p><p>Two.</p>", "<p>One.</p><p>Two.</p><p>Two.</p>");
        check("<p>One.</p>", "", "<p>One.</p>");
        check(
            "<p>One.</p>",
            "<ul><li>a</li><li>b</li></ul><p>Two &amp; <b>3</b>.</p>",
            "<p>One.</p><ul><li>a</li><li>b</li></ul><p>Two &amp; <b>3</b>.</p>",
        );
        check("", "<p>Two.</p>", "<p>Two.</p>");
        let figure = |name: &str| format!("<figure><img src=\"https://a.example/{name}\"></figure>");
        let [x, y] = [figure("x"), figure("y")];
        check(&format!("{x}<p>One.</p>"), &format!("{x}<p>Two.</p>{y}"), &format!("{x}<p>One.</p><p>Two.</p>{y}"));
        check("<hr><p>One.</p>", "<hr><p>Two.</p>", "<hr><p>One.</p><hr><p>Two.</p>");
    }

    #[test]
    fn a_text_alone_is_joined_likewise() {
        let check = |first: &str, next: &str, expected: &str, grew: bool| {
            let mut text = first.to_owned();
            assert_eq!(join_text(&mut text, next), grew, "{first} {next}");
            assert_eq!(text, expected, "{first} {next}");
        };
        check("One.", "one\nTwo.\n* * *\nTwo.", "One.\nTwo.\n* * *\nTwo.", true);
        check("One.", "one\n* * *", "One.", false);
        check("One.", "", "One.", false);
        check("", "Two.", "Two.", true);
    }

    #[test]
    fn what_is_new_in_part_is_told_as_it_is_shown() {
        let first = "<p>One.</p><ul><li>a</li></ul>";
        check(first, "<ul><li>a</li><li>b</li></ul>", "<p>One.</p><ul><li>a</li></ul><ul><li>b</li></ul>");
        check(first, "<ol start=\"4\"><li>a</li><li>b</li></ol>", "<p>One.</p><ul><li>a</li></ul><ol start=\"4\"><li>b</li></ol>");
        check(
            first,
            "<ul><li>a</li></ul><blockquote><p>a</p><p>b</p></blockquote>",
            "<p>One.</p><ul><li>a</li></ul><blockquote><p>b</p></blockquote>",
        );
        // What cannot be parted.
        check(first, "<p>a<br>b</p>", "<p>One.</p><ul><li>a</li></ul><p>a<br>b</p>");
        check(first, "<blockquote>a<br>b</blockquote>", "<p>One.</p><ul><li>a</li></ul><blockquote>a<br>b</blockquote>");
        let row = |cells: &str| format!("<tr><td>{cells}</td><td>3</td></tr>");
        let table =
            |rows: &[&str]| format!("<table><tbody>{}</tbody></table>", rows.iter().map(|cells| row(cells)).collect::<String>());
        check(&table(&["a"]), &table(&["a", "b"]), &format!("{}{}", table(&["a"]), table(&["a", "b"])));
        check("<p>One.</p>", "<p>Two.</p><p>* * *</p><p>Three.</p>", "<p>One.</p><p>Two.</p><p>* * *</p><p>Three.</p>");
    }

    #[test]
    fn the_cells_of_a_table_are_told_one_by_one() {
        let table = |rows: &str| format!("<table><tbody>{rows}</tbody></table>");
        let mut article = Article { text: "a\n3".to_owned(), ..page(&table("<tr><td>a</td><td>3</td></tr>")) };
        let next = Article { text: "b\n3\na".to_owned(), ..page(&table("<tr><td>b</td><td>3</td></tr><tr><td>a</td></tr>")) };
        assert!(join(&mut article, &next));
        assert_eq!(article.text, "a\n3\nb\n3\na");
    }
}
