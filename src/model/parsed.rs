//! Parser to deduplicator: what a feed document says, in one shape for all formats.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{HubLinks, PodcastElement, Rhythm};
use crate::error::Fault;

/// A feed document as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// What it says about itself.
    pub feed: ParsedFeed,
    /// Its entries in document order.
    pub entries: Vec<ParsedEntry>,
    /// What was wrong and survived.
    pub faults: Vec<Fault>,
}

/// What a feed says about itself. Texts are plain, addresses absolute where they could be made so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedFeed {
    /// Title, plain text.
    pub title: Option<String>,
    /// The site, http(s).
    pub link: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Description, plain text.
    pub description: Option<String>,
    /// Icon or logo, http(s).
    pub icon: Option<String>,
    /// When it wants to be asked.
    pub rhythm: Rhythm,
    /// Who tells of its news.
    pub websub: HubLinks,
}

/// One entry as its feed gives it. HTML is *not* clean yet: hashes are taken over what the publisher wrote,
/// so that a change of our sanitising policy does not make every entry look edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedEntry {
    /// GUID or Atom id, byte for byte but trimmed; `None` when empty or missing.
    pub guid: Option<String>,
    /// The article, absolute http(s).
    pub link: Option<String>,
    /// Where that leads, if the feed says so of a link that counts readers on the way (FeedBurner), absolute http(s).
    pub original: Option<String>,
    /// Title, plain text, one line.
    pub title: Option<String>,
    /// As dated by the feed, not clamped.
    pub published: Option<Timestamp>,
    /// As dated by the feed, not clamped.
    pub updated: Option<Timestamp>,
    /// Names.
    pub authors: Vec<String>,
    /// Teaser, raw HTML.
    pub summary: Option<String>,
    /// Full content where the feed has one, raw HTML.
    pub content: Option<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// Categories, plain text.
    pub categories: Vec<String>,
    /// BCP 47 tag of the entry itself.
    pub language: Option<String>,
    /// Picture that stands for the entry, http(s).
    pub image: Option<String>,
    /// What relative addresses in its HTML are relative to.
    pub base: Option<String>,
    /// What it says in the podcast vocabularies, in the order of their table.
    pub podcast: Vec<PodcastElement>,
}

/// What Media RSS calls the kinds of media (`medium`).
pub const MEDIUMS: [&str; 5] = ["image", "audio", "video", "document", "executable"];

/// Media attached to an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute http(s) address.
    pub url: String,
    /// Media type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// What it is called, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// One of [`MEDIUMS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Whether it is the one to take of several.
    #[serde(rename = "default", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
}
