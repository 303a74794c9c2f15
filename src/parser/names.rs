//! What elements mean, by vocabulary and name: the one table of all feed formats, their cousins and their misspellings.

use super::podcast;
use super::rhythm::RhythmField;
use super::spaces::Space;
use super::tokens::local;

/// What an element of an entry says. The number ranks elements that say the same: the lowest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryField {
    Title(u8),
    Link,
    /// The article's own address, where `link` counts readers.
    Original,
    Guid(u8),
    Summary(u8),
    Description,
    Content(u8),
    Author(u8),
    Category,
    /// Categories with commas between them.
    Categories,
    Published(u8),
    Updated(u8),
    Enclosure,
    Image(u8),
    Language,
    /// Only what the podcast vocabularies and those of comments say.
    Podcast,
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
        (Feedburner, "origlink") => Original,
        (Core, "guid") => Guid(0),
        (Core, "id") => Guid(1),
        (Dc, "identifier") => Guid(3),

        (Core, "description") => Description,
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
        (Core, "tags") | (Media | Itunes, "keywords") => Categories,

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
        (Core | Slash, "comments") | (Wfw, "commentrss") => EntryField::Podcast,
        _ if podcast::kind_of(space, name).is_some() => EntryField::Podcast,
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
        (Core | Itunes, "author") | (Dc, "creator") => Author, // episodes without one have the show's
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
