//! Which feeds a page names by its `link` elements, and in which order they are worth following.

use url::Url;

use super::map;
use super::page::{Opening, Page, Piece, base_of};
use super::tokens::floor;
use crate::model::host_of;

/// Addresses of feeds taken from one page.
const MAX_FEEDS: usize = 10;
/// Links of one page that are compared; a page with more is a directory, and its first ones stand for it.
const MAX_LINKS: usize = 100;
/// How far into a page links and anchors are looked for: the footer has the anchor, and some heads hold all styles of the site.
pub(super) const MAX_PAGE: usize = 2 << 20;

/// Words that say feed, whole and in lower case.
const FEED: [&str; 9] = ["feed", "feeds", "rss", "rss2", "atom", "newsfeed", "rssfeed", "atomfeed", "jsonfeed"];
/// Words that the address of a page's own feed may have behind that of the page.
const OWN: [&str; 15] = [
    "feed", "feeds", "rss", "rss2", "atom", "rdf", "xml", "json", "index", "all", "default", "latest", "main", "posts", "newsfeed",
];
/// Words for comments, in the languages that publishing systems speak most.
#[rustfmt::skip]
const COMMENTS: [&str; 26] = [
    "comment", "comments", "commentaire", "commentaires", "commento", "commenti", "comentario", "comentarios", "comentário", "comentários",
    "comentaris", "kommentar", "kommentare", "kommentarer", "kommentit", "reactie", "reacties", "komentarz", "komentarze", "komentáře",
    "комментарии", "комментарий", "коментарі", "yorumlar", "replies", "コメント",
];

/// What a declared media type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// A feed.
    Feed,
    /// A feed of RSS 1.0, or any other statement about the page.
    Rdf,
    /// A feed or anything else: `text/xml`, `application/json`, nothing.
    Any,
    /// A page, or a feed of somebody who took the wrong line.
    Page,
    /// No feed.
    Other,
}

pub(super) fn media(kind: &str) -> Media {
    let kind = kind.to_ascii_lowercase();
    let (essence, parameters) = kind.split_once(';').unwrap_or((&kind, ""));
    let essence = essence.trim();
    let has = |words: &[&str]| words.iter().any(|word| essence.contains(word));
    // one entry of a feed (RFC 5023 12), and documents about feeds
    if parameters.contains("type=entry") || has(&["oembed", "opensearch", "atomsvc", "atomcat", "atomdeleted"]) {
        return Media::Other;
    }
    match essence {
        _ if has(&["rss", "atom", "feed"]) => Media::Feed,
        _ if has(&["rdf"]) => Media::Rdf,
        "" | "text/xml" | "application/xml" | "application/json" | "text/json" | "text/plain" => Media::Any,
        "text/html" | "application/xhtml+xml" => Media::Page,
        _ => Media::Other,
    }
}

/// The words of a text, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

pub(super) fn says_feed(text: &str) -> bool {
    words(text).any(|word| FEED.contains(&word.as_str()))
}

/// Whether the text, say the title of a feed, speaks of comments.
pub fn says_comments(text: &str) -> bool {
    words(text).any(|word| COMMENTS.contains(&word.as_str()))
}

/// Whether an address is written as those of feeds are.
pub(super) fn is_feed_address(address: &Url) -> bool {
    let path = address.path().to_ascii_lowercase();
    let last = path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let by_path = match ending {
        "rss" | "atom" | "rdf" => true,
        "xml" | "json" | "php" | "aspx" | "asp" | "cgi" => says_feed(&path),
        _ => FEED.contains(&last),
    };
    // `?feed=rss2`, `?format=feed`, `?alt=rss`, `?rss`
    let by_query = || {
        address.query_pairs().any(|(key, value)| {
            let value = value.to_ascii_lowercase();
            FEED.contains(&value.as_str()) || (FEED.contains(&&*key.to_ascii_lowercase()) && matches!(value.as_str(), "" | "1"))
        })
    };
    !is_api(address) && (by_path || by_query())
}

/// An `href` as an address to fetch: without fragment and credentials, `feed:` understood as browsers hand it to readers.
pub(super) fn target(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    let plain = match href.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed:") && rest.starts_with("//") => format!("http:{rest}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed:") => rest.to_owned(),
        _ => href.to_owned(),
    };
    let mut address = Url::parse(&map::address(&plain, base)?).ok()?;
    address.set_fragment(None);
    // both fail only for addresses without a host, which are none of ours
    let _ = address.set_username("");
    let _ = address.set_password(None);
    Some(address)
}

/// How far a candidate is from what the page is about; the order of candidates, which is that of the document within each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The feed of this very page, where others of the site stand beside it: of the category, of the author.
    Own,
    /// A feed.
    Named,
    /// Possibly one.
    Doubtful,
    /// What others say about it.
    Comments,
}

/// What is known of the page that names feeds.
pub(super) struct Around<'a> {
    pub url: Option<&'a Url>,
    /// An article has no feed of its own but that of its comments, whatever language its title speaks.
    pub is_article: bool,
}

impl Around<'_> {
    pub(super) fn rank(&self, address: &Url, title: &str, otherwise: Rank) -> Rank {
        let own = self.url.is_some_and(|page| is_own(page, address));
        let query = address.query().unwrap_or_default();
        if (own && self.is_article) || says_comments(title) || says_comments(address.path()) || says_comments(query) {
            Rank::Comments
        } else if own {
            Rank::Own
        } else {
            otherwise
        }
    }
}

/// Whether the address is that of the page with only words for a feed behind it: `/tag/x/` has `/tag/x/feed/`, `/releases` has
/// `/releases.atom`, `/?tag=x` has `/?tag=x&feed=rss2`. A front page has the feeds of the whole site, all alike.
fn is_own(page: &Url, address: &Url) -> bool {
    if host_of(page.as_str()) != host_of(address.as_str()) {
        return false;
    }
    let trunk = match page.path().rsplit_once('/') {
        Some((folder, file)) if file.starts_with("index.") || file.starts_with("default.") => folder,
        _ => page.path().trim_end_matches('/'),
    };
    if !trunk.is_empty() {
        let rest = address.path().strip_prefix(trunk).filter(|rest| rest.starts_with(['/', '.']));
        return rest.is_some_and(|rest| {
            words(rest).all(|word| OWN.contains(&word.as_str())) && (words(rest).next().is_some() || is_feed_address(address))
        });
    }
    page.query().is_some() && page.query_pairs().all(|pair| address.query_pairs().any(|other| other == pair))
}

/// A `link` that may name a feed.
struct Link {
    href: String,
    title: String,
    media: Media,
    /// `rel=feed` alone: also the page itself, where it is read as a feed.
    is_feed: bool,
    /// Another version of the page: in a language, for a device.
    is_version: bool,
}

impl Link {
    fn of(tag: &Opening<'_>) -> Option<Self> {
        let value = |name: &str| tag.attribute(name).unwrap_or_default();
        let rel = value("rel").to_ascii_lowercase();
        let media = media(&value("type"));
        let has = |known: &str| rel.split_ascii_whitespace().any(|rel| rel == known);
        // what is typed as a feed is one, also with `rel=rss` or none; everything else has to be an alternate
        let typed = media == Media::Feed && (rel.is_empty() || ["alternat", "rss", "atom", "self"].iter().any(|r| rel.contains(r)));
        let is_feed = has("feed");
        if media == Media::Other || has("stylesheet") || !(typed || is_feed || has("alternate")) {
            return None;
        }
        let is_version = tag.attribute("hreflang").or_else(|| tag.attribute("media")).is_some();
        Some(Self { href: tag.attribute("href")?, title: value("title"), media, is_feed, is_version })
    }

    /// How sure it is that `address`, which is what it points to, is a feed; `None` where nothing says so.
    fn rank(&self, address: &Url, page: Option<&Url>) -> Option<Rank> {
        let is_known = || is_feed_address(address) || says_feed(&self.title);
        let is_page = page.is_some_and(|page| page[..url::Position::AfterQuery] == address[..url::Position::AfterQuery]);
        let known = match self.media {
            Media::Feed => true,
            Media::Rdf => return Some(if is_known() { Rank::Named } else { Rank::Doubtful }),
            Media::Any if self.is_feed => !is_page,
            Media::Any if is_api(address) => false,
            Media::Any => is_known() && !self.is_version && !is_page,
            Media::Page => is_feed_address(address) && says_feed(&self.title) && !(self.is_version || self.is_feed || is_page),
            Media::Other => false,
        };
        known.then_some(Rank::Named)
    }
}

/// The interface for programs that WordPress names beside each page, and the like.
pub(super) fn is_api(address: &Url) -> bool {
    ["wp-json", "rest_route", "oembed"].iter().any(|word| address.as_str().contains(word))
}

/// Addresses of the feeds that a page names by `link` elements, absolute http(s): its own feed first, those of comments last, the rest as
/// the page has them. Of one content in several formats the page has chosen by naming one first.
///
/// Rules: <https://www.rssboard.org/rss-autodiscovery>, <https://blog.whatwg.org/feed-autodiscovery>, <https://www.jsonfeed.org/version/1.1/>.
pub fn feeds_of(page: &str, url: Option<&Url>) -> Vec<String> {
    let (mut links, mut base, mut is_article) = (Vec::new(), None, false);
    for piece in Page::new(&page[..floor(page, MAX_PAGE)]) {
        let Piece::Start(tag) = piece else { continue };
        if tag.is("base") && base.is_none() {
            base = tag.attribute("href");
        } else if tag.is("meta") {
            let names_type = tag.attribute("property").or_else(|| tag.attribute("name")).is_some_and(|name| name == "og:type");
            is_article |= names_type && tag.attribute("content").is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
        } else if tag.is("link") && links.len() < MAX_LINKS {
            links.extend(Link::of(&tag));
        }
    }
    let base = base_of(base.as_deref(), url);
    let around = Around { url, is_article };
    let candidates = links.iter().filter_map(|link| {
        let address = target(&link.href, base.as_ref())?;
        let rank = link.rank(&address, url)?;
        Some((around.rank(&address, &link.title, rank), address))
    });
    in_order(candidates.collect())
}

/// The addresses in the order of their ranks, each once.
pub(super) fn in_order(mut candidates: Vec<(Rank, Url)>) -> Vec<String> {
    candidates.sort_by_key(|(rank, _)| *rank);
    let mut feeds: Vec<String> = Vec::new();
    for address in candidates.into_iter().map(|(_, address)| String::from(address)) {
        if !feeds.contains(&address) {
            feeds.push(address);
        }
    }
    feeds.truncate(MAX_FEEDS);
    feeds
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
