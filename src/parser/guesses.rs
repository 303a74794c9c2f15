//! Where a feed may be that a page does not name: behind an anchor, in one of the usual places. Never while polling: these are guesses
//! for somebody who watches, each has to be fetched before it is believed, and none of them says whose feed it is.

use url::Url;

use super::charset::{self, Kind};
use super::discovery::{Around, MAX_PAGE, Media, Rank, in_order, is_api, is_feed_address, media, says_feed, target};
use super::page::{Opening, Page, Piece, base_of};
use super::text;
use super::tokens::floor;
use crate::model::host_of;

/// Bytes of an anchor's text: longer ones are sentences that happen to speak of feeds.
const MAX_LABEL: usize = 60;
/// Anchors of one page that are compared.
const MAX_ANCHORS: usize = 5_000;
/// Where feeds are on sites that do not say so, the most frequent first.
const USUAL_PLACES: [&str; 6] = ["feed", "rss.xml", "feed.xml", "index.xml", "atom.xml", "rss"];
/// How deep below the root a page may be for its own folder to be looked through: below articles there are feeds of their comments.
const MAX_FOLDERS: usize = 2;

/// Addresses that may be feeds by the anchors of a page, from `url`: those on the same site whose address or text says feed. Guesses,
/// each to be fetched before it is believed; comments are not among them.
pub fn feeds_by_anchors(page: &[u8], content_type: Option<&str>, url: &Url) -> Vec<String> {
    let text = charset::decode(page, content_type, Kind::Html).text;
    let (mut anchors, mut base) = (Vec::<Anchor>::new(), None);
    let mut open: Option<Anchor> = None;
    for piece in Page::new(&text[..floor(&text, MAX_PAGE)]) {
        match (piece, &mut open) {
            (Piece::Start(tag), _) if (tag.is("a") || tag.is("area")) && anchors.len() < MAX_ANCHORS => {
                anchors.extend(std::mem::replace(&mut open, Anchor::of(&tag)))
            }
            (Piece::Start(tag), None) if tag.is("base") && base.is_none() => base = tag.attribute("href"),
            (Piece::Start(tag), Some(anchor)) if tag.is("img") => anchor.say(&tag.attribute("alt").unwrap_or_default()),
            (Piece::Text(text), Some(anchor)) => anchor.say(text),
            (Piece::End(name), _) if name.eq_ignore_ascii_case("a") => anchors.extend(open.take()),
            _ => {}
        }
    }
    anchors.extend(open);
    let base = base_of(base.as_deref(), Some(url));
    let around = Around { url: Some(url), is_article: false };
    let site = host_of(url.as_str());
    let candidates = anchors.iter().filter_map(|anchor| {
        let address = target(&anchor.href, base.as_ref())?;
        let is_here = address[..url::Position::AfterQuery] == url[..url::Position::AfterQuery];
        let otherwise = if anchor.is_typed || is_feed_address(&address) {
            Rank::Named
        } else if anchor.label.len() <= MAX_LABEL && says_feed(&anchor.label) {
            Rank::Doubtful
        } else {
            return None;
        };
        let rank = around.rank(&address, &anchor.label, otherwise);
        (rank != Rank::Comments && !is_here && !is_api(&address) && host_of(address.as_str()) == site).then_some((rank, address))
    });
    in_order(candidates.collect())
}

/// An anchor, with what it shows.
struct Anchor {
    href: String,
    label: String,
    /// It says itself that it leads to a feed.
    is_typed: bool,
}

impl Anchor {
    fn of(tag: &Opening<'_>) -> Option<Self> {
        let value = |name: &str| tag.attribute(name).unwrap_or_default();
        let mut anchor = Self {
            href: tag.attribute("href")?,
            label: String::new(),
            is_typed: media(&value("type")) == Media::Feed || value("rel").eq_ignore_ascii_case("feed"),
        };
        for name in ["title", "aria-label", "alt"] {
            anchor.say(&value(name));
        }
        Some(anchor)
    }

    /// Adds words to what it shows, up to where it is a sentence.
    fn say(&mut self, markup: &str) {
        if self.label.len() <= MAX_LABEL && !markup.trim().is_empty() {
            self.label.extend([" ", &text::plain(&markup[..floor(markup, 2 * MAX_LABEL)])]);
            let label = self.label.trim_start();
            self.label = label.to_owned();
        }
    }
}

/// Where a feed may be on the host of a page that says nothing of it: in the page's own folder, then at the root. At most two times
/// `USUAL_PLACES`.
pub fn usual_places(page: &Url) -> Vec<String> {
    let is_file = page.path().rsplit('/').next().is_some_and(|last| last.contains('.'));
    let mut folder: Vec<&str> = page.path().split('/').filter(|segment| !segment.is_empty()).collect();
    if is_file {
        folder.pop();
    }
    let mut roots = vec![String::from("/")];
    if !folder.is_empty() && folder.len() <= MAX_FOLDERS {
        roots.insert(0, format!("/{}/", folder.join("/")));
    }
    let places = roots.iter().flat_map(|root| USUAL_PLACES.iter().map(move |place| format!("{root}{place}")));
    let mut places: Vec<String> = places.filter_map(|path| target(&path, Some(page))).map(String::from).collect();
    places.retain(|place| place != page.as_str());
    places
}

#[cfg(test)]
#[path = "guesses_tests.rs"]
mod tests;
