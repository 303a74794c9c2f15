//! What elements mean, by vocabulary and name: the one table of all feed formats, their cousins and their misspellings.

use std::collections::HashMap;

use super::rhythm::RhythmField;
use super::tokens::{Tag, local};

/// Prefixes remembered in one document.
const MAX_PREFIXES: usize = 200;

/// A vocabulary. Atom, RSS of all versions and no namespace at all are one: nobody means anything else by `title`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Core,
    Encoded,
    Dc,
    DcTerms,
    Media,
    Itunes,
    Xhtml,
    Sy,
    Unknown,
}

/// What an element of an entry says. The number ranks elements that say the same: the lowest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryField {
    Title(u8),
    Link,
    Guid(u8),
    Summary(u8),
    Content(u8),
    Author(u8),
    Category,
    Published(u8),
    Updated(u8),
    Enclosure,
    Image(u8),
    Language,
    /// Its children belong to the entry.
    Through,
}

/// What an element of the feed itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FeedField {
    Title(u8),
    Link,
    Description(u8),
    Language,
    Author,
    Image(u8),
    Rhythm(RhythmField),
    /// Its children belong to the feed.
    Through,
}

/// Meaning of an element inside an entry.
pub(super) fn entry_field(space: Space, name: &str) -> Option<EntryField> {
    use EntryField::*;
    use Space::*;
    Some(match (space, name) {
        (Core, "title") => Title(0),
        (Dc, "title") => Title(1),
        (Media, "title") => Title(2),
        (Itunes, "title") => Title(3),

        (Core, "link") => Link,
        (Core, "guid") => Guid(0),
        (Core, "id") => Guid(1),
        (Dc, "identifier") => Guid(3),

        (Core, "description") => Summary(0),
        (Core, "summary") => Summary(0),
        (Core, "abstract") => Summary(1), // CDF
        (Dc | DcTerms, "description" | "abstract") => Summary(2),
        (Itunes, "summary") => Summary(3),
        (Media, "description") => Summary(4),
        (Itunes, "subtitle") => Summary(5),

        (Encoded, "encoded") => Content(0),
        (Core, "encoded") => Content(1), // `content` bound to the wrong vocabulary
        (Core, "content") => Content(1),
        (Core, "fulltext" | "full-text" | "content_encoded") => Content(2),
        (Core | Xhtml, "body" | "fullitem") => Content(3),
        (Xhtml, "div") => Content(4),

        (Core, "author") => Author(0),
        (Dc, "creator" | "author") => Author(0),
        (Itunes, "author") => Author(1),

        (Core | Itunes | Media, "category") => Category,
        (Dc, "subject") => Category,

        (Core, "pubdate" | "published") => Published(0),
        (Core, "issued") => Published(1), // Atom 0.3
        (DcTerms, "issued") => Published(1),
        (Dc, "date") => Published(2),
        (Core, "created") => Published(3), // Atom 0.3
        (DcTerms, "created") => Published(3),
        (Core, "date" | "pubdatetime" | "publicationdate" | "postdate") => Published(4),
        (Core, "updated") => Updated(0),
        (Core, "modified") => Updated(1), // Atom 0.3
        (DcTerms, "modified") => Updated(1),
        (Core, "lastbuilddate") => Updated(2),

        (Core, "enclosure") => Enclosure,
        (Media, "content") => Enclosure,
        (Media, "group") => Through,
        (Media, "thumbnail") => Image(0),
        (Core, "image" | "thumbnail") => Image(1),
        (Itunes, "image") => Image(2),

        (Dc | Core, "language") => Language,
        _ => return None,
    })
}

/// Meaning of an element outside all entries.
pub(super) fn feed_field(space: Space, name: &str) -> Option<FeedField> {
    use FeedField::*;
    use Space::*;
    Some(match (space, name) {
        (Core, "rss" | "rdf" | "feed" | "channel" | "items") => Through,
        (Core, "title") => Title(0),
        (Dc, "title") => Title(1),
        (Core, "link") => Link,
        (Core, "description" | "subtitle") => Description(0),
        (Core, "tagline") => Description(1),  // Atom 0.3
        (Core, "abstract") => Description(1), // CDF
        (Dc, "description") => Description(2),
        (Itunes, "summary") => Description(3),
        (Itunes, "subtitle") => Description(4),
        (Core | Dc, "language") => Language,
        (Core, "author") => Author,
        (Core, "icon") => Image(0),
        (Core, "image") => Image(1),
        (Core, "logo") => Image(2),
        (Itunes, "image") => Image(3),
        (Core, "ttl") => Rhythm(RhythmField::Ttl),
        (Core, "skiphours") => Rhythm(RhythmField::SkipHours),
        (Core, "skipdays") => Rhythm(RhythmField::SkipDays),
        (Sy, "updateperiod") => Rhythm(RhythmField::Period),
        (Sy, "updatefrequency") => Rhythm(RhythmField::Frequency),
        _ => return None,
    })
}

/// Whether the element is one entry.
pub(super) fn is_entry(space: Space, name: &str) -> bool {
    space == Space::Core && matches!(name, "item" | "entry")
}

/// Whether a tag of that name, with whatever prefix, begins or ends an entry.
pub(super) fn is_entry_tag(name: &str) -> bool {
    let name = local(name);
    name.eq_ignore_ascii_case("item") || name.eq_ignore_ascii_case("entry")
}

/// Whether a tag of that name can only stand outside entries, so that an entry that is open there ends.
pub(super) fn is_frame(name: &str) -> bool {
    let name = local(name);
    ["rss", "feed", "channel", "rdf"].iter().any(|frame| frame.eq_ignore_ascii_case(name))
}

/// Vocabulary of each prefix, as declared or else as everybody uses it. Declarations hold from where they stand.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    declared: HashMap<String, Space>,
}

impl Spaces {
    /// Takes in the declarations of a tag and tells its vocabulary and lower-case name.
    pub(super) fn resolve(&mut self, tag: &Tag<'_>) -> (Space, String) {
        let mut default = None;
        for (name, uri) in tag.attributes().filter(|(name, _)| name.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("xmlns")))
        {
            match name.get(5..).and_then(|rest| rest.strip_prefix(':')) {
                Some(prefix) => {
                    // a vocabulary we do not know under a name everybody knows is a misspelt address
                    let space = space_of(uri).or_else(|| usual(prefix)).unwrap_or(Space::Unknown);
                    if self.declared.len() < MAX_PREFIXES {
                        self.declared.insert(prefix.to_ascii_lowercase(), space);
                    }
                }
                None => default = Some(uri),
            }
        }
        let name = local(tag.name).to_ascii_lowercase();
        let space = match tag.name.split_once(':') {
            Some((prefix, _)) => self.of_prefix(prefix),
            // the default of the root is whatever its author thought; one on `<div>` or `<encoded>` is meant
            None => match default {
                Some(uri) if feed_field(Space::Core, &name) != Some(FeedField::Through) => space_of(uri).unwrap_or_else(|| {
                    if uri.trim().is_empty() || is_entry(Space::Core, &name) { Space::Core } else { Space::Unknown }
                }),
                _ => Space::Core,
            },
        };
        (space, name)
    }

    fn of_prefix(&self, prefix: &str) -> Space {
        let prefix = prefix.to_ascii_lowercase();
        self.declared.get(&prefix).copied().or_else(|| usual(&prefix)).unwrap_or(Space::Unknown)
    }
}

/// The vocabulary that everybody means by a prefix.
fn usual(prefix: &str) -> Option<Space> {
    Some(match prefix.to_ascii_lowercase().as_str() {
        "content" => Space::Encoded,
        "dc" => Space::Dc,
        "dcterms" | "dct" => Space::DcTerms,
        "media" => Space::Media,
        "itunes" | "googleplay" => Space::Itunes,
        "atom" | "atom10" | "atom03" | "a10" | "rss" | "rdf" => Space::Core,
        "xhtml" | "html" => Space::Xhtml,
        "sy" | "syn" => Space::Sy,
        _ => return None,
    })
}

/// The vocabulary of an address, whatever its scheme, case and last character.
fn space_of(uri: &str) -> Option<Space> {
    let uri = uri.trim().to_ascii_lowercase();
    let uri = uri.trim_start_matches("http://").trim_start_matches("https://").trim_start_matches("www.");
    let uri = uri.trim_end_matches(['/', '#']);
    Some(match uri {
        "purl.org/rss/1.0/modules/content" => Space::Encoded,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/metadata/dublin_core" => Space::Dc,
        "purl.org/dc/terms" => Space::DcTerms,
        "purl.org/rss/1.0/modules/syndication" => Space::Sy,
        "search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" | "tools.search.yahoo.com/mrss" => Space::Media,
        "itunes.com/dtds/podcast-1.0.dtd" | "itunes.com/dtd/podcast-1.0.dtd" | "google.com/schemas/play-podcasts/1.0" => {
            Space::Itunes
        }
        "w3.org/1999/xhtml" => Space::Xhtml,
        "w3.org/2005/atom" | "purl.org/rss/1.0" | "w3.org/1999/02/22-rdf-syntax-ns" => Space::Core,
        uri if uri.starts_with("purl.org/atom/ns") || uri.starts_with("purl.org/net/rss") => Space::Core,
        uri if uri.starts_with("backend.userland.com") || uri.contains("harvard.edu/") || uri.contains("netscape.com/") => {
            Space::Core
        }
        uri if uri.starts_with("rssboard.org/rss-specification") => Space::Core,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Token, Tokens};
    use super::*;

    fn check(markup: &str, expected: (Space, &str)) {
        let mut spaces = Spaces::default();
        let mut last = None;
        for token in Tokens::new(markup) {
            if let Token::Start(tag) = token {
                last = Some(spaces.resolve(&tag));
            }
        }
        assert_eq!(last, Some((expected.0, expected.1.to_owned())), "{markup}");
    }

    #[test]
    fn prefixes_mean_what_was_declared() {
        check("<rss xmlns:x='http://purl.org/dc/elements/1.1/'><x:Creator>", (Space::Dc, "creator"));
        check("<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", (Space::Core, "feed"));
        check("<rss xmlns:x='http://example.org/'><x:title>", (Space::Unknown, "title"));
    }

    #[test]
    fn undeclared_and_misspelt_ones_mean_what_everybody_means() {
        check("<rss><content:encoded>", (Space::Encoded, "encoded"));
        check("<rss xmlns:dc='https://purl.org/dc/elements/1.1'><dc:date>", (Space::Dc, "date"));
        check("<rss xmlns:content='http://example.org/typo'><content:encoded>", (Space::Encoded, "encoded"));
        check("<rss><foo:title>", (Space::Unknown, "title"));
    }

    #[test]
    fn default_namespaces_count_on_single_elements_only() {
        check("<feed xmlns='http://example.org/whatever'><title>", (Space::Core, "title"));
        check("<item><div xmlns='http://www.w3.org/1999/xhtml'>", (Space::Xhtml, "div"));
        check("<item><title xmlns='http://example.org/other'>", (Space::Unknown, "title"));
        check("<entry xmlns='http://purl.org/atom/ns#'>", (Space::Core, "entry"));
    }
}
