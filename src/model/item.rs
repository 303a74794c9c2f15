//! Store to exporter: what outputs show.

use std::ops::Range;

use jiff::Timestamp;
use serde::Deserialize;

use super::{CleanHtml, Enclosure, EntryId, FeedId, PodcastElement, StoryId, Words};

/// One released entry with all that an output may need of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Row number, for pages of our own.
    pub entry: EntryId,
    /// What outputs call it, for ever.
    pub public_id: String,
    /// The article, http(s).
    pub url: Option<String>,
    /// Plain, may be empty.
    pub title: String,
    /// As dated, else first seen.
    pub published: Timestamp,
    /// Last change of its text, else `published`.
    pub updated: Timestamp,
    /// When we first saw it; later than `received` only where that is back-dated, as in a feed's first poll.
    pub first_seen: Timestamp,
    /// Its place in `order = "received"`.
    pub received: Timestamp,
    /// Names.
    pub authors: Vec<String>,
    /// The entry's categories.
    pub tags: Vec<String>,
    /// BCP 47.
    pub lang: Option<String>,
    /// Teaser.
    pub summary: Option<CleanHtml>,
    /// Best text.
    pub content: Option<CleanHtml>,
    /// Plain form of the best text.
    pub text: String,
    /// Picture.
    pub image: Option<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// What it says in the podcast vocabularies.
    pub podcast: Vec<PodcastElement>,
    /// Where it came from.
    pub source: SourceRef,
    /// Its story.
    pub story: StoryRef,
    /// A rule of the user's mutes it: it leads no story and does not stand alone. The store never says so.
    pub muted: bool,
}

/// The feed an item came from.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRef {
    /// Row number.
    pub feed: FeedId,
    /// Polled address.
    pub url: String,
    /// Title.
    pub title: String,
    /// The site.
    pub site_url: Option<String>,
    /// The user's tags of the feed.
    pub tags: Vec<String>,
    /// Higher leads.
    pub priority: i64,
}

/// Where an item stands in its story.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryRef {
    /// Which.
    pub id: StoryId,
    /// Public id of the story's founding entry: what a folded story is called in outputs.
    pub founding_id: String,
    /// Whether this item is the founding entry.
    pub is_founding: bool,
    /// Whether this item leads.
    pub is_lead: bool,
    /// Different feeds whose released entries tell it.
    pub feeds: usize,
}

/// Newest by what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// When it was released.
    #[default]
    Received,
    /// When it was published.
    Published,
}

/// Which released entries are wanted, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemQuery {
    /// Newest by what.
    pub order: Order,
    /// At most so many entries (before `with_members` adds theirs).
    pub limit: usize,
    /// Only those after this one in the list: the place and row of the last one seen.
    pub before: Option<(Timestamp, EntryId)>,
    /// Only those whose place is at or after this.
    pub since: Option<Timestamp>,
    /// Only what may have all of these. Whoever asks looks again: the store lets some more pass than a need says.
    pub needs: Vec<Required>,
    /// Only what the full-text search finds.
    pub words: Option<Words>,
    /// Only this story.
    pub story: Option<StoryId>,
    /// Only these entries; none named: any.
    pub entries: Vec<EntryId>,
    /// Also all released entries of the stories that were found, so that they can be folded.
    pub with_members: bool,
    /// How much of each.
    pub depth: Depth,
}

/// What an entry must have to be looked at at all; of several values one is enough.
#[derive(Clone, Debug, PartialEq)]
pub enum Required {
    /// A tag of the feed or of the entry, in any case.
    Tag(Vec<String>),
    /// A part of the feed's title or address, in any case.
    Feed(Vec<String>),
    /// Just this feed.
    FeedIs(FeedId),
    /// A language, or a finer form of it.
    Lang(Vec<String>),
    /// A date of publication not before this.
    Published(Timestamp),
    /// A row in this stretch.
    Rows(Range<i64>),
    /// A story that an entry in this stretch of rows founded.
    Founded(Range<i64>),
}

/// How much of an item is read: what is only looked at to be left out needs neither its texts nor its media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// All of it.
    #[default]
    Whole,
    /// Without teaser, content, media, podcast elements and picture.
    Text,
    /// Without the plain text, too.
    Head,
}
