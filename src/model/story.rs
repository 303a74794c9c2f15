//! Folding: the store finds neighbours, the deduplicator decides, the store obeys.

use jiff::Timestamp;

use super::{EntryId, FeedId, StoryId};

/// An entry that looks for its story.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Of which feed.
    pub feed: FeedId,
    /// Canonical address, if it names one article.
    pub canonical_url: Option<String>,
    /// Plain.
    pub title: String,
    /// When we first saw it.
    pub first_seen: Timestamp,
}

/// A stored entry that may report the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Which.
    pub entry: EntryId,
    /// Its story.
    pub story: StoryId,
    /// Feeds that already have an entry in that story.
    pub story_feeds: Vec<FeedId>,
    /// Canonical address, if it names one article.
    pub canonical_url: Option<String>,
    /// Plain.
    pub title: String,
    /// When we first saw it.
    pub first_seen: Timestamp,
}

/// The decision to join a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Which.
    pub story: StoryId,
    /// The entry it was found by.
    pub with: EntryId,
    /// One line for people.
    pub reason: String,
    /// What it rests on.
    pub evidence: serde_json::Value,
}

/// Decides whether `Subject` joins one of the neighbours' stories. Called by the writer inside its transaction,
/// because it is alone there: two polls that bring one story at the same moment must not both found it.
pub type Fold = fn(&Subject, &[Neighbour]) -> Option<Join>;
