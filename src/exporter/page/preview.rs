//! What a person sees who opens the address of a feed in a browser.

use maud::html;

use super::front::{addresses, line};
use super::{Frame, fitting, whole};
use crate::exporter::channel::Format;
use crate::exporter::fold::Shown;
use crate::exporter::outputs::Output;

/// Bytes of the items that are shown.
const ITEMS_BYTES: usize = 30_000;

/// Types that carry feeds.
const FEEDS: [&str; 7] = [
    "application/atom+xml",
    "application/rss+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
];

/// Whether an `Accept` like this wants a page for people at the address of a feed: it lists HTML, and likes it better than every type of
/// feed that it lists. Readers that list HTML as a last resort (SimplePie: `q=0.7`) get the feed, and so do programs of which nobody says
/// what they are: without `Accept`, with `*/*` alone, or with the list that Java sends for them, which has HTML and a wildcard but, unlike that
/// of any browser, no XHTML.
pub fn prefers_page(accept: &str) -> bool {
    let offers: Vec<(String, f32)> = accept
        .split(',')
        .map(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            // A weight that is none weighs nothing.
            (kind, weight.map_or(1.0, |q| q.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0)))
        })
        .collect();
    let weight = |name: &str| offers.iter().filter(|(kind, _)| kind == name).map(|(_, q)| *q).reduce(f32::max);
    let html = weight("text/html").unwrap_or(0.0);
    let best_feed = FEEDS.iter().filter_map(|kind| weight(kind)).fold(0.0, f32::max);
    let has_wildcard = offers.iter().any(|(kind, _)| kind == "*/*" || kind == "*");
    html > best_feed && (!has_wildcard || weight("application/xhtml+xml").is_some())
}

/// What the page at a feed's address shows.
pub struct Preview<'a> {
    /// Which feed.
    pub output: &'a Output,
    /// As the feed calls itself.
    pub title: &'a str,
    /// The canonical query of the address, without `?`.
    pub query: &'a str,
    /// The format that was asked for.
    pub format: Format,
    /// Its newest items.
    pub shown: &'a [Shown],
}

/// The page at a feed's address.
pub fn preview(preview: &Preview<'_>, frame: &Frame) -> String {
    let name = &preview.output.name;
    let query = if preview.query.is_empty() { String::new() } else { format!("?{}", preview.query) };
    let raw = if query.is_empty() { "?raw".to_owned() } else { format!("{query}&raw") };
    let (items, n) = fitting(preview.shown, ITEMS_BYTES, |shown| html! { li { (line(shown, frame)) } });
    let body = html! {
        h1 { bdi { (preview.title) } }
        p {
            "This is the address of a feed: a list of news that a feed reader looks at for you. To follow it, copy one of these "
            "addresses into your reader. All carry the same; a reader that asks here gets the feed instead of this page."
        }
        (addresses(name, &query, frame))
        p.soft { a href=(frame.to(&format!("feeds/{name}.{}{raw}", preview.format.name()))) { "The feed itself" } ", as readers get it" }
        h2 { "Newest" }
        @if n == 0 { p.soft { "Nothing yet." } }
        ol.plain { (items) }
        @if n < preview.shown.len() { p.soft { "and more in the feed" } }
    };
    whole(preview.title, frame, name, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_a_page_and_readers_the_feed() {
        let check = |accept: &str, expected: bool| assert_eq!(prefers_page(accept), expected, "{accept}");
        // Browsers: Chrome, Firefox, Safari, Lynx.
        check("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true);
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true);
        check("text/html, application/xhtml+xml, text/plain;q=0.5", true);
        check("text/html", true);
        check("TEXT/HTML; Q=0.9, application/rss+xml;q=0.8", true);
        // SimplePie, Miniflux, newsboat and others.
        check(
            "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1",
            false,
        );
        check(
            "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
            false,
        );
        check("*/*", false);
        check("", false);
        check("application/rss+xml, text/html", false);
        check("application/feed+json", false);
        // Java's own list for programs that set none.
        check("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", false);
        // Odd ones.
        check("text/html;q=0", false);
        check("text/html;q=x", false);
        check("text/html;q=nan", false);
        check("text/html;q=7, application/rss+xml", false);
        check("text/html;level=1;q=0.5, application/atom+xml;q=0.4", true);
        check(",,;;q=,", false);
    }
}
