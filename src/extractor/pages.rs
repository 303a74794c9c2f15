//! An article on several pages, put together.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Node};

use super::memory::lines;
use super::sanitize::{MAX_CLEAN, clean, text_of};
use crate::model::Article;

/// Adds the next page to what was won from those before it, without paragraphs that they have already: many a site repeats its lead or
/// its box of links on every page. Says whether there was anything new.
pub fn join(article: &mut Article, next: &Article) -> bool {
    let seen: HashSet<u64> = lines(&article.text).into_iter().chain(lines(&text_of(article.html.as_str()))).collect();
    let is_new = |text: &str| lines(text).iter().any(|line| !seen.contains(line));
    let added: Vec<&str> = next.text.lines().filter(|line| is_new(line)).collect();
    if added.is_empty() {
        return false;
    }
    let mut more = String::new();
    // What comes clean from `sanitize` is a list of blocks.
    for child in Html::parse_fragment(next.html.as_str()).root_element().children() {
        let html = match child.value() {
            Node::Text(text) => text.replace('&', "&amp;").replace('<', "&lt;"),
            Node::Element(_) => ElementRef::wrap(child).map(|element| element.html()).unwrap_or_default(),
            _ => continue,
        };
        let text = text_of(&html);
        // Pictures have no text; those of the page come along.
        if (lines(&text).is_empty() || is_new(&text)) && article.html.as_str().len() + more.len() + html.len() <= MAX_CLEAN {
            more.push_str(&html);
        }
    }
    article.html = clean(&format!("{}{more}", article.html.as_str()), None);
    article.text = format!("{}\n{}", article.text, added.join("\n")).trim().to_owned();
    article.text.truncate(article.text.floor_char_boundary(MAX_CLEAN));
    article.partial |= next.partial;
    true
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
    }
}
