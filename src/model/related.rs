//! Related stories: what is asked of the store, and what people are told.

use jiff::Timestamp;
use serde::Serialize;

use super::{EntryId, StoryId};

/// One entry as it stands for its story when stories are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Which.
    pub entry: EntryId,
    /// Its story.
    pub story: StoryId,
    /// Plain.
    pub title: String,
    /// The beginning of its best text.
    pub text: String,
    /// The article.
    pub url: Option<String>,
    /// BCP 47.
    pub lang: Option<String>,
    /// Registrable domain that it is on, else that of its feed.
    pub host: String,
    /// When we first saw it.
    pub first_seen: Timestamp,
    /// Feeds that tell its story.
    pub feeds: u64,
}

/// A story among its neighbours in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    /// Who leads it.
    pub lead: Report,
    /// Entries of the story, as far as they are looked at.
    pub members: Vec<EntryId>,
    /// Their sites.
    pub hosts: Vec<String>,
    /// First and last entry that are near enough in time to be about the same event.
    pub near: (EntryId, EntryId),
    /// First and last entry among which words are counted.
    pub counted: (EntryId, EntryId),
    /// The same for a first look, which shows common words.
    pub sample: (EntryId, EntryId),
}

/// A story that is probably about the same event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Related {
    /// Which.
    pub story: StoryId,
    /// Of the entry it was found by.
    pub title: String,
    /// Of the same.
    pub url: Option<String>,
    /// Of the same, BCP 47.
    pub lang: Option<String>,
    /// Feeds that tell it.
    pub feeds: u64,
    /// How sure that is; only to be compared.
    pub score: f64,
    /// What both name, the most telling first.
    pub words: Vec<String>,
}
