//! What readers wish for in lists with weights (RFC 9110 section 12.4.2): types, codings, parts of feeds.

use axum::http::{HeaderMap, HeaderName, header};

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

/// What a header lists, in lower case, each with its weight.
pub(super) struct Wishes(Vec<(String, f32)>);

impl Wishes {
    /// Those in all headers of this name.
    pub(super) fn of(headers: &HeaderMap, name: &HeaderName) -> Self {
        let lists = headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
        let wish = |wish: &str| {
            let mut parts = wish.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            // A weight that is none weighs nothing.
            (name, weight.map_or(1.0, |q| q.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0)))
        };
        Self(lists.flat_map(|list| list.split(',')).map(wish).collect())
    }

    /// How much `name` is wished for, from 0 (not at all) to 1, if it is listed.
    pub(super) fn weight(&self, name: &str) -> Option<f32> {
        self.0.iter().filter(|(listed, _)| listed == name).map(|(_, weight)| *weight).reduce(f32::max)
    }
}

/// Whether who sends these headers wants a page for people at the address of a feed: `Accept` lists HTML, and likes it better than every type
/// of feed that it lists. Readers that list HTML as a last resort (SimplePie: `q=0.7`) get the feed, and so do programs of which nobody says
/// what they are: without `Accept`, with `*/*` alone, or with the list that Java sends for them, which has HTML and a wildcard but, unlike that
/// of any browser, no XHTML.
pub(super) fn prefers_page(headers: &HeaderMap) -> bool {
    let wishes = Wishes::of(headers, &header::ACCEPT);
    let html = wishes.weight("text/html").unwrap_or(0.0);
    let best_feed = FEEDS.iter().filter_map(|kind| wishes.weight(kind)).fold(0.0, f32::max);
    let has_wildcard = wishes.weight("*/*").or(wishes.weight("*")).is_some();
    html > best_feed && (!has_wildcard || wishes.weight("application/xhtml+xml").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(list: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, list.parse().unwrap())])
    }

    #[test]
    fn weights_go_from_nothing_to_one() {
        let check = |list: &str, expected: Option<f32>| {
            assert_eq!(Wishes::of(&accepting(list), &header::ACCEPT).weight("a"), expected, "{list}");
        };
        check("a", Some(1.0));
        check("b, A;q=0.5", Some(0.5));
        check("a; Q= 0.5", Some(0.5));
        check("a;level=1;q=0.5", Some(0.5));
        check("a;q=0.1, a;q=0.2", Some(0.2));
        check("a;q=0", Some(0.0));
        for none in ["x", "", "-0.5", "1.5", "nan", "inf"] {
            check(&format!("a;q={none}"), Some(0.0));
        }
        check("*", None);
        check("", None);
        check(",,;;q=,", None);
    }

    #[test]
    fn several_headers_are_one_list() {
        let mut headers = accepting("application/rss+xml;q=0.5");
        headers.append(header::ACCEPT, "text/html".parse().unwrap());
        assert!(prefers_page(&headers));
        headers.append(header::ACCEPT, "text/xml".parse().unwrap());
        assert!(!prefers_page(&headers));
    }

    #[test]
    fn browsers_get_a_page_and_readers_the_feed() {
        let check = |accept: &str, expected: bool| assert_eq!(prefers_page(&accepting(accept)), expected, "{accept}");
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
        assert!(!prefers_page(&HeaderMap::new()));
    }
}
